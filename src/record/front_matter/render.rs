//! Rendering of front matter in canonical form: fields in one order, lists of words on one line,
//! other lists with one item a line, long texts folded.

use crate::diagnostic::render::is_control_or_bidi;
use crate::record::front_matter::known_keys::KnownKeys;
use crate::record::front_matter::scalar::{self, Context};
use crate::record::front_matter::value::FieldValue;

/// Width in characters from which texts are folded, and of the longest list on one line; titles
/// are shorter.
const MAX_LINE_WIDTH: usize = 120;

/// The longest text with spaces, in characters, that is an item of a list on one line.
const MAX_PHRASE_LENGTH: usize = 30;

/// Number of spaces by which the lines of a value are indented below its field.
const INDENT: usize = 2;

/// The front matter of a new record.
#[derive(Debug, Clone, Default)]
pub struct FrontMatter {
    fields: Vec<(&'static str, FieldValue)>,
}

impl FrontMatter {
    /// Adds a field, unless its value is empty.
    #[must_use]
    pub fn with(mut self, key: &'static str, value: impl Into<FieldValue>) -> Self {
        let value = value.into();
        if !value.is_empty() {
            self.fields.push((key, value));
        }
        self
    }

    /// Renders a record file with this front matter, its fields in the order of `known_keys`, and a body.
    pub fn render_file(mut self, body: &str, known_keys: &KnownKeys) -> String {
        self.fields.sort_by_key(|(key, _)| known_keys.rank(key));
        let fields: String =
            self.fields.iter().map(|(key, value)| render_field(&(*key).into(), value)).collect();
        format!("---\n{fields}---\n\n{body}")
    }
}

/// A YAML value of a name on one line, quoted unless it is a record id.
pub fn render_name(name: &str) -> String {
    let is_plain =
        |letter: char| letter.is_alphanumeric() || matches!(letter, '/' | '-' | '_' | '.' | '~');
    if name.starts_with(char::is_alphabetic) && name.contains('/') && name.chars().all(is_plain) {
        return name.to_owned();
    }
    scalar::escape(name)
}

/// The YAML of a field: one or more lines, each with a line feed at its end.
pub(super) fn render_field(key: &FieldValue, value: &FieldValue) -> String {
    let mut out = Lines { text: render_key(key, Context::Block) };
    out.write_value(value, INDENT);
    out.text.push('\n');
    out.text
}

/// The YAML of an entry of a map whose keys are `indent` spaces from the left, with a line feed at
/// its end.
pub(super) fn render_entry(key: &FieldValue, value: &FieldValue, indent: usize) -> String {
    let mut out = Lines { text: " ".repeat(indent) };
    out.write_entry(key, value, indent);
    out.text.push('\n');
    out.text
}

/// The YAML of an item of a list with one item a line, whose hyphen is `indent` spaces from the
/// left.
pub(super) fn render_item(item: &FieldValue, indent: usize) -> String {
    let mut out = Lines { text: format!("{:indent$}-", "") };
    out.write_item(item, indent, fits_flow(item, indent + 2));
    out.text.push('\n');
    out.text
}

/// The YAML of a value on one line, as it stands between brackets.
pub(super) fn render_flow(value: &FieldValue) -> String {
    match value {
        FieldValue::Null(word) if word.is_empty() => "null".to_owned(),
        FieldValue::Null(text) | FieldValue::Literal(text) => text.clone(),
        FieldValue::Text(text) => scalar::render(text, Context::Flow),
        FieldValue::List(items) => {
            format!("[{}]", items.iter().map(render_flow).collect::<Vec<_>>().join(", "))
        }
        FieldValue::Map(entries) => {
            let entries: Vec<String> = entries
                .iter()
                .map(|(key, value)| {
                    format!("{} {}", render_key(key, Context::Flow), render_flow(value))
                })
                .collect();
            format!("{{{}}}", entries.join(", "))
        }
    }
}

/// The text of a key with its colon.
fn render_key(key: &FieldValue, context: Context) -> String {
    match key {
        FieldValue::Literal(text) => format!("{text}:"),
        _ => format!("{}:", scalar::render(key.scalar_text(), context)),
    }
}

/// Whether a value is written on one line between brackets, if what stands before it on the line
/// is `width` characters wide.
fn fits_flow(value: &FieldValue, width: usize) -> bool {
    let is_short = match value {
        FieldValue::List(items) => items.iter().all(is_flow_scalar),
        FieldValue::Map(entries) => entries.iter().all(|(_, value)| is_flow_scalar(value)),
        _ => false,
    };
    is_short && width + render_flow(value).chars().count() <= MAX_LINE_WIDTH
}

/// Whether a value may be an item between brackets: a literal, or a word or phrase of at most
/// [`MAX_PHRASE_LENGTH`] characters that the brackets do not force into quotes.
fn is_flow_scalar(value: &FieldValue) -> bool {
    match value {
        FieldValue::Null(word) => !word.is_empty(),
        FieldValue::Literal(_) => true,
        FieldValue::Text(text) => {
            let is_word = !text.contains(char::is_whitespace);
            (is_word || text.chars().count() <= MAX_PHRASE_LENGTH)
                && (scalar::is_plain_safe(text, Context::Flow)
                    || !scalar::is_plain_safe(text, Context::Block))
        }
        _ => false,
    }
}

/// Lines of front matter to which fields, items and values are appended; the last line has no line
/// feed yet.
struct Lines {
    text: String,
}

impl Lines {
    /// Appends a value behind the colon of its key or the hyphen of its item; lines of its own are
    /// indented by `indent`.
    fn write_value(&mut self, value: &FieldValue, indent: usize) {
        match value {
            FieldValue::Null(word) if word.is_empty() => {}
            FieldValue::Null(text) | FieldValue::Literal(text) => self.push_word(text),
            FieldValue::Text(text) => self.write_text(text, indent),
            _ if value.is_empty() || fits_flow(value, self.width() + 1) => {
                self.push_word(&render_flow(value));
            }
            FieldValue::List(items) => self.write_items(items, indent),
            FieldValue::Map(entries) => {
                for (key, value) in entries {
                    self.start_line(indent);
                    self.write_entry(key, value, indent);
                }
            }
        }
    }

