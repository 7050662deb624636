//! A file that is written for an editor.

/// A file to write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EditorFile {
    /// Path below the folder of the files, with forward slashes.
    pub path: String,
    /// Its text.
    pub text: String,
}
