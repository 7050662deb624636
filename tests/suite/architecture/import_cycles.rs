//! Finds circles of imports between the source files of a crate.
//!
//! A file imports another by every path that starts with `crate`, `self` or `super`, or with a
//! module that the file declares. A path through a re-export leads to the file that has the item;
//! declaring a module or re-exporting from it is no import. What macros write is not seen.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;

use super::{SourceText, sources_in};
use crate::support::repository;

/// Segments of a path: `["page", "text", "display"]`.
type ModulePath = Vec<String>;

/// A path in a source text.
#[derive(Debug, PartialEq)]
struct WrittenPath {
    /// Its segments from the root of the crate.
    segments: ModulePath,
    /// The name that it has in the file.
    name: String,
    is_reexport: bool,
}

/// The circles of imports, as lines of `file -> file`.
fn find_cycles(sources: &[SourceText]) -> Vec<String> {
    let files: BTreeMap<ModulePath, &SourceText> = sources
        .iter()
        .filter(|source| !["lib.rs", "main.rs"].contains(&source.path.as_str()))
        .map(|source| (module_path(&source.path), source))
        .collect();
    let paths: BTreeMap<&ModulePath, Vec<WrittenPath>> =
        files.iter().map(|(module, source)| (module, find_paths(module, source))).collect();
    let mut reexports: BTreeMap<ModulePath, ModulePath> = BTreeMap::new();
    for (module, written) in &paths {
        for path in written.iter().filter(|path| path.is_reexport) {
            let from = module.iter().chain([&path.name]).cloned().collect();
            reexports.insert(from, path.segments.clone());
        }
    }
    let mut imports: BTreeMap<&ModulePath, BTreeSet<ModulePath>> = BTreeMap::new();
    for (module, written) in &paths {
        let targets = written
            .iter()
            .filter(|path| !path.is_reexport)
            .filter_map(|path| find_file(&path.segments, &files, &reexports));
        imports.insert(module, targets.filter(|target| target != *module).collect());
    }
    let name = |module: &ModulePath| files[module].path.as_str();
    imports
        .iter()
        .flat_map(|(module, targets)| targets.iter().map(move |target| (*module, target)))
        .filter(|(module, target)| reachable(&imports, target).contains(module))
        .map(|(module, target)| format!("{} -> {}", name(module), name(target)))
        .collect()
}

/// The files that a file imports, directly or through others.
fn reachable<'m>(
    imports: &'m BTreeMap<&ModulePath, BTreeSet<ModulePath>>,
    from: &ModulePath,
) -> BTreeSet<&'m ModulePath> {
    let mut reached = BTreeSet::new();
    let mut next: Vec<&ModulePath> = imports[from].iter().collect();
    while let Some(module) = next.pop() {
        if reached.insert(module) {
            next.extend(&imports[module]);
        }
    }
    reached
}

/// The module of a file: `["page", "text"]` for `page/text/mod.rs` and for `page/text.rs`.
fn module_path(file: &str) -> ModulePath {
    let path = file.strip_suffix(".rs").unwrap_or(file);
    path.strip_suffix("/mod").unwrap_or(path).split('/').map(str::to_owned).collect()
}

/// The module of the file that has what a path names.
fn find_file(
    path: &[String],
    files: &BTreeMap<ModulePath, &SourceText>,
    reexports: &BTreeMap<ModulePath, ModulePath>,
) -> Option<ModulePath> {
    let found = (1..=path.len()).rev().try_for_each(|length| {
        let module = &path[..length];
        if !files.contains_key(module) {
            return ControlFlow::Continue(());
        }
        let reexport = path.get(..=length).and_then(|item| reexports.get(item));
        ControlFlow::Break(match reexport {
            Some(target) if target[..] != path[..=length] => {
                find_file(&[target, &path[length + 1..]].concat(), files, reexports)
            }
            _ => Some(module.to_vec()),
        })
    });
    found.break_value().flatten()
}

/// Every path in a file that leads to this crate.
fn find_paths(module: &ModulePath, source: &SourceText) -> Vec<WrittenPath> {
    let code: String = source.code_lines().map(|(_, line)| format!("{line}\n")).collect();
    let declared = code.lines().filter_map(|line| {
        line.rsplit_once("mod ").and_then(|(_, declared)| declared.strip_suffix(';'))
    });
    let mut found = Vec::new();
    for start in ["crate", "super", "self"].into_iter().chain(declared) {
        for (at, _) in code.match_indices(&format!("{start}::")) {
            let before = &code[..at];
            if before.ends_with(|letter: char| letter.is_alphanumeric() || "_:$.".contains(letter))
            {
                continue;
            }
            let statement = before.trim_end().strip_suffix("use").map(str::trim_end);
            let is_reexport = statement.is_some_and(|before| {
                before.ends_with("pub") || (before.ends_with(')') && before.contains("pub("))
            });
            let mut tree = Vec::new();
            read_tree(&code[at..], &[], &mut tree);
            found.extend(tree.into_iter().map(|(path, name)| WrittenPath {
                segments: to_absolute(module, &path),
                name,
                is_reexport,
            }));
        }
    }
    found
}

