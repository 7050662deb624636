//! Vocabularies: markets, market groups, channels, tactics and metrics, with labels and aliases in several languages.

use std::collections::BTreeMap;
use std::ops::Index;
use std::sync::Arc;

use rustc_hash::FxHashMap;
use unicode_normalization::UnicodeNormalization;

mod entry;
pub mod read;
pub mod template;
mod term_ref;

pub use entry::{Better, Maturity, Unit};
pub use term_ref::{TermKind, TermRef};

/// All vocabularies of a hub: the default set with the hub's own files merged in.
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
    /// Marketing concepts and their terms by language, in id order; they bridge languages when texts are compared.
    pub glossary: Vec<Concept>,
}

/// A concept of the marketing glossary.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Concept {
    /// Its stable id in kebab-case.
    pub id: String,
    /// Its terms by language (BCP 47), most usual first.
    pub terms: BTreeMap<String, Vec<String>>,
}

impl Vocabulary {
    /// The vocabulary with unlisted terms added; positions change, so this comes before any record is read.
    #[must_use]
    pub fn with_unlisted(mut self, markets: Vec<Term>, channels: Vec<Term>, tactics: Vec<Term>) -> Self {
        let before: Vec<Arc<str>> = self.markets.iter().map(|(_, term)| Arc::clone(&term.id)).collect();
        self.markets = self.markets.and(markets);
        self.channels = self.channels.and(channels);
        self.tactics = self.tactics.and(tactics);
        let after: Vec<MarketId> = before.iter().map(|id| self.markets.find(id).expect("terms are only added")).collect();
        for group in &mut self.groups.terms {
            for market in &mut group.members {
                *market = after[market.index()];
            }
        }
        self
    }
}

/// One term of a vocabulary.
#[derive(Debug, Clone, Default)]
pub struct Term {
    /// Its stable id: kebab-case, or an upper-case ISO code for markets.
    pub id: Arc<str>,
    /// Its label in English, or as the hub wrote it.
    pub label: String,
    /// Labels by language (BCP 47).
    pub labels: BTreeMap<String, String>,
    /// Other words for it, in any language.
    pub aliases: Vec<String>,
    /// One plain sentence.
    pub description: String,
    /// The term to use instead.
    pub deprecated_by: Option<String>,
    /// Whether the hub's own vocabulary file names it.
    pub own: bool,
    /// Whether no vocabulary names it (open mode).
    pub unlisted: bool,
    /// Tactics: the family it belongs to.
    pub family: Option<String>,
    /// Markets: how far the market is.
    pub maturity: Option<Maturity>,
    /// Markets: languages spoken (BCP 47).
    pub languages: Vec<String>,
    /// Groups: its markets, those of united groups included, in id order.
    pub members: Vec<MarketId>,
    /// Groups: the groups it unites.
    pub unions: Vec<GroupId>,
    /// Markets: the groups that hold it, smallest first.
    pub groups: Vec<GroupId>,
    /// Metrics: which direction is good.
    pub better: Better,
    /// Metrics: what its figures are.
    pub unit: Unit,
    /// Metrics: usually a guardrail.
    pub guardrail: bool,
    /// Metrics: part of the suggested common minimum.
    pub common: bool,
}

impl Term {
    /// The label in a language, else in its base language, else the general one.
    pub fn label_in(&self, language: &str) -> &str {
        let base = language.split('-').next().unwrap_or(language);
        self.labels.get(language).or_else(|| self.labels.get(base)).map_or(&self.label, |label| label)
    }

    /// The id as it stands in addresses: lower case.
    pub fn slug(&self) -> String {
        self.id.to_lowercase()
    }
}

/// A position in one of the vocabularies.
pub trait TermId: Copy + Ord {
    /// From a position.
    fn from_index(index: usize) -> Self;
    /// To a position.
    fn index(self) -> usize;
}

