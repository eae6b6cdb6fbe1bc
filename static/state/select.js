// What components ask the state: sorted lists, people, presence, words' ingredients. Pure; what builds a list remembers its
// last answer, so that the same state gives the same object.

import { isMuted } from './choices.js';
import { isListed } from './counting.js';
import { isOwner, isWholeKnown, present } from './members.js';
import { messageFacts } from './receipts.js';
import { messageIn } from './runs.js';
import { resolveTarget, targetKey } from './target.js';

export { messageFacts } from './receipts.js';
export { logItems, logWindow } from './log.js';
export { directWith, isSameTarget, resolveTarget, targetKey } from './target.js';

/**
 * @typedef {import('./types.js').State} State
 * @typedef {import('./types.js').ConversationCopy} ConversationCopy
 * @typedef {import('./types.js').Presence} Presence
 * @typedef {import('./types.js').User} User
 * @typedef {import('./types.js').Target} Target
 * @typedef {import('./types.js').Message} Message
 * @typedef {import('./types.js').OutboxItem} OutboxItem
 * @typedef {import('./receipts.js').MessageFacts} MessageFacts
 */

/**
 * Remembers the last answer for the parts of the state it was made from.
 * @template R
 * @param {(state: State) => ReadonlyArray<unknown>} parts
 * @param {(state: State) => R} make
 * @returns {(state: State) => R}
 */
const remember = (parts, make) => {
  /** @type {ReadonlyArray<unknown> | null} */
  let known = null;
  /** @type {R | undefined} */
  let answer;
  return (state) => {
    const now = parts(state);
    if (known === null || now.some((part, i) => part !== known?.[i])) {
      answer = make(state);
      known = now;
    }
    return /** @type {R} */ (answer);
  };
};

/**
 * Without a message that may be shown it is no chat yet, except a group. Of one that was on the list and has not been
 * heard of again it is not known.
 * @param {ConversationCopy} copy
 */
export const isChat = (copy) => copy.kind === 'group' || (copy.head > 0 && (copy.lastMessage !== null || copy.stale));

/**
 * Newest first, by time of the last message, then by id.
 * @type {(state: State) => ReadonlyArray<ConversationCopy>}
 */
export const sortedConversations = remember(
  (state) => [state.conversations],
  (state) =>
    [...state.conversations.values()]
      .filter(isChat)
      .sort((a, b) => b.lastAt - a.lastAt || b.id - a.id),
);

const PRESENCE_ORDER = { online: 0, idle: 1, offline: 2, unknown: 3 };

/**
 * Everybody but me and the disabled: online, idle, then by last seen, then by name.
 * @type {(state: State) => ReadonlyArray<User>}
 */
export const sortedPeople = remember(
  (state) => [state.users, state.presence, state.me?.id, state.link.phase === 'live', state.link.lostAt],
  (state) =>
    [...state.users.values()]
      .filter((user) => user.id !== state.me?.id && user.disabled !== true)
      .map((user) => ({ user, presence: presenceOf(state, user.id) }))
      .sort(
        (a, b) =>
          PRESENCE_ORDER[a.presence.state] - PRESENCE_ORDER[b.presence.state] ||
          (b.presence.lastSeen ?? 0) - (a.presence.lastSeen ?? 0) ||
          a.user.displayName.localeCompare(b.user.displayName) ||
          a.user.id - b.user.id,
      )
      .map(({ user }) => user),
);

/** Whether the newest message of the open chat is on the screen. @param {State} state */
export const isEndInView = (state) => {
  const copy = viewedConversation(state);
  return copy !== null && state.inView >= copy.head;
};

/** What the title counts: a chat that is muted does not ask for anybody. @type {(state: State) => number} */
export const unreadTotal = remember(
  (state) => [state.conversations, state.view, isEndInView(state), state.isAttended, state.now],
  (state) =>
    [...state.conversations.values()].reduce(
      (sum, copy) => sum + (isMuted(copy, state.now) ? 0 : shownUnread(state, copy)),
      0,
    ),
);

/**
 * What the list and the title say. The newest message of a chat is not called new while a person looks at it, though it
 * counts as read only a second later; what they marked unread themselves stays so.
 * @param {State} state
 * @param {ConversationCopy} copy
 */
export const shownUnread = (state, copy) => {
  const isLookedAt = state.isAttended && viewedConversation(state) === copy && isEndInView(state);
  return isLookedAt && copy.cursor >= copy.readUpTo ? 0 : copy.unread;
};

/** How many of these mention the person. @param {State} state @param {ConversationCopy} copy */
export const shownMentioned = (state, copy) => (shownUnread(state, copy) === 0 ? 0 : copy.mentioned);

