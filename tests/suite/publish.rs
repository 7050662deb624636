//! Tests of publishing: a site is replaced as a whole, and foreign files are never deleted.

#![expect(clippy::disallowed_methods, reason = "tests look at the disk themselves")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use casebook::error::Error;
use casebook::output::{Output, PublishReport, Staging, publish, write_new};
use casebook::source;

use crate::support::HubFolder;

impl HubFolder {
    /// Publishes pages by path and text.
    pub fn publish(&self, pages: &[(&str, &str)]) -> PublishReport {
        self.try_publish(pages, &self.public()).unwrap()
    }

    /// Publishes pages to any folder, which may be refused.
    pub fn try_publish(
        &self,
        pages: &[(&str, &str)],
        target: &Path,
    ) -> Result<PublishReport, Error> {
        publish(&output(pages), target, self.path())
    }

    /// Names of files beside the published folder, which must be empty when nothing runs.
    fn files_beside_target(&self) -> Vec<String> {
        let names = fs::read_dir(self.path())
            .unwrap()
            .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned());
        names.filter(|name| !["public", "content", "site.toml"].contains(&name.as_str())).collect()
    }
}

pub fn output(pages: &[(&str, &str)]) -> Output {
    let files = pages.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned().into()));
    Output { files: files.collect(), assets: BTreeMap::new() }
}

/// Texts of all published files by path, without the manifest.
pub fn published(folder: &Path) -> BTreeMap<String, String> {
    let files = walkdir::WalkDir::new(folder)
        .into_iter()
        .map(Result::unwrap)
        .filter(|entry| entry.file_type().is_file());
    let files = files.filter(|entry| entry.file_name() != ".casebook-manifest");
    files
        .map(|entry| {
            let path =
                entry.path().strip_prefix(folder).unwrap().to_string_lossy().replace('\\', "/");
            (path, fs::read_to_string(entry.path()).unwrap())
        })
        .collect()
}

pub fn texts(pages: &[(&str, &str)]) -> BTreeMap<String, String> {
    pages.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect()
}

pub const FIRST: &[(&str, &str)] = &[
    ("index.html", "one"),
    ("ideas/index.html", "ideas"),
    ("case-studies/br/é/index.html", "study"),
];
pub const SECOND: &[(&str, &str)] =
    &[("index.html", "two"), ("ideas/index.html", "ideas"), ("desk/index.html", "desk")];

#[test]
fn a_site_is_published_and_replaced() {
    let hub_folder = HubFolder::empty();
    let first = hub_folder.publish(FIRST);
    assert_eq!((first.written, first.unchanged, first.removed, first.bytes), (3, 0, 0, 13));
    assert_eq!(published(&hub_folder.public()), texts(FIRST));
    let second = hub_folder.publish(SECOND);
    assert_eq!((second.written, second.unchanged, second.removed), (2, 1, 1));
    assert_eq!(published(&hub_folder.public()), texts(SECOND));
    assert_eq!(
        hub_folder.files_beside_target(),
        Vec::<String>::new(),
        "nothing is left beside the site"
    );
}

#[test]
fn an_unchanged_site_is_not_rewritten() {
    let hub_folder = HubFolder::empty();
    hub_folder.publish(FIRST);
    let before = fs::metadata(hub_folder.public()).unwrap().modified().unwrap();
    let again = hub_folder.publish(FIRST);
    assert_eq!((again.written, again.unchanged), (0, 3));
    assert_eq!(fs::metadata(hub_folder.public()).unwrap().modified().unwrap(), before);
}

#[cfg(unix)]
#[test]
fn unchanged_files_are_hard_links() {
    use std::os::unix::fs::MetadataExt;
    let hub_folder = HubFolder::empty();
    hub_folder.publish(FIRST);
    let inode = |path: &str| fs::metadata(hub_folder.public().join(path)).unwrap().ino();
    let (ideas, index) = (inode("ideas/index.html"), inode("index.html"));
    hub_folder.publish(SECOND);
    assert_eq!(inode("ideas/index.html"), ideas);
    assert_ne!(inode("index.html"), index);
}

#[test]
fn a_page_changed_by_hand_is_rewritten() {
    let hub_folder = HubFolder::empty();
    hub_folder.publish(FIRST);
    std::thread::sleep(std::time::Duration::from_millis(20));
    fs::write(hub_folder.public().join("index.html"), "ONE").unwrap();
    let again = hub_folder.publish(FIRST);
    assert_eq!((again.written, again.unchanged), (1, 2));
    assert_eq!(published(&hub_folder.public()), texts(FIRST));
}

