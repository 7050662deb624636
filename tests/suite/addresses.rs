//! Tests of addresses and links: addresses are unique, links resolve, and every file has a status.

use std::cell::RefCell;
use std::collections::{BTreeSet, HashMap, HashSet};

use casebook::command::check::{FileStatus, list_files};
use casebook::site::pages::{self, PAGES};
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::{
    BufferQueue, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts,
};
use percent_encoding::percent_decode_str;

use crate::support::{BuiltSite, HubFolder, TestHub, sample_hub, sample_site};

const SETTINGS: &str = "title = \"Hub\"\nbase_url = \"https://hub.example/\"\n";

fn study_file(fields: &str, body: &str) -> String {
    format!(
        "---\ntitle: Scooters\nstatus: planned\nmarkets: [DE]\nchannels: [email]\ntactics: [referral-reward]\n{fields}---\n\n{body}\n"
    )
}

fn hub(files: &[(&str, &str)]) -> TestHub {
    let settings = [("site.toml", SETTINGS)];
    TestHub::from_files(&settings.iter().chain(files).copied().collect::<Vec<_>>())
}

#[test]
fn pages_cannot_take_the_address_of_a_generated_page() {
    let page = "---\ntitle: Ours\n---\n\nText.\n";
    let taken = [
        "speed",
        "proposals",
        "markets",
        "markets/de",
        "Markets/DE",
        "tactics/referral-reward/2",
        "desk/results-due",
        "coverage/groups",
        "similar/how",
        "search",
        "search/tips",
    ];
    for path in taken {
        let read = hub(&[
            ("content/case-studies/de/a.md", &study_file("", "Text.")),
            (&format!("content/pages/{path}.md"), page),
        ])
        .read();
        assert!(read.codes().contains(&"same-address"), "{path}: {}", read.report());
    }
    let free = [
        "about",
        "markets/our-plans",
        "coverage-notes",
        "ideas-we-had",
        "metrics/definitions",
        "2",
    ];
    for path in free {
        let read = hub(&[
            ("content/case-studies/de/a.md", &study_file("", "Text.")),
            (&format!("content/pages/{path}.md"), page),
        ])
        .read();
        assert!(!read.codes().contains(&"same-address"), "{path}: {}", read.report());
        read.build().assert_has_file(&format!("{path}/index.html"));
    }
}

/// A numeric name conflicts only with an existing page of the list, such as `ideas/2/`.
#[test]
fn ideas_may_have_numeric_names() {
    let idea = "---\ntitle: Reward\nstatus: new\n---\n\nText.\n";
    let files: Vec<(String, &str)> =
        (1..=12).map(|number| (format!("content/ideas/{number}.md"), idea)).collect();
    let files: Vec<(&str, &str)> =
        files.iter().map(|(path, text)| (path.as_str(), *text)).collect();
    hub(&files)
        .build()
        .assert_has_file("ideas/2/index.html")
        .assert_has_file("ideas/12/index.html");
}

#[test]
fn attachments_and_aliases_share_the_addresses_with_pages() {
    let hub = HubFolder::new(&[("site.toml", SETTINGS)]);
    let aliases = "aliases: [/404.html, /feed.xml, robots.txt, /search/manifest.json, /markets/de/, /data/results.csv, /case-studies/de/b/, /old/, /page.html]\n";
    hub.write("content/case-studies/de/a.md", study_file(aliases, "Text."));
    hub.write("content/case-studies/de/b.md", study_file("aliases: [/old/]\n", "Text."));
    for path in [
        "pages/robots.txt",
        "data/results.csv",
        "search/logo.png",
        "shared/plan.png",
        "pages/shared/plan.png",
    ] {
        hub.write(&format!("content/{path}"), "x");
    }
    let read = hub.load().read();
    assert_eq!(read.codes(), ["same-address"; 12], "{}", read.report());
    for both in [
        "`content/shared/plan.png`",
        "`content/pages/shared/plan.png`",
        "`content/case-studies/de/b.md`",
        "`/case-studies/de/b/`",
    ] {
        assert!(read.report().contains(both), "{both}: {}", read.report());
    }
}

#[test]
fn an_alias_of_a_file_is_a_file() {
    let built = hub(&[(
        "content/case-studies/de/a.md",
        &study_file("aliases: [/old/page.html, /caf%C3%A9/, /x/index.html]\n", "Text."),
    )])
    .build();
    built
        .assert_contains("old/page.html", "../case-studies/de/a/")
        .assert_has_file("café/index.html")
        .assert_has_file("x/index.html");
}

