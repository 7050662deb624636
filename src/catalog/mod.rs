//! The catalog: all records as typed values, with references between them resolved and their terms
//! looked up in the vocabulary.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::{Arc, OnceLock};

use casebook_search::language::Language;
use casebook_search::language_detection::detect_language_of;
use casebook_search::tokenized::TokenizedTexts;
use jiff::civil::Date;

use crate::catalog::field::Field;
use crate::catalog::withheld_names::WithheldNames;
use crate::source::Asset;
use crate::vocabulary::{ChannelId, GroupId, MarketId, MetricId, TacticId, Vocabulary};

mod address_registry;
mod alias;
pub mod assemble;
pub mod attachments;
pub mod case_study;
pub mod date;
pub mod extra_field;
pub mod field;
mod field_reader;
pub mod gate;
pub mod generated_links;
pub mod gist;
pub mod grade;
pub mod keywords;
pub mod language;
pub mod links;
pub mod moved_links;
pub mod number;
pub mod open_vocabulary;
mod read;
pub mod references;
mod replace_record;
pub mod result;
pub mod teams;
pub mod terms;
mod unlinkable;
pub mod vocabulary_report;
pub mod withheld_names;

pub use crate::record::outline::{Heading, RawHtml, TextSection};
pub use case_study::CaseStudy;
pub use date::parse_date;
pub use extra_field::ExtraField;
pub use gist::{Gist, Gists};
pub use replace_record::replace_record;
pub use result::MetricResult;

/// Zero-based position of a case study in `Catalog::cases`, which is sorted by id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CaseIndex(pub u32);

/// Zero-based position of an idea in `Catalog::ideas`, which is sorted by id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct IdeaIndex(pub u32);

/// Zero-based position of a playbook in `Catalog::playbooks`, which is sorted by id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PlaybookIndex(pub u32);

/// Zero-based position of a record of any kind in the catalog's list of that kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RecordIndex {
    /// A case study, by position in `Catalog::cases`.
    Case(CaseIndex),
    /// An idea, by position in `Catalog::ideas`.
    Idea(IdeaIndex),
    /// A playbook, by position in `Catalog::playbooks`.
    Playbook(PlaybookIndex),
    /// A content page, by position in `Catalog::pages`.
    Page(u32),
}

/// All records the audience may see, and the vocabulary they use.
#[derive(Debug, Clone, Default)]
pub struct Catalog {
    /// Case studies, sorted by id.
    pub cases: Vec<CaseStudy>,
    /// Ideas, sorted by id.
    pub ideas: Vec<Idea>,
    /// Playbooks, sorted by id.
    pub playbooks: Vec<Playbook>,
    /// Content pages, sorted by id.
    pub pages: Vec<ContentPage>,
    /// The hub's vocabulary; in open mode with the terms that records use and no list names.
    pub vocabulary: Vocabulary,
    /// Published attachments, by site path.
    pub assets: BTreeMap<String, Asset>,
    /// Current address of a record by each of its old addresses, which are pages (`old-name/`) or
    /// files (`old-name.html`).
    pub redirects: BTreeMap<String, String>,
    /// By record, the records whose bodies link to it, sorted and without repetition.
    pub backlinks: BTreeMap<RecordIndex, Vec<RecordIndex>>,
    /// Number of records that the audience may not see.
    pub withheld_count: usize,
    /// Why a record or attachment is withheld from the audience, by source path.
    pub withheld_reasons: BTreeMap<Arc<str>, &'static str>,
    /// Names of the records and attachments that are withheld from the audience.
    pub withheld_names: WithheldNames,
}

/// The fields that records of all kinds share.
#[derive(Debug, Clone, Default)]
pub struct Meta {
    /// The stable id: the path below the folder of its kind without extension, such as
    /// `br/unboxing-drop`.
    pub id: Arc<str>,
    /// Site path of the record's page, without a leading slash and with a trailing one:
    /// `case-studies/br/unboxing-drop/`.
    pub address: String,
    /// Path of the source file, relative to the hub's folder.
    pub path: Arc<str>,
    /// The title; where the record states none, its first heading or file name.
    pub title: String,
    /// Declared language as a BCP 47 tag; the hub's language where the record declares none.
    pub language: String,
    /// The language detected in the text, computed on first use; see [`CaseStudy::text_language`].
    pub text_language: LazyLanguage,
    /// What the record says in short in other languages; empty for content pages.
    pub gists: Gists,
    /// Whether the record is a draft; drafts are published only with `--drafts`.
    pub is_draft: bool,
    /// The widest audience that may see the record, after embargoes.
    pub visibility: crate::site::Visibility,
    /// The Markdown text with its outline and links.
    pub body: Body,
    /// Byte spans of front-matter values in the file, by canonical field name.
    pub field_spans: FieldSpans,
    /// Days of the first and last change according to git; none for files that git does not know.
    pub change: Option<crate::source::FileDates>,
    /// Fields below `extra:` and unknown keys of front matter.
    pub extra: Vec<ExtraField>,
}

