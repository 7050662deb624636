//! Groups reported lifts on one metric into panels of comparable results, with their confidence
//! intervals.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::catalog::keywords::{LiftType, Outcome, Role};
use crate::catalog::result::{Effect, Metric, MetricResult};
use crate::catalog::{CaseIndex, CaseStudy, Catalog};
use crate::evidence::Contract;
use crate::vocabulary::{
    BetterDirection, ChannelId, MarketId, MetricId, MetricUnit, TacticId, TermId, Vocabulary,
};

/// Panels of ended studies by tactic, channel and market, each list in the order of [`Panel`].
#[derive(Debug, Clone, Default)]
pub struct Panels {
    /// Panels by tactic.
    pub tactics: BTreeMap<TacticId, Vec<Panel>>,
    /// Panels by channel.
    pub channels: BTreeMap<ChannelId, Vec<Panel>>,
    /// Panels by market.
    pub markets: BTreeMap<MarketId, Vec<Panel>>,
}

/// Lifts on one metric that can be shown on one scale. Panels are ordered: metrics of the
/// common-metrics contract first, then those with most lifts, local metrics (outside the
/// vocabulary) last.
#[derive(Debug, Clone, PartialEq)]
pub struct Panel {
    /// The metric.
    pub metric: Metric,
    /// The scale of all lifts in the panel.
    pub basis: Basis,
    /// The direction in which the metric improves.
    pub better: BetterDirection,
    /// Whether the metric belongs to the common-metrics contract.
    pub is_common: bool,
    /// Whether the metric has further panels with another basis.
    pub is_split: bool,
    /// Currencies of the reported figures, sorted. With more than one only the relative lifts can
    /// be compared, not the figures.
    pub currencies: Vec<String>,
    /// Comparable lifts, best first.
    pub rows: Vec<ReportedLift>,
    /// Lifts of studies that lack metrics of the contract, best first.
    pub not_comparable: Vec<ReportedLift>,
}

/// The scale of a lift; only lifts with the same basis stand in one panel.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Basis {
    /// Whether lifts are relative or absolute.
    pub lift_type: LiftType,
    /// Currency (ISO 4217) of absolute lifts of money; none where it is not stated and for other
    /// lifts.
    pub currency: Option<String>,
    /// Whether absolute lifts are index points instead of real figures.
    pub is_indexed: bool,
}

/// One reported lift as a row of a panel.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ReportedLift {
    /// The case study.
    pub case: CaseIndex,
    /// Position in `CaseStudy::results`.
    pub result: usize,
    /// Role of the metric in the study.
    pub role: Role,
    /// The lift as reported, in percent or in the unit of the metric; positive where the metric
    /// rose.
    pub lift: f64,
    /// Its confidence interval `(low, high)`; none where a bound is missing or `low > high`.
    pub interval: Option<(f64, f64)>,
    /// Whether the metric improved or got worse.
    pub effect: Effect,
}

/// One reported lift with its sort keys.
struct KeyedLift<'c> {
    case: &'c CaseStudy,
    /// Position of the metric: vocabulary metrics in id order, then local ones by name.
    metric: usize,
    /// Position in `LiftKeys::bases`.
    basis: usize,
    /// The lift with the sign that makes larger values better; the lift itself where the metric has
    /// no direction.
    gain: f64,
    reported: ReportedLift,
}

/// The metrics and bases that lifts are grouped by, sorted, so that positions can be compared
/// instead.
struct LiftKeys {
    local_metrics: Vec<Arc<str>>,
    bases: Vec<Basis>,
    /// Number of metrics in the vocabulary.
    known_metrics: usize,
}

/// Builds the panels of ended studies by tactic, channel and market; invalid studies and those in
/// evaluation are left out.
pub fn build_panels(
    catalog: &Catalog,
    contract: &Contract,
    studies: &[(CaseIndex, &CaseStudy)],
) -> Panels {
    let comparable: Vec<(CaseIndex, &CaseStudy)> =
        studies.iter().copied().filter(|(_, case)| has_usable_results(case)).collect();
    let keys = LiftKeys::collect(catalog, &comparable);
    let lifts: Vec<KeyedLift> = comparable
        .iter()
        .flat_map(|(index, case)| collect_lifts(catalog, &keys, *index, case))
        .collect();
    let builder = PanelBuilder { catalog, contract, keys: &keys, lifts: &lifts };
    Panels {
        tactics: builder.panels_by(|case| &case.tactics),
        channels: builder.panels_by(|case| &case.channels),
        markets: builder.panels_by(|case| &case.markets),
    }
}

