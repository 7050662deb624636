//! Lineage: what was adapted from what, and how often it held elsewhere.

use std::collections::{BTreeMap, BTreeSet};

use crate::catalog::{CaseIndex, Catalog};
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

/// Every adaptation tree of two or more studies, by the id of its origin, and where each study stands. Translations stand
/// where their original stands. A ring is cut above its smallest id; the parent that is cut off is kept in `also_from`.
pub fn trees(catalog: &Catalog, originals: &[CaseIndex]) -> (Vec<Tree>, BTreeMap<CaseIndex, Place>) {
    let descent = Descent::of(catalog, originals);
    let origins = (0..descent.main.len()).filter(|at| descent.main[*at].is_none() && !descent.children[*at].is_empty());
    let trees: Vec<Tree> = origins.map(|origin| descent.tree(catalog, CaseIndex(origin as u32))).collect();
    let mut place: BTreeMap<CaseIndex, Place> = BTreeMap::new();
    for (tree, branches) in trees.iter().enumerate() {
        place.extend(branches.branches.iter().enumerate().map(|(branch, at)| (at.case, Place { tree, branch })));
    }
    for (index, original) in originals.iter().enumerate() {
        if let Some(stands) = place.get(original).copied() {
            place.insert(CaseIndex(index as u32), stands);
        }
    }
    (trees, place)
}

/// Who came of whom, by position of the study.
struct Descent {
    /// The parent a study is drawn below.
    main: Vec<Option<(CaseIndex, Via)>>,
    /// Its other parents.
    others: Vec<Vec<CaseIndex>>,
    /// Who is drawn below it, by start and id.
    children: Vec<Vec<CaseIndex>>,
}

impl Descent {
    fn of(catalog: &Catalog, originals: &[CaseIndex]) -> Descent {
        let count = catalog.cases.len();
        let mut descent = Descent { main: vec![None; count], others: vec![Vec::new(); count], children: vec![Vec::new(); count] };
        for (at, parents) in parents(catalog, originals).into_iter().enumerate() {
            let mut parents = parents.into_iter();
            descent.main[at] = parents.next();
            descent.others[at] = parents.map(|(parent, _)| parent).collect();
        }
        descent.cut_rings();
        for at in 0..count {
            if let Some((parent, _)) = descent.main[at] {
                descent.children[parent.0 as usize].push(CaseIndex(at as u32));
            }
        }
        let start = |case: &CaseIndex| catalog.case(*case).start;
        descent.children.iter_mut().for_each(|children| children.sort_by_key(|case| (start(case).is_none(), start(case), *case)));
        descent
    }

    /// Takes the parent from the smallest id of every ring.
    fn cut_rings(&mut self) {
        let mut walk_of = vec![usize::MAX; self.main.len()];
        for walk in 0..self.main.len() {
            let mut at = walk;
            while walk_of[at] == usize::MAX {
                walk_of[at] = walk;
                let Some((parent, _)) = self.main[at] else { break };
                at = parent.0 as usize;
            }
            if walk_of[at] == walk && self.main[at].is_some() {
                self.cut(at);
            }
        }
    }

    /// Cuts the ring that `start` stands in, if it stands in one.
    fn cut(&mut self, start: usize) {
        let mut smallest = start;
        let mut at = start;
        while let Some((parent, _)) = self.main[at] {
            at = parent.0 as usize;
            smallest = smallest.min(at);
            if at == start {
                break;
            }
        }
        if at == start
            && let Some((parent, _)) = self.main[smallest].take()
        {
            self.others[smallest].push(parent);
            self.others[smallest].sort_unstable();
        }
    }

    fn tree(&self, catalog: &Catalog, origin: CaseIndex) -> Tree {
        let branches = self.branches(origin);
        let cases: BTreeSet<CaseIndex> = branches.iter().map(|branch| branch.case).collect();
        let ended = cases.iter().map(|case| catalog.case(*case)).filter(|case| case.has_ended());
        let tried_in: BTreeSet<MarketId> = ended.flat_map(|case| case.markets.iter().copied()).collect();
        let tally = Tally::of(cases.into_iter().map(|case| (case, catalog.case(case))));
        Tree { branches, tally, tried_in: tried_in.into_iter().collect() }
    }

    /// Depth first without recursion: a chain of ten thousand adaptations must not end the build.
    fn branches(&self, origin: CaseIndex) -> Vec<Branch> {
        let mut branches: Vec<Branch> = Vec::new();
        let mut waiting = vec![(origin, None, true)];
        while let Some((case, parent, last)) = waiting.pop() {
            let depth = parent.map_or(0, |parent: usize| branches[parent].depth + 1);
            let via = self.main[case.0 as usize].map_or(Via::Origin, |(_, via)| via);
            let also_from = self.others[case.0 as usize].clone();
            branches.push(Branch { case, parent, depth, via, last, also_from });
            let here = branches.len() - 1;
            let children = self.children[case.0 as usize].iter().rev().enumerate();
            waiting.extend(children.map(|(from_last, child)| (*child, Some(here), from_last == 0)));
        }
        branches
    }
}

/// The parents of every study, its translations' among them: origins of adaptations first, then studies it repeats.
fn parents(catalog: &Catalog, originals: &[CaseIndex]) -> Vec<BTreeMap<CaseIndex, Via>> {
    let mut parents: Vec<BTreeMap<CaseIndex, Via>> = vec![BTreeMap::new(); originals.len()];
    for (index, case) in catalog.each_case() {
        let own = originals[index.0 as usize];
        let stated = case.relations.adapted_from.iter().map(|parent| (parent, Via::Adapted));
        for (parent, via) in stated.chain(case.relations.replicates.iter().map(|parent| (parent, Via::Replicated))) {
            let parent = originals[parent.0 as usize];
            if parent != own {
                parents[own.0 as usize].entry(parent).and_modify(|known| *known = via.min(*known)).or_insert(via);
            }
        }
    }
    parents
}
