//! Figures as people write them: what a text that should be a number can mean.
//!
//! A hint may only name a value that keeps the meaning. Where a text can be read in two ways both are named, and where nobody can tell
//! none is: a false figure that was copied from a hint is worse than no hint.

use std::borrow::Cow;

/// What kind of figures a field holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scale {
    /// Percent and points: three decimals are usual, so `1.250` is one and a quarter.
    Share,
    /// Ratios, indices and figures of an unknown unit likewise, where nobody knows what a percent sign means.
    Ratio,
    /// A chance between 0 and 1: a percent sign means hundredths.
    Chance,
    /// Money and counts that may have decimals: `12.000` is twelve to some and twelve thousand to others.
    Amount,
    /// Whole numbers that are not negative.
    Whole,
}

/// How a text reads that should be a number.
#[derive(Debug, Clone, PartialEq)]
pub enum Figure {
    /// As a number.
    Number(f64),
    /// As one of these, each as it should be written; none where nobody can tell.
    Meant(Vec<String>),
}

/// What a unit behind or before the digits does to the figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Unit {
    /// Money: leaves it as it is.
    Money,
    /// Percent.
    Percent,
    /// Percentage points.
    Points,
    /// So many zeros more.
    Zeros(usize),
    /// About: leaves the size as it is.
    About,
}

/// Words and signs around figures, in lower case. What is not known here leaves a figure unread, for it may change its size.
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
    ("k", Unit::Zeros(3)),
    ("tsd", Unit::Zeros(3)),
    ("tsd.", Unit::Zeros(3)),
    ("thousand", Unit::Zeros(3)),
    ("tausend", Unit::Zeros(3)),
    ("duizend", Unit::Zeros(3)),
    ("千", Unit::Zeros(3)),
    ("천", Unit::Zeros(3)),
    ("万", Unit::Zeros(4)),
    ("萬", Unit::Zeros(4)),
    ("만", Unit::Zeros(4)),
    ("lakh", Unit::Zeros(5)),
    ("m", Unit::Zeros(6)),
    ("mn", Unit::Zeros(6)),
    ("mio", Unit::Zeros(6)),
    ("mio.", Unit::Zeros(6)),
    ("mln", Unit::Zeros(6)),
    ("million", Unit::Zeros(6)),
    ("millions", Unit::Zeros(6)),
    ("millionen", Unit::Zeros(6)),
    ("miljoen", Unit::Zeros(6)),
    ("crore", Unit::Zeros(7)),
    ("亿", Unit::Zeros(8)),
    ("億", Unit::Zeros(8)),
    ("억", Unit::Zeros(8)),
    ("bn", Unit::Zeros(9)),
    ("mrd", Unit::Zeros(9)),
    ("mrd.", Unit::Zeros(9)),
    ("miljard", Unit::Zeros(9)),
    ("~", Unit::About),
    ("≈", Unit::About),
    ("ca", Unit::About),
    ("ca.", Unit::About),
    ("about", Unit::About),
    ("approx.", Unit::About),
    ("approx", Unit::About),
    ("circa", Unit::About),
    ("rund", Unit::About),
    ("ungefähr", Unit::About),
    ("environ", Unit::About),
    ("ongeveer", Unit::About),
];

/// Currencies by code or by the short words and signs that stand beside amounts, in lower case; signs of one letter are known by their
/// block (`is_currency_sign`).
const MONEY: &[&str] = &[
    "eur", "usd", "gbp", "jpy", "cny", "rmb", "inr", "brl", "mxn", "ars", "clp", "cop", "pen", "cad", "aud", "nzd", "chf", "sek", "nok", "dkk",
    "isk", "pln", "czk", "huf", "ron", "bgn", "rsd", "uah", "rub", "try", "tl", "ils", "aed", "sar", "qar", "kwd", "egp", "mad", "zar", "ngn", "kes",
    "ghs", "idr", "myr", "sgd", "thb", "vnd", "php", "hkd", "twd", "krw", "pkr", "bdt", "lkr", "kr", "kr.", "zł", "kč", "ft", "lei", "rp", "rm",
    "r$", "us$", "a$", "c$", "hk$", "nt$", "s$", "rs", "rs.", "fr.", "euro", "euros", "dollar", "dollars", "pounds", "円", "元", "원", "руб", "руб.",
    "грн",
];

