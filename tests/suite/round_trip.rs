//! Tests that the values of every record of the sample hub survive other programs, and that the pages
//! stay as they are: another editor's save and `fmt` behind it, `check --fix`, renames there and back.

#![expect(clippy::disallowed_methods, reason = "tests lay out hubs on the disk")]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};
use std::sync::Arc;

use casebook::catalog::field;
use casebook::record::front_matter::{SplitFile, format_file, split_file};
use casebook::record::yaml::{self, Node, Value};

use crate::support::{HubFolder, TestHub};

/// Runs the program in a hub.
fn casebook(root: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_casebook"))
        .args(arguments)
        .args(["--today", "2026-11-22"])
        .arg("--root")
        .arg(root)
        .current_dir(root)
        .output()
        .unwrap()
}

/// Runs a command that must succeed, and returns what it prints.
fn run(root: &Path, arguments: &[&str]) -> String {
    let output = casebook(root, arguments);
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{arguments:?}: {said}");
    String::from_utf8(output.stdout).unwrap()
}

/// The texts of all records of a hub, by path below the root.
fn record_texts(root: &Path) -> BTreeMap<String, String> {
    walkdir::WalkDir::new(root.join("content"))
        .into_iter()
        .map(|entry| entry.unwrap().into_path())
        .filter(|path| path.extension().is_some_and(|end| end == "md"))
        .map(|path| {
            let name = path.strip_prefix(root).unwrap().to_str().unwrap().to_owned();
            (name, fs::read_to_string(&path).unwrap())
        })
        .collect()
}

/// The files of a hub's site, without its git history and without the records themselves, which the
/// form reads.
fn pages(root: &Path) -> BTreeMap<String, Arc<[u8]>> {
    let files = TestHub::in_folder(root).build().0.files.into_iter();
    files
        .filter(|(path, _)| !path.starts_with("data/source/"))
        .map(|(path, bytes)| (path, bytes.to_vec().into()))
        .collect()
}

/// Paths of the files that differ between two sites.
fn differing<'p>(
    before: &'p BTreeMap<String, Arc<[u8]>>,
    after: &'p BTreeMap<String, Arc<[u8]>>,
) -> Vec<&'p str> {
    let paths = before.keys().chain(after.keys().filter(|path| !before.contains_key(*path)));
    paths.filter(|path| before.get(*path) != after.get(*path)).map(String::as_str).collect()
}

/// A value as programs with types read it.
#[derive(Debug, Clone, PartialEq)]
enum Typed {
    /// No value.
    Nothing,
    /// A number, or a truth value, in the spelling of the program that writes it.
    Literal(String),
    /// A day, `2026-03-02`.
    Day(String),
    /// A text.
    Text(String),
    /// A list.
    List(Vec<Typed>),
    /// A map, in the order of the file.
    Map(Vec<(String, Typed)>),
}

/// The version of YAML that a program reads and writes.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Version {
    /// 1.1, in which `NO` and `on` are truth values and `12:30` is a number.
    Old,
    /// The core schema of 1.2.
    Core,
}

/// A program that saves front matter in its own form.
#[derive(Debug, Clone, Copy)]
struct Editor {
    /// What messages of failed tests call it.
    name: &'static str,
    /// The version by which it tells texts from other values.
    version: Version,
    /// Whether a day without quotes is read as a moment, and written as one.
    has_moments: bool,
    /// Whether it sorts the keys of maps.
    is_sorted: bool,
    /// Number of spaces by which maps within are indented.
    indent: usize,
    /// Number of spaces by which the hyphens of a list are.
    list_indent: usize,
    /// The mark of quotes that it prefers.
    quote: char,
    /// The longest line of a text, in characters; longer ones are folded below `>-`, or without any
    /// mark.
    width: Option<usize>,
    /// Whether it folds a long text without a mark.
    is_folded_plain: bool,
    /// How an empty optional field is written; none where the form leaves it out.
    empty: Option<&'static str>,
    /// `\n` or `\r\n`.
    line_end: &'static str,
    /// Whether it writes a byte-order mark.
    has_mark: bool,
    /// Whether it leaves spaces at the ends of lines.
    has_trailing_spaces: bool,
    /// Whether the last line of a file has a line end.
    ends_with_line_feed: bool,
}

/// A program with no habit of its own.
const PLAIN: Editor = Editor {
    name: "plain core",
    version: Version::Core,
    has_moments: false,
    is_sorted: false,
    indent: 2,
    list_indent: 2,
    quote: '"',
    width: None,
    is_folded_plain: false,
    empty: None,
    line_end: "\n",
    has_mark: false,
    has_trailing_spaces: false,
    ends_with_line_feed: true,
};

