//! The manual: one page for every code, from the opening comment of a check or from the folder `reading`.

use crate::check::CHECKS;
use crate::site::CheckLevel;

/// Declares the manual pages of these codes, each read from its file in the folder `reading`.
macro_rules! reading_pages {
    ($($code:literal)*) => {
        /// Code and manual page of each problem that is found while files are read, before any
        /// check runs.
        const READING_PAGES: &[(&str, &str)] = &[$(($code, include_str!(concat!("reading/", $code, ".md")))),*];
    };
}

reading_pages! {
    "aliased-term" "anchor-taken" "broken-anchor" "broken-link" "copied-crowd" "deprecated-term" "duplicate-key" "front-matter-missing"
    "front-matter-unclosed" "html-removed" "incomplete-language" "invalid-date" "invalid-alias" "invalid-glob" "invalid-link" "invalid-settings" "invalid-term-id"
    "invalid-vocabulary" "invalid-yaml" "leftover-file" "lost-text" "missing-content" "missing-field" "missing-image" "not-a-link" "not-utf8" "out-of-range"
    "refused-attachment" "same-address" "same-name" "stray-file" "symbolic-link" "too-large" "unclear-gate" "unknown-days" "unknown-id"
    "unknown-key" "unknown-language" "unknown-term" "unknown-value"
    "unknown-vocabulary" "unlisted-term" "unportable-name" "unreadable" "wrong-type"
}

/// All diagnostic codes: those of checks by subject, then those of problems found while files are
/// read, by name.
pub fn codes() -> impl Iterator<Item = &'static str> {
    CHECKS.iter().map(|check| check.code).chain(READING_PAGES.iter().map(|(code, _)| *code))
}

/// The manual page of a code as Markdown, without a heading; none for an unknown code.
pub fn page(code: &str) -> Option<String> {
    if let Some(check) = CHECKS.iter().find(|check| check.code == code) {
        return Some(opening_comment(check.source));
    }
    READING_PAGES.iter().find(|(known, _)| *known == code).map(|(_, page)| page.trim().to_owned())
}

/// The default level of a check; none for codes of problems found while files are read, whose
/// severity varies.
pub fn level(code: &str) -> Option<CheckLevel> {
    CHECKS.iter().find(|check| check.code == code).map(|check| check.level)
}

/// The first line of a manual page, which is its summary.
pub fn title(code: &str) -> Option<String> {
    page(code).and_then(|page| page.lines().next().map(str::to_owned))
}

/// The text of the `//!` comment at the start of a source file, which is Markdown.
fn opening_comment(source: &str) -> String {
    let lines = source.lines().map_while(|line| line.strip_prefix("//!"));
    lines
        .map(|line| line.strip_prefix(' ').unwrap_or(line))
        .collect::<Vec<_>>()
        .join("\n")
        .trim()
        .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_has_a_page_with_a_sentence_and_a_reason() {
        for code in codes() {
            let text = page(code).expect("listed");
            let first = text.lines().next().unwrap_or("");
            assert!(
                first.ends_with('.') && first.len() > 12,
                "`{code}` opens with a sentence: {first}"
            );
            assert!(text.split("\n\n").count() >= 3, "`{code}` says what, why and how to mend it");
        }
        assert_eq!(page("nothing-of-the-kind"), None);
    }

    #[test]
    fn codes_are_unique_and_in_kebab_case() {
        let mut all: Vec<&str> = codes().collect();
        all.sort_unstable();
        assert!(all.windows(2).all(|pair| pair[0] != pair[1]));
        assert!(all.iter().all(|code| {
            code.bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
        }));
    }
}
