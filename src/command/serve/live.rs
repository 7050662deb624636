//! What is being served: the last good site, pages newer than it, and the problems of the last build.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::{Arc, PoisonError, RwLock};

use tokio::sync::watch;

use crate::command::serve::workshop::{Built, Problems};
use crate::error::Error;
use crate::output::{Bytes, Output};

/// So many past changes are remembered; a browser that missed more is told to load its page again.
const REMEMBERED: usize = 64;

/// Shared by the builder, which changes it, and the server, which reads it.
#[derive(Debug)]
pub struct Live {
    shown: RwLock<Shown>,
    /// Counts changes, and wakes those who wait for the next.
    version: watch::Sender<u64>,
}

/// What there is to see.
#[derive(Debug, Default)]
pub struct Shown {
    /// The last site that was built whole.
    output: Option<Arc<Output>>,
    /// Pages that are newer, and since which version.
    patches: BTreeMap<String, (u64, Bytes)>,
    /// What is wrong now.
    problems: Arc<Problems>,
    /// The path at which the site will lie on its host.
    base: String,
    /// The site paths that each version changed, newest last.
    changes: VecDeque<(u64, BTreeSet<String>)>,
}

/// A file found by its site path.
#[derive(Debug, Clone)]
pub enum Found {
    /// A file that the build made.
    Made(Bytes),
    /// A file of the content folder.
    Asset(crate::source::Asset),
}

impl Live {
    /// Begins with a first build.
    pub fn new(built: Built) -> Self {
        // Versions of two runs never meet, so a browser that waited through a restart knows that its page is old.
        let first = u64::from(std::process::id()) << 32;
        let live = Live { shown: RwLock::default(), version: watch::Sender::new(first) };
        live.take(built, first);
        live
    }

    /// Shows a build that was begun at a version; one that gave no site leaves the last good one.
    ///
    /// Pages patched since it was begun stay ahead of it: they belong to an edit that the next build will show.
    pub fn take(&self, built: Built, begun: u64) {
        self.change(|shown, _| {
            shown.problems = Arc::new(built.problems);
            let Some(output) = built.output else { return BTreeSet::new() };
            shown.base = built.base;
            shown.replace(Arc::new(output), begun)
        });
    }

    /// Takes patches back that were made before a version at which the disk was as the last build saw it.
    pub fn settle(&self, begun: u64) {
        self.change(|shown, _| match shown.output.clone() {
            Some(output) => shown.replace(output, begun),
            None => BTreeSet::new(),
        });
    }

    /// Shows one page ahead of the rest.
    pub fn patch(&self, path: String, bytes: Bytes) {
        self.change(|shown, version| {
            let same = shown.made(&path) == Some(&bytes);
            shown.patches.insert(path.clone(), (version, bytes));
            if same { BTreeSet::new() } else { BTreeSet::from([path]) }
        });
    }

    /// Shows machine trouble, or a fault of the program.
    pub fn trouble(&self, error: &Error) {
        self.change(|shown, _| {
            shown.problems = Arc::new(Problems::of(error));
            BTreeSet::new()
        });
    }

    /// The version now, which a page carries so that nothing between it and the next is missed.
    pub fn version(&self) -> u64 {
        *self.version.borrow()
    }

    /// For waiting until the version changes.
    pub fn subscribe(&self) -> watch::Receiver<u64> {
        self.version.subscribe()
    }

    /// What is wrong now.
    pub fn problems(&self) -> Arc<Problems> {
        self.read(|shown| Arc::clone(&shown.problems))
    }

    /// Whether there is a site at all.
    pub fn has_site(&self) -> bool {
        self.read(|shown| shown.output.is_some())
    }

    /// A file by its site path.
    pub fn find(&self, path: &str) -> Option<Found> {
        self.read(|shown| shown.find(path))
    }

