//! From entries to a packed index: analyse in parallel, index with tantivy, cut into files with names of our own.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::ops::Range;
use std::path::{Path, PathBuf};

use rayon::prelude::*;
use rustc_hash::FxHashMap;
use tantivy::directory::{OwnedBytes, RamDirectory};
use tantivy::postings::Postings;
use tantivy::schema::{Field, IndexRecordOption, Schema};
use tantivy::tokenizer::{TextAnalyzer, Token, TokenStream, Tokenizer};
use tantivy::{Directory, DocSet, Index, IndexSettings, SegmentReader, TERMINATED, TantivyDocument};

use crate::analysis::{Analyzer, Form};
use crate::engine::Engine;
use crate::entry::{Entry, Facet, ValueNames};
use crate::fold::fold;
use crate::frame::{self, Sort};
use crate::language::{Language, detect};
use crate::layout::{
    Facts, Head, KEYS, KEYS_PER_BLOCK, LEXICON, Mode, Part, ROWS, ROWS_PER_BLOCK, Row, Slice, block_len, block_name, content_hash, date_text,
    put_number, put_text,
};
use crate::schema::{ACCENTED, Fields, Zone, column, facet_column, schema};
use crate::standing::Standing;
use crate::store::Store;
use crate::vocabulary::{in_use, name_language};

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

/// Builds the index of `entries`, whose order decides ties. Equal input gives equal bytes.
pub fn build(entries: &[Entry], settings: &Settings) -> Result<PackedIndex, WriteError> {
    let values = Values::collect(entries);
    let names = in_use(&settings.names, &values.facets);
    let (prepared, forms) = prepare(entries, &names);
    let languages = prepared.iter().map(|entry| entry.language).chain(name_languages(&names)).fold(0, |set, language| set | language.bit());
    let mut segment = index(entries, prepared, &values)?;
    let mut files = BTreeMap::new();
    let text_names = pack_texts(entries, &mut files);
    let rows = pack_rows(entries, &text_names);
    let (lexicon_index, lexicon) = pack_lexicon(&forms, entries.len());
    let contents = Contents { rows, lexicon, keys: std::mem::take(&mut segment.keys), segment };
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
    let whole = whole_opening(&head, &contents)?;
    let (mode, opening) = match settings.mode {
        Some(Mode::Whole) => (Mode::Whole, frame::seal(&whole, Sort::Opening)),
        Some(Mode::Blocks) => (Mode::Blocks, blocks_opening(&head, &contents, whole, &mut files)?),
        None => match whole_if_small(&whole, settings.whole_below) {
            Some(sealed) => (Mode::Whole, sealed),
            None => (Mode::Blocks, blocks_opening(&head, &contents, whole, &mut files)?),
        },
    };
    let name = format!("opening.{:016x}.bin", content_hash(&opening));
    files.insert(name.clone(), opening);
    let languages = entries.iter().map(|entry| entry.language.clone()).collect::<BTreeSet<_>>().into_iter().collect();
    Ok(PackedIndex { opening: name, files, mode, records: entries.len(), languages })
}

// --- analysis

struct Prepared {
    language: Language,
    /// Stems, one a line; see [`Lines`].
    text: String,
    zone: String,
    title_words: u64,
}

/// How often each form was met, by its folded spelling.
type Forms = BTreeMap<String, Known>;

#[derive(Default)]
struct Known {
    count: u32,
    spelling: String,
    spelling_count: u32,
}

/// A line that stands for the gap between two parts of a record, so that no phrase reaches over it.
const GAP: &str = "\u{1}";

fn name_languages(names: &[ValueNames]) -> impl Iterator<Item = Language> {
    names.iter().flat_map(|value| value.names.iter().flat_map(|(tag, texts)| texts.iter().map(move |text| name_language(text, tag))))
}

fn prepare(entries: &[Entry], names: &[ValueNames]) -> (Vec<Prepared>, Forms) {
    let chunk = entries.len().div_ceil(rayon::current_num_threads() * 4).max(64);
    let done: Vec<(Vec<Prepared>, Analyzer)> = entries
        .par_chunks(chunk)
        .map(|entries| {
            let mut analyzer = Analyzer::default();
            (entries.iter().map(|entry| prepare_one(entry, &mut analyzer)).collect(), analyzer)
        })
        .collect();
    let mut prepared = Vec::with_capacity(entries.len());
    let mut analyzers = vec![forms_of_names(names)];
    for (entries, analyzer) in done {
        prepared.extend(entries);
        analyzers.push(analyzer);
    }
    (prepared, join_forms(analyzers))
}

