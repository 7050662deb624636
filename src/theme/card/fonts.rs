//! The fonts that pictures of shared links are drawn with: which characters they have, and how wide
//! a text is.

use std::fmt;
use std::sync::Arc;

use harfrust::{ShapeOptions, ShaperData, UnicodeBuffer};
use resvg::usvg::fontdb::{Database, ID, Source};
use serde::Serialize;
use skrifa::instance::{LocationRef, Size};
use skrifa::{FontRef, MetadataProvider};
use unicode_normalization::UnicodeNormalization;

use crate::source::ContentHash;

/// Weight of plain text, as in CSS.
pub const REGULAR: u16 = 400;
/// Weight of titles and figures, as in CSS.
pub const BOLD: u16 = 700;

/// A line of a picture as it is drawn: in pieces, each at a whole pixel, so that a letter looks the
/// same wherever it stands, and its rows repeat in the file.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct PlacedLine {
    /// Distance of the baseline from that of the first line in pixels.
    pub y: u32,
    /// The letters; the whole line as one where letters change with their neighbours.
    pub pieces: Vec<PlacedText>,
    /// Width of the line in pixels.
    pub width: u32,
}

/// A piece of a line: mostly one letter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PlacedText {
    /// Distance from the begin of the line in pixels.
    pub x: u32,
    /// The letters of the piece.
    pub text: String,
}

/// The fonts of the theme for pictures, in the order of their file names.
#[derive(Clone)]
pub struct CardFonts {
    /// The bytes of each font file, in the order of the database.
    files: Vec<Arc<[u8]>>,
    database: Arc<Database>,
}

impl fmt::Debug for CardFonts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CardFonts").field("files", &self.files.len()).finish_non_exhaustive()
    }
}

