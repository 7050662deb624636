//! Writes a table as JSON: an array of objects, one on each line, with keys in the order of the
//! columns.

use crate::page::data::table::{DataCell, DataRow, ExportTable};

/// Writes a table.
pub(super) fn write(table: &ExportTable, rows: &[DataRow]) -> Vec<u8> {
    let keys: Vec<String> = table
        .columns()
        .iter()
        .enumerate()
        .map(|(index, field)| format!("{}\"{}\":", if index == 0 { "{" } else { "," }, field.name))
        .collect();
    let mut bytes = Vec::with_capacity(rows.len() * keys.len() * 20 + 4);
    bytes.push(b'[');
    for (index, row) in rows.iter().enumerate() {
        bytes.extend_from_slice(if index == 0 { b"\n" } else { b",\n" });
        for (key, cell) in keys.iter().zip(row) {
            bytes.extend_from_slice(key.as_bytes());
            write_value(&mut bytes, cell);
        }
        bytes.push(b'}');
    }
    bytes.extend_from_slice(if rows.is_empty() { b"]\n" } else { b"\n]\n" });
    bytes
}

fn write_value(bytes: &mut Vec<u8>, cell: &DataCell) {
    match cell {
        DataCell::Empty => bytes.extend_from_slice(b"null"),
        DataCell::Text(text) => write_string(bytes, text),
        DataCell::OwnedText(text) => write_string(bytes, text),
        DataCell::Number(number) => bytes.extend_from_slice(number.to_string().as_bytes()),
        DataCell::Integer(number) => bytes.extend_from_slice(number.to_string().as_bytes()),
        DataCell::Boolean(flag) => bytes.extend_from_slice(if *flag { b"true" } else { b"false" }),
        DataCell::Json(json) => bytes.extend_from_slice(json.as_bytes()),
        DataCell::TextList(texts) => {
            for (index, text) in texts.iter().enumerate() {
                bytes.push(if index == 0 { b'[' } else { b',' });
                write_string(bytes, text);
            }
            bytes.extend_from_slice(if texts.is_empty() { b"[]" } else { b"]" });
        }
    }
}

/// Writes a JSON string.
pub(super) fn write_string(bytes: &mut Vec<u8>, text: &str) {
    serde_json::to_writer(bytes, text).expect("text can always be written to memory");
}
