//! Text that YAML takes for something of its own: behind ` #` it is a comment, `&name` and `!name` before a value are its marks, and
//! `null` is nothing. The file reads well, and nobody is told.

use std::ops::Range;

use granit_parser::{Event, Parser, ScalarStyle, StructureStyle};

use crate::record::node;

/// A text that its author wrote and that YAML does not read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lost {
    /// The field that it was written for.
    pub key: Box<str>,
    /// What is lost: bytes in the file.
    pub span: Range<usize>,
    /// What became of it.
    pub message: String,
    /// The line to write instead, if it is text.
    pub line: String,
    /// Whether it is hardly a comment.
    pub is_likely: bool,
}

/// A scalar that is no key.
struct Scalar {
    range: Range<usize>,
    /// Where the text begins that its author wrote: at its anchor or tag, if it has one.
    from: usize,
    text: String,
    style: ScalarStyle,
    /// Whether its anchor or tag means nothing to anybody.
    is_marked: bool,
    key: Range<usize>,
}

/// What is found in one document.
struct Search<'y> {
    yaml: &'y str,
    offset: usize,
    scalars: Vec<Scalar>,
    /// Every scalar, keys included, in which `#` is a letter like others.
    covered: Vec<Range<usize>>,
    /// Whether the flow context is open from one byte to another.
    flows: Vec<Range<usize>>,
}

/// What is lost in front matter that can be read, which starts `offset` bytes into its file.
pub fn find(yaml: &str, offset: usize) -> Vec<Lost> {
    // Most front matter holds nothing of the kind, and need not be read twice.
    if !yaml.contains(['#', '&', '!', '~']) && !["null", "Null", "NULL", "|", ">"].iter().any(|word| yaml.contains(word)) {
        return Vec::new();
    }
    let mut search = Search { yaml, offset, scalars: Vec::new(), covered: Vec::new(), flows: Vec::new() };
    search.read();
    let comments = search.comments();
    let mut lost: Vec<Lost> = comments.iter().filter_map(|comment| search.behind_a_hash(comment)).collect();
    for scalar in &search.scalars {
        // What is behind the value is lost with what is before it, and told once.
        let is_told = lost.iter().any(|lost| lost.span.start == offset + scalar.from);
        lost.extend(search.before_a_value(scalar).or_else(|| search.nothing(scalar)).filter(|_| !is_told));
    }
    lost.sort_by_key(|lost| lost.span.start);
    lost
}

impl<'y> Search<'y> {
    fn read(&mut self) {
        let (mut stack, mut used): (Vec<Open>, Vec<usize>) = (Vec::new(), Vec::new());
        let mut anchors: Vec<(usize, usize)> = Vec::new();
        for (event, span) in Parser::new_from_str(self.yaml).map_while(Result::ok) {
            let range = span.byte_range().unwrap_or(0..0);
            match event {
                Event::Scalar(text, style, anchor, tag) => {
                    self.covered.push(range.clone());
                    let own_tag = tag.is_some_and(|tag| tag.handle() != "tag:yaml.org,2002:" || !is_known_tag(tag.suffix()));
                    if let Some(key) = place(&mut stack, &range) {
                        if anchor != 0 {
                            anchors.push((anchor, self.scalars.len()));
                        }
                        let from = self.before_marks(range.start, anchor != 0 || own_tag);
                        // The parser gives an empty value as `~`.
                        let text = if range.is_empty() && style == ScalarStyle::Plain { String::new() } else { text.into_owned() };
                        self.scalars.push(Scalar { range, from, text, style, is_marked: own_tag, key });
                    }
                }
                Event::SequenceStart(style, ..) | Event::MappingStart(style, ..) => {
                    let in_flow = style == StructureStyle::Flow;
                    let key = place(&mut stack, &range).unwrap_or(0..0);
                    let is_map = matches!(event, Event::MappingStart(..));
                    stack.push(Open { is_map, in_flow, key, awaits_value: false, start: range.start });
                }
                Event::SequenceEnd | Event::MappingEnd => {
                    if let Some(open) = stack.pop().filter(|open| open.in_flow) {
                        self.flows.push(open.start..range.end);
                    }
                }
                Event::Alias(anchor) => {
                    place(&mut stack, &range);
                    used.push(anchor);
                }
                _ => {}
            }
        }
        for (anchor, at) in anchors {
            self.scalars[at].is_marked |= !used.contains(&anchor);
        }
    }

