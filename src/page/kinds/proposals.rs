//! Experiments that the evidence proposes, separate from ideas of people, each with reasons and a
//! file ready to add.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::backlog::idea_draft;
use crate::backlog::proposal::{Proposal, ProposalKind, ProposalReason};
use crate::page::composed::ComposedPage;
use crate::page::context::Context;
use crate::page::parts::mention::Mentions;
use crate::page::parts::shown_text::{shown_label, titled_link};
use crate::page::parts::tabs::{self, TabLink};
use crate::page::parts::{EmptyState, Link, PaginationLink, breadcrumbs, pagination};
use crate::page::spec::{ColumnKind, CoverageTable, Page, PageSpec, RowKind};
use crate::page::text::display;
use crate::site::address::encode_query_value;
use crate::site::pages::PageKind;
use crate::vocabulary::{MarketId, TermRef};

/// The view of all proposals, or of those for one market.
#[derive(Debug, Clone, Serialize)]
pub struct ProposalsPage {
    /// Tabs to the pages derived from the evidence.
    pub tabs: Vec<TabLink>,
    /// Breadcrumb links; empty on the page of all proposals.
    pub crumbs: Vec<Link>,
    /// Title of the page.
    pub title: String,
    /// A sentence about proposals.
    pub description: String,
    /// Shown where nothing is proposed.
    pub empty: Option<EmptyState>,
    /// The best proposals for a market; on the first page of a market only.
    pub best: Vec<ProposalCard>,
    /// Number of the other proposals for the market, in words; none where there are none, and on
    /// other pages.
    pub others: Option<String>,
    /// Proposals by kind; on the first page of a market those that are not among the best.
    pub kinds: Vec<ProposalGroup>,
    /// Markets with proposals; on the page of all proposals only.
    pub markets: Vec<MarketProposalSummary>,
    /// Pagination links of a market; empty for a single page.
    pub pages: Vec<PaginationLink>,
}

/// Proposals of one kind, with what the kind means.
#[derive(Debug, Clone, Serialize)]
pub struct ProposalGroup {
    /// Id of the kind: `transfer`.
    pub id: &'static str,
    /// Label of the kind.
    pub label: String,
    /// What the kind means.
    pub hint: String,
    /// Number of all strong proposals of this kind; none on the pages of a market.
    pub count: Option<String>,
    /// The proposals shown, best first.
    pub cards: Vec<ProposalCard>,
    /// Number of strong proposals not shown, in words; none on the pages of a market.
    pub more: Option<String>,
}

/// One proposal as a card, with a drafted file.
#[derive(Debug, Clone, Serialize)]
pub struct ProposalCard {
    /// Anchor of the proposal.
    pub id: String,
    /// Label of its kind.
    pub kind: String,
    /// Whether it is worth attention of its own.
    pub strong: bool,
    /// The proposed action.
    pub title: String,
    /// Reasons, strongest first.
    pub reasons: Vec<String>,
    /// The study it rests on, as a position in the page's `Mentions`.
    pub lead: u32,
    /// Further studies that support it, as positions in the page's `Mentions`.
    pub support: Vec<u32>,
    /// Studies of the same tactic that lost, as positions in the page's `Mentions`.
    pub against: Vec<u32>,
    /// An existing idea with the same content.
    pub written: Option<Link>,
    /// Path where the drafted file belongs.
    pub path: String,
    /// Text of the drafted file.
    pub draft: String,
    /// Site path of the form that writes the idea.
    pub write: String,
    /// The git host's form for a new file; none where the settings name no host.
    pub form: Option<NewFileForm>,
}

/// The git host's form for adding the drafted file of a proposal to the repository.
#[derive(Debug, Clone, Serialize)]
pub struct NewFileForm {
    /// Address of the form.
    pub url: String,
    /// Whether the text must be pasted, because the address does not carry it.
    pub paste: bool,
}

/// A market with the number of its proposals, on the page of all proposals.
#[derive(Debug, Clone, Serialize)]
pub struct MarketProposalSummary {
    /// Site path of the market's proposals.
    pub url: String,
    /// Label of the market.
    pub label: String,
    /// Number of strong proposals, in words; none where there are none.
    pub strong: Option<String>,
    /// Tactics of the best proposal.
    pub best: String,
}

