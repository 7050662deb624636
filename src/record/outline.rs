//! What a body holds: headings with anchors, plain text by section, links and images; HTML is made later, once.

use std::ops::Range;
use std::sync::Arc;

use casebook_search::wording::Wording;
use pulldown_cmark::{Event, LinkType, Options, Parser, Tag, TagEnd};
use rustc_hash::FxHashMap;

use crate::record::{html, raw_html, unread_link};
use crate::site::address::slug;
use crate::source::composed;

/// The outline of one body; spans are bytes in the file.
#[derive(Debug, Clone, Default)]
pub struct Outline {
    /// Headings in order, anchors unique; shared with the record that comes of it.
    pub headings: Arc<[Heading]>,
    /// Plain text by section; shared likewise.
    pub sections: Arc<[Section]>,
    /// Links and images: those of Markdown in order, then those of raw HTML.
    pub links: Vec<WrittenLink>,
    /// Names within raw HTML that can be linked to, unlike each other and the headings.
    pub anchors: Vec<String>,
    /// Whether it holds raw HTML, and what becomes of it.
    pub raw_html: RawHtml,
    /// What is shown otherwise than its author may have meant.
    pub remarks: Vec<Remark>,
    /// The words of every section: its heading, then its text.
    pub wording: Arc<Wording>,
}

impl Outline {
    /// What can be linked to: headings, and names within raw HTML.
    pub fn all_anchors(&self) -> impl Iterator<Item = &str> {
        self.headings.iter().map(|heading| heading.anchor.as_str()).chain(self.anchors.iter().map(String::as_str))
    }

    /// The texts that are cut into words, in the order of a wording.
    pub fn texts(&self) -> impl Iterator<Item = &str> {
        let heading = |section: &Section| section.heading.and_then(|at| self.headings.get(at)).map_or("", |heading| &heading.text);
        self.sections.iter().flat_map(move |section| [heading(section), &section.text])
    }
}

/// What becomes of the raw HTML of a body.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum RawHtml {
    /// There is none.
    #[default]
    None,
    /// It is sanitised.
    Sanitised,
    /// It is nested beyond what browsers show, and shown as text.
    Text,
}

/// Something in a body that is shown otherwise than its author may have meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remark {
    /// Its code.
    pub code: &'static str,
    /// Where it stands.
    pub span: Range<usize>,
    /// What is the matter.
    pub message: String,
    /// What to do.
    pub hint: String,
}

/// A heading of a body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heading {
    /// 1 to 6.
    pub level: u8,
    /// Its text without markup.
    pub text: String,
    /// Its anchor, unique on the page.
    pub anchor: String,
    /// Where it stands in the file.
    pub span: Range<usize>,
}

/// The plain text below a heading, up to the next one.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Section {
    /// Position in `Body::headings`; none for the text before the first heading.
    pub heading: Option<usize>,
    /// Plain text, blocks separated by line ends; code left out. Shared with the search index.
    pub text: Arc<str>,
}

/// A link or image as written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WrittenLink {
    /// Its destination.
    pub destination: String,
    /// Where it stands.
    pub span: Range<usize>,
    /// Whether it is an image.
    pub image: bool,
    /// Alternative text of an image; none where it needs none.
    pub alt: Option<String>,
    /// Whether it stands in raw HTML.
    pub in_html: bool,
}

/// The Markdown that Casebook reads: CommonMark with tables, footnotes, strikethrough, task lists and heading ids.
pub fn options() -> Options {
    Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_HEADING_ATTRIBUTES
}

/// What stands in braces at the end of a heading and is no id or class: text, as it was written. `source` is the whole heading.
pub fn braces_that_are_text<'m>(tag: &Tag<'_>, source: &'m str) -> Option<&'m str> {
    let Tag::Heading { id: None, classes, attrs, .. } = tag else { return None };
    let from = source.rfind('{').filter(|_| classes.is_empty() && !attrs.is_empty())?;
    let to = from + source[from..].find('}')?;
    Some(&source[from..=to])
}

