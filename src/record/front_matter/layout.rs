//! Where in the text of a file each field of its front matter stands, with its comments.

use std::ops::Range;

use granit_parser::{Event, Parser, ScalarStyle};

use crate::record::front_matter::{SplitFile, split_file};
use crate::record::yaml::{self, Node, Value};

/// Fields of a file's front matter as ranges of its text. Every byte of the front matter belongs
/// to the header, to one field or to the tail.
pub(super) struct Layout<'t> {
    pub(super) text: &'t str,
    /// The YAML between the fences.
    pub(super) yaml: Range<usize>,
    /// The parsed front matter: a map, or nothing.
    pub(super) root: Node,
    /// Comments above the first field that a blank line separates from it.
    pub(super) header: Range<usize>,
    pub(super) fields: Vec<Field>,
    /// Blank lines and comments below the last field.
    pub(super) tail: Range<usize>,
}

/// The parts of one field of front matter, with the comments and blank lines above it, as byte
/// offsets in the file.
pub(super) struct Field {
    /// Blank lines and comments above.
    pub(super) lead: Range<usize>,
    /// Key without colon.
    pub(super) key: Range<usize>,
    /// Offset behind the colon.
    pub(super) colon_end: usize,
    /// End of the last character of the value; behind the colon where the value is empty.
    pub(super) value_end: usize,
    /// End of the last line, its line end included.
    pub(super) end: usize,
    /// Comments from the key on.
    pub(super) comments: Vec<Range<usize>>,
}

/// Why front matter has no layout that can be written anew.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct UnknownLayout(pub(super) &'static str);

/// The front matter of a file without a byte-order mark, where each field stands on lines of its
/// own, without anchors, aliases and tags, so that it can be edited by its lines.
pub fn editable_fields(text: &str) -> Option<Node> {
    Layout::of(text).ok().map(|layout| layout.root)
}

impl<'t> Layout<'t> {
    /// The layout of a file without a byte-order mark.
    ///
    /// # Errors
    /// There is no front matter, it cannot be parsed, or it is written in a way in which fields
    /// cannot be told apart by their lines.
    pub(super) fn of(text: &'t str) -> Result<Self, UnknownLayout> {
        let SplitFile::Parts { yaml, .. } = split_file(text) else {
            return Err(UnknownLayout("there is no front matter"));
        };
        let root = yaml::parse(&text[yaml.clone()], yaml.start)
            .map_err(|_| UnknownLayout("the front matter is not valid YAML"))?;
        let scan = CommentScan::of(text, &yaml)?;
        let mut layout = Layout {
            text,
            header: yaml.start..yaml.start,
            fields: Vec::new(),
            tail: yaml.clone(),
            yaml,
            root,
        };
        layout.find_fields(&scan)?;
        layout.split_header();
        Ok(layout)
    }

    /// The parsed keys and values, one for each of `fields`.
    pub(super) fn entries(&self) -> &[(yaml::Key, Node)] {
        match &self.root.value {
            Value::Map(entries) => entries,
            _ => &[],
        }
    }

    /// Sets the parts of each field with its comments, and the tail below the last one.
    fn find_fields(&mut self, scan: &CommentScan) -> Result<(), UnknownLayout> {
        match &self.root.value {
            Value::Null => {}
            Value::Map(_) if !self.text[self.root.span().start..].starts_with('{') => {}
            _ => return Err(UnknownLayout("the front matter is not one field a line")),
        }
        let mut fields = Vec::with_capacity(self.entries().len());
        let mut position = self.yaml.start;
        for (key, node) in self.entries() {
            let key = key.span();
            if line_start(self.text, key.start) != key.start {
                return Err(UnknownLayout("a field does not begin its line"));
            }
            let lead = self.lead(position, key.start)?;
            let rest = &self.text[key.end..];
            if !rest.trim_start_matches([' ', '\t']).starts_with(':') {
                return Err(UnknownLayout("no colon follows the name of a field"));
            }
            let colon_end = key.end + rest.find(':').map_or(0, |at| at + 1);
            let value_end = content_end(self.text, node).max(colon_end);
            let end = self.end_of_field(value_end);
            let comments =
                scan.comments.iter().filter(|found| found.start >= colon_end && found.start < end);
            let comments = comments.cloned().collect();
            position = end;
            fields.push(Field { lead, key, colon_end, value_end, end, comments });
        }
        self.tail = self.lead(position, self.yaml.end)?;
        self.fields = fields;
        Ok(())
    }

