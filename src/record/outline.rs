//! The outline of a Markdown body: headings with anchors, plain text by section, links and images.

use std::ops::Range;
use std::sync::Arc;

use casebook_search::tokenized::TokenizedTexts;
use pulldown_cmark::{Event, LinkType, Parser, Tag, TagEnd};
use rustc_hash::FxHashMap;

use crate::record::markdown::{WrittenLink, markdown_options};
use crate::record::{html, malformed_link, raw_html};
use crate::site::address::to_slug;
use crate::source::to_nfc;

/// The outline of a body; spans are byte ranges in the file.
#[derive(Debug, Clone, Default)]
pub struct Outline {
    /// Headings in order, with unique anchors; shared with the record of the catalog.
    pub headings: Arc<[Heading]>,
    /// Plain text by section; shared with the record of the catalog.
    pub sections: Arc<[TextSection]>,
    /// The text of all code blocks, which is no part of the sections; shared with the record of the
    /// catalog.
    pub code: Arc<str>,
    /// Links and images: those of Markdown in order, then those of raw HTML in order.
    pub links: Vec<WrittenLink>,
    /// Anchors in raw HTML, all distinct from one another and from those of headings.
    pub anchors: Vec<String>,
    /// How raw HTML in the body is published.
    pub raw_html: RawHtml,
    /// Parts of the body that are published differently than its author may expect.
    pub warnings: Vec<BodyWarning>,
    /// Tokens of every text of [`section_texts`](Outline::section_texts).
    pub tokenized: Arc<TokenizedTexts>,
}

impl Outline {
    /// All link targets in the body: anchors of headings, then those in raw HTML.
    pub fn all_anchors(&self) -> impl Iterator<Item = &str> {
        self.headings
            .iter()
            .map(|heading| heading.anchor.as_str())
            .chain(self.anchors.iter().map(String::as_str))
    }

    /// The texts of the body to tokenize: for each section its heading, empty without one, and then
    /// its text.
    pub fn section_texts(&self) -> impl Iterator<Item = &str> {
        let heading = |section: &TextSection| {
            section
                .heading
                .and_then(|index| self.headings.get(index))
                .map_or("", |heading| &heading.text)
        };
        self.sections.iter().flat_map(move |section| [heading(section), &section.text])
    }
}

/// How the raw HTML of a body is published.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum RawHtml {
    /// There is no raw HTML.
    #[default]
    None,
    /// As sanitised HTML.
    Sanitised,
    /// As text, because it is nested too deeply.
    Text,
}

/// A part of a body that is published differently than its author may expect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BodyWarning {
    /// Code of the diagnostic.
    pub code: &'static str,
    /// Byte range in the file.
    pub span: Range<usize>,
    /// Message of the diagnostic.
    pub message: String,
    /// Hint of the diagnostic.
    pub hint: String,
}

/// A heading of a body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heading {
    /// Level from 1 to 6.
    pub level: u8,
    /// Text without markup.
    pub text: String,
    /// Anchor, unique on the page.
    pub anchor: String,
    /// Byte range in the file.
    pub span: Range<usize>,
}

/// The plain text below a heading, up to the next one.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TextSection {
    /// Index of the heading in [`Outline::headings`]; none for the text before the first heading.
    pub heading: Option<usize>,
    /// Plain text without code blocks, blocks separated by line feeds; shared with the search
    /// index.
    pub text: Arc<str>,
}

/// Braces at the end of a heading that the parser took for attributes although they hold neither id
/// nor class, so that they are text. `source` is the source of the heading.
pub fn find_literal_braces<'m>(tag: &Tag<'_>, source: &'m str) -> Option<&'m str> {
    let Tag::Heading { id: None, classes, attrs, .. } = tag else { return None };
    let start = source.rfind('{').filter(|_| classes.is_empty() && !attrs.is_empty())?;
    let end = start + source[start..].find('}')?;
    Some(&source[start..=end])
}

