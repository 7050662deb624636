//! The vocabularies of terms that records use, as the commands on terms name them.

use crate::vocabulary::{Term, TermId, Terms, Vocabulary};

/// A vocabulary whose terms can be renamed and merged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum VocabularyKind {
    /// Countries.
    Markets,
    /// Channels.
    Channels,
    /// Tactics.
    Tactics,
    /// Metrics.
    Metrics,
}

/// A name that a vocabulary knows: the term that has it, and whether it is the term's id.
#[derive(Debug, Clone, Copy)]
pub struct FoundTerm<'v> {
    /// The term.
    pub term: &'v Term,
    /// Whether the name is the id of the term rather than a label or alias.
    pub is_id: bool,
}

impl VocabularyKind {
    /// All kinds, in the order in which they are listed.
    pub const ALL: [VocabularyKind; 4] = [
        VocabularyKind::Tactics,
        VocabularyKind::Channels,
        VocabularyKind::Markets,
        VocabularyKind::Metrics,
    ];

    /// The name of the vocabulary, which is that of its file: `tactics`.
    pub fn name(self) -> &'static str {
        match self {
            VocabularyKind::Markets => "markets",
            VocabularyKind::Channels => "channels",
            VocabularyKind::Tactics => "tactics",
            VocabularyKind::Metrics => "metrics",
        }
    }

    /// What one term is called: `tactic`.
    pub fn noun(self) -> &'static str {
        self.name().trim_end_matches('s')
    }

    /// All terms, in id order.
    pub fn terms(self, vocabulary: &Vocabulary) -> Vec<&Term> {
        fn list<K: TermId>(terms: &Terms<K>) -> Vec<&Term> {
            terms.iter().map(|(_, term)| term).collect()
        }
        match self {
            VocabularyKind::Markets => list(&vocabulary.markets),
            VocabularyKind::Channels => list(&vocabulary.channels),
            VocabularyKind::Tactics => list(&vocabulary.tactics),
            VocabularyKind::Metrics => list(&vocabulary.metrics),
        }
    }

    /// The term with an id, label or alias; none where no term has this name.
    pub fn find<'v>(self, vocabulary: &'v Vocabulary, name: &str) -> Option<FoundTerm<'v>> {
        fn look_up<'v, K: TermId>(terms: &'v Terms<K>, name: &str) -> Option<FoundTerm<'v>> {
            terms.find(name).map(|id| FoundTerm { term: &terms[id], is_id: terms.is_id(id, name) })
        }
        match self {
            VocabularyKind::Markets => look_up(&vocabulary.markets, name),
            VocabularyKind::Channels => look_up(&vocabulary.channels, name),
            VocabularyKind::Tactics => look_up(&vocabulary.tactics, name),
            VocabularyKind::Metrics => look_up(&vocabulary.metrics, name),
        }
    }

    /// An id in the letter case of the vocabulary: upper case for markets, else lower case.
    pub fn id_case(self, id: &str) -> String {
        match self {
            VocabularyKind::Markets => id.to_uppercase(),
            _ => id.to_lowercase(),
        }
    }
}
