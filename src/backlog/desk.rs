//! Collects the open tasks of a hub: what has to be decided, verified, answered or repaired, and by
//! whom.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use crate::backlog::ranked::{RankedIdea, days_between, is_open};
use crate::catalog::field;
use crate::catalog::keywords::{Outcome, Reuse, Status};
use crate::catalog::{CaseIndex, CaseStudy, Catalog, IdeaIndex, PlaybookIndex, RecordIndex};
use crate::evidence::contract::Conformity;
use crate::evidence::{Evidence, Tally};
use crate::similar::{AnswerState, Similar};
use crate::site::Site;
use crate::vocabulary::{MarketId, MetricId, TacticId};

/// The open tasks of a hub.
#[derive(Debug, Clone, Default)]
pub struct Desk {
    /// All tasks, ordered by kind of duty, then most urgent first.
    pub rows: Vec<DutyRow>,
}

/// One task on the desk: what has to be done, by whom, and since when.
#[derive(Debug, Clone, PartialEq)]
pub struct DutyRow {
    /// What has to be done, and about which records.
    pub duty: Duty,
    /// Teams or roles that own the records, each once; empty where none is named, then the hub owns
    /// the task.
    pub owners: Vec<String>,
    /// Markets of the records that it is about, each once, in id order; empty where they name none.
    pub markets: Vec<MarketId>,
    /// The day since which the task has been open; none where that is unknown.
    pub since: Option<Date>,
    /// Number of days from `since` to the build date.
    pub days: Option<i64>,
}

/// Kinds of duty, in the order in which the desk shows them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum DutyKind {
    /// Acknowledge a family or pair in front matter.
    OpenPair,
    /// State the decision of a completed study.
    Undecided,
    /// Decide on reuse of a study: approved, playbook, local-only or retired.
    ReuseWaiting,
    /// Verify a record and date the verification.
    Overdue,
    /// Add metrics that the common-metrics contract requires.
    MetricsMissing,
    /// Write a playbook for a tactic.
    PlaybookCandidate,
    /// Replace links to a retired study with its successor.
    RetiredLinked,
    /// Take up, park or decline an idea.
    IdeaWaiting,
}

/// A task of one kind with the records that it is about.
#[derive(Debug, Clone, PartialEq)]
pub enum Duty {
    /// A family with members that have not acknowledged it: position in `Similar::families`.
    OpenFamily(usize),
    /// A pair outside families that is not acknowledged: position in `Similar::pairs`.
    OpenPair(usize),
    /// A completed study without a decision.
    Undecided(CaseIndex),
    /// A completed study that is a candidate for reuse: stated in front matter, or won.
    ReuseWaiting(CaseIndex),
    /// A record whose verification was due on the day in `since`.
    Overdue(RecordIndex),
    /// Completed studies of a market that lack required metrics.
    MetricsMissing {
        /// The market.
        market: MarketId,
        /// Studies with the metrics they lack, in id order.
        lacking: Vec<(CaseIndex, Vec<MetricId>)>,
    },
    /// A tactic that won in two or more markets and has no playbook.
    PlaybookCandidate {
        /// The tactic.
        tactic: TacticId,
        /// Markets in which it won, in id order.
        markets: Vec<MarketId>,
        /// The studies that won, best grade first.
        won: Vec<CaseIndex>,
        /// Number of studies with it that lost.
        lost: u32,
    },
    /// A retired or replaced study that other records still link to.
    RetiredLinked {
        /// The retired study.
        case: CaseIndex,
        /// Records that link to it or cite it, in order.
        linked_from: Vec<RecordIndex>,
        /// Studies that replace it.
        successors: Vec<CaseIndex>,
        /// Playbooks that cite it.
        playbooks: Vec<PlaybookIndex>,
    },
    /// An open idea that has not changed for longer than the limit in site.toml.
    IdeaWaiting(IdeaIndex),
}

