//! A case study: the record of one experiment.

use std::ops::Range;

use casebook_search::language::Language;
use jiff::civil::Date;

use crate::catalog::grade::Graded;
use crate::catalog::result::Reported;
use crate::catalog::words::{Band, ContentLayer, Decision, Method, Objective, Outcome, Pillar, Reuse, Status};
use crate::catalog::{Answer, CaseIndex, IdeaIndex, Meta, Verification};
use crate::vocabulary::{ChannelId, GroupId, MarketId, TacticId};

/// The record of one experiment; see the content model for the meaning of each field.
#[derive(Debug, Clone, Default)]
pub struct CaseStudy {
    /// What every record has.
    pub meta: Meta,
    /// The result and for whom.
    pub summary: Option<String>,
    /// Where it stands; none where a lenient hub's record does not say.
    pub status: Option<Status>,
    /// What came out.
    pub outcome: Option<Outcome>,
    /// What is to be done next.
    pub decision: Option<Decision>,
    /// Markets it ran in: those named, and the members of named groups other than `global`; in id order.
    pub markets: Vec<MarketId>,
    /// Groups named in the record, `global` among them.
    pub stated_groups: Vec<GroupId>,
    /// Every group that holds one of its markets, and the stated ones; in id order.
    pub groups: Vec<GroupId>,
    /// Channels, in the record's order.
    pub channels: Vec<ChannelId>,
    /// Tactics, in the record's order: the first is the main one.
    pub tactics: Vec<TacticId>,
    /// The record this one translates.
    pub translation_of: Option<CaseIndex>,
    /// What it is for.
    pub objective: Option<Objective>,
    /// The pillar it belongs to.
    pub pillar: Option<Pillar>,
    /// The layer of the content mix.
    pub content_layer: Option<ContentLayer>,
    /// Who was addressed.
    pub audience: Vec<String>,
    /// Brands.
    pub brand: Vec<String>,
    /// Products.
    pub product: Vec<String>,
    /// Categories.
    pub category: Vec<String>,
    /// If ... for ... then ... because ...
    pub hypothesis: Option<String>,
    /// How it was measured.
    pub method: Option<Method>,
    /// What was really tested.
    pub variants: Vec<Variant>,
    /// First day.
    pub start: Option<Date>,
    /// Last day.
    pub end: Option<Date>,
    /// How many units were measured.
    pub sample_size: Option<u64>,
    /// What the units are: people, sessions, stores.
    pub sample_unit: Option<String>,
    /// Minimum detectable effect, percent.
    pub mde: Option<f64>,
    /// Confidence level of the intervals, percent.
    pub confidence_level: Option<f64>,
    /// What it cost.
    pub budget: Option<Budget>,
    /// What was measured, primary first, else in the record's order.
    pub results: Vec<Reported>,
    /// A team or role.
    pub owner: Option<String>,
    /// Who wrote it.
    pub authors: Vec<String>,
    /// Decision rights.
    pub raci: Raci,
    /// When it was last verified and is due again.
    pub verification: Verification,
    /// The hub's curation; `candidate` once completed unless the record says.
    pub reuse: Option<Reuse>,
    /// What is kept centrally.
    pub fixed: Vec<String>,
    /// What may be adapted.
    pub flexible: Vec<String>,
    /// What limits a transfer.
    pub constraints: Vec<String>,
    /// Markets the author thinks it suits.
    pub suited_markets: Vec<MarketId>,
    /// Groups the author thinks it suits.
    pub suited_groups: Vec<GroupId>,
    /// The idea it came from.
    pub idea: Option<IdeaIndex>,
    /// Relations to other case studies as written; inverses are in `Inverse`.
    pub relations: Relations,
    /// What other case studies say of this one.
    pub inverse: Relations,
    /// Records it is known not to repeat, with the reason.
    pub not_duplicate_of: Vec<Answer>,
    /// Labelled addresses elsewhere.
    pub links: Vec<LabelledLink>,
    /// A picture, by site path.
    pub cover: Option<String>,
    /// The evidence grade, derived.
    pub graded: Graded,
}

