//! Tests of settling what waits: pairs and families are answered, studies and playbooks promoted,
//! and the desk says where, with what and for whom.

#![expect(clippy::disallowed_methods, reason = "tests lay out hubs on the disk")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::process::{Command, Output};

use casebook::Hub;
use casebook::backlog::desk::{Duty, DutyKind};
use casebook::catalog::CaseIndex;
use casebook::similar::AnswerState;
use serde_json::Value;

use crate::families::family_of_five;
use crate::support::{HubFolder, sample_hub, sample_site};

/// The day for which the sample hub is written.
const TODAY: &str = "2026-11-22";

/// Runs the program in a hub.
fn casebook(hub: &HubFolder, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_casebook"))
        .args(arguments)
        .args(["--today", TODAY, "--root"])
        .arg(hub.path())
        .env_remove("SOURCE_DATE_EPOCH")
        .output()
        .expect("the program starts")
}

/// What a run printed, to either stream.
fn printed(output: &Output) -> String {
    format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    )
}

/// Runs the program, which must succeed; returns what it printed.
fn succeed(hub: &HubFolder, arguments: &[&str]) -> String {
    let output = casebook(hub, arguments);
    assert!(output.status.success(), "{arguments:?}: {}", printed(&output));
    printed(&output)
}

/// Runs the program, which must end with exit code 2; returns what it printed.
fn fail(hub: &HubFolder, arguments: &[&str]) -> String {
    let output = casebook(hub, arguments);
    assert_eq!(output.status.code(), Some(2), "{arguments:?}: {}", printed(&output));
    printed(&output)
}

/// The files below `content/`, by path.
fn contents(hub: &HubFolder) -> BTreeMap<String, String> {
    let files = walkdir::WalkDir::new(hub.path().join("content")).into_iter().map(Result::unwrap);
    files
        .filter(|file| file.file_type().is_file())
        .filter_map(|file| {
            let text = fs::read_to_string(file.path()).ok()?;
            let path = file.path().strip_prefix(hub.path()).unwrap();
            Some((path.to_str().unwrap().to_owned(), text))
        })
        .collect()
}

/// The paths of the files that differ.
fn changed_paths(
    before: &BTreeMap<String, String>,
    after: &BTreeMap<String, String>,
) -> Vec<String> {
    assert_eq!(before.len(), after.len(), "no file is added or removed");
    before.keys().filter(|path| before[*path] != after[*path]).cloned().collect()
}

/// A hub of five records of one experiment, with more lines of front matter in each.
fn family_hub(more: [&str; 5]) -> HubFolder {
    HubFolder::new(
        &family_of_five(more)
            .iter()
            .map(|(path, text)| (path.as_str(), text.clone()))
            .collect::<Vec<_>>(),
    )
}

/// The id of the only family of a hub, and the ids of its members without an answer.
fn family_of(hub: &Hub) -> (String, Vec<String>) {
    assert_eq!(hub.similar.families.len(), 1);
    let family = &hub.similar.families[0];
    let unanswered = family.unanswered.iter().map(|case| id(hub, *case)).collect();
    (family.id.clone(), unanswered)
}

/// The id of a case study.
fn id(hub: &Hub, case: CaseIndex) -> String {
    hub.catalog.case(case).meta.id.to_string()
}

/// Open pairs outside families, as the command line writes them.
fn open_pairs(hub: &Hub) -> Vec<String> {
    let pairs = hub.similar.open_pairs();
    pairs.map(|pair| format!("{}+{}", id(hub, pair.b), id(hub, pair.a))).collect()
}

