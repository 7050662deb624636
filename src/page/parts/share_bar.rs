//! A record as a text for a mail or a chat, and what is printed below its page.

use serde::Serialize;

use crate::catalog::{Meta, Verification};
use crate::page::context::Context;
use crate::page::parts::shown_text::shown_label;

/// The buttons that pass a record on: copy its address, copy it as text, print it.
#[derive(Debug, Clone, Serialize)]
pub struct ShareBar {
    /// The record as plain text for a mail or a chat, one fact on each line; the address stands
    /// last where the hub has a base URL.
    pub text: String,
}

/// Composes the buttons for a record. `lines` are what the text says between title and owner.
pub fn compose(
    context: &Context,
    meta: &Meta,
    lines: impl IntoIterator<Item = String>,
    owner: Option<&str>,
) -> ShareBar {
    let owner = owner.map(|owner| labelled(context, "fact.owner", owner));
    let base = &context.site.base_url;
    let address = (!base.is_empty()).then(|| format!("{base}{}", meta.address));
    let lines: Vec<String> = [shown_label(context, meta).to_owned()]
        .into_iter()
        .chain(lines)
        .chain(owner)
        .chain(address)
        .filter(|line| !line.is_empty())
        .collect();
    ShareBar { text: lines.join("\n") }
}

/// A fact with its label, on one line: `Owner: Growth team`.
pub fn labelled(context: &Context, label_key: &'static str, value: &str) -> String {
    let label = context.language.text(label_key);
    context.language.text_with("share.fact", &[("label", label), ("value", value)])
}

/// What is printed below the page of a record: who verified it and when, and who owns it.
pub fn print_notes(
    context: &Context,
    verification: Option<&Verification>,
    owner: Option<&str>,
) -> Vec<String> {
    let verified = verification.map(|verification| {
        let day = verification.verified_on.map(|day| context.language.format_day(day));
        match (day, &verification.verified_by) {
            (Some(day), Some(by)) => {
                context.language.text_with("share.verified_by", &[("who", by), ("date", &day)])
            }
            (Some(day), None) => context.language.text_with("share.verified", &[("date", &day)]),
            (None, _) => context.text("share.not_verified"),
        }
    });
    verified.into_iter().chain(owner.map(|owner| labelled(context, "fact.owner", owner))).collect()
}
