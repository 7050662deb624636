//! Replicate: won once with grade C or D, so it should be repeated with a better method before anybody copies it.

use crate::backlog::against::{Against, weight_of};
use crate::backlog::proposal::{Ground, Proposal, ProposalKind, for_study};
use crate::catalog::words::{Decision, Grade, Outcome, Reuse};
use crate::catalog::{CaseIndex, CaseStudy};

/// Every study whose weak win nobody has repeated.
pub(super) fn find<'a>(against: &'a Against) -> impl Iterator<Item = Proposal> + 'a {
    against.usable().filter(|(index, case)| is_open_question(against, *index, case)).map(|(index, case)| proposal(against, index, case))
}

/// Whether a study is a weak win that nobody has repeated.
pub(super) fn is_open_question(against: &Against, index: CaseIndex, case: &CaseStudy) -> bool {
    is_weak_win(case) && !against.is_repeated(index)
}

fn is_weak_win(case: &CaseStudy) -> bool {
    let weak = matches!(case.graded.grade, Some(Grade::C | Grade::D));
    weak && case.outcome == Some(Outcome::Won) && case.reuse != Some(Reuse::LocalOnly)
}

fn proposal(against: &Against, index: CaseIndex, case: &CaseStudy) -> Proposal {
    let grade = case.graded.grade.unwrap_or(Grade::D);
    let score =
        0.4 * weight_of(Some(grade)) * 2.0 + 0.3 * against.demand(&case.tactics, case.markets.first().copied()) + 0.3 * against.chance_of(case);
    let mut grounds = vec![Ground::WeakGrade(grade, case.graded.lacks.clone()), Ground::NeverRepeated];
    grounds.extend(case.decision.filter(|decision| *decision != Decision::None).map(Ground::Decided));
    for_study(against, ProposalKind::Replicate, index, case, score, grounds)
}