/// Reads the outline of a body that starts `offset` bytes into its file; its words are for the caller to cut.
pub fn read(markdown: &str, offset: usize) -> Outline {
    let mut outline = Reader::read(markdown, offset, RawHtml::None);
    if outline.raw_html == RawHtml::None {
        return outline;
    }
    let found = raw_html::find(markdown, offset);
    if found.is_too_deep {
        outline = Reader::read(markdown, offset, RawHtml::Text);
        outline.remarks.push(too_deep(offset, markdown));
        return outline;
    }
    outline.sections = visible(markdown, outline.headings.len()).into();
    outline.links.extend(found.links);
    settle_anchors(&mut outline, found.anchors);
    outline.remarks.extend(removed(found.removed));
    outline.remarks.extend(found.markdown.into_iter().map(within_html));
    outline
}

/// Keeps each name once: headings come first, and names that begin with an underscore belong to the page around the body.
fn settle_anchors(outline: &mut Outline, written: Vec<(String, Range<usize>)>) {
    let mut taken: FxHashMap<String, bool> = outline.headings.iter().map(|heading| (heading.anchor.clone(), true)).collect();
    for (name, span) in written.into_iter().filter(|(name, _)| !name.is_empty()) {
        let name = composed(&name).into_owned();
        let message = match taken.get(&name) {
            _ if name.starts_with('_') => format!("the name `{name}` is one of the page around the text, so it is left out"),
            Some(true) => format!("a heading is called `{name}` already, so links to `#{name}` lead there"),
            Some(false) => format!("another element is called `{name}` already, so links to `#{name}` lead there"),
            None => {
                taken.insert(name.clone(), false);
                outline.anchors.push(name);
                continue;
            }
        };
        let hint = "give it another name, without an underscore at its start".to_owned();
        outline.remarks.push(Remark { code: "anchor-taken", span, message, hint });
    }
}

/// What sanitising removes, each kind of element and attribute told once, where it stands first.
fn removed(removed: Vec<(String, Range<usize>)>) -> Vec<Remark> {
    let mut kinds: Vec<(String, Range<usize>, usize)> = Vec::new();
    let mut positions: FxHashMap<String, usize> = FxHashMap::default();
    for (name, span) in removed {
        match positions.get(&name) {
            Some(at) => kinds[*at].2 += 1,
            None => {
                positions.insert(name.clone(), kinds.len());
                kinds.push((name, span, 1));
            }
        }
    }
    let remark = |(name, span, times): (String, Range<usize>, usize)| {
        let times = if times > 1 { format!(", {times} times") } else { String::new() };
        let hint = html::instead_of(&name).to_owned();
        Remark { code: "html-removed", span, message: format!("`{name}` is left out of the page{times}"), hint }
    };
    kinds.into_iter().map(remark).collect()
}

fn within_html(span: Range<usize>) -> Remark {
    Remark {
        code: "not-a-link",
        span,
        message: "Markdown within HTML is shown as it is typed".to_owned(),
        hint: "put an empty line behind the HTML tag above it, or write it as HTML too".to_owned(),
    }
}

fn too_deep(offset: usize, markdown: &str) -> Remark {
    let length = markdown.lines().next().map_or(0, str::len).min(80);
    Remark {
        code: "html-removed",
        span: offset..offset + markdown.floor_char_boundary(length),
        message: "the HTML in this text is nested too deep, so its tags are shown as text".to_owned(),
        hint: "close what is opened, or write it as Markdown".to_owned(),
    }
}

struct Reader {
    outline: Outline,
    headings: Vec<Heading>,
    sections: Vec<Section>,
    anchors: Anchors,
    /// The heading of the section that is being read, and its text so far.
    below: Option<usize>,
    text: String,
    heading: Option<(u8, Option<String>, String, Range<usize>)>,
    images: Vec<usize>,
    code: bool,
    /// What closes the heading that is being read.
    braces: Option<String>,
    /// Plain text in one piece, as a range of the Markdown.
    plain: Range<usize>,
    /// Links that are open: what stands in them is no plain text.
    open: usize,
    offset: usize,
}

impl Reader {
    /// Reads a body; its raw HTML counts as text where it is shown so.
    fn read(markdown: &str, offset: usize, raw_html: RawHtml) -> Outline {
        let mut reader = Reader {
            outline: Outline { raw_html, ..Outline::default() },
            headings: Vec::new(),
            sections: Vec::new(),
            anchors: Anchors::default(),
            below: None,
            text: String::new(),
            heading: None,
            images: Vec::new(),
            code: false,
            braces: None,
            plain: 0..0,
            open: 0,
            offset,
        };
        for (event, range) in Parser::new_ext(markdown, options()).into_offset_iter() {
            if let Event::Start(tag) = &event {
                reader.braces = braces_that_are_text(tag, &markdown[range.clone()]).map(str::to_owned).or(reader.braces);
            }
            reader.look_for_links(&event, &range, markdown);
            reader.take(event, range);
        }
        reader.look_through_plain(markdown);
        reader.close_section();
        Outline { headings: reader.headings.into(), sections: reader.sections.into(), ..reader.outline }
    }

