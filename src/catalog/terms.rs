//! Which terms have a page: pages, index, links and addresses all ask here.

use std::collections::BTreeMap;

use crate::catalog::{CaseStudy, Catalog};
use crate::vocabulary::{TermKind, TermRef};

/// Terms that have a page, by kind and id, each with the number of case studies that name it: those in use, and those of the hub's own
/// vocabulary files that are not deprecated.
pub fn with_page(catalog: &Catalog) -> BTreeMap<TermRef, usize> {
    let vocabulary = &catalog.vocabulary;
    let own = |term: &TermRef| term.term(vocabulary).own && term.term(vocabulary).deprecated_by.is_none();
    let mut pages: BTreeMap<TermRef, usize> =
        TermKind::ALL.into_iter().flat_map(|kind| kind.terms(vocabulary)).filter(own).map(|term| (term, 0)).collect();
    for term in catalog.cases.iter().flat_map(of_case) {
        *pages.entry(term).or_default() += 1;
    }
    pages
}

/// The terms that a case study names, each once.
fn of_case(case: &CaseStudy) -> impl Iterator<Item = TermRef> {
    let markets = case.markets.iter().map(|id| TermRef::Market(*id));
    let groups = case.groups.iter().map(|id| TermRef::Group(*id));
    let channels = case.channels.iter().map(|id| TermRef::Channel(*id));
    let tactics = case.tactics.iter().map(|id| TermRef::Tactic(*id));
    markets.chain(groups).chain(channels).chain(tactics)
}
