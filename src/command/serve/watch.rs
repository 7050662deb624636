//! Watching the hub's files, and waiting until an editor is done with them.

use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use notify::event::{AccessKind, AccessMode, ModifyKind};
use notify::{Config, Event, EventKind, PollWatcher, RecommendedWatcher, RecursiveMode, Watcher};

use crate::error::{Error, Result};

/// After so long without another event, an editor is done.
const QUIET: Duration = Duration::from_millis(25);
/// After so long, building begins even while more is written.
const PATIENCE: Duration = Duration::from_millis(250);
/// How often files are looked at where the system cannot tell of changes.
const POLL: Duration = Duration::from_secs(1);

/// Tells of changes.
pub struct Watch {
    events: Receiver<PathBuf>,
    watcher: Mutex<Box<dyn Watcher + Send>>,
    root: PathBuf,
}

impl Watch {
    /// Begins to watch a hub.
    ///
    /// # Errors
    /// The folder cannot be watched, not even by looking at it every second.
    pub fn start(root: &Path) -> Result<Watch> {
        let (sender, events) = mpsc::channel();
        let told = move |event: notify::Result<Event>| {
            for path in event.into_iter().filter(is_change).flat_map(|event| event.paths).filter(|path| is_visible(path)) {
                // Nobody listens any more when the program is about to end.
                sender.send(path).unwrap_or_default();
            }
        };
        let trouble = |cause| Error::at(root, "cannot watch", cause);
        let mut watcher: Box<dyn Watcher + Send> = match RecommendedWatcher::new(told.clone(), Config::default()) {
            Ok(watcher) => Box::new(watcher),
            Err(_) => Box::new(PollWatcher::new(told.clone(), Config::default().with_poll_interval(POLL)).map_err(trouble)?),
        };
        if watch_all(watcher.as_mut(), root).is_err() {
            watcher = Box::new(PollWatcher::new(told, Config::default().with_poll_interval(POLL)).map_err(trouble)?);
            watch_all(watcher.as_mut(), root).map_err(trouble)?;
        }
        Ok(Watch { events, watcher: Mutex::new(watcher), root: root.to_owned() })
    }

    /// Waits for a change and for those that follow it closely; nothing when there can be no more.
    pub fn next(&self) -> Option<Vec<PathBuf>> {
        let mut changed = vec![self.events.recv().ok()?];
        let start = Instant::now();
        while start.elapsed() < PATIENCE {
            match self.events.recv_timeout(QUIET) {
                Ok(path) => changed.push(path),
                Err(RecvTimeoutError::Timeout) => break,
                Err(RecvTimeoutError::Disconnected) => return None,
            }
        }
        changed.sort_unstable();
        changed.dedup();
        // A folder that was moved away and back is another one to the system.
        if changed.iter().any(|path| path.parent() == Some(&self.root)) {
            let mut watcher = self.watcher.lock().unwrap_or_else(PoisonError::into_inner);
            watch_all(watcher.as_mut(), &self.root).unwrap_or_default();
        }
        Some(changed)
    }
}

/// Watches what a site is made from, and not the rest of the repository, which may be large.
fn watch_all(watcher: &mut dyn Watcher, root: &Path) -> notify::Result<()> {
    watcher.watch(root, RecursiveMode::NonRecursive)?;
    for folder in ["content", "themes"].map(|name| root.join(name)) {
        if folder.is_dir() {
            watcher.watch(&folder, RecursiveMode::Recursive)?;
        }
    }
    // Every commit is noted there, and with it the days of last changes.
    let commits = root.join(".git").join("logs");
    if commits.is_dir() {
        watcher.watch(&commits, RecursiveMode::NonRecursive)?;
    }
    Ok(())
}

/// Reading is no change; closing after writing is.
fn is_change(event: &Event) -> bool {
    match event.kind {
        EventKind::Access(kind) => kind == AccessKind::Close(AccessMode::Write),
        EventKind::Modify(ModifyKind::Metadata(_)) => false,
        _ => true,
    }
}

/// Editors keep their own files beside a text; what is hidden is not read anyway.
fn is_visible(path: &Path) -> bool {
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let commit = path.parent().is_some_and(|folder| folder.ends_with(".git/logs"));
    commit || !(name.starts_with('.') || name.ends_with('~'))
}
