// Asks before something is removed, with the safe choice in focus. Answers once, and never with yes by accident.
import { Component, say } from './element.js';

/**
 * `keep` and `go` are verbs: 'Keep it', 'Remove device'.
 * @typedef {Readonly<{ title: string, text: string, keep: string, go: string }>} Question
 */

export class CwConfirm extends Component {
  static template = 'cw-confirm';
  /** @type {((yes: boolean) => void) | null} */
  #answer = null;

  build() {
    const dialog = this.ref('dialog', HTMLDialogElement);
    this.ref('keep', HTMLButtonElement).addEventListener('click', () => dialog.close());
    this.ref('go', HTMLButtonElement).addEventListener('click', () => {
      this.#settle(true);
      dialog.close();
    });
    dialog.addEventListener('close', () => this.#settle(false));
    dialog.addEventListener('click', (event) => {
      if (event.target === dialog) dialog.close();
    });
  }

  /**
   * @param {Question} question
   * @param {(yes: boolean) => void} answer
   */
  ask({ title, text, keep, go }, answer) {
    this.#settle(false);
    this.#answer = answer;
    say(this.ref('title', HTMLElement), title);
    say(this.ref('text', HTMLElement), text);
    say(this.ref('keep', HTMLElement), keep);
    say(this.ref('go', HTMLElement), go);
    this.ref('dialog', HTMLDialogElement).showModal();
    this.ref('keep', HTMLElement).focus();
  }

  /** @param {boolean} yes */
  #settle(yes) {
    const answer = this.#answer;
    this.#answer = null;
    answer?.(yes);
  }
}

customElements.define('cw-confirm', CwConfirm);
