//! The outcome of a call to the engine: its result, the files that it needs first, or an error.

use serde::Serialize;

/// The result of a call, or the files that it needs first.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Step<T> {
    /// The call is finished.
    Done(T),
    /// Names of files to be added with `Engine::add` before the call is repeated.
    Missing(Vec<String>),
}

/// Why a call to the engine did not finish: bytes are missing, or the index is corrupt.
#[derive(Debug)]
pub(crate) enum StepError {
    /// Bytes have not arrived yet; the store has noted which.
    MissingBytes,
    /// The index is corrupt; the text says how.
    Corrupt(String),
}

impl From<std::io::Error> for StepError {
    fn from(error: std::io::Error) -> StepError {
        if error.kind() == std::io::ErrorKind::WouldBlock {
            StepError::MissingBytes
        } else {
            StepError::Corrupt(error.to_string())
        }
    }
}

impl From<tantivy::TantivyError> for StepError {
    fn from(error: tantivy::TantivyError) -> StepError {
        match error {
            tantivy::TantivyError::IoError(error)
                if error.kind() == std::io::ErrorKind::WouldBlock =>
            {
                StepError::MissingBytes
            }
            error => StepError::Corrupt(error.to_string()),
        }
    }
}

/// Turns [`StepError::MissingBytes`] into `None` and sets `is_incomplete`, so that later reads can
/// note their missing bytes in the same round; other errors are returned.
pub(crate) fn defer_missing<T>(
    result: Result<T, StepError>,
    is_incomplete: &mut bool,
) -> Result<Option<T>, StepError> {
    match result {
        Ok(value) => Ok(Some(value)),
        Err(StepError::MissingBytes) => {
            *is_incomplete = true;
            Ok(None)
        }
        Err(error) => Err(error),
    }
}
