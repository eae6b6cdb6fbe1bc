// The messages of the open chat. Sticks to the end unless one scrolled up; then it never moves by itself. Only what is near
// the screen is in the document. It asks for older pages two screens ahead and says which messages a person was at.
import { act, onSignal } from './act.js';
import { CwMessage } from './cw-message.js';
import { mark } from './element.js';
import { LogAnchor } from './log-anchor.js';
import { LogKeys } from './log-keys.js';
import { isLine, lineNode, updateLine } from './log-lines.js';
import { LogPill } from './log-pill.js';
import { LogSight } from './log-sight.js';
import { LogOlder } from './log-older.js';
import { LogVoice } from './log-voice.js';
import { heightOf, indexAt, spanAround, spanFollowing, spanKept, spanSize, spanToward } from './log-window.js';
import { View, together } from './page.js';
import { keyOf, reconcile } from './reconcile.js';
import { messageRow, queuedRow, sceneOf } from './rows.js';
import { chatKey } from './route.js';
import { conversationTitle, logItems, logWindow, messageAt, personOf, viewedConversation } from '../state/select.js';
import { words } from '../texts/words.js';

/**
 * @typedef {import('../state/types.js').State} State
 * @typedef {import('../state/types.js').Target} Target
 * @typedef {import('../state/log.js').LogItem} LogItem
 * @typedef {import('./log-window.js').Span} Span
 * @typedef {import('./page.js').Page} Page
 */

/** Nearer to the end than this counts as being there. */
const AT_END_PX = 32;

export class CwLog extends View {
  static template = 'cw-log';
  /** @type {string | null} */
  #key = null;
  /** @type {ReadonlyArray<LogItem>} */
  #items = [];
  /** @type {Span} */
  #span = { start: 0, end: 0 };
  /** @type {Map<string, number>} */
  #heights = new Map();
  #isAtEnd = true;
  /** It was drawn in this frame, and something has changed since. */
  #isFrameDrawn = false;
  #isBehind = false;
  /** The height of the screen, as it was looked at last. */
  #height = 0;
  /** The heights of the log and of its window when its place was last put right, e.g. '2400 700'. */
  #heightsThen = '';
  /** Until the first messages stand where they should. */
  #isOpening = true;
  #newFrom = Infinity;
  /** @type {LogAnchor | null} */
  #anchor = null;
  /** @type {LogOlder | null} */
  #older = null;
  /** @type {LogVoice | null} */
  #voice = null;
  /** Messages that are quoted, not loaded, and asked for. @type {Set<number>} */
  #quotesAsked = new Set();
  #frame = 0;
  /** @type {LogKeys | null} */
  #keys = null;
  /** @type {LogSight | null} */
  #sight = null;
  /** @type {LogPill | null} */
  #pill = null;
  /** A message to go to as soon as it is among the items. @type {number | null} */
  #wanted = null;

