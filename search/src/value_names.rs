//! Matches the words of a query with the names of facet values in all languages.
//!
//! The index does not store these names with each record: a query is compared with the names in the
//! header, and the records of a matching value are read from the column of its facet. A label in
//! nine languages thus takes no space per record, and a match knows how much of a name of several
//! words the query covers.

use crate::analysis::stem;
use crate::facet::FacetId;
use crate::fold::{fold_accents, normalise};
use crate::language::{Language, is_bigram_script};
use crate::language_detection::detect_language;
use crate::layout::{IndexHeader, IndexedFacet};
use crate::plan::{Alternative, Clause, QueryWord};
use crate::record::ValueNames;
use crate::segmentation::for_each_token;

/// One name of a facet value, tokenized.
#[derive(Clone, Debug)]
struct TokenizedName {
    facet: FacetId,
    /// Number of the value in the column of its facet.
    number: i64,
    /// Its language, a BCP 47 tag; empty for a name of any language.
    tag: String,
    /// Whether it is an alias, which may be narrower than the value (`diwali` of a seasonal
    /// moment).
    is_alias: bool,
    words: Vec<NameToken>,
}

/// A word of the name of a facet value, in the forms that are compared with the words of a query.
#[derive(Clone, Debug)]
struct NameToken {
    folded: String,
    stem: String,
}

/// A facet value whose name matches a query, wholly or in part.
#[derive(Clone, Debug, PartialEq)]
pub struct ValueMatch {
    /// Facet of the value.
    pub facet: FacetId,
    /// Number of the value in the column of its facet.
    pub number: i64,
    /// Share of the tokens of the name that the query contains, above 0 and at most 1; the best of
    /// all names.
    pub share: f32,
    /// Whether it matches by whole words, and not by an alias that is all of the query.
    pub is_whole: bool,
    /// The language of the name of which the query has the largest share, the first of several; a
    /// BCP 47 tag, empty for a name of any language.
    pub tag: String,
}

/// The names of all facet values in the index, tokenized so that queries can be compared with them.
#[derive(Clone, Debug, Default)]
pub struct ValueNameIndex(Vec<TokenizedName>);

impl ValueNameIndex {
    /// Tokenizes the names of the values that records have.
    pub fn from_header(header: &IndexHeader) -> ValueNameIndex {
        let mut names = Vec::new();
        for value in &header.names {
            let values = &header.facet(value.facet).values;
            let Ok(number) = values.binary_search(&value.value) else { continue };
            for (tag, text) in value
                .names
                .iter()
                .flat_map(|(tag, texts)| texts.iter().enumerate().map(move |text| (tag, text)))
            {
                let (at, text) = text;
                let words = tokenize_name(text, tag);
                // The label stands first among the names of a language.
                let is_alias = tag.is_empty() || at > 0;
                if !words.is_empty() {
                    let (facet, number) = (value.facet, number as i64);
                    names.push(TokenizedName { facet, number, tag: tag.clone(), is_alias, words });
                }
            }
        }
        ValueNameIndex(names)
    }

    /// The facet values whose names match `alternative`, each once. All words of the query
    /// (`clauses`) count for the share of a name that it covers.
    pub fn find_matches(&self, alternative: &Alternative, clauses: &[Clause]) -> Vec<ValueMatch> {
        let mut matches: Vec<ValueMatch> = Vec::new();
        for name in &self.0 {
            let share = match &alternative.words[..] {
                [word] => compute_share(name, word, alternative.is_prefix, clauses),
                phrase => f32::from(u8::from(contains_phrase(name, phrase))),
            };
            if share <= 0.0 {
                continue;
            }
            // Who asks for nothing but an alias means it, not all that its term stands for.
            let is_whole = is_whole_match(name, &alternative.words)
                && !(name.is_alias && covers_query(name, clauses));
            match matches
                .iter_mut()
                .find(|existing| existing.facet == name.facet && existing.number == name.number)
            {
                Some(existing) => {
                    if share > existing.share {
                        existing.share = share;
                        existing.tag.clone_from(&name.tag);
                    }
                    existing.is_whole |= is_whole;
                }
                None => {
                    let (facet, number) = (name.facet, name.number);
                    let tag = name.tag.clone();
                    matches.push(ValueMatch { facet, number, share, is_whole, tag });
                }
            }
        }
        matches
    }
}

