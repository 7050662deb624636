//! Operations below an open directory handle, so that replacing the folder's name by something else
//! meanwhile has no effect.

use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io::{self, ErrorKind, Read};
use std::path::{Path, PathBuf};

use cap_fs_ext::{DirExt, FollowSymlinks, OpenOptionsFollowExt};
use cap_std::fs::{Dir, Metadata, OpenOptions};
use rayon::iter::{IntoParallelRefIterator, ParallelIterator};

use crate::source::folder;

/// A file, link or other entry below a folder that is not a folder.
#[derive(Debug)]
pub struct FolderEntry {
    /// Path below the folder.
    pub path: PathBuf,
    /// Whether it is a regular file.
    pub is_file: bool,
}

/// Whether anything has this name, a dangling link included.
pub fn exists(parent: &Dir, name: impl AsRef<Path>) -> io::Result<bool> {
    match parent.symlink_metadata(name) {
        Ok(_) => Ok(true),
        Err(cause) if cause.kind() == ErrorKind::NotFound => Ok(false),
        Err(cause) => Err(cause),
    }
}

/// Opens the folder of this name, without following a link; `None` where nothing has the name.
///
/// # Errors
/// The name is that of something else, or the folder cannot be opened.
pub fn find_folder(parent: &Dir, name: &OsStr) -> io::Result<Option<Dir>> {
    match parent.symlink_metadata(name) {
        Err(cause) if cause.kind() == ErrorKind::NotFound => Ok(None),
        Err(cause) => Err(cause),
        Ok(metadata) if !metadata.is_dir() => Err(ErrorKind::NotADirectory.into()),
        Ok(_) => parent.open_dir_nofollow(name).map(Some),
    }
}

/// Whether a name still refers to a folder that was opened earlier, and not to a link or another
/// folder.
pub fn is_same_folder(parent: &Dir, name: &OsStr, folder: &Dir) -> bool {
    let metadata =
        parent.symlink_metadata(name).and_then(|named| Ok((named, folder.dir_metadata()?)));
    metadata.is_ok_and(|(named, opened)| named.is_dir() && file_id(&named) == file_id(&opened))
}

/// Device and inode number, which identify a file or folder.
#[cfg(unix)]
pub fn file_id(metadata: &Metadata) -> (u64, u64) {
    use cap_fs_ext::MetadataExt;
    (metadata.dev(), metadata.ino())
}

/// Systems without inode numbers: all files count as the same.
#[cfg(not(unix))]
pub fn file_id(_: &Metadata) -> (u64, u64) {
    (0, 0)
}

/// Metadata of an open file.
pub fn metadata(file: &File) -> io::Result<Metadata> {
    cap_std::fs::File::from_std(file.try_clone()?).metadata()
}

/// Everything below a folder except folders, in no particular order; links are listed, not
/// followed.
pub fn list_files(folder: &Dir) -> io::Result<Vec<FolderEntry>> {
    let mut found = Vec::new();
    walk(
        folder,
        Path::new(""),
        &mut |path, is_file| found.push(FolderEntry { path, is_file }),
        &mut |_| {},
    )?;
    Ok(found)
}

/// All folders below a folder, parents before children.
pub fn list_folders(folder: &Dir) -> io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    walk(folder, Path::new(""), &mut |_, _| {}, &mut |path| found.push(path))?;
    Ok(found)
}

/// Calls `file` for everything below a folder that is no folder, with its path and whether it is a
/// regular file, and `inner` for every folder, parents before children. `below` is put before every
/// path. Links are not followed.
fn walk(
    folder: &Dir,
    below: &Path,
    file: &mut dyn FnMut(PathBuf, bool),
    inner: &mut dyn FnMut(PathBuf),
) -> io::Result<()> {
    for entry in folder.entries()? {
        let entry = entry?;
        let path = below.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            inner(path.clone());
            walk(&folder.open_dir_nofollow(entry.file_name())?, &path, file, inner)?;
        } else {
            file(path, entry.file_type()?.is_file());
        }
    }
    Ok(())
}

/// Removes everything in a folder, which itself stays; only for folders that Casebook alone writes.
pub fn remove_contents(folder: &Dir) -> io::Result<()> {
    for found in list_files(folder)? {
        folder.remove_file_or_symlink(found.path)?;
    }
    list_folders(folder)?.into_iter().rev().try_for_each(|path| folder.remove_dir(path))
}

