//! Why two records resemble each other, in the words that were written.

use std::collections::BTreeMap;

use casebook_search::language::Language;
use jiff::civil::Date;
use rustc_hash::FxHashMap;

use crate::catalog::result::Metric;
use crate::catalog::{CaseIndex, CaseStudy, Catalog};
use crate::similar::compare::Compared;
use crate::similar::feature::{Block, Feature, is_of_template};
use crate::similar::space::{Vector, shared};
use crate::similar::{Reason, Verdict};
use crate::vocabulary::MetricId;

/// Words named in a reason: the few that tell.
const WORDS: usize = 5;

/// Words looked at before those that read badly are left out.
const LOOKED_AT: usize = 10;

/// What the structured records have in common, strongest first.
pub fn of_terms(a: &CaseStudy, b: &CaseStudy) -> Vec<Reason> {
    let mut reasons = Vec::new();
    let tactics: Vec<_> = a.tactics.iter().copied().filter(|tactic| b.tactics.contains(tactic)).collect();
    let channels: Vec<_> = a.channels.iter().copied().filter(|channel| b.channels.contains(channel)).collect();
    if !tactics.is_empty() {
        reasons.push(Reason::Tactics(tactics));
    }
    if !channels.is_empty() {
        reasons.push(Reason::Channels(channels));
    }
    reasons.extend(primary_metric(a).filter(|metric| primary_metric(b) == Some(*metric)).map(Reason::Metric));
    reasons.extend(a.audience.iter().find(|audience| b.audience.contains(audience)).cloned().map(Reason::Audience));
    reasons.extend(a.objective.filter(|objective| b.objective == Some(*objective)).map(Reason::Objective));
    reasons
}

/// What all of several records have in common, strongest first.
pub fn of_common_terms(cases: &[&CaseStudy]) -> Vec<Reason> {
    let Some((first, others)) = cases.split_first() else { return Vec::new() };
    let mut reasons = Vec::new();
    let tactics: Vec<_> = first.tactics.iter().copied().filter(|tactic| others.iter().all(|case| case.tactics.contains(tactic))).collect();
    let channels: Vec<_> = first.channels.iter().copied().filter(|channel| others.iter().all(|case| case.channels.contains(channel))).collect();
    reasons.extend((!tactics.is_empty()).then_some(Reason::Tactics(tactics)));
    reasons.extend((!channels.is_empty()).then_some(Reason::Channels(channels)));
    reasons.extend(primary_metric(first).filter(|metric| others.iter().all(|case| primary_metric(case) == Some(*metric))).map(Reason::Metric));
    reasons.extend(first.objective.filter(|objective| others.iter().all(|case| case.objective == Some(*objective))).map(Reason::Objective));
    reasons
}

fn primary_metric(case: &CaseStudy) -> Option<MetricId> {
    case.primary().and_then(|primary| if let Metric::Known(metric) = primary.metric { Some(metric) } else { None })
}

/// What their dates have to do with each other.
pub fn of_time(a: &CaseStudy, b: &CaseStudy, verdict: Verdict) -> Vec<Reason> {
    let mut reasons = Vec::new();
    reasons.extend(overlap(a, b).filter(|weeks| *weeks > 0).map(Reason::Overlap));
    if verdict == Verdict::AlreadyTried {
        let ended = if a.is_open() { b } else { a };
        reasons.push(Reason::Ended(ended.outcome, ended.graded.grade));
    }
    reasons
}

/// Whole weeks in which both run; a part of a week counts as one.
fn overlap(a: &CaseStudy, b: &CaseStudy) -> Option<u32> {
    let (start, end): (Date, Date) = (a.start?.max(b.start?), a.end?.min(b.end?));
    let days = start.until(end).ok()?.get_days() + 1;
    u32::try_from(days).ok().map(|days| days.div_ceil(7))
}

/// Words and concepts that weigh most in the resemblance of two vectors, best first.
pub fn shared_features(compared: &Compared, one: &Vector, other: &Vector) -> Vec<Feature> {
    let found = shared(one, other).filter(|(position, _)| can_be_named(compared, *position)).collect();
    best(compared, found)
}

