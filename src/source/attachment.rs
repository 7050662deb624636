//! Which attachments are published: those with an allowed extension and without active content.

use std::sync::Arc;

use crate::diagnostic::{Diagnostic, Place};

/// File extensions that are published by default: images, audio, video, documents, tables and
/// archives.
pub const DEFAULT_EXTENSIONS: &[&str] = &[
    "png", "jpg", "jpeg", "gif", "webp", "avif", "svg", "ico", "bmp", "tif", "tiff", "heic", "mp4",
    "m4v", "webm", "mov", "ogv", "mp3", "m4a", "ogg", "oga", "wav", "flac", "vtt", "srt", "pdf",
    "txt", "csv", "tsv", "json", "geojson", "xlsx", "xls", "ods", "docx", "doc", "odt", "rtf",
    "pptx", "ppt", "odp", "key", "pages", "numbers", "epub", "zip", "ics", "vcf", "eml", "msg",
    "fig", "sketch", "psd", "ai", "eps", "indd", "parquet", "ipynb", "sql", "r", "py",
];

/// File extensions that a browser opens as a page or a script of the site; never published,
/// whatever `site.toml` allows.
const ACTIVE_EXTENSIONS: &[&str] = &[
    "html", "htm", "xhtml", "xht", "shtml", "mhtml", "mht", "xml", "xsl", "xslt", "svgz", "js",
    "mjs", "cjs", "wasm", "swf", "hta", "htc", "php", "jsp", "asp",
];

/// The largest SVG file that is inspected, in bytes.
pub const MAX_SVG_BYTES: u64 = 4 << 20;

/// A warning if the extension of a file forbids publishing it. `allowed` holds extensions, with or
/// without a full stop before them.
pub fn check_extension(path: &Arc<str>, allowed: &[String]) -> Option<Diagnostic> {
    let name = path.rsplit('/').next().unwrap_or(path);
    let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension).to_lowercase();
    if ACTIVE_EXTENSIONS.contains(&extension.as_str()) {
        let hint = "publish it elsewhere and link to it, or put a picture or a PDF of it beside the record";
        return Some(refused_attachment(
            path,
            format!("`{name}` could run in a reader's browser; it is not published"),
            hint,
        ));
    }
    if allowed.iter().any(|known| known.trim_start_matches('.').eq_ignore_ascii_case(&extension)) {
        return None;
    }
    let message = if extension.is_empty() {
        format!("`{name}` has no ending that says what it is; it is not published")
    } else {
        format!("files that end in `.{extension}` are not published")
    };
    Some(refused_attachment(
        path,
        message,
        "add the ending to `[content] attachments` in site.toml, or move the file out of `content/`",
    ))
}

/// Whether a file is an SVG image by its extension.
pub fn is_svg(path: &str) -> bool {
    path.rsplit_once('.').is_some_and(|(_, extension)| extension.eq_ignore_ascii_case("svg"))
}

/// A warning if the content of an SVG file forbids publishing it: scripts, event handlers, external
/// references, or an ambiguous encoding.
pub fn check_svg(path: &Arc<str>, bytes: &[u8]) -> Option<Diagnostic> {
    let reason = match std::str::from_utf8(bytes) {
        Ok(text) => find_ambiguity(&text.to_lowercase())
            .or_else(|| find_active_content(&text.to_lowercase()))?,
        Err(_) => "is not UTF-8, so nobody can tell what it holds",
    };
    let name = path.rsplit('/').next().unwrap_or(path);
    Some(refused_attachment(
        path,
        format!("`{name}` {reason}; it is not published"),
        "save it as a plain SVG without scripts, or as a PNG",
    ))
}

