//! Tokenized texts with interned spellings: a text is a list of spelling ids, and every distinct
//! spelling is stored once.
//!
//! A text is tokenized once, when it is parsed. Code that stems, counts or compares its words
//! processes each distinct spelling of the table once, instead of every occurrence.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::language::Language;
use crate::segmentation::{TokenKind, for_each_index_token};

/// An interning table: the distinct spellings of some texts, each with a zero-based id.
#[derive(Debug, Default)]
pub struct SpellingTable {
    /// All spellings, concatenated.
    letters: String,
    /// Byte offset in `letters` behind each spelling.
    ends: Vec<u32>,
    kinds: Vec<TokenKind>,
}

/// A token as it is written in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spelling<'a> {
    /// The token's text, not normalised.
    pub text: &'a str,
    /// The kind of the token.
    pub kind: TokenKind,
}

impl SpellingTable {
    /// Number of distinct spellings.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether the table has no spelling.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// The spelling of an id of this table; panics for other ids.
    pub fn get(&self, id: u32) -> Spelling<'_> {
        let index = id as usize;
        let start = index.checked_sub(1).map_or(0, |before| self.ends[before]);
        Spelling {
            text: &self.letters[start as usize..self.ends[index] as usize],
            kind: self.kinds[index],
        }
    }

    /// Appends a spelling, which the table must not have yet, and returns its id.
    fn push(&mut self, spelling: Spelling) -> u32 {
        self.letters.push_str(spelling.text);
        self.ends.push(self.letters.len() as u32);
        self.kinds.push(spelling.kind);
        self.ends.len() as u32 - 1
    }
}

/// The texts of one record as spelling ids, with the table that the ids refer to.
#[derive(Clone, Debug, Default)]
pub struct TokenizedTexts {
    spellings: Arc<SpellingTable>,
    tokens: TokenIds,
}

impl TokenizedTexts {
    /// Tokenizes texts with a table of their own.
    pub fn tokenize<'t>(texts: impl Iterator<Item = &'t str>) -> TokenizedTexts {
        let mut tokenizer = TextTokenizer::default();
        let tokens = tokenizer.tokenize(texts);
        tokens.with_spellings(&tokenizer.into_spellings())
    }

    /// The table that the ids refer to.
    pub fn spellings(&self) -> &Arc<SpellingTable> {
        &self.spellings
    }

    /// Number of texts of the record that were tokenized.
    pub fn text_count(&self) -> usize {
        self.tokens.ends.len()
    }

    /// The spelling ids of a text in order, by the zero-based index of the text; tokens that repeat
    /// others (see [`TokenKind::is_repeated`]) are among them.
    pub fn token_ids(&self, text_index: usize) -> &[u32] {
        let start = text_index.checked_sub(1).map_or(0, |before| self.tokens.ends[before]);
        &self.tokens.ids[start as usize..self.tokens.ends[text_index] as usize]
    }
}

/// Texts as spelling ids of a table that is still growing.
#[derive(Clone, Debug, Default)]
pub struct TokenIds {
    ids: Box<[u32]>,
    /// Index in `ids` behind the last token of each text.
    ends: Box<[u32]>,
}

impl TokenIds {
    /// Joins the ids with the table that they refer to, which is finished now.
    #[must_use]
    pub fn with_spellings(self, spellings: &Arc<SpellingTable>) -> TokenizedTexts {
        TokenizedTexts { spellings: Arc::clone(spellings), tokens: self }
    }
}

/// Tokenizes the texts of many records into one table of spellings.
#[derive(Default)]
pub struct TextTokenizer {
    spellings: SpellingTable,
    /// The ids of tokens that repeat no others, and of those that do (see
    /// [`TokenKind::is_repeated`]), whose spellings can be equal.
    ids_by_spelling: [FxHashMap<Box<str>, u32>; 2],
    /// Reused for the ids of each record.
    buffer: Vec<u32>,
}

