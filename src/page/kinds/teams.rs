//! The list of all teams, by the region in which they work.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::catalog::teams::StudyPart;
use crate::page::composed::ComposedPage;
use crate::page::context::Context;
use crate::page::parts::team::{ContactLink, reach_link, team_address};
use crate::page::parts::{EmptyState, pagination};
use crate::page::spec::{Page, PageSpec};
use crate::site::pages::PageKind;
use crate::vocabulary::{GroupId, MarketId, TeamId, TermRef};

/// The view of the list of all teams.
#[derive(Debug, Clone, Serialize)]
pub struct TeamsPage {
    /// Title of the page.
    pub title: String,
    /// A sentence about teams.
    pub description: String,
    /// Shown in a hub whose records name no team.
    pub empty: Option<EmptyState>,
    /// Teams by region, the regions by label.
    pub groups: Vec<TeamGroup>,
}

/// The teams of one region.
#[derive(Debug, Clone, Serialize)]
pub struct TeamGroup {
    /// Anchor of the region.
    pub id: String,
    /// Label of the region.
    pub label: String,
    /// Number of teams, in words.
    pub note: String,
    /// Teams by name.
    pub teams: Vec<TeamEntry>,
}

/// A team in the list of all.
#[derive(Debug, Clone, Serialize)]
pub struct TeamEntry {
    /// Site path of the team.
    pub url: String,
    /// Name of the team in the interface's language.
    pub label: String,
    /// Markets in which it works, separated by commas; empty where none is known.
    pub markets: String,
    /// Numbers of its studies, running studies, ideas and open duties, in words, separated by
    /// middle dots.
    pub facts: String,
    /// The button by which to reach it.
    pub reach: Option<ContactLink>,
}

/// The most markets that the list names for a team.
const MAX_MARKETS: usize = 4;

/// Lists the pages of all teams, and of what each ran, runs and plans.
pub fn plan(context: &Context) -> Vec<Page> {
    let vocabulary = &context.catalog.vocabulary;
    let mut pages = vec![Page::new(PageKind::Teams.address(), PageSpec::Teams)];
    for (team, _) in vocabulary.teams.iter() {
        let rows = context.team_studies(team).len();
        pages.extend(
            pagination::page_addresses(&team_address(vocabulary, team), rows)
                .map(|(address, page_index)| Page::new(address, PageSpec::Team(team, page_index))),
        );
    }
    pages
}

/// Composes the list of all teams.
pub fn compose(context: &Context) -> ComposedPage<TeamsPage> {
    let teams = &context.catalog.vocabulary.teams;
    let empty = teams.is_empty().then(|| EmptyState {
        title: context.text("team.none"),
        text: context.text("team.none_text"),
        url: Some(PageKind::CaseStudies.address().into()),
        action: context.text("nav.case_studies"),
    });
    let view = TeamsPage {
        title: context.text("team.title"),
        description: context.text("team.list_about"),
        empty,
        groups: team_groups(context),
    };
    ComposedPage::from_title_key(context, "team.title", view)
        .with_description(Some(context.language.text("team.list_about")))
}

/// All teams by region: regions by label, then teams that work across regions, then those without
/// a market.
fn team_groups(context: &Context) -> Vec<TeamGroup> {
    let mut groups: BTreeMap<(Region, String), Vec<TeamEntry>> = BTreeMap::new();
    for (team, _) in context.catalog.vocabulary.teams.iter() {
        let entry = team_entry(context, team);
        groups.entry(region_of(context, team)).or_default().push(entry);
    }
    groups
        .into_iter()
        .zip(1..)
        .map(|(((_, label), mut teams), number)| {
            teams.sort_by(|a, b| a.label.cmp(&b.label));
            TeamGroup {
                id: format!("region-{number}"),
                label,
                note: context.language.plural_text("team.count", teams.len(), &[]),
                teams,
            }
        })
        .collect()
}

