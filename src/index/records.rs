//! The search records of a catalog: one for every case study, idea, playbook, page and term.

use std::collections::BTreeMap;

use casebook_search::{FacetId, Freshness, RecordGist, RecordKind, RecordSection, SearchRecord};
use jiff::civil::Date;

use crate::catalog::case_study::ListPart;
use crate::catalog::field::{Facet, PlainFields, facet, find_facet};
use crate::catalog::keywords::LiftType;
use crate::catalog::result::Metric;
use crate::catalog::{
    Body, CaseIndex, CaseStudy, Catalog, ContentPage, Gist, Idea, Meta, Playbook, Verification,
    terms,
};
use crate::error::current_path;
use crate::evidence::events::{self, Event, EventKind};
use crate::evidence::experiment::find_originals;
use crate::index::details::{case_details, idea_details, meta_details, playbook_details};
use crate::site::Site;
use crate::vocabulary::{ChannelId, GroupId, MarketId, TacticId, Term, TermRef, Vocabulary};

/// Builds all search records: case studies, ideas, playbooks, pages, terms, each in id order.
pub fn build_records(site: &Site, catalog: &Catalog) -> Vec<SearchRecord> {
    let originals = find_originals(catalog);
    let translations = index_translations(catalog, &originals);
    let cases = catalog.iter_cases().map(|(index, case)| {
        current_path::scope(&case.meta.path, || {
            if originals[index.0 as usize] == index {
                let translations = translations.get(&index).map_or(&[][..], Vec::as_slice);
                original_record(site, catalog, index, translations)
            } else {
                let record = case_record(site, catalog, index, case);
                SearchRecord { facets: BTreeMap::new(), ..record }
            }
        })
    });
    let ideas = catalog
        .ideas
        .iter()
        .map(|idea| current_path::scope(&idea.meta.path, || idea_record(site, catalog, idea)));
    let playbooks =
        catalog.playbooks.iter().map(|playbook| playbook_record(site, catalog, playbook));
    let pages = catalog.pages.iter().map(|page| page_record(site, &catalog.vocabulary, page));
    let terms = terms::terms_with_page(catalog)
        .into_keys()
        .map(|term| term_record(site, &catalog.vocabulary, term));
    cases.chain(ideas).chain(playbooks).chain(pages).chain(terms).collect()
}

/// The translations of each case study that has any, in id order; `originals` has the original of
/// each case study, by `CaseIndex`.
fn index_translations<'c>(
    catalog: &'c Catalog,
    originals: &[CaseIndex],
) -> BTreeMap<CaseIndex, Vec<&'c CaseStudy>> {
    let mut translations: BTreeMap<CaseIndex, Vec<&CaseStudy>> = BTreeMap::new();
    for (index, case) in catalog.iter_cases() {
        let original = originals[index.0 as usize];
        if original != index {
            translations.entry(original).or_default().push(case);
        }
    }
    translations
}

/// The search record of a case study that is no translation. Filters find and count an experiment
/// once, by this record: its translations state no values of facets, and their titles, summaries
/// and hypotheses are among its texts.
fn original_record(
    site: &Site,
    catalog: &Catalog,
    index: CaseIndex,
    translations: &[&CaseStudy],
) -> SearchRecord {
    let mut record = case_record(site, catalog, index, catalog.case(index));
    for translation in translations {
        let texts = [translation.summary.as_deref(), translation.hypothesis.as_deref()];
        for text in std::iter::once(&*translation.meta.title).chain(texts.into_iter().flatten()) {
            record.details.push('\n');
            record.details.push_str(text);
        }
    }
    record
}

