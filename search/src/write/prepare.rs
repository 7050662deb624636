//! Entries as the words that are indexed: each analysed once, in its own language, on all cores.

use std::collections::BTreeMap;

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use crate::analysis::{Analyzer, Form};
use crate::entry::{Entry, ValueNames};
use crate::fold::fold;
use crate::language::{Language, detect};
use crate::schema::{ACCENTED, Zone};
use crate::vocabulary::name_language;

pub(super) struct Prepared {
    pub(super) language: Language,
    /// Stems, one a line; see `segment`.
    pub(super) text: String,
    pub(super) zone: String,
    pub(super) title_words: u64,
}

/// How often each form was met, by its folded spelling.
pub(super) type Forms = BTreeMap<String, Known>;

#[derive(Default)]
pub(super) struct Known {
    pub(super) count: u32,
    pub(super) spelling: String,
    spelling_count: u32,
}

/// A line that stands for the gap between two parts of a record, so that no phrase reaches over it.
pub(super) const GAP: &str = "\u{1}";

pub(super) fn name_languages(names: &[ValueNames]) -> impl Iterator<Item = Language> {
    names.iter().flat_map(|value| value.names.iter().flat_map(|(tag, texts)| texts.iter().map(move |text| name_language(text, tag))))
}

pub(super) fn prepare(entries: &[Entry], names: &[ValueNames]) -> (Vec<Prepared>, Forms) {
    let chunk = entries.len().div_ceil(rayon::current_num_threads() * 4).max(64);
    let done: Vec<(Vec<Prepared>, Analyzer)> = entries
        .par_chunks(chunk)
        .map(|entries| {
            let mut analyzer = Analyzer::default();
            (entries.iter().map(|entry| prepare_one(entry, &mut analyzer)).collect(), analyzer)
        })
        .collect();
    let mut prepared = Vec::with_capacity(entries.len());
    let mut analyzers = vec![forms_of_names(names)];
    for (entries, analyzer) in done {
        prepared.extend(entries);
        analyzers.push(analyzer);
    }
    (prepared, join_forms(analyzers))
}

/// Words of names can be misspelt too; they count as often enough to be offered in every hub.
fn forms_of_names(names: &[ValueNames]) -> Analyzer {
    let mut analyzer = Analyzer::default();
    for text in names.iter().flat_map(ValueNames::all).chain(names.iter().flat_map(ValueNames::all)) {
        analyzer.analyse(text, Language::Plain, |_, _, _| {});
    }
    analyzer
}

fn join_forms(analyzers: Vec<Analyzer>) -> Forms {
    let mut spellings: FxHashMap<Box<str>, u32> = FxHashMap::default();
    for analyzer in analyzers {
        for (_, word, form) in analyzer.into_forms() {
            if is_worth_suggesting(&word) {
                *spellings.entry(word).or_insert(0) += form.count;
            }
        }
    }
    let mut spellings: Vec<_> = spellings.into_iter().collect();
    spellings.sort_unstable();
    let mut forms = Forms::new();
    for (word, count) in spellings {
        let known = forms.entry(fold(&word)).or_default();
        known.count += count;
        if count > known.spelling_count {
            known.spelling_count = count;
            known.spelling = word.into();
        }
    }
    forms
}

fn is_worth_suggesting(word: &str) -> bool {
    let letters = word.chars().count();
    (3..=24).contains(&letters) && word.chars().all(|letter| letter.is_alphabetic() && !crate::language::is_paired(letter))
}

fn prepare_one(entry: &Entry, analyzer: &mut Analyzer) -> Prepared {
    let language = detect(&sample(entry), &entry.language);
    let mut out = Prepared { language, text: String::with_capacity(4096), zone: String::with_capacity(512), title_words: 0 };
    let mut write = |text: &str, zone: Option<Zone>| {
        let mut words = 0;
        analyzer.analyse(text, language, |word, form, _| {
            words += 1;
            put_word(&mut out.text, &mut out.zone, word, form, zone);
        });
        out.text.push_str(GAP);
        out.text.push('\n');
        words
    };
    out.title_words = write(&entry.title, Some(Zone::Title));
    write(&entry.summary, Some(Zone::Summary));
    write(&entry.hypothesis, Some(Zone::Summary));
    for section in &entry.sections {
        write(&section.heading, Some(Zone::Headings));
        write(&section.text, None);
    }
    out
}

/// Enough of the text to tell its language.
fn sample(entry: &Entry) -> String {
    let mut sample = String::with_capacity(2048);
    for text in
        entry.sections.iter().map(|section| section.text.as_str()).chain([entry.summary.as_str(), entry.hypothesis.as_str(), entry.title.as_str()])
    {
        sample.extend(text.chars().take(1500));
        sample.push(' ');
        if sample.len() > 1500 {
            break;
        }
    }
    sample
}

fn put_word(text: &mut String, zones: &mut String, word: &str, form: &Form, zone: Option<Zone>) {
    text.push_str(&form.stem);
    text.push('\n');
    if let Some(zone) = zone {
        put_zone(zones, &form.stem, zone);
    }
    if form.accented {
        zones.push_str(&fold(word));
        zones.push_str(ACCENTED);
        zones.push_str(word);
        zones.push('\n');
    }
}

fn put_zone(zones: &mut String, stem: &str, zone: Zone) {
    zones.push_str(stem);
    zones.push('\0');
    zones.push(zone.letter());
    zones.push('\n');
}
