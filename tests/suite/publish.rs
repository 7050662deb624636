//! Publishing: the whole site or nothing, and never a file that Casebook did not write.

#![expect(clippy::disallowed_methods, reason = "tests look at the disk themselves")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use casebook::error::Error;
use casebook::output::{Output, Report, Staging, publish, write_new};
use casebook::source;
use tempfile::TempDir;

/// A hub folder with something to publish.
pub struct Shelf {
    home: TempDir,
}

impl Shelf {
    pub fn new() -> Self {
        let home = tempfile::tempdir().unwrap();
        fs::create_dir_all(home.path().join("hub/content")).unwrap();
        Shelf { home }
    }

    pub fn root(&self) -> PathBuf {
        self.home.path().join("hub")
    }

    pub fn public(&self) -> PathBuf {
        self.root().join("public")
    }

    fn publish(&self, pages: &[(&str, &str)]) -> Report {
        self.try_publish(pages, &self.public()).unwrap()
    }

    fn try_publish(&self, pages: &[(&str, &str)], target: &Path) -> Result<Report, Error> {
        publish(&output(pages), target, &self.root())
    }

    /// Everything beside the target but the target itself: must be empty when nothing runs.
    fn beside(&self) -> Vec<String> {
        let names = fs::read_dir(self.root()).unwrap().map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned());
        names.filter(|name| name != "public" && name != "content").collect()
    }
}

pub fn output(pages: &[(&str, &str)]) -> Output {
    let files = pages.iter().map(|(path, text)| ((*path).to_owned(), Arc::from(text.as_bytes())));
    Output { files: files.collect(), assets: BTreeMap::new() }
}

/// Every published file with its text, but for the manifest.
pub fn published(folder: &Path) -> BTreeMap<String, String> {
    let files = walkdir::WalkDir::new(folder).into_iter().map(Result::unwrap).filter(|entry| entry.file_type().is_file());
    let files = files.filter(|entry| entry.file_name() != ".casebook-manifest");
    files
        .map(|entry| {
            let path = entry.path().strip_prefix(folder).unwrap().to_string_lossy().replace('\\', "/");
            (path, fs::read_to_string(entry.path()).unwrap())
        })
        .collect()
}

fn texts(pages: &[(&str, &str)]) -> BTreeMap<String, String> {
    pages.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect()
}

const FIRST: &[(&str, &str)] = &[("index.html", "one"), ("ideas/index.html", "ideas"), ("case-studies/br/é/index.html", "study")];
const SECOND: &[(&str, &str)] = &[("index.html", "two"), ("ideas/index.html", "ideas"), ("desk/index.html", "desk")];

#[test]
fn a_site_is_published_and_replaced() {
    let shelf = Shelf::new();
    let first = shelf.publish(FIRST);
    assert_eq!((first.written, first.unchanged, first.removed, first.bytes), (3, 0, 0, 13));
    assert_eq!(published(&shelf.public()), texts(FIRST));
    let second = shelf.publish(SECOND);
    assert_eq!((second.written, second.unchanged, second.removed), (2, 1, 1));
    assert_eq!(published(&shelf.public()), texts(SECOND));
    assert_eq!(shelf.beside(), Vec::<String>::new(), "nothing is left beside the site");
}

#[test]
fn the_same_site_is_not_written_again() {
    let shelf = Shelf::new();
    shelf.publish(FIRST);
    let before = fs::metadata(shelf.public()).unwrap().modified().unwrap();
    let again = shelf.publish(FIRST);
    assert_eq!((again.written, again.unchanged), (0, 3));
    assert_eq!(fs::metadata(shelf.public()).unwrap().modified().unwrap(), before);
}

#[cfg(unix)]
#[test]
fn unchanged_files_are_links_to_the_same_bytes() {
    use std::os::unix::fs::MetadataExt;
    let shelf = Shelf::new();
    shelf.publish(FIRST);
    let inode = |path: &str| fs::metadata(shelf.public().join(path)).unwrap().ino();
    let (ideas, index) = (inode("ideas/index.html"), inode("index.html"));
    shelf.publish(SECOND);
    assert_eq!(inode("ideas/index.html"), ideas);
    assert_ne!(inode("index.html"), index);
}

