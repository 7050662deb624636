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

use crate::catalog::{CaseIndex, Catalog};
use crate::check::{Context, Found, field_place};
use crate::diagnostic::Label;

pub fn check(context: &Context<'_>, found: &mut Found<'_>) {
    for cycle in cycles(context.catalog) {
        report(context.catalog, &cycle, found);
    }
}

fn report(catalog: &Catalog, cycle: &[CaseIndex], found: &mut Found<'_>) {
    let names: Vec<String> = cycle.iter().chain(&cycle[..1]).map(|case| format!("`{}`", catalog.case(*case).meta.id)).collect();
    let place = field_place(&catalog.case(cycle[0]).meta, "adapted_from");
    let problem = found.place(
        place,
        format!("`adapted_from` leads in a circle: {}", names.join(" from ")),
        "keep it in the later study and remove it from the earlier one",
    );
    for case in &cycle[1..] {
        let place = field_place(&catalog.case(*case).meta, "adapted_from");
        problem.labels.push(Label { place, text: "part of the circle".to_owned() });
    }
}

/// Each circle once, starting with its smallest id; a study adapted from itself is no circle but a relation to itself.
fn cycles(catalog: &Catalog) -> Vec<Vec<CaseIndex>> {
    let mut settled = vec![false; catalog.cases.len()];
    let mut cycles = Vec::new();
    for (start, _) in catalog.each_case() {
        let mut path: Vec<(CaseIndex, usize)> = vec![(start, 0)];
        let mut place = vec![];
        if settled[start.0 as usize] {
            continue;
        }
        place.push(start);
        while let Some((case, next)) = path.last_mut() {
            let parents = &catalog.case(*case).relations.adapted_from;
            let Some(parent) = parents.get(*next).copied() else {
                settled[case.0 as usize] = true;
                path.pop();
                place.pop();
                continue;
            };
            *next += 1;
            if parent == *case || settled[parent.0 as usize] {
                continue;
            }
            match place.iter().position(|known| *known == parent) {
                Some(at) => cycles.push(from_smallest(&place[at..])),
                None => {
                    path.push((parent, 0));
                    place.push(parent);
                }
            }
        }
    }
    cycles.sort();
    cycles.dedup();
    cycles
}

fn from_smallest(cycle: &[CaseIndex]) -> Vec<CaseIndex> {
    let smallest = cycle.iter().enumerate().min_by_key(|(_, case)| **case).map_or(0, |(at, _)| at);
    cycle[smallest..].iter().chain(&cycle[..smallest]).copied().collect()
}
