//! Parses the language of a record as a BCP 47 tag, and explains any other text with the tag that
//! was probably meant.

use isolang::Language;

use crate::site::language::{from_code, normalise_tag, shortest_code};
use crate::vocabulary::{MarketId, Terms, normalise_name};

/// Why a text is not accepted as a language, and what to write instead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidLanguage {
    /// What is wrong, as a predicate that follows the text in a message: "is not a language code".
    pub problem: String,
    /// What the author should write.
    pub hint: String,
    /// The tag to use for the record all the same, where it is certain.
    pub tag: Option<String>,
}

/// Codes of rarely written languages that are also codes of countries with another language, such
/// as `se` for Northern Sami and Sweden.
const COUNTRY_LOOKALIKES: [&str; 8] = ["ae", "br", "ee", "kr", "kw", "sa", "se", "tw"];

/// The hint for a text of which it is not known what language it means.
const DEFAULT_HINT: &str = "use the BCP 47 code, such as `en`, `pt-BR` or `zh-Hant`";

/// Parses a language. `is_market` tells whether the record names the market of a country code.
///
/// # Errors
/// An explanation, where the text is no BCP 47 tag, names an unknown region, or is probably meant
/// as a country code.
pub fn parse_language(
    written: &str,
    markets: &Terms<MarketId>,
    is_market: impl Fn(&str) -> bool,
) -> Result<String, InvalidLanguage> {
    let Some(tag) = normalise_tag(written) else {
        return Err(explain_invalid_language(written, markets));
    };
    if let Some(hint) = region_hint(&tag, markets) {
        return Err(InvalidLanguage { problem: "names no country".into(), hint, tag: None });
    }
    let country = written.to_uppercase();
    let is_suspect = COUNTRY_LOOKALIKES.contains(&&*tag)
        || is_market(&country)
        || written.len() == 2 && written == country;
    match country_languages(written, markets)
        .filter(|languages| is_suspect && !is_language_of(&tag, languages))
    {
        Some(languages) => {
            let name = from_code(&tag).map_or("a language", |language| language.to_name());
            Err(InvalidLanguage {
                problem: format!("is {name}, and not the language of the country `{country}`"),
                hint: did_you_mean(&languages),
                tag: Some(tag),
            })
        }
        None => Ok(tag),
    }
}

/// Whether a language is among the languages of a country. Norwegian and its two written forms
/// count as one.
fn is_language_of(tag: &str, languages: &[&str]) -> bool {
    let base =
        |tag: &str| tag.split('-').next().unwrap_or(tag).replace("nb", "no").replace("nn", "no");
    languages.iter().any(|other| base(other) == base(tag))
}

/// The languages of the country with a name or code; none for no country and for one without
/// languages in the vocabulary.
fn country_languages<'m>(name: &str, markets: &'m Terms<MarketId>) -> Option<Vec<&'m str>> {
    let languages: Vec<&str> =
        markets[markets.find(name)?].languages.iter().map(String::as_str).collect();
    (!languages.is_empty()).then_some(languages)
}

/// Hint for a tag with an unknown region, such as `en-UK`; none where the region is a country or
/// missing.
fn region_hint(written: &str, markets: &Terms<MarketId>) -> Option<String> {
    let region = written
        .split('-')
        .skip(1)
        .find(|part| part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_uppercase()))?;
    match markets.find(region) {
        Some(market) if markets.is_id(market, region) => None,
        Some(market) => Some(did_you_mean(&[&written.replacen(region, &markets[market].id, 1)])),
        None => Some("write the country's code of two letters behind the language, as in `pt-BR`, or leave it out".into()),
    }
}

/// The hint that offers these tags; without any it is the default hint.
fn did_you_mean(tags: &[&str]) -> String {
    let quoted: Vec<String> = tags.iter().map(|tag| format!("`{tag}`")).collect();
    match quoted.split_last() {
        Some((last, [])) => format!("did you mean {last}?"),
        Some((last, others)) => format!("did you mean {} or {last}?", others.join(", ")),
        None => DEFAULT_HINT.to_owned(),
    }
}

/// Explains a text that is no language tag.
fn explain_invalid_language(written: &str, markets: &Terms<MarketId>) -> InvalidLanguage {
    let invalid = |hint: String| InvalidLanguage {
        problem: "is not a language code".into(),
        hint,
        tag: None,
    };
    if let Some(tag) = normalise_tag(&written.replace(['_', ' '], "-")) {
        return match region_hint(&tag, markets) {
            Some(hint) => invalid(hint),
            None => InvalidLanguage { tag: Some(tag.clone()), ..invalid(did_you_mean(&[&tag])) },
        };
    }
    let parts: Vec<Option<String>> = written
        .split([',', ';', '/', '&', '+', '|', '、'])
        .map(|part| find_tag(part.trim()))
        .collect();
    match &parts[..] {
        [_] => {}
        parts => {
            let known: Vec<&str> = parts.iter().flatten().map(String::as_str).collect();
            let example = if known.len() == parts.len() {
                format!(": {}", did_you_mean(&known))
            } else {
                String::new()
            };
            return invalid(format!("a record has one language, that of its text{example}"));
        }
    }
    if let Some(tag) = find_tag(written) {
        return invalid(did_you_mean(&[&tag]));
    }
    match country_languages(written, markets) {
        Some(languages) => {
            let problem = format!(
                "is the country `{}`, and not a language",
                markets.find(written).map_or("", |market| &markets[market].id)
            );
            InvalidLanguage {
                problem,
                ..invalid(did_you_mean(&languages[..languages.len().min(4)]))
            }
        }
        None => invalid(DEFAULT_HINT.to_owned()),
    }
}

