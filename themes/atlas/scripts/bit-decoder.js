// Reads what the adaptive range coder of the generator wrote (`src/similar/bit_coder.rs`): bits and numbers, each kind with a model that
// learns how likely a bit is.

const PROBABILITY_BITS = 11;
const ADAPTATION_SHIFT = 5;
const LEAST_RANGE = 2 ** 24;
/** Lengths in bits that a number can have. */
const MAX_NUMBER_BITS = 24;

/** A model of one kind of bit. */
export const bitModel = () => new Uint16Array(1).fill(1 << (PROBABILITY_BITS - 1));
/** A model of one kind of number: its lengths, then its bits after the first by length. */
export const numberModel = () => new Uint16Array(2 * MAX_NUMBER_BITS).fill(1 << (PROBABILITY_BITS - 1));

export class BitDecoder {
  /** A decoder of these bytes. */
  constructor(bytes) {
    this.bytes = bytes;
    this.at = 0;
    this.range = 0xffffffff;
    this.code = 0;
    for (let count = 0; count < 4; count += 1) this.code = ((this.code << 8) | this.next()) >>> 0;
  }

  next() {
    return this.bytes[this.at++] ?? 0;
  }

  widen() {
    while (this.range < LEAST_RANGE) {
      this.range = (this.range << 8) >>> 0;
      this.code = ((this.code << 8) | this.next()) >>> 0;
    }
  }

  /** The next bit, 0 or 1. */
  readBit(model, place = 0) {
    const bound = (this.range >>> PROBABILITY_BITS) * model[place];
    let bit = 0;
    if (this.code < bound) {
      this.range = bound;
      model[place] += ((1 << PROBABILITY_BITS) - model[place]) >> ADAPTATION_SHIFT;
    } else {
      this.code -= bound;
      this.range -= bound;
      model[place] -= model[place] >> ADAPTATION_SHIFT;
      bit = 1;
    }
    this.widen();
    return bit;
  }

  /** A number of `count` bits that are as likely 0 as 1. */
  readRaw(count) {
    let number = 0;
    for (let read = 0; read < count; read += 1) {
      this.range >>>= 1;
      const bit = this.code >= this.range ? 1 : 0;
      if (bit) this.code -= this.range;
      number = number * 2 + bit;
      this.widen();
    }
    return number;
  }

  /** The next number of a kind. */
  readNumber(model) {
    let below = 0;
    while (below < MAX_NUMBER_BITS - 1 && this.readBit(model, below)) below += 1;
    if (below === 0) return 0;
    const second = this.readBit(model, MAX_NUMBER_BITS + below);
    return (2 + second) * 2 ** (below - 1) + this.readRaw(below - 1) - 1;
  }
}
