//! A record is verified as often as it promises.
//!
//! `review_every` says how long a verification holds. Once it has run out, readers see the record as "verification
//! overdue", and it waits in the review queue of its owner.
//!
//! Read the record again; where it still holds, set `verified_on` to today.
//!
//! ```yaml
//! verified_by: "Global insights hub"
//! verified_on: 2026-11-02
//! review_every: 180d
//! ```

use crate::catalog::field;
use crate::catalog::{Meta, Verification};
use crate::check::{CheckContext, Reporter, field_place};

/// Reports each case study, unless it is retired, and each playbook whose verification is overdue
/// on the build date.
pub fn check(context: &CheckContext<'_>, reporter: &mut Reporter<'_>) {
    let cases = context.catalog.cases.iter().filter(|case| !case.is_retired()).map(|case| (&case.meta, &case.verification));
    let playbooks = context.catalog.playbooks.iter().map(|playbook| (&playbook.meta, &playbook.verification));
    for (meta, verification) in cases.chain(playbooks).filter(|(_, verification)| verification.is_overdue(context.site.today)) {
        report_overdue(meta, verification, reporter);
    }
}

/// Reports one record at its `verified_on`, with the day on which verification was due.
fn report_overdue(meta: &Meta, verification: &Verification, reporter: &mut Reporter<'_>) {
    let due = verification.due_date().map(|due| due.to_string()).unwrap_or_default();
    reporter.report_at(
        field_place(meta, &field::VERIFIED_ON),
        format!("verification was due on {due}"),
        "read the record again; where it still holds, set `verified_on` to today",
    );
}
