// Draws a text as a QR code (ISO/IEC 18004): byte mode, error correction M, versions 1 to 10, which is enough for any link
// of ours. Gives the squares; knows nothing of the page.

/** Codewords of a version at level M: correcting ones in each block, then blocks of the first and, if any, of the second length. @type {ReadonlyArray<readonly [number, number, number, number, number]>} */
const BLOCKS = [
  [10, 1, 16, 0, 0],
  [16, 1, 28, 0, 0],
  [26, 1, 44, 0, 0],
  [18, 2, 32, 0, 0],
  [24, 2, 43, 0, 0],
  [16, 4, 27, 0, 0],
  [18, 4, 31, 0, 0],
  [22, 2, 38, 2, 39],
  [22, 3, 36, 2, 37],
  [26, 4, 43, 1, 44],
];
/** Where alignment patterns stand, by version. @type {ReadonlyArray<ReadonlyArray<number>>} */
const ALIGNED = [[], [6, 18], [6, 22], [6, 26], [6, 30], [6, 34], [6, 22, 38], [6, 24, 42], [6, 26, 46], [6, 28, 50]];

const BYTE_MODE = 0b0100;
const LEVEL_M = 0b00;
const PADDING = [0xec, 0x11];
/** Remainders of the format's and the version's code, and what the format is crossed with so that it is never empty. */
const FORMAT_POLYNOMIAL = 0b10100110111;
const FORMAT_MASK = 0b101010000010010;
const VERSION_POLYNOMIAL = 0b1111100100101;
/** The field of 256 elements that the correcting codewords live in. */
const FIELD_POLYNOMIAL = 0x11d;

const MASKS = [
  (/** @type {number} */ y, /** @type {number} */ x) => (y + x) % 2 === 0,
  (/** @type {number} */ y) => y % 2 === 0,
  (/** @type {number} */ _, /** @type {number} */ x) => x % 3 === 0,
  (/** @type {number} */ y, /** @type {number} */ x) => (y + x) % 3 === 0,
  (/** @type {number} */ y, /** @type {number} */ x) => (Math.floor(y / 2) + Math.floor(x / 3)) % 2 === 0,
  (/** @type {number} */ y, /** @type {number} */ x) => ((y * x) % 2) + ((y * x) % 3) === 0,
  (/** @type {number} */ y, /** @type {number} */ x) => (((y * x) % 2) + ((y * x) % 3)) % 2 === 0,
  (/** @type {number} */ y, /** @type {number} */ x) => (((y + x) % 2) + ((y * x) % 3)) % 2 === 0,
];

/** @typedef {Array<Array<boolean | null>>} Squares `null`: not yet decided */

/**
 * @param {string} text
 * @returns {ReadonlyArray<ReadonlyArray<boolean>> | null} rows of squares, true is dark; null where the text is too long
 */
export const qrOf = (text) => {
  const bytes = new TextEncoder().encode(text);
  const version = BLOCKS.findIndex((_, i) => bytes.length <= roomOf(i + 1)) + 1;
  if (version === 0) return null;
  const codewords = withCorrection(dataOf(bytes, version), version);
  const fixed = frameOf(version);
  let best = null;
  let least = Infinity;
  for (const [number, mask] of MASKS.entries()) {
    const squares = filled(fixed, codewords, mask);
    writeFormat(squares, number);
    const whole = squares.map((row) => row.map((square) => square === true));
    const penalty = penaltyOf(whole);
    if (penalty < least) [best, least] = [whole, penalty];
  }
  return best;
};

/** @param {number} version */
const blocksOf = (version) => {
  const [correcting, ones, oneLength, others, otherLength] = BLOCKS[version - 1] ?? [0, 0, 0, 0, 0];
  return { correcting, lengths: [...Array(ones).fill(oneLength), ...Array(others).fill(otherLength)] };
};

/** @param {number} version */
const dataLength = (version) => blocksOf(version).lengths.reduce((sum, length) => sum + length, 0);

/** @param {number} version */
const countBits = (version) => (version < 10 ? 8 : 16);

/** How many bytes of text it takes. @param {number} version */
const roomOf = (version) => Math.floor((dataLength(version) * 8 - 4 - countBits(version)) / 8);