#[test]
fn a_page_changed_by_hand_is_written_again() {
    let shelf = Shelf::new();
    shelf.publish(FIRST);
    std::thread::sleep(std::time::Duration::from_millis(20));
    fs::write(shelf.public().join("index.html"), "ONE").unwrap();
    let again = shelf.publish(FIRST);
    assert_eq!((again.written, again.unchanged), (1, 2));
    assert_eq!(published(&shelf.public()), texts(FIRST));
}

#[test]
fn a_page_removed_by_hand_is_written_again() {
    let shelf = Shelf::new();
    shelf.publish(FIRST);
    fs::remove_file(shelf.public().join("index.html")).unwrap();
    shelf.publish(FIRST);
    assert_eq!(published(&shelf.public()), texts(FIRST));
}

#[test]
fn foreign_files_are_never_deleted() {
    let shelf = Shelf::new();
    fs::create_dir_all(shelf.public().join("notes")).unwrap();
    fs::write(shelf.public().join("notes/mine.txt"), "mine").unwrap();
    let error = shelf.try_publish(FIRST, &shelf.public()).unwrap_err();
    assert!(error.message.contains("`notes/mine.txt` did not come from Casebook"), "{error}");
    assert!(error.hint.is_some());
    assert_eq!(published(&shelf.public()), texts(&[("notes/mine.txt", "mine")]));
    assert_eq!(shelf.beside(), Vec::<String>::new());
}

#[test]
fn foreign_files_among_published_ones_are_refused() {
    let shelf = Shelf::new();
    shelf.publish(FIRST);
    fs::write(shelf.public().join("CNAME"), "hub.example.org").unwrap();
    let error = shelf.try_publish(SECOND, &shelf.public()).unwrap_err();
    assert!(error.message.contains("`CNAME`"), "{error}");
    assert_eq!(published(&shelf.public()).len(), FIRST.len() + 1);
}

#[test]
fn what_systems_leave_in_folders_is_no_hindrance() {
    let shelf = Shelf::new();
    shelf.publish(FIRST);
    fs::write(shelf.public().join("ideas/.DS_Store"), "").unwrap();
    shelf.publish(SECOND);
    assert_eq!(published(&shelf.public()), texts(SECOND));
    assert_eq!(shelf.beside(), Vec::<String>::new());
}

#[test]
fn an_empty_folder_may_be_published_into() {
    let shelf = Shelf::new();
    fs::create_dir(shelf.public()).unwrap();
    shelf.publish(FIRST);
    assert_eq!(published(&shelf.public()), texts(FIRST));
    assert_eq!(shelf.beside(), Vec::<String>::new());
}

#[test]
fn another_hub_is_refused() {
    let shelf = Shelf::new();
    let target = shelf.home.path().join("shared");
    shelf.try_publish(FIRST, &target).unwrap();
    let other = shelf.home.path().join("other");
    fs::create_dir_all(other.join("content")).unwrap();
    let error = publish(&output(SECOND), &target, &other).unwrap_err();
    assert!(error.message.contains("another hub"), "{error}");
    assert_eq!(published(&target), texts(FIRST));
}

#[test]
fn a_hub_moved_with_its_site_is_the_same_hub() {
    let shelf = Shelf::new();
    shelf.publish(FIRST);
    let moved = shelf.home.path().join("elsewhere");
    fs::rename(shelf.root(), &moved).unwrap();
    publish(&output(SECOND), &moved.join("public"), &moved).unwrap();
    assert_eq!(published(&moved.join("public")), texts(SECOND));
}

#[test]
fn the_hub_itself_is_never_written_over() {
    let shelf = Shelf::new();
    let root = shelf.root();
    for (target, words) in [
        (root.clone(), "the hub itself lies in the output folder"),
        (shelf.home.path().to_owned(), "the hub itself lies in the output folder"),
        (PathBuf::from("/"), "the hub itself lies in the output folder"),
        (root.join("content"), "content"),
        (root.join("content/../content/deep/public"), "content"),
        (root.join("themes/atlas"), "themes"),
        (root.join(".git/public"), "repository"),
        (root.join(".casebook"), "Casebook's own folder"),
    ] {
        let error = shelf.try_publish(FIRST, &target).unwrap_err();
        assert!(error.message.contains(words), "{}: {error}", target.display());
    }
    assert!(published(&root).is_empty());
}

