//! Dictionary lookup: the words of a query plan become index terms with their posting lists.

use tantivy::postings::TermInfo;

use crate::bounds::check_term;
use crate::engine::Engine;
use crate::language::is_bigram_script;
use crate::plan::{Alternative, Clause, QueryWord};
use crate::schema::{ACCENTED_MARKER, PATH_MARKER, Zone, value_term};
use crate::step::{StepError, defer_missing};
use crate::value_names::ValueMatch;

/// A term of the index: a stem that the dictionaries contain.
#[derive(Clone, Debug)]
pub struct IndexTerm {
    /// The stem, without accents.
    pub stem: String,
    /// Bit set of languages; postings of records in other languages are ignored, because the stem
    /// is another word there.
    pub languages: u32,
    /// Factor of its term frequencies: 1 for the word itself, less for completions.
    pub weight: f32,
    /// Whether it completes a prefix.
    pub is_completion: bool,
    /// Its posting list in the `text` field.
    pub text: Option<TermInfo>,
    /// Its posting list in the `zone` field for each zone, indexed by [`Zone`].
    pub zones: [Option<TermInfo>; 6],
}

impl IndexTerm {
    /// The number of records in its longest posting list; 0 only if no record has the term.
    fn record_count(&self) -> u32 {
        let in_zones = self.zones.iter().flatten().map(|info| info.doc_freq).max().unwrap_or(0);
        self.text.as_ref().map_or(0, |info| info.doc_freq).max(in_zones)
    }
}

/// A word of a query with its index terms.
#[derive(Clone, Debug, Default)]
pub struct WordTerms {
    /// Index terms of its stems and completions.
    pub terms: Vec<IndexTerm>,
    /// Spellings with accents that fold to it, each with its posting list in the `zone` field; at
    /// most 16.
    pub accented: Vec<(String, TermInfo)>,
    /// The word as typed, normalised.
    pub form: String,
    /// Whether it was typed with accents.
    pub has_accents: bool,
}

/// A word or phrase of a query with its index terms.
#[derive(Clone, Debug, Default)]
pub struct AlternativeTerms {
    /// Its words, in order; more than one for a phrase.
    pub words: Vec<WordTerms>,
    /// Factor of all its term frequencies; below 1 for a spelling variant.
    pub weight: f32,
    /// Whether it counts only in records without what was typed.
    pub is_stand_in: bool,
    /// Facet values whose names it matches, with the records that have them.
    pub values: Vec<(ValueMatch, TermInfo)>,
    /// The label of the concept of the glossary by which it finds records; `None` for typed words.
    pub concept: Option<String>,
}

/// A clause of a query with its index terms.
#[derive(Clone, Debug, Default)]
pub struct ClauseTerms {
    /// Its alternatives; empty when the clause is ignored.
    pub alternatives: Vec<AlternativeTerms>,
}

impl ClauseTerms {
    /// An upper bound of the number of records that match the words of the clause, in text or
    /// zones; 0 only if none does.
    pub fn max_record_count(&self) -> u32 {
        self.alternatives
            .iter()
            .map(|alternative| {
                alternative
                    .words
                    .iter()
                    .map(|word| word.terms.iter().map(IndexTerm::record_count).sum::<u32>())
                    .min()
                    .unwrap_or(0)
            })
            .sum()
    }

    /// Whether the index has a word of it, or a longer one that begins with it.
    pub fn has_term(&self) -> bool {
        let mut words = self.alternatives.iter().flat_map(|alternative| &alternative.words);
        words.any(|word| !word.terms.is_empty())
    }

    /// Whether the clause matches the name of a facet value.
    pub fn has_named_value(&self) -> bool {
        self.alternatives.iter().any(|alternative| !alternative.values.is_empty())
    }

    /// Stems of the completions that are searched, at most eight, to be shown.
    pub fn completions(&self) -> Vec<String> {
        let words = self.alternatives.iter().flat_map(|alternative| &alternative.words);
        words
            .flat_map(|word| &word.terms)
            .filter(|term| term.is_completion)
            .take(8)
            .map(|term| term.stem.clone())
            .collect()
    }

    /// Drops the facet values of the alternative added last, so that it finds records by its words
    /// alone.
    pub fn drop_last_values(&mut self) {
        if let Some(last) = self.alternatives.last_mut() {
            last.values.clear();
        }
    }

    /// Prefers the alternative added last: all others count only in records without it.
    pub fn prefer_last(&mut self) {
        for alternative in &mut self.alternatives {
            alternative.is_stand_in = true;
        }
        if let Some(last) = self.alternatives.last_mut() {
            last.is_stand_in = false;
        }
    }
}

