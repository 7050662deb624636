//! Dates: parses `2026-05-31`, and explains any other notation with the dates that it can mean.
//!
//! A hint names one date only where the text is unambiguous; where it has two or three readings,
//! the hint names them all.

use jiff::ToSpan;
use jiff::civil::{Date, ISOWeekDate, Weekday};

use crate::catalog::number::ascii_digits;

/// Why a text is not accepted as a date, and what to write instead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidDate {
    /// What is wrong, as a predicate that follows the text in a message: "is not a day alone".
    pub problem: String,
    /// What the author should write.
    pub hint: String,
    /// The day, where the text has its four digits of a year and one reading alone.
    pub certain: Option<Date>,
}

/// Years in which experiments can have been run or be planned; any other year is taken for a typing
/// error.
const PLAUSIBLE_YEARS: std::ops::RangeInclusive<i16> = 1950..=2149;

/// Parses a date written `2026-05-31`, or as midnight of that date, which some content management
/// systems export.
///
/// # Errors
/// An explanation with the dates that the text can mean, for any other text.
pub fn parse_date(text: &str) -> Result<Date, InvalidDate> {
    let without_zone = text.strip_suffix(['Z', 'z']).unwrap_or(text);
    let day = without_zone.get(..10).unwrap_or("");
    if is_iso_shaped(day)
        && is_midnight(&without_zone[10..])
        && let Ok(date) = day.parse::<Date>()
    {
        return if is_plausible(date) { Ok(date) } else { Err(implausible_year(date)) };
    }
    Err(explain_invalid_date(&ascii_digits(text.trim())))
}

/// Whether the year of a date lies in `PLAUSIBLE_YEARS`.
pub fn is_plausible(date: Date) -> bool {
    PLAUSIBLE_YEARS.contains(&date.year())
}

/// Whether a text has the shape of an ISO 8601 date, such as `2026-05-31`.
fn is_iso_shaped(text: &str) -> bool {
    text.len() == 10
        && text.bytes().enumerate().all(|(at, byte)| {
            if matches!(at, 4 | 7) { byte == b'-' } else { byte.is_ascii_digit() }
        })
}

/// Whether the text after a date is empty or a time of midnight, with or without a zone offset.
fn is_midnight(time: &str) -> bool {
    let Some(clock) = time.strip_prefix(['T', 't', ' ']) else { return time.is_empty() };
    let (clock, zone) = clock.find(['+', '-']).map_or((clock, ""), |at| clock.split_at(at));
    let zeros = clock.trim_end_matches(['0', ':', '.']).is_empty() && clock.starts_with("00:00");
    zeros && zone.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'+' | b'-' | b':'))
}

/// Explains a well-formed date outside the plausible years; for years of two digits, with the date
/// that is probably meant.
fn implausible_year(date: Date) -> InvalidDate {
    let year = date.year();
    let in_year = |year: i16| Date::new(year, date.month(), date.day()).ok();
    // Some tools pad a year of two digits with zeros, as in `0026`.
    let meant: Vec<Date> =
        if year < 100 { in_year(expand_year(year)).into_iter().collect() } else { Vec::new() };
    let hint = match meant[..] {
        [day] => format!("did you mean `{day}`?"),
        _ => "years have four digits of our time, such as `2026-05-31`".to_owned(),
    };
    InvalidDate { problem: format!("lies in the year {year}"), hint, certain: None }
}

/// The year that two digits stand for: 0 to 69 in the 2000s, 70 to 99 in the 1900s.
fn expand_year(year: i16) -> i16 {
    if year < 70 { 2000 + year } else { 1900 + year }
}

