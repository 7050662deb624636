//! Language detection: a text is analysed in its declared language, unless its script or its stop
//! words contradict the declaration.

use std::sync::OnceLock;

use frostem::{Algorithm, Stemmer};
use rustc_hash::FxHashMap;

use crate::fold::normalise_into;

/// A language with a stemmer, or `Plain` for all others. The discriminant is stored in the index.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Language {
    Plain,
    Arabic,
    Czech,
    Danish,
    Dutch,
    English,
    Finnish,
    French,
    German,
    Greek,
    Hungarian,
    Indonesian,
    Italian,
    Norwegian,
    Polish,
    Portuguese,
    Romanian,
    Russian,
    Spanish,
    Swedish,
    Tamil,
    Turkish,
}

/// What is known of a language: BCP 47 primary tags, stemmer, script and stop words, which are
/// separated by spaces.
struct LanguageData {
    language: Language,
    tags: &'static [&'static str],
    algorithm: Algorithm,
    script: Script,
    stop_words: &'static str,
}

/// Number of languages, `Plain` included.
pub const LANGUAGE_COUNT: usize = 22;

/// The script of a letter, which decides how a text is tokenized.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Script {
    Latin,
    Cyrillic,
    Greek,
    Arabic,
    Hebrew,
    Tamil,
    /// Scripts without spaces between words, and Hangul: tokenized into character bigrams.
    Bigrams,
    Other,
}

macro_rules! language {
    ($language:ident, $script:ident, $tags:expr, $words:expr) => {
        LanguageData {
            language: Language::$language,
            tags: &$tags,
            algorithm: Algorithm::$language,
            script: Script::$script,
            stop_words: $words,
        }
    };
}

