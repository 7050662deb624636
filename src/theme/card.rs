//! Draws the pictures that shared links show: the theme's `card.svg`, filled in and turned into a PNG
//! with few colours.

use std::sync::Arc;

use resvg::tiny_skia::{Color, Pixmap, Transform};
use resvg::usvg::{
    self, FallbackSelectionFn, FontResolver, FontSelectionFn, ImageHrefResolver, Options,
};
use serde::Serialize;
use tera::{Context as Values, Tera};

use crate::error::{Error, Result};
use crate::page::parts::share_card::{CARD_HEIGHT, CARD_WIDTH, ShareCard};
use crate::source::ContentHash;
use crate::theme::card::fonts::{BOLD, CardFonts, PlacedLine, REGULAR};
use crate::theme::card::palette::encode_png;

pub mod fonts;
mod lines;
mod palette;

/// The template that a picture is drawn from.
const TEMPLATE: &str = "card.svg";

/// Raised when the same template and fonts give other pixels or other bytes than before, so that
/// pictures that were kept are drawn anew.
const DRAWING_VERSION: u32 = 1;

/// Space for the title in pixels, from one side of the picture's margins to the other.
const TITLE_WIDTH: f32 = 1056.0;
/// Sizes of the title in pixels, the largest first.
const TITLE_SIZES: [u32; 2] = [58, 48];
/// The most lines of a title.
const MAX_TITLE_LINES: usize = 3;
/// The most bytes of a picture: phones fetch it for every link.
const MAX_BYTES: usize = 12 * 1024;
/// Space in pixels for the line with the place, beside the label of the grade.
const PLACE_WIDTH: f32 = 620.0;
/// Space in pixels for the name of the site.
const SITE_WIDTH: f32 = 760.0;
/// Space in pixels for the name of the metric, beside the value.
const METRIC_WIDTH: f32 = 480.0;

/// Size of the primary result in pixels, as `card.svg` has it.
const VALUE_SIZE: f32 = 72.0;
/// Size in pixels of an outcome that stands in place of a result.
const OUTCOME_SIZE: f32 = 60.0;
/// Size of the name of the metric in pixels.
const METRIC_SIZE: f32 = 36.0;
/// Size of all other texts in pixels.
const SMALL_SIZE: f32 = 28.0;

/// Draws the pictures of one build.
pub struct CardPainter<'t> {
    tera: &'t Tera,
    fonts: &'t CardFonts,
    options: Options<'static>,
    look: ContentHash,
}

/// A picture as `card.svg` reads it: every text fits its place, and can be drawn.
#[derive(Debug, Serialize)]
struct CardView<'a> {
    /// Lines of the title.
    lines: Vec<PlacedLine>,
    /// Size of the title in pixels.
    size: u32,
    /// Id of the outcome or status; empty without one.
    signal: &'a str,
    /// `better`, `worse` or `unclear`; empty without a result.
    tone: &'a str,
    /// What the page is.
    kind: Option<String>,
    /// Label of the outcome or status, in the size of the primary result where there is none.
    outcome: Option<PlacedLine>,
    /// The primary result: `−12.4%`.
    value: Option<PlacedLine>,
    /// Short label of the metric.
    metric: Option<PlacedLine>,
    /// Letter of the evidence grade.
    grade: Option<String>,
    /// Label of the evidence grade.
    grade_label: Option<String>,
    /// Markets, or what else stands below.
    place: Option<PlacedLine>,
    /// Name of the site.
    site: Option<PlacedLine>,
}

impl<'t> CardPainter<'t> {
    /// A painter with the templates and fonts of a theme. `template` is the text of the theme's
    /// `card.svg`.
    pub fn new(tera: &'t Tera, template: &str, fonts: &'t CardFonts) -> Self {
        let mut look = DRAWING_VERSION.to_le_bytes().to_vec();
        look.extend(ContentHash::of(template.as_bytes()).0);
        look.extend(fonts.hash().0);
        let options = Options {
            // Nothing outside the template is read, whatever the template names.
            image_href_resolver: ImageHrefResolver {
                resolve_data: Box::new(|_, _, _| None),
                resolve_string: Box::new(|_, _| None),
            },
            font_resolver: FontResolver {
                select_font: select_by_weight(),
                select_fallback: select_by_character(),
            },
            fontdb: fonts.database(),
            ..Options::default()
        };
        CardPainter { tera, fonts, options, look: ContentHash::of(&look) }
    }

    /// A hash of everything besides the texts that decides about the bytes of a picture.
    pub fn look(&self) -> ContentHash {
        self.look
    }

