//! Reading the files of a hub: texts into memory, assets as hashes.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use cap_std::fs::Dir;
use rayon::iter::{IndexedParallelIterator, IntoParallelIterator, ParallelIterator};

use crate::diagnostic::{Diagnostic, Place};
use crate::error::{Error, Result, current_path};
use crate::source::attachment::{self, MAX_SVG_BYTES};
use crate::source::file_type::{FileType, leftover_file};
use crate::source::io_error::error_text;
use crate::source::walk::{FoundFile, WalkResult};
use crate::source::{Asset, ContentHash, ReadOptions, SourceFile, Sources};
use crate::source::{editor, folder, ignore, root, symlink, theme, walk};

/// The largest text file that is read, in bytes.
const MAX_TEXT_BYTES: u64 = 8 << 20;

/// A file of the hub, read on its own.
#[derive(Debug, Clone)]
pub enum SourceEntry {
    /// A text file.
    Text(SourceFile),
    /// A file that is published unchanged.
    Asset(Asset),
}

/// The outcome of reading one file.
enum ReadOutcome {
    Text(SourceFile),
    Asset(Asset),
    /// The lossily decoded text, for excerpts, and the problem.
    Undecodable(SourceFile, Diagnostic),
    Problem(Diagnostic),
    /// Removed since the walk.
    Removed,
}

/// Reads settings, content and theme of a hub; `read_options` tells from the settings, which may be
/// missing, which files are read. The history is not read: see
/// [`read_history`](crate::source::read_history).
///
/// # Errors
/// When the root folder or its settings cannot be read; problems that an author can fix are
/// diagnostics.
pub fn read_sources(
    folder: &Path,
    read_options: impl FnOnce(Option<&SourceFile>) -> ReadOptions,
) -> Result<Sources> {
    let settings = root::read_settings(folder)?;
    let read_options = read_options(settings.as_ref());
    let root = root::canonicalize_folder(folder)?;
    let (rules, mut diagnostics) = ignore::compile(&read_options.ignore, settings.as_ref());
    let content = root.join("content");
    let WalkResult { files, ignored, diagnostics: problems } =
        match check_content_folder(&content, &root) {
            Some(problem) => WalkResult { diagnostics: vec![problem], ..WalkResult::default() },
            None => walk::walk_content(&root, &content, &rules),
        };
    diagnostics.extend(problems);
    let root_folder = RootFolder::open(&root)?;
    let (theme, problems) = theme::read_theme_files(&root, &read_options.theme);
    diagnostics.extend(problems);
    let editor =
        if read_options.reads_editor { editor::walk_editor(&root) } else { WalkResult::default() };
    diagnostics.extend(editor.diagnostics);
    let (editor, problems) = read_editor_files(&editor.files, &root_folder);
    diagnostics.extend(problems);
    let outcomes: Vec<ReadOutcome> = files
        .into_par_iter()
        .with_min_len(16)
        .map(|file| {
            current_path::scope(&Arc::clone(&file.path), || {
                read_file(&file, &root_folder, &read_options.attachments)
            })
        })
        .collect();
    let sources =
        Sources { root, settings, theme, ignored, editor, diagnostics, ..Sources::default() };
    Ok(collect_outcomes(outcomes, sources))
}

/// Reads the files of the editor as attachments, and the problems of those that cannot be read.
fn read_editor_files(
    files: &[FoundFile],
    root_folder: &RootFolder,
) -> (Vec<Asset>, Vec<Diagnostic>) {
    let (mut assets, mut problems) = (Vec::new(), Vec::new());
    for file in files {
        match read_asset(file, root_folder) {
            Ok(ReadOutcome::Asset(asset)) => assets.push(asset),
            Ok(_) => {}
            Err(cause) if cause.kind() == ErrorKind::NotFound => {}
            Err(cause) => problems.push(unreadable(&file.path, &cause)),
        }
    }
    (assets, problems)
}

/// Reads one file by its path below the root; none if it does not exist, is a link or a folder, or
/// is refused.
pub fn reread_file(root: &Path, path: &str) -> Option<SourceEntry> {
    let disk_path = root.join(path);
    let file_type = fs::symlink_metadata(&disk_path).ok()?.file_type();
    if !file_type.is_file() {
        return None;
    }
    match read_file(
        &FoundFile { path: Arc::from(path), disk_path },
        &RootFolder::open(root).ok()?,
        &ReadOptions::default().attachments,
    ) {
        ReadOutcome::Text(file) => Some(SourceEntry::Text(file)),
        ReadOutcome::Asset(asset) => Some(SourceEntry::Asset(asset)),
        ReadOutcome::Undecodable(..) | ReadOutcome::Problem(_) | ReadOutcome::Removed => None,
    }
}

