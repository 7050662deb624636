//! Terms as things to be found: the pages of markets, groups, channels and tactics.

use std::collections::BTreeSet;

use crate::catalog::Catalog;
use crate::vocabulary::{ChannelId, GroupId, MarketId, TacticId, Term, TermId, Terms};

/// A term that has a page.
pub struct TermPage<'a> {
    /// The facet it is a value of: `market`.
    pub facet: &'static str,
    /// The folder of its page: `markets`.
    folder: &'static str,
    /// The term.
    pub term: &'a Term,
}

impl TermPage<'_> {
    /// The address of its page from the root of the site.
    pub fn address(&self) -> String {
        format!("{}/{}/", self.folder, self.term.slug())
    }
}

/// Terms in use by a record, and the hub's own, by kind and id.
pub fn term_pages(catalog: &Catalog) -> Vec<TermPage<'_>> {
    let used = Used::of(catalog);
    let vocabulary = &catalog.vocabulary;
    let mut pages = Vec::new();
    put(&mut pages, ("market", "markets"), &vocabulary.markets, &used.markets);
    put(&mut pages, ("group", "groups"), &vocabulary.groups, &used.groups);
    put(&mut pages, ("channel", "channels"), &vocabulary.channels, &used.channels);
    put(&mut pages, ("tactic", "tactics"), &vocabulary.tactics, &used.tactics);
    pages
}

fn put<'a, K: TermId>(pages: &mut Vec<TermPage<'a>>, (facet, folder): (&'static str, &'static str), terms: &'a Terms<K>, used: &BTreeSet<K>) {
    let shown = terms.iter().filter(|(id, term)| used.contains(id) || term.own);
    pages.extend(shown.map(|(_, term)| TermPage { facet, folder, term }));
}

#[derive(Default)]
struct Used {
    markets: BTreeSet<MarketId>,
    groups: BTreeSet<GroupId>,
    channels: BTreeSet<ChannelId>,
    tactics: BTreeSet<TacticId>,
}

impl Used {
    fn of(catalog: &Catalog) -> Used {
        let mut used = Used::default();
        for case in &catalog.cases {
            used.markets.extend(&case.markets);
            used.groups.extend(&case.groups);
            used.channels.extend(&case.channels);
            used.tactics.extend(&case.tactics);
        }
        used
    }
}
