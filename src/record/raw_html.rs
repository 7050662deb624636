//! What the raw HTML of a body holds, as a browser reads it: where it leads, what can be linked to, what sanitising will remove. Found in
//! one pass that keeps no tree, and given up where a tree would take long to make.

use std::borrow::Cow;
use std::cell::{Cell, RefCell};
use std::fmt;
use std::ops::Range;
use std::rc::Rc;

use html5ever::tendril::{StrTendril, TendrilSink};
use html5ever::tree_builder::{ElementFlags, NodeOrText, QuirksMode, TreeSink};
use html5ever::{Attribute, ExpandedName, Parser, QualName, local_name, ns, parse_fragment};
use pulldown_cmark::Event;

use crate::record::html::{is_kept, is_kept_attribute, leads};
use crate::record::outline::{WrittenLink, options};

/// What one body's raw HTML holds; spans are bytes in the file.
#[derive(Debug, Default)]
pub struct Found {
    /// Addresses of elements that are kept, in order.
    pub links: Vec<WrittenLink>,
    /// Names that can be linked to: `id`, and `name` of links.
    pub anchors: Vec<(String, Range<usize>)>,
    /// Elements (`<video>`) and attributes (`style`) that sanitising removes.
    pub removed: Vec<(String, Range<usize>)>,
    /// Markdown that stands within HTML and is shown as it is typed.
    pub markdown: Vec<Range<usize>>,
    /// Whether it is nested or tangled beyond what is read; everything else is then unknown.
    pub is_too_deep: bool,
}

/// Elements within each other; browsers keep 512, letters of mail programs reach 100.
const DEEPEST: usize = 256;
/// Elements that the parser may move to another place: each move looks through the siblings there.
const MOST_MOVED: usize = 2_000;
/// Marks of one tag that may part attributes, each of which is compared with the others: as many blanks and quotes as this goes into it by
/// their weight. Slashes count little, because addresses and embedded pictures are full of them.
const MOST_IN_A_TAG: usize = 20_000;
const BLANK: usize = 25;
/// Bytes that are read before it is asked again whether to go on.
const PIECE: usize = 1_024;
/// How far back the start of a tag is looked for.
const LONGEST_TAG_SHOWN: usize = 4_096;
const MOST_TAGS_BACK: usize = 16;

/// Reads the raw HTML of a body that starts `offset` bytes into its file.
pub fn find(markdown: &str, offset: usize) -> Found {
    let reading = Rc::new(Reading { markdown, offset, ..Reading::default() });
    let context = QualName::new(None, ns!(html), local_name!("div"));
    let parser = parse_fragment(Sink(Rc::clone(&reading)), Default::default(), context, Vec::new(), false);
    let mut feeder = Feeder { reading: &reading, parser, unread: 0, in_comment: false, tail: String::new() };
    let events = pulldown_cmark::Parser::new_ext(markdown, options()).into_offset_iter().map(|(event, range)| {
        reading.begin(matches!(event, Event::Html(_) | Event::InlineHtml(_)), range);
        event
    });
    // Nothing is written anywhere, so nothing can go wrong.
    let _ = pulldown_cmark::html::write_html_fmt(&mut feeder, events);
    let Feeder { parser, .. } = feeder;
    if !reading.is_too_deep.get() {
        parser.finish();
    }
    Found { is_too_deep: reading.is_too_deep.get(), ..reading.found.take() }
}

/// Where in the Markdown the parser is, and what it has found so far.
#[derive(Default)]
struct Reading<'m> {
    markdown: &'m str,
    offset: usize,
    /// Where the run of raw HTML began that is being read, and how far it is read; none while Markdown makes tags.
    raw: Cell<Option<(usize, usize)>>,
    /// Where the raw HTML ends that is being read.
    ends: Cell<usize>,
    /// How often the parser has done anything.
    steps: Cell<usize>,
    moved: Cell<usize>,
    is_too_deep: Cell<bool>,
    found: RefCell<Found>,
}