/// Opens an asset for reading; returns its current length in bytes too.
///
/// # Errors
/// When it was removed, cannot be read, or was replaced by a link.
pub fn open_asset(asset: &Asset) -> io::Result<(File, u64)> {
    let name = asset.disk_path.file_name().ok_or(ErrorKind::InvalidInput)?;
    let file = folder::open_file(
        &folder::open_folder(asset.disk_path.parent().unwrap_or(&asset.disk_path))?,
        Path::new(name),
    )?;
    let length = file.metadata()?.len();
    Ok((file, length))
}

/// The error if the content folder is missing or lies outside of the hub.
fn check_content_folder(content: &Path, root: &Path) -> Option<Diagnostic> {
    let place = Place::file(&Arc::from("content"));
    if !content.is_dir() {
        let hint = "put records into `content/case-studies/` and `content/ideas/`, or start with `casebook init DIR`";
        return Some(
            Diagnostic::error("missing-content", place, "the hub has no `content` folder")
                .hint(hint),
        );
    }
    let is_outside = symlink::is_outside(content, root);
    is_outside
        .then(|| {
            Diagnostic::error(
                "symbolic-link",
                place,
                "`content` is a symbolic link that leads out of the hub",
            )
        })
        .map(|problem| problem.hint("move the folder into the hub"))
}

/// Adds the outcomes to the sources, in the given order, which is path order.
fn collect_outcomes(outcomes: Vec<ReadOutcome>, mut sources: Sources) -> Sources {
    for outcome in outcomes {
        match outcome {
            ReadOutcome::Text(file) => sources.files.push(file),
            ReadOutcome::Asset(asset) => sources.assets.push(asset),
            ReadOutcome::Undecodable(file, problem) => {
                sources.undecodable.push(file);
                sources.diagnostics.push(problem);
            }
            ReadOutcome::Problem(problem) => sources.diagnostics.push(problem),
            ReadOutcome::Removed => {}
        }
    }
    sources
}

/// The root folder, opened by handle, so that a link that appears after the walk cannot lead out of
/// it.
struct RootFolder<'a> {
    root: &'a Path,
    handle: Dir,
}

impl<'a> RootFolder<'a> {
    /// Opens the root folder, whose path has no links.
    fn open(root: &'a Path) -> Result<Self> {
        let handle = folder::open_folder(root)
            .map_err(|cause| Error::at(root, "cannot open the hub's folder", cause))?;
        Ok(RootFolder { root, handle })
    }

    /// Opens a file of the walk for reading.
    fn open_file(&self, file: &FoundFile) -> io::Result<File> {
        folder::open_file(
            &self.handle,
            file.disk_path.strip_prefix(self.root).unwrap_or(&file.disk_path),
        )
    }
}

/// Reads a file as its name demands: text in full, an attachment as its hash if its extension is
/// among `allowed`, and a leftover not at all.
fn read_file(found: &FoundFile, root_folder: &RootFolder, allowed: &[String]) -> ReadOutcome {
    let result = match FileType::from_path(&found.path) {
        FileType::Record | FileType::Data => read_text(found, root_folder),
        FileType::Attachment => match attachment::check_extension(&found.path, allowed) {
            Some(problem) => return ReadOutcome::Problem(problem),
            None if attachment::is_svg(&found.path) => read_svg(found, root_folder),
            None => read_asset(found, root_folder),
        },
        FileType::Leftover => return ReadOutcome::Problem(leftover_file(&found.path)),
    };
    result.unwrap_or_else(|cause| match cause.kind() {
        ErrorKind::NotFound => ReadOutcome::Removed,
        _ => ReadOutcome::Problem(unreadable(&found.path, &cause)),
    })
}

/// Reads and decodes a text file of at most `MAX_TEXT_BYTES`; a larger one is a problem.
fn read_text(found: &FoundFile, root_folder: &RootFolder) -> io::Result<ReadOutcome> {
    let file = root_folder.open_file(found)?;
    let length = file.metadata()?.len();
    if length > MAX_TEXT_BYTES {
        return Ok(ReadOutcome::Problem(too_large(&found.path, length)));
    }
    let mut bytes = Vec::with_capacity(usize::try_from(length).unwrap_or(0) + 1);
    // Without a limit, `read_to_end` asks the system for the length once more.
    file.take(MAX_TEXT_BYTES + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > MAX_TEXT_BYTES {
        return Ok(ReadOutcome::Problem(too_large(&found.path, bytes.len() as u64)));
    }
    Ok(decode_utf8(Arc::clone(&found.path), bytes))
}

/// Decodes UTF-8. A byte-order mark is dropped, so that spans count from the first visible
/// character.
fn decode_utf8(path: Arc<str>, bytes: Vec<u8>) -> ReadOutcome {
    let hash = ContentHash::of(&bytes);
    match std::str::from_utf8(&bytes) {
        Ok(text) => {
            let text = Arc::from(text.strip_prefix('\u{feff}').unwrap_or(text));
            ReadOutcome::Text(SourceFile { path, text, hash })
        }
        Err(error) => {
            let problem = not_utf8(&path, &bytes, error.valid_up_to());
            let text =
                String::from_utf8_lossy(bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes));
            ReadOutcome::Undecodable(SourceFile { path, text: Arc::from(text), hash }, problem)
        }
    }
}

