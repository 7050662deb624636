//! `casebook lsp`, as an editor speaks with it.

#![expect(clippy::disallowed_methods, reason = "a test looks at the disk as an editor does")]

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::time::Duration;

use serde_json::{Value, json};

use crate::support::HubFolder;

/// The longest wait for a message.
const TIMEOUT: Duration = Duration::from_secs(60);

/// A scripted editor with its server.
struct Editor {
    program: Child,
    input: Option<ChildStdin>,
    messages: Receiver<Value>,
    /// What came while another message was waited for.
    kept: Vec<Value>,
    next_id: i32,
    root: String,
}

impl Editor {
    /// Starts the server and opens a folder.
    fn open(root: &Path) -> Self {
        let mut program = Command::new(env!("CARGO_BIN_EXE_casebook"))
            .args(["lsp", "--today", "2026-11-22"])
            .current_dir(std::env::temp_dir())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .spawn()
            .unwrap();
        let output = BufReader::new(program.stdout.take().unwrap());
        let (sender, messages) = mpsc::channel();
        std::thread::spawn(move || read_messages(output, &sender));
        let input = program.stdin.take();
        let root = url::Url::from_file_path(root.canonicalize().unwrap()).unwrap().to_string();
        let mut editor = Editor { program, input, messages, kept: Vec::new(), next_id: 0, root };
        let params = json!({"processId": null, "rootUri": editor.root, "capabilities": {
            "workspace": {
                "codeLens": {"refreshSupport": true},
                "workspaceEdit": {"documentChanges": true, "resourceOperations": ["create", "rename"]},
            },
            "window": {"showDocument": {"support": true}},
        }});
        let result = editor.request("initialize", params);
        assert_eq!(result["capabilities"]["hoverProvider"], true);
        editor.notify("initialized", json!({}));
        editor
    }

    /// Sends a message.
    fn send(&mut self, mut message: Value) {
        message["jsonrpc"] = "2.0".into();
        let text = message.to_string();
        let input = self.input.as_mut().unwrap();
        write!(input, "Content-Length: {}\r\n\r\n{text}", text.len()).unwrap();
        input.flush().unwrap();
    }

    /// Sends a notification.
    fn notify(&mut self, method: &str, params: Value) {
        self.send(json!({"method": method, "params": params}));
    }

    /// Sends a request and returns its response.
    fn ask(&mut self, method: &str, params: Value) -> Value {
        self.next_id += 1;
        let id = self.next_id;
        self.send(json!({"id": id, "method": method, "params": params}));
        self.wait_for(|message| message["id"] == id && message["method"].is_null())
    }

    /// Sends a request and returns its result.
    fn request(&mut self, method: &str, params: Value) -> Value {
        let mut response = self.ask(method, params);
        assert!(response["error"].is_null(), "{response}");
        response["result"].take()
    }

    /// The first message for which `is_wanted` holds.
    fn wait_for(&mut self, is_wanted: impl Fn(&Value) -> bool) -> Value {
        if let Some(at) = self.kept.iter().position(&is_wanted) {
            return self.kept.remove(at);
        }
        loop {
            let message = self.messages.recv_timeout(TIMEOUT).expect("a message comes");
            if is_wanted(&message) {
                return message;
            }
            self.kept.push(message);
        }
    }

    /// The address of a file of the hub.
    fn uri(&self, path: &str) -> String {
        format!("{}/{path}", self.root)
    }

    /// Opens a file with a text and returns its problems.
    fn open_file(&mut self, path: &str, text: &str) -> Vec<Value> {
        let uri = self.uri(path);
        self.notify(
            "textDocument/didOpen",
            json!({"textDocument":
            {"uri": uri, "languageId": "markdown", "version": 1, "text": text}}),
        );
        self.problems(path, 1)
    }

    /// Changes a range of a file to a text.
    fn change(&mut self, path: &str, version: i32, range: [u32; 4], text: &str) {
        let uri = self.uri(path);
        let [line, character, end_line, end_character] = range;
        self.notify(
            "textDocument/didChange",
            json!({
                "textDocument": {"uri": uri, "version": version},
                "contentChanges": [{"text": text, "range": {
                    "start": {"line": line, "character": character},
                    "end": {"line": end_line, "character": end_character},
                }}],
            }),
        );
    }

