//! The metrics vocabulary, the metrics that markets agreed to report, and how well they do.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::catalog::CaseIndex;
use crate::catalog::keywords::{Keyword, Objective};
use crate::catalog::result::Metric;
use crate::evidence::contract::{Conformity, MetricReports};
use crate::page::composed::ComposedPage;
use crate::page::context::Context;
use crate::page::parts::shown_text::{shown_label, titled_link};
use crate::page::parts::tabs::{self, TabLink};
use crate::page::parts::{KeyFigure, Link, OptionalLink, PaginationLink, pagination};
use crate::page::spec::{Page, PageSpec};
use crate::page::text::display;
use crate::site::pages::PageKind;
use crate::vocabulary::{BetterDirection, MarketId, MetricId, MetricUnit, Term, TermRef};

/// The view of one page of the metrics vocabulary and the common-metrics contract.
#[derive(Debug, Clone, Serialize)]
pub struct MetricsPage {
    /// Tabs to the pages derived from the evidence.
    pub tabs: Vec<TabLink>,
    /// Title of the page.
    pub title: String,
    /// A sentence about metrics.
    pub description: String,
    /// Key figures.
    pub figures: Vec<KeyFigure>,
    /// Metrics of the common-metrics contract; empty without one.
    pub agreed: Vec<AgreedMetric>,
    /// Column headers of the table of markets, one for each agreed metric.
    pub columns: Vec<String>,
    /// Whether any case study lacks an agreed metric.
    pub any_lacking: bool,
    /// Markets that owe metrics, those with most lacking studies first.
    pub markets: Vec<MarketConformityRow>,
    /// Pagination links of the table of markets; empty for a single page.
    pub pages: Vec<PaginationLink>,
    /// Metrics of the vocabulary; on the first page only.
    pub metrics: Vec<VocabularyMetric>,
    /// Local metrics, which the vocabulary does not have; on the first page only.
    pub regional: Vec<LocalMetric>,
    /// Number of local metrics left out, in words.
    pub more_regional: Option<String>,
}

/// A metric of the common-metrics contract, with how many studies report it.
#[derive(Debug, Clone, Serialize)]
pub struct AgreedMetric {
    /// Site path of the metric's definition.
    pub url: String,
    /// Label of the metric.
    pub label: String,
    /// Which studies must report it.
    pub whom: String,
    /// Studies that report it, of those that must: `14 of 17`.
    pub reported: String,
    /// Share of studies that report it, 0 to 100.
    pub share: String,
    /// Share of studies that report it, as a percentage.
    pub percent: String,
}

/// How well the studies of a market keep to the common-metrics contract, as a row of the table.
#[derive(Debug, Clone, Serialize)]
pub struct MarketConformityRow {
    /// Site path of the market.
    pub url: String,
    /// Label of the market.
    pub label: String,
    /// Studies that report every agreed metric: `4 of 5`.
    pub conforming: String,
    /// Share of conforming studies, 0 to 100.
    pub share: String,
    /// Share of conforming studies, as a percentage.
    pub percent: String,
    /// For each agreed metric, `reported/owed` and whether a study lacks it; none where no study
    /// owes it.
    pub cells: Vec<Option<(String, bool)>>,
    /// Studies that lack an agreed metric.
    pub lacking: Vec<OptionalLink>,
}

/// A metric of the vocabulary with its definition.
#[derive(Debug, Clone, Serialize)]
pub struct VocabularyMetric {
    /// Id of the metric, which is its anchor.
    pub id: String,
    /// Label of the metric.
    pub label: String,
    /// Definition of the metric.
    pub description: String,
    /// Label of the unit.
    pub unit: String,
    /// Which direction is good, in words.
    pub direction: String,
    /// Which direction is good: `up`, `down` or `none`.
    pub arrow: &'static str,
    /// Whether it belongs to the common-metrics contract.
    pub agreed: bool,
    /// Whether it usually serves as a guardrail.
    pub guardrail: bool,
    /// Number of studies that report it; none for zero.
    pub studies: Option<String>,
    /// The first aliases, separated by commas.
    pub aliases: String,
}

