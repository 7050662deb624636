//! Tests of the pages on evidence: their counts, sizes and links.

use std::collections::{BTreeMap, BTreeSet};

use casebook::catalog::Catalog;

use crate::support::{BuiltSite, TestHub, graded_a, sample_hub, sample_site, study_fields};

/// The largest accepted size of an uncompressed page.
const MAX_PAGE_BYTES: usize = 500_000;
const SECTIONS: [&str; 7] =
    ["coverage", "lineage", "reuse", "proposals", "metrics", "speed", "desk"];

/// Values of a front-matter list such as `markets: [GB, IE]`.
fn list_values<'a>(text: &'a str, field: &str) -> Vec<&'a str> {
    let line = text.lines().find_map(|line| line.strip_prefix(field)?.strip_prefix(": ["));
    line.map_or(Vec::new(), |list| {
        list.trim_end_matches(']').split(',').map(|word| word.trim().trim_matches('"')).collect()
    })
}

/// Number of experiments in the files by market and tactic; translations are not counted.
fn count_in_front_matter(catalog: &Catalog) -> BTreeMap<(String, String), usize> {
    let mut counts = BTreeMap::new();
    for case in &catalog.cases {
        let text = case.meta.body.text.split("\n---").next().unwrap_or_default();
        if text.contains("\ntranslation_of:") {
            continue;
        }
        for market in list_values(text, "markets") {
            for tactic in list_values(text, "tactics") {
                *counts.entry((market.to_lowercase(), tactic.to_owned())).or_default() += 1;
            }
        }
    }
    counts
}

/// Counts in the cells of the coverage table, by market and tactic.
fn counts_on_page(page: &str) -> BTreeMap<(String, String), usize> {
    let cells = page.split("case-studies/?market=").skip(1);
    cells
        .map(|cell| {
            let (market, rest) = cell.split_once("&amp;tactic=").unwrap();
            let (tactic, rest) = rest.split_once('"').unwrap();
            let count = rest.split_once("<b>").unwrap().1.split('<').next().unwrap();
            ((market.to_owned(), tactic.to_owned()), count.parse().unwrap())
        })
        .collect()
}

/// Site paths of the internal links of a page, without fragments.
fn links(path: &str, html: &str) -> BTreeSet<String> {
    let folder: Vec<&str> = path.split('/').collect();
    let hrefs = html.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next());
    let inside = hrefs
        .filter(|href| !href.contains(':') && !href.starts_with('#') && !href.starts_with('/'));
    inside
        .map(|href| {
            resolve(&folder[..folder.len() - 1], href.split(['#', '?']).next().unwrap_or_default())
        })
        .collect()
}

fn resolve(folder: &[&str], href: &str) -> String {
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

fn html_pages(built: &BuiltSite) -> impl Iterator<Item = (&str, &str)> {
    let html = built.0.files.iter().filter(|(path, _)| path.ends_with(".html"));
    html.map(|(path, bytes)| (path.as_str(), std::str::from_utf8(bytes).unwrap()))
}

#[test]
fn the_coverage_table_matches_the_front_matter() {
    let wanted = count_in_front_matter(&sample_hub().catalog);
    let shown = counts_on_page(sample_site().text("coverage/index.html"));
    assert!(shown.len() > 50, "{} cells", shown.len());
    assert_eq!(shown, wanted);
}

#[test]
fn every_section_has_a_page_without_broken_links() {
    let built = sample_site();
    for section in SECTIONS {
        built.assert_has_file(&format!("{section}/index.html"));
    }
    let section_pages = html_pages(built)
        .filter(|(path, _)| SECTIONS.iter().any(|section| path.starts_with(section)));
    for (path, html) in section_pages {
        for link in links(path, html) {
            let exists = built.0.files.contains_key(&link) || built.0.assets.contains_key(&link);
            assert!(exists, "`{path}` links to `{link}`, which is not there");
        }
    }
}

#[test]
fn empty_hubs_have_every_section_with_guidance() {
    let built = TestHub::from_files(&[]).build();
    for section in ["coverage", "lineage", "reuse", "proposals", "desk", "speed"] {
        built.assert_contains(&format!("{section}/index.html"), "class=\"empty\"");
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
    let studies: Vec<(String, String)> = (0..60)
        .flat_map(|market| (0..5).map(move |part| (market, part)))
        .map(|(market, part)| study(market, part))
        .collect();
    let settings =
        "title = \"Hub\"\n[vocabulary]\nmode = \"open\"\n[checks]\npreset = \"lenient\"\n";
    let mut files: Vec<(&str, &str)> =
        studies.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    files.push(("site.toml", settings));
    let built = TestHub::from_files(&files).build();
    built.assert_lacks_file("coverage/2/index.html");
    assert_eq!(counts_on_page(built.text("coverage/index.html")).len(), 3000);
    let largest = html_pages(&built).max_by_key(|(_, html)| html.len()).unwrap();
    assert!(largest.1.len() <= MAX_PAGE_BYTES, "`{}` has {} bytes", largest.0, largest.1.len());
}

#[test]
fn links_to_regions_stay_in_their_table() {
    let markets = "AR AT AU BE BG BR CA CH CL CO CZ DE DK EE EG ES FI FR GB GR HU ID IE IN IT JP KE KR \
                   LT LV MX NG NL NO NZ PE PL PT RO SE SI SK TH US VN ZA";
    let hub = markets.split_whitespace().fold(TestHub::new(), |hub, market| {
        let fields = format!(
            "status: planned\nmarkets: [{market}]\nchannels: [email]\ntactics: [referral-reward]"
        );
        hub.case(&format!("{}/study", market.to_lowercase()), &fields)
    });
    let built = hub.site("[checks]\npreset = \"lenient\"").build();
    for table in ["coverage", "coverage/channels"] {
        let path = format!("{table}/index.html");
        let html = built.text(&path);
        let folder: Vec<&str> = table.split('/').collect();
        let hrefs = html.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next());
        let to_regions: Vec<&str> = hrefs.filter(|href| href.contains("#in-")).collect();
        assert!(to_regions.len() > 2, "{to_regions:?}");
        for href in to_regions {
            let page = href.split('#').next().unwrap_or_default();
            assert_eq!(resolve(&folder, page), format!("{table}/index.html"), "{href}");
        }
    }
}

/// The numbers that stand behind a text in a page, such as `cx="`, up to the first that is none.
fn numbers_behind(html: &str, before: &str) -> Vec<f64> {
    let texts = html.split(before).skip(1);
    let is_digit = |digit: char| digit.is_ascii_digit() || digit == '.';
    texts
        .map(|rest| rest.split(|digit| !is_digit(digit)).next().unwrap().parse().unwrap())
        .collect()
}

/// The part of a page between two texts, the first of which must be there.
fn part_of<'p>(html: &'p str, from: &str, to: &str) -> &'p str {
    let rest = html.split_once(from).unwrap_or_else(|| panic!("`{from}` is not in {html}")).1;
    rest.split(to).next().unwrap()
}