/// Words and concepts that most of some records have, by what they weigh in all of them, best first.
pub fn common_features(compared: &Compared, cases: &[CaseIndex]) -> Vec<Feature> {
    let space = &compared.space;
    let group = space.group_of[cases[0].0 as usize];
    let same_language = cases.iter().all(|case| space.group_of[case.0 as usize] == group);
    let vectors = if same_language { &space.home } else { &space.abroad };
    let mut weights: BTreeMap<u32, (usize, f32)> = BTreeMap::new();
    for (position, weight) in cases.iter().filter_map(|case| vectors.get(case.0 as usize)).flat_map(|vector| &vector.features) {
        let known = weights.entry(*position).or_default();
        *known = (known.0 + 1, known.1 + weight * weight);
    }
    let most = weights.into_iter().filter(|(position, (count, _))| count * 2 > cases.len() && can_be_named(compared, *position));
    best(compared, most.map(|(position, (_, weight))| (position, weight)).collect())
}

/// Whether a feature is a word or a concept.
fn can_be_named(compared: &Compared, position: u32) -> bool {
    let block = compared.space.features[position as usize].block();
    block == Block::Word as usize || block == Block::Concept as usize
}

/// The heaviest of some features, heaviest first.
fn best(compared: &Compared, mut found: Vec<(u32, f32)>) -> Vec<Feature> {
    let heavier = |a: &(u32, f32), b: &(u32, f32)| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0));
    if found.len() > LOOKED_AT {
        found.select_nth_unstable_by(LOOKED_AT, heavier);
        found.truncate(LOOKED_AT);
    }
    found.sort_unstable_by(heavier);
    found.into_iter().map(|(position, _)| compared.space.features[position as usize]).collect()
}

/// How features are written: a form for each language and feature.
#[derive(Debug, Default)]
pub struct Forms {
    written: FxHashMap<(Language, Feature), String>,
    concepts: FxHashMap<Feature, String>,
}

impl Forms {
    /// Looks up how the wanted features were written.
    pub fn of<'w>(compared: &Compared, wanted: impl Iterator<Item = (Language, &'w Feature)>) -> Forms {
        let mut written: FxHashMap<(Language, Feature), String> = wanted.map(|(language, feature)| ((language, *feature), String::new())).collect();
        for spelling in &compared.spellings {
            if let Some(form) = written.get_mut(&(Language::from_number(spelling.language), spelling.feature))
                && (form.is_empty() || plainer(&spelling.written, form))
            {
                spelling.written.as_ref().clone_into(form);
            }
        }
        let concepts = compared.concepts.names.iter().enumerate().map(|(number, name)| (Feature::concept(number as u32), name.clone())).collect();
        Forms { written, concepts }
    }

    /// The reason that names these features as they are written in one of the languages, the first first.
    pub fn reason(&self, features: &[Feature], languages: [Language; 2], said: &[&str]) -> Option<Reason> {
        let (mut words, mut in_lower_case): (Vec<String>, Vec<String>) = (Vec::new(), Vec::new());
        for feature in features {
            let form = self
                .concepts
                .get(feature)
                .or_else(|| languages.iter().find_map(|language| self.written.get(&(*language, *feature)).filter(|form| !form.is_empty())));
            let Some(form) = form.filter(|form| reads_well(form) && !said.iter().any(|said| said.eq_ignore_ascii_case(form))) else { continue };
            let lower = form.to_lowercase();
            if !in_lower_case.iter().any(|word| word.contains(&lower)) {
                words.push(form.clone());
                in_lower_case.push(lower);
            }
            if words.len() == WORDS {
                break;
            }
        }
        (!words.is_empty()).then_some(Reason::Words(words))
    }
}

/// Lower case before capitals, short before long, then by the alphabet: the same form whatever order spellings come in.
fn plainer(one: &str, other: &str) -> bool {
    let key = |text: &str| (text.chars().any(char::is_uppercase), text.len());
    (key(one), one) < (key(other), other)
}

fn reads_well(form: &str) -> bool {
    let letters = form.chars().filter(|letter| letter.is_alphabetic()).count();
    !is_of_template(form) && (letters > 2 || letters == 2 && !form.is_ascii())
}

/// Labels of terms that a reason already names.
pub fn said<'c>(catalog: &'c Catalog, reasons: &[Reason]) -> Vec<&'c str> {
    let vocabulary = &catalog.vocabulary;
    let mut said: Vec<&str> = Vec::new();
    for reason in reasons {
        match reason {
            Reason::Tactics(tactics) => said.extend(tactics.iter().map(|tactic| vocabulary.tactics[*tactic].label.as_str())),
            Reason::Channels(channels) => said.extend(channels.iter().map(|channel| vocabulary.channels[*channel].label.as_str())),
            Reason::Metric(metric) => said.push(&vocabulary.metrics[*metric].label),
            _ => {}
        }
    }
    said
}
