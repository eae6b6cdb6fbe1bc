// Tells the server what has arrived and what was read. Never more than is true: 'delivered' ends before the first hole above
// the delivered cursor, and 'read' waits until everything below it has arrived, because it says so of that too.

import { DELIVERED_EVERY_MS, SEND, isPassing } from '../protocol.js';
import { isOutOfReach, receivedUpTo } from '../state/copies.js';
import { deliveredFloor } from '../state/placing.js';
import { messageIn } from '../state/runs.js';

/**
 * @typedef {import('../state/types.js').State} State
 * @typedef {import('../state/types.js').Event} Event
 * @typedef {import('../state/types.js').ConversationCopy} ConversationCopy
 * @typedef {import('../state/types.js').RequestFrame} RequestFrame
 * @typedef {import('../lib/clock.js').Clock} Clock
 * @typedef {import('./connection.js').Reply} Reply
 */

const READ_EVERY_MS = 250;
const AGAIN_AFTER_MS = 2_000;

/**
 * @param {object} given
 * @param {Clock} given.clock
 * @param {() => State} given.state
 * @param {(event: Event) => void} given.dispatch
 * @param {(frame: RequestFrame) => Promise<Reply>} given.request
 */
export const createReceipts = ({ clock, state, dispatch, request }) => {
  /** What was told on this connection, by conversation. @type {Map<number, number>} */
  const told = new Map();
  /** @type {Map<number, number>} */
  const lastToldAt = new Map();
  /** @type {Map<number, number>} */
  const deliveredTimers = new Map();
  /** Fetched on purpose: told even where only own messages are new. @type {Set<number>} */
  const fetched = new Set();
  /** Read here and not yet known to the server. @type {Map<number, number>} */
  const read = new Map();
  /** @type {Map<number, number>} */
  const readTimers = new Map();
  /** @type {Map<number, number>} */
  const readToldAt = new Map();
  /** Marked unread while open: looking at it does not undo that until it is opened again. @type {Set<number>} */
  const markedUnread = new Set();
  let isLive = false;

  /** @param {ConversationCopy} copy */
  const floor = (copy) => Math.max(deliveredFloor(copy), told.get(copy.id) ?? 0);

  /** @param {ConversationCopy} copy */
  const considerDelivered = (copy) => {
    const upTo = receivedUpTo(copy);
    if (upTo <= floor(copy) || deliveredTimers.has(copy.id)) return;
    if (!fetched.has(copy.id) && !hasOthers(copy, floor(copy), upTo, state().me?.id ?? 0)) return;
    const wait = Math.max(0, (lastToldAt.get(copy.id) ?? -DELIVERED_EVERY_MS) + DELIVERED_EVERY_MS - clock.now());
    if (wait === 0) tellDelivered(copy.id);
    else
      deliveredTimers.set(
        copy.id,
        clock.after(() => tellDelivered(copy.id), wait),
      );
  };

  /** @param {number} id */
  const tellDelivered = (id) => {
    deliveredTimers.delete(id);
    const copy = state().conversations.get(id);
    if (!isLive || !copy) return;
    const seq = receivedUpTo(copy);
    if (seq <= floor(copy)) return;
    const before = told.get(id) ?? 0;
    told.set(id, seq);
    fetched.delete(id);
    lastToldAt.set(id, clock.now());
    void request({ type: SEND.receiptDelivered, conversation: id, seq }).then((reply) => {
      if (reply.kind === 'answer') dispatch({ type: 'delivered.told', conversation: id, seq });
      else if (isLive && (reply.kind === 'lost' || isPassing(reply.frame.code))) {
        if (told.get(id) === seq) told.set(id, before);
        fetched.add(id);
        if (!deliveredTimers.has(id))
          deliveredTimers.set(
            id,
            clock.after(() => tellDelivered(id), AGAIN_AFTER_MS),
          );
      }
    });
  };

  /** @param {number} id */
  const tellRead = (id) => {
    readTimers.delete(id);
    const copy = state().conversations.get(id);
    const seq = read.get(id);
    if (!isLive || !copy || seq === undefined || receivedUpTo(copy) < Math.min(seq, copy.head)) return;
    readToldAt.set(id, clock.now());
    void request({ type: SEND.receiptRead, conversation: id, seq }).then((reply) => {
      const isPassingError = reply.kind === 'error' && isPassing(reply.frame.code);
      if (reply.kind === 'lost' || isPassingError) {
        if (isLive && !readTimers.has(id))
          readTimers.set(
            id,
            clock.after(() => tellRead(id), AGAIN_AFTER_MS),
          );
      } else if (read.get(id) === seq) read.delete(id);
    });
  };

  /** @param {number} id */
  const considerRead = (id) => {
    if (!isLive || !read.has(id) || readTimers.has(id)) return;
    // At once: the window may close next. What comes within a moment after it is told together.
    const wait = Math.max(0, (readToldAt.get(id) ?? -READ_EVERY_MS) + READ_EVERY_MS - clock.now());
    if (wait === 0) tellRead(id);
    else
      readTimers.set(
        id,
        clock.after(() => tellRead(id), wait),
      );
  };

  const stopTimers = () => {
    for (const timer of [...deliveredTimers.values(), ...readTimers.values()]) clock.cancel(timer);
    deliveredTimers.clear();
    readTimers.clear();
  };

  return {
    /** After every event. @param {State} now @param {State} before */
    heard: (now, before) => {
      if (now.conversations === before.conversations) return;
      for (const [id, copy] of now.conversations) {
        const old = before.conversations.get(id);
        // What was read of a history that is no more says nothing of what now has its seqs.
        if (old && isOutOfReach(old, copy.rev)) for (const kept of [told, read]) kept.delete(id);
        if (!isLive) continue;
        if (copy === old || (old && copy.runs === old.runs && copy.deliveredUpTo === old.deliveredUpTo)) continue;
        considerDelivered(copy);
        considerRead(id);
      }
    },
    /** A page was fetched because its messages were missing. @param {number} conversation */
    wasFetched: (conversation) => {
      fetched.add(conversation);
      const copy = state().conversations.get(conversation);
      if (isLive && copy) considerDelivered(copy);
    },
    /** @param {number} conversation @param {number} seq */
    saw: (conversation, seq) => {
      const copy = state().conversations.get(conversation);
      if (!copy || markedUnread.has(conversation) || (seq <= copy.readUpTo && seq <= copy.cursor)) return;
      if (seq <= copy.readUpTo) {
        // read long ago and marked unread since: only the private cursor moves
        dispatch({ type: 'read.told', conversation, seq });
        void request({ type: SEND.cursorSet, conversation, seq });
        return;
      }
      read.set(conversation, Math.max(seq, read.get(conversation) ?? 0));
      dispatch({ type: 'read.told', conversation, seq });
      considerRead(conversation);
    },
    /** What was read and is not told yet is not told any more: it would take the mark away again. @param {number} conversation @param {boolean} isMarked */
    markedUnread: (conversation, isMarked) => {
      if (!isMarked) markedUnread.delete(conversation);
      else {
        markedUnread.add(conversation);
        read.delete(conversation);
      }
    },
    wasOpened: () => markedUnread.clear(),
    /** Read here, and the server may not know it. @param {number} conversation */
    hasUntoldRead: (conversation) => read.has(conversation),
    /** @param {boolean} live */
    setLive: (live) => {
      isLive = live;
      told.clear();
      stopTimers();
      if (!live) return;
      for (const copy of state().conversations.values()) considerDelivered(copy);
      for (const id of read.keys()) considerRead(id);
    },
    close: () => {
      isLive = false;
      stopTimers();
      for (const kept of [told, lastToldAt, read, readToldAt]) kept.clear();
      fetched.clear();
      markedUnread.clear();
    },
  };
};

/** @param {ConversationCopy} copy @param {number} after @param {number} upTo @param {number} me */
const hasOthers = (copy, after, upTo, me) => {
  for (let seq = after + 1; seq <= upTo; seq++) {
    const message = messageIn(copy.runs, seq);
    if (message && message.sender !== me && message.kind === 'text') return true;
  }
  return false;
};
