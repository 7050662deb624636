//! The language of a record: its tag, or what was meant by a text that is none.

use isolang::Language;

use crate::site::language::{code, of_code, tag};
use crate::vocabulary::{MarketId, Terms, fold};

/// What is wrong with a language, and the tag that is certain all the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unclear {
    /// What is wrong, to follow the text itself.
    pub why: String,
    /// What to write.
    pub hint: String,
    /// The tag to go on with, where only its spelling is wrong.
    pub tag: Option<String>,
}

/// Languages in which hardly any market writes, while their code is the country code of one that has another.
const RARE: [&str; 8] = ["ae", "br", "ee", "kr", "kw", "sa", "se", "tw"];

const GENERAL: &str = "use the BCP 47 code, such as `en`, `pt-BR` or `zh-Hant`";

/// Reads a language. `is_market` says whether the record belongs to the market of a country code.
///
/// # Errors
/// What was meant instead.
pub fn read(written: &str, markets: &Terms<MarketId>, is_market: impl Fn(&str) -> bool) -> Result<String, Unclear> {
    let Some(tag) = tag(written) else { return Err(meant(written, markets)) };
    if let Some(hint) = unknown_region(&tag, markets) {
        return Err(Unclear { why: "names no country".into(), hint, tag: None });
    }
    let country = written.to_uppercase();
    let is_suspect = RARE.contains(&&*tag) || is_market(&country) || written.len() == 2 && written == country;
    match spoken_in(written, markets).filter(|spoken| is_suspect && !belongs(&tag, spoken)) {
        Some(spoken) => {
            let name = of_code(&tag).map_or("a language", |language| language.to_name());
            Err(Unclear { why: format!("is {name}, and not the language of the country `{country}`"), hint: did_you_mean(&spoken), tag: Some(tag) })
        }
        None => Ok(tag),
    }
}

/// Whether a language is one of a country's; Norwegian is both of its written forms.
fn belongs(tag: &str, spoken: &[&str]) -> bool {
    let of = |tag: &str| tag.split('-').next().unwrap_or(tag).replace("nb", "no").replace("nn", "no");
    spoken.iter().any(|other| of(other) == of(tag))
}

/// The languages of a country that a text names.
fn spoken_in<'m>(name: &str, markets: &'m Terms<MarketId>) -> Option<Vec<&'m str>> {
    let languages: Vec<&str> = markets[markets.find(name)?].languages.iter().map(String::as_str).collect();
    (!languages.is_empty()).then_some(languages)
}

/// What to do about a region that is no country: `en-UK` is `en-GB`.
fn unknown_region(written: &str, markets: &Terms<MarketId>) -> Option<String> {
    let region = written.split('-').skip(1).find(|part| part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_uppercase()))?;
    match markets.find(region) {
        Some(market) if markets.is_id(market, region) => None,
        Some(market) => Some(did_you_mean(&[&written.replacen(region, &markets[market].id, 1)])),
        None => Some("write the country's code of two letters behind the language, as in `pt-BR`, or leave it out".into()),
    }
}

fn did_you_mean(tags: &[&str]) -> String {
    let quoted: Vec<String> = tags.iter().map(|tag| format!("`{tag}`")).collect();
    match quoted.split_last() {
        Some((last, [])) => format!("did you mean {last}?"),
        Some((last, others)) => format!("did you mean {} or {last}?", others.join(", ")),
        None => GENERAL.to_owned(),
    }
}

/// What was meant by a text that is no tag.
fn meant(written: &str, markets: &Terms<MarketId>) -> Unclear {
    let unclear = |hint: String| Unclear { why: "is not a language code".into(), hint, tag: None };
    if let Some(tag) = tag(&written.replace(['_', ' '], "-")) {
        return match unknown_region(&tag, markets) {
            Some(hint) => unclear(hint),
            None => Unclear { tag: Some(tag.clone()), ..unclear(did_you_mean(&[&tag])) },
        };
    }
    let parts: Vec<Option<String>> = written.split([',', ';', '/', '&', '+', '|', '、']).map(|part| one(part.trim())).collect();
    match &parts[..] {
        [_] => {}
        parts => {
            let known: Vec<&str> = parts.iter().flatten().map(String::as_str).collect();
            let example = if known.len() == parts.len() { format!(": {}", did_you_mean(&known)) } else { String::new() };
            return unclear(format!("a record has one language, that of its text{example}"));
        }
    }
    if let Some(tag) = one(written) {
        return unclear(did_you_mean(&[&tag]));
    }
    match spoken_in(written, markets) {
        Some(spoken) => {
            let why = format!("is the country `{}`, and not a language", markets.find(written).map_or("", |market| &markets[market].id));
            Unclear { why, ..unclear(did_you_mean(&spoken[..spoken.len().min(4)])) }
        }
        None => unclear(GENERAL.to_owned()),
    }
}

/// The tag of one language that is written as a tag, by a long code, or by its name.
fn one(written: &str) -> Option<String> {
    let by_code = || of_code(&written.to_ascii_lowercase()).or_else(|| of_library_code(&written.to_ascii_lowercase())).map(code);
    tag(written).or_else(|| by_code().or_else(|| named(written)).map(str::to_owned))
}

/// Codes of ISO 639-2 for libraries, and codes that were withdrawn: people know them, tags do not.
fn of_library_code(written: &str) -> Option<Language> {
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

/// The code of a language by its name in English or in itself.
fn named(written: &str) -> Option<&'static str> {
    let written = fold(written.split(['(', '（']).next().unwrap_or(written));
    let is_name = |name: &str| fold(name.split('(').next().unwrap_or(name).trim_start_matches("Modern ")) == written;
    let matches = |language: &Language| is_name(language.to_name()) || language.to_autonym().is_some_and(is_name);
    // Languages with a code of two letters first: some names are those of a small language too.
    let of = |short: bool| isolang::languages().filter(|language| language.to_639_1().is_some() == short).find(matches);
    if written.is_empty() { None } else { of(true).or_else(|| of(false)).map(code) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vocabulary;

    fn told(written: &str, market: &str) -> (String, Option<String>) {
        let (vocabulary, _) = vocabulary::read::read(&[]);
        match read(written, &vocabulary.markets, |code| code == market) {
            Ok(tag) => ("fine".to_owned(), Some(tag)),
            Err(unclear) => (unclear.hint, unclear.tag),
        }
    }

    #[test]
    fn what_is_meant_by_a_text_that_is_no_tag() {
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
            ("German/English", "a record has one language, that of its text: did you mean `de` or `en`?"),
            ("klingonish", GENERAL),
            ("\"><script>", GENERAL),
        ] {
            assert_eq!(told(written, "").0, wanted, "{written}");
            assert_eq!(told(written, "").1, None, "{written}");
        }
        assert_eq!(told("pt_BR", ""), ("did you mean `pt-BR`?".into(), Some("pt-BR".into())));
    }

    #[test]
    fn a_language_with_the_code_of_a_country_is_asked_back_where_it_is_hardly_meant() {
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
            assert_eq!(told(written, market).0, wanted, "{written}");
        }
    }
}
