//! Removes characters that published files cannot contain.

use std::borrow::Cow;

/// Whether a character is removed from published files: XML 1.0 cannot represent it, HTML treats it
/// as an error, and spreadsheets stop reading at it.
pub fn is_unpublishable(letter: char) -> bool {
    matches!(letter, '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}')
}

/// The text without unpublishable characters. Vertical tab and form feed separate words, so each
/// becomes a space.
pub fn to_publishable(text: &str) -> Cow<'_, str> {
    if !text.contains(is_unpublishable) {
        return Cow::Borrowed(text);
    }
    let publishable_character = |letter| match letter {
        '\u{b}' | '\u{c}' => Some(' '),
        letter => (!is_unpublishable(letter)).then_some(letter),
    };
    Cow::Owned(text.chars().filter_map(publishable_character).collect())
}

/// The bytes of a text file without unpublishable characters; bytes that are not UTF-8 are returned
/// unchanged.
pub fn to_publishable_bytes(bytes: Vec<u8>) -> Vec<u8> {
    // Returns early for files without any byte that could be part of such a character, without
    // decoding UTF-8.
    if !bytes.iter().any(|byte| matches!(byte, 0..=8 | 0xb | 0xc | 0xe..=0x1f | 0xef)) {
        return bytes;
    }
    match std::str::from_utf8(&bytes).map(to_publishable) {
        Ok(Cow::Owned(text)) => text.into_bytes(),
        _ => bytes,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unpublishable_characters_are_removed() {
        let rows = [
            (
                "plain, ünïcode\tand\r\nlines \u{85}\u{fffd}＝",
                "plain, ünïcode\tand\r\nlines \u{85}\u{fffd}＝",
            ),
            ("two\u{b}words", "two words"),
            ("a\0b\u{7}c\u{1b}d\u{fffe}e\u{ffff}f", "abcdef"),
        ];
        for (text, wanted) in rows {
            assert_eq!(to_publishable(text), wanted);
            assert_eq!(to_publishable_bytes(text.as_bytes().to_vec()), wanted.as_bytes());
        }
    }
}
