//! The background of a record: what unrelated records reach by chance, however many relatives it has.
//!
//! A resemblance means little by itself: in a crowd of like records everything is alike. So it is held against what the nearest
//! *unrelated* records reach, as in local scaling (Zelnik-Manor and Perona 2004) and cross-domain similarity local scaling (Conneau
//! et al. 2018). Both take the ten nearest; where one experiment stands in ten markets, these are its own relatives, and the
//! correction erases what it is to find. Three things keep relatives out:
//!
//! - **The gap.** In the list of the nearest, relatives come first and the background begins behind the last gap that is at least
//!   `GAP` wide.
//! - **The hub's level.** Where there is no gap within the list, a record's level may not exceed `MOST_CROWDED` times that of the
//!   hub, which is the lower quartile of the levels of a sample of its records: three quarters of a hub may be one family before it
//!   moves.
//! - **The ceiling.** Neither level exceeds a fixed number, so that a hub that is one family does not silence itself.
//!
//! Between two languages up to `FEW` relatives stay in the background: there a record's own counterpart is what tells a translation
//! from a text on the same subject, and so few do not hide one another.
//!
//! What breaks it: a family whose members fade into strangers without a gap, in a hub where more than three quarters of the records
//! belong to such families. Then only [`crate::similar::same`], which knows no statistics of the hub, still tells.

/// How many unrelated records tell the background.
pub const NEAREST: usize = 10;

/// How many nearest are looked at to tell relatives from background.
pub const DEPTH: usize = 32;

/// How many times as much as the next the last relative resembles a record.
const GAP: f32 = 2.6;

/// Resemblances below this say nothing any more, so no gap is seen among them.
const FAINT: f32 = 0.03;

/// How many times the hub's level the level of one record may be.
const MOST_CROWDED: f32 = 2.0;

/// How many relatives between two languages stay in the background.
const FEW: usize = 1;

/// The highest level of one record inside one language: above it nobody is a stranger.
const HIGHEST: f32 = 0.2;

/// The same between two languages.
const HIGHEST_ACROSS: f32 = 0.3;

/// The highest level of a hub.
const HIGHEST_OF_HUB: f32 = 0.15;

/// The size of hub in which all backgrounds are compared: ten nearest of sixty lie deeper than ten of six thousand, so the level is
/// carried along the tail to a hub of a thousand.
const COMPARED_AT: f32 = 1_000.0;

/// How many records tell the hub's level, at most.
const SAMPLE: usize = 512;

/// Whether two records are compared by the words of their own language, or by what two languages share.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Between {
    /// Inside one language.
    OneLanguage,
    /// Between two.
    TwoLanguages,
}

impl Between {
    /// Two records whose languages are the same or not.
    pub fn of(is_one_language: bool) -> Between {
        if is_one_language { Between::OneLanguage } else { Between::TwoLanguages }
    }
}

/// What stands for unrelated records that a small group lacks.
#[derive(Debug, Clone, Copy)]
pub struct Prior {
    /// The usual resemblance of an unrelated record among the ten nearest, 0 to 1.
    pub level: f32,
    /// The usual step.
    pub step: f32,
    /// How many neighbours the usual step weighs as much as.
    pub trust: f32,
}

/// The nearest unrelated records of a record in one language.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Background {
    /// Their resemblances, best first, of which the first `known` are there: ten, and one more for where one of the ten is left out.
    nearest: [f32; NEAREST + 1],
    known: u8,
    /// How many records they were chosen from.
    others: u32,
}

/// What a background comes to.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Estimate {
    /// The mean resemblance of the ten nearest unrelated records.
    pub mean: f32,
    /// The same in a hub of a thousand.
    pub level: f32,
    /// By how much it falls when the hub becomes e times smaller: the scale of an exponential tail, as in the expected chance hits of
    /// sequence search (Karlin and Altschul 1990).
    pub step: f32,
}

impl Background {
    /// The background in a list of resemblances, best first, of the `DEPTH` nearest out of so many others; a shorter list holds
    /// everybody who resembles the record at all.
    pub fn of(nearest: &[f32], others: usize, between: Between) -> Background {
        let nearest = &nearest[..nearest.len().min(DEPTH)];
        let ends = nearest.len() < DEPTH && nearest.len() < others;
        let relatives = match (relatives(nearest, ends), between) {
            (few, Between::TwoLanguages) if few <= FEW => 0,
            (relatives, _) => relatives,
        };
        let unrelated = &nearest[relatives..];
        let known = unrelated.len().min(NEAREST + 1) as u8;
        let mut background = Background { nearest: [0.0; NEAREST + 1], known, others: others.saturating_sub(relatives) as u32 };
        background.nearest.iter_mut().zip(unrelated).for_each(|(place, alike)| *place = *alike);
        background
    }

    /// The background of a text in a language that no record has.
    pub fn unknown() -> Background {
        Background { nearest: [0.0; NEAREST + 1], known: 0, others: 0 }
    }

    /// What the background comes to.
    pub fn estimate(&self, prior: &Prior) -> Estimate {
        let known = usize::from(self.known).min(NEAREST);
        self.estimate_of(self.nearest[..known].iter().copied(), prior)
    }

    /// The same without a record of this resemblance, where it is among the ten: it is not to be its own background.
    pub fn estimate_without(&self, alike: f32, prior: &Prior) -> Estimate {
        let known = &self.nearest[..usize::from(self.known)];
        match known.iter().position(|other| *other <= alike) {
            Some(0) if known[0] < alike => self.estimate(prior),
            Some(place) => {
                let rest = known.iter().enumerate().filter(|(at, _)| *at != place).map(|(_, alike)| *alike);
                self.estimate_of(rest.take(NEAREST), prior)
            }
            None => self.estimate(prior),
        }
    }

