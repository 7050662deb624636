//! Detection of text that YAML silently ignores: comments behind ` #`, anchors (`&name`) and tags
//! (`!name`) before a value, and words such as `null`.

use std::ops::Range;

use granit_parser::{Event, Parser, ScalarStyle, StructureStyle};

use crate::record::front_matter;
use crate::record::yaml;

/// A text that YAML ignores although its author may have meant it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LostText {
    /// Key of the field that it was probably written for.
    pub key: Box<str>,
    /// Byte range in the file of the ignored text.
    pub span: Range<usize>,
    /// The message of the diagnostic.
    pub message: String,
    /// The corrected line, which keeps the text.
    pub corrected_line: String,
    /// Whether it is more likely a text than a comment.
    pub is_likely_text: bool,
}

/// A scalar that is a value, not a key, with its anchor and tag, and the key that it belongs to.
struct Scalar {
    range: Range<usize>,
    /// Start of the scalar with its anchor and tag.
    start: usize,
    text: String,
    style: ScalarStyle,
    /// Whether it has an anchor that no alias refers to, or an unknown tag.
    has_unused_mark: bool,
    /// Range of its key; empty if it has none.
    key: Range<usize>,
}

/// The scalars and flow collections of one document of front matter, by which lost texts are found
/// in it.
struct DocumentScan<'y> {
    yaml: &'y str,
    offset: usize,
    scalars: Vec<Scalar>,
    /// Ranges of all scalars, keys included, in which `#` begins no comment.
    scalar_ranges: Vec<Range<usize>>,
    /// Ranges of flow collections.
    flow_ranges: Vec<Range<usize>>,
}

/// Finds lost texts, by position, in valid front matter that starts `offset` bytes into its file.
pub fn find_lost_texts(yaml: &str, offset: usize) -> Vec<LostText> {
    // Most front matter has none of these characters, and is not parsed a second time.
    if !yaml.contains(['#', '&', '!', '~'])
        && !["null", "Null", "NULL", "|", ">"].iter().any(|word| yaml.contains(word))
    {
        return Vec::new();
    }
    let mut scan = DocumentScan {
        yaml,
        offset,
        scalars: Vec::new(),
        scalar_ranges: Vec::new(),
        flow_ranges: Vec::new(),
    };
    scan.parse();
    let comments = scan.find_comments();
    let mut lost_texts: Vec<LostText> =
        comments.iter().filter_map(|comment| scan.check_comment(comment)).collect();
    for scalar in &scan.scalars {
        // A comment behind a value is reported together with a mark before it.
        let is_reported = lost_texts.iter().any(|lost| lost.span.start == offset + scalar.start);
        lost_texts.extend(
            scan.check_mark(scalar).or_else(|| scan.check_null(scalar)).filter(|_| !is_reported),
        );
    }
    lost_texts.sort_by_key(|lost| lost.span.start);
    lost_texts
}

