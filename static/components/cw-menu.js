// What one can do with a message. Only what is possible now is in it; nothing is drawn dead.
import { act, signal } from './act.js';
import { habits, wasUsed } from './emoji-habits.js';
import { make, mark } from './element.js';
import { closeOutside, menuItems, openAt, walkItems } from './popover.js';
import { View } from './page.js';
import { quickOnes } from '../lib/emoji.js';
import { isIn } from '../state/members.js';
import { isMine } from '../state/reactions.js';

/** @typedef {import('../state/types.js').Message} Message */

export class CwMenu extends View {
  static template = 'cw-menu';
  /** @type {Message | null} */
  #message = null;
  #at = new DOMRect();

  build() {
    const dialog = this.#dialog;
    closeOutside(dialog);
    dialog.addEventListener('click', (event) => this.#choose(event));
    walkItems(dialog);
  }

  get #dialog() {
    return this.ref('dialog', HTMLDialogElement);
  }

  /**
   * @param {Message} message
   * @param {DOMRect} at
   */
  open(message, at) {
    const isOwn = message.sender === this.page.store.state.me?.id;
    this.#message = message;
    this.#at = at;
    const copy = this.page.store.state.conversations.get(message.conversation);
    const mayWrite = !copy || isIn(copy);
    this.ref('reply', HTMLElement).hidden = !mayWrite;
    for (const name of ['edit', 'line', 'remove']) this.ref(name, HTMLElement).hidden = !isOwn || !mayWrite;
    this.ref('quoted', HTMLElement).hidden = message.replyTo === undefined;
    this.ref('unread', HTMLElement).hidden = isOwn; // these never count as unread
    this.#drawQuick(message, mayWrite);
    openAt(this.#dialog, at);
    menuItems(this.#dialog).find((item) => item.role === 'menuitem')?.focus();
  }

  close() {
    this.#dialog.close();
  }

  /** A few emoji to set at once, and the way to all others. @param {Message} message @param {boolean} mayReact */
  #drawQuick(message, mayReact) {
    const box = this.ref('quick', HTMLElement);
    box.hidden = !mayReact || message.kind !== 'text';
    for (const old of box.querySelectorAll('[data-emoji]')) old.remove();
    box.prepend(
      ...quickOnes(habits()).map((emoji) => {
        const button = make('button', 'emoji', emoji);
        button.type = 'button';
        button.dataset.emoji = emoji;
        mark(button, 'aria-pressed', String(isMine(this.page.store.state, message, emoji)));
        return button;
      }),
    );
  }

  /** @param {Message} message @param {string} emoji */
  #react(message, emoji) {
    void act(this, 'react', message.conversation, message.seq, emoji, !isMine(this.page.store.state, message, emoji));
  }

  /** @param {MouseEvent} event */
  #choose(event) {
    const button = event.target instanceof Element ? event.target.closest('button') : null;
    const message = this.#message;
    if (!button || !message) return;
    this.#dialog.close();
    const { emoji } = button.dataset;
    if (emoji !== undefined) {
      wasUsed(emoji);
      return this.#react(message, emoji);
    }
    switch (button.dataset.ref) {
      case 'more':
        return signal(this, 'cw-pick', { at: this.#at, choose: (chosen) => this.#react(message, chosen) });
      case 'reply':
        return signal(this, 'cw-reply', message);
      case 'copy':
        return signal(this, 'cw-copy', message);
      case 'quoted':
        return signal(this, 'cw-jump', { seq: message.replyTo ?? 0 });
      case 'copyLink':
        return signal(this, 'cw-copy-link', message);
      case 'info':
        return signal(this, 'cw-info', { message, at: this.#at });
      case 'unread':
        return signal(this, 'cw-unread', message);
      case 'edit':
        return signal(this, 'cw-edit', message);
      case 'remove':
        return signal(this, 'cw-remove', message);
    }
  }
}

customElements.define('cw-menu', CwMenu);
