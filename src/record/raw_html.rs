//! Links, anchors and removed elements in the raw HTML of a body, parsed as browsers do. The scan
//! is one pass without a tree, and stops at HTML for which the parser would take more than linear
//! time.

use std::borrow::Cow;
use std::cell::{Cell, RefCell};
use std::fmt;
use std::ops::Range;
use std::rc::Rc;

use html5ever::tendril::{StrTendril, TendrilSink};
use html5ever::tree_builder::{ElementFlags, NodeOrText, QuirksMode, TreeSink};
use html5ever::{Attribute, ExpandedName, Parser, QualName, local_name, ns, parse_fragment};
use pulldown_cmark::Event;

use crate::record::html::{is_allowed_attribute, is_allowed_element, loads_address};
use crate::record::markdown::{WrittenLink, markdown_options};

/// The contents of the raw HTML of a body; spans are byte ranges in the file.
#[derive(Debug, Default)]
pub struct RawHtmlScan {
    /// Links and images of allowed elements, in order.
    pub links: Vec<WrittenLink>,
    /// Anchors: values of `id`, and of `name` on links.
    pub anchors: Vec<(String, Range<usize>)>,
    /// Elements (`<iframe>`) and attributes (`style`) that sanitising removes.
    pub removed: Vec<(String, Range<usize>)>,
    /// Markdown links within HTML, which are published as plain text.
    pub markdown: Vec<Range<usize>>,
    /// Whether the HTML is too deep or too complex to be scanned; all other fields are then
    /// incomplete.
    pub is_too_deep: bool,
}

/// The deepest nesting of elements; browsers allow 512, and HTML of mail software reaches 100.
const MAX_DEPTH: usize = 256;
/// The most elements that the parser may move to another parent, each of which searches the
/// siblings there.
const MAX_MOVES: usize = 2_000;
/// The largest weight of one tag: the sum over characters that may separate attributes, because the
/// parser compares each attribute with all others. A slash weighs 1, because addresses and embedded
/// images contain many.
const MAX_TAG_WEIGHT: usize = 20_000;
/// Weight of white space or a quote in a tag, which may separate attributes; see `MAX_TAG_WEIGHT`.
const SEPARATOR_WEIGHT: usize = 25;
/// The most bytes that are parsed between two checks of the limits.
const CHUNK_BYTES: usize = 1_024;
/// The most bytes of raw HTML, back from the position of the parser, in which the start of the last
/// tag or of a Markdown link is looked for.
const MAX_TAG_LOOKBACK: usize = 4_096;
/// The most `<` characters that are tried as the start of a tag.
const MAX_TAG_CANDIDATES: usize = 16;

/// Scans the raw HTML of a body that starts `offset` bytes into its file.
pub fn scan_html(markdown: &str, offset: usize) -> RawHtmlScan {
    let state = Rc::new(ScanState { markdown, offset, ..ScanState::default() });
    let context = QualName::new(None, ns!(html), local_name!("div"));
    let parser =
        parse_fragment(ScanSink(Rc::clone(&state)), Default::default(), context, Vec::new(), false);
    let mut feeder = ParserFeeder {
        state: &state,
        parser,
        tag_weight: 0,
        is_in_comment: false,
        tail: String::new(),
    };
    let events = pulldown_cmark::Parser::new_ext(markdown, markdown_options())
        .into_offset_iter()
        .map(|(event, range)| {
            state.begin_event(matches!(event, Event::Html(_) | Event::InlineHtml(_)), range);
            event
        });
    // The feeder never returns an error.
    let _ = pulldown_cmark::html::write_html_fmt(&mut feeder, events);
    let ParserFeeder { parser, .. } = feeder;
    if !state.is_too_deep.get() {
        parser.finish();
    }
    RawHtmlScan { is_too_deep: state.is_too_deep.get(), ..state.scan.take() }
}

/// The state of a scan of raw HTML: the position of the parser in the Markdown, counts for the
/// limits, and what was found so far.
#[derive(Default)]
struct ScanState<'m> {
    markdown: &'m str,
    offset: usize,
    /// Start of the current run of raw HTML, and how far it is parsed; none while tags come from
    /// Markdown.
    raw_range: Cell<Option<(usize, usize)>>,
    /// End of the raw HTML of the current event.
    event_end: Cell<usize>,
    /// Number of calls of the sink so far.
    step_count: Cell<usize>,
    /// Number of moved elements so far.
    move_count: Cell<usize>,
    is_too_deep: Cell<bool>,
    scan: RefCell<RawHtmlScan>,
}

