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
use crate::catalog::result::Reported;
use crate::check::{Context, Found, line_of};
use crate::vocabulary::Unit;

pub fn check(case: &CaseStudy, context: &Context<'_>, found: &mut Found<'_>) {
    for reported in &case.results {
        let span = || line_of(&case.meta.body.text, reported.span.clone());
        match &reported.currency {
            Some(code) if !is_code(code) => {
                found.span(span(), format!("`{code}` is not a currency code"), "use three letters as in ISO 4217, such as `EUR`");
            }
            None if is_amount(reported, context) => {
                found.span(span(), "an amount of money without `currency`", "name it by its ISO 4217 code, such as `currency: EUR`");
            }
            _ => {}
        }
    }
}

fn is_code(code: &str) -> bool {
    code.len() == 3 && code.bytes().all(|byte| byte.is_ascii_alphabetic())
}

fn is_amount(reported: &Reported, context: &Context<'_>) -> bool {
    let has_arms = reported.control.or(reported.variant).or(reported.baseline).is_some();
    !reported.indexed && has_arms && reported.unit(&context.catalog.vocabulary) == Some(Unit::Money)
}