/// Parses the outline of a body that starts `offset` bytes into its file; `tokenized` is left
/// empty.
pub fn parse_outline(markdown: &str, offset: usize) -> Outline {
    let mut outline = OutlineBuilder::build(markdown, offset, RawHtml::None);
    if outline.raw_html == RawHtml::None {
        return outline;
    }
    let found = raw_html::scan_html(markdown, offset);
    if found.is_too_deep {
        outline = OutlineBuilder::build(markdown, offset, RawHtml::Text);
        outline.warnings.push(html_too_deep(offset, markdown));
        return outline;
    }
    outline.sections = visible_sections(markdown, outline.headings.len()).into();
    outline.links.extend(found.links);
    add_html_anchors(&mut outline, found.anchors);
    outline.warnings.extend(removed_html_warnings(found.removed));
    outline.warnings.extend(found.markdown.into_iter().map(markdown_in_html));
    outline
}

/// Adds the anchors of raw HTML. One that an earlier anchor has, or that begins with an underscore,
/// which is reserved for the page, becomes a warning.
fn add_html_anchors(outline: &mut Outline, html_anchors: Vec<(String, Range<usize>)>) {
    // Anchors so far, and whether each is that of a heading.
    let mut taken: FxHashMap<String, bool> =
        outline.headings.iter().map(|heading| (heading.anchor.clone(), true)).collect();
    for (name, span) in html_anchors.into_iter().filter(|(name, _)| !name.is_empty()) {
        let name = to_nfc(&name).into_owned();
        let message = match taken.get(&name) {
            _ if name.starts_with('_') => {
                format!("the name `{name}` is one of the page around the text, so it is left out")
            }
            Some(true) => {
                format!("a heading is called `{name}` already, so links to `#{name}` lead there")
            }
            Some(false) => format!(
                "another element is called `{name}` already, so links to `#{name}` lead there"
            ),
            None => {
                taken.insert(name.clone(), false);
                outline.anchors.push(name);
                continue;
            }
        };
        let hint = "give it another name, without an underscore at its start".to_owned();
        outline.warnings.push(BodyWarning { code: "anchor-taken", span, message, hint });
    }
}

/// One warning for each kind of element and attribute that sanitising removes, at its first
/// occurrence.
fn removed_html_warnings(removed: Vec<(String, Range<usize>)>) -> Vec<BodyWarning> {
    let mut kinds: Vec<(String, Range<usize>, usize)> = Vec::new();
    let mut positions: FxHashMap<String, usize> = FxHashMap::default();
    for (name, span) in removed {
        match positions.get(&name) {
            Some(index) => kinds[*index].2 += 1,
            None => {
                positions.insert(name.clone(), kinds.len());
                kinds.push((name, span, 1));
            }
        }
    }
    let to_warning = |(name, span, count): (String, Range<usize>, usize)| {
        let times = if count > 1 { format!(", {count} times") } else { String::new() };
        let hint = html::replacement_hint(&name).to_owned();
        BodyWarning {
            code: "html-removed",
            span,
            message: format!("`{name}` is left out of the page{times}"),
            hint,
        }
    };
    kinds.into_iter().map(to_warning).collect()
}

/// The warning that a Markdown link within HTML is shown as text.
fn markdown_in_html(span: Range<usize>) -> BodyWarning {
    BodyWarning {
        code: "not-a-link",
        span,
        message: "Markdown within HTML is shown as it is typed".to_owned(),
        hint: "put an empty line behind the HTML tag above it, or write it as HTML too".to_owned(),
    }
}

/// The warning, at the first line of the body, that its raw HTML is shown as text.
fn html_too_deep(offset: usize, markdown: &str) -> BodyWarning {
    let length = markdown.lines().next().map_or(0, str::len).min(80);
    BodyWarning {
        code: "html-removed",
        span: offset..offset + markdown.floor_char_boundary(length),
        message: "the HTML in this text is nested too deep, so its tags are shown as text"
            .to_owned(),
        hint: "close what is opened, or write it as Markdown".to_owned(),
    }
}

