//! Reading: every file that can be read is, and whatever cannot is named.

#![expect(clippy::disallowed_methods, reason = "tests make the disk they need")]

use std::fs::{self, File};
use std::path::Path;
use std::process::Command;

use casebook::diagnostic::render::Texts;
use casebook::diagnostic::{Diagnostic, Severity};
use casebook::output::cache;
use casebook::source::Reading;
use casebook::source::{self, Sources};
use tempfile::TempDir;

fn hub(files: &[(&str, &[u8])]) -> TempDir {
    let home = tempfile::tempdir().unwrap();
    write(home.path(), &[("site.toml", b"title = \"Hub\"\n")]);
    fs::create_dir(home.path().join("content")).unwrap();
    write(home.path(), files);
    home
}

fn write(root: &Path, files: &[(&str, &[u8])]) {
    for (path, bytes) in files {
        let path = root.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
}

fn read(home: &TempDir) -> Sources {
    source::read(home.path(), &Reading::default()).unwrap()
}

fn paths(sources: &Sources) -> Vec<&str> {
    sources.files.iter().map(|file| &*file.path).collect()
}

fn codes(sources: &Sources) -> Vec<&str> {
    sources.diagnostics.iter().map(|diagnostic| diagnostic.code).collect()
}

/// The one problem of a hub.
fn only(sources: &Sources) -> &Diagnostic {
    assert_eq!(sources.diagnostics.len(), 1, "{:?}", sources.diagnostics);
    &sources.diagnostics[0]
}

#[test]
fn texts_assets_and_theme_are_told_apart() {
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
    let sources = read(&home);
    assert_eq!(paths(&sources), ["content/README.MD", "content/case-studies/br/a.md", "content/vocabulary/tactics.yaml"]);
    assert_eq!(sources.assets.iter().map(|asset| (&*asset.path, asset.length)).collect::<Vec<_>>(), [("content/case-studies/br/A.PNG", 3)]);
    assert_eq!(sources.theme.keys().collect::<Vec<_>>(), ["styles/own.css"]);
    assert_eq!(sources.diagnostics, []);
    assert_eq!(sources.text("site.toml"), Some("title = \"Hub\"\n"));
}

#[test]
fn ignored_files_are_left_out() {
    let home = hub(&[("content/a.md", b""), ("content/x/README.md", b""), ("content/drafts/b.md", b""), ("content/x/c.md", b"")]);
    let ignore = ["**/README.md".to_owned(), "drafts".to_owned(), "*.md".to_owned()];
    let sources = source::read(home.path(), &Reading { ignore: ignore.into(), ..Reading::default() }).unwrap();
    assert_eq!(paths(&sources), ["content/x/c.md"]);
}

#[test]
fn a_glob_that_is_none_is_shown_in_the_settings() {
    let home = hub(&[("site.toml", b"[content]\nignore = [\"a[\"]\n")]);
    let sources = source::read(home.path(), &Reading { ignore: vec!["a[".to_owned()], ..Reading::default() }).unwrap();
    let problem = only(&sources);
    assert_eq!((problem.code, &*problem.place.path, problem.place.span.clone()), ("invalid-glob", "site.toml", 21..23));
}

#[test]
fn a_byte_order_mark_goes_and_line_ends_stay() {
    let home = hub(&[("content/a.md", b"\xef\xbb\xbf---\r\ntitle: A\r\n---\r\n")]);
    assert_eq!(&*read(&home).files[0].text, "---\r\ntitle: A\r\n---\r\n");
}

#[test]
fn a_file_that_is_not_utf_8_is_shown_with_the_place() {
    let home = hub(&[("content/a.md", b"# Caf\xe9\n"), ("content/b.md", b"fine")]);
    let sources = read(&home);
    let problem = only(&sources);
    assert_eq!((problem.code, problem.severity), ("not-utf8", Severity::Error));
    assert_eq!(&sources.text("content/a.md").unwrap()[problem.place.span.clone()], "\u{fffd}");
    assert_eq!(paths(&sources), ["content/b.md"]);
}

#[test]
fn a_file_of_200_megabytes_is_not_read() {
    let home = hub(&[("content/small.md", b"")]);
    File::create(home.path().join("content/large.md")).unwrap().set_len(200 << 20).unwrap();
    let sources = read(&home);
    assert_eq!(only(&sources).code, "too-large");
    assert_eq!(only(&sources).message, "200 MB of text; a file may hold 8 MB");
    assert_eq!(paths(&sources), ["content/small.md"]);
}

#[test]
fn a_large_asset_is_no_problem() {
    let home = hub(&[]);
    File::create(home.path().join("content/film.mp4")).unwrap().set_len(20 << 20).unwrap();
    let sources = read(&home);
    assert_eq!((sources.assets[0].length, sources.diagnostics.len()), (20 << 20, 0));
}

#[cfg(unix)]
#[test]
fn links_are_followed_inside_the_content_only() {
    use std::os::unix::fs::symlink;
    let home = hub(&[("content/a.md", b"# A"), ("secret.md", b"secret"), ("content/folder/b.md", b"# B")]);
    let content = home.path().join("content");
    symlink("a.md", content.join("inside.md")).unwrap();
    symlink("../secret.md", content.join("outside.md")).unwrap();
    symlink("/etc/passwd", content.join("passwd.md")).unwrap();
    symlink("loop.md", content.join("loop.md")).unwrap();
    symlink("..", content.join("folder/up")).unwrap();
    symlink("nowhere.md", content.join("broken.md")).unwrap();
    let sources = read(&home);
    assert_eq!(paths(&sources), ["content/a.md", "content/folder/b.md", "content/inside.md"]);
    assert_eq!(&*sources.files[2].text, "# A");
    assert_eq!(codes(&sources), ["symbolic-link"; 5]);
    assert!(sources.diagnostics.iter().all(|problem| problem.severity == Severity::Warning && problem.hint.is_some()));
}

#[cfg(unix)]
#[test]
fn content_that_is_a_link_out_of_the_hub_is_refused() {
    let home = hub(&[]);
    let elsewhere = tempfile::tempdir().unwrap();
    write(elsewhere.path(), &[("a.md", b"# A")]);
    fs::remove_dir(home.path().join("content")).unwrap();
    std::os::unix::fs::symlink(elsewhere.path(), home.path().join("content")).unwrap();
    let sources = read(&home);
    assert_eq!((only(&sources).code, only(&sources).severity), ("symbolic-link", Severity::Error));
    assert!(sources.files.is_empty());
}

#[cfg(unix)]
#[test]
fn a_pipe_is_not_waited_for() {
    let home = hub(&[]);
    let made = Command::new("mkfifo").arg(home.path().join("content/pipe.md")).status().unwrap();
    assert!(made.success());
    assert_eq!(only(&read(&home)).code, "unreadable");
}

#[cfg(unix)]
#[test]
fn odd_names_are_read_and_named() {
    let names = ["with space.md", "naïve ブランド.md", "it's.md", "say \"hi\".md", "a:b.md", "con.md", "what?.md", "dot..md", "tab\t.md"];
    let files: Vec<(String, &[u8])> = names.iter().map(|name| (format!("content/ideas/{name}"), b"# A".as_slice())).collect();
    let files: Vec<(&str, &[u8])> = files.iter().map(|(path, text)| (path.as_str(), *text)).collect();
    let sources = read(&hub(&files));
    assert_eq!(sources.files.len(), names.len());
    let named: Vec<&str> = sources.diagnostics.iter().map(|problem| problem.place.path.rsplit('/').next().unwrap()).collect();
    let mut expected = ["say \"hi\".md", "a:b.md", "con.md", "what?.md", "tab\t.md"];
    expected.sort_unstable();
    let mut found = named.clone();
    found.sort_unstable();
    assert_eq!(found, expected);
    assert_eq!(codes(&sources), ["unportable-name"; 5]);
}

#[cfg(unix)]
#[test]
fn names_that_are_not_utf_8_are_named() {
    use std::os::unix::ffi::OsStrExt;
    let home = hub(&[]);
    fs::write(home.path().join("content").join(std::ffi::OsStr::from_bytes(b"caf\xe9.md")), "# A").unwrap();
    let sources = read(&home);
    assert!(codes(&sources).contains(&"unreadable"), "{:?}", sources.diagnostics);
}

#[test]
fn names_that_differ_only_in_case_are_one_name_elsewhere() {
    let home = hub(&[("content/ideas/Quiz.md", b"# A")]);
    // A disk that ignores case can hold only one of them.
    if home.path().join("content/ideas/quiz.md").exists() {
        return;
    }
    write(home.path(), &[("content/ideas/quiz.md", b"# B")]);
    let sources = read(&home);
    assert_eq!((only(&sources).code, only(&sources).severity), ("same-name", Severity::Error));
}

#[test]
fn a_hub_without_content_is_told_so() {
    let home = hub(&[]);
    fs::remove_dir(home.path().join("content")).unwrap();
    assert_eq!(only(&read(&home)).code, "missing-content");
}

#[test]
fn the_root_is_found_from_below() {
    let home = hub(&[("content/case-studies/br/a.md", b"# A")]);
    let root = source::find_root(&home.path().join("content/case-studies")).unwrap();
    assert_eq!(root, fs::canonicalize(home.path()).unwrap());
    let error = source::find_root(tempfile::tempdir().unwrap().path()).unwrap_err();
    assert!(error.message.contains("no `site.toml`") && error.hint.is_some());
    assert!(source::find_root(&home.path().join("nowhere")).is_err());
}

fn git(root: &Path, day: &str, arguments: &[&str]) {
    let date = format!("{day}T12:00:00Z");
    let output = Command::new("git")
        .args(["-c", "user.name=Team Iberia", "-c", "user.email=team@example.org", "-c", "commit.gpgsign=false"])
        .args(arguments)
        .current_dir(root)
        .envs([("GIT_AUTHOR_DATE", &date), ("GIT_COMMITTER_DATE", &date)])
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

/// Writes a text under a path, or removes what is there, and commits everything on a day.
fn commit(root: &Path, day: &str, path: &str, text: Option<&str>) {
    match text {
        Some(text) => write(root, &[(path, text.as_bytes())]),
        None => fs::remove_file(root.join(path)).unwrap(),
    }
    git(root, day, &["add", "-A"]);
    git(root, day, &["commit", "-qm", day]);
}

/// A repository with one commit of a day.
fn repository(day: &str, path: &str, text: &str) -> TempDir {
    let home = hub(&[]);
    git(home.path(), day, &["init", "-q", "-b", "main"]);
    commit(home.path(), day, path, Some(text));
    home
}

/// First and last day of each file, as `FIRST..LAST`.
fn days(root: &Path) -> Vec<String> {
    let history = source::history(root);
    let today = "2026-12-31".parse().unwrap();
    let told = |path: &String| {
        let change = history.change(&format!("content/{path}"), today)?;
        Some(format!("{path} {}..{}", change.created.map_or_else(String::new, |day| day.to_string()), change.updated))
    };
    history.files.keys().filter_map(told).collect()
}

#[test]
fn history_knows_days_authors_and_renames() {
    let home = hub(&[("hub/site.toml", b""), ("hub/content/é \"b\".md", b"one\ntwo\nthree\n"), ("elsewhere.md", b"x")]);
    let root = home.path().join("hub");
    git(home.path(), "2026-01-05", &["init", "-q"]);
    git(home.path(), "2026-01-05", &["add", "."]);
    git(home.path(), "2026-01-05", &["commit", "-qm", "one"]);
    git(&root, "2026-02-06", &["mv", "content/é \"b\".md", "content/b.md"]);
    git(&root, "2026-02-06", &["commit", "-qm", "two", "--author", "Hub <hub@example.org>"]);
    let history = source::history(&root);
    assert_eq!(days(&root), ["b.md 2026-01-05..2026-02-06"], "files outside the hub are left out");
    assert_eq!(history.files["b.md"].authors, ["Hub", "Team Iberia"]);
    assert_eq!(cache::history_of(&root), history);
    assert_eq!(cache::history_of(&root), history, "the kept log says the same");
    // Whatever the user has configured for the logs that people read.
    for setting in [["log.showRoot", "false"], ["diff.renames", "false"], ["color.ui", "always"], ["log.follow", "true"], ["log.diffMerges", "off"]] {
        git(&root, "2026-02-06", &[&["config"], &setting[..]].concat());
    }
    assert_eq!(source::history(&root), history);
}

#[test]
fn a_name_used_twice_begins_anew() {
    let home = repository("2026-01-10", "content/a.md", "one thing\n");
    let root = home.path();
    commit(root, "2026-02-10", "content/a.md", None);
    assert!(days(root).is_empty(), "what is gone has no days");
    write(root, &[("content/a.md", b"not yet in git")]);
    assert!(days(root).is_empty(), "what git does not know yet has none");
    commit(root, "2026-05-20", "content/a.md", Some("another thing altogether\n"));
    assert_eq!(days(root), ["a.md 2026-05-20..2026-05-20"]);
    commit(root, "2026-05-21", "content/a.md", Some("another thing altogether\nmore\n"));
    assert_eq!(days(root), ["a.md 2026-05-20..2026-05-21"]);
}

#[test]
fn a_file_that_came_with_a_merge_has_its_day() {
    let home = repository("2026-01-10", "content/a.md", "one\n");
    let root = home.path();
    git(root, "2026-02-01", &["checkout", "-qb", "side"]);
    commit(root, "2026-02-01", "content/side.md", Some("on the side\n"));
    git(root, "2026-02-02", &["checkout", "-q", "main"]);
    commit(root, "2026-02-02", "content/a.md", Some("two\n"));
    git(root, "2026-03-03", &["merge", "-q", "--no-commit", "side"]);
    commit(root, "2026-03-03", "content/merged.md", Some("only in the merge\n"));
    assert_eq!(days(root), ["a.md 2026-01-10..2026-02-02", "merged.md 2026-03-03..2026-03-03", "side.md 2026-02-01..2026-02-01"]);
}

#[test]
fn a_deletion_on_a_branch_that_lost_ends_nothing() {
    let home = repository("2026-01-10", "content/a.md", "one\n");
    let root = home.path();
    git(root, "2026-02-01", &["checkout", "-qb", "side"]);
    commit(root, "2026-02-01", "content/a.md", None);
    git(root, "2026-02-02", &["checkout", "-q", "main"]);
    commit(root, "2026-02-02", "content/a.md", Some("two\n"));
    git(root, "2026-03-03", &["merge", "-q", "-s", "ours", "side"]);
    assert_eq!(days(root), ["a.md 2026-01-10..2026-02-02"]);
}

#[test]
fn a_shallow_clone_tells_what_it_knows_and_that_it_is_one() {
    let home = repository("2026-01-05", "content/old.md", "old\n");
    commit(home.path(), "2026-02-06", "content/edited.md", Some("one\n"));
    commit(home.path(), "2026-03-07", "content/edited.md", Some("two\n"));
    commit(home.path(), "2026-04-08", "content/new.md", Some("new\n"));
    let clone = |depth: &str| {
        let clone = tempfile::tempdir().unwrap();
        let from = format!("file://{}", home.path().display());
        git(clone.path(), "2026-01-05", &["clone", "-q", "--depth", depth, &from, "."]);
        assert_eq!(source::history(clone.path()).gap, Some(source::Gap::Shallow));
        days(clone.path())
    };
    assert!(clone("1").is_empty());
    assert_eq!(clone("3"), ["edited.md ..2026-03-07", "new.md 2026-04-08..2026-04-08"]);
    assert_eq!(source::history(home.path()).gap, None);
}

#[test]
fn content_may_be_a_repository_of_its_own() {
    let records = repository("2026-01-05", "ideas/a.md", "a\n");
    let home = repository("2026-02-06", "site.toml", "");
    fs::remove_dir(home.path().join("content")).unwrap();
    let from = format!("file://{}", records.path().display());
    git(home.path(), "2026-02-06", &["-c", "protocol.file.allow=always", "submodule", "--quiet", "add", &from, "content"]);
    git(home.path(), "2026-02-06", &["commit", "-qm", "content"]);
    assert_eq!(days(home.path())[0], "ideas/a.md 2026-01-05..2026-01-05");
}

/// Runs the program with variables of the environment; what it wrote to both streams, and whether all went well.
fn casebook(root: &Path, arguments: &[&str], environment: &[(&str, &std::ffi::OsStr)]) -> (String, bool) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_casebook"));
    let output = command.args(arguments).args(["--today", "2026-11-22", "--root"]).arg(root).envs(environment.iter().copied()).output().unwrap();
    (format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr)), output.status.success())
}

