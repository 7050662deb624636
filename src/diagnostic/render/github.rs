//! Diagnostics as workflow commands of GitHub Actions, which shows them as annotations.

use crate::diagnostic::render::{SourceTexts, escape_controls, with_positions};
use crate::diagnostic::{Diagnostic, Severity};

/// One workflow command on a line for each diagnostic; `folder` is the path from the root of the
/// repository to the hub, empty if the hub is that root.
pub fn render_github(diagnostics: &[Diagnostic], texts: &dyn SourceTexts, folder: &str) -> String {
    let mut text = String::new();
    for diagnostic in with_positions(diagnostics, texts) {
        let command = match diagnostic.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => "notice",
        };
        let path = escape_property(&super::sarif::repository_path(folder, &diagnostic.path));
        let hint = diagnostic.hint.map(|hint| format!("\n{hint}")).unwrap_or_default();
        let message = escape_data(&format!("{}{hint}", diagnostic.message));
        let place = format!(
            "line={},col={},endLine={},endColumn={}",
            diagnostic.line, diagnostic.column, diagnostic.end_line, diagnostic.end_column
        );
        text.push_str(&format!(
            "::{command} file={path},{place},title={}::{message}\n",
            escape_property(diagnostic.code)
        ));
    }
    text
}

/// Escapes the message of a workflow command.
fn escape_data(text: &str) -> String {
    escape_controls(text).replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// Escapes a property of a workflow command.
fn escape_property(text: &str) -> String {
    escape_data(text).replace(':', "%3A").replace(',', "%2C")
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
        let problem =
            Diagnostic::warning("short-title", place, "100% too short\nreally").hint("add words");
        let expected = "::warning file=hub/content/a%2Cb.md,line=1,col=8,endLine=1,endColumn=9,title=short-title::\
                        100%25 too short%0Areally%0Aadd words\n";
        assert_eq!(render_github(&[problem], &texts, "hub/"), expected);
    }

    #[test]
    fn a_name_cannot_begin_a_command() {
        let place = Place::file(&"content/a\n::error::b\u{1b}[2J.md".into());
        let line = render_github(
            &[Diagnostic::note("x", place, "`a\r\n::stop-commands::z\u{1b}`")],
            &BTreeMap::new(),
            "",
        );
        assert_eq!(line.lines().count(), 1);
        assert!(
            line.starts_with("::notice file=content/a%0A%3A%3Aerror%3A%3Ab\\u{1b}[2J.md,")
                && !line.contains('\u{1b}'),
            "{line}"
        );
    }
}
