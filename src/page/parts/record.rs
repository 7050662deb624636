//! What the page of every record has: the contents of its body, and lines about the record.

use crate::catalog::{Meta, Verification};
use crate::page::context::Context;
use crate::page::parts::team::{team_label, team_link};
use crate::page::parts::{ContentsEntry, RecordLine, repository};

/// The table of contents of a body: headings of levels 1 to 3, where level 1 becomes 2; empty with
/// fewer than two headings.
pub fn table_of_contents(meta: &Meta) -> Vec<ContentsEntry> {
    let headings = meta.body.headings.iter().filter(|heading| heading.level <= 3);
    let entries: Vec<ContentsEntry> = headings
        .map(|heading| ContentsEntry {
            level: heading.level.max(2),
            id: heading.anchor.clone(),
            title: heading.text.clone(),
        })
        .collect();
    if entries.len() < 2 { Vec::new() } else { entries }
}

/// Lines about the record: verification, change dates, authors, source and edit link.
pub fn record_lines(
    context: &Context,
    meta: &Meta,
    verification: Option<&Verification>,
) -> Vec<RecordLine> {
    let mut lines = Vec::new();
    let dated = |label: String, day: jiff::civil::Date| RecordLine {
        label,
        url: None,
        path: None,
        date: Some(day.to_string()),
        day: Some(context.language.format_day(day)),
        past: true,
    };
    if let Some(day) = verification.and_then(|verification| verification.verified_on) {
        let by = verification.and_then(|verification| verification.verified_by.as_deref());
        let label = by.map_or_else(
            || context.text("record.verified"),
            |by| {
                let by = team_label(context, by);
                context.language.text_with("record.verified_by", &[("by", by)])
            },
        );
        let path = by.and_then(|by| team_link(context, by).url);
        lines.push(RecordLine { path, ..dated(label, day) });
    }
    if let Some(day) = verification.and_then(Verification::due_date) {
        lines.push(RecordLine { past: false, ..dated(context.text("record.due"), day) });
    }
    if let Some(change) = &meta.change {
        lines.push(dated(context.text("record.changed"), change.updated));
        lines.extend(change.created.map(|created| dated(context.text("record.created"), created)));
        if context.site.repository.show_authors && !change.authors.is_empty() {
            lines.push(RecordLine {
                label: context.language.text_with(
                    "record.authors",
                    &[("names", &context.language.format_list(&change.authors))],
                ),
                ..RecordLine::default()
            });
        }
    }
    let link_line = |label: &'static str, url: String| RecordLine {
        label: context.text(label),
        url: Some(url),
        ..RecordLine::default()
    };
    lines.extend(
        repository::source_url(context.site, &meta.path).map(|url| link_line("record.source", url)),
    );
    lines.extend(
        repository::edit_url(context.site, &meta.path).map(|url| link_line("record.edit", url)),
    );
    lines
}
