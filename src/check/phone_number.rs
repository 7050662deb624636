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
use crate::check::text_patterns::{self, DigitRun};
use crate::check::{CheckContext, Reporter};

/// Reports each number in a body that is written like a telephone number.
pub fn check(meta: &Meta, _: &CheckContext<'_>, reporter: &mut Reporter<'_>) {
    let body = meta.body.markdown();
    for digits in text_patterns::digit_runs(body).filter(|digits| is_phone(body, digits)) {
        let span = meta.body.start + digits.span.start..meta.body.start + digits.span.end;
        let message = format!("a telephone number, `{}`", &meta.body.text[span.clone()]);
        reporter.report_span(span, message, "name the team or role instead");
    }
}

/// Whether a run of digits and separators is written like a telephone number.
fn is_phone(text: &str, digits: &DigitRun) -> bool {
    if text_patterns::is_in_address(text, &digits.span) || is_date_list(&text[digits.span.clone()]) {
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

/// Whether a run is an international number such as `+44 20 7946 0958`, and not a signed number
/// such as `+12 345 678` or `+13.584675084`.
fn is_international(written: &str, groups: &[&str], count: usize) -> bool {
    if groups.len() == 2 && written.contains('.') {
        return false;
    }
    let is_thousands = groups.len() > 1 && groups[1..].iter().all(|group| group.len() == 3);
    (9..=15).contains(&count) && !groups[0].starts_with('0') && (!is_thousands || count > 11) && (groups.len() > 1 || count > 10)
}

/// Whether a run has a leading zero and at least one separator, such as `020 7946 0958`,
/// `0171-1234567` or, with brackets, `(0)30 901820`.
fn is_national(written: &str, groups: &[&str], count: usize) -> bool {
    let has_leading_zero = groups[0].starts_with('0') && groups[0].len() >= 2;
    has_leading_zero && groups.len() > 1 && (9..=13).contains(&count) && groups.iter().all(|group| group.len() >= 2) && !written.contains(['.', ','])
}

/// Whether a run has the form `(415) 555-0132` or `415-555-0132`. Mixed separators, as in the page
/// range `381-397 (1950)`, are excluded.
fn is_north_american(written: &str, groups: &[&str]) -> bool {
    let [area, exchange, line] = groups[..] else { return false };
    let starts_with_two_to_nine = |group: &str| matches!(group.as_bytes()[0], b'2'..=b'9');
    let has_shape = area.len() == 3 && exchange.len() == 3 && line.len() == 4 && starts_with_two_to_nine(area) && starts_with_two_to_nine(exchange);
    let separators: Vec<&str> =
        written.split(|letter: char| letter.is_ascii_digit()).filter(|separator| !separator.is_empty() && *separator != "(").collect();
    has_shape && (separators[0].starts_with(')') || separators[0] == separators[1]) && matches!(separators[1], "-" | "." | " ")
}

/// Whether a run consists of dates, such as `2026-01-02 2026-03-04`: years and numbers up to 31.
fn is_date_list(written: &str) -> bool {
    let groups: Vec<&str> = written.split(|letter: char| !letter.is_ascii_digit()).filter(|group| !group.is_empty()).collect();
    let is_year = |group: &&&str| group.len() == 4 && matches!(&group[..2], "19" | "20");
    let is_day_or_month = |group: &&str| group.len() <= 2 && group.parse::<u8>().is_ok_and(|number| number <= 31);
    let years = groups.iter().filter(is_year).count();
    years > 0 && groups.iter().all(|group| is_year(&group) || is_day_or_month(group))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn find_all(text: &str) -> Vec<&str> {
        text_patterns::digit_runs(text).filter(|digits| is_phone(text, digits)).map(|digits| &text[digits.span]).collect()
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
            assert_eq!(find_all(&format!("Call {number}, or write.")), [number], "{number}");
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
            assert_eq!(find_all(text), [""; 0], "{text}");
        }
    }

    #[test]
    fn spans_are_those_of_the_number() {
        let text = "ü +44 20 7946 0958.";
        assert_eq!(text_patterns::digit_runs(text).next().map(|digits| digits.span), Some(3..19));
    }
}
