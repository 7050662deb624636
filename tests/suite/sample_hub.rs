//! Tests that the sample hub of this repository is complete and free of diagnostics.

use crate::support::TestHub;

#[test]
fn the_sample_hub_has_no_problem_for_the_public() {
    TestHub::sample().read().assert_codes(&[]);
}

#[test]
fn the_sample_hub_has_no_problem_for_colleagues() {
    TestHub::sample().with_drafts().read().assert_codes(&[]);
}

#[test]
fn the_sample_hub_is_as_large_as_its_readme_says() {
    let checked = TestHub::sample().with_drafts().read();
    let catalog = checked.catalog();
    let mut languages: Vec<&str> =
        catalog.cases.iter().filter_map(|case| case.meta.language.split('-').next()).collect();
    languages.sort_unstable();
    languages.dedup();
    let mut markets: Vec<_> = catalog.cases.iter().flat_map(|case| &case.markets).collect();
    markets.sort_unstable();
    markets.dedup();
    assert!(catalog.cases.len() >= 40 && catalog.ideas.len() >= 20 && catalog.playbooks.len() >= 5);
    assert!(
        markets.len() >= 12 && languages.len() >= 6,
        "{} markets, {languages:?}",
        markets.len()
    );
}
