//! Real collections, written for other tools, can all be read under the lenient preset, and no link of theirs leads nowhere unsaid.

use std::collections::{BTreeSet, HashMap};

use casebook::catalog::{Catalog, Meta};
use casebook::diagnostic::Severity;
use walkdir::WalkDir;

use crate::addresses::broken_links;
use crate::support::{TestHub, shared};

/// Every Markdown file of the collection at `path` becomes a record with a page, and nothing is worse than a warning. The files are
/// counted here and not by hand: a collection may grow.
fn reads(path: &str) {
    let Some(folder) = shared(path) else { return };
    let checked = TestHub::at(&folder).with_drafts().read();
    checked.at_worst(Severity::Warning);
    let catalog = checked.catalog();
    let read: BTreeSet<String> = metas(catalog).map(|meta| meta.path.to_string()).collect();
    let pages_of: HashMap<String, String> = metas(catalog).map(|meta| (format!("{}index.html", meta.address), meta.path.to_string())).collect();
    let told: Vec<(String, String)> = (checked.diagnostics.iter())
        .filter(|problem| problem.code == "broken-anchor")
        .map(|problem| (problem.place.path.to_string(), problem.message.clone()))
        .collect();
    let files: BTreeSet<String> = WalkDir::new(folder.join("content"))
        .into_iter()
        .map(|entry| entry.unwrap().into_path())
        .filter(|file| file.extension().is_some_and(|extension| extension == "md"))
        .map(|file| file.strip_prefix(&folder).unwrap().to_str().unwrap().to_owned())
        .collect();
    assert!(!files.is_empty(), "no Markdown below `{path}/content`");
    let lost: Vec<&String> = files.symmetric_difference(&read).collect();
    assert!(lost.is_empty(), "files and records of `{path}` differ in {lost:?}\n{}", checked.report());
    let pages = checked.build();
    let unpublished: Vec<&String> = pages_of.keys().filter(|page| !pages.0.files.contains_key(*page)).collect();
    assert!(unpublished.is_empty(), "records of `{path}` without a page: {unpublished:?}");
    let untold: Vec<(String, String)> = (broken_links(&pages).into_iter())
        .filter(|(page, link)| !told.iter().any(|(path, message)| pages_of.get(page) == Some(path) && message.contains(link.as_str())))
        .collect();
    assert!(untold.is_empty(), "links of `{path}` that lead nowhere and are not told: {untold:#?}");
}

fn metas(catalog: &Catalog) -> impl Iterator<Item = &Meta> {
    let cases = catalog.cases.iter().map(|record| &record.meta);
    let ideas = catalog.ideas.iter().map(|record| &record.meta);
    let playbooks = catalog.playbooks.iter().map(|record| &record.meta);
    cases.chain(ideas).chain(playbooks).chain(catalog.pages.iter().map(|record| &record.meta))
}

#[test]
fn documentation_of_a_product_reads() {
    reads("corpora/growthbook-docs");
}

#[test]
fn case_studies_of_a_project_read() {
    reads("corpora/k8s-case-studies");
}

#[test]
fn a_blog_in_two_languages_reads() {
    reads("similar/cds");
}

#[test]
fn reports_of_defects_read() {
    reads("similar/hadoop");
}

#[test]
fn abstracts_read() {
    reads("relevance/cranfield-dev");
}