/** @param {Uint8Array} bytes @param {number} version */
const dataOf = (bytes, version) => {
  /** @type {number[]} */
  const bits = [];
  const push = (/** @type {number} */ value, /** @type {number} */ length) => {
    for (let i = length - 1; i >= 0; i -= 1) bits.push((value >> i) & 1);
  };
  push(BYTE_MODE, 4);
  push(bytes.length, countBits(version));
  for (const byte of bytes) push(byte, 8);
  const all = dataLength(version) * 8;
  push(0, Math.min(4, all - bits.length));
  push(0, (8 - (bits.length % 8)) % 8);
  for (let i = 0; bits.length < all; i += 1) push(PADDING[i % 2] ?? 0, 8);
  return Array.from({ length: bits.length / 8 }, (_, i) => bits.slice(i * 8, i * 8 + 8).reduce((byte, bit) => byte * 2 + bit, 0));
};

/** @param {number} one @param {number} other */
const times = (one, other) => {
  let product = 0;
  for (let i = 7; i >= 0; i -= 1) {
    product = (product << 1) ^ ((product >> 7) * FIELD_POLYNOMIAL);
    if ((other >> i) & 1) product ^= one;
  }
  return product;
};

/** The polynomial whose zeros are the first powers of 2, without its leading 1. @param {number} degree */
const generatorOf = (degree) => {
  const generator = [...Array(degree - 1).fill(0), 1];
  let root = 1;
  for (let i = 0; i < degree; i += 1) {
    for (let j = 0; j < degree; j += 1) generator[j] = times(generator[j], root) ^ (generator[j + 1] ?? 0);
    root = times(root, 2);
  }
  return generator;
};

/** @param {ReadonlyArray<number>} data @param {ReadonlyArray<number>} generator */
const remainderOf = (data, generator) => {
  const rest = Array(generator.length).fill(0);
  for (const byte of data) {
    const factor = byte ^ rest.shift();
    rest.push(0);
    for (const [i, coefficient] of generator.entries()) rest[i] ^= times(coefficient, factor);
  }
  return rest;
};

/** The blocks' codewords by turns, then their correcting ones by turns. @param {ReadonlyArray<number>} data @param {number} version */
const withCorrection = (data, version) => {
  const { correcting, lengths } = blocksOf(version);
  const generator = generatorOf(correcting);
  let at = 0;
  const blocks = lengths.map((length) => data.slice(at, (at += length)));
  const corrections = blocks.map((block) => remainderOf(block, generator));
  const byTurns = (/** @type {ReadonlyArray<ReadonlyArray<number>>} */ lists) =>
    Array.from({ length: Math.max(...lists.map((list) => list.length)) }, (_, i) => lists.flatMap((list) => list.slice(i, i + 1))).flat();
  return [...byTurns(blocks), ...byTurns(corrections)];
};

/** What every code of a version has: patterns to find it by, its version, and room for the format. @param {number} version @returns {Squares} */
const frameOf = (version) => {
  const size = version * 4 + 17;
  /** @type {Squares} */
  const squares = Array.from({ length: size }, () => Array(size).fill(null));
  const set = (/** @type {number} */ y, /** @type {number} */ x, /** @type {boolean} */ isDark) => {
    const row = squares[y];
    if (row && x >= 0 && x < size) row[x] = isDark;
  };
  for (let i = 0; i < size; i += 1) {
    set(6, i, i % 2 === 0);
    set(i, 6, i % 2 === 0);
  }
  for (const [top, left] of [[3, 3], [3, size - 4], [size - 4, 3]]) {
    for (let y = -4; y <= 4; y += 1) {
      for (let x = -4; x <= 4; x += 1) {
        const ring = Math.max(Math.abs(y), Math.abs(x));
        set((top ?? 0) + y, (left ?? 0) + x, ring !== 2 && ring !== 4);
      }
    }
  }
  const places = ALIGNED[version - 1] ?? [];
  const last = places.length - 1;
  for (const [i, y] of places.entries()) {
    for (const [j, x] of places.entries()) {
      if ((i === 0 && (j === 0 || j === last)) || (i === last && j === 0)) continue;
      for (let dy = -2; dy <= 2; dy += 1) for (let dx = -2; dx <= 2; dx += 1) set(y + dy, x + dx, Math.max(Math.abs(dy), Math.abs(dx)) !== 1);
    }
  }
  if (version >= 7) {
    const bits = (version << 12) | remainderOfBits(version, 12, VERSION_POLYNOMIAL);
    for (let i = 0; i < 18; i += 1) {
      const isDark = ((bits >> i) & 1) === 1;
      set(Math.floor(i / 3), size - 11 + (i % 3), isDark);
      set(size - 11 + (i % 3), Math.floor(i / 3), isDark);
    }
  }
  writeFormat(squares, 0);
  return squares;
};

