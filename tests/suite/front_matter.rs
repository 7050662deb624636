//! Tests of writing front matter: `casebook fmt`, edits, and changes of several files that are
//! killed at any moment.

#![expect(clippy::disallowed_methods, reason = "tests lay out hubs on the disk")]

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::Duration;
use std::{env, fs};

use casebook::catalog::field;
use casebook::output::{FileChange, change_files, recover_changes};
use casebook::record::front_matter::{self, Edit, EditError, FieldValue, SplitFile, split_file};
use casebook::record::yaml::{self, Node, Value};
use casebook::source::ContentHash;
use proptest::prelude::*;
use walkdir::WalkDir;

use crate::support::{HubFolder, property, repository, tries};

/// Environment variable with the root folder of the killed run.
const ROOT_VARIABLE: &str = "CASEBOOK_CHANGE_TEST_ROOT";
/// The smallest number of kills; more are made until both versions have been seen.
const MIN_KILLS: u32 = 40;
/// The number of kills after which a missing version fails the test.
const MAX_KILLS: u64 = 400;
/// Number of files of each change.
const FILES: usize = 20;

/// Fields with their values as text, in a form that does not depend on their order.
fn values(text: &str) -> BTreeMap<String, String> {
    let SplitFile::Parts { yaml, .. } = split_file(text) else { panic!("front matter:\n{text}") };
    let node = yaml::parse(&text[yaml], 0).unwrap_or_else(|error| panic!("{error:?}:\n{text}"));
    let Value::Map(fields) = node.value else { return BTreeMap::new() };
    fields.iter().map(|(key, node)| (key.name.to_string(), describe(node))).collect()
}

/// A value with the kind of every part, without its place.
fn describe(node: &Node) -> String {
    match &node.value {
        Value::Null => "nothing".to_owned(),
        Value::Text(text) => format!("{text:?}"),
        Value::List(items) => format!("{:?}", items.iter().map(describe).collect::<Vec<_>>()),
        Value::Map(entries) => format!(
            "{:?}",
            entries.iter().map(|(key, value)| (&key.name, describe(value))).collect::<Vec<_>>()
        ),
    }
}

/// A file in canonical form, in the order of the table of fields.
fn format_file(text: &str) -> Result<String, &'static str> {
    front_matter::format_file(text, field::known_keys())
}

/// A file after an edit, with new fields in the order of the table of fields.
fn apply(text: &str, edit: &Edit) -> Result<String, EditError> {
    front_matter::apply(text, edit, field::known_keys())
}

fn body(text: &str) -> &str {
    let SplitFile::Parts { yaml, .. } = split_file(text) else { panic!("front matter:\n{text}") };
    &text[yaml.end..]
}

/// Formats a text, and fails unless values, comments and body are kept and formatting again
/// changes nothing.
fn format_and_check(text: &str) -> String {
    let formatted = format_file(text).unwrap_or_else(|reason| panic!("{reason}:\n{text}"));
    assert_eq!(values(&formatted), values(text), "{text}\n{formatted}");
    assert_eq!(body(&formatted), body(text));
    assert_eq!(format_file(&formatted).as_deref(), Ok(formatted.as_str()), "{text}");
    formatted
}

#[test]
fn formatting_keeps_every_value_of_the_sample_hub() {
    let folders = [repository().join("content"), repository().join("src/command/starter")];
    let files = folders.iter().flat_map(WalkDir::new).map(Result::unwrap);
    let mut count = 0;
    for file in files.filter(|file| file.path().extension().is_some_and(|end| end == "md")) {
        let text = fs::read_to_string(file.path()).unwrap();
        if split_file(&text) != SplitFile::NoFrontMatter {
            format_and_check(&text);
            count += 1;
        }
    }
    assert!(count > 100, "{count} files");
}

