//! Collections written for other tools can be read under the lenient preset, and all their broken
//! links are reported.

use std::collections::{BTreeSet, HashMap};

use casebook::catalog::{Catalog, Meta};
use casebook::diagnostic::Severity;
use walkdir::WalkDir;

use crate::addresses::broken_links;
use crate::support::{TestHub, shared_folder};

/// Fails unless every Markdown file of the collection at `path` becomes a record with a page,
/// without errors and unreported broken links.
fn assert_readable(path: &str) {
    let Some(folder) = shared_folder(path) else { return };
    let checked = TestHub::in_folder(&folder).with_drafts().read();
    checked.assert_severity_at_most(Severity::Warning);
    let catalog = checked.catalog();
    let read: BTreeSet<String> = metas(catalog).map(|meta| meta.path.to_string()).collect();
    let pages_of: HashMap<String, String> = metas(catalog)
        .map(|meta| (format!("{}index.html", meta.address), meta.path.to_string()))
        .collect();
    let reported: Vec<(String, String)> = (checked.diagnostics.iter())
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
    assert!(
        lost.is_empty(),
        "files and records of `{path}` differ in {lost:?}\n{}",
        checked.report()
    );
    let pages = checked.build();
    let unpublished: Vec<&String> =
        pages_of.keys().filter(|page| !pages.0.files.contains_key(*page)).collect();
    assert!(unpublished.is_empty(), "records of `{path}` without a page: {unpublished:?}");
    let unreported: Vec<(String, String)> = (broken_links(&pages).into_iter())
        .filter(|(page, link)| {
            !reported.iter().any(|(path, message)| {
                pages_of.get(page) == Some(path) && message.contains(link.as_str())
            })
        })
        .collect();
    assert!(
        unreported.is_empty(),
        "links of `{path}` that lead nowhere and are not reported: {unreported:#?}"
    );
}

fn metas(catalog: &Catalog) -> impl Iterator<Item = &Meta> {
    let cases = catalog.cases.iter().map(|record| &record.meta);
    let ideas = catalog.ideas.iter().map(|record| &record.meta);
    let playbooks = catalog.playbooks.iter().map(|record| &record.meta);
    cases.chain(ideas).chain(playbooks).chain(catalog.pages.iter().map(|record| &record.meta))
}

#[test]
fn product_documentation_is_readable() {
    assert_readable("corpora/growthbook-docs");
}

#[test]
fn project_case_studies_are_readable() {
    assert_readable("corpora/k8s-case-studies");
}

#[test]
fn a_bilingual_blog_is_readable() {
    assert_readable("similar/cds");
}

#[test]
fn defect_reports_are_readable() {
    assert_readable("similar/hadoop");
}

#[test]
fn abstracts_are_readable() {
    assert_readable("relevance/cranfield-dev");
}
