//! What is shown beside the pointer: the help of a field, the description of a term, the card of a
//! record.

use lsp_types::{Hover, HoverContents, MarkupContent, MarkupKind};

use crate::catalog::keywords::{Keyword, LiftType};
use crate::catalog::result::Metric;
use crate::catalog::{CaseStudy, Catalog, MetricResult, RecordIndex};
use crate::command::lsp::document::Document;
use crate::command::lsp::reference::{Target, find_reference};
use crate::command::lsp::snapshot::Snapshot;
use crate::command::markdown::{escape_text, to_code_span};
use crate::vocabulary::{MetricUnit, Term};

/// What is shown at a byte offset of a document.
pub fn hover(snapshot: &Snapshot, document: &Document, offset: usize) -> Option<Hover> {
    let reference = find_reference(snapshot, document, offset)?;
    let value = match reference.target {
        Target::Field(field) => format!("{}\n\n{}", to_code_span(field.name), field.help),
        Target::Term(noun, term) => describe_term(noun, term),
        Target::Record(record) => describe_record(&snapshot.catalog, record),
    };
    Some(Hover {
        contents: HoverContents::Markup(MarkupContent { kind: MarkupKind::Markdown, value }),
        range: Some(document.lines().range(&reference.span)),
    })
}

/// The label, kind, description and other names of a term.
fn describe_term(noun: &str, term: &Term) -> String {
    let mut text = format!("**{}**, {noun} {}", escape_text(&term.label), to_code_span(&term.id));
    let mut push = |line: String| {
        text.push_str("\n\n");
        text.push_str(&line);
    };
    if !term.description.is_empty() {
        push(escape_text(&term.description));
    }
    if let Some(instead) = &term.deprecated_by {
        push(format!("No longer used: write {} instead.", to_code_span(instead)));
    }
    if !term.aliases.is_empty() {
        push(format!("Also: {}", escape_text(&term.aliases.join(", "))));
    }
    text
}

/// The card of a record.
fn describe_record(catalog: &Catalog, record: RecordIndex) -> String {
    let meta = catalog.meta(record);
    let noun = match record {
        RecordIndex::Case(_) => "Case study",
        RecordIndex::Idea(_) => "Idea",
        RecordIndex::Playbook(_) => "Playbook",
        RecordIndex::Page(_) => "Page",
    };
    let heading = format!("**{}**\n\n{noun} {}", escape_text(&meta.title), to_code_span(&meta.id));
    let facts = match record {
        RecordIndex::Case(case) => case_facts(catalog, catalog.case(case)),
        RecordIndex::Idea(idea) => {
            let idea = catalog.idea(idea);
            vec![("Status", idea.status.as_str().to_owned()), ("Summary", idea.summary.clone())]
        }
        RecordIndex::Playbook(playbook) => {
            let playbook = catalog.playbook(playbook);
            let owner = playbook.owner.clone().unwrap_or_default();
            vec![("Claim", playbook.claim.clone()), ("Owner", owner)]
        }
        RecordIndex::Page(page) => vec![("Summary", catalog.pages[page as usize].summary.clone())],
    };
    let facts = facts.into_iter().filter(|(_, value)| !value.is_empty());
    let lines: String =
        facts.map(|(name, value)| format!("\n- {name}: {}", escape_text(&value))).collect();
    if lines.is_empty() { heading } else { format!("{heading}\n{lines}") }
}

/// Outcome, effect, grade, markets and owner of a case study; empty where it does not say.
fn case_facts(catalog: &Catalog, case: &CaseStudy) -> Vec<(&'static str, String)> {
    let markets: Vec<&str> = case
        .markets
        .iter()
        .map(|market| catalog.vocabulary.markets[*market].label.as_str())
        .collect();
    let word = |word: Option<&str>| word.unwrap_or_default().to_owned();
    vec![
        ("Status", word(case.status.map(|status| status.as_str()))),
        ("Outcome", word(case.outcome.map(|outcome| outcome.as_str()))),
        (
            "Effect",
            case.primary_result()
                .and_then(|result| describe_effect(catalog, result))
                .unwrap_or_default(),
        ),
        ("Evidence grade", word(case.evidence_grade.grade.map(|grade| grade.as_str()))),
        ("Markets", markets.join(", ")),
        ("Owner", case.owner.clone().unwrap_or_default()),
    ]
}

/// The lift of a result with its interval and metric: "+12.4 % (3 to 21.8), conversion rate".
fn describe_effect(catalog: &Catalog, result: &MetricResult) -> Option<String> {
    let lift = result.lift?;
    let unit = match (result.lift_type, result.unit(&catalog.vocabulary)) {
        (LiftType::Relative, _) => " %",
        (_, Some(MetricUnit::Percent | MetricUnit::Points)) => " points",
        _ => "",
    };
    let metric = match &result.metric {
        Metric::Known(metric) => catalog.vocabulary.metrics[*metric].label.clone(),
        Metric::Local(name) => name.to_string(),
    };
    let interval = result
        .interval()
        .map(|(low, high)| format!(" ({} to {})", round(low), round(high)))
        .unwrap_or_default();
    let sign = if lift > 0.0 { "+" } else { "" };
    Some(format!("{sign}{}{unit}{interval}, {metric}", round(lift)))
}

/// A figure with two decimals at most.
fn round(figure: f64) -> f64 {
    (figure * 100.0).round() / 100.0
}
