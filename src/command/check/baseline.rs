//! `casebook check --baseline`: problems that a hub had when it began to be checked, which are
//! counted and not shown.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::diagnostic::Diagnostic;
use crate::record::parse::UNREADABLE_CODES;
use crate::source::ContentHash;

/// The version of the file's format.
const VERSION: u32 = 1;

/// The known problems of a hub: how many there are of each.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Baseline(BTreeMap<Finding, usize>);

/// A problem as the file names it: without line, so that it stays the same when text is added
/// above it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Finding {
    /// Path below the hub's root.
    pub path: String,
    /// Code of the problem.
    pub code: String,
    /// Hash of the message, in hexadecimal.
    pub fingerprint: String,
}

/// The file of known problems.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct BaselineFile {
    version: u32,
    findings: Vec<BaselineEntry>,
}

/// A line of the file of known problems.
#[derive(Serialize, Deserialize)]
struct BaselineEntry {
    #[serde(flatten)]
    finding: Finding,
    /// How often it occurs in its file.
    count: usize,
}

/// Problems after those of a baseline are taken out.
#[derive(Debug)]
pub struct Compared {
    /// The problems that the baseline lacks.
    pub new: Vec<Diagnostic>,
    /// Number of problems that the baseline has.
    pub known_count: usize,
    /// What the baseline has and the hub no longer has, each with how many times.
    pub gone: Vec<(Finding, usize)>,
}

impl Finding {
    /// A problem as a baseline names it.
    fn of(diagnostic: &Diagnostic) -> Self {
        let hash = ContentHash::of(stable_message(&diagnostic.message).as_bytes());
        Finding {
            path: diagnostic.place.path.to_string(),
            code: diagnostic.code.to_owned(),
            fingerprint: hash.short_hex(),
        }
    }
}

impl Baseline {
    /// The baseline of a hub with these problems. Problems by which a file cannot be read are no
    /// part of it.
    pub fn new(diagnostics: &[Diagnostic]) -> Self {
        let mut counts = BTreeMap::new();
        for diagnostic in diagnostics.iter().filter(|diagnostic| can_be_known(diagnostic)) {
            *counts.entry(Finding::of(diagnostic)).or_default() += 1;
        }
        Baseline(counts)
    }

    /// Number of problems.
    pub fn count(&self) -> usize {
        self.0.values().sum()
    }

    /// Parses the text of a file.
    ///
    /// # Errors
    /// Why it is not a baseline.
    pub fn parse(text: &str) -> Result<Self, String> {
        let file: BaselineFile = serde_json::from_str(text).map_err(|error| error.to_string())?;
        if file.version != VERSION {
            return Err(format!("its version is {} and not {VERSION}", file.version));
        }
        let mut counts = BTreeMap::new();
        for entry in file.findings {
            // Two branches may have added the same line, so equal lines do not add up.
            let count: &mut usize = counts.entry(entry.finding).or_default();
            *count = entry.count.max(*count);
        }
        Ok(Baseline(counts))
    }

    /// The text of the file, one problem on each line.
    pub fn render(&self) -> String {
        let lines: Vec<String> = self
            .0
            .iter()
            .map(|(finding, count)| {
                let entry = BaselineEntry { finding: finding.clone(), count: *count };
                serde_json::to_string(&entry).expect("texts and a number become JSON")
            })
            .collect();
        let findings =
            if lines.is_empty() { "[]".to_owned() } else { format!("[\n{}\n]", lines.join(",\n")) };
        format!("{{\"version\": {VERSION}, \"findings\": {findings}}}\n")
    }

    /// Takes the known problems out of these.
    pub fn compare(&self, diagnostics: Vec<Diagnostic>) -> Compared {
        let mut left = self.0.clone();
        let mut new = Vec::new();
        let mut known_count = 0;
        for diagnostic in diagnostics {
            match left.get_mut(&Finding::of(&diagnostic)).filter(|count| **count > 0) {
                Some(count) if can_be_known(&diagnostic) => {
                    *count -= 1;
                    known_count += 1;
                }
                _ => new.push(diagnostic),
            }
        }
        let gone = left.into_iter().filter(|(_, count)| *count > 0).collect();
        Compared { new, known_count, gone }
    }
}

/// Whether a problem may be hidden: never one by which a whole file cannot be read.
fn can_be_known(diagnostic: &Diagnostic) -> bool {
    !UNREADABLE_CODES.contains(&diagnostic.code) && diagnostic.code != "front-matter-missing"
}

/// A message whose figures outside of backticks are left out, because they grow with the date.
fn stable_message(message: &str) -> String {
    let mut is_quoted = false;
    message
        .chars()
        .filter(|letter| {
            is_quoted ^= *letter == '`';
            is_quoted || !letter.is_numeric()
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Place;

    fn problem(code: &'static str, path: &str, start: usize, message: &str) -> Diagnostic {
        Diagnostic::error(code, Place::new(&path.into(), start..start + 1), message)
    }

    #[test]
    fn known_problems_are_counted_wherever_they_stand() {
        let old = [
            problem("late", "a.md", 3, "`x` is 12 days late"),
            problem("late", "a.md", 9, "`y` is 3 days late"),
        ];
        let baseline = Baseline::parse(&Baseline::new(&old).render()).unwrap();
        assert_eq!(baseline, Baseline::new(&old));
        let compared = baseline.compare(vec![
            problem("late", "a.md", 50, "`x` is 13 days late"),
            problem("late", "a.md", 60, "`x` is 13 days late"),
            problem("late", "b.md", 3, "`x` is 12 days late"),
        ]);
        assert_eq!(compared.known_count, 1);
        assert_eq!(compared.new.len(), 2, "one more, and one in another file");
        assert_eq!(compared.gone.len(), 1);
        assert_eq!(compared.gone[0].0.path, "a.md");
    }

    #[test]
    fn an_unreadable_file_is_never_known() {
        let unreadable = problem("invalid-yaml", "a.md", 3, "no");
        let baseline = Baseline::new(std::slice::from_ref(&unreadable));
        assert_eq!(baseline.count(), 0);
        let forged = Baseline(BTreeMap::from([(Finding::of(&unreadable), 1)]));
        assert_eq!(forged.compare(vec![unreadable]).new.len(), 1);
    }

    #[test]
    fn a_file_that_is_no_baseline_says_why() {
        assert!(Baseline::parse("").is_err());
        assert!(Baseline::parse("{\"version\": 2, \"findings\": []}").unwrap_err().contains('2'));
    }
}
