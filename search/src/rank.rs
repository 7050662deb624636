//! Scores the records of an index for a query; the formula is documented in `weights`.

use std::collections::{BTreeMap, BTreeSet};

use tantivy::DocSet;
use tantivy::postings::{Postings, SegmentPostings, TermInfo};
use tantivy::schema::IndexRecordOption;
use tantivy::{InvertedIndexReader, TERMINATED};

use crate::engine::Engine;
use crate::feedback::{ExpansionTerm, select_expansion_terms};
use crate::message::{ScoreExplanation, ScorePart};
use crate::neighbours::compute_neighbour_factors;
use crate::plan::QueryPlan;
use crate::quality::QualitySignals;
use crate::schema::Zone;
use crate::scored_record::{BODY_BIT, ScoredRecord, WHOLE_BIT};
use crate::step::{StepError, defer_missing};
use crate::terms::{AlternativeTerms, ClauseTerms, IndexTerm, WordTerms};

/// The records found for a query with their scores, and what explanations of scores need.
pub struct Ranking {
    records: Vec<ScoredRecord>,
    /// Statistics of every clause of the plan.
    clauses: Vec<ClauseStats>,
    total_idf: f32,
    expansion_terms: Vec<ExpansionTerm>,
    /// For every clause the records that match it by the name of a facet value alone, ascending.
    named_only: Vec<Vec<u32>>,
    /// Factors of the scores of the best records, by their numbers.
    neighbour_factors: BTreeMap<u32, f32>,
}

/// Statistics of one clause over all records.
#[derive(Clone, Copy, Debug, Default)]
struct ClauseStats {
    idf: f32,
    /// Number of records that match the clause.
    matching_records: usize,
    /// Whether the clause is a single phrase, which records must contain.
    is_phrase: bool,
}

/// The matches of one clause, by record number; reused for each clause, so that only the touched
/// records are reset.
struct ClauseMatches {
    /// Weighted term frequency.
    tf: Vec<f32>,
    /// Bit set of zones, as in [`ScoredRecord`].
    zones: Vec<u8>,
    /// Numbers of the matching records, each once.
    touched: Vec<u32>,
    /// Whether a record takes no more matches, because it has better ones.
    is_settled: Vec<bool>,
    /// The zones that matches of what stands in for the typed word can have.
    zone_mask: u8,
}

impl ClauseMatches {
    /// No matches yet, with room for this number of records.
    fn new(records: usize) -> ClauseMatches {
        ClauseMatches {
            tf: vec![0.0; records],
            zones: vec![0; records],
            touched: Vec::new(),
            is_settled: vec![false; records],
            zone_mask: u8::MAX,
        }
    }

    /// Adds a match in record `doc` with its weighted term frequency; `zone` is the bit of its
    /// zone, with [`BODY_BIT`] and [`WHOLE_BIT`] where they apply. A settled record takes none.
    fn add(&mut self, doc: u32, tf: f32, zone: u8) {
        let index = doc as usize;
        if self.is_settled[index] {
            return;
        }
        if self.zones[index] == 0 {
            self.touched.push(doc);
        }
        self.tf[index] += tf;
        self.zones[index] |= zone & self.zone_mask;
    }

    /// The records that match in the zone of facet values alone, ascending.
    fn named_only(&self) -> Vec<u32> {
        let is_named_only =
            |doc: &u32| self.zones[*doc as usize] & !WHOLE_BIT == 1 << Zone::Terms as u8;
        let mut docs: Vec<u32> = self.touched.iter().copied().filter(is_named_only).collect();
        docs.sort_unstable();
        docs
    }

    /// Lets the records that match so far take no more matches of this clause: those that follow
    /// stand in for what these records have.
    fn settle(&mut self) {
        self.touched.iter().for_each(|doc| self.is_settled[*doc as usize] = true);
    }

    /// Removes all matches, for the next clause.
    fn clear(&mut self) {
        for doc in self.touched.drain(..) {
            self.tf[doc as usize] = 0.0;
            self.zones[doc as usize] = 0;
            self.is_settled[doc as usize] = false;
        }
    }
}

/// The sums over all clauses from which scores are made, each indexed by record number.
struct RecordScores {
    /// Sum of the addends of the score so far.
    totals: Vec<f32>,
    /// Sum of the idf of the clauses that the record matches.
    covered_idf: Vec<f32>,
    zones: Vec<u8>,
    /// Sum of the idf of the clauses that match in the title, and their number.
    title_matches: Vec<(f32, u8)>,
    /// Number of phrase clauses that the record contains.
    phrase_counts: Vec<u8>,
    excluded: Vec<bool>,
}

impl RecordScores {
    /// Scores of 0 for this number of records, none of them excluded.
    fn new(records: usize) -> RecordScores {
        RecordScores {
            totals: vec![0.0; records],
            covered_idf: vec![0.0; records],
            zones: vec![0; records],
            title_matches: vec![(0.0, 0); records],
            phrase_counts: vec![0; records],
            excluded: vec![false; records],
        }
    }
}

/// Notes the postings of all clauses that are missing, so that they are fetched in the round of other
/// blocks that a query waits for.
pub(crate) fn request_postings(
    engine: &Engine,
    plan: &QueryPlan,
    terms: &[ClauseTerms],
    exclusions: &[ClauseTerms],
) -> Result<(), StepError> {
    let needs_positions = !find_adjacent_clauses(plan, terms).is_empty();
    prefetch_postings(engine, terms, exclusions, needs_positions)
}