/// Whether a study has ended with an outcome other than invalid or in evaluation; a study without
/// an outcome counts too.
pub(super) fn has_usable_results(case: &CaseStudy) -> bool {
    case.has_ended() && case.outcome.is_none_or(Outcome::counts_in_win_rate)
}

impl Basis {
    /// The scale of a reported lift. The currency is kept only for absolute lifts of money.
    fn from_result(reported: &MetricResult, vocabulary: &Vocabulary) -> Basis {
        let is_absolute = reported.lift_type == LiftType::Absolute;
        let is_money = is_absolute
            && !reported.is_indexed
            && reported.unit(vocabulary).is_none_or(|unit| unit == MetricUnit::Money);
        Basis {
            lift_type: reported.lift_type,
            currency: reported.currency.clone().filter(|_| is_money),
            is_indexed: is_absolute && reported.is_indexed,
        }
    }
}

impl LiftKeys {
    /// The local metrics and the bases of all results of these studies.
    fn collect(catalog: &Catalog, studies: &[(CaseIndex, &CaseStudy)]) -> LiftKeys {
        let (mut local_metrics, mut bases) = (BTreeSet::new(), BTreeSet::new());
        for reported in studies.iter().flat_map(|(_, case)| &case.results) {
            bases.insert(Basis::from_result(reported, &catalog.vocabulary));
            if let Metric::Local(name) = &reported.metric {
                local_metrics.insert(Arc::clone(name));
            }
        }
        LiftKeys {
            local_metrics: local_metrics.into_iter().collect(),
            bases: bases.into_iter().collect(),
            known_metrics: catalog.vocabulary.metrics.len(),
        }
    }

    /// Position of a metric among those of the vocabulary in id order and then the local ones by
    /// name.
    fn metric_position(&self, metric: &Metric) -> usize {
        match metric {
            Metric::Known(id) => id.index(),
            Metric::Local(name) => {
                self.known_metrics
                    + self
                        .local_metrics
                        .binary_search(name)
                        .expect("every local metric was gathered")
            }
        }
    }

    /// The metric at a position; the inverse of `metric_position`.
    fn metric_at(&self, at: usize) -> Metric {
        match at.checked_sub(self.known_metrics) {
            None => Metric::Known(MetricId::from_index(at)),
            Some(local) => Metric::Local(Arc::clone(&self.local_metrics[local])),
        }
    }
}

/// All lifts of a study that are finite numbers, with their sort keys.
fn collect_lifts<'c>(
    catalog: &'c Catalog,
    keys: &LiftKeys,
    index: CaseIndex,
    case: &'c CaseStudy,
) -> Vec<KeyedLift<'c>> {
    let rows = case.results.iter().enumerate().filter_map(|(at, reported)| {
        Some((at, reported, reported.lift.filter(|lift| lift.is_finite())?))
    });
    rows.map(|(at, reported, lift)| KeyedLift {
        case,
        metric: keys.metric_position(&reported.metric),
        basis: keys
            .bases
            .binary_search(&Basis::from_result(reported, &catalog.vocabulary))
            .expect("every basis was gathered"),
        gain: reported.gain(&catalog.vocabulary).unwrap_or(lift),
        reported: ReportedLift {
            case: index,
            result: at,
            role: reported.role,
            lift,
            interval: reported.interval().filter(|(low, high)| low <= high),
            effect: reported.effect(&catalog.vocabulary),
        },
    })
    .collect()
}

/// What panels are built from, by one kind of term at a time.
struct PanelBuilder<'a, 'c> {
    catalog: &'c Catalog,
    contract: &'a Contract,
    keys: &'a LiftKeys,
    lifts: &'a [KeyedLift<'c>],
}

