//! A hub's own fields: what stands under `extra:`, and in lenient hubs under keys that nobody knows.

use serde::ser::{Serialize, SerializeMap, Serializer};

use crate::record::node::{Key, Node, Value};

/// One field with its value.
#[derive(Debug, Clone, PartialEq)]
pub struct FreeField {
    /// Its name as written.
    pub name: String,
    /// What it holds.
    pub value: FreeValue,
}

/// What a free field holds: nothing is known of its meaning, so it stays as written.
#[derive(Debug, Clone, PartialEq)]
pub enum FreeValue {
    /// Nothing.
    Nothing,
    /// True or false, without quotes.
    Flag(bool),
    /// A number of JSON, without quotes.
    Number(serde_json::Number),
    /// Any other scalar: texts, days, figures with their units.
    Text(String),
    /// Several values.
    List(Vec<FreeValue>),
    /// Values by name, in the order in which they are written.
    Map(Vec<FreeField>),
}

impl FreeField {
    /// The field that a key and its value are; `text` is the file they stand in.
    pub fn read(key: &Key, node: &Node, text: &str) -> FreeField {
        FreeField { name: key.name.to_string(), value: FreeValue::read(node, text) }
    }

    /// A label for people: `campaign_code` as "Campaign code", anything else as written.
    pub fn label(&self) -> String {
        let is_code = |letter: char| letter.is_lowercase() || letter.is_ascii_digit() || matches!(letter, '_' | '-');
        if !self.name.chars().all(is_code) {
            return self.name.clone();
        }
        let words = self.name.replace(['_', '-'], " ");
        let mut letters = words.trim().chars();
        letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
    }
}

impl FreeValue {
    fn read(node: &Node, text: &str) -> FreeValue {
        match &node.value {
            Value::Null => FreeValue::Nothing,
            Value::Text(value) => FreeValue::scalar(value, text.get(node.span()).is_some_and(|written| written == &**value)),
            Value::List(nodes) => FreeValue::List(nodes.iter().map(|node| FreeValue::read(node, text)).collect()),
            Value::Map(entries) => FreeValue::Map(entries.iter().map(|(key, node)| FreeField::read(key, node, text)).collect()),
        }
    }

    /// What is in quotes is text: a postcode is no number.
    fn scalar(value: &str, is_plain: bool) -> FreeValue {
        let figure = || value.parse::<serde_json::Number>().ok().filter(|number| number.to_string() == value);
        match value {
            "true" | "false" if is_plain => FreeValue::Flag(value == "true"),
            _ => figure().filter(|_| is_plain).map_or_else(|| FreeValue::Text(value.to_owned()), FreeValue::Number),
        }
    }

    /// The values that a reader sees, each in one text: lists taken apart, maps as `name: value`.
    pub fn shown(&self) -> Vec<String> {
        match self {
            FreeValue::List(values) => values.iter().flat_map(FreeValue::shown).collect(),
            FreeValue::Map(fields) => fields.iter().filter_map(FreeField::shown).collect(),
            one => one.text().into_iter().collect(),
        }
    }

    fn text(&self) -> Option<String> {
        match self {
            FreeValue::Flag(flag) => Some(flag.to_string()),
            FreeValue::Number(number) => Some(number.to_string()),
            FreeValue::Text(text) => Some(text.trim().to_owned()).filter(|text| !text.is_empty()),
            FreeValue::Nothing | FreeValue::List(_) | FreeValue::Map(_) => None,
        }
    }
}

impl FreeField {
    fn shown(&self) -> Option<String> {
        let shown = self.value.shown();
        (!shown.is_empty()).then(|| format!("{}: {}", self.name, shown.join(", ")))
    }
}

impl Serialize for FreeValue {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            FreeValue::Nothing => serializer.serialize_unit(),
            FreeValue::Flag(flag) => serializer.serialize_bool(*flag),
            FreeValue::Number(number) => number.serialize(serializer),
            FreeValue::Text(text) => serializer.serialize_str(text),
            FreeValue::List(values) => serializer.collect_seq(values),
            FreeValue::Map(fields) => map(fields, serializer),
        }
    }
}

/// Fields as one object, in the order in which they are written.
fn map<S: Serializer>(fields: &[FreeField], serializer: S) -> Result<S::Ok, S::Error> {
    let mut map = serializer.serialize_map(None)?;
    for (at, field) in fields.iter().enumerate() {
        // A name given twice was reported; objects have each name once.
        if fields[..at].iter().all(|earlier| earlier.name != field.name) {
            map.serialize_entry(&field.name, &field.value)?;
        }
    }
    map.end()
}

/// Fields as the text of a JSON object.
pub fn json(fields: &[FreeField]) -> String {
    let mut bytes = Vec::new();
    map(fields, &mut serde_json::Serializer::new(&mut bytes)).expect("texts and numbers become JSON");
    String::from_utf8(bytes).expect("JSON is UTF-8")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::node;

    fn fields(yaml: &str) -> Vec<FreeField> {
        let Value::Map(entries) = node::read(yaml, 0).unwrap().value else { panic!("a map") };
        entries.iter().map(|(key, node)| FreeField::read(key, node, yaml)).collect()
    }

    #[test]
    fn values_keep_their_types_and_their_spelling() {
        let yaml = "campaign_code: Q3-DE\nspots: 12\nshare: 4.20\nzip: '01067'\nhouse: '7'\nlive: true\nday: 2026-05-01\nmarket: NO\n\
                    teams: [CRM, 2, [a]]\nBudget (EUR): {media: 1200, notes: {by: Anna}}\nempty:\nbig: 123456789012345678901234567890\n";
        let json = json(&fields(yaml));
        assert_eq!(
            json,
            "{\"campaign_code\":\"Q3-DE\",\"spots\":12,\"share\":\"4.20\",\"zip\":\"01067\",\"house\":\"7\",\"live\":true,\"day\":\"2026-05-01\",\
             \"market\":\"NO\",\"teams\":[\"CRM\",2,[\"a\"]],\"Budget (EUR)\":{\"media\":1200,\"notes\":{\"by\":\"Anna\"}},\"empty\":null,\
             \"big\":\"123456789012345678901234567890\"}"
        );
    }

    #[test]
    fn people_read_labels_and_values() {
        let shown: Vec<(String, Vec<String>)> =
            fields("campaign_code: Q3\nCosts: {media: 1200, teams: [a, b], none: ~}\nteams: [CRM, Shop]\nempty:\n")
                .iter()
                .map(|field| (field.label(), field.value.shown()))
                .collect();
        let row = |label: &str, values: &[&str]| (label.to_owned(), values.iter().map(|value| (*value).to_owned()).collect());
        assert_eq!(
            shown,
            [row("Campaign code", &["Q3"]), row("Costs", &["media: 1200", "teams: a, b"]), row("Teams", &["CRM", "Shop"]), row("Empty", &[])]
        );
    }
}
