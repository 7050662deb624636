//! Tests of the command-line program: exit codes, output and files.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use crate::support::{repository, sample_site};

/// The date for which the sample hub is written.
const TODAY: &str = "2026-11-22";

fn casebook(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_casebook"))
        .args(arguments)
        .env_remove("SOURCE_DATE_EPOCH")
        .output()
        .expect("the program starts")
}

fn output_text(output: &Output) -> String {
    format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    )
}

/// Contents of all files below a folder, by path.
fn read_files(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut files = BTreeMap::new();
    for entry in walkdir::WalkDir::new(folder).into_iter().map(|entry| entry.expect("readable")) {
        if entry.file_type().is_file() {
            files.insert(
                entry.path().strip_prefix(folder).expect("below").to_owned(),
                read_file(entry.path()),
            );
        }
    }
    files
}

#[expect(clippy::disallowed_methods, reason = "tests look at what the program wrote")]
fn read_file(path: &Path) -> Vec<u8> {
    std::fs::read(path).expect("readable")
}

#[expect(clippy::disallowed_methods, reason = "tests lay out hubs on the disk")]
fn write_file(path: &Path, text: &str) {
    std::fs::create_dir_all(path.parent().expect("a folder")).expect("writable");
    std::fs::write(path, text).expect("writable");
}

#[expect(clippy::disallowed_methods, reason = "tests leave what a killed run leaves")]
fn rename(from: &str, to: &str) {
    std::fs::rename(from, to).expect("renamed");
}

/// A hub made by `init`, in a folder that is deleted when it is dropped.
fn new_hub() -> (tempfile::TempDir, String) {
    let folder = tempfile::tempdir().expect("a folder");
    let hub = folder.path().join("hub").to_str().expect("UTF-8").to_owned();
    assert!(casebook(&["init", &hub]).status.success());
    (folder, hub)
}

#[test]
fn any_command_recovers_from_a_killed_build() {
    let (_folder, hub) = new_hub();
    let build = ["build", "--root", &hub, "--today", TODAY];
    assert!(casebook(&build).status.success());
    let before = read_files(Path::new(&format!("{hub}/public")));
    // The state between the two renames of a publication on systems without an atomic exchange.
    let (public, new, old, journal) = (
        format!("{hub}/public"),
        format!("{hub}/.public.casebook-new"),
        format!("{hub}/.public.casebook-old"),
        format!("{hub}/.public.casebook-journal"),
    );
    for command in ["check", "search", "build"] {
        rename(&public, if command == "check" { &old } else { &new });
        write_file(Path::new(&journal), "");
        write_file(Path::new(&hub).join(".casebook/cache/search.1.passing").as_path(), "half");
        if command == "build" {
            write_file(
                Path::new(&hub).join("content/ideas/broken.md").as_path(),
                "---\ntitle: [unclosed\n---\n",
            );
        }
        let words = if command == "search" { &["idea"][..] } else { &[] };
        casebook(&[&[command, "--root", &hub, "--today", TODAY], words].concat());
        assert!(read_files(Path::new(&public)) == before, "{command} brings the site back");
        let left = read_files(Path::new(&hub)).into_keys().filter(|path| {
            path.to_string_lossy().contains(".casebook-") && !path.starts_with("public")
        });
        assert_eq!(left.collect::<Vec<_>>(), Vec::<PathBuf>::new());
        assert!(!Path::new(&hub).join(".casebook/cache/search.1.passing").exists());
    }
}

#[test]
fn foreign_files_in_the_published_folder_are_reported() {
    let (_folder, hub) = new_hub();
    let build = ["build", "--root", &hub, "--today", TODAY];
    assert!(casebook(&build).status.success());
    write_file(Path::new(&hub).join("public/.casebook-manifest").as_path(), "");
    write_file(Path::new(&hub).join("public/mine.txt").as_path(), "mine");
    let built = casebook(&build);
    assert!(built.status.success(), "{}", output_text(&built));
    assert!(
        output_text(&built).contains("manifest")
            && output_text(&built).contains("public-kept-1`: `mine.txt`"),
        "{}",
        output_text(&built)
    );
    assert_eq!(read_file(&Path::new(&hub).join("public-kept-1/mine.txt")), b"mine");
}

#[test]
fn a_reader_of_the_output_that_is_gone_is_no_error() {
    let root = repository();
    for arguments in [
        &["check", "--explain", "fields"][..],
        &["schema", "--for", "sveltia"],
        &["vocabulary"],
        &["vocabulary", "--format", "json"],
        &["similar", "--all"],
        &["search", "discount"],
        &["digest", "--since", "2026-01-01"],
    ] {
        let mut program = Command::new(env!("CARGO_BIN_EXE_casebook"))
            .args(arguments)
            .args(["--today", TODAY, "--root"])
            .arg(&root)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts");
        drop(program.stdout.take());
        let output = program.wait_with_output().expect("it ends");
        let told = output_text(&output);
        assert!(output.status.success(), "{arguments:?}: {told}");
        assert!(!told.contains("error") && !told.contains("panicked"), "{arguments:?}: {told}");
    }
}

#[test]
fn a_new_hub_builds_without_diagnostics() {
    let (folder, hub) = new_hub();
    let hub = hub.as_str();
    let built = casebook(&["build", "--root", hub, "--today", "2026-07-01"]);
    assert!(built.status.success(), "{}", output_text(&built));
    assert_eq!(String::from_utf8_lossy(&built.stderr), "", "nothing to mend in a new hub");
    assert!(folder.path().join("hub/public/index.html").is_file());
    assert_eq!(casebook(&["init", hub]).status.code(), Some(2), "never into a hub that is there");
}

