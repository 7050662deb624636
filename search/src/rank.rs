//! Scores of records for a query; the formula stands in `weights`.

use tantivy::DocSet;
use tantivy::postings::{Postings, SegmentPostings, TermInfo};
use tantivy::schema::IndexRecordOption;
use tantivy::{InvertedIndexReader, TERMINATED};

use crate::engine::{Engine, Stop, tolerate};
use crate::feedback::{Telling, telling};
use crate::message::{Explanation, Reason};
use crate::plan::Plan;
use crate::schema::{Zone, facet_column};
use crate::standing::Standing;
use crate::terms::{SlotTerms, Term, UnitTerms, WordTerms};

/// A record found, with its score to four decimals.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ranked {
    /// Its number.
    pub doc: u32,
    /// Its score.
    pub score: f64,
    /// Bits of zones; the fifth is the body.
    zones: u8,
}

/// The bit for a word found anywhere.
const IN_TEXT: u8 = 1 << 4;

impl Ranked {
    /// Where words were found.
    pub fn matched(&self) -> Vec<String> {
        let mut names: Vec<String> =
            Zone::ALL.into_iter().filter(|zone| self.zones & 1 << *zone as u8 != 0).map(|zone| zone.name().to_owned()).collect();
        if self.zones & IN_TEXT != 0 {
            names.push("body".to_owned());
        }
        names
    }
}

/// All that was computed for a query.
pub struct Ranking {
    records: Vec<Ranked>,
    /// For every slot: its idf and how many records hold it.
    slots: Vec<SlotFigures>,
    total_idf: f32,
    telling: Vec<Telling>,
}

#[derive(Clone, Copy, Debug, Default)]
struct SlotFigures {
    idf: f32,
    found: usize,
    phrase: bool,
}

/// Room for one slot's findings; only touched places are cleared.
struct Desk {
    tf: Vec<f32>,
    zones: Vec<u8>,
    touched: Vec<u32>,
}

impl Desk {
    fn add(&mut self, doc: u32, tf: f32, zone: u8) {
        let at = doc as usize;
        if self.zones[at] == 0 {
            self.touched.push(doc);
        }
        self.tf[at] += tf;
        self.zones[at] |= zone;
    }

    fn clear(&mut self) {
        for doc in self.touched.drain(..) {
            self.tf[doc as usize] = 0.0;
            self.zones[doc as usize] = 0;
        }
    }
}

/// Sums over slots.
struct Sums {
    score: Vec<f32>,
    mass: Vec<f32>,
    zones: Vec<u8>,
    in_title: Vec<(f32, u8)>,
    /// How many required phrases it holds.
    phrases: Vec<u8>,
    excluded: Vec<bool>,
}

impl Sums {
    fn new(records: usize) -> Sums {
        Sums {
            score: vec![0.0; records],
            mass: vec![0.0; records],
            zones: vec![0; records],
            in_title: vec![(0.0, 0); records],
            phrases: vec![0; records],
            excluded: vec![false; records],
        }
    }
}

impl Ranking {
    /// Scores all records for a plan.
    pub(crate) fn of(engine: &Engine, plan: &Plan, terms: &[SlotTerms], nots: &[SlotTerms]) -> Result<Ranking, Stop> {
        let pairs = neighbours(plan, terms);
        touch(engine, terms, nots, !pairs.is_empty())?;
        let records = engine.head().records as usize;
        let mut desk = Desk { tf: vec![0.0; records], zones: vec![0; records], touched: Vec::new() };
        let mut sums = Sums::new(records);
        exclude(engine, nots, &mut desk, &mut sums)?;
        let mut slots = Vec::with_capacity(terms.len());
        for (slot, terms) in plan.slots.iter().zip(terms) {
            let phrase = slot.units.len() == 1 && slot.units[0].words.len() > 1;
            gather(engine, terms, &mut desk)?;
            let idf = idf(records, desk.touched.len());
            slots.push(SlotFigures { idf, found: desk.touched.len(), phrase });
            add_slot(engine, &mut desk, &mut sums, idf, phrase);
        }
        let total_idf: f32 = slots.iter().filter(|slot| slot.found > 0).map(|slot| slot.idf).sum();
        let mut ranking = Ranking { records: Vec::new(), slots, total_idf, telling: Vec::new() };
        if plan.slots.is_empty() {
            ranking.records =
                (0..records as u32).filter(|doc| !sums.excluded[*doc as usize]).map(|doc| Ranked { doc, score: 0.0, zones: 0 }).collect();
            return Ok(ranking);
        }
        let mut found = ranking.found_records(engine, &sums);
        add_nearness(engine, terms, &pairs, &ranking.slots, &mut found, &mut sums)?;
        ranking.records = found.iter().map(|doc| ranking.ranked(engine, *doc, &sums)).collect();
        if ranking.slots.iter().filter(|slot| slot.found > 0).count() >= engine.weights.feedback_from {
            let telling = telling(engine, &ranking.records)?;
            add_telling(engine, &telling, ranking.total_idf, &mut desk, &mut sums)?;
            ranking.records = found.iter().map(|doc| ranking.ranked(engine, *doc, &sums)).collect();
            ranking.telling = telling;
        }
        Ok(ranking)
    }

