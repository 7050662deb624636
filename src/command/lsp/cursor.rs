//! What stands at a place of front matter that is being typed. It may be no valid YAML at that
//! moment, so it is read line by line instead of with the parser.

use std::ops::Range;

use crate::catalog::field::{Field, FieldKind, find_field};
use crate::record::RecordType;

/// What is being typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cursor {
    /// Whether it is a key, a value, or one of both.
    pub role: Role,
    /// The keys that lead there, from the outermost; for a value its own key is the last.
    pub keys: Vec<String>,
    /// Byte range of the key or value in the text, without quotes.
    pub token: Range<usize>,
    /// The other keys of the same map.
    pub present: Vec<String>,
}

/// What a word at the cursor is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// A key.
    Key,
    /// A value.
    Value,
    /// A key where the field is a map, else a value: a word that stands alone in a line.
    Bare,
}

/// A key that is open at a line: what stands deeper belongs to it.
struct OpenKey {
    /// Column of its first letter, in bytes.
    column: usize,
    name: String,
}

/// What is being typed at a byte offset of a record; none outside of front matter, and in a text of
/// several lines.
pub fn find_cursor(text: &str, offset: usize) -> Option<Cursor> {
    let front_matter = front_matter_range(text)?;
    if offset < front_matter.start || offset > front_matter.end {
        return None;
    }
    let mut stack: Vec<OpenKey> = Vec::new();
    // Column of a key whose text stands in the lines below it.
    let mut prose_column: Option<usize> = None;
    let mut at = front_matter.start;
    loop {
        let line_end = text[at..front_matter.end].find('\n').map_or(front_matter.end, |n| at + n);
        let has_cursor = offset <= line_end;
        let line = text[at..line_end].trim_end();
        // Spaces behind the last word of the cursor's line are where the next word begins.
        let line = if has_cursor && at + line.len() < offset { &text[at..offset] } else { line };
        let mut rest = line.trim_start_matches(' ');
        let mut column = line.len() - rest.len();
        if prose_column.is_some_and(|prose| column > prose || (rest.is_empty() && !has_cursor)) {
            if has_cursor {
                return None;
            }
        } else if (!rest.is_empty() && !rest.starts_with('#')) || has_cursor {
            prose_column = None;
            let mut is_item = false;
            while rest == "-" || rest.starts_with("- ") {
                stack.retain(|key| key.column <= column);
                let behind = rest[1..].trim_start_matches(' ');
                column += rest.len() - behind.len();
                rest = behind;
                is_item = true;
            }
            if !is_item {
                stack.retain(|key| key.column < column);
            }
            let start = at + column;
            let key = split_key(rest);
            if has_cursor && (offset < start || rest.starts_with('#')) {
                return None;
            }
            if let Some((name, key_range, colon)) = key {
                if has_cursor && offset <= start + colon {
                    return Some(Cursor {
                        role: Role::Key,
                        keys: stack.into_iter().map(|key| key.name).collect(),
                        token: start + key_range.start..start + key_range.end,
                        present: sibling_keys(text, &front_matter, at, column),
                    });
                }
                stack.push(OpenKey { column, name });
                let value = rest[colon + 1..].trim_start_matches(' ');
                let value_start = start + rest.len() - value.len();
                if value.starts_with(['[', '{']) {
                    match scan_flow(text, value_start, front_matter.end, offset, &stack) {
                        Flow::Cursor(cursor) => return Some(cursor),
                        Flow::End(end) if end > line_end => {
                            let next = text[end..front_matter.end].find('\n');
                            at = end + next? + 1;
                            continue;
                        }
                        Flow::End(_) => {}
                    }
                } else if value.starts_with(['|', '>']) {
                    prose_column = Some(column);
                }
                if has_cursor {
                    let token = scalar_token(value, value_start);
                    let token = if offset < value_start { offset..offset } else { token };
                    let token = token.start.min(offset)..token.end.max(offset);
                    return value_cursor(text, &stack, token);
                }
            } else if rest.starts_with(['[', '{'])
                && let Flow::Cursor(cursor) =
                    scan_flow(text, start, front_matter.end, offset, &stack)
            {
                return Some(cursor);
            }
            if has_cursor {
                let token = scalar_token(rest, start);
                return Some(Cursor {
                    role: if stack.is_empty() { Role::Key } else { Role::Bare },
                    keys: stack.into_iter().map(|key| key.name).collect(),
                    token: token.start.min(offset)..token.end.max(offset),
                    present: sibling_keys(text, &front_matter, at, column),
                });
            }
        } else if has_cursor {
            return None;
        }
        if line_end >= front_matter.end {
            return None;
        }
        at = line_end + 1;
    }
}

