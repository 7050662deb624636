//! The glossary of an index: which words of all languages name a concept that its records mention
//! (`klantbeoordelingen`, `customer reviews`, `avis clients`).

use rustc_hash::FxHashMap;

use crate::language::Language;
use crate::plan::QueryWord;

/// The most words of a name.
pub const MAX_NAME_WORDS: usize = 3;

/// A concept that records mention.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IndexedConcept {
    /// Its id, in kebab-case.
    pub id: String,
    /// What hits call it, in the language of the site.
    pub label: String,
    /// Its names: the language, and the stems of the words, separated by spaces.
    pub names: Vec<(Language, String)>,
}

/// The concepts of an index by their names.
#[derive(Debug, Default)]
pub(crate) struct Glossary {
    concepts: Vec<IndexedConcept>,
    /// For the stems of a name the languages and positions of the concepts that it names.
    by_name: FxHashMap<String, Vec<(Language, usize)>>,
}

/// Encodes concepts as the one block of the part [`crate::layout::GLOSSARY`]: a line for each, with its id, its
/// label, and its names, each behind the number of its language and a colon, separated by tabs.
pub fn encode_concepts(concepts: &[IndexedConcept]) -> Vec<u8> {
    let line = |concept: &IndexedConcept| {
        let names =
            concept.names.iter().map(|(language, name)| format!("{}:{name}", *language as u8));
        let fields: Vec<String> =
            [concept.id.clone(), concept.label.clone()].into_iter().chain(names).collect();
        fields.join("\t") + "\n"
    };
    concepts.iter().map(line).collect::<String>().into_bytes()
}

impl Glossary {
    /// Decodes what [`encode_concepts`] made; what is invalid in it is left out.
    pub(crate) fn decode(bytes: &[u8]) -> Glossary {
        let mut glossary = Glossary::default();
        for line in String::from_utf8_lossy(bytes).lines() {
            let mut fields = line.split('\t');
            let mut text = || fields.next().unwrap_or_default().to_owned();
            let (id, label) = (text(), text());
            let names: Vec<(Language, String)> = fields
                .filter_map(|field| {
                    let (language, name) = field.split_once(':')?;
                    Some((Language::from_number(language.parse().ok()?), name.to_owned()))
                })
                .collect();
            for (language, name) in &names {
                let entry = (*language, glossary.concepts.len());
                glossary.by_name.entry(name.clone()).or_default().push(entry);
            }
            glossary.concepts.push(IndexedConcept { id, label, names });
        }
        glossary
    }

    /// The concept that some words name together in one language, of which each is given with its
    /// stems and their languages (bit sets).
    pub(crate) fn find(&self, words: &[&QueryWord]) -> Option<&IndexedConcept> {
        let of_language = |language: Language| {
            let stems = words.iter().map(|word| stem_in(word, language));
            stems.collect::<Vec<&str>>().join(" ")
        };
        Language::all().find_map(|language| {
            let found = self.by_name.get(&of_language(language))?;
            let (_, at) = found.iter().find(|(of, _)| *of == language)?;
            self.concepts.get(*at)
        })
    }
}

/// The stem of a word in a language; the word itself where it has none of its own there.
fn stem_in(word: &QueryWord, language: Language) -> &str {
    let is_own = |(_, set): &&(String, u32)| *set != u32::MAX && set & language.bit() != 0;
    word.stems.iter().find(is_own).or(word.stems.first()).map_or("", |(stem, _)| stem)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn concepts_are_read_back_and_found_in_the_language_of_a_name() {
        let concepts = [IndexedConcept {
            id: "customer-reviews".to_owned(),
            label: "customer review".to_owned(),
            names: vec![
                (Language::English, "custom review".to_owned()),
                (Language::Dutch, "klantbeoordel".to_owned()),
            ],
        }];
        let glossary = Glossary::decode(&encode_concepts(&concepts));
        assert_eq!(glossary.concepts, concepts);
        let word = |stem: &str, language: Language| QueryWord {
            stems: vec![("x".to_owned(), u32::MAX), (stem.to_owned(), language.bit())],
            ..QueryWord::default()
        };
        let [custom, review] = ["custom", "review"].map(|stem| word(stem, Language::English));
        let dutch = word("klantbeoordel", Language::Dutch);
        assert_eq!(glossary.find(&[&custom, &review]), Some(&concepts[0]));
        assert_eq!(glossary.find(&[&dutch]), Some(&concepts[0]));
        assert_eq!(glossary.find(&[&custom]), None);
        assert_eq!(glossary.find(&[&word("klantbeoordel", Language::German)]), None);
    }
}
