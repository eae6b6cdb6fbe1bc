// The log of one conversation as a flat list of items in the order they stand on the page: days, messages, the divider,
// came-back lines, gaps, and last what waits on this device. Order comes from `seq` alone.

import { wasAway } from './members.js';
import { lastLoaded } from './runs.js';
import { resolveTarget, targetKey } from './target.js';

/**
 * @typedef {import('./types.js').State} State
 * @typedef {import('./types.js').ConversationCopy} ConversationCopy
 * @typedef {import('./types.js').Message} Message
 * @typedef {import('./types.js').OutboxItem} OutboxItem
 * @typedef {import('./types.js').Late} Late
 * @typedef {import('./types.js').Run} Run
 * @typedef {import('./types.js').Target} Target
 */

/**
 * `isFirst` and `isLast`: of a group of one sender within five minutes. `key` stays the same from queued to stored.
 * @typedef {Readonly<{ key: string }> & (
 *   Readonly<{ kind: 'day', at: number }> | Readonly<{ kind: 'divider' }>
 *   | Readonly<{ kind: 'message', message: Message, isOwn: boolean, isFirst: boolean, isLast: boolean }>
 *   | Readonly<{ kind: 'event', messages: ReadonlyArray<Message> }> | Readonly<{ kind: 'withheld', sender: number, count: number }>
 *   | Readonly<{ kind: 'away' }>
 *   | Readonly<{ kind: 'queued', item: OutboxItem, isFirst: boolean, isLast: boolean }>
 *   | Readonly<{ kind: 'late', late: Late }> | Readonly<{ kind: 'lost', at: number }> | Readonly<{ kind: 'gap', from: number, to: number }>
 * )} LogItem
 */

/**
 * @typedef {Readonly<{ runs: ReadonlyArray<Run>, hasOlder: boolean, hasNewer: boolean, isLoaded: boolean }>} LogWindow
 *   The part of the loaded messages that the log shows: around the anchor, else up to the end and back to the first gap that no live frame made.
 */

const GROUP_MS = 5 * 60 * 1000;
const LOSS_WORTH_A_LINE_MS = 2000;

/** @param {ConversationCopy} copy @returns {LogWindow} */
export const logWindow = (copy) => {
  const { runs, holes } = copy;
  let end =
    copy.anchor === null
      ? runs.length - 1
      : runs.findIndex((run) => copy.anchor !== null && run.from <= copy.anchor && copy.anchor <= run.to);
  if (end === -1) end = runs.length - 1;
  if (end === -1 || (copy.anchor === null && !copy.isTailLoaded))
    return {
      runs: [],
      hasOlder: copy.head >= copy.first && copy.head > 0,
      hasNewer: false,
      isLoaded: copy.head === 0 || copy.isTailLoaded,
    };
  /** @param {number} i */
  const isHoleBefore = (i) => {
    if (i <= 0) return false;
    const [from, to] = [runs[i - 1].to + 1, runs[i].from - 1];
    return holes.some((hole) => hole.from === from && hole.to === to) || wasAway(copy, from, to);
  };
  let start = end;
  while (isHoleBefore(start)) start -= 1;
  while (end + 1 < runs.length && isHoleBefore(end + 1)) end += 1;
  const isAtEnd = end === runs.length - 1;
  return {
    runs: runs.slice(start, end + 1),
    hasOlder: runs[start].from > copy.first,
    hasNewer: !isAtEnd || (!copy.isTailLoaded && lastLoaded(runs) < copy.head),
    isLoaded: true,
  };
};

/** @type {Map<string, { parts: ReadonlyArray<unknown>, items: ReadonlyArray<LogItem> }>} */
const known = new Map();
const KNOWN_MAX = 4;

/**
 * @param {State} state
 * @param {Target} target
 * @returns {ReadonlyArray<LogItem>}
 */
