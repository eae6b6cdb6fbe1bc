// Who is in a group, as far as this page knows: what the server told of the whole, what the lines of its history changed
// since, and the further members that came over HTTP. Telling the same twice changes nothing. Knows no names and no words.

/**
 * @typedef {import('./types.js').Conversation} Conversation
 * @typedef {import('./types.js').ConversationCopy} ConversationCopy
 * @typedef {import('./types.js').Member} Member
 * @typedef {import('./types.js').Message} Message
 * @typedef {import('./types.js').ReceiptCounts} ReceiptCounts
 * @typedef {import('./types.js').Roster} Roster
 */

/** In a larger group nobody is told who has a message, only how many. */
export const CROWD = 50;

/** @type {Roster} */
export const UNASKED = Object.freeze({ load: 'idle', next: null, isWhole: false, met: Object.freeze([]) });

/**
 * One's own times in it, oldest first: the server lists them before everybody else.
 * @param {ConversationCopy} copy
 * @returns {ReadonlyArray<Member>}
 */
export const ownRanges = ({ members }) => members.filter((member) => member.user === members[0]?.user);

/** Still in, or in a direct conversation, which nobody leaves. @param {ConversationCopy} copy */
export const isIn = (copy) => {
  const ranges = ownRanges(copy);
  return ranges.length === 0 || ranges.some((range) => range.until === undefined);
};

/** @param {ConversationCopy} copy */
export const isOwner = (copy) => ownRanges(copy).some((range) => range.until === undefined && range.role === 'owner');

/** Those who are in now and known by name, oneself among them. @param {ConversationCopy} copy */
export const present = ({ members }) => members.filter((member) => member.until === undefined);

/** Too many for single receipts. @param {ConversationCopy} copy */
export const isCrowd = (copy) => copy.kind === 'group' && copy.memberCount > CROWD;

/** Whether all of them are known by name. @param {ConversationCopy} copy */
export const isWholeKnown = (copy) => present(copy).length >= copy.memberCount;

/**
 * A place that was not ours to see: between two times in the group.
 * @param {ConversationCopy} copy
 * @param {number} from
 * @param {number} to
 */
export const wasAway = (copy, from, to) => {
  const ranges = ownRanges(copy);
  return ranges.length > 1 && !ranges.some((range) => range.from <= to && (range.until ?? Infinity) >= from);
};

/**
 * What is loaded without a gap up to the end, across times when one was not in.
 * @param {ConversationCopy} copy
 */
export const tailOf = (copy) => {
  const { runs } = copy;
  let i = runs.length - 1;
  let count = 0;
  for (; i >= 0; i--) {
    count += runs[i].messages.length;
    if (i === 0 || !wasAway(copy, runs[i - 1].to + 1, runs[i].from - 1)) break;
  }
  return { from: runs[i]?.from ?? 0, count };
};

/**
 * What the server says of the whole. It names the first members only; of a larger group those that were met further down stay,
 * until they are asked for again.
 * @param {ConversationCopy} copy
 * @param {Conversation} wire
 * @returns {Pick<ConversationCopy, 'members' | 'memberCount' | 'roster'>}
 */
export const membersOf = (copy, wire) => {
  const { members, memberCount } = wire;
  const named = members.filter((member) => member.until === undefined);
  if (named.length >= memberCount || wire.kind === 'direct') return { members, memberCount, roster: UNASKED };
  const last = Math.max(...named.map((member) => member.user));
  const known = new Set(members.map((member) => member.user));
  const further = copy.members.filter((member) => member.user > last && !known.has(member.user));
  return { members: [...members, ...further], memberCount, roster: UNASKED };
};

/**
 * A line of the history that nothing newer has told of yet: above fifty members it is all that the others are told.
 * @param {ConversationCopy} copy
 * @param {ReadonlyArray<Message>} messages
 * @returns {ConversationCopy}
 */
export const withLines = (copy, messages) => {
  let next = copy;
  for (const message of messages) {
    if (message.kind === 'event' && message.rev > copy.countedRev) next = withLine(next, message);
  }
  return next;
};

/** @param {ConversationCopy} copy @param {Message} message @returns {ConversationCopy} */
const withLine = (copy, { event, sender, seq }) => {
  switch (event?.type) {
    case 'group.renamed':
      return { ...copy, name: String(event.name) };
    case 'member.added': {
      const user = Number(event.user);
      if (copy.members.some((member) => member.user === user && member.until === undefined)) return copy;
      /** @type {Member} */
      const member = { user, role: 'member', from: seq };
      return { ...copy, members: [...copy.members, member], memberCount: copy.memberCount + 1 };
    }
    case 'member.removed':
      return without(copy, Number(event.user), seq);
    case 'member.left':
      return without(copy, sender, seq);
    default:
      return copy;
  }
};

/** @param {ConversationCopy} copy @param {number} user @param {number} until @returns {ConversationCopy} */
const without = (copy, user, until) => {
  const gone = copy.members.find((member) => member.user === user && member.until === undefined);
  const memberCount = Math.max(0, copy.memberCount - 1);
  const isOwn = user === copy.members[0]?.user;
  const members = isOwn
    ? copy.members.map((member) => (member === gone ? { ...member, until } : member))
    : copy.members.filter((member) => member !== gone);
  // An owner may have left it to somebody who is not named in the line.
  const roster = gone?.role === 'owner' ? UNASKED : copy.roster;
  return { ...copy, members, memberCount, roster };
};

/**
 * A page of everybody else, in the server's order. The last one shows who of those known is no longer in.
 * @param {ConversationCopy} copy
 * @param {import('./types.js').MembersPage} page
 * @returns {ConversationCopy}
 */
export const withMembersPage = (copy, { members: given, next }) => {
  const before = copy.roster.next === null ? [] : copy.roster.met;
  const met = [...before, ...given.map((member) => member.user)];
  const own = ownRanges(copy);
  const fresh = new Map(given.map((member) => [member.user, member]));
  const others = copy.members.filter((member) => !own.includes(member));
  const known = new Set(others.map((member) => member.user));
  const joined = [
    ...others.map((member) => fresh.get(member.user) ?? member),
    ...given.filter((member) => !known.has(member.user)),
  ];
  const isWhole = next === undefined;
  const all = new Set(met);
  const members = [...own, ...(isWhole ? joined.filter((member) => all.has(member.user)) : joined)];
  return { ...copy, members, roster: { load: 'idle', next: next ?? null, isWhole, met: isWhole ? [] : met } };
};

/**
 * How many have what. Numbers only fall when somebody has left.
 * @param {ReadonlyMap<number, ReceiptCounts>} held
 * @param {ReadonlyArray<ReceiptCounts> | undefined} given
 * @returns {ReadonlyMap<number, ReceiptCounts>}
 */
export const mergeCounts = (held, given = []) => {
  /** @type {Map<number, ReceiptCounts> | null} */
  let changed = null;
  for (const { seq, delivered, read, of } of given) {
    const known = (changed ?? held).get(seq);
    const isSame = known && known.delivered === delivered && known.read === read && known.of === of;
    const isOlder = known && known.of === of && (known.delivered > delivered || known.read > read);
    if (isSame || isOlder) continue;
    changed ??= new Map(held);
    changed.set(seq, { seq, delivered, read, of });
  }
  return changed ?? held;
};

/** @param {ConversationCopy} copy @param {ReadonlyArray<ReceiptCounts> | undefined} given @returns {ConversationCopy} */
export const withCounts = (copy, given) => {
  const counts = mergeCounts(copy.counts, given);
  return counts === copy.counts ? copy : { ...copy, counts };
};
