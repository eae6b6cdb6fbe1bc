// One member of a group, with the presence in words and, for its owners, the way out.
import { CwAvatar } from './cw-avatar.js';
import { Component, mark, say } from './element.js';
import { hashOf } from './route.js';
import { presenceNote } from './presence-words.js';
import { pictureAddress } from '../protocol.js';
import { presenceOf } from '../state/select.js';
import { words } from '../texts/words.js';

/**
 * @typedef {import('../state/types.js').State} State
 * @typedef {import('../state/types.js').Member} Member
 * @typedef {import('./page.js').Page} Page
 */

export class CwMemberRow extends Component {
  static template = 'cw-member-row';

  build() {
    this.setAttribute('role', 'listitem');
  }

  /**
   * @param {Member} member
   * @param {boolean} mayRemove
   * @param {State} state
   * @param {Page} page
   */
  update({ user, role }, mayRemove, state, page) {
    const person = state.users.get(user);
    const isMe = user === state.me?.id;
    const presence = presenceOf(state, user);
    const shown = isMe && state.link.phase === 'live' ? 'online' : presence.state;
    const name = person?.displayName ?? '…';
    this.ref('avatar', CwAvatar).update({ name, hue: person?.hue ?? 200, picture: pictureAddress(person), presence: shown });
    say(this.ref('name', HTMLElement), name);
    const note = isMe ? words.group.you : presenceNote(presence, state, page);
    say(this.ref('note', HTMLElement), note);
    this.ref('owner', HTMLElement).hidden = role !== 'owner';
    const link = this.ref('link', HTMLAnchorElement);
    mark(link, 'href', isMe ? null : hashOf({ to: user }));
    const word = shown === 'unknown' ? '' : words.presence.word[shown];
    const facts = [name, isMe ? words.group.you : '', role === 'owner' ? words.group.owner : '', word, isMe || shown === 'idle' ? '' : note];
    mark(link, 'aria-label', isMe ? null : words.sidebar.rowName(facts));
    const remove = this.ref('remove', HTMLButtonElement);
    remove.hidden = !mayRemove || isMe;
    mark(remove, 'data-user', String(user));
    mark(remove, 'aria-label', words.group.remove(name));
  }
}

customElements.define('cw-member-row', CwMemberRow);
