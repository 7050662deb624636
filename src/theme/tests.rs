//! Tests of the built-in theme: every interface text exists and is used, every template compiles,
//! nothing is inline.

use std::collections::{BTreeMap, BTreeSet};

use crate::catalog::field::{self, FIELDS};
use crate::site::pages::PAGES;
use crate::theme::files::ThemeFiles;
use crate::theme::language_file::LanguageGaps;

/// Language sections whose keys are composed of words other than those of a field's closed list.
const COMPOSED_SECTIONS: [&str; 8] = [
    "editor",
    "family",
    "field",
    "language_names",
    "nearest",
    "reuse_stage",
    "write",
    "write_edit",
];

/// Every key that labels a word of a field's closed list, such as `status.planned`.
fn closed_list_keys() -> BTreeSet<String> {
    let entries = FIELDS.iter().flat_map(|field| field.entries());
    FIELDS
        .iter()
        .chain(entries)
        .filter(|field| !field.label_section().is_empty())
        .flat_map(|field| {
            let key = |word: &&str| format!("{}.{}", field.label_section(), word.replace('-', "_"));
            field.words().iter().map(key)
        })
        .collect()
}

/// The Rust sources that name keys of interface texts: those of pages, and of the editor.
static PAGE_SOURCES: include_dir::Dir = include_dir::include_dir!("$CARGO_MANIFEST_DIR/src/page");
static INIT_SOURCES: include_dir::Dir =
    include_dir::include_dir!("$CARGO_MANIFEST_DIR/src/command/init");

fn built_in_files() -> ThemeFiles {
    ThemeFiles::new(&BTreeMap::new())
}

/// Collects the files of a folder and of the folders in it.
fn collect_files<'a>(folder: &'a include_dir::Dir<'a>, files: &mut Vec<&'a include_dir::File<'a>>) {
    files.extend(folder.files());
    folder.dirs().for_each(|below| collect_files(below, files));
}

/// Collects every `section.name` that follows `mark` in a text.
fn collect_keys(text: &str, mark: &str, found: &mut BTreeSet<String>) {
    for rest in text.split(mark).skip(1) {
        let end = rest
            .find(|letter: char| !(letter.is_ascii_lowercase() || letter == '_' || letter == '.'))
            .unwrap_or(rest.len());
        let key = rest[..end].trim_end_matches('.');
        if key.split('.').count() == 2 {
            found.insert(key.to_owned());
        }
    }
}

fn used_keys() -> BTreeSet<String> {
    let files = built_in_files();
    let mut used = BTreeSet::new();
    files.texts_in("templates").for_each(|(_, text)| collect_keys(text, " t.", &mut used));
    let mut sources = Vec::new();
    for folder in [&PAGE_SOURCES, &INIT_SOURCES] {
        collect_files(folder, &mut sources);
    }
    assert!(sources.len() > 40, "the sources are found");
    sources
        .iter()
        .filter_map(|file| file.contents_utf8())
        .for_each(|text| collect_keys(text, "\"", &mut used));
    used.extend(PAGES.iter().filter_map(|page| page.tab).map(str::to_owned));
    used.extend(PAGES.iter().filter_map(|page| page.menu_item).map(str::to_owned));
    used.extend(field_labels());
    used.extend(keys_in_scripts(&files));
    used
}

/// Labels of front-matter fields, without the one that exists only in tests.
fn field_labels() -> impl Iterator<Item = String> {
    let fields = FIELDS.iter().filter(|field| **field != &field::PLACEHOLDER);
    let entries = FIELDS.iter().flat_map(|field| field.entries());
    fields.chain(entries).filter_map(|field| field.fact).map(str::to_owned)
}

/// Keys of the section `script` whose name occurs as a quoted string in a script.
fn keys_in_scripts(files: &ThemeFiles) -> Vec<String> {
    let scripts: String = files.texts_in("scripts").map(|(_, text)| text).collect();
    let language = files.load_language("en").unwrap();
    let names = language.keys().filter_map(|(key, _)| key.strip_prefix("script."));
    names
        .filter(|name| scripts.contains(&format!("\"{name}\"")))
        .map(|name| format!("script.{name}"))
        .collect()
}

/// Whether scripts compose this key from a prefix and an id: record types, kinds, facets and colour
/// themes.
fn is_composed_by_scripts(key: &str) -> bool {
    ["script.type_", "script.kind_", "script.facet_", "script.theme_", "script.explain_"]
        .iter()
        .any(|start| key.starts_with(start))
}

#[test]
fn every_language_has_every_text() {
    let files = built_in_files();
    let (_, english) = files.language_file("en").unwrap();
    for (path, text) in files.texts_in("languages").filter(|(path, _)| path.ends_with(".toml")) {
        let gaps = LanguageGaps::find(text, english).unwrap_or_else(|why| panic!("{path}: {why}"));
        assert!(gaps.is_complete(), "{path}: {:#?}", gaps.describe(99));
    }
}

