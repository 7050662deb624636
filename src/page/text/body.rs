//! Renders the Markdown of a record as HTML: links resolved, headings with anchors, raw HTML
//! sanitised.
//!
//! The Markdown is parsed a second time here, after its outline, because links are resolved in
//! between: that takes 0.5 % of a build, and to keep the events would take a seventh more memory
//! (`cargo bench --bench scale`).

use std::collections::BTreeMap;
use std::ops::Range;

use pulldown_cmark::{Alignment, CowStr, Event, HeadingLevel, Parser, Tag, TagEnd, html};

use crate::catalog::{Body, Catalog, Heading, Link, LinkTarget, RawHtml};
use crate::page::text::raw_html::{self, is_safe_address};
use crate::record::html::sanitise_with;
use crate::record::markdown::markdown_options;
use crate::record::outline;
use crate::site::address::encode_path;

/// Renders a body as HTML. `root` is the relative path from the page to the root of the site:
/// `../../`.
pub fn render_html(catalog: &Catalog, body: &Body, root: &str) -> String {
    let is_sanitised = body.raw_html == RawHtml::Sanitised;
    let markdown_links = body.links.iter().take_while(|link| !link.is_in_html).count();
    let mut rewriter = EventRewriter {
        catalog,
        root,
        prefix: if is_sanitised { raw_html::GENERATED_PREFIX } else { "" },
        escapes_raw_html: body.raw_html == RawHtml::Text,
        links: &body.links[..markdown_links],
        body_start: body.start,
        headings: body.headings.iter(),
        open_links: Vec::new(),
        open_images: 0,
        in_refused_image: false,
        heading_suffix: None,
        footnotes: Footnotes::default(),
        table: TableState::default(),
    };
    let mut text = String::with_capacity(body.markdown().len() * 3 / 2);
    let events = Parser::new_ext(body.markdown(), markdown_options()).into_offset_iter().map(
        |(event, range)| {
            if let Event::Start(tag) = &event {
                let text = &body.markdown()[range.clone()];
                rewriter.heading_suffix =
                    outline::find_literal_braces(tag, text).or(rewriter.heading_suffix);
            }
            rewriter.rewrite_event(event, &range)
        },
    );
    html::push_html(&mut text, events);
    let text =
        if rewriter.table.has_empty_header_cell { replace_empty_header_cells(&text) } else { text };
    if !is_sanitised {
        return text;
    }
    let rewriter = raw_html::RawHtmlRewriter::new(body, |link| link_address(catalog, root, link));
    sanitise_with(&text, move |element, attribute, value| {
        rewriter.rewrite_attribute(element, attribute, value)
    })
}

/// The address of a link from the page; none for a target that is broken, refused or withheld from
/// this audience.
fn link_address(catalog: &Catalog, root: &str, link: &Link) -> Option<String> {
    let fragment = |anchor: &str| format!("#{}", encode_path(anchor));
    match &link.target {
        LinkTarget::External => {
            is_safe_address(&link.destination).then(|| link.destination.clone())
        }
        LinkTarget::Anchor(anchor) => Some(fragment(anchor)),
        LinkTarget::Record(record, anchor) => {
            let address = encode_path(&catalog.meta(*record).address);
            let query = link.suffix.split('#').next().unwrap_or("");
            Some(format!(
                "{root}{address}{query}{}",
                anchor.as_deref().map_or_else(String::new, fragment)
            ))
        }
        LinkTarget::Asset(path) => Some(format!("{root}{}{}", encode_path(path), link.suffix)),
        LinkTarget::Generated(path) => Some(format!("{root}{path}{}", link.suffix)),
        LinkTarget::Withheld | LinkTarget::RefusedImage | LinkTarget::Broken => None,
    }
}

/// Replaces empty header cells by plain cells, so that screen readers do not announce a heading
/// without text.
fn replace_empty_header_cells(text: &str) -> String {
    text.replace("<th scope=\"col\"></th>", "<td></td>")
        .replace("<th scope=\"col\" class=\"number\"></th>", "<td></td>")
}

