//! Ideas that the evidence proposes, each with its reasons.

use std::collections::BTreeMap;

use crate::backlog::against::Against;
use crate::backlog::{Kinship, open_end, replicate, rerun, transfer};
use crate::catalog::words::{Decision, Grade, Outcome};
use crate::catalog::{CaseIndex, CaseStudy, Catalog, IdeaIndex};
use crate::evidence::Evidence;
use crate::vocabulary::{ChannelId, GroupId, MarketId, TacticId};

/// At most this many proposals are kept for each market and kind; their number is given in full.
pub const KEPT: usize = 20;

/// What the evidence proposes.
#[derive(Debug, Clone, Default)]
pub struct Proposals {
    /// The kept ones, best first within each kind, kinds in their own order.
    pub all: Vec<Proposal>,
    /// By market: positions in `all`, best first, and how many there are altogether.
    pub markets: BTreeMap<MarketId, ForMarket>,
    /// How many there are altogether, by kind.
    pub totals: BTreeMap<ProposalKind, usize>,
}

/// The proposals for one market.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ForMarket {
    /// Positions in `Proposals::all`, kinds in their own order, best first.
    pub kept: Vec<usize>,
    /// How many there are altogether, by kind.
    pub totals: BTreeMap<ProposalKind, usize>,
}

/// Why something is proposed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ProposalKind {
    /// Won with grade A or B elsewhere and not tried in this market.
    Transfer,
    /// Won once with grade C or D: repeat it with a better method.
    Replicate,
    /// Inconclusive and underpowered: test again with more power.
    Rerun,
    /// Its decision (adapt, rerun or iterate) was never followed up.
    OpenEnd,
}

impl ProposalKind {
    /// Every kind in order.
    pub const ALL: [ProposalKind; 4] = [ProposalKind::Transfer, ProposalKind::Replicate, ProposalKind::Rerun, ProposalKind::OpenEnd];

    /// Its name in data and addresses.
    pub fn as_str(self) -> &'static str {
        match self {
            ProposalKind::Transfer => "transfer",
            ProposalKind::Replicate => "replicate",
            ProposalKind::Rerun => "rerun",
            ProposalKind::OpenEnd => "open-end",
        }
    }
}

/// One proposal. `take::draft` makes the ready file of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Proposal {
    /// Why.
    pub kind: ProposalKind,
    /// Where to try it; none for a study that names no market.
    pub market: Option<MarketId>,
    /// The study it rests on.
    pub lead: CaseIndex,
    /// What to try: for transfers the tactics of the lead that this market has not tried.
    pub tactics: Vec<TacticId>,
    /// The lead's channels.
    pub channels: Vec<ChannelId>,
    /// 0 to 1; orders proposals of one kind.
    pub score: f64,
    /// Further studies that speak for it, best first; at most three.
    pub support: Vec<CaseIndex>,
    /// Studies with the same tactic that lost, best grade first; at most three.
    pub against: Vec<CaseIndex>,
    /// Reasons, strongest first.
    pub reasons: Vec<Ground>,
    /// An idea that already says so: same tactic, and this market named in it.
    pub written: Option<IdeaIndex>,
}

