//! Diagnostics as terminal text: message, excerpt, labels and hint.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;

use annotate_snippets::{AnnotationKind, Element, Level, Origin, Renderer, Snippet};

use crate::diagnostic::render::source_texts::{PositionLookup, sort_by_place};
use crate::diagnostic::render::{LineIndex, SourceTexts, escape_controls, escape_line, line_index};
use crate::diagnostic::{Diagnostic, Place, Severity};

/// How many warnings or notes of one code are shown in full; the rest is only counted.
const MAX_SHOWN_PER_CODE: usize = 5;
/// The most lines that an excerpt shows of one place.
const MAX_EXCERPT_LINES: usize = 6;
/// The longest line shown whole, in bytes; a longer one is cut around the place.
const MAX_LINE_BYTES: usize = 400;

/// Options of the terminal format; without colours and 120 characters wide by default.
#[derive(Debug, Clone, Copy)]
pub struct RenderOptions {
    /// Whether the text has ANSI colours.
    pub has_colours: bool,
    /// Width of the terminal in characters.
    pub width: usize,
}

impl Default for RenderOptions {
    fn default() -> Self {
        RenderOptions { has_colours: false, width: 120 }
    }
}

/// Renders all diagnostics, errors last so that they end up directly above the prompt.
///
/// Errors are all shown; of warnings and notes of one code only the first five, then their number.
pub fn render_human(
    diagnostics: &[Diagnostic],
    texts: &dyn SourceTexts,
    options: RenderOptions,
) -> String {
    let mut report = TerminalReport::new(texts, options);
    let sorted = sort_by_place(diagnostics);
    for severity in [Severity::Note, Severity::Warning] {
        report.write_summarised(
            sorted.iter().copied().filter(|diagnostic| diagnostic.severity == severity),
            severity,
        );
    }
    for diagnostic in sorted.iter().filter(|diagnostic| diagnostic.severity == Severity::Error) {
        report.write_diagnostic(diagnostic);
    }
    report.text
}

/// Renders one diagnostic.
pub fn render_one(
    diagnostic: &Diagnostic,
    texts: &dyn SourceTexts,
    options: RenderOptions,
) -> String {
    let mut report = TerminalReport::new(texts, options);
    report.write_diagnostic(diagnostic);
    report.text
}

/// The terminal text so far.
struct TerminalReport<'a> {
    positions: PositionLookup<'a>,
    renderer: Renderer,
    text: String,
    /// Corrections of positions in lines that were cut: `path:line:column` as the renderer counts
    /// it, and as it is in the file.
    position_fixes: Vec<(String, String)>,
}

impl<'a> TerminalReport<'a> {
    /// An empty report of problems in these texts.
    fn new(texts: &'a dyn SourceTexts, options: RenderOptions) -> Self {
        TerminalReport {
            positions: PositionLookup::new(texts),
            renderer: build_renderer(options),
            text: String::new(),
            position_fixes: Vec::new(),
        }
    }

    /// Writes the first diagnostics of each code, then how many more of it there are.
    fn write_summarised(
        &mut self,
        diagnostics: impl Iterator<Item = &'a Diagnostic>,
        severity: Severity,
    ) {
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        for diagnostic in diagnostics {
            let count = counts.entry(diagnostic.code).or_default();
            *count += 1;
            if *count <= MAX_SHOWN_PER_CODE {
                self.write_diagnostic(diagnostic);
            }
        }
        for (code, count) in counts.into_iter().filter(|(_, count)| *count > MAX_SHOWN_PER_CODE) {
            let title = to_level(severity)
                .primary_title(format!("and {} more of `{code}`", count - MAX_SHOWN_PER_CODE));
            self.write_report(&[annotate_snippets::Group::with_title(title)]);
        }
    }

    /// Appends one diagnostic: its message and code, the excerpts and the hint.
    fn write_diagnostic(&mut self, diagnostic: &'a Diagnostic) {
        let title = to_level(diagnostic.severity)
            .primary_title(escape_controls(&diagnostic.message))
            .id(diagnostic.code);
        let mut elements = self.excerpts(diagnostic);
        elements.extend(
            diagnostic
                .hint
                .as_deref()
                .map(|hint| Level::HELP.message(escape_controls(hint)).into()),
        );
        self.write_report(&[title.elements(elements)]);
    }