/// A language that is detected on first use, because `check` never needs it and other commands ask
/// for it from many threads.
#[derive(Debug, Clone, Default)]
pub struct LazyLanguage(OnceLock<Language>);

impl Meta {
    /// The gist of the record for readers of a language (BCP 47); none where the record itself is
    /// in that language, whatever its region, and where it has no gist in it.
    pub fn gist_for(&self, language: &str) -> Option<&Gist> {
        if gist::is_same_language(&self.language, language) && !self.gists.has(language) {
            return None;
        }
        self.gists.find(language)
    }

    /// The language for tokenising and stemming the record: the declared one unless the text is in
    /// another. `lead` holds the front-matter fields that are prose.
    fn text_language<'m>(&'m self, lead: [Option<&'m str>; 2]) -> Language {
        let texts = || {
            self.body
                .sections
                .iter()
                .map(|section| &*section.text)
                .chain(lead.into_iter().flatten())
                .chain([&*self.title])
        };
        *self.text_language.0.get_or_init(|| detect_language_of(texts(), &self.language))
    }
}

/// Byte spans of front-matter values in a record's file, by canonical field name.
#[derive(Debug, Clone, Default)]
pub struct FieldSpans(pub Vec<(&'static str, Range<usize>)>);

impl FieldSpans {
    /// The span of a field's value; the empty span `0..0` where the field is missing.
    pub fn span_of(&self, field: &Field) -> Range<usize> {
        self.0.iter().find(|(name, _)| *name == field.name).map_or(0..0, |(_, span)| span.clone())
    }
}

/// The Markdown text of a record with its outline and resolved links.
#[derive(Debug, Clone, Default)]
pub struct Body {
    /// Text of the whole file, front matter included.
    pub text: Arc<str>,
    /// Byte offset in `text` at which the body starts, after the front matter.
    pub start: usize,
    /// Headings in document order, each with an anchor that is unique in the body.
    pub headings: Arc<[Heading]>,
    /// Plain text by section: the text before the first heading, then one for each heading.
    pub sections: Arc<[TextSection]>,
    /// The text of all code blocks, which is no part of the sections.
    pub code: Arc<str>,
    /// Links and images, resolved: those of Markdown in order, then those of raw HTML.
    pub links: Vec<Link>,
    /// Values of `id` and `name` attributes in raw HTML, which links can lead to.
    pub anchors: Vec<String>,
    /// Whether the body holds raw HTML, and how it is rendered.
    pub raw_html: RawHtml,
    /// The words of each section: those of its heading, then those of its text.
    pub tokenized: Arc<TokenizedTexts>,
}

impl Body {
    /// The Markdown source, without front matter.
    pub fn markdown(&self) -> &str {
        &self.text[self.start..]
    }
}

/// A link or image of a body.
#[derive(Debug, Clone)]
pub struct Link {
    /// The destination as the author wrote it.
    pub destination: String,
    /// Byte span of the link in the file.
    pub span: Range<usize>,
    /// Whether this is an image or other embedded media.
    pub is_image: bool,
    /// Alternative text of an image; none where the element needs none.
    pub alt: Option<String>,
    /// Whether the link is an attribute of raw HTML.
    pub is_in_html: bool,
    /// The resolved destination.
    pub target: LinkTarget,
    /// Query and fragment of the destination as written, such as `?q=quiz#results`; empty where
    /// there is neither.
    pub suffix: String,
}

impl Link {
    /// Whether a reader's browser loads this image from another host while it shows the page.
    pub fn is_remote_image(&self) -> bool {
        let address = self.destination.trim_start().to_ascii_lowercase();
        self.is_image
            && ["//", "http://", "https://"].iter().any(|start| address.starts_with(start))
    }
}

/// The resolved destination of a link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LinkTarget {
    /// A destination outside the site, such as a web or mail address, which is kept as written.
    External,
    /// An anchor of the same page; empty for the top of the page.
    Anchor(String),
    /// Another record, and an anchor in it where one is named.
    Record(RecordIndex, Option<String>),
    /// A published attachment, by site path.
    Asset(String),
    /// A page or file that Casebook generates, by site path.
    Generated(String),
    /// A record that this audience may not see: the link's text is shown without a link.
    Withheld,
    /// An image of another host, which the hub's settings refuse: it is shown as a link.
    RefusedImage,
    /// A destination that does not exist; a diagnostic reports it.
    Broken,
}

/// An experiment that is proposed in the backlog.
#[derive(Debug, Clone)]
pub struct Idea {
    /// The fields that records of all kinds share.
    pub meta: Meta,
    /// Progress of the idea.
    pub status: keywords::IdeaStatus,
    /// Short text for lists; the first paragraph where the record gives none.
    pub summary: String,
    /// Markets it would run in: those named, and the members of named groups.
    pub markets: Vec<MarketId>,
    /// Market groups it would run in.
    pub stated_groups: Vec<GroupId>,
    /// Channels, in the record's order.
    pub channels: Vec<ChannelId>,
    /// Tactics, in the record's order; the first is the main one.
    pub tactics: Vec<TacticId>,
    /// The hypothesis in the form "if ... for ... then ... because ...".
    pub hypothesis: Option<String>,
    /// The team or role that is responsible.
    pub owner: Option<String>,
    /// The marketing objective.
    pub objective: Option<keywords::Objective>,
    /// The metric that would decide the experiment.
    pub primary_metric: Option<MetricId>,
    /// Estimated effort as a size.
    pub effort: Option<keywords::Band>,
    /// The planned quarter as written, such as `2027-Q1`.
    pub target: Option<String>,
    /// Markets that proposed the idea.
    pub proposed_by: Vec<MarketId>,
    /// Markets that asked for the idea; their number is its demand.
    pub wanted_by: Vec<MarketId>,
    /// Components of the priority score, each 1 to 10.
    pub score: ScoreParts,
    /// Case studies that support the idea.
    pub evidence: Vec<CaseIndex>,
    /// Web addresses that support the idea.
    pub evidence_links: Vec<String>,
    /// The case study of the experiment that came of the idea.
    pub becomes: Option<CaseIndex>,
    /// Statements that the idea repeats no other record.
    pub not_duplicate_of: Vec<NotDuplicate>,
    /// Reason for declining the idea.
    pub declined_reason: Option<String>,
}

impl Idea {
    /// The language for tokenising and stemming the idea; detected on the first call.
    pub fn text_language(&self) -> Language {
        self.meta.text_language([Some(&*self.summary), self.hypothesis.as_deref()])
    }
}

/// Components of an idea's priority score as written; the hub's settings choose between ICE and
/// RICE, which use different ones.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct ScoreParts {
    /// Number of people reached, on a scale of 1 to 10.
    pub reach: Option<f64>,
    /// Expected size of the effect, on a scale of 1 to 10.
    pub impact: Option<f64>,
    /// Confidence in the expected effect, on a scale of 1 to 10.
    pub confidence: Option<f64>,
    /// Ease of implementation, on a scale of 1 to 10.
    pub ease: Option<f64>,
    /// Effort of implementation, on a scale of 1 to 10.
    pub effort: Option<f64>,
}

