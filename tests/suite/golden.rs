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

/// One page of each kind, by the name of its golden file.
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
    ("search", "search/index.html"),
    ("similar", "similar/index.html"),
    ("similar-how", "similar/how/index.html"),
    ("sitemap", "sitemap.xml"),
    ("speed", "speed/index.html"),
    ("term", "markets/pt/index.html"),
    ("terms", "tactics/index.html"),
];

/// Pages that show a family.
const FAMILY_PAGES: &[(&str, &str)] = &[
    ("case-study", "case-studies/cz/pen-and-paper/index.html"),
    ("desk", "desk/index.html"),
    ("home", "index.html"),
    ("similar", "similar/index.html"),
    ("similar-how", "similar/how/index.html"),
];

#[test]
fn every_kind_of_page_is_as_it_was_reviewed() {
    for (hub, pages) in [("two-markets", PAGES), ("families", FAMILY_PAGES)] {
        let built = TestHub::from(hub).build();
        for (name, path) in pages {
            let kept = repository().join("tests/hubs").join(hub).join("expected/pages").join(format!("{name}.html"));
            matches_kept(&kept, &one_block_a_line(&without_hashes(built.text(path))));
        }
    }
}

/// A new kind of page comes with its golden file: no template is without one.
#[test]
fn every_template_has_a_golden_page() {
    let golden: Vec<&str> = PAGES.iter().map(|(name, _)| *name).collect();
    for template in casebook::site::pages::PAGES.iter().map(|page| page.template.0) {
        let kind = template.split('.').next().unwrap();
        assert!(golden.contains(&kind), "`{template}` has no golden page");
    }
}

/// Elements that begin a line of their own in a golden page.
const BLOCKS: &[&str] = &[
    "article", "aside", "body", "button", "dd", "details", "dialog", "div", "dl", "dt", "entry", "fieldset", "figure", "footer", "form", "h1", "h2",
    "h3", "h4", "head", "header", "html", "input", "label", "li", "link", "loc", "main", "meta", "nav", "ol", "option", "p", "script", "section",
    "select", "style", "summary", "svg", "table", "tbody", "td", "template", "tfoot", "th", "thead", "title", "tr", "ul", "updated", "url",
];

/// The page with every opening tag of a block at the start of a line, so that a change of one block is a change of one line.
fn one_block_a_line(page: &str) -> String {
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

/// The page with `*` in place of every hash in the name of an asset: a golden page tells of markup, not of styles.
fn without_hashes(page: &str) -> String {
    let mut text = page.to_owned();
    for asset in page.split(['"', '(', ' ', '>']).filter_map(|word| word.split("assets/").nth(1)) {
        let hash = asset.split(['.', '/']).find(|part| part.len() == 16 && part.bytes().all(|byte| byte.is_ascii_hexdigit()));
        if let Some(hash) = hash {
            text = text.replace(&format!(".{hash}"), ".*");
        }
    }
    text
}
