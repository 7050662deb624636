//! A pair that is said to be no duplicate has a reason.
//!
//! `not_duplicate_of` takes a pair off the list of possible duplicates for everybody. The next reader who sees how alike
//! the two are wants to know why.
//!
//! Say in one sentence what differs.
//!
//! ```yaml
//! not_duplicate_of:
//!   - {id: es/referidos-correo, reason: "tests the size of the reward, not whether there is one"}
//! ```

use crate::catalog::{Meta, NotDuplicate, NotDuplicateScope};
use crate::check::{CheckContext, Reporter, first_line};
use crate::diagnostic::Place;

/// Reports each entry of `not_duplicate_of` without a reason, in records of all kinds.
pub fn check(context: &CheckContext<'_>, reporter: &mut Reporter<'_>) {
    let cases = context.catalog.cases.iter().map(|case| (&case.meta, &case.not_duplicate_of));
    let ideas = context.catalog.ideas.iter().map(|idea| (&idea.meta, &idea.not_duplicate_of));
    let playbooks = context.catalog.playbooks.iter().map(|playbook| (&playbook.meta, &playbook.not_duplicate_of));
    for (meta, statements) in cases.chain(ideas).chain(playbooks) {
        statements.iter().filter(|statement| statement.reason.is_empty()).for_each(|statement| report_statement(meta, statement, context, reporter));
    }
}

/// Reports a statement without a reason at the first line of its entry.
fn report_statement(meta: &Meta, statement: &NotDuplicate, context: &CheckContext<'_>, reporter: &mut Reporter<'_>) {
    let place = Place::new(&meta.path, first_line(&meta.body.text, statement.span.clone()));
    let other = &context.catalog.case(statement.case).meta.id;
    let (prefix, key) = match statement.scope {
        NotDuplicateScope::Record => ("", "id"),
        NotDuplicateScope::Family { .. } => ("the family of ", "family"),
    };
    reporter.report_at(
        place,
        format!("no reason is given why this is no duplicate of {prefix}`{other}`"),
        format!("write `- {{{key}: {other}, reason: \"what differs\"}}`"),
    );
}
