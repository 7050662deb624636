//! Diagnostics of YAML syntax errors: common mistakes are located where they were made, because the
//! parser often fails further down.

use std::ops::Range;

use crate::diagnostic::{Diagnostic, Place, confusable};
use crate::record::front_matter::{self, SplitFile, split_file};
use crate::record::yaml::{self, YamlError};
use crate::source::SourceFile;

/// Byte offset of the end of the line of a position, before its line feed.
fn line_end(text: &str, at: usize) -> usize {
    text[at..].find('\n').map_or(text.len(), |end| at + end)
}

/// Byte range of the line of a position, without its line end.
fn line_range(text: &str, at: usize) -> Range<usize> {
    let start = text[..at].rfind('\n').map_or(0, |before| before + 1);
    start..start + text[start..].lines().next().map_or(0, str::len)
}

/// Converts a YAML error into a diagnostic at the probable place of the mistake, with a corrected
/// line where [`parses_with`] accepts one.
pub(super) fn to_diagnostic(file: &SourceFile, error: YamlError) -> Diagnostic {
    let problem = |span, message: &str| {
        Diagnostic::error("invalid-yaml", Place::new(&file.path, span), message)
    };
    if let Some(line) = find_open_quote(&file.text, &error) {
        let hint = "close it at the end of the value; a quote inside quotes of its own kind is written twice or with a backslash";
        let apostrophe = suggest_quoted_apostrophe(file, &error, &line)
            .map_or_else(String::new, |line| {
                format!("; where it is an apostrophe, write `{line}`")
            });
        return problem(line, "a quote is opened and not closed")
            .hint(format!("{hint}{apostrophe}"));
    }
    if let Some(line) = find_open_bracket(&file.text, &error) {
        return match suggest_quoted_items(file, &error, &line) {
            Some(corrected) => problem(
                line,
                "what stands behind ` #` is a comment to YAML, so a list or map is not closed",
            )
            .hint(format!("if it is text, put it in quotes: `{corrected}`")),
            None => problem(line, "a list or map is opened and not closed").hint(BRACKET_HINT),
        };
    }
    if error.hint.is_none() && error.message.starts_with("more than one YAML document") {
        return problem(error.span, &error.message)
            .hint("front matter is one block: remove the line of `---` or `...` inside it");
    }
    let hint = match error.hint {
        Some(hint) => hint.to_owned(),
        None => choose_hint(file, &error),
    };
    problem(error.span, &error.message).hint(hint)
}

/// Byte range in the file of the line with a quote that is never closed, without white space at its
/// end; none where the error is of another kind.
fn find_open_quote(text: &str, error: &YamlError) -> Option<Range<usize>> {
    if !(error.message.contains("multiline quoted scalar")
        || error.message.contains("unclosed quote")
        || error.message.contains("a quoted scalar"))
    {
        return None;
    }
    let error_start = error.span.start.min(text.len());
    // The parser fails either where the quote opens or at the next field.
    let mut end = if error.message.contains("unclosed quote") {
        line_end(text, error_start)
    } else {
        error_start
    };
    for line in text[..end].split_inclusive('\n').rev() {
        let start = end - line.len();
        let has_open = |quote: char| line.matches(quote).count() % 2 == 1;
        if has_open('"') || has_open('\'') && !line.contains('"') {
            return Some(start..start + line.trim_end().len());
        }
        end = start;
    }
    None
}

/// The hint for brackets that are not closed.
const BRACKET_HINT: &str = "close it where it ends, as in `[NO, SE]` or `{lift: 4.2}`; a text that begins with a bracket goes in quotes";

/// Byte range in the file of the line with a bracket that is never closed, without white space at
/// its end; none where the error is of another kind. If the front matter continues below the line,
/// the parser fails at the next field; then it is the nearest line above that opens more brackets
/// than are closed up to there.
fn find_open_bracket(text: &str, error: &YamlError) -> Option<Range<usize>> {
    let error_start = error.span.start.min(text.len());
    let start = text[..error_start].rfind('\n').map_or(0, |before| before + 1);
    let line_range = |start: usize| {
        start..start + text[start..].lines().next().map_or(0, |line| line.trim_end().len())
    };
    if error.message.starts_with("unclosed bracket") {
        return Some(line_range(start));
    }
    let late_messages =
        ["illegal placement of ':'", "while parsing a flow ", "\"-\" is only valid"];
    if !late_messages.iter().any(|message| error.message.starts_with(message)) {
        return None;
    }
    let (opened, closed) = count_brackets(&text[line_range(start)]);
    let mut closed = closed.saturating_sub(opened);
    let mut end = start;
    while end > 0 {
        let start = text[..end - 1].rfind('\n').map_or(0, |before| before + 1);
        let (opened, closed_here) = count_brackets(&text[start..end]);
        if opened > closed + closed_here {
            return Some(line_range(start));
        }
        closed = (closed + closed_here).saturating_sub(opened);
        end = start;
    }
    None
}

