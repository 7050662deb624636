//! Escaping of untrusted text for the terminal: no control sequences and no bidirectional
//! overrides.

use std::borrow::Cow;

/// The text with control and bidirectional formatting characters escaped as in `\u{1b}`; line feeds
/// and tabs stay.
pub fn escape_controls(text: &str) -> Cow<'_, str> {
    escape(text, |letter| is_control_or_bidi(letter) && !matches!(letter, '\n' | '\t'))
}

/// The text with control and bidirectional formatting characters escaped, line feeds and tabs too,
/// so that it is one line.
pub fn escape_line(text: &str) -> Cow<'_, str> {
    escape(text, is_control_or_bidi)
}

/// The text with the characters that `must_escape` accepts written as escapes of Rust, such as
/// `\u{1b}`; not copied if there are none.
fn escape(text: &str, must_escape: impl Fn(char) -> bool) -> Cow<'_, str> {
    if !text.contains(&must_escape) {
        return Cow::Borrowed(text);
    }
    let mut escaped = String::with_capacity(text.len() + 8);
    for letter in text.chars() {
        if must_escape(letter) {
            escaped.extend(letter.escape_debug())
        } else {
            escaped.push(letter)
        }
    }
    Cow::Owned(escaped)
}

/// Whether a character is a control character, a line or paragraph separator, or a bidirectional
/// embedding, override or isolate. Joiners and single directional marks are not, because some
/// languages need them.
pub fn is_control_or_bidi(letter: char) -> bool {
    letter.is_control()
        || matches!(letter, '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{fff9}'..='\u{fffb}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_characters_are_escaped() {
        assert_eq!(
            escape_controls("a\u{1b}[31mb\u{202e}c\u{9b}d"),
            "a\\u{1b}[31mb\\u{202e}c\\u{9b}d"
        );
        assert_eq!(
            escape_controls("two\nlines\tof ünïcode \u{200d} 🏳️‍🌈"),
            "two\nlines\tof ünïcode \u{200d} 🏳️‍🌈"
        );
        assert_eq!(escape_line("two\r\nlines"), "two\\r\\nlines");
    }
}
