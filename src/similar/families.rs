//! Groups case studies of one experiment into families of three or more.
//!
//! The connected components of flagged pairs are candidates. In each, groups are merged by
//! average-linkage clustering (Sokal and Michener 1958) while the mean score of all pairs between
//! two groups is at least `MIN_MEAN_SCORE`. Then members that reach that score with fewer than half
//! of the others are removed, so that a single pair does not join two experiments.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use jiff::civil::Date;
use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::catalog::case_study::Budget;
use crate::catalog::field;
use crate::catalog::keywords::Band;
use crate::catalog::{CaseIndex, CaseStudy, Catalog, Meta, NotDuplicate, NotDuplicateScope};
use crate::similar::answer::{Lineages, UnionFind};
use crate::similar::copied_text::IdenticalBodies;
use crate::similar::scored_pair::ScoredPair;
use crate::similar::verdict::{self, FamilyAction};
use crate::similar::{AnswerState, Reason, Verdict};
use crate::vocabulary::TacticId;

/// The least mean score, 0 to 1, of the pairs between two groups that are merged; two members with
/// at least this score count as similar.
const MIN_MEAN_SCORE: f64 = 0.45;

/// The least number of members of a family.
const MIN_MEMBERS: usize = 3;

/// The most case studies of a connected component of which all pairs are scored; larger components
/// are first divided by a higher threshold.
const MAX_CANDIDATES: usize = 1_500;

/// Three or more case studies that are one experiment.
#[derive(Debug, Clone)]
pub struct Family {
    /// The id of its oldest member, and its tactic if it has one: `pl/scratch-card~discount`.
    pub id: String,
    /// All members, oldest first.
    pub members: Vec<CaseIndex>,
    /// The tactic that most of them state.
    pub tactic: Option<TacticId>,
    /// What kind of duplicated effort it is.
    pub verdict: Verdict,
    /// What to do about it.
    pub action: FamilyAction,
    /// `Open` while some of its members have not acknowledged the family.
    pub state: AnswerState,
    /// Members that have neither acknowledged the family nor are linked with the others by
    /// relations.
    pub unanswered: Vec<CaseIndex>,
    /// The mean score of its pairs, 0 to 1.
    pub score: f64,
    /// What its members have in common, strongest first.
    pub reasons: Vec<Reason>,
}

impl Family {
    /// Whether some members have acknowledged the family and others have not.
    pub fn is_partly_answered(&self) -> bool {
        !self.unanswered.is_empty() && self.unanswered.len() < self.members.len()
    }

    /// The HTML anchor of the family in the report of similar case studies.
    pub fn anchor(&self) -> String {
        anchor(&self.id)
    }
}

/// The HTML anchor of the family with this id in the report of similar case studies.
pub fn anchor(id: &str) -> String {
    format!("family-{}", id.replace(['/', '~'], "-"))
}

/// Groups of three or more case studies that are one experiment, each in id order and with the mean
/// score of its pairs.
///
/// `cases` is the number of case studies of the catalog, `flagged` are the pairs that link
/// candidates; `score` returns the score of any two case studies, in either order.
pub fn cluster(
    cases: usize,
    flagged: &[&ScoredPair],
    identical_bodies: &IdenticalBodies,
    score: impl Fn(CaseIndex, CaseIndex) -> f64 + Sync,
) -> Vec<(Vec<CaseIndex>, f64)> {
    // One case study represents a large group with identical bodies.
    let representative = |case: CaseIndex| identical_bodies.representative(case).unwrap_or(case);
    let links: Vec<(CaseIndex, CaseIndex, f64)> = flagged
        .iter()
        .map(|pair| (representative(pair.a), representative(pair.b), pair.score))
        .filter(|(a, b, _)| a != b)
        .collect();
    let mut found: Vec<(Vec<CaseIndex>, f64)> = connected_components(cases, &links, 0.0)
        .into_par_iter()
        .flat_map_iter(|members| divide_candidates(&members, &score))
        .collect();
    let position_of: FxHashMap<CaseIndex, usize> = found
        .iter()
        .enumerate()
        .flat_map(|(at, (members, _))| members.iter().map(move |case| (*case, at)))
        .collect();
    for group in identical_bodies.large_groups() {
        match position_of.get(&group[0]) {
            Some(at) => found[*at].0.extend(&group[1..]),
            None => found.push((group.clone(), 1.0)),
        }
    }
    for (members, _) in &mut found {
        members.sort_unstable();
    }
    found.retain(|(members, _)| members.len() >= MIN_MEMBERS);
    found.sort_unstable_by(|one, other| one.0.cmp(&other.0));
    found
}