#[cfg(unix)]
#[test]
fn a_link_into_the_content_is_seen_through() {
    let shelf = Shelf::new();
    std::os::unix::fs::symlink(shelf.root().join("content"), shelf.public()).unwrap();
    let error = shelf.try_publish(FIRST, &shelf.public()).unwrap_err();
    assert!(error.message.contains("content"), "{error}");
}

#[cfg(unix)]
#[test]
fn a_link_to_the_published_folder_stays_a_link() {
    let shelf = Shelf::new();
    let real = shelf.home.path().join("www");
    fs::create_dir(&real).unwrap();
    std::os::unix::fs::symlink(&real, shelf.public()).unwrap();
    shelf.publish(FIRST);
    assert!(fs::symlink_metadata(shelf.public()).unwrap().is_symlink());
    assert_eq!(published(&real), texts(FIRST));
}

#[test]
fn paths_stay_below_the_target() {
    let shelf = Shelf::new();
    for path in ["../escape.html", "/etc/x", "a/../../b", "a//b", "", ".", ".casebook-manifest", "a\0b"] {
        let error = shelf.try_publish(&[(path, "x")], &shelf.public()).unwrap_err();
        assert!(error.message.contains("is no path below"), "{path:?}: {error}");
    }
    assert!(!shelf.public().exists());
    assert_eq!(shelf.beside(), Vec::<String>::new());
}

#[test]
fn one_address_twice_is_refused() {
    let shelf = Shelf::new();
    let staging = Staging::open(&shelf.public(), &shelf.root()).unwrap();
    staging.write("a/index.html", b"one").unwrap();
    let error = staging.write("a/index.html", b"two").unwrap_err();
    assert!(error.message.contains("`a/index.html`"), "{error}");
    drop(staging);
    assert_eq!(shelf.beside(), Vec::<String>::new());
}

#[test]
fn a_staging_that_is_dropped_changes_nothing() {
    let shelf = Shelf::new();
    shelf.publish(FIRST);
    let staging = Staging::open(&shelf.public(), &shelf.root()).unwrap();
    staging.write("index.html", b"half").unwrap();
    drop(staging);
    assert_eq!(published(&shelf.public()), texts(FIRST));
    assert_eq!(shelf.beside(), Vec::<String>::new());
}

#[test]
fn a_file_laid_into_the_site_meanwhile_is_kept() {
    let shelf = Shelf::new();
    shelf.publish(FIRST);
    let staging = Staging::open(&shelf.public(), &shelf.root()).unwrap();
    fs::write(shelf.public().join("ideas/late.txt"), "late").unwrap();
    staging.write("index.html", b"new").unwrap();
    let report = staging.commit().unwrap();
    let kept = report.kept.expect("a place for it");
    assert_eq!(fs::read_to_string(kept.join("ideas/late.txt")).unwrap(), "late");
    assert_eq!(published(&shelf.public()), texts(&[("index.html", "new")]));
}

#[test]
fn what_a_killed_run_left_is_cleared_away() {
    let shelf = Shelf::new();
    shelf.publish(FIRST);
    fs::create_dir_all(shelf.root().join(".public.casebook-new/ideas")).unwrap();
    fs::write(shelf.root().join(".public.casebook-new/ideas/index.html"), "half").unwrap();
    fs::write(shelf.root().join(".public.casebook-lock"), "").unwrap();
    shelf.publish(SECOND);
    assert_eq!(published(&shelf.public()), texts(SECOND));
    assert_eq!(shelf.beside(), Vec::<String>::new());
}

