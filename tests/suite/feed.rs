//! Tests of feeds: entries are dated by their records, never by the build date.

use crate::support::{BuiltSite, TestHub, study_fields};

fn feed(hub: TestHub) -> String {
    BuiltSite::publish(&hub.hub()).text("feed.xml").to_owned()
}

/// Title and date of each entry, newest first.
fn entries(feed: &str) -> Vec<String> {
    let feed = roxmltree::Document::parse(feed).unwrap();
    let part = |entry: roxmltree::Node, name: &str| {
        entry
            .children()
            .find(|node| node.has_tag_name(name))
            .unwrap()
            .text()
            .unwrap_or("")
            .to_owned()
    };
    let entries = feed.descendants().filter(|node| node.tag_name().name() == "entry");
    entries
        .map(|entry| format!("{} {}", part(entry, "title"), &part(entry, "updated")[..10]))
        .collect()
}

#[test]
fn entry_dates_do_not_depend_on_the_build_date() {
    let ended =
        |days: &str| format!("{}\n{days}", study_fields("GB", "email", "discount", "won", ""));
    let hub = TestHub::new()
        .case("a/git", &ended("title: Git\nstart: 2026-01-01\nend: 2026-02-01"))
        .changed("content/case-studies/a/git.md", "2026-03-01", "2026-04-01")
        .case("b/stated", &ended("title: Stated\nstart: 2026-01-01\nend: 2026-02-01\nverified_on: 2026-05-05"))
        .case("c/to-come", "title: To come\nstatus: planned\nmarkets: [GB]\nchannels: [email]\ntactics: [discount]\nstart: 2027-05-01\n")
        .case("d/none", "title: None\nstatus: planned\nmarkets: [GB]\nchannels: [email]\ntactics: [discount]\n");
    let feed = feed(hub);
    assert_eq!(
        entries(&feed),
        ["Stated 2026-05-05", "Git 2026-04-01", "To come 1970-01-01", "None 1970-01-01"]
    );
    assert!(!feed.contains("2026-11-22"), "the day of the build is nobody's news: {feed}");
}
