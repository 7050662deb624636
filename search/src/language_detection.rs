//! Language detection: a text is analysed in its declared language, unless its script or its stop
//! words contradict the declaration.

use crate::fold::normalise_into;
use crate::language::{
    LANGUAGE_COUNT, LANGUAGE_TABLE, Language, Script, languages_of_stop_word, script_of,
};

/// Another language overrules the declared one if the text has at least this many times as many of
/// its stop words.
const MIN_STOP_WORD_RATIO: usize = 3;
/// Number of words at the beginning of a text in which stop words are counted.
const MAX_SAMPLE_WORDS: usize = 150;
/// Number of characters at the beginning of a text (bytes, where it is ASCII) from which its script
/// is determined.
const MAX_SAMPLE_LETTERS: usize = 1500;

/// The language to analyse `text` in. `declared` is a BCP 47 tag; it is overruled if the language
/// is not written in the script of the text, or if the text has many more stop words of another
/// language.
pub fn detect_language(text: &str, declared: &str) -> Language {
    let language = Language::from_tag(declared);
    let Some(script) = find_dominant_script(text) else { return language };
    let script_matches = language.data().is_some_and(|data| data.script == script);
    let (guess, hits, declared_hits) = guess_by_stop_words(text, script, language, script_matches);
    match language.data() {
        _ if script_matches => {
            if hits >= 8 && hits >= MIN_STOP_WORD_RATIO * declared_hits.max(1) {
                guess
            } else {
                language
            }
        }
        // There is no stemmer for the declared tag (say `ca`): only many stop words of English
        // overrule it.
        None if !is_tag_of_other_script(declared, script) => {
            if hits >= 20 && guess == Language::English { guess } else { Language::Plain }
        }
        _ if hits >= 2 => guess,
        _ => Language::Plain,
    }
}

/// The language to analyse a record in, detected from the beginnings of its texts, in order, until
/// the sample is large enough.
pub fn detect_language_of<'t>(
    texts: impl IntoIterator<Item = &'t str>,
    declared: &str,
) -> Language {
    let mut sample = String::with_capacity(2 * MAX_SAMPLE_LETTERS);
    for text in texts {
        let end = if text.len() > MAX_SAMPLE_LETTERS {
            text.char_indices().nth(MAX_SAMPLE_LETTERS).map_or(text.len(), |(at, _)| at)
        } else {
            text.len()
        };
        sample.push_str(&text[..end]);
        sample.push(' ');
        if sample.len() > MAX_SAMPLE_LETTERS {
            break;
        }
    }
    detect_language(&sample, declared)
}

/// The fewest stop words of another language in title, summary and hypothesis for these to be
/// analysed in it instead of in the language of the body.
const MIN_LEAD_STOP_WORDS: usize = 4;

/// The language of texts that stand above a body in `language` and may be in another one, such as
/// an English summary; `language` where they do not tell.
pub fn detect_other_language_of<'t>(
    texts: impl IntoIterator<Item = &'t str>,
    language: Language,
) -> Language {
    let sample = texts.into_iter().collect::<Vec<_>>().join(" ");
    let Some(script) = find_dominant_script(&sample) else { return language };
    let script_matches = language.data().is_some_and(|data| data.script == script);
    let (guess, hits, own_hits) = guess_by_stop_words(&sample, script, language, script_matches);
    if hits >= MIN_LEAD_STOP_WORDS && hits >= MIN_STOP_WORD_RATIO * own_hits.max(1) {
        guess
    } else {
        language
    }
}

/// Whether a declared BCP 47 tag names a language of a bigram script or of Hebrew script (`ja`,
/// `he`) although the text is in another `script`, so that the tag must be wrong.
fn is_tag_of_other_script(declared: &str, script: Script) -> bool {
    let primary = declared.split(['-', '_']).next().unwrap_or("");
    let is_bigram_tag = ["zh", "ja", "ko", "th", "lo", "km", "my", "yue"].contains(&primary);
    let is_hebrew_tag = ["he", "yi", "iw"].contains(&primary);
    (is_bigram_tag && script != Script::Bigrams) || (is_hebrew_tag && script != Script::Hebrew)
}

