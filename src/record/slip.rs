//! The usual slips of people who do not write YAML every day: where they were made, and what to do. The parser often notices them only
//! further down.

use std::ops::Range;

use crate::diagnostic::{Diagnostic, Place, lookalike};
use crate::record::front_matter::{Split, split};
use crate::record::lost::quoted;
use crate::record::node::{self, Unreadable};
use crate::source::SourceFile;

fn line_end(text: &str, at: usize) -> usize {
    text[at..].find('\n').map_or(text.len(), |end| at + end)
}

/// What is wrong with front matter that cannot be read, told where its author made the slip.
pub(super) fn told(file: &SourceFile, trouble: Unreadable) -> Diagnostic {
    let problem = |span, message: &str| Diagnostic::error("invalid-yaml", Place::new(&file.path, span), message);
    if let Some(line) = open_quote(&file.text, &trouble) {
        let hint = "close it at the end of the value; a quote inside quotes of its own kind is written twice or with a backslash";
        let apostrophe = apostrophe(file, &trouble, &line).map_or_else(String::new, |line| format!("; where it is an apostrophe, write `{line}`"));
        return problem(line, "a quote is opened and not closed").hint(format!("{hint}{apostrophe}"));
    }
    if let Some(line) = open_bracket(&file.text, &trouble) {
        return match hash_in_list(file, &trouble, &line) {
            Some(mended) => problem(line, "what stands behind ` #` is a comment to YAML, so a list or map is not closed")
                .hint(format!("if it is text, put it in quotes: `{mended}`")),
            None => problem(line, "a list or map is opened and not closed").hint(BRACKETS),
        };
    }
    if trouble.hint.is_none() && trouble.message.starts_with("more than one YAML document") {
        return problem(trouble.span, &trouble.message).hint("front matter is one block: remove the line of `---` or `...` inside it");
    }
    let hint = match trouble.hint {
        Some(hint) => hint.to_owned(),
        None => hint_for(file, &trouble),
    };
    problem(trouble.span, &trouble.message).hint(hint)
}