/// The search record of a case study; it has a lift only if the study has ended and its primary
/// result is relative.
fn case_record(site: &Site, catalog: &Catalog, index: CaseIndex, case: &CaseStudy) -> SearchRecord {
    let vocabulary = &catalog.vocabulary;
    let mut collector = FacetCollector { vocabulary, facets: BTreeMap::new() };
    collector.add_markets(&case.markets);
    collector.add_groups(&case.groups);
    collector.add_channels(&case.channels);
    collector.add_tactics(&case.tactics);
    collector.add_metrics(case);
    collector.add_keyword(&facet::OBJECTIVE, case.objective);
    collector.add_keyword(&facet::PILLAR, case.pillar);
    collector.add_value(&facet::OUTCOME, case.outcome_or_status().to_owned());
    collector.add_keyword(&facet::STATUS, case.status);
    collector.add_keyword(&facet::GRADE, case.evidence_grade.grade);
    collector.add_keyword(&facet::REUSE, case.reuse_state());
    collector.add_keyword(&facet::OWNER, case.owner.as_ref());
    case.years().for_each(|year| collector.add_value(&facet::YEAR, year.to_string()));
    collector.add_events(&events::events_of(site.today, index, case));
    collector.add_last_change(&case.meta);
    collector.add_plain_facets(&case.plain);
    let primary = case
        .primary_result()
        .filter(|reported| reported.lift_type == LiftType::Relative && case.has_ended());
    let mut record = SearchRecord {
        text_language: Some(case.text_language()),
        summary: case.summary.clone().unwrap_or_default(),
        hypothesis: case.hypothesis.clone().unwrap_or_default(),
        facets: collector.facets,
        lift: primary.and_then(|reported| reported.gain(vocabulary)),
        change: primary.and_then(|reported| reported.lift),
        start: to_epoch_days(case.start),
        day: to_epoch_days(case.sort_date()),
        list_rank: Some(list_rank(case.list_part())),
        freshness: compute_freshness(site, &case.verification),
        retired: case.is_retired(),
        has: case_flags(case),
        ..base_record(site, &case.meta, RecordKind::CaseStudy)
    };
    add_details(&mut record, &case_details(vocabulary, case));
    record
}

/// Adds texts that the page shows outside title, summary and body.
fn add_details(record: &mut SearchRecord, texts: &[&str]) {
    record.details = texts.join("\n");
}

/// The words that `has:` finds a case study by, such as `results` or `images`: one for each part
/// that the study states.
fn case_flags(case: &CaseStudy) -> Vec<String> {
    let images = case.cover.is_some() || case.meta.body.links.iter().any(|link| link.is_image);
    let interval = case.results.iter().any(|reported| reported.interval().is_some());
    let flags = [
        ("summary", case.summary.is_some()),
        ("hypothesis", case.hypothesis.is_some()),
        ("results", !case.results.is_empty()),
        ("interval", interval),
        ("method", case.method.is_some()),
        ("variants", !case.variants.is_empty()),
        ("images", images),
        ("idea", case.idea.is_some()),
        ("origin", !case.relations.adapted_from.is_empty()),
    ];
    flags.into_iter().filter(|(_, has)| *has).map(|(name, _)| name.to_owned()).collect()
}

/// The search record of an idea; its groups are those it names and those that contain one of its
/// markets.
fn idea_record(site: &Site, catalog: &Catalog, idea: &Idea) -> SearchRecord {
    let mut collector = FacetCollector { vocabulary: &catalog.vocabulary, facets: BTreeMap::new() };
    collector.add_markets(&idea.markets);
    collector.add_groups_of(&idea.markets, &idea.stated_groups);
    collector.add_channels(&idea.channels);
    collector.add_tactics(&idea.tactics);
    collector.add_keyword(&facet::OBJECTIVE, idea.objective);
    collector.add_keyword(&facet::STATUS, Some(idea.status));
    collector.add_keyword(&facet::OWNER, idea.owner.as_ref());
    collector.add_last_change(&idea.meta);
    let has = if idea.hypothesis.is_some() { vec!["hypothesis".to_owned()] } else { Vec::new() };
    let mut record = SearchRecord {
        text_language: Some(idea.text_language()),
        summary: idea.summary.clone(),
        hypothesis: idea.hypothesis.clone().unwrap_or_default(),
        facets: collector.facets,
        has,
        ..base_record(site, &idea.meta, RecordKind::Idea)
    };
    add_details(&mut record, &idea_details(&catalog.vocabulary, idea));
    record
}

