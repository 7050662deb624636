//! The report of possible duplicates: families of near-identical experiments first, then pairs.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::catalog::{CaseIndex, CaseStudy};
use crate::page::composed::ComposedPage;
use crate::page::context::Context;
use crate::page::parts::compared_study::{
    AnswerSnippet, ComparedStudy, answer_note, compared_study,
};
use crate::page::parts::family::{self, FamilyCard};
use crate::page::parts::report_rows::{ReportGroupKind, ReportRow, group_kind, pair_anchor};
use crate::page::parts::similarity_reasons::{self, SimilarityReasons};
use crate::page::parts::tabs::{self, TabLink};
use crate::page::parts::team::team_label;
use crate::page::parts::terminal_command::{self, AnswerWord};
use crate::page::parts::{EmptyState, KeyFigure, PaginationLink, pagination};
use crate::page::text::display;
use crate::record::front_matter;
use crate::similar::{AnswerState, Pair, Similar};
use crate::site::pages::PageKind;

/// The view of one page of the report of possible duplicates.
#[derive(Debug, Clone, Serialize)]
pub struct SimilarReportPage {
    /// Tabs to the pages of what is to review.
    pub tabs: Vec<TabLink>,
    /// Title of the page.
    pub title: String,
    /// A sentence about the report.
    pub description: String,
    /// Key figures: open, savable, answered.
    pub figures: Vec<KeyFigure>,
    /// Shown where nothing is similar.
    pub empty: Option<EmptyState>,
    /// Markets on this page, for filtering.
    pub markets: Vec<FilterOption>,
    /// Owners on this page, for filtering.
    pub owners: Vec<String>,
    /// Families and pairs by kind: open ones by urgency, then answered ones.
    pub kinds: Vec<ReportGroup>,
    /// Pagination links; empty for a single page.
    pub pages: Vec<PaginationLink>,
    /// How pairs are found, with the thresholds.
    pub method: String,
}

/// A market by which the families and pairs on a page of the report can be filtered.
#[derive(Debug, Clone, Serialize, PartialEq, Eq, PartialOrd, Ord)]
pub struct FilterOption {
    /// Id of the option.
    pub id: String,
    /// Label of the option.
    pub label: String,
}

/// The families and pairs of one kind on a page of the report, with what to do about them.
#[derive(Debug, Clone, Serialize)]
pub struct ReportGroup {
    /// Anchor of the group.
    pub id: &'static str,
    /// Label of the kind.
    pub label: String,
    /// Number of rows of this kind on all pages.
    pub count: String,
    /// What to do.
    pub advice: String,
    /// Families on this page.
    pub families: Vec<FamilyCard>,
    /// Pairs on this page.
    pub pairs: Vec<PairCard>,
}

/// A pair of similar case studies as a card of the report.
#[derive(Debug, Clone, Serialize)]
pub struct PairCard {
    /// Anchor of the pair.
    pub id: String,
    /// Ids of their markets, separated by spaces.
    pub markets: String,
    /// Their owners, separated by `|`.
    pub owners: String,
    /// The two case studies.
    pub sides: [ComparedStudy; 2],
    /// Similarity score, 0 to 1 with two decimals.
    pub score: String,
    /// Why the two are similar.
    pub reasons: SimilarityReasons,
    /// How the pair was answered; none while it is open.
    pub note: Option<String>,
    /// Lines of front matter that answer the pair; empty unless it is open.
    pub answers: Vec<AnswerSnippet>,
}

/// Composes one page of the report of possible duplicates; `page_index` is zero-based.
pub fn compose(context: &Context, page_index: usize) -> ComposedPage<SimilarReportPage> {
    let page_rows = pagination::rows_on_page(&context.report_rows, page_index);
    let mut counts: BTreeMap<ReportGroupKind, usize> = BTreeMap::new();
    for row in &context.report_rows {
        *counts.entry(group_kind(context.similar, *row)).or_default() += 1;
    }
    let cases: Vec<&CaseStudy> = page_rows
        .iter()
        .flat_map(|row| row_members(context.similar, *row))
        .map(|case| context.catalog.case(case))
        .collect();
    let owners: BTreeSet<String> = cases
        .iter()
        .filter_map(|case| case.owner.as_deref())
        .map(|owner| team_label(context, owner).to_owned())
        .collect();
    let view = SimilarReportPage {
        tabs: tabs::compose(context, PageKind::Similar),
        title: context.text("similar.title"),
        description: context.text("similar.description"),
        figures: key_figures(context),
        empty: context.report_rows.is_empty().then(|| EmptyState {
            title: context.text("empty.pairs"),
            text: context.text("empty.pairs_text"),
            url: None,
            action: String::new(),
        }),
        markets: market_options(context, &cases),
        owners: owners.into_iter().collect(),
        kinds: counts
            .iter()
            .map(|(kind, count)| report_group(context, *kind, *count, page_rows))
            .filter(|kind| !kind.is_empty())
            .collect(),
        pages: pagination::links(
            PageKind::Similar.address(),
            context.report_rows.len(),
            page_index,
        ),
        method: context.language.text_with(
            "similar.method",
            &[
                ("duplicate", &context.language.format_number(context.site.similar.duplicate, 2)),
                ("related", &context.language.format_number(context.site.similar.related, 2)),
            ],
        ),
    };
    ComposedPage::from_title_key(context, "similar.title", view)
        .with_description(Some(context.language.text("similar.description")))
}

/// The case studies of a row of the report: the two of a pair, or all members of a family.
fn row_members(similar: &Similar, row: ReportRow) -> Vec<CaseIndex> {
    match row {
        ReportRow::Family(index) => similar.families[index].members.clone(),
        ReportRow::Pair(index) => vec![similar.pairs[index].a, similar.pairs[index].b],
    }
}