/// A general finding that the hub curates from several case studies.
#[derive(Debug, Clone)]
pub struct Playbook {
    /// The fields that records of all kinds share.
    pub meta: Meta,
    /// The finding, as one sentence.
    pub claim: String,
    /// Confidence of the hub in the claim.
    pub status: keywords::PlaybookStatus,
    /// Case studies that support the claim.
    pub supports: Vec<CaseIndex>,
    /// Case studies that contradict the claim.
    pub contradicts: Vec<CaseIndex>,
    /// Markets that the claim applies to; empty means all.
    pub markets: Vec<MarketId>,
    /// Market groups that the claim applies to.
    pub stated_groups: Vec<GroupId>,
    /// Market maturities that the claim applies to; empty means all.
    pub maturity: Vec<crate::vocabulary::Maturity>,
    /// Channels, in the record's order.
    pub channels: Vec<ChannelId>,
    /// Tactics, in the record's order; the first is the main one.
    pub tactics: Vec<TacticId>,
    /// Elements that every market keeps as they are.
    pub fixed: Vec<String>,
    /// Elements that a market may adapt.
    pub flexible: Vec<String>,
    /// The team or role that is responsible.
    pub owner: Option<String>,
    /// Last verification and review interval.
    pub verification: Verification,
    /// Statements that the members of a family do not repeat each other.
    pub not_duplicate_of: Vec<NotDuplicate>,
}

/// A page of prose that the hub writes itself, such as `about`.
#[derive(Debug, Clone)]
pub struct ContentPage {
    /// The fields that records of all kinds share.
    pub meta: Meta,
    /// Summary for lists and search; the first paragraph where the record gives none.
    pub summary: String,
    /// Label of the page in menus; the title where there is none.
    pub nav_title: Option<String>,
}

