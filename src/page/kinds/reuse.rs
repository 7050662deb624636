//! Reuse: case studies approved for copying, by tactic and suited market, and the stages that lead
//! there.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::backlog::desk::{Duty, DutyKind};
use crate::catalog::keywords::Reuse;
use crate::catalog::{CaseIndex, CaseStudy};
use crate::page::composed::ComposedPage;
use crate::page::context::Context;
use crate::page::parts::citation::{self, Citation};
use crate::page::parts::shown_text::{TextLanguages, page_texts, titled_link};
use crate::page::parts::tabs::{self, TabLink};
use crate::page::parts::team::{team_label, team_labels};
use crate::page::parts::{
    Badge, EmptyState, LanguageMark, Link, OptionalLink, PaginationLink, pagination,
};
use crate::page::spec::{Page, PageSpec};
use crate::page::text::display;
use crate::site::pages::PageKind;
use crate::vocabulary::{MarketId, TacticId, TermRef};

/// The view of one page of approved case studies.
#[derive(Debug, Clone, Serialize)]
pub struct ReusePage {
    /// Tabs to the pages derived from the evidence.
    pub tabs: Vec<TabLink>,
    /// Title of the page.
    pub title: String,
    /// A sentence about reuse.
    pub description: String,
    /// All five stages of the reuse process, each with its number of studies.
    pub path: Vec<ReuseStage>,
    /// Shown where no study is approved.
    pub empty: Option<EmptyState>,
    /// Markets named as suited, with the studies that suit them; on the first page only.
    pub markets: Vec<SuitedMarket>,
    /// Approved studies by main tactic.
    pub tactics: Vec<TacticGroup>,
    /// Studies that wait for a decision, best first; on the first page only.
    pub waiting: Vec<Citation>,
    /// Link to all waiting studies, where not all are shown.
    pub more_waiting: Option<Link>,
    /// Retired studies; on the first page only.
    pub retired: Vec<RetiredStudy>,
    /// Number of retired studies left out, in words; none where none is, and on later pages.
    pub more_retired: Option<String>,
    /// Pagination links of approved studies; empty for a single page.
    pub pages: Vec<PaginationLink>,
}

/// A stage of the reuse process (candidate, approved, playbook, retired or local only) with its
/// number of studies.
#[derive(Debug, Clone, Serialize)]
pub struct ReuseStage {
    /// Id of the stage: `candidate`, `approved`, `playbook`, `retired` or `local-only`.
    pub id: &'static str,
    /// Label of the stage.
    pub label: String,
    /// Number of studies in this stage, translations not counted, as formatted text.
    pub count: String,
    /// What the stage means.
    pub hint: String,
    /// Site path, with anchor, of the section that lists them; none where there is no such section.
    pub url: Option<String>,
}

/// A market with the approved studies that suit it.
#[derive(Debug, Clone, Serialize)]
pub struct SuitedMarket {
    /// Slug of the market, for the script.
    pub id: String,
    /// Label of the market.
    pub label: String,
    /// Number of all approved studies that suit it, as formatted text.
    pub count: String,
    /// The first of these studies, at most `MAX_PER_MARKET`.
    pub studies: Vec<Link>,
}

/// Approved studies with the same main tactic, which is the first that they state.
#[derive(Debug, Clone, Serialize)]
pub struct TacticGroup {
    /// Link to the tactic; none for studies without one.
    pub tactic: Option<Link>,
    /// Anchor of the group.
    pub id: String,
    /// Studies, best evidence grade first.
    pub cards: Vec<ReuseCard>,
}

/// An approved study as a card, with what to keep and what to adapt.
#[derive(Debug, Clone, Serialize)]
pub struct ReuseCard {
    /// The case study.
    pub study: Citation,
    /// The reuse decision: `approved` or `playbook`.
    pub badge: Badge,
    /// Playbooks that the study supports.
    pub playbooks: Vec<Link>,
    /// Summary of the study.
    pub summary: Option<String>,
    /// Languages of summary and what to keep and adapt.
    pub languages: TextLanguages,
    /// What must be kept.
    pub fixed: Vec<String>,
    /// What may be adapted.
    pub flexible: Vec<String>,
    /// Constraints on a transfer.
    pub limits: Vec<String>,
    /// Language of the constraints where it differs from the interface's.
    pub limits_language: Option<LanguageMark>,
    /// Markets and market groups it suits.
    pub suited: Vec<OptionalLink>,
    /// Slugs of the markets it suits, groups resolved, separated by spaces, for the script.
    pub markets: String,
    /// Who is accountable, and who verified it when; none where the record does not say.
    pub decided: Option<String>,
}

