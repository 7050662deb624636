//! The search engine: answers requests over a packed index whose files may arrive one after the
//! other.
//!
//! The engine does no input or output itself. Every call returns its result or a list of missing
//! files; the caller adds these and repeats the call. A query needs up to three rounds
//! (dictionaries and columns, postings, rows), and each round requests all files it needs.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use serde::Serialize;
use tantivy::columnar::Column;
use tantivy::{Index, InvertedIndexReader, SegmentReader};

use crate::bounds::{check_columns, max_value_count};
use crate::excerpt;
use crate::fold::fold_accents;
use crate::language::Language;
use crate::layout::{IndexHeader, ROWS, ROWS_PER_BLOCK, RecordRow};
use crate::lexicon;
use crate::message::{
    Correction, Excerpt, ExcerptRequest, FacetCount, FieldInfo, Hit, InterpretedWord,
    QueryInterpretation, SearchRequest, SearchResponse, SortOrder,
};
use crate::plan::{self, Clause, Condition, QueryFilter, QueryPlan};
use crate::quality::QualitySignals;
use crate::rank::{Ranking, ScoredRecord};
use crate::record::Facet;
use crate::schema::{build_schema, column, facet_column_name};
use crate::store::{IndexStore, OpenError};
use crate::terms::{ClauseTerms, look_up_clauses};
use crate::value_names::ValueNameIndex;
use crate::weights::Weights;

/// The result of a call, or the files that it needs first.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Step<T> {
    /// The call is finished.
    Done(T),
    /// Names of files to be added with [`Engine::add`] before the call is repeated.
    Missing(Vec<String>),
}

/// Why a call did not finish.
#[derive(Debug)]
pub(crate) enum StepError {
    /// Bytes have not arrived yet; the store has noted which.
    MissingBytes,
    /// The index is corrupt; the text says how.
    Corrupt(String),
}

impl From<std::io::Error> for StepError {
    fn from(error: std::io::Error) -> StepError {
        if error.kind() == std::io::ErrorKind::WouldBlock {
            StepError::MissingBytes
        } else {
            StepError::Corrupt(error.to_string())
        }
    }
}

impl From<tantivy::TantivyError> for StepError {
    fn from(error: tantivy::TantivyError) -> StepError {
        match error {
            tantivy::TantivyError::IoError(error)
                if error.kind() == std::io::ErrorKind::WouldBlock =>
            {
                StepError::MissingBytes
            }
            error => StepError::Corrupt(error.to_string()),
        }
    }
}

/// Turns [`StepError::MissingBytes`] into `None` and sets `is_incomplete`, so that later reads can
/// note their missing bytes in the same round; other errors are returned.
pub(crate) fn defer_missing<T>(
    result: Result<T, StepError>,
    is_incomplete: &mut bool,
) -> Result<Option<T>, StepError> {
    match result {
        Ok(value) => Ok(Some(value)),
        Err(StepError::MissingBytes) => {
            *is_incomplete = true;
            Ok(None)
        }
        Err(error) => Err(error),
    }
}

/// An open index that answers requests. Vectors have one element for each record, indexed by its
/// number.
pub struct Engine {
    pub(crate) store: IndexStore,
    /// Dictionary and postings of the field `text`.
    pub(crate) text_index: Arc<InvertedIndexReader>,
    /// Dictionary and postings of the field `zone`.
    pub(crate) zone_index: Arc<InvertedIndexReader>,
    segment: SegmentReader,
    /// Language of analysis, as the number of [`Language`].
    pub(crate) languages: Vec<u8>,
    /// Quality signals, packed; see [`QualitySignals`].
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
    /// The weights of the ranking formula.
    pub weights: Weights,
    /// Columns read so far, by name.
    column_cache: Mutex<BTreeMap<String, Arc<ColumnValues>>>,
    /// Text and plan of the last search, for its excerpts.
    last_plan: Mutex<Option<(String, QueryPlan)>>,
}

