//! The backlog: ideas ranked by their score, with evidence, demand and the studies that bear on them, and what the
//! evidence itself proposes.

use crate::catalog::{CaseIndex, Catalog, IdeaIndex};
use crate::evidence::{Evidence, Tally};
use crate::similar::Similar;
use crate::site::Site;
use crate::vocabulary::MarketId;

mod against;
pub mod desk;
pub mod kinship;
mod open_end;
pub mod proposal;
mod ranked;
mod replicate;
mod rerun;
pub mod score;
pub mod take;
mod transfer;

pub use desk::Desk;
pub use kinship::Kinship;
pub use proposal::{Proposal, Proposals};
pub use score::Score;

/// Ideas in the order they should be looked at, what the evidence proposes, and what the hub must do.
#[derive(Debug, Clone, Default)]
pub struct Backlog {
    /// What people wrote, best first: by score, then demand, then id; without a score last.
    pub ideas: Vec<Ranked>,
    /// What the evidence proposes; never mixed into the ideas.
    pub proposals: Proposals,
    /// The hub's desk.
    pub desk: Desk,
    /// How alike the markets in use are.
    pub kinship: Kinship,
    /// Position in `ideas` of each idea, by position in `Catalog::ideas`.
    pub position: Vec<usize>,
}

/// At most this many matching studies are listed for an idea; their number is given in full.
pub const MATCHING: usize = 12;

/// An idea with what bears on it.
#[derive(Debug, Clone)]
pub struct Ranked {
    /// Which.
    pub idea: IdeaIndex,
    /// The computed score; none where parts are missing.
    pub score: Option<f64>,
    /// How it was computed.
    pub parts: Score,
    /// Whether confidence was capped for want of evidence.
    pub capped: bool,
    /// Distinct markets that want it.
    pub demand: usize,
    /// Case studies that share its tactic, best evidence first; at most `MATCHING`.
    pub matching: Vec<CaseIndex>,
    /// Outcomes of all that share its tactic.
    pub tally: Tally,
    /// Outcomes of those in its markets and in markets like them; of all where it names no market.
    pub nearby: Tally,
    /// The markets `nearby` was counted in, in id order; empty means everywhere.
    pub near: Vec<MarketId>,
    /// Ended studies that already tried it: those that resemble it, and the one it became.
    pub tried: Vec<CaseIndex>,
    /// Planned and running studies that are trying it.
    pub trying: Vec<CaseIndex>,
    /// Days since its last change; none without history.
    pub age: Option<i64>,
    /// Whether that is longer than the hub allows; never once it is done or declined.
    pub stale: bool,
}

impl Backlog {
    /// An idea with what bears on it.
    pub fn of(&self, idea: IdeaIndex) -> &Ranked {
        &self.ideas[self.position[idea.0 as usize]]
    }
}

/// Ranks what people wrote and proposes what nobody wrote yet.
pub fn rank(site: &Site, catalog: &Catalog, similar: &Similar, evidence: &Evidence) -> Backlog {
    let kinship = Kinship::of(catalog, evidence);
    let ideas = ranked::rank(site, catalog, similar, evidence, &kinship);
    let mut position = vec![0; ideas.len()];
    for (at, ranked) in ideas.iter().enumerate() {
        position[ranked.idea.0 as usize] = at;
    }
    let proposals = proposal::propose(catalog, evidence, &kinship);
    let desk = desk::lay(site, catalog, similar, evidence, &ideas);
    Backlog { ideas, proposals, desk, kinship, position }
}
