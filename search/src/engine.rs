//! Answering queries over a packed index, as far as it has arrived.
//!
//! Every answer is either done or a list of files that must be added first; asking again then goes further. The work of a query stands in four rounds:
//! dictionaries and columns, postings, rows; each asks for all it needs before it gives up.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use serde::Serialize;
use tantivy::columnar::Column;
use tantivy::{Index, InvertedIndexReader, SegmentReader};

use crate::bounds::{check_columns, most_values};
use crate::entry::Facet;
use crate::excerpt;
use crate::fold::fold;
use crate::language::Language;
use crate::layout::{Head, ROWS, ROWS_PER_BLOCK, Row};
use crate::lexicon;
use crate::message::{Correction, Count, Excerpt, ExcerptRequest, FieldInfo, Hit, ReadWord, Reading, Request, Response, Sort};
use crate::plan::{self, Condition, Filter, Plan, Slot};
use crate::rank::{Ranked, Ranking};
use crate::schema::{column, facet_column, schema};
use crate::standing::Standing;
use crate::store::{OpenError, Store};
use crate::terms::{SlotTerms, look_up};
use crate::vocabulary::Names;
use crate::weights::Weights;

/// An answer, or what is needed first.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Step<T> {
    /// The answer.
    Done(T),
    /// Names of files to be added before asking again.
    Missing(Vec<String>),
}

/// Why a step did not finish.
#[derive(Debug)]
pub(crate) enum Stop {
    /// Bytes are missing; the store has noted which.
    Missing,
    /// The index is broken.
    Broken(String),
}

impl From<std::io::Error> for Stop {
    fn from(error: std::io::Error) -> Stop {
        if error.kind() == std::io::ErrorKind::WouldBlock { Stop::Missing } else { Stop::Broken(error.to_string()) }
    }
}

impl From<tantivy::TantivyError> for Stop {
    fn from(error: tantivy::TantivyError) -> Stop {
        match error {
            tantivy::TantivyError::IoError(error) if error.kind() == std::io::ErrorKind::WouldBlock => Stop::Missing,
            error => Stop::Broken(error.to_string()),
        }
    }
}

/// Goes on after a miss, so that the next misses are noted too; a broken index ends everything.
pub(crate) fn tolerate<T>(result: Result<T, Stop>, missed: &mut bool) -> Result<Option<T>, Stop> {
    match result {
        Ok(value) => Ok(Some(value)),
        Err(Stop::Missing) => {
            *missed = true;
            Ok(None)
        }
        Err(broken) => Err(broken),
    }
}

/// A hub's index, open for queries.
pub struct Engine {
    pub(crate) store: Store,
    pub(crate) text: Arc<InvertedIndexReader>,
    pub(crate) zone: Arc<InvertedIndexReader>,
    segment: SegmentReader,
    /// Language of analysis of every record.
    pub(crate) languages: Vec<u8>,
    pub(crate) standing: Vec<u8>,
    pub(crate) title_words: Vec<u8>,
    /// Length class of every record, and the length of every class.
    pub(crate) length_ids: Vec<u8>,
    pub(crate) lengths: Vec<f32>,
    pub(crate) average_length: f32,
    /// Names of values, as words.
    pub(crate) names: Names,
    /// The weights it ranks with.
    pub weights: Weights,
    columns: Mutex<BTreeMap<String, Arc<Values>>>,
    last: Mutex<Option<(String, Plan)>>,
}

/// The values of a column, record by record.
pub(crate) struct Values {
    starts: Vec<u32>,
    values: Vec<i64>,
}

impl Values {
    pub(crate) fn of(&self, doc: u32) -> &[i64] {
        &self.values[self.starts[doc as usize] as usize..self.starts[doc as usize + 1] as usize]
    }
}

impl Engine {
    /// Opens an index from its opening file (its compression undone).
    pub fn open(file: Vec<u8>) -> Result<Engine, OpenError> {
        Engine::over(Store::open(file)?)
    }

    /// Opens the index in a store.
    pub fn over(store: Store) -> Result<Engine, OpenError> {
        guarded(|| Engine::read(store))?
    }

