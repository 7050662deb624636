//! Breaks a text into lines, and cuts what does not fit.

/// What stands at the end of a text that was cut.
const ELLIPSIS: char = '…';

/// A text in lines.
#[derive(Debug, PartialEq, Eq)]
pub struct BrokenText {
    /// The lines, none of them empty.
    pub lines: Vec<String>,
    /// Whether the lines hold the whole text; else the last ends with an ellipsis.
    pub is_whole: bool,
}

/// Breaks a text between words into at most `max_lines` lines no wider than `width`; a word that is
/// wider than a line is broken too. `measure` gives the width of a text in the unit of `width`.
pub fn break_lines(
    text: &str,
    width: f32,
    max_lines: usize,
    measure: impl Fn(&str) -> f32,
) -> BrokenText {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace().flat_map(|word| break_word(word, width, &measure)) {
        match lines.last_mut() {
            Some(line) if measure(&format!("{line} {word}")) <= width => {
                line.push(' ');
                line.push_str(&word);
            }
            _ => lines.push(word),
        }
    }
    let is_whole = lines.len() <= max_lines;
    if !is_whole {
        let last = lines.split_off(max_lines.saturating_sub(1)).join(" ");
        lines.extend(fit(&last, width, &measure));
    }
    BrokenText { lines, is_whole }
}

/// The text, or as much of its beginning as fits with an ellipsis behind; none where not even one
/// character does.
pub fn fit(text: &str, width: f32, measure: impl Fn(&str) -> f32) -> Option<String> {
    if measure(text) <= width {
        return Some(text.to_owned());
    }
    let mut ends: Vec<usize> = text.char_indices().map(|(at, _)| at).skip(1).collect();
    while let Some(end) = ends.pop() {
        let begin = text[..end].trim_end_matches(|last: char| !last.is_alphanumeric());
        let cut = format!("{begin}{ELLIPSIS}");
        if !begin.is_empty() && measure(&cut) <= width {
            return Some(cut);
        }
    }
    None
}

/// A word in pieces that each fit a line; one piece for nearly every word.
fn break_word(word: &str, width: f32, measure: &impl Fn(&str) -> f32) -> Vec<String> {
    let mut pieces = vec![String::new()];
    if measure(word) <= width {
        return vec![word.to_owned()];
    }
    for character in word.chars() {
        let last = pieces.last_mut().expect("there is one piece from the start");
        if !last.is_empty() && measure(&format!("{last}{character}")) > width {
            pieces.push(character.to_string());
        } else {
            last.push(character);
        }
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every character is one wide.
    fn count(text: &str) -> f32 {
        text.chars().count() as f32
    }

    #[test]
    fn texts_are_broken_between_words_and_cut_with_an_ellipsis() {
        for (text, max_lines, wanted, is_whole) in [
            ("one two three", 3, vec!["one two", "three"], true),
            ("one two three four five", 2, vec!["one two", "three f…"], false),
            ("incomprehensibilities", 3, vec!["incompre", "hensibil", "ities"], true),
            ("one, two, three", 1, vec!["one, tw…"], false),
            ("", 3, vec![], true),
        ] {
            let broken = break_lines(text, 8.0, max_lines, count);
            assert_eq!(broken.lines, wanted, "{text}");
            assert_eq!(broken.is_whole, is_whole, "{text}");
        }
    }

    #[test]
    fn nothing_fits_no_space() {
        assert_eq!(fit("word", 1.0, count), None);
        assert_eq!(fit("word", 2.0, count).as_deref(), Some("w…"));
        assert_eq!(fit("word", 4.0, count).as_deref(), Some("word"));
    }
}
