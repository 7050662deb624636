//! Checks the invariants of ARCHITECTURE.md that can be seen in the source text.

#![expect(clippy::disallowed_methods, reason = "tests look at the disk themselves")]

use std::fs;
use std::path::Path;

use casebook::check::{CHECKS, manual};

use crate::support::repository;

mod import_cycles;
mod search_engine;

/// The modules in order; each may import only from itself and from those before it.
const MODULES: &[&str] = &[
    "error",
    "diagnostic",
    "source",
    "site",
    "vocabulary",
    "record",
    "catalog",
    "check",
    "similar",
    "evidence",
    "backlog",
    "index",
    "page",
    "theme",
    "output",
    "command",
];

/// Items of `lib.rs` that only `command` may use.
const LIB_ITEMS: &[&str] = &[
    "CheckedCatalog",
    "BuildOptions",
    "Timings",
    "Hub",
    "BuildCache",
    "LastBuild",
    "SharedLastBuild",
    "check_planned_links",
    "has_errors",
    "publish",
    "analyse",
    "read",
    "read_site",
    // Exists in tests only.
    "support",
];

/// Files that may import from every module: the stages, and what is kept between two runs of them.
const COMPOSING_FILES: [&str; 3] = ["lib.rs", "build_cache.rs", "main.rs"];

/// A source file with its text.
struct SourceText {
    /// Path below `src/`.
    path: String,
    text: String,
}

impl SourceText {
    fn module(&self) -> &str {
        let first = self.path.split('/').next().unwrap_or("");
        first.strip_suffix(".rs").unwrap_or(first)
    }

    /// Lines without comments and unit tests, with their one-based numbers.
    fn code_lines(&self) -> impl Iterator<Item = (usize, &str)> {
        let lines = self.text.lines().enumerate().map(|(at, line)| (at + 1, line));
        let is_test = self.path.ends_with("/tests.rs");
        lines
            .take_while(move |(_, line)| !is_test && *line != "mod tests {")
            .filter(|(_, line)| !line.trim_start().starts_with("//"))
    }
}

fn sources() -> Vec<SourceText> {
    sources_in(&repository().join("src"))
}

/// The source files below a folder, in path order.
fn sources_in(folder: &Path) -> Vec<SourceText> {
    let mut sources = Vec::new();
    collect(folder, "", &mut sources);
    sources.sort_by(|one, other| one.path.cmp(&other.path));
    assert!(sources.len() > 20, "the sources are found");
    sources
}

fn collect(folder: &Path, below: &str, sources: &mut Vec<SourceText>) {
    for entry in fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        let path = format!("{below}{}", entry.file_name().to_str().unwrap());
        if entry.file_type().unwrap().is_dir() {
            collect(&entry.path(), &format!("{path}/"), sources);
        } else if path.ends_with(".rs") {
            sources.push(SourceText { text: fs::read_to_string(entry.path()).unwrap(), path });
        }
    }
}

fn module_rank(module: &str) -> Option<usize> {
    MODULES.iter().position(|known| *known == module)
}

/// The first path segments after `crate::` in a text: `use crate::{a, b::c}` gives a and b.
fn imported_names(text: &str) -> Vec<String> {
    let word = |text: &str| {
        text.chars()
            .take_while(|letter| letter.is_alphanumeric() || *letter == '_')
            .collect::<String>()
    };
    let mut named = Vec::new();
    for (at, _) in text.match_indices("crate::") {
        let rest = &text[at + "crate::".len()..];
        if text[..at].ends_with('$') {
            continue;
        }
        match rest.strip_prefix('{') {
            Some(group) => {
                named.extend(split_group(group).into_iter().map(|part| word(part.trim_start())))
            }
            None => named.push(word(rest)),
        }
    }
    named.retain(|name| !name.is_empty());
    named
}