    /// Byte offset of the end of a field whose value ends at `value_end`: the end of that line, and
    /// of indented comments below it, which belong to the value.
    fn end_of_field(&self, value_end: usize) -> usize {
        let mut end = line_end(self.text, value_end).min(self.yaml.end);
        let mut position = end;
        while position < self.yaml.end {
            let next = line_end(self.text, position).min(self.yaml.end);
            let line = self.text[position..next].trim_end();
            match line.trim_start() {
                "" => {}
                comment if comment.starts_with('#') && !line.starts_with('#') => end = next,
                _ => break,
            }
            position = next;
        }
        end
    }

    /// The range from the end of a field to the next field, if it has only blank lines and
    /// comments.
    ///
    /// # Errors
    /// There is something other than blank lines and comments.
    fn lead(&self, start: usize, end: usize) -> Result<Range<usize>, UnknownLayout> {
        let is_trivia = |line: &str| line.trim().is_empty() || line.trim_start().starts_with('#');
        let lines = self.text.get(start..end).ok_or(UnknownLayout("two fields overlap"))?;
        if lines.lines().all(is_trivia) {
            Ok(start..end)
        } else {
            Err(UnknownLayout("there is something other than fields and comments"))
        }
    }

    /// Moves comments at the top that a blank line separates from the first field out of that
    /// field, into the header.
    fn split_header(&mut self) {
        let Some(first) = self.fields.first_mut() else { return };
        let (mut position, mut has_comment) = (first.lead.start, false);
        for line in self.text[first.lead.clone()].split_inclusive('\n') {
            position += line.len();
            if line.trim().is_empty() && has_comment {
                self.header = first.lead.start..position;
                first.lead.start = position;
                return;
            }
            has_comment |= !line.trim().is_empty();
        }
    }

    /// The line end of the front matter, `\r\n` or `\n`: that of the line of dashes above it.
    pub(super) fn line_end(&self) -> &'static str {
        if self.text[..self.yaml.start].ends_with("\r\n") { "\r\n" } else { "\n" }
    }
}

impl Field {
    /// Whether all comments of the field stand on the line of its key, where they can follow any
    /// value.
    pub(super) fn has_comments_on_key_line_only(&self, text: &str) -> bool {
        let end = line_end(text, self.key.start);
        self.comments.iter().all(|comment| comment.start < end)
    }

    /// The comment on the line of the key, with the white space before the comment; none if there
    /// is no comment.
    pub(super) fn key_comment<'t>(&self, text: &'t str) -> Option<&'t str> {
        let end = line_end(text, self.key.start);
        let comment = self.comments.iter().find(|comment| comment.start < end)?;
        let before = text[..comment.start].trim_end_matches([' ', '\t']).len();
        Some(text[before..comment.end].trim_end())
    }
}

/// The comments of front matter, which the tree of the parser does not have.
struct CommentScan {
    comments: Vec<Range<usize>>,
}

impl CommentScan {
    /// Finds the comments of front matter by the events of the parser.
    ///
    /// # Errors
    /// The YAML has anchors, aliases, tags or merge keys, which a rewritten value would lose.
    fn of(text: &str, yaml: &Range<usize>) -> Result<Self, UnknownLayout> {
        let mut literals: Vec<Range<usize>> = Vec::new();
        for (event, span) in Parser::new_from_str(&text[yaml.clone()]).map_while(Result::ok) {
            let has_mark = match &event {
                Event::Scalar(scalar, style, anchor, tag) => {
                    // The span of a block scalar begins behind its header and a comment there.
                    let span = span.byte_range().unwrap_or(0..0);
                    literals.push(yaml.start + span.start..yaml.start + span.end);
                    let is_merge_key = || {
                        let behind = &text[yaml.start + span.end..yaml.end];
                        behind.trim_start_matches([' ', '\t']).starts_with(':')
                    };
                    *anchor != 0
                        || tag.is_some()
                        || (scalar == "<<" && *style == ScalarStyle::Plain && is_merge_key())
                }
                Event::SequenceStart(_, anchor, tag) | Event::MappingStart(_, anchor, tag) => {
                    *anchor != 0 || tag.is_some()
                }
                Event::Alias(_) => true,
                _ => false,
            };
            if has_mark {
                return Err(UnknownLayout("the front matter has anchors, aliases or tags"));
            }
        }
        Ok(CommentScan { comments: find_comments(text, yaml, &literals) })
    }
}