impl TextTokenizer {
    /// Tokenizes the texts of one record, and adds their new spellings to the table.
    pub fn tokenize<'t>(&mut self, texts: impl Iterator<Item = &'t str>) -> TokenIds {
        let TextTokenizer { spellings, ids_by_spelling, buffer } = self;
        buffer.clear();
        let tokenize_one = |text: &str| {
            for_each_index_token(text, |span| {
                let spelling = &text[span.start..span.end];
                let ids = &mut ids_by_spelling[usize::from(span.kind.is_repeated())];
                buffer.push(match ids.get(spelling) {
                    Some(id) => *id,
                    None => {
                        let id = spellings.push(Spelling { text: spelling, kind: span.kind });
                        ids.insert(spelling.into(), id);
                        id
                    }
                });
            });
            buffer.len() as u32
        };
        let ends = texts.map(tokenize_one).collect();
        TokenIds { ids: buffer.as_slice().into(), ends }
    }

    /// The table of all spellings, once all texts are tokenized.
    pub fn into_spellings(self) -> Arc<SpellingTable> {
        Arc::new(self.spellings)
    }
}

/// The ids that a reader of tokenized texts, such as an analyzer, assigns to spellings: by spelling
/// table and language, so that it processes each spelling once.
#[derive(Default)]
pub struct SpellingIdMap(FxHashMap<(usize, Language), TableIds>);

/// A reader's own ids for the spellings of one table in one language, indexed by spelling id.
struct TableIds {
    /// Kept alive because the map's key is the table's address, which must not be reused.
    _spellings: Arc<SpellingTable>,
    ids: Vec<u32>,
}

impl SpellingIdMap {
    /// Marks a spelling to which the reader has not yet assigned an id.
    pub const UNASSIGNED: u32 = u32::MAX;

    /// The reader's ids for a table in one language, indexed by spelling id;
    /// [`SpellingIdMap::UNASSIGNED`] at first.
    pub fn ids_mut(&mut self, spellings: &Arc<SpellingTable>, language: Language) -> &mut [u32] {
        let new = || TableIds {
            _spellings: Arc::clone(spellings),
            ids: vec![Self::UNASSIGNED; spellings.len()],
        };
        &mut self.0.entry((Arc::as_ptr(spellings) as usize, language)).or_insert_with(new).ids
    }
}

#[cfg(test)]
mod tests {
    use super::{TextTokenizer, TokenizedTexts};

    fn spellings_of(texts: &TokenizedTexts, text_index: usize) -> Vec<&str> {
        texts.token_ids(text_index).iter().map(|id| texts.spellings().get(*id).text).collect()
    }

    #[test]
    fn records_share_one_table() {
        let mut tokenizer = TextTokenizer::default();
        let tokens = [
            tokenizer.tokenize(["Two words", "", "two 茶道"].into_iter()),
            tokenizer.tokenize(["words"].into_iter()),
        ];
        let spellings = tokenizer.into_spellings();
        let [one, other] = tokens.map(|ids| ids.with_spellings(&spellings));
        assert_eq!((one.text_count(), other.text_count()), (3, 1));
        assert_eq!(spellings_of(&one, 0), ["Two", "words"]);
        assert_eq!(spellings_of(&one, 1), [""; 0]);
        assert_eq!(spellings_of(&one, 2), ["two", "茶道", "道"]);
        assert_eq!(one.token_ids(0)[1], other.token_ids(0)[0]);
        let is_bigram: Vec<bool> =
            (0..spellings.len() as u32).map(|id| spellings.get(id).kind.is_bigram()).collect();
        assert_eq!(is_bigram, [false, false, false, true, true]);
    }

    #[test]
    fn one_record_has_a_table_of_its_own() {
        let texts = TokenizedTexts::tokenize(["a b a"].into_iter());
        assert_eq!(texts.token_ids(0), [0, 1, 0]);
        assert_eq!(TokenizedTexts::default().text_count(), 0);
    }
}
