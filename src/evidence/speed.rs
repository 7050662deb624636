//! Measures speed: how long experiments run until they end with a decision, and the number of
//! experiments over time.

use std::collections::BTreeMap;

use jiff::civil::Date;
use rustc_hash::FxHashMap;

use crate::catalog::{CaseIndex, CaseStudy};
use crate::evidence::Tally;
use crate::vocabulary::{GroupId, MarketId};

/// Pace of the whole hub, of each market and of each market group.
#[derive(Debug, Clone, Default)]
pub struct Speed {
    /// The whole hub.
    pub all: Pace,
    /// Pace by market.
    pub markets: BTreeMap<MarketId, Pace>,
    /// Pace by market group.
    pub groups: BTreeMap<GroupId, Pace>,
}

/// How long a set of studies ran until they ended with a decision, and how many there were over
/// time.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Pace {
    /// Median number of days from the first day to the last, both counted, of studies that ended
    /// and state a decision; none where no study states all of that.
    pub median_days: Option<f64>,
    /// Number of studies in that median.
    pub timed_studies: usize,
    /// Studies by the quarter of their end date; of their start date while they are open or state
    /// no end.
    pub quarters: BTreeMap<Quarter, Tally>,
    /// Number of studies without a date.
    pub undated_studies: usize,
}

/// A calendar quarter; displayed as `2025-Q3`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Quarter {
    /// The calendar year.
    pub year: i16,
    /// Number of the quarter, 1 to 4.
    pub quarter: i8,
}

impl std::fmt::Display for Quarter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}-Q{}", self.year, self.quarter)
    }
}

impl Pace {
    /// Tallies of the studies by year, each study in the year of its quarter; see `quarters`.
    pub fn by_year(&self, catalog: &crate::catalog::Catalog) -> BTreeMap<i16, Tally> {
        let mut cases: BTreeMap<i16, Vec<CaseIndex>> = BTreeMap::new();
        for (quarter, tally) in &self.quarters {
            cases.entry(quarter.year).or_default().extend(&tally.cases);
        }
        let tally = |mut cases: Vec<CaseIndex>| {
            cases.sort_unstable();
            Tally::from_studies(cases.into_iter().map(|index| (index, catalog.case(index))))
        };
        cases.into_iter().map(|(year, cases)| (year, tally(cases))).collect()
    }
}

impl Quarter {
    /// The quarter that contains a day.
    pub fn from_date(day: Date) -> Quarter {
        Quarter { year: day.year(), quarter: (day.month() - 1) / 3 + 1 }
    }
}

/// Measures the pace of the hub, of every market and of every market group.
pub fn measure_speed(studies: &[(CaseIndex, &CaseStudy)]) -> Speed {
    let all = pace_by(studies, |_| &[()]);
    Speed {
        all: all.into_values().next().unwrap_or_default(),
        markets: pace_by(studies, |case| case.markets.as_slice()),
        groups: pace_by(studies, |case| case.groups.as_slice()),
    }
}

/// The pace of the studies that have each of the keys that `keys` returns for a study.
fn pace_by<K: Copy + Ord + std::hash::Hash>(
    studies: &[(CaseIndex, &CaseStudy)],
    keys: impl Fn(&CaseStudy) -> &[K],
) -> BTreeMap<K, Pace> {
    let mut paces: FxHashMap<K, (Pace, Vec<i32>)> = FxHashMap::default();
    for (index, case) in studies {
        for key in keys(case) {
            let (pace, days) = paces.entry(*key).or_default();
            days.extend(days_to_decision(case));
            match reference_day(case) {
                Some(day) => {
                    pace.quarters.entry(Quarter::from_date(day)).or_default().add(*index, case)
                }
                None => pace.undated_studies += 1,
            }
        }
    }
    let finish = |(mut pace, mut days): (Pace, Vec<i32>)| {
        (pace.timed_studies, pace.median_days) = (days.len(), median(&mut days));
        pace
    };
    paces.into_iter().map(|(key, measured)| (key, finish(measured))).collect()
}

/// The day by whose quarter a study is counted: its end date, or its start date while it is open or
/// has no end date; none where it has neither.
fn reference_day(case: &CaseStudy) -> Option<Date> {
    if case.is_unfinished() { case.start.or(case.end) } else { case.end.or(case.start) }
}

/// Number of days from the first to the last, both counted as on the page of a study, of one that
/// has ended with a decision; none where a date is missing or the end is before the start.
fn days_to_decision(case: &CaseStudy) -> Option<i32> {
    let is_decided = case.has_ended() && case.decision.is_some();
    let (start, end) = (case.start?, case.end?);
    (is_decided && start <= end).then(|| (end - start).get_days() + 1)
}

/// The median of numbers of days, the mean of the middle two where they are even in number; none
/// where there are none. Sorts the slice.
fn median(days: &mut [i32]) -> Option<f64> {
    days.sort_unstable();
    let middle = days.len() / 2;
    match days.len() {
        0 => None,
        odd if odd % 2 == 1 => Some(f64::from(days[middle])),
        _ => Some(f64::from(days[middle - 1] + days[middle]) / 2.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::support::{CatalogLookup, TestHub, study_fields};

    #[test]
    fn speed_is_the_median_of_days_until_a_decided_end() {
        let dated = |start: &str, end: &str, decision: &str| {
            study_fields(
                "DE",
                "email",
                "discount",
                "won",
                &format!("start: {start}\nend: {end}\n{decision}"),
            )
        };
        let hub = TestHub::new()
            .case("de/a", &dated("2025-01-01", "2025-01-11", "decision: scale"))
            .case("de/b", &dated("2025-02-01", "2025-03-03", "decision: none"))
            .case("de/c", &dated("2025-05-01", "2025-06-30", ""))
            .case("de/d", &dated("2025-08-01", "2025-07-01", "decision: stop"))
            .case("de/e", "status: running\nmarkets: [DE]\nchannels: [email]\ntactics: [discount]\nstart: 2026-10-01\nend: 2027-02-01")
            .case("de/f", &study_fields("DE", "email", "discount", "won", "decision: scale"))
            .hub();
        let pace = &hub.evidence.speed.all;
        assert_eq!(
            (pace.median_days, pace.timed_studies, pace.undated_studies),
            (Some(21.0), 2, 1),
            "between 11 and 31, with the first and the last day; the rest say too little"
        );
        let quarters: Vec<_> = pace
            .quarters
            .iter()
            .map(|(quarter, tally)| (quarter.to_string(), tally.studies()))
            .collect();
        assert_eq!(
            quarters,
            [
                ("2025-Q1".into(), 2),
                ("2025-Q2".into(), 1),
                ("2025-Q3".into(), 1),
                ("2026-Q4".into(), 1)
            ]
        );
        assert_eq!(pace.by_year(&hub.catalog)[&2025].studies(), 4);
        assert_eq!(pace, &hub.evidence.speed.groups[&hub.catalog.group("dach")]);
        assert_eq!(
            Quarter::from_date(jiff::civil::date(2026, 12, 31)),
            Quarter { year: 2026, quarter: 4 }
        );
    }

    #[test]
    fn a_median_is_the_middle_or_half_of_the_two_middles() {
        let rows: [(&[i32], Option<f64>); 5] = [
            (&[], None),
            (&[7], Some(7.0)),
            (&[30, 10], Some(20.0)),
            (&[90, 1, 30], Some(30.0)),
            (&[4, 1, 3, 2], Some(2.5)),
        ];
        for (days, wanted) in rows {
            assert_eq!(median(&mut days.to_vec()), wanted, "{days:?}");
        }
    }
}
