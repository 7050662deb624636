//! A picture of few colours as a PNG file with a palette.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use libdeflater::{CompressionLvl, Compressor, Crc};
use resvg::tiny_skia::Pixmap;
use rustc_hash::FxHashMap;

/// The most colours of a picture, so that a pixel takes 4 bits.
const MAX_COLOURS: usize = 16;

/// The number of pixels of one colour in a row from which, with one of the same below, it fills an
/// area, and is not a shade at the edge of a letter. Such colours are those of the template and stay
/// as they are.
const AREA_PIXELS: usize = 8;

/// Two shades nearer than this, as a squared distance, are not both in a palette: letters keep three
/// or four shades at their edges. The further ones are for pictures that are too large with those
/// before; with the last letters have no shades.
const MIN_DISTANCES: [u32; 4] = [40 * 40, 64 * 64, 112 * 112, 255 * 255];

/// How hard a file is compressed, up to 12: from 10 on it takes five to thirty times as long, for 3 to
/// 8 % fewer bytes.
const COMPRESSION_LEVEL: i32 = 9;

/// Red, green and blue, each 0 to 255.
type Rgb = [u8; 3];

/// A picture without transparent places as a PNG file with a palette, which has fewer shades where
/// the file would be larger than `max_bytes` otherwise.
pub fn encode_png(pixels: &Pixmap, max_bytes: usize) -> Vec<u8> {
    let colours = pixels.pixels().iter().map(|pixel| [pixel.red(), pixel.green(), pixel.blue()]);
    let colours: Vec<Rgb> = colours.collect();
    let (width, height) = (pixels.width(), pixels.height());
    let mut file = Vec::new();
    for min_distance in MIN_DISTANCES {
        let palette = choose_palette(&colours, width as usize, min_distance);
        let rows = pack_rows(&to_indexes(&colours, &palette), width as usize);
        file = write_png(width, height, &palette, &rows);
        if file.len() <= max_bytes {
            break;
        }
    }
    file
}

/// The colours of a palette: those that fill areas, then the shades between them, the most frequent
/// first, that are not nearer than this squared distance to any before.
fn choose_palette(colours: &[Rgb], width: usize, min_distance: u32) -> Vec<Rgb> {
    /// The number of pixels, and whether they fill an area somewhere.
    type Use = (usize, bool);
    let mut uses: BTreeMap<Rgb, Use> = BTreeMap::new();
    let mut begin = 0;
    for run in colours.chunks(width).flat_map(|row| row.chunk_by(|one, other| one == other)) {
        let (count, is_area) = uses.entry(run[0]).or_default();
        *count += run.len();
        let below = colours.get(begin + run.len() / 2 + width);
        *is_area |= run.len() >= AREA_PIXELS && below == Some(&run[0]);
        begin += run.len();
    }
    let mut sorted: Vec<(bool, Reverse<usize>, Rgb)> = uses
        .into_iter()
        .map(|(colour, (count, is_area))| (!is_area, Reverse(count), colour))
        .collect();
    sorted.sort_unstable();
    let mut palette: Vec<Rgb> = Vec::with_capacity(MAX_COLOURS);
    for (is_shade, _, colour) in sorted {
        let is_far = || palette.iter().all(|known| distance(*known, colour) >= min_distance);
        if palette.len() < MAX_COLOURS && (!is_shade || is_far()) {
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

/// Rows of pixels as a PNG file has them: a byte for the filter, which is none, because neighbours in
/// a palette are no neighbours in colour; then two pixels in a byte, the first in the upper half.
fn pack_rows(indexes: &[u8], width: usize) -> Vec<u8> {
    let mut rows = Vec::with_capacity(indexes.len() / 2 + indexes.len() / width.max(1));
    for row in indexes.chunks(width) {
        rows.push(0);
        rows.extend(row.chunks(2).map(|pair| pair[0] << 4 | pair.get(1).copied().unwrap_or(0)));
    }
    rows
}

/// A PNG file (ISO/IEC 15948) of 4 bits for each pixel from its palette and its packed rows.
fn write_png(width: u32, height: u32, palette: &[Rgb], rows: &[u8]) -> Vec<u8> {
    let mut header = [width.to_be_bytes(), height.to_be_bytes()].concat();
    // Bits for each pixel, a palette, and the only methods that there are.
    header.extend([4, 3, 0, 0, 0]);
    let mut compressor =
        Compressor::new(CompressionLvl::new(COMPRESSION_LEVEL).unwrap_or_default());
    let mut compressed = vec![0; compressor.zlib_compress_bound(rows.len())];
    let length = compressor.zlib_compress(rows, &mut compressed);
    compressed.truncate(length.expect("the bound leaves room for everything"));
    let mut file = b"\x89PNG\r\n\x1a\n".to_vec();
    for (name, content) in [
        (b"IHDR", &header),
        (b"PLTE", &palette.concat()),
        (b"IDAT", &compressed),
        (b"IEND", &Vec::new()),
    ] {
        file.extend((content.len() as u32).to_be_bytes());
        let mut check = Crc::new();
        check.update(name);
        check.update(content);
        file.extend(name);
        file.extend(content);
        file.extend(check.sum().to_be_bytes());
    }
    file
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_of_areas_stay_as_they_are_and_shades_take_the_nearest() {
        let width = 100;
        let mut colours = vec![[255, 255, 255]; 4 * width];
        for _ in 0..2 {
            colours.extend([[10, 110, 70]; 80]);
            colours.extend([[20, 120, 80]; 20]);
        }
        // A long row of a shade, as at the top of a letter, fills no area.
        colours.extend([[250, 250, 250]; 100]);
        colours.extend((0..=255).map(|grey| [grey, grey, grey]));
        let palette = choose_palette(&colours, width, MIN_DISTANCES[0]);
        assert!(!palette.contains(&[250, 250, 250]), "{palette:?}");
        assert!((5..=MAX_COLOURS).contains(&palette.len()), "{palette:?}");
        assert_eq!(palette[..3], [[255, 255, 255], [10, 110, 70], [20, 120, 80]]);
        for (colour, index) in colours.iter().zip(to_indexes(&colours, &palette)) {
            assert!(distance(*colour, palette[index as usize]) < MIN_DISTANCES[0], "{colour:?}");
        }
    }

    #[test]
    fn a_file_is_a_png_whose_rows_are_the_packed_pixels() {
        let rows = pack_rows(&[1, 2, 3, 4, 5, 6], 3);
        assert_eq!(rows, [0, 0x12, 0x30, 0, 0x45, 0x60]);
        let file = write_png(3, 2, &[[0; 3]; 7], &rows);
        let mut rest = &file[8..];
        let mut names = Vec::new();
        while let Some((length, after)) = rest.split_first_chunk::<4>() {
            let length = u32::from_be_bytes(*length) as usize;
            let (content, after) = after.split_at(4 + length);
            let (check, after) = after.split_first_chunk::<4>().expect("a checksum");
            assert_eq!(u32::from_be_bytes(*check), libdeflater::crc32(content));
            names.push(&content[..4]);
            if names.last() == Some(&&b"IDAT"[..]) {
                let mut read = vec![0; rows.len()];
                let mut reader = libdeflater::Decompressor::new();
                reader.zlib_decompress(&content[4..], &mut read).expect("compressed rows");
                assert_eq!(read, rows);
            }
            rest = after;
        }
        assert_eq!(names, [b"IHDR", b"PLTE", b"IDAT", b"IEND"]);
    }
}
