// A new password for whoever was given a link. It never keeps one, and the link is forgotten with the page.
import { Component, mark, say } from './element.js';
import { PasswordField, adviceOf } from './password-field.js';
import { running } from './run.js';
import { fillServer, whyNot } from './server-words.js';
import { words } from '../texts/words.js';

export class CwNewPassword extends Component {
  static template = 'cw-new-password';
  #token;
  #done;
  /** @type {PasswordField | null} */
  #field = null;
  #isBusy = false;

  /** @param {string} token @param {(username: string | null) => void} done whose password was set, or that none was */
  constructor(token, done) {
    super();
    this.#token = token;
    this.#done = done;
  }

  build() {
    fillServer(this);
    this.#field = new PasswordField(this, { input: 'next', describedBy: 'new-password', username: () => '' });
    this.#field.measure(true);
    this.ref('next', HTMLInputElement).addEventListener('input', () => this.#tell(''));
    this.ref('back', HTMLButtonElement).addEventListener('click', () => this.#done(null));
    this.ref('form', HTMLFormElement).addEventListener('submit', (event) => {
      event.preventDefault();
      void this.#set();
    });
  }

  joined() {
    this.ref('next', HTMLInputElement).focus();
  }

  async #set() {
    const { value } = this.ref('next', HTMLInputElement);
    if (this.#isBusy) return;
    if (value === '') return this.#tell(words.account.needNewPassword);
    this.#isBusy = true;
    const outcome = await running(this).setPassword(this.#token, value);
    this.#isBusy = false;
    if (!this.isConnected) return;
    if (outcome.ok) {
      this.#field?.clear();
      return this.#done(outcome.value.username);
    }
    const { failure } = outcome;
    this.#tell((failure.code === 'password_weak' && adviceOf(failure.feedback)) || whyNot(failure));
  }

  /** @param {string} sentence '' takes it away */
  #tell(sentence) {
    const input = this.ref('next', HTMLInputElement);
    const error = this.ref('nextError', HTMLElement);
    error.hidden = sentence === '';
    say(this.ref('nextErrorText', HTMLElement), sentence);
    this.ref('nextBox', HTMLElement).classList.toggle('bad', sentence !== '');
    mark(input, 'aria-invalid', sentence === '' ? null : 'true');
    this.#field?.describe(sentence === '' ? null : error.id);
    if (sentence !== '') input.focus();
  }
}

customElements.define('cw-new-password', CwNewPassword);
