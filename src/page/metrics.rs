//! Metrics: the words results are reported in, what was agreed to report, and who does.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::catalog::CaseIndex;
use crate::catalog::result::Metric;
use crate::catalog::words::{Objective, Word};
use crate::evidence::contract::{Conformity, Reports};
use crate::page::Context;
use crate::page::parts::{Figure, Labelled, Link, Step};
use crate::page::tabs::{self, TabLink};
use crate::page::{Composed, Page, PageKind, View, What, steps};
use crate::vocabulary::{Better, MarketId, MetricId, Term, TermRef, Unit};

/// The view of the metrics.
#[derive(Debug, Clone, Serialize)]
pub struct MetricsPage {
    /// The pages that follow from the evidence.
    pub tabs: Vec<TabLink>,
    /// Its title.
    pub title: String,
    /// A sentence about it.
    pub description: String,
    /// What stands out.
    pub figures: Vec<Figure>,
    /// What was agreed, metric by metric; empty where nothing was.
    pub agreed: Vec<Agreed>,
    /// Column heads of the markets' table.
    pub columns: Vec<String>,
    /// Whether any study of the hub lacks an agreed metric.
    pub any_lacking: bool,
    /// Who keeps to it, those who lack most first.
    pub markets: Vec<MarketLine>,
    /// Further pages of the markets' table.
    pub pages: Vec<Step>,
    /// The vocabulary; on the first page only.
    pub metrics: Vec<MetricEntry>,
    /// Metrics of regions' own; on the first page only.
    pub regional: Vec<Regional>,
    /// How many of them are left out.
    pub more_regional: Option<String>,
}

/// An agreed metric.
#[derive(Debug, Clone, Serialize)]
pub struct Agreed {
    /// Its entry.
    pub url: String,
    /// Its label.
    pub label: String,
    /// Who must report it.
    pub whom: String,
    /// `14 of 17`.
    pub reported: String,
    /// The share, as a width of 100.
    pub share: String,
    /// The share in words.
    pub percent: String,
}

/// How a market keeps to it.
#[derive(Debug, Clone, Serialize)]
pub struct MarketLine {
    /// Its page.
    pub url: String,
    /// Its label.
    pub label: String,
    /// `4 of 5`.
    pub conforming: String,
    /// The share, as a width of 100.
    pub share: String,
    /// The share in words.
    pub percent: String,
    /// For each agreed metric: `3/4`, and whether one is missing; none where nobody owes it.
    pub cells: Vec<Option<(String, bool)>>,
    /// Studies that lack something.
    pub lacking: Vec<Labelled>,
}

/// An entry of the vocabulary.
#[derive(Debug, Clone, Serialize)]
pub struct MetricEntry {
    /// Its id, which is its anchor.
    pub id: String,
    /// Its label.
    pub label: String,
    /// What it is.
    pub description: String,
    /// Its unit.
    pub unit: String,
    /// Which way is good.
    pub direction: String,
    /// `up`, `down` or `none`.
    pub arrow: &'static str,
    /// Whether it is agreed on.
    pub agreed: bool,
    /// Whether it is usually a guardrail.
    pub guardrail: bool,
    /// How many studies report it.
    pub studies: Option<String>,
    /// Other words for it.
    pub aliases: String,
}

/// A metric of a region's own.
#[derive(Debug, Clone, Serialize)]
pub struct Regional {
    /// Its name.
    pub name: String,
    /// Who reports it.
    pub studies: Vec<Link>,
    /// How many more do.
    pub more: Option<String>,
}

const MOST_LACKING: usize = 3;
const MOST_REGIONAL: usize = 60;
const MOST_STUDIES: usize = 3;

/// The pages of the markets' table.
pub fn plan(context: &Context) -> Vec<Page> {
    steps::pages(PageKind::Metrics.address(), owing(context).len()).map(|(address, step)| Page::at(address, What::Metrics(step))).collect()
}

