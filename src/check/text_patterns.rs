//! Words and numbers that several checks look for in texts.

use std::ops::Range;

use crate::vocabulary::{Vocabulary, normalise_name};

/// Words of one language for reasons, changes and headings, in lower case. In languages that
/// separate words by spaces, a word matches the beginning of a word of the text, so that stems are
/// enough.
struct Lexicon {
    /// Primary language subtag of the BCP 47 tag.
    language: &'static str,
    /// Words that introduce a reason, such as "because".
    reasons: &'static [&'static str],
    /// Words for rising, falling and comparing.
    measures: &'static [&'static str],
    /// Words in headings of sections on results, the usual one first; empty where no heading is
    /// suggested.
    results: &'static [&'static str],
    /// Words in headings of sections on learnings, the usual one first; empty where no heading is
    /// suggested.
    learnings: &'static [&'static str],
}

/// The lexicons, one for each language in which hypotheses are understood.
#[rustfmt::skip]
const LEXICONS: &[Lexicon] = &[
    Lexicon { language: "en", reasons: &["because", "since", "as ", "due to", "thanks to", "given that", "so that", "the reason"], measures: &["increas", "rais", "rise", "rising", "grow", "lift", "more", "higher", "fewer", "less", "lower", "fall", "drop", "reduc", "decreas", "declin", "cut", "improv", "double", "halve", "exceed", "reach", "at least", "faster", "slower", "shorter", "longer", "cheaper", "go up", "go down", "goes up", "goes down"], results: &["result", "finding", "numbers", "what happened"], learnings: &["learning", "lesson", "takeaway", "what we learn"] },
    Lexicon { language: "pt", reasons: &["porque", "pois", "já que", "uma vez que", "visto que", "devido", "graças a", "por causa"], measures: &["aument", "sub", "cresc", "elev", "mais", "maior", "menos", "menor", "cai", "cair", "reduz", "diminu", "melhor", "dobr", "ultrapass", "pelo menos", "ao menos", "baix", "desc"], results: &["resultado"], learnings: &["aprendizado", "aprendizagen", "lições", "aprendemos", "o que fica"] },
    Lexicon { language: "es", reasons: &["porque", "pues", "ya que", "puesto que", "dado que", "debido", "gracias a", "a causa"], measures: &["aument", "sub", "crec", "elev", "más", "mayor", "menos", "menor", "cae", "caer", "baj", "reduc", "disminu", "mejor", "duplic", "supera", "al menos", "descen"], results: &["resultado"], learnings: &["aprendizaje", "lecciones", "aprendimos", "aprendido", "conclusiones"] },
    Lexicon { language: "de", reasons: &["weil", "da ", "denn", "aufgrund", "wegen", "dank", "deshalb"], measures: &["steig", "stieg", "wächst", "wachs", "erhöh", "zunimm", "nimmt zu", "mehr", "höher", "weniger", "niedriger", "sink", "fäll", "fall", "verringer", "reduzier", "senk", "besser", "verbesser", "verdoppel", "übertr", "mindestens", "schneller", "abnimm", "nimmt ab", "länger", "kürzer"], results: &["ergebnis", "resultat"], learnings: &["erkenntnis", "lehren", "gelernt", "learning"] },
    Lexicon { language: "nl", reasons: &["omdat", "want", "doordat", "aangezien", "wegens", "dankzij", "vanwege"], measures: &["stijg", "groei", "verhog", "toenem", "neemt toe", "meer", "hoger", "minder", "lager", "daal", "dalen", "val", "vermind", "verlaag", "beter", "verbeter", "verdubbel", "minstens", "sneller", "neemt af", "langer", "korter"], results: &["resultat", "uitkomst"], learnings: &["geleerd", "lessen", "leerpunt", "inzichten", "learning"] },
    Lexicon { language: "fr", reasons: &["parce qu", "car ", "puisqu", "étant donné", "en raison", "grâce à", "à cause", "du fait"], measures: &["augment", "mont", "croî", "croit", "progress", "hauss", "plus", "supérieur", "moins", "inférieur", "baiss", "chut", "rédui", "réduct", "diminu", "amélior", "doubl", "dépass", "au moins", "recul"], results: &["résultat"], learnings: &["enseignement", "leçon", "apprentissage", "appris", "retenir"] },
    Lexicon { language: "it", reasons: &["perché", "poiché", "dato che", "siccome", "in quanto", "grazie a", "a causa", "dal momento che"], measures: &["aument", "cresc", "sal", "più", "maggior", "meno", "minor", "cal", "scend", "ridu", "diminu", "miglior", "raddopp", "super", "almeno"], results: &["risultat"], learnings: &["apprendiment", "lezioni", "imparat"] },
    Lexicon { language: "id", reasons: &["karena", "sebab", "lantaran", "berkat", "akibat"], measures: &["naik", "meningkat", "tumbuh", "bertambah", "lebih", "turun", "menurun", "berkurang", "kurang", "mengurangi", "membaik", "minimal", "setidaknya", "melampaui"], results: &["hasil"], learnings: &["pelajaran", "pembelajaran", "yang dipelajari"] },
    Lexicon { language: "ms", reasons: &["kerana", "sebab", "berikutan", "akibat"], measures: &["naik", "meningkat", "bertambah", "lebih", "turun", "menurun", "berkurang", "sekurang"], results: &[], learnings: &[] },
    Lexicon { language: "ja", reasons: &["なぜなら", "ため", "ので", "から", "ゆえ", "理由"], measures: &["上が", "上昇", "増", "伸び", "高ま", "高く", "向上", "下が", "低下", "減", "改善", "以上", "以下", "倍"], results: &["結果", "成果"], learnings: &["学び", "学んだ", "教訓", "わかったこと", "気づき"] },
    Lexicon { language: "ar", reasons: &["لأن", "لان", "بسبب", "نظرا", "إذ ", "حيث"], measures: &["سترتفع", "ترتفع", "يرتفع", "ارتفاع", "تزيد", "يزيد", "زيادة", "أكثر", "أعلى", "تنخفض", "ينخفض", "انخفاض", "تقل", "يقل", "أقل", "تتحسن", "يتحسن", "على الأقل"], results: &["النتائج", "النتيجة", "نتائج"], learnings: &["تعلمنا", "دروس", "الدروس", "العبر", "خلاصة"] },
    Lexicon { language: "zh", reasons: &["因为", "因為", "由于", "由於", "原因", "是因"], measures: &["上升", "提高", "提升", "增", "更多", "更高", "下降", "降低", "减少", "減少", "更少", "更低", "改善", "至少", "超过", "超過"], results: &[], learnings: &[] },
    Lexicon { language: "ko", reasons: &["때문", "왜냐하면", "므로", "덕분", "니까", "이유"], measures: &["증가", "상승", "늘", "높아", "오르", "오를", "감소", "하락", "줄", "낮아", "개선", "향상", "이상", "더 "], results: &[], learnings: &[] },
    Lexicon { language: "pl", reasons: &["ponieważ", "bo ", "gdyż", "dlatego że", "dzięki", "z powodu"], measures: &["wzro", "rośn", "zwiększ", "więcej", "wyższ", "mniej", "niższ", "spad", "zmniejsz", "popraw", "podwo", "co najmniej"], results: &[], learnings: &[] },
    Lexicon { language: "sv", reasons: &["eftersom", "därför att", "för att", "tack vare", "på grund av"], measures: &["ök", "stig", "väx", "mer", "fler", "högre", "mindre", "färre", "lägre", "sjunk", "minsk", "fall", "förbättr", "fördubbl", "minst"], results: &[], learnings: &[] },
    Lexicon { language: "no", reasons: &["fordi", "siden", "ettersom", "takket være", "på grunn av"], measures: &["øk", "stig", "voks", "mer", "flere", "høyere", "mindre", "færre", "lavere", "synk", "reduser", "fall", "forbedr", "minst"], results: &[], learnings: &[] },
    Lexicon { language: "da", reasons: &["fordi", "eftersom", "da ", "takket være", "på grund af"], measures: &["øg", "stig", "voks", "mere", "flere", "højere", "mindre", "færre", "lavere", "fald", "reducer", "forbedr", "mindst"], results: &[], learnings: &[] },
    Lexicon { language: "fi", reasons: &["koska", "sillä", "ansiosta", "vuoksi", "takia"], measures: &["nous", "kasva", "lisää", "enemmän", "korkea", "vähemmän", "lask", "pien", "parane", "vähintään", "kaksinkert"], results: &[], learnings: &[] },
    Lexicon { language: "tr", reasons: &["çünkü", "nedeniyle", "sayesinde", "dolayı", "yüzünden", "için"], measures: &["art", "yüksel", "büyü", "daha", "azal", "düş", "iyileş", "en az"], results: &[], learnings: &[] },
    Lexicon { language: "vi", reasons: &["bởi vì", "vì ", "do ", "nhờ"], measures: &["tăng", "cao hơn", "nhiều hơn", "giảm", "thấp hơn", "ít hơn", "cải thiện", "ít nhất"], results: &[], learnings: &[] },
    Lexicon { language: "th", reasons: &["เพราะ", "เนื่องจาก", "ด้วยเหตุ"], measures: &["เพิ่ม", "สูงขึ้น", "มากขึ้น", "ลด", "ต่ำลง", "น้อยลง", "ดีขึ้น", "อย่างน้อย"], results: &[], learnings: &[] },
    Lexicon { language: "hi", reasons: &["क्योंकि", "कारण", "चूंकि", "चूँकि", "इसलिए"], measures: &["बढ़", "अधिक", "ज़्यादा", "ज्यादा", "घट", "कम", "बेहतर", "सुधार"], results: &[], learnings: &[] },
    Lexicon { language: "ru", reasons: &["потому что", "так как", "поскольку", "из-за", "благодаря"], measures: &["раст", "выр", "увелич", "повыс", "больше", "выше", "меньше", "ниже", "сниз", "сниж", "упад", "пад", "уменьш", "улучш", "не менее"], results: &[], learnings: &[] },
    Lexicon { language: "uk", reasons: &["тому що", "бо ", "оскільки", "через те", "завдяки"], measures: &["зрост", "збільш", "підвищ", "більше", "вище", "менше", "нижче", "зниз", "зменш", "покращ"], results: &[], learnings: &[] },
    Lexicon { language: "cs", reasons: &["protože", "neboť", "jelikož", "díky", "kvůli"], measures: &["rost", "vzrost", "zvýš", "více", "vyšší", "méně", "nižší", "kles", "sníž", "zlepš", "alespoň"], results: &[], learnings: &[] },
    Lexicon { language: "hu", reasons: &["mert", "mivel", "ugyanis", "miatt", "köszönhetően"], measures: &["nő", "növ", "emelk", "több", "magasabb", "kevesebb", "alacsonyabb", "csökken", "javul", "legalább"], results: &[], learnings: &[] },
    Lexicon { language: "ro", reasons: &["pentru că", "deoarece", "fiindcă", "datorită", "întrucât"], measures: &["creșt", "cresc", "mări", "mai mult", "mai mare", "mai puțin", "mai mic", "scad", "scăd", "redu", "îmbunătăț", "cel puțin"], results: &[], learnings: &[] },
    Lexicon { language: "el", reasons: &["επειδή", "γιατί", "διότι", "λόγω", "χάρη"], measures: &["αυξ", "αύξ", "περισσότερ", "υψηλότερ", "λιγότερ", "χαμηλότερ", "μειω", "μείω", "βελτι", "τουλάχιστον"], results: &[], learnings: &[] },
    Lexicon { language: "he", reasons: &["כי ", "משום", "מכיוון", "בגלל", "בזכות"], measures: &["יעל", "תעל", "עליי", "יותר", "גבוה", "פחות", "נמוך", "ירד", "תרד", "ירידה", "ישתפר", "לפחות"], results: &[], learnings: &[] },
];

