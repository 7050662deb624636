//! Diagnostics as a JUnit report, which most systems of continuous integration show.

use std::collections::{BTreeMap, BTreeSet};

use crate::diagnostic::render::{PositionedDiagnostic, SourceTexts, with_positions};
use crate::diagnostic::{Diagnostic, Severity};

/// A report with one suite and a case for each of the files at `paths` and each file with a
/// problem. Errors make a case fail; warnings and notes are its output. `folder` is the path from
/// the root of the repository to the hub, empty if they are the same.
pub fn render_junit<'p>(
    diagnostics: &[Diagnostic],
    texts: &dyn SourceTexts,
    paths: impl IntoIterator<Item = &'p str>,
    folder: &str,
) -> String {
    let positioned = with_positions(diagnostics, texts);
    let mut cases: BTreeMap<&str, Vec<&PositionedDiagnostic>> =
        paths.into_iter().map(|path| (path, Vec::new())).collect();
    for diagnostic in &positioned {
        cases.entry(&diagnostic.path).or_default().push(diagnostic);
    }
    let failed: BTreeSet<&str> = positioned
        .iter()
        .filter(|diagnostic| diagnostic.severity == Severity::Error)
        .map(|diagnostic| &*diagnostic.path)
        .collect();
    let counts = format!("tests=\"{}\" failures=\"{}\" errors=\"0\"", cases.len(), failed.len());
    let mut report = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites {counts}>\n<testsuite name=\"casebook check\" {counts} skipped=\"0\" time=\"0\">\n"
    );
    for (path, found) in &cases {
        report.push_str(&render_case(&super::sarif::repository_path(folder, path), found));
    }
    report.push_str("</testsuite>\n</testsuites>\n");
    report
}

/// The case of one file with its problems.
fn render_case(path: &str, found: &[&PositionedDiagnostic]) -> String {
    let name = escape(path);
    let start = format!(
        "<testcase classname=\"casebook.check\" name=\"{name}\" file=\"{name}\" time=\"0\""
    );
    if found.is_empty() {
        return format!("{start}/>\n");
    }
    let (errors, others): (Vec<&PositionedDiagnostic>, Vec<&PositionedDiagnostic>) =
        found.iter().copied().partition(|diagnostic| diagnostic.severity == Severity::Error);
    let lines = |found: &[&PositionedDiagnostic]| -> String {
        found.iter().map(|diagnostic| format_line(path, diagnostic)).collect()
    };
    let mut case = format!("{start}>\n");
    // Many readers take the first failure of a case only, so all errors are in one.
    if let Some(first) = errors.first() {
        let message = match errors.len() - 1 {
            0 => first.message.clone(),
            others => format!("{} (and {others} more)", first.message),
        };
        case.push_str(&format!(
            "<failure type=\"{}\" message=\"{}\">{}</failure>\n",
            escape(first.code),
            escape(&message),
            escape(&lines(&errors))
        ));
    }
    if !others.is_empty() {
        case.push_str(&format!("<system-out>{}</system-out>\n", escape(&lines(&others))));
    }
    case.push_str("</testcase>\n");
    case
}

/// A problem as `path:line:column: error[code]: message (hint)` with a line end.
fn format_line(path: &str, diagnostic: &PositionedDiagnostic) -> String {
    let word = match diagnostic.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "note",
    };
    let hint = diagnostic.hint.as_ref().map(|hint| format!(" ({hint})")).unwrap_or_default();
    let PositionedDiagnostic { line, column, code, message, .. } = diagnostic;
    format!("{path}:{line}:{column}: {word}[{code}]: {message}{hint}\n")
}

/// A text for XML, in an attribute too; characters that XML does not have are left out, and so are
/// all other control characters but line ends.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\n' => escaped.push_str("&#10;"),
            '\t' => escaped.push(' '),
            '\u{fffe}' | '\u{ffff}' => {}
            letter if super::is_control_or_bidi(letter) => {}
            letter => escaped.push(letter),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Place;

    #[test]
    fn a_file_is_a_case_and_its_errors_one_failure() {
        let texts = BTreeMap::from([("content/a.md", "title: x\n"), ("content/b.md", "")]);
        let place = |span| Place::new(&"content/a.md".into(), span);
        let report = render_junit(
            &[
                Diagnostic::error("bad", place(7..8), "`<&\">` is\u{1b} \u{0}bad").hint("do"),
                Diagnostic::error("bad", place(0..5), "first"),
                Diagnostic::warning("odd", place(7..8), "odd"),
            ],
            &texts,
            texts.keys().copied(),
            "hub",
        );
        assert!(report.contains("tests=\"2\" failures=\"1\""), "{report}");
        assert!(
            report.contains("name=\"hub/content/b.md\" file=\"hub/content/b.md\" time=\"0\"/>")
        );
        assert!(report.contains("message=\"first (and 1 more)\""), "{report}");
        assert!(
            report.contains(
                "hub/content/a.md:1:8: error[bad]: `&lt;&amp;&quot;&gt;` is bad (do)&#10;"
            )
        );
        assert!(
            report
                .contains("<system-out>hub/content/a.md:1:8: warning[odd]: odd&#10;</system-out>")
        );
        assert!(!report.contains(|letter: char| letter.is_control() && letter != '\n'));
    }
}
