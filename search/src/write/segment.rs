//! Writes analysed records as one tantivy segment, with a fixed id so that equal input gives equal
//! bytes.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tantivy::directory::{OwnedBytes, RamDirectory};
use tantivy::schema::{Field, Schema};
use tantivy::tokenizer::{TextAnalyzer, Token, TokenStream, Tokenizer};
use tantivy::{Directory, Index, IndexSettings, TantivyDocument};

use crate::facet::{FacetDefinition, FacetId, FacetSource};
use crate::fold::fold_accents_into;
use crate::layout::IndexedFacet;
use crate::quality::QualitySignals;
use crate::record::{SearchRecord, ValueNames};
use crate::schema::{
    ACCENTED_MARKER, CONCEPT_MARKER, PATH_MARKER, SchemaFields, Zone, build_schema, column,
    date_order, facet_column_name, value_term,
};
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

/// Passes the terms of one field of a record to tantivy, each with its position.
struct AnalysedTokenStream<'a> {
    terms: std::vec::IntoIter<(u32, Cow<'a, str>)>,
    token: &'a mut Token,
}

/// What the field `text` of a record is set to, so that [`AnalysedTokenizer`] finds the terms of
/// that field and record.
fn text_field_value(record: usize) -> String {
    format!("text {record}")
}

/// What the field `zone` of a record is set to, so that [`AnalysedTokenizer`] finds the terms of
/// that field and record.
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
        let terms = match field {
            "zone" => collect_zone_terms(analysed),
            _ => collect_text_terms(analysed),
        };
        AnalysedTokenStream { terms: terms.into_iter(), token: &mut self.token }
    }
}

/// The terms of the field `text` with their positions. A word that can be written joined with the
/// one before, and the second stem of a word with accents, stand where the word does.
fn collect_text_terms(record: &AnalysedRecord) -> Vec<(u32, Cow<'_, str>)> {
    let mut terms = Vec::with_capacity(record.parts.iter().map(|part| part.text.len()).sum());
    let mut position = 0;
    for part in &record.parts {
        let mut before = None;
        for &form_id in &part.text {
            if form_id == POSITION_GAP {
                position += 16;
                before = None;
                continue;
            }
            let form = &part.forms.forms[form_id as usize];
            if !form.is_repeated {
                position += 1;
            }
            terms.push((position, Cow::Borrowed(&*form.stem)));
            terms.extend(
                form.stem_without_accents.iter().map(|stem| (position, Cow::Borrowed(&**stem))),
            );
            if form.is_repeated {
                continue;
            }
            if let Some(before) = before.replace(form_id) {
                let joined = part.forms.parts.joined.get(&(before, form_id));
                terms.extend(joined.map(|stem| (position, Cow::Borrowed(&**stem))));
                let figure = join_figures(&part.forms.forms[before as usize].word, &form.word);
                terms.extend(figure.map(|figure| (position, Cow::Owned(figure))));
            }
        }
    }
    terms
}

/// The figure that two neighbouring words make if an ordinary space stands before its thousands
/// (`1 250`, `1250`); `None` for other words.
fn join_figures(before: &str, after: &str) -> Option<String> {
    let is_figure = |word: &str| word.bytes().all(|byte| byte.is_ascii_digit());
    let is_joined = (1..=3).contains(&before.len())
        && after.len() == 3
        && !before.starts_with('0')
        && is_figure(before)
        && is_figure(after);
    is_joined.then(|| format!("{before}{after}"))
}

/// The terms of the field `zone`, all with position 0, because no query reads positions there.
fn collect_zone_terms(record: &AnalysedRecord) -> Vec<(u32, Cow<'_, str>)> {
    let mut terms = Vec::new();
    let mut push = |term: String| terms.push((0, Cow::Owned(term)));
    for path in record.paths.iter().filter(|path| !path.is_empty()) {
        push(format!("{path}{PATH_MARKER}"));
    }
    record.values.iter().for_each(|(facet, number)| push(value_term(*facet, *number)));
    record.concepts.iter().for_each(|id| push(format!("{id}{CONCEPT_MARKER}")));
    for part in &record.parts {
        let forms = &part.forms.forms;
        for (form_id, mark) in &part.zone {
            let form = &forms[*form_id as usize];
            match mark {
                TermMark::InZone(zone) => {
                    push(zone_term(&form.stem, *zone));
                    form.stem_without_accents.iter().for_each(|stem| push(zone_term(stem, *zone)));
                }
                TermMark::HasAccents => {
                    let mut term = String::new();
                    fold_accents_into(&form.word, &mut term);
                    push(term + ACCENTED_MARKER + &form.word);
                }
            }
        }
        for form_id in part.text.iter().filter(|form_id| **form_id != POSITION_GAP) {
            let stems = part.forms.parts.compounds.get(form_id);
            for stem in stems.into_iter().flatten() {
                push(zone_term(stem, Zone::Compounds));
            }
        }
    }
    terms
}

