//! Front matter, the YAML between two lines of three dashes at the top of a file: finding it, writing
//! it in one canonical form, and editing it without touching anything else.

use std::ops::Range;

mod edit;
mod format;
mod known_keys;
mod layout;
mod render;
mod repair;
mod scalar;
mod value;

pub use edit::{Edit, EditError, apply};
pub use format::format_file;
pub use known_keys::KnownKeys;
pub use layout::{comments, editable_fields};
pub use render::{FrontMatter, render_name};
pub use repair::{ScalarForm, apply_fix, replace_scalar};
pub use scalar::{quote, render_in_flow};
pub use value::FieldValue;

/// Where the front matter and the body of a record file are, as byte offsets.
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

/// Whether a line opens or closes front matter: three dashes, trailing white space aside.
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
