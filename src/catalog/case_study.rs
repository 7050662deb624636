//! The case study: the typed record of one marketing experiment.

use std::ops::Range;

use casebook_search::language::Language;
use jiff::civil::Date;

use crate::catalog::field::{self, Field, PlainFields};
use crate::catalog::grade::EvidenceGrade;
use crate::catalog::keywords::{
    Band, Decision, Keyword, Method, Objective, Outcome, Pillar, Reuse, Status,
};
use crate::catalog::result::MetricResult;
use crate::catalog::{CaseIndex, IdeaIndex, Meta, NotDuplicate, Verification};
use crate::vocabulary::{ChannelId, GroupId, MarketId, TacticId};

/// The typed record of one experiment.
#[derive(Debug, Clone, Default)]
pub struct CaseStudy {
    /// The fields that records of all kinds share.
    pub meta: Meta,
    /// The result in one or two sentences, and for whom it holds.
    pub summary: Option<String>,
    /// Progress of the experiment; none where a record of a lenient hub does not state it.
    pub status: Option<Status>,
    /// Outcome of the experiment.
    pub outcome: Option<Outcome>,
    /// Decision that followed from the outcome.
    pub decision: Option<Decision>,
    /// Markets it ran in: those named, and the members of named groups other than `global`; sorted
    /// by id.
    pub markets: Vec<MarketId>,
    /// Market groups named in the record, `global` included; sorted by id.
    pub stated_groups: Vec<GroupId>,
    /// Market groups that contain one of the markets, and the stated groups; sorted by id.
    pub groups: Vec<GroupId>,
    /// Channels, in the record's order.
    pub channels: Vec<ChannelId>,
    /// Tactics, in the record's order; the first is the main one.
    pub tactics: Vec<TacticId>,
    /// The case study that this record translates.
    pub translation_of: Option<CaseIndex>,
    /// The marketing objective.
    pub objective: Option<Objective>,
    /// The marketing pillar.
    pub pillar: Option<Pillar>,
    /// Audiences that were addressed.
    pub audience: Vec<String>,
    /// Fields without rules of their own, such as [`field::BRAND`].
    pub plain: PlainFields,
    /// The hypothesis in the form "if ... for ... then ... because ...".
    pub hypothesis: Option<String>,
    /// Method of measurement.
    pub method: Option<Method>,
    /// Variants that were tested.
    pub variants: Vec<Variant>,
    /// First day of the experiment.
    pub start: Option<Date>,
    /// Last day of the experiment.
    pub end: Option<Date>,
    /// Number of measured units as written, which may be 0; see [`CaseStudy::measured_units`].
    pub sample_size: Option<u64>,
    /// Kind of the measured units, such as people, sessions or stores.
    pub sample_unit: Option<String>,
    /// Minimum detectable effect, in percent.
    pub mde: Option<f64>,
    /// Confidence level of the intervals, in percent.
    pub confidence_level: Option<f64>,
    /// Cost of the experiment.
    pub budget: Option<Budget>,
    /// Results by role (primary, secondary, guardrail), within a role in the record's order.
    pub results: Vec<MetricResult>,
    /// The team or role that is responsible.
    pub owner: Option<String>,
    /// Responsibility assignment (RACI).
    pub raci: Raci,
    /// Last verification and review interval.
    pub verification: Verification,
    /// The hub's decision on reuse; `candidate` for a completed study that states none.
    pub reuse: Option<Reuse>,
    /// Elements that every market keeps as they are.
    pub fixed: Vec<String>,
    /// Elements that a market may adapt.
    pub flexible: Vec<String>,
    /// Conditions that limit a transfer to other markets.
    pub constraints: Vec<String>,
    /// Markets that the author recommends it for, members of recommended groups included.
    pub suited_markets: Vec<MarketId>,
    /// Market groups that the author recommends it for.
    pub suited_groups: Vec<GroupId>,
    /// The backlog idea it came from.
    pub idea: Option<IdeaIndex>,
    /// Relations to other case studies, as this record states them.
    pub relations: Relations,
    /// Relations that other case studies state to this one: `inverse.adapted_from` lists the
    /// studies adapted from it.
    pub inverse: Relations,
    /// Statements that the study repeats no other record.
    pub not_duplicate_of: Vec<NotDuplicate>,
    /// Links to web pages outside the hub.
    pub links: Vec<LabelledLink>,
    /// Cover image, by site path.
    pub cover: Option<String>,
    /// The evidence grade, derived from method and results.
    pub evidence_grade: EvidenceGrade,
}