/// Opens a file below a folder for reading, without following links.
pub fn open_for_reading(parent: &Dir, path: &Path) -> io::Result<File> {
    let name = path.file_name().ok_or(ErrorKind::InvalidInput)?;
    match path.parent().filter(|folder| *folder != Path::new("")) {
        Some(inner) => folder::open_file(&folder::open_subfolder(parent, inner)?, Path::new(name)),
        None => folder::open_file(parent, Path::new(name)),
    }
}

/// Reads a file below a folder.
pub fn read_bytes(parent: &Dir, path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    open_for_reading(parent, path)?.read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Opens a file in a folder for writing, without following links; creates it where it is missing
/// and does not truncate it.
pub fn open_for_writing(parent: &Dir, name: &OsStr) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(false).follow(FollowSymlinks::No);
    parent.open_with(name, &options).map(cap_std::fs::File::into_std)
}

/// Creates a new file, with its folders where they are missing. Most `index.html` files are the
/// only one in their folder, so that folder is created before the first attempt.
pub fn create_file(parent: &Dir, path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    let create = || parent.open_with(path, &options).map(cap_std::fs::File::into_std);
    if path.ends_with("index.html") && path.parent() != Some(Path::new("")) {
        parent.create_dir(path.parent().unwrap_or(path)).unwrap_or_default();
    }
    match create() {
        Err(cause) if cause.kind() == ErrorKind::NotFound => {
            parent.create_dir_all(path.parent().unwrap_or(path))?;
            create()
        }
        other => other,
    }
}

/// The first unused name among `{stem}-1`, `{stem}-2` ...
pub fn find_free_name(parent: &Dir, stem: &str) -> io::Result<OsString> {
    for number in 1.. {
        let name = OsString::from(format!("{stem}-{number}"));
        if !exists(parent, &name)? {
            return Ok(name);
        }
    }
    Err(ErrorKind::AlreadyExists.into())
}

/// Flushes all of a folder to the disk: with `syncfs` where the system has it, else file by file.
///
/// # Errors
/// The disk reports an error.
pub fn sync_contents(folder: &Dir) -> io::Result<()> {
    match sync_file_system(folder) {
        Err(cause) if is_unsupported(&cause) => sync_each_file(folder),
        other => other,
    }
}

/// Flushes the whole file system that holds a folder to the disk.
#[cfg(target_os = "linux")]
fn sync_file_system(folder: &Dir) -> io::Result<()> {
    Ok(rustix::fs::syncfs(reopen(folder)?)?)
}

/// Systems without `syncfs`: always the error `Unsupported`, which makes the caller flush file by
/// file.
#[cfg(not(target_os = "linux"))]
fn sync_file_system(_: &Dir) -> io::Result<()> {
    Err(ErrorKind::Unsupported.into())
}

/// Flushes every file and every folder below a folder to the disk, and the folder itself.
fn sync_each_file(folder: &Dir) -> io::Result<()> {
    list_files(folder)?
        .par_iter()
        .filter(|found| found.is_file)
        .try_for_each(|found| open_for_reading(folder, &found.path)?.sync_all())?;
    list_folders(folder)?.par_iter().try_for_each(|path| {
        sync_directory(&crate::source::folder::open_subfolder(folder, path)?)
    })?;
    sync_directory(folder)
}

/// Flushes the directory entries of a folder to the disk.
///
/// # Errors
/// The disk reports an error; systems that do not support the call count as done.
pub fn sync_directory(folder: &Dir) -> io::Result<()> {
    #[cfg(unix)]
    match reopen(folder)?.sync_all() {
        Err(cause) if !is_unsupported(&cause) => return Err(cause),
        _ => {}
    }
    #[cfg(not(unix))]
    let _ = folder;
    Ok(())
}

/// Opens a folder again for reading, because handles opened with `O_PATH` cannot be flushed.
#[cfg(unix)]
fn reopen(folder: &Dir) -> io::Result<File> {
    use rustix::fs::{Mode, OFlags, openat};
    Ok(openat(folder, ".", OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC, Mode::empty())?
        .into())
}

/// Whether an error means that the system or file system does not support the call, so that a
/// caller may take another way.
pub fn is_unsupported(cause: &io::Error) -> bool {
    matches!(cause.kind(), ErrorKind::Unsupported | ErrorKind::InvalidInput)
}
