//! How the score of two studies comes about, in plain words, with a picture of one record's neighbours.

use serde::Serialize;

use crate::page::context::Context;
use crate::page::parts::Link;
use crate::page::{Composed, PageKind, View, crumbs};
use crate::similar::example::Example;

/// The view of the page.
#[derive(Debug, Clone, Serialize)]
pub struct HowPage {
    /// The way back to the report.
    pub crumbs: Vec<Link>,
    /// Its title.
    pub title: String,
    /// A sentence about it.
    pub description: String,
    /// One record and its neighbours, where any pair of the hub is flagged.
    pub picture: Option<Picture>,
    /// Questions with their answers.
    pub parts: Vec<Part>,
}

/// A question and its answer.
#[derive(Debug, Clone, Serialize)]
pub struct Part {
    /// The question.
    pub title: String,
    /// The answer.
    pub text: String,
}

/// The neighbours of one record along a line from not at all alike to the same.
#[derive(Debug, Clone, Serialize)]
pub struct Picture {
    /// Its page.
    pub url: String,
    /// Its title.
    pub title: String,
    /// What the picture shows, for those who cannot see it.
    pub text: String,
    /// Where unrelated records end, in parts of `WIDTH`.
    pub level: u32,
    /// A dot for each neighbour.
    pub dots: Vec<Dot>,
}

/// One neighbour.
#[derive(Debug, Clone, Serialize)]
pub struct Dot {
    /// Along the line, in parts of `WIDTH`.
    pub x: u32,
    /// Above the line, so that dots do not hide one another.
    pub y: u32,
    /// Whether it is a possible duplicate.
    pub flagged: bool,
}

/// The length of the line.
const WIDTH: f64 = 600.0;
/// Dots closer than this stand above one another.
const DOT: u32 = 9;
/// The height of the line, and of the highest dot.
const BASE: u32 = 84;
/// See [`BASE`].
const TOP: u32 = 12;

const PARTS: [(&str, &str); 6] = [
    ("how.compared", "how.compared_text"),
    ("how.number", "how.number_text"),
    ("how.background", "how.background_text"),
    ("how.families", "how.families_text"),
    ("how.languages", "how.languages_text"),
    ("how.wrong", "how.wrong_text"),
];

/// Composes the page.
pub fn compose(context: &Context) -> Composed {
    let thresholds = [
        ("duplicate", context.language.number(context.site.similar.duplicate, 2)),
        ("related", context.language.number(context.site.similar.related, 2)),
    ];
    let thresholds = thresholds.each_ref().map(|(name, number)| (*name, number.as_str()));
    let part = |(title, text): (&'static str, &'static str)| Part { title: context.text(title), text: context.language.fill(text, &thresholds) };
    let view = HowPage {
        crumbs: crumbs([(PageKind::Similar.address().to_owned(), context.text("similar.title"))]),
        title: context.text("how.title"),
        description: context.text("how.description"),
        picture: context.similar.example.as_ref().map(|example| picture(context, example)),
        parts: PARTS.into_iter().map(part).collect(),
    };
    Composed::new(context, "how.title", View::SimilarHow(view)).described(Some(context.language.text("how.description")))
}

fn picture(context: &Context, example: &Example) -> Picture {
    let meta = &context.catalog.case(example.case).meta;
    let along = |alike: f64| (alike.clamp(0.0, 1.0) * WIDTH).round() as u32;
    let mut dots: Vec<Dot> = Vec::new();
    for near in &example.nearest {
        let x = along(near.alike);
        let below = dots.iter().filter(|dot| dot.x.abs_diff(x) < DOT).count() as u32;
        dots.push(Dot { x, y: BASE.saturating_sub(DOT * (below + 1)).max(TOP), flagged: near.flagged });
    }
    let flagged = example.nearest.iter().filter(|near| near.flagged).count();
    let (relatives, others) = (context.language.whole(flagged), context.language.whole(example.nearest.len() - flagged));
    let level = context.language.number(example.level, 2);
    let text = context.language.fill("how.picture", &[("relatives", &relatives), ("others", &others), ("level", &level)]);
    Picture { url: meta.address.clone(), title: meta.title.clone(), text, level: along(example.level), dots }
}
