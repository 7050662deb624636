//! Prepared entries as one segment of tantivy's, under names that follow from the content.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::slice::Iter;
use std::sync::Arc;

use tantivy::directory::{OwnedBytes, RamDirectory};
use tantivy::schema::{Field, Schema};
use tantivy::tokenizer::{TextAnalyzer, Token, TokenStream, Tokenizer};
use tantivy::{Directory, Index, IndexSettings, TantivyDocument};

use crate::analysis::Form;
use crate::entry::{Entry, Facet};
use crate::fold::fold_into;
use crate::schema::{ACCENTED, Fields, column, facet_column, schema};
use crate::standing::Standing;
use crate::write::WriteError;
use crate::write::keys::pack_keys;
use crate::write::prepare::{GAP, Mark, Prepared};

/// Gives tantivy the words of prepared entries: the text of a field names the entry, and which of its words are meant.
#[derive(Clone)]
struct Words {
    prepared: Arc<[Prepared]>,
    token: Token,
}

enum Stream<'a> {
    Text(Iter<'a, u32>),
    Zone(Iter<'a, (u32, Mark)>),
}

struct WordStream<'a> {
    forms: &'a [Form],
    stream: Stream<'a>,
    token: &'a mut Token,
}

/// What stands in an entry's field of words.
fn text_of(entry: usize) -> String {
    format!("text {entry}")
}

/// What stands in an entry's field of zones.
fn zone_of(entry: usize) -> String {
    format!("zone {entry}")
}

impl Tokenizer for Words {
    type TokenStream<'a> = WordStream<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> WordStream<'a> {
        self.token.reset();
        let (field, entry) = text.split_once(' ').unwrap_or_default();
        let prepared = entry.parse().ok().and_then(|entry: usize| self.prepared.get(entry)).expect("a field names its entry");
        let stream = if field == "zone" { Stream::Zone(prepared.zone.iter()) } else { Stream::Text(prepared.text.iter()) };
        WordStream { forms: &prepared.forms, stream, token: &mut self.token }
    }
}

impl WordStream<'_> {
    fn next_of_zone(&mut self, number: u32, mark: Mark) {
        let Form { word, stem, .. } = &self.forms[number as usize];
        let text = &mut self.token.text;
        match mark {
            Mark::In(zone) => {
                text.push_str(stem);
                text.push('\0');
                text.push(zone.letter());
            }
            Mark::Accented => {
                fold_into(word, text);
                text.push_str(ACCENTED);
                text.push_str(word);
            }
        }
    }
}

impl TokenStream for WordStream<'_> {
    fn advance(&mut self) -> bool {
        self.token.text.clear();
        match &mut self.stream {
            Stream::Text(words) => {
                for number in words {
                    if *number == GAP {
                        self.token.position = self.token.position.wrapping_add(16);
                        continue;
                    }
                    self.token.position = self.token.position.wrapping_add(1);
                    self.token.text.push_str(&self.forms[*number as usize].stem);
                    return true;
                }
                false
            }
            Stream::Zone(words) => {
                let Some((number, mark)) = words.next() else { return false };
                self.token.position = self.token.position.wrapping_add(1);
                self.next_of_zone(*number, *mark);
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

/// Every value of every facet, and the number it has in the columns.
pub(super) struct Values {
    pub(super) facets: BTreeMap<Facet, Vec<String>>,
    pub(super) has: Vec<String>,
}

impl Values {
    pub(super) fn collect(entries: &[Entry]) -> Values {
        let mut facets: BTreeMap<Facet, BTreeSet<&str>> = BTreeMap::new();
        let mut has = BTreeSet::new();
        for entry in entries {
            for facet in Facet::ALL {
                for value in values_of(entry, facet) {
                    facets.entry(facet).or_default().insert(value);
                }
            }
            has.extend(entry.has.iter().map(String::as_str));
        }
        let owned = |values: BTreeSet<&str>| values.into_iter().map(str::to_owned).collect();
        Values { facets: facets.into_iter().map(|(facet, values)| (facet, owned(values))).collect(), has: owned(has) }
    }
}

fn values_of(entry: &Entry, facet: Facet) -> impl Iterator<Item = &str> {
    let own = match facet {
        Facet::Language => Some(entry.language.as_str()).filter(|language| !language.is_empty()),
        Facet::Type => Some(entry.kind.name()),
        _ => None,
    };
    let stated = entry.facets.get(&facet).filter(|_| own.is_none() && facet != Facet::Language);
    own.into_iter().chain(stated.into_iter().flatten().map(String::as_str))
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

/// Bytes from which tantivy reckons how large its table of words is at first: it grows as words come, and the smaller it is the better
/// it fits a core's cache.
const TABLE: usize = 1_000_000;

pub(super) fn index(entries: &[Entry], prepared: Vec<Prepared>, values: &Values) -> Result<Segment, WriteError> {
    let (schema, fields) = schema();
    let folder = RamDirectory::create();
    let settings = IndexSettings { docstore_compression: tantivy::store::Compressor::None, ..IndexSettings::default() };
    let tokenizers = tantivy::tokenizer::TokenizerManager::default();
    let prepared: Arc<[Prepared]> = prepared.into();
    tokenizers.register("prepared", TextAnalyzer::builder(Words { prepared: Arc::clone(&prepared), token: Token::default() }).build());
    let mut writer =
        Index::builder().schema(schema.clone()).settings(settings).tokenizers(tokenizers).single_segment_index_writer(folder.clone(), TABLE)?;
    let columns = Columns::of(&schema)?;
    for (number, entry) in entries.iter().enumerate() {
        writer.add_document(document(entry, number, &prepared[number], values, &fields, &columns))?;
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

fn document(entry: &Entry, number: usize, prepared: &Prepared, values: &Values, fields: &Fields, columns: &Columns) -> TantivyDocument {
    let mut document = TantivyDocument::default();
    document.add_text(fields.text, text_of(number));
    document.add_text(fields.zone, zone_of(number));
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
        let numbers: BTreeSet<usize> =
            values_of(entry, *facet).filter_map(|value| known.binary_search_by(|known| known.as_str().cmp(value)).ok()).collect();
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