    /// The problems of a version of a file.
    fn problems(&mut self, path: &str, version: i32) -> Vec<Value> {
        let uri = self.uri(path);
        let message = self.wait_for(|message| {
            message["method"] == "textDocument/publishDiagnostics"
                && message["params"]["uri"] == uri.as_str()
                && message["params"]["version"] == version
        });
        message["params"]["diagnostics"].as_array().unwrap().clone()
    }

    /// Asks something about a position of a file.
    fn at(&mut self, method: &str, path: &str, line: u32, character: u32) -> Value {
        let uri = self.uri(path);
        self.request(
            method,
            json!({"textDocument": {"uri": uri},
            "position": {"line": line, "character": character}}),
        )
    }

    /// The labels of what is offered at a position of a file.
    fn offered(&mut self, path: &str, line: u32, character: u32) -> Vec<String> {
        let list = self.at("textDocument/completion", path, line, character);
        let items = list["items"].as_array().unwrap().iter();
        items.map(|item| item["label"].as_str().unwrap().to_owned()).collect()
    }

    /// Shuts the server down and returns its exit code.
    fn shut_down(mut self) -> Option<i32> {
        assert_eq!(self.request("shutdown", Value::Null), Value::Null);
        self.leave()
    }

    /// Leaves, and returns the exit code of the server.
    fn leave(mut self) -> Option<i32> {
        self.notify("exit", Value::Null);
        self.input = None;
        self.program.wait().unwrap().code()
    }
}

impl Drop for Editor {
    fn drop(&mut self) {
        drop(self.input.take());
        let _ = self.program.kill();
        let _ = self.program.wait();
    }
}

/// Reads messages and nothing else: any other output fails the test.
fn read_messages(mut output: impl BufRead, sender: &mpsc::Sender<Value>) {
    loop {
        let mut line = String::new();
        let mut length = None;
        while output.read_line(&mut line).unwrap() > 0 && line != "\r\n" {
            let (name, value) = line.split_once(':').expect("only headers stand before a message");
            if name == "Content-Length" {
                length = value.trim().parse().ok();
            }
            line.clear();
        }
        let Some(length) = length else { return };
        let mut bytes = vec![0; length];
        output.read_exact(&mut bytes).unwrap();
        let _ = sender.send(serde_json::from_slice(&bytes).unwrap());
    }
}

/// The fields of a whole case study with a title.
fn study(title: &str) -> String {
    format!(
        "---\ntitle: {title}\nstatus: completed\noutcome: won\nmarkets: [BR]\nchannels: [email]\n\
         tactics: [discount, mending]\nhypothesis: If we mend bags for free, people come back.\n\
         owner: Brazil team\nmethod: ab-test\nsample_size: 9000\nresults:\n  \
         - {{metric: conversion-rate, role: primary, lift: 12.4, ci_low: 3, ci_high: 21.8}}\n---\n\n\
         The mended bags were sent back with a voucher.\n"
    )
}

/// A hub with two case studies, an idea and a tactic of its own.
fn hub() -> HubFolder {
    HubFolder::new(&[
        ("site.toml", "title = \"Hub\"\n".to_owned()),
        (
            "content/vocabulary/tactics.yaml",
            "- id: free\n  label: Free\n- id: mending\n  label: Mending\n  labels: {nl: Reparatie}\n  \
             description: Old things are mended.\n"
                .to_owned(),
        ),
        ("content/case-studies/br/mended-bags.md", study("Mended bags in São Paulo")),
        ("content/case-studies/br/bags-again.md", study("Bags that were mended, again")),
        ("content/ideas/mend-shoes.md", "---\ntitle: Mend shoes\nstatus: new\n---\n".to_owned()),
    ])
}