/// The tag of a language that is written as a tag, as an ISO 639-2 or 639-3 code, or by name; none
/// for any other text.
fn find_tag(written: &str) -> Option<String> {
    let by_code = || {
        from_code(&written.to_ascii_lowercase())
            .or_else(|| from_bibliographic_code(&written.to_ascii_lowercase()))
            .map(shortest_code)
    };
    normalise_tag(written)
        .or_else(|| by_code().or_else(|| find_code_by_name(written)).map(str::to_owned))
}

/// The language of a bibliographic ISO 639-2 code or of a withdrawn code, which are not valid in
/// tags.
fn from_bibliographic_code(written: &str) -> Option<Language> {
    let current = match written {
        "alb" => "sqi",
        "arm" => "hye",
        "baq" => "eus",
        "bur" => "mya",
        "chi" => "zho",
        "cze" => "ces",
        "dut" => "nld",
        "fre" => "fra",
        "geo" => "kat",
        "ger" => "deu",
        "gre" => "ell",
        "ice" => "isl",
        "mac" => "mkd",
        "may" => "msa",
        "per" => "fas",
        "rum" => "ron",
        "slo" => "slk",
        "wel" => "cym",
        "iw" => "heb",
        "ji" => "yid",
        _ => return None,
    };
    Language::from_639_3(current)
}

/// The code of a language by its name in English or in the language itself.
fn find_code_by_name(written: &str) -> Option<&'static str> {
    let written = normalise_name(written.split(['(', '（']).next().unwrap_or(written));
    let is_name = |name: &str| {
        normalise_name(name.split('(').next().unwrap_or(name).trim_start_matches("Modern "))
            == written
    };
    let matches = |language: &Language| {
        is_name(language.to_name()) || language.to_autonym().is_some_and(is_name)
    };
    // Languages with a two-letter code come first, because some smaller languages share their
    // names.
    let find = |has_short_code: bool| {
        isolang::languages()
            .filter(|language| language.to_639_1().is_some() == has_short_code)
            .find(matches)
    };
    if written.is_empty() { None } else { find(true).or_else(|| find(false)).map(shortest_code) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vocabulary;

    fn hint_and_tag(written: &str, market: &str) -> (String, Option<String>) {
        let (vocabulary, _) = vocabulary::read::read_vocabulary(&[]);
        match parse_language(written, &vocabulary.markets, |code| code == market) {
            Ok(tag) => ("fine".to_owned(), Some(tag)),
            Err(invalid) => (invalid.hint, invalid.tag),
        }
    }

    #[test]
    fn hints_name_the_tag_that_is_probably_meant() {
        for (written, wanted) in [
            ("jp", "did you mean `ja`?"),
            ("cz", "did you mean `cs`?"),
            ("dk", "did you mean `da`?"),
            ("UA", "did you mean `uk`?"),
            ("gr", "did you mean `el`?"),
            ("Japan", "did you mean `ja`?"),
            ("German", "did you mean `de`?"),
            ("deutsch", "did you mean `de`?"),
            ("Greek", "did you mean `el`?"),
            ("日本語", "did you mean `ja`?"),
            ("Português (Brasil)", "did you mean `pt`?"),
            ("ger", "did you mean `de`?"),
            ("deu", "did you mean `de`?"),
            ("en-UK", "did you mean `en-GB`?"),
            ("de, en", "a record has one language, that of its text: did you mean `de` or `en`?"),
            (
                "German/English",
                "a record has one language, that of its text: did you mean `de` or `en`?",
            ),
            ("klingonish", DEFAULT_HINT),
            ("\"><script>", DEFAULT_HINT),
        ] {
            assert_eq!(hint_and_tag(written, "").0, wanted, "{written}");
            assert_eq!(hint_and_tag(written, "").1, None, "{written}");
        }
        assert_eq!(
            hint_and_tag("pt_BR", ""),
            ("did you mean `pt-BR`?".into(), Some("pt-BR".into()))
        );
    }

    #[test]
    fn country_codes_that_are_also_language_codes_are_questioned() {
        for (written, market, wanted) in [
            ("se", "DE", "did you mean `sv`?"),
            ("br", "BR", "did you mean `pt`?"),
            ("kr", "", "did you mean `ko`?"),
            ("my", "MY", "did you mean `ms`, `en` or `zh`?"),
            ("uk", "UK", "did you mean `en`?"),
            ("CA", "", "did you mean `en` or `fr`?"),
            ("my", "MM", "fine"),
            ("cy", "GB", "fine"),
            ("no", "NO", "fine"),
            ("nb", "NO", "fine"),
            ("DE", "DE", "fine"),
            ("sv", "SE", "fine"),
            ("pt-br", "BR", "fine"),
            ("zh-Hant-TW", "TW", "fine"),
        ] {
            assert_eq!(hint_and_tag(written, market).0, wanted, "{written}");
        }
    }
}
