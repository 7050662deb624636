//! Content trouble: what an author can mend, with its place, its code and a hint.

use std::ops::Range;
use std::sync::Arc;

pub mod lookalike;
pub mod nearest;
pub mod render;

/// How bad a content problem is, worst last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth knowing; never fails anything.
    Note,
    /// Should be mended; the build goes on.
    Warning,
    /// The build writes nothing until it is mended.
    Error,
}

/// A stretch of bytes in a source file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Path below the hub's root, with forward slashes.
    pub path: Arc<str>,
    /// Bytes in the whole file, front matter included; empty means the file as such.
    pub span: Range<usize>,
}

impl Place {
    /// A stretch of a file.
    pub fn new(path: &Arc<str>, span: Range<usize>) -> Self {
        Place { path: Arc::clone(path), span }
    }

    /// The file as a whole.
    pub fn file(path: &Arc<str>) -> Self {
        Place::new(path, 0..0)
    }
}

/// A second place that explains the first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// Where.
    pub place: Place,
    /// Why it matters here.
    pub text: String,
}

/// One content problem.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// How bad it is, before the hub's settings are applied.
    pub severity: Severity,
    /// Its stable name in kebab-case; equal to the file name of the check that found it.
    pub code: &'static str,
    /// What is wrong: lower case, names in backticks, no full stop.
    pub message: String,
    /// Where.
    pub place: Place,
    /// Other places that explain it.
    pub labels: Vec<Label>,
    /// What to do.
    pub hint: Option<String>,
}

impl Diagnostic {
    /// A problem that stops the build.
    pub fn error(code: &'static str, place: Place, message: impl Into<String>) -> Self {
        Diagnostic { severity: Severity::Error, code, message: message.into(), place, labels: Vec::new(), hint: None }
    }

    /// A problem that should be mended.
    pub fn warning(code: &'static str, place: Place, message: impl Into<String>) -> Self {
        Diagnostic { severity: Severity::Warning, ..Diagnostic::error(code, place, message) }
    }

    /// Something worth knowing.
    pub fn note(code: &'static str, place: Place, message: impl Into<String>) -> Self {
        Diagnostic { severity: Severity::Note, ..Diagnostic::error(code, place, message) }
    }

    /// The same problem with advice.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// The same problem with a second place.
    #[must_use]
    pub fn label(mut self, place: Place, text: impl Into<String>) -> Self {
        self.labels.push(Label { place, text: text.into() });
        self
    }
}
