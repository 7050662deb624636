//! Builds adaptation trees: which study was adapted from or replicates which, and with what
//! outcomes.

use std::collections::{BTreeMap, BTreeSet};

use crate::catalog::{CaseIndex, Catalog};
use crate::evidence::Tally;
use crate::vocabulary::MarketId;

/// An adaptation tree: an origin and all studies adapted from it or replicating it, directly or
/// through others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineageTree {
    /// In depth-first order from the origin; children by start date and id. A study has one branch
    /// in one tree.
    pub branches: Vec<LineageBranch>,
    /// Outcomes of all studies of the tree.
    pub tally: Tally,
    /// Markets in which a study of the tree has ended, in id order.
    pub tried_in: Vec<MarketId>,
}

/// A study in an adaptation tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineageBranch {
    /// The case study.
    pub case: CaseIndex,
    /// Position of its parent in `LineageTree::branches`; none for the origin.
    pub parent: Option<usize>,
    /// Number of steps from the origin, which has depth 0.
    pub depth: usize,
    /// How it descends from its parent; `Origin` for the origin.
    pub via: DescentKind,
    /// Whether it is the last child of its parent.
    pub is_last: bool,
    /// Further parents, in id order; the branch is below the first parent only.
    pub also_from: Vec<CaseIndex>,
}

/// How a study descends from its parent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DescentKind {
    /// It has no parent.
    Origin,
    /// It names the parent in `adapted_from`.
    Adapted,
    /// It names the parent in `replicates`.
    Replicated,
}

/// The position of a study in the adaptation trees.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LineagePosition {
    /// Position in `Evidence::lineage`.
    pub tree: usize,
    /// Position in `LineageTree::branches`.
    pub branch: usize,
}

impl LineageTree {
    /// The study that a tree starts with.
    pub fn origin(&self) -> CaseIndex {
        self.branches[0].case
    }

    /// The children of a branch with their positions, in order.
    pub fn children(&self, branch: usize) -> impl Iterator<Item = (usize, &LineageBranch)> {
        self.branches
            .iter()
            .enumerate()
            .skip(branch + 1)
            .filter(move |(_, child)| child.parent == Some(branch))
    }
}

/// Every adaptation tree of two or more studies, by the id of its origin, and the position of each
/// study. Translations have the position of their original. A cycle is broken above its smallest
/// id; the parent that is removed is kept in `also_from`.
pub fn build_trees(
    catalog: &Catalog,
    originals: &[CaseIndex],
) -> (Vec<LineageTree>, BTreeMap<CaseIndex, LineagePosition>) {
    let links = ParentLinks::collect(catalog, originals);
    let origins = (0..links.first_parent.len())
        .filter(|at| links.first_parent[*at].is_none() && !links.children[*at].is_empty());
    let trees: Vec<LineageTree> =
        origins.map(|origin| links.build_tree(catalog, CaseIndex(origin as u32))).collect();
    let mut positions: BTreeMap<CaseIndex, LineagePosition> = BTreeMap::new();
    for (tree, built) in trees.iter().enumerate() {
        positions.extend(
            built
                .branches
                .iter()
                .enumerate()
                .map(|(branch, study)| (study.case, LineagePosition { tree, branch })),
        );
    }
    for (index, original) in originals.iter().enumerate() {
        if let Some(position) = positions.get(original).copied() {
            positions.insert(CaseIndex(index as u32), position);
        }
    }
    (trees, positions)
}

/// Parents and children of all studies, by position of the study.
struct ParentLinks {
    /// The parent that a study has its branch below.
    first_parent: Vec<Option<(CaseIndex, DescentKind)>>,
    /// Its other parents, in id order.
    other_parents: Vec<Vec<CaseIndex>>,
    /// The studies with their branch below it, by start date and id.
    children: Vec<Vec<CaseIndex>>,
}

impl ParentLinks {
    /// Collects the parents and children of all studies, translations under their originals, and
    /// breaks cycles.
    fn collect(catalog: &Catalog, originals: &[CaseIndex]) -> ParentLinks {
        let count = catalog.cases.len();
        let mut links = ParentLinks {
            first_parent: vec![None; count],
            other_parents: vec![Vec::new(); count],
            children: vec![Vec::new(); count],
        };
        for (at, parents) in collect_parents(catalog, originals).into_iter().enumerate() {
            let mut parents = parents.into_iter();
            links.first_parent[at] = parents.next();
            links.other_parents[at] = parents.map(|(parent, _)| parent).collect();
        }
        links.break_cycles();
        for at in 0..count {
            if let Some((parent, _)) = links.first_parent[at] {
                links.children[parent.0 as usize].push(CaseIndex(at as u32));
            }
        }
        let start = |case: &CaseIndex| catalog.case(*case).start;
        links.children.iter_mut().for_each(|children| {
            children.sort_by_key(|case| (start(case).is_none(), start(case), *case))
        });
        links
    }

