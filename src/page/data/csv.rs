//! A table as CSV by RFC 4180: a header line, CRLF, quotes where needed; cells that a spreadsheet would run as a formula
//! are made plain text by a leading apostrophe.

use std::borrow::Cow;

use crate::page::data::table::{Cell, Row, Table};

/// What stands between the texts of one cell.
pub const SEPARATOR: &str = "|";

/// Writes a table.
pub(super) fn write(table: &Table, rows: &[Row]) -> Vec<u8> {
    let mut writer = ::csv::WriterBuilder::new().terminator(::csv::Terminator::CRLF).from_writer(Vec::new());
    let mut record = |fields: &mut dyn Iterator<Item = Cow<str>>| {
        fields.for_each(|field| writer.write_field(field.as_bytes()).expect("memory takes every field"));
        writer.write_record(None::<&[u8]>).expect("memory takes every line");
    };
    record(&mut table.fields.iter().map(|field| Cow::Borrowed(field.name)));
    rows.iter().for_each(|row| record(&mut row.iter().map(text)));
    writer.into_inner().expect("memory takes every line")
}

fn text<'a>(cell: &'a Cell) -> Cow<'a, str> {
    match cell {
        Cell::Nothing => Cow::Borrowed(""),
        Cell::Text(text) => defused(Cow::Borrowed(text)),
        Cell::Made(text) => defused(Cow::Borrowed(text)),
        Cell::Number(number) => Cow::Owned(number.to_string()),
        Cell::Integer(number) => Cow::Owned(number.to_string()),
        Cell::Flag(flag) => Cow::Borrowed(if *flag { "true" } else { "false" }),
        Cell::Texts(texts) => defused(Cow::Owned(texts.join(SEPARATOR))),
    }
}

/// Spreadsheets run a text that begins with one of these signs (some also their full-width forms, and what follows a tab
/// or a line end); numbers never come here, so a negative lift stays a number.
fn defused(text: Cow<str>) -> Cow<str> {
    let runs = |sign: char| matches!(sign, '=' | '+' | '-' | '@' | '\t' | '\r' | '\n' | '＝' | '＋' | '－' | '＠');
    if text.starts_with(runs) { Cow::Owned(format!("'{text}")) } else { text }
}
