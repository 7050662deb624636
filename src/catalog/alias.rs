//! Parses the entries of `aliases:`, which are former addresses of a record.

use crate::catalog::links::has_scheme;
use crate::diagnostic::{Diagnostic, Place};
use crate::site::address::percent_decode;
use crate::source::to_nfc;

/// The longest name of a file or folder that common file systems accept, in bytes.
const MAX_NAME_BYTES: usize = 255;
/// The longest accepted path below the site's root, in bytes; common systems accept 4,096 with the
/// folders above it.
const MAX_PATH_BYTES: usize = 2048;

/// Parses an alias into a site address: `old/name/` for a page, `old/name.html` for a file.
///
/// # Errors
/// A diagnostic with code `invalid-alias` where a static host cannot serve the address.
pub fn parse_alias(written: &str, place: &Place) -> Result<String, Box<Diagnostic>> {
    let text = written.trim();
    let fail = |problem: &str, hint: String| {
        Err(Box::new(
            Diagnostic::error(
                "invalid-alias",
                place.clone(),
                format!("the alias `{text}` {problem}"),
            )
            .hint(hint),
        ))
    };
    if text.starts_with("//") || has_scheme(text) {
        let rest = text.split_once("//").map_or("", |(_, rest)| rest);
        let path = rest.split_once('/').map_or("", |(_, path)| path);
        return fail("is a whole web address", path_hint(&format!("/{path}")));
    }
    if let Some((path, _)) = text.split_once(['?', '#']) {
        return fail(
            "has a query or a fragment, which a host of files does not see",
            path_hint(path),
        );
    }
    let path = to_nfc(&percent_decode(text)).into_owned();
    if path.contains('\\') {
        return fail(
            "has a backslash",
            format!("addresses have slashes: `{}`", path.replace('\\', "/")),
        );
    }
    if path.chars().any(char::is_control) {
        return fail("holds characters that cannot be seen", "write it anew".to_owned());
    }
    if path.split('/').any(|part| matches!(part, "." | "..")) {
        return fail(
            "leads through `.` or `..`",
            "write it from the root of the site, such as `/old/name/`".to_owned(),
        );
    }
    let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    let path = parts.join("/");
    if let Some(hint) = length_hint(&path) {
        return fail("is too long", hint);
    }
    let folder = if path == "index.html" { Some("") } else { path.strip_suffix("/index.html") };
    Ok(match folder {
        Some("") => String::new(),
        Some(folder) => format!("{folder}/"),
        None if path.is_empty() || is_page_file(&path) => path,
        None => format!("{path}/"),
    })
}

/// Hint for an alias with more than a path; `path` is its path.
fn path_hint(path: &str) -> String {
    if path.trim_matches('/').is_empty() || path.contains(['?', '#']) {
        "an alias is a path of this site, such as `/old/name/`".to_owned()
    } else {
        format!("write only its path: `{path}`")
    }
}

/// Hint for a path that is too long for a file system; none where it is short enough.
fn length_hint(path: &str) -> Option<String> {
    match path.split('/').find(|name| name.len() > MAX_NAME_BYTES) {
        Some(name) => Some(format!(
            "a part of it is {} bytes long; a file's name may have {MAX_NAME_BYTES}",
            name.len()
        )),
        None => (path.len() > MAX_PATH_BYTES)
            .then(|| format!("it is {} bytes long; {MAX_PATH_BYTES} are taken", path.len())),
    }
}

/// Whether an address names a page or text file rather than a folder, by its extension.
fn is_page_file(path: &str) -> bool {
    let extension = path.rsplit_once('.').map(|(_, extension)| extension.to_ascii_lowercase());
    matches!(extension.as_deref(), Some("html" | "htm" | "xml" | "txt"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn aliases_become_addresses() {
        let place = Place::file(&"content/a.md".into());
        let rows = [
            ("/old/name/", Some("old/name/")),
            ("old//name", Some("old/name/")),
            ("/caf%C3%A9/", Some("café/")),
            ("/old.html", Some("old.html")),
            ("/old/index.html", Some("old/")),
            ("/", Some("")),
            ("https://old.example/study", None),
            ("//old.example/study", None),
            ("/old/path#part", None),
            ("/old/page?id=7", None),
            ("old\\name", None),
            ("old%5Cname", None),
            ("/a/../b/", None),
            ("/a%00b/", None),
        ];
        for (written, wanted) in rows {
            assert_eq!(parse_alias(written, &place).ok().as_deref(), wanted, "{written}");
        }
        assert!(parse_alias(&"a".repeat(300), &place).is_err());
        let hint = |written: &str| {
            parse_alias(written, &place).unwrap_err().hint.unwrap_or_default().to_string()
        };
        assert_eq!(hint("https://old.example/study"), "write only its path: `/study`");
        assert_eq!(hint("/old/page?id=7"), "write only its path: `/old/page`");
        assert_eq!(hint("old\\name"), "addresses have slashes: `old/name`");
    }
}
