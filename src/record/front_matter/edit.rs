//! Edits of front matter that change only the bytes they must: comments, unknown fields, line ends
//! and everything else stay as they are.

use std::fmt;
use std::ops::Range;

use crate::record::front_matter::format::{add_comment, has_fields};
use crate::record::front_matter::known_keys::KnownKeys;
use crate::record::front_matter::layout::{
    Field, Layout, UnknownLayout, content_end, is_block_scalar, line_end, line_start,
};
use crate::record::front_matter::render::{render_entry, render_field, render_flow, render_item};
use crate::record::front_matter::scalar::{self, Context};
use crate::record::front_matter::value::FieldValue;
use crate::record::yaml::{Key, Node, Value};

/// A change of the front matter of a file: a field set or removed, an item added, or texts
/// replaced.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Edit {
    /// Gives a field a value; a new field is put where the canonical order has it. Comments between
    /// the lines of the former value go with it.
    Set {
        /// Name of the field.
        key: String,
        /// The new value.
        value: FieldValue,
    },
    /// Removes a field with the comment on its line; comments above it stay.
    Remove {
        /// Name of the field.
        key: String,
    },
    /// Adds an item to the end of a list, unless it is there; a single value becomes a list.
    AddItem {
        /// Name of the field.
        key: String,
        /// The new item.
        item: FieldValue,
    },
    /// Gives entries of a map within a map values: `title` of `en` of the field `translations`. What
    /// is missing is added behind what is there; all other entries stay.
    SetEntries {
        /// Name of the field.
        key: String,
        /// Key of the map within its map; one that differs in case alone is the same.
        entry: String,
        /// Keys and values to set in that map.
        values: Vec<(String, FieldValue)>,
    },
    /// Replaces the texts at the spans of parsed scalars, wherever in the front matter they are;
    /// not those below `|` or `>`.
    ReplaceTexts(Vec<(Range<usize>, String)>),
    /// Removes the items of lists that stand at the spans of parsed scalars; none may be the first
    /// of its list. A comment on the line of an item goes with it.
    RemoveItems(Vec<Range<usize>>),
}

/// Why an edit is refused; nothing is changed then.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EditError {
    /// The reason in words.
    pub message: String,
}

impl fmt::Display for EditError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for EditError {}

impl From<UnknownLayout> for EditError {
    fn from(UnknownLayout(reason): UnknownLayout) -> Self {
        EditError { message: reason.to_owned() }
    }
}

/// The keys and values that the front matter must be read back with after an edit.
type Fields = Vec<(Key, Node)>;

/// The text of a file, which has no byte-order mark, after an edit of its front matter. A field
/// that is new gets its place in the order of `known_keys`.
///
/// # Errors
/// The front matter has no field a line, has anchors, aliases or tags, gives the field twice, or
/// the result would not be read as exactly the intended change.
pub fn apply(text: &str, edit: &Edit, known_keys: &KnownKeys) -> Result<String, EditError> {
    let layout = Layout::of(text)?;
    let (edited, wanted) = match edit {
        Edit::Set { key, value } => set(&layout, key, value, known_keys)?,
        Edit::Remove { key } => remove(&layout, key)?,
        Edit::AddItem { key, item } => add_item(&layout, key, item, known_keys)?,
        Edit::SetEntries { key, entry, values } => {
            set_entries(&layout, key, entry, values, known_keys)?
        }
        Edit::ReplaceTexts(replacements) => replace_texts(&layout, replacements)?,
        Edit::RemoveItems(spans) => remove_items(&layout, spans)?,
    };
    if has_fields(&edited, wanted.iter()) {
        Ok(edited)
    } else {
        Err(EditError { message: "the front matter would not be read as it was meant".to_owned() })
    }
}

/// The index of the field with this key; none where it is missing.
///
/// # Errors
/// The field is given twice.
fn find_field(layout: &Layout<'_>, key: &str) -> Result<Option<usize>, EditError> {
    let mut found = layout
        .entries()
        .iter()
        .enumerate()
        .filter(|(_, (known, _))| known.is(key))
        .map(|(at, _)| at);
    let first = found.next();
    match found.next() {
        Some(_) => Err(EditError { message: format!("`{key}` is given twice") }),
        None => Ok(first),
    }
}

/// The text of the file with a range replaced by `lines`, which get the line ends of the front
/// matter.
fn replace_range(layout: &Layout<'_>, range: Range<usize>, lines: &str) -> String {
    let lines = lines.replace('\n', layout.line_end());
    format!("{}{lines}{}", &layout.text[..range.start], &layout.text[range.end..])
}

