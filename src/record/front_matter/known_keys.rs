//! What writing front matter has to know of its fields.

use rustc_hash::{FxHashMap, FxHashSet};

/// The keys of front matter: the order in which they are written, which are true or false, and which
/// hold texts. The table of fields, from which it is made, stands in a later stage, so whoever
/// writes front matter passes it.
#[derive(Debug)]
pub struct KnownKeys {
    /// The place of each key, from 0 on.
    ranks: FxHashMap<&'static str, usize>,
    flags: FxHashSet<&'static str>,
    texts: FxHashSet<&'static str>,
}

impl KnownKeys {
    /// The keys of records in the order in which they are written, of which the first counts where
    /// a key comes twice; and the keys, at any depth, that are true or false.
    pub fn new(
        keys: impl IntoIterator<Item = &'static str>,
        flags: impl IntoIterator<Item = &'static str>,
    ) -> Self {
        let mut ranks = FxHashMap::default();
        for key in keys {
            let rank = ranks.len();
            ranks.entry(key).or_insert(rank);
        }
        KnownKeys { ranks, flags: flags.into_iter().collect(), texts: FxHashSet::default() }
    }

    /// The same keys, with those, at any depth, whose values are never a number, a day or a truth
    /// value.
    #[must_use]
    pub fn with_texts(self, texts: impl IntoIterator<Item = &'static str>) -> Self {
        KnownKeys { texts: texts.into_iter().collect(), ..self }
    }

    /// The place of a key; keys that are not known come last.
    pub(super) fn rank(&self, key: &str) -> usize {
        self.ranks.get(key).copied().unwrap_or(self.ranks.len())
    }

    /// Whether a field is true or false, so that a word such as `yes` is no text there and stays as
    /// it is written.
    pub(super) fn is_flag(&self, key: &str) -> bool {
        self.flags.contains(key)
    }

    /// Whether a field holds texts alone, so that `1.10` or `2026-03-02` is one there, and is written
    /// in quotes for readers that would take it for something else.
    pub(super) fn is_text(&self, key: &str) -> bool {
        self.texts.contains(key)
    }
}
