//! Evidence: what was won, lost or left open by tactic, channel, market, group and metric; coverage; lineage trees.

use std::collections::BTreeMap;

use crate::catalog::words::{Grade, Outcome};
use crate::catalog::{CaseIndex, CaseStudy};
use crate::vocabulary::{ChannelId, GroupId, MarketId, TacticId};

/// Results of the whole hub, seen from every side.
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
    /// Coverage: market x tactic.
    pub market_tactic: BTreeMap<(MarketId, TacticId), Tally>,
    /// Coverage: market x channel.
    pub market_channel: BTreeMap<(MarketId, ChannelId), Tally>,
    /// Coverage: group x tactic.
    pub group_tactic: BTreeMap<(GroupId, TacticId), Tally>,
    /// Coverage: group x channel.
    pub group_channel: BTreeMap<(GroupId, ChannelId), Tally>,
    /// Adaptation trees, by the id of their origin.
    pub lineage: Vec<Tree>,
}

/// Counts of studies by outcome. A study of unknown status or outcome counts in `studies` only.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tally {
    /// All studies, in id order.
    pub cases: Vec<CaseIndex>,
    /// Won.
    pub won: u32,
    /// Lost.
    pub lost: u32,
    /// Inconclusive.
    pub inconclusive: u32,
    /// No effect.
    pub no_effect: u32,
    /// Planned or running.
    pub open: u32,
    /// Running.
    pub running: u32,
    /// The best grade of an ended study.
    pub best_grade: Option<Grade>,
}

/// Fewer counted studies than this give counts, never a rate.
pub const LEAST_FOR_A_RATE: u32 = 3;

impl Tally {
    /// Counts one more study.
    pub fn add(&mut self, index: CaseIndex, case: &CaseStudy) {
        use crate::catalog::words::Status;
        self.cases.push(index);
        self.open += u32::from(case.is_open());
        self.running += u32::from(case.status == Some(Status::Running));
        if !case.has_ended() {
            return;
        }
        match case.outcome {
            Some(Outcome::Won) => self.won += 1,
            Some(Outcome::Lost) => self.lost += 1,
            Some(Outcome::Inconclusive) => self.inconclusive += 1,
            Some(Outcome::NoEffect) => self.no_effect += 1,
            _ => {}
        }
        self.best_grade = match (self.best_grade, case.graded.grade) {
            (Some(best), Some(grade)) => Some(best.min(grade)),
            (best, grade) => best.or(grade),
        };
    }

    /// How many studies count in the win rate.
    pub fn counted(&self) -> u32 {
        self.won + self.lost + self.inconclusive + self.no_effect
    }

    /// won / (won + lost + inconclusive + no effect), 0 to 1; none below three counted studies.
    pub fn win_rate(&self) -> Option<f64> {
        (self.counted() >= LEAST_FOR_A_RATE).then(|| f64::from(self.won) / f64::from(self.counted()))
    }
}

/// An adaptation tree: an origin and what was adapted from it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tree {
    /// The study at this place.
    pub case: CaseIndex,
    /// What was adapted from it, by start and id.
    pub adaptations: Vec<Tree>,
}