/// The field that these keys lead to in a record of a type; none where a key is unknown.
pub fn find_field_at(record_type: RecordType, keys: &[String]) -> Option<&'static Field> {
    let (first, rest) = keys.split_first()?;
    let mut field = find_field(record_type, first)?;
    let mut rest = rest.iter();
    while let Some(key) = rest.next() {
        let key =
            if matches!(field.kind, FieldKind::MapsByLanguage(_)) { rest.next()? } else { key };
        field = field.entries().iter().find(|entry| entry.has_key(key))?;
    }
    Some(field)
}

/// Byte range of the front matter between its lines of three dashes; up to the end of the text
/// where the second is missing.
pub fn front_matter_range(text: &str) -> Option<Range<usize>> {
    let first = text.find('\n')?;
    if text[..first].trim_end() != "---" {
        return None;
    }
    let start = first + 1;
    let mut at = start;
    for line in text[start..].split_inclusive('\n') {
        if matches!(line.trim_end(), "---" | "...") {
            return Some(start..at.saturating_sub(1).max(start));
        }
        at += line.len();
    }
    Some(start..text.len())
}

/// The key at the start of a line's content: its name, its range without quotes, and the position
/// of its colon, all from the start of the content.
fn split_key(content: &str) -> Option<(String, Range<usize>, usize)> {
    let quote = content.chars().next().filter(|letter| matches!(letter, '"' | '\''));
    if let Some(quote) = quote {
        let length = content[1..].find(quote)?;
        let behind = content[length + 2..].trim_start_matches(' ');
        let colon = content.len() - behind.len();
        return behind
            .starts_with(':')
            .then(|| (content[1..=length].to_owned(), 1..length + 1, colon));
    }
    if content.starts_with(['[', '{', '#', '&', '*', '!', '|', '>', '%', '@', '`']) {
        return None;
    }
    let colon = content.match_indices(':').map(|(at, _)| at).find(|at| {
        content[at + 1..].chars().next().is_none_or(|letter| letter == ' ' || letter == '\t')
    })?;
    let name = content[..colon].trim_end();
    (!name.is_empty()).then(|| (name.to_owned(), 0..name.len(), colon))
}

/// The keys of the map that a line belongs to, without the one in this line. `line_start` is the
/// byte offset of the line and `column` that of its content.
fn sibling_keys(
    text: &str,
    front_matter: &Range<usize>,
    line_start: usize,
    column: usize,
) -> Vec<String> {
    let mut found = Vec::new();
    // Adds the key of a line; false where the map ends with it. A dash begins another item.
    let mut visit = |line: &str, is_before: bool| {
        let content = line.trim_start_matches([' ', '-']);
        let is_item = line.trim_start_matches(' ').starts_with('-');
        let at = line.len() - content.len();
        if content.trim().is_empty() || content.starts_with('#') || at > column {
            return true;
        }
        if at < column || (is_item && !is_before) {
            return false;
        }
        found.extend(split_key(content.trim_end()).map(|(name, ..)| name));
        !is_item
    };
    let before = &text[front_matter.start..line_start];
    let line_end = text[line_start..front_matter.end]
        .find('\n')
        .map_or(front_matter.end, |length| line_start + length);
    let is_first = text[line_start..line_end].trim_start_matches(' ').starts_with('-');
    if !is_first {
        let _ = before.lines().rev().all(|line| visit(line, true));
    }
    let behind = text[line_end..front_matter.end].strip_prefix('\n').unwrap_or_default();
    let _ = behind.lines().all(|line| visit(line, false));
    found
}