impl Duty {
    /// The kind of a duty, under which the desk lists it.
    pub fn kind(&self) -> DutyKind {
        match self {
            Duty::OpenFamily(_) | Duty::OpenPair(_) => DutyKind::OpenPair,
            Duty::Undecided(_) => DutyKind::Undecided,
            Duty::ReuseWaiting(_) => DutyKind::ReuseWaiting,
            Duty::Overdue(_) => DutyKind::Overdue,
            Duty::MetricsMissing { .. } => DutyKind::MetricsMissing,
            Duty::PlaybookCandidate { .. } => DutyKind::PlaybookCandidate,
            Duty::RetiredLinked { .. } => DutyKind::RetiredLinked,
            Duty::IdeaWaiting(_) => DutyKind::IdeaWaiting,
        }
    }
}

impl DutyKind {
    /// All kinds of duty in the order in which the desk shows them.
    pub const ALL: [DutyKind; 8] = [
        DutyKind::OpenPair,
        DutyKind::Undecided,
        DutyKind::ReuseWaiting,
        DutyKind::Overdue,
        DutyKind::MetricsMissing,
        DutyKind::PlaybookCandidate,
        DutyKind::RetiredLinked,
        DutyKind::IdeaWaiting,
    ];

    /// The id of a kind of duty in data and addresses: `reuse-waiting`.
    pub fn as_str(self) -> &'static str {
        match self {
            DutyKind::OpenPair => "open-pair",
            DutyKind::Undecided => "undecided",
            DutyKind::ReuseWaiting => "reuse-waiting",
            DutyKind::Overdue => "overdue",
            DutyKind::MetricsMissing => "metrics-missing",
            DutyKind::PlaybookCandidate => "playbook-candidate",
            DutyKind::RetiredLinked => "retired-linked",
            DutyKind::IdeaWaiting => "idea-waiting",
        }
    }
}

impl Desk {
    /// Tasks of one kind, most urgent first.
    pub fn of_kind(&self, kind: DutyKind) -> &[DutyRow] {
        let start = self.rows.partition_point(|row| row.duty.kind() < kind);
        let end = self.rows.partition_point(|row| row.duty.kind() <= kind);
        &self.rows[start..end]
    }
}

/// Collects all open tasks of a hub for its desk.
pub(super) fn build_desk(
    site: &Site,
    catalog: &Catalog,
    similar: &Similar,
    evidence: &Evidence,
    ideas: &[RankedIdea],
) -> Desk {
    let builder = DeskBuilder { site, catalog, similar, evidence, ideas };
    let mut rows = builder.open_duplicates();
    rows.extend(oldest_first(builder.undecided()));
    rows.extend(builder.reuse_waiting());
    rows.extend(oldest_first(builder.overdue()));
    rows.extend(builder.metrics_missing());
    rows.extend(builder.playbook_candidates());
    rows.extend(builder.retired_linked());
    rows.extend(oldest_first(builder.ideas_waiting()));
    Desk { rows }
}

/// The results of earlier stages from which the tasks of the desk are collected.
struct DeskBuilder<'a> {
    site: &'a Site,
    catalog: &'a Catalog,
    similar: &'a Similar,
    evidence: &'a Evidence,
    ideas: &'a [RankedIdea],
}

impl<'a> DeskBuilder<'a> {
    /// A task with each of these owners once and, where `since` is known, the days from then to the
    /// build date.
    fn row(
        &self,
        duty: Duty,
        owners: impl IntoIterator<Item = &'a Option<String>>,
        since: Option<Date>,
    ) -> DutyRow {
        let mut distinct: Vec<String> = Vec::new();
        for owner in owners.into_iter().flatten() {
            if !distinct.contains(owner) {
                distinct.push(owner.clone());
            }
        }
        DutyRow {
            markets: self.markets_of(&duty),
            duty,
            owners: distinct,
            since,
            days: since.map(|since| days_between(since, self.site.today)),
        }
    }

