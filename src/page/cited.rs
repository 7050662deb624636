//! A case study named on another page: where, what, what became of it, how sure. Each form of naming shows as much of it as it has room for.

use serde::Serialize;

use crate::catalog::{CaseIndex, Reported};
use crate::page::Context;
use crate::page::parts::{GradeMark, Signal};
use crate::page::say;

/// The line.
#[derive(Debug, Clone, Serialize)]
pub struct Cited {
    /// Its page.
    pub url: String,
    /// Its title.
    pub title: String,
    /// Its language where that is not the interface's.
    pub language: Option<String>,
    /// Its markets.
    pub place: String,
    /// What became of it.
    pub signal: Signal,
    /// Its evidence grade.
    pub grade: Option<GradeMark>,
    /// A result, where one is named.
    pub value: Option<String>,
}

/// The line with the primary result of an ended study.
pub fn compose(context: &Context, index: CaseIndex) -> Cited {
    let case = context.catalog.case(index);
    let primary = case.primary().filter(|_| case.has_ended());
    Cited { value: primary.and_then(|reported| value(context, reported)), ..plain(context, index) }
}

/// The line without a result.
pub fn plain(context: &Context, index: CaseIndex) -> Cited {
    let case = context.catalog.case(index);
    Cited {
        url: case.meta.address.clone(),
        title: case.meta.title.clone(),
        language: say::foreign(context, &case.meta.language).map(|mark| mark.id),
        place: context.language.commas(&context.places(case)),
        signal: say::signal(context.language, case),
        grade: say::grade(context.language, case),
        value: None,
    }
}

/// `−14.2% CPA`.
pub fn value(context: &Context, reported: &Reported) -> Option<String> {
    let lift = say::lift(context, reported)?;
    Some(format!("{lift} {}", say::metric_short(context, &reported.metric)))
}