/// Collects headings, plain text by section, links and warnings of malformed links from the events
/// of the Markdown parser; what is inside of raw HTML is added later.
struct OutlineBuilder {
    outline: Outline,
    headings: Vec<Heading>,
    sections: Vec<TextSection>,
    anchors: AnchorSet,
    /// Index of the heading of the current section.
    section_heading: Option<usize>,
    /// Text of the current section so far.
    section_text: String,
    /// Level, id, text and span of the heading that is open.
    open_heading: Option<(u8, Option<String>, String, Range<usize>)>,
    /// Indices of the images that are open, whose text is their alternative text.
    open_images: Vec<usize>,
    is_in_code: bool,
    /// Text of all code blocks so far.
    code: String,
    /// Literal braces at the end of the heading that is open.
    literal_braces: Option<String>,
    /// Range in the Markdown of the current run of plain text.
    plain_range: Range<usize>,
    /// Number of links and images that are open, in which text is not plain text.
    open_link_count: usize,
    offset: usize,
}

impl OutlineBuilder {
    /// Builds the outline of a body; with `RawHtml::Text`, raw HTML is part of the text.
    fn build(markdown: &str, offset: usize, raw_html: RawHtml) -> Outline {
        let mut builder = OutlineBuilder {
            outline: Outline { raw_html, ..Outline::default() },
            headings: Vec::new(),
            sections: Vec::new(),
            anchors: AnchorSet::default(),
            section_heading: None,
            section_text: String::new(),
            open_heading: None,
            open_images: Vec::new(),
            is_in_code: false,
            code: String::new(),
            literal_braces: None,
            plain_range: 0..0,
            open_link_count: 0,
            offset,
        };
        for (event, range) in Parser::new_ext(markdown, markdown_options()).into_offset_iter() {
            if let Event::Start(tag) = &event {
                builder.literal_braces = find_literal_braces(tag, &markdown[range.clone()])
                    .map(str::to_owned)
                    .or(builder.literal_braces);
            }
            builder.collect_plain_text(&event, &range, markdown);
            builder.handle_event(event, range);
        }
        builder.check_plain_text(markdown);
        builder.close_section();
        Outline {
            headings: builder.headings.into(),
            sections: builder.sections.into(),
            code: builder.code.into(),
            ..builder.outline
        }
    }

    /// Extends the current run of plain text by an event that is plain text; any other event ends
    /// the run, which is then checked for malformed links.
    fn collect_plain_text(&mut self, event: &Event<'_>, range: &Range<usize>, markdown: &str) {
        let is_plain = matches!(event, Event::Text(_) | Event::SoftBreak)
            && !self.is_in_code
            && self.open_link_count == 0;
        if is_plain && self.plain_range.end == range.start {
            self.plain_range.end = range.end;
            return;
        }
        self.check_plain_text(markdown);
        // An escaped character is not the start of a link.
        let is_escaped = markdown[..range.start].ends_with('\\');
        let start =
            if is_escaped { markdown.ceil_char_boundary(range.start + 1) } else { range.start };
        self.plain_range =
            if is_plain { start.min(range.end)..range.end } else { range.end..range.end };
    }

    /// Ends the current run of plain text and adds a warning for each malformed link in it.
    fn check_plain_text(&mut self, markdown: &str) {
        let plain_range = std::mem::take(&mut self.plain_range);
        for malformed_link::MalformedLink { span, message, hint } in markdown
            .get(plain_range.clone())
            .map(malformed_link::find_malformed_links)
            .unwrap_or_default()
        {
            let start = self.offset + plain_range.start;
            self.outline.warnings.push(BodyWarning {
                code: "not-a-link",
                span: start + span.start..start + span.end,
                message,
                hint,
            });
        }
    }