impl CardFonts {
    /// Loads font files (TrueType or OpenType); the error is the name of the first that is none.
    ///
    /// # Errors
    /// The name of a file that is no font.
    pub fn load<'a>(
        files: impl IntoIterator<Item = (&'a str, &'a Arc<[u8]>)>,
    ) -> Result<Self, String> {
        let mut fonts = CardFonts { files: Vec::new(), database: Arc::default() };
        let mut database = Database::new();
        for (name, bytes) in files {
            let source = Source::Binary(Arc::new(Arc::clone(bytes)));
            if FontRef::new(bytes).is_err() || database.load_font_source(source).is_empty() {
                return Err(name.to_owned());
            }
            fonts.files.push(Arc::clone(bytes));
        }
        fonts.database = Arc::new(database);
        Ok(fonts)
    }

    /// The fonts as the renderer takes them.
    pub fn database(&self) -> Arc<Database> {
        Arc::clone(&self.database)
    }

    /// A hash of all font files.
    pub fn hash(&self) -> ContentHash {
        let hashes: Vec<u8> = self.files.iter().flat_map(|file| ContentHash::of(file).0).collect();
        ContentHash::of(&hashes)
    }

    /// The text as the fonts can draw it: spaces are single ones, and pictographs and invisible
    /// characters that no font has are left out. `None` for an empty text, and where a letter or a
    /// digit cannot be drawn, because what is left would say something else.
    pub fn drawable(&self, text: &str) -> Option<String> {
        let mut drawable = String::with_capacity(text.len());
        for word in text.split_whitespace() {
            let at = drawable.len();
            for character in word.nfc() {
                if self.has_character(character) {
                    drawable.push(character);
                } else if character.is_alphanumeric() {
                    return None;
                }
            }
            if drawable.len() > at && at > 0 {
                drawable.insert(at, ' ');
            }
        }
        (!drawable.is_empty()).then_some(drawable)
    }

    /// Width of a text in pixels, in a size in pixels and a weight. Pairs that stand closer than
    /// their letters do are not counted, so that it is rather too wide.
    pub fn measure(&self, text: &str, size: f32, weight: u16) -> f32 {
        let mut faces: Vec<(u16, FontRef)> = self
            .database
            .faces()
            .zip(&self.files)
            .filter_map(|(face, file)| {
                Some((face.weight.0.abs_diff(weight), FontRef::new(file).ok()?))
            })
            .collect();
        faces.sort_by_key(|(distance, _)| *distance);
        let faces: Vec<_> = faces
            .iter()
            .map(|(_, font)| {
                let metrics = font.glyph_metrics(Size::new(size), LocationRef::default());
                (font.charmap(), metrics)
            })
            .collect();
        let advance = |character: char| {
            faces
                .iter()
                .find_map(|(characters, metrics)| metrics.advance_width(characters.map(character)?))
        };
        text.chars().map(|character| advance(character).unwrap_or(size)).sum()
    }

    /// Lays out one line, in a size in pixels and a weight.
    pub fn place(&self, text: &str, size: f32, weight: u16) -> PlacedLine {
        self.place_letters(text, size, weight).unwrap_or_else(|| PlacedLine {
            y: 0,
            pieces: vec![PlacedText { x: 0, text: text.to_owned() }],
            width: self.measure(text, size, weight).round() as u32,
        })
    }

    /// Lays out one line letter by letter; `None` where one font does not have all of them, and for
    /// scripts whose letters change with their neighbours.
    fn place_letters(&self, text: &str, size: f32, weight: u16) -> Option<PlacedLine> {
        let nearest = self
            .database
            .faces()
            .zip(&self.files)
            .min_by_key(|(face, _)| face.weight.0.abs_diff(weight));
        let font = harfrust::FontRef::new(nearest?.1).ok()?;
        let units = font.metrics(Size::unscaled(), LocationRef::default()).units_per_em;
        let scale = size / f32::from(units);
        let mut buffer = UnicodeBuffer::new();
        buffer.push_str(text);
        buffer.guess_segment_properties();
        let data = ShaperData::new(&font);
        let shaped = data.shaper(&font).build().shape(buffer, ShapeOptions::new());
        let glyphs: Vec<(usize, i32)> = shaped
            .glyph_infos()
            .iter()
            .zip(shaped.glyph_positions())
            .map(|(glyph, position)| {
                (glyph.glyph_id != 0).then_some((glyph.cluster as usize, position.x_advance))
            })
            .collect::<Option<_>>()?;
        if !text.chars().all(stands_alone) || !glyphs.is_sorted_by_key(|(cluster, _)| *cluster) {
            return None;
        }
        let (mut pen, mut pieces) = (0, Vec::new());
        for cluster in glyphs.chunk_by(|one, other| one.0 == other.0) {
            pieces.push((cluster[0].0, (pen as f32 * scale).round() as u32));
            pen += cluster.iter().map(|(_, advance)| advance).sum::<i32>();
        }
        let ends = pieces.iter().skip(1).map(|(at, _)| *at).chain([text.len()]);
        let pieces = pieces
            .iter()
            .zip(ends)
            .map(|((at, x), end)| PlacedText { x: *x, text: text[*at..end].to_owned() })
            .filter(|piece| piece.text != " ")
            .collect();
        Some(PlacedLine { y: 0, pieces, width: (pen as f32 * scale).round() as u32 })
    }

    /// Whether one of the fonts has a character.
    fn has_character(&self, character: char) -> bool {
        self.files.iter().any(|file| {
            FontRef::new(file).is_ok_and(|font| font.charmap().map(character).is_some())
        })
    }
}

/// Whether a letter looks the same whatever stands beside it: in the scripts of Europe and of East
/// Asia.
fn stands_alone(letter: char) -> bool {
    matches!(letter, '\0'..='\u{58f}' | '\u{1e00}'..='\u{2fff}' | '\u{3000}'..='\u{d7ff}' | '\u{ff00}'..='\u{ffef}')
}

/// Whether a font of a database has a character.
pub fn has_character(database: &Database, font: ID, character: char) -> bool {
    database
        .with_face_data(font, |bytes, index| {
            FontRef::from_index(bytes, index)
                .is_ok_and(|font| font.charmap().map(character).is_some())
        })
        .unwrap_or(false)
}
