//! Changes several files of a hub, all or none: new contents are written beside the files, a
//! journal names them, and only then are they renamed. The next run completes or undoes what a
//! killed run left.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs::{File, TryLockError};
use std::io::{self, ErrorKind, Write};
use std::path::{Component, Path, PathBuf};
use std::rc::Rc;
use std::time::Duration;

use cap_std::fs::Dir;
use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::output::{folder, io_error};
use crate::source::editor::EDITOR_FOLDER;
use crate::source::{self, ContentHash};

/// Folder of the hub with the journal; the cache is in it too.
const WORK_FOLDER: &str = ".casebook";
/// Name of the journal while new files are being written beside those they replace; after a kill,
/// the new files that it names are removed.
const PREPARED_JOURNAL: &str = "changes.prepared";
/// Name of the journal once all new files are complete; after a kill, the new files that it names
/// are put in place.
const JOURNAL: &str = "changes.journal";
/// Name of the lock file, held by the one run that may change files of the hub.
const LOCK: &str = "changes.lock";
/// The only file outside of these folders that may be changed.
const SETTINGS: &str = "site.toml";
/// The folders below which files may be changed.
const CHANGED_FOLDERS: [&str; 2] = ["content", EDITOR_FOLDER];
/// End of the name of a new file beside the one that it replaces; its name is hidden.
const NEW_SUFFIX: &str = ".casebook-new";
/// Largest number of files of a change that are flushed to the disk one by one.
const MAX_SYNCED_ONE_BY_ONE: usize = 64;
/// Attempts to take the lock on changes of the hub's files, 50 ms apart.
const LOCK_ATTEMPTS: u32 = 200;

/// A change of one file of a hub: its path, what it was when it was read, and what it is to become.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileChange {
    /// Path below the root, with forward slashes: one in `content/` or `admin/`, or `site.toml`.
    pub path: String,
    /// Hash of the bytes that were read; none if there must be no file yet.
    pub read: Option<ContentHash>,
    /// The new bytes; none if the file is to be removed.
    pub new: Option<Vec<u8>>,
}

/// What the next run did about changes that a killed run left.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RecoveredChanges {
    /// All files are as the killed run meant them, except those that somebody changed meanwhile,
    /// whose paths these are.
    Completed {
        /// Number of files of the change.
        files: usize,
        /// Paths of files that stay as somebody else left them.
        changed_meanwhile: Vec<String>,
    },
    /// No file was changed.
    Undone,
}

impl std::fmt::Display for RecoveredChanges {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            RecoveredChanges::Undone => {
                write!(f, "an earlier run was killed before it changed any file")
            }
            RecoveredChanges::Completed { files, changed_meanwhile } => {
                let noun = if *files == 1 { "file" } else { "files" };
                write!(
                    f,
                    "completed what an earlier run was killed at: a change of {files} {noun}"
                )?;
                if !changed_meanwhile.is_empty() {
                    let paths: Vec<String> =
                        changed_meanwhile.iter().map(|path| format!("`{path}`")).collect();
                    write!(f, "; left alone, because changed since: {}", paths.join(", "))?;
                }
                Ok(())
            }
        }
    }
}

/// A change as the journal has it: path below the root, and the hashes of the old and the new
/// bytes, `None` where there is no file.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct JournalEntry {
    path: String,
    read: Option<[u8; 32]>,
    new: Option<[u8; 32]>,
}

/// Changes files of a hub, all or none. A run that is killed meanwhile is completed or undone by
/// [`recover_changes`].
///
/// # Errors
/// A file is no longer as it was read, lies behind a link or outside of its folders, or cannot be
/// written; then no file has changed.
pub fn change_files(root: &Path, changes: &[FileChange]) -> Result<()> {
    if changes.is_empty() {
        return Ok(());
    }
    let hub = HubFolder::open(root)?;
    let work = hub.make_work_folder().map_err(|cause| hub.error(WORK_FOLDER, cause))?;
    let _lock = lock(&hub, &work)?;
    recover_in(&hub, &work)?;
    let targets: Vec<ChangeTarget<'_>> =
        changes.iter().map(|change| ChangeTarget::open(&hub, change)).collect::<Result<_>>()?;
    apply_changes(&hub, &work, &targets, |_| {})
}

