// One message, waiting or stored: bubble, time, tick, the words beneath, and the tools beside it. It is told everything in
// one `row` and keeps nothing of its own except what it last drew.
import { act, ask, signal } from './act.js';
import { bodyNodes } from './body.js';
import { CwAvatar } from './cw-avatar.js';
import { pipsNode } from './pips.js';
import { CwReceipt } from './cw-receipt.js';
import { drawChips, listenToChips, moveAmongChips } from './reaction-chips.js';
import { Component, clone, find, make, mark, say, tellTime } from './element.js';
import { isSame } from './rows.js';
import { words } from '../texts/words.js';

/**
 * @typedef {import('../state/types.js').Message} Message
 * @typedef {import('../state/types.js').User} User
 * @typedef {import('../state/types.js').OutboxItem} OutboxItem
 * @typedef {import('./cw-receipt.js').Tick} Tick
 * @typedef {import('./page.js').Page} Page
 */

/**
 * One member's state as a disc: solid = read, outlined = delivered, dashed = waiting.
 * @typedef {Readonly<{ user: User | undefined, state: 'waiting' | 'delivered' | 'read' }>} Pip
 */

/**
 * All a message shows. `late`: stored and delivered are both told. `beneath`: the fact in words under the bubble; `bold` is
 * its part in amber. `failed`: why it was set aside. `who`, `face`: the sender, at the first and the last of theirs in a group.
 * `named`: whom it mentions.
 * @typedef {Readonly<{
 *   key: string, message: Message | null, item: OutboxItem | null, isOwn: boolean, isFirst: boolean, isLast: boolean, isNew: boolean,
 *   at: number, tick: Tick | null, tickName: string, late: Readonly<{ at: number }> | null,
 *   beneath: Readonly<{ bold: string, text: string, more: string, pips: ReadonlyArray<Pip> }> | null, failed: string | null,
 *   quote: Readonly<{ seq: number, name: string, hue: number, text: string }> | null,
 *   who: Readonly<{ name: string, hue: number }> | null, face: User | null, isAmongMany: boolean,
 *   named: import('../state/named.js').Named, authorName: string, reactions: ReadonlyArray<import('./reaction-chips.js').Chip>
 * }>} Row
 */

const LONG_PRESS_MS = 400;
/** A finger that lies still trembles by less. */
const LONG_PRESS_SLIP_PX = 10;

export class CwMessage extends Component {
  static template = 'cw-message';
  /** @type {Row | null} */
  #row = null;
  /** What the bubble was drawn from. @type {ReadonlyArray<unknown>} */
  #drawn = [];
  /** The words and the clock in which the row was last told. @type {ReadonlyArray<unknown>} */
  #told = [];
  #meta = make('span', 'meta');
  #edited = make('span', '');
  #time = document.createElement('time');
  #late = document.createElement('time');
  #lateBox = make('span', 'late-t');
  #tick = new CwReceipt();
  /** @type {CwAvatar | null} */
  #face = null;
  /** Beside the message once it was pointed at or had the focus. @type {HTMLElement | null} */
  #tools = null;

