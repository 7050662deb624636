//! A language is given by its code.
//!
//! `language` decides how words are found in search and how browsers read the page aloud. A name such as "english" tells
//! them nothing.
//!
//! Use the BCP 47 code: two or three letters, and a region where it matters.
//!
//! ```yaml
//! language: pt-BR
//! ```

use crate::catalog::Meta;
use crate::check::{Context, Found};

pub fn check(meta: &Meta, _: &Context<'_>, found: &mut Found<'_>) {
    if !is_tag(&meta.language) {
        found.field("language", format!("`{}` is not a language code", meta.language), "use the BCP 47 code, such as `en`, `pt-BR` or `zh-Hant`");
    }
}

/// The shape of a BCP 47 tag: a language of two or three letters, then parts of up to eight letters and digits.
fn is_tag(language: &str) -> bool {
    let mut parts = language.split('-');
    let primary = parts.next().unwrap_or("");
    let letters = (2..=3).contains(&primary.len()) && primary.bytes().all(|byte| byte.is_ascii_alphabetic());
    letters && parts.all(|part| (1..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_and_names() {
        assert!(["en", "pt-BR", "zh-Hant-TW", "gsw"].into_iter().all(is_tag));
        assert!(!["english", "e", "pt_BR", "en-", ""].into_iter().any(is_tag));
    }
}
