//! The guide to every field of front matter, as Markdown: `casebook check --explain fields`.

use std::fmt::Write as _;

use crate::catalog::field::{FIELDS, Field, FieldKind, Requirement, TermList, fields_of};
use crate::record::RecordType;

/// The text before the tables.
const INTRODUCTION: &str = "# Every field\n\n\
    Front matter stands between two lines of three dashes at the top of a record. A hub's own \
    fields go under `extra:`.\n";

/// Headings of the tables of records.
const RECORDS: [(RecordType, &str); 4] = [
    (RecordType::CaseStudy, "Case studies"),
    (RecordType::Idea, "Ideas"),
    (RecordType::Playbook, "Playbooks"),
    (RecordType::Page, "Pages"),
];

/// The whole guide: a table for each type of record, then one for each field that is a map.
pub fn render() -> String {
    let mut guide = INTRODUCTION.to_owned();
    for (record_type, heading) in RECORDS {
        let rows = fields_of(record_type).map(|field| render_row(field, need(field, record_type)));
        push_table(&mut guide, heading, rows);
    }
    for field in FIELDS.iter().filter(|field| !field.entries().is_empty()) {
        let rows = field.entries().iter().map(|entry| {
            render_row(
                entry,
                if matches!(entry.required, Requirement::InMap) { "always" } else { "" },
            )
        });
        push_table(&mut guide, &format!("In `{}`", field.name), rows);
    }
    guide
}

/// Appends a heading and the table of these rows, each of which ends with a line feed.
fn push_table(guide: &mut String, heading: &str, rows: impl Iterator<Item = String>) {
    write!(guide, "\n## {heading}\n\n| Field | Value | Needed | Meaning |\n|---|---|---|---|\n")
        .expect("a text grows");
    rows.for_each(|row| guide.push_str(&row));
}

/// The row of a field: its keys, what is written as its value, when it is needed, and its help.
fn render_row(field: &Field, need: &str) -> String {
    let keys: Vec<String> = field.keys().map(|key| format!("`{key}`")).collect();
    format!("| {} | {} | {need} | {} |\n", keys.join(", "), describe(field.kind), field.help)
}

/// When a field is needed in records of a type; empty for never.
fn need(field: &Field, record_type: RecordType) -> &'static str {
    let is_case_study = record_type == RecordType::CaseStudy;
    match field.required {
        _ if field.is_always_required(record_type) => "always",
        Requirement::OnceCompleted if is_case_study => "once completed",
        _ => "",
    }
}

/// What is written as the value of a field of a kind.
fn describe(kind: FieldKind) -> String {
    match kind {
        FieldKind::Text => "text".into(),
        FieldKind::Texts => "text or list of texts".into(),
        FieldKind::Keyword { words, .. } => {
            let words: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
            words.join(", ")
        }
        FieldKind::Date => "day: `2026-03-02`".into(),
        FieldKind::Number(_) => "number".into(),
        FieldKind::Count => "whole number".into(),
        FieldKind::Flag => "`true` or `false`".into(),
        FieldKind::Duration => "days, weeks, months or years: `180d`, `26w`, `6m`, `1y`".into(),
        FieldKind::Language => "language tag: `pt-BR`".into(),
        FieldKind::Terms(TermList::Markets) => "market or group, or list of them".into(),
        FieldKind::Terms(list) => format!("{0} or list of {0}s", list.noun()),
        FieldKind::Metric => "metric".into(),
        FieldKind::CaseStudies => "id of a case study, or list of ids".into(),
        FieldKind::CaseStudy => "id of a case study".into(),
        FieldKind::Evidence => "id of a case study or address, or list of them".into(),
        FieldKind::Idea => "id of an idea".into(),
        FieldKind::Image => "path of an image file".into(),
        FieldKind::WebAddress => "web address".into(),
        FieldKind::Map(_) => "map".into(),
        FieldKind::Maps(_) => "map or list of maps".into(),
        FieldKind::MapsByLanguage(_) => "map from language tags, such as `en`, to maps".into(),
        FieldKind::AnyMap => "map of any fields".into(),
    }
}
