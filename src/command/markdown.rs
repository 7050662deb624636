//! Escapes untrusted texts for Markdown comments on a code host.

use crate::diagnostic::render::escape_line;

/// A text as a code span that nothing in the text can end. Code hosts create no links, mentions or
/// references in code spans, so untrusted texts are written in no other form.
pub fn to_code_span(text: &str) -> String {
    let text = escape_line(text);
    let longest = text.split(|letter| letter != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest + 1);
    // Markdown strips one space on each side of a code span, unless the text has only spaces.
    let edge = |letter: char| letter == '`' || letter == ' ';
    let pad = if text.is_empty()
        || text.contains(|letter| letter != ' ') && (text.starts_with(edge) || text.ends_with(edge))
    {
        " "
    } else {
        ""
    };
    format!("{fence}{pad}{text}{pad}{fence}")
}

/// A text as running text of Markdown, on one line and without markup: characters that have a
/// meaning stand behind a backslash. It is for use behind other text of the line.
pub fn escape_text(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len() + 8);
    for letter in escape_line(text).trim().chars() {
        if needs_escape(letter) {
            escaped.push('\\');
        }
        escaped.push(letter);
    }
    escaped
}

/// Whether a character begins markup in the middle of a line; others do so at its beginning only,
/// where no text of a list item or heading stands.
fn needs_escape(letter: char) -> bool {
    matches!(
        letter,
        '\\' | '`'
            | '*'
            | '_'
            | '['
            | ']'
            | '<'
            | '>'
            | '#'
            | '|'
            | '~'
            | '&'
            | '@'
            | '$'
            | '!'
            | '^'
    )
}

/// Random texts of pieces that have a meaning in Markdown or on a code host.
#[cfg(test)]
pub fn hostile_text() -> impl proptest::strategy::Strategy<Value = String> {
    use proptest::prelude::*;
    let pieces = prop::sample::select(vec![
        "a",
        "é",
        " ",
        "\n",
        "\r\n",
        "\n\n",
        "\n\n## ",
        "`",
        "``",
        "```",
        "\\",
        "\\`",
        "@everyone",
        "#1",
        "GH-1",
        "!12",
        "org/repo#1",
        "[x](https:y)",
        "![x](y)",
        "<b>",
        "<!--",
        "-->",
        "</details>",
        "|",
        "*",
        "_",
        "~~",
        "&#64;",
        "&amp;",
        "https://x.example",
        "www.x.example",
        "$x$",
        "\u{1b}[2J",
        "\u{202e}",
        "\u{2028}",
        "\u{0}",
        ":+1:",
        "0123456789abcdef0123456789abcdef01234567",
        "- ",
        "> ",
        "1. ",
        "    ",
        "\t",
        "=",
        "---",
        "{",
        "\"",
        ": ",
    ]);
    prop::collection::vec(pieces, 1..8).prop_map(|pieces| pieces.concat())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use pulldown_cmark::{Event, Options, Parser};

    use super::*;

    proptest! {
        #[test]
        fn a_code_span_holds_the_whole_text_and_nothing_else(text in hostile_text()) {
            let comment = format!("- before {} after\n", to_code_span(&text));
            let events: Vec<Event> = Parser::new_ext(&comment, Options::all()).collect();
            let spans: Vec<&str> = events.iter().filter_map(|event| if let Event::Code(text) = event { Some(&**text) } else { None }).collect();
            let wanted = escape_line(&text);
            prop_assert_eq!(spans, vec![&*wanted], "{}", comment);
            prop_assert_eq!(events.len(), 7, "{:?}", events);
        }

        #[test]
        fn running_text_is_only_text(text in hostile_text()) {
            let comment = format!("- before: {} · after\n", escape_text(&text));
            let events: Vec<Event> = Parser::new_ext(&comment, Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH).collect();
            let mut shown = String::new();
            for event in &events {
                match event {
                    Event::Text(piece) => shown.push_str(piece),
                    Event::Start(tag) => prop_assert!(matches!(tag, pulldown_cmark::Tag::List(_) | pulldown_cmark::Tag::Item), "{:?}", events),
                    Event::End(_) => {}
                    other => prop_assert!(false, "{:?} in {}", other, comment),
                }
            }
            let wanted = format!("before: {} · after", escape_line(&text).trim());
            prop_assert_eq!(shown, wanted);
        }
    }
}
