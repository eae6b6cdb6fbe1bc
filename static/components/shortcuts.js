// Every key that does something, in one list: the sheet and the settings show it, and nothing else says what keys there are.
import { make } from './element.js';
import { words } from '../texts/words.js';

/** @typedef {keyof typeof words.keys.names} KeyName */
/** @typedef {keyof typeof words.keys.does} Deed */

/** Apple keyboards have ⌘ where others have Ctrl; the page takes either. */
const IS_APPLE = /Mac|iPhone|iPad/u.test(navigator.userAgent);

/**
 * Keys are names (`ctrl`) or what stands on them (`K`); `/` parts two ways to do the same.
 * @type {ReadonlyArray<{ group: keyof typeof words.keys.groups, keys: ReadonlyArray<readonly [Deed, string]> }>}
 */
const SHORTCUTS = [
  {
    group: 'everywhere',
    keys: [['jump', 'ctrl K'], ['searchHere', 'ctrl shift F'], ['settings', 'ctrl ,'], ['sheet', '?'], ['close', 'esc']],
  },
  {
    group: 'chats',
    keys: [['nextChat', 'alt ↓'], ['previousChat', 'alt ↑'], ['nextUnread', 'alt shift ↓'], ['inList', '↑ ↓'], ['open', 'enter']],
  },
  {
    group: 'writing',
    keys: [['send', 'enter'], ['newLine', 'shift enter'], ['editLast', '↑'], ['cancel', 'esc']],
  },
  {
    group: 'message',
    keys: [['toMessages', 'shift tab'], ['move', '↑ ↓'], ['reply', 'R'], ['react', 'E'], ['info', 'I'], ['menu', 'enter'], ['latest', 'end'], ['write', 'esc']],
  },
];

/**
 * What the keys are called here, e.g. 'Strg'.
 * @param {string} keys
 * @returns {string[]}
 */
export function keyNames(keys) {
  /** @type {Readonly<Record<string, string>>} */
  const names = words.keys.names;
  return keys.split(' ').map((key) => (IS_APPLE && key === 'ctrl' ? '⌘' : (names[key] ?? key)));
}

/**
 * The whole list as nodes.
 * @param {boolean} enterSends
 * @returns {HTMLElement[]}
 */
export function shortcutNodes(enterSends) {
  return SHORTCUTS.flatMap(({ group, keys }) => {
    const rows = keys.map(([deed, own]) => {
      const keys = enterSends ? own : ({ send: 'ctrl enter', newLine: 'enter' }[String(deed)] ?? own);
      const shown = keyNames(keys).map((name) => make('kbd', '', name));
      return make('div', '', make('dt', '', words.keys.does[deed]), make('dd', '', ...shown));
    });
    return [make('h3', 'flabel', words.keys.groups[group]), make('dl', 'keys', ...rows)];
  });
}
