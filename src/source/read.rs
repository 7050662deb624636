//! Reading the content folder: text as text, assets as hashes.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use cap_std::fs::Dir;
use rayon::iter::{IndexedParallelIterator, IntoParallelIterator, ParallelIterator};

use crate::diagnostic::{Diagnostic, Place};
use crate::error::{Error, Result, work};
use crate::source::attachment::{self, LARGEST_DRAWING};
use crate::source::file_type::{FileType, leftover};
use crate::source::walk::{Found, Walked};
use crate::source::{Asset, ContentHash, Reading, SourceFile, Sources};
use crate::source::{folder, ignore, links, read_settings, root, theme, walk};

/// A text longer than this is no record: it is reported without being read.
const TEXT_LIMIT: u64 = 8 << 20;

/// A file of the hub read again.
#[derive(Debug, Clone)]
pub enum Reread {
    /// Text, as it is now.
    Text(SourceFile),
    /// A file published as it is.
    Asset(Asset),
}

/// What became of one file.
enum Outcome {
    Text(SourceFile),
    Asset(Asset),
    /// The decoded text, for the excerpt, and what is wrong.
    Damaged(SourceFile, Diagnostic),
    Trouble(Diagnostic),
    /// Removed since the walk saw it.
    Gone,
}

/// Reads the hub's settings, content and theme; its history is a value of its own (`history`).
///
/// # Errors
/// When the root cannot be read at all; whatever an author can mend is a diagnostic.
pub fn read(folder: &Path, reading: &Reading) -> Result<Sources> {
    let root = root::real(folder)?;
    let settings = read_settings(&root)?;
    let (rules, mut diagnostics) = ignore::compile(&reading.ignore, settings.as_ref());
    let content = root.join("content");
    let Walked { found, left_out, diagnostics: trouble } = match content_trouble(&content, &root) {
        Some(trouble) => Walked { diagnostics: vec![trouble], ..Walked::default() },
        None => walk::walk(&root, &content, &rules),
    };
    diagnostics.extend(trouble);
    let hub = Hub::open(&root)?;
    let (overlay, trouble) = theme::load(&root, &reading.theme);
    diagnostics.extend(trouble);
    let outcomes: Vec<Outcome> = found
        .into_par_iter()
        .with_min_len(16)
        .with_max_len(64)
        .map(|found| work::on(&Arc::clone(&found.path), || read_one(&found, &hub, &reading.attachments)))
        .collect();
    let sources = Sources { root, settings, theme: overlay, left_out, diagnostics, ..Sources::default() };
    Ok(sort_out(outcomes, sources))
}

/// Reads one file again, by its path below the root; nothing when it is not there, or is not to be read.
pub fn reread(root: &Path, path: &str) -> Option<Reread> {
    let disk = root.join(path);
    let kind = fs::symlink_metadata(&disk).ok()?.file_type();
    if !kind.is_file() {
        return None;
    }
    match read_one(&Found { path: Arc::from(path), disk }, &Hub::open(root).ok()?, &Reading::default().attachments) {
        Outcome::Text(file) => Some(Reread::Text(file)),
        Outcome::Asset(asset) => Some(Reread::Asset(asset)),
        Outcome::Damaged(..) | Outcome::Trouble(_) | Outcome::Gone => None,
    }
}

/// Opens an asset for reading, and says how long it is now.
///
/// # Errors
/// When it is gone, closed to this account, or a link leads there by now.
pub fn open(asset: &Asset) -> io::Result<(File, u64)> {
    let name = asset.disk.file_name().ok_or(ErrorKind::InvalidInput)?;
    let file = folder::file(&folder::open(asset.disk.parent().unwrap_or(&asset.disk))?, Path::new(name))?;
    let length = file.metadata()?.len();
    Ok((file, length))
}

/// The system's words without its number.
pub(super) fn plain(cause: &io::Error) -> String {
    let text = cause.to_string();
    text.split(" (os error").next().unwrap_or(&text).to_lowercase()
}

/// Why there is no content to read, if so.
fn content_trouble(content: &Path, root: &Path) -> Option<Diagnostic> {
    let place = Place::file(&Arc::from("content"));
    if !content.is_dir() {
        let hint = "put records into `content/case-studies/` and `content/ideas/`, or start with `casebook init DIR`";
        return Some(Diagnostic::error("missing-content", place, "the hub has no `content` folder").hint(hint));
    }
    let out = links::leads_out(content, root);
    out.then(|| Diagnostic::error("symbolic-link", place, "`content` is a symbolic link that leads out of the hub"))
        .map(|trouble| trouble.hint("move the folder into the hub"))
}

/// Files keep the order of the walk, which is path order.
fn sort_out(outcomes: Vec<Outcome>, mut sources: Sources) -> Sources {
    for outcome in outcomes {
        match outcome {
            Outcome::Text(file) => sources.files.push(file),
            Outcome::Asset(asset) => sources.assets.push(asset),
            Outcome::Damaged(file, trouble) => {
                sources.damaged.push(file);
                sources.diagnostics.push(trouble);
            }
            Outcome::Trouble(trouble) => sources.diagnostics.push(trouble),
            Outcome::Gone => {}
        }
    }
    sources
}

/// The hub's folder, held by its handle: a link that appears after the walk leads out of it no more than one that was there before.
struct Hub<'a> {
    root: &'a Path,
    folder: Dir,
}

impl<'a> Hub<'a> {
    fn open(root: &'a Path) -> Result<Self> {
        let folder = folder::open(root).map_err(|cause| Error::at(root, "cannot open the hub's folder", cause))?;
        Ok(Hub { root, folder })
    }

    fn file(&self, found: &Found) -> io::Result<File> {
        folder::file(&self.folder, found.disk.strip_prefix(self.root).unwrap_or(&found.disk))
    }
}

