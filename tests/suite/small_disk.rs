//! Tests of publishing to a disk that is full, read-only or mounted at the target.

#![expect(clippy::disallowed_methods, reason = "tests look at the disk themselves")]

use std::fs;
use std::process::Command;

use tempfile::TempDir;

use crate::publish::{FIRST, SECOND, published, texts};
use crate::support::HubFolder;

/// A small mounted file system, unmounted when dropped.
struct SmallDisk(TempDir);

impl SmallDisk {
    /// Mounts a file system of a size in kilobytes, which needs root.
    fn mount(kilobytes: u32) -> SmallDisk {
        let disk = SmallDisk(tempfile::tempdir().unwrap());
        let size = format!("size={kilobytes}k");
        let arguments = ["-t", "tmpfs", "-o", &size, "tmpfs"];
        let mounted = Command::new("mount").args(arguments).arg(disk.0.path()).status().unwrap();
        assert!(mounted.success());
        disk
    }

    fn remount_read_only(&self) {
        assert!(
            Command::new("mount")
                .args(["-o", "remount,ro"])
                .arg(self.0.path())
                .status()
                .unwrap()
                .success()
        );
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        Command::new("umount").arg(self.0.path()).status().unwrap();
    }
}

#[test]
#[ignore = "mounting needs root; `tests/run` runs it for root"]
fn a_full_disk_leaves_the_old_site() {
    let disk = SmallDisk::mount(256);
    let hub_folder = HubFolder::empty();
    let target = disk.0.path().join("public");
    hub_folder.try_publish(FIRST, &target).unwrap();
    let large = "x".repeat(100_000);
    let pages =
        [("a.html", &*large), ("b.html", &large), ("c.html", &large), ("index.html", "new")];
    let error = hub_folder.try_publish(&pages, &target).unwrap_err();
    assert!(error.hint().is_some_and(|hint| hint.contains("the disk is full")), "{error}");
    assert_eq!(published(&target), texts(FIRST));
    assert_eq!(fs::read_dir(disk.0.path()).unwrap().count(), 1, "the staging folder is gone");
    hub_folder.try_publish(SECOND, &target).unwrap();
}

#[test]
#[ignore = "mounting needs root; `tests/run` runs it for root"]
fn a_read_only_disk_is_named() {
    let disk = SmallDisk::mount(256);
    let hub_folder = HubFolder::empty();
    let target = disk.0.path().join("public");
    hub_folder.try_publish(FIRST, &target).unwrap();
    disk.remount_read_only();
    let error = hub_folder.try_publish(SECOND, &target).unwrap_err();
    assert!(error.hint().is_some_and(|hint| hint.contains("read-only")), "{error}");
    assert_eq!(published(&target), texts(FIRST));
}

#[test]
#[ignore = "mounting needs root; `tests/run` runs it for root"]
fn a_mount_point_is_named() {
    let disk = SmallDisk::mount(256);
    let hub_folder = HubFolder::empty();
    let error = hub_folder.try_publish(FIRST, disk.0.path()).unwrap_err();
    assert!(error.hint().is_some_and(|hint| hint.contains("mount point")), "{error}");
}
