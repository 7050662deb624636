//! Case studies that a page mentions. Ten other pages may mention the same one, so what is said of it is composed and rendered once.

use crate::catalog::CaseIndex;

/// How a case study is mentioned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// At the side: what became of it, and where.
    Side,
    /// In a line that argues with it: its grade and its primary result too.
    Line,
}

impl Form {
    /// How many there are.
    pub const COUNT: usize = 2;

    /// The part of the theme that renders it.
    pub fn template(self) -> &'static str {
        match self {
            Form::Side => "parts/mention.html",
            Form::Line => "parts/line.html",
        }
    }
}

/// The case studies that one page mentions, in the order in which it does.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Mentions(pub Vec<(CaseIndex, Form)>);

impl Mentions {
    /// Notes one more at the side; its position is what the page's template knows it by.
    pub fn add(&mut self, case: CaseIndex) -> u32 {
        self.put(case, Form::Side)
    }

    /// Notes one more in a line, likewise.
    pub fn cite(&mut self, case: CaseIndex) -> u32 {
        self.put(case, Form::Line)
    }

    fn put(&mut self, case: CaseIndex, form: Form) -> u32 {
        self.0.push((case, form));
        self.0.len() as u32 - 1
    }
}
