//! Text analysis of records for the index: each record in its language, in parallel.

use std::collections::BTreeMap;
use std::sync::Arc;

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use crate::analysis::{Analyzer, WordForm};
use crate::fold::fold_accents;
use crate::language::Language;
use crate::language_detection::detect_language_of;
use crate::record::{RecordSection, SearchRecord, ValueNames};
use crate::schema::Zone;
use crate::tokenized::TokenizedTexts;
use crate::value_names::detect_name_language;

/// The word forms of one language and one chunk of records, indexed by form id.
pub(super) type FormsById = Arc<[WordForm]>;

/// A record as form ids.
pub(super) struct AnalysedRecord {
    /// The language that it was analysed in.
    pub(super) language: Language,
    /// The forms that the ids refer to.
    pub(super) forms: FormsById,
    /// The form ids of all tokens in order, with [`POSITION_GAP`] between the parts of the record.
    pub(super) text: Box<[u32]>,
    /// Form ids with a mark, for the terms of the field `zone`.
    pub(super) zone: Box<[(u32, TermMark)]>,
    /// Number of tokens of the title.
    pub(super) title_words: u64,
}

/// What a term of the field `zone` states about a word.
#[derive(Clone, Copy)]
pub(super) enum TermMark {
    /// The word occurs in this zone.
    InZone(Zone),
    /// The word is spelt with accents, which stems ignore.
    HasAccents,
}

/// Counts of word forms, by the form without accents.
pub(super) type FormCounts = BTreeMap<String, FormCount>;

/// The count of a word form.
#[derive(Default)]
pub(super) struct FormCount {
    /// Occurrences of all spellings together.
    pub(super) count: u32,
    /// The most frequent spelling.
    pub(super) spelling: String,
    /// Occurrences of that spelling.
    spelling_count: u32,
}

/// Marks the boundary between two parts of a record; positions jump there, so that no phrase spans
/// it.
pub(super) const POSITION_GAP: u32 = u32::MAX;

/// The languages that names of values are analysed in.
pub(super) fn detect_name_languages(names: &[ValueNames]) -> impl Iterator<Item = Language> {
    names.iter().flat_map(|value| {
        value
            .names
            .iter()
            .flat_map(|(tag, texts)| texts.iter().map(move |text| detect_name_language(text, tag)))
    })
}

/// Analyses all records; returns them in order, with the counts of the forms of records and names.
pub(super) fn analyse_records(
    records: &[SearchRecord],
    names: &[ValueNames],
) -> (Vec<AnalysedRecord>, FormCounts) {
    let chunk_len = records.len().div_ceil(rayon::current_num_threads() * 4).max(64);
    let (analysed, mut form_lists): (Vec<Vec<AnalysedRecord>>, Vec<Vec<FormsById>>) =
        records.par_chunks(chunk_len).with_max_len(1).map(analyse_chunk).unzip();
    form_lists.push(analyse_names(names));
    (analysed.into_iter().flatten().collect(), merge_form_counts(&form_lists.concat()))
}

fn analyse_chunk(records: &[SearchRecord]) -> (Vec<AnalysedRecord>, Vec<FormsById>) {
    let mut analyzer = Analyzer::default();
    let mut analysed: Vec<AnalysedRecord> =
        records.iter().map(|record| analyse_record(record, &mut analyzer)).collect();
    let forms: FxHashMap<Language, FormsById> =
        analyzer.into_forms().map(|(language, forms)| (language, forms.into())).collect();
    for one in &mut analysed {
        one.forms = forms.get(&one.language).cloned().unwrap_or_default();
    }
    (analysed, forms.into_values().collect())
}

/// The word forms of value names, each counted twice, so that the lexicon of a large hub keeps them
/// as corrections too.
fn analyse_names(names: &[ValueNames]) -> Vec<FormsById> {
    let mut analyzer = Analyzer::default();
    for text in names.iter().flat_map(ValueNames::all).chain(names.iter().flat_map(ValueNames::all))
    {
        analyzer.analyse(text, Language::Plain, |_, _| {});
    }
    analyzer.into_forms().map(|(_, forms)| forms.into()).collect()
}

fn merge_form_counts(form_lists: &[FormsById]) -> FormCounts {
    let mut spellings: FxHashMap<&str, u32> = FxHashMap::default();
    for form in
        form_lists.iter().flat_map(|forms| &**forms).filter(|form| is_worth_suggesting(&form.word))
    {
        *spellings.entry(&form.word).or_insert(0) += form.count;
    }
    let mut spellings: Vec<_> = spellings.into_iter().collect();
    spellings.sort_unstable();
    let mut forms = FormCounts::new();
    for (word, count) in spellings {
        let form_count = forms.entry(fold_accents(word)).or_default();
        form_count.count += count;
        if count > form_count.spelling_count {
            form_count.spelling_count = count;
            form_count.spelling = word.to_owned();
        }
    }
    forms
}

fn is_worth_suggesting(word: &str) -> bool {
    let letters = word.chars().count();
    (3..=24).contains(&letters)
        && word
            .chars()
            .all(|letter| letter.is_alphabetic() && !crate::language::is_bigram_script(letter))
}

fn analyse_record(record: &SearchRecord, analyzer: &mut Analyzer) -> AnalysedRecord {
    let language = record.text_language.unwrap_or_else(|| {
        let texts = record.sections.iter().map(|section| &*section.text).chain([
            &*record.summary,
            &*record.hypothesis,
            &*record.title,
        ]);
        detect_language_of(texts, &record.language)
    });
    let own_tokens;
    let tokenized = match &record.tokenized {
        Some(tokenized) => tokenized,
        None => {
            own_tokens =
                TokenizedTexts::tokenize(record.sections.iter().flat_map(RecordSection::texts));
            &own_tokens
        }
    };
    debug_assert_eq!(
        tokenized.text_count(),
        2 * record.sections.len(),
        "the words of `{}` are not those of its sections",
        record.id
    );
    let mut out = TermCollector { text: Vec::with_capacity(1024), zone: Vec::with_capacity(64) };
    for (text, zone) in [
        (&record.title, Zone::Title),
        (&record.summary, Zone::Summary),
        (&record.hypothesis, Zone::Summary),
    ] {
        analyzer.analyse(text, language, |form_id, form| out.push(form_id, form, Some(zone)));
        out.text.push(POSITION_GAP);
    }
    let title_words = out.text.iter().take_while(|word| **word != POSITION_GAP).count() as u64;
    for text in 0..tokenized.text_count() {
        let zone = (text % 2 == 0).then_some(Zone::Headings);
        analyzer.analyse_tokenized(tokenized, text, language, |form_id, form| {
            out.push(form_id, form, zone)
        });
        out.text.push(POSITION_GAP);
    }
    AnalysedRecord {
        language,
        forms: Arc::default(),
        text: out.text.into(),
        zone: out.zone.into(),
        title_words,
    }
}

/// Collects the form ids of one record.
struct TermCollector {
    text: Vec<u32>,
    zone: Vec<(u32, TermMark)>,
}

impl TermCollector {
    fn push(&mut self, form_id: u32, form: &WordForm, zone: Option<Zone>) {
        self.text.push(form_id);
        self.zone.extend(zone.map(|zone| (form_id, TermMark::InZone(zone))));
        if form.has_accents {
            self.zone.push((form_id, TermMark::HasAccents));
        }
    }
}