/// The forms in which other programs save front matter.
const EDITORS: &[Editor] = &[
    Editor { empty: Some("''"), ..PLAIN },
    Editor {
        name: "moments and folded texts",
        has_moments: true,
        quote: '\'',
        width: Some(80),
        empty: Some("[]"),
        ..PLAIN
    },
    Editor {
        name: "sorted, of version 1.1",
        version: Version::Old,
        is_sorted: true,
        list_indent: 0,
        quote: '\'',
        width: Some(80),
        is_folded_plain: true,
        empty: Some("null"),
        ..PLAIN
    },
    Editor {
        name: "four spaces",
        version: Version::Old,
        indent: 4,
        list_indent: 4,
        empty: Some(""),
        ..PLAIN
    },
    Editor {
        name: "another system",
        line_end: "\r\n",
        has_mark: true,
        has_trailing_spaces: true,
        ends_with_line_feed: false,
        empty: Some("~"),
        ..PLAIN
    },
];

impl Editor {
    /// A value as the program reads it.
    fn read(&self, text: &str, node: &Node) -> Typed {
        match &node.value {
            Value::Null => Typed::Nothing,
            Value::List(items) => {
                Typed::List(items.iter().map(|item| self.read(text, item)).collect())
            }
            Value::Map(entries) => Typed::Map(
                entries
                    .iter()
                    .map(|(key, value)| (key.name.to_string(), self.read(text, value)))
                    .collect(),
            ),
            Value::Text(scalar) => {
                let is_plain = text[node.span()].trim_end() == &**scalar;
                if is_plain && is_day(scalar) && (self.has_moments || self.version == Version::Old)
                {
                    Typed::Day(scalar.to_string())
                } else if is_plain && self.is_literal(scalar) {
                    Typed::Literal(spell_literal(scalar))
                } else {
                    Typed::Text(scalar.to_string())
                }
            }
        }
    }

    /// Whether the program reads a text without quotes as a number, a truth value or null.
    fn is_literal(&self, text: &str) -> bool {
        let unsigned = text.trim_start_matches(['-', '+']);
        let is_number = unsigned.parse::<f64>().is_ok()
            && unsigned.starts_with(|first: char| first.is_ascii_digit() || first == '.');
        let is_based = ["0x", "0o"].iter().any(|base| unsigned.starts_with(base))
            && unsigned[2..].chars().all(|letter| letter.is_ascii_hexdigit());
        let word = text.to_lowercase();
        let is_word = matches!(&*word, "" | "~" | "null" | "true" | "false" | ".inf" | ".nan");
        let is_old_word = matches!(&*word, "yes" | "no" | "on" | "off" | "y" | "n" | "=" | "<<");
        let is_time = || {
            text.contains(':')
                && text.chars().all(|letter| letter.is_ascii_digit() || letter == ':')
        };
        let is_grouped = || {
            unsigned.starts_with(|first: char| first.is_ascii_digit())
                && unsigned.chars().all(|letter| letter.is_ascii_digit() || letter == '_')
        };
        is_number
            || is_based
            || is_word
            || self.version == Version::Old && (is_old_word || is_time() || is_grouped())
    }

    /// A text as one scalar, in quotes where the program itself would read it as something else.
    fn write_text(&self, text: &str) -> String {
        let opens_syntax = text.starts_with(|first: char| "-?:,[]{}#&*!|>'\"%@` ".contains(first));
        let is_cut = text.contains(": ") || text.contains(" #") || text.ends_with([':', ' ']);
        let is_typed = self.is_literal(text)
            || is_day(text) && (self.has_moments || self.version == Version::Old);
        let has_controls = text.chars().any(char::is_control);
        if !(opens_syntax || is_cut || is_typed || has_controls) {
            text.to_owned()
        } else if has_controls || self.quote == '"' {
            serde_json::to_string(text).unwrap()
        } else {
            format!("'{}'", text.replace('\'', "''"))
        }
    }

