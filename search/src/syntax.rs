//! The query language: how a typed line is taken apart. Reading never fails; what makes no sense is read as words.
//!
//! Words, `"phrases"`, `-not`, `OR`, `field:value,value`, `field:from..to`, `field>number`. See `fields` for the fields.

use std::borrow::Cow;

use crate::fold::is_invisible;

/// One element of a query.
#[derive(Clone, Debug, PartialEq)]
pub enum Item {
    /// A word, as typed.
    Word { text: String, not: bool },
    /// A phrase between quotes.
    Phrase { text: String, not: bool },
    /// `OR` between two items.
    Or,
    /// `field:...` or `field>...`.
    Field { name: String, test: Test, not: bool, text: String },
}

/// What follows a field's name.
#[derive(Clone, Debug, PartialEq)]
pub enum Test {
    /// Any of these values.
    Values(Vec<String>),
    /// Between two bounds, each included; an empty one is open.
    Range(String, String),
    /// Above a bound.
    Above(String),
    /// Below a bound.
    Below(String),
}

/// A typed line taken apart.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Syntax {
    /// Its elements in order.
    pub items: Vec<Item>,
    /// A quote was never closed.
    pub unclosed_quote: bool,
    /// The line ends within or right behind a word: while typing, that word may be unfinished.
    pub open_ended: bool,
}

/// Longer lines are cut: nobody types them, and work must stay bounded.
const LONGEST: usize = 2000;
/// More items than this are left out.
const MOST: usize = 64;

/// Takes a typed line apart.
pub fn parse(line: &str) -> Syntax {
    let line = &line[..line.floor_char_boundary(LONGEST)];
    // Pasted text brings characters along that are not seen.
    let line = &*if line.contains(is_invisible) { Cow::Owned(line.replace(is_invisible, "")) } else { Cow::Borrowed(line) };
    let mut syntax = Syntax { open_ended: !line.ends_with(char::is_whitespace) && !line.ends_with('"'), ..Syntax::default() };
    let mut rest = line;
    let mut not = false;
    while syntax.items.len() < MOST {
        rest = rest.trim_start_matches(|letter: char| letter.is_whitespace() || matches!(letter, '(' | ')' | '+'));
        let Some(first) = rest.chars().next() else { break };
        if let Some(after) = dash(rest) {
            not = true;
            rest = after;
            continue;
        }
        if is_quote(first) {
            let (text, after, closed) = quoted(rest);
            rest = after;
            syntax.unclosed_quote |= !closed;
            if text.chars().any(char::is_alphanumeric) {
                syntax.items.push(Item::Phrase { text: text.to_owned(), not: std::mem::take(&mut not) });
            }
            continue;
        }
        let (item, after) = unquoted(rest, not, &mut syntax.unclosed_quote);
        rest = after;
        match item {
            Unquoted::Item(item) => {
                not = false;
                syntax.items.push(item);
            }
            Unquoted::Not => not = true,
            Unquoted::Nothing => {}
        }
    }
    syntax
}

/// What follows a dash that stands before something: a hyphen alone excludes nothing.
fn dash(rest: &str) -> Option<&str> {
    let after = rest.strip_prefix(['-', '\u{2212}'])?;
    after.starts_with(|letter: char| letter.is_alphanumeric() || is_quote(letter)).then_some(after)
}

fn is_quote(letter: char) -> bool {
    matches!(letter, '"' | '\u{201c}' | '\u{201d}' | '\u{201e}' | '\u{ab}' | '\u{bb}' | '\u{300c}' | '\u{300d}')
}

fn quoted(rest: &str) -> (&str, &str, bool) {
    let mut letters = rest.char_indices();
    letters.next();
    let start = letters.offset();
    match letters.find(|&(_, letter)| is_quote(letter)) {
        Some((end, quote)) => (&rest[start..end], &rest[end + quote.len_utf8()..], true),
        None => (&rest[start..], "", false),
    }
}

enum Unquoted {
    Item(Item),
    Not,
    Nothing,
}

fn unquoted<'a>(rest: &'a str, not: bool, unclosed: &mut bool) -> (Unquoted, &'a str) {
    if let Some((item, after)) = field(rest, not, unclosed) {
        return (Unquoted::Item(item), after);
    }
    let end = rest.find(|letter: char| letter.is_whitespace() || is_quote(letter) || matches!(letter, '(' | ')')).unwrap_or(rest.len());
    let (word, after) = rest.split_at(end.max(rest.chars().next().map_or(0, char::len_utf8)));
    let found = match word {
        "OR" | "|" | "||" => Unquoted::Item(Item::Or),
        "AND" | "&&" | "&" => Unquoted::Nothing,
        "NOT" => Unquoted::Not,
        _ if word.chars().any(char::is_alphanumeric) => Unquoted::Item(Item::Word { text: word.to_owned(), not }),
        _ => Unquoted::Nothing,
    };
    (found, after)
}

