//! Finding front matter, the YAML between two lines of three dashes at the top of a file, and
//! writing it.

use std::ops::Range;

use serde::{Serialize, Serializer};
use serde_yaml::FlowSeq;

use crate::diagnostic::render::is_control_or_bidi;

/// A list that is serialised in YAML flow style, on one line: `[BR, "NO"]`.
#[derive(Debug, Clone)]
pub struct FlowList<T>(Vec<T>);

impl<T> Default for FlowList<T> {
    fn default() -> Self {
        FlowList(Vec::new())
    }
}

impl<T> FromIterator<T> for FlowList<T> {
    fn from_iter<I: IntoIterator<Item = T>>(values: I) -> Self {
        FlowList(values.into_iter().collect())
    }
}

impl<T> FlowList<T> {
    /// Whether the list is empty, so that its field is omitted.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<T: Serialize> Serialize for FlowList<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        FlowSeq(&self.0).serialize(serializer)
    }
}

/// Width in characters from which texts are folded; titles are shorter.
const MAX_LINE_WIDTH: usize = 120;

/// Renders a record file with front matter and body. Texts are quoted where any YAML parser needs
/// it.
///
/// # Panics
/// When the front matter cannot be serialised as YAML; texts, numbers and lists of them can.
pub fn render_file(front_matter: &impl Serialize, body: &str) -> String {
    let options = serde_yaml::ser_options! { folded_wrap_chars: MAX_LINE_WIDTH };
    let yaml = serde_yaml::to_string_with_options(front_matter, options)
        .expect("front matter is written from text and lists of text");
    format!("---\n{}\n---\n\n{body}", yaml.trim_end())
}

/// A YAML value of a name on one line, quoted unless it is a record id.
pub fn render_name(name: &str) -> String {
    let is_plain =
        |letter: char| letter.is_alphanumeric() || matches!(letter, '/' | '-' | '_' | '.' | '~');
    if name.starts_with(char::is_alphabetic) && name.contains('/') && name.chars().all(is_plain) {
        return name.to_owned();
    }
    // A JSON string is a YAML string, and both have the same escapes for control characters.
    let quoted = serde_json::Value::from(name).to_string();
    quoted
        .chars()
        .map(|letter| {
            if is_control_or_bidi(letter) {
                format!("\\u{:04x}", u32::from(letter))
            } else {
                letter.to_string()
            }
        })
        .collect()
}

/// The parts of a record file, as byte offsets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SplitFile {
    /// Front matter and a body.
    Parts {
        /// Range of the YAML between the fences.
        yaml: Range<usize>,
        /// Start of the body.
        body_start: usize,
    },
    /// A file without a fence at the top.
    NoFrontMatter,
    /// A file with a fence at the top and no second one.
    Unclosed,
}

/// Splits the text of a file, which has no byte-order mark and any line ends.
pub fn split_file(text: &str) -> SplitFile {
    let mut lines = text.split_inclusive('\n');
    let Some(first) = lines.next().filter(|line| is_fence(line)) else {
        return SplitFile::NoFrontMatter;
    };
    let start = first.len();
    let mut end = start;
    for line in lines {
        if is_fence(line) {
            return SplitFile::Parts { yaml: start..end, body_start: end + line.len() };
        }
        end += line.len();
    }
    SplitFile::Unclosed
}

/// Whether a line is three dashes, trailing white space aside.
fn is_fence(line: &str) -> bool {
    line.trim_end() == "---"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_name_reads_back() {
        for name in [
            "es/reward",
            "no",
            "12",
            "a: b",
            "a #b",
            "a\n- b",
            "\"",
            "'",
            "\\",
            "{a}",
            "[a]",
            "a, b",
            "&a/b",
            "*a/b",
            "\u{202e}/é\u{85}\u{0}",
            "`",
        ] {
            let line = format!("replicates: {{id: {}, reason: x}}\n", render_name(name));
            assert_eq!(line.lines().count(), 1);
            let read: std::collections::BTreeMap<
                String,
                std::collections::BTreeMap<String, String>,
            > = serde_yaml::from_str(&line).expect(&line);
            assert_eq!(read["replicates"]["id"], name);
        }
        assert_eq!(render_name("es/reward~ugc"), "es/reward~ugc");
    }

    #[test]
    fn parts_of_a_file() {
        assert_eq!(
            split_file("---\na: 1\n---\nText"),
            SplitFile::Parts { yaml: 4..9, body_start: 13 }
        );
        assert_eq!(
            split_file("---\r\na: 1\r\n---\r\nText"),
            SplitFile::Parts { yaml: 5..11, body_start: 16 }
        );
        assert_eq!(split_file("---\n---\n"), SplitFile::Parts { yaml: 4..4, body_start: 8 });
        assert_eq!(split_file("# Title\n---\n"), SplitFile::NoFrontMatter);
        assert_eq!(split_file("---\na: 1\n"), SplitFile::Unclosed);
        assert_eq!(split_file(""), SplitFile::NoFrontMatter);
    }
}
