//! Shows a family of near-identical experiments: headline, dates, budgets, what to do, and how to
//! answer.

use std::collections::BTreeSet;

use serde::Serialize;

use crate::catalog::case_study::Budget;
use crate::catalog::{CaseIndex, CaseStudy};
use crate::page::context::Context;
use crate::page::parts::compared_study::{
    AnswerSnippet, ComparedStudy, answer_note, compared_study,
};
use crate::page::parts::shown_text::{shown_label, shown_title};
use crate::page::parts::similarity_reasons::{self, SimilarityReasons};
use crate::page::parts::team::team_label;
use crate::page::parts::terminal_command::{self, AnswerWord};
use crate::page::parts::{OptionalLink, OriginalTitle};
use crate::page::text::display;
use crate::page::text::language::Language;
use crate::record::front_matter;
use crate::similar::AnswerState;
use crate::similar::families::{BudgetTotal, Family, sum_budgets};
use crate::similar::verdict::FamilyAction;

/// A family in the report of possible duplicates.
#[derive(Debug, Clone, Serialize)]
pub struct FamilyCard {
    /// Anchor of the family in the report.
    pub id: String,
    /// What the members do, in one sentence: 12 markets plan the same experiment.
    pub headline: String,
    /// Title of the oldest member.
    pub title: String,
    /// Language tag of that title where it differs from the interface's.
    pub language: Option<String>,
    /// The title of the record in its own language, where the title is that of a gist.
    pub original: Option<OriginalTitle>,
    /// Ids of the members' markets, separated by spaces.
    pub markets: String,
    /// Owners of the members, separated by `|`.
    pub owners: String,
    /// The recommended action.
    pub action: String,
    /// Who started first, which members have ended, and the sum of budgets.
    pub facts: Vec<String>,
    /// Members without an answer, where other members have answered.
    pub unanswered: Vec<OptionalLink>,
    /// All members, oldest first.
    pub members: Vec<ComparedStudy>,
    /// Mean similarity score, 0 to 1 with two decimals.
    pub score: String,
    /// What the members have in common.
    pub reasons: SimilarityReasons,
    /// How the family was answered; none while it is open.
    pub note: Option<String>,
    /// Lines of front matter that answer the family; empty unless it is open.
    pub answers: Vec<AnswerSnippet>,
}

/// A family as the page of one of its members shows it.
#[derive(Debug, Clone, Serialize)]
pub struct FamilyAside {
    /// What the members do, in one sentence: 12 markets plan the same experiment.
    pub headline: String,
    /// Site path of the family in the report.
    pub url: String,
    /// Whether this member has not answered yet.
    pub open: bool,
    /// The recommended action.
    pub action: String,
    /// The first other members, oldest first.
    pub members: Vec<ComparedStudy>,
    /// Number of members left out, in words.
    pub more: Option<String>,
    /// Lines of front matter that answer the family for this member; none once it has answered.
    pub answer: Option<String>,
}

/// The most members shown on the page of another member.
const MAX_ASIDE_MEMBERS: usize = 12;

/// Composes a family for the report.
pub fn family_card(context: &Context, family: &Family) -> FamilyCard {
    let cases = member_cases(context, family);
    let oldest = cases[0];
    let markets: BTreeSet<String> = cases
        .iter()
        .flat_map(|case| &case.markets)
        .map(|id| context.catalog.vocabulary.markets[*id].slug())
        .collect();
    let owners: BTreeSet<&str> = cases
        .iter()
        .filter_map(|case| case.owner.as_deref())
        .map(|owner| team_label(context, owner))
        .collect();
    let unanswered = if family.is_partly_answered() { family.unanswered.as_slice() } else { &[] };
    let shown = shown_title(context, &oldest.meta);
    FamilyCard {
        id: family.anchor(),
        headline: headline(context, family),
        title: shown.title,
        language: shown.language,
        original: shown.original,
        markets: markets.into_iter().collect::<Vec<_>>().join(" "),
        owners: owners.into_iter().collect::<Vec<_>>().join("|"),
        action: action_text(context.language, family.action).to_owned(),
        facts: family_facts(context, &cases),
        unanswered: unanswered.iter().map(|case| member_link(context, *case)).collect(),
        members: family.members.iter().map(|case| compared_study(context, *case)).collect(),
        score: context.language.format_number(family.score, 2),
        reasons: similarity_reasons::compose(context, &family.reasons),
        note: answer_note(context, &family.state),
        answers: if family.state == AnswerState::Open {
            answer_snippets(context, family)
        } else {
            Vec::new()
        },
    }
}

/// Composes a family for the page of one of its members.
pub fn family_aside(context: &Context, family: &Family, index: CaseIndex) -> FamilyAside {
    let others: Vec<CaseIndex> =
        family.members.iter().copied().filter(|case| *case != index).collect();
    let more = others.len().saturating_sub(MAX_ASIDE_MEMBERS);
    let open = family.unanswered.contains(&index);
    FamilyAside {
        headline: headline(context, family),
        url: context.family_url(family),
        open,
        action: action_text(context.language, family.action).to_owned(),
        members: others
            .iter()
            .take(MAX_ASIDE_MEMBERS)
            .map(|case| compared_study(context, *case))
            .collect(),
        more: (more > 0).then(|| context.language.plural_text("duplicate.more", more, &[])),
        answer: open.then(|| {
            format!(
                "not_duplicate_of:\n  - family: {}\n    reason: \"\"",
                front_matter::render_name(&family.id)
            )
        }),
    }
}