    /// The YAML of a value behind its colon or hyphen, whose own lines are `indent` spaces from the
    /// left.
    fn write(&self, out: &mut String, value: &Typed, indent: usize) {
        match value {
            Typed::Nothing => *out += " null\n",
            Typed::Literal(text) => *out += &format!(" {text}\n"),
            Typed::Day(day) if self.has_moments => *out += &format!(" {day}T00:00:00.000Z\n"),
            Typed::Day(day) => *out += &format!(" {day}\n"),
            Typed::Text(text) => self.write_lines_of_text(out, text, indent),
            Typed::List(items) if items.is_empty() => *out += " []\n",
            Typed::Map(entries) if entries.is_empty() => *out += " {}\n",
            Typed::List(items) => {
                out.push('\n');
                let indent = indent - self.indent + self.list_indent;
                for item in items {
                    *out += &format!("{:indent$}-", "");
                    if let Typed::Map(entries) = item
                        && !entries.is_empty()
                    {
                        let mut lines = String::new();
                        self.write_entries(&mut lines, entries, indent + 2);
                        *out += &format!(" {}", lines.trim_start());
                    } else {
                        self.write(out, item, indent + 2);
                    }
                }
            }
            Typed::Map(entries) => {
                out.push('\n');
                self.write_entries(out, entries, indent);
            }
        }
    }

    /// The YAML of a map whose keys are `indent` spaces from the left.
    fn write_entries(&self, out: &mut String, entries: &[(String, Typed)], indent: usize) {
        let mut entries: Vec<&(String, Typed)> = entries.iter().collect();
        if self.is_sorted {
            entries.sort_by(|(one, _), (other, _)| one.cmp(other));
        }
        for (key, value) in entries {
            *out += &format!("{:indent$}{}:", "", self.write_text(key));
            // An embargo with a time of day is refused, because it can end on two days.
            if let (Typed::Day(day), "embargo_until") = (value, &**key) {
                *out += &format!(" {day}\n");
                continue;
            }
            self.write(out, value, indent + self.indent);
        }
    }

    /// A text on its line, or on several.
    fn write_lines_of_text(&self, out: &mut String, text: &str, indent: usize) {
        let is_block = text.contains('\n') && !text.starts_with([' ', '\n']);
        if is_block && !text.chars().any(|letter| letter.is_control() && letter != '\n') {
            *out += match text.strip_suffix('\n') {
                None => " |-\n",
                Some(rest) if rest.ends_with('\n') => " |+\n",
                Some(_) => " |\n",
            };
            for line in text.strip_suffix('\n').unwrap_or(text).split('\n') {
                *out += &if line.is_empty() {
                    "\n".to_owned()
                } else {
                    format!("{:indent$}{line}\n", "")
                };
            }
            return;
        }
        let scalar = self.write_text(text);
        let is_long = self.width.is_some_and(|width| text.chars().count() > width);
        if !is_long || scalar != text || text.contains("  ") {
            *out += &format!(" {scalar}\n");
            return;
        }
        let mut lines = vec![String::new()];
        for word in text.split(' ') {
            let line = lines.last_mut().unwrap();
            if !line.is_empty()
                && line.chars().count() + word.chars().count() >= self.width.unwrap()
            {
                lines.push(word.to_owned());
            } else {
                *line = if line.is_empty() { word.to_owned() } else { format!("{line} {word}") };
            }
        }
        // A line of a plain text may begin with what would begin a comment or a key elsewhere.
        *out += if self.is_folded_plain { " " } else { " >-\n" };
        let space = " ".repeat(indent);
        *out += &if self.is_folded_plain {
            lines.join(&format!("\n{space}"))
        } else {
            format!("{space}{}", lines.join(&format!("\n{space}")))
        };
        out.push('\n');
    }

    /// A file as the program saves it: without comments, its values as it read them, and some
    /// optional fields that nobody has filled in.
    fn save(&self, text: &str, empty_fields: &[&str]) -> String {
        let SplitFile::Parts { yaml, body_start } = split_file(text) else {
            return text.to_owned();
        };
        let node = yaml::parse(&text[yaml.clone()], yaml.start).unwrap();
        let Typed::Map(mut entries) = self.read(text, &node) else { panic!("a map") };
        if !self.is_sorted {
            // The order is that of a form.
            entries.reverse();
        }
        let mut fields = String::new();
        self.write_entries(&mut fields, &entries, 0);
        if let Some(empty) = self.empty {
            let missing =
                empty_fields.iter().filter(|key| !entries.iter().any(|(known, _)| known == *key));
            missing.for_each(|key| fields += &format!("{key}: {empty}\n").replace(": \n", ":\n"));
        }
        if self.has_trailing_spaces {
            fields = fields
                .lines()
                .map(|line| {
                    if line.is_empty() || line.ends_with(['|', '-', '"']) || line.starts_with(' ') {
                        format!("{line}\n")
                    } else {
                        format!("{line}  \n")
                    }
                })
                .collect();
        }
        let mut saved = format!("---\n{fields}---\n{}", &text[body_start..]);
        if !self.ends_with_line_feed {
            saved.truncate(saved.trim_end().len());
        }
        let mark = if self.has_mark { "\u{feff}" } else { "" };
        format!("{mark}{}", saved.replace('\n', self.line_end))
    }
}

