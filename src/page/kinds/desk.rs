//! The desk: duties of the hub, with who is responsible, since when, and where to act.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::backlog::desk::{Duty, DutyKind, DutyRow};
use crate::catalog::field::{self, Field};
use crate::catalog::{CaseIndex, RecordIndex};
use crate::page::composed::ComposedPage;
use crate::page::context::Context;
use crate::page::kinds::write;
use crate::page::parts::compared_study::AnswerSnippet;
use crate::page::parts::shown_text::shown_label;
use crate::page::parts::tabs::{self, TabLink};
use crate::page::parts::team::{team_label, team_link};
use crate::page::parts::{
    EmptyState, Link, OptionalLink, OutcomeMark, PaginationLink, breadcrumbs, citation, family,
    pagination, ready_answers, repository,
};
use crate::page::spec::{Page, PageSpec};
use crate::page::text::display;
use crate::site::pages::{DUTIES_FILE, PageKind};
use crate::vocabulary::{MarketId, MetricId, TermRef};

/// The view of the desk, or of one kind of duty.
#[derive(Debug, Clone, Serialize)]
pub struct DeskPage {
    /// Tabs to the pages of what is to review.
    pub tabs: Vec<TabLink>,
    /// Breadcrumb links; empty on the desk itself.
    pub crumbs: Vec<Link>,
    /// Title of the page.
    pub title: String,
    /// A sentence about the desk.
    pub description: String,
    /// Shown where no duty is open.
    pub empty: Option<EmptyState>,
    /// Address of the file with all rows, for the script.
    pub data: &'static str,
    /// Teams with open duties, most first, and the hub where it has any.
    pub owners: Vec<OwnerCount>,
    /// Markets with open duties, by label.
    pub markets: Vec<MarketCount>,
    /// Kinds of duty with at least one row.
    pub duties: Vec<DutyView>,
    /// Pagination links; empty for a single page.
    pub pages: Vec<PaginationLink>,
}

/// A team with the number of its open duties, by which the desk can be filtered.
#[derive(Debug, Clone, Serialize)]
pub struct OwnerCount {
    /// Name of the team.
    pub name: String,
    /// Number of rows that name it, as formatted text.
    pub count: String,
}

/// A market with the number of open duties that concern it, by which the desk can be filtered.
#[derive(Debug, Clone, Serialize)]
pub struct MarketCount {
    /// Id in addresses.
    pub id: String,
    /// Label in the interface's language.
    pub label: String,
    /// Number of rows that concern it, as formatted text.
    pub count: String,
}

/// Open duties of one kind, with what to do about them.
#[derive(Debug, Clone, Serialize)]
pub struct DutyView {
    /// Id of the kind: `open-pair`.
    pub id: &'static str,
    /// Label of the kind.
    pub label: String,
    /// What to do.
    pub action: String,
    /// Number of all rows of this kind, as formatted text.
    pub count: String,
    /// Rows on this page, most urgent first.
    pub rows: Vec<DutyRowView>,
    /// Link to the page with all rows, where not all are shown.
    pub more: Option<Link>,
}

/// One open duty as a row of the desk, with its texts and links.
#[derive(Debug, Clone, Serialize)]
pub struct DutyRowView {
    /// Records and terms the duty is about.
    pub about: Vec<OptionalLink>,
    /// Outcome or status of the case study.
    pub signal: Option<OutcomeMark>,
    /// Why the duty is open.
    pub why: Option<String>,
    /// Teams responsible for it.
    pub owners: Vec<OptionalLink>,
    /// Whether no team is named, so that the hub is responsible.
    pub hubs: bool,
    /// Ids of the markets that it concerns, separated by spaces.
    pub markets: String,
    /// Date since when it is open, ISO 8601.
    pub date: Option<String>,
    /// Date since when it is open, in the format of the interface's language.
    pub day: Option<String>,
    /// Number of days it has been open, in words.
    pub waits: Option<String>,
    /// Link to the place where to act.
    pub act: OptionalLink,
    /// Whether that link leads to another host.
    pub outside: bool,
    /// Lines to paste and commands that settle it.
    pub ready: Vec<AnswerSnippet>,
}

/// The most rows of each kind of duty on the desk itself.
const ROWS_PER_DUTY: usize = 10;
/// The most teams by which the desk can be filtered.
const MAX_OWNERS: usize = 500;
/// The most records, or labels of markets, that one row of the desk names.
const MAX_NAMED: usize = 4;

