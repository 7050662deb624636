//! What `serve` adds to a page: the reload script and the overlay with problems; also its
//! placeholder pages.

/// Path of the files and events of `serve` itself; no record can have this address.
pub const INTERNAL_PATH: &str = "/_casebook";

/// The script that reloads a changed page and shows problems in the overlay.
pub const RELOAD_SCRIPT: &str = include_str!("reload.js");

/// The style sheet of the overlay, which lists problems over the shown page, and of the placeholder
/// pages.
pub const OVERLAY_STYLE: &str = include_str!("overlay.css");

/// Inserts the reload script at the end of the body, with the version of the page in its address.
pub fn insert_reload_script(page: &[u8], version: u64) -> Vec<u8> {
    let script = format!(
        "<script type=\"module\" src=\"{INTERNAL_PATH}/reload.js?version={version}\"></script>\n"
    );
    let end = b"</body>";
    let at = page
        .windows(end.len())
        .rposition(|window| window.eq_ignore_ascii_case(end))
        .unwrap_or(page.len());
    [&page[..at], script.as_bytes(), &page[at..]].concat()
}

/// A page with a plain text: before the first complete build, in place of a missing 404 page, and
/// where a request fails.
pub fn render_placeholder(title: &str, text: &str) -> Vec<u8> {
    let [title, text] = [title, text].map(escape_html);
    format!(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\"><meta name=\"color-scheme\" content=\"light dark\">\
         <title>{title}</title><link rel=\"stylesheet\" href=\"{INTERNAL_PATH}/overlay.css\"></head>\
         <body class=\"stand-in\"><main><h1>{title}</h1><p>{text}</p></main></body></html>\n"
    )
    .into_bytes()
}

/// A text for the content of an element; quotation marks stay, so it is not for attributes.
fn escape_html(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_script_stands_at_the_end_of_the_body() {
        let page = insert_reload_script(b"<body><pre>&lt;/body></pre></BODY></html>", 7);
        let page = String::from_utf8(page).unwrap();
        assert!(page.ends_with("</pre><script type=\"module\" src=\"/_casebook/reload.js?version=7\"></script>\n</BODY></html>"), "{page}");
        assert!(insert_reload_script(b"<p>text", 1).ends_with(b"</script>\n"));
    }
}
