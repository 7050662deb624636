//! The hub as it was at another commit, read from git's store without touching the working tree.

use std::path::Path;
use std::sync::Arc;

use crate::error::{Error, Result};
use crate::source::attachment;
use crate::source::file_type::{FileType, leftover};
use crate::source::git::run::{Trouble, run as git};
use crate::source::{Asset, ContentHash, History, Reading, SourceFile, Sources, composed};

/// Reads settings and content of a revision; text files only, attachments by name. What is refused by name is told as it is in the working
/// tree, so that a comparison finds nothing new in it.
///
/// # Errors
/// Git is missing, or does not know the revision.
pub fn read_at(root: &Path, revision: &str, reading: &Reading) -> Result<Sources> {
    let commit = format!("{revision}^{{commit}}");
    run(root, &["rev-parse", "--verify", "--quiet", "--end-of-options", &commit], None)
        .map_err(|error| error.hint(format!("`{revision}` is not a revision that git knows here; a shallow clone lacks it, so fetch it first")))?;
    let listing = run(root, &["ls-tree", "-r", "-z", revision, "--", "content", "site.toml"], None)?;
    let mut sources = Sources { root: root.to_owned(), history: History::default(), ..Sources::default() };
    let mut wanted: Vec<(String, String)> = Vec::new();
    for entry in String::from_utf8_lossy(&listing).split('\0') {
        let Some((facts, path)) = entry.split_once('\t') else { continue };
        let Some(hash) = facts.split(' ').nth(2).filter(|_| facts.contains(" blob ")) else { continue };
        let path = &*composed(path);
        let shared: Arc<str> = Arc::from(path);
        let file_type = FileType::of(path);
        if path == "site.toml" || file_type.is_text() {
            wanted.push((path.to_owned(), hash.to_owned()));
        } else if file_type == FileType::Leftover {
            sources.diagnostics.push(leftover(&shared));
        } else if let Some(refused) = attachment::refused(&shared, &reading.attachments) {
            sources.diagnostics.push(refused);
        } else {
            sources.assets.push(Asset { path: Arc::from(path), disk: root.join(path), length: 0, hash: ContentHash::of(hash.as_bytes()) });
        }
    }
    let names: String = wanted.iter().map(|(_, hash)| format!("{hash}\n")).collect();
    let blobs = run(root, &["cat-file", "--batch"], Some(names))?;
    for ((path, _), bytes) in wanted.iter().zip(parts(&blobs)) {
        let Ok(text) = std::str::from_utf8(bytes) else { continue };
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let file = SourceFile { path: Arc::from(path.as_str()), text: Arc::from(text), hash: ContentHash::of(bytes) };
        if path == "site.toml" { sources.settings = Some(file) } else { sources.files.push(file) }
    }
    sources.files.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(sources)
}

/// The contents in the output of `git cat-file --batch`: a line that ends with the length, the bytes, a line end.
fn parts(output: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = output;
    std::iter::from_fn(move || {
        let end = rest.iter().position(|byte| *byte == b'\n')?;
        let length: usize = std::str::from_utf8(&rest[..end]).ok()?.rsplit(' ').next()?.parse().ok()?;
        let bytes = rest.get(end + 1..end + 1 + length)?;
        rest = rest.get(end + length + 2..).unwrap_or(&[]);
        Some(bytes)
    })
}

fn run(root: &Path, arguments: &[&str], input: Option<String>) -> Result<Vec<u8>> {
    git(root, arguments, input).map_err(|trouble| match trouble {
        Trouble::NotStarted(cause) => Error::at(root, "cannot run git in", cause),
        Trouble::Refused(words) => {
            let words = words.lines().next().unwrap_or("").trim_start_matches("fatal: ");
            let said = if words.is_empty() { String::new() } else { format!(": {words}") };
            Error { path: Some(root.to_owned()), ..Error::new(format!("git failed{said}: `git {}` in", arguments.join(" "))) }
        }
    })
}