/// Reads and inspects an SVG file, which can run scripts when a browser opens it on its own.
fn read_svg(found: &FoundFile, root_folder: &RootFolder) -> io::Result<ReadOutcome> {
    let mut bytes = Vec::new();
    root_folder.open_file(found)?.take(MAX_SVG_BYTES + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > MAX_SVG_BYTES {
        return Ok(ReadOutcome::Problem(too_large(&found.path, bytes.len() as u64)));
    }
    match attachment::check_svg(&found.path, &bytes) {
        Some(problem) => Ok(ReadOutcome::Problem(problem)),
        // The hash is that of the inspected bytes, because the file may have been replaced since.
        None => Ok(to_asset(found, bytes.len() as u64, ContentHash::of(&bytes))),
    }
}

/// The outcome for an attachment that is published.
fn to_asset(found: &FoundFile, length: u64, hash: ContentHash) -> ReadOutcome {
    ReadOutcome::Asset(Asset {
        path: Arc::clone(&found.path),
        disk_path: PathBuf::from(&found.disk_path),
        length,
        hash,
    })
}

/// Hashes an asset in pieces, without holding all of it in memory.
fn read_asset(found: &FoundFile, root_folder: &RootFolder) -> io::Result<ReadOutcome> {
    let mut file = root_folder.open_file(found)?;
    let mut hasher = blake3::Hasher::new();
    let mut length = 0;
    let mut buffer = vec![0; 64 << 10];
    loop {
        let count = file.read(&mut buffer)?;
        if count == 0 {
            break;
        }
        hasher.update(&buffer[..count]);
        length += count as u64;
    }
    Ok(to_asset(found, length, ContentHash(*hasher.finalize().as_bytes())))
}

/// The error for a file that the system does not let be read.
fn unreadable(path: &Arc<str>, cause: &io::Error) -> Diagnostic {
    Diagnostic::error(
        "unreadable",
        Place::file(path),
        format!("cannot read this file: {}", error_text(cause)),
    )
    .hint("let the account that builds the hub read it")
}

/// The error for a text file or SVG of `length` bytes, which is more than is read.
fn too_large(path: &Arc<str>, length: u64) -> Diagnostic {
    let message =
        format!("{} MB of text; a file may hold {} MB", length >> 20, MAX_TEXT_BYTES >> 20);
    Diagnostic::error("too-large", Place::file(path), message)
        .hint("publish large material as an attachment beside the record, under another extension")
}

/// The error for text that is not UTF-8 behind its first `valid_length` bytes. The lossy text has
/// U+FFFD (three bytes) at that offset.
fn not_utf8(path: &Arc<str>, bytes: &[u8], valid_length: usize) -> Diagnostic {
    let mark_length = if bytes.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 };
    let start = valid_length.saturating_sub(mark_length);
    let place = Place::new(path, start..start + '\u{fffd}'.len_utf8());
    if bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff") {
        return Diagnostic::error("not-utf8", place, "this file is UTF-16")
            .hint("save it as UTF-8");
    }
    let message = format!(
        "byte {} of the file, 0x{:02X}, is not UTF-8",
        valid_length + 1,
        bytes[valid_length]
    );
    Diagnostic::error("not-utf8", place, message)
        .hint("save the file as UTF-8; it may be Windows-1252 or Latin-1")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoded(bytes: &[u8]) -> ReadOutcome {
        decode_utf8(Arc::from("content/a.md"), bytes.to_vec())
    }

    #[test]
    fn a_byte_order_mark_is_dropped() {
        let ReadOutcome::Text(file) = decoded(b"\xef\xbb\xbf# Title\r\n") else { panic!("text") };
        assert_eq!(&*file.text, "# Title\r\n");
    }

    #[test]
    fn the_first_wrong_byte_is_pointed_at() {
        let ReadOutcome::Undecodable(file, problem) = decoded(b"caf\xe9 au lait") else {
            panic!("damaged")
        };
        assert_eq!(&file.text[problem.place.span.clone()], "\u{fffd}");
        assert_eq!(problem.message, "byte 4 of the file, 0xE9, is not UTF-8");
    }

    #[test]
    fn utf_16_is_recognised() {
        let ReadOutcome::Undecodable(_, problem) = decoded(b"\xff\xfe#\0 \0A\0") else {
            panic!("damaged")
        };
        assert_eq!(problem.message, "this file is UTF-16");
    }
}
