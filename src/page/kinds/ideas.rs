//! The idea backlog, as a board, a table and lists by market.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::backlog::RankedIdea;
use crate::catalog::keywords::{IdeaStatus, Keyword};
use crate::catalog::{CaseIndex, Idea};
use crate::page::composed::ComposedPage;
use crate::page::context::Context;
use crate::page::kinds::proposals;
use crate::page::parts::mention::Mentions;
use crate::page::parts::shown_text::shown_title;
use crate::page::parts::team::team_label;
use crate::page::parts::{EmptyState, OriginalTitle, PaginationLink, pagination};
use crate::page::text::display;
use crate::site::ScoreKind;
use crate::site::pages::PageKind;
use crate::vocabulary::{MarketId, TermRef};

/// The view of one page of the idea backlog.
#[derive(Debug, Clone, Serialize)]
pub struct BacklogPage {
    /// Title of the page.
    pub title: String,
    /// A sentence about the backlog.
    pub description: String,
    /// Formula of the score, in words.
    pub formula: String,
    /// Filters for ideas; on the first page only.
    pub filters: Vec<BacklogFilter>,
    /// Shown in a hub without ideas.
    pub empty: Option<EmptyState>,
    /// The board, one column for each status; on the first page only.
    pub columns: Vec<StatusColumn>,
    /// Ideas on this page of the table, best score first.
    pub table: Vec<IdeaRow>,
    /// Pagination links of the table; empty for a single page.
    pub pages: Vec<PaginationLink>,
    /// Ideas by market; on the first page only.
    pub markets: Vec<MarketIdeas>,
    /// Experiments that the evidence proposes; on the first page only.
    pub proposals: Vec<proposals::ProposalGroup>,
}

/// A field by which ideas can be filtered.
#[derive(Debug, Clone, Serialize)]
pub struct BacklogFilter {
    /// Name of the query parameter.
    pub name: &'static str,
    /// Label of the field.
    pub label: String,
    /// Pairs of filter key and label: by label, but statuses in their own order.
    pub options: Vec<(String, String)>,
}

/// Ideas of one status, as a column of the board.
#[derive(Debug, Clone, Serialize)]
pub struct StatusColumn {
    /// Id of the status.
    pub id: &'static str,
    /// Label of the status.
    pub label: String,
    /// Number of ideas.
    pub count: String,
    /// The best ideas by score.
    pub ideas: Vec<IdeaCard>,
    /// Number of ideas left out, in words.
    pub more: Option<String>,
}

/// An idea as a card on the board.
#[derive(Debug, Clone, Serialize)]
pub struct IdeaCard {
    /// Title of the idea.
    pub title: String,
    /// Language tag (BCP 47) of the title where it differs from the interface's.
    pub language: Option<String>,
    /// The title of the record in its own language, where the title is that of a gist.
    pub original: Option<OriginalTitle>,
    /// Site path of the idea.
    pub url: String,
    /// Score, or a dash while a factor is missing.
    pub score: String,
    /// Number of markets that want it, in words; none for zero.
    pub demand: Option<String>,
    /// Effort and owner.
    pub facts: String,
    /// Where it was tried or is being tried.
    pub tried: Option<String>,
    /// Filter keys, separated by spaces.
    pub keys: String,
    /// Owner; empty without one.
    pub owner: String,
}

/// An idea as a row of the table.
#[derive(Debug, Clone, Serialize)]
pub struct IdeaRow {
    /// Site path of the idea.
    pub url: String,
    /// Title of the idea.
    pub title: String,
    /// Language tag (BCP 47) of the title where it differs from the interface's.
    pub language: Option<String>,
    /// The title of the record in its own language, where the title is that of a gist.
    pub original: Option<OriginalTitle>,
    /// Label of the status.
    pub status: String,
    /// Score, or a dash while a factor is missing.
    pub score: String,
    /// Number of markets that want it.
    pub wanted: String,
    /// Label of the effort band; empty without one.
    pub effort: String,
    /// Wins and grades of relevant studies: `3 of 4 won; A, B, B, C`.
    pub evidence: String,
    /// Owner; empty without one.
    pub owner: String,
    /// Target date or period, as written; empty without one.
    pub target: String,
    /// Filter keys, separated by spaces.
    pub keys: String,
}

/// Ideas for one market.
#[derive(Debug, Clone, Serialize)]
pub struct MarketIdeas {
    /// Site path of the market.
    pub url: String,
    /// Label of the market.
    pub label: String,
    /// Filter key of the market: `market:nl`.
    pub key: String,
    /// The best ideas by score.
    pub ideas: Vec<MarketIdeaLink>,
}

