//! What `serve` adds to a page, and the pages of its own.

/// Where `serve` keeps its own files, out of the way of any record.
pub const OWN: &str = "/_casebook";

/// Loads the page again when it has changed, and shows problems.
pub const SCRIPT: &str = include_str!("reload.js");

/// How problems look.
pub const STYLE: &str = include_str!("overlay.css");

/// The page with the script that keeps it fresh, which knows the version it belongs to.
pub fn with_script(page: &[u8], version: u64) -> Vec<u8> {
    let script = format!("<script type=\"module\" src=\"{OWN}/reload.js?version={version}\"></script>\n");
    let end = b"</body>";
    let at = page.windows(end.len()).rposition(|window| window.eq_ignore_ascii_case(end)).unwrap_or(page.len());
    [&page[..at], script.as_bytes(), &page[at..]].concat()
}

/// What is shown where there is no page: before the first good build, and instead of a missing 404 page.
pub fn stand_in(title: &str, text: &str) -> Vec<u8> {
    format!(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\"><meta name=\"color-scheme\" content=\"light dark\">\
         <title>{title}</title><link rel=\"stylesheet\" href=\"{OWN}/overlay.css\"></head>\
         <body class=\"stand-in\"><main><h1>{title}</h1><p>{text}</p></main></body></html>\n"
    )
    .into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_script_stands_at_the_end_of_the_body() {
        let page = with_script(b"<body><pre>&lt;/body></pre></BODY></html>", 7);
        let page = String::from_utf8(page).unwrap();
        assert!(page.ends_with("</pre><script type=\"module\" src=\"/_casebook/reload.js?version=7\"></script>\n</BODY></html>"), "{page}");
        assert!(with_script(b"<p>text", 1).ends_with(b"</script>\n"));
    }
}
