//! What of each record can be found: one entry for every case study, idea, playbook, page and term.

use std::collections::BTreeMap;

use casebook_search::{Entry, Facet, Freshness, Kind, Section};
use jiff::civil::Date;

use crate::catalog::result::Metric;
use crate::catalog::words::LiftType;
use crate::catalog::{Body, CaseStudy, Catalog, Idea, Meta, Playbook, Prose, Verification, terms};
use crate::error::work;
use crate::site::Site;
use crate::vocabulary::{ChannelId, GroupId, MarketId, TacticId, Term, TermRef, Vocabulary};

/// All entries: case studies, ideas, playbooks, pages, terms, each in id order.
pub fn entries(site: &Site, catalog: &Catalog) -> Vec<Entry> {
    let cases = catalog.cases.iter().map(|case| work::on(&case.meta.path, || of_case(site, catalog, case)));
    let ideas = catalog.ideas.iter().map(|idea| work::on(&idea.meta.path, || of_idea(catalog, idea)));
    let playbooks = catalog.playbooks.iter().map(|playbook| of_playbook(site, catalog, playbook));
    let pages = catalog.pages.iter().map(of_page);
    let terms = terms::with_page(catalog).into_keys().map(|term| of_term(site, &catalog.vocabulary, term));
    cases.chain(ideas).chain(playbooks).chain(pages).chain(terms).collect()
}

fn of_case(site: &Site, catalog: &Catalog, case: &CaseStudy) -> Entry {
    let vocabulary = &catalog.vocabulary;
    let mut terms = Terms { vocabulary, facets: BTreeMap::new() };
    terms.markets(&case.markets);
    terms.groups(&case.groups);
    terms.channels(&case.channels);
    terms.tactics(&case.tactics);
    terms.metrics(case);
    terms.word(Facet::Objective, case.objective);
    terms.word(Facet::Pillar, case.pillar);
    terms.word(Facet::Outcome, case.outcome);
    terms.word(Facet::Status, case.status);
    terms.word(Facet::Grade, case.graded.grade);
    terms.word(Facet::Reuse, case.reuse);
    terms.word(Facet::Owner, case.owner.as_ref());
    terms.years(case);
    let primary = case.primary().filter(|reported| reported.lift_type == LiftType::Relative && case.has_ended());
    Entry {
        read_in: Some(case.read_in()),
        summary: case.summary.clone().unwrap_or_default(),
        hypothesis: case.hypothesis.clone().unwrap_or_default(),
        facets: terms.facets,
        lift: primary.and_then(|reported| reported.gain(vocabulary)),
        change: primary.and_then(|reported| reported.lift),
        start: day_number(case.start),
        day: day_number(case.day()),
        freshness: freshness(site, &case.verification),
        retired: case.is_retired(),
        has: has_of_case(case),
        ..of_meta(&case.meta, Kind::CaseStudy)
    }
}

