//! Tests of `rename`, `merge-terms` and `vocabulary` over whole hubs.

#![expect(clippy::disallowed_methods, reason = "tests lay out hubs on the disk")]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::Duration;

use casebook::diagnostic::Severity;
use casebook::record::parse::{identify_record, parse_file};

use crate::support::{HubFolder, TestHub, tries};

fn casebook(root: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_casebook"))
        .args(arguments)
        .args(["--today", "2026-11-22"])
        .arg("--root")
        .arg(root)
        .output()
        .unwrap()
}

/// Runs a command that must succeed, and returns what it prints.
fn run(hub: &HubFolder, arguments: &[&str]) -> String {
    let output = casebook(hub.path(), arguments);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{arguments:?}: {errors}");
    String::from_utf8(output.stdout).unwrap()
}

/// Runs a command that must be refused, and returns its message.
fn refuse(hub: &HubFolder, arguments: &[&str]) -> String {
    let before = texts(hub.path());
    let output = casebook(hub.path(), arguments);
    assert_eq!(output.status.code(), Some(2), "{arguments:?}");
    assert_eq!(texts(hub.path()), before, "{arguments:?}");
    String::from_utf8(output.stderr).unwrap()
}

/// All files of a hub's content and its settings, by path.
fn texts(root: &Path) -> BTreeMap<String, String> {
    let files = walkdir::WalkDir::new(root.join("content"))
        .into_iter()
        .map(|entry| entry.unwrap().into_path())
        .filter(|path| path.is_file())
        .chain([root.join("site.toml")]);
    files
        .map(|path| {
            let name = path.strip_prefix(root).unwrap().to_str().unwrap().to_owned();
            (name, fs::read_to_string(&path).unwrap())
        })
        .collect()
}

/// The records of a hub as they are parsed, by path; aliases are left out.
fn records(root: &Path) -> BTreeMap<String, String> {
    let hub = TestHub::in_folder(root);
    let files = hub.files().iter().filter(|file| identify_record(&file.path).is_some());
    files
        .map(|file| {
            let manuscript = parse_file(file).0.unwrap();
            let fields: Vec<String> = manuscript
                .fields()
                .iter()
                .filter(|(key, _)| !key.is("aliases"))
                .map(|(key, value)| format!("{}: {}", key.name, value.to_flow()))
                .collect();
            let body = manuscript.text[manuscript.body_start..].to_owned();
            (file.path.to_string(), format!("{}\n{body}", fields.join("\n")))
        })
        .collect()
}

/// Fails if a hub has errors or warnings that the sample hub does not have.
fn assert_is_sound(root: &Path) {
    TestHub::in_folder(root).read().assert_severity_at_most(Severity::Note);
}

const CASE: &str = "---\ntitle: One\nstatus: planned\nmarkets: [BR]\nchannels: [email]\ntactics: [discount, bundle] # ours\nresults:\n  - {metric: cvr, role: primary}\n---\n\nSee [the idea](../../ideas/box.md) and ![a](one/a.png).\n";

/// A hub of two studies, an idea and a playbook that name one another.
fn small_hub() -> HubFolder {
    HubFolder::new(&[
        ("content/case-studies/br/one.md", CASE.to_owned()),
        ("content/case-studies/br/one/a.png", "picture".to_owned()),
        (
            "content/case-studies/nl/two.md",
            CASE.replace("title: One", "title: Two\nadapted_from: br/one # origin\nnot_duplicate_of:\n  - {id: br/one, reason: r}\n  - {family: br/one~discount, reason: r}\nidea: box")
                .replace("![a](one/a.png)", "[one](../br/one.md#top) [t](/tactics/discount/) <a href=\"../br/one/a.png\">a</a>"),
        ),
        ("content/ideas/box.md", "---\ntitle: Box\nstatus: new\ntactics: [discount]\nevidence: [br/one]\nbecomes: br/one\n---\n\nText [one][o].\n\n[o]: ../case-studies/br/one.md\n".to_owned()),
        ("content/playbooks/p.md", "---\ntitle: P\nclaim: C.\nsupports: [nl/two, br/one]\napplies_to: {tactics: [bundle, discount], markets: [BR]}\n---\n\nText.\n".to_owned()),
        ("site.toml", "title = \"Hub\"\n[metrics]\ncommon = [\"cvr\", \"ctr\"] # both\n".to_owned()),
    ])
}

