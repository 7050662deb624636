//! Days as people write them: a day of the calendar is `2026-05-31`; of everything else this says what it can mean.
//!
//! A hint names a day only where the text can mean no other; where it can mean two or three, it names them all.

use jiff::ToSpan;
use jiff::civil::{Date, ISOWeekDate, Weekday};

use crate::catalog::figure::ascii_digits;

/// Why a text is not taken as a day, and what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoDay {
    /// What is wrong with it, to follow the text itself.
    pub why: String,
    /// What to write.
    pub hint: String,
}

/// Years in which experiments were run or will be; whatever lies outside is a slip.
const YEARS: std::ops::RangeInclusive<i16> = 1950..=2149;

/// Reads a day: `2026-05-31`, or midnight of it as content systems write days.
///
/// # Errors
/// What the text can mean instead.
pub fn read(text: &str) -> Result<Date, NoDay> {
    let whole = text.strip_suffix(['Z', 'z']).unwrap_or(text);
    let day = whole.get(..10).unwrap_or("");
    if is_iso(day)
        && is_midnight(&whole[10..])
        && let Ok(date) = day.parse::<Date>()
    {
        return if is_of_our_time(date) { Ok(date) } else { Err(of_another_time(date)) };
    }
    Err(no_day(&ascii_digits(text.trim())))
}

/// Whether a day lies in a year in which something can have been tested.
pub fn is_of_our_time(date: Date) -> bool {
    YEARS.contains(&date.year())
}

/// Whether a text has the shape of a day: `2026-05-31`.
fn is_iso(text: &str) -> bool {
    text.len() == 10 && text.bytes().enumerate().all(|(at, byte)| if matches!(at, 4 | 7) { byte == b'-' } else { byte.is_ascii_digit() })
}

/// Whether what stands behind a day is midnight, with or without a zone: nothing but zeros.
fn is_midnight(time: &str) -> bool {
    let Some(clock) = time.strip_prefix(['T', 't', ' ']) else { return time.is_empty() };
    let (clock, zone) = clock.find(['+', '-']).map_or((clock, ""), |at| clock.split_at(at));
    let zeros = clock.trim_end_matches(['0', ':', '.']).is_empty() && clock.starts_with("00:00");
    zeros && zone.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'+' | b'-' | b':'))
}

fn of_another_time(date: Date) -> NoDay {
    let year = date.year();
    let day = |year: i16| Date::new(year, date.month(), date.day()).ok();
    // `0026` is a year of two digits in a form that wants four.
    let meant: Vec<Date> = if year < 100 { day(century(year)).into_iter().collect() } else { Vec::new() };
    let hint = match meant[..] {
        [day] => format!("did you mean `{day}`?"),
        _ => "years have four digits of our time, such as `2026-05-31`".to_owned(),
    };
    NoDay { why: format!("lies in the year {year}"), hint }
}

/// The year of our time that two digits stand for.
fn century(year: i16) -> i16 {
    if year < 70 { 2000 + year } else { 1900 + year }
}

/// What a text that is no day can mean.
fn no_day(text: &str) -> NoDay {
    let why = "is not a day of the calendar".to_owned();
    if let Some((from, to)) = range(text) {
        let hint = format!("a field holds one day; a range is written `start: {from}` and `end: {to}`");
        return NoDay { why: "is a range of days".into(), hint };
    }
    if let Some((what, first, last)) = period(text) {
        return NoDay {
            why: format!("is a {what} and not a day"),
            hint: format!("write its first day `{first}` or its last `{last}`, whichever is meant"),
        };
    }
    if let Some(hint) = timed(text) {
        return NoDay { why: "is not a day alone".into(), hint };
    }
    match one_day(text) {
        OneDay::Readings(days) => match days[..] {
            [] => NoDay { why, hint: GENERAL.into() },
            [day] => NoDay { why, hint: format!("write year, month, day: `{day}`") },
            _ => {
                let days: Vec<String> = days.iter().map(|day| format!("`{day}`")).collect();
                NoDay { why: "can be read in more than one way".into(), hint: format!("write year, month, day: {}", listed(&days)) }
            }
        },
        OneDay::Impossible(reason) => NoDay { why: format!("is not a day of the calendar: {reason}"), hint: GENERAL.into() },
        OneDay::Not => within(text).unwrap_or_else(|| NoDay { why, hint: GENERAL.into() }),
    }
}

