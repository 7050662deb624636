//! Unicode normalisation of words: NFKC and lower case (`normalise`), and accent folding
//! (`fold_accents`).

use std::borrow::Cow;

#[cfg(not(target_arch = "wasm32"))]
use icu_normalizer::ComposingNormalizerBorrowed;

#[cfg(target_arch = "wasm32")]
use crate::host::compose_lower;
use crate::language::Language;
use crate::numbers::{to_ascii_digit, unify_figure};

/// The base letter, in lower case, of every code point from U+00C0 to U+024F; `.` where there is
/// none.
const LATIN_BASE_LETTERS: &[u8] = b"aaaaaa.ceeeeiiiidnooooo.ouuuuy..aaaaaa.ceeeeiiiidnooooo.ouuuuy.yaaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiii..jjkkkllllllllllnnnnnnnnnoooooo..rrrrrrssssssssttttttuuuuuuuuuuuuwwyyyzzzzzzsb.bb...cc..dd....ff.....kkl...n.oo..pp.....ttt.uu..yyzz......................aaiioouuuuuuuuuu.aaaa..ggggkkoooo..j...gg..nnaa..ooaaaaeeeeiiiioooorrrruuuusstt..hhn...zzaaeeooooooooyy...j.....l.....b............";
/// The base letter, in lower case, of every code point from U+1E00 to U+1EFF; `.` where there is
/// none.
const LATIN_ADDITIONAL_BASE_LETTERS: &[u8] = b"aabbbbbbccddddddddddeeeeeeeeeeffgghhhhhhhhhhiiiikkkkkkllllllllmmmmmmnnnnnnnnoooooooopppprrrrrrrrssssssssssttttttttuuuuuuuuuuvvvvwwwwwwwwwwxxxxyyzzzzzzhtwyas....aaaaaaaaaaaaaaaaaaaaaaaaeeeeeeeeeeeeeeeeiiiioooooooooooooooooooooooouuuuuuuuuuuuuuyyyyyyyy......";

/// Appends `text`, which [`normalise_into`] must have written, to `out` without accents and vowel
/// marks.
///
/// Latin, Greek, Hebrew and Arabic lose their marks, and Indic letters the dot below (nukta) that
/// many writers leave out. Marks that distinguish letters (Cyrillic `й`, Indic vowels, Thai) stay.
pub fn fold_accents_into(text: &str, out: &mut String) {
    if text.is_ascii() {
        out.push_str(text);
        return;
    }
    for letter in text.chars() {
        fold_letter(letter, out);
    }
}

/// `text` normalised (see [`normalise_into`]) and without accents.
pub fn fold_accents(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    fold_accents_into(&normalise(text, Language::Plain), &mut out);
    out
}

/// Replaces the content of `out` by `word` without invisible characters, composed (Unicode NFKC)
/// and in lower case; figures have one form (see [`unify_figure`]), and Hebrew abbreviations no
/// quote.
///
/// Soft hyphens and ligatures from word processors, and accents typed as separate characters, thus
/// make no difference to a search.
pub fn normalise_into(word: &str, language: Language, out: &mut String) {
    out.clear();
    if word.is_ascii() {
        out.push_str(word);
        out.make_ascii_lowercase();
    } else if word.chars().all(is_settled) {
        out.push_str(word);
    } else {
        let visible = if word.contains(is_invisible) {
            Cow::Owned(word.replace(is_invisible, ""))
        } else {
            Cow::Borrowed(word)
        };
        let lower = compose_lower(&visible);
        // The lower case of `İ` has a combining dot, which queries do not contain.
        out.push_str(&if lower.contains('\u{307}') {
            lower.replace("i\u{307}", "i")
        } else {
            lower
        });
    }
    if out.contains(|letter| to_ascii_digit(letter).is_some())
        && let Cow::Owned(figure) = unify_figure(out)
    {
        *out = figure;
    }
    if out.starts_with(|letter| matches!(letter, '\u{5d0}'..='\u{5ea}')) {
        out.retain(|letter| !is_hebrew_quote(letter));
    }
    // A word in capitals within a Turkish text is seldom foreign, so its `I` is the capital of the
    // dotless `ı`.
    if language == Language::Turkish
        && word.contains('I')
        && word.chars().all(|letter| !letter.is_lowercase())
    {
        *out = normalise(&word.replace('I', "ı"), Language::Plain);
    }
}

