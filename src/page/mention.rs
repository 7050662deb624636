//! A case study mentioned at the side of another page. Ten others may mention it, so the theme renders it once.

use serde::Serialize;

use crate::catalog::CaseIndex;
use crate::page::Context;
use crate::page::parts::Signal;
use crate::page::say;

/// What is said of it wherever it is mentioned.
#[derive(Debug, Clone, Serialize)]
pub struct Mention {
    /// Its page.
    pub url: String,
    /// Its title.
    pub title: String,
    /// Its language where that is not the interface's.
    pub language: Option<String>,
    /// What became of it.
    pub signal: Signal,
    /// Its markets.
    pub place: String,
}

/// The case studies that one page mentions, in the order in which it does.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Mentions(pub Vec<CaseIndex>);

impl Mentions {
    /// Notes one more; its position is what the page's template knows it by.
    pub fn add(&mut self, case: CaseIndex) -> u32 {
        self.0.push(case);
        self.0.len() as u32 - 1
    }
}

/// Composes the mention.
pub fn compose(context: &Context, index: CaseIndex) -> Mention {
    let case = context.catalog.case(index);
    Mention {
        url: case.meta.address.clone(),
        title: case.meta.title.clone(),
        language: say::foreign(context, &case.meta.language).map(|mark| mark.id),
        signal: say::signal(context.language, case),
        place: context.language.commas(&context.places(case)),
    }
}