/// A cost that falls is drawn where a rate that rises is: right of zero, in every chart of a page;
/// the figures keep the sign they were reported with, and a word says which way it went.
#[test]
fn better_is_to_the_right_in_every_chart() {
    for (metric, lift, low, high, sign) in
        [("cpa", -12.0, -18.0, -6.0, "−12.0%"), ("cvr", 12.0, 6.0, 18.0, "+12.0%")]
    {
        let fields =
            study_fields("DE", "email", "discount", "won", &graded_a(metric, lift, low, high));
        let built = TestHub::new()
            .site("[checks]\npreset = \"lenient\"")
            .case("de/one", &fields)
            .case("de/two", &fields)
            .build();
        let page = built.text("case-studies/de/one/index.html");
        let hero = part_of(page, "<svg class=\"chart", "</svg>");
        let zero = numbers_behind(hero, "class=\"zero\" d=\"M")[0];
        assert!(numbers_behind(hero, "cx=\"")[0] > zero, "{metric}: {hero}");
        assert!(numbers_behind(hero, "class=\"span\" d=\"M")[0] > zero, "{metric}: {hero}");
        assert!(numbers_behind(hero, "class=\"side-better\" x=\"")[0] == zero, "{metric}: {hero}");
        assert!(part_of(page, "primary-value", "</p>").contains(sign), "{metric}: {page}");
        assert!(part_of(page, "primary-say", "</p>").contains("better ("), "{metric}: {page}");
        let row = part_of(page, "class=\"number result-lift\"", "</tr>");
        assert!(row.contains(sign) && row.contains("</svg>better"), "{metric}: {row}");
        assert!(numbers_behind(row, "cx=\"")[0] > 60.0, "{metric}: {row}");
        let panel = part_of(built.text("markets/de/index.html"), "class=\"panel\"", "</figure>");
        let zero = numbers_behind(panel, "class=\"zero\" x1=\"")[0];
        for point in numbers_behind(panel, "cx=\"") {
            assert!(point > zero, "{metric}: {point} against {zero} in {panel}");
        }
        assert!(panel.contains(sign), "{metric}: {panel}");
    }
}

/// The first three proposals of a market stand open, the others behind one click, and coverage marks
/// only gaps that a strong one would fill.
#[test]
fn only_strong_proposals_mark_a_gap_and_three_stand_open() {
    let won =
        |tactic: &str| study_fields("DE", "email", tactic, "won", &graded_a("cvr", 3.0, 1.0, 5.0));
    let tactics = ["win-back", "bundle", "quiz", "discount", "social-proof"];
    let hub = tactics
        .iter()
        .fold(TestHub::new(), |hub, tactic| hub.case(&format!("de/{tactic}"), &won(tactic)));
    let built = ["AT", "JP"]
        .iter()
        .fold(hub, |hub, market| {
            let fields = study_fields(market, "messaging", "free-trial", "lost", "");
            hub.case(&format!("{}/own", market.to_lowercase()), &fields)
        })
        .site("[checks]\npreset = \"lenient\"")
        .build();
    let coverage = built.text("coverage/index.html");
    for (market, marks) in [("at", tactics.len()), ("jp", 0)] {
        let shown = coverage.matches(&format!("href=\"../proposals/{market}/")).count();
        assert_eq!(shown, marks, "{market}: {coverage}");
        let page = built.text(&format!("proposals/{market}/index.html"));
        let (open, folded) = page.split_once("<details class=\"section").unwrap();
        let cards = |html: &str| html.matches("class=\"proposal card\"").count();
        assert_eq!((cards(open), cards(folded)), (3, tactics.len() - 3), "{market}: {page}");
        assert!(folded.contains("2 more suggestions"), "{market}: {page}");
    }
}