#[test]
fn a_tactic_is_renamed_wherever_it_is_named() {
    let hub = small_hub();
    let before = texts(hub.path());
    let diff = run(&hub, &["rename", "tactic", "discount", "price-cut", "--dry-run"]);
    assert!(diff.contains("+tactics: [price-cut, bundle] # ours"), "{diff}");
    assert_eq!(texts(hub.path()), before, "a dry run writes nothing");
    run(&hub, &["rename", "tactic", "discount", "price-cut"]);
    let after = texts(hub.path());
    for (path, text) in &before {
        let wanted = text
            .replace("[discount,", "[price-cut,")
            .replace("discount]", "price-cut]")
            .replace("~discount", "~price-cut")
            .replace("/tactics/discount/", "/tactics/price-cut/");
        assert_eq!(after[path], wanted, "{path}");
    }
    assert_eq!(
        after["content/vocabulary/tactics.yaml"],
        "- id: price-cut\n  aliases: [discount]\n"
    );
    let site = TestHub::in_folder(hub.path()).read().publish();
    site.assert_has_file("tactics/price-cut/index.html");
    site.assert_contains("case-studies/nl/two/index.html", "../../../tactics/price-cut/");
}

#[test]
fn a_metric_and_a_market_are_renamed_in_all_files() {
    let hub = small_hub();
    hub.write("content/vocabulary/groups.yaml", "- {id: mine, members: [BR, NL]}\n");
    run(&hub, &["rename", "metric", "cvr", "conversion-share"]);
    run(&hub, &["rename", "market", "br", "bx"]);
    let after = texts(hub.path());
    assert!(after["site.toml"].ends_with("common = [\"conversion-share\", \"ctr\"] # both\n"));
    assert!(after["content/case-studies/br/one.md"].contains("{metric: conversion-share, role"));
    assert!(after["content/case-studies/br/one.md"].contains("markets: [BX]"));
    assert_eq!(after["content/vocabulary/groups.yaml"], "- {id: mine, members: [BX, NL]}\n");
}

#[test]
fn merged_terms_stand_once_in_each_list() {
    let hub = small_hub();
    run(&hub, &["merge-terms", "tactic", "discount", "bundle"]);
    let after = texts(hub.path());
    assert!(after["content/case-studies/br/one.md"].contains("tactics: [bundle] # ours"));
    assert!(after["content/playbooks/p.md"].contains("{tactics: [bundle], markets"));
    assert!(after["content/ideas/box.md"].contains("tactics: [bundle]"));
    let read = TestHub::in_folder(hub.path()).read();
    let tactics = &read.catalog().vocabulary.tactics;
    assert_eq!(tactics.find("Korting"), tactics.find("bundle"), "its names lead there");
}

#[test]
fn a_case_moves_with_its_attachments_and_leaves_a_redirect() {
    let hub = small_hub();
    run(&hub, &["rename", "case", "br/one", "mx/deep/first"]);
    let after = texts(hub.path());
    assert!(!after.keys().any(|path| path.contains("br/one")), "{:?}", after.keys());
    let moved = &after["content/case-studies/mx/deep/first.md"];
    assert!(moved.contains("aliases: [/case-studies/br/one/]"), "{moved}");
    assert!(moved.contains("](../../../ideas/box.md) and ![a](first/a.png)"), "{moved}");
    assert_eq!(after["content/case-studies/mx/deep/first/a.png"], "picture");
    let two = &after["content/case-studies/nl/two.md"];
    for wanted in [
        "adapted_from: mx/deep/first # origin",
        "{id: mx/deep/first, reason: r}",
        "{family: mx/deep/first~discount, reason: r}",
        "(../mx/deep/first.md#top)",
        "href=\"../mx/deep/first/a.png\"",
    ] {
        assert!(two.contains(wanted), "{wanted}: {two}");
    }
    let idea = &after["content/ideas/box.md"];
    assert!(idea.contains("[o]: ../case-studies/mx/deep/first.md"), "{idea}");
    assert!(idea.contains("evidence: [mx/deep/first]\nbecomes: mx/deep/first"), "{idea}");
    assert!(after["content/playbooks/p.md"].contains("supports: [nl/two, mx/deep/first]"));
    let site = TestHub::in_folder(hub.path()).read().publish();
    site.assert_has_file("case-studies/mx/deep/first/index.html");
    site.assert_contains("case-studies/br/one/index.html", "case-studies/mx/deep/first/");

    run(&hub, &["rename", "case", "mx/deep/first", "br/one"]);
    let back = &texts(hub.path())["content/case-studies/br/one.md"];
    assert!(back.contains("aliases: [/case-studies/mx/deep/first/]"), "{back}");
    run(&hub, &["rename", "idea", "box", "small-box"]);
    assert!(texts(hub.path())["content/case-studies/nl/two.md"].contains("idea: small-box"));
}

