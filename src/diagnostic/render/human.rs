//! Diagnostics in the terminal: message, excerpt, labels, hint.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;

use annotate_snippets::{AnnotationKind, Element, Level, Origin, Renderer, Snippet};

use crate::diagnostic::render::{Lines, Positions, Texts, in_order, lines, visible, visible_line};
use crate::diagnostic::{Diagnostic, Place, Severity};

/// How many warnings of one code are shown before they are summed up.
const SHOWN: usize = 5;
/// An excerpt shows at most so many lines of one place.
const TALL: usize = 6;
/// A line longer than this is cut around the place.
const WIDE: usize = 400;

/// How diagnostics are shown.
#[derive(Debug, Clone, Copy)]
pub struct Look {
    /// With the colours of a terminal.
    pub colour: bool,
    /// Characters in a line.
    pub width: usize,
}

impl Default for Look {
    fn default() -> Self {
        Look { colour: false, width: 120 }
    }
}

/// All diagnostics as one text, errors last so that they stand above the prompt.
///
/// Errors are all shown; warnings and notes of one code are summed up after the first five.
pub fn human(diagnostics: &[Diagnostic], texts: &dyn Texts, look: Look) -> String {
    let mut page = Page::new(texts, look);
    let sorted = in_order(diagnostics);
    for severity in [Severity::Note, Severity::Warning] {
        page.summed_up(sorted.iter().copied().filter(|diagnostic| diagnostic.severity == severity), severity);
    }
    for diagnostic in sorted.iter().filter(|diagnostic| diagnostic.severity == Severity::Error) {
        page.show(diagnostic);
    }
    page.text
}

/// One diagnostic as a text of its own.
pub fn one(diagnostic: &Diagnostic, texts: &dyn Texts, look: Look) -> String {
    let mut page = Page::new(texts, look);
    page.show(diagnostic);
    page.text
}

struct Page<'a> {
    positions: Positions<'a>,
    renderer: Renderer,
    text: String,
    /// Places as the renderer counts them in a line that was cut, and as they are in the file.
    moved: Vec<(String, String)>,
}

impl<'a> Page<'a> {
    fn new(texts: &'a dyn Texts, look: Look) -> Self {
        Page { positions: Positions::new(texts), renderer: renderer(look), text: String::new(), moved: Vec::new() }
    }

    fn summed_up(&mut self, diagnostics: impl Iterator<Item = &'a Diagnostic>, severity: Severity) {
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        for diagnostic in diagnostics {
            let count = counts.entry(diagnostic.code).or_default();
            *count += 1;
            if *count <= SHOWN {
                self.show(diagnostic);
            }
        }
        for (code, count) in counts.into_iter().filter(|(_, count)| *count > SHOWN) {
            let title = level(severity).primary_title(format!("and {} more of `{code}`", count - SHOWN));
            self.write(&[annotate_snippets::Group::with_title(title)]);
        }
    }

    fn show(&mut self, diagnostic: &'a Diagnostic) {
        let title = level(diagnostic.severity).primary_title(visible(&diagnostic.message)).id(diagnostic.code);
        let mut elements = self.excerpts(diagnostic);
        elements.extend(diagnostic.hint.as_deref().map(|hint| Level::HELP.message(visible(hint)).into()));
        self.write(&[title.elements(elements)]);
    }

