//! The score in one place: its formula, its weights and where both come from.
//!
//! **Resemblance.** A record is a sparse vector in four blocks: words (stems, numbers, names, parts of compound names; a mention in
//! the title counts twice, in summary, hypothesis, audience and product one and a half times), pairs of neighbouring words, concepts
//! (phrases of the glossary and of the vocabularies, in any language) and the terms of the structured record. Each entry is
//! `(1 + ln count) * -ln share`, where `share` is the share of records of its language that have it (concepts and terms: of all
//! records); a share above one half is a template and counts nothing (Salton and Buckley 1988; small groups are drawn to what other
//! languages say, see `rarity`). Each block is brought to the length of its weight, so that the product of two vectors is a
//! weighted sum of cosines. Two records that state tactics and share none keep `at_odds` of it.
//!
//! Between two languages only words that other languages have too (names, numbers, loan words) are compared, so that what
//! cannot meet is not held against a pair, and concepts carry the rest.
//!
//! **Score.** Inside one language a pair is ranked by its resemblance; how crowded the neighbourhoods of its two records are moves it by
//! at most [`SWAY`], so that who resembles a record a quarter more than another never stands behind it:
//!
//! `corrected = resemblance * sway(a) * sway(b)`, `above = (corrected - level) / step`, `score = p / (p + half)` with
//! `p = ln(1 + e^above)`, which grows with `above` everywhere. `level` and `step` are those of the hub (see `background`), `sway` is the root
//! of the hub's mean over the record's own, kept within bounds.
//!
//! Between two languages, where what can be compared differs from pair to pair, it is measured in steps above the level of each side:
//! `above = ((s - level_a) / step_a + (s - level_b) / step_b) / 2`, and `score = above / (above + half)`, 0 where that is negative.
//!
//! **Flag.** A pair whose score reaches the hub's threshold is flagged if it also stands out from what unrelated records reach on both
//! sides: by [`STANDS_OUT`] steps, on average. In a crowd of like records much is alike and nothing stands out. Between two languages the
//! score says that already; there the texts must have something in common beside the terms of the records ([`SAID_ACROSS`]).
//!
//! The weights were tuned by `benches/tune_similar.rs` on the two shared sets and the judged pairs of the sample hub; none that
//! it tries, moved by a tenth, a fifth or a quarter, does better there.

use crate::similar::background::{Background, Between, HubLevel, Prior};
use crate::similar::feature::BLOCKS;

/// Everything that can be tuned.
#[derive(Debug, Clone)]
pub struct Weights {
    /// How much each block counts between two records of one language: words, pairs, concepts, terms of the record, its question.
    pub home: Mix,
    /// The same between two languages, where only words that both languages have can meet.
    pub abroad: Mix,
    /// What is left of the resemblance of two records that state tactics and share none.
    pub at_odds: f32,
    /// Features in more than this share of the records say nothing.
    pub template: f32,
    /// How many records of a language weigh as much as what other languages say of a word.
    pub doubt: f32,
    /// What stands for each of the ten nearest that a small group lacks.
    pub usual: f32,
    /// The usual step of a background, and how many neighbours it weighs as much as.
    pub step: f32,
    /// See `step`.
    pub trust: f32,
}

/// How much each block counts, and what is added to its squared length so that a single shared concept is no proof.
#[derive(Debug, Clone, Copy)]
pub struct Mix {
    /// By block.
    pub share: [f32; BLOCKS],
    /// By block.
    pub damp: [f32; BLOCKS],
    /// How many steps above the background make a score of one half.
    pub half: f32,
}

impl Mix {
    /// How much of the blocks' weight two records have in common: what neither could have had is not held against them.
    pub fn common(&self, blocks: u8) -> f32 {
        let total: f32 = self.share.iter().enumerate().filter(|(block, _)| blocks >> block & 1 == 1).map(|(_, share)| share).sum();
        total.max(self.share[0])
    }
}

/// The most that the neighbourhoods of a pair may change its place in a list: who resembles a record so many times as much as another
/// comes first.
pub const SWAY: f32 = 1.25;

/// How many steps above the background of both sides a pair stands out.
pub const STANDS_OUT: f32 = 7.0;

