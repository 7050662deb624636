//! The store of index bytes: those received so far, and the names of missing files.
//!
//! The store is a read-only `tantivy::Directory`. A read of bytes that have not arrived fails with
//! `WouldBlock` and notes the block, so that the caller can fetch all missing blocks at once and
//! repeat the query.

use std::collections::{BTreeSet, HashMap};
use std::fmt;
use std::io;
use std::ops::Range;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tantivy::HasLen;
use tantivy::directory::error::{DeleteError, LockError, OpenReadError, OpenWriteError};
use tantivy::directory::{
    DirectoryLock, FileHandle, FileSlice, Lock, OwnedBytes, WatchCallback, WatchHandle, WritePtr,
};

use crate::bounds::check_header;
use crate::frame::{self, FileKind};
use crate::layout::{IndexHeader, IndexPart, OpeningSlice, block_file_name};
use crate::open_error::{OpenError, content_error};

/// The bytes of a packed index received so far; clones share them.
#[derive(Clone)]
pub struct IndexStore(Arc<StoreInner>);

/// What the clones of a store share: the content of the opening file, and the files received so
/// far.
struct StoreInner {
    header: IndexHeader,
    /// Hash of every block, for its file name: all blocks of the first part, then of the second,
    /// ...
    hashes: Vec<u32>,
    /// Index in `hashes` of the first block of every part.
    first_blocks: Vec<usize>,
    /// Where the blocks of every part start; see [`IndexPart::block_starts`].
    block_starts: Vec<Vec<usize>>,
    /// Bytes from the opening file, with index of the part and start; see [`OpeningSlice`].
    slices: Vec<(u16, u64, OwnedBytes)>,
    received: Mutex<ReceivedFiles>,
    /// Parts and byte ranges read so far; the writer uses them to find out what opening an index
    /// reads.
    #[cfg(feature = "native")]
    read_log: Mutex<Vec<(usize, Range<usize>)>>,
}

/// Files received, and the names of files that reads have missed.
#[derive(Default)]
struct ReceivedFiles {
    /// Block contents by index in the hashes.
    blocks: HashMap<usize, OwnedBytes>,
    /// Contents of text files by name.
    texts: HashMap<String, OwnedBytes>,
    missing: BTreeSet<String>,
}

impl fmt::Debug for IndexStore {
    fn fmt(&self, out: &mut fmt::Formatter) -> fmt::Result {
        write!(out, "IndexStore({} records)", self.0.header.records)
    }
}

impl IndexStore {
    /// A store with an opening file, inflated. Errors if the file is invalid.
    pub fn open(file: Vec<u8>) -> Result<IndexStore, OpenError> {
        let content_len = frame::decode(&file, FileKind::Opening)?.len();
        IndexStore::from_content(
            OwnedBytes::new(file).slice(frame::HEADER_LEN..frame::HEADER_LEN + content_len),
        )
    }

    /// A store with the content of an opening file, given without its frame header. Errors if the
    /// content is invalid.
    pub(crate) fn from_content(bytes: OwnedBytes) -> Result<IndexStore, OpenError> {
        let mut at = 0_usize;
        let mut next = |len: u64| {
            let end = usize::try_from(len)
                .ok()
                .and_then(|len| at.checked_add(len))
                .filter(|end| *end <= bytes.len());
            let end = end.ok_or_else(|| content_error("it ends too early"))?;
            Ok::<_, OpenError>(bytes.slice(std::mem::replace(&mut at, end)..end))
        };
        let number =
            |four: &[u8]| four.iter().rev().fold(0, |number, byte| number << 8 | u32::from(*byte));
        let head_len = number(&next(4)?);
        let header: IndexHeader = serde_json::from_slice(&next(head_len.into())?)
            .map_err(|error| content_error(&error.to_string()))?;
        let blocks: u64 = header.parts.iter().map(|part| u64::from(part.blocks)).sum();
        let hashes = next(4 * blocks)?.chunks_exact(4).map(number).collect();
        let slices = header
            .slices
            .iter()
            .map(|&OpeningSlice(part, start, len)| Ok((part, start, next(len.into())?)))
            .collect::<Result<_, OpenError>>()?;
        IndexStore::new(header, hashes, slices, bytes.len())
    }

