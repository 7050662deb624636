//! A case study beside those that it is similar to, and how the similarity was answered.

use serde::Serialize;

use crate::catalog::CaseIndex;
use crate::page::context::Context;
use crate::page::parts::shown_text::shown_title;
use crate::page::parts::team::team_label;
use crate::page::parts::{GradeMark, OriginalTitle, OutcomeMark};
use crate::page::text::display;
use crate::similar::AnswerState;

/// A case study of a pair or a family as a card shows it beside the others.
#[derive(Debug, Clone, Serialize)]
pub struct ComparedStudy {
    /// Labels of its markets.
    pub market: String,
    /// Site path of the case study.
    pub url: String,
    /// Title of the case study.
    pub title: String,
    /// Language tag (BCP 47) of the title where it differs from the interface's.
    pub language: Option<String>,
    /// The title of the record in its own language, where the title is that of a gist.
    pub original: Option<OriginalTitle>,
    /// Outcome, or status while it has not ended.
    pub signal: OutcomeMark,
    /// Evidence grade.
    pub grade: Option<GradeMark>,
    /// Dates and owner.
    pub facts: String,
}

/// Lines of front matter that answer a pair or a family.
#[derive(Debug, Clone, Serialize)]
pub struct AnswerSnippet {
    /// When the answer applies, and in which file it belongs.
    pub label: String,
    /// The lines.
    pub text: String,
}

/// Composes the view of a case study of a pair or a family.
pub fn compared_study(context: &Context, index: CaseIndex) -> ComparedStudy {
    let case = context.catalog.case(index);
    let mut facts: Vec<String> =
        display::format_run_dates(context.language, case).into_iter().collect();
    facts.extend(case.owner.as_ref().map(|owner| team_label(context, owner).to_owned()));
    let shown = shown_title(context, &case.meta);
    ComparedStudy {
        market: context.language.join_with_commas(&context.market_labels(case)),
        url: case.meta.address.clone(),
        title: shown.title,
        language: shown.language,
        original: shown.original,
        signal: display::case_outcome_mark(context.language, case),
        grade: display::grade_mark(context.language, case),
        facts: facts.join(" · "),
    }
}

/// How a pair or a family was answered, or that the answer no longer fits, in words; none while it
/// is open.
pub fn answer_note(context: &Context, state: &AnswerState) -> Option<String> {
    match state {
        AnswerState::Open => None,
        AnswerState::Acknowledged { field, reason: Some(reason) } => Some(
            context
                .language
                .text_with("similar.answered_with_reason", &[("field", field), ("reason", reason)]),
        ),
        AnswerState::Acknowledged { field, reason: None } => {
            Some(context.language.text_with("similar.answered_with", &[("field", field)]))
        }
        AnswerState::Stale { reason } => Some(
            context
                .language
                .text_with("similar.stale_reason", &[("reason", reason.as_deref().unwrap_or("–"))]),
        ),
    }
}
