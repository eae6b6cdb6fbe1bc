// What one can do with a whole chat, from its head or its row: how much of it one wants to hear, and
// keeping the other person away. Only what is possible now is in it.
import { act, ask } from './act.js';
import { copyAt, isMember, otherOf } from './chat-target.js';
import { mark, say } from './element.js';
import { View } from './page.js';
import { firstName } from './rows.js';
import { closeOutside, menuItems, openAt, walkItems } from './popover.js';
import { isMuted } from '../state/choices.js';
import { nextMorning } from '../lib/time.js';
import { conversationTitle, personOf } from '../state/select.js';
import { words } from '../texts/words.js';

/**
 * @typedef {import('../state/types.js').State} State
 * @typedef {import('../state/types.js').Target} Target
 * @typedef {import('../state/types.js').User} User
 */

const HOUR_MS = 3_600_000;

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
    const copy = copyAt(state, target);
    const name = words.chatMenu.name(copy ? conversationTitle(state, copy) : (personOf(state, target)?.displayName ?? ''));
    mark(this.#dialog, 'aria-label', name);
    mark(this.ref('menu', HTMLElement), 'aria-label', name);
    const muted = copy && isMuted(copy, state.now) ? copy.muted : null;
    say(this.ref('morningText', HTMLElement), words.chatMenu.muteMorning(times.clock(nextMorning(state.now))));
    const person = otherOf(state, target);
    const isBlocked = person !== null && state.blocked.has(person.id);
    const mayMute = muted === null && isMember(state, copy);
    for (const item of ['hour', 'morning', 'mute']) this.ref(item, HTMLElement).hidden = !mayMute;
    this.ref('unmute', HTMLElement).hidden = muted === null;
    this.ref('line', HTMLElement).hidden = person === null || (muted === null && !mayMute);
    this.ref('block', HTMLElement).hidden = person === null || isBlocked;
    this.ref('unblock', HTMLElement).hidden = !isBlocked;
    say(this.ref('blockText', HTMLElement), person ? words.block.block(firstName(person)) : '');
    say(this.ref('unblockText', HTMLElement), person ? words.block.unblock(firstName(person)) : '');
    const note = this.ref('note', HTMLElement);
    note.hidden = muted?.until === undefined;
    say(note, muted?.until === undefined ? '' : words.chatMenu.mutedUntil(times.dayStamp(muted.until)));
  }

  /** @param {MouseEvent} event */
  #choose(event) {
    const button = event.target instanceof Element ? event.target.closest('button') : null;
    if (!button || !this.#target) return;
    this.#dialog.close();
    const { state } = this.page.store;
    const copy = copyAt(state, this.#target);
    const person = otherOf(state, this.#target);
    switch (button.dataset.ref) {
      case 'hour':
        return void (copy && act(this, 'mute', copy.id, Date.now() + HOUR_MS));
      case 'morning':
        return void (copy && act(this, 'mute', copy.id, nextMorning(Date.now())));
      case 'mute':
        return void (copy && act(this, 'mute', copy.id, null));
      case 'unmute':
        return void (copy && act(this, 'unmute', copy.id));
      case 'block':
        return void (person && this.#block(person));
      case 'unblock':
        return void (person && act(this, 'unblock', person.id));
    }
  }

  /** @param {User} person */
  async #block(person) {
    const name = firstName(person);
    const { title, text, keep, block } = words.block;
    if (await ask(this, { title: title(name), text: text(name), keep, go: block(name) })) void act(this, 'block', person.id);
  }
}

customElements.define('cw-chat-menu', CwChatMenu);
