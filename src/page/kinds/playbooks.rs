//! The list of all playbooks.

use serde::Serialize;

use crate::catalog::Playbook;
use crate::catalog::keywords::PlaybookStatus;
use crate::page::composed::ComposedPage;
use crate::page::context::Context;
use crate::page::parts::shown_text::{shown_summary, shown_title};
use crate::page::parts::team::team_label;
use crate::page::parts::{Badge, EmptyState, LanguageMark, OriginalTitle, TallyBar};
use crate::page::text::display;

/// The view of the list of playbooks.
#[derive(Debug, Clone, Serialize)]
pub struct PlaybooksPage {
    /// Title of the page.
    pub title: String,
    /// A sentence about playbooks.
    pub description: String,
    /// Shown in a hub without playbooks.
    pub empty: Option<EmptyState>,
    /// One card for each playbook.
    pub cards: Vec<PlaybookCard>,
}

/// A playbook as a card of the list.
#[derive(Debug, Clone, Serialize)]
pub struct PlaybookCard {
    /// Site path of the playbook.
    pub url: String,
    /// Title of the playbook.
    pub title: String,
    /// Language tag (BCP 47) of the title where it differs from the interface's.
    pub language: Option<String>,
    /// The title of the record in its own language, where the title is that of a gist.
    pub original: Option<OriginalTitle>,
    /// The claim.
    pub claim: String,
    /// Language of the claim where it differs from the interface's.
    pub claim_language: Option<LanguageMark>,
    /// Status of the claim as a badge.
    pub status: Badge,
    /// Supporting and contradicting studies as a bar.
    pub tally: Option<TallyBar>,
    /// Owner, and month of the last verification.
    pub facts: String,
}

/// Composes the list of playbooks.
pub fn compose(context: &Context) -> ComposedPage<PlaybooksPage> {
    let empty = context.catalog.playbooks.is_empty().then(|| EmptyState {
        title: context.text("empty.playbooks"),
        text: context.text("empty.playbooks_text"),
        url: None,
        action: String::new(),
    });
    let view = PlaybooksPage {
        title: context.text("playbooks.title"),
        description: context.text("playbooks.description"),
        empty,
        cards: context
            .catalog
            .playbooks
            .iter()
            .map(|playbook| playbook_card(context, playbook))
            .collect(),
    };
    ComposedPage::from_title_key(context, "playbooks.title", view)
        .with_description(Some(context.language.text("playbooks.description")))
}

/// A playbook as a card of the list, with owner and last verification.
fn playbook_card(context: &Context, playbook: &Playbook) -> PlaybookCard {
    let verified = playbook.verification.verified_on.map(|day| {
        context
            .language
            .text_with("playbook.verified", &[("date", &context.language.format_month(day))])
    });
    let owner = playbook.owner.as_ref().map(|owner| team_label(context, owner).to_owned());
    let facts: Vec<String> = owner.into_iter().chain(verified).collect();
    let shown = shown_title(context, &playbook.meta);
    let claim = shown_summary(context, &playbook.meta, Some(&playbook.claim));
    PlaybookCard {
        url: playbook.meta.address.clone(),
        title: shown.title,
        language: shown.language,
        original: shown.original,
        claim_language: claim.as_ref().and_then(|claim| claim.language.clone()),
        claim: claim.map(|claim| claim.text).unwrap_or_default(),
        status: status_badge(context, playbook.status),
        tally: support_bar(context, playbook),
        facts: facts.join(" · "),
    }
}

/// The status of a playbook as a badge.
pub fn status_badge(context: &Context, status: PlaybookStatus) -> Badge {
    let tone = match status {
        PlaybookStatus::Confirmed => "good",
        PlaybookStatus::Supported => "live",
        PlaybookStatus::Emerging => "",
        PlaybookStatus::Rejected => "attention",
    };
    Badge { tone, label: display::keyword_label(context.language, "playbook_status", status) }
}

/// The numbers of supporting and contradicting studies as a bar; none where no study is cited.
pub fn support_bar(context: &Context, playbook: &Playbook) -> Option<TallyBar> {
    display::stacked_bar(
        context.language,
        &[
            ("won", "playbook.for", playbook.supports.len() as u32),
            ("lost", "playbook.against", playbook.contradicts.len() as u32),
        ],
    )
}

/// Supporting and contradicting studies in words: `5 for, 1 against`.
pub fn support_summary(context: &Context, playbook: &Playbook) -> String {
    support_bar(context, playbook)
        .map_or_else(|| context.text("playbook.no_studies"), |bar| bar.title)
}
