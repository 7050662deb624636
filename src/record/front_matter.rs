//! Finding the front matter: the part between two lines of three dashes at the top of a file.

use std::ops::Range;

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
    fn parts_of_a_file() {
        assert_eq!(split("---\na: 1\n---\nText"), Split::Parts { yaml: 4..9, body: 13 });
        assert_eq!(split("---\r\na: 1\r\n---\r\nText"), Split::Parts { yaml: 5..11, body: 16 });
        assert_eq!(split("---\n---\n"), Split::Parts { yaml: 4..4, body: 8 });
        assert_eq!(split("# Title\n---\n"), Split::Missing);
        assert_eq!(split("---\na: 1\n"), Split::Unclosed);
        assert_eq!(split(""), Split::Missing);
    }
}