const RECORD: &str = "---\ntitle: Radio spots\nstatus: new\n---\n\nText.\n";

#[test]
fn a_hook_that_names_another_repository_does_not_mislead() {
    let home = repository("2026-01-05", "content/ideas/a.md", RECORD);
    commit(home.path(), "2026-01-06", "site.toml", Some("title = \"A hub in git\"\n"));
    let linked = home.path().join("linked");
    git(home.path(), "2026-01-06", &["worktree", "add", "-q", "linked"]);
    write(&linked, &[("content/ideas/b.md", RECORD.as_bytes())]);
    let git_dir = home.path().join(".git/worktrees/linked");
    let index = git_dir.join("index");
    // As git runs a hook of the linked working tree.
    let hook = [("GIT_DIR", git_dir.as_os_str()), ("GIT_INDEX_FILE", index.as_os_str()), ("GIT_PREFIX", "".as_ref())];
    let (review, fine) = casebook(&linked, &["review", "--base", "HEAD"], &hook);
    assert!(fine && review.contains("Records: 1 added, 0 changed, 0 removed."), "{review}");
    let out = home.path().join("out");
    let (said, fine) = casebook(&linked, &["build", "--out", out.to_str().unwrap()], &hook);
    assert!(fine && fs::read_to_string(out.join("ideas/a/index.html")).unwrap().contains("2026-01-05"), "{said}");
}

