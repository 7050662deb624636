//! An idea that is done names the study it became.
//!
//! The backlog shows what came of each idea. `done` without a study tells the markets that asked for it nothing, and the
//! idea may be taken up again.
//!
//! Name the study by its path below `case-studies/`; where the idea was dropped, set `status: declined` with a
//! `declined_reason`.
//!
//! ```yaml
//! status: done
//! becomes: br/unboxing-drop
//! ```

use crate::catalog::field;
use crate::catalog::Idea;
use crate::catalog::keywords::IdeaStatus;
use crate::check::{CheckContext, Reporter, has_field};

/// Reports an idea that is done and has no field `becomes`; an unknown study in it is reported when
/// the field is read.
pub fn check(idea: &Idea, _: &CheckContext<'_>, reporter: &mut Reporter<'_>) {
    if idea.status == IdeaStatus::Done && idea.becomes.is_none() && !has_field(&idea.meta.field_spans, &field::BECOMES) {
        reporter.report_field(&field::IDEA_STATUS, "the idea is `done` and names no study that it became", "name it: `becomes: br/unboxing-drop`");
    }
}
