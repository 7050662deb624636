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

use crate::catalog::{Meta, Verification};
use crate::check::{Context, Found, field_place};

pub fn check(context: &Context<'_>, found: &mut Found<'_>) {
    let cases = context.catalog.cases.iter().filter(|case| !case.is_retired()).map(|case| (&case.meta, &case.verification));
    let playbooks = context.catalog.playbooks.iter().map(|playbook| (&playbook.meta, &playbook.verification));
    for (meta, verification) in cases.chain(playbooks).filter(|(_, verification)| verification.overdue(context.site.today)) {
        report(meta, verification, found);
    }
}

fn report(meta: &Meta, verification: &Verification, found: &mut Found<'_>) {
    let due = verification.due().map(|due| due.to_string()).unwrap_or_default();
    found.place(
        field_place(meta, "verified_on"),
        format!("verification was due on {due}"),
        "read the record again; where it still holds, set `verified_on` to today",
    );
}
