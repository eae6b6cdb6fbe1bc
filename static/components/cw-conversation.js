// The pane beside the list: the open chat with its head, banner, log and composer, or the welcome when none is open.
// It brings together what its parts ask of each other: reply, edit, delete, copy, info.
import { act, ask, onSignal, signal } from './act.js';
import { hasMenu } from './chat-target.js';
import { CwAvatar } from './cw-avatar.js';
import { CwBanner } from './cw-banner.js';
import { CwComposer } from './cw-composer.js';
import { CwLog } from './cw-log.js';
import { CwWelcome } from './cw-welcome.js';
import { make, mark, say } from './element.js';
import { sizeWords } from './group-words.js';
import { dropWish, laterParts, withLater } from './load-later.js';
import { View, together } from './page.js';
import { presenceWords } from './presence-words.js';
import { FROM_LIST, FROM_SEARCH, hashOf } from './route.js';
import { firstName } from './rows.js';
import { pictureAddress } from '../protocol.js';
import { isIn } from '../state/members.js';
import { conversationTitle, groupHue, personOf, presenceOf, viewedConversation } from '../state/select.js';
import { words } from '../texts/words.js';

/**
 * @typedef {import('../state/types.js').State} State
 * @typedef {import('../state/types.js').Message} Message
 * @typedef {import('../state/types.js').User} User
 * @typedef {import('./page.js').Page} Page
 */

export class CwConversation extends View {
  static template = 'cw-conversation';

