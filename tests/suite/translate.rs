//! Tests of `casebook translate`: what is missing goes out as one file, and the answers come back.

#![expect(clippy::disallowed_methods, reason = "tests lay out hubs on the disk")]

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use casebook::catalog::field;
use casebook::record::front_matter::{self, Edit, FieldValue};

use crate::support::HubFolder;

/// A Japanese study with comments and a field that nobody knows.
const STUDY: &str = "---\r\n# kept\r\ntitle: 題\r\nsummary: \"二; \\\"三\\\", 四\"\r\nstatus: planned # soon\r\n\
    language: ja\r\nmarkets: [JP]\r\nchannels: [email]\r\ntactics: [discount]\r\nfixed: [一, 二]\r\n\
    flexible: [文面]\r\nrelated: []\r\nextra: {own: 1}\r\n---\r\n\r\nText.\r\n";

/// A Spanish idea that has a part of its gist, with a comment between its lines.
const IDEA: &str = "---\ntitle: Otra vez\nstatus: new\nsummary: Dos veces.\nlanguage: es\n\
    translations:\n  nl:\n    # by the Dutch team\n    title: Nog een keer\n---\n\nMás.\n";

/// A playbook without a byte to spare.
const PLAYBOOK: &str =
    "---\ntitle: Menos\nclaim: Menos gana.\nlanguage: es\ntranslations: {en: {title: Less}}\n---\n";

const STUDY_PATH: &str = "content/case-studies/jp/a.md";
const IDEA_PATH: &str = "content/ideas/b.md";
const PLAYBOOK_PATH: &str = "content/playbooks/c.md";

fn hub() -> HubFolder {
    let own = "---\ntitle: In the language of the hub\nstatus: new\n---\n";
    HubFolder::new(&[
        ("site.toml", "title = \"Hub\"\nlanguage = \"en\"\n"),
        (STUDY_PATH, STUDY),
        (IDEA_PATH, IDEA),
        (PLAYBOOK_PATH, PLAYBOOK),
        ("content/ideas/own.md", own),
    ])
}

fn translate(root: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_casebook"))
        .arg("translate")
        .args(arguments)
        .args(["--today", "2026-11-22", "--root"])
        .arg(root)
        .output()
        .unwrap()
}

