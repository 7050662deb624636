//! Whatever stands in front matter is read as a tree, and as a record.

use casebook::record::node::{self, Node, Value};
use serde_json::json;

use crate::hub::read_case_study;

/// Takes any text for the front matter of a case study.
pub fn run(bytes: &[u8]) {
    let Ok(yaml) = std::str::from_utf8(bytes) else { return };
    if let Ok(tree) = node::read(yaml, 0) {
        within(&tree, yaml);
        let again = node::read(&json_of(&tree).to_string(), 0).expect("JSON is YAML");
        assert_eq!(json_of(&again), json_of(&tree));
    }
    read_case_study(&format!("---\n{yaml}\n---\n\nText.\n"));
}

/// Every node stands in the text.
fn within(node: &Node, yaml: &str) {
    assert!(yaml.get(node.span()).is_some(), "{node:?}");
    match &node.value {
        Value::Null | Value::Text(_) => {}
        Value::List(items) => items.iter().for_each(|item| within(item, yaml)),
        Value::Map(entries) => entries.iter().for_each(|(key, value)| {
            assert!(yaml.get(key.span()).is_some(), "{key:?}");
            within(value, yaml);
        }),
    }
}

/// The tree without places. Maps are lists of pairs, because a key may stand twice.
fn json_of(node: &Node) -> serde_json::Value {
    match &node.value {
        Value::Null => json!(null),
        Value::Text(text) => json!(text),
        Value::List(items) => items.iter().map(json_of).collect(),
        Value::Map(entries) => entries.iter().map(|(key, value)| json!([key.name, json_of(value)])).collect(),
    }
}