    /// A store for an index that is being written; `slices` are the bytes of the slices that the
    /// header names.
    #[cfg(feature = "native")]
    pub(crate) fn from_slices(
        header: IndexHeader,
        slices: Vec<OwnedBytes>,
    ) -> Result<IndexStore, OpenError> {
        let available_len = slices.iter().map(|slice| slice.len()).sum();
        let slices = header
            .slices
            .iter()
            .zip(slices)
            .map(|(&OpeningSlice(part, start, _), slice)| (part, start, slice))
            .collect();
        IndexStore::new(header, Vec::new(), slices, available_len)
    }

    /// A store with the `hashes` of all blocks and the `slices` of the opening file (see
    /// [`StoreInner`]). Errors if the header contradicts itself, or states more than
    /// `available_len` bytes and the blocks can hold.
    fn new(
        header: IndexHeader,
        hashes: Vec<u32>,
        slices: Vec<(u16, u64, OwnedBytes)>,
        available_len: usize,
    ) -> Result<IndexStore, OpenError> {
        check_header(&header, available_len)?;
        let first_blocks = header
            .parts
            .iter()
            .scan(0, |next, part| {
                let first = *next;
                *next += part.blocks as usize;
                Some(first)
            })
            .collect();
        let block_starts =
            header.parts.iter().map(|part| part.block_starts(header.block)).collect();
        Ok(IndexStore(Arc::new(StoreInner {
            header,
            hashes,
            first_blocks,
            block_starts,
            slices,
            received: Mutex::default(),
            #[cfg(feature = "native")]
            read_log: Mutex::default(),
        })))
    }

