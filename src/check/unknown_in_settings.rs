//! `site.toml` names metrics, objectives and pages that there are.
//!
//! A metric of `[metrics]` that no vocabulary knows is asked of nobody, and a page of `[navigation]` that does not exist
//! leads nowhere.
//!
//! Correct the name, or add the metric to `content/vocabulary/metrics.yaml` or the page to `content/pages/`.
//!
//! ```toml
//! [metrics.by_objective]
//! conversion = ["cvr"]
//!
//! [navigation]
//! pages = ["about"]
//! ```

use crate::catalog::keywords::{Keyword, Objective};
use crate::check::{CheckContext, Reporter};
use crate::diagnostic::nearest;

/// Reports metrics, objectives and pages in the settings that do not exist.
pub fn check(context: &CheckContext<'_>, reporter: &mut Reporter<'_>) {
    let contract = &context.site.metrics;
    let metrics = contract.common.iter().chain(contract.by_objective.values().flatten());
    let known: Vec<&str> = context.catalog.vocabulary.metrics.iter().map(|(_, term)| &*term.id).collect();
    for name in metrics.filter(|name| context.catalog.vocabulary.metrics.find(name).is_none()) {
        reporter.report_at(
            context.site.find_setting("metrics", name),
            format!("`{name}` is not a known metric"),
            nearest::hint(name, known.iter().copied()),
        );
    }
    let objectives: Vec<&str> = Objective::ALL.iter().map(|objective| objective.as_str()).collect();
    for name in contract.by_objective.keys().filter(|name| Objective::parse(name).is_none()) {
        reporter.report_at(
            context.site.find_setting("metrics.by_objective", name),
            format!("`{name}` is not a known objective"),
            nearest::hint(name, objectives.iter().copied()),
        );
    }
    check_pages(context, reporter);
}

/// Reports unknown pages in the navigation, unless records are withheld: the pages may be meant for
/// another audience.
fn check_pages(context: &CheckContext<'_>, reporter: &mut Reporter<'_>) {
    let known: Vec<&str> = context.catalog.pages.iter().map(|page| &*page.meta.id).collect();
    if context.catalog.withheld_count > 0 {
        return;
    }
    for name in context.site.navigation.pages.iter().filter(|name| !known.contains(&name.as_str())) {
        reporter.report_at(
            context.site.find_setting("navigation", name),
            format!("there is no page `{name}`"),
            nearest::hint(name, known.iter().copied()),
        );
    }
}