/// Composes one page; the vocabulary stands on the first.
pub fn compose(context: &Context, step: usize) -> Composed {
    let first = step == 0;
    let owing = owing(context);
    let contract = &context.evidence.contract;
    let extras = &contract.all.extras;
    let view = MetricsPage {
        tabs: tabs::compose(context, PageKind::Metrics),
        title: context.text("metrics.title"),
        description: context.text("metrics.description"),
        figures: figures(context),
        agreed: contract.metrics.iter().map(|metric| agreed(context, *metric)).collect(),
        columns: contract.metrics.iter().map(|metric| crate::page::say::metric_short(context, &Metric::Known(*metric))).collect(),
        any_lacking: !contract.lacking.is_empty(),
        markets: steps::rows(&owing, step).iter().map(|(market, conformity)| market_line(context, *market, conformity)).collect(),
        pages: steps::steps(PageKind::Metrics.address(), owing.len(), step),
        metrics: if first { vocabulary(context) } else { Vec::new() },
        regional: if first { extras.iter().take(MOST_REGIONAL).map(|(name, cases)| regional(context, name, cases)).collect() } else { Vec::new() },
        more_regional: (first && extras.len() > MOST_REGIONAL)
            .then(|| context.language.count("metrics.more_regional", extras.len() - MOST_REGIONAL, &[])),
    };
    Composed::new(context, "metrics.title", View::Metrics(view)).described(Some(context.language.text("metrics.description")))
}

/// Markets that owe something, those that lack most first.
fn owing<'h>(context: &Context<'h>) -> Vec<(MarketId, &'h Conformity)> {
    let markets = context.evidence.contract.markets.iter().filter(|(_, conformity)| conformity.owing > 0);
    let mut owing: Vec<(MarketId, &Conformity)> = markets.map(|(market, conformity)| (*market, conformity)).collect();
    owing.sort_by_key(|(market, conformity)| (std::cmp::Reverse(conformity.lacking.len()), *market));
    owing
}

fn figures(context: &Context) -> Vec<Figure> {
    let language = context.language;
    let all = &context.evidence.contract.all;
    let mut figures = vec![Figure {
        value: language.whole(context.catalog.vocabulary.metrics.len()),
        label: context.text("metrics.in_vocabulary"),
        url: None,
        note: None,
    }];
    if let Some(share) = all.share() {
        let (conforming, owing) = (language.whole(all.conforming as usize), language.whole(all.owing as usize));
        figures.insert(
            0,
            Figure {
                value: language.percent(&language.number(share * 100.0, 0)),
                label: context.text("metrics.conform"),
                url: None,
                note: Some(language.fill("metrics.conforming", &[("conforming", &conforming), ("owing", &owing)])),
            },
        );
        figures.insert(
            1,
            Figure {
                value: language.whole(all.lacking.len()),
                label: language.count("metrics.lacking", all.lacking.len(), &[]),
                url: (!all.lacking.is_empty()).then(|| "desk/#metrics-missing".into()),
                note: Some(context.text("metrics.lacking_note")),
            },
        );
    }
    figures
}

fn agreed(context: &Context, metric: MetricId) -> Agreed {
    let reports = context.evidence.contract.all.metrics.get(&metric).copied().unwrap_or_default();
    let (share, percent) = share(context, f64::from(reports.reported), f64::from(reports.owed));
    Agreed {
        url: format!("metrics/#{}", context.catalog.vocabulary.metrics[metric].slug()),
        label: context.catalog.vocabulary.metrics[metric].label_in(context.tongue()).to_owned(),
        whom: whom(context, metric),
        reported: of(context, reports),
        share,
        percent,
    }
}

/// The share as a width of 100, and in words; a dash where nobody owes anything.
fn share(context: &Context, part: f64, whole: f64) -> (String, String) {
    if whole == 0.0 {
        return ("0".to_owned(), "–".to_owned());
    }
    let share = part / whole * 100.0;
    (format!("{share:.0}"), context.language.percent(&context.language.number(share, 0)))
}

fn of(context: &Context, reports: Reports) -> String {
    context.language.fill(
        "metrics.of",
        &[("part", &context.language.whole(reports.reported as usize)), ("whole", &context.language.whole(reports.owed as usize))],
    )
}

/// Everybody, or those with certain objectives.
fn whom(context: &Context, metric: MetricId) -> String {
    let names = |list: &Vec<String>| list.iter().any(|name| context.catalog.vocabulary.metrics.find(name) == Some(metric));
    if names(&context.site.metrics.common) {
        return context.text("metrics.everybody");
    }
    let objectives = Objective::ALL.iter().filter(|objective| context.site.metrics.by_objective.get(objective.as_str()).is_some_and(names));
    let objectives: Vec<String> =
        objectives.map(|objective| crate::page::say::word(context.language, "objective", *objective).to_lowercase()).collect();
    context.language.fill("metrics.for_objectives", &[("objectives", &context.language.list(&objectives))])
}