    /// Makes the smallest id of every cycle an origin: its parent becomes one of its other parents.
    fn break_cycles(&mut self) {
        let mut walk_of = vec![usize::MAX; self.first_parent.len()];
        for walk in 0..self.first_parent.len() {
            let mut current = walk;
            while walk_of[current] == usize::MAX {
                walk_of[current] = walk;
                let Some((parent, _)) = self.first_parent[current] else { break };
                current = parent.0 as usize;
            }
            if walk_of[current] == walk && self.first_parent[current].is_some() {
                self.break_cycle(current);
            }
        }
    }

    /// Breaks the cycle that contains `start` above its smallest id, if there is such a cycle.
    fn break_cycle(&mut self, start: usize) {
        let mut smallest = start;
        let mut current = start;
        while let Some((parent, _)) = self.first_parent[current] {
            current = parent.0 as usize;
            smallest = smallest.min(current);
            if current == start {
                break;
            }
        }
        if current == start
            && let Some((parent, _)) = self.first_parent[smallest].take()
        {
            self.other_parents[smallest].push(parent);
            self.other_parents[smallest].sort_unstable();
        }
    }

    /// The tree of all studies that descend from an origin, with their tally and the markets in
    /// which they ended.
    fn build_tree(&self, catalog: &Catalog, origin: CaseIndex) -> LineageTree {
        let branches = self.collect_branches(origin);
        let cases: BTreeSet<CaseIndex> = branches.iter().map(|branch| branch.case).collect();
        let ended = cases.iter().map(|case| catalog.case(*case)).filter(|case| case.has_ended());
        let tried_in: BTreeSet<MarketId> =
            ended.flat_map(|case| case.markets.iter().copied()).collect();
        let tally = Tally::from_studies(cases.into_iter().map(|case| (case, catalog.case(case))));
        LineageTree { branches, tally, tried_in: tried_in.into_iter().collect() }
    }

    /// The branches of the tree below an origin, in depth-first order. Uses an explicit stack,
    /// because a chain of thousands of adaptations would overflow the call stack.
    fn collect_branches(&self, origin: CaseIndex) -> Vec<LineageBranch> {
        let mut branches: Vec<LineageBranch> = Vec::new();
        let mut stack = vec![(origin, None, true)];
        while let Some((case, parent, is_last)) = stack.pop() {
            let depth = parent.map_or(0, |parent: usize| branches[parent].depth + 1);
            let via =
                self.first_parent[case.0 as usize].map_or(DescentKind::Origin, |(_, via)| via);
            let also_from = self.other_parents[case.0 as usize].clone();
            branches.push(LineageBranch { case, parent, depth, via, is_last, also_from });
            let position = branches.len() - 1;
            let children = self.children[case.0 as usize].iter().rev().enumerate();
            stack.extend(
                children.map(|(from_last, child)| (*child, Some(position), from_last == 0)),
            );
        }
        branches
    }
}