  build() {
    this.setAttribute('role', 'article');
    this.tabIndex = -1;
    this.#meta.append(this.#edited, this.#lateBox, this.#tick);
    listenToChips(this.#reacts, () => this.#row);
    this.addEventListener('keydown', (event) => moveAmongChips(this, this.#reacts, event));
    for (const type of ['pointerenter', 'focusin']) this.addEventListener(type, () => this.#offerTools());
    this.addEventListener('contextmenu', (event) => {
      if (!this.#row?.message || (event.target instanceof Element && event.target.closest('a'))) return;
      event.preventDefault();
      this.openMenu(new DOMRect(event.clientX, event.clientY, 0, 0));
    });
    this.#listenForLongPress();
  }

  get #reacts() {
    return this.ref('reacts', HTMLElement);
  }

  get row() {
    return this.#row;
  }

  /**
   * @param {Row} row
   * @param {Page} page
   */
  update(row, page) {
    const former = this.#row;
    const told = [page.times, words, page.times.stamp(row.at)];
    if (told.every((one, i) => one === this.#told[i]) && isSame(former, row)) return;
    this.#told = told;
    const wasQueued = former?.tick === 'queued' && row.tick === 'stored';
    this.#row = row;
    const { message, item } = row;
    const isGone = message?.deletedAt !== undefined;
    this.className = ['msg', row.isOwn && 'own', row.isFirst && 'first', row.isLast && 'last', row.isAmongMany && 'many', isGone && 'gone', row.isNew && 'is-new', wasQueued && 'is-stored', this.classList.contains('target') && 'target']
      .filter(Boolean)
      .join(' ');
    mark(this, 'data-state', row.tick);
    mark(this, 'data-seq', message ? String(message.seq) : null);
    mark(this, 'data-client-id', message?.clientId ?? item?.clientId ?? null);
    mark(this, 'aria-label', words.message.label(row.authorName, page.times.stamp(row.at)));
    this.#drawFace(row.face);
    this.#drawBubble(row, isGone);
    this.#drawMeta(row, page);
    drawChips(this.#reacts, row.reactions);
    this.#drawBeneath(row);
    this.#drawTools();
  }

  /** A moment of colour for a message that was looked for. */
  flash() {
    this.classList.remove('target');
    void this.offsetWidth; // restarts the animation
    this.classList.add('target');
    setTimeout(() => this.classList.remove('target'), 1600);
  }

  /** @param {DOMRect} [at] */
  openMenu(at) {
    const message = this.#row?.message;
    if (message && message.deletedAt === undefined) signal(this, 'cw-menu', { message, at: at ?? this.ref('bubble', HTMLElement).getBoundingClientRect() });
  }

  /** Chooses an emoji for this message; one's own is taken back. @param {DOMRect} [at] */
  openPicker(at = this.ref('bubble', HTMLElement).getBoundingClientRect()) {
    const message = this.#row?.message;
    if (!message || message.kind !== 'text' || message.deletedAt !== undefined || message.withheld) return;
    const choose = (/** @type {string} */ emoji) => {
      const isMine = this.#row?.reactions.some((chip) => chip.emoji === emoji && chip.isMine) ?? false;
      void act(this, 'react', message.conversation, message.seq, emoji, !isMine);
    };
    signal(this, 'cw-pick', { at, choose });
  }

  openInfo() {
    const message = this.#row?.message;
    if (message) signal(this, 'cw-info', { message, at: this.ref('bubble', HTMLElement).getBoundingClientRect() });
  }

  /** @param {User | null} face beside the last bubble of a sender in a group */
  #drawFace(face) {
    if (!face) {
      this.#face?.remove();
      this.#face = null;
      return;
    }
    if (!this.#face) {
      this.#face = new CwAvatar();
      this.#face.className = 'av x32';
      this.#face.ariaHidden = 'true';
      this.prepend(this.#face);
    }
    this.#face.update({ name: face.displayName, hue: face.hue });
  }

  /**
   * @param {Row} row
   * @param {boolean} isGone
   */
  #drawBubble(row, isGone) {
    const { message, item, quote, who, named } = row;
    const drawn = [message?.version ?? 0, message?.body ?? item?.body, isGone, quote?.text, quote?.name, who?.name, [...named.values()].map(({ text }) => text).join(), words];
    if (drawn.every((value, i) => value === this.#drawn[i]) && this.#drawn.length > 0) return;
    this.#drawn = drawn;
    const bubble = this.ref('bubble', HTMLElement);
    /** @type {HTMLElement[]} */
    const parts = [];
    if (who && !isGone) {
      const name = make('p', 'who', who.name);
      name.style.setProperty('--h', String(who.hue));
      parts.push(name);
    }
    if (quote && !isGone) parts.push(this.#quoteNode(quote));
    if (isGone) parts.push(make('p', '', words.message.deleted(row.isOwn ? null : row.authorName)));
    else parts.push(...bodyNodes(message?.body ?? item?.body ?? '', named));
    let last = parts.at(-1);
    if (!last || last.localName !== 'p' || last.className === 'who') {
      last = make('p', '');
      parts.push(last);
    }
    last.append(this.#meta);
    bubble.replaceChildren(...parts);
  }

  /** @param {NonNullable<Row['quote']>} quote */
  #quoteNode(quote) {
    const button = make('button', 'quote', make('b', '', quote.name), make('span', '', quote.text));
    button.type = 'button';
    button.tabIndex = -1;
    button.style.setProperty('--h', String(quote.hue));
    button.addEventListener('click', () => signal(this, 'cw-jump', { seq: quote.seq }));
    return button;
  }

  /**
   * @param {Row} row
   * @param {Page} page
   */
  #drawMeta(row, { times }) {
    const { message, late } = row;
    say(this.#edited, words.message.edited);
    this.#edited.hidden = message?.editedAt === undefined || message.deletedAt !== undefined;
    this.#meta.classList.toggle('is-late', late !== null);
    tellTime(this.#time, row.at, times.clock(row.at), times.full(row.at));
    if (late) {
      tellTime(this.#late, late.at, times.clock(late.at), times.full(late.at));
      if (this.#lateBox.childElementCount !== 3) this.#lateBox.replaceChildren(this.#time, make('i', 'trail'), this.#late);
    } else if (this.#time.parentElement !== this.#meta) {
      this.#lateBox.replaceChildren();
      this.#lateBox.before(this.#time);
    }
    this.#lateBox.hidden = late === null;
    // Inside an amber time the plain double tick is enough; the trail before it already says 'late'.
    this.#tick.update(row.tick === 'late' ? 'delivered' : row.tick, row.tickName);
  }

  /** @param {Row} row */
  #drawBeneath({ beneath, failed, item }) {
    const box = this.ref('words', HTMLElement);
    box.hidden = beneath === null && failed === null;
    box.classList.toggle('failed', failed !== null);
    box.classList.toggle('late', beneath !== null && beneath.bold !== '');
    if (failed !== null && item) {
      if (box.querySelector('.acts') === null) {
        box.replaceChildren(clone('cw-message-failed'));
        find(box, 'again', HTMLButtonElement).addEventListener('click', () => act(this, 'tryAgain', item.clientId));
        find(box, 'discard', HTMLButtonElement).addEventListener('click', () => this.#discard(item.clientId));
      }
      say(find(box, 'reason', HTMLElement), failed);
    } else if (beneath) {
      const text = `${beneath.bold}${beneath.text}${beneath.more}`;
      const pips = pipsNode(beneath.pips);
      const isSame = (box.querySelector('.link') ?? box).textContent === text && box.querySelector('.acts') === null;
      const discs = beneath.pips.map((pip) => `${pip.user?.id} ${pip.state}`).join();
      if (isSame && box.dataset.pips === discs) return;
      box.dataset.pips = discs;
      if (!this.#row?.message) {
        box.replaceChildren(beneath.text);
        return;
      }
      const first = make('span', 'nb', beneath.text);
      if (beneath.bold !== '') first.prepend(make('b', '', beneath.bold));
      const button = make('button', 'link', first);
      if (beneath.more !== '') button.append(make('span', 'nb', beneath.more));
      button.type = 'button';
      button.tabIndex = -1; // a message is one tab stop, and I on it does the same
      button.addEventListener('click', () => this.openInfo());
      box.replaceChildren(...(pips ? [pips] : []), button);
    } else box.replaceChildren();
  }

  /** @param {string} clientId */
  async #discard(clientId) {
    const { discardTitle: title, discardText: text, keep, go } = words.remove;
    if (await ask(this, { title, text, keep, go })) void act(this, 'discard', clientId);
  }

  /** They are more elements than all the rest of a message, and few messages are ever pointed at. */
  #offerTools() {
    if (this.#tools) return;
    this.append(clone('cw-message-tools'));
    this.#tools = /** @type {HTMLElement} */ (this.lastElementChild);
    this.#tools.addEventListener('click', (event) => this.#useTool(event));
    this.#drawTools();
  }

  #drawTools() {
    const message = this.#row?.message;
    if (this.#tools) this.#tools.hidden = !message || message.deletedAt !== undefined;
  }

  /** @param {MouseEvent} event */
  #useTool(event) {
    const button = event.target instanceof Element ? event.target.closest('button') : null;
    const message = this.#row?.message;
    if (!button || !message) return;
    if (button.dataset.ref === 'reply') signal(this, 'cw-reply', message);
    else if (button.dataset.ref === 'info') this.openInfo();
    else if (button.dataset.ref === 'react') this.openPicker(button.getBoundingClientRect());
    else this.openMenu(button.getBoundingClientRect());
  }

  /** Touch has no hover: a rest on a message opens its menu, unless the finger slips away. */
  #listenForLongPress() {
    let timer = 0;
    let [x, y] = [0, 0];
    const stop = () => clearTimeout(timer);
    this.addEventListener('pointerdown', (event) => {
      if (event.pointerType !== 'touch') return;
      [x, y] = [event.clientX, event.clientY];
      timer = window.setTimeout(() => this.openMenu(new DOMRect(x, y, 0, 0)), LONG_PRESS_MS);
    });
    this.addEventListener('pointermove', (event) => {
      if (Math.hypot(event.clientX - x, event.clientY - y) > LONG_PRESS_SLIP_PX) stop();
    });
    for (const type of ['pointerup', 'pointercancel']) this.addEventListener(type, stop);
  }
}

customElements.define('cw-message', CwMessage);
