//! A certain repair of a content problem, as edits of the file that the problem is in.

use std::ops::Range;

/// A repair that a program may make without asking, because nothing else can be meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fix {
    /// What it does: lower case, names in backticks, no full stop.
    pub title: String,
    /// Byte ranges in the file of the diagnostic, each with its new text; they lie in the span of
    /// the diagnostic or touch it, and do not touch one another.
    pub edits: Vec<(Range<usize>, String)>,
}

impl Fix {
    /// The repair that turns the text at `span` from `old` into `new`, with the fewest bytes in one
    /// edit; none if they are equal.
    pub fn replace(title: String, span: Range<usize>, old: &str, new: &str) -> Option<Self> {
        if old == new {
            return None;
        }
        let same_at_start: usize = old
            .chars()
            .zip(new.chars())
            .take_while(|(one, other)| one == other)
            .map(|(letter, _)| letter.len_utf8())
            .sum();
        let same_at_end: usize = old[same_at_start..]
            .chars()
            .rev()
            .zip(new[same_at_start..].chars().rev())
            .take_while(|(one, other)| one == other)
            .map(|(letter, _)| letter.len_utf8())
            .sum();
        let range = span.start + same_at_start..span.start + old.len() - same_at_end;
        let text = new[same_at_start..new.len() - same_at_end].to_owned();
        Some(Fix { title, edits: vec![(range, text)] })
    }

    /// The text after the edits; none if a range does not lie in it, or two ranges overlap.
    pub fn apply(&self, text: &str) -> Option<String> {
        let mut edits: Vec<&(Range<usize>, String)> = self.edits.iter().collect();
        edits.sort_by_key(|(range, _)| range.start);
        let mut new = String::with_capacity(text.len());
        let mut done = 0;
        for (range, replacement) in edits {
            new.push_str(text.get(done..range.start)?);
            text.get(range.clone())?;
            new.push_str(replacement);
            done = range.end;
        }
        new.push_str(text.get(done..)?);
        Some(new)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_repair_changes_the_fewest_bytes() {
        let fix = Fix::replace("x".into(), 10..15, "12,50", "12.50").unwrap();
        assert_eq!(fix.edits, [(12..13, ".".to_owned())]);
        let fix = Fix::replace("x".into(), 0..3, "aaa", "aa").unwrap();
        assert_eq!(fix.edits, [(2..3, String::new())]);
        let fix = Fix::replace("x".into(), 0..4, "éa", "èa").unwrap();
        assert_eq!(fix.edits, [(0..2, "è".to_owned())]);
        assert_eq!(Fix::replace("x".into(), 0..1, "a", "a"), None);
    }

    #[test]
    fn edits_outside_of_the_text_or_over_one_another_are_refused() {
        let fix = |edits: &[(Range<usize>, &str)]| Fix {
            title: "x".into(),
            edits: edits.iter().map(|(range, text)| (range.clone(), (*text).into())).collect(),
        };
        assert_eq!(fix(&[(3..4, "D"), (0..1, "A")]).apply("abcd").as_deref(), Some("AbcD"));
        assert_eq!(fix(&[(0..2, ""), (1..3, "")]).apply("abcd"), None);
        assert_eq!(fix(&[(3..9, "")]).apply("abcd"), None);
        assert_eq!(fix(&[(1..2, "")]).apply("é"), None);
    }
}