    /// The picture as the bytes of a PNG file of at most `MAX_BYTES`: one that is larger with few
    /// colours already, which takes very long texts, gets fewer lines of its title.
    ///
    /// # Errors
    /// The template names a value that is not there, or is no SVG.
    pub fn draw(&self, card: &ShareCard) -> Result<Vec<u8>> {
        let mut picture = Vec::new();
        for max_lines in (1..=MAX_TITLE_LINES).rev() {
            picture = self.draw_with(card, max_lines)?;
            if picture.len() <= MAX_BYTES {
                break;
            }
        }
        Ok(picture)
    }

    /// The picture with at most so many lines of its title.
    fn draw_with(&self, card: &ShareCard, max_lines: usize) -> Result<Vec<u8>> {
        let mut values = Values::new();
        values.insert("card", &self.lay_out(card, max_lines));
        let svg = self.tera.render(TEMPLATE, &values).map_err(|error| card_error(&error))?;
        let tree = usvg::Tree::from_str(&svg, &self.options).map_err(|error| card_error(&error))?;
        let mut pixels =
            Pixmap::new(CARD_WIDTH, CARD_HEIGHT).ok_or_else(|| card_error(&"no memory"))?;
        pixels.fill(Color::WHITE);
        let size = tree.size();
        let scale = Transform::from_scale(
            CARD_WIDTH as f32 / size.width(),
            CARD_HEIGHT as f32 / size.height(),
        );
        resvg::render(&tree, scale, &mut pixels.as_mut());
        Ok(encode_png(&pixels, MAX_BYTES))
    }

    /// The texts of a picture, broken into lines and cut to the space that they have.
    fn lay_out<'c>(&self, card: &'c ShareCard, max_lines: usize) -> CardView<'c> {
        let fonts = self.fonts;
        let title = card.titles.iter().find_map(|title| fonts.drawable(title)).unwrap_or_default();
        let (size, lines) = self.break_title(&title, max_lines);
        let lines = lines.iter().zip(0..).map(|(line, number)| PlacedLine {
            y: number * size * 23 / 20,
            ..fonts.place(line, size as f32, BOLD)
        });
        let place = |text: &str, size: f32, weight: u16, width: f32| {
            let text = fonts.drawable(text)?;
            let text = lines::fit(&text, width, |text| fonts.measure(text, size, weight))?;
            Some(fonts.place(&text, size, weight))
        };
        let outcome_size = if card.value.is_empty() { OUTCOME_SIZE } else { SMALL_SIZE };
        CardView {
            lines: lines.collect(),
            size,
            signal: card.signal,
            tone: card.tone,
            kind: fonts.drawable(&card.kind),
            outcome: place(&card.outcome, outcome_size, BOLD, PLACE_WIDTH),
            value: place(&card.value, VALUE_SIZE, BOLD, PLACE_WIDTH),
            metric: place(&card.metric, METRIC_SIZE, REGULAR, METRIC_WIDTH),
            grade: fonts.drawable(card.grade),
            grade_label: fonts.drawable(&card.grade_label),
            place: place(&card.place, SMALL_SIZE, REGULAR, PLACE_WIDTH),
            // The name of the site is the title where no other can be drawn.
            site: place(&card.site, SMALL_SIZE, REGULAR, SITE_WIDTH)
                .filter(|_| fonts.drawable(&card.site).as_ref() != Some(&title)),
        }
    }

    /// The title in the largest size in which it fits, with that size in pixels; in the smallest it
    /// ends with an ellipsis where it does not fit.
    fn break_title(&self, title: &str, max_lines: usize) -> (u32, Vec<String>) {
        let mut last = (TITLE_SIZES[0], Vec::new());
        for size in TITLE_SIZES {
            let measure = |text: &str| self.fonts.measure(text, size as f32, BOLD);
            let broken = lines::break_lines(title, TITLE_WIDTH, max_lines, measure);
            last = (size, broken.lines);
            if broken.is_whole {
                break;
            }
        }
        last
    }
}

/// Chooses the font whose weight is nearest to the wanted one: a picture is drawn with the theme's
/// own fonts, whatever their names.
fn select_by_weight() -> FontSelectionFn<'static> {
    Box::new(|font, database| {
        let distance = |weight: u16| weight.abs_diff(font.weight());
        database.faces().min_by_key(|face| distance(face.weight.0)).map(|face| face.id)
    })
}

/// Chooses for a character that a font lacks another font that has it, of the nearest weight.
fn select_by_character() -> FallbackSelectionFn<'static> {
    Box::new(|character, tried, database: &mut Arc<usvg::fontdb::Database>| {
        let wanted = database.face(*tried.first()?)?.weight.0;
        let others = database.faces().filter(|face| !tried.contains(&face.id));
        others
            .filter(|face| fonts::has_character(database, face.id, character))
            .min_by_key(|face| face.weight.0.abs_diff(wanted))
            .map(|face| face.id)
    })
}