/// What in a lower-case SVG may make a browser decode it differently than [`find_active_content`]
/// does.
fn find_ambiguity(text: &str) -> Option<&'static str> {
    let text = text.trim_start_matches('\u{feff}');
    if text.chars().any(|letter| letter.is_control() && !matches!(letter, '\t' | '\n' | '\r'))
        || !text.trim_start().starts_with('<')
    {
        return Some("is no plain text, so nobody can tell what it holds");
    }
    let declaration =
        text.strip_prefix("<?xml").and_then(|rest| rest.split("?>").next()).unwrap_or("");
    let encoding = declaration
        .split_once("encoding")
        .map(|(_, rest)| attribute_value(rest.trim_start().trim_start_matches('=')));
    let is_ascii_compatible = |encoding: &str| {
        matches!(encoding, "iso-8859-1" | "iso-8859-15" | "windows-1252") && text.is_ascii()
    };
    if encoding.is_some_and(|encoding| {
        !matches!(encoding, "utf-8" | "utf8" | "us-ascii" | "ascii")
            && !is_ascii_compatible(encoding)
    }) {
        return Some("names an encoding other than UTF-8");
    }
    let doctype =
        text.split_once("<!doctype").map(|(_, rest)| rest.split('>').next().unwrap_or(rest));
    if doctype.is_some_and(|doctype| doctype.contains('[')) {
        return Some("defines what its words mean");
    }
    (text.contains("style") && text.contains('\\'))
        .then_some("holds a style with letters written as codes")
}

/// The text with numeric character references (`&#x6a;`) decoded, which may occur in any attribute
/// value and could hide a script.
fn decode_references(text: &str) -> String {
    let mut decoded = String::with_capacity(text.len());
    for (index, piece) in text.split("&#").enumerate() {
        let (code, rest) = piece.split_once(';').unwrap_or(("", piece));
        let number = code
            .strip_prefix('x')
            .map_or_else(|| code.parse().ok(), |code| u32::from_str_radix(code, 16).ok());
        match number.and_then(char::from_u32).filter(|_| index > 0) {
            Some(letter) => {
                decoded.extend(letter.to_lowercase());
                decoded.push_str(rest);
            }
            None => decoded.push_str(piece),
        }
    }
    decoded
}

/// What in a lower-case SVG could run a script or load another file.
fn find_active_content(text: &str) -> Option<&'static str> {
    let decoded = decode_references(text);
    let text = decoded.as_str();
    /// Elements, without the prefix of a namespace, that run scripts or embed other content.
    const ELEMENTS: &[&str] = &[
        "script",
        "foreignobject",
        "iframe",
        "embed",
        "object",
        "handler",
        "listener",
        "audio",
        "video",
    ];
    let is_active = |name: &str| ELEMENTS.contains(&name.rsplit(':').next().unwrap_or(name));
    if text.match_indices('<').any(|(at, _)| is_active(element_name(&text[at + 1..]))) {
        return Some("holds an element that can run or load something");
    }
    if text.contains("<!entity") || text.contains("<?xml-stylesheet") {
        return Some("defines entities or names a style sheet");
    }
    if text.contains("javascript:") || text.contains("vbscript:") {
        return Some("holds an address that runs a script");
    }
    let is_outside = |at: usize| {
        !is_internal_address(text[at..].trim_start_matches(|letter: char| {
            letter.is_whitespace() || matches!(letter, '"' | '\'')
        }))
    };
    if text.match_indices("url(").any(|(at, mark)| is_outside(at + mark.len()))
        || ["@import", "image-set(", "-moz-binding"].iter().any(|function| text.contains(function))
    {
        return Some("leads to another file");
    }
    let values = text
        .match_indices('=')
        .map(|(at, _)| (attribute_name(&text[..at]), attribute_value(&text[at + 1..])));
    for (name, value) in values {
        if name.starts_with("on") && name.len() > 3 {
            return Some("holds a handler that runs a script");
        }
        let is_address = name == "href" || name.ends_with(":href") || name == "src";
        if is_address && !is_internal_address(value) {
            return Some("leads to another file");
        }
        // An animation can set an address after loading.
        if name == "attributename" && value.ends_with("href") {
            return Some("changes an address");
        }
    }
    None
}

