//! Figures and days as people write them in sheets: which mark stands before decimals, and in which
//! order day, month and year stand, is guessed from all cells together.

use clap::ValueEnum;
use jiff::civil::Date;

use crate::catalog::date::is_plausible;
use crate::catalog::number::ascii_digits;

/// The mark before the decimals of a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum DecimalMark {
    /// `12,4`.
    Comma,
    /// `12.4`.
    Point,
}

/// The order of the parts of a day that is not written year-month-day with hyphens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum DateOrder {
    /// Day, month, year.
    Dmy,
    /// Month, day, year.
    Mdy,
    /// Year, month, day.
    Ymd,
}

impl DateOrder {
    /// All orders.
    pub const ALL: [DateOrder; 3] = [DateOrder::Dmy, DateOrder::Mdy, DateOrder::Ymd];

    /// The order in words.
    pub fn describe(self) -> &'static str {
        match self {
            DateOrder::Dmy => "day, month, year",
            DateOrder::Mdy => "month, day, year",
            DateOrder::Ymd => "year, month, day",
        }
    }
}

/// Digits with at most signs of a number around them: no white space, percent sign or plus.
#[derive(Debug)]
struct Digits(String);

/// What the separators of some digits say about the mark before decimals.
#[derive(Debug, PartialEq, Eq)]
enum Separators {
    /// There are none.
    None,
    /// They can only be read with this mark.
    Certain(DecimalMark),
    /// One that can stand before decimals or thousands: `1.234`; with this mark it is before
    /// decimals.
    Either(DecimalMark),
    /// No number is written so.
    Wrong,
}

impl Digits {
    /// The digits of a cell; none where there is anything else in it than a number with a percent
    /// sign.
    fn of(cell: &str) -> Option<Digits> {
        let cell = ascii_digits(cell.trim());
        let cell = cell.strip_suffix('%').unwrap_or(&cell).trim();
        let cell = cell.strip_prefix('+').unwrap_or(cell);
        let (sign, rest) = match cell.strip_prefix(['-', '−']) {
            Some(rest) => ("-", rest),
            None => ("", cell),
        };
        let rest: String = rest
            .trim()
            .chars()
            .filter(|letter| !matches!(letter, '\u{a0}' | '\u{202f}' | '\'' | '’' | ' '))
            .collect();
        let is_number = rest.chars().all(|letter| matches!(letter, '0'..='9' | '.' | ','))
            && rest.contains(|letter: char| letter.is_ascii_digit());
        is_number.then(|| Digits(format!("{sign}{rest}")))
    }

    /// What the separators say.
    fn separators(&self) -> Separators {
        use DecimalMark::{Comma, Point};
        let digits = self.0.trim_start_matches('-');
        let last = |mark: char| digits.rfind(mark);
        let groups_fit = |mark: char, text: &str| {
            let mut groups = text.split(mark);
            groups.next().is_some_and(|first| (1..=3).contains(&first.len()))
                && groups.all(|group| group.len() == 3)
        };
        match (last(','), last('.')) {
            (None, None) => Separators::None,
            (Some(comma), Some(point)) => {
                let (mark, sign, group, at) =
                    if comma > point { (Comma, ',', '.', comma) } else { (Point, '.', ',', point) };
                let is_right =
                    digits.matches(sign).count() == 1 && groups_fit(group, &digits[..at]);
                if is_right { Separators::Certain(mark) } else { Separators::Wrong }
            }
            (comma, point) => {
                let (mark, other, sign) =
                    if comma.is_some() { (Comma, Point, ',') } else { (Point, Comma, '.') };
                let at = comma.or(point).unwrap_or(0);
                if digits.matches(sign).count() > 1 {
                    return match groups_fit(sign, digits) {
                        true => Separators::Certain(other),
                        false => Separators::Wrong,
                    };
                }
                let can_be_thousands = groups_fit(sign, digits) && !digits.starts_with('0');
                match (can_be_thousands, digits.len() - at - 1) {
                    (_, 0) => Separators::Wrong,
                    (true, _) => Separators::Either(mark),
                    (false, _) => Separators::Certain(mark),
                }
            }
        }
    }

