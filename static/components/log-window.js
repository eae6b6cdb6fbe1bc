// Which lines of a long log are in the document, and how high the rest would be. Numbers only; no element is touched.

/** Up to here a log stands in the document whole. */
export const WHOLE_UP_TO = 300;
/** How many lines stand in the document of a longer one: some screens above and below what is seen. */
export const SPAN = 200;
/** What a line is taken for until it has been measured, in CSS pixels. */
export const GUESS_PX = 48;

/** @typedef {Readonly<{ start: number, end: number }>} Span items `start` (inclusive) to `end` (exclusive) */

/**
 * @param {number} count of all lines
 * @param {number | 'end'} centre the line at the top of the screen
 * @returns {Span}
 */
export function spanAround(count, centre) {
  if (count <= WHOLE_UP_TO) return { start: 0, end: count };
  const wanted = centre === 'end' ? count : centre + SPAN / 2;
  const end = Math.min(count, Math.max(SPAN, wanted));
  return { start: end - SPAN, end };
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
