//! Publication gates: front-matter fields that withhold a record, such as `draft`, `visibility` and
//! `embargo_until`. Gates fail closed: a misspelt key, the name of such a field in another
//! generator, a value that is not understood and misplaced front matter all withhold it.

use jiff::ToSpan;
use jiff::civil::Date;

use crate::catalog::date::is_plausible;
use crate::catalog::field::{self, Field};
use crate::diagnostic::confusable;
use crate::record::Manuscript;
use crate::record::yaml::{Node, Value};
use crate::site::{Site, Visibility};

/// A kind of publication gate, which decides how the values of its keys are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Gate {
    /// `draft: true` and its synonyms: any value but a negative one closes the gate.
    Draft,
    /// `published: true` and its synonyms: any value but a positive one or a past date closes the
    /// gate.
    Published,
    /// `visibility: internal` and its synonyms: any value but `public` closes the gate.
    Visibility,
    /// `embargo_until: 2027-01-01` and its synonyms: the gate is closed until the date.
    Embargo,
}

/// Keys of Casebook's own gates, without underscores; a misspelling of one of them is recognised
/// too.
const KNOWN_GATES: [(&str, Gate); 3] = [
    (field::DRAFT.name, Gate::Draft),
    (field::VISIBILITY.name, Gate::Visibility),
    ("embargountil", Gate::Embargo),
];

/// Keys of gates in other tools, in lower case without hyphens and underscores.
const GATE_SYNONYMS: &[(&str, Gate)] = &[
    ("drafts", Gate::Draft),
    ("isdraft", Gate::Draft),
    ("unlisted", Gate::Draft),
    ("hidden", Gate::Draft),
    ("hide", Gate::Draft),
    ("private", Gate::Draft),
    ("secret", Gate::Draft),
    ("confidential", Gate::Draft),
    ("internal", Gate::Draft),
    ("internalonly", Gate::Draft),
    ("restricted", Gate::Draft),
    ("unpublished", Gate::Draft),
    ("wip", Gate::Draft),
    ("embargoed", Gate::Draft),
    ("published", Gate::Published),
    ("publish", Gate::Published),
    ("ispublished", Gate::Published),
    ("public", Gate::Published),
    ("ispublic", Gate::Published),
    ("visible", Gate::Published),
    ("listed", Gate::Published),
    ("released", Gate::Published),
    ("access", Gate::Visibility),
    ("accesslevel", Gate::Visibility),
    ("confidentiality", Gate::Visibility),
    ("classification", Gate::Visibility),
    ("privacy", Gate::Visibility),
    ("embargo", Gate::Embargo),
    ("embargodate", Gate::Embargo),
    ("embargoeduntil", Gate::Embargo),
    ("publishdate", Gate::Embargo),
    ("publishon", Gate::Embargo),
    ("publishat", Gate::Embargo),
    ("publishafter", Gate::Embargo),
    ("publishfrom", Gate::Embargo),
    ("releasedate", Gate::Embargo),
    ("releaseon", Gate::Embargo),
    ("golive", Gate::Embargo),
    ("golivedate", Gate::Embargo),
    ("notbefore", Gate::Embargo),
    ("availablefrom", Gate::Embargo),
    ("visiblefrom", Gate::Embargo),
    ("hiddenuntil", Gate::Embargo),
    ("hideuntil", Gate::Embargo),
];

