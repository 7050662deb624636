//! Letters without their accents: the form in which words of different spellings meet.

/// The base letter of every code point from U+00C0 to U+024F, `.` where there is none.
const LATIN: &[u8] = b"aaaaaa.ceeeeiiiidnooooo.ouuuuy..aaaaaa.ceeeeiiiidnooooo.ouuuuy.yaaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiii..jjkkkllllllllllnnnnnnnnnoooooo..rrrrrrssssssssttttttuuuuuuuuuuuuwwyyyzzzzzzsb.bb...cc..dd....ff.....kkl...n.oo..pp.....ttt.uu..yyzz......................aaiioouuuuuuuuuu.aaaa..ggggkkoooo..j...gg..nnaa..ooaaaaeeeeiiiioooorrrruuuusstt..hhn...zzaaeeooooooooyy...j.....l.....b............";
/// The same for U+1E00 to U+1EFF.
const LATIN_ADDITIONAL: &[u8] = b"aabbbbbbccddddddddddeeeeeeeeeeffgghhhhhhhhhhiiiikkkkkkllllllllmmmmmmnnnnnnnnoooooooopppprrrrrrrrssssssssssttttttttuuuuuuuuuuvvvvwwwwwwwwwwxxxxyyzzzzzzhtwyas....aaaaaaaaaaaaaaaaaaaaaaaaeeeeeeeeeeeeeeeeiiiioooooooooooooooooooooooouuuuuuuuuuuuuuyyyyyyyy......";

/// Appends `text`, which is in lower case, to `out` without accents and vowel marks.
///
/// Latin, Greek, Hebrew and Arabic lose their marks; full-width letters become plain ones. Marks that are
/// letters of their own (Cyrillic `й`, everything Indic and Thai) stay.
pub fn fold_into(text: &str, out: &mut String) {
    if text.is_ascii() {
        out.push_str(text);
        return;
    }
    for letter in text.chars() {
        fold_letter(letter, out);
    }
}

/// `text` in lower case and without accents.
pub fn fold(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    fold_into(&text.to_lowercase(), &mut out);
    out
}

fn fold_letter(letter: char, out: &mut String) {
    match letter {
        '\0'..='\u{7f}' => out.push(letter),
        '\u{c0}'..='\u{24f}' => fold_latin(letter, LATIN[letter as usize - 0xc0], out),
        '\u{1e00}'..='\u{1eff}' => fold_latin(letter, LATIN_ADDITIONAL[letter as usize - 0x1e00], out),
        '\u{300}'..='\u{36f}' | '\u{591}'..='\u{5c7}' | '\u{640}' | '\u{64b}'..='\u{65f}' | '\u{670}' => {}
        '\u{ff01}'..='\u{ff5e}' => {
            let plain = char::from_u32(letter as u32 - 0xfee0).unwrap_or(letter);
            out.push(plain.to_ascii_lowercase());
        }
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
    use super::fold;

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
            assert_eq!(fold(text), folded, "{text}");
        }
    }
}