    /// The records found, in no particular order.
    pub fn records(&self) -> Vec<Ranked> {
        self.records.clone()
    }

    /// How many records hold slot number `slot`.
    pub fn found(&self, slot: usize) -> usize {
        self.slots.get(slot).map_or(0, |slot| slot.found)
    }

    fn found_records(&self, engine: &Engine, sums: &Sums) -> Vec<u32> {
        let phrases = self.slots.iter().filter(|slot| slot.phrase && slot.found > 0).count() as u8;
        let least = engine.weights.least_coverage * self.fading() * self.total_idf;
        let fits = |doc: &usize| sums.zones[*doc] != 0 && !sums.excluded[*doc] && sums.phrases[*doc] >= phrases && sums.mass[*doc] >= least;
        (0..sums.score.len()).filter(fits).map(|doc| doc as u32).collect()
    }

    fn ranked(&self, engine: &Engine, doc: u32, sums: &Sums) -> Ranked {
        let at = doc as usize;
        let score =
            (sums.score[at] + self.title_part(engine, doc, sums.in_title[at])) * self.coverage(engine, sums.mass[at]) * standing_factor(engine, doc);
        Ranked { doc, score: rounded(score), zones: sums.zones[at] }
    }

    fn title_part(&self, engine: &Engine, doc: u32, (idf, words): (f32, u8)) -> f32 {
        let share = f32::from(words) / f32::from(engine.title_words[doc as usize].max(words).max(1));
        engine.weights.title_share * idf * share
    }

    fn coverage(&self, engine: &Engine, mass: f32) -> f32 {
        if self.total_idf > 0.0 { (mass / self.total_idf).min(1.0).powf(engine.weights.coverage * self.fading() * self.fading()) } else { 1.0 }
    }

    /// How much coverage matters: wholly for up to three words, less for more.
    fn fading(&self) -> f32 {
        let words = self.slots.iter().filter(|slot| slot.found > 0).count();
        (3.0 / words.max(1) as f32).min(1.0)
    }

    /// Where the score of a record comes from.
    pub(crate) fn explain(&self, engine: &Engine, plan: &Plan, terms: &[SlotTerms], doc: u32) -> Result<Explanation, Stop> {
        let records = engine.head().records as usize;
        let mut desk = Desk { tf: vec![0.0; records], zones: vec![0; records], touched: Vec::new() };
        let mut sums = Sums::new(records);
        let mut parts = Vec::new();
        for ((slot, terms), figures) in plan.slots.iter().zip(terms).zip(&self.slots) {
            gather(engine, terms, &mut desk)?;
            let zones = desk.zones[doc as usize];
            let tf = desk.tf[doc as usize];
            add_slot(engine, &mut desk, &mut sums, figures.idf, figures.phrase);
            if zones != 0 {
                let places = Ranked { doc, score: 0.0, zones }.matched().join(", ");
                let value = rounded(figures.idf * saturated(engine, tf));
                let why = format!("in {places}; in {} of {records} records (idf {:.2}), weighted frequency {tf:.2}", figures.found, figures.idf);
                parts.push(Reason { name: slot.units.iter().map(|unit| unit.text.as_str()).collect::<Vec<_>>().join(" OR "), value, why });
            }
        }
        let words = sums.score[doc as usize];
        let mut found = vec![doc];
        add_nearness(engine, terms, &neighbours(plan, terms), &self.slots, &mut found, &mut sums)?;
        let near = sums.score[doc as usize] - words;
        if near > 0.0 {
            parts.push(Reason { name: "nearness".to_owned(), value: rounded(near), why: "words stand near one another, as in the query".to_owned() });
        }
        let before = sums.score[doc as usize];
        add_telling(engine, &self.telling, self.total_idf, &mut desk, &mut sums)?;
        let told = sums.score[doc as usize] - before;
        if told > 0.0 {
            let words = self.telling.iter().take(8).map(|word| word.term.stem.as_str()).collect::<Vec<_>>().join(", ");
            parts.push(Reason { name: "feedback".to_owned(), value: rounded(told), why: format!("telling words of the best records: {words}") });
        }
        let title = self.title_part(engine, doc, sums.in_title[doc as usize]);
        if title > 0.0 {
            parts.push(Reason { name: "title".to_owned(), value: rounded(title), why: "share of the title that the query covers".to_owned() });
        }
        let coverage = self.coverage(engine, sums.mass[doc as usize]);
        parts.push(Reason {
            name: "coverage".to_owned(),
            value: rounded(coverage),
            why: "factor: share of the query's weight that the record holds".to_owned(),
        });
        parts.extend(standing_reasons(engine, doc));
        Ok(Explanation { total: self.ranked(engine, doc, &sums).score, parts })
    }
}