const GENERAL: &str = "write year-month-day, such as `2026-05-31`";

fn listed(days: &[String]) -> String {
    days.split_last().map_or_else(String::new, |(last, others)| format!("{} or {last}", others.join(", ")))
}

/// What one group of digits and names is as a day.
enum OneDay {
    /// Every day that it can be.
    Readings(Vec<Date>),
    /// None, and why.
    Impossible(String),
    /// No day at all.
    Not,
}

/// A text that names one day, in digits or with its month in words.
fn one_day(text: &str) -> OneDay {
    if let Some(date) = spreadsheet_day(text) {
        return OneDay::Readings(vec![date]);
    }
    if let Some(parts) = in_digits(text) {
        // Nobody writes the year first in two digits and with points.
        return by_parts(parts, !text.contains('.'));
    }
    in_words(text).map_or(OneDay::Not, |(year, month, day)| exact_day(year, month, day))
}

/// A day number of a spreadsheet, counted from the last day of 1899 but one.
fn spreadsheet_day(text: &str) -> Option<Date> {
    let number = text.parse::<i32>().ok().filter(|number| text.len() == 5 && (36_526..73_050).contains(number))?;
    Date::constant(1899, 12, 30).checked_add(number.days()).ok()
}

/// Three groups of digits, each with how many it has.
type Part = (i16, usize);

fn in_digits(text: &str) -> Option<[Part; 3]> {
    if text.len() == 8 && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some([(text[..4].parse().ok()?, 4), (text[4..6].parse().ok()?, 2), (text[6..].parse().ok()?, 2)]);
    }
    let text = text.trim_end_matches(['.', '日', '일']).trim_end();
    let groups: Vec<&str> = text.split(|letter: char| !letter.is_ascii_digit()).filter(|group| !group.is_empty()).collect();
    let separates = |letter: char| {
        letter.is_ascii_digit()
            || letter.is_whitespace()
            || matches!(letter, '-' | '/' | '.' | ',' | '_' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '年' | '月' | '년' | '월')
    };
    let part = |text: &str| Some((text.parse().ok().filter(|_| text.len() <= 4)?, text.len()));
    match groups[..] {
        [first, second, third] if text.chars().all(separates) && text.starts_with(|letter: char| letter.is_ascii_digit()) => {
            Some([part(first)?, part(second)?, part(third)?])
        }
        _ => None,
    }
}

fn by_parts(parts: [Part; 3], year_may_lead: bool) -> OneDay {
    let [first, second, third] = parts.map(|(number, _)| number);
    match parts.map(|(_, length)| length) {
        [4, 1 | 2, 1 | 2] => match exact_day(first, second, third) {
            // Month and day may have changed places; nobody writes so what can be read the usual way.
            OneDay::Impossible(reason) => known(date(first, third, second)).map_or(OneDay::Impossible(reason), |day| OneDay::Readings(vec![day])),
            readings => readings,
        },
        [1 | 2, 1 | 2, 4] => match distinct([date(third, second, first), date(third, first, second)]) {
            days if days.is_empty() => exact_day(third, second, first),
            days => OneDay::Readings(days),
        },
        [1 | 2, 1 | 2, 2] => {
            let (at_end, in_front) = (century(third), century(first));
            let days = distinct([date(at_end, second, first), date(at_end, first, second), date(in_front, second, third).filter(|_| year_may_lead)]);
            if days.is_empty() { OneDay::Impossible("no order of its parts is one".into()) } else { OneDay::Readings(days) }
        }
        _ => OneDay::Not,
    }
}