    /// Updates headings, sections and links by one event of the Markdown parser, whose range is in
    /// the Markdown.
    fn handle_event(&mut self, event: Event<'_>, range: Range<usize>) {
        let span = self.offset + range.start..self.offset + range.end;
        match event {
            Event::Start(tag) => self.start(tag, span),
            Event::End(tag) => self.end(tag),
            Event::Text(text) => self.push_text(&text),
            Event::Code(text) => self.push_text(&text),
            Event::SoftBreak | Event::HardBreak => self.push_text(" "),
            Event::Html(text) | Event::InlineHtml(text)
                if self.outline.raw_html == RawHtml::Text =>
            {
                self.push_text(&text)
            }
            Event::Html(_) | Event::InlineHtml(_) => self.outline.raw_html = RawHtml::Sanitised,
            _ => {}
        }
    }

    /// Opens a heading, link, image or code block, whose `span` is in the file.
    fn start(&mut self, tag: Tag<'_>, span: Range<usize>) {
        match tag {
            Tag::Heading { level, id, .. } => {
                self.open_heading =
                    Some((level as u8, id.map(|id| id.to_string()), String::new(), span))
            }
            Tag::Link { link_type, dest_url, .. } => {
                // The parser gives an email autolink without its scheme.
                let destination = if link_type == LinkType::Email {
                    format!("mailto:{dest_url}")
                } else {
                    dest_url.to_string()
                };
                self.open_link_count += 1;
                self.outline.links.push(WrittenLink {
                    destination,
                    span,
                    is_image: false,
                    alt: None,
                    is_in_html: false,
                });
            }
            Tag::Image { dest_url, .. } => {
                self.open_images.push(self.outline.links.len());
                self.open_link_count += 1;
                self.outline.links.push(WrittenLink {
                    destination: dest_url.to_string(),
                    span,
                    is_image: true,
                    alt: Some(String::new()),
                    is_in_html: false,
                });
            }
            Tag::CodeBlock(_) => self.is_in_code = true,
            _ => {}
        }
    }

    /// Closes a heading, link, image or code block, and separates the text of other blocks.
    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Heading(_) => self.finish_heading(),
            TagEnd::Link => self.open_link_count = self.open_link_count.saturating_sub(1),
            TagEnd::Image => {
                self.open_link_count = self.open_link_count.saturating_sub(1);
                self.open_images.pop();
            }
            TagEnd::CodeBlock => self.is_in_code = false,
            TagEnd::Paragraph
            | TagEnd::Item
            | TagEnd::TableRow
            | TagEnd::TableHead
            | TagEnd::BlockQuote(_) => self.end_block("\n"),
            TagEnd::TableCell => self.end_block(" "),
            _ => {}
        }
    }

    /// Appends text to what is open: the alternative text of an image, a heading, or else the
    /// section. Code blocks are left out.
    fn push_text(&mut self, text: &str) {
        if let Some(is_image) = self.open_images.last() {
            self.outline.links[*is_image].alt.get_or_insert_default().push_str(text);
        } else if let Some((_, _, heading, _)) = &mut self.open_heading {
            heading.push_str(text);
        } else if self.is_in_code {
            self.code.push_str(text);
        } else {
            self.section_text.push_str(text);
        }
    }

    /// Appends a separator to the text of the section, unless that is empty or ends a line, before
    /// the next block begins.
    fn end_block(&mut self, separator: &str) {
        if !self.section_text.is_empty() && !self.section_text.ends_with('\n') {
            self.section_text.push_str(separator);
        }
    }

    /// Ends the section above the heading that is open, and begins the one below it.
    fn finish_heading(&mut self) {
        let Some((level, id, mut text, span)) = self.open_heading.take() else { return };
        if let Some(braces) = self.literal_braces.take() {
            text.push_str(if text.is_empty() { "" } else { " " });
            text.push_str(&braces);
        }
        self.close_section();
        // Anchors that begin with an underscore are reserved for the page.
        let own_anchor = id.map(|id| to_nfc(id.trim_start_matches('_')).into_owned());
        let anchor = self.anchors.make_unique(own_anchor.unwrap_or_else(|| to_slug(&text)));
        self.section_heading = Some(self.headings.len());
        self.headings.push(Heading { level, text, anchor, span });
    }

    /// Adds the current section to the outline, unless it has neither heading nor text.
    fn close_section(&mut self) {
        let (heading, text) = (self.section_heading.take(), self.section_text.trim_end());
        if heading.is_some() || !text.is_empty() {
            self.sections.push(TextSection { heading, text: text.into() });
        }
        self.section_text.clear();
    }
}

