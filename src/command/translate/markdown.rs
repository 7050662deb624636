//! The file for translators as Markdown: a heading for each record, below it one for each text, with
//! the text as a quotation and the translation behind it.

use crate::command::translate::worksheet::{Problem, Sheet, SheetText, parse_text_name};

/// Keys of the lines below the heading of a record.
const PATH: &str = "path";
/// Key of the line with the language of the record.
const FROM: &str = "from";
/// Key of the line with the language to translate into.
const TO: &str = "to";

/// The file with these sheets; `to` is the language that they are to be translated into.
pub fn write(sheets: &[Sheet], to: &str) -> String {
    let mut file = format!(
        "# Texts to translate into `{to}`\n\nWrite each translation on lines of its own below the \
         quoted text, and leave empty what you cannot translate. Keep the headings, and the lines \
         that begin with `-` or `>`, as they are. Then run `casebook translate --apply` with this \
         file.\n"
    );
    for sheet in sheets {
        file += &format!(
            "\n## {}\n\n- {PATH}: {}\n- {FROM}: {}\n- {TO}: {}\n",
            sheet.id, sheet.path, sheet.from, sheet.to
        );
        for text in &sheet.texts {
            file += &format!("\n### {}\n\n", text.name);
            for line in text.source.lines() {
                file += format!("> {line}").trim_end();
                file.push('\n');
            }
            if !text.answer.is_empty() {
                file += &format!("\n{}\n", escape(&text.answer));
            }
        }
    }
    file
}

/// An answer whose first character cannot be taken for a heading or a quotation.
fn escape(answer: &str) -> String {
    if answer.starts_with(['#', '>', '\\']) { format!("\\{answer}") } else { answer.to_owned() }
}

/// Whether a file is one of these rather than a table: its first line with text is a heading.
pub fn is_markdown(file: &str) -> bool {
    file.lines().find(|line| !line.trim().is_empty()).is_some_and(|line| line.starts_with('#'))
}

/// Reads such a file back; lines before the first record are left out. What is not understood is
/// added to `problems`.
pub fn read(file: &str, problems: &mut Vec<Problem>) -> Vec<Sheet> {
    let mut sheets: Vec<Sheet> = Vec::new();
    for (at, line) in file.lines().enumerate() {
        let (number, line) = (at + 1, line.trim());
        if let Some(id) = line.strip_prefix("## ") {
            sheets.push(Sheet { id: id.trim().to_owned(), line: number, ..Sheet::default() });
        } else if let Some(sheet) = sheets.last_mut() {
            read_line(sheet, line, number, problems);
        }
    }
    sheets
}

/// Reads a line of a sheet that is not the heading of the sheet.
fn read_line(sheet: &mut Sheet, line: &str, number: usize, problems: &mut Vec<Problem>) {
    if let Some(name) = line.strip_prefix("### ") {
        let name = name.trim().to_owned();
        if parse_text_name(&name).is_none() {
            problems.push(Problem::new(number, format!("`{name}` is not the name of a text")));
        }
        sheet.texts.push(SheetText { name, line: number, ..SheetText::default() });
        return;
    }
    if line.is_empty() {
        return;
    }
    let Some(text) = sheet.texts.last_mut() else {
        let pair = line.strip_prefix('-').and_then(|pair| pair.split_once(':'));
        let value = |value: &str| value.trim().trim_matches('`').to_owned();
        match pair.map(|(key, written)| (key.trim(), value(written))) {
            Some((PATH, path)) => sheet.path = path,
            Some((FROM, language)) => sheet.from = language,
            Some((TO, language)) => sheet.to = language,
            _ => problems.push(Problem::new(
                number,
                format!("`{line}` stands before the heading of the first text"),
            )),
        }
        return;
    };
    let (part, line) = match line.strip_prefix('>').filter(|_| text.answer.is_empty()) {
        Some(quoted) => (&mut text.source, quoted.trim()),
        None => (&mut text.answer, line.strip_prefix('\\').unwrap_or(line)),
    };
    if line.starts_with('#') && !part.is_empty() {
        problems.push(Problem::new(number, "a heading stands where a translation belongs"));
    }
    if !part.is_empty() {
        part.push(' ');
    }
    part.push_str(line);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_read_back_with_line_ends_of_any_system() {
        let text = |name: &str, source: &str, answer: &str| SheetText {
            name: name.to_owned(),
            source: source.to_owned(),
            answer: answer.to_owned(),
            line: 0,
        };
        let sheet = Sheet {
            id: "jp/a".to_owned(),
            path: "content/case-studies/jp/a.md".to_owned(),
            from: "ja".to_owned(),
            to: "en".to_owned(),
            texts: vec![
                text("title", "題", "# One"),
                text("fixed 2", "二", ""),
                text("summary", "a\nb", "Two"),
            ],
            line: 0,
        };
        let file = write(std::slice::from_ref(&sheet), "en");
        for file in [file.clone(), file.replace('\n', "\r\n")] {
            assert!(is_markdown(&file));
            let mut problems = Vec::new();
            let mut read = read(&file, &mut problems);
            assert!(problems.is_empty(), "{problems:?}");
            read[0].line = 0;
            read[0].texts.iter_mut().for_each(|text| text.line = 0);
            let mut wanted = sheet.clone();
            wanted.texts[2].source = "a b".to_owned();
            assert_eq!(read, [wanted]);
        }
    }

    #[test]
    fn what_is_not_understood_is_said_with_its_line() {
        let mut problems = Vec::new();
        read("# T\n\n## jp/a\n\nwords\n\n### subtitle\n", &mut problems);
        let lines: Vec<usize> = problems.iter().map(|problem| problem.line).collect();
        assert_eq!(lines, [5, 7]);
    }
}