#[test]
fn an_editor_gets_help_while_a_record_is_written() {
    let hub = hub();
    let mut editor = Editor::open(hub.path());
    let path = "content/case-studies/nl/shoes.md";
    // A new record with CRLF, a character of two UTF-16 units, and a key and a word misspelt.
    let text = "---\r\ntitle: \"👟 Shoes\"\r\nstatus: runing\r\nmarkts: [NL]\r\nchannels: [email]\r\n\
                tactics: [repara]\r\nadapted_from: sao\r\nidea: \r\n\r\nhypothesis: If we mend bags for free, people come back.\r\n---\r\n";
    let problems = editor.open_file(path, text);
    let found: Vec<(&str, &Value)> = problems
        .iter()
        .map(|problem| (problem["code"].as_str().unwrap(), &problem["range"]["start"]))
        .collect();
    let start = |line: u32, character: u32| json!({"line": line, "character": character});
    assert!(found.contains(&("unknown-key", &start(3, 0))), "{problems:#?}");
    assert!(found.iter().any(|(_, place)| **place == start(2, 8)), "{problems:#?}");

    // Terms are found by their label in any language, and their id is inserted.
    let list = editor.at("textDocument/completion", path, 5, 16);
    assert_eq!(list["items"][0]["label"], "mending");
    assert_eq!(list["items"][0]["textEdit"]["newText"], "mending");
    assert_eq!(
        list["items"][0]["textEdit"]["range"],
        json!({"start": {"line": 5, "character": 10}, "end": {"line": 5, "character": 16}})
    );
    assert_eq!(list["items"][0]["detail"], "Mending (Reparatie)");
    assert_eq!(editor.offered(path, 6, 17), ["br/mended-bags"]);
    assert_eq!(editor.offered(path, 7, 6), ["mend-shoes"]);
    assert_eq!(editor.offered(path, 2, 9), ["running"]);
    let keys = editor.offered(path, 8, 0);
    assert!(keys.contains(&"owner".to_owned()) && keys.contains(&"markets".to_owned()), "{keys:?}");
    assert!(!keys.contains(&"title".to_owned()), "{keys:?}");
    let item = &editor.at("textDocument/completion", path, 8, 0)["items"][0];
    assert!(item["documentation"]["value"].as_str().is_some_and(|help| !help.is_empty()), "{item}");

    // Both mistakes have a fix, which leads to a text without them.
    let uri = editor.uri(path);
    for (line, expected) in [(3, "markets"), (2, "running")] {
        let range = json!({"start": {"line": line, "character": 0}, "end": {"line": line, "character": 12}});
        let actions = editor.request(
            "textDocument/codeAction",
            json!({"textDocument": {"uri": uri}, "range": range, "context": {"diagnostics": []}}),
        );
        let edit = &actions[0]["edit"]["changes"][&uri][0];
        let title = actions[0]["title"].as_str().unwrap();
        assert!(title.contains(expected), "{actions}");
        let text = edit["newText"].as_str().unwrap().to_owned();
        let corner =
            |corner: &str, part: &str| edit["range"][corner][part].as_u64().unwrap() as u32;
        let range = [
            corner("start", "line"),
            corner("start", "character"),
            corner("end", "line"),
            corner("end", "character"),
        ];
        editor.change(path, 4 - line + 1, range, &text);
    }
    let problems = editor.problems(path, 3);
    assert!(!problems.iter().any(|problem| problem["code"] == "unknown-key"), "{problems:#?}");

    // Behind the shoe, columns count UTF-16 units: the quote that ends the title is at 15.
    editor.change(path, 4, [1, 10, 1, 15], "日本");
    editor.change(path, 5, [6, 14, 6, 17], "br/mended-bags");
    let hover = editor.at("textDocument/hover", path, 6, 20);
    let card = hover["contents"]["value"].as_str().unwrap();
    for part in
        ["Mended bags in São Paulo", "won", "+12.4", "Brazil", "Brazil team", "Evidence grade: B"]
    {
        assert!(card.contains(part), "{part}: {card}");
    }
    let place = editor.at("textDocument/definition", path, 6, 20);
    assert_eq!(place["uri"], editor.uri("content/case-studies/br/mended-bags.md"));

    editor.change(path, 6, [5, 10, 5, 16], "mending");
    let hover = editor.at("textDocument/hover", path, 5, 12);
    assert!(hover["contents"]["value"].as_str().unwrap().contains("Old things are mended"));
    let place = editor.at("textDocument/definition", path, 5, 12);
    assert_eq!(place["uri"], editor.uri("content/vocabulary/tactics.yaml"));
    assert_eq!(place["range"]["start"], start(2, 6));

    // The nearest experiments stand above the hypothesis as soon as they can be compared.
    editor.wait_for(|message| message["method"] == "workspace/codeLens/refresh");
    let lenses = editor.request("textDocument/codeLens", json!({"textDocument": {"uri": uri}}));
    assert_eq!(lenses[0]["range"]["start"], start(9, 0), "{lenses}");
    assert!(lenses[0]["command"]["title"].as_str().unwrap().contains("br/"), "{lenses}");
    let command = lenses[0]["command"].clone();
    editor.request(
        "workspace/executeCommand",
        json!({"command": command["command"], "arguments": command["arguments"]}),
    );
    let shown = editor.wait_for(|message| message["method"] == "window/showDocument");
    assert!(shown["params"]["uri"].as_str().unwrap().ends_with(".md"), "{shown}");

    // What is closed has no problems any more, and what nobody knows is refused.
    editor.notify("textDocument/didClose", json!({"textDocument": {"uri": uri}}));
    editor.wait_for(|message| {
        message["params"]["uri"] == uri.as_str() && message["params"]["version"].is_null()
    });
    assert!(editor.ask("casebook/nonsense", json!({}))["error"]["code"].is_i64());
    assert_eq!(editor.shut_down(), Some(0));
}