/// The anchors given to headings of a page so far, each with the number of headings that wanted it.
#[derive(Debug, Default)]
struct AnchorSet(FxHashMap<String, u32>);

impl AnchorSet {
    /// The wanted anchor, with a number appended if an earlier heading has it; `section` for an
    /// empty one.
    fn make_unique(&mut self, wanted: String) -> String {
        let wanted = if wanted.is_empty() { "section".to_owned() } else { wanted };
        let count = self.0.entry(wanted.clone()).or_insert(0);
        *count += 1;
        let (number, mut anchor) = (*count, wanted.clone());
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

/// The sections of a body with raw HTML, without hidden text and text that sanitising removes.
fn visible_sections(markdown: &str, heading_count: usize) -> Vec<TextSection> {
    let mut sections = html::visible_sections(markdown);
    sections.retain(|(heading, text)| {
        heading.is_some_and(|index| index < heading_count) || heading.is_none() && !text.is_empty()
    });
    sections.into_iter().map(|(heading, text)| TextSection { heading, text: text.into() }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_sections_and_links() {
        let outline = parse_outline(
            "Intro [a](b.md).\n\n## Results & more {#res}\n\nText ![alt **bold**](i.png)\n\n## Plan\n\n- one\n- two\n\n## Plan\n",
            10,
        );
        let anchors: Vec<_> =
            outline.headings.iter().map(|heading| heading.anchor.as_str()).collect();
        assert_eq!(anchors, ["res", "plan", "plan-2"]);
        assert_eq!(outline.sections[0], TextSection { heading: None, text: "Intro a.".into() });
        assert_eq!(&*outline.sections[2].text, "one\ntwo");
        assert_eq!(outline.links[1].alt.as_deref(), Some("alt bold"));
        assert_eq!(outline.links[0].span.start, 16);
    }

    #[test]
    fn braces_at_the_end_of_a_heading_are_text_unless_they_name_it() {
        let outline = parse_outline(
            "## Hi {first_name}\n\n## Offer {20 % off}\n\n## Plan {#plan .wide}\n\nHello {city}\n---\n\n## {all}\n\n## A {b} c\n",
            0,
        );
        let headings: Vec<_> = outline
            .headings
            .iter()
            .map(|heading| (heading.text.as_str(), heading.anchor.as_str()))
            .collect();
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
    fn email_addresses_become_mailto_links() {
        let outline = parse_outline("<team@brand.example> [a](mailto:team@brand.example)", 0);
        let destinations: Vec<_> =
            outline.links.iter().map(|link| link.destination.as_str()).collect();
        assert_eq!(destinations, ["mailto:team@brand.example"; 2]);
    }

    #[test]
    fn text_in_raw_html_is_searchable() {
        let outline = parse_outline("<div class=\"x\">\n<p>Bonjour &amp; merci</p>\n</div>\n", 0);
        assert_eq!(outline.raw_html, RawHtml::Sanitised);
        assert_eq!(
            outline.sections[0].text.split_whitespace().collect::<Vec<_>>(),
            ["Bonjour", "&", "merci"]
        );
    }

    #[test]
    fn deep_nesting_is_parsed() {
        parse_outline(&"[".repeat(10_000), 0);
        parse_outline(&"> ".repeat(10_000), 0);
    }
}
