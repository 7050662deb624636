//! Decides which vocabulary terms have a page, for pages, search index, links and addresses alike.

use std::collections::BTreeMap;

use crate::catalog::{CaseStudy, Catalog};
use crate::vocabulary::{TermKind, TermRef};

/// Number of case studies for each term that has a page: terms in use, and terms of the hub's own
/// vocabulary files that are not deprecated.
pub fn terms_with_page(catalog: &Catalog) -> BTreeMap<TermRef, usize> {
    let vocabulary = &catalog.vocabulary;
    let is_listed = |term: &TermRef| {
        term.term(vocabulary).is_custom && term.term(vocabulary).deprecated_by.is_none()
    };
    let mut counts: BTreeMap<TermRef, usize> = TermKind::ALL
        .into_iter()
        .flat_map(|kind| kind.terms(vocabulary))
        .filter(is_listed)
        .map(|term| (term, 0))
        .collect();
    for term in catalog.cases.iter().flat_map(terms_of_case) {
        *counts.entry(term).or_default() += 1;
    }
    counts
}

/// Markets, groups, channels and tactics of a case study.
fn terms_of_case(case: &CaseStudy) -> impl Iterator<Item = TermRef> {
    let markets = case.markets.iter().map(|id| TermRef::Market(*id));
    let groups = case.groups.iter().map(|id| TermRef::Group(*id));
    let channels = case.channels.iter().map(|id| TermRef::Channel(*id));
    let tactics = case.tactics.iter().map(|id| TermRef::Tactic(*id));
    markets.chain(groups).chain(channels).chain(tactics)
}
