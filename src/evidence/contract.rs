//! Evaluates the common-metrics contract: which metrics completed studies must report, and which
//! studies do.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::catalog::keywords::{Keyword, Objective, Outcome, Status};
use crate::catalog::result::{Metric, MetricResult};
use crate::catalog::{CaseIndex, CaseStudy, Catalog};
use crate::site::Site;
use crate::vocabulary::{MarketId, MetricId, Vocabulary};

/// The common-metrics contract of a hub and how well studies conform to it.
#[derive(Debug, Clone, Default)]
pub struct Contract {
    /// Every metric of the vocabulary that site.toml requires, of every study or of those with some
    /// objective, in id order.
    pub metrics: Vec<MetricId>,
    /// Completed studies that lack required metrics ("not comparable"), each with the metrics it
    /// lacks.
    pub lacking: BTreeMap<CaseIndex, Vec<MetricId>>,
    /// Over the whole hub.
    pub all: Conformity,
    /// By market; a study in several markets counts in each.
    pub markets: BTreeMap<MarketId, Conformity>,
}

/// How well a set of studies conforms to the common-metrics contract.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Conformity {
    /// Number of completed studies, not in evaluation, that must report at least one metric.
    pub bound: u32,
    /// Number of those that report all of their required metrics.
    pub conforming: u32,
    /// For each required metric the number of studies that must report it, and of those that do.
    pub metrics: BTreeMap<MetricId, MetricReports>,
    /// Studies that lack a required metric, in id order.
    pub lacking: Vec<CaseIndex>,
    /// Local metrics (those outside the vocabulary), each with the studies that report it, in id
    /// order.
    pub local_metrics: BTreeMap<Arc<str>, Vec<CaseIndex>>,
}

/// How many studies report one required metric.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct MetricReports {
    /// Number of studies that must report the metric.
    pub required: u32,
    /// Number of those that report it.
    pub reported: u32,
}

impl Contract {
    /// Whether a study lacks no required metric. True also for studies that the contract does not
    /// bind, such as open ones.
    pub fn is_comparable(&self, case: CaseIndex) -> bool {
        !self.lacking.contains_key(&case)
    }
}

impl Conformity {
    /// Share of studies that conform, 0 to 1; none where no study must report a metric.
    pub fn share(&self) -> Option<f64> {
        (self.bound > 0).then(|| f64::from(self.conforming) / f64::from(self.bound))
    }
}

/// Evaluates the contract of site.toml for every completed study; studies in evaluation are not
/// bound by it yet.
pub fn evaluate(site: &Site, catalog: &Catalog, studies: &[(CaseIndex, &CaseStudy)]) -> Contract {
    let required_metrics = RequiredMetrics::from_site(site, &catalog.vocabulary);
    let mut contract = Contract { metrics: required_metrics.all(), ..Contract::default() };
    for (index, case) in studies.iter().filter(|(_, case)| is_bound(case)) {
        let required = required_metrics.for_objective(case.objective);
        let missing: Vec<MetricId> =
            required.iter().copied().filter(|metric| !has_reported(case, *metric)).collect();
        contract.all.add_study(*index, case, &required, &missing);
        for market in &case.markets {
            contract
                .markets
                .entry(*market)
                .or_default()
                .add_study(*index, case, &required, &missing);
        }
        if !missing.is_empty() {
            contract.lacking.insert(*index, missing);
        }
    }
    contract
}

/// Whether the contract applies to a study: it is completed and not in evaluation.
fn is_bound(case: &CaseStudy) -> bool {
    case.status == Some(Status::Completed) && case.outcome != Some(Outcome::InEvaluation)
}

/// Whether a study reports a lift or a variant value for a metric.
fn has_reported(case: &CaseStudy, metric: MetricId) -> bool {
    let has_value = |reported: &MetricResult| reported.lift.is_some() || reported.variant.is_some();
    case.results
        .iter()
        .any(|reported| reported.metric == Metric::Known(metric) && has_value(reported))
}

/// The metrics that site.toml requires of bound studies; unknown metrics and unknown objectives are
/// left out.
struct RequiredMetrics {
    /// Those of every study, in the order of site.toml.
    common: Vec<MetricId>,
    /// Those required in addition of the studies with an objective, in the order of site.toml.
    by_objective: BTreeMap<Objective, Vec<MetricId>>,
}

