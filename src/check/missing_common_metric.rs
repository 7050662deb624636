//! A completed study reports the metrics that the hub asks of everyone.
//!
//! `[metrics]` in `site.toml` names the metrics that every completed study must report, for all studies or for those
//! with one objective. Without them its result cannot stand beside those of other markets: it is shown as "not
//! comparable" and listed in the conformity report of its market.
//!
//! Report the metric, as a secondary result or a guardrail if it is not what the study was judged by.
//!
//! ```yaml
//! objective: conversion
//! results:
//!   - {metric: aov, role: primary, lift: 3.1, currency: EUR, source: orders}
//!   - {metric: cvr, role: secondary, lift: 0.4, source: web analytics}
//! ```

use crate::catalog::field;
use crate::catalog::CaseStudy;
use crate::catalog::keywords::{Keyword, Status};
use crate::catalog::result::Metric;
use crate::check::{CheckContext, Reporter};
use crate::vocabulary::MetricId;

/// Reports a completed study with results that lacks one for a metric which the hub's settings
/// demand.
pub fn check(case: &CaseStudy, context: &CheckContext<'_>, reporter: &mut Reporter<'_>) {
    if case.status != Some(Status::Completed) || case.results.is_empty() {
        return;
    }
    let contract = &context.site.metrics;
    let by_objective = case.objective.and_then(|objective| contract.by_objective.get(objective.as_str()));
    let mut missing: Vec<&str> =
        contract.common.iter().chain(by_objective.into_iter().flatten()).map(String::as_str).filter(|name| !reports_metric(case, context, name)).collect();
    missing.dedup();
    if !missing.is_empty() {
        let names = missing.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
        reporter.report_field(
            &field::RESULTS,
            format!("the results lack {names}, which this hub asks of every such study"),
            "report it as a secondary result, so that markets can be compared",
        );
    }
}

/// Whether a study has a result for a metric; true for unknown names, which `unknown-in-settings`
/// reports.
fn reports_metric(case: &CaseStudy, context: &CheckContext<'_>, name: &str) -> bool {
    let metric: Option<MetricId> = context.catalog.vocabulary.metrics.find(name);
    metric.is_none_or(|metric| case.results.iter().any(|result| result.metric == Metric::Known(metric)))
}
