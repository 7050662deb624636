//! Collects the reasons why records are similar: shared terms, shared words as they were written,
//! and dates.

use std::collections::BTreeMap;

use casebook_search::language::Language;
use jiff::civil::Date;
use rustc_hash::FxHashMap;

use crate::catalog::result::Metric;
use crate::catalog::{CaseIndex, CaseStudy, Catalog};
use crate::similar::feature::{Block, Feature, is_template_word};
use crate::similar::same_experiment;
use crate::similar::similarity_model::SimilarityModel;
use crate::similar::vector_space::{SparseVector, shared_products};
use crate::similar::{Reason, Verdict};
use crate::vocabulary::MetricId;

/// The most words that one reason of similarity names.
const MAX_WORDS: usize = 5;

/// The most shared features that are considered for a reason, before unreadable words are left out.
const MAX_CANDIDATES: usize = 10;

/// Whether these case studies all state a hypothesis of nearly the same words as the first.
pub fn share_hypothesis(model: &SimilarityModel, cases: &[CaseIndex]) -> bool {
    let term_sets = |case: &CaseIndex| &model.space.term_sets[case.0 as usize];
    cases.split_first().is_some_and(|(first, others)| {
        others
            .iter()
            .all(|other| same_experiment::is_same_hypothesis(term_sets(first), term_sets(other)))
    })
}

/// The tactics, hypothesis, channels, metric, audience and objective that two case studies share,
/// each as a reason, strongest first. `has_same_hypothesis` says whether they share the hypothesis.
pub fn shared_term_reasons(a: &CaseStudy, b: &CaseStudy, has_same_hypothesis: bool) -> Vec<Reason> {
    let mut reasons = Vec::new();
    let tactics: Vec<_> =
        a.tactics.iter().copied().filter(|tactic| b.tactics.contains(tactic)).collect();
    let channels: Vec<_> =
        a.channels.iter().copied().filter(|channel| b.channels.contains(channel)).collect();
    if !tactics.is_empty() {
        reasons.push(Reason::Tactics(tactics));
    }
    reasons.extend(has_same_hypothesis.then_some(Reason::Hypothesis));
    if !channels.is_empty() {
        reasons.push(Reason::Channels(channels));
    }
    reasons.extend(
        primary_metric(a).filter(|metric| primary_metric(b) == Some(*metric)).map(Reason::Metric),
    );
    reasons.extend(
        a.audience
            .iter()
            .find(|audience| b.audience.contains(audience))
            .cloned()
            .map(Reason::Audience),
    );
    reasons.extend(
        a.objective.filter(|objective| b.objective == Some(*objective)).map(Reason::Objective),
    );
    reasons
}

/// The tactics, hypothesis, channels, metric and objective that all of these case studies share,
/// each as a reason, strongest first. `has_same_hypothesis` says whether they share the hypothesis.
pub fn common_term_reasons(cases: &[&CaseStudy], has_same_hypothesis: bool) -> Vec<Reason> {
    let Some((first, others)) = cases.split_first() else { return Vec::new() };
    let mut reasons = Vec::new();
    let tactics: Vec<_> = first
        .tactics
        .iter()
        .copied()
        .filter(|tactic| others.iter().all(|case| case.tactics.contains(tactic)))
        .collect();
    let channels: Vec<_> = first
        .channels
        .iter()
        .copied()
        .filter(|channel| others.iter().all(|case| case.channels.contains(channel)))
        .collect();
    reasons.extend((!tactics.is_empty()).then_some(Reason::Tactics(tactics)));
    reasons.extend(has_same_hypothesis.then_some(Reason::Hypothesis));
    reasons.extend((!channels.is_empty()).then_some(Reason::Channels(channels)));
    reasons.extend(
        primary_metric(first)
            .filter(|metric| others.iter().all(|case| primary_metric(case) == Some(*metric)))
            .map(Reason::Metric),
    );
    reasons.extend(
        first
            .objective
            .filter(|objective| others.iter().all(|case| case.objective == Some(*objective)))
            .map(Reason::Objective),
    );
    reasons
}

