//! Estimates the background of a record: the similarity that unrelated records reach by chance.
//!
//! A similarity means little by itself, because in a dense neighbourhood all records are similar.
//! It is therefore compared with the similarity of the nearest *unrelated* records, as in local
//! scaling (Zelnik-Manor and Perona 2004) and cross-domain similarity local scaling (Conneau et al.
//! 2018). Both methods take the ten nearest neighbours. Where one experiment was run in ten
//! markets, those are its relatives (records of the same experiment), and the correction would hide
//! the pairs to be found. Three rules keep relatives out:
//!
//! - **Gap.** In the list of nearest neighbours relatives come first; the background starts after the last gap, where a similarity is at
//!   least `MIN_GAP_RATIO` times the next one.
//! - **Level of the hub.** Where the list has no gap, the level of a record is limited to `MAX_LEVEL_RATIO` times that of the hub, which is
//!   the lower quartile over a sample of its records; so up to three quarters of a hub may be one family without an effect on it.
//! - **Ceiling.** Neither level exceeds a fixed number, so that pairs are found in a hub that is one family.
//!
//! Across languages up to `MAX_KEPT_COUNTERPARTS` relatives stay in the background: with the
//! similarity of its counterpart in the other language as background, a translation can be
//! distinguished from a text on the same subject.
//!
//! Limitation: the estimate fails for a family without a gap between relatives and unrelated
//! records, in a hub where more than three quarters of the records belong to such families. Only
//! [`crate::similar::same_experiment`] finds such pairs; it uses no statistics.

/// Number of nearest unrelated records whose similarities a background is estimated from.
pub const BACKGROUND_SIZE: usize = 10;

/// Number of nearest neighbours of a record among which its relatives, the records of the same
/// experiment, are told from unrelated ones.
pub const SEARCH_DEPTH: usize = 32;

/// The least ratio of a similarity to the next in the list of nearest neighbours at which there is
/// a gap, which separates relatives from unrelated records.
const MIN_GAP_RATIO: f32 = 2.6;

/// Lower bound of similarities when gaps are computed, and of background levels; below it
/// differences are noise.
const MIN_SIMILARITY: f32 = 0.03;

/// The largest ratio of a record's background level to that of the hub; a higher level is lowered
/// to it.
const MAX_LEVEL_RATIO: f32 = 2.0;

/// The most relatives in another language that count as background: with its counterpart in the
/// background, a translation can be told from a text on the same subject.
const MAX_KEPT_COUNTERPARTS: usize = 1;

/// The highest background level of one record within a language, 0 to 1; a higher one is lowered to
/// it.
const MAX_LEVEL: f32 = 0.2;

/// The highest background level of one record across languages, 0 to 1; a higher one is lowered to
/// it.
const MAX_CROSS_LANGUAGE_LEVEL: f32 = 0.3;

/// The highest background level of a whole hub, 0 to 1, so that pairs are found in a hub that is
/// one family.
const MAX_HUB_LEVEL: f32 = 0.15;

/// Number of records to which background levels are extrapolated. The ten nearest of 60 records are
/// less similar than the ten nearest of 6,000, so the level is moved along the exponential tail to
/// what it would be in a hub of this size.
const REFERENCE_HUB_SIZE: f32 = 1_000.0;

/// The most records whose backgrounds are sampled to estimate the background of the hub.
const MAX_SAMPLE: usize = 512;

/// The numbers by which the background of a record is found, for a browser: [`SEARCH_DEPTH`], `MIN_GAP_RATIO`, `MIN_SIMILARITY`,
/// `REFERENCE_HUB_SIZE`, `MAX_LEVEL_RATIO`, `MAX_CROSS_LANGUAGE_LEVEL` and `MAX_KEPT_COUNTERPARTS`.
pub fn rules() -> [f32; 7] {
    [
        SEARCH_DEPTH as f32,
        MIN_GAP_RATIO,
        MIN_SIMILARITY,
        REFERENCE_HUB_SIZE,
        MAX_LEVEL_RATIO,
        MAX_CROSS_LANGUAGE_LEVEL,
        MAX_KEPT_COUNTERPARTS as f32,
    ]
}

/// Whether two records are compared within a language or across languages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LanguageRelation {
    /// Both are in one language.
    SameLanguage,
    /// They are in two languages.
    CrossLanguage,
}

impl LanguageRelation {
    /// `SameLanguage` where two records are in one language, else `CrossLanguage`.
    pub fn from_is_same(is_same: bool) -> LanguageRelation {
        if is_same { LanguageRelation::SameLanguage } else { LanguageRelation::CrossLanguage }
    }
}

/// The expected background of a record, which stands in for the unrelated records that a small
/// language group lacks.
#[derive(Debug, Clone, Copy)]
pub struct Prior {
    /// Expected similarity of an unrelated record among the ten nearest, 0 to 1.
    pub level: f32,
    /// Expected `BackgroundEstimate::tail_scale`.
    pub tail_scale: f32,
    /// Pseudo-count: the number of neighbours that the expected tail scale weighs as much as.
    pub tail_pseudo_count: f32,
}

