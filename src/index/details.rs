//! The texts of a record that its page shows beside title, summary, hypothesis and body, so that
//! they are found too: teams, audience, variants, what is fixed, sources, labels of links.

use crate::catalog::extra_field::{ExtraField, ExtraValue};
use crate::catalog::field::PlainFields;
use crate::catalog::{CaseStudy, Idea, Meta, Playbook};

/// The texts of a case study, in the order of its page.
pub fn case_details(case: &CaseStudy) -> Vec<&str> {
    let mut texts: Vec<&str> = Vec::new();
    texts.extend(case.audience.iter().map(String::as_str));
    extend_with_plain(&mut texts, &case.plain);
    for variant in &case.variants {
        texts.push(&variant.name);
        texts.extend(variant.description.as_deref());
    }
    texts.extend(case.sample_unit.as_deref());
    texts.extend(case.results.iter().filter_map(|result| result.source.as_deref()));
    let lists = [&case.fixed, &case.flexible, &case.constraints];
    texts.extend(lists.into_iter().flatten().map(String::as_str));
    texts.extend(case.owner.as_deref());
    let raci = &case.raci;
    let teams = [&raci.responsible, &raci.accountable, &raci.consulted, &raci.informed];
    texts.extend(teams.into_iter().flatten().map(String::as_str));
    texts.extend(case.verification.verified_by.as_deref());
    texts.extend(case.links.iter().flat_map(|link| [&*link.label, &*link.url]));
    extend_with_meta(&mut texts, &case.meta);
    texts
}

/// The texts of an idea.
pub fn idea_details(idea: &Idea) -> Vec<&str> {
    let mut texts: Vec<&str> = idea.owner.iter().map(String::as_str).collect();
    texts.extend(idea.target.as_deref());
    texts.extend(idea.declined_reason.as_deref());
    texts.extend(idea.evidence_links.iter().map(String::as_str));
    extend_with_meta(&mut texts, &idea.meta);
    texts
}

/// The texts of a playbook.
pub fn playbook_details(playbook: &Playbook) -> Vec<&str> {
    let lists = [&playbook.fixed, &playbook.flexible];
    let mut texts: Vec<&str> = lists.into_iter().flatten().map(String::as_str).collect();
    texts.extend(playbook.owner.as_deref());
    texts.extend(playbook.verification.verified_by.as_deref());
    extend_with_meta(&mut texts, &playbook.meta);
    texts
}

/// The texts of any record: alternative texts of its images, its code, and its extra fields.
pub fn meta_details(meta: &Meta) -> Vec<&str> {
    let mut texts = Vec::new();
    extend_with_meta(&mut texts, meta);
    texts
}

/// Appends the texts that a record of any kind can have: the alternative texts of its images, its
/// code, and the names and texts of its extra fields.
fn extend_with_meta<'m>(texts: &mut Vec<&'m str>, meta: &'m Meta) {
    texts.extend(meta.body.links.iter().filter_map(|link| link.alt.as_deref()));
    texts.push(&meta.body.code);
    meta.extra.iter().for_each(|field| extend_with_extra(texts, field));
}

/// Appends the texts of those plain fields that hold free text; keywords, days and numbers are left
/// out.
fn extend_with_plain<'p>(texts: &mut Vec<&'p str>, plain: &'p PlainFields) {
    for (field, _) in plain.iter() {
        texts.extend(plain.texts(field).iter().map(String::as_str));
    }
}

/// Appends the name of a field of the hub's own, and then the texts of its value.
fn extend_with_extra<'e>(texts: &mut Vec<&'e str>, field: &'e ExtraField) {
    texts.push(&field.name);
    extend_with_value(texts, &field.value);
}

/// Appends the texts of the value of an extra field, those in nested lists and maps included;
/// numbers, flags and nulls have none.
fn extend_with_value<'e>(texts: &mut Vec<&'e str>, value: &'e ExtraValue) {
    match value {
        ExtraValue::Text(text) => texts.push(text),
        ExtraValue::List(values) => values.iter().for_each(|value| extend_with_value(texts, value)),
        ExtraValue::Map(fields) => fields.iter().for_each(|field| extend_with_extra(texts, field)),
        ExtraValue::Null | ExtraValue::Bool(_) | ExtraValue::Number(_) => {}
    }
}
