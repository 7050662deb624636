//! Counts studies by outcome and computes win rates.

use crate::catalog::keywords::{Grade, Keyword, Outcome, Status};
use crate::catalog::{CaseIndex, CaseStudy};

/// Counts of studies by outcome. A study without status or outcome is in `cases` only.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tally {
    /// All studies, in id order.
    pub cases: Vec<CaseIndex>,
    /// Ended, outcome won.
    pub won: u32,
    /// Ended, outcome lost.
    pub lost: u32,
    /// Ended, outcome inconclusive.
    pub inconclusive: u32,
    /// Ended, outcome no effect.
    pub no_effect: u32,
    /// Ended, outcome invalid: the test itself failed.
    pub invalid: u32,
    /// Ended, in evaluation: without outcome yet.
    pub in_evaluation: u32,
    /// Not ended: planned or running.
    pub open: u32,
    /// Status running; also counted in `open`.
    pub running: u32,
    /// The best grade of an ended study.
    pub best_grade: Option<Grade>,
    /// Number of studies with grade A, B, C and D among those that count in the win rate.
    pub grades: [u32; 4],
}

/// The least number of studies for a win rate; below it only counts are shown.
pub const MIN_STUDIES_FOR_RATE: u32 = 3;

impl Tally {
    /// Adds one study to the counts; studies are added in id order.
    pub fn add(&mut self, index: CaseIndex, case: &CaseStudy) {
        self.cases.push(index);
        self.open += u32::from(case.is_unfinished());
        self.running += u32::from(case.status == Some(Status::Running));
        if case.has_ended() {
            self.add_outcome(case);
        }
    }

    /// Counts the outcome and the grade of an ended study.
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
        let Some(grade) = case.evidence_grade.grade else { return };
        self.best_grade = Some(self.best_grade.map_or(grade, |best| best.min(grade)));
        if case.outcome.is_some_and(Outcome::counts_in_win_rate) {
            self.grades[grade as usize] += 1;
        }
    }

    /// The tally of some studies, which must be in id order.
    pub fn from_studies<'c>(cases: impl IntoIterator<Item = (CaseIndex, &'c CaseStudy)>) -> Tally {
        let mut tally = Tally::default();
        cases.into_iter().for_each(|(index, case)| tally.add(index, case));
        tally
    }

    /// Number of all studies in a tally, open ones and those without an outcome included.
    pub fn studies(&self) -> usize {
        self.cases.len()
    }

    /// Number of studies that count in the win rate: those that won, lost, were inconclusive or had
    /// no effect.
    pub fn counted(&self) -> u32 {
        self.won + self.lost + self.inconclusive + self.no_effect
    }

    /// Win rate, `won / (won + lost + inconclusive + no effect)`, 0 to 1; none below
    /// [`MIN_STUDIES_FOR_RATE`] studies.
    pub fn win_rate(&self) -> Option<f64> {
        (self.counted() >= MIN_STUDIES_FOR_RATE)
            .then(|| f64::from(self.won) / f64::from(self.counted()))
    }

    /// The grade of each study that counts in the win rate, best first: A, B, B, C.
    pub fn grade_list(&self) -> Vec<Grade> {
        Grade::ALL
            .iter()
            .flat_map(|grade| std::iter::repeat_n(*grade, self.grades[*grade as usize] as usize))
            .collect()
    }
}