/// The similarities of a record's nearest unrelated records in one language group.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Background {
    /// Similarities, descending; one more than are used, in case one of them is left out.
    similarities: [f32; BACKGROUND_SIZE + 1],
    /// Number of valid elements of `similarities`.
    known: u8,
    /// Number of unrelated records that they are the nearest of.
    population: u32,
}

/// The similarity that unrelated records reach beside one record, estimated from its `Background`,
/// and how fast it falls in a smaller hub.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BackgroundEstimate {
    /// Mean similarity of the ten nearest unrelated records.
    pub mean: f32,
    /// The mean extrapolated to a hub of 1,000 records.
    pub level: f32,
    /// Scale of the exponential tail: how much the mean falls when the hub becomes smaller by a
    /// factor of e, as for chance hits in sequence search (Karlin and Altschul 1990).
    pub tail_scale: f32,
}

impl Background {
    /// The background of a record from the similarities, descending, of the [`SEARCH_DEPTH`]
    /// nearest of `population` records; all records outside a shorter list have similarity 0.
    pub fn from_nearest(
        nearest: &[f32],
        population: usize,
        relation: LanguageRelation,
    ) -> Background {
        let nearest = &nearest[..nearest.len().min(SEARCH_DEPTH)];
        let is_complete = nearest.len() < SEARCH_DEPTH && nearest.len() < population;
        let relatives = match (count_relatives(nearest, is_complete), relation) {
            (few, LanguageRelation::CrossLanguage) if few <= MAX_KEPT_COUNTERPARTS => 0,
            (count, _) => count,
        };
        let unrelated = &nearest[relatives..];
        let known = unrelated.len().min(BACKGROUND_SIZE + 1) as u8;
        let mut background = Background {
            similarities: [0.0; BACKGROUND_SIZE + 1],
            known,
            population: population.saturating_sub(relatives) as u32,
        };
        background
            .similarities
            .iter_mut()
            .zip(unrelated)
            .for_each(|(slot, similarity)| *slot = *similarity);
        background
    }

    /// The background of a document in a language that no record is in; its estimate is the prior.
    pub fn unknown() -> Background {
        Background { similarities: [0.0; BACKGROUND_SIZE + 1], known: 0, population: 0 }
    }

    /// The background estimate from the ten nearest unrelated records.
    pub fn estimate(&self, prior: &Prior) -> BackgroundEstimate {
        let known = usize::from(self.known).min(BACKGROUND_SIZE);
        self.estimate_from(self.similarities[..known].iter().copied(), prior)
    }

    /// The background estimate without one record of this similarity, where it is among the ten, so
    /// that a pair is not part of its own background.
    pub fn estimate_without(&self, similarity: f32, prior: &Prior) -> BackgroundEstimate {
        let known = &self.similarities[..usize::from(self.known)];
        match known.iter().position(|other| *other <= similarity) {
            Some(0) if known[0] < similarity => self.estimate(prior),
            Some(position) => {
                let rest = known
                    .iter()
                    .enumerate()
                    .filter(|(at, _)| *at != position)
                    .map(|(_, similarity)| *similarity);
                self.estimate_from(rest.take(BACKGROUND_SIZE), prior)
            }
            None => self.estimate(prior),
        }
    }

    /// The background estimate from at most ten similarities, descending; where there are fewer,
    /// the level of `prior` takes the place of those that are missing.
    fn estimate_from(
        &self,
        nearest: impl Iterator<Item = f32>,
        prior: &Prior,
    ) -> BackgroundEstimate {
        let (mut count, mut sum, mut last) = (0.0_f32, 0.0_f32, 0.0_f32);
        for similarity in nearest {
            (count, sum, last) = (count + 1.0, sum + similarity, similarity);
        }
        let missing = BACKGROUND_SIZE as f32 - count;
        let mean = (sum + missing * prior.level) / BACKGROUND_SIZE as f32;
        let tail_scale = (sum - last * count + prior.tail_scale * prior.tail_pseudo_count)
            / (count + prior.tail_pseudo_count);
        let size_ratio = REFERENCE_HUB_SIZE / (self.population as f32).max(BACKGROUND_SIZE as f32);
        BackgroundEstimate {
            mean,
            level: (mean + tail_scale * size_ratio.ln()).max(MIN_SIMILARITY),
            tail_scale,
        }
    }
}

/// Number of relatives at the start of a list of similarities, descending: those before the last
/// gap of at least [`MIN_GAP_RATIO`], 0 without a gap. The last gap counts, because copies,
/// rewordings and unrelated records are separated by two gaps; `is_complete` says that records
/// outside the list have similarity 0.
fn count_relatives(nearest: &[f32], is_complete: bool) -> usize {
    let following = nearest.iter().skip(1).copied().chain(is_complete.then_some(0.0));
    let gaps =
        nearest.iter().zip(following).enumerate().filter(|(_, (similarity, next))| {
            **similarity >= MIN_GAP_RATIO * next.max(MIN_SIMILARITY)
        });
    gaps.last().map_or(0, |(at, _)| at + 1)
}

