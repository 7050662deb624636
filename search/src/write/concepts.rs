//! Finds the concepts of the glossary in the texts of records, each in its own language.

use std::sync::Arc;

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use crate::analysis::stem;
use crate::fold::normalise;
use crate::glossary::{IndexedConcept, MAX_NAME_WORDS};
use crate::language::Language;
use crate::record::ConceptNames;
use crate::schema::Zone;
use crate::segmentation::for_each_token;
use crate::write::analyse::{AnalysedPart, AnalysedRecord, POSITION_GAP, TermMark};

/// A concept that more than one record in this many mentions is left out: it says little of each.
const MAX_SHARE: usize = 4;

/// A name of a concept in one language: the stems of its words behind the first, and the position
/// of the concept.
type NameRest = (Vec<String>, u16);

/// The names of one language by the stem of their first word.
type NamesByFirst = FxHashMap<String, Vec<NameRest>>;

/// Notes in each record the concepts that its texts mention; returns the concepts that are worth a
/// search.
pub(super) fn find_concepts(
    analysed: &mut [AnalysedRecord],
    concepts: &[ConceptNames],
) -> Vec<IndexedConcept> {
    let indexed: Vec<IndexedConcept> = concepts.iter().map(stem_names).collect();
    let mut names: FxHashMap<Language, NamesByFirst> = FxHashMap::default();
    for (concept, at) in indexed.iter().zip(0..) {
        for (language, name) in &concept.names {
            let mut words = name.split(' ').map(str::to_owned);
            let Some(first) = words.next() else { continue };
            let of_language = names.entry(*language).or_default();
            of_language.entry(first).or_default().push((words.collect(), at));
        }
    }
    let mentioned: Vec<Vec<u16>> = analysed
        .par_iter()
        .map(|record| {
            let mut found = Vec::new();
            for part in &record.parts {
                if let Some(names) = names.get(&part.language) {
                    find_in_part(part, names, &mut found);
                }
            }
            found.sort_unstable();
            found.dedup();
            found
        })
        .collect();
    let mut counts = vec![0; indexed.len()];
    mentioned.iter().flatten().for_each(|at| counts[usize::from(*at)] += 1);
    let most = analysed.len().div_ceil(MAX_SHARE);
    let ids: Vec<Option<Arc<str>>> = indexed
        .iter()
        .zip(counts)
        .map(|(concept, count)| (1..=most).contains(&count).then(|| concept.id.as_str().into()))
        .collect();
    for (record, mentioned) in analysed.iter_mut().zip(mentioned) {
        record.concepts = mentioned.iter().filter_map(|at| ids[usize::from(*at)].clone()).collect();
    }
    indexed.into_iter().zip(ids).filter_map(|(concept, id)| id.map(|_| concept)).collect()
}

/// A concept with the stems of its names, each in its language; names of more words than a query is
/// searched for are left out.
fn stem_names(concept: &ConceptNames) -> IndexedConcept {
    let mut names = Vec::new();
    for (tag, texts) in &concept.names {
        let language = Language::from_tag(tag);
        for text in texts {
            let mut stems = Vec::new();
            for_each_token(text, |span| {
                let form = normalise(&text[span.start..span.end], language);
                stems.push(if span.kind.is_bigram() { form } else { stem(&form, language) });
            });
            let name = (language, stems.join(" "));
            if (1..=MAX_NAME_WORDS).contains(&stems.len()) && !names.contains(&name) {
                names.push(name);
            }
        }
    }
    let label = concept.label.replace(['\t', '\n'], " ");
    IndexedConcept { id: concept.id.clone(), label, names }
}

/// Appends the positions of the concepts whose names occur in a part of a record, in its texts or in
/// its details.
fn find_in_part(part: &AnalysedPart, names: &NamesByFirst, found: &mut Vec<u16>) {
    let details = part.zone.iter().filter_map(|(form_id, mark)| {
        matches!(mark, TermMark::InZone(Zone::Details)).then_some(*form_id)
    });
    for form_ids in [&*part.text, &details.collect::<Vec<u32>>()] {
        let stem_at = |at: usize| {
            let form_id = form_ids.get(at).filter(|form_id| **form_id != POSITION_GAP)?;
            Some(&*part.forms.forms[*form_id as usize].stem)
        };
        for at in 0..form_ids.len() {
            let Some(rests) = stem_at(at).and_then(|first| names.get(first)) else { continue };
            for (rest, concept) in rests {
                let mut following = rest.iter().zip(at + 1..);
                if following.all(|(word, at)| stem_at(at) == Some(word)) {
                    found.push(*concept);
                }
            }
        }
    }
}