/// An idea in the list of a market.
#[derive(Debug, Clone, Serialize)]
pub struct MarketIdeaLink {
    /// Site path of the idea.
    pub url: String,
    /// Title of the idea.
    pub title: String,
    /// Language tag (BCP 47) of the title where it differs from the interface's.
    pub language: Option<String>,
    /// The title of the record in its own language, where the title is that of a gist.
    pub original: Option<OriginalTitle>,
    /// Status and score.
    pub note: String,
    /// Filter keys, separated by spaces.
    pub keys: String,
    /// Owner; empty without one.
    pub owner: String,
}

/// The most proposals of each kind shown next to the ideas; all of them are on the pages of
/// proposals.
const MAX_PROPOSALS_PER_KIND: usize = 3;
/// The most ideas in one column of the board.
const MAX_IN_COLUMN: usize = 8;
/// The most markets with a list of their ideas.
const MAX_MARKETS: usize = 60;
/// The most ideas in the list of one market.
const MAX_PER_MARKET: usize = 5;

/// Composes one page of the backlog; board, filters, markets and proposals are on the first page
/// only.
pub fn compose(context: &Context, page_index: usize) -> ComposedPage<BacklogPage> {
    let ideas = &context.backlog.ideas;
    let first = page_index == 0;
    let mut mentions = Mentions::default();
    let view = BacklogPage {
        title: context.text("ideas.title"),
        description: context.text("ideas.description"),
        formula: score_formula(context),
        empty: ideas.is_empty().then(|| EmptyState {
            title: context.text("empty.ideas"),
            text: context.text("empty.ideas_text"),
            url: None,
            action: String::new(),
        }),
        filters: if first { compose_filters(context) } else { Vec::new() },
        columns: if first { status_columns(context) } else { Vec::new() },
        table: pagination::rows_on_page(ideas, page_index)
            .iter()
            .map(|ranked| idea_row(context, ranked))
            .collect(),
        pages: pagination::links(PageKind::Ideas.address(), ideas.len(), page_index),
        markets: if first { market_lists(context) } else { Vec::new() },
        proposals: if first {
            proposals::best_by_kind(context, MAX_PROPOSALS_PER_KIND, &mut mentions)
        } else {
            Vec::new()
        },
    };
    ComposedPage::from_title_key(context, "ideas.title", view)
        .with_description(Some(context.language.text("ideas.description")))
        .with_mentions(mentions)
}

/// The formula of the score, in words.
pub fn score_formula(context: &Context) -> String {
    let key = match context.site.ideas.score {
        ScoreKind::Ice => "ideas.formula_ice",
        ScoreKind::Rice => "ideas.formula_rice",
    };
    context.language.text_with(key, &[("cap", &context.site.ideas.confidence_cap.to_string())])
}

/// The columns of the board, one for each status even where it has no idea.
fn status_columns(context: &Context) -> Vec<StatusColumn> {
    let column = |status: &IdeaStatus| {
        let all: Vec<&RankedIdea> = context
            .backlog
            .ideas
            .iter()
            .filter(|ranked| context.catalog.idea(ranked.idea).status == *status)
            .collect();
        let more = all.len().saturating_sub(MAX_IN_COLUMN);
        StatusColumn {
            id: status.as_str(),
            label: display::keyword_label(context.language, "idea_status", *status),
            count: context.language.format_integer(all.len()),
            ideas: all
                .iter()
                .take(MAX_IN_COLUMN)
                .map(|ranked| idea_card(context, ranked))
                .collect(),
            more: (more > 0).then(|| context.language.plural_text("ideas.more", more, &[])),
        }
    };
    IdeaStatus::ALL.iter().map(column).collect()
}

/// An idea as a card; where it was tried is left out once it has become a study.
fn idea_card(context: &Context, ranked: &RankedIdea) -> IdeaCard {
    let idea = context.catalog.idea(ranked.idea);
    let facts: Vec<String> = idea
        .effort
        .map(|effort| {
            context.language.text_with(
                "idea.effort_is",
                &[("effort", &display::keyword_label(context.language, "band", effort))],
            )
        })
        .into_iter()
        .chain(idea.owner.as_ref().map(|owner| team_label(context, owner).to_owned()))
        .collect();
    let shown = shown_title(context, &idea.meta);
    IdeaCard {
        title: shown.title,
        language: shown.language,
        original: shown.original,
        url: idea.meta.address.clone(),
        score: format_score(context, ranked),
        demand: (ranked.demand > 0)
            .then(|| context.language.plural_text("count.markets", ranked.demand, &[])),
        facts: facts.join(" · "),
        tried: format_tried(context, ranked).filter(|_| idea.becomes.is_none()),
        keys: filter_keys(context, idea),
        owner: idea.owner.as_deref().map_or("", |owner| team_label(context, owner)).to_owned(),
    }
}