/// Lists the desk, and the pages of every kind of duty with more rows than the desk shows.
pub fn plan(context: &Context) -> Vec<Page> {
    let mut pages = vec![Page::new(PageKind::Desk.address(), PageSpec::Desk(None, 0))];
    for kind in DutyKind::ALL {
        let count = context.backlog.desk.of_kind(kind).len();
        if count > ROWS_PER_DUTY {
            pages.extend(pagination::page_addresses(&duty_address(kind), count).map(
                |(address, page_index)| Page::new(address, PageSpec::Desk(Some(kind), page_index)),
            ));
        }
    }
    pages
}

/// Address of the list of all duties of one kind: `desk/open-pair/`.
fn duty_address(kind: DutyKind) -> String {
    format!("desk/{}/", kind.as_str())
}

/// Composes the desk, or one page of a kind of duty.
pub fn compose(
    context: &Context,
    kind: Option<DutyKind>,
    page_index: usize,
) -> ComposedPage<DeskPage> {
    let desk = &context.backlog.desk;
    let title = kind
        .map_or_else(|| context.text("desk.title"), |kind| context.text(duty_text_keys(kind).0));
    let duties: Vec<DutyView> = match kind {
        Some(kind) => {
            vec![duty_view(context, kind, pagination::rows_on_page(desk.of_kind(kind), page_index))]
        }
        None => DutyKind::ALL
            .into_iter()
            .map(|kind| {
                duty_view(
                    context,
                    kind,
                    &desk.of_kind(kind)[..desk.of_kind(kind).len().min(ROWS_PER_DUTY)],
                )
            })
            .filter(|duty| !duty.rows.is_empty())
            .collect(),
    };
    let view = DeskPage {
        tabs: tabs::compose(context, PageKind::Desk),
        crumbs: if kind.is_some() {
            breadcrumbs([(PageKind::Desk.address().to_owned(), context.text("desk.title"))])
        } else {
            Vec::new()
        },
        title: title.clone(),
        description: context.text("desk.description"),
        empty: desk.rows.is_empty().then(|| EmptyState {
            title: context.text("desk.nothing"),
            text: context.text("desk.nothing_text"),
            url: Some(PageKind::Coverage.address().into()),
            action: context.text("coverage.tab"),
        }),
        data: DUTIES_FILE,
        owners: owner_counts(context, kind),
        markets: market_counts(context, kind),
        duties,
        pages: kind
            .map(|kind| {
                pagination::links(&duty_address(kind), desk.of_kind(kind).len(), page_index)
            })
            .unwrap_or_default(),
    };
    let description = match kind {
        Some(_) => context.describe_part(&title, context.language.text("desk.description")),
        None => context.text("desk.description"),
    };
    ComposedPage::from_title(context, &title, view).with_description(Some(&description))
}

/// Language keys for the label and the instruction of a kind of duty.
fn duty_text_keys(kind: DutyKind) -> (&'static str, &'static str) {
    match kind {
        DutyKind::OpenPair => ("desk.open_pair", "desk.open_pair_do"),
        DutyKind::Undecided => ("desk.undecided", "desk.undecided_do"),
        DutyKind::ReuseWaiting => ("desk.reuse_waiting", "desk.reuse_waiting_do"),
        DutyKind::Overdue => ("desk.overdue", "desk.overdue_do"),
        DutyKind::MetricsMissing => ("desk.metrics_missing", "desk.metrics_missing_do"),
        DutyKind::PlaybookCandidate => ("desk.playbook_candidate", "desk.playbook_candidate_do"),
        DutyKind::RetiredLinked => ("desk.retired_linked", "desk.retired_linked_do"),
        DutyKind::IdeaWaiting => ("desk.idea_waiting", "desk.idea_waiting_do"),
    }
}

/// A kind of duty with these rows, and with a link to all of them where these are only the first
/// ones.
fn duty_view(context: &Context, kind: DutyKind, rows: &[DutyRow]) -> DutyView {
    let (label, action) = duty_text_keys(kind);
    let all = context.backlog.desk.of_kind(kind).len();
    let more = (all > rows.len() && rows.len() == ROWS_PER_DUTY)
        .then(|| Link::new(duty_address(kind), context.language.plural_text("desk.all", all, &[])));
    DutyView {
        id: kind.as_str(),
        label: context.text(label),
        action: context.text(action),
        count: context.language.format_integer(all),
        rows: rows.iter().map(|row| row_view(context, row)).collect(),
        more,
    }
}

