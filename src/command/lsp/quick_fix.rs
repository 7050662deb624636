//! Quick fixes: the repairs of `casebook check --fix`, and the corrections that other hints are
//! certain of, as changes of the text.

use std::collections::HashMap;
use std::ops::Range;

use lsp_types::{CodeAction, CodeActionKind, CodeActionOrCommand, TextEdit, WorkspaceEdit};

use crate::command::lsp::document::Document;
use crate::command::lsp::problem::problems_of_document;
use crate::command::lsp::snapshot::Snapshot;
use crate::diagnostic::Diagnostic;
use crate::record::front_matter;

/// A change of the text that settles a problem: the byte range that is replaced, and what stands
/// there afterwards.
type Correction = (Range<usize>, String);

/// The fixes of problems that touch a byte range of a document, which the snapshot was read with.
pub fn quick_fixes(
    snapshot: &Snapshot,
    document: &Document,
    range: &Range<usize>,
) -> Vec<CodeActionOrCommand> {
    if snapshot.text(&document.path) != Some(&*document.text) {
        return Vec::new();
    }
    let lines = document.lines();
    let problems = snapshot
        .diagnostics
        .iter()
        .filter(|diagnostic| diagnostic.place.path == document.path)
        .zip(problems_of_document(snapshot, document));
    problems
        .filter(|(diagnostic, _)| {
            diagnostic.place.span.start <= range.end && range.start <= diagnostic.place.span.end
        })
        .filter_map(|(diagnostic, problem)| {
            let (title, corrections) = match &diagnostic.fix {
                Some(fix) => (fix.title.clone(), fix.edits.clone()),
                None => {
                    let correction = find_correction(diagnostic, &document.text)?;
                    (format!("Write `{}`", correction.1), vec![correction])
                }
            };
            let edits = corrections
                .into_iter()
                .map(|(span, text)| TextEdit::new(lines.range(&span), text))
                .collect();
            #[expect(clippy::mutable_key_type, reason = "the protocol's own type; one entry")]
            let changes = HashMap::from([(document.uri.clone(), edits)]);
            Some(CodeActionOrCommand::CodeAction(CodeAction {
                title,
                kind: Some(CodeActionKind::QUICKFIX),
                diagnostics: Some(vec![problem]),
                edit: Some(WorkspaceEdit { changes: Some(changes), ..WorkspaceEdit::default() }),
                is_preferred: Some(true),
                ..CodeAction::default()
            }))
        })
        .collect()
}

/// The correction that the hint of a problem is certain of; none where the hint gives several or
/// none, or where the problem is not about one word.
fn find_correction(diagnostic: &Diagnostic, text: &str) -> Option<Correction> {
    let replacement = certain_replacement(diagnostic.hint.as_deref()?)?;
    let mut span = diagnostic.place.span.clone();
    let written = text.get(span.clone())?;
    let is_quoted =
        |quote: char| written.len() > 1 && written.starts_with(quote) && written.ends_with(quote);
    let has_quotes = is_quoted('"') || is_quoted('\'');
    if has_quotes {
        span = span.start + 1..span.end - 1;
    }
    // A word such as `NO` gets the quotes without which other programs read something else.
    let replacement = if !has_quotes && replacement.chars().all(char::is_alphabetic) {
        front_matter::render_in_flow(replacement)
    } else {
        replacement.to_owned()
    };
    let written = text.get(span.clone())?;
    // A problem of a whole list or map is not settled by a word in its place.
    let is_word = !written.is_empty() && !written.contains(['\n', '\r', '[', '{', ':', ',']);
    (is_word && written != replacement).then_some((span, replacement))
}

/// The one name in backticks that a hint says to write.
fn certain_replacement(hint: &str) -> Option<&str> {
    let starts = ["did you mean `", "use `", "write `"];
    let rest = starts.iter().find_map(|start| hint.strip_prefix(start))?;
    let (name, behind) = rest.split_once('`')?;
    let is_whole = matches!(behind, "" | "?")
        || behind == " to be found the same way everywhere"
        || behind.starts_with(" anew: what stands here looks the same");
    (is_whole && !name.is_empty()).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Place;

    /// The text after the correction of a problem at a range, by its hint.
    fn corrected(text: &str, span: Range<usize>, hint: &str) -> Option<String> {
        let place = Place::new(&"a.md".into(), span);
        let diagnostic = Diagnostic::warning("code", place, "wrong").hint(hint);
        let (span, new) = find_correction(&diagnostic, text)?;
        Some([&text[..span.start], &new, &text[span.end..]].concat())
    }

    #[test]
    fn only_a_hint_with_one_name_is_a_correction() {
        let text = "a: \"wonn\"";
        assert_eq!(corrected(text, 3..9, "did you mean `won`?").as_deref(), Some("a: \"won\""));
        assert_eq!(corrected("a: N0", 3..5, "use `NO`").as_deref(), Some("a: \"NO\""));
        assert_eq!(corrected(text, 0..1, "use `b`").as_deref(), Some("b: \"wonn\""));
        assert_eq!(corrected(text, 3..9, "did you mean `won` or `lost`?"), None);
        assert_eq!(corrected(text, 3..9, "known are `won`, `lost`"), None);
        assert_eq!(corrected("a: [b, c]", 3..9, "use `d`"), None);
        assert_eq!(corrected("", 3..9, "use `d`"), None);
    }
}
