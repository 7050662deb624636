//! The index of all markets, market groups, channels or tactics.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::page::composed::ComposedPage;
use crate::page::context::Context;
use crate::page::parts::{EmptyState, TallyBar, frame, pagination};
use crate::page::spec::{Page, PageSpec};
use crate::page::text::display;
use crate::site::pages::PageKind;
use crate::vocabulary::{TermKind, TermRef};

/// Language key for the description of a kind of term.
fn description_key(kind: TermKind) -> &'static str {
    match kind {
        TermKind::Markets => "terms.markets_about",
        TermKind::Groups => "terms.groups_about",
        TermKind::Channels => "terms.channels_about",
        TermKind::Tactics => "terms.tactics_about",
    }
}

/// The view of the index of one kind of term.
#[derive(Debug, Clone, Serialize)]
pub struct TermsPage {
    /// Label of the kind.
    pub title: String,
    /// A sentence about the kind.
    pub description: String,
    /// Shown where no term of the kind is in use.
    pub empty: Option<EmptyState>,
    /// Terms by market group or family.
    pub groups: Vec<TermGroup>,
}

/// Terms of one market group or family of tactics, in the index of their kind.
#[derive(Debug, Clone, Serialize)]
pub struct TermGroup {
    /// Anchor of the group.
    pub id: String,
    /// Site path of the market group, if it has a page.
    pub url: Option<String>,
    /// Label of the group.
    pub label: String,
    /// Number of terms, in words.
    pub note: String,
    /// Terms by label.
    pub entries: Vec<TermEntry>,
}

/// One term in the index of its kind.
#[derive(Debug, Clone, Serialize)]
pub struct TermEntry {
    /// Site path of the term.
    pub url: String,
    /// Label of the term.
    pub label: String,
    /// Number of case studies that name it.
    pub count: String,
    /// Their outcomes as a bar.
    pub tally: Option<TallyBar>,
}

/// Lists the index of every kind of term, and the pages and the feed of every term that has a page.
pub fn plan(context: &Context) -> Vec<Page> {
    let mut pages = Vec::new();
    for kind in TermKind::ALL {
        pages.push(Page::new(kind.address(), PageSpec::Terms(kind)));
        for term in context.terms_with_page(kind) {
            let address = term.address(&context.catalog.vocabulary);
            let rows = term.tally(context).map_or(0, |tally| tally.cases.len());
            pages.push(Page::new(format!("{address}feed.xml"), PageSpec::Feed(Some(term))));
            pages.extend(
                pagination::page_addresses(&address, rows).map(|(address, page_index)| {
                    Page::new(address, PageSpec::Term(term, page_index))
                }),
            );
        }
    }
    pages
}

/// Composes the index of one kind of term.
pub fn compose(context: &Context, kind: TermKind) -> ComposedPage<TermsPage> {
    let (title, about) = (frame::terms_label_key(kind), description_key(kind));
    let terms = context.terms_with_page(kind);
    let empty = terms.is_empty().then(|| EmptyState {
        title: context.text("empty.terms"),
        text: context.text("empty.cases_text"),
        url: Some(PageKind::CaseStudies.address().into()),
        action: context.text("nav.case_studies"),
    });
    let view = TermsPage {
        title: context.text(title),
        description: context.text(about),
        empty,
        groups: term_groups(context, &terms),
    };
    ComposedPage::from_title_key(context, title, view)
        .with_description(Some(context.language.text(about)))
}

/// Terms in groups by market group or family, the groups and the terms of each by label.
fn term_groups(context: &Context, terms: &[TermRef]) -> Vec<TermGroup> {
    let mut groups: BTreeMap<(String, Option<String>), Vec<TermEntry>> = BTreeMap::new();
    for term in terms {
        groups.entry(group_heading(context, *term)).or_default().push(term_entry(context, *term));
    }
    let count =
        |entries: &Vec<TermEntry>| context.language.plural_text("count.terms", entries.len(), &[]);
    groups
        .into_iter()
        .zip(1..)
        .map(|(((label, url), mut entries), number)| {
            entries.sort_by(|a, b| a.label.cmp(&b.label));
            TermGroup { id: format!("group-{number}"), url, label, note: count(&entries), entries }
        })
        .collect()
}

/// Label and site path of the group a term is listed under: the smallest group of a market, the
/// family of a tactic, else others.
fn group_heading(context: &Context, term: TermRef) -> (String, Option<String>) {
    let vocabulary = &context.catalog.vocabulary;
    let entry = term.term(vocabulary);
    if let Some(group) = entry.groups.first() {
        let group = TermRef::Group(*group);
        return (
            group.label(context).to_owned(),
            group.tally(context).map(|_| group.address(vocabulary)),
        );
    }
    (display::family_label(context.language, entry.family.as_deref()), None)
}

/// A term with the number of its case studies and their outcomes.
fn term_entry(context: &Context, term: TermRef) -> TermEntry {
    let tally = term.tally(context);
    TermEntry {
        url: term.address(&context.catalog.vocabulary),
        label: term.label(context).to_owned(),
        count: context.language.format_integer(tally.map_or(0, |tally| tally.cases.len())),
        tally: tally.and_then(|tally| display::tally_bar(context.language, tally)),
    }
}
