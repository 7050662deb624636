//! Filters of a list by market group, market and tactic, which a script applies to its rows.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::catalog::{CaseIndex, CaseStudy};
use crate::page::context::Context;
use crate::vocabulary::{TermKind, TermRef};

/// The terms of a case study by which a script filters its row.
#[derive(Debug, Clone, Default, Serialize)]
pub struct TermSlugs {
    /// Slugs of its market groups, separated by spaces.
    pub groups: String,
    /// Slugs of its markets, separated by spaces.
    pub markets: String,
    /// Slugs of its tactics, separated by spaces.
    pub tactics: String,
}

/// A filter by one kind of term, with the terms that rows on the page have.
#[derive(Debug, Clone, Serialize)]
pub struct TermFilter {
    /// Facet of the kind in search and name in the address of the page: `market`.
    pub id: &'static str,
    /// Label of the kind.
    pub label: String,
    /// Terms by label.
    pub options: Vec<TermOption>,
}

/// A term by which a list can be filtered.
#[derive(Debug, Clone, Serialize)]
pub struct TermOption {
    /// Slug of the term.
    pub id: String,
    /// Label of the term.
    pub label: String,
    /// Number of case studies among the rows, as formatted text.
    pub count: String,
}

/// The terms of a case study by which a script filters its row.
pub fn slugs(context: &Context, case: &CaseStudy) -> TermSlugs {
    let slugs_of = |kind: TermKind| {
        let terms = terms_of(case, kind);
        let slugs: Vec<String> =
            terms.iter().map(|term| term.term(&context.catalog.vocabulary).slug()).collect();
        slugs.join(" ")
    };
    TermSlugs {
        groups: slugs_of(TermKind::Groups),
        markets: slugs_of(TermKind::Markets),
        tactics: slugs_of(TermKind::Tactics),
    }
}

/// The terms of one kind that a case study names; its market groups include those of its markets.
fn terms_of(case: &CaseStudy, kind: TermKind) -> Vec<TermRef> {
    match kind {
        TermKind::Markets => case.markets.iter().map(|id| TermRef::Market(*id)).collect(),
        TermKind::Groups => case.groups.iter().map(|id| TermRef::Group(*id)).collect(),
        TermKind::Channels => case.channels.iter().map(|id| TermRef::Channel(*id)).collect(),
        TermKind::Tactics => case.tactics.iter().map(|id| TermRef::Tactic(*id)).collect(),
    }
}

/// The filters of a list of case studies, without those that have fewer than two terms. A case
/// study that stands in the list several times counts once.
pub fn compose(context: &Context, cases: impl IntoIterator<Item = CaseIndex>) -> Vec<TermFilter> {
    let mut cases: Vec<CaseIndex> = cases.into_iter().collect();
    cases.sort_unstable();
    cases.dedup();
    let filter = |(kind, label): (TermKind, &'static str)| {
        let mut counts: BTreeMap<TermRef, usize> = BTreeMap::new();
        for case in &cases {
            for term in terms_of(context.catalog.case(*case), kind) {
                *counts.entry(term).or_default() += 1;
            }
        }
        let mut options: Vec<TermOption> = counts
            .into_iter()
            .map(|(term, count)| TermOption {
                id: term.term(&context.catalog.vocabulary).slug(),
                label: term.label(context).to_owned(),
                count: context.language.format_integer(count),
            })
            .collect();
        options.sort_by_key(|option| option.label.to_lowercase());
        TermFilter { id: kind.facet(), label: context.text(label), options }
    };
    [
        (TermKind::Groups, "facet.group"),
        (TermKind::Markets, "facet.market"),
        (TermKind::Tactics, "facet.tactic"),
    ]
    .into_iter()
    .map(filter)
    .filter(|filter| filter.options.len() > 1)
    .collect()
}
