// What each frame of the server does to the state. Pure; a frame met twice changes nothing.

import { FRAME, TYPING_ENDS_MS } from '../protocol.js';
import {
  copyOf,
  isOutOfReach,
  withChangedMessage,
  withChanges,
  withMessage,
  withReceipts,
  withRev,
  withSummary,
  withoutCounts,
  withoutMessages,
} from './copies.js';
import { isMarkedUnread, withLateDivider } from './divider.js';
import { initialState } from './initial.js';
import { hasGoneBack, withoutKnowledge } from './kept.js';
import { withBlock, withMute } from './choices.js';
import { withCounts } from './members.js';
import { mentionsOf } from './mentions.js';
import { withMine } from './reactions.js';
import { messageIn } from './runs.js';
import { isSameTarget, resolveTarget, targetKey } from './target.js';
import { withTyping } from './typing.js';

/**
 * @typedef {import('./types.js').State} State
 * @typedef {import('./types.js').ServerFrame} ServerFrame
 * @typedef {import('./types.js').ReadyFrame} ReadyFrame
 * @typedef {import('./types.js').MessageStoredFrame} MessageStoredFrame
 * @typedef {import('./types.js').ConversationCopy} ConversationCopy
 * @typedef {import('./types.js').Conversation} Conversation
 * @typedef {import('./types.js').Message} Message
 * @typedef {import('./types.js').Draft} Draft
 * @typedef {import('./types.js').DraftCopy} DraftCopy
 * @typedef {import('./types.js').Late} Late
 * @typedef {import('./types.js').User} User
 * @typedef {import('./types.js').Toast} Toast
 */

/** Late notices that come with `ready` and are told as toasts; the others stand in their chats only. */
const LATE_TOASTS_AT_START = 3;

/**
 * @param {State} state
 * @param {ServerFrame} frame
 * @param {number} now
 * @param {ReadonlySet<number>} asked conversations that were named in this connection's `hello`
 * @returns {State}
 */
export const withFrame = (state, frame, now, asked) => {
  switch (frame.type) {
    case FRAME.ready:
      return withReady(state, frame, asked);
    case FRAME.changes:
      return settleOwn(
        withCopy(state, frame.conversation, (copy) => withChanges(copy, frame, me(state))),
        frame.messages,
      );
    case FRAME.reset:
      return withCopy(state, frame.conversation, (copy) => {
        const bare = withoutMessages(copy.stale ? withoutCounts(copy) : copy, frame.rev, frame.head);
        return copy.stale ? { ...bare, lastMessage: null } : bare; // `ready` has not renewed that one: it may be deleted
      });
    case FRAME.messageStored:
      return withStored(state, frame);
    case FRAME.message: {
      const { message } = frame;
      const next = withCopy(state, message.conversation, (copy) => withMessage(copy, message, me(state)));
      return settleOwn(withTyping(next, message.conversation, message.sender, null), [message]);
    }
    case FRAME.messageChanged:
      return withCopy(state, frame.message.conversation, (copy) => {
        const held = messageIn(copy.runs, frame.message.seq) ?? copy.edits.get(frame.message.seq) ?? null;
        return withChangedMessage(copy, withMine(frame.message, frame.reaction, held, me(state)), me(state), frame.before ?? {});
      });
    case FRAME.receipt:
      return withCopy(state, frame.conversation, (copy) =>
        withRev(withReceipts(copy, [frame.receipt], me(state)), frame.receipt.rev),
      );
    case FRAME.receiptCounts:
      return withCopy(state, frame.conversation, (copy) => withCounts(copy, [frame]));
    case FRAME.late:
      return withLateToast(withLate(state, [frame.late], true), frame.late);
    case FRAME.lateSeen:
      return withLateSeen(state, frame.ids);
    case FRAME.cursor: {
      const next = withCopy(state, frame.conversation, (copy) =>
        copy.cursor === frame.cursor && copy.unread === frame.unread && copy.mentioned === frame.mentioned && !copy.stale
          ? copy
          : { ...copy, cursor: frame.cursor, unread: frame.unread, mentioned: frame.mentioned, stale: false },
      );
      return {
        ...next,
        accountRev: Math.max(next.accountRev, frame.accountRev),
        divider: isMarkedUnread(state, frame) ? frame.cursor + 1 : state.divider,
      };
    }
    case FRAME.draft: {
      const next = withServerDraft(state, frame.conversation, frame.draft);
      return { ...next, accountRev: Math.max(next.accountRev, frame.accountRev) };
    }
    case FRAME.account:
      return {
        ...state,
        readReceipts: frame.readReceipts,
        accountRev: Math.max(state.accountRev, frame.accountRev),
      };
    case FRAME.mute:
      return withMute(state, frame);
    case FRAME.presence: {
      const presence = new Map(state.presence);
      for (const one of frame.users) presence.set(one.user, one);
      return { ...state, presence };
    }
    case FRAME.typing:
      return withTyping(state, frame.conversation, frame.user, frame.on ? now + TYPING_ENDS_MS : null);
    case FRAME.user: {
      const isNew = !state.users.has(frame.user.id);
      const next = withUsers(state, [frame.user]);
      const total = next.people.total === null ? null : next.people.total + (isNew ? 1 : 0);
      return { ...next, peopleRev: Math.max(next.peopleRev, frame.peopleRev), people: { ...next.people, total } };
    }
    case FRAME.conversation: {
      const next = withConversation(state, frame.conversation);
      return withCopy(next, frame.conversation.id, (copy) => withRev(copy, frame.conversation.rev));
    }
    case FRAME.sessionEnded:
      return signedOut(state, frame.reason);
    case FRAME.block:
      return withBlock(state, frame);
    case FRAME.ok:
    case FRAME.error:
    case FRAME.goodbye:
    case FRAME.beat:
      return state; // for the connection, or not shown by this page
    default:
      return unreachable(frame);
  }
};

