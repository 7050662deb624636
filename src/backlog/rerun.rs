//! Re-run: inconclusive and underpowered, so the question is still open and was well asked.

use crate::backlog::against::{Against, weight_of};
use crate::backlog::proposal::{Ground, Proposal, ProposalKind, for_study};
use crate::catalog::words::{Decision, Outcome};
use crate::catalog::{CaseIndex, CaseStudy};

/// Every underpowered study that nobody has repeated and that nobody has decided to leave.
pub(super) fn find<'a>(against: &'a Against) -> impl Iterator<Item = Proposal> + 'a {
    against
        .usable()
        .filter(|(index, case)| is_open_question(case) && !against.is_repeated(*index))
        .map(|(index, case)| proposal(against, index, case))
}

/// Whether a study could not tell for want of power.
pub(super) fn is_open_question(case: &CaseStudy) -> bool {
    case.outcome == Some(Outcome::Inconclusive) && case.graded.underpowered && case.decision != Some(Decision::Stop)
}

fn proposal(against: &Against, index: CaseIndex, case: &CaseStudy) -> Proposal {
    let asked_for = f64::from(u8::from(case.decision == Some(Decision::Rerun)));
    let demand = against.demand(&case.tactics, case.markets.first().copied());
    let score = 0.3 * weight_of(case.graded.grade) + 0.3 * demand + 0.2 * against.chance_of(case) + 0.2 * asked_for;
    let mut grounds = vec![Ground::Underpowered];
    grounds.extend(case.decision.filter(|decision| *decision != Decision::None).map(Ground::Decided));
    for_study(against, ProposalKind::Rerun, index, case, score, grounds)
}