impl Ranking {
    /// Scores all records for a plan. `terms` and `exclusions` are the looked-up clauses and
    /// exclusions of the plan.
    pub(crate) fn compute(
        engine: &Engine,
        plan: &QueryPlan,
        terms: &[ClauseTerms],
        exclusions: &[ClauseTerms],
    ) -> Result<Ranking, StepError> {
        let pairs = find_adjacent_clauses(plan, terms);
        prefetch_postings(engine, terms, exclusions, !pairs.is_empty())?;
        let records = engine.header().records as usize;
        let mut matches = ClauseMatches::new(records);
        let mut scores = RecordScores::new(records);
        mark_excluded(engine, exclusions, &mut matches, &mut scores)?;
        let mut clauses = Vec::with_capacity(terms.len());
        let mut named_only = Vec::with_capacity(terms.len());
        let repeats = count_repeats(terms);
        for ((clause, terms), repeats) in plan.clauses.iter().zip(terms).zip(repeats) {
            let is_phrase = clause.is_required_phrase();
            match_clause(engine, terms, &mut matches)?;
            let idf = compute_idf(records, matches.touched.len()) / repeats;
            clauses.push(ClauseStats { idf, matching_records: matches.touched.len(), is_phrase });
            named_only.push(matches.named_only());
            add_clause_scores(engine, &mut matches, &mut scores, idf, is_phrase);
        }
        let total_idf: f32 = clauses
            .iter()
            .filter(|clause| clause.matching_records > 0)
            .map(|clause| clause.idf)
            .sum();
        let mut ranking = Ranking {
            records: Vec::new(),
            clauses,
            total_idf,
            expansion_terms: Vec::new(),
            named_only,
            neighbour_factors: BTreeMap::new(),
        };
        if plan.has_no_words {
            return Ok(ranking);
        }
        if plan.clauses.is_empty() {
            ranking.records = (0..records as u32)
                .filter(|doc| !scores.excluded[*doc as usize])
                .map(|doc| ScoredRecord { doc, score: 0.0, zones: 0 })
                .collect();
            return Ok(ranking);
        }
        let mut found = ranking.select_matching(engine, &scores);
        add_proximity_scores(engine, terms, &pairs, &ranking.clauses, &mut found, &mut scores)?;
        ranking.records =
            found.iter().map(|doc| ranking.score_record(engine, *doc, &scores)).collect();
        if ranking.matching_clauses() >= engine.weights.feedback_from {
            let expansion_terms = select_expansion_terms(engine, &ranking.records)?;
            add_feedback_scores(
                engine,
                &expansion_terms,
                ranking.total_idf,
                &mut matches,
                &mut scores,
            )?;
            ranking.records =
                found.iter().map(|doc| ranking.score_record(engine, *doc, &scores)).collect();
            ranking.expansion_terms = expansion_terms;
        }
        if ranking.matching_clauses() >= engine.weights.neighbours_from {
            ranking.neighbour_factors =
                compute_neighbour_factors(engine, &ranking.best_records(engine))?;
            ranking.records =
                found.iter().map(|doc| ranking.score_record(engine, *doc, &scores)).collect();
        }
        Ok(ranking)
    }

    /// The records found, in the order of their numbers.
    pub fn records(&self) -> Vec<ScoredRecord> {
        self.records.clone()
    }

    /// Whether a record matches the clause of the plan with this zero-based index by the name of a
    /// facet value alone.
    pub fn is_named_only(&self, clause: usize, doc: u32) -> bool {
        self.named_only.get(clause).is_some_and(|docs| docs.binary_search(&doc).is_ok())
    }

    /// The numbers of the records with the highest scores (see `Weights::neighbours_records`), and
    /// their scores without the factors for quality.
    fn best_records(&self, engine: &Engine) -> Vec<(u32, f32)> {
        let mut best = self.records();
        best.sort_by(|left, right| {
            right.score.total_cmp(&left.score).then_with(|| left.doc.cmp(&right.doc))
        });
        best.truncate(engine.weights.neighbours_records);
        let without_quality = |record: &ScoredRecord| {
            (record.doc, record.score as f32 / quality_factor(engine, record.doc))
        };
        best.iter().map(without_quality).collect()
    }

    /// Number of records that match the clause of the plan with this zero-based index.
    pub fn matching_count(&self, clause: usize) -> usize {
        self.clauses.get(clause).map_or(0, |clause| clause.matching_records)
    }

    /// Numbers of the records found, ascending: those that match a clause and all phrases, are not
    /// excluded, and cover enough of the idf of the query (see `Weights::least_coverage`).
    fn select_matching(&self, engine: &Engine, scores: &RecordScores) -> Vec<u32> {
        let phrases = self
            .clauses
            .iter()
            .filter(|clause| clause.is_phrase && clause.matching_records > 0)
            .count() as u8;
        let min_covered_idf =
            engine.weights.least_coverage * self.coverage_damping() * self.total_idf;
        let is_match = |doc: &usize| {
            scores.zones[*doc] != 0
                && !scores.excluded[*doc]
                && scores.phrase_counts[*doc] >= phrases
                && scores.covered_idf[*doc] >= min_covered_idf
        };
        (0..scores.totals.len()).filter(is_match).map(|doc| doc as u32).collect()
    }