    /// Where the anchor or tag before a value begins.
    fn before_marks(&self, start: usize, is_marked: bool) -> usize {
        let mark_before = |at: &usize| {
            let before = self.yaml[..*at].trim_end_matches([' ', '\t']);
            let word = before.rfind(|letter: char| letter.is_whitespace() || matches!(letter, '[' | '{' | ',')).map_or(0, |at| at + 1);
            before[word..].starts_with(['&', '!']).then_some(word)
        };
        if is_marked { std::iter::successors(Some(start), mark_before).last().unwrap_or(start) } else { start }
    }

    /// Where comments stand: at a `#` behind white space that is in no scalar, up to the end of the line.
    fn comments(&self) -> Vec<Range<usize>> {
        let (mut comments, mut at) = (Vec::new(), 0);
        while let Some(found) = self.yaml[at..].find('#').map(|found| at + found) {
            let later = self.covered.partition_point(|range| range.end <= found);
            let is_covered = self.covered.get(later).is_some_and(|range| range.contains(&found));
            at = found + 1;
            if !is_covered && self.yaml[..found].chars().next_back().is_none_or(char::is_whitespace) {
                at = self.line_end(found);
                comments.push(found..at);
            }
        }
        comments
    }

    fn line_end(&self, at: usize) -> usize {
        self.yaml[at..].find('\n').map_or(self.yaml.len(), |end| at + end)
    }

    fn line_start(&self, at: usize) -> usize {
        self.yaml[..at].rfind('\n').map_or(0, |before| before + 1)
    }

    /// A comment that may be the rest of a text.
    fn behind_a_hash(&self, comment: &Range<usize>) -> Option<Lost> {
        let written = &self.yaml[comment.clone()];
        let is_likely = hardly_a_comment(written);
        let in_flow = self.flows.iter().any(|flow| flow.contains(&comment.start));
        let before = self.yaml[self.line_start(comment.start)..comment.start].trim();
        let last = self.scalars.iter().rev().find(|scalar| scalar.range.end <= comment.start && scalar.range.start < comment.start);
        let between = |scalar: &Scalar| &self.yaml[scalar.range.end..comment.start];
        // The end of a text on its line, or on a line of its own that belongs to the text above.
        let continued = last.filter(|scalar| scalar.style == ScalarStyle::Plain && !scalar.range.is_empty() && between(scalar).trim().is_empty());
        if let Some(scalar) = continued {
            let is_below = between(scalar).contains('\n');
            if is_below && !(is_likely && !in_flow && self.indent(comment.start) > self.indent(scalar.from)) {
                return None;
            }
            let end = if in_flow { comment.start + item_length(written) } else { comment.end };
            let start = if scalar.is_marked { scalar.from } else { scalar.range.start };
            let kept = format!("{}{}", &self.yaml[start..scalar.range.start], scalar.text);
            let gap = if is_below { " " } else { between(scalar) };
            let text = format!("{kept}{gap}{}", self.yaml[comment.start..end].trim_end());
            return self.lost(&scalar.key, if scalar.is_marked { start } else { comment.start }, start..end, &text, is_likely);
        }
        let key = last.map_or(0..0, |scalar| scalar.key.clone());
        let begins_item = in_flow && (before.is_empty() || before.ends_with([',', '[', '{'])) && !before.ends_with(['"', '\'']);
        let begins_value = !in_flow && (before.ends_with(':') || before == "-" || before.ends_with(" -"));
        let end = if in_flow { comment.start + item_length(written) } else { comment.end };
        let key = if begins_value && before.ends_with(':') { self.key_before(comment.start) } else { key };
        // Behind an empty value a comment with a space says what belongs there.
        let may_be_text = is_likely || written[1..].starts_with(|letter: char| !letter.is_whitespace() && letter != '#');
        (may_be_text && (begins_item || begins_value))
            .then(|| self.lost(&key, comment.start, comment.start..end, self.yaml[comment.start..end].trim_end(), is_likely))?
    }

    /// The key that ends with the colon before a place.
    fn key_before(&self, at: usize) -> Range<usize> {
        let end = self.yaml[..at].trim_end().len().saturating_sub(1);
        self.covered.iter().rev().find(|range| range.end <= end && !range.is_empty()).cloned().unwrap_or(0..0)
    }