/// Reads a text as a figure of a field.
pub fn read(text: &str, scale: Scale) -> Figure {
    let plain = text.parse::<f64>().ok().filter(|number| number.is_finite());
    match plain {
        Some(number) if scale != Scale::Whole && !(scale == Scale::Amount && is_one_group(text)) => Figure::Number(number),
        _ => Figure::Meant(meant(text, scale)),
    }
}

/// Whether a percentage point is what a text says.
pub fn is_points(text: &str) -> bool {
    matches!(bare(&ascii_digits(text)), Some(Bare { points: true, .. }))
}

/// The text with the digits of every script as 0 to 9.
pub fn ascii_digits(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return Cow::Borrowed(text);
    }
    text.chars().map(|letter| digit(letter).map_or(letter, |digit| char::from(b'0' + digit))).collect::<String>().into()
}

/// Where the ten digits of a script begin (Unicode's decimal digits of the scripts in use).
const ZEROS: [u32; 19] =
    [0x660, 0x6f0, 0x7c0, 0x966, 0x9e6, 0xa66, 0xae6, 0xb66, 0xbe6, 0xc66, 0xce6, 0xd66, 0xe50, 0xed0, 0xf20, 0x1040, 0x17e0, 0x1810, 0xff10];

fn digit(letter: char) -> Option<u8> {
    let code = u32::from(letter);
    ZEROS.iter().find(|zero| (**zero..**zero + 10).contains(&code)).map(|zero| (code - zero) as u8)
}

/// What a text can mean, each reading as it should be written in a field of this scale.
fn meant(text: &str, scale: Scale) -> Vec<String> {
    let text = ascii_digits(text.trim());
    let Some(bare) = bare(&text) else { return Vec::new() };
    // A percentage of money or of people, and points where a chance belongs, are figures of another kind.
    let shift = match (bare.percent || bare.points, scale) {
        (false, _) => bare.zeros as isize,
        (true, Scale::Share) => 0,
        (true, Scale::Chance) if bare.percent => -2,
        (true, _) => return Vec::new(),
    };
    if bare.money && matches!(scale, Scale::Share | Scale::Chance) {
        return Vec::new();
    }
    let mut readings: Vec<String> = readings(bare.digits).into_iter().map(|(whole, decimals)| moved(&whole, &decimals, shift)).collect();
    if scale == Scale::Whole {
        readings.retain(|reading| !reading.contains('.'));
        if bare.negative {
            return Vec::new();
        }
    }
    readings.iter_mut().for_each(|reading| {
        // The proposed decimals must not be asked back themselves.
        if scale == Scale::Amount && is_one_group(reading) {
            reading.push('0');
        }
        if bare.negative {
            reading.insert(0, '-');
        }
    });
    readings.dedup();
    readings
}

/// A text without its signs and units.
struct Bare<'a> {
    digits: &'a str,
    negative: bool,
    percent: bool,
    points: bool,
    money: bool,
    zeros: usize,
}

