//! The catalog: every record typed, its references resolved, its terms known.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::{Arc, OnceLock};

use casebook_search::language::{Language, detect_in};
use casebook_search::wording::Wording;
use jiff::civil::Date;

use crate::source::Asset;
use crate::vocabulary::{ChannelId, GroupId, MarketId, MetricId, TacticId, Vocabulary};

pub mod again;
mod alias;
pub mod assemble;
pub mod attachments;
pub mod case_study;
mod claims;
mod day;
mod fields;
mod figure;
pub mod free_field;
pub mod gate;
pub mod generated_links;
pub mod grade;
mod language;
pub mod links;
pub mod open_vocabulary;
mod read;
pub mod result;
pub mod terms;
mod unlinkable;
pub mod words;

pub use crate::record::outline::{Heading, RawHtml, Section};
pub use case_study::CaseStudy;
pub use free_field::FreeField;
pub use result::Reported;

/// Position of a case study in `Catalog::cases`; their order is by id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CaseIndex(pub u32);

/// Position of an idea in `Catalog::ideas`; their order is by id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct IdeaIndex(pub u32);

/// Position of a playbook in `Catalog::playbooks`; their order is by id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PlaybookIndex(pub u32);

/// Any record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RecordIndex {
    /// A case study.
    Case(CaseIndex),
    /// An idea.
    Idea(IdeaIndex),
    /// A playbook.
    Playbook(PlaybookIndex),
    /// A free page, by position in `Catalog::pages`.
    Page(u32),
}

/// All records the audience may see, and the vocabulary they use.
#[derive(Debug, Clone, Default)]
pub struct Catalog {
    /// In id order.
    pub cases: Vec<CaseStudy>,
    /// In id order.
    pub ideas: Vec<Idea>,
    /// In id order.
    pub playbooks: Vec<Playbook>,
    /// Free pages, in id order.
    pub pages: Vec<Prose>,
    /// The vocabulary, with unlisted terms added in open mode.
    pub vocabulary: Vocabulary,
    /// Files published beside the records, by site path.
    pub assets: BTreeMap<String, Asset>,
    /// Old addresses, of pages (`old-name/`) or of files (`old-name.html`), each with the address of its record.
    pub redirects: BTreeMap<String, String>,
    /// Who links to a record from a body, in order.
    pub backlinks: BTreeMap<RecordIndex, Vec<RecordIndex>>,
    /// How many records the audience may not see.
    pub withheld: usize,
    /// Records and attachments that the audience may not see, by source path, and why.
    pub withheld_files: BTreeMap<Arc<str>, &'static str>,
}

/// What every record has.
#[derive(Debug, Clone, Default)]
pub struct Meta {
    /// Its stable id: `br/unboxing-drop`.
    pub id: Arc<str>,
    /// Site path of its page without a leading slash, with a trailing one: `case-studies/br/unboxing-drop/`.
    pub address: String,
    /// Source path below the root.
    pub path: Arc<str>,
    /// Its title.
    pub title: String,
    /// BCP 47, the hub's language unless the record says.
    pub language: String,
    /// The language that its text is read in, once somebody has asked; see [`CaseStudy::read_in`].
    pub read_in: ReadIn,
    /// Whether it is a draft; drafts appear only where they are asked for.
    pub draft: bool,
    /// Who may see it.
    pub visibility: crate::site::Visibility,
    /// Its text.
    pub body: Body,
    /// Spans of front-matter fields in the file, by canonical field name.
    pub fields: FieldSpans,
    /// First and last change, from git.
    pub change: Option<crate::source::Change>,
    /// The record's own free fields and, in lenient hubs, unknown keys.
    pub extra: Vec<FreeField>,
}

/// A language that a record tells of itself when it is first asked: by then many cores ask, and who only checks a hub never does.
#[derive(Debug, Clone, Default)]
pub struct ReadIn(OnceLock<Language>);

impl Meta {
    /// The language that the record's words are cut and stemmed in: the declared one, unless its text says otherwise. `lead` is what its
    /// front matter says in sentences.
    fn read_in<'m>(&'m self, lead: [Option<&'m str>; 2]) -> Language {
        let texts = || self.body.sections.iter().map(|section| &*section.text).chain(lead.into_iter().flatten()).chain([&*self.title]);
        *self.read_in.0.get_or_init(|| detect_in(texts(), &self.language))
    }
}