/// A number or a truth value as a program spells it, which has forgotten how it was written.
fn spell_literal(written: &str) -> String {
    match (&*written.to_lowercase(), written.parse::<f64>()) {
        ("yes" | "on" | "true", _) => "true".to_owned(),
        ("no" | "off" | "false", _) => "false".to_owned(),
        (_, Ok(number)) => number.to_string(),
        _ => written.to_owned(),
    }
}

/// The records of the sample hub in canonical form, in which every text is one for every program.
fn formatted_records() -> BTreeMap<String, String> {
    let mut records = record_texts(&crate::support::repository());
    for text in records.values_mut() {
        if let Ok(formatted) = format_file(text, field::known_keys()) {
            *text = formatted;
        }
    }
    records
}

/// Whether a text is a day, as programs with a type for days tell it.
fn is_day(text: &str) -> bool {
    let digits =
        |part: &str, count| part.len() == count && part.bytes().all(|byte| byte.is_ascii_digit());
    matches!(text.split('-').collect::<Vec<_>>()[..], [year, month, day] if digits(year, 4) && digits(month, 2) && digits(day, 2))
}

/// The values of a record that mean something, in a form in which spellings of one number or day do
/// not differ.
fn meaning(text: &str) -> Typed {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let SplitFile::Parts { yaml, .. } = split_file(text) else { return Typed::Nothing };
    let node = yaml::parse(&text[yaml.clone()], yaml.start)
        .unwrap_or_else(|error| panic!("{error:?}:\n{text}"));
    simplify(text, &node)
}

/// A value without empty entries, sorted by key.
fn simplify(text: &str, node: &Node) -> Typed {
    match &node.value {
        Value::Null => Typed::Nothing,
        Value::Text(scalar) => {
            let is_plain = text[node.span()].trim_end() == &**scalar;
            let day = scalar.strip_suffix("T00:00:00.000Z").unwrap_or(scalar);
            match scalar.parse::<f64>() {
                Ok(number) if is_plain => Typed::Text(number.to_string()),
                _ => Typed::Text(day.to_owned()),
            }
        }
        Value::List(items) => Typed::List(items.iter().map(|item| simplify(text, item)).collect()),
        Value::Map(entries) => {
            let mut entries: Vec<(String, Typed)> = entries
                .iter()
                .filter(|(_, value)| !value.is_empty())
                .map(|(key, value)| (key.name.to_string(), simplify(text, value)))
                .collect();
            entries.sort_by(|(one, _), (other, _)| one.cmp(other));
            Typed::Map(entries)
        }
    }
}

/// Optional fields of each sort of record, of every type of value, for a form that saves what is
/// empty.
fn empty_fields(path: &str) -> &'static [&'static str] {
    match path.split('/').nth(1) {
        Some("case-studies") => &[
            "audience",
            "pillar",
            "mde",
            "sample_size",
            "budget",
            "fixed",
            "links",
            "related",
            "not_duplicate_of",
            "idea",
            "review_every",
            "embargo_until",
            "extra",
            "translations",
            "visibility",
            "verified_on",
            "raci",
            "variants",
            "translation_of",
            "aliases",
        ],
        Some("ideas") => {
            &["score", "evidence", "wanted_by", "effort", "becomes", "language", "primary_metric"]
        }
        Some("playbooks") => &["applies_to", "review_every", "verified_on", "contradicts"],
        _ => &["nav_title", "order", "aliases"],
    }
}

#[test]
fn what_other_editors_save_has_its_values_and_its_form_after_fmt() {
    let originals = formatted_records();
    assert!(originals.len() > 100);
    for editor in EDITORS {
        for (path, original) in &originals {
            let saved = editor.save(original, empty_fields(path));
            let name = editor.name;
            assert_eq!(meaning(&saved), meaning(original), "{name}: {path}\n{saved}");
            let text = saved.strip_prefix('\u{feff}').unwrap_or(&saved);
            if matches!(split_file(text), SplitFile::NoFrontMatter) {
                continue;
            }
            let formatted = format_file(text, field::known_keys())
                .unwrap_or_else(|reason| panic!("{name}: {path}: {reason}\n{saved}"));
            assert_eq!(meaning(&formatted), meaning(original), "{name}: {path}\n{formatted}");
            assert_eq!(format_file(&formatted, field::known_keys()).as_ref(), Ok(&formatted));
        }
    }
}

