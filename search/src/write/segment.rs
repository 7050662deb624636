//! Writes analysed records as one tantivy segment, with a fixed id so that equal input gives equal
//! bytes.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::slice::Iter;
use std::sync::Arc;

use tantivy::directory::{OwnedBytes, RamDirectory};
use tantivy::schema::{Field, Schema};
use tantivy::tokenizer::{TextAnalyzer, Token, TokenStream, Tokenizer};
use tantivy::{Directory, Index, IndexSettings, TantivyDocument};

use crate::analysis::WordForm;
use crate::facet::{FacetDefinition, FacetId, FacetSource};
use crate::fold::fold_accents_into;
use crate::layout::IndexedFacet;
use crate::quality::QualitySignals;
use crate::record::SearchRecord;
use crate::schema::{ACCENTED_MARKER, SchemaFields, build_schema, column, facet_column_name};
use crate::write::analyse::{AnalysedRecord, POSITION_GAP, TermMark};
use crate::write::error::WriteError;
use crate::write::keywords::build_keyword_blocks;

/// A tokenizer that passes the tokens of analysed records to tantivy: a field value holds the kind
/// of field and the number of the record.
#[derive(Clone)]
struct AnalysedTokenizer {
    analysed: Arc<[AnalysedRecord]>,
    token: Token,
}

/// The remaining tokens of a field, as form ids.
enum FieldTokens<'a> {
    Text(Iter<'a, u32>),
    Zone(Iter<'a, (u32, TermMark)>),
}

struct AnalysedTokenStream<'a> {
    forms: &'a [WordForm],
    tokens: FieldTokens<'a>,
    token: &'a mut Token,
}

/// The value of the field `text` of a record, for [`AnalysedTokenizer`].
fn text_field_value(record: usize) -> String {
    format!("text {record}")
}

/// The value of the field `zone` of a record, for [`AnalysedTokenizer`].
fn zone_field_value(record: usize) -> String {
    format!("zone {record}")
}

impl Tokenizer for AnalysedTokenizer {
    type TokenStream<'a> = AnalysedTokenStream<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> AnalysedTokenStream<'a> {
        self.token.reset();
        let (field, record) = text.split_once(' ').unwrap_or_default();
        let analysed = record
            .parse()
            .ok()
            .and_then(|record: usize| self.analysed.get(record))
            .expect("a field names its entry");
        let tokens = if field == "zone" {
            FieldTokens::Zone(analysed.zone.iter())
        } else {
            FieldTokens::Text(analysed.text.iter())
        };
        AnalysedTokenStream { forms: &analysed.forms, tokens, token: &mut self.token }
    }
}

impl AnalysedTokenStream<'_> {
    fn write_zone_term(&mut self, form_id: u32, mark: TermMark) {
        let WordForm { word, stem, .. } = &self.forms[form_id as usize];
        let text = &mut self.token.text;
        match mark {
            TermMark::InZone(zone) => {
                text.push_str(stem);
                text.push('\0');
                text.push(zone.marker());
            }
            TermMark::HasAccents => {
                fold_accents_into(word, text);
                text.push_str(ACCENTED_MARKER);
                text.push_str(word);
            }
        }
    }
}

impl TokenStream for AnalysedTokenStream<'_> {
    fn advance(&mut self) -> bool {
        self.token.text.clear();
        match &mut self.tokens {
            FieldTokens::Text(form_ids) => {
                for form_id in form_ids {
                    if *form_id == POSITION_GAP {
                        self.token.position = self.token.position.wrapping_add(16);
                        continue;
                    }
                    self.token.position = self.token.position.wrapping_add(1);
                    self.token.text.push_str(&self.forms[*form_id as usize].stem);
                    return true;
                }
                false
            }
            FieldTokens::Zone(marks) => {
                let Some((form_id, mark)) = marks.next() else { return false };
                self.token.position = self.token.position.wrapping_add(1);
                self.write_zone_term(*form_id, *mark);
                true
            }
        }
    }

    fn token(&self) -> &Token {
        self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        self.token
    }
}

