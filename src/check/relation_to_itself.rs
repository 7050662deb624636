//! No relation leads from a study to itself.
//!
//! A study cannot be adapted from, replace or contradict itself; the id is a slip, often left from a copied file.
//!
//! Name the other study, or remove the relation.
//!
//! ```yaml
//! # in case-studies/mx/unboxing.md
//! adapted_from: br/unboxing-drop
//! ```

use crate::catalog::{CaseStudy, NotDuplicateScope};
use crate::check::{CheckContext, Reporter};

/// Reports each relation of a study that names the study itself.
pub fn check(case: &CaseStudy, context: &CheckContext<'_>, reporter: &mut Reporter<'_>) {
    let Some(own_index) = context.catalog.find_case(&case.meta.id) else { return };
    for (field, targets) in case.relations.by_field() {
        if targets.contains(&own_index) {
            reporter.report_field(field, format!("`{}` names the study itself", field.name), "name the other study by its path below `case-studies/`");
        }
    }
    // A statement for a family names its first member, which may be this study.
    for statement in case.not_duplicate_of.iter().filter(|statement| statement.case == own_index && statement.scope == NotDuplicateScope::Record) {
        reporter.report_span(
            statement.span.clone(),
            "`not_duplicate_of` names the study itself",
            "name the other study by its path below `case-studies/`",
        );
    }
}