/// A local metric: case studies report it, and the vocabulary does not have it.
#[derive(Debug, Clone, Serialize)]
pub struct LocalMetric {
    /// Name of the metric as reported.
    pub name: String,
    /// The first studies that report it.
    pub studies: Vec<Link>,
    /// Number of further studies, in words.
    pub more: Option<String>,
}

/// The most lacking studies that the row of a market names.
const MAX_LACKING: usize = 3;
/// The most local metrics listed.
const MAX_LOCAL: usize = 60;
/// The most studies named for one local metric.
const MAX_STUDIES: usize = 3;

/// Lists the pages of metrics, one for each page of the table of markets.
pub fn plan(context: &Context) -> Vec<Page> {
    pagination::page_addresses(PageKind::Metrics.address(), markets_owing(context).len())
        .map(|(address, page_index)| Page::new(address, PageSpec::Metrics(page_index)))
        .collect()
}

/// Composes one page of metrics; vocabulary and local metrics are on the first page only.
pub fn compose(context: &Context, page_index: usize) -> ComposedPage<MetricsPage> {
    let first = page_index == 0;
    let owing = markets_owing(context);
    let contract = &context.evidence.contract;
    let local_metrics = &contract.all.local_metrics;
    let view = MetricsPage {
        tabs: tabs::compose(context, PageKind::Metrics),
        title: context.text("metrics.title"),
        description: context.text("metrics.description"),
        figures: key_figures(context),
        agreed: contract.metrics.iter().map(|metric| agreed_metric(context, *metric)).collect(),
        columns: contract
            .metrics
            .iter()
            .map(|metric| display::short_metric_label(context, &Metric::Known(*metric)))
            .collect(),
        any_lacking: !contract.lacking.is_empty(),
        markets: pagination::rows_on_page(&owing, page_index)
            .iter()
            .map(|(market, conformity)| market_row(context, *market, conformity))
            .collect(),
        pages: pagination::links(PageKind::Metrics.address(), owing.len(), page_index),
        metrics: if first { vocabulary_metrics(context) } else { Vec::new() },
        regional: if first {
            local_metrics
                .iter()
                .take(MAX_LOCAL)
                .map(|(name, cases)| local_metric(context, name, cases))
                .collect()
        } else {
            Vec::new()
        },
        more_regional: (first && local_metrics.len() > MAX_LOCAL).then(|| {
            context.language.plural_text(
                "metrics.more_regional",
                local_metrics.len() - MAX_LOCAL,
                &[],
            )
        }),
    };
    ComposedPage::from_title_key(context, "metrics.title", view)
        .with_description(Some(context.language.text("metrics.description")))
}

/// Markets with studies that must report agreed metrics, those with most lacking studies first.
fn markets_owing<'h>(context: &Context<'h>) -> Vec<(MarketId, &'h Conformity)> {
    let markets =
        context.evidence.contract.markets.iter().filter(|(_, conformity)| conformity.bound > 0);
    let mut owing: Vec<(MarketId, &Conformity)> =
        markets.map(|(market, conformity)| (*market, conformity)).collect();
    owing
        .sort_by_key(|(market, conformity)| (std::cmp::Reverse(conformity.lacking.len()), *market));
    owing
}

