//! Tests of reading sources: every readable file is read, and every other file is reported.

#![expect(clippy::disallowed_methods, reason = "tests make the disk they need")]

use std::fs::{self, File};
use std::path::Path;
use std::process::Command;

use casebook::diagnostic::render::SourceTexts;
use casebook::diagnostic::{Diagnostic, Severity};
use casebook::output::cache;
use casebook::source::ReadOptions;
use casebook::source::{self, Sources};

use crate::support::HubFolder;

fn hub(files: &[(&str, &[u8])]) -> HubFolder {
    HubFolder::new(files)
}

fn write(root: &Path, files: &[(&str, &[u8])]) {
    for (path, bytes) in files {
        let path = root.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
}

fn read_sources(home: &HubFolder) -> Sources {
    source::read_sources(home.path(), |_| ReadOptions::default()).unwrap()
}

fn paths(sources: &Sources) -> Vec<&str> {
    sources.files.iter().map(|file| &*file.path).collect()
}

fn codes(sources: &Sources) -> Vec<&str> {
    sources.diagnostics.iter().map(|diagnostic| diagnostic.code).collect()
}

/// The only diagnostic of a hub.
fn only_problem(sources: &Sources) -> &Diagnostic {
    assert_eq!(sources.diagnostics.len(), 1, "{:?}", sources.diagnostics);
    &sources.diagnostics[0]
}

#[test]
fn records_attachments_and_theme_files_are_distinguished() {
    let home = hub(&[
        ("content/case-studies/br/a.md", b"# A"),
        ("content/case-studies/br/A.PNG", b"png"),
        ("content/vocabulary/tactics.yaml", b"a: b"),
        ("content/README.MD", b"# Upper"),
        ("content/.hidden.md", b"no"),
        ("content/.git/config.md", b"no"),
        ("themes/atlas/styles/own.css", b"a{}"),
        ("themes/other/styles/own.css", b"a{}"),
    ]);
    let sources = read_sources(&home);
    assert_eq!(
        paths(&sources),
        ["content/README.MD", "content/case-studies/br/a.md", "content/vocabulary/tactics.yaml"]
    );
    assert_eq!(
        sources.assets.iter().map(|asset| (&*asset.path, asset.length)).collect::<Vec<_>>(),
        [("content/case-studies/br/A.PNG", 3)]
    );
    assert_eq!(sources.theme.keys().collect::<Vec<_>>(), ["styles/own.css"]);
    assert_eq!(sources.diagnostics, []);
    assert_eq!(sources.text("site.toml"), Some("title = \"Hub\"\n"));
}

#[test]
fn ignored_files_are_left_out() {
    let home = hub(&[
        ("content/a.md", b""),
        ("content/x/README.md", b""),
        ("content/drafts/b.md", b""),
        ("content/x/c.md", b""),
    ]);
    let ignore = ["**/README.md".to_owned(), "drafts".to_owned(), "*.md".to_owned()];
    let sources = source::read_sources(home.path(), |_| ReadOptions {
        ignore: ignore.into(),
        ..ReadOptions::default()
    })
    .unwrap();
    assert_eq!(paths(&sources), ["content/x/c.md"]);
}

#[test]
fn an_invalid_glob_is_reported_in_the_settings() {
    let home = hub(&[("site.toml", b"[content]\nignore = [\"a[\"]\n")]);
    let sources = source::read_sources(home.path(), |_| ReadOptions {
        ignore: vec!["a[".to_owned()],
        ..ReadOptions::default()
    })
    .unwrap();
    let problem = only_problem(&sources);
    assert_eq!(
        (problem.code, &*problem.place.path, problem.place.span.clone()),
        ("invalid-glob", "site.toml", 21..23)
    );
}

#[test]
fn byte_order_marks_are_removed_and_line_ends_kept() {
    let home = hub(&[("content/a.md", b"\xef\xbb\xbf---\r\ntitle: A\r\n---\r\n")]);
    assert_eq!(&*read_sources(&home).files[0].text, "---\r\ntitle: A\r\n---\r\n");
}

#[test]
fn invalid_utf_8_is_reported_with_its_place() {
    let home = hub(&[("content/a.md", b"# Caf\xe9\n"), ("content/b.md", b"fine")]);
    let sources = read_sources(&home);
    let problem = only_problem(&sources);
    assert_eq!((problem.code, problem.severity), ("not-utf8", Severity::Error));
    assert_eq!(&sources.text("content/a.md").unwrap()[problem.place.span.clone()], "\u{fffd}");
    assert_eq!(paths(&sources), ["content/b.md"]);
}

#[test]
fn a_file_of_200_megabytes_is_not_read() {
    let home = hub(&[("content/small.md", b"")]);
    File::create(home.path().join("content/large.md")).unwrap().set_len(200 << 20).unwrap();
    let sources = read_sources(&home);
    assert_eq!(only_problem(&sources).code, "too-large");
    assert_eq!(only_problem(&sources).message, "200 MB of text; a file may hold 8 MB");
    assert_eq!(paths(&sources), ["content/small.md"]);
}

#[test]
fn a_large_asset_is_no_problem() {
    let home = hub(&[]);
    File::create(home.path().join("content/film.mp4")).unwrap().set_len(20 << 20).unwrap();
    let sources = read_sources(&home);
    assert_eq!((sources.assets[0].length, sources.diagnostics.len()), (20 << 20, 0));
}

#[cfg(unix)]
#[test]
fn links_are_followed_inside_the_content_only() {
    use std::os::unix::fs::symlink;
    let home =
        hub(&[("content/a.md", b"# A"), ("secret.md", b"secret"), ("content/folder/b.md", b"# B")]);
    let content = home.path().join("content");
    symlink("a.md", content.join("inside.md")).unwrap();
    symlink("../secret.md", content.join("outside.md")).unwrap();
    symlink("/etc/passwd", content.join("passwd.md")).unwrap();
    symlink("loop.md", content.join("loop.md")).unwrap();
    symlink("..", content.join("folder/up")).unwrap();
    symlink("nowhere.md", content.join("broken.md")).unwrap();
    let sources = read_sources(&home);
    assert_eq!(paths(&sources), ["content/a.md", "content/folder/b.md", "content/inside.md"]);
    assert_eq!(&*sources.files[2].text, "# A");
    assert_eq!(codes(&sources), ["symbolic-link"; 5]);
    assert!(
        sources
            .diagnostics
            .iter()
            .all(|problem| problem.severity == Severity::Warning && problem.hint.is_some())
    );
}

#[cfg(unix)]
#[test]
fn content_that_is_a_link_out_of_the_hub_is_refused() {
    let home = hub(&[]);
    let elsewhere = tempfile::tempdir().unwrap();
    write(elsewhere.path(), &[("a.md", b"# A")]);
    fs::remove_dir(home.path().join("content")).unwrap();
    std::os::unix::fs::symlink(elsewhere.path(), home.path().join("content")).unwrap();
    let sources = read_sources(&home);
    assert_eq!(
        (only_problem(&sources).code, only_problem(&sources).severity),
        ("symbolic-link", Severity::Error)
    );
    assert!(sources.files.is_empty());
}

#[cfg(unix)]
#[test]
fn a_pipe_does_not_block() {
    let home = hub(&[]);
    let made = Command::new("mkfifo").arg(home.path().join("content/pipe.md")).status().unwrap();
    assert!(made.success());
    assert_eq!(only_problem(&read_sources(&home)).code, "unreadable");
}

#[cfg(unix)]
#[test]
fn unportable_names_are_read_and_reported() {
    let names = [
        "with space.md",
        "naïve ブランド.md",
        "it's.md",
        "say \"hi\".md",
        "a:b.md",
        "con.md",
        "what?.md",
        "dot..md",
        "tab\t.md",
    ];
    let files: Vec<(String, &[u8])> =
        names.iter().map(|name| (format!("content/ideas/{name}"), b"# A".as_slice())).collect();
    let files: Vec<(&str, &[u8])> =
        files.iter().map(|(path, text)| (path.as_str(), *text)).collect();
    let sources = read_sources(&hub(&files));
    assert_eq!(sources.files.len(), names.len());
    let named: Vec<&str> = sources
        .diagnostics
        .iter()
        .map(|problem| problem.place.path.rsplit('/').next().unwrap())
        .collect();
    let mut expected = ["say \"hi\".md", "a:b.md", "con.md", "what?.md", "tab\t.md"];
    expected.sort_unstable();
    let mut found = named.clone();
    found.sort_unstable();
    assert_eq!(found, expected);
    assert_eq!(codes(&sources), ["unportable-name"; 5]);
}

#[cfg(unix)]
#[test]
fn names_that_are_not_utf_8_are_reported() {
    use std::os::unix::ffi::OsStrExt;
    let home = hub(&[]);
    fs::write(home.path().join("content").join(std::ffi::OsStr::from_bytes(b"caf\xe9.md")), "# A")
        .unwrap();
    let sources = read_sources(&home);
    assert!(codes(&sources).contains(&"unreadable"), "{:?}", sources.diagnostics);
}

/// Disks of other systems ignore case, and can hold only one of the two.
#[cfg(target_os = "linux")]
#[test]
fn names_that_differ_only_in_case_are_reported() {
    let home = hub(&[("content/ideas/Quiz.md", b"# A"), ("content/ideas/quiz.md", b"# B")]);
    let sources = read_sources(&home);
    assert_eq!(
        (only_problem(&sources).code, only_problem(&sources).severity),
        ("same-name", Severity::Error)
    );
}

#[test]
fn a_missing_content_folder_is_reported() {
    let home = hub(&[]);
    fs::remove_dir(home.path().join("content")).unwrap();
    assert_eq!(only_problem(&read_sources(&home)).code, "missing-content");
}

#[test]
fn the_root_is_found_from_below() {
    let home = hub(&[("content/case-studies/br/a.md", b"# A")]);
    let root = source::find_root(&home.path().join("content/case-studies")).unwrap();
    assert_eq!(root, fs::canonicalize(home.path()).unwrap());
    let error = source::find_root(tempfile::tempdir().unwrap().path()).unwrap_err();
    assert!(error.to_string().contains("no `site.toml`") && error.hint().is_some());
    assert!(source::find_root(&home.path().join("nowhere")).is_err());
}

fn git(root: &Path, day: &str, arguments: &[&str]) {
    let date = format!("{day}T12:00:00Z");
    let output = Command::new("git")
        .args([
            "-c",
            "user.name=Team Iberia",
            "-c",
            "user.email=team@example.org",
            "-c",
            "commit.gpgsign=false",
        ])
        .args(arguments)
        .current_dir(root)
        .envs([("GIT_AUTHOR_DATE", &date), ("GIT_COMMITTER_DATE", &date)])
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

/// Writes a file, or removes it where `text` is none, and commits everything on a day.
fn commit(root: &Path, day: &str, path: &str, text: Option<&str>) {
    match text {
        Some(text) => write(root, &[(path, text.as_bytes())]),
        None => fs::remove_file(root.join(path)).unwrap(),
    }
    git(root, day, &["add", "-A"]);
    git(root, day, &["commit", "-qm", day]);
}

/// A repository with one commit.
fn repository(day: &str, path: &str, text: &str) -> HubFolder {
    let home = hub(&[]);
    git(home.path(), day, &["init", "-q", "-b", "main"]);
    commit(home.path(), day, path, Some(text));
    home
}

/// Path, first and last day of each file, as `PATH FIRST..LAST`.
fn file_days(root: &Path) -> Vec<String> {
    let history = source::read_history(root, &[]);
    let today = "2026-12-31".parse().unwrap();
    let describe = |path: &String| {
        let change = history.file_dates(&format!("content/{path}"), today)?;
        Some(format!(
            "{path} {}..{}",
            change.created.map_or_else(String::new, |day| day.to_string()),
            change.updated
        ))
    };
    history.files.keys().filter_map(describe).collect()
}

#[test]
fn history_knows_days_authors_and_renames() {
    let home = hub(&[
        ("hub/site.toml", b""),
        ("hub/content/é \"b\".md", b"one\ntwo\nthree\n"),
        ("elsewhere.md", b"x"),
    ]);
    let root = home.path().join("hub");
    git(home.path(), "2026-01-05", &["init", "-q"]);
    git(home.path(), "2026-01-05", &["add", "."]);
    git(home.path(), "2026-01-05", &["commit", "-qm", "one"]);
    git(&root, "2026-02-06", &["mv", "content/é \"b\".md", "content/b.md"]);
    git(&root, "2026-02-06", &["commit", "-qm", "two", "--author", "Hub <hub@example.org>"]);
    let history = source::read_history(&root, &[]);
    assert_eq!(
        file_days(&root),
        ["b.md 2026-01-05..2026-02-06"],
        "files outside the hub are left out"
    );
    assert_eq!(history.files["b.md"].authors, ["Hub", "Team Iberia"]);
    assert_eq!(cache::read_history(&root), history);
    assert_eq!(cache::read_history(&root), history, "the kept log says the same");
    // User settings for the output of `git log` must have no effect.
    for setting in [
        ["log.showRoot", "false"],
        ["diff.renames", "false"],
        ["color.ui", "always"],
        ["log.follow", "true"],
        ["log.diffMerges", "off"],
    ] {
        git(&root, "2026-02-06", &[&["config"], &setting[..]].concat());
    }
    assert_eq!(source::read_history(&root, &[]), history);
}

#[test]
fn history_knows_when_a_decision_was_made() {
    let written = "---\ntitle: One\nreuse: candidate\n---\ndecision: none yet\n";
    let home = repository("2026-01-05", "content/case-studies/a.md", written);
    let text = |line: &str| written.replace("---\ndec", &format!("{line}---\ndec"));
    let path = "content/case-studies/a.md";
    commit(home.path(), "2026-02-06", path, Some(&text("decision: iterate\n")));
    commit(home.path(), "2026-03-07", path, Some(&text("decision: scale\n")));
    commit(home.path(), "2026-04-08", path, Some(&(text("decision: scale\n") + "More.\n")));
    let history = cache::read_history(home.path());
    let today = "2026-12-31".parse().unwrap();
    let dates = history.file_dates(path, today).unwrap();
    let day = |name| dates.field_day(name).map(|day| day.to_string());
    assert_eq!(day("decision"), Some("2026-03-07".into()));
    assert_eq!(day("reuse"), None, "it is as it was written");
    assert_eq!(dates.updated.to_string(), "2026-04-08");
    assert_eq!(cache::read_history(home.path()), history, "the kept log says the same");
    let early = history.file_dates(path, "2026-02-28".parse().unwrap()).unwrap();
    assert_eq!(early.field_day("decision").map(|day| day.to_string()), Some("2026-02-06".into()));
}

#[test]
fn a_reused_name_has_a_new_history() {
    let home = repository("2026-01-10", "content/a.md", "one thing\n");
    let root = home.path();
    commit(root, "2026-02-10", "content/a.md", None);
    assert!(file_days(root).is_empty(), "what is gone has no days");
    write(root, &[("content/a.md", b"not yet in git")]);
    assert!(file_days(root).is_empty(), "what git does not know yet has none");
    commit(root, "2026-05-20", "content/a.md", Some("another thing altogether\n"));
    assert_eq!(file_days(root), ["a.md 2026-05-20..2026-05-20"]);
    commit(root, "2026-05-21", "content/a.md", Some("another thing altogether\nmore\n"));
    assert_eq!(file_days(root), ["a.md 2026-05-20..2026-05-21"]);
}

#[test]
fn files_added_in_merges_have_their_days() {
    let home = repository("2026-01-10", "content/a.md", "one\n");
    let root = home.path();
    git(root, "2026-02-01", &["checkout", "-qb", "side"]);
    commit(root, "2026-02-01", "content/side.md", Some("on the side\n"));
    git(root, "2026-02-02", &["checkout", "-q", "main"]);
    commit(root, "2026-02-02", "content/a.md", Some("two\n"));
    git(root, "2026-03-03", &["merge", "-q", "--no-commit", "side"]);
    commit(root, "2026-03-03", "content/merged.md", Some("only in the merge\n"));
    assert_eq!(
        file_days(root),
        [
            "a.md 2026-01-10..2026-02-02",
            "merged.md 2026-03-03..2026-03-03",
            "side.md 2026-02-01..2026-02-01"
        ]
    );
}

#[test]
fn a_discarded_deletion_is_ignored() {
    let home = repository("2026-01-10", "content/a.md", "one\n");
    let root = home.path();
    git(root, "2026-02-01", &["checkout", "-qb", "side"]);
    commit(root, "2026-02-01", "content/a.md", None);
    git(root, "2026-02-02", &["checkout", "-q", "main"]);
    commit(root, "2026-02-02", "content/a.md", Some("two\n"));
    git(root, "2026-03-03", &["merge", "-q", "-s", "ours", "side"]);
    assert_eq!(file_days(root), ["a.md 2026-01-10..2026-02-02"]);
}

#[test]
fn a_shallow_clone_reports_the_gap_in_its_history() {
    let home = repository("2026-01-05", "content/old.md", "old\n");
    commit(home.path(), "2026-02-06", "content/edited.md", Some("one\n"));
    commit(home.path(), "2026-03-07", "content/edited.md", Some("two\n"));
    commit(home.path(), "2026-04-08", "content/new.md", Some("new\n"));
    let clone = |depth: &str| {
        let clone = tempfile::tempdir().unwrap();
        let from = format!("file://{}", home.path().display());
        git(clone.path(), "2026-01-05", &["clone", "-q", "--depth", depth, &from, "."]);
        assert_eq!(source::read_history(clone.path(), &[]).gap, Some(source::HistoryGap::Shallow));
        file_days(clone.path())
    };
    assert!(clone("1").is_empty());
    assert_eq!(clone("3"), ["edited.md ..2026-03-07", "new.md 2026-04-08..2026-04-08"]);
    assert_eq!(source::read_history(home.path(), &[]).gap, None);
}

#[test]
fn content_may_be_a_submodule() {
    let records = repository("2026-01-05", "ideas/a.md", "a\n");
    let home = repository("2026-02-06", "site.toml", "");
    fs::remove_dir(home.path().join("content")).unwrap();
    let from = format!("file://{}", records.path().display());
    git(
        home.path(),
        "2026-02-06",
        &["-c", "protocol.file.allow=always", "submodule", "--quiet", "add", &from, "content"],
    );
    git(home.path(), "2026-02-06", &["commit", "-qm", "content"]);
    assert_eq!(file_days(home.path())[0], "ideas/a.md 2026-01-05..2026-01-05");
}

/// Runs the program with environment variables; its output on both streams, and whether it
/// succeeded.
fn casebook(
    root: &Path,
    arguments: &[&str],
    environment: &[(&str, &std::ffi::OsStr)],
) -> (String, bool) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_casebook"));
    let output = command
        .args(arguments)
        .args(["--today", "2026-11-22", "--root"])
        .arg(root)
        .envs(environment.iter().copied())
        .output()
        .unwrap();
    (
        format!(
            "{}{}",
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        ),
        output.status.success(),
    )
}

const RECORD: &str = "---\ntitle: Radio spots\nstatus: new\n---\n\nText.\n";

#[test]
fn git_variables_of_hooks_are_ignored() {
    let home = repository("2026-01-05", "content/ideas/a.md", RECORD);
    commit(home.path(), "2026-01-06", "site.toml", Some("title = \"A hub in git\"\n"));
    let linked = home.path().join("linked");
    git(home.path(), "2026-01-06", &["worktree", "add", "-q", "linked"]);
    write(&linked, &[("content/ideas/b.md", RECORD.as_bytes())]);
    let git_dir = home.path().join(".git/worktrees/linked");
    let index = git_dir.join("index");
    // The environment in which git runs a hook of the linked working tree.
    let hook = [
        ("GIT_DIR", git_dir.as_os_str()),
        ("GIT_INDEX_FILE", index.as_os_str()),
        ("GIT_PREFIX", "".as_ref()),
    ];
    let (review, fine) = casebook(&linked, &["review", "--base", "HEAD"], &hook);
    assert!(fine && review.contains("Records: 1 added, 0 changed, 0 removed."), "{review}");
    let out = home.path().join("out");
    let (output, fine) = casebook(&linked, &["build", "--out", out.to_str().unwrap()], &hook);
    assert!(
        fine && fs::read_to_string(out.join("ideas/a/index.html")).unwrap().contains("2026-01-05"),
        "{output}"
    );
}

#[test]
fn git_variables_are_used_where_there_is_no_other_repository() {
    let home = repository("2026-01-05", "content/ideas/a.md", RECORD);
    commit(home.path(), "2026-01-06", "site.toml", Some("title = \"A hub in git\"\n"));
    let elsewhere = tempfile::tempdir().unwrap();
    let bare = elsewhere.path().join("hub.git");
    fs::rename(home.path().join(".git"), &bare).unwrap();
    let root = fs::canonicalize(home.path()).unwrap();
    let stated = [("GIT_DIR", bare.as_os_str()), ("GIT_WORK_TREE", root.as_os_str())];
    assert!(casebook(&root, &["review", "--base", "HEAD"], &stated).1);
    assert!(!casebook(&root, &["review", "--base", "HEAD"], &[]).1);
}

#[test]
fn a_repository_of_another_user_is_reported() {
    let home = repository("2026-01-05", "content/ideas/a.md", RECORD);
    write(home.path(), &[("site.toml", b"title = \"Hub\"\n")]);
    let other = [("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1".as_ref())];
    let out = home.path().join("out");
    for arguments in [&["check"][..], &["build", "--out", out.to_str().unwrap()]] {
        let (output, fine) = casebook(home.path(), arguments, &other);
        assert!(
            fine && output.contains("[unknown-days]") && output.contains("safe.directory"),
            "{output}"
        );
        assert!(!casebook(home.path(), arguments, &[]).0.contains("unknown-days"));
    }
}

#[test]
fn an_unreadable_repository_is_reported() {
    let home = repository("2026-01-05", "content/a.md", "a\n");
    fs::write(home.path().join(".git/HEAD"), "nonsense").unwrap();
    fs::write(home.path().join(".git/config"), "[core\n").unwrap();
    assert!(matches!(
        source::read_history(home.path(), &[]).gap,
        Some(source::HistoryGap::Unreadable(_))
    ));
    assert_eq!(source::read_history(hub(&[]).path(), &[]), source::History::default());
}

#[test]
fn without_a_repository_there_is_no_history() {
    let home = hub(&[("content/a.md", b"one\n")]);
    assert_eq!(source::read_history(home.path(), &[]), source::History::default());
}