#[test]
fn answered_pairs_leave_the_desk() {
    let hub = HubFolder::sample();
    let before = hub.load().hub();
    let pairs = open_pairs(&before);
    assert!(pairs.len() > 3, "{pairs:?}");
    let files = contents(&hub);
    for (pair, answer) in pairs.iter().zip([
        vec!["not-duplicate", "--reason", "Another audience: \"lapsed\" members"],
        vec!["replicates"],
        vec!["adapted-from"],
    ]) {
        let said = succeed(&hub, &[&["answer", pair], &answer[..]].concat());
        let first = pair.split_once('+').unwrap().0;
        assert!(said.contains(&format!("content/case-studies/{first}.md")), "{said}");
    }
    let answered = contents(&hub);
    assert_eq!(changed_paths(&files, &answered).len(), 3);
    let after = hub.load().hub();
    assert_eq!(open_pairs(&after), pairs[3..], "answered pairs are gone, all others stay");
    assert_eq!(
        after.backlog.desk.of_kind(DutyKind::OpenPair).len() + 3,
        before.backlog.desk.of_kind(DutyKind::OpenPair).len()
    );

    let again = succeed(&hub, &["answer", &pairs[0], "replicates"]);
    assert!(
        again.contains("answered with `not_duplicate_of`") && again.contains("nothing was changed"),
        "{again}"
    );
    assert_eq!(contents(&hub), answered);
}

#[test]
fn a_family_is_answered_for_all_of_its_members() {
    for (answer, files) in [
        (vec!["not-duplicate", "--reason", "Each club has its own card"], 1),
        (vec!["replicates"], 4),
        (vec!["adapted-from"], 4),
    ] {
        let hub = family_hub([""; 5]);
        let before = contents(&hub);
        let (family, open) = family_of(&hub.load().hub());
        assert_eq!(open.len(), 5);
        let diff = succeed(&hub, &[&["answer", &family], &answer[..], &["--dry-run"]].concat());
        assert_eq!(contents(&hub), before, "a dry run writes nothing");
        assert_eq!(diff.matches("\n+++ b/content/case-studies/").count(), files, "{diff}");
        succeed(&hub, &[&["answer", &family], &answer[..]].concat());
        assert_eq!(changed_paths(&before, &contents(&hub)).len(), files);
        let after = hub.load().hub();
        assert_eq!(family_of(&after).1, Vec::<String>::new(), "{answer:?}");
        assert!(after.backlog.desk.of_kind(DutyKind::OpenPair).is_empty());
        let again = succeed(&hub, &["answer", &family, "replicates"]);
        assert!(again.contains("nothing was changed"), "{again}");
    }
}

#[test]
fn members_that_are_open_beside_a_linked_group_are_linked_with_it() {
    // The linked group does not hold the oldest, and is larger than what the others would make.
    let hub = family_hub(["", "", "replicates: cz/cards\n", "replicates: cz/cards\n", ""]);
    let (family, open) = family_of(&hub.load().hub());
    assert_eq!(open, ["pl/card", "si/card"]);
    succeed(&hub, &["answer", &family, "replicates"]);
    assert_eq!(family_of(&hub.load().hub()).1, Vec::<String>::new());
}

#[test]
fn one_member_can_be_answered_alone_and_a_latecomer_too() {
    let hub = family_hub([""; 5]);
    let (family, _) = family_of(&hub.load().hub());
    let reason = ["--reason", "Sent by post"];
    let alone = [&["answer", &family, "not-duplicate", "--only", "sk/cards"], &reason[..]].concat();
    succeed(&hub, &alone);
    let (_, open) = family_of(&hub.load().hub());
    assert_eq!(open, ["pl/card", "cz/cards", "hu/card", "si/card"]);
    let again = succeed(&hub, &alone);
    assert!(again.contains("nothing was changed"), "{again}");

    let for_all = "not_duplicate_of:\n  - {family: pl/card~personalised-creative, members: 4, reason: Own cards}\n";
    let hub = family_hub([for_all, "", "", "", ""]);
    let before = contents(&hub);
    let (family, open) = family_of(&hub.load().hub());
    assert_eq!(open.len(), 1, "{open:?}");
    succeed(&hub, &[&["answer", &family, "not-duplicate"], &reason[..]].concat());
    assert_eq!(
        changed_paths(&before, &contents(&hub)),
        [format!("content/case-studies/{}.md", open[0])],
        "who came later answers in a file of its own"
    );
    assert_eq!(family_of(&hub.load().hub()).1, Vec::<String>::new());
}

