//! Segmentation: cuts a text into words and character bigrams.

use crate::fold::{is_invisible, normalise};
use crate::language::{Language, is_bigram_script};

/// Words of more bytes are noise (encoded data, addresses) and are left out.
pub(crate) const MAX_WORD_BYTES: usize = 48;

/// The byte range of a text that becomes one token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TokenSpan {
    /// Byte offset of its first byte.
    pub start: usize,
    /// Byte offset behind its last byte.
    pub end: usize,
    /// Whether it is two characters of a script without spaces, or a single one between other text.
    pub is_bigram: bool,
}

/// Calls `each` with the span of every word and every character bigram of `text`, in order.
///
/// Words are runs of letters, digits and combining marks; invisible characters do not end a word. A
/// decimal point or comma inside a number is part of it. An English `'s` and a French or Italian
/// elided article (`l'`, `d'`) are part of no word.
pub fn for_each_token(text: &str, mut each: impl FnMut(TokenSpan)) {
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        match BYTE_CLASSES[usize::from(bytes[at])] {
            ByteClass::Alphanumeric => {}
            ByteClass::Separator | ByteClass::DecimalMark => {
                at += 1;
                continue;
            }
            ByteClass::Multibyte => {
                let letter = char_at(text, at);
                if is_bigram_script(letter) {
                    at = emit_bigrams(text, at, &mut each);
                    continue;
                }
                if !letter.is_alphanumeric() || is_invisible(letter) {
                    at += letter.len_utf8();
                    continue;
                }
            }
        }
        at = emit_word(text, at, &mut each);
    }
}

/// The role of a byte in tokenization. One table lookup per byte avoids decoding ASCII text.
#[derive(Clone, Copy)]
enum ByteClass {
    /// An ASCII byte that is part of no word.
    Separator,
    /// An ASCII letter or digit.
    Alphanumeric,
    /// A point or comma, which can be part of a number.
    DecimalMark,
    /// Part of a character of several bytes.
    Multibyte,
}

const BYTE_CLASSES: [ByteClass; 256] = {
    let mut classes = [ByteClass::Multibyte; 256];
    let mut byte = 0;
    while byte < 128 {
        classes[byte] = match byte as u8 {
            b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' => ByteClass::Alphanumeric,
            b'.' | b',' => ByteClass::DecimalMark,
            _ => ByteClass::Separator,
        };
        byte += 1;
    }
    classes
};

fn char_at(text: &str, at: usize) -> char {
    text[at..].chars().next().unwrap_or('\u{fffd}')
}

fn emit_word(text: &str, start: usize, each: &mut impl FnMut(TokenSpan)) -> usize {
    let end = find_word_end(text, start);
    let apostrophe_len = match text.as_bytes()[end..] {
        [b'\'', ..] => 1,
        // U+2019, the typographic apostrophe.
        [0xe2, 0x80, 0x99, ..] => 3,
        _ => 0,
    };
    let elided = apostrophe_len > 0
        && (end - start == 1 || &text[start..end] == "qu")
        && is_word_start(text, end + apostrophe_len);
    if !elided && !is_too_long(&text[start..end]) {
        each(TokenSpan { start, end, is_bigram: false });
    }
    let after = end + apostrophe_len;
    let possessive = apostrophe_len > 0
        && text[after..].starts_with(['s', 'S'])
        && !is_word_start(text, after + 1);
    if possessive { after + 1 } else { after }
}

/// Whether a word is longer than [`MAX_WORD_BYTES`] after normalisation.
fn is_too_long(word: &str) -> bool {
    word.len() > MAX_WORD_BYTES
        && (word.len() > 8 * MAX_WORD_BYTES
            || normalise(word, Language::Plain).len() > MAX_WORD_BYTES)
}

fn is_word_start(text: &str, at: usize) -> bool {
    text[at..].chars().next().is_some_and(char::is_alphanumeric)
}

fn find_word_end(text: &str, start: usize) -> usize {
    let bytes = text.as_bytes();
    let mut at = start;
    while at < bytes.len() {
        match BYTE_CLASSES[usize::from(bytes[at])] {
            ByteClass::Alphanumeric => at += 1,
            ByteClass::DecimalMark if is_inside_number(bytes, at) => at += 1,
            ByteClass::DecimalMark | ByteClass::Separator => break,
            ByteClass::Multibyte => {
                let letter = char_at(text, at);
                if is_bigram_script(letter)
                    || !(letter.is_alphanumeric()
                        || is_combining_mark(letter)
                        || is_invisible(letter))
                {
                    break;
                }
                at += letter.len_utf8();
            }
        }
    }
    at
}

/// Whether the point or comma at byte `at` has ASCII digits on both sides.
fn is_inside_number(bytes: &[u8], at: usize) -> bool {
    at > 0 && bytes[at - 1].is_ascii_digit() && bytes.get(at + 1).is_some_and(u8::is_ascii_digit)
}

fn is_combining_mark(letter: char) -> bool {
    matches!(letter,
        '\u{300}'..='\u{36f}' | '\u{591}'..='\u{5c7}' | '\u{610}'..='\u{61a}' | '\u{640}' | '\u{64b}'..='\u{65f}' | '\u{670}'
        | '\u{900}'..='\u{903}' | '\u{93a}'..='\u{94f}' | '\u{9bc}'..='\u{9cd}' | '\u{a3c}'..='\u{a4d}' | '\u{abc}'..='\u{acd}'
        | '\u{b3c}'..='\u{b4d}' | '\u{bbe}'..='\u{bcd}' | '\u{c3e}'..='\u{c4d}' | '\u{cbc}'..='\u{ccd}' | '\u{d3e}'..='\u{d4d}' | '\u{dca}'..='\u{ddf}')
}

fn emit_bigrams(text: &str, start: usize, each: &mut impl FnMut(TokenSpan)) -> usize {
    let mut emit = |start: usize, end: usize| {
        if !is_too_long(&text[start..end]) {
            each(TokenSpan { start, end, is_bigram: true });
        }
    };
    let mut last = start..find_character_end(text, start);
    let mut is_single = true;
    while text[last.end..].starts_with(is_bigram_script) {
        let next = last.end..find_character_end(text, last.end);
        emit(last.start, next.end);
        last = next;
        is_single = false;
    }
    if is_single {
        emit(last.start, last.end);
    }
    last.end
}

/// The byte offset behind the character that starts at `start`, with the conjoining jamo or voicing
/// marks that complete it.
fn find_character_end(text: &str, start: usize) -> usize {
    let mut letters = text[start..].char_indices();
    letters.next();
    let is_continuation = |letter: char| {
        is_invisible(letter)
            || matches!(
                letter,
                '\u{1160}'..='\u{11ff}' | '\u{3099}' | '\u{309a}' | '\u{ff9e}' | '\u{ff9f}'
            )
    };
    letters.find(|(_, letter)| !is_continuation(*letter)).map_or(text.len(), |(at, _)| start + at)
}
