// What the sign-up form says of who may come in, and the place for the server's code. Decides nothing: the server does.
import { Component, say } from './element.js';
import { fillServer, serverWords } from './server-words.js';

/**
 * @typedef {import('./cw-auth.js').CwAuth} CwAuth
 * @typedef {import('../transport/running.js').Admission} Admission
 */

export class CwDoor extends Component {
  static template = 'cw-door';
  #auth;

  /** @param {CwAuth} auth */
  constructor(auth) {
    super();
    this.#auth = auth;
  }

  build() {
    fillServer(this);
    const code = this.ref('code', HTMLInputElement);
    this.ref('have', HTMLButtonElement).addEventListener('click', () => {
      this.ref('have', HTMLElement).hidden = true;
      this.ref('field', HTMLElement).hidden = false;
      code.focus();
    });
    code.addEventListener('input', () => {
      this.#auth.extra = code.value.trim() === '' ? {} : { code: code.value };
    });
  }

  /**
   * @param {Admission} admission
   * @param {{ kind: string, token: string } | null} wish what the address brought
   * @returns {boolean} whether it says something
   */
  update({ signUp, hasAdmin, invited }, wish) {
    const { arrival } = serverWords();
    const isInvited = wish?.kind === 'invitation' && invited === true;
    const isCoded = wish?.kind === 'code' && !hasAdmin;
    this.#auth.extra = isInvited ? { invitation: wish.token } : isCoded ? { code: wish.token } : {};
    if (wish !== null) this.#auth.show('signup');
    const isShut = !isInvited && !isCoded && signUp !== 'open';
    this.#auth.toggleAttribute('data-shut', isShut);
    // Where the door stands open nobody needs an invitation, and nobody need hear that theirs is over.
    if (isInvited) this.#say(arrival.invited);
    else if (isCoded) this.#say(arrival.coded);
    else if (wish?.kind === 'code') this.#say(arrival.taken);
    else if (signUp === 'closed') this.#say(arrival.closed);
    else if (signUp === 'invitation') this.#say(wish ? arrival.over : arrival.needed);
    this.ref('have', HTMLElement).hidden = hasAdmin || isCoded || isInvited;
    return !this.ref('said', HTMLElement).hidden;
  }

  /** @param {string} sentence */
  #say(sentence) {
    const said = this.ref('said', HTMLElement);
    said.hidden = false;
    say(said, sentence);
  }
}

customElements.define('cw-door', CwDoor);