#[test]
fn what_cannot_be_renamed_is_said() {
    let hub = small_hub();
    let rows: &[(&[&str], &str)] = &[
        (&["rename", "tactic", "discont", "x"], "did you mean `discount`?"),
        (&["rename", "tactic", "voucher", "x"], "another name of the tactic `discount`"),
        (
            &["rename", "tactic", "discount", "bundle"],
            "casebook merge-terms tactic discount bundle",
        ),
        (&["rename", "tactic", "discount", "a/b"], "cannot be the id of a tactic"),
        (&["rename", "market", "BR", "latam"], "is a market group"),
        (&["rename", "case", "br/on", "x"], "did you mean `br/one`?"),
        (&["rename", "case", "br/one", "nl/two"], "is taken by"),
        (&["rename", "case", "br/one", "../x"], "cannot be the id of a case study"),
        (&["merge-terms", "tactic", "discount", "discount"], "into itself"),
    ];
    for (arguments, wanted) in rows {
        let message = refuse(&hub, arguments);
        assert!(message.contains(wanted), "{arguments:?}: {message}");
    }
    hub.write("content/ideas/broken.md", "---\ntitle: [\n---\n");
    let message = refuse(&hub, &["rename", "tactic", "discount", "price-cut"]);
    assert!(message.contains("`content/ideas/broken.md` cannot be read"), "{message}");
}

#[test]
fn renaming_there_and_back_changes_no_record_of_the_sample_hub() {
    let hub = HubFolder::sample();
    let (before, before_texts) = (records(hub.path()), texts(hub.path()));
    for (kind, old, new) in [
        ("tactic", "urgency-scarcity", "honest-clock"),
        ("tactic", "repair-offer", "mending-offer"),
        ("channel", "email", "letter-by-mail"),
        ("metric", "cvr", "conversion-share"),
        ("market", "JP", "JX"),
        ("case", "gb/countdown-offer", "gb/deep/clock-offer"),
        ("idea", "honest-deadline", "true-deadline"),
    ] {
        run(&hub, &["rename", kind, old, new]);
        assert_ne!(records(hub.path()), before, "{kind}");
        assert_is_sound(hub.path());
        run(&hub, &["rename", kind, new, old]);
        assert_eq!(records(hub.path()), before, "{kind}");
        assert_is_sound(hub.path());
    }
    // Where nothing but an alias was added, not a byte differs.
    let after = texts(hub.path());
    let changed: Vec<&String> = before_texts
        .iter()
        .filter(|(path, text)| after[*path] != **text)
        .map(|(path, _)| path)
        .collect();
    assert_eq!(
        changed,
        [
            "content/case-studies/gb/countdown-offer.md",
            "content/ideas/honest-deadline.md",
            "content/vocabulary/tactics.yaml"
        ]
    );
}

#[test]
fn a_killed_rename_leaves_all_files_old_or_new() {
    let hub = HubFolder::sample();
    let states = [records(hub.path()), {
        let renamed = HubFolder::sample();
        run(&renamed, &["rename", "case", "gb/countdown-offer", "gb/clock-offer"]);
        records(renamed.path())
    }];
    let names = ["gb/countdown-offer", "gb/clock-offer"];
    let mut at = 0;
    for kill in 0..u64::from(tries(12)) {
        let mut child = Command::new(env!("CARGO_BIN_EXE_casebook"))
            .args(["rename", "case", names[at], names[1 - at], "--today", "2026-11-22", "--root"])
            .arg(hub.path())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        std::thread::sleep(Duration::from_millis(kill * 97 % 1_200));
        child.kill().unwrap_or_default();
        child.wait().unwrap();
        // Any next command completes or undoes what was begun.
        casebook(hub.path(), &["fmt", "--check", "content/ideas"]);
        let found = records(hub.path());
        at = states.iter().position(|state| *state == found).expect("all files are old or new");
        let hidden =
            walkdir::WalkDir::new(hub.path().join("content")).into_iter().filter(|entry| {
                entry.as_ref().unwrap().file_name().to_string_lossy().ends_with(".casebook-new")
            });
        assert_eq!(hidden.count(), 0);
    }
}