impl ScanState<'_> {
    /// Moves the state to the next event of the Markdown parser, which continues the current run of
    /// raw HTML or ends it.
    fn begin_event(&self, is_raw: bool, range: Range<usize>) {
        let start = self.raw_range.get().map_or(range.start, |(start, _)| start);
        self.raw_range.set(is_raw.then_some((start, range.start)));
        self.event_end.set(range.end);
    }

    /// Moves the position by bytes of raw HTML that the parser got. The event can be longer in the
    /// file, where its lines may have quote or list markers before them, so the last chunk moves it
    /// to the end of the event.
    fn advance(&self, bytes: usize, is_last: bool) {
        if let Some((start, position)) = self.raw_range.get() {
            let position = if is_last {
                self.event_end.get()
            } else {
                (position + bytes).min(self.event_end.get())
            };
            self.raw_range.set(Some((start, position)));
        }
    }

    /// Counts a call of the sink, which shows that the parser has finished a tag or text.
    fn count_step(&self) {
        self.step_count.set(self.step_count.get() + 1);
    }

    /// Sets how deep an element is nested, and stops the scan beyond `MAX_DEPTH`.
    fn set_depth(&self, child: &ScanNode, depth: usize) {
        self.count_step();
        child.depth.set(depth);
        if depth > MAX_DEPTH {
            self.is_too_deep.set(true);
        }
    }

    /// Counts an element that the parser moves, and stops the scan beyond `MAX_MOVES`.
    fn count_move(&self) {
        self.move_count.set(self.move_count.get() + 1);
        if self.move_count.get() > MAX_MOVES {
            self.is_too_deep.set(true);
        }
    }

    /// The raw HTML that was parsed last, at most `MAX_TAG_LOOKBACK` bytes, and where it starts;
    /// the last tag is looked for in it.
    fn window(&self) -> Option<(usize, &str)> {
        let (start, position) = self.raw_range.get()?;
        let end = self.markdown.floor_char_boundary(position);
        let start =
            self.markdown.floor_char_boundary(start.max(end.saturating_sub(MAX_TAG_LOOKBACK)));
        Some((start, &self.markdown[start..end]))
    }

    /// Span of the tag that was parsed last, up to the end of its first line.
    fn tag_span(&self, name: &str) -> Range<usize> {
        let Some((start, text)) = self.window() else { return self.offset..self.offset };
        let is_name = |at: &usize| {
            text.as_bytes()[at + 1..]
                .get(..name.len())
                .is_some_and(|found| found.eq_ignore_ascii_case(name.as_bytes()))
        };
        let at = text
            .rmatch_indices('<')
            .take(MAX_TAG_CANDIDATES)
            .map(|(at, _)| at)
            .find(is_name)
            .unwrap_or(0);
        let length = text[at..].lines().next().map_or(0, str::len);
        self.offset + start + at..self.offset + start + at + length
    }

    /// Span of a value in the tag that was parsed last; that of the tag if the value is written
    /// with character references.
    fn value_span(&self, value: &str, tag: Range<usize>) -> Range<usize> {
        let (start, end) = (
            tag.start - self.offset,
            self.raw_range.get().map_or(tag.end - self.offset, |(_, position)| position),
        );
        let at = self
            .markdown
            .get(start..end)
            .filter(|_| !value.is_empty())
            .and_then(|text| text.find(value));
        at.map_or(tag, |at| self.offset + start + at..self.offset + start + at + value.len())
    }

    /// Records the removed parts, anchors and links of an element.
    fn record_element(&self, name: &QualName, attributes: &[Attribute]) {
        let mut scan = self.scan.borrow_mut();
        let tag = self.tag_span(&name.local);
        if name.ns != ns!(html) {
            // Sanitising removes the content of these elements too.
            if matches!(&*name.local, "svg" | "math") {
                scan.removed.push((format!("<{}>", name.local), tag));
            }
            return;
        }
        if !is_allowed_element(&name.local) {
            scan.removed.push((format!("<{}>", name.local), tag));
            return;
        }
        let lacks_alt = &*name.local == "img"
            && !attributes.iter().any(|attribute| &*attribute.name.local == "alt");
        for Attribute { name: attribute, value } in attributes {
            let attribute = &*attribute.local;
            if !is_allowed_attribute(&name.local, attribute) {
                scan.removed.push((attribute.to_owned(), tag.clone()));
            } else if attribute == "id" || attribute == "name" && &*name.local == "a" {
                let span = self.value_span(value, tag.clone());
                if !scan
                    .anchors
                    .last()
                    .is_some_and(|(last, place)| **last == **value && place.start == span.start)
                {
                    scan.anchors.push((value.to_string(), span));
                }
            } else if let Some(is_image) = loads_address(attribute) {
                for destination in parse_addresses(attribute, value) {
                    let span = self.value_span(destination, tag.clone());
                    let alt = (attribute == "src" && lacks_alt).then(String::new);
                    scan.links.push(WrittenLink {
                        destination: destination.to_owned(),
                        span,
                        is_image,
                        alt,
                        is_in_html: true,
                    });
                }
            }
        }
    }

    /// Records Markdown links in a text.
    fn record_text(&self, parent: &ScanNode, text: &str) {
        self.count_step();
        let is_shown = !matches!(
            &*parent.name.local,
            "script" | "style" | "pre" | "code" | "textarea" | "samp" | "kbd"
        );
        let is_link = || {
            text.find("](").is_some_and(|at| text[..at].contains('[') && text[at..].contains(')'))
        };
        if let Some((start, window)) = self.window().filter(|_| is_shown && is_link()) {
            let at = window.find("](").and_then(|end| window[..end].rfind('[')).unwrap_or(0);
            let length = window[at..].lines().next().map_or(0, str::len);
            self.scan
                .borrow_mut()
                .markdown
                .push(self.offset + start + at..self.offset + start + at + length);
        }
    }
}

