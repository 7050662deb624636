//! CRC-32 for the browser: the tables that `crc32fast` brings are 16 kB of what the browser loads,
//! these are computed at the first file.

use std::sync::OnceLock;

/// For each of eight bytes, the last one first, what every value of it adds to the checksum.
type Tables = [[u32; 256]; 8];

/// The CRC-32 of `bytes`, as `crc32fast::hash` has it.
pub fn hash(bytes: &[u8]) -> u32 {
    static TABLES: OnceLock<Box<Tables>> = OnceLock::new();
    let tables = TABLES.get_or_init(|| Box::new(compute_tables()));
    let (words, rest) = bytes.as_chunks::<8>();
    let crc = words.iter().fold(u32::MAX, |crc, word| {
        let word = u64::from_le_bytes(*word) ^ u64::from(crc);
        (0..8).fold(0, |crc, at| crc ^ tables[7 - at][(word >> (8 * at)) as usize & 255])
    });
    !rest.iter().fold(crc, |crc, byte| crc >> 8 ^ tables[0][(crc as u8 ^ byte) as usize])
}

/// The tables of the polynomial that gzip and PNG use.
fn compute_tables() -> Tables {
    let mut tables = [[0; 256]; 8];
    for byte in 0..=255_u8 {
        let mut crc = u32::from(byte);
        // Each table is the one before with a byte of zeros behind.
        for table in &mut tables {
            for _ in 0..8 {
                crc = crc >> 1 ^ if crc & 1 == 1 { 0xedb8_8320 } else { 0 };
            }
            table[usize::from(byte)] = crc;
        }
    }
    tables
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_checksum_is_that_of_crc32fast() {
        let bytes: Vec<u8> = (0..999_u32).map(|number| (number * number / 8) as u8).collect();
        for len in (0..40).chain([999]) {
            assert_eq!(super::hash(&bytes[..len]), crc32fast::hash(&bytes[..len]), "{len} bytes");
        }
    }
}
