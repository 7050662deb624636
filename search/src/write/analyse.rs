//! Text analysis of records for the index: each record in its language, in parallel.

use std::collections::BTreeMap;
use std::sync::Arc;

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use crate::analysis::{Analyzer, WordForm};
use crate::facet::FacetId;
use crate::fold::fold_accents;
use crate::language::Language;
use crate::language_detection::{detect_language_of, detect_other_language_of};
use crate::record::{RecordGist, RecordSection, SearchRecord, ValueNames};
use crate::schema::Zone;
use crate::tokenized::TokenizedTexts;
use crate::value_names::detect_name_language;
use crate::write::word_parts::{FormParts, WordParts};

/// The word forms of one language and one chunk of records.
#[derive(Default)]
pub(super) struct FormTable {
    /// The forms, indexed by form id.
    pub(super) forms: Vec<WordForm>,
    /// The parts of compounds among them, and the words that two of them make together.
    pub(super) parts: FormParts,
}

/// The word forms of one language, indexed by form id: a [`FormTable`] whose parts are not known
/// yet, because they depend on all tables.
type FormsByLanguage = (Language, Vec<WordForm>);

/// A record after analysis, with the ids of word forms for its texts.
pub(super) struct AnalysedRecord {
    /// Its texts by language: what leads (title, summary, hypothesis), the body, where that is in
    /// another one, and each gist.
    pub(super) parts: Vec<AnalysedPart>,
    /// Number of tokens of the title that hits show first.
    pub(super) title_words: u64,
    /// Its id and its address without a slash at the end, in lower case, by which it is found too.
    pub(super) paths: [String; 2],
    /// Its values of facets that have names, with their numbers in the column; set by
    /// [`super::segment::note_named_values`].
    pub(super) values: Vec<(FacetId, i64)>,
    /// Ids of the concepts that its texts mention; empty before [`super::concepts::find_concepts`].
    pub(super) concepts: Vec<Arc<str>>,
}

impl AnalysedRecord {
    /// The bit set of the languages that its parts were analysed in.
    pub(super) fn languages(&self) -> u32 {
        self.parts.iter().fold(0, |set, part| set | part.language.bit())
    }
}

/// The texts of a record that are in one language, as form ids.
pub(super) struct AnalysedPart {
    /// The language that they were analysed in.
    pub(super) language: Language,
    /// The forms that the ids refer to.
    pub(super) forms: Arc<FormTable>,
    /// The form ids of all tokens in order, with [`POSITION_GAP`] between texts.
    pub(super) text: Box<[u32]>,
    /// Form ids with a mark, for the terms of the field `zone`.
    pub(super) zone: Box<[(u32, TermMark)]>,
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

/// How often a word form occurs, and its most frequent spelling.
#[derive(Default)]
pub(super) struct FormCount {
    /// Occurrences of all spellings together.
    pub(super) count: u32,
    /// The most frequent spelling.
    pub(super) spelling: String,
    /// Occurrences of that spelling.
    spelling_count: u32,
}

/// Stands among form ids for the boundary between two texts of a record; positions jump there, so
/// that no phrase spans it.
pub(super) const POSITION_GAP: u32 = u32::MAX;

/// The language that each name of these facet values is analysed in.
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
    let (mut chunks, mut form_lists): (Vec<Vec<AnalysedRecord>>, Vec<Vec<FormsByLanguage>>) =
        records.par_chunks(chunk_len).map(analyse_chunk).unzip();
    form_lists.push(analyse_names(names));
    let all_forms = || form_lists.iter().flatten().flat_map(|(_, forms)| forms);
    let counts = merge_form_counts(all_forms());
    let word_parts = WordParts::collect(all_forms());
    let parts: Vec<Vec<FormParts>> = form_lists
        .par_iter()
        .map(|lists| {
            lists.iter().map(|(language, forms)| word_parts.of_forms(forms, *language)).collect()
        })
        .collect();
    for ((chunk, lists), parts) in chunks.iter_mut().zip(form_lists).zip(parts) {
        let tables: FxHashMap<Language, Arc<FormTable>> = lists
            .into_iter()
            .zip(parts)
            .map(|((language, forms), parts)| (language, Arc::new(FormTable { forms, parts })))
            .collect();
        for part in chunk.iter_mut().flat_map(|record| &mut record.parts) {
            part.forms = tables.get(&part.language).cloned().unwrap_or_default();
        }
    }
    (chunks.into_iter().flatten().collect(), counts)
}

/// Analyses some records, and returns them with the forms that their ids refer to; the parts of the
/// records have no table of forms yet.
fn analyse_chunk(records: &[SearchRecord]) -> (Vec<AnalysedRecord>, Vec<FormsByLanguage>) {
    let mut analyzer = Analyzer::default();
    let analysed = records.iter().map(|record| analyse_record(record, &mut analyzer)).collect();
    (analysed, analyzer.into_forms().collect())
}

/// The word forms of value names, each counted twice, so that the lexicon of a large index, which
/// leaves out words that occur once, has them too.
fn analyse_names(names: &[ValueNames]) -> Vec<FormsByLanguage> {
    let mut analyzer = Analyzer::default();
    for text in names.iter().flat_map(ValueNames::all).chain(names.iter().flat_map(ValueNames::all))
    {
        analyzer.analyse(text, Language::Plain, |_, _| {});
    }
    analyzer.into_forms().collect()
}

