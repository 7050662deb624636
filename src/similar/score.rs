//! Scores pairs of records: the formula, its weights and their sources.
//!
//! **Similarity.** A record is a sparse tf-idf vector in five blocks: words (stems, numbers, names, parts of compound names; a mention in
//! the title counts 2, in summary, hypothesis, audience and product 1.5), word bigrams, concepts
//! (phrases of the glossary and of the vocabularies, in any language), terms in front matter, and
//! the words and concepts of the hypothesis. The weight of a feature is `(1 + ln count) * -ln
//! share`, where `share` is the share of records in its language that have it (for concepts and
//! terms: of all records); a feature with a share above `max_share` has weight 0 (Salton and
//! Buckley 1988; for smoothing see `inverse_document_frequency`). Each block is normalised to its
//! block weight, so that the dot product of two vectors is a weighted sum of cosine similarities.
//! For two records that state tactics and share none it is multiplied by `disjoint_tactics_factor`.
//!
//! Across languages only words that other languages have too (names, numbers, loan words) are
//! compared, so that words which cannot match do not lower the similarity; concepts match in any
//! language.
//!
//! **Score.** Within a language a pair is ranked by its similarity; the density of the neighbourhoods of its two records changes it by
//! a factor of at most [`MAX_CORRECTION`], so that of two records the one that is more similar by
//! that factor always ranks first:
//!
//! `corrected = similarity * correction(a) * correction(b)`, `above = (corrected - level) /
//! tail_scale`, `score = p / (p + half)` with `p = ln(1 + e^above)`, which is strictly increasing.
//! `level` and `tail_scale` are those of the hub (see `background`), `correction` is the square
//! root of the hub's mean divided by the record's own, clamped.
//!
//! Across languages, where the comparable features differ from pair to pair, the similarity `s` is
//! measured in tail scales above the level of each record: `above = ((s - level_a) / tail_scale_a +
//! (s - level_b) / tail_scale_b) / 2`, and `score = above / (above + half)`, 0 where that is
//! negative.
//!
//! **Flag.** A pair whose score reaches the hub's threshold is flagged if its similarity is also [`MIN_STEPS_ABOVE_BACKGROUND`] tail
//! scales above the level, on average of both records; in a dense neighbourhood no pair is. Across
//! languages the score already measures that; there the texts must have something in common besides
//! the terms of the records ([`MIN_CROSS_LANGUAGE_TEXT`]).
//!
//! The weights were tuned by `benches/tune_similar.rs` on the two shared sets and the judged pairs
//! of the sample hub; changing one of them by the factors that it tries (0.8, 0.9, 1.1, 1.25) gives
//! no better result.

use crate::similar::background::{Background, HubBackground, LanguageRelation, Prior};
use crate::similar::feature::BLOCK_COUNT;

/// All parameters of the similarity and of the score, which were tuned together.
#[derive(Debug, Clone)]
pub struct Weights {
    /// Block weights for two records in one language.
    pub same_language: BlockWeights,
    /// Block weights across languages, where only words that both languages have can match.
    pub cross_language: BlockWeights,
    /// Factor, 0 to 1, for the similarity of two records that state tactics and share none.
    pub disjoint_tactics_factor: f32,
    /// Features in more than this share of the records, 0 to 1, have weight 0.
    pub max_share: f32,
    /// Pseudo-count: the number of records of a language that the share of a feature in other
    /// languages weighs as much as.
    pub share_pseudo_count: f32,
    /// See `Prior::level`.
    pub prior_level: f32,
    /// See `Prior::tail_scale`.
    pub prior_tail_scale: f32,
    /// See `Prior::tail_pseudo_count`.
    pub tail_pseudo_count: f32,
}

/// How much each block of features weighs in a similarity, by `Block`, how it is damped, and the
/// steps above the background that give a score of 0.5.
#[derive(Debug, Clone, Copy)]
pub struct BlockWeights {
    /// Weight of each block.
    pub weight: [f32; BLOCK_COUNT],
    /// Added to the squared length of each block before it is normalised, so that a single shared
    /// concept gives no high similarity.
    pub damping: [f32; BLOCK_COUNT],
    /// The value of `above` (of `p` within a language) that gives a score of 0.5.
    pub half: f32,
}

impl BlockWeights {
    /// Sum of the weights of the blocks in a bit mask, at least that of the words. Similarities are
    /// divided by it, so that a block which one of the records lacks does not lower them.
    pub fn shared_weight(&self, block_mask: u8) -> f32 {
        let total: f32 = self
            .weight
            .iter()
            .enumerate()
            .filter(|(block, _)| block_mask >> block & 1 == 1)
            .map(|(_, weight)| weight)
            .sum();
        total.max(self.weight[0])
    }
}

/// The largest factor, and the reciprocal of the smallest, by which the neighbourhoods of a pair
/// change its similarity.
pub const MAX_CORRECTION: f32 = 1.25;

/// The least distance of a flagged pair from the background level, in tail scales, on average of
/// both records.
pub const MIN_STEPS_ABOVE_BACKGROUND: f32 = 7.0;

/// The least similarity of the texts of a flagged pair across languages, without the terms in front
/// matter, in units of `BlockWeights::weight`. Shared tactics, channels and objectives alone are
/// too common to flag a pair.
pub const MIN_CROSS_LANGUAGE_TEXT: f32 = 0.14;

