//! A study that has ended and states an objective gives at least one figure for it.
//!
//! An objective promises an answer. Where every result is named and none carries a figure, or where a study was stopped
//! or archived without results, the reader never learns whether it was met.
//!
//! Give a lift, or both arms, for at least one metric; where no figure could be read, say why in the text and remove
//! the objective.
//!
//! ```yaml
//! objective: awareness
//! results:
//!   - {metric: brand-awareness-lift, role: primary, lift: 3.2, lift_type: absolute, source: panel survey}
//! ```

use crate::catalog::CaseStudy;
use crate::catalog::words::{Outcome, Status};
use crate::check::{Context, Found};

pub fn check(case: &CaseStudy, _: &Context<'_>, found: &mut Found<'_>) {
    let Some(objective) = case.objective.filter(|_| case.has_ended() && !is_excused(case)) else { return };
    let has_figure = case.results.iter().any(|reported| reported.lift.or(reported.variant).or(reported.baseline).is_some());
    if !has_figure {
        found.field("objective", format!("the objective `{objective}` has no result"), "give a `lift` or both arms for at least one metric");
    }
}

/// `missing-result` speaks of completed studies without any result; invalid tests have none by right.
fn is_excused(case: &CaseStudy) -> bool {
    case.results.is_empty() && (case.status == Some(Status::Completed) || case.outcome == Some(Outcome::Invalid))
}