/// The text of the file with a field set to a value, and the fields that it must then be read with;
/// unchanged if the field has that value, however it is written.
fn set(
    layout: &Layout<'_>,
    key: &str,
    value: &FieldValue,
    known_keys: &KnownKeys,
) -> Result<(String, Fields), EditError> {
    let mut wanted = layout.entries().to_vec();
    let Some(index) = find_field(layout, key)? else {
        let index = insertion_index(layout, key, known_keys);
        wanted.insert(index, (Key::new(key, 0..0), value.to_node()));
        let at = if index == 0 {
            layout.fields.first().map_or(layout.tail.start, |field| field.lead.start)
        } else {
            layout.fields[index - 1].end
        };
        return Ok((replace_range(layout, at..at, &render_field(&key.into(), value)), wanted));
    };
    let field = &layout.fields[index];
    if wanted[index].1.is_same_value(&value.to_node()) {
        return Ok((layout.text.to_owned(), wanted));
    }
    wanted[index].1 = value.to_node();
    Ok((replace_value(layout, field, &render_field(&key.into(), value)), wanted))
}

/// The index among the fields that a new field gets: behind the last field that the canonical order
/// has before it.
fn insertion_index(layout: &Layout<'_>, key: &str, known_keys: &KnownKeys) -> usize {
    let rank = known_keys.rank(key);
    layout
        .entries()
        .iter()
        .rposition(|(known, _)| known_keys.rank(&known.name) <= rank)
        .map_or(0, |at| at + 1)
}

/// The text of the file with the value of a field replaced by that of a rendered field. A comment on
/// the line of the key stays; in front of a value of several lines so does one behind the former value,
/// and those below it are no longer indented, because they would be a part of a text.
fn replace_value(layout: &Layout<'_>, field: &Field, rendered: &str) -> String {
    let rendered = rendered.trim_end_matches('\n');
    let value = &rendered[rendered.find(':').map_or(0, |at| at + 1)..];
    let key_line_end = line_end(layout.text, field.key.start);
    let comment = field.key_comment(layout.text);
    let is_on_key_line = field.value_end < key_line_end;
    if !rendered.contains('\n') && (comment.is_none() || is_on_key_line) {
        return replace_range(layout, field.colon_end..field.value_end, value);
    }
    let last_line_end = line_end(layout.text, field.value_end).min(layout.yaml.end);
    let behind = layout.text[field.value_end..last_line_end].trim_end();
    let lines = add_comment(value, comment.unwrap_or(behind));
    let below: String = layout.text[last_line_end..field.end]
        .lines()
        .map(|line| format!("{}\n", if rendered.contains('\n') { line.trim_start() } else { line }))
        .collect();
    let lines = format!("{}\n{below}", lines.trim_end_matches('\n'));
    replace_range(layout, field.colon_end..field.end, &lines)
}

/// The text of the file without a field, and the fields that it must then be read with; unchanged
/// if the field is missing.
fn remove(layout: &Layout<'_>, key: &str) -> Result<(String, Fields), EditError> {
    let mut wanted = layout.entries().to_vec();
    let Some(index) = find_field(layout, key)? else {
        return Ok((layout.text.to_owned(), wanted));
    };
    wanted.remove(index);
    let field = &layout.fields[index];
    Ok((replace_range(layout, field.key.start..field.end, ""), wanted))
}

/// The text of the file with an item added to the list of a field, and the fields that it must then
/// be read with; unchanged if the list has the item.
fn add_item(
    layout: &Layout<'_>,
    key: &str,
    item: &FieldValue,
    known_keys: &KnownKeys,
) -> Result<(String, Fields), EditError> {
    let index = find_field(layout, key)?;
    let node = index.map(|index| &layout.entries()[index].1);
    let Some((index, node, items)) = index.zip(node).and_then(|(index, node)| match &node.value {
        Value::List(items) => Some((index, node, items)),
        _ => None,
    }) else {
        let former = node
            .map(|node| FieldValue::from_node(layout.text, key, node, known_keys))
            .filter(|former| !former.is_empty() && former != item);
        return set(
            layout,
            key,
            &FieldValue::List(former.into_iter().chain([item.clone()]).collect()),
            known_keys,
        );
    };
    let mut wanted = layout.entries().to_vec();
    if items.iter().any(|known| known.is_same_value(&item.to_node())) {
        return Ok((layout.text.to_owned(), wanted));
    }
    wanted[index].1.value = Value::List(items.iter().cloned().chain([item.to_node()]).collect());
    Ok((insert_item(layout, node, items, item), wanted))
}