/// The values of a column; a record may have any number of values.
pub(crate) struct ColumnValues {
    /// Index in `values` of the first value of each record, and the number of all values.
    starts: Vec<u32>,
    values: Vec<i64>,
}

impl ColumnValues {
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

    fn load(store: IndexStore) -> Result<Engine, OpenError> {
        let content_error = |error: &dyn std::fmt::Display| OpenError::Content(error.to_string());
        let (_, fields) = build_schema();
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
        let read_small_numbers = |name: &str| -> Result<Vec<u8>, OpenError> {
            let column: Option<Column<u64>> =
                segment.fast_fields().column_opt(name).map_err(|error| content_error(&error))?;
            Ok((0..segment.max_doc())
                .map(|doc| {
                    column.as_ref().and_then(|column| column.first(doc)).unwrap_or(0).min(255) as u8
                })
                .collect())
        };
        let (languages, quality, title_words) = (
            read_small_numbers(column::LANGUAGE)?,
            read_small_numbers(column::QUALITY)?,
            read_small_numbers(column::TITLE_WORDS)?,
        );
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
        let weights = Weights::default();
        Ok(Engine {
            value_names,
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

    /// Answers a search request. Errors if the index is corrupt.
    pub fn search(&self, request: &SearchRequest) -> Result<Step<SearchResponse>, OpenError> {
        self.finish_step(catch_panic(|| self.try_search(request))?)
    }

    fn finish_step<T>(&self, result: Result<T, StepError>) -> Result<Step<T>, OpenError> {
        let missing = self.store.take_missing();
        match result {
            Ok(value) => Ok(Step::Done(value)),
            Err(_) if !missing.is_empty() => Ok(Step::Missing(missing)),
            Err(StepError::MissingBytes) => {
                Err(OpenError::Content("bytes are missing that no file holds".to_owned()))
            }
            Err(StepError::Corrupt(why)) => Err(OpenError::Content(why)),
        }
    }

    fn try_search(&self, request: &SearchRequest) -> Result<SearchResponse, StepError> {
        let mut plan = plan::plan_query(request, self.header());
        let mut is_incomplete = false;
        for name in self.required_columns(request, &plan) {
            defer_missing(self.column(&name).map(|_| ()), &mut is_incomplete)?;
        }
        let mut terms = look_up_clauses(self, &plan.clauses, &mut is_incomplete)?;
        let exclusions = look_up_clauses(self, &exclusions_as_clauses(&plan), &mut is_incomplete)?;
        if is_incomplete {
            return Err(StepError::MissingBytes);
        }
        let corrected = self.correct_spelling(&mut plan, &mut terms)?;
        let mut ranking = Ranking::compute(self, &plan, &terms, &exclusions)?;
        let mut found = self.apply_filters(&plan, ranking.records())?;
        if found.matching.len() < 3
            && corrected.is_none()
            && self.add_spelling_variants(&mut plan, &mut terms)?
        {
            ranking = Ranking::compute(self, &plan, &terms, &exclusions)?;
            found = self.apply_filters(&plan, ranking.records())?;
        }
        let facets = self.count_facets(request, &found)?;
        let mut records = found.matching;
        self.sort_records(
            &mut records,
            if plan.clauses.is_empty() && request.sort == SortOrder::Relevance {
                SortOrder::Date
            } else {
                request.sort
            },
        )?;
        let limit = if request.limit == 0 { 10 } else { request.limit.min(1000) };
        let total = records.len();
        let shown: Vec<ScoredRecord> =
            records.into_iter().skip(request.offset).take(limit).collect();
        let mut hits = self.build_hits(&shown, &plan)?;
        if request.explain {
            for (hit, record) in hits.iter_mut().zip(&shown) {
                hit.explain = Some(ranking.explain(self, &plan, &terms, record.doc)?);
            }
        }
        let reading = interpret(&plan, &terms, &ranking);
        *self.last_plan.lock().unwrap_or_else(PoisonError::into_inner) =
            Some((request.text.clone(), plan.clone()));
        Ok(SearchResponse { total, hits, facets, reading, hints: plan.hints, corrected })
    }

    // --- spelling correction

    /// Replaces each word that does not occur in the index by its best correction.
    fn correct_spelling(
        &self,
        plan: &mut QueryPlan,
        terms: &mut [ClauseTerms],
    ) -> Result<Option<Correction>, StepError> {
        let mut correction = Correction::default();
        let mut is_incomplete = false;
        for (clause, found) in plan.clauses.iter_mut().zip(terms.iter_mut()) {
            let Some(word) = correctable_word(clause)
                .filter(|_| found.max_record_count() == 0 && !found.has_named_value())
            else {
                continue;
            };
            let Some(candidates) = lexicon::find_corrections(&self.store, &word) else {
                is_incomplete = true;
                continue;
            };
            let Some(best) = candidates.first() else { continue };
            let mut alternative =
                plan::parse_alternative(&best.entry.spelling, false, self.header());
            alternative.replaces = Some(clause.alternatives[0].text.clone());
            correction.from.push(clause.alternatives[0].text.clone());
            correction.to.push(best.entry.spelling.clone());
            clause.alternatives = vec![alternative];
            if let Some(looked_up) =
                look_up_clauses(self, std::slice::from_ref(clause), &mut is_incomplete)?.pop()
            {
                *found = looked_up;
            }
        }
        if is_incomplete {
            return Err(StepError::MissingBytes);
        }
        if correction.from.is_empty() {
            return Ok(None);
        }
        correction.text = format_query(plan);
        Ok(Some(correction))
    }

    /// Adds a spelling variant to each word that occurs in one or two records: the best correction
    /// that is one edit away and occurs at least six times. Returns whether any was added.
    fn add_spelling_variants(
        &self,
        plan: &mut QueryPlan,
        terms: &mut [ClauseTerms],
    ) -> Result<bool, StepError> {
        let mut is_incomplete = false;
        let mut has_added = false;
        for (clause, found) in plan.clauses.iter_mut().zip(terms.iter_mut()) {
            let Some(word) = correctable_word(clause).filter(|_| {
                (1..=2).contains(&found.max_record_count()) && !found.has_named_value()
            }) else {
                continue;
            };
            let Some(candidates) = lexicon::find_corrections(&self.store, &word) else {
                is_incomplete = true;
                continue;
            };
            let Some(best) = candidates
                .into_iter()
                .find(|candidate| candidate.entry.count >= 6 && candidate.edits == 1)
            else {
                continue;
            };
            let mut alternative =
                plan::parse_alternative(&best.entry.spelling, false, self.header());
            alternative.replaces = Some(clause.alternatives[0].text.clone());
            clause.alternatives.push(alternative);
            if let Some(looked_up) =
                look_up_clauses(self, std::slice::from_ref(clause), &mut is_incomplete)?.pop()
            {
                *found = looked_up;
                found.set_last_weight(self.weights.misspelt);
                has_added = true;
            }
        }
        if is_incomplete { Err(StepError::MissingBytes) } else { Ok(has_added) }
    }

    // --- columns

    fn required_columns(&self, request: &SearchRequest, plan: &QueryPlan) -> Vec<String> {
        let mut names: Vec<String> =
            self.requested_facets(request).into_iter().map(facet_column_name).collect();
        for filter in plan.typed_filters.iter().chain(&plan.panel_filters) {
            match &filter.condition {
                Condition::AnyValue(values) => {
                    names.extend(values.iter().map(|(facet, _)| facet_column_name(*facet)))
                }
                Condition::AnyFlag(_) => names.push(column::HAS.to_owned()),
                Condition::LiftRange(..) => names.push(column::LIFT.to_owned()),
            }
        }
        let sort = if plan.clauses.is_empty() && request.sort == SortOrder::Relevance {
            SortOrder::Date
        } else {
            request.sort
        };
        match sort {
            SortOrder::Date => names.push(column::DAY.to_owned()),
            SortOrder::Lift => names.push(column::LIFT.to_owned()),
            SortOrder::Relevance | SortOrder::Grade => {}
        }
        names.sort();
        names.dedup();
        names
    }

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

    fn read_column(&self, name: &str) -> Result<ColumnValues, StepError> {
        let records = self.segment.max_doc();
        let mut values =
            ColumnValues { starts: Vec::with_capacity(records as usize + 1), values: Vec::new() };
        values.starts.push(0);
        let is_signed = [column::DAY, column::LIFT].contains(&name);
        let columns = self.segment.fast_fields();
        let numbers: Option<Column<u64>> =
            if is_signed { None } else { columns.column_opt(name)? };
        let signed_numbers: Option<Column<i64>> =
            if is_signed { columns.column_opt(name)? } else { None };
        let len =
            self.header().parts.iter().find(|part| part.name == "fast").map_or(0, |part| part.len);
        let max_values = max_value_count(records, len);
        for doc in 0..records {
            let remaining = max_values.saturating_sub(values.values.len()) + 1;
            let unsigned = numbers
                .iter()
                .flat_map(|column| column.values_for_doc(doc))
                .map(|value| value as i64);
            values.values.extend(
                unsigned
                    .chain(signed_numbers.iter().flat_map(|column| column.values_for_doc(doc)))
                    .take(remaining),
            );
            if values.values.len() > max_values {
                return Err(StepError::Corrupt(format!(
                    "the column `{name}` has more values than it can hold"
                )));
            }
            values.starts.push(values.values.len() as u32);
        }
        Ok(values)
    }

    // --- filters and counts

    fn apply_filters(
        &self,
        plan: &QueryPlan,
        records: Vec<ScoredRecord>,
    ) -> Result<FilteredRecords, StepError> {
        let typed = self.compile_filters(&plan.typed_filters)?;
        let ticked = self.compile_filters(&plan.panel_filters)?;
        let mut found = FilteredRecords { matching: Vec::new(), near_misses: BTreeMap::new() };
        for record in records {
            if typed.iter().any(|filter| !filter.matches(record.doc)) {
                continue;
            }
            let mut failed = ticked.iter().filter(|filter| !filter.matches(record.doc));
            match (failed.next(), failed.next()) {
                (None, _) => found.matching.push(record),
                (Some(only), None) => {
                    found.near_misses.entry(only.filter.field.clone()).or_default().push(record.doc)
                }
                _ => {}
            }
        }
        Ok(found)
    }

    fn compile_filters<'a>(
        &self,
        filters: &'a [QueryFilter],
    ) -> Result<Vec<CompiledFilter<'a>>, StepError> {
        filters
            .iter()
            .map(|filter| {
                let mut columns = Vec::new();
                match &filter.condition {
                    Condition::AnyValue(values) => {
                        let facets: std::collections::BTreeSet<Facet> =
                            values.iter().map(|(facet, _)| *facet).collect();
                        for facet in facets {
                            let wanted = values
                                .iter()
                                .filter(|(of, _)| *of == facet)
                                .map(|(_, value)| *value as i64)
                                .collect();
                            columns.push((self.column(&facet_column_name(facet))?, wanted));
                        }
                    }
                    Condition::AnyFlag(flags) => columns.push((
                        self.column(column::HAS)?,
                        flags.iter().map(|flag| *flag as i64).collect(),
                    )),
                    Condition::LiftRange(..) => {
                        columns.push((self.column(column::LIFT)?, Vec::new()))
                    }
                }
                Ok(CompiledFilter { filter, columns })
            })
            .collect()
    }

    fn requested_facets(&self, request: &SearchRequest) -> Vec<Facet> {
        if request.facets.iter().any(|name| name == "*") {
            return Facet::ALL.to_vec();
        }
        Facet::ALL
            .into_iter()
            .filter(|facet| {
                request.facets.iter().any(|name| Facet::from_name(name) == Some(*facet))
            })
            .collect()
    }

    fn count_facets(
        &self,
        request: &SearchRequest,
        found: &FilteredRecords,
    ) -> Result<BTreeMap<String, Vec<FacetCount>>, StepError> {
        let mut counts = BTreeMap::new();
        for facet in self.requested_facets(request) {
            let Some(names) = self.header().facets.get(&facet) else { continue };
            let column = self.column(&facet_column_name(facet))?;
            let mut numbers = vec![0_usize; names.len()];
            let near_misses = found.near_misses.get(facet.name()).map_or(&[][..], Vec::as_slice);
            for doc in
                found.matching.iter().map(|record| record.doc).chain(near_misses.iter().copied())
            {
                for value in column.get(doc) {
                    if let Some(number) = numbers.get_mut(*value as usize) {
                        *number += 1;
                    }
                }
            }
            let ticked = request
                .filters
                .iter()
                .filter(|(name, _)| Facet::from_name(name) == Some(facet))
                .flat_map(|(_, values)| values);
            let ticked: Vec<&String> = ticked.collect();
            let mut values: Vec<FacetCount> = names
                .iter()
                .zip(numbers)
                .filter(|(name, count)| *count > 0 || ticked.contains(name))
                .map(|(name, count)| FacetCount { value: name.clone(), count })
                .collect();
            values.sort_by(|left, right| {
                right.count.cmp(&left.count).then_with(|| left.value.cmp(&right.value))
            });
            counts.insert(facet.name().to_owned(), values);
        }
        Ok(counts)
    }

    fn sort_records(&self, records: &mut [ScoredRecord], sort: SortOrder) -> Result<(), StepError> {
        match sort {
            SortOrder::Relevance => records.sort_by(|left, right| {
                right.score.total_cmp(&left.score).then_with(|| left.doc.cmp(&right.doc))
            }),
            SortOrder::Grade => records.sort_by_key(|record| {
                let grade =
                    QualitySignals::from_number(u64::from(self.quality[record.doc as usize])).grade;
                (
                    std::cmp::Reverse(grade),
                    std::cmp::Reverse((record.score * 1e4) as i64),
                    record.doc,
                )
            }),
            SortOrder::Lift => {
                let lifts = self.column(column::LIFT)?;
                records.sort_by_key(|record| {
                    (std::cmp::Reverse(lifts.get(record.doc).first().copied()), record.doc)
                });
            }
            SortOrder::Date => {
                let days = self.column(column::DAY)?;
                records.sort_by_key(|record| {
                    (std::cmp::Reverse(days.get(record.doc).first().copied()), record.doc)
                });
            }
        }
        Ok(())
    }

    // --- hits

    fn build_hits(&self, shown: &[ScoredRecord], plan: &QueryPlan) -> Result<Vec<Hit>, StepError> {
        let mut is_incomplete = false;
        let mut hits = Vec::with_capacity(shown.len());
        for record in shown {
            if let Some(row) = defer_missing(self.read_row(record.doc), &mut is_incomplete)? {
                hits.push(self.build_hit(record, row, plan));
            }
        }
        if is_incomplete { Err(StepError::MissingBytes) } else { Ok(hits) }
    }

    fn read_row(&self, doc: u32) -> Result<RecordRow, StepError> {
        let block = self.store.block(ROWS, doc / ROWS_PER_BLOCK).ok_or(StepError::MissingBytes)?;
        let line = block
            .as_slice()
            .split(|byte| *byte == b'\n')
            .nth((doc % ROWS_PER_BLOCK) as usize)
            .unwrap_or(&[]);
        serde_json::from_slice(line).map_err(|error| StepError::Corrupt(error.to_string()))
    }

    fn build_hit(&self, record: &ScoredRecord, row: RecordRow, plan: &QueryPlan) -> Hit {
        let language = self.language_of(record.doc);
        let marks = |text: &str| {
            excerpt::to_utf16_ranges(
                text,
                excerpt::find_matches(plan, text, language).into_iter().map(|(range, _)| range),
            )
        };
        Hit {
            doc: record.doc,
            title_marks: marks(&row.title),
            summary_marks: marks(&row.summary),
            id: row.id,
            kind: row.kind,
            url: row.url,
            title: row.title,
            summary: row.summary,
            language: row.language,
            score: record.score,
            texts: row.texts,
            facts: row.facts,
            matched: record.matched(),
            explain: None,
        }
    }

    pub(crate) fn language_of(&self, doc: u32) -> Language {
        self.languages
            .get(doc as usize)
            .map_or(Language::Plain, |number| Language::from_number(*number))
    }

    /// The excerpts of hits, in the order of the request. Errors if the index is corrupt.
    pub fn excerpts(&self, request: &ExcerptRequest) -> Result<Step<Vec<Excerpt>>, OpenError> {
        let last_plan = self.last_plan.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let plan = match last_plan {
            Some((text, plan)) if text == request.text => plan,
            _ => plan::plan_query(
                &SearchRequest { text: request.text.clone(), ..SearchRequest::default() },
                self.header(),
            ),
        };
        let mut done = Vec::with_capacity(request.hits.len());
        let mut is_incomplete = false;
        for hit in &request.hits {
            if hit.texts.is_empty() {
                done.push(Excerpt { doc: hit.doc, ..Excerpt::default() });
                continue;
            }
            match self.store.texts(&hit.texts) {
                Some(file) => done.push(excerpt::build_excerpt(
                    &plan,
                    hit.doc,
                    file.as_slice(),
                    self.language_of(hit.doc),
                )),
                None => is_incomplete = true,
            }
        }
        self.finish_step(if is_incomplete { Err(StepError::MissingBytes) } else { Ok(done) })
    }

    /// Completed queries: completions of the last word, or of the value behind `field:`; at most
    /// `limit`, most frequent first for words.
    pub fn suggest(&self, text: &str, limit: usize) -> Result<Step<Vec<String>>, OpenError> {
        let last_word = text.rsplit(char::is_whitespace).next().unwrap_or("");
        if let Some((field, value_start)) = last_word.split_once(':') {
            let prefix = fold_accents(value_start.rsplit(',').next().unwrap_or(""));
            let values = self
                .fields()
                .into_iter()
                .find(|info| info.name == field || info.aliases.iter().any(|alias| alias == field))
                .map(|info| info.values)
                .unwrap_or_default();
            return Ok(Step::Done(
                values
                    .into_iter()
                    .filter(|value| fold_accents(value).starts_with(&prefix))
                    .take(limit)
                    .collect(),
            ));
        }
        let prefix = fold_accents(last_word.trim_start_matches(['-', '"']));
        if prefix.chars().count() < 2 {
            return Ok(Step::Done(Vec::new()));
        }
        let before = &text[..text.len() - last_word.len()];
        let found =
            lexicon::find_completions(&self.store, &prefix, limit).ok_or(StepError::MissingBytes);
        self.finish_step(found.map(|entries| {
            entries.into_iter().map(|entry| format!("{before}{}", entry.spelling)).collect()
        }))
    }
}

/// Records that pass all filters, and records that only the panel filter of one field excludes.
struct FilteredRecords {
    matching: Vec<ScoredRecord>,
    /// Numbers of records by the name of the excluding field; facet counts of that field include
    /// them.
    near_misses: BTreeMap<String, Vec<u32>>,
}

/// A filter with the columns that it tests.
struct CompiledFilter<'a> {
    filter: &'a QueryFilter,
    /// Columns, each with the values that match.
    columns: Vec<(Arc<ColumnValues>, Vec<i64>)>,
}