/// The comma-separated parts of a brace group, up to its closing brace.
fn split_group(group: &str) -> Vec<&str> {
    let (mut depth, mut start, mut parts) = (0, 0, Vec::new());
    for (at, letter) in group.char_indices() {
        match letter {
            '{' => depth += 1,
            '}' if depth == 0 => {
                parts.push(&group[start..at]);
                return parts;
            }
            '}' => depth -= 1,
            ',' if depth == 0 => {
                parts.push(&group[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    parts
}

#[test]
fn groups_of_imports_are_taken_apart() {
    assert_eq!(imported_names("use crate::site::{Site, read};"), ["site"]);
    assert_eq!(
        imported_names("use crate::{Read, catalog::{a, b}, site};"),
        ["Read", "catalog", "site"]
    );
}

#[test]
fn modules_import_only_from_upstream_modules() {
    let mut violations = Vec::new();
    for source in sources().iter().filter(|source| !COMPOSING_FILES.contains(&source.path.as_str()))
    {
        let own_rank = module_rank(source.module())
            .unwrap_or_else(|| panic!("`src/{}` is in no known module", source.path));
        let code: String = source.code_lines().map(|(_, line)| format!("{line}\n")).collect();
        for name in imported_names(&code) {
            let is_allowed = match module_rank(&name) {
                Some(other) => other <= own_rank,
                None => source.module() == "command" && LIB_ITEMS.contains(&name.as_str()),
            };
            if !is_allowed {
                violations.push(format!("src/{} imports `{name}`", source.path));
            }
        }
    }
    assert!(violations.is_empty(), "back violations:\n{}", violations.join("\n"));
}

/// Fails if a line of code outside `allowed_modules` contains one of the texts.
fn assert_absent(texts: &[&str], allowed_modules: &[&str], reason: &str) {
    let mut found = Vec::new();
    for source in sources().iter().filter(|source| !allowed_modules.contains(&source.module())) {
        for (number, line) in
            source.code_lines().filter(|(_, line)| texts.iter().any(|text| line.contains(text)))
        {
            found.push(format!("src/{}:{number}: {}", source.path, line.trim()));
        }
    }
    assert!(found.is_empty(), "{reason}:\n{}", found.join("\n"));
}

#[test]
fn only_source_and_output_touch_the_disk() {
    assert_absent(
        &["std::fs", "fs::", "File::open", "File::create", "tokio::fs"],
        &["source", "output"],
        "only `source` and `output` touch the disk",
    );
}

#[test]
fn only_command_prints() {
    assert_absent(
        &["println!", "print!(", "eprint", "io::stdout", "io::stderr"],
        &["command"],
        "only `command` prints",
    );
}

#[test]
fn the_build_date_is_the_only_clock() {
    assert_absent(&["SystemTime::now", "Zoned::now"], &["output"], "the build date is handed in");
    assert_absent(&["Timestamp::now"], &["command"], "the build date is made in `command` only");
}

#[test]
fn warnings_are_expected_with_a_reason_and_never_allowed() {
    assert_absent(&["#[allow", "#![allow"], &[], "write `#[expect(lint, reason = \"...\")]`");
}

#[test]
fn there_are_no_todo_markers() {
    for source in sources() {
        for word in ["TODO", "FIXME", "XXX", "todo!", "unimplemented!", "dbg!"] {
            assert!(!source.text.contains(word), "`src/{}` holds `{word}`", source.path);
        }
    }
}

#[test]
fn every_file_starts_with_a_module_comment() {
    for source in sources() {
        let first = source.text.lines().next().unwrap_or("");
        assert!(
            first.starts_with("//! ") && first.len() > 12,
            "`src/{}` opens with `{first}`",
            source.path
        );
    }
}

#[test]
fn there_is_no_unwrap() {
    assert_absent(
        &[".unwrap()"],
        &[],
        "write `expect(\"what always holds\")`, or report what an author can mend",
    );
}

#[test]
fn what_reads_a_format_stays_in_its_rooms() {
    let owners = [
        ("granit_parser", &["record"][..]),
        ("pulldown_cmark", &["record", "page"]),
        ("tera::", &["theme"]),
        ("tantivy", &["index"]),
        ("walkdir", &["source", "output"]),
        ("clap::", &["command", "site"]),
    ];
    for (name, modules) in owners {
        assert_absent(&[name], modules, &format!("`{name}` belongs to {modules:?}"));
    }
}

#[test]
fn a_check_is_the_file_of_its_name() {
    for check in CHECKS {
        let file = repository().join(format!("src/check/{}.rs", check.code.replace('-', "_")));
        assert!(file.is_file(), "`{}` is no file", file.display());
    }
}

/// Diagnostic codes in the calls of a source text that create diagnostics.
fn find_diagnostic_codes(text: &str) -> Vec<&str> {
    let makers = [
        "Diagnostic::error(",
        "Diagnostic::warning(",
        "Diagnostic::note(",
        ".report(",
        "self.problem(",
        ".problem(",
    ];
    let mut codes = Vec::new();
    for maker in makers {
        for (at, _) in text.match_indices(maker) {
            let rest = text[at + maker.len()..].trim_start();
            if let Some(code) = rest.strip_prefix('"').and_then(|rest| rest.split('"').next()) {
                codes.push(code);
            }
        }
    }
    codes
}

#[test]
fn every_code_has_a_manual_page() {
    let known: Vec<&str> = manual::codes().collect();
    let mut seen = 0;
    for source in sources() {
        let code: String = source.code_lines().map(|(_, line)| format!("{line}\n")).collect();
        for code in find_diagnostic_codes(&code) {
            seen += 1;
            assert!(
                known.contains(&code),
                "`{code}` of `src/{}` has no page; write `src/check/reading/{code}.md`",
                source.path
            );
        }
    }
    assert!(seen > 50, "codes are found");
}

/// The map of the repository, which readers are sent to first.
fn architecture_map() -> String {
    fs::read_to_string(repository().join("ARCHITECTURE.md")).unwrap()
}

/// Texts between backticks, which may go over the end of a line.
fn code_spans(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

/// Whether a text between backticks is a path: it has a slash or the extension of a file.
fn is_path(span: &str) -> bool {
    let extensions = [".rs", ".toml", ".md", ".css", ".sh"];
    let is_name = !span.contains(char::is_whitespace) && !span.contains("::");
    is_name && (span.contains('/') || extensions.iter().any(|end| span.ends_with(end)))
}

/// Whether a path exists below the repository, `src/` or a folder that was named before it. A
/// placeholder (`tests/hubs/<name>/`, `*.yaml`) stands for anything in its folder.
fn path_exists(path: &str, folder: &str) -> bool {
    let fixed = path
        .split_once(['<', '*'])
        .map_or(path, |(before, _)| before.rsplit_once('/').map_or("", |(folder, _)| folder));
    ["", "src", folder].iter().any(|base| repository().join(base).join(fixed).exists())
}

#[test]
fn paths_of_the_map_exist() {
    let text = architecture_map();
    let (mut folder, mut missing) = ("", Vec::new());
    let paths: Vec<&str> = code_spans(&text).filter(|span| is_path(span)).collect();
    for path in &paths {
        if !path_exists(path, folder) {
            missing.push(*path);
        }
        if path.ends_with('/') {
            folder = path;
        }
    }
    assert!(paths.len() > 50, "paths are found: {paths:?}");
    assert!(missing.is_empty(), "ARCHITECTURE.md names what is not there: {missing:?}");
}

#[test]
fn paths_are_told_from_other_names() {
    let rows = [
        ("src/check/", true),
        ("clippy.toml", true),
        ("tests/hubs/<name>/", true),
        ("build --timings", false),
        ("CaseStudy::text_language", false),
        ("tera", false),
    ];
    for (span, wanted) in rows {
        assert_eq!(is_path(span), wanted, "{span}");
    }
    assert!(
        path_exists("similar/score.rs", "") && path_exists("10-tokens.css", "themes/atlas/styles/")
    );
    assert!(!path_exists("similar/no-such.rs", "") && !path_exists("src/nowhere/<name>", ""));
}

#[test]
fn every_change_of_the_map_names_a_place() {
    let text = architecture_map();
    let rows = text.lines().skip_while(|line| *line != "| to ... | change |").skip(2);
    let rows: Vec<&str> = rows.take_while(|line| line.starts_with('|')).collect();
    assert!(rows.len() > 15, "the table is found");
    for row in rows {
        assert!(code_spans(row).any(is_path), "no path in: {row}");
    }
}

#[test]
fn stages_of_the_map_are_modules_in_their_order() {
    let text = architecture_map();
    let table = text.lines().skip_while(|line| !line.starts_with("| # | module |")).skip(2);
    let stages: Vec<usize> = table
        .take_while(|line| line.starts_with('|'))
        .filter_map(code_span_in_second_cell)
        .map(|module| module_rank(module).unwrap_or_else(|| panic!("no module `{module}`")))
        .collect();
    assert!(stages.len() >= 14 && stages.is_sorted(), "{stages:?}");
}

fn code_span_in_second_cell(row: &str) -> Option<&str> {
    code_spans(row.split('|').nth(2)?).next()
}

#[test]
fn the_map_is_short_enough_to_be_read() {
    let text = architecture_map();
    assert!(text.lines().count() <= 120, "{} lines", text.lines().count());
    let glossary = text.split("## Glossary").nth(1).and_then(|rest| rest.split("\n## ").next());
    let words = glossary.expect("there is a glossary").matches("**").count() / 2;
    assert!((1..=25).contains(&words), "{words} words in the glossary");
}
