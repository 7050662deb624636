//! How subcommands print, and their exit codes.

use std::io::{ErrorKind, IsTerminal, Write};
use std::path::Path;

use crate::diagnostic::{Diagnostic, Severity, render};
use crate::error::{Error, Result};
use crate::output::ForeignFiles;
use crate::source::Sources;

/// The exit code of a run whose content has errors.
pub const EXIT_CONTENT_ERRORS: u8 = 1;
/// The exit code of wrong usage, I/O errors and panics.
pub const EXIT_FAILURE: u8 = 2;

/// Prints to standard error where files that Casebook did not write were moved.
pub fn print_foreign_files(foreign_files: &[ForeignFiles]) {
    foreign_files.iter().for_each(|files| eprintln!("note: {files}"));
}

/// Prints a text to standard output. A closed pipe, as behind `head`, is no error.
///
/// # Errors
/// Standard output cannot be written.
pub fn print_text(text: &str) -> Result<()> {
    match std::io::stdout().lock().write_all(text.as_bytes()) {
        Err(cause) if cause.kind() != ErrorKind::BrokenPipe => {
            Err(Error::at(Path::new("standard output"), "cannot write to", cause))
        }
        _ => Ok(()),
    }
}

/// Prints a note to standard error.
pub fn print_note(note: &str) {
    eprintln!("note: {}", render::escape_controls(note));
}

/// Prints an error with its hint to standard error.
pub fn print_error(error: &Error) {
    eprintln!("error: {}", render::escape_controls(&error.to_string()));
    if let Some(hint) = error.hint() {
        eprintln!("  = hint: {}", render::escape_controls(&hint));
    }
}

/// How diagnostics are rendered on standard error: in colour on a terminal, unless `NO_COLOR` is
/// set.
pub fn stderr_options() -> render::RenderOptions {
    render::RenderOptions {
        has_colours: std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none(),
        ..render::RenderOptions::default()
    }
}

/// Prints diagnostics to standard error: errors and warnings with excerpts, and the number of
/// notes. Notes about `site.toml` concern the whole hub and are printed in full.
pub fn print_diagnostics(diagnostics: &[Diagnostic], sources: &Sources) {
    let (notes, problems): (Vec<Diagnostic>, Vec<Diagnostic>) =
        diagnostics.iter().cloned().partition(|diagnostic| {
            diagnostic.severity == Severity::Note && &*diagnostic.place.path != "site.toml"
        });
    eprint!("{}", render::render_human(&problems, sources, stderr_options()));
    let tally = render::format_counts(diagnostics);
    if !problems.is_empty() {
        eprintln!("{tally}");
    } else if !notes.is_empty() {
        eprintln!("{tally}; `casebook check` shows them");
    }
}
