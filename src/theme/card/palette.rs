//! A picture of few colours as a PNG file with a palette.

use std::cmp::Reverse;

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
/// The level at which it is tried whether a palette makes a file small enough.
const QUICK_LEVEL: i32 = 6;

/// Red, green and blue, each 0 to 255.
type Rgb = [u8; 3];

/// Pixels of one colour beside one another in a row: the colour by its position among those of the
/// picture, and their number.
type Run = (usize, usize);

/// A colour of a picture, and how much of the picture it is.
#[derive(Debug)]
struct Colour {
    rgb: Rgb,
    /// The number of pixels.
    count: usize,
    /// Whether the pixels fill an area somewhere.
    is_area: bool,
}

/// A picture without transparent places as a PNG file with a palette, which has fewer shades where
/// the file would be larger than `max_bytes` otherwise.
pub fn encode_png(pixels: &Pixmap, max_bytes: usize) -> Vec<u8> {
    let (width, height) = (pixels.width(), pixels.height());
    let rgb = pixels.pixels().iter().map(|pixel| [pixel.red(), pixel.green(), pixel.blue()]);
    let (colours, runs) = count_colours(&rgb.collect::<Vec<Rgb>>(), width as usize);
    let mut file = Vec::new();
    for (attempt, min_distance) in MIN_DISTANCES.into_iter().enumerate() {
        let is_last = attempt + 1 == MIN_DISTANCES.len();
        let palette = choose_palette(&colours, min_distance);
        let nearest: Vec<u8> = colours.iter().map(|colour| nearest(colour.rgb, &palette)).collect();
        let rows = pack_rows(&runs, &nearest, width as usize);
        // Quickly first, which is hardly a tenth too large, so that most of the work is done once.
        let is_too_large = compress(&rows, QUICK_LEVEL).len() * 9 / 10 > max_bytes;
        if is_too_large && !is_last {
            continue;
        }
        file = write_png(width, height, &palette, &compress(&rows, COMPRESSION_LEVEL));
        if file.len() <= max_bytes {
            break;
        }
    }
    file
}

/// The colours of a picture, and its rows as runs of these.
fn count_colours(pixels: &[Rgb], width: usize) -> (Vec<Colour>, Vec<Run>) {
    let mut positions: FxHashMap<Rgb, usize> = FxHashMap::default();
    let (mut colours, mut runs): (Vec<Colour>, Vec<Run>) = (Vec::new(), Vec::new());
    let mut begin = 0;
    for run in pixels.chunks(width).flat_map(|row| row.chunk_by(|one, other| one == other)) {
        let (rgb, length) = (run[0], run.len());
        let position = *positions.entry(rgb).or_insert_with(|| {
            colours.push(Colour { rgb, count: 0, is_area: false });
            colours.len() - 1
        });
        let below = pixels.get(begin + length / 2 + width);
        colours[position].count += length;
        colours[position].is_area |= length >= AREA_PIXELS && below == Some(&rgb);
        runs.push((position, length));
        begin += length;
    }
    (colours, runs)
}

/// The colours of a palette: those that fill areas, then the shades between them, the most frequent
/// first, that are not nearer than this squared distance to any before.
fn choose_palette(colours: &[Colour], min_distance: u32) -> Vec<Rgb> {
    let mut sorted: Vec<&Colour> = colours.iter().collect();
    sorted.sort_unstable_by_key(|colour| (!colour.is_area, Reverse(colour.count), colour.rgb));
    let mut palette: Vec<Rgb> = Vec::with_capacity(MAX_COLOURS);
    for Colour { rgb, is_area, .. } in sorted {
        let is_far = || palette.iter().all(|known| distance(*known, *rgb) >= min_distance);
        if palette.len() < MAX_COLOURS && (*is_area || is_far()) {
            palette.push(*rgb);
        }
    }
    palette
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
/// `nearest` has the position in the palette for each colour of the runs.
fn pack_rows(runs: &[Run], nearest: &[u8], width: usize) -> Vec<u8> {
    let (mut rows, mut row) = (Vec::new(), Vec::with_capacity(width));
    for (colour, length) in runs {
        row.resize(row.len() + length, nearest[*colour]);
        if row.len() == width {
            rows.push(0);
            let pair = |pair: &[u8]| pair[0] << 4 | pair.get(1).copied().unwrap_or(0);
            rows.extend(row.chunks(2).map(pair));
            row.clear();
        }
    }
    rows
}

/// The rows of a picture compressed, at a level from 1 to 12.
fn compress(rows: &[u8], level: i32) -> Vec<u8> {
    let mut compressor = Compressor::new(CompressionLvl::new(level).unwrap_or_default());
    let mut compressed = vec![0; compressor.zlib_compress_bound(rows.len())];
    let length = compressor.zlib_compress(rows, &mut compressed);
    compressed.truncate(length.expect("the bound leaves room for everything"));
    compressed
}

/// A PNG file (ISO/IEC 15948) of 4 bits for each pixel from its palette and its compressed rows.
fn write_png(width: u32, height: u32, palette: &[Rgb], compressed: &[u8]) -> Vec<u8> {
    let mut header = [width.to_be_bytes(), height.to_be_bytes()].concat();
    // Bits for each pixel, a palette, and the only methods that there are.
    header.extend([4, 3, 0, 0, 0]);
    let mut file = b"\x89PNG\r\n\x1a\n".to_vec();
    let palette = palette.concat();
    for (name, content) in
        [(b"IHDR", &*header), (b"PLTE", &*palette), (b"IDAT", compressed), (b"IEND", &[][..])]
    {
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
        let (counted, _) = count_colours(&colours, width);
        let palette = choose_palette(&counted, MIN_DISTANCES[0]);
        assert!(!palette.contains(&[250, 250, 250]), "{palette:?}");
        assert!((5..=MAX_COLOURS).contains(&palette.len()), "{palette:?}");
        assert_eq!(palette[..3], [[255, 255, 255], [10, 110, 70], [20, 120, 80]]);
        for colour in colours {
            let nearest = palette[usize::from(nearest(colour, &palette))];
            assert!(distance(colour, nearest) < MIN_DISTANCES[0], "{colour:?}");
        }
    }

    #[test]
    fn a_file_is_a_png_whose_rows_are_the_packed_pixels() {
        let rows = pack_rows(&[(0, 2), (1, 1), (2, 3)], &[1, 3, 4], 3);
        assert_eq!(rows, [0, 0x11, 0x30, 0, 0x44, 0x40]);
        let file = write_png(3, 2, &[[0; 3]; 7], &compress(&rows, COMPRESSION_LEVEL));
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
