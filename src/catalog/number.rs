//! Numbers: parses plain decimals, and suggests readings for numbers with separators, units or
//! signs.
//!
//! A suggestion must keep the meaning of the text. An ambiguous text gets both readings, and a text
//! that cannot be read with certainty gets none, because authors copy suggestions into their
//! records.

use std::borrow::Cow;

/// The kind of numbers that a field holds, which decides how a text with separators or units is
/// read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NumberKind {
    /// Percent and percentage points. Three decimals are usual, so `1.250` is one and a quarter.
    Percentage,
    /// Ratios, index numbers and numbers of an unknown unit: read like percentages, but not with a
    /// percent sign.
    Ratio,
    /// A probability between 0 and 1; a percent sign means hundredths.
    Probability,
    /// Money and counts that may have decimals: `12.000` can mean twelve or twelve thousand,
    /// depending on the country.
    Amount,
    /// Integers that are not negative.
    Integer,
}

/// A text that should be a number, after parsing.
#[derive(Debug, Clone, PartialEq)]
pub enum ParsedNumber {
    /// An unambiguous finite number.
    Number(f64),
    /// The possible readings of any other text, each as it should be written; empty where there is
    /// none.
    Suggestions(Vec<String>),
}

/// The effect of a unit or sign beside the digits on the number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Unit {
    /// A currency, which does not change the number.
    Money,
    /// A percent sign or word.
    Percent,
    /// Percentage points.
    Points,
    /// A factor of ten to this power, such as "thousand".
    PowerOfTen(usize),
    /// A word for "about", which does not change the number.
    Approximately,
}

/// Units and signs beside numbers, in lower case. A number with any other word gets no suggestion,
/// because the word may change its size.
const UNITS: &[(&str, Unit)] = &[
    ("%", Unit::Percent),
    ("٪", Unit::Percent),
    ("％", Unit::Percent),
    ("﹪", Unit::Percent),
    ("percent", Unit::Percent),
    ("per cent", Unit::Percent),
    ("pct", Unit::Percent),
    ("prozent", Unit::Percent),
    ("procent", Unit::Percent),
    ("por ciento", Unit::Percent),
    ("por cento", Unit::Percent),
    ("pour cent", Unit::Percent),
    ("per cento", Unit::Percent),
    ("pp", Unit::Points),
    ("ppt", Unit::Points),
    ("p.p.", Unit::Points),
    ("pp.", Unit::Points),
    ("%-punkte", Unit::Points),
    ("prozentpunkte", Unit::Points),
    ("procentpunten", Unit::Points),
    ("percentage points", Unit::Points),
    ("k", Unit::PowerOfTen(3)),
    ("tsd", Unit::PowerOfTen(3)),
    ("tsd.", Unit::PowerOfTen(3)),
    ("thousand", Unit::PowerOfTen(3)),
    ("tausend", Unit::PowerOfTen(3)),
    ("duizend", Unit::PowerOfTen(3)),
    ("千", Unit::PowerOfTen(3)),
    ("천", Unit::PowerOfTen(3)),
    ("万", Unit::PowerOfTen(4)),
    ("萬", Unit::PowerOfTen(4)),
    ("만", Unit::PowerOfTen(4)),
    ("lakh", Unit::PowerOfTen(5)),
    ("m", Unit::PowerOfTen(6)),
    ("mn", Unit::PowerOfTen(6)),
    ("mio", Unit::PowerOfTen(6)),
    ("mio.", Unit::PowerOfTen(6)),
    ("mln", Unit::PowerOfTen(6)),
    ("million", Unit::PowerOfTen(6)),
    ("millions", Unit::PowerOfTen(6)),
    ("millionen", Unit::PowerOfTen(6)),
    ("miljoen", Unit::PowerOfTen(6)),
    ("crore", Unit::PowerOfTen(7)),
    ("亿", Unit::PowerOfTen(8)),
    ("億", Unit::PowerOfTen(8)),
    ("억", Unit::PowerOfTen(8)),
    ("bn", Unit::PowerOfTen(9)),
    ("mrd", Unit::PowerOfTen(9)),
    ("mrd.", Unit::PowerOfTen(9)),
    ("miljard", Unit::PowerOfTen(9)),
    ("~", Unit::Approximately),
    ("≈", Unit::Approximately),
    ("ca", Unit::Approximately),
    ("ca.", Unit::Approximately),
    ("about", Unit::Approximately),
    ("approx.", Unit::Approximately),
    ("approx", Unit::Approximately),
    ("circa", Unit::Approximately),
    ("rund", Unit::Approximately),
    ("ungefähr", Unit::Approximately),
    ("environ", Unit::Approximately),
    ("ongeveer", Unit::Approximately),
];