/// The search record of a playbook, with its claim as the summary.
fn playbook_record(site: &Site, catalog: &Catalog, playbook: &Playbook) -> SearchRecord {
    let mut collector = FacetCollector { vocabulary: &catalog.vocabulary, facets: BTreeMap::new() };
    collector.add_markets(&playbook.markets);
    collector.add_groups_of(&playbook.markets, &playbook.stated_groups);
    collector.add_channels(&playbook.channels);
    collector.add_tactics(&playbook.tactics);
    collector.add_keyword(&facet::STATUS, Some(playbook.status));
    collector.add_keyword(&facet::OWNER, playbook.owner.as_ref());
    collector.add_last_change(&playbook.meta);
    let verified = playbook.verification.verified_on.filter(|day| *day <= site.today);
    collector.add_keyword(&facet::VERIFIED, verified);
    collector.add_keyword(&facet::CHANGED, verified);
    let mut record = SearchRecord {
        summary: playbook.claim.clone(),
        facets: collector.facets,
        freshness: compute_freshness(site, &playbook.verification),
        ..base_record(site, &playbook.meta, RecordKind::Playbook)
    };
    add_details(&mut record, &playbook_details(&catalog.vocabulary, playbook));
    record
}

/// The search record of a page that the hub has written; its one facet is the day of its last
/// change.
fn page_record(site: &Site, vocabulary: &Vocabulary, page: &ContentPage) -> SearchRecord {
    let mut collector = FacetCollector { vocabulary, facets: BTreeMap::new() };
    collector.add_last_change(&page.meta);
    let mut record = SearchRecord {
        summary: page.summary.clone(),
        facets: collector.facets,
        ..base_record(site, &page.meta, RecordKind::Page)
    };
    add_details(&mut record, &meta_details(&page.meta));
    record
}

/// The search record of the page of a term, titled in the language of the hub; its id is the
/// address without the last slash, and its one facet value is the term itself.
fn term_record(site: &Site, vocabulary: &Vocabulary, term_ref: TermRef) -> SearchRecord {
    let facet = find_facet(term_ref.kind().facet()).expect("kinds of terms are named after facets");
    let (address, term) = (term_ref.address(vocabulary), term_ref.term(vocabulary));
    SearchRecord {
        id: address.trim_end_matches('/').to_owned(),
        kind: RecordKind::Term,
        url: address,
        title: term.label_in(&site.language).to_owned(),
        summary: term.description.clone(),
        language: site.language.clone(),
        facets: BTreeMap::from([(facet.id, vec![term.slug()])]),
        ..SearchRecord::default()
    }
}

/// The search record with what every kind of record has: id, address, title, language, gists,
/// sections, and the day of its last change; its facets are still empty.
fn base_record(site: &Site, meta: &Meta, kind: RecordKind) -> SearchRecord {
    let updated = meta.change.as_ref().and_then(|change| to_epoch_days(Some(change.updated)));
    SearchRecord {
        id: meta.id.to_string(),
        kind,
        url: meta.address.clone(),
        title: meta.title.clone(),
        language: meta.language.clone(),
        gists: meta.gists.iter().map(to_record_gist).collect(),
        shown_gist: meta
            .gist_for(&site.language)
            .and_then(|shown| meta.gists.iter().position(|gist| gist.language == shown.language)),
        sections: build_sections(&meta.body),
        tokenized: Some(meta.body.tokenized.clone()),
        updated,
        day: updated,
        ..SearchRecord::default()
    }
}

/// A gist as it is indexed, its short lists as further texts.
fn to_record_gist(gist: &Gist) -> RecordGist {
    let lists: Vec<&str> = gist.fixed.iter().chain(&gist.flexible).map(String::as_str).collect();
    RecordGist {
        language: gist.language.clone(),
        title: gist.title.clone(),
        summary: gist.summary.clone().unwrap_or_default(),
        details: lists.join("\n"),
    }
}

