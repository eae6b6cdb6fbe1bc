// Which lines of a long log are in the document, and how high the rest would be. Numbers only; no element is touched.

/** At least so many lines stand in the document; a shorter log stands there whole. */
const SPAN_MIN = 100;
/** No line is lower, in CSS pixels: so it is known how many a screen may show. */
const LINE_PX = 24;
/** By fewer lines than these the span does not follow the reader; by many more at once a slow device would stutter. */
const STEP = 20;
/** What a line is taken for until it has been measured, in CSS pixels. */
export const GUESS_PX = 48;

/** @typedef {Readonly<{ start: number, end: number }>} Span items `start` (inclusive) to `end` (exclusive) */

/**
 * The screen, one above it and one below at least.
 * @param {number} count of all lines
 * @param {number | 'end'} centre the line at the top of the screen
 * @param {number} height of the screen, in CSS pixels
 * @returns {Span}
 */
export function spanAround(count, centre, height) {
  const size = Math.max(SPAN_MIN, 3 * Math.ceil(height / LINE_PX));
  if (count <= size) return { start: 0, end: count };
  const wanted = centre === 'end' ? count : centre + size - Math.floor(size / 3);
  const end = Math.min(count, Math.max(size, wanted));
  return { start: end - size, end };
}

/**
 * Where the span is to stand next: it follows in steps, and all the way to either end.
 * @param {Span} span
 * @param {number} count
 * @param {number} centre
 * @param {number} height
 * @returns {Span}
 */
export function spanFollowing(span, count, centre, height) {
  const wanted = spanAround(count, centre, height);
  const isEnd = wanted.start === 0 || wanted.end === count;
  return isEnd || Math.abs(wanted.start - span.start) >= STEP ? wanted : span;
}

/**
 * @param {ReadonlyArray<{ key: string }>} items
 * @param {number} from
 * @param {number} to
 * @param {ReadonlyMap<string, number>} heights
 * @returns {number} how high the lines from..to stand
 */
export function heightOf(items, from, to, heights) {
  let height = 0;
  for (let i = from; i < to; i += 1) height += heights.get(items[i]?.key ?? '') ?? GUESS_PX;
  return height;
}

/**
 * @param {ReadonlyArray<{ key: string }>} items
 * @param {number} y from the top of the first line
 * @param {ReadonlyMap<string, number>} heights
 * @returns {number} the line at that height
 */
export function indexAt(items, y, heights) {
  let height = 0;
  for (let i = 0; i < items.length; i += 1) {
    height += heights.get(items[i]?.key ?? '') ?? GUESS_PX;
    if (height > y) return i;
  }
  return Math.max(0, items.length - 1);
}
