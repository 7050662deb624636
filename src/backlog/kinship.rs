//! Kinship of markets: how far what worked in one may be expected to work in another.

use std::collections::BTreeSet;

use crate::catalog::Catalog;
use crate::evidence::Evidence;
use crate::vocabulary::{ChannelId, GroupId, MarketId, Maturity, Vocabulary};

/// How alike the markets in use are.
#[derive(Debug, Clone, Default)]
pub struct Kinship {
    /// Markets with a study or an idea, in id order.
    pub markets: Vec<MarketId>,
    /// Row after row over `markets`: 0 to 1, symmetric.
    scores: Vec<f32>,
    profiles: Vec<Profile>,
}

/// From this kinship on two markets count as similar.
pub const NEAR: f64 = 0.5;

/// What two markets have in common; each part lies between 0 and 1.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Kin {
    /// The smallest group that holds both: 1, or 0.4 where only a union of groups does.
    pub group: f32,
    /// Maturity: 1 when equal, 0.5 for neighbouring stages, 0 where it is not known.
    pub maturity: f32,
    /// Language: 1 for the same main language, 0.6 for a shared one.
    pub language: f32,
    /// Channels: the share of the channels used in either that is used in both.
    pub channels: f32,
}

impl Kin {
    /// 0.4 group + 0.2 maturity + 0.25 language + 0.15 channels.
    pub fn score(&self) -> f32 {
        0.4 * self.group + 0.2 * self.maturity + 0.25 * self.language + 0.15 * self.channels
    }
}

/// What is known of a market.
#[derive(Debug, Clone, Default)]
struct Profile {
    /// Groups that hold it, in id order, `global` left out; true for unions of groups.
    groups: Vec<(GroupId, bool)>,
    maturity: Option<Maturity>,
    languages: Vec<String>,
    /// In id order.
    channels: Vec<ChannelId>,
}

impl Kinship {
    /// Compares all markets in use.
    pub fn of(catalog: &Catalog, evidence: &Evidence) -> Kinship {
        let markets: Vec<MarketId> = in_use(catalog, evidence).into_iter().collect();
        let profiles: Vec<Profile> = markets.iter().map(|market| Profile::of(&catalog.vocabulary, evidence, *market)).collect();
        let mut scores = vec![1.0; markets.len() * markets.len()];
        for (row, one) in profiles.iter().enumerate() {
            for (column, other) in profiles.iter().enumerate().take(row) {
                let score = one.kin(other).score();
                scores[row * markets.len() + column] = score;
                scores[column * markets.len() + row] = score;
            }
        }
        Kinship { markets, scores, profiles }
    }

    /// How alike two markets are: 0 to 1, 1 for a market and itself, 0 for markets that are not in use.
    pub fn between(&self, a: MarketId, b: MarketId) -> f64 {
        match (self.row(a), self.row(b)) {
            (Some(row), Some(column)) => self.at(row, column),
            _ => f64::from(u8::from(a == b)),
        }
    }

    /// What two markets in use have in common.
    pub fn kin(&self, a: MarketId, b: MarketId) -> Kin {
        match (self.row(a), self.row(b)) {
            (Some(row), Some(column)) => self.profiles[row].kin(&self.profiles[column]),
            _ => Kin::default(),
        }
    }

    /// The smallest group that holds both, if any does.
    pub fn shared_group(&self, vocabulary: &Vocabulary, a: MarketId, b: MarketId) -> Option<GroupId> {
        let (a, b) = (&self.profiles[self.row(a)?], &self.profiles[self.row(b)?]);
        let shared = a.groups.iter().filter(|group| b.groups.contains(group));
        shared.min_by_key(|(group, union)| (*union, vocabulary.groups[*group].members.len(), *group)).map(|(group, _)| *group)
    }

    /// The first language of `a` that `b` shares.
    pub fn shared_language(&self, a: MarketId, b: MarketId) -> Option<&str> {
        let (a, b) = (&self.profiles[self.row(a)?], &self.profiles[self.row(b)?]);
        a.languages.iter().find(|language| b.languages.contains(language)).map(String::as_str)
    }

    /// Some markets and all that are similar to one of them, in id order.
    pub fn near(&self, markets: &[MarketId]) -> Vec<MarketId> {
        let rows: Vec<usize> = markets.iter().filter_map(|market| self.row(*market)).collect();
        let near = |column: &usize| rows.iter().any(|row| self.at(*row, *column) >= NEAR);
        (0..self.markets.len()).filter(near).map(|column| self.markets[column]).collect()
    }

    pub(super) fn row(&self, market: MarketId) -> Option<usize> {
        self.markets.binary_search(&market).ok()
    }

    pub(super) fn at(&self, row: usize, column: usize) -> f64 {
        f64::from(self.scores[row * self.markets.len() + column])
    }
}

fn in_use(catalog: &Catalog, evidence: &Evidence) -> BTreeSet<MarketId> {
    let ideas = catalog.ideas.iter().flat_map(|idea| idea.markets.iter().chain(&idea.wanted_by).chain(&idea.proposed_by));
    evidence.markets.keys().chain(ideas).copied().collect()
}

impl Profile {
    fn of(vocabulary: &Vocabulary, evidence: &Evidence, market: MarketId) -> Profile {
        let term = &vocabulary.markets[market];
        let mut groups: Vec<(GroupId, bool)> = term.groups.iter().map(|group| (*group, !vocabulary.groups[*group].unions.is_empty())).collect();
        groups.retain(|(group, _)| &*vocabulary.groups[*group].id != "global");
        groups.sort_unstable();
        let channels = evidence.market_channel.range((market, ChannelId(0))..=(market, ChannelId(u32::MAX)));
        Profile { groups, maturity: term.maturity, languages: term.languages.clone(), channels: channels.map(|((_, channel), _)| *channel).collect() }
    }

    fn kin(&self, other: &Profile) -> Kin {
        let shared: Vec<bool> = self.groups.iter().filter(|group| other.groups.contains(group)).map(|(_, union)| *union).collect();
        let group = if shared.contains(&false) { 1.0 } else { 0.4 * f32::from(u8::from(!shared.is_empty())) };
        Kin { group, maturity: self.maturity_with(other), language: self.language_with(other), channels: self.channels_with(other) }
    }

    fn maturity_with(&self, other: &Profile) -> f32 {
        match (self.maturity, other.maturity) {
            (Some(a), Some(b)) => match (a as i8).abs_diff(b as i8) {
                0 => 1.0,
                1 => 0.5,
                _ => 0.0,
            },
            _ => 0.0,
        }
    }

    fn language_with(&self, other: &Profile) -> f32 {
        match (self.languages.first(), other.languages.first()) {
            (Some(a), Some(b)) if a == b => 1.0,
            _ if self.languages.iter().any(|language| other.languages.contains(language)) => 0.6,
            _ => 0.0,
        }
    }

    fn channels_with(&self, other: &Profile) -> f32 {
        let shared = self.channels.iter().filter(|channel| other.channels.binary_search(channel).is_ok()).count();
        let either = self.channels.len() + other.channels.len() - shared;
        if either == 0 { 0.0 } else { shared as f32 / either as f32 }
    }
}
