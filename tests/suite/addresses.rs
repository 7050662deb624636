//! Where things are published and where links lead: no two have one address, no link leads nowhere, no file is forgotten.
#![expect(clippy::disallowed_methods, reason = "tests lay files into a hub")]

use std::cell::RefCell;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::fs;
use std::path::Path;

use casebook::command::check::{FileStatus, lines};
use casebook::site::pages::{self, PAGES};
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::{BufferQueue, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts};
use percent_encoding::percent_decode_str;

use crate::support::{Built, TestHub, repository};

const SETTINGS: &str = "title = \"Hub\"\nbase_url = \"https://hub.example/\"\n";

fn study(fields: &str, body: &str) -> String {
    format!("---\ntitle: Scooters\nstatus: planned\nmarkets: [DE]\nchannels: [email]\ntactics: [referral-reward]\n{fields}---\n\n{body}\n")
}

fn hub(files: &[(&str, &str)]) -> TestHub {
    let settings = [("site.toml", SETTINGS)];
    TestHub::of(&settings.iter().chain(files).copied().collect::<Vec<_>>())
}

#[test]
fn no_own_page_takes_the_place_of_a_generated_one() {
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
        let read = hub(&[("content/case-studies/de/a.md", &study("", "Text.")), (&format!("content/pages/{path}.md"), page)]).read();
        assert!(read.codes().contains(&"same-address"), "{path}: {}", read.report());
    }
    let free = ["about", "markets/our-plans", "coverage-notes", "ideas-we-had", "metrics/definitions", "2"];
    for path in free {
        let read = hub(&[("content/case-studies/de/a.md", &study("", "Text.")), (&format!("content/pages/{path}.md"), page)]).read();
        assert!(!read.codes().contains(&"same-address"), "{path}: {}", read.report());
        read.build().shows(&format!("{path}/index.html"));
    }
}

/// Ideas may be numbered: a number is only taken where the list has so many parts.
#[test]
fn ideas_may_have_numbers_for_names() {
    let idea = "---\ntitle: Reward\nstatus: new\n---\n\nText.\n";
    let files: Vec<(String, &str)> = (1..=12).map(|number| (format!("content/ideas/{number}.md"), idea)).collect();
    let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (path.as_str(), *text)).collect();
    hub(&files).build().shows("ideas/2/index.html").shows("ideas/12/index.html");
}

#[test]
fn attachments_and_aliases_share_the_addresses_with_pages() {
    let root = tempfile::tempdir().unwrap();
    lay(root.path(), "site.toml", SETTINGS);
    let aliases = "aliases: [/404.html, /feed.xml, robots.txt, /search/manifest.json, /markets/de/, /data/results.csv, /case-studies/de/b/, /old/, /page.html]\n";
    lay(root.path(), "content/case-studies/de/a.md", &study(aliases, "Text."));
    lay(root.path(), "content/case-studies/de/b.md", &study("aliases: [/old/]\n", "Text."));
    for path in ["pages/robots.txt", "data/results.csv", "search/logo.png", "shared/plan.png", "pages/shared/plan.png"] {
        lay(root.path(), &format!("content/{path}"), "x");
    }
    let read = TestHub::at(root.path()).read();
    assert_eq!(read.codes(), ["same-address"; 12], "{}", read.report());
    for both in ["`content/shared/plan.png`", "`content/pages/shared/plan.png`", "`content/case-studies/de/b.md`", "`/case-studies/de/b/`"] {
        assert!(read.report().contains(both), "{both}: {}", read.report());
    }
}

#[test]
fn an_alias_of_a_file_is_a_file() {
    let built = hub(&[("content/case-studies/de/a.md", &study("aliases: [/old/page.html, /caf%C3%A9/, /x/index.html]\n", "Text."))]).build();
    built.holds("old/page.html", "../case-studies/de/a/").shows("café/index.html").shows("x/index.html");
}

#[test]
fn links_to_generated_pages_keep_what_follows_the_path() {
    let body = "[a](/search/?q=tactic:referral-reward#top) [b](/data/case-studies.csv) [c](/speed/) [d](/proposals/) [e](/feed.xml) [f](/markets/de/) \
                [g](/tactics/referral-reward/feed.xml) [h](/coverage/channels) [i](b.md?print=1#Scooters) [j](/desk/) [k](/) [l](/markets/de/index.html)";
    let built =
        hub(&[("content/case-studies/de/a.md", &study("", body)), ("content/case-studies/de/b.md", &study("", "## Scooters {#Scooters}\n\nText."))])
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
        built.holds(page, &format!("href=\"{href}"));
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
        let read = hub(&[("content/case-studies/de/a.md", &study("", &format!("[x]({link})")))]).read();
        assert_eq!(read.codes(), ["broken-link"], "{link}: {}", read.report());
    }
}