/// Connected components of case studies by links of at least `min_score`; components of more than
/// `MAX_CANDIDATES` case studies are divided again with a higher score.
fn connected_components(
    cases: usize,
    links: &[(CaseIndex, CaseIndex, f64)],
    min_score: f64,
) -> Vec<Vec<CaseIndex>> {
    let mut joined = UnionFind::new(cases);
    links
        .iter()
        .filter(|(.., score)| *score >= min_score)
        .for_each(|(a, b, _)| joined.union(a.0, b.0));
    let mut members: BTreeMap<u32, Vec<CaseIndex>> = BTreeMap::new();
    let mut all: Vec<CaseIndex> = links
        .iter()
        .filter(|(.., score)| *score >= min_score)
        .flat_map(|(a, b, _)| [*a, *b])
        .collect();
    all.sort_unstable();
    all.dedup();
    all.into_iter().for_each(|case| members.entry(joined.find(case.0)).or_default().push(case));
    let (mut found, mut large) = (Vec::new(), Vec::new());
    for group in members.into_values() {
        if group.len() > MAX_CANDIDATES && min_score < 1.0 {
            large.push(group)
        } else {
            found.push(group)
        }
    }
    for group in large {
        let inside: Vec<_> = links
            .iter()
            .filter(|(a, b, _)| group.binary_search(a).is_ok() && group.binary_search(b).is_ok())
            .copied()
            .collect();
        found.extend(connected_components(cases, &inside, (min_score + 0.1).max(0.6)));
    }
    found
}

/// Divides a connected component into groups of one experiment and removes their outliers; returns
/// each group with the mean score of its pairs, groups of one or two included. A component that is
/// still too large gives no group.
fn divide_candidates(
    candidates: &[CaseIndex],
    score: &(impl Fn(CaseIndex, CaseIndex) -> f64 + Sync),
) -> Vec<(Vec<CaseIndex>, f64)> {
    if candidates.len() < 2 || candidates.len() > MAX_CANDIDATES {
        return Vec::new();
    }
    let scores = ScoreMatrix::compute(candidates, score);
    let mut families = Vec::new();
    for mut group in scores.average_linkage_clusters() {
        while let Some(outlier) = scores.find_outlier(&group) {
            group.retain(|member| *member != outlier);
        }
        let mean = scores.mean_score(&group);
        families.push((group.into_iter().map(|member| candidates[member]).collect(), mean));
    }
    families
}

/// The scores of all pairs of the case studies of one connected component, which are addressed by
/// their positions in it.
struct ScoreMatrix {
    count: usize,
    /// Upper triangle without the diagonal, row by row.
    condensed: Vec<f32>,
}

impl ScoreMatrix {
    /// Scores every pair of the case studies once, in parallel by row of the matrix.
    fn compute(
        candidates: &[CaseIndex],
        score: &(impl Fn(CaseIndex, CaseIndex) -> f64 + Sync),
    ) -> ScoreMatrix {
        let row = |at: usize| {
            candidates[at + 1..]
                .iter()
                .map(|other| score(candidates[at], *other) as f32)
                .collect::<Vec<f32>>()
        };
        let rows: Vec<Vec<f32>> = (0..candidates.len()).into_par_iter().map(row).collect();
        ScoreMatrix { count: candidates.len(), condensed: rows.concat() }
    }