#[test]
fn there_is_one_canonical_form() {
    let long = "word ".repeat(30);
    let text = format!(
        "---\n\
         # A file of the shop team.\n\
         \n\
         # For the board.\n\
         owner:   'Shop team'   # since May\n\
         campaign_code: Q3\n\
         markets:\n- 'NO'\n- SE\n\
         \n\
         title: \"Reward: both\"\n\
         draft: no\n\
         start: 2026-03-02\n\
         mde: \"4\"\n\
         target: |-\n\
         \x20 2027\n\
         constraints: >  # of shops\n\
         \x20 a # b\n\
         fixed: [\"Five questions, one a screen\"]\n\
         results:   # of the shop\n\
         \x20   - metric: cvr\n\
         \x20     source: \"Order system of the shop and of the app\"\n\
         variants:\n\
         \x20   # The first one\n\
         \x20   - name:   A\n\
         budget: {{ band: xs }}\n\
         summary: \"{}\"\n\
         # The end.\n\
         ---   \n\
         \n  # Text:  'kept'  \n",
        long.trim()
    );
    assert_eq!(
        format_and_check(&text),
        format!(
            "---\n\
         # A file of the shop team.\n\
         \n\
         title: \"Reward: both\"\n\
         summary: >-\n\
         \x20 {}\n\
         \x20 {}\n\
         draft: no\n\
         markets: [\"NO\", SE]\n\
         variants:\n\
         \x20   # The first one\n\
         \x20   - name:   A\n\
         start: 2026-03-02\n\
         mde: \"4\"\n\
         budget: {{band: xs}}\n\
         results:   # of the shop\n\
         \x20 - metric: cvr\n\
         \x20   source: Order system of the shop and of the app\n\
         # For the board.\n\
         owner: Shop team   # since May\n\
         target: \"2027\"\n\
         fixed:\n\
         \x20 - Five questions, one a screen\n\
         constraints: |  # of shops\n\
         \x20 a # b\n\
         campaign_code: Q3\n\
         # The end.\n\
         ---   \n\
         \n  # Text:  'kept'  \n",
            ["word"; 23].join(" "),
            ["word"; 7].join(" ")
        )
    );
}

#[test]
fn line_ends_stay() {
    let text = "---\nstatus: new\n# A comment\ntitle: 'X'\nfixed: ['a, b']\n---\nText\n";
    let formatted = "---\n# A comment\ntitle: X\nstatus: new\nfixed:\n  - a, b\n---\nText\n";
    for line_end in ["\n", "\r\n"] {
        let [text, formatted] = [text, formatted].map(|text| text.replace('\n', line_end));
        assert_eq!(format_and_check(&text), formatted);
    }
}

#[test]
fn what_cannot_be_rewritten_is_refused() {
    for (yaml, reason) in [
        ("{title: x}", "one field a line"),
        ("title: &a x\nowner: *a", "anchors"),
        ("title: !!str 1", "tags"),
        ("? title\n: x", "begin its line"),
        ("a: &a {b: c}\n<<: *a", "anchors"),
    ] {
        let text = format!("---\n{yaml}\n---\n");
        assert!(format_file(&text).is_err_and(|error| error.contains(reason)), "{yaml}");
        let edit = Edit::Set { key: "owner".into(), value: "y".into() };
        apply(&text, &edit).expect_err(yaml);
    }
}

/// A YAML value in flow style or on lines of its own, with texts that YAML is careless with.
fn hostile_value() -> impl Strategy<Value = String> {
    let scalar = prop_oneof![
        "[A-Za-z]{1,8}( [a-z]{1,8}){0,30}",
        "(NO|no|yes|on|y|null|~|true|0x1F|1_000|1e3|12:30|2026-03-02|1\\.10|-5|\\.5|\\+6|=)",
        any::<String>().prop_map(|text| serde_json::Value::from(text).to_string()),
        "'([ -&(-~]|''|é|買){0,12}'",
    ];
    let item = scalar.clone().boxed();
    prop_oneof![
        scalar.clone().prop_map(|text| format!(" {text}")),
        scalar.clone().prop_map(|text| format!(" {text}  # why\n# below")),
        prop::collection::vec(item.clone(), 0..4)
            .prop_map(|items| format!(" [{}]", items.join(", "))),
        prop::collection::vec(item.clone(), 1..4)
            .prop_map(|items| format!("\n  - {}", items.join("\n  - "))),
        prop::collection::vec((item.clone(), item), 1..4).prop_map(|pairs| pairs
            .iter()
            .map(|(one, other)| format!("\n- a: {one}\n  b: {other}"))
            .collect()),
        "[a-z ]{0,5}[a-z](\n\n?  [ a-z]{0,9}[a-z#:]){0,3}\n?"
            .prop_map(|text| format!(" |\n  x{text}")),
        "(\n  [a-z#:]{1,9}){1,3}".prop_map(|text| format!(" >-  # folded{text}")),
        Just(String::new()),
    ]
}