/// The most proposals of each kind on the page of all proposals.
const CARDS_PER_KIND: usize = 6;
/// The most proposals that stand open on the page of a market; the others are behind a click.
const MAX_BEST: usize = 3;
/// The number of proposals on one page of a market; each contains a whole file.
const CARDS_PER_PAGE: usize = 24;

/// Lists the page of all proposals, and the pages of every market.
pub fn plan(context: &Context) -> Vec<Page> {
    let mut pages = vec![Page::new(PageKind::Proposals.address(), PageSpec::Proposals(None, 0))];
    for (market, of_market) in &context.backlog.proposals.markets {
        let count = of_market.kept.len().div_ceil(CARDS_PER_PAGE).max(1);
        pages.extend(
            pagination::page_addresses(
                &market_address(context, *market),
                count * pagination::ROWS_PER_PAGE,
            )
            .map(|(address, page_index)| {
                Page::new(address, PageSpec::Proposals(Some(*market), page_index))
            }),
        );
    }
    pages
}

/// Address of the first page of a market's proposals: `proposals/nl/`.
pub fn market_address(context: &Context, market: MarketId) -> String {
    format!("proposals/{}/", context.catalog.vocabulary.markets[market].slug())
}

/// A link to a market's proposals; none for a market without proposals and for any other term.
pub fn market_link(context: &Context, term: TermRef) -> Option<Link> {
    match term {
        TermRef::Market(market) if context.backlog.proposals.markets.contains_key(&market) => {
            Some(Link::new(market_address(context, market), context.text("proposals.here")))
        }
        _ => None,
    }
}

/// Composes the page of all proposals, or one page of a market.
pub fn compose(
    context: &Context,
    market: Option<MarketId>,
    page_index: usize,
) -> ComposedPage<ProposalsPage> {
    let title = match market {
        Some(market) => context.language.text_with(
            "proposals.for_market",
            &[("market", TermRef::Market(market).label(context))],
        ),
        None => context.text("proposals.title"),
    };
    let mut mentions = Mentions::default();
    let shown =
        market.map_or_else(Vec::new, |market| proposals_on_page(context, market, page_index));
    let (best, rest) = shown.split_at(if page_index == 0 { shown.len().min(MAX_BEST) } else { 0 });
    let best =
        best.iter().map(|proposal| proposal_card(context, proposal, &mut mentions)).collect();
    let others = market
        .map(|market| {
            context.backlog.proposals.markets[&market].kept.len() - shown.len() + rest.len()
        })
        .filter(|others| page_index == 0 && *others > 0)
        .map(|others| context.language.plural_text("market_proposals.others", others, &[]));
    let view = ProposalsPage {
        tabs: tabs::compose(context, PageKind::Proposals),
        crumbs: if market.is_some() {
            breadcrumbs([(
                PageKind::Proposals.address().to_owned(),
                context.text("proposals.title"),
            )])
        } else {
            Vec::new()
        },
        title: title.clone(),
        description: context.text("proposals.description"),
        empty: context.backlog.proposals.all.is_empty().then(|| empty_state(context)),
        best,
        others,
        kinds: match market {
            Some(_) => group_by_kind(context, rest, &mut mentions),
            None => best_by_kind(context, CARDS_PER_KIND, &mut mentions),
        },
        markets: if market.is_none() { market_summaries(context) } else { Vec::new() },
        pages: market
            .map(|market| pagination_links(context, market, page_index))
            .unwrap_or_default(),
    };
    let description = match market {
        Some(_) => context.describe_part(&title, context.language.text("proposals.description")),
        None => context.text("proposals.description"),
    };
    ComposedPage::from_title(context, &title, view)
        .with_description(Some(&description))
        .with_mentions(mentions)
}