/// Completes or undoes changes of files that a killed run left; none if there are none, or another
/// run is at work.
///
/// # Errors
/// The disk cannot be read or written.
pub fn recover_changes(root: &Path) -> Result<Option<RecoveredChanges>> {
    // A folder that cannot be opened, or is a link, is none in which a run was killed.
    let Ok(hub) = HubFolder::open(root) else { return Ok(None) };
    let found = folder::find_folder(&hub.folder, OsStr::new(WORK_FOLDER));
    let Ok(Some(work)) = found else { return Ok(None) };
    let is_there = |name| folder::exists(&work, name).unwrap_or(false);
    if !is_there(JOURNAL) && !is_there(PREPARED_JOURNAL) {
        return Ok(None);
    }
    match try_lock(&work).map_err(|cause| hub.error(WORK_FOLDER, cause))? {
        Some(_lock) => recover_in(&hub, &work),
        None => Ok(None),
    }
}

/// The root folder of a hub, opened by handle, below which files are changed.
struct HubFolder {
    path: PathBuf,
    folder: Dir,
    /// Folders that were opened already, by path below the root: thousands of files of one folder
    /// need one handle.
    parents: RefCell<BTreeMap<PathBuf, Rc<Dir>>>,
}

impl HubFolder {
    /// Opens the root folder of a hub by handle, with its path for messages.
    fn open(root: &Path) -> Result<Self> {
        let path = source::canonicalize_folder(root)?;
        let folder = source::folder::open_folder(&path)
            .map_err(io_error::at_path(&path, "cannot open the hub's folder"))?;
        Ok(HubFolder { path, folder, parents: RefCell::default() })
    }

    /// The error that a file or folder below the root cannot be changed, with its cause.
    fn error(&self, path: &str, cause: io::Error) -> Error {
        Error::at(&self.path.join(path), "cannot change", cause)
    }

    /// Opens the folder of the journal, which is made where it is missing.
    fn make_work_folder(&self) -> io::Result<Dir> {
        match self.folder.create_dir(WORK_FOLDER) {
            Err(cause) if cause.kind() != ErrorKind::AlreadyExists => return Err(cause),
            _ => {}
        }
        let work = folder::find_folder(&self.folder, OsStr::new(WORK_FOLDER))?
            .ok_or(ErrorKind::NotFound)?;
        // It keeps the folder out of the hub's repository.
        if !folder::exists(&work, ".gitignore")? {
            folder::create_file(&work, Path::new(".gitignore"))?.write_all(b"*\n")?;
        }
        Ok(work)
    }

    /// Opens the folder of a file in [`CHANGED_FOLDERS`], or that of the settings, through no link; `None`
    /// where it is missing.
    fn open_parent(&self, path: &str) -> io::Result<Option<Rc<Dir>>> {
        let path = Path::new(path);
        if path == Path::new(SETTINGS) {
            return self.folder.try_clone().map(|folder| Some(Rc::new(folder)));
        }
        let is_changeable = CHANGED_FOLDERS.iter().any(|folder| path.starts_with(folder))
            && path.components().all(|part| matches!(part, Component::Normal(_)));
        let parent = path.parent().filter(|_| is_changeable).ok_or(ErrorKind::InvalidInput)?;
        if let Some(opened) = self.parents.borrow().get(parent) {
            return Ok(Some(Rc::clone(opened)));
        }
        match source::folder::open_subfolder(&self.folder, parent) {
            Err(cause) if cause.kind() == ErrorKind::NotFound => Ok(None),
            Err(cause) => Err(cause),
            Ok(opened) => {
                let opened = Rc::new(opened);
                self.parents.borrow_mut().insert(parent.to_owned(), Rc::clone(&opened));
                Ok(Some(opened))
            }
        }
    }
}

/// A change of one file with the opened folder of the file and its former bytes.
struct ChangeTarget<'c> {
    change: &'c FileChange,
    parent: Rc<Dir>,
    /// The bytes that were read, to put back what was renamed before an error.
    former: Option<Vec<u8>>,
}