/// The text of the file with an item behind the last one of a list, written in the form that the
/// list has: between brackets, or one item a line.
fn insert_item(layout: &Layout<'_>, list: &Node, items: &[Node], item: &FieldValue) -> String {
    let (text, start) = (layout.text, list.span().start);
    let last_end = items.last().map(|last| content_end(text, last).max(last.span().end));
    if text[start..].starts_with('[') {
        let (at, separator) = last_end.map_or((start + 1, ""), |end| (end, ", "));
        return replace_range(layout, at..at, &format!("{separator}{}", render_flow(item)));
    }
    let content_end = content_end(text, list).max(start + 1);
    let at = line_end(text, content_end).min(layout.yaml.end);
    replace_range(layout, at..at, &render_item(item, hyphen_column(text, start)))
}

/// Number of characters before the hyphens of a list with one item a line, whose span begins at
/// `start`: at a hyphen, or behind the first one where the hyphens are no further in than the key.
fn hyphen_column(text: &str, start: usize) -> usize {
    let mut line = line_start(text, start);
    loop {
        let indent = text[line..].len() - text[line..].trim_start_matches(' ').len();
        if text[line + indent..].starts_with('-') || line == 0 {
            return indent;
        }
        line = line_start(text, line - 1);
    }
}

/// The text of the file with entries of a map within the map of a field set, and the fields that it
/// must then be read with. A new map within goes to the end of a block; any other change writes the
/// field anew, and is refused where comments between its lines would be lost.
fn set_entries(
    layout: &Layout<'_>,
    key: &str,
    entry: &str,
    values: &[(String, FieldValue)],
    known_keys: &KnownKeys,
) -> Result<(String, Fields), EditError> {
    let to_entries = |values: &[(String, FieldValue)]| {
        values.iter().map(|(key, value)| (FieldValue::from(key.as_str()), value.clone())).collect()
    };
    let added = FieldValue::Map(to_entries(values));
    let index = find_field(layout, key)?;
    let Some((index, node)) =
        index.map(|index| (index, &layout.entries()[index].1)).filter(|(_, node)| !node.is_empty())
    else {
        return set(layout, key, &FieldValue::Map(vec![(entry.into(), added)]), known_keys);
    };
    let no_map = |name: &str| EditError { message: format!("`{name}` is no map") };
    let Value::Map(parsed) = &node.value else { return Err(no_map(key)) };
    let FieldValue::Map(mut entries) = FieldValue::from_node(layout.text, key, node, known_keys)
    else {
        return Err(no_map(key));
    };
    let found = parsed.iter().position(|(known, _)| known.name.eq_ignore_ascii_case(entry));
    let Some(found) = found else {
        let is_block = !layout.text[node.span().start..].starts_with('{');
        let Some((first, _)) = parsed.first().filter(|_| is_block) else {
            entries.push((entry.into(), added));
            return set_map(layout, index, key, entries, known_keys);
        };
        let start = first.span().start;
        let indent = start - line_start(layout.text, start);
        let mut wanted = layout.entries().to_vec();
        entries.push((entry.into(), added.clone()));
        wanted[index].1 = FieldValue::Map(entries).to_node();
        let content_end = content_end(layout.text, node).max(start + 1);
        let at = line_end(layout.text, content_end).min(layout.yaml.end);
        return Ok((
            replace_range(layout, at..at, &render_entry(&entry.into(), &added, indent)),
            wanted,
        ));
    };
    let inner = match &mut entries[found].1 {
        FieldValue::Map(inner) => inner,
        empty if empty.is_empty() => {
            *empty = added;
            return set_map(layout, index, key, entries, known_keys);
        }
        _ => return Err(no_map(entry)),
    };
    for (name, value) in values {
        match inner.iter_mut().find(|(known, _)| known.scalar_text() == name) {
            Some((_, former)) => *former = value.clone(),
            None => inner.push((name.as_str().into(), value.clone())),
        }
    }
    set_map(layout, index, key, entries, known_keys)
}

/// The text of the file with the map of a field written anew, and the fields that it must then be
/// read with; unchanged if the field has that value.
///
/// # Errors
/// Comments between the lines of the field would be lost.
fn set_map(
    layout: &Layout<'_>,
    index: usize,
    key: &str,
    entries: Vec<(FieldValue, FieldValue)>,
    known_keys: &KnownKeys,
) -> Result<(String, Fields), EditError> {
    let value = FieldValue::Map(entries);
    let is_changed = !layout.entries()[index].1.is_same_value(&value.to_node());
    if is_changed && !layout.fields[index].has_comments_on_key_line_only(layout.text) {
        return Err(EditError {
            message: format!("a comment within `{key}` would be lost; change it by hand"),
        });
    }
    set(layout, key, &value, known_keys)
}

