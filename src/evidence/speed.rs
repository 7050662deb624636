//! Speed: how long an experiment takes from its start to its decision, and how many there are over time.

use std::collections::BTreeMap;

use jiff::civil::Date;
use rustc_hash::FxHashMap;

use crate::catalog::{CaseIndex, CaseStudy};
use crate::evidence::Tally;
use crate::vocabulary::{GroupId, MarketId};

/// The pace of the hub and of its parts.
#[derive(Debug, Clone, Default)]
pub struct Speed {
    /// Everything.
    pub all: Pace,
    /// By market.
    pub markets: BTreeMap<MarketId, Pace>,
    /// By market group.
    pub groups: BTreeMap<GroupId, Pace>,
}

/// How fast, and how much when.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Pace {
    /// Median days from start to decision (the end of a study with a decision); none where nobody gives both.
    pub median_days: Option<f64>,
    /// How many studies that rests on.
    pub timed: usize,
    /// Studies by the quarter they ended in, or began in while open.
    pub quarters: BTreeMap<Quarter, Tally>,
    /// Studies without any date.
    pub undated: usize,
}

/// A quarter of a year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Quarter {
    /// The year.
    pub year: i16,
    /// 1 to 4.
    pub quarter: i8,
}

impl std::fmt::Display for Quarter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}-Q{}", self.year, self.quarter)
    }
}

impl Pace {
    /// The same by year.
    pub fn years(&self, catalog: &crate::catalog::Catalog) -> BTreeMap<i16, Tally> {
        let mut cases: BTreeMap<i16, Vec<CaseIndex>> = BTreeMap::new();
        for (quarter, tally) in &self.quarters {
            cases.entry(quarter.year).or_default().extend(&tally.cases);
        }
        let tally = |mut cases: Vec<CaseIndex>| {
            cases.sort_unstable();
            Tally::of(cases.into_iter().map(|index| (index, catalog.case(index))))
        };
        cases.into_iter().map(|(year, cases)| (year, tally(cases))).collect()
    }
}

impl Quarter {
    /// The quarter a day falls in.
    pub fn of(day: Date) -> Quarter {
        Quarter { year: day.year(), quarter: (day.month() - 1) / 3 + 1 }
    }
}

/// Measures the pace of the hub, of every market and of every group.
pub fn measure(studies: &[(CaseIndex, &CaseStudy)]) -> Speed {
    let all = pace_by(studies, |_| &[()]);
    Speed {
        all: all.into_values().next().unwrap_or_default(),
        markets: pace_by(studies, |case| case.markets.as_slice()),
        groups: pace_by(studies, |case| case.groups.as_slice()),
    }
}

fn pace_by<K: Copy + Ord + std::hash::Hash>(studies: &[(CaseIndex, &CaseStudy)], keys: impl Fn(&CaseStudy) -> &[K]) -> BTreeMap<K, Pace> {
    let mut paces: FxHashMap<K, (Pace, Vec<i32>)> = FxHashMap::default();
    for (index, case) in studies {
        for key in keys(case) {
            let (pace, days) = paces.entry(*key).or_default();
            days.extend(days_to_decision(case));
            match when(case) {
                Some(day) => pace.quarters.entry(Quarter::of(day)).or_default().add(*index, case),
                None => pace.undated += 1,
            }
        }
    }
    let finish = |(mut pace, mut days): (Pace, Vec<i32>)| {
        (pace.timed, pace.median_days) = (days.len(), median(&mut days));
        pace
    };
    paces.into_iter().map(|(key, measured)| (key, finish(measured))).collect()
}

/// The day a study counts for: its last one, or its first while it is open or has no last.
fn when(case: &CaseStudy) -> Option<Date> {
    if case.is_open() { case.start.or(case.end) } else { case.end.or(case.start) }
}

/// Days from the start to the end of a study that has ended with a decision; none where the dates stand the wrong way round.
fn days_to_decision(case: &CaseStudy) -> Option<i32> {
    let decided = case.has_ended() && case.decision.is_some();
    let (start, end) = (case.start?, case.end?);
    (decided && start <= end).then(|| (end - start).get_days())
}

fn median(days: &mut [i32]) -> Option<f64> {
    days.sort_unstable();
    let middle = days.len() / 2;
    match days.len() {
        0 => None,
        odd if odd % 2 == 1 => Some(f64::from(days[middle])),
        _ => Some(f64::from(days[middle - 1] + days[middle]) / 2.0),
    }
}
