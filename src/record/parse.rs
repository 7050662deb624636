//! Parsing a source file into a manuscript, with the problems of the file as a whole.

use std::ops::Range;
use std::sync::Arc;

use casebook_search::tokenized::TokenizedTexts;

use crate::diagnostic::{Diagnostic, Place};
use crate::record::front_matter::{SplitFile, split_file};
use crate::record::lost_text::{self, LostText};
use crate::record::yaml::{self, Node, Value};
use crate::record::{Manuscript, RecordType, outline, yaml_hint};
use crate::source::SourceFile;
use crate::source::file_type::{FileType, without_extension};

/// Codes of problems after which nothing of a file can be published; they stay errors under every
/// preset.
pub const UNREADABLE_CODES: &[&str] = &[
    "not-utf8",
    "too-large",
    "unreadable",
    "invalid-yaml",
    "front-matter-unclosed",
    "invalid-settings",
    "invalid-vocabulary",
];

/// The type and id of a record by its path; none if the path is not that of a record.
pub fn identify_record(path: &str) -> Option<(RecordType, &str)> {
    let path_in_content = path.strip_prefix("content/")?;
    let (folder, rest) = path_in_content.split_once('/')?;
    let record_type = match folder {
        "case-studies" => RecordType::CaseStudy,
        "ideas" => RecordType::Idea,
        "playbooks" => RecordType::Playbook,
        "pages" => RecordType::Page,
        _ => return None,
    };
    Some((record_type, without_extension(rest)?))
}

/// Parses one file. Without a manuscript there is at least one diagnostic.
pub fn parse_file(file: &SourceFile) -> (Option<Manuscript>, Vec<Diagnostic>) {
    let (mut manuscript, diagnostics) = parse_front_matter(file).parse_body();
    if let Some(Manuscript { outline, .. }) = &mut manuscript {
        outline.tokenized = Arc::new(TokenizedTexts::tokenize(outline.section_texts()));
    }
    (manuscript, diagnostics)
}

/// A file whose front matter is parsed and whose body is not yet, because the front matter of many
/// files is parsed before any of their bodies.
pub(super) struct ParsedFrontMatter<'f> {
    pub(super) file: &'f SourceFile,
    /// Record type, id, front matter, and byte offset of the body; none where the file is no record
    /// or its front matter cannot be read.
    parts: Option<(RecordType, &'f str, Node, usize)>,
    diagnostics: Vec<Diagnostic>,
}

/// Parses the front matter of one file.
pub(super) fn parse_front_matter(file: &SourceFile) -> ParsedFrontMatter<'_> {
    let Some((record_type, id)) = identify_record(&file.path) else {
        return ParsedFrontMatter {
            file,
            parts: None,
            diagnostics: stray_file(file).into_iter().collect(),
        };
    };
    match read_front_matter(file) {
        Ok((node, body_start, diagnostics)) => ParsedFrontMatter {
            file,
            parts: Some((record_type, id, node, body_start)),
            diagnostics,
        },
        Err(diagnostic) => ParsedFrontMatter { file, parts: None, diagnostics: vec![diagnostic] },
    }
}

impl ParsedFrontMatter<'_> {
    /// Parses the body too; the caller tokenizes it.
    pub(super) fn parse_body(self) -> (Option<Manuscript>, Vec<Diagnostic>) {
        let ParsedFrontMatter { file, parts, diagnostics } = self;
        let manuscript = parts.map(|(record_type, id, front_matter, body_start)| Manuscript {
            record_type,
            path: Arc::clone(&file.path),
            id: id.into(),
            text: Arc::clone(&file.text),
            hash: file.hash,
            lost_texts: find_lost_texts(file, &front_matter, body_start),
            front_matter,
            body_start,
            outline: outline::parse_outline(&file.text[body_start..], body_start),
        });
        (manuscript, diagnostics)
    }
}

