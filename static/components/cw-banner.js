// What the connection does, told only after it has lasted, and advice that one can dismiss. It never covers the log.
import { act, signal } from './act.js';
import { clone, find, mark, say } from './element.js';
import { View, together } from './page.js';
import { banner } from '../state/select.js';
import { words } from '../texts/words.js';

/**
 * @typedef {import('../state/types.js').State} State
 * @typedef {import('./page.js').Page} Page
 * @typedef {Readonly<{
 *   key: string, icon: string, isGood: boolean, fact: string, next: string, hint: string, act: string, run: (() => void) | null, close: (() => void) | null
 * }>} Line
 */

const PLAIN_SEEN = 'chinwag.plain-http-seen';

export class CwBanner extends View {
  static template = 'cw-banner';
  /** @type {Map<Element, Line | null>} */
  #shown = new Map();

  /** @param {Page} page */
  begin(page) {
    const select = together((state) => [state.link, state.now, state.outbox, state.flush, state.weakPassword, state.deviceStorage]);
    page.store.watch(select, (_, state) => this.update(state), this.life);
  }

  /** @param {State} state */
  update(state) {
    this.#show(this.ref('link', HTMLElement), this.#linkLine(state));
    this.#show(this.ref('advice', HTMLElement), this.#advice(state));
  }

  /**
   * @param {State} state
   * @returns {Line | null}
   */
  #linkLine(state) {
    const { connection } = words;
    const now = banner(state);
    const quiet = { isGood: false, hint: '', act: '', run: null, close: null };
    switch (now?.kind) {
      case undefined:
        return null;
      case 'lost':
        return {
          ...quiet, key: 'lost', icon: 'i-nonet', fact: connection.lost, next: connection.lostWhy,
          hint: connection.tryingAgain(now.seconds), act: connection.tryNow, run: () => act(this, 'reconnectNow'),
        };
      case 'reconnecting':
        return { ...quiet, key: 'reconnecting', icon: 'i-retry', fact: connection.reconnecting, next: connection.waiting(now.waiting) };
      case 'restarting':
        return { ...quiet, key: 'restarting', icon: 'i-clock', fact: connection.restarting, next: connection.restartingWhy };
      case 'sending':
        return { ...quiet, key: 'sending', icon: 'i-check', isGood: true, fact: connection.back, next: connection.sending(now.sent, now.total) };
    }
  }

  /**
   * @param {State} state
   * @returns {Line | null}
   */
  #advice(state) {
    const quiet = { isGood: false, hint: '', act: '', run: null, close: null };
    if (state.weakPassword) {
      return {
        ...quiet, key: 'weak', icon: 'i-lock', fact: words.account.weak, next: words.account.weakWhy, act: words.account.change,
        run: () => signal(this, 'cw-settings', { pane: 'password' }), close: () => act(this, 'settleWeakPassword'),
      };
    }
    if (state.deviceStorage === 'memory' && state.outbox.length > 0) {
      return { ...quiet, key: 'memory', icon: 'i-warn', fact: words.banner.memory, next: words.banner.memoryNext };
    }
    if (!isSecureContext && !wasPlainSeen()) {
      return {
        ...quiet, key: 'plain', icon: 'i-info', isGood: true, fact: words.banner.plain, next: words.banner.plainNext,
        close: () => {
          rememberPlainSeen();
          this.update(this.page.store.state);
        },
      };
    }
    return null;
  }

  /**
   * @param {HTMLElement} place
   * @param {Line | null} line
   */
  #show(place, line) {
    const former = this.#shown.get(place) ?? null;
    this.#shown.set(place, line);
    if (!line) {
      if (former) place.replaceChildren();
      return;
    }
    if (former?.key !== line.key) {
      place.replaceChildren(clone('cw-banner-line'));
      find(place, 'act', HTMLButtonElement).addEventListener('click', () => this.#shown.get(place)?.run?.());
      find(place, 'close', HTMLButtonElement).addEventListener('click', () => this.#shown.get(place)?.close?.());
    }
    const box = place.firstElementChild;
    box?.classList.toggle('ok', line.isGood);
    mark(find(place, 'icon', SVGUseElement), 'href', `#${line.icon}`);
    say(find(place, 'fact', HTMLElement), line.fact);
    say(find(place, 'next', HTMLElement), line.next);
    const hint = find(place, 'hint', HTMLElement);
    say(hint, line.hint);
    hint.hidden = line.hint === '';
    mark(hint, 'aria-hidden', 'true'); // a countdown read out every second would drown everything else
    const button = find(place, 'act', HTMLButtonElement);
    say(button, line.act);
    button.hidden = line.act === '';
    find(place, 'close', HTMLButtonElement).hidden = line.close === null;
  }
}

function wasPlainSeen() {
  try {
    return localStorage.getItem(PLAIN_SEEN) !== null;
  } catch {
    return false; // storage is switched off: the notice comes again after a reload
  }
}

function rememberPlainSeen() {
  try {
    localStorage.setItem(PLAIN_SEEN, '1');
  } catch {
    // as above
  }
}

customElements.define('cw-banner', CwBanner);
