//! Prepared entries as one segment of tantivy's, under names that follow from the content.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use tantivy::directory::{OwnedBytes, RamDirectory};
use tantivy::schema::{Field, Schema};
use tantivy::tokenizer::{TextAnalyzer, Token, TokenStream, Tokenizer};
use tantivy::{Directory, Index, IndexSettings, TantivyDocument};

use crate::entry::{Entry, Facet};
use crate::schema::{Fields, column, facet_column, schema};
use crate::standing::Standing;
use crate::write::WriteError;
use crate::write::keys::pack_keys;
use crate::write::prepare::{GAP, Prepared};

/// Cuts prepared text into its lines.
#[derive(Clone, Default)]
struct Lines {
    token: Token,
}

struct LineStream<'a> {
    text: &'a str,
    token: &'a mut Token,
}

impl<'a> LineStream<'a> {
    /// The next line, without its end. Lines are words: looking at each byte is quicker than setting up a search for every one.
    fn line(&mut self) -> Option<&'a str> {
        if self.text.is_empty() {
            return None;
        }
        let end = self.text.bytes().position(|byte| byte == b'\n').unwrap_or(self.text.len());
        let line = &self.text[..end];
        self.text = self.text.get(end + 1..).unwrap_or("");
        Some(line)
    }
}

impl Tokenizer for Lines {
    type TokenStream<'a> = LineStream<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> LineStream<'a> {
        self.token.reset();
        LineStream { text, token: &mut self.token }
    }
}

impl TokenStream for LineStream<'_> {
    fn advance(&mut self) -> bool {
        while let Some(line) = self.line() {
            if line == GAP {
                self.token.position = self.token.position.wrapping_add(16);
            } else if !line.is_empty() {
                self.token.position = self.token.position.wrapping_add(1);
                self.token.text.clear();
                self.token.text.push_str(line);
                return true;
            }
        }
        false
    }

    fn token(&self) -> &Token {
        self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        self.token
    }
}

/// Every value of every facet, and the number it has in the columns.
pub(super) struct Values {
    pub(super) facets: BTreeMap<Facet, Vec<String>>,
    pub(super) has: Vec<String>,
}

impl Values {
    pub(super) fn collect(entries: &[Entry]) -> Values {
        let mut facets: BTreeMap<Facet, BTreeSet<String>> = BTreeMap::new();
        let mut has = BTreeSet::new();
        for entry in entries {
            for facet in Facet::ALL {
                for value in values_of(entry, facet) {
                    facets.entry(facet).or_default().insert(value);
                }
            }
            has.extend(entry.has.iter().cloned());
        }
        let facets = facets.into_iter().map(|(facet, values)| (facet, values.into_iter().collect())).collect();
        Values { facets, has: has.into_iter().collect() }
    }
}

fn values_of(entry: &Entry, facet: Facet) -> Vec<String> {
    match facet {
        Facet::Language if entry.language.is_empty() => Vec::new(),
        Facet::Language => vec![entry.language.clone()],
        Facet::Type => vec![serde_json::to_value(entry.kind).ok().and_then(|kind| kind.as_str().map(str::to_owned)).unwrap_or_default()],
        _ => entry.facets.get(&facet).cloned().unwrap_or_default(),
    }
}

pub(super) struct Segment {
    pub(super) meta: String,
    /// Extension and content, sorted by extension.
    pub(super) files: Vec<(String, OwnedBytes)>,
    /// Blocks of telling words.
    pub(super) keys: Vec<Vec<u8>>,
}

/// The id every segment gets, because tantivy's own are random.
const SEGMENT: &str = "00000000000000000000000000000001";

