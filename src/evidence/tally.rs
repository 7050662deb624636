//! Counts of studies by outcome, and the win rate they make.

use crate::catalog::words::{Grade, Outcome, Status, Word};
use crate::catalog::{CaseIndex, CaseStudy};

/// Counts of studies by outcome. A study of unknown status or outcome counts in `cases` only.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tally {
    /// All studies, in id order.
    pub cases: Vec<CaseIndex>,
    /// Won.
    pub won: u32,
    /// Lost.
    pub lost: u32,
    /// Inconclusive.
    pub inconclusive: u32,
    /// No effect.
    pub no_effect: u32,
    /// Ended, and the test itself failed.
    pub invalid: u32,
    /// Ended, and still being read.
    pub in_evaluation: u32,
    /// Planned or running.
    pub open: u32,
    /// Running.
    pub running: u32,
    /// The best grade of an ended study.
    pub best_grade: Option<Grade>,
    /// Grades of the studies that count in the win rate: how many are A, B, C and D.
    pub grades: [u32; 4],
}

/// Fewer counted studies than this give counts, never a rate.
pub const LEAST_FOR_A_RATE: u32 = 3;

impl Tally {
    /// Counts one more study.
    pub fn add(&mut self, index: CaseIndex, case: &CaseStudy) {
        self.cases.push(index);
        self.open += u32::from(case.is_open());
        self.running += u32::from(case.status == Some(Status::Running));
        if case.has_ended() {
            self.add_outcome(case);
        }
    }

    fn add_outcome(&mut self, case: &CaseStudy) {
        match case.outcome {
            Some(Outcome::Won) => self.won += 1,
            Some(Outcome::Lost) => self.lost += 1,
            Some(Outcome::Inconclusive) => self.inconclusive += 1,
            Some(Outcome::NoEffect) => self.no_effect += 1,
            Some(Outcome::Invalid) => self.invalid += 1,
            Some(Outcome::InEvaluation) => self.in_evaluation += 1,
            None => {}
        }
        let Some(grade) = case.graded.grade else { return };
        self.best_grade = Some(self.best_grade.map_or(grade, |best| best.min(grade)));
        if case.outcome.is_some_and(Outcome::counts) {
            self.grades[grade as usize] += 1;
        }
    }

    /// The counts of some studies.
    pub fn of<'c>(cases: impl IntoIterator<Item = (CaseIndex, &'c CaseStudy)>) -> Tally {
        let mut tally = Tally::default();
        cases.into_iter().for_each(|(index, case)| tally.add(index, case));
        tally
    }

    /// How many studies there are.
    pub fn studies(&self) -> usize {
        self.cases.len()
    }

    /// How many studies count in the win rate.
    pub fn counted(&self) -> u32 {
        self.won + self.lost + self.inconclusive + self.no_effect
    }

    /// won / (won + lost + inconclusive + no effect), 0 to 1; none below three counted studies.
    pub fn win_rate(&self) -> Option<f64> {
        (self.counted() >= LEAST_FOR_A_RATE).then(|| f64::from(self.won) / f64::from(self.counted()))
    }

    /// The grades of the counted studies, best first: A, B, B, C.
    pub fn grade_list(&self) -> Vec<Grade> {
        Grade::ALL.iter().flat_map(|grade| std::iter::repeat_n(*grade, self.grades[*grade as usize] as usize)).collect()
    }
}