/// Sorts of region, in the order of the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Region {
    /// One market group holds all markets of the team.
    Group,
    /// No market group, or only that of all markets, holds them.
    Several,
    /// No market is known.
    Unknown,
}

/// The region of a team with its label: the smallest market group that holds all its places.
fn region_of(context: &Context, team: TeamId) -> (Region, String) {
    let vocabulary = &context.catalog.vocabulary;
    let places = places(context, team);
    let Some(first) = places.first() else {
        return (Region::Unknown, context.text("team.no_market"));
    };
    let label = |group: GroupId| (Region::Group, TermRef::Group(group).label(context).to_owned());
    let markets: BTreeSet<MarketId> = places
        .iter()
        .flat_map(|place| match place {
            TermRef::Market(market) => vec![*market],
            TermRef::Group(group) => vocabulary.groups[*group].members.clone(),
            TermRef::Channel(_) | TermRef::Tactic(_) => Vec::new(),
        })
        .collect();
    let holds_all = |group: &&GroupId| {
        let members: &[MarketId] = &vocabulary.groups[**group].members;
        members.len() < vocabulary.markets.len()
            && markets.iter().all(|market| members.binary_search(market).is_ok())
    };
    if let (TermRef::Group(group), [_]) = (first, &places[..])
        && holds_all(&group)
    {
        return label(*group);
    }
    markets
        .first()
        .and_then(|market| vocabulary.markets[*market].groups.iter().find(holds_all))
        .map_or_else(|| (Region::Several, context.text("team.several")), |group| label(*group))
}

/// The market groups, then the markets, in which a team works: those that it states, else those of
/// its studies and ideas.
pub fn places(context: &Context, team: TeamId) -> Vec<TermRef> {
    let entry = &context.catalog.vocabulary.teams[team];
    let groups = entry.unions.iter().map(|group| TermRef::Group(*group));
    let stated: Vec<TermRef> =
        groups.chain(entry.members.iter().map(|market| TermRef::Market(*market))).collect();
    if !stated.is_empty() {
        return stated;
    }
    let records = context.team_records(team);
    let of_studies =
        records.studies.iter().flat_map(|case| context.catalog.case(*case).markets.iter().copied());
    let of_ideas =
        records.ideas.iter().flat_map(|idea| context.catalog.idea(*idea).markets.iter().copied());
    let markets: BTreeSet<MarketId> = of_studies.chain(of_ideas).collect();
    markets.into_iter().map(TermRef::Market).collect()
}

/// A team with its markets, the numbers of its records, and how to reach it.
fn team_entry(context: &Context, team: TeamId) -> TeamEntry {
    let vocabulary = &context.catalog.vocabulary;
    let language = context.language;
    let places = places(context, team);
    let labels: Vec<&str> =
        places.iter().take(MAX_MARKETS).map(|place| place.label(context)).collect();
    let named = language.join_with_commas(&labels);
    let markets = match places.len().saturating_sub(MAX_MARKETS) {
        0 => named,
        more => language.plural_text("list.and_more", more, &[("list", &named)]),
    };
    let records = context.team_records(team);
    let count_part =
        |part: StudyPart| context.team_studies(team).iter().filter(|(of, _)| *of == part).count();
    let counts = [
        ("count.case_studies", records.studies.len()),
        ("team.count_running", count_part(StudyPart::Running)),
        ("team.count_involved", records.other_studies.len()),
        ("count.ideas", records.ideas.len()),
        ("count.playbooks", records.playbooks.len()),
        ("team.count_duties", context.team_duties(team).len()),
    ];
    let facts: Vec<String> = counts
        .into_iter()
        .filter(|(_, count)| *count > 0)
        .map(|(key, count)| language.plural_text(key, count, &[]))
        .collect();
    TeamEntry {
        url: team_address(vocabulary, team),
        label: vocabulary.teams[team].label_in(context.language_id()).to_owned(),
        markets,
        facts: facts.join(" · "),
        reach: reach_link(context, team),
    }
}
