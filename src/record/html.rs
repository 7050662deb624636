//! Sanitising the HTML of bodies, and extracting its visible text.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use ammonia::Builder;
use pulldown_cmark::{Event, Parser, Tag, TagEnd, html};

use crate::record::markdown::markdown_options;

/// Allowed elements beyond the defaults of `ammonia`: images, audio and video, and those that
/// Markdown generates.
const EXTRA_ELEMENTS: &[&str] =
    &["section", "tfoot", "picture", "source", "video", "audio", "track"];

/// Attributes allowed on every element beyond the defaults of `ammonia`, which are `lang` and
/// `title`.
const EXTRA_GLOBAL_ATTRIBUTES: &[&str] =
    &["id", "class", "dir", "align", "valign", "width", "height", "aria-label"];

/// Attributes allowed on single elements beyond the defaults of `ammonia`.
const EXTRA_ATTRIBUTES: &[(&str, &[&str])] = &[
    ("pre", &["tabindex"]),
    ("a", &["name"]),
    ("img", &["srcset", "sizes", "loading", "decoding"]),
    ("source", &["src", "srcset", "sizes", "type", "media"]),
    ("video", &["src", "poster", "controls", "loop", "muted", "preload", "playsinline"]),
    ("audio", &["src", "controls", "loop", "muted", "preload"]),
    ("track", &["src", "kind", "srclang", "label", "default"]),
    ("details", &["open"]),
    ("ol", &["type", "reversed"]),
    ("li", &["value"]),
    ("time", &["datetime"]),
    ("data", &["value"]),
];

/// Attributes that are removed without a warning, because their removal changes nothing visible.
const SILENTLY_REMOVED_ATTRIBUTES: &[&str] = &["rel", "target"];

/// The sanitiser that keeps only the allowed elements and attributes.
fn build_sanitiser() -> Builder<'static> {
    let mut builder = Builder::default();
    builder.add_tags(EXTRA_ELEMENTS);
    builder.add_generic_attributes(EXTRA_GLOBAL_ATTRIBUTES);
    for (element, attributes) in EXTRA_ATTRIBUTES {
        builder.add_tag_attributes(element, *attributes);
    }
    builder.link_rel(Some("noopener"));
    builder
}

/// The elements and attributes that sanitising keeps, for look-ups.
struct AllowedHtml {
    elements: HashSet<&'static str>,
    global_attributes: HashSet<&'static str>,
    /// By element.
    attributes: HashMap<&'static str, HashSet<&'static str>>,
}

/// The elements and attributes that the sanitiser keeps, read from it once in a process.
static ALLOWED_HTML: LazyLock<AllowedHtml> = LazyLock::new(|| {
    let sanitiser = build_sanitiser();
    AllowedHtml {
        elements: sanitiser.clone_tags(),
        global_attributes: sanitiser.clone_generic_attributes(),
        attributes: sanitiser.clone_tag_attributes(),
    }
});

/// Whether sanitising keeps an element; of others it keeps at most the text.
pub fn is_allowed_element(element: &str) -> bool {
    ALLOWED_HTML.elements.contains(element)
}

/// Whether sanitising keeps an attribute of an allowed element, or removes it without a visible
/// change.
pub fn is_allowed_attribute(element: &str, attribute: &str) -> bool {
    ALLOWED_HTML.global_attributes.contains(attribute)
        || ALLOWED_HTML.attributes.get(element).is_some_and(|known| known.contains(attribute))
        || SILENTLY_REMOVED_ATTRIBUTES.contains(&attribute)
        || attribute.starts_with("data-")
}

/// The hint of the warning that sanitising removes an element (`<iframe>`) or attribute (`style`):
/// what to write in its place.
pub fn replacement_hint(name: &str) -> &'static str {
    match name {
        "<iframe>" | "<object>" | "<embed>" | "<frame>" => {
            "link to it instead: `[what it is](https://example.org/)`"
        }
        "<script>" | "<style>" | "<link>" | "<meta>" | "<base>" => {
            "pages run no scripts and take their look from the theme; remove it"
        }
        "<form>" | "<input>" | "<button>" | "<select>" | "<textarea>" | "<label>" | "<option>" => {
            "link to a form instead: `[take part](https://example.org/)`"
        }
        "<svg>" | "<math>" | "<canvas>" => {
            "save it as a picture beside the record: `![what it shows](chart.svg)`"
        }
        name if name.starts_with('<') => "its text stays; write it as Markdown, or remove the tag",
        name if name.starts_with("on") => "pages run no scripts; remove it",
        _ => "pages take their look from the theme; remove it",
    }
}

