//! From a source file to a manuscript, with what is wrong with the file as such.

use std::ops::Range;
use std::sync::Arc;

use casebook_search::wording::Wording;

use crate::diagnostic::{Diagnostic, Place};
use crate::record::front_matter::{Split, split};
use crate::record::lost::{self, Lost};
use crate::record::node::{self, Node, Value};
use crate::record::{Kind, Manuscript, outline, slip};
use crate::source::SourceFile;
use crate::source::file_type::{FileType, without_extension};

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
    Some((kind, without_extension(rest)?))
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
    let Some((kind, id)) = identify(&file.path) else { return Begun { file, front: None, diagnostics: stray(file).into_iter().collect() } };
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
            lost: lost_of(file, &front, body),
            front,
            body,
            outline: outline::read(&file.text[body..], body),
        });
        (manuscript, diagnostics)
    }
}

/// A text that is neither a record nor a vocabulary, because of where it lies or what it is called.
fn stray(file: &SourceFile) -> Option<Diagnostic> {
    if file.path.starts_with("content/vocabulary/") && FileType::of(&file.path) == FileType::Data {
        return None;
    }
    let (message, hint) = if FileType::of(&file.path) == FileType::Data {
        ("this YAML file is read by nothing", "vocabularies lie in `content/vocabulary/`; what a record says belongs in its own front matter")
    } else {
        ("this text is no record, because of where it lies", "records lie in `content/case-studies/`, `ideas/`, `playbooks/` and `pages/`")
    };
    let hint = format!("{hint}; leave it out by `[content] ignore` in site.toml if it is meant to lie here");
    Some(Diagnostic::warning("stray-file", Place::file(&file.path), message).hint(hint))
}

/// What YAML does not read of the values of a file's front matter.
fn lost_of(file: &SourceFile, front: &Node, body: usize) -> Box<[Lost]> {
    match split(&file.text) {
        Split::Parts { yaml, .. } if body > 0 && matches!(&front.value, Value::Map(entries) if !entries.is_empty()) => {
            lost::find(&file.text[yaml.clone()], yaml.start).into()
        }
        _ => Box::default(),
    }
}

type Front = (Node, usize, Vec<Diagnostic>);

fn front(file: &SourceFile) -> Result<Front, Diagnostic> {
    match split(&file.text) {
        Split::Parts { yaml, body } => {
            let node = node::read(&file.text[yaml.clone()], yaml.start).map_err(|trouble| slip::told(file, trouble))?;
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
