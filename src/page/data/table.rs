//! The model of an exported table: described fields, and rows of cells.

use jiff::civil::Date;

use crate::backlog::Backlog;
use crate::catalog::Catalog;
use crate::catalog::extra_field::ExtraFields;
use crate::catalog::field::{Field, FieldKind, PlainFields, PlainValue, fields_of};
use crate::evidence::Evidence;
use crate::record::RecordType;
use crate::similar::Similar;
use crate::site::Site;

/// The definition of an exported table, without its rows.
#[derive(Debug)]
pub struct ExportTable {
    /// File name without extension.
    pub name: &'static str,
    /// What one row is, for the schema.
    pub description: &'static str,
    /// Fields in the order of the columns.
    pub fields: &'static [TableField],
    /// The type of record whose plain fields follow them; none for tables of anything else.
    pub plain_fields_of: Option<RecordType>,
}

impl ExportTable {
    /// All columns: the fields of the table, then the plain fields of its type of record.
    pub fn columns(&self) -> Vec<TableField> {
        let plain = self.plain_fields_of.into_iter().flat_map(plain_columns);
        self.fields.iter().copied().chain(plain.map(column)).collect()
    }
}

/// The plain fields of a type of record that have a column, in the order of the field table.
pub fn plain_columns(record_type: RecordType) -> impl Iterator<Item = &'static Field> {
    fields_of(record_type).filter(|field| field.is_plain && field.column_description().is_some())
}

/// A column of an exported table, as the schema describes it.
#[derive(Debug, Clone, Copy)]
pub struct TableField {
    /// Name of the field.
    pub name: &'static str,
    /// Type of the cells.
    pub field_type: FieldType,
    /// What the field means, for the schema.
    pub description: &'static str,
}

/// The type of the cells in a column. Every cell may be empty: no text in CSV, `null` in JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FieldType {
    /// Text.
    Text,
    /// A decimal number.
    Number,
    /// An integer.
    Integer,
    /// `true` or `false`.
    Boolean,
    /// A date in ISO 8601: `2026-11-22`.
    Date,
    /// A list of texts: an array in JSON, joined with `|` in CSV.
    TextList,
    /// A JSON object, written as text in CSV.
    Object,
}

/// A row of an exported table: one cell for each column.
pub type DataRow<'a> = Vec<DataCell<'a>>;

