//! Edits of the hub's vocabulary files that change only the bytes they must.

use std::ops::Range;

use crate::record::front_matter::render_in_flow;
use crate::record::yaml::{self, Key, Node, Value};
use crate::vocabulary::normalise_name;

/// Key of the id of an entry.
const ID: &str = "id";
/// Key of the other names of a term.
const ALIASES: &str = "aliases";
/// Key of the term that replaces a deprecated one.
const DEPRECATED_BY: &str = "deprecated_by";
/// Keys of an entry whose values are markets: of a group, and of a team.
const MARKETS: [&str; 2] = ["members", "markets"];

/// A new text for a byte range of a file.
type Replacement = (Range<usize>, String);

/// The text of a vocabulary file in which the term `old` is called `new`. An entry of `old` gets
/// the new id; a term without an entry gets one, which makes the built-in term one with it. `old`
/// is an alias then. None where the file is no list of entries.
pub fn rename_term(text: &str, old: &str, new: &str) -> Option<String> {
    let entries = parse_entries(text)?;
    let mut replacements = deprecation_replacements(&entries, old, new);
    match find_entry(&entries, old) {
        Some(entry) => {
            replacements.push((find(entry, ID)?.span(), render_in_flow(new)));
            replacements.extend(alias_replacement(text, entry, &[old.to_owned()], Some(new))?);
            Some(apply_replacements(text, replacements))
        }
        None => {
            let edited = apply_replacements(text, replacements);
            Some(append_entry(&edited, line_end_of(text), new, &[old.to_owned()]))
        }
    }
}

/// The text of a vocabulary file in which the terms `old` are part of the term `into`: their
/// entries are gone, and their ids and names are aliases of `into`. None where the file is no list
/// of entries.
pub fn merge_terms(text: &str, old: &[String], into: &str) -> Option<String> {
    let entries = parse_entries(text)?;
    let mut replacements = Vec::new();
    let mut names: Vec<String> = Vec::new();
    for id in old {
        names.push(id.clone());
        for entry in entries.iter().filter(|entry| is_entry_of(entry, id)) {
            names.extend(names_of(entry));
            replacements.push((entry_lines(text, entry), String::new()));
        }
        let deprecations = deprecation_replacements(&entries, id, into);
        let is_kept = |(span, _): &Replacement| {
            !replacements.iter().any(|(removed, _)| removed.contains(&span.start))
        };
        let deprecations: Vec<Replacement> = deprecations.into_iter().filter(is_kept).collect();
        replacements.extend(deprecations);
    }
    let names = without_repetition(names, into);
    match find_entry(&entries, into) {
        Some(entry) => {
            replacements.extend(alias_replacement(text, entry, &names, None)?);
            Some(apply_replacements(text, replacements))
        }
        None => {
            let edited = apply_replacements(text, replacements);
            Some(append_entry(&edited, line_end_of(text), into, &names))
        }
    }
}

/// The text of a file of groups or teams in which a market has another id; none where the file is
/// no list of entries.
pub fn rename_market(text: &str, old: &str, new: &str) -> Option<String> {
    let entries = parse_entries(text)?;
    let values = MARKETS.iter().flat_map(|key| entries.iter().filter_map(|entry| find(entry, key)));
    let items = values.flat_map(|node| match &node.value {
        Value::List(items) => items.iter().collect(),
        _ => vec![node],
    });
    let uses = items.filter(|node| is_name(node, old));
    Some(apply_replacements(text, uses.map(|node| (node.span(), render_in_flow(new))).collect()))
}

/// The entries of a vocabulary file, each a map; empty for a file without entries, none for one of
/// another form.
fn parse_entries(text: &str) -> Option<Vec<Node>> {
    match yaml::parse(text, 0).ok()?.value {
        Value::Null => Some(Vec::new()),
        Value::List(entries) => entries
            .iter()
            .all(|entry| matches!(entry.value, Value::Map(_)))
            .then(|| entries.into_vec()),
        _ => None,
    }
}

/// The value of a key of an entry.
fn find<'n>(entry: &'n Node, key: &str) -> Option<&'n Node> {
    fields(entry).iter().find(|(known, _)| known.is(key)).map(|(_, value)| value)
}

/// Keys and values of an entry.
fn fields(entry: &Node) -> &[(Key, Node)] {
    match &entry.value {
        Value::Map(fields) => fields,
        _ => &[],
    }
}

/// Whether a node is a text that names `name`.
fn is_name(node: &Node, name: &str) -> bool {
    matches!(&node.value, Value::Text(text) if normalise_name(text) == normalise_name(name))
}

/// Whether an entry has this id.
fn is_entry_of(entry: &Node, id: &str) -> bool {
    find(entry, ID).is_some_and(|node| is_name(node, id))
}

/// The entry of a term, the first where there are several.
fn find_entry<'n>(entries: &'n [Node], id: &str) -> Option<&'n Node> {
    entries.iter().find(|entry| is_entry_of(entry, id))
}