export const logItems = (state, target) => {
  const resolved = resolveTarget(state, target);
  const key = targetKey(resolved);
  const copy = 'conversation' in resolved ? (state.conversations.get(resolved.conversation) ?? null) : null;
  const hasLoss =
    state.lostLine !== null && (state.link.phase === 'live' || state.now - state.lostLine.at >= LOSS_WORTH_A_LINE_MS);
  const parts = [
    copy?.runs,
    copy?.holes,
    copy?.anchor,
    copy?.isTailLoaded,
    copy?.members,
    state.outbox,
    state.late,
    state.divider,
    hasLoss ? state.lostLine : null,
    state.me?.id,
  ];
  const before = known.get(key);
  if (before && parts.every((part, i) => part === before.parts[i])) return before.items;
  const items = reuse(before?.items ?? [], makeItems(state, copy, key, hasLoss));
  known.delete(key);
  known.set(key, { parts, items });
  for (const oldest of known.keys()) {
    if (known.size <= KNOWN_MAX) break;
    known.delete(oldest);
  }
  return items;
};

/**
 * @param {State} state
 * @param {ConversationCopy | null} copy
 * @param {string} key
 * @param {boolean} hasLoss
 * @returns {LogItem[]}
 */
const makeItems = (state, copy, key, hasLoss) => {
  /** @type {LogItem[]} */
  const items = [];
  const me = state.me?.id ?? 0;
  const window = copy ? logWindow(copy) : null;
  const lost = hasLoss ? state.lostLine : null;
  const lostAfter = copy && lost ? lost.afterSeqs.get(copy.id) : undefined;
  const isViewed = state.view !== null && targetKey(resolveTarget(state, state.view)) === key;
  const divider = isViewed ? state.divider : null;
  let hasDivider = false;
  const lates = copy
    ? [...state.late.values()]
        .filter((late) => late.conversation === copy.id)
        .sort((a, b) => a.afterSeq - b.afterSeq || a.at - b.at)
    : [];
  const shown = window?.runs ?? [];
  let lateAt = lates.findIndex((late) => late.afterSeq >= (shown[0]?.from ?? Infinity));
  if (lateAt === -1) lateAt = lates.length;
  let previousTo = 0;
  let today = dayOf(shown[0]?.messages[0]?.at ?? 0);

  for (const run of shown) {
    if (copy && previousTo > 0) {
      const [from, to] = [previousTo + 1, run.from - 1];
      items.push(wasAway(copy, from, to) ? { key: `a${from}`, kind: 'away' } : { key: `g${from}`, kind: 'gap', from, to });
    }
    previousTo = run.to;
    run.messages.forEach((message, i) => {
      const before = i > 0 ? run.messages[i - 1] : null;
      const after = run.messages[i + 1] ?? null;
      const isNewDay = before === null || !today.has(message.at);
      if (isNewDay) today = dayOf(message.at);
      if (isNewDay) items.push({ key: `d${message.seq}`, kind: 'day', at: message.at });
      if (
        divider !== null &&
        !hasDivider &&
        message.seq >= divider &&
        message.sender !== me &&
        message.kind === 'text' &&
        message.withheld !== true
      ) {
        items.push({ key: 'divider', kind: 'divider' });
        hasDivider = true;
      }
      if (message.kind === 'event') {
        const last = items.at(-1);
        if (last?.kind === 'event' && areOneChange(last.messages[0], message))
          items[items.length - 1] = { ...last, messages: [...last.messages, message] };
        else items.push({ key: `s${message.seq}`, kind: 'event', messages: [message] });
      } else if (message.withheld) {
        pushWithheld(items, message);
      } else {
        const isOwn = message.sender === me;
        const isCut = items.at(-1)?.kind !== 'message'; // a line between two messages parts their group
        const isLineAfter = lates[lateAt]?.afterSeq === message.seq || lostAfter === message.seq;
        const isFirst = isCut || before === null || !isOneGroup(before, message, isNewDay);
        const isLast =
          after === null || after.withheld === true || isLineAfter || divider === after.seq || !isOneGroup(message, after, !today.has(after.at));
        items.push(messageItem(message, isOwn, isFirst, isLast));
      }
      for (; lateAt < lates.length && lates[lateAt].afterSeq === message.seq; lateAt++)
        items.push({ key: `l${lates[lateAt].id}`, kind: 'late', late: lates[lateAt] });
      if (lost && lostAfter === message.seq) items.push({ key: 'lost', kind: 'lost', at: lost.at });
    });
  }
  if (!window || !window.hasNewer) pushQueued(items, waitingFor(state, key));
  return items;
};