    fn read(store: Store) -> Result<Engine, OpenError> {
        let broken = |error: &dyn std::fmt::Display| OpenError::Content(error.to_string());
        let (_, fields) = schema();
        let index = Index::open(store.clone()).map_err(|error| broken(&error))?;
        let segments = index.searchable_segments().map_err(|error| broken(&error))?;
        let segment = segments.first().ok_or_else(|| broken(&"it has no segment"))?;
        if segment.meta().max_doc() != store.head().records {
            return Err(broken(&"its counts of records differ"));
        }
        check_columns(segment)?;
        let segment = SegmentReader::open(segment).map_err(|error| broken(&error))?;
        let text = segment.inverted_index(fields.text).map_err(|error| broken(&error))?;
        let zone = segment.inverted_index(fields.zone).map_err(|error| broken(&error))?;
        let small = |name: &str| -> Result<Vec<u8>, OpenError> {
            let column: Option<Column<u64>> = segment.fast_fields().column_opt(name).map_err(|error| broken(&error))?;
            Ok((0..segment.max_doc()).map(|doc| column.as_ref().and_then(|column| column.first(doc)).unwrap_or(0).min(255) as u8).collect())
        };
        let (languages, standing, title_words) = (small(column::LANGUAGE)?, small(column::STANDING)?, small(column::TITLE_WORDS)?);
        let norms = segment.get_fieldnorms_reader(fields.text);
        let (length_ids, lengths) = match norms {
            Ok(norms) => (
                (0..segment.max_doc()).map(|doc| norms.fieldnorm_id(doc)).collect(),
                (0..=255).map(|id| tantivy::fieldnorm::FieldNormReader::id_to_fieldnorm(id) as f32).collect(),
            ),
            // An index without a single word has no lengths.
            Err(_) => (vec![0; segment.max_doc() as usize], vec![1.0; 256]),
        };
        let average_length = (text.total_num_tokens() as f32 / segment.max_doc().max(1) as f32).max(1.0);
        let names = Names::of(store.head());
        let weights = Weights::default();
        Ok(Engine {
            names,
            store,
            text,
            zone,
            segment,
            languages,
            standing,
            title_words,
            length_ids,
            lengths,
            average_length,
            weights,
            columns: Mutex::default(),
            last: Mutex::default(),
        })
    }

    /// Takes in a file that was missing (its compression undone).
    pub fn add(&self, name: &str, file: Vec<u8>) -> Result<(), OpenError> {
        self.store.add(name, file)
    }

    /// The head of the index.
    pub fn head(&self) -> &Head {
        self.store.head()
    }

    /// The fields of the query language with their values in this hub.
    pub fn fields(&self) -> Vec<FieldInfo> {
        plan::fields(self.head())
    }

    /// Answers a request.
    pub fn search(&self, request: &Request) -> Result<Step<Response>, OpenError> {
        self.step(guarded(|| self.try_search(request))?)
    }

    fn step<T>(&self, result: Result<T, Stop>) -> Result<Step<T>, OpenError> {
        let missing = self.store.take_missing();
        match result {
            Ok(value) => Ok(Step::Done(value)),
            Err(_) if !missing.is_empty() => Ok(Step::Missing(missing)),
            Err(Stop::Missing) => Err(OpenError::Content("bytes are missing that no file holds".to_owned())),
            Err(Stop::Broken(why)) => Err(OpenError::Content(why)),
        }
    }

    fn try_search(&self, request: &Request) -> Result<Response, Stop> {
        let mut plan = plan::plan(request, self.head());
        let mut missed = false;
        for name in self.columns_needed(request, &plan) {
            tolerate(self.column(&name).map(|_| ()), &mut missed)?;
        }
        let mut terms = look_up(self, &plan.slots, &mut missed)?;
        let nots = look_up(self, &nots_as_slots(&plan), &mut missed)?;
        if missed {
            return Err(Stop::Missing);
        }
        let corrected = self.correct(&mut plan, &mut terms)?;
        let mut ranking = Ranking::of(self, &plan, &terms, &nots)?;
        let mut found = self.filtered(&plan, ranking.records())?;
        if found.all.len() < 3 && corrected.is_none() && self.widen(&mut plan, &mut terms)? {
            ranking = Ranking::of(self, &plan, &terms, &nots)?;
            found = self.filtered(&plan, ranking.records())?;
        }
        let facets = self.count(request, &found)?;
        let mut records = found.all;
        self.sort(&mut records, if plan.slots.is_empty() && request.sort == Sort::Relevance { Sort::Date } else { request.sort })?;
        let limit = if request.limit == 0 { 10 } else { request.limit.min(1000) };
        let total = records.len();
        let shown: Vec<Ranked> = records.into_iter().skip(request.offset).take(limit).collect();
        let mut hits = self.hits(&shown, &plan)?;
        if request.explain {
            for (hit, ranked) in hits.iter_mut().zip(&shown) {
                hit.explain = Some(ranking.explain(self, &plan, &terms, ranked.doc)?);
            }
        }
        let reading = reading(&plan, &terms, &ranking);
        *self.last.lock().unwrap_or_else(PoisonError::into_inner) = Some((request.text.clone(), plan.clone()));
        Ok(Response { total, hits, facets, reading, hints: plan.hints, corrected })
    }