/// The script of most letters at the beginning of a text (see [`MAX_SAMPLE_LETTERS`]); `None` if it
/// has no letters there.
fn find_dominant_script(text: &str) -> Option<Script> {
    /// All scripts, in the order of their discriminants, by which `counts` is indexed.
    const SCRIPTS: [Script; 8] = [
        Script::Latin,
        Script::Cyrillic,
        Script::Greek,
        Script::Arabic,
        Script::Hebrew,
        Script::Tamil,
        Script::Bigrams,
        Script::Other,
    ];
    let start = &text.as_bytes()[..text.len().min(MAX_SAMPLE_LETTERS)];
    if start.is_ascii() {
        return start.iter().any(u8::is_ascii_alphabetic).then_some(Script::Latin);
    }
    let mut counts = [0_usize; 8];
    for script in text.chars().take(MAX_SAMPLE_LETTERS).filter_map(script_of) {
        // One character of a bigram script carries about as much text as two letters.
        counts[script as usize] += if script == Script::Bigrams { 2 } else { 1 };
    }
    let best = (0..8).max_by_key(|&at| (counts[at], 8 - at)).filter(|&at| counts[at] > 0)?;
    Some(SCRIPTS[best])
}

/// The language with most stop words in `text`, their number, and the number of stop words of the
/// declared language. If the declared language has the script of the text (`script_matches`),
/// counting ends as soon as no other language can overrule it.
fn guess_by_stop_words(
    text: &str,
    script: Script,
    declared: Language,
    script_matches: bool,
) -> (Language, usize, usize) {
    let mut hits = [0_usize; LANGUAGE_COUNT];
    let mut most_other = 0;
    let candidates = LANGUAGE_TABLE
        .iter()
        .filter(|data| data.script == script)
        .fold(0, |set, data| set | data.language.bit());
    let mut normalised = String::new();
    let words = text
        .split(|letter: char| !letter.is_alphanumeric())
        .filter(|word| !word.is_empty() && word.len() <= 12);
    for (remaining, word) in (0..MAX_SAMPLE_WORDS).rev().zip(words) {
        normalise_into(word, Language::Plain, &mut normalised);
        let mut languages = languages_of_stop_word(&normalised) & candidates;
        while languages != 0 {
            let language = languages.trailing_zeros() as usize;
            hits[language] += 1;
            if language != declared as usize {
                most_other = hits[language].max(most_other);
            }
            languages &= languages - 1;
        }
        if script_matches && most_other + remaining < MIN_STOP_WORD_RATIO * hits[declared as usize]
        {
            break;
        }
    }
    let best = (1..LANGUAGE_COUNT).max_by_key(|&at| (hits[at], LANGUAGE_COUNT - at)).unwrap_or(0);
    (Language::from_number(best as u8), hits[best], hits[declared as usize])
}

#[cfg(test)]
mod tests {
    use super::{detect_language, detect_other_language_of};
    use crate::language::Language;

    #[test]
    fn the_text_is_believed_over_a_wrong_tag() {
        let english = "The team wanted to know whether the offer would be read by more of the people who had not been to the shop in a year.";
        for (text, declared, language) in [
            (english, "en", Language::English),
            (english, "ko", Language::English),
            (english, "pt-BR", Language::English),
            ("A campanha de indicação no aplicativo", "pt-BR", Language::Portuguese),
            ("紹介プログラムを実施した", "en", Language::Plain),
            ("紹介プログラムを実施した", "ja", Language::Plain),
            ("Unboxing", "nl", Language::Dutch),
            ("", "de", Language::German),
            ("12 %", "de", Language::German),
            ("Почему акция для клиентов не сработала и что мы сделали", "en", Language::Russian),
        ] {
            assert_eq!(detect_language(text, declared), language, "{text} ({declared})");
        }
    }

    #[test]
    fn a_lead_in_another_language_is_told_from_one_in_its_own() {
        let english =
            "Vouchers at the till were taken by one in five, and this is more than we had.";
        let german = "Ein Versuch in einem Markt mit einem klaren Ergebnis für die Kundinnen.";
        for (lead, body, language) in [
            (english, Language::German, Language::English),
            (english, Language::Plain, Language::English),
            (english, Language::English, Language::English),
            (german, Language::German, Language::German),
            (german, Language::English, Language::German),
            ("Gutscheine", Language::German, Language::German),
            ("一つの市場で試した結果。", Language::Plain, Language::Plain),
            ("", Language::French, Language::French),
        ] {
            assert_eq!(detect_other_language_of([lead], body), language, "{lead} above {body:?}");
        }
    }
}
