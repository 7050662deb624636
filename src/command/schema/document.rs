//! A value of a written JSON or YAML file, whose maps keep the order in which they were made.

use serde::ser::{Serialize, SerializeMap, SerializeSeq, Serializer};

/// A value of a written file.
#[derive(Debug, Clone, PartialEq)]
pub enum Document {
    /// An empty value.
    Null,
    /// `true` or `false`.
    Flag(bool),
    /// A whole number.
    Number(i64),
    /// A text.
    Text(String),
    /// A list.
    List(Vec<Document>),
    /// A map with its keys in the order in which they are written.
    Map(Vec<(String, Document)>),
}

impl Document {
    /// A map of these keys and values, in this order.
    pub fn map<const N: usize>(entries: [(&str, Document); N]) -> Document {
        Document::Map(entries.into_iter().map(|(key, value)| (key.to_owned(), value)).collect())
    }

    /// A list of values.
    pub fn list<D: Into<Document>>(values: impl IntoIterator<Item = D>) -> Document {
        Document::List(values.into_iter().map(Into::into).collect())
    }

    /// The map with one more key behind the others.
    ///
    /// # Panics
    /// When the value is no map.
    #[must_use]
    pub fn with(mut self, key: &str, value: impl Into<Document>) -> Document {
        match &mut self {
            Document::Map(entries) => entries.push((key.to_owned(), value.into())),
            _ => panic!("only a map has keys"),
        }
        self
    }

    /// The map with one more key behind the others, where there is a value for it.
    ///
    /// # Panics
    /// When the value is no map.
    #[must_use]
    pub fn with_some(self, key: &str, value: Option<impl Into<Document>>) -> Document {
        match value {
            Some(value) => self.with(key, value),
            None => self,
        }
    }

    /// The document as JSON with an indentation of two spaces, and a line feed at its end. Lists and
    /// maps of texts and numbers alone have one line.
    pub fn to_json(&self) -> String {
        let mut text = String::new();
        self.push_json(0, &mut text);
        text.push('\n');
        text
    }

    /// Appends the document as JSON, whose first line is already indented by `depth` steps.
    fn push_json(&self, depth: usize, text: &mut String) {
        let line = serde_json::to_string(self).expect("texts and numbers become JSON");
        let parts: Vec<(Option<&str>, &Document)> = match self {
            Document::List(values) => values.iter().map(|value| (None, value)).collect(),
            Document::Map(entries) => {
                entries.iter().map(|(key, value)| (Some(key.as_str()), value)).collect()
            }
            _ => Vec::new(),
        };
        if parts.iter().all(|(_, value)| !matches!(value, Document::List(_) | Document::Map(_))) {
            text.push_str(&line);
            return;
        }
        text.push_str(&line[..1]);
        for (at, (key, value)) in parts.into_iter().enumerate() {
            text.push_str(if at == 0 { "\n" } else { ",\n" });
            text.push_str(&"  ".repeat(depth + 1));
            if let Some(key) = key {
                text.push_str(&serde_json::to_string(key).expect("a text becomes JSON"));
                text.push_str(": ");
            }
            value.push_json(depth + 1, text);
        }
        text.push('\n');
        text.push_str(&"  ".repeat(depth));
        text.push_str(&line[line.len() - 1..]);
    }
}

impl From<bool> for Document {
    fn from(flag: bool) -> Self {
        Document::Flag(flag)
    }
}

impl From<i64> for Document {
    fn from(number: i64) -> Self {
        Document::Number(number)
    }
}

impl From<&str> for Document {
    fn from(text: &str) -> Self {
        Document::Text(text.to_owned())
    }
}

impl From<String> for Document {
    fn from(text: String) -> Self {
        Document::Text(text)
    }
}

impl From<Vec<Document>> for Document {
    fn from(values: Vec<Document>) -> Self {
        Document::List(values)
    }
}

impl Serialize for Document {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Document::Null => serializer.serialize_unit(),
            Document::Flag(flag) => serializer.serialize_bool(*flag),
            Document::Number(number) => serializer.serialize_i64(*number),
            Document::Text(text) => serializer.serialize_str(text),
            Document::List(values) => {
                let mut list = serializer.serialize_seq(Some(values.len()))?;
                values.iter().try_for_each(|value| list.serialize_element(value))?;
                list.end()
            }
            Document::Map(entries) => {
                let mut map = serializer.serialize_map(Some(entries.len()))?;
                entries.iter().try_for_each(|(key, value)| map.serialize_entry(key, value))?;
                map.end()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_maps_have_one_line_and_all_is_json() {
        let document = Document::map([
            ("b", Document::list(["x\"y", "z"])),
            ("a", Document::List(vec![Document::map([("n", 1.into()), ("f", true.into())])])),
            ("e", Document::Map(Vec::new())),
        ])
        .with("null", Document::Null);
        let text = document.to_json();
        assert_eq!(
            text,
            "{\n  \"b\": [\"x\\\"y\",\"z\"],\n  \"a\": [\n    {\"n\":1,\"f\":true}\n  ],\n  \
             \"e\": {},\n  \"null\": null\n}\n"
        );
        let value: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(value, serde_json::to_value(&document).unwrap());
    }
}
