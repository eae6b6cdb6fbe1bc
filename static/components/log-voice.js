// What the log reads out: incoming text and came-back lines, each once. Older pages and ticks stay silent.
import { say } from './element.js';
import { firstName } from './rows.js';
import { words } from '../texts/words.js';

/**
 * @typedef {import('../state/types.js').State} State
 * @typedef {import('../state/log.js').LogItem} LogItem
 * @typedef {import('./page.js').Page} Page
 */

export class LogVoice {
  #place;
  #spoken = 0;
  /** Came-back lines that were read out, with their count. @type {Set<string>} */
  #spokenLate = new Set();

  /** @param {HTMLElement} place a polite live region */
  constructor(place) {
    this.#place = place;
  }

  reset() {
    this.#spoken = 0;
    this.#spokenLate.clear();
    say(this.#place, '');
  }

  /**
   * @param {ReadonlyArray<LogItem>} items
   * @param {number} newFrom messages from this seq on came while the log was open
   * @param {State} state
   * @param {Page} page
   */
  speak(items, newFrom, state, { times }) {
    /** @type {string[]} */
    const lines = [];
    for (const item of items) {
      if (item.kind === 'late') {
        const { id, count, user, at } = item.late;
        const key = `${id}:${count}`;
        if (!state.lateUnseen.has(id) || this.#spokenLate.has(key)) continue;
        this.#spokenLate.add(key);
        lines.push(words.late.lineWords(firstName(state.users.get(user)), count, times.moment(at)));
      } else if (item.kind === 'message' && item.message.seq >= Math.max(newFrom, this.#spoken + 1)) {
        const { message, isOwn } = item;
        this.#spoken = message.seq;
        if (!isOwn && message.body !== '') lines.push(words.log.announce(firstName(state.users.get(message.sender)), message.body));
      }
    }
    if (lines.length > 0) say(this.#place, lines.join('\n'));
  }
}
