//! The languages with a stemmer: their tags, scripts and stop words.

use std::sync::OnceLock;

use frostem::{Algorithm, Stemmer};
use rustc_hash::FxHashMap;

/// A language with a stemmer, or `Plain` for all others. The discriminant is stored in the index.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
#[expect(missing_docs, reason = "each is the language of its name")]
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
pub(crate) struct LanguageData {
    pub(crate) language: Language,
    tags: &'static [&'static str],
    algorithm: Algorithm,
    pub(crate) script: Script,
    stop_words: &'static str,
}

/// Number of languages, `Plain` included.
pub const LANGUAGE_COUNT: usize = 22;

/// The script of a letter, which decides how a text is tokenized.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "most are the script of their name")]
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
pub(crate) static LANGUAGE_TABLE: [LanguageData; LANGUAGE_COUNT - 1] = [
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

    /// All languages, `Plain` first.
    pub fn all() -> impl Iterator<Item = Language> {
        (0..LANGUAGE_COUNT as u8).map(Language::from_number)
    }

    /// The bit of this language in a bit set of languages.
    pub fn bit(self) -> u32 {
        1 << self as u8
    }

    /// The stemmer of the language; `None` for `Plain`, whose words are not stemmed.
    pub(crate) fn stemmer(self) -> Option<Stemmer> {
        self.data().map(|data| Stemmer::new(data.algorithm))
    }

    /// Tags, stemmer, script and stop words of the language; `None` for `Plain`.
    pub(crate) fn data(self) -> Option<&'static LanguageData> {
        (self != Language::Plain).then(|| &LANGUAGE_TABLE[self as usize - 1])
    }
}

/// Whether `word` (lower case) is a stop word in any of the `languages` (a bit set, see
/// [`Language::bit`]).
pub fn is_stop_word(word: &str, languages: u32) -> bool {
    languages_of_stop_word(word) & languages != 0
}

/// The bit set of languages in which `word` (lower case) is a stop word.
pub(crate) fn languages_of_stop_word(word: &str) -> u32 {
    /// All stop words, each with the bit set of the languages in which it is one; filled at the
    /// first use.
    static STOP_WORDS: OnceLock<FxHashMap<&'static str, u32>> = OnceLock::new();
    let words = STOP_WORDS.get_or_init(|| {
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

#[cfg(test)]
mod tests {
    use super::LANGUAGE_TABLE;

    #[test]
    fn discriminants_are_table_indices() {
        for (index, data) in LANGUAGE_TABLE.iter().enumerate() {
            assert_eq!(data.language as usize, index + 1);
        }
    }
}
