// The same as the menu of a chat, as rows of its details: the kinds of muting lie folded under one of them.
import { choose, morningWords, mutedWords } from './chat-choices.js';
import { choicesOf } from './chat-target.js';
import { mark, say } from './element.js';
import { View } from './page.js';
import { firstName } from './rows.js';
import { isSameTarget } from '../state/target.js';
import { words } from '../texts/words.js';

/**
 * @typedef {import('../state/types.js').State} State
 * @typedef {import('../state/types.js').Target} Target
 */

/** Which row takes back what a row does; of all kinds of muting it is one. @type {Readonly<Record<string, string>>} */
const BACK = { unmute: 'fold', block: 'unblock', unblock: 'block' };

export class CwChatChoices extends View {
  static template = 'cw-chat-choices';
  #isUnfolded = false;
  /** @type {Target | null} */
  #target = null;

  build() {
    this.addEventListener('click', (event) => {
      const button = event.target instanceof Element ? event.target.closest('button') : null;
      if (!button || !this.#target) return;
      if (button.dataset.ref === 'fold') this.#fold(!this.#isUnfolded);
      else choose(this, button.dataset.ref, choicesOf(this.page.store.state, this.#target));
    });
  }

  /** @param {boolean} isUnfolded */
  #fold(isUnfolded) {
    this.#isUnfolded = isUnfolded;
    this.#draw(this.page.store.state);
  }

  /**
   * @param {State} state
   * @param {Target} target
   */
  update(state, target) {
    if (!isSameTarget(target, this.#target)) this.#isUnfolded = false;
    this.#target = target;
    const pressed = document.activeElement;
    this.#draw(state);
    // What was pressed is gone once it is done: the keyboard goes on where it can be taken back.
    if (pressed instanceof HTMLElement && this.contains(pressed) && !pressed.checkVisibility()) this.ref(BACK[pressed.dataset.ref ?? ''] ?? 'unmute', HTMLElement).focus();
  }

  /** @param {State} state */
  #draw(state) {
    if (!this.#target) return;
    const { times } = this.page;
    const choices = choicesOf(state, this.#target);
    const { person, may } = choices;
    const mayMute = may.has('mute');
    if (!mayMute) this.#isUnfolded = false;
    for (const row of /** @type {const} */ (['unmute', 'block', 'unblock'])) this.ref(row, HTMLElement).hidden = !may.has(row);
    this.ref('fold', HTMLElement).hidden = !mayMute;
    mark(this.ref('fold', HTMLElement), 'aria-expanded', String(this.#isUnfolded));
    this.ref('mutes', HTMLElement).hidden = !this.#isUnfolded;
    say(this.ref('morning', HTMLElement), morningWords(state, times));
    const until = mutedWords(choices, times);
    say(this.ref('until', HTMLElement), may.has('unmute') ? until || words.chatMenu.mutedForGood : '');
    say(this.ref('blockText', HTMLElement), person ? words.block.block(firstName(person)) : '');
    say(this.ref('unblockText', HTMLElement), person ? words.block.unblock(firstName(person)) : '');
  }
}

customElements.define('cw-chat-choices', CwChatChoices);