/// The sections of a body in order, each with heading, anchor and plain text; heading and anchor
/// are empty before the first heading.
fn build_sections(body: &Body) -> Vec<RecordSection> {
    let section = |section: &crate::catalog::TextSection| {
        let heading = section.heading.and_then(|at| body.headings.get(at));
        RecordSection {
            heading: heading.map(|heading| heading.text.clone()).unwrap_or_default(),
            anchor: heading.map(|heading| heading.anchor.clone()).unwrap_or_default(),
            text: section.text.clone(),
        }
    };
    body.sections.iter().map(section).collect()
}

/// Whether the last verification still holds on the build date, is overdue, or never took place.
fn compute_freshness(site: &Site, verification: &Verification) -> Freshness {
    match verification.verified_on {
        None => Freshness::Unknown,
        Some(_) if verification.is_overdue(site.today) => Freshness::Overdue,
        Some(_) => Freshness::Verified,
    }
}

/// The rank by which the index orders the parts of a list of case studies.
fn list_rank(part: ListPart) -> i8 {
    match part {
        ListPart::Running => 1,
        ListPart::Ended => 0,
        ListPart::Planned => -1,
        ListPart::Retired => -2,
    }
}

/// The number of days from 1970-01-01 to a date.
pub fn to_epoch_days(date: Option<Date>) -> Option<i32> {
    let since = date?.since((jiff::Unit::Day, Date::constant(1970, 1, 1))).ok()?;
    Some(since.get_days())
}

/// Collects values by facet, each once, in the order of insertion.
struct FacetCollector<'a> {
    vocabulary: &'a Vocabulary,
    facets: BTreeMap<FacetId, Vec<String>>,
}