macro_rules! term_ids {
    ($($(#[$doc:meta])* $name:ident)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub u32);
        impl TermId for $name {
            fn from_index(index: usize) -> Self {
                $name(u32::try_from(index).expect("a vocabulary holds fewer than four billion terms"))
            }
            fn index(self) -> usize {
                self.0 as usize
            }
        }
    )*};
}
term_ids! {
    /// A market: position in `Vocabulary::markets`.
    MarketId
    /// A market group: position in `Vocabulary::groups`.
    GroupId
    /// A channel: position in `Vocabulary::channels`.
    ChannelId
    /// A tactic: position in `Vocabulary::tactics`.
    TacticId
    /// A metric: position in `Vocabulary::metrics`.
    MetricId
}

/// One vocabulary: terms in id order, found by id or by any label or alias.
#[derive(Debug, Clone)]
pub struct Terms<K> {
    terms: Vec<Term>,
    by_name: FxHashMap<String, u32>,
    key: std::marker::PhantomData<K>,
}

impl<K> Default for Terms<K> {
    fn default() -> Self {
        Terms { terms: Vec::new(), by_name: FxHashMap::default(), key: std::marker::PhantomData }
    }
}

impl<K: TermId> Terms<K> {
    /// Sorts the terms by id and makes the look-up by id, label and alias; where two terms claim one name, ids win over
    /// labels, labels over aliases, and the hub's own terms over the default ones.
    pub fn new(mut terms: Vec<Term>) -> Self {
        terms.sort_by(|a, b| a.id.cmp(&b.id));
        let mut by_name = FxHashMap::default();
        for rank in 0..6 {
            for (index, term) in terms.iter().enumerate().filter(|(_, term)| term.own == (rank % 2 == 0)) {
                for name in names_of_rank(term, rank / 2) {
                    by_name.entry(fold(name)).or_insert(index as u32);
                }
            }
        }
        Terms { terms, by_name, key: std::marker::PhantomData }
    }

    /// The term of this id, label or alias (in any language, whatever its case, spaces, hyphens and underscores being one).
    pub fn find(&self, name: &str) -> Option<K> {
        self.by_name.get(&fold(name)).map(|index| K::from_index(*index as usize))
    }

    /// Whether `name` is the id itself, rather than an alias of it.
    pub fn is_id(&self, id: K, name: &str) -> bool {
        self[id].id.eq_ignore_ascii_case(name)
    }

    /// All terms in id order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (K, &Term)> {
        self.terms.iter().enumerate().map(|(index, term)| (K::from_index(index), term))
    }

    /// How many terms there are.
    pub fn len(&self) -> usize {
        self.terms.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.terms.is_empty()
    }

    /// The vocabulary with more terms; positions change.
    #[must_use]
    fn and(mut self, more: Vec<Term>) -> Self {
        if more.is_empty() {
            return self;
        }
        self.terms.extend(more);
        Terms::new(self.terms)
    }

    /// A term, to fill in what depends on another vocabulary while the hub's vocabularies are put together.
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

/// Names of a term by how much weight they carry: its id, its labels, its aliases.
fn names_of_rank(term: &Term, rank: usize) -> Vec<&str> {
    match rank {
        0 => vec![&term.id],
        1 => std::iter::once(term.label.as_str()).chain(term.labels.values().map(String::as_str)).collect(),
        _ => term.aliases.iter().map(String::as_str).collect(),
    }
}

/// One spelling for names that differ in case, spaces, hyphens or underscores only, or in how their letters are encoded.
///
/// Turkish writes the capital of `i` with a dot and the small letter of `I` without one; both are `i` here, because nobody knows which
/// rules a capital was written by.
pub fn fold(name: &str) -> String {
    if name.is_ascii() {
        folded(name.chars(), name.len())
    } else {
        folded(name.nfkc().flat_map(char::to_lowercase).nfc().filter_map(dotless), name.len())
    }
}

/// An `i` of Turkish as that of other languages; the dot of a capital has become a mark of its own.
fn dotless(letter: char) -> Option<char> {
    match letter {
        'ı' => Some('i'),
        '\u{307}' => None,
        letter => Some(letter),
    }
}

fn folded(letters: impl Iterator<Item = char>, length: usize) -> String {
    let mut folded = String::with_capacity(length);
    let mut between = false;
    for letter in letters {
        if letter.is_whitespace() || letter == '-' || letter == '_' {
            between = !folded.is_empty();
            continue;
        }
        if std::mem::take(&mut between) {
            folded.push('-');
        }
        folded.push(letter.to_ascii_lowercase());
    }
    folded
}

#[cfg(test)]
mod tests {
    use super::fold;

    #[test]
    fn names_fold_to_one_spelling() {
        assert_eq!(fold(" Member_Get  Member "), "member-get-member");
        assert_eq!(fold("TÜRKİYE"), fold("Türkiye"));
        assert_eq!(fold("Türki\u{307}ye"), "türkiye");
        assert_eq!(fold("SIRBISTAN"), fold("Sırbistan"));
        assert_eq!(fold("Espan\u{303}a"), fold("España"));
        assert_eq!(fold("ＤＥ"), "de");
    }
}