/// What the page of proposals shows where the evidence proposes nothing.
fn empty_state(context: &Context) -> EmptyState {
    EmptyState {
        title: context.text("proposals.none"),
        text: context.text("proposals.none_text"),
        url: Some(PageKind::CaseStudies.address().into()),
        action: context.text("nav.case_studies"),
    }
}

/// Links to the pages of a market's proposals. Pagination counts pages of `ROWS_PER_PAGE` rows, so
/// it is given as many rows as fill that many pages.
fn pagination_links(context: &Context, market: MarketId, page_index: usize) -> Vec<PaginationLink> {
    let kept =
        context.backlog.proposals.markets.get(&market).map_or(0, |of_market| of_market.kept.len());
    pagination::links(
        &market_address(context, market),
        kept.div_ceil(CARDS_PER_PAGE).max(1) * pagination::ROWS_PER_PAGE,
        page_index,
    )
}

/// At most `limit` proposals of every kind, for the page of all proposals and for the idea backlog.
/// The studies they rest on are added to `mentions`.
pub fn best_by_kind(
    context: &Context,
    limit: usize,
    mentions: &mut Mentions,
) -> Vec<ProposalGroup> {
    let mut group = |kind: ProposalKind| {
        let of_kind = context.backlog.proposals.of_kind(kind);
        let strong = of_kind.iter().filter(|proposal| proposal.is_strong()).count();
        let cards: Vec<ProposalCard> = select_diverse(of_kind, limit)
            .into_iter()
            .map(|proposal| proposal_card(context, proposal, mentions))
            .collect();
        let more = strong.saturating_sub(cards.len());
        ProposalGroup {
            count: (strong > 0).then(|| context.language.format_integer(strong)),
            more: (more > 0).then(|| context.language.plural_text("proposals.more", more, &[])),
            ..proposal_group(context, kind, cards)
        }
    };
    ProposalKind::ALL.into_iter().map(&mut group).filter(|kind| !kind.cards.is_empty()).collect()
}

/// The best proposals, at first only one for each study and each market, so that one strong study
/// does not fill the page.
fn select_diverse(proposals: &[Proposal], limit: usize) -> Vec<&Proposal> {
    let (mut leads, mut markets) = (BTreeSet::new(), BTreeSet::new());
    let (mut first, mut others) = (Vec::new(), Vec::new());
    for proposal in proposals {
        if first.len() == limit {
            break;
        }
        let is_new = !leads.contains(&proposal.lead) && !markets.contains(&proposal.market);
        leads.insert(proposal.lead);
        markets.insert(proposal.market);
        if is_new { first.push(proposal) } else { others.push(proposal) }
    }
    let remaining = limit - first.len();
    first.extend(others.into_iter().take(remaining));
    first
}

/// The proposals on one page of a market, best first.
fn proposals_on_page<'a>(
    context: &Context<'a>,
    market: MarketId,
    page_index: usize,
) -> Vec<&'a Proposal> {
    let best_first = context.backlog.proposals.best_in_market(market);
    best_first.into_iter().skip(page_index * CARDS_PER_PAGE).take(CARDS_PER_PAGE).collect()
}

/// Proposals, which are given best first, in groups by kind. The studies they rest on are added to
/// `mentions`.
fn group_by_kind(
    context: &Context,
    proposals: &[&Proposal],
    mentions: &mut Mentions,
) -> Vec<ProposalGroup> {
    let mut group = |kind: ProposalKind| {
        let of_kind = proposals.iter().filter(|proposal| proposal.kind == kind);
        let cards = of_kind.map(|proposal| proposal_card(context, proposal, mentions)).collect();
        proposal_group(context, kind, cards)
    };
    ProposalKind::ALL.into_iter().map(&mut group).filter(|kind| !kind.cards.is_empty()).collect()
}

/// The group of some proposals of a kind, without a count.
fn proposal_group(
    context: &Context,
    kind: ProposalKind,
    cards: Vec<ProposalCard>,
) -> ProposalGroup {
    let (label, hint) = kind_keys(kind);
    ProposalGroup {
        id: kind.as_str(),
        label: context.text(label),
        hint: context.text(hint),
        count: None,
        more: None,
        cards,
    }
}

