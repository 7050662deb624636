//! The invariants of ARCHITECTURE.md that the text of the sources can show.

#![expect(clippy::disallowed_methods, reason = "tests look at the disk themselves")]

use std::fs;
use std::path::Path;

use casebook::check::{CHECKS, manual};

use crate::support::repository;

/// The rooms in their one order; imports point to the left only.
const ROOMS: &[&str] = &[
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

/// What stands in `lib.rs` and may be used by the room that runs the program.
const COMPOSED: &[&str] = &[
    "Read",
    "Request",
    "Timings",
    "Hub",
    "check_planned_links",
    "has_errors",
    "publish",
    "publish_again",
    "understand",
    "understand_and_index",
    "read",
    "read_again",
    "settings",
];

struct Source {
    /// Path below `src/`.
    path: String,
    text: String,
}

impl Source {
    fn room(&self) -> &str {
        let first = self.path.split('/').next().unwrap_or("");
        first.strip_suffix(".rs").unwrap_or(first)
    }

    /// The lines that are no comments, with their numbers, up to the unit tests.
    fn code(&self) -> impl Iterator<Item = (usize, &str)> {
        let lines = self.text.lines().enumerate().map(|(at, line)| (at + 1, line));
        let is_test = self.path.ends_with("/tests.rs");
        lines.take_while(move |(_, line)| !is_test && *line != "mod tests {").filter(|(_, line)| !line.trim_start().starts_with("//"))
    }
}

fn sources() -> Vec<Source> {
    let mut sources = Vec::new();
    collect(&repository().join("src"), "", &mut sources);
    sources.sort_by(|one, other| one.path.cmp(&other.path));
    assert!(sources.len() > 50, "the sources are found");
    sources
}

fn collect(folder: &Path, below: &str, sources: &mut Vec<Source>) {
    for entry in fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        let path = format!("{below}{}", entry.file_name().to_str().unwrap());
        if entry.file_type().unwrap().is_dir() {
            collect(&entry.path(), &format!("{path}/"), sources);
        } else if path.ends_with(".rs") {
            sources.push(Source { text: fs::read_to_string(entry.path()).unwrap(), path });
        }
    }
}

fn rank(room: &str) -> Option<usize> {
    ROOMS.iter().position(|known| *known == room)
}

/// What a line names after `crate::`, groups taken apart: `use crate::{a, b::c}` names a and b.
fn named(text: &str) -> Vec<String> {
    let word = |text: &str| text.chars().take_while(|letter| letter.is_alphanumeric() || *letter == '_').collect::<String>();
    let mut named = Vec::new();
    for (at, _) in text.match_indices("crate::") {
        let rest = &text[at + "crate::".len()..];
        if text[..at].ends_with('$') {
            continue;
        }
        match rest.strip_prefix('{') {
            Some(group) => named.extend(top_level(group).into_iter().map(|part| word(part.trim_start()))),
            None => named.push(word(rest)),
        }
    }
    named.retain(|name| !name.is_empty());
    named
}

/// The parts of a group up to its closing brace.
fn top_level(group: &str) -> Vec<&str> {
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
    assert_eq!(named("use crate::site::{Site, read};"), ["site"]);
    assert_eq!(named("use crate::{Read, catalog::{a, b}, site};"), ["Read", "catalog", "site"]);
}

#[test]
fn rooms_import_from_rooms_upstream_only() {
    let mut edges = Vec::new();
    for source in sources().iter().filter(|source| !["lib.rs", "main.rs"].contains(&source.path.as_str())) {
        let own = rank(source.room()).unwrap_or_else(|| panic!("`src/{}` is in no known room", source.path));
        let code: String = source.code().map(|(_, line)| format!("{line}\n")).collect();
        for name in named(&code) {
            let fine = match rank(&name) {
                Some(other) => other <= own,
                None => source.room() == "command" && COMPOSED.contains(&name.as_str()),
            };
            if !fine {
                edges.push(format!("src/{} imports `{name}`", source.path));
            }
        }
    }
    assert!(edges.is_empty(), "back edges:\n{}", edges.join("\n"));
}

/// Fails where a line of the code of some rooms holds one of some texts.
fn forbid(texts: &[&str], excused: &[&str], why: &str) {
    let mut found = Vec::new();
    for source in sources().iter().filter(|source| !excused.contains(&source.room())) {
        for (number, line) in source.code().filter(|(_, line)| texts.iter().any(|text| line.contains(text))) {
            found.push(format!("src/{}:{number}: {}", source.path, line.trim()));
        }
    }
    assert!(found.is_empty(), "{why}:\n{}", found.join("\n"));
}

#[test]
fn only_source_and_output_touch_the_disk() {
    forbid(&["std::fs", "fs::", "File::open", "File::create", "tokio::fs"], &["source", "output"], "only `source` and `output` touch the disk");
}

#[test]
fn only_command_prints() {
    forbid(&["println!", "print!(", "eprint", "io::stdout", "io::stderr"], &["command"], "only `command` prints");
}

#[test]
fn there_is_no_clock_but_the_build_date() {
    forbid(&["SystemTime::now", "Zoned::now"], &["output"], "the build date is handed in");
    forbid(&["Timestamp::now"], &["command"], "the build date is made in `command` only");
}

#[test]
fn warnings_are_expected_with_a_reason_and_never_allowed() {
    forbid(&["#[allow", "#![allow"], &[], "write `#[expect(lint, reason = \"...\")]`");
}

#[test]
fn nothing_is_left_to_do() {
    for source in sources() {
        for word in ["TODO", "FIXME", "XXX", "todo!", "unimplemented!", "dbg!"] {
            assert!(!source.text.contains(word), "`src/{}` holds `{word}`", source.path);
        }
    }
}

#[test]
fn every_file_opens_with_what_it_is_for() {
    for source in sources() {
        let first = source.text.lines().next().unwrap_or("");
        assert!(first.starts_with("//! ") && first.len() > 12, "`src/{}` opens with `{first}`", source.path);
    }
}

#[test]
fn no_content_is_unwrapped() {
    forbid(&[".unwrap()"], &[], "write `expect(\"what always holds\")`, or report what an author can mend");
}

#[test]
fn what_reads_a_format_stays_in_its_rooms() {
    let homes = [
        ("granit_parser", &["record"][..]),
        ("pulldown_cmark", &["record", "page"]),
        ("tera::", &["theme"]),
        ("tantivy", &["index"]),
        ("walkdir", &["source", "output"]),
        ("clap::", &["command", "site"]),
    ];
    for (name, rooms) in homes {
        forbid(&[name], rooms, &format!("`{name}` belongs to {rooms:?}"));
    }
}

#[test]
fn a_check_is_the_file_of_its_name() {
    for check in CHECKS {
        let file = repository().join(format!("src/check/{}.rs", check.code.replace('-', "_")));
        assert!(file.is_file(), "`{}` is no file", file.display());
    }
}

/// Codes given to diagnostics, wherever one is made.
fn codes_in(text: &str) -> Vec<&str> {
    let makers = ["Diagnostic::error(", "Diagnostic::warning(", "Diagnostic::note(", ".report(", "self.problem(", ".problem("];
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
        let code: String = source.code().map(|(_, line)| format!("{line}\n")).collect();
        for code in codes_in(&code) {
            seen += 1;
            assert!(known.contains(&code), "`{code}` of `src/{}` has no page; write `src/check/reading/{code}.md`", source.path);
        }
    }
    assert!(seen > 50, "codes are found");
}
