//! Small hubs, each built whole to show one thing.

use crate::support::{Built, TestHub, matches_kept, repository};

/// Addresses of pages and data, without styles and scripts, whose names change with their content.
fn addresses(built: &Built) -> String {
    let known = |path: &&String| [".html", ".json", ".csv", ".xml", ".txt"].iter().any(|end| path.ends_with(end));
    built.0.files.keys().filter(known).filter(|path| !path.starts_with("search/")).map(|path| format!("{path}\n")).collect()
}

#[test]
fn two_markets_and_what_joins_them() {
    let built = TestHub::from("two-markets").build();
    built.shows("case-studies/es/reward/index.html").shows("case-studies/pt/reward/index.html").shows("ideas/reward-both/index.html");
    built.holds("case-studies/pt/reward/index.html", "A reward on both sides brought more invitations in Spain");
    matches_kept(&repository().join("tests/hubs/two-markets/expected/addresses.txt"), &addresses(&built));
}

#[test]
fn a_hub_is_built_to_the_same_bytes_twice() {
    let (one, other) = (TestHub::from("two-markets").build(), TestHub::from("two-markets").build());
    assert!(one.0.files == other.0.files, "the same content gives the same bytes");
}

#[test]
fn the_public_learns_nothing_of_what_is_hidden() {
    let built = TestHub::from("hidden-records").build();
    built.shows("case-studies/es/shown/index.html").hides("case-studies/pt/inside/index.html").hides("case-studies/pt/draft/index.html");
    built.never_says("Zanzibarite").never_says("Quartzowl").never_says("pt/inside").never_says("pt/embargoed").never_says("pt/restricted");
}

#[test]
fn colleagues_see_what_is_theirs() {
    let internal = TestHub::from("hidden-records").internal().build();
    internal.shows("case-studies/pt/inside/index.html").shows("case-studies/pt/embargoed/index.html").hides("case-studies/pt/draft/index.html");
    internal.never_says("Quartzowl").never_says("half written");
    TestHub::from("hidden-records").with_drafts().build().shows("case-studies/pt/draft/index.html").never_says("Quartzowl");
}
