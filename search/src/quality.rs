//! Query-independent quality signals of a record: level, freshness, retirement. Ranking multiplies
//! scores by a factor for each.

use crate::facet::FacetId;
use crate::layout::IndexedFacet;
use crate::record::{Freshness, RecordKind, SearchRecord};

/// What makes a record score higher or lower for any query; the index holds it packed into one
/// number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct QualitySignals {
    /// Level of its value of the first facet with levels, from 1; 0 for none.
    pub level: u8,
    /// Verification: 2 verified, 1 unknown, 0 overdue.
    pub freshness: u8,
    /// Whether it is superseded, retired or deprecated.
    pub retired: bool,
    /// Whether it is a term or a free page, which is about records.
    pub is_reference: bool,
}

impl QualitySignals {
    /// The quality signals of a record; its level is that of its first value of the first of
    /// `facets` that has levels.
    pub fn from_record(record: &SearchRecord, facets: &[IndexedFacet]) -> QualitySignals {
        let level = facets.iter().enumerate().find_map(|(at, facet)| {
            let value = record.facets.get(&FacetId(at as u8)).and_then(|values| values.first());
            Some(facet.definition.levels.as_ref()?.level_of(value.map_or("", String::as_str)))
        });
        QualitySignals {
            level: level.unwrap_or_default(),
            freshness: match record.freshness {
                Freshness::Verified => 2,
                Freshness::Unknown => 1,
                Freshness::Overdue => 0,
            },
            retired: record.retired,
            is_reference: matches!(record.kind, RecordKind::Term | RecordKind::Page),
        }
    }

    /// Packs the signals into bits: level 0 to 2, freshness 3 and 4, retirement 5,
    /// reference 6.
    pub fn to_number(self) -> u64 {
        u64::from(self.level)
            | u64::from(self.freshness) << 3
            | u64::from(self.retired) << 5
            | u64::from(self.is_reference) << 6
    }

    /// Unpacks the number of [`QualitySignals::to_number`].
    pub fn from_number(number: u64) -> QualitySignals {
        QualitySignals {
            level: (number & 7) as u8,
            freshness: (number >> 3 & 3) as u8,
            retired: number >> 5 & 1 == 1,
            is_reference: number >> 6 & 1 == 1,
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
            QualitySignals { level: 4, freshness: 2, retired: true, is_reference: true },
            QualitySignals { level: 1, freshness: 1, retired: false, is_reference: false },
        ] {
            assert_eq!(QualitySignals::from_number(signals.to_number()), signals);
        }
    }
}
