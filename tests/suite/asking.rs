//! Tests of `casebook new` as it asks in a terminal, and of what it carries over.

#![expect(clippy::disallowed_methods, reason = "tests lay out hubs on the disk")]

use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{Read, Write};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{LocalModes, Winsize, tcgetattr, tcsetwinsize};

use crate::support::HubFolder;

/// How long an answer of the program may take on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// A terminal in which `casebook` runs.
struct Terminal {
    child: Child,
    /// The side of the terminal at which a person sits.
    keyboard: File,
    /// What the program has written, control sequences included.
    output: Arc<Mutex<Vec<u8>>>,
    /// How much of the text on the screen was waited for already, in bytes.
    seen: usize,
}

impl Terminal {
    /// Starts `casebook` with these arguments in a terminal of its own.
    fn start(root: &Path, arguments: &[&str]) -> Self {
        let control = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
        grantpt(&control).unwrap();
        unlockpt(&control).unwrap();
        let size = Winsize { ws_row: 50, ws_col: 160, ws_xpixel: 0, ws_ypixel: 0 };
        tcsetwinsize(&control, size).unwrap();
        let name = ptsname(&control, Vec::new()).unwrap();
        let open = || -> Stdio {
            let path = Path::new(OsStr::from_bytes(name.as_bytes()));
            File::options().read(true).write(true).open(path).unwrap().into()
        };
        let child = Command::new(env!("CARGO_BIN_EXE_casebook"))
            .args(arguments)
            .args(["--today", "2026-11-22"])
            .current_dir(root)
            .env("TERM", "xterm-256color")
            .stdin(open())
            .stdout(open())
            .stderr(open())
            .spawn()
            .unwrap();
        let keyboard = File::from(control);
        let output: Arc<Mutex<Vec<u8>>> = Arc::default();
        let (mut screen, written) = (keyboard.try_clone().unwrap(), Arc::clone(&output));
        std::thread::spawn(move || {
            let mut bytes = [0; 4096];
            // Reading fails once the program has ended.
            while let Ok(length @ 1..) = screen.read(&mut bytes) {
                written.lock().unwrap().extend_from_slice(&bytes[..length]);
            }
        });
        Terminal { child, keyboard, output, seen: 0 }
    }

    /// All text that was written, without control sequences.
    fn text(&self) -> String {
        let written = String::from_utf8_lossy(&self.output.lock().unwrap()).into_owned();
        let mut text = String::new();
        let mut letters = written.chars();
        while let Some(letter) = letters.next() {
            if letter != '\u{1b}' {
                text.push(letter);
            } else if letters.next() == Some('[') {
                letters.by_ref().find(char::is_ascii_alphabetic);
            }
        }
        text
    }

    /// Waits until a text is written that was not waited for yet, and types an answer.
    fn answer(&mut self, question: &str, keys: &str) {
        let begin = Instant::now();
        loop {
            let text = self.text();
            if let Some(at) = text.get(self.seen..).and_then(|rest| rest.find(question)) {
                self.seen += at + question.len();
                break;
            }
            assert!(begin.elapsed() < PATIENCE, "`{question}` was not asked:\n{text}");
            std::thread::sleep(Duration::from_millis(20));
        }
        self.keyboard.write_all(keys.as_bytes()).unwrap();
    }

    /// Waits for the end of the program, and checks that lines can be typed as before, with a
    /// cursor. Returns how it ended and what was written.
    fn finish(mut self) -> (ExitStatus, String) {
        let begin = Instant::now();
        let status = loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                break status;
            }
            if begin.elapsed() > PATIENCE {
                self.child.kill().unwrap();
                panic!("it did not end:\n{}", self.text());
            }
            std::thread::sleep(Duration::from_millis(20));
        };
        let modes = tcgetattr(&self.keyboard).unwrap().local_modes;
        assert!(modes.contains(LocalModes::ICANON | LocalModes::ECHO | LocalModes::ISIG));
        std::thread::sleep(Duration::from_millis(100));
        let written = String::from_utf8_lossy(&self.output.lock().unwrap()).into_owned();
        assert!(
            written.rfind("\u{1b}[?25h") >= written.rfind("\u{1b}[?25l"),
            "the cursor is hidden"
        );
        (status, self.text())
    }
}