/// How much two records of two languages must have in common beside their terms to be flagged, in the same measure as `Mix::share`: a
/// tactic, a channel and an objective are shared by many and are no proof.
pub const SAID_ACROSS: f32 = 0.14;

impl Default for Weights {
    fn default() -> Self {
        Weights {
            home: Mix { share: [1.0, 0.72, 0.044, 0.24, 0.25], damp: [0.0; BLOCKS], half: 3.5 },
            abroad: Mix { share: [1.0, 0.0, 0.64, 0.44, 0.26], damp: [130.0, 0.0, 30.0, 0.0, 15.0], half: 9.2 },
            at_odds: 0.6,
            template: 0.5,
            doubt: 9.0,
            usual: 0.06,
            step: 0.01,
            trust: 30.0,
        }
    }
}

/// One side of a pair: its background among the records of the other's language.
#[derive(Debug, Clone, Copy)]
pub struct Side<'a> {
    /// The nearest unrelated records.
    pub background: &'a Background,
    /// What strangers reach in the whole hub.
    pub hub: HubLevel,
}

/// What a comparison comes to.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Comparison {
    /// 0 to 1.
    pub score: f32,
    /// Whether the pair stands out from what unrelated records reach.
    pub stands_out: bool,
}

impl Weights {
    /// How much a number of mentions counts: sublinear.
    pub fn count(&self, count: f32) -> f32 {
        (1.0 + count.max(0.3).ln()).max(0.1)
    }

    /// How much a feature says by being rare: the logarithm of the share of records that have it.
    ///
    /// `here` of `size` records in its own language and `there` of `others` elsewhere have it. A small group says little about
    /// what is frequent in its language, so its share is drawn towards that of the others.
    pub fn rarity(&self, here: f32, size: f32, there: f32, others: f32) -> f32 {
        let elsewhere = (there + 0.02 * self.doubt) / (others + self.doubt);
        let share = (here + self.doubt * elsewhere) / (size + self.doubt);
        if share > self.template { 0.0 } else { -share.ln() }
    }

    /// What stands for unrelated records that a small group lacks.
    pub fn prior(&self) -> Prior {
        Prior { level: self.usual, step: self.step, trust: self.trust }
    }

    /// How two records compare that are this much alike.
    pub fn compare(&self, between: Between, alike: f32, one: Side, other: Side) -> Comparison {
        match between {
            Between::OneLanguage => self.within_language(alike, one, other),
            Between::TwoLanguages => self.across_languages(alike, one, other),
        }
    }

    fn within_language(&self, alike: f32, one: Side, other: Side) -> Comparison {
        let HubLevel { level, step, .. } = one.hub;
        let corrected = alike * self.sway(one) * self.sway(other);
        let above = softplus((corrected - level) / step);
        Comparison { score: above / (above + self.home.half), stands_out: self.above(Between::OneLanguage, alike, one, other) >= STANDS_OUT }
    }

    fn across_languages(&self, alike: f32, one: Side, other: Side) -> Comparison {
        let above = self.above(Between::TwoLanguages, alike, one, other);
        let score = if above <= 0.0 || alike <= 0.0 { 0.0 } else { above / (above + self.abroad.half) };
        Comparison { score, stands_out: true }
    }

    /// How many steps above the background of both sides, on average.
    fn above(&self, between: Between, alike: f32, one: Side, other: Side) -> f32 {
        let steps = |side: Side| {
            let estimate = side.hub.limit(side.background.estimate_without(alike, &self.prior()), between);
            (alike - estimate.level) / estimate.step
        };
        (steps(one) + steps(other)) / 2.0
    }

    /// What the neighbourhood of one side makes of a resemblance: more where others are less alike than usual.
    fn sway(&self, side: Side) -> f32 {
        let own = side.background.estimate(&self.prior()).mean.max(f32::EPSILON);
        let most = SWAY.sqrt();
        (side.hub.mean / own).sqrt().clamp(most.recip(), most)
    }
}

/// Grows with its argument everywhere, and is the argument where that is large.
fn softplus(value: f32) -> f32 {
    if value > 20.0 { value } else { value.exp().ln_1p() }
}