/// Key figures: where a study is bound by the contract, the share of those that keep to it and the
/// number of those that do not; then the size of the vocabulary.
fn key_figures(context: &Context) -> Vec<KeyFigure> {
    let language = context.language;
    let all = &context.evidence.contract.all;
    let mut figures = vec![KeyFigure {
        value: language.format_integer(context.catalog.vocabulary.metrics.len()),
        label: context.text("metrics.in_vocabulary"),
        url: None,
        note: None,
    }];
    if let Some(share) = all.share() {
        let (conforming, owing) = (
            language.format_integer(all.conforming as usize),
            language.format_integer(all.bound as usize),
        );
        figures.insert(
            0,
            KeyFigure {
                value: language.format_percent(&language.format_number(share * 100.0, 0)),
                label: context.text("metrics.conform"),
                url: None,
                note: Some(language.text_with(
                    "metrics.conforming",
                    &[("conforming", &conforming), ("owing", &owing)],
                )),
            },
        );
        figures.insert(
            1,
            KeyFigure {
                value: language.format_integer(all.lacking.len()),
                label: language.plural_text("metrics.lacking", all.lacking.len(), &[]),
                url: (!all.lacking.is_empty()).then(|| "desk/#metrics-missing".into()),
                note: Some(context.text("metrics.lacking_note")),
            },
        );
    }
    figures
}

/// An agreed metric with who must report it, and how many studies of all markets do.
fn agreed_metric(context: &Context, metric: MetricId) -> AgreedMetric {
    let reports = context.evidence.contract.all.metrics.get(&metric).copied().unwrap_or_default();
    let (share, percent) =
        format_share(context, f64::from(reports.reported), f64::from(reports.required));
    AgreedMetric {
        url: format!("metrics/#{}", context.catalog.vocabulary.metrics[metric].slug()),
        label: context.catalog.vocabulary.metrics[metric]
            .label_in(context.language_id())
            .to_owned(),
        whom: format_who_reports(context, metric),
        reported: format_reported(context, reports),
        share,
        percent,
    }
}

/// The share of a part in a whole as a number from 0 to 100, and as a percentage; `0` and a dash
/// where the whole is zero.
fn format_share(context: &Context, part: f64, whole: f64) -> (String, String) {
    if whole == 0.0 {
        return ("0".to_owned(), "–".to_owned());
    }
    let share = part / whole * 100.0;
    (
        format!("{share:.0}"),
        context.language.format_percent(&context.language.format_number(share, 0)),
    )
}

/// How many studies report a metric, of those that must: `14 of 17`.
fn format_reported(context: &Context, reports: MetricReports) -> String {
    context.language.text_with(
        "metrics.of",
        &[
            ("part", &context.language.format_integer(reports.reported as usize)),
            ("whole", &context.language.format_integer(reports.required as usize)),
        ],
    )
}

/// Which studies must report a metric: all, or those with certain objectives.
fn format_who_reports(context: &Context, metric: MetricId) -> String {
    let names = |list: &Vec<String>| {
        list.iter().any(|name| context.catalog.vocabulary.metrics.find(name) == Some(metric))
    };
    if names(&context.site.metrics.common) {
        return context.text("metrics.everybody");
    }
    let objectives = Objective::ALL.iter().filter(|objective| {
        context.site.metrics.by_objective.get(objective.as_str()).is_some_and(names)
    });
    let objectives: Vec<String> = objectives
        .map(|objective| {
            let label = display::keyword_label(context.language, "objective", *objective);
            context.language.noun_in_sentence(&label)
        })
        .collect();
    context.language.text_with(
        "metrics.for_objectives",
        &[("objectives", &context.language.format_list(&objectives))],
    )
}

/// A market as a row of the table, with its first lacking studies and the number of further ones.
fn market_row(context: &Context, market: MarketId, conformity: &Conformity) -> MarketConformityRow {
    let (share, percent) =
        format_share(context, f64::from(conformity.conforming), f64::from(conformity.bound));
    let cell = |metric: &MetricId| {
        conformity.metrics.get(metric).map(|reports| {
            (
                format!("{}/{}", reports.reported, reports.required),
                reports.reported < reports.required,
            )
        })
    };
    let study = |index: &CaseIndex| {
        OptionalLink::linked(
            &context.catalog.case(*index).meta.address,
            shown_label(context, &context.catalog.case(*index).meta),
        )
    };
    let mut lacking: Vec<OptionalLink> =
        conformity.lacking.iter().take(MAX_LACKING).map(study).collect();
    let more = conformity.lacking.len().saturating_sub(MAX_LACKING);
    if more > 0 {
        lacking.push(OptionalLink::plain(context.language.plural_text(
            "metrics.and_more",
            more,
            &[],
        )));
    }
    MarketConformityRow {
        url: TermRef::Market(market).address(&context.catalog.vocabulary),
        label: TermRef::Market(market).label(context).to_owned(),
        conforming: format_reported(
            context,
            MetricReports { required: conformity.bound, reported: conformity.conforming },
        ),
        share,
        percent,
        cells: context.evidence.contract.metrics.iter().map(cell).collect(),
        lacking,
    }
}