fn read_one(found: &Found, hub: &Hub, allowed: &[String]) -> Outcome {
    let result = match FileType::of(&found.path) {
        FileType::Record | FileType::Data => read_text(found, hub),
        FileType::Attachment => match attachment::refused(&found.path, allowed) {
            Some(trouble) => return Outcome::Trouble(trouble),
            None if attachment::is_drawing(&found.path) => read_drawing(found, hub),
            None => read_asset(found, hub),
        },
        FileType::Leftover => return Outcome::Trouble(leftover(&found.path)),
    };
    result.unwrap_or_else(|cause| match cause.kind() {
        ErrorKind::NotFound => Outcome::Gone,
        _ => Outcome::Trouble(unreadable(&found.path, &cause)),
    })
}

fn read_text(found: &Found, hub: &Hub) -> io::Result<Outcome> {
    let file = hub.file(found)?;
    let length = file.metadata()?.len();
    if length > TEXT_LIMIT {
        return Ok(Outcome::Trouble(too_large(&found.path, length)));
    }
    let mut bytes = Vec::with_capacity(usize::try_from(length).unwrap_or(0) + 1);
    // Up to a limit, because without one the system is asked for the length once more.
    file.take(TEXT_LIMIT + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > TEXT_LIMIT {
        return Ok(Outcome::Trouble(too_large(&found.path, bytes.len() as u64)));
    }
    Ok(decode(Arc::clone(&found.path), bytes))
}

/// Bytes to text: the byte-order mark goes, so that spans count from the first character an author sees.
fn decode(path: Arc<str>, bytes: Vec<u8>) -> Outcome {
    let hash = ContentHash::of(&bytes);
    match std::str::from_utf8(&bytes) {
        Ok(text) => {
            let text = Arc::from(text.strip_prefix('\u{feff}').unwrap_or(text));
            Outcome::Text(SourceFile { path, text, hash })
        }
        Err(trouble) => {
            let trouble = not_utf8(&path, &bytes, trouble.valid_up_to());
            let text = String::from_utf8_lossy(bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes));
            Outcome::Damaged(SourceFile { path, text: Arc::from(text), hash }, trouble)
        }
    }
}

/// A drawing is looked through: opened by itself, it is a page that may run scripts.
fn read_drawing(found: &Found, hub: &Hub) -> io::Result<Outcome> {
    let mut bytes = Vec::new();
    hub.file(found)?.take(LARGEST_DRAWING + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > LARGEST_DRAWING {
        return Ok(Outcome::Trouble(too_large(&found.path, bytes.len() as u64)));
    }
    match attachment::drawing_refused(&found.path, &bytes) {
        Some(trouble) => Ok(Outcome::Trouble(trouble)),
        // The very bytes that were looked through: the file may be another by now.
        None => Ok(asset(found, bytes.len() as u64, ContentHash::of(&bytes))),
    }
}

fn asset(found: &Found, length: u64, hash: ContentHash) -> Outcome {
    Outcome::Asset(Asset { path: Arc::clone(&found.path), disk: PathBuf::from(&found.disk), length, hash })
}

/// Hashes an asset without ever holding it.
fn read_asset(found: &Found, hub: &Hub) -> io::Result<Outcome> {
    let mut file = hub.file(found)?;
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
    Ok(asset(found, length, ContentHash(*hasher.finalize().as_bytes())))
}

fn unreadable(path: &Arc<str>, cause: &io::Error) -> Diagnostic {
    Diagnostic::error("unreadable", Place::file(path), format!("cannot read this file: {}", plain(cause)))
        .hint("let the account that builds the hub read it")
}

fn too_large(path: &Arc<str>, length: u64) -> Diagnostic {
    let message = format!("{} MB of text; a file may hold {} MB", length >> 20, TEXT_LIMIT >> 20);
    Diagnostic::error("too-large", Place::file(path), message)
        .hint("publish large material as an attachment beside the record, under another extension")
}

/// Points at the first byte that is not UTF-8, which the lossy text shows as U+FFFD (three bytes) at the same offset.
fn not_utf8(path: &Arc<str>, bytes: &[u8], valid: usize) -> Diagnostic {
    let mark = if bytes.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 };
    let at = valid.saturating_sub(mark);
    let place = Place::new(path, at..at + '\u{fffd}'.len_utf8());
    if bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff") {
        return Diagnostic::error("not-utf8", place, "this file is UTF-16").hint("save it as UTF-8");
    }
    let message = format!("byte {} of the file, 0x{:02X}, is not UTF-8", valid + 1, bytes[valid]);
    Diagnostic::error("not-utf8", place, message).hint("save the file as UTF-8; it may be Windows-1252 or Latin-1")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoded(bytes: &[u8]) -> Outcome {
        decode(Arc::from("content/a.md"), bytes.to_vec())
    }

    #[test]
    fn a_byte_order_mark_is_no_text() {
        let Outcome::Text(file) = decoded(b"\xef\xbb\xbf# Title\r\n") else { panic!("text") };
        assert_eq!(&*file.text, "# Title\r\n");
    }

    #[test]
    fn the_first_wrong_byte_is_pointed_at() {
        let Outcome::Damaged(file, trouble) = decoded(b"caf\xe9 au lait") else { panic!("damaged") };
        assert_eq!(&file.text[trouble.place.span.clone()], "\u{fffd}");
        assert_eq!(trouble.message, "byte 4 of the file, 0xE9, is not UTF-8");
    }

    #[test]
    fn utf_16_is_called_by_its_name() {
        let Outcome::Damaged(_, trouble) = decoded(b"\xff\xfe#\0 \0A\0") else { panic!("damaged") };
        assert_eq!(trouble.message, "this file is UTF-16");
    }
}
