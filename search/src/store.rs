//! The bytes of a packed index that have arrived so far, and the list of those that are missing.
//!
//! tantivy reads through it as through a folder. A read that meets bytes not yet there fails softly and notes the block, so
//! that the caller can fetch all missing blocks at once and ask again.

use std::collections::{BTreeSet, HashMap};
use std::fmt;
use std::io;
use std::ops::Range;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tantivy::HasLen;
use tantivy::directory::error::{DeleteError, LockError, OpenReadError, OpenWriteError};
use tantivy::directory::{DirectoryLock, FileHandle, FileSlice, Lock, OwnedBytes, WatchCallback, WatchHandle, WritePtr};

use crate::bounds::check_head;
use crate::frame::{self, FrameError, Sort};
use crate::layout::{Head, Part, Slice, block_len, block_name};

/// Why an index cannot be opened or read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OpenError {
    /// The file itself is not what it should be.
    Frame(FrameError),
    /// Its content does not hang together.
    Content(String),
}

impl fmt::Display for OpenError {
    fn fmt(&self, out: &mut fmt::Formatter) -> fmt::Result {
        match self {
            OpenError::Frame(error) => error.fmt(out),
            OpenError::Content(why) => write!(out, "the search index does not hang together: {why}"),
        }
    }
}

impl std::error::Error for OpenError {}

impl From<FrameError> for OpenError {
    fn from(error: FrameError) -> OpenError {
        OpenError::Frame(error)
    }
}

/// The packed index as far as it has arrived.
#[derive(Clone)]
pub struct Store(Arc<Shelf>);

struct Shelf {
    head: Head,
    /// Hash of every block of every part, in order.
    hashes: Vec<u32>,
    /// Number of the first block of every part.
    first_blocks: Vec<usize>,
    /// Bytes from the opening file, by part and start.
    slices: Vec<(u16, u64, OwnedBytes)>,
    arrived: Mutex<Arrived>,
    /// What was read so far, while the writer finds out what an opening needs.
    #[cfg(feature = "native")]
    log: Mutex<Vec<(usize, Range<usize>)>>,
}

#[derive(Default)]
struct Arrived {
    blocks: HashMap<usize, OwnedBytes>,
    texts: HashMap<String, OwnedBytes>,
    missing: BTreeSet<String>,
}

impl fmt::Debug for Store {
    fn fmt(&self, out: &mut fmt::Formatter) -> fmt::Result {
        write!(out, "Store({} records)", self.0.head.records)
    }
}

impl Store {
    /// Reads an opening file (its compression undone).
    pub fn open(file: Vec<u8>) -> Result<Store, OpenError> {
        let content_len = frame::open(&file, Sort::Opening)?.len();
        Store::from_content(OwnedBytes::new(file).slice(frame::HEADER..frame::HEADER + content_len))
    }

    /// Reads the content of an opening file.
    pub(crate) fn from_content(bytes: OwnedBytes) -> Result<Store, OpenError> {
        let mut at = 0_usize;
        let mut next = |len: u64| {
            let end = usize::try_from(len).ok().and_then(|len| at.checked_add(len)).filter(|end| *end <= bytes.len());
            let end = end.ok_or_else(|| content("it ends too early"))?;
            Ok::<_, OpenError>(bytes.slice(std::mem::replace(&mut at, end)..end))
        };
        let number = |four: &[u8]| four.iter().rev().fold(0, |number, byte| number << 8 | u32::from(*byte));
        let head_len = number(&next(4)?);
        let head: Head = serde_json::from_slice(&next(head_len.into())?).map_err(|error| content(&error.to_string()))?;
        let blocks: u64 = head.parts.iter().map(|part| u64::from(part.blocks)).sum();
        let hashes = next(4 * blocks)?.chunks_exact(4).map(number).collect();
        let slices = head.slices.iter().map(|&Slice(part, start, len)| Ok((part, start, next(len.into())?))).collect::<Result<_, OpenError>>()?;
        Store::of(head, hashes, slices, bytes.len())
    }

