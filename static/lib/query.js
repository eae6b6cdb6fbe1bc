// The text one searches with, read just far enough for the controls beside it: which filters stand in it, and the same text
// with one of them set or gone. What it means is the server's to say; nothing is searched here.

/** @typedef {'from' | 'in' | 'before' | 'after' | 'has'} FilterName */
/** @typedef {Readonly<{ name: FilterName, value: string, start: number, end: number }>} Filter `start..end`: its place in the text. */

/** A filter, a quoted phrase or a word. A quote that is still open reaches to the end; phones type “ and „. */
const TOKEN =
  /(?<not>-)?(?:(?<name>from|in|before|after|has):(?:["“”„](?<phrase>[^"“”„]*)(?:["“”„]|$)|(?<value>\S*))|["“”„](?<quoted>[^"“”„]*)(?:["“”„]|$)|(?<word>\S+))/giu;

/** Fewer letters than this find half of everything: nothing is asked for them. */
const LETTERS_MIN = 2;

/**
 * The filters of a text, in order. `-from:…` is a word to leave out, not a filter.
 * @param {string} text
 * @returns {Filter[]}
 */
export const filtersOf = (text) =>
  [...text.matchAll(TOKEN)].flatMap(({ 0: whole, index: start, groups = {} }) => {
    const { not, name, phrase, value } = groups;
    if (name === undefined || not !== undefined) return [];
    const known = /** @type {FilterName} */ (name.toLowerCase());
    return [{ name: known, value: phrase ?? value ?? '', start, end: start + whole.length }];
  });

/**
 * What a filter is set to; the last one counts, as for the server.
 * @param {string} text
 * @param {FilterName} name
 * @param {string} [value] only this one
 * @returns {string | null}
 */
export const filterIn = (text, name, value) =>
  filtersOf(text).findLast((one) => one.name === name && (value === undefined || one.value.toLowerCase() === value))
    ?.value ?? null;

/**
 * The text with one filter set (in its place, else in front) or, with null, gone.
 * @param {string} text
 * @param {FilterName} name
 * @param {string | null} value
 * @returns {string}
 */
export const withFilter = (text, name, value) => {
  let rest = text;
  for (const { start, end } of filtersOf(text).filter((one) => one.name === name).reverse())
    rest = `${rest.slice(0, start).trimEnd()} ${rest.slice(end).trimStart()}`;
  rest = rest.trim();
  if (value === null) return rest;
  const plain = value.replace(/["“”„]/gu, '');
  const filter = `${name}:${/\s/u.test(plain) ? `"${plain}"` : plain}`;
  return rest === '' ? `${filter} ` : `${filter} ${rest}`;
};

/**
 * Whether it is worth asking: two letters at least or a filter, and no filter that still waits for its value. Of `in:` alone
 * one would only see what stands in the chat.
 * @param {string} text
 */
export const isWorthAsking = (text) => {
  const filters = filtersOf(text);
  if (filters.some(({ value }) => value.trim() === '')) return false;
  if (filters.some(({ name }) => name !== 'in')) return true;
  let letters = 0;
  for (const { groups = {} } of text.matchAll(TOKEN))
    if (groups.not === undefined) letters += [...(groups.quoted ?? groups.word ?? '').trim()].length;
  return letters >= LETTERS_MIN;
};
