//! How a hub uses its vocabularies: which terms are used how often, which words no list has, and
//! which names are so alike that two terms may be one.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use crate::catalog::references::{local_metrics, term_lists};
use crate::record::Manuscript;
use crate::vocabulary::{Term, Vocabulary, VocabularyKind, normalise_name};

/// From this length in characters two names are alike if one letter differs.
const LENGTH_FOR_ONE_EDIT: usize = 6;
/// From this length in characters two names are alike if two letters differ.
const LENGTH_FOR_TWO_EDITS: usize = 12;

/// How a hub uses its vocabularies.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct VocabularyReport {
    /// All terms, by kind and id; words that no list has stand among them.
    pub terms: Vec<TermCount>,
    /// Terms of one kind with names that are alike.
    pub near_duplicates: Vec<NearDuplicate>,
}

/// A term and how often it is used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TermCount {
    /// What the term is: `tactic`.
    pub kind: &'static str,
    /// Id of the term; for a word that no list has, the word.
    pub id: String,
    /// Its label; for a word that no list has, the word.
    pub label: String,
    /// Number of records that name it.
    pub records: usize,
    /// What there is to say of it.
    pub state: TermState,
    /// Id of the term that replaces a deprecated one.
    pub deprecated_by: Option<String>,
    /// Whether a vocabulary file of the hub has it.
    pub is_own: bool,
}

/// What there is to say of a term.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum TermState {
    /// Records name it.
    Used,
    /// No record names it.
    Unused,
    /// Records name it, and no list has it.
    Undefined,
    /// Another term replaces it.
    Deprecated,
}

impl TermState {
    /// The word for the state.
    pub fn as_str(self) -> &'static str {
        match self {
            TermState::Used => "used",
            TermState::Unused => "unused",
            TermState::Undefined => "undefined",
            TermState::Deprecated => "deprecated",
        }
    }
}

/// Two terms of one kind that may be one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NearDuplicate {
    /// What the terms are: `tactic`.
    pub kind: &'static str,
    /// Ids of both terms, the hub's own one first.
    pub ids: [String; 2],
    /// The names that are alike, in the same order.
    pub names: [String; 2],
}

/// Counts the terms of some kinds in all records, and compares their names. Built-in terms are
/// compared with those of the hub and with undefined words, not with one another.
pub fn report_vocabulary<'m>(
    vocabulary: &Vocabulary,
    manuscripts: impl Iterator<Item = &'m Manuscript> + Clone,
    kinds: &[VocabularyKind],
) -> VocabularyReport {
    let mut report = VocabularyReport::default();
    for kind in kinds {
        let uses = count_uses(vocabulary, manuscripts.clone(), *kind);
        let terms = kind.terms(vocabulary);
        report.near_duplicates.extend(find_near_duplicates(*kind, &terms, &uses.undefined));
        let mut counts: Vec<TermCount> = terms
            .into_iter()
            .map(|term| count_of_term(*kind, term, uses.by_id.get(&*term.id).copied()))
            .collect();
        counts.extend(uses.undefined.into_values().map(|(word, records)| TermCount {
            kind: kind.noun(),
            label: word.clone(),
            id: word,
            records,
            state: TermState::Undefined,
            deprecated_by: None,
            is_own: false,
        }));
        counts.sort_by(|one, other| one.id.cmp(&other.id));
        report.terms.extend(counts);
    }
    report
}

/// A term of a list with the number of records that name it.
fn count_of_term(kind: VocabularyKind, term: &Term, records: Option<usize>) -> TermCount {
    let state = match (&term.deprecated_by, records) {
        (Some(_), _) => TermState::Deprecated,
        (None, Some(_)) => TermState::Used,
        (None, None) => TermState::Unused,
    };
    TermCount {
        kind: kind.noun(),
        id: term.id.to_string(),
        label: term.label.clone(),
        records: records.unwrap_or_default(),
        state,
        deprecated_by: term.deprecated_by.clone(),
        is_own: term.is_custom,
    }
}

/// How often records name terms, and words that no list has.
#[derive(Debug, Default)]
struct Uses {
    /// Number of records by id of the term.
    by_id: BTreeMap<String, usize>,
    /// First spelling and number of records of each word without a term, by its normalised form.
    undefined: BTreeMap<String, (String, usize)>,
}