#[test]
fn the_pages_of_records_that_other_editors_saved_are_the_same() {
    let hub = HubFolder::sample();
    let before = pages(hub.path());
    let originals = formatted_records();
    for (at, (path, original)) in originals.iter().enumerate() {
        hub.write(path, EDITORS[at % EDITORS.len()].save(original, empty_fields(path)));
    }
    let check = casebook(hub.path(), &["check", "--drafts"]);
    assert!(check.status.success(), "{}", String::from_utf8_lossy(&check.stdout));
    run(hub.path(), &["fmt"]);
    run(hub.path(), &["fmt", "--check"]);
    for (path, text) in record_texts(hub.path()) {
        assert_eq!(meaning(&text), meaning(&originals[&path]), "{path}\n{text}");
    }
    assert_eq!(differing(&before, &pages(hub.path())), Vec::<&str>::new());
}

#[test]
fn formatting_and_repairs_change_no_page() {
    let hub = HubFolder::sample();
    // Records as a hurried hand writes them: fields in another order, quotes, lists in lines.
    for (path, original) in record_texts(hub.path()) {
        let editor = Editor { quote: '\'', list_indent: 0, ..PLAIN };
        hub.write(&path, editor.save(&original, &[]));
    }
    let saved = record_texts(hub.path());
    let before = pages(hub.path());
    run(hub.path(), &["fmt"]);
    let formatted = record_texts(hub.path());
    assert_ne!(formatted, saved);
    casebook(hub.path(), &["check", "--fix", "--drafts"]);
    for (path, text) in record_texts(hub.path()) {
        let (old, new) = (meaning(&formatted[&path]), meaning(&text));
        // Other names of a term become its id; nothing else is to be repaired in the sample hub.
        if old != new {
            let names = |value: &Typed| format!("{value:?}").matches("Text(").count();
            assert_eq!(names(&old), names(&new), "{path}");
        }
    }
    assert_eq!(differing(&before, &pages(hub.path())), Vec::<&str>::new());
}

#[test]
fn renaming_there_and_back_changes_no_page_but_the_redirect() {
    let hub = HubFolder::sample();
    let before = pages(hub.path());
    for (kind, old, new) in [
        ("tactic", "urgency-scarcity", "honest-clock"),
        ("channel", "email", "letter-by-mail"),
        ("market", "JP", "JX"),
        ("case", "gb/countdown-offer", "gb/deep/clock-offer"),
        ("idea", "honest-deadline", "true-deadline"),
    ] {
        run(hub.path(), &["rename", kind, old, new]);
        run(hub.path(), &["rename", kind, new, old]);
    }
    let after = pages(hub.path());
    // The old addresses lead on, and what lists or finds all names of a term has one more.
    let is_allowed = |path: &&str| {
        let has_names =
            ["vocabulary/index.html", "data/nearest.json", "data/write.json", "service-worker.js"];
        let pages = ["deep/clock-offer", "true-deadline", "honest-clock", "letter-by-mail", "jx/"];
        has_names.contains(path)
            || path.starts_with("search/")
            || pages.iter().any(|name| path.contains(name))
    };
    let differing: Vec<&str> =
        differing(&before, &after).into_iter().filter(|path| !is_allowed(path)).collect();
    assert_eq!(differing, Vec::<&str>::new());
}

/// Texts that some program takes for a number, a day, a truth value or null.
const WORDS: &[&str] = &[
    "NO",
    "no",
    "yes",
    "Yes",
    "on",
    "off",
    "y",
    "n",
    "1.10",
    "012",
    "0x1F",
    "0o17",
    "1e3",
    ".5",
    "5.",
    "+1",
    "1_000",
    "12:30:00",
    "2026-01-02",
    "2026-01-02T10:00:00Z",
    "true",
    "False",
    ".inf",
    ".NaN",
    "=",
    "<<",
];

