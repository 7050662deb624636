//! Finds similar case studies: scored pairs and families, each with reasons and a verdict, to point
//! out duplicated effort.

use crate::catalog::keywords::{Grade, Outcome};
use crate::catalog::{CaseIndex, IdeaIndex};
use crate::vocabulary::{ChannelId, MetricId, TacticId};

pub mod answer;
pub mod background;
pub mod bit_coder;
pub mod compact;
pub mod concept;
pub mod copied_text;
pub mod describe;
pub mod document;
pub mod draft;
pub mod example;
pub mod families;
pub mod feature;
pub mod feature_writer;
pub mod find;
mod hash;
pub mod model_cache;
pub mod nearest;
pub mod neighbours;
pub mod numbering;
pub mod reason;
pub mod same_experiment;
pub mod score;
pub mod scored_pair;
pub mod settle;
pub mod similarity_model;
pub mod vector_space;
pub mod verdict;
pub mod word_files;

pub use copied_text::identical_body_warnings;
pub use families::Family;
pub use find::{find, find_with_model};
pub use nearest::{find_nearest, find_related};
pub use similarity_model::SimilarityModel;

/// Similar case studies of a hub: pairs, families and lists of related records.
#[derive(Debug, Clone, Default)]
pub struct Similar {
    /// Pairs flagged as possible duplicated effort and pairs that were acknowledged, the most
    /// preventable effort first.
    pub pairs: Vec<Pair>,
    /// Groups of three or more case studies that are one experiment, the most preventable effort
    /// first.
    pub families: Vec<Family>,
    /// For each case study (by position) the position of its family in `families`.
    pub family_of: Vec<Option<u32>>,
    /// For each case study (by position) at most five related ones outside its family, highest
    /// score first.
    pub related: Vec<Vec<RelatedCase>>,
    /// For each idea (by position) at most five case studies that tried it or are trying it,
    /// highest score first.
    pub cases_by_idea: Vec<Vec<RelatedCase>>,
    /// One record with its nearest neighbours and its background level, to illustrate the score;
    /// none where no pair is flagged.
    pub example: Option<example::ScoreExample>,
    /// The similarity model for a browser; none where no site is built.
    pub compact: Option<compact::CompactModel>,
}

/// Two similar case studies; `a` comes before `b` in id order.
#[derive(Debug, Clone)]
pub struct Pair {
    /// The first by id.
    pub a: CaseIndex,
    /// The second by id.
    pub b: CaseIndex,
    /// Similarity score, 0 to 1, symmetric.
    pub score: f64,
    /// What kind of duplicated effort the pair is.
    pub verdict: Verdict,
    /// Whether the pair was acknowledged in front matter.
    pub state: AnswerState,
    /// What the two have in common, strongest first.
    pub reasons: Vec<Reason>,
    /// Position in `Similar::families` of the family that both belong to.
    pub family: Option<usize>,
}

/// A case study that is similar to another record, with its score and the reasons.
#[derive(Debug, Clone)]
pub struct RelatedCase {
    /// The case study.
    pub case: CaseIndex,
    /// Similarity score, 0 to 1.
    pub score: f64,
    /// Whether the two may be duplicated effort.
    pub flagged: bool,
    /// What the two have in common, strongest first.
    pub reasons: Vec<Reason>,
}

/// The kind of duplicated effort, ordered by how much of it can still be prevented; the first kind
/// that fits applies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// Near-identical bodies.
    CopiedText,
    /// All planned or running, two in the same market.
    AlreadyRunning,
    /// All planned or running, in different markets.
    CoordinateNow,
    /// Some have ended, others are planned or running.
    AlreadyTried,
    /// All have ended.
    LinkAsReplication,
}

/// Whether a pair or family was acknowledged in front matter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AnswerState {
    /// Not acknowledged.
    Open,
    /// Acknowledged by a relation or by `not_duplicate_of`.
    Acknowledged {
        /// The front matter field: `not_duplicate_of`, `replicates`, ...
        field: &'static str,
        /// The reason given; none where the field holds none.
        reason: Option<String>,
    },
    /// Acknowledged, but the two are no longer similar.
    Stale {
        /// The reason given; none where the field holds none.
        reason: Option<String>,
    },
}

/// One reason why records count as similar: terms, words, an audience or dates that they have in
/// common.
#[derive(Debug, Clone, PartialEq)]
pub enum Reason {
    /// Near-identical bodies; the Jaccard similarity of their shingles, 0 to 1.
    CopiedText(f64),
    /// Shared tactics.
    Tactics(Vec<TacticId>),
    /// The same question: hypotheses of nearly the same words.
    Hypothesis,
    /// Shared channels.
    Channels(Vec<ChannelId>),
    /// The same primary metric.
    Metric(MetricId),
    /// The same objective.
    Objective(crate::catalog::keywords::Objective),
    /// A shared audience, as written.
    Audience(String),
    /// Shared words or concepts, the largest contribution to the score first.
    Words(Vec<String>),
    /// One of the records is short: only title, hypothesis and terms could be compared.
    ShortText,
    /// Both run at the same time for this many weeks, rounded up.
    Overlap(u32),
    /// The other record has ended, with this outcome and evidence grade.
    Ended(Option<Outcome>, Option<Grade>),
}

impl Similar {
    /// Pairs outside families that are not acknowledged.
    pub fn open_pairs(&self) -> impl Iterator<Item = &Pair> {
        self.pairs.iter().filter(|pair| pair.state == AnswerState::Open && pair.family.is_none())
    }

    /// Families with members that have not acknowledged them.
    pub fn open_families(&self) -> impl Iterator<Item = &Family> {
        self.families.iter().filter(|family| family.state == AnswerState::Open)
    }

    /// Number of open families, and of open pairs outside them, whose effort can still be saved: a
    /// study is planned or running, or the bodies are nearly the same.
    pub fn savable_count(&self) -> usize {
        let verdicts = self
            .open_pairs()
            .map(|pair| pair.verdict)
            .chain(self.open_families().map(|family| family.verdict));
        verdicts.filter(|verdict| *verdict < Verdict::LinkAsReplication).count()
    }

    /// The family that a case study belongs to; none where it belongs to none.
    pub fn find_family(&self, case: CaseIndex) -> Option<&Family> {
        Some(&self.families[(*self.family_of.get(case.0 as usize)?)? as usize])
    }

    /// All pairs that a case study belongs to, acknowledged and stale ones included.
    pub fn pairs_of(&self, case: CaseIndex) -> impl Iterator<Item = &Pair> {
        self.pairs.iter().filter(move |pair| pair.a == case || pair.b == case)
    }

    /// Case studies that are similar to an idea, highest score first; see `cases_by_idea`.
    pub fn cases_like_idea(&self, idea: IdeaIndex) -> &[RelatedCase] {
        self.cases_by_idea.get(idea.0 as usize).map_or(&[], Vec::as_slice)
    }
}
