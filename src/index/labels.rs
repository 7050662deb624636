//! The names under which terms are found: labels and aliases in all languages.

use std::collections::BTreeMap;

use casebook_search::{Facet, ValueNames};

use crate::catalog::Catalog;
use crate::vocabulary::{Term, TermId, Terms};

/// Names of every term of the vocabularies.
pub fn names(catalog: &Catalog) -> Vec<ValueNames> {
    let vocabulary = &catalog.vocabulary;
    let mut names = Vec::new();
    names_of(&mut names, Facet::Market, &vocabulary.markets);
    names_of(&mut names, Facet::Group, &vocabulary.groups);
    names_of(&mut names, Facet::Channel, &vocabulary.channels);
    names_of(&mut names, Facet::Tactic, &vocabulary.tactics);
    names_of(&mut names, Facet::Metric, &vocabulary.metrics);
    names
}

fn names_of<K: TermId>(names: &mut Vec<ValueNames>, facet: Facet, terms: &Terms<K>) {
    names.extend(terms.iter().map(|(_, term)| ValueNames { facet, value: term.slug(), names: names_by_language(term) }));
}

/// The vocabulary does not say which language an alias is in.
fn names_by_language(term: &Term) -> BTreeMap<String, Vec<String>> {
    let mut names: BTreeMap<String, Vec<String>> = BTreeMap::from([("en".to_owned(), vec![term.label.clone()])]);
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