impl Default for Weights {
    fn default() -> Self {
        Weights {
            same_language: BlockWeights {
                weight: [1.0, 0.72, 0.044, 0.24, 0.25],
                damping: [0.0; BLOCK_COUNT],
                half: 3.5,
            },
            cross_language: BlockWeights {
                weight: [1.0, 0.0, 0.64, 0.44, 0.26],
                damping: [130.0, 0.0, 30.0, 0.0, 15.0],
                half: 9.2,
            },
            disjoint_tactics_factor: 0.6,
            max_share: 0.5,
            share_pseudo_count: 9.0,
            prior_level: 0.06,
            prior_tail_scale: 0.01,
            tail_pseudo_count: 30.0,
        }
    }
}

/// One record of a pair with its background among the records in the language of the other, and
/// with the background of the hub.
#[derive(Debug, Clone, Copy)]
pub struct PairSide<'a> {
    /// Its nearest unrelated records.
    pub background: &'a Background,
    /// What unrelated records reach in the whole hub.
    pub hub: HubBackground,
}

/// The score of two records, and whether their similarity stands out from the background.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct PairScore {
    /// Similarity score, 0 to 1.
    pub score: f32,
    /// Whether the similarity is far above the background; always true across languages, where the
    /// score measures that.
    pub stands_out: bool,
}

impl Weights {
    /// Weight of a feature by its count in a document (sublinear term frequency): `1 + ln count`,
    /// at least 0.1.
    pub fn term_frequency(&self, count: f32) -> f32 {
        (1.0 + count.max(0.3).ln()).max(0.1)
    }

    /// Inverse document frequency: `-ln` of the share of records that have a feature; 0 where the
    /// share is above `max_share`.
    ///
    /// `here` of `size` records in the language and `there` of `others` records in other languages
    /// have it. The share in the language is smoothed towards that in other languages with
    /// `share_pseudo_count`, because shares in small groups are unreliable.
    pub fn inverse_document_frequency(&self, here: f32, size: f32, there: f32, others: f32) -> f32 {
        let elsewhere =
            (there + 0.02 * self.share_pseudo_count) / (others + self.share_pseudo_count);
        let share = (here + self.share_pseudo_count * elsewhere) / (size + self.share_pseudo_count);
        if share > self.max_share { 0.0 } else { -share.ln() }
    }

    /// The prior for the backgrounds of records that have too few neighbours.
    pub fn prior(&self) -> Prior {
        Prior {
            level: self.prior_level,
            tail_scale: self.prior_tail_scale,
            tail_pseudo_count: self.tail_pseudo_count,
        }
    }

    /// The score of two records with this similarity, by one of two formulas: for records in one
    /// language, or in two.
    pub fn score_pair(
        &self,
        relation: LanguageRelation,
        similarity: f32,
        one: PairSide,
        other: PairSide,
    ) -> PairScore {
        match relation {
            LanguageRelation::SameLanguage => self.score_same_language(similarity, one, other),
            LanguageRelation::CrossLanguage => self.score_cross_language(similarity, one, other),
        }
    }

    /// The score of two records in one language: their similarity, corrected for the density of
    /// both neighbourhoods, above the level of the hub; the pair stands out from
    /// [`MIN_STEPS_ABOVE_BACKGROUND`] steps on.
    fn score_same_language(&self, similarity: f32, one: PairSide, other: PairSide) -> PairScore {
        let HubBackground { level, tail_scale, .. } = one.hub;
        let corrected =
            similarity * self.neighbourhood_correction(one) * self.neighbourhood_correction(other);
        let above = softplus((corrected - level) / tail_scale);
        let stands_out =
            self.steps_above_background(LanguageRelation::SameLanguage, similarity, one, other)
                >= MIN_STEPS_ABOVE_BACKGROUND;
        PairScore { score: above / (above + self.same_language.half), stands_out }
    }

    /// The score of two records in two languages: their similarity above the backgrounds of both,
    /// in tail scales, mapped to 0 to 1; the pair always stands out.
    fn score_cross_language(&self, similarity: f32, one: PairSide, other: PairSide) -> PairScore {
        let above =
            self.steps_above_background(LanguageRelation::CrossLanguage, similarity, one, other);
        let score = if above <= 0.0 || similarity <= 0.0 {
            0.0
        } else {
            above / (above + self.cross_language.half)
        };
        PairScore { score, stands_out: true }
    }

    /// Number of tail scales by which a similarity is above the background level, on average of
    /// both records; negative where it is below. The pair itself does not count in either
    /// background, and `relation` chooses the caps on the levels, see [`HubBackground::limit`].
    fn steps_above_background(
        &self,
        relation: LanguageRelation,
        similarity: f32,
        one: PairSide,
        other: PairSide,
    ) -> f32 {
        let steps = |side: PairSide| {
            let estimate = side
                .hub
                .limit(side.background.estimate_without(similarity, &self.prior()), relation);
            (similarity - estimate.level) / estimate.tail_scale
        };
        (steps(one) + steps(other)) / 2.0
    }

    /// Factor by which the neighbourhood of one record corrects the similarity of a pair: above 1
    /// where it is sparser than the hub's median, below 1 where it is denser.
    fn neighbourhood_correction(&self, side: PairSide) -> f32 {
        let own = side.background.estimate(&self.prior()).mean.max(f32::EPSILON);
        let most = MAX_CORRECTION.sqrt();
        (side.hub.mean / own).sqrt().clamp(most.recip(), most)
    }
}

/// `ln(1 + e^value)`: strictly increasing, and nearly `value` for large values.
fn softplus(value: f32) -> f32 {
    if value > 20.0 { value } else { value.exp().ln_1p() }
}
