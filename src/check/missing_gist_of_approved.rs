//! A study that other markets may copy has its gist in the language of the hub.
//!
//! `reuse: approved` and `reuse: playbook` tell every market to copy the study. A market that cannot read it cannot
//! copy it, or copies it wrongly: what must stay as it is has to be understood.
//!
//! Give title, summary, `fixed` and `flexible` in the language of the hub; `casebook translate --list` collects what
//! is missing for a translator, and `casebook translate --apply` writes it back.
//!
//! ```yaml
//! translations:
//!   en:
//!     title: "One message an hour after an abandoned basket"
//!     summary: "One message in place of three emails lifted purchases by 13 %."
//!     fixed: [One message alone, Sent after one hour]
//!     flexible: [Wording]
//! ```

use crate::check::missing_gist::{is_approved, report_missing};
use crate::check::{CheckContext, Reporter};

/// Reports each study that is approved for reuse and lacks a gist in the language of the hub.
pub fn check(context: &CheckContext<'_>, reporter: &mut Reporter<'_>) {
    for case in context.catalog.cases.iter().filter(|case| is_approved(case)) {
        report_missing(&case.meta, context, "a study that others may copy", reporter);
    }
}
