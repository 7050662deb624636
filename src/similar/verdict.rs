//! What kind of duplicated effort a pair is, and how much of it can still be saved.

use jiff::civil::Date;

use crate::catalog::CaseStudy;
use crate::catalog::case_study::Budget;
use crate::catalog::words::Band;
use crate::similar::Verdict;

/// The first kind that fits. A study that states no status counts as ended; missing dates change nothing.
pub fn verdict(a: &CaseStudy, b: &CaseStudy, copied: bool) -> Verdict {
    match (copied, a.is_open(), b.is_open()) {
        (true, _, _) => Verdict::CopiedText,
        (_, true, true) if a.markets.iter().any(|market| b.markets.contains(market)) => Verdict::AlreadyRunning,
        (_, true, true) => Verdict::CoordinateNow,
        (_, false, false) => Verdict::LinkAsReplication,
        _ => Verdict::AlreadyTried,
    }
}

/// Sorts pairs by what can still be saved: the kind, the larger budget, the days to the next start.
pub fn urgency(verdict: Verdict, a: &CaseStudy, b: &CaseStudy, today: Date) -> (u8, u8, i32) {
    let kind = match verdict {
        Verdict::AlreadyRunning => 0,
        Verdict::CoordinateNow => 1,
        Verdict::AlreadyTried => 2,
        Verdict::LinkAsReplication => 3,
        Verdict::CopiedText => 4,
    };
    let budget = band(a).max(band(b));
    (kind, u8::MAX - budget, days_to_start(a, today).min(days_to_start(b, today)))
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
