//! The idea backlog: what should we try next?

use std::collections::BTreeMap;

use serde::Serialize;

use crate::backlog::Ranked;
use crate::catalog::words::{IdeaStatus, Word};
use crate::catalog::{CaseIndex, Idea};
use crate::page::context::Context;
use crate::page::mention::Mentions;
use crate::page::parts::{Empty, Step};
use crate::page::{Composed, PageKind, View, proposals, say, steps};
use crate::site::ScoreKind;
use crate::vocabulary::{MarketId, TermRef};

/// The view of the backlog.
#[derive(Debug, Clone, Serialize)]
pub struct BacklogPage {
    /// Its title.
    pub title: String,
    /// A sentence about it.
    pub description: String,
    /// How scores are computed.
    pub formula: String,
    /// What the list can be narrowed to; on the first page only.
    pub filters: Vec<Filter>,
    /// What to do where there is none.
    pub empty: Option<Empty>,
    /// The board; on the first page only.
    pub columns: Vec<Column>,
    /// The table.
    pub table: Vec<IdeaRow>,
    /// Further pages of the table.
    pub pages: Vec<Step>,
    /// Ideas by market; on the first page only.
    pub markets: Vec<MarketIdeas>,
    /// What the evidence proposes.
    pub proposals: Vec<proposals::Kind>,
}

/// One way to narrow the list.
#[derive(Debug, Clone, Serialize)]
pub struct Filter {
    /// Its name in the address.
    pub name: &'static str,
    /// Its label.
    pub label: String,
    /// Values in use with their labels, in the order of the labels.
    pub options: Vec<(String, String)>,
}

/// Ideas of one status.
#[derive(Debug, Clone, Serialize)]
pub struct Column {
    /// The status.
    pub id: &'static str,
    /// In words.
    pub label: String,
    /// How many.
    pub count: String,
    /// The best of them.
    pub ideas: Vec<IdeaCard>,
    /// How many more there are.
    pub more: Option<String>,
}

/// An idea on the board.
#[derive(Debug, Clone, Serialize)]
pub struct IdeaCard {
    /// Its title.
    pub title: String,
    /// Its page.
    pub url: String,
    /// Its score.
    pub score: String,
    /// How many markets want it.
    pub demand: Option<String>,
    /// Effort and owner.
    pub facts: String,
    /// Where it was or is being tried.
    pub tried: Option<String>,
    /// What it can be found by.
    pub keys: String,
    /// Whose.
    pub owner: String,
}

/// An idea in the table.
#[derive(Debug, Clone, Serialize)]
pub struct IdeaRow {
    /// Its page.
    pub url: String,
    /// Its title.
    pub title: String,
    /// Where it stands.
    pub status: String,
    /// Its score.
    pub score: String,
    /// How many markets want it.
    pub wanted: String,
    /// How much work.
    pub effort: String,
    /// What is known.
    pub evidence: String,
    /// Whose.
    pub owner: String,
    /// When.
    pub target: String,
    /// What it can be found by.
    pub keys: String,
}

/// Ideas of one market.
#[derive(Debug, Clone, Serialize)]
pub struct MarketIdeas {
    /// Its page.
    pub url: String,
    /// Its label.
    pub label: String,
    /// Its key among the filters.
    pub key: String,
    /// The best of them.
    pub ideas: Vec<MarketIdea>,
}

/// An idea in a market's list.
#[derive(Debug, Clone, Serialize)]
pub struct MarketIdea {
    /// Its page.
    pub url: String,
    /// Its title.
    pub title: String,
    /// Status and score.
    pub note: String,
    /// What it can be found by.
    pub keys: String,
    /// Whose.
    pub owner: String,
}

/// Proposals of each kind beside the ideas; all of them have pages of their own.
const MOST_PROPOSED: usize = 3;
const MOST_IN_COLUMN: usize = 8;
const MOST_MARKETS: usize = 60;
const MOST_OF_MARKET: usize = 5;

/// Composes one page of the backlog; the board and the markets stand on the first.
pub fn compose(context: &Context, step: usize) -> Composed {
    let ideas = &context.backlog.ideas;
    let first = step == 0;
    let mut mentions = Mentions::default();
    let view = BacklogPage {
        title: context.text("ideas.title"),
        description: context.text("ideas.description"),
        formula: formula(context),
        empty: ideas.is_empty().then(|| Empty {
            title: context.text("empty.ideas"),
            text: context.text("empty.ideas_text"),
            url: None,
            action: String::new(),
        }),
        filters: if first { filters(context) } else { Vec::new() },
        columns: if first { columns(context) } else { Vec::new() },
        table: steps::rows(ideas, step).iter().map(|ranked| row(context, ranked)).collect(),
        pages: steps::steps(PageKind::Ideas.address(), ideas.len(), step),
        markets: if first { markets(context) } else { Vec::new() },
        proposals: if first { proposals::best(context, MOST_PROPOSED, &mut mentions) } else { Vec::new() },
    };
    Composed::new(context, "ideas.title", View::Ideas(view)).described(Some(context.language.text("ideas.description"))).mentioning(mentions)
}

