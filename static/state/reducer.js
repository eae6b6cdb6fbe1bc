// Every change of the state, in one place: `reducer(state, event)`. Pure and complete; the switch has a case for each event
// and the type check refuses a missing one. No page, timer, socket or clock in here.

import { withChangedMessage, withPage, withoutOldMessages } from './copies.js';
import { withCursor } from './counting.js';
import {
  settleOwn,
  signedOut,
  unreachable,
  withConversation,
  withCopy,
  withFlushed,
  withFrame,
  withLate,
  withLateSeen,
  withToast,
  withUsers,
} from './frames.js';
import { withKept } from './kept.js';
import { withMembersPage } from './members.js';
import { withPending, withoutPending } from './reactions.js';
import { withSearch, withoutSearches } from './searches.js';
import { soughtFor, withSoughtStep } from './sought.js';
import { isSameTarget, resolveTarget } from './target.js';
import { withoutExpiredTyping } from './typing.js';

/**
 * @typedef {import('./types.js').State} State
 * @typedef {import('./types.js').Event} Event
 * @typedef {import('./types.js').Link} Link
 * @typedef {import('./types.js').ConversationsPage} ConversationsPage
 * @typedef {import('./types.js').UsersPage} UsersPage
 * @typedef {import('./types.js').OutboxItem} OutboxItem
 * @typedef {import('./types.js').Target} Target
 */

/** A loss shorter than this leaves no line in the log. */
const LOSS_WORTH_A_LINE_MS = 2000;

/** @type {ReadonlySet<number>} */
const NOTHING_ASKED = new Set();

/**
 * @param {State} state
 * @param {Event} event
 * @returns {State}
 */