    /// Record `doc` with its final score: its sums over the clauses and the title score, times
    /// coverage, support by neighbours and quality factor.
    fn score_record(&self, engine: &Engine, doc: u32, scores: &RecordScores) -> ScoredRecord {
        let index = doc as usize;
        let score = (scores.totals[index]
            + self.title_score(engine, doc, scores.title_matches[index]))
            * self.coverage(engine, scores.covered_idf[index])
            * self.neighbour_factors.get(&doc).unwrap_or(&1.0)
            * self.title_factor(engine, doc, scores.title_matches[index])
            * quality_factor(engine, doc);
        ScoredRecord { doc, score: round_score(score), zones: scores.zones[index] }
    }

    /// The addend for words in the title of record `doc`: their summed `idf` times the share of the
    /// title's words that they are, times `Weights::title_share`.
    fn title_score(&self, engine: &Engine, doc: u32, (idf, words): (f32, u8)) -> f32 {
        let share =
            f32::from(words) / f32::from(engine.title_words[doc as usize].max(words).max(1));
        engine.weights.title_share * idf * share
    }

    /// `Weights::whole_title` for a record whose title is the query, else 1: all words of the query
    /// are in it, two or more, and they are most of its own. Terms and free pages have none, because
    /// their titles are words that everybody searches.
    fn title_factor(&self, engine: &Engine, doc: u32, (idf, words): (f32, u8)) -> f32 {
        let signals = QualitySignals::from_number(u64::from(engine.quality[doc as usize]));
        let of_title = f32::from(engine.title_words[doc as usize]) * MIN_TITLE_SHARE;
        let is_whole = words >= 2 && idf >= 0.999 * self.total_idf && f32::from(words) >= of_title;
        if is_whole && !signals.is_reference { engine.weights.whole_title } else { 1.0 }
    }

    /// The factor, at most 1, for the share of the idf of the query that a record covers
    /// (`covered_idf`).
    fn coverage(&self, engine: &Engine, covered_idf: f32) -> f32 {
        if self.total_idf > 0.0 {
            (covered_idf / self.total_idf)
                .min(1.0)
                .powf(engine.weights.coverage * self.coverage_damping().powi(3))
        } else {
            1.0
        }
    }

    /// Damping of the coverage exponent and threshold: 1 for up to three matching clauses, 3 / n
    /// for n clauses.
    fn coverage_damping(&self) -> f32 {
        (3.0 / self.matching_clauses().max(1) as f32).min(1.0)
    }

    /// Number of clauses that match a record.
    fn matching_clauses(&self) -> usize {
        self.clauses.iter().filter(|clause| clause.matching_records > 0).count()
    }

    /// Recomputes the score of a record and lists its addends and factors.
    pub(crate) fn explain(
        &self,
        engine: &Engine,
        plan: &QueryPlan,
        terms: &[ClauseTerms],
        doc: u32,
    ) -> Result<ScoreExplanation, StepError> {
        let records = engine.header().records as usize;
        let mut matches = ClauseMatches::new(records);
        let mut scores = RecordScores::new(records);
        let mut parts = Vec::new();
        for ((clause, terms), stats) in plan.clauses.iter().zip(terms).zip(&self.clauses) {
            match_clause(engine, terms, &mut matches)?;
            let zones = matches.zones[doc as usize];
            let tf = matches.tf[doc as usize];
            add_clause_scores(engine, &mut matches, &mut scores, stats.idf, stats.is_phrase);
            if zones != 0 {
                let places = ScoredRecord { doc, score: 0.0, zones }.matched().join(", ");
                let value = round_score(stats.idf * saturate_tf(engine, tf));
                let why = format!(
                    "in {places}; in {} of {records} records (idf {:.2}), weighted frequency {tf:.2}",
                    stats.matching_records, stats.idf
                );
                parts.push(ScorePart {
                    name: clause
                        .alternatives
                        .iter()
                        .map(|alternative| alternative.text.as_str())
                        .collect::<Vec<_>>()
                        .join(" OR "),
                    value,
                    why,
                });
            }
        }
        let words = scores.totals[doc as usize];
        let mut found = vec![doc];
        add_proximity_scores(
            engine,
            terms,
            &find_adjacent_clauses(plan, terms),
            &self.clauses,
            &mut found,
            &mut scores,
        )?;
        let near = scores.totals[doc as usize] - words;
        if near > 0.0 {
            parts.push(ScorePart {
                name: "nearness".to_owned(),
                value: round_score(near),
                why: "words stand near one another, as in the query".to_owned(),
            });
        }
        let before = scores.totals[doc as usize];
        add_feedback_scores(
            engine,
            &self.expansion_terms,
            self.total_idf,
            &mut matches,
            &mut scores,
        )?;
        let feedback = scores.totals[doc as usize] - before;
        if feedback > 0.0 {
            let words = self
                .expansion_terms
                .iter()
                .take(8)
                .map(|expansion| expansion.term.stem.as_str())
                .collect::<Vec<_>>()
                .join(", ");
            parts.push(ScorePart {
                name: "feedback".to_owned(),
                value: round_score(feedback),
                why: format!("telling words of the best records: {words}"),
            });
        }
        let title = self.title_score(engine, doc, scores.title_matches[doc as usize]);
        if title > 0.0 {
            parts.push(ScorePart {
                name: "title".to_owned(),
                value: round_score(title),
                why: "share of the title that the query covers".to_owned(),
            });
        }
        let coverage = self.coverage(engine, scores.covered_idf[doc as usize]);
        parts.push(ScorePart {
            name: "coverage".to_owned(),
            value: round_score(coverage),
            why: "factor: share of the query's weight that the record holds".to_owned(),
        });
        let title_factor = self.title_factor(engine, doc, scores.title_matches[doc as usize]);
        if title_factor != 1.0 {
            parts.push(ScorePart {
                name: "whole title".to_owned(),
                value: round_score(title_factor),
                why: "factor: the query is its title".to_owned(),
            });
        }
        if let Some(factor) = self.neighbour_factors.get(&doc) {
            parts.push(ScorePart {
                name: "neighbours".to_owned(),
                value: round_score(*factor),
                why: "factor: how the best records like it score".to_owned(),
            });
        }
        parts.extend(explain_quality(engine, doc));
        Ok(ScoreExplanation { total: self.score_record(engine, doc, &scores).score, parts })
    }
}

