//! Finds contradictions: studies in which one tactic in one channel moved one metric in opposite
//! directions.

use std::collections::BTreeMap;

use crate::catalog::keywords::{Grade, Role};
use crate::catalog::result::{Effect, Metric, MetricResult};
use crate::catalog::{CaseIndex, CaseStudy, Catalog};
use crate::evidence::panel::has_usable_results;
use crate::vocabulary::{ChannelId, MetricId, TacticId};

/// Studies with opposite results.
#[derive(Debug, Clone, Default)]
pub struct Contradictions {
    /// Contradictions between reported results, ordered by tactic, channel and metric.
    pub found: Vec<Contradiction>,
    /// Contradictions stated in the field `contradicts`: the study that states it, and the study it
    /// contradicts.
    pub stated: Vec<(CaseIndex, CaseIndex)>,
    /// Positions in `found` by study.
    pub by_case: BTreeMap<CaseIndex, Vec<usize>>,
}

/// Opposite effects of one tactic in one channel on one metric.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contradiction {
    /// The tactic of all these studies.
    pub tactic: TacticId,
    /// Their channel.
    pub channel: ChannelId,
    /// The metric that moved in both directions.
    pub metric: MetricId,
    /// Studies in which the metric improved, best grade first.
    pub better: Vec<CaseIndex>,
    /// Studies in which the metric got worse, best grade first.
    pub worse: Vec<CaseIndex>,
}

impl Contradictions {
    /// Contradictions between results of a tactic, without stated ones.
    pub fn of_tactic(&self, tactic: TacticId) -> impl Iterator<Item = &Contradiction> {
        let start = self.found.partition_point(|found| found.tactic < tactic);
        self.found[start..].iter().take_while(move |found| found.tactic == tactic)
    }

    /// Contradictions between results in a channel, without stated ones.
    pub fn of_channel(&self, channel: ChannelId) -> impl Iterator<Item = &Contradiction> {
        self.found.iter().filter(move |found| found.channel == channel)
    }

    /// Contradictions between results of a study and those of others, without stated ones.
    pub fn of_case(&self, case: CaseIndex) -> impl Iterator<Item = &Contradiction> {
        self.by_case.get(&case).into_iter().flatten().map(|at| &self.found[*at])
    }
}

/// One clear effect of a study: tactic, channel, metric, whether the metric improved, grade of the
/// study, study.
type ClearEffect = (TacticId, ChannelId, MetricId, bool, Option<Grade>, CaseIndex);

/// Finds opposite effects among ended studies. An effect is clear where its confidence interval
/// excludes zero; without an interval only that of the primary metric counts. Guardrail metrics do
/// not count.
pub fn find(catalog: &Catalog, studies: &[(CaseIndex, &CaseStudy)]) -> Contradictions {
    let mut effects: Vec<ClearEffect> = studies
        .iter()
        .filter(|(_, case)| has_usable_results(case))
        .flat_map(|(index, case)| clear_effects_of(catalog, *index, case))
        .collect();
    effects.sort_unstable_by_key(|(tactic, channel, metric, better, grade, case)| {
        (*tactic, *channel, *metric, !better, grade.is_none(), *grade, *case)
    });
    effects.dedup();
    let found: Vec<Contradiction> = effects
        .chunk_by(|a, b| (a.0, a.1, a.2) == (b.0, b.1, b.2))
        .filter_map(to_contradiction)
        .collect();
    Contradictions { by_case: index_by_case(&found), stated: stated_contradictions(catalog), found }
}

/// The clear effects of a study, each once for every combination of its tactics and channels.
fn clear_effects_of(catalog: &Catalog, index: CaseIndex, case: &CaseStudy) -> Vec<ClearEffect> {
    let clear = case.results.iter().filter_map(|reported| clear_effect(catalog, reported));
    let for_all_terms = |(metric, better)| {
        let for_all_channels = move |tactic: &TacticId| {
            let tactic = *tactic;
            case.channels.iter().map(move |channel| {
                (tactic, *channel, metric, better, case.evidence_grade.grade, index)
            })
        };
        case.tactics.iter().flat_map(for_all_channels)
    };
    clear.flat_map(for_all_terms).collect()
}

/// The metric of a reported result and whether it improved; none where the effect is not clear or
/// the metric is local.
fn clear_effect(catalog: &Catalog, reported: &MetricResult) -> Option<(MetricId, bool)> {
    let Metric::Known(metric) = reported.metric else { return None };
    let counts = match reported.role {
        Role::Primary => true,
        Role::Secondary => reported.interval().is_some(),
        Role::Guardrail => false,
    };
    match reported.effect(&catalog.vocabulary) {
        Effect::Better if counts => Some((metric, true)),
        Effect::Worse if counts => Some((metric, false)),
        _ => None,
    }
}