#[test]
fn words_that_look_like_numbers_stay_texts_for_every_program() {
    for word in WORDS {
        let text = format!(
            "---\ntitle: {word}\nowner: {word}\nmarkets: [{word}]\nfixed:\n- {word}\nvariants:\n- name: {word}\nresults:\n- metric: {word}\n  source: {word}\nlinks: {word}\n---\n"
        );
        assert_eq!(read_words(&text, None), [*word; 8], "as it is written: {text}");
        let formatted = format_file(&text, field::known_keys()).unwrap();
        assert_eq!(read_words(&formatted, None), [*word; 8], "{formatted}");
        for editor in EDITORS {
            // What such a program makes of it is the text again.
            assert_eq!(
                read_words(&formatted, Some(editor)),
                [*word; 8],
                "{}: {formatted}",
                editor.name
            );
            let saved = editor.save(&formatted, &[]);
            let saved = saved.strip_prefix('\u{feff}').unwrap_or(&saved);
            let mut read = read_words(saved, None);
            read.sort_unstable();
            assert_eq!(read, [*word; 8], "{}: {saved}", editor.name);
            let formatted = format_file(saved, field::known_keys()).unwrap();
            assert_eq!(
                read_words(&formatted, Some(editor)).len(),
                8,
                "{}: {formatted}",
                editor.name
            );
        }
    }
    // In a field of numbers or days the same is left as it is.
    let text = "---\ntitle: A\ndraft: no\nstart: 2026-01-02\nsample_size: 1_000\nmde: 1.10\nextra:\n  own: 012\n---\n";
    assert_eq!(
        format_file(text, field::known_keys())
            .as_deref()
            .unwrap()
            .replace("extra: {own: 012}", "extra:\n  own: 012"),
        text
    );
}

/// The texts of a record as Casebook reads them, or as another program does; what that reads as
/// something else is left out.
fn read_words(text: &str, editor: Option<&Editor>) -> Vec<String> {
    let SplitFile::Parts { yaml, .. } = split_file(text) else { panic!("{text}") };
    let root = yaml::parse(&text[yaml.clone()], yaml.start).unwrap();
    let editor = editor.copied().unwrap_or(Editor { version: Version::Core, ..PLAIN });
    let mut words = Vec::new();
    let mut open = vec![&root];
    while let Some(node) = open.pop() {
        match &node.value {
            Value::List(items) => open.extend(items.iter()),
            Value::Map(entries) => open.extend(entries.iter().map(|(_, value)| value)),
            Value::Null => {}
            Value::Text(scalar) => words.push((scalar.to_string(), editor.read(text, node))),
        }
    }
    let is_own = matches!(editor.name, "plain core") && editor.empty.is_none();
    let kept = words.into_iter().filter(|(_, typed)| is_own || matches!(typed, Typed::Text(_)));
    kept.map(|(scalar, _)| scalar).collect()
}

#[test]
fn norway_that_another_program_saved_as_false_is_repaired() {
    let file = |market: &str| {
        format!("---\ntitle: Skilt\nstatus: new\nmarkets: [{market}]\n---\n\nTekst.\n")
    };
    let path = "content/ideas/skilt.md";
    let hub = HubFolder::new(&[(path, file("false, SE"))]);
    let check = casebook(hub.path(), &["check"]);
    let said = String::from_utf8_lossy(&check.stdout).into_owned();
    assert!(said.contains("`false` is not a known market"), "{said}");
    assert!(said.contains("without its quotes other programs read `NO` as `false`"), "{said}");
    run(hub.path(), &["check", "--fix"]);
    assert_eq!(fs::read_to_string(hub.path().join(path)).unwrap(), file("\"NO\", SE"));
    // A channel can be meant by no truth value.
    hub.write(path, file("NO").replace("markets: [NO]", "channels: [false]"));
    let check = casebook(hub.path(), &["check", "--fix"]);
    assert_eq!(check.status.code(), Some(1));
    assert!(fs::read_to_string(hub.path().join(path)).unwrap().contains("channels: [false]"));
}

#[test]
fn a_day_with_a_time_of_midnight_is_that_day_and_is_repaired() {
    let file = |start: &str| {
        format!(
            "---\ntitle: Skilt\nstatus: planned\nmarkets: [SE]\nchannels: [email]\ntactics: [discount]\nstart: {start}\n---\n\nTekst.\n"
        )
    };
    let path = "content/case-studies/se/skilt.md";
    for written in ["2027-01-02T00:00:00.000Z", "\"2027-01-02T00:00:00Z\"", "2027-01-02 00:00:00"] {
        let hub = HubFolder::new(&[(path, file(written))]);
        let said = run(hub.path(), &["check"]);
        assert!(said.contains("is read as the day `2027-01-02`"), "{said}");
        run(hub.path(), &["check", "--fix"]);
        let wanted = if written.starts_with('"') { "\"2027-01-02\"" } else { "2027-01-02" };
        assert_eq!(fs::read_to_string(hub.path().join(path)).unwrap(), file(wanted));
    }
    let hub = HubFolder::new(&[(path, file("2027-01-02T09:30:00Z"))]);
    casebook(hub.path(), &["check", "--fix"]);
    assert_eq!(fs::read_to_string(hub.path().join(path)).unwrap(), file("2027-01-02T09:30:00Z"));
}

