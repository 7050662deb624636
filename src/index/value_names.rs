//! The names under which searches find terms: labels and aliases in all languages.

use std::collections::BTreeMap;

use casebook_search::{ConceptNames, ValueNames};

use crate::catalog::Catalog;
use crate::catalog::field::{Facet, facet};
use crate::vocabulary::{Concept, Term, TermId, Terms};

/// Collects the names of every term of the vocabularies.
pub fn collect_value_names(catalog: &Catalog) -> Vec<ValueNames> {
    let vocabulary = &catalog.vocabulary;
    let mut names = Vec::new();
    add_names(&mut names, &facet::MARKET, &vocabulary.markets);
    add_names(&mut names, &facet::GROUP, &vocabulary.groups);
    add_names(&mut names, &facet::CHANNEL, &vocabulary.channels);
    add_names(&mut names, &facet::TACTIC, &vocabulary.tactics);
    add_names(&mut names, &facet::METRIC, &vocabulary.metrics);
    names
}

/// Collects the names of every concept of the glossary; `language` is that of the site.
pub fn collect_concept_names(catalog: &Catalog, language: &str) -> Vec<ConceptNames> {
    let names = |concept: &Concept| ConceptNames {
        id: concept.id.clone(),
        label: concept.label(language).to_owned(),
        names: concept.terms.clone(),
    };
    catalog.vocabulary.glossary.iter().map(names).collect()
}

/// Appends the names of every term of one vocabulary, as values of the facet of that vocabulary.
fn add_names<K: TermId>(names: &mut Vec<ValueNames>, facet: &Facet, terms: &Terms<K>) {
    names.extend(terms.iter().map(|(_, term)| ValueNames {
        facet: facet.id,
        value: term.slug(),
        names: names_by_language(term),
    }));
}

/// The names of a term by BCP 47 tag; aliases are under the empty tag, because the vocabulary does
/// not state their language.
fn names_by_language(term: &Term) -> BTreeMap<String, Vec<String>> {
    let mut names: BTreeMap<String, Vec<String>> =
        BTreeMap::from([("en".to_owned(), vec![term.label.clone()])]);
    for (language, label) in &term.labels {
        let known = names.entry(language.clone()).or_default();
        if !known.contains(label) {
            known.push(label.clone());
        }
    }
    if !term.aliases.is_empty() {
        names.insert(String::new(), term.aliases.clone());
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::support::TestHub;

    #[test]
    fn terms_are_found_by_label_and_alias_in_every_language() {
        let catalog = TestHub::new().checked().catalog;
        let all = collect_value_names(&catalog);
        let rows = [
            (&facet::MARKET, "de", "en", "Germany"),
            (&facet::MARKET, "de", "nl", "Duitsland"),
            (&facet::CHANNEL, "email", "", "newsletter"),
            (&facet::TACTIC, "referral-reward", "", "member get member"),
        ];
        for (facet, value, language, name) in rows {
            let found = all.iter().find(|term| term.facet == facet.id && term.value == value);
            let names = &found.expect("the term is there").names;
            assert!(
                names[language].iter().any(|known| known.eq_ignore_ascii_case(name)),
                "{value}: {names:?}"
            );
        }
    }
}