/// The text of the file with the scalars at these spans replaced, and the fields that it must then
/// be read with. A scalar in quotes keeps quotes.
fn replace_texts(
    layout: &Layout<'_>,
    replacements: &[(Range<usize>, String)],
) -> Result<(String, Fields), EditError> {
    let mut wanted = layout.entries().to_vec();
    let mut in_order: Vec<&(Range<usize>, String)> = replacements.iter().collect();
    in_order.sort_by_key(|(span, _)| span.start);
    let (mut edited, mut position) = (String::with_capacity(layout.text.len()), 0);
    for (span, new) in in_order {
        let mut context = None;
        for (_, node) in &mut wanted {
            context = context.or(replace_scalar(layout.text, node, span, new, Context::Block));
        }
        let context = context.filter(|_| span.start >= position).ok_or_else(|| EditError {
            message: "there is no text at the place to be changed".to_owned(),
        })?;
        let former = layout.text[span.clone()].trim_end();
        if is_block_scalar(layout.text, span) {
            return Err(EditError { message: "the text is one of several lines".to_owned() });
        }
        edited += &layout.text[position..span.start];
        edited += &if former.starts_with(['"', '\'']) {
            scalar::quote(new)
        } else {
            scalar::render(new, context)
        };
        position = span.start + former.len();
    }
    edited += &layout.text[position..];
    Ok((edited, wanted))
}

/// Replaces the scalar at a span in a parsed tree, not in the text; returns whether the scalar
/// stands between brackets, and none if there is no scalar at that span.
fn replace_scalar(
    text: &str,
    node: &mut Node,
    span: &Range<usize>,
    new: &str,
    context: Context,
) -> Option<Context> {
    let own = node.span();
    if own == *span && matches!(node.value, Value::Text(_)) {
        node.value = Value::Text(new.into());
        return Some(context);
    }
    let context = if text[own.start..].starts_with(['[', '{']) { Context::Flow } else { context };
    match &mut node.value {
        Value::List(items) => {
            items.iter_mut().find_map(|item| replace_scalar(text, item, span, new, context))
        }
        Value::Map(entries) => entries
            .iter_mut()
            .find_map(|(_, value)| replace_scalar(text, value, span, new, context)),
        _ => None,
    }
}

/// The text of the file without the list items at these spans, and the fields that it must then be
/// read with.
fn remove_items(
    layout: &Layout<'_>,
    spans: &[Range<usize>],
) -> Result<(String, Fields), EditError> {
    let mut wanted = layout.entries().to_vec();
    let mut removed: Vec<Range<usize>> = Vec::with_capacity(spans.len());
    for span in spans {
        let range = wanted.iter_mut().find_map(|(_, node)| remove_item(layout.text, node, span));
        removed.push(range.ok_or_else(|| EditError {
            message: "there is no item of a list at the place to be changed".to_owned(),
        })?);
    }
    removed.sort_by_key(|range| range.start);
    // Neighbours in one list both begin behind the item that is kept before them.
    let (mut edited, mut position) = (String::with_capacity(layout.text.len()), 0);
    for range in removed {
        if range.start > position {
            edited += &layout.text[position..range.start];
        }
        position = position.max(range.end);
    }
    edited += &layout.text[position..];
    Ok((edited, wanted))
}

/// Removes the item at a span from a list in a parsed tree; returns the range that it has in the
/// text with its comma or line, none if there is no such item behind the first one of a list.
fn remove_item(text: &str, node: &mut Node, span: &Range<usize>) -> Option<Range<usize>> {
    let start = node.span().start;
    let Value::List(items) = &mut node.value else {
        let Value::Map(entries) = &mut node.value else { return None };
        return entries.iter_mut().find_map(|(_, value)| remove_item(text, value, span));
    };
    let Some(at) = items.iter().position(|item| item.span() == *span) else {
        return items.iter_mut().find_map(|item| remove_item(text, item, span));
    };
    let before = items.get(at.checked_sub(1)?)?;
    let range = if text[start..].starts_with('[') {
        content_end(text, before)..content_end(text, &items[at])
    } else {
        line_start(text, span.start)..line_end(text, content_end(text, &items[at]))
    };
    let kept = items.iter().enumerate().filter(|(index, _)| *index != at);
    node.value = Value::List(kept.map(|(_, item)| item.clone()).collect());
    Some(range)
}
