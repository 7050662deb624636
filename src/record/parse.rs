//! From a source file to a manuscript, with what is wrong with the file as such.

use std::ops::Range;
use std::sync::Arc;

use casebook_search::wording::Wording;

use crate::diagnostic::{Diagnostic, Place};
use crate::record::front_matter::{Split, split};
use crate::record::node::{self, Node, Value};
use crate::record::{Kind, Manuscript, outline};
use crate::source::SourceFile;

/// Codes of problems that leave nothing to show of a file: they stay errors under every preset.
pub const UNREADABLE: &[&str] =
    &["not-utf8", "too-large", "unreadable", "invalid-yaml", "front-matter-unclosed", "invalid-settings", "invalid-vocabulary"];

/// The kind and id of a record by its path, or none where the path is no record's.
pub fn identify(path: &str) -> Option<(Kind, &str)> {
    let below = path.strip_prefix("content/")?;
    let (folder, rest) = below.split_once('/')?;
    let kind = match folder {
        "case-studies" => Kind::CaseStudy,
        "ideas" => Kind::Idea,
        "playbooks" => Kind::Playbook,
        "pages" => Kind::Page,
        _ => return None,
    };
    let id = rest.strip_suffix(".md").or_else(|| rest.strip_suffix(".mdx")).or_else(|| rest.strip_suffix(".markdown"))?;
    Some((kind, id))
}

/// Reads one file. Without a manuscript there is at least one diagnostic.
pub fn parse(file: &SourceFile) -> (Option<Manuscript>, Vec<Diagnostic>) {
    let (mut manuscript, diagnostics) = parse_front(file).manuscript();
    if let Some(Manuscript { outline, .. }) = &mut manuscript {
        outline.wording = Arc::new(Wording::of(outline.texts()));
    }
    (manuscript, diagnostics)
}

/// A file whose front matter is read, while its body is still to come: for whoever cuts the bodies of many files into words of one
/// dictionary.
pub(super) struct Begun<'f> {
    pub(super) file: &'f SourceFile,
    /// Its kind and id, its front matter, and where its body starts.
    front: Option<(Kind, &'f str, Node, usize)>,
    diagnostics: Vec<Diagnostic>,
}

/// Reads the front matter of one file.
pub(super) fn parse_front(file: &SourceFile) -> Begun<'_> {
    let Some((kind, id)) = identify(&file.path) else { return Begun { file, front: None, diagnostics: Vec::new() } };
    match front(file) {
        Ok((node, body, diagnostics)) => Begun { file, front: Some((kind, id, node, body)), diagnostics },
        Err(diagnostic) => Begun { file, front: None, diagnostics: vec![diagnostic] },
    }
}

impl Begun<'_> {
    /// Reads the body too; its words are for the caller to cut.
    pub(super) fn manuscript(self) -> (Option<Manuscript>, Vec<Diagnostic>) {
        let Begun { file, front, diagnostics } = self;
        let manuscript = front.map(|(kind, id, front, body)| Manuscript {
            kind,
            path: Arc::clone(&file.path),
            id: id.into(),
            text: Arc::clone(&file.text),
            hash: file.hash,
            front,
            body,
            outline: outline::read(&file.text[body..], body),
        });
        (manuscript, diagnostics)
    }
}

type Front = (Node, usize, Vec<Diagnostic>);

fn front(file: &SourceFile) -> Result<Front, Diagnostic> {
    match split(&file.text) {
        Split::Parts { yaml, body } => {
            let node = node::read(&file.text[yaml.clone()], yaml.start).map_err(|trouble| invalid_yaml(file, trouble))?;
            map(file, node, body)
        }
        Split::Missing => Ok((empty(), 0, vec![missing(file)])),
        Split::Unclosed => Err(Diagnostic::error("front-matter-unclosed", Place::new(&file.path, 0..3), "the front matter is never closed")
            .hint("end it with a line of three dashes `---`, above the text")),
    }
}

fn map(file: &SourceFile, node: Node, body: usize) -> Result<Front, Diagnostic> {
    match node.value {
        Value::Map(_) => Ok((node, body, Vec::new())),
        Value::Null => Ok((Node::new(Value::Map(Box::default()), node.span()), body, Vec::new())),
        _ => Err(Diagnostic::error(
            "invalid-yaml",
            first_line(file, node.span()),
            format!("the front matter is {}, not fields with values", node.kind()),
        )
        .hint("write one `field: value` a line")),
    }
}

fn first_line(file: &SourceFile, span: Range<usize>) -> Place {
    let length = file.text[span.clone()].lines().next().map_or(0, str::len);
    Place::new(&file.path, span.start..span.start + length)
}

fn empty() -> Node {
    Node::new(Value::Map(Box::default()), 0..0)
}