    /// The markets of the records that a task is about, each once, in id order. For a family these
    /// are its members without an answer, for a retired study also the records that link to it.
    fn markets_of(&self, duty: &Duty) -> Vec<MarketId> {
        let of_case = |case: &CaseIndex| self.catalog.case(*case).markets.iter().copied();
        let of_record = |record: &RecordIndex| match record {
            RecordIndex::Case(case) => self.catalog.case(*case).markets.as_slice(),
            RecordIndex::Idea(idea) => self.catalog.idea(*idea).markets.as_slice(),
            RecordIndex::Playbook(playbook) => self.catalog.playbook(*playbook).markets.as_slice(),
            RecordIndex::Page(_) => &[],
        };
        let markets: BTreeSet<MarketId> = match duty {
            Duty::OpenFamily(at) => {
                self.similar.families[*at].unanswered.iter().flat_map(of_case).collect()
            }
            Duty::OpenPair(at) => {
                let pair = &self.similar.pairs[*at];
                [pair.a, pair.b].iter().flat_map(of_case).collect()
            }
            Duty::Undecided(case) | Duty::ReuseWaiting(case) => of_case(case).collect(),
            Duty::Overdue(record) => of_record(record).iter().copied().collect(),
            Duty::MetricsMissing { market, .. } => BTreeSet::from([*market]),
            Duty::PlaybookCandidate { markets, .. } => markets.iter().copied().collect(),
            Duty::RetiredLinked { case, linked_from, .. } => {
                of_case(case).chain(linked_from.iter().flat_map(of_record).copied()).collect()
            }
            Duty::IdeaWaiting(idea) => {
                let idea = self.catalog.idea(*idea);
                idea.markets.iter().chain(&idea.wanted_by).copied().collect()
            }
        };
        markets.into_iter().collect()
    }

