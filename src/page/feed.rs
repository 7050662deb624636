//! Atom feeds: of the hub, and of every term.

use jiff::civil::Date;
use serde::Serialize;

use crate::catalog::{CaseIndex, CaseStudy};
use crate::page::context::Context;
use crate::page::{Composed, View, say};
use crate::vocabulary::TermRef;

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
pub fn compose(context: &Context, term: Option<TermRef>) -> Composed {
    let page = term.map(|term| term.address(&context.catalog.vocabulary)).unwrap_or_default();
    let title = term.map_or_else(|| context.site.title.clone(), |term| format!("{} · {}", term.label(context), context.site.title));
    let cases = match term {
        Some(term) => context.of_term(term).map_or(&[][..], |shared| &shared.cases),
        None => &context.newest,
    };
    let mut entries: Vec<FeedEntry> = cases.iter().take(MOST_ENTRIES).map(|case| entry(context, *case)).collect();
    entries.sort_by(|a, b| b.updated.cmp(&a.updated).then_with(|| a.id.cmp(&b.id)));
    let view = Feed {
        id: full(context, &page),
        title: title.clone(),
        subtitle: context.site.description.clone(),
        address: full(context, &format!("{page}feed.xml")),
        page: full(context, &page),
        updated: entries.first().map_or_else(|| instant(UNKNOWN), |entry| entry.updated.clone()),
        author: if context.site.owner.is_empty() { context.site.title.clone() } else { context.site.owner.clone() },
        entries,
    };
    Composed::titled(context, &title, View::Feed(view))
}

fn entry(context: &Context, index: CaseIndex) -> FeedEntry {
    let case = context.catalog.case(index);
    let words = &context.catalog.vocabulary;
    let channels = case.channels.iter().map(|id| words.channels[*id].label_in(context.tongue()).to_owned());
    let tactics = case.tactics.iter().map(|id| words.tactics[*id].label_in(context.tongue()).to_owned());
    FeedEntry {
        id: full(context, &case.meta.address),
        title: case.meta.title.clone(),
        language: case.meta.language.clone(),
        address: full(context, &case.meta.address),
        updated: instant(changed(context, case)),
        summary: [Some(say::signal(context.language, case).label), case.summary.clone()].into_iter().flatten().collect::<Vec<_>>().join(". "),
        categories: context.places(case).into_iter().map(str::to_owned).chain(channels).chain(tactics).collect(),
    }
}

/// When an entry last changed: what git says, else the last day that the record itself states and that has come. Never the day of the build,
/// which would make an entry new every night; where no day is known, one so early that nobody takes it for news.
fn changed(context: &Context, case: &CaseStudy) -> Date {
    let stated = [case.start, case.end, case.verification.on].into_iter().flatten().filter(|day| *day <= context.site.today).max();
    case.meta.change.as_ref().map(|change| change.updated).or(stated).unwrap_or(UNKNOWN)
}

/// Atom demands a day of every entry and feed.
const UNKNOWN: Date = Date::constant(1970, 1, 1);

fn instant(day: Date) -> String {
    format!("{day}T00:00:00Z")
}

/// A full address; a hub that does not know its own gives its entries names that are addresses all the same.
fn full(context: &Context, address: &str) -> String {
    if context.site.base_url.is_empty() { format!("urn:casebook:{address}") } else { format!("{}{address}", context.site.base_url) }
}
