//! Answers requests: searches, excerpts and completions.
//!
//! A query needs up to three rounds (dictionaries and columns, postings, rows), and each round
//! requests all files it needs.

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError};

use crate::engine::{ColumnValues, Engine, catch_panic};
use crate::excerpt;
use crate::facet::FacetId;
use crate::fold::fold_accents;
use crate::language::languages_of_stop_word;
use crate::layout::{IndexedFacet, ROWS, ROWS_PER_BLOCK, RecordFacts, RecordRow};
use crate::lexicon;
use crate::message::{
    Excerpt, ExcerptRequest, FacetCount, Hit, HitGist, InterpretedWord, NamedValue,
    QueryInterpretation, SearchRequest, SearchResponse, SortOrder,
};
use crate::open_error::OpenError;
use crate::plan::{self, Clause, Condition, QueryFilter, QueryPlan, QueryWord};
use crate::quality::QualitySignals;
use crate::rank::{Ranking, request_postings};
use crate::schema::{column, facet_column_name};
use crate::scored_record::ScoredRecord;
use crate::step::{Step, StepError, defer_missing};
use crate::terms::{ClauseTerms, look_up_clauses, look_up_path};
use crate::value_names::ValueMatch;

/// What stands in the place of a facet for a concept of the glossary; see [`NamedValue`].
const CONCEPT_FACET: &str = "concept";

impl Engine {
    /// Answers a search request. Errors if the index is corrupt.
    pub fn search(&self, request: &SearchRequest) -> Result<Step<SearchResponse>, OpenError> {
        self.finish_step(catch_panic(|| self.try_search(request))?)
    }

    /// Replaces all clauses by one for a single record, if the query is the id or a pasted address
    /// of that record. Sets `is_incomplete` if bytes are missing.
    fn replace_words_by_record(
        &self,
        text: &str,
        plan: &mut QueryPlan,
        terms: &mut Vec<ClauseTerms>,
        is_incomplete: &mut bool,
    ) -> Result<(), StepError> {
        for path in plan::find_paths(text) {
            let found = defer_missing(look_up_path(self, &path), is_incomplete)?.flatten();
            if let Some(found) = found {
                plan.clauses = vec![Clause::from_path(path)];
                *terms = vec![found];
                return Ok(());
            }
        }
        Ok(())
    }

    /// Turns the outcome of one attempt into that of the call: its result, or the files that it
    /// missed. Errors if the index is corrupt, or lacks bytes that no file holds.
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