/// The facets with their distinct values and the distinct flags, sorted; columns hold their
/// zero-based indices.
pub(super) struct FacetValues {
    pub(super) facets: Vec<IndexedFacet>,
    pub(super) has: Vec<String>,
}

impl FacetValues {
    pub(super) fn collect(records: &[SearchRecord], facets: &[FacetDefinition]) -> FacetValues {
        let index = |(at, definition): (usize, &FacetDefinition)| {
            let values = records.iter().flat_map(|record| facet_values_of(record, at, definition));
            IndexedFacet { definition: definition.clone(), values: sort_distinct(values) }
        };
        let has = records.iter().flat_map(|record| record.has.iter().map(String::as_str));
        FacetValues {
            facets: facets.iter().enumerate().map(index).collect(),
            has: sort_distinct(has),
        }
    }
}

fn sort_distinct<'a>(values: impl Iterator<Item = &'a str>) -> Vec<String> {
    let mut distinct = BTreeSet::new();
    // Inserted one by one: there are many values and few distinct ones.
    distinct.extend(values);
    distinct.into_iter().map(str::to_owned).collect()
}

/// The values that a record has of the facet at a position of the list.
fn facet_values_of<'a>(
    record: &'a SearchRecord,
    at: usize,
    facet: &FacetDefinition,
) -> impl Iterator<Item = &'a str> + use<'a> {
    let (own, stated) = match facet.source {
        FacetSource::Stated => (None, record.facets.get(&FacetId(at as u8))),
        FacetSource::Language => {
            (Some(&*record.language).filter(|language| !language.is_empty()), None)
        }
        FacetSource::Kind => (Some(record.kind.name()), None),
    };
    own.into_iter().chain(stated.into_iter().flatten().map(String::as_str))
}

/// A finished segment.
pub(super) struct SegmentFiles {
    /// Content of `meta.json`.
    pub(super) meta: String,
    /// Extension and content, sorted by extension.
    pub(super) files: Vec<(String, OwnedBytes)>,
    /// Blocks of keywords; see [`build_keyword_blocks`].
    pub(super) keyword_blocks: Vec<Vec<u8>>,
}

/// The id of every segment, because the ids that tantivy assigns are random.
const SEGMENT_ID: &str = "00000000000000000000000000000001";

/// Memory budget from which tantivy computes the initial size of its hash table of terms. The table
/// grows with the terms; a small one avoids cache misses.
const WRITER_MEMORY_BYTES: usize = 1_000_000;

pub(super) fn build_segment(
    records: &[SearchRecord],
    analysed: Vec<AnalysedRecord>,
    values: &FacetValues,
) -> Result<SegmentFiles, WriteError> {
    let (schema, fields) = build_schema(&values.facets);
    let directory = RamDirectory::create();
    let settings = IndexSettings {
        docstore_compression: tantivy::store::Compressor::None,
        ..IndexSettings::default()
    };
    let tokenizers = tantivy::tokenizer::TokenizerManager::default();
    let analysed: Arc<[AnalysedRecord]> = analysed.into();
    tokenizers.register(
        "prepared",
        TextAnalyzer::builder(AnalysedTokenizer {
            analysed: Arc::clone(&analysed),
            token: Token::default(),
        })
        .build(),
    );
    let mut writer = Index::builder()
        .schema(schema.clone())
        .settings(settings)
        .tokenizers(tokenizers)
        .single_segment_index_writer(directory.clone(), WRITER_MEMORY_BYTES)?;
    let columns = ColumnFields::from_schema(&schema, &values.facets)?;
    for (number, record) in records.iter().enumerate() {
        writer.add_document(new_document(
            record,
            number,
            &analysed[number],
            values,
            &fields,
            &columns,
        ))?;
    }
    let index = writer.finalize()?;
    collect_segment(&index, &directory)
}