export const reducer = (state, event) => {
  switch (event.type) {
    case 'session.found':
      return withUsers(
        {
          ...state,
          phase: 'signedIn',
          ended: null,
          me: event.user,
          session: event.session,
          weakPassword: event.weakPassword,
        },
        [event.user],
      );
    case 'session.lost':
      return signedOut(state, event.reason);
    case 'session.unreachable':
      return state.phase === 'starting' ? { ...state, phase: 'unreachable' } : state;
    case 'session.doubted':
      return { ...signedOut(state, null), phase: 'starting' };
    case 'kept.loaded':
      return withKept(state, event.kept);
    case 'link.changed':
      return withLink(state, event.link, event.now);
    case 'frame':
      return withFrame(state, event.frame, event.now, event.asked ?? NOTHING_ASKED);
    case 'page.loading':
      return withCopy(state, event.conversation, (copy) => ({ ...copy, [event.which]: 'loading' }));
    case 'page.failed':
      return withCopy(state, event.conversation, (copy) => ({ ...copy, [event.which]: 'failed' }));
    case 'page.loaded': {
      const next = withCopy(state, event.conversation, (copy) =>
        withPage(copy, event.which, event.page, state.me?.id ?? 0, event.seq),
      );
      return settleOwn(withLate(next, event.page.late, false), event.page.messages);
    }
    case 'list.loading':
      return { ...state, list: { ...state.list, load: 'loading' } };
    case 'list.failed':
      return { ...state, list: { ...state.list, load: 'failed' } };
    case 'list.loaded':
      return withList(state, event.page);
    case 'people.loading':
      return { ...state, people: { ...state.people, load: 'loading' } };
    case 'people.failed':
      return { ...state, people: { ...state.people, load: 'failed' } };
    case 'people.loaded':
      return withPeople(state, event.page, event.isWhole);
    case 'conversation.loaded':
      return withConversation(withUsers(state, event.answer.users), event.answer.conversation);
    case 'members.loading':
      return withCopy(state, event.conversation, (copy) => ({ ...copy, roster: { ...copy.roster, load: 'loading' } }));
    case 'members.failed':
      return withCopy(state, event.conversation, (copy) => ({ ...copy, roster: { ...copy.roster, load: 'failed' } }));
    case 'members.loaded':
      return withCopy(withPresence(withUsers(state, event.page.users), event.page.presence), event.conversation, (copy) =>
        withMembersPage(copy, event.page),
      );
    case 'members.found':
      return withPresence(withUsers(state, event.page.users), event.page.presence);
    case 'conversation.gone': {
      if (!state.conversations.has(event.conversation)) return state;
      const conversations = new Map(state.conversations);
      conversations.delete(event.conversation);
      return {
        ...state,
        conversations,
        view: isSameTarget(state.view, { conversation: event.conversation }) ? null : state.view,
      };
    }
    case 'message.changed':
      return withCopy(state, event.message.conversation, (copy) =>
        withChangedMessage(copy, event.message, state.me?.id ?? 0),
      );
    case 'me.changed':
      // Live, the choice is told by a frame, in order with those of other devices.
      return withUsers(
        {
          ...state,
          me: event.user,
          readReceipts: state.link.phase === 'live' ? state.readReceipts : event.readReceipts,
        },
        [event.user],
      );
    case 'view.opened':
      return withView(state, event.view, event.seq);
    case 'sought.moved':
      return withSoughtStep(state, event.step);
    case 'searched':
      return { ...state, searches: withSearch(state.searches, event.text, event.at) };
    case 'searches.forgotten':
      return { ...state, searches: withoutSearches(state.searches, event.at) };
    case 'view.moved':
      return state.inView === event.seq ? state : { ...state, inView: event.seq };
    case 'delivered.told':
      return withCopy(state, event.conversation, (copy) =>
        event.seq > copy.deliveredUpTo ? { ...copy, deliveredUpTo: event.seq } : copy,
      );
    case 'read.told':
      return withCopy(state, event.conversation, (copy) => {
        if (event.seq <= copy.readUpTo && event.seq <= copy.cursor) return copy;
        const cursor = Math.max(copy.cursor, event.seq);
        return {
          ...copy,
          readUpTo: Math.max(copy.readUpTo, event.seq),
          cursor,
          unread: cursor >= copy.head ? 0 : copy.unread,
          mentioned: cursor >= copy.head ? 0 : copy.mentioned,
        };
      });
    case 'cursor.told':
      return withCopy(state, event.conversation, (copy) => withCursor(copy, event.seq, state.me?.id ?? 0));
    case 'late.told':
      return withLateSeen(state, event.ids);
    case 'outbox.loaded':
      return { ...state, outbox: inOrder(event.items) };
    case 'outbox.put':
      return withOutboxItem(state, event.item);
    case 'outbox.removed': {
      const { stored } = event;
      const next = stored
        ? withCopy(state, stored.conversation, (copy) => withPlaced(copy, stored, state.me?.id ?? 0))
        : state;
      const outbox = next.outbox.filter((item) => item.clientId !== event.clientId);
      return outbox.length === next.outbox.length ? next : { ...next, outbox };
    }
    case 'outbox.kept':
      return state.deviceStorage === event.where ? state : withDeviceStorage(state, event.where);
    case 'reaction.asked':
      return withPending(state, event.item);
    case 'reaction.settled':
      return withoutPending(state, event.clientId);
    case 'draft.changed': {
      const drafts = new Map(state.drafts);
      if (event.draft) drafts.set(event.key, event.draft);
      else drafts.delete(event.key);
      return { ...state, drafts };
    }
    case 'typing.expired':
      return withoutExpiredTyping(state, event.now);
    case 'setting.changed':
      return { ...state, settings: event.settings };
    case 'attention.changed':
      return state.isAttended === event.isAttended ? state : { ...state, isAttended: event.isAttended };
    case 'toast.added':
      return withToast(state, event.toast);
    case 'toast.closed':
      return { ...state, toasts: state.toasts.filter((toast) => toast.id !== event.id) };
    case 'weakPassword.settled':
      return { ...state, weakPassword: false };
    case 'tick':
      return { ...state, now: event.now };
    default:
      return unreachable(event);
  }
};

/** @param {State} state @param {Link} link @param {number} now @returns {State} */
const withLink = (state, link, now) => {
  const hasJustLost = state.link.phase === 'live' && link.phase !== 'live' && link.phase !== 'off';
  const isBack = state.link.phase !== 'live' && link.phase === 'live';
  let next = { ...state, link, now };
  if (hasJustLost) {
    next = {
      ...next,
      flush: null,
      typing: new Map(),
      lostLine: { at: now, afterSeqs: new Map([...state.conversations].map(([id, copy]) => [id, copy.head])) },
    };
  }
  if (isBack) {
    const waiting = state.outbox.filter((item) => item.state !== 'failed').length;
    const wasShort = state.lostLine !== null && now - state.lostLine.at < LOSS_WORTH_A_LINE_MS;
    next = {
      ...next,
      flush: waiting > 0 && !wasShort ? { sent: 0, total: waiting } : null,
      lostLine: wasShort ? null : state.lostLine,
    };
  }
  return next;
};

