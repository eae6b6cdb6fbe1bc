// What floats over the log's end when there is more below: how many new messages, and the next of them that mentions the
// reader. Says nothing by itself; where it leads the log knows.
import { mark, say } from './element.js';
import { mentionsMe } from '../state/mentions.js';
import { words } from '../texts/words.js';

/**
 * @typedef {import('../state/types.js').State} State
 * @typedef {import('../state/log.js').LogItem} LogItem
 */

export class LogPill {
  #parts;
  #next = 0;

  /**
   * @param {Readonly<{ float: HTMLElement, pill: HTMLElement, text: HTMLElement, mention: HTMLElement }>} parts
   * @param {() => void} toEnd
   * @param {(seq: number) => void} to
   */
  constructor(parts, toEnd, to) {
    this.#parts = parts;
    parts.pill.addEventListener('click', toEnd);
    parts.mention.addEventListener('click', () => to(this.#next));
  }

  hide() {
    this.#parts.float.hidden = true;
  }

  /**
   * @param {State} state
   * @param {ReadonlyArray<LogItem>} items
   * @param {number} from messages from this seq on have not been seen
   * @param {(hasNew: boolean) => boolean} isShown
   */
  draw(state, items, from, isShown) {
    const { float, pill, text, mention } = this.#parts;
    let more = 0;
    let next = 0;
    for (let i = items.length - 1; i >= 0; i -= 1) {
      const item = items[i];
      if (item?.kind !== 'message') continue;
      if (item.message.seq < from) break;
      if (item.isOwn || item.message.deletedAt !== undefined) continue;
      more += 1;
      if (mentionsMe(item.message, state.me?.id ?? 0)) next = item.message.seq;
    }
    float.hidden = !isShown(more > 0);
    if (float.hidden) return;
    say(text, more > 0 ? words.log.moreNew(more) : words.log.latest);
    mark(pill, 'aria-label', more > 0 ? words.log.moreNewName(more) : words.log.latestName);
    this.#next = next;
    mention.hidden = this.#next === 0;
  }
}
