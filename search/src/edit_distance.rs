//! Edit distance between words: insertions, deletions, substitutions and transpositions.

/// The edit distance of two words (restricted Damerau-Levenshtein, also called optimal string
/// alignment), or `None` when it is above `limit`. A transposition of two neighbouring letters is
/// one edit.
pub fn edit_distance(left: &[char], right: &[char], limit: usize) -> Option<usize> {
    if left.len().abs_diff(right.len()) > limit {
        return None;
    }
    let width = right.len() + 1;
    let mut row_before_last: Vec<usize> = vec![0; width];
    let mut last_row: Vec<usize> = (0..width).collect();
    let mut row: Vec<usize> = vec![0; width];
    for (index, letter) in left.iter().enumerate() {
        row[0] = index + 1;
        for (column, other) in right.iter().enumerate() {
            let substitution = last_row[column] + usize::from(letter != other);
            let mut best = substitution.min(last_row[column + 1] + 1).min(row[column] + 1);
            if index > 0 && column > 0 && *letter == right[column - 1] && left[index - 1] == *other
            {
                best = best.min(row_before_last[column - 1] + 1);
            }
            row[column + 1] = best;
        }
        if row.iter().min().is_some_and(|best| *best > limit)
            && last_row.iter().min().is_some_and(|best| *best > limit)
        {
            return None;
        }
        std::mem::swap(&mut row_before_last, &mut last_row);
        std::mem::swap(&mut last_row, &mut row);
    }
    Some(last_row[width - 1]).filter(|edits| *edits <= limit)
}

/// Whether `word`, or a beginning of it if `is_beginning`, can have been meant by who typed
/// `typed`: whether at most `edits` slips lie between them. A slip is a letter too many or too few,
/// two letters in the wrong order, a vowel for a vowel, a letter of the same sound (`s` for `c`), or a
/// key beside the right one. Any other wrong letter is no slip, because it usually makes another word: `speakers` for `sneakers`.
pub fn is_slip(typed: &[char], word: &[char], edits: usize, is_beginning: bool) -> bool {
    let shared = typed.iter().zip(word).take_while(|(letter, other)| letter == other).count();
    let (typed, word) = (&typed[shared..], &word[shared..]);
    if typed.is_empty() && (word.is_empty() || is_beginning) {
        return true;
    }
    if edits == 0 {
        return false;
    }
    let after = |typed_count: usize, word_count: usize| {
        typed.len() >= typed_count
            && word.len() >= word_count
            && is_slip(&typed[typed_count..], &word[word_count..], edits - 1, is_beginning)
    };
    let replaces = |letter: char, other: char| {
        VOWELS.contains(letter) && VOWELS.contains(other)
            || SAME_SOUNDS.iter().any(|pair| pair.contains(letter) && pair.contains(other))
            || are_adjacent_keys(letter, other)
    };
    after(1, 0)
        || after(0, 1)
        || matches!((typed, word), ([a, b, ..], [c, d, ..]) if (a, b) == (d, c)) && after(2, 2)
        || matches!((typed, word), ([a, ..], [b, ..]) if replaces(*a, *b)) && after(1, 1)
}

/// The vowels, any of which is often typed for another, so that this is a slip; see [`is_slip`].
const VOWELS: &str = "aeiouy";
/// Pairs of consonants of one sound in some word of most languages, each often written for the
/// other: `influenser`, `kampagne`, `analyze`.
const SAME_SOUNDS: [&str; 4] = ["cs", "ck", "sz", "fv"];
/// The rows of letters of a QWERTY keyboard and the first one of AZERTY; neighbours in a row are
/// adjacent keys.
const KEY_ROWS: [&str; 4] = ["qwertyuiop", "asdfghjkl", "zxcvbnm", "azertyuiop"];

/// Whether two letters lie side by side in a row of a QWERTY or AZERTY keyboard.
fn are_adjacent_keys(letter: char, other: char) -> bool {
    KEY_ROWS.iter().any(|row| match (row.find(letter), row.find(other)) {
        (Some(at), Some(other_at)) => at.abs_diff(other_at) == 1,
        _ => false,
    })
}

/// The number of edits that spelling correction accepts in a word of `letters` letters: 0 below
/// four, 1 below eight, else 2.
pub fn max_edits(letters: usize) -> usize {
    match letters {
        0..4 => 0,
        4..8 => 1,
        _ => 2,
    }
}

/// The names in `known` with the smallest edit distance to `word`, at most three, nearest first.
/// The largest distance is a third of the letters of `word`, at least 1 and at most 3; a name that
/// begins with `word`, or the other way round, is always near enough.
pub fn find_nearest<'a>(word: &str, known: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let letters: Vec<char> = word.chars().collect();
    let limit = (letters.len() / 3).clamp(1, 3);
    let mut found: Vec<(usize, &str)> = known
        .filter_map(|name| {
            let other: Vec<char> = name.chars().collect();
            let edits = edit_distance(&letters, &other, limit);
            let is_prefix = letters.len() >= 3
                && (name.starts_with(word) || word.starts_with(name) && other.len() >= 3);
            edits.or(is_prefix.then_some(limit)).map(|edits| (edits, name))
        })
        .collect();
    found.sort_unstable();
    found.dedup();
    found.into_iter().take(3).map(|(_, name)| name).collect()
}

#[cfg(test)]
mod tests {
    use super::{edit_distance, find_nearest, is_slip};

    #[test]
    fn edits_are_counted() {
        for (left, right, edits) in [
            ("unboxing", "unboxing", Some(0)),
            ("unboxng", "unboxing", Some(1)),
            ("unbxoing", "unboxing", Some(1)),
            ("reffreal", "referral", Some(2)),
            ("email", "mail", Some(1)),
            ("", "ab", Some(2)),
            ("abc", "xyz", None),
            ("retargeting", "retail", None),
        ] {
            let letters = |word: &str| word.chars().collect::<Vec<_>>();
            assert_eq!(edit_distance(&letters(left), &letters(right), 2), edits, "{left} {right}");
            assert_eq!(edit_distance(&letters(right), &letters(left), 2), edits, "{right} {left}");
        }
    }

    #[test]
    fn slips_are_told_from_other_words() {
        for (typed, word, edits, is_beginning, expected) in [
            ("unboxng", "unboxing", 1, false, true),
            ("referal", "referral", 1, false, true),
            ("campiagn", "campaign", 1, false, true),
            ("costumer", "customer", 2, false, true),
            ("instagran", "instagram", 1, false, true),
            ("influensers", "influencer", 2, false, true),
            ("sneakers", "speakers", 1, false, false),
            ("charge", "change", 1, false, false),
            ("loyal", "local", 1, false, false),
            ("subsci", "subscription", 1, true, true),
            ("subsci", "subscription", 1, false, false),
            ("newslt", "newsletter", 1, true, true),
        ] {
            let letters = |word: &str| word.chars().collect::<Vec<_>>();
            let found = is_slip(&letters(typed), &letters(word), edits, is_beginning);
            assert_eq!(found, expected, "{typed} {word}");
        }
    }

    #[test]
    fn nearest_names_are_found() {
        let known = ["retail-media", "email", "messaging", "tiktok"];
        assert_eq!(find_nearest("retial-media", known.into_iter()), ["retail-media"]);
        assert_eq!(find_nearest("mail", known.into_iter()), ["email"]);
        assert_eq!(find_nearest("tik", known.into_iter()), ["tiktok"]);
        assert_eq!(find_nearest("zzz", known.into_iter()), [] as [&str; 0]);
    }
}