/// `text` composed (Unicode NFKC) and in lower case. In the browser, that does it: the tables would
/// be 26 kB of what it loads.
#[cfg(not(target_arch = "wasm32"))]
fn compose_lower(text: &str) -> String {
    ComposingNormalizerBorrowed::new_nfkc().normalize(text).to_lowercase()
}

/// Whether composition and lower case leave a character as it is, whatever stands around it; true
/// of most letters of most texts, but not of all such letters.
fn is_settled(letter: char) -> bool {
    matches!(letter,
        '0'..='9' | 'a'..='z' | '\'' | '-' | 'ß'..='ö' | 'ø'..='ÿ'
        | 'ă' | 'ą' | 'ć' | 'č' | 'ď' | 'ě' | 'ę' | 'ğ' | 'ı' | 'ł' | 'ń' | 'ň' | 'ő' | 'œ' | 'ř' | 'ś' | 'ş' | 'š' | 'ţ' | 'ť'
        | 'ů' | 'ű' | 'ź' | 'ż' | 'ž' | 'ș' | 'ț'
        | 'ά'..='ώ' | 'а'..='џ' | 'א'..='ת' | 'ء'..='غ' | 'ف'..='ي'
        | 'ก'..='า' | 'ิ'..='ื' | 'เ'..='็' | 'ぁ'..='ゖ' | 'ァ'..='ヺ' | 'ー' | '一'..='鿿' | '가'..='힣')
}

/// `word` without invisible characters, composed (Unicode NFKC) and in lower case; see
/// [`normalise_into`].
pub fn normalise(word: &str, language: Language) -> String {
    let mut out = String::with_capacity(word.len());
    normalise_into(word, language, &mut out);
    out
}