/// Language keys for the label of a kind of proposal, and for what the kind means.
fn kind_keys(kind: ProposalKind) -> (&'static str, &'static str) {
    match kind {
        ProposalKind::Transfer => ("proposals.transfer", "proposals.transfer_hint"),
        ProposalKind::Replicate => ("proposals.replicate", "proposals.replicate_hint"),
        ProposalKind::Rerun => ("proposals.rerun", "proposals.rerun_hint"),
        ProposalKind::OpenEnd => ("proposals.open_end", "proposals.open_end_hint"),
    }
}

/// Markets with proposals by label, each with the tactics of its best proposal.
fn market_summaries(context: &Context) -> Vec<MarketProposalSummary> {
    let mut markets: Vec<MarketId> = context.backlog.proposals.markets.keys().copied().collect();
    markets.sort_by_key(|market| TermRef::Market(*market).label(context).to_lowercase());
    let entry = |market: MarketId| {
        let best_first = context.backlog.proposals.best_in_market(market);
        let strong = best_first.iter().filter(|proposal| proposal.is_strong()).count();
        MarketProposalSummary {
            url: market_address(context, market),
            label: TermRef::Market(market).label(context).to_owned(),
            strong: (strong > 0)
                .then(|| context.language.plural_text("market_proposals.strong", strong, &[])),
            best: best_first
                .first()
                .map(|proposal| tactic_labels(context, proposal))
                .unwrap_or_default(),
        }
    };
    markets.into_iter().map(entry).collect()
}

/// A proposal as a card with a drafted file; the studies it rests on are added to `mentions`.
pub fn proposal_card(
    context: &Context,
    proposal: &Proposal,
    mentions: &mut Mentions,
) -> ProposalCard {
    let draft = idea_draft::draft_idea(context.site, context.catalog, proposal);
    ProposalCard {
        id: proposal_anchor(context, proposal),
        kind: context.text(kind_keys(proposal.kind).0),
        strong: proposal.is_strong(),
        title: format_title(context, proposal),
        reasons: proposal
            .reasons
            .iter()
            .map(|reason| format_reason(context, proposal, reason))
            .collect(),
        lead: mentions.add_line(proposal.lead),
        support: proposal.supporting_cases.iter().map(|case| mentions.add_line(*case)).collect(),
        against: proposal.opposing_cases.iter().map(|case| mentions.add_line(*case)).collect(),
        written: proposal
            .existing_idea
            .map(|idea| titled_link(context, &context.catalog.idea(idea).meta)),
        write: write_address(context, proposal),
        path: draft.path,
        draft: draft.text,
        form: draft.form.map(|form| NewFileForm { url: form.address, paste: !form.is_filled }),
    }
}

/// Site path of the form that writes a proposal as an idea, with what it proposes filled in.
fn write_address(context: &Context, proposal: &Proposal) -> String {
    let vocabulary = &context.catalog.vocabulary;
    let market = proposal.market.map(|market| ("market", &*vocabulary.markets[market].id));
    let tactics =
        proposal.tactics.iter().map(|tactic| ("tactic", &*vocabulary.tactics[*tactic].id));
    let lead = &context.catalog.case(proposal.lead).meta.id;
    let parts = market.into_iter().chain(tactics).chain([("evidence", &**lead)]);
    let query: String =
        parts.map(|(name, value)| format!("&{name}={}", encode_query_value(value))).collect();
    format!("{}?kind=idea{query}", PageKind::Write.address())
}

/// The anchor of a proposal, from kind, lead study and market: `transfer-br-unboxing-drop-nl`.
fn proposal_anchor(context: &Context, proposal: &Proposal) -> String {
    let lead = context.catalog.case(proposal.lead).meta.id.replace('/', "-");
    let market = proposal.market.map_or_else(String::new, |market| {
        format!("-{}", context.catalog.vocabulary.markets[market].slug())
    });
    format!("{}-{lead}{market}", proposal.kind.as_str())
}

