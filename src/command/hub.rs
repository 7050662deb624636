//! Reads a hub and its caches for a subcommand, and mends what killed runs left.

use std::path::Path;

use jiff::civil::Date;

use crate::command::terminal::{print_error, print_foreign_files, print_note};
use crate::diagnostic::Diagnostic;
use crate::error::Result;
use crate::output::{self, cache};
use crate::source::{self, ContentHash, Sources};
use crate::vocabulary;
use crate::{BuildCache, BuildOptions, CheckedCatalog, Timings};

/// Reads a hub's files and git history.
///
/// # Errors
/// The folder cannot be read.
pub fn read_sources(root: &Path) -> Result<Sources> {
    let mut sources = source::read_sources(root, |settings| {
        settings.map(crate::site::read::read_options).unwrap_or_default()
    })?;
    sources.history = cache::read_history(root);
    Ok(sources)
}

/// Reads and checks a hub; the inner error is the diagnostic for missing or invalid settings.
///
/// # Errors
/// The folder cannot be read.
pub fn read_hub(
    root: &Path,
    options: &BuildOptions,
    timings: &mut Timings,
) -> Result<(Sources, std::result::Result<CheckedCatalog, Box<Diagnostic>>)> {
    let sources = timings.time_stage("source", || read_sources(root))?;
    let read = crate::read(&sources, options, &mut BuildCache::disabled(), timings);
    Ok((sources, read))
}

/// The cache key of data that is computed from these sources on a day: a hash of files, history,
/// build date, the program's version and vocabularies, and `formats`, which identifies the encoding.
pub fn cache_key(sources: &Sources, today: Date, formats: &[u8]) -> ContentHash {
    let mut bytes = formats.to_vec();
    bytes.extend_from_slice(concat!(env!("CARGO_PKG_VERSION"), "\n").as_bytes());
    bytes.extend_from_slice(&ContentHash::of(vocabulary::read::serialised_defaults()).0);
    bytes.extend_from_slice(today.to_string().as_bytes());
    for file in sources.settings.iter().chain(&sources.files) {
        bytes.extend_from_slice(file.path.as_bytes());
        bytes.extend_from_slice(&file.hash.0);
    }
    for (path, file) in &sources.history.files {
        bytes.extend_from_slice(path.as_bytes());
        bytes.extend(file.days.iter().flat_map(|day| day.to_string().into_bytes()));
        for (name, days) in &file.field_days {
            bytes.extend_from_slice(name.as_bytes());
            bytes.extend(days.iter().flat_map(|day| day.to_string().into_bytes()));
        }
    }
    ContentHash::of(&bytes)
}

/// Completes or undoes changes of the hub's files that a killed run left, and prints what was done.
pub fn recover_changes(root: &Path) {
    match output::recover_changes(root) {
        Ok(None) => {}
        Ok(Some(recovered)) => print_note(&recovered.to_string()),
        Err(error) => print_error(&error),
    }
}

/// Completes or undoes an interrupted exchange of a published folder, and prints which files were
/// moved aside. Errors are ignored here, because the command that publishes there meets them again.
pub fn recover_target(target: &Path, root: &Path) {
    print_foreign_files(&output::recover(target, root).unwrap_or_default());
}
