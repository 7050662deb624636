//! The error type of everything that stops a run: I/O, environment and usage, never content.

use std::fmt;
use std::path::{Path, PathBuf};

pub mod current_path;

/// A failure of the machine or of the command line; problems of content are a `Diagnostic`. What
/// callers tell apart is a variant of its own, and everything else a [`Failure`].
#[derive(Debug)]
pub enum Error {
    /// A failure that its message alone tells.
    Failure(Failure),
    /// The theme does not have the interface language of the settings.
    UnknownLanguage {
        /// The language of the settings.
        id: String,
        /// The nearest languages that the theme has, in words.
        hint: String,
    },
    /// The theme's file of an interface language cannot be read.
    InvalidLanguage {
        /// The language of the settings.
        id: String,
        /// What is wrong with the file.
        problem: String,
    },
    /// The site of another hub is published in this folder.
    OtherHub(PathBuf),
    /// The output folder holds files that did not come from Casebook.
    ForeignFiles {
        /// The output folder.
        folder: PathBuf,
        /// Paths below it, in order.
        files: Vec<String>,
    },
    /// Another folder was put in the place of this output folder during publication.
    FolderReplaced(PathBuf),
    /// This file was changed by somebody else during publication.
    FileChanged(PathBuf),
}

/// A failure that is told by its message alone.
#[derive(Debug)]
pub struct Failure {
    /// What went wrong, in lower case and without a full stop.
    pub message: String,
    /// The file or folder concerned, shown behind the message.
    pub path: Option<PathBuf>,
    /// What the user can do about it, in lower case and without a full stop.
    pub hint: Option<String>,
    /// The underlying error of the operating system or of a library.
    pub cause: Option<Box<dyn std::error::Error + Send + Sync>>,
}

/// A `Result` whose error is [`Error`].
pub type Result<T> = std::result::Result<T, Error>;

impl Error {
    /// A failure with a message, without path, hint and cause.
    pub fn new(message: impl Into<String>) -> Self {
        let message = message.into();
        Error::Failure(Failure { message, path: None, hint: None, cause: None })
    }

    /// A failure about a file or folder, which is shown behind the message.
    pub fn about(path: &Path, message: impl Into<String>) -> Self {
        let (message, path) = (message.into(), Some(path.to_owned()));
        Error::Failure(Failure { message, path, hint: None, cause: None })
    }

    /// A failure with the error that caused it.
    pub fn because(
        message: impl Into<String>,
        cause: impl Into<Box<dyn std::error::Error + Send + Sync>>,
    ) -> Self {
        let (message, cause) = (message.into(), Some(cause.into()));
        Error::Failure(Failure { message, path: None, hint: None, cause })
    }

    /// A failure about a file or folder, with the error that caused it.
    pub fn at(
        path: &Path,
        message: impl Into<String>,
        cause: impl Into<Box<dyn std::error::Error + Send + Sync>>,
    ) -> Self {
        let (message, path, cause) = (message.into(), Some(path.to_owned()), Some(cause.into()));
        Error::Failure(Failure { message, path, hint: None, cause })
    }

    /// Sets the hint of a [`Failure`]; every other variant has its own.
    #[must_use]
    pub fn with_hint(mut self, hint: impl Into<String>) -> Self {
        if let Error::Failure(failure) = &mut self {
            failure.hint = Some(hint.into());
        }
        self
    }

    /// What the user can do about the error, in lower case and without a full stop.
    pub fn hint(&self) -> Option<String> {
        match self {
            Error::Failure(failure) => failure.hint.clone(),
            Error::UnknownLanguage { hint, .. } => Some(hint.clone()),
            Error::InvalidLanguage { .. } => None,
            Error::OtherHub(_) => Some(
                "choose another folder with `--out`; if it is this hub's and one of the two was \
                 moved, delete the folder first"
                    .to_owned(),
            ),
            Error::ForeignFiles { .. } => Some(
                "move them elsewhere, or choose another folder with `--out`; files to publish \
                 belong into `content/`"
                    .to_owned(),
            ),
            Error::FolderReplaced(_) => Some(
                "nothing was published and nothing deleted; see who else writes there, then \
                 build again"
                    .to_owned(),
            ),
            Error::FileChanged(_) => Some("nothing was published; build again".to_owned()),
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Failure(failure) => failure.fmt(f),
            Error::UnknownLanguage { id, .. } => write!(f, "the theme has no language `{id}`"),
            Error::InvalidLanguage { id, problem } => {
                write!(f, "the language file `languages/{id}.toml` cannot be read: {problem}")
            }
            Error::OtherHub(folder) => {
                write!(f, "the site of another hub is published in `{}`", folder.display())
            }
            Error::ForeignFiles { folder, files } => write!(
                f,
                "{} did not come from Casebook, and publishing would delete what is in `{}`",
                name_three(files),
                folder.display()
            ),
            Error::FolderReplaced(folder) => write!(
                f,
                "something else was put into the place of the output folder meanwhile: `{}`",
                folder.display()
            ),
            Error::FileChanged(path) => write!(
                f,
                "somebody changed this file while it was being published: `{}`",
                path.display()
            ),
        }
    }
}

impl fmt::Display for Failure {
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

/// The first three paths in backquotes, and how many more there are.
fn name_three(paths: &[String]) -> String {
    let shown: Vec<String> = paths.iter().take(3).map(|path| format!("`{path}`")).collect();
    match paths.len().saturating_sub(3) {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}