#[test]
fn the_vocabulary_is_counted_and_compared() {
    let hub = small_hub();
    hub.write(
        "content/vocabulary/tactics.yaml",
        "- {id: discounts, label: Discounts}\n- {id: old-word, deprecated_by: bundle}\n",
    );
    hub.write(
        "content/ideas/odd.md",
        "---\ntitle: Odd\nstatus: new\ntactics: [bundel-offer, ' Smoke']\n---\n\nText.\n",
    );
    let text = run(&hub, &["vocabulary", "--format", "json"]);
    let report: serde_json::Value = serde_json::from_str(&text).unwrap();
    let state = |kind: &str, id: &str| {
        let mut terms = report["terms"].as_array().unwrap().iter();
        let term = terms.find(|term| term["kind"] == kind && term["id"] == id).unwrap();
        (term["state"].as_str().unwrap(), term["records"].as_u64().unwrap())
    };
    assert_eq!(state("tactic", "discount"), ("used", 4));
    assert_eq!(state("tactic", "old-word"), ("deprecated", 0));
    assert_eq!(state("tactic", "discounts"), ("unused", 0));
    assert_eq!(state("tactic", "Smoke"), ("undefined", 1));
    assert_eq!(state("market", "BR"), ("used", 3));
    assert_eq!(state("metric", "cvr"), ("used", 2));
    let pairs: Vec<&serde_json::Value> =
        report["near_duplicates"].as_array().unwrap().iter().map(|pair| &pair["ids"]).collect();
    assert!(pairs.contains(&&serde_json::json!(["discounts", "discount"])), "{pairs:?}");
    assert!(pairs.contains(&&serde_json::json!(["bundel-offer", "bundle"])), "{pairs:?}");
    let csv = run(&hub, &["vocabulary", "--kind", "tactic", "--format", "csv"]);
    assert!(csv.contains("tactic,discounts,0,unused,,true,Discounts,discount\r\n"), "{csv}");
    let table = run(&hub, &["vocabulary", "--kind", "tactic"]);
    assert!(table.contains("casebook merge-terms tactic discounts discount"), "{table}");
    let strict = casebook(hub.path(), &["vocabulary", "--strict"]);
    assert_eq!(strict.status.code(), Some(1));
    run(&hub, &["merge-terms", "tactic", "bundel-offer", "bundle"]);
    assert!(texts(hub.path())["content/ideas/odd.md"].contains("tactics: [bundle, ' Smoke']"));
}

#[test]
fn several_terms_of_one_list_are_merged() {
    let lists = [
        ("[\"win\", win-back,   'win-mail'] # all", "[\"win-back\"] # all"),
        ("[win-back, win, win-mail, bundle]", "[win-back, bundle]"),
        ("[win, bundle, win-mail,\n  win-back ]", "[win-back, bundle ]"),
        (
            "\n- win # main\n-   win-mail\n# kept\n- bundle\n- Win",
            "\n- win-back # main\n# kept\n- bundle",
        ),
        ("win", "win-back"),
    ];
    for (list, merged) in lists {
        for line_end in ["\n", "\r\n"] {
            let file = |list: &str| {
                CASE.replace("[discount, bundle] # ours", list).replace('\n', line_end)
            };
            let hub = small_hub();
            hub.write(
                "content/vocabulary/tactics.yaml",
                "- id: win\n- id: win-back\n- id: win-mail\n",
            );
            hub.write("content/case-studies/br/one.md", file(list));
            run(&hub, &["merge-terms", "tactic", "win", "win-mail", "win-back"]);
            assert_eq!(texts(hub.path())["content/case-studies/br/one.md"], file(merged));
        }
    }
}