/// For each study by position its parents and those of its translations, by id; a study that names
/// a parent in both fields counts as adapted.
fn collect_parents(
    catalog: &Catalog,
    originals: &[CaseIndex],
) -> Vec<BTreeMap<CaseIndex, DescentKind>> {
    let mut parents: Vec<BTreeMap<CaseIndex, DescentKind>> = vec![BTreeMap::new(); originals.len()];
    for (index, case) in catalog.iter_cases() {
        let own = originals[index.0 as usize];
        let stated =
            case.relations.adapted_from.iter().map(|parent| (parent, DescentKind::Adapted));
        for (parent, via) in stated
            .chain(case.relations.replicates.iter().map(|parent| (parent, DescentKind::Replicated)))
        {
            let parent = originals[parent.0 as usize];
            if parent != own {
                parents[own.0 as usize]
                    .entry(parent)
                    .and_modify(|known| *known = via.min(*known))
                    .or_insert(via);
            }
        }
    }
    parents
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Hub;
    use crate::evidence::experiment::find_originals;
    use crate::support::{CatalogLookup, TestHub, study_fields};

    fn indented_lineage(hub: &Hub) -> Vec<String> {
        let branch = |branch: &crate::evidence::lineage::LineageBranch| {
            format!("{}{}", "  ".repeat(branch.depth), hub.catalog.case(branch.case).meta.id)
        };
        hub.evidence.lineage.iter().flat_map(|tree| tree.branches.iter().map(branch)).collect()
    }

    #[test]
    fn lineage_grows_from_the_origin() {
        let child = |market: &str, outcome: &str, field: &str| {
            study_fields(market, "email", "discount", outcome, field)
        };
        let hub = TestHub::new()
            .case("br/origin", &child("BR", "won", "start: 2025-01-01"))
            .case(
                "co/grandchild",
                &child("CO", "inconclusive", "adapted_from: mx/child\nstart: 2026-01-01"),
            )
            .case("mx/child", &child("MX", "lost", "adapted_from: br/origin\nstart: 2025-06-01"))
            .case("us/repeat", &child("US", "won", "replicates: br/origin\nstart: 2025-03-01"))
            .case("de/alone", &child("DE", "won", ""))
            .hub();
        assert_eq!(
            indented_lineage(&hub),
            ["br/origin", "  us/repeat", "  mx/child", "    co/grandchild"],
            "children by their start"
        );
        let tree = &hub.evidence.lineage[0];
        let tally = &tree.tally;
        assert_eq!((tally.studies(), tally.won, tally.lost, tally.inconclusive), (4, 2, 1, 1));
        assert_eq!(tree.tried_in.len(), 4);
        assert_eq!(
            tree.branches.iter().map(|branch| branch.via).collect::<Vec<_>>(),
            [
                DescentKind::Origin,
                DescentKind::Replicated,
                DescentKind::Adapted,
                DescentKind::Adapted
            ]
        );
        assert!(tree.branches[2].is_last && !tree.branches[1].is_last);
        assert_eq!(tree.children(0).count(), 2);
        assert!(hub.evidence.tree_of(hub.catalog.case_index("de/alone")).is_none());
        assert_eq!(
            hub.evidence.lineage_positions[&hub.catalog.case_index("co/grandchild")].branch,
            3
        );
    }

    #[test]
    fn a_missing_parent_makes_an_origin() {
        let hub = TestHub::new()
            .case(
                "mx/child",
                &study_fields("MX", "email", "discount", "won", "adapted_from: br/gone"),
            )
            .case(
                "co/grandchild",
                &study_fields("CO", "email", "discount", "won", "adapted_from: mx/child"),
            )
            .hub();
        assert_eq!(indented_lineage(&hub), ["mx/child", "  co/grandchild"]);
    }

    #[test]
    fn a_cycle_is_cut_above_its_smallest_id() {
        let from = |parent: &str| {
            study_fields("DE", "email", "discount", "won", &format!("adapted_from: {parent}"))
        };
        let hub = TestHub::new()
            .case("de/a", &from("de/c"))
            .case("de/b", &from("de/a"))
            .case("de/c", &from("de/b"))
            .case("de/x", &from("de/c"))
            .hub();
        assert_eq!(indented_lineage(&hub), ["de/a", "  de/b", "    de/c", "      de/x"]);
        assert_eq!(
            hub.catalog.ids(&hub.evidence.lineage[0].branches[0].also_from),
            ["de/c"],
            "the cut is not hidden"
        );
        let itself = TestHub::new().case("de/a", &from("de/a")).hub();
        assert!(itself.evidence.lineage.is_empty());
    }

    #[test]
    fn two_parents_give_one_branch() {
        let hub = TestHub::new()
            .case("de/a", &study_fields("DE", "email", "discount", "won", ""))
            .case("de/b", &study_fields("DE", "email", "discount", "won", ""))
            .case(
                "de/c",
                &study_fields("DE", "email", "discount", "won", "adapted_from: [de/b, de/a]"),
            )
            .hub();
        assert_eq!(indented_lineage(&hub), ["de/a", "  de/c"]);
        assert_eq!(hub.catalog.ids(&hub.evidence.lineage[0].branches[1].also_from), ["de/b"]);
    }

    #[test]
    fn translations_share_the_branch_of_their_original() {
        let hub = TestHub::new()
            .case("nl/a", &study_fields("NL", "email", "discount", "won", ""))
            .case("be/fr", &study_fields("BE", "email", "discount", "won", "adapted_from: nl/a"))
            .case(
                "be/nl",
                &study_fields(
                    "BE",
                    "email",
                    "discount",
                    "won",
                    "translation_of: be/fr\nadapted_from: nl/a",
                ),
            )
            .hub();
        assert_eq!(indented_lineage(&hub), ["nl/a", "  be/fr"]);
        assert_eq!(
            hub.evidence.lineage_positions[&hub.catalog.case_index("be/nl")],
            hub.evidence.lineage_positions[&hub.catalog.case_index("be/fr")]
        );
    }

    #[test]
    fn a_chain_of_adaptations_of_any_length_is_drawn() {
        let study = study_fields("DE", "email", "discount", "won", "");
        let mut catalog = TestHub::new().case("de/a", &study).checked().catalog;
        for parent in 0..2_999 {
            let mut adapted = catalog.cases[0].clone();
            adapted.relations.adapted_from = vec![CaseIndex(parent)];
            catalog.cases.push(adapted);
        }
        let (trees, positions) = build_trees(&catalog, &find_originals(&catalog));
        assert_eq!((trees.len(), trees[0].branches.len(), positions.len()), (1, 3_000, 3_000));
        assert_eq!(trees[0].branches[2_999].depth, 2_999);
    }
}