    /// An index whose opening is still in pieces: one for each slice that the head names.
    #[cfg(feature = "native")]
    pub(crate) fn from_pieces(head: Head, pieces: Vec<OwnedBytes>) -> Result<Store, OpenError> {
        let held = pieces.iter().map(|piece| piece.len()).sum();
        let slices = head.slices.iter().zip(pieces).map(|(&Slice(part, start, _), piece)| (part, start, piece)).collect();
        Store::of(head, Vec::new(), slices, held)
    }

    fn of(head: Head, hashes: Vec<u32>, slices: Vec<(u16, u64, OwnedBytes)>, held: usize) -> Result<Store, OpenError> {
        check_head(&head, held)?;
        let first_blocks = head
            .parts
            .iter()
            .scan(0, |next, part| {
                let first = *next;
                *next += part.blocks as usize;
                Some(first)
            })
            .collect();
        Ok(Store(Arc::new(Shelf {
            head,
            hashes,
            first_blocks,
            slices,
            arrived: Mutex::default(),
            #[cfg(feature = "native")]
            log: Mutex::default(),
        })))
    }

    /// The ranges of segment files read so far.
    #[cfg(feature = "native")]
    pub(crate) fn read_so_far(&self) -> Vec<(usize, Range<usize>)> {
        self.0.log.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The head of the opening file.
    pub fn head(&self) -> &Head {
        &self.0.head
    }

    /// Takes in a file by its name (its compression undone).
    pub fn add(&self, name: &str, file: Vec<u8>) -> Result<(), OpenError> {
        let sort = if name.starts_with("texts/") { Sort::Texts } else { Sort::Block };
        let len = frame::open(&file, sort)?.len();
        let bytes = OwnedBytes::new(file).slice(frame::HEADER..frame::HEADER + len);
        if sort == Sort::Texts {
            self.arrived().texts.insert(name.to_owned(), bytes);
            return Ok(());
        }
        let block = self.block_of(name).ok_or_else(|| content(&format!("`{name}` is no block of this index")))?;
        self.arrived().blocks.insert(block, bytes);
        Ok(())
    }

    /// The names of the files that reads have missed since the last call.
    pub fn take_missing(&self) -> Vec<String> {
        std::mem::take(&mut self.arrived().missing).into_iter().collect()
    }

    /// Block `number` of rows or lexicon; `None` (and noted) when it has not arrived.
    pub fn block(&self, part: &str, number: u32) -> Option<OwnedBytes> {
        let at = self.0.head.parts.iter().position(|known| known.name == part)?;
        if let Some((_, _, bytes)) = self.0.slices.iter().find(|(of, start, _)| *of as usize == at && *start == u64::from(number)) {
            return Some(bytes.clone());
        }
        (number < self.0.head.parts[at].blocks).then(|| self.fetched(at, number)).flatten()
    }

    /// A file of texts; `None` (and noted) when it has not arrived.
    pub fn texts(&self, name: &str) -> Option<OwnedBytes> {
        let mut arrived = self.arrived();
        let found = arrived.texts.get(name).cloned();
        if found.is_none() {
            arrived.missing.insert(name.to_owned());
        }
        found
    }

    fn fetched(&self, part: usize, number: u32) -> Option<OwnedBytes> {
        let block = self.0.first_blocks[part] + number as usize;
        let mut arrived = self.arrived();
        let found = arrived.blocks.get(&block).cloned();
        if found.is_none() {
            arrived.missing.insert(block_name(&self.0.head.parts[part].name, number, self.0.hashes[block]));
        }
        found
    }

    fn block_of(&self, name: &str) -> Option<usize> {
        let (part, rest) = name.split_once('/')?;
        let at = self.0.head.parts.iter().position(|known| known.name == part)?;
        let number = u32::from_str_radix(rest.split_once('-')?.0, 16).ok()?;
        (number < self.0.head.parts[at].blocks).then(|| self.0.first_blocks[at] + number as usize)
    }

    fn arrived(&self) -> MutexGuard<'_, Arrived> {
        self.0.arrived.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn read(&self, part: usize, range: Range<usize>) -> io::Result<OwnedBytes> {
        if range.is_empty() {
            return Ok(OwnedBytes::empty());
        }
        #[cfg(feature = "native")]
        if self.0.head.mode == crate::layout::Mode::Whole {
            self.0.log.lock().unwrap_or_else(PoisonError::into_inner).push((part, range.clone()));
        }
        for (of, start, bytes) in &self.0.slices {
            let start = *start as usize;
            if *of as usize == part && start <= range.start && range.end <= start + bytes.len() {
                return Ok(bytes.slice(range.start - start..range.end - start));
            }
        }
        self.assemble(part, range)
    }

    fn assemble(&self, part: usize, range: Range<usize>) -> io::Result<OwnedBytes> {
        let size = block_len(&self.0.head.parts[part].name, self.0.head.block);
        let numbers = range.start / size..=(range.end - 1) / size;
        if *numbers.end() >= self.0.head.parts[part].blocks as usize {
            return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "read beyond the end of the index"));
        }
        // Every missing block is noted before giving up, so that one round fetches them all.
        let blocks: Vec<_> = numbers.clone().map(|number| self.fetched(part, number as u32)).collect();
        let Some(blocks) = blocks.into_iter().collect::<Option<Vec<_>>>() else {
            return Err(io::Error::new(io::ErrorKind::WouldBlock, "block has not arrived"));
        };
        let mut joined = Vec::with_capacity(range.len());
        for (number, block) in numbers.zip(&blocks) {
            let from = range.start.max(number * size) - number * size;
            let to = range.end.min((number + 1) * size) - number * size;
            joined.extend_from_slice(block.get(from..to).ok_or_else(|| io::Error::new(io::ErrorKind::UnexpectedEof, "block is too short"))?);
        }
        Ok(OwnedBytes::new(joined))
    }
}

