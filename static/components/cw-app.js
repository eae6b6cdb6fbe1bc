// The whole page: log in, or list and chat. It keeps the address bar and the open chat in step, and owns what lies over
// everything: settings, questions, toasts.
import { act, onSignal } from './act.js';
import { CwAuth } from './cw-auth.js';
import { CwConfirm } from './cw-confirm.js';
import { CwConversation } from './cw-conversation.js';
import { CwSidebar } from './cw-sidebar.js';
import { CwToasts } from './cw-toasts.js';
import { fill, mark } from './element.js';
import { listenForKeys } from './global-keys.js';
import { laterParts, loadLater, whenLater, withLater } from './load-later.js';
import { View, together } from './page.js';
import { PHONE_BELOW_PX, PanelPlace } from './panel-place.js';
import { FROM_LIST, FROM_SEARCH, hashOf, seqOf, viewOf } from './route.js';
import { pageTitle, viewedConversation } from '../state/select.js';
import { isSameTarget, resolveTarget } from '../state/target.js';
import { whenIdle } from '../transport/browser.js';
import { language, words } from '../texts/words.js';

/**
 * @typedef {import('../state/types.js').State} State
 * @typedef {import('../state/types.js').Target} Target
 * @typedef {import('./load-later.js').Later} Later
 * @typedef {import('./page.js').Page} Page
 */

/** The page of one's own server is there sooner; a sign before this would only flicker. */
const STARTING_AFTER_MS = 300;
/** From this width on the details have room beside the chat (layout.css). */
const BESIDE_PX = 1100;