/// Relations to other case studies, one list for each kind of relation, each sorted by id.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Relations {
    /// Studies that it was adapted from.
    pub adapted_from: Vec<CaseIndex>,
    /// Studies that it replicates on purpose.
    pub replicates: Vec<CaseIndex>,
    /// Studies that it replaces.
    pub supersedes: Vec<CaseIndex>,
    /// Studies whose results it contradicts.
    pub contradicts: Vec<CaseIndex>,
    /// Studies that it duplicates without need.
    pub duplicate_of: Vec<CaseIndex>,
    /// Studies on a related subject.
    pub related: Vec<CaseIndex>,
    /// Studies of which this record is a translation.
    pub translation_of: Vec<CaseIndex>,
}

impl Relations {
    /// The fields of all relations.
    pub const FIELDS: [&'static Field; 7] = [
        &field::ADAPTED_FROM,
        &field::REPLICATES,
        &field::SUPERSEDES,
        &field::CONTRADICTS,
        &field::DUPLICATE_OF,
        &field::RELATED,
        &field::TRANSLATION_OF,
    ];

    /// All lists with their front-matter fields.
    pub fn by_field(&self) -> [(&'static Field, &[CaseIndex]); 7] {
        let lists = [
            &self.adapted_from,
            &self.replicates,
            &self.supersedes,
            &self.contradicts,
            &self.duplicate_of,
            &self.related,
            &self.translation_of,
        ];
        std::array::from_fn(|at| (Self::FIELDS[at], lists[at].as_slice()))
    }

    /// The list of a front-matter field.
    ///
    /// # Panics
    /// When the field is none of [`Relations::FIELDS`].
    pub fn list_mut(&mut self, field: &Field) -> &mut Vec<CaseIndex> {
        let lists = [
            &mut self.adapted_from,
            &mut self.replicates,
            &mut self.supersedes,
            &mut self.contradicts,
            &mut self.duplicate_of,
            &mut self.related,
            &mut self.translation_of,
        ];
        let relation = Self::FIELDS.into_iter().zip(lists).find(|(relation, _)| *relation == field);
        relation.expect("the field is a relation").1
    }
}

/// One arm of an experiment, as the record describes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Variant {
    /// Name of the arm.
    pub name: String,
    /// Whether the arm is the control.
    pub is_control: bool,
    /// Description of the treatment.
    pub description: Option<String>,
    /// Image of the arm, by site path.
    pub image: Option<String>,
}

/// Cost of an experiment.
#[derive(Debug, Clone, PartialEq)]
pub enum Budget {
    /// A size that discloses no amount.
    Band(Band),
    /// An amount and its currency (ISO 4217 code, upper case).
    Amount(f64, String),
}

/// Responsibility assignment matrix (RACI): teams or roles by their part in the work.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Raci {
    /// Teams or roles that do the work.
    pub responsible: Vec<String>,
    /// Teams or roles that are answerable for the result.
    pub accountable: Vec<String>,
    /// Teams or roles that give advice.
    pub consulted: Vec<String>,
    /// Teams or roles that are kept informed.
    pub informed: Vec<String>,
}

/// A link to a web page outside the hub.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LabelledLink {
    /// Text of the link; the address where the record gives none.
    pub label: String,
    /// Address, which starts with `https://` or `http://`.
    pub url: String,
}

