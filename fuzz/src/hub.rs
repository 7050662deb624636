//! Small hubs in memory.

use std::sync::{Arc, LazyLock};

use casebook::catalog::Catalog;
use casebook::catalog::assemble::assemble;
use casebook::check::check;
use casebook::diagnostic::Diagnostic;
use casebook::diagnostic::render::{self, Look};
use casebook::output::Output;
use casebook::output::sink::Memory;
use casebook::record::parse::parse;
use casebook::site::Site;
use casebook::source::{ContentHash, History, SourceFile, Sources};
use casebook::vocabulary::Vocabulary;
use casebook::{Read, Request, Timings};

/// Where the case study of a small hub stands.
pub const CASE_STUDY: &str = "content/case-studies/no/reward.md";
/// Front matter that every check accepts.
pub const PLANNED: &str = "title: Reward\nstatus: planned\nmarkets: [NO]\nchannels: [email]\ntactics: [referral-reward]\n\
                           hypothesis: \"If a, then conversion rises by 8 %, because b.\"\n";

/// A source file.
pub fn file(path: &str, text: &str) -> SourceFile {
    SourceFile { path: path.into(), text: Arc::from(text), hash: ContentHash::of(text.as_bytes()) }
}

/// A hub of files by path.
pub fn sources(files: &[(&str, &str)]) -> Sources {
    let mut sources = Sources::default();
    for (path, text) in files {
        match *path {
            "site.toml" => sources.settings = Some(file(path, text)),
            _ => sources.files.push(file(path, text)),
        }
    }
    sources.settings.get_or_insert_with(|| file("site.toml", "title = \"Hub\"\n"));
    sources.files.sort_by(|one, other| one.path.cmp(&other.path));
    sources.files.dedup_by(|one, other| one.path == other.path);
    sources
}

/// A hub read; `None` when its settings cannot be. Every problem lies in its file and can be shown.
pub fn read(sources: &Sources) -> Option<Read> {
    let request = Request { today: today(), audience: None, drafts: false };
    let read = casebook::read(sources, &request, &mut Timings::default());
    let diagnostics = read.as_ref().map_or_else(|diagnostic| std::slice::from_ref(&**diagnostic), |read| &read.diagnostics);
    stand_in(diagnostics, sources);
    read.ok()
}

/// One case study read and checked, with a vocabulary that is read only once: much of a hub, many times as fast.
pub fn read_case_study(text: &str) -> Catalog {
    static VOCABULARY: LazyLock<Vocabulary> = LazyLock::new(|| casebook::vocabulary::read::read(&[]).0);
    static SITE: LazyLock<Site> =
        LazyLock::new(|| casebook::site::read::read(&file("site.toml", "title = \"Hub\"\n"), today()).expect("a title is enough"));
    let sources = sources(&[(CASE_STUDY, text)]);
    let (manuscript, mut diagnostics) = parse(&sources.files[0]);
    let (catalog, mut problems) = assemble(&SITE, VOCABULARY.clone(), manuscript.map(Arc::new).into_iter().collect(), &[], &History::default());
    diagnostics.append(&mut problems);
    diagnostics.append(&mut check(&SITE, &catalog));
    stand_in(&diagnostics, &sources);
    catalog
}

fn today() -> jiff::civil::Date {
    "2026-11-22".parse().expect("a day")
}

/// Fails unless every problem lies in its file and can be shown.
fn stand_in(diagnostics: &[Diagnostic], sources: &Sources) {
    for diagnostic in diagnostics {
        let place = &diagnostic.place;
        let text = sources.files.iter().chain(&sources.settings).find(|file| file.path == place.path).map_or("", |file| &file.text);
        assert!(text.get(place.span.clone()).is_some(), "no such place: {diagnostic:?}");
    }
    render::human(diagnostics, sources, Look::default());
}

/// The site of a hub that has no errors.
pub fn build(sources: &Sources, read: Read) -> Output {
    let hub = casebook::understand(read.site, read.catalog, &mut Timings::default());
    let memory = Memory::default();
    casebook::publish(&hub, &sources.theme, &memory, &mut Timings::default()).expect("what every check accepts can be built");
    memory.into_output()
}