/// A study that must no longer be copied, because it was retired or superseded.
#[derive(Debug, Clone, Serialize)]
pub struct RetiredStudy {
    /// The case study.
    pub study: Citation,
    /// Studies that supersede it.
    pub successors: Vec<Link>,
}

/// The number of approved studies on one page.
const CARDS_PER_PAGE: usize = 30;
/// The most studies shown that wait for a decision.
const MAX_WAITING: usize = 12;
/// The most retired studies shown.
const MAX_RETIRED: usize = 30;
/// The most markets listed with the studies that suit them.
const MAX_MARKETS: usize = 120;
/// The most studies linked for one market; its count is that of all.
const MAX_PER_MARKET: usize = 4;

/// Lists the pages of approved studies, of which there is at least one.
pub fn plan(context: &Context) -> Vec<Page> {
    let count = approved_cases(context).len().div_ceil(CARDS_PER_PAGE).max(1);
    pagination::page_addresses(PageKind::Reuse.address(), count * pagination::ROWS_PER_PAGE)
        .map(|(address, page_index)| Page::new(address, PageSpec::Reuse(page_index)))
        .collect()
}

/// Composes one page of approved studies; waiting and retired studies are on the first page only.
pub fn compose(context: &Context, page_index: usize) -> ComposedPage<ReusePage> {
    let approved = approved_cases(context);
    let first = page_index == 0;
    let shown: Vec<CaseIndex> =
        approved.iter().skip(page_index * CARDS_PER_PAGE).take(CARDS_PER_PAGE).copied().collect();
    let waiting = context.backlog.desk.of_kind(DutyKind::ReuseWaiting);
    let retired = retired_cases(context);
    let count_beyond = |all: usize, limit: usize| all.saturating_sub(limit);
    let view = ReusePage {
        tabs: tabs::compose(context, PageKind::Reuse),
        title: context.text("copying.title"),
        description: context.text("copying.description"),
        path: reuse_stages(context, !waiting.is_empty(), !retired.is_empty()),
        empty: approved.is_empty().then(|| EmptyState {
            title: context.text("copying.none"),
            text: context.text("copying.none_text"),
            url: Some(PageKind::Desk.address().into()),
            action: context.text("desk.tab"),
        }),
        markets: if first { suited_markets(context, &approved) } else { Vec::new() },
        tactics: tactic_groups(context, &shown),
        waiting: if first {
            waiting
                .iter()
                .take(MAX_WAITING)
                .filter_map(|row| waiting_case(&row.duty))
                .map(|case| citation::compose(context, case))
                .collect()
        } else {
            Vec::new()
        },
        more_waiting: (first && count_beyond(waiting.len(), MAX_WAITING) > 0).then(|| {
            Link::new(
                "desk/#reuse-waiting",
                context.language.plural_text("copying.more_waiting", waiting.len(), &[]),
            )
        }),
        more_retired: (first && count_beyond(retired.len(), MAX_RETIRED) > 0).then(|| {
            context.language.plural_text(
                "copying.more_retired",
                count_beyond(retired.len(), MAX_RETIRED),
                &[],
            )
        }),
        retired: if first {
            retired.into_iter().take(MAX_RETIRED).map(|case| retired_study(context, case)).collect()
        } else {
            Vec::new()
        },
        pages: pagination::links(
            PageKind::Reuse.address(),
            approved.len().div_ceil(CARDS_PER_PAGE).max(1) * pagination::ROWS_PER_PAGE,
            page_index,
        ),
    };
    ComposedPage::from_title_key(context, "copying.title", view)
        .with_description(Some(context.language.text("copying.description")))
}

/// The case study of a duty on the desk to decide on its reuse; none for any other duty.
fn waiting_case(duty: &Duty) -> Option<CaseIndex> {
    match duty {
        Duty::ReuseWaiting(case) => Some(*case),
        _ => None,
    }
}

/// Case studies that are no translation of another, so that each experiment counts once.
fn original_studies<'h>(context: &Context<'h>) -> impl Iterator<Item = (CaseIndex, &'h CaseStudy)> {
    let originals = &context.evidence.originals;
    context.catalog.iter_cases().filter(move |(index, _)| {
        originals.get(index.0 as usize).is_none_or(|original| original == index)
    })
}