/// A score, or an addend or factor of one, rounded to four decimals.
fn round_score(value: f32) -> f64 {
    (f64::from(value) * 1e4).round() / 1e4
}

/// Inverse document frequency as in BM25, with 1 added inside the logarithm so that it is never
/// negative.
fn compute_idf(records: usize, matching_records: usize) -> f32 {
    let (records, matching) = (records as f64, matching_records as f64);
    (1.0 + (records - matching + 0.5) / (matching + 0.5)).ln() as f32
}

/// For each clause the number of clauses with its terms, which share its idf, because a question
/// that repeats a word asks for it once; 1 for a clause without terms. nDCG@10 of Cranfield,
/// questions with odd numbers: 0.437 to 0.446.
fn count_repeats(clauses: &[ClauseTerms]) -> Vec<f32> {
    let stems = |clause: &ClauseTerms| -> Vec<String> {
        let typed = iter_terms(clause).filter(|term| !term.is_completion);
        typed.map(|term| term.stem.clone()).collect()
    };
    let stems: Vec<Vec<String>> = clauses.iter().map(stems).collect();
    let count_equal = |of_clause: &Vec<String>| match of_clause.is_empty() {
        true => 1,
        false => stems.iter().filter(|other| *other == of_clause).count(),
    };
    stems.iter().map(|of_clause| count_equal(of_clause) as f32).collect()
}

/// Saturation of a weighted term frequency, as in BM25.
fn saturate_tf(engine: &Engine, tf: f32) -> f32 {
    tf * (engine.weights.k1 + 1.0) / (tf + engine.weights.k1)
}

/// The factor of the score of record `doc` for its level, freshness, retirement and kind.
fn quality_factor(engine: &Engine, doc: u32) -> f32 {
    let signals = QualitySignals::from_number(u64::from(engine.quality[doc as usize]));
    let weights = &engine.weights;
    let level_factor = engine.level_facet().map(|(_, levels)| levels.step(signals.level).1);
    level_factor.unwrap_or(1.0)
        * weights.freshness[usize::from(signals.freshness).min(2)]
        * if signals.retired { weights.retired } else { 1.0 }
        * if signals.is_reference { weights.reference } else { 1.0 }
}

/// The factors that [`quality_factor`] multiplies for record `doc`, each with its reason; those for
/// reference pages and retirement only where they apply.
fn explain_quality(engine: &Engine, doc: u32) -> Vec<ScorePart> {
    let signals = QualitySignals::from_number(u64::from(engine.quality[doc as usize]));
    let weights = &engine.weights;
    let freshness = ["overdue", "unknown", "verified"][usize::from(signals.freshness).min(2)];
    let factor = |name: &str, value: f32, why: String| ScorePart {
        name: name.to_owned(),
        value: round_score(value),
        why,
    };
    let level = engine.level_facet().map(|(facet, levels)| {
        let (value, value_factor) = levels.step(signals.level);
        factor(&facet.name, value_factor, format!("factor: {} {value}", levels.noun))
    });
    let mut reasons = Vec::from_iter(level);
    reasons.push(factor(
        "freshness",
        weights.freshness[usize::from(signals.freshness).min(2)],
        format!("factor: verification {freshness}"),
    ));
    if signals.is_reference {
        let why = "factor: a term or a page about the hub".to_owned();
        reasons.push(factor("reference", weights.reference, why));
    }
    if signals.retired {
        reasons.push(factor(
            "retired",
            weights.retired,
            "factor: superseded or retired".to_owned(),
        ));
    }
    reasons
}

/// The least share of the words of a title that a query has which is that title: small words may be
/// left out.
const MIN_TITLE_SHARE: f32 = 0.6;

// --- one clause

/// The most that a match by a longer word or an alias adds to a score, as a share of what the
/// weakest match by the word itself adds.
const BELOW_WHOLE: f32 = 0.8;

/// Adds the matches of a clause with this idf to the scores of the records, and clears them for the
/// next clause.
fn add_clause_scores(
    engine: &Engine,
    matches: &mut ClauseMatches,
    scores: &mut RecordScores,
    idf: f32,
    is_phrase: bool,
) {
    // What matches by a longer word or an alias stands below what matches by the word itself.
    let least_whole = matches
        .touched
        .iter()
        .filter(|doc| matches.zones[**doc as usize] & WHOLE_BIT != 0)
        .map(|doc| saturate_tf(engine, matches.tf[*doc as usize]))
        .fold(f32::INFINITY, f32::min);
    for &doc in &matches.touched {
        let index = doc as usize;
        let is_whole = matches.zones[index] & WHOLE_BIT != 0;
        let saturated = saturate_tf(engine, matches.tf[index]);
        let most = if is_whole { f32::INFINITY } else { BELOW_WHOLE * least_whole };
        scores.totals[index] += idf * saturated.min(most);
        scores.covered_idf[index] += idf;
        scores.zones[index] |= matches.zones[index];
        scores.phrase_counts[index] += u8::from(is_phrase);
        let is_title_match = matches.zones[index] & 1 << Zone::Title as u8 != 0;
        if is_title_match && (is_whole || least_whole.is_infinite()) {
            scores.title_matches[index].0 += idf;
            scores.title_matches[index].1 += 1;
        }
    }
    matches.clear();
}