/// Explains a text that is not a date, with the dates that it can mean.
fn explain_invalid_date(text: &str) -> InvalidDate {
    let problem = "is not a day of the calendar".to_owned();
    if let Some((from, to)) = parse_range(text) {
        let hint =
            format!("a field holds one day; a range is written `start: {from}` and `end: {to}`");
        return InvalidDate { problem: "is a range of days".into(), hint, certain: None };
    }
    if let Some((unit, first, last)) = parse_period(text) {
        return InvalidDate {
            problem: format!("is a {unit} and not a day"),
            hint: format!("write its first day `{first}` or its last `{last}`, whichever is meant"),
            certain: None,
        };
    }
    if let Some(hint) = date_with_time_hint(text) {
        return InvalidDate { problem: "is not a day alone".into(), hint, certain: None };
    }
    match read_date(text) {
        DateReadings::Dates(days) => match days[..] {
            [] => InvalidDate { problem, hint: DEFAULT_HINT.into(), certain: None },
            [day] => InvalidDate {
                problem,
                hint: format!("write year, month, day: `{day}`"),
                certain: has_full_year(text, day).then_some(day),
            },
            _ => {
                let days: Vec<String> = days.iter().map(|day| format!("`{day}`")).collect();
                InvalidDate {
                    problem: "can be read in more than one way".into(),
                    hint: format!("write year, month, day: {}", join_with_or(&days)),
                    certain: None,
                }
            }
        },
        DateReadings::Impossible(reason) => InvalidDate {
            problem: format!("is not a day of the calendar: {reason}"),
            hint: DEFAULT_HINT.into(),
            certain: None,
        },
        DateReadings::NotADate => explain_single_date(text).unwrap_or_else(|| InvalidDate {
            problem,
            hint: DEFAULT_HINT.into(),
            certain: None,
        }),
    }
}

/// Whether a text names the year of a day with all its digits, rather than with two or as a count
/// of days.
fn has_full_year(text: &str, day: Date) -> bool {
    text.contains(&day.year().to_string())
}

/// The hint for a text of which it is not known what day it means.
const DEFAULT_HINT: &str = "write year-month-day, such as `2026-05-31`";

/// Two or more texts as an enumeration: "a, b or c".
fn join_with_or(days: &[String]) -> String {
    days.split_last()
        .map_or_else(String::new, |(last, others)| format!("{} or {last}", others.join(", ")))
}

/// The ways to read a text as one date.
enum DateReadings {
    /// All dates that the text can mean, without repetition.
    Dates(Vec<Date>),
    /// The text has the form of a date that the calendar does not have; the reason.
    Impossible(String),
    /// The text does not have the form of a date.
    NotADate,
}

/// Reads a text as one date, in digits or with the name of a month.
fn read_date(text: &str) -> DateReadings {
    if let Some(date) = read_spreadsheet_serial(text) {
        return DateReadings::Dates(vec![date]);
    }
    if let Some(groups) = split_digit_groups(text) {
        // A two-digit year in front is never followed by a point.
        return read_digit_groups(groups, !text.contains('.'));
    }
    read_date_with_month_name(text)
        .map_or(DateReadings::NotADate, |(year, month, day)| check_date(year, month, day))
}

/// Reads a date that a spreadsheet exported as a serial number: the number of days since
/// 1899-12-30.
fn read_spreadsheet_serial(text: &str) -> Option<Date> {
    let number = text
        .parse::<i32>()
        .ok()
        .filter(|number| text.len() == 5 && (36_526..73_050).contains(number))?;
    Date::constant(1899, 12, 30).checked_add(number.days()).ok()
}

/// A group of digits: its number, and how many digits it has.
type DigitGroup = (i16, usize);