/// The primary metric of a study; none where it reports none, or a local metric (one outside the
/// vocabulary).
fn primary_metric(case: &CaseStudy) -> Option<MetricId> {
    case.primary_result().and_then(|primary| {
        if let Metric::Known(metric) = primary.metric { Some(metric) } else { None }
    })
}

/// The reasons from dates for a pair with this verdict: that both run at the same time, and that
/// one has ended; empty without either.
pub fn time_reasons(a: &CaseStudy, b: &CaseStudy, verdict: Verdict) -> Vec<Reason> {
    let mut reasons = Vec::new();
    reasons.extend(overlap_weeks(a, b).filter(|weeks| *weeks > 0).map(Reason::Overlap));
    if verdict == Verdict::AlreadyTried {
        let ended = if a.is_unfinished() { b } else { a };
        reasons.push(Reason::Ended(ended.outcome, ended.evidence_grade.grade));
    }
    reasons
}

/// Number of weeks in which two studies both run, rounded up: 0 where one starts on the day after
/// the other ends. None where a date is missing, or a day or more lies between the two.
fn overlap_weeks(a: &CaseStudy, b: &CaseStudy) -> Option<u32> {
    let (start, end): (Date, Date) = (a.start?.max(b.start?), a.end?.min(b.end?));
    let days = start.until(end).ok()?.get_days() + 1;
    u32::try_from(days).ok().map(|days| days.div_ceil(7))
}

/// The `MAX_CANDIDATES` words and concepts that contribute most to the similarity of two vectors,
/// largest contribution first.
pub fn shared_features(
    model: &SimilarityModel,
    one: &SparseVector,
    other: &SparseVector,
) -> Vec<Feature> {
    let found =
        shared_products(one, other).filter(|(position, _)| is_nameable(model, *position)).collect();
    heaviest_features(model, found)
}

/// The `MAX_CANDIDATES` heaviest words and concepts that more than half of the members of a family
/// have, by the sum of their squared weights, largest first.
pub fn common_features(model: &SimilarityModel, cases: &[CaseIndex]) -> Vec<Feature> {
    let space = &model.space;
    let group = space.group_of[cases[0].0 as usize];
    let is_same_language = cases.iter().all(|case| space.group_of[case.0 as usize] == group);
    let vectors = if is_same_language { &space.same_language } else { &space.cross_language };
    let mut weights: BTreeMap<u32, (usize, f32)> = BTreeMap::new();
    for (position, weight) in cases
        .iter()
        .filter_map(|case| vectors.get(case.0 as usize))
        .flat_map(|vector| &vector.features)
    {
        let entry = weights.entry(*position).or_default();
        *entry = (entry.0 + 1, entry.1 + weight * weight);
    }
    let common = weights
        .into_iter()
        .filter(|(position, (count, _))| count * 2 > cases.len() && is_nameable(model, *position));
    heaviest_features(model, common.map(|(position, (_, weight))| (position, weight)).collect())
}

/// Whether a feature is a word or a concept, which have a written form.
fn is_nameable(model: &SimilarityModel, position: u32) -> bool {
    let block = model.space.features[position as usize].block_index();
    block == Block::Word as usize || block == Block::Concept as usize
}

/// The `MAX_CANDIDATES` features with the largest weights, largest first, from pairs of the
/// position of a feature in the vector space and its weight.
fn heaviest_features(model: &SimilarityModel, mut found: Vec<(u32, f32)>) -> Vec<Feature> {
    let heavier = |a: &(u32, f32), b: &(u32, f32)| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0));
    if found.len() > MAX_CANDIDATES {
        found.select_nth_unstable_by(MAX_CANDIDATES, heavier);
        found.truncate(MAX_CANDIDATES);
    }
    found.sort_unstable_by(heavier);
    found.into_iter().map(|(position, _)| model.space.features[position as usize]).collect()
}