/// Relations between case studies, each in id order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Relations {
    /// Origins it was adapted from.
    pub adapted_from: Vec<CaseIndex>,
    /// Studies it repeats on purpose.
    pub replicates: Vec<CaseIndex>,
    /// Studies it replaces.
    pub supersedes: Vec<CaseIndex>,
    /// Studies whose result it contradicts.
    pub contradicts: Vec<CaseIndex>,
    /// Studies it needlessly repeats.
    pub duplicate_of: Vec<CaseIndex>,
    /// Studies worth reading beside it.
    pub related: Vec<CaseIndex>,
    /// Translations of one experiment.
    pub translation_of: Vec<CaseIndex>,
}

impl Relations {
    /// Every relation with its field name.
    pub fn named(&self) -> [(&'static str, &[CaseIndex]); 7] {
        [
            ("adapted_from", &self.adapted_from),
            ("replicates", &self.replicates),
            ("supersedes", &self.supersedes),
            ("contradicts", &self.contradicts),
            ("duplicate_of", &self.duplicate_of),
            ("related", &self.related),
            ("translation_of", &self.translation_of),
        ]
    }

    /// The list of a field name.
    pub fn list_mut(&mut self, field: &str) -> &mut Vec<CaseIndex> {
        match field {
            "adapted_from" => &mut self.adapted_from,
            "replicates" => &mut self.replicates,
            "supersedes" => &mut self.supersedes,
            "contradicts" => &mut self.contradicts,
            "duplicate_of" => &mut self.duplicate_of,
            "translation_of" => &mut self.translation_of,
            _ => &mut self.related,
        }
    }
}

/// One arm of an experiment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Variant {
    /// Its name.
    pub name: String,
    /// Whether it is the control.
    pub control: bool,
    /// What it was.
    pub description: Option<String>,
    /// A picture of it, by site path.
    pub image: Option<String>,
}

/// What an experiment cost.
#[derive(Debug, Clone, PartialEq)]
pub enum Budget {
    /// A size that leaks no figure.
    Band(Band),
    /// A figure in a currency (ISO 4217).
    Amount(f64, String),
}

/// Decision rights.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Raci {
    /// Who does it.
    pub responsible: Vec<String>,
    /// Who answers for it.
    pub accountable: Vec<String>,
    /// Who is asked.
    pub consulted: Vec<String>,
    /// Who is told.
    pub informed: Vec<String>,
}

/// A labelled address elsewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LabelledLink {
    /// What it is.
    pub label: String,
    /// Where it is.
    pub url: String,
}

impl CaseStudy {
    /// The result it is judged by.
    pub fn primary(&self) -> Option<&Reported> {
        self.results.iter().find(|reported| reported.role == crate::catalog::words::Role::Primary)
    }

    /// The language that its words are cut and stemmed in.
    pub fn read_in(&self) -> Language {
        self.meta.read_in([self.summary.as_deref(), self.hypothesis.as_deref()])
    }

    /// Where a field stands in the file, for diagnostics.
    pub fn span(&self, field: &str) -> Range<usize> {
        self.meta.fields.of(field)
    }

    /// Whether it is planned or running.
    pub fn is_open(&self) -> bool {
        self.status.is_some_and(Status::is_open)
    }

    /// Whether it has ended, one way or another.
    pub fn has_ended(&self) -> bool {
        self.status.is_some_and(|status| !status.is_open())
    }

    /// Whether another record replaces it or the hub has retired it.
    pub fn is_retired(&self) -> bool {
        self.reuse == Some(Reuse::Retired) || !self.inverse.supersedes.is_empty()
    }

    /// The day lists sort by: the end where there is one, else the start, else the last change.
    pub fn day(&self) -> Option<Date> {
        self.end.or(self.start).or(self.meta.change.as_ref().map(|change| change.updated))
    }
}