/// Runs `casebook` without a terminal.
fn casebook(root: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_casebook"))
        .args(arguments)
        .args(["--today", "2026-11-22"])
        .arg("--root")
        .arg(root)
        .stdin(Stdio::null())
        .output()
        .unwrap()
}

/// The paths of all records of a hub.
fn records(root: &Path) -> Vec<std::path::PathBuf> {
    let mut folders = vec![root.join("content")];
    let mut files = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() { folders.push(path) } else { files.push(path) }
        }
    }
    files.sort();
    files
}

#[test]
fn answers_become_a_case_study() {
    let hub = HubFolder::sample();
    let mut terminal = Terminal::start(hub.path(), &["new"]);
    terminal.answer("What is new?", "\r");
    terminal.answer("in one line?", "\r");
    terminal.answer("a few words are needed", "Countdown to the real end of an offer\r");
    terminal.answer("What is done differently?", "\r");
    terminal.answer("choose at least one", "urgency \r");
    terminal.answer("Somebody has done something like this", "");
    terminal.answer("gb/countdown-offer", "");
    terminal.answer("Go on?", "\r");
    terminal.answer("In which markets?", "Ireland \r");
    terminal.answer("Where do people meet it?", "website \r");
    terminal.answer("How far is it?", "\r");
    terminal.answer("On which day does it begin?", "2027-01-32\r");
    terminal.answer("2027-01-32", "\u{7f}\u{7f}11\r");
    terminal.answer("Which question does it answer?", "\r");
    terminal.answer("Which team answers for it?", "Trading team Ireland\r");
    let (status, said) = terminal.finish();
    assert!(status.success(), "{said}");
    let path = "content/case-studies/ie/countdown-to-the-real-end-of-an-offer.md";
    let text = fs::read_to_string(hub.path().join(path)).unwrap();
    let wanted = "---\ntitle: Countdown to the real end of an offer\nstatus: planned\nmarkets: [IE]\n\
        channels: [website]\ntactics: [urgency-scarcity]\nstart: 2027-01-11\nowner: Trading team Ireland\n---\n";
    assert!(text.starts_with(wanted), "{text}");
}

#[test]
fn a_similar_experiment_can_be_linked_or_read_first() {
    let hub = HubFolder::sample();
    let before = records(hub.path());
    let new = ["new", "case-study", "--title", "Countdown to the real end of an offer"];
    let flags = [
        "--tactic",
        "urgency-scarcity",
        "--market",
        "IE",
        "--status",
        "planned",
        "--start",
        "2027-01-11",
    ];
    let start = || Terminal::start(hub.path(), &[&new[..], &flags].concat());
    let mut terminal = start();
    // Upwards from the first choice is the last.
    terminal.answer("Go on?", "\u{1b}[A\r");
    let (status, said) = terminal.finish();
    assert!(status.success() && said.contains("nothing was written"), "{said}");
    assert_eq!(records(hub.path()), before);

    let mut terminal = start();
    terminal.answer("Go on?", "countdown-offer\r");
    terminal.answer("Where do people meet it?", "website \r");
    terminal.answer("Which question does it answer?", "\r");
    terminal.answer("Which team answers for it?", "\r");
    let (status, said) = terminal.finish();
    assert!(status.success(), "{said}");
    let path = "content/case-studies/ie/countdown-to-the-real-end-of-an-offer.md";
    let text = fs::read_to_string(hub.path().join(path)).unwrap();
    assert!(text.contains("\nadapted_from: gb/countdown-offer\n"), "{text}");
}

