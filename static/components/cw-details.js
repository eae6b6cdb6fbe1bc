// What an open chat is beside its messages: of a group its name and who is in it, with what its owners and members can do;
// of a person who they are. Stands beside the chat, over it, or in its place, as there is room.
import { act, ask, signal } from './act.js';
import { CwAvatar } from './cw-avatar.js';
import { CwChatChoices } from './cw-chat-choices.js';
import { CwMemberRow } from './cw-member-row.js';
import { mark, say } from './element.js';
import { onlineCount } from './group-words.js';
import { View, together } from './page.js';
import { presenceWords } from './presence-words.js';
import { reconcile } from './reconcile.js';
import { firstName } from './rows.js';
import { pictureAddress } from '../protocol.js';
import { isCrowd, isIn, isOwner, isWholeKnown, present } from '../state/members.js';
import { conversationTitle, groupHue, heirOf, personOf, presenceOf, sortedMembers, viewedConversation } from '../state/select.js';
import { words } from '../texts/words.js';

/**
 * @typedef {import('../state/types.js').State} State
 * @typedef {import('../state/types.js').ConversationCopy} ConversationCopy
 * @typedef {import('../state/types.js').Member} Member
 * @typedef {import('./page.js').Page} Page
 */

/** Fewer members are found at a glance. */
const FIND_FROM = 30;
/** Rows at first, and more of them each time one comes near the end. */
const ROWS = 60;
const AHEAD_PX = 400;
const FIND_AFTER_MS = 150;

export class CwDetails extends View {
  static template = 'cw-details';
  /** @type {number | null} */
  #conversation = null;
  #rows = ROWS;
  #isRenaming = false;
  /** What a search brought; null = nothing is searched. @type {ReadonlyArray<Member> | null} */
  #found = null;
  #timer = 0;

