//! No number of a payment card stands in the text of a record.
//!
//! Thirteen to nineteen digits that begin like a card's and pass its check digit are hardly anything else; a published one
//! must be blocked. The well-known numbers for testing are reported too, because nobody else can tell them apart.
//!
//! Remove the number, also from the history of the repository, and have the card blocked.
//!
//! ```markdown
//! Orders paid by card (ending in 11) were left out.
//! ```

use crate::catalog::Meta;
use crate::check::text_patterns::{self, DigitRun};
use crate::check::{CheckContext, Reporter};

/// Reports each number in a body that is written like that of a payment card and passes its check
/// digit.
pub fn check(meta: &Meta, _: &CheckContext<'_>, reporter: &mut Reporter<'_>) {
    let body = meta.body.markdown();
    for digits in text_patterns::digit_runs(body).filter(|digits| is_card(body, digits)) {
        let span = meta.body.start + digits.span.start..meta.body.start + digits.span.end;
        reporter.report_span(span, "a number that looks like that of a payment card", "remove it, and have the card blocked");
    }
}

/// Whether a run of digits is written like a payment card number and passes its checks.
fn is_card(text: &str, digits: &DigitRun) -> bool {
    let groups = digits.groups(text);
    let number: Vec<u8> = groups.concat().bytes().map(|byte| byte - b'0').collect();
    let has_regular_groups = groups.len() == 1 || groups.iter().all(|group| (3..=7).contains(&group.len()));
    let has_plain_separators = text[digits.span.clone()].bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b' ' | b'-'));
    let is_thousands = groups.len() > 1 && groups[1..].iter().all(|group| group.len() == 3);
    has_regular_groups
        && has_plain_separators
        && !is_thousands
        && (13..=19).contains(&number.len())
        && is_of_card_network(&number)
        && passes_luhn(&number)
        && !text_patterns::is_in_address(text, &digits.span)
}

/// Whether the first digits are in the ranges of the large card networks (ISO/IEC 7812 issuer
/// identification numbers).
fn is_of_card_network(number: &[u8]) -> bool {
    let first_two = number[0] * 10 + number[1];
    number[0] == 4 || matches!(first_two, 22..=27 | 30 | 34..=39 | 50..=69)
}

/// Whether a number passes the Luhn check of ISO/IEC 7812: with every second digit from the right
/// doubled, the sum of digits is a multiple of ten. Numbers of one repeated digit fail.
fn passes_luhn(number: &[u8]) -> bool {
    let sum: u32 = number
        .iter()
        .rev()
        .enumerate()
        .map(|(at, digit)| {
            let weighted = u32::from(*digit) * (1 + at as u32 % 2);
            weighted / 10 + weighted % 10
        })
        .sum();
    sum.is_multiple_of(10) && number.iter().any(|digit| *digit != number[0])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count_found(text: &str) -> usize {
        text_patterns::digit_runs(text).filter(|digits| is_card(text, digits)).count()
    }

    #[test]
    fn card_numbers_are_found() {
        for number in ["4111 1111 1111 1111", "4111111111111111", "5500-0000-0000-0004", "3782 822463 10005"] {
            assert_eq!(count_found(&format!("Paid with {number}.")), 1, "{number}");
        }
    }

    #[test]
    fn other_long_numbers_are_left_alone() {
        for text in [
            "4111 1111 1111 1112",
            "order 1234567890123456",
            "978-3-16-148410-0",
            "https://example.org/4111111111111111",
            "0000 0000 0000 0000",
            "412 345 678 901 238",
            "utm_4111111111111111x",
        ] {
            assert_eq!(count_found(text), 0, "{text}");
        }
    }
}
