//! The contact of a team is a shared mailbox or a channel.
//!
//! The address of one person leaves with that person, and machines collect it from a published page. An address counts
//! as personal when the part before the `@` is two or more words of letters alone, with full stops or underscores
//! between: `maria.silva@`, `m_silva@`.
//!
//! Write a mailbox that the team shares, in one word or with hyphens, or the address of its channel.
//!
//! ```yaml
//! - id: growth-br
//!   label: Growth Brasil
//!   contact: growth-br@hub.example
//! ```

use crate::check::{CheckContext, Reporter};

/// Reports each contact in the list of teams that looks like the mailbox of a person.
pub fn check(context: &CheckContext<'_>, reporter: &mut Reporter<'_>) {
    let contacts = context.catalog.vocabulary.teams.iter().filter_map(|(_, team)| team.contact.as_ref());
    for contact in contacts.filter(|contact| contact.is_personal()) {
        reporter.report_at(
            contact.place.clone(),
            format!("`{}` looks like the address of one person", contact.address),
            "name a mailbox that the team shares, such as `growth-br@...`, or a channel",
        );
    }
}
