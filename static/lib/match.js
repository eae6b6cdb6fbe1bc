// How well a name answers what one types: case and accents aside, the beginning first, then beginnings of words, then any
// part. Knows nothing of people or chats.

/**
 * `rank`: 0 the text begins so, 1 a word begins so, 2 it stands somewhere in the text. `marks`: UTF-16 ranges, ascending.
 * @typedef {Readonly<{ rank: 0 | 1 | 2, marks: ReadonlyArray<readonly [number, number]> }>} Match
 */

/** @type {Match} */
const EVERYTHING = Object.freeze({ rank: 0, marks: [] });
/** Over Latin, Greek and Cyrillic letters, as the server's search has it; marks of other scripts make another word. */
const ACCENT = /[\u0300-\u036f]/u;
const WORD = /[\p{L}\p{N}]/u;

/**
 * Without case and accents, and where in `text` each remaining UTF-16 unit comes from; one more entry for the end.
 * @param {string} text
 */
const fold = (text) => {
  let folded = '';
  /** @type {number[]} */
  const from = [];
  let at = 0;
  for (const char of text) {
    for (const part of char.normalize('NFD').toLowerCase()) {
      if (ACCENT.test(part)) continue;
      const letters = part === 'ß' ? 'ss' : part;
      for (let i = 0; i < letters.length; i++) from.push(at);
      folded += letters;
    }
    at += char.length;
  }
  from.push(at);
  return { folded, from };
};

/**
 * Every word of `query` must stand in `text`; null if one does not. An empty query matches everything and marks nothing.
 * @param {string} text
 * @param {string} query
 * @returns {Match | null}
 */
export const match = (text, query) => {
  const words = fold(query).folded.split(/\s+/u).filter(Boolean);
  if (words.length === 0) return EVERYTHING;
  const { folded, from } = fold(text);
  let rank = /** @type {0 | 1 | 2} */ (0);
  /** @type {Array<[number, number]>} */
  const marks = [];
  for (const word of words) {
    const at = bestPlace(folded, word);
    if (at === -1) return null;
    const own = at === 0 ? 0 : isWordStart(folded, at) ? 1 : 2;
    if (own > rank) rank = own;
    marks.push([from[at], from[at + word.length]]);
  }
  return { rank, marks: joined(marks) };
};

/** The first beginning of a word with it, else the first place at all. @param {string} folded @param {string} word */
const bestPlace = (folded, word) => {
  const first = folded.indexOf(word);
  for (let at = first; at !== -1; at = folded.indexOf(word, at + 1)) if (isWordStart(folded, at)) return at;
  return first;
};

/** @param {string} folded @param {number} at */
const isWordStart = (folded, at) => at === 0 || !WORD.test(folded[at - 1]);

/** @param {Array<[number, number]>} marks */
const joined = (marks) => {
  /** @type {Array<[number, number]>} */
  const ranges = [];
  for (const [from, to] of marks.sort((a, b) => a[0] - b[0])) {
    const last = ranges.at(-1);
    if (last && from <= last[1]) last[1] = Math.max(last[1], to);
    else ranges.push([from, to]);
  }
  return ranges;
};

/**
 * A text in pieces, marked and not, whatever ranges a server or a bug may give: none is lost and none is said twice.
 * @param {string} text
 * @param {ReadonlyArray<readonly [number, number]>} marks
 * @returns {Array<{ text: string, isMarked: boolean }>}
 */
export const pieces = (text, marks) => {
  /** @type {Array<{ text: string, isMarked: boolean }>} */
  const parts = [];
  let done = 0;
  for (const [from, to] of [...marks].sort((a, b) => a[0] - b[0])) {
    const start = Math.max(done, from);
    const end = Math.min(text.length, to);
    if (!(start < end)) continue;
    if (done < start) parts.push({ text: text.slice(done, start), isMarked: false });
    parts.push({ text: text.slice(start, end), isMarked: true });
    done = end;
  }
  if (done < text.length) parts.push({ text: text.slice(done), isMarked: false });
  return parts;
};
