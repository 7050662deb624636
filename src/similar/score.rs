//! The score in one place: its formula, its weights and where both come from.

use crate::similar::feature::BLOCKS;

/// Everything that can be tuned.
#[derive(Debug, Clone)]
pub struct Weights {
    /// How much each block counts: words, pairs, concepts, terms of the record.
    pub block: [f32; BLOCKS],
    /// How much a word counts in the length of a record when no other record has it.
    pub unique: f32,
    /// Features in more than this share of the records say nothing.
    pub template: f32,
    /// How many records of a language weigh as much as what other languages say of a word.
    pub doubt: f32,
    /// The resemblance that is taken for granted between any two records of one language, and of two.
    pub floor: [f32; 2],
}

impl Default for Weights {
    fn default() -> Self {
        Weights { block: [1.0, 0.4, 0.4, 0.4], unique: 0.5, template: 0.5, doubt: 10.0, floor: [0.05, 0.03] }
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

    /// How much of the blocks' weight two records have in common: what neither could have had is not held against them.
    pub fn common(&self, blocks: u8) -> f32 {
        let total: f32 = self.block.iter().enumerate().filter(|(block, _)| blocks >> block & 1 == 1).map(|(_, weight)| weight).sum();
        total.max(self.block[0])
    }

    /// The score of two records: their resemblance against that of each to its ten nearest others in the other's language.
    pub fn score(&self, alike: f32, near_a: f32, near_b: f32) -> f32 {
        if alike <= 0.0 { 0.0 } else { alike / (alike + near_a) * (alike / (alike + near_b)) }
    }
}