fn market_line(context: &Context, market: MarketId, conformity: &Conformity) -> MarketLine {
    let (share, percent) = share(context, f64::from(conformity.conforming), f64::from(conformity.owing));
    let cell = |metric: &MetricId| {
        conformity.metrics.get(metric).map(|reports| (format!("{}/{}", reports.reported, reports.owed), reports.reported < reports.owed))
    };
    let study = |index: &CaseIndex| Labelled::linked(&context.catalog.case(*index).meta.address, &context.catalog.case(*index).meta.title);
    let mut lacking: Vec<Labelled> = conformity.lacking.iter().take(MOST_LACKING).map(study).collect();
    let more = conformity.lacking.len().saturating_sub(MOST_LACKING);
    if more > 0 {
        lacking.push(Labelled::plain(context.language.count("metrics.and_more", more, &[])));
    }
    MarketLine {
        url: TermRef::Market(market).address(&context.catalog.vocabulary),
        label: TermRef::Market(market).label(context).to_owned(),
        conforming: of(context, Reports { owed: conformity.owing, reported: conformity.conforming }),
        share,
        percent,
        cells: context.evidence.contract.metrics.iter().map(cell).collect(),
        lacking,
    }
}

/// The vocabulary: agreed metrics first, then those in use, then the others; by label within.
fn vocabulary(context: &Context) -> Vec<MetricEntry> {
    let mut studies: BTreeMap<MetricId, BTreeSet<CaseIndex>> = BTreeMap::new();
    for (index, case) in context.catalog.each_case() {
        for reported in &case.results {
            if let Metric::Known(metric) = reported.metric {
                studies.entry(metric).or_default().insert(context.evidence.originals.get(index.0 as usize).copied().unwrap_or(index));
            }
        }
    }
    let count = |metric: MetricId| studies.get(&metric).map_or(0, BTreeSet::len);
    let agreed = |metric: MetricId| context.evidence.contract.metrics.binary_search(&metric).is_ok();
    let mut metrics: Vec<(MetricId, &Term)> = context.catalog.vocabulary.metrics.iter().collect();
    metrics.sort_by_cached_key(|(metric, term)| (!agreed(*metric), count(*metric) == 0, term.label_in(context.tongue()).to_lowercase()));
    metrics.into_iter().map(|(metric, term)| entry(context, term, agreed(metric), count(metric))).collect()
}

fn entry(context: &Context, term: &Term, agreed: bool, studies: usize) -> MetricEntry {
    let (direction, arrow) = match term.better {
        Better::Higher => ("metrics.higher", "up"),
        Better::Lower => ("metrics.lower", "down"),
        Better::Neutral => ("metrics.neutral", "none"),
    };
    MetricEntry {
        id: term.slug(),
        label: term.label_in(context.tongue()).to_owned(),
        description: term.description.clone(),
        unit: context.text(unit(term.unit)),
        direction: context.text(direction),
        arrow,
        agreed,
        guardrail: term.guardrail,
        studies: (studies > 0).then(|| context.language.whole(studies)),
        aliases: context.language.commas(&term.aliases[..term.aliases.len().min(4)]),
    }
}

fn unit(unit: Unit) -> &'static str {
    match unit {
        Unit::Percent => "metrics.unit_percent",
        Unit::Points => "metrics.unit_points",
        Unit::Money => "metrics.unit_money",
        Unit::Ratio => "metrics.unit_ratio",
        Unit::People => "metrics.unit_people",
        Unit::Count => "metrics.unit_count",
        Unit::Days => "metrics.unit_days",
        Unit::Index => "metrics.unit_index",
    }
}

fn regional(context: &Context, name: &str, cases: &[CaseIndex]) -> Regional {
    let more = cases.len().saturating_sub(MOST_STUDIES);
    Regional {
        name: name.to_owned(),
        studies: cases
            .iter()
            .take(MOST_STUDIES)
            .map(|index| &context.catalog.case(*index).meta)
            .map(|meta| Link::new(&meta.address, &meta.title))
            .collect(),
        more: (more > 0).then(|| context.language.count("metrics.and_more", more, &[])),
    }
}