  build() {
    this.ref('close', HTMLButtonElement).addEventListener('click', () => signal(this, 'cw-details', { isOpen: false }));
    this.ref('edit', HTMLButtonElement).addEventListener('click', () => this.#rename(true));
    this.ref('cancel', HTMLButtonElement).addEventListener('click', () => this.#rename(false));
    this.ref('form', HTMLFormElement).addEventListener('submit', (event) => {
      event.preventDefault();
      void this.#saveName();
    });
    this.ref('add', HTMLButtonElement).addEventListener('click', () => {
      if (this.#conversation !== null) signal(this, 'cw-people', { conversation: this.#conversation });
    });
    this.ref('leave', HTMLButtonElement).addEventListener('click', () => void this.#leave());
    this.ref('retry', HTMLButtonElement).addEventListener('click', () => this.#loadMore());
    this.ref('scroll', HTMLElement).addEventListener('scroll', () => this.#ahead(), { passive: true });
    this.ref('members', HTMLElement).addEventListener('click', (event) => {
      const button = event.target instanceof Element ? event.target.closest('button') : null;
      if (button) void this.#remove(Number(button.dataset.user));
    });
    this.#find.addEventListener('input', () => {
      clearTimeout(this.#timer);
      this.#timer = window.setTimeout(() => void this.#search(), FIND_AFTER_MS);
    });
    this.addEventListener('keydown', (event) => {
      if (event.key !== 'Escape') return;
      event.preventDefault();
      if (this.#isRenaming) this.#rename(false);
      else signal(this, 'cw-details', { isOpen: false });
    });
  }

  /** @param {Page} page */
  begin(page) {
    this.ref('choices', CwChatChoices).page = page;
    const select = together((state) => [state.view, state.conversations, state.users, state.presence, state.link, state.now, state.settings, state.blocked]);
    page.store.watch(select, (_, state) => this.update(state), this.life);
  }

  get #find() {
    return this.ref('find', HTMLInputElement);
  }

  /** @param {boolean} isShown */
  show(isShown) {
    const panel = this.ref('panel', HTMLElement);
    if (panel.hidden === !isShown) return;
    panel.hidden = !isShown;
    if (!isShown) return;
    this.update(this.page.store.state);
    this.#loadMore();
    this.ref('close', HTMLElement).focus();
  }

  /** @param {boolean} isAlone it is all that is on the page */
  standsAlone(isAlone) {
    mark(this.ref('panel', HTMLElement), 'role', isAlone ? 'main' : 'complementary');
    mark(this.ref('title', HTMLElement), 'aria-level', isAlone ? '1' : null);
    mark(this.ref('name', HTMLElement), 'aria-level', isAlone ? '2' : null);
  }

  /** @param {State} state */
  update(state) {
    if (this.ref('panel', HTMLElement).hidden || !state.view) return;
    const copy = viewedConversation(state);
    const other = personOf(state, state.view);
    const isGroup = copy?.kind === 'group';
    if ((copy?.id ?? null) !== this.#conversation) this.#turnTo(copy);
    const title = copy ? conversationTitle(state, copy) : (other?.displayName ?? '');
    const presence = other ? presenceOf(state, other.id) : null;
    this.ref('avatar', CwAvatar).update({ name: title, hue: other?.hue ?? groupHue(copy?.id ?? 0), picture: pictureAddress(other), isGroup, presence: presence?.state ?? 'unknown' });
    say(this.ref('name', HTMLElement), title);
    say(this.ref('about', HTMLElement), other ? `@${other.username}` : '');
    const line = this.ref('presence', HTMLElement);
    say(line, presence ? presenceWords(presence, state, this.page) : '');
    line.classList.toggle('on', presence?.state === 'online');
    say(this.ref('status', HTMLElement), other?.status ?? '');
    this.ref('choices', CwChatChoices).update(state, state.view);
    this.ref('group', HTMLElement).hidden = !isGroup;
    const mayChange = isGroup && isOwner(copy);
    this.ref('edit', HTMLElement).hidden = !mayChange || this.#isRenaming;
    this.ref('form', HTMLElement).hidden = !mayChange || !this.#isRenaming;
    this.ref('name', HTMLElement).hidden = mayChange && this.#isRenaming;
    if (isGroup) this.#drawGroup(copy, state, mayChange);
  }

  /**
   * @param {ConversationCopy} copy
   * @param {State} state
   * @param {boolean} mayChange
   */
  #drawGroup(copy, state, mayChange) {
    const { group } = words;
    const isLive = state.link.phase === 'live' && isIn(copy);
    const online = isLive && isWholeKnown(copy) ? `, ${group.online(onlineCount(present(copy), state))}` : '';
    say(this.ref('count', HTMLElement), `· ${copy.memberCount}${online}`);
    this.ref('add', HTMLElement).hidden = !mayChange;
    this.ref('leave', HTMLElement).hidden = !isIn(copy);
    this.ref('findBox', HTMLElement).hidden = copy.memberCount < FIND_FROM;
    say(this.ref('receipts', HTMLElement), isCrowd(copy) ? group.receiptsCrowd : group.receiptsWhy);
    this.ref('failed', HTMLElement).hidden = copy.roster.load !== 'failed';
    const members = this.#found ?? sortedMembers(state, copy);
    reconcile(this.ref('members', HTMLElement), members.slice(0, this.#rows), {
      key: (member) => member.user,
      create: () => new CwMemberRow(),
      update: (row, member) => row.update(member, mayChange, state, this.page),
    });
    const isNone = this.#found?.length === 0;
    this.ref('none', HTMLElement).hidden = !isNone;
    if (isNone) say(this.ref('none', HTMLElement), words.sidebar.noMatch(this.#find.value.trim()));
  }

  /** @param {ConversationCopy | null} copy */
  #turnTo(copy) {
    this.#conversation = copy?.id ?? null;
    this.#rows = ROWS;
    this.#isRenaming = false;
    this.#found = null;
    this.#find.value = '';
    this.#tell('');
    queueMicrotask(() => this.#loadMore());
  }

  #ahead() {
    const { scrollTop, scrollHeight, clientHeight } = this.ref('scroll', HTMLElement);
    if (scrollHeight - scrollTop - clientHeight > AHEAD_PX) return;
    const copy = viewedConversation(this.page.store.state);
    if (!copy || this.#rows > copy.members.length + ROWS) return;
    this.#rows += ROWS;
    this.update(this.page.store.state);
    this.#loadMore();
  }

  /** Whoever is not known by name, as far as the rows reach. */
  #loadMore() {
    const copy = viewedConversation(this.page.store.state);
    const isShown = !this.ref('panel', HTMLElement).hidden;
    if (!copy || copy.kind !== 'group' || !isShown || isWholeKnown(copy) || copy.roster.isWhole) return;
    if (copy.members.length < this.#rows || copy.roster.load === 'failed') void act(this, 'loadMembers', copy.id);
  }

  async #search() {
    const copy = viewedConversation(this.page.store.state);
    const query = this.#find.value.trim();
    if (!copy || query === '') this.#found = null;
    else {
      const outcome = await act(this, 'findMembers', copy.id, query);
      if (this.#find.value.trim() !== query) return;
      this.#found = outcome.ok ? outcome.value.members : null;
    }
    this.update(this.page.store.state);
  }

  /** @param {boolean} isRenaming */
  #rename(isRenaming) {
    this.#isRenaming = isRenaming;
    this.#tell('');
    this.update(this.page.store.state);
    const input = this.ref('input', HTMLInputElement);
    if (!isRenaming) {
      this.ref('edit', HTMLElement).focus();
      return;
    }
    input.value = this.ref('name', HTMLElement).textContent ?? '';
    input.focus();
    input.select();
  }

  async #saveName() {
    const name = this.ref('input', HTMLInputElement).value.trim();
    const conversation = this.#conversation;
    if (name === '') this.#tell(words.group.nameEmpty);
    else if (conversation !== null) {
      const outcome = await act(this, 'renameGroup', conversation, name);
      if (conversation !== this.#conversation) return;
      if (outcome.ok) this.#rename(false);
      else this.#tell(words.failure.words(outcome.failure));
    }
  }

  /** @param {string} sentence what is wrong with the name */
  #tell(sentence) {
    const input = this.ref('input', HTMLInputElement);
    const error = this.ref('error', HTMLElement);
    error.hidden = sentence === '';
    say(this.ref('errorText', HTMLElement), sentence);
    this.ref('box', HTMLElement).classList.toggle('bad', sentence !== '');
    mark(input, 'aria-invalid', sentence === '' ? null : 'true');
    mark(input, 'aria-describedby', sentence === '' ? null : error.id);
    if (sentence !== '') input.focus();
  }

  /** @param {number} user */
  async #remove(user) {
    const conversation = this.#conversation;
    const person = this.page.store.state.users.get(user);
    if (conversation === null || !person) return;
    const { group } = words;
    const question = { title: group.removeTitle(person.displayName), text: group.removeText(firstName(person)), keep: group.removeKeep, go: group.removeGo };
    if (await ask(this, question)) void act(this, 'removeMember', conversation, user);
  }

  async #leave() {
    const { state } = this.page.store;
    const copy = viewedConversation(state);
    if (!copy || !state.me) return;
    const { group } = words;
    const heir = heirOf(state, copy);
    const after = copy.memberCount < 2 ? group.leaveLast : group.leaveAgain;
    const left = heir === null ? after : `${group.leaveHeir(heir === 0 ? null : firstName(state.users.get(heir)))} ${after}`;
    const question = { title: group.leaveTitle(conversationTitle(state, copy)), text: `${group.leaveText} ${left}`, keep: group.leaveStay, go: group.leave };
    if (await ask(this, question)) void act(this, 'removeMember', copy.id, state.me.id);
  }
}

customElements.define('cw-details', CwDetails);