/// Splits a date in digits into its three groups: `2026-05-31`, `31.5.2026`, `20260531`,
/// `2026年5月31日`.
fn split_digit_groups(text: &str) -> Option<[DigitGroup; 3]> {
    if text.len() == 8 && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some([
            (text[..4].parse().ok()?, 4),
            (text[4..6].parse().ok()?, 2),
            (text[6..].parse().ok()?, 2),
        ]);
    }
    let text = text.trim_end_matches(['.', '日', '일']).trim_end();
    let groups: Vec<&str> = text
        .split(|letter: char| !letter.is_ascii_digit())
        .filter(|group| !group.is_empty())
        .collect();
    let is_allowed = |letter: char| {
        letter.is_ascii_digit()
            || letter.is_whitespace()
            || matches!(
                letter,
                '-' | '/' | '.' | ',' | '_' | '\u{2010}'
                    ..='\u{2015}' | '\u{2212}' | '年' | '月' | '년' | '월'
            )
    };
    let parse_group =
        |text: &str| Some((text.parse().ok().filter(|_| text.len() <= 4)?, text.len()));
    match groups[..] {
        [first, second, third]
            if text.chars().all(is_allowed)
                && text.starts_with(|letter: char| letter.is_ascii_digit()) =>
        {
            Some([parse_group(first)?, parse_group(second)?, parse_group(third)?])
        }
        _ => None,
    }
}

/// Reads three groups of digits in every usual order of year, month and day.
/// `is_year_first_allowed` admits a two-digit year in front.
fn read_digit_groups(groups: [DigitGroup; 3], is_year_first_allowed: bool) -> DateReadings {
    let [first, second, third] = groups.map(|(number, _)| number);
    match groups.map(|(_, length)| length) {
        [4, 1 | 2, 1 | 2] => match check_date(first, second, third) {
            // Year, day, month is tried only where year, month, day is not a date.
            DateReadings::Impossible(reason) => plausible(new_date(first, third, second))
                .map_or(DateReadings::Impossible(reason), |day| DateReadings::Dates(vec![day])),
            readings => readings,
        },
        [1 | 2, 1 | 2, 4] => {
            match distinct_dates([new_date(third, second, first), new_date(third, first, second)]) {
                days if days.is_empty() => check_date(third, second, first),
                days => DateReadings::Dates(days),
            }
        }
        [1 | 2, 1 | 2, 2] => {
            let (last_year, first_year) = (expand_year(third), expand_year(first));
            let year_first = new_date(first_year, second, third).filter(|_| is_year_first_allowed);
            let days = distinct_dates([
                new_date(last_year, second, first),
                new_date(last_year, first, second),
                year_first,
            ]);
            if days.is_empty() {
                DateReadings::Impossible("no order of its parts is one".into())
            } else {
                DateReadings::Dates(days)
            }
        }
        _ => DateReadings::NotADate,
    }
}

/// The date, unless its year lies outside `PLAUSIBLE_YEARS`.
fn plausible(day: Option<Date>) -> Option<Date> {
    day.filter(|day| is_plausible(*day))
}

/// The plausible dates among these readings, in their order, each once.
fn distinct_dates<const N: usize>(days: [Option<Date>; N]) -> Vec<Date> {
    let mut distinct = Vec::with_capacity(N);
    for day in days.into_iter().filter_map(plausible) {
        if !distinct.contains(&day) {
            distinct.push(day);
        }
    }
    distinct
}

/// The date of these numbers; none if the calendar does not have it.
fn new_date(year: i16, month: i16, day: i16) -> Option<Date> {
    Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}

/// Reads a year, month and day whose order is known, with the reason where the calendar has no such
/// date.
fn check_date(year: i16, month: i16, day: i16) -> DateReadings {
    if !PLAUSIBLE_YEARS.contains(&year) {
        return DateReadings::Impossible(format!("the year {year} is not of our time"));
    }
    match (new_date(year, month, day), new_date(year, month, 1)) {
        (Some(day), _) => DateReadings::Dates(vec![day]),
        (None, Some(first)) if day > 0 => DateReadings::Impossible(format!(
            "{} {year} has {} days",
            first.strftime("%B"),
            first.days_in_month()
        )),
        (None, Some(_)) => DateReadings::Impossible("days count from 1".into()),
        (None, None) => DateReadings::Impossible(format!("there is no month {month}")),
    }
}

