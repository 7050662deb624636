//! Gates: what keeps a record from being published. They fail closed: a key that is nearly a gate's, a word that other generators use
//! for one, a value that is not understood, and front matter that is not where it should be all withhold the record.

use jiff::ToSpan;
use jiff::civil::Date;

use crate::catalog::day::is_of_our_time;
use crate::catalog::fields::is_empty;
use crate::diagnostic::lookalike;
use crate::record::Manuscript;
use crate::record::node::{Node, Value};
use crate::site::{Site, Visibility};

/// What a key closes, and how its values are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Gate {
    /// `draft: true` and its like: every value but a plain no closes.
    Draft,
    /// `published: false` and its like: a no closes, and so does a day to come.
    Published,
    /// `visibility: internal` and its like: every value but public closes.
    Visibility,
    /// `embargo_until: 2027-01-01` and its like: closed until the day has come.
    Until,
}

/// Keys that Casebook knows: a slip in one still closes.
const OWN: [(&str, Gate); 3] = [("draft", Gate::Draft), ("visibility", Gate::Visibility), ("embargountil", Gate::Until)];

/// Keys that other tools and people use for the same, without hyphens, underscores and capitals.
const SYNONYMS: &[(&str, Gate)] = &[
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
    ("embargo", Gate::Until),
    ("embargodate", Gate::Until),
    ("embargoeduntil", Gate::Until),
    ("publishdate", Gate::Until),
    ("publishon", Gate::Until),
    ("publishat", Gate::Until),
    ("publishafter", Gate::Until),
    ("publishfrom", Gate::Until),
    ("releasedate", Gate::Until),
    ("releaseon", Gate::Until),
    ("golive", Gate::Until),
    ("golivedate", Gate::Until),
    ("notbefore", Gate::Until),
    ("availablefrom", Gate::Until),
    ("visiblefrom", Gate::Until),
    ("hiddenuntil", Gate::Until),
    ("hideuntil", Gate::Until),
];

/// The gate of a key, if it is one or nearly one.
fn gate(key: &str) -> Option<Gate> {
    let plain: String = key.chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_lowercase).collect();
    let known = OWN.iter().chain(SYNONYMS).find(|(name, _)| *name == plain);
    // One slip in a short name, two in a long one; an exchange of neighbours is one.
    let slips = |name: &str| if name.len() > 6 { 2 } else { 1 };
    let near = || OWN.iter().find(|(name, _)| plain.len() > 3 && strsim::damerau_levenshtein(name, &plain) <= slips(name));
    known.or_else(near).map(|(_, gate)| *gate)
}

/// Whether a key is nearly a gate's, or means one, without being one that Casebook knows.
pub fn is_nearly_a_gate(key: &str) -> bool {
    gate(key).is_some() && !["draft", "visibility", "embargo_until"].contains(&key)
}

/// Words with which a key of publishing opens.
const PUBLISHED: &[&str] = &["true", "yes", "on", "1", "y", "public", "published"];

/// Whether what stands in a gate leaves the record open, whatever the day.
pub fn is_open(key: &str, node: &Node) -> bool {
    let Value::Text(text) = &node.value else { return false };
    let text = text.trim().to_lowercase();
    match gate(key) {
        None => true,
        Some(Gate::Draft) => is_no(&text),
        Some(Gate::Published) => PUBLISHED.contains(&text.as_str()),
        Some(Gate::Visibility) => text == "public",
        Some(Gate::Until) => false,
    }
}

/// What the gates of a record say together: who may see it, and whether it is a draft.
pub fn closed(manuscript: &Manuscript, site: &Site) -> (Option<Visibility>, bool) {
    let entries = manuscript.entries();
    let given = entries.iter().filter(|(_, node)| !is_empty(node)).map(|(key, node)| {
        let text = if let Value::Text(text) = &node.value { Some(lookalike::trim(text).to_lowercase()) } else { None };
        (key.name.to_string(), text)
    });
    // A file that was read without front matter may still hold some, a line or a comment too low.
    let misplaced = if entries.is_empty() { misplaced(&manuscript.text) } else { Vec::new() };
    let (mut visibility, mut draft) = (None, false);
    for (key, text) in given.chain(misplaced) {
        let text = text.as_deref();
        match gate(&key) {
            None => {}
            Some(Gate::Draft) => draft |= !text.is_some_and(is_no),
            Some(Gate::Published) => match text {
                Some(text) if PUBLISHED.contains(&text) => {}
                Some(text) if begins_with_day(text) => visibility = visibility.max(until(text, site.today)),
                _ => draft = true,
            },
            Some(Gate::Visibility) => visibility = visibility.max(Some(visibility_of(text))),
            Some(Gate::Until) => visibility = visibility.max(text.map_or(Some(Visibility::Internal), |text| until(text, site.today))),
        }
    }
    (visibility, draft)
}

/// How far from the top a line may be taken for front matter.
const NEAR_THE_TOP: usize = 60;