impl<'c> PanelBuilder<'_, 'c> {
    /// The panels of every term that `terms` returns for some study.
    fn panels_by<K: Copy + Ord + 'c>(
        &self,
        terms: impl Fn(&'c CaseStudy) -> &'c Vec<K>,
    ) -> BTreeMap<K, Vec<Panel>> {
        let mut keyed: Vec<(K, &KeyedLift)> = self
            .lifts
            .iter()
            .flat_map(|lift| terms(lift.case).iter().map(move |term| (*term, lift)))
            .collect();
        keyed.sort_unstable_by(|(a_term, a), (b_term, b)| {
            (a_term, a.metric, a.basis)
                .cmp(&(b_term, b.metric, b.basis))
                .then_with(|| compare_best_first(a, b))
        });
        keyed.dedup_by(|(a_term, a), (b_term, b)| a_term == b_term && std::ptr::eq(*a, *b));
        keyed
            .chunk_by(|a, b| a.0 == b.0)
            .map(|of_term| (of_term[0].0, self.panels(of_term)))
            .collect()
    }

    /// The panels of one term, in order; its lifts must be sorted by metric and basis.
    fn panels<K>(&self, of_term: &[(K, &KeyedLift<'c>)]) -> Vec<Panel> {
        let mut panels: Vec<Panel> = of_term
            .chunk_by(|a, b| (a.1.metric, a.1.basis) == (b.1.metric, b.1.basis))
            .map(|lifts| self.panel(lifts))
            .collect();
        for at in 1..panels.len() {
            if panels[at - 1].metric == panels[at].metric {
                panels[at - 1].is_split = true;
                panels[at].is_split = true;
            }
        }
        panels.sort_by_key(Panel::sort_key);
        panels
    }

    /// The panel of lifts on one metric with one basis, which must be sorted best first.
    fn panel<K>(&self, lifts: &[(K, &KeyedLift<'c>)]) -> Panel {
        let first = lifts[0].1;
        let metric = self.keys.metric_at(first.metric);
        let result = |lift: &KeyedLift<'c>| &lift.case.results[lift.reported.result];
        let currencies: BTreeSet<&String> =
            lifts.iter().filter_map(|(_, lift)| result(lift).currency.as_ref()).collect();
        let (rows, not_comparable) = lifts
            .iter()
            .map(|(_, lift)| lift.reported)
            .partition(|row| self.contract.is_comparable(row.case));
        Panel {
            better: result(first).better_direction(&self.catalog.vocabulary),
            is_common: matches!(metric, Metric::Known(id) if self.contract.metrics.binary_search(&id).is_ok()),
            basis: self.keys.bases[first.basis].clone(),
            metric,
            is_split: false,
            currencies: currencies.into_iter().cloned().collect(),
            rows,
            not_comparable,
        }
    }
}

impl Panel {
    /// Sort key of a panel: metrics of the contract first, then those with most lifts, local
    /// metrics (outside the vocabulary) last.
    fn sort_key(&self) -> (bool, bool, std::cmp::Reverse<usize>) {
        (
            matches!(self.metric, Metric::Local(_)),
            !self.is_common,
            std::cmp::Reverse(self.rows.len() + self.not_comparable.len()),
        )
    }
}

/// Order of two lifts in one panel: the larger gain first, then by id and position in the record.
fn compare_best_first(a: &KeyedLift, b: &KeyedLift) -> std::cmp::Ordering {
    let positions = (a.reported.case, a.reported.result).cmp(&(b.reported.case, b.reported.result));
    b.gain.total_cmp(&a.gain).then(positions)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Hub;
    use crate::support::{CatalogLookup, TestHub, graded_c, study_fields};

    fn panels<'h>(hub: &'h Hub, tactic: &str) -> &'h [Panel] {
        &hub.evidence.panels.tactics[&hub.catalog.tactic(tactic)]
    }

    #[test]
    fn lift_types_and_currencies_have_separate_panels() {
        let result = |lift_type: &str, currency: &str| {
            study_fields(
                "DE",
                "email",
                "discount",
                "won",
                &format!(
                    "results:\n  - {{metric: cpa, role: primary, lift: -5, lift_type: {lift_type}, currency: {currency}}}"
                ),
            )
        };
        let hub = TestHub::new()
            .case("de/absolute-eur", &result("absolute", "EUR"))
            .case("de/absolute-usd", &result("absolute", "USD"))
            .case("de/relative-eur", &result("relative", "EUR"))
            .case("de/relative-usd", &result("relative", "USD"))
            .hub();
        let panels = panels(&hub, "discount");
        assert_eq!(
            panels.len(),
            3,
            "absolute lifts stand apart by currency, relative ones together"
        );
        assert!(
            panels.iter().all(|panel| panel.is_split),
            "every panel says that there are others"
        );
        let relative =
            panels.iter().find(|panel| panel.basis.lift_type == LiftType::Relative).unwrap();
        assert_eq!((relative.rows.len(), relative.currencies.join(" ")), (2, "EUR USD".into()));
        let absolute: Vec<_> =
            panels.iter().filter_map(|panel| panel.basis.currency.as_deref()).collect();
        assert_eq!(absolute, ["EUR", "USD"]);
    }

    #[test]
    fn index_numbers_are_not_money() {
        let result = |indexed: bool| {
            study_fields(
                "DE",
                "email",
                "discount",
                "won",
                &format!(
                    "results:\n  - {{metric: aov, role: primary, lift: 5, lift_type: absolute, currency: EUR, indexed: {indexed}}}"
                ),
            )
        };
        let hub = TestHub::new().case("de/a", &result(true)).case("de/b", &result(false)).hub();
        assert_eq!(panels(&hub, "discount").len(), 2);
    }

    #[test]
    fn the_best_gain_comes_first_whatever_the_sign() {
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
        let hub = TestHub::new()
            .case("de/a", &cpa(4.0))
            .case("de/b", &cpa(-20.0))
            .case("de/c", &cpa(0.0))
            .hub();
        let panel = &panels(&hub, "discount")[0];
        assert_eq!(panel.rows.iter().map(|row| row.lift).collect::<Vec<_>>(), [-20.0, 0.0, 4.0]);
        assert_eq!(
            panel.rows.iter().map(|row| row.effect).collect::<Vec<_>>(),
            [Effect::Better, Effect::Unclear, Effect::Worse]
        );
    }

    #[test]
    fn incomplete_intervals_are_ignored() {
        let rows = [
            ("ci_low: 2, ci_high: 2", Some((2.0, 2.0))),
            ("ci_low: 8, ci_high: 1", None),
            ("ci_low: 3", None),
            ("ci_high: 3", None),
            ("p_value: 0.1", None),
        ];
        for (written, wanted) in rows {
            let fields = format!(
                "results:\n  - {{metric: cvr, role: primary, lift: 2, lift_type: relative, {written}}}"
            );
            let hub = TestHub::new()
                .case("de/a", &study_fields("DE", "email", "discount", "won", &fields))
                .hub();
            assert_eq!(panels(&hub, "discount")[0].rows[0].interval, wanted, "{written}");
        }
    }

    #[test]
    fn only_usable_results_are_compared() {
        let with =
            |outcome: &str| study_fields("DE", "email", "discount", outcome, &graded_c("cvr", 5.0));
        let hub = TestHub::new()
            .case("de/invalid", &with("invalid"))
            .case("de/evaluation", &with("in-evaluation"))
            .case(
                "de/no-lift",
                &study_fields(
                    "DE",
                    "email",
                    "discount",
                    "won",
                    "results:\n  - {metric: cvr, role: primary, variant: 4}",
                ),
            )
            .hub();
        assert!(hub.evidence.panels.tactics.is_empty());
    }

    #[test]
    fn incomparable_results_are_separate_and_regional_metrics_last() {
        let both = "results:\n  - {metric: ctr, role: primary, lift: 2, lift_type: relative}\n  - {metric: cvr, role: secondary, lift: 3, lift_type: relative}\n  - {metric: smiles, role: secondary, lift: 4, lift_type: relative, local: true}";
        let hub = TestHub::new()
            .site("[metrics]\ncommon = [\"cvr\"]")
            .case("de/a", &study_fields("DE", "email", "discount", "won", both))
            .case("de/b", &study_fields("DE", "email", "discount", "won", &graded_c("ctr", 9.0)))
            .hub();
        let panels = panels(&hub, "discount");
        let shape: Vec<_> = panels
            .iter()
            .map(|panel| (panel.is_common, panel.rows.len(), panel.not_comparable.len()))
            .collect();
        assert_eq!(
            shape,
            [(true, 1, 0), (false, 1, 1), (false, 1, 0)],
            "the agreed metric first, the regional one last"
        );
        assert!(!hub.evidence.contract.is_comparable(hub.catalog.case_index("de/b")));
    }
}
