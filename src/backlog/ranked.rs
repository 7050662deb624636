//! Ranks ideas by score and collects the case studies that are relevant to each.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use rayon::prelude::*;

use crate::backlog::market_similarity::MarketSimilarity;
use crate::backlog::score::{self, IdeaScore};
use crate::catalog::keywords::IdeaStatus;
use crate::catalog::{CaseIndex, CaseStudy, Catalog, Idea, IdeaIndex};
use crate::error::current_path;
use crate::evidence::{Evidence, Tally};
use crate::similar::Similar;
use crate::site::Site;
use crate::vocabulary::{MarketId, TermId};

/// The most case studies that are listed for an idea; its tallies count all that share a tactic.
pub const MAX_MATCHING_CASES: usize = 12;

/// An idea with its score and the case studies that are relevant to it.
#[derive(Debug, Clone)]
pub struct RankedIdea {
    /// The idea.
    pub idea: IdeaIndex,
    /// The computed score; none where parts of it are missing.
    pub score: Option<f64>,
    /// The parts of the score.
    pub score_parts: IdeaScore,
    /// Whether the confidence was capped because the idea cites no evidence.
    pub is_capped: bool,
    /// Number of distinct markets that want it.
    pub demand: usize,
    /// Case studies that share a tactic with it, best evidence first; at most
    /// [`MAX_MATCHING_CASES`].
    pub matching_cases: Vec<CaseIndex>,
    /// Outcomes of all case studies that share a tactic with it.
    pub tally: Tally,
    /// Outcomes of those in `near_markets`; of all where that is empty.
    pub nearby_tally: Tally,
    /// The markets of the idea and those similar to them, in id order; empty where it names no
    /// market.
    pub near_markets: Vec<MarketId>,
    /// Ended case studies that tried it: the one it became, and those similar to it.
    pub ended_cases: Vec<CaseIndex>,
    /// Planned and running case studies that try it.
    pub open_cases: Vec<CaseIndex>,
    /// Days since its last change in git; none without history.
    pub age_days: Option<i64>,
    /// Whether it is open and `age_days` exceeds the limit in site.toml.
    pub is_stale: bool,
}

/// Ranks all ideas of a hub: by score, then demand, then id; those without a score last.
pub(super) fn rank_ideas(
    site: &Site,
    catalog: &Catalog,
    similar: &Similar,
    evidence: &Evidence,
    market_similarity: &MarketSimilarity,
) -> Vec<RankedIdea> {
    let evidence_ranks = evidence_ranks(catalog);
    let ranker = Ranker { site, catalog, similar, evidence, market_similarity, evidence_ranks };
    let mut ideas: Vec<RankedIdea> = catalog
        .ideas
        .par_iter()
        .enumerate()
        .map(|(at, idea)| {
            current_path::scope(&idea.meta.path, || ranker.rank_idea(IdeaIndex(at as u32), idea))
        })
        .collect();
    ideas.sort_by(|a, b| {
        b.score
            .unwrap_or(-1.0)
            .total_cmp(&a.score.unwrap_or(-1.0))
            .then_with(|| (Reverse(a.demand), a.idea).cmp(&(Reverse(b.demand), b.idea)))
    });
    ideas
}

/// For each case study by position, its rank as evidence, 0 for the best: ended before open ones,
/// then better grades, then the newest.
pub(super) fn evidence_ranks(catalog: &Catalog) -> Vec<u32> {
    let key = |case: &CaseStudy| {
        (
            !case.has_ended(),
            case.evidence_grade.grade.is_none(),
            case.evidence_grade.grade,
            Reverse(case.sort_date()),
        )
    };
    let mut order: Vec<CaseIndex> = catalog.iter_cases().map(|(index, _)| index).collect();
    order.sort_by_cached_key(|index| (key(catalog.case(*index)), *index));
    let mut ranks = vec![0; order.len()];
    for (rank, index) in order.into_iter().enumerate() {
        ranks[index.0 as usize] = rank as u32;
    }
    ranks
}

/// Whether an idea is neither done nor declined; a parked idea is open too.
pub(super) fn is_open(idea: &Idea) -> bool {
    !matches!(idea.status, IdeaStatus::Done | IdeaStatus::Declined)
}

/// The distinct markets that want an idea.
pub(super) fn wanting_markets(idea: &Idea) -> BTreeSet<MarketId> {
    idea.wanted_by.iter().copied().collect()
}

/// The results of earlier stages by which ideas are ranked, and the rank of each case study as
/// evidence.
struct Ranker<'a> {
    site: &'a Site,
    catalog: &'a Catalog,
    similar: &'a Similar,
    evidence: &'a Evidence,
    market_similarity: &'a MarketSimilarity,
    /// See [`evidence_ranks`].
    evidence_ranks: Vec<u32>,
}