/// The term of the field `zone` for a stem in a zone.
fn zone_term(stem: &str, zone: Zone) -> String {
    format!("{stem}\0{}", zone.marker())
}

impl TokenStream for AnalysedTokenStream<'_> {
    fn advance(&mut self) -> bool {
        let Some((position, term)) = self.terms.next() else { return false };
        self.token.position = position as usize;
        self.token.text.clear();
        self.token.text.push_str(&term);
        true
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
    /// Collects the distinct values of each facet, and the distinct flags, from all records.
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

/// The distinct values, sorted.
fn sort_distinct<'a>(values: impl Iterator<Item = &'a str>) -> Vec<String> {
    let mut distinct = BTreeSet::new();
    // Inserted one by one: there are many values and few distinct ones.
    distinct.extend(values);
    distinct.into_iter().map(str::to_owned).collect()
}

/// The values that a record has of `facet`, the facet with index `at` in the list of facets.
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

/// Notes in each analysed record its values of the facets that are in `names`.
pub(super) fn note_named_values(
    analysed: &mut [AnalysedRecord],
    records: &[SearchRecord],
    values: &FacetValues,
    names: &[ValueNames],
) {
    let named: BTreeSet<FacetId> = names.iter().map(|names| names.facet).collect();
    for (record, analysed) in records.iter().zip(analysed) {
        for facet in &named {
            let IndexedFacet { definition, values } = &values.facets[usize::from(facet.0)];
            let numbers =
                facet_values_of(record, usize::from(facet.0), definition).filter_map(|value| {
                    values.binary_search_by(|known| known.as_str().cmp(value)).ok()
                });
            analysed.values.extend(numbers.map(|number| (*facet, number as i64)));
        }
    }
}

/// The files of a finished segment, and the keywords read from it.
pub(super) struct SegmentFiles {
    /// Content of `meta.json`.
    pub(super) meta: String,
    /// Extension and content, sorted by extension.
    pub(super) files: Vec<(String, OwnedBytes)>,
    /// Blocks of keywords; see [`build_keyword_blocks`].
    pub(super) keyword_blocks: Vec<Vec<u8>>,
}

/// The id that the segment of every index gets instead of tantivy's random one, so that equal input
/// gives equal bytes.
const SEGMENT_ID: &str = "00000000000000000000000000000001";

/// Memory budget from which tantivy computes the initial size of its hash table of terms. The table
/// grows with the terms; a small one avoids cache misses.
const WRITER_MEMORY_BYTES: usize = 1_000_000;

/// Writes records, in order, with their analysed texts as one tantivy segment; `values` are all
/// facet values and flags, whose indices the columns hold.
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

/// The tantivy fields of all columns of an index.
struct ColumnFields {
    /// Columns of facets, in the order of their list.
    facets: Vec<Field>,
    by_name: BTreeMap<&'static str, Field>,
}

impl ColumnFields {
    /// The columns in a schema that [`build_schema`] has built for these facets; errors if one is
    /// not in it.
    fn from_schema(schema: &Schema, facets: &[IndexedFacet]) -> tantivy::Result<ColumnFields> {
        let facets = facets
            .iter()
            .map(|facet| schema.get_field(&facet_column_name(&facet.definition)))
            .collect::<tantivy::Result<_>>()?;
        let names = [
            column::LANGUAGE,
            column::QUALITY,
            column::TITLE_WORDS,
            column::DATE_ORDER,
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

/// Record `number` as tantivy indexes it: text fields that refer to its analysed texts, and its
/// values in each column.
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
    document.add_u64(columns.by_name[column::LANGUAGE], u64::from(analysed.languages()));
    let quality = QualitySignals::from_record(record, &values.facets);
    document.add_u64(columns.by_name[column::QUALITY], quality.to_number());
    document.add_u64(columns.by_name[column::TITLE_WORDS], analysed.title_words);
    if let Some(order) = date_order(record.list_rank, record.day) {
        document.add_i64(columns.by_name[column::DATE_ORDER], order);
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

/// The files of the one segment of a finished index, its random id in `meta.json` replaced by
/// [`SEGMENT_ID`], and its keywords. Errors if there is no segment or a file cannot be read.
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

/// A segment id of 32 hexadecimal digits with hyphens, as `meta.json` writes it.
fn hyphenate_id(id: &str) -> String {
    format!("{}-{}-{}-{}-{}", &id[..8], &id[8..12], &id[12..16], &id[16..20], &id[20..])
}
