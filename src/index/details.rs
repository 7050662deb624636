//! The texts of a record that its page shows beside title, summary, hypothesis and body, so that
//! they are found too: teams, audience, variants, what is fixed, sources, labels of links.

use crate::catalog::extra_field::{ExtraField, ExtraValue};
use crate::catalog::field::PlainFields;
use crate::catalog::{CaseStudy, Idea, Meta, Playbook, teams};
use crate::vocabulary::Vocabulary;

/// The texts of a case study, in the order of its page.
pub fn case_details<'r>(vocabulary: &'r Vocabulary, case: &'r CaseStudy) -> Vec<&'r str> {
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
    extend_with_teams(&mut texts, vocabulary, teams::names_of_case(case));
    texts.extend(case.links.iter().flat_map(|link| [&*link.label, &*link.url]));
    extend_with_meta(&mut texts, &case.meta);
    texts
}

/// The texts of an idea.
pub fn idea_details<'r>(vocabulary: &'r Vocabulary, idea: &'r Idea) -> Vec<&'r str> {
    let mut texts: Vec<&str> = Vec::new();
    extend_with_teams(&mut texts, vocabulary, idea.owner.as_deref().into_iter());
    texts.extend(idea.target.as_deref());
    texts.extend(idea.declined_reason.as_deref());
    texts.extend(idea.evidence_links.iter().map(String::as_str));
    extend_with_meta(&mut texts, &idea.meta);
    texts
}

/// The texts of a playbook.
pub fn playbook_details<'r>(vocabulary: &'r Vocabulary, playbook: &'r Playbook) -> Vec<&'r str> {
    let lists = [&playbook.fixed, &playbook.flexible];
    let mut texts: Vec<&str> = lists.into_iter().flatten().map(String::as_str).collect();
    extend_with_teams(&mut texts, vocabulary, teams::names_of_playbook(playbook));
    extend_with_meta(&mut texts, &playbook.meta);
    texts
}

/// The texts of any record: alternative texts of its images, its code, and its extra fields.
pub fn meta_details(meta: &Meta) -> Vec<&str> {
    let mut texts = Vec::new();
    extend_with_meta(&mut texts, meta);
    texts
}

/// Appends the names of teams, and all other names that these have, so that a record is found by
/// each of them.
fn extend_with_teams<'r>(
    texts: &mut Vec<&'r str>,
    vocabulary: &'r Vocabulary,
    names: impl Iterator<Item = &'r str>,
) {
    for name in names {
        texts.push(name);
        let Some(team) = vocabulary.teams.find(name) else { continue };
        let team = &vocabulary.teams[team];
        let others = team.labels.values().chain(&team.aliases).map(String::as_str);
        texts.extend(others.filter(|other| *other != name));
    }
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