/// Words of names can be misspelt too; they count as often enough to be offered in every hub.
fn forms_of_names(names: &[ValueNames]) -> Analyzer {
    let mut analyzer = Analyzer::default();
    for text in names.iter().flat_map(ValueNames::all).chain(names.iter().flat_map(ValueNames::all)) {
        analyzer.analyse(text, Language::Plain, |_, _, _| {});
    }
    analyzer
}

fn join_forms(analyzers: Vec<Analyzer>) -> Forms {
    let mut spellings: FxHashMap<Box<str>, u32> = FxHashMap::default();
    for analyzer in analyzers {
        for (_, word, form) in analyzer.into_forms() {
            if is_worth_suggesting(&word) {
                *spellings.entry(word).or_insert(0) += form.count;
            }
        }
    }
    let mut spellings: Vec<_> = spellings.into_iter().collect();
    spellings.sort_unstable();
    let mut forms = Forms::new();
    for (word, count) in spellings {
        let known = forms.entry(fold(&word)).or_default();
        known.count += count;
        if count > known.spelling_count {
            known.spelling_count = count;
            known.spelling = word.into();
        }
    }
    forms
}

fn is_worth_suggesting(word: &str) -> bool {
    let letters = word.chars().count();
    (3..=24).contains(&letters) && word.chars().all(|letter| letter.is_alphabetic() && !crate::language::is_paired(letter))
}

fn prepare_one(entry: &Entry, analyzer: &mut Analyzer) -> Prepared {
    let language = detect(&sample(entry), &entry.language);
    let mut out = Prepared { language, text: String::with_capacity(4096), zone: String::with_capacity(512), title_words: 0 };
    let mut write = |text: &str, zone: Option<Zone>| {
        let mut words = 0;
        analyzer.analyse(text, language, |word, form, _| {
            words += 1;
            put_word(&mut out.text, &mut out.zone, word, form, zone);
        });
        out.text.push_str(GAP);
        out.text.push('\n');
        words
    };
    out.title_words = write(&entry.title, Some(Zone::Title));
    write(&entry.summary, Some(Zone::Summary));
    write(&entry.hypothesis, Some(Zone::Summary));
    for section in &entry.sections {
        write(&section.heading, Some(Zone::Headings));
        write(&section.text, None);
    }
    out
}

/// Enough of the text to tell its language.
fn sample(entry: &Entry) -> String {
    let mut sample = String::with_capacity(2048);
    for text in
        entry.sections.iter().map(|section| section.text.as_str()).chain([entry.summary.as_str(), entry.hypothesis.as_str(), entry.title.as_str()])
    {
        sample.extend(text.chars().take(1500));
        sample.push(' ');
        if sample.len() > 1500 {
            break;
        }
    }
    sample
}

fn put_word(text: &mut String, zones: &mut String, word: &str, form: &Form, zone: Option<Zone>) {
    text.push_str(&form.stem);
    text.push('\n');
    if let Some(zone) = zone {
        put_zone(zones, &form.stem, zone);
    }
    if form.accented {
        zones.push_str(&fold(word));
        zones.push_str(ACCENTED);
        zones.push_str(word);
        zones.push('\n');
    }
}

fn put_zone(zones: &mut String, stem: &str, zone: Zone) {
    zones.push_str(stem);
    zones.push('\0');
    zones.push(zone.letter());
    zones.push('\n');
}

// --- the segment

/// Cuts prepared text into its lines.
#[derive(Clone, Default)]
struct Lines {
    token: Token,
}

struct LineStream<'a> {
    lines: std::str::Split<'a, char>,
    token: &'a mut Token,
}

impl Tokenizer for Lines {
    type TokenStream<'a> = LineStream<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> LineStream<'a> {
        self.token.reset();
        LineStream { lines: text.split('\n'), token: &mut self.token }
    }
}

