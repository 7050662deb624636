//! Golden tests of diagnostics: `tests/mistakes/<code>/` holds content with a mistake and the
//! report that an author sees.

#![expect(clippy::disallowed_methods, reason = "tests make the disk they need")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use casebook::check::manual;

use crate::support::{HubFolder, TestHub, assert_golden, repository};

/// Writes the files of a mistake into a hub.
type WriteFiles = fn(&HubFolder);

/// Codes with content that some systems cannot check out; it is generated when the test runs.
const GENERATED: &[(&str, WriteFiles)] = &[
    ("leftover-file", |hub| {
        hub.write("content/ideas/reward.md", IDEA);
        hub.write("content/ideas/reward.md.orig", IDEA);
        hub.write("content/ideas/~$deck.pptx", b"office");
    }),
    ("missing-content", |hub| fs::remove_dir(hub.path().join("content")).unwrap()),
    ("not-utf8", |hub| {
        hub.write("content/ideas/reward.md", b"---\ntitle: \"Pr\xe4mie\"\nstatus: new\n---\n")
    }),
    ("refused-attachment", |hub| {
        hub.write("content/ideas/reward.md", IDEA);
        hub.write("content/ideas/mock.html", b"<p>A page.</p>");
        hub.write(
            "content/ideas/steps.svg",
            b"<svg xmlns=\"http://www.w3.org/2000/svg\" onload=\"go()\"/>",
        );
        hub.write("content/ideas/tool.exe", b"MZ");
    }),
    ("same-name", |hub| {
        hub.write("content/ideas/reward.md", IDEA);
        hub.write("content/ideas/Reward.md", IDEA);
    }),
    ("symbolic-link", symbolic_links),
    ("too-large", |hub| hub.write("content/ideas/reward.md", vec![b'a'; 9 << 20])),
    ("unknown-days", |hub| {
        hub.write("content/ideas/reward.md", IDEA);
        git(hub.path(), &["init", "-q"]);
        git(hub.path(), &["add", "."]);
        git(hub.path(), &["commit", "-qm", "The newest of many commits"]);
        let git_folder = hub.path().join(".git");
        fs::copy(git_folder.join("refs/heads/main"), git_folder.join("shallow")).unwrap();
    }),
    ("unportable-name", |hub| {
        hub.write("content/ideas/why?.md", IDEA);
        hub.write("content/ideas/con.md", IDEA);
    }),
];

/// Codes that cannot be tested, because the test may run with administrator rights.
const UNTESTABLE: &[&str] = &["unreadable"];

const IDEA: &[u8] = b"---\ntitle: Reward\nstatus: new\n---\n\nReward both sides.\n";

fn folder() -> PathBuf {
    repository().join("tests/mistakes")
}

fn git(root: &Path, arguments: &[&str]) {
    let names = [
        "-c",
        "user.name=Hub",
        "-c",
        "user.email=hub@example.org",
        "-c",
        "commit.gpgsign=false",
        "-c",
        "init.defaultBranch=main",
    ];
    assert!(
        Command::new("git")
            .args(names)
            .args(arguments)
            .current_dir(root)
            .status()
            .unwrap()
            .success()
    );
}

fn symbolic_links(hub: &HubFolder) {
    hub.write("content/ideas/reward.md", IDEA);
    #[cfg(unix)]
    for (target, link) in [
        ("/etc/hostname", "outside.md"),
        ("nowhere.md", "nowhere-here.md"),
        ("loop.md", "loop.md"),
        ("..", "folder"),
    ] {
        std::os::unix::fs::symlink(target, hub.path().join("content/ideas").join(link)).unwrap();
    }
}

/// Folders of golden cases, sorted by name.
fn golden_folders() -> Vec<PathBuf> {
    let mut folders: Vec<PathBuf> = fs::read_dir(folder())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_dir())
        .collect();
    folders.sort();
    folders
}

fn name(folder: &Path) -> &str {
    folder.file_name().and_then(|name| name.to_str()).unwrap_or("")
}

#[test]
fn every_mistake_matches_its_golden_report() {
    for folder in golden_folders().iter().filter(|folder| folder.join("content").is_dir()) {
        let report = TestHub::in_folder(folder).with_drafts().read().report();
        assert!(
            report.contains(&format!("[{}]", name(folder))),
            "`{}` is not reported:\n{report}",
            name(folder)
        );
        assert_golden(&folder.join("stderr.txt"), &report);
    }
}

#[test]
#[cfg(unix)]
fn every_generated_mistake_matches_its_golden_report() {
    for (code, make) in GENERATED {
        let hub = HubFolder::empty();
        make(&hub);
        let report = hub.load().with_history(hub.path()).with_drafts().read().report();
        assert!(report.contains(&format!("[{code}]")), "`{code}` is not reported:\n{report}");
        fs::create_dir_all(folder().join(code)).unwrap();
        assert_golden(&folder().join(code).join("stderr.txt"), &report);
    }
}

#[test]
fn every_code_has_a_golden_case() {
    let folders = golden_folders();
    let mut cases: Vec<&str> =
        folders.iter().map(|folder| name(folder)).filter(|name| !name.starts_with('_')).collect();
    cases.extend(UNTESTABLE);
    cases.sort_unstable();
    let mut codes: Vec<&str> = manual::codes().collect();
    codes.sort_unstable();
    assert_eq!(codes, cases);
}
