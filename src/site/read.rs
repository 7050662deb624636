//! From the text of `site.toml` to a `Site`, with its problems as diagnostics.

use jiff::civil::Date;

use crate::diagnostic::{Diagnostic, Place, nearest};
use crate::site::{Site, language};
use crate::source::{Reading, SourceFile};

/// The keys and tables of `site.toml`, for suggestions.
const KNOWN: &[&str] = &[
    "title",
    "description",
    "base_url",
    "language",
    "theme",
    "owner",
    "notice",
    "audience",
    "default_visibility",
    "content",
    "ignore",
    "attachments",
    "remote_images",
    "vocabulary",
    "mode",
    "checks",
    "preset",
    "similar",
    "related",
    "duplicate",
    "search",
    "pack",
    "metrics",
    "common",
    "by_objective",
    "ideas",
    "score",
    "confidence_cap",
    "stale_after_days",
    "repository",
    "kind",
    "url",
    "branch",
    "folder",
    "show_authors",
    "navigation",
    "pages",
];

/// Reads the settings. `today` is the build date.
///
/// # Errors
/// A diagnostic with the place of the first problem; TOML is read as a whole, so there is one at a time.
pub fn read(file: &SourceFile, today: Date) -> Result<Site, Diagnostic> {
    let mut site: Site = toml::from_str(&file.text).map_err(|error| diagnostic(file, &error))?;
    site.today = today;
    site.text = std::sync::Arc::clone(&file.text);
    site.base_url = base_url(&site.base_url).map_err(|(message, hint)| invalid(file, "base_url", message).hint(hint))?;
    check_values(file, &site)?;
    site.language = language::tag(&site.language).unwrap_or(site.language);
    Ok(site)
}

fn diagnostic(file: &SourceFile, error: &toml::de::Error) -> Diagnostic {
    let message = error.message().trim().trim_end_matches('.').to_owned();
    let place = Place::new(&file.path, error.span().unwrap_or(0..0));
    let short = message.split(", expected one of").next().unwrap_or(&message);
    let diagnostic = Diagnostic::error("invalid-settings", place, short);
    match message.strip_prefix("unknown field `").and_then(|rest| rest.split('`').next()) {
        Some(key) => diagnostic.hint(nearest::hint(key, KNOWN.iter().copied())),
        None => diagnostic.hint("compare with the commented `site.toml` that `casebook init` writes"),
    }
}

fn check_values(file: &SourceFile, site: &Site) -> Result<(), Diagnostic> {
    let fail = |key: &str, message: String| Err(invalid(file, key, message));
    if !(0.0..=1.0).contains(&site.similar.related) || !(0.0..=1.0).contains(&site.similar.duplicate) {
        return fail("similar", "the thresholds of `[similar]` lie between 0 and 1".into());
    }
    if site.similar.related > site.similar.duplicate {
        return fail("related", "`related` is above `duplicate`, so nothing could be merely related".into());
    }
    if language::tag(&site.language).is_none() {
        let problem = invalid(file, "language", format!("`{}` is not a language code", site.language));
        return Err(problem.hint("use the BCP 47 code of a language, such as `en` or `nl`; a country's code is another"));
    }
    Ok(())
}

fn invalid(file: &SourceFile, key: &str, message: String) -> Diagnostic {
    Diagnostic::error("invalid-settings", place_of(file, key), message)
}

/// The address of the site in its one form: scheme and host in lower case, letters beyond ASCII encoded, one slash at the end. An empty one
/// stays empty.
///
/// # Errors
/// Why no site can have this address, and what to write.
fn base_url(written: &str) -> Result<String, (String, String)> {
    let text = written.trim();
    if text.is_empty() {
        return Ok(String::new());
    }
    let refuse = |why: &str, hint: &str| Err((format!("`{written}` {why}"), hint.to_owned()));
    const EXAMPLE: &str = "write the address of the first page, such as `https://hub.example/` or `https://example.org/hub/`";
    if text.contains(|letter: char| letter.is_whitespace() || letter.is_control() || letter == '\\') {
        return refuse("has a space, a backslash or a character that cannot be seen", EXAMPLE);
    }
    let address = match url::Url::parse(text) {
        Ok(address) if matches!(address.scheme(), "https" | "http") && text.contains("://") => address,
        _ => return refuse("is not a web address", EXAMPLE),
    };
    if text.contains(['?', '#']) {
        return refuse("has a query or a fragment, which cannot come before the path of a page", EXAMPLE);
    }
    if !address.username().is_empty() || address.password().is_some() {
        return refuse("names an account, which every page would publish", EXAMPLE);
    }
    let folders: Vec<&str> = address.path().split('/').filter(|folder| !folder.is_empty()).collect();
    let path = folders.iter().fold(String::from("/"), |path, folder| path + folder + "/");
    Ok(format!("{}{path}", &address[..url::Position::BeforePath]))
}

fn place_of(file: &SourceFile, key: &str) -> Place {
    let at = file.text.find(key).unwrap_or(0);
    Place::new(&file.path, at..at + key.len().min(file.text.len() - at))
}

/// What must be known before other files are read. Settings that cannot be read give the defaults here; the problem itself is
/// reported when the settings are read in earnest.
pub fn reading(file: &SourceFile) -> Reading {
    let table = file.text.parse::<toml::Table>().unwrap_or_default();
    let texts = |name: &str| {
        let list = table.get("content").and_then(|content| content.get(name)).and_then(toml::Value::as_array)?;
        Some(list.iter().filter_map(toml::Value::as_str).map(str::to_owned).collect::<Vec<String>>())
    };
    let presumed = Reading::default();
    Reading {
        ignore: texts("ignore").unwrap_or(presumed.ignore),
        theme: table.get("theme").and_then(toml::Value::as_str).map_or(presumed.theme, str::to_owned),
        attachments: texts("attachments").unwrap_or(presumed.attachments),
    }
}

#[cfg(test)]
mod tests {
    use super::base_url;

    #[test]
    fn the_address_of_the_site_has_one_form() {
        let rows = [
            ("", Some("")),
            ("https://hub.example", Some("https://hub.example/")),
            ("https://hub.example//", Some("https://hub.example/")),
            ("HTTPS://Hub.Example/A/", Some("https://hub.example/A/")),
            ("http://localhost:8080/x//hub", Some("http://localhost:8080/x/hub/")),
            ("https://hub.example/caf\u{e9}", Some("https://hub.example/caf%C3%A9/")),
            ("https://hub.example/a b/", None),
            ("https://hub.example/?x=1", None),
            ("https://hub.example/#top", None),
            ("https://me:secret@hub.example/", None),
            ("hub.example", None),
            ("ftp://hub.example/", None),
            ("https:hub.example", None),
            ("https://", None),
            ("mailto:hub@hub.example", None),
        ];
        for (written, wanted) in rows {
            assert_eq!(base_url(written).ok().as_deref(), wanted, "{written}");
        }
    }
}