/// A warning for a text file that is neither a record nor a vocabulary because of its path; none
/// for vocabularies.
fn stray_file(file: &SourceFile) -> Option<Diagnostic> {
    if file.path.starts_with("content/vocabulary/")
        && FileType::from_path(&file.path) == FileType::Data
    {
        return None;
    }
    let (message, hint) = if FileType::from_path(&file.path) == FileType::Data {
        (
            "this YAML file is read by nothing",
            "vocabularies lie in `content/vocabulary/`; what a record says belongs in its own front matter",
        )
    } else {
        (
            "this text is no record, because of where it lies",
            "records lie in `content/case-studies/`, `ideas/`, `playbooks/` and `pages/`",
        )
    };
    let hint = format!(
        "{hint}; leave it out by `[content] ignore` in site.toml if it is meant to lie here"
    );
    Some(Diagnostic::warning("stray-file", Place::file(&file.path), message).hint(hint))
}

/// The texts in the front matter of a file that YAML ignores; empty where the front matter cannot
/// be split off.
fn find_lost_texts(file: &SourceFile, front_matter: &Node, body_start: usize) -> Box<[LostText]> {
    match split_file(&file.text) {
        SplitFile::Parts { yaml, .. }
            if body_start > 0
                && matches!(&front_matter.value, Value::Map(entries) if !entries.is_empty()) =>
        {
            lost_text::find_lost_texts(&file.text[yaml.clone()], yaml.start).into()
        }
        _ => Box::default(),
    }
}

/// The parsed front matter of a file, the byte offset at which its body starts, and warnings.
type FrontMatterParts = (Node, usize, Vec<Diagnostic>);

/// The front matter of a record's file, parsed; an empty map and a diagnostic if there is none. An
/// error if it is not closed, not valid YAML, or no map.
fn read_front_matter(file: &SourceFile) -> Result<FrontMatterParts, Diagnostic> {
    match split_file(&file.text) {
        SplitFile::Parts { yaml, body_start } => {
            let node = yaml::parse(&file.text[yaml.clone()], yaml.start)
                .map_err(|error| yaml_hint::to_diagnostic(file, error))?;
            require_map(file, node, body_start)
        }
        SplitFile::NoFrontMatter => Ok((empty_map(), 0, vec![missing_front_matter(file)])),
        SplitFile::Unclosed => Err(Diagnostic::error(
            "front-matter-unclosed",
            Place::new(&file.path, 0..3),
            "the front matter is never closed",
        )
        .hint("end it with a line of three dashes `---`, above the text")),
    }
}

/// The front matter as a map with the offset of the body; an empty document becomes an empty map, a
/// text or list is an error.
fn require_map(
    file: &SourceFile,
    node: Node,
    body_start: usize,
) -> Result<FrontMatterParts, Diagnostic> {
    match node.value {
        Value::Map(_) => Ok((node, body_start, Vec::new())),
        Value::Null => {
            Ok((Node::new(Value::Map(Box::default()), node.span()), body_start, Vec::new()))
        }
        _ => Err(Diagnostic::error(
            "invalid-yaml",
            first_line(file, node.span()),
            format!("the front matter is {}, not fields with values", node.kind_name()),
        )
        .hint("write one `field: value` a line")),
    }
}

/// The place, for a diagnostic, of the first line of a span.
fn first_line(file: &SourceFile, span: Range<usize>) -> Place {
    let length = file.text[span.clone()].lines().next().map_or(0, str::len);
    Place::new(&file.path, span.start..span.start + length)
}

/// The front matter of a file that has none: a map without fields, at the start of the file.
fn empty_map() -> Node {
    Node::new(Value::Map(Box::default()), 0..0)
}

/// The error for a file without front matter, which says what it begins with instead.
fn missing_front_matter(file: &SourceFile) -> Diagnostic {
    let (message, hint) = if file.text.trim().is_empty() {
        ("the file is empty", "start from `casebook new`, or remove the file")
    } else if file.text.starts_with("+++") {
        ("the front matter is TOML", "write it as YAML between two lines of three dashes `---`")
    } else {
        (
            "there is no front matter",
            "start the file with a line `---`, then `title: ...` and the other fields, then another line `---`",
        )
    };
    Diagnostic::error(
        "front-matter-missing",
        Place::new(&file.path, 0..file.text.lines().next().map_or(0, str::len)),
        message,
    )
    .hint(hint)
}