/// Languages that are written without spaces between words, or that attach particles to words.
const UNSPACED_LANGUAGES: &[&str] = &["ja", "zh", "ko", "th", "ar", "he"];

/// The lexicon of a BCP 47 tag, none for a language without one; both written forms of Norwegian
/// share one.
fn find_lexicon(language: &str) -> Option<&'static Lexicon> {
    let base = language.split('-').next().unwrap_or(language).to_ascii_lowercase();
    let base = if base == "nb" || base == "nn" { "no" } else { &base };
    LEXICONS.iter().find(|lexicon| lexicon.language == base)
}

/// Whether a hypothesis gives a reason; none for languages without a lexicon. "because" counts in
/// every language.
pub fn gives_reason(text: &str, language: &str) -> Option<bool> {
    let lexicon = find_lexicon(language)?;
    let text = text.to_lowercase();
    Some(contains_any(&text, lexicon, lexicon.reasons) || text.contains("because"))
}

/// Whether a hypothesis names something measurable: a number, a change or a metric; none for
/// languages without a lexicon. `metrics` is called only when the text has neither a number nor a
/// word of change.
pub fn names_measure<'a>(
    text: &str,
    language: &str,
    metrics: impl FnOnce() -> &'a [String],
) -> Option<bool> {
    let lexicon = find_lexicon(language)?;
    if text.chars().any(|letter| letter.is_numeric() || matches!(letter, '%' | '％' | '٪')) {
        return Some(true);
    }
    let text = text.to_lowercase();
    Some(
        contains_any(&text, lexicon, lexicon.measures)
            || metrics().iter().any(|name| has_word(&text, name)),
    )
}