/// The occurrences of word forms, added up over all languages and spellings; forms that repeat
/// other tokens or are not worth suggesting are left out.
fn merge_form_counts<'a>(forms: impl Iterator<Item = &'a WordForm>) -> FormCounts {
    let mut spellings: FxHashMap<&str, u32> = FxHashMap::default();
    for form in forms.filter(|form| !form.is_repeated && is_worth_suggesting(&form.word)) {
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

/// Whether a word can be a correction or completion: 3 to 24 letters, none of them of a script
/// without spaces.
fn is_worth_suggesting(word: &str) -> bool {
    let letters = word.chars().count();
    (3..=24).contains(&letters)
        && word
            .chars()
            .all(|letter| letter.is_alphabetic() && !crate::language::is_bigram_script(letter))
}

/// Analyses the texts of a record: title, summary and hypothesis in their language, sections and
/// details in that of the body.
fn analyse_record(record: &SearchRecord, analyzer: &mut Analyzer) -> AnalysedRecord {
    let lead = [
        (&record.title, Zone::Title),
        (&record.summary, Zone::Summary),
        (&record.hypothesis, Zone::Summary),
    ];
    let body_language = record.text_language.unwrap_or_else(|| {
        let texts = record.sections.iter().map(|section| &*section.text);
        detect_language_of(
            texts.chain(lead.iter().rev().map(|(text, _)| &***text)),
            &record.language,
        )
    });
    let lead_language = detect_lead_language(record, body_language);
    let mut parts = vec![TermCollector::new(lead_language)];
    let mut title_words = 0;
    for (text, zone) in lead {
        analyzer.analyse(text, lead_language, |form_id, form| {
            title_words += u64::from(zone == Zone::Title && !form.is_repeated);
            parts[0].push(form_id, form, Some(zone));
        });
        parts[0].text.push(POSITION_GAP);
    }
    if body_language != lead_language {
        parts.push(TermCollector::new(body_language));
    }
    let body = parts.last_mut().expect("the lead");
    analyse_sections(record, body_language, analyzer, body);
    analyzer.analyse(&record.details, body_language, |form_id, _| {
        body.zone.push((form_id, TermMark::InZone(Zone::Details)));
    });
    for (at, gist) in record.gists.iter().enumerate() {
        let (part, words) = analyse_gist(gist, analyzer);
        parts.push(part);
        if record.shown_gist == Some(at) {
            title_words = words;
        }
    }
    AnalysedRecord {
        parts: parts.into_iter().map(TermCollector::into_part).collect(),
        title_words,
        paths: [record.id.to_lowercase(), record.url.trim_end_matches('/').to_lowercase()],
        values: Vec::new(),
        concepts: Vec::new(),
    }
}

/// Analyses the texts of a gist in its own language; returns them with the number of tokens of its
/// title.
fn analyse_gist(gist: &RecordGist, analyzer: &mut Analyzer) -> (TermCollector, u64) {
    let texts = [&*gist.summary, &*gist.details, &*gist.title];
    let language = detect_language_of(texts, &gist.language);
    let mut part = TermCollector::new(language);
    let mut title_words = 0;
    for (text, zone) in [(&gist.title, Zone::Title), (&gist.summary, Zone::Summary)] {
        // Words of a part before this one stand at its end.
        part.text.push(POSITION_GAP);
        analyzer.analyse(text, language, |form_id, form| {
            title_words += u64::from(zone == Zone::Title && !form.is_repeated);
            part.push(form_id, form, Some(zone));
        });
    }
    analyzer.analyse(&gist.details, language, |form_id, _| {
        part.zone.push((form_id, TermMark::InZone(Zone::Details)));
    });
    (part, title_words)
}

/// Adds the tokens of the sections of a record to `out`, headings marked by their zone; the
/// sections may have been tokenized already.
fn analyse_sections(
    record: &SearchRecord,
    language: Language,
    analyzer: &mut Analyzer,
    out: &mut TermCollector,
) {
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
    for text in 0..tokenized.text_count() {
        let zone = text.is_multiple_of(2).then_some(Zone::Headings);
        analyzer.analyse_tokenized(tokenized, text, language, |form_id, form| {
            out.push(form_id, form, zone)
        });
        out.text.push(POSITION_GAP);
    }
}

/// The language of title, summary and hypothesis, which may be English above a body in another
/// language; that of the body where they are too short to tell.
fn detect_lead_language(record: &SearchRecord, body_language: Language) -> Language {
    let texts = [&*record.summary, &*record.hypothesis, &*record.title];
    detect_other_language_of(texts, body_language)
}

/// Collects the form ids of the texts of a record in one language.
struct TermCollector {
    language: Language,
    text: Vec<u32>,
    zone: Vec<(u32, TermMark)>,
}

impl TermCollector {
    /// A collector without form ids, for texts in this language.
    fn new(language: Language) -> TermCollector {
        TermCollector { language, text: Vec::with_capacity(1024), zone: Vec::with_capacity(64) }
    }

    /// Adds a token, as the id of its form; with a mark for its zone, if it stands in one, and one
    /// for its accents, if it has any.
    fn push(&mut self, form_id: u32, form: &WordForm, zone: Option<Zone>) {
        self.text.push(form_id);
        self.zone.extend(zone.map(|zone| (form_id, TermMark::InZone(zone))));
        if form.has_accents {
            self.zone.push((form_id, TermMark::HasAccents));
        }
    }

    /// The collected ids as a part of a record, whose table of forms is still empty.
    fn into_part(self) -> AnalysedPart {
        AnalysedPart {
            language: self.language,
            forms: Arc::default(),
            text: self.text.into(),
            zone: self.zone.into(),
        }
    }
}