/// What a form saves whose author has filled in nothing that is optional.
const EMPTY_FORM: &str = "---
title: One
summary: ''
status: planned
outcome: ''
decision: null
language: ''
visibility: ''
embargo_until: ''
draft: ''
markets: [BR, '']
channels:
  - email
  - ''
tactics: [discount]
objective:
audience: ['']
brand: []
pillar: ''
hypothesis: \"\"
method: ''
variants:
  - name: A
    control: ''
    description: ''
    image: ''
  - {name: '', description: ''}
start: ''
end: null
sample_size: ''
mde: ''
budget:
  band: ''
  amount: ''
  currency: ''
results:
  - metric: ''
    role: ''
    lift: null
raci:
  accountable: []
  responsible: ['']
  consulted: ''
verified_on: ''
review_every: ''
reuse: ''
translations:
  nl:
    title: ''
    fixed: []
  de: ''
idea: ''
adapted_from: ['']
not_duplicate_of: [{id: '', family: '', members: '', reason: ''}]
translation_of: ''
links: [{label: '', url: ''}]
cover: ''
aliases: ['']
extra: {}
---

Text.
";

#[test]
fn what_a_form_leaves_empty_counts_as_left_out() {
    let path = "content/case-studies/br/one.md";
    let filled = "---\ntitle: One\nstatus: planned\nmarkets: [BR]\nchannels: [email]\ntactics: [discount]\n\
        variants:\n  - name: A\n---\n\nText.\n";
    let hub = HubFolder::new(&[(path, filled)]);
    let wanted = pages(hub.path());
    let problems = run(hub.path(), &["check"]);
    hub.write(path, EMPTY_FORM);
    assert_eq!(run(hub.path(), &["check"]), problems);
    assert_eq!(differing(&wanted, &pages(hub.path())), Vec::<&str>::new());
    run(hub.path(), &["fmt"]);
    assert_eq!(differing(&wanted, &pages(hub.path())), Vec::<&str>::new());
}

/// A record with a comment in every place where YAML has one, and with texts that look like comments.
const COMMENTED: &str = "---
# of the shop team

# above the title
title: 'Clock # one'  # on the line
status: planned\t# behind a tab
markets: [NL,  # in brackets
  BE]
channels:  # of the key
  # before an item
  - email
  - website  # behind an item
tactics: [discount]  #
summary: >-  # behind a header
  Folded # no comment
variants:
  - name: A  # within a map
    # between entries
    description: |
      # no comment either
