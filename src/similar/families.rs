//! Families: three and more case studies that are one experiment.
//!
//! Flagged pairs that hang together are candidates. Among them groups are merged by average link (Sokal and Michener 1958): two groups become one while
//! the mean score of all pairs between them reaches `JOIN`. Then every member must resemble at least half of the others that
//! much, so that no single link chains two experiments.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use jiff::civil::Date;
use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::catalog::case_study::Budget;
use crate::catalog::words::Band;
use crate::catalog::{Answer, AnswerAbout, CaseIndex, CaseStudy, Catalog, Meta};
use crate::similar::answer::{Groups, Lineages};
use crate::similar::copied::Twins;
use crate::similar::find::Scored;
use crate::similar::verdict::{self, Action};
use crate::similar::{PairState, Reason, Verdict};
use crate::vocabulary::TacticId;

/// The mean score from which on two groups are one.
const JOIN: f64 = 0.45;

/// The fewest members.
const FEWEST: usize = 3;

/// Candidates that are compared each with each; more of them are first divided by a higher score.
const MOST_CANDIDATES: usize = 1_500;

/// Case studies that are one experiment, told once.
#[derive(Debug, Clone)]
pub struct Family {
    /// The id of its oldest member and its tactic: `pl/scratch-card~discount`.
    pub id: String,
    /// All of them, oldest first.
    pub members: Vec<CaseIndex>,
    /// The tactic that most of them state.
    pub tactic: Option<TacticId>,
    /// What kind of duplicated effort it is.
    pub verdict: Verdict,
    /// What to do about it.
    pub action: Action,
    /// Whether all its members have answered.
    pub state: PairState,
    /// Members that have neither answered nor are linked with the others; all of them where nobody has.
    pub unanswered: Vec<CaseIndex>,
    /// The mean score of its pairs, 0 to 1.
    pub score: f64,
    /// What its members have in common, strongest first.
    pub reasons: Vec<Reason>,
}

impl Family {
    /// Whether only some of its members wait for an answer: they are named alone.
    pub fn is_partly_answered(&self) -> bool {
        !self.unanswered.is_empty() && self.unanswered.len() < self.members.len()
    }

    /// The anchor on the report.
    pub fn anchor(&self) -> String {
        anchor(&self.id)
    }
}

/// The anchor of a family's id.
pub fn anchor(id: &str) -> String {
    format!("family-{}", id.replace(['/', '~'], "-"))
}

/// Groups of case studies that are one experiment, with the mean score of their pairs.
///
/// `flagged` are the pairs that link candidates; `score` gives the score of any two case studies, in either order.
pub fn groups(cases: usize, flagged: &[&Scored], twins: &Twins, score: impl Fn(CaseIndex, CaseIndex) -> f64 + Sync) -> Vec<(Vec<CaseIndex>, f64)> {
    // Of many identical texts one stands for all.
    let represents = |case: CaseIndex| twins.first_of_many(case).unwrap_or(case);
    let links: Vec<(CaseIndex, CaseIndex, f64)> =
        flagged.iter().map(|pair| (represents(pair.a), represents(pair.b), pair.score)).filter(|(a, b, _)| a != b).collect();
    let mut found: Vec<(Vec<CaseIndex>, f64)> =
        candidates(cases, &links, 0.0).into_par_iter().with_max_len(1).flat_map_iter(|members| divide(&members, &score)).collect();
    let place_of: FxHashMap<CaseIndex, usize> =
        found.iter().enumerate().flat_map(|(at, (members, _))| members.iter().map(move |case| (*case, at))).collect();
    for many in twins.many() {
        match place_of.get(&many[0]) {
            Some(at) => found[*at].0.extend(&many[1..]),
            None => found.push((many.clone(), 1.0)),
        }
    }
    for (members, _) in &mut found {
        members.sort_unstable();
    }
    found.retain(|(members, _)| members.len() >= FEWEST);
    found.sort_unstable_by(|one, other| one.0.cmp(&other.0));
    found
}