impl<'y> DocumentScan<'y> {
    /// Collects the scalars and flow collections of the document from the events of the YAML
    /// parser.
    fn parse(&mut self) {
        let (mut stack, mut used_anchors): (Vec<OpenCollection>, Vec<usize>) =
            (Vec::new(), Vec::new());
        let mut anchors: Vec<(usize, usize)> = Vec::new();
        for (event, span) in Parser::new_from_str(self.yaml).map_while(Result::ok) {
            let range = span.byte_range().unwrap_or(0..0);
            match event {
                Event::Scalar(text, style, anchor, tag) => {
                    self.scalar_ranges.push(range.clone());
                    let has_unknown_tag = tag.is_some_and(|tag| {
                        tag.handle() != "tag:yaml.org,2002:" || !is_known_tag(tag.suffix())
                    });
                    if let Some(key) = assign_key(&mut stack, &range) {
                        if anchor != 0 {
                            anchors.push((anchor, self.scalars.len()));
                        }
                        let start =
                            self.start_of_marks(range.start, anchor != 0 || has_unknown_tag);
                        // The parser gives an empty value as `~`.
                        let text = if range.is_empty() && style == ScalarStyle::Plain {
                            String::new()
                        } else {
                            text.into_owned()
                        };
                        self.scalars.push(Scalar {
                            range,
                            start,
                            text,
                            style,
                            has_unused_mark: has_unknown_tag,
                            key,
                        });
                    }
                }
                Event::SequenceStart(style, ..) | Event::MappingStart(style, ..) => {
                    let in_flow = style == StructureStyle::Flow;
                    let key = assign_key(&mut stack, &range).unwrap_or(0..0);
                    let is_map = matches!(event, Event::MappingStart(..));
                    stack.push(OpenCollection {
                        is_map,
                        in_flow,
                        key,
                        awaits_value: false,
                        start: range.start,
                    });
                }
                Event::SequenceEnd | Event::MappingEnd => {
                    if let Some(open) = stack.pop().filter(|open| open.in_flow) {
                        self.flow_ranges.push(open.start..range.end);
                    }
                }
                Event::Alias(anchor) => {
                    assign_key(&mut stack, &range);
                    used_anchors.push(anchor);
                }
                _ => {}
            }
        }
        for (anchor, index) in anchors {
            self.scalars[index].has_unused_mark |= !used_anchors.contains(&anchor);
        }
    }

    /// Start of the anchor and tag before the value that begins at `start`; `start` itself if it
    /// has none.
    fn start_of_marks(&self, start: usize, has_mark: bool) -> usize {
        let previous_mark = |end: &usize| {
            let before = self.yaml[..*end].trim_end_matches([' ', '\t']);
            let word_start = before
                .rfind(|letter: char| letter.is_whitespace() || matches!(letter, '[' | '{' | ','))
                .map_or(0, |at| at + 1);
            before[word_start..].starts_with(['&', '!']).then_some(word_start)
        };
        if has_mark {
            std::iter::successors(Some(start), previous_mark).last().unwrap_or(start)
        } else {
            start
        }
    }

    /// Ranges of comments: from a `#` behind white space and outside of scalars to the end of the
    /// line.
    fn find_comments(&self) -> Vec<Range<usize>> {
        let (mut comments, mut position) = (Vec::new(), 0);
        while let Some(hash) = self.yaml[position..].find('#').map(|hash| position + hash) {
            let next = self.scalar_ranges.partition_point(|range| range.end <= hash);
            let is_in_scalar =
                self.scalar_ranges.get(next).is_some_and(|range| range.contains(&hash));
            position = hash + 1;
            if !is_in_scalar
                && self.yaml[..hash].chars().next_back().is_none_or(char::is_whitespace)
            {
                position = self.line_end(hash);
                comments.push(hash..position);
            }
        }
        comments
    }

    /// Byte offset of the end of the line that `at` is in, before its line feed.
    fn line_end(&self, at: usize) -> usize {
        self.yaml[at..].find('\n').map_or(self.yaml.len(), |end| at + end)
    }

    /// Byte offset of the beginning of the line that `at` is in.
    fn line_start(&self, at: usize) -> usize {
        self.yaml[..at].rfind('\n').map_or(0, |before| before + 1)
    }