impl<'c> ChangeTarget<'c> {
    /// Opens the folder of the file of a change, which is made for a new file, and reads the file.
    ///
    /// # Errors
    /// The file is no longer as it was read, lies behind a link or outside of `content/`, or cannot
    /// be read.
    fn open(hub: &HubFolder, change: &'c FileChange) -> Result<Self> {
        let to_error = |cause| hub.error(&change.path, cause);
        let parent = match hub.open_parent(&change.path).map_err(to_error)? {
            Some(parent) => parent,
            None if change.read.is_none() => {
                let below = Path::new(&change.path).parent().unwrap_or(Path::new(""));
                hub.folder.create_dir_all(below).map_err(to_error)?;
                hub.open_parent(&change.path)
                    .map_err(to_error)?
                    .ok_or_else(|| stale_error(hub, change))?
            }
            None => return Err(stale_error(hub, change)),
        };
        let former = read_file(&parent, file_name(&change.path)).map_err(to_error)?;
        let target = ChangeTarget { change, parent, former };
        if target.former.as_deref().map(ContentHash::of) == change.read {
            Ok(target)
        } else {
            Err(stale_error(hub, change))
        }
    }

    /// Whether the file still has the bytes that the change starts from, or is still missing.
    fn is_as_read(&self) -> io::Result<bool> {
        Ok(hash_file(&self.parent, file_name(&self.change.path))? == self.change.read)
    }

    /// The journal entry of the change, which has hashes in place of bytes.
    fn entry(&self) -> JournalEntry {
        JournalEntry {
            path: self.change.path.clone(),
            read: self.change.read.map(|hash| hash.0),
            new: self.change.new.as_deref().map(|bytes| ContentHash::of(bytes).0),
        }
    }

    /// Writes new bytes to a file beside the one to change, with the permissions of that.
    /// With `is_synced` it is flushed to the disk at once.
    fn write_new(&self, bytes: &[u8], is_synced: bool) -> io::Result<()> {
        let name = file_name(&self.change.path);
        let mut file = folder::create_file(&self.parent, Path::new(&new_name(name)))?;
        if let Ok(metadata) = self.parent.symlink_metadata(name) {
            let permissions = cap_std::fs::File::from_std(file.try_clone()?);
            permissions.set_permissions(metadata.permissions())?;
        }
        file.write_all(bytes)?;
        if is_synced { file.sync_all() } else { Ok(()) }
    }

    /// Puts the new file in the place of the old one; removes the old one where the change has no
    /// new bytes.
    fn put_in_place(&self) -> io::Result<()> {
        let name = file_name(&self.change.path);
        match self.change.new {
            Some(_) => self.parent.rename(new_name(name), &self.parent, name),
            None => self.parent.remove_file(name),
        }
    }

    /// Puts the former bytes of a changed file back, or removes a file that was new.
    fn put_back(&self) -> io::Result<()> {
        let name = file_name(&self.change.path);
        match &self.former {
            Some(former) => {
                self.remove_new();
                self.write_new(former, true)?;
                self.parent.rename(new_name(name), &self.parent, name)
            }
            None => self.parent.remove_file(name),
        }
    }

    /// Removes the new file beside the old one; an error is ignored, because there may be none.
    fn remove_new(&self) {
        self.parent.remove_file(new_name(file_name(&self.change.path))).unwrap_or_default();
    }
}

