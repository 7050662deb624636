//! Changes of several files of a hub for a subcommand: new texts, moved files and attachments. All
//! are written or none, or a diff shows them.

use std::path::Path;

use crate::command::unified_diff::render_diff;
use crate::diagnostic::render::{escape_controls, escape_line};
use crate::error::Result;
use crate::output::{FileChange, change_files};
use crate::source::{Asset, ContentHash, SourceFile, Sources, read_asset};

/// A file that gets a new text, a new place, or both.
#[derive(Debug, Clone)]
pub struct FileEdit<'s> {
    /// The file as it was read; none for a new one.
    pub former: Option<&'s SourceFile>,
    /// Its path below the root from now on.
    pub path: String,
    /// Its text from now on.
    pub text: String,
}

/// The changes of a hub's files.
#[derive(Debug, Default)]
pub struct HubEdits<'s> {
    /// Text files that change.
    pub files: Vec<FileEdit<'s>>,
    /// Attachments that move, each with its new path below the root.
    pub assets: Vec<(&'s Asset, String)>,
}

impl<'s> HubEdits<'s> {
    /// Adds a file with a new text, unless it has that text already.
    pub fn add_text(&mut self, file: &'s SourceFile, text: String) {
        if *file.text != *text {
            let path = file.path.to_string();
            self.files.push(FileEdit { former: Some(file), path, text });
        }
    }

    /// The sources as they are after the changes, to read them once more before they are written.
    pub fn applied_to(&self, sources: &Sources) -> Sources {
        let mut edited = sources.clone();
        for FileEdit { former, path, text } in &self.files {
            let file = SourceFile {
                path: path.as_str().into(),
                text: text.as_str().into(),
                hash: ContentHash::of(text.as_bytes()),
            };
            if edited.settings.as_ref().is_some_and(|settings| settings.path == file.path) {
                edited.settings = Some(file);
                continue;
            }
            if let Some(former) = former {
                edited.files.retain(|known| known.path != former.path);
            }
            edited.files.push(file);
        }
        for (asset, path) in &self.assets {
            for moved in edited.assets.iter_mut().filter(|known| known.path == asset.path) {
                moved.path = path.as_str().into();
            }
        }
        edited.files.sort_by(|one, other| one.path.cmp(&other.path));
        edited.assets.sort_by(|one, other| one.path.cmp(&other.path));
        edited
    }

    /// Writes all changes or none, and prints the path of each file; with `is_dry_run` it prints a
    /// diff instead and writes nothing.
    ///
    /// # Errors
    /// Somebody changed a file meanwhile, or a file cannot be read or written; then nothing has
    /// changed.
    pub fn write(&self, root: &Path, is_dry_run: bool) -> Result<()> {
        if self.files.is_empty() && self.assets.is_empty() {
            return Ok(());
        }
        if is_dry_run {
            self.print_diff();
            println!("nothing was written");
            return Ok(());
        }
        let (mut changes, mut removals) = (Vec::new(), Vec::new());
        for FileEdit { former, path, text } in &self.files {
            let in_place = former.filter(|former| *former.path == **path);
            let bytes = former.map_or_else(|| text.clone().into_bytes(), |file| file.encode(text));
            changes.push(FileChange {
                path: path.clone(),
                read: in_place.map(|file| file.hash),
                new: Some(bytes),
            });
            if let Some(former) = former.filter(|_| in_place.is_none()) {
                removals.push(removal(&former.path, former.hash));
            }
        }
        for (asset, path) in &self.assets {
            let bytes = read_asset(asset)?;
            changes.push(FileChange { path: path.clone(), read: None, new: Some(bytes) });
            removals.push(removal(&asset.path, asset.hash));
        }
        changes.extend(removals);
        change_files(root, &changes)?;
        for change in changes.iter().filter(|change| change.new.is_some()) {
            println!("{}", escape_line(&change.path));
        }
        Ok(())
    }

    /// Prints what would change as a diff, moves included.
    fn print_diff(&self) {
        for FileEdit { former, path, text } in &self.files {
            let former_path = former.map_or(path.as_str(), |file| &file.path);
            if former_path != path {
                print_move(former_path, path);
            }
            let former_text = former.map_or("", |file| &file.text);
            print!("{}", escape_controls(&render_diff(path, former_text, text)));
        }
        for (asset, path) in &self.assets {
            print_move(&asset.path, path);
        }
    }
}

/// Prints that a file moves.
fn print_move(from: &str, to: &str) {
    println!("rename from {}\nrename to {}", escape_line(from), escape_line(to));
}

/// The change that removes a file from where it was.
fn removal(path: &str, hash: ContentHash) -> FileChange {
    FileChange { path: path.to_owned(), read: Some(hash), new: None }
}
