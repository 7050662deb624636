//! What became of each text that is not in its record as it was, for people and as a table.

use std::collections::BTreeMap;

/// Largest number of different lines that are printed.
const MAX_LINES: usize = 40;
/// Largest number of places that a printed line names.
const MAX_PLACES: usize = 3;
/// What a spreadsheet takes for the start of a formula; an apostrophe before it makes it a text.
const FORMULA_STARTS: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];

/// How a line of the report is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Remark {
    /// Nothing was written for it.
    Refused,
    /// Something is for its author to mend.
    Problem,
    /// It stands under `extra`.
    Kept,
    /// It is written in another form.
    Read,
}

/// A line of the report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportLine {
    /// How it is counted.
    pub remark: Remark,
    /// Where the text stands in what is imported.
    pub place: String,
    /// The column, or the name of the value; empty for all of a record.
    pub column: String,
    /// The text as it stands there.
    pub text: String,
    /// What became of it, or what is missing.
    pub note: String,
}

/// What became of the texts of an import.
#[derive(Debug, Default)]
pub struct Report {
    /// The lines, in the order of what was read.
    pub lines: Vec<ReportLine>,
}

impl Report {
    /// Adds a line.
    pub fn add(&mut self, remark: Remark, place: &str, column: &str, text: &str, note: String) {
        let [place, column, text] = [place, column, text].map(str::to_owned);
        self.lines.push(ReportLine { remark, place, column, text, note });
    }

    /// The number of lines of a sort.
    pub fn count(&self, remark: Remark) -> usize {
        self.lines.iter().filter(|line| line.remark == remark).count()
    }

    /// The lines as text: those that are alike together, with the first places; what is only
    /// written in another form is left to the table.
    pub fn render(&self) -> String {
        let mut groups: BTreeMap<(Remark, &str, &str), Vec<&ReportLine>> = BTreeMap::new();
        for line in self.lines.iter().filter(|line| line.remark != Remark::Read) {
            groups.entry((line.remark, &line.column, &line.note)).or_default().push(line);
        }
        let mut text = String::new();
        for ((remark, column, note), lines) in groups.iter().take(MAX_LINES) {
            let word = match remark {
                Remark::Refused => "not imported",
                Remark::Problem => "to do",
                Remark::Kept => "kept under `extra`",
                Remark::Read => "read",
            };
            let mut places: Vec<&str> = lines.iter().map(|line| line.place.as_str()).collect();
            places.dedup();
            let more = places.len().saturating_sub(MAX_PLACES);
            let shown = places[..places.len() - more].join(", ");
            let more = if more > 0 { format!(" and {more} more") } else { String::new() };
            let column = if column.is_empty() { String::new() } else { format!(" `{column}`:") };
            text += &format!("{word}:{column} {note} ({shown}{more})\n");
        }
        if groups.len() > MAX_LINES {
            text +=
                &format!("and {} more; `--report FILE.csv` has all\n", groups.len() - MAX_LINES);
        }
        text
    }

    /// The lines as a table: byte-order mark, header, CRLF, all texts quoted, no formulas.
    pub fn render_csv(&self) -> String {
        let mut table = render_header();
        for line in &self.lines {
            let what = match line.remark {
                Remark::Refused => "not imported",
                Remark::Problem => "to do",
                Remark::Kept => "kept",
                Remark::Read => "read",
            };
            push_row(&mut table, &[what, &line.place, &line.column, &line.text, &line.note]);
        }
        table
    }
}

/// Whether the bytes of a file are the table of a report, with whatever lines.
pub fn is_report(bytes: &[u8]) -> bool {
    bytes.starts_with(render_header().as_bytes())
}

/// The byte-order mark and the header of the table.
fn render_header() -> String {
    let mut table = String::from("\u{feff}");
    push_row(&mut table, &["what", "place", "column", "text", "note"]);
    table
}

/// Appends a row of quoted cells, none of which a spreadsheet takes for a formula.
fn push_row(table: &mut String, cells: &[&str]) {
    let quoted: Vec<String> = cells
        .iter()
        .map(|cell| {
            let guard = if cell.starts_with(FORMULA_STARTS) { "'" } else { "" };
            format!("\"{guard}{}\"", cell.replace('"', "\"\""))
        })
        .collect();
    *table += &quoted.join(",");
    *table += "\r\n";
}