/// A record file with fields of these values, in any order, with either line end.
fn hostile_file() -> impl Strategy<Value = String> {
    let key = prop::sample::subsequence(
        vec!["zone", "owner", "title", "fixed", "draft", "results", "my key", "markets"],
        1..8,
    )
    .prop_shuffle();
    (key, prop::collection::vec(hostile_value(), 8), any::<bool>()).prop_map(
        |(keys, values, has_crlf)| {
            let fields: String =
                keys.iter().zip(values).map(|(key, value)| format!("{key}:{value}\n")).collect();
            let text = format!("---\n{fields}---\nText.\n");
            if has_crlf { text.replace('\n', "\r\n") } else { text }
        },
    )
}

/// Whether the front matter is valid, without the rare forms that are left alone. What is written
/// is always read back.
fn is_formatted(text: &str) -> bool {
    let result = format_file(text);
    assert!(!result.as_ref().is_err_and(|reason| reason.contains("read back")), "{text}");
    result.is_ok()
}

proptest! {
    #![proptest_config(property(256))]

    #[test]
    fn formatting_keeps_hostile_values(text in hostile_file()) {
        prop_assume!(is_formatted(&text));
        format_and_check(&text);
    }

    #[test]
    fn an_edit_changes_one_field_and_no_other_byte(
        text in hostile_file(), new in any::<String>(), key in "(title|owner|status|zone)"
    ) {
        prop_assume!(is_formatted(&text));
        let value = FieldValue::from(new.as_str());
        let edited = apply(&text, &Edit::Set { key: key.clone(), value }).expect("a field a line");
        let mut wanted = values(&text);
        wanted.insert(key.clone(), format!("{new:?}"));
        prop_assert_eq!(values(&edited), wanted);
        let kept = |text: &str| -> Vec<String> {
            let lines = text.split_inclusive('\n');
            lines.filter(|line| line.contains("# below")).map(str::to_owned).collect()
        };
        prop_assert_eq!(kept(&edited), kept(&text));
        prop_assert_eq!(body(&edited), body(&text));
        let removed = apply(&edited, &Edit::Remove { key: key.clone() }).expect("a field a line");
        prop_assert!(!values(&removed).contains_key(&key));
        if !values(&text).contains_key(&key) {
            prop_assert_eq!(removed, text, "a new field that is removed leaves no trace");
        }
    }
}

fn set(key: &str, value: impl Into<FieldValue>) -> Edit {
    Edit::Set { key: key.into(), value: value.into() }
}

fn add(key: &str, item: impl Into<FieldValue>) -> Edit {
    Edit::AddItem { key: key.into(), item: item.into() }
}

fn map(entries: &[(&str, &str)]) -> FieldValue {
    FieldValue::Map(entries.iter().map(|(key, value)| ((*key).into(), (*value).into())).collect())
}

