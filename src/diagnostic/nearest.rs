//! The nearest known name, for hints.

use crate::diagnostic::lookalike;

/// The candidate most like `word`, if any is near enough to be a slip of the same word.
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let written = lookalike::unquoted(word);
    let word = written.to_lowercase();
    let candidates = candidates.into_iter();
    // A candidate that looks the same is what was meant, however many letters are of another script.
    let distance = |candidate: &str| {
        if lookalike::look_the_same(written, candidate) { 0 } else { strsim::damerau_levenshtein(&word, &candidate.to_lowercase()) }
    };
    candidates
        .map(|candidate| (distance(candidate), candidate))
        .filter(|(distance, candidate)| *distance <= tolerance(&word, candidate))
        .min_by_key(|(distance, candidate)| (*distance, *candidate))
        .map(|(_, candidate)| candidate)
}

/// The hint sentence for a misspelt name, or a list of what is known when nothing is near, if anything is known at all.
pub fn hint<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str> + Clone) -> String {
    if let Some(candidate) = nearest(word, candidates.clone()) {
        return did_you_mean(word, candidate);
    }
    let mut known: Vec<&str> = candidates.into_iter().collect();
    known.sort_unstable();
    if known.is_empty() {
        return "there are none yet".to_owned();
    }
    let rest = known.len().saturating_sub(12);
    let list = known.iter().take(12).map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    if rest == 0 { format!("known are {list}") } else { format!("known are {list} and {rest} more") }
}

/// The sentence that offers a name for another; where both look the same, it says which characters differ.
pub fn did_you_mean(word: &str, candidate: &str) -> String {
    let difference = lookalike::difference(word, candidate).filter(|_| lookalike::look_the_same(word, candidate));
    match difference {
        Some(difference) => format!("write `{candidate}` anew: what stands here looks the same and holds {difference}"),
        None => format!("did you mean `{candidate}`?"),
    }
}

/// One slip in three letters, and at least one, so that short codes still find their neighbour.
fn tolerance(word: &str, candidate: &str) -> usize {
    (word.chars().count().max(candidate.chars().count()) / 3).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_finds_its_word() {
        let known = ["retail-media", "email", "paid-social"];
        assert_eq!(nearest("retial-media", known), Some("retail-media"));
        assert_eq!(nearest("e-mail", known), Some("email"));
        assert_eq!(nearest("television", known), None);
        assert_eq!(nearest("“email”", known), Some("email"));
        assert_eq!(hint("television", known), "known are `email`, `paid-social`, `retail-media`");
    }

    #[test]
    fn a_name_that_looks_the_same_is_never_offered_without_a_word() {
        let known = ["DE", "AT"];
        assert_eq!(hint("D\u{200b}E", known), "write `DE` anew: what stands here looks the same and holds U+200B (zero width space)");
        assert_eq!(
            hint("\u{410}\u{422}", known),
            "write `AT` anew: what stands here looks the same and holds `\u{410}` (U+0410) and `\u{422}` (U+0422)"
        );
        assert_eq!(hint("dx", known), "did you mean `DE`?");
    }
}
