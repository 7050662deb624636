//! Writing texts as YAML scalars that every reader, of YAML 1.1 too, takes for that very text.

use crate::diagnostic::render::is_control_or_bidi;

/// Words that some YAML reader takes for a truth value, for null or for another special value, in
/// lower case.
const RESERVED_WORDS: &[&str] = &[
    "", "~", "=", "<<", "null", "true", "false", "yes", "no", "on", "off", "y", "n", ".inf",
    "-.inf", "+.inf", ".nan",
];

/// Whether a scalar stands between brackets, which decides what characters need quotes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Context {
    /// Behind `key:` or `-`.
    Block,
    /// Between brackets or braces, where commas and brackets end it.
    Flow,
}

/// The text as a YAML scalar on one line, without quotes where that is safe.
pub(super) fn render(text: &str, context: Context) -> String {
    if is_plain_safe(text, context) { text.to_owned() } else { quote(text) }
}

/// The text as a YAML scalar on one line that may stand between brackets, without quotes where that
/// is safe.
pub fn render_in_flow(text: &str) -> String {
    render(text, Context::Flow)
}

/// The text as a YAML scalar in quotes: double ones, or single ones where double ones would need a
/// backslash.
pub fn quote(text: &str) -> String {
    if text.chars().any(must_escape) {
        return escape(text);
    }
    if text.contains(['"', '\\']) {
        format!("'{}'", text.replace('\'', "''"))
    } else {
        format!("\"{text}\"")
    }
}

/// The text as a YAML scalar in double quotes with the escapes that JSON and YAML share, so that it
/// is one line of visible characters.
pub(super) fn escape(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 8);
    quoted.push('"');
    for letter in text.chars() {
        match letter {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            // All of them are in the basic plane.
            letter if must_escape(letter) => {
                quoted.push_str(&format!("\\u{:04x}", u32::from(letter)));
            }
            letter => quoted.push(letter),
        }
    }
    quoted.push('"');
    quoted
}

/// Whether a character is written as an escape in front matter: it is no printable one of YAML, or
/// changes what a reader sees.
pub(super) fn must_escape(letter: char) -> bool {
    is_control_or_bidi(letter) || matches!(letter, '\u{fffe}' | '\u{ffff}')
}

/// Whether every YAML reader takes the text without quotes for that very text.
pub(super) fn is_plain_safe(text: &str, context: Context) -> bool {
    let opens_syntax = text.starts_with(|first: char| "-?:,[]{}#&*!|>'\"%@`".contains(first));
    let is_cut = text.contains(": ") || text.contains(" #") || text.ends_with(':');
    // Readers of YAML 1.1 end a text between brackets at any colon or question mark.
    let ends_in_flow =
        context == Context::Flow && text.contains([',', ':', '?', '[', ']', '{', '}']);
    !(opens_syntax
        || is_cut
        || ends_in_flow
        || text.starts_with("...")
        || text.trim() != text
        || text.chars().any(must_escape)
        || is_reserved_word(text)
        || is_typed_literal(text))
}

/// Whether some YAML reader takes the text without quotes for a truth value, for null or for
/// another special value.
pub(super) fn is_reserved_word(text: &str) -> bool {
    text.len() <= 5 && RESERVED_WORDS.contains(&text.to_lowercase().as_str())
}

/// Whether the text without quotes is a number, date, time, `true` or `false` to some YAML reader.
pub(super) fn is_typed_literal(text: &str) -> bool {
    let unsigned = text.trim_start_matches(['+', '-']);
    let begins_with_digit =
        unsigned.trim_start_matches('.').starts_with(|first: char| first.is_ascii_digit());
    let is_number = || unsigned.chars().all(|letter| is_digit_or(letter, "_.:+-eE"));
    let is_in_base = || {
        ["0x", "0o", "0b"].iter().any(|base| unsigned.to_lowercase().starts_with(base))
            && unsigned[2..].chars().all(|letter| letter.is_ascii_hexdigit() || letter == '_')
    };
    let is_date = || {
        text.as_bytes().get(4) == Some(&b'-')
            && text.chars().all(|letter| is_digit_or(letter, "-:.+ TtZz"))
    };
    matches!(text, "true" | "false" | "True" | "False" | "TRUE" | "FALSE")
        || (begins_with_digit && (is_number() || is_in_base() || is_date()))
}

/// Whether a character is an ASCII digit or one of `others`.
fn is_digit_or(letter: char, others: &str) -> bool {
    letter.is_ascii_digit() || others.contains(letter)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::record::yaml::{self, Value};

    fn reads_back(text: &str) {
        for (yaml, context) in [
            (format!("a: {}\nb: c\n", render(text, Context::Block)), Context::Block),
            (format!("a: [{}, d]\nb: c\n", render(text, Context::Flow)), Context::Flow),
            (format!("a: {}\n", quote(text)), Context::Block),
            (format!("a: {}\n", escape(text)), Context::Block),
        ] {
            let node = yaml::parse(&yaml, 0).expect(&yaml);
            let Value::Map(entries) = node.value else { panic!("a map") };
            let read = match (&entries[0].1.value, context) {
                (Value::List(items), Context::Flow) => items[0].value.clone(),
                (value, _) => value.clone(),
            };
            assert_eq!(read, Value::Text(text.into()), "{yaml}");
        }
    }

    #[test]
    fn words_that_other_readers_take_for_something_else_are_quoted() {
        for text in [
            "NO",
            "no",
            "Yes",
            "on",
            "OFF",
            "y",
            "N",
            "null",
            "~",
            "",
            "true",
            "2024",
            "2026-03-02",
            "2026-03-02 10:00",
            "1_000",
            "0x1F",
            "1e3",
            "+6",
            "-5",
            ".5",
            "12:30",
            "1.10",
            ".inf",
            "=",
            "<<",
            "- a",
            "-a",
            "? a",
            "a: b",
            "a:",
            "a #b",
            "#a",
            "@a",
            "`a`",
            "&a",
            "*a",
            "!a",
            "%a",
            "|",
            ">",
            "'a'",
            "\"a\"",
            "[a",
            "{a",
            " a",
            "a ",
            "a\nb",
            "a\tb",
            "\u{85}",
            "\u{feff}a",
            "\u{202e}a",
            "...",
            "--- a",
        ] {
            assert!(!is_plain_safe(text, Context::Block), "{text:?}");
            reads_back(text);
        }
    }

    #[test]
    fn plain_texts_have_no_quotes() {
        for text in [
            "Reward for both",
            "br/unboxing-drop",
            "es/reward~ugc",
            "2026-Q3",
            "180d",
            "a:b",
            "https://example.org/a#b",
            "a#b",
            "it's",
            "+6 %",
            "Ação",
            "買い物",
            "Norway",
            "<5 %",
            "a, b",
            "a [b]",
        ] {
            assert_eq!(render(text, Context::Block), text);
            reads_back(text);
        }
        assert_eq!(render("a, b", Context::Flow), "\"a, b\"");
        assert_eq!(render("why?", Context::Flow), "\"why?\"");
        assert_eq!(quote("say \"no\""), "'say \"no\"'");
    }

    proptest! {
        #[test]
        fn any_text_reads_back(
            text in "\\PC{0,8}",
            syntax in "[-?:,\\[\\]{}#&*!|>'\"%@` \t\n\r\\\\a0._~=<\u{85}\u{2028}\u{feff}\u{0}]{0,6}"
        ) {
            reads_back(&text);
            reads_back(&syntax);
        }
    }
}