fn rounded(value: f32) -> f64 {
    (f64::from(value) * 1e4).round() / 1e4
}

fn idf(records: usize, found: usize) -> f32 {
    let (records, found) = (records as f64, found as f64);
    (1.0 + (records - found + 0.5) / (found + 0.5)).ln() as f32
}

fn saturated(engine: &Engine, tf: f32) -> f32 {
    tf * (engine.weights.k1 + 1.0) / (tf + engine.weights.k1)
}

fn standing_factor(engine: &Engine, doc: u32) -> f32 {
    let standing = Standing::from_number(u64::from(engine.standing[doc as usize]));
    let weights = &engine.weights;
    weights.grades[usize::from(standing.grade).min(4)]
        * weights.freshness[usize::from(standing.freshness).min(2)]
        * if standing.retired { weights.retired } else { 1.0 }
}

fn standing_reasons(engine: &Engine, doc: u32) -> Vec<Reason> {
    let standing = Standing::from_number(u64::from(engine.standing[doc as usize]));
    let weights = &engine.weights;
    let grade = ["none", "D", "C", "B", "A"][usize::from(standing.grade).min(4)];
    let freshness = ["overdue", "unknown", "verified"][usize::from(standing.freshness).min(2)];
    let factor = |name: &str, value: f32, why: String| Reason { name: name.to_owned(), value: rounded(value), why };
    let mut reasons = vec![
        factor("grade", weights.grades[usize::from(standing.grade).min(4)], format!("factor: evidence grade {grade}")),
        factor("freshness", weights.freshness[usize::from(standing.freshness).min(2)], format!("factor: verification {freshness}")),
    ];
    if standing.retired {
        reasons.push(factor("retired", weights.retired, "factor: superseded or retired".to_owned()));
    }
    reasons
}

// --- one slot

fn add_slot(engine: &Engine, desk: &mut Desk, sums: &mut Sums, idf: f32, phrase: bool) {
    for &doc in &desk.touched {
        let at = doc as usize;
        sums.score[at] += idf * saturated(engine, desk.tf[at]);
        sums.mass[at] += idf;
        sums.zones[at] |= desk.zones[at];
        sums.phrases[at] += u8::from(phrase);
        if desk.zones[at] & 1 << Zone::Title as u8 != 0 {
            sums.in_title[at].0 += idf;
            sums.in_title[at].1 += 1;
        }
    }
    desk.clear();
}

fn exclude(engine: &Engine, nots: &[SlotTerms], desk: &mut Desk, sums: &mut Sums) -> Result<(), Stop> {
    for terms in nots {
        gather(engine, terms, desk)?;
        for doc in &desk.touched {
            sums.excluded[*doc as usize] = true;
        }
        desk.clear();
    }
    Ok(())
}

fn gather(engine: &Engine, terms: &SlotTerms, desk: &mut Desk) -> Result<(), Stop> {
    for unit in &terms.units {
        match &unit.words[..] {
            [word] => gather_word(engine, word, unit.weight, desk)?,
            _ => gather_phrase(engine, unit, desk)?,
        }
        gather_values(engine, unit, desk)?;
    }
    Ok(())
}

