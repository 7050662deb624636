//! Finds records by what a word means. The index states for each concept of the glossary which
//! records mention it, in their own language. A query that has a name of a concept finds, below all
//! that has its words, the records that mention the concept in others.

use std::sync::{Arc, PoisonError};

use crate::engine::Engine;
use crate::glossary::{Glossary, IndexedConcept, MAX_NAME_WORDS};
use crate::layout::GLOSSARY;
use crate::plan::{Alternative, Clause, QueryPlan, QueryWord};
use crate::schema::{CONCEPT_MARKER, Zone};
use crate::step::{StepError, defer_missing};
use crate::terms::{AlternativeTerms, ClauseTerms, WordTerms, look_up_zone_key};

/// The most records with a word for which its concept is looked up: who asks for a frequent word
/// finds enough.
const MAX_RECORDS: u32 = 50;

impl Engine {
    /// Adds to the words of a query that few records have the concepts that they name, alone or with
    /// their neighbours. Sets `is_incomplete` if bytes are missing.
    pub(crate) fn add_concepts(
        &self,
        plan: &mut QueryPlan,
        terms: &mut [ClauseTerms],
        is_incomplete: &mut bool,
    ) -> Result<(), StepError> {
        let is_rare = |terms: &ClauseTerms| terms.max_record_count() <= MAX_RECORDS;
        let has_rare_word = plan
            .clauses
            .iter()
            .zip(&*terms)
            .any(|(clause, terms)| clause.typed_word().is_some() && is_rare(terms));
        if !has_rare_word {
            return Ok(());
        }
        let Some(glossary) = defer_missing(self.glossary(), is_incomplete)? else { return Ok(()) };
        let mut start = 0;
        while start < plan.clauses.len() {
            let longest = MAX_NAME_WORDS.min(plan.clauses.len() - start);
            let found = (1..=longest).rev().find_map(|length| {
                let range = start..start + length;
                let words: Vec<&QueryWord> = plan.clauses[range.clone()]
                    .iter()
                    .map(Clause::typed_word)
                    .collect::<Option<_>>()?;
                let concept = glossary.find(&words)?;
                terms[range.clone()].iter().any(is_rare).then_some((range, concept))
            });
            let Some((range, concept)) = found else {
                start += 1;
                continue;
            };
            let key = format!("{}{CONCEPT_MARKER}", concept.id);
            if let Some(Some(term)) =
                defer_missing(look_up_zone_key(self, &key, Zone::Terms), is_incomplete)?
            {
                for at in range.clone() {
                    if plan.clauses[at].is_ignored {
                        continue;
                    }
                    let typed = plan.clauses[at].alternatives[0].text.clone();
                    plan.clauses[at].alternatives.extend(names_to_mark(concept, &typed));
                    terms[at].alternatives.push(AlternativeTerms {
                        words: vec![WordTerms {
                            terms: vec![term.clone()],
                            ..WordTerms::default()
                        }],
                        weight: self.weights.concept,
                        is_stand_in: true,
                        values: Vec::new(),
                        concept: Some(concept.label.clone()),
                    });
                }
            }
            start = range.end;
        }
        Ok(())
    }

    /// The concepts of the index, read once. Errors if their block is missing.
    fn glossary(&self) -> Result<Arc<Glossary>, StepError> {
        let mut kept = self.glossary.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(glossary) = &*kept {
            return Ok(Arc::clone(glossary));
        }
        let block = self.store.block(GLOSSARY, 0).ok_or(StepError::MissingBytes)?;
        let glossary = Arc::new(Glossary::decode(block.as_slice()));
        *kept = Some(Arc::clone(&glossary));
        Ok(glossary)
    }
}

/// The names of one word of a concept as alternatives of what was `typed`, so that they are marked
/// in the records that are found by them.
fn names_to_mark<'c>(
    concept: &'c IndexedConcept,
    typed: &'c str,
) -> impl Iterator<Item = Alternative> + use<'c> {
    let one_word = concept.names.iter().filter(|(_, name)| !name.contains(' '));
    one_word.map(|(language, name)| Alternative {
        text: name.clone(),
        words: vec![QueryWord {
            form: name.clone(),
            folded: name.clone(),
            stems: vec![(name.clone(), language.bit())],
        }],
        replaces: Some(typed.to_owned()),
        is_stand_in: true,
        ..Alternative::default()
    })
}