fn known(day: Option<Date>) -> Option<Date> {
    day.filter(|day| is_of_our_time(*day))
}

fn distinct<const N: usize>(days: [Option<Date>; N]) -> Vec<Date> {
    let mut distinct = Vec::with_capacity(N);
    for day in days.into_iter().filter_map(known) {
        if !distinct.contains(&day) {
            distinct.push(day);
        }
    }
    distinct
}

fn date(year: i16, month: i16, day: i16) -> Option<Date> {
    Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}

/// A year, a month and a day that are known to be these.
fn exact_day(year: i16, month: i16, day: i16) -> OneDay {
    if !YEARS.contains(&year) {
        return OneDay::Impossible(format!("the year {year} is not of our time"));
    }
    match (date(year, month, day), date(year, month, 1)) {
        (Some(day), _) => OneDay::Readings(vec![day]),
        (None, Some(first)) if day > 0 => OneDay::Impossible(format!("{} {year} has {} days", first.strftime("%B"), first.days_in_month())),
        (None, Some(_)) => OneDay::Impossible("days count from 1".into()),
        (None, None) => OneDay::Impossible(format!("there is no month {month}")),
    }
}

/// Names of months by their number, in languages of which no two call different months the same: English, German, French, Spanish,
/// Portuguese, Italian, Dutch, Scandinavian, Turkish, Indonesian, Romanian and Russian.
const MONTHS: [&[&str]; 12] = [
    &[
        "january",
        "jan",
        "januar",
        "jänner",
        "janvier",
        "janv",
        "enero",
        "ene",
        "janeiro",
        "gennaio",
        "gen",
        "januari",
        "ocak",
        "ianuarie",
        "января",
        "январь",
    ],
    &[
        "february",
        "feb",
        "februar",
        "février",
        "févr",
        "fevrier",
        "febrero",
        "fevereiro",
        "fev",
        "febbraio",
        "februari",
        "şubat",
        "februarie",
        "февраля",
        "февраль",
    ],
    &["march", "mar", "märz", "maerz", "mrz", "mars", "marzo", "março", "marco", "maart", "mrt", "mart", "maret", "martie", "марта", "март"],
    &["april", "apr", "avril", "avr", "abril", "abr", "aprile", "nisan", "aprilie", "апреля", "апрель"],
    &["may", "mai", "mayo", "maio", "maggio", "mag", "mei", "maj", "mayıs", "мая", "май"],
    &["june", "jun", "juni", "juin", "junio", "junho", "giugno", "giu", "haziran", "iunie", "июня", "июнь"],
    &["july", "jul", "juli", "juillet", "juil", "julio", "julho", "luglio", "lug", "temmuz", "iulie", "июля", "июль"],
    &["august", "aug", "août", "aout", "agosto", "ago", "augustus", "augusti", "ağustos", "agustus", "августа", "август"],
    &[
        "september",
        "sep",
        "sept",
        "septembre",
        "septiembre",
        "setiembre",
        "setembro",
        "set",
        "settembre",
        "eylül",
        "septembrie",
        "сентября",
        "сентябрь",
    ],
    &["october", "oct", "oktober", "okt", "octobre", "octubre", "outubro", "out", "ottobre", "ott", "ekim", "octombrie", "октября", "октябрь"],
    &["november", "nov", "novembre", "noviembre", "novembro", "kasım", "noiembrie", "ноября", "ноябрь"],
    &[
        "december",
        "dec",
        "dezember",
        "dez",
        "décembre",
        "déc",
        "decembre",
        "diciembre",
        "dic",
        "dezembro",
        "dicembre",
        "desember",
        "des",
        "aralık",
        "decembrie",
        "декабря",
        "декабрь",
    ],
];

fn month(word: &str) -> Option<i16> {
    MONTHS.iter().position(|names| names.contains(&word)).map(|at| at as i16 + 1)
}

