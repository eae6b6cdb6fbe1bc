// A password that can be shown, and whose strength is told in a bar and in words while it is chosen. The check is the
// server's own, so the page never promises what sign-up would refuse.
import { act } from './act.js';
import { icon, mark, say } from './element.js';
import { wordAt, words } from '../texts/words.js';

/** @typedef {import('./element.js').Component} Component */

/** How long one must pause before the password is checked. */
const CHECK_AFTER_MS = 250;

export class PasswordField {
  #owner;
  #input;
  #describedBy;
  #username;
  #isMeasured = false;
  #timer = 0;
  /** @type {string | null} */
  #errorId = null;

  /**
   * @param {Component} owner has `reveal`, `meter`, `strength`, `strengthWord` and `strengthAdvice` beside the input
   * @param {{ input: string, describedBy: string, username: () => string }} names `describedBy`: the start of the ids
   */
  constructor(owner, { input, describedBy, username }) {
    this.#owner = owner;
    this.#input = owner.ref(input, HTMLInputElement);
    this.#describedBy = describedBy;
    this.#username = username;
    owner.ref('reveal', HTMLButtonElement).addEventListener('click', () => this.reveal(this.#input.type === 'password'));
    this.#input.addEventListener('input', () => this.#later());
    this.#input.form?.addEventListener('submit', () => this.reveal(false)); // so that the browser offers to keep it
  }

  /** @param {boolean} isShown */
  reveal(isShown) {
    const button = this.#owner.ref('reveal', HTMLButtonElement);
    if ((this.#input.type === 'text') === isShown) return;
    this.#input.type = isShown ? 'text' : 'password';
    mark(button, 'aria-pressed', String(isShown));
    const name = isShown ? 'account.conceal' : 'account.reveal';
    mark(button, 'data-t-label', name);
    mark(button, 'aria-label', wordAt(name));
    button.replaceChildren(icon(isShown ? 'i-eyeoff' : 'i-eye'));
  }

  /**
   * Whether the strength is told: when choosing a password, never when entering one.
   * @param {boolean} isMeasured
   */
  measure(isMeasured) {
    this.#isMeasured = isMeasured;
    this.#later();
  }

  /** @param {string | null} errorId the error that now describes the field */
  describe(errorId) {
    this.#errorId = errorId;
    const hint = this.#owner.ref('strength', HTMLElement);
    mark(this.#input, 'aria-describedby', [errorId, hint.hidden ? null : `${this.#describedBy}-hint`].filter(Boolean).join(' ') || null);
  }

  /** Empties the field and forgets what was said about it. */
  clear() {
    this.#input.value = '';
    this.reveal(false);
    this.#show(null);
  }

  #later() {
    clearTimeout(this.#timer);
    if (!this.#isMeasured || this.#input.value === '') this.#show(null);
    else this.#timer = window.setTimeout(() => void this.#check(), CHECK_AFTER_MS);
  }

  async #check() {
    // Signed in meanwhile: the form has gone, and nobody would hear the question.
    if (!this.#owner.isConnected) return;
    const password = this.#input.value;
    const outcome = await act(this.#owner, 'checkPassword', password, this.#username() || undefined);
    if (password !== this.#input.value || !this.#isMeasured) return;
    this.#show(outcome.ok ? outcome.value : null);
  }

  /** @param {import('../state/types.js').PasswordCheck | null} check */
  #show(check) {
    const meter = this.#owner.ref('meter', HTMLElement);
    const hint = this.#owner.ref('strength', HTMLElement);
    meter.hidden = check === null;
    hint.hidden = check === null;
    this.describe(this.#errorId);
    if (!check) return;
    const value = Math.max(1, check.score);
    mark(meter, 'data-v', String(value));
    mark(meter, 'aria-valuenow', String(check.score));
    mark(meter, 'aria-valuetext', words.account.meter[check.score] ?? '');
    say(this.#owner.ref('strengthWord', HTMLElement), words.account.strength[check.score] ?? '');
    const advice = adviceOf(check);
    say(this.#owner.ref('strengthAdvice', HTMLElement), advice || words.account.characters([...this.#input.value].length));
  }
}

/**
 * What is wrong with a password and what would help, in one line.
 * @param {Readonly<{ warning?: string, suggestions?: ReadonlyArray<string> }> | undefined} feedback
 */
export function adviceOf(feedback) {
  return [feedback?.warning ?? '', ...(feedback?.suggestions ?? [])].map((sentence) => words.account.advice(sentence)).filter(Boolean).join(' ');
}
