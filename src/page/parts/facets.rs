//! Facets of the list of case studies: fields by which it can be filtered, with counts.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use crate::catalog::CaseStudy;
use crate::catalog::field::{self, FIELDS, Field, PlainValue, facet, find_facet};
use crate::catalog::keywords::{Grade, Keyword, Outcome};
use crate::page::context::Context;
use crate::page::parts::{Facet, FacetValue, Link, OutcomeMark};
use crate::page::text::display;
use crate::vocabulary::{TermKind, TermRef};

/// The most values shown for one facet of terms or of a plain field.
const MAX_VALUES: usize = 8;

/// The facets of the list of case studies, counted at the first call over the studies of all its
/// pages; those without a value or a panel are left out.
pub fn of_list<'a>(context: &'a Context) -> &'a [Facet] {
    context.facets.get_or_init(|| count_facets(context))
}

/// The case studies that facets count: without translations, each of which counts with its
/// original, as in every tally.
fn counted_studies<'a>(context: &'a Context) -> impl Iterator<Item = &'a CaseStudy> {
    context.listed.iter().map(|case| context.catalog.case(*case))
}

/// The facets of the list of case studies with the number of studies for each value, in display
/// order; facets without a value or without a panel are left out.
fn count_facets(context: &Context) -> Vec<Facet> {
    let mut facets = vec![outcome_facet(context)];
    facets.extend(TermKind::ALL.map(|kind| term_facet(context, kind)));
    facets.push(grade_facet(context));
    facets.push(year_facet(context));
    facets.extend(FIELDS.iter().filter_map(|field| plain_facet(context, field)));
    facets.retain(|facet| !facet.values.is_empty());
    facets
}

/// The facet of outcomes; a case study without an outcome counts under its status.
fn outcome_facet(context: &Context) -> Facet {
    let mut counts: BTreeMap<&str, (usize, OutcomeMark)> = BTreeMap::new();
    for case in counted_studies(context) {
        let mark = display::case_outcome_mark(context.language, case);
        counts.entry(mark.id).or_insert((0, mark)).0 += 1;
    }
    let outcome_ids = Outcome::ALL.iter().map(|outcome| outcome.as_str()).chain([
        "planned",
        "running",
        "completed",
        "stopped-early",
        "archived",
        "not-stated",
    ]);
    let values = outcome_ids
        .filter_map(|id| {
            let (count, mark) = counts.remove(id)?;
            Some(facet_value(context, id, mark.label, count, None))
        })
        .collect();
    new_facet(&facet::OUTCOME, context.text("facet.outcome"), values)
}

/// The facet of one kind of term: terms in use, those with the most case studies first.
pub fn term_facet(context: &Context, kind: TermKind) -> Facet {
    let mut counted: Vec<(usize, TermRef)> = context
        .terms_with_page(kind)
        .into_iter()
        .filter_map(|term| Some((term.tally(context)?.cases.len(), term)))
        .collect();
    counted.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
    let facet = find_facet(kind.facet()).expect("kinds of terms are named after facets");
    let (label, all) = match kind {
        TermKind::Markets => ("facet.market", "facet.all_markets"),
        TermKind::Groups => ("facet.group", "facet.all_groups"),
        TermKind::Channels => ("facet.channel", "facet.all_channels"),
        TermKind::Tactics => ("facet.tactic", "facet.all_tactics"),
    };
    let link = |(count, term): &(usize, TermRef)| {
        let link = term.link(context);
        facet_value(
            context,
            &term.term(&context.catalog.vocabulary).slug(),
            link.label,
            *count,
            Some(link.url),
        )
    };
    let values = counted.iter().take(MAX_VALUES).map(link).collect();
    let more = (counted.len() > MAX_VALUES).then(|| {
        Link::new(kind.address().to_owned(), context.language.plural_text(all, counted.len(), &[]))
    });
    Facet { more, ..new_facet(facet, context.text(label), values) }
}

/// The facet of evidence grades, A first, without grades that no study has.
fn grade_facet(context: &Context) -> Facet {
    let count = |grade: Grade| {
        counted_studies(context).filter(|case| case.evidence_grade.grade == Some(grade)).count()
    };
    let values =
        Grade::ALL.iter().map(|grade| (grade, count(*grade))).filter(|(_, count)| *count > 0);
    let values = values
        .map(|(grade, count)| {
            facet_value(
                context,
                grade.as_str(),
                context
                    .language
                    .text_with("facet.grade_is", &[("grade", display::grade_letters(*grade).1)]),
                count,
                None,
            )
        })
        .collect();
    new_facet(&facet::GRADE, context.text("facet.grade"), values)
}

/// The facet of years, newest first; a study counts in each year that it ran in, and one without a
/// date in none.
fn year_facet(context: &Context) -> Facet {
    let mut counts: BTreeMap<i16, usize> = BTreeMap::new();
    for year in counted_studies(context).flat_map(CaseStudy::years) {
        *counts.entry(year).or_default() += 1;
    }
    let values = counts
        .iter()
        .rev()
        .map(|(year, count)| {
            facet_value(context, &year.to_string(), year.to_string(), *count, None)
        })
        .collect();
    new_facet(&facet::YEAR, context.text("facet.year"), values)
}

/// The facet that a plain field names: values with the most case studies first; none without a
/// panel.
fn plain_facet(context: &Context, field: &Field) -> Option<Facet> {
    let facet = field.facet.filter(|facet| facet.panel.is_some())?;
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for case in counted_studies(context) {
        let values: BTreeSet<&str> =
            case.plain.get(field).into_iter().flat_map(PlainValue::words).collect();
        values.into_iter().for_each(|value| *counts.entry(value).or_default() += 1);
    }
    let mut counted: Vec<(&str, usize)> = counts.into_iter().collect();
    counted.sort_by_key(|(_, count)| Reverse(*count));
    let value = |(value, count): (&str, usize)| {
        let label = match field.label_section() {
            "" => value.to_owned(),
            section => display::word_label(context.language, section, value),
        };
        facet_value(context, value, label, count, None)
    };
    let values = counted.into_iter().take(MAX_VALUES).map(value).collect();
    let label = context.language.text(&format!("script.facet_{}", facet.name)).to_owned();
    Some(new_facet(facet, label, values))
}

/// A facet with this label and these values and no link to further ones; its id, and whether its
/// panel is open at first, come from the facet of search.
fn new_facet(facet: &field::Facet, label: String, values: Vec<FacetValue>) -> Facet {
    let open = facet.panel.is_some_and(|panel| panel.open);
    Facet { id: facet.name, label, open, values, more: None }
}

/// A value of a facet with its count in the format of the language; `url` is the page of the value,
/// where it has one.
fn facet_value(
    context: &Context,
    id: &str,
    label: String,
    count: usize,
    url: Option<String>,
) -> FacetValue {
    FacetValue { id: id.to_owned(), label, count: context.language.format_integer(count), url }
}
