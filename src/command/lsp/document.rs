//! An open file as the editor shows it, saved or not.

use std::sync::Arc;

use lsp_types::{TextDocumentContentChangeEvent, Uri};

use crate::command::lsp::position::LineIndex;

/// The byte-order mark that some editors keep in the text.
const MARK: char = '\u{feff}';

/// The text of an open file.
#[derive(Debug, Clone)]
pub struct Document {
    /// The editor's address of the file.
    pub uri: Uri,
    /// Path below the hub's root, with forward slashes.
    pub path: Arc<str>,
    /// The editor's number of this version of the text.
    pub version: i32,
    /// The text without a byte-order mark; line ends as in the editor.
    pub text: Arc<str>,
    /// Whether the editor's text begins with a byte-order mark.
    pub has_mark: bool,
}

impl Document {
    /// A file that has just been opened.
    pub fn new(uri: Uri, path: Arc<str>, version: i32, text: &str) -> Self {
        let (text, has_mark) = strip_mark(text);
        Document { uri, path, version, text: text.into(), has_mark }
    }

    /// The positions of the text.
    pub fn lines(&self) -> LineIndex<'_> {
        LineIndex::new(&self.text, self.has_mark)
    }

    /// Applies changes in their order, each to the text that the one before it left.
    pub fn apply(&mut self, version: i32, changes: &[TextDocumentContentChangeEvent]) {
        self.version = version;
        for change in changes {
            let text = match change.range {
                None => change.text.clone(),
                Some(range) => {
                    let lines = self.lines();
                    let (start, end) = (lines.offset(range.start), lines.offset(range.end));
                    let before = &self.text[..start.min(end)];
                    let mark = if self.has_mark { "\u{feff}" } else { "" };
                    [mark, before, &change.text, &self.text[start.max(end)..]].concat()
                }
            };
            let (text, has_mark) = strip_mark(&text);
            (self.text, self.has_mark) = (text.into(), has_mark);
        }
    }
}

/// A text without its byte-order mark, and whether it had one.
fn strip_mark(text: &str) -> (&str, bool) {
    text.strip_prefix(MARK).map_or((text, false), |text| (text, true))
}

#[cfg(test)]
mod tests {
    use std::str::FromStr;

    use lsp_types::{Position, Range};
    use proptest::prelude::*;

    use super::*;

    /// A change of a range, given as line and character of its start and end.
    fn change(at: [u32; 4], text: &str) -> TextDocumentContentChangeEvent {
        let range = Range::new(Position::new(at[0], at[1]), Position::new(at[2], at[3]));
        TextDocumentContentChangeEvent {
            range: Some(range),
            range_length: None,
            text: text.to_owned(),
        }
    }

    /// An open file with a text.
    fn document(text: &str) -> Document {
        Document::new(Uri::from_str("file:///a.md").unwrap(), "a.md".into(), 1, text)
    }

    #[test]
    fn changes_are_applied_one_after_another() {
        let mut document = document("\u{feff}---\r\ntitle: 😀 x\r\n");
        document.apply(2, &[change([1, 7, 1, 9], "日本"), change([1, 10, 1, 11], "y")]);
        assert_eq!((&*document.text, document.version), ("---\r\ntitle: 日本 y\r\n", 2));
        assert!(document.has_mark);
    }

    proptest! {
        #![proptest_config(crate::support::property(64))]

        /// No edit of any text at any position panics, and what is shown can be asked for anywhere.
        #[test]
        fn any_edit_is_applied(
            text in "(---|title: |markets: \\[|- |\\{|\\}|😀|é|\r\n|\n|\r|\"| |a|:|,){0,40}",
            edits in prop::collection::vec((any::<[u8; 4]>(), "(\u{feff}|\n|- |: |\\[|\\{|😀|x){0,4}"), 0..6),
        ) {
            let mut document = document(&text);
            for (at, text) in edits {
                document.apply(2, &[change(at.map(|at| u32::from(at % 24)), &text)]);
                for offset in 0..=document.text.len() {
                    let offset = document.text.floor_char_boundary(offset);
                    let position = document.lines().position(offset);
                    prop_assert!(document.lines().offset(position) <= offset);
                    if let Some(cursor) =
                        crate::command::lsp::cursor::find_cursor(&document.text, offset)
                    {
                        prop_assert!(document.text.get(cursor.token.clone()).is_some());
                    }
                }
            }
        }
    }
}
