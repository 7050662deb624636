//! Small views that many pages share; the words in them are ready to print.

use serde::Serialize;

/// A link within the site; addresses are site paths without a leading slash.
#[derive(Debug, Clone, Serialize)]
pub struct Link {
    /// Where.
    pub url: String,
    /// What it says.
    pub label: String,
}

impl Link {
    /// A link.
    pub fn new(url: impl Into<String>, label: impl Into<String>) -> Self {
        Link { url: url.into(), label: label.into() }
    }
}

/// Something that is a link where it leads somewhere.
#[derive(Debug, Clone, Serialize)]
pub struct Labelled {
    /// Where, if anywhere.
    pub url: Option<String>,
    /// What it says.
    pub label: String,
}

impl Labelled {
    /// Words alone.
    pub fn plain(label: impl Into<String>) -> Self {
        Labelled { url: None, label: label.into() }
    }

    /// Words that lead somewhere.
    pub fn linked(url: impl Into<String>, label: impl Into<String>) -> Self {
        Labelled { url: Some(url.into()), label: label.into() }
    }
}

/// An outcome or status: `id` chooses the shape and colour, `label` is the word.
#[derive(Debug, Clone, Serialize)]
pub struct Signal {
    /// `won`, `lost`, `running` and so on.
    pub id: &'static str,
    /// The word.
    pub label: String,
}

/// An evidence grade with its reason.
#[derive(Debug, Clone, Serialize)]
pub struct GradeMark {
    /// The letter in lower case, for the style.
    pub id: &'static str,
    /// The letter.
    pub letter: &'static str,
    /// What it rests on, in words.
    pub reason: String,
}

/// A small interval on the scale all lists share: 120 wide, nought at 60, better to the right.
#[derive(Debug, Clone, Serialize)]
pub struct Interval {
    /// `better`, `worse` or `unclear`.
    pub tone: &'static str,
    /// The same in words.
    pub title: String,
    /// Path of the interval.
    pub span: Option<String>,
    /// Where the lift stands.
    pub point: String,
}

/// A primary result in a list.
#[derive(Debug, Clone, Serialize)]
pub struct EffectMark {
    /// `−12.4%`.
    pub value: String,
    /// `CPA, better`.
    pub metric: String,
}

/// One case study in a list.
#[derive(Debug, Clone, Serialize)]
pub struct Row {
    /// Its page.
    pub url: String,
    /// Its title.
    pub title: String,
    /// Its language where that is not the interface's.
    pub language: Option<String>,
    /// What became of it.
    pub signal: Signal,
    /// Markets, channels, tactics, when.
    pub facts: Vec<String>,
    /// The primary result.
    pub effect: Option<EffectMark>,
    /// The same as a small chart.
    pub interval: Option<Interval>,
    /// Its evidence grade.
    pub grade: Option<GradeMark>,
    /// `approved`, `retired` and the like, where the hub has decided.
    pub badge: Option<Badge>,
}

/// A short word on a ground.
#[derive(Debug, Clone, Serialize)]
pub struct Badge {
    /// `good`, `attention`, `live` or empty.
    pub tone: &'static str,
    /// The word.
    pub label: String,
}

/// A bar of counts by outcome, 1000 wide.
#[derive(Debug, Clone, Serialize)]
pub struct TallyBar {
    /// The counts in words.
    pub title: String,
    /// One for each outcome that occurs.
    pub parts: Vec<TallyPart>,
}

/// One stretch of a bar.
#[derive(Debug, Clone, Serialize)]
pub struct TallyPart {
    /// The outcome.
    pub id: &'static str,
    /// Where it begins.
    pub x: String,
    /// How long it is.
    pub width: String,
    /// `7 won`.
    pub label: String,
}

/// A number that stands out.
#[derive(Debug, Clone, Serialize)]
pub struct Figure {
    /// The number.
    pub value: String,
    /// What it counts.
    pub label: String,
    /// Where it leads.
    pub url: Option<String>,
    /// What else is worth knowing.
    pub note: Option<String>,
}

/// What to do where there is nothing to show.
#[derive(Debug, Clone, Serialize)]
pub struct Empty {
    /// What is missing.
    pub title: String,
    /// What to do about it.
    pub text: String,
    /// Where to do it.
    pub url: Option<String>,
    /// What the button says.
    pub action: String,
}

/// A step in a paged list; without an address it is the current one or a gap.
#[derive(Debug, Clone, Serialize)]
pub struct Step {
    /// A number or a gap.
    pub label: String,
    /// Its page.
    pub url: Option<String>,
    /// Whether it is the page in hand.
    pub current: bool,
    /// `prev` or `next`.
    pub rel: Option<&'static str>,
}

/// A labelled fact of a record.
#[derive(Debug, Clone, Serialize)]
pub struct Fact {
    /// What it is.
    pub label: String,
    /// Its values.
    pub values: Vec<Labelled>,
}

/// A sentence that asks for attention.
#[derive(Debug, Clone, Serialize)]
pub struct Note {
    /// `attention`, `live` or empty.
    pub tone: &'static str,
    /// Name of an icon.
    pub icon: &'static str,
    /// The sentence.
    pub text: String,
    /// Where to go.
    pub url: Option<String>,
    /// What the link says.
    pub action: String,
}

/// A line about a record: who verified it, when it changed, where its source is.
#[derive(Debug, Clone, Default, Serialize)]
pub struct RecordLine {
    /// What it says.
    pub label: String,
    /// An address on another host.
    pub url: Option<String>,
    /// The day, ISO 8601.
    pub date: Option<String>,
    /// The day as readers write it.
    pub day: Option<String>,
    /// Whether that day is gone by, so that readers may be told how long ago it was. A day that something is due by stays a day.
    pub past: bool,
}

/// A language that is not the interface's.
#[derive(Debug, Clone, Serialize)]
pub struct LanguageMark {
    /// BCP 47.
    pub id: String,
    /// `ltr` or `rtl`.
    pub direction: &'static str,
}

/// An entry of a table of contents.
#[derive(Debug, Clone, Serialize)]
pub struct Entry {
    /// 2 or 3.
    pub level: u8,
    /// The anchor.
    pub id: String,
    /// The heading.
    pub title: String,
}

/// A titled list of links at the side of a page.
#[derive(Debug, Clone, Serialize)]
pub struct LinkGroup {
    /// Its title.
    pub label: String,
    /// Its links.
    pub links: Vec<NotedLink>,
}

/// A link with what is to be said about it.
#[derive(Debug, Clone, Serialize)]
pub struct NotedLink {
    /// Where.
    pub url: String,
    /// What it says.
    pub label: String,
    /// Anything else.
    pub note: Option<String>,
}

/// A titled list of records that have to do with the one on the page.
#[derive(Debug, Clone, Serialize)]
pub struct Related {
    /// Its title.
    pub label: String,
    /// Case studies, by position among those that the page mentions.
    pub studies: Vec<u32>,
    /// Other records.
    pub links: Vec<NotedLink>,
}

/// A titled list of case studies, by position; the theme puts their rows in.
#[derive(Debug, Clone, Serialize)]
pub struct Block {
    /// Its anchor.
    pub id: &'static str,
    /// Its title.
    pub title: String,
    /// A sentence about it.
    pub hint: String,
    /// Which case studies.
    pub rows: Vec<u32>,
    /// Further pages of the list.
    pub pages: Vec<Step>,
}
