//! Validation of language tags (BCP 47), so that browsers and feed readers know every published
//! tag.

use isolang::Language;
use oxilangtag::LanguageTag;

/// The longest tag, in bytes; RFC 5646, section 4.4.1, lets implementations stop there.
const MAX_TAG_LENGTH: usize = 35;

/// The tag in its usual case, such as `pt-BR`; none unless it is well-formed and begins with the
/// shortest ISO 639 code of a language.
pub fn normalise_tag(written: &str) -> Option<String> {
    let tag = LanguageTag::parse_and_normalize(written)
        .ok()
        .filter(|_| written.len() <= MAX_TAG_LENGTH)?;
    let language = from_code(tag.primary_language())?;
    (shortest_code(language) == tag.primary_language()).then(|| tag.into_inner())
}

/// The language of an ISO 639-1 or 639-3 code; none for any other text, such as a tag with a
/// region.
pub fn from_code(code: &str) -> Option<Language> {
    match code.len() {
        2 => Language::from_639_1(code),
        3 => Language::from_639_3(code),
        _ => None,
    }
}

/// The ISO 639-1 code of a language, else its ISO 639-3 code.
pub fn shortest_code(language: Language) -> &'static str {
    language.to_639_1().unwrap_or_else(|| language.to_639_3())
}

#[cfg(test)]
mod tests {
    use super::normalise_tag;

    #[test]
    fn only_tags_of_known_languages_are_accepted() {
        for (written, wanted) in [
            ("en", "en"),
            ("pt-br", "pt-BR"),
            ("ZH-hant-tw", "zh-Hant-TW"),
            ("gsw", "gsw"),
            ("es-419", "es-419"),
            ("fil", "fil"),
        ] {
            assert_eq!(normalise_tag(written).as_deref(), Some(wanted), "{written}");
        }
        for written in [
            "jp",
            "cn",
            "dk",
            "cz",
            "english",
            "e",
            "pt_BR",
            "en-",
            "",
            "de, en",
            "deu",
            "日本語",
            "x-own",
            "en US",
            "en\"",
            "*",
        ] {
            assert_eq!(normalise_tag(written), None, "{written}");
        }
    }
}