/// What the members of a family do, in one sentence: `12 markets plan the same experiment`.
pub fn headline(context: &Context, family: &Family) -> String {
    let cases = member_cases(context, family);
    let mut markets: Vec<_> = cases.iter().flat_map(|case| &case.markets).collect();
    markets.sort_unstable();
    markets.dedup();
    headline_text(context.language, family.action, markets.len(), cases.len())
}

/// The headline of a family with this action and these numbers of different markets and of members.
pub fn headline_text(
    language: &Language,
    action: FamilyAction,
    markets: usize,
    members: usize,
) -> String {
    if markets < 2 {
        return language.plural_text("duplicate.one_market", members, &[]);
    }
    let key = match action {
        FamilyAction::Join => "duplicate.plan",
        FamilyAction::AwaitRunning => "duplicate.run",
        FamilyAction::ReadFinished => "duplicate.tried",
        FamilyAction::Link => "duplicate.ended",
    };
    language.plural_text(key, markets, &[])
}

/// The recommended action for a family, in words.
pub fn action_text(language: &Language, action: FamilyAction) -> &str {
    language.text(match action {
        FamilyAction::Join => "duplicate.join",
        FamilyAction::AwaitRunning => "duplicate.await_running",
        FamilyAction::ReadFinished => "duplicate.read_finished",
        FamilyAction::Link => "duplicate.link",
    })
}

/// The case studies of a family, oldest first.
fn member_cases<'a>(context: &Context<'a>, family: &Family) -> Vec<&'a CaseStudy> {
    family.members.iter().map(|case| context.catalog.case(*case)).collect()
}

/// A link to a member of a family, labelled with its markets and title.
fn member_link(context: &Context, index: CaseIndex) -> OptionalLink {
    let case = context.catalog.case(index);
    OptionalLink::linked(
        &case.meta.address,
        format!(
            "{}: {}",
            context.language.join_with_commas(&context.market_labels(case)),
            shown_label(context, &case.meta)
        ),
    )
}

/// Who started first, which members have ended with which outcome, and the sum of budgets.
fn family_facts(context: &Context, cases: &[&CaseStudy]) -> Vec<String> {
    let language = context.language;
    let first =
        cases.iter().filter_map(|case| Some((case.start?, *case))).min_by_key(|(start, _)| *start);
    let first = first.map(|(start, case)| {
        let key = if start > context.site.today {
            "duplicate.will_start_first"
        } else {
            "duplicate.started_first"
        };
        language.text_with(
            key,
            &[
                ("market", &language.join_with_commas(&context.market_labels(case))),
                ("date", &language.format_day(start)),
            ],
        )
    });
    let ended: Vec<String> = cases
        .iter()
        .filter(|case| case.has_ended())
        .map(|case| {
            format!(
                "{} ({})",
                language.join_with_commas(&context.market_labels(case)),
                display::case_outcome_mark(language, case).label
            )
        })
        .collect();
    let ended = (!ended.is_empty()).then(|| {
        language.plural_text(
            "duplicate.has_ended",
            ended.len(),
            &[("list", &language.join_with_commas(&ended))],
        )
    });
    let totals: Vec<String> =
        sum_budgets(cases).into_iter().map(|total| format_budget_total(context, total)).collect();
    let totals = (!totals.is_empty()).then(|| {
        language.text_with("duplicate.budgets", &[("list", &language.join_with_commas(&totals))])
    });
    [first, ended, totals].into_iter().flatten().collect()
}

/// The sum of budgets in one currency, or how many members state the same band: `3 × M`.
fn format_budget_total(context: &Context, total: BudgetTotal) -> String {
    match total {
        BudgetTotal::Amount(amount, currency) => {
            display::format_budget(context.language, &Budget::Amount(amount, currency))
        }
        BudgetTotal::Band(band, count) => {
            format!(
                "{} × {}",
                context.language.format_integer(count),
                display::keyword_label(context.language, "band", band)
            )
        }
    }
}

/// Lines of front matter to paste: for a member that replicates the oldest, for one that is
/// different, and for all members at once.
fn answer_snippets(context: &Context, family: &Family) -> Vec<AnswerSnippet> {
    let oldest = context.catalog.case(family.members[0]);
    let newest = family.unanswered.last().map_or(oldest, |case| context.catalog.case(*case));
    let (id, count) = (front_matter::render_name(&family.id), family.members.len());
    vec![
        AnswerSnippet::for_file(
            context,
            "duplicate.answer_replicates",
            &newest.meta.path,
            format!("replicates: {}", front_matter::render_name(&oldest.meta.id)),
        )
        .with_command(terminal_command::answer_family(family, AnswerWord::Replicates)),
        AnswerSnippet::for_file(
            context,
            "duplicate.answer_different",
            &newest.meta.path,
            format!("not_duplicate_of:\n  - family: {id}\n    reason: \"\""),
        )
        .with_command(terminal_command::answer_member(family, newest)),
        AnswerSnippet::for_file(
            context,
            "duplicate.answer_all",
            &oldest.meta.path,
            format!("not_duplicate_of:\n  - family: {id}\n    members: {count}\n    reason: \"\""),
        )
        .with_command(terminal_command::answer_family(family, AnswerWord::NotDuplicate)),
    ]
}
