//! Characters that nothing published can hold, whatever a record says.

use std::borrow::Cow;

/// Whether a character is left out of everything that is published: XML 1.0 has no way to write it, HTML calls it an error, and
/// spreadsheets stop reading at it.
pub fn is_left_out(letter: char) -> bool {
    matches!(letter, '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}')
}

/// A text as it may be published. The vertical tab and the form feed parted words, so a space stands for them.
pub fn publishable(text: &str) -> Cow<'_, str> {
    if !text.contains(is_left_out) {
        return Cow::Borrowed(text);
    }
    let kept = |letter| match letter {
        '\u{b}' | '\u{c}' => Some(' '),
        letter => (!is_left_out(letter)).then_some(letter),
    };
    Cow::Owned(text.chars().filter_map(kept).collect())
}

/// The same for the bytes of a file that was made.
pub fn publishable_bytes(bytes: Vec<u8>) -> Vec<u8> {
    // Nearly every file is as it should be; this looks at many bytes at a time.
    if !bytes.iter().any(|byte| matches!(byte, 0..=8 | 0xb | 0xc | 0xe..=0x1f | 0xef)) {
        return bytes;
    }
    match std::str::from_utf8(&bytes).map(publishable) {
        Ok(Cow::Owned(text)) => text.into_bytes(),
        _ => bytes,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_no_reader_takes_is_left_out() {
        let rows = [
            ("plain, ünïcode\tand\r\nlines \u{85}\u{fffd}＝", "plain, ünïcode\tand\r\nlines \u{85}\u{fffd}＝"),
            ("two\u{b}words", "two words"),
            ("a\0b\u{7}c\u{1b}d\u{fffe}e\u{ffff}f", "abcdef"),
        ];
        for (text, wanted) in rows {
            assert_eq!(publishable(text), wanted);
            assert_eq!(publishable_bytes(text.as_bytes().to_vec()), wanted.as_bytes());
        }
    }
}
