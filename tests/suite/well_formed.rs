//! Tests that all generated files are well formed for any text in records.

use std::collections::BTreeMap;

use markup5ever_rcdom::{Handle, NodeData, RcDom};
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::Config;

use crate::support::{BuiltSite, TestHub, property};

/// Texts that break naive generators of HTML, XML, CSV, YAML and templates.
const HOSTILE: &[&str] = &[
    "plain",
    "\u{b}",
    "\u{c}",
    "\0",
    "\u{1}",
    "\u{1b}[31m",
    "\u{7f}",
    "\u{85}",
    "\u{9f}",
    "\u{fffe}",
    "\u{ffff}",
    "\u{fdd0}",
    "\u{2028}",
    "\u{202e}",
    "\u{200f}",
    "\u{feff}",
    "👩‍👩‍👧",
    "\u{10ffff}",
    "]]>",
    "<!--",
    "-->",
    "--!>",
    "<![CDATA[",
    "<?xml",
    "&",
    "&amp;",
    "&#1;",
    "&bogus;",
    "&#x1F600",
    "<",
    ">",
    "\"",
    "'",
    "</title>",
    "</script>",
    "<script>",
    "</textarea>",
    "<zz-evil zz-on=1>",
    "\" zz-on=\"1",
    "' zz-on='1",
    "=1+1",
    ";=1+1",
    "@sum",
    "\n",
    "\r\n",
    "\t",
    "\\",
    "{{ site.title }}",
    "{% raw %}",
    "`",
    "|",
    "%",
    "Übersicht",
    "ไทย",
    "ａ＝ｂ",
];

fn hostile_text() -> impl Strategy<Value = String> {
    let short = prop::collection::vec(select(HOSTILE), 1..6).prop_map(|pieces| pieces.concat());
    prop_oneof![9 => short, 1 => select(HOSTILE).prop_map(|piece| piece.repeat(400))]
}

/// A text as a double-quoted string that YAML and TOML both accept.
fn quoted(text: &str) -> String {
    let seen = |letter: char| {
        letter.is_alphanumeric()
            || letter.is_ascii_graphic() && !matches!(letter, '"' | '\\')
            || letter == ' '
    };
    let letters = text.chars().map(|letter| {
        if seen(letter) { letter.to_string() } else { format!("\\U{:08x}", u32::from(letter)) }
    });
    format!("\"{}\"", letters.collect::<String>())
}

/// Files of a hub in which each free text is one of `texts`, in turn.
fn hub(texts: &[String]) -> Vec<(String, String)> {
    let mut turn = 0;
    let mut next = || {
        turn += 1;
        quoted(&texts[turn % texts.len()])
    };
    let mut files = vec![(
        "site.toml".to_owned(),
        format!(
            "title = {}\ndescription = {}\nowner = {}\nnotice = {}\nbase_url = \"https://hub.example/x/\"\n[checks]\npreset = \"lenient\"\n[vocabulary]\nmode = \"open\"\n",
            next(),
            next(),
            next(),
            next()
        ),
    )];
    let body = texts.concat();
    // YAML reads no key of more than 1,024 characters.
    let key = &quoted(&texts[0].chars().take(60).collect::<String>());
    for (market, status) in
        [("de", "completed\noutcome: won"), ("fr", "running"), ("it", "planned")]
    {
        let text = format!(
            "---\ntitle: {}\nstatus: {status}\nmarkets: [{market}, {}]\nchannels: [email, {}]\ntactics: [discount]\nsummary: {}\nhypothesis: {}\nowner: {}\n\
             audience: [{}]\nbrand: [{}]\nfixed: [{}]\nflexible: [{}]\nverified_by: {}\nverified_on: 2026-01-01\nvariants:\n- {{name: {}, description: {}}}\n\
             links:\n- {{label: {}, url: {}}}\nextra:\n  {}: {}\n  list: [{}, {{a: {}}}]\nresults:\n- {{metric: {}, role: primary, lift: -3.5, note: {}}}\n---\n\
             \n## Heading {body}\n\n{body}\n\n- {body}\n\n<p title={}>{body}</p>\n\n| a |\n|---|\n| {body} |\n\n```\n{body}\n```\n",
            next(),
            next(),
            next(),
            next(),
            next(),
            next(),
            next(),
            next(),
            next(),
            next(),
            next(),
            next(),
            next(),
            next(),
            quoted(&format!("https://x.example/{}", texts[0])),
            key,
            next(),
            next(),
            next(),
            next(),
            next(),
            next()
        );
        files.push((format!("content/case-studies/{market}/a.md"), text));
    }
    let idea = format!(
        "---\ntitle: {}\nstatus: new\nsummary: {}\nextra: {{a: {}}}\nevidence: [de/a]\n---\n{body}\n",
        next(),
        next(),
        next()
    );
    files.push(("content/ideas/b.md".to_owned(), idea));
    let playbook = format!(
        "---\ntitle: {}\nclaim: {}\nstatus: supported\nsupports: [de/a]\n---\n{body}\n",
        next(),
        next()
    );
    files.push(("content/playbooks/c.md".to_owned(), playbook));
    files.push((
        "content/pages/d.md".to_owned(),
        format!(
            "---\ntitle: {}\nsummary: {}\nextra: {{k: {}}}\n---\n{body}\n",
            next(),
            next(),
            next()
        ),
    ));
    files
}

fn build(texts: &[String]) -> BuiltSite {
    let files = hub(texts);
    let files: Vec<(&str, &str)> =
        files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    TestHub::from_files(&files).build()
}

