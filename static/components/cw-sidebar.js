// Everyone and everything one can open: oneself on top, chats by recency, people by presence, and the way to all others.
import { act, signal } from './act.js';
import { CwAvatar } from './cw-avatar.js';
import { CwBanner } from './cw-banner.js';
import { CwChatRow } from './cw-chat-row.js';
import { CwPersonRow } from './cw-person-row.js';
import { say } from './element.js';
import { View, together } from './page.js';
import { reconcile } from './reconcile.js';
import { viewOf } from './route.js';
import { keyNames } from './shortcuts.js';
import { pictureAddress } from '../protocol.js';
import { isEndInView, isCutOff, presenceOf, sortedConversations, sortedMembers, sortedPeople, viewedConversation } from '../state/select.js';
import { words } from '../texts/words.js';

/**
 * @typedef {import('../state/types.js').State} State
 * @typedef {import('./page.js').Page} Page
 */

/** A skeleton sooner than this would only flicker. */
const BONES_AFTER_MS = 300;
/** The server watches at most so many people for one page. */
const WATCHED_MAX = 200;
/** Further pages are asked for this far ahead. */
const AHEAD_PX = 600;

export class CwSidebar extends View {
  static template = 'cw-sidebar';
  #bonesTimer = 0;
  #mayShowBones = false;
  #watched = '';

  build() {
    this.ref('find', HTMLButtonElement).addEventListener('click', () => signal(this, 'cw-find', null));
    this.ref('settings', HTMLButtonElement).addEventListener('click', () => signal(this, 'cw-settings', { pane: 'profile' }));
    this.ref('logOut', HTMLButtonElement).addEventListener('click', () => signal(this, 'cw-log-out', null));
    this.ref('newGroup', HTMLButtonElement).addEventListener('click', () => signal(this, 'cw-people', { conversation: null }));
    this.ref('listRetry', HTMLButtonElement).addEventListener('click', () => void act(this, 'loadMoreConversations'));
    this.ref('peopleRetry', HTMLButtonElement).addEventListener('click', () => void act(this, 'loadMorePeople'));
    this.ref('scroll', HTMLElement).addEventListener('scroll', () => this.#loadAhead(), { passive: true });
    this.ref('scroll', HTMLElement).addEventListener('keydown', (event) => this.#onListKey(event));
    this.addEventListener('contextmenu', (event) => this.#onMenu(event));
  }

  /** @param {Page} page */
  begin(page) {
    this.ref('banner', CwBanner).page = page;
    this.#bonesTimer = window.setTimeout(() => {
      this.#mayShowBones = true;
      this.update(page.store.state);
    }, BONES_AFTER_MS);
    this.life.addEventListener('abort', () => clearTimeout(this.#bonesTimer));
    const select = together((state) => [
      state.me, state.conversations, state.users, state.presence, state.typing, state.drafts, state.outbox, state.view, state.link,
      state.list, state.people, state.settings, state.now, isEndInView(state), state.isAttended,
    ]);
    page.store.watch(select, (_, state) => this.update(state), this.life);
  }

  /** @param {State} state */
  update(state) {
    const { me, link } = state;
    if (!me) return;
    const { page } = this;
    const isLive = link.phase === 'live';
    this.ref('avatar', CwAvatar).update({ name: me.displayName, hue: me.hue, picture: pictureAddress(me), presence: isLive ? 'online' : 'unknown' });
    say(this.ref('name', HTMLElement), me.displayName);
    say(this.ref('keys', HTMLElement), keyNames('ctrl K').join(' '));
    say(this.ref('presence', HTMLElement), !isCutOff(state) ? words.presence.online : words.presence.meOffline);

    const chats = sortedConversations(state);
    const people = sortedPeople(state);
    reconcile(this.ref('chats', HTMLElement), chats, {
      key: (copy) => copy.id,
      create: () => new CwChatRow(),
      update: (row, copy) => row.update(copy, state, page),
    });
    reconcile(this.ref('people', HTMLElement), people, {
      key: (user) => user.id,
      create: () => new CwPersonRow(),
      update: (row, user) => row.update(user, state, page),
    });
    const online = people.filter((user) => ['online', 'idle'].includes(presenceOf(state, user.id).state)).length;
    say(this.ref('count', HTMLElement), isLive ? words.presence.peopleOnline(online) : isCutOff(state) ? words.presence.peopleUnknown : '');

    const isKnown = isLive || state.conversations.size > 0 || link.wasLive;
    this.ref('bones', HTMLElement).hidden = isKnown || !this.#mayShowBones;
    this.ref('noChats', HTMLElement).hidden = !isKnown || chats.length > 0 || state.list.load !== 'idle';
    say(this.ref('noChats', HTMLElement), people.length === 0 ? words.sidebar.noChats : words.sidebar.noChatsYet);
    this.ref('listFailed', HTMLElement).hidden = state.list.load !== 'failed';
    this.ref('peopleFailed', HTMLElement).hidden = state.people.load !== 'failed';
    this.ref('noPeople', HTMLElement).hidden = people.length > 0 || !isKnown || state.people.load !== 'idle';
    say(this.ref('noPeople', HTMLElement), words.sidebar.nobody);
    this.ref('newGroup', HTMLElement).hidden = people.length === 0;
    // Whom one looks at in a group comes before whoever is further down the list.
    const viewed = viewedConversation(state);
    const shown = viewed?.kind === 'group' ? sortedMembers(state, viewed).map((member) => member.user).filter((user) => user !== me.id) : [];
    const watched = new Set([...shown, ...people.map((user) => user.id)]);
    this.#watch([...watched].slice(0, WATCHED_MAX), isLive);
  }

  /**
   * @param {ReadonlyArray<number>} users
   * @param {boolean} isLive
   */
  #watch(users, isLive) {
    const key = isLive ? [...users].sort((a, b) => a - b).join() : '';
    if (key === this.#watched) return;
    this.#watched = key;
    if (isLive) act(this, 'watchPeople', users);
  }

  #loadAhead() {
    const { scrollTop, scrollHeight, clientHeight } = this.ref('scroll', HTMLElement);
    const { list, people } = this.page.store.state;
    if (list.more && list.load === 'idle' && scrollTop > this.ref('chats', HTMLElement).offsetHeight - clientHeight - AHEAD_PX) void act(this, 'loadMoreConversations');
    if (people.next !== null && people.load === 'idle' && scrollHeight - scrollTop - clientHeight < AHEAD_PX) void act(this, 'loadMorePeople');
  }

  #links() {
    return [...this.ref('scroll', HTMLElement).querySelectorAll('a')];
  }

  /** The menu of a row: by the right button, a long press, or the key for it. @param {MouseEvent} event */
  #onMenu(event) {
    const row = event.target instanceof Element ? event.target.closest('a') : null;
    const target = row && viewOf(new URL(row.href).hash);
    if (!target) return;
    event.preventDefault();
    signal(this, 'cw-chat-menu', { target, at: row.getBoundingClientRect() });
  }

  /** @param {KeyboardEvent} event */
  #onListKey(event) {
    if (!(event.target instanceof HTMLAnchorElement) || event.ctrlKey || event.altKey || event.metaKey) return;
    const links = this.#links();
    const index = links.indexOf(event.target);
    const next = { ArrowDown: index + 1, ArrowUp: index - 1, Home: 0, End: links.length - 1 }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    if (next < 0) this.ref('find', HTMLElement).focus();
    else links[next]?.focus();
  }
}

customElements.define('cw-sidebar', CwSidebar);