/// Names and abbreviations of the twelve months in lower case, January first. No name stands for
/// different months in these languages: English, German, French, Spanish, Portuguese, Italian,
/// Dutch, Scandinavian, Turkish, Indonesian, Romanian and Russian.
const MONTH_NAMES: [&[&str]; 12] = [
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
    &[
        "march",
        "mar",
        "märz",
        "maerz",
        "mrz",
        "mars",
        "marzo",
        "março",
        "marco",
        "maart",
        "mrt",
        "mart",
        "maret",
        "martie",
        "марта",
        "март",
    ],
    &[
        "april",
        "apr",
        "avril",
        "avr",
        "abril",
        "abr",
        "aprile",
        "nisan",
        "aprilie",
        "апреля",
        "апрель",
    ],
    &["may", "mai", "mayo", "maio", "maggio", "mag", "mei", "maj", "mayıs", "мая", "май"],
    &[
        "june", "jun", "juni", "juin", "junio", "junho", "giugno", "giu", "haziran", "iunie",
        "июня", "июнь",
    ],
    &[
        "july", "jul", "juli", "juillet", "juil", "julio", "julho", "luglio", "lug", "temmuz",
        "iulie", "июля", "июль",
    ],
    &[
        "august",
        "aug",
        "août",
        "aout",
        "agosto",
        "ago",
        "augustus",
        "augusti",
        "ağustos",
        "agustus",
        "августа",
        "август",
    ],
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
    &[
        "october",
        "oct",
        "oktober",
        "okt",
        "octobre",
        "octubre",
        "outubro",
        "out",
        "ottobre",
        "ott",
        "ekim",
        "octombrie",
        "октября",
        "октябрь",
    ],
    &[
        "november",
        "nov",
        "novembre",
        "noviembre",
        "novembro",
        "kasım",
        "noiembrie",
        "ноября",
        "ноябрь",
    ],
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

/// Number of a month, 1 to 12, by its name or abbreviation in lower case.
fn month_number(word: &str) -> Option<i16> {
    MONTH_NAMES.iter().position(|names| names.contains(&word)).map(|at| at as i16 + 1)
}

/// Words between the parts of a date that do not change its meaning.
const FILLER_WORDS: [&str; 11] =
    ["of", "de", "del", "di", "the", "den", "le", "der", "am", "on", "года"];

/// Words and numbers of a text in lower case, without punctuation and filler words.
fn split_words(text: &str) -> Vec<String> {
    let text = text.to_lowercase().replace("i\u{307}", "i");
    let pieces = text
        .split(|letter: char| letter.is_whitespace() || matches!(letter, ',' | '.' | '-' | '/'));
    pieces
        .filter(|piece| !piece.is_empty() && !FILLER_WORDS.contains(piece))
        .map(str::to_owned)
        .collect()
}

/// Parses the day of a month, with or without an ordinal suffix: `5`, `5th`, `1er`, `1º`.
fn parse_day_of_month(word: &str) -> Option<i16> {
    let digits = word.trim_end_matches(|letter: char| !letter.is_ascii_digit());
    let is_ordinal = ["", "st", "nd", "rd", "th", "er", "re", "e", "º", "ª", "°", "a"]
        .contains(&&word[digits.len()..]);
    digits.parse().ok().filter(|_| is_ordinal && digits.len() <= 2)
}

/// Parses a year of four digits.
fn parse_year(word: &str) -> Option<i16> {
    word.parse().ok().filter(|_| word.len() == 4)
}

/// Reads a date with the name of a month, in the order day first, month first or year first; year,
/// month and day.
fn read_date_with_month_name(text: &str) -> Option<(i16, i16, i16)> {
    let words = split_words(text);
    let [first, second, third] = words.iter().map(String::as_str).collect::<Vec<_>>()[..] else {
        return None;
    };
    let day_first =
        || Some((parse_year(third)?, month_number(second)?, parse_day_of_month(first)?));
    let month_first =
        || Some((parse_year(third)?, month_number(first)?, parse_day_of_month(second)?));
    let year_first =
        || Some((parse_year(first)?, month_number(second)?, parse_day_of_month(third)?));
    day_first().or_else(month_first).or_else(year_first)
}

/// Parses two dates with a word or a dash between them; none if one of them has several readings or
/// the later one comes first.
fn parse_range(text: &str) -> Option<(Date, Date)> {
    let separators = [
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
    separators.into_iter().find_map(|separator| {
        let (from, to) = text.split_once(separator)?;
        let single_date = |text: &str| match read_date(
            text.trim().trim_start_matches("from ").trim_start_matches('.'),
        ) {
            DateReadings::Dates(days) if days.len() == 1 => Some(days[0]),
            _ => None,
        };
        single_date(from).zip(single_date(to)).filter(|(from, to)| from <= to)
    })
}

/// Parses a year, half year, quarter, month or week: its unit in English, its first day and its
/// last day; none for any other text and outside of `PLAUSIBLE_YEARS`.
fn parse_period(text: &str) -> Option<(&'static str, Date, Date)> {
    let words = split_words(text);
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let period = |unit: &'static str, first: Date, last: Date| {
        Some((unit, first, last)).filter(|_| is_plausible(first))
    };
    match words[..] {
        [one] if parse_year(one).is_some() => {
            period("year", new_date(parse_year(one)?, 1, 1)?, new_date(parse_year(one)?, 12, 31)?)
        }
        [one, two] => {
            let (year, other) = parse_year(one)
                .map(|year| (year, two))
                .or_else(|| parse_year(two).map(|year| (year, one)))?;
            let number = other
                .strip_prefix(['q', 'w', 'h'])
                .unwrap_or(other)
                .trim_start_matches('w')
                .parse::<i16>()
                .ok();
            match (other.chars().next()?, number, month_number(other)) {
                ('q', Some(quarter @ 1..=4), _) => {
                    let last_month = new_date(year, quarter * 3, 1)?;
                    period(
                        "quarter",
                        new_date(year, quarter * 3 - 2, 1)?,
                        last_month.last_of_month(),
                    )
                }
                ('k', _, _) if other.starts_with("kw") => iso_week(year, other[2..].parse().ok()?),
                ('w', Some(number), _) => iso_week(year, number),
                ('h', Some(half @ 1..=2), _) => period(
                    "half year",
                    new_date(year, half * 6 - 5, 1)?,
                    new_date(year, half * 6, 1)?.last_of_month(),
                ),
                (_, _, Some(month)) => period(
                    "month",
                    new_date(year, month, 1)?,
                    new_date(year, month, 1)?.last_of_month(),
                ),
                (digit, Some(month @ 1..=12), _) if digit.is_ascii_digit() => period(
                    "month",
                    new_date(year, month, 1)?,
                    new_date(year, month, 1)?.last_of_month(),
                ),
                _ => None,
            }
        }
        [one] => {
            // Periods can be one word, as in `2026Q1` and `2026W10`.
            let (first, rest) =
                one.split_at_checked(4).filter(|(_, rest)| rest.starts_with(['q', 'w', 'h']))?;
            parse_period(&format!("{first} {rest}"))
        }
        ["week" | "kw" | "semaine" | "semana" | "woche", number, year] => {
            iso_week(parse_year(year)?, number.parse().ok()?)
        }
        _ => None,
    }
}

/// An ISO 8601 week: its unit in English, Monday and Sunday; none if the year does not have it.
fn iso_week(year: i16, number: i16) -> Option<(&'static str, Date, Date)> {
    let day = |weekday| {
        ISOWeekDate::new(year, i8::try_from(number).ok()?, weekday).ok().map(|day| day.date())
    };
    Some(("week", day(Weekday::Monday)?, day(Weekday::Sunday)?))
        .filter(|(_, first, _)| is_plausible(*first))
}

/// Hint for a date with a time of day, none for any other text. Where a zone is named, the local
/// date of the market may be the one before or after.
fn date_with_time_hint(text: &str) -> Option<String> {
    let day = text
        .get(..10)
        .filter(|day| is_iso_shaped(day))?
        .parse::<Date>()
        .ok()
        .filter(|day| is_plausible(*day))?;
    let clock = text[10..].strip_prefix(['T', 't', ' '])?.trim_start();
    let hour = clock
        .get(..2)?
        .parse::<i64>()
        .ok()
        .filter(|hour| *hour < 24 && clock[2..].starts_with(':'))?;
    let has_zone = clock.contains(['Z', 'z', '+']) || clock[2..].contains('-');
    let is_time = clock.chars().all(|letter| {
        letter.is_ascii_digit() || matches!(letter, ':' | '.' | 'Z' | 'z' | '+' | '-')
    });
    if !is_time {
        return None;
    }
    let other = if hour < 12 { day.yesterday() } else { day.tomorrow() }.ok()?;
    Some(if has_zone {
        format!("write the day alone, as the market's calendar had it: `{day}` or `{other}`")
    } else {
        format!("write the day alone: `{day}`")
    })
}

/// Explains a text that holds exactly one ISO date among other words; none for any other text.
fn explain_single_date(text: &str) -> Option<InvalidDate> {
    let found: Vec<Date> = text
        .char_indices()
        .filter_map(|(at, _)| {
            text.get(at..at + 10)
                .filter(|day| is_iso_shaped(day))
                .and_then(|day| day.parse::<Date>().ok())
        })
        .filter(|day| is_plausible(*day))
        .collect();
    let [day] = found[..] else { return None };
    Some(InvalidDate {
        problem: "is not a day alone".into(),
        hint: format!("if `{day}` is the day, write it alone, and the rest in the text"),
        certain: None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn explanation(text: &str) -> String {
        let invalid = parse_date(text).expect_err(text);
        format!("{}; {}", invalid.problem, invalid.hint)
    }

    /// The dates that a hint names.
    fn hinted_dates(text: &str) -> Vec<String> {
        let hint = parse_date(text).expect_err(text).hint;
        if hint == DEFAULT_HINT {
            return Vec::new();
        }
        let quoted = hint.split('`').skip(1).step_by(2);
        quoted
            .map(|day| day.trim_start_matches("start: ").trim_start_matches("end: ").to_owned())
            .collect()
    }

    #[test]
    fn dates_and_their_midnights_are_accepted() {
        for text in [
            "2026-03-02",
            "2026-03-02T00:00:00Z",
            "2026-03-02T00:00:00.000Z",
            "2026-03-02 00:00:00",
            "2026-03-02T00:00:00+02:00",
            "2026-03-02T00:00",
        ] {
            assert_eq!(
                parse_date(text).map(|day| day.to_string()),
                Ok("2026-03-02".to_owned()),
                "{text}"
            );
        }
    }

    #[test]
    fn hints_name_every_date_that_a_text_can_mean() {
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
        let wrong: Vec<String> = rows
            .iter()
            .filter(|(text, wanted)| hinted_dates(text) != *wanted)
            .map(|(text, _)| format!("{text}: {}", explanation(text)))
            .collect();
        assert!(wrong.is_empty(), "{wrong:#?}");
    }

    #[test]
    fn explanations_name_the_problem() {
        assert!(
            explanation("2026-02-30").contains("February 2026 has 28 days"),
            "{}",
            explanation("2026-02-30")
        );
        assert!(explanation("2026-13-32").contains("there is no month 13"));
        assert!(
            explanation("2026-03-02 to 2026-03-29")
                .contains("`start: 2026-03-02` and `end: 2026-03-29`")
        );
        assert!(explanation("3/4/2026").contains("more than one way"));
    }
}
