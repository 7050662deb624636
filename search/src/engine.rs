//! The search engine: a packed index that is open, whose files may arrive one after the other.
//!
//! The engine does no input or output itself. Every call returns its result or a list of missing
//! files; the caller adds these and repeats the call.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use tantivy::columnar::{Column, ColumnType};
use tantivy::{Index, InvertedIndexReader, SegmentReader};

use crate::bounds::{check_columns, max_value_count};
use crate::facet::{FacetDefinition, FacetId, FacetLevels};
use crate::glossary::Glossary;
use crate::layout::IndexHeader;
use crate::message::FieldInfo;
use crate::open_error::OpenError;
use crate::plan::{self, QueryPlan};
use crate::schema::{build_schema, column, facet_column_name};
use crate::step::StepError;
use crate::store::IndexStore;
use crate::value_names::ValueNameIndex;
use crate::weights::Weights;

/// An open index that answers requests. Vectors have one element for each record, indexed by its
/// number.
pub struct Engine {
    pub(crate) store: IndexStore,
    /// Dictionary and postings of the field `text`.
    pub(crate) text_index: Arc<InvertedIndexReader>,
    /// Dictionary and postings of the field `zone`.
    pub(crate) zone_index: Arc<InvertedIndexReader>,
    segment: SegmentReader,
    /// Languages of analysis, as a bit set; see [`crate::language::Language::bit`].
    pub(crate) languages: Vec<u32>,
    /// Quality signals, packed; see [`crate::quality::QualitySignals`].
    pub(crate) quality: Vec<u8>,
    /// Number of tokens of the title, at most 255.
    pub(crate) title_words: Vec<u8>,
    /// Length class of the text, see [`Engine::fieldnorm_lengths`].
    pub(crate) fieldnorm_ids: Vec<u8>,
    /// Length of the text in tokens for each of the 256 length classes of tantivy.
    pub(crate) fieldnorm_lengths: Vec<f32>,
    /// Average length of a text, in tokens.
    pub(crate) average_length: f32,
    /// Names of facet values.
    pub(crate) value_names: ValueNameIndex,
    /// The first facet with levels.
    level_facet: Option<FacetId>,
    /// The weights of the ranking formula.
    pub weights: Weights,
    /// Columns read so far, by name.
    column_cache: Mutex<BTreeMap<String, Arc<ColumnValues>>>,
    /// Text and plan of the last search, for its excerpts.
    pub(crate) last_plan: Mutex<Option<(String, QueryPlan)>>,
    /// The concepts of the index, once a query has asked for them.
    pub(crate) glossary: Mutex<Option<Arc<Glossary>>>,
}

/// The values that all records have in one column (a facet, the flags, the day or the lift); a
/// record may have any number of them.
pub(crate) struct ColumnValues {
    /// Index in `values` of the first value of each record, and the number of all values.
    starts: Vec<u32>,
    values: Vec<i64>,
}

impl ColumnValues {
    /// The values that record number `doc` has in this column; empty if it has none.
    pub(crate) fn get(&self, doc: u32) -> &[i64] {
        &self.values[self.starts[doc as usize] as usize..self.starts[doc as usize + 1] as usize]
    }
}

impl Engine {
    /// Opens an index from its opening file, inflated. Errors if the file is invalid.
    pub fn open(file: Vec<u8>) -> Result<Engine, OpenError> {
        Engine::from_store(IndexStore::open(file)?)
    }

    /// Opens the index in a store. Errors if its content is invalid.
    pub fn from_store(store: IndexStore) -> Result<Engine, OpenError> {
        catch_panic(|| Engine::load(store))?
    }

    /// Opens the tantivy segment in a store, and reads the columns and lengths that every search
    /// needs. Errors if the content is invalid; panics on corrupt bytes that tantivy does not
    /// check, which [`Engine::from_store`] catches.
    fn load(store: IndexStore) -> Result<Engine, OpenError> {
        let content_error = |error: &dyn std::fmt::Display| OpenError::Content(error.to_string());
        let (_, fields) = build_schema(&[]);
        let index = Index::open(store.clone()).map_err(|error| content_error(&error))?;
        let segments = index.searchable_segments().map_err(|error| content_error(&error))?;
        let segment = segments.first().ok_or_else(|| content_error(&"it has no segment"))?;
        if segment.meta().max_doc() != store.header().records {
            return Err(content_error(&"its counts of records differ"));
        }
        check_columns(segment)?;
        let segment = SegmentReader::open(segment).map_err(|error| content_error(&error))?;
        let text_index =
            segment.inverted_index(fields.text).map_err(|error| content_error(&error))?;
        let zone_index =
            segment.inverted_index(fields.zone).map_err(|error| content_error(&error))?;
        let read_numbers = |name: &str, max: u64| -> Result<Vec<u32>, OpenError> {
            let column = open_column(&segment, name, ColumnType::U64)
                .map_err(|error| content_error(&error))?;
            let first = |doc| column.as_ref().and_then(|column| column.first(doc)).unwrap_or(0);
            Ok((0..segment.max_doc()).map(|doc| first(doc).min(max) as u32).collect())
        };
        let languages = read_numbers(column::LANGUAGE, u64::from(u32::MAX))?;
        let small = |numbers: Vec<u32>| numbers.into_iter().map(|number| number as u8).collect();
        let quality = small(read_numbers(column::QUALITY, 255)?);
        let title_words = small(read_numbers(column::TITLE_WORDS, 255)?);
        let norms = segment.get_fieldnorms_reader(fields.text);
        let (fieldnorm_ids, fieldnorm_lengths) = match norms {
            Ok(norms) => (
                (0..segment.max_doc()).map(|doc| norms.fieldnorm_id(doc)).collect(),
                (0..=255)
                    .map(|id| tantivy::fieldnorm::FieldNormReader::id_to_fieldnorm(id) as f32)
                    .collect(),
            ),
            // An index without any token has no field norms.
            Err(_) => (vec![0; segment.max_doc() as usize], vec![1.0; 256]),
        };
        let average_length =
            (text_index.total_num_tokens() as f32 / segment.max_doc().max(1) as f32).max(1.0);
        let value_names = ValueNameIndex::from_header(store.header());
        let header = store.header();
        let level_facet =
            header.facet_ids().find(|id| header.facet(*id).definition.levels.is_some());
        let weights = Weights::default();
        Ok(Engine {
            value_names,
            level_facet,
            store,
            text_index,
            zone_index,
            segment,
            languages,
            quality,
            title_words,
            fieldnorm_ids,
            fieldnorm_lengths,
            average_length,
            weights,
            column_cache: Mutex::default(),
            last_plan: Mutex::default(),
            glossary: Mutex::default(),
        })
    }

