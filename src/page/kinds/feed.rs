//! Atom feeds, of the hub and of every term.

use jiff::civil::Date;
use serde::Serialize;

use crate::catalog::{CaseIndex, CaseStudy};
use crate::page::composed::ComposedPage;
use crate::page::context::Context;
use crate::page::parts::shown_text::{shown_summary, shown_title};
use crate::page::parts::term_summary;
use crate::page::text::display;
use crate::vocabulary::TermRef;

/// The view of an Atom feed (RFC 4287).
#[derive(Debug, Clone, Serialize)]
pub struct Feed {
    /// Permanent identifier (IRI).
    pub id: String,
    /// Title of the feed.
    pub title: String,
    /// Description of the hub.
    pub subtitle: String,
    /// Full address of the feed itself; a URN where the hub has no base URL.
    pub address: String,
    /// Full address of the page the feed belongs to.
    pub page: String,
    /// Time of the newest entry, RFC 3339.
    pub updated: String,
    /// Owner of the hub, else its title.
    pub author: String,
    /// At most `MAX_ENTRIES` case studies, last changed first.
    pub entries: Vec<FeedEntry>,
}

/// One case study as an entry of a feed.
#[derive(Debug, Clone, Serialize)]
pub struct FeedEntry {
    /// Permanent identifier (IRI).
    pub id: String,
    /// Title of the case study.
    pub title: String,
    /// Language tag (BCP 47).
    pub language: String,
    /// Full address of the case study.
    pub address: String,
    /// Time of the last change, RFC 3339.
    pub updated: String,
    /// Outcome, summary, and the title in the record's own language where that of a gist is shown.
    pub summary: String,
    /// Labels of markets, channels and tactics.
    pub categories: Vec<String>,
}

/// The most case studies in one feed: the first in list order are chosen, and only then sorted by
/// their last change.
const MAX_ENTRIES: usize = 30;

/// Composes the feed of a term, or for none that of the whole hub.
pub fn compose(context: &Context, term: Option<TermRef>) -> ComposedPage<Feed> {
    let page = term.map(|term| term.address(&context.catalog.vocabulary)).unwrap_or_default();
    let title = term.map_or_else(
        || context.site.title.clone(),
        |term| format!("{} · {}", term.label(context), context.site.title),
    );
    let cases = match term {
        Some(term) => term_summary::cached(context, term).map_or(&[][..], |shared| &shared.cases),
        None => &context.newest_first,
    };
    let mut entries: Vec<FeedEntry> =
        cases.iter().take(MAX_ENTRIES).map(|case| feed_entry(context, *case)).collect();
    entries.sort_by(|a, b| b.updated.cmp(&a.updated).then_with(|| a.id.cmp(&b.id)));
    let view = Feed {
        id: absolute_address(context, &page),
        title: title.clone(),
        subtitle: context.site.description.clone(),
        address: absolute_address(context, &format!("{page}feed.xml")),
        page: absolute_address(context, &page),
        updated: entries
            .first()
            .map_or_else(|| to_timestamp(UNKNOWN_DATE), |entry| entry.updated.clone()),
        author: if context.site.owner.is_empty() {
            context.site.title.clone()
        } else {
            context.site.owner.clone()
        },
        entries,
    };
    ComposedPage::from_title(context, &title, view)
}

/// A case study as an entry of a feed; without a base URL its identifiers are URNs.
fn feed_entry(context: &Context, index: CaseIndex) -> FeedEntry {
    let case = context.catalog.case(index);
    let vocabulary = &context.catalog.vocabulary;
    let channels = case
        .channels
        .iter()
        .map(|id| vocabulary.channels[*id].label_in(context.language_id()).to_owned());
    let tactics = case
        .tactics
        .iter()
        .map(|id| vocabulary.tactics[*id].label_in(context.language_id()).to_owned());
    let shown = shown_title(context, &case.meta);
    let summary = [
        Some(display::case_outcome_mark(context.language, case).label),
        shown_summary(context, &case.meta, case.summary.as_deref()).map(|shown| shown.text),
    ]
    .into_iter()
    .flatten()
    .collect::<Vec<_>>()
    .join(". ");
    let original = shown
        .original
        .map_or_else(String::new, |original| format!(" · {} ({})", original.title, original.name));
    FeedEntry {
        id: absolute_address(context, &case.meta.address),
        title: shown.title,
        language: shown.language.unwrap_or_else(|| context.language_id().to_owned()),
        address: absolute_address(context, &case.meta.address),
        updated: to_timestamp(last_changed(context, case)),
        summary: summary + &original,
        categories: context
            .market_labels(case)
            .into_iter()
            .map(str::to_owned)
            .chain(channels)
            .chain(tactics)
            .collect(),
    }
}

/// Date of the last change: from git, else the latest past date that the record states, else
/// `UNKNOWN_DATE`. The build date is never used, because it would make every entry look new after
/// each build.
fn last_changed(context: &Context, case: &CaseStudy) -> Date {
    let stated = [case.start, case.end, case.verification.verified_on]
        .into_iter()
        .flatten()
        .filter(|day| *day <= context.site.today)
        .max();
    case.meta.change.as_ref().map(|change| change.updated).or(stated).unwrap_or(UNKNOWN_DATE)
}

/// The date of entries without a known date; Atom requires one for every entry and feed, and
/// readers do not show this one as new.
const UNKNOWN_DATE: Date = Date::constant(1970, 1, 1);

/// The start of a day in UTC, in the form of RFC 3339.
fn to_timestamp(day: Date) -> String {
    format!("{day}T00:00:00Z")
}

/// A full address; without a base URL, a URN that is unique within the hub.
fn absolute_address(context: &Context, address: &str) -> String {
    if context.site.base_url.is_empty() {
        format!("urn:casebook:{address}")
    } else {
        format!("{}{address}", context.site.base_url)
    }
}
