//! Similarity of markets: how far a result from one market can be expected in another.

use std::collections::BTreeSet;

use crate::catalog::Catalog;
use crate::evidence::Evidence;
use crate::vocabulary::{ChannelId, GroupId, MarketId, Maturity, Vocabulary};

/// Pairwise similarities of the markets in use: how far a result of one market can be expected in
/// another.
#[derive(Debug, Clone, Default)]
pub struct MarketSimilarity {
    /// Markets with a case study or an idea, in id order.
    pub markets: Vec<MarketId>,
    /// Symmetric matrix over `markets`, row by row, 0 to 1.
    scores: Vec<f32>,
    /// By position in `markets`.
    profiles: Vec<MarketProfile>,
}

/// The least similarity, 0 to 1, of two markets that count as similar.
pub const MIN_SIMILARITY: f64 = 0.5;

/// The parts of the similarity of two markets, each 0 to 1.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct SimilarityParts {
    /// 1 where a market group contains both, 0.4 where only a union of groups does, else 0.
    pub group: f32,
    /// 1 for equal maturity, 0.5 for adjacent stages, 0 where it is unknown.
    pub maturity: f32,
    /// 1 for the same main language, 0.6 for another shared language, else 0.
    pub language: f32,
    /// Jaccard similarity of the channels used in the two markets.
    pub channels: f32,
}

impl SimilarityParts {
    /// The similarity of two markets from its parts, 0 to 1: 0.4 group + 0.2 maturity + 0.25
    /// language + 0.15 channels.
    pub fn score(&self) -> f32 {
        0.4 * self.group + 0.2 * self.maturity + 0.25 * self.language + 0.15 * self.channels
    }
}

/// What the similarity of a market to others is computed from: its groups, maturity, languages and
/// channels.
#[derive(Debug, Clone, Default)]
struct MarketProfile {
    /// Groups that contain it, in id order, without `global`; true for unions of groups.
    groups: Vec<(GroupId, bool)>,
    maturity: Option<Maturity>,
    languages: Vec<String>,
    /// In id order.
    channels: Vec<ChannelId>,
}

impl MarketSimilarity {
    /// Computes the similarities of all markets in use.
    pub fn compute(catalog: &Catalog, evidence: &Evidence) -> MarketSimilarity {
        let markets: Vec<MarketId> = markets_in_use(catalog, evidence).into_iter().collect();
        let profiles: Vec<MarketProfile> = markets
            .iter()
            .map(|market| MarketProfile::new(&catalog.vocabulary, evidence, *market))
            .collect();
        let mut scores = vec![1.0; markets.len() * markets.len()];
        for (row, one) in profiles.iter().enumerate() {
            for (column, other) in profiles.iter().enumerate().take(row) {
                let score = one.compare(other).score();
                scores[row * markets.len() + column] = score;
                scores[column * markets.len() + row] = score;
            }
        }
        MarketSimilarity { markets, scores, profiles }
    }

    /// Similarity of two markets, 0 to 1: 1 for a market and itself, 0 where one is not in use.
    pub fn similarity(&self, a: MarketId, b: MarketId) -> f64 {
        match (self.row(a), self.row(b)) {
            (Some(row), Some(column)) => self.at(row, column),
            _ => f64::from(u8::from(a == b)),
        }
    }

    /// The parts of the similarity of two markets; all 0 where one is not in use.
    pub fn parts(&self, a: MarketId, b: MarketId) -> SimilarityParts {
        match (self.row(a), self.row(b)) {
            (Some(row), Some(column)) => self.profiles[row].compare(&self.profiles[column]),
            _ => SimilarityParts::default(),
        }
    }

    /// The smallest market group that contains both markets, groups before unions of groups; none
    /// where no group does.
    pub fn shared_group(
        &self,
        vocabulary: &Vocabulary,
        a: MarketId,
        b: MarketId,
    ) -> Option<GroupId> {
        let (a, b) = (&self.profiles[self.row(a)?], &self.profiles[self.row(b)?]);
        let shared = a.groups.iter().filter(|group| b.groups.contains(group));
        shared
            .min_by_key(|(group, union)| (*union, vocabulary.groups[*group].members.len(), *group))
            .map(|(group, _)| *group)
    }

    /// The first language (BCP 47) of `a` that is also a language of `b`; none where they share
    /// none or one is not in use.
    pub fn shared_language(&self, a: MarketId, b: MarketId) -> Option<&str> {
        let (a, b) = (&self.profiles[self.row(a)?], &self.profiles[self.row(b)?]);
        a.languages.iter().find(|language| b.languages.contains(language)).map(String::as_str)
    }

    /// The markets in use that are similar to one of `markets`, those themselves included, in id
    /// order.
    pub fn similar_markets(&self, markets: &[MarketId]) -> Vec<MarketId> {
        let rows: Vec<usize> = markets.iter().filter_map(|market| self.row(*market)).collect();
        let is_similar =
            |column: &usize| rows.iter().any(|row| self.at(*row, *column) >= MIN_SIMILARITY);
        (0..self.markets.len()).filter(is_similar).map(|column| self.markets[column]).collect()
    }