/// Marks the records that match one of the exclusions, so that they are not found. `matches` is
/// empty before and after.
fn mark_excluded(
    engine: &Engine,
    exclusions: &[ClauseTerms],
    matches: &mut ClauseMatches,
    scores: &mut RecordScores,
) -> Result<(), StepError> {
    for terms in exclusions {
        match_clause(engine, terms, matches)?;
        for doc in &matches.touched {
            scores.excluded[*doc as usize] = true;
        }
        matches.clear();
    }
    Ok(())
}

/// Adds the matches of a clause: first those of what was typed, then, in records without that,
/// those of what stands in for it (longer words, words written joined, corrections).
fn match_clause(
    engine: &Engine,
    terms: &ClauseTerms,
    matches: &mut ClauseMatches,
) -> Result<(), StepError> {
    let (typed, others): (Vec<_>, Vec<_>) =
        terms.alternatives.iter().partition(|alternative| !alternative.is_stand_in);
    for alternative in typed {
        match_alternative(engine, alternative, matches)?;
    }
    for alternative in &terms.alternatives {
        if let [word] = &alternative.words[..] {
            matches.settle();
            match_word(engine, word, alternative.weight, true, matches)?;
        }
    }
    if !others.is_empty() {
        matches.settle();
    }
    matches.zone_mask = !WHOLE_BIT;
    let done = others
        .into_iter()
        .try_for_each(|alternative| match_alternative(engine, alternative, matches));
    matches.zone_mask = u8::MAX;
    done
}

/// Adds the matches of a word (but for its completions) or of a phrase, and those of the facet
/// values that it names.
fn match_alternative(
    engine: &Engine,
    alternative: &AlternativeTerms,
    matches: &mut ClauseMatches,
) -> Result<(), StepError> {
    match &alternative.words[..] {
        [word] => match_word(engine, word, alternative.weight, false, matches)?,
        _ => match_phrase(engine, alternative, matches)?,
    }
    match_named_values(engine, alternative, matches)
}

/// Adds the records with a facet value whose name matches; of several values of a record, the
/// largest share counts.
fn match_named_values(
    engine: &Engine,
    alternative: &AlternativeTerms,
    matches: &mut ClauseMatches,
) -> Result<(), StepError> {
    let records = if alternative.values.is_empty() { 0 } else { engine.header().records as usize };
    let mut shares: Vec<(f32, bool)> = vec![(0.0, false); records];
    for (value, info) in &alternative.values {
        for_each_posting(&engine.zone_index, info, |doc, _| {
            let (share, is_whole) = &mut shares[doc as usize];
            *share = share.max(value.share);
            *is_whole |= value.is_whole;
        })?;
    }
    for (doc, (share, is_whole)) in shares.into_iter().enumerate().filter(|(_, of)| of.0 > 0.0) {
        let whole = if is_whole { WHOLE_BIT } else { 0 };
        let tf = alternative.weight * engine.weights.terms * share;
        matches.add(doc as u32, tf, 1 << Zone::Terms as u8 | whole);
    }
    Ok(())
}

/// The weight of a word in a zone, to be multiplied by its term frequency there.
fn zone_weight(engine: &Engine, zone: Zone) -> f32 {
    let weights = &engine.weights;
    [
        weights.title,
        weights.terms,
        weights.headings,
        weights.summary,
        weights.compounds,
        weights.details,
    ][zone as usize]
}

/// Adds the matches of a word in the text and in zones, by its completions if `of_completions`,
/// else by its other terms. `weight` is a factor of all term frequencies.
fn match_word(
    engine: &Engine,
    word: &WordTerms,
    weight: f32,
    of_completions: bool,
    matches: &mut ClauseMatches,
) -> Result<(), StepError> {
    let first = matches.touched.len();
    for term in word.terms.iter().filter(|term| term.is_completion == of_completions) {
        let factor = term.weight * weight;
        let whole = if term.is_completion { 0 } else { WHOLE_BIT };
        if let Some(info) = &term.text {
            for_each_posting(&engine.text_index, info, |doc, tf| {
                if term.languages & engine.languages[doc as usize] != 0 {
                    matches.add(
                        doc,
                        factor * engine.weights.body * tf as f32 / length_norm(engine, doc),
                        BODY_BIT | whole,
                    );
                }
            })?;
        }
        for zone in Zone::ALL {
            let Some(info) = &term.zones[zone as usize] else { continue };
            let factor = factor * zone_weight(engine, zone);
            for_each_posting(&engine.zone_index, info, |doc, tf| {
                if term.languages & engine.languages[doc as usize] != 0 {
                    // A part of a compound is not the word itself.
                    let whole = if zone == Zone::Compounds { 0 } else { whole };
                    matches.add(doc, factor * tf.min(3) as f32, 1 << zone as u8 | whole);
                }
            })?;
        }
    }
    boost_exact_accents(engine, word, first, matches)
}