/// The duties of one kind, or of all kinds for none.
fn rows_of<'a>(context: &Context<'a>, kind: Option<DutyKind>) -> &'a [DutyRow] {
    let desk = &context.backlog.desk;
    kind.map_or(desk.rows.as_slice(), |kind| desk.of_kind(kind))
}

/// Markets with the number of duties of one kind, or of all kinds for none, that concern them; by
/// label.
fn market_counts(context: &Context, kind: Option<DutyKind>) -> Vec<MarketCount> {
    let mut counts: BTreeMap<MarketId, usize> = BTreeMap::new();
    for market in rows_of(context, kind).iter().flat_map(|row| &row.markets) {
        *counts.entry(*market).or_default() += 1;
    }
    let vocabulary = &context.catalog.vocabulary.markets;
    let mut markets: Vec<MarketCount> = counts
        .into_iter()
        .map(|(market, count)| MarketCount {
            id: vocabulary[market].slug(),
            label: vocabulary[market].label_in(context.language_id()).to_owned(),
            count: context.language.format_integer(count),
        })
        .collect();
    markets.sort_by(|a, b| a.label.cmp(&b.label));
    markets
}

/// Teams with their number of open duties, most first: of one kind, or of all kinds for none. At
/// most `MAX_OWNERS`. Duties without a team count for the hub, under the name that their rows show.
fn owner_counts(context: &Context, kind: Option<DutyKind>) -> Vec<OwnerCount> {
    let hub = context.language.text("desk.the_hub");
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for row in rows_of(context, kind) {
        let names = row.owners.iter().map(|owner| team_label(context, owner));
        for name in names.chain(row.owners.is_empty().then_some(hub)) {
            *counts.entry(name).or_default() += 1;
        }
    }
    let mut counts: Vec<(&str, usize)> = counts.into_iter().collect();
    counts.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
    counts
        .into_iter()
        .take(MAX_OWNERS)
        .map(|(name, count)| OwnerCount {
            name: name.to_owned(),
            count: context.language.format_integer(count),
        })
        .collect()
}

/// The view of a duty: what it is about, why it is open, whose it is, since when, and where to act.
pub fn row_view(context: &Context, row: &DutyRow) -> DutyRowView {
    let (about, signal, why) = describe_duty(context, &row.duty);
    let (act, outside) = action_link(context, &row.duty);
    DutyRowView {
        about,
        signal,
        why,
        hubs: row.owners.is_empty(),
        markets: market_slugs(context, &row.markets),
        owners: row.owners.iter().map(|owner| team_link(context, owner)).collect(),
        date: row.since.map(|since| since.to_string()),
        day: row.since.map(|since| context.language.format_day(since)),
        waits: row
            .days
            .filter(|days| *days > 0)
            .and_then(|days| usize::try_from(days).ok())
            .map(|days| context.language.plural_text("when.days", days, &[])),
        act,
        outside,
        ready: ready_answers::compose(context, &row.duty),
    }
}

/// The ids of markets as they stand in addresses, separated by spaces.
fn market_slugs(context: &Context, markets: &[MarketId]) -> String {
    let slugs = markets.iter().map(|market| context.catalog.vocabulary.markets[*market].slug());
    slugs.collect::<Vec<_>>().join(" ")
}

