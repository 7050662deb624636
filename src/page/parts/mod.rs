//! Small views that many pages share; all texts in them are ready to print.

use serde::Serialize;

use crate::catalog::CaseIndex;

pub mod axis;
pub mod case_study_row;
pub mod chart;
pub mod citation;
pub mod compared_study;
pub mod comparison;
pub mod digest;
pub mod event_row;
pub mod extra_fields;
pub mod facets;
pub mod family;
pub mod frame;
pub mod mention;
pub mod pagination;
pub mod ready_answers;
pub mod record;
pub mod related;
pub mod report_rows;
pub mod repository;
pub mod share_bar;
pub mod share_card;
pub mod shown_text;
pub mod similarity_reasons;
pub mod structured_data;
pub mod tabs;
pub mod team;
pub mod term_filter;
pub mod term_ref;
pub mod term_summary;
pub mod terminal_command;

/// A link within the site.
#[derive(Debug, Clone, Serialize)]
pub struct Link {
    /// Site path without a leading slash.
    pub url: String,
    /// Link text.
    pub label: String,
}

impl Link {
    /// Creates a link.
    pub fn new(url: impl Into<String>, label: impl Into<String>) -> Self {
        Link { url: url.into(), label: label.into() }
    }
}

/// A text that is a link where a target is known.
#[derive(Debug, Clone, Serialize)]
pub struct OptionalLink {
    /// Site path of the target, if any.
    pub url: Option<String>,
    /// The text.
    pub label: String,
}

impl OptionalLink {
    /// Creates a text without a link.
    pub fn plain(label: impl Into<String>) -> Self {
        OptionalLink { url: None, label: label.into() }
    }

    /// Creates a text with a link.
    pub fn linked(url: impl Into<String>, label: impl Into<String>) -> Self {
        OptionalLink { url: Some(url.into()), label: label.into() }
    }
}

/// An outcome or status as an icon with a label.
#[derive(Debug, Clone, Serialize)]
pub struct OutcomeMark {
    /// Id that selects shape and colour: `won`, `lost`, `running`.
    pub id: &'static str,
    /// Label of the outcome or status.
    pub label: String,
}

/// An evidence grade with the reason for it.
#[derive(Debug, Clone, Serialize)]
pub struct GradeMark {
    /// The letter in lower case, for the style.
    pub id: &'static str,
    /// The letter in upper case, for readers.
    pub letter: &'static str,
    /// What the grade rests on, in words.
    pub reason: String,
}

/// A small chart of a relative lift on the scale that all lists share: 120 units wide, zero at 60,
/// better to the right.
#[derive(Debug, Clone, Serialize)]
pub struct SmallIntervalChart {
    /// `better`, `worse` or `unclear`.
    pub tone: &'static str,
    /// The interval in words, else the lift.
    pub title: String,
    /// SVG path of the confidence interval; none without one.
    pub span: Option<String>,
    /// Horizontal position of the lift, 0 to 120.
    pub point: String,
}

/// The primary result of a case study as a list shows it.
#[derive(Debug, Clone, Serialize)]
pub struct EffectMark {
    /// The lift: `−12.4%`.
    pub value: String,
    /// The confidence interval of the lift without unit: `−18.0 to −6.1`; none where none is stated.
    pub range: Option<String>,
    /// Metric and effect: `CPA, better`.
    pub metric: String,
}

/// One case study as a row of a list.
#[derive(Debug, Clone, Serialize)]
pub struct CaseStudyRow {
    /// Site path of the case study.
    pub url: String,
    /// Title of the case study.
    pub title: String,
    /// Language tag (BCP 47) of the title where it differs from the interface's.
    pub language: Option<String>,
    /// The title of the record in its own language, where the title is that of a gist.
    pub original: Option<OriginalTitle>,
    /// Outcome, or status while it has not ended.
    pub signal: OutcomeMark,
    /// Markets, channels, tactics and month, each as one text.
    pub facts: Vec<String>,
    /// The primary result; none before the study has ended, and without a lift.
    pub effect: Option<EffectMark>,
    /// The primary result as a small chart; relative lifts only.
    pub interval: Option<SmallIntervalChart>,
    /// Evidence grade.
    pub grade: Option<GradeMark>,
    /// The decision on reuse (approved, retired, replaced), then whether its verification holds;
    /// what is not decided or was never verified has no badge.
    pub badges: Vec<Badge>,
}