    /// Writes the items of a list on lines of their own, whose hyphens are indented by `indent`.
    fn write_items(&mut self, items: &[FieldValue], indent: usize) {
        let is_map = |item: &&FieldValue| matches!(item, FieldValue::Map(_));
        // Maps of one list look alike.
        let maps_fit = items.iter().filter(is_map).all(|item| fits_flow(item, indent + INDENT));
        for item in items {
            self.start_line(indent);
            self.text.push('-');
            self.write_item(item, indent, maps_fit);
        }
    }

    /// Appends an item behind its hyphen, which is `indent` spaces from the left; `maps_fit` says
    /// whether the maps of its list are written on one line each.
    fn write_item(&mut self, item: &FieldValue, indent: usize, maps_fit: bool) {
        match item {
            FieldValue::Map(entries) if !entries.is_empty() && !maps_fit => {
                for (index, (key, value)) in entries.iter().enumerate() {
                    if index == 0 {
                        self.text.push(' ');
                    } else {
                        self.start_line(indent + INDENT);
                    }
                    self.write_entry(key, value, indent + INDENT);
                }
            }
            FieldValue::Map(_) => self.push_word(&render_flow(item)),
            _ => self.write_value(item, indent + INDENT),
        }
    }

    /// Writes an entry of a map on the current line, which is indented by `indent`; lines of its
    /// own that its value needs are indented by [`INDENT`] more.
    fn write_entry(&mut self, key: &FieldValue, value: &FieldValue, indent: usize) {
        self.text.push_str(&render_key(key, Context::Block));
        self.write_value(value, indent + INDENT);
    }

    /// Appends a text: on the current line, folded onto several lines, or as a block with the line
    /// feeds of the text.
    fn write_text(&mut self, text: &str, indent: usize) {
        let lines = if text.contains('\n') {
            literal_lines(text)
        } else if text.chars().count() > MAX_LINE_WIDTH {
            folded_lines(text, MAX_LINE_WIDTH - indent.min(MAX_LINE_WIDTH / 2))
        } else {
            None
        };
        match lines {
            None => self.push_word(&scalar::render(text, Context::Block)),
            Some((header, lines)) => {
                self.push_word(header);
                for line in lines {
                    self.start_line(if line.is_empty() { 0 } else { indent });
                    self.text.push_str(line);
                }
            }
        }
    }

    /// Appends a space and a word to the last line.
    fn push_word(&mut self, word: &str) {
        self.text.push(' ');
        self.text.push_str(word);
    }

    /// Begins a new line with `indent` spaces.
    fn start_line(&mut self, indent: usize) {
        self.text.push('\n');
        self.text.extend(std::iter::repeat_n(' ', indent));
    }