impl CompiledFilter<'_> {
    fn matches(&self, doc: u32) -> bool {
        let is_match =
            match self.filter.condition {
                Condition::LiftRange(from, to) => self.columns.iter().any(|(column, _)| {
                    column.get(doc).iter().any(|lift| (from..=to).contains(lift))
                }),
                _ => self.columns.iter().any(|(column, wanted)| {
                    column.get(doc).iter().any(|value| wanted.contains(value))
                }),
            };
        is_match != self.filter.is_negated
    }
}

/// Turns a panic into an error: tantivy panics on corrupt bytes, which a forged checksum can let
/// through. In the browser a panic ends the wasm instance instead, and the worker starts another.
fn catch_panic<T>(work: impl FnOnce() -> T) -> Result<T, OpenError> {
    std::panic::catch_unwind(std::panic::AssertUnwindSafe(work))
        .map_err(|_| OpenError::Content("its bytes make no sense".to_owned()))
}

fn exclusions_as_clauses(plan: &QueryPlan) -> Vec<Clause> {
    plan.exclusions
        .iter()
        .map(|alternative| Clause { alternatives: vec![alternative.clone()], is_ignored: false })
        .collect()
}

/// The word, without accents, of a clause that is one word and not ignored or corrected already.
fn correctable_word(clause: &Clause) -> Option<String> {
    match &clause.alternatives[..] {
        [alternative]
            if alternative.words.len() == 1
                && !clause.is_ignored
                && alternative.replaces.is_none() =>
        {
            Some(alternative.words[0].folded.clone())
        }
        _ => None,
    }
}