#[test]
fn a_changed_page_is_noticed_whatever_its_time_stamp_says() {
    let hub_folder = HubFolder::empty();
    hub_folder.publish(FIRST);
    let page = hub_folder.public().join("ideas/index.html");
    fs::write(&page, "IDEAS").unwrap();
    fs::File::options()
        .write(true)
        .open(&page)
        .unwrap()
        .set_modified(std::time::UNIX_EPOCH)
        .unwrap();
    let second = hub_folder.publish(SECOND);
    assert_eq!((second.written, second.unchanged), (3, 0));
    assert_eq!(published(&hub_folder.public()), texts(SECOND));
}

/// Contents of damaged manifests.
const DAMAGED_MANIFESTS: &[&str] = &["", "{\"casebook\":1,\"hub\":", "[]", "\u{0}\u{0}\u{0}"];

#[test]
fn damaged_manifests_are_repaired_without_deleting_unknown_files() {
    for damage in DAMAGED_MANIFESTS {
        let hub_folder = HubFolder::empty();
        hub_folder.publish(FIRST);
        fs::write(hub_folder.public().join(".casebook-manifest"), damage).unwrap();
        fs::write(hub_folder.public().join("index.html"), "").unwrap();
        fs::write(hub_folder.public().join("mine.txt"), "mine").unwrap();
        let report = hub_folder.publish(SECOND);
        assert!(report.manifest_rebuilt && report.written == SECOND.len(), "{damage}: {report:?}");
        assert_eq!(published(&hub_folder.public()), texts(SECOND));
        let [kept] = &report.foreign[..] else { panic!("one place: {report:?}") };
        assert_eq!(
            kept.files,
            ["case-studies/br/é/index.html", "mine.txt"],
            "what is empty or said by the new site too is gone"
        );
        assert_eq!(
            fs::read_dir(&kept.folder).unwrap().count(),
            2,
            "no mark of Casebook's is left there"
        );
        assert!(!hub_folder.publish(FIRST).manifest_rebuilt);
    }
}

#[test]
fn an_interrupted_first_publication_is_repaired() {
    let hub_folder = HubFolder::empty();
    hub_folder.publish(FIRST);
    for path in FIRST.iter().map(|(path, _)| *path).chain([".casebook-manifest"]) {
        fs::write(hub_folder.public().join(path), "").unwrap();
    }
    let report = hub_folder.publish(FIRST);
    assert!(report.manifest_rebuilt && report.foreign.is_empty(), "{report:?}");
    assert_eq!(published(&hub_folder.public()), texts(FIRST));
    assert_eq!(hub_folder.files_beside_target(), Vec::<String>::new());
}

#[test]
fn a_damaged_manifest_that_names_another_hub_is_refused() {
    let hub_folder = HubFolder::empty();
    hub_folder.publish(FIRST);
    fs::write(
        hub_folder.public().join(".casebook-manifest"),
        "{\"casebook\":1,\"hub\":\"another\",\"fil",
    )
    .unwrap();
    let error = hub_folder.try_publish(SECOND, &hub_folder.public()).unwrap_err();
    assert!(matches!(error, Error::OtherHub(_)), "{error}");
    assert_eq!(published(&hub_folder.public()), texts(FIRST));
}

