//! The names of facet values in all languages, as words that a query may hold.
//!
//! Labels are not written into the index record by record. A query's words are compared with the names, and the records of a
//! value are read from its facet's column. So a label in nine languages costs nothing for each record, and names of several words are seen whole.

use crate::analysis::{pieces, stem};
use crate::entry::{Facet, ValueNames};
use crate::fold::{fold, lower};
use crate::language::{Language, detect, is_paired};
use crate::layout::Head;
use crate::plan::{Slot, Unit, Word};

/// One name of a value, cut into words.
#[derive(Clone, Debug)]
struct Name {
    facet: Facet,
    /// The value's number in the facet's column.
    number: i64,
    words: Vec<NameWord>,
}

#[derive(Clone, Debug)]
struct NameWord {
    folded: String,
    stem: String,
}

/// A value whose name a query holds, wholly or in part.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct NamedValue {
    /// Its facet.
    pub facet: Facet,
    /// Its number in the facet's column.
    pub number: i64,
    /// Share of the name's words that the query holds.
    pub share: f32,
}

/// All names of a hub.
#[derive(Clone, Debug, Default)]
pub struct Names(Vec<Name>);

impl Names {
    /// Cuts the names of values in use into words.
    pub fn of(head: &Head) -> Names {
        let mut names = Vec::new();
        for value in &head.names {
            let values = head.facets.get(&value.facet).map_or(&[][..], Vec::as_slice);
            let Ok(number) = values.binary_search(&value.value) else { continue };
            for (tag, text) in value.names.iter().flat_map(|(tag, texts)| texts.iter().map(move |text| (tag, text))) {
                let words = name_words(text, tag);
                if !words.is_empty() {
                    names.push(Name { facet: value.facet, number: number as i64, words });
                }
            }
        }
        Names(names)
    }

    /// Values that a word of `slots` names; the other slots tell how much of the name the query holds.
    pub fn named_by(&self, unit: &Unit, slots: &[Slot]) -> Vec<NamedValue> {
        let mut found: Vec<NamedValue> = Vec::new();
        for name in &self.0 {
            let share = match &unit.words[..] {
                [word] => share_with(name, word, unit.prefix, slots),
                phrase => f32::from(u8::from(holds(name, phrase))),
            };
            if share <= 0.0 {
                continue;
            }
            match found.iter_mut().find(|known| known.facet == name.facet && known.number == name.number) {
                Some(known) => known.share = known.share.max(share),
                None => found.push(NamedValue { facet: name.facet, number: name.number, share }),
            }
        }
        found
    }
}

/// The words of a name. One whose language is not known is stemmed as English, which most such names are, and kept as it is besides.
pub fn name_language(text: &str, tag: &str) -> Language {
    detect(text, if tag.is_empty() { "en" } else { tag })
}

fn name_words(text: &str, tag: &str) -> Vec<NameWord> {
    let language = name_language(text, tag);
    let mut words = Vec::new();
    pieces(text, |piece| {
        let form = lower(&text[piece.start..piece.end], language);
        let stem = if piece.pair { form.clone() } else { stem(&form, language) };
        words.push(NameWord { folded: fold(&form), stem });
    });
    words
}

fn share_with(name: &Name, word: &Word, prefix: bool, slots: &[Slot]) -> f32 {
    if !name.words.iter().any(|part| fits(part, word, prefix)) {
        return 0.0;
    }
    let units = || slots.iter().flat_map(|slot| &slot.units).filter(|unit| unit.words.len() == 1);
    let held = name.words.iter().filter(|part| units().any(|unit| fits(part, &unit.words[0], unit.prefix))).count();
    held.max(1) as f32 / name.words.len() as f32
}

fn holds(name: &Name, phrase: &[Word]) -> bool {
    name.words.windows(phrase.len().max(1)).any(|run| run.iter().zip(phrase).all(|(part, word)| fits(part, word, false)))
}

fn fits(part: &NameWord, word: &Word, prefix: bool) -> bool {
    // One pair of characters out of many says little about the name it stands in, but all its pairs are counted.
    part.folded == word.folded
        || word.stems.iter().any(|(stem, _)| *stem == part.stem)
        || prefix && word.folded.chars().count() >= 3 && part.folded.starts_with(&word.folded) && !word.folded.starts_with(is_paired)
}

/// The names of values in use, which are all that an index needs.
pub fn in_use(names: &[ValueNames], head: &std::collections::BTreeMap<Facet, Vec<String>>) -> Vec<ValueNames> {
    names.iter().filter(|names| head.get(&names.facet).is_some_and(|values| values.binary_search(&names.value).is_ok())).cloned().collect()
}
