//! The state of the server: the last complete site, pages that are newer than it, and the problems
//! of the last build.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::{Arc, PoisonError, RwLock};

use bytes::Bytes;
use tokio::sync::watch;

use crate::command::serve::rebuilder::{BuildResult, Problems};
use crate::error::Error;
use crate::output::Output;

/// Number of versions whose changed paths are kept; a browser that is further behind reloads its
/// page in any case.
const MAX_CHANGES: usize = 64;

/// The served site, shared by the threads that build, which update it, and the server, which reads
/// it.
#[derive(Debug)]
pub struct ServedSite {
    state: RwLock<SiteState>,
    /// Number of the current version; a change wakes all subscribers.
    version: watch::Sender<u64>,
}

/// The state of the served site at one version.
#[derive(Debug, Default)]
pub struct SiteState {
    /// The last complete site.
    output: Option<Arc<Output>>,
    /// Bytes of pages that are newer than `output`, with the version that added them, by site path.
    patches: BTreeMap<String, (u64, Bytes)>,
    /// The problems of the last build.
    problems: Arc<Problems>,
    /// The path of the published site on its host, without slashes at its ends.
    base_path: String,
    /// The site paths that each version has changed, newest last; at most [`MAX_CHANGES`].
    changes: VecDeque<(u64, BTreeSet<String>)>,
}

/// A file that is served, from memory or from the disk.
#[derive(Debug, Clone)]
pub enum ServedFile {
    /// A generated file.
    Generated(Bytes),
    /// A file of the content folder, read when it is requested.
    Asset(crate::source::Asset),
}

impl ServedSite {
    /// The served site after the first build; its version differs from all of an earlier run.
    pub fn new(built: BuildResult) -> Self {
        // Versions of two runs differ, so that a browser that was open during a restart reloads its
        // page.
        let first = u64::from(std::process::id()) << 32;
        let served = ServedSite { state: RwLock::default(), version: watch::Sender::new(first) };
        served.show_build(built, first);
        served
    }

    /// Shows the result of a build that started at `start_version`; where it has no site, the last
    /// complete one stays.
    ///
    /// Patches that were added since then stay, because they belong to an edit that only the next
    /// build contains.
    pub fn show_build(&self, built: BuildResult, start_version: u64) {
        self.update(|state, _| {
            state.problems = Arc::new(built.problems);
            let Some(output) = built.output else { return BTreeSet::new() };
            state.base_path = built.base_path;
            state.replace_output(Arc::new(output), start_version)
        });
    }

    /// Removes the patches that were added up to `start_version`, when the files on the disk are
    /// again those of the last build.
    pub fn drop_patches(&self, start_version: u64) {
        self.update(|state, _| match state.output.clone() {
            Some(output) => state.replace_output(output, start_version),
            None => BTreeSet::new(),
        });
    }

    /// Shows a page that is newer than the rest of the site, until a build that contains its edit
    /// is shown.
    pub fn show_patch(&self, path: String, bytes: Bytes) {
        self.update(|state, version| {
            let same = state.find_generated(&path) == Some(&bytes);
            state.patches.insert(path.clone(), (version, bytes));
            if same { BTreeSet::new() } else { BTreeSet::from([path]) }
        });
    }

    /// Shows an error of the program or the system in place of the problems.
    pub fn show_error(&self, error: &Error) {
        self.update(|state, _| {
            state.problems = Arc::new(Problems::from_error(error));
            BTreeSet::new()
        });
    }

    /// The current version. Each page carries the version it was served with, so that its browser
    /// misses no change.
    pub fn version(&self) -> u64 {
        *self.version.borrow()
    }

    /// A receiver that wakes when the version changes.
    pub fn subscribe(&self) -> watch::Receiver<u64> {
        self.version.subscribe()
    }

    /// The problems of the last build.
    pub fn problems(&self) -> Arc<Problems> {
        self.read(|state| Arc::clone(&state.problems))
    }