/// Takes the prepared text, so that each record's is let go as soon as tantivy has it.
pub(super) fn index(entries: &[Entry], prepared: Vec<Prepared>, values: &Values) -> Result<Segment, WriteError> {
    let (schema, fields) = schema();
    let folder = RamDirectory::create();
    let settings = IndexSettings { docstore_compression: tantivy::store::Compressor::None, ..IndexSettings::default() };
    let tokenizers = tantivy::tokenizer::TokenizerManager::default();
    tokenizers.register("prepared", TextAnalyzer::builder(Lines::default()).build());
    let memory = if entries.len() > 500 { 256_000_000 } else { 32_000_000 };
    let mut writer =
        Index::builder().schema(schema.clone()).settings(settings).tokenizers(tokenizers).single_segment_index_writer(folder.clone(), memory)?;
    let columns = Columns::of(&schema)?;
    for (entry, prepared) in entries.iter().zip(prepared) {
        writer.add_document(document(entry, prepared, values, &fields, &columns))?;
    }
    let index = writer.finalize()?;
    collect_segment(&index, &folder)
}

struct Columns {
    facets: Vec<Field>,
    by_name: BTreeMap<&'static str, Field>,
}

impl Columns {
    fn of(schema: &Schema) -> tantivy::Result<Columns> {
        let facets = Facet::ALL.iter().map(|&facet| schema.get_field(&facet_column(facet))).collect::<tantivy::Result<_>>()?;
        let names = [column::LANGUAGE, column::STANDING, column::TITLE_WORDS, column::DAY, column::LIFT, column::HAS];
        let by_name = names.into_iter().map(|name| Ok((name, schema.get_field(name)?))).collect::<tantivy::Result<_>>()?;
        Ok(Columns { facets, by_name })
    }
}

fn document(entry: &Entry, prepared: Prepared, values: &Values, fields: &Fields, columns: &Columns) -> TantivyDocument {
    let mut document = TantivyDocument::default();
    document.add_text(fields.text, prepared.text);
    document.add_text(fields.zone, prepared.zone);
    document.add_u64(columns.by_name[column::LANGUAGE], prepared.language as u64);
    document.add_u64(columns.by_name[column::STANDING], Standing::of(entry).to_number());
    document.add_u64(columns.by_name[column::TITLE_WORDS], prepared.title_words);
    if let Some(day) = entry.day {
        document.add_i64(columns.by_name[column::DAY], i64::from(day));
    }
    if let Some(lift) = entry.lift.filter(|lift| lift.is_finite()) {
        document.add_i64(columns.by_name[column::LIFT], (lift * 100.0).round() as i64);
    }
    for number in entry.has.iter().filter_map(|flag| values.has.binary_search(flag).ok()) {
        document.add_u64(columns.by_name[column::HAS], number as u64);
    }
    for (facet, &field) in Facet::ALL.iter().zip(&columns.facets) {
        let known = values.facets.get(facet).map_or(&[][..], Vec::as_slice);
        let numbers: BTreeSet<usize> = values_of(entry, *facet).iter().filter_map(|value| known.binary_search(value).ok()).collect();
        for number in numbers {
            document.add_u64(field, number as u64);
        }
    }
    document
}

fn collect_segment(index: &Index, folder: &RamDirectory) -> Result<Segment, WriteError> {
    let metas = index.searchable_segment_metas()?;
    let id = metas.first().map(|meta| meta.id().uuid_string()).ok_or_else(|| WriteError("no segment".to_owned()))?;
    let meta = folder.atomic_read(Path::new("meta.json")).map_err(|error| WriteError(error.to_string()))?;
    // The id stands in `meta.json` with hyphens.
    let meta = String::from_utf8_lossy(&meta).replace(&hyphened(&id), &hyphened(SEGMENT));
    let mut files = Vec::new();
    for extension in ["fast", "fieldnorm", "idx", "pos", "store", "term"] {
        let path = PathBuf::from(format!("{id}.{extension}"));
        let slice = folder.open_read(&path).map_err(|error| WriteError(error.to_string()))?;
        let bytes = slice.read_bytes().map_err(|error| WriteError(error.to_string()))?;
        files.push((extension.to_owned(), bytes));
    }
    let records = metas.iter().map(|meta| meta.max_doc() as usize).sum();
    Ok(Segment { meta, files, keys: pack_keys(index, records)? })
}

fn hyphened(id: &str) -> String {
    format!("{}-{}-{}-{}-{}", &id[..8], &id[8..12], &id[12..16], &id[16..20], &id[20..])
}