#[test]
fn edits_change_only_what_they_must() {
    let before = "# Top\ntitle:   'X'  # name\nmarkets: [SE, 'NO' ]\nfixed:\n\
                  \x20   - One\n    - Two  # second\n    # third\n\n# Who\n\
                  owner:\nlinks: []\nodd:  kept  \n";
    let cases: &[(Edit, &str, &str)] = &[
        (set("title", "Y: z"), "title:   'X'", "title: \"Y: z\""),
        (set("owner", "Shop"), "owner:", "owner: Shop"),
        (set("status", "new"), "  # name\n", "  # name\nstatus: new\n"),
        (set("zone", "a"), "kept  \n", "kept  \nzone: a\n"),
        (set("fixed", "Three"), ":\n    - One\n    - Two  # second", ": Three  # second"),
        (set("title", "X"), "", ""),
        (add("markets", "DE"), "'NO' ]", "'NO', DE ]"),
        (add("markets", "no"), "'NO' ]", "'NO', \"no\" ]"),
        (add("markets", "NO"), "", ""),
        (add("fixed", "Three, four"), "# second\n", "# second\n    - Three, four\n"),
        (
            add("fixed", map(&[("id", "br/x"), ("reason", "Another audience, and much later")])),
            "# second\n",
            "# second\n    - id: br/x\n      reason: Another audience, and much later\n",
        ),
        (add("links", "a, b"), "[]", "[\"a, b\"]"),
        (add("title", "Z"), "   'X'", " [X, Z]"),
        (add("owner", "Shop"), "owner:", "owner: [Shop]"),
        (Edit::Remove { key: "owner".into() }, "owner:\n", ""),
        (Edit::Remove { key: "none".into() }, "", ""),
    ];
    for (edit, from, to) in cases {
        for (mark, line_end) in [("", "\n"), ("", "\r\n")] {
            let file =
                |yaml: &str| format!("{mark}---\n{yaml}---\n\nText  \n").replace('\n', line_end);
            let wanted = file(&before.replacen(from, to, usize::from(!from.is_empty())));
            assert_eq!(apply(&file(before), edit).as_deref(), Ok(wanted.as_str()), "{edit:?}");
        }
    }
    assert!(
        apply("---\na: 1\na: 2\n---\n", &set("a", "3"))
            .is_err_and(|error| error.message == "`a` is given twice")
    );
    assert!(
        apply("Text\n", &set("a", "3"))
            .is_err_and(|error| error.message == "there is no front matter")
    );
}

#[test]
fn texts_are_replaced_wherever_they_are() {
    let text = "---\nidea: a/b\nevidence: [a/b, \"a/b\"] # a/b\nlinks:\n\
                \x20 - {id: a/b, reason: a/b}\n---\na/b\n";
    let spans = |wanted: &[usize]| -> Vec<_> {
        let found: Vec<_> = text.match_indices("a/b").map(|(at, _)| at..at + 3).collect();
        wanted.iter().map(|index| (found[*index].clone(), "c, d".to_owned())).collect()
    };
    let mut replacements = spans(&[4, 0, 1]);
    let quoted = text.find("\"a/b\"").unwrap();
    replacements.push((quoted..quoted + 5, "e".to_owned()));
    assert_eq!(
        apply(text, &Edit::ReplaceTexts(replacements)).unwrap(),
        "---\nidea: c, d\nevidence: [\"c, d\", \"e\"] # a/b\nlinks:\n\
         \x20 - {id: \"c, d\", reason: a/b}\n---\na/b\n"
    );
    apply(text, &Edit::ReplaceTexts(spans(&[3]))).expect_err("a comment");
    let folded = "---\nsummary: >-  # short\n  a\n  b\nowner: c\n---\n";
    let replace = |from: &str| {
        let start = folded.find(from).unwrap();
        apply(folded, &Edit::ReplaceTexts(vec![(start..start + from.len(), "d".into())]))
    };
    assert!(replace("c").is_ok());
    assert_eq!(replace("a\n  b\n").unwrap_err().message, "the text is one of several lines");
}

fn casebook(root: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_casebook"))
        .args(arguments)
        .arg("--root")
        .arg(root)
        .current_dir(root)
        .output()
        .unwrap()
}

