// Log in and create account: one form, so that the username survives the change of mind. It never keeps a password.
import { act } from './act.js';
import { mark, say } from './element.js';
import { View, together } from './page.js';
import { PasswordField, adviceOf } from './password-field.js';
import { words } from '../texts/words.js';

/**
 * @typedef {import('../state/types.js').State} State
 * @typedef {import('../state/types.js').Failure} Failure
 * @typedef {import('./page.js').Page} Page
 * @typedef {'login' | 'signup'} Tab
 */

export class CwAuth extends View {
  static template = 'cw-auth';
  /** What goes with a sign-up besides. @type {{ code?: string, invitation?: string }} */
  extra = {};
  /** @type {Tab} */
  #tab = 'login';
  #isBusy = false;
  /** @type {PasswordField | null} */
  #password = null;

  build() {
    this.#password = new PasswordField(this, { input: 'password', describedBy: 'auth-password', username: () => this.#username.value.trim() });
    for (const tab of /** @type {const} */ (['login', 'signup'])) {
      const button = this.#tabButton(tab);
      button.addEventListener('click', () => this.show(tab));
      button.addEventListener('keydown', (event) => {
        if (event.key !== 'ArrowLeft' && event.key !== 'ArrowRight') return;
        event.preventDefault();
        const other = tab === 'login' ? 'signup' : 'login';
        this.show(other);
        this.#tabButton(other).focus();
      });
    }
    this.#username.addEventListener('input', () => {
      this.#tell('username', '');
      this.#tell('form', '');
    });
    this.ref('take', HTMLButtonElement).addEventListener('click', () => this.#take());
    this.#passwordInput.addEventListener('input', () => {
      this.#tell('password', '');
      this.#tell('form', '');
    });
    this.ref('form', HTMLFormElement).addEventListener('submit', (event) => {
      event.preventDefault();
      void this.#submit();
    });
    say(this.ref('foot', HTMLElement), location.host);
    this.show('login');
  }

  /** @param {Page} page */
  begin(page) {
    const select = together((state) => [state.ended, state.outbox]);
    page.store.watch(select, (_, state) => this.update(state), this.life);
    if (matchMedia('(pointer: fine)').matches) this.#username.focus();
  }

  get #username() {
    return this.ref('username', HTMLInputElement);
  }

  get #passwordInput() {
    return this.ref('password', HTMLInputElement);
  }

  /** @param {Tab} tab */
  #tabButton(tab) {
    return this.ref(tab === 'login' ? 'tabLogin' : 'tabSignup', HTMLButtonElement);
  }

  /** @param {State} state */
  update({ ended, outbox }) {
    this.#nameForm();
    const box = this.ref('ended', HTMLElement);
    box.hidden = ended === null || ended === 'logged_out';
    if (ended !== null) {
      const kept = outbox.length === 0 ? '' : words.account.endedKept(outbox.length);
      say(this.ref('endedWhy', HTMLElement), words.account.ended[ended] + kept);
    }
  }

  /** @param {Tab} tab */
  show(tab) {
    this.#tab = tab;
    for (const each of /** @type {const} */ (['login', 'signup'])) {
      mark(this.#tabButton(each), 'aria-selected', String(each === tab));
      this.#tabButton(each).tabIndex = each === tab ? 0 : -1;
    }
    mark(this.ref('panel', HTMLElement), 'aria-labelledby', `auth-${tab}`);
    this.#nameForm();
    mark(this.#passwordInput, 'autocomplete', tab === 'login' ? 'current-password' : 'new-password');
    this.#password?.measure(tab === 'signup');
    for (const field of /** @type {const} */ (['username', 'password', 'form'])) this.#tell(field, '');
  }

  #nameForm() {
    const label = words.account.tabs[this.#tab];
    mark(this.ref('form', HTMLElement), 'aria-label', label);
    say(this.ref('submit', HTMLElement), this.#isBusy ? words.account.working : label);
  }

  async #submit() {
    if (this.#isBusy) return;
    const username = this.#username.value.trim();
    const password = this.#passwordInput.value;
    const { usernameEmpty, passwordEmpty } = words.account;
    this.#tell('username', username === '' ? usernameEmpty : '');
    this.#tell('password', password !== '' ? '' : this.#tab === 'login' ? passwordEmpty : words.account.needNewPassword);
    this.#tell('form', '');
    if (username === '' || password === '') return this.#focusFirstBad();
    this.#setBusy(true);
    const form = { username, password, keepSignedIn: this.ref('keep', HTMLInputElement).checked };
    const tab = this.#tab;
    const outcome = await (tab === 'login' ? act(this, 'logIn', form) : act(this, 'signUp', { ...form, ...this.extra }));
    this.#setBusy(false);
    if (outcome.ok) this.#passwordInput.value = '';
    else this.#explain(outcome.failure, username);
  }

  /** @param {boolean} isBusy */
  #setBusy(isBusy) {
    this.#isBusy = isBusy;
    mark(this.ref('submit', HTMLElement), 'aria-disabled', isBusy ? 'true' : null);
    this.#nameForm();
  }

  /**
   * Each refusal stands where it can be mended.
   * @param {Failure} failure
   * @param {string} username
   */
  #explain(failure, username) {
    const sentence = words.failure.words(failure);
    switch (failure.code) {
      case 'username_taken':
        this.#tell('username', words.account.taken(username, failure.suggestion));
        this.#offer(failure.suggestion ?? '');
        break;
      case 'username_invalid':
      case 'username_reserved':
      case 'username_lookalike':
        this.#tell('username', sentence);
        break;
      case 'wrong_credentials':
      case 'too_many_attempts':
      case 'password_too_long':
        this.#tell('password', sentence);
        break;
      case 'password_weak':
        this.#tell('password', adviceOf(failure.feedback) || sentence);
        break;
      default:
        if (failure.field === 'username' || failure.field === 'password') this.#tell(failure.field, sentence);
        else this.#tell('form', sentence);
    }
    this.#focusFirstBad();
  }

  /** A name that is free, one press away; '' takes it away. @param {string} name */
  #offer(name) {
    const button = this.ref('take', HTMLButtonElement);
    button.hidden = name === '';
    button.value = name;
    say(button, name === '' ? '' : words.account.take(name));
  }

  #take() {
    this.#username.value = this.ref('take', HTMLButtonElement).value;
    this.#tell('username', '');
    if (this.#passwordInput.value === '') this.#passwordInput.focus();
    else this.ref('submit', HTMLElement).focus();
  }

  /**
   * @param {'username' | 'password' | 'form'} field
   * @param {string} sentence '' takes it away
   */
  #tell(field, sentence) {
    if (field === 'username') this.#offer('');
    const error = this.ref(`${field}Error`, HTMLElement);
    error.hidden = sentence === '';
    say(this.ref(`${field}ErrorText`, HTMLElement), sentence);
    if (field === 'form') return;
    const input = this.ref(field, HTMLInputElement);
    this.ref(`${field}Box`, HTMLElement).classList.toggle('bad', sentence !== '');
    mark(input, 'aria-invalid', sentence === '' ? null : 'true');
    if (field === 'username') mark(input, 'aria-describedby', sentence === '' ? null : error.id);
    else this.#password?.describe(sentence === '' ? null : error.id);
  }

  #focusFirstBad() {
    const bad = this.querySelector('[aria-invalid="true"]');
    if (bad instanceof HTMLElement) bad.focus();
  }
}

customElements.define('cw-auth', CwAuth);
