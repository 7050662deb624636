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

use crate::catalog::{Answer, AnswerAbout, Meta};
use crate::check::{Context, Found, line_of};
use crate::diagnostic::Place;

pub fn check(context: &Context<'_>, found: &mut Found<'_>) {
    let cases = context.catalog.cases.iter().map(|case| (&case.meta, &case.not_duplicate_of));
    let ideas = context.catalog.ideas.iter().map(|idea| (&idea.meta, &idea.not_duplicate_of));
    let playbooks = context.catalog.playbooks.iter().map(|playbook| (&playbook.meta, &playbook.not_duplicate_of));
    for (meta, answers) in cases.chain(ideas).chain(playbooks) {
        answers.iter().filter(|answer| answer.reason.is_empty()).for_each(|answer| report(meta, answer, context, found));
    }
}

fn report(meta: &Meta, answer: &Answer, context: &Context<'_>, found: &mut Found<'_>) {
    let place = Place::new(&meta.path, line_of(&meta.body.text, answer.span.clone()));
    let other = &context.catalog.case(answer.case).meta.id;
    let (what, key) = match answer.about {
        AnswerAbout::Record => ("", "id"),
        AnswerAbout::Family { .. } => ("the family of ", "family"),
    };
    found.place(
        place,
        format!("no reason is given why this is no duplicate of {what}`{other}`"),
        format!("write `- {{{key}: {other}, reason: \"what differs\"}}`"),
    );
}
