//! Where a site's files go as they are made: a staging folder on the disk, or memory.

use std::sync::{Arc, Mutex, PoisonError};

use crate::error::Result;
use crate::output::{Bytes, Output, Staging};
use crate::source::Asset;

/// Takes files from many threads at once.
pub trait Sink: Sync {
    /// Takes one page or data file.
    ///
    /// # Errors
    /// The place it goes to cannot hold it.
    fn file(&self, path: &str, bytes: Vec<u8>) -> Result<()>;

    /// Takes one page that somebody else keeps too.
    ///
    /// # Errors
    /// The place it goes to cannot hold it.
    fn shared(&self, path: &str, bytes: &Bytes) -> Result<()>;

    /// Takes one file that is published as it is.
    ///
    /// # Errors
    /// The place it goes to cannot hold it.
    fn asset(&self, path: &str, asset: &Asset) -> Result<()>;
}

impl Sink for Staging {
    fn file(&self, path: &str, bytes: Vec<u8>) -> Result<()> {
        self.write(path, &bytes)
    }

    fn shared(&self, path: &str, bytes: &Bytes) -> Result<()> {
        self.write(path, bytes)
    }

    fn asset(&self, path: &str, asset: &Asset) -> Result<()> {
        self.copy(path, asset)
    }
}

/// A site that is kept in memory.
#[derive(Debug, Default)]
pub struct Memory(Mutex<Output>);

impl Memory {
    /// Everything taken so far.
    pub fn into_output(self) -> Output {
        self.0.into_inner().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Sink for Memory {
    fn file(&self, path: &str, bytes: Vec<u8>) -> Result<()> {
        self.shared(path, &bytes.into())
    }

    fn shared(&self, path: &str, bytes: &Bytes) -> Result<()> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).files.insert(path.to_owned(), Arc::clone(bytes));
        Ok(())
    }

    fn asset(&self, path: &str, asset: &Asset) -> Result<()> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).assets.insert(path.to_owned(), asset.clone());
        Ok(())
    }
}
