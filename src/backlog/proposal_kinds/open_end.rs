//! Proposes follow-ups to studies whose decision was to adapt, rerun or iterate, where none exists
//! yet.

use crate::backlog::proposal::{Proposal, ProposalKind, ProposalReason};
use crate::backlog::proposal_context::{ProposalContext, grade_weight};
use crate::backlog::proposal_kinds::{replicate, rerun};
use crate::catalog::keywords::Decision;
use crate::catalog::{CaseIndex, CaseStudy};

/// Proposals for every study whose decision has no follow-up: no study repeats, adapts or replaces
/// it, and no idea cites it that is neither declined nor parked. Studies that `rerun` or
/// `replicate` propose are left out.
pub(super) fn find<'a>(context: &'a ProposalContext) -> impl Iterator<Item = Proposal> + 'a {
    let is_open_end = |index, case: &CaseStudy| {
        let is_proposed_elsewhere =
            rerun::calls_for_rerun(case) || replicate::calls_for_replication(context, index, case);
        follow_up_urgency(case).is_some()
            && !context.is_followed_up(index)
            && !is_proposed_elsewhere
    };
    context
        .usable_studies()
        .filter(move |(index, case)| is_open_end(*index, case))
        .map(|(index, case)| build_proposal(context, index, case))
}

/// How urgently a decision calls for a follow-up, 0 to 1; none where it needs no follow-up.
fn follow_up_urgency(case: &CaseStudy) -> Option<f64> {
    match case.decision? {
        Decision::Adapt => Some(1.0),
        Decision::Rerun => Some(0.8),
        Decision::Iterate => Some(0.7),
        Decision::Scale | Decision::Stop | Decision::None => None,
    }
}

/// The proposal to follow up a study, scored by urgency (0.4), grade (0.3) and demand (0.3).
fn build_proposal(context: &ProposalContext, index: CaseIndex, case: &CaseStudy) -> Proposal {
    let demand = context.demand(&case.tactics, case.markets.first().copied());
    let score = 0.4 * follow_up_urgency(case).unwrap_or(0.0)
        + 0.3 * grade_weight(case.evidence_grade.grade)
        + 0.3 * demand;
    let reasons = case.decision.map(ProposalReason::Decided).into_iter().collect();
    context.propose_for_study(ProposalKind::OpenEnd, index, case, score, reasons)
}
