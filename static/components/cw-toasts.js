// Passing words at the bottom of the page: five seconds, longer under the pointer or with the focus inside, three at most.
import { act } from './act.js';
import { Component, mark, say } from './element.js';
import { View, together } from './page.js';
import { reconcile } from './reconcile.js';
import { hashOf } from './route.js';
import { firstName } from './rows.js';
import { words } from '../texts/words.js';

/**
 * @typedef {import('../state/types.js').State} State
 * @typedef {import('../state/types.js').Toast} Toast
 * @typedef {import('./page.js').Page} Page
 */

const SHOWN_MAX = 3;
const LASTS_MS = 5000;

class CwToast extends Component {
  static template = 'cw-toast';
  #timer = 0;
  #id = 0;
  #stays = false;
  #href = '';
  #told = words;

  build() {
    this.ref('close', HTMLButtonElement).addEventListener('click', () => act(this, 'closeToast', this.#id));
    this.ref('act', HTMLButtonElement).addEventListener('click', () => {
      location.hash = this.#href;
      act(this, 'closeToast', this.#id);
    });
    for (const type of ['pointerenter', 'focusin']) this.addEventListener(type, () => clearTimeout(this.#timer));
    for (const type of ['pointerleave', 'focusout']) this.addEventListener(type, () => this.#wait());
  }

  joined() {
    this.life.addEventListener('abort', () => clearTimeout(this.#timer));
  }

  /**
   * @param {Toast} toast
   * @param {State} state
   * @param {Page} page
   */
  update(toast, state, { times }) {
    if (toast.id === this.#id && this.#told === words) return;
    this.#id = toast.id;
    this.#told = words;
    const { icon, tone, text, href, stays } = toastWords(toast, state, times);
    this.#href = href;
    this.#stays = stays;
    mark(this.ref('svg', SVGElement), 'class', `i ${tone}`);
    mark(this.ref('icon', SVGUseElement), 'href', `#${icon}`);
    say(this.ref('text', HTMLElement), text);
    const button = this.ref('act', HTMLButtonElement);
    say(button, words.late.show);
    button.hidden = href === '';
    this.ref('close', HTMLButtonElement).hidden = !stays;
    this.#wait();
  }

  #wait() {
    clearTimeout(this.#timer);
    if (!this.#stays) this.#timer = window.setTimeout(() => act(this, 'closeToast', this.#id), LASTS_MS);
  }
}

/**
 * @param {Toast} toast
 * @param {State} state
 * @param {Page['times']} times
 */
function toastWords(toast, state, times) {
  const plain = { href: '', stays: false };
  switch (toast.kind) {
    case 'late': {
      const { late } = toast;
      const name = firstName(state.users.get(late.user));
      return { ...plain, icon: 'i-ret', tone: 'warn', text: words.late.toast(name, late.count, times.moment(late.at)), href: hashOf({ conversation: late.conversation }) };
    }
    case 'sent':
      return { ...plain, icon: 'i-check', tone: 'ok', text: words.connection.sent(toast.count) };
    case 'failed':
      return { ...plain, icon: 'i-warn', tone: 'bad', text: words.failure.words(toast.failure), stays: true };
    case 'reaction':
      return { ...plain, icon: 'i-warn', tone: 'bad', text: words.emoji.notSet(toast.emoji, toast.code), stays: true };
    case 'deviceStorage':
      return { ...plain, icon: 'i-warn', tone: 'warn', text: words.banner.memoryToast, stays: true };
    case 'info':
      return { ...plain, icon: 'i-info', tone: 'ok', text: toast.text };
  }
}

export class CwToasts extends View {
  /** @param {Page} page */
  begin(page) {
    page.store.watch(
      together((state) => [state.toasts]),
      ([toasts], state) =>
        reconcile(this, toasts.slice(-SHOWN_MAX), {
          key: (toast) => toast.id,
          create: () => new CwToast(),
          update: (element, toast) => element.update(toast, state, page),
        }),
      this.life,
    );
  }
}

customElements.define('cw-toast', CwToast);
customElements.define('cw-toasts', CwToasts);