/// The sections, "results" and "learnings", that should have a heading, each with lower-case words
/// of which one occurs in it, the usual one first; empty for languages without such words.
pub fn suggested_headings(language: &str) -> Vec<(&'static str, &'static [&'static str])> {
    let Some(lexicon) = find_lexicon(language) else { return Vec::new() };
    [("results", lexicon.results), ("learnings", lexicon.learnings)]
        .into_iter()
        .filter(|(_, words)| !words.is_empty())
        .collect()
}

/// Ids, labels and aliases of all metrics in lower case, without ASCII names of one or two
/// characters.
pub fn metric_names(vocabulary: &Vocabulary) -> Vec<String> {
    let terms = vocabulary.metrics.iter().map(|(_, term)| term);
    let names = terms.flat_map(|term| {
        [&*term.id, &term.label]
            .into_iter()
            .chain(term.labels.values().map(String::as_str))
            .chain(term.aliases.iter().map(String::as_str))
    });
    let mut names: Vec<String> = names
        .map(|name| normalise_name(name.split('(').next().unwrap_or(name)).replace('-', " "))
        .filter(|name| name.chars().count() > 2 || !name.is_ascii())
        .collect();
    names.sort();
    names.dedup();
    names
}

/// Whether a lower-case text contains one of some words of a lexicon: as the beginning of a word,
/// or anywhere in languages without spaces between words.
fn contains_any(text: &str, lexicon: &Lexicon, words: &[&str]) -> bool {
    let is_unspaced = UNSPACED_LANGUAGES.contains(&lexicon.language);
    words.iter().any(|word| if is_unspaced { text.contains(word) } else { has_word(text, word) })
}

/// Whether a word of a lower-case text starts with `word`; a `word` in a script of East Asia, where
/// words are not separated, may stand anywhere.
fn has_word(text: &str, word: &str) -> bool {
    text.match_indices(word).any(|(at, _)| {
        !text[..at].chars().next_back().is_some_and(char::is_alphabetic)
            || !word.is_ascii() && word.chars().next().is_some_and(|letter| letter > '\u{2e80}')
    })
}

/// A run of digits with separators between them, such as a telephone number.
pub struct DigitRun {
    /// Byte span from the first digit, plus sign or bracket to the last digit.
    pub span: Range<usize>,
}

impl DigitRun {
    /// The groups of digits between the separators.
    pub fn groups<'a>(&self, text: &'a str) -> Vec<&'a str> {
        text[self.span.clone()]
            .split(|letter: char| !letter.is_ascii_digit())
            .filter(|group| !group.is_empty())
            .collect()
    }
}

