//! Tests of similar records while authors write: for drafts, for new records and in reviews.

#![expect(clippy::disallowed_methods, reason = "tests lay out hubs on the disk")]

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;

use crate::settle::verdicts_of_the_site;
use crate::support::HubFolder;

/// A planned countdown test from Ireland, worded independently of the record in the sample hub.
const DRAFT: &str = "---
title: \"A running clock on weekend prices\"
summary: \"We plan to show the hours left on offers that end on Sunday night.\"
status: planned
markets: [IE]
channels: [website, email]
tactics: [urgency-scarcity]
objective: conversion
hypothesis: \"If the offer box counts down to the real end of the price, for visitors who viewed the offer, then conversion rises by 4 %, because a visible end stops people from putting it off.\"
method: ab-test
start: 2027-01-11
end: 2027-02-14
budget: {band: xs}
results:
  - {metric: cvr, role: primary, baseline: 2.9}
owner: \"Online trading, Ireland\"
---

## Challenge

Weekend offers for running shoes sell on Friday and on Sunday night. In between people look at the product page and leave; the end date
stands in small type.

## Execution

Half of the visitors will see the price end in words, half a countdown with days and hours to Sunday 23:59, in the Saturday email too. The
deadline is real: on Monday the price goes up.
";

fn casebook(root: &Path, arguments: &[&str]) -> Output {
    let program = env!("CARGO_BIN_EXE_casebook");
    Command::new(program)
        .args(arguments)
        .args(["--today", "2026-11-22"])
        .arg("--root")
        .arg(root)
        .output()
        .unwrap()
}

fn parse_json(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&output.stderr)))
}

fn first_id(answer: &Value) -> &str {
    answer[0]["id"].as_str().unwrap_or("")
}

#[test]
fn neighbours_are_the_same_from_the_cache() {
    let hub = HubFolder::sample();
    hub.write("draft.md", DRAFT);
    let draft = hub.path().join("draft.md");
    let ask = || {
        parse_json(&casebook(hub.path(), &["similar", draft.to_str().unwrap(), "--format", "json"]))
    };
    let first_run = ask();
    assert_eq!(first_id(&first_run), "gb/countdown-offer", "{first_run:#}");
    let is_cached = || {
        fs::read_dir(hub.path().join(".casebook/cache"))
            .unwrap()
            .any(|entry| entry.unwrap().file_name().to_str().unwrap().starts_with("similar-"))
    };
    assert!(is_cached(), "the compared records are kept");
    assert_eq!(ask(), first_run, "kept records give the same answer");
    let from_text = parse_json(&casebook(
        hub.path(),
        &[
            "similar",
            "--text",
            "verwijsbeloning voor vrienden",
            "--format",
            "json",
            "--market",
            "nl",
        ],
    ));
    assert_eq!(first_id(&from_text), "nl/vriendenbeloning-app", "{from_text:#}");

    hub.write(
        "content/case-studies/ie/weekend-clock.md",
        DRAFT.replace("weekend prices", "Sunday prices"),
    );
    let after = ask();
    assert_eq!(first_id(&after), "ie/weekend-clock", "a new record is found at once: {after:#}");

    for entry in fs::read_dir(hub.path().join(".casebook/cache")).unwrap() {
        fs::write(entry.unwrap().path(), b"damaged").unwrap();
    }
    assert_eq!(ask(), after, "damaged files are made again");
}

/// A record of the hub is recognised by its file in every notation of the path and the root, and
/// gets the same score as in the table.
#[test]
fn a_record_is_never_its_own_duplicate() {
    let hub = HubFolder::sample();
    let asked_in = |folder: &Path, root: &str, path: &str| {
        let arguments =
            ["similar", "--root", root, path, "--format", "json", "--today", "2026-11-22"];
        parse_json(
            &Command::new(env!("CARGO_BIN_EXE_casebook"))
                .args(arguments)
                .current_dir(folder)
                .output()
                .unwrap(),
        )
    };
    let inside = hub.path().join("content");
    let found = asked_in(hub.path(), ".", "content/case-studies/gb/countdown-offer.md");
    assert!(
        found.as_array().unwrap().iter().all(|near| near["id"] != "gb/countdown-offer"),
        "{found:#}"
    );
    let name = format!("../{}", hub.path().file_name().unwrap().to_str().unwrap());
    assert_eq!(
        found,
        asked_in(hub.path(), &name, "content/../content/case-studies/gb/countdown-offer.md")
    );
    assert_eq!(found, asked_in(&inside, "..", "case-studies/gb/../gb/countdown-offer.md"));

    let table = casebook(hub.path(), &["similar", "--all", "--neighbours", "5", "--format", "tsv"]);
    let row = format!("gb/countdown-offer\t{}\t", found[0]["id"].as_str().unwrap());
    let table = String::from_utf8_lossy(&table.stdout).into_owned();
    let cells: Vec<&str> =
        table.lines().find_map(|line| line.strip_prefix(&row)).unwrap().split('\t').collect();
    let (score, kind) = (cells[0].parse::<f64>().unwrap(), cells[1]);
    assert!((score - found[0]["score"].as_f64().unwrap()).abs() <= 0.005, "{score} {found:#}");
    assert_eq!(kind, found[0]["kind"], "one verdict for one pair");
}

