//! One record of the hub with what resembles it, to explain the score by.

use crate::catalog::{CaseIndex, Catalog};
use crate::similar::background::{Between, DEPTH};
use crate::similar::compare::Compared;
use crate::similar::find::Scored;
use crate::similar::neighbours::around;

/// A record, and how much others of its language resemble it.
#[derive(Debug, Clone)]
pub struct Example {
    /// The record.
    pub case: CaseIndex,
    /// The nearest, best first.
    pub nearest: Vec<Beside>,
    /// What unrelated records reach there.
    pub level: f64,
}

/// One of the nearest.
#[derive(Debug, Clone, Copy)]
pub struct Beside {
    /// The resemblance before any correction, 0 to 1.
    pub alike: f64,
    /// Whether the pair is flagged.
    pub flagged: bool,
}

/// The record with the most flagged pairs in its own language, the first of several; nothing in a hub without any.
pub fn of(catalog: &Catalog, compared: &Compared, scored: &[Scored]) -> Option<Example> {
    let (space, weights) = (&compared.space, &compared.weights);
    let same_language = |pair: &&Scored| space.group_of[pair.a.0 as usize] == space.group_of[pair.b.0 as usize];
    let flagged: Vec<&Scored> = scored.iter().filter(|pair| pair.flagged).filter(same_language).collect();
    let mut counts = vec![0_u32; catalog.cases.len()];
    flagged.iter().flat_map(|pair| [pair.a, pair.b]).for_each(|case| counts[case.0 as usize] += 1);
    let most = counts.iter().copied().max().filter(|most| *most > 0)?;
    let case = CaseIndex(counts.iter().position(|count| *count == most)? as u32);
    let group = space.group_of[case.0 as usize] as usize;
    let lists = around(space, weights, &space.as_guest(case.0), DEPTH, case.0);
    let is_flagged = |other: u32| flagged.iter().any(|pair| [pair.a, pair.b] == [case.min(CaseIndex(other)), case.max(CaseIndex(other))]);
    let beside = lists[group].iter().map(|near| Beside { alike: f64::from(near.alike), flagged: is_flagged(near.document) });
    let background = compared.neighbours.backgrounds[group][case.0 as usize];
    let level = compared.neighbours.levels.same_language.limit(background.estimate(&weights.prior()), Between::OneLanguage).level;
    Some(Example { case, nearest: beside.collect(), level: f64::from(level) })
}
