//! From text to the words that are indexed, searched and compared: one way for all of Casebook.
//!
//! A word is put into lower case (see `fold`), stemmed in its language, then loses its accents. Scripts written without spaces
//! (and Hangul) are cut into overlapping pairs of characters. See `language` for how a language is chosen.

use std::borrow::Cow;

use rustc_hash::FxHashMap;

use crate::fold::{fold_into, is_invisible, lower, lower_into};
use crate::language::{Language, is_paired};
use crate::wording::{Renumbering, Spelling, Wording};

/// Changes whenever the same text would be cut, stemmed or folded differently. Stored in every index and cache.
pub const ANALYZER_VERSION: u8 = 2;

/// Longer words are noise (encoded data, addresses) and are left out.
const LONGEST: usize = 48;

/// One word or pair of characters of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    /// The stem without accents: what is compared.
    pub stem: String,
    /// Where it stands in the text, in bytes.
    pub start: usize,
    /// Where it ends in the text, in bytes.
    pub end: usize,
    /// Its place among the words, from 0.
    pub position: usize,
}

/// A stretch of text that becomes one token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Piece {
    /// Where it starts, in bytes.
    pub start: usize,
    /// Where it ends, in bytes.
    pub end: usize,
    /// Two characters of a script that has no spaces (or one that stands alone).
    pub pair: bool,
}

/// The tokens of `text`, analysed in the language that its tag and its script agree on (see [`crate::language::detect`]).
pub fn tokens(text: &str, language: &str) -> Vec<Token> {
    tokens_in(text, crate::language::detect(text, language))
}

/// The tokens of `text`, analysed in exactly this language.
pub fn tokens_in(text: &str, language: Language) -> Vec<Token> {
    let mut found = Vec::new();
    pieces(text, |piece| {
        let word = lower(&text[piece.start..piece.end], language);
        let stem = if piece.pair { word } else { stem(&word, language) };
        found.push(Token { stem, start: piece.start, end: piece.end, position: found.len() });
    });
    found
}

/// The stem of one word in lower case, without accents.
pub fn stem(word: &str, language: Language) -> String {
    let mut folded = String::with_capacity(word.len());
    match language.stemmer() {
        Some(stemmer) if word.len() <= LONGEST && !word.starts_with(|letter: char| letter.is_ascii_digit()) => {
            fold_into(&stemmer.stem(&mended(word, language)), &mut folded);
        }
        _ => fold_into(word, &mut folded),
    }
    if folded.is_empty() { word.to_owned() } else { folded }
}

/// The form a stemmer handles well: it leaves the plurals of Portuguese `-ão` apart from their singular.
fn mended(word: &str, language: Language) -> Cow<'_, str> {
    match word.strip_suffix("ões").or_else(|| word.strip_suffix("ães")) {
        Some(root) if language == Language::Portuguese => Cow::Owned(format!("{root}ão")),
        _ => Cow::Borrowed(word),
    }
}

/// Calls `each` for every word and every pair of characters of `text`, in order.
///
/// Words are runs of letters, digits and marks; characters that are not seen end no word. A decimal point or comma inside a number belongs to it. An English `'s` and a French or
/// Italian elided article (`l'`, `d'`) belong to no word.
pub fn pieces(text: &str, mut each: impl FnMut(Piece)) {
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        match CLASSES[usize::from(bytes[at])] {
            Class::Letter => {}
            Class::Outside | Class::Point => {
                at += 1;
                continue;
            }
            Class::Wide => {
                let letter = char_at(text, at);
                if is_paired(letter) {
                    at = pairs(text, at, &mut each);
                    continue;
                }
                if !letter.is_alphanumeric() || is_invisible(letter) {
                    at += letter.len_utf8();
                    continue;
                }
            }
        }
        at = word(text, at, &mut each);
    }
}

/// What a byte can be to a word. Every byte of every text is looked at, so that one look has to do.
#[derive(Clone, Copy)]
enum Class {
    /// Part of no word.
    Outside,
    /// An ASCII letter or digit.
    Letter,
    /// A point or comma, which can stand inside a number.
    Point,
    /// Of a character that takes several bytes.
    Wide,
}

const CLASSES: [Class; 256] = {
    let mut classes = [Class::Wide; 256];
    let mut byte = 0;
    while byte < 128 {
        classes[byte] = match byte as u8 {
            b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' => Class::Letter,
            b'.' | b',' => Class::Point,
            _ => Class::Outside,
        };
        byte += 1;
    }
    classes
};

fn char_at(text: &str, at: usize) -> char {
    text[at..].chars().next().unwrap_or('\u{fffd}')
}

fn word(text: &str, start: usize, each: &mut impl FnMut(Piece)) -> usize {
    let end = word_end(text, start);
    let apostrophe_len = match text.as_bytes()[end..] {
        [b'\'', ..] => 1,
        // U+2019, the one that typesetters use.
        [0xe2, 0x80, 0x99, ..] => 3,
        _ => 0,
    };
    let elided = apostrophe_len > 0 && (end - start == 1 || &text[start..end] == "qu") && starts_word(text, end + apostrophe_len);
    if !elided && !is_endless(&text[start..end]) {
        each(Piece { start, end, pair: false });
    }
    let after = end + apostrophe_len;
    let possessive = apostrophe_len > 0 && text[after..].starts_with(['s', 'S']) && !starts_word(text, after + 1);
    if possessive { after + 1 } else { after }
}