#[test]
fn new_records_are_valid_and_never_overwrite() {
    let (folder, hub) = new_hub();
    let hub = hub.as_str();
    let new = [
        "new",
        "case-study",
        "--root",
        hub,
        "--market",
        "no",
        "--channel",
        "e-mail",
        "--tactic",
        "member get member",
        "--title",
        "Ja: nei & \"yes\"",
    ];
    let made = casebook(&new);
    assert!(made.status.success(), "{}", output_text(&made));
    let text = String::from_utf8(read_file(
        &folder.path().join("hub/content/case-studies/no/ja-nei-yes.md"),
    ))
    .expect("UTF-8");
    assert!(
        text.contains("markets: [\"NO\"]\n"),
        "lists stay on a line, Norway is quoted for readers that take it for false:\n{text}"
    );
    assert_eq!(casebook(&new).status.code(), Some(2), "it never overwrites");
    for record in [
        ["idea", "--title", "Try it"].as_slice(),
        &["playbook", "--title", "Hold it", "--claim", "It holds"],
    ] {
        let made = casebook(&[&["new"], record, &["--root", hub]].concat());
        assert!(made.status.success(), "{}", output_text(&made));
    }
    let built = casebook(&["build", "--root", hub, "--today", "2026-07-01"]);
    assert!(built.status.success(), "{}", output_text(&built));
}

#[test]
fn search_options_may_precede_or_follow_the_words() {
    let (_folder, hub) = new_hub();
    let hub = hub.as_str();
    let found = |arguments: &[&str]| {
        let output =
            casebook(&[&["search", "--root", hub, "--today", "2026-07-01"], arguments].concat());
        assert!(output.status.success(), "{}", output_text(&output));
        let answer: serde_json::Value =
            serde_json::from_slice(&output.stdout).expect("JSON was asked for");
        (
            answer["total"].as_u64().expect("a number"),
            answer["hits"].as_array().expect("a list").len(),
        )
    };
    let (total, shown) = found(&["referral", "--format", "json", "--limit", "2"]);
    assert!(total > 2 && shown == 2, "{shown} of {total}");
    assert_eq!(found(&["--limit", "2", "--format", "json", "referral"]), (total, shown));
    let (fewer, _) = found(&["referral", "-type:idea", "--format", "json"]);
    assert!(fewer < total, "{fewer} of {total}");
}

#[test]
fn exit_codes_separate_content_errors_from_other_errors() {
    let folder = tempfile::tempdir().expect("a folder");
    assert_eq!(
        casebook(&["build", "--root", folder.path().to_str().expect("UTF-8")]).status.code(),
        Some(1),
        "no settings"
    );
    assert_eq!(casebook(&["bild"]).status.code(), Some(2), "no such subcommand");
    write_file(&folder.path().join("site.toml"), "title = \"Hub\"\n");
    write_file(&folder.path().join("content/ideas/x.md"), "---\ntitle: X\nstatus: nw\n---\n");
    let root = folder.path().to_str().expect("UTF-8");
    let built = casebook(&["build", "--root", root]);
    assert_eq!(built.status.code(), Some(1), "{}", output_text(&built));
    assert!(output_text(&built).contains("content/ideas/x.md:3:9"), "{}", output_text(&built));
    assert!(!folder.path().join("public").exists(), "with errors nothing is written");
    write_file(&folder.path().join("content/ideas/x.md"), "---\ntitle: X\nstatus: new\n---\n");
    assert_eq!(
        casebook(&["build", "--root", root, "--drafts"]).status.code(),
        Some(2),
        "drafts are not for the public"
    );
}

/// The program and the library make the same bytes of the sample hub, in two processes.
#[test]
fn the_sample_hub_builds_cleanly_and_reproducibly() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = repository();
    let root = root.to_str().expect("UTF-8");
    let out = folder.path().join("public");
    let arguments = ["build", "--root", root, "--today", TODAY, "--audience", "public", "--out"];
    let built = casebook(&[&arguments[..], &[out.to_str().expect("UTF-8")]].concat());
    assert!(built.status.success(), "{}", output_text(&built));
    let stderr = String::from_utf8_lossy(&built.stderr);
    assert!(!stderr.contains("error") && !stderr.contains("warning"), "{stderr}");

    let files = read_files(&out);
    let site = &sample_site().0;
    let published = site.files.keys().chain(site.assets.keys());
    let written: BTreeSet<&str> = files
        .keys()
        .map(|path| path.to_str().expect("UTF-8"))
        .filter(|path| *path != ".casebook-manifest")
        .collect();
    assert_eq!(written, published.map(String::as_str).collect(), "the same files");
    let different: Vec<&String> = site
        .files
        .iter()
        .filter(|(path, bytes)| files[Path::new(path)] != ***bytes)
        .map(|(path, _)| path)
        .collect();
    assert!(different.is_empty(), "same input, same bytes: {different:?}");
}

#[test]
fn withheld_records_are_absent_from_the_public_site() {
    for withheld in [
        "radio-store-traffic",
        "lookalike-seed-quality",
        "media-enseignes-contextuel",
        "poin-loyalitas-kopi",
    ] {
        let site = sample_site().assert_never_contains(withheld);
        let mut paths = site.0.files.keys().chain(site.0.assets.keys());
        assert!(!paths.any(|path| path.contains(withheld)), "`{withheld}` has a file");
    }
}