/// The language to stem a name in; English if its tag is empty, because most names without a
/// language are English.
pub fn detect_name_language(text: &str, tag: &str) -> Language {
    detect_language(text, if tag.is_empty() { "en" } else { tag })
}

/// The words of a name in the language that its text and its BCP 47 tag suggest; see
/// [`detect_name_language`].
fn tokenize_name(text: &str, tag: &str) -> Vec<NameToken> {
    let language = detect_name_language(text, tag);
    let mut words = Vec::new();
    for_each_token(text, |span| {
        let form = normalise(&text[span.start..span.end], language);
        let stem = if span.kind.is_bigram() { form.clone() } else { stem(&form, language) };
        words.push(NameToken { folded: fold_accents(&form), stem });
    });
    words
}

/// The share of the words of a name that the query (`clauses`) contains; 0 if `word`, one of its
/// words, is not among them.
fn compute_share(
    name: &TokenizedName,
    word: &QueryWord,
    is_prefix: bool,
    clauses: &[Clause],
) -> f32 {
    if !name.words.iter().any(|token| matches_token(token, word, is_prefix)) {
        return 0.0;
    }
    let alternatives = || {
        clauses
            .iter()
            .flat_map(|clause| &clause.alternatives)
            .filter(|alternative| alternative.words.len() == 1)
    };
    let matched_count = name
        .words
        .iter()
        .filter(|token| {
            alternatives().any(|alternative| {
                matches_token(token, &alternative.words[0], alternative.is_prefix)
            })
        })
        .count();
    matched_count.max(1) as f32 / name.words.len() as f32
}

/// Whether a name contains one of these words of a query wholly, not as the beginning of a longer
/// one.
fn is_whole_match(name: &TokenizedName, words: &[QueryWord]) -> bool {
    name.words.iter().any(|token| words.iter().any(|word| matches_token(token, word, false)))
}

/// Whether a name contains a word of every clause of a query, ignored stop words aside.
fn covers_query(name: &TokenizedName, clauses: &[Clause]) -> bool {
    let is_covered = |clause: &Clause| {
        clause.is_ignored
            || clause
                .alternatives
                .iter()
                .any(|alternative| is_whole_match(name, &alternative.words))
    };
    clauses.iter().all(is_covered)
}

/// Whether the words of a phrase follow one another in a name.
fn contains_phrase(name: &TokenizedName, phrase: &[QueryWord]) -> bool {
    name.words
        .windows(phrase.len().max(1))
        .any(|run| run.iter().zip(phrase).all(|(token, word)| matches_token(token, word, false)))
}

/// Whether a word of a query matches a word of a name: without accents, by a stem, or, if
/// `is_prefix`, as its beginning of at least three letters.
fn matches_token(token: &NameToken, word: &QueryWord, is_prefix: bool) -> bool {
    // A single bigram is a small share of a name, but the share counts every bigram of the query.
    token.folded == word.folded
        || word.stems.iter().any(|(stem, _)| *stem == token.stem)
        || is_prefix
            && word.folded.chars().count() >= 3
            && token.folded.starts_with(&word.folded)
            && !word.folded.starts_with(is_bigram_script)
}

/// Those of `names` that belong to a value that records have, by the values of `facets`.
pub fn select_used_names(names: &[ValueNames], facets: &[IndexedFacet]) -> Vec<ValueNames> {
    let is_used = |names: &&ValueNames| {
        let values = &facets[usize::from(names.facet.0)].values;
        values.binary_search(&names.value).is_ok()
    };
    names.iter().filter(is_used).cloned().collect()
}
