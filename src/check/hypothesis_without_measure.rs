//! A hypothesis names an outcome that can be measured.
//!
//! "Customers will like it" can be neither right nor wrong. A figure, a metric of the vocabulary or at least a direction
//! (rises, falls) makes it testable.
//!
//! Say what will change, in which direction and by how much. Hypotheses in languages whose words for rising and falling
//! are not known to Casebook are left alone.
//!
//! ```yaml
//! hypothesis: "If three short mails replace the long one, for new subscribers, then 90-day retention rises by 4 %, because
//!   each arrives when its question comes up."
//! ```

use crate::catalog::field;
use crate::catalog::CaseStudy;
use crate::check::{CheckContext, Reporter, text_patterns};

/// Reports a hypothesis with neither a number nor a metric nor a word of change, if its language
/// has a lexicon.
pub fn check(case: &CaseStudy, context: &CheckContext<'_>, reporter: &mut Reporter<'_>) {
    let Some(hypothesis) = &case.hypothesis else { return };
    if text_patterns::names_measure(hypothesis, &case.meta.language, || context.metric_names()) == Some(false) {
        reporter.report_field(
            &field::HYPOTHESIS,
            "the hypothesis names no outcome that can be measured",
            "say what will change and by how much: \"... then conversion rises by 5 % ...\"",
        );
    }
}
