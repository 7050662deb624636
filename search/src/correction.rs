//! What a query word is read as beside itself: words written joined or apart, and, where it finds
//! nothing, longer words, compounds and corrections.

use crate::engine::Engine;
use crate::lexicon::{self, CorrectionCandidate};
use crate::message::Correction;
use crate::plan::{self, Alternative, Clause, QueryPlan};
use crate::step::{StepError, defer_missing};
use crate::terms::{ClauseTerms, look_up_clauses, look_up_term};

/// The most clauses of a query whose neighbouring words are searched joined too (`check out`,
/// `checkout`), because each pair costs a lookup.
const MAX_JOINED_CLAUSES: usize = 6;
/// The fewest letters of each of the two words that one word is read as (`freeshipping`,
/// `free shipping`).
const MIN_PART_LETTERS: usize = 3;
/// The most words of the lexicon that are searched instead of a word that is the beginning of no
/// indexed stem.
const MAX_COMPLETIONS: usize = 4;
/// The most compounds that are searched for a word that occurs only at their end.
const MAX_COMPOUNDS: usize = 8;
/// The fewest letters that a stemmer must have cut off a word for its stem to be taken for that of
/// another word (`refer` of `referal`).
const MIN_CUT_LETTERS: usize = 2;

/// The fewest letters of a stem that is searched as the beginning of longer words.
const MIN_STEM_LETTERS: usize = 6;

/// The clauses of a query with their looked-up terms, which change together.
struct Clauses<'a> {
    engine: &'a Engine,
    plan: &'a mut QueryPlan,
    terms: &'a mut [ClauseTerms],
    is_incomplete: bool,
}

impl Engine {
    /// Adds to two neighbouring words the word that they make together (`check out`, `checkout`),
    /// if the index has it. Sets `is_incomplete` if bytes are missing.
    pub(crate) fn add_joined_words(
        &self,
        plan: &mut QueryPlan,
        terms: &mut [ClauseTerms],
        is_incomplete: &mut bool,
    ) -> Result<(), StepError> {
        if plan.clauses.len() > MAX_JOINED_CLAUSES {
            return Ok(());
        }
        let mut clauses = Clauses { engine: self, plan, terms, is_incomplete: false };
        for second in 1..clauses.plan.clauses.len() {
            clauses.join(second - 1, second)?;
        }
        *is_incomplete |= clauses.is_incomplete;
        Ok(())
    }

    /// Searches each word that finds nothing as what may have been meant (the beginning of a word,
    /// a word with a slip, the end of compounds, two words) and adds a hint where a word is merely
    /// similar. Returns the slips and their corrections; `None` if no word was replaced.
    pub(crate) fn correct_spelling(
        &self,
        plan: &mut QueryPlan,
        terms: &mut [ClauseTerms],
    ) -> Result<Option<Correction>, StepError> {
        let mut correction = Correction::default();
        let mut clauses = Clauses { engine: self, plan, terms, is_incomplete: false };
        for at in 0..clauses.plan.clauses.len() {
            let Some(word) = correctable_word(&clauses.plan.clauses[at]) else { continue };
            if clauses.finds_something(at) {
                clauses.prefer_correction(at, &word)?;
                continue;
            }
            // While bytes are missing it is not known that there is nothing, so no more are asked
            // for.
            if clauses.complete(at, &word)? || clauses.is_incomplete {
                continue;
            }
            let is_last = at + 1 == clauses.plan.clauses.len();
            let Some(candidates) = clauses.candidates(&word, is_last) else { continue };
            match candidates.first() {
                Some(best) if best.is_slip => {
                    correction.from.push(clauses.typed(at));
                    correction.to.push(best.entry.spelling.clone());
                    clauses.replace(at, &best.entry.spelling)?;
                }
                _ if clauses.add_compounds(at, &word)?
                    || clauses.take_apart(at, &word)?
                    || clauses.complete_stems(at)? => {}
                Some(best) => clauses.offer(at, &best.entry.spelling),
                None => {}
            }
        }
        if clauses.is_incomplete {
            return Err(StepError::MissingBytes);
        }
        if correction.from.is_empty() {
            return Ok(None);
        }
        correction.text = plan.format();
        Ok(Some(correction))
    }