    /// Whether any build has been complete, so that there are pages to serve.
    pub fn has_site(&self) -> bool {
        self.read(|state| state.output.is_some())
    }

    /// A file of the site by its site path, a patched page before the page that it replaces; `None`
    /// where there is no such file.
    pub fn find(&self, path: &str) -> Option<ServedFile> {
        self.read(|state| state.find(path))
    }

    /// A requested path without the base path of the published site, so that links with that path
    /// work here too; unchanged where it does not start with it.
    pub fn strip_base_path<'a>(&self, path: &'a str) -> &'a str {
        self.read(|state| {
            let rest = path.strip_prefix(&state.base_path).filter(|_| !state.base_path.is_empty());
            rest.and_then(|rest| rest.strip_prefix('/')).unwrap_or(path)
        })
    }

    /// Whether the page at a site path has changed since the version that a browser shows, or may
    /// have, because the version is too old or of another run.
    pub fn changed_since(&self, version: u64, path: &str) -> bool {
        self.read(|state| {
            let oldest = state.changes.front().map_or(0, |(oldest, _)| *oldest);
            let mut newer = state.changes.iter().filter(|(number, _)| *number > version);
            version + 1 < oldest
                || version > self.version()
                || newer.any(|(_, paths)| paths.contains(path))
        })
    }

    /// Changes the state under the next version; `work` returns the site paths that it has changed.
    fn update(&self, work: impl FnOnce(&mut SiteState, u64) -> BTreeSet<String>) {
        let mut state = self.state.write().unwrap_or_else(PoisonError::into_inner);
        let version = self.version() + 1;
        let changed = work(&mut state, version);
        state.changes.push_back((version, changed));
        if state.changes.len() > MAX_CHANGES {
            state.changes.pop_front();
        }
        drop(state);
        self.version.send_replace(version);
    }

    /// Runs `work` on the state, which no thread changes meanwhile, and returns its result.
    fn read<T>(&self, work: impl FnOnce(&SiteState) -> T) -> T {
        work(&self.state.read().unwrap_or_else(PoisonError::into_inner))
    }
}

impl SiteState {
    /// A file by its site path: a patched page, else a generated file, else an asset.
    fn find(&self, path: &str) -> Option<ServedFile> {
        let asset = || self.output.as_ref()?.assets.get(path).cloned();
        self.find_generated(path)
            .cloned()
            .map(ServedFile::Generated)
            .or_else(|| asset().map(ServedFile::Asset))
    }

    /// The bytes of a generated file by its site path, those of its patch where it has one; `None`
    /// for assets and unknown paths.
    fn find_generated(&self, path: &str) -> Option<&Bytes> {
        let patch = self.patches.get(path).map(|(_, bytes)| bytes);
        patch.or_else(|| self.output.as_ref()?.files.get(path))
    }

    /// Replaces the site, keeps the patches that are newer than `start_version`, and returns the
    /// paths whose bytes are now different.
    fn replace_output(&mut self, output: Arc<Output>, start_version: u64) -> BTreeSet<String> {
        let mut later = self.patches.clone();
        later.retain(|_, (version, _)| *version > start_version);
        let mut changed = self.changed_paths(&output);
        changed.retain(|path| !later.contains_key(path));
        self.output = Some(output);
        self.patches = later;
        changed
    }