/** @param {never} value @returns {never} */
export const unreachable = (value) => {
  throw new TypeError(`not foreseen: ${JSON.stringify(value)}`);
};

/** Own ids are never 0. @param {State} state */
const me = (state) => state.me?.id ?? 0;

/**
 * Nothing of one person's chats stays in memory for the next; settings are the device's.
 * @param {State} state
 * @param {State['ended']} reason
 * @returns {State}
 */
export const signedOut = (state, reason) => ({
  ...initialState(state.settings, state.now),
  phase: 'signedOut',
  ended: reason,
  deviceStorage: state.deviceStorage,
  isAttended: state.isAttended,
});

/**
 * @param {State} state
 * @param {number} id
 * @param {(copy: ConversationCopy) => ConversationCopy} change
 * @returns {State}
 */
export const withCopy = (state, id, change) => {
  const copy = state.conversations.get(id);
  if (!copy) return state;
  const changed = change(copy);
  if (changed === copy) return state;
  return { ...state, conversations: new Map(state.conversations).set(id, changed) };
};

/** @param {State} state @param {ReadonlyArray<User>} given @returns {State} */
export const withUsers = (state, given) => {
  if (given.length === 0) return state;
  const users = new Map(state.users);
  for (const user of given) users.set(user.id, user);
  return { ...state, users, me: given.find((user) => user.id === state.me?.id) ?? state.me };
};

/**
 * @param {State} state
 * @param {Conversation} wire
 * @param {boolean} [isListed] on a page of the list, which may be older than what was heard since: only what this page has
 *   not heard of since the last reconnect takes its counts from there
 * @returns {State}
 */
export const withConversation = (state, wire, isListed = false) => {
  const copy = state.conversations.get(wire.id);
  const known = copy && withSummary(copy, wire, me(state), !isListed || copy.stale);
  const conversations = new Map(state.conversations).set(wire.id, known ?? copyOf(wire));
  const next = withServerDraft({ ...state, conversations }, wire.id, wire.draft);
  const viewing = next.view === null ? next : { ...next, view: sameOr(next.view, resolveTarget(next, next.view)) };
  return withLateDivider(state, viewing);
};

/** @template {State['view']} T @param {T} held @param {T} given @returns {T} */
const sameOr = (held, given) => (isSameTarget(held, given) ? held : given);

/**
 * @param {State} state
 * @param {ReadyFrame} ready
 * @param {ReadonlySet<number>} asked
 * @returns {State}
 */