  build() {
    const scroller = this.#scroller;
    scroller.addEventListener('scroll', () => this.#scrolled(), { passive: true });
    const [float, pill, text, mention] = ['float', 'pill', 'pillText', 'nextMention'].map((name) => this.ref(name, HTMLElement));
    this.#pill = new LogPill({ float, pill, text, mention }, () => this.goToEnd(), (seq) => this.goTo(seq));
    this.ref('retry', HTMLButtonElement).addEventListener('click', () => this.#loadAgain());
    this.ref('wave', HTMLButtonElement).addEventListener('click', () => {
      const { view } = this.page.store.state;
      if (view) void act(this, 'send', view, words.composer.wave);
    });
    this.#anchor = new LogAnchor(scroller, this.#list);
    this.#older = new LogOlder(this, (change) => this.#holdWhile(change));
    this.#voice = new LogVoice(this.ref('announce', HTMLElement));
    this.#keys = new LogKeys(this.#list, () => this.goToEnd());
    this.#sight = new LogSight(scroller, this.#list, () => this.page.store.state);
    onSignal(this, 'cw-jump', ({ seq }) => this.goTo(seq));
  }

  /** @param {Page} page */
  begin(page) {
    const { life } = this;
    const select = together((state) => [
      state.view,
      state.view && logItems(state, state.view),
      viewedConversation(state),
      state.presence, state.link, state.users, state.settings, state.now, state.lateUnseen, state.isAttended, state.readReceipts, state.sought,
    ]);
    page.store.watch(select, () => this.#follow(), life);
    const watcher = new ResizeObserver(() => this.#hold());
    watcher.observe(this.#scroller);
    watcher.observe(this.#list);
    // Whatever lies over the log comes and goes by one of these.
    const over = new MutationObserver(() => this.#afterScroll());
    over.observe(document.body, { subtree: true, attributeFilter: ['open', 'data-panel'] });
    life.addEventListener('abort', () => {
      watcher.disconnect();
      over.disconnect();
    });
  }

  get #scroller() {
    return this.ref('scroller', HTMLElement);
  }

  get #list() {
    return this.ref('list', HTMLElement);
  }

  /** Draws at once, but once a frame: what comes quicker than the screen shows it is drawn together. Another chat does not wait. */
  #follow() {
    const { state } = this.page.store;
    const isOther = (state.view && chatKey(state, state.view)) !== this.#key;
    this.#isBehind = this.#isFrameDrawn && !isOther && !document.hidden;
    if (this.#isBehind) return;
    this.update(state);
    if (this.#isFrameDrawn) return;
    this.#isFrameDrawn = true;
    requestAnimationFrame(() => {
      this.#isFrameDrawn = false;
      if (this.#isBehind && this.isConnected) this.#follow();
    });
  }

  /** @param {State} state */
  update(state) {
    const { view } = state;
    if (!view) {
      this.#reset(null);
      return;
    }
    const key = chatKey(state, view);
    if (key !== this.#key) this.#reset(key);
    const copy = viewedConversation(state);
    if (this.#newFrom === Infinity && copy && copy.runs.length > 0) this.#newFrom = copy.head + 1;
    const isHeld = this.#takePlace();
    const former = this.#items;
    this.#items = logItems(state, view);
    this.#span = this.#spanFor(isHeld, former);
    this.#draw(state, view);
    if (this.#span.end - this.#span.start < Math.min(this.#items.length, spanSize(this.#height))) this.#moveSoon();
    this.#older?.draw(state, view, this.#items.length === 0);
    if (state.sought?.step === 'here' && state.sought.conversation === copy?.id) {
      this.#wanted = state.sought.seq;
      act(this, 'endSeeking');
    }
    this.#settle(state, isHeld);
    if (this.#newFrom !== Infinity) this.#voice?.speak(this.#items, this.#newFrom, state, this.page);
  }

  /** The end of the chat, also when what is loaded does not reach it. */
  goToEnd() {
    const copy = viewedConversation(this.page.store.state);
    if (copy && logWindow(copy).hasNewer) void act(this, 'loadNewest', copy.id);
    this.#isAtEnd = true;
    this.update(this.page.store.state);
    this.#afterScroll();
  }

  /**
   * Shows a message in the middle of the log and lets it flash once.
   * @param {number} seq
   */
  goTo(seq) {
    const copy = viewedConversation(this.page.store.state);
    if (copy) act(this, 'seek', copy.id, seq);
  }

  #goToWanted() {
    const seq = this.#wanted;
    const index = this.#items.findIndex((item) => item.kind === 'message' && item.message.seq === seq);
    const item = this.#items[index];
    if (seq === null || !item) return;
    this.#wanted = null;
    this.#isAtEnd = false;
    this.#isOpening = false;
    this.#span = spanAround(this.#items.length, index, this.#height);
    const { state } = this.page.store;
    if (state.view) this.#draw(state, state.view);
    const element = this.#anchor?.elementOf(item.key);
    if (!(element instanceof CwMessage)) return;
    element.scrollIntoView({ block: 'center' });
    if (!isFinding()) element.focus({ preventScroll: true });
    element.flash();
    this.#afterScroll();
  }

  /** @param {string | null} key */
  #reset(key) {
    if (key === this.#key) return;
    this.#key = key;
    this.#items = [];
    this.#heights.clear();
    this.#isAtEnd = true;
    this.#isOpening = true;
    this.#newFrom = Infinity;
    this.#voice?.reset();
    this.#keys?.reset();
    this.#sight?.reset();
    this.#wanted = null;
    this.#quotesAsked.clear();
    this.#list.replaceChildren();
  }

  /**
   * @param {boolean} isHeld the first message on the screen is to stay where it is
   * @param {ReadonlyArray<LogItem>} former the items as they were when the span was chosen
   */
  #spanFor(isHeld, former) {
    const count = this.#items.length;
    if (this.#isOpening) {
      const divider = this.#items.findIndex((item) => item.kind === 'divider');
      return spanAround(count, divider === -1 ? 'end' : divider, this.#height);
    }
    const index = isHeld ? this.#items.findIndex((item) => item.key === this.#anchor?.key) : -1;
    const wanted = spanAround(count, isHeld ? Math.max(index, 0) : 'end', this.#height);
    const kept = spanKept(this.#span, former, this.#items);
    if (!kept || (isHeld && index === -1)) return wanted;
    const { start, end } = spanToward(kept, wanted);
    return { start, end: isHeld ? end : count };
  }

  /** Remembers what one reads, unless that is the end, which is held by itself. */
  #takePlace() {
    return !this.#isAtEnd && !this.#isOpening && this.#anchor?.take() === true;
  }

  /**
   * @param {State} state
   * @param {Target} view
   * @param {boolean} [isMove] only the span is another: the lines that stay say what they said
   */
  #draw(state, view, isMove = false) {
    const { page } = this;
    const { start, end } = this.#span;
    const scene = sceneOf(state, page, this.#items, this.#newFrom);
    const shown = this.#items.slice(start, end);
    const copy = viewedConversation(state);
    const title = copy ? conversationTitle(state, copy) : (personOf(state, view)?.displayName ?? '');
    mark(this.#list, 'aria-label', words.log.name(title));
    let index = start;
    reconcile(this.#list, shown, {
      key: (item) => item.key,
      create: (item) => (isLine(item) ? lineNode(item) : new CwMessage()),
      update: (element, item) => {
        index += 1;
        if (isLine(item)) updateLine(element, item, state, page);
        else if (element instanceof CwMessage && !(isMove && element.row)) {
          element.update(item.kind === 'message' ? messageRow(item, scene, this.#items[index]) : queuedRow(item, scene), page);
        }
      },
    });
    this.ref('before', HTMLElement).style.setProperty('block-size', `${heightOf(this.#items, 0, start, this.#heights)}px`);
    this.ref('after', HTMLElement).style.setProperty('block-size', `${heightOf(this.#items, end, this.#items.length, this.#heights)}px`);
    this.#measure();
    this.#keys?.rove();
    if (scene.conversation !== null) this.#loadQuotes(scene.conversation, shown, state);
  }

  /**
   * Asks once for each message that is quoted here and not loaded.
   * @param {number} conversation
   * @param {ReadonlyArray<LogItem>} shown
   * @param {State} state
   */
  #loadQuotes(conversation, shown, state) {
    for (const item of shown) {
      const seq = item.kind === 'message' ? item.message.replyTo : item.kind === 'queued' ? item.item.replyTo : undefined;
      if (seq === undefined || this.#quotesAsked.has(seq) || messageAt(state, conversation, seq)) continue;
      this.#quotesAsked.add(seq);
      void act(this, 'loadQuote', conversation, seq);
    }
  }

  /** Heights matter only where lines are left out, and of the lines that are loaded. */
  #measure() {
    if (this.#span.end - this.#span.start === this.#items.length) return;
    if (this.#heights.size > 2 * this.#items.length) {
      const keys = new Set(this.#items.map((item) => item.key));
      for (const key of this.#heights.keys()) if (!keys.has(key)) this.#heights.delete(key);
    }
    /** @type {HTMLElement | null} */
    let former = null;
    for (const child of this.#list.children) {
      if (!(child instanceof HTMLElement)) continue;
      if (former) this.#heights.set(String(keyOf(former)), child.offsetTop - former.offsetTop);
      former = child;
    }
  }

  #loadAgain() {
    const copy = viewedConversation(this.page.store.state);
    if (copy) void act(this, copy.newest === 'failed' ? 'loadNewest' : 'loadOlder', copy.id);
  }

  /**
   * Puts the log where it belongs after it was drawn.
   * @param {State} state
   * @param {boolean} isHeld
   */
  #settle(state, isHeld) {
    const scroller = this.#scroller;
    if (this.#isOpening && this.#items.length > 0) {
      this.#isOpening = false;
      const divider = this.#list.querySelector('.fresh');
      scroller.scrollTop = scroller.scrollHeight;
      if (divider) {
        const above = divider.getBoundingClientRect().top - scroller.getBoundingClientRect().top;
        if (above < 0) scroller.scrollTop += above - scroller.clientHeight / 4;
      }
    } else if (this.#isAtEnd) scroller.scrollTop = scroller.scrollHeight;
    else if (isHeld) this.#anchor?.putBack();
    this.#goToWanted();
    this.#afterScroll(state);
  }

  /** The window or the composer changed its height: whoever was at the end stays there. */
  #hold() {
    if (this.#isAtEnd) this.#scroller.scrollTop = this.#scroller.scrollHeight;
    this.#afterScroll();
  }

  /** What stands above the messages becomes taller or lower. @param {() => void} change */
  #holdWhile(change) {
    const isHeld = this.#takePlace();
    change();
    if (isHeld) this.#anchor?.putBack();
    this.#hold();
  }

  #scrolled() {
    const { scrollTop, scrollHeight, clientHeight } = this.#scroller;
    const isAtEnd = scrollHeight - scrollTop - clientHeight < AT_END_PX && this.#span.end === this.#items.length;
    // A new size is told after the scrolling that it causes: then it was the end that went away, not the reader.
    if (isAtEnd || this.#heightsThen === `${scrollHeight} ${clientHeight}`) this.#isAtEnd = isAtEnd;
    this.#moveSoon();
  }

  #moveSoon() {
    if (this.#frame !== 0) return;
    this.#frame = requestAnimationFrame(() => {
      this.#frame = 0;
      this.#moveWindow();
      this.#afterScroll();
    });
  }

  /** In a long log, brings the lines around the screen into the document before one reaches their edge. */
  #moveWindow() {
    const { start, end } = this.#span;
    if (end - start === this.#items.length) return;
    const scroller = this.#scroller;
    const list = this.#list.getBoundingClientRect();
    const view = scroller.getBoundingClientRect();
    const isHeld = list.bottom >= view.top && list.top <= view.bottom && this.#anchor?.take() === true;
    const above = view.top - this.ref('before', HTMLElement).getBoundingClientRect().top;
    const centre = isHeld ? this.#items.findIndex((item) => item.key === this.#anchor?.key) : indexAt(this.#items, above, this.#heights);
    const span = spanFollowing(this.#span, this.#items.length, centre, view.height);
    if (span.start === start && span.end === end) return;
    this.#span = span;
    const { state } = this.page.store;
    if (state.view) this.#draw(state, state.view, true);
    if (isHeld) this.#anchor?.putBack();
    this.#moveSoon();
  }

  /** @param {State} [state] */
  #afterScroll(state = this.page.store.state) {
    this.#height = this.#scroller.clientHeight;
    this.#heightsThen = `${this.#scroller.scrollHeight} ${this.#height}`;
    const copy = viewedConversation(state);
    if (!copy) {
      this.#pill?.hide();
      return;
    }
    const { hasOlder, hasNewer } = logWindow(copy);
    const { scrollTop, scrollHeight, clientHeight } = this.#scroller;
    const toEnd = scrollHeight - scrollTop - clientHeight;
    if (this.#items.length > 0 && clientHeight > 0) {
      if (hasOlder && copy.older === 'idle' && scrollTop < 2 * clientHeight) void act(this, 'loadOlder', copy.id);
      if (hasNewer && copy.newer === 'idle' && toEnd < 2 * clientHeight) void act(this, 'loadNewer', copy.id);
    }
    this.#sight?.look(state, copy.id);
    const from = Math.max((this.#sight?.seen ?? 0) + 1, state.divider ?? this.#newFrom);
    // What is loaded may not reach the end.
    this.#pill?.draw(state, this.#items, from, (hasNew) => hasNewer || toEnd > clientHeight || (hasNew && toEnd > AT_END_PX));
  }
}

/** The keyboard is in the list of what was found, and goes on from hit to hit there. */
const isFinding = () => document.activeElement?.closest('.panel')?.checkVisibility({ visibilityProperty: true }) === true;

customElements.define('cw-log', CwLog);