    fn write(&mut self, report: &[annotate_snippets::Group<'_>]) {
        // The renderer shows control characters of an excerpt by signs, but for those that take two bytes.
        let mut text = self.renderer.render(report).replace(|letter| matches!(letter, '\u{80}'..='\u{9f}'), "\u{fffd}");
        for (counted, real) in self.moved.drain(..) {
            text = text.replacen(&counted, &real, 1);
        }
        self.text.push_str(&text);
        self.text.push_str("\n\n");
    }

    /// The excerpt of the place itself, joined by labels close to it; then those of labels elsewhere.
    fn excerpts(&mut self, diagnostic: &'a Diagnostic) -> Vec<Element<'a>> {
        let main = &diagnostic.place;
        let (near, far): (Vec<_>, Vec<_>) = diagnostic.labels.iter().partition(|label| self.is_near(main, &label.place));
        let near = near.into_iter().map(|label| (&label.place, Some(visible(&label.text))));
        let mut elements = self.excerpt(main, near.collect());
        for label in far {
            elements.extend(self.excerpt_with(&label.place, Some(visible(&label.text)), AnnotationKind::Context, Vec::new()));
        }
        elements
    }

    /// Whether two places fit into one excerpt: the same file, and both in lines that are not cut.
    fn is_near(&mut self, main: &'a Place, other: &'a Place) -> bool {
        main.path == other.path
            && [main, other].iter().all(|place| {
                let lines = self.positions.lines(&place.path);
                let position = lines.position(place.span.start);
                !is_whole_file(place) && lines.line(position.line).len() <= WIDE
            })
    }

    fn excerpt(&mut self, place: &'a Place, near: Vec<(&'a Place, Option<Cow<'a, str>>)>) -> Vec<Element<'a>> {
        self.excerpt_with(place, None, AnnotationKind::Primary, near)
    }

    fn excerpt_with(
        &mut self,
        place: &'a Place,
        label: Option<Cow<'a, str>>,
        kind: AnnotationKind,
        near: Vec<(&'a Place, Option<Cow<'a, str>>)>,
    ) -> Vec<Element<'a>> {
        let lines = self.positions.lines(&place.path);
        let position = lines.position(place.span.start);
        let path = visible_line(&place.path);
        if lines.text().is_empty() || is_whole_file(place) {
            let origin = Origin::path(path).line(position.line).char_column(position.column);
            return std::iter::once(origin.into()).chain(label.map(|label| Level::NOTE.message(label).into())).collect();
        }
        if lines.line(position.line).len() > WIDE {
            let (text, span) = cut(lines, place);
            let counted = text[..span.start].chars().count() + 1;
            let at = |column: usize| format!("{path}:{}:{column}", position.line);
            self.moved.push((at(counted), at(position.column)));
            let snippet = Snippet::source(text).line_start(position.line).path(path);
            return vec![snippet.annotation(kind.span(span).label(label)).into()];
        }
        let spans = std::iter::once(shortened(lines, place)).chain(near.iter().map(|(place, _)| shortened(lines, place)));
        let spans: Vec<Range<usize>> = spans.collect();
        let labels = std::iter::once((kind, label)).chain(near.iter().map(|(_, label)| (AnnotationKind::Context, label.clone())));
        let (window, first) = window(lines, &spans);
        let annotations =
            spans.iter().zip(labels).map(|(span, (kind, label))| kind.span(span.start - window.start..span.end - window.start).label(label));
        vec![Snippet::source(&lines.text()[window.clone()]).line_start(first).path(path).annotations(annotations).into()]
    }
}

fn renderer(look: Look) -> Renderer {
    let renderer = if look.colour { Renderer::styled() } else { Renderer::plain() };
    renderer.term_width(look.width.max(40))
}

fn level(severity: Severity) -> Level<'static> {
    match severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Note => Level::NOTE,
    }
}

fn is_whole_file(place: &Place) -> bool {
    place.span == (0..0)
}

/// The span of a place, kept to whole characters, to `TALL` lines, and out of the line end.
fn shortened(lines: &Lines<'_>, place: &Place) -> Range<usize> {
    let start = lines::floor(lines.text(), place.span.start);
    let end = lines::floor(lines.text(), place.span.end).max(start);
    let first = lines.position(start).line;
    let last = lines.position(end).line;
    let end = if last >= first + TALL { lines.line(first).end } else { end };
    start..end.max(start)
}

/// The lines that hold all spans, and the number of the first.
fn window(lines: &Lines<'_>, spans: &[Range<usize>]) -> (Range<usize>, usize) {
    let start = spans.iter().map(|span| span.start).min().unwrap_or(0);
    let end = spans.iter().map(|span| span.end).max().unwrap_or(0);
    let first = lines.position(start).line;
    let last = lines.line(lines.position(end).line);
    (lines.line(first).start..last.end.max(end), first)
}