    /// Case studies that are no translation of another, so that an experiment has one task; see
    /// `Evidence::originals`.
    fn original_studies(&self) -> impl Iterator<Item = (CaseIndex, &'a CaseStudy)> + '_ {
        self.catalog
            .iter_cases()
            .filter(|(index, _)| self.evidence.originals[index.0 as usize] == *index)
    }

    /// One task for each open family, then one for each open pair, both in the order of `Similar`.
    /// A family's task is owned by the owners of members that have not acknowledged the family.
    fn open_duplicates(&self) -> Vec<DutyRow> {
        let families = self
            .similar
            .families
            .iter()
            .enumerate()
            .filter(|(_, family)| family.state == AnswerState::Open);
        let families = families
            .map(|(at, family)| self.duplicate_row(Duty::OpenFamily(at), &family.unanswered));
        let pairs = self
            .similar
            .pairs
            .iter()
            .enumerate()
            .filter(|(_, pair)| pair.state == AnswerState::Open && pair.family.is_none());
        let pairs =
            pairs.map(|(at, pair)| self.duplicate_row(Duty::OpenPair(at), &[pair.a, pair.b]));
        families.chain(pairs).collect()
    }

    /// A task to acknowledge a family or pair, open since the newest of these case studies was
    /// created, and owned by the owners of all of them.
    fn duplicate_row(&self, duty: Duty, unanswered: &[CaseIndex]) -> DutyRow {
        let cases = || unanswered.iter().map(|case| self.catalog.case(*case));
        let newest = cases()
            .filter_map(|case| case.meta.change.as_ref().and_then(|change| change.created))
            .max();
        self.row(duty, cases().map(|case| &case.owner), newest)
    }

    /// One task for each completed study without a decision, open since the end of the study.
    fn undecided(&self) -> Vec<DutyRow> {
        let is_undecided =
            |case: &CaseStudy| case.status == Some(Status::Completed) && case.decision.is_none();
        self.original_studies()
            .filter(|(_, case)| is_undecided(case))
            .map(|(index, case)| self.row(Duty::Undecided(index), [&case.owner], case.end))
            .collect()
    }

    /// One task for each completed study that is a candidate for reuse and that nothing supersedes:
    /// studies that won first, then by grade, then the oldest.
    fn reuse_waiting(&self) -> Vec<DutyRow> {
        let has_won = |case: &CaseStudy| case.outcome == Some(Outcome::Won);
        let is_waiting = |case: &CaseStudy| {
            let is_stated = !case.field_span(&field::REUSE).is_empty();
            case.reuse == Some(Reuse::Candidate)
                && case.status == Some(Status::Completed)
                && (is_stated || has_won(case))
                && case.inverse.supersedes.is_empty()
        };
        let mut cases: Vec<(CaseIndex, &CaseStudy)> =
            self.original_studies().filter(|(_, case)| is_waiting(case)).collect();
        cases.sort_by_key(|(index, case)| {
            (
                !has_won(case),
                case.evidence_grade.grade.is_none(),
                case.evidence_grade.grade,
                case.end.is_none(),
                case.end,
                *index,
            )
        });
        cases
            .into_iter()
            .map(|(index, case)| self.row(Duty::ReuseWaiting(index), [], case.end))
            .collect()
    }

    /// One task for each case study or playbook whose verification is overdue, owned by who
    /// verified it last, else by its owner.
    fn overdue(&self) -> Vec<DutyRow> {
        let cases = self
            .catalog
            .iter_cases()
            .map(|(index, case)| (RecordIndex::Case(index), &case.verification, &case.owner));
        let playbooks = self.catalog.playbooks.iter().enumerate();
        let playbooks = playbooks.map(|(at, playbook)| {
            (
                RecordIndex::Playbook(PlaybookIndex(at as u32)),
                &playbook.verification,
                &playbook.owner,
            )
        });
        let late = cases
            .chain(playbooks)
            .filter(|(_, verification, _)| verification.is_overdue(self.site.today));
        late.map(|(record, verification, owner)| {
            let owner =
                if verification.verified_by.is_some() { &verification.verified_by } else { owner };
            self.row(Duty::Overdue(record), [owner], verification.due_date())
        })
        .collect()
    }

    /// One task for each market with completed studies that lack required metrics, markets with the
    /// most such studies first.
    fn metrics_missing(&self) -> Vec<DutyRow> {
        let contract = &self.evidence.contract;
        let mut markets: Vec<_> = contract
            .markets
            .iter()
            .filter(|(_, conformity)| !conformity.lacking.is_empty())
            .collect();
        markets.sort_by_key(|(market, conformity)| (Reverse(conformity.lacking.len()), **market));
        let row = |(market, conformity): (&MarketId, &Conformity)| {
            let lacking: Vec<_> = conformity
                .lacking
                .iter()
                .map(|case| (*case, contract.lacking[case].clone()))
                .collect();
            let owners = conformity.lacking.iter().map(|case| &self.catalog.case(*case).owner);
            let since =
                conformity.lacking.iter().filter_map(|case| self.catalog.case(*case).end).min();
            self.row(Duty::MetricsMissing { market: *market, lacking }, owners, since)
        };
        markets.into_iter().map(row).collect()
    }

    /// One task for each tactic that won in two or more markets and that no playbook is about:
    /// tactics that won in the most markets first, then those with the fewest losses.
    fn playbook_candidates(&self) -> Vec<DutyRow> {
        let covered: BTreeSet<TacticId> = self
            .catalog
            .playbooks
            .iter()
            .flat_map(|playbook| playbook.tactics.iter().copied())
            .collect();
        let cited: BTreeSet<CaseIndex> = self
            .catalog
            .playbooks
            .iter()
            .flat_map(|playbook| playbook.supports.iter().copied())
            .collect();
        let uncovered =
            self.evidence.tactics.iter().filter(|(tactic, _)| !covered.contains(tactic));
        let mut rows: Vec<DutyRow> = uncovered
            .filter_map(|(tactic, tally)| self.playbook_candidate(*tactic, tally, &cited))
            .collect();
        rows.sort_by_key(|row| match &row.duty {
            Duty::PlaybookCandidate { tactic, markets, lost, .. } => {
                (Reverse(markets.len()), *lost, *tactic)
            }
            _ => (Reverse(0), 0, TacticId(0)),
        });
        rows
    }

    /// The task to write a playbook for a tactic, open since its second win; none unless it won at
    /// least twice and in at least two markets, or where playbooks cite (`cited`) all those
    /// studies.
    fn playbook_candidate(
        &self,
        tactic: TacticId,
        tally: &Tally,
        cited: &BTreeSet<CaseIndex>,
    ) -> Option<DutyRow> {
        let has_won = |case: &CaseStudy| {
            case.has_ended() && case.outcome == Some(Outcome::Won) && !case.is_retired()
        };
        let mut won: Vec<CaseIndex> =
            tally.cases.iter().copied().filter(|case| has_won(self.catalog.case(*case))).collect();
        let markets: BTreeSet<MarketId> =
            won.iter().flat_map(|case| self.catalog.case(*case).markets.iter().copied()).collect();
        if won.len() < 2 || markets.len() < 2 || won.iter().all(|case| cited.contains(case)) {
            return None;
        }
        let grade = |case: &CaseIndex| self.catalog.case(*case).evidence_grade.grade;
        let mut ends: Vec<Date> =
            won.iter().filter_map(|case| self.catalog.case(*case).end).collect();
        ends.sort_unstable();
        won.sort_by_key(|case| (grade(case).is_none(), grade(case), *case));
        Some(self.row(
            Duty::PlaybookCandidate {
                tactic,
                markets: markets.into_iter().collect(),
                won,
                lost: tally.lost,
            },
            [],
            ends.get(1).copied(),
        ))
    }

    /// One task for each retired study that other records still link to, in id order.
    fn retired_linked(&self) -> Vec<DutyRow> {
        let mut playbooks: BTreeMap<CaseIndex, Vec<PlaybookIndex>> = BTreeMap::new();
        for (at, playbook) in self.catalog.playbooks.iter().enumerate() {
            playbook.supports.iter().for_each(|case| {
                playbooks.entry(*case).or_default().push(PlaybookIndex(at as u32))
            });
        }
        let mut ideas: BTreeMap<CaseIndex, Vec<RecordIndex>> = BTreeMap::new();
        for (at, idea) in self.catalog.iter_ideas().filter(|(_, idea)| is_open(idea)) {
            idea.evidence
                .iter()
                .for_each(|case| ideas.entry(*case).or_default().push(RecordIndex::Idea(at)));
        }
        let retired = self.catalog.iter_cases().filter(|(_, case)| case.is_retired());
        retired
            .filter_map(|(index, case)| {
                self.retired_row(
                    index,
                    case,
                    playbooks.remove(&index).unwrap_or_default(),
                    ideas.remove(&index).unwrap_or_default(),
                )
            })
            .collect()
    }

    /// The task to replace the links to a retired study; `playbooks` and `ideas` are those that
    /// cite it. None where no record but its successors links to it.
    fn retired_row(
        &self,
        index: CaseIndex,
        case: &'a CaseStudy,
        playbooks: Vec<PlaybookIndex>,
        ideas: Vec<RecordIndex>,
    ) -> Option<DutyRow> {
        let successors = case.inverse.supersedes.clone();
        let backlinks =
            self.catalog.backlinks.get(&RecordIndex::Case(index)).into_iter().flatten().copied();
        let others = backlinks
            .chain(ideas)
            .chain(playbooks.iter().map(|playbook| RecordIndex::Playbook(*playbook)));
        let linked_from: BTreeSet<RecordIndex> = others
            .filter(
                |record| !matches!(record, RecordIndex::Case(case) if successors.contains(case)),
            )
            .collect();
        if linked_from.is_empty() {
            return None;
        }
        let owners: Vec<&Option<String>> =
            linked_from.iter().map(|record| self.owner_of(*record)).collect();
        let linked_from = linked_from.into_iter().collect();
        Some(self.row(
            Duty::RetiredLinked { case: index, linked_from, successors, playbooks },
            owners,
            None,
        ))
    }

    /// The owner that a record states; none for a prose page.
    fn owner_of(&self, record: RecordIndex) -> &'a Option<String> {
        match record {
            RecordIndex::Case(case) => &self.catalog.case(case).owner,
            RecordIndex::Idea(idea) => &self.catalog.idea(idea).owner,
            RecordIndex::Playbook(playbook) => &self.catalog.playbook(playbook).owner,
            RecordIndex::Page(_) => &None,
        }
    }

