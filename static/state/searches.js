// What a person searched for last, as one device remembers it. Pure. Two tabs' memories become one: the newer word counts,
// also where it is 'forget them'.

/** @typedef {import('./types.js').Searches} Searches */

/** More than these nobody reads through. */
export const SEARCHES_MAX = 6;

/** @type {Searches} */
export const NO_SEARCHES = Object.freeze({ list: [], forgottenAt: 0 });

/**
 * The text just searched for first. A clock that was set back must not hide it behind what was forgotten before.
 * @param {Searches} searches
 * @param {string} text
 * @param {number} at
 * @returns {Searches}
 */
export const withSearch = ({ list, forgottenAt }, text, at) => {
  const after = Math.max(forgottenAt, list[0]?.at ?? 0);
  return newest([{ text, at: Math.max(at, after + 1) }, ...list], forgottenAt);
};

/** @param {Searches} searches @param {number} at @returns {Searches} */
export const withoutSearches = ({ list }, at) => ({ list: [], forgottenAt: Math.max(at, list[0]?.at ?? 0) });

/** @param {Searches} a @param {Searches} b @returns {Searches} */
export const mergeSearches = (a, b) => newest([...a.list, ...b.list], Math.max(a.forgottenAt, b.forgottenAt));

/** @param {Searches['list']} all @param {number} forgottenAt @returns {Searches} */
const newest = (all, forgottenAt) => {
  /** @type {Map<string, Searches['list'][number]>} */
  const byText = new Map();
  for (const one of all.filter(({ at }) => at > forgottenAt).sort((a, b) => b.at - a.at)) {
    if (!byText.has(one.text)) byText.set(one.text, one);
  }
  return { list: [...byText.values()].slice(0, SEARCHES_MAX), forgottenAt };
};
