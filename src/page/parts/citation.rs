//! The short form of a case study on other pages: place, title, outcome and grade. Each template
//! shows as much of it as it has space for.

use rayon::prelude::*;
use serde::Serialize;

use crate::catalog::{CaseIndex, MetricResult};
use crate::page::context::Context;
use crate::page::parts::shown_text::shown_title;
use crate::page::parts::{GradeMark, OriginalTitle, OutcomeMark};
use crate::page::text::display;

/// The short form of a case study on other pages: title, markets, outcome, grade and a result.
#[derive(Debug, Clone, Serialize)]
pub struct Citation {
    /// Site path of the case study.
    pub url: String,
    /// Title of the case study.
    pub title: String,
    /// Language tag (BCP 47) of the title where it differs from the interface's.
    pub language: Option<String>,
    /// The title of the record in its own language, where the title is that of a gist.
    pub original: Option<OriginalTitle>,
    /// Labels of its markets, separated by commas.
    pub place: String,
    /// Outcome, or status while it has not ended.
    pub signal: OutcomeMark,
    /// Evidence grade.
    pub grade: Option<GradeMark>,
    /// A result: `−14.2% CPA`.
    pub value: Option<String>,
}

/// The short form of every case study, indexed by `CaseIndex`.
pub fn compose_all(context: &Context) -> Vec<Citation> {
    let indices = (0..context.catalog.cases.len() as u32).into_par_iter();
    indices.map(|index| compose(context, CaseIndex(index))).collect()
}

/// The short form of a case study, with its primary result once the study has ended.
pub fn compose(context: &Context, index: CaseIndex) -> Citation {
    let case = context.catalog.case(index);
    let primary = case.primary_result().filter(|_| case.has_ended());
    Citation {
        value: primary.and_then(|result| format_result(context, result)),
        ..compose_without_result(context, index)
    }
}

/// The short form of a case study without a result, which the caller adds or leaves out.
pub fn compose_without_result(context: &Context, index: CaseIndex) -> Citation {
    let case = context.catalog.case(index);
    let shown = shown_title(context, &case.meta);
    Citation {
        url: case.meta.address.clone(),
        title: shown.title,
        language: shown.language,
        original: shown.original,
        place: context.language.join_with_commas(&context.market_labels(case)),
        signal: display::case_outcome_mark(context.language, case),
        grade: display::grade_mark(context.language, case),
        value: None,
    }
}

/// Lift and short metric label: `−14.2% CPA`; none without a lift.
pub fn format_result(context: &Context, result: &MetricResult) -> Option<String> {
    let lift = display::format_lift(context, result)?;
    Some(format!("{lift} {}", display::short_metric_label(context, &result.metric)))
}