/** @param {State} state @param {{ app: { title: (unread: number) => string } }} texts */
export const pageTitle = (state, texts) => texts.app.title(state.phase === 'signedIn' ? unreadTotal(state) : 0);

/**
 * Without a live connection nothing is known of others now, only until when they were seen: so they keep their places.
 * @param {State} state
 * @param {number} user
 * @returns {Presence}
 */
export const presenceOf = (state, user) => {
  const told = state.presence.get(user);
  if (state.link.phase === 'live') return told ?? unknownPresence(user, undefined);
  return unknownPresence(user, told && lastSeenOf(told, state.link.lostAt));
};

/** @param {Presence} told @param {number | null} lostAt @returns {number | undefined} */
const lastSeenOf = ({ state, lastSeen, idleSince }, lostAt) => {
  if (state === 'online') return lostAt ?? lastSeen;
  if (state === 'idle') return idleSince ?? lostAt ?? lastSeen;
  return lastSeen;
};

/** There is no connection and one is missed: it was there and is gone, or the first try has failed. @param {State} state */
export const isCutOff = ({ link }) => link.phase !== 'live' && (link.wasLive || link.attempt > 0);

/** @type {Map<number, Presence>} */
const unknownPresences = new Map();

/** The same object as long as it says the same. @param {number} user @param {number | undefined} lastSeen */
const unknownPresence = (user, lastSeen) => {
  const held = unknownPresences.get(user);
  if (held && held.lastSeen === lastSeen) return held;
  /** @type {Presence} */
  const presence = Object.freeze({ user, state: 'unknown', ...(lastSeen === undefined ? {} : { lastSeen }) });
  unknownPresences.set(user, presence);
  return presence;
};

/** @param {State} state @returns {ConversationCopy | null} */
export const viewedConversation = (state) => {
  const target = state.view ? resolveTarget(state, state.view) : null;
  return target && 'conversation' in target ? (state.conversations.get(target.conversation) ?? null) : null;
};

/**
 * The other one of a direct conversation.
 * @param {State} state
 * @param {ConversationCopy} copy
 * @returns {User | null}
 */
export const otherPerson = (state, copy) => {
  if (copy.kind !== 'direct') return null;
  const other = copy.members.find((member) => member.user !== state.me?.id) ?? copy.members[0];
  return other ? (state.users.get(other.user) ?? null) : null;
};

/** @param {State} state @param {Target} target @returns {User | null} */
export const personOf = (state, target) => {
  if ('to' in target) return state.users.get(target.to) ?? null;
  const copy = state.conversations.get(target.conversation);
  return copy ? otherPerson(state, copy) : null;
};

/** @param {State} state @param {ConversationCopy} copy */
export const conversationTitle = (state, copy) => copy.name ?? otherPerson(state, copy)?.displayName ?? '';

/** A group's colour: one of the twelve that people have. @param {number} conversation */
export const groupHue = (conversation) => HUES[conversation % HUES.length];

const HUES = [45, 130, 250, 330, 95, 190, 300, 20, 220, 60, 145, 265];

/**
 * Owners first, oneself next among equals, then those who are online, idle, by last seen, by name. Of more than two pages the
 * order in which they came, so that rows one looks at stay.
 * @param {State} state
 * @param {ConversationCopy} copy
 * @returns {ReadonlyArray<import('./types.js').Member>}
 */
export const sortedMembers = (state, copy) => {
  const rank = (/** @type {import('./types.js').Member} */ { user, role }) => {
    const isMe = user === state.me?.id;
    const presence = presenceOf(state, user);
    const order = isMe ? -1 : PRESENCE_ORDER[presence.state];
    return { role: role === 'owner' ? 0 : 1, order, seen: presence.lastSeen ?? 0, name: state.users.get(user)?.displayName ?? '' };
  };
  const isLong = copy.memberCount > SORTED_MEMBERS_MAX;
  return present(copy)
    .map((member) => ({ member, ...rank(member) }))
    .sort((a, b) => a.role - b.role || (isLong ? 0 : a.order - b.order || b.seen - a.seen || a.name.localeCompare(b.name)))
    .map(({ member }) => member);
};

const SORTED_MEMBERS_MAX = 200;

/**
 * Who becomes the owner when the viewer leaves: null = nobody new, 0 = somebody who is not known by name here.
 * @param {State} state
 * @param {ConversationCopy} copy
 */
export const heirOf = (state, copy) => {
  const others = present(copy).slice(1);
  const isOnlyOwner = isOwner(copy) && !others.some((member) => member.role === 'owner');
  if (!isOnlyOwner || copy.memberCount < 2) return null;
  if (!isWholeKnown(copy)) return 0;
  const isOut = (/** @type {number} */ user) => Number(state.users.get(user)?.disabled ?? false);
  return [...others].sort((a, b) => isOut(a.user) - isOut(b.user) || a.from - b.from || a.user - b.user)[0].user;
};