/// For an attribute with addresses, whether a browser loads them together with the page; none for
/// other attributes.
pub fn loads_address(attribute: &str) -> Option<bool> {
    match attribute {
        "href" | "cite" => Some(false),
        "src" | "srcset" | "poster" => Some(true),
        _ => None,
    }
}

/// The HTML without scripts, styles, comments, frames and other elements and attributes that are
/// not allowed.
pub fn sanitise(text: &str) -> String {
    build_sanitiser().clean(text).to_string()
}

/// Sanitises HTML; `rewrite` gets element, name and value of each allowed attribute and returns its
/// new value, or none to remove it.
pub fn sanitise_with(
    text: &str,
    rewrite: impl for<'v> Fn(&str, &str, &'v str) -> Option<Cow<'v, str>> + Send + Sync + 'static,
) -> String {
    let mut sanitiser = build_sanitiser();
    sanitiser.attribute_filter(rewrite);
    sanitiser.clean(text).to_string()
}

/// A private-use character that marks each heading in the rendered text, at which the text is split
/// into sections.
const HEADING_MARK: char = '\u{f8f0}';

/// The visible text of a body by section: before the first heading (none), and below each visible
/// heading, by its index. Text that sanitising removes, such as comments, scripts and styles, is
/// not part of it, and neither are code blocks.
pub fn visible_sections(markdown: &str) -> Vec<(Option<usize>, String)> {
    let (mut heading_count, mut is_in_heading, mut is_in_code) = (0_usize, false, false);
    let events = Parser::new_ext(markdown, markdown_options()).filter_map(|event| match event {
        Event::Start(Tag::Heading { .. }) => {
            is_in_heading = true;
            heading_count += 1;
            Some(Event::Text(format!("{HEADING_MARK}{}{HEADING_MARK}", heading_count - 1).into()))
        }
        Event::End(TagEnd::Heading(_)) => {
            is_in_heading = false;
            None
        }
        Event::Start(Tag::CodeBlock(_)) => {
            is_in_code = true;
            None
        }
        Event::End(TagEnd::CodeBlock) => {
            is_in_code = false;
            None
        }
        _ if is_in_heading || is_in_code => None,
        // The mark must not come from the author.
        Event::Code(text) if text.contains(HEADING_MARK) => {
            Some(Event::Code(text.replace(HEADING_MARK, "").into()))
        }
        Event::Text(text) if text.contains(HEADING_MARK) => {
            Some(Event::Text(text.replace(HEADING_MARK, "").into()))
        }
        Event::Html(text) if may_contain_mark(&text) => {
            Some(Event::Html(remove_marks(&text).into()))
        }
        Event::InlineHtml(text) if may_contain_mark(&text) => {
            Some(Event::InlineHtml(remove_marks(&text).into()))
        }
        other => Some(other),
    });
    let mut rendered = String::with_capacity(markdown.len() * 3 / 2);
    html::push_html(&mut rendered, events);
    split_sections(&extract_text(&sanitise(&rendered)))
}

/// Whether raw HTML contains [`HEADING_MARK`], or a numeric character reference, which may stand
/// for it.
fn may_contain_mark(html: &str) -> bool {
    html.contains(HEADING_MARK) || html.contains("&#")
}

/// The raw HTML without [`HEADING_MARK`] and without numeric references to it, so that only
/// headings have the mark.
fn remove_marks(html: &str) -> String {
    let is_mark = |reference: &str| {
        let digits = reference.trim_start_matches("&#").trim_start_matches(['x', 'X', '0']);
        digits.to_lowercase().starts_with("f8f0") || digits.starts_with("63728")
    };
    let mut text = String::with_capacity(html.len());
    for (index, piece) in html.replace(HEADING_MARK, "").split("&#").enumerate() {
        if index > 0 && !is_mark(piece) {
            text.push_str("&#");
        }
        text.push_str(if index > 0 && is_mark(piece) {
            piece
                .trim_start_matches(|letter: char| letter.is_ascii_alphanumeric())
                .trim_start_matches(';')
        } else {
            piece
        });
    }
    text
}

/// Splits rendered text at the heading marks; each section has the index of its heading, none
/// before the first.
fn split_sections(text: &str) -> Vec<(Option<usize>, String)> {
    let mut sections = Vec::new();
    let mut parts = text.split(HEADING_MARK);
    sections.push((None, collapse_white_space(parts.next().unwrap_or(""))));
    while let (Some(number), Some(text)) = (parts.next(), parts.next()) {
        sections.push((number.parse().ok(), collapse_white_space(text)));
    }
    sections
}

