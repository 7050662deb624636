//! The known name with the smallest edit distance to a misspelt one, for hints.

use crate::diagnostic::confusable;

/// The candidate with the smallest Damerau-Levenshtein distance to `word`, ignoring case; none if
/// all exceed `max_distance`.
pub fn find_nearest<'a>(
    word: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    let written = confusable::strip_quotes(word);
    let word = written.to_lowercase();
    let candidates = candidates.into_iter();
    // A confusable candidate is a match even if all its letters are of another script.
    let distance = |candidate: &str| {
        if confusable::is_confusable(written, candidate) {
            0
        } else {
            strsim::damerau_levenshtein(&word, &candidate.to_lowercase())
        }
    };
    candidates
        .map(|candidate| (distance(candidate), candidate))
        .filter(|(distance, candidate)| *distance <= max_distance(&word, candidate))
        .min_by_key(|(distance, candidate)| (*distance, *candidate))
        .map(|(_, candidate)| candidate)
}

/// The longest word that is too short for a slip to be certain, in characters.
const MAX_UNCERTAIN_LENGTH: usize = 3;
/// The shortest word in which two slips can be certain, in characters.
const MIN_TWO_SLIPS_LENGTH: usize = 7;

/// The name that a misspelt word certainly means: the only one that differs by case or looks
/// alone, else the only one that is near, begins with the same letter and differs by one slip, or
/// by two in a long word. `candidates` are the spellings, each with the name that it stands for.
pub fn find_certain<'a>(
    word: &str,
    candidates: impl IntoIterator<Item = (&'a str, &'a str)> + Clone,
) -> Option<&'a str> {
    let written = confusable::trim_invisible(confusable::strip_quotes(word));
    let plain = confusable::remove_invisible(written).to_lowercase();
    let is_same = |candidate: &str| {
        candidate.to_lowercase() == plain || confusable::is_confusable(written, candidate)
    };
    let same = candidates.clone().into_iter().filter(|(spelling, _)| is_same(spelling));
    if let Some(name) = only_name(same.map(|(_, name)| name)) {
        return Some(name);
    }
    let length = plain.chars().count();
    let has_digits = plain.contains(|letter: char| letter.is_numeric());
    if length <= MAX_UNCERTAIN_LENGTH || has_digits {
        return None;
    }
    let distance = |spelling: &str| strsim::damerau_levenshtein(&plain, &spelling.to_lowercase());
    let near: Vec<(usize, &'a str, &'a str)> = candidates
        .into_iter()
        .map(|(spelling, name)| (distance(spelling), spelling, name))
        .filter(|(distance, spelling, _)| *distance <= max_distance(&plain, spelling))
        .collect();
    let name = only_name(near.iter().map(|(_, _, name)| *name))?;
    let max_slips = if length >= MIN_TWO_SLIPS_LENGTH { 2 } else { 1 };
    let first_letter = plain.chars().next();
    near.iter()
        .any(|(distance, spelling, _)| {
            // A prefix such as `in` or `un` turns a word into its opposite.
            *distance <= max_slips && spelling.to_lowercase().chars().next() == first_letter
        })
        .then_some(name)
}

/// The name of which there is no other among these; none if there are several or none.
fn only_name<'a>(mut names: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let first = names.next()?;
    names.all(|name| name == first).then_some(first)
}

/// The hint for a misspelt name: the nearest candidate, else a list of at most twelve candidates in
/// alphabetical order.
pub fn hint<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str> + Clone) -> String {
    if let Some(candidate) = find_nearest(word, candidates.clone()) {
        return did_you_mean(word, candidate);
    }
    let mut known: Vec<&str> = candidates.into_iter().collect();
    known.sort_unstable();
    if known.is_empty() {
        return "there are none yet".to_owned();
    }
    let hidden = known.len().saturating_sub(12);
    let list = known.iter().take(12).map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    if hidden == 0 {
        format!("known are {list}")
    } else {
        format!("known are {list} and {hidden} more")
    }
}

/// The hint that offers `candidate` for `word`; for confusable texts it names the characters that
/// differ.
pub fn did_you_mean(word: &str, candidate: &str) -> String {
    let difference = confusable::describe_difference(word, candidate)
        .filter(|_| confusable::is_confusable(word, candidate));
    match difference {
        Some(difference) => format!(
            "write `{candidate}` anew: what stands here looks the same and holds {difference}"
        ),
        None => format!("did you mean `{candidate}`?"),
    }
}

/// The largest accepted edit distance: a third of the longer word in characters, at least 1 so that
/// short codes still match.
fn max_distance(word: &str, candidate: &str) -> usize {
    (word.chars().count().max(candidate.chars().count()) / 3).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_misspelt_word_finds_its_candidate() {
        let known = ["retail-media", "email", "paid-social"];
        assert_eq!(find_nearest("retial-media", known), Some("retail-media"));
        assert_eq!(find_nearest("e-mail", known), Some("email"));
        assert_eq!(find_nearest("television", known), None);
        assert_eq!(find_nearest("“email”", known), Some("email"));
        assert_eq!(hint("television", known), "known are `email`, `paid-social`, `retail-media`");
    }

    #[test]
    fn only_one_near_name_is_certain() {
        let find = |word, names: &[&'static str]| {
            find_certain(word, names.iter().map(|name| (*name, *name)))
        };
        assert_eq!(find("markts", &["markets", "channels"]), Some("markets"));
        assert_eq!(find("Markets", &["markets", "market"]), Some("markets"));
        assert_eq!(find("mark\u{200b}ets", &["markets"]), Some("markets"));
        assert_eq!(find("markte", &["markets", "market"]), None, "two are near");
        assert_eq!(
            find_certain("markte", [("markets", "markets"), ("market", "markets")]),
            Some("markets"),
            "both are one field"
        );
        assert_eq!(find("conclusive", &["inconclusive"]), None, "the opposite");
        assert_eq!(find("won", &["wow"]), None, "too short");
        assert_eq!(find("arm12", &["arm13"]), None, "a number");
    }

    #[test]
    fn a_confusable_name_is_offered_with_the_difference() {
        let known = ["DE", "AT"];
        assert_eq!(
            hint("D\u{200b}E", known),
            "write `DE` anew: what stands here looks the same and holds U+200B (zero width space)"
        );
        assert_eq!(
            hint("\u{410}\u{422}", known),
            "write `AT` anew: what stands here looks the same and holds `\u{410}` (U+0410) and `\u{422}` (U+0422)"
        );
        assert_eq!(hint("dx", known), "did you mean `DE`?");
    }
}