    /// A requested path below the site, with the sub-path of its host taken off.
    pub fn below<'a>(&self, path: &'a str) -> &'a str {
        self.read(|shown| {
            let rest = path.strip_prefix(&shown.base).filter(|_| !shown.base.is_empty());
            rest.and_then(|rest| rest.strip_prefix('/')).unwrap_or(path)
        })
    }

    /// Whether a page is another since a version that a browser has.
    pub fn changed_since(&self, version: u64, path: &str) -> bool {
        self.read(|shown| {
            let oldest = shown.changes.front().map_or(0, |(oldest, _)| *oldest);
            let mut newer = shown.changes.iter().filter(|(number, _)| *number > version);
            version + 1 < oldest || version > self.version() || newer.any(|(_, paths)| paths.contains(path))
        })
    }

    /// Makes a change, whose paths it is told, under the next version.
    fn change(&self, work: impl FnOnce(&mut Shown, u64) -> BTreeSet<String>) {
        let mut shown = self.shown.write().unwrap_or_else(PoisonError::into_inner);
        let version = self.version() + 1;
        let changed = work(&mut shown, version);
        shown.changes.push_back((version, changed));
        if shown.changes.len() > REMEMBERED {
            shown.changes.pop_front();
        }
        drop(shown);
        self.version.send_replace(version);
    }

    fn read<T>(&self, work: impl FnOnce(&Shown) -> T) -> T {
        work(&self.shown.read().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Shown {
    fn find(&self, path: &str) -> Option<Found> {
        let asset = || self.output.as_ref()?.assets.get(path).cloned();
        self.made(path).cloned().map(Found::Made).or_else(|| asset().map(Found::Asset))
    }

    fn made(&self, path: &str) -> Option<&Bytes> {
        let patch = self.patches.get(path).map(|(_, bytes)| bytes);
        patch.or_else(|| self.output.as_ref()?.files.get(path))
    }

    /// Puts a site in the place of the last, but for patches made after a version; says which pages are others now.
    fn replace(&mut self, output: Arc<Output>, begun: u64) -> BTreeSet<String> {
        let mut later = self.patches.clone();
        later.retain(|_, (version, _)| *version > begun);
        let mut changed = self.differences(&output);
        changed.retain(|path| !later.contains_key(path));
        self.output = Some(output);
        self.patches = later;
        changed
    }

    /// Paths whose bytes are others in a new site, or that are in one of the two only.
    fn differences(&self, new: &Output) -> BTreeSet<String> {
        let empty = Output::default();
        let old = self.output.as_deref().unwrap_or(&empty);
        // Most pages are those of the last build itself, which need no comparing.
        let same = |path: &String, bytes: &Bytes| self.made(path).is_some_and(|made| Arc::ptr_eq(made, bytes) || made == bytes);
        let made = new.files.iter().filter(|(path, bytes)| !same(path, bytes)).map(|(path, _)| path);
        let gone = old.files.keys().filter(|path| !new.files.contains_key(*path));
        let assets = new.assets.iter().filter(|(path, asset)| old.assets.get(*path).map(|old| old.hash) != Some(asset.hash));
        made.chain(gone).chain(assets.map(|(path, _)| path)).cloned().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn built(pages: &[(&str, &str)]) -> Built {
        let files = pages.iter().map(|(path, text)| ((*path).to_owned(), Arc::from(text.as_bytes()))).collect();
        Built { output: Some(Output { files, assets: BTreeMap::new() }), base: "hub".to_owned(), ..Built::default() }
    }

    fn text(live: &Live, path: &str) -> Option<String> {
        match live.find(path)? {
            Found::Made(bytes) => Some(String::from_utf8(bytes.to_vec()).unwrap()),
            Found::Asset(_) => None,
        }
    }

    #[test]
    fn a_browser_is_told_of_its_own_page_only() {
        let live = Live::new(built(&[("a", "1"), ("b", "1")]));
        let version = live.version();
        assert!(!live.changed_since(version, "a"));
        live.take(built(&[("a", "2"), ("b", "1")]), live.version());
        assert!(live.changed_since(version, "a") && !live.changed_since(version, "b"));
        live.take(built(&[("a", "2")]), live.version());
        assert!(live.changed_since(version, "b"), "a page that is gone has changed");
    }

    #[test]
    fn a_patch_is_shown_until_the_whole_site_follows() {
        let live = Live::new(built(&[("a", "1"), ("b", "1")]));
        live.patch("a".to_owned(), Arc::from(b"2".as_slice()));
        assert_eq!(text(&live, "a").as_deref(), Some("2"));
        let version = live.version();
        live.take(built(&[("a", "2"), ("b", "3")]), live.version());
        assert!(!live.changed_since(version, "a"), "the patch was right, so the page is not loaded again");
        assert!(live.changed_since(version, "b"));
    }

    #[test]
    fn a_later_patch_stays_ahead_of_a_build_begun_before_it() {
        let live = Live::new(built(&[("a", "1")]));
        let begun = live.version();
        live.patch("a".to_owned(), Arc::from(b"3".as_slice()));
        live.take(built(&[("a", "2")]), begun);
        assert_eq!(text(&live, "a").as_deref(), Some("3"));
        live.settle(live.version());
        assert_eq!(text(&live, "a").as_deref(), Some("2"));
    }

    #[test]
    fn errors_leave_the_last_good_site() {
        let live = Live::new(built(&[("a", "1")]));
        live.take(Built { output: None, problems: Problems { errors: 1, ..Problems::default() }, ..built(&[]) }, live.version());
        assert_eq!(text(&live, "a").as_deref(), Some("1"));
        assert_eq!(live.problems().errors, 1);
    }

    #[test]
    fn a_browser_that_was_away_for_long_loads_again() {
        let live = Live::new(built(&[("a", "1")]));
        for number in 0..REMEMBERED + 5 {
            live.patch("b".to_owned(), Arc::from(number.to_string().into_bytes()));
        }
        assert!(live.changed_since(live.version() - REMEMBERED as u64 - 1, "a"));
        assert!(live.changed_since(live.version() + 1, "a"), "a version of another run");
        assert!(!live.changed_since(live.version(), "a"));
    }

    #[test]
    fn the_sub_path_of_the_host_is_taken_off() {
        let live = Live::new(built(&[]));
        assert_eq!((live.below("hub/a/"), live.below("hub/"), live.below("a/"), live.below("hubs/a")), ("a/", "", "a/", "hubs/a"));
    }
}
