//! `casebook check --fix`: makes the repairs that are certain, in rounds, before anything is written.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use crate::command::unified_diff::render_diff;
use crate::diagnostic::{Diagnostic, Fix};
use crate::output::FileChange;
use crate::record::front_matter::apply_fix;
use crate::source::{ContentHash, Sources};
use crate::{BuildCache, BuildOptions, Timings};

/// The most rounds of repairs: a repair can show another problem, which the next round repairs.
const MAX_ROUNDS: usize = 5;

/// The repairs of a hub, of which none is written yet.
#[derive(Debug)]
pub struct Repairs {
    /// The files as they are to become, in the order of their paths.
    pub changes: Vec<FileChange>,
    /// What changes, as unified diffs.
    pub diff: String,
    /// Number of repaired problems.
    pub count: usize,
    /// The hub as if the changes were written.
    pub sources: Sources,
}

/// Repairs in memory what is certain in the files that `is_selected` accepts by their paths.
pub fn repair(
    original: &Sources,
    options: &BuildOptions,
    is_selected: impl Fn(&str) -> bool,
) -> Repairs {
    let mut sources = original.clone();
    let mut count = 0;
    for _ in 0..MAX_ROUNDS {
        let read =
            crate::read(&sources, options, &mut BuildCache::disabled(), &mut Timings::default());
        let Ok(checked) = read else { break };
        let repaired = repair_once(&mut sources, &checked.diagnostics, &is_selected);
        count += repaired;
        if repaired == 0 {
            break;
        }
    }
    let (mut changes, mut diff) = (Vec::new(), String::new());
    for (old, new) in original.files.iter().zip(&sources.files) {
        if old.text != new.text {
            diff.push_str(&render_diff(&old.path, &old.text, &new.text));
            changes.push(FileChange {
                path: old.path.to_string(),
                read: Some(old.hash),
                new: Some(old.encode(&new.text)),
            });
        }
    }
    Repairs { changes, diff, count, sources }
}

/// Makes the repairs of one round and returns their number. Of two at one place the first is made.
fn repair_once(
    sources: &mut Sources,
    diagnostics: &[Diagnostic],
    is_selected: impl Fn(&str) -> bool,
) -> usize {
    let mut count = 0;
    let mut found: BTreeMap<&str, Vec<(&Range<usize>, &Fix)>> = BTreeMap::new();
    for Diagnostic { place, fix, .. } in diagnostics {
        if let Some(fix) = fix {
            found.entry(&place.path).or_default().push((&place.span, fix));
        }
    }
    for file in &mut sources.files {
        let Some(found) = found.remove(&*file.path).filter(|_| is_selected(&file.path)) else {
            continue;
        };
        let mut fixes = select_apart(found);
        // From the last to the first, so that the places before stay where they are.
        fixes.sort_by_key(|(span, _)| std::cmp::Reverse(span.start));
        let mut text = file.text.to_string();
        for (_, fix) in fixes {
            if let Some(repaired) = apply_fix(&text, fix) {
                text = repaired;
                count += 1;
            }
        }
        let bytes = file.encode(&text);
        file.hash = ContentHash::of(&bytes);
        file.text = Arc::from(text);
    }
    count
}

/// The repairs whose places do not overlap that of an earlier one.
fn select_apart<'d>(found: Vec<(&'d Range<usize>, &'d Fix)>) -> Vec<(&'d Range<usize>, &'d Fix)> {
    let mut apart: Vec<(&Range<usize>, &Fix)> = Vec::new();
    for (span, fix) in found {
        let overlaps =
            |(other, _): &(&Range<usize>, &Fix)| span.start <= other.end && other.start <= span.end;
        if !apart.iter().any(overlaps) {
            apart.push((span, fix));
        }
    }
    apart
}