/// The score of an idea, or a dash while a factor is missing.
pub fn format_score(context: &Context, ranked: &RankedIdea) -> String {
    ranked.score.map_or_else(
        || "–".to_owned(),
        |score| {
            context.language.format_number(score, usize::from(score < 10.0 && score.fract() > 0.0))
        },
    )
}

/// A planned or running study that tries the idea, else one that has ended; none where no study
/// does.
pub fn trying_or_tried_study(ranked: &RankedIdea) -> Option<CaseIndex> {
    ranked.open_cases.first().or(ranked.ended_cases.first()).copied()
}

/// Where an idea is being tried, else where it was tried, with outcome and grade; none where no
/// study does.
pub fn format_tried(context: &Context, ranked: &RankedIdea) -> Option<String> {
    let case = context.catalog.case(trying_or_tried_study(ranked)?);
    let markets = context.language.join_with_commas(&context.market_labels(case));
    if case.is_unfinished() {
        return Some(context.language.text_with("idea.being_tried", &[("places", &markets)]));
    }
    let outcome = display::case_outcome_mark(context.language, case).label;
    let outcome = context.language.phrase_in_sentence(&outcome);
    Some(match case.evidence_grade.grade {
        Some(grade) => context.language.text_with(
            "idea.tried_graded",
            &[
                ("places", &markets),
                ("outcome", &outcome),
                ("grade", display::grade_letters(grade).1),
            ],
        ),
        None => {
            context.language.text_with("idea.tried", &[("places", &markets), ("outcome", &outcome)])
        }
    })
}

/// An idea as a row of the table.
fn idea_row(context: &Context, ranked: &RankedIdea) -> IdeaRow {
    let idea = context.catalog.idea(ranked.idea);
    let shown = shown_title(context, &idea.meta);
    IdeaRow {
        url: idea.meta.address.clone(),
        title: shown.title,
        language: shown.language,
        original: shown.original,
        status: display::keyword_label(context.language, "idea_status", idea.status),
        score: format_score(context, ranked),
        wanted: context.language.format_integer(ranked.demand),
        effort: idea
            .effort
            .map(|effort| display::keyword_label(context.language, "band", effort))
            .unwrap_or_default(),
        evidence: format_evidence(context, ranked),
        owner: idea.owner.as_deref().map_or("", |owner| team_label(context, owner)).to_owned(),
        target: idea.target.clone().unwrap_or_default(),
        keys: filter_keys(context, idea),
    }
}

/// Wins and grades of studies relevant to an idea: `3 of 4 won; A, B, B, C`; empty without counted
/// studies.
pub fn format_evidence(context: &Context, ranked: &RankedIdea) -> String {
    let tally = &ranked.nearby_tally;
    if tally.counted() == 0 {
        return String::new();
    }
    let won = context.language.text_with(
        "tally.short",
        &[
            ("won", &context.language.format_integer(tally.won as usize)),
            ("counted", &context.language.format_integer(tally.counted() as usize)),
        ],
    );
    let grades: Vec<&str> = tally
        .grade_list()
        .into_iter()
        .take(6)
        .map(|grade| display::grade_letters(grade).1)
        .collect();
    if grades.is_empty() {
        won
    } else {
        context.language.join_remarks(&[won, context.language.join_with_commas(&grades)])
    }
}

/// Lists of the best ideas for each market, the market with most ideas first; at most
/// `MAX_MARKETS`.
fn market_lists(context: &Context) -> Vec<MarketIdeas> {
    let mut by_market: BTreeMap<MarketId, Vec<&RankedIdea>> = BTreeMap::new();
    for ranked in &context.backlog.ideas {
        for market in markets_of(context.catalog.idea(ranked.idea)) {
            by_market.entry(market).or_default().push(ranked);
        }
    }
    let mut markets: Vec<(MarketId, Vec<&RankedIdea>)> = by_market.into_iter().collect();
    markets.sort_by(|a, b| b.1.len().cmp(&a.1.len()).then(a.0.cmp(&b.0)));
    let card = |(market, ideas): &(MarketId, Vec<&RankedIdea>)| {
        let link = TermRef::Market(*market).link(context);
        MarketIdeas {
            url: if TermRef::Market(*market).tally(context).is_some() {
                link.url
            } else {
                "markets/".into()
            },
            label: link.label,
            key: filter_key(context, "market", TermRef::Market(*market)),
            ideas: ideas
                .iter()
                .take(MAX_PER_MARKET)
                .map(|ranked| market_idea_link(context, ranked))
                .collect(),
        }
    };
    markets.iter().take(MAX_MARKETS).map(card).collect()
}

