//! The first answers: a short list of titles that pages match themselves until the engine is there.

use serde::Serialize;

use crate::catalog::{CaseIndex, CaseStudy, Catalog, Meta, RecordIndex, terms};
use crate::site::Site;

/// Plain bytes of the list; about a third once compressed, which keeps it below 60 kB.
const LONGEST: usize = 140_000;

#[derive(Serialize)]
struct List {
    format: u32,
    entries: Vec<Answer>,
}

/// One line of the list; the letters are those of `search/PROTOCOL.md`.
#[derive(Default, Serialize)]
struct Answer {
    t: String,
    u: String,
    k: &'static str,
    #[serde(skip_serializing_if = "str::is_empty")]
    f: &'static str,
    #[serde(skip_serializing_if = "String::is_empty")]
    v: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    a: Vec<String>,
    #[serde(skip_serializing_if = "String::is_empty")]
    l: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    m: Vec<String>,
    #[serde(skip_serializing_if = "String::is_empty")]
    o: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    g: String,
}

/// The list as JSON: terms, playbooks, the newest and most linked case studies, ideas and pages, as many as fit.
pub fn first_answers(site: &Site, catalog: &Catalog) -> Vec<u8> {
    let mut list = List { format: 1, entries: Vec::new() };
    let mut room = LONGEST;
    for answer in answers(site, catalog) {
        let length = serde_json::to_vec(&answer).map_or(0, |bytes| bytes.len() + 1);
        if length > room {
            break;
        }
        room -= length;
        list.entries.push(answer);
    }
    serde_json::to_vec(&list).expect("the list has only text keys")
}

fn answers<'a>(site: &'a Site, catalog: &'a Catalog) -> impl Iterator<Item = Answer> + 'a {
    let terms = terms::with_page(catalog).into_keys().map(move |page| {
        let term = page.term(&catalog.vocabulary);
        let label = term.label_in(&site.language).to_owned();
        let mut names: Vec<String> =
            std::iter::once(&term.label).chain(term.labels.values()).chain(&term.aliases).filter(|name| **name != label).cloned().collect();
        names.sort();
        names.dedup();
        let facet = page.kind().facet();
        Answer { u: page.address(&catalog.vocabulary), t: label, k: "term", f: facet, v: term.slug(), a: names, ..Answer::default() }
    });
    let playbooks = catalog.playbooks.iter().map(|playbook| plain(&playbook.meta, "playbook"));
    let cases = by_worth(catalog).into_iter().map(|case| of_case(catalog, case));
    let pages = catalog.pages.iter().map(|page| plain(&page.meta, "page"));
    let ideas = catalog.ideas.iter().map(|idea| plain(&idea.meta, "idea"));
    terms.chain(playbooks).chain(pages).chain(cases).chain(ideas)
}

fn plain(meta: &Meta, kind: &'static str) -> Answer {
    Answer { t: meta.title.clone(), u: meta.address.clone(), k: kind, l: meta.language.clone(), ..Answer::default() }
}

fn of_case(catalog: &Catalog, case: &CaseStudy) -> Answer {
    Answer {
        m: case.markets.iter().map(|market| catalog.vocabulary.markets[*market].slug()).collect(),
        o: case.outcome.map(|outcome| outcome.to_string()).unwrap_or_default(),
        g: case.graded.grade.map(|grade| grade.to_string()).unwrap_or_default(),
        ..plain(&case.meta, "case-study")
    }
}

/// Case studies, most linked first, then newest; a link is worth as much as a month.
fn by_worth(catalog: &Catalog) -> Vec<&CaseStudy> {
    let linked = |index: CaseIndex| {
        catalog.backlinks.get(&RecordIndex::Case(index)).map_or(0, Vec::len)
            + catalog.case(index).inverse.named().iter().map(|(_, cases)| cases.len()).sum::<usize>()
    };
    let mut cases: Vec<(i64, CaseIndex)> = catalog
        .each_case()
        .map(|(index, case)| (crate::index::entries::day_number(case.day()).map_or(0, i64::from) + 30 * linked(index) as i64, index))
        .collect();
    cases.sort_by(|left, right| right.0.cmp(&left.0).then(left.1.cmp(&right.1)));
    cases.into_iter().map(|(_, index)| catalog.case(index)).collect()
}