/// The proposed action in words: a transfer names tactics and market, any other kind the lead
/// study.
fn format_title(context: &Context, proposal: &Proposal) -> String {
    let study = shown_label(context, &context.catalog.case(proposal.lead).meta);
    match (proposal.kind, proposal.market) {
        (ProposalKind::Transfer, Some(market)) => context.language.text_with(
            "proposals.try",
            &[
                ("tactics", &tactic_labels(context, proposal)),
                ("market", TermRef::Market(market).label(context)),
            ],
        ),
        (ProposalKind::Transfer, None) => tactic_labels(context, proposal),
        (ProposalKind::Replicate, _) => {
            context.language.text_with("proposals.repeat", &[("study", study)])
        }
        (ProposalKind::Rerun, _) => {
            context.language.text_with("proposals.again", &[("study", study)])
        }
        (ProposalKind::OpenEnd, _) => {
            context.language.text_with("proposals.follow", &[("study", study)])
        }
    }
}

/// The labels of a proposal's tactics as a list in words.
fn tactic_labels(context: &Context, proposal: &Proposal) -> String {
    let labels: Vec<&str> = proposal
        .tactics
        .iter()
        .map(|id| context.catalog.vocabulary.tactics[*id].label_in(context.language_id()))
        .collect();
    context.language.format_list(&labels)
}

/// A reason for a proposal in words.
fn format_reason(context: &Context, proposal: &Proposal, reason: &ProposalReason) -> String {
    let (language, vocabulary) = (context.language, &context.catalog.vocabulary);
    let market_label = proposal
        .market
        .map_or("", |market| vocabulary.markets[market].label_in(context.language_id()));
    let market = |id: &MarketId| vocabulary.markets[*id].label_in(context.language_id());
    match reason {
        ProposalReason::Won(grade) => {
            language.text_with("ground.won", &[("grade", display::grade_letters(*grade).1)])
        }
        ProposalReason::WinRate { won, counted } => language.plural_text(
            "ground.rate",
            *counted as usize,
            &[("won", &language.format_integer(*won as usize))],
        ),
        ProposalReason::Suited => language.text_with("ground.suited", &[("market", market_label)]),
        ProposalReason::Approved => context.text("ground.approved"),
        ProposalReason::SameGroup(group, other) => language.text_with(
            "ground.same_group",
            &[
                ("market", market_label),
                ("other", market(other)),
                ("group", vocabulary.groups[*group].label_in(context.language_id())),
            ],
        ),
        ProposalReason::SameMaturity(other) => language.text_with(
            "ground.same_maturity",
            &[("market", market_label), ("other", market(other))],
        ),
        ProposalReason::SameLanguage(tag, other) => language.text_with(
            "ground.same_language",
            &[
                ("market", market_label),
                ("other", market(other)),
                ("language", &display::language_name(language, tag)),
            ],
        ),
        ProposalReason::SameChannels(channels) => {
            let labels: Vec<&str> = channels
                .iter()
                .map(|id| vocabulary.channels[*id].label_in(context.language_id()))
                .collect();
            language.text_with(
                "ground.same_channels",
                &[("market", market_label), ("channels", &language.format_list(&labels))],
            )
        }
        ProposalReason::WantedByMarkets(markets) => {
            language.plural_text("ground.wanted", *markets, &[])
        }
        ProposalReason::WantedByMarket(idea) => language.text_with(
            "ground.wanted_here",
            &[
                ("market", market_label),
                ("idea", shown_label(context, &context.catalog.idea(*idea).meta)),
            ],
        ),
        ProposalReason::WeakGrade(grade, lacks) => {
            format_weak_grade(context, display::grade_letters(*grade).1, lacks)
        }
        ProposalReason::NeverRepeated => context.text("ground.never_repeated"),
        ProposalReason::Underpowered => context.text("ground.underpowered"),
        ProposalReason::Decided(decision) => language.text_with(
            "ground.decided",
            &[(
                "decision",
                &display::keyword_label(language, "decision", *decision).to_lowercase(),
            )],
        ),
    }
}

