//! All markets, groups, channels or tactics on one page.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::page::context::Context;
use crate::page::parts::{Empty, TallyBar};
use crate::page::{Composed, Page, PageKind, View, What, say, steps};
use crate::vocabulary::{TermKind, TermRef};

fn texts(kind: TermKind) -> (&'static str, &'static str) {
    match kind {
        TermKind::Markets => ("terms.markets", "terms.markets_about"),
        TermKind::Groups => ("terms.groups", "terms.groups_about"),
        TermKind::Channels => ("terms.channels", "terms.channels_about"),
        TermKind::Tactics => ("terms.tactics", "terms.tactics_about"),
    }
}

/// The view of all terms of a kind.
#[derive(Debug, Clone, Serialize)]
pub struct Terms {
    /// What they are.
    pub title: String,
    /// A sentence about them.
    pub description: String,
    /// What to do where there is none.
    pub empty: Option<Empty>,
    /// Terms by family, or by first letter where there are many.
    pub groups: Vec<TermGroup>,
}

/// Terms that belong together.
#[derive(Debug, Clone, Serialize)]
pub struct TermGroup {
    /// Its anchor.
    pub id: String,
    /// Its page, if it has one.
    pub url: Option<String>,
    /// Its name.
    pub label: String,
    /// How many there are.
    pub note: String,
    /// The terms.
    pub entries: Vec<TermEntry>,
}

/// One term.
#[derive(Debug, Clone, Serialize)]
pub struct TermEntry {
    /// Its page.
    pub url: String,
    /// Its label.
    pub label: String,
    /// How many case studies name it.
    pub count: String,
    /// Their outcomes.
    pub tally: Option<TallyBar>,
}

/// The pages and feeds of all terms.
pub fn plan(context: &Context) -> Vec<Page> {
    let mut pages = Vec::new();
    for kind in TermKind::ALL {
        pages.push(Page::at(kind.address(), What::Terms(kind)));
        for term in context.terms_of(kind) {
            let address = term.address(&context.catalog.vocabulary);
            let rows = term.tally(context).map_or(0, |tally| tally.cases.len());
            pages.push(Page::at(format!("{address}feed.xml"), What::Feed(Some(term))));
            pages.extend(steps::pages(&address, rows).map(|(address, step)| Page::at(address, What::Term(term, step))));
        }
    }
    pages
}

/// Composes the page of a kind.
pub fn compose(context: &Context, kind: TermKind) -> Composed {
    let (title, about) = texts(kind);
    let terms = context.terms_of(kind);
    let empty = terms.is_empty().then(|| Empty {
        title: context.text("empty.terms"),
        text: context.text("empty.cases_text"),
        url: Some(PageKind::CaseStudies.address().into()),
        action: context.text("nav.case_studies"),
    });
    let view = Terms { title: context.text(title), description: context.text(about), empty, groups: groups(context, &terms) };
    Composed::new(context, title, View::Terms(view)).described(Some(context.language.text(about)))
}

fn groups(context: &Context, terms: &[TermRef]) -> Vec<TermGroup> {
    let mut groups: BTreeMap<(String, Option<String>), Vec<TermEntry>> = BTreeMap::new();
    for term in terms {
        groups.entry(heading(context, *term)).or_default().push(entry(context, *term));
    }
    let count = |entries: &Vec<TermEntry>| context.language.count("count.terms", entries.len(), &[]);
    groups
        .into_iter()
        .zip(1..)
        .map(|(((label, url), mut entries), number)| {
            entries.sort_by(|a, b| a.label.cmp(&b.label));
            TermGroup { id: format!("group-{number}"), url, label, note: count(&entries), entries }
        })
        .collect()
}

/// The family of a tactic, the smallest group of a market, else the first letter.
fn heading(context: &Context, term: TermRef) -> (String, Option<String>) {
    let words = &context.catalog.vocabulary;
    let entry = term.term(words);
    if let Some(group) = entry.groups.first() {
        let group = TermRef::Group(*group);
        return (group.label(context).to_owned(), group.tally(context).map(|_| group.address(words)));
    }
    match &entry.family {
        Some(family) => (capital(family), None),
        None => (context.text("terms.others"), None),
    }
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

fn entry(context: &Context, term: TermRef) -> TermEntry {
    let tally = term.tally(context);
    TermEntry {
        url: term.address(&context.catalog.vocabulary),
        label: term.label(context).to_owned(),
        count: context.language.whole(tally.map_or(0, |tally| tally.cases.len())),
        tally: tally.and_then(|tally| say::tally(context.language, tally)),
    }
}
