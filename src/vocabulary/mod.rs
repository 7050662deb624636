//! Vocabularies: markets, market groups, channels, tactics, metrics, teams and a glossary, with
//! labels and aliases in several languages.

use std::collections::BTreeMap;
use std::ops::Index;
use std::sync::Arc;

use rustc_hash::FxHashMap;
use unicode_normalization::UnicodeNormalization;

mod contact;
mod entry;
pub mod entry_field;
mod kind;
pub mod read;
mod team_entry;
pub mod template;
mod term_ref;

pub use contact::Contact;
pub use entry::{BetterDirection, Maturity, MetricUnit};
pub use kind::{FoundTerm, VocabularyKind};
pub use term_ref::{TermKind, TermRef};

/// All vocabularies of a hub: the defaults merged with its own vocabulary files.
#[derive(Debug, Clone, Default)]
pub struct Vocabulary {
    /// Countries by ISO 3166-1 alpha-2 code.
    pub markets: Terms<MarketId>,
    /// Market groups, `global` among them.
    pub groups: Terms<GroupId>,
    /// Channels.
    pub channels: Terms<ChannelId>,
    /// Tactics.
    pub tactics: Terms<TacticId>,
    /// Metrics.
    pub metrics: Terms<MetricId>,
    /// Teams and roles: those of `teams.yaml`, and in a catalog also those that records alone name.
    pub teams: Terms<TeamId>,
    /// Marketing concepts in id order; they relate terms of different languages when texts are
    /// compared.
    pub glossary: Vec<Concept>,
}

/// A concept of the marketing glossary.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Concept {
    /// Stable id in kebab-case.
    pub id: String,
    /// Terms by language (BCP 47), most usual first.
    pub terms: BTreeMap<String, Vec<String>>,
}

impl Concept {
    /// The name to display in a language (a BCP 47 tag): the first term there, else without the
    /// region, else in English, else the id.
    pub fn label(&self, language: &str) -> &str {
        let base = language.split('-').next().unwrap_or(language);
        let terms = [language, base, "en"].into_iter().find_map(|tag| self.terms.get(tag));
        terms.and_then(|terms| terms.first()).unwrap_or(&self.id)
    }
}

impl Vocabulary {
    /// Adds the terms that records use in open mode though no vocabulary has them. Ids of terms
    /// change, so this must precede the reading of any record.
    #[must_use]
    pub fn with_unlisted(
        mut self,
        markets: Vec<Term>,
        channels: Vec<Term>,
        tactics: Vec<Term>,
    ) -> Self {
        let old_ids: Vec<Arc<str>> =
            self.markets.iter().map(|(_, term)| Arc::clone(&term.id)).collect();
        self.markets = self.markets.with_terms(markets);
        self.channels = self.channels.with_terms(channels);
        self.tactics = self.tactics.with_terms(tactics);
        let new_ids: Vec<MarketId> =
            old_ids.iter().map(|id| self.markets.find(id).expect("terms are only added")).collect();
        for term in self.groups.terms.iter_mut().chain(&mut self.teams.terms) {
            for market in &mut term.members {
                *market = new_ids[market.index()];
            }
        }
        self
    }

    /// Adds teams that records name though `teams.yaml` does not. Ids of teams change, so nothing
    /// may have kept one before.
    pub fn add_unlisted_teams(&mut self, teams: Vec<Term>) {
        self.teams = std::mem::take(&mut self.teams).with_terms(teams);
    }
}

