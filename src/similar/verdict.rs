//! What kind of duplicated effort a pair is, and how much of it can still be saved.

use jiff::civil::Date;

use crate::catalog::CaseStudy;
use crate::catalog::case_study::Budget;
use crate::catalog::words::{Band, Status};
use crate::similar::Verdict;

/// The first kind that fits. A study that states no status counts as ended; missing dates change nothing.
pub fn verdict(a: &CaseStudy, b: &CaseStudy, copied: bool) -> Verdict {
    if copied { Verdict::CopiedText } else { of_family(&[a, b]).0 }
}

/// What a family of records is, and what to do about it.
pub fn of_family(cases: &[&CaseStudy]) -> (Verdict, Action) {
    let open: Vec<&&CaseStudy> = cases.iter().filter(|case| case.is_open()).collect();
    if open.is_empty() {
        return (Verdict::LinkAsReplication, Action::Link);
    }
    if open.len() < cases.len() {
        return (Verdict::AlreadyTried, Action::ReadFinished);
    }
    let mut markets: Vec<_> = open.iter().flat_map(|case| &case.markets).collect();
    let named = markets.len();
    markets.sort_unstable();
    markets.dedup();
    let verdict = if markets.len() < named { Verdict::AlreadyRunning } else { Verdict::CoordinateNow };
    let running = open.iter().any(|case| case.status.is_some_and(|status| status != Status::Planned));
    (verdict, if running { Action::AwaitRunning } else { Action::Join })
}

/// What to do about a family.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Action {
    /// All are planned: agree on one design and share the cost.
    Join,
    /// Some are running: wait for what they find.
    AwaitRunning,
    /// Some have ended: read them before any other goes on.
    ReadFinished,
    /// All have ended: link them as replications.
    Link,
}

/// Sorts pairs by what can still be saved: what becomes of the two, whatever their texts; the larger budget, the days to the next start.
pub fn urgency(cases: &[&CaseStudy], today: Date) -> (Verdict, u8, i32) {
    let (verdict, _) = of_family(cases);
    let budget = cases.iter().map(|case| band(case)).max().unwrap_or(0);
    let days = cases.iter().map(|case| days_to_start(case, today)).min().unwrap_or(i32::MAX);
    (verdict, u8::MAX - budget, days)
}

/// A place for a budget; an amount whose worth nobody states counts as medium.
fn band(case: &CaseStudy) -> u8 {
    match &case.budget {
        None | Some(Budget::Band(Band::None)) => 0,
        Some(Budget::Band(Band::Xs)) => 1,
        Some(Budget::Band(Band::S)) => 2,
        Some(Budget::Band(Band::M) | Budget::Amount(..)) => 3,
        Some(Budget::Band(Band::L)) => 4,
        Some(Budget::Band(Band::Xl)) => 5,
    }
}

/// Days until an open study begins; one that runs or does not say comes after those that can still be stopped.
fn days_to_start(case: &CaseStudy, today: Date) -> i32 {
    let start = case.start.filter(|start| case.is_open() && *start >= today);
    start.and_then(|start| today.until(start).ok()).map_or(i32::MAX, |span| span.get_days())
}