/// Case studies that hang together by pairs of at least this score; where they are too many, by pairs of a higher one.
fn candidates(cases: usize, links: &[(CaseIndex, CaseIndex, f64)], least: f64) -> Vec<Vec<CaseIndex>> {
    let mut joined = Groups::new(cases);
    links.iter().filter(|(.., score)| *score >= least).for_each(|(a, b, _)| joined.join(a.0, b.0));
    let mut members: BTreeMap<u32, Vec<CaseIndex>> = BTreeMap::new();
    let mut all: Vec<CaseIndex> = links.iter().filter(|(.., score)| *score >= least).flat_map(|(a, b, _)| [*a, *b]).collect();
    all.sort_unstable();
    all.dedup();
    all.into_iter().for_each(|case| members.entry(joined.of(case.0)).or_default().push(case));
    let (mut found, mut large) = (Vec::new(), Vec::new());
    for group in members.into_values() {
        if group.len() > MOST_CANDIDATES && least < 1.0 { large.push(group) } else { found.push(group) }
    }
    for group in large {
        let inside: Vec<_> = links.iter().filter(|(a, b, _)| group.binary_search(a).is_ok() && group.binary_search(b).is_ok()).copied().collect();
        found.extend(candidates(cases, &inside, (least + 0.1).max(0.6)));
    }
    found
}

/// Divides candidates into families and others.
fn divide(candidates: &[CaseIndex], score: &(impl Fn(CaseIndex, CaseIndex) -> f64 + Sync)) -> Vec<(Vec<CaseIndex>, f64)> {
    if candidates.len() < 2 || candidates.len() > MOST_CANDIDATES {
        return Vec::new();
    }
    let scores = Scores::of(candidates, score);
    let mut families = Vec::new();
    for mut group in scores.average_link() {
        while let Some(odd) = scores.who_resembles_too_few(&group) {
            group.retain(|member| *member != odd);
        }
        let mean = scores.mean(&group);
        families.push((group.into_iter().map(|member| candidates[member]).collect(), mean));
    }
    families
}

/// The score of every pair of some candidates.
struct Scores {
    count: usize,
    /// Row by row, of each row those behind the diagonal.
    condensed: Vec<f32>,
}

impl Scores {
    fn of(candidates: &[CaseIndex], score: &(impl Fn(CaseIndex, CaseIndex) -> f64 + Sync)) -> Scores {
        let row = |at: usize| candidates[at + 1..].iter().map(|other| score(candidates[at], *other) as f32).collect::<Vec<f32>>();
        let rows: Vec<Vec<f32>> = (0..candidates.len()).into_par_iter().with_max_len(8).map(row).collect();
        Scores { count: candidates.len(), condensed: rows.concat() }
    }

    fn get(&self, one: usize, other: usize) -> f64 {
        let (low, high) = (one.min(other), one.max(other));
        f64::from(self.condensed[low * (2 * self.count - low - 1) / 2 + high - low - 1])
    }

    /// Groups of positions, merged while the mean score between two of them is high enough.
    fn average_link(&self) -> Vec<Vec<usize>> {
        let mut distances: Vec<f32> = self.condensed.iter().map(|score| 1.0 - score).collect();
        let merges = kodama::linkage(&mut distances, self.count, kodama::Method::Average);
        let mut groups: Vec<Option<Vec<usize>>> = (0..self.count).map(|at| Some(vec![at])).collect();
        for merge in merges.steps() {
            let both = [merge.cluster1, merge.cluster2].map(|at| groups[at].take());
            match both {
                [Some(one), Some(other)] if f64::from(merge.dissimilarity) <= 1.0 - JOIN => groups.push(Some([one, other].concat())),
                [one, other] => {
                    (groups[merge.cluster1], groups[merge.cluster2]) = (one, other);
                    groups.push(None);
                }
            }
        }
        groups.into_iter().flatten().filter(|group| group.len() >= 2).collect()
    }

    /// The member that resembles fewer than half of the others, the one that resembles the fewest first.
    fn who_resembles_too_few(&self, group: &[usize]) -> Option<usize> {
        let resembles = |member: usize| group.iter().filter(|other| **other != member && self.get(member, **other) >= JOIN).count();
        let fewest = group.iter().map(|member| (resembles(*member), *member)).min()?;
        (group.len() > 1 && fewest.0 * 2 < group.len() - 1).then_some(fewest.1)
    }

