//! An amount of money names its currency.
//!
//! A cost of 12.40 means little to a reader in another country. Figures that are an index rather than real money
//! (`indexed: true`) and rows that give only a lift need none.
//!
//! Name the currency by its ISO 4217 code.
//!
//! ```yaml
//! results:
//!   - {metric: cpa, role: primary, control: 38.60, variant: 33.10, currency: BRL, source: orders}
//! ```

use crate::catalog::CaseStudy;
use crate::catalog::result::MetricResult;
use crate::check::{CheckContext, Reporter, first_line};
use crate::vocabulary::MetricUnit;

/// Reports each result that has amounts of money without a currency, or a currency that is no code
/// of three letters.
pub fn check(case: &CaseStudy, context: &CheckContext<'_>, reporter: &mut Reporter<'_>) {
    for result in &case.results {
        let span = || first_line(&case.meta.body.text, result.span.clone());
        match &result.currency {
            Some(code) if !is_currency_code(code) => {
                reporter.report_span(span(), format!("`{code}` is not a currency code"), "use three letters as in ISO 4217, such as `EUR`");
            }
            None if has_money_amounts(result, context) => {
                reporter.report_span(span(), "an amount of money without `currency`", "name it by its ISO 4217 code, such as `currency: EUR`");
            }
            _ => {}
        }
    }
}

/// Whether a text has the form of an ISO 4217 code; whether the currency exists is not checked.
fn is_currency_code(code: &str) -> bool {
    code.len() == 3 && code.bytes().all(|byte| byte.is_ascii_alphabetic())
}

/// Whether a result has amounts of money in its arms that are not index numbers.
fn has_money_amounts(result: &MetricResult, context: &CheckContext<'_>) -> bool {
    let has_arms = result.control.or(result.variant).or(result.baseline).is_some();
    !result.is_indexed && has_arms && result.unit(&context.catalog.vocabulary) == Some(MetricUnit::Money)
}
