//! From bytes to lines and columns.

/// A place as editors count it: both from one, columns in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// Line in the file.
    pub line: usize,
    /// Character in the line.
    pub column: usize,
}

/// Every so many bytes the characters so far are noted, so that one endless line is not counted again for every problem in it.
const STRIDE: usize = 1024;

/// The lines of a text.
#[derive(Debug)]
pub struct Lines<'a> {
    text: &'a str,
    /// Where each line begins.
    starts: Vec<usize>,
    /// Characters before each stride.
    counts: Vec<usize>,
}

impl<'a> Lines<'a> {
    /// Goes through a text once.
    pub fn of(text: &'a str) -> Self {
        let ends = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(at, _)| at + 1);
        let starts = std::iter::once(0).chain(ends).collect();
        let strides = text.as_bytes().chunks(STRIDE);
        let counts = strides.scan(0, |sum, stride| Some(std::mem::replace(sum, *sum + characters(stride)))).collect();
        Lines { text, starts, counts }
    }

    /// The position of a byte; one behind the end is the end.
    pub fn position(&self, at: usize) -> Position {
        let at = floor(self.text, at);
        let line = self.starts.partition_point(|start| *start <= at);
        let column = self.characters_before(at) - self.characters_before(self.starts[line - 1]) + 1;
        Position { line, column }
    }

    /// Where a line lies without its line end; lines count from one.
    pub fn line(&self, line: usize) -> std::ops::Range<usize> {
        let start = self.starts[line - 1];
        let end = self.starts.get(line).copied().unwrap_or(self.text.len());
        start..start + self.text[start..end].trim_end_matches(['\n', '\r']).len()
    }

    /// The text itself.
    pub fn text(&self) -> &'a str {
        self.text
    }

    fn characters_before(&self, at: usize) -> usize {
        let stride = at / STRIDE;
        match self.counts.get(stride) {
            Some(count) => count + characters(&self.text.as_bytes()[stride * STRIDE..at]),
            None => self.counts.last().map_or(0, |count| count + characters(&self.text.as_bytes()[(stride - 1) * STRIDE..at])),
        }
    }
}

/// The nearest character boundary at or before a byte.
pub fn floor(text: &str, at: usize) -> usize {
    text.floor_char_boundary(at.min(text.len()))
}

/// Bytes that begin a character.
fn characters(bytes: &[u8]) -> usize {
    bytes.iter().filter(|byte| (**byte as i8) >= -0x40).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str, at: usize) -> (usize, usize) {
        let position = Lines::of(text).position(at);
        (position.line, position.column)
    }

    #[test]
    fn columns_are_characters() {
        assert_eq!(at("título: é\r\nブランド: x", 0), (1, 1));
        assert_eq!(at("título: é\r\nブランド: x", 9), (1, 9));
        assert_eq!(at("título: é\r\nブランド: x", 13 + 12 + 2), (2, 7));
    }

    #[test]
    fn places_outside_the_text_are_its_end() {
        assert_eq!(at("", 0), (1, 1));
        assert_eq!(at("", 99), (1, 1));
        assert_eq!(at("ab\n", 99), (2, 1));
        assert_eq!(at("é", 1), (1, 1));
    }

    #[test]
    fn long_lines_are_counted_in_strides() {
        let text = format!("x\n{}", "é".repeat(5000));
        for count in [0, 511, 512, 513, 1024, 4999, 5000] {
            assert_eq!(at(&text, 2 + count * 2), (2, count + 1));
        }
        let full = "a".repeat(STRIDE);
        assert_eq!(at(&full, STRIDE), (1, STRIDE + 1));
    }

    #[test]
    fn a_line_ends_before_its_line_end() {
        let lines = Lines::of("one\r\ntwo\n");
        assert_eq!((lines.line(1), lines.line(2), lines.line(3)), (0..3, 5..8, 9..9));
    }
}
