//! Evidence: what was won, lost or left open by tactic, channel, market, group and metric; coverage; lineage trees.

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;

use crate::catalog::result::Metric;
use crate::catalog::{CaseIndex, CaseStudy, Catalog};
use crate::site::Site;
use crate::vocabulary::{ChannelId, GroupId, MarketId, MetricId, TacticId};

pub mod contract;
pub mod contradiction;
pub mod coverage;
pub mod experiment;
pub mod lineage;
pub mod panel;
pub mod speed;
pub mod tally;

pub use contract::Contract;
pub use contradiction::Contradictions;
pub use lineage::{Place, Tree};
pub use panel::Panels;
pub use speed::Speed;
pub use tally::{LEAST_FOR_A_RATE, Tally};

/// Results of the whole hub, seen from every side. An experiment that is written up in several languages
/// (`translation_of`) counts once everywhere, as the record the others translate.
#[derive(Debug, Clone, Default)]
pub struct Evidence {
    /// Over everything.
    pub all: Tally,
    /// By market.
    pub markets: BTreeMap<MarketId, Tally>,
    /// By market group.
    pub groups: BTreeMap<GroupId, Tally>,
    /// By channel.
    pub channels: BTreeMap<ChannelId, Tally>,
    /// By tactic.
    pub tactics: BTreeMap<TacticId, Tally>,
    /// By the metric that studies are judged by.
    pub metrics: BTreeMap<MetricId, Tally>,
    /// Coverage: market x tactic. A pair that is missing is a gap.
    pub market_tactic: BTreeMap<(MarketId, TacticId), Tally>,
    /// Coverage: market x channel.
    pub market_channel: BTreeMap<(MarketId, ChannelId), Tally>,
    /// Coverage: group x tactic.
    pub group_tactic: BTreeMap<(GroupId, TacticId), Tally>,
    /// Coverage: group x channel.
    pub group_channel: BTreeMap<(GroupId, ChannelId), Tally>,
    /// Results on one metric side by side.
    pub panels: Panels,
    /// Studies that say the opposite of each other.
    pub contradictions: Contradictions,
    /// Adaptation trees of two or more studies, by the id of their origin.
    pub lineage: Vec<Tree>,
    /// The tree and place of every study that stands in one.
    pub place: BTreeMap<CaseIndex, Place>,
    /// Who reports the metrics that were agreed on.
    pub contract: Contract,
    /// How long experiments take, and how many there are over time.
    pub speed: Speed,
    /// The record that stands for the experiment of each case study, by position: itself, or the one it translates.
    pub originals: Vec<CaseIndex>,
}

impl Evidence {
    /// The adaptation tree a study stands in.
    pub fn tree_of(&self, case: CaseIndex) -> Option<&Tree> {
        self.place.get(&case).map(|place| &self.lineage[place.tree])
    }
}

/// Weighs the whole hub.
pub fn weigh(site: &Site, catalog: &Catalog) -> Evidence {
    let originals = experiment::originals(catalog);
    let studies = experiment::studies(catalog, &originals);
    let contract = contract::keep(site, catalog, &studies);
    let (tallies, (others, (lineage, place))) = rayon::join(
        || tally_up(&studies),
        || {
            rayon::join(
                || (panel::compare(catalog, &contract, &studies), contradiction::find(catalog, &studies), speed::measure(&studies)),
                || lineage::trees(catalog, &originals),
            )
        },
    );
    let (panels, contradictions, speed) = others;
    Evidence { panels, contradictions, lineage, place, contract, speed, originals, ..tallies }
}

/// A study that stands for its experiment.
type Study<'c> = (CaseIndex, &'c CaseStudy);

fn tally_up(studies: &[Study]) -> Evidence {
    Evidence {
        all: Tally::of(studies.iter().copied()),
        markets: tally_by(studies, |case| case.markets.clone()),
        groups: tally_by(studies, |case| case.groups.clone()),
        channels: tally_by(studies, |case| case.channels.clone()),
        tactics: tally_by(studies, |case| case.tactics.clone()),
        metrics: tally_by(studies, |case| judged_by(case).into_iter().collect()),
        market_tactic: tally_by(studies, |case| pairs(&case.markets, &case.tactics)),
        market_channel: tally_by(studies, |case| pairs(&case.markets, &case.channels)),
        group_tactic: tally_by(studies, |case| pairs(&case.groups, &case.tactics)),
        group_channel: tally_by(studies, |case| pairs(&case.groups, &case.channels)),
        ..Evidence::default()
    }
}

/// Tallies by whatever `keys` says of a study; a key named twice counts once.
fn tally_by<K: Ord + Copy + std::hash::Hash>(studies: &[Study], keys: impl Fn(&CaseStudy) -> Vec<K>) -> BTreeMap<K, Tally> {
    let mut tallies: FxHashMap<K, Tally> = FxHashMap::default();
    for (index, case) in studies {
        for key in distinct(keys(case)) {
            tallies.entry(key).or_default().add(*index, case);
        }
    }
    tallies.into_iter().collect()
}

fn distinct<K: Ord>(mut keys: Vec<K>) -> Vec<K> {
    keys.sort_unstable();
    keys.dedup();
    keys
}

fn pairs<A: Copy, B: Copy>(rows: &[A], columns: &[B]) -> Vec<(A, B)> {
    rows.iter().flat_map(|row| columns.iter().map(move |column| (*row, *column))).collect()
}

fn judged_by(case: &CaseStudy) -> Option<MetricId> {
    match &case.primary()?.metric {
        Metric::Known(metric) => Some(*metric),
        Metric::Local(_) => None,
    }
}