/// Parses all files of a site with strict parsers; the number of parsed files by format.
fn read_all(built: &BuiltSite) -> BTreeMap<&str, usize> {
    let mut read = BTreeMap::new();
    for (path, bytes) in &built.0.files {
        let format = path.rsplit('.').next().unwrap_or("");
        match format {
            "html" => check_html(path, decode_text(path, bytes)),
            "xml" => check_xml(path, decode_text(path, bytes)),
            "json" => drop(
                serde_json::from_slice::<serde_json::Value>(bytes)
                    .unwrap_or_else(|error| panic!("{path}: {error}")),
            ),
            "csv" => check_csv(path, decode_text(path, bytes)),
            _ => continue,
        }
        *read.entry(format).or_default() += 1;
    }
    read
}

fn decode_text<'b>(path: &str, bytes: &'b [u8]) -> &'b str {
    let text = std::str::from_utf8(bytes).unwrap_or_else(|error| panic!("{path}: {error}"));
    let lost = text.chars().find(|letter| {
        letter.is_control() && !matches!(letter, '\t' | '\n' | '\r' | '\u{7f}'..='\u{9f}')
    });
    assert_eq!(lost, None, "{path} holds a control character");
    text
}

fn check_xml(path: &str, text: &str) {
    let document =
        roxmltree::Document::parse(text).unwrap_or_else(|error| panic!("{path}: {error}"));
    for entry in document
        .descendants()
        .filter(|node| node.has_tag_name("entry") || node.has_tag_name("feed"))
    {
        let parts: Vec<&str> = entry
            .children()
            .filter(|node| node.is_element())
            .map(|node| node.tag_name().name())
            .collect();
        for part in ["id", "title", "updated"] {
            assert_eq!(
                parts.iter().filter(|known| **known == part).count(),
                1,
                "{path}: one `{part}` in {parts:?}"
            );
        }
    }
}

fn check_csv(path: &str, text: &str) {
    let text =
        text.strip_prefix('\u{feff}').unwrap_or_else(|| panic!("{path} has no byte-order mark"));
    for separator in [b',', b';', b'\t'] {
        // Spreadsheets may split cells at another separator than the comma.
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(separator != b',')
            .delimiter(separator)
            .from_reader(text.as_bytes());
        for record in reader.records() {
            for cell in &record.unwrap_or_else(|error| panic!("{path}: {error}")) {
                let bare = cell.trim_start_matches([' ', '"', '\u{a0}']);
                let runs = bare.starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠'])
                    && bare.parse::<f64>().is_err();
                assert!(!runs, "{path}: `{cell}` would be run");
            }
        }
    }
}

/// Fails on parse errors, and if text of an author has become an element or an attribute.
fn check_html(path: &str, text: &str) {
    use html5ever::tendril::TendrilSink;
    let options = html5ever::ParseOpts {
        tokenizer: html5ever::tokenizer::TokenizerOpts { exact_errors: true, ..Default::default() },
        ..Default::default()
    };
    let dom = html5ever::parse_document(RcDom::default(), options).one(text);
    // Discouraged characters are harmless.
    let errors: Vec<_> = dom
        .errors
        .borrow()
        .iter()
        .filter(|error| !error.starts_with("Bad character"))
        .cloned()
        .collect();
    assert!(errors.is_empty(), "{path}: {errors:?}");
    walk(path, &dom.document);
}

fn walk(path: &str, node: &Handle) {
    if let NodeData::Element { name, attrs, .. } = &node.data {
        assert!(!name.local.starts_with("zz"), "{path}: an element of an author");
        assert!(
            attrs.borrow().iter().all(|attribute| !attribute.name.local.starts_with("zz")),
            "{path}: an attribute of an author"
        );
        if &*name.local == "script" {
            let attributes = attrs.borrow();
            let kind = attributes.iter().find(|attribute| &*attribute.name.local == "type");
            if kind.is_some_and(|kind| &*kind.value == "application/ld+json") {
                check_structured_data(path, node);
            } else {
                assert!(node.children.borrow().is_empty(), "{path}: a script in the page");
            }
        }
    }
    node.children.borrow().iter().for_each(|child| walk(path, child));
}

/// Fails unless the text of a block of data is JSON that names its vocabulary.
fn check_structured_data(path: &str, script: &Handle) {
    let texts = script.children.borrow();
    let text: String = texts
        .iter()
        .map(|child| match &child.data {
            NodeData::Text { contents } => contents.borrow().to_string(),
            _ => panic!("{path}: more than text in a block of data"),
        })
        .collect();
    assert!(!text.contains('<'), "{path}: a tag in a block of data");
    let data: serde_json::Value =
        serde_json::from_str(&text).unwrap_or_else(|error| panic!("{path}: {error}"));
    assert_eq!(data["@context"], "https://schema.org", "{path}");
    assert!(data["@graph"][0]["headline"].is_string(), "{path}");
}

proptest! {
    #![proptest_config(Config { max_shrink_iters: 12, ..property(4) })]
    #[test]
    fn every_file_is_well_formed_for_any_text(texts in prop::collection::vec(hostile_text(), 3..7)) {
        read_all(&build(&texts));
    }
}

#[test]
fn every_file_is_well_formed_with_all_hostile_texts() {
    let texts: Vec<String> = HOSTILE.iter().map(|piece| format!("a{piece}b")).collect();
    let built = build(&texts);
    let read = read_all(&built);
    assert!(
        read["html"] > 30 && read["xml"] > 5 && read["json"] > 5 && read["csv"] == 6,
        "{read:?}"
    );
}