#[test]
fn new_records_list_similar_ones() {
    let hub = HubFolder::sample();
    let new = [
        "new",
        "case-study",
        "--title",
        "Countdown to the real end of an offer",
        "--market",
        "ie",
        "--channel",
        "website",
    ];
    let written = casebook(hub.path(), &[&new[..], &["--tactic", "urgency-scarcity"]].concat());
    assert!(written.status.success());
    let message = String::from_utf8_lossy(&written.stderr);
    assert!(message.contains("gb/countdown-offer") && message.contains("grade"), "{message}");
    assert!(
        hub.path()
            .join("content/case-studies/ie/countdown-to-the-real-end-of-an-offer.md")
            .is_file()
    );
}

/// Runs git in a folder with a fixed author.
pub fn git(root: &Path, arguments: &[&str]) {
    let names = [
        "-c",
        "user.name=Team Ireland",
        "-c",
        "user.email=team@example.org",
        "-c",
        "commit.gpgsign=false",
    ];
    let output =
        Command::new("git").args(names).args(arguments).current_dir(root).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn a_review_lists_the_changes_of_a_branch() {
    let hub = HubFolder::sample();
    git(hub.path(), &["init", "-q"]);
    git(hub.path(), &["add", "content", "site.toml"]);
    git(hub.path(), &["commit", "-qm", "hub"]);
    let nothing = casebook(
        hub.path(),
        &["review", "--base", "HEAD", "--format", "json", "--fail-on", "duplicate"],
    );
    assert!(nothing.status.success(), "nothing changed");
    assert_eq!(
        (&parse_json(&nothing)["pairs"], &parse_json(&nothing)["families"]),
        (&serde_json::json!([]), &serde_json::json!([]))
    );

    let broken = "See [the guide](../gb/no-such-study.md).\n";
    hub.write("content/case-studies/ie/weekend-clock.md", format!("{DRAFT}\n{broken}"));
    fs::remove_file(hub.path().join("content/ideas/send-when-they-read.md")).unwrap();
    let edited = hub.path().join("content/case-studies/gb/countdown-offer.md");
    fs::write(
        &edited,
        fs::read_to_string(&edited)
            .unwrap()
            .replace("A countdown that tells", "A clock that tells"),
    )
    .unwrap();

    let review = casebook(
        hub.path(),
        &["review", "--base", "HEAD", "--format", "json", "--fail-on", "duplicate"],
    );
    assert_eq!(review.status.code(), Some(1), "a duplicate was to fail it");
    let report = parse_json(&review);
    assert_eq!(
        report["added"][0]["path"], "content/case-studies/ie/weekend-clock.md",
        "{report:#}"
    );
    assert_eq!(report["changed"][0]["path"], "content/case-studies/gb/countdown-offer.md");
    assert_eq!(report["removed"][0], "content/ideas/send-when-they-read.md");
    // Two markets have tried it before, so the third makes a family of which only it is new.
    let family = &report["families"][0];
    assert_eq!(
        (&family["id"], &family["kind"]),
        (&Value::from("gb/countdown-offer~urgency-scarcity"), &Value::from("already-tried")),
        "{report:#}"
    );
    assert_eq!(
        (&family["new"], &report["pairs"]),
        (&serde_json::json!(["ie/weekend-clock"]), &serde_json::json!([])),
        "{report:#}"
    );
    assert!(
        report["problems"]
            .as_array()
            .unwrap()
            .iter()
            .any(|problem| problem["code"] == "broken-link"),
        "{report:#}"
    );

    let comment = casebook(hub.path(), &["review", "--base", "HEAD", "--fail-on", "never"]);
    assert_eq!(comment.status.code(), Some(0), "nothing was to fail it");
    let text = String::from_utf8_lossy(&comment.stdout);
    let (label, _) = &verdicts_of_the_site()["already-tried"];
    for words in [
        "### One experiment in several markets",
        &format!("- **{label}** "),
        "replicates: ",
        "### Broken links",
        "### Added",
        "### Changed",
        "### Removed",
    ] {
        assert!(text.contains(words), "`{words}` is missing in:\n{text}");
    }
    assert_eq!(
        casebook(hub.path(), &["review", "--base", "no-such-branch"]).status.code(),
        Some(2)
    );
}

#[test]
fn a_review_names_comments_that_an_editor_lost() {
    let text = "---\n# for the board\ntitle: Clock\nstatus: planned # until May\nmarkets: [NL]\nchannels: [email]\n\
        tactics:\n  # the main one\n  - discount\nowner: \"Team # 1\"\n---\n\n# A heading\n";
    let path = "content/case-studies/nl/clock.md";
    let hub = HubFolder::new(&[(path, text)]);
    git(hub.path(), &["init", "-q"]);
    git(hub.path(), &["add", "content", "site.toml"]);
    git(hub.path(), &["commit", "-qm", "hub"]);
    // Another editor sorts the keys, quotes otherwise, writes lists in lines, and keeps one comment.
    let saved = "---\nchannels:\n- 'email'\nmarkets:\n- 'NL'\nowner: 'Team # 1'\nstatus: 'planned'\ntactics:\n- 'discount'\n\
        # for the board\ntitle: 'Clock'\n---\n\nNo heading\n";
    hub.write(path, saved);
    assert!(casebook(hub.path(), &["fmt"]).status.success());
    let review = casebook(hub.path(), &["review", "--base", "HEAD", "--format", "json"]);
    let report = parse_json(&review);
    assert_eq!(
        report["lost_comments"],
        serde_json::json!([{"path": path, "comments": ["until May", "the main one"]}])
    );
    let comment = casebook(hub.path(), &["review", "--base", "HEAD"]);
    let comment = String::from_utf8_lossy(&comment.stdout).into_owned();
    let wanted = format!(
        "### Comments that are gone\n\n- 2 comments of the front matter are gone (`{path}`): `until May`, `the main one`\n"
    );
    assert!(comment.contains(&wanted), "{comment}");
    hub.write(path, text.replace("planned # until May", "running # until May"));
    let review = casebook(hub.path(), &["review", "--base", "HEAD", "--format", "json"]);
    assert_eq!(parse_json(&review)["lost_comments"], serde_json::json!([]), "all are still there");
}

/// What a flag says wrong gets the diagnostics that it would get in a file, and nothing is written.
#[test]
fn flags_get_the_hints_that_files_get() {
    let hub = HubFolder::new(&[("site.toml", "title = \"Hub\"\n")]);
    let new = ["new", "case-study", "--title", "Cupom", "--channel", "email"];
    let rows: [(&[&str], &[&str]); 5] = [
        (
            &["--market", "BR", "--tactic", "discount", "--start", "03/02/2026"],
            &["can be read in more than one way", "`2026-02-03` or `2026-03-02`"],
        ),
        (
            &["--market", "BR", "--tactics", "cupom, frete grátis"],
            &["these are 2 names: write them as a list, `[discount, free-shipping]`"],
        ),
        (
            &["--market", "BR, PT", "--tactic", "discount"],
            &["these are 2 names: write them as a list, `[BR, PT]`"],
        ),
        (
            &["--market", "BR", "--tactic", "discount", "--status", "planed"],
            &["`planed` is not a known status", "did you mean `planned`?"],
        ),
        (
            &["--market", "BR", "--tactic", "discount", "--adapted-from", "br/nothing"],
            &["br/nothing"],
        ),
    ];
    for (flags, wanted) in rows {
        let output = casebook(hub.path(), &[&new[..], flags].concat());
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{flags:?}: {said}");
        for text in wanted.iter().chain(&["was not written"]) {
            assert!(said.contains(text), "{flags:?}: `{text}` is not in {said}");
        }
        assert!(!hub.path().join("content/case-studies").exists(), "{flags:?} wrote a file");
    }
    let named = ["--market", "Brasil", "--tactic", "cupom", "--start", "2026-12-01"];
    let output = casebook(hub.path(), &[&new[..], &named].concat());
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text =
        std::fs::read_to_string(hub.path().join("content/case-studies/br/cupom.md")).unwrap();
    for line in ["markets: [BR]", "tactics: [discount]", "start: 2026-12-01"] {
        assert!(text.contains(line), "`{line}` is not in {text}");
    }
}
