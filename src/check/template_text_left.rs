//! The sentences of a new file are replaced by the author's own.
//!
//! `casebook new` puts a sentence into the body of an idea and of a playbook that says what belongs there. Left in, it is
//! published under the name of the team and tells readers nothing.
//!
//! Answer the question in its place, or take it out.
//!
//! ```markdown
//! Send the order number by message, because every second call asks for it.
//! ```

use crate::catalog::Meta;
use crate::check::{CheckContext, Reporter};
use crate::vocabulary::template;

/// Reports each sentence of the template that the body of a record still holds.
pub fn check(meta: &Meta, _: &CheckContext<'_>, reporter: &mut Reporter<'_>) {
    for sentence in [template::IDEA_BODY, template::PLAYBOOK_BODY] {
        if let Some(at) = meta.body.markdown().find(sentence) {
            let start = meta.body.start + at;
            reporter.report_span(start..start + sentence.len(), "this sentence of the template is still there", "write your own answer in its place, or take it out");
        }
    }
}