    // --- slips of the pen

    /// Replaces words that occur nowhere by the likeliest word that does.
    fn correct(&self, plan: &mut Plan, terms: &mut [SlotTerms]) -> Result<Option<Correction>, Stop> {
        let mut correction = Correction::default();
        let mut missed = false;
        for (slot, found) in plan.slots.iter_mut().zip(terms.iter_mut()) {
            let Some(word) = lonely_word(slot).filter(|_| found.records() == 0 && !found.names_a_value()) else { continue };
            let Some(candidates) = lexicon::similar(&self.store, &word) else {
                missed = true;
                continue;
            };
            let Some(best) = candidates.first() else { continue };
            let mut unit = plan::unit(&best.form.spelling, false, self.head());
            unit.replaces = Some(slot.units[0].text.clone());
            correction.from.push(slot.units[0].text.clone());
            correction.to.push(best.form.spelling.clone());
            slot.units = vec![unit];
            if let Some(looked_up) = look_up(self, std::slice::from_ref(slot), &mut missed)?.pop() {
                *found = looked_up;
            }
        }
        if missed {
            return Err(Stop::Missing);
        }
        if correction.from.is_empty() {
            return Ok(None);
        }
        correction.text = shown_query(plan);
        Ok(Some(correction))
    }

    /// Adds much commoner words one slip away to words that hardly occur. Says whether anything was added.
    fn widen(&self, plan: &mut Plan, terms: &mut [SlotTerms]) -> Result<bool, Stop> {
        let mut missed = false;
        let mut added = false;
        for (slot, found) in plan.slots.iter_mut().zip(terms.iter_mut()) {
            let Some(word) = lonely_word(slot).filter(|_| (1..=2).contains(&found.records()) && !found.names_a_value()) else { continue };
            let Some(candidates) = lexicon::similar(&self.store, &word) else {
                missed = true;
                continue;
            };
            let Some(best) = candidates.into_iter().find(|candidate| candidate.form.count >= 6 && candidate.edits == 1) else { continue };
            let mut unit = plan::unit(&best.form.spelling, false, self.head());
            unit.replaces = Some(slot.units[0].text.clone());
            slot.units.push(unit);
            if let Some(looked_up) = look_up(self, std::slice::from_ref(slot), &mut missed)?.pop() {
                *found = looked_up;
                found.weigh_last(self.weights.misspelt);
                added = true;
            }
        }
        if missed { Err(Stop::Missing) } else { Ok(added) }
    }

    // --- columns

    fn columns_needed(&self, request: &Request, plan: &Plan) -> Vec<String> {
        let mut names: Vec<String> = self.counted(request).into_iter().map(facet_column).collect();
        for filter in plan.typed.iter().chain(&plan.ticked) {
            match &filter.condition {
                Condition::Any(values) => names.extend(values.iter().map(|(facet, _)| facet_column(*facet))),
                Condition::Has(_) => names.push(column::HAS.to_owned()),
                Condition::Lift(..) => names.push(column::LIFT.to_owned()),
            }
        }
        let sort = if plan.slots.is_empty() && request.sort == Sort::Relevance { Sort::Date } else { request.sort };
        match sort {
            Sort::Date => names.push(column::DAY.to_owned()),
            Sort::Lift => names.push(column::LIFT.to_owned()),
            Sort::Relevance | Sort::Grade => {}
        }
        names.sort();
        names.dedup();
        names
    }

    pub(crate) fn column(&self, name: &str) -> Result<Arc<Values>, Stop> {
        if let Some(values) = self.columns.lock().unwrap_or_else(PoisonError::into_inner).get(name) {
            return Ok(values.clone());
        }
        let values = Arc::new(self.read_column(name)?);
        self.columns.lock().unwrap_or_else(PoisonError::into_inner).insert(name.to_owned(), values.clone());
        Ok(values)
    }

