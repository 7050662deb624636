//! No telephone number stands in the text of a record.
//!
//! A number reaches a person, and a published record is read by many. Figures, dates, ids and addresses of pages are told
//! apart by their form: a number is taken for a telephone number where it is written like one.
//!
//! Name the team or role, and let the reader find the number in the company's own directory. Where a hotline is part of
//! what was tested, leave out its last digits.
//!
//! ```markdown
//! Callers reached the advice line of the store (0800 123 ...).
//! ```

use crate::catalog::Meta;
use crate::check::words::{self, Digits};
use crate::check::{Context, Found};

pub fn check(meta: &Meta, _: &Context<'_>, found: &mut Found<'_>) {
    let body = meta.body.markdown();
    for digits in words::digit_runs(body).filter(|digits| is_phone(body, digits)) {
        let span = meta.body.start + digits.span.start..meta.body.start + digits.span.end;
        let message = format!("a telephone number, `{}`", &meta.body.text[span.clone()]);
        found.span(span, message, "name the team or role instead");
    }
}

/// Whether a run of digits and separators is written like a telephone number.
fn is_phone(text: &str, digits: &Digits) -> bool {
    if words::is_in_address(text, &digits.span) || is_dates(&text[digits.span.clone()]) {
        return false;
    }
    let written = &text[digits.span.clone()];
    let groups: Vec<&str> = digits.groups(text);
    let count: usize = groups.iter().map(|group| group.len()).sum();
    if written.starts_with('+') {
        return is_international(written, &groups, count);
    }
    is_national(written, &groups, count) || is_north_american(written, &groups)
}

/// `+44 20 7946 0958`; a signed figure such as `+12 345 678` falls into thousands, and `+13.584675084` is a decimal.
fn is_international(written: &str, groups: &[&str], count: usize) -> bool {
    if groups.len() == 2 && written.contains('.') {
        return false;
    }
    let thousands = groups.len() > 1 && groups[1..].iter().all(|group| group.len() == 3);
    (9..=15).contains(&count) && !groups[0].starts_with('0') && (!thousands || count > 11) && (groups.len() > 1 || count > 10)
}

/// `020 7946 0958`, `(0)30 901820`, `0171-1234567`: a leading zero, and at least one separator.
fn is_national(written: &str, groups: &[&str], count: usize) -> bool {
    let leading = groups[0].starts_with('0') && groups[0].len() >= 2;
    leading && groups.len() > 1 && (9..=13).contains(&count) && groups.iter().all(|group| group.len() >= 2) && !written.contains(['.', ','])
}

/// `(415) 555-0132`, `415-555-0132`; in `381-397 (1950)` the parts are joined by different signs.
fn is_north_american(written: &str, groups: &[&str]) -> bool {
    let [area, exchange, line] = groups[..] else { return false };
    let from_two = |group: &str| matches!(group.as_bytes()[0], b'2'..=b'9');
    let shape = area.len() == 3 && exchange.len() == 3 && line.len() == 4 && from_two(area) && from_two(exchange);
    let joints: Vec<&str> = written.split(|c: char| c.is_ascii_digit()).filter(|joint| !joint.is_empty() && *joint != "(").collect();
    shape && (joints[0].starts_with(')') || joints[0] == joints[1]) && matches!(joints[1], "-" | "." | " ")
}

/// `2026-01-02 2026-03-04` and the like: groups that read as a year, a month and a day.
fn is_dates(written: &str) -> bool {
    let groups: Vec<&str> = written.split(|c: char| !c.is_ascii_digit()).filter(|group| !group.is_empty()).collect();
    let is_year = |group: &&&str| group.len() == 4 && matches!(&group[..2], "19" | "20");
    let small = |group: &&str| group.len() <= 2 && group.parse::<u8>().is_ok_and(|number| number <= 31);
    let years = groups.iter().filter(is_year).count();
    years > 0 && groups.iter().all(|group| is_year(&group) || small(group))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<&str> {
        words::digit_runs(text).filter(|digits| is_phone(text, digits)).map(|digits| &text[digits.span]).collect()
    }

    #[test]
    fn telephone_numbers_are_found() {
        for number in [
            "+44 20 7946 0958",
            "+49 151 23456789",
            "+5511987654321",
            "020 7946 0958",
            "(020) 7946 0958",
            "0171-1234567",
            "(415) 555-0132",
            "415-555-0132",
            "+1 (415) 555-0132",
            "06 12 34 56 78",
            "030/901820123",
        ] {
            assert_eq!(found(&format!("Call {number}, or write.")), [number], "{number}");
        }
    }

    #[test]
    fn figures_dates_and_ids_are_left_alone() {
        for text in [
            "2026-01-02",
            "from 2026-01-02 2026-03-04",
            "01-02-2026 to 03-04-2026",
            "12 345 678 people",
            "+12 345 678",
            "1,234,567,890",
            "R$ 1.234.567,89",
            "id 000123456789",
            "0.123456789",
            "https://example.org/p/0171-1234567",
            "[x](https://shop.test/020-7946-0958)",
            "00:15:30 until 00:20:45",
            "02:00 - 04:00",
            "| 38.60 | 33.10 | 0.001 |",
            "1 500 2 300 4 100",
            "vol. 12, 381-397 (1950)",
            "307-357 /1910",
            "lon: +13.584675084",
            "isbn 978-3-16-148410-0",
            "0 12 45 78 90",
            "from 0.90 to 0.95",
            "08-12 10-14",
            "5-10-20-40",
            "a1b2-0171-1234567c",
        ] {
            assert_eq!(found(text), [""; 0], "{text}");
        }
    }

    #[test]
    fn spans_are_those_of_the_number() {
        let text = "ü +44 20 7946 0958.";
        assert_eq!(words::digit_runs(text).next().map(|digits| digits.span), Some(3..19));
    }
}