/// Reasons are chips, the same ones wherever a pair is shown; the words are behind a click.
#[test]
fn reasons_of_similarity_are_chips() {
    let study = |market: &str| {
        let more = format!(
            "title: Message after the cart is left, {market}\nhypothesis: If people who left a cart get a message with their basket in the evening, then more of them finish the order, because they see what they chose.\naudience: [returning visitors]\n{}",
            graded_a("cvr", 3.0, 1.0, 5.0)
        );
        study_fields(market, "email", "cart-recovery", "won", &more)
    };
    let pair = TestHub::new()
        .site("[checks]\npreset = \"lenient\"")
        .case("de/cart", &study("DE"))
        .case("at/cart", &study("AT"));
    // Words that every study has name nothing.
    let others = ["bundle", "discount", "referral-reward", "loyalty-points", "retargeting"];
    let built = others
        .iter()
        .fold(pair, |hub, tactic| {
            let title = format!("title: Something else with {tactic}");
            hub.case(&format!("fr/{tactic}"), &study_fields("FR", "tv", tactic, "lost", &title))
        })
        .build();
    let chips = [
        "Same tactic <b><bdi>Cart recovery",
        "Same question</span>",
        "Same channel <b><bdi>E-mail",
        "Same metric <b><bdi>",
        "Same audience <b><bdi>returning visitors",
    ];
    let card = part_of(built.text("similar/index.html"), "<article class=\"pair", "</article>");
    let page = built.text("case-studies/de/cart/index.html");
    let (note, aside) = (
        part_of(page, "class=\"note attention\"", "</p>"),
        part_of(page, "aria-labelledby=\"_similar\"", "</section>"),
    );
    for place in [card, note, aside] {
        for chip in chips {
            assert!(place.contains(chip), "`{chip}` is not in {place}");
        }
    }
    for place in [card, aside] {
        let words = part_of(place, "<summary>Shared words</summary>", "</details>");
        assert!(words.contains("message"), "{place}");
    }
    assert!(!note.contains("Shared words"), "a note stays short: {note}");
}

/// Every study is in a quarter that is shown, in one that is said to be left out, or said to have no
/// date, and the sums of the table are those of its rows.
#[test]
fn the_quarters_add_up_to_all_studies() {
    let dated = |start: &str, end: &str| {
        format!(
            "{}\ndecision: scale",
            study_fields("DE", "email", "discount", "won", &format!("start: {start}\nend: {end}"))
        )
    };
    let open = |status: &str, start: &str| {
        format!(
            "status: {status}\nmarkets: [DE]\nchannels: [email]\ntactics: [discount]\nstart: {start}"
        )
    };
    let built = TestHub::new()
        .site("[checks]\npreset = \"lenient\"")
        .case("de/old", &dated("2020-01-01", "2020-02-01"))
        .case("de/last", &dated("2026-03-01", "2026-03-14"))
        .case("de/this", &dated("2026-10-01", "2026-10-14"))
        .case("de/running", &open("running", "2026-11-01"))
        .case("de/next", &open("planned", "2027-02-01"))
        .case("de/far", &open("planned", "2029-02-01"))
        .case("de/undated", &study_fields("DE", "email", "discount", "lost", ""))
        .build();
    let page = built.text("speed/index.html");
    let table =
        part_of(part_of(page, "<figure class=\"quarters\"", "</section>"), "<tbody>", "</table>");
    let (rows, foot) = table.split_once("<tfoot>").unwrap();
    let counts = |row: &str| -> Vec<usize> {
        let cells = row.split("class=\"number\">").skip(1);
        let count = |cell: &str| cell.split('<').next().unwrap().parse().unwrap_or(0);
        cells.map(count).take(7).collect()
    };
    let sums = rows
        .split("</tr>")
        .map(counts)
        .filter(|row| !row.is_empty())
        .fold(vec![0; 7], |sums: Vec<usize>, row| {
            sums.iter().zip(row).map(|(sum, count)| sum + count).collect()
        });
    assert_eq!(counts(foot), sums, "{table}");
    assert_eq!((sums[0], sums[1], sums[5]), (4, 2, 2), "all, won, open: {table}");
    assert!(page.contains("2 studies of other quarters are not shown."), "{page}");
    assert!(page.contains("1 study has no date"), "{page}");
    assert!(part_of(page, "class=\"figure-value\">", "<").contains("14 days"), "{page}");
}
