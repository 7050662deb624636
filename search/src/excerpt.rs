//! The passage of a record that shows best why it was found.

use std::ops::Range;

use crate::analysis::pieces;
use crate::analysis::stem;
use crate::fold::{fold, lower};
use crate::language::Language;
use crate::layout::Reader;
use crate::message::{Excerpt, Marked, Place};
use crate::plan::Plan;

/// Longest excerpt, in bytes.
const LENGTH: usize = 260;
/// Room before the first marked word, in bytes.
const LEAD: usize = 60;

/// The words of `plan` in `text`, as byte ranges with the number of their slot.
pub fn places(plan: &Plan, text: &str, language: Language) -> Vec<(Range<usize>, usize)> {
    let mut found: Vec<(Range<usize>, usize)> = Vec::new();
    pieces(text, |piece| {
        let form = lower(&text[piece.start..piece.end], language);
        let stem = if piece.pair { form.clone() } else { stem(&form, language) };
        if let Some(slot) = slot_of(plan, &form, &stem, language) {
            match found.last_mut() {
                // Pairs of characters overlap: what belongs together is marked together.
                Some((last, _)) if piece.pair && last.end > piece.start => last.end = piece.end,
                _ => found.push((piece.start..piece.end, slot)),
            }
        }
    });
    found
}

fn slot_of(plan: &Plan, form: &str, stem: &str, language: Language) -> Option<usize> {
    plan.slots.iter().position(|slot| {
        !slot.idle
            && slot.units.iter().any(|unit| {
                let fits = |word: &crate::plan::Word| word.stems.iter().any(|(known, languages)| known == stem && languages & language.bit() != 0);
                unit.words.iter().any(fits) || unit.prefix && unit.words.last().is_some_and(|word| fold(form).starts_with(&word.folded))
            })
    })
}

/// Byte ranges as pairs of UTF-16 offsets.
pub fn marks(text: &str, places: impl Iterator<Item = Range<usize>>) -> Vec<(u32, u32)> {
    let (mut at, mut units) = (0, 0_u32);
    let mut offset = |to: usize| {
        units += text[at..to].chars().map(|letter| letter.len_utf16() as u32).sum::<u32>();
        at = to;
        units
    };
    places.map(|place| (offset(place.start), offset(place.end))).collect()
}

/// The excerpt of record `doc` from its file of texts.
pub fn excerpt(plan: &Plan, doc: u32, file: &[u8], language: Language) -> Excerpt {
    let sections = sections_of(doc, file).unwrap_or_default();
    let best = sections
        .iter()
        .enumerate()
        .map(|(at, section)| (at, window(plan, section, language)))
        .filter(|(_, window)| window.worth > 0)
        .max_by_key(|(at, window)| (window.worth, std::cmp::Reverse(*at)));
    match best {
        Some((at, window)) => {
            let (heading, anchor, text) = sections[at];
            let place = (!heading.is_empty()).then(|| Place { heading: heading.to_owned(), anchor: anchor.to_owned() });
            Excerpt { doc, excerpt: cut(text, window.range, plan, language), section: place }
        }
        None => {
            let text = sections.iter().map(|section| section.2).find(|text| !text.trim().is_empty()).unwrap_or("");
            let end = text.floor_char_boundary(LENGTH.min(text.len()));
            Excerpt { doc, excerpt: cut(text, 0..end, plan, language), section: None }
        }
    }
}

type Section<'a> = (&'a str, &'a str, &'a str);

fn sections_of(doc: u32, file: &[u8]) -> Option<Vec<Section<'_>>> {
    let mut reader = Reader(file);
    loop {
        let number = reader.number()?;
        let len = reader.number()? as usize;
        let body = reader.bytes(len)?;
        if number == doc {
            let mut reader = Reader(body);
            let count = reader.number()?;
            return (0..count).map(|_| Some((reader.text()?, reader.text()?, reader.text()?))).collect();
        }
    }
}

struct Window {
    range: Range<usize>,
    /// Different words count most, then how many there are.
    worth: usize,
}

fn window(plan: &Plan, (heading, _, text): &Section, language: Language) -> Window {
    let in_heading = places(plan, heading, language).len().min(3);
    let found = places(plan, text, language);
    let mut best = Window { range: 0..text.floor_char_boundary(LENGTH.min(text.len())), worth: in_heading * 3 };
    for (first, (start, _)) in found.iter().enumerate() {
        let within = found[first..].iter().take_while(|(place, _)| place.end <= start.start + LENGTH - LEAD);
        let (mut slots, mut count) = (0_u64, 0_usize);
        for (_, slot) in within {
            slots |= 1 << slot.min(&63);
            count += 1;
        }
        let worth = in_heading * 3 + slots.count_ones() as usize * 8 + count.min(7);
        if worth > best.worth {
            best = Window { range: around(text, start.start), worth };
        }
    }
    best
}

/// A stretch of text around a word, beginning at a sentence or at least at a word.
fn around(text: &str, at: usize) -> Range<usize> {
    let earliest = text.floor_char_boundary(at.saturating_sub(LEAD));
    let before = &text[earliest..at];
    let start = if earliest == 0 {
        0
    } else if let Some(end) = before.rfind(['.', '!', '?', '。', '\n']) {
        earliest + end + before[end..].chars().next().map_or(1, char::len_utf8)
    } else {
        earliest + before.find(' ').map_or(0, |space| space + 1)
    };
    start..text.floor_char_boundary((start + LENGTH).min(text.len()))
}

fn cut(text: &str, range: Range<usize>, plan: &Plan, language: Language) -> Marked {
    let mut end = range.end;
    if end < text.len()
        && let Some(space) = text[range.start..end].rfind(char::is_whitespace).filter(|space| *space > LENGTH / 2)
    {
        end = range.start + space;
    }
    let middle = text[range.start..end].split_whitespace().collect::<Vec<_>>().join(" ");
    let shown = format!("{}{middle}{}", if range.start > 0 { "… " } else { "" }, if end < text.len() { " …" } else { "" });
    let places = places(plan, &shown, language);
    let marks = marks(&shown, places.into_iter().map(|(place, _)| place));
    Marked { text: shown, marks }
}

#[cfg(test)]
mod tests {
    use super::marks;

    #[test]
    fn marks_count_utf16_units() {
        let text = "🎁 über é x";
        let place = |word: &str| {
            let at = text.find(word).unwrap();
            at..at + word.len()
        };
        assert_eq!(marks(text, [place("über"), place("x")].into_iter()), [(3, 7), (10, 11)]);
    }
}
