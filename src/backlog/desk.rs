//! The hub's desk: what has to be decided, verified, answered or repaired, by whom.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use crate::backlog::Ranked;
use crate::backlog::ranked::{days_between, is_open};
use crate::catalog::words::{Outcome, Reuse, Status};
use crate::catalog::{CaseIndex, CaseStudy, Catalog, IdeaIndex, PlaybookIndex, RecordIndex};
use crate::evidence::contract::Conformity;
use crate::evidence::{Evidence, Tally};
use crate::similar::{PairState, Similar};
use crate::site::Site;
use crate::vocabulary::{MarketId, MetricId, TacticId};

/// What the hub must do. Each list has its most urgent row first.
#[derive(Debug, Clone, Default)]
pub struct Desk {
    /// Every row, duties in their own order.
    pub rows: Vec<Row>,
}

/// One thing to do.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// What it is about.
    pub duty: Duty,
    /// The teams or roles to do it, each once; empty where nobody is named: then it is the hub's.
    pub owners: Vec<String>,
    /// Since when it has been waiting, where that is known.
    pub since: Option<Date>,
    /// How many days that is on the build date.
    pub days: Option<i64>,
}

/// Kinds of duty, in the order the desk shows them. Each says what to do by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum DutyKind {
    /// Answer the family or the pair in front matter.
    OpenPair,
    /// State a decision.
    Undecided,
    /// Decide on reuse: approved, playbook, local-only or retired.
    ReuseWaiting,
    /// Verify the record and date it.
    Overdue,
    /// Add the agreed metrics.
    MetricsMissing,
    /// Write a playbook.
    PlaybookCandidate,
    /// Link to the successor instead.
    RetiredLinked,
    /// Take the idea up, park it or decline it.
    IdeaWaiting,
}

/// What a row is about.
#[derive(Debug, Clone, PartialEq)]
pub enum Duty {
    /// A family of which somebody has not answered: position in `Similar::families`.
    OpenFamily(usize),
    /// A possible duplicate outside families that nobody has answered: position in `Similar::pairs`.
    OpenPair(usize),
    /// A completed study without a decision.
    Undecided(CaseIndex),
    /// A candidate for reuse that waits for the hub: said to be one, or won.
    ReuseWaiting(CaseIndex),
    /// A record whose verification was due on the day in `since`.
    Overdue(RecordIndex),
    /// Completed studies of a market that lack agreed metrics, each with what it lacks.
    MetricsMissing {
        /// The market.
        market: MarketId,
        /// Studies and what they lack, in id order.
        lacking: Vec<(CaseIndex, Vec<MetricId>)>,
    },
    /// A tactic that won in two or more markets and has no playbook.
    PlaybookCandidate {
        /// The tactic.
        tactic: TacticId,
        /// Markets where it won, in id order.
        markets: Vec<MarketId>,
        /// The studies that won, best grade first.
        won: Vec<CaseIndex>,
        /// How many studies with it lost.
        lost: u32,
    },
    /// A retired or replaced study that others still link to or rest on.
    RetiredLinked {
        /// The retired study.
        case: CaseIndex,
        /// Who links to it, in order.
        linked_from: Vec<RecordIndex>,
        /// What replaces it.
        successors: Vec<CaseIndex>,
        /// Playbooks that still rest on it.
        playbooks: Vec<PlaybookIndex>,
    },
    /// An open idea unchanged for longer than the hub allows.
    IdeaWaiting(IdeaIndex),
}

impl Duty {
    /// Which kind it is.
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
    /// Every kind in order.
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

    /// Its name in data and addresses.
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
    /// The rows of one kind, most urgent first.
    pub fn of(&self, kind: DutyKind) -> &[Row] {
        let start = self.rows.partition_point(|row| row.duty.kind() < kind);
        let end = self.rows.partition_point(|row| row.duty.kind() <= kind);
        &self.rows[start..end]
    }
}

/// Lays everything on the desk.
pub(super) fn lay(site: &Site, catalog: &Catalog, similar: &Similar, evidence: &Evidence, ideas: &[Ranked]) -> Desk {
    let clerk = Clerk { site, catalog, similar, evidence, ideas };
    let mut rows = clerk.open_duplicates();
    rows.extend(oldest_first(clerk.undecided()));
    rows.extend(clerk.reuse_waiting());
    rows.extend(oldest_first(clerk.overdue()));
    rows.extend(clerk.metrics_missing());
    rows.extend(clerk.playbook_candidates());
    rows.extend(clerk.retired_linked());
    rows.extend(oldest_first(clerk.ideas_waiting()));
    Desk { rows }
}

struct Clerk<'a> {
    site: &'a Site,
    catalog: &'a Catalog,
    similar: &'a Similar,
    evidence: &'a Evidence,
    ideas: &'a [Ranked],
}

