//! A case study as one row of a list.

use crate::catalog::CaseStudy;
use crate::page::chart;
use crate::page::hub::Hub;
use crate::page::parts::{EffectMark, Row};
use crate::page::say;

/// The most markets, channels or tactics that a row names.
const MOST_NAMED: usize = 3;

/// Composes the row.
pub fn compose(hub: &Hub, case: &CaseStudy) -> Row {
    let words = &hub.catalog.vocabulary;
    let channels: Vec<&str> = case.channels.iter().map(|id| words.channels[*id].label_in(hub.tongue())).collect();
    let tactics: Vec<&str> = case.tactics.iter().map(|id| words.tactics[*id].label_in(hub.tongue())).collect();
    let mut facts: Vec<String> = [hub.places(case), channels, tactics].iter().filter(|labels| !labels.is_empty()).map(|labels| named(hub, labels)).collect();
    facts.extend(say::month(hub.language, case));
    let primary = case.primary().filter(|_| case.has_ended());
    Row {
        url: case.meta.address.clone(),
        title: case.meta.title.clone(),
        language: say::foreign(hub, &case.meta.language).map(|mark| mark.id),
        signal: say::signal(hub.language, case),
        facts,
        effect: primary.and_then(|reported| effect(hub, reported)),
        interval: primary.and_then(|reported| chart::small(hub, reported)),
        grade: say::grade(hub.language, case),
        badge: say::reuse(hub.language, case),
    }
}

fn effect(hub: &Hub, reported: &crate::catalog::Reported) -> Option<EffectMark> {
    let value = say::lift(hub, reported)?;
    let short = say::metric_short(hub, &reported.metric);
    let metric = match say::reading(hub.language, reported.effect(&hub.catalog.vocabulary)) {
        Some(reading) => format!("{short}, {reading}"),
        None => short,
    };
    Some(EffectMark { value, metric })
}

/// The first few names, and how many more there are.
fn named(hub: &Hub, labels: &[&str]) -> String {
    let shown = hub.language.commas(&labels[..labels.len().min(MOST_NAMED)]);
    match labels.len().saturating_sub(MOST_NAMED) {
        0 => shown,
        more => hub.language.count("list.and_more", more, &[("list", &shown)]),
    }
}
