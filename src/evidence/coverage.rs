//! Coverage: what was tried where, and the gaps.

use std::collections::{BTreeMap, BTreeSet};

use crate::evidence::Tally;

/// A table of markets or groups against tactics or channels. Rows and columns are those in use, in id order.
#[derive(Debug, Clone)]
pub struct Matrix<'e, Row, Column> {
    /// Markets or groups with at least one study.
    pub rows: Vec<Row>,
    /// Tactics or channels with at least one study.
    pub columns: Vec<Column>,
    /// Row after row; none is a gap.
    pub cells: Vec<Option<&'e Tally>>,
}

impl<'e, Row: Copy + Ord, Column: Copy + Ord> Matrix<'e, Row, Column> {
    /// The whole table of one of the coverage maps of `Evidence`.
    pub fn of(tallies: &'e BTreeMap<(Row, Column), Tally>) -> Self {
        let rows: BTreeSet<Row> = tallies.keys().map(|(row, _)| *row).collect();
        let columns: BTreeSet<Column> = tallies.keys().map(|(_, column)| *column).collect();
        let (rows, columns): (Vec<Row>, Vec<Column>) = (rows.into_iter().collect(), columns.into_iter().collect());
        let mut cells = vec![None; rows.len() * columns.len()];
        for ((row, column), tally) in tallies {
            let at = rows.binary_search(row).expect("every row was gathered") * columns.len();
            cells[at + columns.binary_search(column).expect("every column was gathered")] = Some(tally);
        }
        Matrix { rows, columns, cells }
    }

    /// The cells of a row.
    pub fn row(&self, row: usize) -> &[Option<&'e Tally>] {
        &self.cells[row * self.columns.len()..(row + 1) * self.columns.len()]
    }

    /// How many cells are empty.
    pub fn gaps(&self) -> usize {
        self.cells.iter().filter(|cell| cell.is_none()).count()
    }
}