/// Journals the changes, writes the new files beside the old ones, and renames them. After an error
/// at a file, those renamed before get their former bytes back. Calls `after_step` behind each
/// step, so that tests can interrupt it there.
fn apply_changes(
    hub: &HubFolder,
    work: &Dir,
    targets: &[ChangeTarget<'_>],
    mut after_step: impl FnMut(usize),
) -> Result<()> {
    let to_error = |cause| hub.error(WORK_FOLDER, cause);
    let journal: Vec<JournalEntry> = targets.iter().map(ChangeTarget::entry).collect();
    write_journal(work, &journal).map_err(to_error)?;
    after_step(0);
    let prepared = prepare(hub, targets);
    if let Err(error) = prepared.and_then(|()| {
        after_step(1);
        commit_journal(work).map_err(to_error)
    }) {
        targets.iter().for_each(ChangeTarget::remove_new);
        work.remove_file(PREPARED_JOURNAL).unwrap_or_default();
        return Err(error);
    }
    after_step(2);
    for (done, target) in targets.iter().enumerate() {
        if let Err(cause) = target.put_in_place() {
            undo(hub, work, targets, done)?;
            return Err(hub.error(&target.change.path, cause));
        }
        after_step(3 + done);
    }
    sync_parents(targets).map_err(to_error)?;
    work.remove_file(JOURNAL).map_err(to_error)
}

/// Writes the new files beside the old ones, and checks once more that the old ones are as they
/// were read.
fn prepare(hub: &HubFolder, targets: &[ChangeTarget<'_>]) -> Result<()> {
    // Many files are flushed together, which takes a hundredth of the time of one by one.
    let is_synced = targets.len() <= MAX_SYNCED_ONE_BY_ONE;
    for target in targets {
        if let Some(bytes) = &target.change.new {
            target
                .write_new(bytes, is_synced)
                .map_err(|cause| hub.error(&target.change.path, cause))?;
        }
    }
    if !is_synced {
        for name in CHANGED_FOLDERS {
            if targets.iter().any(|target| Path::new(&target.change.path).starts_with(name)) {
                source::folder::open_subfolder(&hub.folder, Path::new(name))
                    .and_then(|folder| folder::sync_contents(&folder))
                    .map_err(|cause| hub.error(name, cause))?;
            }
        }
    }
    sync_parents(targets).map_err(|cause| hub.error("content", cause))?;
    for target in targets {
        if !target.is_as_read().map_err(|cause| hub.error(&target.change.path, cause))? {
            return Err(stale_error(hub, target.change));
        }
    }
    Ok(())
}

/// Puts the former bytes of the first `done` files back and removes the journal, after an error at
/// the file behind them.
fn undo(hub: &HubFolder, work: &Dir, targets: &[ChangeTarget<'_>], done: usize) -> Result<()> {
    for target in &targets[..done] {
        target.put_back().map_err(|cause| hub.error(&target.change.path, cause))?;
    }
    targets.iter().for_each(ChangeTarget::remove_new);
    work.remove_file(JOURNAL).map_err(|cause| hub.error(WORK_FOLDER, cause))
}

/// Completes the changes of a committed journal, or undoes those of a prepared one; none where
/// there is no journal. The lock must be held.
fn recover_in(hub: &HubFolder, work: &Dir) -> Result<Option<RecoveredChanges>> {
    let to_error = |cause| hub.error(WORK_FOLDER, cause);
    if let Some(entries) = read_journal(work, JOURNAL).map_err(to_error)? {
        let mut changed_meanwhile = Vec::new();
        // A moved file is removed where it was only once it is where it belongs.
        let (removals, others): (Vec<&JournalEntry>, Vec<&JournalEntry>) =
            entries.iter().partition(|entry| entry.new.is_none());
        let mut is_moved = true;
        for entry in others.into_iter().chain(removals) {
            if entry.new.is_none() && !is_moved {
                changed_meanwhile.push(entry.path.clone());
                continue;
            }
            if !complete(hub, entry).map_err(|cause| hub.error(&entry.path, cause))? {
                changed_meanwhile.push(entry.path.clone());
                is_moved &= entry.read.is_some();
            }
        }
        work.remove_file(JOURNAL).map_err(to_error)?;
        return Ok(Some(RecoveredChanges::Completed { files: entries.len(), changed_meanwhile }));
    }
    let Some(entries) = read_journal(work, PREPARED_JOURNAL).map_err(to_error)? else {
        return Ok(None);
    };
    for entry in &entries {
        if let Some(parent) = hub.open_parent(&entry.path).map_err(to_error)? {
            parent.remove_file(new_name(file_name(&entry.path))).unwrap_or_default();
        }
    }
    work.remove_file(PREPARED_JOURNAL).map_err(to_error)?;
    Ok(Some(RecoveredChanges::Undone))
}

/// Completes one change of the journal after a kill; `false` if somebody else changed the file
/// since, which then stays as it is.
fn complete(hub: &HubFolder, entry: &JournalEntry) -> io::Result<bool> {
    let name = file_name(&entry.path);
    let Some(parent) = hub.open_parent(&entry.path)? else { return Ok(entry.new.is_none()) };
    let current = hash_file(&parent, name)?.map(|hash| hash.0);
    let new = new_name(name);
    let is_complete = |hash: Option<ContentHash>| hash.map(|hash| hash.0) == entry.new;
    if current == entry.new {
        parent.remove_file(&new).unwrap_or_default();
    } else if current == entry.read && entry.new.is_none() {
        parent.remove_file(name)?;
    } else if current == entry.read && is_complete(hash_file(&parent, &new)?) {
        parent.rename(&new, &parent, name)?;
    } else {
        parent.remove_file(&new).unwrap_or_default();
        return Ok(false);
    }
    folder::sync_directory(&parent)?;
    Ok(true)
}

/// Writes the prepared journal, which names the files that are about to be written, and flushes it
/// to the disk.
fn write_journal(work: &Dir, entries: &[JournalEntry]) -> io::Result<()> {
    let mut file = folder::create_file(work, Path::new(PREPARED_JOURNAL))?;
    file.write_all(&serde_json::to_vec(entries)?)?;
    file.sync_all()?;
    folder::sync_directory(work)
}

/// Renames the prepared journal to the committed one, whereby the next run completes the changes
/// instead of undoing them.
fn commit_journal(work: &Dir) -> io::Result<()> {
    work.rename(PREPARED_JOURNAL, work, JOURNAL)?;
    folder::sync_directory(work)
}

/// Reads the entries of a journal; none if there is no such journal. A partial one was being
/// written when the run was killed, so that there is nothing to undo and its entries are empty.
fn read_journal(work: &Dir, name: &str) -> io::Result<Option<Vec<JournalEntry>>> {
    let bytes = read_file(work, name)?;
    Ok(bytes.map(|bytes| serde_json::from_slice(&bytes).unwrap_or_default()))
}

/// Takes the lock on changes of the hub's files, waiting up to ten seconds for another run.
fn lock(hub: &HubFolder, work: &Dir) -> Result<File> {
    for _ in 0..LOCK_ATTEMPTS {
        if let Some(lock) = try_lock(work).map_err(|cause| hub.error(WORK_FOLDER, cause))? {
            return Ok(lock);
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    Err(Error::about(&hub.path, "another run of Casebook is changing files in")
        .with_hint("wait until it is done"))
}

/// Takes the lock on changes of the hub's files without waiting; `None` where another run holds it.
fn try_lock(work: &Dir) -> io::Result<Option<File>> {
    let file = folder::open_for_writing(work, OsStr::new(LOCK))?;
    match file.try_lock() {
        Err(TryLockError::WouldBlock) => Ok(None),
        // Some network file systems have no locks; the change goes on without one.
        Ok(()) | Err(TryLockError::Error(_)) => Ok(Some(file)),
    }
}

/// Flushes the names in the folders of some changed files to the disk, each folder once.
fn sync_parents(targets: &[ChangeTarget<'_>]) -> io::Result<()> {
    let folders: BTreeMap<&Path, &Dir> = targets
        .iter()
        .map(|target| {
            let path = Path::new(&target.change.path);
            (path.parent().unwrap_or(path), &*target.parent)
        })
        .collect();
    folders.values().try_for_each(|folder| folder::sync_directory(folder))
}

/// The bytes of a file in a folder; none if there is none.
fn read_file(parent: &Dir, name: &str) -> io::Result<Option<Vec<u8>>> {
    match folder::read_bytes(parent, Path::new(name)) {
        Err(cause) if cause.kind() == ErrorKind::NotFound => Ok(None),
        other => other.map(Some),
    }
}

/// The hash of a file in a folder; none if there is none.
fn hash_file(parent: &Dir, name: &str) -> io::Result<Option<ContentHash>> {
    Ok(read_file(parent, name)?.as_deref().map(ContentHash::of))
}

/// The last name of a path with forward slashes.
fn file_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// Name of the new file beside the one with this name, hidden by a dot.
fn new_name(name: &str) -> String {
    format!(".{name}{NEW_SUFFIX}")
}

/// The error that a file is no longer as it was read, so that nothing was changed.
fn stale_error(hub: &HubFolder, change: &FileChange) -> Error {
    Error::about(&hub.path.join(&change.path), "changed since it was read:")
        .with_hint("no file was changed; run the command again")
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "tests lay out folders on the disk")]
mod tests {
    use std::collections::BTreeMap;
    use std::fs;

    use super::*;

    /// A hub whose files `content/ideas/0.md` to `3.md` are old; the last one does not exist.
    fn create_hub() -> tempfile::TempDir {
        let home = tempfile::tempdir().unwrap();
        fs::create_dir_all(home.path().join("content/ideas")).unwrap();
        for number in 0..3 {
            fs::write(home.path().join(format!("content/ideas/{number}.md")), "old").unwrap();
        }
        home
    }

    /// Two files get new bytes, one is removed, and one is new.
    fn changes() -> Vec<FileChange> {
        let old = Some(ContentHash::of(b"old"));
        let change = |number, read, new: Option<&[u8]>| FileChange {
            path: format!("content/ideas/{number}.md"),
            read,
            new: new.map(<[u8]>::to_vec),
        };
        vec![
            change(0, old, Some(b"new")),
            change(1, old, Some(b"new")),
            change(2, old, None),
            change(3, None, Some(b"new")),
        ]
    }

    /// Names and texts of all files in the folder of ideas, hidden ones too.
    fn texts(home: &Path) -> BTreeMap<String, String> {
        let entries = fs::read_dir(home.join("content/ideas")).unwrap().map(|entry| entry.unwrap());
        entries
            .map(|entry| {
                let name = entry.file_name().into_string().unwrap();
                (name, fs::read_to_string(entry.path()).unwrap())
            })
            .collect()
    }

    fn as_texts(texts: &[(&str, &str)]) -> BTreeMap<String, String> {
        texts.iter().map(|(name, text)| ((*name).into(), (*text).into())).collect()
    }

    fn old_texts() -> BTreeMap<String, String> {
        as_texts(&[("0.md", "old"), ("1.md", "old"), ("2.md", "old")])
    }

    fn new_texts() -> BTreeMap<String, String> {
        as_texts(&[("0.md", "new"), ("1.md", "new"), ("3.md", "new")])
    }

    /// Interrupts the changes after each step, as a killed process would.
    fn interrupt(home: &Path, stop: usize) -> bool {
        let (hub, changes) = (HubFolder::open(home).unwrap(), changes());
        let work = hub.make_work_folder().unwrap();
        let targets: Vec<ChangeTarget<'_>> =
            changes.iter().map(|change| ChangeTarget::open(&hub, change).unwrap()).collect();
        let run = || apply_changes(&hub, &work, &targets, |step| assert_ne!(step, stop));
        std::panic::catch_unwind(std::panic::AssertUnwindSafe(run)).is_err()
    }

    #[test]
    fn an_interrupted_change_is_undone_or_completed() {
        for stop in 0..8 {
            let home = create_hub();
            assert_eq!(interrupt(home.path(), stop), stop < 7);
            let wanted = match stop {
                0 | 1 => Some(RecoveredChanges::Undone),
                2..7 => Some(RecoveredChanges::Completed { files: 4, changed_meanwhile: vec![] }),
                _ => None,
            };
            assert_eq!(recover_changes(home.path()).unwrap(), wanted, "after step {stop}");
            assert_eq!(
                texts(home.path()),
                if stop < 2 { old_texts() } else { new_texts() },
                "after step {stop}"
            );
            assert_eq!(recover_changes(home.path()).unwrap(), None);
        }
    }

    #[test]
    fn a_file_that_somebody_changed_is_never_overwritten() {
        let home = create_hub();
        let file = home.path().join("content/ideas/1.md");
        fs::write(&file, "theirs").unwrap();
        let error = change_files(home.path(), &changes()).unwrap_err();
        assert!(error.to_string().contains("changed since it was read"), "{error}");
        assert_eq!(texts(home.path())["0.md"], "old", "all or none");

        fs::write(&file, "old").unwrap();
        assert!(interrupt(home.path(), 3));
        fs::write(&file, "theirs").unwrap();
        let note = recover_changes(home.path()).unwrap().unwrap();
        assert!(note.to_string().ends_with("changed since: `content/ideas/1.md`"), "{note}");
        let mut wanted = new_texts();
        wanted.insert("1.md".into(), "theirs".into());
        assert_eq!(texts(home.path()), wanted);
    }

    #[test]
    fn an_error_at_one_file_leaves_the_others_as_they_were() {
        let home = create_hub();
        let (hub, mut changes) = (HubFolder::open(home.path()).unwrap(), changes());
        // The third file turns into a folder behind the last look at it, and cannot be removed.
        changes.swap(2, 3);
        let work = hub.make_work_folder().unwrap();
        let targets: Vec<ChangeTarget<'_>> =
            changes.iter().map(|change| ChangeTarget::open(&hub, change).unwrap()).collect();
        let removed = home.path().join("content/ideas/2.md");
        apply_changes(&hub, &work, &targets, |step| {
            if step == 2 {
                fs::remove_file(&removed).unwrap();
                fs::create_dir(&removed).unwrap();
            }
        })
        .unwrap_err();
        fs::remove_dir(&removed).unwrap();
        assert_eq!(texts(home.path()), as_texts(&[("0.md", "old"), ("1.md", "old")]));
        assert_eq!(recover_changes(home.path()).unwrap(), None);
    }

    #[test]
    fn paths_outside_of_the_content_are_refused() {
        let home = create_hub();
        fs::write(home.path().join("other.toml"), "old").unwrap();
        for path in [
            "other.toml",
            "content/../other.toml",
            "/etc/hosts",
            "content",
            "admin/../other.toml",
            "administration/a.md",
        ] {
            let changes = [FileChange {
                path: path.into(),
                read: Some(ContentHash::of(b"old")),
                new: Some(b"new".to_vec()),
            }];
            change_files(home.path(), &changes).expect_err(path);
        }
        assert_eq!(fs::read_to_string(home.path().join("other.toml")).unwrap(), "old");
    }

    #[test]
    fn the_editor_is_put_into_its_own_folder_and_over_nothing() {
        let home = create_hub();
        let files = ["admin/index.html", "admin/locales/nl.json"].map(|path| FileChange {
            path: path.into(),
            read: None,
            new: Some(b"new".to_vec()),
        });
        change_files(home.path(), &files).unwrap();
        assert_eq!(fs::read(home.path().join("admin/locales/nl.json")).unwrap(), b"new");
        fs::remove_file(home.path().join("admin/index.html")).unwrap();
        fs::write(home.path().join("admin/locales/nl.json"), "theirs").unwrap();
        change_files(home.path(), &files).unwrap_err();
        assert!(!home.path().join("admin/index.html").exists(), "all or none");
        assert_eq!(fs::read(home.path().join("admin/locales/nl.json")).unwrap(), b"theirs");
    }

    #[test]
    fn a_moved_file_is_never_lost_to_one_that_took_its_new_place() {
        let home = create_hub();
        assert!(interrupt(home.path(), 2));
        fs::write(home.path().join("content/ideas/3.md"), "theirs").unwrap();
        let note = recover_changes(home.path()).unwrap().unwrap().to_string();
        assert!(note.contains("`content/ideas/3.md`, `content/ideas/2.md`"), "{note}");
        let found = texts(home.path());
        assert_eq!((&*found["2.md"], &*found["3.md"]), ("old", "theirs"));
    }

    #[cfg(unix)]
    #[test]
    fn no_link_is_followed_and_permissions_stay() {
        use std::os::unix::fs::{PermissionsExt, symlink};
        let home = create_hub();
        let file = home.path().join("content/ideas/0.md");
        fs::set_permissions(&file, fs::Permissions::from_mode(0o640)).unwrap();
        change_files(home.path(), &changes()).unwrap();
        assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o640);
        let outside = tempfile::tempdir().unwrap();
        fs::write(outside.path().join("0.md"), "old").unwrap();
        symlink(outside.path(), home.path().join("content/linked")).unwrap();
        let change = FileChange {
            path: "content/linked/0.md".into(),
            read: Some(ContentHash::of(b"old")),
            new: Some(b"new".to_vec()),
        };
        change_files(home.path(), &[change]).unwrap_err();
        assert_eq!(fs::read_to_string(outside.path().join("0.md")).unwrap(), "old");
    }
}