/// One reason for a proposal.
#[derive(Debug, Clone, PartialEq)]
pub enum Ground {
    /// The lead won, with this grade.
    Won(Grade),
    /// Of the studies with its tactic, so many won of so many counted.
    Rate {
        /// Won.
        won: u32,
        /// Counted in the win rate.
        counted: u32,
    },
    /// The author of the lead thinks that it suits this market.
    Suited,
    /// The hub has approved the lead for reuse, or made it part of a playbook.
    Approved,
    /// The market shares a group with a market where it won.
    SameGroup(GroupId, MarketId),
    /// The market is as mature as one where it won.
    SameMaturity(MarketId),
    /// The market shares a language (BCP 47) with one where it won.
    SameLanguage(String, MarketId),
    /// The market uses the lead's channels.
    SameChannels(Vec<ChannelId>),
    /// So many markets want an idea with this tactic.
    Wanted(usize),
    /// This market itself wants an idea with this tactic.
    WantedHere(IdeaIndex),
    /// It won, but the grade is weak; what the record lacks for a better one.
    WeakGrade(Grade, Vec<&'static str>),
    /// Nobody has repeated it yet.
    NeverRepeated,
    /// It could not tell: no interval, or one wider than twice the minimum detectable effect.
    Underpowered,
    /// The decision that nobody followed up.
    Decided(Decision),
}

/// What one search found for one market: the best ones, and how many there are.
pub(super) struct Found {
    pub kind: ProposalKind,
    pub market: Option<MarketId>,
    /// Best first, at most `KEPT`.
    pub kept: Vec<Proposal>,
    pub total: usize,
}

/// Everything the evidence proposes.
pub(super) fn propose(catalog: &Catalog, evidence: &Evidence, kinship: &Kinship) -> Proposals {
    let against = Against::of(catalog, evidence, kinship);
    let mut found = transfer::find(&against);
    let studies = replicate::find(&against).chain(rerun::find(&against)).chain(open_end::find(&against));
    found.extend(by_market(studies.collect()));
    gather(found)
}

/// The proposal to take a study up again, in the first market it ran in.
pub(super) fn for_study(against: &Against, kind: ProposalKind, index: CaseIndex, case: &CaseStudy, score: f64, mut reasons: Vec<Ground>) -> Proposal {
    let market = case.markets.first().copied();
    reasons.extend(against.common_grounds(case, &case.tactics, market));
    Proposal {
        kind,
        market,
        lead: index,
        tactics: case.tactics.clone(),
        channels: case.channels.clone(),
        score,
        support: against.best_with(case.tactics.first(), Outcome::Won, index),
        against: against.best_with(case.tactics.first(), Outcome::Lost, index),
        reasons,
        written: None,
    }
}

fn by_market(mut proposals: Vec<Proposal>) -> Vec<Found> {
    proposals.sort_by_key(|proposal| (proposal.kind, proposal.market, transfer::best_first(proposal)));
    let same = |a: &Proposal, b: &Proposal| (a.kind, a.market) == (b.kind, b.market);
    let found = |of_market: &[Proposal]| Found {
        kind: of_market[0].kind,
        market: of_market[0].market,
        kept: of_market.iter().take(KEPT).cloned().collect(),
        total: of_market.len(),
    };
    proposals.chunk_by(same).map(found).collect()
}

fn gather(found: Vec<Found>) -> Proposals {
    let mut proposals = Proposals::default();
    for Found { kind, market, kept, total } in found.into_iter().filter(|found| found.total > 0) {
        *proposals.totals.entry(kind).or_default() += total;
        if let Some(market) = market {
            proposals.markets.entry(market).or_default().totals.insert(kind, total);
        }
        proposals.all.extend(kept);
    }
    proposals.all.sort_by_key(|proposal| (proposal.kind, transfer::best_first(proposal)));
    for (at, proposal) in proposals.all.iter().enumerate() {
        if let Some(market) = proposal.market {
            proposals.markets.entry(market).or_default().kept.push(at);
        }
    }
    proposals
}

impl Proposals {
    /// Those of one kind, best first.
    pub fn of(&self, kind: ProposalKind) -> &[Proposal] {
        let start = self.all.partition_point(|proposal| proposal.kind < kind);
        let end = self.all.partition_point(|proposal| proposal.kind <= kind);
        &self.all[start..end]
    }

    /// Those for one market, kinds in their own order, best first.
    pub fn in_market(&self, market: MarketId) -> impl Iterator<Item = &Proposal> {
        self.markets.get(&market).into_iter().flat_map(|of_market| &of_market.kept).map(|at| &self.all[*at])
    }
}
