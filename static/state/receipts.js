// What receipts say about a message: who has it, since when, and whether it came late. Receipts only grow; a range met
// twice changes nothing.

import { isCrowd, isWholeKnown } from './members.js';

/**
 * @typedef {import('./types.js').Receipt} Receipt
 * @typedef {import('./types.js').MemberReceipts} MemberReceipts
 * @typedef {import('./types.js').ConversationCopy} ConversationCopy
 * @typedef {import('./types.js').Message} Message
 * @typedef {import('./types.js').ReceiptCounts} ReceiptCounts
 * @typedef {import('./types.js').State} State
 */

/**
 * @typedef {Readonly<{ at: number, since: number | null }>} Reached
 * @typedef {Readonly<{ since: number, at: number, laterMs: number }>} Lateness
 * @typedef {Readonly<{ user: number, state: 'waiting' | 'delivered' | 'read', deliveredAt: number | null, readAt: number | null, late: Lateness | null }>} MemberFacts
 * @typedef {Readonly<{
 *   state: 'stored' | 'delivered' | 'read', storedAt: number, writtenAt: number | null, deliveredAt: number | null, readAt: number | null,
 *   late: Lateness | null, isComplete: boolean, members: ReadonlyArray<MemberFacts>, waiting: ReadonlyArray<number>,
 *   counts: ReceiptCounts | null
 * }>} MessageFacts
 *   `counts`: in a group too large for single receipts all that is known; then no member is named.
 *   `state` is that of the slowest member; the times those at which the last of them got there; `isComplete`: all have read it.
 */

const NONE = Object.freeze({ delivered: Object.freeze([]), read: Object.freeze([]) });

/**
 * @param {ReadonlyMap<number, MemberReceipts>} held
 * @param {ReadonlyArray<Receipt>} given
 * @returns {ReadonlyMap<number, MemberReceipts>}
 */
export const mergeReceipts = (held, given) => {
  /** @type {Map<number, MemberReceipts> | null} */
  let changed = null;
  for (const receipt of given) {
    const member = (changed ?? held).get(receipt.user) ?? NONE;
    const merged = mergeRange(member[receipt.kind], receipt);
    if (merged === member[receipt.kind]) continue;
    changed ??= new Map(held);
    changed.set(receipt.user, { ...member, [receipt.kind]: merged });
  }
  return changed ?? held;
};

/**
 * @param {ReadonlyArray<Receipt>} ranges ascending by `upTo`
 * @param {Receipt} given
 * @returns {ReadonlyArray<Receipt>}
 */
const mergeRange = (ranges, given) => {
  const at = firstReaching(ranges, given.upTo);
  const held = ranges[at];
  if (held && held.upTo === given.upTo) {
    if (held.rev > given.rev || (held.rev === given.rev && held.from <= given.from)) return ranges;
    return [...ranges.slice(0, at), given, ...ranges.slice(at + 1)];
  }
  return [...ranges.slice(0, at), given, ...ranges.slice(at)];
};

/**
 * Only what concerns seqs from here on; pages bring older receipts along when they are loaded again.
 * @param {ReadonlyMap<number, MemberReceipts>} held
 * @param {number} from
 * @returns {ReadonlyMap<number, MemberReceipts>}
 */
export const trimReceipts = (held, from) => {
  /** @param {ReadonlyArray<Receipt>} ranges */
  const kept = (ranges) => ranges.filter((range, i) => range.upTo >= from || i === ranges.length - 1);
  return new Map(
    [...held].map(([user, { delivered, read }]) => [user, { delivered: kept(delivered), read: kept(read) }]),
  );
};

/** Index of the first range that reaches `seq`. @param {ReadonlyArray<Receipt>} ranges @param {number} seq */
const firstReaching = (ranges, seq) => {
  let low = 0;
  let high = ranges.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ranges[middle].upTo < seq) low = middle + 1;
    else high = middle;
  }
  return low;
};

/**
 * Only a range that covers the place says something of it: what a later one leaves out was never confirmed.
 * @param {ReadonlyArray<Receipt>} ranges
 * @param {number} seq
 * @returns {Reached | null}
 */
const reached = (ranges, seq) => {
  const range = ranges[firstReaching(ranges, seq)];
  return range && range.from <= seq ? { at: range.at, since: range.since ?? null } : null;
};