/// Rewrites the Markdown events of one body, one after another, before a writer turns them into
/// HTML.
struct EventRewriter<'a> {
    /// Records that links lead to.
    catalog: &'a Catalog,
    /// Relative path from the page to the root of the site: `../../`.
    root: &'a str,
    /// Prefix of every generated id and address; empty where the body has no raw HTML to tell them
    /// apart from.
    prefix: &'static str,
    /// Whether raw HTML is shown as text.
    escapes_raw_html: bool,
    /// Links and images of the Markdown, in its order.
    links: &'a [Link],
    /// Byte offset of the Markdown in its file, in which spans of links are counted.
    body_start: usize,
    /// Headings of the body whose start tags have not been written yet.
    headings: std::slice::Iter<'a, Heading>,
    /// For each open link, whether it has a target.
    open_links: Vec<bool>,
    /// Number of nested open images; text within them is alternative text.
    open_images: usize,
    /// Whether the outermost open image is refused, so that its text becomes the text of a link.
    in_refused_image: bool,
    /// Text in braces that ends the current heading and is no attribute.
    heading_suffix: Option<&'a str>,
    footnotes: Footnotes,
    table: TableState,
}

/// The ids and numbers given to footnotes of one body so far, in the order of first use; ids start
/// with an underscore, which no heading anchor does.
#[derive(Default)]
struct Footnotes {
    /// Number of each label.
    numbers: BTreeMap<String, usize>,
    /// Number of definitions seen of each footnote number.
    definition_counts: BTreeMap<usize, usize>,
}

impl Footnotes {
    /// The number of a footnote label, from 1 on in the order of first use; a new label takes the
    /// next one.
    fn number_of(&mut self, label: &str) -> usize {
        let next = self.numbers.len() + 1;
        *self.numbers.entry(label.to_owned()).or_insert(next)
    }

    /// The id that a reference to a footnote leads to, which is that of the first definition of its
    /// label.
    fn reference_id(&mut self, label: &str) -> String {
        format!("_note-{}", self.number_of(label))
    }

    /// The id of the definition of a footnote; a repeated definition of one label gets a suffix.
    fn definition_id(&mut self, label: &str) -> String {
        let number = self.number_of(label);
        let count = self.definition_counts.entry(number).or_default();
        *count += 1;
        if *count == 1 { format!("_note-{number}") } else { format!("_note-{number}-{count}") }
    }
}

/// Where in the current table the next cell is, by which its tag and class are chosen. Alignment
/// becomes a class, because style attributes are not allowed.
#[derive(Default)]
struct TableState {
    alignments: Vec<Alignment>,
    /// Zero-based index of the next cell.
    column: usize,
    /// Whether the current row is the header row.
    in_head: bool,
    /// Whether no event has followed the start of the current cell.
    cell_is_empty: bool,
    /// Whether any header cell was empty.
    has_empty_header_cell: bool,
}