fn bare(text: &str) -> Option<Bare<'_>> {
    let mut bare = Bare { digits: text.trim(), negative: false, percent: false, points: false, money: false, zeros: 0 };
    let (mut signed, mut scaled, mut bracketed) = (false, false, false);
    loop {
        let digits = bare.digits.trim();
        bare.digits = digits;
        if let Some(inner) = bracketed_part(digits) {
            if bracketed || signed {
                return None;
            }
            (bare.digits, bare.negative, bracketed) = (inner, true, true);
        } else if let Some(rest) = digits.strip_prefix(is_minus) {
            if signed || bracketed {
                return None;
            }
            (bare.digits, bare.negative, signed) = (rest, true, true);
        } else if let Some(rest) = digits.strip_prefix(['+', '＋']) {
            if signed || bracketed {
                return None;
            }
            (bare.digits, signed) = (rest, true);
        } else if let Some(rest) = [".-", ",-", ".–", ",–", ".—", ",—", ",--", ".--"].iter().find_map(|end| digits.strip_suffix(end)) {
            // Prices without cents: `12.-`.
            bare.digits = rest;
        } else if let Some((rest, unit)) = unit_of(digits) {
            match unit {
                Unit::Money if !bare.money => bare.money = true,
                Unit::Percent if !bare.percent && !bare.points => bare.percent = true,
                Unit::Points if !bare.percent && !bare.points => bare.points = true,
                Unit::Zeros(zeros) if !scaled => (bare.zeros, scaled) = (zeros, true),
                Unit::About => {}
                _ => return None,
            }
            bare.digits = rest;
        } else {
            let with_percent = scaled && (bare.percent || bare.points);
            let starts = digits.starts_with(|letter: char| letter.is_ascii_digit() || matches!(letter, '.' | ',' | '٫'));
            return (starts && !with_percent).then_some(bare);
        }
    }
}

fn bracketed_part(text: &str) -> Option<&str> {
    text.strip_prefix(['(', '（'])?.strip_suffix([')', '）'])
}

fn is_minus(letter: char) -> bool {
    matches!(letter, '-' | '\u{2212}' | '\u{2010}'..='\u{2014}' | '\u{fe63}' | '\u{ff0d}' | '\u{207b}')
}

fn is_currency_sign(letter: char) -> bool {
    matches!(letter, '$' | '£' | '¥' | '¤' | '؋' | '৳' | '฿' | '៛' | '\u{20a0}'..='\u{20c0}' | '﷼' | '＄' | '￡' | '￥')
}

/// A unit at the end or the beginning of a text, and the text without it.
fn unit_of(text: &str) -> Option<(&str, Unit)> {
    if let Some(rest) = text.strip_suffix(is_currency_sign).or_else(|| text.strip_prefix(is_currency_sign)) {
        return Some((rest, Unit::Money));
    }
    let digits = |letter: char| letter.is_ascii_digit() || letter.is_whitespace();
    let behind = text.rfind(|letter: char| letter.is_ascii_digit() || letter == ')').map_or(0, |at| at + 1);
    let before = text.find(|letter: char| digits(letter) || is_minus(letter) || letter == '(').unwrap_or(text.len());
    let (end, start) = (&text[behind..], &text[..before]);
    if let Some((unit, at)) = longest_end(end) {
        return Some((&text[..behind + at], unit));
    }
    named(start.trim()).filter(|unit| matches!(unit, Unit::Money | Unit::About | Unit::Percent)).map(|unit| (&text[before..], unit))
}

/// The unit that a text ends with as a whole word, and where it begins.
fn longest_end(text: &str) -> Option<(Unit, usize)> {
    let starts = text.char_indices().map(|(at, _)| at).filter(|at| {
        let before = text[..*at].chars().next_back();
        before.is_none_or(|letter| !letter.is_alphabetic())
    });
    starts.filter_map(|at| named(text[at..].trim()).filter(|_| !text[at..].starts_with(char::is_whitespace)).map(|unit| (unit, at))).next()
}

fn named(word: &str) -> Option<Unit> {
    if word.is_empty() {
        return None;
    }
    let word = word.to_lowercase();
    let unit = UNITS.iter().find(|(name, _)| *name == word).map(|(_, unit)| *unit);
    unit.or_else(|| MONEY.contains(&&*word).then_some(Unit::Money))
}