    /// The lost text if a comment may be the rest of a text that contains ` #`, or a text of its
    /// own.
    fn check_comment(&self, comment: &Range<usize>) -> Option<LostText> {
        let written = &self.yaml[comment.clone()];
        let is_likely_text = is_unlikely_comment(written);
        let in_flow = self.flow_ranges.iter().any(|flow| flow.contains(&comment.start));
        let before = self.yaml[self.line_start(comment.start)..comment.start].trim();
        let last =
            self.scalars.iter().rev().find(|scalar| {
                scalar.range.end <= comment.start && scalar.range.start < comment.start
            });
        let between = |scalar: &Scalar| &self.yaml[scalar.range.end..comment.start];
        // The comment continues a plain scalar on the same line, or a multi-line scalar above it.
        let continued_scalar = last.filter(|scalar| {
            scalar.style == ScalarStyle::Plain
                && !scalar.range.is_empty()
                && between(scalar).trim().is_empty()
        });
        if let Some(scalar) = continued_scalar {
            let is_below = between(scalar).contains('\n');
            if is_below
                && !(is_likely_text
                    && !in_flow
                    && self.indent(comment.start) > self.indent(scalar.start))
            {
                return None;
            }
            let end = if in_flow { comment.start + item_length(written) } else { comment.end };
            let start = if scalar.has_unused_mark { scalar.start } else { scalar.range.start };
            let kept_text = format!("{}{}", &self.yaml[start..scalar.range.start], scalar.text);
            let gap = if is_below { " " } else { between(scalar) };
            let text = format!("{kept_text}{gap}{}", self.yaml[comment.start..end].trim_end());
            return self.build_lost_text(
                &scalar.key,
                if scalar.has_unused_mark { start } else { comment.start },
                start..end,
                &text,
                is_likely_text,
            );
        }
        let key = last.map_or(0..0, |scalar| scalar.key.clone());
        let begins_item = in_flow
            && (before.is_empty() || before.ends_with([',', '[', '{']))
            && !before.ends_with(['"', '\'']);
        // A colon behind an anchor or tag belongs to its name: `&a:`.
        let follows_mark = before
            .rsplit(char::is_whitespace)
            .next()
            .is_some_and(|word| word.starts_with(['&', '!']));
        let begins_value = !in_flow
            && !follows_mark
            && (before.ends_with(':') || before == "-" || before.ends_with(" -"));
        let end = if in_flow { comment.start + item_length(written) } else { comment.end };
        let key = if begins_value && before.ends_with(':') {
            self.key_before(comment.start)
        } else {
            key
        };
        // Behind an empty value, a comment with a space usually explains what belongs there.
        let may_be_text = is_likely_text
            || written[1..].starts_with(|letter: char| !letter.is_whitespace() && letter != '#');
        (may_be_text && (begins_item || begins_value)).then(|| {
            self.build_lost_text(
                &key,
                comment.start,
                comment.start..end,
                self.yaml[comment.start..end].trim_end(),
                is_likely_text,
            )
        })?
    }

    /// Range of the key whose colon is the last character before a position; empty where there is
    /// none.
    fn key_before(&self, position: usize) -> Range<usize> {
        let end = self.yaml[..position].trim_end().len().saturating_sub(1);
        self.scalar_ranges
            .iter()
            .rev()
            .find(|range| range.end <= end && !range.is_empty())
            .cloned()
            .unwrap_or(0..0)
    }

    /// Number of spaces at the start of the line that `at` is in.
    fn indent(&self, at: usize) -> usize {
        let line = &self.yaml[self.line_start(at)..];
        line.len() - line.trim_start_matches(' ').len()
    }

    /// The lost text if an unused anchor or unknown tag may be the start of a text.
    fn check_mark(&self, scalar: &Scalar) -> Option<LostText> {
        if !scalar.has_unused_mark || scalar.start == scalar.range.start {
            return None;
        }
        let end = self.end_with_comment(scalar.range.end.max(scalar.start));
        let written = &self.yaml[scalar.start..end];
        let text = if written.contains('\n') {
            format!("{}{}", &self.yaml[scalar.start..scalar.range.start], scalar.text)
        } else {
            written.to_owned()
        };
        self.build_lost_text(&scalar.key, scalar.start, scalar.start..end, text.trim_end(), true)
    }

    /// End of the line if only a comment follows `position` on it, outside of flow collections;
    /// `position` itself otherwise.
    fn end_with_comment(&self, position: usize) -> usize {
        let end = self.line_end(position);
        let is_comment = self.yaml[position..end].trim_start().starts_with('#');
        let in_flow = self.flow_ranges.iter().any(|flow| flow.contains(&position));
        if is_comment && !in_flow { end } else { position }
    }

