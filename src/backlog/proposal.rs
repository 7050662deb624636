//! A proposed experiment, with its kind and its reasons.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use crate::catalog::keywords::{Decision, Grade};
use crate::catalog::{CaseIndex, IdeaIndex};
use crate::vocabulary::{ChannelId, GroupId, MarketId, TacticId};

/// The most proposals that are kept for each market and kind; totals count all.
pub const MAX_PROPOSALS: usize = 20;

/// The score from which a transfer is strong. Evidence alone gives a transfer at most 0.5 and a
/// similar market at most 0.35, so that no transfer gets here on one of the two: it won with good
/// evidence, and the market resembles one where it did, is named as suited or wants it. Below it
/// lies what could be tried anywhere, which is nearly every gap of a hub.
const STRONG_TRANSFER_SCORE: f64 = 0.6;

/// The experiments proposed from the evidence: the best for each market and kind, and the numbers
/// of all.
#[derive(Debug, Clone, Default)]
pub struct Proposals {
    /// Kept proposals, ordered by kind, then best first.
    pub all: Vec<Proposal>,
    /// Proposals by market.
    pub markets: BTreeMap<MarketId, ProposalsForMarket>,
    /// Number of proposals by kind, those not kept included.
    pub totals: BTreeMap<ProposalKind, usize>,
}

/// The proposals for one market.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ProposalsForMarket {
    /// Positions in `Proposals::all`, ordered by kind, then best first.
    pub kept: Vec<usize>,
    /// Number of proposals by kind, those not kept included.
    pub totals: BTreeMap<ProposalKind, usize>,
}

/// Kinds of proposals, by what in the evidence calls for the experiment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ProposalKind {
    /// Run a study in a further market: it won with grade A or B elsewhere.
    Transfer,
    /// Repeat a study that won with grade C or D, with a better method.
    Replicate,
    /// Repeat an inconclusive study with more statistical power.
    Rerun,
    /// Follow up a study whose decision was to adapt, rerun or iterate.
    OpenEnd,
}

impl ProposalKind {
    /// All kinds of proposal in the order in which they are shown.
    pub const ALL: [ProposalKind; 4] = [
        ProposalKind::Transfer,
        ProposalKind::Replicate,
        ProposalKind::Rerun,
        ProposalKind::OpenEnd,
    ];

    /// The id of a kind of proposal in data and addresses: `open-end`.
    pub fn as_str(self) -> &'static str {
        match self {
            ProposalKind::Transfer => "transfer",
            ProposalKind::Replicate => "replicate",
            ProposalKind::Rerun => "rerun",
            ProposalKind::OpenEnd => "open-end",
        }
    }
}

/// One proposed experiment; `idea_draft::draft_idea` renders it as a file.
#[derive(Debug, Clone, PartialEq)]
pub struct Proposal {
    /// Its kind.
    pub kind: ProposalKind,
    /// The market to run it in; none where the lead study names no market.
    pub market: Option<MarketId>,
    /// The lead study, which the proposal is based on.
    pub lead: CaseIndex,
    /// The tactics to use; for transfers those of the lead study that the market has not tried.
    pub tactics: Vec<TacticId>,
    /// The channels of the lead study.
    pub channels: Vec<ChannelId>,
    /// Score, 0 to 1; comparable within one kind only.
    pub score: f64,
    /// Other studies with the same first tactic that won, best evidence first; at most three.
    pub supporting_cases: Vec<CaseIndex>,
    /// Studies with the same first tactic that lost, best evidence first; at most three.
    pub opposing_cases: Vec<CaseIndex>,
    /// Reasons, strongest first.
    pub reasons: Vec<ProposalReason>,
    /// An existing idea with the same tactic for the same market.
    pub existing_idea: Option<IdeaIndex>,
}