    /// Answers a search request from the files received so far. Errors if files are missing, but
    /// not before all that this round needs are noted in the store.
    fn try_search(&self, request: &SearchRequest) -> Result<SearchResponse, StepError> {
        let mut plan = plan::plan_query(request, self.header());
        let mut is_incomplete = false;
        for name in self.required_columns(request, &plan) {
            defer_missing(self.column(&name).map(|_| ()), &mut is_incomplete)?;
        }
        let mut terms = look_up_clauses(self, &plan.clauses, &mut is_incomplete)?;
        self.add_joined_words(&mut plan, &mut terms, &mut is_incomplete)?;
        self.replace_words_by_record(&request.text, &mut plan, &mut terms, &mut is_incomplete)?;
        let exclusions = look_up_clauses(self, &exclusions_as_clauses(&plan), &mut is_incomplete)?;
        if is_incomplete {
            return Err(StepError::MissingBytes);
        }
        self.add_concepts(&mut plan, &mut terms, &mut is_incomplete)?;
        let corrected = self.correct_spelling(&mut plan, &mut terms);
        if is_incomplete || matches!(corrected, Err(StepError::MissingBytes)) {
            // The glossary, the lexicon and the postings of the words that are known to be there are
            // asked for in one round.
            request_postings(self, &plan, &terms, &exclusions)?;
            return Err(StepError::MissingBytes);
        }
        let corrected = corrected?;
        let mut ranking = Ranking::compute(self, &plan, &terms, &exclusions)?;
        let mut found = self.apply_filters(&plan, ranking.records())?;
        if found.matching.len() < 3
            && corrected.is_none()
            && !plan.has_no_words
            && self.add_spelling_variants(&mut plan, &mut terms)?
        {
            ranking = Ranking::compute(self, &plan, &terms, &exclusions)?;
            found = self.apply_filters(&plan, ranking.records())?;
        }
        let facets = self.count_facets(request, &found)?;
        let mut records = found.matching;
        self.sort_records(&mut records, sort_order(request, &plan))?;
        let limit = if request.limit == 0 { 10 } else { request.limit.min(1000) };
        let total = records.len();
        let shown: Vec<ScoredRecord> =
            records.into_iter().skip(request.offset).take(limit).collect();
        let mut hits = self.build_hits(&shown, &plan)?;
        for (hit, record) in hits.iter_mut().zip(&shown) {
            hit.named = self.find_named_values(record.doc, &hit.facts, &plan, &terms, &ranking);
        }
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

    // --- columns

    /// Names of the columns that a search reads, for facets, filters and sorting; sorted, each
    /// once.
    fn required_columns(&self, request: &SearchRequest, plan: &QueryPlan) -> Vec<String> {
        let name_of = |id| facet_column_name(&self.header().facet(id).definition);
        let mut names: Vec<String> = self.requested_facets(request).map(name_of).collect();
        for filter in plan.typed_filters.iter().chain(&plan.panel_filters) {
            match &filter.condition {
                Condition::AnyValue(values) => {
                    names.extend(values.iter().map(|(facet, _)| name_of(*facet)))
                }
                Condition::AnyFlag(_) => names.push(column::HAS.to_owned()),
                Condition::LiftRange(..) => names.push(column::LIFT.to_owned()),
            }
        }
        match sort_order(request, plan) {
            SortOrder::Date => names.push(column::DATE_ORDER.to_owned()),
            SortOrder::Lift => names.push(column::LIFT.to_owned()),
            SortOrder::Relevance | SortOrder::Level(_) => {}
        }
        names.sort();
        names.dedup();
        names
    }

    // --- filters and counts

    /// Splits the records found by words into those that pass all filters, and those that only the
    /// panel filter of one field excludes.
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

    /// Each filter with the columns that it tests and the values that match; errors if a column is
    /// not loaded.
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
                        let facets: std::collections::BTreeSet<FacetId> =
                            values.iter().map(|(facet, _)| *facet).collect();
                        for facet in facets {
                            let wanted = values
                                .iter()
                                .filter(|(of, _)| *of == facet)
                                .map(|(_, value)| *value as i64)
                                .collect();
                            columns.push((self.facet_column(facet)?, wanted));
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

    /// The facets whose values a request asks to be counted.
    fn requested_facets(&self, request: &SearchRequest) -> impl Iterator<Item = FacetId> {
        self.header().facet_ids().filter(move |id| {
            let facet = &self.header().facet(*id).definition;
            request.facets.iter().any(|name| name == "*" || facet.is_called(name))
        })
    }

    /// The number of records found for each value of the requested facets, by facet name, highest
    /// first. What is ticked in a facet itself does not narrow its counts; values of no record are
    /// left out unless ticked.
    fn count_facets(
        &self,
        request: &SearchRequest,
        found: &FilteredRecords,
    ) -> Result<BTreeMap<String, Vec<FacetCount>>, StepError> {
        let mut counts = BTreeMap::new();
        for id in self.requested_facets(request) {
            let IndexedFacet { definition: facet, values: names } = self.header().facet(id);
            if names.is_empty() {
                continue;
            }
            let column = self.facet_column(id)?;
            let mut numbers = vec![0_usize; names.len()];
            let near_misses = found.near_misses.get(&facet.name).map_or(&[][..], Vec::as_slice);
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
                .filter(|(name, _)| facet.is_called(name))
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
            counts.insert(facet.name.clone(), values);
        }
        Ok(counts)
    }

    /// Sorts records by score, by level and score, by lift or by day, highest or newest first, and
    /// equal ones in the order of the index. Errors if the column to sort by is missing.
    fn sort_records(
        &self,
        records: &mut [ScoredRecord],
        sort: &SortOrder,
    ) -> Result<(), StepError> {
        match sort {
            SortOrder::Level(name)
                if self.level_facet().is_some_and(|(facet, _)| facet.name == *name) =>
            {
                records.sort_by_key(|record| {
                    let quality = u64::from(self.quality[record.doc as usize]);
                    (
                        std::cmp::Reverse(QualitySignals::from_number(quality).level),
                        std::cmp::Reverse((record.score * 1e4) as i64),
                        record.doc,
                    )
                });
            }
            SortOrder::Relevance | SortOrder::Level(_) => records.sort_by(|left, right| {
                right.score.total_cmp(&left.score).then_with(|| left.doc.cmp(&right.doc))
            }),
            SortOrder::Lift => {
                let lifts = self.column(column::LIFT)?;
                records.sort_by_key(|record| {
                    (std::cmp::Reverse(lifts.get(record.doc).first().copied()), record.doc)
                });
            }
            SortOrder::Date => {
                let orders = self.column(column::DATE_ORDER)?;
                records.sort_by_key(|record| {
                    (std::cmp::Reverse(orders.get(record.doc).first().copied()), record.doc)
                });
            }
        }
        Ok(())
    }

    // --- hits

    /// The hits of the records on the requested page. Errors if files with their stored fields are
    /// missing, but not before all of these are noted in the store.
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

    /// The stored fields of record `doc`; errors if their block is missing or corrupt.
    fn read_row(&self, doc: u32) -> Result<RecordRow, StepError> {
        let block = self.store.block(ROWS, doc / ROWS_PER_BLOCK).ok_or(StepError::MissingBytes)?;
        let line = block
            .as_slice()
            .split(|byte| *byte == b'\n')
            .nth((doc % ROWS_PER_BLOCK) as usize)
            .unwrap_or(&[]);
        serde_json::from_slice(line).map_err(|error| StepError::Corrupt(error.to_string()))
    }

    /// A hit from a record found and its stored fields, with the words that match the plan marked
    /// in title and summary.
    fn build_hit(&self, record: &ScoredRecord, row: RecordRow, plan: &QueryPlan) -> Hit {
        let languages = self.languages[record.doc as usize];
        let marks = |text: &str| {
            excerpt::to_utf16_ranges(
                text,
                excerpt::find_matches(plan, text, languages).into_iter().map(|(range, _)| range),
            )
        };
        Hit {
            doc: record.doc,
            title_marks: marks(&row.title),
            summary_marks: marks(&row.summary),
            gist: row.gist.map(|gist| HitGist {
                title_marks: marks(&gist.title),
                summary_marks: marks(&gist.summary),
                title: gist.title,
                summary: gist.summary,
                language: gist.language,
            }),
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
            named: Vec::new(),
            explain: None,
        }
    }

    /// The facet values by whose names alone a record matches words of the query: for each such
    /// word the one that covers the largest share of its name.
    fn find_named_values(
        &self,
        doc: u32,
        facts: &RecordFacts,
        plan: &QueryPlan,
        terms: &[ClauseTerms],
        ranking: &Ranking,
    ) -> Vec<NamedValue> {
        let mut named: Vec<NamedValue> = Vec::new();
        for (index, (clause, terms)) in plan.clauses.iter().zip(terms).enumerate() {
            let is_small = |word: &QueryWord| languages_of_stop_word(&word.form) != 0;
            let is_small = clause.alternatives[0].words.iter().all(is_small);
            if is_small || !ranking.is_named_only(index, doc) {
                continue;
            }
            let mut best: Option<(&str, &ValueMatch)> = None;
            for (alternative, terms) in clause.alternatives.iter().zip(&terms.alternatives) {
                for (value, _) in &terms.values {
                    if self.has_value(facts, value)
                        && best.is_none_or(|(_, other)| value.share > other.share)
                    {
                        best = Some((&alternative.text, value));
                    }
                }
            }
            let of_concept = terms.alternatives.iter().find_map(|terms| terms.concept.clone());
            let (facet, value, language) = match (best, of_concept) {
                (Some((_, value)), _) => {
                    let facet = self.header().facet(value.facet);
                    let id = facet.values.get(value.number as usize).cloned().unwrap_or_default();
                    (facet.definition.name.clone(), id, value.tag.clone())
                }
                (None, Some(label)) => (CONCEPT_FACET.to_owned(), label, String::new()),
                (None, None) => continue,
            };
            let word = best.map_or(&*clause.alternatives[0].text, |(word, _)| word);
            // Words that name one value together are told once.
            match named.last_mut().filter(|last| last.facet == facet && last.value == value) {
                Some(last) => last.word = format!("{} {word}", last.word),
                None => named.push(NamedValue { word: word.to_owned(), facet, value, language }),
            }
        }
        named
    }

    /// Whether the facts of a record have a facet value.
    fn has_value(&self, facts: &RecordFacts, value: &ValueMatch) -> bool {
        let IndexedFacet { definition, values } = self.header().facet(value.facet);
        let value = values.get(value.number as usize);
        value.is_some_and(|value| {
            facts.facets.get(&definition.name).is_some_and(|of_record| of_record.contains(value))
        })
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
                    self.languages.get(hit.doc as usize).copied().unwrap_or_default(),
                )),
                None => is_incomplete = true,
            }
        }
        self.finish_step(if is_incomplete { Err(StepError::MissingBytes) } else { Ok(done) })
    }

    /// Suggestions for a query that is being typed, at most `limit`: the query with its last word
    /// completed, most frequent words first, or, behind `field:`, only the values that complete
    /// what is typed there.
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

