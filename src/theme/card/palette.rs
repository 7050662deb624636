//! A picture of few colours as a PNG file with a palette.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use png::{BitDepth, ColorType, DeflateCompression, Encoder, EncodingError, Filter};
use resvg::tiny_skia::Pixmap;
use rustc_hash::FxHashMap;

/// The most colours of a picture. Letters have shades at their edges, which more colours than these
/// show no better.
const MAX_COLOURS: usize = 16;

/// Two colours nearer than this, as a squared distance, are not both in a palette: letters keep three
/// or four shades at their edges. The wider distances are for pictures that are too large with the
/// first.
const MIN_DISTANCES: [u32; 3] = [40 * 40, 64 * 64, 96 * 96];

/// The most bytes of a picture, beyond which it gets fewer colours: phones fetch it for every link.
const MAX_BYTES: usize = 12 * 1024;

/// Red, green and blue, each 0 to 255.
type Rgb = [u8; 3];

/// A picture without transparent places as a PNG file with a palette.
///
/// # Errors
/// The encoder refuses the picture.
pub fn encode_png(pixels: &Pixmap) -> Result<Vec<u8>, EncodingError> {
    let colours = pixels.pixels().iter().map(|pixel| [pixel.red(), pixel.green(), pixel.blue()]);
    let colours: Vec<Rgb> = colours.collect();
    let mut file = Vec::new();
    for min_distance in MIN_DISTANCES {
        file = encode_with(pixels, &colours, &choose_palette(&colours, min_distance))?;
        if file.len() <= MAX_BYTES {
            break;
        }
    }
    Ok(file)
}

/// A picture as a PNG file with this palette; each pixel takes the nearest colour.
fn encode_with(
    pixels: &Pixmap,
    colours: &[Rgb],
    palette: &[Rgb],
) -> Result<Vec<u8>, EncodingError> {
    let mut file = Vec::new();
    let mut encoder = Encoder::new(&mut file, pixels.width(), pixels.height());
    encoder.set_color(ColorType::Indexed);
    // A byte for each pixel: letters that repeat are then the same bytes wherever they stand.
    encoder.set_depth(BitDepth::Eight);
    encoder.set_palette(palette.concat());
    // Neighbours in a palette are no neighbours in colour, so no filter helps.
    encoder.set_filter(Filter::NoFilter);
    encoder.set_deflate_compression(DeflateCompression::Level(9));
    let mut writer = encoder.write_header()?;
    writer.write_image_data(&to_indexes(colours, palette))?;
    writer.finish()?;
    Ok(file)
}

/// The colours of a palette: the most frequent ones that are not nearer to one another than this
/// squared distance.
fn choose_palette(colours: &[Rgb], min_distance: u32) -> Vec<Rgb> {
    let mut counts: BTreeMap<Rgb, u32> = BTreeMap::new();
    for run in colours.chunk_by(|one, other| one == other) {
        *counts.entry(run[0]).or_default() += run.len() as u32;
    }
    let mut frequent: Vec<(Reverse<u32>, Rgb)> =
        counts.into_iter().map(|(colour, count)| (Reverse(count), colour)).collect();
    frequent.sort_unstable();
    let mut palette: Vec<Rgb> = Vec::with_capacity(MAX_COLOURS);
    for (_, colour) in frequent {
        let is_far = palette.iter().all(|known| distance(*known, colour) >= min_distance);
        if is_far && palette.len() < MAX_COLOURS {
            palette.push(colour);
        }
    }
    palette
}

/// The position in the palette of the nearest colour, for each pixel.
fn to_indexes(colours: &[Rgb], palette: &[Rgb]) -> Vec<u8> {
    let mut known: FxHashMap<Rgb, u8> = FxHashMap::default();
    let mut indexes = Vec::with_capacity(colours.len());
    for run in colours.chunk_by(|one, other| one == other) {
        let index = *known.entry(run[0]).or_insert_with(|| nearest(run[0], palette));
        indexes.resize(indexes.len() + run.len(), index);
    }
    indexes
}

/// The position of the colour in the palette that is nearest; the first of several.
fn nearest(colour: Rgb, palette: &[Rgb]) -> u8 {
    let by_distance = palette.iter().zip(0..).min_by_key(|(known, _)| distance(**known, colour));
    by_distance.map_or(0, |(_, index)| index)
}

/// The squared distance of two colours, with the weight that the eye gives to each part.
fn distance(one: Rgb, other: Rgb) -> u32 {
    let part = |at: usize, weight: u32| {
        let difference = u32::from(one[at].abs_diff(other[at]));
        weight * difference * difference
    };
    (part(0, 3) + part(1, 6) + part(2, 1)) / 10
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frequent_colours_stay_as_they_are_and_shades_take_the_nearest() {
        let mut colours = vec![[255, 255, 255]; 100];
        colours.extend([[10, 110, 70]; 40]);
        colours.extend((0..=255).map(|grey| [grey, grey, grey]));
        let palette = choose_palette(&colours, MIN_DISTANCES[0]);
        assert!((4..=MAX_COLOURS).contains(&palette.len()), "{palette:?}");
        assert_eq!(palette[..2], [[255, 255, 255], [10, 110, 70]]);
        let indexes = to_indexes(&colours, &palette);
        for (colour, index) in colours.iter().zip(indexes) {
            assert!(distance(*colour, palette[index as usize]) < MIN_DISTANCES[0], "{colour:?}");
        }
    }
}