impl<'a> EventRewriter<'a> {
    /// The event with its link resolved, raw HTML escaped where it is shown as text, and headings,
    /// code blocks, tables and task marks in the form of the theme. `range` is the place of the
    /// event in the Markdown.
    fn rewrite_event(&mut self, event: Event<'a>, range: &Range<usize>) -> Event<'a> {
        let was_empty_cell = std::mem::take(&mut self.table.cell_is_empty);
        match event {
            Event::Start(Tag::Link { link_type, dest_url, title, id })
                if !self.in_refused_image =>
            {
                match self.resolve_destination(&dest_url, range) {
                    Some(dest_url) => {
                        self.open_links.push(true);
                        Event::Start(Tag::Link { link_type, dest_url, title, id })
                    }
                    None => {
                        self.open_links.push(false);
                        self.tag_outside_alt_text("<span>")
                    }
                }
            }
            Event::End(TagEnd::Link) if self.open_links.pop() == Some(false) => {
                self.tag_outside_alt_text("</span>")
            }
            Event::Start(Tag::Image { dest_url, .. })
                if self.open_images == 0 && self.is_refused_image(range) =>
            {
                // The alternative text becomes the text of a link, unless it already is within one,
                // because links do not nest.
                self.in_refused_image = true;
                self.open_images += 1;
                let mut tag = String::from(if self.open_links.contains(&true) {
                    "<span>"
                } else {
                    "<a href=\""
                });
                if !self.open_links.contains(&true) {
                    push_escaped(
                        dest_url
                            .strip_prefix("//")
                            .map(|rest| format!("https://{rest}"))
                            .as_deref()
                            .unwrap_or(&dest_url),
                        &mut tag,
                    );
                    tag.push_str("\">");
                }
                Event::InlineHtml(tag.into())
            }
            Event::End(TagEnd::Image) if self.in_refused_image && self.open_images == 1 => {
                self.in_refused_image = false;
                self.open_images = 0;
                Event::InlineHtml(
                    if self.open_links.contains(&true) { "</span>" } else { "</a>" }.into(),
                )
            }
            // Images nested in alternative text are reduced to their text.
            Event::Start(Tag::Image { .. }) if self.in_refused_image => {
                self.open_images += 1;
                Event::Text("".into())
            }
            Event::End(TagEnd::Image) if self.in_refused_image => {
                self.open_images -= 1;
                Event::Text("".into())
            }
            Event::Start(Tag::Link { .. }) => {
                self.open_links.push(false);
                Event::Text("".into())
            }
            Event::Start(Tag::Image { link_type, dest_url, title, id }) => {
                self.open_images += 1;
                let dest_url =
                    self.resolve_destination(&dest_url, range).unwrap_or_else(|| CowStr::from(""));
                Event::Start(Tag::Image { link_type, dest_url, title, id })
            }
            Event::End(TagEnd::Image) => {
                self.open_images = self.open_images.saturating_sub(1);
                event
            }
            Event::FootnoteReference(label) => Event::FootnoteReference(
                format!("{}{}", self.prefix, self.footnotes.reference_id(&label)).into(),
            ),
            Event::Start(Tag::FootnoteDefinition(label)) => Event::Start(Tag::FootnoteDefinition(
                format!("{}{}", self.prefix, self.footnotes.definition_id(&label)).into(),
            )),
            Event::Html(text) | Event::InlineHtml(text) if self.escapes_raw_html => {
                Event::Text(text)
            }
            Event::Start(Tag::CodeBlock(_)) => {
                Event::InlineHtml("<pre tabindex=\"0\"><code>".into())
            }
            Event::End(TagEnd::CodeBlock) => Event::InlineHtml("</code></pre>\n".into()),
            // A check box that cannot be changed is shown as a character, not as a form control.
            Event::TaskListMarker(done) => Event::InlineHtml(
                format!("<span class=\"task\">{}</span> ", if done { "☑" } else { "☐" }).into(),
            ),
            Event::Start(Tag::Heading { level, .. }) => self.open_heading(level),
            Event::End(TagEnd::Heading(level)) => match self.heading_suffix.take() {
                Some(heading_suffix) => {
                    let mut end = String::from(" ");
                    push_escaped(heading_suffix, &mut end);
                    end.push_str(HEADING_TAGS[heading_tag_index(level)].1);
                    Event::InlineHtml(end.into())
                }
                None => Event::InlineHtml(HEADING_TAGS[heading_tag_index(level)].1.into()),
            },
            Event::Start(Tag::Table(alignments)) => {
                self.table.alignments.clone_from(&alignments);
                Event::Start(Tag::Table(alignments))
            }
            Event::Start(tag @ (Tag::TableHead | Tag::TableRow)) => {
                self.table.in_head = tag == Tag::TableHead;
                self.table.column = 0;
                Event::Start(tag)
            }
            Event::Start(Tag::TableCell) => self.table.open_cell(),
            Event::End(TagEnd::TableCell) => {
                self.table.has_empty_header_cell |= was_empty_cell && self.table.in_head;
                Event::InlineHtml(if self.table.in_head { "</th>" } else { "</td>" }.into())
            }
            other => other,
        }
    }

    /// A tag as an event; empty text while an image is open, because alternative text contains no
    /// tags.
    fn tag_outside_alt_text(&self, tag: &'static str) -> Event<'a> {
        if self.open_images == 0 { Event::InlineHtml(tag.into()) } else { Event::Text("".into()) }
    }

    /// The start tag of a heading, with the anchor of the next heading of the body as its id.
    fn open_heading(&mut self, level: HeadingLevel) -> Event<'a> {
        let mut tag = String::with_capacity(64);
        tag.push_str(HEADING_TAGS[heading_tag_index(level)].0);
        if let Some(heading) = self.headings.next() {
            tag.push_str(" id=\"");
            tag.push_str(self.prefix);
            push_escaped(&heading.anchor, &mut tag);
            tag.push('"');
        }
        tag.push('>');
        Event::InlineHtml(tag.into())
    }

    /// The link or image of the Markdown with exactly this range, and its index in `links`; none
    /// where the outline of the body has no such link.
    fn find_link(&self, range: &Range<usize>) -> Option<(usize, &'a Link)> {
        let span = self.body_start + range.start..self.body_start + range.end;
        let index = self.links.binary_search_by_key(&span.start, |link| link.span.start).ok()?;
        self.links.get(index).filter(|link| link.span == span).map(|link| (index, link))
    }

    /// Whether the image with this range is on another host and the settings refuse such images, so
    /// that it is shown as a link.
    fn is_refused_image(&self, range: &Range<usize>) -> bool {
        self.find_link(range).is_some_and(|(_, link)| link.target == LinkTarget::RefusedImage)
    }

    /// The address to write for a link or image; none for one that must not be reached. In a body
    /// that is sanitised it is the prefix with the index of the link, which `RawHtmlRewriter`
    /// resolves.
    fn resolve_destination(
        &self,
        written: &CowStr<'a>,
        range: &Range<usize>,
    ) -> Option<CowStr<'a>> {
        let Some((index, link)) = self.find_link(range) else {
            return is_safe_address(written).then(|| written.clone());
        };
        let address = match &link.target {
            LinkTarget::External => is_safe_address(written).then(|| written.clone()),
            _ => link_address(self.catalog, self.root, link).map(CowStr::from),
        }?;
        // In a body that is sanitised, a generated address is written as the index of its link,
        // which the rewriter resolves.
        Some(if self.prefix.is_empty() {
            address
        } else {
            format!("{}{index}", self.prefix).into()
        })
    }
}

