//! What happened in a period, for a mail or the minutes of a call.

use jiff::civil::Date;
use serde::Serialize;

use crate::catalog::keywords::{Decision, Grade, Keyword, Outcome, Reuse, Status};
use crate::evidence::{Event, EventKind};
use crate::page::context::Context;
use crate::page::parts::{case_study_row, event_row};
use crate::site::address::encode_path;
use crate::vocabulary::{GroupId, MarketId, TermRef};

/// The period and the places of which a digest tells.
#[derive(Debug, Clone, Copy)]
pub struct DigestScope {
    /// The first day.
    pub from: Date,
    /// The last day.
    pub until: Date,
    /// The only market; none for all.
    pub market: Option<MarketId>,
    /// The only market group; none for all.
    pub group: Option<GroupId>,
}

/// What happened in a period, by kind.
#[derive(Debug, Clone, Serialize)]
pub struct Digest {
    /// Period and places in words.
    pub title: String,
    /// The first day, ISO 8601.
    pub from: String,
    /// The last day, ISO 8601.
    pub until: String,
    /// Id of the only market; none for all.
    pub market: Option<String>,
    /// Id of the only market group; none for all.
    pub group: Option<String>,
    /// Number of events.
    pub count: usize,
    /// That nothing happened, in words; none where something did.
    #[serde(skip)]
    pub nothing: Option<String>,
    /// The events by kind, those of one kind newest first.
    pub events: Vec<DigestEvent>,
}

/// One event of a digest, with what readers want to know of its case study.
#[derive(Debug, Clone, Serialize)]
pub struct DigestEvent {
    /// What happened.
    pub kind: EventKind,
    /// What happened, in words.
    #[serde(skip)]
    pub kind_label: String,
    /// The day, ISO 8601.
    pub day: String,
    /// The day in words, with a word before it where it is estimated.
    #[serde(skip)]
    pub day_label: String,
    /// Whether the day is the nearest one that the record states.
    pub estimated: bool,
    /// Id of the case study.
    pub id: String,
    /// Title of the case study.
    pub title: String,
    /// The title to show: that of its gist in the language of the interface, else its own.
    #[serde(skip)]
    pub shown_title: String,
    /// Language of the title to show (BCP 47).
    #[serde(skip)]
    pub shown_language: String,
    /// Language of the record (BCP 47).
    pub language: String,
    /// Full address; none where the hub has no base URL.
    pub url: Option<String>,
    /// Places, outcome, effect and decision in words.
    #[serde(skip)]
    pub facts: Vec<String>,
    /// The summary.
    pub summary: Option<String>,
    /// Ids of its markets.
    pub markets: Vec<String>,
    /// Ids of its market groups.
    pub groups: Vec<String>,
    /// Ids of its tactics.
    pub tactics: Vec<String>,
    /// Progress.
    pub status: Option<&'static str>,
    /// Outcome.
    pub outcome: Option<&'static str>,
    /// Decision.
    pub decision: Option<&'static str>,
    /// The hub's decision on reuse.
    pub reuse: Option<&'static str>,
    /// Evidence grade.
    pub grade: Option<&'static str>,
    /// The team or role that answers for it.
    pub owner: Option<String>,
}

/// Composes the digest of a period.
pub fn compose(context: &Context, scope: &DigestScope) -> Digest {
    let is_in_place = |event: &&Event| {
        let case = context.catalog.case(event.case);
        scope.market.is_none_or(|market| case.markets.contains(&market))
            && scope.group.is_none_or(|group| case.groups.contains(&group))
    };
    let is_in_period = |event: &&Event| (scope.from..=scope.until).contains(&event.day);
    let mut events: Vec<&Event> =
        context.evidence.events.iter().filter(is_in_period).filter(is_in_place).collect();
    events.sort_by_key(|event| event.kind);
    let vocabulary = &context.catalog.vocabulary;
    let market = scope.market.map(|market| vocabulary.markets[market].id.to_string());
    let group = scope.group.map(|group| vocabulary.groups[group].id.to_string());
    Digest {
        title: format_title(context, scope),
        from: scope.from.to_string(),
        until: scope.until.to_string(),
        market,
        group,
        count: events.len(),
        nothing: events.is_empty().then(|| context.text("digest.nothing")),
        events: events.into_iter().map(|event| digest_event(context, event)).collect(),
    }
}

/// Period and places of a digest in words.
fn format_title(context: &Context, scope: &DigestScope) -> String {
    let language = context.language;
    let (from, until) = (language.format_day(scope.from), language.format_day(scope.until));
    let places: Vec<&str> = [scope.market.map(TermRef::Market), scope.group.map(TermRef::Group)]
        .into_iter()
        .flatten()
        .map(|place| place.term(&context.catalog.vocabulary).label_in(context.language_id()))
        .collect();
    let place = language.join_with_commas(&places);
    let key = if places.is_empty() { "digest.title" } else { "digest.title_in" };
    language.text_with(key, &[("from", &from), ("until", &until), ("place", &place)])
}

/// One event with what readers want to know of its case study.
fn digest_event(context: &Context, event: &Event) -> DigestEvent {
    let (case, vocabulary) = (context.catalog.case(event.case), &context.catalog.vocabulary);
    let row = event_row::compose(context, event);
    let effect = case_study_row::compose(context, case).effect;
    let effect = effect.map(|effect| format!("{} {}", effect.value, effect.metric));
    let places = Some(row.places).filter(|places| !places.is_empty());
    let base_url = &context.site.base_url;
    DigestEvent {
        kind: event.kind,
        kind_label: event_row::kind_label(context.language, event.kind),
        day: row.date,
        day_label: if event.is_estimated {
            format!("{} {}", context.language.text("new.around"), row.day)
        } else {
            row.day
        },
        estimated: event.is_estimated,
        id: case.meta.id.to_string(),
        title: case.meta.title.clone(),
        shown_title: row.title,
        shown_language: row.language.unwrap_or_else(|| context.language_id().to_owned()),
        language: case.meta.language.clone(),
        url: (!base_url.is_empty()).then(|| format!("{base_url}{}", encode_path(&row.url))),
        facts: places.into_iter().chain([row.signal.label]).chain(effect).chain(row.note).collect(),
        summary: case.summary.clone(),
        markets: case.markets.iter().map(|id| vocabulary.markets[*id].id.to_string()).collect(),
        groups: case.groups.iter().map(|id| vocabulary.groups[*id].id.to_string()).collect(),
        tactics: case.tactics.iter().map(|id| vocabulary.tactics[*id].id.to_string()).collect(),
        status: case.status.map(Status::as_str),
        outcome: case.outcome.map(Outcome::as_str),
        decision: case.decision.map(Decision::as_str),
        reuse: case.reuse.map(Reuse::as_str),
        grade: case.evidence_grade.grade.map(Grade::as_str),
        owner: case.owner.clone(),
    }
}