impl Reading<'_> {
    fn begin(&self, is_raw: bool, range: Range<usize>) {
        let begun = self.raw.get().map_or(range.start, |(begun, _)| begun);
        self.raw.set(is_raw.then_some((begun, range.start)));
        self.ends.set(range.end);
    }

    /// Says that raw HTML was read: exactly as it stands in the file, or without the marks of quotes and lists before its lines.
    fn advance(&self, bytes: usize, is_last: bool) {
        if let Some((begun, read)) = self.raw.get() {
            let read = if is_last { self.ends.get() } else { (read + bytes).min(self.ends.get()) };
            self.raw.set(Some((begun, read)));
        }
    }

    fn step(&self) {
        self.steps.set(self.steps.get() + 1);
    }

    fn deepen(&self, child: &Node, depth: usize) {
        self.step();
        child.depth.set(depth);
        if depth > DEEPEST {
            self.is_too_deep.set(true);
        }
    }

    fn move_one(&self) {
        self.moved.set(self.moved.get() + 1);
        if self.moved.get() > MOST_MOVED {
            self.is_too_deep.set(true);
        }
    }

    /// The raw HTML just read, at most the last few thousand bytes, and where it starts.
    fn window(&self) -> Option<(usize, &str)> {
        let (begun, read) = self.raw.get()?;
        let read = self.markdown.floor_char_boundary(read);
        let from = self.markdown.floor_char_boundary(begun.max(read.saturating_sub(LONGEST_TAG_SHOWN)));
        Some((from, &self.markdown[from..read]))
    }

    /// Where the tag stands that was just read.
    fn tag(&self, name: &str) -> Range<usize> {
        let Some((from, text)) = self.window() else { return self.offset..self.offset };
        let is_name = |at: &usize| text.as_bytes()[at + 1..].get(..name.len()).is_some_and(|found| found.eq_ignore_ascii_case(name.as_bytes()));
        let at = text.rmatch_indices('<').take(MOST_TAGS_BACK).map(|(at, _)| at).find(is_name).unwrap_or(0);
        let length = text[at..].lines().next().map_or(0, str::len);
        self.offset + from + at..self.offset + from + at + length
    }

    /// Where a value stands in the tag that was just read; the whole tag where it is written with references.
    fn value(&self, value: &str, tag: Range<usize>) -> Range<usize> {
        let (start, end) = (tag.start - self.offset, self.raw.get().map_or(tag.end - self.offset, |(_, read)| read));
        let at = self.markdown.get(start..end).filter(|_| !value.is_empty()).and_then(|text| text.find(value));
        at.map_or(tag, |at| self.offset + start + at..self.offset + start + at + value.len())
    }

    fn element(&self, name: &QualName, attributes: &[Attribute]) {
        let mut found = self.found.borrow_mut();
        let tag = self.tag(&name.local);
        if name.ns != ns!(html) {
            // What a drawing holds goes with it.
            if matches!(&*name.local, "svg" | "math") {
                found.removed.push((format!("<{}>", name.local), tag));
            }
            return;
        }
        if !is_kept(&name.local) {
            found.removed.push((format!("<{}>", name.local), tag));
            return;
        }
        let lacks_alt = &*name.local == "img" && !attributes.iter().any(|attribute| &*attribute.name.local == "alt");
        for Attribute { name: attribute, value } in attributes {
            let attribute = &*attribute.local;
            if !is_kept_attribute(&name.local, attribute) {
                found.removed.push((attribute.to_owned(), tag.clone()));
            } else if attribute == "id" || attribute == "name" && &*name.local == "a" {
                let span = self.value(value, tag.clone());
                if !found.anchors.last().is_some_and(|(last, place)| **last == **value && place.start == span.start) {
                    found.anchors.push((value.to_string(), span));
                }
            } else if let Some(image) = leads(attribute) {
                for destination in addresses(attribute, value) {
                    let span = self.value(destination, tag.clone());
                    let alt = (attribute == "src" && lacks_alt).then(String::new);
                    found.links.push(WrittenLink { destination: destination.to_owned(), span, image, alt, in_html: true });
                }
            }
        }
    }

    fn text(&self, parent: &Node, text: &str) {
        self.step();
        let is_shown = !matches!(&*parent.name.local, "script" | "style" | "pre" | "code" | "textarea" | "samp" | "kbd");
        let is_link = || text.find("](").is_some_and(|at| text[..at].contains('[') && text[at..].contains(')'));
        if let Some((from, window)) = self.window().filter(|_| is_shown && is_link()) {
            let at = window.find("](").and_then(|end| window[..end].rfind('[')).unwrap_or(0);
            let length = window[at..].lines().next().map_or(0, str::len);
            self.found.borrow_mut().markdown.push(self.offset + from + at..self.offset + from + at + length);
        }
    }
}

/// The addresses that the value of an attribute holds.
pub fn addresses<'v>(attribute: &str, value: &'v str) -> Vec<&'v str> {
    if attribute == "srcset" { candidates(value).into_iter().map(|(address, _)| address).collect() } else { vec![value.trim()] }
}

/// The candidates of a `srcset`: each address with its width or density.
pub fn candidates(value: &str) -> Vec<(&str, &str)> {
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
        let (descriptor, after) = if bare.len() < address.len() { ("", after) } else { after.split_once(',').unwrap_or((after, "")) };
        candidates.push((bare, descriptor.trim()));
        rest = after;
    }
}