impl TokenStream for LineStream<'_> {
    fn advance(&mut self) -> bool {
        for line in self.lines.by_ref() {
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
struct Values {
    facets: BTreeMap<Facet, Vec<String>>,
    has: Vec<String>,
}

impl Values {
    fn collect(entries: &[Entry]) -> Values {
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

struct Segment {
    meta: String,
    /// Extension and content, sorted by extension.
    files: Vec<(String, OwnedBytes)>,
    /// Blocks of telling words.
    keys: Vec<Vec<u8>>,
}

/// The id every segment gets, because tantivy's own are random.
const SEGMENT: &str = "00000000000000000000000000000001";

/// Takes the prepared text, so that each record's is let go as soon as tantivy has it.
fn index(entries: &[Entry], prepared: Vec<Prepared>, values: &Values) -> Result<Segment, WriteError> {
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

// --- rows, texts, lexicon

/// Plain bytes of texts that go into one file.
const TEXTS_FILE: usize = 10_000;
/// Excerpts are looked for in this much of a record.
const TEXT_OF_RECORD: usize = 40_000;

fn pack_texts(entries: &[Entry], files: &mut BTreeMap<String, Vec<u8>>) -> Vec<String> {
    let plain: Vec<Vec<u8>> = entries.par_iter().enumerate().map(|(number, entry)| texts_of(number, entry)).collect();
    let mut groups: Vec<Range<usize>> = Vec::new();
    let mut size = 0;
    for (number, texts) in plain.iter().enumerate() {
        match groups.last_mut() {
            Some(group) if size + texts.len() <= TEXTS_FILE => group.end = number + 1,
            _ => {
                groups.push(number..number + 1);
                size = 0;
            }
        }
        size += texts.len();
    }
    let sealed: Vec<(String, Vec<u8>)> = groups
        .par_iter()
        .map(|group| {
            let file = frame::seal(&plain[group.clone()].concat(), Sort::Texts);
            (format!("texts/{:016x}.bin", content_hash(&file)), file)
        })
        .collect();
    let mut names = vec![String::new(); entries.len()];
    for (group, (name, file)) in groups.into_iter().zip(sealed) {
        for number in group.filter(|&number| !plain[number].is_empty()) {
            names[number] = name.clone();
        }
        files.insert(name, file);
    }
    names
}

fn texts_of(number: usize, entry: &Entry) -> Vec<u8> {
    let mut sections: Vec<(&str, &str, &str)> = Vec::new();
    let mut left = TEXT_OF_RECORD;
    if !entry.hypothesis.is_empty() {
        sections.push(("", "", &entry.hypothesis));
    }
    for section in entry.sections.iter().filter(|section| !section.text.is_empty() || !section.heading.is_empty()) {
        let text = &section.text[..section.text.floor_char_boundary(left)];
        left -= text.len();
        sections.push((&section.heading, &section.anchor, text));
        if left == 0 {
            break;
        }
    }
    if sections.is_empty() {
        return Vec::new();
    }
    let mut body = Vec::with_capacity(4096);
    put_number(&mut body, sections.len() as u32);
    for (heading, anchor, text) in sections {
        put_text(&mut body, heading);
        put_text(&mut body, anchor);
        put_text(&mut body, text);
    }
    let mut out = Vec::with_capacity(body.len() + 8);
    put_number(&mut out, number as u32);
    put_number(&mut out, body.len() as u32);
    out.extend_from_slice(&body);
    out
}

fn pack_rows(entries: &[Entry], text_names: &[String]) -> Vec<Vec<u8>> {
    let numbers: Vec<usize> = (0..entries.len()).collect();
    numbers
        .par_chunks(ROWS_PER_BLOCK as usize)
        .map(|chunk| {
            let mut block = Vec::new();
            for &number in chunk {
                serde_json::to_writer(&mut block, &row(&entries[number], &text_names[number])).expect("a row has only text keys");
                block.push(b'\n');
            }
            block
        })
        .collect()
}

fn row(entry: &Entry, texts: &str) -> Row {
    Row {
        id: entry.id.clone(),
        kind: entry.kind,
        url: entry.url.clone(),
        title: entry.title.clone(),
        summary: entry.summary.clone(),
        language: entry.language.clone(),
        texts: texts.to_owned(),
        facts: Facts {
            facets: entry.facets.iter().filter(|(_, values)| !values.is_empty()).map(|(facet, values)| (*facet, values.clone())).collect(),
            start: entry.start.map(date_text),
            updated: entry.updated.map(date_text),
            lift: entry.lift.filter(|lift| lift.is_finite()).map(|lift| (lift * 100.0).round() / 100.0),
            freshness: entry.freshness,
            retired: entry.retired,
        },
    }
}

/// Plain bytes of one block of the lexicon.
const LEXICON_BLOCK: usize = 6000;

fn pack_lexicon(forms: &Forms, records: usize) -> (Vec<String>, Vec<Vec<u8>>) {
    // In large hubs a word met once is more often a slip than a word somebody looks for.
    let least = if records > 2000 { 2 } else { 1 };
    let (mut firsts, mut blocks) = (Vec::new(), Vec::<Vec<u8>>::new());
    let mut last = "";
    for (folded, known) in forms.iter().filter(|(_, known)| known.count >= least) {
        if blocks.last().is_none_or(|block| block.len() >= LEXICON_BLOCK) {
            firsts.push(folded.clone());
            blocks.push(Vec::with_capacity(LEXICON_BLOCK + 64));
            last = "";
        }
        let Some(block) = blocks.last_mut() else { break };
        let shared = folded.bytes().zip(last.bytes()).take_while(|(left, right)| left == right).count();
        let shared = folded.floor_char_boundary(shared);
        put_number(block, shared as u32);
        put_text(block, &folded[shared..]);
        put_text(block, if known.spelling == *folded { "" } else { &known.spelling });
        put_number(block, known.count);
        last = folded;
    }
    (firsts, blocks)
}

/// Telling words kept of every record.
const KEYS_OF_RECORD: usize = 24;

/// The words that tell each record apart: those with the highest frequency times idf, read back from the finished segment.
fn pack_keys(index: &Index, records: usize) -> Result<Vec<Vec<u8>>, WriteError> {
    let (_, fields) = schema();
    let mut words: Vec<String> = Vec::new();
    let mut keys: Vec<Vec<(f32, u32)>> = vec![Vec::new(); records];
    for segment in index.searchable_segments()? {
        let reader = SegmentReader::open(&segment)?.inverted_index(fields.text)?;
        let mut terms = reader.terms().stream().map_err(io_trouble)?;
        while terms.advance() {
            let info = terms.value();
            // A word of one record leads to no other, a word of most leads to all.
            if info.doc_freq < 2 && records > 1 || info.doc_freq as usize * 4 > records.max(16) {
                continue;
            }
            let idf = (1.0 + records as f32 / info.doc_freq as f32).ln();
            let word = words.len() as u32;
            words.push(String::from_utf8_lossy(terms.key()).into_owned());
            let mut postings = reader.read_postings_from_terminfo(info, IndexRecordOption::WithFreqs).map_err(io_trouble)?;
            while postings.doc() != TERMINATED {
                put_key(&mut keys[postings.doc() as usize], postings.term_freq() as f32 * idf, word);
                postings.advance();
            }
        }
    }
    Ok(keys.par_chunks_mut(KEYS_PER_BLOCK as usize).map(|chunk| keys_block(chunk, &words)).collect())
}

fn io_trouble(error: std::io::Error) -> WriteError {
    WriteError(error.to_string())
}

/// Keeps the best; words come in their order, so that of equals the first stays.
fn put_key(keys: &mut Vec<(f32, u32)>, weight: f32, word: u32) {
    if keys.len() == KEYS_OF_RECORD {
        let least = (0..keys.len()).min_by(|left, right| keys[*left].0.total_cmp(&keys[*right].0).then_with(|| right.cmp(left)));
        match least.filter(|least| keys[*least].0 < weight) {
            Some(least) => keys.remove(least),
            None => return,
        };
    }
    keys.push((weight, word));
}

fn keys_block(chunk: &mut [Vec<(f32, u32)>], words: &[String]) -> Vec<u8> {
    let mut block = Vec::new();
    for keys in chunk {
        keys.sort_by(|left, right| right.0.total_cmp(&left.0).then_with(|| left.1.cmp(&right.1)));
        let most = keys.first().map_or(1.0, |key| key.0);
        put_number(&mut block, keys.len() as u32);
        for (weight, word) in keys {
            put_text(&mut block, &words[*word as usize]);
            put_number(&mut block, (*weight / most * 127.0).round().max(1.0) as u32);
        }
    }
    block
}

// --- the files

struct Contents {
    segment: Segment,
    rows: Vec<Vec<u8>>,
    lexicon: Vec<Vec<u8>>,
    keys: Vec<Vec<u8>>,
}

impl Contents {
    fn extras(&self) -> [(&'static str, &[Vec<u8>]); 3] {
        [(ROWS, &self.rows), (LEXICON, &self.lexicon), (KEYS, &self.keys)]
    }
}

fn whole_opening(head: &Head, contents: &Contents) -> Result<Vec<u8>, WriteError> {
    let mut head = head.clone();
    let mut bytes = Vec::new();
    for (name, file) in &contents.segment.files {
        head.slices.push(Slice(head.parts.len() as u16, 0, file.len() as u32));
        head.parts.push(Part { name: name.clone(), len: file.len() as u64, blocks: 0 });
        bytes.extend_from_slice(file);
    }
    for (name, blocks) in contents.extras() {
        for (number, block) in blocks.iter().enumerate() {
            head.slices.push(Slice(head.parts.len() as u16, number as u64, block.len() as u32));
            bytes.extend_from_slice(block);
        }
        head.parts.push(Part { name: name.to_owned(), len: 0, blocks: 0 });
    }
    assemble(&head, &[], &bytes)
}

/// No index shrinks to less than this share of its plain bytes: postings are packed already.
const MOST_SHRUNK: usize = 8;

/// The sealed opening of an index in one file, if that file is small enough; a large index is not compressed to find out.
fn whole_if_small(whole: &[u8], limit: usize) -> Option<Vec<u8>> {
    (whole.len() / MOST_SHRUNK <= limit).then(|| frame::seal(whole, Sort::Opening)).filter(|sealed| sealed.len() <= limit)
}

fn assemble(head: &Head, hashes: &[u32], slices: &[u8]) -> Result<Vec<u8>, WriteError> {
    let json = serde_json::to_vec(head).map_err(|error| WriteError(error.to_string()))?;
    let mut out = Vec::with_capacity(json.len() + slices.len() + 4 * hashes.len() + 4);
    out.extend_from_slice(&(json.len() as u32).to_le_bytes());
    out.extend_from_slice(&json);
    for hash in hashes {
        out.extend_from_slice(&hash.to_le_bytes());
    }
    out.extend_from_slice(slices);
    Ok(out)
}

fn blocks_opening(head: &Head, contents: &Contents, whole: Vec<u8>, files: &mut BTreeMap<String, Vec<u8>>) -> Result<Vec<u8>, WriteError> {
    let ranges = needed_to_open(whole)?;
    let mut head = Head { mode: Mode::Blocks, ..head.clone() };
    let mut hashes = Vec::new();
    let mut bytes = Vec::new();
    let mut pack = |name: &str, blocks: Vec<&[u8]>| {
        let sealed: Vec<(u32, Vec<u8>)> = blocks
            .par_iter()
            .map(|block| {
                let file = frame::seal(block, Sort::Block);
                (content_hash(&file) as u32, file)
            })
            .collect();
        for (number, (hash, file)) in sealed.into_iter().enumerate() {
            files.insert(block_name(name, number as u32, hash), file);
            hashes.push(hash);
        }
    };
    for (part, (name, file)) in contents.segment.files.iter().enumerate() {
        for range in ranges.iter().filter(|(of, _)| *of == part).map(|(_, range)| range) {
            head.slices.push(Slice(part as u16, range.start as u64, range.len() as u32));
            bytes.extend_from_slice(&file[range.clone()]);
        }
        // Files that the opening holds almost whole need no blocks: those that hold no postings, such as norms.
        let held: usize = ranges.iter().filter(|(of, _)| *of == part).map(|(_, range)| range.len()).sum();
        let blocks: Vec<&[u8]> = if held == file.len() { Vec::new() } else { file.chunks(block_len(name, head.block)).collect() };
        head.parts.push(Part { name: name.clone(), len: file.len() as u64, blocks: blocks.len() as u32 });
        pack(name, blocks);
    }
    for (name, blocks) in contents.extras() {
        head.parts.push(Part { name: name.to_owned(), len: 0, blocks: blocks.len() as u32 });
        pack(name, blocks.iter().map(Vec::as_slice).collect());
    }
    Ok(frame::seal(&assemble(&head, &hashes, &bytes)?, Sort::Opening))
}

/// The ranges of segment files that are read to open the index, joined where they are close.
fn needed_to_open(whole: Vec<u8>) -> Result<Vec<(usize, Range<usize>)>, WriteError> {
    let store = Store::from_content(OwnedBytes::new(whole)).map_err(|error| WriteError(error.to_string()))?;
    Engine::over(store.clone()).map_err(|error| WriteError(error.to_string()))?;
    let mut read = store.read_so_far();
    read.sort_by_key(|(part, range)| (*part, range.start, range.end));
    let mut joined: Vec<(usize, Range<usize>)> = Vec::new();
    for (part, range) in read {
        match joined.last_mut() {
            Some((last, before)) if *last == part && range.start <= before.end + 64 => before.end = before.end.max(range.end),
            _ => joined.push((part, range)),
        }
    }
    Ok(joined)
}
