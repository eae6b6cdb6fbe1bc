// What one can do with a whole chat, from its head or its row. Only what is possible now is in it.
import { choose, morningWords, mutedWords } from './chat-choices.js';
import { choicesOf } from './chat-target.js';
import { mark, say } from './element.js';
import { View } from './page.js';
import { firstName } from './rows.js';
import { closeOutside, menuItems, openAt, walkItems } from './popover.js';
import { conversationTitle } from '../state/select.js';
import { words } from '../texts/words.js';

/**
 * @typedef {import('../state/types.js').State} State
 * @typedef {import('../state/types.js').Target} Target
 */

export class CwChatMenu extends View {
  static template = 'cw-chat-menu';
  /** @type {Target | null} */
  #target = null;

  build() {
    const dialog = this.#dialog;
    closeOutside(dialog);
    walkItems(dialog);
    dialog.addEventListener('click', (event) => this.#choose(event));
  }

  get #dialog() {
    return this.ref('dialog', HTMLDialogElement);
  }

  /**
   * @param {Target} target
   * @param {DOMRect} at
   */
  open(target, at) {
    const { state } = this.page.store;
    this.#target = target;
    this.#draw(state, target);
    openAt(this.#dialog, at);
    menuItems(this.#dialog)[0]?.focus();
  }

  close() {
    this.#dialog.close();
  }

  /**
   * @param {State} state
   * @param {Target} target
   */
  #draw(state, target) {
    const { times } = this.page;
    const choices = choicesOf(state, target);
    const { copy, person, may } = choices;
    const name = words.chatMenu.name(copy ? conversationTitle(state, copy) : (person?.displayName ?? ''));
    mark(this.#dialog, 'aria-label', name);
    mark(this.ref('menu', HTMLElement), 'aria-label', name);
    for (const item of /** @type {const} */ (['hour', 'morning', 'mute', 'unmute', 'block', 'unblock'])) this.ref(item, HTMLElement).hidden = !may.has(item);
    this.ref('line', HTMLElement).hidden = person === null || !(may.has('mute') || may.has('unmute'));
    say(this.ref('morningText', HTMLElement), morningWords(state, times));
    say(this.ref('blockText', HTMLElement), person ? words.block.block(firstName(person)) : '');
    say(this.ref('unblockText', HTMLElement), person ? words.block.unblock(firstName(person)) : '');
    const note = mutedWords(choices, times);
    this.ref('note', HTMLElement).hidden = note === '';
    say(this.ref('note', HTMLElement), note);
  }

  /** @param {MouseEvent} event */
  #choose(event) {
    const button = event.target instanceof Element ? event.target.closest('button') : null;
    if (!button || !this.#target) return;
    this.#dialog.close();
    choose(this, button.dataset.ref, choicesOf(this.page.store.state, this.#target));
  }
}

customElements.define('cw-chat-menu', CwChatMenu);
