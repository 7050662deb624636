//! What an import writes: one new file for each record that passes the checks, none over another.

use std::collections::{BTreeMap, BTreeSet};

use crate::command::import::imported_record::{ImportedRecord, ORIGIN_KEY};
use crate::command::import::report::{Remark, Report};
use crate::diagnostic::Severity;
use crate::error::{Error, Result};
use crate::output::FileChange;
use crate::source::{ContentHash, SourceFile, Sources};
use crate::{BuildCache, BuildOptions, Timings, read};

/// What an import writes.
#[derive(Debug, Default)]
pub struct Plan {
    /// The new files, in the order of their paths.
    pub changes: Vec<FileChange>,
    /// Number of new records that are drafts.
    pub drafts: usize,
    /// Number of records that are in the hub already, as they are or changed since.
    pub known: usize,
}

/// Plans the files of some records. One with an error becomes a draft; one that has an error all the
/// same, whose file there is already, or whose name another has, is refused, and the report says so.
///
/// # Errors
/// The settings of the hub are invalid.
pub fn plan_files(
    sources: &Sources,
    options: &BuildOptions,
    records: Vec<ImportedRecord>,
    report: &mut Report,
) -> Result<Plan> {
    let mut by_path: BTreeMap<String, ImportedRecord> = BTreeMap::new();
    for record in records {
        for field in record.missing_fields() {
            let note = format!("`{}` is missing, so it is a draft", field.name);
            report.add(Remark::Problem, &record.place, "", "", note);
        }
        let Some(path) = record.path() else {
            refuse(report, &record, "it has no title, no id and no hypothesis".to_owned());
            continue;
        };
        match by_path.get(&path) {
            None => drop(by_path.insert(path, record)),
            Some(first) if first.render() == record.render() => {
                report.add(
                    Remark::Read,
                    &record.place,
                    "",
                    "",
                    format!("the same as {}", first.place),
                );
            }
            Some(first) => {
                let note = format!(
                    "`{path}` is the file of {} already; a column with ids tells them apart",
                    first.place
                );
                refuse(report, &record, note);
            }
        }
    }
    for is_last in [false, true] {
        for (path, message) in find_errors(sources, options, &by_path)? {
            let Some(record) = by_path.get_mut(&path) else { continue };
            if is_last || record.is_draft {
                if let Some(record) = by_path.remove(&path) {
                    refuse(report, &record, message);
                }
            } else {
                record.is_draft = true;
                let note = format!("{message}, so it is a draft");
                report.add(Remark::Problem, &record.place, "", "", note);
            }
        }
    }
    let existing: BTreeMap<&str, &SourceFile> =
        sources.files.iter().map(|file| (&*file.path, file)).collect();
    let mut plan = Plan::default();
    for (path, record) in by_path {
        let text = record.render();
        match existing.get(&*path) {
            None => {
                plan.drafts += usize::from(record.is_draft);
                plan.changes.push(FileChange { path, read: None, new: Some(text.into_bytes()) });
            }
            Some(file) if *file.text == *text => plan.known += 1,
            Some(file) if file.text.contains(&format!("{ORIGIN_KEY}: {}", record.origin)) => {
                plan.known += 1;
                let note = format!("`{path}` was changed since it was imported, and stays so");
                report.add(Remark::Problem, &record.place, "", "", note);
            }
            Some(_) => refuse(report, &record, format!("there is a file `{path}` already")),
        }
    }
    Ok(plan)
}

/// Says that nothing is written for a record, with all that it would have said.
fn refuse(report: &mut Report, record: &ImportedRecord, note: String) {
    report.add(Remark::Refused, &record.place, "", &record.render(), note);
}

/// The first error of each of some new records, by path, as `casebook check` would report it.
///
/// # Errors
/// The settings of the hub are invalid.
fn find_errors(
    sources: &Sources,
    options: &BuildOptions,
    records: &BTreeMap<String, ImportedRecord>,
) -> Result<BTreeMap<String, String>> {
    let mut sources = sources.clone();
    // A file that is there already is not replaced, so it stays as it is in the check.
    let known: BTreeSet<String> = sources.files.iter().map(|file| file.path.to_string()).collect();
    for (path, record) in records.iter().filter(|(path, _)| !known.contains(*path)) {
        let text = record.render();
        let hash = ContentHash::of(text.as_bytes());
        sources.files.push(SourceFile { path: path.as_str().into(), text: text.into(), hash });
    }
    sources.files.sort_by(|one, other| one.path.cmp(&other.path));
    let read = read(&sources, options, &mut BuildCache::disabled(), &mut Timings::default());
    let checked = read.map_err(|problem| {
        Error::new(format!("the settings of the hub are invalid: {}", problem.message))
            .with_hint("`casebook check` says more")
    })?;
    let mut errors = BTreeMap::new();
    for problem in &checked.diagnostics {
        let path = problem.place.path.to_string();
        if problem.severity == Severity::Error
            && records.contains_key(&path)
            && !known.contains(&path)
        {
            errors.entry(path).or_insert_with(|| problem.message.clone());
        }
    }
    Ok(errors)
}
