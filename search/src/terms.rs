//! From the words of a plan to the entries of the dictionaries.

use tantivy::postings::TermInfo;

use crate::bounds::check_term;
use crate::engine::{Engine, Stop, tolerate};
use crate::plan::{Slot, Unit, Word};
use crate::schema::{ACCENTED, Zone, facet_column};
use crate::vocabulary::NamedValue;

/// A stem found in the dictionaries.
#[derive(Clone, Debug)]
pub struct Term {
    /// The stem.
    pub stem: String,
    /// Records in these languages hold the word under this stem.
    pub languages: u32,
    /// 1 for the word itself, less for completions.
    pub weight: f32,
    /// Found as the completion of a beginning.
    pub completion: bool,
    /// Where it stands among everything that records say.
    pub text: Option<TermInfo>,
    /// Where it stands in each zone.
    pub zones: [Option<TermInfo>; 4],
}

impl Term {
    fn records(&self) -> u32 {
        self.text.as_ref().map_or(0, |info| info.doc_freq)
    }
}

/// A word with its terms.
#[derive(Clone, Debug, Default)]
pub struct WordTerms {
    /// Its stems and completions.
    pub terms: Vec<Term>,
    /// Its accented spellings.
    pub accented: Vec<(String, TermInfo)>,
    /// As typed, in lower case.
    pub form: String,
    /// Whether it was typed with accents.
    pub has_accents: bool,
}

/// A unit with its words.
#[derive(Clone, Debug, Default)]
pub struct UnitTerms {
    /// Its words, in order.
    pub words: Vec<WordTerms>,
    /// Factor for everything found through it.
    pub weight: f32,
    /// Values that it names.
    pub values: Vec<NamedValue>,
}

/// A slot with its units.
#[derive(Clone, Debug, Default)]
pub struct SlotTerms {
    /// Its alternatives; none when it is idle.
    pub units: Vec<UnitTerms>,
}

impl SlotTerms {
    /// At most how many records hold it in their text.
    pub fn records(&self) -> u32 {
        self.units.iter().map(|unit| unit.words.iter().map(|word| word.terms.iter().map(Term::records).sum::<u32>()).min().unwrap_or(0)).sum()
    }

    /// Whether it names a value.
    pub fn names_a_value(&self) -> bool {
        self.units.iter().any(|unit| !unit.values.is_empty())
    }

    /// The completions searched for.
    pub fn completions(&self) -> Vec<String> {
        let words = self.units.iter().flat_map(|unit| &unit.words);
        words.flat_map(|word| &word.terms).filter(|term| term.completion).take(8).map(|term| term.stem.clone()).collect()
    }

    /// Sets the factor of the unit added last.
    pub fn weigh_last(&mut self, weight: f32) {
        if let Some(unit) = self.units.last_mut() {
            unit.weight = weight;
        }
    }
}

/// Completions of a beginning that are searched for at most, by its length in letters.
fn completions_for(letters: usize) -> usize {
    match letters {
        0..=1 => 4,
        2 => 8,
        3 => 16,
        _ => 32,
    }
}

/// Looks up all slots; `missed` tells whether bytes were missing, in which case the result is of no use.
pub(crate) fn look_up(engine: &Engine, slots: &[Slot], missed: &mut bool) -> Result<Vec<SlotTerms>, Stop> {
    slots
        .iter()
        .map(|slot| {
            let units = if slot.idle { &[][..] } else { &slot.units };
            let units = units.iter().map(|unit| unit_terms(engine, unit, slots, missed)).collect::<Result<_, Stop>>()?;
            Ok(SlotTerms { units })
        })
        .collect()
}

fn unit_terms(engine: &Engine, unit: &Unit, slots: &[Slot], missed: &mut bool) -> Result<UnitTerms, Stop> {
    let last = unit.words.len().wrapping_sub(1);
    let words =
        unit.words.iter().enumerate().map(|(at, word)| word_terms(engine, word, unit.prefix && at == last, missed)).collect::<Result<_, Stop>>()?;
    let values = engine.names.named_by(unit, slots);
    for value in &values {
        tolerate(engine.column(&facet_column(value.facet)).map(|_| ()), missed)?;
    }
    Ok(UnitTerms { words, weight: 1.0, values })
}