#[test]
fn what_cannot_be_answered_is_said_and_changes_nothing() {
    let hub = HubFolder::sample();
    hub.write("content/case-studies/de/broken.md", "---\ntitle: [unclosed\n---\n");
    let read = hub.load().hub();
    let pair = &open_pairs(&read)[0];
    let (first, second) = pair.split_once('+').unwrap();
    let open = read.similar.open_pairs().next().unwrap();
    let stranger = read
        .catalog
        .iter_cases()
        .map(|(case, _)| case)
        .find(|case| {
            *case != open.a
                && *case != open.b
                && !read.similar.pairs_of(*case).any(|pair| [pair.a, pair.b].contains(&open.b))
        })
        .map(|case| id(&read, case))
        .unwrap();
    let family = read.similar.open_families().next().unwrap();
    let oldest = id(&read, family.members[0]);
    let before = contents(&hub);
    for (arguments, wanted) in [
        (vec![pair.as_str(), "not-duplicate"], "needs a reason"),
        (vec![pair.as_str(), "not-duplicate", "--reason", "..."], "needs a reason"),
        (vec![pair.as_str(), "replicates", "--reason", "x"], "no place for a reason"),
        (vec![pair.as_str(), "same"], "invalid value"),
        (vec![&format!("{first}x+{second}"), "replicates"], &format!("did you mean `{first}`?")),
        (
            vec![&format!("{first}+de/broken"), "replicates"],
            "content/case-studies/de/broken.md` has errors",
        ),
        (vec![&format!("{first}+{stranger}"), "replicates"], &format!("`{first}+{second}`")),
        (vec![&format!("{first}+{first}"), "replicates"], "two different"),
        (vec![first, "replicates"], &format!("`{first}+{second}`")),
        (vec![&format!("{}x", family.id), "replicates"], &format!("did you mean `{}`?", family.id)),
        (vec![&family.id, "replicates", "--only", &oldest], "is the oldest"),
        (vec![&family.id, "replicates", "--only", "no/such"], "not a member"),
        (vec![pair.as_str(), "replicates", "--only", first], "goes with a family"),
    ] {
        let said = fail(&hub, &[&["answer"], &arguments[..]].concat());
        assert!(said.contains(wanted), "{arguments:?}: `{wanted}` is missing in:\n{said}");
    }
    assert_eq!(contents(&hub), before);
}