    /// Adds a spelling variant to each word that occurs in one or two records: the best slip that
    /// is one edit away and occurs at least six times. Returns whether any was added.
    pub(crate) fn add_spelling_variants(
        &self,
        plan: &mut QueryPlan,
        terms: &mut [ClauseTerms],
    ) -> Result<bool, StepError> {
        let mut clauses = Clauses { engine: self, plan, terms, is_incomplete: false };
        let mut has_added = false;
        for at in 0..clauses.plan.clauses.len() {
            let Some(word) = correctable_word(&clauses.plan.clauses[at]).filter(|_| {
                let found = &clauses.terms[at];
                (1..=2).contains(&found.max_record_count()) && !found.has_named_value()
            }) else {
                continue;
            };
            // The word is there, so a variant is not worth the whole lexicon.
            let Some(candidates) = lexicon::find_variants(&self.store, &word, false) else {
                clauses.is_incomplete = true;
                continue;
            };
            let is_variant = |candidate: &&CorrectionCandidate| {
                candidate.entry.count >= 6 && candidate.edits == 1 && candidate.is_slip
            };
            if let Some(best) = candidates.iter().find(is_variant) {
                clauses.add(at, &best.entry.spelling, self.weights.misspelt)?;
                has_added = true;
            }
        }
        if clauses.is_incomplete { Err(StepError::MissingBytes) } else { Ok(has_added) }
    }
}

