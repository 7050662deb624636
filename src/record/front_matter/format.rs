//! Brings the front matter of a file into canonical form and changes no value.

use crate::record::front_matter::known_keys::KnownKeys;
use crate::record::front_matter::layout::{Field, Layout, UnknownLayout};
use crate::record::front_matter::render::render_field;
use crate::record::front_matter::value::{FieldValue, from_key};
use crate::record::yaml::{Key, Node};

/// The text of a file with its front matter in canonical form; the body stays byte for byte.
///
/// Fields are put in the order of `known_keys`. Comments above a field go where the field goes. A value with comments between its lines keeps
/// its form.
///
/// # Errors
/// A message why the front matter must be left as it is.
pub fn format_file(text: &str, known_keys: &KnownKeys) -> Result<String, &'static str> {
    let layout = Layout::of(text).map_err(|UnknownLayout(reason)| reason)?;
    let mut order: Vec<usize> = (0..layout.fields.len()).collect();
    order.sort_by_key(|index| known_keys.rank(&layout.entries()[*index].0.name));
    let mut yaml = trim_lines(&text[layout.header.clone()]);
    for (place, index) in order.iter().enumerate() {
        let field = &layout.fields[*index];
        let lead = trim_lines(&text[field.lead.clone()]);
        // The first field may have been moved there, from below a blank line.
        yaml += if place == 0 { lead.trim_start_matches('\n') } else { &lead };
        yaml += &format_field(&layout, field, &layout.entries()[*index], known_keys);
    }
    yaml += trim_lines(&text[layout.tail.clone()]).trim_end_matches('\n');
    if !yaml.is_empty() && !yaml.ends_with('\n') {
        yaml.push('\n');
    }
    let yaml = yaml.replace('\n', layout.line_end());
    let formatted = format!("{}{yaml}{}", &text[..layout.yaml.start], &text[layout.yaml.end..]);
    let wanted = order.iter().map(|index| &layout.entries()[*index]);
    if has_fields(&formatted, wanted) {
        Ok(formatted)
    } else {
        Err("its values would not be read back as they are")
    }
}

/// The lines of a field in canonical form; as they are where they have comments that could not be
/// kept otherwise.
fn format_field(
    layout: &Layout<'_>,
    field: &Field,
    (key, node): &(Key, Node),
    known_keys: &KnownKeys,
) -> String {
    if !field.has_comments_on_key_line_only(layout.text) {
        return layout.text[field.key.start..field.end].replace("\r\n", "\n");
    }
    let value = FieldValue::from_node(layout.text, &key.name, node, known_keys);
    let rendered = render_field(&from_key(layout.text, key), &value);
    match field.key_comment(layout.text) {
        Some(comment) => add_comment(&rendered, comment),
        None => rendered,
    }
}

/// Adds a comment, with the white space before it, to the first line of a field.
pub(super) fn add_comment(field: &str, comment: &str) -> String {
    let (first, rest) = field.split_once('\n').unwrap_or((field, ""));
    format!("{first}{comment}\n{rest}")
}

/// Blank lines and comments without white space at their ends; every line ends with a line feed,
/// whatever it ended with.
fn trim_lines(lines: &str) -> String {
    lines.lines().map(|line| format!("{}\n", line.trim_end())).collect()
}

/// Whether the front matter of a file is read as exactly these fields with these values, in this
/// order; the proof that a changed text means what it should.
pub(super) fn has_fields<'n>(text: &str, wanted: impl Iterator<Item = &'n (Key, Node)>) -> bool {
    let Ok(layout) = Layout::of(text) else { return false };
    let (mut found, mut wanted) = (layout.entries().iter(), wanted);
    loop {
        match (found.next(), wanted.next()) {
            (None, None) => return true,
            (Some((key, node)), Some((other_key, other)))
                if key.name == other_key.name && node.is_same_value(other) => {}
            _ => return false,
        }
    }
}