/// Length normalisation of the body, as in BM25F.
fn length_norm(engine: &Engine, doc: u32) -> f32 {
    let length = engine.fieldnorm_lengths[usize::from(engine.fieldnorm_ids[doc as usize])];
    1.0 - engine.weights.b + engine.weights.b * length / engine.average_length
}

/// Multiplies by `Weights::exact` the term frequency of records that spell the word with the same
/// accents as the query, or without any if it has none. Only the records from index `first` of
/// `matches.touched` on are those of the word.
fn boost_exact_accents(
    engine: &Engine,
    word: &WordTerms,
    first: usize,
    matches: &mut ClauseMatches,
) -> Result<(), StepError> {
    if word.accented.is_empty() {
        return Ok(());
    }
    let mut with_accents: Vec<u32> = Vec::new();
    for (spelling, info) in &word.accented {
        if !word.has_accents || *spelling == word.form {
            for_each_posting(&engine.zone_index, info, |doc, _| with_accents.push(doc))?;
        }
    }
    with_accents.sort_unstable();
    for &doc in &matches.touched[first..] {
        if with_accents.binary_search(&doc).is_ok() == word.has_accents {
            matches.tf[doc as usize] *= engine.weights.exact;
        }
    }
    Ok(())
}

/// Calls `each` with every record number of a posting list, ascending, and the frequency of the
/// term in that record. Errors if bytes are missing or corrupt.
fn for_each_posting(
    index: &InvertedIndexReader,
    info: &TermInfo,
    mut each: impl FnMut(u32, u32),
) -> Result<(), StepError> {
    let mut postings = index.read_postings_from_terminfo(info, IndexRecordOption::WithFreqs)?;
    while postings.doc() != TERMINATED {
        each(postings.doc(), postings.term_freq());
        postings.advance();
    }
    Ok(())
}

// --- phrases

/// Adds the records in whose text the words of a phrase follow one another; the number of times is
/// the term frequency, normalised by the length of the text.
fn match_phrase(
    engine: &Engine,
    alternative: &AlternativeTerms,
    matches: &mut ClauseMatches,
) -> Result<(), StepError> {
    let mut starts: Option<Vec<(u32, Vec<u32>)>> = None;
    for (offset, word) in alternative.words.iter().enumerate() {
        let here = read_positions(engine, word)?;
        starts = Some(match starts {
            None => here,
            Some(before) => filter_followed(before, &here, offset as u32),
        });
    }
    for (doc, starts) in starts.unwrap_or_default() {
        matches.add(
            doc,
            alternative.weight * engine.weights.body * starts.len() as f32
                / length_norm(engine, doc),
            BODY_BIT | WHOLE_BIT,
        );
    }
    match_phrase_in_details(engine, alternative, matches)
}

/// Adds the records that have all words of a phrase in their details (a team, a variant, a product).
/// The index has no positions there, and these texts are short.
fn match_phrase_in_details(
    engine: &Engine,
    alternative: &AlternativeTerms,
    matches: &mut ClauseMatches,
) -> Result<(), StepError> {
    let mut docs: Option<BTreeSet<u32>> = None;
    for word in &alternative.words {
        let mut here = BTreeSet::new();
        for term in &word.terms {
            let Some(info) = &term.zones[Zone::Details as usize] else { continue };
            for_each_posting(&engine.zone_index, info, |doc, _| {
                if term.languages & engine.languages[doc as usize] != 0 {
                    here.insert(doc);
                }
            })?;
        }
        docs = Some(docs.map_or(here.clone(), |before| &before & &here));
    }
    for doc in docs.unwrap_or_default() {
        let tf = alternative.weight * engine.weights.details;
        matches.add(doc, tf, 1 << Zone::Details as u8);
    }
    Ok(())
}

/// The positions of a word in the texts of records: record numbers, ascending, each with the
/// positions there, ascending.
fn read_positions(engine: &Engine, word: &WordTerms) -> Result<Vec<(u32, Vec<u32>)>, StepError> {
    let mut found: std::collections::BTreeMap<u32, Vec<u32>> = std::collections::BTreeMap::new();
    for term in &word.terms {
        let Some(info) = &term.text else { continue };
        let mut postings = engine
            .text_index
            .read_postings_from_terminfo(info, IndexRecordOption::WithFreqsAndPositions)?;
        while postings.doc() != TERMINATED {
            let doc = postings.doc();
            if term.languages & engine.languages[doc as usize] != 0 {
                postings.append_positions_with_offset(0, found.entry(doc).or_default());
            }
            postings.advance();
        }
    }
    for positions in found.values_mut() {
        positions.sort_unstable();
    }
    Ok(found.into_iter().collect())
}

/// Keeps those starts of a phrase (`before`, positions by record) that have the next word (`here`,
/// its positions by record) `offset` positions behind them.
fn filter_followed(
    before: Vec<(u32, Vec<u32>)>,
    here: &[(u32, Vec<u32>)],
    offset: u32,
) -> Vec<(u32, Vec<u32>)> {
    let mut kept = Vec::new();
    for (doc, starts) in before {
        let Ok(index) = here.binary_search_by_key(&doc, |(doc, _)| *doc) else { continue };
        let starts: Vec<u32> = starts
            .into_iter()
            .filter(|start| here[index].1.binary_search(&(start + offset)).is_ok())
            .collect();
        if !starts.is_empty() {
            kept.push((doc, starts));
        }
    }
    kept
}

// --- proximity