/// The similarity that unrelated records reach in the whole hub.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct HubBackground {
    /// Lower quartile of the levels of its records.
    pub level: f32,
    /// Median of their tail scales.
    pub tail_scale: f32,
    /// Median of their means.
    pub mean: f32,
}

impl HubBackground {
    /// The background of a hub from the estimates of a sample of its records; that of the prior
    /// where the sample is empty.
    pub fn from_sample(mut sample: Vec<BackgroundEstimate>, prior: &Prior) -> HubBackground {
        if sample.is_empty() {
            sample.push(Background::unknown().estimate(prior));
        }
        let mut quantile =
            |numerator: usize, denominator: usize, of: fn(&BackgroundEstimate) -> f32| {
                let at = (sample.len() * numerator / denominator).min(sample.len() - 1);
                of(sample.select_nth_unstable_by(at, |a, b| of(a).total_cmp(&of(b))).1)
            };
        HubBackground {
            level: quantile(1, 4, |estimate| estimate.level).min(MAX_HUB_LEVEL),
            tail_scale: quantile(1, 2, |estimate| estimate.tail_scale),
            mean: quantile(1, 2, |estimate| estimate.mean),
        }
    }

    /// The background estimate of one record with its level limited to `MAX_LEVEL_RATIO` times that
    /// of the hub, and to `MAX_LEVEL` within a language or `MAX_CROSS_LANGUAGE_LEVEL` across
    /// languages. Within a language a limited estimate takes the tail scale of the hub too.
    pub fn limit(
        &self,
        estimate: BackgroundEstimate,
        relation: LanguageRelation,
    ) -> BackgroundEstimate {
        let highest = MAX_LEVEL_RATIO * self.level;
        match relation {
            LanguageRelation::SameLanguage if estimate.level > highest.min(MAX_LEVEL) => {
                BackgroundEstimate {
                    level: highest.min(MAX_LEVEL),
                    tail_scale: self.tail_scale,
                    ..estimate
                }
            }
            LanguageRelation::CrossLanguage => BackgroundEstimate {
                level: estimate.level.min(highest).min(MAX_CROSS_LANGUAGE_LEVEL),
                ..estimate
            },
            LanguageRelation::SameLanguage => estimate,
        }
    }
}

/// Numbers of the records whose backgrounds the background of the hub is estimated from: all of a
/// small hub, at most 512 evenly spaced ones of a large hub.
pub fn sample_records(records: usize) -> impl Iterator<Item = u32> {
    let step = records.div_ceil(MAX_SAMPLE).max(1);
    (0..records).step_by(step).map(|at| at as u32)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PRIOR: Prior = Prior { level: 0.06, tail_scale: 0.01, tail_pseudo_count: 30.0 };

    /// Similarities of this many relatives, followed by those of unrelated records, which fall
    /// slowly.
    fn list(relatives: usize) -> Vec<f32> {
        let unrelated = (0..40).map(|at| 0.06 - 0.001 * at as f32);
        (0..relatives)
            .map(|at| 0.6 - 0.01 * at as f32)
            .chain(unrelated)
            .take(SEARCH_DEPTH)
            .collect()
    }

    fn background(relatives: usize) -> Background {
        Background::from_nearest(&list(relatives), 1_000, LanguageRelation::SameLanguage)
    }

    #[test]
    fn relatives_do_not_move_the_background() {
        let alone = background(0).estimate(&PRIOR);
        for family in [1, 2, 5, 11, 21] {
            let estimate = background(family).estimate(&PRIOR);
            assert!(
                (estimate.level - alone.level).abs() < 1e-3,
                "{family} relatives: {estimate:?}, {alone:?}"
            );
        }
    }

    #[test]
    fn a_record_with_only_relatives_takes_the_level_of_the_hub() {
        let hub = HubBackground::from_sample(vec![background(0).estimate(&PRIOR); 8], &PRIOR);
        let surrounded = background(40).estimate(&PRIOR);
        assert!(surrounded.level > 0.3);
        assert!(hub.limit(surrounded, LanguageRelation::SameLanguage).level <= 2.0 * hub.level);
    }

    #[test]
    fn a_family_of_most_of_the_hub_does_not_move_its_level() {
        let mut estimates = vec![background(0).estimate(&PRIOR); 30];
        let alone = HubBackground::from_sample(estimates.clone(), &PRIOR).level;
        estimates.extend(vec![background(40).estimate(&PRIOR); 70]);
        assert!((HubBackground::from_sample(estimates, &PRIOR).level - alone).abs() < 1e-6);
    }

    #[test]
    fn a_pair_is_not_part_of_its_own_background() {
        let nearest = [0.09, 0.08, 0.07, 0.06, 0.06, 0.06, 0.06, 0.06, 0.06, 0.06, 0.05];
        let background = Background::from_nearest(&nearest, 11, LanguageRelation::SameLanguage);
        let without = background.estimate_without(0.08, &PRIOR);
        assert!(
            (without.mean - (0.09 + 0.07 + 7.0 * 0.06 + 0.05) / 10.0).abs() < 1e-6,
            "{without:?}"
        );
        assert_eq!(
            background.estimate_without(0.5, &PRIOR),
            background.estimate(&PRIOR),
            "a relative is not in it"
        );
    }
}
