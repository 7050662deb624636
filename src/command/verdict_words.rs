//! The words for verdicts and families, which are those of the site in English: one source for
//! pages, reviews and the terminal.

use crate::catalog::{CaseIndex, CaseStudy, Catalog};
use crate::error::Result;
use crate::page::Language;
use crate::page::parts::family;
use crate::page::text::display;
use crate::similar::Verdict;
use crate::similar::verdict::family_verdict;
use crate::theme;

/// The interface's English texts, for verdicts and families.
pub struct VerdictWords(Language);

impl VerdictWords {
    /// Reads the English texts of the built-in theme.
    ///
    /// # Errors
    /// The built-in language file is invalid.
    pub fn load() -> Result<Self> {
        theme::built_in_language("en").map(VerdictWords)
    }

    /// The label of a verdict: "Already tried".
    pub fn label(&self, verdict: Verdict) -> &str {
        display::verdict_texts(&self.0, verdict).1
    }

    /// What to do about a pair, in one or two sentences.
    pub fn advice(&self, verdict: Verdict) -> &str {
        display::verdict_texts(&self.0, verdict).2
    }

    /// A family in two sentences: "5 markets plan the same experiment (family
    /// `pl/scratch-card~discount`): PL, CZ, HU, RO, BG. Join: agree on one design and share the
    /// cost."
    pub fn describe_family(&self, catalog: &Catalog, id: &str, members: &[CaseIndex]) -> String {
        let cases: Vec<&CaseStudy> = members.iter().map(|case| catalog.case(*case)).collect();
        let mut markets: Vec<&str> = Vec::new();
        for market in cases
            .iter()
            .flat_map(|case| &case.markets)
            .map(|market| &*catalog.vocabulary.markets[*market].id)
        {
            if !markets.contains(&market) {
                markets.push(market);
            }
        }
        let (_, action) = family_verdict(&cases);
        format!(
            "{} (family `{id}`): {}. {}",
            family::headline_text(&self.0, action, markets.len(), cases.len()),
            markets.join(", "),
            family::action_text(&self.0, action)
        )
    }
}
