//! An adaptive binary range coder: writes bits in as little room as their probabilities allow, which
//! it learns while it writes.
//!
//! It is the coder of LZMA: probabilities have 11 bits and move by a thirty-second of what is
//! missing. `themes/atlas/scripts/bit-decoder.js` reads what it writes.

/// Bits of a probability.
const PROBABILITY_BITS: u32 = 11;
/// The higher it is, the slower a probability follows what was written.
const ADAPTATION_SHIFT: u16 = 5;
/// A range below this is widened by a byte.
const LEAST_RANGE: u32 = 1 << 24;
/// Lengths in bits that a number can have.
const MAX_NUMBER_BITS: usize = 24;

/// The probability that the next bit is 0, in units of 1/2048.
#[derive(Debug, Clone, Copy)]
pub struct BitModel(u16);

impl Default for BitModel {
    fn default() -> Self {
        BitModel(1 << (PROBABILITY_BITS - 1))
    }
}

/// What is known of the numbers of one kind: how long they are, and their bit after the first.
#[derive(Debug, Clone, Copy, Default)]
pub struct NumberModel {
    lengths: [BitModel; MAX_NUMBER_BITS],
    second_bits: [BitModel; MAX_NUMBER_BITS],
}

/// Writes bits and numbers.
#[derive(Debug)]
pub struct BitEncoder {
    bytes: Vec<u8>,
    low: u64,
    range: u32,
    /// The byte before those of `pending`, which a carry may still change.
    last: u8,
    /// Number of bytes that are not written yet because a carry may change them.
    pending: u64,
}

impl Default for BitEncoder {
    fn default() -> Self {
        BitEncoder { bytes: Vec::new(), low: 0, range: u32::MAX, last: 0, pending: 1 }
    }
}

impl BitEncoder {
    /// Writes a bit and lets its model learn from it.
    pub fn write_bit(&mut self, model: &mut BitModel, bit: bool) {
        let bound = (self.range >> PROBABILITY_BITS) * u32::from(model.0);
        if bit {
            self.low += u64::from(bound);
            self.range -= bound;
            model.0 -= model.0 >> ADAPTATION_SHIFT;
        } else {
            self.range = bound;
            model.0 += ((1 << PROBABILITY_BITS) - model.0) >> ADAPTATION_SHIFT;
        }
        self.widen();
    }

    /// Writes the lowest `count` bits of a number, each as likely 0 as 1.
    pub fn write_raw(&mut self, number: u32, count: u32) {
        for position in (0..count).rev() {
            self.range >>= 1;
            if number >> position & 1 == 1 {
                self.low += u64::from(self.range);
            }
            self.widen();
        }
    }

    /// Writes a number below 2^23: its length, then its bits below the first.
    pub fn write_number(&mut self, model: &mut NumberModel, number: u32) {
        let value = number + 1;
        let below = (u32::BITS - value.leading_zeros() - 1) as usize;
        for length in 0..below {
            self.write_bit(&mut model.lengths[length], true);
        }
        self.write_bit(&mut model.lengths[below], false);
        if below > 0 {
            let second = value >> (below - 1) & 1 == 1;
            self.write_bit(&mut model.second_bits[below], second);
            self.write_raw(value, below as u32 - 1);
        }
    }

    /// All that was written.
    pub fn finish(mut self) -> Vec<u8> {
        for _ in 0..5 {
            self.shift_out();
        }
        // The first byte is always 0.
        self.bytes.split_off(1)
    }

    /// Moves bytes out until the range is wide enough for the next bit.
    fn widen(&mut self) {
        while self.range < LEAST_RANGE {
            self.range <<= 8;
            self.shift_out();
        }
    }

    /// Moves the highest byte of `low` out, or holds it back while a carry may change it.
    fn shift_out(&mut self) {
        if self.low < 0xff00_0000 || self.low > u64::from(u32::MAX) {
            let carry = (self.low >> 32) as u8;
            let mut byte = self.last;
            while self.pending > 0 {
                self.bytes.push(byte.wrapping_add(carry));
                byte = 0xff;
                self.pending -= 1;
            }
            self.last = (self.low >> 24) as u8;
        }
        self.pending += 1;
        self.low = (self.low & 0x00ff_ffff) << 8;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_likely_takes_little_room() {
        let written = |numbers: &mut dyn Iterator<Item = u32>| {
            let (mut encoder, mut model) = (BitEncoder::default(), NumberModel::default());
            numbers.for_each(|number| encoder.write_number(&mut model, number));
            encoder.finish().len()
        };
        assert!(written(&mut std::iter::repeat_n(0, 8_000)) < 40);
        let many = written(&mut (0..8_000_u32).map(|at| at.wrapping_mul(2_654_435_761) >> 24));
        assert!((7_500..8_600).contains(&many), "{many} bytes for 8,000 random ones");
    }
}
