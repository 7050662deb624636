//! The first-answer list: titles and names that the page itself matches until the search engine is
//! loaded.

use serde::Serialize;

use crate::catalog::{CaseIndex, CaseStudy, Catalog, Meta, RecordIndex, terms};
use crate::site::Site;

/// Maximum bytes of the list before compression; it is below 60 kB once compressed.
const MAX_LIST_BYTES: usize = 140_000;

/// The JSON file of the list: the version of its format, and its entries, the most important first.
#[derive(Serialize)]
struct FirstAnswerList {
    format: u32,
    entries: Vec<FirstAnswer>,
}

/// One entry of the list; the keys of one letter are documented in `search/PROTOCOL.md`.
#[derive(Default, Serialize)]
struct FirstAnswer {
    /// Title.
    t: String,
    /// Address relative to the root of the site.
    u: String,
    /// Kind: `case-study`, `idea`, `playbook`, `page` or `term`.
    k: &'static str,
    /// Facet of a term.
    #[serde(skip_serializing_if = "str::is_empty")]
    f: &'static str,
    /// Facet value of a term.
    #[serde(skip_serializing_if = "String::is_empty")]
    v: String,
    /// Alternative names of a term.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    a: Vec<String>,
    /// Language of the title, a BCP 47 tag.
    #[serde(skip_serializing_if = "String::is_empty")]
    l: String,
    /// Title in the language of the record, and that language, where the title is that of its gist.
    #[serde(skip_serializing_if = "Option::is_none")]
    w: Option<(String, String)>,
    /// Markets of a case study.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    m: Vec<String>,
    /// Outcome of a case study, else its status.
    #[serde(skip_serializing_if = "String::is_empty")]
    o: String,
    /// Evidence grade of a case study.
    #[serde(skip_serializing_if = "String::is_empty")]
    g: String,
}

/// The list as JSON: terms, playbooks, pages, case studies (most linked and newest first), ideas,
/// as many as fit.
pub fn encode_first_answers(site: &Site, catalog: &Catalog) -> Vec<u8> {
    let mut list = FirstAnswerList { format: 1, entries: Vec::new() };
    let mut remaining_bytes = MAX_LIST_BYTES;
    for answer in collect_answers(site, catalog) {
        let length = serde_json::to_vec(&answer).map_or(0, |bytes| bytes.len() + 1);
        if length > remaining_bytes {
            break;
        }
        remaining_bytes -= length;
        list.entries.push(answer);
    }
    serde_json::to_vec(&list).expect("the list has only text keys")
}

/// The entries of all terms with a page and of all records, in the order of the list and without
/// its limit of bytes: terms, playbooks, pages, case studies by rank, ideas.
fn collect_answers<'a>(
    site: &'a Site,
    catalog: &'a Catalog,
) -> impl Iterator<Item = FirstAnswer> + 'a {
    let terms = terms::terms_with_page(catalog).into_keys().map(move |page| {
        let term = page.term(&catalog.vocabulary);
        let label = term.label_in(&site.language).to_owned();
        let mut names: Vec<String> = std::iter::once(&term.label)
            .chain(term.labels.values())
            .chain(&term.aliases)
            .filter(|name| **name != label)
            .cloned()
            .collect();
        names.sort();
        names.dedup();
        let facet = page.kind().facet();
        FirstAnswer {
            u: page.address(&catalog.vocabulary),
            t: label,
            k: "term",
            f: facet,
            v: term.slug(),
            a: names,
            ..FirstAnswer::default()
        }
    });
    let playbooks =
        catalog.playbooks.iter().map(|playbook| basic_answer(site, &playbook.meta, "playbook"));
    let cases = rank_cases(catalog).into_iter().map(|case| case_answer(site, catalog, case));
    let pages = catalog.pages.iter().map(|page| basic_answer(site, &page.meta, "page"));
    let ideas = catalog.ideas.iter().map(|idea| basic_answer(site, &idea.meta, "idea"));
    terms.chain(playbooks).chain(pages).chain(cases).chain(ideas)
}