#[test]
fn a_repository_stated_by_the_environment_is_used_where_there_is_no_other() {
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
fn a_repository_of_another_user_is_told_by_check_and_build() {
    let home = repository("2026-01-05", "content/ideas/a.md", RECORD);
    write(home.path(), &[("site.toml", b"title = \"Hub\"\n")]);
    let other = [("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1".as_ref())];
    let out = home.path().join("out");
    for arguments in [&["check"][..], &["build", "--out", out.to_str().unwrap()]] {
        let (said, fine) = casebook(home.path(), arguments, &other);
        assert!(fine && said.contains("[unknown-days]") && said.contains("safe.directory"), "{said}");
        assert!(!casebook(home.path(), arguments, &[]).0.contains("unknown-days"));
    }
}

#[test]
fn a_repository_that_cannot_be_read_is_told() {
    let home = repository("2026-01-05", "content/a.md", "a\n");
    fs::write(home.path().join(".git/HEAD"), "nonsense").unwrap();
    fs::write(home.path().join(".git/config"), "[core\n").unwrap();
    assert!(matches!(source::history(home.path()).gap, Some(source::Gap::Unreadable(_))));
    assert_eq!(source::history(hub(&[]).path()), source::History::default());
}

#[test]
fn without_a_repository_there_is_no_history() {
    let home = hub(&[("content/a.md", b"one\n")]);
    assert_eq!(source::history(home.path()), source::History::default());
}
