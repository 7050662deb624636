//! Looks up records by the ids of a command line, with hints for those that are not there.

use crate::catalog::{CaseIndex, Catalog};
use crate::diagnostic::nearest;
use crate::error::{Error, Result};
use crate::record::RecordType;
use crate::record::parse::identify_record;
use crate::source::Sources;

/// The case study with an id; none if there is none.
pub fn find_case(catalog: &Catalog, id: &str) -> Option<CaseIndex> {
    catalog.iter_cases().find(|(_, case)| &*case.meta.id == id).map(|(index, _)| index)
}

/// The error that no record has an id, with the nearest of the known ids as a hint; where a file
/// with that name is in the hub, the hint says so instead. `noun` is what the record would be:
/// "case study".
pub fn unknown_record_error<'a>(
    sources: &Sources,
    noun: &str,
    id: &str,
    record_types: &[RecordType],
    known: impl IntoIterator<Item = &'a str> + Clone,
) -> Error {
    let file = sources.files.iter().find(|file| {
        identify_record(&file.path)
            .is_some_and(|(record_type, name)| record_types.contains(&record_type) && name == id)
    });
    let hint = match file {
        Some(file) => format!(
            "`{}` has errors, is a draft or is not for this audience; `casebook check` tells",
            file.path
        ),
        None => nearest::hint(id, known),
    };
    Error::new(format!("there is no {noun} `{id}`")).with_hint(hint)
}

/// The case study with an id.
///
/// # Errors
/// There is none; the hint has the nearest id.
pub fn require_case(sources: &Sources, catalog: &Catalog, id: &str) -> Result<CaseIndex> {
    find_case(catalog, id).ok_or_else(|| {
        let known = catalog.cases.iter().map(|case| &*case.meta.id);
        unknown_record_error(sources, "case study", id, &[RecordType::CaseStudy], known)
    })
}
