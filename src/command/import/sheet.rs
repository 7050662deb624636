//! Reads a sheet: its encoding, its separator and its rows, all told rather than asked for.

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

use crate::error::{Error, Result};

/// A sheet as it was read.
#[derive(Debug, PartialEq, Eq)]
pub struct Sheet {
    /// Name of the encoding, for people.
    pub encoding: &'static str,
    /// What separates cells: a comma, a semicolon or a tab.
    pub separator: char,
    /// One header for each column, none of them empty and all different.
    pub headers: Vec<String>,
    /// The rows that have any text.
    pub rows: Vec<Row>,
}

/// A row of a sheet.
#[derive(Debug, PartialEq, Eq)]
pub struct Row {
    /// Line of the file on which it begins, from 1 on.
    pub line: u64,
    /// The cells without white space at their ends, at least one for each header; those beyond have
    /// no header.
    pub cells: Vec<String>,
    /// Number of cells in the file.
    pub length: usize,
}

/// Reads the bytes of a sheet; `separator` is that of the cells, if it is known.
///
/// # Errors
/// The text cannot be decoded, or there is no row of headers.
pub fn read_sheet(bytes: &[u8], separator: Option<char>) -> Result<Sheet> {
    let (encoding, text) = decode(bytes)?;
    // A first line by which Excel knows the separator.
    let first_line = text.lines().next().unwrap_or("").trim();
    let told = first_line
        .strip_prefix("sep=")
        .and_then(|rest| rest.chars().next().or(Some('\t')))
        .filter(char::is_ascii);
    let (body, skipped) = match told {
        Some(_) => (text.split_once('\n').map_or("", |(_, body)| body), 1),
        None => (text.as_str(), 0),
    };
    let separator = separator.or(told).unwrap_or_else(|| guess_separator(body));
    if let Some(line) = find_open_quote(body, separator) {
        // All rows below would be one cell.
        return Err(Error::new(format!(
            "the quotation mark that opens a cell on line {} is never closed",
            line + skipped
        ))
        .with_hint("close it, or write it twice within quotation marks: `\"5\"\" screens\"`"));
    }
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(separator as u8)
        .has_headers(false)
        .flexible(true)
        .from_reader(body.as_bytes());
    let mut rows = Vec::new();
    let mut headers: Option<Vec<String>> = None;
    for record in reader.records() {
        let record = record
            .map_err(|cause| Error::because("the sheet cannot be read", cause.to_string()))?;
        let cells: Vec<String> = record.iter().map(|cell| cell.trim().to_owned()).collect();
        if cells.iter().all(String::is_empty) {
            continue;
        }
        let line = record.position().map_or(1, |position| {
            // The reader's position is before the blank lines that it skips.
            let rest = body.get(position.byte() as usize..).unwrap_or("");
            let blank = rest.bytes().take_while(|byte| matches!(byte, b'\n' | b'\r'));
            position.line() + blank.filter(|byte| *byte == b'\n').count() as u64 + skipped
        });
        match &headers {
            None => headers = Some(name_columns(&cells)),
            Some(headers) => {
                let length = cells.len();
                let mut cells = cells;
                cells.resize(length.max(headers.len()), String::new());
                rows.push(Row { line, cells, length });
            }
        }
    }
    let headers = headers.ok_or_else(|| {
        Error::new("the sheet is empty").with_hint("its first row names the columns")
    })?;
    Ok(Sheet { encoding, separator, headers, rows })
}

/// The name of the encoding and the text of some bytes: UTF-8 or UTF-16 by their mark, else UTF-8
/// where they are, else Windows-1252, in which older spreadsheets save.
///
/// # Errors
/// The bytes are not in the encoding of their mark, or hold zeros.
fn decode(bytes: &[u8]) -> Result<(&'static str, String)> {
    let decode_as = |encoding: &'static Encoding, bytes: &[u8]| {
        encoding.decode_without_bom_handling_and_without_replacement(bytes).map(String::from)
    };
    let (name, text) = match Encoding::for_bom(bytes) {
        Some((encoding, length)) => {
            let name = if encoding == UTF_8 {
                "UTF-8 with a byte-order mark"
            } else if encoding == UTF_16LE {
                "UTF-16 (little-endian)"
            } else {
                debug_assert_eq!(encoding, UTF_16BE);
                "UTF-16 (big-endian)"
            };
            (name, decode_as(encoding, &bytes[length..]))
        }
        None => match std::str::from_utf8(bytes) {
            Ok(text) => ("UTF-8", Some(text.to_owned())),
            Err(_) => ("Windows-1252", decode_as(WINDOWS_1252, bytes)),
        },
    };
    let hint = "save it in the spreadsheet as `CSV UTF-8`";
    match text {
        None => Err(Error::new(format!("the sheet is not text in {name}")).with_hint(hint)),
        Some(text) => match text.find('\0') {
            None => Ok((name, text)),
            Some(at) => {
                let line = text[..at].matches('\n').count() + 1;
                let message = format!("the sheet holds a byte 0 on line {line}, so it is no text");
                Err(Error::new(message).with_hint(hint))
            }
        },
    }
}

