//! A record that matches a query, with its score and the zones where it matches.

use crate::schema::Zone;

/// A record that matches a query, with its score and the zones where it matches.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ScoredRecord {
    /// Zero-based number of the record in the index.
    pub doc: u32,
    /// Score, rounded to four decimals.
    pub score: f64,
    /// Bit set of the zones with matching words (see [`Zone`]), and [`BODY_BIT`].
    pub(crate) zones: u8,
}

/// The bit of [`ScoredRecord::zones`] for a match in the field `text`, whatever the zone.
pub(crate) const BODY_BIT: u8 = 1 << 6;

/// The bit of [`ScoredRecord::zones`] for a match by the word itself: not only by a longer word
/// that begins with it, a compound that it is a part of, or an alias.
pub(crate) const WHOLE_BIT: u8 = 1 << 7;

impl ScoredRecord {
    /// Names of the zones with matching words, then `body` for a match in the field `text`.
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