    /// Renders and appends one report with an empty line behind it, and corrects the positions in
    /// lines that were cut for it.
    fn write_report(&mut self, report: &[annotate_snippets::Group<'_>]) {
        // The renderer replaces control characters of an excerpt except those of two bytes (U+0080
        // to U+009F).
        let mut text = self
            .renderer
            .render(report)
            .replace(|letter| matches!(letter, '\u{80}'..='\u{9f}'), "\u{fffd}");
        for (rendered, actual) in self.position_fixes.drain(..) {
            text = text.replacen(&rendered, &actual, 1);
        }
        self.text.push_str(&text);
        self.text.push_str("\n\n");
    }

    /// The excerpt of the place with the labels close to it, then one excerpt for each other label.
    fn excerpts(&mut self, diagnostic: &'a Diagnostic) -> Vec<Element<'a>> {
        let main = &diagnostic.place;
        let (near, far): (Vec<_>, Vec<_>) =
            diagnostic.labels.iter().partition(|label| self.is_near(main, &label.place));
        let near = near.into_iter().map(|label| (&label.place, Some(escape_controls(&label.text))));
        let mut elements = self.excerpt(main, near.collect());
        for label in far {
            elements.extend(self.excerpt_with(
                &label.place,
                Some(escape_controls(&label.text)),
                AnnotationKind::Context,
                Vec::new(),
            ));
        }
        elements
    }

    /// Whether two places share one excerpt: the same file, and both in lines that are not cut.
    fn is_near(&mut self, main: &'a Place, other: &'a Place) -> bool {
        main.path == other.path
            && [main, other].iter().all(|place| {
                let index = self.positions.line_index(&place.path);
                let position = index.position(place.span.start);
                !is_whole_file(place) && index.line_range(position.line).len() <= MAX_LINE_BYTES
            })
    }

    /// The excerpt of the main place of a problem, in which the places of `near` are labelled too.
    fn excerpt(
        &mut self,
        place: &'a Place,
        near: Vec<(&'a Place, Option<Cow<'a, str>>)>,
    ) -> Vec<Element<'a>> {
        self.excerpt_with(place, None, AnnotationKind::Primary, near)
    }

    /// An excerpt in which `place` is marked as `kind` with its label, and the places of `near`
    /// with theirs. A file without text and a place that means the whole file give only path and
    /// position; a line of more than [`MAX_LINE_BYTES`] is cut, and `near` is empty then.
    fn excerpt_with(
        &mut self,
        place: &'a Place,
        label: Option<Cow<'a, str>>,
        kind: AnnotationKind,
        near: Vec<(&'a Place, Option<Cow<'a, str>>)>,
    ) -> Vec<Element<'a>> {
        let index = self.positions.line_index(&place.path);
        let position = index.position(place.span.start);
        let path = escape_line(&place.path);
        if index.text().is_empty() || is_whole_file(place) {
            let origin = Origin::path(path).line(position.line).char_column(position.column);
            return std::iter::once(origin.into())
                .chain(label.map(|label| Level::NOTE.message(label).into()))
                .collect();
        }
        if index.line_range(position.line).len() > MAX_LINE_BYTES {
            let (text, span) = cut_line(index, place);
            let rendered_column = text[..span.start].chars().count() + 1;
            let format_position = |column: usize| format!("{path}:{}:{column}", position.line);
            self.position_fixes
                .push((format_position(rendered_column), format_position(position.column)));
            let snippet = Snippet::source(text).line_start(position.line).path(path);
            return vec![snippet.annotation(kind.span(span).label(label)).into()];
        }
        let spans = std::iter::once(clip_span(index, place))
            .chain(near.iter().map(|(place, _)| clip_span(index, place)));
        let spans: Vec<Range<usize>> = spans.collect();
        let labels = std::iter::once((kind, label))
            .chain(near.iter().map(|(_, label)| (AnnotationKind::Context, label.clone())));
        let (window, first_line) = find_window(index, &spans);
        let annotations = spans.iter().zip(labels).map(|(span, (kind, label))| {
            kind.span(span.start - window.start..span.end - window.start).label(label)
        });
        vec![
            Snippet::source(&index.text()[window.clone()])
                .line_start(first_line)
                .path(path)
                .annotations(annotations)
                .into(),
        ]
    }
}

