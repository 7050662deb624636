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

use crate::catalog::field;
use crate::catalog::CaseStudy;
use crate::catalog::keywords::{Decision, Role};
use crate::catalog::result::Effect;
use crate::check::{CheckContext, Reporter, add_label, first_line};

/// Reports each guardrail that got worse in a study whose decision is `scale`, at the decision.
pub fn check(case: &CaseStudy, context: &CheckContext<'_>, reporter: &mut Reporter<'_>) {
    if case.decision != Some(Decision::Scale) {
        return;
    }
    let is_worse = |role: Role, effect: Effect| role == Role::Guardrail && effect == Effect::Worse;
    for result in case.results.iter().filter(|result| is_worse(result.role, result.effect(&context.catalog.vocabulary))) {
        let problem = reporter.report_field(
            &field::DECISION,
            "the decision is `scale`, and a guardrail got worse",
            "`adapt` or `iterate`, or say why the loss is accepted",
        );
        let lift = result.lift.map(|lift| format!("lift {lift:+}")).unwrap_or_default();
        add_label(problem, first_line(&case.meta.body.text, result.span.clone()), lift);
    }
}
