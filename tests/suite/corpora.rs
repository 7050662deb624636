//! Real collections, written for other tools, can all be read under the lenient preset.

use casebook::diagnostic::Severity;

use crate::support::{TestHub, shared};

fn reads(path: &str, records: usize) {
    let Some(folder) = shared(path) else { return };
    let checked = TestHub::at(&folder).read();
    checked.at_worst(Severity::Warning);
    let catalog = checked.catalog();
    let found = catalog.cases.len() + catalog.ideas.len() + catalog.playbooks.len() + catalog.pages.len();
    assert_eq!(found, records, "records in `{path}`");
}

#[test]
fn documentation_of_a_product_reads() {
    reads("corpora/growthbook-docs", 576);
}

#[test]
fn case_studies_of_a_project_read() {
    reads("corpora/k8s-case-studies", 371);
}

#[test]
fn a_blog_in_two_languages_reads() {
    reads("similar/cds", 326);
}

#[test]
fn reports_of_defects_read() {
    reads("similar/hadoop", 2503);
}

#[test]
fn abstracts_read() {
    reads("relevance/cranfield-dev", 1400);
}
