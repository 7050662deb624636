//! Determines the verdict on pairs and families, what to do about them, and how urgent that is.

use jiff::civil::Date;

use crate::catalog::CaseStudy;
use crate::catalog::case_study::Budget;
use crate::catalog::keywords::{Band, Status};
use crate::similar::Verdict;

/// The verdict on a pair; `copied` says that the bodies are nearly the same. A study without a
/// status counts as ended.
pub fn pair_verdict(a: &CaseStudy, b: &CaseStudy, copied: bool) -> Verdict {
    if copied { Verdict::CopiedText } else { family_verdict(&[a, b]).0 }
}

/// The verdict on several records of one experiment, and what to do about them. A record without a
/// status counts as ended.
pub fn family_verdict(cases: &[&CaseStudy]) -> (Verdict, FamilyAction) {
    let open: Vec<&&CaseStudy> = cases.iter().filter(|case| case.is_unfinished()).collect();
    if open.is_empty() {
        return (Verdict::LinkAsReplication, FamilyAction::Link);
    }
    if open.len() < cases.len() {
        return (Verdict::AlreadyTried, FamilyAction::ReadFinished);
    }
    let mut markets: Vec<_> = open.iter().flat_map(|case| &case.markets).collect();
    let market_count = markets.len();
    markets.sort_unstable();
    markets.dedup();
    let verdict =
        if markets.len() < market_count { Verdict::AlreadyRunning } else { Verdict::CoordinateNow };
    let is_running =
        open.iter().any(|case| case.status.is_some_and(|status| status != Status::Planned));
    (verdict, if is_running { FamilyAction::AwaitRunning } else { FamilyAction::Join })
}

/// What the members of a family are advised to do, by whether they are planned, running or have
/// ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum FamilyAction {
    /// All are planned: agree on one design and run it together.
    Join,
    /// None has ended and some are running: wait for their results.
    AwaitRunning,
    /// Some have ended: read those before the others continue.
    ReadFinished,
    /// All have ended: link them as replications.
    Link,
}

/// Sort key of a pair or family, the most urgent first: the verdict without regard to copied text,
/// the largest budget (as `u8::MAX` less its rank), the days to the next start.
pub fn urgency_key(cases: &[&CaseStudy], today: Date) -> (Verdict, u8, i32) {
    let (verdict, _) = family_verdict(cases);
    let budget = cases.iter().map(|case| budget_rank(case)).max().unwrap_or(0);
    let days = cases.iter().map(|case| days_to_start(case, today)).min().unwrap_or(i32::MAX);
    (verdict, u8::MAX - budget, days)
}

/// Rank of the budget of a study, 0 for none to 5 for XL; amounts count as M, because currencies
/// are not converted.
fn budget_rank(case: &CaseStudy) -> u8 {
    match &case.budget {
        None | Some(Budget::Band(Band::None)) => 0,
        Some(Budget::Band(Band::Xs)) => 1,
        Some(Budget::Band(Band::S)) => 2,
        Some(Budget::Band(Band::M) | Budget::Amount(..)) => 3,
        Some(Budget::Band(Band::L)) => 4,
        Some(Budget::Band(Band::Xl)) => 5,
    }
}

/// Days from today until an unfinished study starts; `i32::MAX` where it has ended, has started or
/// states no start.
fn days_to_start(case: &CaseStudy, today: Date) -> i32 {
    let start = case.start.filter(|start| case.is_unfinished() && *start >= today);
    start.and_then(|start| today.until(start).ok()).map_or(i32::MAX, |span| span.get_days())
}