    /// Gathers plain text that stands together, and looks through it where it ends.
    fn look_for_links(&mut self, event: &Event<'_>, range: &Range<usize>, markdown: &str) {
        let is_plain = matches!(event, Event::Text(_) | Event::SoftBreak) && !self.code && self.open == 0;
        if is_plain && self.plain.end == range.start {
            self.plain.end = range.end;
            return;
        }
        self.look_through_plain(markdown);
        // A mark behind a backslash is a letter.
        let is_escaped = markdown[..range.start].ends_with('\\');
        let start = if is_escaped { markdown.ceil_char_boundary(range.start + 1) } else { range.start };
        self.plain = if is_plain { start.min(range.end)..range.end } else { range.end..range.end };
    }

    fn look_through_plain(&mut self, markdown: &str) {
        let plain = std::mem::take(&mut self.plain);
        for unread_link::UnreadLink { span, message, hint } in markdown.get(plain.clone()).map(unread_link::find).unwrap_or_default() {
            let from = self.offset + plain.start;
            self.outline.remarks.push(Remark { code: "not-a-link", span: from + span.start..from + span.end, message, hint });
        }
    }

    fn take(&mut self, event: Event<'_>, range: Range<usize>) {
        let span = self.offset + range.start..self.offset + range.end;
        match event {
            Event::Start(tag) => self.start(tag, span),
            Event::End(tag) => self.end(tag),
            Event::Text(text) => self.text(&text),
            Event::Code(text) => self.text(&text),
            Event::SoftBreak | Event::HardBreak => self.text(" "),
            Event::Html(text) | Event::InlineHtml(text) if self.outline.raw_html == RawHtml::Text => self.text(&text),
            Event::Html(_) | Event::InlineHtml(_) => self.outline.raw_html = RawHtml::Sanitised,
            _ => {}
        }
    }

    fn start(&mut self, tag: Tag<'_>, span: Range<usize>) {
        match tag {
            Tag::Heading { level, id, .. } => self.heading = Some((level as u8, id.map(|id| id.to_string()), String::new(), span)),
            Tag::Link { link_type, dest_url, .. } => {
                // `<team@brand.example>` is an address of mail, not of a page.
                let destination = if link_type == LinkType::Email { format!("mailto:{dest_url}") } else { dest_url.to_string() };
                self.open += 1;
                self.outline.links.push(WrittenLink { destination, span, image: false, alt: None, in_html: false });
            }
            Tag::Image { dest_url, .. } => {
                self.images.push(self.outline.links.len());
                self.open += 1;
                self.outline.links.push(WrittenLink {
                    destination: dest_url.to_string(),
                    span,
                    image: true,
                    alt: Some(String::new()),
                    in_html: false,
                });
            }
            Tag::CodeBlock(_) => self.code = true,
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Heading(_) => self.finish_heading(),
            TagEnd::Link => self.open = self.open.saturating_sub(1),
            TagEnd::Image => {
                self.open = self.open.saturating_sub(1);
                self.images.pop();
            }
            TagEnd::CodeBlock => self.code = false,
            TagEnd::Paragraph | TagEnd::Item | TagEnd::TableRow | TagEnd::TableHead | TagEnd::BlockQuote(_) => self.part("\n"),
            TagEnd::TableCell => self.part(" "),
            _ => {}
        }
    }

    fn text(&mut self, text: &str) {
        if let Some(image) = self.images.last() {
            self.outline.links[*image].alt.get_or_insert_default().push_str(text);
        } else if let Some((_, _, heading, _)) = &mut self.heading {
            heading.push_str(text);
        } else if !self.code {
            self.text.push_str(text);
        }
    }

    fn part(&mut self, mark: &str) {
        if !self.text.is_empty() && !self.text.ends_with('\n') {
            self.text.push_str(mark);
        }
    }