    /// The number with a decimal point and without other separators, where `mark` stands before
    /// decimals.
    fn with_mark(&self, mark: DecimalMark) -> String {
        let text = match mark {
            DecimalMark::Comma => self.0.replace('.', "").replace(',', "."),
            DecimalMark::Point => self.0.replace(',', ""),
        };
        let (sign, text) = match text.strip_prefix('-') {
            Some(rest) => ("-", rest),
            None => ("", text.as_str()),
        };
        let whole = text.trim_start_matches('0');
        let zero = if whole.is_empty() || whole.starts_with('.') { "0" } else { "" };
        format!("{sign}{zero}{whole}")
    }
}

/// The mark before decimals in some cells with numbers: the one that all certain cells have; none
/// where no cell says, or two contradict one another.
pub fn guess_decimal_mark<'a>(cells: impl Iterator<Item = &'a str>) -> Option<DecimalMark> {
    let mut found = None;
    for mark in cells.filter_map(Digits::of).filter_map(|digits| match digits.separators() {
        Separators::Certain(mark) => Some(mark),
        _ => None,
    }) {
        match found {
            None => found = Some(mark),
            Some(known) if known != mark => return None,
            Some(_) => {}
        }
    }
    found
}

/// The number of a cell with a decimal point; none where it is no number, or can be read in two
/// ways while `mark` is unknown.
pub fn read_number(cell: &str, mark: Option<DecimalMark>) -> Option<String> {
    let digits = Digits::of(cell)?;
    match digits.separators() {
        Separators::None => Some(digits.with_mark(DecimalMark::Point)),
        Separators::Certain(certain) if mark.is_none_or(|mark| mark == certain) => {
            Some(digits.with_mark(certain))
        }
        Separators::Either(_) => mark.map(|mark| digits.with_mark(mark)),
        _ => None,
    }
}

/// The whole number of a cell, whose separators can only stand before thousands.
pub fn read_count(cell: &str) -> Option<u64> {
    let digits = Digits::of(cell).filter(|_| !cell.contains('%'))?;
    let text = match digits.separators() {
        Separators::None => digits.0,
        Separators::Either(DecimalMark::Comma) => digits.with_mark(DecimalMark::Point),
        Separators::Either(DecimalMark::Point) => digits.with_mark(DecimalMark::Comma),
        Separators::Certain(mark) => digits.with_mark(mark),
        Separators::Wrong => return None,
    };
    text.parse().ok()
}

/// The three numbers of a day as they are written, each with its number of digits, and the sign
/// between them.
struct DayParts {
    parts: [(i16, usize); 3],
    separator: char,
}

/// The parts of a day, of which a time behind it is left out; none for any other text.
fn day_parts(cell: &str) -> Option<DayParts> {
    let text = ascii_digits(cell.trim());
    let day = match text.split_once(['T', ' ']) {
        Some((day, time)) => {
            let is_time =
                time.starts_with(|letter: char| letter.is_ascii_digit()) && time.contains(':');
            is_time.then_some(day)?
        }
        None => &text,
    };
    let separator = day.chars().find(|letter| matches!(letter, '-' | '/' | '.'))?;
    let mut parts = day.trim_end_matches('.').split(separator);
    let mut part = || {
        let part = parts.next().filter(|part| (1..=4).contains(&part.len()))?;
        let is_number = part.bytes().all(|byte| byte.is_ascii_digit());
        is_number.then(|| part.parse().ok().map(|number| (number, part.len())))?
    };
    let found = [part()?, part()?, part()?];
    parts.next().is_none().then_some(DayParts { parts: found, separator })
}

impl DayParts {
    /// The day in an order; none where there is no such day.
    fn in_order(&self, order: DateOrder) -> Option<Date> {
        let [a, b, c] = self.parts;
        let (year, month, day) = match order {
            DateOrder::Ymd => (a, b, c),
            DateOrder::Dmy => (c, b, a),
            DateOrder::Mdy => (c, a, b),
        };
        // With full stops no country writes the month first.
        let is_usual = !(self.separator == '.' && order == DateOrder::Mdy);
        let year = match year.1 {
            4 => year.0,
            2 => 2000 + year.0,
            _ => return None,
        };
        let [month, day] = [month, day].map(|part| i8::try_from(part.0).ok());
        Date::new(year, month?, day?).ok().filter(|day| is_usual && is_plausible(*day))
    }

    /// The day where the year comes first and has four digits, which is read everywhere alike.
    fn with_year_first(&self) -> Option<Date> {
        (self.parts[0].1 == 4).then(|| self.in_order(DateOrder::Ymd)).flatten()
    }
}

