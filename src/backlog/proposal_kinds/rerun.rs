//! Proposes to rerun inconclusive studies that were underpowered.

use crate::backlog::proposal::{Proposal, ProposalKind, ProposalReason};
use crate::backlog::proposal_context::{ProposalContext, grade_weight};
use crate::catalog::keywords::{Decision, Outcome};
use crate::catalog::{CaseIndex, CaseStudy};

/// Proposals for every underpowered inconclusive study that was not repeated and whose decision is
/// not to stop.
pub(super) fn find<'a>(context: &'a ProposalContext) -> impl Iterator<Item = Proposal> + 'a {
    context
        .usable_studies()
        .filter(|(index, case)| calls_for_rerun(case) && !context.is_repeated(*index))
        .map(|(index, case)| build_proposal(context, index, case))
}

/// Whether a study was inconclusive and underpowered and its decision is not to stop, whether it
/// was repeated or not.
pub(super) fn calls_for_rerun(case: &CaseStudy) -> bool {
    case.outcome == Some(Outcome::Inconclusive)
        && case.evidence_grade.is_underpowered
        && case.decision != Some(Decision::Stop)
}

/// The proposal to rerun a study, scored by grade (0.3), demand (0.3), the win probability of its
/// tactic (0.2) and a decision to rerun it (0.2).
fn build_proposal(context: &ProposalContext, index: CaseIndex, case: &CaseStudy) -> Proposal {
    let rerun_decided = f64::from(u8::from(case.decision == Some(Decision::Rerun)));
    let demand = context.demand(&case.tactics, case.markets.first().copied());
    let score = 0.3 * grade_weight(case.evidence_grade.grade)
        + 0.3 * demand
        + 0.2 * context.case_win_probability(case)
        + 0.2 * rerun_decided;
    let mut reasons = vec![ProposalReason::Underpowered];
    reasons.extend(
        case.decision.filter(|decision| *decision != Decision::None).map(ProposalReason::Decided),
    );
    context.propose_for_study(ProposalKind::Rerun, index, case, score, reasons)
}
