//! A table as JSON: an array of objects, one in a line, keys in the order of the columns.

use crate::page::data::table::{Cell, Row, Table};

/// Writes a table.
pub(super) fn write(table: &Table, rows: &[Row]) -> Vec<u8> {
    let keys: Vec<String> =
        table.fields.iter().enumerate().map(|(at, field)| format!("{}\"{}\":", if at == 0 { "{" } else { "," }, field.name)).collect();
    let mut bytes = Vec::with_capacity(rows.len() * table.fields.len() * 20 + 4);
    bytes.push(b'[');
    for (at, row) in rows.iter().enumerate() {
        bytes.extend_from_slice(if at == 0 { b"\n" } else { b",\n" });
        for (key, cell) in keys.iter().zip(row) {
            bytes.extend_from_slice(key.as_bytes());
            value(&mut bytes, cell);
        }
        bytes.push(b'}');
    }
    bytes.extend_from_slice(if rows.is_empty() { b"]\n" } else { b"\n]\n" });
    bytes
}

fn value(bytes: &mut Vec<u8>, cell: &Cell) {
    match cell {
        Cell::Nothing => bytes.extend_from_slice(b"null"),
        Cell::Text(text) => string(bytes, text),
        Cell::Made(text) => string(bytes, text),
        Cell::Number(number) => bytes.extend_from_slice(number.to_string().as_bytes()),
        Cell::Integer(number) => bytes.extend_from_slice(number.to_string().as_bytes()),
        Cell::Flag(flag) => bytes.extend_from_slice(if *flag { b"true" } else { b"false" }),
        Cell::Json(json) => bytes.extend_from_slice(json.as_bytes()),
        Cell::Texts(texts) => {
            for (at, text) in texts.iter().enumerate() {
                bytes.push(if at == 0 { b'[' } else { b',' });
                string(bytes, text);
            }
            bytes.extend_from_slice(if texts.is_empty() { b"[]" } else { b"]" });
        }
    }
}

/// A JSON string.
pub(super) fn string(bytes: &mut Vec<u8>, text: &str) {
    serde_json::to_writer(bytes, text).expect("text can always be written to memory");
}