/// Start (without `>`) and end of heading tags, from `h2` on.
const HEADING_TAGS: [(&str, &str); 5] = [
    ("<h2", "</h2>\n"),
    ("<h3", "</h3>\n"),
    ("<h4", "</h4>\n"),
    ("<h5", "</h5>\n"),
    ("<h6", "</h6>\n"),
];

/// Index into `HEADING_TAGS`. The title of the page is its only `h1`, so the first level becomes
/// `h2` as the second is.
fn heading_tag_index(level: HeadingLevel) -> usize {
    (level as usize).saturating_sub(2)
}

impl TableState {
    /// The start tag of the next cell of the row: a header cell in the header row, with the class
    /// `number` in a column that is centred or aligned right.
    fn open_cell<'a>(&mut self) -> Event<'a> {
        let is_right_aligned =
            matches!(self.alignments.get(self.column), Some(Alignment::Right | Alignment::Center));
        self.column += 1;
        self.cell_is_empty = true;
        let tag = match (self.in_head, is_right_aligned) {
            (true, false) => "<th scope=\"col\">",
            (true, true) => "<th scope=\"col\" class=\"number\">",
            (false, false) => "<td>",
            (false, true) => "<td class=\"number\">",
        };
        Event::InlineHtml(tag.into())
    }
}

