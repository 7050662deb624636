//! All playbooks: what do we hold to be true?

use serde::Serialize;

use crate::catalog::Playbook;
use crate::catalog::words::PlaybookStatus;
use crate::page::context::Context;
use crate::page::parts::{Badge, Empty, TallyBar};
use crate::page::{Composed, View, say};

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
pub fn compose(context: &Context) -> Composed {
    let empty = context.catalog.playbooks.is_empty().then(|| Empty {
        title: context.text("empty.playbooks"),
        text: context.text("empty.playbooks_text"),
        url: None,
        action: String::new(),
    });
    let view = Playbooks {
        title: context.text("playbooks.title"),
        description: context.text("playbooks.description"),
        empty,
        cards: context.catalog.playbooks.iter().map(|playbook| card(context, playbook)).collect(),
    };
    Composed::new(context, "playbooks.title", View::Playbooks(view)).described(Some(context.language.text("playbooks.description")))
}

fn card(context: &Context, playbook: &Playbook) -> PlaybookCard {
    let verified = playbook.verification.on.map(|day| context.language.fill("playbook.verified", &[("date", &context.language.month(day))]));
    let facts: Vec<String> = playbook.owner.clone().into_iter().chain(verified).collect();
    PlaybookCard {
        url: playbook.meta.address.clone(),
        title: playbook.meta.title.clone(),
        claim: playbook.claim.clone(),
        status: status(context, playbook.status),
        tally: tally(context, playbook),
        facts: facts.join(" · "),
    }
}

/// How sure the hub is, as a badge.
pub fn status(context: &Context, status: PlaybookStatus) -> Badge {
    let tone = match status {
        PlaybookStatus::Confirmed => "good",
        PlaybookStatus::Supported => "live",
        PlaybookStatus::Emerging => "",
        PlaybookStatus::Rejected => "attention",
    };
    Badge { tone, label: say::word(context.language, "playbook_status", status) }
}

/// Studies for and against as a bar.
pub fn tally(context: &Context, playbook: &Playbook) -> Option<TallyBar> {
    say::bar(
        context.language,
        &[("won", "playbook.for", playbook.supports.len() as u32), ("lost", "playbook.against", playbook.contradicts.len() as u32)],
    )
}

/// `5 for, 1 against`.
pub fn balance(context: &Context, playbook: &Playbook) -> String {
    tally(context, playbook).map_or_else(|| context.text("playbook.no_studies"), |bar| bar.title)
}