/// Does on the disk what an editor is told to do by a rename: changes of texts, new and moved files.
fn apply_changes(edit: &Value) {
    let to_path =
        |uri: &Value| url::Url::parse(uri.as_str().unwrap()).unwrap().to_file_path().unwrap();
    for operation in edit["documentChanges"].as_array().unwrap() {
        match operation["kind"].as_str() {
            Some("create") => fs::write(to_path(&operation["uri"]), "").unwrap(),
            Some("rename") => {
                let to = to_path(&operation["newUri"]);
                fs::create_dir_all(to.parent().unwrap()).unwrap();
                fs::rename(to_path(&operation["oldUri"]), to).unwrap();
            }
            _ => {
                let path = to_path(&operation["textDocument"]["uri"]);
                let text: Vec<u16> = fs::read_to_string(&path).unwrap().encode_utf16().collect();
                let edit = &operation["edits"][0];
                let offset = |position: &Value| {
                    let line = position["line"].as_u64().unwrap() as usize;
                    let ends =
                        text.iter().enumerate().filter(|(_, unit)| **unit == u16::from(b'\n'));
                    let start = if line == 0 {
                        0
                    } else {
                        ends.map(|(at, _)| at + 1).nth(line - 1).unwrap()
                    };
                    start + position["character"].as_u64().unwrap() as usize
                };
                let (start, end) = (offset(&edit["range"]["start"]), offset(&edit["range"]["end"]));
                let new: Vec<u16> = edit["newText"].as_str().unwrap().encode_utf16().collect();
                let text = [&text[..start], &new, &text[end..]].concat();
                fs::write(&path, String::from_utf16(&text).unwrap()).unwrap();
            }
        }
    }
}