#[test]
fn whoever_leaves_leaves_no_file() {
    let hub = HubFolder::sample();
    let before = records(hub.path());
    let answers = [
        ("What is new?", "\r"),
        ("in one line?", "Countdown to the real end of an offer\r"),
        ("What is done differently?", "urgency \r"),
        ("Go on?", "\r"),
        ("In which markets?", "Ireland \r"),
    ];
    for (key, code) in [("\u{3}", 130), ("\u{1b}", 2)] {
        for count in 0..answers.len() {
            let mut terminal = Terminal::start(hub.path(), &["new"]);
            for (question, keys) in &answers[..count] {
                terminal.answer(question, keys);
            }
            terminal.answer(answers[count].0, key);
            let (status, said) = terminal.finish();
            assert_eq!(status.code(), Some(code), "{said}");
            assert!(said.contains("nothing was written"), "{said}");
        }
    }
    assert_eq!(records(hub.path()), before);
}

#[test]
fn without_a_terminal_it_names_the_flags() {
    let hub = HubFolder::empty();
    for (arguments, wanted) in [
        (&["new"] as &[&str], "`casebook new case-study`"),
        (&["new", "case-study"], "needs `--title`, `--market`, `--channel`, `--tactic`"),
        (&["new", "case-study", "--title", "X", "--market", "BR"], "needs `--channel`, `--tactic`"),
        (&["new", "idea"], "needs `--title`"),
        (&["new", "playbook", "--title", "X"], "needs `--claim`"),
    ] {
        let output = casebook(hub.path(), arguments);
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{said}");
        assert!(said.contains(wanted), "{arguments:?}: {said}");
    }
    assert!(records(hub.path()).is_empty());
}

/// The text of the record that a run of `casebook new` writes.
fn write_record(hub: &HubFolder, arguments: &[&str]) -> String {
    let output = casebook(hub.path(), arguments);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    fs::read_to_string(hub.path().join(said.lines().next().unwrap())).unwrap()
}

#[test]
fn an_idea_and_a_study_of_another_market_are_carried_over() {
    let hub = HubFolder::new(&[
        (
            "content/case-studies/gb/clock.md",
            "---\ntitle: A clock on offers (United Kingdom)\nstatus: planned\nmarkets: [GB]\nchannels: [website, email]\n\
             tactics: [urgency-scarcity, discount]\nobjective: conversion\naudience: [Returning visitors]\n\
             hypothesis: If offers count down, for visitors, then orders rise by 2 %, because the end is seen.\n\
             results:\n  - {metric: cvr, role: primary, baseline: 2.9}\nowner: Trading\nfixed: [A real deadline]\nflexible: [The colour]\n---\n",
        ),
        (
            "content/ideas/clock-in-the-app.md",
            "---\ntitle: A clock in the app\nstatus: new\nmarkets: [NL]\nchannels: [push-in-app]\ntactics: [urgency-scarcity]\n\
             objective: retention\nprimary_metric: cvr\nhypothesis: If the app counts down, for members, then more return by 3 %, because they see the end.\n---\n",
        ),
    ]);
    let adapted =
        write_record(&hub, &["new", "case-study", "--adapt", "gb/clock", "--market", "Ireland"]);
    let wanted = "---\ntitle: A clock on offers (Ireland)\nstatus: planned\nmarkets: [IE]\nchannels: [website, email]\n\
         tactics: [urgency-scarcity, discount]\nobjective: conversion\naudience: [Returning visitors]\n";
    assert!(adapted.starts_with(wanted), "{adapted}");
    for line in [
        "If offers count down",
        "results:\n  - {metric: cvr, role: primary}\n",
        "fixed: [A real deadline]\n",
        "flexible: [The colour]\n",
        "adapted_from: gb/clock\n",
    ] {
        assert!(adapted.contains(line), "`{line}` is not in {adapted}");
    }
    assert!(!adapted.contains("owner"), "another team answers for it: {adapted}");

    let planned = write_record(&hub, &["new", "case-study", "--from", "clock-in-the-app"]);
    let wanted = "---\ntitle: A clock in the app\nstatus: planned\nmarkets: [NL]\nchannels: [push-in-app]\n\
         tactics: [urgency-scarcity]\nobjective: retention\n";
    assert!(planned.starts_with(wanted), "{planned}");
    for line in ["  - {metric: cvr, role: primary}\n", "idea: clock-in-the-app\n"] {
        assert!(planned.contains(line), "`{line}` is not in {planned}");
    }
    let checked = casebook(hub.path(), &["check"]);
    assert!(checked.status.success(), "{}", String::from_utf8_lossy(&checked.stderr));

    for (flag, id, hint) in
        [("--adapt", "gb/clok", "gb/clock"), ("--from", "clock-in-app", "clock-in-the-app")]
    {
        let output = casebook(hub.path(), &["new", "case-study", flag, id]);
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.code() == Some(2) && said.contains(hint), "{said}");
    }
    let output = casebook(hub.path(), &["new", "case-study", "--adapt", "gb/clock"]);
    assert!(
        String::from_utf8_lossy(&output.stderr).contains("needs `--market`"),
        "the market is what is new"
    );
}

