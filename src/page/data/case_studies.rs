//! `data/case-studies`: one row for each case study.

use crate::catalog::result::{Metric, Reported};
use crate::catalog::{CaseIndex, CaseStudy, free_field};
use crate::page::data::Hub;
use crate::page::data::table::Form::{Day, Flag, Number, Object, Text, Texts};
use crate::page::data::table::{Cell, Row, Table, field};
use crate::vocabulary::Better;

/// One row for each case study.
pub(super) const TABLE: Table = Table {
    name: "case-studies",
    about: "One row for each case study, in id order. A translation is a row of its own: count only rows without `translation_of`.",
    fields: &[
        field("id", Text, "Stable id."),
        field("title", Text, "Title, in the language of the record."),
        field("url", Text, "Address of its page."),
        field("summary", Text, "The result and for whom."),
        field("status", Text, "planned, running, completed, stopped-early or archived."),
        field("outcome", Text, "won, lost, inconclusive, no-effect, invalid or in-evaluation."),
        field("decision", Text, "scale, adapt, rerun, iterate, stop or none."),
        field("grade", Text, "Evidence grade, A to D, derived from how it was measured."),
        field("underpowered", Flag, "Ended, and its interval is missing or wider than twice the minimum detectable effect."),
        field("comparable", Flag, "Reports every metric of the common-metrics contract that it owes."),
        field("markets", Texts, "Markets, ISO 3166-1 alpha-2."),
        field("groups", Texts, "Market groups that hold them."),
        field("channels", Texts, "Channels."),
        field("tactics", Texts, "Tactics, the main one first."),
        field("objective", Text, "awareness, consideration, acquisition, conversion, retention or advocacy."),
        field("pillar", Text, "brand-content-engagement, media-platform or data-technology."),
        field("method", Text, "How it was measured."),
        field("language", Text, "Language of the record (BCP 47)."),
        field("start", Day, "First day."),
        field("end", Day, "Last day."),
        field("metric", Text, "Metric of the primary result."),
        field("lift", Number, "Lift of the primary result; percent where `lift_type` is relative."),
        field("lift_type", Text, "relative or absolute."),
        field("ci_low", Number, "Lower end of its interval."),
        field("ci_high", Number, "Upper end of its interval."),
        field("currency", Text, "Currency of its figures (ISO 4217)."),
        field("better", Text, "Which direction of the metric is good: higher, lower or neutral."),
        field("owner", Text, "Team or role."),
        field("reuse", Text, "local-only, candidate, approved, playbook or retired."),
        field("idea", Text, "Id of the idea it came from."),
        field("adapted_from", Texts, "Ids of its origins."),
        field("replicates", Texts, "Ids of the studies it repeats."),
        field("translation_of", Text, "Id of the record it translates."),
        field("verified_on", Day, "Day it was last verified."),
        field("review_due", Day, "Day the next verification is due."),
        field("visibility", Text, "public or internal."),
        field(
            "extra",
            Object,
            "The hub's own fields by name, and in lenient hubs keys that nobody knows: numbers and flags as such, days and texts as text, lists and maps as they are; empty where there are none.",
        ),
        field("created", Day, "Day of the first commit that holds it under any name; empty where git does not tell."),
        field("updated", Day, "Day of the last commit that touched it; empty where git does not tell."),
    ],
};

pub(super) fn rows<'a>(hub: &Hub<'a>) -> Vec<Row<'a>> {
    hub.catalog.each_case().map(|(index, case)| row(hub, index, case)).collect()
}