/// Hands what Markdown makes to the parser of HTML, and stops where that would take long.
struct Feeder<'r, 'm> {
    reading: &'r Reading<'m>,
    parser: Parser<Sink<'m>>,
    /// The weight of what was read since the parser last did anything: it is within a tag.
    unread: usize,
    in_comment: bool,
    /// The last few letters, where a comment may begin or end.
    tail: String,
}

impl fmt::Write for Feeder<'_, '_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let mut rest = text;
        while !rest.is_empty() && !self.reading.is_too_deep.get() {
            let end = rest.find('>').map_or(rest.len(), |at| at + 1).min(PIECE);
            let (piece, after) = rest.split_at(rest.ceil_char_boundary(end));
            self.reading.advance(piece.len(), after.is_empty());
            self.feed(piece);
            rest = after;
        }
        Ok(())
    }
}

impl Feeder<'_, '_> {
    fn feed(&mut self, piece: &str) {
        let before = self.reading.steps.get();
        self.parser.process(StrTendril::from(piece));
        self.watch_comments(piece);
        if self.reading.steps.get() > before || self.in_comment {
            self.unread = 0;
        } else {
            let weigh = |byte: u8| match byte {
                b'/' => 1,
                b'"' | b'\'' => BLANK,
                byte if byte.is_ascii_whitespace() => BLANK,
                _ => 0,
            };
            self.unread += piece.bytes().map(weigh).sum::<usize>();
        }
        if self.unread > MOST_IN_A_TAG {
            self.reading.is_too_deep.set(true);
        }
    }

    fn watch_comments(&mut self, piece: &str) {
        self.tail.push_str(piece);
        match (self.tail.rfind("<!--"), self.tail.rfind("-->")) {
            (Some(opens), closes) => self.in_comment = closes.is_none_or(|closes| closes < opens),
            (None, Some(_)) => self.in_comment = false,
            (None, None) => {}
        }
        let keep = self.tail.ceil_char_boundary(self.tail.len().saturating_sub(3));
        self.tail.drain(..keep);
    }
}

/// A node of the tree that is not kept: what the parser asks for again.
struct Node {
    name: QualName,
    depth: Cell<usize>,
}

struct Sink<'m>(Rc<Reading<'m>>);

fn node(name: QualName) -> Rc<Node> {
    Rc::new(Node { name, depth: Cell::new(0) })
}

fn nameless() -> Rc<Node> {
    node(QualName::new(None, ns!(), local_name!("")))
}

impl Sink<'_> {
    fn put(&self, child: NodeOrText<Rc<Node>>, parent: &Node, depth: usize) {
        match child {
            NodeOrText::AppendNode(child) => self.0.deepen(&child, depth),
            NodeOrText::AppendText(text) => self.0.text(parent, &text),
        }
    }
}

impl TreeSink for Sink<'_> {
    type Handle = Rc<Node>;
    type Output = ();
    type ElemName<'a>
        = ExpandedName<'a>
    where
        Self: 'a;

    fn finish(self) {}

    fn get_document(&self) -> Rc<Node> {
        nameless()
    }

    fn elem_name<'a>(&'a self, target: &'a Rc<Node>) -> ExpandedName<'a> {
        target.name.expanded()
    }

    fn create_element(&self, name: QualName, attributes: Vec<Attribute>, _: ElementFlags) -> Rc<Node> {
        self.0.step();
        if self.0.raw.get().is_some() {
            self.0.element(&name, &attributes);
        }
        node(name)
    }

    fn create_comment(&self, _: StrTendril) -> Rc<Node> {
        nameless()
    }

    fn create_pi(&self, _: StrTendril, _: StrTendril) -> Rc<Node> {
        nameless()
    }

    fn append(&self, parent: &Rc<Node>, child: NodeOrText<Rc<Node>>) {
        self.put(child, parent, parent.depth.get() + 1);
    }

    fn append_based_on_parent_node(&self, element: &Rc<Node>, _: &Rc<Node>, child: NodeOrText<Rc<Node>>) {
        self.0.move_one();
        self.put(child, element, element.depth.get());
    }

    fn append_before_sibling(&self, sibling: &Rc<Node>, child: NodeOrText<Rc<Node>>) {
        self.0.move_one();
        self.put(child, sibling, sibling.depth.get());
    }

    fn remove_from_parent(&self, _: &Rc<Node>) {
        self.0.move_one();
    }

    fn reparent_children(&self, _: &Rc<Node>, _: &Rc<Node>) {
        self.0.move_one();
    }

    fn pop(&self, _: &Rc<Node>) {
        self.0.step();
    }

    fn get_template_contents(&self, target: &Rc<Node>) -> Rc<Node> {
        Rc::clone(target)
    }

    fn same_node(&self, one: &Rc<Node>, other: &Rc<Node>) -> bool {
        Rc::ptr_eq(one, other)
    }

    fn append_doctype_to_document(&self, _: StrTendril, _: StrTendril, _: StrTendril) {}

    fn add_attrs_if_missing(&self, _: &Rc<Node>, _: Vec<Attribute>) {}

    fn parse_error(&self, _: Cow<'static, str>) {}

    fn set_quirks_mode(&self, _: QuirksMode) {}
}

