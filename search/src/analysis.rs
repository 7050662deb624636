//! Tokenization and stemming: the one text analysis that indexing, search and similarity share.
//!
//! A word is normalised to lower case (see `fold`), stemmed in its language, then stripped of
//! accents. Where the word without its accents has another stem, that is a second one of it, so
//! that who leaves accents out finds the same. Scripts written without spaces (and Hangul) are cut
//! into overlapping character bigrams. See `language_detection` for how the language of a text is
//! chosen.

use std::borrow::Cow;

use rustc_hash::FxHashMap;

use crate::english_spelling::unify_spelling;
use crate::fold::{fold_accents_into, normalise, normalise_into};
use crate::language::Language;
use crate::language_detection::detect_language;
use crate::segmentation::{
    MAX_WORD_LETTERS, TokenKind, for_each_index_token, for_each_token, without_joiner,
};
use crate::tokenized::{Spelling, SpellingIdMap, TokenizedTexts};

/// Version of the analysis, stored in every index and cache; to be raised whenever a text would
/// yield other tokens or stems.
pub const ANALYZER_VERSION: u8 = 3;

/// A token of a text with its stem: one word or one character bigram.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    /// The stem without accents: the index term.
    pub stem: String,
    /// Byte offset of its first byte in the text.
    pub start: usize,
    /// Byte offset behind its last byte.
    pub end: usize,
    /// Zero-based index among the tokens of the text.
    pub position: usize,
}

/// The tokens of `text` in the language that [`detect_language`] finds for it;
/// `tag` is its declared BCP 47 tag.
pub fn tokenize(text: &str, tag: &str) -> Vec<Token> {
    tokenize_in(text, detect_language(text, tag))
}

/// The tokens of `text`, stemmed in `language`, whatever language the text seems to be in.
pub fn tokenize_in(text: &str, language: Language) -> Vec<Token> {
    let mut found = Vec::new();
    for_each_token(text, |span| {
        let word = normalise(&text[span.start..span.end], language);
        let stem = if span.kind.is_bigram() { word } else { stem(&word, language) };
        found.push(Token { stem, start: span.start, end: span.end, position: found.len() });
    });
    found
}

/// The stem, without accents, of one word in lower case. Numbers and words in a language without a
/// stemmer only lose their accents.
pub fn stem(word: &str, language: Language) -> String {
    let mut folded = String::with_capacity(word.len());
    match language.stemmer() {
        // Every letter has at most four bytes.
        Some(stemmer)
            if word.len() <= 4 * MAX_WORD_LETTERS
                && !word.starts_with(|letter: char| letter.is_ascii_digit()) =>
        {
            fold_accents_into(&stemmer.stem(&unify_form(word, language)), &mut folded);
        }
        _ => fold_accents_into(word, &mut folded),
    }
    if folded.is_empty() { word.to_owned() } else { folded }
}

/// The stem that a word in lower case has when it is typed without its accents; `None` if it has no
/// accents, or if that is `stem_of_word`, the stem that it has with them.
pub fn stem_without_accents(word: &str, stem_of_word: &str, language: Language) -> Option<String> {
    if word.is_ascii() {
        return None;
    }
    let mut folded = String::with_capacity(word.len());
    fold_accents_into(word, &mut folded);
    let stem = stem(&folded, language);
    (folded != word && stem != stem_of_word).then_some(stem)
}

/// A word in lower case as it is passed to the stemmer: English words as [`unify_spelling`] gives
/// them, Portuguese plurals with the ending of their singular, others unchanged.
fn unify_form(word: &str, language: Language) -> Cow<'_, str> {
    match language {
        Language::English => unify_spelling(word),
        Language::Portuguese => unify_portuguese_plural(word),
        _ => Cow::Borrowed(word),
    }
}

/// Turns the plural endings `-ões` and `-ães` of Portuguese into `-ão`, with accents or without,
/// because the stemmer gives plural and singular different stems.
fn unify_portuguese_plural(word: &str) -> Cow<'_, str> {
    for (plural, singular) in [("ões", "ão"), ("ães", "ão"), ("coes", "cao"), ("soes", "sao")] {
        if let Some(root) = word.strip_suffix(plural) {
            return Cow::Owned(format!("{root}{singular}"));
        }
    }
    Cow::Borrowed(word)
}

