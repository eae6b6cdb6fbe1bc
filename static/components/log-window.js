// Which lines of a long log are in the document, and how high the rest would be. Numbers only; no element is touched.

/** At least so many lines stand in the document; a shorter log stands there whole. */
const SPAN_MIN = 100;
/** No line is lower, in CSS pixels: so it is known how many a screen may show. */
const LINE_PX = 24;
/** By fewer lines than these the span does not follow the reader; by more at once a slow device would stutter. */
const STEP = 12;
/** What a line is taken for until it has been measured, in CSS pixels. */
export const GUESS_PX = 48;

/** @typedef {Readonly<{ start: number, end: number }>} Span items `start` (inclusive) to `end` (exclusive) */

/** How many lines a span has once it has grown. @param {number} height of the screen, in CSS pixels */
export const spanSize = (height) => Math.max(SPAN_MIN, 3 * Math.ceil(height / LINE_PX));

/**
 * The screen, one above it and one below at least.
 * @param {number} count of all lines
 * @param {number | 'end'} centre the line at the top of the screen
 * @param {number} height of the screen, in CSS pixels
 * @returns {Span}
 */
export function spanAround(count, centre, height) {
  const size = spanSize(height);
  if (count <= size) return { start: 0, end: count };
  const wanted = centre === 'end' ? count : centre + size - Math.floor(size / 3);
  const end = Math.min(count, Math.max(size, wanted));
  return { start: end - size, end };
}

/**
 * Where the span is to stand next: it follows the reader once that is worth it, and all the way to either end, but grows by
 * no more than a step at a time.
 * @param {Span} span
 * @param {number} count
 * @param {number} centre
 * @param {number} height
 * @returns {Span}
 */
export function spanFollowing(span, count, centre, height) {
  const wanted = spanAround(count, centre, height);
  const isEnd = wanted.start === 0 || wanted.end === count;
  const isSmall = span.end - span.start < wanted.end - wanted.start;
  if (!isEnd && !isSmall && Math.abs(wanted.start - span.start) < STEP) return span;
  if (centre < span.start || centre >= span.end) return spanToward({ start: centre, end: centre + Math.ceil(height / LINE_PX) }, wanted);
  return spanToward(span, wanted);
}

/**
 * What is not wanted goes at once, what is missing comes in steps: a page of messages drawn in one go would hold up a slow device.
 * @param {Span} span
 * @param {Span} wanted shares lines with `span`
 * @returns {Span}
 */
export function spanToward(span, wanted) {
  return { start: Math.max(wanted.start, span.start - STEP), end: Math.min(wanted.end, span.end + STEP) };
}

/**
 * The lines of a span in a list that has changed, as far as their first and last message tell.
 * @template {{ key: string, kind: string }} T
 * @param {Span} span
 * @param {ReadonlyArray<T>} former
 * @param {ReadonlyArray<T>} items
 * @returns {Span | null} null: nothing of it is there any more
 */
export function spanKept(span, former, items) {
  const messages = former.slice(span.start, span.end).filter(({ kind }) => kind === 'message');
  const places = [messages.at(0), messages.at(-1)].map((message) => (message ? items.findIndex(({ key }) => key === message.key) : -1));
  const [start = -1, last = -1] = places;
  return start === -1 || last < start ? null : { start, end: last + 1 };
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
