//! Raw HTML in bodies: made harmless, and read as the text that a reader sees of it.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use ammonia::Builder;
use pulldown_cmark::{Event, Parser, Tag, TagEnd, html};

use crate::record::outline::options;

/// Elements that are kept beside those that `ammonia` keeps: pictures, sound and film, and what Markdown itself makes.
const MORE_ELEMENTS: &[&str] = &["section", "tfoot", "picture", "source", "video", "audio", "track"];

/// Attributes that any element keeps beside `lang` and `title`.
const MORE_ATTRIBUTES: &[&str] = &["id", "class", "dir", "align", "valign", "width", "height", "aria-label"];

/// Attributes that one element keeps beside those that `ammonia` keeps.
const MORE_ATTRIBUTES_OF: &[(&str, &[&str])] = &[
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

/// Attributes that go without a word: nothing that a reader sees goes with them.
const OF_NO_EFFECT: &[&str] = &["rel", "target"];

/// What is kept of authors' HTML.
fn rules() -> Builder<'static> {
    let mut builder = Builder::default();
    builder.add_tags(MORE_ELEMENTS);
    builder.add_generic_attributes(MORE_ATTRIBUTES);
    for (element, attributes) in MORE_ATTRIBUTES_OF {
        builder.add_tag_attributes(element, *attributes);
    }
    builder.link_rel(Some("noopener"));
    builder
}

/// The same rules, to be asked.
struct Kept {
    elements: HashSet<&'static str>,
    attributes: HashSet<&'static str>,
    attributes_of: HashMap<&'static str, HashSet<&'static str>>,
}

static KEPT: LazyLock<Kept> = LazyLock::new(|| {
    let rules = rules();
    Kept { elements: rules.clone_tags(), attributes: rules.clone_generic_attributes(), attributes_of: rules.clone_tag_attributes() }
});

/// Whether an element stays when a body is sanitised; of others the text stays at most.
pub fn is_kept(element: &str) -> bool {
    KEPT.elements.contains(element)
}

/// Whether an attribute of an element that is kept stays, or goes without a loss.
pub fn is_kept_attribute(element: &str, attribute: &str) -> bool {
    KEPT.attributes.contains(attribute)
        || KEPT.attributes_of.get(element).is_some_and(|known| known.contains(attribute))
        || OF_NO_EFFECT.contains(&attribute)
        || attribute.starts_with("data-")
}

/// What to write in place of an element (`<video>`) or attribute (`style`) that goes.
pub fn instead_of(name: &str) -> &'static str {
    match name {
        "<iframe>" | "<object>" | "<embed>" | "<frame>" => "link to it instead: `[what it is](https://example.org/)`",
        "<script>" | "<style>" | "<link>" | "<meta>" | "<base>" => "pages run no scripts and take their look from the theme; remove it",
        "<form>" | "<input>" | "<button>" | "<select>" | "<textarea>" | "<label>" | "<option>" => {
            "link to a form instead: `[take part](https://example.org/)`"
        }
        "<svg>" | "<math>" | "<canvas>" => "save it as a picture beside the record: `![what it shows](chart.svg)`",
        name if name.starts_with('<') => "its text stays; write it as Markdown, or remove the tag",
        name if name.starts_with("on") => "pages run no scripts; remove it",
        _ => "pages take their look from the theme; remove it",
    }
}

/// Whether an attribute holds addresses, and if so, whether a browser loads what is there with the page.
pub fn leads(attribute: &str) -> Option<bool> {
    match attribute {
        "href" | "cite" => Some(false),
        "src" | "srcset" | "poster" => Some(true),
        _ => None,
    }
}

/// Author's HTML without scripts, styles, comments and frames; what Markdown itself makes stays.
pub fn sanitise(text: &str) -> String {
    rules().clean(text).to_string()
}

/// The same, where each attribute that is kept, given its element, its name and its value, gets the value that `attribute` says, or goes.
pub fn sanitise_with(text: &str, attribute: impl for<'v> Fn(&str, &str, &'v str) -> Option<Cow<'v, str>> + Send + Sync + 'static) -> String {
    let mut rules = rules();
    rules.attribute_filter(attribute);
    rules.clean(text).to_string()
}

/// A letter of the private use area stands for each heading while the text is made, so that it can be divided again.
const HEADING: char = '\u{f8f0}';