    fn finish_heading(&mut self) {
        let Some((level, id, mut text, span)) = self.heading.take() else { return };
        if let Some(braces) = self.braces.take() {
            text.push_str(if text.is_empty() { "" } else { " " });
            text.push_str(&braces);
        }
        self.close_section();
        // Names that begin with an underscore belong to the page around the body.
        let named = id.map(|id| composed(id.trim_start_matches('_')).into_owned());
        let anchor = self.anchors.unique(named.unwrap_or_else(|| slug(&text)));
        self.below = Some(self.headings.len());
        self.headings.push(Heading { level, text, anchor, span });
    }

    fn close_section(&mut self) {
        let (heading, text) = (self.below.take(), self.text.trim_end());
        if heading.is_some() || !text.is_empty() {
            self.sections.push(Section { heading, text: text.into() });
        }
        self.text.clear();
    }
}

/// Anchors given out on one page.
#[derive(Debug, Default)]
struct Anchors(FxHashMap<String, u32>);

impl Anchors {
    /// The wanted anchor, with a number where it is taken.
    fn unique(&mut self, wanted: String) -> String {
        let wanted = if wanted.is_empty() { "section".to_owned() } else { wanted };
        let seen = self.0.entry(wanted.clone()).or_insert(0);
        *seen += 1;
        let (number, mut anchor) = (*seen, wanted.clone());
        if number > 1 {
            anchor = format!("{wanted}-{number}");
            while self.0.contains_key(&anchor) {
                anchor.push_str("-1");
            }
            self.0.insert(anchor.clone(), 1);
        }
        anchor
    }
}

/// The sections of a body with raw HTML, as a reader sees them.
fn visible(markdown: &str, headings: usize) -> Vec<Section> {
    let mut sections = html::visible_sections(markdown);
    sections.retain(|(heading, text)| heading.is_some_and(|at| at < headings) || heading.is_none() && !text.is_empty());
    sections.into_iter().map(|(heading, text)| Section { heading, text: text.into() }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_sections_and_links() {
        let outline = read("Intro [a](b.md).\n\n## Results & more {#res}\n\nText ![alt **bold**](i.png)\n\n## Plan\n\n- one\n- two\n\n## Plan\n", 10);
        let anchors: Vec<_> = outline.headings.iter().map(|heading| heading.anchor.as_str()).collect();
        assert_eq!(anchors, ["res", "plan", "plan-2"]);
        assert_eq!(outline.sections[0], Section { heading: None, text: "Intro a.".into() });
        assert_eq!(&*outline.sections[2].text, "one\ntwo");
        assert_eq!(outline.links[1].alt.as_deref(), Some("alt bold"));
        assert_eq!(outline.links[0].span.start, 16);
    }

    #[test]
    fn braces_at_the_end_of_a_heading_are_text_unless_they_name_it() {
        let outline = read("## Hi {first_name}\n\n## Offer {20 % off}\n\n## Plan {#plan .wide}\n\nHello {city}\n---\n\n## {all}\n\n## A {b} c\n", 0);
        let headings: Vec<_> = outline.headings.iter().map(|heading| (heading.text.as_str(), heading.anchor.as_str())).collect();
        let wanted = [
            ("Hi {first_name}", "hi-first-name"),
            ("Offer {20 % off}", "offer-20-off"),
            ("Plan", "plan"),
            ("Hello {city}", "hello-city"),
            ("{all}", "all"),
            ("A {b} c", "a-b-c"),
        ];
        assert_eq!(headings, wanted);
    }

    #[test]
    fn addresses_of_mail_lead_to_no_page() {
        let outline = read("<team@brand.example> [a](mailto:team@brand.example)", 0);
        let destinations: Vec<_> = outline.links.iter().map(|link| link.destination.as_str()).collect();
        assert_eq!(destinations, ["mailto:team@brand.example"; 2]);
    }

    #[test]
    fn raw_html_is_text_to_find() {
        let outline = read("<div class=\"x\">\n<p>Bonjour &amp; merci</p>\n</div>\n", 0);
        assert_eq!(outline.raw_html, RawHtml::Sanitised);
        assert_eq!(outline.sections[0].text.split_whitespace().collect::<Vec<_>>(), ["Bonjour", "&", "merci"]);
    }

    #[test]
    fn deep_nesting_is_read() {
        read(&"[".repeat(10_000), 0);
        read(&"> ".repeat(10_000), 0);
    }
}