/// Metrics of the vocabulary: agreed ones first, then those in use, then the others; by label
/// within each group. Translations of a study count once.
fn vocabulary_metrics(context: &Context) -> Vec<VocabularyMetric> {
    let mut studies: BTreeMap<MetricId, BTreeSet<CaseIndex>> = BTreeMap::new();
    for (index, case) in context.catalog.iter_cases() {
        for result in &case.results {
            if let Metric::Known(metric) = result.metric {
                studies.entry(metric).or_default().insert(
                    context.evidence.originals.get(index.0 as usize).copied().unwrap_or(index),
                );
            }
        }
    }
    let count = |metric: MetricId| studies.get(&metric).map_or(0, BTreeSet::len);
    let is_agreed =
        |metric: MetricId| context.evidence.contract.metrics.binary_search(&metric).is_ok();
    let mut metrics: Vec<(MetricId, &Term)> = context.catalog.vocabulary.metrics.iter().collect();
    metrics.sort_by_cached_key(|(metric, term)| {
        (
            !is_agreed(*metric),
            count(*metric) == 0,
            term.label_in(context.language_id()).to_lowercase(),
        )
    });
    metrics
        .into_iter()
        .map(|(metric, term)| vocabulary_metric(context, term, is_agreed(metric), count(metric)))
        .collect()
}

/// A metric of the vocabulary: `agreed` says whether the contract has it, `studies` how many report
/// it.
fn vocabulary_metric(
    context: &Context,
    term: &Term,
    agreed: bool,
    studies: usize,
) -> VocabularyMetric {
    let (direction, arrow) = match term.better {
        BetterDirection::Higher => ("metrics.higher", "up"),
        BetterDirection::Lower => ("metrics.lower", "down"),
        BetterDirection::Neutral => ("metrics.neutral", "none"),
    };
    VocabularyMetric {
        id: term.slug(),
        label: term.label_in(context.language_id()).to_owned(),
        description: term.description.clone(),
        unit: context.text(unit_key(term.unit)),
        direction: context.text(direction),
        arrow,
        agreed,
        guardrail: term.is_guardrail,
        studies: (studies > 0).then(|| context.language.format_integer(studies)),
        aliases: context.language.join_with_commas(&term.aliases[..term.aliases.len().min(4)]),
    }
}

/// The language key for the label of a metric's unit.
fn unit_key(unit: MetricUnit) -> &'static str {
    match unit {
        MetricUnit::Percent => "metrics.unit_percent",
        MetricUnit::Points => "metrics.unit_points",
        MetricUnit::Money => "metrics.unit_money",
        MetricUnit::Ratio => "metrics.unit_ratio",
        MetricUnit::People => "metrics.unit_people",
        MetricUnit::Count => "metrics.unit_count",
        MetricUnit::Days => "metrics.unit_days",
        MetricUnit::Index => "metrics.unit_index",
    }
}

/// A local metric by its name, with the first of the studies that report it and the number of
/// further ones.
fn local_metric(context: &Context, name: &str, cases: &[CaseIndex]) -> LocalMetric {
    let more = cases.len().saturating_sub(MAX_STUDIES);
    LocalMetric {
        name: name.to_owned(),
        studies: cases
            .iter()
            .take(MAX_STUDIES)
            .map(|index| &context.catalog.case(*index).meta)
            .map(|meta| titled_link(context, meta))
            .collect(),
        more: (more > 0).then(|| context.language.plural_text("metrics.and_more", more, &[])),
    }
}