impl CaseStudy {
    /// The first result whose role is primary.
    pub fn primary_result(&self) -> Option<&MetricResult> {
        self.results.iter().find(|result| result.role == crate::catalog::keywords::Role::Primary)
    }

    /// The language for tokenising and stemming the study; detected on the first call.
    pub fn text_language(&self) -> Language {
        self.meta.text_language([self.summary.as_deref(), self.hypothesis.as_deref()])
    }

    /// Byte span of a front-matter value in the file; empty where the field is missing.
    pub fn field_span(&self, field: &Field) -> Range<usize> {
        self.meta.field_spans.span_of(field)
    }

    /// Whether the status is planned or running.
    pub fn is_unfinished(&self) -> bool {
        self.status.is_some_and(Status::is_unfinished)
    }

    /// Whether the status is completed, stopped early or archived.
    pub fn has_ended(&self) -> bool {
        self.status.is_some_and(|status| !status.is_unfinished())
    }

    /// Whether another study supersedes this one or the hub has retired it.
    pub fn is_retired(&self) -> bool {
        self.reuse == Some(Reuse::Retired) || !self.inverse.supersedes.is_empty()
    }

    /// The day by which lists are sorted: the end, for a planned or running study the start; else
    /// the other of both, else the last change.
    pub fn sort_date(&self) -> Option<Date> {
        let known =
            if self.is_unfinished() { self.start.or(self.end) } else { self.end.or(self.start) };
        known.or(self.meta.change.as_ref().map(|change| change.updated))
    }

    /// The number of measured units; none where it is not stated or 0, which is no sample.
    pub fn measured_units(&self) -> Option<u64> {
        self.sample_size.filter(|size| *size > 0)
    }

    /// The part of a list in which the study stands; within a part studies stand by date.
    pub fn list_part(&self) -> ListPart {
        match self.status {
            _ if self.is_retired() => ListPart::Retired,
            Some(Status::Running) => ListPart::Running,
            Some(Status::Planned) => ListPart::Planned,
            _ => ListPart::Ended,
        }
    }

    /// Each calendar year from the first to the last day, at most 21, because a mistyped end may be
    /// far off; none without a date.
    pub fn years(&self) -> impl Iterator<Item = i16> + use<> {
        let first = self.start.or(self.end).map(|day| day.year());
        let last = self.end.map(|day| day.year()).or(first);
        let years = first.zip(last).map(|(first, last)| first..=last.min(first.saturating_add(20)));
        years.into_iter().flatten()
    }

    /// The id of the outcome once the study has ended, else of the status; `not-stated` where it
    /// has neither.
    pub fn outcome_or_status(&self) -> &'static str {
        let outcome = self.outcome.filter(|_| !self.is_unfinished());
        match (outcome, self.status) {
            (Some(outcome), _) => outcome.as_str(),
            (None, Some(status)) => status.as_str(),
            (None, None) => "not-stated",
        }
    }

    /// The id of the decision on reuse that holds: that of the hub, but `superseded` where a newer
    /// study replaces this one and the hub has not retired it; none where nothing is decided.
    pub fn reuse_state(&self) -> Option<&'static str> {
        match self.reuse {
            Some(Reuse::Retired) => Some(Reuse::Retired.as_str()),
            _ if self.is_retired() => Some(SUPERSEDED),
            reuse => reuse.map(Keyword::as_str),
        }
    }
}

/// The state of reuse of a study that a newer one replaces, beside the words of the field.
pub const SUPERSEDED: &str = "superseded";

/// The parts of a list of case studies in their order: what runs comes first, and what must not be
/// copied any more comes last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ListPart {
    /// Running studies.
    Running,
    /// Studies that have ended, and those that do not state how far they are.
    Ended,
    /// Planned studies.
    Planned,
    /// Retired and superseded studies of any status.
    Retired,
}