    fn read_column(&self, name: &str) -> Result<Values, Stop> {
        let records = self.segment.max_doc();
        let mut values = Values { starts: Vec::with_capacity(records as usize + 1), values: Vec::new() };
        values.starts.push(0);
        let signed = [column::DAY, column::LIFT].contains(&name);
        let fast = self.segment.fast_fields();
        let numbers: Option<Column<u64>> = if signed { None } else { fast.column_opt(name)? };
        let days: Option<Column<i64>> = if signed { fast.column_opt(name)? } else { None };
        let len = self.head().parts.iter().find(|part| part.name == "fast").map_or(0, |part| part.len);
        let most = most_values(records, len);
        for doc in 0..records {
            let room = most.saturating_sub(values.values.len()) + 1;
            let of_numbers = numbers.iter().flat_map(|column| column.values_for_doc(doc)).map(|value| value as i64);
            values.values.extend(of_numbers.chain(days.iter().flat_map(|column| column.values_for_doc(doc))).take(room));
            if values.values.len() > most {
                return Err(Stop::Broken(format!("the column `{name}` has more values than it can hold")));
            }
            values.starts.push(values.values.len() as u32);
        }
        Ok(values)
    }

    // --- filters and counts

    fn filtered(&self, plan: &Plan, records: Vec<Ranked>) -> Result<Found, Stop> {
        let typed = self.tests(&plan.typed)?;
        let ticked = self.tests(&plan.ticked)?;
        let mut found = Found { all: Vec::new(), nearly: BTreeMap::new() };
        for ranked in records {
            if typed.iter().any(|test| !test.passes(ranked.doc)) {
                continue;
            }
            let mut failed = ticked.iter().filter(|test| !test.passes(ranked.doc));
            match (failed.next(), failed.next()) {
                (None, _) => found.all.push(ranked),
                (Some(only), None) => found.nearly.entry(only.filter.field.clone()).or_default().push(ranked.doc),
                _ => {}
            }
        }
        Ok(found)
    }

