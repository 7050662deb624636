//! Values of front matter that are to be written.

use crate::record::front_matter::known_keys::KnownKeys;
use crate::record::front_matter::layout::is_block_scalar;
use crate::record::front_matter::scalar::{is_reserved_word, is_typed_literal};
use crate::record::yaml::{Key, Node, Value};

/// A value of front matter that is to be written: what it is, from which it follows how it is
/// written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FieldValue {
    /// No value, with the word for it: the empty text, `~` or `null`.
    Null(String),
    /// A number, date or truth value, written without quotes.
    Literal(String),
    /// A text, quoted where any YAML reader would take it for something else.
    Text(String),
    /// A list.
    List(Vec<FieldValue>),
    /// A map; keys are [`FieldValue::Literal`] or [`FieldValue::Text`].
    Map(Vec<(FieldValue, FieldValue)>),
}

impl FieldValue {
    /// Whether there is nothing to write, so that the field can be left out.
    pub fn is_empty(&self) -> bool {
        match self {
            FieldValue::Null(_) => true,
            FieldValue::Literal(text) | FieldValue::Text(text) => text.is_empty(),
            FieldValue::List(items) => items.is_empty(),
            FieldValue::Map(entries) => entries.is_empty(),
        }
    }

    /// The value of a parsed node. Numbers, dates and truth values are literals where the source
    /// has them without quotes, other than in fields of texts; `key` is the field that holds the
    /// node.
    pub(super) fn from_node(text: &str, key: &str, node: &Node, known_keys: &KnownKeys) -> Self {
        match &node.value {
            Value::Null => FieldValue::Null(text[node.span()].to_owned()),
            Value::Text(scalar) => {
                let span = node.span();
                if is_block_scalar(text, &span) {
                    return FieldValue::Text(scalar.to_string());
                }
                let source = &text[span];
                if known_keys.is_flag(key) && **scalar == *source && is_reserved_word(scalar) {
                    FieldValue::Literal(source.to_owned())
                } else if known_keys.is_text(key) {
                    FieldValue::Text(scalar.to_string())
                } else {
                    from_scalar(scalar, source)
                }
            }
            Value::List(items) => FieldValue::List(
                items
                    .iter()
                    .map(|item| FieldValue::from_node(text, key, item, known_keys))
                    .collect(),
            ),
            Value::Map(entries) => FieldValue::Map(
                entries
                    .iter()
                    .map(|(key, node)| {
                        (
                            from_key(text, key),
                            FieldValue::from_node(text, &key.name, node, known_keys),
                        )
                    })
                    .collect(),
            ),
        }
    }

    /// The node that the parser reads where the value was written, for checking an edited text;
    /// without spans.
    pub(super) fn to_node(&self) -> Node {
        let value = match self {
            FieldValue::Null(_) => Value::Null,
            FieldValue::Literal(text) | FieldValue::Text(text) => Value::Text(text.as_str().into()),
            FieldValue::List(items) => Value::List(items.iter().map(FieldValue::to_node).collect()),
            FieldValue::Map(entries) => Value::Map(
                entries
                    .iter()
                    .map(|(key, value)| (Key::new(key.scalar_text(), 0..0), value.to_node()))
                    .collect(),
            ),
        };
        Node::new(value, 0..0)
    }

    /// The text of a literal or text; empty for null, lists and maps.
    pub(super) fn scalar_text(&self) -> &str {
        match self {
            FieldValue::Literal(text) | FieldValue::Text(text) => text,
            _ => "",
        }
    }
}

/// The key of a parsed map as a value to write; `text` is the text of its file.
pub(super) fn from_key(text: &str, key: &Key) -> FieldValue {
    from_scalar(&key.name, &text[key.span()])
}

/// A literal if the scalar stands without quotes in `source` and some YAML reader takes it for a
/// number, date or truth value, else a text.
fn from_scalar(text: &str, source: &str) -> FieldValue {
    if text == source && is_typed_literal(text) {
        FieldValue::Literal(text.to_owned())
    } else {
        FieldValue::Text(text.to_owned())
    }
}

impl From<&str> for FieldValue {
    fn from(text: &str) -> Self {
        FieldValue::Text(text.to_owned())
    }
}

impl From<String> for FieldValue {
    fn from(text: String) -> Self {
        FieldValue::Text(text)
    }
}

impl From<jiff::civil::Date> for FieldValue {
    fn from(day: jiff::civil::Date) -> Self {
        FieldValue::Literal(day.to_string())
    }
}

impl<T: Into<FieldValue>> From<Option<T>> for FieldValue {
    fn from(value: Option<T>) -> Self {
        value.map_or(FieldValue::Null(String::new()), Into::into)
    }
}

impl<T: Into<FieldValue>> FromIterator<T> for FieldValue {
    fn from_iter<I: IntoIterator<Item = T>>(items: I) -> Self {
        FieldValue::List(items.into_iter().map(Into::into).collect())
    }
}