/// Appends a text for use in HTML, in quoted attributes too, with entities in place of special
/// characters.
fn push_escaped(text: &str, into: &mut String) {
    for letter in text.chars() {
        match letter {
            '&' => into.push_str("&amp;"),
            '<' => into.push_str("&lt;"),
            '>' => into.push_str("&gt;"),
            '"' => into.push_str("&quot;"),
            _ => into.push(letter),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn render_markdown(markdown: &str, has_html: bool) -> String {
        let raw_html = if has_html { RawHtml::Sanitised } else { RawHtml::None };
        let body = Body { text: markdown.into(), raw_html, ..Body::default() };
        render_html(&Catalog::default(), &body, "../")
    }

    #[test]
    fn records_cannot_inject_scripts() {
        let hostile = [
            ("[a](javascript:alert(1))", false),
            ("[a](  JaVaScRiPt:alert(1))", false),
            ("![x](data:text/html,<script>alert(1)</script>)", false),
            ("<script>alert(1)</script>", true),
            ("<p onclick=\"alert(1)\" style=\"color:red\">a</p>", true),
            ("<iframe src=\"https://example.org\"></iframe>", true),
        ];
        for (markdown, has_html) in hostile {
            let html = render_markdown(markdown, has_html).to_lowercase();
            for trace in ["<script", "javascript:", "onclick", "style=", "<iframe", "\"data:"] {
                assert!(!html.contains(trace), "{markdown} became {html}");
            }
        }
    }

    #[test]
    fn mail_addresses_are_links() {
        assert_eq!(
            render_markdown("<team@brand.example>", false),
            "<p><a href=\"mailto:team@brand.example\">team@brand.example</a></p>\n"
        );
    }

    /// A body with the targets of its links and images in their order.
    fn body_with_targets(text: &str, targets: &[LinkTarget]) -> Body {
        let written = outline::parse_outline(text, 0).links;
        assert_eq!(written.len(), targets.len());
        let links = written.into_iter().zip(targets).map(|(link, target)| Link {
            destination: link.destination,
            span: link.span,
            is_image: link.is_image,
            alt: link.alt,
            is_in_html: link.is_in_html,
            target: target.clone(),
            suffix: String::new(),
        });
        Body { text: text.into(), links: links.collect(), ..Body::default() }
    }

    #[test]
    fn alternative_text_contains_no_tags() {
        let targets = [LinkTarget::Broken, LinkTarget::Broken, LinkTarget::Broken];
        let body = body_with_targets("![a [b](x) c](p.png) [d](y)", &targets);
        let html = render_html(&Catalog::default(), &body, "");
        assert_eq!(html, "<p><img src=\"\" alt=\"a b c\" /> <span>d</span></p>\n");
    }

    #[test]
    fn links_are_matched_by_their_span() {
        let text = "---\n---\n[a](x) [b](y) [c](z)";
        let targets = [LinkTarget::External, LinkTarget::Broken, LinkTarget::External];
        let mut body = body_with_targets(&text[8..], &targets);
        body.links.remove(0);
        body.links.iter_mut().for_each(|link| link.span = link.span.start + 8..link.span.end + 8);
        let body = Body { text: text.into(), start: 8, ..body };
        assert_eq!(
            render_html(&Catalog::default(), &body, ""),
            "<p><a href=\"x\">a</a> <span>b</span> <a href=\"z\">c</a></p>\n"
        );
    }

    #[test]
    fn a_refused_image_is_a_link() {
        let text = "![the *poster*](https://h.example/p.png?a&b) [![x](//h.example/x.png) y](https://o.example) ![a [b](c) ![d](e)](http://h.example/f)";
        let targets = [
            LinkTarget::RefusedImage,
            LinkTarget::External,
            LinkTarget::RefusedImage,
            LinkTarget::RefusedImage,
            LinkTarget::External,
            LinkTarget::External,
        ];
        let body = body_with_targets(text, &targets);
        assert_eq!(
            render_html(&Catalog::default(), &body, ""),
            "<p><a href=\"https://h.example/p.png?a&amp;b\">the <em>poster</em></a> <a href=\"https://o.example\"><span>x</span> y</a> \
             <a href=\"http://h.example/f\">a b d</a></p>\n"
        );
    }

    #[test]
    fn alignment_is_a_class_and_code_is_focusable() {
        let table = render_markdown("| a | b |\n|---|--:|\n| 1 | 2 |\n", false);
        assert!(table.contains("<td class=\"number\">2</td>"), "{table}");
        assert!(!table.contains("style="), "{table}");
        let corner = render_markdown("| | b |\n|---|--:|\n| 1 | 2 |\n", false);
        assert!(
            corner.contains("<td></td>")
                && corner.contains("<th scope=\"col\" class=\"number\">b</th>"),
            "{corner}"
        );
        assert_eq!(
            render_markdown("```yaml\na: <b>\n```\n", false),
            "<pre tabindex=\"0\"><code>a: &lt;b&gt;\n</code></pre>\n"
        );
        assert!(render_markdown("- [x] done\n", false).contains("☑"), "ticks are signs");
    }
}
