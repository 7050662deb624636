//! The first page: what should I know today?

use serde::Serialize;

use crate::catalog::CaseIndex;
use crate::catalog::words::{Grade, IdeaStatus, PlaybookStatus, Status};
use crate::evidence::Tally;
use crate::page::context::Context;
use crate::page::parts::{Empty, Figure, Link, Signal};
use crate::page::{Composed, PageKind, View, say};
use crate::vocabulary::{GroupId, TacticId, TermRef};

/// The view of the first page.
#[derive(Debug, Clone, Serialize)]
pub struct Home {
    /// The hub's promise.
    pub headline: String,
    /// A sentence about it.
    pub description: String,
    /// Terms worth a first look.
    pub tries: Vec<Link>,
    /// Three numbers.
    pub figures: Vec<Figure>,
    /// What to do in a hub without case studies.
    pub empty: Option<Empty>,
    /// The latest results, verified ones first.
    pub fresh: Vec<u32>,
    /// Regions by tactic.
    pub coverage: Option<Coverage>,
    /// What is running now.
    pub running: Vec<Item>,
    /// Ideas that most markets want.
    pub wanted: Vec<Item>,
    /// Playbooks, the surest first.
    pub playbooks: Vec<Item>,
}

/// A line of a short list.
#[derive(Debug, Clone, Serialize)]
pub struct Item {
    /// Its page.
    pub url: String,
    /// Its title.
    pub title: String,
    /// What became of it.
    pub signal: Option<Signal>,
    /// What else to know.
    pub facts: String,
}

/// A small map of regions by tactic.
#[derive(Debug, Clone, Serialize)]
pub struct Coverage {
    /// Tactics, most studied first.
    pub columns: Vec<Link>,
    /// Regions, most studied first.
    pub lines: Vec<Line>,
}

/// One region.
#[derive(Debug, Clone, Serialize)]
pub struct Line {
    /// Its page.
    pub url: String,
    /// Its label.
    pub label: String,
    /// One cell for each tactic.
    pub cells: Vec<Cell>,
}

/// One cell.
#[derive(Debug, Clone, Serialize)]
pub struct Cell {
    /// 0 (a gap) to 4.
    pub level: u8,
    /// How many studies.
    pub text: Option<String>,
    /// Where they are.
    pub url: String,
    /// The cell in words.
    pub title: String,
    /// `won` where more were won than not, `running` where something runs.
    pub signal: Option<&'static str>,
}

const FRESH: usize = 6;
const SHORT: usize = 5;
const COLUMNS: usize = 10;
const LINES: usize = 8;

/// Composes the page.
pub fn compose(context: &Context) -> Composed {
    let view = Home {
        headline: context.text("home.headline"),
        description: description(context),
        tries: tries(context),
        figures: figures(context),
        empty: context.catalog.cases.is_empty().then(|| Empty {
            title: context.text("empty.cases"),
            text: context.text("empty.cases_text"),
            url: super::frame::free_pages(context).into_iter().next().map(|page| page.url),
            action: context.text("empty.cases_action"),
        }),
        fresh: fresh(context),
        coverage: coverage(context),
        running: running(context),
        wanted: wanted(context),
        playbooks: playbooks(context),
    };
    let mut composed = Composed::new(context, "home.headline", View::Home(view)).described(Some(&context.site.description));
    composed.head.title.clone_from(&context.site.title);
    composed.fed(PageKind::Feed.address())
}

fn description(context: &Context) -> String {
    if !context.site.description.is_empty() {
        return context.site.description.clone();
    }
    context.text("home.description")
}

fn tries(context: &Context) -> Vec<Link> {
    let tactics = context.proven.iter().take(2).map(|id| TermRef::Tactic(*id).link(context));
    let market = most(context.evidence.markets.iter()).map(|id| TermRef::Market(id).link(context));
    let channel = most(context.evidence.channels.iter()).map(|id| TermRef::Channel(id).link(context));
    tactics.chain(market).chain(channel).collect()
}