    fn indent(&self, at: usize) -> usize {
        let line = &self.yaml[self.line_start(at)..];
        line.len() - line.trim_start_matches(' ').len()
    }

    /// An anchor or tag that may be the beginning of a text.
    fn before_a_value(&self, scalar: &Scalar) -> Option<Lost> {
        if !scalar.is_marked || scalar.from == scalar.range.start {
            return None;
        }
        let text = format!("{}{}", &self.yaml[scalar.from..scalar.range.start], scalar.text);
        self.lost(&scalar.key, scalar.from, scalar.from..scalar.range.end.max(scalar.from), text.trim_end(), true)
    }

    /// A word that means nothing, or the beginning of lines that never come.
    fn nothing(&self, scalar: &Scalar) -> Option<Lost> {
        let written = if matches!(scalar.style, ScalarStyle::Literal | ScalarStyle::Folded) && scalar.text.trim().is_empty() {
            let line = &self.yaml[..scalar.range.start].trim_end();
            let at = line.rfind(['|', '>']).filter(|at| line[at + 1..].chars().all(|letter| matches!(letter, '+' | '-' | '0'..='9')))?;
            self.before_marks(at, scalar.is_marked)..line.len()
        } else if scalar.style == ScalarStyle::Plain && matches!(&self.yaml[scalar.range.clone()], "~" | "null" | "Null" | "NULL") {
            scalar.range.clone()
        } else {
            return None;
        };
        let text = self.yaml[written.clone()].to_owned();
        self.lost(&scalar.key, written.start, written, &text, false)
    }

    /// What is lost from `shown` on, told with the line that keeps it; nothing where quotes would not help.
    fn lost(&self, key: &Range<usize>, shown: usize, replaced: Range<usize>, text: &str, is_likely: bool) -> Option<Lost> {
        let (start, end) = (self.line_start(replaced.start), self.line_end(replaced.end));
        let quoted = quoted(text);
        let line = format!("{}{quoted}{}", &self.yaml[start..replaced.start], self.yaml[replaced.end..end].trim_end());
        let whole = format!("{}{line}{}", &self.yaml[..start], &self.yaml[end..]);
        // A line that is offered reads back as what its author wrote.
        if !node::read(&whole, 0).is_ok_and(|root| root.holds(text)) {
            return None;
        }
        let span = self.offset + shown..self.offset + replaced.end.max(shown);
        let what = &self.yaml[shown..replaced.end.max(shown)];
        let name = self.yaml.get(key.clone()).unwrap_or("").trim_matches(['"', '\'']);
        let message = match what.chars().next() {
            Some('#') => format!("`{}` is a comment to YAML, and no part of `{name}`", brief(what)),
            Some('&' | '!') => format!("`{}` is a mark of YAML, and no part of `{name}`", brief(what.split_whitespace().next().unwrap_or(what))),
            _ => format!("`{what}` means nothing to YAML, so `{name}` is empty"),
        };
        Some(Lost { key: name.into(), span, message, line: line.trim().to_owned(), is_likely })
    }
}

/// An open list or map.
struct Open {
    is_map: bool,
    in_flow: bool,
    /// The key that it or its entry at hand stands under.
    key: Range<usize>,
    awaits_value: bool,
    start: usize,
}

/// Puts a node in its place: the key that it is a value of; none where it is a key itself.
fn place(stack: &mut [Open], range: &Range<usize>) -> Option<Range<usize>> {
    let Some(open) = stack.last_mut() else { return Some(0..0) };
    if open.is_map && !open.awaits_value {
        (open.key, open.awaits_value) = (range.clone(), true);
        return None;
    }
    open.awaits_value = false;
    Some(open.key.clone())
}

fn is_known_tag(suffix: &str) -> bool {
    matches!(suffix, "str" | "int" | "float" | "bool" | "null" | "seq" | "map" | "timestamp" | "binary" | "set" | "omap")
}

/// Whether a comment is hardly one: people leave a space behind the `#` of a comment, and none in `#1` and `#launch`.
fn hardly_a_comment(comment: &str) -> bool {
    let rest = &comment[1..];
    let word = rest.trim_start();
    rest.starts_with(|letter: char| letter.is_alphanumeric()) || word.starts_with(|letter: char| letter.is_numeric())
}

