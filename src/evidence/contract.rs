//! The common-metrics contract: which metrics completed studies must report, and who does.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::catalog::result::{Metric, Reported};
use crate::catalog::words::{Objective, Outcome, Status, Word};
use crate::catalog::{CaseIndex, CaseStudy, Catalog};
use crate::site::Site;
use crate::vocabulary::{MarketId, MetricId, Vocabulary};

/// Who reports what was agreed on.
#[derive(Debug, Clone, Default)]
pub struct Contract {
    /// Every metric that somebody must report, in id order.
    pub metrics: Vec<MetricId>,
    /// Completed studies that lack agreed metrics ("not comparable"), with what they lack.
    pub lacking: BTreeMap<CaseIndex, Vec<MetricId>>,
    /// Over the whole hub.
    pub all: Conformity,
    /// By market.
    pub markets: BTreeMap<MarketId, Conformity>,
}

/// How well the contract is kept.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Conformity {
    /// Completed studies that owe at least one metric.
    pub owing: u32,
    /// Those that report all they owe.
    pub conforming: u32,
    /// For each agreed metric: how many owe it, and how many of those report it.
    pub metrics: BTreeMap<MetricId, Reports>,
    /// Studies that lack something, in id order.
    pub lacking: Vec<CaseIndex>,
    /// Regional extras: metrics outside the vocabulary, with the studies that report them.
    pub extras: BTreeMap<Arc<str>, Vec<CaseIndex>>,
}

/// One agreed metric.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Reports {
    /// Studies that owe it.
    pub owed: u32,
    /// Those that report it.
    pub reported: u32,
}

impl Contract {
    /// Whether a study lacks an agreed metric.
    pub fn is_comparable(&self, case: CaseIndex) -> bool {
        !self.lacking.contains_key(&case)
    }
}

impl Conformity {
    /// The share that conforms, 0 to 1; none where nobody owes anything.
    pub fn share(&self) -> Option<f64> {
        (self.owing > 0).then(|| f64::from(self.conforming) / f64::from(self.owing))
    }
}

/// Reads the contract and holds every completed study to it. Studies still being read owe nothing yet.
pub fn keep(site: &Site, catalog: &Catalog, studies: &[(CaseIndex, &CaseStudy)]) -> Contract {
    let owed = Owed::of(site, &catalog.vocabulary);
    let mut contract = Contract { metrics: owed.every(), ..Contract::default() };
    for (index, case) in studies.iter().filter(|(_, case)| is_due(case)) {
        let owes = owed.by(case.objective);
        let lacks: Vec<MetricId> = owes.iter().copied().filter(|metric| !reports(case, *metric)).collect();
        contract.all.hold(*index, case, &owes, &lacks);
        for market in &case.markets {
            contract.markets.entry(*market).or_default().hold(*index, case, &owes, &lacks);
        }
        if !lacks.is_empty() {
            contract.lacking.insert(*index, lacks);
        }
    }
    contract
}

fn is_due(case: &CaseStudy) -> bool {
    case.status == Some(Status::Completed) && case.outcome != Some(Outcome::InEvaluation)
}

/// Whether a study gives a figure for a metric.
fn reports(case: &CaseStudy, metric: MetricId) -> bool {
    let has_figure = |reported: &Reported| reported.lift.is_some() || reported.variant.is_some();
    case.results.iter().any(|reported| reported.metric == Metric::Known(metric) && has_figure(reported))
}

/// The contract of site.toml with its names found in the vocabulary; unknown names are left out.
struct Owed {
    common: Vec<MetricId>,
    by_objective: BTreeMap<Objective, Vec<MetricId>>,
}

impl Owed {
    fn of(site: &Site, vocabulary: &Vocabulary) -> Owed {
        let known = |names: &Vec<String>| names.iter().filter_map(|name| vocabulary.metrics.find(name)).collect();
        let objectives = site.metrics.by_objective.iter().filter_map(|(name, metrics)| Some((Objective::parse(name)?, known(metrics))));
        Owed { common: known(&site.metrics.common), by_objective: objectives.collect() }
    }

    fn by(&self, objective: Option<Objective>) -> Vec<MetricId> {
        let own = objective.and_then(|objective| self.by_objective.get(&objective));
        sorted(self.common.iter().chain(own.into_iter().flatten()).copied().collect())
    }

    fn every(&self) -> Vec<MetricId> {
        sorted(self.common.iter().chain(self.by_objective.values().flatten()).copied().collect())
    }
}

fn sorted(mut metrics: Vec<MetricId>) -> Vec<MetricId> {
    metrics.sort_unstable();
    metrics.dedup();
    metrics
}

impl Conformity {
    fn hold(&mut self, index: CaseIndex, case: &CaseStudy, owes: &[MetricId], lacks: &[MetricId]) {
        for reported in &case.results {
            if let Metric::Local(name) = &reported.metric {
                let cases = self.extras.entry(Arc::clone(name)).or_default();
                if cases.last() != Some(&index) {
                    cases.push(index);
                }
            }
        }
        for metric in owes {
            let reports = self.metrics.entry(*metric).or_default();
            reports.owed += 1;
            reports.reported += u32::from(!lacks.contains(metric));
        }
        self.owing += u32::from(!owes.is_empty());
        self.conforming += u32::from(!owes.is_empty() && lacks.is_empty());
        if !lacks.is_empty() {
            self.lacking.push(index);
        }
    }
}
