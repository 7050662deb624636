//! Problems of content that an author can fix, each with a place, a code and a hint.

use std::ops::Range;
use std::sync::Arc;

pub mod confusable;
mod fix;
pub mod nearest;
pub mod render;

pub use fix::Fix;

/// How bad a content problem is, worst last.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize,
)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth knowing; never fails anything.
    Note,
    /// Should be fixed; the build goes on.
    Warning,
    /// The build writes nothing until it is fixed.
    Error,
}

/// A byte range in a source file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Path below the hub's root, with forward slashes.
    pub path: Arc<str>,
    /// Zero-based byte offsets in the whole file, front matter included; `0..0` means the file as a
    /// whole.
    pub span: Range<usize>,
}

impl Place {
    /// A byte range of a file.
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
    /// The place that is labelled.
    pub place: Place,
    /// What this place has to do with the problem.
    pub text: String,
}

/// One content problem.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// Severity before the settings of the hub are applied.
    pub severity: Severity,
    /// Stable name in kebab-case; for checks the file name of the check.
    pub code: &'static str,
    /// What is wrong: lower case, names in backticks, no full stop.
    pub message: String,
    /// The place of the problem.
    pub place: Place,
    /// Other places that explain it, in the order in which they were added.
    pub labels: Vec<Label>,
    /// What to do about it: lower case, no full stop.
    pub hint: Option<String>,
    /// The repair, where it is certain.
    pub fix: Option<Fix>,
}

impl Diagnostic {
    /// A problem that stops the build.
    pub fn error(code: &'static str, place: Place, message: impl Into<String>) -> Self {
        Diagnostic {
            severity: Severity::Error,
            code,
            message: message.into(),
            place,
            labels: Vec::new(),
            hint: None,
            fix: None,
        }
    }

    /// A problem that should be fixed.
    pub fn warning(code: &'static str, place: Place, message: impl Into<String>) -> Self {
        Diagnostic { severity: Severity::Warning, ..Diagnostic::error(code, place, message) }
    }

    /// A remark that fails nothing.
    pub fn note(code: &'static str, place: Place, message: impl Into<String>) -> Self {
        Diagnostic { severity: Severity::Note, ..Diagnostic::error(code, place, message) }
    }

    /// Sets the hint.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Sets the repair, if there is one.
    #[must_use]
    pub fn fix(mut self, fix: Option<Fix>) -> Self {
        self.fix = fix;
        self
    }

    /// Adds a second place.
    #[must_use]
    pub fn label(mut self, place: Place, text: impl Into<String>) -> Self {
        self.labels.push(Label { place, text: text.into() });
        self
    }
}