/// How long the first item of a text in a list or map on one line is.
fn item_length(text: &str) -> usize {
    text.find([',', ']', '}']).unwrap_or(text.len())
}

fn brief(text: &str) -> String {
    match text.trim().char_indices().nth(40) {
        Some((at, _)) => format!("{}…", text[..at].trim_end()),
        None => text.trim().to_owned(),
    }
}

/// A text as a scalar in quotes, which reads back as that text.
pub fn quoted(text: &str) -> String {
    if text.chars().any(char::is_control) {
        return format!("{text:?}").replace("\\u{", "\\x").replace('}', "").replace("\\'", "'");
    }
    if text.contains(['"', '\\']) { format!("'{}'", text.replace('\'', "''")) } else { format!("\"{text}\"") }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::record::node::Value;
    use crate::record::parse::parse;
    use crate::source::{ContentHash, SourceFile};

    /// The lines that are offered, with an asterisk where nothing but a text can be meant.
    fn lines(yaml: &str) -> Vec<String> {
        find(yaml, 0).into_iter().map(|lost| format!("{}{}", if lost.is_likely { "*" } else { "" }, lost.line)).collect()
    }

    #[test]
    fn what_yaml_takes_for_its_own_is_found() {
        let rows: &[(&str, &[&str])] = &[
            ("title: How we became #1 in the store\na: 1", &["*title: \"How we became #1 in the store\""]),
            ("title: Hashtag challenge  #Glow \"up\"", &["*title: 'Hashtag challenge  #Glow \"up\"'"]),
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
        ];
        for (yaml, wanted) in rows {
            assert_eq!(lines(yaml), *wanted, "{yaml}");
        }
    }

    #[test]
    fn comments_and_marks_that_are_meant_are_left_alone() {
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
            assert_eq!(lines(yaml), [""; 0], "{yaml}");
        }
    }

    /// What a file says in one field, read as an author sees it: the value, and every hint.
    fn told(field: &str) -> (Option<String>, Vec<String>) {
        let text = format!("---\ntitle: x\n{field}\nend: 1\n---\n");
        let file = SourceFile { path: "content/ideas/x.md".into(), hash: ContentHash::of(text.as_bytes()), text: text.into() };
        let (manuscript, diagnostics) = parse(&file);
        let hints = diagnostics.into_iter().map(|diagnostic| diagnostic.hint.unwrap_or_default());
        let Some(manuscript) = manuscript else { return (None, hints.collect()) };
        let value = manuscript.entries().iter().find(|(key, _)| key.is("summary")).map(|(_, node)| node.value.clone());
        let lost = manuscript.lost.iter().map(|lost| format!("`{}`", lost.line));
        match value {
            Some(Value::Text(text)) => (Some(text.into()), hints.chain(lost).collect()),
            Some(Value::Null) | None => (Some(String::new()), hints.chain(lost).collect()),
            // A list or map where a text belongs is reported when the field is read.
            Some(_) => (None, vec![String::new()]),
        }
    }

    /// The line that a hint offers for the field, if it offers one.
    fn offered(hint: &str) -> Option<&str> {
        hint.find("`summary: ").map(|at| hint[at + 1..].trim_end_matches('`'))
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 3_000, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn a_text_is_read_as_written_or_told(text in "[-?:,\\[\\]{}#&*!|>'\"%@`~. a-dN1é“]{1,14}") {
            let text = text.trim();
            // A comment behind an empty value says what belongs there.
            prop_assume!(!(text == "#" || text.starts_with("# ") || text.starts_with("##")));
            let (value, hints) = told(&format!("summary: {text}"));
            prop_assert!(value.as_deref() == Some(text) || is_quoted(text) || !hints.is_empty(), "{text}: {value:?}");
            for line in hints.iter().filter_map(|hint| offered(hint)) {
                let (again, _) = told(line);
                let unquoted = text.get(1..text.len().max(2) - 1).unwrap_or(text);
                // An empty comment behind a mark says nothing.
                let without_comment = text.strip_suffix(" #").unwrap_or(text);
                prop_assert!(again.as_deref().is_some_and(|again| [text, unquoted, without_comment].contains(&again)), "{text}: {line} is {again:?}");
            }
        }
    }

    /// Whether an author has put a text in quotes, so that it is not read with them.
    fn is_quoted(text: &str) -> bool {
        text.starts_with(['"', '\''])
    }
}
