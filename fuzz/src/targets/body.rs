//! Any Markdown body is rendered to HTML without active content.

use casebook::record::{html::sanitise, outline};

use crate::hub::{VALID_FRONT_MATTER, read_case_study};

/// Uses the input as the body of a case study.
pub fn run(bytes: &[u8]) {
    let Ok(markdown) = std::str::from_utf8(bytes) else { return };
    let parsed_outline = outline::parse_outline(markdown, 0);
    for text in parsed_outline.section_texts() {
        assert!(text.len() <= 16 * markdown.len() + 64, "more is said than was written");
    }
    let catalog = read_case_study(&format!("---\n{VALID_FRONT_MATTER}---\n{markdown}"));
    for case in &catalog.cases {
        let html = casebook::page::text::body::render_html(&catalog, &case.meta.body, "../../../");
        let clean = sanitise(&html);
        assert_eq!(sanitise(&clean), clean, "what is harmless stays as it is");
        let lower = clean.to_ascii_lowercase();
        assert!(
            !lower.contains("<script") && !lower.contains("<style") && !lower.contains("<iframe"),
            "{clean}"
        );
    }
}
