//! Figures in one form: `1,250`, `1.250`, `1 250` and `١٢٥٠` are 1250, and `12,50` is 12.5.

use std::borrow::Cow;

/// The zeros of the scripts with decimal digits (Unicode's category Nd) in the basic plane; each is
/// followed by the other nine digits. Full-width digits are not among them, because NFKC turns
/// those into ASCII.
const ZEROS: [char; 34] = [
    '\u{660}', '\u{6f0}', '\u{7c0}', '\u{966}', '\u{9e6}', '\u{a66}', '\u{ae6}', '\u{b66}',
    '\u{be6}', '\u{c66}', '\u{ce6}', '\u{d66}', '\u{de6}', '\u{e50}', '\u{ed0}', '\u{f20}',
    '\u{1040}', '\u{1090}', '\u{17e0}', '\u{1810}', '\u{1946}', '\u{19d0}', '\u{1a80}', '\u{1a90}',
    '\u{1b50}', '\u{1bb0}', '\u{1c40}', '\u{1c50}', '\u{a620}', '\u{a8d0}', '\u{a900}', '\u{a9d0}',
    '\u{aa50}', '\u{abf0}',
];

/// The ASCII digit of a decimal digit of any script; none for other characters.
pub fn to_ascii_digit(letter: char) -> Option<char> {
    match letter {
        '0'..='9' => Some(letter),
        '\0'..='\u{65f}' => None,
        '\u{ff10}'..='\u{ff19}' => char::from_u32(letter as u32 - 0xff10 + u32::from(b'0')),
        _ => ZEROS.iter().find_map(|zero| {
            let value = (letter as u32).checked_sub(*zero as u32).filter(|value| *value < 10)?;
            char::from_u32(value + u32::from(b'0'))
        }),
    }
}

/// Length in bytes of a separator within a figure that starts at byte `at` of `text`; none where
/// what stands there separates two figures or ends one.
///
/// A point or comma needs a digit on both sides. An apostrophe or a space that does not break a
/// line needs exactly three digits behind it; an ordinary space never joins figures, because
/// columns of a table stand apart by one.
pub fn separator_len(text: &str, at: usize) -> Option<usize> {
    let is_digit = |letter: char| to_ascii_digit(letter).is_some();
    let separator = text[at..].chars().next()?;
    if !text[..at].ends_with(is_digit) {
        return None;
    }
    let len = separator.len_utf8();
    let digits = text[at + len..].chars().take_while(|letter| is_digit(*letter)).take(4).count();
    match separator {
        '.' | ',' | '\u{66b}' | '\u{66c}' | '\u{ff0c}' | '\u{ff0e}' if digits > 0 => Some(len),
        '\'' | '\u{2019}' | '\u{a0}' | '\u{202f}' | '\u{2007}' | '\u{2009}' if digits == 3 => {
            Some(len)
        }
        _ => None,
    }
}

/// A word with the figure at its beginning in one form: ASCII digits, no separators of thousands, a
/// point before decimals, and no zeros at their end. What is no single figure, such as a date, only
/// gets points as separators.
///
/// One separator before three digits counts as one of thousands, unless a zero stands before it.
pub fn unify_figure(word: &str) -> Cow<'_, str> {
    let is_figure = |letter: char| to_ascii_digit(letter).is_some() || is_separator(letter);
    let end = word.find(|letter: char| !is_figure(letter)).unwrap_or(word.len());
    let (figure, rest) = word.split_at(end);
    if figure.is_empty() || figure.bytes().all(|byte| byte.is_ascii_digit()) {
        return Cow::Borrowed(word);
    }
    let mut groups = vec![String::new()];
    let mut separators = Vec::new();
    for letter in figure.chars() {
        match (to_ascii_digit(letter), groups.last_mut()) {
            (Some(digit), Some(group)) => group.push(digit),
            _ => {
                separators.push(unify_separator(letter));
                groups.push(String::new());
            }
        }
    }
    Cow::Owned(join_groups(&groups, &separators) + rest)
}

/// Whether a character can stand between the groups of digits of a figure: a point, a comma, an
/// apostrophe, a space or an Arabic mark.
fn is_separator(letter: char) -> bool {
    matches!(letter, '.' | ',' | '\'' | '\u{2019}' | ' ' | '\u{66b}' | '\u{66c}')
}

/// A separator as an ASCII character: the typographic apostrophe as `'`, the Arabic decimal mark as
/// `.`, the Arabic mark of thousands as `,`, others unchanged.
fn unify_separator(letter: char) -> char {
    match letter {
        '\u{2019}' => '\'',
        '\u{66b}' => '.',
        '\u{66c}' => ',',
        other => other,
    }
}

/// A figure from its groups of digits and the separators between them: without separators of
/// thousands and with a point before decimals, or with points throughout where it is no single
/// figure (`5.11.2026`).
fn join_groups(groups: &[String], separators: &[char]) -> String {
    let are_thousands = |groups: &[String]| {
        (1..=3).contains(&groups[0].len())
            && groups[0] != "0"
            && groups[1..].iter().all(|group| group.len() == 3)
    };
    let all_equal = |separators: &[char]| separators.windows(2).all(|pair| pair[0] == pair[1]);
    let (last, before) = match separators.split_last() {
        None => return groups.concat(),
        Some((last, before)) => (*last, before),
    };
    if all_equal(separators) && are_thousands(groups) {
        return groups.concat();
    }
    let (integer, decimals) = groups.split_at(groups.len() - 1);
    let is_decimal = matches!(last, '.' | ',')
        && (before.is_empty() || all_equal(before) && before[0] != last && are_thousands(integer));
    if !is_decimal {
        return groups.join(".");
    }
    let decimals = decimals[0].trim_end_matches('0');
    if decimals.is_empty() { integer.concat() } else { format!("{}.{decimals}", integer.concat()) }
}

#[cfg(test)]
mod tests {
    use super::{separator_len, unify_figure};

    #[test]
    fn a_figure_has_one_form() {
        for (written, form) in [
            ("1250", "1250"),
            ("1,250", "1250"),
            ("1.250", "1250"),
            ("1'250", "1250"),
            ("1’250", "1250"),
            ("1 250 000", "1250000"),
            ("١٢٥٠", "1250"),
            ("١٬٢٥٠", "1250"),
            ("۱۲۵۰", "1250"),
            ("१२५०", "1250"),
            ("12.5", "12.5"),
            ("12,5", "12.5"),
            ("12,50", "12.5"),
            ("١٢٫٥", "12.5"),
            ("12.0", "12"),
            ("1,250.50", "1250.5"),
            ("1.250,50", "1250.5"),
            ("0.125", "0.125"),
            ("0,125", "0.125"),
            ("12,5kg", "12.5kg"),
            ("5.11.2026", "5.11.2026"),
            ("1,2,3", "1.2.3"),
            ("2026", "2026"),
            ("b2b", "b2b"),
            ("", ""),
        ] {
            assert_eq!(unify_figure(written), form, "{written}");
        }
    }

    #[test]
    fn separators_stand_within_figures() {
        for (text, at, len) in [
            ("1,250", 1, Some(1)),
            ("1, 250", 1, None),
            ("1\u{a0}250", 1, Some(2)),
            ("1\u{a0}25", 1, None),
            ("1\u{202f}2500", 1, None),
            ("1 250", 1, None),
            ("a,250", 1, None),
            ("it's 5", 2, None),
            ("٢٫٥", 2, Some(2)),
            ("5.", 1, None),
        ] {
            assert_eq!(separator_len(text, at), len, "{text}");
        }
    }
}