impl Proposal {
    /// Whether the proposal is worth attention of its own, so that its gap is marked and it stands
    /// before those that are not. Scores compare within one kind only, so each kind has a rule of
    /// its own: a transfer needs a high score; the other kinds continue a study of the market
    /// itself that is still open, of which there are never many.
    pub fn is_strong(&self) -> bool {
        match self.kind {
            ProposalKind::Transfer => self.score >= STRONG_TRANSFER_SCORE,
            ProposalKind::Replicate | ProposalKind::Rerun | ProposalKind::OpenEnd => true,
        }
    }

    /// Sort key of proposals: highest score first, then by market and lead study.
    pub(super) fn sort_key(&self) -> (Reverse<u64>, Option<MarketId>, CaseIndex) {
        (Reverse((self.score * 1e9) as u64), self.market, self.lead)
    }
}

/// One reason for a proposal: a property of its lead study, of its market or of its tactics.
#[derive(Debug, Clone, PartialEq)]
pub enum ProposalReason {
    /// The lead study won, with this evidence grade.
    Won(Grade),
    /// Win rate of all studies with its tactic.
    WinRate {
        /// Number of studies that won.
        won: u32,
        /// Number of studies that count in the win rate.
        counted: u32,
    },
    /// The lead study names the market as suited.
    Suited,
    /// The lead study is approved for reuse or part of a playbook.
    Approved,
    /// The market is in one group with a market where the lead study won.
    SameGroup(GroupId, MarketId),
    /// The market has the maturity of one where the lead study won.
    SameMaturity(MarketId),
    /// The market shares a language (BCP 47) with one where the lead study won.
    SameLanguage(String, MarketId),
    /// Channels of the lead study that the market uses.
    SameChannels(Vec<ChannelId>),
    /// Number of markets that want an open idea with one of the tactics.
    WantedByMarkets(usize),
    /// The market itself wants this idea with one of the tactics.
    WantedByMarket(IdeaIndex),
    /// The lead study won with a weak grade; what its record lacks for a better one.
    WeakGrade(Grade, Vec<&'static str>),
    /// The lead study was not repeated.
    NeverRepeated,
    /// The lead study was underpowered: no confidence interval, or one wider than twice the minimum
    /// detectable effect.
    Underpowered,
    /// The decision of the lead study, which has no follow-up.
    Decided(Decision),
}

/// The proposals of one kind for one market, of which the best are kept.
pub(super) struct ProposalBatch {
    pub kind: ProposalKind,
    pub market: Option<MarketId>,
    /// Best first, at most [`MAX_PROPOSALS`].
    pub kept: Vec<Proposal>,
    /// Number of proposals, those not kept included.
    pub total: usize,
}

impl Proposals {
    /// Kept proposals of one kind, best first.
    pub fn of_kind(&self, kind: ProposalKind) -> &[Proposal] {
        let start = self.all.partition_point(|proposal| proposal.kind < kind);
        let end = self.all.partition_point(|proposal| proposal.kind <= kind);
        &self.all[start..end]
    }

    /// Kept proposals for one market, ordered by kind, then best first.
    pub fn in_market(&self, market: MarketId) -> impl Iterator<Item = &Proposal> {
        self.markets
            .get(&market)
            .into_iter()
            .flat_map(|of_market| &of_market.kept)
            .map(|at| &self.all[*at])
    }

    /// Kept proposals for one market, best first: strong ones before others, and, because scores
    /// compare within one kind only, the best of each kind before the second of any.
    pub fn best_in_market(&self, market: MarketId) -> Vec<&Proposal> {
        let mut ranks: BTreeMap<ProposalKind, usize> = BTreeMap::new();
        let mut ranked: Vec<(bool, usize, &Proposal)> = Vec::new();
        for proposal in self.in_market(market) {
            let rank = ranks.entry(proposal.kind).or_default();
            ranked.push((!proposal.is_strong(), *rank, proposal));
            *rank += 1;
        }
        ranked.sort_by_key(|(is_weak, rank, proposal)| (*is_weak, *rank, proposal.kind));
        ranked.into_iter().map(|(_, _, proposal)| proposal).collect()
    }
}