/// Some pages are only known when the whole site is planned: they are checked by `check` too, and in lenient hubs the link goes.
#[test]
fn links_that_wait_for_the_plan_are_checked() {
    let study = study("", "[a](/similar/2/) [b](/desk/no-such-duty/) [c](/proposals/de/)");
    let read = hub(&[("content/case-studies/de/a.md", &study)]).read();
    assert!(read.codes().is_empty(), "{}", read.report());
    let (problems, pages) = read.planned();
    assert_eq!(problems, ["broken-link"; 3]);
    assert!(!pages.text("case-studies/de/a/index.html").contains("no-such-duty"));
}

#[test]
fn names_in_either_unicode_form_are_one() {
    let root = tempfile::tempdir().unwrap();
    lay(root.path(), "site.toml", SETTINGS);
    lay(root.path(), "content/case-studies/de/cafe\u{301}.md", &study("", "## Re\u{301}sultats\n\nText."));
    lay(root.path(), "content/case-studies/de/U\u{308}bersicht.png", "x");
    lay(root.path(), "content/case-studies/de/a.md", &study("adapted_from: [de/caf\u{e9}]\n", "[c](caf\u{e9}.md) ![Overview](\u{dc}bersicht.png)"));
    let read = TestHub::at(root.path()).read();
    assert!(read.codes().is_empty(), "{}", read.report());
    read.build().shows("case-studies/de/caf\u{e9}/index.html").shows("case-studies/de/\u{dc}bersicht.png");
    lay(root.path(), "content/case-studies/de/caf\u{e9}.md", &study("", "Text."));
    assert!(TestHub::at(root.path()).read().codes().contains(&"same-name"));
}

#[test]
fn links_inside_the_content_publish_nothing_that_is_left_out() {
    #[cfg(unix)]
    {
        let root = tempfile::tempdir().unwrap();
        lay(root.path(), "site.toml", "title = \"Hub\"\n[content]\nignore = [\"raw/**\"]\n");
        lay(root.path(), "content/case-studies/de/hidden.md", &study("visibility: restricted\n", "![p](qzxplan.png) qzxhidden"));
        lay(root.path(), "content/case-studies/de/qzxplan.png", "x");
        lay(root.path(), "content/.qzxdot.txt", "qzxdot");
        lay(root.path(), "content/raw/qzxraw.csv", "qzxraw");
        lay(root.path(), "content/case-studies/de/open.md", &study("", "Text."));
        let links = [
            ("case-studies/de/hidden.md", "notes.txt"),
            (".qzxdot.txt", "dot.txt"),
            ("raw/qzxraw.csv", "raw.csv"),
            ("case-studies/de/qzxplan.png", "plan.png"),
            ("hidden.md", "case-studies/de/again.md"),
        ];
        for (target, link) in links {
            std::os::unix::fs::symlink(target, root.path().join("content").join(link)).unwrap();
        }
        let read = TestHub::at(root.path()).read();
        assert_eq!(read.codes().iter().filter(|code| **code == "symbolic-link").count(), 3, "{}", read.report());
        let built = read.build();
        built.never_says("qzx").hides("notes.txt").hides("dot.txt").hides("raw.csv").hides("plan.png").hides("case-studies/de/again/index.html");
    }
}

/// The spelling of a term that only a withheld record has is in no output.
#[test]
fn a_withheld_record_labels_no_term() {
    let settings = format!("{SETTINGS}[vocabulary]\nmode = \"open\"\n");
    let hidden = study("visibility: restricted\n", "Text.").replace("[email]", "[\"Project QZX\"]");
    let shown = study("", "Text.").replace("[email]", "[\"project qzx\"]");
    let files = [("site.toml", settings.as_str()), ("content/case-studies/de/a.md", &hidden), ("content/case-studies/de/b.md", &shown)];
    TestHub::of(&files).build().never_says("Project QZX");
}

