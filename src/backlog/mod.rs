//! Builds the backlog: ideas ranked by score with evidence and demand, experiments proposed from
//! the evidence, and open tasks.

use crate::catalog::{Catalog, IdeaIndex};
use crate::evidence::Evidence;
use crate::similar::Similar;
use crate::site::Site;

pub mod desk;
pub mod idea_draft;
pub mod market_similarity;
pub mod playbook_draft;
pub mod proposal;
mod proposal_context;
mod proposal_kinds;
mod ranked;
pub mod score;

pub use desk::Desk;
pub use market_similarity::MarketSimilarity;
pub use proposal::{Proposal, Proposals};
pub use ranked::{MAX_MATCHING_CASES, RankedIdea};
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

impl Backlog {
    /// The ranked entry of an idea: its score and the case studies that are relevant to it.
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
    let proposals = proposal_kinds::propose(catalog, evidence, &market_similarity);
    let desk = desk::build_desk(site, catalog, similar, evidence, &ideas);
    Backlog { ideas, proposals, desk, market_similarity, idea_positions }
}