#[test]
fn a_site_without_manifest_is_recognised_by_its_content() {
    let site: &[(&str, &str)] = &[
        ("index.html", "one"),
        ("data/case-studies.json", "[]"),
        ("search/manifest.json", r#"{"analyzer":1,"opening":"a","worker":"b"}"#),
    ];
    let hub_folder = HubFolder::empty();
    hub_folder.publish(site);
    fs::remove_file(hub_folder.public().join(".casebook-manifest")).unwrap();
    let report = hub_folder.publish(&[("index.html", "two")]);
    assert!(report.manifest_rebuilt && report.foreign[0].files.len() == 3, "{report:?}");
    let other = HubFolder::empty();
    other.publish(site);
    fs::remove_file(other.public().join(".casebook-manifest")).unwrap();
    fs::write(other.public().join("search/manifest.json"), "{\"pages\":1}").unwrap();
    let error = other.try_publish(site, &other.public()).unwrap_err();
    assert!(matches!(error, Error::ForeignFiles { .. }), "{error}");
}

#[cfg(unix)]
#[test]
fn links_that_appear_during_publication_are_not_followed() {
    use std::os::unix::fs::symlink;
    let hub_folder = HubFolder::empty();
    hub_folder.publish(FIRST);
    let other = HubFolder::empty();
    other.publish(FIRST);
    let staging = Staging::open(&hub_folder.public(), hub_folder.path()).unwrap();
    staging.write("index.html", b"new").unwrap();
    fs::rename(hub_folder.public(), hub_folder.path().join("moved")).unwrap();
    symlink(other.public(), hub_folder.public()).unwrap();
    let error = staging.commit().unwrap_err();
    assert!(matches!(error, Error::FileChanged(_) | Error::FolderReplaced(_)), "{error}");
    assert!(fs::symlink_metadata(hub_folder.public()).unwrap().is_symlink());
    assert_eq!(hub_folder.files_beside_target(), ["moved"]);
    for folder in [other.public(), hub_folder.path().join("moved")] {
        assert_eq!(published(&folder), texts(FIRST));
    }
}

#[cfg(unix)]
#[test]
fn links_among_published_and_internal_files_are_not_followed() {
    use std::os::unix::fs::symlink;
    let other = HubFolder::empty();
    other.publish(FIRST);
    let hub_folder = HubFolder::empty();
    hub_folder.publish(FIRST);
    let page = hub_folder.public().join("ideas/index.html");
    let staging = Staging::open(&hub_folder.public(), hub_folder.path()).unwrap();
    staging.write("ideas/index.html", b"ideas").unwrap();
    fs::remove_file(&page).unwrap();
    symlink(other.public().join("ideas/index.html"), &page).unwrap();
    staging.commit().unwrap_err();
    // A link that existed before is replaced, and its target stays.
    hub_folder.publish(FIRST);
    assert!(!fs::symlink_metadata(&page).unwrap().is_symlink());
    for name in [".public.casebook-new", ".public.casebook-old", ".public.casebook-lock"] {
        symlink(other.public(), hub_folder.path().join(name)).unwrap();
        hub_folder.try_publish(SECOND, &hub_folder.public()).unwrap_err();
        fs::remove_file(hub_folder.path().join(name)).unwrap();
    }
    assert_eq!(published(&other.public()), texts(FIRST));
}

#[test]
fn an_attachment_that_changed_since_it_was_read_is_not_published() {
    let hub_folder = HubFolder::empty();
    hub_folder.publish(FIRST);
    let path = hub_folder.path().join("content/list.txt");
    fs::write(&path, "harmless").unwrap();
    fs::write(hub_folder.path().join("site.toml"), "").unwrap();
    let sources = source::read_sources(hub_folder.path(), |_| source::ReadOptions {
        theme: String::new(),
        ..source::ReadOptions::default()
    })
    .unwrap();
    let assets =
        sources.assets.into_iter().map(|asset| ("files/list.txt".to_owned(), asset)).collect();
    fs::write(&path, "something").unwrap();
    let error =
        publish(&Output { assets, ..output(SECOND) }, &hub_folder.public(), hub_folder.path())
            .unwrap_err();
    assert!(matches!(error, Error::FileChanged(_) | Error::FolderReplaced(_)), "{error}");
    assert_eq!(published(&hub_folder.public()), texts(FIRST));
    assert!(!hub_folder.path().join(".public.casebook-new").exists());
}

#[test]
fn a_page_removed_by_hand_is_rewritten() {
    let hub_folder = HubFolder::empty();
    hub_folder.publish(FIRST);
    fs::remove_file(hub_folder.public().join("index.html")).unwrap();
    hub_folder.publish(FIRST);
    assert_eq!(published(&hub_folder.public()), texts(FIRST));
}

#[test]
fn foreign_files_are_never_deleted() {
    let hub_folder = HubFolder::empty();
    fs::create_dir_all(hub_folder.public().join("notes")).unwrap();
    fs::write(hub_folder.public().join("notes/mine.txt"), "mine").unwrap();
    let error = hub_folder.try_publish(FIRST, &hub_folder.public()).unwrap_err();
    assert!(error.to_string().contains("`notes/mine.txt` did not come from Casebook"), "{error}");
    assert!(error.hint().is_some());
    assert_eq!(published(&hub_folder.public()), texts(&[("notes/mine.txt", "mine")]));
    assert_eq!(hub_folder.files_beside_target(), Vec::<String>::new());
}

#[test]
fn foreign_files_among_published_ones_are_refused() {
    let hub_folder = HubFolder::empty();
    hub_folder.publish(FIRST);
    fs::write(hub_folder.public().join("CNAME"), "hub.example.org").unwrap();
    let error = hub_folder.try_publish(SECOND, &hub_folder.public()).unwrap_err();
    assert!(error.to_string().contains("`CNAME`"), "{error}");
    assert_eq!(published(&hub_folder.public()).len(), FIRST.len() + 1);
}

#[test]
fn files_of_operating_systems_are_ignored() {
    let hub_folder = HubFolder::empty();
    hub_folder.publish(FIRST);
    fs::write(hub_folder.public().join("ideas/.DS_Store"), "").unwrap();
    hub_folder.publish(SECOND);
    assert_eq!(published(&hub_folder.public()), texts(SECOND));
    assert_eq!(hub_folder.files_beside_target(), Vec::<String>::new());
}

#[test]
fn an_empty_folder_may_be_published_into() {
    let hub_folder = HubFolder::empty();
    fs::create_dir(hub_folder.public()).unwrap();
    hub_folder.publish(FIRST);
    assert_eq!(published(&hub_folder.public()), texts(FIRST));
    assert_eq!(hub_folder.files_beside_target(), Vec::<String>::new());
}

#[test]
fn another_hub_is_refused() {
    let hub_folder = HubFolder::empty();
    let target = hub_folder.parent().join("shared");
    hub_folder.try_publish(FIRST, &target).unwrap();
    let other = hub_folder.parent().join("other");
    fs::create_dir_all(other.join("content")).unwrap();
    let error = publish(&output(SECOND), &target, &other).unwrap_err();
    assert!(matches!(error, Error::OtherHub(_)), "{error}");
    assert_eq!(published(&target), texts(FIRST));
}

#[test]
fn a_hub_moved_with_its_site_is_the_same_hub() {
    let hub_folder = HubFolder::empty();
    hub_folder.publish(FIRST);
    let moved = hub_folder.parent().join("elsewhere");
    fs::rename(hub_folder.path(), &moved).unwrap();
    publish(&output(SECOND), &moved.join("public"), &moved).unwrap();
    assert_eq!(published(&moved.join("public")), texts(SECOND));
}

#[test]
fn the_hub_itself_is_never_overwritten() {
    let hub_folder = HubFolder::empty();
    let root = hub_folder.path();
    for (target, words) in [
        (root.to_owned(), "the hub itself lies in the output folder"),
        (hub_folder.parent().to_owned(), "the hub itself lies in the output folder"),
        (PathBuf::from("/"), "the hub itself lies in the output folder"),
        (root.join("content"), "content"),
        (root.join("content/../content/deep/public"), "content"),
        (root.join("themes/atlas"), "themes"),
        (root.join(".git/public"), "repository"),
        (root.join(".casebook"), "Casebook's own folder"),
    ] {
        let error = hub_folder.try_publish(FIRST, &target).unwrap_err();
        assert!(error.to_string().contains(words), "{}: {error}", target.display());
    }
    assert!(published(root).keys().eq(["site.toml"]), "nothing is written");
}

#[cfg(unix)]
#[test]
fn a_link_into_the_content_is_refused() {
    let hub_folder = HubFolder::empty();
    std::os::unix::fs::symlink(hub_folder.path().join("content"), hub_folder.public()).unwrap();
    let error = hub_folder.try_publish(FIRST, &hub_folder.public()).unwrap_err();
    assert!(error.to_string().contains("content"), "{error}");
}

#[cfg(unix)]
#[test]
fn a_link_to_the_published_folder_stays_a_link() {
    let hub_folder = HubFolder::empty();
    let real = hub_folder.parent().join("www");
    fs::create_dir(&real).unwrap();
    std::os::unix::fs::symlink(&real, hub_folder.public()).unwrap();
    hub_folder.publish(FIRST);
    assert!(fs::symlink_metadata(hub_folder.public()).unwrap().is_symlink());
    assert_eq!(published(&real), texts(FIRST));
}

#[cfg(unix)]
#[test]
fn a_dangling_link_is_recovered_at_its_target() {
    let hub_folder = HubFolder::empty();
    let real = hub_folder.parent().join("www");
    std::os::unix::fs::symlink("../www", hub_folder.public()).unwrap();
    hub_folder.publish(FIRST);
    assert_eq!(published(&real), texts(FIRST));
    fs::rename(&real, hub_folder.parent().join(".www.casebook-old")).unwrap();
    fs::write(hub_folder.parent().join(".www.casebook-journal"), "").unwrap();
    assert_eq!(casebook::output::recover(&hub_folder.public(), hub_folder.path()).unwrap(), []);
    assert_eq!(published(&real), texts(FIRST));
}

#[test]
fn paths_stay_below_the_target() {
    let hub_folder = HubFolder::empty();
    for path in
        ["../escape.html", "/etc/x", "a/../../b", "a//b", "", ".", ".casebook-manifest", "a\0b"]
    {
        let error = hub_folder.try_publish(&[(path, "x")], &hub_folder.public()).unwrap_err();
        assert!(error.to_string().contains("is no path below"), "{path:?}: {error}");
    }
    assert!(!hub_folder.public().exists());
    assert_eq!(hub_folder.files_beside_target(), Vec::<String>::new());
}

#[test]
fn one_address_twice_is_refused() {
    let hub_folder = HubFolder::empty();
    let staging = Staging::open(&hub_folder.public(), hub_folder.path()).unwrap();
    staging.write("a/index.html", b"one").unwrap();
    let error = staging.write("a/index.html", b"two").unwrap_err();
    assert!(error.to_string().contains("`a/index.html`"), "{error}");
    drop(staging);
    assert_eq!(hub_folder.files_beside_target(), Vec::<String>::new());
}

#[test]
fn a_staging_that_is_dropped_changes_nothing() {
    let hub_folder = HubFolder::empty();
    hub_folder.publish(FIRST);
    let staging = Staging::open(&hub_folder.public(), hub_folder.path()).unwrap();
    staging.write("index.html", b"half").unwrap();
    drop(staging);
    assert_eq!(published(&hub_folder.public()), texts(FIRST));
    assert_eq!(hub_folder.files_beside_target(), Vec::<String>::new());
}

#[test]
fn a_file_added_during_publication_is_kept() {
    let hub_folder = HubFolder::empty();
    hub_folder.publish(FIRST);
    let staging = Staging::open(&hub_folder.public(), hub_folder.path()).unwrap();
    fs::write(hub_folder.public().join("ideas/late.txt"), "late").unwrap();
    staging.write("index.html", b"new").unwrap();
    let report = staging.commit().unwrap();
    let [kept] = &report.foreign[..] else { panic!("one place for it: {report:?}") };
    assert_eq!(kept.files, ["ideas/late.txt"]);
    assert_eq!(fs::read_to_string(kept.folder.join("ideas/late.txt")).unwrap(), "late");
    assert!(kept.to_string().contains("public-kept-1`: `ideas/late.txt`"), "{kept}");
    assert_eq!(published(&hub_folder.public()), texts(&[("index.html", "new")]));
}

#[test]
fn files_of_a_killed_run_are_removed() {
    let hub_folder = HubFolder::empty();
    hub_folder.publish(FIRST);
    fs::create_dir_all(hub_folder.path().join(".public.casebook-new/ideas")).unwrap();
    fs::write(hub_folder.path().join(".public.casebook-new/ideas/index.html"), "half").unwrap();
    fs::write(hub_folder.path().join(".public.casebook-lock"), "").unwrap();
    hub_folder.publish(SECOND);
    assert_eq!(published(&hub_folder.public()), texts(SECOND));
    assert_eq!(hub_folder.files_beside_target(), Vec::<String>::new());
}

#[test]
fn assets_are_copied_as_they_are() {
    let hub_folder = HubFolder::empty();
    fs::write(hub_folder.path().join("content/chart.svg"), "<svg/>").unwrap();
    fs::write(hub_folder.path().join("site.toml"), "").unwrap();
    let sources = source::read_sources(hub_folder.path(), |_| source::ReadOptions {
        theme: String::new(),
        ..source::ReadOptions::default()
    })
    .unwrap();
    let assets =
        sources.assets.into_iter().map(|asset| ("files/chart.svg".to_owned(), asset)).collect();
    let report =
        publish(&Output { assets, ..output(FIRST) }, &hub_folder.public(), hub_folder.path())
            .unwrap();
    assert_eq!(report.written, 4);
    assert_eq!(published(&hub_folder.public())["files/chart.svg"], "<svg/>");
}

#[test]
fn write_new_never_overwrites() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("content/case-studies/br/new.md");
    write_new(&path, "first").unwrap();
    let error = write_new(&path, "second").unwrap_err();
    assert!(error.to_string().contains("there is a file already"), "{error}");
    assert_eq!(fs::read_to_string(&path).unwrap(), "first");
}

#[cfg(unix)]
#[test]
#[ignore = "root may write anywhere; `tests/run` runs it for others"]
fn a_folder_without_permission_is_named() {
    use std::os::unix::fs::PermissionsExt;
    let hub_folder = HubFolder::empty();
    let closed = hub_folder.parent().join("closed");
    fs::create_dir(&closed).unwrap();
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o555)).unwrap();
    let error = hub_folder.try_publish(FIRST, &closed.join("public")).unwrap_err();
    assert!(error.hint().is_some_and(|hint| hint.contains("let this account write")), "{error}");
}
