//! Evaluates the results of a hub: tallies by tactic, channel, market, group and metric, coverage,
//! adaptation trees and contradictions.

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;

use crate::catalog::result::Metric;
use crate::catalog::{CaseIndex, CaseStudy, Catalog};
use crate::site::Site;
use crate::vocabulary::{ChannelId, GroupId, MarketId, MetricId, TacticId};

pub mod contract;
pub mod contradiction;
pub mod coverage;
pub mod events;
pub mod experiment;
pub mod lineage;
pub mod panel;
pub mod speed;
pub mod tally;

pub use contract::Contract;
pub use contradiction::Contradictions;
pub use events::{Event, EventKind, Month};
pub use lineage::{LineagePosition, LineageTree};
pub use panel::Panels;
pub use speed::Speed;
pub use tally::{MIN_STUDIES_FOR_RATE, Tally};

/// The results of the whole hub. An experiment that is written up in several languages
/// (`translation_of`) counts once, as the original record.
#[derive(Debug, Clone, Default)]
pub struct Evidence {
    /// Tally of all studies.
    pub all: Tally,
    /// Tallies by market.
    pub markets: BTreeMap<MarketId, Tally>,
    /// Tallies by market group.
    pub groups: BTreeMap<GroupId, Tally>,
    /// Tallies by channel.
    pub channels: BTreeMap<ChannelId, Tally>,
    /// Tallies by tactic.
    pub tactics: BTreeMap<TacticId, Tally>,
    /// Tallies by primary metric.
    pub metrics: BTreeMap<MetricId, Tally>,
    /// Coverage, market x tactic; a missing key is a gap.
    pub market_tactic: BTreeMap<(MarketId, TacticId), Tally>,
    /// Coverage, market x channel.
    pub market_channel: BTreeMap<(MarketId, ChannelId), Tally>,
    /// Coverage, group x tactic.
    pub group_tactic: BTreeMap<(GroupId, TacticId), Tally>,
    /// Coverage, group x channel.
    pub group_channel: BTreeMap<(GroupId, ChannelId), Tally>,
    /// Lifts on one metric compared, by tactic, channel and market.
    pub panels: Panels,
    /// Studies with opposite results.
    pub contradictions: Contradictions,
    /// Adaptation trees of two or more studies, by the id of their origin.
    pub lineage: Vec<LineageTree>,
    /// Position in `lineage` of every study that belongs to a tree.
    pub lineage_positions: BTreeMap<CaseIndex, LineagePosition>,
    /// Which studies report the metrics of the common-metrics contract.
    pub contract: Contract,
    /// Duration of experiments, and their number over time.
    pub speed: Speed,
    /// What happened to case studies, newest first.
    pub events: Vec<Event>,
    /// For each case study by position the record that represents its experiment: itself, or the
    /// one it translates.
    pub originals: Vec<CaseIndex>,
}

impl Evidence {
    /// The adaptation tree of a study or of the original of a translation; none where it belongs to
    /// none.
    pub fn tree_of(&self, case: CaseIndex) -> Option<&LineageTree> {
        self.lineage_positions.get(&case).map(|position| &self.lineage[position.tree])
    }
}

/// Evaluates all case studies of a hub: tallies, coverage, comparisons, adaptation trees, the
/// contract and speed.
pub fn tally(site: &Site, catalog: &Catalog) -> Evidence {
    let originals = experiment::find_originals(catalog);
    let studies = experiment::original_studies(catalog, &originals);
    let contract = contract::evaluate(site, catalog, &studies);
    let (tallies, (others, (lineage, lineage_positions))) = rayon::join(
        || tally_all(&studies),
        || {
            rayon::join(
                || {
                    (
                        panel::build_panels(catalog, &contract, &studies),
                        contradiction::find(catalog, &studies),
                        speed::measure_speed(&studies),
                    )
                },
                || lineage::build_trees(catalog, &originals),
            )
        },
    );
    let (panels, contradictions, speed) = others;
    Evidence {
        panels,
        contradictions,
        lineage,
        lineage_positions,
        contract,
        speed,
        events: events::list_events(site, catalog),
        originals,
        ..tallies
    }
}

/// A record that represents an experiment, with its index.
type Study<'c> = (CaseIndex, &'c CaseStudy);

/// Evidence with tallies only; the other fields are empty.
fn tally_all(studies: &[Study]) -> Evidence {
    Evidence {
        all: Tally::from_studies(studies.iter().copied()),
        markets: tally_by(studies, |case| case.markets.clone()),
        groups: tally_by(studies, |case| case.groups.clone()),
        channels: tally_by(studies, |case| case.channels.clone()),
        tactics: tally_by(studies, |case| case.tactics.clone()),
        metrics: tally_by(studies, |case| primary_metric(case).into_iter().collect()),
        market_tactic: tally_by(studies, |case| cartesian_product(&case.markets, &case.tactics)),
        market_channel: tally_by(studies, |case| cartesian_product(&case.markets, &case.channels)),
        group_tactic: tally_by(studies, |case| cartesian_product(&case.groups, &case.tactics)),
        group_channel: tally_by(studies, |case| cartesian_product(&case.groups, &case.channels)),
        ..Evidence::default()
    }
}

/// Tallies by the keys that `keys` returns for a study; duplicate keys count once.
fn tally_by<K: Ord + Copy + std::hash::Hash>(
    studies: &[Study],
    keys: impl Fn(&CaseStudy) -> Vec<K>,
) -> BTreeMap<K, Tally> {
    let mut tallies: FxHashMap<K, Tally> = FxHashMap::default();
    for (index, case) in studies {
        for key in distinct(keys(case)) {
            tallies.entry(key).or_default().add(*index, case);
        }
    }
    tallies.into_iter().collect()
}

/// The keys in order, each once.
fn distinct<K: Ord>(mut keys: Vec<K>) -> Vec<K> {
    keys.sort_unstable();
    keys.dedup();
    keys
}

/// Every pair of a row and a column, row by row.
fn cartesian_product<A: Copy, B: Copy>(rows: &[A], columns: &[B]) -> Vec<(A, B)> {
    rows.iter().flat_map(|row| columns.iter().map(move |column| (*row, *column))).collect()
}

/// The primary metric of a study; none where it reports none, or a local metric (one outside the
/// vocabulary).
fn primary_metric(case: &CaseStudy) -> Option<MetricId> {
    match &case.primary_result()?.metric {
        Metric::Known(metric) => Some(*metric),
        Metric::Local(_) => None,
    }
}