    fn estimate_of(&self, nearest: impl Iterator<Item = f32>, prior: &Prior) -> Estimate {
        let (mut count, mut sum, mut last) = (0.0_f32, 0.0_f32, 0.0_f32);
        for alike in nearest {
            (count, sum, last) = (count + 1.0, sum + alike, alike);
        }
        let missing = NEAREST as f32 - count;
        let mean = (sum + missing * prior.level) / NEAREST as f32;
        let step = (sum - last * count + prior.step * prior.trust) / (count + prior.trust);
        let deeper = COMPARED_AT / (self.others as f32).max(NEAREST as f32);
        Estimate { mean, level: (mean + step * deeper.ln()).max(FAINT), step }
    }
}

/// How many of the nearest come before the last wide gap; none where no gap is wide enough. Copies, rewordings and strangers are
/// divided by two gaps, and strangers come behind the last. `ends` says that whoever is not in the list has nothing in common with
/// the record.
fn relatives(nearest: &[f32], ends: bool) -> usize {
    let behind = nearest.iter().skip(1).copied().chain(ends.then_some(0.0));
    let wide = nearest.iter().zip(behind).enumerate().filter(|(_, (alike, next))| **alike >= GAP * next.max(FAINT));
    wide.last().map_or(0, |(at, _)| at + 1)
}

/// What strangers reach in a hub as a whole.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct HubLevel {
    /// The lower quartile of levels.
    pub level: f32,
    /// The median of steps.
    pub step: f32,
    /// The median of means.
    pub mean: f32,
}

impl HubLevel {
    /// What a sample of a hub's records says.
    pub fn of(mut sample: Vec<Estimate>, prior: &Prior) -> HubLevel {
        if sample.is_empty() {
            sample.push(Background::unknown().estimate(prior));
        }
        let mut part = |numerator: usize, denominator: usize, of: fn(&Estimate) -> f32| {
            let at = (sample.len() * numerator / denominator).min(sample.len() - 1);
            of(sample.select_nth_unstable_by(at, |a, b| of(a).total_cmp(&of(b))).1)
        };
        HubLevel {
            level: part(1, 4, |estimate| estimate.level).min(HIGHEST_OF_HUB),
            step: part(1, 2, |estimate| estimate.step),
            mean: part(1, 2, |estimate| estimate.mean),
        }
    }

    /// The estimate of one record, where it is more crowded than anybody can be by chance lowered to what is.
    pub fn limit(&self, estimate: Estimate, between: Between) -> Estimate {
        let crowded = MOST_CROWDED * self.level;
        match between {
            Between::OneLanguage if estimate.level > crowded.min(HIGHEST) => Estimate { level: crowded.min(HIGHEST), step: self.step, ..estimate },
            Between::TwoLanguages => Estimate { level: estimate.level.min(crowded).min(HIGHEST_ACROSS), ..estimate },
            Between::OneLanguage => estimate,
        }
    }
}

/// Which of so many records tell the hub's level: all of a small hub, evenly spread ones of a large hub.
pub fn sample(records: usize) -> impl Iterator<Item = u32> {
    let step = records.div_ceil(SAMPLE).max(1);
    (0..records).step_by(step).map(|at| at as u32)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PRIOR: Prior = Prior { level: 0.06, step: 0.01, trust: 30.0 };

    /// Strangers that fall off slowly, behind so many relatives.
    fn list(relatives: usize) -> Vec<f32> {
        let strangers = (0..40).map(|at| 0.06 - 0.001 * at as f32);
        (0..relatives).map(|at| 0.6 - 0.01 * at as f32).chain(strangers).take(DEPTH).collect()
    }

    fn background(relatives: usize) -> Background {
        Background::of(&list(relatives), 1_000, Between::OneLanguage)
    }

    #[test]
    fn relatives_do_not_move_the_background() {
        let alone = background(0).estimate(&PRIOR);
        for family in [1, 2, 5, 11, 21] {
            let estimate = background(family).estimate(&PRIOR);
            assert!((estimate.level - alone.level).abs() < 1e-3, "{family} relatives: {estimate:?}, {alone:?}");
        }
    }

    #[test]
    fn who_is_surrounded_by_relatives_takes_the_level_of_the_hub() {
        let hub = HubLevel::of(vec![background(0).estimate(&PRIOR); 8], &PRIOR);
        let surrounded = background(40).estimate(&PRIOR);
        assert!(surrounded.level > 0.3);
        assert!(hub.limit(surrounded, Between::OneLanguage).level <= 2.0 * hub.level);
    }

    #[test]
    fn a_family_of_most_of_the_hub_does_not_move_its_level() {
        let mut estimates = vec![background(0).estimate(&PRIOR); 30];
        let alone = HubLevel::of(estimates.clone(), &PRIOR).level;
        estimates.extend(vec![background(40).estimate(&PRIOR); 70]);
        assert!((HubLevel::of(estimates, &PRIOR).level - alone).abs() < 1e-6);
    }

    #[test]
    fn nobody_is_their_own_background() {
        let nearest = [0.09, 0.08, 0.07, 0.06, 0.06, 0.06, 0.06, 0.06, 0.06, 0.06, 0.05];
        let background = Background::of(&nearest, 11, Between::OneLanguage);
        let without = background.estimate_without(0.08, &PRIOR);
        assert!((without.mean - (0.09 + 0.07 + 7.0 * 0.06 + 0.05) / 10.0).abs() < 1e-6, "{without:?}");
        assert_eq!(background.estimate_without(0.5, &PRIOR), background.estimate(&PRIOR), "a relative is not in it");
    }
}
