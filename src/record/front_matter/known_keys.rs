//! What writing front matter has to know of its fields.

use rustc_hash::{FxHashMap, FxHashSet};

/// The keys of front matter: the order in which they are written, and which are true or false. The
/// table of fields, from which it is made, stands in a later stage, so whoever writes front matter
/// passes it.
#[derive(Debug)]
pub struct KnownKeys {
    /// The place of each key, from 0 on.
    ranks: FxHashMap<&'static str, usize>,
    flags: FxHashSet<&'static str>,
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
        KnownKeys { ranks, flags: flags.into_iter().collect() }
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
}
