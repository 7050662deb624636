//! Finds records by the beginnings of words of their titles and ids, in an index rather than by
//! looking through all of them: a hub has 10,000.

use std::sync::Arc;

use unicode_normalization::UnicodeNormalization;

use crate::catalog::{Catalog, Meta};
use crate::vocabulary::normalise_name;

/// The words of titles and ids, in order, each with the records that have them.
#[derive(Debug, Default)]
pub struct NameIndex {
    records: Vec<NamedRecord>,
    /// Words and positions in `records`, sorted by word, then by position.
    words: Vec<(Box<str>, u32)>,
}

/// A record that can be named by its id.
#[derive(Debug, Clone)]
pub struct NamedRecord {
    /// The id, such as `br/unboxing-drop`.
    pub id: Arc<str>,
    /// The title.
    pub title: String,
}

impl NameIndex {
    /// The index of the case studies of a catalog.
    pub fn of_cases(catalog: &Catalog) -> Self {
        Self::new(catalog.cases.iter().map(|case| &case.meta))
    }

    /// The index of the ideas of a catalog.
    pub fn of_ideas(catalog: &Catalog) -> Self {
        Self::new(catalog.ideas.iter().map(|idea| &idea.meta))
    }

    /// The index of these records.
    fn new<'a>(metas: impl Iterator<Item = &'a Meta>) -> Self {
        let records: Vec<NamedRecord> = metas
            .map(|meta| NamedRecord { id: Arc::clone(&meta.id), title: meta.title.clone() })
            .collect();
        let mut words = Vec::new();
        for (record, at) in records.iter().zip(0..) {
            for word in split_words(&record.title).into_iter().chain(split_words(&record.id)) {
                words.push((word.into_boxed_str(), at));
            }
        }
        words.sort_unstable();
        words.dedup();
        NameIndex { records, words }
    }

    /// At most `limit` records of which every word of the query begins a word, in the order of
    /// their ids; the first records for a query without words.
    pub fn find(&self, query: &str, limit: usize) -> Vec<&NamedRecord> {
        let mut lists: Vec<Vec<u32>> =
            split_query(query).iter().map(|word| self.records_with(word)).collect();
        lists.sort_by_key(Vec::len);
        let mut lists = lists.into_iter();
        let Some(mut found) = lists.next() else {
            return self.records.iter().take(limit).collect();
        };
        for list in lists {
            found.retain(|record| list.binary_search(record).is_ok());
        }
        found.iter().take(limit).map(|record| &self.records[*record as usize]).collect()
    }

    /// Positions of the records with a word that begins so, in order and without repetition.
    fn records_with(&self, prefix: &str) -> Vec<u32> {
        let start = self.words.partition_point(|(word, _)| **word < *prefix);
        let mut found: Vec<u32> = self.words[start..]
            .iter()
            .take_while(|(word, _)| word.starts_with(prefix))
            .map(|(_, record)| *record)
            .collect();
        found.sort_unstable();
        found.dedup();
        found
    }
}

/// A name as it is compared while it is typed: as [`normalise_name`] does, and without the marks
/// above and below Latin, Greek and Cyrillic letters, which not every keyboard has.
pub fn fold_name(name: &str) -> String {
    let name = normalise_name(name);
    if name.is_ascii() {
        return name;
    }
    name.nfd().filter(|letter| !matches!(letter, '\u{300}'..='\u{36f}')).nfc().collect()
}

/// The words of a query, normalised.
fn split_query(text: &str) -> Vec<String> {
    fold_name(text)
        .split(|letter: char| !letter.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect()
}

/// The words of a name, normalised. Scripts without spaces between words give every rest of a run,
/// so that a name is found by any part of it.
fn split_words(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    for word in split_query(text) {
        let rests = word.char_indices().skip(1).filter(|(_, letter)| is_without_spaces(*letter));
        words.extend(rests.map(|(at, _)| word[at..].to_owned()));
        words.push(word);
    }
    words
}

/// Whether a letter is of a script that puts no spaces between words: Chinese, Japanese and Thai.
fn is_without_spaces(letter: char) -> bool {
    matches!(letter, '\u{e00}'..='\u{e7f}' | '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}')
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::*;

    /// An index of records by title; their ids are `br/n` with their number.
    fn index(titles: &[&str]) -> NameIndex {
        let metas: Vec<Meta> = titles
            .iter()
            .enumerate()
            .map(|(at, title)| Meta {
                id: format!("br/{at}").into(),
                title: (*title).to_owned(),
                ..Meta::default()
            })
            .collect();
        NameIndex::new(metas.iter())
    }

    /// The ids of what a query finds.
    fn ids(index: &NameIndex, query: &str) -> String {
        index.find(query, 10).iter().map(|record| &*record.id).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn records_are_found_by_beginnings_of_words() {
        let index =
            index(&["Free delivery in São Paulo", "Frete grátis", "送料無料の実験", "Paulo"]);
        assert_eq!(ids(&index, "PAULO free"), "br/0");
        assert_eq!(ids(&index, "sao"), "br/0");
        assert_eq!(ids(&index, "fre"), "br/0 br/1");
        assert_eq!(ids(&index, "無料"), "br/2");
        assert_eq!(ids(&index, "br/3"), "br/3");
        assert_eq!(ids(&index, ""), "br/0 br/1 br/2 br/3");
        assert_eq!(ids(&index, "nothing"), "");
    }

    #[test]
    fn ten_thousand_records_answer_within_fifty_milliseconds() {
        let titles: Vec<String> = (0..10_000)
            .map(|at| {
                format!("Experiment {at} of free delivery with a voucher in week {}", at % 52)
            })
            .collect();
        let titles: Vec<&str> = titles.iter().map(String::as_str).collect();
        let index = index(&titles);
        // The quickest of three, because other programs run beside the test.
        let took = (0..3)
            .map(|_| {
                let start = Instant::now();
                assert_eq!(index.find("experiment vou 99", 100).len(), 100);
                start.elapsed()
            })
            .min();
        assert!(took < Some(Duration::from_millis(50)), "{took:?}");
    }
}
