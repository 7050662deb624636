//! Tabs above the pages derived from the evidence.

use serde::Serialize;

use crate::page::context::Context;
use crate::site::pages::{PAGES, PageKind};

/// A tab above the pages derived from the evidence, which links to one of them.
#[derive(Debug, Clone, Serialize)]
pub struct TabLink {
    /// Site path of the page.
    pub url: &'static str,
    /// Label of the tab.
    pub label: String,
    /// Whether it is the current page.
    pub current: bool,
}

/// Kind of page and language key of each tab, in display order.
pub fn tab_labels() -> impl Iterator<Item = (PageKind, &'static str)> {
    PAGES.iter().filter_map(|page| Some((page.kind, page.tab?)))
}

/// All tabs in display order, with that of the kind `current` marked.
pub fn compose(context: &Context, current: PageKind) -> Vec<TabLink> {
    tab_labels()
        .map(|(kind, label)| TabLink {
            url: kind.address(),
            label: context.text(label),
            current: kind == current,
        })
        .collect()
}