    /// The score of two different case studies by their positions in the component, in either
    /// order.
    fn get(&self, one: usize, other: usize) -> f64 {
        let (low, high) = (one.min(other), one.max(other));
        f64::from(self.condensed[low * (2 * self.count - low - 1) / 2 + high - low - 1])
    }

    /// Clusters of two or more positions by average linkage, merged while the mean score of the
    /// pairs between two clusters is at least [`MIN_MEAN_SCORE`].
    fn average_linkage_clusters(&self) -> Vec<Vec<usize>> {
        let mut distances: Vec<f32> = self.condensed.iter().map(|score| 1.0 - score).collect();
        let merges = kodama::linkage(&mut distances, self.count, kodama::Method::Average);
        let mut groups: Vec<Option<Vec<usize>>> =
            (0..self.count).map(|at| Some(vec![at])).collect();
        for merge in merges.steps() {
            let both = [merge.cluster1, merge.cluster2].map(|at| groups[at].take());
            match both {
                [Some(one), Some(other)]
                    if f64::from(merge.dissimilarity) <= 1.0 - MIN_MEAN_SCORE =>
                {
                    groups.push(Some([one, other].concat()))
                }
                [one, other] => {
                    (groups[merge.cluster1], groups[merge.cluster2]) = (one, other);
                    groups.push(None);
                }
            }
        }
        groups.into_iter().flatten().filter(|group| group.len() >= 2).collect()
    }

    /// The member of a group that is similar to the fewest others, where those are fewer than half
    /// of them; none where every member is similar to at least half of the others.
    fn find_outlier(&self, group: &[usize]) -> Option<usize> {
        let similar_count = |member: usize| {
            group
                .iter()
                .filter(|other| **other != member && self.get(member, **other) >= MIN_MEAN_SCORE)
                .count()
        };
        let fewest = group.iter().map(|member| (similar_count(*member), *member)).min()?;
        (group.len() > 1 && fewest.0 * 2 < group.len() - 1).then_some(fewest.1)
    }

    /// Mean score of all pairs of a group of positions; 1 for a group of one.
    fn mean_score(&self, group: &[usize]) -> f64 {
        let pairs = group
            .iter()
            .enumerate()
            .flat_map(|(at, one)| group[at + 1..].iter().map(move |other| self.get(*one, *other)));
        let (count, sum) =
            pairs.fold((0_usize, 0.0), |(count, sum), score| (count + 1, sum + score));
        if count == 0 { 1.0 } else { sum / count as f64 }
    }
}

/// Builds the family of these members, whose pairs have this mean score; its reasons are added
/// later.
pub fn build_family(
    catalog: &Catalog,
    lineages: &Lineages,
    mut members: Vec<CaseIndex>,
    score: f64,
) -> Family {
    members.sort_by_key(|case| age_key(catalog.case(*case), *case));
    let tactic = most_common_tactic(catalog, &members);
    let oldest = &catalog.case(members[0]).meta.id;
    let id = tactic.map_or_else(
        || oldest.to_string(),
        |tactic| format!("{oldest}~{}", catalog.vocabulary.tactics[tactic].id),
    );
    let cases: Vec<&CaseStudy> = members.iter().map(|case| catalog.case(*case)).collect();
    let (verdict, action) = verdict::family_verdict(&cases);
    let (unanswered, state) = find_unanswered(catalog, lineages, &members);
    Family { id, tactic, verdict, action, state, unanswered, score, reasons: Vec::new(), members }
}

/// Sort key of a member of a family, oldest first: by start date, records without one last; then by
/// the day of the first commit, then by id.
fn age_key(case: &CaseStudy, index: CaseIndex) -> (bool, Option<Date>, Option<Date>, CaseIndex) {
    (
        case.start.is_none(),
        case.start,
        case.meta.change.as_ref().and_then(|change| change.created),
        index,
    )
}

