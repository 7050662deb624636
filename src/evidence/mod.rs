//! Evidence: what was won, lost or left open by tactic, channel, market, group and metric; coverage; lineage trees.

use std::collections::BTreeMap;

use crate::catalog::{CaseIndex, Catalog};
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
}

impl Evidence {
    /// The adaptation tree a study stands in.
    pub fn tree_of(&self, case: CaseIndex) -> Option<&Tree> {
        self.place.get(&case).map(|place| &self.lineage[place.tree])
    }
}

/// Weighs the whole hub.
pub fn weigh(_site: &Site, _catalog: &Catalog) -> Evidence {
    Evidence::default()
}
