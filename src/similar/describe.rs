//! Describes reasons, verdicts and families in plain English for terminals, data files and reviews.

use crate::catalog::keywords::Keyword;
use crate::catalog::{CaseIndex, CaseStudy, Catalog};
use crate::similar::verdict::{FamilyAction, family_verdict};
use crate::similar::{Reason, Verdict};
use crate::vocabulary::Vocabulary;

/// Reasons in one line: "same tactic Referral reward; same channel Email; share: unboxing; 3 weeks
/// overlap".
pub fn describe_reasons(vocabulary: &Vocabulary, reasons: &[Reason]) -> String {
    let texts: Vec<String> =
        reasons.iter().map(|reason| describe_reason(vocabulary, reason)).collect();
    texts.join("; ")
}

/// A family in one sentence: "5 markets plan one experiment, `pl/scratch-card~discount`: PL, CZ,
/// HU, RO, BG; agree on one design".
pub fn describe_family(catalog: &Catalog, id: &str, members: &[CaseIndex]) -> String {
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
    let what = match action {
        FamilyAction::Join => "already plan this experiment",
        FamilyAction::AwaitRunning => "already plan or run this experiment",
        FamilyAction::ReadFinished => "plan, run or have run this experiment",
        FamilyAction::Link => "have run this experiment",
    };
    let who = if markets.len() < 2 {
        format!("{} records", cases.len())
    } else {
        format!("{} markets", markets.len())
    };
    format!("{who} {what} (family `{id}`): {}; {}", markets.join(", "), action.advice())
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

    /// What to do about a pair, in one sentence.
    pub fn advice(self) -> &'static str {
        match self {
            Verdict::CopiedText => "the texts are nearly the same: keep one, or say what differs",
            Verdict::AlreadyRunning => {
                "this market is doing it already: talk before money is spent"
            }
            Verdict::CoordinateNow => "another market is doing it now: agree on one design",
            Verdict::AlreadyTried => "it was tried: read that study first",
            Verdict::LinkAsReplication => {
                "both have ended: link them, so that the second counts as a replication"
            }
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

    /// What to do about a family, in one sentence.
    pub fn advice(self) -> &'static str {
        match self {
            FamilyAction::Join => "join them: agree on one design",
            FamilyAction::AwaitRunning => "wait for the one that is running, or join it",
            FamilyAction::ReadFinished => "read the finished one first",
            FamilyAction::Link => "link them, so that each counts as a replication",
        }
    }
}