/// Words that stand between the parts of a day and change nothing.
const FILLERS: [&str; 11] = ["of", "de", "del", "di", "the", "den", "le", "der", "am", "on", "года"];

/// The words and numbers of a text in lower case, without marks.
fn words(text: &str) -> Vec<String> {
    let text = text.to_lowercase().replace("i\u{307}", "i");
    let pieces = text.split(|letter: char| letter.is_whitespace() || matches!(letter, ',' | '.' | '-' | '/'));
    pieces.filter(|piece| !piece.is_empty() && !FILLERS.contains(piece)).map(str::to_owned).collect()
}

/// A number of a day with or without the ending of an ordinal: `5`, `5th`, `1er`, `1º`.
fn ordinal(word: &str) -> Option<i16> {
    let digits = word.trim_end_matches(|letter: char| !letter.is_ascii_digit());
    let known = ["", "st", "nd", "rd", "th", "er", "re", "e", "º", "ª", "°", "a"].contains(&&word[digits.len()..]);
    digits.parse().ok().filter(|_| known && digits.len() <= 2)
}

fn year(word: &str) -> Option<i16> {
    word.parse().ok().filter(|_| word.len() == 4)
}

/// A day with its month in words.
fn in_words(text: &str) -> Option<(i16, i16, i16)> {
    let words = words(text);
    let [first, second, third] = words.iter().map(String::as_str).collect::<Vec<_>>()[..] else { return None };
    let day_first = || Some((year(third)?, month(second)?, ordinal(first)?));
    let month_first = || Some((year(third)?, month(first)?, ordinal(second)?));
    let year_first = || Some((year(first)?, month(second)?, ordinal(third)?));
    day_first().or_else(month_first).or_else(year_first)
}

/// Two days with a word or a dash between them.
fn range(text: &str) -> Option<(Date, Date)> {
    let between = [
        " to ",
        " bis ",
        " until ",
        " till ",
        " through ",
        " hasta ",
        " a ",
        " au ",
        " até ",
        " tot ",
        " - ",
        " – ",
        " — ",
        " → ",
        "..",
        "–",
        "/",
        "~",
        "～",
        "〜",
    ];
    between.into_iter().find_map(|mark| {
        let (from, to) = text.split_once(mark)?;
        let only = |text: &str| match one_day(text.trim().trim_start_matches("from ").trim_start_matches('.')) {
            OneDay::Readings(days) if days.len() == 1 => Some(days[0]),
            _ => None,
        };
        only(from).zip(only(to)).filter(|(from, to)| from <= to)
    })
}

/// A stretch of time that has a name, its first day and its last.
fn period(text: &str) -> Option<(&'static str, Date, Date)> {
    let words = words(text);
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let named = |what: &'static str, first: Date, last: Date| Some((what, first, last)).filter(|_| is_of_our_time(first));
    match words[..] {
        [one] if year(one).is_some() => named("year", date(year(one)?, 1, 1)?, date(year(one)?, 12, 31)?),
        [one, two] => {
            let (year_of, other) = year(one).map(|year| (year, two)).or_else(|| year(two).map(|year| (year, one)))?;
            let number = other.strip_prefix(['q', 'w', 'h']).unwrap_or(other).trim_start_matches('w').parse::<i16>().ok();
            match (other.chars().next()?, number, month(other)) {
                ('q', Some(quarter @ 1..=4), _) => {
                    let last = date(year_of, quarter * 3, 1)?;
                    named("quarter", date(year_of, quarter * 3 - 2, 1)?, last.last_of_month())
                }
                ('k', _, _) if other.starts_with("kw") => week(year_of, other[2..].parse().ok()?),
                ('w', Some(number), _) => week(year_of, number),
                ('h', Some(half @ 1..=2), _) => named("half year", date(year_of, half * 6 - 5, 1)?, date(year_of, half * 6, 1)?.last_of_month()),
                (_, _, Some(month)) => named("month", date(year_of, month, 1)?, date(year_of, month, 1)?.last_of_month()),
                (digit, Some(month @ 1..=12), _) if digit.is_ascii_digit() => {
                    named("month", date(year_of, month, 1)?, date(year_of, month, 1)?.last_of_month())
                }
                _ => None,
            }
        }
        [one] => {
            // `2026Q1` and `2026W10` in one word.
            let (first, rest) = one.split_at_checked(4).filter(|(_, rest)| rest.starts_with(['q', 'w', 'h']))?;
            period(&format!("{first} {rest}"))
        }
        ["week" | "kw" | "semaine" | "semana" | "woche", number, year_of] => week(year(year_of)?, number.parse().ok()?),
        _ => None,
    }
}