/// Currency codes, names and symbols of several letters, in lower case; symbols of one character
/// are recognised by `is_currency_sign`.
const CURRENCIES: &[&str] = &[
    "eur", "usd", "gbp", "jpy", "cny", "rmb", "inr", "brl", "mxn", "ars", "clp", "cop", "pen",
    "cad", "aud", "nzd", "chf", "sek", "nok", "dkk", "isk", "pln", "czk", "huf", "ron", "bgn",
    "rsd", "uah", "rub", "try", "tl", "ils", "aed", "sar", "qar", "kwd", "egp", "mad", "zar",
    "ngn", "kes", "ghs", "idr", "myr", "sgd", "thb", "vnd", "php", "hkd", "twd", "krw", "pkr",
    "bdt", "lkr", "kr", "kr.", "zł", "kč", "ft", "lei", "rp", "rm", "r$", "us$", "a$", "c$", "hk$",
    "nt$", "s$", "rs", "rs.", "fr.", "euro", "euros", "dollar", "dollars", "pounds", "円", "元",
    "원", "руб", "руб.", "грн",
];

/// Parses the number of a field: a decimal as programs write it is a number unless the kind makes
/// it ambiguous; any other text gives the list of its readings, which may be empty. Integers always
/// give the list, because the caller reads plain ones itself.
pub fn parse_number(text: &str, kind: NumberKind) -> ParsedNumber {
    let plain = text.parse::<f64>().ok().filter(|number| number.is_finite());
    match plain {
        Some(number)
            if kind != NumberKind::Integer
                && !(kind == NumberKind::Amount && is_ambiguous_thousands(text)) =>
        {
            ParsedNumber::Number(number)
        }
        _ => ParsedNumber::Suggestions(suggestions(text, kind)),
    }
}

/// Whether a text is a number with a unit of percentage points, such as `2.5 pp`.
pub fn is_percentage_points(text: &str) -> bool {
    matches!(split_parts(&ascii_digits(text)), Some(NumberParts { has_points: true, .. }))
}

/// The text with the decimal digits of all supported scripts replaced by ASCII digits.
pub fn ascii_digits(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return Cow::Borrowed(text);
    }
    text.chars()
        .map(|letter| digit_value(letter).map_or(letter, |digit| char::from(b'0' + digit)))
        .collect::<String>()
        .into()
}

/// Code points of the digit zero in scripts whose ten digits follow each other (Unicode category
/// Nd).
const SCRIPT_ZEROS: [u32; 19] = [
    0x660, 0x6f0, 0x7c0, 0x966, 0x9e6, 0xa66, 0xae6, 0xb66, 0xbe6, 0xc66, 0xce6, 0xd66, 0xe50,
    0xed0, 0xf20, 0x1040, 0x17e0, 0x1810, 0xff10,
];

/// Value of a digit of a script in `SCRIPT_ZEROS`; none for ASCII digits and all other characters.
fn digit_value(letter: char) -> Option<u8> {
    let code = u32::from(letter);
    SCRIPT_ZEROS
        .iter()
        .find(|zero| (**zero..**zero + 10).contains(&code))
        .map(|zero| (code - zero) as u8)
}

