//! The usual slips of people who do not write YAML every day: where they were made, and what to do. The parser often notices them only
//! further down.

use std::ops::Range;

use crate::diagnostic::{Diagnostic, Place};
use crate::record::node::Unreadable;
use crate::source::SourceFile;

/// What is wrong with front matter that cannot be read, told where its author made the slip.
pub(super) fn told(file: &SourceFile, trouble: Unreadable) -> Diagnostic {
    if let Some(line) = open_quote(&file.text, &trouble) {
        return Diagnostic::error("invalid-yaml", Place::new(&file.path, line), "a quote is opened and not closed")
            .hint("close it at the end of the value; a quote inside quotes of its own kind is written twice or with a backslash");
    }
    if let Some(line) = open_bracket(&file.text, &trouble) {
        return Diagnostic::error("invalid-yaml", Place::new(&file.path, line), "a list or map is opened and not closed").hint(BRACKETS);
    }
    let hint = trouble.hint.unwrap_or_else(|| hint_for(&file.text, &trouble));
    Diagnostic::error("invalid-yaml", Place::new(&file.path, trouble.span), trouble.message).hint(hint)
}

/// The line of a quote that was never closed, which the parser notices only further down.
fn open_quote(text: &str, trouble: &Unreadable) -> Option<Range<usize>> {
    if !trouble.message.contains("quoted scalar") {
        return None;
    }
    let mut end = trouble.span.start.min(text.len());
    for line in text[..end].split_inclusive('\n').rev() {
        let start = end - line.len();
        let quotes = |quote: char| line.matches(quote).count() % 2 == 1;
        if quotes('"') || quotes('\'') && !line.contains('"') {
            return Some(start..start + line.trim_end().len());
        }
        end = start;
    }
    None
}

const BRACKETS: &str = "close it where it ends, as in `[NO, SE]` or `{lift: 4.2}`; a text that begins with a bracket goes in quotes";

/// The line of a bracket that was never closed. Where the front matter goes on below it, the parser notices only at the next field: no
/// line from there on can be meant, and of those above the nearest that opens more than is closed further down.
fn open_bracket(text: &str, trouble: &Unreadable) -> Option<Range<usize>> {
    let at = trouble.span.start.min(text.len());
    let start = text[..at].rfind('\n').map_or(0, |before| before + 1);
    let line = |start: usize| start..start + text[start..].lines().next().map_or(0, |line| line.trim_end().len());
    if trouble.message.starts_with("unclosed bracket") {
        return Some(line(start));
    }
    let noticed_below = ["illegal placement of ':'", "while parsing a flow ", "\"-\" is only valid"];
    if !noticed_below.iter().any(|message| trouble.message.starts_with(message)) {
        return None;
    }
    let (opened, closed) = brackets(&text[line(start)]);
    let mut closed = closed.saturating_sub(opened);
    let mut end = start;
    while end > 0 {
        let start = text[..end - 1].rfind('\n').map_or(0, |before| before + 1);
        let (opened, closed_here) = brackets(&text[start..end]);
        if opened > closed + closed_here {
            return Some(line(start));
        }
        closed = (closed + closed_here).saturating_sub(opened);
        end = start;
    }
    None
}

/// How many brackets a line opens and closes outside of quotes and comments.
fn brackets(line: &str) -> (usize, usize) {
    let (mut opened, mut closed, mut quote, mut before) = (0, 0, None, ' ');
    for letter in line.chars() {
        match (quote, letter) {
            (Some(open), _) if open == letter => quote = None,
            (Some(_), _) => {}
            // A quote in the middle of a word is an apostrophe.
            (None, '"' | '\'') if !before.is_alphanumeric() => quote = Some(letter),
            (None, '#') if before.is_whitespace() => break,
            (None, '[' | '{') => opened += 1,
            (None, ']' | '}') => closed += 1,
            _ => {}
        }
        before = letter;
    }
    (opened, closed)
}

/// What to do about a slip of another kind.
fn hint_for(text: &str, trouble: &Unreadable) -> &'static str {
    let line_start = text[..trouble.span.start.min(text.len())].rfind('\n').map_or(0, |at| at + 1);
    let line = text[line_start..].lines().next().unwrap_or("");
    let value = line.split_once(": ").map_or("", |(_, value)| value.trim());
    if value.starts_with(['[', '{']) && !value.ends_with([']', '}']) {
        BRACKETS
    } else if line.contains('\t') {
        "indent with spaces: YAML allows no tabs there"
    } else if line.matches(": ").count() > 1 || trouble.message.contains("mapping values") {
        "put quotes around a value that holds a colon: `title: \"Before: after\"`"
    } else if line.matches('"').count() % 2 == 1 || line.matches('\'').count() % 2 == 1 {
        "a quote is opened and not closed, or stands inside quotes of its own kind"
    } else {
        "each field is `name: value` on a line of its own; values with special characters go in quotes"
    }
}
