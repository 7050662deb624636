//! Proposes experiments from the evidence; each kind of proposal is a file.

use crate::backlog::market_similarity::MarketSimilarity;
use crate::backlog::proposal::{MAX_PROPOSALS, Proposal, ProposalBatch, Proposals};
use crate::backlog::proposal_context::ProposalContext;
use crate::catalog::Catalog;
use crate::evidence::Evidence;

mod open_end;
mod replicate;
mod rerun;
#[cfg(test)]
mod tests;
mod transfer;

/// Collects the proposals of all kinds that follow from the evidence of a hub.
pub(super) fn propose(
    catalog: &Catalog,
    evidence: &Evidence,
    market_similarity: &MarketSimilarity,
) -> Proposals {
    let context = ProposalContext::new(catalog, evidence, market_similarity);
    let mut batches = transfer::find(&context);
    let for_studies =
        replicate::find(&context).chain(rerun::find(&context)).chain(open_end::find(&context));
    batches.extend(group_by_market(for_studies.collect()));
    merge_batches(batches)
}

/// Divides proposals into batches of one kind and market, each sorted best first and cut to
/// [`MAX_PROPOSALS`].
fn group_by_market(mut proposals: Vec<Proposal>) -> Vec<ProposalBatch> {
    proposals.sort_by_key(|proposal| (proposal.kind, proposal.market, proposal.sort_key()));
    let is_same_batch = |a: &Proposal, b: &Proposal| (a.kind, a.market) == (b.kind, b.market);
    let batch = |of_market: &[Proposal]| ProposalBatch {
        kind: of_market[0].kind,
        market: of_market[0].market,
        kept: of_market.iter().take(MAX_PROPOSALS).cloned().collect(),
        total: of_market.len(),
    };
    proposals.chunk_by(is_same_batch).map(batch).collect()
}

/// Puts the kept proposals of all batches in order, counts totals, and lists the proposals of each
/// market.
fn merge_batches(batches: Vec<ProposalBatch>) -> Proposals {
    let mut proposals = Proposals::default();
    for ProposalBatch { kind, market, kept, total } in
        batches.into_iter().filter(|batch| batch.total > 0)
    {
        *proposals.totals.entry(kind).or_default() += total;
        if let Some(market) = market {
            proposals.markets.entry(market).or_default().totals.insert(kind, total);
        }
        proposals.all.extend(kept);
    }
    proposals.all.sort_by_key(|proposal| (proposal.kind, proposal.sort_key()));
    for (at, proposal) in proposals.all.iter().enumerate() {
        if let Some(market) = proposal.market {
            proposals.markets.entry(market).or_default().kept.push(at);
        }
    }
    proposals
}
