// Who set an emoji, for those who have no pointer to rest on it.
import { make } from './element.js';
import { closeOutside, openAt } from './popover.js';
import { View } from './page.js';
import { words } from '../texts/words.js';

/** @typedef {import('./reaction-chips.js').Chip} Chip */

export class CwReactors extends View {
  static template = 'cw-reactors';

  build() {
    closeOutside(this.#dialog);
  }

  get #dialog() {
    return this.ref('dialog', HTMLDialogElement);
  }

  /**
   * @param {Chip} chip
   * @param {DOMRect} at
   */
  open({ emoji, names, more }, at) {
    const all = more > 0 ? [...names, words.emoji.others(more)] : names;
    this.ref('emoji', HTMLElement).textContent = emoji;
    this.ref('names', HTMLElement).replaceChildren(...all.map((name) => make('li', '', name)));
    openAt(this.#dialog, at);
    this.#dialog.focus();
  }

  close() {
    this.#dialog.close();
  }
}

customElements.define('cw-reactors', CwReactors);