    fn tests<'a>(&self, filters: &'a [Filter]) -> Result<Vec<RecordTest<'a>>, Stop> {
        filters
            .iter()
            .map(|filter| {
                let mut columns = Vec::new();
                match &filter.condition {
                    Condition::Any(values) => {
                        let facets: std::collections::BTreeSet<Facet> = values.iter().map(|(facet, _)| *facet).collect();
                        for facet in facets {
                            let wanted = values.iter().filter(|(of, _)| *of == facet).map(|(_, value)| *value as i64).collect();
                            columns.push((self.column(&facet_column(facet))?, wanted));
                        }
                    }
                    Condition::Has(flags) => columns.push((self.column(column::HAS)?, flags.iter().map(|flag| *flag as i64).collect())),
                    Condition::Lift(..) => columns.push((self.column(column::LIFT)?, Vec::new())),
                }
                Ok(RecordTest { filter, columns })
            })
            .collect()
    }

    fn counted(&self, request: &Request) -> Vec<Facet> {
        if request.facets.iter().any(|name| name == "*") {
            return Facet::ALL.to_vec();
        }
        Facet::ALL.into_iter().filter(|facet| request.facets.iter().any(|name| Facet::from_name(name) == Some(*facet))).collect()
    }

    fn count(&self, request: &Request, found: &Found) -> Result<BTreeMap<String, Vec<Count>>, Stop> {
        let mut counts = BTreeMap::new();
        for facet in self.counted(request) {
            let Some(names) = self.head().facets.get(&facet) else { continue };
            let column = self.column(&facet_column(facet))?;
            let mut numbers = vec![0_usize; names.len()];
            let nearly = found.nearly.get(facet.name()).map_or(&[][..], Vec::as_slice);
            for doc in found.all.iter().map(|ranked| ranked.doc).chain(nearly.iter().copied()) {
                for value in column.of(doc) {
                    if let Some(number) = numbers.get_mut(*value as usize) {
                        *number += 1;
                    }
                }
            }
            let ticked = request.filters.iter().filter(|(name, _)| Facet::from_name(name) == Some(facet)).flat_map(|(_, values)| values);
            let ticked: Vec<&String> = ticked.collect();
            let mut values: Vec<Count> = names
                .iter()
                .zip(numbers)
                .filter(|(name, count)| *count > 0 || ticked.contains(name))
                .map(|(name, count)| Count { value: name.clone(), count })
                .collect();
            values.sort_by(|left, right| right.count.cmp(&left.count).then_with(|| left.value.cmp(&right.value)));
            counts.insert(facet.name().to_owned(), values);
        }
        Ok(counts)
    }

    fn sort(&self, records: &mut [Ranked], sort: Sort) -> Result<(), Stop> {
        match sort {
            Sort::Relevance => records.sort_by(|left, right| right.score.total_cmp(&left.score).then_with(|| left.doc.cmp(&right.doc))),
            Sort::Grade => records.sort_by_key(|ranked| {
                let grade = Standing::from_number(u64::from(self.standing[ranked.doc as usize])).grade;
                (std::cmp::Reverse(grade), std::cmp::Reverse((ranked.score * 1e4) as i64), ranked.doc)
            }),
            Sort::Lift => {
                let lifts = self.column(column::LIFT)?;
                records.sort_by_key(|ranked| (std::cmp::Reverse(lifts.of(ranked.doc).first().copied()), ranked.doc));
            }
            Sort::Date => {
                let days = self.column(column::DAY)?;
                records.sort_by_key(|ranked| (std::cmp::Reverse(days.of(ranked.doc).first().copied()), ranked.doc));
            }
        }
        Ok(())
    }

    // --- hits

    fn hits(&self, shown: &[Ranked], plan: &Plan) -> Result<Vec<Hit>, Stop> {
        let mut missed = false;
        let mut hits = Vec::with_capacity(shown.len());
        for ranked in shown {
            if let Some(row) = tolerate(self.row(ranked.doc), &mut missed)? {
                hits.push(self.hit(ranked, row, plan));
            }
        }
        if missed { Err(Stop::Missing) } else { Ok(hits) }
    }

    fn row(&self, doc: u32) -> Result<Row, Stop> {
        let block = self.store.block(ROWS, doc / ROWS_PER_BLOCK).ok_or(Stop::Missing)?;
        let line = block.as_slice().split(|byte| *byte == b'\n').nth((doc % ROWS_PER_BLOCK) as usize).unwrap_or(&[]);
        serde_json::from_slice(line).map_err(|error| Stop::Broken(error.to_string()))
    }

    fn hit(&self, ranked: &Ranked, row: Row, plan: &Plan) -> Hit {
        let language = self.language_of(ranked.doc);
        let marks = |text: &str| excerpt::marks(text, excerpt::places(plan, text, language).into_iter().map(|(place, _)| place));
        Hit {
            doc: ranked.doc,
            title_marks: marks(&row.title),
            summary_marks: marks(&row.summary),
            id: row.id,
            kind: row.kind,
            url: row.url,
            title: row.title,
            summary: row.summary,
            language: row.language,
            score: ranked.score,
            texts: row.texts,
            facts: row.facts,
            matched: ranked.matched(),
            explain: None,
        }
    }

    pub(crate) fn language_of(&self, doc: u32) -> Language {
        self.languages.get(doc as usize).map_or(Language::Plain, |number| Language::from_number(*number))
    }

    /// The excerpts of hits.
    pub fn excerpts(&self, request: &ExcerptRequest) -> Result<Step<Vec<Excerpt>>, OpenError> {
        let last = self.last.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let plan = match last {
            Some((text, plan)) if text == request.text => plan,
            _ => plan::plan(&Request { text: request.text.clone(), ..Request::default() }, self.head()),
        };
        let mut done = Vec::with_capacity(request.hits.len());
        let mut missed = false;
        for hit in &request.hits {
            if hit.texts.is_empty() {
                done.push(Excerpt { doc: hit.doc, ..Excerpt::default() });
                continue;
            }
            match self.store.texts(&hit.texts) {
                Some(file) => done.push(excerpt::excerpt(&plan, hit.doc, file.as_slice(), self.language_of(hit.doc))),
                None => missed = true,
            }
        }
        self.step(if missed { Err(Stop::Missing) } else { Ok(done) })
    }

    /// Completions of the last word of a query, or of the value behind `field:`.
    pub fn suggest(&self, text: &str, limit: usize) -> Result<Step<Vec<String>>, OpenError> {
        let last = text.rsplit(char::is_whitespace).next().unwrap_or("");
        if let Some((field, start)) = last.split_once(':') {
            let start = fold(start.rsplit(',').next().unwrap_or(""));
            let values = self
                .fields()
                .into_iter()
                .find(|info| info.name == field || info.aliases.iter().any(|alias| alias == field))
                .map(|info| info.values)
                .unwrap_or_default();
            return Ok(Step::Done(values.into_iter().filter(|value| fold(value).starts_with(&start)).take(limit).collect()));
        }
        let start = fold(last.trim_start_matches(['-', '"']));
        if start.chars().count() < 2 {
            return Ok(Step::Done(Vec::new()));
        }
        let before = &text[..text.len() - last.len()];
        let found = lexicon::beginning(&self.store, &start, limit).ok_or(Stop::Missing);
        self.step(found.map(|forms| forms.into_iter().map(|form| format!("{before}{}", form.spelling)).collect()))
    }
}