    /// Number of characters on the last line so far.
    fn width(&self) -> usize {
        self.text.rsplit('\n').next().map_or(0, |line| line.chars().count())
    }
}

/// Header and lines of a text with line feeds as a literal block; none where white space at the
/// edges of its lines would be lost or change the indentation.
fn literal_lines(text: &str) -> Option<(&'static str, Vec<&str>)> {
    let (header, lines) = match text.strip_suffix('\n') {
        Some(lines) => ("|", lines),
        None => ("|-", text),
    };
    let is_kept = |line: &str| line.trim_end() == line && !line.chars().any(scalar::must_escape);
    let is_safe = !lines.starts_with(char::is_whitespace)
        && !lines.is_empty()
        && !lines.ends_with('\n')
        && lines.split('\n').all(is_kept);
    is_safe.then(|| (header, lines.split('\n').collect()))
}

/// Header and lines of a long text as a folded block, broken at spaces; none where it has no
/// single space to be broken at.
fn folded_lines(text: &str, width: usize) -> Option<(&'static str, Vec<&str>)> {
    if text.trim() != text || text.chars().any(is_control_or_bidi) {
        return None;
    }
    let (mut lines, mut start, mut last_space, mut column) = (Vec::new(), 0, None, 0);
    for (at, letter) in text.char_indices() {
        // Only a single space between two words becomes a line end and is read as a space again.
        let (before, after) = (text[..at].chars().next_back(), text[at..].chars().nth(1));
        let is_single = |neighbour: Option<char>| neighbour.is_some_and(|n| !n.is_whitespace());
        if letter == ' ' && is_single(before) && is_single(after) {
            last_space = Some((at, column));
        }
        column += 1;
        if column > width
            && let Some((space, space_column)) = last_space.take()
        {
            lines.push(&text[start..space]);
            start = space + 1;
            column -= space_column + 1;
        }
    }
    lines.push(&text[start..]);
    (lines.len() > 1).then_some((">-", lines))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::yaml;

    fn words(items: &[&str]) -> FieldValue {
        items.iter().copied().collect()
    }

    #[test]
    fn fields_have_one_form() {
        let file = FrontMatter::default()
            .with(
                "results",
                FieldValue::List(vec![FieldValue::Map(vec![
                    ("metric".into(), "cvr".into()),
                    ("source".into(), "Web analytics, paid orders of the shop".into()),
                ])]),
            )
            .with("flexible", words(&["Wording", "Tone of the message, and its length"]))
            .with("markets", words(&["NO", "BR"]))
            .with("start", FieldValue::from("2026-03-02".parse::<jiff::civil::Date>().ok()))
            .with("owner", None::<&str>)
            .with("campaign", "a: b")
            .with("budget", FieldValue::Map(vec![("band".into(), "xs".into())]))
            .with("title", "Reward")
            .render_file(
                "Text.\n",
                &KnownKeys::new(["title", "markets", "start", "budget", "results", "flexible"], []),
            );
        assert_eq!(
            file,
            "---\n\
             title: Reward\n\
             markets: [\"NO\", BR]\n\
             start: 2026-03-02\n\
             budget: {band: xs}\n\
             results:\n  - metric: cvr\n    source: Web analytics, paid orders of the shop\n\
             flexible:\n  - Wording\n  - Tone of the message, and its length\n\
             campaign: \"a: b\"\n\
             ---\n\nText.\n"
        );
    }

    #[test]
    fn long_texts_are_folded_and_read_back() {
        let long = "a hypothesis of words ".repeat(20);
        let folded = render_field(&"k".into(), &long.trim().into());
        assert!(folded.starts_with("k: >-\n  a hypothesis"), "{folded}");
        assert!(folded.lines().all(|line| line.len() <= MAX_LINE_WIDTH), "{folded}");
        for text in [
            long.trim().to_owned(),
            format!("{long}end"),
            "買".repeat(300),
            long,
            "one\ntwo\n".into(),
            "one\n\n  two".into(),
            "\n".into(),
            " a\nb".into(),
            "a \nb".into(),
            "a\n\n".into(),
            "a\n\n\u{2028}".into(),
            "\nb".into(),
        ] {
            let value = FieldValue::from(text.as_str());
            for yaml in [
                render_field(&"k".into(), &value),
                render_field(&"k".into(), &FieldValue::List(vec![value.clone()])),
                render_field(
                    &"k".into(),
                    &FieldValue::List(vec![FieldValue::Map(vec![
                        ("j".into(), value.clone()),
                        ("i".into(), value),
                    ])]),
                ),
            ] {
                let read = yaml::parse(&(yaml.clone() + "z: y\n"), 0).expect(&yaml);
                assert!(read.contains_text(&text), "{yaml}");
            }
        }
    }
}