fn most<'a, K: Copy + Ord + 'a>(tallies: impl Iterator<Item = (&'a K, &'a Tally)>) -> Option<K> {
    tallies.max_by(|a, b| a.1.cases.len().cmp(&b.1.cases.len()).then(b.0.cmp(a.0))).map(|(id, _)| *id)
}

fn figures(context: &Context) -> Vec<Figure> {
    let language = context.language;
    let (cases, markets) = (context.catalog.cases.len(), context.evidence.markets.len());
    let strong = context.catalog.cases.iter().filter(|case| matches!(case.graded.grade, Some(Grade::A | Grade::B))).count();
    let planned = context.evidence.all.open as usize - context.evidence.all.running as usize;
    let open = context.open_duplicates();
    let savable = context.similar.savable();
    let figure =
        |value: usize, label: String, url: &str, note: Option<String>| Figure { value: language.whole(value), label, url: Some(url.into()), note };
    vec![
        figure(
            cases,
            language.count("home.in_markets", markets, &[("cases", &language.count("figure.case_studies", cases, &[]))]),
            "case-studies/",
            Some(language.count("home.strong", strong, &[])),
        ),
        figure(
            context.evidence.all.running as usize,
            context.text("figure.running"),
            "#running",
            (planned > 0).then(|| language.count("figure.planned", planned, &[])),
        ),
        figure(open, language.count("home.open_pairs", open, &[]), "similar/", (savable > 0).then(|| language.count("home.savable", savable, &[]))),
    ]
}

/// The newest results, verified and well measured ones before the rest.
fn fresh(context: &Context) -> Vec<u32> {
    let ended = context.newest.iter().filter(|case| context.catalog.case(**case).has_ended() && !context.catalog.case(**case).is_retired());
    let mut recent: Vec<CaseIndex> = ended.take(FRESH * 4).copied().collect();
    recent.sort_by_key(|case| {
        let case = context.catalog.case(*case);
        (case.verification.on.is_none() || case.verification.overdue(context.site.today), case.primary().is_none())
    });
    let mut shown: Vec<CaseIndex> = recent.into_iter().take(FRESH).collect();
    shown = context.sorted(&shown);
    shown.into_iter().map(|case| case.0).collect()
}

fn running(context: &Context) -> Vec<Item> {
    let running = context.newest.iter().rev().filter(|case| context.catalog.case(**case).status == Some(Status::Running));
    let item = |index: &CaseIndex| {
        let case = context.catalog.case(*index);
        let mut facts = vec![context.language.commas(&context.places(case))];
        facts.extend(case.end.map(|end| context.language.fill("when.until", &[("date", &context.language.day(end))])));
        Item {
            url: case.meta.address.clone(),
            title: case.meta.title.clone(),
            signal: Some(say::signal(context.language, case)),
            facts: facts.join(" · "),
        }
    };
    running.take(SHORT).map(item).collect()
}

fn wanted(context: &Context) -> Vec<Item> {
    let open = |status: IdeaStatus| matches!(status, IdeaStatus::New | IdeaStatus::Shortlisted | IdeaStatus::Planned);
    let mut wanted: Vec<_> =
        context.backlog.ideas.iter().filter(|ranked| ranked.demand > 0 && open(context.catalog.idea(ranked.idea).status)).collect();
    wanted.sort_by_key(|ranked| std::cmp::Reverse(ranked.demand));
    let item = |ranked: &&crate::backlog::Ranked| {
        let idea = context.catalog.idea(ranked.idea);
        let mut facts = vec![context.language.count("count.markets_want", ranked.demand, &[])];
        facts.extend(ranked.score.map(|score| context.language.fill("idea.score_is", &[("score", &context.language.number(score, 0))])));
        Item { url: idea.meta.address.clone(), title: idea.meta.title.clone(), signal: None, facts: facts.join(" · ") }
    };
    wanted.iter().take(SHORT).map(item).collect()
}

