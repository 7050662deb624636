//! From the text of `site.toml` to a `Site`, with its problems as diagnostics.

use jiff::civil::Date;

use crate::diagnostic::{Diagnostic, Place, nearest};
use crate::site::Site;
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
    if !site.base_url.is_empty() && !site.base_url.ends_with('/') {
        site.base_url.push('/');
    }
    check_values(file, &site)?;
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
    let fail = |key: &str, message: String| Err(Diagnostic::error("invalid-settings", place_of(file, key), message));
    if !(0.0..=1.0).contains(&site.similar.related) || !(0.0..=1.0).contains(&site.similar.duplicate) {
        return fail("similar", "the thresholds of `[similar]` lie between 0 and 1".into());
    }
    if site.similar.related > site.similar.duplicate {
        return fail("related", "`related` is above `duplicate`, so nothing could be merely related".into());
    }
    let is_web_address = site.base_url.starts_with("https://") || site.base_url.starts_with("http://");
    if !(is_web_address || site.base_url.is_empty()) {
        return fail("base_url", format!("`{}` is not a web address", site.base_url));
    }
    Ok(())
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