/** @param {State} state @param {ConversationsPage} page @returns {State} */
const withList = (state, page) => {
  let next = withUsers(state, page.users);
  for (const wire of page.conversations) next = withConversation(next, wire, true);
  if (page.next === undefined) {
    // The end of the list: what has not been met since the reconnect is no longer ours.
    next = { ...next, conversations: new Map([...next.conversations].filter(([, copy]) => !copy.stale)) };
  }
  return { ...next, list: { more: page.next !== undefined, next: page.next ?? null, load: 'idle' } };
};

/** @param {State} state @param {UsersPage} page @param {boolean} isWhole @returns {State} */
const withPeople = (state, page, isWhole) => {
  const next = withPresence(withUsers(state, page.users), page.presence);
  const people = isWhole
    ? { next: page.next ?? null, total: page.total, load: /** @type {const} */ ('idle') }
    : next.people;
  return { ...next, people };
};

/** @param {State} state @param {ReadonlyArray<import('./types.js').Presence>} given @returns {State} */
const withPresence = (state, given) => ({
  ...state,
  presence: new Map([...state.presence, ...given.map((one) => /** @type {const} */ ([one.user, one]))]),
});

/** @param {State} state @param {Target | null} view @param {number | undefined} seq @returns {State} */
const withView = (state, view, seq) => {
  const resolved = view ? resolveTarget(state, view) : null;
  const sought = soughtFor(state, resolved, seq);
  if (isSameTarget(state.view, resolved)) return sought === null ? state : { ...state, sought };
  let next = state;
  if (state.view && 'conversation' in state.view) next = withCopy(next, state.view.conversation, withoutOldMessages);
  const copy = resolved && 'conversation' in resolved ? next.conversations.get(resolved.conversation) : undefined;
  return {
    ...next,
    view: resolved,
    sought,
    inView: 0,
    divider: copy && copy.unread > 0 ? copy.cursor + 1 : null,
    lostLine: next.link.phase === 'live' ? null : next.lostLine,
  };
};

/** @param {State} state @param {OutboxItem} item @returns {State} */
const withOutboxItem = (state, item) => {
  const held = state.outbox.find((one) => one.clientId === item.clientId);
  const next = { ...state, outbox: inOrder([...state.outbox.filter((one) => one !== held), item]) };
  const hasFailed = item.state === 'failed' && held?.state !== 'failed';
  if (!hasFailed || next.flush === null) return next;
  const total = next.flush.total - 1;
  return total === 0 ? { ...next, flush: null } : withFlushed({ ...next, flush: { ...next.flush, total } }, 0);
};

/** @param {ReadonlyArray<OutboxItem>} items */
const inOrder = (items) => [...items].sort((a, b) => a.order - b.order || (a.clientId < b.clientId ? -1 : 1));

/**
 * Another tab had it stored: it stands at its place at once, and our own prefix stays ours.
 * @param {import('./types.js').ConversationCopy} copy
 * @param {import('./types.js').Message} message
 * @param {number} me
 */
const withPlaced = (copy, message, me) => {
  const isNext = copy.isTailLoaded && message.seq === (copy.runs.at(-1)?.to ?? copy.head) + 1;
  if (!isNext) return copy;
  const page = {
    messages: [message],
    receipts: [],
    late: [],
    rev: message.rev,
    head: message.seq,
    first: copy.first,
    hasBefore: true,
    hasAfter: false,
  };
  return withPage(copy, 'quote', page, me, undefined);
};

/** @param {State} state @param {State['deviceStorage']} where @returns {State} */
const withDeviceStorage = (state, where) => {
  const next = { ...state, deviceStorage: where };
  if (where === 'memory') return withToast(next, { kind: 'deviceStorage' });
  return { ...next, toasts: state.toasts.filter((toast) => toast.kind !== 'deviceStorage') };
};