/// The comments of the front matter of a file without a byte-order mark, from `#` to the end of the
/// line, in their order; none where it cannot be parsed.
pub fn comments(text: &str) -> Vec<&str> {
    let SplitFile::Parts { yaml, .. } = split_file(text) else {
        return Vec::new();
    };
    let mut scalars = Vec::new();
    for event in Parser::new_from_str(&text[yaml.clone()]) {
        match event {
            Ok((Event::Scalar(..), span)) => {
                let span = span.byte_range().unwrap_or(0..0);
                scalars.push(yaml.start + span.start..yaml.start + span.end);
            }
            Ok(_) => {}
            Err(_) => return Vec::new(),
        }
    }
    find_comments(text, &yaml, &scalars).into_iter().map(|comment| &text[comment]).collect()
}

/// Ranges of the comments in the YAML, outside of scalars, whose ranges are given in order.
fn find_comments(text: &str, yaml: &Range<usize>, scalars: &[Range<usize>]) -> Vec<Range<usize>> {
    let (mut comments, mut position) = (Vec::new(), yaml.start);
    while let Some(hash) = text[position..yaml.end].find('#').map(|hash| position + hash) {
        let next = scalars.partition_point(|scalar| scalar.end <= hash);
        let is_in_scalar = scalars.get(next).is_some_and(|scalar| scalar.contains(&hash));
        position = hash + 1;
        if !is_in_scalar && text[..hash].ends_with(char::is_whitespace) {
            position = line_end(text, hash).min(yaml.end);
            comments.push(hash..hash + text[hash..position].trim_end().len());
        }
    }
    comments
}

/// The byte offset behind the last character of a value, without the line end of a block scalar; 0
/// for an empty value.
pub(super) fn content_end(text: &str, node: &Node) -> usize {
    let span = node.span();
    let is_flow = text[span.start..].starts_with(['[', '{']);
    match &node.value {
        Value::List(items) if !is_flow => {
            items.iter().map(|item| content_end(text, item)).max().unwrap_or(span.start)
        }
        Value::Map(entries) if !is_flow => entries
            .iter()
            .map(|(key, value)| content_end(text, value).max(key.span().end + 1))
            .max()
            .unwrap_or(span.start),
        // The span of nothing may be that of the next token.
        Value::Null if span.is_empty() => 0,
        _ => span.start + text[span].trim_end().len(),
    }
}

/// Whether the scalar at a span is the text below the header of a block scalar, `|` or `>`.
pub(super) fn is_block_scalar(text: &str, span: &Range<usize>) -> bool {
    let line = line_start(text, span.start);
    let above = text[..line].lines().next_back().unwrap_or("");
    let header = above.split(" #").next().unwrap_or("").trim_end();
    text[line..span.start].trim().is_empty()
        && header
            .trim_end_matches(|mark: char| "+-".contains(mark) || mark.is_ascii_digit())
            .ends_with(['|', '>'])
}

/// Byte offset of the beginning of the line that `at` is in.
pub(super) fn line_start(text: &str, at: usize) -> usize {
    text[..at].rfind('\n').map_or(0, |before| before + 1)
}

/// Byte offset behind the line feed of the line that `at` is in; the end of the text on its last
/// line.
pub(super) fn line_end(text: &str, at: usize) -> usize {
    text[at..].find('\n').map_or(text.len(), |end| at + end + 1)
}
