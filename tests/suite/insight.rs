//! The pages that follow from the evidence, as readers get them: their figures recounted, their size, their links.

use std::collections::{BTreeMap, BTreeSet};

use crate::support::{Built, TestHub, repository};

/// The most raw HTML of one page.
const MOST_BYTES: usize = 500_000;
const ROOMS: [&str; 7] = ["coverage", "lineage", "reuse", "proposals", "metrics", "speed", "desk"];

/// The words of a list in front matter: `markets: [GB, IE]`.
fn listed<'a>(text: &'a str, field: &str) -> Vec<&'a str> {
    let line = text.lines().find_map(|line| line.strip_prefix(field)?.strip_prefix(": ["));
    line.map_or(Vec::new(), |list| list.trim_end_matches(']').split(',').map(|word| word.trim().trim_matches('"')).collect())
}

/// How many experiments the files name for each market and tactic; translations are no experiments.
fn recounted(hub: TestHub) -> BTreeMap<(String, String), usize> {
    let mut counts = BTreeMap::new();
    let checked = hub.read();
    for case in &checked.catalog().cases {
        let text = case.meta.body.text.split("\n---").next().unwrap_or_default();
        if text.contains("\ntranslation_of:") {
            continue;
        }
        for market in listed(text, "markets") {
            for tactic in listed(text, "tactics") {
                *counts.entry((market.to_lowercase(), tactic.to_owned())).or_default() += 1;
            }
        }
    }
    counts
}

/// The counts that the cells of the coverage table show.
fn shown(page: &str) -> BTreeMap<(String, String), usize> {
    let cells = page.split("?market=").skip(1);
    cells
        .map(|cell| {
            let (market, rest) = cell.split_once("&amp;tactic=").unwrap();
            let (tactic, rest) = rest.split_once('"').unwrap();
            let count = rest.split_once("<b>").unwrap().1.split('<').next().unwrap();
            ((market.to_owned(), tactic.to_owned()), count.parse().unwrap())
        })
        .collect()
}

/// Site paths that the links of a page lead to, without their anchors.
fn links(path: &str, html: &str) -> BTreeSet<String> {
    let folder: Vec<&str> = path.split('/').collect();
    let hrefs = html.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next());
    let inside = hrefs.filter(|href| !href.contains(':') && !href.starts_with('#') && !href.starts_with('/'));
    inside.map(|href| settled(&folder[..folder.len() - 1], href.split(['#', '?']).next().unwrap_or_default())).collect()
}

fn settled(folder: &[&str], href: &str) -> String {
    let mut parts = folder.to_vec();
    for part in href.split('/') {
        match part {
            ".." => drop(parts.pop()),
            "." | "" => {}
            name => parts.push(name),
        }
    }
    let path = parts.join("/");
    match (href.is_empty() || href.ends_with('/'), path.is_empty()) {
        (true, true) => "index.html".to_owned(),
        (true, false) => format!("{path}/index.html"),
        (false, _) => path,
    }
}

fn pages(built: &Built) -> impl Iterator<Item = (&str, &str)> {
    let html = built.0.files.iter().filter(|(path, _)| path.ends_with(".html"));
    html.map(|(path, bytes)| (path.as_str(), std::str::from_utf8(bytes).unwrap()))
}

#[test]
fn the_coverage_table_says_what_the_front_matter_says() {
    let built = TestHub::at(&repository()).build();
    let wanted = recounted(TestHub::at(&repository()));
    let shown = shown(built.text("coverage/index.html"));
    assert!(shown.len() > 50, "{} cells", shown.len());
    assert_eq!(shown, wanted);
}

#[test]
fn every_room_has_its_page_and_no_link_leads_nowhere() {
    let built = TestHub::at(&repository()).build();
    for room in ROOMS {
        built.shows(&format!("{room}/index.html"));
    }
    let rooms = pages(&built).filter(|(path, _)| ROOMS.iter().any(|room| path.starts_with(room)));
    for (path, html) in rooms {
        for link in links(path, html) {
            let there = built.0.files.contains_key(&link) || built.0.assets.contains_key(&link);
            assert!(there, "`{path}` links to `{link}`, which is not there");
        }
    }
}

#[test]
fn an_empty_hub_has_every_room_and_says_what_to_do() {
    let built = TestHub::of(&[]).build();
    for room in ["coverage", "lineage", "reuse", "proposals", "desk", "speed"] {
        built.holds(&format!("{room}/index.html"), "class=\"empty\"");
    }
}

#[test]
fn sixty_markets_by_fifty_tactics_fit_on_one_page() {
    let tactics: Vec<String> = (0..50).map(|number| format!("tactic-{number:02}")).collect();
    let study = |market: usize, part: usize| {
        let tactics = tactics[part * 10..part * 10 + 10].join(", ");
        let text = format!(
            "---\ntitle: Study\nstatus: completed\noutcome: won\nmarkets: [region-{market:02}]\nchannels: [email]\ntactics: [{tactics}]\n---\n"
        );
        (format!("content/case-studies/region-{market:02}/study-{part}.md"), text)
    };
    let studies: Vec<(String, String)> =
        (0..60).flat_map(|market| (0..5).map(move |part| (market, part))).map(|(market, part)| study(market, part)).collect();
    let settings = "title = \"Hub\"\n[vocabulary]\nmode = \"open\"\n[checks]\npreset = \"lenient\"\n";
    let mut files: Vec<(&str, &str)> = studies.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    files.push(("site.toml", settings));
    let built = TestHub::of(&files).build();
    built.hides("coverage/2/index.html");
    assert_eq!(shown(built.text("coverage/index.html")).len(), 3000);
    let largest = pages(&built).max_by_key(|(_, html)| html.len()).unwrap();
    assert!(largest.1.len() <= MOST_BYTES, "`{}` has {} bytes", largest.0, largest.1.len());
}