/// The numbers of opening and closing brackets of a line outside of quotes and comments.
fn count_brackets(line: &str) -> (usize, usize) {
    let (mut opened, mut closed, mut quote, mut before) = (0, 0, None, ' ');
    for letter in line.chars() {
        match (quote, letter) {
            (Some(open), _) if open == letter => quote = None,
            (Some(_), _) => {}
            // A quote behind a letter is an apostrophe.
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

/// Whether `line` mends the front matter in place of the byte range `replaced` of the file: it then
/// parses, or at least fails only behind the lines of `error_start` and `replaced`, while `line`
/// alone parses. False where `replaced` is not within the front matter.
fn parses_with(file: &SourceFile, error_start: usize, replaced: &Range<usize>, line: &str) -> bool {
    let SplitFile::Parts { yaml, .. } = split_file(&file.text) else { return false };
    if replaced.start < yaml.start || replaced.end > yaml.end {
        return false;
    }
    let (before, after) =
        (&file.text[yaml.start..replaced.start], &file.text[replaced.end..yaml.end]);
    match yaml::parse(&format!("{before}{line}{after}"), 0) {
        Ok(_) => true,
        Err(other) => {
            let rest_length = file.text
                [line_end(&file.text, error_start.max(replaced.end)).min(yaml.end)..yaml.end]
                .len();
            other.span.start > before.len() + line.len() + after.len() - rest_length
                && yaml::parse(line.trim_start(), 0).is_ok()
        }
    }
}

/// The corrected line with the value in quotes, if the value begins with an apostrophe and
/// [`parses_with`] accepts the line, also where front matter still fails further down.
fn suggest_quoted_apostrophe(
    file: &SourceFile,
    error: &YamlError,
    line: &Range<usize>,
) -> Option<String> {
    let (before, value) = split_value(&file.text[line.clone()])?;
    let is_one =
        value.starts_with('\'') && value.matches('\'').count() == 1 && !value.contains('"');
    let corrected = format!("{before}{}", front_matter::quote(value));
    (is_one && parses_with(file, error.span.start, line, &corrected))
        .then(|| corrected.trim().to_owned())
}

/// The corrected line with those items of a flow collection in quotes in which ` #` begins a
/// comment, if [`parses_with`] accepts the line, also where front matter still fails further down.
fn suggest_quoted_items(
    file: &SourceFile,
    error: &YamlError,
    line: &Range<usize>,
) -> Option<String> {
    let text = &file.text[line.clone()];
    if !text.contains(" #") && !text.contains("[#") {
        return None;
    }
    let mut corrected = String::with_capacity(text.len() + 4);
    let mut rest = text;
    while !rest.is_empty() {
        let end = rest.find(['[', ']', '{', '}', ',']).unwrap_or(rest.len());
        let (item, following) = rest.split_at(end);
        let value_offset = item.len() - item.trim_start().len()
            + item.trim_start().find(": ").map_or(0, |at| at + 2);
        let value = item[value_offset..].trim();
        if value.starts_with('#') || value.contains(" #") && !value.starts_with(['"', '\'']) {
            let start =
                value_offset + item[value_offset..].len() - item[value_offset..].trim_start().len();
            corrected += &format!(
                "{}{}{}",
                &item[..start],
                front_matter::quote(value),
                &item[start + value.len()..]
            );
        } else {
            corrected += item;
        }
        let separator_length = following.chars().next().map_or(0, char::len_utf8);
        corrected += &following[..separator_length];
        rest = &following[separator_length..];
    }
    parses_with(file, error.span.start, line, &corrected).then(|| corrected.trim().to_owned())
}

/// Splits a line with one value into the text before the value (`  - name: `) and the value; none
/// for a line without a value or with other syntax.
fn split_value(line: &str) -> Option<(&str, &str)> {
    let line = line.trim_end();
    let mut at = line.len() - line.trim_start_matches(' ').len();
    let mut is_item = false;
    while let Some(rest) = line[at..].strip_prefix("- ") {
        at = line.len() - rest.trim_start_matches(' ').len();
        is_item = true;
    }
    if let Some((key, value)) = line[at..].split_once(": ") {
        let is_key = !key.is_empty()
            && key.chars().all(|letter| letter.is_alphanumeric() || matches!(letter, '_' | '-'));
        // An item of a list may be a text with a colon; it is a map only if its key is a known one.
        if is_key && (!is_item || ENTRY_KEYS.contains(&key)) {
            at = line.len() - value.trim_start_matches(' ').len();
            return (at < line.len()).then(|| line.split_at(at));
        }
    }
    (is_item && at < line.len()).then(|| line.split_at(at))
}

/// Keys that a map in a list can begin with, by which an item with a colon is told from a text with
/// one.
const ENTRY_KEYS: &[&str] = &[
    "name",
    "description",
    "image",
    "control",
    "metric",
    "role",
    "label",
    "url",
    "id",
    "family",
    "reason",
    "source",
    "lift",
];

/// The corrected line with its value in quotes: of the line of the error and the two above it, the
/// lowest for which [`parses_with`] accepts that, also where front matter still fails further down.
fn suggest_quoted_value(file: &SourceFile, error: &YamlError) -> Option<String> {
    let error_start = error.span.start.min(file.text.len());
    let mut end = line_end(&file.text, error_start);
    for _ in 0..3 {
        let start = file.text[..end].rfind('\n').map_or(0, |before| before + 1);
        let line = &file.text[start..end];
        if let Some((before, value)) = split_value(line)
            && let Some(text) = intended_text(value)
        {
            let corrected = format!("{before}{}", front_matter::quote(text));
            if parses_with(
                file,
                error.span.start,
                &(start..start + line.trim_end().len()),
                &corrected,
            ) {
                return Some(corrected.trim().to_owned());
            }
        }
        end = start.checked_sub(1)?;
    }
    None
}

/// The text of a value without its outer quotes; none for a flow collection.
fn intended_text(value: &str) -> Option<&str> {
    let is_collection = |open: char, close: char| {
        value.starts_with(open) && (value.ends_with(close) || !value.contains(close))
    };
    if is_collection('[', ']') || is_collection('{', '}') {
        return None;
    }
    let inner = |quote: char| value.strip_prefix(quote).and_then(|rest| rest.strip_suffix(quote));
    Some(inner('"').or_else(|| inner('\'')).unwrap_or(value))
}

/// The hint for an error without one of its own that is no open quote or bracket.
fn choose_hint(file: &SourceFile, error: &YamlError) -> String {
    let text = &file.text;
    let error_line = line_range(text, error.span.start.min(text.len()));
    let line = &text[error_line.clone()];
    let value = line.split_once(": ").map_or("", |(_, value)| value.trim());
    if line.starts_with('\t') || error.message.contains("tab") {
        return "indent with spaces: YAML allows no tabs there".to_owned();
    }
    if let Some(corrected) = suggest_quoted_value(file, error) {
        return format!("put quotes around the value: `{corrected}`");
    }
    let line_before = error_line.start.checked_sub(1).map(|end| line_range(text, end));
    let around = line_before.into_iter().chain([error_line]);
    let invisible = around.clone().find_map(|at| confusable::describe_invisible(&text[at]));
    if let Some(invisible) = invisible {
        return format!("a line here holds {invisible}: write it anew with plain spaces");
    }
    if let Some(corrected) = around.clone().find_map(|at| suggest_colon_space(file, error, &at)) {
        return format!("a space belongs behind the colon of a field: `{corrected}`");
    }
    let hint = if value.starts_with(['[', '{']) && !value.ends_with([']', '}']) {
        BRACKET_HINT
    } else if line.matches(": ").count() > 1 || error.message.contains("mapping values") {
        "put quotes around a value that holds a colon: `title: \"Before: after\"`"
    } else if line.matches('"').count() % 2 == 1 || line.matches('\'').count() % 2 == 1 {
        "a quote is opened and not closed, or stands inside quotes of its own kind"
    } else {
        "each field is `name: value` on a line of its own; values with special characters go in quotes"
    };
    hint.to_owned()
}

/// The corrected line with a space behind the colon of a field, if it lacks one and [`parses_with`]
/// accepts the line, also where front matter still fails further down. `line` is the byte range of
/// the line in the file.
fn suggest_colon_space(
    file: &SourceFile,
    error: &YamlError,
    line: &Range<usize>,
) -> Option<String> {
    let text = file.text[line.clone()].trim_end();
    let (key, value) = text.split_once(':')?;
    let is_key =
        !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
    let replaced = line.start..line.start + text.len();
    let corrected = format!("{key}: {value}");
    (is_key
        && !value.is_empty()
        && !value.starts_with(' ')
        && parses_with(file, error.span.start, &replaced, &corrected))
    .then_some(corrected)
}