/// Each market, market group, channel and tactic of an idea with the name of the filter that it
/// belongs to.
fn filter_terms(context: &Context, idea: &Idea) -> Vec<(&'static str, TermRef)> {
    let market_ids = markets_of(idea);
    let groups = market_ids
        .iter()
        .flat_map(|market| &context.catalog.vocabulary.markets[*market].groups)
        .chain(&idea.stated_groups);
    let groups: std::collections::BTreeSet<_> = groups.copied().collect();
    let markets = market_ids.iter().map(|id| ("market", TermRef::Market(*id)));
    let groups = groups.into_iter().map(|id| ("group", TermRef::Group(id)));
    let channels = idea.channels.iter().map(|id| ("channel", TermRef::Channel(*id)));
    let tactics = idea.tactics.iter().map(|id| ("tactic", TermRef::Tactic(*id)));
    markets.chain(groups).chain(channels).chain(tactics).collect()
}

/// The key of a term as the script filters ideas by it: `market:nl`.
fn filter_key(context: &Context, name: &str, term: TermRef) -> String {
    format!("{name}:{}", term.term(&context.catalog.vocabulary).slug())
}

/// The terms and status of an idea as the script filters by them, separated by spaces: `market:nl
/// group:benelux status:new`.
fn filter_keys(context: &Context, idea: &Idea) -> String {
    let mut keys: Vec<String> = filter_terms(context, idea)
        .into_iter()
        .map(|(name, term)| filter_key(context, name, term))
        .collect();
    keys.push(format!("status:{}", idea.status.as_str()));
    keys.join(" ")
}

/// The filters of ideas, without those that have fewer than two values.
fn compose_filters(context: &Context) -> Vec<BacklogFilter> {
    let ideas: Vec<&Idea> =
        context.backlog.ideas.iter().map(|ranked| context.catalog.idea(ranked.idea)).collect();
    let mut used: BTreeMap<&'static str, BTreeMap<String, String>> = BTreeMap::new();
    for idea in &ideas {
        for (name, term) in filter_terms(context, idea) {
            used.entry(name)
                .or_default()
                .insert(filter_key(context, name, term), term.label(context).to_owned());
        }
    }
    let named = |name: &'static str, label: &'static str, mut options: Vec<(String, String)>| {
        options.sort_by(|a, b| a.1.cmp(&b.1).then_with(|| a.0.cmp(&b.0)));
        BacklogFilter { name, label: context.text(label), options }
    };
    let of_term = |name: &'static str, label: &'static str| {
        named(
            name,
            label,
            used.get(name)
                .into_iter()
                .flatten()
                .map(|(key, label)| (key.clone(), label.clone()))
                .collect(),
        )
    };
    let status = |status: &IdeaStatus| {
        (
            format!("status:{}", status.as_str()),
            display::keyword_label(context.language, "idea_status", *status),
        )
    };
    let statuses = IdeaStatus::ALL
        .iter()
        .filter(|status| ideas.iter().any(|idea| idea.status == **status))
        .map(status)
        .collect();
    let owners: std::collections::BTreeSet<&str> = ideas
        .iter()
        .filter_map(|idea| idea.owner.as_deref())
        .map(|owner| team_label(context, owner))
        .collect();
    let filters = [
        of_term("market", "facet.market"),
        of_term("group", "facet.group"),
        of_term("channel", "facet.channel"),
        of_term("tactic", "facet.tactic"),
        BacklogFilter { name: "status", label: context.text("ideas.status"), options: statuses },
        named(
            "owner",
            "ideas.owner",
            owners.into_iter().map(|owner| (owner.to_owned(), owner.to_owned())).collect(),
        ),
    ];
    filters.into_iter().filter(|filter| filter.options.len() > 1).collect()
}

/// Markets where an idea would run or that want it, each once, in id order.
fn markets_of(idea: &Idea) -> Vec<MarketId> {
    let mut markets: Vec<MarketId> = idea.markets.iter().chain(&idea.wanted_by).copied().collect();
    markets.sort_unstable();
    markets.dedup();
    markets
}

/// An idea as a link in the list of a market, with status and score.
fn market_idea_link(context: &Context, ranked: &RankedIdea) -> MarketIdeaLink {
    let idea = context.catalog.idea(ranked.idea);
    let status = display::keyword_label(context.language, "idea_status", idea.status);
    let note = format!(
        "{status} · {}",
        context.language.text_with("idea.score_is", &[("score", &format_score(context, ranked))])
    );
    let owner = idea.owner.as_deref().map_or("", |owner| team_label(context, owner)).to_owned();
    let shown = shown_title(context, &idea.meta);
    MarketIdeaLink {
        url: idea.meta.address.clone(),
        title: shown.title,
        language: shown.language,
        original: shown.original,
        note,
        keys: filter_keys(context, idea),
        owner,
    }
}