/// Titles that a shell, a path, YAML or a page might take for something else.
fn hostile_titles() -> Vec<String> {
    vec![
        "$(touch x)".to_owned(),
        "`touch x`".to_owned(),
        "\"; rm -rf . #".to_owned(),
        "'; touch x; '".to_owned(),
        "../../etc/passwd".to_owned(),
        "/etc/passwd".to_owned(),
        "--root=/tmp".to_owned(),
        "x\" && touch x & ${{ github.token }}".to_owned(),
        "---\nstatus: archived".to_owned(),
        "title: [a, {b: c}]".to_owned(),
        "<script>alert(1)</script> & <b>".to_owned(),
        "\u{202e}gnp.exe \u{200f}اختبار\u{202c}".to_owned(),
        "💥".to_owned(),
        "𐐨".repeat(200),
        "x".repeat(10_000),
        "%00%0a\\n\\0".to_owned(),
    ]
}

/// The event of an issue whose form was answered with this title, as a code host writes it.
fn issue_event(title: &str) -> String {
    let body = format!(
        "### Title\n\n{title}\n\n### Status\n\nplanned\n\n### Markets\n\nBR\n\n### Channels\n\ne-mail\n\n### Tactics\n\ncupom\n\n\
         ### Owner\n\nCRM team Brazil\n\n### Hypothesis\n\n_No response_\n\n### What should another market know?\n\n{title}\n"
    );
    let issue = serde_json::json!({"number": 12, "title": title, "body": body});
    serde_json::json!({"action": "opened", "issue": issue}).to_string()
}

/// Every file of a folder with its bytes, what git and the cache keep aside.
fn snapshot(root: &Path) -> std::collections::BTreeMap<std::path::PathBuf, Vec<u8>> {
    let mut files = std::collections::BTreeMap::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.ends_with(".git") || path.ends_with(".casebook") {
                continue;
            }
            if path.is_dir() {
                folders.push(path);
            } else {
                files.insert(path.clone(), fs::read(&path).unwrap());
            }
        }
    }
    files
}