/// Studies whose reuse is `approved` or `playbook`, without translations and those that a newer study
/// replaces, which are listed as retired: by label of their main
/// tactic, then by evidence grade, in both those without one last.
fn approved_cases(context: &Context) -> Vec<CaseIndex> {
    let is_approved = |case: &CaseStudy| {
        matches!(case.reuse, Some(Reuse::Approved | Reuse::Playbook)) && !case.is_retired()
    };
    let label = |tactic: Option<&TacticId>| {
        tactic.map_or((1, String::new()), |id| {
            (
                0,
                context.catalog.vocabulary.tactics[*id]
                    .label_in(context.language_id())
                    .to_lowercase(),
            )
        })
    };
    let mut approved: Vec<(CaseIndex, &CaseStudy)> =
        original_studies(context).filter(|(_, case)| is_approved(case)).collect();
    approved.sort_by_cached_key(|(index, case)| {
        (
            label(case.tactics.first()),
            case.evidence_grade.grade.is_none(),
            case.evidence_grade.grade,
            *index,
        )
    });
    approved.into_iter().map(|(index, _)| index).collect()
}

/// Studies that were retired or superseded, in id order, without translations.
fn retired_cases(context: &Context) -> Vec<CaseIndex> {
    original_studies(context)
        .filter(|(_, case)| case.is_retired())
        .map(|(index, _)| index)
        .collect()
}

/// A retired study with those that supersede it.
fn retired_study(context: &Context, index: CaseIndex) -> RetiredStudy {
    let successors = context
        .catalog
        .case(index)
        .inverse
        .supersedes
        .iter()
        .map(|case| context.catalog.case(*case));
    RetiredStudy {
        study: citation::compose(context, index),
        successors: successors.map(|case| titled_link(context, &case.meta)).collect(),
    }
}

/// All stages with their number of studies, of which a superseded one counts as retired; each links
/// to its section on the first page, where there is one.
fn reuse_stages(context: &Context, has_waiting: bool, has_retired: bool) -> Vec<ReuseStage> {
    let mut counts: BTreeMap<Reuse, usize> = BTreeMap::new();
    for (_, case) in original_studies(context) {
        if let Some(reuse) = case.reuse {
            *counts.entry(if case.is_retired() { Reuse::Retired } else { reuse }).or_default() += 1;
        }
    }
    let section_url = |section: &str, exists: bool| exists.then(|| format!("reuse/#{section}"));
    let stage = |reuse: Reuse, hint: &'static str, url: Option<String>| ReuseStage {
        id: crate::catalog::keywords::Keyword::as_str(reuse),
        label: display::keyword_label(context.language, "reuse_stage", reuse),
        count: context.language.format_integer(counts.get(&reuse).copied().unwrap_or(0)),
        hint: context.text(hint),
        url,
    };
    vec![
        stage(Reuse::Candidate, "copying.candidate_hint", section_url("waiting", has_waiting)),
        stage(Reuse::Approved, "copying.approved_hint", section_url("approved", true)),
        stage(Reuse::Playbook, "copying.playbook_hint", None),
        stage(Reuse::Retired, "copying.retired_hint", section_url("retired", has_retired)),
        stage(Reuse::LocalOnly, "copying.local_hint", None),
    ]
}

/// Studies in groups by main tactic; `cases` are already sorted by it.
fn tactic_groups(context: &Context, cases: &[CaseIndex]) -> Vec<TacticGroup> {
    let main = |index: &CaseIndex| context.catalog.case(*index).tactics.first().copied();
    let runs = cases.chunk_by(|a, b| main(a) == main(b));
    runs.map(|run| {
        let tactic = main(&run[0]).map(TermRef::Tactic);
        TacticGroup {
            id: tactic.map_or_else(
                || "others".to_owned(),
                |tactic| format!("with-{}", tactic.term(&context.catalog.vocabulary).slug()),
            ),
            tactic: tactic.map(|tactic| tactic.link(context)),
            cards: run.iter().map(|index| reuse_card(context, *index)).collect(),
        }
    })
    .collect()
}

