//! Proposes experiments from the evidence, each with its reasons.

use std::collections::BTreeMap;

use crate::backlog::proposal_context::ProposalContext;
use crate::backlog::{MarketSimilarity, open_end, replicate, rerun, transfer};
use crate::catalog::keywords::{Decision, Grade, Outcome};
use crate::catalog::{CaseIndex, CaseStudy, Catalog, IdeaIndex};
use crate::evidence::Evidence;
use crate::vocabulary::{ChannelId, GroupId, MarketId, TacticId};

/// The most proposals that are kept for each market and kind; totals count all.
pub const MAX_PROPOSALS: usize = 20;

/// The experiments proposed from the evidence.
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

/// The kind of a proposal.
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
    /// All kinds in order.
    pub const ALL: [ProposalKind; 4] = [
        ProposalKind::Transfer,
        ProposalKind::Replicate,
        ProposalKind::Rerun,
        ProposalKind::OpenEnd,
    ];

    /// Its id in data and addresses.
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

/// One reason for a proposal.
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

/// The proposals of one kind for one market.
pub(super) struct ProposalBatch {
    pub kind: ProposalKind,
    pub market: Option<MarketId>,
    /// Best first, at most [`MAX_PROPOSALS`].
    pub kept: Vec<Proposal>,
    /// Number of proposals, those not kept included.
    pub total: usize,
}

/// Collects the proposals of all kinds.
pub(super) fn propose(
    catalog: &Catalog,
    evidence: &Evidence,
    market_similarity: &MarketSimilarity,
) -> Proposals {
    let context = ProposalContext::new(catalog, evidence, market_similarity);
    let mut batches = transfer::find(&context);
    let for_studies =
        replicate::find(&context).chain(rerun::find(&context)).chain(open_end::find(&context));
    batches.extend(group_by_market(for_studies.collect()));
    merge_batches(batches)
}

/// A proposal to continue a study, in the first of its markets.
pub(super) fn propose_for_study(
    context: &ProposalContext,
    kind: ProposalKind,
    index: CaseIndex,
    case: &CaseStudy,
    score: f64,
    mut reasons: Vec<ProposalReason>,
) -> Proposal {
    let market = case.markets.first().copied();
    reasons.extend(context.common_reasons(case, &case.tactics, market));
    Proposal {
        kind,
        market,
        lead: index,
        tactics: case.tactics.clone(),
        channels: case.channels.clone(),
        score,
        supporting_cases: context.best_with(case.tactics.first(), Outcome::Won, index),
        opposing_cases: context.best_with(case.tactics.first(), Outcome::Lost, index),
        reasons,
        existing_idea: None,
    }
}

fn group_by_market(mut proposals: Vec<Proposal>) -> Vec<ProposalBatch> {
    proposals
        .sort_by_key(|proposal| (proposal.kind, proposal.market, transfer::sort_key(proposal)));
    let is_same_batch = |a: &Proposal, b: &Proposal| (a.kind, a.market) == (b.kind, b.market);
    let batch = |of_market: &[Proposal]| ProposalBatch {
        kind: of_market[0].kind,
        market: of_market[0].market,
        kept: of_market.iter().take(MAX_PROPOSALS).cloned().collect(),
        total: of_market.len(),
    };
    proposals.chunk_by(is_same_batch).map(batch).collect()
}

fn merge_batches(batches: Vec<ProposalBatch>) -> Proposals {
    let mut proposals = Proposals::default();
    for ProposalBatch { kind, market, kept, total } in
        batches.into_iter().filter(|batch| batch.total > 0)
    {
        *proposals.totals.entry(kind).or_default() += total;
        if let Some(market) = market {
            proposals.markets.entry(market).or_default().totals.insert(kind, total);
        }
        proposals.all.extend(kept);
    }
    proposals.all.sort_by_key(|proposal| (proposal.kind, transfer::sort_key(proposal)));
    for (at, proposal) in proposals.all.iter().enumerate() {
        if let Some(market) = proposal.market {
            proposals.markets.entry(market).or_default().kept.push(at);
        }
    }
    proposals
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
}