/// Where the fields of a record stand in its file.
#[derive(Debug, Clone, Default)]
pub struct FieldSpans(pub Vec<(&'static str, Range<usize>)>);

impl FieldSpans {
    /// The value's span, or the file's start where the field is missing.
    pub fn of(&self, field: &str) -> Range<usize> {
        self.0.iter().find(|(name, _)| *name == field).map_or(0..0, |(_, span)| span.clone())
    }
}

/// The Markdown text of a record with its outline and resolved links.
#[derive(Debug, Clone, Default)]
pub struct Body {
    /// The whole file's text.
    pub text: Arc<str>,
    /// Where the body starts in it.
    pub start: usize,
    /// Headings in order, anchors unique.
    pub headings: Arc<[Heading]>,
    /// Plain text by section: the text before the first heading, then one for each heading.
    pub sections: Arc<[Section]>,
    /// Links and images, resolved: those of Markdown in order, then those of raw HTML.
    pub links: Vec<Link>,
    /// Names within raw HTML that can be linked to.
    pub anchors: Vec<String>,
    /// Whether it holds raw HTML, and what becomes of it.
    pub raw_html: RawHtml,
    /// The words of every section: its heading, then its text.
    pub wording: Arc<Wording>,
}

impl Body {
    /// The Markdown itself.
    pub fn markdown(&self) -> &str {
        &self.text[self.start..]
    }
}

/// A link or image of a body.
#[derive(Debug, Clone)]
pub struct Link {
    /// The destination as written.
    pub written: String,
    /// Where the link stands in the file.
    pub span: Range<usize>,
    /// Whether it is an image.
    pub image: bool,
    /// Alternative text of an image; none where it needs none.
    pub alt: Option<String>,
    /// Whether it stands in raw HTML.
    pub in_html: bool,
    /// Where it leads.
    pub target: Target,
    /// The query and fragment behind the path as written: `?q=quiz#results`.
    pub suffix: String,
}

impl Link {
    /// Whether a reader's browser asks another host for it without being told to.
    pub fn loads_from_elsewhere(&self) -> bool {
        let address = self.written.trim_start().to_ascii_lowercase();
        self.image && ["//", "http://", "https://"].iter().any(|start| address.starts_with(start))
    }
}

/// Where a link leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// Another host, a mail address and the like, as written.
    Outside,
    /// A heading of the same page.
    Anchor(String),
    /// Another record, and perhaps a heading of it.
    Record(RecordIndex, Option<String>),
    /// A published file, by site path.
    Asset(String),
    /// A page or file that Casebook makes itself, by site path.
    Generated(String),
    /// A record that this audience may not see: its text stays, the link goes.
    Withheld,
    /// A picture of another host, which the hub refuses: a link stands in its place.
    Refused,
    /// Nothing; a diagnostic says so.
    Broken,
}

/// A backlog idea.
#[derive(Debug, Clone)]
pub struct Idea {
    /// What every record has.
    pub meta: Meta,
    /// Where it stands.
    pub status: words::IdeaStatus,
    /// Short text for lists; the first paragraph where the record gives none.
    pub summary: String,
    /// Where it would run.
    pub markets: Vec<MarketId>,
    /// Market groups it would run in.
    pub stated_groups: Vec<GroupId>,
    /// Channels.
    pub channels: Vec<ChannelId>,
    /// Tactics.
    pub tactics: Vec<TacticId>,
    /// If ... for ... then ... because ...
    pub hypothesis: Option<String>,
    /// A team or role.
    pub owner: Option<String>,
    /// What it is for.
    pub objective: Option<words::Objective>,
    /// What it would be judged by.
    pub primary_metric: Option<MetricId>,
    /// How much work.
    pub effort: Option<words::Band>,
    /// A quarter: `2027-Q1`.
    pub target: Option<String>,
    /// Markets that brought it up.
    pub proposed_by: Vec<MarketId>,
    /// Markets that want it; their number is the demand.
    pub wanted_by: Vec<MarketId>,
    /// Parts of its score, each 1 to 10.
    pub score: ScoreParts,
    /// Case studies that speak for it.
    pub evidence: Vec<CaseIndex>,
    /// Addresses elsewhere that speak for it.
    pub evidence_links: Vec<String>,
    /// The case study it became.
    pub becomes: Option<CaseIndex>,
    /// Records it is known not to repeat, with the reason.
    pub not_duplicate_of: Vec<Answer>,
    /// Why it was declined.
    pub declined_reason: Option<String>,
}

impl Idea {
    /// The language that its words are cut and stemmed in.
    pub fn read_in(&self) -> Language {
        self.meta.read_in([Some(&*self.summary), self.hypothesis.as_deref()])
    }
}

/// Parts of an idea's score as written; which of them count is the hub's choice.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct ScoreParts {
    /// How many it reaches, 1 to 10.
    pub reach: Option<f64>,
    /// How much it would move, 1 to 10.
    pub impact: Option<f64>,
    /// How sure we are, 1 to 10.
    pub confidence: Option<f64>,
    /// How easy it is, 1 to 10.
    pub ease: Option<f64>,
    /// How much work it is, 1 to 10.
    pub effort: Option<f64>,
}

/// A claim that the hub curates from several case studies.
#[derive(Debug, Clone)]
pub struct Playbook {
    /// What every record has.
    pub meta: Meta,
    /// What is held to be true.
    pub claim: String,
    /// How sure the hub is.
    pub status: words::PlaybookStatus,
    /// Case studies that support it.
    pub supports: Vec<CaseIndex>,
    /// Case studies that contradict it.
    pub contradicts: Vec<CaseIndex>,
    /// Markets it applies to; empty means all.
    pub markets: Vec<MarketId>,
    /// Market groups it applies to.
    pub stated_groups: Vec<GroupId>,
    /// Maturities it applies to; empty means all.
    pub maturity: Vec<crate::vocabulary::Maturity>,
    /// Channels.
    pub channels: Vec<ChannelId>,
    /// Tactics.
    pub tactics: Vec<TacticId>,
    /// What is kept centrally.
    pub fixed: Vec<String>,
    /// What may be adapted.
    pub flexible: Vec<String>,
    /// A team or role.
    pub owner: Option<String>,
    /// When and how often it is verified.
    pub verification: Verification,
    /// Families that it answers for all their members.
    pub not_duplicate_of: Vec<Answer>,
}