fn field<'a>(rest: &'a str, not: bool, unclosed: &mut bool) -> Option<(Item, &'a str)> {
    let name_end = rest.find(|letter: char| !(letter.is_ascii_alphabetic() || letter == '_'))?;
    let (name, tail) = rest.split_at(name_end);
    if name.is_empty() || tail.starts_with("://") {
        return None;
    }
    let (compare, value_at) = ["<=", ">=", ":", "<", ">", "="].iter().find_map(|sign| Some((*sign, tail.strip_prefix(sign)?)))?;
    let (compare, value_at) = match value_at {
        _ if compare != ":" => (compare, value_at),
        _ => ["<=", ">=", "<", ">", "="].iter().find_map(|sign| Some((*sign, value_at.strip_prefix(sign)?))).unwrap_or((compare, value_at)),
    };
    let (values, after) = values(value_at, unclosed);
    let text = rest[..rest.len() - after.len()].to_owned();
    let first = values.first().cloned().unwrap_or_default();
    let test = match compare {
        ">" => Test::Above(first),
        "<" => Test::Below(first),
        ">=" => Test::Range(first, String::new()),
        "<=" => Test::Range(String::new(), first),
        _ => match first.split_once("..") {
            Some((from, to)) if values.len() == 1 => Test::Range(from.to_owned(), to.trim_start_matches('.').to_owned()),
            _ => Test::Values(values),
        },
    };
    Some((Item::Field { name: name.to_ascii_lowercase(), test, not, text }, after))
}

/// The values behind a field's colon: words or quoted texts, with commas between.
fn values<'a>(mut rest: &'a str, unclosed: &mut bool) -> (Vec<String>, &'a str) {
    let mut values = Vec::new();
    loop {
        let value = if rest.starts_with(is_quote) {
            let (text, after, closed) = quoted(rest);
            *unclosed |= !closed;
            rest = after;
            text
        } else {
            let end = rest.find(|letter: char| letter.is_whitespace() || is_quote(letter) || matches!(letter, ',' | '(' | ')')).unwrap_or(rest.len());
            let (text, after) = rest.split_at(end);
            rest = after;
            text
        };
        if !value.trim().is_empty() {
            values.push(value.trim().to_owned());
        }
        match rest.strip_prefix(',') {
            Some(after) if values.len() < MOST => rest = after,
            _ => return (values, rest),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Item, Test, parse};

    /// A short notation for expected items.
    fn shown(line: &str) -> String {
        let sign = |not: &bool| if *not { "-" } else { "" };
        let items: Vec<String> = parse(line)
            .items
            .iter()
            .map(|item| match item {
                Item::Word { text, not } => format!("{}{text}", sign(not)),
                Item::Phrase { text, not } => format!("{}[{text}]", sign(not)),
                Item::Or => "OR".to_owned(),
                Item::Field { name, test, not, .. } => format!(
                    "{}{name}{}",
                    sign(not),
                    match test {
                        Test::Values(values) => format!("={}", values.join("/")),
                        Test::Range(from, to) => format!("={from}..{to}"),
                        Test::Above(bound) => format!(">{bound}"),
                        Test::Below(bound) => format!("<{bound}"),
                    }
                ),
            })
            .collect();
        items.join(" ")
    }

    #[test]
    fn lines_are_taken_apart() {
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
            ("\"\" :: -- ,", ""),
            ("", ""),
        ] {
            assert_eq!(shown(line), items, "{line}");
        }
    }

    #[test]
    fn an_unfinished_word_is_noticed() {
        assert!(parse("unbox").open_ended);
        assert!(!parse("unbox ").open_ended);
        assert!(!parse("\"un box\"").open_ended);
        assert!(parse("\"un").unclosed_quote);
    }

    proptest! {
        #[test]
        fn nothing_typed_makes_it_fail(line in "\\PC{0,80}") {
            let items = parse(&line).items;
            prop_assert!(items.len() <= 64);
        }

        #[test]
        fn signs_in_any_order_are_read(line in "[a-c:\"\\-.,<>=() OR]{0,40}") {
            parse(&line);
        }
    }
}