/// The reason that the lead study won, but with a weak grade, in words; `grade` is its letter, and
/// `lacks` has the names of the parts missing for a better one, such as `sample-size`.
fn format_weak_grade(context: &Context, grade: &str, lacks: &[&'static str]) -> String {
    let lacks: Vec<String> = lacks
        .iter()
        .map(|lack| context.language.text(&format!("lack.{}", lack.replace('-', "_"))).to_owned())
        .collect();
    match lacks.is_empty() {
        true => context.language.text_with("ground.weak", &[("grade", grade)]),
        false => context.language.text_with(
            "ground.weak_lacking",
            &[("grade", grade), ("lacks", &context.language.format_list(&lacks))],
        ),
    }
}

/// For each gap of a coverage table that a strong proposal would fill, the address of the best such
/// proposal. A hub proposes something for nearly every gap, so that marking all would mark none.
pub fn addresses_for_gaps(
    context: &Context,
    table: CoverageTable,
    rows: &[TermRef],
) -> BTreeMap<(TermRef, TermRef), String> {
    let rows: BTreeSet<TermRef> = rows.iter().copied().collect();
    let mut gaps = BTreeMap::new();
    let transfers = context.backlog.proposals.of_kind(ProposalKind::Transfer);
    for proposal in transfers.iter().filter(|proposal| proposal.is_strong()) {
        let Some(market) = proposal.market else { continue };
        for row in row_terms(context, table.row_kind, market).filter(|row| rows.contains(row)) {
            for column in column_terms(table.column_kind, proposal)
                .filter(|column| is_gap(context, row, *column))
            {
                gaps.entry((row, column))
                    .or_insert_with(|| proposal_address(context, market, proposal));
            }
        }
    }
    gaps
}

/// The rows of a coverage table that an experiment in this market belongs to: the market, or its
/// groups.
fn row_terms(
    context: &Context,
    row_kind: RowKind,
    market: MarketId,
) -> impl Iterator<Item = TermRef> {
    let groups = &context.catalog.vocabulary.markets[market].groups;
    let terms: Vec<TermRef> = match row_kind {
        RowKind::Markets => vec![TermRef::Market(market)],
        RowKind::Groups => groups.iter().map(|group| TermRef::Group(*group)).collect(),
    };
    terms.into_iter()
}

/// The columns of a coverage table that a proposal belongs to: its tactics or its channels.
fn column_terms(column_kind: ColumnKind, proposal: &Proposal) -> impl Iterator<Item = TermRef> {
    let terms: Vec<TermRef> = match column_kind {
        ColumnKind::Tactics => {
            proposal.tactics.iter().map(|tactic| TermRef::Tactic(*tactic)).collect()
        }
        ColumnKind::Channels => {
            proposal.channels.iter().map(|channel| TermRef::Channel(*channel)).collect()
        }
    };
    terms.into_iter()
}

/// Whether no study has both terms; false for terms that are no row and column of a coverage table.
fn is_gap(context: &Context, row: TermRef, column: TermRef) -> bool {
    let evidence = context.evidence;
    match (row, column) {
        (TermRef::Market(row), TermRef::Tactic(column)) => {
            !evidence.market_tactic.contains_key(&(row, column))
        }
        (TermRef::Market(row), TermRef::Channel(column)) => {
            !evidence.market_channel.contains_key(&(row, column))
        }
        (TermRef::Group(row), TermRef::Tactic(column)) => {
            !evidence.group_tactic.contains_key(&(row, column))
        }
        (TermRef::Group(row), TermRef::Channel(column)) => {
            !evidence.group_channel.contains_key(&(row, column))
        }
        _ => false,
    }
}

/// Site path of a proposal with its anchor, on that page of its market that shows it.
fn proposal_address(context: &Context, market: MarketId, proposal: &Proposal) -> String {
    let best_first = context.backlog.proposals.best_in_market(market);
    let index = best_first.iter().position(|other| std::ptr::eq(*other, proposal)).unwrap_or(0);
    let page = if index < CARDS_PER_PAGE {
        String::new()
    } else {
        format!("{}/", index / CARDS_PER_PAGE + 1)
    };
    format!("{}{page}#{}", market_address(context, market), proposal_anchor(context, proposal))
}
