//! A hypothesis gives a reason.
//!
//! "If ... then ..." is a guess; "because ..." is what another market can judge: does the reason hold for its customers
//! too? Of the hypotheses written in practice most lack it.
//!
//! Add why the change should work. Hypotheses in languages whose words for "because" are not known to Casebook are left
//! alone.
//!
//! ```yaml
//! hypothesis: "If the seal stands at the pay button, for first-time buyers, then conversion rises by 5 %, because the last
//!   worry before the click is whether a return is possible."
//! ```

use crate::catalog::field;
use crate::catalog::CaseStudy;
use crate::check::{CheckContext, Reporter, text_patterns};

/// Reports a hypothesis without a word that introduces a reason, if its language has a lexicon.
pub fn check(case: &CaseStudy, _: &CheckContext<'_>, reporter: &mut Reporter<'_>) {
    let Some(hypothesis) = &case.hypothesis else { return };
    if text_patterns::gives_reason(hypothesis, &case.meta.language) == Some(false) {
        reporter.report_field(&field::HYPOTHESIS, "the hypothesis gives no reason", "say why it should work: \"... because ...\"");
    }
}
