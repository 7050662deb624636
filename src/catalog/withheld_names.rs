//! Names of withheld records: finds whether a text that is to be published as it is names one of
//! them. Rather too much is found than too little.

use std::borrow::Cow;

use aho_corasick::AhoCorasick;
use percent_encoding::percent_decode_str;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use crate::catalog::field;
use crate::diagnostic::confusable;
use crate::record::Manuscript;
use crate::record::yaml::{self, Node, Value};

/// The fewest letters and digits of a name that is also found within longer words; a shorter one is
/// found as whole words alone.
const MIN_LENGTH_WITHIN_WORDS: usize = 8;
/// The first letter of the scripts, such as Thai and Chinese, that put no spaces between words.
const FIRST_UNSPACED_LETTER: char = '\u{e00}';
/// How often a text is percent-decoded, because addresses in addresses are encoded twice.
const MAX_DECODINGS: usize = 3;

/// Names by which a text can refer to a withheld record or attachment.
#[derive(Debug, Clone, Default)]
pub struct WithheldNames {
    /// Long names as letters and digits alone, which are found whatever stands between them.
    within_words: Option<AhoCorasick>,
    /// Short names as words with one space before, between and behind them.
    as_words: Option<AhoCorasick>,
    /// Names without a letter or digit, as they are.
    signs: Vec<String>,
}

impl WithheldNames {
    /// Collects names for finding.
    pub fn new(names: impl Iterator<Item = String>) -> Self {
        let (mut within_words, mut as_words, mut signs) = (Vec::new(), Vec::new(), Vec::new());
        for name in names {
            let letters = to_letters(&name);
            if letters.is_empty() {
                signs.extend(Some(name.trim().to_owned()).filter(|name| !name.is_empty()));
            } else if letters.chars().count() >= MIN_LENGTH_WITHIN_WORDS
                || letters.chars().any(|letter| letter >= FIRST_UNSPACED_LETTER)
            {
                within_words.push(letters);
            } else {
                as_words.push(to_words(&name));
            }
        }
        let build = |mut names: Vec<String>| {
            names.sort_unstable();
            names.dedup();
            (!names.is_empty()).then(|| AhoCorasick::new(names).expect("names of files and titles"))
        };
        WithheldNames { within_words: build(within_words), as_words: build(as_words), signs }
    }

    /// Whether a text, as it is or percent-decoded, has one of the names.
    pub fn are_in(&self, text: &str) -> bool {
        let mut text = Cow::Borrowed(text);
        for _ in 0..=MAX_DECODINGS {
            if self.are_in_decoded(&text) {
                return true;
            }
            if !text.contains('%') {
                return false;
            }
            let decoded = percent_decode_str(&text).decode_utf8_lossy().into_owned();
            if decoded == *text {
                return false;
            }
            text = decoded.into();
        }
        // What is encoded more often than anything is in earnest may hide a name.
        true
    }

    /// Whether a text as it is has one of the names.
    fn are_in_decoded(&self, text: &str) -> bool {
        self.within_words.as_ref().is_some_and(|names| names.is_match(&to_letters(text)))
            || self.as_words.as_ref().is_some_and(|names| names.is_match(&to_words(text)))
            || self.signs.iter().any(|name| text.contains(&**name))
    }
}

/// The names of a record: its id and its old addresses, the last parts of these where they have
/// several words, and its titles in all languages.
pub fn names_of(manuscript: &Manuscript) -> Vec<String> {
    let mut names = path_names(&manuscript.id);
    let headings = manuscript.outline.headings.iter().take(1);
    let mut has_title = false;
    for (key, node) in manuscript.fields() {
        let mut texts = Vec::new();
        if field::TITLE.has_key(&key.name) {
            has_title |= !node.is_empty();
            collect_texts(node, &mut texts);
        } else if field::ALIASES.has_key(&key.name) {
            let mut aliases = Vec::new();
            collect_texts(node, &mut aliases);
            names.extend(aliases.into_iter().flat_map(path_names));
        } else if let (true, Value::Map(gists)) =
            (field::TRANSLATIONS.has_key(&key.name), &node.value)
        {
            let entries = gists.iter().filter_map(|(_, gist)| match &gist.value {
                Value::Map(entries) => Some(entries),
                _ => None,
            });
            entries
                .flat_map(|entries| entries.iter())
                .filter(|(key, _)| field::gist::TITLE.has_key(&key.name))
                .for_each(|(_, title)| collect_texts(title, &mut texts));
        }
        names.extend(texts.into_iter().map(str::to_owned));
    }
    if !has_title {
        names.extend(headings.map(|heading| heading.text.to_string()));
    }
    names
}

/// A path without its extension, and its last part where that has several words.
fn path_names(path: &str) -> Vec<String> {
    let path = path.trim_matches('/');
    let path = path.strip_suffix(".html").unwrap_or(path);
    let last = path.rsplit('/').next().unwrap_or_default();
    let has_words = last.contains(|letter: char| !letter.is_alphanumeric());
    std::iter::once(path).chain(Some(last).filter(|_| has_words)).map(str::to_owned).collect()
}

/// Adds all texts of a node, keys of maps included.
pub fn collect_texts<'a>(node: &'a Node, texts: &mut Vec<&'a str>) {
    match &node.value {
        Value::Null => {}
        Value::Text(text) => texts.push(text),
        Value::List(items) => items.iter().for_each(|item| collect_texts(item, texts)),
        Value::Map(entries) => {
            for (yaml::Key { name, .. }, value) in entries {
                texts.push(name);
                collect_texts(value, texts);
            }
        }
    }
}

/// The letters of a text that can be seen, in lower case and without accents.
fn fold(text: &str) -> impl Iterator<Item = char> {
    let visible = confusable::remove_invisible(text);
    let letters: Vec<char> = visible.nfkd().collect();
    letters.into_iter().filter(|letter| !is_combining_mark(*letter)).flat_map(char::to_lowercase)
}

/// The letters and digits of a text, folded, without anything between them.
fn to_letters(text: &str) -> String {
    fold(text).filter(|letter| letter.is_alphanumeric()).collect()
}

/// The words of a text, folded, with one space before, between and behind them.
fn to_words(text: &str) -> String {
    let mut words = String::from(" ");
    for letter in fold(text) {
        if letter.is_alphanumeric() {
            words.push(letter);
        } else if !words.ends_with(' ') {
            words.push(' ');
        }
    }
    if !words.ends_with(' ') {
        words.push(' ');
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_however_they_are_written() {
        let names = ["pt/draft", "Secret price test", "秘密", "Café offer", "🎉", "no"];
        let names = WithheldNames::new(names.into_iter().map(str::to_owned));
        for text in [
            "see pt/draft.",
            "../PT/Draft.md",
            "pt%2Fdraft",
            "pt%252Fdraft",
            "the secret\nprice-test",
            "the **sec**ret price\u{ad} tests",
            "SecretPriceTest",
            "これは秘密です",
            "cafe\u{301} offer",
            "cafe-offer",
            "a 🎉 party",
            "[no](x)",
        ] {
            assert!(names.are_in(text), "{text}");
        }
        for text in ["pt/drafted", "a secret price", "nothing", "100 % of %zz", ""] {
            assert!(!names.are_in(text), "{text}");
        }
        assert!(!WithheldNames::default().are_in("anything"));
    }
}