/// The renderer of these options; below 40 characters of width it wraps as if there were 40.
fn build_renderer(options: RenderOptions) -> Renderer {
    let renderer = if options.has_colours { Renderer::styled() } else { Renderer::plain() };
    renderer.term_width(options.width.max(40))
}

/// The level of the renderer that a severity is shown as.
fn to_level(severity: Severity) -> Level<'static> {
    match severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Note => Level::NOTE,
    }
}

/// Whether a place means its file as a whole rather than a part of it.
fn is_whole_file(place: &Place) -> bool {
    place.span == (0..0)
}

/// The span of a place, clipped to character boundaries and to `MAX_EXCERPT_LINES` lines; a span of
/// more lines ends with its first line.
fn clip_span(index: &LineIndex<'_>, place: &Place) -> Range<usize> {
    let start = line_index::floor_char_boundary(index.text(), place.span.start);
    let end = line_index::floor_char_boundary(index.text(), place.span.end).max(start);
    let first = index.position(start).line;
    let last = index.position(end).line;
    let end = if last >= first + MAX_EXCERPT_LINES { index.line_range(first).end } else { end };
    start..end.max(start)
}

/// The byte range of the lines that hold all spans, and the one-based number of the first.
fn find_window(index: &LineIndex<'_>, spans: &[Range<usize>]) -> (Range<usize>, usize) {
    let start = spans.iter().map(|span| span.start).min().unwrap_or(0);
    let end = spans.iter().map(|span| span.end).max().unwrap_or(0);
    let first = index.position(start).line;
    let last = index.line_range(index.position(end).line);
    (index.line_range(first).start..last.end.max(end), first)
}

