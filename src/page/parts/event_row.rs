//! An event of a case study as a line of a list: when, what, where, and what came of it.

use serde::Serialize;

use crate::catalog::keywords::Reuse;
use crate::evidence::{Event, EventKind};
use crate::page::context::Context;
use crate::page::parts::shown_text::shown_title;
use crate::page::parts::team::team_label;
use crate::page::parts::term_filter::{self, TermSlugs};
use crate::page::parts::{OriginalTitle, OutcomeMark};
use crate::page::text::display;
use crate::page::text::language::Language;

/// An event of a case study as a line of a list.
#[derive(Debug, Clone, Serialize)]
pub struct EventRow {
    /// The day, ISO 8601.
    pub date: String,
    /// The day in the format of the interface's language.
    pub day: String,
    /// Whether the day is the nearest one that the record states.
    pub estimated: bool,
    /// Site path of the case study.
    pub url: String,
    /// Title of the case study, that of its gist first.
    pub title: String,
    /// Language tag (BCP 47) of the title where it differs from the interface's.
    pub language: Option<String>,
    /// The title of the record, where that of a gist stands in its place.
    pub original: Option<OriginalTitle>,
    /// Outcome, or status while it has not ended.
    pub signal: OutcomeMark,
    /// What was decided, or who verified it; none where the kind of event says it all.
    pub note: Option<String>,
    /// Labels of the markets, separated by commas.
    pub places: String,
    /// Terms by which the script filters.
    pub terms: TermSlugs,
}

/// The label of a kind of event: Finished.
pub fn kind_label(language: &Language, kind: EventKind) -> String {
    language.text(kind_key(kind)).to_owned()
}

/// The language key for the label of a kind of event.
fn kind_key(kind: EventKind) -> &'static str {
    match kind {
        EventKind::Decided => "new.decided",
        EventKind::Approved => "new.approved",
        EventKind::Finished => "new.finished",
        EventKind::Started => "new.started",
        EventKind::Added => "new.added",
        EventKind::Verified => "new.verified",
        EventKind::Retired => "new.retired",
    }
}

/// Composes the line of an event.
pub fn compose(context: &Context, event: &Event) -> EventRow {
    let (case, language) = (context.catalog.case(event.case), context.language);
    let note = match event.kind {
        EventKind::Decided => {
            case.decision.map(|decision| display::keyword_label(language, "decision", decision))
        }
        // That it is approved is the event itself.
        EventKind::Approved => case
            .reuse
            .filter(|reuse| *reuse != Reuse::Approved)
            .map(|reuse| display::keyword_label(language, "reuse", reuse)),
        EventKind::Verified => {
            let by = case.verification.verified_by.as_deref();
            by.map(|by| team_label(context, by).to_owned())
        }
        _ => None,
    };
    let shown = shown_title(context, &case.meta);
    EventRow {
        date: event.day.to_string(),
        day: language.format_day(event.day),
        estimated: event.is_estimated,
        url: case.meta.address.clone(),
        title: shown.title,
        language: shown.language,
        original: shown.original,
        signal: display::case_outcome_mark(language, case),
        note,
        places: language.join_with_commas(&context.market_labels(case)),
        terms: term_filter::slugs(context, case),
    }
}
