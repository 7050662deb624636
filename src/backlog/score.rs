//! The score of an idea: ICE or RICE, whichever the hub picks.

use crate::catalog::Idea;
use crate::catalog::words::Band;
use crate::site::{IdeaSettings, ScoreKind};

/// How a score was computed. ICE is impact x confidence x ease; RICE is reach x impact x confidence / effort.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Score {
    /// Which formula.
    pub kind: ScoreKind,
    /// How many it reaches, 1 to 10 (RICE).
    pub reach: Option<f64>,
    /// How much it would move, 1 to 10.
    pub impact: Option<f64>,
    /// How sure we may be, 1 to 10: capped without evidence.
    pub confidence: Option<f64>,
    /// How easy it is, 1 to 10 (ICE).
    pub ease: Option<f64>,
    /// How much work it is (RICE): as scored, else by size - xs 1, s 2, m 4, l 7, xl 10.
    pub effort: Option<f64>,
    /// Whether the effort was read from the size.
    pub effort_by_size: bool,
    /// The confidence that was written, where it was capped.
    pub claimed: Option<f64>,
}

impl Score {
    /// The product; none while a part is missing.
    pub fn total(&self) -> Option<f64> {
        let shared = self.impact? * self.confidence?;
        match self.kind {
            ScoreKind::Ice => Some(shared * self.ease?),
            ScoreKind::Rice => Some(self.reach? * shared / self.effort?),
        }
    }

    /// The parts of the formula that are missing, by field name.
    pub fn missing(&self) -> Vec<&'static str> {
        let parts = match self.kind {
            ScoreKind::Ice => [("impact", self.impact), ("confidence", self.confidence), ("ease", self.ease), ("", Some(1.0))],
            ScoreKind::Rice => [("reach", self.reach), ("impact", self.impact), ("confidence", self.confidence), ("effort", self.effort)],
        };
        parts.iter().filter(|(_, part)| part.is_none()).map(|(name, _)| *name).collect()
    }
}

/// Gathers the parts of an idea's score and caps the confidence of an idea without evidence.
pub fn compute(settings: &IdeaSettings, idea: &Idea) -> Score {
    let written = &idea.score;
    let supported = !idea.evidence.is_empty() || !idea.evidence_links.is_empty();
    let cap = f64::from(settings.confidence_cap);
    let claimed = usable(written.confidence);
    let capped = !supported && claimed.is_some_and(|confidence| confidence > cap);
    let sized = idea.effort.map(effort_of);
    Score {
        kind: settings.score,
        reach: usable(written.reach),
        impact: usable(written.impact),
        confidence: if capped { Some(cap) } else { claimed },
        ease: usable(written.ease),
        effort: usable(written.effort).or(sized),
        effort_by_size: usable(written.effort).is_none() && sized.is_some(),
        claimed: claimed.filter(|_| capped),
    }
}

/// A part that a product can be made with; anything else counts as missing.
fn usable(part: Option<f64>) -> Option<f64> {
    part.filter(|part| part.is_finite() && *part > 0.0)
}

/// The effort of a size, 1 to 10.
fn effort_of(size: Band) -> f64 {
    match size {
        Band::None | Band::Xs => 1.0,
        Band::S => 2.0,
        Band::M => 4.0,
        Band::L => 7.0,
        Band::Xl => 10.0,
    }
}
