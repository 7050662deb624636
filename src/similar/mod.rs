//! Similar experiments: scored pairs, each with its reasons and its verdict, so that duplicated effort is seen in time.

use crate::catalog::words::{Grade, Outcome};
use crate::catalog::{CaseIndex, Catalog, IdeaIndex};
use crate::site::Site;
use crate::vocabulary::{ChannelId, MetricId, TacticId};

pub mod answer;
pub mod background;
pub mod compare;
pub mod concept;
pub mod copied;
pub mod document;
pub mod draft;
pub mod example;
pub mod families;
pub mod feature;
pub mod find;
pub mod kept;
pub mod nearest;
pub mod neighbours;
pub mod numbering;
pub mod reason;
pub mod same;
pub mod score;
pub mod space;
pub mod tell;
pub mod verdict;

pub use compare::Compared;
pub use copied::crowds;
pub use families::Family;
pub use nearest::{nearest, related_to};

/// What resembles what.
#[derive(Debug, Clone, Default)]
pub struct Similar {
    /// Pairs flagged as possible duplicate effort and pairs that were acknowledged, most can still be saved first.
    pub pairs: Vec<Pair>,
    /// Three and more case studies that are one experiment, most can still be saved first.
    pub families: Vec<Family>,
    /// For each case study (by position) the position of its family.
    pub family_of: Vec<Option<u32>>,
    /// For each case study (by position) at most five related ones, best first.
    pub related: Vec<Vec<Neighbour>>,
    /// For each idea (by position) the case studies that already tried it or are trying it, best first.
    pub ideas: Vec<Vec<Neighbour>>,
    /// One record with its relatives and its background, to explain the score by.
    pub example: Option<example::Example>,
}

/// Two case studies that resemble each other; `a` comes before `b` in id order.
#[derive(Debug, Clone)]
pub struct Pair {
    /// The one.
    pub a: CaseIndex,
    /// The other.
    pub b: CaseIndex,
    /// 0 to 1, symmetric.
    pub score: f64,
    /// What is to be done about it.
    pub verdict: Verdict,
    /// Whether somebody has answered it.
    pub state: PairState,
    /// Why, strongest first.
    pub reasons: Vec<Reason>,
    /// The position of the family that both belong to.
    pub family: Option<usize>,
}

/// A case study beside another record.
#[derive(Debug, Clone)]
pub struct Neighbour {
    /// Which.
    pub case: CaseIndex,
    /// 0 to 1.
    pub score: f64,
    /// Whether it may be duplicated effort.
    pub flagged: bool,
    /// Why, strongest first.
    pub reasons: Vec<Reason>,
}

/// What kind of duplicated effort a pair is; the first that fits, in the order of what can still be saved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// Near-identical bodies.
    CopiedText,
    /// Same market, both planned or running.
    AlreadyRunning,
    /// Other markets, both planned or running.
    CoordinateNow,
    /// One has ended, the other is planned or running: read it first.
    AlreadyTried,
    /// Both have ended.
    LinkAsReplication,
}

/// Whether a pair waits for an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PairState {
    /// Nobody has answered.
    Open,
    /// Answered in front matter.
    Acknowledged {
        /// The field that says so: `not_duplicate_of`, `replicates`, ...
        field: &'static str,
        /// The reason given, if the field has one.
        reason: Option<String>,
    },
    /// Answered, but no longer similar.
    Stale {
        /// The reason given.
        reason: Option<String>,
    },
}

/// One reason why two records resemble each other.
#[derive(Debug, Clone, PartialEq)]
pub enum Reason {
    /// Near-identical text; the share of common shingles, 0 to 1.
    CopiedText(f64),
    /// The same tactics.
    Tactics(Vec<TacticId>),
    /// The same channels.
    Channels(Vec<ChannelId>),
    /// The same primary metric.
    Metric(MetricId),
    /// The same objective.
    Objective(crate::catalog::words::Objective),
    /// The same audience, as written.
    Audience(String),
    /// Words or concepts they share, those that tell most first.
    Words(Vec<String>),
    /// One of them says little yet: title, hypothesis and terms are all that could be compared.
    SaysLittle,
    /// They run at the same time; in whole weeks.
    Overlap(u32),
    /// The other has ended; with its outcome and grade.
    Ended(Option<Outcome>, Option<Grade>),
}

impl Similar {
    /// Pairs that wait for an answer, outside families.
    pub fn open(&self) -> impl Iterator<Item = &Pair> {
        self.pairs.iter().filter(|pair| pair.state == PairState::Open && pair.family.is_none())
    }

    /// Families that wait for an answer.
    pub fn open_families(&self) -> impl Iterator<Item = &Family> {
        self.families.iter().filter(|family| family.state == PairState::Open)
    }

    /// How many open families, and open pairs outside them, have effort left to save: not all their studies have ended.
    pub fn savable(&self) -> usize {
        let verdicts = self.open().map(|pair| pair.verdict).chain(self.open_families().map(|family| family.verdict));
        verdicts.filter(|verdict| *verdict < Verdict::LinkAsReplication).count()
    }

    /// The family of a case study.
    pub fn family(&self, case: CaseIndex) -> Option<&Family> {
        Some(&self.families[(*self.family_of.get(case.0 as usize)?)? as usize])
    }

    /// Pairs of one case study.
    pub fn of(&self, case: CaseIndex) -> impl Iterator<Item = &Pair> {
        self.pairs.iter().filter(move |pair| pair.a == case || pair.b == case)
    }

    /// Case studies that an idea resembles.
    pub fn of_idea(&self, idea: IdeaIndex) -> &[Neighbour] {
        self.ideas.get(idea.0 as usize).map_or(&[], Vec::as_slice)
    }
}

/// How many nearest records of each language are kept for a score, its side list and its flags.
const KEPT: usize = 14;

/// Finds what resembles what.
pub fn find(site: &Site, catalog: &Catalog) -> Similar {
    find_and_keep(site, catalog).0
}

/// The same, with the compared records, for whoever will ask for the nearest of a draft.
pub fn find_and_keep(site: &Site, catalog: &Catalog) -> (Similar, Compared) {
    let compared = compare::compare(catalog, compare::concepts_of(catalog, &site.language), KEPT);
    (find::find(site, catalog, &compared), compared)
}
