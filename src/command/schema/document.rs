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

    /// The document as JSON with an indentation of two spaces, and a line feed at its end.
    pub fn to_json(&self) -> String {
        let mut text = serde_json::to_string_pretty(self).expect("texts and numbers become JSON");
        text.push('\n');
        text
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