#[test]
fn fmt_lists_what_it_would_change_and_changes_it() {
    let mark = "\u{feff}---\r\nstatus: new\r\ntitle: 'X'\r\n---\r\nText\r\n";
    let (bad, good) = ("---\ntitle: [a\n---\n", "---\ntitle: X\nstatus: new\n---\n");
    let hub = HubFolder::new(&[
        ("content/ideas/mark.md", mark),
        ("content/ideas/bad.md", bad),
        ("content/ideas/good.md", good),
        ("content/playbooks/other.md", "---\nstatus: emerging\ntitle: X\n---\n"),
    ]);
    let read = |path: &str| fs::read_to_string(hub.path().join(path)).unwrap();
    let checked = casebook(hub.path(), &["fmt", "--check", "content/ideas"]);
    assert_eq!(checked.status.code(), Some(1));
    assert_eq!(String::from_utf8_lossy(&checked.stdout), "content/ideas/mark.md\n");
    assert!(String::from_utf8_lossy(&checked.stderr).contains("content/ideas/bad.md:2"));
    assert_eq!(read("content/ideas/mark.md"), mark, "`--check` writes nothing");

    let formatted = casebook(hub.path(), &["fmt"]);
    assert_eq!(formatted.status.code(), Some(1), "one file has errors");
    assert_eq!(
        String::from_utf8_lossy(&formatted.stdout),
        "content/ideas/mark.md\ncontent/playbooks/other.md\n"
    );
    assert_eq!(
        read("content/ideas/mark.md"),
        "\u{feff}---\r\ntitle: X\r\nstatus: new\r\n---\r\nText\r\n"
    );
    assert_eq!(
        (read("content/ideas/bad.md").as_str(), read("content/ideas/good.md").as_str()),
        (bad, good)
    );
    let again =
        casebook(hub.path(), &["fmt", "--check", "content/playbooks", "content/ideas/good.md"]);
    assert!(again.status.success() && again.stdout.is_empty());
    assert_eq!(casebook(hub.path(), &["fmt", "site.toml"]).status.code(), Some(2));
    assert_eq!(casebook(hub.path(), &["fmt", "no-such-file.md"]).status.code(), Some(2));
}

/// Lays out what a run leaves that is killed between its journal and the first renaming.
#[test]
fn any_command_completes_a_killed_change_and_says_so() {
    let (old, new) = ("---\nstatus: new\ntitle: X\n---\n", "---\ntitle: X\nstatus: new\n---\n");
    let hub =
        HubFolder::new(&[("content/ideas/x.md", old), ("content/ideas/.x.md.casebook-new", new)]);
    let hash = |text: &str| ContentHash::of(text.as_bytes()).0;
    let journal = serde_json::json!(
        [{"path": "content/ideas/x.md", "read": hash(old), "new": hash(new)}]
    );
    fs::create_dir(hub.path().join(".casebook")).unwrap();
    fs::write(hub.path().join(".casebook/changes.journal"), journal.to_string()).unwrap();
    let checked = casebook(hub.path(), &["check"]);
    let stderr = String::from_utf8_lossy(&checked.stderr);
    assert!(stderr.starts_with("note: completed what an earlier run was killed at"), "{stderr}");
    assert_eq!(fs::read_to_string(hub.path().join("content/ideas/x.md")).unwrap(), new);
    assert_eq!(fs::read_dir(hub.path().join("content/ideas")).unwrap().count(), 1);
    assert!(!String::from_utf8_lossy(&casebook(hub.path(), &["check"]).stderr).contains("note:"));
}

#[test]
fn new_records_are_in_canonical_form() {
    let hub = HubFolder::new(&[("content/ideas/good.md", "---\ntitle: X\nstatus: new\n---\n")]);
    let written = casebook(
        hub.path(),
        &[
            "new",
            "case-study",
            "--title",
            "Norway: a test",
            "--market",
            "NO",
            "--channel",
            "email",
            "--tactic",
            "referral-reward",
            "--language",
            "en",
            "--start",
            "2026-03-02",
            "--owner",
            "Yes",
            "--hypothesis",
            "If the delivery date is shown in the basket for first-time buyers, then orders rise \
             by 4 %, because the unknown date is why they leave.",
        ],
    );
    assert!(written.status.success(), "{}", String::from_utf8_lossy(&written.stderr));
    let text =
        fs::read_to_string(hub.path().join("content/case-studies/no/norway-a-test.md")).unwrap();
    assert!(
        text.starts_with(
            "---\ntitle: \"Norway: a test\"\nstatus: planned\nlanguage: en\nmarkets: [\"NO\"]\n\
             channels: [email]\ntactics: [referral-reward]\nhypothesis: >-\n  If the"
        ),
        "{text}"
    );
    assert!(text.contains("\nstart: 2026-03-02\nowner: \"Yes\"\n---\n"), "{text}");
    assert_eq!(format_file(&text), Ok(text.clone()));
    assert!(casebook(hub.path(), &["fmt", "--check"]).status.success());

    let folder = tempfile::tempdir().unwrap();
    let starter = folder.path().join("hub");
    assert!(casebook(folder.path(), &["init", starter.to_str().unwrap()]).status.success());
    let checked = casebook(&starter, &["fmt", "--check"]);
    assert!(checked.status.success(), "{}", String::from_utf8_lossy(&checked.stdout));
}

