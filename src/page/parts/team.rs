//! Teams on pages: their names, links to their pages, and how to reach them.

use serde::Serialize;

use crate::page::context::Context;
use crate::page::parts::OptionalLink;
use crate::site::address::encode_query_value;
use crate::site::pages::PageKind;
use crate::vocabulary::{TeamId, Vocabulary};

/// A button by which a reader reaches a team.
#[derive(Debug, Clone, Serialize)]
pub struct ContactLink {
    /// A `mailto:` or `https:` address, or the site path of the team's page.
    pub url: String,
    /// Text of the button.
    pub label: String,
    /// Whether the address leaves the site.
    pub outside: bool,
    /// Name of the icon: `mail`, `chat` or `team`.
    pub icon: &'static str,
}

/// Address of the first page of a team: `teams/growth-br/`.
pub fn team_address(vocabulary: &Vocabulary, team: TeamId) -> String {
    [PageKind::Team.address(), &vocabulary.teams[team].slug(), "/"].concat()
}

/// The name of a team in the interface's language; a name of no team stays as it is.
pub fn team_label<'a>(context: &'a Context, name: &'a str) -> &'a str {
    let teams = &context.catalog.vocabulary.teams;
    teams.find(name).map_or(name, |team| teams[team].label_in(context.language_id()))
}

/// A team with a link to its page; a name of no team is plain text.
pub fn team_link(context: &Context, name: &str) -> OptionalLink {
    let vocabulary = &context.catalog.vocabulary;
    match vocabulary.teams.find(name) {
        Some(team) => {
            OptionalLink::linked(team_address(vocabulary, team), team_label(context, name))
        }
        None => OptionalLink::plain(name),
    }
}

/// The names of teams in the interface's language.
pub fn team_labels<'a>(context: &'a Context, names: &'a [String]) -> Vec<&'a str> {
    names.iter().map(|name| team_label(context, name)).collect()
}

/// The button that asks a team about a record with this title: a message to its mailbox, else its
/// channel, else its page.
pub fn ask_link(context: &Context, name: &str, title: &str) -> ContactLink {
    let label = context.language.text_with("team.ask", &[("team", team_label(context, name))]);
    let vocabulary = &context.catalog.vocabulary;
    let Some(team) = vocabulary.teams.find(name) else {
        let url = PageKind::Teams.address().to_owned();
        return ContactLink { url, label, outside: false, icon: "team" };
    };
    contact_link(context, team, label.clone(), Some(title)).unwrap_or_else(|| ContactLink {
        url: team_address(vocabulary, team),
        label,
        outside: false,
        icon: "team",
    })
}

/// The button of a team's page: `Write to …` or `Open the channel`; none where the team states no
/// contact.
pub fn reach_link(context: &Context, team: TeamId) -> Option<ContactLink> {
    let entry = &context.catalog.vocabulary.teams[team];
    let label = if entry.contact.as_ref()?.is_mailbox {
        let name = entry.label_in(context.language_id());
        context.language.text_with("team.write", &[("team", name)])
    } else {
        context.text("team.channel")
    };
    contact_link(context, team, label, None)
}

/// A link with this label to the mailbox or channel of a team; none where it states neither. A
/// message has the subject, if there is one.
fn contact_link(
    context: &Context,
    team: TeamId,
    label: String,
    subject: Option<&str>,
) -> Option<ContactLink> {
    let contact = context.catalog.vocabulary.teams[team].contact.as_ref()?;
    if !contact.is_mailbox {
        let url = contact.address.clone();
        return Some(ContactLink { url, label, outside: true, icon: "chat" });
    }
    let mut url = ["mailto:", &contact.address].concat();
    if let Some(subject) = subject {
        url.push_str("?subject=");
        url.push_str(&encode_query_value(subject));
    }
    Some(ContactLink { url, label, outside: true, icon: "mail" })
}
