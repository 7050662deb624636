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

use crate::catalog::{AnswerAbout, CaseStudy};
use crate::check::{Context, Found};

pub fn check(case: &CaseStudy, context: &Context<'_>, found: &mut Found<'_>) {
    let Some(own) = context.catalog.find_case(&case.meta.id) else { return };
    for (field, targets) in case.relations.named() {
        if targets.contains(&own) {
            found.field(field, format!("`{field}` names the study itself"), "name the other study by its path below `case-studies/`");
        }
    }
    // The first member of a family names itself where it answers for all.
    for answer in case.not_duplicate_of.iter().filter(|answer| answer.case == own && answer.about == AnswerAbout::Record) {
        found.span(answer.span.clone(), "`not_duplicate_of` names the study itself", "name the other study by its path below `case-studies/`");
    }
}