/// Whether an address is a fragment of the same file or an embedded raster image.
fn is_internal_address(address: &str) -> bool {
    address.starts_with('#')
        || address.starts_with("data:image/") && !address.starts_with("data:image/svg")
}

/// The name of an element in the text behind a `<`; empty for a closing tag.
fn element_name(text: &str) -> &str {
    text.split(|letter: char| letter.is_whitespace() || matches!(letter, '>' | '/'))
        .next()
        .unwrap_or("")
}

/// The attribute name at the end of the text before an equals sign.
fn attribute_name(before: &str) -> &str {
    let before = before.trim_end();
    before
        .rsplit(|letter: char| letter.is_whitespace() || matches!(letter, '"' | '\'' | '/' | '<'))
        .next()
        .unwrap_or("")
}

/// The attribute value at the start of the text behind an equals sign.
fn attribute_value(after: &str) -> &str {
    let after = after.trim_start();
    match after.chars().next() {
        Some(quote @ ('"' | '\'')) => after[1..].split(quote).next().unwrap_or("").trim_start(),
        _ => {
            after.split(|letter: char| letter.is_whitespace() || letter == '>').next().unwrap_or("")
        }
    }
}

/// The warning that an attachment is not published.
fn refused_attachment(path: &Arc<str>, message: String, hint: &str) -> Diagnostic {
    Diagnostic::warning("refused-attachment", Place::file(path), message).hint(hint)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn active_extensions_are_refused_whatever_is_allowed() {
        let allowed: Vec<String> = ["png", ".GLB", "html"].map(str::to_owned).to_vec();
        let refused = |name: &str| {
            super::check_extension(&Arc::from(format!("content/ideas/{name}")), &allowed).is_some()
        };
        for name in [
            "mock.html",
            "mock.HTM",
            "a.xhtml",
            "run.js",
            "feed.xml",
            "unknown.exe",
            "noending",
            "a.png.html",
        ] {
            assert!(refused(name), "{name}");
        }
        for name in ["a.png", "a.PNG", "model.glb"] {
            assert!(!refused(name), "{name}");
        }
    }

    #[test]
    fn svg_files_with_active_content_are_refused() {
        let refused =
            |text: &str| check_svg(&Arc::from("content/ideas/a.svg"), text.as_bytes()).is_some();
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
            "<svg><rect fill='url(https://example.org/a.svg#b)'/></svg>",
            "<svg><rect style='fill: URL( \"other.svg#b\")'/></svg>",
            "<svg><rect style='fill:&#117;rl(other.svg#b)'/></svg>",
            "<svg><style>@import 'a.css';</style></svg>",
            "<svg><style>rect { fill: \\75rl(a.svg) }</style></svg>",
            "<?xml version='1.0' encoding='utf-7'?><svg/>",
            "<?xml version=\"1.0\" encoding = \"utf-16\"?><svg/>",
            "<!DOCTYPE svg [<!ATTLIST svg onload CDATA 'a()'>]><svg/>",
            "<\0s\0v\0g\0/\0>\0",
            "not a drawing",
        ] {
            assert!(refused(text), "{text}");
        }
        for text in [
            "<svg viewBox=\"0 0 1 1\"><use href='#a'/><path d='M0 0' stroke-width='1'/></svg>",
            "<svg><image href='data:image/png;base64,xx'/></svg>",
            "<svg aria-label='1 = on'/>",
            "<svg><rect fill='url(#a)' style='fill: url(\"#b\")'/></svg>",
            "<?xml version='1.0' encoding='UTF-8'?>\n<!DOCTYPE svg PUBLIC '-//W3C//DTD SVG 1.1//EN' 'http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd'>\n<svg/>",
            "\u{feff}<?xml version='1.0' encoding='iso-8859-1'?><svg><text>a &#8212; b</text></svg>",
        ] {
            assert!(!refused(text), "{text}");
        }
    }
}