    /// The byte ranges of segment files read so far, each with the index of its part; noted only
    /// for an index in one file.
    #[cfg(feature = "native")]
    pub(crate) fn read_ranges(&self) -> Vec<(usize, Range<usize>)> {
        self.0.read_log.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The header of the index.
    pub fn header(&self) -> &IndexHeader {
        &self.0.header
    }

    /// Adds a file by its name, inflated. Errors if the file is invalid or not part of the index.
    pub fn add(&self, name: &str, file: Vec<u8>) -> Result<(), OpenError> {
        let kind = if name.starts_with("texts/") { FileKind::Texts } else { FileKind::Block };
        let len = frame::decode(&file, kind)?.len();
        let bytes = OwnedBytes::new(file).slice(frame::HEADER_LEN..frame::HEADER_LEN + len);
        if kind == FileKind::Texts {
            self.lock_received().texts.insert(name.to_owned(), bytes);
            return Ok(());
        }
        let block = self
            .parse_block_name(name)
            .ok_or_else(|| content_error(&format!("`{name}` is no block of this index")))?;
        self.lock_received().blocks.insert(block, bytes);
        Ok(())
    }

    /// The names of the files that reads have missed since the last call, sorted.
    pub fn take_missing(&self) -> Vec<String> {
        std::mem::take(&mut self.lock_received().missing).into_iter().collect()
    }

    /// The content of block `number` of rows, lexicon or keywords; `None` if it does not exist, or
    /// has not arrived and is noted as missing.
    pub fn block(&self, part: &str, number: u32) -> Option<OwnedBytes> {
        let at = self.0.header.parts.iter().position(|known| known.name == part)?;
        if let Some((_, _, bytes)) = self
            .0
            .slices
            .iter()
            .find(|(of, start, _)| *of as usize == at && *start == u64::from(number))
        {
            return Some(bytes.clone());
        }
        (number < self.0.header.parts[at].blocks).then(|| self.find_block(at, number)).flatten()
    }

    /// Notes the blocks of a segment file in a range that are missing, if the part is in blocks, so
    /// that they are fetched in the round of other blocks; what is beyond the file is not noted.
    pub fn prefetch(&self, part: &str, range: Range<usize>) {
        let Some(at) = self.0.header.parts.iter().position(|known| known.name == part) else {
            return;
        };
        let end = range.end.min(self.0.header.parts[at].len as usize);
        if self.0.header.parts[at].blocks > 0 && range.start < end {
            // Only the note is wanted, which an error has left too.
            drop(self.join_blocks(at, range.start..end));
        }
    }

    /// The content of a text file; `None` if it has not arrived, and it is then noted as missing.
    pub fn texts(&self, name: &str) -> Option<OwnedBytes> {
        let mut received = self.lock_received();
        let found = received.texts.get(name).cloned();
        if found.is_none() {
            received.missing.insert(name.to_owned());
        }
        found
    }

    /// The content of block `number` of the part with index `part`; `None` if it has not arrived,
    /// and it is then noted as missing.
    fn find_block(&self, part: usize, number: u32) -> Option<OwnedBytes> {
        let block = self.0.first_blocks[part] + number as usize;
        let mut received = self.lock_received();
        let found = received.blocks.get(&block).cloned();
        if found.is_none() {
            received.missing.insert(block_file_name(
                &self.0.header.parts[part].name,
                number,
                self.0.hashes[block],
            ));
        }
        found
    }

    /// The index in the block hashes of the block with this file name (see [`block_file_name`]);
    /// `None` if the index has no such block.
    fn parse_block_name(&self, name: &str) -> Option<usize> {
        let (part, rest) = name.split_once('/')?;
        let at = self.0.header.parts.iter().position(|known| known.name == part)?;
        let number = u32::from_str_radix(rest.split_once('-')?.0, 16).ok()?;
        (number < self.0.header.parts[at].blocks).then(|| self.0.first_blocks[at] + number as usize)
    }

    /// Locks the received files, even after a panic of another thread that held the lock.
    fn lock_received(&self) -> MutexGuard<'_, ReceivedFiles> {
        self.0.received.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The bytes in a range of the segment file that is the part with index `part`. Fails with
    /// `WouldBlock` if blocks are missing, all of which are noted.
    fn read(&self, part: usize, range: Range<usize>) -> io::Result<OwnedBytes> {
        if range.is_empty() {
            return Ok(OwnedBytes::empty());
        }
        #[cfg(feature = "native")]
        if self.0.header.mode == crate::layout::IndexMode::Whole {
            self.0
                .read_log
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .push((part, range.clone()));
        }
        for (of, start, bytes) in &self.0.slices {
            let start = *start as usize;
            if *of as usize == part && start <= range.start && range.end <= start + bytes.len() {
                return Ok(bytes.slice(range.start - start..range.end - start));
            }
        }
        self.join_blocks(part, range)
    }

    /// The bytes in a range, not empty, of a segment file, joined from its blocks. Fails with
    /// `WouldBlock` if blocks are missing, all of which are noted, and with `UnexpectedEof` beyond
    /// the last one.
    fn join_blocks(&self, part: usize, range: Range<usize>) -> io::Result<OwnedBytes> {
        let starts = &self.0.block_starts[part];
        let block_at = |byte| starts.partition_point(|start| *start <= byte) - 1;
        let numbers = block_at(range.start)..=block_at(range.end - 1);
        if *numbers.end() >= self.0.header.parts[part].blocks as usize {
            return Err(io::Error::new(
                io::ErrorKind::UnexpectedEof,
                "read beyond the end of the index",
            ));
        }
        // All missing blocks are noted before returning, so that one round fetches them all.
        let blocks: Vec<_> =
            numbers.clone().map(|number| self.find_block(part, number as u32)).collect();
        let Some(blocks) = blocks.into_iter().collect::<Option<Vec<_>>>() else {
            return Err(io::Error::new(io::ErrorKind::WouldBlock, "block has not arrived"));
        };
        let mut joined = Vec::with_capacity(range.len());
        for (number, block) in numbers.zip(&blocks) {
            let start = starts[number];
            let from = range.start.max(start) - start;
            let to = range.end.min(starts[number + 1]) - start;
            joined.extend_from_slice(block.get(from..to).ok_or_else(|| {
                io::Error::new(io::ErrorKind::UnexpectedEof, "block is too short")
            })?);
        }
        Ok(OwnedBytes::new(joined))
    }
}

/// A file of the tantivy segment, whose bytes tantivy reads from the store.
#[derive(Clone)]
struct SegmentFile {
    store: IndexStore,
    part: usize,
}

impl fmt::Debug for SegmentFile {
    fn fmt(&self, out: &mut fmt::Formatter) -> fmt::Result {
        write!(out, "SegmentFile({})", self.store.0.header.parts[self.part].name)
    }
}

impl HasLen for SegmentFile {
    fn len(&self) -> usize {
        self.store.0.header.parts[self.part].len as usize
    }
}

impl FileHandle for SegmentFile {
    fn read_bytes(&self, range: Range<usize>) -> io::Result<OwnedBytes> {
        self.store.read(self.part, range)
    }
}

/// The part that is the segment file with this path, found by its extension, with the index of the
/// part; `None` for other files.
fn find_part<'a>(parts: &'a [IndexPart], path: &Path) -> Option<(usize, &'a IndexPart)> {
    let extension = path.extension()?.to_str()?;
    parts.iter().enumerate().find(|(_, part)| part.name == extension)
}

