//! Watches the hub's files, and waits until an editor has finished writing.

use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use notify::event::{AccessKind, AccessMode, ModifyKind};
use notify::{Config, Event, EventKind, PollWatcher, RecommendedWatcher, RecursiveMode, Watcher};

use crate::error::{Error, Result};
use crate::source::editor::EDITOR_FOLDER;

/// Time without another event after which a change counts as complete.
const QUIET_PERIOD: Duration = Duration::from_millis(25);
/// Longest time to wait for a change to be complete.
const MAX_WAIT: Duration = Duration::from_millis(250);
/// Interval of polling where the system does not report changes.
const POLL_INTERVAL: Duration = Duration::from_secs(1);

/// Watches the folders of a hub that a site is generated from, and reports changed paths.
pub struct FileWatcher {
    events: Receiver<PathBuf>,
    watcher: Mutex<Box<dyn Watcher + Send>>,
    root: PathBuf,
}

impl FileWatcher {
    /// Starts to watch a hub, with the system's notifications or else by polling.
    ///
    /// # Errors
    /// The folder can be neither watched nor polled.
    pub fn start(root: &Path) -> Result<FileWatcher> {
        let (sender, events) = mpsc::channel();
        let send_paths = move |event: notify::Result<Event>| {
            for path in event
                .into_iter()
                .filter(is_change)
                .flat_map(|event| event.paths)
                .filter(|path| is_watched(path))
            {
                // Sending fails only while the program ends.
                sender.send(path).unwrap_or_default();
            }
        };
        let to_error = |cause| Error::at(root, "cannot watch", cause);
        let mut watcher: Box<dyn Watcher + Send> =
            match RecommendedWatcher::new(send_paths.clone(), Config::default()) {
                Ok(watcher) => Box::new(watcher),
                Err(_) => Box::new(
                    PollWatcher::new(
                        send_paths.clone(),
                        Config::default().with_poll_interval(POLL_INTERVAL),
                    )
                    .map_err(to_error)?,
                ),
            };
        if watch_all(watcher.as_mut(), root).is_err() {
            watcher = Box::new(
                PollWatcher::new(send_paths, Config::default().with_poll_interval(POLL_INTERVAL))
                    .map_err(to_error)?,
            );
            watch_all(watcher.as_mut(), root).map_err(to_error)?;
        }
        Ok(FileWatcher { events, watcher: Mutex::new(watcher), root: root.to_owned() })
    }

    /// Waits for a change and for those that closely follow it; returns their paths, sorted, or
    /// `None` when watching has ended.
    pub fn wait_for_changes(&self) -> Option<Vec<PathBuf>> {
        let mut changed = vec![self.events.recv().ok()?];
        let start = Instant::now();
        while start.elapsed() < MAX_WAIT {
            match self.events.recv_timeout(QUIET_PERIOD) {
                Ok(path) => changed.push(path),
                Err(RecvTimeoutError::Timeout) => break,
                Err(RecvTimeoutError::Disconnected) => return None,
            }
        }
        changed.sort_unstable();
        changed.dedup();
        // A folder that was moved away and back must be watched anew.
        if changed.iter().any(|path| path.parent() == Some(&self.root)) {
            let mut watcher = self.watcher.lock().unwrap_or_else(PoisonError::into_inner);
            watch_all(watcher.as_mut(), &self.root).unwrap_or_default();
        }
        Some(changed)
    }
}

/// Watches the folders that a site is generated from, and not the rest of the repository, which may
/// be large.
fn watch_all(watcher: &mut dyn Watcher, root: &Path) -> notify::Result<()> {
    watcher.watch(root, RecursiveMode::NonRecursive)?;
    for folder in ["content", "themes", EDITOR_FOLDER].map(|name| root.join(name)) {
        if folder.is_dir() {
            watcher.watch(&folder, RecursiveMode::Recursive)?;
        }
    }
    // A commit appends to the files there, and may change the dates of records.
    let commits = root.join(".git").join("logs");
    if commits.is_dir() {
        watcher.watch(&commits, RecursiveMode::NonRecursive)?;
    }
    Ok(())
}

/// Whether an event is a change of content: not reading or a change of metadata, but closing a file
/// that was open for writing.
fn is_change(event: &Event) -> bool {
    match event.kind {
        EventKind::Access(kind) => kind == AccessKind::Close(AccessMode::Write),
        EventKind::Modify(ModifyKind::Metadata(_)) => false,
        _ => true,
    }
}

/// Whether changes of a path are reported: not those of hidden files and of temporary files of an
/// editor (`~` at the end), but always those of the logs of git, although they lie in a hidden
/// folder.
fn is_watched(path: &Path) -> bool {
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let commit = path.parent().is_some_and(|folder| folder.ends_with(".git/logs"));
    commit || !(name.starts_with('.') || name.ends_with('~'))
}