#[test]
fn every_file_is_accounted_for() {
    let root = tempfile::tempdir().unwrap();
    lay(root.path(), "site.toml", "title = \"Hub\"\n[content]\nignore = [\"raw/**\", \"**/*.bin\"]\n");
    let study = study("", "Text.");
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
    wanted.iter().for_each(|(path, text, _)| lay(root.path(), &format!("content/{path}"), text));
    let hub = TestHub::at(root.path());
    let read = hub.read();
    let lines = lines(&read.sources, read.catalog(), &read.diagnostics);
    for (path, _, status) in &wanted {
        let path = format!("content/{path}");
        let line = lines.iter().find(|line| line.path == path || path.starts_with(&format!("{}/", line.path)));
        assert_eq!(line.map(|line| line.status), Some(*status), "{path}: {line:?}");
    }
    assert_eq!(lines.len(), wanted.len(), "{lines:?}");
}

/// Every page and file of a site lies where the registry says that its kind does, or where a record or attachment gave it a place.
#[test]
fn whatever_is_published_is_declared() {
    let read = TestHub::at(&repository()).read();
    let catalog = read.catalog();
    let given: BTreeSet<String> =
        catalog.metas().map(|meta| &meta.address).chain(catalog.redirects.keys()).map(|address| pages::file_of(address)).collect();
    let built = read.build();
    for path in built.0.files.keys() {
        let address = path.strip_suffix("index.html").unwrap_or(path);
        assert!(given.contains(path) != pages::generated(address).is_some(), "{path} is declared nowhere, or twice");
    }
    let sitemap = built.text("sitemap.xml");
    for page in PAGES.iter().filter(|page| !page.for_robots) {
        for address in page.addresses {
            assert!(!sitemap.contains(&format!("/{address}</loc>")), "{address} is in the sitemap");
        }
    }
}

/// Every internal link of every page leads to a file of the site, and every fragment to an id on it.
#[test]
fn every_link_of_the_sample_hub_resolves() {
    let broken = broken_links(&TestHub::at(&repository()).build());
    assert!(broken.is_empty(), "{broken:#?}");
}

/// The internal links of all pages that lead nowhere: the page's file, and the link as it stands there.
pub fn broken_links(built: &Built) -> BTreeSet<(String, String)> {
    let pages: HashMap<&str, Addressed> = (built.0.files.iter())
        .filter(|(path, _)| path.ends_with(".html") && *path != "404.html")
        .map(|(path, bytes)| (path.as_str(), Addressed::of(&String::from_utf8_lossy(bytes))))
        .collect();
    let mut checked = 0;
    let mut broken = BTreeSet::new();
    for (path, page) in &pages {
        for link in page.links.iter().filter(|link| !leaves(link)) {
            checked += 1;
            let (rest, fragment) = link.split_once('#').unwrap_or((link, ""));
            let target = rest.split('?').next().unwrap_or("");
            let target = if target.is_empty() { Some((*path).to_owned()) } else { resolve(path, target) };
            let target = target.filter(|file| built.0.files.contains_key(file) || built.0.assets.contains_key(file));
            let fragment = percent_decode_str(fragment).decode_utf8_lossy();
            let is_there =
                target.is_some_and(|file| fragment.is_empty() || pages.get(file.as_str()).is_none_or(|page| page.ids.contains(&*fragment)));
            if !is_there {
                broken.insert(((*path).to_owned(), link.clone()));
            }
        }
    }
    assert!(checked > built.0.files.len(), "{checked} links");
    broken
}

fn leaves(link: &str) -> bool {
    link.contains("://") || ["mailto:", "tel:", "//", "data:"].iter().any(|start| link.starts_with(start))
}

/// Where a page leads and what of it can be led to, as a browser reads it.
#[derive(Default)]
struct Addressed {
    links: Vec<String>,
    ids: HashSet<String>,
}

impl Addressed {
    fn of(page: &str) -> Addressed {
        let input = BufferQueue::default();
        input.push_back(StrTendril::from(page));
        let tokenizer = Tokenizer::new(Collector::default(), TokenizerOpts::default());
        let _ = tokenizer.feed(&input);
        tokenizer.end();
        tokenizer.sink.0.into_inner()
    }
}

#[derive(Default)]
struct Collector(RefCell<Addressed>);

impl TokenSink for Collector {
    type Handle = ();

    fn process_token(&self, token: Token, _: u64) -> TokenSinkResult<()> {
        let Token::TagToken(tag) = token else { return TokenSinkResult::Continue };
        let mut addressed = self.0.borrow_mut();
        for attribute in &tag.attrs {
            match &*attribute.name.local {
                "href" | "src" => addressed.links.push(attribute.value.to_string()),
                "id" => drop(addressed.ids.insert(attribute.value.to_string())),
                _ => {}
            }
        }
        TokenSinkResult::Continue
    }
}

/// The file that a relative address names, seen from a page.
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

fn lay(root: &Path, path: &str, text: &str) {
    let path = root.join(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}