fn week(year: i16, number: i16) -> Option<(&'static str, Date, Date)> {
    let day = |weekday| ISOWeekDate::new(year, i8::try_from(number).ok()?, weekday).ok().map(|day| day.date());
    Some(("week", day(Weekday::Monday)?, day(Weekday::Sunday)?)).filter(|(_, first, _)| is_of_our_time(*first))
}

/// What to do about a day with a time of day: where a zone is named, the market may have had the day before or after.
fn timed(text: &str) -> Option<String> {
    let day = text.get(..10).filter(|day| is_iso(day))?.parse::<Date>().ok().filter(|day| is_of_our_time(*day))?;
    let clock = text[10..].strip_prefix(['T', 't', ' '])?.trim_start();
    let hour = clock.get(..2)?.parse::<i64>().ok().filter(|hour| *hour < 24 && clock[2..].starts_with(':'))?;
    let zoned = clock.contains(['Z', 'z', '+']) || clock[2..].contains('-');
    let known = clock.chars().all(|letter| letter.is_ascii_digit() || matches!(letter, ':' | '.' | 'Z' | 'z' | '+' | '-'));
    if !known {
        return None;
    }
    let other = if hour < 12 { day.yesterday() } else { day.tomorrow() }.ok()?;
    Some(if zoned {
        format!("write the day alone, as the market's calendar had it: `{day}` or `{other}`")
    } else {
        format!("write the day alone: `{day}`")
    })
}

