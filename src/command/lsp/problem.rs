//! The problems of an open file as the editor shows them.

use lsp_types::{
    Diagnostic as EditorDiagnostic, DiagnosticRelatedInformation, DiagnosticSeverity, Location,
    NumberOrString, Range as EditorRange,
};

use crate::command::lsp::document::Document;
use crate::command::lsp::file_address::to_uri;
use crate::command::lsp::position::LineIndex;
use crate::command::lsp::snapshot::Snapshot;
use crate::diagnostic::{Diagnostic, Place, Severity};

/// The problems of an open file, which the snapshot was read with.
pub fn problems_of_document(snapshot: &Snapshot, document: &Document) -> Vec<EditorDiagnostic> {
    let lines = document.lines();
    let start =
        snapshot.diagnostics.partition_point(|diagnostic| diagnostic.place.path < document.path);
    snapshot.diagnostics[start..]
        .iter()
        .take_while(|diagnostic| diagnostic.place.path == document.path)
        .map(|diagnostic| to_editor(snapshot, &lines, diagnostic))
        .collect()
}

/// The message and the hint of a problem in one text.
pub fn describe(diagnostic: &Diagnostic) -> String {
    let hint = diagnostic.hint.as_ref().map(|hint| format!("\n{hint}")).unwrap_or_default();
    format!("{}{hint}", diagnostic.message)
}

/// The message and the hint of a problem of the hub as a whole, with its file.
pub fn describe_without_place(diagnostic: &Diagnostic) -> String {
    format!("{}: {}", diagnostic.place.path, describe(diagnostic).replace('\n', "; "))
}

/// A problem as the editor takes it.
fn to_editor(snapshot: &Snapshot, lines: &LineIndex, diagnostic: &Diagnostic) -> EditorDiagnostic {
    let related: Vec<DiagnosticRelatedInformation> = diagnostic
        .labels
        .iter()
        .filter_map(|label| {
            let location = locate(snapshot, &label.place)?;
            Some(DiagnosticRelatedInformation { location, message: label.text.clone() })
        })
        .collect();
    EditorDiagnostic {
        range: lines.range(&diagnostic.place.span),
        severity: Some(match diagnostic.severity {
            Severity::Error => DiagnosticSeverity::ERROR,
            Severity::Warning => DiagnosticSeverity::WARNING,
            Severity::Note => DiagnosticSeverity::INFORMATION,
        }),
        code: Some(NumberOrString::String(diagnostic.code.to_owned())),
        source: Some("casebook".to_owned()),
        message: describe(diagnostic),
        related_information: (!related.is_empty()).then_some(related),
        ..EditorDiagnostic::default()
    }
}

/// A place in a file of the hub as the editor takes it; the start of a file that was not read.
pub fn locate(snapshot: &Snapshot, place: &Place) -> Option<Location> {
    let range = snapshot
        .text(&place.path)
        .map_or_else(EditorRange::default, |text| LineIndex::new(text, false).range(&place.span));
    Some(Location::new(to_uri(&snapshot.root, &place.path)?, range))
}