/// The most completions of a prefix that are searched, the most frequent ones: by its number of
/// letters, more for a longer one, which says more. A prefix in a script that is tokenized into
/// bigrams gets the most at any length, as one character says as much as a word.
fn max_completions(prefix: &str) -> usize {
    match prefix.chars().count() {
        _ if prefix.starts_with(is_bigram_script) => 64,
        0..=1 => 4,
        2 => 8,
        3 => 16,
        _ => 32,
    }
}

/// The index terms of each clause, in the order of `clauses`. Sets `is_incomplete` if bytes are
/// missing; the result must then be discarded.
pub(crate) fn look_up_clauses(
    engine: &Engine,
    clauses: &[Clause],
    is_incomplete: &mut bool,
) -> Result<Vec<ClauseTerms>, StepError> {
    clauses
        .iter()
        .map(|clause| {
            let alternatives = if clause.is_ignored { &[][..] } else { &clause.alternatives };
            let alternatives = alternatives
                .iter()
                .map(|alternative| look_up_alternative(engine, alternative, clauses, is_incomplete))
                .collect::<Result<_, StepError>>()?;
            Ok(ClauseTerms { alternatives })
        })
        .collect()
}

/// Looks up a word or phrase: the terms of its words, and the facet values that it names in a query
/// of these clauses. Sets `is_incomplete` if bytes are missing.
fn look_up_alternative(
    engine: &Engine,
    alternative: &Alternative,
    clauses: &[Clause],
    is_incomplete: &mut bool,
) -> Result<AlternativeTerms, StepError> {
    let last = alternative.words.len().wrapping_sub(1);
    let words = alternative
        .words
        .iter()
        .enumerate()
        .map(|(at, word)| {
            look_up_word(engine, word, alternative.is_prefix && at == last, is_incomplete)
        })
        .collect::<Result<_, StepError>>()?;
    let mut values = Vec::new();
    for value in engine.value_names.find_matches(alternative, clauses) {
        let key = value_term(value.facet, value.number);
        if let Some(Some(info)) = defer_missing(look_up_key(engine, &key), is_incomplete)? {
            values.push((value, info));
        }
    }
    let is_stand_in = alternative.is_stand_in;
    let weight = if is_stand_in { engine.weights.apart } else { 1.0 };
    Ok(AlternativeTerms { words, weight, is_stand_in, values, concept: None })
}

/// Looks up a word: the terms of its stems, its spellings with accents, and its completions if
/// `is_prefix`. Sets `is_incomplete` if bytes are missing.
fn look_up_word(
    engine: &Engine,
    word: &QueryWord,
    is_prefix: bool,
    is_incomplete: &mut bool,
) -> Result<WordTerms, StepError> {
    let mut found = WordTerms {
        terms: Vec::new(),
        accented: Vec::new(),
        form: word.form.clone(),
        has_accents: word.form != word.folded,
    };
    for (stem, languages) in &word.stems {
        if let Some(Some(term)) = defer_missing(
            look_up_term(engine, stem, *languages, 1.0, is_incomplete),
            is_incomplete,
        )? {
            found.terms.push(term);
        }
    }
    found.accented =
        defer_missing(look_up_accented(engine, &word.folded), is_incomplete)?.unwrap_or_default();
    if is_prefix {
        let completions =
            defer_missing(look_up_completions(engine, word, is_incomplete), is_incomplete)?
                .unwrap_or_default();
        found.terms.extend(completions);
    }
    Ok(found)
}

/// A clause that finds only the record with this id or address, which is in lower case; `None` if
/// there is no such record.
pub(crate) fn look_up_path(engine: &Engine, path: &str) -> Result<Option<ClauseTerms>, StepError> {
    let key = format!("{path}{PATH_MARKER}");
    Ok(look_up_zone_key(engine, &key, Zone::Title)?.map(|term| {
        let words = vec![WordTerms { terms: vec![term], ..WordTerms::default() }];
        let alternative = AlternativeTerms { words, weight: 1.0, ..AlternativeTerms::default() };
        ClauseTerms { alternatives: vec![alternative] }
    }))
}

/// The posting list of the field `zone` for this whole key; `None` if there is none.
fn look_up_key(engine: &Engine, key: &str) -> Result<Option<TermInfo>, StepError> {
    let found = engine.zone_index.terms().get(key)?;
    if let Some(info) = &found {
        check_term(info, engine.header().records)?;
    }
    Ok(found)
}

