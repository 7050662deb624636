//! Work in a folder that is held by its handle: what its name comes to mean meanwhile changes nothing.

use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io::{self, ErrorKind, Read};
use std::path::{Path, PathBuf};

use cap_fs_ext::{DirExt, FollowSymlinks, OpenOptionsFollowExt};
use cap_std::fs::{Dir, Metadata, OpenOptions};
use rayon::iter::{IntoParallelRefIterator, ParallelIterator};

use crate::source::folder;

/// A name below a folder that is no folder itself.
#[derive(Debug)]
pub struct Found {
    /// Its path below the folder.
    pub path: PathBuf,
    /// Whether it is an ordinary file.
    pub is_file: bool,
}

/// Whether there is anything under a name, a link to nowhere included.
pub fn holds(parent: &Dir, name: impl AsRef<Path>) -> io::Result<bool> {
    match parent.symlink_metadata(name) {
        Ok(_) => Ok(true),
        Err(cause) if cause.kind() == ErrorKind::NotFound => Ok(false),
        Err(cause) => Err(cause),
    }
}

/// The folder of a name; nothing where there is none.
pub fn find(parent: &Dir, name: &OsStr) -> io::Result<Option<Dir>> {
    match parent.symlink_metadata(name) {
        Err(cause) if cause.kind() == ErrorKind::NotFound => Ok(None),
        Err(cause) => Err(cause),
        Ok(facts) if !facts.is_dir() => Err(ErrorKind::NotADirectory.into()),
        Ok(_) => parent.open_dir_nofollow(name).map(Some),
    }
}

/// Whether a name still is that of a folder that was opened.
pub fn is_still(parent: &Dir, name: &OsStr, folder: &Dir) -> bool {
    let facts = parent.symlink_metadata(name).and_then(|named| Ok((named, folder.dir_metadata()?)));
    facts.is_ok_and(|(named, opened)| named.is_dir() && numbers(&named) == numbers(&opened))
}

/// The numbers by which a file or folder is known again, of its disk and its own; systems without such numbers are believed.
#[cfg(unix)]
pub fn numbers(facts: &Metadata) -> (u64, u64) {
    use cap_fs_ext::MetadataExt;
    (facts.dev(), facts.ino())
}

/// The same where there are none.
#[cfg(not(unix))]
pub fn numbers(_: &Metadata) -> (u64, u64) {
    (0, 0)
}

/// What the system says of a file that is open.
pub fn facts(file: &File) -> io::Result<Metadata> {
    cap_std::fs::File::from_std(file.try_clone()?).metadata()
}

/// Everything below a folder but folders, in no order; links are found, not followed.
pub fn files(folder: &Dir) -> io::Result<Vec<Found>> {
    let mut found = Vec::new();
    collect(folder, Path::new(""), &mut |path, is_file| found.push(Found { path, is_file }), &mut |_| {})?;
    Ok(found)
}

/// Folders below a folder, each before those inside it.
pub fn folders(folder: &Dir) -> io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    collect(folder, Path::new(""), &mut |_, _| {}, &mut |path| found.push(path))?;
    Ok(found)
}

fn collect(folder: &Dir, at: &Path, file: &mut dyn FnMut(PathBuf, bool), inner: &mut dyn FnMut(PathBuf)) -> io::Result<()> {
    for entry in folder.entries()? {
        let entry = entry?;
        let path = at.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            inner(path.clone());
            collect(&folder.open_dir_nofollow(entry.file_name())?, &path, file, inner)?;
        } else {
            file(path, entry.file_type()?.is_file());
        }
    }
    Ok(())
}

/// Removes everything in a folder that is Casebook's own.
pub fn clear(folder: &Dir) -> io::Result<()> {
    for found in files(folder)? {
        folder.remove_file_or_symlink(found.path)?;
    }
    folders(folder)?.into_iter().rev().try_for_each(|path| folder.remove_dir(path))
}

/// Opens a file of a folder for reading, through no link.
pub fn read(parent: &Dir, path: &Path) -> io::Result<File> {
    let name = path.file_name().ok_or(ErrorKind::InvalidInput)?;
    match path.parent().filter(|folder| *folder != Path::new("")) {
        Some(inner) => folder::file(&folder::inside(parent, inner)?, Path::new(name)),
        None => folder::file(parent, Path::new(name)),
    }
}

/// The bytes of a file of a folder.
pub fn bytes(parent: &Dir, path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    read(parent, path)?.read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Opens a file of a folder for writing, made where it is missing, through no link.
pub fn open_for_writing(parent: &Dir, name: &OsStr) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(false).follow(FollowSymlinks::No);
    parent.open_with(name, &options).map(cap_std::fs::File::into_std)
}

/// Makes a new file, and its folder on the way only where that is missing. Most pages are alone in theirs.
pub fn create(parent: &Dir, path: &Path) -> io::Result<File> {
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

/// A name beside others that nothing has yet.
pub fn free_name(parent: &Dir, stem: &str) -> io::Result<OsString> {
    for number in 1.. {
        let name = OsString::from(format!("{stem}-{number}"));
        if !holds(parent, &name)? {
            return Ok(name);
        }
    }
    Err(ErrorKind::AlreadyExists.into())
}

/// Has the system write all of a folder to the disk: in one call where it has one, else file by file.
///
/// # Errors
/// The disk does not confirm it.
pub fn settle(folder: &Dir) -> io::Result<()> {
    match settle_disk(folder) {
        Err(cause) if is_unknown(&cause) => settle_each(folder),
        other => other,
    }
}

#[cfg(target_os = "linux")]
fn settle_disk(folder: &Dir) -> io::Result<()> {
    Ok(rustix::fs::syncfs(reopened(folder)?)?)
}

#[cfg(not(target_os = "linux"))]
fn settle_disk(_: &Dir) -> io::Result<()> {
    Err(ErrorKind::Unsupported.into())
}

fn settle_each(folder: &Dir) -> io::Result<()> {
    files(folder)?.par_iter().filter(|found| found.is_file).try_for_each(|found| read(folder, &found.path)?.sync_all())?;
    folders(folder)?.par_iter().try_for_each(|path| settle_names(&crate::source::folder::inside(folder, path)?))?;
    settle_names(folder)
}

/// Has the system remember the names in a folder.
///
/// # Errors
/// The disk does not confirm it; one that cannot be asked is believed.
pub fn settle_names(folder: &Dir) -> io::Result<()> {
    #[cfg(unix)]
    match reopened(folder)?.sync_all() {
        Err(cause) if !is_unknown(&cause) => return Err(cause),
        _ => {}
    }
    #[cfg(not(unix))]
    let _ = folder;
    Ok(())
}

/// Handles for looking around in are no handles for flushing.
#[cfg(unix)]
fn reopened(folder: &Dir) -> io::Result<File> {
    use rustix::fs::{Mode, OFlags, openat};
    Ok(openat(folder, ".", OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC, Mode::empty())?.into())
}

/// What systems and disks answer that do not know a call.
pub fn is_unknown(cause: &io::Error) -> bool {
    matches!(cause.kind(), ErrorKind::Unsupported | ErrorKind::InvalidInput)
}