#[test]
fn every_text_is_used_and_every_used_text_is_there() {
    let language = built_in_files().load_language("en").unwrap();
    let known: BTreeSet<String> = language.keys().map(|(key, _)| key.to_owned()).collect();
    let used = used_keys();
    let sections: BTreeSet<&str> = known.iter().filter_map(|key| key.split('.').next()).collect();
    let missing: Vec<&String> = used
        .iter()
        .filter(|key| !key.starts_with("script.") && !key.ends_with(".html"))
        .filter(|key| sections.contains(key.split('.').next().unwrap_or("")))
        .filter(|key| !known.contains(*key))
        .collect();
    assert!(missing.is_empty(), "named and not there: {missing:?}");
    let of_closed_lists = closed_list_keys();
    let is_composed = |key: &str| {
        key.split('.').next().is_some_and(|section| COMPOSED_SECTIONS.contains(&section))
    };
    let unused: Vec<&String> = known
        .iter()
        .filter(|key| !used.contains(*key) && !of_closed_lists.contains(*key))
        .filter(|key| !is_composed(key) && !is_composed_by_scripts(key))
        .collect();
    assert!(unused.is_empty(), "there and never named: {unused:?}");
}

#[test]
fn the_words_of_closed_lists_have_labels() {
    let language = built_in_files().load_language("en").unwrap();
    let known: BTreeSet<String> = language.keys().map(|(key, _)| key.to_owned()).collect();
    let missing: Vec<String> = closed_list_keys().difference(&known).cloned().collect();
    assert!(missing.is_empty(), "without a label: {missing:?}");
}

#[test]
fn every_view_has_its_template_and_nothing_is_inline() {
    let files = built_in_files();
    let tera = files.compile_templates(tera::Context::new()).unwrap();
    for template in PAGES.iter().map(|page| page.template.0) {
        assert!(tera.contains_template(template), "{template} is missing");
    }
    for (path, text) in files.texts_in("templates").filter(|(path, _)| path.ends_with(".html")) {
        assert!(
            !text.contains(" style=") && !text.contains("<style"),
            "{path} holds an inline style"
        );
        // A block of data is not run, so the strict policy of the site lets it stand.
        let is_data = |script: &str| script.starts_with(" type=\"application/ld+json\">");
        assert!(
            text.split("<script").skip(1).all(|script| is_data(script)
                || script.contains("src=") && script.contains("></script>")),
            "{path} holds an inline script"
        );
        assert!(!text.contains(" onclick="), "{path} holds an inline handler");
    }
}

#[test]
fn colours_and_sizes_come_from_the_tokens() {
    for (path, text) in
        built_in_files().texts_in("styles").filter(|(path, _)| !path.contains("tokens"))
    {
        let colours = text
            .lines()
            .filter(|line| line.contains(": #") || line.contains(" #f") || line.contains(" #0"));
        let own: Vec<&str> = colours.filter(|line| !line.contains("light-dark(var(")).collect();
        assert!(own.is_empty(), "{path} has colours of its own: {own:?}");
    }
}

/// What the browser draws around a page has the colour of its paper.
#[test]
fn the_colour_around_the_page_is_that_of_the_tokens() {
    let files = built_in_files();
    let text = |path: &str| String::from_utf8(files.get(path).unwrap().to_vec()).unwrap();
    let (tokens, head) = (text("styles/10-tokens.css"), text("templates/parts/head.html"));
    let paper = tokens.split("--paper: light-dark(").nth(1).and_then(|rest| rest.split(')').next());
    for (colour, scheme) in paper.unwrap().split(", ").zip(["light", "dark"]) {
        let wanted = format!("content=\"{colour}\" media=\"(prefers-color-scheme: {scheme})\"");
        assert!(head.contains(&wanted), "{wanted}");
    }
}

#[test]
fn the_service_worker_lies_at_the_root_and_names_every_asset() {
    let files = built_in_files();
    let (mut assets, _) = super::assets::bundle_assets(&files, &files.load_language("en").unwrap());
    let worker = String::from_utf8(assets.remove("service-worker.js").unwrap()).unwrap();
    assert!(worker.starts_with("const ASSETS = [\"assets/"), "{worker:.80}");
    for path in assets.keys() {
        assert!(
            path.starts_with("assets/") && worker.contains(path.as_str()),
            "{path} is not named"
        );
    }
}

/// The modules that a script imports, at any depth, but for those that it loads when needed.
fn collect_imports(files: &ThemeFiles, module: &str, found: &mut BTreeSet<String>) {
    let scripts: BTreeMap<&str, &str> = files.texts_in("scripts").collect();
    let text = scripts.get(format!("{module}.js").as_str()).copied().unwrap_or_default();
    for line in text.lines().filter(|line| line.starts_with("import ")) {
        let name = line.split("\"./").nth(1).and_then(|rest| rest.split(".js\"").next());
        let name = name.expect("a module of the theme");
        if found.insert(name.to_owned()) {
            collect_imports(files, name, found);
        }
    }
}

#[test]
fn the_search_page_preloads_every_module_that_it_imports() {
    let files = built_in_files();
    let mut wanted = BTreeSet::from(["search-page".to_owned()]);
    collect_imports(&files, "main", &mut wanted);
    collect_imports(&files, "search-page", &mut wanted);
    let (_, template) =
        files.texts_in("templates").find(|(path, _)| *path == "search.html").expect("the page");
    let list = template.split("for module in [").nth(1).and_then(|rest| rest.split(']').next());
    let preloaded: BTreeSet<String> =
        list.expect("a list").split('"').skip(1).step_by(2).map(str::to_owned).collect();
    assert_eq!(preloaded, wanted);
}
