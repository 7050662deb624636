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