/// The readings of digits with separators: the digits before the decimal mark and those behind it.
fn readings(text: &str) -> Vec<(String, String)> {
    let separators: Vec<char> = text.chars().filter(|letter| !letter.is_ascii_digit()).map(same_separator).collect();
    let groups: Vec<&str> = text.split(|letter: char| !letter.is_ascii_digit()).collect();
    if separators.contains(&'?') {
        return Vec::new();
    }
    let mut readings = Vec::new();
    let (Some(last), Some((decimals, front))) = (separators.last(), groups.split_last()) else {
        return if text.is_empty() { readings } else { vec![(text.to_owned(), String::new())] };
    };
    let all_alike = separators.iter().all(|separator| separator == last);
    if all_alike && *last != '٫' && are_thousands(&groups) {
        readings.push((groups.concat(), String::new()));
    }
    let earlier = &separators[..separators.len() - 1];
    let is_decimal =
        matches!(last, '.' | ',' | '٫') && !decimals.is_empty() && !earlier.contains(last) && earlier.windows(2).all(|pair| pair[0] == pair[1]);
    if is_decimal && (front.len() == 1 || are_thousands(front)) {
        readings.push((front.concat(), (*decimals).to_owned()));
    }
    readings
}

/// One sign for all that are used for the same.
fn same_separator(letter: char) -> char {
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

/// Whether groups of digits are thousands as they are written somewhere: threes, or twos before the last three (India).
fn are_thousands(groups: &[&str]) -> bool {
    let [first, middle @ .., last] = groups else { return false };
    let inner = |length: usize| middle.iter().all(|group| group.len() == length);
    let begins = (1..=3).contains(&first.len()) && !first.starts_with('0');
    begins && last.len() == 3 && (inner(3) || inner(2) && first.len() < 3)
}

/// Whether a plain number looks like one group of thousands behind a point.
fn is_one_group(text: &str) -> bool {
    let text = text.trim_start_matches(['-', '+']);
    text.split_once('.').is_some_and(|(whole, rest)| {
        let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        (1..=3).contains(&whole.len()) && !whole.starts_with('0') && rest.len() == 3 && digits(whole) && digits(rest)
    })
}

/// A number with its decimal mark moved to the right (or, negative, to the left), without needless zeros.
fn moved(whole: &str, decimals: &str, shift: isize) -> String {
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

    fn meant(text: &str, scale: Scale) -> Vec<String> {
        match read(text, scale) {
            Figure::Number(number) => panic!("`{text}` is taken as {number}"),
            Figure::Meant(readings) => readings,
        }
    }

    #[test]
    fn a_figure_keeps_its_size() {
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
            assert_eq!(meant(text, Scale::Share), *wanted, "{text}");
        }
    }

    #[test]
    fn what_nobody_can_tell_gets_no_value() {
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
            for scale in [Scale::Share, Scale::Amount, Scale::Whole, Scale::Chance] {
                assert_eq!(meant(text, scale), [""; 0], "{text}");
            }
        }
    }

    #[test]
    fn money_is_asked_back() {
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
            assert_eq!(meant(text, Scale::Amount), *wanted, "{text}");
        }
        for (text, number) in [("12000", 12000.0), ("12.5", 12.5), ("0.125", 0.125), ("1234.567", 1234.567), ("12.0000", 12.0)] {
            assert_eq!(read(text, Scale::Amount), Figure::Number(number), "{text}");
        }
        assert_eq!(read("1.250", Scale::Share), Figure::Number(1.25));
    }

    #[test]
    fn whole_numbers_and_chances() {
        assert_eq!(meant("12.000", Scale::Whole), ["12000", "12"]);
        assert_eq!(meant("1.234", Scale::Whole), ["1234"]);
        assert_eq!(meant("12 000", Scale::Whole), ["12000"]);
        assert_eq!(meant("1.5", Scale::Whole), [""; 0]);
        assert_eq!(meant("-5", Scale::Whole), [""; 0]);
        assert_eq!(meant("5 %", Scale::Whole), [""; 0]);
        assert_eq!(meant("5 %", Scale::Chance), ["0.05"]);
        assert_eq!(meant("97,5%", Scale::Chance), ["0.975"]);
        assert_eq!(meant("0,05", Scale::Chance), ["0.05"]);
        assert!(is_points("6,4 pp") && !is_points("6,4 %"));
    }
}
