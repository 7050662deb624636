//! The Markdown of a record as HTML: links resolved, headings anchored, raw HTML sanitised.

use std::collections::BTreeMap;

use pulldown_cmark::{Alignment, CowStr, Event, HeadingLevel, Parser, Tag, TagEnd, html};

use crate::catalog::{Body, Catalog, Heading, Link, RawHtml, Target};
use crate::page::raw_html;
use crate::record::html::sanitise_with;
use crate::record::outline;
use crate::site::address::encode_path;

/// The body as HTML. `root` leads from the page to the root of the site: `../../`.
pub fn html(catalog: &Catalog, body: &Body, root: &str) -> String {
    let is_sanitised = body.raw_html == RawHtml::Sanitised;
    let links = body.links.iter().filter(|link| !link.in_html);
    let mut writer = Writer {
        catalog,
        root,
        mark: if is_sanitised { raw_html::MADE } else { "" },
        shows_tags: body.raw_html == RawHtml::Text,
        links: links.enumerate(),
        headings: body.headings.iter(),
        open: Vec::new(),
        images: 0,
        refused: false,
        braces: None,
        notes: Footnotes::default(),
        table: Table::default(),
    };
    let mut text = String::with_capacity(body.markdown().len() * 3 / 2);
    let events = Parser::new_ext(body.markdown(), outline::options()).into_offset_iter().map(|(event, range)| {
        if let Event::Start(tag) = &event {
            writer.braces = outline::braces_that_are_text(tag, &body.markdown()[range]).or(writer.braces);
        }
        writer.take(event)
    });
    html::push_html(&mut text, events);
    let text = if writer.table.has_empty_head { without_empty_heads(&text) } else { text };
    if !is_sanitised {
        return text;
    }
    let rewriting = raw_html::Rewriting::new(body, |link| address(catalog, root, link));
    sanitise_with(&text, move |element, attribute, value| rewriting.attribute(element, attribute, value))
}

/// Where a link leads from a page; none where it leads nowhere that this audience may see.
fn address(catalog: &Catalog, root: &str, link: &Link) -> Option<String> {
    let fragment = |anchor: &str| format!("#{}", encode_path(anchor));
    match &link.target {
        Target::Outside => is_harmless(&link.written).then(|| link.written.clone()),
        Target::Anchor(anchor) => Some(fragment(anchor)),
        Target::Record(record, anchor) => {
            let address = encode_path(&catalog.meta(*record).address);
            let query = link.suffix.split('#').next().unwrap_or("");
            Some(format!("{root}{address}{query}{}", anchor.as_deref().map_or_else(String::new, fragment)))
        }
        Target::Asset(path) => Some(format!("{root}{}{}", encode_path(path), link.suffix)),
        Target::Generated(path) => Some(format!("{root}{path}{}", link.suffix)),
        Target::Withheld | Target::Refused | Target::Broken => None,
    }
}

/// The empty corner of a table heads nothing: a plain cell says so to those who hear the page.
fn without_empty_heads(text: &str) -> String {
    text.replace("<th scope=\"col\"></th>", "<td></td>").replace("<th scope=\"col\" class=\"number\"></th>", "<td></td>")
}

struct Writer<'a, L> {
    catalog: &'a Catalog,
    root: &'a str,
    /// What begins every name and address that the writer makes, where authors' HTML stands beside them.
    mark: &'static str,
    /// Whether raw HTML is shown as text.
    shows_tags: bool,
    links: std::iter::Enumerate<L>,
    headings: std::slice::Iter<'a, Heading>,
    /// For each open link, whether it leads anywhere.
    open: Vec<bool>,
    /// Open images: what stands in them is alternative text.
    images: usize,
    /// Whether the outermost of them is refused and its text is that of a link.
    refused: bool,
    /// What closes the heading that is being written, beside its tag.
    braces: Option<&'a str>,
    notes: Footnotes,
    table: Table,
}

