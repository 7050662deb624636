//! Composes the row of a case study in lists.

use rayon::prelude::*;

use crate::catalog::CaseStudy;
use crate::error::current_path;
use crate::page::context::Context;
use crate::page::parts::shown_text::shown_title;
use crate::page::parts::{CaseStudyRow, EffectMark, chart};
use crate::page::text::display;

/// The most markets, channels or tactics that the row of a case study names.
const MAX_NAMED: usize = 3;

/// The row of every case study as lists show it, indexed by `CaseIndex`.
pub fn compose_all(context: &Context) -> Vec<CaseStudyRow> {
    let cases = context.catalog.cases.par_iter();
    cases.map(|case| current_path::scope(&case.meta.path, || compose(context, case))).collect()
}

/// Composes the row of a case study as lists show it, in which a result appears only once the study
/// has ended.
pub fn compose(context: &Context, case: &CaseStudy) -> CaseStudyRow {
    let vocabulary = &context.catalog.vocabulary;
    let channels: Vec<&str> = case
        .channels
        .iter()
        .map(|id| vocabulary.channels[*id].label_in(context.language_id()))
        .collect();
    let tactics: Vec<&str> = case
        .tactics
        .iter()
        .map(|id| vocabulary.tactics[*id].label_in(context.language_id()))
        .collect();
    let mut facts: Vec<String> = [context.market_labels(case), channels, tactics]
        .iter()
        .filter(|labels| !labels.is_empty())
        .map(|labels| join_first_labels(context, labels))
        .collect();
    facts.extend(display::format_month(context.language, case));
    let primary = case.primary_result().filter(|_| case.has_ended());
    let shown = shown_title(context, &case.meta);
    CaseStudyRow {
        url: case.meta.address.clone(),
        title: shown.title,
        language: shown.language,
        original: shown.original,
        signal: display::case_outcome_mark(context.language, case),
        facts,
        effect: primary.and_then(|result| effect_mark(context, result)),
        interval: primary.and_then(|result| chart::small_interval_chart(context, result)),
        grade: display::grade_mark(context.language, case),
        badges: display::reuse_badge(context.language, case)
            .into_iter()
            .chain(display::freshness_badge(context, case))
            .collect(),
    }
}

/// The lift of a result, and the short label of its metric with the effect; none without a lift.
fn effect_mark(context: &Context, result: &crate::catalog::MetricResult) -> Option<EffectMark> {
    let value = display::format_lift(context, result)?;
    let short = display::short_metric_label(context, &result.metric);
    let metric =
        match display::effect_label(context.language, display::effect_if_interval(context, result))
        {
            Some(reading) => context.language.join_with_commas(&[short.as_str(), reading]),
            None => short,
        };
    Some(EffectMark { value, range: display::format_interval(context, result), metric })
}

/// Joins the first `MAX_NAMED` labels with commas, and says how many further ones there are.
fn join_first_labels(context: &Context, labels: &[&str]) -> String {
    let shown = context.language.join_with_commas(&labels[..labels.len().min(MAX_NAMED)]);
    match labels.len().saturating_sub(MAX_NAMED) {
        0 => shown,
        more => context.language.plural_text("list.and_more", more, &[("list", &shown)]),
    }
}
