//! Divides long lists into pages of at most a hundred rows.

use crate::page::parts::PaginationLink;
pub use crate::site::pages::ROWS_PER_PAGE;
use crate::site::pages::page_count;

/// Address and zero-based index of each page of a list with this many rows: `ideas/`, `ideas/2/`.
pub fn page_addresses(address: &str, rows: usize) -> impl Iterator<Item = (String, usize)> {
    let address = address.to_owned();
    (0..page_count(rows)).map(move |page_index| (page_address(&address, page_index), page_index))
}

/// The rows of `all` on the page with this zero-based index; empty beyond the last page.
pub fn rows_on_page<T>(all: &[T], page_index: usize) -> &[T] {
    let from = (page_index * ROWS_PER_PAGE).min(all.len());
    &all[from..(from + ROWS_PER_PAGE).min(all.len())]
}

/// Address of that page of the paginated list at `address` that contains the row at this zero-based
/// position of the whole list.
pub fn address_of_row(address: &str, row: usize) -> String {
    page_address(address, row / ROWS_PER_PAGE)
}

/// Links to the first page, the last page and those around the current one, with gaps between;
/// empty for a single page. `rows` is the length of the whole list, `current_index` zero-based.
pub fn links(address: &str, rows: usize, current_index: usize) -> Vec<PaginationLink> {
    let count = page_count(rows);
    let mut links = Vec::new();
    for page_index in (0..count).filter(|_| count > 1) {
        let is_shown =
            page_index == 0 || page_index + 1 == count || page_index.abs_diff(current_index) <= 2;
        if is_shown {
            let rel = if page_index + 1 == current_index {
                Some("prev")
            } else if page_index == current_index + 1 {
                Some("next")
            } else {
                None
            };
            let url = (page_index != current_index).then(|| page_address(address, page_index));
            links.push(PaginationLink {
                label: (page_index + 1).to_string(),
                url,
                current: page_index == current_index,
                rel,
            });
        } else if links.last().is_some_and(|last: &PaginationLink| last.label != "…") {
            links
                .push(PaginationLink { label: "…".into(), url: None, current: false, rel: None });
        }
    }
    links
}

/// Address of the page with this zero-based index: that of the list for the first page, `ideas/2/`
/// for the second.
fn page_address(address: &str, page_index: usize) -> String {
    if page_index == 0 { address.to_owned() } else { format!("{address}{}/", page_index + 1) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_list_shows_its_ends_and_the_neighbours() {
        let labels: Vec<String> =
            links("ideas/", 1950, 9).into_iter().map(|link| link.label).collect();
        assert_eq!(labels, ["1", "…", "8", "9", "10", "11", "12", "…", "20"]);
        assert!(links("ideas/", 100, 0).is_empty(), "a single page needs no steps");
        assert_eq!(
            page_addresses("ideas/", 101).collect::<Vec<_>>(),
            [("ideas/".to_owned(), 0), ("ideas/2/".to_owned(), 1)]
        );
        assert_eq!(rows_on_page(&[0; 101], 1).len(), 1);
    }
}
