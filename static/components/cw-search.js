// The panel that finds one's own messages: a box, what narrows it, and what was found, by chat and newest first. A hit leads to
// its place in the chat and the panel stays. What led somewhere is offered again; what was found it keeps no longer than it is open.
import { act, signal } from './act.js';
import { CwAvatar } from './cw-avatar.js';
import { icon, make, mark, say, tellTime } from './element.js';
import { sayMarked } from './marked.js';
import { View, together } from './page.js';
import { reconcile } from './reconcile.js';
import { hashOf } from './route.js';
import { firstName } from './rows.js';
import { SearchFilters } from './search-filters.js';
import { SearchRun } from './search-run.js';
import { isWorthAsking, withFilter } from '../lib/query.js';
import { byChat } from '../state/jump.js';
import { conversationTitle } from '../state/select.js';
import { words } from '../texts/words.js';

/**
 * @typedef {import('../state/types.js').State} State
 * @typedef {import('../state/types.js').Hit} Hit
 * @typedef {import('./page.js').Page} Page
 */

/** A skeleton sooner than this would only flicker. */
const BONES_AFTER_MS = 300;
/** Further hits are asked for this far ahead. */
const AHEAD_PX = 400;

export class CwSearch extends View {
  static template = 'cw-search';
  #run = new SearchRun((text, options) => act(this, 'searchMessages', text, options), () => this.update());
  /** @type {SearchFilters | null} */
  #filters = null;
  #bonesTimer = 0;
  /** The hit that was opened last. */
  #opened = '';

