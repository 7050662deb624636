//! Writes a table as CSV (RFC 4180) that spreadsheets of every locale open: byte-order mark, header
//! line, CRLF, all texts quoted and no numbers; an apostrophe turns a formula into text.

use crate::page::data::table::{DataCell, DataRow, ExportTable};
use crate::page::text::characters::to_publishable;

/// Separator of the texts of a list that is one cell.
pub const LIST_SEPARATOR: &str = "|";

/// UTF-8 byte-order mark; without it Excel decodes the file in a legacy encoding.
const BYTE_ORDER_MARK: &str = "\u{feff}";

/// The bytes of a table as CSV, with its header line.
pub(super) fn write(table: &ExportTable, rows: &[DataRow]) -> Vec<u8> {
    let columns = table.columns();
    let mut file = String::with_capacity((rows.len() + 1) * columns.len() * 20);
    file.push_str(BYTE_ORDER_MARK);
    write_line(&mut file, &columns, |file, field| write_quoted(file, field.name));
    rows.iter().for_each(|row| write_line(&mut file, row, write_cell));
    file.into_bytes()
}

/// Appends the cells, written by `write` and separated by commas, and ends the line with CRLF.
fn write_line<T>(file: &mut String, cells: &[T], write: impl Fn(&mut String, &T)) {
    for (index, cell) in cells.iter().enumerate() {
        if index > 0 {
            file.push(',');
        }
        write(file, cell);
    }
    file.push_str("\r\n");
}

/// Appends one cell: nothing for an empty one, texts in quotes, numbers and flags without.
fn write_cell(file: &mut String, cell: &DataCell) {
    match cell {
        DataCell::Empty => {}
        DataCell::Text(text) => write_quoted(file, text),
        DataCell::OwnedText(text) => write_quoted(file, text),
        DataCell::Number(number) => file.push_str(&number.to_string()),
        DataCell::Integer(number) => file.push_str(&number.to_string()),
        DataCell::Boolean(flag) => file.push_str(if *flag { "true" } else { "false" }),
        DataCell::Object(fields) => {
            write_quoted(file, &serde_json::to_string(fields).expect("extra fields become JSON"))
        }
        DataCell::TextList(texts) => write_quoted(file, &texts.join(LIST_SEPARATOR)),
    }
}

/// Appends a quoted text, in which an apostrophe stands before anything that a spreadsheet would
/// take for a formula. Numbers are not written here, so a negative lift stays a number.
fn write_quoted(file: &mut String, text: &str) {
    file.push('"');
    // Whether a spreadsheet may see the start of a cell here; it skips quotes and white space
    // before a formula.
    let mut at_cell_start = true;
    for letter in to_publishable(text).chars() {
        if at_cell_start && is_formula_start(letter) {
            file.push('\'');
        }
        at_cell_start = is_cell_separator(letter)
            || at_cell_start
                && (letter.is_whitespace()
                    || matches!(letter, '"' | '\'' | '\u{feff}' | '\u{200b}'));
        if letter == '"' {
            file.push('"');
        }
        file.push(letter);
    }
    file.push('"');
}

/// Whether a formula can begin with this character; full-width forms are included.
fn is_formula_start(letter: char) -> bool {
    matches!(letter, '=' | '+' | '-' | '@' | '\t' | '\r' | '＝' | '＋' | '－' | '＠')
}

/// Whether the character starts a new cell, even within quotes, in a spreadsheet that is set to
/// another separator.
fn is_cell_separator(letter: char) -> bool {
    matches!(letter, ';' | '\t' | '\r' | '\n')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn quote_text(text: &str) -> String {
        let mut file = String::new();
        write_quoted(&mut file, text);
        file
    }

    #[test]
    fn no_cell_begins_with_a_formula_whatever_the_separator() {
        let rows = [
            ("Übersicht", "\"Übersicht\""),
            ("say \"hi\"", "\"say \"\"hi\"\"\""),
            ("=1+1", "\"'=1+1\""),
            ("  =1", "\"  '=1\""),
            ("\"=1", "\"\"\"'=1\""),
            ("＝1", "\"'＝1\""),
            ("\t=1", "\"'\t'=1\""),
            ("over;=1+1;x", "\"over;'=1+1;x\""),
            ("one\r\n@two", "\"one\r\n'@two\""),
            ("a|=b", "\"a|=b\""),
            ("low-cost 3 + 4 = 7", "\"low-cost 3 + 4 = 7\""),
            ("a\0b", "\"ab\""),
        ];
        for (text, wanted) in rows {
            assert_eq!(quote_text(text), wanted);
        }
    }
}