impl Clauses<'_> {
    /// The text of the first alternative of clause number `at`, which is what was typed unless
    /// [`Clauses::replace`] has replaced it.
    fn typed(&self, at: usize) -> String {
        self.plan.clauses[at].alternatives[0].text.clone()
    }

    /// Whether the index has the words of clause number `at`, in records or in the name of a facet
    /// value.
    fn finds_something(&self, at: usize) -> bool {
        self.terms[at].max_record_count() > 0 || self.terms[at].has_named_value()
    }

    /// Looks up the terms of clause number `at` anew, after its alternatives changed.
    fn look_up(&mut self, at: usize) -> Result<(), StepError> {
        let clause = std::slice::from_ref(&self.plan.clauses[at]);
        if let Some(found) = look_up_clauses(self.engine, clause, &mut self.is_incomplete)?.pop() {
            self.terms[at] = found;
        }
        Ok(())
    }

    /// Adds a text as another alternative of clause number `at`, with `weight` as factor of its
    /// term frequencies.
    fn add(&mut self, at: usize, text: &str, weight: f32) -> Result<(), StepError> {
        let replaces = Some(self.typed(at));
        let alternative = plan::parse_alternative(text, false, self.engine.header());
        self.push(at, Alternative { replaces, ..alternative }, weight)
    }

    /// Adds an alternative and its looked-up terms to clause number `at`, with `weight` as factor
    /// of its term frequencies; it counts only in records without what was typed.
    fn push(&mut self, at: usize, alternative: Alternative, weight: f32) -> Result<(), StepError> {
        let clause = Clause { alternatives: vec![alternative.clone()], ..Clause::default() };
        let clause = std::slice::from_ref(&clause);
        let found = look_up_clauses(self.engine, clause, &mut self.is_incomplete)?.pop();
        for mut alternative in found.into_iter().flat_map(|found| found.alternatives) {
            alternative.weight = weight;
            alternative.is_stand_in = true;
            self.terms[at].alternatives.push(alternative);
        }
        self.plan.clauses[at].alternatives.push(alternative);
        Ok(())
    }

    /// Replaces all alternatives of clause number `at` by `text`, the correction of what was typed,
    /// and looks it up.
    fn replace(&mut self, at: usize, text: &str) -> Result<(), StepError> {
        let alternative = plan::parse_alternative(text, false, self.engine.header());
        let replaces = Some(self.typed(at));
        self.plan.clauses[at].alternatives = vec![Alternative { replaces, ..alternative }];
        self.look_up(at)
    }

    /// Searches `word`, of clause number `at`, as the beginning of longer words: of indexed stems
    /// or else, because a stem may be shorter than what was typed (`campaign`, `campaigni`), of
    /// words of the lexicon. Returns whether the index has any.
    fn complete(&mut self, at: usize, word: &str) -> Result<bool, StepError> {
        if !self.plan.clauses[at].alternatives[0].is_prefix {
            self.plan.clauses[at].alternatives[0].is_prefix = true;
            self.look_up(at)?;
            if self.finds_something(at) {
                return Ok(true);
            }
            self.plan.clauses[at].alternatives[0].is_prefix = false;
        }
        let Some(longer) = lexicon::find_completions(&self.engine.store, word, MAX_COMPLETIONS)
        else {
            self.is_incomplete = true;
            return Ok(false);
        };
        for entry in &longer {
            self.add(at, &entry.spelling, self.engine.weights.completion)?;
        }
        Ok(!longer.is_empty())
    }

    /// Searches the stems of the word of clause number `at` as the beginning of longer words, because
    /// a compound may have its first part in another form: `Weihnachten`, `Weihnachtsgeschäft`.
    /// Returns whether there are any.
    fn complete_stems(&mut self, at: usize) -> Result<bool, StepError> {
        let stems = self.plan.clauses[at].alternatives[0].words[0].stems.clone();
        let mut has_added = false;
        for (stem, _) in stems.iter().filter(|(stem, _)| stem.chars().count() >= MIN_STEM_LETTERS) {
            let Some(longer) = lexicon::find_completions(&self.engine.store, stem, MAX_COMPLETIONS)
            else {
                self.is_incomplete = true;
                return Ok(false);
            };
            for entry in &longer {
                self.add(at, &entry.spelling, self.engine.weights.completion)?;
            }
            has_added |= !longer.is_empty();
        }
        Ok(has_added)
    }

    /// The corrections of `word`, best first, and, if it is the last word of the query (`is_last`),
    /// longer words that begin with one; `None`, with `is_incomplete` set, while bytes are missing.
    fn candidates(&mut self, word: &str, is_last: bool) -> Option<Vec<CorrectionCandidate>> {
        let found = lexicon::find_corrections(&self.engine.store, word, is_last);
        self.is_incomplete |= found.is_none();
        found
    }

    /// Adds the correction of a word as the preferred alternative where the lexicon lacks the word
    /// and the index has only its stem, as that of another word: `referal` has the stem of `refer`,
    /// but `referral` is meant.
    fn prefer_correction(&mut self, at: usize, word: &str) -> Result<(), StepError> {
        let is_cut = |stem: &String| {
            word.starts_with(stem.as_str())
                && stem.chars().count() + MIN_CUT_LETTERS <= word.chars().count()
        };
        let has_cut_stem = self.plan.clauses[at].alternatives[0].words[0]
            .stems
            .iter()
            .any(|(stem, _)| is_cut(stem));
        if !has_cut_stem {
            return Ok(());
        }
        let Some(is_known) = lexicon::contains(&self.engine.store, word) else {
            self.is_incomplete = true;
            return Ok(());
        };
        if is_known || !self.terms[at].completions().is_empty() {
            return Ok(());
        }
        let Some(candidates) = self.candidates(word, false) else { return Ok(()) };
        if let Some(best) = candidates.first().filter(|best| best.is_slip && best.edits == 1) {
            self.add(at, &best.entry.spelling, 1.0)?;
            self.terms[at].prefer_last();
        }
        Ok(())
    }

    /// Adds the compounds that end in `word` as alternatives of clause number `at`. Returns whether
    /// there are any; false, with `is_incomplete` set, while bytes are missing.
    fn add_compounds(&mut self, at: usize, word: &str) -> Result<bool, StepError> {
        let Some(found) = lexicon::find_compounds(&self.engine.store, word, MAX_COMPOUNDS) else {
            self.is_incomplete = true;
            return Ok(false);
        };
        for entry in &found {
            self.add(at, &entry.spelling, self.engine.weights.compounds)?;
            // A term that is called by the compound is not what was looked for.
            self.terms[at].drop_last_values();
        }
        Ok(!found.is_empty())
    }

    /// Adds to clause number `at` the phrase of two words of the index that `word` consists of
    /// (`freeshipping`, `free shipping`), the first of them as short as possible. Returns whether
    /// there is one.
    fn take_apart(&mut self, at: usize, word: &str) -> Result<bool, StepError> {
        let letters: Vec<usize> = word.char_indices().map(|(at, _)| at).collect();
        let cuts = letters.len().saturating_sub(MIN_PART_LETTERS - 1);
        for &cut in letters.get(MIN_PART_LETTERS..cuts).unwrap_or_default() {
            let (first, second) = word.split_at(cut);
            if self.has_word(first)? && self.has_word(second)? {
                self.add(at, &format!("{first} {second}"), 1.0)?;
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Whether the text of any record has one of the stems of `word`; false, with `is_incomplete`
    /// set, while bytes are missing.
    fn has_word(&mut self, word: &str) -> Result<bool, StepError> {
        let alternative = plan::parse_alternative(word, false, self.engine.header());
        let stems = alternative.words.iter().flat_map(|word| &word.stems);
        let mut is_found = false;
        for (stem, languages) in stems {
            let term = look_up_term(self.engine, stem, *languages, 1.0, &mut self.is_incomplete);
            let term = defer_missing(term, &mut self.is_incomplete)?;
            is_found |= term.flatten().is_some_and(|term| term.text.is_some());
        }
        Ok(is_found)
    }

    /// Adds a hint that proposes `spelling`, which is similar to the word of clause number `at` but
    /// too different to be searched unasked.
    fn offer(&mut self, at: usize, spelling: &str) {
        let typed = self.typed(at);
        self.plan.hints.push(plan::not_found_hint(&typed, spelling));
    }

    /// Adds the word that two neighbouring clauses make together (`check` and `out`: `checkout`) to
    /// both as an alternative, if the index has it. A word and a figure are not joined.
    fn join(&mut self, first: usize, second: usize) -> Result<(), StepError> {
        let words = [first, second].map(|at| single_word(&self.plan.clauses[at]));
        let [Some((first_word, _)), Some((second_word, is_prefix))] = words else { return Ok(()) };
        let is_figure = |word: &str| word.starts_with(|letter: char| letter.is_ascii_digit());
        if is_figure(&first_word) != is_figure(&second_word) {
            return Ok(());
        }
        let joined = format!("{first_word}{second_word}");
        let alternative = plan::parse_alternative(&joined, is_prefix, self.engine.header());
        let clause = Clause { alternatives: vec![alternative.clone()], ..Clause::default() };
        let clause = std::slice::from_ref(&clause);
        let found = look_up_clauses(self.engine, clause, &mut self.is_incomplete)?;
        if !found.iter().any(ClauseTerms::has_term) {
            return Ok(());
        }
        for at in [first, second] {
            if !self.plan.clauses[at].is_ignored {
                let replaces = Some(self.typed(at));
                self.push(at, Alternative { replaces, ..alternative.clone() }, 1.0)?;
            }
        }
        Ok(())
    }
}

/// The word, without accents, of a clause that is one word and neither ignored nor corrected
/// already; `None` for other clauses.
fn correctable_word(clause: &Clause) -> Option<String> {
    let alternative = &clause.alternatives[0];
    let is_one_word = alternative.words.len() == 1
        && !clause.is_ignored
        && clause.alternatives[1..].iter().all(|other| other.replaces.is_some())
        && alternative.replaces.is_none();
    is_one_word.then(|| alternative.words[0].folded.clone())
}

/// The word of a clause that was typed as one word, and whether it is a prefix; `None` for other
/// clauses and for scripts without spaces.
fn single_word(clause: &Clause) -> Option<(String, bool)> {
    let word = clause.typed_word()?;
    (!word.form.starts_with(crate::language::is_bigram_script))
        .then(|| (word.form.clone(), clause.alternatives[0].is_prefix))
}
