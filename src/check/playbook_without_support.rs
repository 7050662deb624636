//! A playbook that is supported or confirmed names studies that support it.
//!
//! Readers copy playbooks. What they rest on must be a click away, with its figures side by side.
//!
//! List the studies under `supports`, or set `status: emerging`.
//!
//! ```yaml
//! status: supported
//! supports: [br/unboxing-drop, id/unboxing-drop]
//! ```

use crate::catalog::field;
use crate::catalog::Playbook;
use crate::catalog::keywords::PlaybookStatus;
use crate::check::{CheckContext, Reporter, has_field};

/// Reports a playbook that is supported or confirmed and has no field `supports`.
pub fn check(playbook: &Playbook, _: &CheckContext<'_>, reporter: &mut Reporter<'_>) {
    let needs_support = matches!(playbook.status, PlaybookStatus::Supported | PlaybookStatus::Confirmed);
    if needs_support && playbook.supports.is_empty() && !has_field(&playbook.meta.field_spans, &field::SUPPORTS) {
        reporter.report_field(
            &field::PLAYBOOK_STATUS,
            format!("the playbook is `{}` and names no study that supports it", playbook.status),
            "list studies under `supports`, or set `status: emerging`",
        );
    }
}