/// The addresses in the value of an attribute.
pub fn parse_addresses<'v>(attribute: &str, value: &'v str) -> Vec<&'v str> {
    if attribute == "srcset" {
        parse_srcset(value).into_iter().map(|(address, _)| address).collect()
    } else {
        vec![value.trim()]
    }
}

/// The candidates of a `srcset`: each address with its width or density descriptor, which may be
/// empty.
pub fn parse_srcset(value: &str) -> Vec<(&str, &str)> {
    let mut candidates = Vec::new();
    let mut rest = value;
    loop {
        rest = rest.trim_start_matches(|letter: char| letter.is_whitespace() || letter == ',');
        if rest.is_empty() {
            return candidates;
        }
        let end = rest.find(char::is_whitespace).unwrap_or(rest.len());
        let (address, after) = rest.split_at(end);
        let bare = address.trim_end_matches(',');
        // A comma at the end of an address ends its candidate; one within it is part of it.
        let (descriptor, after) = if bare.len() < address.len() {
            ("", after)
        } else {
            after.split_once(',').unwrap_or((after, ""))
        };
        candidates.push((bare, descriptor.trim()));
        rest = after;
    }
}

/// Feeds rendered Markdown to the HTML parser until a limit is exceeded.
struct ParserFeeder<'r, 'm> {
    state: &'r ScanState<'m>,
    parser: Parser<ScanSink<'m>>,
    /// Weight of the current tag so far: of the text since the last call of the sink.
    tag_weight: usize,
    is_in_comment: bool,
    /// The last characters, in which a comment may begin or end.
    tail: String,
}

impl fmt::Write for ParserFeeder<'_, '_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let mut rest = text;
        while !rest.is_empty() && !self.state.is_too_deep.get() {
            let end = rest.find('>').map_or(rest.len(), |at| at + 1).min(CHUNK_BYTES);
            let (piece, after) = rest.split_at(rest.ceil_char_boundary(end));
            self.state.advance(piece.len(), after.is_empty());
            self.feed(piece);
            rest = after;
        }
        Ok(())
    }
}

impl ParserFeeder<'_, '_> {
    /// Gives the parser a piece of HTML, and stops the scan if the tag that it belongs to weighs
    /// too much.
    fn feed(&mut self, piece: &str) {
        let before = self.state.step_count.get();
        self.parser.process(StrTendril::from(piece));
        self.track_comments(piece);
        if self.state.step_count.get() > before || self.is_in_comment {
            self.tag_weight = 0;
        } else {
            let byte_weight = |byte: u8| match byte {
                b'/' => 1,
                b'"' | b'\'' => SEPARATOR_WEIGHT,
                byte if byte.is_ascii_whitespace() => SEPARATOR_WEIGHT,
                _ => 0,
            };
            self.tag_weight += piece.bytes().map(byte_weight).sum::<usize>();
        }
        if self.tag_weight > MAX_TAG_WEIGHT {
            self.state.is_too_deep.set(true);
        }
    }

