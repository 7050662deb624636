//! Computes the ICE or RICE score of an idea, as chosen in site.toml.

use crate::catalog::Idea;
use crate::catalog::keywords::Band;
use crate::site::{IdeaSettings, ScoreKind};

/// The parts of an idea's score. ICE is impact x confidence x ease; RICE is reach x impact x
/// confidence / effort.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct IdeaScore {
    /// The formula.
    pub kind: ScoreKind,
    /// Reach, 1 to 10 (RICE only).
    pub reach: Option<f64>,
    /// Impact, 1 to 10.
    pub impact: Option<f64>,
    /// Confidence, 1 to 10; capped for an idea without evidence.
    pub confidence: Option<f64>,
    /// Ease, 1 to 10 (ICE only).
    pub ease: Option<f64>,
    /// Effort, 1 to 10 (RICE only): as scored, else from the size: xs 1, s 2, m 4, l 7, xl 10.
    pub effort: Option<f64>,
    /// Whether the effort follows from the size.
    pub is_effort_from_size: bool,
    /// The confidence stated in front matter; none where it was not capped.
    pub uncapped_confidence: Option<f64>,
}

impl IdeaScore {
    /// The score of an idea by its formula, ICE or RICE; none while a part of it is missing.
    pub fn total(&self) -> Option<f64> {
        let product = self.impact? * self.confidence?;
        match self.kind {
            ScoreKind::Ice => Some(product * self.ease?),
            ScoreKind::Rice => Some(self.reach? * product / self.effort?),
        }
    }

    /// Names of the fields that the formula needs and the idea lacks.
    pub fn missing_parts(&self) -> Vec<&'static str> {
        let parts = match self.kind {
            ScoreKind::Ice => [
                ("impact", self.impact),
                ("confidence", self.confidence),
                ("ease", self.ease),
                ("", Some(1.0)),
            ],
            ScoreKind::Rice => [
                ("reach", self.reach),
                ("impact", self.impact),
                ("confidence", self.confidence),
                ("effort", self.effort),
            ],
        };
        parts.iter().filter(|(_, part)| part.is_none()).map(|(name, _)| *name).collect()
    }
}

/// Computes the parts of an idea's score; caps the confidence of an idea without evidence.
pub fn compute_score(settings: &IdeaSettings, idea: &Idea) -> IdeaScore {
    let written = &idea.score;
    let has_evidence = !idea.evidence.is_empty() || !idea.evidence_links.is_empty();
    let cap = f64::from(settings.confidence_cap);
    let stated = positive(written.confidence);
    let is_capped = !has_evidence && stated.is_some_and(|confidence| confidence > cap);
    let from_size = idea.effort.map(effort_from_size);
    IdeaScore {
        kind: settings.score,
        reach: positive(written.reach),
        impact: positive(written.impact),
        confidence: if is_capped { Some(cap) } else { stated },
        ease: positive(written.ease),
        effort: positive(written.effort).or(from_size),
        is_effort_from_size: positive(written.effort).is_none() && from_size.is_some(),
        uncapped_confidence: stated.filter(|_| is_capped),
    }
}

/// The number that an idea states for a part of its score, where it is finite and positive; any
/// other counts as missing.
fn positive(part: Option<f64>) -> Option<f64> {
    part.filter(|part| part.is_finite() && *part > 0.0)
}

/// The effort of an idea that states only a size, from 1 for the smallest to 10 for XL.
fn effort_from_size(size: Band) -> f64 {
    match size {
        Band::None | Band::Xs => 1.0,
        Band::S => 2.0,
        Band::M => 4.0,
        Band::L => 7.0,
        Band::Xl => 10.0,
    }
}

#[cfg(test)]
mod tests {
    use crate::support::{CatalogLookup, TestHub};

    #[test]
    fn scores_follow_the_formula() {
        let rice = "[ideas]\nscore = \"rice\"";
        let rows = [
            (
                "",
                "score: {impact: 8, confidence: 7, ease: 5}\nevidence: ['https://example.org/x']",
                Some(280.0),
                false,
            ),
            ("", "score: {impact: 8, confidence: 7, ease: 5}", Some(120.0), true),
            ("", "score: {impact: 8, confidence: 2, ease: 5}", Some(80.0), false),
            (
                "[ideas]\nconfidence_cap = 5",
                "score: {impact: 8, confidence: 7, ease: 5}",
                Some(200.0),
                true,
            ),
            ("", "score: {impact: 8, confidence: 7}", None, true),
            ("", "effort: m", None, false),
            (rice, "score: {reach: 5, impact: 4, confidence: 3, effort: 6}", Some(10.0), false),
            (
                rice,
                "score: {reach: 5, impact: 4, confidence: 3}\neffort: l",
                Some(60.0 / 7.0),
                false,
            ),
            (rice, "score: {reach: 5, impact: 4, confidence: 3}\neffort: xs", Some(60.0), false),
            (rice, "score: {reach: 5, impact: 4, confidence: 3}\neffort: s", Some(30.0), false),
            (rice, "score: {reach: 5, impact: 4, confidence: 3}\neffort: m", Some(15.0), false),
            (rice, "score: {reach: 5, impact: 4, confidence: 3}\neffort: xl", Some(6.0), false),
            (rice, "score: {reach: 5, impact: 4, confidence: 3}", None, false),
        ];
        for (site, fields, wanted, capped) in rows {
            let hub = TestHub::new().site(site).idea("a", &format!("status: new\n{fields}")).hub();
            let idea = hub.backlog.idea(hub.catalog.idea_index("a"));
            assert_eq!((idea.score, idea.is_capped), (wanted, capped), "{site} {fields}");
        }
    }

    #[test]
    fn missing_parts_are_named() {
        let hub = TestHub::new().idea("a", "status: new\nscore: {impact: 8}").hub();
        let idea = hub.backlog.idea(hub.catalog.idea_index("a"));
        assert_eq!(idea.score_parts.missing_parts(), ["confidence", "ease"]);
    }
}