fn playbooks(context: &Context) -> Vec<Item> {
    let place = |status: PlaybookStatus| match status {
        PlaybookStatus::Confirmed => 0,
        PlaybookStatus::Supported => 1,
        PlaybookStatus::Emerging => 2,
        PlaybookStatus::Rejected => 3,
    };
    let mut playbooks: Vec<_> = context.catalog.playbooks.iter().collect();
    playbooks.sort_by_key(|playbook| place(playbook.status));
    let item = |playbook: &&crate::catalog::Playbook| {
        let facts = [say::word(context.language, "playbook_status", playbook.status), super::playbooks::balance(context, playbook)];
        Item { url: playbook.meta.address.clone(), title: playbook.meta.title.clone(), signal: None, facts: facts.join(" · ") }
    };
    playbooks.iter().take(SHORT).map(item).collect()
}

fn coverage(context: &Context) -> Option<Coverage> {
    let tactics: Vec<TacticId> = top(context.evidence.tactics.iter(), COLUMNS);
    let regions = context
        .evidence
        .groups
        .iter()
        .filter(|(id, _)| context.catalog.vocabulary.groups[**id].unions.is_empty() && &*context.catalog.vocabulary.groups[**id].id != "global");
    let groups: Vec<GroupId> = top(regions, LINES);
    if tactics.len() < 3 || groups.len() < 2 {
        return None;
    }
    let count = |group: &GroupId, tactic: &TacticId| context.evidence.group_tactic.get(&(*group, *tactic)).map_or(0, |tally| tally.cases.len());
    let largest = groups.iter().flat_map(|group| tactics.iter().map(move |tactic| count(group, tactic))).max().unwrap_or(0);
    let line = |group: &GroupId| {
        let link = TermRef::Group(*group).link(context);
        Line { url: link.url, label: link.label, cells: tactics.iter().map(|tactic| cell(context, *group, *tactic, largest)).collect() }
    };
    Some(Coverage { columns: tactics.iter().map(|id| TermRef::Tactic(*id).link(context)).collect(), lines: groups.iter().map(line).collect() })
}

fn top<'a, K: Copy + Ord + 'a>(tallies: impl Iterator<Item = (&'a K, &'a Tally)>, most: usize) -> Vec<K> {
    let mut counted: Vec<(usize, K)> = tallies.map(|(id, tally)| (tally.cases.len(), *id)).collect();
    counted.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
    counted.into_iter().take(most).map(|(_, id)| id).collect()
}

/// How strong the colour of a cell is: single studies count in a small hub, quarters of the largest cell in a large one.
fn level(count: usize, largest: usize) -> u8 {
    const SMALL: usize = 12;
    match count {
        0 => 0,
        _ if largest > SMALL => (count * 4).div_ceil(largest) as u8,
        1 => 1,
        2 => 2,
        3..=5 => 3,
        _ => 4,
    }
}

fn cell(context: &Context, group: GroupId, tactic: TacticId, largest: usize) -> Cell {
    let tally = context.evidence.group_tactic.get(&(group, tactic)).filter(|tally| !tally.cases.is_empty());
    let (place, what) = (TermRef::Group(group), TermRef::Tactic(tactic));
    let count = tally.map_or(0, |tally| tally.cases.len());
    let says = tally.and_then(|tally| say::tally(context.language, tally)).map_or_else(|| context.text("home.gap"), |bar| bar.title);
    Cell {
        level: level(count, largest),
        text: (count > 0).then(|| context.language.whole(count)),
        url: format!("search/?group={}&tactic={}", place.term(&context.catalog.vocabulary).slug(), what.term(&context.catalog.vocabulary).slug()),
        title: format!("{}, {}: {says}", place.label(context), what.label(context)),
        signal: tally.and_then(|tally| {
            if tally.running > 0 {
                Some("running")
            } else if tally.won * 2 > tally.counted() {
                Some("won")
            } else {
                None
            }
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::level;

    #[test]
    fn colours_tell_cells_apart_in_hubs_of_any_size() {
        assert_eq!([0, 1, 2, 4, 12].map(|count| level(count, 12)), [0, 1, 2, 3, 4]);
        assert_eq!([0, 1, 43, 44, 90, 129, 171].map(|count| level(count, 171)), [0, 1, 2, 2, 3, 4, 4]);
    }
}
