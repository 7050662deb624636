//! The home page: latest results, running studies, wanted ideas and coverage at a glance.

use serde::Serialize;

use crate::catalog::CaseIndex;
use crate::catalog::keywords::{Grade, IdeaStatus, PlaybookStatus, Status};
use crate::evidence::Tally;
use crate::page::composed::ComposedPage;
use crate::page::context::Context;
use crate::page::kinds::playbooks;
use crate::page::parts::shown_text::shown_title;
use crate::page::parts::{
    AnnotatedLink, EmptyState, KeyFigure, Link, OriginalTitle, OutcomeMark, frame,
};
use crate::page::text::display;
use crate::site::pages::PageKind;
use crate::vocabulary::{GroupId, TacticId, TermRef};

/// The view of the home page.
#[derive(Debug, Clone, Serialize)]
pub struct HomePage {
    /// Headline of the page.
    pub headline: String,
    /// Description of the hub.
    pub description: String,
    /// Links to the lists of markets, tactics, channels and regions; the note is the number of
    /// their entries.
    pub entrances: Vec<AnnotatedLink>,
    /// Links to terms with many studies or good results.
    pub tries: Vec<Link>,
    /// Three key figures: case studies, running, possible duplicates.
    pub figures: Vec<KeyFigure>,
    /// Shown in a hub without case studies.
    pub empty: Option<EmptyState>,
    /// Latest results, as values of `CaseIndex`; verified studies are preferred.
    pub fresh: Vec<u32>,
    /// Market groups by tactic; none in a hub with few of them.
    pub coverage: Option<CoverageMap>,
    /// Running case studies.
    pub running: Vec<ShortListItem>,
    /// Ideas that most markets want.
    pub wanted: Vec<ShortListItem>,
    /// Playbooks, the best supported first.
    pub playbooks: Vec<ShortListItem>,
}

/// A record as an item of a short list of the home page.
#[derive(Debug, Clone, Serialize)]
pub struct ShortListItem {
    /// Site path of the record.
    pub url: String,
    /// Title of the record.
    pub title: String,
    /// Language tag (BCP 47) of the title where it differs from the interface's.
    pub language: Option<String>,
    /// The title of the record in its own language, where the title is that of a gist.
    pub original: Option<OriginalTitle>,
    /// Outcome or status of a case study.
    pub signal: Option<OutcomeMark>,
    /// Further facts, separated by middle dots.
    pub facts: String,
}

/// A small heat map of how many studies market groups have with each tactic.
#[derive(Debug, Clone, Serialize)]
pub struct CoverageMap {
    /// Tactics, most studies first.
    pub columns: Vec<Link>,
    /// Market groups, most studies first.
    pub lines: Vec<RegionRow>,
}

/// One market group as a row of the heat map.
#[derive(Debug, Clone, Serialize)]
pub struct RegionRow {
    /// Site path of the market group.
    pub url: String,
    /// Label of the market group.
    pub label: String,
    /// One cell for each tactic.
    pub cells: Vec<CoverageMapCell>,
}

/// The studies of one market group with one tactic, as a cell of the heat map.
#[derive(Debug, Clone, Serialize)]
pub struct CoverageMapCell {
    /// Strength of the colour, from 0 (no studies) to 4.
    pub level: u8,
    /// Number of studies; none for zero.
    pub text: Option<String>,
    /// Site path of the search for the studies.
    pub url: String,
    /// The cell in words.
    pub title: String,
    /// `running` where a study is running, else `won` where more than half of the counted studies
    /// won.
    pub signal: Option<&'static str>,
}

/// The number of latest results that the home page shows at most.
const MAX_RECENT_RESULTS: usize = 6;
/// The most items of each short list of the home page, such as running studies.
const MAX_LIST_ITEMS: usize = 5;
/// The most tactics, which are columns, in the heat map.
const MAX_COLUMNS: usize = 10;
/// The most market groups, which are rows, in the heat map.
const MAX_ROWS: usize = 8;

