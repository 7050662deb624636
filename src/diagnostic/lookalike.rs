//! Characters that cannot be seen, and letters that look like others: a message names them by code point, because its reader cannot
//! see them.

use std::borrow::Cow;

use unicode_security::skeleton;

/// A text without white space and invisible characters at its ends.
pub fn trim(text: &str) -> &str {
    let ends = text.trim();
    if ends.is_ascii() { ends } else { ends.trim_matches(|letter: char| letter.is_whitespace() || means_nothing_at_an_end(letter)) }
}

/// Invisible characters that belong to nothing beside them; joiners and the marks of emoji do.
fn means_nothing_at_an_end(letter: char) -> bool {
    matches!(letter, '\u{ad}' | '\u{180e}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2060}' | '\u{feff}')
}

/// Whether a character leaves nothing on a page (Unicode's default ignorable code points), which is why its skeleton is empty.
fn is_invisible(letter: char) -> bool {
    !letter.is_ascii() && skeleton(letter.encode_utf8(&mut [0; 4])).next().is_none()
}

/// White space that looks like a space and is none.
fn is_false_space(letter: char) -> bool {
    letter.is_whitespace() && letter != ' '
}

/// The text without invisible characters.
pub fn visible(text: &str) -> Cow<'_, str> {
    if text.chars().any(is_invisible) { text.chars().filter(|letter| !is_invisible(*letter)).collect::<String>().into() } else { text.into() }
}

/// The text without the curly or angled quotes of typography around it, which are part of the text to a program.
pub fn unquoted(text: &str) -> &str {
    let ends = [('“', '”'), ('„', '“'), ('„', '”'), ('”', '”'), ('‘', '’'), ('‚', '‘'), ('’', '’'), ('«', '»'), ('»', '«'), ('「', '」')];
    let inner = ends.iter().find_map(|(open, close)| text.strip_prefix(*open)?.strip_suffix(*close));
    inner.map_or(text, str::trim)
}

/// The characters of a text that cannot be seen or are no plain space, each by its code point: `U+200B (zero width space)`.
pub fn unseen(text: &str) -> Option<String> {
    named(text.chars().filter(|letter| is_invisible(*letter) || is_false_space(*letter)))
}

/// Whether two texts look the same and are not.
pub fn look_the_same(one: &str, other: &str) -> bool {
    if one.is_ascii() {
        return false;
    }
    let (small, other_small) = (one.to_lowercase(), other.to_lowercase());
    // Some letters look alike as capitals only.
    small != other_small && (drawn(one).eq(drawn(other)) || drawn(&small).eq(drawn(&other_small)))
}

fn drawn(text: &str) -> impl Iterator<Item = char> + '_ {
    skeleton(text).map(|letter| if letter.is_whitespace() { ' ' } else { letter })
}

/// What sets a text apart from another that looks the same: its characters that the other does not hold, by code point.
pub fn difference(text: &str, other: &str) -> Option<String> {
    let known = other.to_lowercase();
    named(text.chars().filter(|letter| !letter.is_ascii() && !letter.to_lowercase().all(|lower| known.contains(lower))))
}

fn named(letters: impl Iterator<Item = char>) -> Option<String> {
    let mut names: Vec<String> = Vec::new();
    for letter in letters {
        let code = u32::from(letter);
        let name = match letter {
            _ if known_name(letter).is_some() => format!("U+{code:04X} ({})", known_name(letter).unwrap_or_default()),
            _ if is_invisible(letter) || letter.is_whitespace() => format!("U+{code:04X}, which cannot be seen"),
            _ => format!("`{letter}` (U+{code:04X})"),
        };
        if !names.contains(&name) {
            names.push(name);
        }
    }
    let (last, others) = names.split_last()?;
    Some(if others.is_empty() { last.clone() } else { format!("{} and {last}", others.join(", ")) })
}

/// Names of those that editors, office programs and chat programs leave behind.
fn known_name(letter: char) -> Option<&'static str> {
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
    fn ends_lose_what_cannot_be_seen() {
        assert_eq!(trim("\u{feff} DE\u{200b}\u{a0}"), "DE");
        assert_eq!(trim("❤\u{fe0f}"), "❤\u{fe0f}", "a mark of the emoji before it");
    }

    #[test]
    fn what_cannot_be_seen_is_named() {
        assert_eq!(unseen("a\u{a0}b\u{200b}\u{200b}").as_deref(), Some("U+00A0 (no-break space) and U+200B (zero width space)"));
        assert_eq!(unseen("a b"), None);
        assert_eq!(visible("2026\u{2060}-03"), "2026-03");
    }

    #[test]
    fn letters_that_look_like_others_are_told_apart() {
        assert!(look_the_same("D\u{415}", "DE") && look_the_same("D\u{200b}E", "DE") && look_the_same("Α", "A"));
        assert!(!look_the_same("DE", "de") && !look_the_same("DK", "DE"));
        assert_eq!(difference("D\u{415}", "DE").as_deref(), Some("`\u{415}` (U+0415)"));
    }
}