/// The cursor in the value of the innermost open key.
fn value_cursor(text: &str, stack: &[OpenKey], token: Range<usize>) -> Option<Cursor> {
    // A text of several lines begins with these; there is nothing to complete.
    if text[token.clone()].starts_with(['|', '>']) {
        return None;
    }
    let keys = stack.iter().map(|key| key.name.clone()).collect();
    Some(Cursor { role: Role::Value, keys, token, present: Vec::new() })
}

/// Byte range of a scalar in the text without quotes, comment and spaces; `start` is where `content`
/// begins in the text.
fn scalar_token(content: &str, start: usize) -> Range<usize> {
    let content = match content.find(" #") {
        Some(comment) if !content.starts_with(['"', '\'']) => &content[..comment],
        _ => content,
    };
    let content = content.trim_end();
    let quote = content.chars().next().filter(|letter| matches!(letter, '"' | '\''));
    match quote {
        None => start..start + content.len(),
        Some(quote) => {
            let inside = &content[1..];
            let length = inside.find(quote).unwrap_or(inside.len());
            start + 1..start + 1 + length
        }
    }
}

/// The result of reading a list in brackets or a map in braces.
enum Flow {
    /// The cursor is in it.
    Cursor(Cursor),
    /// It ends at this byte offset, before or after the cursor.
    End(usize),
}

/// A bracket or brace that is open.
struct OpenBracket {
    is_map: bool,
    /// The key whose value comes next, in a map.
    key: Option<String>,
    /// The keys before it.
    present: Vec<String>,
}

/// Reads a list in brackets or a map in braces from its first bracket at `start`. It ends with the
/// last bracket, or with a line that begins a new key while a bracket is still missing.
fn scan_flow(text: &str, start: usize, limit: usize, offset: usize, stack: &[OpenKey]) -> Flow {
    let mut open: Vec<OpenBracket> = Vec::new();
    let mut token_start = start;
    let mut quote: Option<char> = None;
    for (position, letter) in text[start..limit].char_indices() {
        let at = start + position;
        if at >= offset && !open.is_empty() {
            return Flow::Cursor(flow_cursor(text, token_start, limit, offset, open, stack));
        }
        if let Some(open_quote) = quote {
            if letter == open_quote {
                quote = None;
            }
            continue;
        }
        match letter {
            '"' | '\'' if text[token_start..at].trim().is_empty() => quote = Some(letter),
            '[' | '{' => {
                open.push(OpenBracket { is_map: letter == '{', key: None, present: Vec::new() });
                token_start = at + 1;
            }
            ']' | '}' => {
                open.pop();
                token_start = at + 1;
                if open.is_empty() {
                    return Flow::End(at + 1);
                }
            }
            ',' => {
                token_start = at + 1;
                if let Some(bracket) = open.last_mut() {
                    bracket.present.extend(bracket.key.take());
                }
            }
            ':' if text[at + 1..].starts_with([' ', '\n', '\r', '}']) => {
                if let Some(bracket) = open.last_mut().filter(|bracket| bracket.is_map) {
                    let name = text[token_start..at].trim().trim_matches(['"', '\'']);
                    bracket.key = Some(name.to_owned());
                    token_start = at + 1;
                }
            }
            '\n' if text[at + 1..].starts_with(|letter: char| letter.is_alphanumeric()) => {
                return Flow::End(at);
            }
            _ => {}
        }
    }
    if offset >= limit && offset >= start && !open.is_empty() {
        return Flow::Cursor(flow_cursor(text, token_start, limit, offset, open, stack));
    }
    Flow::End(limit)
}

