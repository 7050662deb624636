//! The error type of everything that stops a run: I/O, environment and usage, never content.

use std::fmt;
use std::path::{Path, PathBuf};

pub mod current_path;

/// A failure of the machine or of the command line; problems of content are a `Diagnostic`.
#[derive(Debug)]
pub struct Error {
    /// What kind of failure it is, for callers that treat some differently.
    pub kind: FailureKind,
    /// What went wrong, in lower case and without a full stop.
    pub message: String,
    /// The file or folder concerned, shown behind the message.
    pub path: Option<PathBuf>,
    /// What the user can do about it, in lower case and without a full stop.
    pub hint: Option<String>,
    /// The underlying error of the operating system or of a library.
    pub cause: Option<Box<dyn std::error::Error + Send + Sync>>,
}

/// The kinds of failure that callers tell apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FailureKind {
    /// Every failure that is told by its message alone.
    Other,
    /// The theme lacks the interface language, or its language file is invalid.
    Language,
    /// The site of another hub is published in the output folder.
    OtherHub,
    /// The output folder holds files that did not come from Casebook.
    ForeignFiles,
    /// A source file or the output folder was changed during publication.
    ChangedMeanwhile,
}

/// A `Result` whose error is [`Error`].
pub type Result<T> = std::result::Result<T, Error>;

impl Error {
    /// An error with a message and the kind `Other`, without path, hint and cause.
    pub fn new(message: impl Into<String>) -> Self {
        Error {
            kind: FailureKind::Other,
            message: message.into(),
            path: None,
            hint: None,
            cause: None,
        }
    }

    /// An error of the kind `Other` about a file or folder, with the error that caused it.
    pub fn at(
        path: &Path,
        message: impl Into<String>,
        cause: impl std::error::Error + Send + Sync + 'static,
    ) -> Self {
        Error { path: Some(path.to_owned()), cause: Some(Box::new(cause)), ..Error::new(message) }
    }

    /// Sets the kind of failure, which is `Other` in a new error.
    #[must_use]
    pub fn kind(mut self, kind: FailureKind) -> Self {
        self.kind = kind;
        self
    }

    /// Sets the hint, which says what the user can do about the error.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        if let Some(path) = &self.path {
            write!(f, " `{}`", path.display())?;
        }
        if let Some(cause) = &self.cause {
            write!(f, ": {cause}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Error {}