/// A word form, that is a distinct word after normalisation and before stemming, with its stems and
/// its number of occurrences.
#[derive(Clone, Debug)]
pub struct WordForm {
    /// The form as normalised by [`crate::fold::normalise`]: lower case, with accents.
    pub word: Box<str>,
    /// Its stem without accents: the index term.
    pub stem: Box<str>,
    /// A second index term: the stem of the form without accents, where that is another.
    pub stem_without_accents: Option<Box<str>>,
    /// Whether it stands for tokens before it, so that it takes their position.
    pub is_repeated: bool,
    /// Whether folding changes the form, so that its exact spelling is worth indexing too.
    pub has_accents: bool,
    /// Occurrences so far.
    pub count: u32,
}

/// Analyses many texts: every word form is stemmed once per language, and its occurrences are
/// counted.
#[derive(Default)]
pub struct Analyzer {
    interners: FxHashMap<Language, FormInterner>,
    /// Reused for the normalised form of each word.
    buffer: String,
    id_maps: SpellingIdMap,
}

/// The word forms of one language, each with a zero-based id.
#[derive(Default)]
struct FormInterner {
    /// The ids of forms that stand for no other tokens, and of those that do.
    ids: [FxHashMap<Box<str>, u32>; 2],
    forms: Vec<WordForm>,
}

impl FormInterner {
    /// The id of a normalised form, which is stemmed and stored when it is new.
    fn intern(&mut self, normalised: &str, language: Language, kind: TokenKind) -> u32 {
        let ids = &mut self.ids[usize::from(kind.is_repeated())];
        if let Some(id) = ids.get(normalised) {
            return *id;
        }
        let id = self.forms.len() as u32;
        self.forms.push(new_form(normalised, language, kind));
        ids.insert(normalised.into(), id);
        id
    }

    /// Adds 1 to [`WordForm::count`] of the form with this id, and returns the form.
    fn count_occurrence(&mut self, id: u32) -> &WordForm {
        let form = &mut self.forms[id as usize];
        form.count += 1;
        form
    }
}

impl Analyzer {
    /// Calls `each` for every token of `text` in order, those for the index alone included, with
    /// the id of its form in this language and the form, whose count then includes the token.
    pub fn analyse(
        &mut self,
        text: &str,
        language: Language,
        mut each: impl FnMut(u32, &WordForm),
    ) {
        let Analyzer { interners, buffer, .. } = self;
        let interner = interners.entry(language).or_default();
        for_each_index_token(text, |span| {
            normalise_token(&text[span.start..span.end], span.kind, language, buffer);
            let id = interner.intern(buffer, language, span.kind);
            each(id, interner.count_occurrence(id));
        });
    }

    /// [`Analyzer::analyse`] for a text that has been tokenized already: the one with this
    /// zero-based index in `texts`.
    pub fn analyse_tokenized(
        &mut self,
        texts: &TokenizedTexts,
        text_index: usize,
        language: Language,
        mut each: impl FnMut(u32, &WordForm),
    ) {
        let Analyzer { interners, buffer, id_maps } = self;
        let interner = interners.entry(language).or_default();
        let form_ids = id_maps.ids_mut(texts.spellings(), language);
        for spelling_id in texts.token_ids(text_index) {
            let form_id = &mut form_ids[*spelling_id as usize];
            if *form_id == SpellingIdMap::UNASSIGNED {
                let Spelling { text, kind } = texts.spellings().get(*spelling_id);
                normalise_token(text, kind, language, buffer);
                *form_id = interner.intern(buffer, language, kind);
            }
            each(*form_id, interner.count_occurrence(*form_id));
        }
    }

    /// All word forms by language; those of a language stand in the order of their ids.
    pub fn into_forms(self) -> impl Iterator<Item = (Language, Vec<WordForm>)> {
        self.interners.into_iter().map(|(language, interner)| (language, interner.forms))
    }
}

/// Replaces the content of `out` by the normalised form of a token; joined words lose their hyphen
/// (`check-out`, `checkout`).
fn normalise_token(text: &str, kind: TokenKind, language: Language, out: &mut String) {
    match kind {
        TokenKind::Joined => normalise_into(&without_joiner(text), language, out),
        _ => normalise_into(text, language, out),
    }
}