#[test]
fn studies_and_playbooks_are_promoted() {
    let study = "---\ntitle: A\nstatus: completed\nmarkets: [DE]\nchannels: [email]\ntactics: [bundle]\nreuse: candidate # to be seen\noutcome: won\n---\n\nText.\n";
    let playbook = "---\r\ntitle: P\r\nclaim: x\r\nstatus: emerging\r\nsupports: [de/a]\r\n---\r\n\r\nText.\r\n";
    let hub = HubFolder::new(&[
        ("content/case-studies/de/a.md", study),
        ("content/playbooks/p.md", playbook),
    ]);
    let waiting =
        |hub: &HubFolder| hub.load().hub().backlog.desk.of_kind(DutyKind::ReuseWaiting).len();
    assert_eq!(waiting(&hub), 1);
    let before = contents(&hub);
    let diff = succeed(&hub, &["promote", "de/a", "approved", "--by", "Insights", "--dry-run"]);
    assert!(
        diff.contains("-reuse: candidate # to be seen\n+reuse: approved # to be seen\n"),
        "{diff}"
    );
    assert_eq!(contents(&hub), before);

    succeed(&hub, &["promote", "de/a", "approved", "--by", "Insights"]);
    succeed(&hub, &["promote", "p", "supported"]);
    let after = contents(&hub);
    let text = &after["content/case-studies/de/a.md"];
    for line in [
        "reuse: approved # to be seen\n",
        "verified_by: Insights\n",
        "verified_on: 2026-11-22\n",
        "---\n\nText.\n",
    ] {
        assert!(text.contains(line), "`{line}` is missing in:\n{text}");
    }
    assert_eq!(
        after["content/playbooks/p.md"],
        playbook.replace("emerging", "supported"),
        "line ends stay"
    );
    assert_eq!(waiting(&hub), 0);
    let again = succeed(&hub, &["promote", "de/a", "approved"]);
    assert!(again.contains("nothing was changed"), "{again}");
    assert_eq!(contents(&hub), after);

    for (arguments, wanted) in [
        (["de/b", "approved"], "did you mean `de/a`?"),
        (["p", "approved"], "is a playbook"),
        (["de/a", "confirmed"], "is a case study"),
        (["q", "confirmed"], "there is no playbook `q`"),
        (["de/a", "aproved"], "approved"),
    ] {
        let said = fail(&hub, &[&["promote"], &arguments[..]].concat());
        assert!(said.contains(wanted), "{arguments:?}: {said}");
    }
    assert!(fail(&hub, &["promote", "de/a", "approved", "--by", "..."]).contains("names nobody"));
    assert_eq!(contents(&hub), after);
}

/// The rows of the desk's data file, by kind of duty.
fn listed_duties() -> serde_json::Map<String, Value> {
    let file: Value =
        serde_json::from_str(sample_site().text("data/duties.json")).expect("valid JSON");
    file["rows"].as_object().expect("kinds").clone()
}

#[test]
fn the_data_file_of_the_desk_has_every_row_with_its_owners_and_markets() {
    let hub = sample_hub();
    let listed = listed_duties();
    let mut markets_of_pairs = BTreeSet::new();
    for kind in DutyKind::ALL {
        let rows = hub.backlog.desk.of_kind(kind);
        let listed = listed[kind.as_str()].as_array().unwrap();
        assert_eq!(listed.len(), rows.len(), "{kind:?}");
        for (row, listed) in rows.iter().zip(listed) {
            let owners: Vec<&str> = listed["o"]
                .as_array()
                .map(|owners| owners.iter().map(|owner| owner[1].as_str().unwrap()).collect())
                .unwrap_or_default();
            let teams = &hub.catalog.vocabulary.teams;
            let label = |name: &str| match teams.find(name) {
                Some(team) => teams[team].label_in("en").to_owned(),
                None => name.to_owned(),
            };
            let labels: Vec<String> = row.owners.iter().map(|owner| label(owner)).collect();
            assert_eq!(owners, labels);
            let markets =
                row.markets.iter().map(|market| hub.catalog.vocabulary.markets[*market].slug());
            let markets: Vec<String> = markets.collect();
            assert_eq!(listed["m"].as_str().unwrap_or_default(), markets.join(" "));
            if let Duty::OpenPair(at) = row.duty {
                let pair = &hub.similar.pairs[at];
                let stated = [pair.a, pair.b].map(|case| hub.catalog.case(case).markets.clone());
                assert!(stated.concat().iter().all(|market| row.markets.contains(market)));
                markets_of_pairs.extend(row.markets.clone());
            }
        }
    }
    assert!(markets_of_pairs.len() > 2);
}

