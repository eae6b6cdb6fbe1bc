// What one reads stays where it is, whatever comes above it: the first message on the screen is remembered with its place,
// and put back there. Not every browser does that by itself.
import { CwMessage } from './cw-message.js';
import { keyOf } from './reconcile.js';

export class LogAnchor {
  #scroller;
  #list;
  /** The key of the message that was remembered last. */
  key = '';
  #offset = 0;

  /**
   * @param {HTMLElement} scroller
   * @param {HTMLElement} list
   */
  constructor(scroller, list) {
    this.#scroller = scroller;
    this.#list = list;
  }

  /** Other lines do not hold: a day's goes up with each older page. @returns {boolean} whether there is a message to remember */
  take() {
    const { top } = this.#scroller.getBoundingClientRect();
    for (const child of this.#list.children) {
      const box = child.getBoundingClientRect();
      if (box.bottom <= top || !(child instanceof CwMessage)) continue;
      this.key = String(keyOf(child) ?? '');
      this.#offset = box.top - top;
      return true;
    }
    return false;
  }

  putBack() {
    const element = this.elementOf(this.key);
    if (element) this.#scroller.scrollTop += element.getBoundingClientRect().top - this.#scroller.getBoundingClientRect().top - this.#offset;
  }

  /** @param {string} key */
  elementOf(key) {
    for (const child of this.#list.children) if (keyOf(child) === key) return child;
    return null;
  }
}