/// The part of an endless line around a place, and where the place lies in it.
fn cut(lines: &Lines<'_>, place: &Place) -> (String, Range<usize>) {
    let text = lines.text();
    let line = lines.line(lines.position(place.span.start).line);
    let start = lines::floor(text, place.span.start).min(line.end);
    let end = lines::floor(text, place.span.end.min(line.end).min(start + WIDE / 5)).max(start);
    let from = lines::floor(text, start.saturating_sub(WIDE / 8).max(line.start));
    let to = lines::floor(text, (end + WIDE / 8).min(line.end));
    let before = if from > line.start { "..." } else { "" };
    let after = if to < line.end { "..." } else { "" };
    let shift = |at: usize| at - from + before.len();
    (format!("{before}{}{after}", &text[from..to]), shift(start)..shift(end))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;

    const STUDY: &str = "---\r\ntitle: Não é fácil\r\nmarkets: [BR, XX]\r\nchannels: [retial]\r\n---\r\n\r\n# Text\r\n";

    fn texts() -> BTreeMap<&'static str, &'static str> {
        BTreeMap::from([("content/a.md", STUDY), ("content/b.md", "---\ntitle: B\n---\n")])
    }

    fn place(path: &str, of: &str) -> Place {
        let text = texts()[path];
        let at = text.find(of).unwrap();
        Place::new(&Arc::from(path), at..at + of.len())
    }

    fn shown(diagnostic: Diagnostic) -> String {
        one(&diagnostic, &texts(), Look::default())
    }

    fn wrong_channel() -> Diagnostic {
        let place = place("content/a.md", "retial");
        Diagnostic::error("unknown-channel", place, "`retial` is not a known channel").hint("did you mean `retail-media`?")
    }

    #[test]
    fn a_problem_shows_its_line_and_its_hint() {
        let expected = "\
error[unknown-channel]: `retial` is not a known channel
 --> content/a.md:4:12
  |
4 | channels: [retial]
  |            ^^^^^^
  |
  = help: did you mean `retail-media`?

";
        assert_eq!(shown(wrong_channel()), expected);
    }

    #[test]
    fn labels_stand_where_they_belong() {
        let near = wrong_channel().label(place("content/a.md", "[BR, XX]"), "here it is right");
        let text = shown(near.label(place("content/b.md", "title: B"), "and here"));
        assert!(text.contains("3 | markets: [BR, XX]\n  |          -------- here it is right\n4 | channels"), "{text}");
        assert!(text.contains(" ::: content/b.md:2:1\n  |\n2 | title: B\n  | -------- and here"), "{text}");
    }

    #[test]
    fn a_file_as_a_whole_has_no_excerpt() {
        let place = Place::file(&Arc::from("content/\u{1b}a.md"));
        let text = shown(Diagnostic::warning("unportable-name", place, "`\u{1b}a.md` cannot travel"));
        assert!(!text.contains('\u{1b}'), "nothing moves the cursor: {text}");
        assert!(text.contains("--> content/\\u{1b}a.md:1:1"), "{text}");
    }

    #[test]
    fn texts_of_others_do_not_act_in_the_terminal() {
        let hostile = "red\u{1b}[31m \u{9b}2J \u{7} \u{202e} back\u{8}\u{0}\rover";
        let text = format!("---\ntitle: {hostile}\nsummary: {hostile}\n---\n");
        let texts = BTreeMap::from([("content/h.md", &*text)]);
        let place = |word: &str| Place::new(&Arc::from("content/h.md"), text.find(word).map_or(0..3, |at| at..at + word.len()));
        let far = Place::new(&Arc::from(format!("content/{hostile}.md")), 2..3);
        let problem = Diagnostic::error("x", place("title"), hostile).label(place("summary"), hostile).label(far, hostile).hint(hostile);
        let shown = human(&[problem], &texts, Look::default());
        let acting: Vec<char> = shown.chars().filter(|letter| letter.is_control() && *letter != '\n' || *letter == '\u{202e}').collect();
        assert!(acting.is_empty(), "{acting:?} in {shown}");
    }

    #[test]
    fn an_endless_line_is_cut_around_the_place() {
        let long = format!("a\n{} LINK {}", "é".repeat(50_000), "x".repeat(50_000));
        let texts = BTreeMap::from([("content/l.md", &*long)]);
        let at = long.find("LINK").unwrap();
        let text = one(&Diagnostic::error("x", Place::new(&Arc::from("content/l.md"), at..at + 4), "x"), &texts, Look::default());
        assert!(text.contains(" --> content/l.md:2:50002\n") && text.contains("é LINK x") && text.len() < 600, "{text}");
    }

    #[test]
    fn places_anywhere_can_be_shown() {
        for span in [0..1, 4..5, 5..STUDY.len(), 6..7, STUDY.len() - 1..STUDY.len(), STUDY.len()..STUDY.len(), 200..300] {
            shown(Diagnostic::error("x", Place::new(&Arc::from("content/a.md"), span), "x"));
        }
        shown(Diagnostic::error("x", Place::new(&Arc::from("content/none.md"), 7..9), "x"));
    }

    #[test]
    fn warnings_of_a_kind_are_summed_up_and_errors_never() {
        let place = |number| Place::new(&Arc::from("content/b.md"), number..number + 1);
        let mut many: Vec<Diagnostic> = (0..9).map(|number| Diagnostic::warning("missing-summary", place(number), "no `summary`")).collect();
        many.extend((0..9).map(|number| Diagnostic::error("broken-link", place(number), "no such record")));
        let text = human(&many, &texts(), Look::default());
        assert_eq!(text.matches("warning[missing-summary]").count(), SHOWN);
        assert!(text.contains("warning: and 4 more of `missing-summary`"), "{text}");
        assert_eq!(text.matches("error[broken-link]").count(), 9);
        assert!(text.rfind("warning").unwrap() < text.find("error").unwrap(), "errors stand above the prompt");
    }
}
