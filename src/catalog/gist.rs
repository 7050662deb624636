//! What a record says in short in other languages, so that readers of any market understand it.

use std::ops::Range;

/// The gist of a record in one language: its title, and as much more as was translated.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Gist {
    /// Language tag (BCP 47).
    pub language: String,
    /// The title; never empty.
    pub title: String,
    /// The summary; of a playbook the claim.
    pub summary: Option<String>,
    /// What must stay as it is.
    pub fixed: Vec<String>,
    /// What a market may adapt.
    pub flexible: Vec<String>,
    /// Byte span of the language's key in the file.
    pub span: Range<usize>,
}

/// The gists of a record, each in another language, in the order of the file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Gists(Vec<Gist>);

impl Gists {
    /// Adds a gist in a language that none has yet.
    pub fn push(&mut self, gist: Gist) {
        self.0.push(gist);
    }

    /// All gists in the order of the file.
    pub fn iter(&self) -> impl Iterator<Item = &Gist> {
        self.0.iter()
    }

    /// Whether there is a gist with exactly this language tag, in any case.
    pub fn has(&self, language: &str) -> bool {
        self.0.iter().any(|gist| gist.language.eq_ignore_ascii_case(language))
    }

    /// The gist for readers of a language: that of the very tag, else of the tag without its last
    /// parts (`zh-Hant-TW`, `zh-Hant`, `zh`), else the first of the same language in another script
    /// or region.
    pub fn find(&self, language: &str) -> Option<&Gist> {
        let exact = |tag: &str| self.0.iter().find(|gist| gist.language.eq_ignore_ascii_case(tag));
        let mut tag = language;
        loop {
            if let Some(gist) = exact(tag) {
                return Some(gist);
            }
            match tag.rsplit_once('-') {
                Some((shorter, _)) => tag = shorter,
                None => break,
            }
        }
        self.0.iter().find(|gist| is_same_language(&gist.language, language))
    }
}

/// The language of a tag without script and region: `pt` of `pt-BR`.
pub fn primary_language(tag: &str) -> &str {
    tag.split('-').next().unwrap_or(tag)
}

/// Whether two tags name one language, whatever the script and region.
pub fn is_same_language(one: &str, other: &str) -> bool {
    primary_language(one).eq_ignore_ascii_case(primary_language(other))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::support::TestHub;

    /// The first case study of a hub with one, which is in Japanese and has these further fields,
    /// and the codes of its diagnostics.
    fn read(fields: &str) -> (crate::catalog::CaseStudy, Vec<&'static str>) {
        let text = format!(
            "title: 題\nstatus: planned\nlanguage: ja\nmarkets: [JP]\nchannels: [email]\n\
             tactics: [discount]\n{fields}"
        );
        let read = TestHub::new().case("jp/a", &text).checked();
        let codes = read.diagnostics.iter().map(|problem| problem.code).collect();
        (read.catalog.cases[0].clone(), codes)
    }

    #[test]
    fn a_gist_is_found_by_tag_then_by_language() {
        let gist = |language: &str| Gist { language: language.to_owned(), ..Gist::default() };
        let gists = Gists(["zh-Hans", "pt", "zh", "es-419"].into_iter().map(gist).collect());
        for (wanted, found) in [
            ("pt-BR", Some("pt")),
            ("PT", Some("pt")),
            ("zh-Hant-TW", Some("zh")),
            ("zh-hans-CN", Some("zh-Hans")),
            ("es", Some("es-419")),
            ("en", None),
        ] {
            let tag = gists.find(wanted).map(|gist| gist.language.as_str());
            assert_eq!(tag, found, "{wanted}");
        }
    }

    #[test]
    fn gists_are_read_with_all_their_texts() {
        let (case, codes) = read(
            "translations:\n  en:\n    title: One message\n    summary: It won.\n    fixed: [One hour]\n    \
             flexible:\n      - Wording\n      - \"\"\n  pt-br: {title: Uma mensagem}\n",
        );
        let gists: Vec<&Gist> = case.meta.gists.iter().collect();
        assert_eq!([&*gists[0].title, &*gists[1].title], ["One message", "Uma mensagem"]);
        assert_eq!(gists[0].summary.as_deref(), Some("It won."));
        assert_eq!([&gists[0].fixed[..], &gists[0].flexible[..]], [["One hour"], ["Wording"]]);
        assert_eq!(gists[1].language, "pt-BR");
        assert!(case.meta.gist_for("en-GB").is_some() && case.meta.gist_for("ja").is_none());
        assert!(codes.is_empty(), "{codes:?}");
    }

    #[test]
    fn what_is_wrong_with_a_gist_is_said() {
        for (fields, code) in [
            ("translations: {english: {title: One}}", "unknown-language"),
            ("translations: {en: {title: One, sumary: Two}}", "unknown-key"),
            ("translations: {en: {title: \"\", summary: Two}}", "missing-field"),
            ("translations: {en: {summary: Two}}", "missing-field"),
            ("translations: {en: {title: [One]}}", "wrong-type"),
            ("translations: {en: {title: One}, EN: {title: Two}}", "duplicate-key"),
            ("translations: [en]", "wrong-type"),
            ("translations: {en: One}", "wrong-type"),
            ("translations: {en: [One]}", "wrong-type"),
            ("translations: {ja: {title: One}}", "gist-in-own-language"),
        ] {
            assert!(read(fields).1.contains(&code), "{fields}: {:?}", read(fields).1);
        }
        for nothing in ["translations: {en: }", "translations: {en: {title: \"\", fixed: []}}"] {
            assert!(read(nothing).1.is_empty(), "what nobody has filled in is left out: {nothing}");
        }
    }

    #[test]
    fn a_record_in_the_readers_language_needs_no_gist() {
        let text = "title: A\nstatus: new\nlanguage: en-GB\ntranslations: {en-AU: {title: B}}";
        let read = TestHub::new().idea("a", text).checked();
        let meta = &read.catalog.ideas[0].meta;
        assert!(meta.gist_for("en").is_none());
        assert_eq!(meta.gist_for("en-AU").map(|gist| &*gist.title), Some("B"));
    }
}
