// Password: the old one, the new one, and what the server thinks of it while it is typed.
import { act } from './act.js';
import { mark, say } from './element.js';
import { View } from './page.js';
import { PasswordField, adviceOf } from './password-field.js';
import { words } from '../texts/words.js';

/** @typedef {import('./page.js').Page} Page */

export class PasswordPane extends View {
  static template = 'cw-settings-password';
  /** @type {PasswordField | null} */
  #next = null;

  build() {
    this.#next = new PasswordField(this, { input: 'next', describedBy: 'password-next', username: () => this.page.store.state.me?.username ?? '' });
    this.#next.measure(true);
    for (const field of /** @type {const} */ (['current', 'next'])) this.ref(field, HTMLInputElement).addEventListener('input', () => this.#tell(field, ''));
    this.querySelector('form')?.addEventListener('submit', (event) => {
      event.preventDefault();
      void this.#save();
    });
  }

  /** @param {Page} page */
  begin(page) {
    page.store.watch((state) => state.me, (me) => { this.ref('username', HTMLInputElement).value = me?.username ?? ''; }, this.life);
  }

  async #save() {
    const current = this.ref('current', HTMLInputElement);
    const next = this.ref('next', HTMLInputElement);
    const { passwordEmpty } = words.account;
    this.#tell('next', next.value === '' ? words.account.needNewPassword : '');
    this.#tell('current', current.value === '' ? passwordEmpty : '');
    if (current.value === '' || next.value === '') return;
    const outcome = await act(this, 'changePassword', current.value, next.value);
    if (outcome.ok) {
      current.value = '';
      this.#next?.clear();
      say(this.ref('done', HTMLElement), words.account.changed);
      return;
    }
    const { failure } = outcome;
    const sentence = words.failure.words(failure);
    if (failure.code === 'wrong_credentials') this.#tell('current', words.account.wrongCurrent);
    else if (failure.code === 'password_weak') {
      this.#tell('next', adviceOf(failure.feedback) || sentence);
    } else this.#tell(failure.field === 'current' ? 'current' : 'next', sentence);
  }

  /**
   * @param {'current' | 'next'} field
   * @param {string} sentence
   */
  #tell(field, sentence) {
    const input = this.ref(field, HTMLInputElement);
    const error = this.ref(`${field}Error`, HTMLElement);
    error.hidden = sentence === '';
    say(this.ref(`${field}ErrorText`, HTMLElement), sentence);
    this.ref(`${field}Box`, HTMLElement).classList.toggle('bad', sentence !== '');
    mark(input, 'aria-invalid', sentence === '' ? null : 'true');
    if (field === 'next') this.#next?.describe(sentence === '' ? null : error.id);
    else mark(input, 'aria-describedby', sentence === '' ? null : error.id);
    if (sentence !== '') {
      say(this.ref('done', HTMLElement), '');
      input.focus();
    }
  }
}

customElements.define('cw-settings-password', PasswordPane);