const withReady = (state, ready, asked) => {
  if (hasGoneBack(state, ready)) state = withoutKnowledge(state);
  const named = new Set(ready.conversations.map((wire) => wire.id));
  /** @type {Map<number, ConversationCopy>} */
  const conversations = new Map();
  /** What was being loaded over the former connection is not waited for. @type {Partial<ConversationCopy>} */
  const afresh = { catchingUp: false, newest: 'idle', older: 'idle', newer: 'idle' };
  for (const [id, copy] of state.conversations) {
    if (named.has(id)) continue;
    const mayBeFurtherDown = ready.moreConversations && asked.has(id); // neither named nor asked for: loaded again by the list
    if (mayBeFurtherDown) conversations.set(id, { ...copy, ...afresh, stale: true });
  }
  /** Of another history. @type {Set<number>} */
  const begunAnew = new Set();
  for (const wire of ready.conversations) {
    const copy = state.conversations.get(wire.id);
    if (copy && isOutOfReach(copy, wire.rev)) begunAnew.add(wire.id);
    // `reset` comes for what was asked for; nothing is loaded before it.
    if (!copy || begunAnew.has(wire.id)) conversations.set(wire.id, { ...copyOf(wire), catchingUp: asked.has(wire.id) });
    else if (asked.has(wire.id)) conversations.set(wire.id, { ...withSummary(copy, wire, me(state)), ...afresh });
    else conversations.set(wire.id, withoutMessages(withSummary(copy, wire, me(state)), wire.rev, wire.head));
  }
  /** @type {State} */
  let next = {
    ...state,
    phase: 'signedIn',
    ended: null,
    me: ready.user,
    session: ready.session,
    weakPassword: ready.weakPassword ?? state.weakPassword,
    readReceipts: ready.readReceipts,
    blocked: new Set(ready.blocked),
    limits: ready.limits,
    accountRev: ready.accountRev,
    peopleRev: ready.peopleRev,
    conversations,
    list: { more: ready.moreConversations, next: null, load: 'idle' },
    people: ready.peopleReset ? { next: null, total: null, load: 'idle' } : { ...state.people, load: 'idle' },
    presence: new Map(ready.presence.map((one) => [one.user, one])),
    typing: new Map(),
    late: new Map([...state.late].filter(([, late]) => !begunAnew.has(late.conversation))), // a number may be another's
  };
  next = withUsers(next, [ready.user, ...ready.users]);
  for (const wire of ready.conversations) next = withServerDraft(next, wire.id, wire.draft);
  if (next.view) next = { ...next, view: resolveTarget(next, next.view) };
  const untold = ready.late.filter((late) => !state.late.has(late.id));
  next = withLate({ ...next, lateUnseen: new Set() }, ready.late, true);
  for (const late of untold.slice(0, LATE_TOASTS_AT_START)) next = withLateToast(next, late);
  return withLateDivider(state, next);
};

/**
 * The tick: the message leaves the outbox and stands at its place.
 * @param {State} state
 * @param {MessageStoredFrame} frame
 * @returns {State}
 */
const withStored = (state, frame) => {
  const item = state.outbox.find((one) => one.clientId === frame.clientId);
  const next = withCopy(state, frame.conversation, (copy) => {
    if (item) return withMessage(copy, storedMessage(item, frame, me(state)), me(state));
    // Taken out of the outbox meanwhile: that it exists is known, what it says is fetched like any gap.
    const hole =
      copy.isTailLoaded && frame.seq > copy.head ? [...copy.holes, { from: copy.head + 1, to: frame.seq }] : copy.holes;
    return withRev({ ...copy, holes: hole, head: Math.max(copy.head, frame.seq) }, frame.rev);
  });
  return item ? settle(next, new Set([frame.clientId])) : next;
};

/**
 * @param {import('./types.js').OutboxItem} item
 * @param {Readonly<{ conversation: number, seq: number, rev: number, at: number }> & import('./types.js').Mentions} stored
 * @param {number} sender
 * @returns {Message}
 */
export const storedMessage = (item, stored, sender) => ({
  conversation: stored.conversation,
  seq: stored.seq,
  rev: stored.rev,
  sender,
  kind: 'text',
  clientId: item.clientId,
  body: item.body,
  at: stored.at,
  writtenAt: item.writtenAt,
  version: 1,
  ...(item.replyTo === undefined ? {} : { replyTo: item.replyTo }),
  ...mentionsOf(stored),
});

