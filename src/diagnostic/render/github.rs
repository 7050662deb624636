//! Diagnostics as annotations in a GitHub workflow's log.

use crate::diagnostic::render::{Texts, entries, visible};
use crate::diagnostic::{Diagnostic, Severity};

/// One workflow command for each diagnostic; `folder` leads from the repository's root to the hub, empty when it is the same.
pub fn github(diagnostics: &[Diagnostic], texts: &dyn Texts, folder: &str) -> String {
    let mut text = String::new();
    for entry in entries(diagnostics, texts) {
        let command = match entry.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => "notice",
        };
        let path = property(&super::sarif::in_repository(folder, &entry.path));
        let hint = entry.hint.map(|hint| format!("\n{hint}")).unwrap_or_default();
        let message = data(&format!("{}{hint}", entry.message));
        let place = format!("line={},col={},endLine={},endColumn={}", entry.line, entry.column, entry.end_line, entry.end_column);
        text.push_str(&format!("::{command} file={path},{place},title={}::{message}\n", property(entry.code)));
    }
    text
}

fn data(text: &str) -> String {
    visible(text).replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Place;
    use std::collections::BTreeMap;

    #[test]
    fn an_annotation_is_one_line() {
        let texts = BTreeMap::from([("content/a,b.md", "title: x")]);
        let place = Place::new(&"content/a,b.md".into(), 7..8);
        let problem = Diagnostic::warning("short-title", place, "100% too short\nreally").hint("add words");
        let expected = "::warning file=hub/content/a%2Cb.md,line=1,col=8,endLine=1,endColumn=9,title=short-title::\
                        100%25 too short%0Areally%0Aadd words\n";
        assert_eq!(github(&[problem], &texts, "hub/"), expected);
    }

    #[test]
    fn a_name_cannot_begin_a_command() {
        let place = Place::file(&"content/a\n::error::b\u{1b}[2J.md".into());
        let line = github(&[Diagnostic::note("x", place, "`a\r\n::stop-commands::z\u{1b}`")], &BTreeMap::new(), "");
        assert_eq!(line.lines().count(), 1);
        assert!(line.starts_with("::notice file=content/a%0A%3A%3Aerror%3A%3Ab\\u{1b}[2J.md,") && !line.contains('\u{1b}'), "{line}");
    }
}