  build() {
    for (const back of ['back', 'goneBack']) this.ref(back, HTMLButtonElement).addEventListener('click', () => this.#leave());
    this.ref('search', HTMLButtonElement).addEventListener('click', () => signal(this, 'cw-search', { isHere: true }));
    this.ref('goneRetry', HTMLButtonElement).addEventListener('click', () => {
      const { view, sought } = this.page.store.state;
      act(this, 'open', view, sought?.seq ?? undefined);
    });
    this.ref('details', HTMLButtonElement).addEventListener('click', () => signal(this, 'cw-details', { isOpen: this.ref('details', HTMLElement).ariaPressed !== 'true' }));
    const more = this.ref('more', HTMLButtonElement);
    more.addEventListener('click', () => {
      const { view } = this.page.store.state;
      if (view) signal(this, 'cw-chat-menu', { target: view, at: more.getBoundingClientRect() });
    });
    this.ref('unblock', HTMLButtonElement).addEventListener('click', () => {
      const { state } = this.page.store;
      const person = state.view && personOf(state, state.view);
      if (person) void act(this, 'unblock', person.id);
    });
    onSignal(this, 'cw-reply', (message) => this.#reply(message));
    onSignal(this, 'cw-edit', (message) => this.#mayWrite && this.#composer.edit(message));
    onSignal(this, 'cw-edit-last', () => this.#editLast());
    onSignal(this, 'cw-sent', () => this.ref('log', CwLog).goToEnd());
    onSignal(this, 'cw-write', () => this.#composer.write());
    onSignal(this, 'cw-jump', ({ seq }) => this.ref('log', CwLog).goTo(seq)); // from the menu; the log hears its own
    onSignal(this, 'cw-copy', ({ body }) => void this.#copy(body));
    onSignal(this, 'cw-copy-link', (message) => void this.#copyLink(message));
    onSignal(this, 'cw-unread', (message) => void this.#markUnread(message));
    onSignal(this, 'cw-remove', (message) => void this.#remove(message));
    onSignal(this, 'cw-info', ({ message, at }) => withLater(this, ({ CwInfo }) => this.furnished('info', CwInfo).open(message, at)));
    onSignal(this, 'cw-menu', ({ message, at }) => withLater(this, ({ CwMenu }) => this.furnished('menu', CwMenu).open(message, at)));
    onSignal(this, 'cw-pick', ({ at, choose }) => withLater(this, ({ CwPicker }) => this.furnished('picker', CwPicker).open(at, choose)));
    onSignal(this, 'cw-who', ({ chip, at }) => withLater(this, ({ CwReactors }) => this.furnished('reactors', CwReactors).open(chip, at)));
  }

  /** @param {Page} page */
  begin(page) {
    this.ref('banner', CwBanner).page = page;
    this.ref('log', CwLog).page = page;
    this.#composer.page = page;
    this.ref('welcomeText', CwWelcome).page = page;
    this.ref('welcomeBanner', CwBanner).page = page;
    const select = together((state) => [state.view, state.conversations, state.users, state.presence, state.link, state.settings, state.now, state.blocked]);
    page.store.watch(select, (_, state) => this.update(state), this.life);
    page.store.watch((state) => state.view, () => this.#closePopovers(), this.life);
    page.store.watch((state) => state.sought, (_, state) => this.#miss(state), this.life);
  }

  /** A sheet that stayed open in a chat that is left would hold the page: nothing else could be pressed. */
  #closePopovers() {
    dropWish();
    const later = laterParts();
    if (!later) return;
    this.ref('info', later.CwInfo).close();
    this.ref('menu', later.CwMenu).close();
    this.ref('picker', later.CwPicker).close();
    this.ref('reactors', later.CwReactors).close();
  }

  get #mayWrite() {
    return !this.#composer.hidden;
  }

  get #composer() {
    return this.ref('composer', CwComposer);
  }

  /** Where the keyboard belongs when nothing else has it. */
  write() {
    this.#composer.write();
  }

  /** @param {boolean} areOpen the details beside or over the chat */
  detailsAre(areOpen) {
    const button = this.ref('details', HTMLElement);
    const wereOpen = button.ariaPressed === 'true';
    mark(button, 'aria-pressed', String(areOpen));
    if (wereOpen && !areOpen) button.focus();
  }

  /** @param {State} state */
  update(state) {
    const { view } = state;
    const copy = viewedConversation(state);
    const other = view && personOf(state, view);
    const isOpen = copy !== null || other !== null;
    this.ref('chat', HTMLElement).hidden = !isOpen;
    this.ref('chat', HTMLElement).classList.toggle('over', copy !== null && !isIn(copy));
    // Before the first answer, if nothing was kept, it is not known whether there is anything to open or anybody to welcome.
    const isKnown = state.link.wasLive || state.link.phase === 'live' || state.conversations.size > 0;
    this.ref('welcome', HTMLElement).hidden = isOpen || view !== null || !isKnown;
    mark(this.ref('back', HTMLElement), 'aria-label', history.state === FROM_SEARCH ? words.search.back : words.log.back);
    mark(this.ref('pane', HTMLElement), 'aria-label', isOpen ? words.log.chatWith(copy ? conversationTitle(state, copy) : other?.displayName ?? '') : null);
    if (!isOpen) return;
    const title = copy ? conversationTitle(state, copy) : (other?.displayName ?? '');
    const presence = other ? presenceOf(state, other.id) : null;
    this.ref('avatar', CwAvatar).update({ name: title, hue: other?.hue ?? groupHue(copy?.id ?? 0), picture: pictureAddress(other), isGroup: copy?.kind === 'group', presence: presence?.state ?? 'unknown' });
    say(this.ref('title', HTMLElement), title);
    mark(this.ref('more', HTMLElement), 'aria-label', words.chatMenu.name(title));
    this.ref('more', HTMLElement).hidden = view === null || !hasMenu(state, view);
    this.#drawBlocked(state, other);
    const line = this.ref('presence', HTMLElement);
    const size = copy?.kind === 'group' ? sizeWords(copy, state) : null;
    line.classList.toggle('on', presence?.state === 'online');
    if (!size || size.online === '') say(line, size ? size.size : presence ? presenceWords(presence, state, this.page) : '');
    else if (line.textContent !== `${size.size} · ${size.online}`) line.replaceChildren(size.size, ' · ', make('span', 'on', size.online));
    const status = other?.status ?? '';
    say(this.ref('status', HTMLElement), status !== '' && line.textContent !== '' ? ` · ${status}` : status);
  }

  /**
   * To write to somebody whose answer is not shown makes no talk: a line stands where one would write.
   * @param {State} state
   * @param {User | null} other
   */
  #drawBlocked(state, other) {
    const isBlocked = other !== null && state.blocked.has(other.id);
    this.ref('blocked', HTMLElement).hidden = !isBlocked;
    this.#composer.hidden = isBlocked;
    say(this.ref('blockedText', HTMLElement), isBlocked ? words.block.is(firstName(other)) : '');
  }

  /** @param {Message} message */
  #reply(message) {
    const copy = viewedConversation(this.page.store.state);
    if (this.#mayWrite && (!copy || isIn(copy))) this.#composer.reply(message);
  }

  #editLast() {
    const { state } = this.page.store;
    const { me } = state;
    const last = viewedConversation(state)?.runs.at(-1)?.messages.findLast((message) => message.sender === me?.id && message.kind === 'text' && message.deletedAt === undefined);
    if (last) this.#composer.edit(last);
  }

  /** @param {string} text */
  async #copy(text) {
    if (navigator.clipboard) {
      try {
        await navigator.clipboard.writeText(text);
        return;
      } catch {
        // Refused or not focused: the old way below still works from a click.
      }
    }
    const area = document.createElement('textarea');
    area.value = text;
    area.className = 'sr';
    document.body.append(area);
    area.select();
    document.execCommand('copy'); // plain http has no clipboard API
    area.remove();
  }

  /**
   * What was sought and cannot be shown: a chat that is not for this person, or one message of a chat.
   * @param {State} state
   */
  #miss(state) {
    const { sought } = state;
    const isMissed = sought?.step === 'gone' || sought?.step === 'failed';
    const isChatMissed = isMissed && viewedConversation(state) === null;
    this.ref('gone', HTMLElement).hidden = !isChatMissed;
    const isGone = sought?.step === 'gone';
    mark(this.ref('goneIcon', SVGUseElement), 'href', isGone ? '#i-lock' : '#i-warn');
    say(this.ref('goneTitle', HTMLElement), isGone ? words.link.chatGone : words.link.chatFailed);
    say(this.ref('goneWhy', HTMLElement), isGone ? words.link.chatGoneWhy : words.log.failedWhy);
    this.ref('goneRetry', HTMLElement).hidden = isGone;
    if (!isMissed || isChatMissed) return;
    act(this, 'notify', isGone ? words.link.messageGone : words.link.messageFailed);
    act(this, 'endSeeking');
  }

  /** @param {Message} message */
  async #copyLink({ conversation, seq }) {
    await this.#copy(location.origin + location.pathname + hashOf({ conversation }, seq));
    act(this, 'notify', words.link.copied);
  }

  #leave() {
    if (history.state === FROM_LIST || history.state === FROM_SEARCH) history.back();
    else location.hash = '';
  }

  /** The chat is left with it: whoever went on looking at it would have read it. @param {Message} message */
  async #markUnread({ conversation, seq }) {
    const outcome = await act(this, 'markUnreadFrom', conversation, seq);
    if (outcome.ok && viewedConversation(this.page.store.state)?.id === conversation) this.#leave();
  }

  /** @param {Message} message */
  async #remove({ conversation, seq }) {
    const { title, text, keep, go } = words.remove;
    if (await ask(this, { title, text, keep, go })) void act(this, 'remove', conversation, seq);
  }
}

customElements.define('cw-conversation', CwConversation);
