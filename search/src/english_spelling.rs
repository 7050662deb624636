//! British and American spellings of one English word, brought to one form before stemming.
//!
//! The form is compared, never shown, so it need not be a correct word: both spellings must reach
//! the same one, and no two different words may meet.

use std::borrow::Cow;

/// Parts of words in one spelling with those of the other that replace them, mostly British by
/// American ones. A longer part stands before one that it contains.
const PARTS: [(&str, &str); 66] = [
    ("aloguing", "aloging"),
    ("alogued", "aloged"),
    ("alogue", "alog"),
    ("ologue", "olog"),
    ("aluminium", "aluminum"),
    ("anaesthe", "anesthe"),
    ("archaeolog", "archeolog"),
    ("ardour", "ardor"),
    ("armour", "armor"),
    ("behaviour", "behavior"),
    ("calibre", "caliber"),
    ("candour", "candor"),
    ("centring", "centering"),
    ("centred", "centered"),
    ("centre", "center"),
    ("clamour", "clamor"),
    ("colour", "color"),
    ("defence", "defense"),
    ("demeanour", "demeanor"),
    ("doughnut", "donut"),
    ("encyclopaed", "encycloped"),
    ("endeavour", "endeavor"),
    ("enroll", "enrol"),
    ("favour", "favor"),
    ("fervour", "fervor"),
    ("fibre", "fiber"),
    ("flavour", "flavor"),
    ("fulfill", "fulfil"),
    ("glamour", "glamor"),
    ("gynaecolog", "gynecolog"),
    ("harbour", "harbor"),
    ("honour", "honor"),
    ("humour", "humor"),
    ("installment", "instalment"),
    ("jewellery", "jewelry"),
    ("jeweller", "jeweler"),
    ("judgement", "judgment"),
    ("labour", "labor"),
    ("licence", "license"),
    ("litre", "liter"),
    ("lustre", "luster"),
    ("manoeuvre", "maneuver"),
    ("metre", "meter"),
    ("mould", "mold"),
    ("moustache", "mustache"),
    ("neighbour", "neighbor"),
    ("odour", "odor"),
    ("offence", "offense"),
    ("orthopaed", "orthoped"),
    ("paediatr", "pediatr"),
    ("parlour", "parlor"),
    ("plough", "plow"),
    ("practise", "practice"),
    ("pretence", "pretense"),
    ("pyjama", "pajama"),
    ("rancour", "rancor"),
    ("rigour", "rigor"),
    ("rumour", "rumor"),
    ("saviour", "savior"),
    ("savour", "savor"),
    ("sceptic", "skeptic"),
    ("skillful", "skilful"),
    ("splendour", "splendor"),
    ("theatre", "theater"),
    ("tumour", "tumor"),
    ("vapour", "vapor"),
];

/// British words with the American ones that replace them, compared as whole words, because other
/// words begin with them too (`programme`, `programmer`).
const WORDS: [(&str, &str); 8] = [
    ("ageing", "aging"),
    ("cosy", "cozy"),
    ("grey", "gray"),
    ("kerb", "curb"),
    ("programme", "program"),
    ("programmes", "programs"),
    ("tyre", "tire"),
    ("tyres", "tires"),
];

/// Verbs whose last letter is doubled before an ending in British spelling alone.
const DOUBLING: [&str; 22] = [
    "cancel", "channel", "counsel", "dial", "duel", "equal", "fuel", "initial", "label", "level",
    "marvel", "model", "panel", "pedal", "quarrel", "rival", "signal", "spiral", "total", "travel",
    "tunnel", "unravel",
];
/// Endings before which British spelling doubles the last letter of the verbs in [`DOUBLING`]
/// (`travelled`).
const DOUBLING_ENDINGS: [&str; 9] =
    ["ed", "ing", "ings", "er", "ers", "or", "ors", "ation", "ations"];

/// Endings of American words with `z`, which become those with `s`. In this direction, because the
/// stemmer cuts `-ize` off and would make one word of `personalize` and `person`.
const Z_ENDINGS: [&str; 14] = [
    "ize",
    "izes",
    "ized",
    "izer",
    "izers",
    "izing",
    "ization",
    "izations",
    "izational",
    "izable",
    "yze",
    "yzes",
    "yzed",
    "yzing",
];

/// The form to which both the British and the American spelling of an English word, in lower case,
/// are brought.
pub fn unify_spelling(word: &str) -> Cow<'_, str> {
    if let Some((_, american)) = WORDS.iter().find(|(british, _)| *british == word) {
        return Cow::Borrowed(american);
    }
    if Z_ENDINGS.iter().any(|ending| word.ends_with(ending)) {
        let at = word.rfind('z').unwrap_or(0);
        return Cow::Owned(format!("{}s{}", &word[..at], &word[at + 1..]));
    }
    if let Some(single) = undouble(word) {
        return Cow::Owned(single);
    }
    match PARTS.iter().find(|(british, _)| word.contains(british)) {
        Some((british, american)) => Cow::Owned(word.replacen(british, american, 1)),
        None => Cow::Borrowed(word),
    }
}

/// A form of a verb in [`DOUBLING`] with a single `l` instead of two (`travelling`, `traveling`);
/// `None` for other words.
fn undouble(word: &str) -> Option<String> {
    let ending = DOUBLING_ENDINGS.iter().find(|ending| {
        word.strip_suffix(**ending).and_then(|word| word.strip_suffix('l')).is_some_and(|verb| {
            DOUBLING.iter().any(|known| verb.strip_prefix("re").unwrap_or(verb) == *known)
        })
    })?;
    let verb = &word[..word.len() - ending.len() - 1];
    Some(format!("{verb}{ending}"))
}

#[cfg(test)]
mod tests {
    use super::unify_spelling;
    use crate::analysis::stem;
    use crate::language::Language;

    #[test]
    fn both_spellings_have_one_stem() {
        for (british, american) in [
            ("colour", "color"),
            ("favourites", "favorites"),
            ("behavioural", "behavioral"),
            ("personalisation", "personalization"),
            ("personalise", "personalized"),
            ("organisations", "organizing"),
            ("analysed", "analyzing"),
            ("catalogue", "catalog"),
            ("catalogued", "cataloging"),
            ("travelling", "traveled"),
            ("cancellation", "cancelation"),
            ("relabelled", "relabeled"),
            ("centred", "centers"),
            ("theatres", "theater"),
            ("programmes", "program"),
            ("licence", "license"),
            ("jewellery", "jewelry"),
            ("enrolment", "enrollment"),
            ("grey", "gray"),
        ] {
            let stems = [british, american].map(|word| stem(word, Language::English));
            assert_eq!(stems[0], stems[1], "{british}, {american}");
        }
    }

    #[test]
    fn different_words_stay_different() {
        for (one, other) in [
            ("personalization", "person"),
            ("localization", "local"),
            ("organization", "organ"),
            ("programmer", "program"),
            ("calling", "cal"),
        ] {
            let stems = [one, other].map(|word| stem(word, Language::English));
            assert_ne!(stems[0], stems[1], "{one}, {other}");
        }
    }

    #[test]
    fn words_of_one_spelling_stay_as_they_are() {
        for word in ["four", "journey", "selling", "equally", "programmer", "metal", "grocery"] {
            assert_eq!(unify_spelling(word), word);
        }
    }
}