/// The cursor inside brackets whose word begins at `token_start`.
fn flow_cursor(
    text: &str,
    token_start: usize,
    limit: usize,
    offset: usize,
    open: Vec<OpenBracket>,
    stack: &[OpenKey],
) -> Cursor {
    let written = &text[token_start..offset.max(token_start)];
    let word = written.trim_start();
    let quote = word.chars().next().filter(|letter| matches!(letter, '"' | '\''));
    let start = token_start + written.len() - word.len() + usize::from(quote.is_some());
    let behind = &text[offset..limit.max(offset)];
    let length = match quote {
        Some(quote) => behind.find([quote, '\n', '\r']),
        None => behind
            .find([',', ']', '}', '\n', '\r'])
            .map(|end| behind[..end].find(": ").unwrap_or(end)),
    };
    let behind = &behind[..length.unwrap_or(behind.len())];
    let end = offset + behind.trim_end().len();
    let mut keys: Vec<String> = stack.iter().map(|key| key.name.clone()).collect();
    keys.extend(open.iter().filter_map(|bracket| bracket.key.clone()));
    let innermost = open.into_iter().next_back();
    let (role, present) = match innermost {
        Some(OpenBracket { is_map: true, key: None, present }) => (Role::Key, present),
        _ => (Role::Value, Vec::new()),
    };
    Cursor { role, keys, token: start.min(offset)..end.max(start.min(offset)), present }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The role, keys, word and other keys at the bar in a text.
    fn at_bar(text: &str) -> Option<(Role, String, String, String)> {
        let offset = text.find('‸').unwrap();
        let text = text.replace('‸', "");
        let cursor = find_cursor(&text, offset)?;
        let word = text[cursor.token.clone()].to_owned();
        Some((cursor.role, cursor.keys.join("/"), word, cursor.present.join(" ")))
    }

    #[test]
    fn keys_and_values_are_told_apart() {
        let cases = [
            ("---\n‸\n---\n", Role::Key, "", "", ""),
            ("---\ntitle: x\nst‸\nend: 2\n---\n", Role::Key, "", "st", "title end"),
            ("---\nst‸atus: won\n---\n", Role::Key, "", "status", ""),
            ("---\r\nstatus: w‸on\r\n---\r\n", Role::Value, "status", "won", ""),
            ("---\nstatus:‸\n---\n", Role::Value, "status", "", ""),
            ("---\nstatus: ‸\n---\n", Role::Value, "status", "", ""),
            ("---\nstatus: \"wo‸n\" # x\n---\n", Role::Value, "status", "won", ""),
            ("---\nmarkets: [BR, d‸e]\n---\n", Role::Value, "markets", "de", ""),
            ("---\nmarkets: [BR, ‸\nend: 3\n---\n", Role::Value, "markets", "", ""),
            ("---\nmarkets:\n  - b‸\n---\n", Role::Bare, "markets", "b", ""),
            ("---\nmarkets:\n- b‸\n---\n", Role::Bare, "markets", "b", ""),
            ("---\nresults:\n  - metric: x\n    ro‸\n---\n", Role::Bare, "results", "ro", "metric"),
            (
                "---\nresults:\n  - a: 1\n  - metric: c‸\n---\n",
                Role::Value,
                "results/metric",
                "c",
                "",
            ),
            (
                "---\nnot_duplicate_of:\n  - {id: br/‸, reason: x}\n---\n",
                Role::Value,
                "not_duplicate_of/id",
                "br/",
                "",
            ),
            (
                "---\nnot_duplicate_of: [{id: a, rea‸}]\n---\n",
                Role::Key,
                "not_duplicate_of",
                "rea",
                "id",
            ),
            ("---\ntitle: a\nowner: b‸", Role::Value, "owner", "b", ""),
        ];
        for (text, role, keys, word, present) in cases {
            let expected = Some((role, keys.to_owned(), word.to_owned(), present.to_owned()));
            assert_eq!(at_bar(text), expected, "{text}");
        }
    }

    #[test]
    fn nothing_is_typed_in_texts_and_bodies() {
        for text in [
            "---\ntitle: x\n---\nbo‸dy",
            "no front ‸matter",
            "---\nsummary: |\n  status: ‸\n---\n",
            "---\n# sta‸\n---\n",
        ] {
            assert_eq!(at_bar(text), None, "{text}");
        }
    }

    #[test]
    fn fields_are_found_by_their_keys() {
        let name = |keys: &[&str]| {
            let keys: Vec<String> = keys.iter().map(|key| (*key).to_owned()).collect();
            find_field_at(RecordType::CaseStudy, &keys).map(|field| field.name)
        };
        assert_eq!(name(&["market"]), Some("markets"));
        assert_eq!(name(&["results", "metric"]), Some("metric"));
        assert_eq!(name(&["translations", "nl", "title"]), Some("title"));
        assert_eq!(name(&["nonsense"]), None);
    }
}