fn word_terms(engine: &Engine, word: &Word, prefix: bool, missed: &mut bool) -> Result<WordTerms, Stop> {
    let mut found = WordTerms { terms: Vec::new(), accented: Vec::new(), form: word.form.clone(), has_accents: word.form != word.folded };
    for (stem, languages) in &word.stems {
        if let Some(Some(term)) = tolerate(term(engine, stem, *languages, 1.0, missed), missed)? {
            found.terms.push(term);
        }
    }
    found.accented = tolerate(accented(engine, &word.folded), missed)?.unwrap_or_default();
    if prefix {
        let completions = tolerate(completions(engine, word, missed), missed)?.unwrap_or_default();
        found.terms.extend(completions);
        if found.terms.is_empty() && !*missed {
            found.terms.extend(shortened(engine, word, missed)?);
        }
    }
    Ok(found)
}

pub(crate) fn term(engine: &Engine, stem: &str, languages: u32, weight: f32, missed: &mut bool) -> Result<Option<Term>, Stop> {
    let text = tolerate(engine.text.terms().get(stem).map_err(Stop::from), missed)?.flatten();
    let mut zones = [const { None }; 4];
    let (from, to) = (format!("{stem}\0"), format!("{stem}\u{1}"));
    let stream = engine.zone.terms().range().ge(&from).lt(&to).into_stream().map_err(Stop::from);
    if let Some(mut stream) = tolerate(stream, missed)? {
        while stream.advance() {
            if let Some(zone) = Zone::ALL.into_iter().find(|zone| is_zone(stream.key(), from.len(), *zone)) {
                zones[zone as usize] = Some(stream.value().clone());
            }
        }
    }
    for info in text.iter().chain(zones.iter().flatten()) {
        check_term(info, engine.head().records)?;
    }
    let known = text.is_some() || zones.iter().any(Option::is_some);
    Ok(known.then(|| Term { stem: stem.to_owned(), languages, weight, completion: false, text, zones }))
}

fn is_zone(key: &[u8], at: usize, zone: Zone) -> bool {
    key.len() == at + 1 && key[at] == zone.letter() as u8
}

fn accented(engine: &Engine, folded: &str) -> Result<Vec<(String, TermInfo)>, Stop> {
    let (from, to) = (format!("{folded}{ACCENTED}"), format!("{folded}\0y"));
    let mut stream = engine.zone.terms().range().ge(&from).lt(&to).into_stream()?;
    let mut found = Vec::new();
    while stream.advance() && found.len() < 16 {
        let spelling = stream.key().get(from.len()..).unwrap_or(&[]);
        check_term(stream.value(), engine.head().records)?;
        found.push((String::from_utf8_lossy(spelling).into_owned(), stream.value().clone()));
    }
    Ok(found)
}

fn completions(engine: &Engine, word: &Word, missed: &mut bool) -> Result<Vec<Term>, Stop> {
    let start = word.folded.as_str();
    let letters = start.chars().count();
    if letters < 2 && start.is_ascii() {
        return Ok(Vec::new());
    }
    let mut stems: Vec<(u32, String)> = Vec::new();
    let end = format!("{start}\u{10ffff}");
    let in_text = engine.text.terms().range().gt(start).lt(&end).into_stream().map_err(Stop::from);
    if let Some(mut stream) = tolerate(in_text, missed)? {
        while stream.advance() {
            stems.push((stream.value().doc_freq, String::from_utf8_lossy(stream.key()).into_owned()));
        }
    }
    stems.sort_by(|left, right| right.0.cmp(&left.0).then_with(|| left.1.cmp(&right.1)));
    stems.truncate(completions_for(letters));
    let mut found = Vec::new();
    for (_, stem) in stems.iter().filter(|(_, stem)| !word.stems.iter().any(|(known, _)| known == stem)) {
        if let Some(term) = term(engine, stem, u32::MAX, engine.weights.completion, missed)? {
            found.push(Term { completion: true, ..term });
        }
    }
    Ok(found)
}

/// A word caught in the middle of its ending (`campaigni`) begins with its stem, which is shorter.
fn shortened(engine: &Engine, word: &Word, missed: &mut bool) -> Result<Option<Term>, Stop> {
    let letters: Vec<(usize, char)> = word.folded.char_indices().collect();
    for (at, _) in letters.iter().rev().take(4).filter(|(at, _)| *at >= 4) {
        if let Some(term) = term(engine, &word.folded[..*at], u32::MAX, engine.weights.completion, missed)? {
            return Ok(Some(Term { completion: true, ..term }));
        }
    }
    Ok(None)
}