/// One term of a vocabulary.
#[derive(Debug, Clone, Default)]
pub struct Term {
    /// Stable id: kebab-case, or an upper-case ISO 3166-1 code for markets.
    pub id: Arc<str>,
    /// Label in English, or in the language of the hub.
    pub label: String,
    /// Labels by language (BCP 47).
    pub labels: BTreeMap<String, String>,
    /// Synonyms in any language.
    pub aliases: Vec<String>,
    /// Description in one sentence; may be empty.
    pub description: String,
    /// Id of the term that replaces this one.
    pub deprecated_by: Option<String>,
    /// Whether a vocabulary file of the hub defines or changes it.
    pub is_custom: bool,
    /// Whether no vocabulary has it, so that it was added in open mode.
    pub is_unlisted: bool,
    /// Tactics: the family of the tactic.
    pub family: Option<String>,
    /// Markets: maturity of the market.
    pub maturity: Option<Maturity>,
    /// Markets: languages spoken (BCP 47).
    pub languages: Vec<String>,
    /// Groups: the markets of the group and of its `unions`, in id order. Teams: the markets that
    /// the team names itself.
    pub members: Vec<MarketId>,
    /// Groups: the groups whose markets it contains. Teams: the groups in which it works.
    pub unions: Vec<GroupId>,
    /// Markets: the groups with this market, smallest first.
    pub groups: Vec<GroupId>,
    /// Metrics: the direction of improvement.
    pub better: BetterDirection,
    /// Metrics: unit of the values.
    pub unit: MetricUnit,
    /// Metrics: whether it usually is a guardrail.
    pub is_guardrail: bool,
    /// Metrics: whether it belongs to the suggested common metrics.
    pub is_common: bool,
    /// Teams: how to reach the team.
    pub contact: Option<Contact>,
}

impl Term {
    /// The label in a language, else in its primary language (`pt` of `pt-BR`), else the default
    /// label.
    pub fn label_in(&self, language: &str) -> &str {
        let primary = language.split('-').next().unwrap_or(language);
        self.labels
            .get(language)
            .or_else(|| self.labels.get(primary))
            .map_or(&self.label, |label| label)
    }

    /// The id in addresses: lower case.
    pub fn slug(&self) -> String {
        self.id.to_lowercase()
    }
}

/// An index into one of the vocabularies; each vocabulary has a type of its own, so that an index
/// into one cannot be used in another.
pub trait TermId: Copy + Ord {
    /// The id of the term at an index.
    fn from_index(index: usize) -> Self;
    /// The index of the term.
    fn index(self) -> usize;
}

/// Declares the type of the index into each vocabulary.
macro_rules! term_ids {
    ($($(#[$doc:meta])* $name:ident)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub u32);
        impl TermId for $name {
            /// The id of the term at this index of its vocabulary; panics at an index above
            /// `u32::MAX`.
            fn from_index(index: usize) -> Self {
                $name(u32::try_from(index).expect("a vocabulary holds fewer than four billion terms"))
            }
            /// The index of the term in its vocabulary, whose terms are in id order.
            fn index(self) -> usize {
                self.0 as usize
            }
        }
    )*};
}
term_ids! {
    /// A market: index into `Vocabulary::markets`.
    MarketId
    /// A market group: index into `Vocabulary::groups`.
    GroupId
    /// A channel: index into `Vocabulary::channels`.
    ChannelId
    /// A tactic: index into `Vocabulary::tactics`.
    TacticId
    /// A metric: index into `Vocabulary::metrics`.
    MetricId
    /// A team or role: index into `Vocabulary::teams`.
    TeamId
}

/// One vocabulary: terms in id order, with a look-up by id, label and alias.
#[derive(Debug, Clone)]
pub struct Terms<K> {
    terms: Vec<Term>,
    /// Index of the term by normalised id, label or alias.
    by_name: FxHashMap<String, u32>,
    id_type: std::marker::PhantomData<K>,
}

impl<K> Default for Terms<K> {
    fn default() -> Self {
        Terms {
            terms: Vec::new(),
            by_name: FxHashMap::default(),
            id_type: std::marker::PhantomData,
        }
    }
}

impl<K: TermId> Terms<K> {
    /// Sorts the terms by id and builds the look-up. Of two terms with one name, an id precedes a
    /// label, a label an alias, and a custom term a default one.
    pub fn new(mut terms: Vec<Term>) -> Self {
        terms.sort_by(|a, b| a.id.cmp(&b.id));
        let mut by_name = FxHashMap::default();
        for rank in 0..6 {
            for (index, term) in
                terms.iter().enumerate().filter(|(_, term)| term.is_custom == (rank % 2 == 0))
            {
                for name in names_by_rank(term, rank / 2) {
                    by_name.entry(normalise_name(name)).or_insert(index as u32);
                }
            }
        }
        Terms { terms, by_name, id_type: std::marker::PhantomData }
    }

    /// The term of an id, label or alias in any language, compared as [`normalise_name`] does.
    pub fn find(&self, name: &str) -> Option<K> {
        self.by_name.get(&normalise_name(name)).map(|index| K::from_index(*index as usize))
    }

    /// Whether `name` is the id of the term, ignoring ASCII case, rather than a label or alias.
    pub fn is_id(&self, id: K, name: &str) -> bool {
        self[id].id.eq_ignore_ascii_case(name)
    }

    /// All terms in id order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (K, &Term)> {
        self.terms.iter().enumerate().map(|(index, term)| (K::from_index(index), term))
    }

    /// The number of terms.
    pub fn len(&self) -> usize {
        self.terms.len()
    }

    /// Whether there are no terms.
    pub fn is_empty(&self) -> bool {
        self.terms.is_empty()
    }

    /// Adds terms and sorts anew, so ids that were given before no longer fit.
    #[must_use]
    fn with_terms(mut self, added: Vec<Term>) -> Self {
        if added.is_empty() {
            return self;
        }
        self.terms.extend(added);
        Terms::new(self.terms)
    }

    /// Mutable access, to set fields that depend on another vocabulary while the vocabularies are
    /// built.
    pub(crate) fn term_mut(&mut self, id: K) -> &mut Term {
        &mut self.terms[id.index()]
    }
}

