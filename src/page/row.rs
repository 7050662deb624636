//! A case study as one row of a list.

use crate::catalog::CaseStudy;
use crate::page::chart;
use crate::page::context::Context;
use crate::page::parts::{EffectMark, Row};
use crate::page::say;

/// The most markets, channels or tactics that a row names.
const MOST_NAMED: usize = 3;

/// Composes the row.
pub fn compose(context: &Context, case: &CaseStudy) -> Row {
    let words = &context.catalog.vocabulary;
    let channels: Vec<&str> = case.channels.iter().map(|id| words.channels[*id].label_in(context.tongue())).collect();
    let tactics: Vec<&str> = case.tactics.iter().map(|id| words.tactics[*id].label_in(context.tongue())).collect();
    let mut facts: Vec<String> =
        [context.places(case), channels, tactics].iter().filter(|labels| !labels.is_empty()).map(|labels| named(context, labels)).collect();
    facts.extend(say::month(context.language, case));
    let primary = case.primary().filter(|_| case.has_ended());
    Row {
        url: case.meta.address.clone(),
        title: case.meta.title.clone(),
        language: say::foreign(context, &case.meta.language).map(|mark| mark.id),
        signal: say::signal(context.language, case),
        facts,
        effect: primary.and_then(|reported| effect(context, reported)),
        interval: primary.and_then(|reported| chart::small(context, reported)),
        grade: say::grade(context.language, case),
        badge: say::reuse(context.language, case),
    }
}

fn effect(context: &Context, reported: &crate::catalog::Reported) -> Option<EffectMark> {
    let value = say::lift(context, reported)?;
    let short = say::metric_short(context, &reported.metric);
    let metric = match say::reading(context.language, say::effect(context, reported)) {
        Some(reading) => format!("{short}, {reading}"),
        None => short,
    };
    Some(EffectMark { value, metric })
}

/// The first few names, and how many more there are.
fn named(context: &Context, labels: &[&str]) -> String {
    let shown = context.language.commas(&labels[..labels.len().min(MOST_NAMED)]);
    match labels.len().saturating_sub(MOST_NAMED) {
        0 => shown,
        more => context.language.count("list.and_more", more, &[("list", &shown)]),
    }
}