#[cfg(test)]
mod tests {
    use super::*;

    fn destinations(markdown: &str) -> Vec<String> {
        find(markdown, 0).links.into_iter().map(|link| link.destination).collect()
    }

    #[test]
    fn addresses_are_found_wherever_html_may_stand() {
        let rows: &[(&str, &[&str])] = &[
            ("<img src=\"a.png\" alt=\"\">\n", &["a.png"]),
            ("Text <IMG SRC=a.png> and <a href='b.md'>b</a>.\n", &["a.png", "b.md"]),
            ("<img\n  alt=x\n  src=\"a.png\">\n", &["a.png"]),
            ("> <img\n> src='a.png'>\n", &["a.png"]),
            ("- <a href=a.md>\n  text</a>\n", &["a.md"]),
            ("| a |\n|---|\n| <img src=a.png> |\n", &["a.png"]),
            ("<a href=\"a.md?x=1&amp;y=2#z\">b</a>\n", &["a.md?x=1&y=2#z"]),
            ("<picture><source srcset=\"a.png 1x, b,c.png 2x\"><img src=d.png></picture>\n", &["a.png", "b,c.png", "d.png"]),
            ("<video src=a.mp4 poster=b.png><track src=c.vtt></video>\n", &["a.mp4", "b.png", "c.vtt"]),
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
    fn places_are_those_of_the_value() {
        let markdown = "é\n\n<p><img src=\"a.png\">\n<img alt=\"\"\n src=\"a.png\"></p>\n";
        let found = find(markdown, 10);
        for link in &found.links {
            assert_eq!(&markdown[link.span.start - 10..link.span.end - 10], "a.png");
        }
        assert!(found.links[0].span.end < found.links[1].span.start);
        assert_eq!(found.links.iter().map(|link| link.alt.is_some()).collect::<Vec<_>>(), [true, false]);
    }

    #[test]
    fn what_will_be_removed_is_found() {
        let names = |markdown: &str| find(markdown, 0).removed.into_iter().map(|(name, _)| name).collect::<Vec<_>>();
        assert_eq!(names("<iframe src=x></iframe><p style='a' onclick=b title=c>d</p>\n"), ["<iframe>", "style", "onclick"]);
        assert_eq!(names("<svg><path/><title>x</title></svg> <x-card>a</x-card>\n"), ["<svg>", "<x-card>"]);
        assert_eq!(names("<b>a</b> <video src=a.mp4 controls></video> <details open><summary>a</summary></details>\n"), [""; 0]);
    }

    #[test]
    fn anchors_are_found_once() {
        let names = |markdown: &str| find(markdown, 0).anchors.into_iter().map(|(name, _)| name).collect::<Vec<_>>();
        assert_eq!(names("<a id=\"x\" name=\"x\"></a>\n\n<h2 id=more>More</h2>\n"), ["x", "more"]);
    }

    #[test]
    fn what_is_nested_too_deep_is_given_up() {
        let table = "<table><tr><td>".repeat(100);
        for markdown in
            ["<div>".repeat(500), "<b id=1>a ".repeat(500), "<table><b>a</b>".repeat(3_000), format!("<p {}>", "a b ".repeat(5_000)), table.repeat(2)]
        {
            assert!(find(&markdown, 0).is_too_deep, "{}", &markdown[..40]);
        }
        for markdown in ["<p>a ".repeat(5_000), "<ul><li>a</ul>".repeat(5_000), "<li>a".repeat(5_000), format!("<!-- {} -->", "a b ".repeat(9_000))] {
            assert!(!find(&markdown, 0).is_too_deep, "{}", &markdown[..40]);
        }
    }

    #[test]
    fn candidates_are_read_as_browsers_read_them() {
        assert_eq!(candidates("a.png, b.png 2x , c,d.png 3w"), [("a.png", ""), ("b.png", "2x"), ("c,d.png", "3w")]);
        assert_eq!(candidates(" ,"), []);
    }
}