/// Footnotes have names of their own, which no heading can have: by number, in the order in which they are first named.
#[derive(Default)]
struct Footnotes {
    numbers: BTreeMap<String, usize>,
    /// How often each label is defined.
    defined: BTreeMap<usize, usize>,
}

impl Footnotes {
    fn number(&mut self, label: &str) -> usize {
        let next = self.numbers.len() + 1;
        *self.numbers.entry(label.to_owned()).or_insert(next)
    }

    fn reference(&mut self, label: &str) -> String {
        format!("_note-{}", self.number(label))
    }

    /// The name of a definition; a second one of the same label gets another.
    fn definition(&mut self, label: &str) -> String {
        let number = self.number(label);
        let times = self.defined.entry(number).or_default();
        *times += 1;
        if *times == 1 { format!("_note-{number}") } else { format!("_note-{number}-{times}") }
    }
}

/// Where in a table the writer is; alignment becomes a class, because style attributes are not allowed.
#[derive(Default)]
struct Table {
    alignments: Vec<Alignment>,
    cell: usize,
    head: bool,
    /// Whether nothing has followed the start of a cell yet.
    cell_is_empty: bool,
    /// Whether any cell of a head held nothing.
    has_empty_head: bool,
}

impl<'a, L: Iterator<Item = &'a Link> + Clone> Writer<'a, L> {
    fn take(&mut self, event: Event<'a>) -> Event<'a> {
        let empty_cell = std::mem::take(&mut self.table.cell_is_empty);
        match event {
            Event::Start(Tag::Link { link_type, dest_url, title, id }) if !self.refused => match self.destination(&dest_url) {
                Some(dest_url) => {
                    self.open.push(true);
                    Event::Start(Tag::Link { link_type, dest_url, title, id })
                }
                None => {
                    self.open.push(false);
                    self.unless_alternative("<span>")
                }
            },
            Event::End(TagEnd::Link) if self.open.pop() == Some(false) => self.unless_alternative("</span>"),
            Event::Start(Tag::Image { dest_url, .. }) if self.images == 0 && self.is_refused_next() => {
                self.links.next();
                // What stands in it is the text of a link, and no link holds another one.
                self.refused = true;
                self.images += 1;
                let mut tag = String::from(if self.open.contains(&true) { "<span>" } else { "<a href=\"" });
                if !self.open.contains(&true) {
                    escape(dest_url.strip_prefix("//").map(|rest| format!("https://{rest}")).as_deref().unwrap_or(&dest_url), &mut tag);
                    tag.push_str("\">");
                }
                Event::InlineHtml(tag.into())
            }
            Event::End(TagEnd::Image) if self.refused && self.images == 1 => {
                self.refused = false;
                self.images = 0;
                Event::InlineHtml(if self.open.contains(&true) { "</span>" } else { "</a>" }.into())
            }
            // Pictures within the text of a picture are words too.
            Event::Start(Tag::Image { .. }) if self.refused => {
                self.links.next();
                self.images += 1;
                Event::Text("".into())
            }
            Event::End(TagEnd::Image) if self.refused => {
                self.images -= 1;
                Event::Text("".into())
            }
            Event::Start(Tag::Link { .. }) => {
                self.links.next();
                self.open.push(false);
                Event::Text("".into())
            }
            Event::Start(Tag::Image { link_type, dest_url, title, id }) => {
                self.images += 1;
                let dest_url = self.destination(&dest_url).unwrap_or_else(|| CowStr::from(""));
                Event::Start(Tag::Image { link_type, dest_url, title, id })
            }
            Event::End(TagEnd::Image) => {
                self.images = self.images.saturating_sub(1);
                event
            }
            Event::FootnoteReference(label) => Event::FootnoteReference(format!("{}{}", self.mark, self.notes.reference(&label)).into()),
            Event::Start(Tag::FootnoteDefinition(label)) => {
                Event::Start(Tag::FootnoteDefinition(format!("{}{}", self.mark, self.notes.definition(&label)).into()))
            }
            Event::Html(text) | Event::InlineHtml(text) if self.shows_tags => Event::Text(text),
            Event::Start(Tag::CodeBlock(_)) => Event::InlineHtml("<pre tabindex=\"0\"><code>".into()),
            Event::End(TagEnd::CodeBlock) => Event::InlineHtml("</code></pre>\n".into()),
            // A tick that nobody can change is a sign, not a control.
            Event::TaskListMarker(done) => Event::InlineHtml(format!("<span class=\"task\">{}</span> ", if done { "☑" } else { "☐" }).into()),
            Event::Start(Tag::Heading { level, .. }) => self.heading(level),
            Event::End(TagEnd::Heading(level)) => match self.braces.take() {
                Some(braces) => {
                    let mut end = String::from(" ");
                    escape(braces, &mut end);
                    end.push_str(HEADINGS[depth(level)].1);
                    Event::InlineHtml(end.into())
                }
                None => Event::InlineHtml(HEADINGS[depth(level)].1.into()),
            },
            Event::Start(Tag::Table(alignments)) => {
                self.table.alignments.clone_from(&alignments);
                Event::Start(Tag::Table(alignments))
            }
            Event::Start(tag @ (Tag::TableHead | Tag::TableRow)) => {
                self.table.head = tag == Tag::TableHead;
                self.table.cell = 0;
                Event::Start(tag)
            }
            Event::Start(Tag::TableCell) => self.table.open(),
            Event::End(TagEnd::TableCell) => {
                self.table.has_empty_head |= empty_cell && self.table.head;
                Event::InlineHtml(if self.table.head { "</th>" } else { "</td>" }.into())
            }
            other => other,
        }
    }

    /// A tag; an alternative text holds none.
    fn unless_alternative(&self, tag: &'static str) -> Event<'a> {
        if self.images == 0 { Event::InlineHtml(tag.into()) } else { Event::Text("".into()) }
    }

    fn heading(&mut self, level: HeadingLevel) -> Event<'a> {
        let mut tag = String::with_capacity(64);
        tag.push_str(HEADINGS[depth(level)].0);
        if let Some(heading) = self.headings.next() {
            tag.push_str(" id=\"");
            tag.push_str(self.mark);
            escape(&heading.anchor, &mut tag);
            tag.push('"');
        }
        tag.push('>');
        Event::InlineHtml(tag.into())
    }

    fn is_refused_next(&self) -> bool {
        self.links.clone().next().is_some_and(|(_, link)| link.target == Target::Refused)
    }

    fn destination(&mut self, written: &CowStr<'a>) -> Option<CowStr<'a>> {
        let Some((position, link)) = self.links.next() else { return is_harmless(written).then(|| written.clone()) };
        let address = match &link.target {
            Target::Outside => is_harmless(written).then(|| written.clone()),
            _ => address(self.catalog, self.root, link).map(CowStr::from),
        }?;
        // An address that the writer made is known by its number when the whole body is sanitised.
        Some(if self.mark.is_empty() { address } else { format!("{}{position}", self.mark).into() })
    }
}

/// How tags of headings begin and end, from the second level on.
const HEADINGS: [(&str, &str); 5] = [("<h2", "</h2>\n"), ("<h3", "</h3>\n"), ("<h4", "</h4>\n"), ("<h5", "</h5>\n"), ("<h6", "</h6>\n")];

/// The page has a first heading of its own, so a body begins at the second level.
fn depth(level: HeadingLevel) -> usize {
    (level as usize).saturating_sub(2)
}

impl Table {
    fn open<'a>(&mut self) -> Event<'a> {
        let right = matches!(self.alignments.get(self.cell), Some(Alignment::Right | Alignment::Center));
        self.cell += 1;
        self.cell_is_empty = true;
        let tag = match (self.head, right) {
            (true, false) => "<th scope=\"col\">",
            (true, true) => "<th scope=\"col\" class=\"number\">",
            (false, false) => "<td>",
            (false, true) => "<td class=\"number\">",
        };
        Event::InlineHtml(tag.into())
    }
}

/// Whether an address outside the site may be a link: the web, mail and telephone, or no scheme at all.
pub fn is_harmless(address: &str) -> bool {
    let scheme = address.split(['/', '?', '#']).next().unwrap_or("").split_once(':').map(|(scheme, _)| scheme.to_ascii_lowercase());
    scheme.is_none_or(|scheme| matches!(scheme.as_str(), "http" | "https" | "mailto" | "tel"))
}

fn escape(text: &str, into: &mut String) {
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

    fn made(markdown: &str, has_html: bool) -> String {
        let raw_html = if has_html { RawHtml::Sanitised } else { RawHtml::None };
        let body = Body { text: markdown.into(), raw_html, ..Body::default() };
        html(&Catalog::default(), &body, "../")
    }

    #[test]
    fn nothing_in_a_record_becomes_a_script() {
        let hostile = [
            ("[a](javascript:alert(1))", false),
            ("[a](  JaVaScRiPt:alert(1))", false),
            ("![x](data:text/html,<script>alert(1)</script>)", false),
            ("<script>alert(1)</script>", true),
            ("<p onclick=\"alert(1)\" style=\"color:red\">a</p>", true),
            ("<iframe src=\"https://example.org\"></iframe>", true),
        ];
        for (markdown, has_html) in hostile {
            let made = made(markdown, has_html).to_lowercase();
            for trace in ["<script", "javascript:", "onclick", "style=", "<iframe", "\"data:"] {
                assert!(!made.contains(trace), "{markdown} became {made}");
            }
        }
    }

    #[test]
    fn addresses_of_mail_are_links() {
        assert_eq!(made("<team@brand.example>", false), "<p><a href=\"mailto:team@brand.example\">team@brand.example</a></p>\n");
    }

    #[test]
    fn an_alternative_text_holds_no_tags() {
        let text = "![a [b](x) c](p.png) [d](y)";
        let (written, suffix) = (String::new(), String::new());
        let link = Link { written, span: 0..0, image: false, alt: None, in_html: false, target: Target::Broken, suffix };
        let body = Body { text: text.into(), links: vec![link.clone(), link.clone(), link], ..Body::default() };
        let made = html(&Catalog::default(), &body, "");
        assert_eq!(made, "<p><img src=\"\" alt=\"a b c\" /> <span>d</span></p>\n");
    }

    #[test]
    fn a_refused_picture_is_a_link() {
        let link =
            |target: Target| Link { written: String::new(), span: 0..0, image: false, alt: None, in_html: false, target, suffix: String::new() };
        let text =
            "![the *poster*](https://h.example/p.png?a&b) [![x](//h.example/x.png) y](https://o.example) ![a [b](c) ![d](e)](http://h.example/f)";
        let targets = [Target::Refused, Target::Outside, Target::Refused, Target::Refused, Target::Outside, Target::Outside];
        let body = Body { text: text.into(), links: targets.map(link).into(), ..Body::default() };
        assert_eq!(
            html(&Catalog::default(), &body, ""),
            "<p><a href=\"https://h.example/p.png?a&amp;b\">the <em>poster</em></a> <a href=\"https://o.example\"><span>x</span> y</a> \
             <a href=\"http://h.example/f\">a b d</a></p>\n"
        );
    }

    #[test]
    fn alignment_is_a_class_and_code_can_be_reached() {
        let table = made("| a | b |\n|---|--:|\n| 1 | 2 |\n", false);
        assert!(table.contains("<td class=\"number\">2</td>"), "{table}");
        assert!(!table.contains("style="), "{table}");
        let corner = made("| | b |\n|---|--:|\n| 1 | 2 |\n", false);
        assert!(corner.contains("<td></td>") && corner.contains("<th scope=\"col\" class=\"number\">b</th>"), "{corner}");
        assert_eq!(made("```yaml\na: <b>\n```\n", false), "<pre tabindex=\"0\"><code>a: &lt;b&gt;\n</code></pre>\n");
        assert!(made("- [x] done\n", false).contains("☑"), "ticks are signs");
    }
}
