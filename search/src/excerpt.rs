//! Excerpts: the passage of a record with the most words of the query, with these words marked.

use std::ops::Range;

use crate::analysis::{stem, stem_without_accents};
use crate::fold::{fold_accents, normalise};
use crate::language::Language;
use crate::layout::ByteReader;
use crate::message::{Excerpt, MarkedText, SectionLink};
use crate::plan::QueryPlan;
use crate::segmentation::{TokenKind, for_each_index_token, without_joiner};

/// Maximum length of an excerpt, in bytes.
const MAX_EXCERPT_BYTES: usize = 260;
/// Maximum length of the text before the first marked word, in bytes.
const LEAD_BYTES: usize = 60;

/// The words of `text`, a text in one of `languages` (a bit set), that match `plan`, as byte ranges
/// with the zero-based index of the matching clause.
pub fn find_matches(plan: &QueryPlan, text: &str, languages: u32) -> Vec<(Range<usize>, usize)> {
    let mut found: Vec<(Range<usize>, usize)> = Vec::new();
    for_each_index_token(text, |span| {
        let written = &text[span.start..span.end];
        let Some(clause) = find_clause_of_token(plan, written, span.kind, languages) else {
            return;
        };
        // Character bigrams overlap, and so do joined words with their parts.
        let mut range = span.start..span.end;
        while let Some((before, _)) = found.pop_if(|(before, _)| before.end > range.start) {
            range = before.start.min(range.start)..before.end.max(range.end);
        }
        found.push((range, clause));
    });
    found
}

/// The zero-based index of the first clause that a token, as written in the text, matches when it
/// is stemmed in one of `languages` (a bit set); `None` if it matches none.
fn find_clause_of_token(
    plan: &QueryPlan,
    written: &str,
    kind: TokenKind,
    languages: u32,
) -> Option<usize> {
    let joined;
    let written = match kind {
        TokenKind::Joined => {
            joined = without_joiner(written);
            &joined
        }
        _ => written,
    };
    Language::all().filter(|language| languages & language.bit() != 0).find_map(|language| {
        let form = normalise(written, language);
        let stem = if kind.is_bigram() { form.clone() } else { stem(&form, language) };
        let unaccented = stem_without_accents(&form, &stem, language);
        let stems = [Some(&stem), unaccented.as_ref()];
        find_clause(plan, &form, &stems, language)
    })
}

/// The zero-based index of the first clause that a word of a text in `language` matches, by one of
/// its `stems` or because its normalised `form` begins with a prefix in the query; `None` if none
/// does.
fn find_clause(
    plan: &QueryPlan,
    form: &str,
    stems: &[Option<&String>],
    language: Language,
) -> Option<usize> {
    plan.clauses.iter().position(|clause| {
        !clause.is_ignored
            && clause.alternatives.iter().any(|alternative| {
                let matches_word = |word: &crate::plan::QueryWord| {
                    word.stems.iter().any(|(known, languages)| {
                        stems.contains(&Some(known)) && languages & language.bit() != 0
                    })
                };
                alternative.words.iter().any(matches_word)
                    || alternative.is_prefix
                        && alternative
                            .words
                            .last()
                            .is_some_and(|word| fold_accents(form).starts_with(&word.folded))
            })
    })
}

/// Converts ascending byte ranges of `text` to pairs of start and end in UTF-16 units.
pub fn to_utf16_ranges(text: &str, ranges: impl Iterator<Item = Range<usize>>) -> Vec<(u32, u32)> {
    let (mut at, mut utf16_units) = (0, 0_u32);
    let mut offset = |to: usize| {
        utf16_units += text[at..to].chars().map(|letter| letter.len_utf16() as u32).sum::<u32>();
        at = to;
        utf16_units
    };
    ranges.map(|range| (offset(range.start), offset(range.end))).collect()
}

/// The excerpt of record `doc`, analysed in `languages` (a bit set), from the content of its text
/// file; the beginning of its text if no word matches.
pub fn build_excerpt(plan: &QueryPlan, doc: u32, file: &[u8], languages: u32) -> Excerpt {
    let sections = read_sections(doc, file).unwrap_or_default();
    let best = sections
        .iter()
        .enumerate()
        .map(|(at, section)| (at, find_best_window(plan, section, languages)))
        .filter(|(_, window)| window.score > 0)
        .max_by_key(|(at, window)| (window.score, std::cmp::Reverse(*at)));
    match best {
        Some((at, window)) => {
            let (heading, anchor, text) = sections[at];
            let section = (!heading.is_empty())
                .then(|| SectionLink { heading: heading.to_owned(), anchor: anchor.to_owned() });
            Excerpt { doc, excerpt: mark_text(text, window.range, plan, languages), section }
        }
        None => {
            let text = sections
                .iter()
                .map(|section| section.2)
                .find(|text| !text.trim().is_empty())
                .unwrap_or("");
            let end = text.floor_char_boundary(MAX_EXCERPT_BYTES.min(text.len()));
            Excerpt { doc, excerpt: mark_text(text, 0..end, plan, languages), section: None }
        }
    }
}