fn has_of_case(case: &CaseStudy) -> Vec<String> {
    let images = case.cover.is_some() || case.meta.body.links.iter().any(|link| link.image);
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

fn of_idea(catalog: &Catalog, idea: &Idea) -> Entry {
    let mut terms = Terms { vocabulary: &catalog.vocabulary, facets: BTreeMap::new() };
    terms.markets(&idea.markets);
    terms.groups_with(&idea.markets, &idea.stated_groups);
    terms.channels(&idea.channels);
    terms.tactics(&idea.tactics);
    terms.word(Facet::Objective, idea.objective);
    terms.word(Facet::Status, Some(idea.status));
    terms.word(Facet::Owner, idea.owner.as_ref());
    let has = if idea.hypothesis.is_some() { vec!["hypothesis".to_owned()] } else { Vec::new() };
    Entry {
        read_in: Some(idea.read_in()),
        summary: idea.summary.clone(),
        hypothesis: idea.hypothesis.clone().unwrap_or_default(),
        facets: terms.facets,
        has,
        ..of_meta(&idea.meta, Kind::Idea)
    }
}

fn of_playbook(site: &Site, catalog: &Catalog, playbook: &Playbook) -> Entry {
    let mut terms = Terms { vocabulary: &catalog.vocabulary, facets: BTreeMap::new() };
    terms.markets(&playbook.markets);
    terms.groups_with(&playbook.markets, &playbook.stated_groups);
    terms.channels(&playbook.channels);
    terms.tactics(&playbook.tactics);
    terms.word(Facet::Status, Some(playbook.status));
    terms.word(Facet::Owner, playbook.owner.as_ref());
    Entry {
        summary: playbook.claim.clone(),
        facets: terms.facets,
        freshness: freshness(site, &playbook.verification),
        ..of_meta(&playbook.meta, Kind::Playbook)
    }
}

fn of_page(page: &Prose) -> Entry {
    Entry { summary: page.summary.clone(), ..of_meta(&page.meta, Kind::Page) }
}

fn of_term(site: &Site, vocabulary: &Vocabulary, page: TermRef) -> Entry {
    let facet = Facet::from_name(page.kind().facet()).expect("kinds of terms are named after facets");
    let (address, term) = (page.address(vocabulary), page.term(vocabulary));
    Entry {
        id: address.trim_end_matches('/').to_owned(),
        kind: Kind::Term,
        url: address,
        title: term.label_in(&site.language).to_owned(),
        summary: term.description.clone(),
        language: site.language.clone(),
        facets: BTreeMap::from([(facet, vec![term.slug()])]),
        ..Entry::default()
    }
}

fn of_meta(meta: &Meta, kind: Kind) -> Entry {
    let updated = meta.change.as_ref().and_then(|change| day_number(Some(change.updated)));
    Entry {
        id: meta.id.to_string(),
        kind,
        url: meta.address.clone(),
        title: meta.title.clone(),
        language: meta.language.clone(),
        sections: sections(&meta.body),
        wording: Some(meta.body.wording.clone()),
        updated,
        day: updated,
        ..Entry::default()
    }
}

fn sections(body: &Body) -> Vec<Section> {
    let section = |section: &crate::catalog::Section| {
        let heading = section.heading.and_then(|at| body.headings.get(at));
        Section {
            heading: heading.map(|heading| heading.text.clone()).unwrap_or_default(),
            anchor: heading.map(|heading| heading.anchor.clone()).unwrap_or_default(),
            text: section.text.clone(),
        }
    };
    body.sections.iter().map(section).collect()
}

fn freshness(site: &Site, verification: &Verification) -> Freshness {
    match verification.on {
        None => Freshness::Unknown,
        Some(_) if verification.overdue(site.today) => Freshness::Overdue,
        Some(_) => Freshness::Verified,
    }
}

/// Days since 1970-01-01.
pub fn day_number(date: Option<Date>) -> Option<i32> {
    let since = date?.since((jiff::Unit::Day, Date::constant(1970, 1, 1))).ok()?;
    Some(since.get_days())
}

/// Gathers values by facet.
struct Terms<'a> {
    vocabulary: &'a Vocabulary,
    facets: BTreeMap<Facet, Vec<String>>,
}

impl Terms<'_> {
    fn term(&mut self, facet: Facet, term: &Term) {
        self.value(facet, term.slug());
    }

    fn value(&mut self, facet: Facet, value: String) {
        let values = self.facets.entry(facet).or_default();
        if !values.contains(&value) {
            values.push(value);
        }
    }

    fn word(&mut self, facet: Facet, word: Option<impl ToString>) {
        if let Some(word) = word {
            self.value(facet, word.to_string());
        }
    }

    fn markets(&mut self, markets: &[MarketId]) {
        markets.iter().for_each(|market| self.term(Facet::Market, &self.vocabulary.markets[*market]));
    }

    fn groups(&mut self, groups: &[GroupId]) {
        groups.iter().for_each(|group| self.value(Facet::Group, self.vocabulary.groups[*group].slug()));
    }

    fn groups_with(&mut self, markets: &[MarketId], stated: &[GroupId]) {
        let mut groups: Vec<GroupId> = markets.iter().flat_map(|market| &self.vocabulary.markets[*market].groups).chain(stated).copied().collect();
        groups.sort_unstable();
        groups.dedup();
        self.groups(&groups);
    }

    fn channels(&mut self, channels: &[ChannelId]) {
        channels.iter().for_each(|channel| self.term(Facet::Channel, &self.vocabulary.channels[*channel]));
    }

    fn tactics(&mut self, tactics: &[TacticId]) {
        tactics.iter().for_each(|tactic| self.term(Facet::Tactic, &self.vocabulary.tactics[*tactic]));
    }

    /// The primary metric first: it is the one that a hit shows.
    fn metrics(&mut self, case: &CaseStudy) {
        for reported in case.primary().into_iter().chain(&case.results) {
            match &reported.metric {
                Metric::Known(metric) => self.term(Facet::Metric, &self.vocabulary.metrics[*metric]),
                Metric::Local(name) => self.value(Facet::Metric, name.to_string()),
            }
        }
    }

    fn years(&mut self, case: &CaseStudy) {
        let Some(first) = case.start.or(case.end) else { return };
        let last = case.end.unwrap_or(first).year().min(first.year().saturating_add(20));
        (first.year()..=last).for_each(|year| self.value(Facet::Year, year.to_string()));
    }
}