  build() {
    const text = this.#text;
    const name = (/** @type {string} */ ref) => this.ref(ref, HTMLElement);
    this.#filters = new SearchFilters(
      {
        text,
        chat: this.ref('chat', HTMLButtonElement), chatText: name('chatText'),
        from: this.ref('from', HTMLSelectElement), fromBox: name('fromBox'),
        has: this.ref('has', HTMLButtonElement),
        date: this.ref('date', HTMLButtonElement), dateText: name('dateText'),
        days: this.ref('days', HTMLDialogElement), after: this.ref('after', HTMLInputElement), before: this.ref('before', HTMLInputElement), anyDay: this.ref('anyDay', HTMLButtonElement),
      },
      () => this.page.store.state,
      () => this.#typed(),
    );
    text.addEventListener('input', () => this.#typed());
    for (const ref of ['close', 'back']) this.ref(ref, HTMLButtonElement).addEventListener('click', () => signal(this, 'cw-search-close', null));
    this.ref('clear', HTMLButtonElement).addEventListener('click', () => {
      this.#remember();
      this.find('');
    });
    this.ref('forget', HTMLButtonElement).addEventListener('click', () => {
      act(this, 'forgetSearches');
      text.focus();
    });
    this.ref('retry', HTMLButtonElement).addEventListener('click', () => this.#run.again());
    this.ref('everywhere', HTMLButtonElement).addEventListener('click', () => {
      this.ref('chat', HTMLButtonElement).click();
      text.focus();
    });
    this.ref('more', HTMLButtonElement).addEventListener('click', () => this.#run.more());
    this.ref('scroll', HTMLElement).addEventListener('scroll', () => this.#loadAhead(), { passive: true });
    this.ref('panel', HTMLElement).addEventListener('keydown', (event) => this.#onKey(event));
    this.ref('hits', HTMLElement).addEventListener('click', (event) => this.#onClick(event));
  }

  /** @param {Page} page */
  begin(page) {
    const select = together((state) => [state.conversations, state.users, state.view, state.settings, state.now, state.searches, state.link.phase === 'live']);
    page.store.watch(select, () => this.update(), this.life);
    page.store.watch(
      (state) => state.link.phase === 'live',
      (isLive) => {
        if (isLive && this.#run.found.failure?.code === 'network') this.#run.again();
      },
      this.life,
    );
  }

  get #text() {
    return this.ref('text', HTMLInputElement);
  }

  /** What stands in the box. */
  get text() {
    return this.#text.value;
  }

  /** @param {boolean} isAlone it is all that is on the page */
  standsAlone(isAlone) {
    mark(this.ref('panel', HTMLElement), 'role', isAlone ? 'main' : 'complementary');
    this.ref('pageTitle', HTMLElement).hidden = !isAlone;
  }

  /** @param {string} text */
  find(text) {
    this.#text.value = text;
    this.#typed();
    this.#text.focus();
  }

  /** Back from what was opened last. */
  resume() {
    this.update();
    const opened = [...this.ref('hits', HTMLElement).querySelectorAll('a')].find((link) => link.hash === this.#opened);
    (opened ?? this.#text).focus();
  }

  /** Nobody looks at it any more. */
  clear() {
    this.#remember();
    this.#text.value = '';
    this.#opened = '';
    this.#run.close();
  }

  /** A search that has found something is one to come back to. */
  #remember() {
    const { text, hits } = this.#run.found;
    if (hits !== null && hits.length > 0) act(this, 'rememberSearch', text);
  }

  #typed() {
    this.#run.type(this.#text.value);
    this.update();
  }

  update() {
    const { state } = this.page.store;
    if (!this.#filters || this.hidden) return;
    this.#filters.update();
    const { found } = this.#run;
    const { hits, failure, isAsking } = found;
    const isNone = hits?.length === 0 && !isAsking;
    const chats = byChat(hits ?? []);
    this.ref('clear', HTMLElement).hidden = this.#text.value === '';
    say(this.ref('count', HTMLElement), hits === null || hits.length === 0 ? '' : words.search.count(hits.length, chats.length, found.next !== undefined));
    this.ref('order', HTMLElement).hidden = hits === null || hits.length === 0;
    this.ref('reach', HTMLElement).hidden = hits === null || found.reach === 'all';
    const unknown = isAsking ? [] : found.unknown;
    this.ref('unknown', HTMLElement).hidden = unknown.length === 0;
    say(this.ref('unknownText', HTMLElement), unknown.length === 0 ? '' : words.search.unknown(unknown));
    this.#drawBones(isAsking && hits === null);
    this.#drawLast(state);
    this.#drawStart(isWorthAsking(this.#text.value));
    this.ref('none', HTMLElement).hidden = !isNone;
    say(this.ref('noneTitle', HTMLElement), isNone ? words.search.none(found.text) : '');
    this.ref('everywhere', HTMLElement).hidden = this.ref('chat', HTMLElement).getAttribute('aria-pressed') !== 'true';
    this.#drawFailure(state);
    this.ref('more', HTMLElement).hidden = found.next === undefined || isAsking || failure !== null;
    this.ref('scroll', HTMLElement).toggleAttribute('data-stale', isAsking && hits !== null);
    reconcile(this.ref('hits', HTMLElement), chats, {
      key: (chat) => chat.conversation,
      create: () => make('section', '', make('h3', '', make('span', ''), make('span', ''))),
      update: (section, chat) => this.#drawChat(section, chat, state),
    });
  }

  /** What was searched for before, until something is typed; where one searches may be chosen already. @param {State} state */
  #drawLast({ searches: { list } }) {
    const isEmpty = withFilter(this.#text.value, 'in', null) === '';
    this.ref('last', HTMLElement).hidden = !isEmpty || list.length === 0;
    reconcile(this.ref('lastList', HTMLElement), isEmpty ? list : [], {
      key: (search) => search.text,
      create: ({ text }) => {
        const button = make('button', '', icon('i-clock', 'i s'), make('span', '', text));
        button.type = 'button';
        button.addEventListener('click', () => this.find(text));
        return make('li', '', button);
      },
      update: () => {},
    });
  }

  /** What can be typed, until something is. @param {boolean} isTyped */
  #drawStart(isTyped) {
    this.ref('start', HTMLElement).hidden = isTyped;
    if (isTyped) return;
    const rows = words.search.how.flatMap(({ type, does }) => [make('dt', '', make('code', '', type)), make('dd', '', does)]);
    const how = this.ref('how', HTMLElement);
    if (rows.map((row) => row.textContent).join('') !== how.textContent) how.replaceChildren(...rows);
  }

  /** @param {boolean} areWanted */
  #drawBones(areWanted) {
    const bones = this.ref('bones', HTMLElement);
    if (!areWanted) {
      clearTimeout(this.#bonesTimer);
      this.#bonesTimer = 0;
      bones.hidden = true;
    } else if (this.#bonesTimer === 0) this.#bonesTimer = window.setTimeout(() => { bones.hidden = false; }, BONES_AFTER_MS);
  }

  /** @param {State} state */
  #drawFailure(state) {
    const { failure } = this.#run.found;
    const isAway = failure?.code === 'network' && state.link.phase !== 'live';
    const isBad = failure?.code === 'bad_query';
    this.ref('failed', HTMLElement).hidden = failure === null;
    if (!failure) return;
    mark(this.ref('failedIcon', SVGUseElement), 'href', isAway ? '#i-nonet' : isBad ? '#i-info' : '#i-warn');
    say(this.ref('failedTitle', HTMLElement), isAway ? words.search.away : isBad ? words.search.bad : words.search.failed);
    say(this.ref('failedWhy', HTMLElement), isAway ? words.search.awayWhy : isBad ? words.search.badWhy : words.failure.words(failure));
    this.ref('retry', HTMLElement).hidden = isBad;
  }

  /**
   * @param {HTMLElement} section
   * @param {{ conversation: number, hits: ReadonlyArray<Hit> }} chat
   * @param {State} state
   */
  #drawChat(section, { conversation, hits }, state) {
    const copy = state.conversations.get(conversation);
    const title = copy ? conversationTitle(state, copy) : '…';
    const [name, count] = section.firstElementChild?.children ?? [];
    if (name && count) {
      say(name, copy?.kind === 'direct' ? words.search.withPerson(title) : title);
      say(count, String(hits.length));
    }
    reconcile(section, hits, {
      key: (hit) => hit.seq,
      create: () => {
        const face = new CwAvatar();
        face.className = 'av x32';
        face.setAttribute('aria-hidden', 'true');
        const link = make('a', 'hit', face, make('span', 't', make('b', ''), make('time', '')), make('span', 'sn'));
        return link;
      },
      update: (link, hit) => this.#drawHit(link, hit, state),
    });
  }

  /**
   * @param {HTMLAnchorElement} link
   * @param {Hit} hit
   * @param {State} state
   */
  #drawHit(link, { conversation, seq, sender, at, excerpt, marks }, state) {
    const { times } = this.page;
    const [face, head, text] = link.children;
    const [who, time] = head?.children ?? [];
    if (!(face instanceof CwAvatar) || !who || !(time instanceof HTMLTimeElement) || !text) return;
    const user = state.users.get(sender);
    face.update({ name: user?.displayName ?? '?', hue: user?.hue ?? 200 });
    say(who, sender === state.me?.id ? words.message.you : firstName(user));
    tellTime(time, at, times.row(at), times.full(at));
    sayMarked(text, excerpt, marks);
    mark(link, 'href', hashOf({ conversation }, seq));
    mark(link, 'data-conversation', String(conversation));
    mark(link, 'data-seq', String(seq));
    mark(link, 'aria-current', this.#opened === link.hash ? 'true' : null);
  }

  #loadAhead() {
    const { scrollTop, scrollHeight, clientHeight } = this.ref('scroll', HTMLElement);
    if (scrollHeight - scrollTop - clientHeight < AHEAD_PX && this.#run.found.failure === null) this.#run.more();
  }

  /** @param {MouseEvent} event */
  #onClick(event) {
    const link = event.target instanceof Element ? event.target.closest('a') : null;
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return; // into a window of its own
    event.preventDefault();
    this.#remember();
    this.#opened = link.hash;
    this.update();
    link.scrollIntoView({ block: 'nearest' });
    signal(this, 'cw-go', { target: { conversation: Number(link.dataset.conversation) }, seq: Number(link.dataset.seq) });
  }

  /** @param {KeyboardEvent} event */
  #onKey(event) {
    const { target } = event;
    if (event.isComposing || event.ctrlKey || event.altKey || event.metaKey || (target instanceof Element && target.closest('dialog'))) return;
    if (event.key === 'Escape') {
      event.preventDefault();
      event.stopPropagation();
      signal(this, 'cw-search-close', null);
      return;
    }
    const isText = target === this.#text;
    const links = [...this.ref('hits', HTMLElement).querySelectorAll('a')];
    const lines = [...links, ...this.ref('lastList', HTMLElement).querySelectorAll('button')]; // only one of them is there
    const at = lines.findIndex((line) => line === target);
    if (!isText && at === -1) return;
    if (isText && event.key === 'Enter') links[0]?.click();
    else {
      const next = { ArrowDown: at + 1, ArrowUp: at - 1, ...(isText ? {} : { Home: 0, End: lines.length - 1 }) }[event.key];
      if (next === undefined || (isText && event.key === 'ArrowUp')) return;
      if (next < 0) this.#text.focus();
      else {
        lines[next]?.focus();
        if (next >= lines.length - 1) this.#run.more();
      }
    }
    event.preventDefault();
  }
}

customElements.define('cw-search', CwSearch);
