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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::coverage::CoverageMatrix;
    use crate::support::{CatalogLookup, TestHub, graded_a, graded_c, study_fields};

    fn counts(tally: &Tally) -> (usize, u32, u32, u32, u32, u32) {
        (tally.studies(), tally.won, tally.lost, tally.inconclusive, tally.no_effect, tally.running)
    }

    #[test]
    fn outcomes_are_counted_by_status_and_outcome() {
        let won = study_fields("DE", "email", "discount", "won", &graded_a("cvr", 5.0, 2.0, 8.0));
        let hub = TestHub::new()
            .case("de/a", &won)
            .case("de/b", &study_fields("DE", "email", "discount", "lost", &graded_c("cvr", -5.0)))
            .case("de/c", &study_fields("DE", "email", "discount", "invalid", ""))
            .case("de/d", &study_fields("DE", "email", "discount", "in-evaluation", ""))
            .case("de/e", "status: running\nmarkets: [DE]\nchannels: [email]\ntactics: [discount]")
            .case(
                "de/f",
                "status: planned\nmarkets: [DE]\nchannels: [email]\ntactics: [discount]\noutcome: won",
            )
            .hub();
        let tally = &hub.evidence.tactics[&hub.catalog.tactic("discount")];
        assert_eq!(counts(tally), (6, 1, 1, 0, 0, 1));
        assert_eq!((tally.open, tally.invalid, tally.in_evaluation), (2, 1, 1));
        assert_eq!((tally.counted(), tally.win_rate()), (2, None), "no rate from fewer than three");
        assert_eq!(tally.grade_list(), [Grade::A, Grade::C]);
        assert_eq!(tally.best_grade, Some(Grade::A));
        assert_eq!(tally, &hub.evidence.all, "there is nothing else in this hub");
    }

    #[test]
    fn a_rate_needs_three_counted_studies() {
        let mut hub = TestHub::new();
        for (at, outcome) in ["won", "won", "lost", "invalid"].into_iter().enumerate() {
            hub = hub
                .case(&format!("de/{at}"), &study_fields("DE", "email", "discount", outcome, ""));
        }
        let hub = hub.hub();
        assert_eq!(hub.evidence.all.win_rate(), Some(2.0 / 3.0));
    }

    #[test]
    fn groups_and_several_markets_count_a_study_once_each() {
        let hub = TestHub::new()
            .case("x/a", &study_fields("GB, IE", "email, email", "discount", "won", ""))
            .hub();
        let (catalog, evidence) = (&hub.catalog, &hub.evidence);
        assert_eq!(evidence.markets[&catalog.market("GB")].studies(), 1);
        assert_eq!(evidence.markets[&catalog.market("IE")].studies(), 1);
        assert_eq!(
            evidence.groups[&catalog.group("uki")].studies(),
            1,
            "two of its markets, one study"
        );
        assert_eq!(evidence.channels[&catalog.channel("email")].studies(), 1);
        assert_eq!(
            evidence.group_tactic[&(catalog.group("emea"), catalog.tactic("discount"))].won,
            1
        );
        let matrix = CoverageMatrix::from_tallies(&evidence.market_tactic);
        assert_eq!((matrix.rows.len(), matrix.columns.len(), matrix.count_gaps()), (2, 1, 0));
    }

    #[test]
    fn an_empty_hub_has_empty_evidence() {
        let hub = TestHub::new().hub();
        assert_eq!(hub.evidence.all, Tally::default());
        assert_eq!(hub.evidence.speed.all.median_days, None);
        assert!(
            hub.evidence.lineage.is_empty()
                && hub.backlog.proposals.all.is_empty()
                && hub.backlog.desk.rows.is_empty()
        );
    }

    #[test]
    fn unstated_fields_count_in_no_rate() {
        let hub =
            TestHub::new().site("[checks]\npreset = \"lenient\"").case("x/a", "outcome: won").hub();
        assert_eq!(counts(&hub.evidence.all), (1, 0, 0, 0, 0, 0));
        assert!(hub.evidence.markets.is_empty());
    }
}