/// A short label on a coloured background, such as a reuse decision.
#[derive(Debug, Clone, Serialize)]
pub struct Badge {
    /// `good`, `attention`, `live` or empty.
    pub tone: &'static str,
    /// Text of the badge.
    pub label: String,
}

/// A stacked bar of counts by outcome, 1000 units wide.
#[derive(Debug, Clone, Serialize)]
pub struct TallyBar {
    /// All counts in words.
    pub title: String,
    /// One segment for each outcome with a count above zero.
    pub parts: Vec<TallySegment>,
}

/// One segment of a stacked bar, for one outcome.
#[derive(Debug, Clone, Serialize)]
pub struct TallySegment {
    /// Id of the outcome, for the style.
    pub id: &'static str,
    /// Left end, 0 to 1000.
    pub x: String,
    /// Width, 0 to 1000.
    pub width: String,
    /// Count and outcome: `7 won`.
    pub label: String,
}

/// A number that a page shows in large type, with a label.
#[derive(Debug, Clone, Serialize)]
pub struct KeyFigure {
    /// The formatted number.
    pub value: String,
    /// What the number counts.
    pub label: String,
    /// Site path of a page about the number.
    pub url: Option<String>,
    /// A remark below the label.
    pub note: Option<String>,
}

/// What a page shows in place of an empty list: what is missing, and where to add it.
#[derive(Debug, Clone, Serialize)]
pub struct EmptyState {
    /// What is missing.
    pub title: String,
    /// What to do about it.
    pub text: String,
    /// Site path of the page where to do it.
    pub url: Option<String>,
    /// Label of the button.
    pub action: String,
}

/// A link to a page of a paginated list; without a URL it stands for the current page or for a gap.
#[derive(Debug, Clone, Serialize)]
pub struct PaginationLink {
    /// One-based page number, or an ellipsis for a gap.
    pub label: String,
    /// Site path of the page.
    pub url: Option<String>,
    /// Whether it is the current page.
    pub current: bool,
    /// `prev` or `next` for the neighbours of the current page.
    pub rel: Option<&'static str>,
}

/// A labelled fact about a record.
#[derive(Debug, Clone, Serialize)]
pub struct Fact {
    /// Name of the fact.
    pub label: String,
    /// One or more values.
    pub values: Vec<OptionalLink>,
}

/// A highlighted notice on a page, with an optional link.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Callout {
    /// `attention`, `live` or empty.
    pub tone: &'static str,
    /// Name of the icon.
    pub icon: &'static str,
    /// The notice.
    pub text: String,
    /// Site path the notice links to.
    pub url: Option<String>,
    /// Link text.
    pub action: String,
    /// Why the record may be the same work as another; empty for any other notice.
    pub reasons: Vec<ReasonChip>,
}

/// One thing that similar records have in common.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ReasonChip {
    /// What is in common: `Same tactic`.
    pub label: String,
    /// Which one it is: `Referral reward`; none where the label says all.
    pub value: Option<String>,
}

/// A line about the record itself: who verified it, when it changed, where its source is.
#[derive(Debug, Clone, Default, Serialize)]
pub struct RecordLine {
    /// Text of the line.
    pub label: String,
    /// Address on another host.
    pub url: Option<String>,
    /// Site path of the page that the text leads to, such as that of a team.
    pub path: Option<String>,
    /// The date in ISO 8601.
    pub date: Option<String>,
    /// The date in the format of the interface's language.
    pub day: Option<String>,
    /// Whether the date lies in the past and may be shown as an age. A due date stays a date.
    pub past: bool,
}