fn row<'a>(hub: &Hub<'a>, index: CaseIndex, case: &'a CaseStudy) -> Row<'a> {
    let primary = case.primary();
    let change = case.meta.change.as_ref();
    let mut row = identity(hub, index, case);
    row.extend(terms(hub, case));
    row.extend(result(hub, primary));
    row.extend([
        Cell::text(case.owner.as_deref()),
        Cell::word(case.reuse),
        Cell::text(case.idea.map(|idea| &*hub.catalog.idea(idea).meta.id)),
        ids(hub, &case.relations.adapted_from),
        ids(hub, &case.relations.replicates),
        Cell::text(case.translation_of.map(|original| &*hub.catalog.case(original).meta.id)),
        Cell::day(case.verification.on),
        Cell::day(case.verification.due()),
        Cell::Text(if case.meta.visibility == crate::site::Visibility::Public { "public" } else { "internal" }),
        extra(case),
        Cell::day(change.and_then(|change| change.created)),
        Cell::day(change.map(|change| change.updated)),
    ]);
    row
}

fn identity<'a>(hub: &Hub<'a>, index: CaseIndex, case: &'a CaseStudy) -> Row<'a> {
    let original = hub.evidence.originals.get(index.0 as usize).copied().unwrap_or(index);
    vec![
        Cell::Text(&case.meta.id),
        Cell::Text(&case.meta.title),
        Cell::Made(format!("{}{}", hub.site.base_url, case.meta.address)),
        Cell::text(case.summary.as_deref()),
        Cell::word(case.status),
        Cell::word(case.outcome),
        Cell::word(case.decision),
        Cell::word(case.graded.grade),
        Cell::Flag(case.has_ended() && case.graded.underpowered),
        Cell::Flag(hub.evidence.contract.is_comparable(original)),
    ]
}

fn terms<'a>(hub: &Hub<'a>, case: &'a CaseStudy) -> Row<'a> {
    let vocabulary = &hub.catalog.vocabulary;
    vec![
        Cell::Texts(case.markets.iter().map(|market| &*vocabulary.markets[*market].id).collect()),
        Cell::Texts(case.groups.iter().map(|group| &*vocabulary.groups[*group].id).collect()),
        Cell::Texts(case.channels.iter().map(|channel| &*vocabulary.channels[*channel].id).collect()),
        Cell::Texts(case.tactics.iter().map(|tactic| &*vocabulary.tactics[*tactic].id).collect()),
        Cell::word(case.objective),
        Cell::word(case.pillar),
        Cell::word(case.method),
        Cell::Text(&case.meta.language),
        Cell::day(case.start),
        Cell::day(case.end),
    ]
}

fn result<'a>(hub: &Hub<'a>, primary: Option<&'a Reported>) -> Row<'a> {
    let Some(primary) = primary else { return vec![Cell::Nothing; 7] };
    vec![
        metric(hub, primary),
        Cell::number(primary.lift),
        Cell::word(primary.lift.map(|_| primary.lift_type)),
        Cell::number(primary.ci_low),
        Cell::number(primary.ci_high),
        Cell::text(primary.currency.as_deref()),
        better(hub, primary),
    ]
}

fn extra<'a>(case: &CaseStudy) -> Cell<'a> {
    if case.meta.extra.is_empty() { Cell::Nothing } else { Cell::Json(free_field::json(&case.meta.extra)) }
}

fn ids<'a>(hub: &Hub<'a>, cases: &[CaseIndex]) -> Cell<'a> {
    Cell::Texts(cases.iter().map(|case| &*hub.catalog.case(*case).meta.id).collect())
}

/// The metric's id, or a region's own name for it.
pub(super) fn metric<'a>(hub: &Hub<'a>, reported: &'a Reported) -> Cell<'a> {
    match &reported.metric {
        Metric::Known(metric) => Cell::Text(&hub.catalog.vocabulary.metrics[*metric].id),
        Metric::Local(name) => Cell::Text(name),
    }
}

/// Which direction is good.
pub(super) fn better<'a>(hub: &Hub<'a>, reported: &Reported) -> Cell<'a> {
    Cell::Text(match reported.better(&hub.catalog.vocabulary) {
        Better::Higher => "higher",
        Better::Lower => "lower",
        Better::Neutral => "neutral",
    })
}
