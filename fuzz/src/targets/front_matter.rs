//! Any front matter is parsed as YAML, brought into canonical form and read as a record.

use casebook::catalog::field;
use casebook::record::front_matter::format_file;
use casebook::record::yaml::{self, Node, Value};
use serde_json::json;

use crate::hub::read_case_study;

/// Uses the input as the front matter of a case study.
pub fn run(bytes: &[u8]) {
    let Ok(yaml) = std::str::from_utf8(bytes) else { return };
    if let Ok(tree) = yaml::parse(yaml, 0) {
        assert_spans_are_valid(&tree, yaml);
        let reparsed = yaml::parse(&to_json(&tree).to_string(), 0).expect("JSON is YAML");
        assert_eq!(to_json(&reparsed), to_json(&tree));
    }
    let file = format!("---\n{yaml}\n---\n\nText.\n");
    if let Ok(formatted) = format_file(&file, field::known_keys()) {
        assert_eq!(
            format_file(&formatted, field::known_keys()).as_deref(),
            Ok(formatted.as_str()),
            "{file}"
        );
    }
    read_case_study(&file);
}

/// Panics unless the span of every node is valid in the text.
fn assert_spans_are_valid(node: &Node, yaml: &str) {
    assert!(yaml.get(node.span()).is_some(), "{node:?}");
    match &node.value {
        Value::Null | Value::Text(_) => {}
        Value::List(items) => items.iter().for_each(|item| assert_spans_are_valid(item, yaml)),
        Value::Map(entries) => entries.iter().for_each(|(key, value)| {
            assert!(yaml.get(key.span()).is_some(), "{key:?}");
            assert_spans_are_valid(value, yaml);
        }),
    }
}

/// The tree as JSON without spans. Maps are lists of pairs, because keys may be duplicate.
fn to_json(node: &Node) -> serde_json::Value {
    match &node.value {
        Value::Null => json!(null),
        Value::Text(text) => json!(text),
        Value::List(items) => items.iter().map(to_json).collect(),
        Value::Map(entries) => {
            entries.iter().map(|(key, value)| json!([key.name, to_json(value)])).collect()
        }
    }
}
