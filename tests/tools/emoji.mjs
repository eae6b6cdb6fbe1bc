// Writes static/emoji/<language>.json, what the page's emoji picker shows and searches, from emojibase-data, which has
// Unicode's names and keywords. Run by `npm --prefix tests run emoji`; tests/js/emoji/files.test.js fails when the files
// are not what this makes. Never looks anything up on the network.

import { readFile, writeFile } from "node:fs/promises";

/** The languages the page speaks. */
export const LANGUAGES = ["en", "de"];

/** Newer emoji are boxes on too many devices. */
const NEWEST = 15;

/** Skin tones and hair on their own. */
const COMPONENTS = 2;

const PACKAGE = new URL("../node_modules/emojibase-data/", import.meta.url);

/** @typedef {{ emoji: string, hexcode: string, label: string, tags?: string[], group?: number, order: number,
 *   version: number, skins?: { emoji: string, tone: number | number[] }[] }} Entry */

/** @param {string} path @returns {Promise<any>} */
async function read(path) {
  return JSON.parse(await readFile(new URL(path, PACKAGE), "utf8"));
}

/**
 * The fully-qualified form (UTS #51 ED-18): U+FE0F only where a text would be drawn without it.
 * @param {string} emoji
 */
export function qualified(emoji) {
  const bare = [...emoji].filter((letter) => letter !== "\u{fe0f}");
  return bare
    .map((letter, at) => {
      const isKey = /[0-9#*]/.test(letter);
      const isText = isKey || (/\p{Emoji}/u.test(letter) && !/\p{Emoji_Presentation}/u.test(letter));
      return isText && !/\p{Emoji_Modifier}/u.test(bare[at + 1] ?? "") ? letter + "\u{fe0f}" : letter;
    })
    .join("");
}

/** @param {string} emoji @param {number} tone 1 (light) to 5 (dark) */
function toned(emoji, tone) {
  const [first = "", ...rest] = emoji;
  const tail = rest[0] === "\u{fe0f}" ? rest.slice(1) : rest;
  return first + String.fromCodePoint(0x1f3fa + tone) + tail.join("");
}

/**
 * One emoji: itself, its name, its other words, and 1 if a skin tone goes behind its first character.
 * @param {Entry} entry
 */
function row({ emoji, label, tags = [], skins = [] }) {
  const shown = qualified(emoji);
  const single = skins.filter((skin) => typeof skin.tone === "number");
  const hasTones = single.length === 5 && single.every((skin) => qualified(skin.emoji) === toned(shown, Number(skin.tone)));
  const words = tags.filter((word) => !label.toLowerCase().includes(word.toLowerCase()));
  return hasTones ? [shown, label, words.join(" "), 1] : words.length ? [shown, label, words.join(" ")] : [shown, label];
}

/**
 * The whole file of one language.
 * @param {string} language
 */
export async function file(language) {
  const { version } = await read("package.json");
  /** @type {Entry[]} */
  const entries = await read(`${language}/data.json`);
  /** @type {{ groups: { message: string, order: number }[] }} */
  const { groups } = await read(`${language}/messages.json`);
  const shown = entries
    .filter((entry) => entry.group !== undefined && entry.version <= NEWEST)
    .sort((one, other) => one.order - other.order);
  const listed = groups
    .filter(({ order }) => order !== COMPONENTS)
    .map(({ message, order }) => {
      const name = message.charAt(0).toLocaleUpperCase(language) + message.slice(1);
      return { name, emoji: shown.filter((entry) => entry.group === order).map(row) };
    });
  const source = `emojibase-data ${version} (MIT); names and keywords: Unicode CLDR (Unicode-3.0)`;
  return `${JSON.stringify({ source, groups: listed }).replaceAll('{"name"', '\n{"name"').replaceAll("],[", "],\n[")}\n`;
}

if (process.argv[1] === new URL(import.meta.url).pathname) {
  for (const language of LANGUAGES) {
    await writeFile(new URL(`../../static/emoji/${language}.json`, import.meta.url), await file(language));
  }
}
