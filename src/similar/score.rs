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
//! **Score.** A resemblance means little by itself: in a crowd of like records everything is alike, and the best absolute
//! threshold of one hub is wrong in the next. So a pair is measured in steps above the crowd of each side,
//!
//! `above = ((s - level_a) / step_a + (s - level_b) / step_b) / 2` and `score = above / (above + half)`, 0 where `above` is
//! negative. `level_a` is the mean resemblance of a to its ten nearest in b's language, b left out, as in cross-domain similarity
//! local scaling (Conneau et al. 2018); `step_a` is how fast that falls from the first to the tenth, the scale of an exponential
//! tail as in the expected-chance-hits of sequence search (Karlin and Altschul 1990). Ten nearest of sixty lie deeper than ten of
//! six thousand, so the level is carried along the same tail to a hub of a thousand: `level = mean + step * ln(1000 / others)`.
//! That makes one threshold mean the same in hubs of any size.
//!
//! **Small languages.** Where a language has fewer than eleven records, each missing neighbour counts as the usual one (`usual`), and the
//! step is drawn to the usual step with the weight of `trust` neighbours. A text in a language that no record has is measured against the usual crowd.
//!
//! The weights were tuned by `benches/tune_similar.rs` on the two shared sets and the judged pairs of the sample hub; none that
//! it tries, moved by a tenth, a fifth or a quarter, does better there.

use crate::similar::feature::BLOCKS;

/// Everything that can be tuned.
#[derive(Debug, Clone)]
pub struct Weights {
    /// How much each block counts between two records of one language: words, pairs, concepts, terms of the record.
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
    /// The usual step of a crowd, and how many neighbours it weighs as much as.
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
    /// How many steps above the crowd make a score of one half.
    pub half: f32,
}

impl Mix {
    /// How much of the blocks' weight two records have in common: what neither could have had is not held against them.
    pub fn common(&self, blocks: u8) -> f32 {
        let total: f32 = self.share.iter().enumerate().filter(|(block, _)| blocks >> block & 1 == 1).map(|(_, share)| share).sum();
        total.max(self.share[0])
    }
}

impl Default for Weights {
    fn default() -> Self {
        Weights {
            home: Mix { share: [1.0, 0.8, 0.05, 0.24], damp: [0.0; BLOCKS], half: 4.7 },
            abroad: Mix { share: [1.0, 0.0, 0.72, 0.4], damp: [100.0, 0.0, 30.0, 0.0], half: 8.0 },
            at_odds: 0.6,
            template: 0.5,
            doubt: 10.0,
            usual: 0.06,
            step: 0.01,
            trust: 30.0,
        }
    }
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

    /// The score of two records that are this much alike, each seen against the crowd it stands in.
    pub fn score(&self, mix: &Mix, alike: f32, one: Crowd, other: Crowd) -> f32 {
        let above = ((alike - one.level) / one.step + (alike - other.level) / other.step) / 2.0;
        if above <= 0.0 || alike <= 0.0 { 0.0 } else { above / (above + mix.half) }
    }

    /// What the nearest records of somebody (best first) say about those it would have in a hub of `CROWDED` records.
    ///
    /// `others` is how many records they were chosen from.
    pub fn crowd(&self, nearest: impl Iterator<Item = f32>, others: usize) -> Crowd {
        let (mut count, mut sum, mut last) = (0.0_f32, 0.0_f32, 0.0_f32);
        for alike in nearest.take(NEAREST) {
            (count, sum, last) = (count + 1.0, sum + alike, alike);
        }
        let missing = NEAREST as f32 - count;
        let mean = (sum + missing * self.usual) / NEAREST as f32;
        let step = (sum - last * count + self.step * self.trust) / (count + self.trust);
        let deeper = CROWDED / others.max(NEAREST) as f32;
        Crowd { level: (mean + step * deeper.ln()).max(0.02), step }
    }
}

/// How many nearest records tell how crowded a neighbourhood is.
pub const NEAREST: usize = 10;

/// The size of hub in which all crowds are compared.
const CROWDED: f32 = 1_000.0;

/// How alike a record's nearest are, and how fast that falls from one to the next.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Crowd {
    /// The mean resemblance of the ten nearest in a hub of a thousand records.
    pub level: f32,
    /// By how much it falls when the crowd becomes e times as large.
    pub step: f32,
}
