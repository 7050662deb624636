//! Proposes to replicate studies that won with grade C or D, with a better method.

use crate::backlog::proposal::{Proposal, ProposalKind, ProposalReason};
use crate::backlog::proposal_context::{ProposalContext, grade_weight};
use crate::catalog::keywords::{Decision, Grade, Outcome, Reuse};
use crate::catalog::{CaseIndex, CaseStudy};

/// Proposals to repeat every study that won with grade C or D and was not repeated.
pub(super) fn find<'a>(context: &'a ProposalContext) -> impl Iterator<Item = Proposal> + 'a {
    context
        .usable_studies()
        .filter(|(index, case)| calls_for_replication(context, *index, case))
        .map(|(index, case)| build_proposal(context, index, case))
}

/// Whether a study won with grade C or D, is not for local use only, and was not repeated.
pub(super) fn calls_for_replication(
    context: &ProposalContext,
    index: CaseIndex,
    case: &CaseStudy,
) -> bool {
    is_weak_win(case) && !context.is_repeated(index)
}

/// Whether a study won with grade C or D and is not for local use only.
fn is_weak_win(case: &CaseStudy) -> bool {
    let is_weak = matches!(case.evidence_grade.grade, Some(Grade::C | Grade::D));
    is_weak && case.outcome == Some(Outcome::Won) && case.reuse != Some(Reuse::LocalOnly)
}

/// The proposal to replicate a weak win, scored by grade (0.4 for C, 0.2 for D), demand (0.3) and
/// the win probability of its tactic (0.3).
fn build_proposal(context: &ProposalContext, index: CaseIndex, case: &CaseStudy) -> Proposal {
    let grade = case.evidence_grade.grade.unwrap_or(Grade::D);
    let score = 0.4 * grade_weight(Some(grade)) * 2.0
        + 0.3 * context.demand(&case.tactics, case.markets.first().copied())
        + 0.3 * context.case_win_probability(case);
    let mut reasons = vec![
        ProposalReason::WeakGrade(grade, case.evidence_grade.missing.clone()),
        ProposalReason::NeverRepeated,
    ];
    reasons.extend(
        case.decision.filter(|decision| *decision != Decision::None).map(ProposalReason::Decided),
    );
    context.propose_for_study(ProposalKind::Replicate, index, case, score, reasons)
}
