//! Receives the files of a site as they are generated: in a staging folder on the disk, or in
//! memory.

use std::sync::{Arc, Mutex, PoisonError};

use crate::error::Result;
use crate::output::{Output, SharedBytes, Staging};
use crate::source::Asset;

/// Receives the files of a site, from several threads at once.
pub trait Sink: Sync {
    /// Adds a generated file.
    ///
    /// # Errors
    /// The file cannot be written.
    fn add_file(&self, path: &str, bytes: Vec<u8>) -> Result<()>;

    /// Adds a generated file whose bytes the render cache shares.
    ///
    /// # Errors
    /// The file cannot be written.
    fn add_shared(&self, path: &str, bytes: &SharedBytes) -> Result<()>;

    /// Adds a file of the content folder unchanged.
    ///
    /// # Errors
    /// The file cannot be read or written.
    fn add_asset(&self, path: &str, asset: &Asset) -> Result<()>;
}

impl Sink for Staging {
    fn add_file(&self, path: &str, bytes: Vec<u8>) -> Result<()> {
        self.write(path, &bytes)
    }

    fn add_shared(&self, path: &str, bytes: &SharedBytes) -> Result<()> {
        self.write(path, bytes)
    }

    fn add_asset(&self, path: &str, asset: &Asset) -> Result<()> {
        self.copy(path, asset)
    }
}

/// A sink that keeps the site in memory.
#[derive(Debug, Default)]
pub struct MemorySink(Mutex<Output>);

impl MemorySink {
    /// The files added so far.
    pub fn into_output(self) -> Output {
        self.0.into_inner().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Sink for MemorySink {
    fn add_file(&self, path: &str, bytes: Vec<u8>) -> Result<()> {
        self.add_shared(path, &bytes.into())
    }

    fn add_shared(&self, path: &str, bytes: &SharedBytes) -> Result<()> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .files
            .insert(path.to_owned(), Arc::clone(bytes));
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
