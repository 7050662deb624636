//! A study that is to be scaled has no guardrail that got worse.
//!
//! A guardrail is the metric that must not pay for the gain: more sign-ups and more unsubscriptions are no success. A
//! guardrail whose interval holds zero counts as unharmed.
//!
//! Decide `adapt` or `iterate`, or say in the text why the loss is accepted and mark that result `secondary`.
//!
//! ```yaml
//! decision: adapt
//! results:
//!   - {metric: open-rate, role: primary, lift: 9.0, source: mail tool}
//!   - {metric: unsubscribe-rate, role: guardrail, lift: 12.0, source: mail tool}
//! ```

use crate::catalog::CaseStudy;
use crate::catalog::result::Effect;
use crate::catalog::words::{Decision, Role};
use crate::check::{Context, Found, label, line_of};

pub fn check(case: &CaseStudy, context: &Context<'_>, found: &mut Found<'_>) {
    if case.decision != Some(Decision::Scale) {
        return;
    }
    let worse = |role: Role, effect: Effect| role == Role::Guardrail && effect == Effect::Worse;
    for reported in case.results.iter().filter(|reported| worse(reported.role, reported.effect(&context.catalog.vocabulary))) {
        let problem =
            found.field("decision", "the decision is `scale`, and a guardrail got worse", "`adapt` or `iterate`, or say why the loss is accepted");
        let lift = reported.lift.map(|lift| format!("lift {lift:+}")).unwrap_or_default();
        label(problem, line_of(&case.meta.body.text, reported.span.clone()), lift);
    }
}
