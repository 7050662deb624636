//! Tests of the editor in the browser: which sites it is published with, and how `init` puts it into
//! a hub. That it works is tried in `tests/browser/editor.test.mjs`.

#![expect(clippy::disallowed_methods, reason = "tests look at the disk themselves")]

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use crate::support::{TestHub, repository};

/// The settings of a hub with a repository, and with these lines for its editor.
fn settings(editor: &str) -> String {
    format!(
        "title = \"Hub\"\nlanguage = \"nl\"\n[repository]\nkind = \"gitlab\"\n\
         url = \"https://git.example/team/hub\"\n[editor]\n{editor}\n"
    )
}

/// A hub on the disk with one idea, an editor page and a script in `admin/`.
fn hub(editor: &str) -> tempfile::TempDir {
    let home = tempfile::tempdir().unwrap();
    for (path, text) in [
        ("site.toml", &*settings(editor)),
        ("content/ideas/one.md", "---\ntitle: One idea\nstatus: new\n---\nText.\n"),
        ("admin/index.html", "<!doctype html>\n<title>Editor</title>\r\n"),
        ("admin/sveltia-cms.js", "'\u{1}<b>as it is</b>'"),
        ("admin/notes.html", "no part of it"),
    ] {
        let path = home.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    home
}

fn casebook(arguments: &[&str], path: Option<&Path>) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_casebook"));
    command.args(arguments).env_remove("SOURCE_DATE_EPOCH");
    if let Some(path) = path {
        command.env("PATH", path);
    }
    command.output().expect("the program starts")
}

fn output_text(output: &Output) -> String {
    format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    )
}

#[test]
fn the_editor_is_published_only_where_the_settings_want_it() {
    let rows = [
        ("", false, false),
        ("publish = \"none\"", false, false),
        ("publish = \"internal\"", false, true),
        ("publish = \"all\"", true, true),
    ];
    for (editor, is_public, is_internal) in rows {
        let home = hub(editor);
        for (audience, wanted) in [("public", is_public), ("internal", is_internal)] {
            let (root, out) = (home.path().to_str().unwrap(), home.path().join("out"));
            let built = casebook(
                &["build", "--root", root, "--out", out.to_str().unwrap(), "--audience", audience],
                None,
            );
            let text = output_text(&built);
            assert!(built.status.success(), "{text}");
            let what = format!("{editor} for {audience}: {text}");
            assert_eq!(out.join("admin").exists(), wanted, "{what}");
            let home_page = fs::read_to_string(out.join("index.html")).unwrap();
            assert_eq!(home_page.contains("href=\"admin/\""), wanted, "{what}");
            let worker = fs::read_to_string(out.join("service-worker.js")).unwrap();
            assert!(!worker.contains("sveltia"), "{what}");
            if wanted {
                for name in ["index.html", "sveltia-cms.js"] {
                    let read = |folder: &Path| fs::read(folder.join("admin").join(name)).unwrap();
                    assert_eq!(read(&out), read(home.path()), "{what}");
                }
                assert!(!out.join("admin/notes.html").exists(), "{what}");
                assert!(text.contains("`notes.html` is no file of the editor"), "{what}");
            }
        }
    }
}

#[test]
fn a_wrong_word_publishes_nothing() {
    for editor in ["publish = \"everybody\"", "publish = true", "published = \"all\""] {
        let home = hub(editor);
        let root = home.path().to_str().unwrap();
        let built = casebook(&["build", "--root", root], None);
        assert_eq!(built.status.code(), Some(1), "{}", output_text(&built));
        assert!(output_text(&built).contains("site.toml:7"), "{}", output_text(&built));
        assert!(!home.path().join("public").exists());
    }
}

#[test]
fn an_editor_that_is_not_there_is_told() {
    let home = hub("publish = \"all\"");
    fs::remove_dir_all(home.path().join("admin")).unwrap();
    let built = casebook(&["build", "--root", home.path().to_str().unwrap()], None);
    let text = output_text(&built);
    assert!(built.status.success() && text.contains("casebook init --with-editor"), "{text}");
}

#[test]
fn a_record_may_link_to_the_editor_where_it_is_published() {
    for (publish, codes) in
        [("all", &[][..]), ("internal", &["broken-link"]), ("none", &["broken-link"])]
    {
        TestHub::new()
            .site(&format!("[editor]\npublish = \"{publish}\""))
            .file("content/ideas/one.md", "---\ntitle: One\nstatus: new\n---\n[Edit](/admin/)\n")
            .read()
            .assert_codes(codes);
    }
}

