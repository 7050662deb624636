//! The parser of the query language. Parsing never fails: what has no meaning as syntax is parsed
//! as words.
//!
//! Words, `"phrases"`, `-not`, `OR`, `field:value,value`, `field:from..to`, `field>number`. See
//! `plan::list_fields` for the fields.

use std::borrow::Cow;

use crate::fold::is_invisible;

/// One item of a parsed query: a word, a phrase, an `OR` or a field filter.
#[derive(Clone, Debug, PartialEq)]
pub enum QueryItem {
    /// A word.
    Word {
        /// As typed, without a minus.
        text: String,
        /// Whether a minus or `NOT` stands before it: records with it are left out.
        is_negated: bool,
    },
    /// A phrase in quotes.
    Phrase {
        /// The words between the quotes, as typed.
        text: String,
        /// Whether a minus or `NOT` stands before it.
        is_negated: bool,
    },
    /// `OR`, `|` or `||`, which need not stand between two items.
    Or,
    /// `field:...` or `field>...`.
    Field {
        /// What stands before the colon or sign, in lower case.
        name: String,
        /// What stands behind it.
        test: FieldTest,
        /// Whether a minus or `NOT` stands before it.
        is_negated: bool,
        /// The whole item, as typed, without a minus.
        text: String,
    },
}

/// The test that a field filter states after the name of the field.
#[derive(Clone, Debug, PartialEq)]
pub enum FieldTest {
    /// Any of these values; none where nothing stands behind the colon.
    Values(Vec<String>),
    /// Between two bounds, both inclusive; an empty bound is unlimited.
    Range(String, String),
    /// Above an exclusive bound, which is empty where none is typed.
    Above(String),
    /// Below an exclusive bound, which is empty where none is typed.
    Below(String),
}

/// A query as its parser understands it, before anything is known of an index.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ParsedQuery {
    /// The items in order, at most 64.
    pub items: Vec<QueryItem>,
    /// Whether a quote is never closed; its phrase extends to the end.
    pub has_unclosed_quote: bool,
    /// Whether the query ends neither in white space nor in `"`, so that the user may still be
    /// typing its last word.
    pub ends_in_word: bool,
}

/// The most bytes of a query that are parsed; a longer one is truncated, so that the work is
/// bounded.
const MAX_QUERY_BYTES: usize = 2000;
/// The most items of a query, behind which the rest is ignored, and the most values of a field,
/// behind which the rest is read as words.
const MAX_ITEMS: usize = 64;

/// Parses a query as typed; any text is a valid one, because what has no meaning as syntax is
/// parsed as words. Only its first 2,000 bytes, and of these the first 64 items, are read; the rest
/// is ignored.
pub fn parse_query(line: &str) -> ParsedQuery {
    let line = &line[..line.floor_char_boundary(MAX_QUERY_BYTES)];
    // Pasted text may contain invisible characters.
    let line = &*if line.contains(is_invisible) {
        Cow::Owned(line.replace(is_invisible, ""))
    } else {
        Cow::Borrowed(line)
    };
    let mut syntax = ParsedQuery {
        ends_in_word: !line.ends_with(char::is_whitespace) && !line.ends_with('"'),
        ..ParsedQuery::default()
    };
    let mut rest = line;
    let mut is_negated = false;
    while syntax.items.len() < MAX_ITEMS {
        rest = rest.trim_start_matches(|letter: char| {
            letter.is_whitespace() || matches!(letter, '(' | ')' | '+')
        });
        let Some(first) = rest.chars().next() else { break };
        if let Some(after) = strip_exclusion(rest) {
            is_negated = true;
            rest = after;
            continue;
        }
        if is_quote(first) {
            let (text, after, is_closed) = split_quoted(rest);
            rest = after;
            syntax.has_unclosed_quote |= !is_closed;
            if text.chars().any(char::is_alphanumeric) {
                syntax.items.push(QueryItem::Phrase {
                    text: text.to_owned(),
                    is_negated: std::mem::take(&mut is_negated),
                });
            }
            continue;
        }
        let (item, after) = parse_unquoted(rest, is_negated, &mut syntax.has_unclosed_quote);
        rest = after;
        match item {
            Unquoted::Item(item) => {
                is_negated = false;
                syntax.items.push(item);
            }
            Unquoted::Not => is_negated = true,
            Unquoted::Nothing => {}
        }
    }
    syntax
}

/// The text behind a minus sign at the beginning of `rest` that excludes the next item; `None` if a
/// letter or quote does not follow directly. Before a digit it is the sign of a figure: `-20%`.
fn strip_exclusion(rest: &str) -> Option<&str> {
    let after = rest.strip_prefix(['-', '\u{2212}'])?;
    after.starts_with(|letter: char| letter.is_alphabetic() || is_quote(letter)).then_some(after)
}

