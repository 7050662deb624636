//! Contradictions: the same tactic in the same channel moved the same metric in opposite directions.

use std::collections::BTreeMap;

use crate::catalog::result::{Effect, Metric, Reported};
use crate::catalog::words::{Grade, Role};
use crate::catalog::{CaseIndex, CaseStudy, Catalog};
use crate::evidence::panel::can_be_read;
use crate::vocabulary::{ChannelId, MetricId, TacticId};

/// Studies that say the opposite of each other.
#[derive(Debug, Clone, Default)]
pub struct Contradictions {
    /// What the figures say, by tactic, channel and metric.
    pub found: Vec<Contradiction>,
    /// What records say (`contradicts`): the study that says it and the one it contradicts.
    pub stated: Vec<(CaseIndex, CaseIndex)>,
    /// Positions in `found` by study.
    pub by_case: BTreeMap<CaseIndex, Vec<usize>>,
}

/// Opposite effects of one tactic in one channel on one metric.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contradiction {
    /// The tactic.
    pub tactic: TacticId,
    /// The channel.
    pub channel: ChannelId,
    /// The metric.
    pub metric: MetricId,
    /// Studies in which it became better, best grade first.
    pub better: Vec<CaseIndex>,
    /// Studies in which it became worse, best grade first.
    pub worse: Vec<CaseIndex>,
}

impl Contradictions {
    /// Those of a tactic.
    pub fn of_tactic(&self, tactic: TacticId) -> impl Iterator<Item = &Contradiction> {
        let start = self.found.partition_point(|found| found.tactic < tactic);
        self.found[start..].iter().take_while(move |found| found.tactic == tactic)
    }

    /// Those of a channel.
    pub fn of_channel(&self, channel: ChannelId) -> impl Iterator<Item = &Contradiction> {
        self.found.iter().filter(move |found| found.channel == channel)
    }

    /// Those a study takes part in.
    pub fn of_case(&self, case: CaseIndex) -> impl Iterator<Item = &Contradiction> {
        self.by_case.get(&case).into_iter().flatten().map(|at| &self.found[*at])
    }
}

/// One clear effect at one place; sorts by place, effect, grade and id.
type Claim = (TacticId, ChannelId, MetricId, bool, Option<Grade>, CaseIndex);

/// Finds opposite effects among ended studies. An effect is clear when its interval leaves zero out; without an interval
/// only that of the primary metric is taken for one. Guardrails are no claims.
pub fn find(catalog: &Catalog, studies: &[(CaseIndex, &CaseStudy)]) -> Contradictions {
    let mut claims: Vec<Claim> =
        studies.iter().filter(|(_, case)| can_be_read(case)).flat_map(|(index, case)| claims_of(catalog, *index, case)).collect();
    claims
        .sort_unstable_by_key(|(tactic, channel, metric, better, grade, case)| (*tactic, *channel, *metric, !better, grade.is_none(), *grade, *case));
    claims.dedup();
    let found: Vec<Contradiction> = claims.chunk_by(|a, b| (a.0, a.1, a.2) == (b.0, b.1, b.2)).filter_map(opposite).collect();
    Contradictions { by_case: by_case(&found), stated: stated(catalog), found }
}

fn claims_of(catalog: &Catalog, index: CaseIndex, case: &CaseStudy) -> Vec<Claim> {
    let clear = case.results.iter().filter_map(|reported| clear_effect(catalog, reported));
    let places = |(metric, better)| {
        let channels = move |tactic: &TacticId| {
            let tactic = *tactic;
            case.channels.iter().map(move |channel| (tactic, *channel, metric, better, case.graded.grade, index))
        };
        case.tactics.iter().flat_map(channels)
    };
    clear.flat_map(places).collect()
}

/// The metric and whether it became better, where the result is clear.
fn clear_effect(catalog: &Catalog, reported: &Reported) -> Option<(MetricId, bool)> {
    let Metric::Known(metric) = reported.metric else { return None };
    let claimed = match reported.role {
        Role::Primary => true,
        Role::Secondary => reported.interval().is_some(),
        Role::Guardrail => false,
    };
    match reported.effect(&catalog.vocabulary) {
        Effect::Better if claimed => Some((metric, true)),
        Effect::Worse if claimed => Some((metric, false)),
        _ => None,
    }
}

fn opposite(claims: &[Claim]) -> Option<Contradiction> {
    let (better, worse): (Vec<&Claim>, Vec<&Claim>) = claims.iter().partition(|claim| claim.3);
    let of_two = better.iter().any(|good| worse.iter().any(|bad| good.5 != bad.5));
    let cases = |side: Vec<&Claim>| side.into_iter().map(|claim| claim.5).collect();
    let (tactic, channel, metric, ..) = claims[0];
    of_two.then(|| Contradiction { tactic, channel, metric, better: cases(better), worse: cases(worse) })
}

fn by_case(found: &[Contradiction]) -> BTreeMap<CaseIndex, Vec<usize>> {
    let mut by_case: BTreeMap<CaseIndex, Vec<usize>> = BTreeMap::new();
    for (at, contradiction) in found.iter().enumerate() {
        for case in contradiction.better.iter().chain(&contradiction.worse) {
            let places = by_case.entry(*case).or_default();
            if places.last() != Some(&at) {
                places.push(at);
            }
        }
    }
    by_case
}

fn stated(catalog: &Catalog) -> Vec<(CaseIndex, CaseIndex)> {
    catalog.each_case().flat_map(|(index, case)| case.relations.contradicts.iter().map(move |other| (index, *other))).collect()
}
