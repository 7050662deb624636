//! Collects the case studies that a page mentions; the short form of each is composed and rendered
//! once for all pages.

use crate::catalog::CaseIndex;

/// How much of a case study a mention of it on another page shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MentionForm {
    /// Beside the text: place and outcome.
    Side,
    /// In a list of evidence: place, outcome, grade and primary result.
    Line,
}

impl MentionForm {
    /// Number of forms of mentions, for arrays indexed by form.
    pub const COUNT: usize = 2;

    /// Path of the theme's template that renders a mention in this form.
    pub fn template(self) -> &'static str {
        match self {
            MentionForm::Side => "parts/mention.html",
            MentionForm::Line => "parts/line.html",
        }
    }
}

/// The case studies that one page mentions, in the order of their positions in the view.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Mentions(pub Vec<(CaseIndex, MentionForm)>);

impl Mentions {
    /// Adds a case study in the form `Side` and returns its position, by which the template finds
    /// it.
    pub fn add_aside(&mut self, case: CaseIndex) -> u32 {
        self.push(case, MentionForm::Side)
    }

    /// Adds a case study in the form `Line` and returns its position, by which the template finds
    /// it.
    pub fn add_line(&mut self, case: CaseIndex) -> u32 {
        self.push(case, MentionForm::Line)
    }

    /// Adds a case study in a form and returns its position, by which the template finds it.
    fn push(&mut self, case: CaseIndex, form: MentionForm) -> u32 {
        self.0.push((case, form));
        self.0.len() as u32 - 1
    }
}
