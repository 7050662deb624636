//! From entries to a packed index: analyse in parallel, index with tantivy, cut into files with names of our own.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use tantivy::directory::OwnedBytes;

use crate::entry::{Entry, ValueNames};
use crate::frame::{self, Sort};
use crate::layout::{Head, Mode, content_hash};
use crate::vocabulary::in_use;
use crate::write::lexicon::pack_lexicon;
use crate::write::opening::{Contents, blocks_opening, whole_if_small, whole_opening};
use crate::write::prepare::{name_languages, prepare};
use crate::write::rows::{pack_rows, pack_texts};
use crate::write::segment::{Values, index};

mod keys;
mod lexicon;
mod opening;
mod prepare;
mod rows;
mod segment;

/// How an index is to be packed.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Whole, in blocks, or (`None`) whichever suits the size.
    pub mode: Option<Mode>,
    /// Names under which queries may write values.
    pub names: Vec<ValueNames>,
    /// Bytes of a block of the segment files.
    pub block: u32,
    /// Up to this many compressed bytes (texts not counted) the index is one file.
    pub whole_below: usize,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings { mode: None, names: Vec::new(), block: 4096, whole_below: 400_000 }
    }
}

/// The files of an index, by their names below `search/`.
#[derive(Clone, Debug)]
pub struct PackedIndex {
    /// Name of the opening file, which is among `files`.
    pub opening: String,
    /// All files; their names change with their content.
    pub files: BTreeMap<String, Vec<u8>>,
    /// Whole or in blocks.
    pub mode: Mode,
    /// Number of records.
    pub records: usize,
    /// Language tags of the records, sorted.
    pub languages: Vec<String>,
}

/// Why an index could not be written: a fault of the machine or of this crate, never of the content.
#[derive(Debug)]
pub struct WriteError(String);

impl fmt::Display for WriteError {
    fn fmt(&self, out: &mut fmt::Formatter) -> fmt::Result {
        write!(out, "the search index cannot be written: {}", self.0)
    }
}

impl std::error::Error for WriteError {}

impl From<tantivy::TantivyError> for WriteError {
    fn from(error: tantivy::TantivyError) -> WriteError {
        WriteError(error.to_string())
    }
}

/// Makes a file of some content; see [`frame::seal`].
pub type Seal<'a> = &'a (dyn Fn(&[u8], Sort) -> Vec<u8> + Sync);

/// Builds the index of `entries`, whose order decides ties. Equal input gives equal bytes.
pub fn build(entries: &[Entry], settings: &Settings) -> Result<PackedIndex, WriteError> {
    build_again(entries, settings, &frame::seal)
}

/// The same for whoever remembers what was sealed before: most files of a large index are those of the last one.
pub fn build_again(entries: &[Entry], settings: &Settings, seal: Seal) -> Result<PackedIndex, WriteError> {
    let values = Values::collect(entries);
    let names = in_use(&settings.names, &values.facets);
    let (prepared, forms) = prepare(entries, &names);
    let languages = prepared.iter().map(|entry| entry.language).chain(name_languages(&names)).fold(0, |set, language| set | language.bit());
    let beside = || {
        let mut files = BTreeMap::new();
        let text_names = pack_texts(entries, &mut files, seal);
        (pack_rows(entries, &text_names), files)
    };
    // tantivy writes on one core; another need not wait for it.
    let (segment, (rows, mut files)) = rayon::join(|| index(entries, prepared, &values), beside);
    let mut segment = segment?;
    let (lexicon_index, lexicon) = pack_lexicon(&forms, entries.len());
    let owned = |blocks: Vec<Vec<u8>>| blocks.into_iter().map(OwnedBytes::new).collect();
    let contents = Contents { rows: owned(rows), lexicon: owned(lexicon), keys: owned(std::mem::take(&mut segment.keys)), segment };
    let head = Head {
        records: entries.len() as u32,
        mode: Mode::Whole,
        meta: contents.segment.meta.clone(),
        block: settings.block,
        parts: Vec::new(),
        slices: Vec::new(),
        lexicon: lexicon_index,
        languages,
        facets: values.facets,
        has: values.has,
        names,
    };
    let (mode, opening) = match settings.mode {
        Some(Mode::Whole) => (Mode::Whole, whole_opening(&head, &contents)?),
        Some(Mode::Blocks) => (Mode::Blocks, blocks_opening(&head, &contents, &mut files, seal)?),
        None => match whole_if_small(&head, &contents, settings.whole_below)? {
            Some(sealed) => (Mode::Whole, sealed),
            None => (Mode::Blocks, blocks_opening(&head, &contents, &mut files, seal)?),
        },
    };
    let name = format!("opening.{:016x}.bin", content_hash(&opening));
    files.insert(name.clone(), opening);
    let languages = entries.iter().map(|entry| entry.language.clone()).collect::<BTreeSet<_>>().into_iter().collect();
    Ok(PackedIndex { opening: name, files, mode, records: entries.len(), languages })
}
