//! A table: named and described fields, and rows of cells.

use jiff::civil::Date;

/// A published table.
#[derive(Debug)]
pub struct Table {
    /// Its file name without an end.
    pub name: &'static str,
    /// What one row is.
    pub about: &'static str,
    /// Its fields, in the order of the columns.
    pub fields: &'static [Field],
}

/// A column.
#[derive(Debug)]
pub struct Field {
    /// Its name.
    pub name: &'static str,
    /// What its cells are.
    pub form: Form,
    /// What it means.
    pub about: &'static str,
}

/// What the cells of a column are. Every cell may be empty: nothing in CSV, `null` in JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// Text.
    Text,
    /// A decimal number.
    Number,
    /// A whole number.
    Integer,
    /// True or false.
    Flag,
    /// A day: 2026-11-22.
    Day,
    /// Several texts: an array in JSON, joined with `|` in CSV.
    Texts,
    /// Values by name: an object in JSON, its text in CSV.
    Object,
}

/// A row: one cell for each field.
pub type Row<'a> = Vec<Cell<'a>>;

/// One cell.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell<'a> {
    /// Nothing is known.
    Nothing,
    /// Text of the hub.
    Text(&'a str),
    /// Text made here.
    Made(String),
    /// A decimal number, as written or rounded.
    Number(f64),
    /// A whole number.
    Integer(i64),
    /// True or false.
    Flag(bool),
    /// Several texts.
    Texts(Vec<&'a str>),
    /// A value as the text of JSON.
    Json(String),
}

/// A field of a table; keeps the tables readable.
pub const fn field(name: &'static str, form: Form, about: &'static str) -> Field {
    Field { name, form, about }
}

impl<'a> Cell<'a> {
    /// Text, where there is any.
    pub fn text(text: Option<&'a str>) -> Cell<'a> {
        text.map_or(Cell::Nothing, Cell::Text)
    }

    /// Something with a name, where there is any.
    pub fn word(word: Option<impl std::fmt::Display>) -> Cell<'a> {
        word.map_or(Cell::Nothing, |word| Cell::Made(word.to_string()))
    }

    /// A day, where there is one.
    pub fn day(day: Option<Date>) -> Cell<'a> {
        Cell::word(day)
    }

    /// A finite number, where there is one.
    pub fn number(number: Option<f64>) -> Cell<'a> {
        number.filter(|number| number.is_finite()).map_or(Cell::Nothing, Cell::Number)
    }

    /// A computed number, rounded to two decimals.
    pub fn rounded(number: Option<f64>) -> Cell<'a> {
        Cell::number(number.map(|number| (number * 100.0).round() / 100.0))
    }

    /// A count.
    pub fn count(count: usize) -> Cell<'a> {
        i64::try_from(count).map_or(Cell::Nothing, Cell::Integer)
    }
}
