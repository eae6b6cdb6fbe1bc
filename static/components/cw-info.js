// Message info: the story of one message in times to the second. It stays true while it is open.
import { closeOutside, openAt } from './popover.js';
import { glyph } from './cw-receipt.js';
import { clone, find, icon, make, mark, say, tellTime } from './element.js';
import { View } from './page.js';
import { drawMembers } from './info-members.js';
import { firstName } from './rows.js';
import { isCrowd } from '../state/members.js';
import { messageAt, messageFacts } from '../state/select.js';
import { words } from '../texts/words.js';

/**
 * @typedef {import('../state/types.js').State} State
 * @typedef {import('../state/types.js').Message} Message
 * @typedef {import('./cw-receipt.js').Tick} Tick
 * @typedef {import('./page.js').Page} Page
 */

/**
 * One knot of the rail. `kind` decides how it and the rail below it are drawn.
 * @typedef {Readonly<{ kind: '' | 'wait' | 'late' | 'read' | 'ahead' | 'future', node: 'written' | Tick, what: string, at: number | null, note: string, gap: string }>} Step
 */

export class CwInfo extends View {
  static template = 'cw-info';
  /** @type {Readonly<{ conversation: number, seq: number }> | null} */
  #message = null;

  build() {
    const dialog = this.#dialog;
    closeOutside(dialog);
    this.ref('close', HTMLButtonElement).addEventListener('click', () => dialog.close());
    dialog.addEventListener('close', () => {
      this.#message = null;
    });
  }

  /** @param {Page} page */
  begin(page) {
    page.store.watch((state) => state, (state) => this.update(state), this.life);
  }

  get #dialog() {
    return this.ref('dialog', HTMLDialogElement);
  }

  /**
   * @param {Message} message
   * @param {DOMRect} at
   */
  open(message, at) {
    this.#message = { conversation: message.conversation, seq: message.seq };
    this.update(this.page.store.state);
    openAt(this.#dialog, at);
    this.ref('close', HTMLElement).focus();
  }

  close() {
    this.#dialog.close();
  }

  /** @param {State} state */
  update(state) {
    const message = this.#message && messageAt(state, this.#message.conversation, this.#message.seq);
    if (!message) return;
    const { times } = this.page;
    this.ref('noReads', HTMLElement).hidden = state.readReceipts || message.sender !== state.me?.id || message.deletedAt !== undefined;
    const facts = message.sender === state.me?.id && message.deletedAt === undefined ? messageFacts(state, message.conversation, message) : null;
    const copy = state.conversations.get(message.conversation);
    const isGroup = facts !== null && copy?.kind === 'group';
    this.ref('members', HTMLElement).hidden = !isGroup;
    if (isGroup) drawMembers(this.ref('members', HTMLElement), facts, isCrowd(copy), state, this.page);
    const rows = stepsOf(message, state, this.page).map((step) => {
      const row = clone('cw-info-step');
      const item = row.firstElementChild;
      if (item) item.className = step.kind;
      const node = find(row, 'node', HTMLElement);
      node.append(step.node === 'written' ? icon('i-edit') : rail(step.node));
      say(find(row, 'what', HTMLElement), step.what);
      const time = find(row, 'time', HTMLTimeElement);
      if (step.at === null) say(time, '—');
      else tellTime(time, step.at, times.seconds(step.at), times.full(step.at));
      const note = find(row, 'note', HTMLElement);
      say(note, step.note);
      note.hidden = step.note === '';
      find(row, 'gap', HTMLElement).hidden = step.gap === '';
      say(find(row, 'gapText', HTMLElement), step.gap);
      return row;
    });
    const list = this.ref('steps', HTMLElement);
    const fresh = make('ol', '');
    fresh.append(...rows);
    if (fresh.textContent === list.textContent && fresh.childElementCount === list.childElementCount) return;
    list.replaceChildren(...fresh.children);
    mark(list, 'data-seq', String(message.seq));
  }
}

/** @param {Tick} tick */
function rail(tick) {
  const span = make('span', `rc ${tick}`);
  span.setAttribute('aria-hidden', 'true');
  span.append(glyph(tick));
  return span;
}

/**
 * @param {Message} message
 * @param {State} state
 * @param {Page} page
 * @returns {Step[]}
 */
function stepsOf(message, state, { times }) {
  const { info } = words;
  const isOwn = message.sender === state.me?.id;
  /** @type {Step[]} */
  const steps = [];
  if (message.writtenAt !== undefined) steps.push({ kind: '', node: 'written', what: info.written, at: message.writtenAt, note: isOwn ? words.info.writtenHere : words.info.writtenThere(firstName(state.users.get(message.sender))), gap: '' });
  /** @type {Step} */
  const stored = { kind: '', node: 'stored', what: info.stored, at: message.at, note: '', gap: '' };
  if (!isOwn || message.deletedAt !== undefined) {
    steps.push(stored);
    if (message.deletedAt !== undefined) steps.push({ ...stored, node: 'failed', what: words.info.deleted, at: message.deletedAt });
    else if (message.editedAt !== undefined) steps.push({ ...stored, node: 'written', what: words.info.edited, at: message.editedAt });
    return steps;
  }
  const facts = messageFacts(state, message.conversation, message);
  steps.push(stored);
  if (message.editedAt !== undefined) steps.push({ ...stored, node: 'written', what: words.info.edited, at: message.editedAt });
  const member = state.conversations.get(message.conversation)?.kind === 'direct' ? facts.members[0] : undefined;
  if (!member) return steps;
  const name = firstName(state.users.get(member.user));
  const last = steps[steps.length - 1] ?? stored;
  if (member.state === 'waiting') {
    const { state: presence, lastSeen: seen } = state.presence.get(member.user) ?? { state: 'unknown' };
    const isAway = presence === 'offline' && seen !== undefined;
    // Of whom nothing may be known, nothing is promised.
    const promise = presence === 'unknown' ? '' : info.notYetWhy(name);
    steps[steps.length - 1] = { ...last, kind: 'ahead', note: info.safe(name, isAway ? times.dayStamp(seen) : null) };
    steps.push({ kind: 'future', node: 'delivered', what: info.notYet, at: null, note: promise, gap: '' });
    return steps;
  }
  if (member.late) {
    const later = times.duration(member.late.laterMs);
    steps[steps.length - 1] = { ...last, kind: 'wait', gap: info.waited(later, name) };
    steps.push({ kind: 'late', node: 'delivered', what: info.deliveredLate, at: member.deliveredAt, note: info.later(later), gap: '' });
  } else steps.push({ kind: '', node: 'delivered', what: info.delivered, at: member.deliveredAt, note: '', gap: '' });
  if (member.readAt !== null) {
    steps.push({ kind: 'read', node: 'delivered', what: info.read, at: member.readAt, note: member.deliveredAt === null ? '' : info.afterArrival(times.duration(member.readAt - member.deliveredAt)), gap: '' });
  }
  return steps;
}

customElements.define('cw-info', CwInfo);