/** @param {ConversationCopy} copy @param {Message} message @param {number} user @returns {MemberFacts} */
const memberFacts = (copy, message, user) => {
  const receipts = copy.receipts.get(user) ?? NONE;
  const read = reached(receipts.read, message.seq);
  const delivered = reached(receipts.delivered, message.seq) ?? read;
  const late =
    delivered && delivered.since !== null
      ? { since: delivered.since, at: delivered.at, laterMs: Math.max(0, delivered.at - message.at) }
      : null;
  return {
    user,
    state: read ? 'read' : delivered ? 'delivered' : 'waiting',
    deliveredAt: delivered?.at ?? null,
    readAt: read?.at ?? null,
    late,
  };
};

/** @type {WeakMap<Message, { copy: ConversationCopy, users: State['users'], facts: MessageFacts }>} */
const remembered = new WeakMap();

/**
 * The state of an own message with its times, of all members who count: in the range, still members, not disabled.
 * @param {State} state
 * @param {number} conversation
 * @param {Message} message
 * @returns {MessageFacts}
 */
export const messageFacts = (state, conversation, message) => {
  const copy = state.conversations.get(conversation);
  if (!copy) return storedOnly(message);
  const known = remembered.get(message);
  if (
    known &&
    known.users === state.users &&
    known.copy.receipts === copy.receipts &&
    known.copy.counts === copy.counts &&
    known.copy.members === copy.members
  )
    return known.facts;
  const counts = isCrowd(copy) ? copy.counts.get(message.seq) : undefined;
  // Somebody who is not known by name may not have it yet: of less than all nothing is said.
  const members = isCrowd(copy) || !isWholeKnown(copy) ? [] : membersWhoCount(state, copy, message);
  const facts = counts ? counted(message, counts) : members.length === 0 ? storedOnly(message) : gather(message, members);
  remembered.set(message, { copy, users: state.users, facts });
  return facts;
};

/** @param {State} state @param {ConversationCopy} copy @param {Message} message @returns {ReadonlyArray<MemberFacts>} */
const membersWhoCount = (state, copy, message) =>
  copy.members
    .filter((member) => member.user !== message.sender && member.until === undefined && member.from <= message.seq)
    .filter((member) => state.users.get(member.user)?.disabled !== true)
    .map((member) => memberFacts(copy, message, member.user));

/**
 * The same of numbers alone: the slowest decides here too.
 * @param {Message} message
 * @param {ReceiptCounts} counts
 * @returns {MessageFacts}
 */
const counted = (message, counts) => {
  const { delivered, read, of } = counts;
  const state = of > 0 && read >= of ? 'read' : of > 0 && delivered >= of ? 'delivered' : 'stored';
  return { ...storedOnly(message), state, isComplete: state === 'read', counts };
};

/** @param {Message} message @param {ReadonlyArray<MemberFacts>} members @returns {MessageFacts} */
const gather = (message, members) => {
  const isRead = members.every((member) => member.state === 'read');
  const isDelivered = members.every((member) => member.state !== 'waiting');
  const late = members.reduce(
    (/** @type {Lateness | null} */ latest, { late: one }) => (one && (!latest || one.at > latest.at) ? one : latest),
    null,
  );
  return {
    state: isRead ? 'read' : isDelivered ? 'delivered' : 'stored',
    storedAt: message.at,
    writtenAt: message.writtenAt ?? null,
    deliveredAt: isDelivered ? latestOf(members.map((member) => member.deliveredAt)) : null,
    readAt: isRead ? latestOf(members.map((member) => member.readAt)) : null,
    late,
    isComplete: isRead,
    members,
    waiting: members.filter((member) => member.state === 'waiting').map((member) => member.user),
    counts: null,
  };
};

/** @param {Message} message @returns {MessageFacts} */
const storedOnly = (message) => ({
  state: 'stored',
  storedAt: message.at,
  writtenAt: message.writtenAt ?? null,
  deliveredAt: null,
  readAt: null,
  late: null,
  isComplete: false,
  members: [],
  waiting: [],
  counts: null,
});

/** One unknown time makes the latest unknown. @param {ReadonlyArray<number | null>} times @returns {number | null} */
const latestOf = (times) =>
  times.reduce(
    (latest, at) => (latest === null || at === null ? null : Math.max(latest, at)),
    /** @type {number | null} */ (0),
  );