/// The language of a record where it differs from the interface's.
#[derive(Debug, Clone, Serialize)]
pub struct LanguageMark {
    /// Language tag (BCP 47).
    pub id: String,
    /// Writing direction: `ltr` or `rtl`.
    pub direction: &'static str,
}

/// The title of a record in its own language, below that of its gist.
#[derive(Debug, Clone, Serialize)]
pub struct OriginalTitle {
    /// The title.
    pub title: String,
    /// Its language tag (BCP 47).
    pub language: String,
    /// Its writing direction: `ltr` or `rtl`.
    pub direction: &'static str,
    /// What the language is called in that of the interface: `Japanese`.
    pub name: String,
}

/// An entry of a table of contents.
#[derive(Debug, Clone, Serialize)]
pub struct ContentsEntry {
    /// Heading level, 2 or 3.
    pub level: u8,
    /// Anchor of the heading.
    pub id: String,
    /// Text of the heading.
    pub title: String,
}

/// A titled list of links, in the footer or beside the text of a page.
#[derive(Debug, Clone, Serialize)]
pub struct LinkGroup {
    /// Title of the list.
    pub label: String,
    /// Links in display order.
    pub links: Vec<AnnotatedLink>,
}

/// A link within the site with a remark behind it.
#[derive(Debug, Clone, Serialize)]
pub struct AnnotatedLink {
    /// Site path without a leading slash.
    pub url: String,
    /// Link text.
    pub label: String,
    /// A remark after the link.
    pub note: Option<String>,
}

/// A titled list of records related to the one on the page.
#[derive(Debug, Clone, Serialize)]
pub struct RelatedRecords {
    /// Title of the list.
    pub label: String,
    /// Case studies, as positions in the page's `Mentions`.
    pub studies: Vec<u32>,
    /// Records of other kinds.
    pub links: Vec<AnnotatedLink>,
}

/// A titled list of case studies; the theme inserts their rows.
#[derive(Debug, Clone, Serialize)]
pub struct CaseStudyList {
    /// Anchor of the list.
    pub id: &'static str,
    /// Title of the list.
    pub title: String,
    /// A sentence about the list.
    pub hint: String,
    /// Case studies, as values of `CaseIndex`.
    pub rows: Vec<u32>,
    /// Links to the pages of the list; empty for a single page.
    pub pages: Vec<PaginationLink>,
}

/// A field by which a list can be filtered.
#[derive(Debug, Clone, Serialize)]
pub struct Facet {
    /// Id of the field: `market`.
    pub id: &'static str,
    /// Label of the field.
    pub label: String,
    /// Whether the values are expanded at first.
    pub open: bool,
    /// Values with the number of case studies; terms with the most case studies first.
    pub values: Vec<FacetValue>,
    /// Link to the page with all values, where not all are shown.
    pub more: Option<Link>,
}

/// A value of a facet, by which a list can be filtered.
#[derive(Debug, Clone, Serialize)]
pub struct FacetValue {
    /// Id of the value.
    pub id: String,
    /// Label of the value.
    pub label: String,
    /// Number of case studies with this value.
    pub count: String,
    /// Site path of the value's own page; without one the value works only with scripts.
    pub url: Option<String>,
}

/// Values that all pages of a term share, so that they are computed once for each term.
#[derive(Debug)]
pub struct TermSummary {
    /// Case studies in list order.
    pub cases: Vec<CaseIndex>,
    /// Key figures: studies, win rate, best evidence, running.
    pub figures: Vec<KeyFigure>,
    /// Outcomes as a bar.
    pub tally: Option<TallyBar>,
}

/// Builds breadcrumb links from pairs of site path and label.
pub fn breadcrumbs(links: impl IntoIterator<Item = (String, String)>) -> Vec<Link> {
    links.into_iter().map(|(url, label)| Link::new(url, label)).collect()
}