/** Places without a text that follow each other are one line. @param {LogItem[]} items @param {Message} message */
const pushWithheld = (items, { seq, sender }) => {
  const last = items.at(-1);
  if (last?.kind === 'withheld') items[items.length - 1] = { ...last, count: last.count + 1 };
  else items.push({ key: `w${seq}`, kind: 'withheld', sender, count: 1 });
};

/** @param {State} state @param {string} key */
const waitingFor = (state, key) => state.outbox.filter((item) => targetKey(resolveTarget(state, item.target)) === key);

/** @param {LogItem[]} items @param {ReadonlyArray<OutboxItem>} queue */
const pushQueued = (items, queue) => {
  queue.forEach((item, i) => {
    const last = items.at(-1);
    const continues =
      last !== undefined &&
      ((last.kind === 'message' && last.isOwn && item.writtenAt - last.message.at < GROUP_MS) ||
        (last.kind === 'queued' && item.writtenAt - last.item.writtenAt < GROUP_MS));
    if (continues && last.kind === 'message')
      items[items.length - 1] = messageItem(last.message, last.isOwn, last.isFirst, false);
    const next = queue[i + 1];
    items.push({
      key: `m${item.clientId}`,
      kind: 'queued',
      item,
      isFirst: !continues,
      isLast: !next || next.writtenAt - item.writtenAt >= GROUP_MS,
    });
  });
};

/** @type {WeakMap<Message, Extract<LogItem, { kind: 'message' }>>} */
const messageItems = new WeakMap();

/**
 * The same object as long as nothing about it changes: a log of ten thousand is walked at every message.
 * @param {Message} message
 * @param {boolean} isOwn
 * @param {boolean} isFirst
 * @param {boolean} isLast
 * @returns {LogItem}
 */
const messageItem = (message, isOwn, isFirst, isLast) => {
  const held = messageItems.get(message);
  if (held && held.isOwn === isOwn && held.isFirst === isFirst && held.isLast === isLast) return held;
  const key = isOwn && message.clientId !== undefined ? `m${message.clientId}` : `s${message.seq}`;
  const item = /** @type {const} */ ({ key, kind: 'message', message, isOwn, isFirst, isLast });
  messageItems.set(message, item);
  return item;
};

/**
 * One sender, within five minutes of each other, on one day.
 * @param {Message} a
 * @param {Message} b
 * @param {boolean} isNewDay between them
 */
const isOneGroup = (a, b, isNewDay) =>
  a.sender === b.sender && a.kind === 'text' && b.kind === 'text' && Math.abs(b.at - a.at) < GROUP_MS && !isNewDay;

/** People whom one member added one after the other are one line. @param {Message} a @param {Message} b */
const areOneChange = (a, b) =>
  a.event?.type === 'member.added' && b.event?.type === 'member.added' && a.sender === b.sender && b.at - a.at < GROUP_MS;

/** The day of this moment on this device's calendar; worked out once a day, not once a message. @param {number} at */
const dayOf = (at) => {
  const start = new Date(at).setHours(0, 0, 0, 0);
  const end = new Date(start).setDate(new Date(start).getDate() + 1);
  return { has: (/** @type {number} */ moment) => start <= moment && moment < end };
};

/**
 * Unchanged items stay the same objects, so that what shows them need not look.
 * @param {ReadonlyArray<LogItem>} before
 * @param {LogItem[]} items
 * @returns {ReadonlyArray<LogItem>}
 */
const reuse = (before, items) => {
  if (before.length === 0) return items;
  /** @type {Map<string, LogItem>} */
  const lines = new Map();
  for (const item of before) if (item.kind !== 'message') lines.set(item.key, item);
  return items.map((item) => {
    if (item.kind === 'message') return item;
    const held = lines.get(item.key);
    return held && isSameItem(held, item) ? held : item;
  });
};

/** @param {LogItem} a @param {LogItem} b */
const isSameItem = (a, b) => {
  const one = Object.entries(a);
  const other = /** @type {Record<string, unknown>} */ ({ ...b });
  return one.length === Object.keys(b).length && one.every(([name, value]) => isSameValue(other[name], value));
};

/** @param {unknown} a @param {unknown} b */
const isSameValue = (a, b) =>
  a === b || (Array.isArray(a) && Array.isArray(b) && a.length === b.length && a.every((value, i) => value === b[i]));