/// The orders in which all days of some cells can be read; cells that are no days, or begin with
/// the year, are left out. All orders where there is nothing to tell.
///
/// # Errors
/// The first cell that cannot be read in any order in which those before it can.
pub fn guess_date_orders<'a>(
    cells: impl Iterator<Item = &'a str>,
) -> Result<Vec<DateOrder>, String> {
    let mut orders = DateOrder::ALL.to_vec();
    for cell in cells {
        let Some(parts) = day_parts(cell).filter(|parts| parts.with_year_first().is_none()) else {
            continue;
        };
        orders.retain(|order| parts.in_order(*order).is_some());
        if orders.is_empty() {
            return Err(cell.to_owned());
        }
    }
    Ok(orders)
}

/// Whether a cell is read as another day in each of some orders.
pub fn is_ambiguous_day(cell: &str, orders: &[DateOrder]) -> bool {
    let Some(parts) = day_parts(cell).filter(|parts| parts.with_year_first().is_none()) else {
        return false;
    };
    let mut days: Vec<_> = orders.iter().filter_map(|order| parts.in_order(*order)).collect();
    days.dedup();
    days.len() > 1
}

/// The day of a cell, whose parts stand in this order unless the year comes first.
pub fn read_day(cell: &str, order: Option<DateOrder>) -> Option<Date> {
    let parts = day_parts(cell)?;
    parts.with_year_first().or_else(|| parts.in_order(order?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_with_the_mark_of_all_cells() {
        use DecimalMark::{Comma, Point};
        let guess = |cells: &[&str]| guess_decimal_mark(cells.iter().copied());
        assert_eq!(guess(&["12,4 %", "1.234,5", "1.234"]), Some(Comma));
        assert_eq!(guess(&["12.4", "1,234,567"]), Some(Point));
        assert_eq!(guess(&["1.234", "7", "text"]), None);
        assert_eq!(guess(&["1,5", "1.5"]), None);
        for (cell, mark, number) in [
            ("+12,4 %", Some(Comma), Some("12.4")),
            ("−0,5", Some(Comma), Some("-0.5")),
            ("1.234", Some(Comma), Some("1234")),
            ("1.234", Some(Point), Some("1.234")),
            ("1.234", None, None),
            ("1 234,5", None, Some("1234.5")),
            ("1'234.5", None, Some("1234.5")),
            ("007", None, Some("7")),
            ("0.123", None, Some("0.123")),
            ("1,5", Some(Point), None),
            ("1.2.3", None, None),
            ("=1+1", None, None),
            ("12k", None, None),
            ("%", None, None),
        ] {
            assert_eq!(read_number(cell, mark).as_deref(), number, "{cell}");
        }
        for (cell, count) in [
            ("12.000", Some(12000)),
            ("12,000", Some(12000)),
            ("1.5", None),
            ("-3", None),
            ("50%", None),
        ] {
            assert_eq!(read_count(cell), count, "{cell}");
        }
    }

    #[test]
    fn one_order_of_days_must_fit_all() {
        let guess = |cells: &[&str]| guess_date_orders(cells.iter().copied());
        assert_eq!(guess(&["03/04/2026", "13/04/2026", "TBD"]), Ok(vec![DateOrder::Dmy]));
        assert_eq!(guess(&["03/04/2026", "2026-13-01"]), Err("2026-13-01".to_owned()));
        assert_eq!(guess(&["03.04.2026"]), Ok(vec![DateOrder::Dmy]));
        assert_eq!(guess(&["13/04/2026", "04/13/2026"]), Err("04/13/2026".to_owned()));
        assert_eq!(guess(&["26/04/03"]).unwrap(), [DateOrder::Dmy, DateOrder::Ymd]);
        assert!(is_ambiguous_day("03/04/2026", &[DateOrder::Dmy, DateOrder::Mdy]));
        assert!(!is_ambiguous_day("04/04/2026", &[DateOrder::Dmy, DateOrder::Mdy]));
        let day = |text: &str| text.parse::<Date>().ok();
        assert_eq!(read_day("2026-03-04T10:00:00Z", None), day("2026-03-04"));
        assert_eq!(read_day("4.3.26", Some(DateOrder::Dmy)), day("2026-03-04"));
        assert_eq!(read_day("2026/03/04 00:00", Some(DateOrder::Dmy)), day("2026-03-04"));
        assert_eq!(read_day("March", Some(DateOrder::Dmy)), None);
    }
}