    /// The lost text if a value is a null word such as `~`, or an empty block scalar.
    fn check_null(&self, scalar: &Scalar) -> Option<LostText> {
        let written = if matches!(scalar.style, ScalarStyle::Literal | ScalarStyle::Folded)
            && scalar.text.trim().is_empty()
        {
            let line_end = self.yaml[..scalar.range.start].trim_end().len();
            let line_start = self.line_start(line_end).max(scalar.key.end);
            let header = self.yaml[line_start..line_end]
                .match_indices(['|', '>'])
                .map(|(at, _)| line_start + at)
                .find(|at| is_end_of_block_header(&self.yaml[at + 1..line_end]))?;
            self.start_of_marks(header, scalar.has_unused_mark)..line_end
        } else if scalar.style == ScalarStyle::Plain
            && matches!(&self.yaml[scalar.range.clone()], "~" | "null" | "Null" | "NULL")
            // With a comment behind it, it is reported as the start of that text.
            && self.end_with_comment(scalar.range.end) == scalar.range.end
        {
            scalar.range.clone()
        } else {
            return None;
        };
        let text = self.yaml[written.clone()].to_owned();
        self.build_lost_text(&scalar.key, written.start, written, &text, false)
    }

    /// Builds the lost text from `lost_start` to the end of `replaced`, the range that the quoted
    /// `text` replaces in the corrected line; `key` is the range of its key, empty for none. All
    /// positions are bytes in `self.yaml`. None unless the corrected document parses and has `text`
    /// as a value.
    fn build_lost_text(
        &self,
        key: &Range<usize>,
        lost_start: usize,
        replaced: Range<usize>,
        text: &str,
        is_likely_text: bool,
    ) -> Option<LostText> {
        let (start, end) = (self.line_start(replaced.start), self.line_end(replaced.end));
        let quoted = front_matter::quote(text);
        let line = format!(
            "{}{quoted}{}",
            &self.yaml[start..replaced.start],
            self.yaml[replaced.end..end].trim_end()
        );
        let document = format!("{}{line}{}", &self.yaml[..start], &self.yaml[end..]);
        if !yaml::parse(&document, 0).is_ok_and(|root| root.contains_text(text)) {
            return None;
        }
        let span = self.offset + lost_start..self.offset + replaced.end.max(lost_start);
        let lost = &self.yaml[lost_start..replaced.end.max(lost_start)];
        let name = self.yaml.get(key.clone()).unwrap_or("").trim_matches(['"', '\'']);
        let message = match lost.chars().next() {
            Some('#') => {
                format!("`{}` is a comment to YAML, and no part of `{name}`", truncate(lost))
            }
            Some('&' | '!') => format!(
                "`{}` is a mark of YAML, and no part of `{name}`",
                truncate(lost.split_whitespace().next().unwrap_or(lost))
            ),
            _ => format!("`{lost}` means nothing to YAML, so `{name}` is empty"),
        };
        Some(LostText {
            key: name.into(),
            span,
            message,
            corrected_line: line.trim().to_owned(),
            is_likely_text,
        })
    }
}

/// Whether a text is what may follow `|` or `>` on the line of a block scalar: indicators, and a
/// comment.
fn is_end_of_block_header(text: &str) -> bool {
    let rest = text.trim_start_matches(|letter| matches!(letter, '+' | '-' | '0'..='9'));
    rest.is_empty() || rest.starts_with([' ', '\t']) && rest.trim_start().starts_with('#')
}

/// A list or map that is not closed yet.
struct OpenCollection {
    is_map: bool,
    in_flow: bool,
    /// Range of the key of the collection, or of its current entry.
    key: Range<usize>,
    /// Whether the last node was a key.
    awaits_value: bool,
    start: usize,
}

/// Takes a new node at `range` as key or value of the innermost open collection; returns the range
/// of the key that the value belongs to, which is empty in no map, and none for a key.
fn assign_key(stack: &mut [OpenCollection], range: &Range<usize>) -> Option<Range<usize>> {
    let Some(open) = stack.last_mut() else { return Some(0..0) };
    if open.is_map && !open.awaits_value {
        (open.key, open.awaits_value) = (range.clone(), true);
        return None;
    }
    open.awaits_value = false;
    Some(open.key.clone())
}

