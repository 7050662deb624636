//! Percent-encoding of addresses, and slugs.

use std::borrow::Cow;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Characters to encode: all but the unreserved ones of RFC 3986, section 2.3.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
/// Characters to encode in a path, in which slashes stay.
const ENCODED_IN_PATH: &AsciiSet = &ENCODED.remove(b'/');

/// Percent-encodes a path; slashes stay.
pub fn encode_path(path: &str) -> String {
    utf8_percent_encode(path, ENCODED_IN_PATH).to_string()
}

/// Percent-encodes the value of a query parameter.
pub fn encode_query_value(text: &str) -> String {
    utf8_percent_encode(text, ENCODED).to_string()
}

/// Decodes percent escapes; a text whose decoded bytes are not valid UTF-8 is returned unchanged.
pub fn percent_decode(text: &str) -> Cow<'_, str> {
    percent_decode_str(text).decode_utf8().unwrap_or(Cow::Borrowed(text))
}

/// The slug of a text: lower-case letters and digits of any script with their combining marks, in
/// NFC; each run of other characters becomes one hyphen, apostrophes are dropped.
pub fn to_slug(text: &str) -> String {
    let mut slug = String::with_capacity(text.len());
    let mut letters = text.nfc().peekable();
    while let Some(letter) = letters.next() {
        let is_within_word = !slug.is_empty() && !slug.ends_with('-');
        match letter {
            // Its lower-case mapping is an `i` and a combining dot.
            'İ' => slug.push('i'),
            _ if letter.is_alphanumeric() => slug.extend(letter.to_lowercase()),
            '\'' | '’' => {}
            _ if is_letter_mark(letter) => slug.extend(Some(letter).filter(|_| is_within_word)),
            // Joiners are part of the spelling in Persian and in Indic scripts.
            '\u{200c}' | '\u{200d}'
                if is_within_word && letters.peek().is_some_and(|next| next.is_alphanumeric()) =>
            {
                slug.push(letter)
            }
            _ if is_within_word => slug.push('-'),
            _ => {}
        }
    }
    slug.truncate(slug.trim_end_matches('-').len());
    slug
}

/// Whether a character is a combining mark of a letter; enclosing marks and variation selectors are
/// not.
fn is_letter_mark(letter: char) -> bool {
    is_combining_mark(letter)
        && !matches!(letter, '\u{20d0}'..='\u{20ff}' | '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}')
}

#[cfg(test)]
mod tests {
    use super::{encode_path, encode_query_value, percent_decode, to_slug};

    #[test]
    fn slugs_keep_the_words_of_every_script() {
        let rows = [
            ("What's *next*?  Très bon", "whats-next-très-bon"),
            ("結果", "結果"),
            ("हिन्दी", "हिन्दी"),
            ("น้ำดื่ม", "น้ำดื่ม"),
            ("বাংলা ভাষা", "বাংলা-ভাষা"),
            ("שָׁלוֹם", "שָׁלוֹם"),
            ("مُحَمَّد", "مُحَمَّد"),
            ("می\u{200c}خواهم", "می\u{200c}خواهم"),
            ("Re\u{301}sume\u{301}", "résumé"),
            ("İstanbul", "istanbul"),
            ("1\u{fe0f}\u{20e3} Plan", "1-plan"),
            ("🎁\u{200d}🎁 Box", "box"),
            ("a\u{200d} b", "a-b"),
            ("\u{301}a", "a"),
            ("-- a -- b --", "a-b"),
        ];
        for (text, wanted) in rows {
            assert_eq!(to_slug(text), wanted, "{text}");
        }
    }

    #[test]
    fn reserved_characters_are_encoded() {
        assert_eq!(encode_path("content/a b/é#~.md"), "content/a%20b/%C3%A9%23~.md");
        assert_eq!(encode_query_value("a/b: \"é\"\n-_."), "a%2Fb%3A%20%22%C3%A9%22%0A-_.");
    }

    #[test]
    fn valid_escapes_of_valid_text_are_decoded() {
        let rows = [
            ("a%20b%C3%A9", "a bé"),
            ("/%E3%83%96", "/ブ"),
            ("100%", "100%"),
            ("%zz%2", "%zz%2"),
            ("%+1", "%+1"),
            ("%ff", "%ff"),
        ];
        for (text, wanted) in rows {
            assert_eq!(percent_decode(text), wanted);
        }
    }
}
