//! One file becomes a `Manuscript`.