/// An approved study as a card.
fn reuse_card(context: &Context, index: CaseIndex) -> ReuseCard {
    let case = context.catalog.case(index);
    let slugs: Vec<String> = suited_markets_of(context, case)
        .into_iter()
        .map(|market| context.catalog.vocabulary.markets[market].slug())
        .collect();
    let texts =
        page_texts(context, &case.meta, case.summary.as_deref(), &case.fixed, &case.flexible);
    ReuseCard {
        study: citation::compose(context, index),
        badge: display::reuse_badge(context.language, case)
            .unwrap_or(Badge { tone: "", label: String::new() }),
        playbooks: context
            .playbooks_of(index)
            .iter()
            .filter(|(_, supports)| *supports)
            .map(|(playbook, _)| context.catalog.playbook(*playbook))
            .map(|playbook| titled_link(context, &playbook.meta))
            .collect(),
        summary: texts.summary,
        fixed: texts.fixed,
        flexible: texts.flexible,
        languages: texts.languages,
        limits: case.constraints.clone(),
        limits_language: display::foreign_language_mark(context, &case.meta.language),
        suited: suited_links(context, case),
        markets: slugs.join(" "),
        decided: format_decision(context, case),
    }
}

/// Markets and market groups that a record names as suited; markets within such a group are left
/// out.
fn suited_links(context: &Context, case: &CaseStudy) -> Vec<OptionalLink> {
    let groups = case.suited_groups.iter().map(|id| TermRef::Group(*id));
    let grouped = |market: &MarketId| {
        case.suited_groups
            .iter()
            .any(|group| context.catalog.vocabulary.groups[*group].members.contains(market))
    };
    let markets =
        case.suited_markets.iter().filter(|market| !grouped(market)).map(|id| TermRef::Market(*id));
    let label = |term: TermRef| match term.tally(context) {
        Some(_) => {
            OptionalLink::linked(term.address(&context.catalog.vocabulary), term.label(context))
        }
        None => OptionalLink::plain(term.label(context)),
    };
    groups.chain(markets).map(label).collect()
}

/// Markets that a case study states as suited, with the members of stated groups.
fn suited_markets_of(context: &Context, case: &CaseStudy) -> BTreeSet<MarketId> {
    let of_groups = case
        .suited_groups
        .iter()
        .flat_map(|group| context.catalog.vocabulary.groups[*group].members.iter().copied());
    case.suited_markets.iter().copied().chain(of_groups).collect()
}

/// Who is accountable for a study, and who verified it when, in words; none where the record does
/// not say.
fn format_decision(context: &Context, case: &CaseStudy) -> Option<String> {
    let language = context.language;
    let accountable = (!case.raci.accountable.is_empty()).then(|| {
        language.text_with(
            "copying.accountable",
            &[("who", &language.format_list(&team_labels(context, &case.raci.accountable)))],
        )
    });
    let verified = match (&case.verification.verified_by, case.verification.verified_on) {
        (Some(by), Some(on)) => Some(language.text_with(
            "copying.verified_by",
            &[("who", team_label(context, by)), ("date", &language.format_day(on))],
        )),
        (None, Some(on)) => {
            Some(language.text_with("copying.verified", &[("date", &language.format_day(on))]))
        }
        _ => None,
    };
    let parts: Vec<String> = accountable.into_iter().chain(verified).collect();
    (!parts.is_empty()).then(|| parts.join(" · "))
}

/// Markets in use with the approved studies that suit them, by label; at most `MAX_MARKETS`.
fn suited_markets(context: &Context, approved: &[CaseIndex]) -> Vec<SuitedMarket> {
    let mut by_market: BTreeMap<MarketId, Vec<CaseIndex>> = BTreeMap::new();
    for index in approved {
        let in_use = |market: &MarketId| context.evidence.markets.contains_key(market);
        for market in
            suited_markets_of(context, context.catalog.case(*index)).into_iter().filter(in_use)
        {
            by_market.entry(market).or_default().push(*index);
        }
    }
    let mut markets: Vec<(MarketId, Vec<CaseIndex>)> = by_market.into_iter().collect();
    markets.sort_by_key(|(market, _)| TermRef::Market(*market).label(context).to_lowercase());
    let view = |(market, cases): (MarketId, Vec<CaseIndex>)| SuitedMarket {
        id: context.catalog.vocabulary.markets[market].slug(),
        label: TermRef::Market(market).label(context).to_owned(),
        count: context.language.format_integer(cases.len()),
        studies: cases
            .iter()
            .take(MAX_PER_MARKET)
            .map(|index| &context.catalog.case(*index).meta)
            .map(|meta| titled_link(context, meta))
            .collect(),
    };
    markets.into_iter().take(MAX_MARKETS).map(view).collect()
}