/// All languages but `Plain`, in the order of their discriminants. Stop words carry no topic: they
/// identify the language of a text, and queries with other words ignore them.
static LANGUAGE_TABLE: [LanguageData; LANGUAGE_COUNT - 1] = [
    language!(
        Arabic,
        Arabic,
        ["ar"],
        "في من على إلى عن مع هذا هذه التي الذي ما لا أن إن كان هو هي كل بعد قبل أو ثم قد لم لن بين حتى كما"
    ),
    language!(
        Czech,
        Latin,
        ["cs"],
        "a i v ve na je se že to s z do o k pro jak co by jsem jsou byl ale nebo tak při od po za který která které jako není už být má"
    ),
    language!(
        Danish,
        Latin,
        ["da"],
        "og i at det er en til på som med for den af ikke der et de har jeg vi var kan fra men om hvad så eller når blev efter også over"
    ),
    language!(
        Dutch,
        Latin,
        ["nl", "af"],
        "de het een en van in is dat op te zijn voor met die niet aan er om ook als bij dan maar uit wat werd wordt naar heeft hebben of was hoe door over we wij ze zo nog meer deze dit kan"
    ),
    language!(
        English,
        Latin,
        ["en"],
        "the a an and or of to in is are was were be been being for on with as at by from that this these those it its what which who whom whose how when where why do does did has have had can could should would will may might must shall there their they them we our you your he she his her i not no any some such into than then if but so about between after before over under out up down only also been both each more most other same very too just per via am me my us"
    ),
    language!(
        Finnish,
        Latin,
        ["fi"],
        "ja on ei se että oli joka mutta kun niin ovat myös tai hän kuin mikä tämä sen ole olla jos vain sekä mitä miten kanssa voi"
    ),
    language!(
        French,
        Latin,
        ["fr"],
        "le la les un une des du de et en à au aux est sont que qui quoi dont dans pour par sur avec ce cette ces il elle nous vous ils elles ne pas plus se sa son ses leur leurs mais ou où comme été être avoir a ont était quel quelle quels comment entre après avant"
    ),
    language!(
        German,
        Latin,
        ["de"],
        "der die das den dem des ein eine einer einem einen und oder in im ist sind war waren zu zum zur für mit von vom auf an am aus bei nach als auch es er sie wir ihr nicht kein keine wie was wer wo wann warum wird werden wurde wurden haben hat hatte kann dass sich über unter durch um noch nur sehr mehr aber wenn"
    ),
    language!(
        Greek,
        Greek,
        ["el"],
        "και το να του η της με που την από για είναι τα στο οι ο τον δεν στην στη τους θα μια σε αυτό ως αλλά ή"
    ),
    language!(
        Hungarian,
        Latin,
        ["hu"],
        "a az és hogy nem is egy ez van volt de meg csak mint ki el már még vagy ha azt amely minden lesz között után során"
    ),
    language!(
        Indonesian,
        Latin,
        ["id", "ms"],
        "yang dan di ke dari untuk dengan pada ini itu adalah dalam tidak akan oleh juga atau sebagai karena kami kita mereka ada bisa dapat lebih saat telah sudah para apa bagaimana setelah sebelum agar hanya seperti"
    ),
    language!(
        Italian,
        Latin,
        ["it"],
        "il lo la i gli le un una uno di del della dei delle che e è in per con su da dal dalla al alla non si sono ha hanno come più anche ma o se questo questa era nel nella tra dopo prima quale cosa"
    ),
    language!(
        Norwegian,
        Latin,
        ["no", "nb", "nn"],
        "og i det er en et som på til av for med at var de ikke den har om vi jeg men så fra kan hva eller når ble etter også over mer"
    ),
    language!(
        Polish,
        Latin,
        ["pl"],
        "i w z na się do nie to jest że o po za od przez dla jak co był była było ale lub oraz przy ze tym które który która są tylko już może"
    ),
    language!(
        Portuguese,
        Latin,
        ["pt"],
        "o a os as um uma de do da dos das e em no na nos nas que para por com não se é são foi ao à mais como mas ou ser sua seu suas seus pelo pela entre depois antes também já quando qual isso este esta tem"
    ),
    language!(
        Romanian,
        Latin,
        ["ro"],
        "și în de la cu pe din nu este că un o a fost mai care pentru sunt ca sau dar prin după între ale al lui ce se au"
    ),
    language!(
        Russian,
        Cyrillic,
        ["ru", "uk", "bg", "be", "kk"],
        "и в на с не что по к из за от для это как то все он она они мы но или у о а был была были бы же до при после между также"
    ),
    language!(
        Spanish,
        Latin,
        ["es", "gl"],
        "el la los las un una de del y en que a al por para con no se es son lo su sus más como pero o fue ser este esta entre después antes cuando qué cuál cómo también ya ha han muy sin sobre desde"
    ),
    language!(
        Swedish,
        Latin,
        ["sv"],
        "och i att det som en på är av för med den till inte de om ett han var jag vi men från kan har hur vad eller när så efter också över mer"
    ),
    language!(Tamil, Tamil, ["ta"], "ஒரு என்று இது அது மற்றும் இந்த என"),
    language!(
        Turkish,
        Latin,
        ["tr", "az"],
        "ve bir bu da de için ile o ne çok daha gibi ama olarak en kadar sonra önce her olan mi mı var yok veya hem ki"
    ),
];

impl Language {
    /// The language of a BCP 47 tag; `Plain` when there is no stemmer for it.
    pub fn from_tag(tag: &str) -> Language {
        let primary = tag.split(['-', '_']).next().unwrap_or("").to_ascii_lowercase();
        LANGUAGE_TABLE
            .iter()
            .find(|data| data.tags.contains(&primary.as_str()))
            .map_or(Language::Plain, |data| data.language)
    }

    /// The language with this discriminant; `Plain` for an unknown one.
    pub fn from_number(number: u8) -> Language {
        LANGUAGE_TABLE
            .get(usize::from(number).wrapping_sub(1))
            .map_or(Language::Plain, |data| data.language)
    }

    /// The bit of this language in a bit set of languages.
    pub fn bit(self) -> u32 {
        1 << self as u8
    }

    pub(crate) fn stemmer(self) -> Option<Stemmer> {
        self.data().map(|data| Stemmer::new(data.algorithm))
    }

    fn data(self) -> Option<&'static LanguageData> {
        (self != Language::Plain).then(|| &LANGUAGE_TABLE[self as usize - 1])
    }
}

