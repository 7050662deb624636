//! Entries as the words that are indexed: each analysed once, in its own language, on all cores.

use std::collections::BTreeMap;
use std::sync::Arc;

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use crate::analysis::{Analyzer, Form};
use crate::entry::{Entry, Section, ValueNames};
use crate::fold::fold;
use crate::language::{Language, detect_in};
use crate::schema::Zone;
use crate::vocabulary::name_language;
use crate::wording::Wording;

/// Forms of one language by their numbers.
pub(super) type Numbered = Arc<[Form]>;

/// An entry as numbers of forms.
pub(super) struct Prepared {
    pub(super) language: Language,
    /// What the numbers stand for.
    pub(super) forms: Numbered,
    /// Every word in order, with [`GAP`]s.
    pub(super) text: Box<[u32]>,
    /// What is said of words beside their place in the text.
    pub(super) zone: Box<[(u32, Mark)]>,
    pub(super) title_words: u64,
}

/// What is said of a word.
#[derive(Clone, Copy)]
pub(super) enum Mark {
    /// It stands in this part of the record.
    In(Zone),
    /// It is written with accents that the search ignores.
    Accented,
}

/// How often each form was met, by its folded spelling.
pub(super) type Forms = BTreeMap<String, Known>;

#[derive(Default)]
pub(super) struct Known {
    pub(super) count: u32,
    pub(super) spelling: String,
    spelling_count: u32,
}

/// Stands for the gap between two parts of a record, so that no phrase reaches over it.
pub(super) const GAP: u32 = u32::MAX;

pub(super) fn name_languages(names: &[ValueNames]) -> impl Iterator<Item = Language> {
    names.iter().flat_map(|value| value.names.iter().flat_map(|(tag, texts)| texts.iter().map(move |text| name_language(text, tag))))
}

pub(super) fn prepare(entries: &[Entry], names: &[ValueNames]) -> (Vec<Prepared>, Forms) {
    let chunk = entries.len().div_ceil(rayon::current_num_threads() * 4).max(64);
    let (prepared, mut met): (Vec<Vec<Prepared>>, Vec<Vec<Numbered>>) = entries.par_chunks(chunk).with_max_len(1).map(prepare_chunk).unzip();
    met.push(forms_of_names(names));
    (prepared.into_iter().flatten().collect(), join_forms(&met.concat()))
}

fn prepare_chunk(entries: &[Entry]) -> (Vec<Prepared>, Vec<Numbered>) {
    let mut analyzer = Analyzer::default();
    let mut prepared: Vec<Prepared> = entries.iter().map(|entry| prepare_one(entry, &mut analyzer)).collect();
    let forms: FxHashMap<Language, Numbered> = analyzer.into_forms().map(|(language, forms)| (language, forms.into())).collect();
    for one in &mut prepared {
        one.forms = forms.get(&one.language).cloned().unwrap_or_default();
    }
    (prepared, forms.into_values().collect())
}

/// Words of names can be misspelt too; they count as often enough to be offered in every hub.
fn forms_of_names(names: &[ValueNames]) -> Vec<Numbered> {
    let mut analyzer = Analyzer::default();
    for text in names.iter().flat_map(ValueNames::all).chain(names.iter().flat_map(ValueNames::all)) {
        analyzer.analyse(text, Language::Plain, |_, _| {});
    }
    analyzer.into_forms().map(|(_, forms)| forms.into()).collect()
}

fn join_forms(met: &[Numbered]) -> Forms {
    let mut spellings: FxHashMap<&str, u32> = FxHashMap::default();
    for form in met.iter().flat_map(|forms| &**forms).filter(|form| is_worth_suggesting(&form.word)) {
        *spellings.entry(&form.word).or_insert(0) += form.count;
    }
    let mut spellings: Vec<_> = spellings.into_iter().collect();
    spellings.sort_unstable();
    let mut forms = Forms::new();
    for (word, count) in spellings {
        let known = forms.entry(fold(word)).or_default();
        known.count += count;
        if count > known.spelling_count {
            known.spelling_count = count;
            known.spelling = word.to_owned();
        }
    }
    forms
}

fn is_worth_suggesting(word: &str) -> bool {
    let letters = word.chars().count();
    (3..=24).contains(&letters) && word.chars().all(|letter| letter.is_alphabetic() && !crate::language::is_paired(letter))
}

fn prepare_one(entry: &Entry, analyzer: &mut Analyzer) -> Prepared {
    let language = entry.read_in.unwrap_or_else(|| {
        let texts = entry.sections.iter().map(|section| &*section.text).chain([&*entry.summary, &*entry.hypothesis, &*entry.title]);
        detect_in(texts, &entry.language)
    });
    let cut;
    let wording = match &entry.wording {
        Some(wording) => wording,
        None => {
            cut = Wording::of(entry.sections.iter().flat_map(Section::texts));
            &cut
        }
    };
    debug_assert_eq!(wording.texts(), 2 * entry.sections.len(), "the words of `{}` are not those of its sections", entry.id);
    let mut out = Words { text: Vec::with_capacity(1024), zone: Vec::with_capacity(64) };
    for (text, zone) in [(&entry.title, Zone::Title), (&entry.summary, Zone::Summary), (&entry.hypothesis, Zone::Summary)] {
        analyzer.analyse(text, language, |number, form| out.put(number, form, Some(zone)));
        out.text.push(GAP);
    }
    let title_words = out.text.iter().take_while(|word| **word != GAP).count() as u64;
    for text in 0..wording.texts() {
        let zone = (text % 2 == 0).then_some(Zone::Headings);
        analyzer.analyse_words(wording, text, language, |number, form| out.put(number, form, zone));
        out.text.push(GAP);
    }
    Prepared { language, forms: Arc::default(), text: out.text.into(), zone: out.zone.into(), title_words }
}

struct Words {
    text: Vec<u32>,
    zone: Vec<(u32, Mark)>,
}

impl Words {
    fn put(&mut self, number: u32, form: &Form, zone: Option<Zone>) {
        self.text.push(number);
        self.zone.extend(zone.map(|zone| (number, Mark::In(zone))));
        if form.accented {
            self.zone.push((number, Mark::Accented));
        }
    }
}