/// The label, the labels and the aliases of an entry.
fn names_of(entry: &Node) -> Vec<String> {
    let mut names = Vec::new();
    for (key, value) in fields(entry) {
        match (&*key.name, &value.value) {
            ("label", Value::Text(label)) => names.push(label.to_string()),
            ("labels", Value::Map(labels)) => {
                names.extend(labels.iter().map(|(_, label)| label.to_flow()));
            }
            (ALIASES, Value::List(aliases)) => names.extend(aliases.iter().map(Node::to_flow)),
            _ => {}
        }
    }
    names
}

/// The names in order, without repetition and without those that equal `own`.
fn without_repetition(names: Vec<String>, own: &str) -> Vec<String> {
    let mut seen = vec![normalise_name(own)];
    let mut kept = Vec::new();
    for name in names {
        let normalised = normalise_name(&name);
        if !seen.contains(&normalised) {
            seen.push(normalised);
            kept.push(name);
        }
    }
    kept
}

/// What names `old` as the term that replaces a deprecated one names `new`.
fn deprecation_replacements(entries: &[Node], old: &str, new: &str) -> Vec<Replacement> {
    let values = entries.iter().filter_map(|entry| find(entry, DEPRECATED_BY));
    values
        .filter(|node| is_name(node, old))
        .map(|node| (node.span(), render_in_flow(new)))
        .collect()
}

/// The replacement that adds names to the aliases of an entry; `replaced` is a name that is no
/// alias any more, whose place the first name takes. Empty where the entry has all names; none where
/// its aliases are no list.
fn alias_replacement(
    text: &str,
    entry: &Node,
    names: &[String],
    replaced: Option<&str>,
) -> Option<Vec<Replacement>> {
    let line_end = line_end_of(text);
    let Some(list) = find(entry, ALIASES) else {
        let field = format!("{ALIASES}: [{}]", render_in_flows(names));
        let (key, id) = fields(entry).iter().find(|(key, _)| key.is(ID))?;
        let end = trimmed_end(text, id);
        let is_flow = text[entry.span().start..].starts_with('{');
        let added = if is_flow {
            format!(", {field}")
        } else {
            let indent = key.span().start - line_start(text, key.span().start);
            format!("{line_end}{}{field}", " ".repeat(indent))
        };
        let at = if is_flow { end } else { end_of_line_text(text, end) };
        return Some(vec![(at..at, added)]);
    };
    let Value::List(items) = &list.value else { return None };
    let has = |name: &String| items.iter().any(|item| is_name(item, name));
    let mut added: Vec<String> = names.iter().filter(|name| !has(name)).cloned().collect();
    let mut replacements = Vec::new();
    let former = replaced.and_then(|name| items.iter().find(|item| is_name(item, name)));
    if let Some(former) = former.filter(|_| !added.is_empty()) {
        replacements.push((former.span(), render_in_flow(&added.remove(0))));
    }
    if added.is_empty() {
        return Some(replacements);
    }
    match items.last() {
        None => {
            let start = list.span().start + 1;
            replacements.push((start..start, render_in_flows(&added)));
        }
        Some(last) if text[list.span().start..].starts_with('[') => {
            let end = trimmed_end(text, last);
            replacements.push((end..end, format!(", {}", render_in_flows(&added))));
        }
        Some(last) => {
            let start = line_start(text, last.span().start);
            let lead = &text[start..last.span().start];
            let end = end_of_line_text(text, trimmed_end(text, last));
            let lines =
                added.iter().map(|name| format!("{line_end}{lead}{}", render_in_flow(name)));
            replacements.push((end..end, lines.collect()));
        }
    }
    Some(replacements)
}

/// Names as items between brackets.
fn render_in_flows(names: &[String]) -> String {
    names.iter().map(|name| render_in_flow(name)).collect::<Vec<_>>().join(", ")
}

/// The line end of a file.
fn line_end_of(text: &str) -> &'static str {
    if text.contains("\r\n") { "\r\n" } else { "\n" }
}

/// The text with a new entry at its end, in the form of its list: one item a line, as far from the left
/// as the others, or between brackets.
fn append_entry(text: &str, line_end: &str, id: &str, aliases: &[String]) -> String {
    let (id, aliases) = (render_in_flow(id), render_in_flows(aliases));
    let list = yaml::parse(text, 0).ok().map(|root| (root.span(), root.value));
    let (mut text, mut indent) = (text.to_owned(), 0);
    if let Some((span, Value::List(items))) = list {
        match items.last() {
            // A list without entries is written `[]`.
            None => {
                text.replace_range(span, "");
                text.truncate(text.trim_end().len());
                text += line_end;
            }
            Some(last) if text[span.start..].starts_with('[') => {
                let entry = format!(", {{id: {id}, {ALIASES}: [{aliases}]}}");
                text.insert_str(last.span().end, &entry);
                return text;
            }
            Some(_) => indent = span.start - line_start(&text, span.start),
        }
    }
    if text.trim().is_empty() {
        text.clear();
    }
    let gap = match &*text {
        "" => "",
        _ if text.ends_with('\n') => line_end,
        _ => &line_end.repeat(2),
    };
    let space = " ".repeat(indent);
    format!("{text}{gap}{space}- id: {id}{line_end}{space}  {ALIASES}: [{aliases}]{line_end}")
}

