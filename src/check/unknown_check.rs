//! `[checks]` in `site.toml` names checks that there are.
//!
//! A misspelt code changes nothing, and the hub believes that it does.
//!
//! Correct the code; `casebook check --explain CODE` shows what a check does.
//!
//! ```toml
//! [checks]
//! preset = "standard"
//! "missing-summary" = "off"
//! ```

use crate::check::{CheckContext, Reporter, manual};
use crate::diagnostic::nearest;

/// Reports each code in the table `[checks]` of the settings that is not the code of a diagnostic.
pub fn check(context: &CheckContext<'_>, reporter: &mut Reporter<'_>) {
    let known: Vec<&str> = manual::codes().collect();
    for code in context.site.checks.levels.keys().filter(|code| !known.contains(&code.as_str())) {
        let hint = nearest::find_nearest(code, known.iter().copied())
            .map_or_else(|| "`casebook check --explain all` lists every code".to_owned(), |name| nearest::did_you_mean(code, name));
        reporter.report_at(context.site.find_setting("checks", code), format!("`{code}` is not a known check"), hint);
    }
}
