//! Extra fields: the fields below `extra:` and unknown keys of front matter, whose meaning is up to
//! the hub.

use serde::ser::{Serialize, SerializeMap, Serializer};

use crate::record::yaml::{Key, Node, Value};

/// One extra field with its value.
#[derive(Debug, Clone, PartialEq)]
pub struct ExtraField {
    /// The name as written.
    pub name: String,
    /// The value.
    pub value: ExtraValue,
}

/// The value of an extra field, in its written form, because its meaning is unknown.
#[derive(Debug, Clone, PartialEq)]
pub enum ExtraValue {
    /// Null.
    Null,
    /// A boolean, written without quotes.
    Bool(bool),
    /// A number in JSON notation, written without quotes.
    Number(serde_json::Number),
    /// Any other scalar, such as a text, a date or a number with a unit.
    Text(String),
    /// A list of values.
    List(Vec<ExtraValue>),
    /// A map of values by name, in written order.
    Map(Vec<ExtraField>),
}

impl ExtraField {
    /// The field of a key and its value; `text` is the text of their file.
    pub fn from_node(key: &Key, node: &Node, text: &str) -> ExtraField {
        ExtraField { name: key.name.to_string(), value: ExtraValue::from_node(node, text) }
    }

    /// The label to display: "Campaign code" for `campaign_code`; names with other characters than
    /// lower-case letters, digits, `_` and `-` stay as written.
    pub fn label(&self) -> String {
        let is_code = |letter: char| {
            letter.is_lowercase() || letter.is_ascii_digit() || matches!(letter, '_' | '-')
        };
        if !self.name.chars().all(is_code) {
            return self.name.clone();
        }
        let words = self.name.replace(['_', '-'], " ");
        let mut letters = words.trim().chars();
        letters
            .next()
            .map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
    }
}

impl ExtraValue {
    /// The value of a node; `text` is the text of its file, which shows whether a scalar has
    /// quotes.
    fn from_node(node: &Node, text: &str) -> ExtraValue {
        match &node.value {
            Value::Null => ExtraValue::Null,
            Value::Text(value) => ExtraValue::from_scalar(
                value,
                text.get(node.span()).is_some_and(|written| written == &**value),
            ),
            Value::List(nodes) => ExtraValue::List(
                nodes.iter().map(|node| ExtraValue::from_node(node, text)).collect(),
            ),
            Value::Map(entries) => ExtraValue::Map(
                entries.iter().map(|(key, node)| ExtraField::from_node(key, node, text)).collect(),
            ),
        }
    }

    /// The value of a scalar, which has no quotes if `is_plain`. Quoted scalars are text, so that
    /// postcodes such as '01067' keep their zeros.
    fn from_scalar(value: &str, is_plain: bool) -> ExtraValue {
        let parse_number = || {
            value.parse::<serde_json::Number>().ok().filter(|number| number.to_string() == value)
        };
        match value {
            "true" | "false" if is_plain => ExtraValue::Bool(value == "true"),
            _ => parse_number()
                .filter(|_| is_plain)
                .map_or_else(|| ExtraValue::Text(value.to_owned()), ExtraValue::Number),
        }
    }

    /// The texts to display: one for each item of a list, and `name: value` for each field of a
    /// map; none for null and blank texts.
    pub fn display_texts(&self) -> Vec<String> {
        match self {
            ExtraValue::List(values) => values.iter().flat_map(ExtraValue::display_texts).collect(),
            ExtraValue::Map(fields) => fields.iter().filter_map(ExtraField::display_text).collect(),
            scalar => scalar.scalar_text().into_iter().collect(),
        }
    }

    /// The text to display of a scalar; none for null, a blank text, a list and a map.
    fn scalar_text(&self) -> Option<String> {
        match self {
            ExtraValue::Bool(flag) => Some(flag.to_string()),
            ExtraValue::Number(number) => Some(number.to_string()),
            ExtraValue::Text(text) => Some(text.trim().to_owned()).filter(|text| !text.is_empty()),
            ExtraValue::Null | ExtraValue::List(_) | ExtraValue::Map(_) => None,
        }
    }
}

impl ExtraField {
    /// The field as `name: value`; none if its value has no text to display.
    fn display_text(&self) -> Option<String> {
        let texts = self.value.display_texts();
        (!texts.is_empty()).then(|| format!("{}: {}", self.name, texts.join(", ")))
    }
}

impl Serialize for ExtraValue {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            ExtraValue::Null => serializer.serialize_unit(),
            ExtraValue::Bool(flag) => serializer.serialize_bool(*flag),
            ExtraValue::Number(number) => number.serialize(serializer),
            ExtraValue::Text(text) => serializer.serialize_str(text),
            ExtraValue::List(values) => serializer.collect_seq(values),
            ExtraValue::Map(fields) => ExtraFields(fields).serialize(serializer),
        }
    }
}

/// Extra fields as one object, in written order.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ExtraFields<'a>(pub &'a [ExtraField]);

impl Serialize for ExtraFields<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let ExtraFields(fields) = self;
        let mut map = serializer.serialize_map(None)?;
        for (at, field) in fields.iter().enumerate() {
            // A repeated name has been reported; an object may have it only once.
            if fields[..at].iter().all(|earlier| earlier.name != field.name) {
                map.serialize_entry(&field.name, &field.value)?;
            }
        }
        map.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::yaml;

    fn fields(yaml: &str) -> Vec<ExtraField> {
        let Value::Map(entries) = yaml::parse(yaml, 0).unwrap().value else { panic!("a map") };
        entries.iter().map(|(key, node)| ExtraField::from_node(key, node, yaml)).collect()
    }

    #[test]
    fn values_keep_their_types_and_their_spelling() {
        let yaml = "campaign_code: Q3-DE\nspots: 12\nshare: 4.20\nzip: '01067'\nhouse: '7'\nlive: true\nday: 2026-05-01\nmarket: NO\n\
                    teams: [CRM, 2, [a]]\nBudget (EUR): {media: 1200, notes: {by: Anna}}\nempty:\nbig: 123456789012345678901234567890\n";
        let json = serde_json::to_string(&ExtraFields(&fields(yaml))).unwrap();
        assert_eq!(
            json,
            "{\"campaign_code\":\"Q3-DE\",\"spots\":12,\"share\":\"4.20\",\"zip\":\"01067\",\"house\":\"7\",\"live\":true,\"day\":\"2026-05-01\",\
             \"market\":\"NO\",\"teams\":[\"CRM\",2,[\"a\"]],\"Budget (EUR)\":{\"media\":1200,\"notes\":{\"by\":\"Anna\"}},\"empty\":null,\
             \"big\":\"123456789012345678901234567890\"}"
        );
    }

    #[test]
    fn labels_and_values_are_readable() {
        let shown: Vec<(String, Vec<String>)> =
            fields("campaign_code: Q3\nCosts: {media: 1200, teams: [a, b], none: ~}\nteams: [CRM, Shop]\nempty:\n")
                .iter()
                .map(|field| (field.label(), field.value.display_texts()))
                .collect();
        let row = |label: &str, values: &[&str]| {
            (label.to_owned(), values.iter().map(|value| (*value).to_owned()).collect())
        };
        assert_eq!(
            shown,
            [
                row("Campaign code", &["Q3"]),
                row("Costs", &["media: 1200", "teams: a, b"]),
                row("Teams", &["CRM", "Shop"]),
                row("Empty", &[])
            ]
        );
    }
}