/// Last verification of a record and the interval until the next.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Verification {
    /// The team or role that verified the record.
    pub verified_by: Option<String>,
    /// Day of the last verification.
    pub verified_on: Option<Date>,
    /// Interval between verifications, in days.
    pub review_interval_days: Option<u32>,
}

impl Verification {
    /// Day on which the next verification of the record is due; none without a day of the last one
    /// or an interval.
    pub fn due_date(&self) -> Option<Date> {
        let verified_on = self.verified_on?;
        verified_on.checked_add(jiff::Span::new().days(i64::from(self.review_interval_days?))).ok()
    }

    /// Whether the due date lies before `today`.
    pub fn is_overdue(&self, today: Date) -> bool {
        self.due_date().is_some_and(|due| due < today)
    }
}

/// An entry of `not_duplicate_of`: the author's statement that this record repeats neither another
/// record nor a family of records.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotDuplicate {
    /// The other case study; for a family, the member whose id the family's id starts with, which
    /// may be this record.
    pub case: CaseIndex,
    /// Whether the statement covers one record or a family.
    pub scope: NotDuplicateScope,
    /// The author's reason; an empty one is reported by `answer-without-reason`.
    pub reason: String,
    /// Byte span of the entry in the file.
    pub span: Range<usize>,
}

/// The records that a [`NotDuplicate`] statement covers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotDuplicateScope {
    /// One other record, written `{id: br/unboxing-drop}`.
    Record,
    /// All records of a family, written `{family: br/unboxing-drop~ugc}`.
    Family {
        /// Number of members that the family had when the statement was written, where it says so.
        members: Option<usize>,
    },
}

impl Catalog {
    /// The case study at a position.
    pub fn case(&self, index: CaseIndex) -> &CaseStudy {
        &self.cases[index.0 as usize]
    }

    /// The idea at a position.
    pub fn idea(&self, index: IdeaIndex) -> &Idea {
        &self.ideas[index.0 as usize]
    }

    /// The playbook at a position.
    pub fn playbook(&self, index: PlaybookIndex) -> &Playbook {
        &self.playbooks[index.0 as usize]
    }

    /// All case studies with their positions, in id order.
    pub fn iter_cases(&self) -> impl ExactSizeIterator<Item = (CaseIndex, &CaseStudy)> {
        self.cases.iter().enumerate().map(|(index, case)| (CaseIndex(index as u32), case))
    }

    /// All ideas with their positions, in id order.
    pub fn iter_ideas(&self) -> impl ExactSizeIterator<Item = (IdeaIndex, &Idea)> {
        self.ideas.iter().enumerate().map(|(index, idea)| (IdeaIndex(index as u32), idea))
    }

    /// The shared fields of the record at a position.
    pub fn meta(&self, index: RecordIndex) -> &Meta {
        match index {
            RecordIndex::Case(case) => &self.case(case).meta,
            RecordIndex::Idea(idea) => &self.idea(idea).meta,
            RecordIndex::Playbook(playbook) => &self.playbook(playbook).meta,
            RecordIndex::Page(page) => &self.pages[page as usize].meta,
        }
    }

    /// The shared fields of all records: case studies, ideas, playbooks, then pages.
    pub fn metas(&self) -> impl Iterator<Item = &Meta> {
        let cases = self.cases.iter().map(|case| &case.meta);
        let ideas = self.ideas.iter().map(|idea| &idea.meta);
        let playbooks = self.playbooks.iter().map(|playbook| &playbook.meta);
        cases.chain(ideas).chain(playbooks).chain(self.pages.iter().map(|page| &page.meta))
    }

    /// The shared fields of all records, in the order of [`Catalog::metas`], to change links in
    /// place.
    fn metas_mut(&mut self) -> impl Iterator<Item = &mut Meta> {
        let cases = self.cases.iter_mut().map(|case| &mut case.meta);
        let ideas = self.ideas.iter_mut().map(|idea| &mut idea.meta);
        let playbooks = self.playbooks.iter_mut().map(|playbook| &mut playbook.meta);
        cases.chain(ideas).chain(playbooks).chain(self.pages.iter_mut().map(|page| &mut page.meta))
    }

    /// Position of the case study with an id.
    pub fn find_case(&self, id: &str) -> Option<CaseIndex> {
        self.cases
            .binary_search_by(|case| (*case.meta.id).cmp(id))
            .ok()
            .map(|index| CaseIndex(index as u32))
    }

    /// Position of the idea with an id.
    pub fn find_idea(&self, id: &str) -> Option<IdeaIndex> {
        self.ideas
            .binary_search_by(|idea| (*idea.meta.id).cmp(id))
            .ok()
            .map(|index| IdeaIndex(index as u32))
    }
}
