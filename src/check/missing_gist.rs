//! A completed study in another language has its gist in the language of the hub.
//!
//! Readers of other markets cannot tell from a title in Japanese whether a study concerns them, and test again what
//! it has answered. A title and a summary in the language of the hub are enough; lists, search and the page itself
//! show them first, and the original below.
//!
//! Write them under `translations`, or let `casebook translate --list` collect what is missing for a translator.
//! Playbooks count as completed. From `reuse: approved` on, `missing-gist-of-approved` reports the study instead.
//!
//! ```yaml
//! translations:
//!   en:
//!     title: "One message an hour after an abandoned basket"
//!     summary: "One message in place of three emails lifted purchases by 13 %."
//! ```

use crate::catalog::keywords::{PlaybookStatus, Reuse, Status};
use crate::catalog::{CaseStudy, Meta, field};
use crate::check::{CheckContext, Reporter};

/// Reports each completed study that is not approved for reuse, and each playbook that is not rejected, if it lacks
/// a gist in the language of the hub.
pub fn check(context: &CheckContext<'_>, reporter: &mut Reporter<'_>) {
    let is_completed = |case: &&CaseStudy| {
        case.status == Some(Status::Completed) && !case.is_retired() && !is_approved(case)
    };
    let cases = context.catalog.cases.iter().filter(is_completed).map(|case| &case.meta);
    let playbooks = context.catalog.playbooks.iter().filter(|playbook| playbook.status != PlaybookStatus::Rejected);
    for meta in cases.chain(playbooks.map(|playbook| &playbook.meta)) {
        report_missing(meta, context, "this record", reporter);
    }
}

/// Whether a study may be reused by other markets.
pub fn is_approved(case: &CaseStudy) -> bool {
    matches!(case.reuse, Some(Reuse::Approved | Reuse::Playbook)) && !case.is_retired()
}

/// Reports a record that is in another language than the hub and has no gist in that of the hub; `what` begins the
/// message.
pub fn report_missing(meta: &Meta, context: &CheckContext<'_>, what: &str, reporter: &mut Reporter<'_>) {
    let hub = &context.site.language;
    if crate::catalog::gist::is_same_language(&meta.language, hub) || meta.gists.find(hub).is_some() {
        return;
    }
    reporter.report_at(
        crate::check::field_place(meta, &field::TITLE),
        format!("{what} is in `{}` and has no gist in `{hub}`, the language of the hub", meta.language),
        format!("write `translations: {{{hub}: {{title: \"...\", summary: \"...\"}}}}`; `casebook translate --list` collects all that is missing"),
    );
}
