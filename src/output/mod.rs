//! Writing the disk: the whole site or nothing, and never a file that Casebook did not write.

use std::collections::BTreeMap;
use std::sync::Arc;

/// A whole site in memory: site path (`case-studies/br/unboxing-drop/index.html`) to bytes.
#[derive(Debug, Clone, Default)]
pub struct Output {
    /// Files made by the build.
    pub files: BTreeMap<String, Bytes>,
    /// Files copied from the content folder, by site path.
    pub assets: BTreeMap<String, crate::source::Asset>,
}

/// Shared bytes of one file.
pub type Bytes = Arc<[u8]>;