/** @param {number} value @param {number} length of the remainder @param {number} polynomial */
const remainderOfBits = (value, length, polynomial) => {
  let rest = value;
  for (let i = 0; i < length; i += 1) rest = (rest << 1) ^ ((rest >> (length - 1)) * polynomial);
  return rest;
};

/** Level and mask, in both places. @param {Squares} squares @param {number} mask */
const writeFormat = (squares, mask) => {
  const size = squares.length;
  const value = (LEVEL_M << 3) | mask;
  const bits = ((value << 10) | remainderOfBits(value, 10, FORMAT_POLYNOMIAL)) ^ FORMAT_MASK;
  const set = (/** @type {number} */ y, /** @type {number} */ x, /** @type {boolean} */ isDark) => {
    const row = squares[y];
    if (row) row[x] = isDark;
  };
  for (let i = 0; i < 15; i += 1) {
    const isDark = ((bits >> i) & 1) === 1;
    // Around the first corner, leaving out the dotted lines; then beside the two others.
    if (i < 8) set(i < 6 ? i : i + 1, 8, isDark);
    else set(8, i === 8 ? 7 : 14 - i, isDark);
    if (i < 8) set(8, size - 1 - i, isDark);
    else set(size - 15 + i, 8, isDark);
  }
  set(size - 8, 8, true);
};

/**
 * The codewords' bits in columns of two from the right, up and down by turns.
 * @param {Squares} fixed @param {ReadonlyArray<number>} codewords @param {(y: number, x: number) => boolean} mask
 * @returns {Squares}
 */
const filled = (fixed, codewords, mask) => {
  const squares = fixed.map((row) => [...row]);
  const size = squares.length;
  let bit = 0;
  for (let right = size - 1; right > 0; right -= 2) {
    if (right === 6) right = 5;
    const isUp = ((right + 1) & 2) === 0;
    for (let step = 0; step < size; step += 1) {
      const y = isUp ? size - 1 - step : step;
      for (const x of [right, right - 1]) {
        const row = squares[y];
        if (!row || row[x] !== null) continue;
        const isOne = (((codewords[bit >> 3] ?? 0) >> (7 - (bit & 7))) & 1) === 1;
        row[x] = isOne !== mask(y, x);
        bit += 1;
      }
    }
  }
  return squares;
};

/** What makes a code hard to read: long runs, blocks, false corners, too much of one shade. @param {ReadonlyArray<ReadonlyArray<boolean>>} rows */
const penaltyOf = (rows) => {
  const columns = rows.map((_, x) => rows.map((row) => row[x] === true));
  let penalty = 0;
  for (const line of [...rows, ...columns]) {
    const text = line.map(Number).join('');
    for (const [run] of text.matchAll(/0{5,}|1{5,}/gu)) penalty += run.length - 2;
    for (let at = 0; at + 11 <= text.length; at += 1) if (/^(?:10111010000|00001011101)/u.test(text.slice(at, at + 11))) penalty += 40;
  }
  for (let y = 0; y + 1 < rows.length; y += 1) {
    for (let x = 0; x + 1 < rows.length; x += 1) {
      const [one, other] = [rows[y], rows[y + 1]];
      if (one?.[x] === one?.[x + 1] && one?.[x] === other?.[x] && one?.[x] === other?.[x + 1]) penalty += 3;
    }
  }
  const dark = rows.flat().filter(Boolean).length;
  return penalty + Math.floor(Math.abs((dark * 20) / (rows.length * rows.length) - 10)) * 10;
};