#[test]
fn a_record_never_takes_the_address_of_the_editor() {
    let hub = TestHub::new()
        .site("[editor]\npublish = \"all\"")
        .file("content/pages/admin.md", "---\ntitle: How we administrate\n---\nText.\n");
    let read = hub.read();
    let page = read.catalog().pages.iter().find(|page| &*page.meta.id == "admin").unwrap();
    assert!(!page.meta.address.to_lowercase().starts_with("admin/"), "{}", page.meta.address);
}

#[test]
fn without_npm_the_two_commands_are_told_and_nothing_is_written() {
    let home = hub("");
    fs::remove_dir_all(home.path().join("admin")).unwrap();
    let root = home.path().to_str().unwrap();
    let nowhere = tempfile::tempdir().unwrap();
    let run = casebook(&["init", "--with-editor", root], Some(nowhere.path()));
    let text = output_text(&run);
    assert_eq!(run.status.code(), Some(2), "{text}");
    assert!(
        text.contains("npm pack @sveltia/cms@")
            && text.contains("casebook init --with-editor=sveltia-cms-"),
        "{text}"
    );
    assert!(!home.path().join("admin").exists());
}

#[test]
fn another_package_or_an_existing_folder_changes_nothing() {
    let home = hub("");
    let root = home.path().to_str().unwrap();
    let package = home.path().join("package.tgz");
    fs::write(&package, "not the package").unwrap();
    let with_editor = format!("--with-editor={}", package.display());
    let run = casebook(&["init", &with_editor, root], None);
    assert_eq!(run.status.code(), Some(2), "{}", output_text(&run));
    assert!(output_text(&run).contains("nothing is overwritten"), "{}", output_text(&run));
    assert_eq!(fs::read(home.path().join("admin/notes.html")).unwrap(), b"no part of it");

    fs::remove_dir_all(home.path().join("admin")).unwrap();
    fs::create_dir(home.path().join("admin")).unwrap();
    let run = casebook(&["init", &with_editor, root], None);
    assert_eq!(run.status.code(), Some(2), "{}", output_text(&run));
    assert!(output_text(&run).contains("cannot be unpacked"), "{}", output_text(&run));
    assert_eq!(fs::read_dir(home.path().join("admin")).unwrap().count(), 0);
}

#[test]
fn a_hub_without_repository_is_told_before_anything_is_fetched() {
    let home = hub("");
    fs::remove_dir_all(home.path().join("admin")).unwrap();
    fs::write(home.path().join("site.toml"), "title = \"Hub\"\n").unwrap();
    let nowhere = tempfile::tempdir().unwrap();
    let run =
        casebook(&["init", "--with-editor", home.path().to_str().unwrap()], Some(nowhere.path()));
    let text = output_text(&run);
    assert!(run.status.code() == Some(2) && text.contains("[repository]"), "{text}");
    assert!(!text.contains("npm"), "{text}");
}

#[test]
#[ignore = "needs the packages of the browser tests; `tests/run` installs them"]
fn the_package_becomes_an_editor_that_asks_no_other_host() {
    let home = hub("publish = \"all\"");
    fs::remove_dir_all(home.path().join("admin")).unwrap();
    let root = home.path().to_str().unwrap();
    let package = repository().join("tests/browser/node_modules/@sveltia/cms");
    let with_editor = format!("--with-editor={}", package.display());
    let run = casebook(&["init", &with_editor, root], None);
    assert!(run.status.success(), "{}", output_text(&run));
    let read = |name: &str| fs::read_to_string(home.path().join("admin").join(name)).unwrap();
    let script = read("sveltia-cms.js");
    for host in ["unpkg.com", "jsdelivr.net", "githubstatus.com/api", "hostedstatus.com"] {
        assert!(!script.contains(host), "{host}");
    }
    assert!(read("index.html").contains("connect-src 'self' data: blob: https://git.example;"));
    assert!(read("index.html").contains("<html lang=\"nl\">"));
    assert!(read("config.yml").contains("team/hub") && read("locales/nl.json").len() > 1000);
    let built = casebook(&["build", "--root", root], None);
    assert!(
        built.status.success() && !output_text(&built).contains("admin/"),
        "{}",
        output_text(&built)
    );
    assert!(home.path().join("public/admin/material-symbols-outlined.woff2").is_file());
    let again = casebook(&["init", &with_editor, root], None);
    assert_eq!(again.status.code(), Some(2), "{}", output_text(&again));
}
