//! Kinship of markets: how far what worked in one may be expected to work in another.

use crate::vocabulary::MarketId;

/// How alike the markets in use are.
#[derive(Debug, Clone, Default)]
pub struct Kinship {
    /// Markets with a study or an idea, in id order.
    pub markets: Vec<MarketId>,
    /// Row after row over `markets`: 0 to 1, symmetric.
    pub(crate) scores: Vec<f32>,
}

/// What two markets have in common.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Kin {
    /// A group of markets that holds both: 1, or less for unions of groups (0.4).
    pub group: f32,
    /// Maturity: 1 when equal, 0.5 for neighbouring stages.
    pub maturity: f32,
    /// Language: 1 for the same main language, 0.6 for a shared one.
    pub language: f32,
    /// Channels: the share of the channels used in either that is used in both.
    pub channels: f32,
}

impl Kin {
    /// 0.4 group + 0.2 maturity + 0.25 language + 0.15 channels.
    pub fn score(self) -> f32 {
        0.4 * self.group + 0.2 * self.maturity + 0.25 * self.language + 0.15 * self.channels
    }
}

impl Kinship {
    /// How alike two markets are: 0 to 1, 1 for a market and itself, 0 for markets that are not in use.
    pub fn between(&self, a: MarketId, b: MarketId) -> f64 {
        let place = |market| self.markets.binary_search(&market);
        match (place(a), place(b)) {
            (Ok(row), Ok(column)) => f64::from(self.scores[row * self.markets.len() + column]),
            _ => f64::from(u8::from(a == b)),
        }
    }
}
