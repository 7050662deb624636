//! A table as CSV by RFC 4180, as spreadsheets of every country open it: a byte-order mark, a header line, CRLF, every text in quotes
//! and no number; what would be run as a formula is made plain text by an apostrophe.

use crate::page::characters::publishable;
use crate::page::data::table::{Cell, Row, Table};

/// What stands between the texts of one cell.
pub const SEPARATOR: &str = "|";

/// Without it Excel reads UTF-8 as the old encoding of the country.
const BYTE_ORDER_MARK: &str = "\u{feff}";

/// Writes a table.
pub(super) fn write(table: &Table, rows: &[Row]) -> Vec<u8> {
    let mut file = String::with_capacity((rows.len() + 1) * table.fields.len() * 20);
    file.push_str(BYTE_ORDER_MARK);
    line(&mut file, table.fields, |file, field| quote(file, field.name));
    rows.iter().for_each(|row| line(&mut file, row, cell));
    file.into_bytes()
}

fn line<T>(file: &mut String, cells: &[T], write: impl Fn(&mut String, &T)) {
    for (at, cell) in cells.iter().enumerate() {
        if at > 0 {
            file.push(',');
        }
        write(file, cell);
    }
    file.push_str("\r\n");
}

fn cell(file: &mut String, cell: &Cell) {
    match cell {
        Cell::Nothing => {}
        Cell::Text(text) => quote(file, text),
        Cell::Made(text) => quote(file, text),
        Cell::Number(number) => file.push_str(&number.to_string()),
        Cell::Integer(number) => file.push_str(&number.to_string()),
        Cell::Flag(flag) => file.push_str(if *flag { "true" } else { "false" }),
        Cell::Json(json) => quote(file, json),
        Cell::Texts(texts) => quote(file, &texts.join(SEPARATOR)),
    }
}

/// A text in quotes, without formulas; numbers never come here, so a negative lift stays a number.
fn quote(file: &mut String, text: &str) {
    file.push('"');
    // Whether a cell may begin here: quotes and blanks before a sign hide it from nobody.
    let mut begins = true;
    for letter in publishable(text).chars() {
        if begins && starts_formula(letter) {
            file.push('\'');
        }
        begins = parts_cells(letter) || begins && (letter.is_whitespace() || matches!(letter, '"' | '\'' | '\u{feff}' | '\u{200b}'));
        if letter == '"' {
            file.push('"');
        }
        file.push(letter);
    }
    file.push('"');
}

/// Signs with which a formula begins, also in their full-width forms.
fn starts_formula(letter: char) -> bool {
    matches!(letter, '=' | '+' | '-' | '@' | '\t' | '\r' | '＝' | '＋' | '－' | '＠')
}

/// Where a spreadsheet that expects another separator begins a new cell, quotes or not.
fn parts_cells(letter: char) -> bool {
    matches!(letter, ';' | '\t' | '\r' | '\n')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn quoted(text: &str) -> String {
        let mut file = String::new();
        quote(&mut file, text);
        file
    }

    #[test]
    fn no_cell_begins_with_a_formula_however_it_is_cut() {
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
            assert_eq!(quoted(text), wanted);
        }
    }
}