/// Reads `a::{b, c::d as e}` as paths with the names that they have in the file; returns the rest of
/// the text.
fn read_tree<'t>(
    text: &'t str,
    above: &[String],
    found: &mut Vec<(ModulePath, String)>,
) -> &'t str {
    let mut path = above.to_vec();
    let mut rest = text.trim_start();
    loop {
        if let Some(group) = rest.strip_prefix('{') {
            rest = group.trim_start();
            while !rest.is_empty() && !rest.starts_with('}') {
                let after = read_tree(rest, &path, found);
                let after = after
                    .trim_start_matches(|letter: char| letter == ',' || letter.is_whitespace());
                if after.len() == rest.len() {
                    return rest;
                }
                rest = after;
            }
            return rest.strip_prefix('}').unwrap_or(rest);
        }
        let end = rest
            .find(|letter: char| !letter.is_alphanumeric() && letter != '_')
            .unwrap_or(rest.len());
        let (segment, after) = rest.split_at(end);
        if !segment.is_empty() {
            path.push(segment.to_owned());
        }
        match after.strip_prefix("::") {
            Some(next)
                if next.starts_with(|letter: char| letter.is_alphabetic() || letter == '{') =>
            {
                rest = next;
            }
            _ => {
                rest = after;
                break;
            }
        }
    }
    if path.len() > 1 && path.last().is_some_and(|last| last == "self") {
        path.pop();
    }
    let mut name = path.last().cloned().unwrap_or_default();
    if let Some(alias) = rest.strip_prefix(" as ") {
        let end = alias
            .find(|letter: char| !letter.is_alphanumeric() && letter != '_')
            .unwrap_or(alias.len());
        name = alias[..end].to_owned();
        rest = &alias[end..];
    }
    found.push((path, name));
    rest
}

/// A path from the root of the crate.
fn to_absolute(module: &ModulePath, path: &[String]) -> ModulePath {
    let mut base = module.clone();
    let mut rest = path;
    match path.first().map(String::as_str) {
        Some("crate") => {
            base.clear();
            rest = &path[1..];
        }
        Some("self") => rest = &path[1..],
        _ => {
            while rest.first().is_some_and(|segment| segment == "super") {
                base.pop();
                rest = &rest[1..];
            }
        }
    }
    base.extend_from_slice(rest);
    base
}

#[test]
fn files_do_not_import_one_another_in_a_circle() {
    for folder in ["src", "search/src"] {
        let cycles = find_cycles(&sources_in(&repository().join(folder)));
        assert!(cycles.is_empty(), "circles of imports in `{folder}`:\n{}", cycles.join("\n"));
    }
}

/// The circles among files given as path and text.
fn cycles_among(files: &[(&str, &str)]) -> Vec<String> {
    let source =
        |(path, text): &(&str, &str)| SourceText { path: path.to_string(), text: text.to_string() };
    find_cycles(&files.iter().map(source).collect::<Vec<_>>())
}

#[test]
fn planted_circles_are_found() {
    let head = ("a/mod.rs", "pub mod one;\nmod two;\npub use two::Two;\n");
    let circle = ["a/one.rs -> a/two.rs", "a/two.rs -> a/one.rs"];
    let rows: [(&str, &str, &[&str]); 7] = [
        ("use crate::a::two::f;\n", "use crate::b;\n", &[]),
        ("use crate::a::two::f;\n", "use super::one::{self, g};\n", &circle),
        ("use crate::{a::{two}, b};\n", "fn f() { crate::a::one::g() }\n", &circle),
        ("fn g() { super::Two::new() }\n", "use crate::a::one;\n", &circle),
        ("use crate::a::Two as Other;\n", "use crate::{b::c, a::one::g as h};\n", &circle),
        ("// use crate::a::two;\n", "use crate::a::one;\n", &[]),
        ("mod tests {\n    use crate::a::two;\n", "use crate::a::one;\n", &[]),
    ];
    for (one, two, expected) in rows {
        let files = [head, ("a/one.rs", one), ("a/two.rs", two), ("b.rs", "pub fn c() {}\n")];
        assert_eq!(cycles_among(&files), expected, "{one}{two}");
    }
}

#[test]
fn a_head_that_calls_its_files_and_has_what_they_use_is_a_circle() {
    let file = ("a/one.rs", "use crate::a::Kind;\n");
    let calls = ("a/mod.rs", "mod one;\npub struct Kind;\nfn f() { one::run() }\n");
    assert_eq!(cycles_among(&[calls, file]), ["a/mod.rs -> a/one.rs", "a/one.rs -> a/mod.rs"]);
    let lists = ("a/mod.rs", "mod one;\npub use one::run;\npub struct Kind;\n");
    assert_eq!(cycles_among(&[lists, file]), [""; 0]);
}

#[test]
fn three_files_in_a_circle_are_found_and_what_hangs_on_it_is_not() {
    let files = [
        ("a.rs", "use crate::b;\nuse crate::d;\n"),
        ("b.rs", "use crate::c;\n"),
        ("c.rs", "use crate::a;\n"),
        ("d.rs", ""),
        ("e.rs", "use crate::a;\n"),
    ];
    assert_eq!(cycles_among(&files), ["a.rs -> b.rs", "b.rs -> c.rs", "c.rs -> a.rs"]);
}