/// Records of the values that a unit names; the best of them counts.
fn gather_values(engine: &Engine, unit: &UnitTerms, desk: &mut Desk) -> Result<(), Stop> {
    let mut shares: Vec<f32> = vec![0.0; if unit.values.is_empty() { 0 } else { engine.head().records as usize }];
    for value in &unit.values {
        let column = engine.column(&facet_column(value.facet))?;
        for (doc, share) in shares.iter_mut().enumerate() {
            if column.of(doc as u32).contains(&value.number) {
                *share = share.max(value.share);
            }
        }
    }
    for (doc, share) in shares.into_iter().enumerate().filter(|(_, share)| *share > 0.0) {
        desk.add(doc as u32, unit.weight * engine.weights.terms * share, 1 << Zone::Terms as u8);
    }
    Ok(())
}

fn zone_weight(engine: &Engine, zone: Zone) -> f32 {
    let weights = &engine.weights;
    [weights.title, weights.terms, weights.headings, weights.summary][zone as usize]
}

fn gather_word(engine: &Engine, word: &WordTerms, weight: f32, desk: &mut Desk) -> Result<(), Stop> {
    let first = desk.touched.len();
    for term in &word.terms {
        let factor = term.weight * weight;
        if let Some(info) = &term.text {
            each_posting(&engine.text, info, |doc, tf| {
                if term.languages >> engine.languages[doc as usize] & 1 == 1 {
                    desk.add(doc, factor * engine.weights.body * tf as f32 / norm(engine, doc), IN_TEXT);
                }
            })?;
        }
        for zone in Zone::ALL {
            let Some(info) = &term.zones[zone as usize] else { continue };
            let factor = factor * zone_weight(engine, zone);
            each_posting(&engine.zone, info, |doc, tf| {
                if term.languages >> engine.languages[doc as usize] & 1 == 1 {
                    desk.add(doc, factor * tf.min(3) as f32, 1 << zone as u8);
                }
            })?;
        }
    }
    prefer_exact(engine, word, first, desk)
}

fn norm(engine: &Engine, doc: u32) -> f32 {
    let length = engine.lengths[usize::from(engine.length_ids[doc as usize])];
    1.0 - engine.weights.b + engine.weights.b * length / engine.average_length
}

/// A record that writes the word with the same accents (or the same lack of them) counts a little more.
fn prefer_exact(engine: &Engine, word: &WordTerms, first: usize, desk: &mut Desk) -> Result<(), Stop> {
    if word.accented.is_empty() {
        return Ok(());
    }
    let mut listed: Vec<u32> = Vec::new();
    for (spelling, info) in &word.accented {
        if !word.has_accents || *spelling == word.form {
            each_posting(&engine.zone, info, |doc, _| listed.push(doc))?;
        }
    }
    listed.sort_unstable();
    for &doc in &desk.touched[first..] {
        if listed.binary_search(&doc).is_ok() == word.has_accents {
            desk.tf[doc as usize] *= engine.weights.exact;
        }
    }
    Ok(())
}

fn each_posting(index: &InvertedIndexReader, info: &TermInfo, mut each: impl FnMut(u32, u32)) -> Result<(), Stop> {
    let mut postings = index.read_postings_from_terminfo(info, IndexRecordOption::WithFreqs)?;
    while postings.doc() != TERMINATED {
        each(postings.doc(), postings.term_freq());
        postings.advance();
    }
    Ok(())
}

// --- phrases

fn gather_phrase(engine: &Engine, unit: &UnitTerms, desk: &mut Desk) -> Result<(), Stop> {
    let mut starts: Option<Vec<(u32, Vec<u32>)>> = None;
    for (offset, word) in unit.words.iter().enumerate() {
        let here = positions_of(engine, word)?;
        starts = Some(match starts {
            None => here,
            Some(before) => following(before, &here, offset as u32),
        });
    }
    for (doc, starts) in starts.unwrap_or_default() {
        desk.add(doc, unit.weight * engine.weights.body * starts.len() as f32 / norm(engine, doc), IN_TEXT);
    }
    Ok(())
}