/// A free page.
#[derive(Debug, Clone)]
pub struct Prose {
    /// What every record has.
    pub meta: Meta,
    /// One sentence for lists and search.
    pub summary: String,
    /// Its name in menus.
    pub nav_title: Option<String>,
}

/// When a record was last verified and when that is due again.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Verification {
    /// The team or role that verified it.
    pub by: Option<String>,
    /// When.
    pub on: Option<Date>,
    /// How often it is to be verified, in days.
    pub every: Option<u32>,
}

impl Verification {
    /// The day the next verification is due: `every` days after the last one.
    pub fn due(&self) -> Option<Date> {
        let on = self.on?;
        on.checked_add(jiff::Span::new().days(i64::from(self.every?))).ok()
    }

    /// Whether that day has passed.
    pub fn overdue(&self, today: Date) -> bool {
        self.due().is_some_and(|due| due < today)
    }
}

/// An entry of `not_duplicate_of`: this record is known not to repeat another one, or not to repeat a whole family.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The other record; of a family the member that its id begins with, which may be the record itself.
    pub case: CaseIndex,
    /// Whether the answer is about that record alone.
    pub about: AnswerAbout,
    /// Why; may be empty, which is a warning.
    pub reason: String,
    /// Where it is said.
    pub span: Range<usize>,
}

/// What an [`Answer`] is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AnswerAbout {
    /// One other record: `{id: br/unboxing-drop}`.
    Record,
    /// Every record of a family: `{family: br/unboxing-drop~ugc}`.
    Family {
        /// How many members the family had when it was answered, where the answer says so.
        members: Option<usize>,
    },
}

impl Catalog {
    /// A case study by position.
    pub fn case(&self, index: CaseIndex) -> &CaseStudy {
        &self.cases[index.0 as usize]
    }

    /// An idea by position.
    pub fn idea(&self, index: IdeaIndex) -> &Idea {
        &self.ideas[index.0 as usize]
    }

    /// A playbook by position.
    pub fn playbook(&self, index: PlaybookIndex) -> &Playbook {
        &self.playbooks[index.0 as usize]
    }

    /// Every case study with its position, in id order.
    pub fn each_case(&self) -> impl ExactSizeIterator<Item = (CaseIndex, &CaseStudy)> {
        self.cases.iter().enumerate().map(|(index, case)| (CaseIndex(index as u32), case))
    }

    /// Every idea with its position, in id order.
    pub fn each_idea(&self) -> impl ExactSizeIterator<Item = (IdeaIndex, &Idea)> {
        self.ideas.iter().enumerate().map(|(index, idea)| (IdeaIndex(index as u32), idea))
    }

    /// What every record has, of any record.
    pub fn meta(&self, index: RecordIndex) -> &Meta {
        match index {
            RecordIndex::Case(case) => &self.case(case).meta,
            RecordIndex::Idea(idea) => &self.idea(idea).meta,
            RecordIndex::Playbook(playbook) => &self.playbook(playbook).meta,
            RecordIndex::Page(page) => &self.pages[page as usize].meta,
        }
    }

    /// What every record has, of all records.
    pub fn metas(&self) -> impl Iterator<Item = &Meta> {
        let cases = self.cases.iter().map(|case| &case.meta);
        let ideas = self.ideas.iter().map(|idea| &idea.meta);
        let playbooks = self.playbooks.iter().map(|playbook| &playbook.meta);
        cases.chain(ideas).chain(playbooks).chain(self.pages.iter().map(|page| &page.meta))
    }

    fn metas_mut(&mut self) -> impl Iterator<Item = &mut Meta> {
        let cases = self.cases.iter_mut().map(|case| &mut case.meta);
        let ideas = self.ideas.iter_mut().map(|idea| &mut idea.meta);
        let playbooks = self.playbooks.iter_mut().map(|playbook| &mut playbook.meta);
        cases.chain(ideas).chain(playbooks).chain(self.pages.iter_mut().map(|page| &mut page.meta))
    }

    /// The case study of this id.
    pub fn find_case(&self, id: &str) -> Option<CaseIndex> {
        self.cases.binary_search_by(|case| (*case.meta.id).cmp(id)).ok().map(|index| CaseIndex(index as u32))
    }

    /// The idea of this id.
    pub fn find_idea(&self, id: &str) -> Option<IdeaIndex> {
        self.ideas.binary_search_by(|idea| (*idea.meta.id).cmp(id)).ok().map(|index| IdeaIndex(index as u32))
    }
}