    fn mean(&self, group: &[usize]) -> f64 {
        let pairs = group.iter().enumerate().flat_map(|(at, one)| group[at + 1..].iter().map(move |other| self.get(*one, *other)));
        let (count, sum) = pairs.fold((0_usize, 0.0), |(count, sum), score| (count + 1, sum + score));
        if count == 0 { 1.0 } else { sum / count as f64 }
    }
}

/// A group as a family: its name, what is to be done about it, and who has answered.
pub fn family(catalog: &Catalog, lineages: &Lineages, mut members: Vec<CaseIndex>, score: f64) -> Family {
    members.sort_by_key(|case| age(catalog.case(*case), *case));
    let tactic = usual_tactic(catalog, &members);
    let oldest = &catalog.case(members[0]).meta.id;
    let id = tactic.map_or_else(|| oldest.to_string(), |tactic| format!("{oldest}~{}", catalog.vocabulary.tactics[tactic].id));
    let cases: Vec<&CaseStudy> = members.iter().map(|case| catalog.case(*case)).collect();
    let (verdict, action) = verdict::of_family(&cases);
    let (unanswered, state) = answered(catalog, lineages, &members);
    Family { id, tactic, verdict, action, state, unanswered, score, reasons: Vec::new(), members }
}

/// What sorts members oldest first: those with a start, by it; then by the day they were written, then by id.
fn age(case: &CaseStudy, index: CaseIndex) -> (bool, Option<Date>, Option<Date>, CaseIndex) {
    (case.start.is_none(), case.start, case.meta.change.as_ref().and_then(|change| change.created), index)
}

/// The tactic that most members state, the first by id where several are.
fn usual_tactic(catalog: &Catalog, members: &[CaseIndex]) -> Option<TacticId> {
    let mut stated: BTreeMap<TacticId, usize> = BTreeMap::new();
    members.iter().flat_map(|case| &catalog.case(*case).tactics).for_each(|tactic| *stated.entry(*tactic).or_default() += 1);
    stated.into_iter().max_by_key(|(tactic, count)| (*count, Reverse(*tactic))).map(|(tactic, _)| tactic)
}

/// Who has not answered, and what that makes of the family.
fn answered(catalog: &Catalog, lineages: &Lineages, members: &[CaseIndex]) -> (Vec<CaseIndex>, PairState) {
    let for_all = answers_for_all(catalog, members);
    let own = |case: CaseIndex| catalog.case(case).not_duplicate_of.iter().find(|answer| is_about(answer, members));
    let mut settled: FxHashSet<CaseIndex> = linked(catalog, lineages, members).into_iter().collect();
    settled.extend(for_all.iter().flat_map(|(_, covered)| covered));
    settled.extend(members.iter().filter(|case| own(**case).is_some()));
    let unanswered: Vec<CaseIndex> = members.iter().filter(|case| !settled.contains(case)).copied().collect();
    if !unanswered.is_empty() {
        return (unanswered, PairState::Open);
    }
    let widest = for_all.iter().max_by_key(|(_, covered)| covered.len()).map(|(answer, _)| *answer);
    let state = match widest.or_else(|| members.iter().find_map(|case| own(*case))) {
        Some(answer) => PairState::Acknowledged { field: "not_duplicate_of", reason: (!answer.reason.is_empty()).then(|| answer.reason.clone()) },
        None => PairState::Acknowledged { field: linking_field(catalog, members), reason: None },
    };
    (unanswered, state)
}

/// The largest group of members that their records link with one another; nobody where no two are linked.
fn linked(catalog: &Catalog, lineages: &Lineages, members: &[CaseIndex]) -> Vec<CaseIndex> {
    let places: FxHashMap<CaseIndex, u32> = members.iter().copied().zip(0..).collect();
    let mut first_of_lineage: FxHashMap<u32, u32> = FxHashMap::default();
    let mut joined = Groups::new(members.len());
    for (case, place) in members.iter().zip(0..) {
        joined.join(*first_of_lineage.entry(lineages.of(*case)).or_insert(place), place);
        let study = catalog.case(*case);
        let related = study.relations.named().into_iter().flat_map(|(_, cases)| cases.iter().copied());
        let answered = study.not_duplicate_of.iter().filter(|answer| answer.about == AnswerAbout::Record).map(|answer| answer.case);
        for other in related.chain(study.translation_of).chain(answered).filter_map(|other| places.get(&other)) {
            joined.join(*other, place);
        }
    }
    let mut groups: BTreeMap<u32, Vec<CaseIndex>> = BTreeMap::new();
    for (case, place) in members.iter().zip(0..) {
        groups.entry(joined.of(place)).or_default().push(*case);
    }
    let largest = groups.into_values().max_by_key(|group| (group.len(), Reverse(group[0]))).unwrap_or_default();
    if largest.len() > 1 { largest } else { Vec::new() }
}

