//! Writes a table as JSON: an array of objects, one on each line, with keys in the order of the
//! columns.

use serde::{Serialize, Serializer};

use crate::page::data::table::{DataCell, DataRow, ExportTable};

/// The bytes of a table as a JSON array of objects.
pub(super) fn write(table: &ExportTable, rows: &[DataRow]) -> Vec<u8> {
    let columns = table.columns();
    let names = || columns.iter().map(|field| field.name);
    let mut bytes = Vec::with_capacity(rows.len() * columns.len() * 20 + 4);
    bytes.push(b'[');
    for (index, row) in rows.iter().enumerate() {
        bytes.extend_from_slice(if index == 0 { b"\n" } else { b",\n" });
        serde_json::Serializer::new(&mut bytes)
            .collect_map(names().zip(row))
            .expect("cells become JSON");
    }
    bytes.extend_from_slice(if rows.is_empty() { b"]\n" } else { b"\n]\n" });
    bytes
}

impl Serialize for DataCell<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            DataCell::Empty => serializer.serialize_unit(),
            DataCell::Text(text) => serializer.serialize_str(text),
            DataCell::OwnedText(text) => serializer.serialize_str(text),
            DataCell::Number(number) => match whole_number(*number) {
                Some(number) => serializer.serialize_i64(number),
                None => serializer.serialize_f64(*number),
            },
            DataCell::Integer(number) => serializer.serialize_i64(*number),
            DataCell::Boolean(flag) => serializer.serialize_bool(*flag),
            DataCell::Object(fields) => fields.serialize(serializer),
            DataCell::TextList(texts) => texts.serialize(serializer),
        }
    }
}

/// The integer that equals a number, so that it is written as `12` rather than `12.0`; none for a
/// fraction, and from 10¹⁵ on.
fn whole_number(number: f64) -> Option<i64> {
    let whole = number as i64;
    (whole as f64 == number && number.abs() < 1e15).then_some(whole)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_without_empty_decimals() {
        let rows = [(12.0, "12"), (-0.0, "0"), (-3.25, "-3.25"), (1e300, "1e+300"), (0.1, "0.1")];
        for (number, wanted) in rows {
            assert_eq!(serde_json::to_string(&DataCell::Number(number)).unwrap(), wanted);
        }
    }
}
