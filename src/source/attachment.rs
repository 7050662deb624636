//! Which files may lie beside a record: those of the hub's allow-list, and no file that runs when a reader opens it.

use std::sync::Arc;

use crate::diagnostic::{Diagnostic, Place};

/// Ends of names that may be published where `site.toml` says nothing: pictures, sound, film, documents, tables, archives.
pub const ALLOWED: &[&str] = &[
    "png", "jpg", "jpeg", "gif", "webp", "avif", "svg", "ico", "bmp", "tif", "tiff", "heic", "mp4", "m4v", "webm", "mov", "ogv", "mp3", "m4a", "ogg",
    "oga", "wav", "flac", "vtt", "srt", "pdf", "txt", "csv", "tsv", "json", "geojson", "xlsx", "xls", "ods", "docx", "doc", "odt", "rtf", "pptx",
    "ppt", "odp", "key", "pages", "numbers", "epub", "zip", "ics", "vcf", "eml", "msg", "fig", "sketch", "psd", "ai", "eps", "indd", "parquet",
    "ipynb", "sql", "r", "py",
];

/// Ends of names that a browser runs as a page or a script of the site, whatever `site.toml` allows.
const RUNS: &[&str] = &[
    "html", "htm", "xhtml", "xht", "shtml", "mhtml", "mht", "xml", "xsl", "xslt", "svgz", "js", "mjs", "cjs", "wasm", "swf", "hta", "htc", "php",
    "jsp", "asp",
];

/// The largest drawing that is looked through.
pub const LARGEST_DRAWING: u64 = 4 << 20;

/// Why a file is not published by its name, if so. `allowed` holds ends of names without the full stop.
pub fn refused(path: &Arc<str>, allowed: &[String]) -> Option<Diagnostic> {
    let name = path.rsplit('/').next().unwrap_or(path);
    let end = name.rsplit_once('.').map_or("", |(_, end)| end).to_lowercase();
    if RUNS.contains(&end.as_str()) {
        let hint = "publish it elsewhere and link to it, or put a picture or a PDF of it beside the record";
        return Some(problem(path, format!("`{name}` could run in a reader's browser; it is not published"), hint));
    }
    if allowed.iter().any(|known| known.trim_start_matches('.').eq_ignore_ascii_case(&end)) {
        return None;
    }
    let message = if end.is_empty() {
        format!("`{name}` has no ending that says what it is; it is not published")
    } else {
        format!("files that end in `.{end}` are not published")
    };
    Some(problem(path, message, "add the ending to `[content] attachments` in site.toml, or move the file out of `content/`"))
}

/// Whether a file is a drawing that has to be looked through.
pub fn is_drawing(path: &str) -> bool {
    path.rsplit_once('.').is_some_and(|(_, end)| end.eq_ignore_ascii_case("svg"))
}

/// Why a drawing is not published by what it holds, if so; nothing of it may run, load or lead anywhere.
pub fn drawing_refused(path: &Arc<str>, bytes: &[u8]) -> Option<Diagnostic> {
    let reason = match std::str::from_utf8(bytes) {
        Ok(text) => what_runs(&text.to_lowercase())?,
        Err(_) => "is not UTF-8, so nobody can tell what it holds",
    };
    let name = path.rsplit('/').next().unwrap_or(path);
    Some(problem(path, format!("`{name}` {reason}; it is not published"), "save it as a plain SVG without scripts, or as a PNG"))
}

/// What in a drawing, in lower case, could run.
fn what_runs(text: &str) -> Option<&'static str> {
    const ELEMENTS: &[&str] = &["script", "foreignobject", "iframe", "embed", "object", "handler", "listener", "audio", "video"];
    let runs = |name: &str| ELEMENTS.contains(&name.rsplit(':').next().unwrap_or(name));
    if text.match_indices('<').any(|(at, _)| runs(element(&text[at + 1..]))) {
        return Some("holds an element that can run or load something");
    }
    if text.contains("<!entity") || text.contains("<?xml-stylesheet") {
        return Some("defines entities or names a style sheet");
    }
    if text.contains("javascript:") || text.contains("vbscript:") {
        return Some("holds an address that runs a script");
    }
    let values = text.match_indices('=').map(|(at, _)| (attribute(&text[..at]), value(&text[at + 1..])));
    for (name, value) in values {
        if name.starts_with("on") && name.len() > 3 {
            return Some("holds a handler that runs a script");
        }
        let is_address = name == "href" || name.ends_with(":href") || name == "src";
        if is_address && !(value.starts_with('#') || value.starts_with("data:image/") && !value.starts_with("data:image/svg")) {
            return Some("leads to another file");
        }
        // An animation may set an address later.
        if name == "attributename" && value.ends_with("href") {
            return Some("changes an address");
        }
    }
    None
}

fn element(text: &str) -> &str {
    text.split(|letter: char| letter.is_whitespace() || matches!(letter, '>' | '/')).next().unwrap_or("")
}

fn attribute(before: &str) -> &str {
    let before = before.trim_end();
    before.rsplit(|letter: char| letter.is_whitespace() || matches!(letter, '"' | '\'' | '/' | '<')).next().unwrap_or("")
}

fn value(after: &str) -> &str {
    let after = after.trim_start();
    match after.chars().next() {
        Some(quote @ ('"' | '\'')) => after[1..].split(quote).next().unwrap_or("").trim_start(),
        _ => after.split(|letter: char| letter.is_whitespace() || letter == '>').next().unwrap_or(""),
    }
}

fn problem(path: &Arc<str>, message: String, hint: &str) -> Diagnostic {
    Diagnostic::warning("refused-attachment", Place::file(path), message).hint(hint)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_run_are_refused_whatever_is_allowed() {
        let allowed: Vec<String> = ["png", ".GLB", "html"].map(str::to_owned).to_vec();
        let refused = |name: &str| super::refused(&Arc::from(format!("content/ideas/{name}")), &allowed).is_some();
        for name in ["mock.html", "mock.HTM", "a.xhtml", "run.js", "feed.xml", "unknown.exe", "noending", "a.png.html"] {
            assert!(refused(name), "{name}");
        }
        for name in ["a.png", "a.PNG", "model.glb"] {
            assert!(!refused(name), "{name}");
        }
    }

    #[test]
    fn drawings_that_run_are_refused() {
        let refused = |text: &str| drawing_refused(&Arc::from("content/ideas/a.svg"), text.as_bytes()).is_some();
        for text in [
            "<svg><script>a</script></svg>",
            "<svg><SCRIPT\n>a</SCRIPT></svg>",
            "<svg:svg><svg:script/></svg:svg>",
            "<svg onload=\"a()\"/>",
            "<svg><g\nonclick = 'a()'/></svg>",
            "<svg><a href=\"javascript:a()\"/></svg>",
            "<svg><a xlink:href='&#106;avascript:a()'/></svg>",
            "<svg><foreignObject/></svg>",
            "<svg><image href='https://example.org/a.png'/></svg>",
            "<svg><set attributeName='href' to='x'/></svg>",
            "<!DOCTYPE svg [<!ENTITY a '<script/>'>]><svg/>",
            "<svg><use href='data:image/svg+xml,x'/></svg>",
        ] {
            assert!(refused(text), "{text}");
        }
        for text in [
            "<svg viewBox=\"0 0 1 1\"><use href='#a'/><path d='M0 0' stroke-width='1'/></svg>",
            "<svg><image href='data:image/png;base64,xx'/></svg>",
            "<svg aria-label='1 = on'/>",
        ] {
            assert!(!refused(text), "{text}");
        }
    }
}
