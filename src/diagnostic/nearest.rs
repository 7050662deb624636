//! The nearest known name, for hints.

/// The candidate most like `word`, if any is near enough to be a slip of the same word.
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let word = word.to_lowercase();
    candidates
        .into_iter()
        .map(|candidate| (strsim::damerau_levenshtein(&word, &candidate.to_lowercase()), candidate))
        .filter(|(distance, candidate)| *distance <= tolerance(&word, candidate))
        .min_by_key(|(distance, candidate)| (*distance, *candidate))
        .map(|(_, candidate)| candidate)
}

/// The hint sentence for a misspelt name, or a list of what is known when nothing is near, if anything is known at all.
pub fn hint<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str> + Clone) -> String {
    if let Some(candidate) = nearest(word, candidates.clone()) {
        return format!("did you mean `{candidate}`?");
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
        assert_eq!(hint("television", known), "known are `email`, `paid-social`, `retail-media`");
    }
}