/// The entry of a record with what every kind of record has: title, address, kind and language. The
/// title is that of its gist in the language of the hub where it has one, and its own another name.
fn basic_answer(site: &Site, meta: &Meta, kind: &'static str) -> FirstAnswer {
    let own = (meta.title.clone(), meta.language.clone());
    let (title, language, own) = match meta.gist_for(&site.language) {
        Some(gist) => (gist.title.clone(), gist.language.clone(), Some(own)),
        None => (own.0, own.1, None),
    };
    FirstAnswer {
        t: title,
        u: meta.address.clone(),
        k: kind,
        a: own.iter().map(|(title, _)| title.clone()).collect(),
        l: language,
        w: own,
        ..FirstAnswer::default()
    }
}

/// The entry of a case study, which has its markets, outcome and evidence grade too.
fn case_answer(site: &Site, catalog: &Catalog, case: &CaseStudy) -> FirstAnswer {
    FirstAnswer {
        m: case.markets.iter().map(|market| catalog.vocabulary.markets[*market].slug()).collect(),
        o: case.outcome_or_status().to_owned(),
        g: case.evidence_grade.grade.map(|grade| grade.to_string()).unwrap_or_default(),
        ..basic_answer(site, &case.meta, "case-study")
    }
}

/// Case studies by descending rank: their day plus 30 days for each link to them.
fn rank_cases(catalog: &Catalog) -> Vec<&CaseStudy> {
    let count_links = |index: CaseIndex| {
        catalog.backlinks.get(&RecordIndex::Case(index)).map_or(0, Vec::len)
            + catalog
                .case(index)
                .inverse
                .by_field()
                .iter()
                .map(|(_, cases)| cases.len())
                .sum::<usize>()
    };
    let mut cases: Vec<(i64, CaseIndex)> = catalog
        .iter_cases()
        .map(|(index, case)| {
            (
                crate::index::records::to_epoch_days(case.sort_date()).map_or(0, i64::from)
                    + 30 * count_links(index) as i64,
                index,
            )
        })
        .collect();
    cases.sort_by(|left, right| right.0.cmp(&left.0).then(left.1.cmp(&right.1)));
    cases.into_iter().map(|(_, index)| catalog.case(index)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::support::{TestHub, study_fields};

    /// Kind and title of each entry of the list.
    fn entries(hub: TestHub) -> Vec<(&'static str, String)> {
        let read = hub.checked();
        collect_answers(&read.site, &read.catalog).map(|entry| (entry.k, entry.t)).collect()
    }

    #[test]
    fn linked_and_new_studies_come_first() {
        let dated = |end: &str, more: &str| {
            study_fields("DE", "email", "discount", "won", &format!("end: {end}\n{more}"))
        };
        let hub = TestHub::new()
            .case("de/new", &dated("2026-03-20", ""))
            .case("de/linked", &dated("2026-03-01", ""))
            .case("de/old", &dated("2025-01-01", "adapted_from: de/linked"))
            .idea("wish", "status: new");
        let entries = entries(hub);
        let records: Vec<&str> = entries
            .iter()
            .filter(|(kind, _)| *kind != "term")
            .map(|(_, title)| title.as_str())
            .collect();
        assert_eq!(records, ["de/linked", "de/new", "de/old", "wish"], "a link is worth 30 days");
        assert_eq!(entries[0].0, "term", "names of terms come before records");
    }

    #[test]
    fn the_list_is_bounded() {
        let mut catalog = TestHub::new()
            .case("de/a", &study_fields("DE", "email", "discount", "won", ""))
            .checked()
            .catalog;
        catalog.cases = vec![catalog.cases[0].clone(); 3_000];
        let site = TestHub::new().checked().site;
        let list = encode_first_answers(&site, &catalog);
        assert!(
            (MAX_LIST_BYTES - 200..MAX_LIST_BYTES + 50).contains(&list.len()),
            "{}",
            list.len()
        );
    }
}
