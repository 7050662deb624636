//! Segmentation: cuts a text into words and character bigrams.

use crate::fold::{is_hebrew_quote, is_invisible, normalise};
use crate::language::{Language, is_bigram_script};
use crate::marks::is_combining_mark;
use crate::numbers::{separator_len, to_ascii_digit};

/// The most letters of a word that becomes a token; longer ones are noise (encoded data,
/// addresses).
pub(crate) const MAX_WORD_LETTERS: usize = 48;

/// The byte range of a text that becomes one token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TokenSpan {
    /// Byte offset of its first byte.
    pub start: usize,
    /// Byte offset behind its last byte.
    pub end: usize,
    /// The kind of the token.
    pub kind: TokenKind,
}

/// The kind of a token, which decides whether it is stemmed and whether only the index has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TokenKind {
    /// A word or figure.
    Word,
    /// Two characters of a script without spaces, or a single one between other text.
    Bigram,
    /// Two words joined by a hyphen (`check-out`), or letters joined by a hyphen, slash or
    /// ampersand (`A/B`), which are tokens of their own as well and come before it. For the index
    /// alone.
    Joined,
    /// The last character of a run of bigrams, so that a search for one character finds it as the
    /// first of a bigram or as this. For the index alone.
    RunEnd,
}

impl TokenKind {
    /// Whether it is a character or two of a script without spaces, which have no stem.
    pub fn is_bigram(self) -> bool {
        matches!(self, TokenKind::Bigram | TokenKind::RunEnd)
    }

    /// Whether it repeats text of other tokens, so that only the index wants it.
    pub fn is_repeated(self) -> bool {
        matches!(self, TokenKind::Joined | TokenKind::RunEnd)
    }
}

/// Calls `each` with the span of every word and every character bigram of `text`, in order.
///
/// Words are runs of letters, digits and combining marks; invisible characters do not end a word. A
/// separator inside a figure is part of it (see [`separator_len`]), and so is a quote inside a
/// Hebrew word. An English `'s` and a French or Italian elided article (`l'`, `d'`) are part of no
/// word.
pub fn for_each_token(text: &str, mut each: impl FnMut(TokenSpan)) {
    for_each_index_token(text, |span| {
        if !span.kind.is_repeated() {
            each(span);
        }
    });
}

/// Calls `each` with the tokens of [`for_each_token`] and those that only the index wants, each
/// behind the tokens that it repeats.
pub fn for_each_index_token(text: &str, mut each: impl FnMut(TokenSpan)) {
    let mut joiner = WordJoiner::default();
    let mut each = |span: TokenSpan| {
        each(span);
        if let Some(joined) = joiner.join(text, span) {
            each(joined);
        }
    };
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

/// The class of every byte, indexed by its value.
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

/// The character that starts at byte `at` of `text`; U+FFFD at the end of the text.
fn char_at(text: &str, at: usize) -> char {
    text[at..].chars().next().unwrap_or('\u{fffd}')
}

/// Calls `each` with the word that starts at byte `start`, unless it is an elided article or too
/// long. Returns the byte offset behind it and behind an apostrophe or `'s` that follows.
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
        each(TokenSpan { start, end, kind: TokenKind::Word });
    }
    let after = end + apostrophe_len;
    let possessive = apostrophe_len > 0
        && text[after..].starts_with(['s', 'S'])
        && !is_word_start(text, after + 1);
    if possessive { after + 1 } else { after }
}

/// Finds words that are joined by a hyphen (`check-out`), given the tokens of a text one after the
/// other.
#[derive(Default)]
struct WordJoiner {
    /// The word before the current one.
    last: Option<TokenSpan>,
}

