//! Lineage: what was adapted from what, and how often it held elsewhere.

use crate::catalog::CaseIndex;
use crate::evidence::Tally;
use crate::vocabulary::MarketId;

/// An adaptation tree: an origin and everything adapted from it or repeated after it, parents before children.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tree {
    /// The origin first, then depth first; children by start and id. Every study stands in one place of one tree.
    pub branches: Vec<Branch>,
    /// Outcomes of the whole tree: the replication score.
    pub tally: Tally,
    /// Markets in which a study of the tree has ended, in id order: "tried in n markets".
    pub tried_in: Vec<MarketId>,
}

/// A study at its place in a tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Branch {
    /// The study.
    pub case: CaseIndex,
    /// Position of its parent in `Tree::branches`; none for the origin.
    pub parent: Option<usize>,
    /// How far it is from the origin.
    pub depth: usize,
    /// How it came of its parent; `Origin` for the origin.
    pub via: Via,
    /// Whether it is the last child of its parent.
    pub last: bool,
    /// Further parents, in id order: it is drawn below the first one only.
    pub also_from: Vec<CaseIndex>,
}

/// How a study came of another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Via {
    /// It did not.
    Origin,
    /// `adapted_from`.
    Adapted,
    /// `replicates`.
    Replicated,
}

/// Where a study stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// Position in `Evidence::lineage`.
    pub tree: usize,
    /// Position in `Tree::branches`.
    pub branch: usize,
}

impl Tree {
    /// The study it all began with.
    pub fn origin(&self) -> CaseIndex {
        self.branches[0].case
    }

    /// The children of a branch, in order.
    pub fn children(&self, branch: usize) -> impl Iterator<Item = (usize, &Branch)> {
        self.branches.iter().enumerate().skip(branch + 1).filter(move |(_, child)| child.parent == Some(branch))
    }
}
