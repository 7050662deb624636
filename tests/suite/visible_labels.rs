//! Tests that readers see labels where files and addresses have ids.

use std::collections::BTreeSet;

use casebook::vocabulary::{Term, Vocabulary};
use markup5ever_rcdom::{Handle, NodeData, RcDom};

use crate::support::{sample_hub, sample_site};

/// Elements whose whole text names a thing.
const NAMING_ELEMENTS: &[&str] =
    &["h1", "h2", "h3", "h4", "th", "dt", "summary", "option", "button"];
/// Classes of elements whose whole text names a thing.
const NAMING_CLASSES: &[&str] =
    &["chip", "badge", "kind", "entrances", "terms", "tabs", "column-group"];

/// Ids of families and terms, the ids of terms also behind the name of their facet, except those
/// that are a label; and the labels of terms, of which some are their id with a capital letter.
fn ids_and_labels(vocabulary: &Vocabulary) -> (BTreeSet<String>, BTreeSet<String>) {
    let (mut ids, mut labels) = (BTreeSet::new(), BTreeSet::new());
    let mut add = |facet: &str, term: &Term| {
        ids.insert(term.slug());
        labels.insert(term.label.clone());
        ids.insert(format!("{facet}:{}", term.slug()));
        ids.extend(term.family.clone());
    };
    vocabulary.markets.iter().for_each(|(_, term)| add("market", term));
    vocabulary.groups.iter().for_each(|(_, term)| add("group", term));
    vocabulary.channels.iter().for_each(|(_, term)| add("channel", term));
    vocabulary.tactics.iter().for_each(|(_, term)| add("tactic", term));
    vocabulary.metrics.iter().for_each(|(_, term)| add("metric", term));
    ids.retain(|id| !labels.contains(id));
    (ids, labels)
}

/// The text of a node and of all nodes in it.
fn text_of(node: &Handle) -> String {
    let own = match &node.data {
        NodeData::Text { contents } => contents.borrow().to_string(),
        _ => String::new(),
    };
    own + &node.children.borrow().iter().map(text_of).collect::<String>()
}

/// Whether an element stands for one name: by its tag, or by a class of its own or of the list it
/// is in.
fn is_naming(node: &Handle, is_in_list: bool) -> bool {
    let NodeData::Element { name, .. } = &node.data else { return false };
    NAMING_ELEMENTS.contains(&&*name.local) || has_class(node) || is_in_list && &*name.local == "a"
}

/// Whether an element has one of the naming classes.
fn has_class(node: &Handle) -> bool {
    let NodeData::Element { attrs, .. } = &node.data else { return false };
    let attributes = attrs.borrow();
    let class = attributes.iter().find(|attribute| &*attribute.name.local == "class");
    class.is_some_and(|class| {
        class.value.split_whitespace().any(|class| NAMING_CLASSES.contains(&class))
    })
}

/// Collects the names below a node: texts of headings, chips and links of lists.
fn collect_names(node: &Handle, is_in_list: bool, names: &mut Vec<String>) {
    if is_naming(node, is_in_list) {
        names.push(text_of(node).split_whitespace().collect::<Vec<_>>().join(" "));
    }
    let is_in_list = is_in_list || has_class(node);
    node.children.borrow().iter().for_each(|child| collect_names(child, is_in_list, names));
}

/// The names in a page that are a raw id, in any case where the id has a hyphen or a colon; a
/// number behind the name, as in facets, does not count.
fn raw_names(html: &str, ids: &BTreeSet<String>, labels: &BTreeSet<String>) -> Vec<String> {
    let dom = html5ever::parse_document(RcDom::default(), Default::default());
    let dom = html5ever::tendril::TendrilSink::one(dom, html);
    let mut names = Vec::new();
    collect_names(&dom.document, false, &mut names);
    let is_raw = |name: &String| {
        let name = name.trim_end_matches(|letter: char| letter.is_ascii_digit() || letter == ' ');
        let lower = name.to_lowercase();
        !labels.contains(name)
            && (ids.contains(name) || lower.contains(['-', ':']) && ids.contains(&lower))
    };
    names.retain(is_raw);
    names
}