/// Whether a quote behind a letter or digit belongs to the word: the mark of a Hebrew abbreviation
/// (`דוא"ל`), or of inches (`30"`).
fn is_quote_in_word(letter: char) -> bool {
    matches!(letter, '"' | '\u{201d}' | '\u{2033}')
}

/// Whether a character opens or closes a phrase: a straight, curly, angle or Japanese quote.
fn is_quote(letter: char) -> bool {
    matches!(
        letter,
        '"' | '\u{201c}' | '\u{201d}' | '\u{201e}' | '\u{ab}' | '\u{bb}' | '\u{300c}' | '\u{300d}'
    )
}

/// The text between the quote at the beginning of `rest` and the next quote, the text behind that,
/// and whether there is a next quote; without one, all of the text is quoted.
fn split_quoted(rest: &str) -> (&str, &str, bool) {
    let mut letters = rest.char_indices();
    letters.next();
    let start = letters.offset();
    match letters.find(|&(_, letter)| is_quote(letter)) {
        Some((end, quote)) => (&rest[start..end], &rest[end + quote.len_utf8()..], true),
        None => (&rest[start..], "", false),
    }
}

/// What stands at the beginning of a text without quotes in a query: an item, a `NOT`, or nothing
/// of meaning (`AND`, punctuation).
enum Unquoted {
    /// A word, a field filter or `OR`.
    Item(QueryItem),
    /// `NOT`, which negates the next item.
    Not,
    /// `AND`, or signs without a letter or digit, which have no meaning.
    Nothing,
}

/// Parses the field filter, word or operator at the beginning of `rest`, and returns it with the
/// text behind it. `is_negated` is passed on to the item.
fn parse_unquoted<'a>(
    rest: &'a str,
    is_negated: bool,
    has_unclosed_quote: &mut bool,
) -> (Unquoted, &'a str) {
    if let Some((item, after)) = parse_field(rest, is_negated, has_unclosed_quote) {
        return (Unquoted::Item(item), after);
    }
    let mut before = ' ';
    let is_end = |letter: char| {
        let is_in_word = is_quote_in_word(letter) && before.is_alphanumeric();
        before = letter;
        letter.is_whitespace() || matches!(letter, '(' | ')') || is_quote(letter) && !is_in_word
    };
    let end = rest.find(is_end).unwrap_or(rest.len());
    let (word, after) = rest.split_at(end.max(rest.chars().next().map_or(0, char::len_utf8)));
    let found = match word {
        "OR" | "|" | "||" => Unquoted::Item(QueryItem::Or),
        "AND" | "&&" | "&" => Unquoted::Nothing,
        "NOT" => Unquoted::Not,
        _ if word.chars().any(char::is_alphanumeric) => {
            Unquoted::Item(QueryItem::Word { text: word.to_owned(), is_negated })
        }
        _ => Unquoted::Nothing,
    };
    (found, after)
}

/// Parses a field filter (`market:br`, `lift>10`) at the beginning of `rest`, and returns it with
/// the text behind it; `None` if no name with a colon or sign behind it stands there.
fn parse_field<'a>(
    rest: &'a str,
    is_negated: bool,
    has_unclosed_quote: &mut bool,
) -> Option<(QueryItem, &'a str)> {
    let name_end = rest.find(|letter: char| !(letter.is_ascii_alphabetic() || letter == '_'))?;
    let (name, tail) = rest.split_at(name_end);
    if name.is_empty() || tail.starts_with("://") {
        return None;
    }
    let (operator, value_text) = ["<=", ">=", ":", "<", ">", "="]
        .iter()
        .find_map(|sign| Some((*sign, tail.strip_prefix(sign)?)))?;
    let (operator, value_text) = match value_text {
        _ if operator != ":" => (operator, value_text),
        _ => ["<=", ">=", "<", ">", "="]
            .iter()
            .find_map(|sign| Some((*sign, value_text.strip_prefix(sign)?)))
            .unwrap_or((operator, value_text)),
    };
    let (values, after) = parse_values(value_text, has_unclosed_quote);
    let text = rest[..rest.len() - after.len()].to_owned();
    let first = values.first().cloned().unwrap_or_default();
    let test = match operator {
        ">" => FieldTest::Above(first),
        "<" => FieldTest::Below(first),
        ">=" => FieldTest::Range(first, String::new()),
        "<=" => FieldTest::Range(String::new(), first),
        _ => match first.split_once("..") {
            Some((from, to)) if values.len() == 1 => {
                FieldTest::Range(from.to_owned(), to.trim_start_matches('.').to_owned())
            }
            _ => FieldTest::Values(values),
        },
    };
    Some((QueryItem::Field { name: name.to_ascii_lowercase(), test, is_negated, text }, after))
}