/// The subjects of a duty as links, the outcome of its case study, and why it is open; the latter
/// two only where there are any.
fn describe_duty(
    context: &Context,
    duty: &Duty,
) -> (Vec<OptionalLink>, Option<OutcomeMark>, Option<String>) {
    let language = context.language;
    let case = |index: CaseIndex| record_link(context, RecordIndex::Case(index));
    let signal =
        |index: CaseIndex| Some(display::case_outcome_mark(language, context.catalog.case(index)));
    match duty {
        Duty::OpenFamily(index) => {
            let family = &context.similar.families[*index];
            let score = language.format_number(family.score, 2);
            let why = [
                ("verdict", family::headline(context, family)),
                ("score", score),
                ("reasons", display::format_reasons(context, &family.reasons)),
            ];
            let why: Vec<(&str, &str)> =
                why.iter().map(|(name, text)| (*name, text.as_str())).collect();
            let mut about: Vec<OptionalLink> =
                family.unanswered.iter().take(MAX_NAMED).map(|index| case(*index)).collect();
            let more = family.unanswered.len().saturating_sub(MAX_NAMED);
            about.extend((more > 0).then(|| {
                OptionalLink::linked(
                    context.family_url(family),
                    language.plural_text("duplicate.more", more, &[]),
                )
            }));
            (about, None, Some(language.text_with("desk.pair_why", &why)))
        }
        Duty::OpenPair(index) => {
            let pair = &context.similar.pairs[*index];
            let score = language.format_number(pair.score, 2);
            let verdict = display::verdict_texts(language, pair.verdict).1;
            (
                vec![case(pair.a), case(pair.b)],
                None,
                Some(language.text_with(
                    "desk.pair_why",
                    &[
                        ("verdict", verdict),
                        ("score", &score),
                        ("reasons", &display::format_reasons(context, &pair.reasons)),
                    ],
                )),
            )
        }
        Duty::Undecided(index) => {
            (vec![case(*index)], signal(*index), Some(summarise_case(context, *index)))
        }
        Duty::ReuseWaiting(index) => {
            (vec![case(*index)], signal(*index), Some(summarise_case(context, *index)))
        }
        Duty::Overdue(index) => {
            (vec![record_link(context, *index)], None, format_last_verified(context, *index))
        }
        Duty::MetricsMissing { market, lacking } => {
            let mut about = vec![OptionalLink::linked(
                TermRef::Market(*market).address(&context.catalog.vocabulary),
                TermRef::Market(*market).label(context),
            )];
            about.extend(
                lacking
                    .iter()
                    .take(MAX_NAMED)
                    .map(|(index, lacks)| lacking_study_link(context, *index, lacks)),
            );
            (about, None, Some(language.plural_text("desk.lacking", lacking.len(), &[])))
        }
        Duty::PlaybookCandidate { tactic, markets, won, lost } => {
            let mut about = vec![OptionalLink::linked(
                TermRef::Tactic(*tactic).address(&context.catalog.vocabulary),
                TermRef::Tactic(*tactic).label(context),
            )];
            about.extend(won.iter().take(MAX_NAMED).map(|index| case(*index)));
            let labels: Vec<&str> = markets
                .iter()
                .map(|market| {
                    context.catalog.vocabulary.markets[*market].label_in(context.language_id())
                })
                .collect();
            let key = if *lost == 0 { "desk.held_in" } else { "desk.held_in_lost" };
            (
                about,
                None,
                Some(language.plural_text(
                    key,
                    *lost as usize,
                    &[("markets", &join_first_labels(context, &labels))],
                )),
            )
        }
        Duty::RetiredLinked { case: index, linked_from, successors, .. } => {
            let names: Vec<String> = linked_from
                .iter()
                .take(MAX_NAMED)
                .map(|record| format!("“{}”", shown_label(context, context.catalog.meta(*record))))
                .collect();
            let mut why = language.plural_text(
                "desk.linked_from",
                linked_from.len(),
                &[("records", &language.format_list(&names))],
            );
            if let Some(successor) = successors.first() {
                why = format!(
                    "{why} {}",
                    language.text_with(
                        "desk.successor",
                        &[("study", shown_label(context, &context.catalog.case(*successor).meta))]
                    )
                );
            }
            (vec![case(*index)], signal(*index), Some(why))
        }
        Duty::IdeaWaiting(index) => {
            let idea = context.catalog.idea(*index);
            let wanted = (!idea.wanted_by.is_empty())
                .then(|| language.plural_text("count.markets_want", idea.wanted_by.len(), &[]));
            let status = display::keyword_label(language, "idea_status", idea.status);
            (
                vec![record_link(context, RecordIndex::Idea(*index))],
                None,
                Some(std::iter::once(status).chain(wanted).collect::<Vec<_>>().join(" · ")),
            )
        }
    }
}

/// A link to the page of a record, labelled with its title.
fn record_link(context: &Context, index: RecordIndex) -> OptionalLink {
    let meta = context.catalog.meta(index);
    OptionalLink::linked(&meta.address, shown_label(context, meta))
}

