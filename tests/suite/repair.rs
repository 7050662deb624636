//! Tests of `casebook check --fix`, known problems, changed files and the JUnit report.

#![expect(clippy::disallowed_methods, reason = "tests lay out hubs on the disk")]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::Duration;

use casebook::record::front_matter::{SplitFile, split_file};
use casebook::record::yaml::{self, Node, Value};
use walkdir::WalkDir;

use crate::support::{HubFolder, repository, tries};

/// The smallest number of kills; more are made until both versions have been seen.
const MIN_KILLS: u32 = 12;
/// The number of kills after which a missing version fails the test.
const MAX_KILLS: u64 = 120;
/// Number of files that the killed run repairs.
const FILES: usize = 20;

/// An idea with nothing to repair.
const IDEA: &str = "---\ntitle: Reward\nstatus: new\n---\n\nReward both sides.\n";

/// A study in which everything can be repaired that is certain, and one thing that is not.
const BROKEN: &str = "---
title: Reward   # the working title
summary: Reward both sides.
status: complted
markts: [Spain, \"D\u{200b}E\"]  # two
channels: [Newsletter]
tactics: [member-bonus]
objective: aquisition
start: 13/02/2026
end: 2026.03.15 # a Sunday
verified_on: 3/4/2026
idea: Two-Sided
results:
  - metric: cvr
    role: primary
    lift: 3,5
  - {metric: ctr, lift: -1,25, baseline: 4,5, ci_low: 1,250}
---

Days such as 13/02/2026 and Newsletter stay here.
";

/// The same study after the repair.
const REPAIRED: &str = "---
title: Reward   # the working title
summary: Reward both sides.
status: completed
markets: [ES, \"DE\"]  # two
channels: [email]
tactics: [referral-reward]
objective: acquisition
start: 2026-02-13
end: 2026-03-15 # a Sunday
verified_on: 3/4/2026
idea: two-sided
results:
  - metric: cvr
    role: primary
    lift: 3.5
  - {metric: ctr, lift: -1.25, baseline: 4.5, ci_low: 1,250}
---

Days such as 13/02/2026 and Newsletter stay here.
";

/// Path of the study of `broken_hub`.
const STUDY: &str = "content/case-studies/es/reward.md";

fn broken_hub() -> HubFolder {
    let terms = "- {id: member-bonus, label: Member bonus, deprecated_by: referral-reward}\n";
    HubFolder::new(&[
        (STUDY, BROKEN),
        ("content/ideas/two-sided.md", IDEA),
        ("content/vocabulary/tactics.yaml", terms),
    ])
}

fn check(root: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_casebook"))
        .arg("check")
        .args(arguments)
        .args(["--today", "2026-11-22"])
        .arg("--root")
        .arg(root)
        .output()
        .unwrap()
}

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

/// The bytes of all files below `content/`, by their paths.
fn contents(root: &Path) -> BTreeMap<String, Vec<u8>> {
    WalkDir::new(root.join("content"))
        .into_iter()
        .map(Result::unwrap)
        .filter(|entry| entry.file_type().is_file())
        .map(|entry| (entry.path().to_str().unwrap().to_owned(), fs::read(entry.path()).unwrap()))
        .collect()
}

fn git(root: &Path, arguments: &[&str]) {
    let names =
        ["-c", "user.name=Hub", "-c", "user.email=hub@example.org", "-c", "commit.gpgsign=false"];
    let run = Command::new("git").args(names).args(arguments).current_dir(root).output().unwrap();
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
}

#[test]
fn what_is_certain_is_repaired_and_nothing_else() {
    let hub = broken_hub();
    let file = hub.path().join(STUDY);
    let shown = check(hub.path(), &["--fix", "--dry-run"]);
    let diff = stdout(&shown);
    assert!(
        diff.contains(&format!("+++ b/{STUDY}\n")) && diff.contains("+channels: [email]\n"),
        "{diff}"
    );
    assert!(
        diff.contains("-start: 13/02/2026\n+start: 2026-02-13\n")
            || diff.contains("+start: 2026-02-13\n"),
        "{diff}"
    );
    assert_eq!(fs::read_to_string(&file).unwrap(), BROKEN, "nothing is written");
    assert_eq!(shown.status.code(), Some(1), "an error would be left");

    let fixed = check(hub.path(), &["--fix"]);
    assert_eq!(fs::read_to_string(&file).unwrap(), REPAIRED);
    assert_eq!(fixed.status.code(), Some(1));
    assert!(stderr(&fixed).contains("13 problems in 1 file repaired"), "{}", stderr(&fixed));
    let left = stdout(&fixed);
    assert!(left.contains("`3/4/2026` can be read in more than one way"), "{left}");
    assert!(
        !left.contains("aliased-term") && left.contains("`250` is not a known field"),
        "{left}"
    );

    let again = check(hub.path(), &["--fix"]);
    assert!(stderr(&again).contains("0 problems in 0 files repaired"), "{}", stderr(&again));
    assert_eq!(fs::read_to_string(&file).unwrap(), REPAIRED);
}

#[test]
fn line_ends_and_byte_order_mark_stay() {
    let hub = broken_hub();
    let with_marks = |text: &str| format!("\u{feff}{}", text.replace('\n', "\r\n"));
    hub.write(STUDY, with_marks(BROKEN));
    check(hub.path(), &["--fix"]);
    assert_eq!(fs::read_to_string(hub.path().join(STUDY)).unwrap(), with_marks(REPAIRED));
}

#[test]
fn who_may_see_a_record_is_not_repaired() {
    let hub = HubFolder::empty();
    for (name, field) in [
        ("a", "embargo_until: 13/02/2026"),
        ("b", "visibility: pubic"),
        ("c", "drafft: false"),
        ("d", "visiblity: public"),
    ] {
        hub.write(
            &format!("content/ideas/{name}.md"),
            IDEA.replace("status: new", &format!("status: new\n{field}")),
        );
    }
    let before = contents(hub.path());
    check(hub.path(), &["--fix", "--drafts"]);
    assert_eq!(contents(hub.path()), before);
}

/// The values that differ between two trees of one shape, each with its byte range in the first;
/// keys too.
fn differences(old: &Node, new: &Node, found: &mut Vec<std::ops::Range<usize>>) {
    match (&old.value, &new.value) {
        (Value::List(old), Value::List(new)) => {
            assert_eq!(old.len(), new.len());
            old.iter().zip(new).for_each(|(old, new)| differences(old, new, found));
        }
        (Value::Map(old), Value::Map(new)) => {
            assert_eq!(old.len(), new.len());
            for ((old_key, old), (new_key, new)) in old.iter().zip(new) {
                if old_key.name != new_key.name {
                    found.push(old_key.span());
                }
                differences(old, new, found);
            }
        }
        (one, other) if one == other => {}
        _ => found.push(old.span()),
    }
}

/// Front matter as a tree, and the text below it.
fn parse(text: &str) -> Option<(Node, &str)> {
    let SplitFile::Parts { yaml, body_start } = split_file(text) else { return None };
    Some((yaml::parse(&text[yaml.clone()], yaml.start).ok()?, &text[body_start..]))
}

/// Repairs a hub twice: only values with a problem change, and the second time nothing does.
/// Returns the number of changed values.
fn assert_only_problems_change(hub: &HubFolder, name: &str) -> usize {
    let before = contents(hub.path());
    check(hub.path(), &["--fix", "--drafts"]);
    let after = contents(hub.path());
    if after == before {
        return 0;
    }
    before.iter().for_each(|(path, bytes)| fs::write(path, bytes).unwrap());
    let report = stdout(&check(hub.path(), &["--drafts", "--format", "json"]));
    let problems: Vec<serde_json::Value> = serde_json::from_str(&report).unwrap();
    after.iter().for_each(|(path, bytes)| fs::write(path, bytes).unwrap());
    assert!(before.keys().eq(after.keys()), "{name}");
    let mut count = 0;
    for (path, old) in &before {
        let new = &after[path];
        if old == new {
            continue;
        }
        let (old, new) = (std::str::from_utf8(old).unwrap(), std::str::from_utf8(new).unwrap());
        let ((old_tree, old_body), (new_tree, new_body)) =
            (parse(old).unwrap(), parse(new).unwrap());
        assert_eq!(old_body, new_body, "{name}: {path}");
        assert_eq!(old.lines().count(), new.lines().count(), "{name}: {path}");
        let mut changed = Vec::new();
        differences(&old_tree, &new_tree, &mut changed);
        assert!(!changed.is_empty(), "{name}: bytes change with a value: {path}");
        count += changed.len();
        let lines: Vec<usize> =
            changed.iter().map(|span| old[..span.start].matches('\n').count() + 1).collect();
        for line in &lines {
            let is_reported = |problem: &serde_json::Value| {
                path.ends_with(problem["path"].as_str().unwrap()) && problem["line"] == *line
            };
            assert!(problems.iter().any(is_reported), "{name}: {path}:{line}\n{new}");
        }
        for (at, (old_line, new_line)) in old.lines().zip(new.lines()).enumerate() {
            assert!(old_line == new_line || lines.contains(&(at + 1)), "{name}: {new_line}");
            let comment = |line: &str| line.split_once(" #").map(|(_, text)| text.to_owned());
            assert_eq!(comment(old_line), comment(new_line), "{name}: {path}");
        }
    }
    check(hub.path(), &["--fix", "--drafts"]);
    assert_eq!(contents(hub.path()), after, "{name}: a second repair changes nothing");
    count
}

#[test]
fn a_repair_of_the_mistakes_changes_only_what_is_reported() {
    let mut count = 0;
    for entry in fs::read_dir(repository().join("tests/mistakes")).unwrap() {
        let folder = entry.unwrap().path();
        if !folder.join("content").is_dir() {
            continue;
        }
        let hub = HubFolder::empty();
        for file in WalkDir::new(&folder).into_iter().map(Result::unwrap) {
            let path = file.path().strip_prefix(&folder).unwrap().to_str().unwrap().to_owned();
            if file.file_type().is_file() && path != "stderr.txt" {
                hub.write(&path, fs::read(file.path()).unwrap());
            }
        }
        count += assert_only_problems_change(&hub, folder.to_str().unwrap());
    }
    assert!(count >= 5, "{count} values of the mistakes are repaired");
}

#[test]
fn damage_to_the_sample_hub_is_repaired() {
    let hub = HubFolder::sample();
    check(hub.path(), &["--fix", "--drafts"]);
    let whole = contents(hub.path());
    let mut damaged = 0;
    for (path, bytes) in &whole {
        let Ok(text) = std::str::from_utf8(bytes) else { continue };
        if !path.contains("/case-studies/") || !path.ends_with(".md") {
            continue;
        }
        let mut is_body = 0;
        let lines: Vec<String> = text
            .lines()
            .map(|line| {
                is_body += usize::from(line == "---");
                if is_body >= 2 { line.to_owned() } else { damage(line) }
            })
            .collect();
        let new = lines.join("\n") + "\n";
        damaged += new.lines().zip(text.lines()).filter(|(one, other)| one != other).count();
        fs::write(path, new).unwrap();
    }
    assert!(damaged > 100, "{damaged} lines");
    check(hub.path(), &["--fix", "--drafts"]);
    for (path, bytes) in contents(hub.path()) {
        let (old, new) = (String::from_utf8_lossy(&whole[&path]), String::from_utf8_lossy(&bytes));
        if path.ends_with(".md") {
            assert_eq!(new, old, "{path}");
        }
    }
}

/// A line of front matter as a hurried author writes it: days in another order where that has one
/// reading, misspelt keys, and an invisible character.
fn damage(line: &str) -> String {
    for key in ["start: ", "end: "] {
        if let Some(day) = line.strip_prefix(key)
            && let [year, month, number] = day.split('-').collect::<Vec<_>>()[..]
            && number.len() == 2
            && number > "12"
        {
            return format!("{key}{number}/{month}/{year}");
        }
    }
    if let Some(value) = line.strip_prefix("markets:") {
        return format!("markts:{value}");
    }
    if let Some(value) = line.strip_prefix("objective: ") {
        return format!("obj\u{ad}ective: {value}");
    }
    line.to_owned()
}

#[test]
fn known_problems_are_counted_and_new_ones_fail() {
    let hub = broken_hub();
    let file = hub.path().join("known.json");
    let file = file.to_str().unwrap();
    let written = check(hub.path(), &["--write-baseline", file]);
    assert!(written.status.success(), "{}", stderr(&written));
    let known = check(hub.path(), &["--baseline", file]);
    assert!(known.status.success(), "{}", stdout(&known));
    let text = stdout(&known);
    assert!(text.starts_with("no problems in ") && text.contains("more are listed in"), "{text}");

    // Lines move, and a new problem comes.
    let moved = BROKEN.replace("status: complted", "colour: red\nstatus: complted");
    hub.write(STUDY, &moved);
    let new = check(hub.path(), &["--baseline", file]);
    assert_eq!(new.status.code(), Some(1));
    let text = stdout(&new);
    assert!(
        text.contains("`colour` is not a known field") && text.contains("\n1 error in "),
        "{text}"
    );

    // Less is there than is listed.
    hub.write(STUDY, REPAIRED);
    let less = stdout(&check(hub.path(), &["--baseline", file]));
    assert!(
        less.contains("there no longer") && less.contains(&format!("{STUDY}: aliased-term")),
        "{less}"
    );

    // What cannot be read is never hidden.
    hub.write(STUDY, "---\ntitle: [\n---\n");
    check(hub.path(), &["--write-baseline", file]);
    let unreadable = check(hub.path(), &["--baseline", file]);
    assert_eq!(unreadable.status.code(), Some(1));
    assert!(stdout(&unreadable).contains("invalid-yaml"), "{}", stdout(&unreadable));

    hub.write("known.json", "{}");
    let invalid = check(hub.path(), &["--baseline", file]);
    assert_eq!(invalid.status.code(), Some(2));
    assert!(stderr(&invalid).contains("no list of known problems"), "{}", stderr(&invalid));
}

#[test]
fn the_settings_name_the_known_problems() {
    let hub = broken_hub();
    let file = hub.path().join("known.json");
    check(hub.path(), &["--write-baseline", file.to_str().unwrap()]);
    let settings = fs::read_to_string(hub.path().join("site.toml")).unwrap_or_default();
    hub.write("site.toml", format!("{settings}\n[checks]\nbaseline = \"known.json\"\n"));
    let known = check(hub.path(), &[]);
    assert!(known.status.success(), "{}{}", stdout(&known), stderr(&known));
}

#[test]
fn only_changed_files_are_shown() {
    let hub = broken_hub();
    git(hub.path(), &["init", "-q", "-b", "main"]);
    git(hub.path(), &["add", "."]);
    git(hub.path(), &["commit", "-qm", "Begin"]);
    let same = check(hub.path(), &["--changed-since", "main"]);
    assert!(same.status.success(), "{}", stdout(&same));
    assert!(stdout(&same).contains("more are in files that did not change"), "{}", stdout(&same));

    hub.write("content/ideas/second.md", IDEA.replace("new", "neww"));
    hub.write("content/ideas/two-sided.md", IDEA.replace("title", "titel"));
    let changed = check(hub.path(), &["--changed-since", "HEAD", "--format", "json"]);
    let problems: Vec<serde_json::Value> = serde_json::from_str(&stdout(&changed)).unwrap();
    assert!(problems.len() >= 2);
    assert!(
        problems
            .iter()
            .all(|problem| problem["path"].as_str().unwrap().starts_with("content/ideas/"))
    );
    assert_eq!(changed.status.code(), Some(1));

    for reference in ["no-such-branch", "--output=x", "", "HEAD:site.toml"] {
        let unknown = check(hub.path(), &[&format!("--changed-since={reference}")]);
        assert_eq!(unknown.status.code(), Some(2), "{reference}");
        assert!(stderr(&unknown).contains("is not a revision"), "{}", stderr(&unknown));
    }
}

#[test]
fn a_junit_report_has_a_case_for_each_file() {
    let hub = broken_hub();
    let report = check(hub.path(), &["--format", "junit"]);
    assert_eq!(report.status.code(), Some(1));
    let text = stdout(&report);
    let document = roxmltree::Document::parse(&text).unwrap();
    let cases: Vec<_> =
        document.descendants().filter(|node| node.has_tag_name("testcase")).collect();
    let suite = document.descendants().find(|node| node.has_tag_name("testsuite")).unwrap();
    assert_eq!(suite.attribute("tests"), Some(&*cases.len().to_string()));
    assert_eq!(suite.attribute("failures"), Some("1"));
    let failed = cases.iter().find(|case| case.attribute("name") == Some(STUDY)).unwrap();
    let failure = failed.children().find(|node| node.has_tag_name("failure")).unwrap();
    assert!(
        failure.text().unwrap().contains(&format!("{STUDY}:9:8: error[invalid-date]")),
        "{text}"
    );
    assert!(
        cases.iter().any(|case| case.attribute("name") == Some("content/ideas/two-sided.md")
            && !case.has_children())
    );
}

#[test]
fn a_killed_repair_leaves_old_or_new() {
    let hub = HubFolder::empty();
    let old = IDEA.replace("status", "staus");
    let path = |number| format!("content/ideas/{number}.md");
    let (mut seen_old, mut seen_new, mut seen_note) = (0, 0, 0);
    let mut kill = 0;
    let min_kills = u64::from(tries(MIN_KILLS));
    while kill < min_kills || ((seen_old == 0 || seen_new == 0) && kill < MAX_KILLS) {
        kill += 1;
        (0..FILES).for_each(|number| hub.write(&path(number), &old));
        let mut run = Command::new(env!("CARGO_BIN_EXE_casebook"))
            .args(["check", "--fix", "--today", "2026-11-22", "--root"])
            .arg(hub.path())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let longest = 250_000 << (kill / min_kills).min(4);
        std::thread::sleep(Duration::from_micros(5_000 + kill * 37_919 % longest));
        run.kill().unwrap();
        run.wait().unwrap();
        let next = check(hub.path(), &[]);
        seen_note += usize::from(stderr(&next).contains("an earlier run was killed"));
        let texts: Vec<String> = (0..FILES)
            .map(|number| fs::read_to_string(hub.path().join(path(number))).unwrap())
            .collect();
        assert!(texts.iter().all(|text| *text == texts[0]), "kill {kill}: all or none");
        match &*texts[0] {
            text if text == old => seen_old += 1,
            text if text == IDEA => seen_new += 1,
            text => panic!("kill {kill}: {text}"),
        }
        let hidden = contents(hub.path()).len();
        assert_eq!(hidden, FILES, "nothing else is left");
    }
    assert!(seen_old > 0 && seen_new > 0, "both were met: {seen_old}, {seen_new}, {seen_note}");
}

/// Forms in which other tools write: a mark at the top, CRLF, a key in quotes and one given twice, maps
/// and lists between brackets over several lines, a tag.
#[test]
fn unusual_forms_are_repaired_where_they_stand() {
    let old = "---
\"titel\": One
status: \"complted\"
status: planned
markets: [Brazil,
  \"Germany\", ]
channels:
  - \"E-Mail\"   # x
  - Newsletter
tactics: [discount]
objective:
  conversoin
start: \"13/02/2026\"
end: !!str 14/02/2026
mde: 3,5 # y
results: [{metrc: cvr, role: primry, lift: 3,5, ci_low: -1,5, baseline: \"2,5\"}]
---

Brazil.
";
    let new = old
        .replace("titel", "title")
        .replace("complted", "completed")
        .replace("[Brazil", "[BR")
        .replace("Germany", "DE")
        .replace("E-Mail", "email")
        .replace("Newsletter", "email")
        .replace("conversoin", "conversion")
        .replace("13/02/2026", "2026-02-13")
        .replace("14/02/2026", "2026-02-14")
        .replace("metrc", "metric")
        .replace("primry", "primary")
        .replace("3,5", "3.5")
        .replace("1,5", "1.5")
        .replace("2,5", "2.5");
    let hub = HubFolder::empty();
    let with_marks = |text: &str| format!("\u{feff}{}", text.replace('\n', "\r\n"));
    hub.write(STUDY, with_marks(old));
    check(hub.path(), &["--fix"]);
    assert_eq!(fs::read_to_string(hub.path().join(STUDY)).unwrap(), with_marks(&new));
}

#[test]
fn a_list_of_known_problems_overwrites_no_other_file() {
    let hub = broken_hub();
    let before = contents(hub.path());
    let refused =
        check(hub.path(), &["--write-baseline", hub.path().join(STUDY).to_str().unwrap()]);
    assert_eq!(refused.status.code(), Some(2));
    assert!(stderr(&refused).contains("no list of known problems"), "{}", stderr(&refused));
    assert_eq!(contents(hub.path()), before);
}