/// Whether a word is too long, however its letters are written.
fn is_endless(word: &str) -> bool {
    word.len() > LONGEST && (word.len() > 8 * LONGEST || lower(word, Language::Plain).len() > LONGEST)
}

fn starts_word(text: &str, at: usize) -> bool {
    text[at..].chars().next().is_some_and(char::is_alphanumeric)
}

fn word_end(text: &str, start: usize) -> usize {
    let bytes = text.as_bytes();
    let mut at = start;
    while at < bytes.len() {
        match CLASSES[usize::from(bytes[at])] {
            Class::Letter => at += 1,
            Class::Point if is_inside_number(bytes, at) => at += 1,
            Class::Point | Class::Outside => break,
            Class::Wide => {
                let letter = char_at(text, at);
                if is_paired(letter) || !(letter.is_alphanumeric() || is_mark(letter) || is_invisible(letter)) {
                    break;
                }
                at += letter.len_utf8();
            }
        }
    }
    at
}

/// Whether the point or comma there has digits on both sides.
fn is_inside_number(bytes: &[u8], at: usize) -> bool {
    at > 0 && bytes[at - 1].is_ascii_digit() && bytes.get(at + 1).is_some_and(u8::is_ascii_digit)
}

fn is_mark(letter: char) -> bool {
    matches!(letter,
        '\u{300}'..='\u{36f}' | '\u{591}'..='\u{5c7}' | '\u{610}'..='\u{61a}' | '\u{640}' | '\u{64b}'..='\u{65f}' | '\u{670}'
        | '\u{900}'..='\u{903}' | '\u{93a}'..='\u{94f}' | '\u{9bc}'..='\u{9cd}' | '\u{a3c}'..='\u{a4d}' | '\u{abc}'..='\u{acd}'
        | '\u{b3c}'..='\u{b4d}' | '\u{bbe}'..='\u{bcd}' | '\u{c3e}'..='\u{c4d}' | '\u{cbc}'..='\u{ccd}' | '\u{d3e}'..='\u{d4d}' | '\u{dca}'..='\u{ddf}')
}

fn pairs(text: &str, start: usize, each: &mut impl FnMut(Piece)) -> usize {
    let mut pair = |start: usize, end: usize| {
        if !is_endless(&text[start..end]) {
            each(Piece { start, end, pair: true });
        }
    };
    let mut last = start..character_end(text, start);
    let mut alone = true;
    while text[last.end..].starts_with(is_paired) {
        let next = last.end..character_end(text, last.end);
        pair(last.start, next.end);
        last = next;
        alone = false;
    }
    if alone {
        pair(last.start, last.end);
    }
    last.end
}

/// Where the character that starts there ends: a syllable or a voiced sound may be written in parts.
fn character_end(text: &str, start: usize) -> usize {
    let mut letters = text[start..].char_indices();
    letters.next();
    let is_part =
        |letter: char| is_invisible(letter) || matches!(letter, '\u{1160}'..='\u{11ff}' | '\u{3099}' | '\u{309a}' | '\u{ff9e}' | '\u{ff9f}');
    letters.find(|(_, letter)| !is_part(*letter)).map_or(text.len(), |(at, _)| start + at)
}

/// What is remembered about one word form.
#[derive(Clone, Debug)]
pub struct Form {
    /// The form itself, in lower case.
    pub word: Box<str>,
    /// Its stem without accents.
    pub stem: Box<str>,
    /// Whether the form has accents that the search ignores.
    pub accented: bool,
    /// How often it was met.
    pub count: u32,
}

/// Analyses many texts: every word form is stemmed once and counted.
#[derive(Default)]
pub struct Analyzer {
    met: FxHashMap<Language, Met>,
    lower: String,
    renumbering: Renumbering,
}

/// The forms met in one language.
#[derive(Default)]
struct Met {
    numbers: FxHashMap<Box<str>, u32>,
    forms: Vec<Form>,
}

impl Met {
    /// The number of a form in lower case.
    fn number(&mut self, lower: &str, language: Language, pair: bool) -> u32 {
        if let Some(number) = self.numbers.get(lower) {
            return *number;
        }
        let number = self.forms.len() as u32;
        self.forms.push(form(lower, language, pair));
        self.numbers.insert(lower.into(), number);
        number
    }

    fn count(&mut self, number: u32) -> &Form {
        let form = &mut self.forms[number as usize];
        form.count += 1;
        form
    }
}