/// Markets, lift on the primary metric and evidence grade of a case study on one line, separated by
/// middle dots; what the study lacks is left out.
fn summarise_case(context: &Context, index: CaseIndex) -> String {
    let case = context.catalog.case(index);
    let markets = context.language.join_with_commas(&context.market_labels(case));
    let value = case.primary_result().and_then(|result| citation::format_result(context, result));
    let grade = case.evidence_grade.grade.map(|grade| {
        context.language.text_with("facet.grade_is", &[("grade", display::grade_letters(grade).1)])
    });
    [Some(markets), value, grade]
        .into_iter()
        .flatten()
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join(" · ")
}

/// When a case study or playbook was last verified, in words; none where it never was.
fn format_last_verified(context: &Context, index: RecordIndex) -> Option<String> {
    let verification = match index {
        RecordIndex::Case(case) => &context.catalog.case(case).verification,
        RecordIndex::Playbook(playbook) => &context.catalog.playbook(playbook).verification,
        _ => return None,
    };
    verification.verified_on.map(|day| {
        context
            .language
            .text_with("desk.verified_on", &[("date", &context.language.format_day(day))])
    })
}

/// A link to a case study, labelled with its title and the agreed metrics that it lacks.
fn lacking_study_link(context: &Context, index: CaseIndex, lacks: &[MetricId]) -> OptionalLink {
    let metrics: Vec<String> = lacks
        .iter()
        .map(|metric| {
            display::short_metric_label(context, &crate::catalog::result::Metric::Known(*metric))
        })
        .collect();
    let meta = &context.catalog.case(index).meta;
    OptionalLink::linked(
        &meta.address,
        context.language.text_with(
            "desk.lacks",
            &[
                ("study", shown_label(context, meta)),
                ("metrics", &context.language.format_list(&metrics)),
            ],
        ),
    )
}

/// Joins the first `MAX_NAMED` labels, and says how many further ones there are.
fn join_first_labels(context: &Context, labels: &[&str]) -> String {
    match labels.len().saturating_sub(MAX_NAMED) {
        0 => context.language.format_list(labels),
        more => context.language.plural_text(
            "list.and_more",
            more,
            &[("list", &context.language.join_with_commas(&labels[..MAX_NAMED]))],
        ),
    }
}

/// Where to act on a duty, and whether that is on another host: the form of the site that edits
/// the record where it can open files, else the git host's edit form if the settings name one, else
/// a page of the site.
fn action_link(context: &Context, duty: &Duty) -> (OptionalLink, bool) {
    let edit = |index: RecordIndex, field: &'static Field, label: &'static str| {
        let meta = context.catalog.meta(index);
        let form = write::edit_address(index, &meta.id, Some(field.name));
        if let Some(form) = form.filter(|_| context.site.write.sources) {
            return (OptionalLink::linked(form, context.text(label)), false);
        }
        match repository::edit_url(context.site, &meta.path) {
            Some(url) => (OptionalLink::linked(url, context.text(label)), true),
            None => (OptionalLink::linked(&meta.address, context.text(label)), false),
        }
    };
    let inside =
        |url: String, label: &'static str| (OptionalLink::linked(url, context.text(label)), false);
    match duty {
        Duty::OpenFamily(index) => {
            inside(context.family_url(&context.similar.families[*index]), "desk.answer")
        }
        Duty::OpenPair(index) => inside(context.pair_url(*index), "desk.answer"),
        Duty::Undecided(index) => edit(RecordIndex::Case(*index), &field::DECISION, "desk.decide"),
        Duty::ReuseWaiting(index) => {
            edit(RecordIndex::Case(*index), &field::REUSE, "desk.decide_reuse")
        }
        Duty::Overdue(index) => edit(*index, &field::VERIFIED_ON, "desk.verify"),
        Duty::MetricsMissing { lacking, .. } => match lacking.first() {
            Some((index, _)) => {
                edit(RecordIndex::Case(*index), &field::RESULTS, "desk.add_metrics")
            }
            None => inside(PageKind::Metrics.address().into(), "desk.add_metrics"),
        },
        Duty::PlaybookCandidate { tactic, .. } => inside(
            TermRef::Tactic(*tactic).address(&context.catalog.vocabulary),
            "desk.read_evidence",
        ),
        Duty::RetiredLinked { linked_from, case, .. } => {
            let first = linked_from.first().copied().unwrap_or(RecordIndex::Case(*case));
            edit(first, &field::RELATED, "desk.relink")
        }
        Duty::IdeaWaiting(index) => {
            edit(RecordIndex::Idea(*index), &field::IDEA_STATUS, "desk.take_up")
        }
    }
}
