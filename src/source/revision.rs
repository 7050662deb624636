//! Reading the hub at a git revision, from the object store and without touching the working tree.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use jiff::civil::Date;

use crate::error::{Error, Result};
use crate::source::attachment;
use crate::source::file_type::{FileType, leftover_file};
use crate::source::git::run::{GitError, run};
use crate::source::{Asset, ContentHash, History, ReadOptions, SourceFile, Sources, to_nfc};

/// Reads settings and content of a revision: texts in full, attachments by name only. A name that
/// is refused in the working tree is reported here too, so that a comparison of both finds no new
/// problem.
///
/// # Errors
/// When git is missing, or does not know the revision.
pub fn read_revision(root: &Path, revision: &str, read_options: &ReadOptions) -> Result<Sources> {
    let commit = format!("{revision}^{{commit}}");
    run_git(root, &["rev-parse", "--verify", "--quiet", "--end-of-options", &commit], None)
        .map_err(|error| error.with_hint(format!("`{revision}` is not a revision that git knows here; a shallow clone lacks it, so fetch it first")))?;
    let listing =
        run_git(root, &["ls-tree", "-r", "-z", revision, "--", "content", "site.toml"], None)?;
    let mut sources =
        Sources { root: root.to_owned(), history: History::default(), ..Sources::default() };
    let mut texts: Vec<(String, String)> = Vec::new();
    for entry in String::from_utf8_lossy(&listing).split('\0') {
        let Some((attributes, path)) = entry.split_once('\t') else { continue };
        let Some(hash) = attributes.split(' ').nth(2).filter(|_| attributes.contains(" blob "))
        else {
            continue;
        };
        let path = &*to_nfc(path);
        let shared_path: Arc<str> = Arc::from(path);
        let file_type = FileType::from_path(path);
        if path == "site.toml" || file_type.is_text() {
            texts.push((path.to_owned(), hash.to_owned()));
        } else if file_type == FileType::Leftover {
            sources.diagnostics.push(leftover_file(&shared_path));
        } else if let Some(refused) =
            attachment::check_extension(&shared_path, &read_options.attachments)
        {
            sources.diagnostics.push(refused);
        } else {
            sources.assets.push(Asset {
                path: Arc::from(path),
                disk_path: root.join(path),
                length: 0,
                hash: ContentHash::of(hash.as_bytes()),
            });
        }
    }
    let hashes: String = texts.iter().map(|(_, hash)| format!("{hash}\n")).collect();
    let blobs = run_git(root, &["cat-file", "--batch"], Some(hashes))?;
    for ((path, _), bytes) in texts.iter().zip(parse_batch_output(&blobs)) {
        let Ok(text) = std::str::from_utf8(bytes) else { continue };
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let file = SourceFile {
            path: Arc::from(path.as_str()),
            text: Arc::from(text),
            hash: ContentHash::of(bytes),
        };
        if path == "site.toml" { sources.settings = Some(file) } else { sources.files.push(file) }
    }
    sources.files.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(sources)
}

/// The day of the commit of a revision, as its author had it.
///
/// # Errors
/// When git is missing, or does not know the revision.
pub fn revision_day(root: &Path, revision: &str) -> Result<Date> {
    let commit = format!("{revision}^{{commit}}");
    let arguments =
        ["log", "-1", "--no-show-signature", "--format=tformat:%as", "--end-of-options", &commit];
    let output = run_git(root, &arguments, None)?;
    let day = String::from_utf8_lossy(&output);
    let is_no_day = |cause| Error::because(format!("git dates `{revision}` on no day"), cause);
    day.trim().parse().map_err(is_no_day)
}

/// The files of the hub that differ from a revision in the working tree, by their paths below the
/// root: changed, added and not yet known to git; renamed ones by their new names.
///
/// # Errors
/// When git is missing, or does not know the revision.
pub fn changed_files(root: &Path, revision: &str) -> Result<BTreeSet<String>> {
    let commit = format!("{revision}^{{commit}}");
    let hash =
        run_git(root, &["rev-parse", "--verify", "--quiet", "--end-of-options", &commit], None)
            .map_err(|_| {
                Error::new(format!("`{revision}` is not a revision that git knows here")).with_hint(
            "name a branch, a tag or a commit; a shallow clone lacks old ones, so fetch it first",
        )
            })?;
    let hash = String::from_utf8_lossy(&hash).trim().to_owned();
    let differing = run_git(
        root,
        &[
            "diff",
            "--name-only",
            "--relative",
            "--no-renames",
            "--no-ext-diff",
            "--no-textconv",
            "--ignore-submodules",
            "-z",
            &hash,
            "--",
            ".",
        ],
        None,
    )?;
    let unknown =
        run_git(root, &["ls-files", "--others", "--exclude-standard", "-z", "--", "."], None)?;
    let paths = [differing, unknown].concat();
    Ok(paths
        .split(|byte| *byte == 0)
        .filter(|path| !path.is_empty())
        .map(|path| to_nfc(&String::from_utf8_lossy(path)).into_owned())
        .collect())
}

/// The contents of the objects in the output of `git cat-file --batch`: a header line that ends
/// with the length, the bytes, a line end.
fn parse_batch_output(output: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = output;
    std::iter::from_fn(move || {
        let end = rest.iter().position(|byte| *byte == b'\n')?;
        let length: usize =
            std::str::from_utf8(&rest[..end]).ok()?.rsplit(' ').next()?.parse().ok()?;
        let bytes = rest.get(end + 1..end + 1 + length)?;
        rest = rest.get(end + length + 2..).unwrap_or(&[]);
        Some(bytes)
    })
}

/// Runs git in the root folder, and explains a failure with the command.
fn run_git(root: &Path, arguments: &[&str], input: Option<String>) -> Result<Vec<u8>> {
    run(root, arguments, input).map_err(|error| match error {
        GitError::NotStarted(cause) => Error::at(root, "cannot run git in", cause),
        GitError::Failed(message) => {
            let message = message.lines().next().unwrap_or("").trim_start_matches("fatal: ");
            let detail = if message.is_empty() { String::new() } else { format!(": {message}") };
            Error::about(root, format!("git failed{detail}: `git {}` in", arguments.join(" ")))
        }
    })
}