/// The fields of the columns.
struct ColumnFields {
    /// Columns of facets, in the order of their list.
    facets: Vec<Field>,
    by_name: BTreeMap<&'static str, Field>,
}

impl ColumnFields {
    fn from_schema(schema: &Schema, facets: &[IndexedFacet]) -> tantivy::Result<ColumnFields> {
        let facets = facets
            .iter()
            .map(|facet| schema.get_field(&facet_column_name(&facet.definition)))
            .collect::<tantivy::Result<_>>()?;
        let names = [
            column::LANGUAGE,
            column::QUALITY,
            column::TITLE_WORDS,
            column::DAY,
            column::LIFT,
            column::HAS,
        ];
        let by_name = names
            .into_iter()
            .map(|name| Ok((name, schema.get_field(name)?)))
            .collect::<tantivy::Result<_>>()?;
        Ok(ColumnFields { facets, by_name })
    }
}

fn new_document(
    record: &SearchRecord,
    number: usize,
    analysed: &AnalysedRecord,
    values: &FacetValues,
    fields: &SchemaFields,
    columns: &ColumnFields,
) -> TantivyDocument {
    let mut document = TantivyDocument::default();
    document.add_text(fields.text, text_field_value(number));
    document.add_text(fields.zone, zone_field_value(number));
    document.add_u64(columns.by_name[column::LANGUAGE], analysed.language as u64);
    let quality = QualitySignals::from_record(record, &values.facets);
    document.add_u64(columns.by_name[column::QUALITY], quality.to_number());
    document.add_u64(columns.by_name[column::TITLE_WORDS], analysed.title_words);
    if let Some(day) = record.day {
        document.add_i64(columns.by_name[column::DAY], i64::from(day));
    }
    if let Some(lift) = record.lift.filter(|lift| lift.is_finite()) {
        document.add_i64(columns.by_name[column::LIFT], (lift * 100.0).round() as i64);
    }
    for number in record.has.iter().filter_map(|flag| values.has.binary_search(flag).ok()) {
        document.add_u64(columns.by_name[column::HAS], number as u64);
    }
    for (at, (facet, &field)) in values.facets.iter().zip(&columns.facets).enumerate() {
        let known = &facet.values;
        let numbers: BTreeSet<usize> = facet_values_of(record, at, &facet.definition)
            .filter_map(|value| known.binary_search_by(|known| known.as_str().cmp(value)).ok())
            .collect();
        for number in numbers {
            document.add_u64(field, number as u64);
        }
    }
    document
}

fn collect_segment(index: &Index, directory: &RamDirectory) -> Result<SegmentFiles, WriteError> {
    let metas = index.searchable_segment_metas()?;
    let id = metas
        .first()
        .map(|meta| meta.id().uuid_string())
        .ok_or_else(|| WriteError("no segment".to_owned()))?;
    let meta = directory
        .atomic_read(Path::new("meta.json"))
        .map_err(|error| WriteError(error.to_string()))?;
    // `meta.json` contains the id with hyphens.
    let meta =
        String::from_utf8_lossy(&meta).replace(&hyphenate_id(&id), &hyphenate_id(SEGMENT_ID));
    let mut files = Vec::new();
    for extension in ["fast", "fieldnorm", "idx", "pos", "store", "term"] {
        let path = PathBuf::from(format!("{id}.{extension}"));
        let slice = directory.open_read(&path).map_err(|error| WriteError(error.to_string()))?;
        let bytes = slice.read_bytes().map_err(|error| WriteError(error.to_string()))?;
        files.push((extension.to_owned(), bytes));
    }
    let records = metas.iter().map(|meta| meta.max_doc() as usize).sum();
    Ok(SegmentFiles { meta, files, keyword_blocks: build_keyword_blocks(index, records)? })
}

fn hyphenate_id(id: &str) -> String {
    format!("{}-{}-{}-{}-{}", &id[..8], &id[8..12], &id[12..16], &id[16..20], &id[20..])
}