    /// Row, and likewise column, of a market in the matrix of similarities; none where the market
    /// is not in use.
    pub(super) fn row(&self, market: MarketId) -> Option<usize> {
        self.markets.binary_search(&market).ok()
    }

    /// Similarity, 0 to 1, of the markets of this row and this column of the matrix of
    /// similarities.
    pub(super) fn at(&self, row: usize, column: usize) -> f64 {
        f64::from(self.scores[row * self.markets.len() + column])
    }
}

/// Markets with a case study, and markets that an idea is for, is wanted by or was proposed by.
fn markets_in_use(catalog: &Catalog, evidence: &Evidence) -> BTreeSet<MarketId> {
    let ideas = catalog
        .ideas
        .iter()
        .flat_map(|idea| idea.markets.iter().chain(&idea.wanted_by).chain(&idea.proposed_by));
    evidence.markets.keys().chain(ideas).copied().collect()
}

impl MarketProfile {
    /// The properties of a market: what the vocabulary states of it, and the channels of its case
    /// studies.
    fn new(vocabulary: &Vocabulary, evidence: &Evidence, market: MarketId) -> MarketProfile {
        let term = &vocabulary.markets[market];
        let mut groups: Vec<(GroupId, bool)> = term
            .groups
            .iter()
            .map(|group| (*group, !vocabulary.groups[*group].unions.is_empty()))
            .collect();
        groups.retain(|(group, _)| &*vocabulary.groups[*group].id != "global");
        groups.sort_unstable();
        let channels =
            evidence.market_channel.range((market, ChannelId(0))..=(market, ChannelId(u32::MAX)));
        MarketProfile {
            groups,
            maturity: term.maturity,
            languages: term.languages.clone(),
            channels: channels.map(|((_, channel), _)| *channel).collect(),
        }
    }

    /// The parts of the similarity of two markets from their properties.
    fn compare(&self, other: &MarketProfile) -> SimilarityParts {
        let shared: Vec<bool> = self
            .groups
            .iter()
            .filter(|group| other.groups.contains(group))
            .map(|(_, union)| *union)
            .collect();
        let group = if shared.contains(&false) {
            1.0
        } else {
            0.4 * f32::from(u8::from(!shared.is_empty()))
        };
        SimilarityParts {
            group,
            maturity: self.maturity_similarity(other),
            language: self.language_similarity(other),
            channels: self.channel_similarity(other),
        }
    }

    /// The maturity part of the similarity of two markets: 1 for equal maturity, 0.5 for adjacent
    /// stages, 0 where they are further apart or one is not stated.
    fn maturity_similarity(&self, other: &MarketProfile) -> f32 {
        match (self.maturity, other.maturity) {
            (Some(a), Some(b)) => match (a as i8).abs_diff(b as i8) {
                0 => 1.0,
                1 => 0.5,
                _ => 0.0,
            },
            _ => 0.0,
        }
    }

    /// The language part of the similarity of two markets: 1 for the same main language, which is
    /// the first, 0.6 for another shared language, else 0.
    fn language_similarity(&self, other: &MarketProfile) -> f32 {
        match (self.languages.first(), other.languages.first()) {
            (Some(a), Some(b)) if a == b => 1.0,
            _ if self.languages.iter().any(|language| other.languages.contains(language)) => 0.6,
            _ => 0.0,
        }
    }

    /// Jaccard similarity of the channels that the two markets use, 0 to 1; 0 where neither uses
    /// any.
    fn channel_similarity(&self, other: &MarketProfile) -> f32 {
        let shared = self
            .channels
            .iter()
            .filter(|channel| other.channels.binary_search(channel).is_ok())
            .count();
        let either = self.channels.len() + other.channels.len() - shared;
        if either == 0 { 0.0 } else { shared as f32 / either as f32 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::support::{CatalogLookup, TestHub, study_fields};

    #[test]
    fn markets_are_alike_by_group_language_and_channels() {
        let hub = ["DE", "AT", "BR", "JP"].into_iter().fold(TestHub::new(), |hub, market| {
            let fields = study_fields(market, "email", "discount", "won", "");
            hub.case(&format!("{}/a", market.to_lowercase()), &fields)
        });
        let hub = hub.hub();
        let markets = &hub.backlog.market_similarity;
        let rows = [
            ("DE", "DE", true, true),
            ("DE", "AT", true, true),
            ("DE", "JP", false, false),
            ("DE", "BR", false, false),
            ("DE", "FR", false, false),
        ];
        for (a, b, similar, same_language) in rows {
            let (one, other) = (hub.catalog.market(a), hub.catalog.market(b));
            let score = markets.similarity(one, other);
            assert_eq!(score >= MIN_SIMILARITY, similar, "{a} {b}: {score}");
            assert!((score - markets.similarity(other, one)).abs() < 1e-9, "{a} {b}");
            assert_eq!(markets.shared_language(one, other).is_some(), same_language, "{a} {b}");
        }
        let germany = hub.catalog.market("DE");
        let alike = markets.similar_markets(&[germany]);
        assert_eq!(alike, [hub.catalog.market("AT"), germany]);
    }
}