/// The term of the field `zone` with this whole key, whose records count as matches in `zone`;
/// `None` if there is none.
pub(crate) fn look_up_zone_key(
    engine: &Engine,
    key: &str,
    zone: Zone,
) -> Result<Option<IndexTerm>, StepError> {
    let Some(info) = look_up_key(engine, key)? else { return Ok(None) };
    let mut zones = [const { None }; 6];
    zones[zone as usize] = Some(info);
    Ok(Some(IndexTerm {
        stem: key.to_owned(),
        languages: u32::MAX,
        weight: 1.0,
        is_completion: false,
        text: None,
        zones,
    }))
}

/// The index term with this stem, and with `languages` and `weight` as given; `None` if the index
/// has none. Sets `is_incomplete` if bytes are missing.
pub(crate) fn look_up_term(
    engine: &Engine,
    stem: &str,
    languages: u32,
    weight: f32,
    is_incomplete: &mut bool,
) -> Result<Option<IndexTerm>, StepError> {
    let text =
        defer_missing(engine.text_index.terms().get(stem).map_err(StepError::from), is_incomplete)?
            .flatten();
    let mut zones = [const { None }; 6];
    let (from, to) = (format!("{stem}\0"), format!("{stem}\u{1}"));
    let stream =
        engine.zone_index.terms().range().ge(&from).lt(&to).into_stream().map_err(StepError::from);
    if let Some(mut stream) = defer_missing(stream, is_incomplete)? {
        while stream.advance() {
            if let Some(zone) =
                Zone::ALL.into_iter().find(|zone| is_zone_key(stream.key(), from.len(), *zone))
            {
                zones[zone as usize] = Some(stream.value().clone());
            }
        }
    }
    for info in text.iter().chain(zones.iter().flatten()) {
        check_term(info, engine.header().records)?;
    }
    let known = text.is_some() || zones.iter().any(Option::is_some);
    Ok(known.then(|| IndexTerm {
        stem: stem.to_owned(),
        languages,
        weight,
        is_completion: false,
        text,
        zones,
    }))
}

/// Whether a key in the dictionary of the field `zone` is that of a stem in `zone`: whether the
/// marker of the zone is all that stands from byte `at` on, behind stem and NUL.
fn is_zone_key(key: &[u8], at: usize, zone: Zone) -> bool {
    key.len() == at + 1 && key[at] == zone.marker() as u8
}

/// The spellings with accents of the word `folded`, each with its posting list in the `zone` field,
/// at most 16. Errors if bytes are missing or corrupt.
fn look_up_accented(engine: &Engine, folded: &str) -> Result<Vec<(String, TermInfo)>, StepError> {
    let (from, to) = (format!("{folded}{ACCENTED_MARKER}"), format!("{folded}\0y"));
    let mut stream = engine.zone_index.terms().range().ge(&from).lt(&to).into_stream()?;
    let mut found = Vec::new();
    while stream.advance() && found.len() < 16 {
        let spelling = stream.key().get(from.len()..).unwrap_or(&[]);
        check_term(stream.value(), engine.header().records)?;
        found.push((String::from_utf8_lossy(spelling).into_owned(), stream.value().clone()));
    }
    Ok(found)
}

/// The most frequent index terms that begin with a word and are none of its stems, at most
/// [`max_completions`]. Sets `is_incomplete` if bytes are missing.
fn look_up_completions(
    engine: &Engine,
    word: &QueryWord,
    is_incomplete: &mut bool,
) -> Result<Vec<IndexTerm>, StepError> {
    let prefix = word.folded.as_str();
    if prefix.len() < 2 {
        return Ok(Vec::new());
    }
    let mut stems: Vec<(u32, String)> = Vec::new();
    let end = format!("{prefix}\u{10ffff}");
    let in_text = engine
        .text_index
        .terms()
        .range()
        .gt(prefix)
        .lt(&end)
        .into_stream()
        .map_err(StepError::from);
    if let Some(mut stream) = defer_missing(in_text, is_incomplete)? {
        while stream.advance() {
            stems.push((
                stream.value().doc_freq,
                String::from_utf8_lossy(stream.key()).into_owned(),
            ));
        }
    }
    stems.sort_by(|left, right| right.0.cmp(&left.0).then_with(|| left.1.cmp(&right.1)));
    stems.truncate(max_completions(prefix));
    let mut found = Vec::new();
    for (_, stem) in
        stems.iter().filter(|(_, stem)| !word.stems.iter().any(|(known, _)| known == stem))
    {
        if let Some(term) =
            look_up_term(engine, stem, u32::MAX, engine.weights.completion, is_incomplete)?
        {
            found.push(IndexTerm { is_completion: true, ..term });
        }
    }
    Ok(found)
}