/// How scores are computed, in words.
pub fn formula(context: &Context) -> String {
    let key = match context.site.ideas.score {
        ScoreKind::Ice => "ideas.formula_ice",
        ScoreKind::Rice => "ideas.formula_rice",
    };
    context.language.fill(key, &[("cap", &context.site.ideas.confidence_cap.to_string())])
}

fn columns(context: &Context) -> Vec<Column> {
    let column = |status: &IdeaStatus| {
        let all: Vec<&Ranked> = context.backlog.ideas.iter().filter(|ranked| context.catalog.idea(ranked.idea).status == *status).collect();
        let more = all.len().saturating_sub(MOST_IN_COLUMN);
        Column {
            id: status.as_str(),
            label: say::word(context.language, "idea_status", *status),
            count: context.language.whole(all.len()),
            ideas: all.iter().take(MOST_IN_COLUMN).map(|ranked| card(context, ranked)).collect(),
            more: (more > 0).then(|| context.language.count("ideas.more", more, &[])),
        }
    };
    IdeaStatus::ALL.iter().map(column).collect()
}

fn card(context: &Context, ranked: &Ranked) -> IdeaCard {
    let idea = context.catalog.idea(ranked.idea);
    let facts: Vec<String> = idea
        .effort
        .map(|effort| context.language.fill("idea.effort_is", &[("effort", &say::word(context.language, "band", effort))]))
        .into_iter()
        .chain(idea.owner.clone())
        .collect();
    IdeaCard {
        title: idea.meta.title.clone(),
        url: idea.meta.address.clone(),
        score: score(context, ranked),
        demand: (ranked.demand > 0).then(|| context.language.count("count.markets", ranked.demand, &[])),
        facts: facts.join(" · "),
        tried: tried(context, ranked).filter(|_| idea.becomes.is_none()),
        keys: keys(context, idea),
        owner: idea.owner.clone().unwrap_or_default(),
    }
}

/// Its score, or a dash where parts of it are missing.
pub fn score(context: &Context, ranked: &Ranked) -> String {
    ranked.score.map_or_else(|| "–".to_owned(), |score| context.language.number(score, usize::from(score < 10.0 && score.fract() > 0.0)))
}

/// The study that is trying an idea or tried it, the one under way first.
pub fn nearest(ranked: &Ranked) -> Option<CaseIndex> {
    ranked.trying.first().or(ranked.tried.first()).copied()
}

/// Where an idea was tried or is being tried.
pub fn tried(context: &Context, ranked: &Ranked) -> Option<String> {
    let case = context.catalog.case(nearest(ranked)?);
    let places = context.language.commas(&context.places(case));
    if case.is_open() {
        return Some(context.language.fill("idea.being_tried", &[("places", &places)]));
    }
    let outcome = say::signal(context.language, case).label.to_lowercase();
    Some(match case.graded.grade {
        Some(grade) => context.language.fill("idea.tried_graded", &[("places", &places), ("outcome", &outcome), ("grade", say::letters(grade).1)]),
        None => context.language.fill("idea.tried", &[("places", &places), ("outcome", &outcome)]),
    })
}

fn row(context: &Context, ranked: &Ranked) -> IdeaRow {
    let idea = context.catalog.idea(ranked.idea);
    IdeaRow {
        url: idea.meta.address.clone(),
        title: idea.meta.title.clone(),
        status: say::word(context.language, "idea_status", idea.status),
        score: score(context, ranked),
        wanted: context.language.whole(ranked.demand),
        effort: idea.effort.map(|effort| say::word(context.language, "band", effort)).unwrap_or_default(),
        evidence: known(context, ranked),
        owner: idea.owner.clone().unwrap_or_default(),
        target: idea.target.clone().unwrap_or_default(),
        keys: keys(context, idea),
    }
}

/// `3 of 4 won; A, B, B, C`.
pub fn known(context: &Context, ranked: &Ranked) -> String {
    let tally = &ranked.nearby;
    if tally.counted() == 0 {
        return String::new();
    }
    let won = context
        .language
        .fill("tally.short", &[("won", &context.language.whole(tally.won as usize)), ("counted", &context.language.whole(tally.counted() as usize))]);
    let grades: Vec<&str> = tally.grade_list().into_iter().take(6).map(|grade| say::letters(grade).1).collect();
    if grades.is_empty() { won } else { format!("{won}; {}", context.language.commas(&grades)) }
}