/// The values behind the sign of a field, words or quoted texts separated by commas, and the text
/// behind them. Empty values are left out; behind [`MAX_ITEMS`] values no further one is read.
fn parse_values<'a>(mut rest: &'a str, has_unclosed_quote: &mut bool) -> (Vec<String>, &'a str) {
    let mut values = Vec::new();
    loop {
        let value = if rest.starts_with(is_quote) {
            let (text, after, is_closed) = split_quoted(rest);
            *has_unclosed_quote |= !is_closed;
            rest = after;
            text
        } else {
            let end = rest
                .find(|letter: char| {
                    letter.is_whitespace() || is_quote(letter) || matches!(letter, ',' | '(' | ')')
                })
                .unwrap_or(rest.len());
            let (text, after) = rest.split_at(end);
            rest = after;
            text
        };
        if !value.trim().is_empty() {
            values.push(value.trim().to_owned());
        }
        match rest.strip_prefix(',') {
            Some(after) if values.len() < MAX_ITEMS => rest = after,
            _ => return (values, rest),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{FieldTest, QueryItem, parse_query};

    /// The parsed items in a short notation.
    fn notation(line: &str) -> String {
        let sign = |is_negated: &bool| if *is_negated { "-" } else { "" };
        let items: Vec<String> = parse_query(line)
            .items
            .iter()
            .map(|item| match item {
                QueryItem::Word { text, is_negated } => format!("{}{text}", sign(is_negated)),
                QueryItem::Phrase { text, is_negated } => format!("{}[{text}]", sign(is_negated)),
                QueryItem::Or => "OR".to_owned(),
                QueryItem::Field { name, test, is_negated, .. } => format!(
                    "{}{name}{}",
                    sign(is_negated),
                    match test {
                        FieldTest::Values(values) => format!("={}", values.join("/")),
                        FieldTest::Range(from, to) => format!("={from}..{to}"),
                        FieldTest::Above(bound) => format!(">{bound}"),
                        FieldTest::Below(bound) => format!("<{bound}"),
                    }
                ),
            })
            .collect();
        items.join(" ")
    }

    #[test]
    fn queries_are_parsed() {
        for (line, items) in [
            ("unboxing tiktok", "unboxing tiktok"),
            ("\"micro creators\" -tiktok", "[micro creators] -tiktok"),
            ("-\"paid social\" NOT email", "-[paid social] -email"),
            ("email OR whatsapp | sms", "email OR whatsapp OR sms"),
            ("market:br channel:email,messaging", "market=br channel=email/messaging"),
            ("owner:\"CRM Brazil\",hub x", "owner=CRM Brazil/hub x"),
            ("grade:A..B year:2025..2026 lift>10", "grade=A..B year=2025..2026 lift>10"),
            ("lift>=10 lift<=-5 lift:>3 year:2025..", "lift=10.. lift=..-5 lift>3 year=2025.."),
            ("-market:br has:hypothesis", "-market=br has=hypothesis"),
            ("market:", "market="),
            ("check-out free-shipping - x", "check-out free-shipping x"),
            ("https://example.org/a ratio 3:1", "https://example.org/a ratio 3:1"),
            ("\"never closed", "[never closed]"),
            ("(a AND b) OR (c)", "a b OR c"),
            ("„Gutschein“ «promo»", "[Gutschein] [promo]"),
            ("\u{feff}market:\u{200b}br vou\u{ad}cher", "market=br voucher"),
            ("-20% −20 % -\"20 %\"", "-20% −20 -[20 %]"),
            ("דוא\"ל קופון", "דוא\"ל קופון"),
            ("30\" spot \"radio spot\" x", "30\" spot [radio spot] x"),
            ("春の「新作」", "春の [新作]"),
            ("\"\" :: -- ,", ""),
            ("", ""),
        ] {
            assert_eq!(notation(line), items, "{line}");
        }
    }

    #[test]
    fn an_unfinished_word_is_noticed() {
        assert!(parse_query("unbox").ends_in_word);
        assert!(!parse_query("unbox ").ends_in_word);
        assert!(!parse_query("\"un box\"").ends_in_word);
        assert!(parse_query("\"un").has_unclosed_quote);
    }

    proptest! {
        #[test]
        fn any_text_is_parsed(line in "\\PC{0,80}") {
            let items = parse_query(&line).items;
            prop_assert!(items.len() <= 64);
        }

        #[test]
        fn operators_in_any_order_are_parsed(line in "[a-c:\"\\-.,<>=() OR]{0,40}") {
            parse_query(&line);
        }
    }
}