/// A normalised word or bigram that was not seen before, with its stems and a count of 0; a bigram
/// is its own stem.
fn new_form(word: &str, language: Language, kind: TokenKind) -> WordForm {
    if kind.is_bigram() {
        return WordForm {
            word: word.into(),
            stem: word.into(),
            stem_without_accents: None,
            is_repeated: kind.is_repeated(),
            has_accents: false,
            count: 0,
        };
    }
    let mut folded = String::new();
    fold_accents_into(word, &mut folded);
    let stem = stem(word, language);
    WordForm {
        word: word.into(),
        stem_without_accents: stem_without_accents(word, &stem, language).map(Box::from),
        stem: stem.into(),
        is_repeated: kind.is_repeated(),
        has_accents: folded != word,
        count: 0,
    }
}

#[cfg(test)]
mod tests {
    use super::{Analyzer, tokenize, tokenize_in};
    use crate::language::Language;
    use crate::tokenized::TokenizedTexts;

    fn stems(text: &str, language: &str) -> String {
        tokenize(text, language).into_iter().map(|token| token.stem).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn words_are_stemmed_in_their_language_and_folded() {
        for (text, language, expected) in [
            ("Running campaigns, the customer's referrals", "en", "run campaign the custom referr"),
            ("promoções e promoção", "pt-BR", "promoca e promoca"),
            ("Häuser am Straßenrand", "de", "haus am strassenrand"),
            ("l'été d\u{2019}achat qu'on", "fr", "ete achat on"),
            ("CPA fell 12.4 % to 1,250 in Q3", "en", "cpa fell 12.4 to 1250 in q3"),
            ("紹介プログラム", "ja", "紹介 介プ プロ ログ グラ ラム"),
            ("茶", "ja", "茶"),
            ("LINEで配信", "ja", "line で配 配信"),
            ("친구 추천 이벤트", "ko", "친구 추천 이벤 벤트"),
            // NFKC writes `ำ` as two characters.
            ("แนะนำเพื่อน", "th", "แน นะ ะน น\u{e4d}า \u{e4d}าเ เพ พื ื่ ่อ อน"),
            (
                "\u{110e}\u{116e}\u{110e}\u{1165}\u{11ab} \u{30af}\u{30fc}\u{30db}\u{309a}ン",
                "ko",
                "추천 クー ーポ ポン",
            ),
            (
                "Kin\u{ad}der\u{ad}gär\u{ad}ten Rab\u{200b}att a\u{308}\u{200d} \u{feff}",
                "de",
                "kindergart rabatt a",
            ),
            ("", "en", ""),
            ("!!! --- ...", "en", ""),
        ] {
            assert_eq!(stems(text, language), expected, "{text}");
        }
    }

    #[test]
    fn tokens_have_byte_ranges_and_positions() {
        let found = tokenize_in("Zoë's 2 ideas", Language::English);
        let spans: Vec<_> =
            found.iter().map(|token| (token.start, token.end, token.position)).collect();
        assert_eq!(spans, [(0, 4, 0), (7, 8, 1), (9, 14, 2)]);
    }

    #[test]
    fn overlong_words_are_left_out() {
        assert_eq!(tokenize(&"a".repeat(500), "en"), []);
    }

    #[test]
    fn an_analyzer_gives_the_same_stems_and_counts_forms() {
        let mut analyzer = Analyzer::default();
        let mut seen = Vec::new();
        analyzer.analyse("Café cafés café", Language::French, |_, form| {
            seen.push((form.stem.clone(), form.count))
        });
        assert_eq!(*seen[0].0, tokenize_in("café", Language::French)[0].stem);
        assert_eq!(seen[2].1, 2);
    }

    #[test]
    fn tokenized_texts_are_analysed_as_plain_text_is() {
        let texts = ["Café l'été 茶道 2.5", "Cafés CAFÉ été"];
        let tokenized = TokenizedTexts::tokenize(texts.into_iter());
        let mut analyzer = Analyzer::default();
        let (mut from_text, mut from_ids) = (Vec::new(), Vec::new());
        for (index, text) in texts.into_iter().enumerate() {
            analyzer.analyse(text, Language::French, |id, form| {
                from_text.push((id, form.stem.clone()))
            });
            analyzer.analyse_tokenized(&tokenized, index, Language::French, |id, form| {
                from_ids.push((id, form.stem.clone()))
            });
        }
        assert_eq!(from_text, from_ids);
        let forms: Vec<_> = analyzer.into_forms().collect();
        assert_eq!(forms[0].1[0].count, 4);
    }
}