/// Counts the records that name each term of a kind, by whatever name.
fn count_uses<'m>(
    vocabulary: &Vocabulary,
    manuscripts: impl Iterator<Item = &'m Manuscript>,
    kind: VocabularyKind,
) -> Uses {
    let mut uses = Uses::default();
    for manuscript in manuscripts {
        let local = local_metrics(manuscript);
        let mut found: BTreeSet<String> = BTreeSet::new();
        let mut unknown: BTreeMap<String, &str> = BTreeMap::new();
        for (text, _) in term_lists(manuscript, kind).into_iter().flatten() {
            let is_group =
                kind == VocabularyKind::Markets && vocabulary.groups.find(text).is_some();
            let is_local = kind == VocabularyKind::Metrics && local.contains(&text);
            match kind.find(vocabulary, text) {
                Some(term) => {
                    found.insert(term.term.id.to_string());
                }
                None if is_group || is_local || text.trim().is_empty() => {}
                None => {
                    unknown.entry(normalise_name(text)).or_insert(text);
                }
            }
        }
        for id in found {
            *uses.by_id.entry(id).or_default() += 1;
        }
        for (normalised, text) in unknown {
            uses.undefined.entry(normalised).or_insert_with(|| (text.trim().to_owned(), 0)).1 += 1;
        }
    }
    uses
}

/// Pairs of terms with names that are alike; at least one of each pair is the hub's own or
/// undefined.
fn find_near_duplicates(
    kind: VocabularyKind,
    terms: &[&Term],
    undefined: &BTreeMap<String, (String, usize)>,
) -> Vec<NearDuplicate> {
    let own = terms.iter().filter(|term| term.is_custom && term.deprecated_by.is_none());
    let own = own.map(|term| (term.id.to_string(), names_of(term)));
    let words =
        undefined.values().map(|(word, _)| (word.clone(), vec![(fold(word), word.clone())]));
    let candidates: Vec<NamedTerm> = own.chain(words).collect();
    let others = terms.iter().filter(|term| !term.is_custom && term.deprecated_by.is_none());
    let others: Vec<NamedTerm> = others.map(|term| (term.id.to_string(), names_of(term))).collect();
    let mut found = Vec::new();
    for (at, candidate) in candidates.iter().enumerate() {
        for other in candidates[at + 1..].iter().chain(&others) {
            let alike = candidate.1.iter().find_map(|one| {
                other.1.iter().find(|two| are_alike(&one.0, &two.0)).map(|two| (one, two))
            });
            if let Some((one, two)) = alike {
                found.push(NearDuplicate {
                    kind: kind.noun(),
                    ids: [candidate.0.clone(), other.0.clone()],
                    names: [one.1.clone(), two.1.clone()],
                });
            }
        }
    }
    found
}

/// Id of a term and its names, each folded and as it is written.
type NamedTerm = (String, Vec<(String, String)>);

/// The id, the labels and the aliases of a term, each folded and as it is written.
fn names_of(term: &Term) -> Vec<(String, String)> {
    let id = term.id.to_string();
    let labels = term.labels.values().chain([&term.label]).chain(&term.aliases).cloned();
    [id].into_iter().chain(labels).map(|name| (fold(&name), name)).collect()
}

/// A name without case, accents, spaces and hyphens.
fn fold(name: &str) -> String {
    normalise_name(name)
        .nfd()
        .filter(|letter| !is_combining_mark(*letter) && *letter != '-')
        .nfc()
        .collect()
}

/// Whether two folded names are equal, or differ by a letter or two of many. Names with other digits
/// are different things, and names of other scripts have too few letters to tell.
fn are_alike(one: &str, other: &str) -> bool {
    if one == other {
        return !one.is_empty();
    }
    let is_latin = one.is_ascii() && other.is_ascii();
    let digits = |name: &str| -> String { name.chars().filter(char::is_ascii_digit).collect() };
    let shorter = one.len().min(other.len());
    let edits = match shorter {
        LENGTH_FOR_TWO_EDITS.. => 2,
        LENGTH_FOR_ONE_EDIT.. => 1,
        _ => return false,
    };
    is_latin
        && one.len().abs_diff(other.len()) <= edits
        && digits(one) == digits(other)
        && strsim::damerau_levenshtein(one, other) <= edits
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_alike_by_letters_not_by_digits() {
        for (one, other, wanted) in [
            ("Pop-up shop", "popup shops", true),
            ("Réduction", "reduction", true),
            ("割引", "割引", true),
            ("割引", "割増", false),
            ("step-10-off", "step-20-off", false),
            ("sms", "mms", false),
            ("newsletter", "billboard", false),
        ] {
            assert_eq!(are_alike(&fold(one), &fold(other)), wanted, "{one} {other}");
        }
    }
}