#[test]
fn links_to_generated_pages_keep_what_follows_the_path() {
    let body = "[a](/search/?q=tactic:referral-reward#top) [b](/data/case-studies.csv) [c](/speed/) [d](/proposals/) [e](/feed.xml) [f](/markets/de/) \
                [g](/tactics/referral-reward/feed.xml) [h](/coverage/channels) [i](b.md?print=1#Scooters) [j](/desk/) [k](/) [l](/markets/de/index.html)";
    let built = hub(&[
        ("content/case-studies/de/a.md", &study_file("", body)),
        ("content/case-studies/de/b.md", &study_file("", "## Scooters {#Scooters}\n\nText.")),
    ])
    .build();
    let page = "case-studies/de/a/index.html";
    for href in [
        "../../../search/?q=tactic:referral-reward#top",
        "../../../data/case-studies.csv",
        "../../../speed/",
        "../../../proposals/",
        "../../../feed.xml",
        "../../../markets/de/",
        "../../../tactics/referral-reward/feed.xml",
        "../../../coverage/channels/",
        "../../../case-studies/de/b/?print=1#Scooters",
        "../../../desk/",
        "../../../\"",
        "../../../markets/de/\"",
    ] {
        built.assert_contains(page, &format!("href=\"{href}"));
    }
}

#[test]
fn links_to_pages_that_do_not_exist_are_broken() {
    let gone = [
        "/ideas/renamed-last-week",
        "/tactics/no-such/",
        "/tactics/quiz/",
        "/Speed/",
        "/markets/de/2/",
        "/case-studies/2/",
        "/case-studies/de/gone/",
        "/playbooks/gone",
        "/data/other.csv",
        "/assets/style.css",
        "/markets/fr/feed.xml",
        "/ideas/1/",
    ];
    for link in gone {
        let read =
            hub(&[("content/case-studies/de/a.md", &study_file("", &format!("[x]({link})")))])
                .read();
        assert_eq!(read.codes(), ["broken-link"], "{link}: {}", read.report());
    }
}

/// Links to pages that are known only from the page plan are checked by `check` too, and broken
/// ones are removed in lenient hubs.
#[test]
fn links_to_planned_pages_are_checked() {
    let study = study_file("", "[a](/similar/2/) [b](/desk/no-such-duty/) [c](/proposals/de/)");
    let read = hub(&[("content/case-studies/de/a.md", &study)]).read();
    assert!(read.codes().is_empty(), "{}", read.report());
    let (problems, pages) = read.check_plan_and_publish();
    assert_eq!(problems, ["broken-link"; 3]);
    assert!(!pages.text("case-studies/de/a/index.html").contains("no-such-duty"));
}

#[test]
fn unicode_normalisation_forms_are_equal() {
    let hub = HubFolder::new(&[("site.toml", SETTINGS)]);
    hub.write(
        "content/case-studies/de/cafe\u{301}.md",
        study_file("", "## Re\u{301}sultats\n\nText."),
    );
    hub.write("content/case-studies/de/U\u{308}bersicht.png", "x");
    hub.write(
        "content/case-studies/de/a.md",
        study_file(
            "adapted_from: [de/caf\u{e9}]\n",
            "[c](caf\u{e9}.md) ![Overview](\u{dc}bersicht.png)",
        ),
    );
    let read = hub.load().read();
    assert!(read.codes().is_empty(), "{}", read.report());
    read.build()
        .assert_has_file("case-studies/de/caf\u{e9}/index.html")
        .assert_has_file("case-studies/de/\u{dc}bersicht.png");
    hub.write("content/case-studies/de/caf\u{e9}.md", study_file("", "Text."));
    assert!(hub.load().read().codes().contains(&"same-name"));
}

