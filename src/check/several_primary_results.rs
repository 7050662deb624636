//! Exactly one result is the primary one.
//!
//! With several primary results one of them wins sooner or later by chance alone. The first one listed is taken as the
//! primary result.
//!
//! Keep `role: primary` on the metric that was chosen before the test began, and mark the others `secondary`.
//!
//! ```yaml
//! results:
//!   - {metric: cvr, role: primary, lift: 4.2, source: web analytics}
//!   - {metric: revenue, role: secondary, lift: 3.9, currency: EUR, source: orders}
//! ```

use crate::catalog::CaseStudy;
use crate::catalog::keywords::Role;
use crate::check::{CheckContext, Reporter, add_label, first_line};

/// Reports the second primary result of a study, and labels the first one, which is taken.
pub fn check(case: &CaseStudy, _: &CheckContext<'_>, reporter: &mut Reporter<'_>) {
    let primary: Vec<_> = case.results.iter().filter(|result| result.role == Role::Primary).collect();
    if let [first, second, ..] = primary[..] {
        let text = &case.meta.body.text;
        let message = format!("{} results are marked as the primary one", primary.len());
        let problem = reporter.report_span(
            first_line(text, second.span.clone()),
            message,
            "keep the one chosen before the test began, and mark the others `role: secondary`",
        );
        add_label(problem, first_line(text, first.span.clone()), "this one is taken");
    }
}