export class CwApp extends View {
  /** @type {State['phase'] | null} */
  #phase = null;
  /** One pane at a time. A size is told here and never asked for: asking lays the page out before it is drawn. */
  #isPhone = false;
  #startingTimer = 0;
  #titleTimer = 0;
  /** @type {InstanceType<Later['SearchPlace']> | null} */
  #search = null;
  /** The address as it was last read or written here. Another one in the bar is a wish whose event is still to come. */
  #heard = '';
  #panel = new PanelPlace(
    () => this.clientWidth < BESIDE_PX,
    () => {
      this.#heard = location.hash;
      this.#drawPanel();
    },
  );

  /** @param {Page} page */
  begin(page) {
    const { life } = this;
    page.store.watch((state) => state.phase, (_, state) => this.#showPhase(state), life);
    page.store.watch(together((state) => [state.settings]), ([settings]) => this.#dress(settings), life);
    page.store.watch(isSettled, (isSettled) => isSettled && whenIdle(window, () => void this.#loadAhead()), life);
    page.store.watch((state) => pageTitle(state, words), (title) => this.#entitle(title), life);
    page.store.watch(together((state) => [state.view, state.phase]), (_, state) => this.#place(state), life);
    page.store.watch(together((state) => [state.view, state.phase, state.conversations, state.sought]), (_, state) => this.#follow(state), life);
    window.addEventListener(
      'hashchange',
      (event) => {
        const cameFromList = viewOf(new URL(event.oldURL).hash) === null;
        if (history.state === null && cameFromList) history.replaceState(FROM_LIST, '');
        this.#search?.follow();
        this.#openFromAddress();
        this.#panel.heard();
      },
      { signal: life },
    );
    window.addEventListener('popstate', () => this.#search?.follow(), { signal: life });
    onSignal(this, 'cw-settings', ({ pane }) => withLater(this, ({ CwSettings }) => this.furnished('settings', CwSettings).open(pane)), life);
    onSignal(this, 'cw-log-out', () => void this.#logOut(), life);
    onSignal(this, 'cw-ask', ({ question, answer }) => this.ref('confirm', CwConfirm).ask(question, answer), life);
    onSignal(this, 'cw-chat-menu', ({ target, at }) => withLater(this, ({ CwChatMenu }) => this.furnished('chatMenu', CwChatMenu).open(target, at)), life);
    onSignal(this, 'cw-details', ({ isOpen }) => withLater(this, () => this.#openDetails(isOpen)), life);
    onSignal(this, 'cw-people', ({ conversation }) => withLater(this, ({ CwGroupForm }) => this.furnished('groupForm', CwGroupForm).open(conversation)), life);
    onSignal(this, 'cw-find', () => withLater(this, ({ CwJump }) => this.furnished('jump', CwJump).open()), life);
    onSignal(this, 'cw-search', (wish) => withLater(this, (later) => this.#openSearch(wish, later)), life);
    onSignal(this, 'cw-search-close', () => this.#search?.close(), life);
    onSignal(this, 'cw-keys', () => withLater(this, ({ CwKeys }) => this.furnished('keys', CwKeys).open()), life);
    onSignal(this, 'cw-go', ({ target, seq }) => this.#go(target, seq), life);
    onSignal(this, 'cw-write', () => this.ref('conversation', CwConversation).write(), life);
    whenLater(({ Arrival }) => new Arrival(this, page));
    listenForKeys(this, page, life);
    this.#followKeyboard();
    const resized = new ResizeObserver((sizes) => {
      this.#isPhone = (sizes.at(-1)?.contentRect.width ?? Infinity) < PHONE_BELOW_PX;
      this.#placeMain();
    });
    resized.observe(this);
    life.addEventListener('abort', () => resized.disconnect());
  }

  /** A message that arrives before one's eyes is unread for a moment only: the title does not blink with each. @param {string} title */
  #entitle(title) {
    clearTimeout(this.#titleTimer);
    this.#titleTimer = window.setTimeout(() => { document.title = title; });
  }

  /** @param {State} state */
  #showPhase(state) {
    if (state.phase === this.#phase) return;
    this.#phase = state.phase;
    clearTimeout(this.#startingTimer);
    const { page } = this;
    switch (state.phase) {
      case 'starting':
        this.replaceChildren();
        this.#startingTimer = window.setTimeout(() => this.stamp('cw-app-starting'), STARTING_AFTER_MS);
        return;
      case 'unreachable':
        this.stamp('cw-app-unreachable');
        this.ref('retry', HTMLButtonElement).addEventListener('click', () => act(this, 'retryStart'));
        return;
      case 'signedOut': {
        const auth = new CwAuth();
        auth.page = page;
        this.replaceChildren(auth);
        return;
      }
      case 'signedIn':
        this.stamp('cw-app-shell');
        this.ref('sidebar', CwSidebar).page = page;
        this.ref('conversation', CwConversation).page = page;
        this.ref('toasts', CwToasts).page = page;
        this.#search = null;
        this.#openFromAddress();
        this.#placePanels();
        if (this.#panel.isOpen) void withLater(this, () => this.#placePanels());
        return;
    }
  }

  /** Before anybody asks for it, so that a click opens at once; whoever asks sooner is told when it fails. */
  async #loadAhead() {
    try {
      await loadLater();
      this.#placePanels();
    } catch {
      // Nobody waits for it.
    }
  }

  /** The panels beside the chat follow the address and the history as soon as they are here. */
  #placePanels() {
    const later = laterParts();
    if (!later || this.#phase !== 'signedIn' || this.#search) return;
    this.furnished('details', later.CwDetails);
    this.#search = new later.SearchPlace(this.ref('shell', HTMLElement), this.furnished('search', later.CwSearch), () => this.#drawPanel());
    this.#drawPanel();
  }

  /** What the address names is opened; nothing named shows the list. */
  #openFromAddress() {
    const { state } = this.page.store;
    if (state.phase !== 'signedIn') return;
    this.#heard = location.hash;
    const wanted = viewOf(location.hash);
    const named = wanted && resolveTarget(state, wanted);
    const shown = state.view && resolveTarget(state, state.view);
    const seq = seqOf(location.hash);
    if (isSameTarget(named, shown) && seq === undefined) return;
    act(this, 'open', wanted, seq);
    if (wanted && seq === undefined) this.#write();
  }

  /** Where one goes on typing; on a touch screen that would only open the keyboard. */
  #write() {
    if (matchMedia('(pointer: fine)').matches) queueMicrotask(() => this.ref('conversation', CwConversation).write());
  }

  /**
   * Opens a chat, at a message if one is named.
   * @param {Target} target
   * @param {number} [seq]
   */
  #go(target, seq) {
    const { state } = this.page.store;
    const isScreen = this.#search?.isScreen ?? false;
    const isOpen = isSameTarget(state.view && resolveTarget(state, state.view), resolveTarget(state, target));
    if (isOpen && !isScreen) {
      if (seq === undefined) this.#write();
      else act(this, 'open', target, seq);
      return;
    }
    history.pushState(isScreen ? FROM_SEARCH : viewOf(location.hash) === null ? FROM_LIST : null, '', hashOf(target, seq));
    this.#search?.follow();
    this.#openFromAddress();
  }

  /**
   * @param {{ text?: string, isHere?: boolean }} wish
   * @param {Later} later
   */
  #openSearch({ text, isHere = false }, { CwSearch, placeWord, withFilter }) {
    this.#placePanels();
    const { state } = this.page.store;
    const open = viewedConversation(state);
    const search = this.ref('search', CwSearch);
    const wanted = text ?? search.text;
    this.#search?.open(isHere && open ? withFilter(wanted, 'in', placeWord(state, open)) : wanted);
  }

  /**
   * What is open takes its place; a message changes nothing about that.
   * @param {State} state
   */
  #place({ view, phase }) {
    if (phase !== 'signedIn') return;
    mark(this.ref('shell', HTMLElement), 'data-view', view === null ? 'list' : 'chat');
    if (laterParts()) this.#drawPanel();
    else this.#placeMain();
  }

  /**
   * The address follows what is open, for instance when a first message made a chat of a person.
   * @param {State} state
   */
  #follow({ view, ...state }) {
    if (state.phase !== 'signedIn') return;
    // Between a click on a link and its event a message may come in: writing the address now would undo the click.
    if (location.hash !== this.#heard) return;
    const full = this.page.store.state;
    const shown = view && resolveTarget(full, view);
    const named = viewOf(location.hash);
    if (isSameTarget(shown, named)) {
      if (seqOf(location.hash) === undefined || full.sought !== null) return;
      history.replaceState(history.state, '', hashOf(shown)); // the message was shown: a reload is not to go back there
      this.#heard = location.hash;
      return;
    }
    const isSameChat = named !== null && isSameTarget(resolveTarget(full, named), shown);
    if (isSameChat || shown === null) history.replaceState(history.state, '', hashOf(shown));
    else history.pushState(named === null ? FROM_LIST : null, '', hashOf(shown));
    this.#heard = location.hash;
    this.#search?.follow();
  }

  /** @param {boolean} isOpen */
  #openDetails(isOpen) {
    this.#placePanels();
    if (!isOpen) return this.#panel.close();
    if (this.#search?.isOpen) this.#search.close();
    this.#panel.open();
  }

  /** One panel at a time: what was found, else the details of what is open, if they are wanted. */
  #drawPanel() {
    const later = laterParts();
    if (this.#phase !== 'signedIn' || !later) return;
    const isSearch = this.#search?.isOpen ?? false;
    const isShown = !isSearch && this.#panel.isOpen && this.page.store.state.view !== null;
    mark(this.ref('shell', HTMLElement), 'data-panel', isSearch ? 'search' : isShown ? 'details' : null);
    this.furnished('details', later.CwDetails).show(isShown);
    this.ref('conversation', CwConversation).detailsAre(isShown);
    this.#placeMain();
  }

  /** On a phone the list is a screen of its own, and then what is main on the page. */
  #placeMain() {
    if (this.#phase !== 'signedIn') return;
    const { panel, view } = this.ref('shell', HTMLElement).dataset;
    const isCovered = this.#isPhone && (view === 'list' || panel !== undefined);
    mark(this.ref('sidebar', CwSidebar), 'role', isCovered && panel === undefined ? 'main' : null);
    const later = laterParts();
    if (later) this.furnished('details', later.CwDetails).standsAlone(isCovered && panel === 'details');
  }

  /** @param {State['settings']} settings */
  #dress({ theme, density }) {
    const root = document.documentElement;
    if (root.lang !== language) {
      root.lang = language;
      fill(this);
    }
    mark(root, 'data-theme', theme === 'system' ? null : theme);
    mark(root, 'data-density', density === 'compact' ? 'compact' : null);
  }

  async #logOut() {
    const answer = await act(this, 'logOut');
    if (answer.done || !('waiting' in answer)) return;
    const { title, text, keep, go } = words.logOut;
    const { waiting, drafts } = answer;
    const question = { title: title(waiting, drafts), text: text(waiting, drafts), keep, go };
    this.ref('confirm', CwConfirm).ask(question, (yes) => {
      if (yes) void act(this, 'logOut', { evenIfTextWaits: true });
    });
  }

  /** Where the browser lays its keyboard over the page, the page ends above it. */
  #followKeyboard() {
    const { visualViewport } = window;
    if (!visualViewport) return;
    const fit = () => {
      const isCovered = visualViewport.scale === 1 && window.innerHeight - visualViewport.height > 1;
      if (isCovered) {
        this.style.setProperty('--view-height', `${visualViewport.height}px`);
        window.scrollTo(0, 0);
      } else this.style.removeProperty('--view-height');
    };
    visualViewport.addEventListener('resize', fit, { signal: this.life });
  }
}

/**
 * The first screen is there, or it is known that it has to do without the server.
 * @param {State} state
 */
function isSettled({ phase, link }) {
  return phase === 'signedOut' || (phase === 'signedIn' && (link.phase === 'live' || link.phase === 'waiting'));
}

customElements.define('cw-app', CwApp);