/// Composes the home page.
pub fn compose(context: &Context) -> ComposedPage<HomePage> {
    let view = HomePage {
        headline: context.text("home.headline"),
        description: format_description(context),
        entrances: frame::browse_links(context),
        tries: suggested_terms(context),
        figures: key_figures(context),
        empty: context.catalog.cases.is_empty().then(|| EmptyState {
            title: context.text("empty.cases"),
            text: context.text("empty.cases_text"),
            url: frame::free_pages(context).into_iter().next().map(|page| page.url),
            action: context.text("empty.cases_action"),
        }),
        fresh: recent_results(context),
        coverage: coverage_map(context),
        running: running_studies(context),
        wanted: wanted_ideas(context),
        playbooks: playbook_items(context),
    };
    let description = match &*context.site.description {
        "" => context.text("home.description"),
        stated => stated.to_owned(),
    };
    let mut composed = ComposedPage::from_title_key(context, "home.headline", view)
        .with_description(Some(&description));
    composed.head.title.clone_from(&context.site.title);
    composed.head.share_title.clone_from(&context.site.title);
    composed.with_feed(PageKind::Feed.address())
}

/// The description of the hub from its settings, else a general one.
fn format_description(context: &Context) -> String {
    if !context.site.description.is_empty() {
        return context.site.description.clone();
    }
    context.text("home.description")
}

/// Links to try out: up to two proven tactics, then the market and the channel with most studies.
fn suggested_terms(context: &Context) -> Vec<Link> {
    let tactics =
        context.proven_tactics.iter().take(2).map(|id| TermRef::Tactic(*id).link(context));
    let market = find_most_studied(context.evidence.markets.iter())
        .map(|id| TermRef::Market(id).link(context));
    let channel = find_most_studied(context.evidence.channels.iter())
        .map(|id| TermRef::Channel(id).link(context));
    tactics.chain(market).chain(channel).collect()
}

/// The term with most studies, of several the first in id order; none without terms.
fn find_most_studied<'a, K: Copy + Ord + 'a>(
    tallies: impl Iterator<Item = (&'a K, &'a Tally)>,
) -> Option<K> {
    tallies
        .max_by(|a, b| a.1.cases.len().cmp(&b.1.cases.len()).then(b.0.cmp(a.0)))
        .map(|(id, _)| *id)
}

/// Three key figures: case studies, running studies and open duplicates.
fn key_figures(context: &Context) -> Vec<KeyFigure> {
    let language = context.language;
    let (cases, markets) = (context.listed.len(), context.evidence.markets.len());
    let strong = context
        .listed
        .iter()
        .map(|case| context.catalog.case(*case))
        .filter(|case| matches!(case.evidence_grade.grade, Some(Grade::A | Grade::B)))
        .count();
    let planned = context.evidence.all.open as usize - context.evidence.all.running as usize;
    let open = context.count_open_duplicates();
    let savable = context.similar.savable_count();
    let figure = |value: usize, label: String, url: &str, note: Option<String>| KeyFigure {
        value: language.format_integer(value),
        label,
        url: Some(url.into()),
        note,
    };
    vec![
        figure(
            cases,
            language.plural_text(
                "home.in_markets",
                markets,
                &[("cases", &language.plural_text("figure.case_studies", cases, &[]))],
            ),
            "case-studies/",
            Some(language.plural_text("home.strong", strong, &[])),
        ),
        figure(
            context.evidence.all.running as usize,
            context.text("figure.running"),
            PageKind::Running.address(),
            (planned > 0).then(|| language.plural_text("figure.planned", planned, &[])),
        ),
        figure(
            open,
            language.plural_text("home.open_pairs", open, &[]),
            "similar/",
            (savable > 0).then(|| language.plural_text("home.savable", savable, &[])),
        ),
    ]
}

