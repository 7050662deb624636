//! Shows why records are similar: what they have in common as chips, and the words they share.

use serde::Serialize;

use crate::catalog::keywords::Keyword;
use crate::catalog::result::Metric;
use crate::page::context::Context;
use crate::page::parts::ReasonChip;
use crate::page::text::display;
use crate::similar::Reason;
use crate::vocabulary::TermRef;

/// Why two or more records are similar.
#[derive(Debug, Clone, Default, Serialize)]
pub struct SimilarityReasons {
    /// What they have in common, strongest first.
    pub chips: Vec<ReasonChip>,
    /// Words that they share, as one text; none where no word is worth naming.
    pub words: Option<String>,
}

/// Composes reasons for the cards and lists that show them.
pub fn compose(context: &Context, reasons: &[Reason]) -> SimilarityReasons {
    let words = reasons.iter().find_map(|reason| match reason {
        Reason::Words(words) => Some(context.language.join_with_commas(words)),
        _ => None,
    });
    SimilarityReasons {
        chips: reasons.iter().filter_map(|reason| reason_chip(context, reason)).collect(),
        words,
    }
}

/// A reason as a chip; none for shared words, which stand apart.
fn reason_chip(context: &Context, reason: &Reason) -> Option<ReasonChip> {
    let language = context.language;
    let chip = |key: &str, value: Option<String>| {
        Some(ReasonChip { label: language.text(key).to_owned(), value })
    };
    let of_terms = |key: &str, terms: Vec<TermRef>| {
        let labels: Vec<&str> = terms.iter().map(|term| term.label(context)).collect();
        Some(ReasonChip {
            label: language.plural_text(key, terms.len(), &[]),
            value: Some(language.join_with_commas(&labels)),
        })
    };
    match reason {
        Reason::Words(_) => None,
        Reason::CopiedText(share) => {
            let share = language.format_percent(&language.format_number(share * 100.0, 0));
            chip("reason_chip.copied_text", Some(share))
        }
        Reason::Tactics(tactics) => of_terms(
            "reason_chip.tactics",
            tactics.iter().map(|tactic| TermRef::Tactic(*tactic)).collect(),
        ),
        Reason::Channels(channels) => of_terms(
            "reason_chip.channels",
            channels.iter().map(|channel| TermRef::Channel(*channel)).collect(),
        ),
        Reason::Hypothesis => chip("reason_chip.hypothesis", None),
        Reason::Metric(metric) => chip(
            "reason_chip.metric",
            Some(display::short_metric_label(context, &Metric::Known(*metric))),
        ),
        Reason::Objective(objective) => chip(
            "reason_chip.objective",
            Some(display::keyword_label(language, "objective", *objective)),
        ),
        Reason::Audience(audience) => chip("reason_chip.audience", Some(audience.clone())),
        Reason::ShortText => chip("reason_chip.short_text", None),
        Reason::Overlap(weeks) => chip(
            "reason_chip.overlap",
            Some(language.plural_text("reason_chip.weeks", *weeks as usize, &[])),
        ),
        Reason::Ended(outcome, grade) => {
            let outcome = outcome.map_or_else(
                || language.text("status.not_stated").to_owned(),
                |outcome| display::keyword_label(language, "outcome", outcome),
            );
            let value = match grade {
                Some(grade) => language.text_with(
                    "reason_chip.graded",
                    &[("outcome", &outcome), ("grade", grade.as_str())],
                ),
                None => outcome,
            };
            chip("reason_chip.ended", Some(value))
        }
    }
}
