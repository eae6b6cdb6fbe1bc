// Emoji to choose from: loaded when somebody first asks, one file for each language; found by name and keyword; the recent
// ones and the skin tone are this device's. Never draws anything.

/** Itself, its name, its other words, and whether a skin tone goes behind its first character. @typedef {readonly [string, string, string?, 1?]} Emoji */
/** @typedef {Readonly<{ name: string, emoji: ReadonlyArray<Emoji> }>} EmojiGroup */
/** @typedef {import('./settings.js').TextStorage} TextStorage */

const RECENT_KEY = 'chinwag.emoji';
const RECENT_MAX = 24;
/** For whoever has not chosen any yet. */
const FIRST = Object.freeze(['👍', '❤️', '😂', '😮', '😢', '🙏']);

/** @type {Map<string, Promise<ReadonlyArray<EmojiGroup>>>} */
const loaded = new Map();

/**
 * @param {string} language
 * @param {typeof globalThis.fetch} [fetch]
 * @returns {Promise<ReadonlyArray<EmojiGroup>>} rejects where the file does not come; the next call tries again
 */
export const loadEmoji = (language, fetch = globalThis.fetch) => {
  const held = loaded.get(language);
  if (held) return held;
  const coming = fetch(`emoji/${language}.json`).then(async (answer) => {
    if (!answer.ok) throw new Error(`emoji: ${answer.status}`);
    /** @type {{ groups: EmojiGroup[] }} */
    const { groups } = await answer.json();
    return groups;
  });
  loaded.set(language, coming);
  coming.catch(() => loaded.delete(language));
  return coming;
};

/** Case and accents do not matter: 'Äpfel' is found by 'apfel'. @param {string} text */
const folded = (text) => text.normalize('NFD').replace(/\p{M}/gu, '').replaceAll('ß', 'ss').toLowerCase();

/**
 * The best first: a name that is the text, begins with it, or has a word that does; then a keyword likewise; then any part
 * of a word. Each word of the text must be found.
 * @param {ReadonlyArray<EmojiGroup>} groups
 * @param {string} text
 * @returns {Emoji[]}
 */
export const findEmoji = (groups, text) => {
  const wanted = folded(text).split(/\s+/).filter(Boolean);
  if (wanted.length === 0) return [];
  /** @type {{ emoji: Emoji, rank: number }[]} */
  const found = [];
  for (const { emoji: all } of groups) {
    for (const emoji of all) {
      if (emoji[0] === text.trim()) return [emoji];
      const name = folded(emoji[1]);
      const words = ` ${name} `;
      const others = ` ${folded(emoji[2] ?? '')} `;
      const rank = Math.max(...wanted.map((word) => rankOf(word, name, words, others)));
      if (rank < Infinity) found.push({ emoji, rank });
    }
  }
  return found.sort((a, b) => a.rank - b.rank || a.emoji[1].length - b.emoji[1].length).map(({ emoji }) => emoji);
};

/** @param {string} word @param {string} name @param {string} words @param {string} others */
const rankOf = (word, name, words, others) => {
  if (name === word) return 0;
  if (words.includes(` ${word} `)) return 1;
  if (others.includes(` ${word} `)) return 2;
  if (words.includes(` ${word}`)) return 3;
  if (others.includes(` ${word}`)) return 4;
  return words.includes(word) || others.includes(word) ? 5 : Infinity;
};

/**
 * @param {Emoji} emoji
 * @param {number} tone 0: none, 1 (light) to 5 (dark)
 */
export const inTone = ([emoji, , , hasTones], tone) => {
  if (!hasTones || tone === 0) return emoji;
  const [first = '', ...rest] = emoji;
  return first + String.fromCodePoint(0x1f3fa + tone) + (rest[0] === '\u{fe0f}' ? rest.slice(1) : rest).join('');
};

/** @typedef {Readonly<{ recent: ReadonlyArray<string>, tone: number }>} EmojiHabits */

/** @param {TextStorage | null} storage @returns {EmojiHabits} */
export const loadHabits = (storage) => {
  try {
    const { recent, tone } = JSON.parse(storage?.getItem(RECENT_KEY) ?? '{}');
    if (Array.isArray(recent) && Number.isInteger(tone) && tone >= 0 && tone <= 5)
      return { recent: recent.filter((one) => typeof one === 'string').slice(0, RECENT_MAX), tone };
  } catch {
    // unreadable: as if nothing was chosen
  }
  return { recent: [], tone: 0 };
};

/** @param {TextStorage | null} storage @param {EmojiHabits} habits */
export const saveHabits = (storage, habits) => {
  try {
    storage?.setItem(RECENT_KEY, JSON.stringify(habits));
  } catch {
    // full or refused: they last as long as the page
  }
};

/** The one just used first. @param {EmojiHabits} habits @param {string} emoji @returns {EmojiHabits} */
export const withUse = (habits, emoji) => ({
  ...habits,
  recent: [emoji, ...habits.recent.filter((one) => one !== emoji)].slice(0, RECENT_MAX),
});

/** A few to choose at once: the recent ones, filled up with those that people use most. @param {EmojiHabits} habits */
export const quickOnes = ({ recent }) => [...new Set([...recent, ...FIRST])].slice(0, FIRST.length);