impl Ranker<'_> {
    /// Scores an idea and collects the case studies that are relevant to it; the ideas are sorted
    /// later.
    fn rank_idea(&self, index: IdeaIndex, idea: &Idea) -> RankedIdea {
        let score_parts = score::compute_score(&self.site.ideas, idea);
        let matching = self.cases_with_tactic(idea);
        let near_markets = self.near_markets(idea);
        let (ended_cases, open_cases) = self.cases_like_idea(index, idea);
        let age_days = self.age_days(idea);
        RankedIdea {
            idea: index,
            score: score_parts.total(),
            is_capped: score_parts.uncapped_confidence.is_some(),
            score_parts,
            demand: wanting_markets(idea).len(),
            matching_cases: self.best_matching(idea, matching.clone()),
            nearby_tally: self.nearby_tally(&matching, &near_markets),
            tally: self.tally(matching),
            near_markets,
            ended_cases,
            open_cases,
            age_days,
            is_stale: is_open(idea)
                && age_days.is_some_and(|days| days > i64::from(self.site.ideas.stale_after_days)),
        }
    }

    /// Case studies that share a tactic with an idea, in id order.
    fn cases_with_tactic(&self, idea: &Idea) -> Vec<CaseIndex> {
        let tallies = idea.tactics.iter().filter_map(|tactic| self.evidence.tactics.get(tactic));
        let mut cases: Vec<CaseIndex> =
            tallies.flat_map(|tally| tally.cases.iter().copied()).collect();
        if idea.tactics.len() > 1 {
            cases.sort_unstable();
            cases.dedup();
        }
        cases
    }

    /// At most [`MAX_MATCHING_CASES`] of some case studies, those with the best evidence for an
    /// idea: studies that share a channel with it come first.
    fn best_matching(&self, idea: &Idea, mut cases: Vec<CaseIndex>) -> Vec<CaseIndex> {
        let shares_channel =
            |case: &CaseStudy| case.channels.iter().any(|channel| idea.channels.contains(channel));
        let key = |index: &CaseIndex| {
            (!shares_channel(self.catalog.case(*index)), self.evidence_ranks[index.0 as usize])
        };
        if cases.len() > MAX_MATCHING_CASES {
            cases.select_nth_unstable_by_key(MAX_MATCHING_CASES, key);
            cases.truncate(MAX_MATCHING_CASES);
        }
        cases.sort_unstable_by_key(key);
        cases
    }

    /// The tally of the outcomes of these case studies.
    fn tally(&self, cases: Vec<CaseIndex>) -> Tally {
        Tally::from_studies(cases.into_iter().map(|index| (index, self.catalog.case(index))))
    }

    /// The tally of those of some case studies that ran in one of `near_markets`; of all where that
    /// is empty.
    fn nearby_tally(&self, cases: &[CaseIndex], near_markets: &[MarketId]) -> Tally {
        let mut is_near = vec![false; self.catalog.vocabulary.markets.len()];
        near_markets.iter().for_each(|market| is_near[market.index()] = true);
        let counts = |index: &CaseIndex| {
            near_markets.is_empty()
                || self.catalog.case(*index).markets.iter().any(|market| is_near[market.index()])
        };
        self.tally(cases.iter().copied().filter(counts).collect())
    }

    /// The markets that an idea is for, else those that want it, else those that proposed it, and
    /// all markets similar to them.
    fn near_markets(&self, idea: &Idea) -> Vec<MarketId> {
        let named = [&idea.markets, &idea.wanted_by, &idea.proposed_by];
        named
            .into_iter()
            .find(|markets| !markets.is_empty())
            .map_or(Vec::new(), |markets| self.market_similarity.similar_markets(markets))
    }

    /// The ended and the open case studies that are the same experiment as an idea.
    fn cases_like_idea(&self, index: IdeaIndex, idea: &Idea) -> (Vec<CaseIndex>, Vec<CaseIndex>) {
        let mut cases: Vec<CaseIndex> = idea.becomes.into_iter().collect();
        for neighbour in self.similar.cases_like_idea(index) {
            if !cases.contains(&neighbour.case) {
                cases.push(neighbour.case);
            }
        }
        let with_status =
            cases.into_iter().filter(|case| self.catalog.case(*case).status.is_some());
        with_status.partition(|case| self.catalog.case(*case).has_ended())
    }

    /// Days from the last change of an idea in git to the build date, at least 0; none without
    /// history.
    fn age_days(&self, idea: &Idea) -> Option<i64> {
        let updated = idea.meta.change.as_ref()?.updated;
        Some(days_between(updated, self.site.today).max(0))
    }
}