/// The possible readings of a text, each as it should be written in a field of this kind.
fn suggestions(text: &str, kind: NumberKind) -> Vec<String> {
    let text = ascii_digits(text.trim());
    let Some(parts) = split_parts(&text) else { return Vec::new() };
    // Percentages cannot be converted into amounts or counts, nor percentage points into
    // probabilities.
    let shift = match (parts.has_percent || parts.has_points, kind) {
        (false, _) => parts.power_of_ten as isize,
        (true, NumberKind::Percentage) => 0,
        (true, NumberKind::Probability) if parts.has_percent => -2,
        (true, _) => return Vec::new(),
    };
    if parts.has_currency && matches!(kind, NumberKind::Percentage | NumberKind::Probability) {
        return Vec::new();
    }
    let mut readings: Vec<String> = split_decimals(parts.digits)
        .into_iter()
        .map(|(whole, decimals)| shift_decimal_point(&whole, &decimals, shift))
        .collect();
    if kind == NumberKind::Integer {
        readings.retain(|reading| !reading.contains('.'));
        if parts.is_negative {
            return Vec::new();
        }
    }
    readings.iter_mut().for_each(|reading| {
        // A suggestion must not be ambiguous itself.
        if kind == NumberKind::Amount && is_ambiguous_thousands(reading) {
            reading.push('0');
        }
        if parts.is_negative {
            reading.insert(0, '-');
        }
    });
    readings.dedup();
    readings
}

/// A number split into digits with their separators, sign and units.
struct NumberParts<'a> {
    digits: &'a str,
    is_negative: bool,
    has_percent: bool,
    has_points: bool,
    has_currency: bool,
    power_of_ten: usize,
}

/// Strips signs, brackets and units from a number; none where one kind of them occurs twice or a
/// word is unknown.
fn split_parts(text: &str) -> Option<NumberParts<'_>> {
    let mut parts = NumberParts {
        digits: text.trim(),
        is_negative: false,
        has_percent: false,
        has_points: false,
        has_currency: false,
        power_of_ten: 0,
    };
    let (mut has_sign, mut has_power, mut has_brackets) = (false, false, false);
    loop {
        let digits = parts.digits.trim();
        parts.digits = digits;
        if let Some(inner) = strip_brackets(digits) {
            if has_brackets || has_sign {
                return None;
            }
            (parts.digits, parts.is_negative, has_brackets) = (inner, true, true);
        } else if let Some(rest) = digits.strip_prefix(is_minus) {
            if has_sign || has_brackets {
                return None;
            }
            (parts.digits, parts.is_negative, has_sign) = (rest, true, true);
        } else if let Some(rest) = digits.strip_prefix(['+', '＋']) {
            if has_sign || has_brackets {
                return None;
            }
            (parts.digits, has_sign) = (rest, true);
        } else if let Some(rest) = [".-", ",-", ".–", ",–", ".—", ",—", ",--", ".--"]
            .iter()
            .find_map(|end| digits.strip_suffix(end))
        {
            // Prices without cents are written `12.-`.
            parts.digits = rest;
        } else if let Some((rest, unit)) = split_unit(digits) {
            match unit {
                Unit::Money if !parts.has_currency => parts.has_currency = true,
                Unit::Percent if !parts.has_percent && !parts.has_points => {
                    parts.has_percent = true
                }
                Unit::Points if !parts.has_percent && !parts.has_points => parts.has_points = true,
                Unit::PowerOfTen(power) if !has_power => {
                    (parts.power_of_ten, has_power) = (power, true)
                }
                Unit::Approximately => {}
                _ => return None,
            }
            parts.digits = rest;
        } else {
            let is_scaled_percentage = has_power && (parts.has_percent || parts.has_points);
            let starts_with_number = digits.starts_with(|letter: char| {
                letter.is_ascii_digit() || matches!(letter, '.' | ',' | '٫')
            });
            return (starts_with_number && !is_scaled_percentage).then_some(parts);
        }
    }
}

/// The text between brackets, by which accounts mark a negative number.
fn strip_brackets(text: &str) -> Option<&str> {
    text.strip_prefix(['(', '（'])?.strip_suffix([')', '）'])
}

