//! The common-metrics contract: which metrics completed studies must report, and who does.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::catalog::CaseIndex;
use crate::vocabulary::{MarketId, MetricId};

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