/// Fields of front matter that does not begin the file: behind blank lines, comments or a fence of another kind, up to the next fence,
/// heading or blank line.
fn misplaced(text: &str) -> Vec<(String, Option<String>)> {
    let field = |line: &str| {
        let (key, value) = line.split_once([':', '='])?;
        let key = key.trim().trim_matches(['"', '\'']);
        let is_key = !key.is_empty() && key.len() < 30 && key.chars().all(|letter| letter.is_alphanumeric() || matches!(letter, '-' | '_'));
        let value = value.split(" #").next().unwrap_or("").trim().trim_matches(['"', '\'', ',', ' ']);
        (is_key && !value.is_empty()).then(|| (key.to_owned(), Some(value.to_lowercase())))
    };
    let is_fence = |line: &str| line.len() > 2 && line.bytes().all(|byte| matches!(byte, b'-' | b'+' | b'=' | b'`' | b'~' | b';'));
    let (mut fields, mut behind_fence) = (Vec::new(), false);
    for line in text.lines().take(NEAR_THE_TOP).map(str::trim).chain([""]) {
        let ends = line.is_empty() || line.starts_with('#') || is_fence(line);
        match field(line) {
            Some(found) => fields.push(found),
            // One line of prose with a colon is no front matter.
            None if ends && fields.len() < 2 && !behind_fence => fields.clear(),
            None if ends && !fields.is_empty() => return fields,
            None => {}
        }
        behind_fence |= is_fence(line);
    }
    Vec::new()
}

/// The first gate in front matter that does not begin the file, as written.
pub fn misplaced_gate(manuscript: &Manuscript) -> Option<String> {
    let found = if manuscript.entries().is_empty() { misplaced(&manuscript.text) } else { Vec::new() };
    found.into_iter().find(|(key, _)| gate(key).is_some()).map(|(key, value)| format!("{key}: {}", value.unwrap_or_default()))
}

fn is_no(text: &str) -> bool {
    matches!(text, "false" | "no" | "off" | "0" | "n" | "never")
}

fn visibility_of(text: Option<&str>) -> Visibility {
    match text {
        Some("public") => Visibility::Public,
        Some("internal") => Visibility::Internal,
        _ => Visibility::Restricted,
    }
}

/// Whom an embargo lets see a record today: nothing where it is over.
fn until(text: &str, today: Date) -> Option<Visibility> {
    (opens(text).is_none_or(|day| day > today)).then_some(Visibility::Internal)
}

fn begins_with_day(text: &str) -> bool {
    text.get(..10).is_some_and(|day| day.parse::<Date>().is_ok())
}

/// The first day on which every moment that an embargo can mean has passed; nothing where nobody can tell.
///
/// A plain day opens on itself. With a time of day it may mean any zone of the world: 23:59 twelve hours west of Greenwich is over at noon of the next
/// day, so the record opens on the day after that.
fn opens(text: &str) -> Option<Date> {
    // A year of another time is a slip, and no moment that it can mean is known.
    let day = text.get(..10)?.parse::<Date>().ok().filter(|day| is_of_our_time(*day))?;
    match text[10..].trim_start_matches(['t', 'T', ' ']) {
        "" if text.len() == 10 => Some(day),
        time if is_time(time) => day.checked_add(2.days()).ok(),
        _ => None,
    }
}

/// Whether a text is a time of day, with or without a zone: digits, colons, signs, and the usual words for zones.
fn is_time(text: &str) -> bool {
    let begins = text.starts_with(|letter: char| letter.is_ascii_digit());
    let words = text.split(|letter: char| !letter.is_ascii_alphabetic()).filter(|word| !word.is_empty());
    let known = ["z", "utc", "gmt", "am", "pm", "t", "h", "cet", "cest", "est", "edt", "pst", "pdt", "bst", "jst", "ist", "uhr"];
    begins && text.contains(':') && words.into_iter().all(|word| known.contains(&word.to_ascii_lowercase().as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn keys_that_are_nearly_gates_close() {
        let rows = [
            ("Draft", Some(Gate::Draft)),
            ("drfat", Some(Gate::Draft)),
            ("DRAFT", Some(Gate::Draft)),
            ("embargo-until", Some(Gate::Until)),
            ("embargoUntil", Some(Gate::Until)),
            ("embargo_untill", Some(Gate::Until)),
            ("Visibilty", Some(Gate::Visibility)),
            ("visibilité", Some(Gate::Visibility)),
            ("unlisted", Some(Gate::Draft)),
            ("publishDate", Some(Gate::Until)),
            ("published", Some(Gate::Published)),
            ("title", None),
            ("status", None),
            ("start", None),
            ("audience", None),
            ("craft", Some(Gate::Draft)),
        ];
        for (key, wanted) in rows {
            assert_eq!(gate(key), wanted, "{key}");
        }
    }

    #[test]
    fn an_embargo_opens_when_every_moment_it_can_mean_has_passed() {
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
            assert_eq!(opens(text), wanted, "{text}");
        }
    }

    #[test]
    fn front_matter_that_is_a_line_too_low_is_seen() {
        let fields = misplaced("<!-- v2 -->\n---\ntitle: Secret\nvisibility: restricted # ask\n---\n\nText: no.\n");
        assert!(fields.contains(&("visibility".into(), Some("restricted".into()))), "{fields:?}");
        assert!(misplaced("+++\ndraft = true\n+++\n").contains(&("draft".into(), Some("true".into()))));
    }
}
