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

use crate::catalog::Playbook;
use crate::catalog::words::PlaybookStatus;
use crate::check::{Context, Found, states};

pub fn check(playbook: &Playbook, _: &Context<'_>, found: &mut Found<'_>) {
    let claims = matches!(playbook.status, PlaybookStatus::Supported | PlaybookStatus::Confirmed);
    if claims && playbook.supports.is_empty() && !states(&playbook.meta.fields, "supports") {
        found.field(
            "status",
            format!("the playbook is `{}` and names no study that supports it", playbook.status),
            "list studies under `supports`, or set `status: emerging`",
        );
    }
}