fn missing(file: &SourceFile) -> Diagnostic {
    let (message, hint) = if file.text.trim().is_empty() {
        ("the file is empty", "start from `casebook new`, or remove the file")
    } else if file.text.starts_with("+++") {
        ("the front matter is TOML", "write it as YAML between two lines of three dashes `---`")
    } else {
        ("there is no front matter", "start the file with a line `---`, then `title: ...` and the other fields, then another line `---`")
    };
    Diagnostic::error("front-matter-missing", Place::new(&file.path, 0..file.text.lines().next().map_or(0, str::len)), message).hint(hint)
}

fn invalid_yaml(file: &SourceFile, trouble: node::Unreadable) -> Diagnostic {
    if let Some(line) = open_quote(&file.text, &trouble) {
        return Diagnostic::error("invalid-yaml", Place::new(&file.path, line), "a quote is opened and not closed")
            .hint("close it at the end of the value; a quote inside quotes of its own kind is written twice or with a backslash");
    }
    if let Some(line) = open_bracket(&file.text, &trouble) {
        return Diagnostic::error("invalid-yaml", Place::new(&file.path, line), "a list or map is opened and not closed").hint(BRACKETS);
    }
    let hint = trouble.hint.unwrap_or_else(|| hint_for(&file.text, &trouble));
    Diagnostic::error("invalid-yaml", Place::new(&file.path, trouble.span), trouble.message).hint(hint)
}

/// The line of a quote that was never closed, which the parser notices only further down.
fn open_quote(text: &str, trouble: &node::Unreadable) -> Option<Range<usize>> {
    if !trouble.message.contains("quoted scalar") {
        return None;
    }
    let mut end = trouble.span.start.min(text.len());
    for line in text[..end].split_inclusive('\n').rev() {
        let start = end - line.len();
        let quotes = |quote: char| line.matches(quote).count() % 2 == 1;
        if quotes('"') || quotes('\'') && !line.contains('"') {
            return Some(start..start + line.trim_end().len());
        }
        end = start;
    }
    None
}

const BRACKETS: &str = "close it where it ends, as in `[NO, SE]` or `{lift: 4.2}`; a text that begins with a bracket goes in quotes";

/// The line of a bracket that was never closed. Where the front matter goes on below it, the parser notices only at the next field: no
/// line from there on can be meant, and of those above the nearest that opens more than is closed further down.
fn open_bracket(text: &str, trouble: &node::Unreadable) -> Option<Range<usize>> {
    let at = trouble.span.start.min(text.len());
    let start = text[..at].rfind('\n').map_or(0, |before| before + 1);
    let line = |start: usize| start..start + text[start..].lines().next().map_or(0, |line| line.trim_end().len());
    if trouble.message.starts_with("unclosed bracket") {
        return Some(line(start));
    }
    let noticed_below = ["illegal placement of ':'", "while parsing a flow ", "\"-\" is only valid"];
    if !noticed_below.iter().any(|message| trouble.message.starts_with(message)) {
        return None;
    }
    let (opened, closed) = brackets(&text[line(start)]);
    let mut closed = closed.saturating_sub(opened);
    let mut end = start;
    while end > 0 {
        let start = text[..end - 1].rfind('\n').map_or(0, |before| before + 1);
        let (opened, closed_here) = brackets(&text[start..end]);
        if opened > closed + closed_here {
            return Some(line(start));
        }
        closed = (closed + closed_here).saturating_sub(opened);
        end = start;
    }
    None
}

/// How many brackets a line opens and closes outside of quotes and comments.
fn brackets(line: &str) -> (usize, usize) {
    let (mut opened, mut closed, mut quote, mut before) = (0, 0, None, ' ');
    for letter in line.chars() {
        match (quote, letter) {
            (Some(open), _) if open == letter => quote = None,
            (Some(_), _) => {}
            // A quote in the middle of a word is an apostrophe.
            (None, '"' | '\'') if !before.is_alphanumeric() => quote = Some(letter),
            (None, '#') if before.is_whitespace() => break,
            (None, '[' | '{') => opened += 1,
            (None, ']' | '}') => closed += 1,
            _ => {}
        }
        before = letter;
    }
    (opened, closed)
}

/// The usual slips of people who do not write YAML every day.
fn hint_for(text: &str, trouble: &node::Unreadable) -> &'static str {
    let line_start = text[..trouble.span.start.min(text.len())].rfind('\n').map_or(0, |at| at + 1);
    let line = text[line_start..].lines().next().unwrap_or("");
    let value = line.split_once(": ").map_or("", |(_, value)| value.trim());
    if value.starts_with(['[', '{']) && !value.ends_with([']', '}']) {
        BRACKETS
    } else if line.contains('\t') {
        "indent with spaces: YAML allows no tabs there"
    } else if line.matches(": ").count() > 1 || trouble.message.contains("mapping values") {
        "put quotes around a value that holds a colon: `title: \"Before: after\"`"
    } else if line.matches('"').count() % 2 == 1 || line.matches('\'').count() % 2 == 1 {
        "a quote is opened and not closed, or stands inside quotes of its own kind"
    } else {
        "each field is `name: value` on a line of its own; values with special characters go in quotes"
    }
}
