//! Parsing and validation of `site.toml`.

use jiff::civil::Date;
use serde::Deserialize;

use crate::diagnostic::{Diagnostic, Place, nearest};
use crate::site::{EditorPublication, Site, language};
use crate::source::{ReadOptions, SourceFile};

/// All keys and tables of `site.toml`, for hints.
const KNOWN_KEYS: &[&str] = &[
    "title",
    "description",
    "base_url",
    "cards",
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
    "write",
    "sources",
    "editor",
    "publish",
];

/// Parses and validates the settings. `today` is the build date.
///
/// # Errors
/// A diagnostic of the first problem: invalid TOML, an unknown key, or a value out of range.
pub fn parse_settings(file: &SourceFile, today: Date) -> Result<Site, Diagnostic> {
    let mut site: Site = toml::from_str(&file.text).map_err(|error| to_diagnostic(file, &error))?;
    site.today = today;
    site.settings_text = std::sync::Arc::clone(&file.text);
    site.base_url = normalise_base_url(&site.base_url)
        .map_err(|(message, hint)| invalid_setting(file, "base_url", message).hint(hint))?;
    validate(file, &site)?;
    site.language = language::normalise_tag(&site.language).unwrap_or(site.language);
    Ok(site)
}

/// The problem of a TOML error at the place that the error names, with the nearest known key as
/// hint for an unknown key.
fn to_diagnostic(file: &SourceFile, error: &toml::de::Error) -> Diagnostic {
    let message = error.message().trim().trim_end_matches('.').to_owned();
    let place = Place::new(&file.path, error.span().unwrap_or(0..0));
    let short = message.split(", expected one of").next().unwrap_or(&message);
    let diagnostic = Diagnostic::error("invalid-settings", place, short);
    match message.strip_prefix("unknown field `").and_then(|rest| rest.split('`').next()) {
        Some(key) => diagnostic.hint(nearest::hint(key, KNOWN_KEYS.iter().copied())),
        None => {
            diagnostic.hint("compare with the commented `site.toml` that `casebook init` writes")
        }
    }
}

/// Checks values that depend on one another or on a list of codes; the first problem is returned.
fn validate(file: &SourceFile, site: &Site) -> Result<(), Diagnostic> {
    let fail = |key: &str, message: String| Err(invalid_setting(file, key, message));
    if !(0.0..=1.0).contains(&site.similar.related)
        || !(0.0..=1.0).contains(&site.similar.duplicate)
    {
        return fail("similar", "the thresholds of `[similar]` lie between 0 and 1".into());
    }
    if site.similar.related > site.similar.duplicate {
        return fail(
            "related",
            "`related` is above `duplicate`, so nothing could be merely related".into(),
        );
    }
    if language::normalise_tag(&site.language).is_none() {
        let problem = invalid_setting(
            file,
            "language",
            format!("`{}` is not a language code", site.language),
        );
        return Err(problem.hint(
            "use the BCP 47 code of a language, such as `en` or `nl`; a country's code is another",
        ));
    }
    Ok(())
}

/// The problem that the value of a key is invalid, at the place of that key.
fn invalid_setting(file: &SourceFile, key: &str, message: String) -> Diagnostic {
    Diagnostic::error("invalid-settings", find_key(file, key), message)
}

/// Normalises the address of the site: lower-case scheme and host, characters beyond ASCII encoded,
/// one slash at the end. Empty stays empty.
///
/// # Errors
/// Message and hint if a site cannot have this address.
fn normalise_base_url(written: &str) -> Result<String, (String, String)> {
    let text = written.trim();
    if text.is_empty() {
        return Ok(String::new());
    }
    let refuse = |why: &str, hint: &str| Err((format!("`{written}` {why}"), hint.to_owned()));
    /// The hint for every `base_url` that is refused.
    const BASE_URL_HINT: &str = "write the address of the first page, such as `https://hub.example/` or `https://example.org/hub/`";
    if text.contains(|letter: char| letter.is_whitespace() || letter.is_control() || letter == '\\')
    {
        return refuse(
            "has a space, a backslash or a character that cannot be seen",
            BASE_URL_HINT,
        );
    }
    let address = match url::Url::parse(text) {
        Ok(address) if matches!(address.scheme(), "https" | "http") && text.contains("://") => {
            address
        }
        _ => return refuse("is not a web address", BASE_URL_HINT),
    };
    if text.contains(['?', '#']) {
        return refuse(
            "has a query or a fragment, which cannot come before the path of a page",
            BASE_URL_HINT,
        );
    }
    if !address.username().is_empty() || address.password().is_some() {
        return refuse("names an account, which every page would publish", BASE_URL_HINT);
    }
    let folders: Vec<&str> =
        address.path().split('/').filter(|folder| !folder.is_empty()).collect();
    let path = folders.iter().fold(String::from("/"), |path, folder| path + folder + "/");
    Ok(format!("{}{path}", &address[..url::Position::BeforePath]))
}

/// The first occurrence of the text of a key in the file, in whichever table it is; the start of
/// the file if there is none.
fn find_key(file: &SourceFile, key: &str) -> Place {
    let start = file.text.find(key).unwrap_or(0);
    Place::new(&file.path, start..start + key.len().min(file.text.len() - start))
}

/// The settings that decide which files are read. Invalid settings give the defaults here; their
/// problem is reported by [`parse_settings`].
pub fn read_options(file: &SourceFile) -> ReadOptions {
    let table = file.text.parse::<toml::Table>().unwrap_or_default();
    let texts = |name: &str| {
        let list = table
            .get("content")
            .and_then(|content| content.get(name))
            .and_then(toml::Value::as_array)?;
        Some(
            list.iter().filter_map(toml::Value::as_str).map(str::to_owned).collect::<Vec<String>>(),
        )
    };
    let defaults = ReadOptions::default();
    ReadOptions {
        ignore: texts("ignore").unwrap_or(defaults.ignore),
        theme: table
            .get("theme")
            .and_then(toml::Value::as_str)
            .map_or(defaults.theme, str::to_owned),
        attachments: texts("attachments").unwrap_or(defaults.attachments),
        reads_editor: is_editor_published(&table),
    }
}

/// Whether the settings publish the editor with any site; a value that is no word of the setting
/// does not.
fn is_editor_published(settings: &toml::Table) -> bool {
    let publish = settings.get("editor").and_then(|editor| editor.get("publish"));
    publish
        .and_then(|publish| EditorPublication::deserialize(publish.clone()).ok())
        .is_some_and(|publish| publish != EditorPublication::None)
}

#[cfg(test)]
mod tests {
    use super::normalise_base_url;

    #[test]
    fn the_base_url_is_normalised() {
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
            assert_eq!(normalise_base_url(written).ok().as_deref(), wanted, "{written}");
        }
    }
}
