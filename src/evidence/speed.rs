//! Speed: how long an experiment takes from its start to its decision, and how many there are over time.

use std::collections::BTreeMap;

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