#[test]
fn each_open_pair_and_family_has_its_place_with_lines_form_and_command() {
    let hub = sample_hub();
    let report = sample_site().text("similar/index.html");
    let anchors: Vec<String> = listed_duties()["open-pair"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row["l"][0].as_str().unwrap().to_owned())
        .collect();
    assert!(!anchors.is_empty());
    for address in anchors {
        let anchor = address.strip_prefix("similar/#").expect("a place on the report");
        let card = report.split(&format!("id=\"{anchor}\"")).nth(1).expect("the card is there");
        let card = &card[..card.find("</article>").unwrap()];
        assert!(
            card.contains("https://github.com/example/casebook-hub/edit/main/content/"),
            "{card}"
        );
        assert!(card.contains("casebook answer "), "{card}");
    }
    let row = &listed_duties()["reuse-waiting"][0];
    let ready = row["r"][0].as_array().unwrap();
    assert!(ready[1].as_str().unwrap().starts_with("reuse: approved"));
    assert!(ready[2].as_str().unwrap().contains("/edit/main/content/case-studies/"));
    assert!(ready[3].as_str().unwrap().starts_with("casebook promote "));
    assert!(hub.similar.open_pairs().all(|pair| pair.state == AnswerState::Open));
}

/// Label and advice of each verdict that the page of possible duplicates shows, by its id.
pub fn verdicts_of_the_site() -> BTreeMap<String, (String, String)> {
    let report = sample_site().text("similar/index.html");
    let sections = report.split("<h2 id=\"").skip(1);
    sections
        .filter_map(|section| {
            let (id, rest) = section.split_once("\">")?;
            let (label, rest) = rest.split_once("</h2><p>")?;
            let (advice, _) = rest.split_once("</p>")?;
            Some((id.to_owned(), (label.to_owned(), advice.to_owned())))
        })
        .collect()
}

#[test]
fn verdicts_have_the_words_of_the_site_in_the_terminal() {
    let verdicts = verdicts_of_the_site();
    let (hub, folder) = (sample_hub(), HubFolder::sample());
    let mut seen = BTreeSet::new();
    for pair in hub.similar.open_pairs() {
        if !seen.insert(pair.verdict.as_str()) {
            continue;
        }
        let (label, advice) = &verdicts[pair.verdict.as_str()];
        let file = folder.path().join(&*hub.catalog.case(pair.a).meta.path);
        let said = succeed(&folder, &["similar", file.to_str().unwrap()]);
        let other = id(hub, pair.b);
        let line = said.lines().position(|line| line.contains(&format!("  {other}  "))).unwrap();
        let lines: Vec<&str> = said.lines().skip(line).take(4).collect();
        assert!(lines[0].ends_with(&format!("(possible duplicate: {label})")), "{said}");
        assert!(lines.iter().any(|line| line.trim() == advice), "`{advice}`: {said}");
    }
    assert!(seen.len() > 2, "{seen:?}");
}

/// The words of a command line of the site, with a reason in place of the dots.
fn words_of(command: &str) -> Vec<String> {
    let command = command.replace("&quot;", "\"").replace("\"...\"", "Tried");
    command.split_whitespace().skip(1).map(str::to_owned).collect()
}

#[test]
fn commands_of_the_site_can_be_run_as_they_are() {
    let site = sample_site();
    let pages = [site.text("similar/index.html"), site.text("desk/index.html")].concat();
    let mut seen: BTreeSet<String> = BTreeSet::new();
    let hub = HubFolder::sample();
    for command in pages.split("<code>casebook ").skip(1) {
        let command = command.split("</code>").next().unwrap().lines().next().unwrap();
        let words = words_of(&format!("casebook {command}"));
        // One command of each form: the subcommand with its words, without the ids.
        let form: Vec<&str> = words
            .iter()
            .map(String::as_str)
            .filter(|word| !word.contains('/') || word.contains('~'))
            .map(|word| if word.contains('~') { "FAMILY" } else { word })
            .collect();
        if words[0] == "new" || !seen.insert(form.join(" ")) {
            continue;
        }
        let words: Vec<&str> = words.iter().map(String::as_str).chain(["--dry-run"]).collect();
        let said = succeed(&hub, &words);
        assert!(said.contains("+++ b/content/"), "{words:?}: {said}");
    }
    assert!(seen.len() >= 6, "{seen:?}");
}