impl Analyzer {
    /// Calls `each` with every word of `text`: the number of its form in this language, and the form.
    pub fn analyse(&mut self, text: &str, language: Language, mut each: impl FnMut(u32, &Form)) {
        let Analyzer { met, lower, .. } = self;
        let met = met.entry(language).or_default();
        pieces(text, |piece| {
            lower_into(&text[piece.start..piece.end], language, lower);
            let number = met.number(lower, language, piece.pair);
            each(number, met.count(number));
        });
    }

    /// The same for a text of a wording, by its place there.
    pub fn analyse_words(&mut self, wording: &Wording, text: usize, language: Language, mut each: impl FnMut(u32, &Form)) {
        let Analyzer { met, lower, renumbering } = self;
        let met = met.entry(language).or_default();
        let numbers = renumbering.with(wording.spellings(), language);
        for word in wording.text(text) {
            let number = &mut numbers[*word as usize];
            if *number == Renumbering::UNKNOWN {
                let Spelling { written, pair } = wording.spellings().get(*word);
                lower_into(written, language, lower);
                *number = met.number(lower, language, pair);
            }
            each(*number, met.count(*number));
        }
    }

    /// Every form met, by language and number.
    pub fn into_forms(self) -> impl Iterator<Item = (Language, Vec<Form>)> {
        self.met.into_iter().map(|(language, met)| (language, met.forms))
    }
}

fn form(word: &str, language: Language, pair: bool) -> Form {
    if pair {
        return Form { word: word.into(), stem: word.into(), accented: false, count: 0 };
    }
    let mut folded = String::new();
    fold_into(word, &mut folded);
    Form { word: word.into(), stem: stem(word, language).into(), accented: folded != word, count: 0 }
}

#[cfg(test)]
mod tests {
    use super::{Analyzer, tokens, tokens_in};
    use crate::language::Language;
    use crate::wording::Wording;

    fn stems(text: &str, language: &str) -> String {
        tokens(text, language).into_iter().map(|token| token.stem).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn words_are_stemmed_in_their_language_and_folded() {
        for (text, language, expected) in [
            ("Running campaigns, the customer's referrals", "en", "run campaign the custom referr"),
            ("promoções e promoção", "pt-BR", "promoca e promoca"),
            ("Häuser am Straßenrand", "de", "haus am strassenrand"),
            ("l'été d\u{2019}achat qu'on", "fr", "ete achat on"),
            ("CPA fell 12.4 % to 1,250 in Q3", "en", "cpa fell 12.4 to 1,250 in q3"),
            ("紹介プログラム", "ja", "紹介 介プ プロ ログ グラ ラム"),
            ("茶", "ja", "茶"),
            ("LINEで配信", "ja", "line で配 配信"),
            ("친구 추천 이벤트", "ko", "친구 추천 이벤 벤트"),
            // NFKC writes `ำ` as two characters.
            ("แนะนำเพื่อน", "th", "แน นะ ะน น\u{e4d}า \u{e4d}าเ เพ พื ื่ ่อ อน"),
            ("\u{110e}\u{116e}\u{110e}\u{1165}\u{11ab} \u{30af}\u{30fc}\u{30db}\u{309a}ン", "ko", "추천 クー ーポ ポン"),
            ("Kin\u{ad}der\u{ad}gär\u{ad}ten Rab\u{200b}att a\u{308}\u{200d} \u{feff}", "de", "kindergart rabatt a"),
            ("", "en", ""),
            ("!!! --- ...", "en", ""),
        ] {
            assert_eq!(stems(text, language), expected, "{text}");
        }
    }

    #[test]
    fn tokens_know_their_place() {
        let found = tokens_in("Zoë's 2 ideas", Language::English);
        let places: Vec<_> = found.iter().map(|token| (token.start, token.end, token.position)).collect();
        assert_eq!(places, [(0, 4, 0), (7, 8, 1), (9, 14, 2)]);
    }

    #[test]
    fn endless_words_are_left_out() {
        assert_eq!(tokens(&"a".repeat(500), "en"), []);
    }

    #[test]
    fn an_analyzer_gives_the_same_stems_and_counts_forms() {
        let mut analyzer = Analyzer::default();
        let mut seen = Vec::new();
        analyzer.analyse("Café cafés café", Language::French, |_, form| seen.push((form.stem.clone(), form.count)));
        assert_eq!(*seen[0].0, tokens_in("café", Language::French)[0].stem);
        assert_eq!(seen[2].1, 2);
    }

    #[test]
    fn words_are_analysed_as_their_text_is() {
        let texts = ["Café l'été 茶道 2.5", "Cafés CAFÉ été"];
        let wording = Wording::of(texts.into_iter());
        let mut analyzer = Analyzer::default();
        let (mut plain, mut cut) = (Vec::new(), Vec::new());
        for (at, text) in texts.into_iter().enumerate() {
            analyzer.analyse(text, Language::French, |number, form| plain.push((number, form.stem.clone())));
            analyzer.analyse_words(&wording, at, Language::French, |number, form| cut.push((number, form.stem.clone())));
        }
        assert_eq!(plain, cut);
        let forms: Vec<_> = analyzer.into_forms().collect();
        assert_eq!(forms[0].1[0].count, 4);
    }
}