#[test]
fn symbolic_links_publish_no_excluded_file() {
    #[cfg(unix)]
    {
        let hub = HubFolder::empty();
        hub.write("site.toml", "title = \"Hub\"\n[content]\nignore = [\"raw/**\"]\n");
        hub.write(
            "content/case-studies/de/hidden.md",
            study_file("visibility: restricted\n", "![p](qzxplan.png) qzxhidden"),
        );
        hub.write("content/case-studies/de/qzxplan.png", "x");
        hub.write("content/.qzxdot.txt", "qzxdot");
        hub.write("content/raw/qzxraw.csv", "qzxraw");
        hub.write("content/case-studies/de/open.md", study_file("", "Text."));
        let links = [
            ("case-studies/de/hidden.md", "notes.txt"),
            (".qzxdot.txt", "dot.txt"),
            ("raw/qzxraw.csv", "raw.csv"),
            ("case-studies/de/qzxplan.png", "plan.png"),
            ("hidden.md", "case-studies/de/again.md"),
        ];
        for (target, link) in links {
            std::os::unix::fs::symlink(target, hub.path().join("content").join(link)).unwrap();
        }
        let read = hub.load().read();
        assert_eq!(
            read.codes().iter().filter(|code| **code == "symbolic-link").count(),
            3,
            "{}",
            read.report()
        );
        let built = read.build();
        built
            .assert_never_contains("qzx")
            .assert_lacks_file("notes.txt")
            .assert_lacks_file("dot.txt")
            .assert_lacks_file("raw.csv")
            .assert_lacks_file("plan.png")
            .assert_lacks_file("case-studies/de/again/index.html");
    }
}

/// The spelling of a term in a withheld record is in no output.
#[test]
fn withheld_records_label_no_term() {
    let settings = format!("{SETTINGS}[vocabulary]\nmode = \"open\"\n");
    let hidden =
        study_file("visibility: restricted\n", "Text.").replace("[email]", "[\"Project QZX\"]");
    let shown = study_file("", "Text.").replace("[email]", "[\"project qzx\"]");
    let files = [
        ("site.toml", settings.as_str()),
        ("content/case-studies/de/a.md", &hidden),
        ("content/case-studies/de/b.md", &shown),
    ];
    TestHub::from_files(&files).build().assert_never_contains("Project QZX");
}

#[test]
fn every_file_has_a_status() {
    let hub = HubFolder::empty();
    hub.write("site.toml", "title = \"Hub\"\n[content]\nignore = [\"raw/**\", \"**/*.bin\"]\n");
    let study = study_file("", "Text.");
    let hidden = study.replace("status: planned", "status: planned\ndraft: true");
    let wanted = [
        ("case-studies/de/a.md", study.as_str(), FileStatus::Page),
        ("case-studies/de/B.MD", &study, FileStatus::Page),
        ("case-studies/de/c.mdx", &study, FileStatus::Page),
        ("case-studies/de/draft.md", &hidden, FileStatus::Withheld),
        ("case-studies/de/chart.png", "x", FileStatus::Attachment),
        ("case-studies/de/page.html", "x", FileStatus::Problem),
        ("case-studies/de/odd.xyz", "x", FileStatus::Problem),
        ("case-studies/de/noending", "x", FileStatus::Problem),
        ("case-studies/de/a.md~", "x", FileStatus::Problem),
        ("case-studies/de/Thumbs.db", "x", FileStatus::Problem),
        ("case-studies/de/facts.yaml", "a: 1", FileStatus::Problem),
        ("case-studies/de/a.bin", "x", FileStatus::Ignored),
        ("notes.md", "Text.", FileStatus::Problem),
        ("drafts/plan.md", "Text.", FileStatus::Problem),
        ("vocabulary/tactics.yaml", "- {id: quiz}", FileStatus::Vocabulary),
        ("vocabulary/tactic.yaml", "- {id: quiz}", FileStatus::Problem),
        ("vocabulary/readme.md", "Text.", FileStatus::Problem),
        ("pages/broken.md", "---\ntitle: [\n---\n", FileStatus::Problem),
        (".hidden.md", "x", FileStatus::Ignored),
        ("raw/data.csv", "x", FileStatus::Ignored),
    ];
    wanted.iter().for_each(|(path, text, _)| hub.write(&format!("content/{path}"), text));
    let hub = hub.load();
    let read = hub.read();
    let lines = list_files(&read.sources, read.catalog(), &read.diagnostics);
    for (path, _, status) in &wanted {
        let path = format!("content/{path}");
        let line = lines
            .iter()
            .find(|line| line.path == path || path.starts_with(&format!("{}/", line.path)));
        assert_eq!(line.map(|line| line.status), Some(*status), "{path}: {line:?}");
    }
    assert_eq!(lines.len(), wanted.len(), "{lines:?}");
}

