//! Everything the pages are made from, with the look-ups that many of them need.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::sync::OnceLock;

use rayon::prelude::*;

use crate::backlog::Backlog;
use crate::catalog::{self, CaseIndex, CaseStudy, Catalog, IdeaIndex, PlaybookIndex};
use crate::error::work;
use crate::evidence::Evidence;
use crate::page::case_studies::{self, Facet};
use crate::page::cited::{self, Cited};
use crate::page::language::Language;
use crate::page::parts::Row;
use crate::page::similar_report::{self, ReportRow};
use crate::page::term::OfTerm;
use crate::page::{PageKind, row, steps, term};
use crate::similar::{Family, Pair, Similar};
use crate::site::Site;
use crate::vocabulary::{TacticId, TermKind, TermRef};

/// The values of the earlier stages and what follows from them for every page.
pub struct Context<'a> {
    /// Settings.
    pub site: &'a Site,
    /// Records.
    pub catalog: &'a Catalog,
    /// What resembles what.
    pub similar: &'a Similar,
    /// What was won and lost.
    pub evidence: &'a Evidence,
    /// Ideas in order.
    pub backlog: &'a Backlog,
    /// The interface's language.
    pub language: &'a Language,
    /// The list row of each case study, by position.
    pub rows: Vec<Row>,
    /// What is said of each case study where another page mentions it.
    pub mentions: Vec<Cited>,
    /// Case studies, newest first; those without a result yet come last.
    pub newest: Vec<CaseIndex>,
    /// Tactics that won with good evidence, most wins first.
    pub proven: Vec<TacticId>,
    /// The page that explains grades and win rates, where the hub has one.
    pub rules: Option<String>,
    /// Place of each case study in `newest`.
    rank: Vec<u32>,
    /// Positions in `similar.pairs` by case study.
    pairs: Vec<Vec<u32>>,
    /// What the report of possible duplicates lists, in its order.
    pub report: Vec<ReportRow>,
    /// Where in the report each family and each pair stands.
    report_places: BTreeMap<ReportRow, usize>,
    /// Ideas that rest on a case study.
    ideas: BTreeMap<CaseIndex, Vec<IdeaIndex>>,
    /// Playbooks that cite a case study, and whether they do so in support.
    playbooks: BTreeMap<CaseIndex, Vec<(PlaybookIndex, bool)>>,
    /// Terms that have a page.
    with_page: BTreeMap<TermRef, usize>,
    /// What the list of case studies can be narrowed by: counted once for all of its pages.
    facets: OnceLock<Vec<Facet>>,
    /// What all pages of a term share, likewise.
    terms: BTreeMap<TermRef, OnceLock<OfTerm>>,
}

impl<'a> Context<'a> {
    /// Prepares the look-ups.
    pub fn new(
        site: &'a Site,
        catalog: &'a Catalog,
        similar: &'a Similar,
        evidence: &'a Evidence,
        backlog: &'a Backlog,
        language: &'a Language,
    ) -> Self {
        let newest = newest(catalog);
        let mut rank = vec![0; catalog.cases.len()];
        for (place, case) in newest.iter().enumerate() {
            rank[case.0 as usize] = place as u32;
        }
        let mut context = Context {
            site,
            catalog,
            similar,
            evidence,
            backlog,
            language,
            rows: Vec::new(),
            mentions: Vec::new(),
            newest,
            proven: Vec::new(),
            rules: catalog.pages.iter().find(|page| &*page.meta.id == "evidence-rules").map(|page| page.meta.address.clone()),
            rank,
            pairs: pairs(catalog, similar),
            report: Vec::new(),
            report_places: BTreeMap::new(),
            ideas: ideas(catalog),
            playbooks: playbooks(catalog),
            with_page: catalog::terms::with_page(catalog),
            facets: OnceLock::new(),
            terms: TermRef::all(evidence).map(|term| (term, OnceLock::new())).collect(),
        };
        context.proven = term::proven(&context);
        context.report = similar_report::rows(similar);
        context.report_places = context.report.iter().zip(0..).map(|(row, place)| (*row, place)).collect();
        context.rows = catalog.cases.par_iter().with_max_len(64).map(|case| work::on(&case.meta.path, || row::compose(&context, case))).collect();
        let indices = 0..catalog.cases.len() as u32;
        context.mentions = indices.into_par_iter().with_max_len(64).map(|index| cited::compose(&context, CaseIndex(index))).collect();
        context
    }

    /// The language of the interface.
    pub fn tongue(&self) -> &str {
        &self.language.format.id
    }

    /// A text of the interface.
    pub fn text(&self, key: &'static str) -> String {
        self.language.text(key).to_owned()
    }

    /// Case studies in the order of lists.
    pub fn sorted(&self, cases: &[CaseIndex]) -> Vec<CaseIndex> {
        let mut sorted = cases.to_vec();
        sorted.sort_unstable_by_key(|case| self.rank[case.0 as usize]);
        sorted
    }

