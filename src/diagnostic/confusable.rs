//! Invisible characters and confusable letters (UTS #39): messages name them by code point, because
//! a reader cannot tell them by eye.

use std::borrow::Cow;

use unicode_security::skeleton;

/// The text without white space and invisible characters at both ends; joiners and variation
/// selectors of emoji stay.
pub fn trim_invisible(text: &str) -> &str {
    let ends = text.trim();
    if ends.is_ascii() {
        ends
    } else {
        ends.trim_matches(|letter: char| letter.is_whitespace() || is_trimmable_mark(letter))
    }
}

/// Whether a character is one of the invisible ones that mean nothing at the ends of a text, such
/// as U+200B or a byte-order mark; joiners and variation selectors of emoji are not.
fn is_trimmable_mark(letter: char) -> bool {
    matches!(
        letter,
        '\u{ad}' | '\u{180e}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2060}' | '\u{feff}'
    )
}

/// Whether a character is a default ignorable code point of Unicode, which has an empty skeleton.
fn is_invisible(letter: char) -> bool {
    !letter.is_ascii() && skeleton(letter.encode_utf8(&mut [0; 4])).next().is_none()
}

/// Whether a character is white space other than U+0020.
fn is_unusual_space(letter: char) -> bool {
    letter.is_whitespace() && letter != ' '
}

/// The text without invisible characters.
pub fn remove_invisible(text: &str) -> Cow<'_, str> {
    if text.chars().any(is_invisible) {
        text.chars().filter(|letter| !is_invisible(*letter)).collect::<String>().into()
    } else {
        text.into()
    }
}

/// The text without one pair of typographic quotes around it, such as `“…”` or `«…»`.
pub fn strip_quotes(text: &str) -> &str {
    let ends = [
        ('“', '”'),
        ('„', '“'),
        ('„', '”'),
        ('”', '”'),
        ('‘', '’'),
        ('‚', '‘'),
        ('’', '’'),
        ('«', '»'),
        ('»', '«'),
        ('「', '」'),
    ];
    let inner =
        ends.iter().find_map(|(open, close)| text.strip_prefix(*open)?.strip_suffix(*close));
    inner.map_or(text, str::trim)
}

/// The invisible characters and unusual spaces of a text, for messages: `U+200B (zero width
/// space)`; none if it has none.
pub fn describe_invisible(text: &str) -> Option<String> {
    list_characters(
        text.chars().filter(|letter| is_invisible(*letter) || is_unusual_space(*letter)),
    )
}

/// Whether two texts differ and have the same skeleton (UTS #39), so that they look alike;
/// differences in case alone do not count.
pub fn is_confusable(one: &str, other: &str) -> bool {
    if one.is_ascii() {
        return false;
    }
    let (small, other_small) = (one.to_lowercase(), other.to_lowercase());
    // Some letters are confusable as capitals only.
    small != other_small
        && (skeleton_with_plain_spaces(one).eq(skeleton_with_plain_spaces(other))
            || skeleton_with_plain_spaces(&small).eq(skeleton_with_plain_spaces(&other_small)))
}

/// The skeleton of a text with every white space as U+0020.
fn skeleton_with_plain_spaces(text: &str) -> impl Iterator<Item = char> + '_ {
    skeleton(text).map(|letter| if letter.is_whitespace() { ' ' } else { letter })
}

/// The characters of a text that a confusable text lacks, for messages; none if there are none.
/// ASCII and case are ignored.
pub fn describe_difference(text: &str, other: &str) -> Option<String> {
    let known = other.to_lowercase();
    list_characters(text.chars().filter(|letter| {
        !letter.is_ascii() && !letter.to_lowercase().all(|lower| known.contains(lower))
    }))
}

/// Each distinct character by name and code point, joined with commas and `and`; none for no
/// characters.
fn list_characters(letters: impl Iterator<Item = char>) -> Option<String> {
    let mut names: Vec<String> = Vec::new();
    for letter in letters {
        let code = u32::from(letter);
        let name = match letter {
            _ if unseen_character_name(letter).is_some() => {
                format!("U+{code:04X} ({})", unseen_character_name(letter).unwrap_or_default())
            }
            _ if is_invisible(letter) || letter.is_whitespace() => {
                format!("U+{code:04X}, which cannot be seen")
            }
            _ => format!("`{letter}` (U+{code:04X})"),
        };
        if !names.contains(&name) {
            names.push(name);
        }
    }
    let (last, others) = names.split_last()?;
    Some(if others.is_empty() { last.clone() } else { format!("{} and {last}", others.join(", ")) })
}

/// The usual name of a character that is invisible or looks like a plain space and that editors and
/// office programs insert; none for every other character, visible ones included.
fn unseen_character_name(letter: char) -> Option<&'static str> {
    Some(match letter {
        '\t' => "tab",
        '\u{a0}' => "no-break space",
        '\u{ad}' => "soft hyphen",
        '\u{200b}' => "zero width space",
        '\u{200c}' => "zero width non-joiner",
        '\u{200d}' => "zero width joiner",
        '\u{200e}' => "left-to-right mark",
        '\u{200f}' => "right-to-left mark",
        '\u{202f}' => "narrow no-break space",
        '\u{2060}' => "word joiner",
        '\u{3000}' => "ideographic space",
        '\u{feff}' => "byte-order mark",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn invisible_characters_are_trimmed() {
        assert_eq!(trim_invisible("\u{feff} DE\u{200b}\u{a0}"), "DE");
        assert_eq!(trim_invisible("❤\u{fe0f}"), "❤\u{fe0f}", "a mark of the emoji before it");
    }

    #[test]
    fn invisible_characters_are_named() {
        assert_eq!(
            describe_invisible("a\u{a0}b\u{200b}\u{200b}").as_deref(),
            Some("U+00A0 (no-break space) and U+200B (zero width space)")
        );
        assert_eq!(describe_invisible("a b"), None);
        assert_eq!(remove_invisible("2026\u{2060}-03"), "2026-03");
    }

    #[test]
    fn confusable_letters_are_told_apart() {
        assert!(
            is_confusable("D\u{415}", "DE")
                && is_confusable("D\u{200b}E", "DE")
                && is_confusable("Α", "A")
        );
        assert!(!is_confusable("DE", "de") && !is_confusable("DK", "DE"));
        assert_eq!(describe_difference("D\u{415}", "DE").as_deref(), Some("`\u{415}` (U+0415)"));
    }
}