/// The error for a picture that cannot be drawn.
fn card_error(cause: &dyn std::fmt::Display) -> Error {
    Error::new(format!("the picture of a shared link cannot be drawn from `{TEMPLATE}`: {cause}"))
        .with_hint("`cards = false` in site.toml leaves these pictures out")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::theme::files::ThemeFiles;

    /// What a picture shows with these texts for its title, the best first, and nothing else.
    fn card(titles: &[&str]) -> ShareCard {
        ShareCard {
            address: String::new(),
            titles: titles.iter().map(|title| (*title).to_owned()).collect(),
            kind: String::new(),
            signal: "",
            outcome: String::new(),
            value: String::new(),
            tone: "",
            metric: String::new(),
            grade: "",
            grade_label: String::new(),
            place: "日本".to_owned(),
            site: "Hub".to_owned(),
        }
    }

    /// Size and lines of the title of a picture with these texts for it, the best first.
    fn title_lines(titles: &[&str]) -> (u32, Vec<String>) {
        let (template, fonts) = ThemeFiles::new(&BTreeMap::new()).load_card_parts().unwrap();
        let tera = Tera::default();
        let painter = CardPainter::new(&tera, &template, &fonts);
        let card = card(titles);
        let view = painter.lay_out(&card, MAX_TITLE_LINES);
        assert_eq!(view.place, None, "what cannot be drawn is left out");
        let lines = titles.iter().find_map(|title| fonts.drawable(title));
        let (size, lines) = painter.break_title(&lines.unwrap_or_default(), MAX_TITLE_LINES);
        assert_eq!((size, lines.len()), (view.size, view.lines.len()));
        (size, lines)
    }

    #[test]
    fn a_title_that_the_fonts_lack_gives_way_to_the_next() {
        for (titles, wanted) in [
            (&["Envío gratis a 30 €", "Hub"][..], "Envío gratis a 30 €"),
            (&["送料無料のしきい値", "Free shipping", "Hub"], "Free shipping"),
            (&["شحن مجاني", "Hub"], "Hub"),
            (&["\u{1f389} Free  shipping \u{200b}<b>", "Hub"], "Free shipping <b>"),
            (&["Cafe\u{301}", "Hub"], "Café"),
            (&["Sale 50 % 日本", "Hub"], "Hub"),
        ] {
            assert_eq!(title_lines(titles).1, [wanted], "{titles:?}");
        }
    }

    #[test]
    fn a_long_title_gets_smaller_letters_and_ends_with_an_ellipsis() {
        let (size, lines) = title_lines(&["A short title"]);
        assert_eq!((size, lines.len()), (58, 1));
        let (size, lines) = title_lines(&[&"A title of many words ".repeat(20)]);
        assert_eq!((size, lines.len()), (48, 3));
        assert!(lines[2].ends_with('…'), "{lines:?}");
    }

    #[test]
    fn the_longest_title_keeps_a_picture_small() {
        let files = ThemeFiles::new(&BTreeMap::new());
        let (template, fonts) = files.load_card_parts().unwrap();
        let tera = files.compile_templates(Values::new()).unwrap();
        let painter = CardPainter::new(&tera, &template, &fonts);
        let title =
            "Zwölf Märkte, sechzig Experimente & ein <Gutschein>: was übrig blieb. ".repeat(6);
        let card = ShareCard {
            value: "+1,234.5 points".to_owned(),
            metric: "Incremental conversions".to_owned(),
            outcome: "Inconclusive".to_owned(),
            place: "Australia, New Zealand, South Africa, United Kingdom, Ireland".to_owned(),
            ..card(&[&title])
        };
        let picture = painter.draw(&card).unwrap();
        assert!(picture.len() <= MAX_BYTES, "{} bytes", picture.len());
    }

    #[test]
    fn letters_stand_at_whole_pixels_and_closer_where_the_font_says_so() {
        let (_, fonts) = ThemeFiles::new(&BTreeMap::new()).load_card_parts().unwrap();
        let line = fonts.place("To be", 64.0, BOLD);
        let texts: String = line.pieces.iter().map(|piece| piece.text.as_str()).collect();
        assert_eq!((line.pieces.len(), texts.as_str()), (4, "Tobe"));
        assert!(line.pieces.is_sorted_by_key(|piece| piece.x) && line.pieces[0].x == 0);
        let apart = fonts.place("T", 64.0, BOLD).width + fonts.place("o", 64.0, BOLD).width;
        assert!(fonts.place("To", 64.0, BOLD).width < apart, "a pair is kerned");
    }
}
