//! Values of records that the forms of Sveltia CMS cannot hold, and would lose when the record is
//! saved: shorter forms of maps, one map where a list belongs, numbers with underscores, and other
//! names of fields.

use crate::catalog::field::{Field, FieldKind, find_field};
use crate::command::schema::described_hub::DescribedHub;
use crate::record::front_matter::{SplitFile, split_file};
use crate::record::parse::identify_record;
use crate::record::yaml::{self, Key, Node, Value};
use crate::source::SourceFile;

/// One sentence for each value that the editor would lose or not show, with its place: path, line
/// and column. In the order of the files.
pub fn find_lost_values(hub: &DescribedHub) -> Vec<String> {
    hub.sources.files.iter().flat_map(find_in_file).collect()
}

/// The values of one file that the editor would lose or not show; none for a file that is no record
/// or cannot be read, which `check` reports.
fn find_in_file(file: &SourceFile) -> Vec<String> {
    let mut found = Vec::new();
    let Some((record_type, _)) = identify_record(&file.path) else { return found };
    let SplitFile::Parts { yaml, .. } = split_file(&file.text) else { return found };
    let Ok(front_matter) = yaml::parse(&file.text[yaml.clone()], yaml.start) else { return found };
    let Value::Map(entries) = &front_matter.value else { return found };
    for (key, node) in entries {
        if let Some(field) = find_field(record_type, &key.name) {
            find_in_field(file, field, key, node, &mut found);
        }
    }
    found
}

/// Adds the values of a field that the editor would lose or not show.
fn find_in_field(
    file: &SourceFile,
    field: &'static Field,
    key: &Key,
    node: &Node,
    found: &mut Vec<String>,
) {
    if node.is_empty() {
        return;
    }
    if &*key.name != field.name {
        let advice = format!("the editor does not show `{}`: write `{}`", key.name, field.name);
        found.push(at(file, key.span().start, &advice));
    }
    match (field.kind, &node.value) {
        (FieldKind::Map(_), Value::Text(_)) => report_short_form(file, field, node, found),
        (FieldKind::Maps(_), Value::Map(_)) => found.push(at(
            file,
            node.span().start,
            &format!("the editor would lose `{}`: write its map as an item of a list", field.name),
        )),
        (FieldKind::Maps(_), Value::Text(_)) => report_short_form(file, field, node, found),
        (FieldKind::Maps(_), Value::List(items)) => {
            for item in items.iter() {
                match &item.value {
                    Value::Text(_) => report_short_form(file, field, item, found),
                    Value::Map(entries) => find_in_entries(file, field, entries, found),
                    _ => {}
                }
            }
        }
        (FieldKind::Map(_), Value::Map(entries)) => find_in_entries(file, field, entries, found),
        (FieldKind::Number(_) | FieldKind::Count, Value::Text(text)) if text.contains('_') => {
            found.push(at(
                file,
                node.span().start,
                &format!("the editor would lose `{text}`: write `{}`", text.replace('_', "")),
            ));
        }
        _ => {}
    }
}

/// Adds the values of the entries of a map that the editor would lose or not show.
fn find_in_entries(
    file: &SourceFile,
    field: &'static Field,
    entries: &[(Key, Node)],
    found: &mut Vec<String>,
) {
    for (key, node) in entries {
        if let Some(entry) = field.entries().iter().find(|entry| entry.has_key(&key.name)) {
            find_in_field(file, entry, key, node, found);
        }
    }
}

/// Adds a value that stands in the place of a map.
fn report_short_form(file: &SourceFile, field: &Field, node: &Node, found: &mut Vec<String>) {
    // Anything else is reported by `check` as no map.
    let Some(entry) = field.short_form else { return };
    let advice = format!(
        "the editor would lose `{}` in `{}`: write `{{{}: {}}}`",
        node.to_flow(),
        field.name,
        entry.name,
        node.to_flow()
    );
    found.push(at(file, node.span().start, &advice));
}

/// A sentence with the place that it is about: path, line and column of a byte offset.
fn at(file: &SourceFile, offset: usize, sentence: &str) -> String {
    let before = &file.text[..offset];
    let line_start = before.rfind('\n').map_or(0, |end| end + 1);
    let line = before.matches('\n').count() + 1;
    let column = before[line_start..].chars().count() + 1;
    format!("{}:{line}:{column}: {sentence}", file.path)
}