impl FacetCollector<'_> {
    /// Adds the id of a term, in lower case as in addresses, as a value of a facet.
    fn add_term(&mut self, facet: &Facet, term: &Term) {
        self.add_value(facet, term.slug());
    }

    /// Adds a value of a facet, unless the facet has it already.
    fn add_value(&mut self, facet: &Facet, value: String) {
        let values = self.facets.entry(facet.id).or_default();
        if !values.contains(&value) {
            values.push(value);
        }
    }

    /// Adds the text of a field with one value, such as an outcome or an owner, as a value of a
    /// facet; does nothing where the record does not state it.
    fn add_keyword(&mut self, facet: &Facet, keyword: Option<impl ToString>) {
        if let Some(keyword) = keyword {
            self.add_value(facet, keyword.to_string());
        }
    }

    /// Adds these markets as values of the facet of markets.
    fn add_markets(&mut self, markets: &[MarketId]) {
        markets
            .iter()
            .for_each(|market| self.add_term(&facet::MARKET, &self.vocabulary.markets[*market]));
    }

    /// Adds these market groups, and no others, as values of the facet of groups.
    fn add_groups(&mut self, groups: &[GroupId]) {
        groups
            .iter()
            .for_each(|group| self.add_value(&facet::GROUP, self.vocabulary.groups[*group].slug()));
    }

    /// Adds the stated market groups and all groups that contain one of the markets, in id order.
    fn add_groups_of(&mut self, markets: &[MarketId], stated: &[GroupId]) {
        let mut groups: Vec<GroupId> = markets
            .iter()
            .flat_map(|market| &self.vocabulary.markets[*market].groups)
            .chain(stated)
            .copied()
            .collect();
        groups.sort_unstable();
        groups.dedup();
        self.add_groups(&groups);
    }

    /// Adds these channels as values of the facet of channels.
    fn add_channels(&mut self, channels: &[ChannelId]) {
        channels.iter().for_each(|channel| {
            self.add_term(&facet::CHANNEL, &self.vocabulary.channels[*channel])
        });
    }

    /// Adds these tactics as values of the facet of tactics.
    fn add_tactics(&mut self, tactics: &[TacticId]) {
        tactics
            .iter()
            .for_each(|tactic| self.add_term(&facet::TACTIC, &self.vocabulary.tactics[*tactic]));
    }

    /// Adds the primary metric first, because hits show the first metric with the lift.
    fn add_metrics(&mut self, case: &CaseStudy) {
        for reported in case.primary_result().into_iter().chain(&case.results) {
            match &reported.metric {
                Metric::Known(metric) => {
                    self.add_term(&facet::METRIC, &self.vocabulary.metrics[*metric])
                }
                Metric::Local(name) => self.add_value(&facet::METRIC, name.to_string()),
            }
        }
    }

    /// Adds the days of these events as days of a change, and those of decisions and verifications
    /// to the facets of their own.
    fn add_events(&mut self, events: &[Event]) {
        for event in events {
            self.add_value(&facet::CHANGED, event.day.to_string());
            match event.kind {
                EventKind::Decided => self.add_value(&facet::DECIDED, event.day.to_string()),
                EventKind::Verified => self.add_value(&facet::VERIFIED, event.day.to_string()),
                _ => {}
            }
        }
    }

    /// Adds the day of the last change of the file, where git knows it.
    fn add_last_change(&mut self, meta: &Meta) {
        self.add_keyword(&facet::CHANGED, meta.change.as_ref().map(|change| change.updated));
    }

    /// Adds the values of every plain field that names a facet in the table of fields.
    fn add_plain_facets(&mut self, plain: &PlainFields) {
        for (facet, values) in plain.facet_values() {
            values.into_iter().for_each(|value| self.add_value(facet, value.to_owned()));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::support::{TestHub, graded_a, study_fields};

    fn records(hub: TestHub) -> Vec<SearchRecord> {
        let read = hub.checked();
        build_records(&read.site, &read.catalog)
    }

    /// The search record of a study with these fields.
    fn case_record(fields: &str) -> SearchRecord {
        records(TestHub::new().case("x/a", fields)).swap_remove(0)
    }

    #[test]
    fn every_kind_of_record_is_listed_in_order() {
        let hub = TestHub::new()
            .file("content/pages/about.md", "---\ntitle: About\n---\n\nWe.\n")
            .playbook("hold", "claim: It holds.\nstatus: emerging")
            .idea("try", "status: new\nsummary: Try it.")
            .case("de/a", &study_fields("DE", "email", "discount", "won", ""));
        let found = records(hub);
        let ids: Vec<&str> = found.iter().map(|record| record.id.as_str()).collect();
        assert_eq!(ids[..4], ["de/a", "try", "hold", "about"]);
        assert!(ids[4..].contains(&"markets/de"), "{ids:?}");
        assert_eq!([&*found[1].summary, &*found[2].summary], ["Try it.", "It holds."]);
    }

    #[test]
    fn gists_are_indexed_with_the_one_to_show() {
        let record = case_record(&study_fields(
            "JP",
            "email",
            "discount",
            "won",
            "language: ja\ntranslations: {de: {title: Eine}, en: {title: One, fixed: [Keep], flexible: [Bend]}}",
        ));
        assert_eq!(record.shown_gist, Some(1));
        assert_eq!(record.gists[0].title, "Eine");
        assert_eq!([&*record.gists[1].title, &*record.gists[1].details], ["One", "Keep\nBend"]);
    }

    #[test]
    fn facets_hold_the_values_of_a_study() {
        let result = graded_a("cvr", 5.0, 2.0, 8.0);
        let more = format!(
            "objective: conversion\nowner: Team UK\nstart: 2024-12-01\nend: 2026-02-01\n{result}"
        );
        let record = case_record(&study_fields("IE, GB", "email", "discount", "won", &more));
        let rows: [(&Facet, &[&str]); 10] = [
            (&facet::MARKET, &["gb", "ie"]),
            (&facet::CHANNEL, &["email"]),
            (&facet::TACTIC, &["discount"]),
            (&facet::METRIC, &["cvr"]),
            (&facet::OBJECTIVE, &["conversion"]),
            (&facet::OUTCOME, &["won"]),
            (&facet::STATUS, &["completed"]),
            (&facet::GRADE, &["A"]),
            (&facet::OWNER, &["Team UK"]),
            (&facet::YEAR, &["2024", "2025", "2026"]),
        ];
        for (facet, wanted) in rows {
            let mut found = record.facets[&facet.id].clone();
            found.sort();
            assert_eq!(found, wanted, "{}", facet.name);
        }
        let uki = |group: &&String| *group == "uki";
        assert_eq!(
            record.facets[&facet::GROUP.id].iter().filter(uki).count(),
            1,
            "each value once"
        );
        assert!(!record.facets.contains_key(&facet::PILLAR.id), "what is not said has no value");
        assert_eq!(record.has, ["results", "interval", "method"]);
    }

    #[test]
    fn a_date_that_is_far_off_adds_a_bounded_number_of_years() {
        let record = case_record("status: planned\nstart: 2026-01-01\nend: 2099-01-01");
        assert_eq!(record.facets[&facet::YEAR.id].len(), 21);
    }

    /// `lift` is a gain, whatever the sign of the change.
    #[test]
    fn only_relative_primary_results_of_ended_studies_have_a_lift() {
        let rows = [
            ("completed", "cvr", "primary", 5.0, "relative", Some((5.0, 5.0))),
            ("completed", "cpa", "primary", -5.0, "relative", Some((5.0, -5.0))),
            ("completed", "cvr", "primary", 5.0, "absolute", None),
            ("completed", "cvr", "guardrail", 5.0, "relative", None),
            ("running", "cvr", "primary", 5.0, "relative", None),
        ];
        for (status, metric, role, lift, kind, wanted) in rows {
            let record = case_record(&format!(
                "status: {status}\nresults:\n  - {{metric: {metric}, role: {role}, lift: {lift}, lift_type: {kind}, currency: EUR}}"
            ));
            assert_eq!(record.lift.zip(record.change), wanted, "{status} {metric} {role} {kind}");
        }
    }

    #[test]
    fn freshness_follows_the_last_verification() {
        let rows = [
            ("", Freshness::Unknown),
            ("verified_on: 2026-11-01\nreview_every: 30d", Freshness::Verified),
            ("verified_on: 2026-01-01\nreview_every: 30d", Freshness::Overdue),
        ];
        for (fields, wanted) in rows {
            let record = case_record(&study_fields("DE", "email", "discount", "won", fields));
            assert_eq!(record.freshness, wanted, "{fields}");
        }
    }

    #[test]
    fn days_are_counted_from_1970() {
        let rows = [("1970-01-01", 0), ("1969-12-31", -1), ("2026-11-22", 20_779)];
        for (day, wanted) in rows {
            assert_eq!(to_epoch_days(Some(day.parse().unwrap())), Some(wanted), "{day}");
        }
        assert_eq!(to_epoch_days(None), None);
    }

    #[test]
    fn a_record_has_the_days_on_which_something_happened() {
        let fields = study_fields(
            "DE",
            "email",
            "discount",
            "won",
            "start: 2026-01-05\nend: 2026-03-01\ndecision: scale\nverified_on: 2026-05-02",
        );
        let path = "content/case-studies/x/a.md";
        let hub = TestHub::new()
            .case("x/a", &fields)
            .changed(path, "2026-02-01", "2026-06-01")
            .field_changed(path, "decision", "2026-03-20");
        let record = records(hub).swap_remove(0);
        assert_eq!(record.facets[&facet::DECIDED.id], ["2026-03-20"]);
        assert_eq!(record.facets[&facet::VERIFIED.id], ["2026-05-02"]);
        let changed = &record.facets[&facet::CHANGED.id];
        for day in ["2026-01-05", "2026-02-01", "2026-03-01", "2026-03-20", "2026-06-01"] {
            assert!(changed.iter().any(|known| known == day), "{day}: {changed:?}");
        }
    }
}
