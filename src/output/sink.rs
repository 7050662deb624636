//! Receives the files of a site as they are generated: in a staging folder on the disk, or in
//! memory.

use std::sync::{Mutex, PoisonError};

use bytes::Bytes;

use crate::error::Result;
use crate::output::{Output, Staging};
use crate::source::Asset;

/// Receives the files of a site as they are generated, from several threads at once.
pub trait Sink: Sync {
    /// Adds a generated file at a site path.
    ///
    /// # Errors
    /// The file cannot be written.
    fn add_file(&self, path: &str, bytes: Bytes) -> Result<()>;

    /// Adds a file of the content folder unchanged, at a site path.
    ///
    /// # Errors
    /// The file cannot be read or written.
    fn add_asset(&self, path: &str, asset: &Asset) -> Result<()>;
}

impl Sink for Staging {
    fn add_file(&self, path: &str, bytes: Bytes) -> Result<()> {
        self.write(path, &bytes)
    }

    fn add_asset(&self, path: &str, asset: &Asset) -> Result<()> {
        self.copy(path, asset)
    }
}

/// A sink that keeps the site in memory, for `serve` and for tests.
#[derive(Debug, Default)]
pub struct MemorySink(Mutex<Output>);

impl MemorySink {
    /// The whole site, when all files have been added.
    pub fn into_output(self) -> Output {
        self.0.into_inner().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Sink for MemorySink {
    fn add_file(&self, path: &str, bytes: Bytes) -> Result<()> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).files.insert(path.to_owned(), bytes);
        Ok(())
    }

    fn add_asset(&self, path: &str, asset: &Asset) -> Result<()> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .assets
            .insert(path.to_owned(), asset.clone());
        Ok(())
    }
}
