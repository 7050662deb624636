//! Results on one metric side by side, with their intervals; what cannot be compared is kept apart.

use std::collections::BTreeMap;

use crate::catalog::CaseIndex;
use crate::catalog::result::{Effect, Metric};
use crate::catalog::words::{LiftType, Role};
use crate::vocabulary::{Better, ChannelId, MarketId, TacticId};

/// Results side by side for each tactic, channel and market. Ended studies only.
#[derive(Debug, Clone, Default)]
pub struct Panels {
    /// By tactic.
    pub tactics: BTreeMap<TacticId, Vec<Panel>>,
    /// By channel.
    pub channels: BTreeMap<ChannelId, Vec<Panel>>,
    /// By market.
    pub markets: BTreeMap<MarketId, Vec<Panel>>,
}

/// Lifts on one metric that may stand on one scale: the metrics of the common-metrics contract first, then those most
/// reported, regional ones last.
#[derive(Debug, Clone, PartialEq)]
pub struct Panel {
    /// What was measured.
    pub metric: Metric,
    /// What the lifts have in common.
    pub basis: Basis,
    /// Which direction is good.
    pub better: Better,
    /// Whether the metric belongs to the common-metrics contract.
    pub common: bool,
    /// Whether the same metric has other panels beside this one, because currencies or kinds of lift differ.
    pub split: bool,
    /// Currencies of the figures behind relative lifts, in order; more than one says that only the lifts compare.
    pub currencies: Vec<String>,
    /// The lifts, best first.
    pub rows: Vec<Comparison>,
    /// Lifts of studies that lack metrics of the contract ("not comparable"), best first.
    pub apart: Vec<Comparison>,
}

/// What two lifts must have in common to stand on one scale.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Basis {
    /// Relative or absolute.
    pub lift_type: LiftType,
    /// The currency of absolute lifts of money, where it is stated.
    pub currency: Option<String>,
    /// Whether absolute lifts are points of an index instead of real figures.
    pub indexed: bool,
}

/// One reported lift.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Comparison {
    /// The study.
    pub case: CaseIndex,
    /// Position in `CaseStudy::results`.
    pub result: usize,
    /// The part it plays there.
    pub role: Role,
    /// The lift as reported, its sign untouched.
    pub lift: f64,
    /// Its interval; none where an end is missing or they stand the wrong way round.
    pub interval: Option<(f64, f64)>,
    /// What it means, the metric's direction respected.
    pub effect: Effect,
}