/// The files of one of two versions.
fn version(letter: char) -> BTreeMap<String, String> {
    (0..FILES)
        .map(|number| {
            (format!("content/ideas/{number}.md"), format!("{letter} {number} ").repeat(200))
        })
        .collect()
}

fn read_version(root: &Path) -> BTreeMap<String, String> {
    WalkDir::new(root.join("content"))
        .into_iter()
        .map(Result::unwrap)
        .filter(|entry| entry.file_type().is_file())
        .map(|entry| {
            let path = entry.path().strip_prefix(root).unwrap().to_str().unwrap().to_owned();
            (path, fs::read_to_string(entry.path()).unwrap())
        })
        .collect()
}

/// Helper process that `killed_changes_leave_old_or_new` kills; not a test itself.
#[test]
#[ignore = "started by another test"]
fn changes_forever() {
    let root = env::var(ROOT_VARIABLE).expect("the other test says where");
    loop {
        for letter in ['b', 'a'] {
            let found = read_version(Path::new(&root));
            let change = |(path, text): (String, String)| FileChange {
                read: Some(ContentHash::of(found[&path].as_bytes())),
                new: Some(text.into_bytes()),
                path,
            };
            let changes: Vec<FileChange> = version(letter).into_iter().map(change).collect();
            change_files(Path::new(&root), &changes).unwrap();
        }
    }
}

#[test]
fn killed_changes_leave_old_or_new() {
    let files = version('a');
    let files: Vec<_> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    let hub = HubFolder::new(&files);
    let versions = [version('a'), version('b')];
    let (mut seen, mut kill, mut recovered) = ([0, 0], 0, 0);
    let min_kills = u64::from(tries(MIN_KILLS));
    while kill < min_kills || (seen.contains(&0) && kill < MAX_KILLS) {
        kill += 1;
        let mut run = Command::new(env::current_exe().unwrap())
            .args(["--exact", "front_matter::changes_forever", "--ignored"])
            .env(ROOT_VARIABLE, hub.path())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        // Irregular delays spread the kills over all steps; they grow on slow machines.
        let longest = 60_000 << (kill / min_kills);
        std::thread::sleep(Duration::from_micros(3_000 + kill * 7_919 % longest));
        run.kill().unwrap();
        run.wait().unwrap();
        recovered += usize::from(recover_changes(hub.path()).unwrap().is_some());
        let found = read_version(hub.path());
        let which = versions.iter().position(|version| *version == found);
        seen[which.expect("all files are old or all are new, and nothing lies beside them")] += 1;
    }
    assert!(seen[0] > 0 && seen[1] > 0, "both versions were met: {seen:?}");
    assert!(recovered > 0, "a run was killed between two files");
}

/// Fields as people and other programs write them, each with all its lines; no two have one key.
const UNUSUAL_FIELDS: &[&str] = &[
    "title:   'X'  # name\n",
    "\"owner\": Shop team\n",
    "'summary' : >-  # folded\n  one # kept\n\n  two\n",
    "markets: [SE,\n  'NO',  # second\n  DE ]\n",
    "fixed:\n- One\n# between\n- Two  # last\n",
    "constraints:  # of shops\n    - One  # a\n    # b\n\n    - \"Two: three\"\n    # below\n",
    "audience: a text\n  that goes on\n  for lines\n",
    "results:\n  - metric: cvr # x\n    source: |\n      a # kept\n\n      b\n  - {metric: ctr,\n     lift: 1}\n",
    "budget: {band: xs} \t\n",
    "start:\t2026-03-02\t# tab\n",
    "target: \"quoted\n  over lines\n\n  and more # kept\"\n",
    "# Above\n\n# and near\ncategory: 'it''s # kept'\n",
    "flexible: []\n",
    "authors:\n",
    "verified_by: ~ # nobody\n",
    "hypothesis: |+\n  keep\n\n",
    "variants:\n  - name: A\n\n  # the other one\n  - name: B\n    description: >\n      folded\n      twice\n",
    "odd key with words: 5 > 4 & more\n",
    "translations:\n  nl:\n    title: Een # nl\n  de: {title: Ein}\n",
];