/// The smallest number of digits in a run that is returned.
const MIN_DIGITS: usize = 9;

/// Runs of at least nine digits with at most two separators in a row, without those inside a word,
/// a decimal or an amount of money.
pub fn digit_runs(text: &str) -> impl Iterator<Item = DigitRun> + '_ {
    let bytes = text.as_bytes();
    let mut at = 0;
    std::iter::from_fn(move || {
        while let Some(skipped) = bytes[at..].iter().position(u8::is_ascii_digit) {
            let start = at + skipped;
            let (end, count) = scan_run(bytes, start);
            at = end;
            if count >= MIN_DIGITS && stands_alone(text, start, end) {
                return Some(DigitRun { span: run_start(bytes, start)..end });
            }
        }
        None
    })
}

/// The byte offset after the last digit of the run that starts at a digit, and the number of its
/// digits; up to two separators may stand in a row.
fn scan_run(bytes: &[u8], start: usize) -> (usize, usize) {
    let (mut at, mut end, mut count) = (start, start, 0);
    while at < bytes.len() {
        match bytes[at] {
            byte if byte.is_ascii_digit() => {
                count += 1;
                end = at + 1;
            }
            b' ' | b'-' | b'/' | b'(' | b')' | b'.' if at - end < 2 => {}
            _ => break,
        }
        at += 1;
    }
    (end, count)
}