impl RequiredMetrics {
    /// Looks up the names in `[metrics]` of site.toml.
    fn from_site(site: &Site, vocabulary: &Vocabulary) -> RequiredMetrics {
        let known = |names: &Vec<String>| {
            names.iter().filter_map(|name| vocabulary.metrics.find(name)).collect()
        };
        let objectives = site
            .metrics
            .by_objective
            .iter()
            .filter_map(|(name, metrics)| Some((Objective::parse(name)?, known(metrics))));
        RequiredMetrics { common: known(&site.metrics.common), by_objective: objectives.collect() }
    }

    /// The metrics that studies with this objective must report, in id order: the common ones and
    /// those of the objective, which are none for `None`.
    fn for_objective(&self, objective: Option<Objective>) -> Vec<MetricId> {
        let own = objective.and_then(|objective| self.by_objective.get(&objective));
        sorted(self.common.iter().chain(own.into_iter().flatten()).copied().collect())
    }

    /// All metrics that site.toml requires, of every study or of those with some objective, in id
    /// order.
    fn all(&self) -> Vec<MetricId> {
        sorted(self.common.iter().chain(self.by_objective.values().flatten()).copied().collect())
    }
}

/// Metrics in id order, each once.
fn sorted(mut metrics: Vec<MetricId>) -> Vec<MetricId> {
    metrics.sort_unstable();
    metrics.dedup();
    metrics
}

impl Conformity {
    /// Counts a study that the contract binds: `required` are the metrics that it must report,
    /// `missing` those of them that it lacks.
    fn add_study(
        &mut self,
        index: CaseIndex,
        case: &CaseStudy,
        required: &[MetricId],
        missing: &[MetricId],
    ) {
        for reported in &case.results {
            if let Metric::Local(name) = &reported.metric {
                let cases = self.local_metrics.entry(Arc::clone(name)).or_default();
                if cases.last() != Some(&index) {
                    cases.push(index);
                }
            }
        }
        for metric in required {
            let reports = self.metrics.entry(*metric).or_default();
            reports.required += 1;
            reports.reported += u32::from(!missing.contains(metric));
        }
        self.bound += u32::from(!required.is_empty());
        self.conforming += u32::from(!required.is_empty() && missing.is_empty());
        if !missing.is_empty() {
            self.lacking.push(index);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::support::{CatalogLookup, TestHub, graded_c, study_fields};

    #[test]
    fn the_contract_is_kept_by_market() {
        let contract = "[metrics]\ncommon = [\"cvr\", \"nonsense\"]\n[metrics.by_objective]\nawareness = [\"ctr\"]";
        let hub = TestHub::new()
            .site(contract)
            .case("de/good", &study_fields("DE", "email", "discount", "won", &graded_c("cvr", 1.0)))
            .case("de/bad", &study_fields("DE", "email", "discount", "won", &format!("objective: awareness\n{}", graded_c("cvr", 1.0))))
            .case("de/evaluation", &study_fields("DE", "email", "discount", "in-evaluation", ""))
            .case("de/running", "status: running\nmarkets: [DE]\nchannels: [email]\ntactics: [discount]")
            .case(
                "de/empty-row",
                &study_fields(
                    "DE",
                    "email",
                    "discount",
                    "won",
                    "results:\n  - {metric: cvr, role: primary}\n  - {metric: smiles, role: secondary, lift: 2, local: true}",
                ),
            )
            .hub();
        let (catalog, contract) = (&hub.catalog, &hub.evidence.contract);
        let germany = &contract.markets[&catalog.market("DE")];
        assert_eq!((germany.bound, germany.conforming, germany.share()), (3, 1, Some(1.0 / 3.0)));
        assert_eq!(catalog.ids(&germany.lacking), ["de/bad", "de/empty-row"]);
        assert_eq!(contract.lacking[&catalog.case_index("de/bad")], [catalog.metric("ctr")]);
        assert_eq!(germany.metrics[&catalog.metric("cvr")].reported, 2);
        assert_eq!(
            germany.local_metrics.keys().map(|name| &**name).collect::<Vec<_>>(),
            ["smiles"]
        );
        assert_eq!(contract.metrics.len(), 2, "an unknown metric is nobody's duty");
    }

    #[test]
    fn without_a_contract_everything_is_comparable() {
        let hub =
            TestHub::new().case("de/a", &study_fields("DE", "email", "discount", "won", "")).hub();
        assert_eq!(hub.evidence.contract.all.share(), None);
        assert!(hub.evidence.contract.is_comparable(hub.catalog.case_index("de/a")));
    }
}
