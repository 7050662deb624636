//! Machine trouble: what stops a run, named with its path.

use std::fmt;
use std::path::{Path, PathBuf};

pub mod work;

/// Trouble with the machine or the command, never with what an author wrote.
#[derive(Debug)]
pub struct Error {
    /// What went wrong, in lower case and without a full stop.
    pub message: String,
    /// The file or folder it went wrong with.
    pub path: Option<PathBuf>,
    /// What to do about it.
    pub hint: Option<String>,
    /// What the operating system or a library said.
    pub cause: Option<Box<dyn std::error::Error + Send + Sync>>,
}

/// The result of everything that can meet machine trouble.
pub type Result<T> = std::result::Result<T, Error>;

impl Error {
    /// Trouble in words alone.
    pub fn new(message: impl Into<String>) -> Self {
        Error { message: message.into(), path: None, hint: None, cause: None }
    }

    /// Trouble with a file or folder.
    pub fn at(path: &Path, message: impl Into<String>, cause: impl std::error::Error + Send + Sync + 'static) -> Self {
        Error { path: Some(path.to_owned()), cause: Some(Box::new(cause)), ..Error::new(message) }
    }

    /// The same trouble with advice.
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
