//! All playbooks: what do we hold to be true?

use serde::Serialize;

use crate::catalog::Playbook;
use crate::catalog::words::PlaybookStatus;
use crate::page::hub::Hub;
use crate::page::parts::{Badge, Empty, TallyBar};
use crate::page::{Composed, Section, View, say};

/// The view of all playbooks.
#[derive(Debug, Clone, Serialize)]
pub struct Playbooks {
    /// Its title.
    pub title: String,
    /// A sentence about it.
    pub description: String,
    /// What to do where there is none.
    pub empty: Option<Empty>,
    /// One for each.
    pub cards: Vec<PlaybookCard>,
}

/// A playbook in the list.
#[derive(Debug, Clone, Serialize)]
pub struct PlaybookCard {
    /// Its page.
    pub url: String,
    /// Its title.
    pub title: String,
    /// What is held to be true.
    pub claim: String,
    /// How sure the hub is.
    pub status: Badge,
    /// For and against.
    pub tally: Option<TallyBar>,
    /// Whose, and when verified.
    pub facts: String,
}

/// Composes the page.
pub fn compose(hub: &Hub) -> Composed {
    let empty = hub.catalog.playbooks.is_empty().then(|| Empty { title: hub.text("empty.playbooks"), text: hub.text("empty.playbooks_text"), url: None, action: String::new() });
    let view = Playbooks { title: hub.text("playbooks.title"), description: hub.text("playbooks.description"), empty, cards: hub.catalog.playbooks.iter().map(|playbook| card(hub, playbook)).collect() };
    Composed::new(hub, "playbooks.title", Section::Playbooks, View::Playbooks(view)).described(Some(hub.language.text("playbooks.description")))
}

fn card(hub: &Hub, playbook: &Playbook) -> PlaybookCard {
    let verified = playbook.verification.on.map(|day| hub.language.fill("playbook.verified", &[("date", &hub.language.month(day))]));
    let facts: Vec<String> = playbook.owner.clone().into_iter().chain(verified).collect();
    PlaybookCard {
        url: playbook.meta.address.clone(),
        title: playbook.meta.title.clone(),
        claim: playbook.claim.clone(),
        status: status(hub, playbook.status),
        tally: tally(hub, playbook),
        facts: facts.join(" · "),
    }
}

/// How sure the hub is, as a badge.
pub fn status(hub: &Hub, status: PlaybookStatus) -> Badge {
    let tone = match status {
        PlaybookStatus::Confirmed => "good",
        PlaybookStatus::Supported => "live",
        PlaybookStatus::Emerging => "",
        PlaybookStatus::Rejected => "attention",
    };
    Badge { tone, label: say::word(hub.language, "playbook_status", status) }
}

/// Studies for and against as a bar.
pub fn tally(hub: &Hub, playbook: &Playbook) -> Option<TallyBar> {
    say::bar(hub.language, &[("won", "playbook.for", playbook.supports.len() as u32), ("lost", "playbook.against", playbook.contradicts.len() as u32)])
}

/// `5 for, 1 against`.
pub fn balance(hub: &Hub, playbook: &Playbook) -> String {
    tally(hub, playbook).map_or_else(|| hub.text("playbook.no_studies"), |bar| bar.title)
}