/// Whether a character is a hyphen, dash or minus sign, any of which marks a negative number.
fn is_minus(letter: char) -> bool {
    matches!(
        letter,
        '-' | '\u{2212}' | '\u{2010}'..='\u{2014}' | '\u{fe63}' | '\u{ff0d}' | '\u{207b}'
    )
}

/// Whether a character alone is the symbol of a currency.
fn is_currency_sign(letter: char) -> bool {
    matches!(
        letter,
        '$' | '£' | '¥' | '¤' | '؋' | '৳' | '฿' | '៛' | '\u{20a0}'
            ..='\u{20c0}' | '﷼' | '＄' | '￡' | '￥'
    )
}

/// Splits a unit off the end or, for currencies, percent signs and words for "about", the beginning
/// of a text: the rest, and the unit; none if there is no known unit.
fn split_unit(text: &str) -> Option<(&str, Unit)> {
    if let Some(rest) =
        text.strip_suffix(is_currency_sign).or_else(|| text.strip_prefix(is_currency_sign))
    {
        return Some((rest, Unit::Money));
    }
    let is_digit_or_space = |letter: char| letter.is_ascii_digit() || letter.is_whitespace();
    let digits_end =
        text.rfind(|letter: char| letter.is_ascii_digit() || letter == ')').map_or(0, |at| at + 1);
    let digits_start = text
        .find(|letter: char| is_digit_or_space(letter) || is_minus(letter) || letter == '(')
        .unwrap_or(text.len());
    let (suffix, prefix) = (&text[digits_end..], &text[..digits_start]);
    if let Some((unit, at)) = find_trailing_unit(suffix) {
        return Some((&text[..digits_end + at], unit));
    }
    find_unit(prefix.trim())
        .filter(|unit| matches!(unit, Unit::Money | Unit::Approximately | Unit::Percent))
        .map(|unit| (&text[digits_start..], unit))
}

/// The longest unit that a text ends with as a whole word, and the byte offset at which it starts.
fn find_trailing_unit(text: &str) -> Option<(Unit, usize)> {
    let word_starts = text.char_indices().map(|(at, _)| at).filter(|at| {
        let before = text[..*at].chars().next_back();
        before.is_none_or(|letter| !letter.is_alphabetic())
    });
    word_starts
        .filter_map(|at| {
            find_unit(text[at..].trim())
                .filter(|_| !text[at..].starts_with(char::is_whitespace))
                .map(|unit| (unit, at))
        })
        .next()
}

/// The unit of a word, in any case.
fn find_unit(word: &str) -> Option<Unit> {
    if word.is_empty() {
        return None;
    }
    let word = word.to_lowercase();
    let unit = UNITS.iter().find(|(name, _)| *name == word).map(|(_, unit)| *unit);
    unit.or_else(|| CURRENCIES.contains(&&*word).then_some(Unit::Money))
}

/// The possible readings of digits with separators, each as the digits before and after the decimal
/// mark.
fn split_decimals(text: &str) -> Vec<(String, String)> {
    let separators: Vec<char> =
        text.chars().filter(|letter| !letter.is_ascii_digit()).map(normalise_separator).collect();
    let groups: Vec<&str> = text.split(|letter: char| !letter.is_ascii_digit()).collect();
    if separators.contains(&'?') {
        return Vec::new();
    }
    let mut readings = Vec::new();
    let (Some(last), Some((decimals, front))) = (separators.last(), groups.split_last()) else {
        return if text.is_empty() { readings } else { vec![(text.to_owned(), String::new())] };
    };
    let is_uniform = separators.iter().all(|separator| separator == last);
    if is_uniform && *last != '٫' && are_thousands(&groups) {
        readings.push((groups.concat(), String::new()));
    }
    let earlier = &separators[..separators.len() - 1];
    let is_decimal = matches!(last, '.' | ',' | '٫')
        && !decimals.is_empty()
        && !earlier.contains(last)
        && earlier.windows(2).all(|pair| pair[0] == pair[1]);
    if is_decimal && (front.len() == 1 || are_thousands(front)) {
        readings.push((front.concat(), (*decimals).to_owned()));
    }
    readings
}

