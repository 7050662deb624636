//! Lineage has a beginning: `adapted_from` never leads back to where it started.
//!
//! When A is adapted from B and B from A, none of the two is the origin, and no tree can be drawn.
//!
//! Keep the relation in the later study and remove it from the earlier one.
//!
//! ```yaml
//! # in case-studies/mx/unboxing.md, the later one
//! adapted_from: br/unboxing-drop
//! ```

use crate::catalog::field;
use crate::catalog::{CaseIndex, Catalog};
use crate::check::{CheckContext, Reporter, field_place};
use crate::diagnostic::Label;

/// Reports each cycle of `adapted_from` once, at the study with the smallest id in it, and labels
/// the others.
pub fn check(context: &CheckContext<'_>, reporter: &mut Reporter<'_>) {
    for cycle in find_cycles(context.catalog) {
        report_cycle(context.catalog, &cycle, reporter);
    }
}

/// Reports one cycle at its first study; each study is adapted from the next one, and the last from
/// the first.
fn report_cycle(catalog: &Catalog, cycle: &[CaseIndex], reporter: &mut Reporter<'_>) {
    let names: Vec<String> = cycle.iter().chain(&cycle[..1]).map(|case| format!("`{}`", catalog.case(*case).meta.id)).collect();
    let place = field_place(&catalog.case(cycle[0]).meta, &field::ADAPTED_FROM);
    let problem = reporter.report_at(
        place,
        format!("`adapted_from` leads in a circle: {}", names.join(" from ")),
        "keep it in the later study and remove it from the earlier one",
    );
    for case in &cycle[1..] {
        let place = field_place(&catalog.case(*case).meta, &field::ADAPTED_FROM);
        problem.labels.push(Label { place, text: "part of the circle".to_owned() });
    }
}

/// Finds each cycle of `adapted_from` once, starting with its smallest id, by depth-first search. A
/// study adapted from itself is left to `relation-to-itself`.
fn find_cycles(catalog: &Catalog) -> Vec<Vec<CaseIndex>> {
    let mut is_finished = vec![false; catalog.cases.len()];
    let mut cycles = Vec::new();
    for (start, _) in catalog.iter_cases() {
        // Each study of the path with the position of its next parent, and the studies alone.
        let mut stack: Vec<(CaseIndex, usize)> = vec![(start, 0)];
        let mut path = vec![];
        if is_finished[start.0 as usize] {
            continue;
        }
        path.push(start);
        while let Some((case, next)) = stack.last_mut() {
            let parents = &catalog.case(*case).relations.adapted_from;
            let Some(parent) = parents.get(*next).copied() else {
                is_finished[case.0 as usize] = true;
                stack.pop();
                path.pop();
                continue;
            };
            *next += 1;
            if parent == *case || is_finished[parent.0 as usize] {
                continue;
            }
            match path.iter().position(|known| *known == parent) {
                Some(at) => cycles.push(rotate_to_smallest(&path[at..])),
                None => {
                    stack.push((parent, 0));
                    path.push(parent);
                }
            }
        }
    }
    cycles.sort();
    cycles.dedup();
    cycles
}

/// A cycle rotated so that it starts with its smallest index.
fn rotate_to_smallest(cycle: &[CaseIndex]) -> Vec<CaseIndex> {
    let smallest = cycle.iter().enumerate().min_by_key(|(_, case)| **case).map_or(0, |(at, _)| at);
    cycle[smallest..].iter().chain(&cycle[..smallest]).copied().collect()
}