pub(crate) fn content(why: &str) -> OpenError {
    OpenError::Content(why.to_owned())
}

/// A segment file as tantivy sees it.
#[derive(Clone)]
struct Handle {
    store: Store,
    part: usize,
}

impl fmt::Debug for Handle {
    fn fmt(&self, out: &mut fmt::Formatter) -> fmt::Result {
        write!(out, "Handle({})", self.store.0.head.parts[self.part].name)
    }
}

impl HasLen for Handle {
    fn len(&self) -> usize {
        self.store.0.head.parts[self.part].len as usize
    }
}

impl FileHandle for Handle {
    fn read_bytes(&self, range: Range<usize>) -> io::Result<OwnedBytes> {
        self.store.read(self.part, range)
    }
}

fn part_of<'a>(parts: &'a [Part], path: &Path) -> Option<(usize, &'a Part)> {
    let extension = path.extension()?.to_str()?;
    parts.iter().enumerate().find(|(_, part)| part.name == extension)
}

impl tantivy::Directory for Store {
    fn get_file_handle(&self, path: &Path) -> Result<Arc<dyn FileHandle>, OpenReadError> {
        match part_of(&self.0.head.parts, path) {
            Some((part, _)) => Ok(Arc::new(Handle { store: self.clone(), part })),
            None => Err(OpenReadError::FileDoesNotExist(path.to_owned())),
        }
    }

    fn open_read(&self, path: &Path) -> Result<FileSlice, OpenReadError> {
        Ok(FileSlice::new(self.get_file_handle(path)?))
    }

    fn exists(&self, path: &Path) -> Result<bool, OpenReadError> {
        Ok(part_of(&self.0.head.parts, path).is_some() || path == Path::new("meta.json"))
    }

    fn atomic_read(&self, path: &Path) -> Result<Vec<u8>, OpenReadError> {
        if path == Path::new("meta.json") {
            return Ok(self.0.head.meta.clone().into_bytes());
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

fn read_only() -> io::Error {
    io::Error::new(io::ErrorKind::PermissionDenied, "a packed index is read-only")
}
