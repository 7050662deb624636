//! One file becomes a `Manuscript`: front matter with spans and the outline of its Markdown, links still text.

use std::ops::Range;
use std::sync::Arc;

use crate::record::lost::Lost;
use crate::record::node::Node;
use crate::record::outline::Outline;
use crate::source::ContentHash;

pub mod front_matter;
pub mod html;
pub mod lost;
pub mod node;
pub mod outline;
pub mod parse;
pub mod raw_html;
pub mod shelf;
mod slip;
mod unread_link;

/// What kind of record a file is, by its folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// `content/case-studies/**`.
    CaseStudy,
    /// `content/ideas/**`.
    Idea,
    /// `content/playbooks/**`.
    Playbook,
    /// `content/pages/**`.
    Page,
}

/// A record whose references are still text.
#[derive(Debug, Clone)]
pub struct Manuscript {
    /// What kind of record.
    pub kind: Kind,
    /// Source path below the root.
    pub path: Arc<str>,
    /// Path below the kind's folder, without extension.
    pub id: Arc<str>,
    /// The whole file.
    pub text: Arc<str>,
    /// Hash of the file.
    pub hash: ContentHash,
    /// Front matter: an empty map where the file has none.
    pub front: Node,
    /// What YAML does not read of its values.
    pub lost: Box<[Lost]>,
    /// Where the body starts.
    pub body: usize,
    /// The outline of the body.
    pub outline: Outline,
}

impl Manuscript {
    /// The front matter's entries in order.
    pub fn entries(&self) -> &[(node::Key, Node)] {
        match &self.front.value {
            node::Value::Map(entries) => entries,
            _ => &[],
        }
    }

    /// Whether the file has front matter, empty though it may be.
    pub fn has_front(&self) -> bool {
        self.body > 0
    }

    /// Where the record names itself, for problems that have no field of their own: its title, else its first line.
    pub fn title_span(&self) -> Range<usize> {
        let key = self.entries().iter().find(|(key, _)| key.is("title")).map(|(key, _)| key.span());
        key.unwrap_or_else(|| 0..self.text.lines().next().map_or(0, str::len))
    }
}