/// The line, from 1 on, of a quotation mark that opens a cell and is never closed; none where all are.
fn find_open_quote(text: &str, separator: char) -> Option<u64> {
    let (mut line, mut opened, mut is_cell_start) = (1, None, true);
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        match (letter, opened) {
            // Twice it is a mark within the cell.
            ('"', Some(_)) if letters.next_if_eq(&'"').is_none() => opened = None,
            ('"', None) if is_cell_start => opened = Some(line),
            _ => {}
        }
        is_cell_start = opened.is_none() && (letter == separator || matches!(letter, '\n' | '\r'));
        line += u64::from(letter == '\n');
    }
    opened
}

/// The separator of which the first row has most, quoted texts left out; a comma where it has none.
fn guess_separator(text: &str) -> char {
    let (mut counts, mut is_quoted) = ([0; 3], false);
    const SEPARATORS: [char; 3] = [',', ';', '\t'];
    for letter in text.trim_start().chars() {
        match letter {
            '"' => is_quoted = !is_quoted,
            '\n' | '\r' if !is_quoted => break,
            _ if is_quoted => {}
            _ => {
                if let Some(at) = SEPARATORS.iter().position(|separator| *separator == letter) {
                    counts[at] += 1;
                }
            }
        }
    }
    let best = (0..3).rev().max_by_key(|at| counts[*at]).unwrap_or(0);
    if counts[best] == 0 { ',' } else { SEPARATORS[best] }
}

/// The names of columns: the headers, with a number where there is none or it is there already.
fn name_columns(headers: &[String]) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for (at, header) in headers.iter().enumerate() {
        let base = match header.split_whitespace().collect::<Vec<_>>().join(" ") {
            empty if empty.is_empty() => format!("Column {}", at + 1),
            header => header,
        };
        let mut name = base.clone();
        let mut number = 2;
        while names.contains(&name) {
            name = format!("{base} {number}");
            number += 1;
        }
        names.push(name);
    }
    names
}

/// The name of the column at a place, from 0 on, which may be beyond the last header.
pub fn column_name(headers: &[String], at: usize) -> String {
    headers.get(at).cloned().unwrap_or_else(|| {
        let base = format!("Column {}", at + 1);
        if headers.contains(&base) { format!("{base} without header") } else { base }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8]) -> Sheet {
        read_sheet(bytes, None).unwrap()
    }

    #[test]
    fn encodings_and_separators_are_told() {
        let text = "Prüfung;Ergebnis\nÄ;1,5\n";
        let utf_16: Vec<u8> = [0xff, 0xfe]
            .into_iter()
            .chain(text.encode_utf16().flat_map(u16::to_le_bytes))
            .collect();
        let utf_16_be: Vec<u8> = [0xfe, 0xff]
            .into_iter()
            .chain(text.encode_utf16().flat_map(u16::to_be_bytes))
            .collect();
        let (windows, _, _) = WINDOWS_1252.encode(text);
        let with_mark = format!("\u{feff}{text}");
        for (bytes, encoding) in [
            (text.as_bytes(), "UTF-8"),
            (with_mark.as_bytes(), "UTF-8 with a byte-order mark"),
            (&utf_16, "UTF-16 (little-endian)"),
            (&utf_16_be, "UTF-16 (big-endian)"),
            (&windows, "Windows-1252"),
        ] {
            let sheet = read(bytes);
            assert_eq!((sheet.encoding, sheet.separator), (encoding, ';'));
            assert_eq!(sheet.headers, ["Prüfung", "Ergebnis"]);
            assert_eq!(sheet.rows[0].cells, ["Ä", "1,5"]);
        }
        let zero = read_sheet(b"a\nb\0", None).unwrap_err();
        assert!(zero.to_string().contains("a byte 0 on line 2"), "{zero}");
        read_sheet(b"\n \n", None).unwrap_err();
        assert_eq!(read("sep=;\na;b,c,d\n1;2".as_bytes()).rows[0].line, 3);
    }

    #[test]
    fn a_quotation_mark_that_is_never_closed_is_said() {
        for (text, line) in
            [("A,B\n1,\"2\n3,4\n", 2), ("sep=;\nA;B\n\"1\n\n\"\"x", 3), ("A,B\n\"1\"\"\"\"\n2", 2)]
        {
            let error = read_sheet(text.as_bytes(), None).unwrap_err().to_string();
            assert!(error.contains(&format!("on line {line} is never closed")), "{text}: {error}");
        }
        for text in ["A\n5\" screen\n", "A\n\"5\"\" screen\"\n", "A;B\n\"\";\"\"\"\"\n"] {
            read_sheet(text.as_bytes(), None).unwrap();
        }
    }

    #[test]
    fn quoted_line_feeds_and_uneven_rows_stay() {
        let sheet = read("A,A,\n\"1\n2\",x\n\n,,,y\n".as_bytes());
        assert_eq!(sheet.headers, ["A", "A 2", "Column 3"]);
        assert_eq!(
            sheet.rows[0],
            Row { line: 2, cells: vec!["1\n2".into(), "x".into(), "".into()], length: 2 }
        );
        assert_eq!((sheet.rows[1].line, sheet.rows[1].length), (5, 4));
        assert_eq!(column_name(&sheet.headers, 3), "Column 4");
    }
}