/// One cell of an exported table, in the type of its column or empty.
#[derive(Debug, Clone, PartialEq)]
pub enum DataCell<'a> {
    /// No value.
    Empty,
    /// Text borrowed from a record or the vocabulary.
    Text(&'a str),
    /// Text computed for the table.
    OwnedText(String),
    /// A decimal number.
    Number(f64),
    /// An integer.
    Integer(i64),
    /// `true` or `false`.
    Boolean(bool),
    /// A list of texts.
    TextList(Vec<&'a str>),
    /// The extra fields of a record.
    Object(ExtraFields<'a>),
}

/// Creates a column that is no front-matter field or is described differently from it; shorter than
/// the struct in the definitions of tables.
pub const fn field(
    name: &'static str,
    field_type: FieldType,
    description: &'static str,
) -> TableField {
    TableField { name, field_type, description }
}

/// The column of a front-matter field. It panics for a field that has none, which in the constant
/// definition of a table is an error at compile time.
pub const fn column(field: &Field) -> TableField {
    let Some(description) = field.column_description() else {
        panic!("the field has a column");
    };
    TableField { name: field.name, field_type: FieldType::of(field.kind), description }
}

impl FieldType {
    /// The type of the cells for a type of front-matter field; any single word, reference or
    /// address counts as text.
    const fn of(kind: FieldKind) -> FieldType {
        match kind {
            FieldKind::Date => FieldType::Date,
            FieldKind::Number(_) => FieldType::Number,
            FieldKind::Count | FieldKind::Duration => FieldType::Integer,
            FieldKind::Flag => FieldType::Boolean,
            FieldKind::Texts
            | FieldKind::Terms(_)
            | FieldKind::CaseStudies
            | FieldKind::Evidence => FieldType::TextList,
            FieldKind::Map(_)
            | FieldKind::Maps(_)
            | FieldKind::MapsByLanguage(_)
            | FieldKind::AnyMap => FieldType::Object,
            FieldKind::Text
            | FieldKind::Keyword { .. }
            | FieldKind::Language
            | FieldKind::Metric
            | FieldKind::CaseStudy
            | FieldKind::Idea
            | FieldKind::Image
            | FieldKind::WebAddress => FieldType::Text,
        }
    }
}

impl<'a> DataCell<'a> {
    /// The cell of a plain field, from the value that the record has for it; without a value an
    /// empty list or an empty cell.
    pub fn plain(plain: &'a PlainFields, field: &Field) -> DataCell<'a> {
        match plain.get(field) {
            Some(PlainValue::Text(text)) => DataCell::Text(text),
            Some(PlainValue::Texts(texts)) => {
                DataCell::TextList(texts.iter().map(String::as_str).collect())
            }
            Some(PlainValue::Keyword(word)) => DataCell::Text(word),
            Some(PlainValue::Date(day)) => DataCell::optional_date(Some(*day)),
            Some(PlainValue::Number(number)) => DataCell::finite_number(Some(*number)),
            None if matches!(field.kind, FieldKind::Texts) => DataCell::TextList(Vec::new()),
            None => DataCell::Empty,
        }
    }

    /// A text cell; an empty one for none.
    pub fn optional_text(text: Option<&'a str>) -> DataCell<'a> {
        text.map_or(DataCell::Empty, DataCell::Text)
    }

    /// A text cell with the value as it displays itself, such as a keyword; an empty one for none.
    pub fn optional_display(word: Option<impl std::fmt::Display>) -> DataCell<'a> {
        word.map_or(DataCell::Empty, |word| DataCell::OwnedText(word.to_string()))
    }

    /// A text cell with the date in ISO 8601; an empty one for none.
    pub fn optional_date(day: Option<Date>) -> DataCell<'a> {
        DataCell::optional_display(day)
    }

    /// A number cell; empty for none, infinite and not-a-number values.
    pub fn finite_number(number: Option<f64>) -> DataCell<'a> {
        number.filter(|number| number.is_finite()).map_or(DataCell::Empty, DataCell::Number)
    }

    /// A number rounded to two decimals; empty for none, infinite and not-a-number values.
    pub fn rounded_number(number: Option<f64>) -> DataCell<'a> {
        DataCell::finite_number(number.map(|number| (number * 100.0).round() / 100.0))
    }

    /// An integer cell with a count; empty where it exceeds `i64`.
    pub fn count(count: usize) -> DataCell<'a> {
        i64::try_from(count).map_or(DataCell::Empty, DataCell::Integer)
    }
}

/// The file formats of an exported table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum DataFormat {
    /// An array of objects, one on each line.
    Json,
    /// RFC 4180, UTF-8 with a byte-order mark, texts quoted, lists joined with `|`, formulas
    /// defused.
    Csv,
}

impl DataFormat {
    /// Both file formats of an exported table, JSON first.
    pub const ALL: [DataFormat; 2] = [DataFormat::Json, DataFormat::Csv];

    /// The file extension of the format, without a dot.
    pub fn extension(self) -> &'static str {
        match self {
            DataFormat::Json => "json",
            DataFormat::Csv => "csv",
        }
    }
}

/// The results of the earlier stages that the rows of tables are computed from.
pub(super) struct ExportInput<'a> {
    pub site: &'a Site,
    pub catalog: &'a Catalog,
    pub similar: &'a Similar,
    pub evidence: &'a Evidence,
    pub backlog: &'a Backlog,
}
