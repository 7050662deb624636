//! Open ends: somebody decided to adapt, to repeat or to go on, and nothing followed.

use crate::backlog::against::{Against, weight_of};
use crate::backlog::proposal::{Ground, Proposal, ProposalKind, for_study};
use crate::backlog::{replicate, rerun};
use crate::catalog::words::Decision;
use crate::catalog::{CaseIndex, CaseStudy};

/// Every study whose decision has no follow-up: no study repeats, adapts or replaces it and no open idea rests on it.
/// Those that are proposed to be replicated or run again are named there.
pub(super) fn find<'a>(against: &'a Against) -> impl Iterator<Item = Proposal> + 'a {
    let open = |index, case: &CaseStudy| {
        let named = rerun::is_open_question(case) || replicate::is_open_question(against, index, case);
        urgency(case).is_some() && !against.is_followed(index) && !named
    };
    against.usable().filter(move |(index, case)| open(*index, case)).map(|(index, case)| proposal(against, index, case))
}

/// How much a decision asks for a follow-up, 0 to 1; none for those that ask for nothing.
fn urgency(case: &CaseStudy) -> Option<f64> {
    match case.decision? {
        Decision::Adapt => Some(1.0),
        Decision::Rerun => Some(0.8),
        Decision::Iterate => Some(0.7),
        Decision::Scale | Decision::Stop | Decision::None => None,
    }
}

fn proposal(against: &Against, index: CaseIndex, case: &CaseStudy) -> Proposal {
    let demand = against.demand(&case.tactics, case.markets.first().copied());
    let score = 0.4 * urgency(case).unwrap_or(0.0) + 0.3 * weight_of(case.graded.grade) + 0.3 * demand;
    let grounds = case.decision.map(Ground::Decided).into_iter().collect();
    for_study(against, ProposalKind::OpenEnd, index, case, score, grounds)
}