/// Whether the suffix of a `tag:yaml.org,2002:` tag names a type of YAML 1.1 or 1.2.
fn is_known_tag(suffix: &str) -> bool {
    matches!(
        suffix,
        "str"
            | "int"
            | "float"
            | "bool"
            | "null"
            | "seq"
            | "map"
            | "timestamp"
            | "binary"
            | "set"
            | "omap"
    )
}

/// Whether a comment is more likely text: most people write a space behind the `#` of a comment,
/// and none in `#1` and `#launch`.
fn is_unlikely_comment(comment: &str) -> bool {
    let rest = &comment[1..];
    let word = rest.trim_start();
    rest.starts_with(|letter: char| letter.is_alphanumeric())
        || word.starts_with(|letter: char| letter.is_numeric())
}

/// Length in bytes of the first item of a text from within a flow collection, up to the comma or
/// bracket that ends the item.
fn item_length(text: &str) -> usize {
    text.find([',', ']', '}']).unwrap_or(text.len())
}

/// The first 40 characters of a text, with an ellipsis if it is longer.
fn truncate(text: &str) -> String {
    match text.trim().char_indices().nth(40) {
        Some((at, _)) => format!("{}…", text[..at].trim_end()),
        None => text.trim().to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::record::parse::parse_file;
    use crate::record::yaml::Value;
    use crate::source::{ContentHash, SourceFile};

    /// The corrected lines, with an asterisk before those of likely texts.
    fn corrected_lines(yaml: &str) -> Vec<String> {
        find_lost_texts(yaml, 0)
            .into_iter()
            .map(|lost| {
                format!("{}{}", if lost.is_likely_text { "*" } else { "" }, lost.corrected_line)
            })
            .collect()
    }

    #[test]
    fn lost_texts_are_found() {
        let rows: &[(&str, &[&str])] = &[
            (
                "title: How we became #1 in the store\na: 1",
                &["*title: \"How we became #1 in the store\""],
            ),
            (
                "title: Hashtag challenge  #Glow \"up\"",
                &["*title: 'Hashtag challenge  #Glow \"up\"'"],
            ),
            ("title: #1 in the store", &["*title: \"#1 in the store\""]),
            ("title: # 1 in the store", &["*title: \"# 1 in the store\""]),
            ("title: We are\n  number #1 now\na: 1", &["*title: \"We are number #1 now\""]),
            ("title: We are\n  #1 now\na: 1", &["*title: \"We are #1 now\""]),
            ("title: &Other stories launch", &["*title: \"&Other stories launch\""]),
            ("title: !Important launch", &["*title: \"!Important launch\""]),
            ("title: ! Sale", &["*title: \"! Sale\""]),
            ("title: !!Breaking news", &["*title: \"!!Breaking news\""]),
            ("title: !Important", &["*title: \"!Important\""]),
            ("title: &Sale we are #1", &["*title: \"&Sale we are #1\""]),
            ("audience:\n  - buyers\n  - #vip\n  - fans", &["*- \"#vip\""]),
            ("audience:\n- buyers #vip", &["*- \"buyers #vip\""]),
            ("audience: [buyers, #vip,\n  fans]", &["*audience: [buyers, \"#vip\","]),
            ("audience: [\n  buyers,\n  #vip,\n  fans\n]", &["*\"#vip\","]),
            ("audience: [buyers #vip\n  , fans]", &["*audience: [\"buyers #vip\""]),
            ("variants:\n  - name: Box #1\n    description: x", &["*- name: \"Box #1\""]),
            ("variants: [{name: &A b}]", &["*variants: [{name: \"&A b\"}]"]),
            ("owner: null", &["owner: \"null\""]),
            ("owner: ~", &["owner: \"~\""]),
            ("owner: >\na: 1", &["owner: \">\""]),
            ("owner: Team C # since May", &["owner: \"Team C # since May\""]),
            ("title: &more # than", &["*title: \"&more # than\""]),
            ("title: !: #N", &["*title: \"!: #N\""]),
            ("title: &sale 'now'", &["*title: \"&sale 'now'\""]),
            ("owner: ~ #1", &["*owner: \"~ #1\""]),
            ("owner: > #1\na: 1", &["owner: \"> #1\""]),
            ("owner: | # who owns it\n  Team A\na: 1", &[]),
        ];
        for (yaml, wanted) in rows {
            assert_eq!(corrected_lines(yaml), *wanted, "{yaml}");
        }
    }

    #[test]
    fn intended_comments_and_marks_are_not_reported() {
        for yaml in [
            "# a comment\ntitle: x\n#another\n",
            "title: \"x\" #todo",
            "title: 'x #1'",
            "markets: [NO] #todo",
            "markets: [NO, # two of them\n  SE]",
            "owner: # who owns it\na: 1",
            "owner:\na: 1",
            "audience:\n  # - old\n  - new\n  #gone\n  - x",
            "base: &base x\nother: *base",
            "n: !!str 5",
            "summary: |\n  We are #1\n  & more",
            "title: C#1 & !x",
            "url: https://x.example/#top",
        ] {
            assert_eq!(corrected_lines(yaml), [""; 0], "{yaml}");
        }
    }

    /// The value of the field `summary` in a file with this field, and all hints.
    fn parse_summary(field: &str) -> (Option<String>, Vec<String>) {
        let text = format!("---\ntitle: x\n{field}\nend: 1\n---\n");
        let file = SourceFile {
            path: "content/ideas/x.md".into(),
            hash: ContentHash::of(text.as_bytes()),
            text: text.into(),
        };
        let (manuscript, diagnostics) = parse_file(&file);
        let hints = diagnostics.into_iter().map(|diagnostic| diagnostic.hint.unwrap_or_default());
        let Some(manuscript) = manuscript else { return (None, hints.collect()) };
        let value = manuscript
            .fields()
            .iter()
            .find(|(key, _)| key.is("summary"))
            .map(|(_, node)| node.value.clone());
        let lost = manuscript.lost_texts.iter().map(|lost| format!("`{}`", lost.corrected_line));
        match value {
            Some(Value::Text(text)) => (Some(text.into()), hints.chain(lost).collect()),
            Some(Value::Null) | None => (Some(String::new()), hints.chain(lost).collect()),
            // A list or map where a text belongs is reported when the field is read.
            Some(_) => (None, vec![String::new()]),
        }
    }

    /// The corrected line in a hint, if it has one.
    fn suggested_line(hint: &str) -> Option<&str> {
        hint.find("`summary: ").map(|at| hint[at + 1..].trim_end_matches('`'))
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 3_000, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn a_text_is_kept_or_reported(text in "[-?:,\\[\\]{}#&*!|>'\"%@`~. a-dN1é“]{1,14}") {
            let text = text.trim();
            // Behind an empty value, a comment with a space usually explains what belongs there.
            prop_assume!(!(text == "#" || text.starts_with("# ") || text.starts_with("##")));
            let (value, hints) = parse_summary(&format!("summary: {text}"));
            prop_assert!(value.as_deref() == Some(text) || is_quoted(text) || !hints.is_empty(), "{text}: {value:?}");
            for line in hints.iter().filter_map(|hint| suggested_line(hint)) {
                let (corrected, _) = parse_summary(line);
                let unquoted = text.get(1..text.len().max(2) - 1).unwrap_or(text);
                // `[ #]` may be mended as the list that it looks like.
                let is_list = corrected.is_none() && text.starts_with(['[', '{']);
                prop_assert!(is_list || corrected.as_deref().is_some_and(|value| value == text || value == unquoted), "{text}: {line} is {corrected:?}");
            }
        }
    }

    /// Whether a text is quoted, so that its value differs from it.
    fn is_quoted(text: &str) -> bool {
        text.starts_with(['"', '\''])
    }
}