fn markets(context: &Context) -> Vec<MarketIdeas> {
    let mut by_market: BTreeMap<MarketId, Vec<&Ranked>> = BTreeMap::new();
    for ranked in &context.backlog.ideas {
        for market in places(context.catalog.idea(ranked.idea)) {
            by_market.entry(market).or_default().push(ranked);
        }
    }
    let mut markets: Vec<(MarketId, Vec<&Ranked>)> = by_market.into_iter().collect();
    markets.sort_by(|a, b| b.1.len().cmp(&a.1.len()).then(a.0.cmp(&b.0)));
    let card = |(market, ideas): &(MarketId, Vec<&Ranked>)| {
        let link = TermRef::Market(*market).link(context);
        MarketIdeas {
            url: if TermRef::Market(*market).tally(context).is_some() { link.url } else { "markets/".into() },
            label: link.label,
            key: key(context, "market", TermRef::Market(*market)),
            ideas: ideas.iter().take(MOST_OF_MARKET).map(|ranked| market_idea(context, ranked)).collect(),
        }
    };
    markets.iter().take(MOST_MARKETS).map(card).collect()
}

/// Everything an idea can be narrowed by but its owner and status: name of the filter and term.
fn terms(context: &Context, idea: &Idea) -> Vec<(&'static str, TermRef)> {
    let places = places(idea);
    let groups = places.iter().flat_map(|market| &context.catalog.vocabulary.markets[*market].groups).chain(&idea.stated_groups);
    let groups: std::collections::BTreeSet<_> = groups.copied().collect();
    let markets = places.iter().map(|id| ("market", TermRef::Market(*id)));
    let groups = groups.into_iter().map(|id| ("group", TermRef::Group(id)));
    let channels = idea.channels.iter().map(|id| ("channel", TermRef::Channel(*id)));
    let tactics = idea.tactics.iter().map(|id| ("tactic", TermRef::Tactic(*id)));
    markets.chain(groups).chain(channels).chain(tactics).collect()
}

fn key(context: &Context, name: &str, term: TermRef) -> String {
    format!("{name}:{}", term.term(&context.catalog.vocabulary).slug())
}

/// What an idea can be found by: `market:nl group:benelux status:new`.
fn keys(context: &Context, idea: &Idea) -> String {
    let mut keys: Vec<String> = terms(context, idea).into_iter().map(|(name, term)| key(context, name, term)).collect();
    keys.push(format!("status:{}", idea.status.as_str()));
    keys.join(" ")
}

/// The ways to narrow the list that tell ideas apart.
fn filters(context: &Context) -> Vec<Filter> {
    let ideas: Vec<&Idea> = context.backlog.ideas.iter().map(|ranked| context.catalog.idea(ranked.idea)).collect();
    let mut used: BTreeMap<&'static str, BTreeMap<String, String>> = BTreeMap::new();
    for idea in &ideas {
        for (name, term) in terms(context, idea) {
            used.entry(name).or_default().insert(key(context, name, term), term.label(context).to_owned());
        }
    }
    let named = |name: &'static str, label: &'static str, mut options: Vec<(String, String)>| {
        options.sort_by(|a, b| a.1.cmp(&b.1).then_with(|| a.0.cmp(&b.0)));
        Filter { name, label: context.text(label), options }
    };
    let of_term = |name: &'static str, label: &'static str| {
        named(name, label, used.get(name).into_iter().flatten().map(|(key, label)| (key.clone(), label.clone())).collect())
    };
    let status = |status: &IdeaStatus| (format!("status:{}", status.as_str()), say::word(context.language, "idea_status", *status));
    let statuses = IdeaStatus::ALL.iter().filter(|known| ideas.iter().any(|idea| idea.status == **known)).map(status).collect();
    let owners: std::collections::BTreeSet<&String> = ideas.iter().filter_map(|idea| idea.owner.as_ref()).collect();
    let filters = [
        of_term("market", "facet.market"),
        of_term("group", "facet.group"),
        of_term("channel", "facet.channel"),
        of_term("tactic", "facet.tactic"),
        Filter { name: "status", label: context.text("ideas.status"), options: statuses },
        named("owner", "ideas.owner", owners.into_iter().map(|owner| (owner.clone(), owner.clone())).collect()),
    ];
    filters.into_iter().filter(|filter| filter.options.len() > 1).collect()
}

/// Markets where an idea would run or that want it.
fn places(idea: &Idea) -> Vec<MarketId> {
    let mut places: Vec<MarketId> = idea.markets.iter().chain(&idea.wanted_by).copied().collect();
    places.sort_unstable();
    places.dedup();
    places
}

fn market_idea(context: &Context, ranked: &Ranked) -> MarketIdea {
    let idea = context.catalog.idea(ranked.idea);
    let status = say::word(context.language, "idea_status", idea.status);
    let note = format!("{status} · {}", context.language.fill("idea.score_is", &[("score", &score(context, ranked))]));
    let owner = idea.owner.clone().unwrap_or_default();
    MarketIdea { url: idea.meta.address.clone(), title: idea.meta.title.clone(), note, keys: keys(context, idea), owner }
}