/// Number of days from one date to another; negative where the second is earlier.
pub(super) fn days_between(from: jiff::civil::Date, to: jiff::civil::Date) -> i64 {
    i64::from((to - from).get_days())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Hub;
    use crate::similar::RelatedCase;
    use crate::support::{CatalogLookup, TestHub, analyse_with, graded_a, graded_c, study_fields};

    fn ranked<'h>(hub: &'h Hub, idea: &str) -> &'h RankedIdea {
        hub.backlog.idea(hub.catalog.idea_index(idea))
    }

    #[test]
    fn the_best_idea_comes_first_and_unscored_ones_last() {
        let scored = |impact: u8| {
            format!("status: new\nscore: {{impact: {impact}, confidence: 2, ease: 2}}")
        };
        let hub = TestHub::new()
            .idea("a-none", "status: new\nwanted_by: [DE, NL]")
            .idea("b-low", &scored(2))
            .idea("c-high", &scored(9))
            .idea("d-low-wanted", &format!("{}\nwanted_by: [DE, DE, nl]", scored(2)))
            .hub();
        let order: Vec<&str> = hub
            .backlog
            .ideas
            .iter()
            .map(|ranked| &*hub.catalog.idea(ranked.idea).meta.id)
            .collect();
        assert_eq!(order, ["c-high", "d-low-wanted", "b-low", "a-none"]);
        assert_eq!(ranked(&hub, "d-low-wanted").demand, 2, "a market counts once");
    }

    #[test]
    fn ideas_list_matching_studies() {
        let hub = TestHub::new()
            .case("nl/won", &study_fields("NL", "email", "win-back", "won", &graded_c("cvr", 3.0)))
            .case(
                "de/won",
                &study_fields("DE", "website", "win-back", "won", &graded_a("cvr", 3.0, 1.0, 5.0)),
            )
            .case(
                "at/lost",
                &study_fields(
                    "AT",
                    "website",
                    "win-back",
                    "lost",
                    &graded_a("cvr", -3.0, -5.0, -1.0),
                ),
            )
            .case(
                "jp/won",
                &study_fields("JP", "website", "win-back", "won", &graded_a("cvr", 3.0, 1.0, 5.0)),
            )
            .case("de/other", &study_fields("DE", "website", "bundle", "won", ""))
            .idea(
                "repair",
                "status: new\nmarkets: [DE]\nchannels: [email]\ntactics: [win-back, discount]",
            )
            .idea("anywhere", "status: new\ntactics: [win-back]")
            .hub();
        let idea = ranked(&hub, "repair");
        assert_eq!(
            hub.catalog.ids(&idea.matching_cases),
            ["nl/won", "at/lost", "de/won", "jp/won"],
            "the same channel first, then by grade"
        );
        assert_eq!((idea.tally.won, idea.tally.lost), (3, 1));
        assert_eq!(
            hub.catalog.ids(&idea.nearby_tally.cases),
            ["at/lost", "de/won"],
            "Austria is like Germany, Japan is not"
        );
        assert_eq!(idea.nearby_tally.win_rate(), None, "two studies make no rate");
        let anywhere = ranked(&hub, "anywhere");
        assert!(anywhere.near_markets.is_empty());
        assert_eq!(anywhere.nearby_tally.counted(), 4);
    }

    #[test]
    fn matching_is_bounded_and_counted_in_full() {
        let mut hub = TestHub::new().idea("a", "status: new\ntactics: [win-back]");
        for at in 0..30 {
            hub = hub
                .case(&format!("de/{at:02}"), &study_fields("DE", "email", "win-back", "won", ""));
        }
        let hub = hub.hub();
        assert_eq!(
            (ranked(&hub, "a").matching_cases.len(), ranked(&hub, "a").tally.studies()),
            (12, 30)
        );
    }

    fn neighbour(case: CaseIndex) -> RelatedCase {
        RelatedCase { case, score: 0.9, flagged: true, reasons: Vec::new() }
    }

    #[test]
    fn ideas_list_studies_that_tried_them() {
        let read = TestHub::new()
            .case("de/ended", &study_fields("DE", "email", "win-back", "lost", ""))
            .case(
                "nl/running",
                "status: running\nmarkets: [NL]\nchannels: [email]\ntactics: [win-back]",
            )
            .case("fr/became", &study_fields("FR", "email", "win-back", "won", ""))
            .idea("a", "status: done\nbecomes: fr/became")
            .checked();
        let resembles = ["de/ended", "nl/running", "fr/became"]
            .map(|id| neighbour(read.catalog.case_index(id)));
        let similar = Similar { cases_by_idea: vec![resembles.into()], ..Similar::default() };
        let hub = analyse_with(read, similar);
        let idea = ranked(&hub, "a");
        assert_eq!(
            hub.catalog.ids(&idea.ended_cases),
            ["fr/became", "de/ended"],
            "what it became comes first, and once"
        );
        assert_eq!(hub.catalog.ids(&idea.open_cases), ["nl/running"]);
    }

    #[test]
    fn age_comes_from_the_history() {
        let hub = TestHub::new()
            .idea("old", "status: new")
            .idea("old-done", "status: done")
            .idea("fresh", "status: new")
            .idea("unknown", "status: new")
            .changed("content/ideas/old.md", "2025-01-01", "2026-01-01")
            .changed("content/ideas/old-done.md", "2025-01-01", "2026-01-01")
            .changed("content/ideas/fresh.md", "2026-11-21", "2027-01-01")
            .hub();
        let seen = ["old", "old-done", "fresh", "unknown"]
            .map(|id| (ranked(&hub, id).age_days, ranked(&hub, id).is_stale));
        assert_eq!(
            seen,
            [(Some(325), true), (Some(325), false), (Some(1), false), (None, false)],
            "a day to come is no day"
        );
    }
}
