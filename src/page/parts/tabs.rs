//! Tabs above the pages of a section: the reports on evidence, and what is to review.

use serde::Serialize;

use crate::page::context::Context;
use crate::site::pages::{PAGES, PageKind, Section};

/// A tab above the pages of a section, which links to one of them.
#[derive(Debug, Clone, Serialize)]
pub struct TabLink {
    /// Site path of the page.
    pub url: &'static str,
    /// Label of the tab.
    pub label: String,
    /// Whether it is the current page.
    pub current: bool,
}

/// Kind of page and language key of each tab of a section, in display order.
pub fn tab_labels(section: Section) -> impl Iterator<Item = (PageKind, &'static str)> {
    let pages = PAGES.iter().filter(move |page| page.section == section);
    pages.filter_map(|page| Some((page.kind, page.tab?)))
}

/// The tabs of the section of the kind `current` in display order, with that kind marked.
pub fn compose(context: &Context, current: PageKind) -> Vec<TabLink> {
    tab_labels(current.declaration().section)
        .map(|(kind, label)| TabLink {
            url: kind.address(),
            label: context.text(label),
            current: kind == current,
        })
        .collect()
}
