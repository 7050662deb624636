//! Languages as link previews want them: with the region that is usual for each.

/// Languages with the region that Open Graph names with each, in the order of their codes. Language
/// and region together are what the readers of these tags know; a language alone is not.
const USUAL_REGIONS: [(&str, &str); 58] = [
    ("af", "ZA"),
    ("ar", "AR"),
    ("az", "AZ"),
    ("be", "BY"),
    ("bg", "BG"),
    ("bn", "IN"),
    ("bs", "BA"),
    ("ca", "ES"),
    ("cs", "CZ"),
    ("cy", "GB"),
    ("da", "DK"),
    ("de", "DE"),
    ("el", "GR"),
    ("en", "GB"),
    ("es", "ES"),
    ("et", "EE"),
    ("eu", "ES"),
    ("fa", "IR"),
    ("fi", "FI"),
    ("fil", "PH"),
    ("fr", "FR"),
    ("ga", "IE"),
    ("gl", "ES"),
    ("he", "IL"),
    ("hi", "IN"),
    ("hr", "HR"),
    ("hu", "HU"),
    ("hy", "AM"),
    ("id", "ID"),
    ("is", "IS"),
    ("it", "IT"),
    ("ja", "JP"),
    ("ka", "GE"),
    ("ko", "KR"),
    ("lt", "LT"),
    ("lv", "LV"),
    ("mk", "MK"),
    ("ms", "MY"),
    ("nb", "NO"),
    ("nl", "NL"),
    ("no", "NO"),
    ("pl", "PL"),
    ("pt", "PT"),
    ("ro", "RO"),
    ("ru", "RU"),
    ("sk", "SK"),
    ("sl", "SI"),
    ("sq", "AL"),
    ("sr", "RS"),
    ("sv", "SE"),
    ("sw", "KE"),
    ("ta", "IN"),
    ("th", "TH"),
    ("tr", "TR"),
    ("uk", "UA"),
    ("ur", "PK"),
    ("vi", "VN"),
    ("zh", "CN"),
];

/// A language tag (BCP 47) as Open Graph writes a locale: `pt_BR` for `pt-BR`, `en_GB` for `en`;
/// none for a language without a usual region.
pub fn open_graph_locale(tag: &str) -> Option<String> {
    let mut parts = tag.split('-');
    let language = parts.next()?;
    let is_region =
        |part: &&str| part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_uppercase());
    let usual = || {
        let at = USUAL_REGIONS.binary_search_by_key(&language, |(code, _)| code).ok()?;
        Some(USUAL_REGIONS[at].1)
    };
    let region = parts.find(is_region).or_else(usual)?;
    Some(format!("{language}_{region}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_language_gets_the_region_it_names_or_its_usual_one() {
        for (tag, wanted) in [
            ("en", Some("en_GB")),
            ("en-US", Some("en_US")),
            ("pt-BR", Some("pt_BR")),
            ("zh-Hant-TW", Some("zh_TW")),
            ("ja", Some("ja_JP")),
            ("es-419", Some("es_ES")),
            ("gsw", None),
        ] {
            assert_eq!(open_graph_locale(tag).as_deref(), wanted, "{tag}");
        }
        assert!(USUAL_REGIONS.is_sorted(), "languages are looked up by halves");
    }
}
