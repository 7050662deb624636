//! The pages that follow from the evidence, as one row of tabs above each of them.

use serde::Serialize;

use crate::page::{Context, PageKind};
use crate::site::pages::PAGES;

/// A tab as the template shows it.
#[derive(Debug, Clone, Serialize)]
pub struct TabLink {
    /// Its page.
    pub url: &'static str,
    /// What it says.
    pub label: String,
    /// Whether it is the page in hand.
    pub current: bool,
}

/// Every tab: its kind of page and its label.
pub fn all() -> impl Iterator<Item = (PageKind, &'static str)> {
    PAGES.iter().filter_map(|page| Some((page.kind, page.tab?)))
}

/// All tabs, the one in hand marked.
pub fn compose(context: &Context, current: PageKind) -> Vec<TabLink> {
    all().map(|(kind, label)| TabLink { url: kind.address(), label: context.text(label), current: kind == current }).collect()
}