/// The tactic that most members state, of several the first by id; none where no member states one.
fn most_common_tactic(catalog: &Catalog, members: &[CaseIndex]) -> Option<TacticId> {
    let mut stated: BTreeMap<TacticId, usize> = BTreeMap::new();
    members
        .iter()
        .flat_map(|case| &catalog.case(*case).tactics)
        .for_each(|tactic| *stated.entry(*tactic).or_default() += 1);
    stated
        .into_iter()
        .max_by_key(|(tactic, count)| (*count, Reverse(*tactic)))
        .map(|(tactic, _)| tactic)
}

/// The members that have not acknowledged the family, and the state of the family that follows:
/// open where there are any.
fn find_unanswered(
    catalog: &Catalog,
    lineages: &Lineages,
    members: &[CaseIndex],
) -> (Vec<CaseIndex>, AnswerState) {
    let family_wide = family_wide_answers(catalog, members);
    let own = |case: CaseIndex| {
        catalog.case(case).not_duplicate_of.iter().find(|answer| is_about_family(answer, members))
    };
    let mut settled: FxHashSet<CaseIndex> =
        largest_linked_group(catalog, lineages, members).into_iter().collect();
    settled.extend(family_wide.iter().flat_map(|(_, covered)| covered));
    settled.extend(members.iter().filter(|case| own(**case).is_some()));
    let unanswered: Vec<CaseIndex> =
        members.iter().filter(|case| !settled.contains(case)).copied().collect();
    if !unanswered.is_empty() {
        return (unanswered, AnswerState::Open);
    }
    let widest =
        family_wide.iter().max_by_key(|(_, covered)| covered.len()).map(|(answer, _)| *answer);
    let state = match widest.or_else(|| members.iter().find_map(|case| own(*case))) {
        Some(answer) => AnswerState::Acknowledged {
            field: field::NOT_DUPLICATE_OF.name,
            reason: (!answer.reason.is_empty()).then(|| answer.reason.clone()),
        },
        None => AnswerState::Acknowledged {
            field: most_common_relation(catalog, members),
            reason: None,
        },
    };
    (unanswered, state)
}

/// The largest group of members linked by relations, lineages and answers to one another; empty
/// where no two are linked.
fn largest_linked_group(
    catalog: &Catalog,
    lineages: &Lineages,
    members: &[CaseIndex],
) -> Vec<CaseIndex> {
    let largest = linked_groups(catalog, lineages, members)
        .into_iter()
        .max_by_key(|group| (group.len(), Reverse(group[0])))
        .unwrap_or_default();
    if largest.len() > 1 { largest } else { Vec::new() }
}

/// The members in groups that relations, lineages and answers to one another link, directly or
/// through others; a member that nothing links is a group of its own. Groups, and members within a
/// group, are in the order of `members`.
pub(super) fn linked_groups(
    catalog: &Catalog,
    lineages: &Lineages,
    members: &[CaseIndex],
) -> Vec<Vec<CaseIndex>> {
    let positions: FxHashMap<CaseIndex, u32> = members.iter().copied().zip(0..).collect();
    let mut first_of_lineage: FxHashMap<u32, u32> = FxHashMap::default();
    let mut joined = UnionFind::new(members.len());
    for (case, position) in members.iter().zip(0..) {
        joined.union(
            *first_of_lineage.entry(lineages.lineage_of(*case)).or_insert(position),
            position,
        );
        let study = catalog.case(*case);
        let related =
            study.relations.by_field().into_iter().flat_map(|(_, cases)| cases.iter().copied());
        let answered = study
            .not_duplicate_of
            .iter()
            .filter(|answer| answer.scope == NotDuplicateScope::Record)
            .map(|answer| answer.case);
        for other in related
            .chain(study.translation_of)
            .chain(answered)
            .filter_map(|other| positions.get(&other))
        {
            joined.union(*other, position);
        }
    }
    let mut groups: BTreeMap<u32, Vec<CaseIndex>> = BTreeMap::new();
    for (case, position) in members.iter().zip(0..) {
        groups.entry(joined.find(position)).or_default().push(*case);
    }
    groups.into_values().collect()
}