#[test]
fn no_heading_or_chip_of_the_sample_hub_is_a_raw_id() {
    let (ids, labels) = ids_and_labels(&sample_hub().catalog.vocabulary);
    for (html, wanted) in [
        ("<h2>Journey-ux</h2>", "Journey-ux"),
        ("<a class=\"chip\" href=\"x\">tactic:referral-reward</a>", "tactic:referral-reward"),
        ("<ul class=\"terms\"><li><a>referral-reward</a> 3</li><li>x</li></ul>", "referral-reward"),
        ("<option>referral-reward 4</option>", "referral-reward 4"),
    ] {
        assert_eq!(raw_names(html, &ids, &labels), [wanted]);
    }
    assert!(raw_names("<h2>Referral reward</h2><p>referral-reward</p>", &ids, &labels).is_empty());
    let files = &sample_site().0.files;
    let pages: Vec<_> = files.iter().filter(|(path, _)| path.ends_with(".html")).collect();
    assert!(pages.len() > 100, "the pages are there");
    let mut found = Vec::new();
    for (path, bytes) in pages {
        let html = std::str::from_utf8(bytes).unwrap();
        found.extend(
            raw_names(html, &ids, &labels).into_iter().map(|name| format!("{path}: {name}")),
        );
    }
    assert!(found.is_empty(), "raw ids are shown:\n{}", found.join("\n"));
}

/// Families of tactics have labels on both pages that group tactics by them, also the hub's own.
#[test]
fn families_of_tactics_have_one_label_everywhere() {
    let built = crate::support::TestHub::new()
        .file(
            "content/vocabulary/tactics.yaml",
            "- id: mascot-cameo\n  label: Mascot cameo\n  family: brand-play\n",
        )
        .file(
            "content/case-studies/de/mascot.md",
            "---\ntitle: Mascot\nstatus: running\nmarkets: [DE]\nchannels: [email]\ntactics: [mascot-cameo, free-shipping]\n---\n",
        )
        .build();
    for page in ["tactics/index.html", "coverage/index.html"] {
        built.assert_contains(page, "Brand play").assert_contains(page, "Offer and price");
    }
}

/// The menu keeps what everybody reads apart from what is for the hub team, marks the section of a
/// page, and every page has the four lists.
#[test]
fn the_menu_has_reading_apart_from_curating() {
    let built = sample_site();
    let navigation = |path: &str| {
        let text = built.text(path);
        let start = text.find("id=\"_menu\"").expect("every page has a menu");
        text[start..start + text[start..].find("</nav>").expect("the menu ends")].to_owned()
    };
    let home = navigation("index.html");
    let (reading, curating) = home.split_once("curating").expect("a list for curating");
    for address in ["markets/", "tactics/", "channels/", "groups/", "case-studies/", "playbooks/"] {
        assert!(reading.contains(&format!("href=\"{address}\"")), "{address}");
    }
    assert!(!reading.contains("href=\"desk/\"") && curating.contains("href=\"desk/\""));
    assert!(!home.contains("aria-current"), "the home page is in no section");
    let current = |path: &str| {
        let menu = navigation(path);
        let (before, after) = menu.split_once(" aria-current=\"true\">").expect(path);
        assert!(!after.contains("aria-current"), "{path} is in one section");
        let start = before.rfind('<').expect("an element");
        let label = after.split('<').next().unwrap_or_default().trim().to_owned();
        (before[start + 1..].split(' ').next().unwrap_or_default().to_owned(), label)
    };
    let item = |element: &str, label: &str| (element.to_owned(), label.to_owned());
    assert_eq!(current("tactics/index.html"), item("button", "Browse"));
    assert_eq!(current("case-studies/index.html"), item("button", "Browse"));
    assert_eq!(current("speed/index.html"), item("a", "Insights"));
    assert_eq!(current("desk/index.html"), item("a", "To review"));
    assert_eq!(current("similar/index.html"), item("a", "To review"));
    built.assert_contains("similar/index.html", "href=\"../desk/\">To review</a>");
}
