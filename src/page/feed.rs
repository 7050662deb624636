//! Atom feeds: of the hub, and of every term.

use serde::Serialize;

use crate::catalog::{CaseIndex, CaseStudy};
use crate::page::hub::Hub;
use crate::page::term::TermRef;
use crate::page::{Composed, Section, View, say};

/// The view of a feed (RFC 4287).
#[derive(Debug, Clone, Serialize)]
pub struct Feed {
    /// An address that never changes.
    pub id: String,
    /// Its title.
    pub title: String,
    /// One sentence.
    pub subtitle: String,
    /// Its own address, as far as the hub knows it.
    pub address: String,
    /// The page it belongs to.
    pub page: String,
    /// When the newest entry changed.
    pub updated: String,
    /// Whose.
    pub author: String,
    /// The newest entries.
    pub entries: Vec<FeedEntry>,
}

/// One case study of a feed.
#[derive(Debug, Clone, Serialize)]
pub struct FeedEntry {
    /// An address that never changes.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Its language.
    pub language: String,
    /// Its page.
    pub address: String,
    /// When it changed.
    pub updated: String,
    /// Outcome and summary.
    pub summary: String,
    /// Its terms.
    pub categories: Vec<String>,
}

const MOST_ENTRIES: usize = 30;

/// Composes the feed of a term, or of the hub.
pub fn compose(hub: &Hub, term: Option<TermRef>) -> Composed {
    let page = term.map(|term| term.address(&hub.catalog.vocabulary)).unwrap_or_default();
    let title = term.map_or_else(|| hub.site.title.clone(), |term| format!("{} · {}", term.label(hub), hub.site.title));
    let cases = match term {
        Some(term) => term.tally(hub).map(|tally| hub.sorted(&tally.cases)).unwrap_or_default(),
        None => hub.newest.clone(),
    };
    let mut entries: Vec<FeedEntry> = cases.iter().take(MOST_ENTRIES).map(|case| entry(hub, *case)).collect();
    entries.sort_by(|a, b| b.updated.cmp(&a.updated).then_with(|| a.id.cmp(&b.id)));
    let view = Feed {
        id: full(hub, &page),
        title: title.clone(),
        subtitle: hub.site.description.clone(),
        address: full(hub, &format!("{page}feed.xml")),
        page: full(hub, &page),
        updated: entries.first().map_or_else(|| instant(hub.site.today), |entry| entry.updated.clone()),
        author: if hub.site.owner.is_empty() { hub.site.title.clone() } else { hub.site.owner.clone() },
        entries,
    };
    Composed::titled(hub, &title, Section::None, View::Feed(view))
}

fn entry(hub: &Hub, index: CaseIndex) -> FeedEntry {
    let case = hub.catalog.case(index);
    let words = &hub.catalog.vocabulary;
    let channels = case.channels.iter().map(|id| words.channels[*id].label_in(hub.tongue()).to_owned());
    let tactics = case.tactics.iter().map(|id| words.tactics[*id].label_in(hub.tongue()).to_owned());
    FeedEntry {
        id: full(hub, &case.meta.address),
        title: case.meta.title.clone(),
        language: case.meta.language.clone(),
        address: full(hub, &case.meta.address),
        updated: instant(changed(hub, case)),
        summary: [Some(say::signal(hub.language, case).label), case.summary.clone()].into_iter().flatten().collect::<Vec<_>>().join(". "),
        categories: hub.places(case).into_iter().map(str::to_owned).chain(channels).chain(tactics).collect(),
    }
}

fn changed(hub: &Hub, case: &CaseStudy) -> jiff::civil::Date {
    case.meta.change.as_ref().map(|change| change.updated).or(case.day()).map_or(hub.site.today, |day| day.min(hub.site.today))
}

fn instant(day: jiff::civil::Date) -> String {
    format!("{day}T00:00:00Z")
}

/// A full address; a hub that does not know its own gives its entries names that are addresses all the same.
fn full(hub: &Hub, address: &str) -> String {
    if hub.site.base_url.is_empty() { format!("urn:casebook:{address}") } else { format!("{}{address}", hub.site.base_url) }
}