/// Records found, and those that only the ticks of one field keep out.
struct Found {
    all: Vec<Ranked>,
    nearly: BTreeMap<String, Vec<u32>>,
}

struct RecordTest<'a> {
    filter: &'a Filter,
    /// Columns with the values wanted in them.
    columns: Vec<(Arc<Values>, Vec<i64>)>,
}

impl RecordTest<'_> {
    fn passes(&self, doc: u32) -> bool {
        let has = match self.filter.condition {
            Condition::Lift(from, to) => self.columns.iter().any(|(column, _)| column.of(doc).iter().any(|lift| (from..=to).contains(lift))),
            _ => self.columns.iter().any(|(column, wanted)| column.of(doc).iter().any(|value| wanted.contains(value))),
        };
        has != self.filter.not
    }
}

/// tantivy trusts what it reads. Checksums stand guard against damage by accident; should bytes be wrong all the same, it panics, and
/// that ends in an error here. In the browser a panic ends the instance, and the worker starts another.
fn guarded<T>(work: impl FnOnce() -> T) -> Result<T, OpenError> {
    std::panic::catch_unwind(std::panic::AssertUnwindSafe(work)).map_err(|_| OpenError::Content("its bytes make no sense".to_owned()))
}

fn nots_as_slots(plan: &Plan) -> Vec<Slot> {
    plan.nots.iter().map(|unit| Slot { units: vec![unit.clone()], idle: false }).collect()
}

/// The word of a slot that is just one word, long enough to hold a slip.
fn lonely_word(slot: &Slot) -> Option<String> {
    match &slot.units[..] {
        [unit] if unit.words.len() == 1 && !slot.idle && unit.replaces.is_none() => Some(unit.words[0].folded.clone()),
        _ => None,
    }
}

fn reading(plan: &Plan, terms: &[SlotTerms], ranking: &Ranking) -> Reading {
    let mut words = Vec::new();
    for (at, (slot, terms)) in plan.slots.iter().zip(terms).enumerate() {
        let text = slot.units.iter().filter(|unit| unit.replaces.is_none()).map(|unit| unit.text.as_str()).collect::<Vec<_>>().join(" OR ");
        let replaced = slot.units.iter().find_map(|unit| unit.replaces.clone());
        let first = &slot.units[0];
        let role = if slot.idle {
            "small"
        } else if first.words.len() > 1 {
            "phrase"
        } else if first.prefix {
            "prefix"
        } else {
            "word"
        };
        let mut read_as: Vec<String> = slot.units.iter().filter(|unit| unit.replaces.is_some()).map(|unit| unit.text.clone()).collect();
        read_as.extend(terms.completions());
        words.push(ReadWord {
            text: if text.is_empty() { replaced.unwrap_or_default() } else { text },
            role: role.to_owned(),
            found: ranking.found(at),
            read_as,
        });
    }
    words.extend(plan.nots.iter().map(|unit| ReadWord { text: unit.text.clone(), role: "not".to_owned(), found: 0, read_as: Vec::new() }));
    Reading { words, filters: plan.typed.iter().map(Filter::read).collect(), text: shown_query(plan) }
}

/// The query as understood, in the query language.
fn shown_query(plan: &Plan) -> String {
    let shown = |unit: &plan::Unit| if unit.words.len() > 1 { format!("\"{}\"", unit.text) } else { unit.text.clone() };
    let mut parts: Vec<String> = plan.slots.iter().map(|slot| slot.units.iter().map(shown).collect::<Vec<_>>().join(" OR ")).collect();
    parts.extend(plan.nots.iter().map(|unit| format!("-{}", shown(unit))));
    for filter in &plan.typed {
        let values =
            filter.shown.iter().map(|value| if value.contains(' ') { format!("\"{value}\"") } else { value.clone() }).collect::<Vec<_>>().join(",");
        let sign = if values.starts_with(['>', '<']) { "" } else { ":" };
        parts.push(format!("{}{}{sign}{values}", if filter.not { "-" } else { "" }, filter.field));
    }
    parts.join(" ")
}