/// One character for all characters that serve as the same separator; `?` for any that is no
/// separator.
fn normalise_separator(letter: char) -> char {
    match letter {
        '.' | '．' | '·' => '.',
        ',' | '，' | '、' | '،' => ',',
        '٫' => '٫',
        '\'' | '’' | '‘' | 'ʼ' | '′' | '＇' => '\'',
        '٬' => '٬',
        '_' => '_',
        _ if letter.is_whitespace() => ' ',
        _ => '?',
    }
}

/// Whether groups of digits are separated at thousands: groups of three, or of two before the last
/// three as in India.
fn are_thousands(groups: &[&str]) -> bool {
    let [first, middle @ .., last] = groups else { return false };
    let has_middle_length = |length: usize| middle.iter().all(|group| group.len() == length);
    let is_first_valid = (1..=3).contains(&first.len()) && !first.starts_with('0');
    is_first_valid
        && last.len() == 3
        && (has_middle_length(3) || has_middle_length(2) && first.len() < 3)
}

/// Whether a decimal number such as `12.345` could also mean thousands, because three digits follow
/// its point.
fn is_ambiguous_thousands(text: &str) -> bool {
    let text = text.trim_start_matches(['-', '+']);
    text.split_once('.').is_some_and(|(whole, rest)| {
        let is_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        (1..=3).contains(&whole.len())
            && !whole.starts_with('0')
            && rest.len() == 3
            && is_digits(whole)
            && is_digits(rest)
    })
}

