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
    let change = &history.changes["content/b.md"];
    assert_eq!((change.created.to_string(), change.updated.to_string()), ("2026-01-05".to_owned(), "2026-02-06".to_owned()));
    assert_eq!(change.authors, ["Hub", "Team Iberia"]);
    assert_eq!(history.changes.len(), 1, "files outside the hub are left out: {history:?}");
    assert_eq!(cache::history_of(&root), history);
    assert_eq!(cache::history_of(&root), history, "the kept log says the same");
}

#[test]
fn a_shallow_clone_has_no_history() {
    let home = hub(&[("content/a.md", b"one\n")]);
    for (day, text) in [("2026-01-05", "one"), ("2026-02-06", "two")] {
        write(home.path(), &[("content/a.md", text.as_bytes())]);
        if day == "2026-01-05" {
            git(home.path(), day, &["init", "-q"]);
        }
        git(home.path(), day, &["add", "."]);
        git(home.path(), day, &["commit", "-qm", day]);
    }
    let clone = tempfile::tempdir().unwrap();
    let from = format!("file://{}", home.path().display());
    git(clone.path(), "2026-01-05", &["clone", "-q", "--depth", "1", &from, "."]);
    let history = source::history(clone.path());
    assert!(history.shallow && history.changes.is_empty());
    assert_eq!(source::history(home.path()).changes.len(), 1);
}

#[test]
fn without_a_repository_there_is_no_history() {
    let home = hub(&[("content/a.md", b"one\n")]);
    assert_eq!(source::history(home.path()), source::History::default());
}