fn listed(hub: &HubFolder, format: &str) -> String {
    let output = translate(hub.path(), &["--list", "--format", format]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// Applies a file of answers, and returns what was printed to standard error.
fn applied(hub: &HubFolder, file: &str, is_fine: bool) -> String {
    let path = hub.parent().join("answers");
    fs::write(&path, file).unwrap();
    let output = translate(hub.path(), &["--apply", path.to_str().unwrap()]);
    let errors = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.success(), is_fine, "{errors}");
    errors
}

fn read(hub: &HubFolder, path: &str) -> String {
    fs::read_to_string(hub.path().join(path)).unwrap()
}

/// The Markdown list with an answer to every text: its source in upper-case letters of its own.
fn answer_markdown(list: &str) -> String {
    let mut name = "";
    let mut answered = String::new();
    for line in list.lines() {
        answered += &format!("{line}\n");
        name = line.strip_prefix("### ").unwrap_or(name);
        if line.starts_with("> ") {
            answered += &format!("\nAnswer to {name}: yes,\n\"no\" # and\n");
        }
    }
    answered
}

#[test]
fn what_is_missing_is_listed_with_places_for_the_answers() {
    let hub = hub();
    let list = listed(&hub, "markdown");
    for part in [
        "## jp/a\n\n- path: content/case-studies/jp/a.md\n- from: ja\n- to: en\n\n### title\n\n> 題\n\n### summary",
        "### fixed 2\n\n> 二\n",
        "## b\n\n- path: content/ideas/b.md\n",
        "## c\n\n- path: content/playbooks/c.md\n- from: es\n- to: en\n\n### summary\n\n> Menos gana.\n",
    ] {
        assert!(list.contains(part), "{part}:\n{list}");
    }
    assert!(!list.contains("own.md"), "{list}");
    let dutch = translate(hub.path(), &["--list", "--to", "nl"]);
    let dutch = String::from_utf8(dutch.stdout).unwrap();
    assert!(
        dutch.contains("### summary\n\n> Dos veces.") && !dutch.contains("> Otra vez"),
        "{dutch}"
    );
    assert!(!translate(hub.path(), &["--list", "--to", "english"]).status.success());
}

#[test]
fn answers_go_into_the_files_and_nothing_else_changes() {
    let hub = hub();
    let answers = answer_markdown(&listed(&hub, "markdown"));
    let said = applied(&hub, &answers, true);
    assert!(said.contains("3 records changed; 8 translations read, 0 texts without"), "{said}");
    let study = read(&hub, STUDY_PATH);
    let translations =
        "translations:\r\n  en:\r\n    title: 'Answer to title: yes, \"no\" # and'\r\n";
    assert!(study.contains(translations), "{study}");
    let (before, rest) = study.split_once("translations:").unwrap();
    let after = rest.split_once("related:").unwrap().1;
    assert_eq!(format!("{before}related:{after}"), STUDY, "the rest stays, byte for byte");
    let idea = read(&hub, IDEA_PATH);
    assert!(
        idea.contains("  nl:\n    # by the Dutch team\n    title: Nog een keer\n  en:\n"),
        "{idea}"
    );
    assert!(read(&hub, PLAYBOOK_PATH).contains("title: Less"), "what was there stays");
    assert!(listed(&hub, "markdown").lines().all(|line| !line.starts_with("##")), "none is left");
    let said = applied(&hub, &answers, true);
    assert!(said.contains("0 records changed"), "{said}");
    assert_eq!(read(&hub, STUDY_PATH), study);
}

#[test]
fn a_table_comes_back_as_a_spreadsheet_saves_it() {
    let hub = hub();
    let list = listed(&hub, "csv");
    assert!(list.starts_with("\u{feff}\"id\",\"path\",\"from\",\"to\""), "{list}");
    // Excel in a locale with a decimal comma: semicolons, quotes only where needed, a second line.
    let mut answered = list.replace("\",\"", "\";\"");
    answered = answered.replace("\"題\";\"\"", "題;\"One,\nafter \"\"two\"\"\"");
    let said = applied(&hub, &answered, true);
    assert!(said.contains("1 record changed; 1 translation read, 7 texts without"), "{said}");
    assert!(read(&hub, STUDY_PATH).contains("One,"), "{}", read(&hub, STUDY_PATH));
}

#[test]
fn answers_that_do_not_fit_change_nothing() {
    let hub = hub();
    let answers = answer_markdown(&listed(&hub, "markdown"));
    for (from, to, said) in [
        ("## jp/a", "## jp/z", "there is no record `jp/z`"),
        ("> 題", "> 別の題", "`title` of `jp/a` is no longer what was to be translated"),
        ("- to: en", "- to: ja", "`jp/a` is in `ja` itself"),
        ("- to: en", "- to: english", "`english` is not a language code"),
        ("### summary", "### subtitle", "`subtitle` is not the name of a text"),
    ] {
        let errors = applied(&hub, &answers.replacen(from, to, 1), false);
        assert!(errors.contains(said) && errors.contains("answers:"), "{from}: {errors}");
        assert_eq!(
            [read(&hub, STUDY_PATH), read(&hub, IDEA_PATH), read(&hub, PLAYBOOK_PATH)],
            [STUDY, IDEA, PLAYBOOK]
        );
    }
    let without_title =
        listed(&hub, "markdown").replace("> Dos veces.\n", "> Dos veces.\n\nTwice.\n");
    let errors = applied(&hub, &without_title, false);
    assert!(errors.contains("`b` needs a title in `en` too"), "{errors}");
}

#[test]
fn a_list_that_is_answered_in_part_is_left_out() {
    let hub = hub();
    let list = listed(&hub, "markdown");
    let answers = list
        .replace("> 題\n", "> 題\n\nOne\n")
        .replace("### fixed 2\n\n> 二\n", "### fixed 2\n\n> 二\n\nTwo\n");
    let said = applied(&hub, &answers, true);
    assert!(said.contains("1 record changed; 1 translation read"), "{said}");
    let study = read(&hub, STUDY_PATH);
    assert!(study.contains("en: {title: One}"), "{study}");
}

#[test]
fn comments_within_translations_are_never_lost() {
    let edit = |entry: &str| Edit::SetEntries {
        key: field::TRANSLATIONS.name.to_owned(),
        entry: entry.to_owned(),
        values: vec![("summary".to_owned(), FieldValue::from("Twee keer."))],
    };
    let apply = |entry: &str| front_matter::apply(IDEA, &edit(entry), field::known_keys());
    let error = apply("nl").unwrap_err();
    assert!(error.message.contains("a comment within `translations` would be lost"), "{error}");
    assert!(apply("de").unwrap().contains("# by the Dutch team"));
}