/// Whether a character is invisible (Unicode's `Default_Ignorable_Code_Point`): soft hyphens,
/// joiners, byte-order marks.
pub fn is_invisible(letter: char) -> bool {
    matches!(letter,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}' | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}'
        | '\u{ffa0}' | '\u{fff0}'..='\u{fff8}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

/// Whether a character can be the quote inside a Hebrew abbreviation.
pub fn is_hebrew_quote(letter: char) -> bool {
    matches!(letter, '"' | '\'' | '\u{2019}' | '\u{201d}' | '\u{5f3}' | '\u{5f4}')
}

/// Appends a normalised letter to `out` without its accent or vowel mark; a mark that is a
/// character of its own is left out.
fn fold_letter(letter: char, out: &mut String) {
    match letter {
        '\0'..='\u{7f}' => out.push(letter),
        '\u{c0}'..='\u{24f}' => fold_latin(letter, LATIN_BASE_LETTERS[letter as usize - 0xc0], out),
        '\u{1e00}'..='\u{1eff}' => {
            fold_latin(letter, LATIN_ADDITIONAL_BASE_LETTERS[letter as usize - 0x1e00], out)
        }
        '\u{300}'..='\u{36f}'
        | '\u{591}'..='\u{5c7}'
        | '\u{640}'
        | '\u{64b}'..='\u{65f}'
        | '\u{670}'
        // Nuktas.
        | '\u{93c}'
        | '\u{9bc}'
        | '\u{a3c}'
        | '\u{abc}'
        | '\u{b3c}'
        | '\u{cbc}' => {}
        'ά' => out.push('α'),
        'έ' => out.push('ε'),
        'ή' => out.push('η'),
        'ί' | 'ϊ' | 'ΐ' => out.push('ι'),
        'ό' => out.push('ο'),
        'ύ' | 'ϋ' | 'ΰ' => out.push('υ'),
        'ώ' => out.push('ω'),
        'ς' => out.push('σ'),
        'ё' => out.push('е'),
        'أ' | 'إ' | 'آ' | 'ٱ' => out.push('ا'),
        'ى' | 'ی' => out.push('ي'),
        'ک' => out.push('ك'),
        _ => out.push(letter),
    }
}

/// Appends a Latin letter to `out` as its base letter (`é` as `e`) or as the letters it stands for
/// (`ß` as `ss`). `base` is what the tables have for it; a letter with `.` there stays unchanged.
fn fold_latin(letter: char, base: u8, out: &mut String) {
    match letter {
        'æ' | 'Æ' | 'ǣ' | 'ǽ' => out.push_str("ae"),
        'œ' | 'Œ' => out.push_str("oe"),
        'ß' | 'ẞ' => out.push_str("ss"),
        'þ' | 'Þ' => out.push_str("th"),
        'ĳ' | 'Ĳ' => out.push_str("ij"),
        'ǆ' | 'ǳ' => out.push_str("dz"),
        'ǉ' => out.push_str("lj"),
        'ǌ' => out.push_str("nj"),
        _ if base == b'.' => out.push(letter),
        _ => out.push(base as char),
    }
}

#[cfg(test)]
mod tests {
    use icu_normalizer::{ComposingNormalizerBorrowed, DecomposingNormalizerBorrowed};

    use super::{fold_accents, is_settled, normalise};
    use crate::language::Language;

    #[test]
    fn letters_lose_their_accents_and_nothing_else() {
        for (text, folded) in [
            ("Crème brûlée", "creme brulee"),
            ("promoção", "promocao"),
            ("Straße", "strasse"),
            ("İstanbul ılık", "istanbul ilik"),
            ("smørrebrød", "smorrebrod"),
            ("Łódź", "lodz"),
            ("Việt Nam", "viet nam"),
            ("Άνθρωπος", "ανθρωποσ"),
            ("акция ёлка йод", "акция елка йод"),
            ("مُحَمَّد أحمد", "محمد احمد"),
            ("ＬＩＮＥ２", "line2"),
            ("ไทยแลนด์", "ไทยแลนด์"),
            ("キャンペーン", "キャンペーン"),
        ] {
            assert_eq!(fold_accents(text), folded, "{text}");
        }
    }

    #[test]
    fn spellings_that_look_alike_are_one_word() {
        for (written, word) in [
            ("Som\u{ad}mer\u{ad}fest", "sommerfest"),
            ("\u{feff}voucher\u{200b}s", "vouchers"),
            ("oﬃce", "office"),
            ("Gemu\u{308}se", "gemüse"),
            ("И\u{306}огурт", "йогурт"),
            ("\u{1112}\u{1161}\u{11ab}", "한"),
            ("ｺｰﾋﾟ", "コーピ"),
            ("ＳＡＬＥ２", "sale2"),
            ("m²", "m2"),
            ("ŞİŞLİ", "şişli"),
            ("S\u{327}I\u{307}S\u{327}LI\u{307}", "şişli"),
        ] {
            assert_eq!(normalise(written, Language::Plain), word, "{written}");
        }
    }

    #[test]
    fn capitals_of_a_turkish_text_are_turkish() {
        for (written, turkish, other) in [
            ("ALIŞVERİŞ", "alışveriş", "alişveriş"),
            ("KAPI", "kapı", "kapi"),
            ("Instagram", "instagram", "instagram"),
        ] {
            assert_eq!(normalise(written, Language::Turkish), turkish);
            assert_eq!(normalise(written, Language::Plain), other);
        }
    }

    #[test]
    fn settled_letters_neither_change_nor_join_the_one_before() {
        let (compose, decompose) =
            (ComposingNormalizerBorrowed::new_nfkc(), DecomposingNormalizerBorrowed::new_nfd());
        for letter in ('\0'..=char::MAX).filter(|letter| is_settled(*letter)) {
            let text = letter.to_string();
            assert_eq!(compose.normalize(&text).to_lowercase(), text, "U+{:04X}", letter as u32);
            assert!(!crate::marks::is_combining_mark(letter), "U+{:04X}", letter as u32);
        }
        for letter in '\0'..=char::MAX {
            let parts = decompose.normalize(letter.encode_utf8(&mut [0; 4])).into_owned();
            assert!(!parts.chars().skip(1).any(is_settled), "U+{:04X}", letter as u32);
        }
    }

    #[test]
    fn every_letter_in_lower_case_stays_as_it_is() {
        for letter in '\0'..='\u{ffff}' {
            let once = normalise(letter.encode_utf8(&mut [0; 4]), Language::Plain);
            assert_eq!(normalise(&once, Language::Plain), once, "{letter} U+{:04X}", letter as u32);
        }
    }
}