impl<'a> Clerk<'a> {
    fn row(&self, duty: Duty, owners: impl IntoIterator<Item = &'a Option<String>>, since: Option<Date>) -> Row {
        let mut named: Vec<String> = Vec::new();
        for owner in owners.into_iter().flatten() {
            if !named.contains(owner) {
                named.push(owner.clone());
            }
        }
        Row { duty, owners: named, since, days: since.map(|since| days_between(since, self.site.today)) }
    }

    /// Studies that stand for their experiment.
    fn studies(&self) -> impl Iterator<Item = (CaseIndex, &'a CaseStudy)> + '_ {
        self.catalog.each_case().filter(|(index, _)| self.evidence.originals[index.0 as usize] == *index)
    }

    /// Families first, the most that can still be saved first; only those who have not answered are asked.
    fn open_duplicates(&self) -> Vec<Row> {
        let families = self.similar.families.iter().enumerate().filter(|(_, family)| family.state == PairState::Open);
        let families = families.map(|(at, family)| self.duplicate(Duty::OpenFamily(at), &family.unanswered));
        let pairs = self.similar.pairs.iter().enumerate().filter(|(_, pair)| pair.state == PairState::Open && pair.family.is_none());
        let pairs = pairs.map(|(at, pair)| self.duplicate(Duty::OpenPair(at), &[pair.a, pair.b]));
        families.chain(pairs).collect()
    }

    fn duplicate(&self, duty: Duty, asked: &[CaseIndex]) -> Row {
        let cases = || asked.iter().map(|case| self.catalog.case(*case));
        let written = cases().filter_map(|case| case.meta.change.as_ref().and_then(|change| change.created)).max();
        self.row(duty, cases().map(|case| &case.owner), written)
    }

    fn undecided(&self) -> Vec<Row> {
        let waits = |case: &CaseStudy| case.status == Some(Status::Completed) && case.decision.is_none();
        self.studies().filter(|(_, case)| waits(case)).map(|(index, case)| self.row(Duty::Undecided(index), [&case.owner], case.end)).collect()
    }

    /// Won before others, better grades before worse, the longest waiting first.
    fn reuse_waiting(&self) -> Vec<Row> {
        let won = |case: &CaseStudy| case.outcome == Some(Outcome::Won);
        let waits = |case: &CaseStudy| {
            let said = !case.span("reuse").is_empty();
            case.reuse == Some(Reuse::Candidate)
                && case.status == Some(Status::Completed)
                && (said || won(case))
                && case.inverse.supersedes.is_empty()
        };
        let mut cases: Vec<(CaseIndex, &CaseStudy)> = self.studies().filter(|(_, case)| waits(case)).collect();
        cases.sort_by_key(|(index, case)| (!won(case), case.graded.grade.is_none(), case.graded.grade, case.end.is_none(), case.end, *index));
        cases.into_iter().map(|(index, case)| self.row(Duty::ReuseWaiting(index), [], case.end)).collect()
    }

    fn overdue(&self) -> Vec<Row> {
        let cases = self.catalog.each_case().map(|(index, case)| (RecordIndex::Case(index), &case.verification, &case.owner));
        let playbooks = self.catalog.playbooks.iter().enumerate();
        let playbooks = playbooks.map(|(at, playbook)| (RecordIndex::Playbook(PlaybookIndex(at as u32)), &playbook.verification, &playbook.owner));
        let late = cases.chain(playbooks).filter(|(_, verification, _)| verification.overdue(self.site.today));
        late.map(|(record, verification, owner)| {
            let asked = if verification.by.is_some() { &verification.by } else { owner };
            self.row(Duty::Overdue(record), [asked], verification.due())
        })
        .collect()
    }

    /// Markets that lack most come first.
    fn metrics_missing(&self) -> Vec<Row> {
        let contract = &self.evidence.contract;
        let mut markets: Vec<_> = contract.markets.iter().filter(|(_, conformity)| !conformity.lacking.is_empty()).collect();
        markets.sort_by_key(|(market, conformity)| (Reverse(conformity.lacking.len()), **market));
        let row = |(market, conformity): (&MarketId, &Conformity)| {
            let lacking: Vec<_> = conformity.lacking.iter().map(|case| (*case, contract.lacking[case].clone())).collect();
            let owners = conformity.lacking.iter().map(|case| &self.catalog.case(*case).owner);
            let since = conformity.lacking.iter().filter_map(|case| self.catalog.case(*case).end).min();
            self.row(Duty::MetricsMissing { market: *market, lacking }, owners, since)
        };
        markets.into_iter().map(row).collect()
    }

    /// Most markets first; those with fewer losses before others.
    fn playbook_candidates(&self) -> Vec<Row> {
        let written: BTreeSet<TacticId> = self.catalog.playbooks.iter().flat_map(|playbook| playbook.tactics.iter().copied()).collect();
        let cited: BTreeSet<CaseIndex> = self.catalog.playbooks.iter().flat_map(|playbook| playbook.supports.iter().copied()).collect();
        let free = self.evidence.tactics.iter().filter(|(tactic, _)| !written.contains(tactic));
        let mut rows: Vec<Row> = free.filter_map(|(tactic, tally)| self.playbook_candidate(*tactic, tally, &cited)).collect();
        rows.sort_by_key(|row| match &row.duty {
            Duty::PlaybookCandidate { tactic, markets, lost, .. } => (Reverse(markets.len()), *lost, *tactic),
            _ => (Reverse(0), 0, TacticId(0)),
        });
        rows
    }

    fn playbook_candidate(&self, tactic: TacticId, tally: &Tally, cited: &BTreeSet<CaseIndex>) -> Option<Row> {
        let has_won = |case: &CaseStudy| case.has_ended() && case.outcome == Some(Outcome::Won) && !case.is_retired();
        let mut won: Vec<CaseIndex> = tally.cases.iter().copied().filter(|case| has_won(self.catalog.case(*case))).collect();
        let markets: BTreeSet<MarketId> = won.iter().flat_map(|case| self.catalog.case(*case).markets.iter().copied()).collect();
        if won.len() < 2 || markets.len() < 2 || won.iter().all(|case| cited.contains(case)) {
            return None;
        }
        let grade = |case: &CaseIndex| self.catalog.case(*case).graded.grade;
        let mut ends: Vec<Date> = won.iter().filter_map(|case| self.catalog.case(*case).end).collect();
        ends.sort_unstable();
        won.sort_by_key(|case| (grade(case).is_none(), grade(case), *case));
        Some(self.row(Duty::PlaybookCandidate { tactic, markets: markets.into_iter().collect(), won, lost: tally.lost }, [], ends.get(1).copied()))
    }

    /// In id order.
    fn retired_linked(&self) -> Vec<Row> {
        let mut playbooks: BTreeMap<CaseIndex, Vec<PlaybookIndex>> = BTreeMap::new();
        for (at, playbook) in self.catalog.playbooks.iter().enumerate() {
            playbook.supports.iter().for_each(|case| playbooks.entry(*case).or_default().push(PlaybookIndex(at as u32)));
        }
        let mut ideas: BTreeMap<CaseIndex, Vec<RecordIndex>> = BTreeMap::new();
        for (at, idea) in self.catalog.each_idea().filter(|(_, idea)| is_open(idea)) {
            idea.evidence.iter().for_each(|case| ideas.entry(*case).or_default().push(RecordIndex::Idea(at)));
        }
        let retired = self.catalog.each_case().filter(|(_, case)| case.is_retired());
        retired
            .filter_map(|(index, case)| {
                self.retired(index, case, playbooks.remove(&index).unwrap_or_default(), ideas.remove(&index).unwrap_or_default())
            })
            .collect()
    }

    fn retired(&self, index: CaseIndex, case: &'a CaseStudy, playbooks: Vec<PlaybookIndex>, ideas: Vec<RecordIndex>) -> Option<Row> {
        let successors = case.inverse.supersedes.clone();
        let backlinks = self.catalog.backlinks.get(&RecordIndex::Case(index)).into_iter().flatten().copied();
        let others = backlinks.chain(ideas).chain(playbooks.iter().map(|playbook| RecordIndex::Playbook(*playbook)));
        let linked_from: BTreeSet<RecordIndex> =
            others.filter(|record| !matches!(record, RecordIndex::Case(case) if successors.contains(case))).collect();
        if linked_from.is_empty() {
            return None;
        }
        let owners: Vec<&Option<String>> = linked_from.iter().map(|record| self.owner_of(*record)).collect();
        let linked_from = linked_from.into_iter().collect();
        Some(self.row(Duty::RetiredLinked { case: index, linked_from, successors, playbooks }, owners, None))
    }

    fn owner_of(&self, record: RecordIndex) -> &'a Option<String> {
        match record {
            RecordIndex::Case(case) => &self.catalog.case(case).owner,
            RecordIndex::Idea(idea) => &self.catalog.idea(idea).owner,
            RecordIndex::Playbook(playbook) => &self.catalog.playbook(playbook).owner,
            RecordIndex::Page(_) => &None,
        }
    }

    fn ideas_waiting(&self) -> Vec<Row> {
        let waiting = self.ideas.iter().filter(|ranked| ranked.stale);
        waiting
            .map(|ranked| {
                let idea = self.catalog.idea(ranked.idea);
                self.row(Duty::IdeaWaiting(ranked.idea), [&idea.owner], idea.meta.change.as_ref().map(|change| change.updated))
            })
            .collect()
    }
}

fn oldest_first(mut rows: Vec<Row>) -> Vec<Row> {
    rows.sort_by_key(|row| (row.since.is_none(), row.since));
    rows
}