/// Front matter field of the relation that links members most often; `replicates` where none does.
fn most_common_relation(catalog: &Catalog, members: &[CaseIndex]) -> &'static str {
    let fields = members
        .iter()
        .flat_map(|case| catalog.case(*case).relations.by_field())
        .filter(|(_, cases)| cases.iter().any(|case| members.contains(case)));
    let mut counts: BTreeMap<&'static str, usize> = BTreeMap::new();
    fields.for_each(|(field, _)| *counts.entry(field.name).or_default() += 1);
    counts
        .into_iter()
        .max_by_key(|(_, count)| *count)
        .map_or(field::REPLICATES.name, |(field, _)| field)
}

/// Whether an answer is for a whole family, and the record that it names is one of these members.
fn is_about_family(answer: &NotDuplicate, members: &[CaseIndex]) -> bool {
    matches!(answer.scope, NotDuplicateScope::Family { .. }) && members.contains(&answer.case)
}

/// Answers for the whole family, each with the members that it covers: answers of playbooks, and of
/// a member that names its own family.
pub(super) fn family_wide_answers<'c>(
    catalog: &'c Catalog,
    members: &[CaseIndex],
) -> Vec<(&'c NotDuplicate, Vec<CaseIndex>)> {
    let playbooks = catalog.playbooks.iter().flat_map(|playbook| {
        playbook.not_duplicate_of.iter().map(|answer| (answer, &playbook.meta))
    });
    let named = members.iter().flat_map(|case| {
        let study = catalog.case(*case);
        study
            .not_duplicate_of
            .iter()
            .filter(|answer| answer.case == *case)
            .map(|answer| (answer, &study.meta))
    });
    let answers = named.chain(playbooks).filter(|(answer, _)| is_about_family(answer, members));
    answers
        .map(|(answer, meta)| (answer, covered_members(catalog, members, answer, meta)))
        .collect()
}

/// Members that an answer for the whole family covers: as many as it states, those committed first;
/// where it states no number, those first committed by the day on which the answering record (a
/// member or a playbook) was last changed, or all where git does not know that record. Members
/// whose first commit git does not know count as the newest.
fn covered_members(
    catalog: &Catalog,
    members: &[CaseIndex],
    answer: &NotDuplicate,
    answering: &Meta,
) -> Vec<CaseIndex> {
    let created = |case: &CaseIndex| {
        catalog.case(*case).meta.change.as_ref().and_then(|change| change.created)
    };
    if let NotDuplicateScope::Family { members: Some(count) } = answer.scope {
        let mut by_creation = members.to_vec();
        by_creation.sort_by_key(|case| (created(case).is_none(), created(case)));
        by_creation.truncate(count);
        return by_creation;
    }
    match answering.change.as_ref().map(|change| change.updated) {
        Some(answered) => members
            .iter()
            .filter(|case| created(case).is_some_and(|day| day <= answered))
            .copied()
            .collect(),
        None => members.to_vec(),
    }
}

/// One part of the total budget of several case studies: the sum in one currency, or the number of
/// studies with one budget band.
#[derive(Debug, Clone, PartialEq)]
pub enum BudgetTotal {
    /// The sum of amounts in one currency (ISO 4217).
    Amount(f64, String),
    /// The number of case studies that state a budget band.
    Band(Band, usize),
}

/// The total budget of several case studies: sums by currency, then counts by band, smallest band
/// first.
pub fn sum_budgets(cases: &[&CaseStudy]) -> Vec<BudgetTotal> {
    let mut amounts: BTreeMap<&str, f64> = BTreeMap::new();
    let mut bands: BTreeMap<Band, usize> = BTreeMap::new();
    for budget in cases.iter().filter_map(|case| case.budget.as_ref()) {
        match budget {
            Budget::Amount(amount, currency) => *amounts.entry(currency).or_default() += amount,
            Budget::Band(band) => *bands.entry(*band).or_default() += 1,
        }
    }
    let amounts = amounts
        .into_iter()
        .map(|(currency, amount)| BudgetTotal::Amount(amount, currency.to_owned()));
    amounts.chain(bands.into_iter().map(|(band, count)| BudgetTotal::Band(band, count))).collect()
}