    /// Terms of a kind that have a page, in id order.
    pub fn terms_of(&self, kind: TermKind) -> Vec<TermRef> {
        self.with_page.keys().copied().filter(|term| term.kind() == kind).collect()
    }

    /// What the list of case studies can be narrowed by.
    pub fn facets(&self) -> &[Facet] {
        self.facets.get_or_init(|| case_studies::facets(self))
    }

    /// What all pages of a term share; nothing where no study names it.
    pub fn of_term(&self, term: TermRef) -> Option<&OfTerm> {
        Some(self.terms.get(&term)?.get_or_init(|| OfTerm::compose(self, term)))
    }

    /// Pairs of a case study.
    pub fn pairs_of(&self, case: CaseIndex) -> impl Iterator<Item = &'a Pair> {
        self.pairs[case.0 as usize].iter().map(|pair| &self.similar.pairs[*pair as usize])
    }

    /// How many families, and pairs outside them, wait for an answer.
    pub fn open_duplicates(&self) -> usize {
        self.similar.open().count() + self.similar.open_families().count()
    }

    /// Where the report tells of a family.
    pub fn family_url(&self, family: &Family) -> String {
        let at = self.similar.family_of[family.members[0].0 as usize].unwrap_or(0);
        format!("{}#{}", self.report_page(ReportRow::Family(at as usize)), family.anchor())
    }

    /// Where the report tells of a pair; of one inside a family, where it tells of that.
    pub fn pair_url(&self, at: usize) -> String {
        let pair = &self.similar.pairs[at];
        match pair.family {
            Some(family) => self.family_url(&self.similar.families[family]),
            None => format!("{}#{}", self.report_page(ReportRow::Pair(at)), similar_report::anchor(self, pair)),
        }
    }

    fn report_page(&self, row: ReportRow) -> String {
        steps::address_of(PageKind::Similar.address(), self.report_places.get(&row).copied().unwrap_or(0))
    }

    /// Ideas that rest on a case study.
    pub fn ideas_of(&self, case: CaseIndex) -> &[IdeaIndex] {
        self.ideas.get(&case).map_or(&[], Vec::as_slice)
    }

    /// Playbooks that cite a case study.
    pub fn playbooks_of(&self, case: CaseIndex) -> &[(PlaybookIndex, bool)] {
        self.playbooks.get(&case).map_or(&[], Vec::as_slice)
    }

    /// Labels of markets (or `global` and other stated groups) of a case study.
    pub fn places(&self, case: &CaseStudy) -> Vec<&'a str> {
        let words = &self.catalog.vocabulary;
        if case.stated_groups.is_empty() {
            case.markets.iter().map(|id| words.markets[*id].label_in(&self.language.format.id)).collect()
        } else {
            let grouped = |market: &crate::vocabulary::MarketId| case.stated_groups.iter().any(|group| words.groups[*group].members.contains(market));
            let groups = case.stated_groups.iter().map(|id| words.groups[*id].label_in(&self.language.format.id));
            groups
                .chain(case.markets.iter().filter(|market| !grouped(market)).map(|id| words.markets[*id].label_in(&self.language.format.id)))
                .collect()
        }
    }
}

fn newest(catalog: &Catalog) -> Vec<CaseIndex> {
    let mut newest: Vec<_> = catalog.each_case().map(|(index, case)| (case.is_open(), Reverse(case.day()), index)).collect();
    newest.sort_unstable();
    newest.into_iter().map(|(_, _, index)| index).collect()
}

fn pairs(catalog: &Catalog, similar: &Similar) -> Vec<Vec<u32>> {
    let mut pairs = vec![Vec::new(); catalog.cases.len()];
    for (place, pair) in similar.pairs.iter().enumerate() {
        pairs[pair.a.0 as usize].push(place as u32);
        pairs[pair.b.0 as usize].push(place as u32);
    }
    pairs
}

fn ideas(catalog: &Catalog) -> BTreeMap<CaseIndex, Vec<IdeaIndex>> {
    let mut ideas: BTreeMap<CaseIndex, Vec<IdeaIndex>> = BTreeMap::new();
    for (index, idea) in catalog.each_idea() {
        for case in &idea.evidence {
            ideas.entry(*case).or_default().push(index);
        }
    }
    ideas
}

fn playbooks(catalog: &Catalog) -> BTreeMap<CaseIndex, Vec<(PlaybookIndex, bool)>> {
    let mut playbooks: BTreeMap<CaseIndex, Vec<(PlaybookIndex, bool)>> = BTreeMap::new();
    for (place, playbook) in catalog.playbooks.iter().enumerate() {
        let index = PlaybookIndex(place as u32);
        for case in &playbook.supports {
            playbooks.entry(*case).or_default().push((index, true));
        }
        for case in &playbook.contradicts {
            playbooks.entry(*case).or_default().push((index, false));
        }
    }
    playbooks
}