/**
 * Own messages that came back by another way than our tick.
 * @param {State} state
 * @param {ReadonlyArray<Message>} messages
 * @returns {State}
 */
export const settleOwn = (state, messages) => {
  if (state.outbox.length === 0) return state;
  const own = messages.flatMap((message) =>
    message.sender === state.me?.id && message.clientId !== undefined ? [message.clientId] : [],
  );
  return own.length === 0 ? state : settle(state, new Set(own));
};

/** @param {State} state @param {ReadonlySet<string>} clientIds @returns {State} */
const settle = (state, clientIds) => {
  const outbox = state.outbox.filter((item) => !clientIds.has(item.clientId));
  const done = state.outbox.length - outbox.length;
  return done === 0 ? state : withFlushed({ ...state, outbox }, done);
};

/** Counts what a reconnect sends, and says so at its end. @param {State} state @param {number} done @returns {State} */
export const withFlushed = (state, done) => {
  if (state.flush === null) return state;
  const sent = state.flush.sent + done;
  if (sent < state.flush.total) return { ...state, flush: { ...state.flush, sent } };
  return withToast({ ...state, flush: null }, { kind: 'sent', count: state.flush.total });
};

/** @typedef {Toast extends infer T ? T extends Toast ? Omit<T, 'id'> : never : never} ToastBody */

/** @param {State} state @param {ToastBody} toast @returns {State} */
export const withToast = (state, toast) => {
  const id = state.toastId + 1;
  return { ...state, toastId: id, toasts: [...state.toasts, /** @type {Toast} */ ({ ...toast, id })] };
};

/** @param {State} state @param {ReadonlyArray<Late>} given @param {boolean} areUnseen @returns {State} */
export const withLate = (state, given, areUnseen) => {
  const news = given.filter((late) => {
    const held = state.late.get(late.id);
    return !held || held.count < late.count;
  });
  const unseen = areUnseen ? given.filter((late) => !state.lateUnseen.has(late.id)) : [];
  if (news.length === 0 && unseen.length === 0) return state;
  const late = new Map(state.late);
  for (const one of news) late.set(one.id, one);
  return {
    ...state,
    late,
    lateUnseen: unseen.length === 0 ? state.lateUnseen : new Set([...state.lateUnseen, ...unseen.map((one) => one.id)]),
  };
};

/**
 * One toast for one return, growing with it; none where the line itself is in view.
 * @param {State} state
 * @param {Late} late
 * @returns {State}
 */
const withLateToast = (state, late) => {
  const isInView =
    state.isAttended && state.view !== null && targetKey(state.view) === targetKey({ conversation: late.conversation });
  if (isInView) return state;
  const shown = state.toasts.find((toast) => toast.kind === 'late' && toast.late.id === late.id);
  if (!shown) return withToast(state, { kind: 'late', late });
  return {
    ...state,
    toasts: state.toasts.map((toast) => (toast === shown ? { id: toast.id, kind: 'late', late } : toast)),
  };
};

/** @param {State} state @param {ReadonlyArray<number>} ids @returns {State} */
export const withLateSeen = (state, ids) => {
  if (!ids.some((id) => state.lateUnseen.has(id))) return state;
  return { ...state, lateUnseen: new Set([...state.lateUnseen].filter((id) => !ids.includes(id))) };
};

/**
 * What is being typed here is never replaced from outside; saving it finds the conflict and keeps both.
 * @param {State} state
 * @param {number} conversation
 * @param {Draft | undefined} draft
 * @returns {State}
 */
const withServerDraft = (state, conversation, draft) => {
  const key = targetKey({ conversation });
  const held = state.drafts.get(key);
  if (held && !held.saved) return state;
  if (!draft && !held) return state;
  if (draft && held && held.version >= draft.version && held.text === draft.text) return state;
  /** @type {Map<string, DraftCopy>} */
  const drafts = new Map(state.drafts);
  if (draft) drafts.set(key, { text: draft.text, version: draft.version, at: draft.at, saved: true });
  else drafts.delete(key);
  return { ...state, drafts };
};
