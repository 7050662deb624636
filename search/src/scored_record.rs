//! A record that matches a query, with its score and the zones where it matches.

use crate::schema::Zone;

/// A record that matches a query, with its score.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ScoredRecord {
    /// Zero-based number of the record in the index.
    pub doc: u32,
    /// Score, rounded to four decimals.
    pub score: f64,
    /// Bit set of the zones with matching words (see [`Zone`]), and [`BODY_BIT`].
    pub(crate) zones: u8,
}

/// The bit for a match anywhere in the text.
pub(crate) const BODY_BIT: u8 = 1 << 6;

/// The bit for a match by the word itself, not by a longer word that begins with it or an alias.
pub(crate) const WHOLE_BIT: u8 = 1 << 7;

impl ScoredRecord {
    /// Names of the zones with matching words.
    pub fn matched(&self) -> Vec<String> {
        let mut names: Vec<String> = Zone::ALL
            .into_iter()
            .filter(|zone| self.zones & 1 << *zone as u8 != 0)
            .map(|zone| zone.name().to_owned())
            .collect();
        if self.zones & BODY_BIT != 0 {
            names.push("body".to_owned());
        }
        names
    }
}
