//! Whatever Markdown a body holds becomes a page in which nothing can run.

use casebook::record::{html::sanitise, outline};

use crate::hub::{PLANNED, read_case_study};

/// Takes any text for the body of a case study.
pub fn run(bytes: &[u8]) {
    let Ok(markdown) = std::str::from_utf8(bytes) else { return };
    let read_outline = outline::read(markdown, 0);
    for text in read_outline.texts() {
        assert!(text.len() <= 16 * markdown.len() + 64, "more is said than was written");
    }
    let catalog = read_case_study(&format!("---\n{PLANNED}---\n{markdown}"));
    for case in &catalog.cases {
        let html = casebook::page::body::html(&catalog, &case.meta.body, "../../../");
        let clean = sanitise(&html);
        assert_eq!(sanitise(&clean), clean, "what is harmless stays as it is");
        let lower = clean.to_ascii_lowercase();
        assert!(!lower.contains("<script") && !lower.contains("<style") && !lower.contains("<iframe"), "{clean}");
    }
}