    /// Updates `is_in_comment` by a piece of HTML; text in a comment is not part of a tag.
    fn track_comments(&mut self, piece: &str) {
        self.tail.push_str(piece);
        match (self.tail.rfind("<!--"), self.tail.rfind("-->")) {
            (Some(opens), closes) => {
                self.is_in_comment = closes.is_none_or(|closes| closes < opens)
            }
            (None, Some(_)) => self.is_in_comment = false,
            (None, None) => {}
        }
        let keep = self.tail.ceil_char_boundary(self.tail.len().saturating_sub(3));
        self.tail.drain(..keep);
    }
}

/// A node of the parser with the name and the depth that are asked for later; the tree of nodes is
/// not kept.
struct ScanNode {
    name: QualName,
    depth: Cell<usize>,
}

/// Receives the tree operations of the parser, builds no tree of them, and passes to the state what
/// is to be recorded or limited.
struct ScanSink<'m>(Rc<ScanState<'m>>);

/// An element of the parser, with depth 0 until the parser puts it below another.
fn new_node(name: QualName) -> Rc<ScanNode> {
    Rc::new(ScanNode { name, depth: Cell::new(0) })
}

/// A node for what has no name: the document, comments and processing instructions.
fn nameless_node() -> Rc<ScanNode> {
    new_node(QualName::new(None, ns!(), local_name!("")))
}

impl ScanSink<'_> {
    /// Handles a child or text that the parser puts below or beside `parent`; `depth` is that of
    /// the child.
    fn add(&self, child: NodeOrText<Rc<ScanNode>>, parent: &ScanNode, depth: usize) {
        match child {
            NodeOrText::AppendNode(child) => self.0.set_depth(&child, depth),
            NodeOrText::AppendText(text) => self.0.record_text(parent, &text),
        }
    }
}

impl TreeSink for ScanSink<'_> {
    type Handle = Rc<ScanNode>;
    type Output = ();
    type ElemName<'a>
        = ExpandedName<'a>
    where
        Self: 'a;

    fn finish(self) {}

    fn get_document(&self) -> Rc<ScanNode> {
        nameless_node()
    }

    fn elem_name<'a>(&'a self, target: &'a Rc<ScanNode>) -> ExpandedName<'a> {
        target.name.expanded()
    }

    fn create_element(
        &self,
        name: QualName,
        attributes: Vec<Attribute>,
        _: ElementFlags,
    ) -> Rc<ScanNode> {
        self.0.count_step();
        if self.0.raw_range.get().is_some() {
            self.0.record_element(&name, &attributes);
        }
        new_node(name)
    }

    fn create_comment(&self, _: StrTendril) -> Rc<ScanNode> {
        nameless_node()
    }

    fn create_pi(&self, _: StrTendril, _: StrTendril) -> Rc<ScanNode> {
        nameless_node()
    }

    fn append(&self, parent: &Rc<ScanNode>, child: NodeOrText<Rc<ScanNode>>) {
        self.add(child, parent, parent.depth.get() + 1);
    }

    fn append_based_on_parent_node(
        &self,
        element: &Rc<ScanNode>,
        _: &Rc<ScanNode>,
        child: NodeOrText<Rc<ScanNode>>,
    ) {
        self.0.count_move();
        self.add(child, element, element.depth.get());
    }

    fn append_before_sibling(&self, sibling: &Rc<ScanNode>, child: NodeOrText<Rc<ScanNode>>) {
        self.0.count_move();
        self.add(child, sibling, sibling.depth.get());
    }

    fn remove_from_parent(&self, _: &Rc<ScanNode>) {
        self.0.count_move();
    }

    fn reparent_children(&self, _: &Rc<ScanNode>, _: &Rc<ScanNode>) {
        self.0.count_move();
    }

    fn pop(&self, _: &Rc<ScanNode>) {
        self.0.count_step();
    }

    fn get_template_contents(&self, target: &Rc<ScanNode>) -> Rc<ScanNode> {
        Rc::clone(target)
    }

    fn same_node(&self, one: &Rc<ScanNode>, other: &Rc<ScanNode>) -> bool {
        Rc::ptr_eq(one, other)
    }

    fn append_doctype_to_document(&self, _: StrTendril, _: StrTendril, _: StrTendril) {}

    fn add_attrs_if_missing(&self, _: &Rc<ScanNode>, _: Vec<Attribute>) {}

    fn parse_error(&self, _: Cow<'static, str>) {}

    fn set_quirks_mode(&self, _: QuirksMode) {}
}

#[cfg(test)]
mod tests {
    use super::*;