    /// Paths with different bytes in a new site, or in one of the two sites only.
    fn changed_paths(&self, new: &Output) -> BTreeSet<String> {
        let empty = Output::default();
        let old = self.output.as_deref().unwrap_or(&empty);
        // Most pages are the same allocation as in the last build, so comparing pointers is enough.
        let same = |path: &String, bytes: &Bytes| {
            self.find_generated(path).is_some_and(|old_bytes| {
                std::ptr::eq(&raw const **old_bytes, &raw const **bytes) || old_bytes == bytes
            })
        };
        let generated =
            new.files.iter().filter(|(path, bytes)| !same(path, bytes)).map(|(path, _)| path);
        let removed = old.files.keys().filter(|path| !new.files.contains_key(*path));
        let assets = new
            .assets
            .iter()
            .filter(|(path, asset)| old.assets.get(*path).map(|old| old.hash) != Some(asset.hash));
        generated.chain(removed).chain(assets.map(|(path, _)| path)).cloned().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn built(pages: &[(&str, &str)]) -> BuildResult {
        let files = pages
            .iter()
            .map(|(path, text)| ((*path).to_owned(), Bytes::copy_from_slice(text.as_bytes())))
            .collect();
        BuildResult {
            output: Some(Output { files, assets: BTreeMap::new() }),
            base_path: "hub".to_owned(),
            ..BuildResult::default()
        }
    }

    fn text(served: &ServedSite, path: &str) -> Option<String> {
        match served.find(path)? {
            ServedFile::Generated(bytes) => Some(String::from_utf8(bytes.to_vec()).unwrap()),
            ServedFile::Asset(_) => None,
        }
    }

    #[test]
    fn a_browser_is_notified_of_its_own_page_only() {
        let served = ServedSite::new(built(&[("a", "1"), ("b", "1")]));
        let version = served.version();
        assert!(!served.changed_since(version, "a"));
        served.show_build(built(&[("a", "2"), ("b", "1")]), served.version());
        assert!(served.changed_since(version, "a") && !served.changed_since(version, "b"));
        served.show_build(built(&[("a", "2")]), served.version());
        assert!(served.changed_since(version, "b"), "a page that is gone has changed");
    }

    #[test]
    fn a_patch_is_shown_until_the_site_is_rebuilt() {
        let served = ServedSite::new(built(&[("a", "1"), ("b", "1")]));
        served.show_patch("a".to_owned(), Bytes::from_static(b"2"));
        assert_eq!(text(&served, "a").as_deref(), Some("2"));
        let version = served.version();
        served.show_build(built(&[("a", "2"), ("b", "3")]), served.version());
        assert!(
            !served.changed_since(version, "a"),
            "the patch was right, so the page is not loaded again"
        );
        assert!(served.changed_since(version, "b"));
    }

    #[test]
    fn a_patch_stays_when_an_older_build_follows() {
        let served = ServedSite::new(built(&[("a", "1")]));
        let start_version = served.version();
        served.show_patch("a".to_owned(), Bytes::from_static(b"3"));
        served.show_build(built(&[("a", "2")]), start_version);
        assert_eq!(text(&served, "a").as_deref(), Some("3"));
        served.drop_patches(served.version());
        assert_eq!(text(&served, "a").as_deref(), Some("2"));
    }

    #[test]
    fn errors_leave_the_last_complete_site() {
        let served = ServedSite::new(built(&[("a", "1")]));
        served.show_build(
            BuildResult {
                output: None,
                problems: Problems { errors: 1, ..Problems::default() },
                ..built(&[])
            },
            served.version(),
        );
        assert_eq!(text(&served, "a").as_deref(), Some("1"));
        assert_eq!(served.problems().errors, 1);
    }

    #[test]
    fn a_browser_far_behind_reloads() {
        let served = ServedSite::new(built(&[("a", "1")]));
        for number in 0..MAX_CHANGES + 5 {
            served.show_patch("b".to_owned(), Bytes::from(number.to_string()));
        }
        assert!(served.changed_since(served.version() - MAX_CHANGES as u64 - 1, "a"));
        assert!(served.changed_since(served.version() + 1, "a"), "a version of another run");
        assert!(!served.changed_since(served.version(), "a"));
    }

    #[test]
    fn the_base_path_is_stripped() {
        let served = ServedSite::new(built(&[]));
        assert_eq!(
            (
                served.strip_base_path("hub/a/"),
                served.strip_base_path("hub/"),
                served.strip_base_path("a/"),
                served.strip_base_path("hubs/a")
            ),
            ("a/", "", "a/", "hubs/a")
        );
    }
}