fn interpret(plan: &QueryPlan, terms: &[ClauseTerms], ranking: &Ranking) -> QueryInterpretation {
    let mut words = Vec::new();
    for (index, (clause, terms)) in plan.clauses.iter().zip(terms).enumerate() {
        let text = clause
            .alternatives
            .iter()
            .filter(|alternative| alternative.replaces.is_none())
            .map(|alternative| alternative.text.as_str())
            .collect::<Vec<_>>()
            .join(" OR ");
        let misspelt =
            clause.alternatives.iter().find_map(|alternative| alternative.replaces.clone());
        let first = &clause.alternatives[0];
        let role = if clause.is_ignored {
            "small"
        } else if first.words.len() > 1 {
            "phrase"
        } else if first.is_prefix {
            "prefix"
        } else {
            "word"
        };
        let mut read_as: Vec<String> = clause
            .alternatives
            .iter()
            .filter(|alternative| alternative.replaces.is_some())
            .map(|alternative| alternative.text.clone())
            .collect();
        read_as.extend(terms.completions());
        words.push(InterpretedWord {
            text: if text.is_empty() { misspelt.unwrap_or_default() } else { text },
            role: role.to_owned(),
            found: ranking.matching_count(index),
            read_as,
        });
    }
    words.extend(plan.exclusions.iter().map(|alternative| InterpretedWord {
        text: alternative.text.clone(),
        role: "not".to_owned(),
        found: 0,
        read_as: Vec::new(),
    }));
    QueryInterpretation {
        words,
        filters: plan.typed_filters.iter().map(QueryFilter::to_interpreted).collect(),
        text: format_query(plan),
    }
}

/// The interpreted query, in the query language.
fn format_query(plan: &QueryPlan) -> String {
    let quoted = |alternative: &plan::Alternative| {
        if alternative.words.len() > 1 {
            format!("\"{}\"", alternative.text)
        } else {
            alternative.text.clone()
        }
    };
    let mut parts: Vec<String> = plan
        .clauses
        .iter()
        .map(|clause| clause.alternatives.iter().map(quoted).collect::<Vec<_>>().join(" OR "))
        .collect();
    parts.extend(plan.exclusions.iter().map(|alternative| format!("-{}", quoted(alternative))));
    for filter in &plan.typed_filters {
        let values = filter
            .display_values
            .iter()
            .map(|value| if value.contains(' ') { format!("\"{value}\"") } else { value.clone() })
            .collect::<Vec<_>>()
            .join(",");
        let sign = if values.starts_with(['>', '<']) { "" } else { ":" };
        parts.push(format!(
            "{}{}{sign}{values}",
            if filter.is_negated { "-" } else { "" },
            filter.field
        ));
    }
    parts.join(" ")
}
