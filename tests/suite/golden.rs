//! Golden tests: small hubs whose built pages are compared with kept files.

use crate::support::{BuiltSite, TestHub, assert_golden, repository};

/// Paths of pages and data files, one per line; styles and scripts are left out, because their
/// names contain hashes.
fn page_addresses(built: &BuiltSite) -> String {
    let known = |path: &&String| {
        [".html", ".json", ".csv", ".xml", ".txt"].iter().any(|end| path.ends_with(end))
    };
    built
        .0
        .files
        .keys()
        .filter(known)
        .filter(|path| !path.starts_with("search/"))
        .map(|path| format!("{path}\n"))
        .collect()
}

#[test]
fn two_markets_with_an_adaptation() {
    let built = TestHub::golden("two-markets").build();
    built
        .assert_has_file("case-studies/es/reward/index.html")
        .assert_has_file("case-studies/pt/reward/index.html")
        .assert_has_file("ideas/reward-both/index.html");
    built.assert_contains(
        "case-studies/pt/reward/index.html",
        "A reward on both sides brought more invitations in Spain",
    );
    assert_golden(
        &repository().join("tests/hubs/two-markets/expected/addresses.txt"),
        &page_addresses(&built),
    );
}

#[test]
fn builds_are_reproducible() {
    let (one, other) =
        (TestHub::golden("two-markets").build(), TestHub::golden("two-markets").build());
    assert!(one.0.files == other.0.files, "the same content gives the same bytes");
}

#[test]
fn withheld_records_are_absent_for_the_public() {
    let built = TestHub::golden("hidden-records").build();
    built
        .assert_has_file("case-studies/es/shown/index.html")
        .assert_lacks_file("case-studies/pt/inside/index.html")
        .assert_lacks_file("case-studies/pt/draft/index.html");
    built
        .assert_never_contains("Zanzibarite")
        .assert_never_contains("Quartzowl")
        .assert_never_contains("pt/inside")
        .assert_never_contains("pt/embargoed")
        .assert_never_contains("pt/restricted");
}

#[test]
fn internal_records_are_shown_to_colleagues() {
    let internal = TestHub::golden("hidden-records").with_internal_audience().build();
    internal
        .assert_has_file("case-studies/pt/inside/index.html")
        .assert_has_file("case-studies/pt/embargoed/index.html")
        .assert_lacks_file("case-studies/pt/draft/index.html");
    internal.assert_never_contains("Quartzowl").assert_never_contains("half written");
    TestHub::golden("hidden-records")
        .with_drafts()
        .build()
        .assert_has_file("case-studies/pt/draft/index.html")
        .assert_never_contains("Quartzowl");
}

/// Name of the golden file and path of one page of each kind.
const PAGES: &[(&str, &str)] = &[
    ("case-studies", "case-studies/index.html"),
    ("case-study", "case-studies/es/reward/index.html"),
    ("case-study-adapted", "case-studies/pt/reward/index.html"),
    ("coverage", "coverage/index.html"),
    ("desk", "desk/index.html"),
    ("feed", "feed.xml"),
    ("home", "index.html"),
    ("idea", "ideas/reward-both/index.html"),
    ("ideas", "ideas/index.html"),
    ("lineage", "lineage/index.html"),
    ("metrics", "metrics/index.html"),
    ("new", "new/index.html"),
    ("new-feed", "new/feed.xml"),
    ("new-month", "new/2026-03/index.html"),
    ("not-found", "404.html"),
    ("offline", "offline.html"),
    ("playbook", "playbooks/reward-both-sides/index.html"),
    ("playbooks", "playbooks/index.html"),
    ("proposals", "proposals/index.html"),
    ("proposals-market", "proposals/pt/index.html"),
    ("prose", "about/index.html"),
    ("redirect", "referral-spain/index.html"),
    ("reuse", "reuse/index.html"),
    ("robots", "robots.txt"),
    ("running", "running/index.html"),
    ("search", "search/index.html"),
    ("similar", "similar/index.html"),
    ("similar-how", "similar/how/index.html"),
    ("sitemap", "sitemap.xml"),
    ("speed", "speed/index.html"),
    ("team", "teams/crm-iberia/index.html"),
    ("teams", "teams/index.html"),
    ("term", "markets/pt/index.html"),
    ("terms", "tactics/index.html"),
    ("vocabulary", "vocabulary/index.html"),
    ("write", "write/index.html"),
];

/// Name of the golden file and path of pages that show a family.
const FAMILY_PAGES: &[(&str, &str)] = &[
    ("case-study", "case-studies/cz/pen-and-paper/index.html"),
    ("desk", "desk/index.html"),
    ("home", "index.html"),
    ("similar", "similar/index.html"),
    ("similar-how", "similar/how/index.html"),
];

#[test]
fn every_kind_of_page_matches_its_golden_file() {
    for (hub, pages) in [("two-markets", PAGES), ("families", FAMILY_PAGES)] {
        let built = TestHub::golden(hub).build();
        for (name, path) in pages {
            let kept = repository()
                .join("tests/hubs")
                .join(hub)
                .join("expected/pages")
                .join(format!("{name}.html"));
            assert_golden(&kept, &one_block_per_line(&without_hashes(built.text(path))));
        }
    }
}

/// Every template has a golden file, so that a new kind of page needs one.
#[test]
fn every_template_has_a_golden_page() {
    let golden: Vec<&str> = PAGES.iter().map(|(name, _)| *name).collect();
    for template in casebook::site::pages::PAGES.iter().map(|page| page.template.0) {
        let kind = template.split('.').next().unwrap();
        assert!(golden.contains(&kind), "`{template}` has no golden page");
    }
}

/// Elements that start a new line in a golden page.
const BLOCKS: &[&str] = &[
    "article", "aside", "body", "button", "dd", "details", "dialog", "div", "dl", "dt", "entry",
    "fieldset", "figure", "footer", "form", "h1", "h2", "h3", "h4", "head", "header", "html",
    "input", "label", "li", "link", "loc", "main", "meta", "nav", "ol", "option", "p", "script",
    "section", "select", "style", "summary", "svg", "table", "tbody", "td", "template", "tfoot",
    "th", "thead", "title", "tr", "ul", "updated", "url",
];

/// A page with each opening tag of a block at the start of a line, so that a changed block is a
/// changed line.
fn one_block_per_line(page: &str) -> String {
    let mut text = String::with_capacity(page.len());
    for piece in page.split_inclusive('>') {
        let Some(tag) = piece.rfind('<') else {
            text.push_str(piece);
            continue;
        };
        let name = piece[tag + 1..].split([' ', '>', '\n']).next().unwrap_or("");
        text.push_str(&piece[..tag]);
        if BLOCKS.contains(&name) && !text.ends_with('\n') {
            text.push('\n');
        }
        text.push_str(&piece[tag..]);
    }
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    lines.map(|line| format!("{line}\n")).collect()
}

/// A page with `*` instead of the hashes in names of assets, so that golden pages do not depend on
/// styles and scripts.
fn without_hashes(page: &str) -> String {
    let mut text = page.to_owned();
    for asset in page.split(['"', '(', ' ', '>']).filter_map(|word| word.split("assets/").nth(1)) {
        let hash = asset
            .split(['.', '/'])
            .find(|part| part.len() == 16 && part.bytes().all(|byte| byte.is_ascii_hexdigit()));
        if let Some(hash) = hash {
            text = text.replace(&format!(".{hash}"), ".*");
        }
    }
    text
}
