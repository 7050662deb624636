//! The backlog: ideas ranked by their score, with evidence, demand and the studies that bear on them.

use crate::catalog::{CaseIndex, IdeaIndex};
use crate::evidence::Tally;

/// Ideas in the order they should be looked at.
#[derive(Debug, Clone, Default)]
pub struct Backlog {
    /// Best first.
    pub ideas: Vec<Ranked>,
}

/// An idea with what bears on it.
#[derive(Debug, Clone)]
pub struct Ranked {
    /// Which.
    pub idea: IdeaIndex,
    /// The computed score; none where parts are missing.
    pub score: Option<f64>,
    /// Whether confidence was capped for want of evidence.
    pub capped: bool,
    /// Distinct markets that want it.
    pub demand: usize,
    /// Case studies that share its tactic, best evidence first.
    pub matching: Vec<CaseIndex>,
    /// Outcomes of those.
    pub tally: Tally,
    /// Days since its last change; none without history.
    pub age: Option<i64>,
    /// Whether that is longer than the hub allows.
    pub stale: bool,
}