/// Two clauses of one word each that are adjacent in the query, ignored and unknown words left out.
#[derive(Clone, Copy, Debug)]
struct AdjacentClauses {
    left: usize,
    right: usize,
    /// Their distance in the query, in clauses.
    gap: u32,
}

/// All pairs of adjacent clauses of a query, by which nearness is scored; `terms` are the looked-up
/// clauses of the plan.
fn find_adjacent_clauses(plan: &QueryPlan, terms: &[ClauseTerms]) -> Vec<AdjacentClauses> {
    let is_single_word = |index: &usize| {
        let clause = &plan.clauses[*index];
        !clause.is_ignored
            && clause.alternatives.iter().all(|alternative| alternative.words.len() == 1)
            && terms[*index].max_record_count() > 0
    };
    let active: Vec<usize> = (0..plan.clauses.len()).filter(is_single_word).collect();
    active
        .windows(2)
        .map(|pair| AdjacentClauses {
            left: pair[0],
            right: pair[1],
            gap: (pair[1] - pair[0]) as u32,
        })
        .collect()
}

/// Adds to the records of `found` with the highest scores so far (see `Weights::candidates`) the
/// scores for words that are adjacent in the query and near each other in the record.
fn add_proximity_scores(
    engine: &Engine,
    terms: &[ClauseTerms],
    pairs: &[AdjacentClauses],
    clauses: &[ClauseStats],
    found: &mut [u32],
    scores: &mut RecordScores,
) -> Result<(), StepError> {
    if pairs.is_empty() {
        return Ok(());
    }
    let candidates = select_top(found, scores, engine.weights.candidates);
    let mut cursors: Vec<Option<PositionCursor>> = terms.iter().map(|_| None).collect();
    for pair in pairs {
        for clause in [pair.left, pair.right] {
            if cursors[clause].is_none() {
                cursors[clause] = Some(PositionCursor::open(engine, &terms[clause])?);
            }
        }
    }
    let mut positions: Vec<Vec<u32>> = vec![Vec::new(); terms.len()];
    for doc in candidates {
        for (cursor, positions) in cursors.iter_mut().zip(&mut positions) {
            positions.clear();
            if let Some(cursor) = cursor {
                cursor.read_positions_of(doc, engine.languages[doc as usize], positions);
            }
        }
        for pair in pairs {
            let (ordered, unordered) = count_cooccurrences(
                &positions[pair.left],
                &positions[pair.right],
                pair.gap,
                engine.weights.window,
            );
            let idf = (clauses[pair.left].idf + clauses[pair.right].idf) / 2.0;
            scores.totals[doc as usize] += idf
                * (engine.weights.ordered * ordered / (ordered + 1.0)
                    + engine.weights.unordered * unordered / (unordered + 1.0));
        }
    }
    Ok(())
}

/// The `limit` records of `found` with the highest totals so far, in the order of their numbers.
fn select_top(found: &[u32], scores: &RecordScores, limit: usize) -> Vec<u32> {
    let mut best = found.to_vec();
    if best.len() > limit {
        let total = |doc: &u32| scores.totals[*doc as usize];
        best.select_nth_unstable_by(limit, |left, right| {
            total(right).total_cmp(&total(left)).then_with(|| left.cmp(right))
        });
        best.truncate(limit);
        best.sort_unstable();
    }
    best
}

/// Reads the positions of the words of a clause, record by record in ascending order.
struct PositionCursor {
    postings: Vec<(SegmentPostings, u32)>,
}

impl PositionCursor {
    /// A cursor on the posting lists, with positions, of all terms of a clause in the field `text`;
    /// errors if bytes are missing.
    fn open(engine: &Engine, terms: &ClauseTerms) -> Result<PositionCursor, StepError> {
        let mut postings = Vec::new();
        for term in iter_terms(terms) {
            if let Some(info) = &term.text {
                postings.push((
                    engine.text_index.read_postings_from_terminfo(
                        info,
                        IndexRecordOption::WithFreqsAndPositions,
                    )?,
                    term.languages,
                ));
            }
        }
        Ok(PositionCursor { postings })
    }

    /// Appends the positions of the words in record `doc`, analysed in the languages `of_record` (a
    /// bit set), to `out`, ascending. Record numbers must ascend from call to call.
    fn read_positions_of(&mut self, doc: u32, of_record: u32, out: &mut Vec<u32>) {
        for (postings, languages) in &mut self.postings {
            if *languages & of_record == 0 {
                continue;
            }
            if postings.doc() < doc {
                postings.seek(doc);
            }
            if postings.doc() == doc {
                postings.append_positions_with_offset(0, out);
            }
        }
        if self.postings.len() > 1 {
            out.sort_unstable();
            out.dedup();
        }
    }
}

/// The index terms of all words in all alternatives of a clause.
fn iter_terms(terms: &ClauseTerms) -> impl Iterator<Item = &IndexTerm> {
    terms
        .alternatives
        .iter()
        .flat_map(|alternative| &alternative.words)
        .flat_map(|word| &word.terms)
}

/// Counts pairs of positions of two words in a record: those with `right` exactly `gap` behind
/// `left`, and those less than `window` words apart in either order.
fn count_cooccurrences(left: &[u32], right: &[u32], gap: u32, window: u32) -> (f32, f32) {
    let (mut ordered, mut unordered) = (0.0, 0.0);
    let mut from = 0;
    for &place in left {
        while from < right.len() && right[from] + window <= place {
            from += 1;
        }
        for &other in right[from..].iter().take_while(|other| **other < place + window) {
            if other != place {
                unordered += 1.0;
                ordered += f32::from(u8::from(other == place + gap));
            }
        }
    }
    (ordered, unordered)
}

