//! Positions of the language server protocol, which count UTF-16 code units in a line, and the byte
//! offsets of everything else.

use std::ops::Range;

use lsp_types::{Position, Range as EditorRange};

/// A text with the byte offsets at which its lines begin.
#[derive(Debug)]
pub struct LineIndex<'t> {
    text: &'t str,
    /// Byte offset of the start of each line, the first included.
    starts: Vec<usize>,
    /// UTF-16 units that stand before the text on the editor's first line: 1 for a byte-order mark.
    mark_length: u32,
}

impl<'t> LineIndex<'t> {
    /// The lines of a text, which end with LF, CRLF or CR. With `has_mark` the editor shows a
    /// byte-order mark before the text, which is no part of it.
    pub fn new(text: &'t str, has_mark: bool) -> Self {
        let bytes = text.as_bytes();
        let mut starts = vec![0];
        for at in memchr::memchr2_iter(b'\n', b'\r', bytes) {
            if bytes[at] == b'\n' || bytes.get(at + 1) != Some(&b'\n') {
                starts.push(at + 1);
            }
        }
        LineIndex { text, starts, mark_length: u32::from(has_mark) }
    }

    /// The position of a byte offset; an offset inside a character counts as its start, and one
    /// behind the text as its end.
    pub fn position(&self, offset: usize) -> Position {
        let offset = self.text.floor_char_boundary(offset.min(self.text.len()));
        let line = self.starts.partition_point(|start| *start <= offset) - 1;
        let units = self.text[self.starts[line]..offset].encode_utf16().count() as u32;
        let mark = if line == 0 { self.mark_length } else { 0 };
        Position::new(line as u32, units + mark)
    }

    /// The byte offset of a position; one behind the end of its line counts as that end, and one
    /// behind the last line as the end of the text.
    pub fn offset(&self, position: Position) -> usize {
        let line = position.line as usize;
        let Some(start) = self.starts.get(line).copied() else { return self.text.len() };
        let end = self.starts.get(line + 1).copied().unwrap_or(self.text.len());
        let content = self.text[start..end].trim_end_matches(['\n', '\r']);
        let mark = if line == 0 { self.mark_length } else { 0 };
        let wanted = position.character.saturating_sub(mark);
        let mut units = 0;
        for (at, letter) in content.char_indices() {
            units += letter.len_utf16() as u32;
            if units > wanted {
                return start + at;
            }
        }
        start + content.len()
    }

    /// The editor's range of a byte range.
    pub fn range(&self, span: &Range<usize>) -> EditorRange {
        EditorRange::new(self.position(span.start), self.position(span.end))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_count_utf16_units() {
        let text = "a😀b\r\n日本語\rx\n";
        let lines = LineIndex::new(text, false);
        for (offset, line, character) in [
            (0, 0, 0),
            (1, 0, 1),
            (5, 0, 3),
            (6, 0, 4),
            (8, 1, 0),
            (11, 1, 1),
            (18, 2, 0),
            (20, 3, 0),
        ] {
            assert_eq!(lines.position(offset), Position::new(line, character), "{offset}");
            assert_eq!(lines.offset(Position::new(line, character)), offset, "{line}:{character}");
        }
        // The middle of a pair of surrogates is the start of its character.
        assert_eq!(lines.offset(Position::new(0, 2)), 1);
        assert_eq!(lines.offset(Position::new(0, 99)), 6);
        assert_eq!(lines.offset(Position::new(99, 0)), text.len());
        assert_eq!(lines.position(3), Position::new(0, 1));
        assert_eq!(lines.position(999), Position::new(3, 0));
    }

    #[test]
    fn a_byte_order_mark_is_one_unit_of_the_first_line() {
        let lines = LineIndex::new("ab\ncd", true);
        assert_eq!(lines.position(1), Position::new(0, 2));
        assert_eq!(lines.offset(Position::new(0, 2)), 1);
        assert_eq!(lines.offset(Position::new(0, 0)), 0);
        assert_eq!(lines.position(4), Position::new(1, 1));
    }
}
