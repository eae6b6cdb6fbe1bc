// The pane for what others may know and who is kept away. Both belong to the account: they apply at once, on every device.
import { act } from './act.js';
import { CwAvatar } from './cw-avatar.js';
import { Component, mark, say } from './element.js';
import { View } from './page.js';
import { reconcile } from './reconcile.js';
import { pictureAddress } from '../protocol.js';
import { words } from '../texts/words.js';

/**
 * @typedef {import('../state/types.js').User} User
 * @typedef {import('./page.js').Page} Page
 */

export class PrivacyPane extends View {
  static template = 'cw-settings-privacy';
  /** @type {ReadonlyArray<User>} */
  #blocked = [];

  build() {
    this.ref('reads', HTMLButtonElement).addEventListener('click', () => void this.#switch());
    this.ref('retry', HTMLButtonElement).addEventListener('click', () => void this.#load());
  }

  /** @param {Page} page */
  begin(page) {
    page.store.watch((state) => state.readReceipts, (areOn) => mark(this.ref('reads', HTMLElement), 'aria-checked', String(areOn)), this.life);
    page.store.watch((state) => state.blocked, () => void this.#load(), this.life);
  }

  async #load() {
    const outcome = await act(this, 'listBlocked');
    if (!this.isConnected) return;
    this.ref('listFailed', HTMLElement).hidden = outcome.ok;
    if (outcome.ok) this.#blocked = outcome.value;
    this.ref('nobody', HTMLElement).hidden = !outcome.ok || this.#blocked.length > 0;
    reconcile(this.ref('list', HTMLElement), this.#blocked, {
      key: (user) => user.id,
      create: ({ id }) => new BlockedRow(() => void act(this, 'unblock', id)),
      update: (row, user) => row.update(user),
    });
  }

  /** The switch moves when the server has stored the choice, and not before. */
  async #switch() {
    const outcome = await act(this, 'updateMe', { readReceipts: !this.page.store.state.readReceipts });
    this.ref('failed', HTMLElement).hidden = outcome.ok;
    say(this.ref('failedText', HTMLElement), outcome.ok ? '' : words.failure.words(outcome.failure));
  }
}

class BlockedRow extends Component {
  static template = 'cw-blocked-row';
  #unblock;

  /** @param {() => void} unblock */
  constructor(unblock) {
    super();
    this.#unblock = unblock;
  }

  build() {
    this.setAttribute('role', 'listitem');
    this.ref('unblock', HTMLButtonElement).addEventListener('click', this.#unblock);
  }

  /** @param {User} user */
  update(user) {
    const { displayName, username, hue } = user;
    this.ref('avatar', CwAvatar).update({ name: displayName, hue, picture: pictureAddress(user) });
    say(this.ref('name', HTMLElement), displayName);
    say(this.ref('username', HTMLElement), username);
    mark(this.ref('unblock', HTMLElement), 'aria-label', words.block.unblock(displayName));
  }
}

customElements.define('cw-blocked-row', BlockedRow);
customElements.define('cw-settings-privacy', PrivacyPane);
