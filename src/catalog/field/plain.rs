//! Values of plain fields: those without rules of their own, which their description alone carries
//! from front matter to every output.

use jiff::civil::Date;

use crate::catalog::field::{Facet, Field};

/// The plain fields that a record states, in the order of the table.
#[derive(Debug, Clone, Default)]
pub struct PlainFields(Vec<(&'static Field, PlainValue)>);

/// The value of a plain field.
#[derive(Debug, Clone, PartialEq)]
pub enum PlainValue {
    /// One text.
    Text(String),
    /// At least one text.
    Texts(Vec<String>),
    /// A word of the field's closed list.
    Keyword(&'static str),
    /// A day.
    Date(Date),
    /// A decimal number.
    Number(f64),
}

impl PlainFields {
    /// Adds the value of a field.
    pub fn push(&mut self, field: &'static Field, value: PlainValue) {
        self.0.push((field, value));
    }

    /// The fields with their values.
    pub fn iter(&self) -> impl Iterator<Item = (&'static Field, &PlainValue)> {
        self.0.iter().map(|(field, value)| (*field, value))
    }

    /// The value of a field; none where the record does not state it.
    pub fn get(&self, field: &Field) -> Option<&PlainValue> {
        self.0.iter().find(|(other, _)| *other == field).map(|(_, value)| value)
    }

    /// The facets that fields name, each with the values of its field.
    pub fn facet_values(&self) -> impl Iterator<Item = (&'static Facet, Vec<&str>)> {
        self.iter().filter_map(|(field, value)| Some((field.facet?, value.words())))
    }

    /// The texts of a field of one text or a list of texts; empty where the record states none.
    pub fn texts(&self, field: &Field) -> &[String] {
        match self.get(field) {
            Some(PlainValue::Text(text)) => std::slice::from_ref(text),
            Some(PlainValue::Texts(texts)) => texts,
            _ => &[],
        }
    }
}

impl PlainValue {
    /// Its texts or its keyword; none for a day or a number.
    pub fn words(&self) -> Vec<&str> {
        match self {
            PlainValue::Text(text) => vec![text],
            PlainValue::Texts(texts) => texts.iter().map(String::as_str).collect(),
            PlainValue::Keyword(word) => vec![word],
            PlainValue::Date(_) | PlainValue::Number(_) => Vec::new(),
        }
    }
}