fn positions_of(engine: &Engine, word: &WordTerms) -> Result<Vec<(u32, Vec<u32>)>, Stop> {
    let mut found: std::collections::BTreeMap<u32, Vec<u32>> = std::collections::BTreeMap::new();
    for term in &word.terms {
        let Some(info) = &term.text else { continue };
        let mut postings = engine.text.read_postings_from_terminfo(info, IndexRecordOption::WithFreqsAndPositions)?;
        while postings.doc() != TERMINATED {
            let doc = postings.doc();
            if term.languages >> engine.languages[doc as usize] & 1 == 1 {
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

/// Those starts that are followed by a position `offset` further on.
fn following(before: Vec<(u32, Vec<u32>)>, here: &[(u32, Vec<u32>)], offset: u32) -> Vec<(u32, Vec<u32>)> {
    let mut kept = Vec::new();
    for (doc, starts) in before {
        let Ok(at) = here.binary_search_by_key(&doc, |(doc, _)| *doc) else { continue };
        let starts: Vec<u32> = starts.into_iter().filter(|start| here[at].1.binary_search(&(start + offset)).is_ok()).collect();
        if !starts.is_empty() {
            kept.push((doc, starts));
        }
    }
    kept
}

// --- nearness

/// Two words that follow one another in the query, and how far apart.
#[derive(Clone, Copy, Debug)]
struct Pair {
    left: usize,
    right: usize,
    gap: u32,
}

fn neighbours(plan: &Plan, terms: &[SlotTerms]) -> Vec<Pair> {
    let single = |at: &usize| {
        let slot = &plan.slots[*at];
        !slot.idle && slot.units.iter().all(|unit| unit.words.len() == 1) && terms[*at].records() > 0
    };
    let active: Vec<usize> = (0..plan.slots.len()).filter(single).collect();
    active.windows(2).map(|pair| Pair { left: pair[0], right: pair[1], gap: (pair[1] - pair[0]) as u32 }).collect()
}

fn add_nearness(engine: &Engine, terms: &[SlotTerms], pairs: &[Pair], slots: &[SlotFigures], found: &mut [u32], sums: &mut Sums) -> Result<(), Stop> {
    if pairs.is_empty() {
        return Ok(());
    }
    let candidates = best(found, sums, engine.weights.candidates);
    let mut cursors: Vec<Option<Cursor>> = terms.iter().map(|_| None).collect();
    for pair in pairs {
        for slot in [pair.left, pair.right] {
            if cursors[slot].is_none() {
                cursors[slot] = Some(Cursor::open(engine, &terms[slot])?);
            }
        }
    }
    let mut positions: Vec<Vec<u32>> = vec![Vec::new(); terms.len()];
    for doc in candidates {
        for (cursor, positions) in cursors.iter_mut().zip(&mut positions) {
            positions.clear();
            if let Some(cursor) = cursor {
                cursor.positions(doc, engine.languages[doc as usize], positions);
            }
        }
        for pair in pairs {
            let (ordered, unordered) = meetings(&positions[pair.left], &positions[pair.right], pair.gap, engine.weights.window);
            let idf = (slots[pair.left].idf + slots[pair.right].idf) / 2.0;
            sums.score[doc as usize] +=
                idf * (engine.weights.ordered * ordered / (ordered + 1.0) + engine.weights.unordered * unordered / (unordered + 1.0));
        }
    }
    Ok(())
}

/// The best of `found` so far, in the order of records.
fn best(found: &[u32], sums: &Sums, most: usize) -> Vec<u32> {
    let mut best = found.to_vec();
    if best.len() > most {
        let worth = |doc: &u32| sums.score[*doc as usize];
        best.select_nth_unstable_by(most, |left, right| worth(right).total_cmp(&worth(left)).then_with(|| left.cmp(right)));
        best.truncate(most);
        best.sort_unstable();
    }
    best
}

/// Walks over the places of a slot's words.
struct Cursor {
    postings: Vec<(SegmentPostings, u32)>,
}

impl Cursor {
    fn open(engine: &Engine, terms: &SlotTerms) -> Result<Cursor, Stop> {
        let mut postings = Vec::new();
        for term in all_terms(terms) {
            if let Some(info) = &term.text {
                postings.push((engine.text.read_postings_from_terminfo(info, IndexRecordOption::WithFreqsAndPositions)?, term.languages));
            }
        }
        Ok(Cursor { postings })
    }

    fn positions(&mut self, doc: u32, language: u8, out: &mut Vec<u32>) {
        for (postings, languages) in &mut self.postings {
            if *languages >> language & 1 == 0 {
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

fn all_terms(terms: &SlotTerms) -> impl Iterator<Item = &Term> {
    terms.units.iter().flat_map(|unit| &unit.words).flat_map(|word| &word.terms)
}

/// How often `right` stands exactly `gap` behind `left`, and how often they stand within `window` words.
fn meetings(left: &[u32], right: &[u32], gap: u32, window: u32) -> (f32, f32) {
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

/// Adds what telling words are worth: as much in all as the query's own words times the weight of feedback.
fn add_telling(engine: &Engine, telling: &[Telling], total_idf: f32, desk: &mut Desk, sums: &mut Sums) -> Result<(), Stop> {
    let mut missed = false;
    for word in telling {
        tolerate(word.term.text.as_ref().map_or(Ok(()), |info| read(&engine.text, info, IndexRecordOption::WithFreqs)), &mut missed)?;
    }
    if missed {
        return Err(Stop::Missing);
    }
    let records = sums.score.len();
    let idfs: Vec<f32> = telling.iter().map(|word| idf(records, word.term.text.as_ref().map_or(0, |info| info.doc_freq as usize))).collect();
    let mean: f32 = telling.iter().zip(&idfs).map(|(word, idf)| word.share * idf).sum();
    if mean <= 0.0 {
        return Ok(());
    }
    let scale = engine.weights.feedback * total_idf / mean;
    for (word, idf) in telling.iter().zip(idfs) {
        let Some(info) = &word.term.text else { continue };
        each_posting(&engine.text, info, |doc, tf| {
            if word.term.languages >> engine.languages[doc as usize] & 1 == 1 {
                desk.add(doc, engine.weights.body * tf as f32 / norm(engine, doc), IN_TEXT);
            }
        })?;
        for doc in &desk.touched {
            sums.score[*doc as usize] += scale * word.share * idf * saturated(engine, desk.tf[*doc as usize]);
        }
        desk.clear();
    }
    Ok(())
}

// --- bytes

/// Asks for all postings before any is used, so that one round fetches them all.
fn touch(engine: &Engine, terms: &[SlotTerms], nots: &[SlotTerms], positions: bool) -> Result<(), Stop> {
    let mut missed = false;
    for slot in terms.iter().chain(nots) {
        for unit in &slot.units {
            let option = if positions || unit.words.len() > 1 { IndexRecordOption::WithFreqsAndPositions } else { IndexRecordOption::WithFreqs };
            for word in &unit.words {
                touch_word(engine, word, option, &mut missed)?;
            }
        }
    }
    if missed { Err(Stop::Missing) } else { Ok(()) }
}

fn touch_word(engine: &Engine, word: &WordTerms, option: IndexRecordOption, missed: &mut bool) -> Result<(), Stop> {
    for term in &word.terms {
        if let Some(info) = &term.text {
            tolerate(read(&engine.text, info, IndexRecordOption::WithFreqs), missed)?;
            if option.has_positions() {
                tolerate(read(&engine.text, info, option), missed)?;
            }
        }
        for info in term.zones.iter().flatten() {
            tolerate(read(&engine.zone, info, IndexRecordOption::WithFreqs), missed)?;
        }
    }
    for (_, info) in &word.accented {
        tolerate(read(&engine.zone, info, IndexRecordOption::WithFreqs), missed)?;
    }
    Ok(())
}

fn read(index: &InvertedIndexReader, info: &TermInfo, option: IndexRecordOption) -> Result<(), Stop> {
    index.read_postings_from_terminfo(info, option)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{following, meetings};

    #[test]
    fn words_meet_in_order_and_near() {
        assert_eq!(meetings(&[3, 20], &[4, 25, 40], 1, 8), (1.0, 2.0));
        assert_eq!(meetings(&[4], &[3], 1, 8), (0.0, 1.0));
        assert_eq!(meetings(&[1], &[9], 1, 8), (0.0, 0.0));
        assert_eq!(meetings(&[], &[9], 1, 8), (0.0, 0.0));
    }

    #[test]
    fn a_phrase_goes_on_where_the_next_word_follows() {
        let before = vec![(1, vec![2, 9]), (4, vec![1])];
        let here = [(1, vec![3]), (5, vec![2])];
        assert_eq!(following(before, &here, 1), [(1, vec![2])]);
    }
}