/// The text of a body that a reader sees: before the first heading, and below each heading that is seen, by its position. Whatever
/// sanitising removes is no text: comments, scripts, styles, however they are written and wherever they stand. Code blocks are left out,
/// as they are in bodies without HTML.
pub fn visible_sections(markdown: &str) -> Vec<(Option<usize>, String)> {
    let (mut headings, mut within_heading, mut within_code) = (0_usize, false, false);
    let events = Parser::new_ext(markdown, options()).filter_map(|event| match event {
        Event::Start(Tag::Heading { .. }) => {
            within_heading = true;
            headings += 1;
            Some(Event::Text(format!("{HEADING}{}{HEADING}", headings - 1).into()))
        }
        Event::End(TagEnd::Heading(_)) => {
            within_heading = false;
            None
        }
        Event::Start(Tag::CodeBlock(_)) => {
            within_code = true;
            None
        }
        Event::End(TagEnd::CodeBlock) => {
            within_code = false;
            None
        }
        _ if within_heading || within_code => None,
        // The mark is no letter of the author's.
        Event::Code(text) if text.contains(HEADING) => Some(Event::Code(text.replace(HEADING, "").into())),
        Event::Text(text) if text.contains(HEADING) => Some(Event::Text(text.replace(HEADING, "").into())),
        Event::Html(text) if holds_mark(&text) => Some(Event::Html(unmarked(&text).into())),
        Event::InlineHtml(text) if holds_mark(&text) => Some(Event::InlineHtml(unmarked(&text).into())),
        other => Some(other),
    });
    let mut made = String::with_capacity(markdown.len() * 3 / 2);
    html::push_html(&mut made, events);
    divide(&text_of(&sanitise(&made)))
}

/// Whether raw HTML holds the mark, as a letter or as any reference to one of the private use area.
fn holds_mark(html: &str) -> bool {
    html.contains(HEADING) || html.contains("&#")
}

/// Raw HTML without the mark, and without references by number that may stand for it.
fn unmarked(html: &str) -> String {
    let is_mark = |reference: &str| {
        let digits = reference.trim_start_matches("&#").trim_start_matches(['x', 'X', '0']);
        digits.to_lowercase().starts_with("f8f0") || digits.starts_with("63728")
    };
    let mut text = String::with_capacity(html.len());
    for (at, piece) in html.replace(HEADING, "").split("&#").enumerate() {
        if at > 0 && !is_mark(piece) {
            text.push_str("&#");
        }
        text.push_str(if at > 0 && is_mark(piece) {
            piece.trim_start_matches(|letter: char| letter.is_ascii_alphanumeric()).trim_start_matches(';')
        } else {
            piece
        });
    }
    text
}

/// The texts between the marks, each with the position of its heading.
fn divide(text: &str) -> Vec<(Option<usize>, String)> {
    let mut sections = Vec::new();
    let mut parts = text.split(HEADING);
    sections.push((None, tidy(parts.next().unwrap_or(""))));
    while let (Some(number), Some(text)) = (parts.next(), parts.next()) {
        sections.push((number.parse().ok(), tidy(text)));
    }
    sections
}

/// Lines without blanks around them, none of them empty.
fn tidy(text: &str) -> String {
    let lines = text.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "));
    lines.filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n")
}

/// The text between the tags of well-formed HTML, blocks on lines of their own.
fn text_of(html: &str) -> String {
    let mut text = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(start) = rest.find('<') {
        text.push_str(&unescape(&rest[..start]));
        let tag = &rest[start..];
        let end = end_of_tag(tag);
        let name = tag[1..end].trim_start_matches('/').split(|letter: char| !letter.is_ascii_alphanumeric()).next().unwrap_or("");
        text.push(if INLINE.contains(&name) { '\u{200b}' } else { '\n' });
        rest = &tag[end..];
    }
    text.push_str(&unescape(rest));
    text.replace('\u{200b}', "")
}

/// Elements that part no words.
const INLINE: &[&str] = &[
    "a", "abbr", "acronym", "b", "bdi", "bdo", "cite", "code", "data", "del", "dfn", "em", "i", "ins", "kbd", "map", "mark", "q", "rp", "rt", "rtc",
    "ruby", "s", "samp", "small", "span", "strike", "strong", "sub", "sup", "time", "tt", "u", "var", "wbr",
];

/// Behind the bracket that closes a tag; one inside a quoted value closes nothing.
fn end_of_tag(tag: &str) -> usize {
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

/// The few entities that a serializer of HTML writes.
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
    fn what_nobody_sees_is_no_text() {
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
    fn text_below_headings_stays_below_them() {
        let sections =
            visible_sections("Intro <b>bold</b>.\n\n## One <i>a</i>\n\n<div>\n\nText &amp; *more*\n\n</div>\n\n## Two\n\n```\ncode\n```\n");
        assert_eq!(sections, [(None, "Intro bold.".into()), (Some(0), "Text & more".into()), (Some(1), String::new())]);
        for written in ["a\u{f8f0}7\u{f8f0}b <i>c</i>", "a`\u{f8f0}7\u{f8f0}`b <i>c</i>", "<i>a&#xF8F0;7&#63728;b</i> c", "a7b c <!-- &#x1F600; -->"]
        {
            assert_eq!(text(written), "a7b c", "{written}: the mark is not the author's");
        }
    }
}
