//! Builds the backlog: ideas ranked by score with evidence and demand, experiments proposed from
//! the evidence, and open tasks.

use crate::catalog::{CaseIndex, Catalog, IdeaIndex};
use crate::evidence::{Evidence, Tally};
use crate::similar::Similar;
use crate::site::Site;
use crate::vocabulary::MarketId;

pub mod desk;
pub mod idea_draft;
pub mod market_similarity;
mod open_end;
pub mod proposal;
mod proposal_context;
mod ranked;
mod replicate;
mod rerun;
pub mod score;
mod transfer;

pub use desk::Desk;
pub use market_similarity::MarketSimilarity;
pub use proposal::{Proposal, Proposals};
pub use score::IdeaScore;

/// Ranked ideas, proposals and open tasks of a hub.
#[derive(Debug, Clone, Default)]
pub struct Backlog {
    /// The ideas of the catalog by score, then demand, then id; those without a score last.
    pub ideas: Vec<RankedIdea>,
    /// Experiments proposed from the evidence; never mixed into the ideas.
    pub proposals: Proposals,
    /// Open tasks of the hub.
    pub desk: Desk,
    /// How similar the markets in use are.
    pub market_similarity: MarketSimilarity,
    /// For each idea by position in `Catalog::ideas`, its position in `ideas`.
    pub idea_positions: Vec<usize>,
}

/// The most case studies that are listed for an idea; tallies count all of them.
pub const MAX_MATCHING_CASES: usize = 12;

/// An idea with its score and the case studies that are relevant to it.
#[derive(Debug, Clone)]
pub struct RankedIdea {
    /// The idea.
    pub idea: IdeaIndex,
    /// The computed score; none where parts of it are missing.
    pub score: Option<f64>,
    /// The parts of the score.
    pub score_parts: IdeaScore,
    /// Whether the confidence was capped because the idea cites no evidence.
    pub is_capped: bool,
    /// Number of distinct markets that want it.
    pub demand: usize,
    /// Case studies that share a tactic with it, best evidence first; at most
    /// [`MAX_MATCHING_CASES`].
    pub matching_cases: Vec<CaseIndex>,
    /// Outcomes of all case studies that share a tactic with it.
    pub tally: Tally,
    /// Outcomes of those in `near_markets`; of all where that is empty.
    pub nearby_tally: Tally,
    /// The markets of the idea and those similar to them, in id order; empty where it names no
    /// market.
    pub near_markets: Vec<MarketId>,
    /// Ended case studies that tried it: the one it became, and those similar to it.
    pub ended_cases: Vec<CaseIndex>,
    /// Planned and running case studies that try it.
    pub open_cases: Vec<CaseIndex>,
    /// Days since its last change in git; none without history.
    pub age_days: Option<i64>,
    /// Whether it is open and `age_days` exceeds the limit in site.toml.
    pub is_stale: bool,
}

impl Backlog {
    /// The ranked entry of an idea.
    pub fn idea(&self, idea: IdeaIndex) -> &RankedIdea {
        &self.ideas[self.idea_positions[idea.0 as usize]]
    }
}

/// Builds the backlog of a catalog.
pub fn build_backlog(
    site: &Site,
    catalog: &Catalog,
    similar: &Similar,
    evidence: &Evidence,
) -> Backlog {
    let market_similarity = MarketSimilarity::compute(catalog, evidence);
    let ideas = ranked::rank_ideas(site, catalog, similar, evidence, &market_similarity);
    let mut idea_positions = vec![0; ideas.len()];
    for (at, ranked) in ideas.iter().enumerate() {
        idea_positions[ranked.idea.0 as usize] = at;
    }
    let proposals = proposal::propose(catalog, evidence, &market_similarity);
    let desk = desk::build_desk(site, catalog, similar, evidence, &ideas);
    Backlog { ideas, proposals, desk, market_similarity, idea_positions }
}
