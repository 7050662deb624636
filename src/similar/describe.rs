//! Describes reasons in plain English for terminals and reviews, and names verdicts in data files.

use crate::catalog::keywords::Keyword;
use crate::similar::verdict::FamilyAction;
use crate::similar::{Reason, Verdict};
use crate::vocabulary::Vocabulary;

/// Reasons in one line: "same tactic Referral reward; same channel Email; share: unboxing; 3 weeks
/// overlap".
pub fn describe_reasons(vocabulary: &Vocabulary, reasons: &[Reason]) -> String {
    let texts: Vec<String> =
        reasons.iter().map(|reason| describe_reason(vocabulary, reason)).collect();
    texts.join("; ")
}

/// One reason in a few words without a full stop, with the labels of the vocabulary.
fn describe_reason(vocabulary: &Vocabulary, reason: &Reason) -> String {
    match reason {
        Reason::CopiedText(share) => format!("{:.0} % of the text is the same", share * 100.0),
        Reason::Tactics(tactics) => {
            same_terms("tactic", tactics.iter().map(|tactic| &*vocabulary.tactics[*tactic].label))
        }
        Reason::Hypothesis => "same question".to_owned(),
        Reason::Channels(channels) => same_terms(
            "channel",
            channels.iter().map(|channel| &*vocabulary.channels[*channel].label),
        ),
        Reason::Metric(metric) => format!("both measure {}", vocabulary.metrics[*metric].label),
        Reason::Objective(objective) => format!("both for {}", objective.as_str()),
        Reason::Audience(audience) => format!("same audience: {audience}"),
        Reason::Words(words) => format!("share: {}", words.join(", ")),
        Reason::ShortText => {
            "one of them says little yet: compared by title, hypothesis and terms".to_owned()
        }
        Reason::Overlap(1) => "1 week overlaps".to_owned(),
        Reason::Overlap(weeks) => format!("{weeks} weeks overlap"),
        Reason::Ended(outcome, grade) => {
            let outcome = outcome.map_or("without a stated outcome", Keyword::as_str);
            let grade =
                grade.map(|grade| format!(", grade {}", grade.as_str())).unwrap_or_default();
            format!("the earlier one ended: {outcome}{grade}")
        }
    }
}

/// Shared terms in words: "same tactic Discount", "same channels Email, SMS"; `kind` is the noun in
/// the singular.
fn same_terms<'t>(kind: &str, labels: impl Iterator<Item = &'t str>) -> String {
    let labels: Vec<&str> = labels.collect();
    format!("same {kind}{} {}", if labels.len() > 1 { "s" } else { "" }, labels.join(", "))
}

impl Verdict {
    /// The id of a verdict in data files and reports: `already-tried`.
    pub fn as_str(self) -> &'static str {
        match self {
            Verdict::CopiedText => "copied-text",
            Verdict::AlreadyRunning => "already-running",
            Verdict::CoordinateNow => "coordinate-now",
            Verdict::AlreadyTried => "already-tried",
            Verdict::LinkAsReplication => "link-as-replication",
        }
    }
}

impl FamilyAction {
    /// The id of a recommended action for a family in data files and reports: `read-finished`.
    pub fn as_str(self) -> &'static str {
        match self {
            FamilyAction::Join => "join",
            FamilyAction::AwaitRunning => "await-running",
            FamilyAction::ReadFinished => "read-finished",
            FamilyAction::Link => "link",
        }
    }
}