    /// Adds a missing file, inflated. Errors if the file is invalid or not part of the index.
    pub fn add(&self, name: &str, file: Vec<u8>) -> Result<(), OpenError> {
        self.store.add(name, file)
    }

    /// The header of the index.
    pub fn header(&self) -> &IndexHeader {
        self.store.header()
    }

    /// The fields of the query language with their values in this index.
    pub fn fields(&self) -> Vec<FieldInfo> {
        plan::list_fields(self.header())
    }

    /// The facet whose levels are a quality signal, which is the first with levels, and these
    /// levels; `None` if no facet has any.
    pub(crate) fn level_facet(&self) -> Option<(&FacetDefinition, &FacetLevels)> {
        let facet = &self.header().facet(self.level_facet?).definition;
        Some((facet, facet.levels.as_ref()?))
    }

    /// The column of a facet, whose values are indices in [`crate::layout::IndexedFacet::values`].
    /// Errors if bytes are missing or corrupt.
    pub(crate) fn facet_column(&self, id: FacetId) -> Result<Arc<ColumnValues>, StepError> {
        self.column(&facet_column_name(&self.header().facet(id).definition))
    }

    /// The column with this name, kept in memory after the first read. Errors if bytes are missing
    /// or corrupt.
    pub(crate) fn column(&self, name: &str) -> Result<Arc<ColumnValues>, StepError> {
        if let Some(values) =
            self.column_cache.lock().unwrap_or_else(PoisonError::into_inner).get(name)
        {
            return Ok(values.clone());
        }
        let values = Arc::new(self.read_column(name)?);
        self.column_cache
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(name.to_owned(), values.clone());
        Ok(values)
    }

    /// Reads all values of a column; a column that the index lacks has none. Errors if bytes are
    /// missing, or if there are more values than the file of columns can hold.
    fn read_column(&self, name: &str) -> Result<ColumnValues, StepError> {
        let records = self.segment.max_doc();
        let mut values =
            ColumnValues { starts: Vec::with_capacity(records as usize + 1), values: Vec::new() };
        values.starts.push(0);
        let is_signed = [column::DATE_ORDER, column::LIFT].contains(&name);
        let column_type = if is_signed { ColumnType::I64 } else { ColumnType::U64 };
        let to_value = |number| if is_signed { tantivy::u64_to_i64(number) } else { number as i64 };
        let column = open_column(&self.segment, name, column_type)?;
        let len =
            self.header().parts.iter().find(|part| part.name == "fast").map_or(0, |part| part.len);
        let max_values = max_value_count(records, len);
        for doc in 0..records {
            let remaining = max_values.saturating_sub(values.values.len()) + 1;
            let numbers = column.iter().flat_map(|column| column.values_for_doc(doc));
            values.values.extend(numbers.map(to_value).take(remaining));
            if values.values.len() > max_values {
                return Err(StepError::Corrupt(format!(
                    "the column `{name}` has more values than it can hold"
                )));
            }
            values.starts.push(values.values.len() as u32);
        }
        Ok(values)
    }
}

/// The column of this name and type, as the unsigned numbers that tantivy maps its values to; `None`
/// if the segment has no such column. A column of its own type would need the code for columns of
/// every type, which is 15 kB of what the browser loads.
fn open_column(
    segment: &SegmentReader,
    name: &str,
    column_type: ColumnType,
) -> tantivy::Result<Option<Column<u64>>> {
    let column = segment.fast_fields().u64_lenient_for_type(Some(&[column_type]), name)?;
    Ok(column.map(|(column, _)| column))
}

/// Turns a panic into an error: tantivy panics on corrupt bytes, which a forged checksum can let
/// through. In the browser a panic ends the wasm instance instead, and the worker starts another.
pub(crate) fn catch_panic<T>(work: impl FnOnce() -> T) -> Result<T, OpenError> {
    std::panic::catch_unwind(std::panic::AssertUnwindSafe(work))
        .map_err(|_| OpenError::Content("its bytes make no sense".to_owned()))
}