/// The key of a field of [`UNUSUAL_FIELDS`] as it is read.
fn key_of(field: &str) -> String {
    let line = field.lines().find(|line| !line.is_empty() && !line.starts_with('#')).unwrap();
    line.split(':').next().unwrap().trim().trim_matches(['"', '\'']).to_owned()
}

/// Some of the unusual fields in any order, and the line end of their file.
fn unusual_fields() -> impl Strategy<Value = (Vec<&'static str>, &'static str)> {
    let fields = prop::sample::subsequence(UNUSUAL_FIELDS.to_vec(), 1..10).prop_shuffle();
    (fields, prop::sample::select(vec!["\n", "\r\n"]))
}

proptest! {
    #![proptest_config(property(128))]

    /// Each field is changed and removed; the bytes of all others, and the comments above it, stay.
    #[test]
    fn an_edit_of_an_unusual_field_changes_its_own_bytes((fields, line_end) in unusual_fields(), new in hostile_text()) {
        let join = |fields: &[&str]| fields.concat().replace('\n', line_end);
        let file = format!("---{line_end}{}---{line_end}\nText: 'x'\n", join(&fields));
        let all = values(&file);
        prop_assert_eq!(all.len(), fields.len(), "{}", &file);
        for (at, field) in fields.iter().enumerate() {
            let key = key_of(field);
            let lines_above: String =
                field.lines().take_while(|line| line.is_empty() || line.starts_with('#')).map(|line| format!("{line}{line_end}")).collect();
            let before = format!("---{line_end}{}{lines_above}", join(&fields[..at]));
            let after = format!("{}---{line_end}\nText: 'x'\n", join(&fields[at + 1..]));
            let assert_kept = |edited: &str, wanted: Option<String>| {
                let mut values_wanted = all.clone();
                match wanted {
                    Some(value) => values_wanted.insert(key.clone(), value),
                    None => values_wanted.remove(&key),
                };
                assert_eq!(values(edited), values_wanted, "{key}: {file}\n{edited}");
                assert!(edited.starts_with(&before), "{key}: {file}\n{edited}");
                assert!(edited.ends_with(&after), "{key}: {file}\n{edited}");
                assert!(edited.len() >= before.len() + after.len(), "{key}: {file}\n{edited}");
            };
            let edited = apply(&file, &set(&key, new.as_str())).unwrap();
            assert_kept(&edited, Some(format!("{new:?}")));
            assert_kept(&apply(&file, &set(&key, map(&[("a", "b"), ("c", &new)]))).unwrap(), Some(describe_map(&[("a", "b"), ("c", &new)])));
            let removed = apply(&file, &Edit::Remove { key: key.clone() }).unwrap();
            assert_kept(&removed, None);
            // What was set once more to what it was is read as it was.
            let node = read_value(&file, &key);
            let back = apply(&edited, &Edit::Set { key: key.clone(), value: to_value(&node) }).unwrap();
            assert_kept(&back, all.get(&key).cloned());
            if matches!(node.value, Value::List(_)) {
                let added = apply(&file, &add(&key, new.as_str())).unwrap();
                let Value::List(items) = &node.value else { unreachable!() };
                let mut items: Vec<String> = items.iter().map(describe).collect();
                if !items.contains(&format!("{new:?}")) {
                    items.push(format!("{new:?}"));
                    // An item more is bytes more in one place, and no byte less.
                    assert!(is_insertion(&file, &added), "{file}\n{added}");
                }
                assert_kept(&added, Some(format!("{items:?}")));
            }
        }
    }
}

/// Texts that a value can be set to.
fn hostile_text() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        "(NO|~|1\\.10|a: b|- x|# y|'z|---|one\ntwo|x\n\n)",
        "[a-z]{1,9}( [a-z]{1,9}){20,40}",
    ]
}

/// How [`describe`] says a map of texts.
fn describe_map(entries: &[(&str, &str)]) -> String {
    format!(
        "{:?}",
        entries.iter().map(|(key, value)| (key, format!("{value:?}"))).collect::<Vec<_>>()
    )
}

/// The value of a field as it is parsed.
fn read_value(text: &str, key: &str) -> Node {
    let SplitFile::Parts { yaml, .. } = split_file(text) else { panic!("front matter:\n{text}") };
    let Value::Map(fields) = yaml::parse(&text[yaml], 0).unwrap().value else { panic!("a map") };
    fields.into_iter().find(|(name, _)| name.is(key)).unwrap().1
}

