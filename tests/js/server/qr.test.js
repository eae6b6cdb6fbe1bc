// QR codes as a camera reads them: against one that another program drew, and read back square by square.
import assert from 'node:assert/strict';
import test from 'node:test';

import { qrOf } from '../../../static/lib/qr.js';

const LINK = 'https://chat.example/#invitation=AbCdEfGhIjKlMnOpQrStUvWxYz_-0123456789abcde';
/** Drawn by the npm package qrcode 1.5 in byte mode at level M. */
const DRAWN = [
  '#######....##.#...#..####.#.#.#######',
  '#.....#..###...#..#.#.#....##.#.....#',
  '#.###.#.#..#.#.#....##....##..#.###.#',
  '#.###.#.#.##....##....#..##...#.###.#',
  '#.###.#.##..####.##.##.#.#..#.#.###.#',
  '#.....#.##.##.####..#.#.##.#..#.....#',
  '#######.#.#.#.#.#.#.#.#.#.#.#.#######',
  '........##.##.#..##.##.#...#.........',
  '#.#####..#..###.#..#...#..#.#.#####..',
  '.##.##.##.#.####..###.##########..##.',
  '...###########.####..#..#.##..#.##.##',
  '#.#.##.....#.#.#..#.###...##.#......#',
  '#...#.#####.##.#....#.#.###.###.##.##',
  '.#.###......##.##.##.###.##.#..#.....',
  '..#.#.#.######.#..#...#..####.####.##',
  '####....##.....#...####.#.####.##..#.',
  '#.#.#.##.....#....##...#.#.######.#..',
  '###......#.#.####..######...##.#..##.',
  '##.####.#.#..##..##.###....##..#...##',
  '..#..#.#.#..#...#..#.#.##...#.#.....#',
  '#...#####.#####..#....#.####.##.###..',
  '.#.##..##.#####.#####..#.#..#....#..#',
  '##.#..###.....####..##....##.#####.##',
  '...###..##.#.#..######.##.#.#.###....',
  '#.#.###.##.....##..#.....#..####..#..',
  '#...#...#...####..##############..#..',
  '#...###.#..#..###....#..#.##..#..####',
  '#.##.....#.#.#.#..##.####...###.....#',
  '#.#.#.#.#.##..##......#.##########.#.',
  '........#..#.#.##.###.###..##...##...',
  '#######...##.#.#..#.##......#.#.#.###',
  '#.....#.#..#.##.#....###...##...##.##',
  '#.###.#.####.#.#..##..##.#.######.#..',
  '#.###.#.#..##..##..###.##.##.##.#.#.#',
  '#.###.#.#######.....###...#..#....###',
  '#.....#..#.##.#.#....#..#.#.###.#...#',
  '#######.###......#....#.##...##.#.###',
];

/** Codewords in all, and correcting ones in each block, by version at level M. */
const TABLE = [[26, 10, 1], [44, 16, 1], [70, 26, 1], [100, 18, 2], [134, 24, 2], [172, 16, 4], [196, 18, 4], [242, 22, 4], [292, 22, 5], [346, 26, 5]];
const MASKS = [(y, x) => (y + x) % 2, (y) => y % 2, (_, x) => x % 3, (y, x) => (y + x) % 3, (y, x) => ((y >> 1) + Math.floor(x / 3)) % 2, (y, x) => ((y * x) % 2) + ((y * x) % 3), (y, x) => (((y * x) % 2) + ((y * x) % 3)) % 2, (y, x) => (((y + x) % 2) + ((y * x) % 3)) % 2];

/** Powers of 2 in the field, to check a block's codewords by: a whole one is zero at the first powers. */
const powers = Array(255).fill(1);
for (let i = 1; i < 255; i += 1) powers[i] = powers[i - 1] < 128 ? powers[i - 1] * 2 : (powers[i - 1] * 2) ^ 0x11d;
const times = (a, b) => (a === 0 || b === 0 ? 0 : powers[(powers.indexOf(a) + powers.indexOf(b)) % 255]);
const valueAt = (block, root) => block.reduce((sum, word) => times(sum, root) ^ word, 0);