#[test]
fn assets_are_copied_as_they_are() {
    let shelf = Shelf::new();
    fs::write(shelf.root().join("content/chart.svg"), "<svg/>").unwrap();
    fs::write(shelf.root().join("site.toml"), "").unwrap();
    let sources = source::read(&shelf.root(), &source::Reading { theme: String::new(), ..source::Reading::default() }).unwrap();
    let assets = sources.assets.into_iter().map(|asset| ("files/chart.svg".to_owned(), asset)).collect();
    let report = publish(&Output { assets, ..output(FIRST) }, &shelf.public(), &shelf.root()).unwrap();
    assert_eq!(report.written, 4);
    assert_eq!(published(&shelf.public())["files/chart.svg"], "<svg/>");
}

#[test]
fn a_new_file_is_never_written_over_another() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("content/case-studies/br/new.md");
    write_new(&path, "first").unwrap();
    let error = write_new(&path, "second").unwrap_err();
    assert!(error.message.contains("there is a file already"), "{error}");
    assert_eq!(fs::read_to_string(&path).unwrap(), "first");
}

/// A small disk of its own, for as long as it is held.
struct Disk(TempDir);

impl Disk {
    /// Mounts a disk of so many kilobytes; only root may, elsewhere the test says so and passes.
    #[expect(clippy::print_stderr, reason = "a test that could not run must say so")]
    fn mount(kilobytes: u32) -> Option<Disk> {
        let folder = tempfile::tempdir().unwrap();
        let size = format!("size={kilobytes}k");
        let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", &size, "tmpfs"]).arg(folder.path()).output();
        if mounted.is_ok_and(|output| output.status.success()) {
            return Some(Disk(folder));
        }
        eprintln!("skipped: a small disk cannot be mounted here");
        None
    }

    fn remount_read_only(&self) {
        assert!(Command::new("mount").args(["-o", "remount,ro"]).arg(self.0.path()).status().unwrap().success());
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        Command::new("umount").arg(self.0.path()).status().unwrap();
    }
}

#[test]
fn a_full_disk_leaves_the_old_site() {
    let Some(disk) = Disk::mount(256) else { return };
    let shelf = Shelf::new();
    let target = disk.0.path().join("public");
    shelf.try_publish(FIRST, &target).unwrap();
    let large = "x".repeat(100_000);
    let pages = [("a.html", &*large), ("b.html", &large), ("c.html", &large), ("index.html", "new")];
    let error = shelf.try_publish(&pages, &target).unwrap_err();
    assert!(error.hint.as_ref().is_some_and(|hint| hint.contains("the disk is full")), "{error}");
    assert_eq!(published(&target), texts(FIRST));
    assert_eq!(fs::read_dir(disk.0.path()).unwrap().count(), 1, "the staging folder is gone");
    shelf.try_publish(SECOND, &target).unwrap();
}

#[test]
fn a_read_only_disk_is_named() {
    let Some(disk) = Disk::mount(256) else { return };
    let shelf = Shelf::new();
    let target = disk.0.path().join("public");
    shelf.try_publish(FIRST, &target).unwrap();
    disk.remount_read_only();
    let error = shelf.try_publish(SECOND, &target).unwrap_err();
    assert!(error.hint.as_ref().is_some_and(|hint| hint.contains("read-only")), "{error}");
    assert_eq!(published(&target), texts(FIRST));
}

#[test]
fn a_mount_point_is_named() {
    let Some(disk) = Disk::mount(256) else { return };
    let shelf = Shelf::new();
    let error = shelf.try_publish(FIRST, disk.0.path()).unwrap_err();
    assert!(error.hint.as_ref().is_some_and(|hint| hint.contains("mount point")), "{error}");
}

#[cfg(unix)]
#[test]
fn a_folder_without_permission_is_named() {
    use std::os::unix::fs::PermissionsExt;
    let shelf = Shelf::new();
    let closed = shelf.home.path().join("closed");
    fs::create_dir(&closed).unwrap();
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o555)).unwrap();
    // Root may write anywhere.
    if fs::write(closed.join("probe"), "").is_ok() {
        return;
    }
    let error = shelf.try_publish(FIRST, &closed.join("public")).unwrap_err();
    assert!(error.hint.as_ref().is_some_and(|hint| hint.contains("let this account write")), "{error}");
}