impl WordJoiner {
    /// The joined token of the last word and `span`, the token that follows; `None` unless a hyphen
    /// is all that stands between them or, between single letters, a slash, ampersand or point.
    fn join(&mut self, text: &str, span: TokenSpan) -> Option<TokenSpan> {
        if span.kind != TokenKind::Word {
            self.last = None;
            return None;
        }
        let before = self.last.replace(span)?;
        let between = text.get(before.end..span.start)?;
        let is_one_letter = |span: TokenSpan| text[span.start..span.end].chars().nth(1).is_none();
        let is_joined = is_hyphen(between)
            || matches!(between, "/" | "&" | ".") && is_one_letter(before) && is_one_letter(span);
        let is_figure =
            |at: usize| text[at..].starts_with(|letter| to_ascii_digit(letter).is_some());
        // `2024-11` is no one figure.
        let is_word = !(is_figure(before.start) && is_figure(span.start));
        (is_joined && is_word && !is_too_long(&text[before.start..span.end])).then_some(TokenSpan {
            start: before.start,
            end: span.end,
            kind: TokenKind::Joined,
        })
    }
}

/// Whether the text between two words is a single hyphen or en dash, by which they are written
/// joined.
fn is_hyphen(between: &str) -> bool {
    matches!(between, "-" | "\u{2010}" | "\u{2011}" | "\u{2013}" | "\u{ad}-")
}

/// A joined token without what joins it: `checkout` for `check-out`.
pub fn without_joiner(joined: &str) -> String {
    joined.chars().filter(|letter| letter.is_alphanumeric() || is_combining_mark(*letter)).collect()
}

/// Whether a word has more than [`MAX_WORD_LETTERS`] letters after normalisation.
fn is_too_long(word: &str) -> bool {
    word.len() > MAX_WORD_LETTERS
        && (word.len() > 16 * MAX_WORD_LETTERS
            || normalise(word, Language::Plain).chars().count() > MAX_WORD_LETTERS)
}

/// Whether a letter or digit starts at byte `at` of `text`.
fn is_word_start(text: &str, at: usize) -> bool {
    text[at..].chars().next().is_some_and(char::is_alphanumeric)
}

/// The byte offset behind the word that starts at byte `start`; separators inside figures and
/// quotes inside Hebrew words belong to it.
fn find_word_end(text: &str, start: usize) -> usize {
    let bytes = text.as_bytes();
    let mut at = start;
    while at < bytes.len() {
        match BYTE_CLASSES[usize::from(bytes[at])] {
            ByteClass::Alphanumeric => at += 1,
            ByteClass::DecimalMark | ByteClass::Separator => {
                match separator_len(text, at).or_else(|| inner_quote_len(text, at)) {
                    Some(len) => at += len,
                    None => break,
                }
            }
            ByteClass::Multibyte => {
                let letter = char_at(text, at);
                if let Some(len) = separator_len(text, at).or_else(|| inner_quote_len(text, at)) {
                    at += len;
                    continue;
                }
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

/// Length in bytes of the quote at byte `at` of `text` if it stands between two Hebrew letters,
/// where it marks an abbreviation (`דוא"ל`); otherwise `None`.
fn inner_quote_len(text: &str, at: usize) -> Option<usize> {
    let is_hebrew = |letter: char| matches!(letter, '\u{5d0}'..='\u{5ea}');
    let quote = text[at..].chars().next().filter(|letter| is_hebrew_quote(*letter))?;
    let len = quote.len_utf8();
    (text[..at].ends_with(is_hebrew) && text[at + len..].starts_with(is_hebrew)).then_some(len)
}

/// Calls `each` with the bigrams of the run of a script without spaces that starts at byte `start`,
/// and with its last character alone. Returns the byte offset behind the run.
fn emit_bigrams(text: &str, start: usize, each: &mut impl FnMut(TokenSpan)) -> usize {
    let mut emit = |start: usize, end: usize, kind: TokenKind| {
        if !is_too_long(&text[start..end]) {
            each(TokenSpan { start, end, kind });
        }
    };
    let mut last = start..find_character_end(text, start);
    let mut is_single = true;
    while text[last.end..].starts_with(is_bigram_script) {
        let next = last.end..find_character_end(text, last.end);
        emit(last.start, next.end, TokenKind::Bigram);
        last = next;
        is_single = false;
    }
    let kind = if is_single { TokenKind::Bigram } else { TokenKind::RunEnd };
    emit(last.start, last.end, kind);
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