/** The name people call somebody by in a sentence: the first word of the display name. @param {User} user */
export const shortName = (user) => user.displayName.split(/\s+/u)[0] || user.username;

/** @param {State} state @param {number} conversation @returns {ReadonlyArray<number>} */
export const typingUsers = (state, conversation) =>
  [...(state.typing.get(conversation)?.keys() ?? [])].filter((user) => user !== state.me?.id);

/**
 * The offline person of a direct chat, for the hint above the composer.
 * @param {State} state
 * @param {Target} target
 * @returns {User | null}
 */
export const composerHint = (state, target) => {
  const person = personOf(state, target);
  return person && person.id !== state.me?.id && presenceOf(state, person.id).state === 'offline' ? person : null;
};

/** @param {State} state @param {Target} target @returns {string} */
export const draftOf = (state, target) => {
  const resolved = resolveTarget(state, target);
  const held = state.drafts.get(targetKey(resolved));
  if (held) return held.text;
  const copy = 'conversation' in resolved ? state.conversations.get(resolved.conversation) : undefined;
  const person = copy ? otherPerson(state, copy) : null;
  return (person && state.drafts.get(targetKey({ to: person.id }))?.text) ?? ''; // begun before the conversation was there
};

/** Unsent text of this user, failed included. @param {State} state */
export const waitingCount = (state) => state.outbox.length;

/** Begun here and not yet on the server, so that no other device has it. @param {State} state */
export const unsavedDrafts = (state) =>
  [...state.drafts.values()].filter((draft) => !draft.saved && draft.text.trim() !== '').length;

/**
 * The row's second line: a draft, else the last message with what is known of it.
 * @param {State} state
 * @param {ConversationCopy} copy
 * @returns {{ kind: 'draft', text: string } | { kind: 'queued', item: OutboxItem } | { kind: 'message', message: Message, facts: MessageFacts | null } | { kind: 'none' }}
 */
export const previewOf = (state, copy) => {
  const target = { conversation: copy.id };
  const draft = draftOf(state, target);
  const isViewed = state.view !== null && targetKey(state.view) === targetKey(target);
  if (draft.trim() !== '' && !isViewed) return { kind: 'draft', text: draft };
  const item = outboxOf(state, target).at(-1);
  if (item) return { kind: 'queued', item };
  const last = copy.lastMessage;
  if (!last || !isListed(last)) return { kind: 'none' };
  return {
    kind: 'message',
    message: last,
    facts: last.sender === state.me?.id ? messageFacts(state, copy.id, last) : null,
  };
};

/**
 * What waits for one place, also what was written to the person before the conversation was there.
 * @param {State} state
 * @param {Target} target
 * @returns {ReadonlyArray<OutboxItem>}
 */
export const outboxOf = (state, target) => {
  if (state.outbox.length === 0) return state.outbox;
  const key = targetKey(resolveTarget(state, target));
  return state.outbox.filter((item) => targetKey(resolveTarget(state, item.target)) === key);
};

/** @param {State} state @param {number} conversation @param {number} seq @returns {Message | null} */
export const messageAt = (state, conversation, seq) => {
  const copy = state.conversations.get(conversation);
  if (!copy) return null;
  return messageIn(copy.runs, seq) ?? (copy.lastMessage?.seq === seq ? copy.lastMessage : null);
};

/** Nothing is said of a loss shorter than this. */
const BANNER_AFTER_MS = 2000;

/**
 * @typedef {{ kind: 'lost', seconds: number } | { kind: 'reconnecting', waiting: number } | { kind: 'restarting' }
 *   | { kind: 'sending', sent: number, total: number }} Banner
 */

/** What the conversation's banner says now; null = nothing. @param {State} state @returns {Banner | null} */
export const banner = (state) => {
  const { link, flush } = state;
  if (state.phase !== 'signedIn') return null;
  if (link.phase === 'live')
    return flush ? { kind: 'sending', sent: Math.min(flush.sent + 1, flush.total), total: flush.total } : null;
  if (link.phase === 'off' || link.lostAt === null || state.now - link.lostAt < BANNER_AFTER_MS) return null;
  if (link.reason === 'restart') return { kind: 'restarting' };
  if (link.phase === 'connecting' || link.retryAt === null) {
    return { kind: 'reconnecting', waiting: state.outbox.filter((item) => item.state !== 'failed').length };
  }
  return { kind: 'lost', seconds: Math.max(1, Math.ceil((link.retryAt - state.now) / 1000)) };
};