/// The line of a quote that was never closed, which the parser notices only further down.
fn open_quote(text: &str, trouble: &Unreadable) -> Option<Range<usize>> {
    if !(trouble.message.contains("multiline quoted scalar")
        || trouble.message.contains("unclosed quote")
        || trouble.message.contains("a quoted scalar"))
    {
        return None;
    }
    let noticed = trouble.span.start.min(text.len());
    // Some are noticed where they open, others at the next field.
    let mut end = if trouble.message.contains("unclosed quote") { line_end(text, noticed) } else { noticed };
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

/// Whether front matter reads well with another line in place of one, or at least beyond the line where something was noticed.
fn reads_with(file: &SourceFile, noticed: usize, replaced: &Range<usize>, line: &str) -> bool {
    let Split::Parts { yaml, .. } = split(&file.text) else { return false };
    if replaced.start < yaml.start || replaced.end > yaml.end {
        return false;
    }
    let (before, after) = (&file.text[yaml.start..replaced.start], &file.text[replaced.end..yaml.end]);
    match node::read(&format!("{before}{line}{after}"), 0) {
        Ok(_) => true,
        Err(other) => {
            let left = file.text[line_end(&file.text, noticed.max(replaced.end)).min(yaml.end)..yaml.end].len();
            other.span.start > before.len() + line.len() + after.len() - left && node::read(line.trim_start(), 0).is_ok()
        }
    }
}

/// A line whose value begins with an apostrophe, with that value in quotes.
fn apostrophe(file: &SourceFile, trouble: &Unreadable, line: &Range<usize>) -> Option<String> {
    let (before, value) = value_of(&file.text[line.clone()])?;
    let is_one = value.starts_with('\'') && value.matches('\'').count() == 1 && !value.contains('"');
    let mended = format!("{before}{}", quoted(value));
    (is_one && reads_with(file, trouble.span.start, line, &mended)).then(|| mended.trim().to_owned())
}

/// A line with a list or map in which ` #` begins a comment, with the texts that hold one in quotes.
fn hash_in_list(file: &SourceFile, trouble: &Unreadable, line: &Range<usize>) -> Option<String> {
    let text = &file.text[line.clone()];
    if !text.contains(" #") && !text.contains("[#") {
        return None;
    }
    let mut mended = String::with_capacity(text.len() + 4);
    let mut rest = text;
    while !rest.is_empty() {
        let end = rest.find(['[', ']', '{', '}', ',']).unwrap_or(rest.len());
        let (item, others) = rest.split_at(end);
        let before = item.len() - item.trim_start().len() + item.trim_start().find(": ").map_or(0, |at| at + 2);
        let value = item[before..].trim();
        if value.starts_with('#') || value.contains(" #") && !value.starts_with(['"', '\'']) {
            let start = before + item[before..].len() - item[before..].trim_start().len();
            mended += &format!("{}{}{}", &item[..start], quoted(value), &item[start + value.len()..]);
        } else {
            mended += item;
        }
        let sign = others.chars().next().map_or(0, char::len_utf8);
        mended += &others[..sign];
        rest = &others[sign..];
    }
    reads_with(file, trouble.span.start, line, &mended).then(|| mended.trim().to_owned())
}

/// The parts of a line with one value: what stands before the value (`  - name: `), and the value.
fn value_of(line: &str) -> Option<(&str, &str)> {
    let line = line.trim_end();
    let mut at = line.len() - line.trim_start_matches(' ').len();
    let mut is_item = false;
    while let Some(rest) = line[at..].strip_prefix("- ") {
        at = line.len() - rest.trim_start_matches(' ').len();
        is_item = true;
    }
    if let Some((key, value)) = line[at..].split_once(": ") {
        let is_key = !key.is_empty() && key.chars().all(|letter| letter.is_alphanumeric() || matches!(letter, '_' | '-'));
        // An item of a list may be a text with a colon; only the names of entries make it a map.
        if is_key && (!is_item || ENTRIES.contains(&key)) {
            at = line.len() - value.trim_start_matches(' ').len();
            return (at < line.len()).then(|| line.split_at(at));
        }
    }
    (is_item && at < line.len()).then(|| line.split_at(at))
}

/// The first names in the entries of fields that hold lists of maps.
const ENTRIES: &[&str] = &["name", "description", "image", "control", "metric", "role", "label", "url", "id", "family", "reason", "source", "lift"];

/// The line at or above the place of a slip whose value can be read in quotes, as it should be written.
fn in_quotes(file: &SourceFile, trouble: &Unreadable) -> Option<String> {
    let noticed = trouble.span.start.min(file.text.len());
    let mut end = line_end(&file.text, noticed);
    for _ in 0..3 {
        let start = file.text[..end].rfind('\n').map_or(0, |before| before + 1);
        let line = &file.text[start..end];
        if let Some((before, value)) = value_of(line)
            && let Some(text) = meant_as_text(value)
        {
            let mended = format!("{before}{}", quoted(text));
            if reads_with(file, trouble.span.start, &(start..start + line.trim_end().len()), &mended) {
                return Some(mended.trim().to_owned());
            }
        }
        end = start.checked_sub(1)?;
    }
    None
}

/// What an author means who wrote a value that is no YAML; nothing where it is a list or map that ends as one.
fn meant_as_text(value: &str) -> Option<&str> {
    let ends = |open: char, close: char| value.starts_with(open) && (value.ends_with(close) || !value.contains(close));
    if ends('[', ']') || ends('{', '}') {
        return None;
    }
    let inner = |quote: char| value.strip_prefix(quote).and_then(|rest| rest.strip_suffix(quote));
    Some(inner('"').or_else(|| inner('\'')).unwrap_or(value))
}

/// What to do about a slip of another kind.
fn hint_for(file: &SourceFile, trouble: &Unreadable) -> String {
    let text = &file.text;
    let line_start = text[..trouble.span.start.min(text.len())].rfind('\n').map_or(0, |at| at + 1);
    let line = text[line_start..].lines().next().unwrap_or("");
    let value = line.split_once(": ").map_or("", |(_, value)| value.trim());
    if line.starts_with('\t') || trouble.message.contains("tab") {
        return "indent with spaces: YAML allows no tabs there".to_owned();
    }
    if let Some(mended) = in_quotes(file, trouble) {
        return format!("put quotes around the value: `{mended}`");
    }
    let around = text[..line_start].lines().next_back().into_iter().chain([line]);
    if let Some(unseen) = around.clone().find_map(lookalike::unseen) {
        return format!("a line here holds {unseen}: write it anew with plain spaces");
    }
    if let Some(mended) = around.clone().find_map(|line| spaced(file, trouble, line)) {
        return format!("a space belongs behind the colon of a field: `{mended}`");
    }
    let hint = if value.starts_with(['[', '{']) && !value.ends_with([']', '}']) {
        BRACKETS
    } else if line.matches(": ").count() > 1 || trouble.message.contains("mapping values") {
        "put quotes around a value that holds a colon: `title: \"Before: after\"`"
    } else if line.matches('"').count() % 2 == 1 || line.matches('\'').count() % 2 == 1 {
        "a quote is opened and not closed, or stands inside quotes of its own kind"
    } else {
        "each field is `name: value` on a line of its own; values with special characters go in quotes"
    };
    hint.to_owned()
}

/// A line of a field without a space behind its colon, with one.
fn spaced(file: &SourceFile, trouble: &Unreadable, line: &str) -> Option<String> {
    let (key, value) = line.trim_end().split_once(':')?;
    let is_key = !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
    let start = file.text.find(line)?;
    let mended = format!("{key}: {value}");
    (is_key && !value.is_empty() && !value.starts_with(' ') && reads_with(file, trouble.span.start, &(start..start + line.trim_end().len()), &mended))
        .then_some(mended)
}
