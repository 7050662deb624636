//! Texts and names of others as they may be printed: nothing in them moves the cursor, colours the terminal or turns a line around.

use std::borrow::Cow;

/// The text with every character that would act instead of being seen shown by its name: `\u{1b}`. Line ends and tabs stay.
pub fn visible(text: &str) -> Cow<'_, str> {
    shown(text, |letter| acts(letter) && !matches!(letter, '\n' | '\t'))
}

/// The same in one line.
pub fn visible_line(text: &str) -> Cow<'_, str> {
    shown(text, acts)
}

fn shown(text: &str, acts: impl Fn(char) -> bool) -> Cow<'_, str> {
    if !text.contains(&acts) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 8);
    for letter in text.chars() {
        if acts(letter) { shown.extend(letter.escape_debug()) } else { shown.push(letter) }
    }
    Cow::Owned(shown)
}

/// Control characters, ends of lines and paragraphs, and marks that turn the direction of what follows. Marks that join letters or say
/// how a single one is written belong to the languages that need them.
pub fn acts(letter: char) -> bool {
    letter.is_control()
        || matches!(letter, '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{fff9}'..='\u{fffb}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_acts_is_shown() {
        assert_eq!(visible("a\u{1b}[31mb\u{202e}c\u{9b}d"), "a\\u{1b}[31mb\\u{202e}c\\u{9b}d");
        assert_eq!(visible("two\nlines\tof ünïcode \u{200d} 🏳️‍🌈"), "two\nlines\tof ünïcode \u{200d} 🏳️‍🌈");
        assert_eq!(visible_line("two\r\nlines"), "two\\r\\nlines");
    }
}