/// The latest ended studies for the home page, in list order, as values of `CaseIndex`; among
/// recent ones, those with valid verification and a primary result are preferred.
fn recent_results(context: &Context) -> Vec<u32> {
    let ended = context.newest_first.iter().filter(|case| {
        context.catalog.case(**case).has_ended() && !context.catalog.case(**case).is_retired()
    });
    let mut recent: Vec<CaseIndex> = ended.take(MAX_RECENT_RESULTS * 4).copied().collect();
    recent.sort_by_key(|case| {
        let case = context.catalog.case(*case);
        (
            case.verification.verified_on.is_none()
                || case.verification.is_overdue(context.site.today),
            case.primary_result().is_none(),
        )
    });
    let mut shown: Vec<CaseIndex> = recent.into_iter().take(MAX_RECENT_RESULTS).collect();
    shown = context.sort_newest_first(&shown);
    shown.into_iter().map(|case| case.0).collect()
}

/// Running studies in reverse list order, so that those that started first come first;
/// at most `MAX_LIST_ITEMS`.
fn running_studies(context: &Context) -> Vec<ShortListItem> {
    let running = context
        .newest_first
        .iter()
        .rev()
        .filter(|case| context.catalog.case(**case).status == Some(Status::Running));
    let item = |index: &CaseIndex| {
        let case = context.catalog.case(*index);
        let mut facts = vec![context.language.join_with_commas(&context.market_labels(case))];
        facts.extend(case.end.map(|end| {
            context.language.text_with("when.until", &[("date", &context.language.format_day(end))])
        }));
        let shown = shown_title(context, &case.meta);
        ShortListItem {
            url: case.meta.address.clone(),
            title: shown.title,
            language: shown.language,
            original: shown.original,
            signal: Some(display::case_outcome_mark(context.language, case)),
            facts: facts.join(" · "),
        }
    };
    running.take(MAX_LIST_ITEMS).map(item).collect()
}

/// Ideas that are new, shortlisted or planned and that a market wants, those that most markets want
/// first; at most `MAX_LIST_ITEMS`.
fn wanted_ideas(context: &Context) -> Vec<ShortListItem> {
    let open = |status: IdeaStatus| {
        matches!(status, IdeaStatus::New | IdeaStatus::Shortlisted | IdeaStatus::Planned)
    };
    let mut wanted: Vec<_> = context
        .backlog
        .ideas
        .iter()
        .filter(|ranked| ranked.demand > 0 && open(context.catalog.idea(ranked.idea).status))
        .collect();
    wanted.sort_by_key(|ranked| std::cmp::Reverse(ranked.demand));
    let item = |ranked: &&crate::backlog::RankedIdea| {
        let idea = context.catalog.idea(ranked.idea);
        let mut facts =
            vec![context.language.plural_text("count.markets_want", ranked.demand, &[])];
        facts.extend(ranked.score.map(|score| {
            context
                .language
                .text_with("idea.score_is", &[("score", &context.language.format_number(score, 0))])
        }));
        let shown = shown_title(context, &idea.meta);
        ShortListItem {
            url: idea.meta.address.clone(),
            title: shown.title,
            language: shown.language,
            original: shown.original,
            signal: None,
            facts: facts.join(" · "),
        }
    };
    wanted.iter().take(MAX_LIST_ITEMS).map(item).collect()
}

/// Playbooks from confirmed to rejected, at most `MAX_LIST_ITEMS`.
fn playbook_items(context: &Context) -> Vec<ShortListItem> {
    let rank = |status: PlaybookStatus| match status {
        PlaybookStatus::Confirmed => 0,
        PlaybookStatus::Supported => 1,
        PlaybookStatus::Emerging => 2,
        PlaybookStatus::Rejected => 3,
    };
    let mut playbooks: Vec<_> = context.catalog.playbooks.iter().collect();
    playbooks.sort_by_key(|playbook| rank(playbook.status));
    let item = |playbook: &&crate::catalog::Playbook| {
        let facts = [
            display::keyword_label(context.language, "playbook_status", playbook.status),
            playbooks::support_summary(context, playbook),
        ];
        let shown = shown_title(context, &playbook.meta);
        ShortListItem {
            url: playbook.meta.address.clone(),
            title: shown.title,
            language: shown.language,
            original: shown.original,
            signal: None,
            facts: facts.join(" · "),
        }
    };
    playbooks.iter().take(MAX_LIST_ITEMS).map(item).collect()
}

