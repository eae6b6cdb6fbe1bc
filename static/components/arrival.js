// Somebody comes with a link: with the server's code, an invitation, or a link for a new password. What follows the # is sent
// to no server by the browser; it is taken off the address bar here, and goes on in the body of a request.
import { act, ask } from './act.js';
import { CwAuth } from './cw-auth.js';
import { CwDoor } from './cw-door.js';
import { CwNewPassword } from './cw-new-password.js';
import { openedAt } from './load-later.js';
import { running } from './run.js';
import { serverWords, whyNot } from './server-words.js';

/**
 * @typedef {import('../state/types.js').State} State
 * @typedef {import('./cw-app.js').CwApp} CwApp
 * @typedef {import('./page.js').Page} Page
 */

const LINK = /^#(code|invitation|password)=([\w-]{1,100})$/u;

export class Arrival {
  #app;
  #page;
  /** @type {{ kind: string, token: string } | null} */
  #wish = null;

  /** @param {CwApp} app @param {Page} page */
  constructor(app, page) {
    this.#app = app;
    this.#page = page;
    this.#take(openedAt);
    window.addEventListener('hashchange', (event) => {
      if (this.#take(new URL(event.newURL).hash)) this.#follow(page.store.state.phase);
    }, { signal: app.life });
    page.store.watch((state) => state.phase, (phase) => this.#follow(phase), app.life);
  }

  /** @param {string} hash */
  #take(hash) {
    const found = LINK.exec(hash);
    if (found) this.#wish = { kind: found[1] ?? '', token: found[2] ?? '' };
    return found !== null;
  }

  get #running() {
    return running(this.#app);
  }

  /** @param {State['phase']} phase */
  #follow(phase) {
    if (phase === 'signedOut') {
      if (LINK.test(location.hash)) history.replaceState(history.state, '', '#');
      void this.#receive();
    } else if (phase === 'signedIn' && this.#wish) void this.#tellSignedIn(this.#wish);
  }

  async #receive() {
    const auth = this.#app.querySelector('cw-auth');
    const wish = this.#wish;
    if (wish?.kind === 'password') {
      this.#wish = null;
      const form = new CwNewPassword(wish.token, (username) => this.#toLogIn(form, username));
      (auth ?? this.#app.querySelector('cw-new-password'))?.replaceWith(form);
      return;
    }
    if (!(auth instanceof CwAuth)) return;
    const outcome = await this.#running.admission(wish?.kind === 'invitation' ? wish.token : undefined);
    // The form has no more to say than before where the server does not answer; it will when somebody signs up.
    if (!outcome.ok || !auth.isConnected) return;
    // An account by an invitation is all that was wished; the code may also be for an account that is there.
    if (wish?.kind === 'invitation' && this.#wish === wish) this.#wish = null;
    auth.querySelector('cw-door')?.remove();
    const door = new CwDoor(auth);
    // At the end, where it moves nothing under the pointer, unless it has something to say.
    const panel = auth.ref('panel', HTMLElement);
    panel.append(door);
    if (door.update(outcome.value, wish)) panel.prepend(door);
  }

  /** @param {CwNewPassword} form @param {string | null} username */
  #toLogIn(form, username) {
    const auth = new CwAuth();
    auth.page = this.#page;
    form.replaceWith(auth);
    if (username !== null) {
      auth.ref('username', HTMLInputElement).value = username;
      auth.ref('password', HTMLInputElement).focus();
      auth.ref('ended', HTMLElement).hidden = true;
      act(this.#app, 'notify', serverWords().password.done);
    }
    void this.#receive();
  }

  /** @param {{ kind: string, token: string }} wish */
  async #tellSignedIn({ kind, token }) {
    this.#wish = null;
    const { arrival } = serverWords();
    const tell = (/** @type {string} */ sentence) => act(this.#app, 'notify', sentence);
    if (kind !== 'code') return tell(arrival.already);
    const [me, admission] = await Promise.all([this.#running.me(), this.#running.admission()]);
    for (const outcome of [me, admission]) if (!outcome.ok) return tell(whyNot(outcome.failure));
    if (me.ok && me.value.isAdmin) return tell(arrival.yours);
    if (admission.ok && admission.value.hasAdmin) return tell(arrival.taken);
    const { claimTitle: title, claimText: text, claimKeep: keep, claimGo: go } = arrival;
    if (!(await ask(this.#app, { title, text, keep, go }))) return;
    const outcome = await this.#running.takeServer(token);
    tell(outcome.ok ? serverWords().arrival.yours : whyNot(outcome.failure));
  }
}
