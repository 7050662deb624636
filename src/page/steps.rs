//! Lists in steps of at most a hundred rows.

use crate::page::parts::Step;
pub use crate::site::pages::ROWS;
use crate::site::pages::parts;

/// The pages of a list of so many rows: `ideas/`, `ideas/2/` and so on, with their positions.
pub fn pages(address: &str, rows: usize) -> impl Iterator<Item = (String, usize)> {
    let address = address.to_owned();
    (0..parts(rows)).map(move |step| (at(&address, step), step))
}

/// The rows of one page.
pub fn rows<T>(all: &[T], step: usize) -> &[T] {
    let from = (step * ROWS).min(all.len());
    &all[from..(from + ROWS).min(all.len())]
}

/// The page of a list on which a row stands.
pub fn address_of(address: &str, row: usize) -> String {
    at(address, row / ROWS)
}

/// The steps to show: the first, the last, and those around the current one; none for a single page.
pub fn steps(address: &str, rows: usize, current: usize) -> Vec<Step> {
    let count = parts(rows);
    let mut steps = Vec::new();
    for step in (0..count).filter(|_| count > 1) {
        let near = step == 0 || step + 1 == count || step.abs_diff(current) <= 2;
        if near {
            let rel = if step + 1 == current {
                Some("prev")
            } else if step == current + 1 {
                Some("next")
            } else {
                None
            };
            let url = (step != current).then(|| at(address, step));
            steps.push(Step { label: (step + 1).to_string(), url, current: step == current, rel });
        } else if steps.last().is_some_and(|last: &Step| last.label != "…") {
            steps.push(Step { label: "…".into(), url: None, current: false, rel: None });
        }
    }
    steps
}

fn at(address: &str, step: usize) -> String {
    if step == 0 { address.to_owned() } else { format!("{address}{}/", step + 1) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_list_shows_its_ends_and_the_neighbours() {
        let labels: Vec<String> = steps("ideas/", 1950, 9).into_iter().map(|step| step.label).collect();
        assert_eq!(labels, ["1", "…", "8", "9", "10", "11", "12", "…", "20"]);
        assert!(steps("ideas/", 100, 0).is_empty(), "a single page needs no steps");
        assert_eq!(pages("ideas/", 101).collect::<Vec<_>>(), [("ideas/".to_owned(), 0), ("ideas/2/".to_owned(), 1)]);
        assert_eq!(rows(&[0; 101], 1).len(), 1);
    }
}
