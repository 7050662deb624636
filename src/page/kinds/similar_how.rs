//! Explains how the similarity score of two studies is computed, with a plot of one record's
//! neighbours.

use serde::Serialize;

use crate::page::composed::ComposedPage;
use crate::page::context::Context;
use crate::page::parts::shown_text::shown_label;
use crate::page::parts::{Link, breadcrumbs};
use crate::similar::example::ScoreExample;
use crate::site::pages::PageKind;

/// The view of the page that explains the similarity score.
#[derive(Debug, Clone, Serialize)]
pub struct SimilarityExplainedPage {
    /// Breadcrumb links.
    pub crumbs: Vec<Link>,
    /// Title of the page.
    pub title: String,
    /// A sentence about the page.
    pub description: String,
    /// Plot of one record and its neighbours; none without a flagged pair.
    pub picture: Option<NeighbourPlot>,
    /// Questions and answers.
    pub parts: Vec<Explanation>,
}

/// A question about the similarity score and its answer.
#[derive(Debug, Clone, Serialize)]
pub struct Explanation {
    /// The question.
    pub title: String,
    /// The answer.
    pub text: String,
}

/// A dot plot of the similarity of one record's neighbours, from 0 at the left to 1 at the right.
#[derive(Debug, Clone, Serialize)]
pub struct NeighbourPlot {
    /// Site path of the record.
    pub url: String,
    /// Title of the record.
    pub title: String,
    /// Description for screen readers.
    pub text: String,
    /// Similarity that unrelated records reach, 0 to `PLOT_WIDTH`.
    pub level: u32,
    /// One dot for each neighbour.
    pub dots: Vec<NeighbourDot>,
}

/// One neighbour as a dot of the plot.
#[derive(Debug, Clone, Serialize)]
pub struct NeighbourDot {
    /// Similarity, 0 to `PLOT_WIDTH`.
    pub x: u32,
    /// Vertical position, stacked so that dots do not overlap.
    pub y: u32,
    /// Whether it is a possible duplicate.
    pub flagged: bool,
}

/// Length of the axis of the plot in the plot's own units, from similarity 0 to 1.
const PLOT_WIDTH: f64 = 600.0;
/// Horizontal distance below which dots are stacked, and vertical distance between stacked dots.
const DOT_SPACING: u32 = 9;
/// Vertical position of the axis of the plot, from its top.
const BASELINE_Y: u32 = 84;
/// Vertical position of the highest dot; further dots in the same place overlap it.
const MIN_DOT_Y: u32 = 12;

/// Language keys of each question and answer.
const EXPLANATION_KEYS: [(&str, &str); 6] = [
    ("how.compared", "how.compared_text"),
    ("how.number", "how.number_text"),
    ("how.background", "how.background_text"),
    ("how.families", "how.families_text"),
    ("how.languages", "how.languages_text"),
    ("how.wrong", "how.wrong_text"),
];

/// Composes the page that explains the similarity score.
pub fn compose(context: &Context) -> ComposedPage<SimilarityExplainedPage> {
    let thresholds = [
        ("duplicate", context.language.format_number(context.site.similar.duplicate, 2)),
        ("related", context.language.format_number(context.site.similar.related, 2)),
    ];
    let thresholds = thresholds.each_ref().map(|(name, number)| (*name, number.as_str()));
    let part = |(title, text): (&'static str, &'static str)| Explanation {
        title: context.text(title),
        text: context.language.text_with(text, &thresholds),
    };
    let view = SimilarityExplainedPage {
        crumbs: breadcrumbs([(
            PageKind::Similar.address().to_owned(),
            context.text("similar.title"),
        )]),
        title: context.text("how.title"),
        description: context.text("how.description"),
        picture: context.similar.example.as_ref().map(|example| neighbour_plot(context, example)),
        parts: EXPLANATION_KEYS.into_iter().map(part).collect(),
    };
    ComposedPage::from_title_key(context, "how.title", view)
        .with_description(Some(context.language.text("how.description")))
}

/// The plot of one record's neighbours, with a dot for each, stacked where they are close.
fn neighbour_plot(context: &Context, example: &ScoreExample) -> NeighbourPlot {
    let meta = &context.catalog.case(example.case).meta;
    let x_of = |similarity: f64| (similarity.clamp(0.0, 1.0) * PLOT_WIDTH).round() as u32;
    let mut dots: Vec<NeighbourDot> = Vec::new();
    for near in &example.nearest {
        let x = x_of(near.similarity);
        let below = dots.iter().filter(|dot| dot.x.abs_diff(x) < DOT_SPACING).count() as u32;
        dots.push(NeighbourDot {
            x,
            y: BASELINE_Y.saturating_sub(DOT_SPACING * (below + 1)).max(MIN_DOT_Y),
            flagged: near.flagged,
        });
    }
    let flagged = example.nearest.iter().filter(|near| near.flagged).count();
    let (relatives, others) = (
        context.language.format_integer(flagged),
        context.language.format_integer(example.nearest.len() - flagged),
    );
    let level = context.language.format_number(example.level, 2);
    let text = context.language.text_with(
        "how.picture",
        &[("relatives", &relatives), ("others", &others), ("level", &level)],
    );
    NeighbourPlot {
        url: meta.address.clone(),
        title: shown_label(context, meta).to_owned(),
        text,
        level: x_of(example.level),
        dots,
    }
}
