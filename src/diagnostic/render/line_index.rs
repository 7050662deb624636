//! Conversion of byte offsets to lines and columns.

/// A position as editors show it: one-based, columns counted in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// One-based line.
    pub line: usize,
    /// One-based column in characters.
    pub column: usize,
}

/// Distance in bytes between two noted character counts, so that a very long line is not counted
/// from its start for every problem in it.
const STRIDE: usize = 1024;

/// An index of the lines of a text.
#[derive(Debug)]
pub struct LineIndex<'a> {
    text: &'a str,
    /// Byte offset of the start of each line.
    line_starts: Vec<usize>,
    /// Number of characters before each multiple of [`STRIDE`] bytes.
    stride_counts: Vec<usize>,
}

impl<'a> LineIndex<'a> {
    /// Builds the index in one pass over the text.
    pub fn new(text: &'a str) -> Self {
        let next_starts =
            text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(at, _)| at + 1);
        let line_starts = std::iter::once(0).chain(next_starts).collect();
        let strides = text.as_bytes().chunks(STRIDE);
        let stride_counts = strides
            .scan(0, |sum, stride| Some(std::mem::replace(sum, *sum + count_characters(stride))))
            .collect();
        LineIndex { text, line_starts, stride_counts }
    }

    /// The position of a byte offset; an offset beyond the end counts as the end.
    pub fn position(&self, offset: usize) -> Position {
        let offset = floor_char_boundary(self.text, offset);
        let line = self.line_starts.partition_point(|start| *start <= offset);
        let column =
            self.characters_before(offset) - self.characters_before(self.line_starts[line - 1]) + 1;
        Position { line, column }
    }

    /// The byte range of a one-based line without its line end.
    pub fn line_range(&self, line: usize) -> std::ops::Range<usize> {
        let start = self.line_starts[line - 1];
        let end = self.line_starts.get(line).copied().unwrap_or(self.text.len());
        start..start + self.text[start..end].trim_end_matches(['\n', '\r']).len()
    }

    /// The indexed text.
    pub fn text(&self) -> &'a str {
        self.text
    }

    /// The number of characters before a byte offset, which is a character boundary of the text;
    /// counts at most one stride.
    fn characters_before(&self, offset: usize) -> usize {
        let stride = offset / STRIDE;
        match self.stride_counts.get(stride) {
            Some(count) => count + count_characters(&self.text.as_bytes()[stride * STRIDE..offset]),
            None => self.stride_counts.last().map_or(0, |count| {
                count + count_characters(&self.text.as_bytes()[(stride - 1) * STRIDE..offset])
            }),
        }
    }
}

/// The nearest character boundary at or before a byte offset, which may lie beyond the end.
pub fn floor_char_boundary(text: &str, offset: usize) -> usize {
    text.floor_char_boundary(offset.min(text.len()))
}

/// The number of characters: bytes that are not UTF-8 continuation bytes.
fn count_characters(bytes: &[u8]) -> usize {
    bytes.iter().filter(|byte| (**byte as i8) >= -0x40).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line_and_column(text: &str, offset: usize) -> (usize, usize) {
        let position = LineIndex::new(text).position(offset);
        (position.line, position.column)
    }

    #[test]
    fn columns_are_characters() {
        assert_eq!(line_and_column("título: é\r\nブランド: x", 0), (1, 1));
        assert_eq!(line_and_column("título: é\r\nブランド: x", 9), (1, 9));
        assert_eq!(line_and_column("título: é\r\nブランド: x", 13 + 12 + 2), (2, 7));
    }

    #[test]
    fn places_outside_the_text_are_its_end() {
        assert_eq!(line_and_column("", 0), (1, 1));
        assert_eq!(line_and_column("", 99), (1, 1));
        assert_eq!(line_and_column("ab\n", 99), (2, 1));
        assert_eq!(line_and_column("é", 1), (1, 1));
    }

    #[test]
    fn long_lines_are_counted_in_strides() {
        let text = format!("x\n{}", "é".repeat(5000));
        for count in [0, 511, 512, 513, 1024, 4999, 5000] {
            assert_eq!(line_and_column(&text, 2 + count * 2), (2, count + 1));
        }
        let full = "a".repeat(STRIDE);
        assert_eq!(line_and_column(&full, STRIDE), (1, STRIDE + 1));
    }

    #[test]
    fn a_line_ends_before_its_line_end() {
        let index = LineIndex::new("one\r\ntwo\n");
        assert_eq!(
            (index.line_range(1), index.line_range(2), index.line_range(3)),
            (0..3, 5..8, 9..9)
        );
    }
}