    fn destinations(markdown: &str) -> Vec<String> {
        scan_html(markdown, 0).links.into_iter().map(|link| link.destination).collect()
    }

    #[test]
    fn addresses_are_found_in_any_html() {
        let rows: &[(&str, &[&str])] = &[
            ("<img src=\"a.png\" alt=\"\">\n", &["a.png"]),
            ("Text <IMG SRC=a.png> and <a href='b.md'>b</a>.\n", &["a.png", "b.md"]),
            ("<img\n  alt=x\n  src=\"a.png\">\n", &["a.png"]),
            ("> <img\n> src='a.png'>\n", &["a.png"]),
            ("- <a href=a.md>\n  text</a>\n", &["a.md"]),
            ("| a |\n|---|\n| <img src=a.png> |\n", &["a.png"]),
            ("<a href=\"a.md?x=1&amp;y=2#z\">b</a>\n", &["a.md?x=1&y=2#z"]),
            (
                "<picture><source srcset=\"a.png 1x, b,c.png 2x\"><img src=d.png></picture>\n",
                &["a.png", "b,c.png", "d.png"],
            ),
            (
                "<video src=a.mp4 poster=b.png><track src=c.vtt></video>\n",
                &["a.mp4", "b.png", "c.vtt"],
            ),
            ("<!-- <img src=a.png> -->\n", &[]),
            ("`<img src=a.png>`\n\n    <img src=a.png>\n", &[]),
            ("<script>\"<img src=a.png>\"</script>\n", &[]),
            ("<iframe src=a.html></iframe>\n", &[]),
        ];
        for (markdown, wanted) in rows {
            assert_eq!(destinations(markdown), *wanted, "{markdown}");
        }
    }

    #[test]
    fn spans_are_those_of_the_value() {
        let markdown = "é\n\n<p><img src=\"a.png\">\n<img alt=\"\"\n src=\"a.png\"></p>\n";
        let found = scan_html(markdown, 10);
        for link in &found.links {
            assert_eq!(&markdown[link.span.start - 10..link.span.end - 10], "a.png");
        }
        assert!(found.links[0].span.end < found.links[1].span.start);
        assert_eq!(
            found.links.iter().map(|link| link.alt.is_some()).collect::<Vec<_>>(),
            [true, false]
        );
    }

    #[test]
    fn removed_elements_and_attributes_are_found() {
        let names = |markdown: &str| {
            scan_html(markdown, 0).removed.into_iter().map(|(name, _)| name).collect::<Vec<_>>()
        };
        assert_eq!(
            names("<iframe src=x></iframe><p style='a' onclick=b title=c>d</p>\n"),
            ["<iframe>", "style", "onclick"]
        );
        assert_eq!(
            names("<svg><path/><title>x</title></svg> <x-card>a</x-card>\n"),
            ["<svg>", "<x-card>"]
        );
        assert_eq!(
            names(
                "<b>a</b> <video src=a.mp4 controls></video> <details open><summary>a</summary></details>\n"
            ),
            [""; 0]
        );
    }

    #[test]
    fn anchors_are_found_once() {
        let names = |markdown: &str| {
            scan_html(markdown, 0).anchors.into_iter().map(|(name, _)| name).collect::<Vec<_>>()
        };
        assert_eq!(names("<a id=\"x\" name=\"x\"></a>\n\n<h2 id=more>More</h2>\n"), ["x", "more"]);
    }

    #[test]
    fn complex_html_is_not_scanned() {
        let table = "<table><tr><td>".repeat(100);
        for markdown in [
            "<div>".repeat(500),
            "<b id=1>a ".repeat(500),
            "<table><b>a</b>".repeat(3_000),
            format!("<p {}>", "a b ".repeat(5_000)),
            table.repeat(2),
        ] {
            assert!(scan_html(&markdown, 0).is_too_deep, "{}", &markdown[..40]);
        }
        for markdown in [
            "<p>a ".repeat(5_000),
            "<ul><li>a</ul>".repeat(5_000),
            "<li>a".repeat(5_000),
            format!("<!-- {} -->", "a b ".repeat(9_000)),
        ] {
            assert!(!scan_html(&markdown, 0).is_too_deep, "{}", &markdown[..40]);
        }
    }

    #[test]
    fn srcset_is_parsed_as_in_browsers() {
        assert_eq!(
            parse_srcset("a.png, b.png 2x , c,d.png 3w"),
            [("a.png", ""), ("b.png", "2x"), ("c,d.png", "3w")]
        );
        assert_eq!(parse_srcset(" ,"), []);
    }
}