/// The heat map of the market groups and tactics with most studies; none with fewer than three
/// tactics or two groups. Unions of groups and `global` are left out.
fn coverage_map(context: &Context) -> Option<CoverageMap> {
    let tactics: Vec<TacticId> = select_most_studied(context.evidence.tactics.iter(), MAX_COLUMNS);
    let regions = context.evidence.groups.iter().filter(|(id, _)| {
        context.catalog.vocabulary.groups[**id].unions.is_empty()
            && &*context.catalog.vocabulary.groups[**id].id != "global"
    });
    let groups: Vec<GroupId> = select_most_studied(regions, MAX_ROWS);
    if tactics.len() < 3 || groups.len() < 2 {
        return None;
    }
    let count = |group: &GroupId, tactic: &TacticId| {
        context.evidence.group_tactic.get(&(*group, *tactic)).map_or(0, |tally| tally.cases.len())
    };
    let largest = groups
        .iter()
        .flat_map(|group| tactics.iter().map(move |tactic| count(group, tactic)))
        .max()
        .unwrap_or(0);
    let line = |group: &GroupId| {
        let link = TermRef::Group(*group).link(context);
        RegionRow {
            url: link.url,
            label: link.label,
            cells: tactics
                .iter()
                .map(|tactic| coverage_cell(context, *group, *tactic, largest))
                .collect(),
        }
    };
    Some(CoverageMap {
        columns: tactics.iter().map(|id| TermRef::Tactic(*id).link(context)).collect(),
        lines: groups.iter().map(line).collect(),
    })
}

/// The terms with most studies, at most `limit`; of equal ones the first in id order.
fn select_most_studied<'a, K: Copy + Ord + 'a>(
    tallies: impl Iterator<Item = (&'a K, &'a Tally)>,
    limit: usize,
) -> Vec<K> {
    let mut counted: Vec<(usize, K)> =
        tallies.map(|(id, tally)| (tally.cases.len(), *id)).collect();
    counted.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
    counted.into_iter().take(limit).map(|(_, id)| id).collect()
}

/// Strength of the colour of a cell with `count` studies, 0 to 4: by fixed thresholds in a small
/// hub, by quarters of the largest cell in a large one.
fn colour_level(count: usize, largest: usize) -> u8 {
    /// The most studies in the largest cell of the heat map of a hub that counts as small, whose
    /// colours follow fixed thresholds.
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

/// A cell of the heat map; `largest` is the number of studies in the largest cell.
fn coverage_cell(
    context: &Context,
    group: GroupId,
    tactic: TacticId,
    largest: usize,
) -> CoverageMapCell {
    let tally =
        context.evidence.group_tactic.get(&(group, tactic)).filter(|tally| !tally.cases.is_empty());
    let (group_term, tactic_term) = (TermRef::Group(group), TermRef::Tactic(tactic));
    let count = tally.map_or(0, |tally| tally.cases.len());
    let says = tally
        .and_then(|tally| display::tally_bar(context.language, tally))
        .map_or_else(|| context.text("home.gap"), |bar| bar.title);
    CoverageMapCell {
        level: colour_level(count, largest),
        text: (count > 0).then(|| context.language.format_integer(count)),
        url: format!(
            "search/?group={}&tactic={}",
            group_term.term(&context.catalog.vocabulary).slug(),
            tactic_term.term(&context.catalog.vocabulary).slug()
        ),
        title: format!(
            "{}: {says}",
            context
                .language
                .join_with_commas(&[group_term.label(context), tactic_term.label(context)])
        ),
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
    use super::colour_level;

    #[test]
    fn colour_levels_spread_in_hubs_of_any_size() {
        assert_eq!([0, 1, 2, 4, 12].map(|count| colour_level(count, 12)), [0, 1, 2, 3, 4]);
        assert_eq!(
            [0, 1, 43, 44, 90, 129, 171].map(|count| colour_level(count, 171)),
            [0, 1, 2, 2, 3, 4, 4]
        );
    }
}