/// How features are written, by which reasons name them: words by language, concepts in the
/// language of the hub.
#[derive(Debug, Default)]
pub struct WrittenForms {
    written: FxHashMap<(Language, Feature), String>,
    concepts: FxHashMap<Feature, String>,
}

impl WrittenForms {
    /// Looks up how each feature is written in the language given with it; of several spellings the
    /// plainest.
    pub fn look_up<'w>(
        model: &SimilarityModel,
        wanted: impl Iterator<Item = (Language, &'w Feature)>,
    ) -> WrittenForms {
        let mut written: FxHashMap<(Language, Feature), String> =
            wanted.map(|(language, feature)| ((language, *feature), String::new())).collect();
        for spelling in &model.spellings {
            if let Some(form) =
                written.get_mut(&(Language::from_number(spelling.language), spelling.feature))
                && (form.is_empty() || is_plainer(&spelling.written, form))
            {
                spelling.written.as_ref().clone_into(form);
            }
        }
        let concepts = model
            .concepts
            .names
            .iter()
            .enumerate()
            .map(|(number, name)| (Feature::from_concept(number as u32), name.clone()))
            .collect();
        WrittenForms { written, concepts }
    }

    /// At most five shared words or concepts as a reason, each as written in the first language,
    /// else in the second; labels in `named` are left out. None where no word is left.
    pub fn words_reason(
        &self,
        features: &[Feature],
        languages: [Language; 2],
        named: &[&str],
    ) -> Option<Reason> {
        let (mut words, mut in_lower_case): (Vec<String>, Vec<String>) = (Vec::new(), Vec::new());
        for feature in features {
            let form = self.concepts.get(feature).or_else(|| {
                languages.iter().find_map(|language| {
                    self.written.get(&(*language, *feature)).filter(|form| !form.is_empty())
                })
            });
            let Some(form) = form.filter(|form| {
                is_readable(form) && !named.iter().any(|label| label.eq_ignore_ascii_case(form))
            }) else {
                continue;
            };
            let lower = form.to_lowercase();
            if !in_lower_case.iter().any(|word| word.contains(&lower)) {
                words.push(form.clone());
                in_lower_case.push(lower);
            }
            if words.len() == MAX_WORDS {
                break;
            }
        }
        (!words.is_empty()).then_some(Reason::Words(words))
    }
}

/// Whether one spelling is preferred to another: lower case before capitals, short before long,
/// then alphabetical order.
fn is_plainer(one: &str, other: &str) -> bool {
    let key = |text: &str| (text.chars().any(char::is_uppercase), text.len());
    (key(one), one) < (key(other), other)
}

/// Whether a written form is shown in a reason: not a word of the record template, and at least
/// three letters long, or two outside ASCII.
fn is_readable(form: &str) -> bool {
    let letters = form.chars().filter(|letter| letter.is_alphabetic()).count();
    !is_template_word(form) && (letters > 2 || letters == 2 && !form.is_ascii())
}

/// Labels of the tactics, channels and metrics that reasons name.
pub fn named_labels<'c>(catalog: &'c Catalog, reasons: &[Reason]) -> Vec<&'c str> {
    let vocabulary = &catalog.vocabulary;
    let mut labels: Vec<&str> = Vec::new();
    for reason in reasons {
        match reason {
            Reason::Tactics(tactics) => labels
                .extend(tactics.iter().map(|tactic| vocabulary.tactics[*tactic].label.as_str())),
            Reason::Channels(channels) => labels.extend(
                channels.iter().map(|channel| vocabulary.channels[*channel].label.as_str()),
            ),
            Reason::Metric(metric) => labels.push(&vocabulary.metrics[*metric].label),
            _ => {}
        }
    }
    labels
}