impl<K: TermId> Index<K> for Terms<K> {
    type Output = Term;

    fn index(&self, id: K) -> &Term {
        &self.terms[id.index()]
    }
}

/// The names of a term of one rank: 0 its id, 1 its labels, 2 its aliases.
fn names_by_rank(term: &Term, rank: usize) -> Vec<&str> {
    match rank {
        0 => vec![&term.id],
        1 => std::iter::once(term.label.as_str())
            .chain(term.labels.values().map(String::as_str))
            .collect(),
        _ => term.aliases.iter().map(String::as_str).collect(),
    }
}

/// Normalises a name for comparison: NFKC, lower case, and each run of spaces, hyphens and
/// underscores as one hyphen.
///
/// The Turkish dotted and dotless `i` both become `i`, because a capital does not show by which
/// rules it was written.
pub fn normalise_name(name: &str) -> String {
    if name.is_ascii() {
        collapse_separators(name.chars(), name.len())
    } else {
        collapse_separators(
            name.nfkc().flat_map(char::to_lowercase).nfc().filter_map(fold_turkish_i),
            name.len(),
        )
    }
}

/// Maps the Turkish `ı` to `i`, and drops the combining dot that lower-casing makes of `İ`.
fn fold_turkish_i(letter: char) -> Option<char> {
    match letter {
        'ı' => Some('i'),
        '\u{307}' => None,
        letter => Some(letter),
    }
}

/// Lower-cases ASCII letters, replaces each run of separators by one hyphen, and drops those at both
/// ends; `length` is the capacity that is reserved.
fn collapse_separators(letters: impl Iterator<Item = char>, length: usize) -> String {
    let mut name = String::with_capacity(length);
    let mut is_after_separator = false;
    for letter in letters {
        if letter.is_whitespace() || letter == '-' || letter == '_' {
            is_after_separator = !name.is_empty();
            continue;
        }
        if std::mem::take(&mut is_after_separator) {
            name.push('-');
        }
        name.push(letter.to_ascii_lowercase());
    }
    name
}

#[cfg(test)]
mod tests {
    use super::normalise_name;

    #[test]
    fn spellings_of_a_name_are_equal() {
        assert_eq!(normalise_name(" Member_Get  Member "), "member-get-member");
        assert_eq!(normalise_name("TÜRKİYE"), normalise_name("Türkiye"));
        assert_eq!(normalise_name("Türki\u{307}ye"), "türkiye");
        assert_eq!(normalise_name("SIRBISTAN"), normalise_name("Sırbistan"));
        assert_eq!(normalise_name("Espan\u{303}a"), normalise_name("España"));
        assert_eq!(normalise_name("ＤＥ"), "de");
    }
}