/// A day with words around it.
fn within(text: &str) -> Option<NoDay> {
    let found: Vec<Date> = text
        .char_indices()
        .filter_map(|(at, _)| text.get(at..at + 10).filter(|day| is_iso(day)).and_then(|day| day.parse::<Date>().ok()))
        .filter(|day| is_of_our_time(*day))
        .collect();
    let [day] = found[..] else { return None };
    Some(NoDay { why: "is not a day alone".into(), hint: format!("if `{day}` is the day, write it alone, and the rest in the text") })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> String {
        let told = read(text).expect_err(text);
        format!("{}; {}", told.why, told.hint)
    }

    /// The days that a hint names.
    fn days(text: &str) -> Vec<String> {
        let hint = read(text).expect_err(text).hint;
        if hint == GENERAL {
            return Vec::new();
        }
        let quoted = hint.split('`').skip(1).step_by(2);
        quoted.map(|day| day.trim_start_matches("start: ").trim_start_matches("end: ").to_owned()).collect()
    }

    #[test]
    fn days_and_their_midnights_are_taken() {
        for text in
            ["2026-03-02", "2026-03-02T00:00:00Z", "2026-03-02T00:00:00.000Z", "2026-03-02 00:00:00", "2026-03-02T00:00:00+02:00", "2026-03-02T00:00"]
        {
            assert_eq!(read(text).map(|day| day.to_string()), Ok("2026-03-02".to_owned()), "{text}");
        }
    }

    #[test]
    fn every_day_that_a_text_can_mean_is_named() {
        let rows: &[(&str, &[&str])] = &[
            ("12/31/2026", &["2026-12-31"]),
            ("31.12.2026", &["2026-12-31"]),
            ("3/4/2026", &["2026-04-03", "2026-03-04"]),
            ("5/5/2026", &["2026-05-05"]),
            ("2026/03/02", &["2026-03-02"]),
            ("2026-3-2", &["2026-03-02"]),
            ("2026.03.02", &["2026-03-02"]),
            ("20260302", &["2026-03-02"]),
            ("2026-31-12", &["2026-12-31"]),
            ("2026\u{2013}03\u{2013}02", &["2026-03-02"]),
            ("2026年3月2日", &["2026-03-02"]),
            ("2026. 3. 2.", &["2026-03-02"]),
            ("٢٠٢٦-٠٣-٠٢", &["2026-03-02"]),
            ("२०२६-०३-०२", &["2026-03-02"]),
            ("0026-03-02", &["2026-03-02"]),
            ("12/31/26", &["2026-12-31"]),
            ("31.12.26", &["2026-12-31"]),
            ("01/02/26", &["2026-02-01", "2026-01-02", "2001-02-26"]),
            ("26-03-02", &["2002-03-26", "2026-03-02"]),
            ("5 March 2026", &["2026-03-05"]),
            ("March 5, 2026", &["2026-03-05"]),
            ("5th of March 2026", &["2026-03-05"]),
            ("5. März 2026", &["2026-03-05"]),
            ("3 mars 2026", &["2026-03-03"]),
            ("1er août 2026", &["2026-08-01"]),
            ("3 de março de 2026", &["2026-03-03"]),
            ("5 MAYIS 2026", &[]),
            ("3 Mart 2026", &["2026-03-03"]),
            ("2026-Mar-05", &["2026-03-05"]),
            ("05-MAR-2026", &["2026-03-05"]),
            ("46023", &["2026-01-01"]),
            ("2026-03-02 to 2026-03-29", &["2026-03-02", "2026-03-29"]),
            ("2026-03-02/2026-03-29", &["2026-03-02", "2026-03-29"]),
            ("02.03.2026 - 29.03.2026", &[]),
            ("22.03.2026 – 29.03.2026", &["2026-03-22", "2026-03-29"]),
            ("March 2026", &["2026-03-01", "2026-03-31"]),
            ("2026-02", &["2026-02-01", "2026-02-28"]),
            ("Q1 2026", &["2026-01-01", "2026-03-31"]),
            ("2026-Q4", &["2026-10-01", "2026-12-31"]),
            ("2026-W10", &["2026-03-02", "2026-03-08"]),
            ("KW 10 2026", &["2026-03-02", "2026-03-08"]),
            ("H2 2026", &["2026-07-01", "2026-12-31"]),
            ("2026", &["2026-01-01", "2026-12-31"]),
            ("2026-03-02T14:30", &["2026-03-02"]),
            ("2026-03-02T22:00:00Z", &["2026-03-02", "2026-03-03"]),
            ("since 2026-03-02", &["2026-03-02"]),
            ("2026-03-02 (tbc)", &["2026-03-02"]),
            ("2026-02-30", &[]),
            ("31/02/2026", &[]),
            ("2026-13-32", &[]),
            ("20226-03-02", &[]),
            ("1026-03-02", &["2026-05-31"]),
            ("tomorrow", &[]),
            ("tbd", &[]),
            ("2569-03-02", &["2026-05-31"]),
            ("30 Smarch 2026", &[]),
            ("1767225600", &[]),
            ("", &[]),
            ("-", &[]),
        ];
        let wrong: Vec<String> =
            rows.iter().filter(|(text, wanted)| days(text) != *wanted).map(|(text, _)| format!("{text}: {}", told(text))).collect();
        assert!(wrong.is_empty(), "{wrong:#?}");
    }

    #[test]
    fn what_is_wrong_is_said() {
        assert!(told("2026-02-30").contains("February 2026 has 28 days"), "{}", told("2026-02-30"));
        assert!(told("2026-13-32").contains("there is no month 13"));
        assert!(told("2026-03-02 to 2026-03-29").contains("`start: 2026-03-02` and `end: 2026-03-29`"));
        assert!(told("3/4/2026").contains("more than one way"));
    }
}
