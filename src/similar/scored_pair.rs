//! A pair of case studies with its similarity score, before it is judged.

use crate::catalog::CaseIndex;

/// A pair of case studies with its similarity score, before its verdict and its reasons are known.
#[derive(Debug, Clone, Copy)]
pub struct ScoredPair {
    /// The first in catalog order.
    pub a: CaseIndex,
    /// The second in catalog order.
    pub b: CaseIndex,
    /// Similarity score, 0 to 1.
    pub score: f64,
    /// Jaccard similarity of the bodies' shingles; none below `copied_text::MIN_COPIED_SHARE`.
    pub copied: Option<f64>,
    /// Whether the pair may be duplicated effort.
    pub flagged: bool,
}
