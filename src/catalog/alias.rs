//! `aliases:` of a record as old addresses of the site.

use crate::catalog::links::{decode, has_scheme};
use crate::diagnostic::{Diagnostic, Place};
use crate::source::composed;

/// The longest name of a file or folder that the usual file systems take, in bytes.
const LONGEST_NAME: usize = 255;
/// The longest path below the site's root, in bytes; the usual systems take 4,096 with the folders above it.
const LONGEST_PATH: usize = 2048;

/// The address that an alias names: `old/name/` of a page, `old/name.html` of a file.
///
/// # Errors
/// What is wrong with it where no reader could ever ask this site for it.
pub fn address(written: &str, place: &Place) -> Result<String, Box<Diagnostic>> {
    let text = written.trim();
    let fail =
        |why: &str, hint: String| Err(Box::new(Diagnostic::error("invalid-alias", place.clone(), format!("the alias `{text}` {why}")).hint(hint)));
    if text.starts_with("//") || has_scheme(text) {
        let rest = text.split_once("//").map_or("", |(_, rest)| rest);
        let path = rest.split_once('/').map_or("", |(_, path)| path);
        return fail("is a whole web address", path_hint(&format!("/{path}")));
    }
    if let Some((path, _)) = text.split_once(['?', '#']) {
        return fail("has a query or a fragment, which a host of files does not see", path_hint(path));
    }
    let path = composed(&decode(text)).into_owned();
    if path.contains('\\') {
        return fail("has a backslash", format!("addresses have slashes: `{}`", path.replace('\\', "/")));
    }
    if path.chars().any(char::is_control) {
        return fail("holds characters that cannot be seen", "write it anew".to_owned());
    }
    if path.split('/').any(|part| matches!(part, "." | "..")) {
        return fail("leads through `.` or `..`", "write it from the root of the site, such as `/old/name/`".to_owned());
    }
    let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    let path = parts.join("/");
    if let Some(why) = too_long(&path) {
        return fail("is too long", why);
    }
    let folder = if path == "index.html" { Some("") } else { path.strip_suffix("/index.html") };
    Ok(match folder {
        Some("") => String::new(),
        Some(folder) => format!("{folder}/"),
        None if path.is_empty() || is_page_file(&path) => path,
        None => format!("{path}/"),
    })
}

fn path_hint(path: &str) -> String {
    if path.trim_matches('/').is_empty() || path.contains(['?', '#']) {
        "an alias is a path of this site, such as `/old/name/`".to_owned()
    } else {
        format!("write only its path: `{path}`")
    }
}

/// Why a path cannot be the name of a file, if so.
fn too_long(path: &str) -> Option<String> {
    match path.split('/').find(|name| name.len() > LONGEST_NAME) {
        Some(name) => Some(format!("a part of it is {} bytes long; a file's name may have {LONGEST_NAME}", name.len())),
        None => (path.len() > LONGEST_PATH).then(|| format!("it is {} bytes long; {LONGEST_PATH} are taken", path.len())),
    }
}

/// Whether an old page was a file of its own rather than a folder.
fn is_page_file(path: &str) -> bool {
    let end = path.rsplit_once('.').map(|(_, end)| end.to_ascii_lowercase());
    matches!(end.as_deref(), Some("html" | "htm" | "xml" | "txt"))
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
            assert_eq!(address(written, &place).ok().as_deref(), wanted, "{written}");
        }
        assert!(address(&"a".repeat(300), &place).is_err());
        let hint = |written: &str| address(written, &place).unwrap_err().hint.unwrap_or_default().to_string();
        assert_eq!(hint("https://old.example/study"), "write only its path: `/study`");
        assert_eq!(hint("/old/page?id=7"), "write only its path: `/old/page`");
        assert_eq!(hint("old\\name"), "addresses have slashes: `old/name`");
    }
}