/// The lines of an entry, from its dash to its last value, line ends included.
fn entry_lines(text: &str, entry: &Node) -> Range<usize> {
    let end = if text[entry.span().start..].starts_with('{') {
        entry.span().end
    } else {
        last_value_end(text, entry)
    };
    let end = text[end..].find('\n').map_or(text.len(), |at| end + at + 1);
    line_start(text, entry.span().start)..end
}

/// Byte offset behind the last value of a node.
fn last_value_end(text: &str, node: &Node) -> usize {
    let is_flow = text[node.span().start..].starts_with(['[', '{']);
    match &node.value {
        Value::List(items) if !is_flow => {
            items.iter().map(|item| last_value_end(text, item)).max().unwrap_or(0)
        }
        Value::Map(fields) if !is_flow => fields
            .iter()
            .map(|(key, value)| last_value_end(text, value).max(key.span().end))
            .max()
            .unwrap_or(0),
        Value::Null => 0,
        _ => trimmed_end(text, node),
    }
}

/// Byte offset behind the last visible character of a node.
fn trimmed_end(text: &str, node: &Node) -> usize {
    let span = node.span();
    span.start + text[span].trim_end().len()
}

/// Byte offset of the beginning of a line.
fn line_start(text: &str, at: usize) -> usize {
    text[..at].rfind('\n').map_or(0, |before| before + 1)
}

/// Byte offset of the end of a line, without its line end; a comment is part of the line.
fn end_of_line_text(text: &str, at: usize) -> usize {
    at + text[at..].lines().next().map_or(0, str::len)
}

/// The text with new texts for some of its byte ranges.
fn apply_replacements(text: &str, mut replacements: Vec<Replacement>) -> String {
    replacements.sort_by_key(|(range, _)| (range.start, range.end));
    let mut edited = text.to_owned();
    for (range, new) in replacements.into_iter().rev() {
        edited.replace_range(range, &new);
    }
    edited
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_term_gets_its_new_id_and_keeps_the_old_one_as_an_alias() {
        let rows = [
            (
                "# Ours\n- id: a # x\n  label: A\n",
                "# Ours\n- id: b # x\n  aliases: [a]\n  label: A\n",
            ),
            ("- {id: a, label: A}\n", "- {id: b, aliases: [a], label: A}\n"),
            ("- {id: a, aliases: [b, c]}\n", "- {id: b, aliases: [a, c]}\n"),
            ("- id: a\n  aliases:\n    - c # x\n", "- id: b\n  aliases:\n    - c # x\n    - a\n"),
            (
                "- id: c\n  deprecated_by: a\n",
                "- id: c\n  deprecated_by: b\n\n- id: b\n  aliases: [a]\n",
            ),
            ("", "- id: b\n  aliases: [a]\n"),
            ("- id: a\r\n", "- id: b\r\n  aliases: [a]\r\n"),
            ("[]", "- id: b\n  aliases: [a]\n"),
            ("# Ours\r\n[]\r\n", "# Ours\r\n\r\n- id: b\r\n  aliases: [a]\r\n"),
            ("- id: c\n  aliases: []\n", "- id: c\n  aliases: []\n\n- id: b\n  aliases: [a]\n"),
            ("  - id: c\n", "  - id: c\n\n  - id: b\n    aliases: [a]\n"),
            ("[{id: c}, {id: d} ]\n", "[{id: c}, {id: d}, {id: b, aliases: [a]} ]\n"),
        ];
        for (text, wanted) in rows {
            assert_eq!(rename_term(text, "a", "b").as_deref(), Some(wanted), "{text}");
        }
        assert_eq!(rename_term("a: b\n", "a", "b"), None);
    }

    #[test]
    fn merged_terms_leave_their_names() {
        let text = "# One\n- id: a\n  label: Ay\n  aliases: [x]\n\n# Two\n- {id: b, aliases: [X]}\n- {id: c, deprecated_by: a}\n";
        assert_eq!(
            merge_terms(text, &["a".into(), "d".into()], "b").as_deref(),
            Some(
                "# One\n\n# Two\n- {id: b, aliases: [X, a, Ay, d]}\n- {id: c, deprecated_by: b}\n"
            )
        );
        assert_eq!(
            merge_terms("- id: a\r\n", &["a".into()], "b").as_deref(),
            Some("- id: b\r\n  aliases: [a]\r\n")
        );
        assert_eq!(
            rename_market("- {id: g, members: [NL, de]}\n", "DE", "DX").as_deref(),
            Some("- {id: g, members: [NL, DX]}\n")
        );
    }
}