#[test]
fn an_editor_renames_terms_and_records_wherever_they_are_named() {
    let hub = hub();
    let root = hub.path();
    let path = "content/case-studies/nl/shoes.md";
    let text = "---\ntitle: \"👟 Shoes\"\nstatus: running\nmarkets: [NL]\nchannels: [email]\n\
                tactics: [free, mending]\nadapted_from: br/mended-bags\nowner: Team\nsummary: 👟👟 mending\n\
                hypothesis: If we mend shoes, people come back.\nstart: 2026-11-01\n---\n\n[👟](../br/mended-bags.md)\n";
    hub.write(path, text);
    hub.write("content/case-studies/br/mended-bags/bag.txt", "A bag");
    let mut editor = Editor::open(root);
    editor.open_file(path, text);

    let word = editor.at("textDocument/prepareRename", path, 5, 20);
    assert_eq!(word["placeholder"], "mending", "{word}");
    assert_eq!(word["range"]["start"], json!({"line": 5, "character": 16}));
    assert_eq!(editor.at("textDocument/prepareRename", path, 1, 10), Value::Null);

    let uri = editor.uri(path);
    let params = |line: u32, character: u32, name: &str| {
        json!({"textDocument": {"uri": uri}, "newName": name,
            "position": {"line": line, "character": character}})
    };
    for (line, character, name, message) in [
        (5, 20, "free", "free"),
        (5, 20, "No Slug", "No Slug"),
        (6, 20, "br/bags-again", "taken"),
        (1, 10, "x", "nothing here"),
    ] {
        let answer = editor.ask("textDocument/rename", params(line, character, name));
        let told = answer["error"]["message"].as_str().unwrap_or_default();
        assert!(told.contains(message), "{answer}");
    }

    apply_changes(&editor.request("textDocument/rename", params(5, 20, "repair")));
    let read = |path: &str| fs::read_to_string(root.join(path)).unwrap();
    let changed = read(path);
    assert!(
        changed.contains("tactics: [free, repair]") && changed.contains("👟👟 mending"),
        "{changed}"
    );
    assert!(read("content/case-studies/br/mended-bags.md").contains("[discount, repair]"));
    let terms = read("content/vocabulary/tactics.yaml");
    assert!(terms.contains("- id: repair\n") && terms.contains("mending"), "{terms}");

    let uri = editor.uri(path);
    editor.notify(
        "textDocument/didChange",
        json!({"textDocument": {"uri": uri, "version": 2}, "contentChanges": [{"text": changed}]}),
    );
    editor.notify("workspace/didChangeWatchedFiles", json!({"changes": []}));
    editor.problems(path, 2);
    apply_changes(&editor.request("textDocument/rename", params(6, 20, "br/new/bags")));
    let changed = read(path);
    assert!(changed.contains("adapted_from: br/new/bags\n"), "{changed}");
    assert!(changed.contains("[👟](../br/new/bags.md)"), "{changed}");
    assert!(read("content/case-studies/br/new/bags.md").contains("aliases:"));
    assert_eq!(read("content/case-studies/br/new/bags/bag.txt"), "A bag");
    assert!(!root.join("content/case-studies/br/mended-bags.md").exists());
    assert_eq!(editor.shut_down(), Some(0));
    let check = Command::new(env!("CARGO_BIN_EXE_casebook"))
        .args(["check", "--root"])
        .arg(root)
        .args(["--today", "2026-11-22"])
        .output()
        .unwrap();
    assert!(check.status.success(), "{}", String::from_utf8_lossy(&check.stdout));
}

#[test]
fn a_folder_without_settings_is_told_once() {
    let folder = tempfile::tempdir().unwrap();
    let mut editor = Editor::open(folder.path());
    for name in ["a.md", "b.md"] {
        let uri = editor.uri(name);
        editor.notify(
            "textDocument/didOpen",
            json!({"textDocument":
            {"uri": uri, "languageId": "markdown", "version": 1, "text": "---\n\n---\n"}}),
        );
    }
    let message = editor.wait_for(|message| message["method"] == "window/showMessage");
    let text = message["params"]["message"].as_str().unwrap();
    assert!(text.contains("site.toml") && text.contains("casebook init"), "{text}");
    assert_eq!(editor.at("textDocument/hover", "a.md", 1, 0), Value::Null);
    assert!(!editor.kept.iter().any(|message| message["method"] == "window/showMessage"));
    assert_eq!(editor.leave(), Some(1));
}

#[test]
fn a_megabyte_of_front_matter_and_files_elsewhere_are_no_trouble() {
    let hub = hub();
    let mut editor = Editor::open(hub.path());
    let path = "content/case-studies/br/large.md";
    let lines: String = (0..40_000).map(|line| format!("  key_{line}: some text here\n")).collect();
    let text = format!("---\ntitle: Large\nextra:\n{lines}st\n---\n");
    assert!(text.len() > 1 << 20);
    editor.open_file(path, &text);
    let start = std::time::Instant::now();
    assert!(editor.offered(path, 40_003, 2).contains(&"status".to_owned()));
    assert!(start.elapsed() < Duration::from_secs(2), "{:?}", start.elapsed());

    // A file that is no record is checked like any other, and offers nothing.
    editor.open_file("README.md", "---\nst\n---\n");
    assert_eq!(editor.offered("README.md", 1, 2), [""; 0]);
    // With a byte-order mark, which counts as a unit of the first line only.
    editor.open_file("content/ideas/marked.md", "\u{feff}---\nstatus: n\n---\n");
    assert_eq!(editor.offered("content/ideas/marked.md", 1, 9)[0], "new");
    assert_eq!(editor.shut_down(), Some(0));
}