/// Every file of a site has the address of a registered kind of page, of a record or of an
/// attachment.
#[test]
fn published_files_match_the_page_registry() {
    let catalog = &sample_hub().catalog;
    let given: BTreeSet<String> = catalog
        .metas()
        .map(|meta| &meta.address)
        .chain(catalog.redirects.keys())
        .map(|address| pages::address_to_path(address))
        .collect();
    let built = sample_site();
    for path in built.0.files.keys() {
        let address = path.strip_suffix("index.html").unwrap_or(path);
        assert!(
            given.contains(path) != pages::classify_address(address).is_some(),
            "{path} is declared nowhere, or twice"
        );
    }
    let sitemap = built.text("sitemap.xml");
    for page in PAGES.iter().filter(|page| !page.is_indexable) {
        for address in page.addresses {
            assert!(!sitemap.contains(&format!("/{address}</loc>")), "{address} is in the sitemap");
        }
    }
}

/// Every internal link of every page leads to a file of the site, and every fragment to an id on
/// it.
#[test]
fn every_link_of_the_sample_hub_resolves() {
    let broken = broken_links(sample_site());
    assert!(broken.is_empty(), "{broken:#?}");
}

/// Broken internal links of all pages, as the file of the page and the link as written.
pub fn broken_links(built: &BuiltSite) -> BTreeSet<(String, String)> {
    let pages: HashMap<&str, PageLinks> = (built.0.files.iter())
        .filter(|(path, _)| path.ends_with(".html") && *path != "404.html")
        .map(|(path, bytes)| (path.as_str(), PageLinks::parse(&String::from_utf8_lossy(bytes))))
        .collect();
    let mut checked = 0;
    let mut broken = BTreeSet::new();
    for (path, page) in &pages {
        for link in page.links.iter().filter(|link| !is_external(link)) {
            checked += 1;
            let (rest, fragment) = link.split_once('#').unwrap_or((link, ""));
            let target = rest.split('?').next().unwrap_or("");
            let target =
                if target.is_empty() { Some((*path).to_owned()) } else { resolve(path, target) };
            let target = target.filter(|file| {
                built.0.files.contains_key(file) || built.0.assets.contains_key(file)
            });
            let fragment = percent_decode_str(fragment).decode_utf8_lossy();
            let is_there = target.is_some_and(|file| {
                fragment.is_empty()
                    || pages.get(file.as_str()).is_none_or(|page| page.ids.contains(&*fragment))
            });
            if !is_there {
                broken.insert(((*path).to_owned(), link.clone()));
            }
        }
    }
    assert!(checked > built.0.files.len(), "{checked} links");
    broken
}

fn is_external(link: &str) -> bool {
    link.contains("://")
        || ["mailto:", "tel:", "//", "data:"].iter().any(|start| link.starts_with(start))
}

/// Links and anchors of an HTML page, as a browser parses it.
#[derive(Default)]
struct PageLinks {
    links: Vec<String>,
    ids: HashSet<String>,
}

impl PageLinks {
    fn parse(page: &str) -> PageLinks {
        let input = BufferQueue::default();
        input.push_back(StrTendril::from(page));
        let tokenizer = Tokenizer::new(LinkCollector::default(), TokenizerOpts::default());
        let _ = tokenizer.feed(&input);
        tokenizer.end();
        tokenizer.sink.0.into_inner()
    }
}

#[derive(Default)]
struct LinkCollector(RefCell<PageLinks>);

impl TokenSink for LinkCollector {
    type Handle = ();

    fn process_token(&self, token: Token, _: u64) -> TokenSinkResult<()> {
        let Token::TagToken(tag) = token else { return TokenSinkResult::Continue };
        let mut page_links = self.0.borrow_mut();
        for attribute in &tag.attrs {
            match &*attribute.name.local {
                "href" | "src" => page_links.links.push(attribute.value.to_string()),
                "id" => drop(page_links.ids.insert(attribute.value.to_string())),
                _ => {}
            }
        }
        TokenSinkResult::Continue
    }
}

/// The file that a relative address on a page refers to.
fn resolve(page: &str, target: &str) -> Option<String> {
    let target = percent_decode_str(target).decode_utf8().ok()?;
    let mut parts: Vec<&str> = page.split('/').collect();
    parts.pop();
    for part in target.split('/') {
        match part {
            "." | "" => {}
            ".." => drop(parts.pop()?),
            part => parts.push(part),
        }
    }
    let file = parts.join("/");
    Some(if target.ends_with('/') || target.ends_with("..") || target.ends_with('.') {
        if file.is_empty() { "index.html".to_owned() } else { format!("{file}/index.html") }
    } else {
        file
    })
}