/// The part of a long line around a place, with `...` where it is cut, and the byte span of the
/// place in that part.
fn cut_line(index: &LineIndex<'_>, place: &Place) -> (String, Range<usize>) {
    let text = index.text();
    let line = index.line_range(index.position(place.span.start).line);
    let start = line_index::floor_char_boundary(text, place.span.start).min(line.end);
    let end = line_index::floor_char_boundary(
        text,
        place.span.end.min(line.end).min(start + MAX_LINE_BYTES / 5),
    )
    .max(start);
    let cut_start = line_index::floor_char_boundary(
        text,
        start.saturating_sub(MAX_LINE_BYTES / 8).max(line.start),
    );
    let cut_end = line_index::floor_char_boundary(text, (end + MAX_LINE_BYTES / 8).min(line.end));
    let before = if cut_start > line.start { "..." } else { "" };
    let after = if cut_end < line.end { "..." } else { "" };
    let shift = |offset: usize| offset - cut_start + before.len();
    (format!("{before}{}{after}", &text[cut_start..cut_end]), shift(start)..shift(end))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;

    const STUDY: &str = "---\r\ntitle: Não é fácil\r\nmarkets: [BR, XX]\r\nchannels: [retial]\r\n---\r\n\r\n# Text\r\n";

    fn texts() -> BTreeMap<&'static str, &'static str> {
        BTreeMap::from([("content/a.md", STUDY), ("content/b.md", "---\ntitle: B\n---\n")])
    }

    fn place(path: &str, excerpt: &str) -> Place {
        let text = texts()[path];
        let at = text.find(excerpt).unwrap();
        Place::new(&Arc::from(path), at..at + excerpt.len())
    }

    fn render(diagnostic: Diagnostic) -> String {
        render_one(&diagnostic, &texts(), RenderOptions::default())
    }

    fn wrong_channel() -> Diagnostic {
        let place = place("content/a.md", "retial");
        Diagnostic::error("unknown-channel", place, "`retial` is not a known channel")
            .hint("did you mean `retail-media`?")
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
        assert_eq!(render(wrong_channel()), expected);
    }

    #[test]
    fn labels_are_shown_at_their_places() {
        let near = wrong_channel().label(place("content/a.md", "[BR, XX]"), "here it is right");
        let text = render(near.label(place("content/b.md", "title: B"), "and here"));
        assert!(
            text.contains(
                "3 | markets: [BR, XX]\n  |          -------- here it is right\n4 | channels"
            ),
            "{text}"
        );
        assert!(
            text.contains(" ::: content/b.md:2:1\n  |\n2 | title: B\n  | -------- and here"),
            "{text}"
        );
    }

    #[test]
    fn a_file_as_a_whole_has_no_excerpt() {
        let place = Place::file(&Arc::from("content/\u{1b}a.md"));
        let text =
            render(Diagnostic::warning("unportable-name", place, "`\u{1b}a.md` cannot travel"));
        assert!(!text.contains('\u{1b}'), "nothing moves the cursor: {text}");
        assert!(text.contains("--> content/\\u{1b}a.md:1:1"), "{text}");
    }

    #[test]
    fn untrusted_text_is_escaped() {
        let hostile = "red\u{1b}[31m \u{9b}2J \u{7} \u{202e} back\u{8}\u{0}\rover";
        let text = format!("---\ntitle: {hostile}\nsummary: {hostile}\n---\n");
        let texts = BTreeMap::from([("content/h.md", &*text)]);
        let place = |word: &str| {
            Place::new(
                &Arc::from("content/h.md"),
                text.find(word).map_or(0..3, |at| at..at + word.len()),
            )
        };
        let far = Place::new(&Arc::from(format!("content/{hostile}.md")), 2..3);
        let problem = Diagnostic::error("x", place("title"), hostile)
            .label(place("summary"), hostile)
            .label(far, hostile)
            .hint(hostile);
        let shown = render_human(&[problem], &texts, RenderOptions::default());
        let unescaped: Vec<char> = shown
            .chars()
            .filter(|letter| letter.is_control() && *letter != '\n' || *letter == '\u{202e}')
            .collect();
        assert!(unescaped.is_empty(), "{unescaped:?} in {shown}");
    }

    #[test]
    fn a_long_line_is_cut_around_the_place() {
        let long = format!("a\n{} LINK {}", "é".repeat(50_000), "x".repeat(50_000));
        let texts = BTreeMap::from([("content/l.md", &*long)]);
        let at = long.find("LINK").unwrap();
        let text = render_one(
            &Diagnostic::error("x", Place::new(&Arc::from("content/l.md"), at..at + 4), "x"),
            &texts,
            RenderOptions::default(),
        );
        assert!(
            text.contains(" --> content/l.md:2:50002\n")
                && text.contains("é LINK x")
                && text.len() < 600,
            "{text}"
        );
    }

    #[test]
    fn places_anywhere_can_be_shown() {
        for span in [
            0..1,
            4..5,
            5..STUDY.len(),
            6..7,
            STUDY.len() - 1..STUDY.len(),
            STUDY.len()..STUDY.len(),
            200..300,
        ] {
            render(Diagnostic::error("x", Place::new(&Arc::from("content/a.md"), span), "x"));
        }
        render(Diagnostic::error("x", Place::new(&Arc::from("content/none.md"), 7..9), "x"));
    }

    #[test]
    fn warnings_of_one_code_are_summarised_and_errors_are_not() {
        let place = |number| Place::new(&Arc::from("content/b.md"), number..number + 1);
        let mut many: Vec<Diagnostic> = (0..9)
            .map(|number| Diagnostic::warning("missing-summary", place(number), "no `summary`"))
            .collect();
        many.extend(
            (0..9).map(|number| Diagnostic::error("broken-link", place(number), "no such record")),
        );
        let text = render_human(&many, &texts(), RenderOptions::default());
        assert_eq!(text.matches("warning[missing-summary]").count(), MAX_SHOWN_PER_CODE);
        assert!(text.contains("warning: and 4 more of `missing-summary`"), "{text}");
        assert_eq!(text.matches("error[broken-link]").count(), 9);
        assert!(
            text.rfind("warning").unwrap() < text.find("error").unwrap(),
            "errors stand above the prompt"
        );
    }
}