/// Key figures: open rows, those in which a study is still planned or running, and answered rows,
/// where outdated answers are a remark.
fn key_figures(context: &Context) -> Vec<KeyFigure> {
    let count = |wanted: fn(ReportGroupKind) -> bool| {
        context.report_rows.iter().filter(|row| wanted(group_kind(context.similar, **row))).count()
    };
    let open = context.count_open_duplicates();
    let savable = context.similar.savable_count();
    let answered = count(|group| group == ReportGroupKind::Answered);
    let stale = count(|group| group == ReportGroupKind::Stale);
    let families = context.similar.open_families().count();
    let figure = |value: usize, label: &'static str, note: Option<String>| KeyFigure {
        value: context.language.format_integer(value),
        label: context.language.plural_text(label, value, &[]),
        url: None,
        note,
    };
    vec![
        figure(
            open,
            "similar.open",
            (families > 0).then(|| context.language.plural_text("similar.families", families, &[])),
        ),
        figure(savable, "similar.savable", None),
        figure(
            answered,
            "similar.answered",
            (stale > 0).then(|| context.language.plural_text("similar.stale", stale, &[])),
        ),
    ]
}

/// The markets of some case studies as options of a filter, by label.
fn market_options(context: &Context, cases: &[&CaseStudy]) -> Vec<FilterOption> {
    let vocabulary = &context.catalog.vocabulary.markets;
    let ids: BTreeSet<_> = cases.iter().flat_map(|case| case.markets.iter().copied()).collect();
    let mut choices: Vec<FilterOption> = ids
        .into_iter()
        .map(|id| FilterOption {
            id: vocabulary[id].slug(),
            label: vocabulary[id].label_in(context.language_id()).to_owned(),
        })
        .collect();
    choices.sort_by(|a, b| a.label.cmp(&b.label));
    choices
}

/// The group of one kind with those of `rows`, the rows of one page, that belong to it; `count` is
/// its number of rows on all pages.
fn report_group(
    context: &Context,
    kind: ReportGroupKind,
    count: usize,
    rows: &[ReportRow],
) -> ReportGroup {
    let (id, label, advice) = match kind {
        ReportGroupKind::OpenFamily => (
            "families",
            context.language.text("duplicate.families"),
            context.language.text("duplicate.families_advice"),
        ),
        ReportGroupKind::Open(verdict) => display::verdict_texts(context.language, verdict),
        ReportGroupKind::Stale => (
            "stale",
            context.language.text("similar.stale_title"),
            context.language.text("similar.stale_advice"),
        ),
        ReportGroupKind::Answered => (
            "answered",
            context.language.text("similar.answered_title"),
            context.language.text("similar.answered_advice"),
        ),
    };
    let mut view = ReportGroup {
        id,
        label: label.to_owned(),
        advice: advice.to_owned(),
        count: context.language.format_integer(count),
        families: Vec::new(),
        pairs: Vec::new(),
    };
    for row in rows.iter().filter(|row| group_kind(context.similar, **row) == kind) {
        match row {
            ReportRow::Family(index) => {
                view.families.push(family::family_card(context, &context.similar.families[*index]))
            }
            ReportRow::Pair(index) => {
                view.pairs.push(pair_card(context, &context.similar.pairs[*index]))
            }
        }
    }
    view
}

impl ReportGroup {
    /// Whether the page shows neither a family nor a pair of this group.
    fn is_empty(&self) -> bool {
        self.families.is_empty() && self.pairs.is_empty()
    }
}

/// A pair as a card of the report; lines that answer it only while it is open.
fn pair_card(context: &Context, pair: &Pair) -> PairCard {
    let cases = [pair.a, pair.b].map(|index| context.catalog.case(index));
    let markets: BTreeSet<String> = cases
        .iter()
        .flat_map(|case| &case.markets)
        .map(|id| context.catalog.vocabulary.markets[*id].slug())
        .collect();
    let owners: Vec<&str> = cases
        .iter()
        .filter_map(|case| case.owner.as_deref())
        .map(|owner| team_label(context, owner))
        .collect();
    PairCard {
        id: pair_anchor(context.catalog, pair),
        markets: markets.into_iter().collect::<Vec<_>>().join(" "),
        owners: owners.join("|"),
        sides: [compared_study(context, pair.a), compared_study(context, pair.b)],
        score: context.language.format_number(pair.score, 2),
        reasons: similarity_reasons::compose(context, &pair.reasons),
        note: answer_note(context, &pair.state),
        answers: if pair.state == AnswerState::Open {
            answer_snippets(context, pair)
        } else {
            Vec::new()
        },
    }
}

/// Lines for the front matter of the later record: one for a replication, one for a different
/// experiment.
fn answer_snippets(context: &Context, pair: &Pair) -> Vec<AnswerSnippet> {
    let (first, second) = (context.catalog.case(pair.a), context.catalog.case(pair.b));
    let (older, newer) = if second.start.is_some() && second.start < first.start {
        (second, first)
    } else {
        (first, second)
    };
    let id = front_matter::render_name(&older.meta.id);
    let line = |key: &'static str, text: String, answer: AnswerWord| {
        AnswerSnippet::for_file(context, key, &newer.meta.path, text)
            .with_command(terminal_command::answer_pair(newer, older, answer))
    };
    vec![
        line("similar.answer_replicates", format!("replicates: {id}"), AnswerWord::Replicates),
        line(
            "similar.answer_different",
            format!("not_duplicate_of:\n  - id: {id}\n    reason: \"\""),
            AnswerWord::NotDuplicate,
        ),
    ]
}