    /// One task for each open idea that has not changed for longer than the limit in site.toml.
    fn ideas_waiting(&self) -> Vec<DutyRow> {
        let waiting = self.ideas.iter().filter(|ranked| ranked.is_stale);
        waiting
            .map(|ranked| {
                let idea = self.catalog.idea(ranked.idea);
                self.row(
                    Duty::IdeaWaiting(ranked.idea),
                    [&idea.owner],
                    idea.meta.change.as_ref().map(|change| change.updated),
                )
            })
            .collect()
    }
}

/// Sorts tasks: those that have been open for the longest first, those of unknown age last.
fn oldest_first(mut rows: Vec<DutyRow>) -> Vec<DutyRow> {
    rows.sort_by_key(|row| (row.since.is_none(), row.since));
    rows
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::similar::{Pair, Verdict};
    use crate::support::{CatalogLookup, TestHub, analyse_with, graded_a, graded_c, study_fields};

    #[test]
    fn the_desk_lists_every_duty_with_its_owner() {
        let read = TestHub::new()
            .site("[metrics]\ncommon = [\"cvr\"]")
            .case(
                "de/undecided",
                &study_fields("DE", "email", "win-back", "lost", &format!("owner: CRM Germany\nend: 2026-11-02\n{}", graded_c("cvr", -1.0))),
            )
            .case("de/lacks", &study_fields("DE", "email", "win-back", "lost", &format!("decision: stop\nowner: CRM Germany\n{}", graded_c("ctr", -1.0))))
            .case(
                "de/won",
                &study_fields("DE", "email", "bundle", "won", &format!("decision: scale\nreuse: approved\n{}", graded_a("cvr", 3.0, 1.0, 5.0))),
            )
            .case("nl/won", &study_fields("NL", "email", "bundle", "won", &format!("decision: scale\nend: 2026-10-01\n{}", graded_c("cvr", 3.0))))
            .case(
                "fr/overdue",
                &study_fields(
                    "FR",
                    "email",
                    "discount",
                    "lost",
                    &format!(
                        "decision: stop\nowner: Shop France\nverified_by: Insights\nverified_on: 2026-01-01\nreview_every: 30d\n{}",
                        graded_c("cvr", -1.0)
                    ),
                ),
            )
            .case("gb/old", &study_fields("GB", "email", "welcome-series", "lost", &format!("decision: stop\nreuse: retired\n{}", graded_c("cvr", -1.0))))
            .case(
                "gb/new",
                &study_fields("GB", "email", "welcome-series", "lost", &format!("decision: stop\nsupersedes: gb/old\n{}", graded_c("cvr", -1.0))),
            )
            .idea("waiting", "status: new\nowner: Store team\nevidence: [gb/old]")
            .playbook("late", "claim: x\nstatus: supported\nowner: Hub\nverified_on: 2025-01-01\nreview_every: 365d\nsupports: [gb/old]")
            .changed("content/ideas/waiting.md", "2025-01-01", "2026-01-01")
            .checked();
        let pair = Pair {
            a: read.catalog.case_index("de/won"),
            b: read.catalog.case_index("nl/won"),
            score: 0.8,
            verdict: Verdict::LinkAsReplication,
            state: AnswerState::Open,
            reasons: Vec::new(),
            family: None,
        };
        let answered = Pair {
            state: AnswerState::Acknowledged { field: "replicates", reason: None },
            ..pair.clone()
        };
        let hub = analyse_with(read, Similar { pairs: vec![answered, pair], ..Similar::default() });
        let (catalog, desk) = (&hub.catalog, &hub.backlog.desk);
        assert!(desk.rows.is_sorted_by_key(|row| row.duty.kind()));
        let found: Vec<usize> =
            DutyKind::ALL.iter().map(|kind| desk.of_kind(*kind).len()).collect();
        assert_eq!(found, [1, 1, 1, 2, 1, 1, 1, 1], "{:#?}", desk.rows);

        assert_eq!(desk.of_kind(DutyKind::OpenPair)[0].duty, Duty::OpenPair(1));
        let undecided = &desk.of_kind(DutyKind::Undecided)[0];
        assert_eq!((undecided.owners.join(""), undecided.days), ("CRM Germany".into(), Some(20)));
        assert_eq!(
            desk.of_kind(DutyKind::ReuseWaiting)[0].duty,
            Duty::ReuseWaiting(catalog.case_index("nl/won"))
        );
        let overdue: Vec<(&str, bool)> = desk
            .of_kind(DutyKind::Overdue)
            .iter()
            .map(|row| {
                (
                    row.owners[0].as_str(),
                    matches!(row.duty, Duty::Overdue(RecordIndex::Playbook(_))),
                )
            })
            .collect();
        assert_eq!(overdue, [("Hub", true), ("Insights", false)], "the longest overdue first");
        let Duty::MetricsMissing { lacking, .. } = &desk.of_kind(DutyKind::MetricsMissing)[0].duty
        else {
            panic!()
        };
        assert_eq!(lacking, &[(catalog.case_index("de/lacks"), vec![catalog.metric("cvr")])]);
        let Duty::PlaybookCandidate { tactic, markets, won, .. } =
            &desk.of_kind(DutyKind::PlaybookCandidate)[0].duty
        else {
            panic!()
        };
        assert_eq!(
            (*tactic, markets.len(), catalog.ids(won)),
            (catalog.tactic("bundle"), 2, vec!["de/won", "nl/won"])
        );
        let Duty::RetiredLinked { linked_from, successors, playbooks, .. } =
            &desk.of_kind(DutyKind::RetiredLinked)[0].duty
        else {
            panic!()
        };
        assert_eq!(
            (linked_from.len(), catalog.ids(successors), playbooks.len()),
            (2, vec!["gb/new"], 1)
        );
        assert_eq!(desk.of_kind(DutyKind::IdeaWaiting)[0].owners, ["Store team"]);
    }

    #[test]
    fn a_playbook_removes_its_tactic_from_the_desk() {
        let won = |market: &str| study_fields(market, "email", "bundle", "won", "");
        let hub = |playbook: &str| {
            TestHub::new()
                .case("de/a", &won("DE"))
                .case("nl/b", &won("NL"))
                .playbook("p", playbook)
                .hub()
        };
        for (playbook, wanted) in [
            ("claim: x\nstatus: emerging\napplies_to: {tactics: [bundle]}", 0),
            ("claim: x\nstatus: emerging\nsupports: [de/a, nl/b]", 0),
            ("claim: x\nstatus: emerging", 1),
        ] {
            assert_eq!(
                hub(playbook).backlog.desk.of_kind(DutyKind::PlaybookCandidate).len(),
                wanted,
                "{playbook}"
            );
        }
    }
}
