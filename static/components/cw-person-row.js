// One person in the list, with the presence in words where the dot cannot say it.
import { CwAvatar } from './cw-avatar.js';
import { Component, mark, say } from './element.js';
import { presenceNote } from './presence-words.js';
import { hashOf } from './route.js';
import { pictureAddress } from '../protocol.js';
import { presenceOf } from '../state/select.js';
import { words } from '../texts/words.js';

/**
 * @typedef {import('../state/types.js').State} State
 * @typedef {import('../state/types.js').User} User
 * @typedef {import('./page.js').Page} Page
 */

export class CwPersonRow extends Component {
  static template = 'cw-person-row';

  build() {
    this.setAttribute('role', 'listitem');
  }

  /**
   * @param {User} user
   * @param {State} state
   * @param {Page} page
   */
  update(user, state, page) {
    const presence = presenceOf(state, user.id);
    const link = this.ref('link', HTMLAnchorElement);
    this.ref('avatar', CwAvatar).update({ name: user.displayName, hue: user.hue, picture: pictureAddress(user), presence: presence.state });
    const name = this.ref('name', HTMLElement);
    say(name, user.displayName);
    name.classList.toggle('off', presence.state === 'offline' || presence.state === 'unknown');
    say(this.ref('status', HTMLElement), user.status ?? '');
    const note = presenceNote(presence, state, page);
    say(this.ref('seen', HTMLElement), note);
    mark(link, 'href', hashOf({ to: user.id }));
    mark(link, 'data-user', String(user.id));
    const word = presence.state === 'unknown' ? '' : words.presence.word[presence.state];
    mark(link, 'aria-label', words.sidebar.rowName([user.displayName, word, presence.state === 'idle' ? '' : note, user.status ?? '']));
  }
}

customElements.define('cw-person-row', CwPersonRow);
