//! Coverage tables: tallies of studies by market or group and tactic or channel, with gaps.

use std::collections::{BTreeMap, BTreeSet};

use crate::evidence::Tally;

/// A table of tallies, markets or groups by tactics or channels; rows and columns with at least one
/// study, in id order.
#[derive(Debug, Clone)]
pub struct CoverageMatrix<'e, RowKey, ColumnKey> {
    /// Markets or groups with at least one study.
    pub rows: Vec<RowKey>,
    /// Tactics or channels with at least one study.
    pub columns: Vec<ColumnKey>,
    /// Tallies row by row; none for a gap.
    pub cells: Vec<Option<&'e Tally>>,
}

impl<'e, RowKey: Copy + Ord, ColumnKey: Copy + Ord> CoverageMatrix<'e, RowKey, ColumnKey> {
    /// The table of one of the coverage maps of `Evidence`, whose key is a row and a column.
    pub fn from_tallies(tallies: &'e BTreeMap<(RowKey, ColumnKey), Tally>) -> Self {
        let rows: BTreeSet<RowKey> = tallies.keys().map(|(row, _)| *row).collect();
        let columns: BTreeSet<ColumnKey> = tallies.keys().map(|(_, column)| *column).collect();
        let (rows, columns): (Vec<RowKey>, Vec<ColumnKey>) =
            (rows.into_iter().collect(), columns.into_iter().collect());
        let mut cells = vec![None; rows.len() * columns.len()];
        for ((row, column), tally) in tallies {
            let at = rows.binary_search(row).expect("every row was gathered") * columns.len();
            cells[at + columns.binary_search(column).expect("every column was gathered")] =
                Some(tally);
        }
        CoverageMatrix { rows, columns, cells }
    }

    /// The cells of the row at this position, in the order of the columns; none for a gap.
    pub fn row(&self, row: usize) -> &[Option<&'e Tally>] {
        &self.cells[row * self.columns.len()..(row + 1) * self.columns.len()]
    }

    /// Number of empty cells: pairs of a market or group and a tactic or channel that no study has.
    pub fn count_gaps(&self) -> usize {
        self.cells.iter().filter(|cell| cell.is_none()).count()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::support::{CatalogLookup, TestHub, study_fields};

    #[test]
    fn coverage_shows_gaps() {
        let hub = TestHub::new()
            .case("de/a", &study_fields("DE", "email", "discount", "won", ""))
            .case("nl/b", &study_fields("NL", "website", "bundle", "lost", ""))
            .hub();
        let matrix = CoverageMatrix::from_tallies(&hub.evidence.market_channel);
        assert_eq!((matrix.rows.len(), matrix.columns.len(), matrix.count_gaps()), (2, 2, 2));
        let germany = matrix.rows.binary_search(&hub.catalog.market("DE")).unwrap();
        assert_eq!(
            matrix.row(germany).iter().flatten().map(|tally| tally.won).collect::<Vec<_>>(),
            [1]
        );
    }
}
