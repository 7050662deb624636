//! How far a record is to be preferred among equals: its evidence grade, its freshness, and whether it is retired.

use crate::entry::{Entry, Facet, Freshness};

/// What ranking knows about a record apart from its words.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    /// 4 for grade A down to 1 for D, 0 for none.
    pub grade: u8,
    /// 2 verified, 1 unknown, 0 overdue.
    pub freshness: u8,
    /// Superseded or retired.
    pub retired: bool,
}

impl Standing {
    /// The standing of an entry.
    pub fn of(entry: &Entry) -> Standing {
        let grade = entry.facets.get(&Facet::Grade).and_then(|grades| grades.first()).map_or("", String::as_str);
        Standing {
            grade: match grade {
                "A" | "a" => 4,
                "B" | "b" => 3,
                "C" | "c" => 2,
                "D" | "d" => 1,
                _ => 0,
            },
            freshness: match entry.freshness {
                Freshness::Verified => 2,
                Freshness::Unknown => 1,
                Freshness::Overdue => 0,
            },
            retired: entry.retired,
        }
    }

    /// As stored in the index.
    pub fn to_number(self) -> u64 {
        u64::from(self.grade) | u64::from(self.freshness) << 3 | u64::from(self.retired) << 5
    }

    /// From the number stored in the index.
    pub fn from_number(number: u64) -> Standing {
        Standing { grade: (number & 7) as u8, freshness: (number >> 3 & 3) as u8, retired: number >> 5 & 1 == 1 }
    }
}

#[cfg(test)]
mod tests {
    use super::Standing;

    #[test]
    fn a_standing_survives_the_index() {
        for standing in [Standing::default(), Standing { grade: 4, freshness: 2, retired: true }, Standing { grade: 1, freshness: 1, retired: false }]
        {
            assert_eq!(Standing::from_number(standing.to_number()), standing);
        }
    }
}