/// A number multiplied by ten to the power of `shift`, without leading and trailing zeros.
fn shift_decimal_point(whole: &str, decimals: &str, shift: isize) -> String {
    let mut digits = format!("{whole}{decimals}");
    let mut at = whole.len() as isize + shift;
    if at <= 0 {
        digits.insert_str(0, &"0".repeat((1 - at) as usize));
        at = 1;
    }
    while (digits.len() as isize) < at {
        digits.push('0');
    }
    let (whole, decimals) = digits.split_at(at as usize);
    let whole = match whole.trim_start_matches('0') {
        "" => "0",
        whole => whole,
    };
    match decimals.trim_end_matches('0') {
        "" => whole.to_owned(),
        decimals => format!("{whole}.{decimals}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn suggested(text: &str, kind: NumberKind) -> Vec<String> {
        match parse_number(text, kind) {
            ParsedNumber::Number(number) => panic!("`{text}` is taken as {number}"),
            ParsedNumber::Suggestions(suggestions) => suggestions,
        }
    }

    #[test]
    fn suggestions_keep_the_value() {
        let rows: &[(&str, &[&str])] = &[
            ("6,4", &["6.4"]),
            ("6,4 %", &["6.4"]),
            ("1.234,56 %", &["1234.56"]),
            ("1,234.56", &["1234.56"]),
            ("1\u{a0}234,56", &["1234.56"]),
            ("1\u{202f}234\u{202f}567", &["1234567"]),
            ("1'234.56", &["1234.56"]),
            ("1’234’567", &["1234567"]),
            ("12,34,567.8", &["1234567.8"]),
            ("1.234.567", &["1234567"]),
            ("1_234", &["1234"]),
            ("1,234", &["1234", "1.234"]),
            ("0,125", &["0.125"]),
            ("1234,567", &["1234.567"]),
            ("12,34", &["12.34"]),
            (",5", &["0.5"]),
            ("\u{2212}6.4", &["-6.4"]),
            ("\u{2013}6,4", &["-6.4"]),
            ("(6.4)", &["-6.4"]),
            ("(6,4 %)", &["-6.4"]),
            ("(6,4) %", &["-6.4"]),
            ("+6,4%", &["6.4"]),
            ("6.4 pp", &["6.4"]),
            ("~6", &["6"]),
            ("ca. 6,5 %", &["6.5"]),
            ("٦٫٤", &["6.4"]),
            ("١٬٢٣٤٫٥", &["1234.5"]),
            ("६.४%", &["6.4"]),
            ("６．４", &["6.4"]),
            ("5k", &["5000"]),
            ("1,234k", &["1234000", "1234"]),
        ];
        for (text, wanted) in rows {
            assert_eq!(suggested(text, NumberKind::Percentage), *wanted, "{text}");
        }
    }

    #[test]
    fn unreadable_numbers_get_no_suggestion() {
        for text in [
            "1/3",
            "½",
            "6²",
            "5-7",
            "5 – 7",
            "6.4±0.2",
            ">5",
            "<5",
            "1.2.3",
            "1,2,3",
            "1,23,4",
            "12 34",
            "6.4.",
            "6,4-",
            "6 bps",
            "3 dozen",
            "64 ‰",
            "--5",
            "-(5)",
            "((5))",
            "",
            "%",
            "k",
            "-",
            "O,5",
            "l2",
            "5 hours",
            "1e",
            "5kk",
            "5k%",
            "€€5",
            "twelve",
            "0,123,456",
            "1.234,567.8",
            "12:30",
            "1.234 567",
            "3 mil",
            "2 billion",
        ] {
            for kind in [
                NumberKind::Percentage,
                NumberKind::Amount,
                NumberKind::Integer,
                NumberKind::Probability,
            ] {
                assert_eq!(suggested(text, kind), [""; 0], "{text}");
            }
        }
    }

    #[test]
    fn ambiguous_amounts_get_every_reading() {
        let rows: &[(&str, &[&str])] = &[
            ("12.000", &["12000", "12"]),
            ("12.345", &["12345", "12.3450"]),
            ("-1.500", &["-1500", "-1.5"]),
            ("1,500", &["1500", "1.5"]),
            ("€ 12.000", &["12000", "12"]),
            ("12.000 EUR", &["12000", "12"]),
            ("12.000,- €", &["12000", "12"]),
            ("R$ 1.234,56", &["1234.56"]),
            ("EUR 12,5k", &["12500"]),
            ("2,5 Mio. €", &["2500000"]),
            ("1.2m", &["1200000"]),
            ("US$1,200.50", &["1200.5"]),
            ("3 lakh", &["300000"]),
            ("1万", &["10000"]),
            ("5 %", &[]),
        ];
        for (text, wanted) in rows {
            assert_eq!(suggested(text, NumberKind::Amount), *wanted, "{text}");
        }
        for (text, number) in [
            ("12000", 12000.0),
            ("12.5", 12.5),
            ("0.125", 0.125),
            ("1234.567", 1234.567),
            ("12.0000", 12.0),
        ] {
            assert_eq!(
                parse_number(text, NumberKind::Amount),
                ParsedNumber::Number(number),
                "{text}"
            );
        }
        assert_eq!(parse_number("1.250", NumberKind::Percentage), ParsedNumber::Number(1.25));
    }

    #[test]
    fn integers_and_probabilities() {
        assert_eq!(suggested("12.000", NumberKind::Integer), ["12000", "12"]);
        assert_eq!(suggested("1.234", NumberKind::Integer), ["1234"]);
        assert_eq!(suggested("12 000", NumberKind::Integer), ["12000"]);
        assert_eq!(suggested("1.5", NumberKind::Integer), [""; 0]);
        assert_eq!(suggested("-5", NumberKind::Integer), [""; 0]);
        assert_eq!(suggested("5 %", NumberKind::Integer), [""; 0]);
        assert_eq!(suggested("5 %", NumberKind::Probability), ["0.05"]);
        assert_eq!(suggested("97,5%", NumberKind::Probability), ["0.975"]);
        assert_eq!(suggested("0,05", NumberKind::Probability), ["0.05"]);
        assert!(is_percentage_points("6,4 pp") && !is_percentage_points("6,4 %"));
    }
}