/// The relation by which most members are linked.
fn linking_field(catalog: &Catalog, members: &[CaseIndex]) -> &'static str {
    let fields =
        members.iter().flat_map(|case| catalog.case(*case).relations.named()).filter(|(_, cases)| cases.iter().any(|case| members.contains(case)));
    let mut counts: BTreeMap<&'static str, usize> = BTreeMap::new();
    fields.for_each(|(field, _)| *counts.entry(field).or_default() += 1);
    counts.into_iter().max_by_key(|(_, count)| *count).map_or("replicates", |(field, _)| field)
}

/// Whether an answer is about the family of these members.
fn is_about(answer: &Answer, members: &[CaseIndex]) -> bool {
    matches!(answer.about, AnswerAbout::Family { .. }) && members.contains(&answer.case)
}

/// Answers that count for all, each with the members it covers: those of playbooks, and those that stand in the record which the
/// family's id names, whether or not an older one has been found since.
fn answers_for_all<'c>(catalog: &'c Catalog, members: &[CaseIndex]) -> Vec<(&'c Answer, Vec<CaseIndex>)> {
    let playbooks = catalog.playbooks.iter().flat_map(|playbook| playbook.not_duplicate_of.iter().map(|answer| (answer, &playbook.meta)));
    let named = members.iter().flat_map(|case| {
        let study = catalog.case(*case);
        study.not_duplicate_of.iter().filter(|answer| answer.case == *case).map(|answer| (answer, &study.meta))
    });
    let answers = named.chain(playbooks).filter(|(answer, _)| is_about(answer, members));
    answers.map(|(answer, meta)| (answer, covered(catalog, members, answer, meta))).collect()
}

/// Members that an answer for all covers: as many of the oldest as it says the family had; where it does not say, those that were written
/// before it was last changed, as far as git knows. A record that git does not know yet is newer than any that it knows.
fn covered(catalog: &Catalog, members: &[CaseIndex], answer: &Answer, answering: &Meta) -> Vec<CaseIndex> {
    let written = |case: &CaseIndex| catalog.case(*case).meta.change.as_ref().and_then(|change| change.created);
    if let AnswerAbout::Family { members: Some(count) } = answer.about {
        let mut by_writing = members.to_vec();
        by_writing.sort_by_key(|case| (written(case).is_none(), written(case)));
        by_writing.truncate(count);
        return by_writing;
    }
    match answering.change.as_ref().map(|change| change.updated) {
        Some(answered) => members.iter().filter(|case| written(case).is_some_and(|written| written <= answered)).copied().collect(),
        None => members.to_vec(),
    }
}

/// One part of what several studies cost together.
#[derive(Debug, Clone, PartialEq)]
pub enum BudgetTotal {
    /// The sum of amounts in one currency (ISO 4217).
    Amount(f64, String),
    /// How many state a band.
    Band(Band, usize),
}

/// What several studies cost: amounts added up by currency, then bands counted, smallest first.
pub fn budgets(cases: &[&CaseStudy]) -> Vec<BudgetTotal> {
    let mut amounts: BTreeMap<&str, f64> = BTreeMap::new();
    let mut bands: BTreeMap<Band, usize> = BTreeMap::new();
    for budget in cases.iter().filter_map(|case| case.budget.as_ref()) {
        match budget {
            Budget::Amount(amount, currency) => *amounts.entry(currency).or_default() += amount,
            Budget::Band(band) => *bands.entry(*band).or_default() += 1,
        }
    }
    let amounts = amounts.into_iter().map(|(currency, amount)| BudgetTotal::Amount(amount, currency.to_owned()));
    amounts.chain(bands.into_iter().map(|(band, count)| BudgetTotal::Band(band, count))).collect()
}