/// Whether `word` (lower case) is a stop word in any of the `languages` (a bit set, see
/// [`Language::bit`]).
pub fn is_stop_word(word: &str, languages: u32) -> bool {
    languages_of_stop_word(word) & languages != 0
}

/// The bit set of languages in which `word` (lower case) is a stop word.
fn languages_of_stop_word(word: &str) -> u32 {
    static WORDS: OnceLock<FxHashMap<&'static str, u32>> = OnceLock::new();
    let words = WORDS.get_or_init(|| {
        let mut words = FxHashMap::default();
        for data in &LANGUAGE_TABLE {
            for word in data.stop_words.split(' ') {
                *words.entry(word).or_insert(0) |= data.language.bit();
            }
        }
        words
    });
    words.get(word).copied().unwrap_or(0)
}

/// The script of a letter; `None` for digits, marks and punctuation.
pub fn script_of(letter: char) -> Option<Script> {
    Some(match letter {
        'a'..='z' | 'A'..='Z' | '\u{c0}'..='\u{24f}' | '\u{1e00}'..='\u{1eff}' => Script::Latin,
        '\u{370}'..='\u{3ff}' | '\u{1f00}'..='\u{1fff}' => Script::Greek,
        '\u{400}'..='\u{52f}' => Script::Cyrillic,
        '\u{5d0}'..='\u{5ea}' => Script::Hebrew,
        '\u{620}'..='\u{6ff}' | '\u{750}'..='\u{77f}' => Script::Arabic,
        '\u{b80}'..='\u{bff}' => Script::Tamil,
        _ if is_bigram_script(letter) => Script::Bigrams,
        _ if letter.is_alphabetic() => Script::Other,
        _ => return None,
    })
}

/// Whether this letter's script is tokenized into character bigrams: Han, Kana, Hangul, Thai, Lao,
/// Khmer, Myanmar.
pub fn is_bigram_script(letter: char) -> bool {
    matches!(letter,
        '\u{0e01}'..='\u{0e3a}' | '\u{0e40}'..='\u{0e4e}'
        | '\u{0e81}'..='\u{0ece}' | '\u{0edc}'..='\u{0edf}'
        | '\u{1000}'..='\u{103f}' | '\u{1050}'..='\u{109f}'
        | '\u{1100}'..='\u{11ff}'
        | '\u{1780}'..='\u{17d3}' | '\u{17dc}'..='\u{17dd}'
        | '\u{3005}'..='\u{3007}' | '\u{3041}'..='\u{3096}' | '\u{3099}'..='\u{309a}' | '\u{309d}'..='\u{309f}'
        | '\u{30a1}'..='\u{30fa}' | '\u{30fc}'..='\u{30ff}' | '\u{31f0}'..='\u{31ff}'
        | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}'
        | '\u{ac00}'..='\u{d7a3}' | '\u{ff66}'..='\u{ff9f}'
        | '\u{20000}'..='\u{323af}')
}

/// Another language overrules the declared one if the text has at least this many times as many of
/// its stop words.
const MIN_STOP_WORD_RATIO: usize = 3;
/// Words of a text in which stop words are counted.
const MAX_SAMPLE_WORDS: usize = 150;
/// Characters of a text (bytes, where it is ASCII) in which the script is determined.
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

fn is_tag_of_other_script(declared: &str, script: Script) -> bool {
    let primary = declared.split(['-', '_']).next().unwrap_or("");
    let is_bigram_tag = ["zh", "ja", "ko", "th", "lo", "km", "my", "yue"].contains(&primary);
    let is_hebrew_tag = ["he", "yi", "iw"].contains(&primary);
    (is_bigram_tag && script != Script::Bigrams) || (is_hebrew_tag && script != Script::Hebrew)
}

fn find_dominant_script(text: &str) -> Option<Script> {
    const ALL: [Script; 8] = [
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
    Some(ALL[best])
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
    use super::{LANGUAGE_TABLE, Language, detect_language};

    #[test]
    fn discriminants_are_table_indices() {
        for (index, data) in LANGUAGE_TABLE.iter().enumerate() {
            assert_eq!(data.language as usize, index + 1);
        }
    }

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
}
