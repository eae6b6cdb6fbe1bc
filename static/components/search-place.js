// Where the search panel stands: beside the chat, or on a phone as a screen of its own with an entry of its own in the
// history, so that Back leads from a place in a chat to what was found, and from there to where one came from.
import { signal } from './act.js';
import { PHONE_BELOW_PX } from './panel-place.js';
import { FROM_SEARCH } from './route.js';

/** @typedef {import('./cw-search.js').CwSearch} CwSearch */

/** The history entry of the panel on a phone. */
const SEARCH = 'search';

export class SearchPlace {
  #shell;
  #panel;
  #changed;
  /** What had the focus before. @type {Element | null} */
  #opener = null;

  /**
   * @param {HTMLElement} shell
   * @param {CwSearch} panel
   * @param {() => void} changed it has opened or closed
   */
  constructor(shell, panel, changed) {
    this.#shell = shell;
    this.#panel = panel;
    this.#changed = changed;
    panel.hidden = true;
    if (this.isPhone && history.state === SEARCH) this.#show(true);
  }

  get isPhone() {
    return this.#shell.clientWidth < PHONE_BELOW_PX;
  }

  get isOpen() {
    return !this.#panel.hidden;
  }

  /** It covers the chat. */
  get isScreen() {
    return this.isOpen && this.isPhone;
  }

  /** @param {string} text */
  open(text) {
    if (!this.isOpen) this.#opener = document.activeElement;
    this.#show(true);
    if (this.isPhone && history.state !== SEARCH) history.pushState(SEARCH, '');
    this.#panel.find(text);
  }

  close() {
    if (this.isPhone && history.state === SEARCH) history.back();
    else this.#leave();
  }

  /** After the history has moved: on a phone the entry says whether the panel is the screen. */
  follow() {
    if (!this.isPhone) return;
    const isHere = history.state === SEARCH;
    if (isHere) {
      this.#show(true);
      this.#panel.resume();
    } else if (history.state === FROM_SEARCH) this.#show(false); // what was found stays for the way back
    else if (this.isOpen) this.#leave();
  }

  #leave() {
    this.#show(false);
    this.#panel.clear();
    if (this.#opener instanceof HTMLElement && this.#opener !== document.body && this.#opener.checkVisibility()) this.#opener.focus();
    else if (!this.isPhone) signal(this.#panel, 'cw-write', null);
    this.#opener = null;
  }

  /** @param {boolean} isShown */
  #show(isShown) {
    this.#panel.hidden = !isShown;
    this.#panel.standsAlone(isShown && this.isPhone);
    this.#changed();
  }
}
