// What a person was at: messages half in view for a second and came-back lines, with the window in use. It only looks; what
// is read is decided by the state and the server.
import { act } from './act.js';
import { CwMessage } from './cw-message.js';
import { viewedConversation } from '../state/select.js';

/** @typedef {import('../state/types.js').State} State */

/** How long a message must be in view before it counts as read. */
const READ_AFTER_MS = 1000;
export class LogSight {
  #scroller;
  #list;
  #state;
  #told = 0;
  #timer = 0;
  /** What may lie over the log: screens, sheets and panels. What it covers nobody sees. Browsers keep these lists up to date cheaper than they search the page in each frame. */
  #dialogs = document.getElementsByTagName('dialog');
  #panels = document.getElementsByClassName('panel');
  /** The newest message that has been in view since the chat was opened. */
  seen = 0;

  /**
   * @param {HTMLElement} scroller
   * @param {HTMLElement} list
   * @param {() => State} state
   */
  constructor(scroller, list, state) {
    this.#scroller = scroller;
    this.#list = list;
    this.#state = state;
  }

  reset() {
    clearTimeout(this.#timer);
    this.#timer = 0;
    this.#told = 0;
    this.seen = 0;
  }

  /**
   * After every drawing, scroll and change of attention, and when something opens or closes that may lie over the log.
   * @param {State} state
   * @param {number} conversation
   */
  look(state, conversation) {
    const { last, late } = this.#inView();
    this.seen = Math.max(this.seen, last);
    if (last !== state.inView) act(this.#scroller, 'lookAt', last);
    if (!state.isAttended) {
      clearTimeout(this.#timer);
      this.#timer = 0;
      return;
    }
    const unseen = late.filter((id) => state.lateUnseen.has(id));
    if (unseen.length > 0) act(this.#scroller, 'sawLate', unseen);
    if (last <= this.#told || this.#timer !== 0) return;
    this.#timer = window.setTimeout(() => {
      this.#timer = 0;
      const now = this.#state();
      if (!now.isAttended || viewedConversation(now)?.id !== conversation) return;
      const stayed = Math.min(last, this.#inView().last);
      if (stayed > this.#told) {
        this.#told = stayed;
        act(this.#scroller, 'sawMessage', conversation, stayed);
      }
      this.look(now, conversation); // what came into view meanwhile gets its own second
    }, READ_AFTER_MS);
  }

  #inView() {
    let last = 0;
    /** @type {number[]} */
    const late = [];
    if (!this.#scroller.checkVisibility({ visibilityProperty: true })) return { last, late };
    const { top, bottom } = this.#scroller.getBoundingClientRect();
    const over = [...[...this.#dialogs].filter((dialog) => dialog.open), ...this.#panels].map((one) => one.getBoundingClientRect());
    /** @param {Element} shown @param {number} y */
    const isCovered = (shown, y) => {
      if (over.length === 0) return false;
      const { left, right } = shown.getBoundingClientRect();
      const x = (left + right) / 2;
      return over.some((cover) => cover.left < x && x < cover.right && cover.top < y && y < cover.bottom);
    };
    for (const child of this.#list.children) {
      const box = child.getBoundingClientRect();
      if (box.top > bottom) break;
      if (box.bottom < top) continue;
      // Half of it, or half a screen of one that is taller than the screen.
      const middle = Math.min((box.top + box.bottom) / 2, box.top + (bottom - top) / 2);
      if (child instanceof CwMessage) {
        if (middle <= bottom && !isCovered(child.querySelector('.bubble') ?? child, middle)) last = Math.max(last, child.row?.message?.seq ?? 0);
      } else if (child instanceof HTMLElement && child.dataset.late !== undefined && !isCovered(child, middle)) late.push(Number(child.dataset.late));
    }
    return { last, late };
  }
}
