//! Removes replaced and leftover folders: files that Casebook wrote are deleted, all others are
//! moved aside.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use cap_fs_ext::DirExt;
use cap_std::fs::Dir;
use rayon::iter::{IntoParallelIterator, ParallelIterator};

use crate::error::Result;
use crate::output::folder::FolderEntry;
use crate::output::target::Target;
use crate::output::{folder, io_error, manifest, target_check};

/// Largest number of foreign files that a message lists by name.
const MAX_LISTED_FILES: usize = 3;

/// Files that were found in a published folder and that Casebook did not write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ForeignFiles {
    /// The folder that they are in now.
    pub folder: PathBuf,
    /// Their paths below it with forward slashes, sorted.
    pub files: Vec<String>,
}

impl std::fmt::Display for ForeignFiles {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let named: Vec<String> =
            self.files.iter().take(MAX_LISTED_FILES).map(|path| format!("`{path}`")).collect();
        let more = self.files.len().saturating_sub(MAX_LISTED_FILES);
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        write!(
            f,
            "not Casebook's, moved out of the published folder into `{}`: {}{more}",
            self.folder.display(),
            named.join(", ")
        )
    }
}

/// Removes the replaced folder `old`, named `name` beside the target: the files in `removable`,
/// which are paths below it, then all empty folders. Where other files remain, or the folder cannot
/// be removed, it is moved aside as by `move_aside` and its remaining files are returned.
pub fn remove_published<'a>(
    target: &Target,
    name: &OsStr,
    old: &Dir,
    removable: impl Iterator<Item = &'a str>,
) -> Option<ForeignFiles> {
    let paths: Vec<&Path> = removable.map(Path::new).collect();
    let folders: BTreeSet<&Path> = paths
        .iter()
        .flat_map(|path| path.ancestors().skip(1))
        .filter(|path| *path != Path::new(""))
        .collect();
    paths.into_par_iter().for_each(|path| old.remove_file_or_symlink(path).unwrap_or_default());
    for folder in folders.iter().rev() {
        old.remove_dir(folder).unwrap_or_default();
    }
    if list_foreign_files(old).is_empty() {
        remove_markers(old).unwrap_or_default();
        if target.parent.remove_dir(name).is_ok() {
            return None;
        }
    }
    Some(move_aside(target, name, old))
}

/// Removes the manifest, the marker, files of the operating system, and empty folders from a
/// replaced folder in which nothing else is left.
fn remove_markers(old: &Dir) -> io::Result<()> {
    let (manifests, others): (Vec<FolderEntry>, Vec<FolderEntry>) = folder::list_files(old)?
        .into_iter()
        .filter(|found| target_check::is_marker_or_system_file(&found.path))
        .partition(|found| found.path == Path::new(manifest::MANIFEST_NAME));
    for found in others {
        old.remove_file_or_symlink(found.path)?;
    }
    for folder in folder::list_folders(old)?.into_iter().rev() {
        old.remove_dir(folder)?;
    }
    // The manifest is removed last: as long as it exists, the next run can continue an interrupted
    // removal.
    manifests.into_iter().try_for_each(|found| old.remove_file_or_symlink(found.path))
}

/// Removes the folder that a killed run left under the name `name` beside the target. Of one with a
/// valid manifest the listed files are removed, as by `remove_published`; one with the marker of an
/// unlisted folder is moved aside; any other is removed with all that is in it. Returns the files
/// that were kept; `None` where there are none, or no such folder.
///
/// # Errors
/// The folder cannot be read or removed.
pub fn remove_leftover(target: &Target, name: &OsStr) -> Result<Option<ForeignFiles>> {
    let to_error = io_error::at_path(&target.path, "cannot remove what an earlier run left beside");
    let Some(leftover) = folder::find_folder(&target.parent, name).map_err(&to_error)? else {
        return Ok(None);
    };
    if let Ok(manifest::ManifestState::Valid(manifest)) = manifest::read(&leftover, &target.path) {
        return Ok(remove_published(
            target,
            name,
            &leftover,
            manifest.files.keys().map(String::as_str),
        ));
    }
    if folder::exists(&leftover, manifest::UNLISTED_MARKER).map_err(&to_error)? {
        return Ok(Some(move_aside(target, name, &leftover)));
    }
    // Without a manifest it is an incomplete staging folder, which Casebook alone has written to.
    folder::remove_contents(&leftover)
        .and_then(|()| target.parent.remove_dir(name))
        .map_err(&to_error)?;
    Ok(None)
}

/// Paths of the files in a folder that are neither markers of Casebook nor created by the operating
/// system, sorted; none where the folder cannot be read.
fn list_foreign_files(old: &Dir) -> Vec<String> {
    let files = folder::list_files(old)
        .unwrap_or_default()
        .into_iter()
        .filter(|found| !target_check::is_marker_or_system_file(&found.path));
    let mut files: Vec<String> =
        files.map(|found| target_check::to_slash_path(&found.path)).collect();
    files.sort_unstable();
    files
}

/// Renames the folder `old`, named `name` beside the target, to `{target}-kept-{number}`, and
/// removes Casebook's manifest and marker from it, so that no later run removes it or takes it for
/// a site. A folder that cannot be renamed stays as it is. Returns its foreign files and where they
/// are now.
fn move_aside(target: &Target, name: &OsStr, old: &Dir) -> ForeignFiles {
    let stem = format!("{}-kept", target.name.to_string_lossy());
    let try_rename = || {
        if !folder::is_same_folder(&target.parent, name, old) {
            return Err(ErrorKind::NotFound.into());
        }
        let free_name = folder::find_free_name(&target.parent, &stem)?;
        target.parent.rename(name, &target.parent, &free_name).map(|()| free_name)
    };
    let new_name = try_rename().unwrap_or_else(|_: io::Error| name.to_owned());
    // The folder no longer belongs to Casebook, so it must not look like a published one.
    for marker in [manifest::MANIFEST_NAME, manifest::UNLISTED_MARKER]
        .into_iter()
        .filter(|_| new_name != name)
    {
        old.remove_file(marker).unwrap_or_default();
    }
    ForeignFiles { folder: target.path.with_file_name(new_name), files: list_foreign_files(old) }
}
