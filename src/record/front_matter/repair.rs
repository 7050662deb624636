//! Repairs of single keys and values where they stand: the scalar keeps its quotes, its comment and
//! everything around it.

use std::ops::Range;

use crate::diagnostic::Fix;
use crate::diagnostic::confusable::trim_invisible;
use crate::record::front_matter::scalar::{Context, is_plain_safe, quote};
use crate::record::front_matter::{SplitFile, split_file};
use crate::record::yaml::{self, Node, Value};

/// How a new value is written where the old one has no quotes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ScalarForm {
    /// A name, in quotes where some YAML reader takes it for something else.
    Name,
    /// A number or a date, never in quotes.
    Literal,
}

/// The repair that writes `new` for the key or value `read`, which stands at `span` of the file.
/// None for a scalar of several lines, with escapes, a tag or an anchor, and for one that is not
/// written as it was read.
pub fn replace_scalar(
    file_text: &str,
    span: Range<usize>,
    read: &str,
    new: &str,
    form: ScalarForm,
) -> Option<Fix> {
    let written = file_text.get(span.clone())?;
    let quoted = ['"', '\'']
        .into_iter()
        .find_map(|mark| written.strip_prefix(mark)?.strip_suffix(mark).map(|inner| (mark, inner)));
    let title = format!("write `{new}`");
    let is_as_read = |inner: &str| trim_invisible(inner) == trim_invisible(read);
    if written.contains('\n') || new.chars().any(|letter| letter.is_control()) {
        return None;
    }
    match quoted {
        Some((mark, inner)) => {
            let has_escapes = inner.contains(mark) || (mark == '"' && inner.contains('\\'));
            let can_be_quoted = !new.contains(mark) && !new.contains('\\');
            if has_escapes || !can_be_quoted || !is_as_read(inner) {
                return None;
            }
            Fix::replace(title, span.start + 1..span.end - 1, inner, new)
        }
        None => {
            if written.starts_with(['|', '>', '&', '*', '!', '"', '\'']) || !is_as_read(written) {
                return None;
            }
            let is_plain = form == ScalarForm::Literal || is_plain_safe(new, Context::Flow);
            let scalar = if is_plain { new.to_owned() } else { quote(new) };
            Fix::replace(title, span, written, &scalar)
        }
    }
}

/// The file after a repair of its front matter; none if more would change than the keys and values
/// that the edits touch.
pub fn apply_fix(text: &str, fix: &Fix) -> Option<String> {
    let SplitFile::Parts { yaml: old_range, .. } = split_file(text) else { return None };
    let is_inside = |range: &Range<usize>| {
        old_range.start <= range.start && range.start <= range.end && range.end <= old_range.end
    };
    if !fix.edits.iter().all(|(range, _)| is_inside(range)) {
        return None;
    }
    let new = fix.apply(text)?;
    let SplitFile::Parts { yaml: new_range, body_start } = split_file(&new) else { return None };
    // The body starts with the same bytes, so that no new line of dashes ends the front matter.
    if new.len() - new_range.end != text.len() - old_range.end || body_start > new.len() {
        return None;
    }
    let before = yaml::parse(&text[old_range.clone()], old_range.start).ok()?;
    let after = yaml::parse(&new[new_range.clone()], new_range.start).ok()?;
    is_changed_where_edited(&before, &after, &fix.edits).then_some(new)
}

