//! The theme's own promises: every text is there and used, nothing inline, every template compiles.

use std::collections::{BTreeMap, BTreeSet};

use crate::site::pages::PAGES;
use crate::theme::files::Files;

/// Sections whose keys are made from words of closed lists, one key for each word.
const FAMILIES: [&str; 14] = [
    "status",
    "outcome",
    "decision",
    "objective",
    "pillar",
    "layer",
    "method",
    "role",
    "reuse",
    "band",
    "idea_status",
    "playbook_status",
    "family",
    "reuse_stage",
];

/// The sources of the rooms that name texts.
static SOURCES: include_dir::Dir = include_dir::include_dir!("$CARGO_MANIFEST_DIR/src/page");

fn files() -> Files {
    Files::new(&BTreeMap::new())
}

/// Every `section.name` that stands in a text after one of the marks.
fn named(text: &str, mark: &str, found: &mut BTreeSet<String>) {
    for rest in text.split(mark).skip(1) {
        let end = rest.find(|letter: char| !(letter.is_ascii_lowercase() || letter == '_' || letter == '.')).unwrap_or(rest.len());
        let key = rest[..end].trim_end_matches('.');
        if key.split('.').count() == 2 {
            found.insert(key.to_owned());
        }
    }
}

fn used() -> BTreeSet<String> {
    let files = files();
    let mut used = BTreeSet::new();
    files.texts("templates").for_each(|(_, text)| named(text, " t.", &mut used));
    SOURCES.files().filter_map(|file| file.contents_utf8()).for_each(|text| named(text, "\"", &mut used));
    used.extend(PAGES.iter().filter_map(|page| page.tab).map(str::to_owned));
    used.extend(in_scripts(&files));
    used
}

/// Keys of the section `script` whose name some script has between quotes.
fn in_scripts(files: &Files) -> Vec<String> {
    let scripts: String = files.texts("scripts").map(|(_, text)| text).collect();
    let language = files.language("en").unwrap();
    let names = language.keys().filter_map(|(key, _)| key.strip_prefix("script."));
    names.filter(|name| scripts.contains(&format!("\"{name}\""))).map(|name| format!("script.{name}")).collect()
}

/// Keys of scripts that are made from other words: kinds, facets, sorts and colours.
fn made_by_scripts(key: &str) -> bool {
    ["script.type_", "script.kind_", "script.facet_", "script.theme_"].iter().any(|start| key.starts_with(start))
}

#[test]
fn every_language_has_every_text() {
    let files = files();
    let keys = |id: &str| files.language(id).unwrap().keys().map(|(key, plural)| (key.to_owned(), plural)).collect::<BTreeSet<_>>();
    for (path, text) in files.texts("languages") {
        let own = crate::page::Language::parse(text, text).unwrap_or_else(|problem| panic!("{path}: {problem}"));
        let own: BTreeSet<_> = own.keys().map(|(key, plural)| (key.to_owned(), plural)).collect();
        let missing: Vec<_> = keys("en").difference(&own).cloned().collect();
        let strange: Vec<_> = own.difference(&keys("en")).cloned().collect();
        assert!(missing.is_empty() && strange.is_empty(), "{path} lacks {missing:?} and has {strange:?} that English has not");
    }
}

#[test]
fn every_text_is_used_and_every_used_text_is_there() {
    let language = files().language("en").unwrap();
    let known: BTreeSet<String> = language.keys().map(|(key, _)| key.to_owned()).collect();
    let used = used();
    let sections: BTreeSet<&str> = known.iter().filter_map(|key| key.split('.').next()).collect();
    let missing: Vec<&String> = used
        .iter()
        .filter(|key| !key.starts_with("script.") && !key.ends_with(".html"))
        .filter(|key| sections.contains(key.split('.').next().unwrap_or("")))
        .filter(|key| !known.contains(*key))
        .collect();
    assert!(missing.is_empty(), "named and not there: {missing:?}");
    let family = |key: &str| key.split('.').next().is_some_and(|section| FAMILIES.contains(&section));
    let unused: Vec<&String> = known.iter().filter(|key| !used.contains(*key) && !family(key) && !made_by_scripts(key)).collect();
    assert!(unused.is_empty(), "there and never named: {unused:?}");
}

#[test]
fn the_words_of_closed_lists_have_labels() {
    use crate::catalog::words::{
        Band, ContentLayer, Decision, IdeaStatus, Method, Objective, Outcome, Pillar, PlaybookStatus, Reuse, Role, Status, Word,
    };
    let language = files().language("en").unwrap();
    let known: BTreeSet<&str> = language.keys().map(|(key, _)| key).collect();
    fn keys<W: Word>(family: &str) -> Vec<String> {
        W::ALL.iter().map(|word| format!("{family}.{}", word.as_str().replace('-', "_"))).collect()
    }
    let wanted = [
        keys::<Status>("status"),
        keys::<Outcome>("outcome"),
        keys::<Decision>("decision"),
        keys::<Objective>("objective"),
        keys::<Pillar>("pillar"),
        keys::<ContentLayer>("layer"),
        keys::<Method>("method"),
        keys::<Role>("role"),
        keys::<Reuse>("reuse"),
        keys::<Band>("band"),
        keys::<IdeaStatus>("idea_status"),
        keys::<PlaybookStatus>("playbook_status"),
    ];
    let missing: Vec<String> = wanted.concat().into_iter().filter(|key| !known.contains(key.as_str())).collect();
    assert!(missing.is_empty(), "without a label: {missing:?}");
}

#[test]
fn every_view_has_its_template_and_nothing_is_inline() {
    let files = files();
    let tera = files.templates(tera::Context::new()).unwrap();
    for template in PAGES.iter().map(|page| page.template.0) {
        assert!(tera.contains_template(template), "{template} is missing");
    }
    for (path, text) in files.texts("templates").filter(|(path, _)| path.ends_with(".html")) {
        assert!(!text.contains(" style=") && !text.contains("<style"), "{path} holds an inline style");
        assert!(
            text.split("<script").skip(1).all(|script| script.contains("src=") && script.contains("></script>")),
            "{path} holds an inline script"
        );
        assert!(!text.contains(" onclick="), "{path} holds an inline handler");
    }
}

#[test]
fn colours_and_sizes_come_from_the_tokens() {
    for (path, text) in files().texts("styles").filter(|(path, _)| !path.contains("tokens")) {
        let colours = text.lines().filter(|line| line.contains(": #") || line.contains(" #f") || line.contains(" #0"));
        let own: Vec<&str> = colours.filter(|line| !line.contains("light-dark(var(")).collect();
        assert!(own.is_empty(), "{path} has colours of its own: {own:?}");
    }
}

#[test]
fn the_service_worker_lies_at_the_root_and_names_every_asset() {
    let files = files();
    let (mut assets, _) = super::assets::bundle(&files, &files.language("en").unwrap());
    let worker = String::from_utf8(assets.remove("service-worker.js").unwrap()).unwrap();
    assert!(worker.starts_with("const ASSETS = [\"assets/"), "{worker:.80}");
    for path in assets.keys() {
        assert!(path.starts_with("assets/") && worker.contains(path.as_str()), "{path} is not named");
    }
}
