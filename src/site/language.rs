//! Language tags (BCP 47): only a tag that a browser and a feed reader know may be published.

use isolang::Language;
use oxilangtag::LanguageTag;

/// The longest tag that is worth reading: RFC 5646 lets implementations keep 35 letters.
const LONGEST: usize = 35;

/// The usual spelling of a tag that begins with a language of ISO 639, by its shortest code.
pub fn tag(written: &str) -> Option<String> {
    let tag = LanguageTag::parse_and_normalize(written).ok().filter(|_| written.len() <= LONGEST)?;
    let language = of_code(tag.primary_language())?;
    (code(language) == tag.primary_language()).then(|| tag.into_inner())
}

/// The language of a code of two or three letters.
pub fn of_code(code: &str) -> Option<Language> {
    match code.len() {
        2 => Language::from_639_1(code),
        3 => Language::from_639_3(code),
        _ => None,
    }
}

/// The shortest code of a language, which is the one that tags begin with.
pub fn code(language: Language) -> &'static str {
    language.to_639_1().unwrap_or_else(|| language.to_639_3())
}

#[cfg(test)]
mod tests {
    use super::tag;

    #[test]
    fn tags_of_languages_and_nothing_else() {
        for (written, wanted) in
            [("en", "en"), ("pt-br", "pt-BR"), ("ZH-hant-tw", "zh-Hant-TW"), ("gsw", "gsw"), ("es-419", "es-419"), ("fil", "fil")]
        {
            assert_eq!(tag(written).as_deref(), Some(wanted), "{written}");
        }
        for written in ["jp", "cn", "dk", "cz", "english", "e", "pt_BR", "en-", "", "de, en", "deu", "日本語", "x-own", "en US", "en\"", "*"] {
            assert_eq!(tag(written), None, "{written}");
        }
    }
}