/// The text with each run of white space within a line as one space, and without empty lines.
fn collapse_white_space(text: &str) -> String {
    let lines = text.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "));
    lines.filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n")
}

/// The text of well-formed HTML, in which every tag but those of inline elements ends a line.
fn extract_text(html: &str) -> String {
    let mut text = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(start) = rest.find('<') {
        text.push_str(&unescape(&rest[..start]));
        let tag = &rest[start..];
        let end = find_tag_end(tag);
        let name = tag[1..end]
            .trim_start_matches('/')
            .split(|letter: char| !letter.is_ascii_alphanumeric())
            .next()
            .unwrap_or("");
        text.push(if INLINE_ELEMENTS.contains(&name) { '\u{200b}' } else { '\n' });
        rest = &tag[end..];
    }
    text.push_str(&unescape(rest));
    text.replace('\u{200b}', "")
}

/// Elements whose tags do not separate words, so that text is extracted across them without a
/// space.
const INLINE_ELEMENTS: &[&str] = &[
    "a", "abbr", "acronym", "b", "bdi", "bdo", "cite", "code", "data", "del", "dfn", "em", "i",
    "ins", "kbd", "map", "mark", "q", "rp", "rt", "rtc", "ruby", "s", "samp", "small", "span",
    "strike", "strong", "sub", "sup", "time", "tt", "u", "var", "wbr",
];

/// The byte offset behind the bracket that closes a tag; brackets in quoted values do not count.
fn find_tag_end(tag: &str) -> usize {
    let mut quote = None;
    for (at, letter) in tag.char_indices() {
        match (quote, letter) {
            (None, '"' | '\'') => quote = Some(letter),
            (Some(open), letter) if open == letter => quote = None,
            (None, '>') => return at + 1,
            _ => {}
        }
    }
    tag.len()
}

/// The text with the five entities that the HTML serialiser writes replaced by their characters.
fn unescape(text: &str) -> String {
    if !text.contains('&') {
        return text.to_owned();
    }
    [("&nbsp;", " "), ("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&amp;", "&")]
        .iter()
        .fold(text.to_owned(), |text, (entity, letter)| text.replace(entity, letter))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(markdown: &str) -> String {
        visible_sections(markdown).into_iter().map(|(_, text)| text).collect::<Vec<_>>().join("|")
    }

    #[test]
    fn hidden_text_is_not_extracted() {
        let hidden = [
            "Seen.\n\n<!--\nzz\n-->\n",
            "Seen.\n\n<!-- one line, 3 > 2 zz -->\n",
            "Seen. <!-- zz -->\n",
            "Seen.\n\n- <!-- a > b zz -->\n",
            "Seen.\n\n> <!--\n> zz\n> -->\n",
            "Seen.\n\n| a |\n|---|\n| <!-- zz --> |\n",
            "Seen.\n\n<style>\np { font-family: zz }\n</style>\n",
            "Seen.\n\n<script>\nvar zz = 1;\n</script>\n",
            "Seen. <script>zz</script>\n",
            "Seen. <style>zz</style>\n",
            "Seen.\n\n<SCRIPT\n>zz</SCRIPT\n>\n",
            "Seen.\n\n<?php zz ?>\n",
            "Seen.\n\n<!DOCTYPE zz>\n",
            "Seen.\n\n<![CDATA[ zz ]]>\n",
            "Seen.\n\n<p title=\"a > zz\" data-x='zz'></p>\n",
            "Seen.\n\n<!-- zz\n",
        ];
        for markdown in hidden {
            let text = text(markdown);
            assert!(text.contains("Seen.") && !text.contains("zz"), "{markdown:?} became {text:?}");
        }
    }

    #[test]
    fn text_is_split_at_headings() {
        let sections = visible_sections(
            "Intro <b>bold</b>.\n\n## One <i>a</i>\n\n<div>\n\nText &amp; *more*\n\n</div>\n\n## Two\n\n```\ncode\n```\n",
        );
        assert_eq!(
            sections,
            [
                (None, "Intro bold.".into()),
                (Some(0), "Text & more".into()),
                (Some(1), String::new())
            ]
        );
        for written in [
            "a\u{f8f0}7\u{f8f0}b <i>c</i>",
            "a`\u{f8f0}7\u{f8f0}`b <i>c</i>",
            "<i>a&#xF8F0;7&#63728;b</i> c",
            "a7b c <!-- &#x1F600; -->",
        ] {
            assert_eq!(text(written), "a7b c", "{written}: the mark is not the author's");
        }
    }
}