/// Heading, anchor and text of a section, as a text file stores them.
type StoredSection<'a> = (&'a str, &'a str, &'a str);

/// The sections of record `doc` in the content of a text file, which holds those of several
/// records; `None` if it lacks this record or is corrupt.
fn read_sections(doc: u32, file: &[u8]) -> Option<Vec<StoredSection<'_>>> {
    let mut reader = ByteReader(file);
    loop {
        let number = reader.read_varint()?;
        let len = reader.read_varint()? as usize;
        let body = reader.read_bytes(len)?;
        if number == doc {
            let mut reader = ByteReader(body);
            let count = reader.read_varint()?;
            return (0..count)
                .map(|_| Some((reader.read_text()?, reader.read_text()?, reader.read_text()?)))
                .collect();
        }
    }
}

/// A passage of the text of a section that may become the excerpt, as a byte range with its score.
struct Window {
    range: Range<usize>,
    /// 8 for each distinct clause in the window, 1 for each word, at most 7, and 3 for each match
    /// in the heading, at most 9.
    score: usize,
}

/// The passage of a section with the highest score, the first of equal ones; the beginning of the
/// text if no word of it matches.
fn find_best_window(
    plan: &QueryPlan,
    (heading, _, text): &StoredSection,
    languages: u32,
) -> Window {
    let in_heading = find_matches(plan, heading, languages).len().min(3);
    let found = find_matches(plan, text, languages);
    let mut best = Window {
        range: 0..text.floor_char_boundary(MAX_EXCERPT_BYTES.min(text.len())),
        score: in_heading * 3,
    };
    for (first, (start, _)) in found.iter().enumerate() {
        let within = found[first..]
            .iter()
            .take_while(|(range, _)| range.end <= start.start + MAX_EXCERPT_BYTES - LEAD_BYTES);
        let (mut clauses, mut count) = (0_u64, 0_usize);
        for (_, clause) in within {
            clauses |= 1 << clause.min(&63);
            count += 1;
        }
        let score = in_heading * 3 + clauses.count_ones() as usize * 8 + count.min(7);
        if score > best.score {
            best = Window { range: extend_to_sentence(text, start.start), score };
        }
    }
    best
}

/// The byte range of the excerpt for a match at byte `at`: it begins at a sentence or word about
/// [`LEAD_BYTES`] before the match and has at most [`MAX_EXCERPT_BYTES`].
fn extend_to_sentence(text: &str, at: usize) -> Range<usize> {
    let earliest = text.floor_char_boundary(at.saturating_sub(LEAD_BYTES));
    let before = &text[earliest..at];
    let start = if earliest == 0 {
        0
    } else if let Some(end) = before.rfind(['.', '!', '?', '。', '\n']) {
        earliest + end + before[end..].chars().next().map_or(1, char::len_utf8)
    } else {
        earliest + before.find(' ').map_or(0, |space| space + 1)
    };
    start..text.floor_char_boundary((start + MAX_EXCERPT_BYTES).min(text.len()))
}

/// The excerpt of the text in this byte range, cut at a space near its end: white space collapsed,
/// `…` where text before or after is left out, matched words marked.
fn mark_text(text: &str, range: Range<usize>, plan: &QueryPlan, languages: u32) -> MarkedText {
    let mut end = range.end;
    if end < text.len()
        && let Some(space) = text[range.start..end]
            .rfind(char::is_whitespace)
            .filter(|space| *space > MAX_EXCERPT_BYTES / 2)
    {
        end = range.start + space;
    }
    let middle = text[range.start..end].split_whitespace().collect::<Vec<_>>().join(" ");
    let shown = format!(
        "{}{middle}{}",
        if range.start > 0 { "… " } else { "" },
        if end < text.len() { " …" } else { "" }
    );
    let matches = find_matches(plan, &shown, languages);
    let marks = to_utf16_ranges(&shown, matches.into_iter().map(|(range, _)| range));
    MarkedText { text: shown, marks }
}

#[cfg(test)]
mod tests {
    use super::to_utf16_ranges;

    #[test]
    fn ranges_count_utf16_units() {
        let text = "🎁 über é x";
        let range = |word: &str| {
            let at = text.find(word).unwrap();
            at..at + word.len()
        };
        assert_eq!(
            to_utf16_ranges(text, [range("über"), range("x")].into_iter()),
            [(3, 7), (10, 11)]
        );
    }
}
