//! Contradictions: the same tactic in the same channel moved the same metric in opposite directions.

use std::collections::BTreeMap;

use crate::catalog::CaseIndex;
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
