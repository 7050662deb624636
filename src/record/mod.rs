//! Parsing a record file into a `Manuscript`: front matter with spans, and the outline of its
//! Markdown; references are not resolved.

use std::ops::Range;
use std::sync::Arc;

use crate::record::lost_text::LostText;
use crate::record::outline::Outline;
use crate::record::yaml::Node;
use crate::source::ContentHash;

pub mod front_matter;
pub mod html;
pub mod link_edit;
pub mod lost_text;
mod malformed_link;
pub mod markdown;
pub mod outline;
pub mod parse;
pub mod parse_cache;
pub mod raw_html;
pub mod vocabulary_file;
pub mod yaml;
mod yaml_hint;

/// The type of a record, which follows from the folder of its file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RecordType {
    /// `content/case-studies/**`.
    CaseStudy,
    /// `content/ideas/**`.
    Idea,
    /// `content/playbooks/**`.
    Playbook,
    /// `content/pages/**`.
    Page,
}

/// A parsed record whose references to other records are not resolved yet.
#[derive(Debug, Clone)]
pub struct Manuscript {
    /// Type of the record.
    pub record_type: RecordType,
    /// Path of the file below the root.
    pub path: Arc<str>,
    /// Path below the folder of its record type, without extension.
    pub id: Arc<str>,
    /// Text of the whole file.
    pub text: Arc<str>,
    /// Hash of the bytes of the file.
    pub hash: ContentHash,
    /// Front matter: a map, empty if the file has none.
    pub front_matter: Node,
    /// Texts in the front matter that YAML ignores.
    pub lost_texts: Box<[LostText]>,
    /// Byte offset of the body; 0 if there is no front matter.
    pub body_start: usize,
    /// Outline of the body.
    pub outline: Outline,
}

impl Manuscript {
    /// The fields of the front matter in order.
    pub fn fields(&self) -> &[(yaml::Key, Node)] {
        match &self.front_matter.value {
            yaml::Value::Map(entries) => entries,
            _ => &[],
        }
    }

    /// Whether the file has front matter, which may be empty.
    pub fn has_front_matter(&self) -> bool {
        self.body_start > 0
    }

    /// The span of the key `title`, else of the first line; the place of problems that concern no
    /// field.
    pub fn title_span(&self) -> Range<usize> {
        let key = self.fields().iter().find(|(key, _)| key.is("title")).map(|(key, _)| key.span());
        key.unwrap_or_else(|| 0..self.text.lines().next().map_or(0, str::len))
    }
}
