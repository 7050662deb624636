//! Reading and building small hubs in memory.

use std::sync::{Arc, LazyLock};

use casebook::catalog::Catalog;
use casebook::catalog::assemble::assemble;
use casebook::check::run_checks;
use casebook::diagnostic::Diagnostic;
use casebook::diagnostic::render::{self, RenderOptions};
use casebook::output::Output;
use casebook::output::sink::MemorySink;
use casebook::record::parse::parse_file;
use casebook::site::Site;
use casebook::source::{ContentHash, History, SourceFile, Sources};
use casebook::vocabulary::Vocabulary;
use casebook::{BuildCache, BuildOptions, CheckedCatalog, Timings};

/// Path of the case study of a small hub.
pub const CASE_STUDY_PATH: &str = "content/case-studies/no/reward.md";
/// Front matter without any problem.
pub const VALID_FRONT_MATTER: &str = "title: Reward\nstatus: planned\nmarkets: [NO]\nchannels: [email]\ntactics: [referral-reward]\n\
                           hypothesis: \"If a, then conversion rises by 8 %, because b.\"\n";

/// A source file with a path and a text.
pub fn source_file(path: &str, text: &str) -> SourceFile {
    SourceFile { path: path.into(), text: Arc::from(text), hash: ContentHash::of(text.as_bytes()) }
}

/// The sources of a hub with these files; settings are added if they are missing.
pub fn build_sources(files: &[(&str, &str)]) -> Sources {
    let mut sources = Sources::default();
    for (path, text) in files {
        match *path {
            "site.toml" => sources.settings = Some(source_file(path, text)),
            _ => sources.files.push(source_file(path, text)),
        }
    }
    sources.settings.get_or_insert_with(|| source_file("site.toml", "title = \"Hub\"\n"));
    sources.files.sort_by(|one, other| one.path.cmp(&other.path));
    sources.files.dedup_by(|one, other| one.path == other.path);
    sources
}

/// Reads and checks a hub; none if its settings are invalid.
///
/// # Panics
/// When a diagnostic has an invalid place or cannot be rendered.
pub fn read_hub(sources: &Sources) -> Option<CheckedCatalog> {
    let options = BuildOptions { today: today(), audience: None, drafts: false };
    let result =
        casebook::read(sources, &options, &mut BuildCache::disabled(), &mut Timings::default());
    let diagnostics = result.as_ref().map_or_else(
        |diagnostic| std::slice::from_ref(&**diagnostic),
        |checked| &checked.diagnostics,
    );
    assert_places_are_valid(diagnostics, sources);
    result.ok()
}

/// Reads and checks a hub with one case study. The vocabulary is read only once in a process.
///
/// # Panics
/// When a diagnostic has an invalid place or cannot be rendered.
pub fn read_case_study(text: &str) -> Catalog {
    static VOCABULARY: LazyLock<Vocabulary> =
        LazyLock::new(|| casebook::vocabulary::read::read_vocabulary(&[]).0);
    static SITE: LazyLock<Site> = LazyLock::new(|| {
        casebook::site::read::parse_settings(
            &source_file("site.toml", "title = \"Hub\"\n"),
            today(),
        )
        .expect("a title is enough")
    });
    let sources = build_sources(&[(CASE_STUDY_PATH, text)]);
    let (manuscript, mut diagnostics) = parse_file(&sources.files[0]);
    let (catalog, mut problems) = assemble(
        &SITE,
        VOCABULARY.clone(),
        manuscript.map(Arc::new).into_iter().collect(),
        &[],
        &History::default(),
    );
    diagnostics.append(&mut problems);
    diagnostics.append(&mut run_checks(&SITE, &catalog));
    assert_places_are_valid(&diagnostics, &sources);
    catalog
}

fn today() -> jiff::civil::Date {
    "2026-11-22".parse().expect("a day")
}

/// Panics unless every diagnostic has a place in its file and can be rendered.
fn assert_places_are_valid(diagnostics: &[Diagnostic], sources: &Sources) {
    for diagnostic in diagnostics {
        let place = &diagnostic.place;
        let text = sources
            .files
            .iter()
            .chain(&sources.settings)
            .find(|file| file.path == place.path)
            .map_or("", |file| &file.text);
        assert!(text.get(place.span.clone()).is_some(), "no such place: {diagnostic:?}");
    }
    render::render_human(diagnostics, sources, RenderOptions::default());
}

/// Builds the site of a hub that has no errors.
pub fn build_site(sources: &Sources, checked: CheckedCatalog) -> Output {
    let (mut cache, mut timings) = (BuildCache::disabled(), Timings::default());
    let hub = casebook::analyse(checked.site, checked.catalog, &mut cache, &mut timings);
    let memory = MemorySink::default();
    casebook::publish(&hub, &sources.theme, &sources.editor, &mut cache, &memory, &mut timings)
        .expect("what every check accepts can be built");
    memory.into_output()
}