/// The order of the hits of a request: newest first instead of relevance if the query has no words,
/// because all scores are equal then.
fn sort_order<'a>(request: &'a SearchRequest, plan: &QueryPlan) -> &'a SortOrder {
    match &request.sort {
        SortOrder::Relevance if plan.clauses.is_empty() => &SortOrder::Date,
        sort => sort,
    }
}

/// Records that pass all filters, and records that only the panel filter of one field excludes.
struct FilteredRecords {
    matching: Vec<ScoredRecord>,
    /// Numbers of records by the name of the excluding field; facet counts of that field include
    /// them.
    near_misses: BTreeMap<String, Vec<u32>>,
}

/// A filter with the columns that it tests, read and ready.
struct CompiledFilter<'a> {
    filter: &'a QueryFilter,
    /// Columns, each with the values that match.
    columns: Vec<(Arc<ColumnValues>, Vec<i64>)>,
}

impl CompiledFilter<'_> {
    /// Whether record `doc` passes the filter, be it negated or not.
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

/// The exclusions of a plan as clauses of one alternative each, to be looked up.
fn exclusions_as_clauses(plan: &QueryPlan) -> Vec<Clause> {
    plan.exclusions
        .iter()
        .map(|alternative| Clause { alternatives: vec![alternative.clone()], is_ignored: false })
        .collect()
}

/// How a query was interpreted: its words with the number of records that match each, its typed
/// filters, and all of it in the query language.
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
            .filter(|alternative| alternative.replaces.is_some() && !alternative.is_stand_in)
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
    words.extend(plan.typed_exclusions().map(|alternative| InterpretedWord {
        text: alternative.text.clone(),
        role: "not".to_owned(),
        found: 0,
        read_as: Vec::new(),
    }));
    QueryInterpretation {
        words,
        filters: plan.typed_filters.iter().map(QueryFilter::to_interpreted).collect(),
        text: plan.format(),
    }
}