/// Adds the scores of expansion terms, scaled so that their total idf equals that of the query
/// times `Weights::feedback`.
fn add_feedback_scores(
    engine: &Engine,
    expansion_terms: &[ExpansionTerm],
    total_idf: f32,
    matches: &mut ClauseMatches,
    scores: &mut RecordScores,
) -> Result<(), StepError> {
    let mut is_incomplete = false;
    for expansion in expansion_terms {
        defer_missing(
            expansion.term.text.as_ref().map_or(Ok(()), |info| {
                prefetch(&engine.text_index, info, IndexRecordOption::WithFreqs)
            }),
            &mut is_incomplete,
        )?;
    }
    if is_incomplete {
        return Err(StepError::MissingBytes);
    }
    let records = scores.totals.len();
    let idfs: Vec<f32> = expansion_terms
        .iter()
        .map(|expansion| {
            compute_idf(
                records,
                expansion.term.text.as_ref().map_or(0, |info| info.doc_freq as usize),
            )
        })
        .collect();
    let mean: f32 =
        expansion_terms.iter().zip(&idfs).map(|(expansion, idf)| expansion.share * idf).sum();
    if mean <= 0.0 {
        return Ok(());
    }
    let scale = engine.weights.feedback * total_idf / mean;
    for (expansion, idf) in expansion_terms.iter().zip(idfs) {
        let Some(info) = &expansion.term.text else { continue };
        for_each_posting(&engine.text_index, info, |doc, tf| {
            if expansion.term.languages & engine.languages[doc as usize] != 0 {
                matches.add(
                    doc,
                    engine.weights.body * tf as f32 / length_norm(engine, doc),
                    BODY_BIT,
                );
            }
        })?;
        for doc in &matches.touched {
            scores.totals[*doc as usize] +=
                scale * expansion.share * idf * saturate_tf(engine, matches.tf[*doc as usize]);
        }
        matches.clear();
    }
    Ok(())
}

// --- prefetching

/// Opens all posting lists of a query before any is used, so that one round fetches all that are
/// missing.
fn prefetch_postings(
    engine: &Engine,
    terms: &[ClauseTerms],
    exclusions: &[ClauseTerms],
    needs_positions: bool,
) -> Result<(), StepError> {
    let mut is_incomplete = false;
    for clause in terms.iter().chain(exclusions) {
        for alternative in &clause.alternatives {
            let option = if needs_positions || alternative.words.len() > 1 {
                IndexRecordOption::WithFreqsAndPositions
            } else {
                IndexRecordOption::WithFreqs
            };
            for word in &alternative.words {
                prefetch_word(engine, word, option, &mut is_incomplete)?;
            }
            for (_, info) in &alternative.values {
                let postings = prefetch(&engine.zone_index, info, IndexRecordOption::WithFreqs);
                defer_missing(postings, &mut is_incomplete)?;
            }
        }
    }
    if is_incomplete { Err(StepError::MissingBytes) } else { Ok(()) }
}

/// Opens all posting lists of a word, with positions of the text if `option` has them. Sets
/// `is_incomplete` if bytes are missing.
fn prefetch_word(
    engine: &Engine,
    word: &WordTerms,
    option: IndexRecordOption,
    is_incomplete: &mut bool,
) -> Result<(), StepError> {
    for term in &word.terms {
        if let Some(info) = &term.text {
            defer_missing(
                prefetch(&engine.text_index, info, IndexRecordOption::WithFreqs),
                is_incomplete,
            )?;
            if option.has_positions() {
                // The field `text` is the first in the file of positions. Without this note its
                // blocks would wait for those of the postings.
                engine.store.prefetch("pos", info.positions_range.clone());
                defer_missing(prefetch(&engine.text_index, info, option), is_incomplete)?;
            }
        }
        for info in term.zones.iter().flatten() {
            defer_missing(
                prefetch(&engine.zone_index, info, IndexRecordOption::WithFreqs),
                is_incomplete,
            )?;
        }
    }
    for (_, info) in &word.accented {
        defer_missing(
            prefetch(&engine.zone_index, info, IndexRecordOption::WithFreqs),
            is_incomplete,
        )?;
    }
    Ok(())
}

/// Opens a posting list and drops it; errors if bytes are missing, which the store then has noted.
fn prefetch(
    index: &InvertedIndexReader,
    info: &TermInfo,
    option: IndexRecordOption,
) -> Result<(), StepError> {
    index.read_postings_from_terminfo(info, option)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{count_cooccurrences, filter_followed};

    #[test]
    fn cooccurrences_are_ordered_or_near() {
        assert_eq!(count_cooccurrences(&[3, 20], &[4, 25, 40], 1, 8), (1.0, 2.0));
        assert_eq!(count_cooccurrences(&[4], &[3], 1, 8), (0.0, 1.0));
        assert_eq!(count_cooccurrences(&[1], &[9], 1, 8), (0.0, 0.0));
        assert_eq!(count_cooccurrences(&[], &[9], 1, 8), (0.0, 0.0));
    }

    #[test]
    fn phrase_starts_without_the_next_word_are_dropped() {
        let before = vec![(1, vec![2, 9]), (4, vec![1])];
        let here = [(1, vec![3]), (5, vec![2])];
        assert_eq!(filter_followed(before, &here, 1), [(1, vec![2])]);
    }
}