/// A parsed value as one that is to be written.
fn to_value(node: &Node) -> FieldValue {
    match &node.value {
        Value::Null => FieldValue::Null(String::new()),
        Value::Text(text) => FieldValue::Text(text.to_string()),
        Value::List(items) => FieldValue::List(items.iter().map(to_value).collect()),
        Value::Map(entries) => FieldValue::Map(
            entries.iter().map(|(key, value)| ((&*key.name).into(), to_value(value))).collect(),
        ),
    }
}

/// Whether `after` is `before` with some bytes more in one place.
fn is_insertion(before: &str, after: &str) -> bool {
    let same = before.bytes().zip(after.bytes()).take_while(|(one, other)| one == other).count();
    after.len() >= before.len() && after.as_bytes().ends_with(&before.as_bytes()[same..])
}

/// Every text of the front matter of every record of the sample hub is replaced where it stands, and
/// every field set and removed: no byte outside of it changes.
#[test]
fn edits_of_the_sample_hub_change_their_own_bytes() {
    let files = WalkDir::new(repository().join("content")).into_iter().map(Result::unwrap);
    let (mut fields_set, mut texts_replaced) = (0, 0);
    for file in files.filter(|file| file.path().extension().is_some_and(|end| end == "md")) {
        let text = fs::read_to_string(file.path()).unwrap();
        let SplitFile::Parts { yaml, .. } = split_file(&text) else { continue };
        let root = yaml::parse(&text[yaml.clone()], yaml.start).unwrap();
        let Value::Map(fields) = &root.value else { continue };
        let starts: Vec<usize> = fields.iter().map(|(key, _)| key.span().start).collect();
        for (at, (key, node)) in fields.iter().enumerate() {
            let next = starts.get(at + 1).copied().unwrap_or(yaml.end);
            // Comments above the next field are not of this one.
            let own: String = text[starts[at]..next]
                .split_inclusive('\n')
                .enumerate()
                .take_while(|(line, text)| *line == 0 || !text.starts_with('#'))
                .map(|(_, line)| line)
                .collect();
            let (before, after) = (&text[..starts[at]], &text[starts[at] + own.len()..]);
            for edit in [set(&key.name, "A new: value"), Edit::Remove { key: key.name.to_string() }]
            {
                let edited = apply(&text, &edit).unwrap_or_else(|error| panic!("{error}:\n{text}"));
                assert!(edited.starts_with(before) && edited.ends_with(after), "{edited}");
                let mut wanted = values(&text);
                match edit {
                    Edit::Remove { .. } => wanted.remove(&*key.name),
                    _ => wanted.insert(key.name.to_string(), format!("{:?}", "A new: value")),
                };
                assert_eq!(values(&edited), wanted);
                fields_set += 1;
            }
            texts_replaced += replace_each_text(&text, node);
        }
    }
    assert!(fields_set > 2_000 && texts_replaced > 2_000, "{fields_set}, {texts_replaced}");
}

/// Replaces each text of a value where it stands, and fails if another byte changes; returns their
/// number. Texts of several lines are refused instead.
fn replace_each_text(text: &str, node: &Node) -> usize {
    match &node.value {
        Value::Null => 0,
        Value::List(items) => items.iter().map(|item| replace_each_text(text, item)).sum(),
        Value::Map(entries) => {
            entries.iter().map(|(_, value)| replace_each_text(text, value)).sum()
        }
        Value::Text(_) => {
            let span = node.span();
            let edit = Edit::ReplaceTexts(vec![(span.clone(), "new, text".to_owned())]);
            match apply(text, &edit) {
                Ok(edited) => {
                    let end = span.start + text[span.clone()].trim_end().len();
                    assert!(edited.starts_with(&text[..span.start]), "{edited}");
                    assert!(edited.ends_with(&text[end..]), "{edited}");
                    assert_eq!(body(&edited), body(text));
                    1
                }
                Err(error) => {
                    assert_eq!(error.message, "the text is one of several lines", "{text}");
                    0
                }
            }
        }
    }
}