/// The start of a run, moved before brackets and plus signs in front of its first digit.
fn run_start(bytes: &[u8], start: usize) -> usize {
    let mut run_start = start;
    while run_start > 0 && matches!(bytes[run_start - 1], b'(' | b'+') {
        run_start -= 1;
    }
    run_start
}

/// Whether no letter, decimal mark or currency symbol is attached to the run from `start` to `end`.
fn stands_alone(text: &str, start: usize, end: usize) -> bool {
    let before = text[..start].chars().next_back();
    let after = text[end..].chars().next();
    let is_attached = |letter: Option<char>| {
        letter.is_some_and(|letter| {
            letter.is_alphabetic() && letter.is_ascii()
                || matches!(letter, '_' | '#' | '=' | '$' | '€' | '£' | '%')
        })
    };
    let is_decimal = |letter: Option<char>, next: Option<char>| {
        matches!(letter, Some('.' | ',' | '-' | ':'))
            && next.is_some_and(|next| next.is_alphanumeric())
    };
    let second_after = text[end..].chars().nth(1);
    let second_before = text[..start].chars().rev().nth(1);
    !is_attached(before)
        && !is_attached(after)
        && !is_decimal(before, second_before)
        && !is_decimal(after, second_after)
        && !text[..start].ends_with("$ ")
}

/// Whether a span lies in a web address or a path: the word before it contains `/` or `www.`.
pub fn is_in_address(text: &str, span: &Range<usize>) -> bool {
    let word = text[..span.start].rsplit(char::is_whitespace).next().unwrap_or("");
    word.contains("://") || word.contains('/') || word.contains("www.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reasons_in_several_languages() {
        let rows = [
            ("If a then b, because c", "en", Some(true)),
            ("If a then b", "en", Some(false)),
            ("Wenn a, dann b, weil c", "de-AT", Some(true)),
            ("Se a, então b, porque c", "pt-BR", Some(true)),
            ("Jika a, maka b, karena c", "id", Some(true)),
            ("Si a, alors b, parce que c", "fr", Some(true)),
            ("Als a, dan b, omdat c", "nl", Some(true)),
            ("もしaならbになる。なぜなら、cだからだ。", "ja", Some(true)),
            ("もしaならbになる。", "ja", Some(false)),
            ("إذا عرضنا الإعلانات فسترتفع النسبة، لأن الناس يخططون", "ar", Some(true)),
            ("Ha a, akkor b", "tlh", None),
        ];
        for (text, language, wanted) in rows {
            assert_eq!(gives_reason(text, language), wanted, "{text}");
        }
    }

    #[test]
    fn measures_in_several_languages() {
        let names = ["conversion rate".to_owned(), "kundenzufriedenheit".to_owned()];
        let rows = [
            ("If a then sales rise", "en", Some(true)),
            ("If a then people will love it", "en", Some(false)),
            ("If a then the conversion rate will follow", "en", Some(true)),
            ("Wenn a, dann steigt der Absatz", "de", Some(true)),
            ("Wenn a, dann gefällt es", "de", Some(false)),
            ("もしaなら売上が伸びる", "ja", Some(true)),
            ("4ポイント", "ja", Some(true)),
        ];
        for (text, language, wanted) in rows {
            assert_eq!(names_measure(text, language, || &names), wanted, "{text}");
        }
    }
}
