//! Query-independent quality signals of a record: evidence grade, freshness, retirement. Ranking
//! multiplies scores by a factor for each.

use crate::record::{Facet, Freshness, SearchRecord};

/// The quality signals of a record, packed into one number of the index.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct QualitySignals {
    /// Evidence grade: 4 for A, 3 for B, 2 for C, 1 for D, 0 for none.
    pub grade: u8,
    /// Verification: 2 verified, 1 unknown, 0 overdue.
    pub freshness: u8,
    /// Whether it is superseded, retired or deprecated.
    pub retired: bool,
}

impl QualitySignals {
    /// The quality signals of a record.
    pub fn from_record(record: &SearchRecord) -> QualitySignals {
        let grade = record
            .facets
            .get(&Facet::Grade)
            .and_then(|grades| grades.first())
            .map_or("", String::as_str);
        QualitySignals {
            grade: match grade {
                "A" | "a" => 4,
                "B" | "b" => 3,
                "C" | "c" => 2,
                "D" | "d" => 1,
                _ => 0,
            },
            freshness: match record.freshness {
                Freshness::Verified => 2,
                Freshness::Unknown => 1,
                Freshness::Overdue => 0,
            },
            retired: record.retired,
        }
    }

    /// Packs the signals into bits: grade 0 to 2, freshness 3 and 4, retirement 5.
    pub fn to_number(self) -> u64 {
        u64::from(self.grade) | u64::from(self.freshness) << 3 | u64::from(self.retired) << 5
    }

    /// Unpacks the number of [`QualitySignals::to_number`].
    pub fn from_number(number: u64) -> QualitySignals {
        QualitySignals {
            grade: (number & 7) as u8,
            freshness: (number >> 3 & 3) as u8,
            retired: number >> 5 & 1 == 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::QualitySignals;

    #[test]
    fn a_standing_survives_the_index() {
        for signals in [
            QualitySignals::default(),
            QualitySignals { grade: 4, freshness: 2, retired: true },
            QualitySignals { grade: 1, freshness: 1, retired: false },
        ] {
            assert_eq!(QualitySignals::from_number(signals.to_number()), signals);
        }
    }
}
