//! The pages that follow from the evidence, as one row of tabs above each of them.

use serde::Serialize;

use crate::page::Context;

/// One of the pages that follow from the evidence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tab {
    /// Where the gaps are.
    Coverage,
    /// What was adapted from what.
    Lineage,
    /// What may be copied.
    Reuse,
    /// What the evidence proposes.
    Proposals,
    /// What is measured, and by whom.
    Metrics,
    /// How long it takes.
    Speed,
    /// What the hub must do.
    Desk,
}

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

/// Every one: its page and its label.
pub const ALL: [(Tab, &str, &str); 7] = [
    (Tab::Coverage, "coverage/", "coverage.tab"),
    (Tab::Lineage, "lineage/", "trees.tab"),
    (Tab::Reuse, "reuse/", "copying.tab"),
    (Tab::Proposals, "proposals/", "proposals.tab"),
    (Tab::Metrics, "metrics/", "metrics.tab"),
    (Tab::Speed, "speed/", "speed.tab"),
    (Tab::Desk, "desk/", "desk.tab"),
];

/// All tabs, the one in hand marked.
pub fn compose(context: &Context, current: Tab) -> Vec<TabLink> {
    ALL.iter().map(|(tab, url, label)| TabLink { url, label: context.text(label), current: *tab == current }).collect()
}