impl tantivy::Directory for IndexStore {
    fn get_file_handle(&self, path: &Path) -> Result<Arc<dyn FileHandle>, OpenReadError> {
        match find_part(&self.0.header.parts, path) {
            Some((part, _)) => Ok(Arc::new(SegmentFile { store: self.clone(), part })),
            None => Err(OpenReadError::FileDoesNotExist(path.to_owned())),
        }
    }

    fn open_read(&self, path: &Path) -> Result<FileSlice, OpenReadError> {
        Ok(FileSlice::new(self.get_file_handle(path)?))
    }

    fn exists(&self, path: &Path) -> Result<bool, OpenReadError> {
        Ok(find_part(&self.0.header.parts, path).is_some() || path == Path::new("meta.json"))
    }

    fn atomic_read(&self, path: &Path) -> Result<Vec<u8>, OpenReadError> {
        if path == Path::new("meta.json") {
            return Ok(self.0.header.meta.clone().into_bytes());
        }
        Err(OpenReadError::FileDoesNotExist(path.to_owned()))
    }

    fn atomic_write(&self, _path: &Path, _data: &[u8]) -> io::Result<()> {
        Err(read_only())
    }

    fn open_write(&self, path: &Path) -> Result<WritePtr, OpenWriteError> {
        Err(OpenWriteError::wrap_io_error(read_only(), path.to_owned()))
    }

    fn delete(&self, path: &Path) -> Result<(), DeleteError> {
        Err(DeleteError::IoError { io_error: Arc::new(read_only()), filepath: path.to_owned() })
    }

    fn sync_directory(&self) -> io::Result<()> {
        Ok(())
    }

    fn acquire_lock(&self, _lock: &Lock) -> Result<DirectoryLock, LockError> {
        Ok(DirectoryLock::from(Box::new(())))
    }

    fn watch(&self, _callback: WatchCallback) -> tantivy::Result<WatchHandle> {
        Ok(WatchHandle::empty())
    }
}

/// The error of every attempt to write to the index.
fn read_only() -> io::Error {
    io::Error::new(io::ErrorKind::PermissionDenied, "a packed index is read-only")
}
