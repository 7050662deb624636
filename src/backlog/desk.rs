//! The hub's desk: what has to be decided, verified, answered or repaired, by whom.

use jiff::civil::Date;

use crate::catalog::{CaseIndex, IdeaIndex, PlaybookIndex, RecordIndex};
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
    /// Answer the pair in front matter.
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
    /// A possible duplicate that nobody has answered: position in `Similar::pairs`.
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
            Duty::OpenPair(_) => DutyKind::OpenPair,
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