/// The contradiction between effects of one tactic, channel and metric; none unless two studies
/// moved it in opposite directions.
fn to_contradiction(effects: &[ClearEffect]) -> Option<Contradiction> {
    let (better, worse): (Vec<&ClearEffect>, Vec<&ClearEffect>) =
        effects.iter().partition(|effect| effect.3);
    let in_two_studies = better.iter().any(|good| worse.iter().any(|bad| good.5 != bad.5));
    let cases = |side: Vec<&ClearEffect>| side.into_iter().map(|effect| effect.5).collect();
    let (tactic, channel, metric, ..) = effects[0];
    in_two_studies.then(|| Contradiction {
        tactic,
        channel,
        metric,
        better: cases(better),
        worse: cases(worse),
    })
}

/// For each study the positions of its contradictions in `found`, ascending.
fn index_by_case(found: &[Contradiction]) -> BTreeMap<CaseIndex, Vec<usize>> {
    let mut by_case: BTreeMap<CaseIndex, Vec<usize>> = BTreeMap::new();
    for (at, contradiction) in found.iter().enumerate() {
        for case in contradiction.better.iter().chain(&contradiction.worse) {
            let positions = by_case.entry(*case).or_default();
            if positions.last() != Some(&at) {
                positions.push(at);
            }
        }
    }
    by_case
}

/// Pairs of a study and one that it contradicts by its field `contradicts`.
fn stated_contradictions(catalog: &Catalog) -> Vec<(CaseIndex, CaseIndex)> {
    catalog
        .iter_cases()
        .flat_map(|(index, case)| {
            case.relations.contradicts.iter().map(move |other| (index, *other))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use crate::support::{CatalogLookup, TestHub, graded_a, study_fields};

    #[test]
    fn contradictions_are_named_with_both_sides() {
        let hub = TestHub::new()
            .case(
                "gb/countdown",
                &study_fields(
                    "GB",
                    "website, email",
                    "urgency-scarcity",
                    "won",
                    &graded_a("cvr", 6.0, 2.0, 9.0),
                ),
            )
            .case(
                "de/countdown",
                &study_fields(
                    "DE",
                    "website",
                    "urgency-scarcity",
                    "lost",
                    &format!("contradicts: gb/countdown\n{}", graded_a("cvr", -6.0, -9.0, -2.0)),
                ),
            )
            .case(
                "fr/unclear",
                &study_fields(
                    "FR",
                    "website",
                    "urgency-scarcity",
                    "inconclusive",
                    &graded_a("cvr", -1.0, -4.0, 2.0),
                ),
            )
            .case(
                "es/elsewhere",
                &study_fields(
                    "ES",
                    "website",
                    "bundle",
                    "lost",
                    &graded_a("cvr", -6.0, -9.0, -2.0),
                ),
            )
            .hub();
        let contradictions = &hub.evidence.contradictions;
        assert_eq!(
            contradictions.found.len(),
            1,
            "another tactic, another channel or an unclear effect contradicts nothing"
        );
        let found = &contradictions.found[0];
        assert_eq!(
            (hub.catalog.ids(&found.better), hub.catalog.ids(&found.worse)),
            (vec!["gb/countdown"], vec!["de/countdown"])
        );
        assert_eq!(contradictions.of_tactic(hub.catalog.tactic("urgency-scarcity")).count(), 1);
        assert_eq!(contradictions.of_case(hub.catalog.case_index("de/countdown")).count(), 1);
        assert_eq!(contradictions.of_case(hub.catalog.case_index("fr/unclear")).count(), 0);
        assert_eq!(contradictions.stated.len(), 1);
    }

    #[test]
    fn the_metric_decides_the_direction() {
        let cpa = |lift: f64| {
            study_fields(
                "DE",
                "email",
                "discount",
                "won",
                &format!(
                    "results:\n  - {{metric: cpa, role: primary, lift: {lift}, lift_type: relative, currency: EUR}}"
                ),
            )
        };
        let hub = TestHub::new().case("de/a", &cpa(9.0)).case("de/b", &cpa(-9.0)).hub();
        let found = &hub.evidence.contradictions.found[0];
        assert_eq!(hub.catalog.ids(&found.better), ["de/b"], "a falling cost is a gain");
    }

    #[test]
    fn guardrails_and_secondary_results_without_interval_contradict_nothing() {
        for role in ["guardrail", "secondary"] {
            let with = |lift: f64| {
                study_fields(
                    "DE",
                    "email",
                    "discount",
                    "won",
                    &format!(
                        "results:\n  - {{metric: cvr, role: {role}, lift: {lift}, lift_type: relative}}"
                    ),
                )
            };
            let hub = TestHub::new().case("de/a", &with(9.0)).case("de/b", &with(-9.0)).hub();
            assert!(hub.evidence.contradictions.found.is_empty(), "{role}");
        }
    }
}