/// The gate of a key, of a synonym or of a misspelt key, ignoring case, hyphens and underscores;
/// none for keys that withhold nothing.
fn find_gate(key: &str) -> Option<Gate> {
    let plain: String = key
        .chars()
        .filter(|letter| letter.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect();
    let known = KNOWN_GATES.iter().chain(GATE_SYNONYMS).find(|(name, _)| *name == plain);
    // Edit distance in which swapped neighbours count as one.
    let max_distance = |name: &str| if name.len() > 6 { 2 } else { 1 };
    let misspelt = || {
        KNOWN_GATES.iter().find(|(name, _)| {
            plain.len() > 3 && strsim::damerau_levenshtein(name, &plain) <= max_distance(name)
        })
    };
    known.or_else(misspelt).map(|(_, gate)| *gate)
}

/// Whether a key is a misspelling or a synonym of a gate, and not the key of one of Casebook's own.
pub fn resembles_gate(key: &str) -> bool {
    find_gate(key).is_some() && !gate_fields().iter().any(|gate| gate.has_key(key))
}

/// Whether a field is one of Casebook's own gates, of which only nothing at all counts as left out.
pub fn is_gate_field(field: &Field) -> bool {
    gate_fields().contains(&field)
}

/// The fields that are gates.
fn gate_fields() -> [&'static Field; 3] {
    [&field::DRAFT, &field::VISIBILITY, &field::EMBARGO_UNTIL]
}

/// Values that open a gate of the kind [`Gate::Published`].
const PUBLIC_VALUES: &[&str] = &["true", "yes", "on", "1", "y", "public", "published"];

/// Whether the value of a key leaves the record published on any date; true for keys that are no
/// gates.
pub fn is_gate_open(key: &str, node: &Node) -> bool {
    let Value::Text(text) = &node.value else { return false };
    let text = text.trim().to_lowercase();
    match find_gate(key) {
        None => true,
        Some(Gate::Draft) => is_negative(&text),
        Some(Gate::Published) => PUBLIC_VALUES.contains(&text.as_str()),
        Some(Gate::Visibility) => text == "public",
        Some(Gate::Embargo) => false,
    }
}

/// The combined effect of all gates of a record: the most restrictive visibility that one of them
/// demands, and whether it is a draft.
pub fn read_gates(manuscript: &Manuscript, site: &Site) -> (Option<Visibility>, bool) {
    let entries = manuscript.fields();
    let given = entries.iter().filter(|(_, node)| !node.is_empty()).map(|(key, node)| {
        let text = if let Value::Text(text) = &node.value {
            Some(confusable::trim_invisible(text).to_lowercase())
        } else {
            None
        };
        (key.name.to_string(), text)
    });
    // A file without front matter at its top may hold some further down.
    let misplaced =
        if entries.is_empty() { find_misplaced_fields(&manuscript.text) } else { Vec::new() };
    let (mut visibility, mut is_draft) = (None, false);
    for (key, text) in given.chain(misplaced) {
        let text = text.as_deref();
        match find_gate(&key) {
            None => {}
            Some(Gate::Draft) => is_draft |= !text.is_some_and(is_negative),
            Some(Gate::Published) => match text {
                Some(text) if PUBLIC_VALUES.contains(&text) => {}
                Some(text) if starts_with_date(text) => {
                    visibility = visibility.max(embargo_visibility(text, site.today))
                }
                _ => is_draft = true,
            },
            Some(Gate::Visibility) => visibility = visibility.max(Some(parse_visibility(text))),
            Some(Gate::Embargo) => {
                visibility = visibility.max(text.map_or(Some(Visibility::Internal), |text| {
                    embargo_visibility(text, site.today)
                }))
            }
        }
    }
    (visibility, is_draft)
}

/// Number of lines at the top of a file that are searched for misplaced front matter.
const MAX_MISPLACED_LINES: usize = 60;

/// Keys and lower-case values of front matter that follows blank lines, comments or a fence of
/// another kind, up to the next fence, heading or blank line; empty if there is none.
fn find_misplaced_fields(text: &str) -> Vec<(String, Option<String>)> {
    let parse_field = |line: &str| {
        let (key, value) = line.split_once([':', '='])?;
        let key = key.trim().trim_matches(['"', '\'']);
        let is_key = !key.is_empty()
            && key.len() < 30
            && key.chars().all(|letter| letter.is_alphanumeric() || matches!(letter, '-' | '_'));
        let value =
            value.split(" #").next().unwrap_or("").trim().trim_matches(['"', '\'', ',', ' ']);
        (is_key && !value.is_empty()).then(|| (key.to_owned(), Some(value.to_lowercase())))
    };
    let is_fence = |line: &str| {
        line.len() > 2
            && line.bytes().all(|byte| matches!(byte, b'-' | b'+' | b'=' | b'`' | b'~' | b';'))
    };
    let (mut fields, mut is_after_fence) = (Vec::new(), false);
    for line in text.lines().take(MAX_MISPLACED_LINES).map(str::trim).chain([""]) {
        let is_end = line.is_empty() || line.starts_with('#') || is_fence(line);
        match parse_field(line) {
            Some(field) => fields.push(field),
            // A single line with a colon is prose.
            None if is_end && fields.len() < 2 && !is_after_fence => fields.clear(),
            None if is_end && !fields.is_empty() => return fields,
            None => {}
        }
        is_after_fence |= is_fence(line);
    }
    Vec::new()
}

/// The first gate in misplaced front matter, as `key: value`; none for a file with front matter at
/// its top.
pub fn find_misplaced_gate(manuscript: &Manuscript) -> Option<String> {
    let fields = if manuscript.fields().is_empty() {
        find_misplaced_fields(&manuscript.text)
    } else {
        Vec::new()
    };
    fields
        .into_iter()
        .find(|(key, _)| find_gate(key).is_some())
        .map(|(key, value)| format!("{key}: {}", value.unwrap_or_default()))
}

/// Whether a lower-case value says no, which opens a gate of the kind [`Gate::Draft`].
fn is_negative(text: &str) -> bool {
    matches!(text, "false" | "no" | "off" | "0" | "n" | "never")
}

/// The visibility that a lower-case value demands; any value that is not understood restricts the
/// record.
fn parse_visibility(text: Option<&str>) -> Visibility {
    match text {
        Some("public") => Visibility::Public,
        Some("internal") => Visibility::Internal,
        _ => Visibility::Restricted,
    }
}

/// The visibility that an embargo demands today; none once it has ended.
fn embargo_visibility(text: &str, today: Date) -> Option<Visibility> {
    (embargo_end(text).is_none_or(|day| day > today)).then_some(Visibility::Internal)
}

/// Whether a value starts with a date of the form `2027-01-31`.
fn starts_with_date(text: &str) -> bool {
    text.get(..10).is_some_and(|day| day.parse::<Date>().is_ok())
}

/// The first day on which an embargo has ended in every time zone; none for a text that is not
/// understood.
///
/// A date alone ends the embargo on that day. A time of day may be in any time zone: 23:59 twelve
/// hours west of Greenwich is 11:59 UTC of the next day, so the embargo ends on the day after that.
fn embargo_end(text: &str) -> Option<Date> {
    // An implausible year is a typing error, so that the end of the embargo is unknown.
    let day = text.get(..10)?.parse::<Date>().ok().filter(|day| is_plausible(*day))?;
    match text[10..].trim_start_matches(['t', 'T', ' ']) {
        "" if text.len() == 10 => Some(day),
        time if is_time_of_day(time) => day.checked_add(2.days()).ok(),
        _ => None,
    }
}

/// Whether a text is a time of day, with or without a time zone.
fn is_time_of_day(text: &str) -> bool {
    let starts_with_digit = text.starts_with(|letter: char| letter.is_ascii_digit());
    let words =
        text.split(|letter: char| !letter.is_ascii_alphabetic()).filter(|word| !word.is_empty());
    let known = [
        "z", "utc", "gmt", "am", "pm", "t", "h", "cet", "cest", "est", "edt", "pst", "pdt", "bst",
        "jst", "ist", "uhr",
    ];
    starts_with_digit
        && text.contains(':')
        && words.into_iter().all(|word| known.contains(&word.to_ascii_lowercase().as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn misspelt_and_foreign_keys_are_gates() {
        let rows = [
            ("Draft", Some(Gate::Draft)),
            ("drfat", Some(Gate::Draft)),
            ("DRAFT", Some(Gate::Draft)),
            ("embargo-until", Some(Gate::Embargo)),
            ("embargoUntil", Some(Gate::Embargo)),
            ("embargo_untill", Some(Gate::Embargo)),
            ("Visibilty", Some(Gate::Visibility)),
            ("visibilité", Some(Gate::Visibility)),
            ("unlisted", Some(Gate::Draft)),
            ("publishDate", Some(Gate::Embargo)),
            ("published", Some(Gate::Published)),
            ("title", None),
            ("status", None),
            ("start", None),
            ("audience", None),
            ("craft", Some(Gate::Draft)),
        ];
        for (key, wanted) in rows {
            assert_eq!(find_gate(key), wanted, "{key}");
        }
    }

    #[test]
    fn an_embargo_ends_when_it_has_passed_in_every_time_zone() {
        let rows = [
            ("2026-06-01", Some(date(2026, 6, 1))),
            ("2026-06-01t18:00:00-07:00", Some(date(2026, 6, 3))),
            ("2026-06-01 18:00", Some(date(2026, 6, 3))),
            ("2026-06-01 6:00 pm est", Some(date(2026, 6, 3))),
            ("2026-06-01 or later, ask legal", None),
            ("2026-06-01?", None),
            ("2026-06", None),
            ("june 2026", None),
            ("01/06/2026", None),
            ("0026-06-01", None),
        ];
        for (text, wanted) in rows {
            assert_eq!(embargo_end(text), wanted, "{text}");
        }
    }

    #[test]
    fn misplaced_front_matter_is_found() {
        let fields = find_misplaced_fields(
            "<!-- v2 -->\n---\ntitle: Secret\nvisibility: restricted # ask\n---\n\nText: no.\n",
        );
        assert!(fields.contains(&("visibility".into(), Some("restricted".into()))), "{fields:?}");
        assert!(
            find_misplaced_fields("+++\ndraft = true\n+++\n")
                .contains(&("draft".into(), Some("true".into())))
        );
    }
}
