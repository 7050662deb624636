//! Front matter, the part between two lines of three dashes at the top of a file: where it stands, and how it is written.

use std::ops::Range;

use serde::{Serialize, Serializer};
use serde_yaml::FlowSeq;

use crate::diagnostic::render::acts;

/// A list on one line, as people write it: `[BR, "NO"]`.
#[derive(Debug, Clone)]
pub struct List<T>(Vec<T>);

impl<T> Default for List<T> {
    fn default() -> Self {
        List(Vec::new())
    }
}

impl<T> FromIterator<T> for List<T> {
    fn from_iter<I: IntoIterator<Item = T>>(values: I) -> Self {
        List(values.into_iter().collect())
    }
}

impl<T> List<T> {
    /// Whether it holds nothing; such a field is left out.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<T: Serialize> Serialize for List<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        FlowSeq(&self.0).serialize(serializer)
    }
}

/// The longest text that stays on its line, longer ones are folded: no title has to be.
const LONGEST_LINE: usize = 120;

/// A file of this front matter, with the quoting that every YAML reader needs, and this body.
///
/// # Panics
/// The front matter holds something that is no YAML; texts, words and lists of them never do.
pub fn file(front: &impl Serialize, body: &str) -> String {
    let options = serde_yaml::ser_options! { folded_wrap_chars: LONGEST_LINE };
    let yaml = serde_yaml::to_string_with_options(front, options).expect("front matter is written from text and lists of text");
    format!("---\n{}\n---\n\n{body}", yaml.trim_end())
}

/// A name as one value on one line, in quotes unless it is plainly the id of a record.
pub fn value(name: &str) -> String {
    let is_plain = |letter: char| letter.is_alphanumeric() || matches!(letter, '/' | '-' | '_' | '.' | '~');
    if name.starts_with(char::is_alphabetic) && name.contains('/') && name.chars().all(is_plain) {
        return name.to_owned();
    }
    // A string of JSON is one of YAML; what cannot be seen in it has a name of the same form in both.
    let quoted = serde_json::Value::from(name).to_string();
    quoted.chars().map(|letter| if acts(letter) { format!("\\u{:04x}", u32::from(letter)) } else { letter.to_string() }).collect()
}

/// Where the parts of a file stand, in bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Split {
    /// Front matter and a body.
    Parts {
        /// The YAML between the fences.
        yaml: Range<usize>,
        /// Where the body starts.
        body: usize,
    },
    /// No fence at the top.
    Missing,
    /// A fence at the top and none below it.
    Unclosed,
}

/// Splits a file's text (without byte-order mark; any line ends).
pub fn split(text: &str) -> Split {
    let mut lines = text.split_inclusive('\n');
    let Some(first) = lines.next().filter(|line| is_fence(line)) else { return Split::Missing };
    let start = first.len();
    let mut at = start;
    for line in lines {
        if is_fence(line) {
            return Split::Parts { yaml: start..at, body: at + line.len() };
        }
        at += line.len();
    }
    Split::Unclosed
}

fn is_fence(line: &str) -> bool {
    line.trim_end() == "---"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_reads_back_whatever_it_is() {
        for name in
            ["es/reward", "no", "12", "a: b", "a #b", "a\n- b", "\"", "'", "\\", "{a}", "[a]", "a, b", "&a/b", "*a/b", "\u{202e}/é\u{85}\u{0}", "`"]
        {
            let line = format!("replicates: {{id: {}, reason: x}}\n", value(name));
            assert_eq!(line.lines().count(), 1);
            let read: std::collections::BTreeMap<String, std::collections::BTreeMap<String, String>> = serde_yaml::from_str(&line).expect(&line);
            assert_eq!(read["replicates"]["id"], name);
        }
        assert_eq!(value("es/reward~ugc"), "es/reward~ugc");
    }

    #[test]
    fn parts_of_a_file() {
        assert_eq!(split("---\na: 1\n---\nText"), Split::Parts { yaml: 4..9, body: 13 });
        assert_eq!(split("---\r\na: 1\r\n---\r\nText"), Split::Parts { yaml: 5..11, body: 16 });
        assert_eq!(split("---\n---\n"), Split::Parts { yaml: 4..4, body: 8 });
        assert_eq!(split("# Title\n---\n"), Split::Missing);
        assert_eq!(split("---\na: 1\n"), Split::Unclosed);
        assert_eq!(split(""), Split::Missing);
    }
}
