//! The file for translators as a table: a row for each text, with a column for its translation. Read
//! back as spreadsheets of any locale save it: commas, semicolons or tabs, line feeds in quotes.

use crate::command::translate::worksheet::{Problem, Sheet, SheetText, parse_text_name};

/// The columns, in the order in which they are written; they may be read in any other.
const COLUMNS: [&str; 7] = ["id", "path", "from", "to", "text", "original", "translation"];

/// What a spreadsheet takes for the start of a formula; an apostrophe before it makes it a text.
const FORMULA_STARTS: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];

/// The table with these sheets: byte-order mark, header, CRLF, all texts quoted.
pub fn write(sheets: &[Sheet]) -> String {
    let mut file = String::from("\u{feff}");
    push_row(&mut file, &COLUMNS);
    for sheet in sheets {
        for text in &sheet.texts {
            let [source, answer] = [&text.source, &text.answer].map(|text| guard(text));
            push_row(
                &mut file,
                &[&sheet.id, &sheet.path, &sheet.from, &sheet.to, &text.name, &source, &answer],
            );
        }
    }
    file
}

/// A text that no spreadsheet takes for a formula.
fn guard(text: &str) -> String {
    if text.starts_with(FORMULA_STARTS) { format!("'{text}") } else { text.to_owned() }
}

/// A text without the apostrophe that [`guard`] puts before it.
fn unguard(text: &str) -> &str {
    text.strip_prefix('\'').filter(|rest| rest.starts_with(FORMULA_STARTS)).unwrap_or(text)
}

/// Appends a row of quoted cells.
fn push_row(file: &mut String, cells: &[&str]) {
    let quoted: Vec<String> =
        cells.iter().map(|cell| format!("\"{}\"", cell.replace('"', "\"\""))).collect();
    *file += &quoted.join(",");
    *file += "\r\n";
}

/// Reads such a table back, without byte-order mark; what is not understood is added to `problems`.
pub fn read(file: &str, problems: &mut Vec<Problem>) -> Vec<Sheet> {
    let mut rows = parse(file, find_separator(file), problems).into_iter();
    let Some((_, header)) = rows.next() else { return Vec::new() };
    let header: Vec<String> = header.iter().map(|name| name.trim().to_lowercase()).collect();
    let mut places = [0; COLUMNS.len()];
    for (place, column) in places.iter_mut().zip(COLUMNS) {
        match header.iter().position(|name| name == column) {
            Some(found) => *place = found,
            None => problems.push(Problem::new(1, format!("the column `{column}` is missing"))),
        }
    }
    if !problems.is_empty() {
        return Vec::new();
    }
    let mut sheets: Vec<Sheet> = Vec::new();
    for (line, row) in rows {
        let cell = |place: usize| row.get(place).map_or("", |cell| cell.trim());
        let [id, path, from, to, name, source, answer] = places.map(cell);
        if row.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        if parse_text_name(name).is_none() {
            problems.push(Problem::new(line, format!("`{name}` is not the name of a text")));
            continue;
        }
        let is_same = |sheet: &Sheet| sheet.path == path && sheet.id == id && sheet.to == to;
        if !sheets.last().is_some_and(is_same) {
            let [id, path, from, to] = [id, path, from, to].map(str::to_owned);
            sheets.push(Sheet { id, path, from, to, texts: Vec::new(), line });
        }
        let (source, answer) = (unguard(source).to_owned(), unguard(answer).to_owned());
        let text = SheetText { name: name.to_owned(), source, answer, line };
        sheets.last_mut().expect("just put in").texts.push(text);
    }
    sheets
}

/// The separator of the cells: the one of comma, semicolon and tab that the header has most of.
fn find_separator(file: &str) -> char {
    let header = file.lines().next().unwrap_or("");
    let count = |separator: &char| header.matches(*separator).count();
    [',', ';', '\t'].into_iter().rev().max_by_key(count).unwrap_or(',')
}

/// The rows of a table, each with its one-based line. A quote that is never closed is a problem.
fn parse(file: &str, separator: char, problems: &mut Vec<Problem>) -> Vec<(usize, Vec<String>)> {
    let (mut rows, mut row, mut cell) = (Vec::new(), Vec::new(), String::new());
    let (mut line, mut row_line, mut quote_line) = (1, 1, None);
    let mut letters = file.chars().peekable();
    while let Some(letter) = letters.next() {
        line += usize::from(letter == '\n');
        match letter {
            '"' if quote_line.is_some() => {
                if letters.next_if_eq(&'"').is_some() {
                    cell.push('"');
                } else {
                    quote_line = None;
                }
            }
            '"' if cell.is_empty() => quote_line = Some(line),
            _ if quote_line.is_some() => cell.push(letter),
            '\r' if letters.peek() == Some(&'\n') => {}
            '\n' | '\r' => {
                row.push(std::mem::take(&mut cell));
                rows.push((row_line, std::mem::take(&mut row)));
                row_line = line;
            }
            _ if letter == separator => row.push(std::mem::take(&mut cell)),
            _ => cell.push(letter),
        }
    }
    if let Some(line) = quote_line {
        problems.push(Problem::new(line, "a quotation mark that is opened here is never closed"));
    }
    if !cell.is_empty() || !row.is_empty() {
        row.push(cell);
        rows.push((row_line, row));
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A sheet with two texts, one of which has everything that a table must quote.
    fn sheet() -> Sheet {
        let text = |name: &str, source: &str, answer: &str, line| SheetText {
            name: name.to_owned(),
            source: source.to_owned(),
            answer: answer.to_owned(),
            line,
        };
        Sheet {
            id: "jp/a".to_owned(),
            path: "content/case-studies/jp/a.md".to_owned(),
            from: "ja".to_owned(),
            to: "en".to_owned(),
            texts: vec![
                text("title", "=題; \"二\", 三", "-5 % in \"one\"; week,\nthen two", 2),
                text("fixed 1", "一", "", 4),
            ],
            line: 2,
        }
    }

    #[test]
    fn tables_are_read_as_spreadsheets_save_them() {
        let file = write(&[sheet()]);
        let plain = file.trim_start_matches('\u{feff}').to_owned();
        let semicolons = plain.replace("\",\"", "\";\"");
        let tabs = plain.replace("\",\"", "\"\t\"");
        for file in [plain.clone(), plain.replace("\r\n", "\n"), semicolons, tabs] {
            let mut problems = Vec::new();
            assert_eq!(read(&file, &mut problems), [sheet()], "{file}");
            assert!(problems.is_empty(), "{problems:?}");
        }
    }

    #[test]
    fn what_is_not_understood_is_said_with_its_line() {
        for (file, line) in [
            ("id,path\na,b\n", 1),
            ("id,path,from,to,text,original,translation\na,b,ja,en,subtitle,c,d\n", 2),
            ("id,path,from,to,text,original,translation\na,b,ja,en,title,c,\"d\n", 2),
        ] {
            let mut problems = Vec::new();
            read(file, &mut problems);
            assert_eq!(problems.first().map(|problem| problem.line), Some(line), "{file}");
        }
    }
}