results:
  - {metric: cvr, # in braces
     role: primary, source: \"a # b\"}
#without a space
## Übung 日本
owner: Team#1
# twice
audience: Clubs # twice
# the end
---

# A heading

# twice
";

/// The comments of [`COMMENTED`] in their order.
const COMMENTS: &[&str] = &[
    "of the shop team",
    "above the title",
    "on the line",
    "behind a tab",
    "in brackets",
    "of the key",
    "before an item",
    "behind an item",
    "behind a header",
    "within a map",
    "between entries",
    "in braces",
    "without a space",
    "Übung 日本",
    "twice",
    "twice",
    "the end",
];

/// Runs git in a hub.
fn git(root: &Path, arguments: &[&str]) {
    let names =
        ["-c", "user.name=Hub", "-c", "user.email=hub@example.org", "-c", "commit.gpgsign=false"];
    let run = Command::new("git").args(names).args(arguments).current_dir(root).output().unwrap();
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
}

#[test]
fn a_review_names_every_comment_that_another_editor_lost() {
    let path = "content/case-studies/nl/clock.md";
    let hub = HubFolder::new(&[(path, COMMENTED)]);
    git(hub.path(), &["init", "-q"]);
    git(hub.path(), &["add", "content", "site.toml"]);
    git(hub.path(), &["commit", "-qm", "hub"]);
    let lost_comments = || {
        let output = casebook(hub.path(), &["review", "--base", "HEAD", "--format", "json"]);
        let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        report["lost_comments"].clone()
    };
    assert_eq!(lost_comments(), serde_json::json!([]));
    run(hub.path(), &["fmt"]);
    assert_eq!(lost_comments(), serde_json::json!([]), "fmt keeps them all");
    for editor in EDITORS {
        hub.write(path, editor.save(COMMENTED, empty_fields(path)));
        run(hub.path(), &["fmt"]);
        let text = fs::read_to_string(hub.path().join(path)).unwrap();
        assert_eq!(meaning(&text), meaning(COMMENTED), "{}: {text}", editor.name);
        let wanted = serde_json::json!([{"path": path, "comments": COMMENTS}]);
        assert_eq!(lost_comments(), wanted, "{}: {text}", editor.name);
    }
    // One of two equal comments is kept.
    hub.write(path, PLAIN.save(COMMENTED, &[]).replace("title:", "# twice\ntitle:"));
    let without: Vec<&str> = [&COMMENTS[..14], &COMMENTS[15..]].concat();
    assert_eq!(lost_comments(), serde_json::json!([{"path": path, "comments": without}]));
}

/// A record without one of its fields.
fn without_field(text: &str, field: &str) -> Typed {
    match meaning(text) {
        Typed::Map(entries) => {
            Typed::Map(entries.into_iter().filter(|(key, _)| key != field).collect())
        }
        other => other,
    }
}

#[test]
fn translations_of_the_sample_hub_change_nothing_else() {
    let hub = HubFolder::sample();
    let before = record_texts(hub.path());
    let list = run(hub.path(), &["translate", "--list", "--to", "nl", "--format", "csv"]);
    // The answers stand in the last column of the table.
    let mut reader = csv::Reader::from_reader(list.trim_start_matches('\u{feff}').as_bytes());
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(reader.headers().unwrap()).unwrap();
    let mut count = 0;
    for row in reader.records() {
        let mut cells: Vec<String> = row.unwrap().iter().map(str::to_owned).collect();
        *cells.last_mut().unwrap() =
            format!("NO: {count}, 'een' \"tekst\" # {}", "lang ".repeat(count % 40));
        writer.write_record(&cells).unwrap();
        count += 1;
    }
    assert!(count > 50, "{count} texts");
    let answers = hub.parent().join("answers.csv");
    fs::write(&answers, writer.into_inner().unwrap()).unwrap();
    run(hub.path(), &["translate", "--apply", answers.to_str().unwrap()]);
    let after = record_texts(hub.path());
    assert_ne!(before, after);
    let field = field::TRANSLATIONS.name;
    for (path, text) in &after {
        let old = &before[path];
        assert_eq!(without_field(text, field), without_field(old, field), "{path}\n{text}");
        assert_eq!(comments_of(text), comments_of(old), "{path}\n{text}");
        assert!(body_of(text) == body_of(old), "{path}");
        // Every line that was there is there, in its order.
        let mut lines = text.lines();
        assert!(old.lines().all(|line| lines.any(|other| other == line)), "{path}\n{text}");
    }
    let again = run(hub.path(), &["translate", "--list", "--to", "nl", "--format", "csv"]);
    assert!(again.lines().count() < list.lines().count(), "{again}");
}

/// The comments of the front matter of a record.
fn comments_of(text: &str) -> Vec<&str> {
    casebook::record::front_matter::comments(text)
}

/// The text below the front matter of a record.
fn body_of(text: &str) -> &str {
    match split_file(text) {
        SplitFile::Parts { body_start, .. } => &text[body_start..],
        _ => text,
    }
}

#[test]
fn decisions_on_the_sample_hub_change_their_fields_alone() {
    let hub = HubFolder::sample();
    let before = record_texts(hub.path());
    for id in ["gb/countdown-offer", "no/newsletter-send-hour", "jp/cart-reminder-message"] {
        run(hub.path(), &["promote", id, "approved", "--by", "Team: \"one\" # two"]);
    }
    let pairs = TestHub::in_folder(hub.path()).hub();
    let pair =
        pairs.similar.pairs.iter().find(|pair| {
            pair.state == casebook::similar::AnswerState::Open && pair.family.is_none()
        });
    let pair = pair.expect("the sample hub has an open pair");
    let id = |case| pairs.catalog.case(case).meta.id.to_string();
    let target = format!("{}+{}", id(pair.b), id(pair.a));
    run(hub.path(), &["answer", &target, "not-duplicate", "--reason", "Norway: 'NO', later # so"]);
    let changed: Vec<String> = record_texts(hub.path())
        .into_iter()
        .filter(|(path, text)| before[path] != *text)
        .map(|(path, text)| {
            let old = &before[&path];
            let mut kept = (meaning(old), meaning(&text));
            for entries in [&mut kept.0, &mut kept.1] {
                let Typed::Map(entries) = entries else { panic!("{path}") };
                let decided = ["reuse", "verified_by", "verified_on", "not_duplicate_of"];
                entries.retain(|(key, _)| !decided.contains(&key.as_str()));
            }
            assert_eq!(kept.0, kept.1, "{path}\n{text}");
            assert_eq!(comments_of(&text), comments_of(old), "{path}\n{text}");
            assert_eq!(body_of(&text), body_of(old), "{path}");
            path
        })
        .collect();
    assert!((3..=4).contains(&changed.len()), "{changed:?}");
}
