//! How far two words are apart: letters added, dropped, exchanged or swapped.

/// The number of edits between two words, or `None` when it is above `most`. A swap of neighbours is one edit.
pub fn distance(left: &[char], right: &[char], most: usize) -> Option<usize> {
    if left.len().abs_diff(right.len()) > most {
        return None;
    }
    let width = right.len() + 1;
    let mut before: Vec<usize> = vec![0; width];
    let mut above: Vec<usize> = (0..width).collect();
    let mut row: Vec<usize> = vec![0; width];
    for (at, letter) in left.iter().enumerate() {
        row[0] = at + 1;
        for (column, other) in right.iter().enumerate() {
            let exchange = above[column] + usize::from(letter != other);
            let mut best = exchange.min(above[column + 1] + 1).min(row[column] + 1);
            if at > 0 && column > 0 && *letter == right[column - 1] && left[at - 1] == *other {
                best = best.min(before[column - 1] + 1);
            }
            row[column + 1] = best;
        }
        if row.iter().min().is_some_and(|best| *best > most) && above.iter().min().is_some_and(|best| *best > most) {
            return None;
        }
        std::mem::swap(&mut before, &mut above);
        std::mem::swap(&mut above, &mut row);
    }
    Some(above[width - 1]).filter(|edits| *edits <= most)
}

/// How many edits are forgiven in a word of this many letters: one from four, two from eight.
pub fn forgiven(letters: usize) -> usize {
    match letters {
        0..4 => 0,
        4..8 => 1,
        _ => 2,
    }
}

/// Those of `known` nearest to `word`, at most three, nearest first.
pub fn nearest<'a>(word: &str, known: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let letters: Vec<char> = word.chars().collect();
    let most = (letters.len() / 3).clamp(1, 3);
    let mut found: Vec<(usize, &str)> = known
        .filter_map(|name| {
            let other: Vec<char> = name.chars().collect();
            let edits = distance(&letters, &other, most);
            let begins = letters.len() >= 3 && (name.starts_with(word) || word.starts_with(name) && other.len() >= 3);
            edits.or(begins.then_some(most)).map(|edits| (edits, name))
        })
        .collect();
    found.sort_unstable();
    found.dedup();
    found.into_iter().take(3).map(|(_, name)| name).collect()
}

#[cfg(test)]
mod tests {
    use super::{distance, nearest};

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
            assert_eq!(distance(&letters(left), &letters(right), 2), edits, "{left} {right}");
            assert_eq!(distance(&letters(right), &letters(left), 2), edits, "{right} {left}");
        }
    }

    #[test]
    fn names_nearby_are_offered() {
        let known = ["retail-media", "email", "messaging", "tiktok"];
        assert_eq!(nearest("retial-media", known.into_iter()), ["retail-media"]);
        assert_eq!(nearest("mail", known.into_iter()), ["email"]);
        assert_eq!(nearest("tik", known.into_iter()), ["tiktok"]);
        assert_eq!(nearest("zzz", known.into_iter()), [] as [&str; 0]);
    }
}