/** Reads a code as a camera's program does, and fails where anything is damaged. */
function textOf(rows) {
  const size = rows.length;
  const version = (size - 17) / 4;
  let format = 0;
  for (let i = 14; i >= 0; i -= 1) {
    const [y, x] = i < 6 ? [i, 8] : i < 8 ? [i + 1, 8] : [8, i === 8 ? 7 : 14 - i];
    format = format * 2 + Number(rows[y][x]);
  }
  format ^= 0b101010000010010;
  assert.equal(format >> 13, 0, 'level M');
  const mask = MASKS[(format >> 10) & 7];
  const places = version === 1 ? [] : Array.from({ length: Math.floor(version / 7) + 2 }, (_, i, all = Math.floor(version / 7) + 1) => (i === 0 ? 6 : size - 7 - Math.ceil((size - 13) / all / 2) * 2 * (all - i)));
  const isFixed = (y, x) => {
    const corners = (y < 9 && x < 9) || (y < 9 && x >= size - 8) || (y >= size - 8 && x < 9);
    const numbers = version >= 7 && ((y < 6 && x >= size - 11) || (x < 6 && y >= size - 11));
    const near = (n) => places.find((place) => Math.abs(place - n) <= 2);
    const [py, px] = [near(y), near(x)];
    const last = places.at(-1);
    const isCorner = (py === 6 && px === 6) || (py === 6 && px === last) || (py === last && px === 6);
    return corners || y === 6 || x === 6 || numbers || (py !== undefined && px !== undefined && !isCorner);
  };
  const bits = [];
  for (let right = size - 1, isUp = true; right > 0; right -= 2, isUp = !isUp) {
    if (right === 6) right = 5;
    for (let step = 0; step < size; step += 1) {
      const y = isUp ? size - 1 - step : step;
      for (const x of [right, right - 1]) if (!isFixed(y, x)) bits.push(Number(rows[y][x]) ^ Number(mask(y, x) === 0));
    }
  }
  const [all, correcting, count] = TABLE[version - 1];
  const words = Array.from({ length: all }, (_, i) => bits.slice(i * 8, i * 8 + 8).reduce((word, bit) => word * 2 + bit, 0));
  assert.ok(bits.length - all * 8 < 8, 'all squares are used');
  const data = all - correcting * count;
  const short = Math.floor(data / count);
  const longer = data % count;
  const blocks = Array.from({ length: count }, () => []);
  let at = 0;
  for (let i = 0; i <= short; i += 1) for (let b = i < short ? 0 : count - longer; b < count; b += 1) blocks[b].push(words[at++]);
  const contents = blocks.flat();
  for (let i = 0; i < correcting; i += 1) for (const block of blocks) block.push(words[at++]);
  for (const block of blocks) for (let i = 0; i < correcting; i += 1) assert.equal(valueAt(block, powers[i]), 0, 'a block is whole');
  const read = contents.flatMap((word) => Array.from({ length: 8 }, (_, i) => (word >> (7 - i)) & 1));
  const take = (n) => read.splice(0, n).reduce((value, bit) => value * 2 + bit, 0);
  assert.equal(take(4), 4, 'bytes');
  const length = take(version < 10 ? 8 : 16);
  return new TextDecoder('utf-8', { fatal: true }).decode(Uint8Array.from({ length }, () => take(8)));
}

test('a link is drawn as another program draws it', () => {
  assert.deepEqual(qrOf(LINK)?.map((row) => row.map((isDark) => (isDark ? '#' : '.')).join('')), DRAWN);
});

test('texts of every length that fits are read back as they were', () => {
  const sizes = new Set();
  for (let length = 0; length <= 213; length += 1) {
    const text = LINK.repeat(3).slice(0, length);
    const rows = qrOf(text);
    assert.equal(textOf(rows), text, `${length} bytes`);
    sizes.add(rows.length);
  }
  assert.equal(sizes.size, 10);
  assert.equal(textOf(qrOf('https://chät.example/#💬')), 'https://chät.example/#💬');
});

test('a text that does not fit is not drawn in part', () => {
  assert.equal(qrOf('x'.repeat(214)), null);
});

test('one flipped square is noticed by the reader of these tests', () => {
  const rows = qrOf(LINK).map((row) => [...row]);
  rows[20][20] = !rows[20][20];
  assert.throws(() => textOf(rows), /a block is whole/u);
});