/// Whether two trees have one shape, and differ only in keys and values that an edit touches.
fn is_changed_where_edited(before: &Node, after: &Node, edits: &[(Range<usize>, String)]) -> bool {
    let is_edited = |span: Range<usize>| {
        edits.iter().any(|(range, _)| span.start <= range.start && range.end <= span.end)
    };
    match (&before.value, &after.value) {
        (Value::Text(old), Value::Text(new)) => old == new || is_edited(before.span()),
        (Value::List(old), Value::List(new)) => {
            old.len() == new.len()
                && old.iter().zip(new).all(|(old, new)| is_changed_where_edited(old, new, edits))
        }
        (Value::Map(old), Value::Map(new)) => {
            let (mut old, mut new) = (old.iter().peekable(), new.iter());
            while let Some((old_key, old_value)) = old.next() {
                let Some((new_key, new_value)) = new.next() else { return false };
                let joined = old.next_if(|(decimals, nothing)| {
                    nothing.value == Value::Null
                        && is_joined(
                            old_value,
                            &decimals.name,
                            decimals.span().start,
                            new_value,
                            edits,
                        )
                });
                let is_allowed = (old_key.name == new_key.name || is_edited(old_key.span()))
                    && (joined.is_some() || is_changed_where_edited(old_value, new_value, edits));
                if !is_allowed {
                    return false;
                }
            }
            new.next().is_none()
        }
        (old, new) => old == new,
    }
}

/// Whether an edit of the comma between a number and its decimals, which YAML reads as a key of their
/// own that begins at `start`, made one number of both.
fn is_joined(
    whole: &Node,
    decimals: &str,
    start: usize,
    after: &Node,
    edits: &[(Range<usize>, String)],
) -> bool {
    let (Value::Text(old), Value::Text(new)) = (&whole.value, &after.value) else { return false };
    let comma = whole.span().end..start;
    **new == format!("{old}.{decimals}")
        && edits.iter().any(|(range, point)| *range == comma && point == ".")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The file after the value `read` at its only place is written as `new`.
    fn replaced(
        text: &str,
        written: &str,
        read: &str,
        new: &str,
        form: ScalarForm,
    ) -> Option<String> {
        let start = text.find(written).unwrap();
        let fix = replace_scalar(text, start..start + written.len(), read, new, form)?;
        apply_fix(text, &fix)
    }

    #[test]
    fn a_value_keeps_quotes_and_comment() {
        let text = "---\na: [Newsletter, \"Brasil\"] # both\nb: 3,5\n---\nBody\n";
        assert_eq!(
            replaced(text, "Newsletter", "Newsletter", "email", ScalarForm::Name).unwrap(),
            text.replace("Newsletter", "email")
        );
        assert_eq!(
            replaced(text, "\"Brasil\"", "Brasil", "BR", ScalarForm::Name).unwrap(),
            text.replace("Brasil", "BR")
        );
        assert_eq!(
            replaced(text, "Newsletter", "Newsletter", "NO", ScalarForm::Name).unwrap(),
            text.replace("Newsletter", "\"NO\"")
        );
        assert_eq!(
            replaced(text, "3,5", "3,5", "3.5", ScalarForm::Literal).unwrap(),
            text.replace("3,5", "3.5")
        );
    }

    #[test]
    fn what_is_not_written_as_it_was_read_is_left_alone() {
        for (text, written, read) in [
            ("---\na: \"\\u0042R\"\n---\n", "\"\\u0042R\"", "BR"),
            ("---\na: 'it''s'\n---\n", "'it''s'", "it's"),
            ("---\na: !!str BR\n---\n", "!!str BR", "BR"),
            ("---\na: other\n---\n", "other", "BR"),
        ] {
            assert_eq!(replaced(text, written, read, "x", ScalarForm::Name), None, "{text}");
        }
    }

    #[test]
    fn an_edit_that_changes_more_is_refused() {
        let text = "---\na: b\nc: d\n---\nBody\n";
        let fix = |range: Range<usize>, new: &str| Fix {
            title: "x".into(),
            edits: vec![(range, new.into())],
        };
        for (range, new) in
            [(7..8, "b: {"), (7..8, "b\ne: f"), (8..9, " "), (7..8, "b\n---"), (20..21, "x")]
        {
            assert_eq!(apply_fix(text, &fix(range, new)), None, "{new}");
        }
        assert_eq!(apply_fix(text, &fix(7..8, "e")).unwrap(), text.replace("a: b", "a: e"));
    }
}