#[test]
fn whatever_an_issue_says_is_one_file() {
    let script = crate::support::repository().join(".ci/case-study-from-issue");
    for title in hostile_titles() {
        let hub = HubFolder::new(&[(
            "content/case-studies/nl/kept.md",
            "---\ntitle: Kept\nstatus: planned\nmarkets: [NL]\nchannels: [email]\ntactics: [discount]\n---\n",
        )]);
        crate::authoring::git(hub.path(), &["init", "-q"]);
        crate::authoring::git(hub.path(), &["add", "content", "site.toml"]);
        crate::authoring::git(hub.path(), &["commit", "-qm", "hub"]);
        let elsewhere = tempfile::tempdir().unwrap();
        let event = elsewhere.path().join("event.json");
        fs::write(&event, issue_event(&title)).unwrap();
        let before = snapshot(hub.path());
        let around = fs::read_dir(hub.parent()).unwrap().count();
        let folder = elsewhere.path().join("out");
        let output = Command::new(&script)
            .arg(env!("CARGO_BIN_EXE_casebook"))
            .args([&event, &folder])
            .current_dir(hub.path())
            .output()
            .unwrap();
        let messages = fs::read_to_string(folder.join("messages")).unwrap();
        assert!(output.status.success(), "{title}: {}", String::from_utf8_lossy(&output.stderr));
        let after = snapshot(hub.path());
        let new: Vec<_> = after.keys().filter(|path| !before.contains_key(*path)).collect();
        assert_eq!(new.len(), 1, "{title}: {new:?} {messages}");
        assert!(before.iter().all(|(path, bytes)| after[path] == *bytes), "{title}");
        assert_eq!(fs::read_dir(hub.parent()).unwrap().count(), around, "{title}");
        assert_eq!(new[0].parent().unwrap(), hub.path().join("content/case-studies/br"), "{title}");
        let text = fs::read_to_string(new[0]).unwrap();
        let read = hub.load().read();
        let case = read.catalog().cases.iter().find(|case| &*case.meta.id != "nl/kept").unwrap();
        let wanted = title.split_whitespace().collect::<Vec<_>>().join(" ");
        assert_eq!(case.meta.title, wanted, "{text}");
        assert_eq!(case.owner.as_deref(), Some("CRM team Brazil"));
        assert_eq!(fs::read_to_string(folder.join("case-study.md")).unwrap(), text);
        let path = fs::read_to_string(folder.join("path")).unwrap();
        assert_eq!(hub.path().join(path.trim_end()), *new[0]);
        let review = fs::read_to_string(folder.join("review.md")).unwrap();
        assert!(review.contains("Records: 1 added, 0 changed, 0 removed."), "{review}");
        let outcome: Vec<_> =
            fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        assert_eq!(outcome.len(), 4, "{outcome:?}");
    }
}

#[test]
fn an_issue_that_cannot_be_read_says_why() {
    let hub = HubFolder::empty();
    let event = hub.parent().join("event.json");
    for (text, wanted) in [
        (issue_event("Clock").replace("cupom", "no such tactic"), "no such tactic"),
        (issue_event("Clock").replace("planned", "plannd"), "did you mean `planned`"),
        ("{}".to_owned(), "no issue"),
        (issue_event(""), "no title"),
    ] {
        fs::write(&event, text).unwrap();
        let output =
            casebook(hub.path(), &["new", "case-study", "--issue", event.to_str().unwrap()]);
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.code() == Some(2) && said.contains(wanted), "{wanted}: {said}");
    }
    assert!(records(hub.path()).is_empty());
}

/// A workflow of the repository as text and as values.
fn workflow(name: &str) -> (String, serde_json::Value) {
    let path = crate::support::repository().join(".github/workflows").join(name);
    let text = fs::read_to_string(path).unwrap();
    let values = serde_yaml::from_str(&text).unwrap();
    (text, values)
}

#[test]
fn the_workflow_for_issues_takes_them_for_data() {
    let (_, workflow_of_issues) = workflow("issue-to-pull-request.yml");
    assert_eq!(
        workflow_of_issues["permissions"],
        serde_json::json!({}),
        "nothing unless a job needs it"
    );
    let jobs = workflow_of_issues["jobs"].as_object().unwrap();
    assert_eq!(jobs["write"]["permissions"], serde_json::json!({"contents": "read"}));
    let (review, _) = workflow("review.yml");
    let mut runs = 0;
    for (name, job) in jobs {
        let can_write =
            job["permissions"].as_object().unwrap().values().any(|right| right == "write");
        for step in job["steps"].as_array().unwrap() {
            for script in [&step["run"], &step["with"]["script"]] {
                let script = script.as_str().unwrap_or_default();
                assert!(!script.contains("${{"), "`{name}`: an expression becomes code: {script}");
            }
            if let Some(action) = step["uses"].as_str() {
                assert!(review.contains(action), "`{action}` is not as in the other workflows");
            }
            runs += usize::from(step["run"].is_string());
            assert!(
                !(can_write && step["run"].is_string()),
                "`{name}` may write, and must run nothing of the repository"
            );
        }
    }
    assert!(runs > 0, "something is run");
}
