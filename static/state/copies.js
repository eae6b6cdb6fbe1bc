// One conversation's copy, step by step. Here the promises about order live: a message's place is only its `seq`, `rev` is
// always a complete prefix, and what was seen before changes nothing.

import { CHANGES_MAX, PAGE_SIZE } from '../protocol.js';
import { UNASKED, membersOf, mergeCounts, tailOf, withCounts, withLines } from './members.js';
import { deliveredFloor, placed, withEdits } from './placing.js';
import { counted, isListed, latestMessage, unreadSince } from './counting.js';
import { mentionedSince } from './mentions.js';
import { mergeReceipts, trimReceipts } from './receipts.js';
import { heldUpTo, lastLoaded, openHoles, putMessages, replaceMessage, runAt, trimRuns } from './runs.js';

/**
 * @typedef {import('./types.js').Conversation} Conversation
 * @typedef {import('./types.js').ConversationCopy} ConversationCopy
 * @typedef {import('./types.js').Message} Message
 * @typedef {import('./types.js').Receipt} Receipt
 * @typedef {import('./types.js').ChangesFrame} ChangesFrame
 * @typedef {import('./types.js').MessagesPage} MessagesPage
 * @typedef {import('./types.js').PageKind} PageKind
 */

/** Messages kept of a conversation that is no longer on the page, and of the end of one that is scrolled far back. */
const KEPT_AFTER_LEAVING = 4 * PAGE_SIZE;
/** Messages in one piece around the reader. A month's scrolling must not fill the memory, nor make every step a longer one. */
export const LOADED_MAX = 40 * PAGE_SIZE;

/** @param {Conversation} wire @returns {ConversationCopy} */
export const copyOf = (wire) => ({
  id: wire.id,
  kind: wire.kind,
  name: wire.name ?? null,
  members: wire.members,
  memberCount: wire.memberCount,
  head: wire.head,
  first: wire.first,
  lastMessage: wire.lastMessage ?? null,
  lastAt: wire.lastAt,
  unread: wire.unread,
  mentioned: wire.mentioned,
  mentionMoves: [],
  cursor: wire.cursor,
  deliveredUpTo: wire.deliveredUpTo,
  readUpTo: wire.readUpTo,
  rev: wire.rev,
  liveRev: wire.rev,
  countedRev: wire.rev,
  catchingUp: false,
  stale: false,
  runs: [],
  holes: [],
  edits: new Map(),
  isTailLoaded: false,
  anchor: null,
  receipts: mergeReceipts(new Map(), wire.receipts),
  counts: mergeCounts(new Map(), wire.counts),
  roster: UNASKED,
  newest: 'idle',
  older: 'idle',
  newer: 'idle',
  muted: wire.muted ?? null,
});

/**
 * Takes what a newer answer says about the whole; messages and `rev` stay. What was told live since the answer was made
 * counts on top of it. `hasCounts`: false for an answer that may be older than the last word on what is private, about a
 * copy that heard that word.
 * @param {ConversationCopy} copy
 * @param {Conversation} wire
 * @param {number} me
 * @param {boolean} [hasCounts]
 * @returns {ConversationCopy}
 */
export const withSummary = (copy, wire, me, hasCounts = true) => {
  const receipts = mergeReceipts(copy.receipts, wire.receipts);
  const own = hasCounts
    ? { cursor: wire.cursor, unread: unreadSince(copy, wire, me), mentioned: mentionedSince(copy, wire), muted: wire.muted ?? null }
    : {};
  if (wire.rev < copy.countedRev) return { ...copy, ...own, receipts, stale: false };
  return {
    ...copy,
    name: wire.name ?? null,
    ...membersOf(copy, wire),
    counts: mergeCounts(copy.counts, wire.counts),
    head: Math.max(copy.head, wire.head),
    first: wire.first,
    lastMessage: wire.lastMessage ?? null,
    lastAt: wire.lastAt,
    ...own,
    deliveredUpTo: Math.max(copy.deliveredUpTo, wire.deliveredUpTo),
    readUpTo: Math.max(copy.readUpTo, wire.readUpTo),
    countedRev: wire.rev,
    receipts,
    stale: false,
  };
};

/**
 * Whether no `changes` lead from this copy to the server's: too much has changed, or a backup was restored and the copy is
 * of a history that is no more. The server says `reset` then, and nothing that the copy counted or confirmed holds.
 * @param {ConversationCopy} copy
 * @param {number} rev
 */
export const isOutOfReach = (copy, rev) => rev < copy.rev || rev - copy.rev > CHANGES_MAX;

/**
 * Without what it counted, until the list tells it anew.
 * @param {ConversationCopy} copy
 * @returns {ConversationCopy}
 */
export const withoutCounts = (copy) => ({
  ...copy,
  head: 0,
  deliveredUpTo: 0,
  readUpTo: 0,
  countedRev: 0,
  receipts: new Map(),
  counts: new Map(),
});

/**
 * Without its messages: they may be out of date. What is shown of it is loaded again.
 * @param {ConversationCopy} copy
 * @param {number} rev
 * @param {number} head
 * @returns {ConversationCopy}
 */
export const withoutMessages = (copy, rev, head) => {
  const kept = rev < copy.rev ? putBack(copy, rev, head) : copy;
  return {
    ...kept,
    rev,
    liveRev: rev,
    head: Math.max(kept.head, head),
    catchingUp: false,
    runs: [],
    holes: [],
    edits: new Map(),
    isTailLoaded: false,
    anchor: null,
    newest: 'idle',
    older: 'idle',
    newer: 'idle',
  };
};

/**
 * The server was put back to an older state than this page has seen: what came after it never happened.
 * @param {ConversationCopy} copy
 * @param {number} rev
 * @param {number} head
 * @returns {ConversationCopy}
 */
const putBack = (copy, rev, head) => ({
  ...withoutCounts(copy),
  mentionMoves: [],
  countedRev: rev,
  lastMessage: copy.lastMessage && copy.lastMessage.rev <= rev ? copy.lastMessage : null,
  cursor: Math.min(copy.cursor, head),
  stale: true,
});

/**
 * A live frame of this rev was met. While older changes are still on their way the prefix stays where it is.
 * @param {ConversationCopy} copy
 * @param {number} rev
 * @returns {ConversationCopy}
 */
export const withRev = (copy, rev) => {
  if (rev <= copy.liveRev) return copy;
  return { ...copy, liveRev: rev, rev: copy.catchingUp ? copy.rev : rev };
};

/** @param {ConversationCopy} copy @param {Message} message @param {number} me @returns {ConversationCopy} */
export const withMessage = (copy, message, me) =>
  withRev(counted(placed(withLines(copy, [message]), [message]), [message], me, {}), message.rev);

/**
 * An edit or a deletion. Not loaded: only the counts and the last message may move.
 * @param {ConversationCopy} copy
 * @param {Message} message
 * @param {number} me
 * @param {import('./types.js').Mentions} [before] whom the form before mentioned
 * @returns {ConversationCopy}
 */
export const withChangedMessage = (copy, message, me, before) => {
  const runs = replaceMessage(copy.runs, message);
  const changed = runAt(copy.runs, message.seq)
    ? { ...copy, runs }
    : { ...copy, edits: withEdits(copy.edits, [message]) };
  return withRev(counted(changed, [message], me, before), message.rev);
};

/** @param {ConversationCopy} copy @param {ChangesFrame} changes @param {number} me @returns {ConversationCopy} */
export const withChanges = (copy, changes, me) => {
  if (changes.after > copy.rev) return copy; // something before it is missing: it cannot continue our prefix
  const { messages } = changes;
  const heard = counted(placed(withLines(copy, messages), messages), messages, me);
  const next = withCounts(withReceipts(heard, changes.receipts, me), changes.counts);
  const rev = Math.max(copy.rev, changes.rev);
  if (changes.more) return { ...next, rev, catchingUp: true };
  const done = { ...next, rev: Math.max(rev, next.liveRev), liveRev: Math.max(rev, next.liveRev), catchingUp: false };
  const last = lastLoaded(done.runs);
  if (!done.isTailLoaded || last === 0 || last >= done.head) return done;
  return { ...done, holes: openHoles([...done.holes, { from: last + 1, to: done.head }], done.runs) };
};

/**
 * @param {ConversationCopy} copy
 * @param {ReadonlyArray<Receipt>} receipts
 * @param {number} me
 * @returns {ConversationCopy}
 */
export const withReceipts = (copy, receipts, me) => {
  if (receipts.length === 0) return copy;
  const merged = mergeReceipts(
    copy.receipts,
    receipts.filter((receipt) => receipt.user !== me),
  );
  const own = receipts.filter((receipt) => receipt.user === me);
  const read = Math.max(
    copy.readUpTo,
    ...own.filter((receipt) => receipt.kind === 'read').map((receipt) => receipt.upTo),
  );
  const delivered = Math.max(copy.deliveredUpTo, read, ...own.map((receipt) => receipt.upTo));
  if (merged === copy.receipts && read === copy.readUpTo && delivered === copy.deliveredUpTo) return copy;
  return { ...copy, receipts: merged, readUpTo: read, deliveredUpTo: delivered };
};

/**
 * @param {ConversationCopy} copy
 * @param {PageKind} which
 * @param {MessagesPage} page
 * @param {number} me
 * @param {number | undefined} seq
 * @returns {ConversationCopy}
 */
export const withPage = (copy, which, page, me, seq) => {
  const from = page.messages[0]?.seq ?? 0;
  const edits = [...copy.edits.values()].filter((edit) => edit.seq >= from && edit.seq < from + page.messages.length);
  const runs = edits.reduce(replaceMessage, putMessages(copy.runs, page.messages));
  const asked =
    which === 'missing' && seq !== undefined ? withoutHoleAt(copy.holes, seq + 1, page.messages[0]?.seq) : copy.holes;
  const put = { ...copy, runs, holes: openHoles(asked, runs), first: page.first };
  const next = withCounts(withReceipts(put, page.receipts, me), page.counts);
  const newestMessage = page.messages.findLast(isListed);
  const lastMessage = newestMessage ? latestMessage(next.lastMessage, newestMessage, runs) : next.lastMessage;
  switch (which) {
    case 'newest':
      return { ...next, lastMessage, newest: 'idle', isTailLoaded: true, anchor: null };
    case 'around': {
      const last = runs.at(-1);
      return {
        ...next,
        newest: 'idle',
        anchor: seq !== undefined && runAt(runs, seq) ? seq : null,
        isTailLoaded: copy.isTailLoaded || (last !== undefined && last.to >= Math.max(copy.head, page.head)),
      };
    }
    case 'older':
      return withoutFarMessages({ ...next, older: 'idle' }, from, 'above');
    case 'newer':
      return withoutFarMessages({ ...next, newer: 'idle', isTailLoaded: copy.isTailLoaded || !page.hasAfter }, from, 'below');
    case 'missing':
    case 'quote':
      return next;
  }
};

/**
 * A reader who has come far loses what is furthest from the page they just got; it is loaded again on the way back, as after
 * a jump. What is not yet confirmed as delivered stays, and so does the end, where new messages arrive.
 * @param {ConversationCopy} copy
 * @param {number} near a seq of that page
 * @param {'above' | 'below'} side which of the messages are the far ones
 * @returns {ConversationCopy}
 */
const withoutFarMessages = (copy, near, side) => {
  const run = runAt(copy.runs, near);
  if (!run || run.messages.length <= LOADED_MAX) return copy;
  const { from, to } = run;
  const isEnd = side === 'above' && copy.isTailLoaded && to === lastLoaded(copy.runs);
  const end = isEnd ? to - KEPT_AFTER_LEAVING : to;
  const gone = side === 'above' ? { from: from + LOADED_MAX, to: end } : { from, to: to - LOADED_MAX };
  if (gone.from > gone.to || gone.to > copy.deliveredUpTo) return copy;
  const pieces = [{ from, to: gone.from - 1 }, { from: gone.to + 1, to }].filter((piece) => piece.from <= piece.to);
  const kept = pieces.map((piece) => ({ ...piece, messages: run.messages.slice(piece.from - from, piece.to - from + 1) }));
  return { ...copy, runs: copy.runs.flatMap((one) => (one === run ? kept : [one])), anchor: near };
};

/**
 * What the server does not give on asking is not there for us, and is not asked for again.
 * @param {ConversationCopy['holes']} holes
 * @param {number} from
 * @param {number | undefined} given
 */
const withoutHoleAt = (holes, from, given) =>
  holes.flatMap((hole) => {
    if (hole.from !== from || given === from) return [hole];
    return given !== undefined && given <= hole.to ? [{ from: given, to: hole.to }] : [];
  });

/** The log leaves the page. @param {ConversationCopy} copy @returns {ConversationCopy} */
export const withoutOldMessages = (copy) => {
  const runs = copy.isTailLoaded ? trimRuns(copy.runs, KEPT_AFTER_LEAVING, copy.deliveredUpTo) : copy.runs;
  const lowest = runs[0]?.from ?? 0;
  return {
    ...copy,
    runs,
    holes: copy.holes.filter((hole) => hole.from > lowest),
    receipts: trimReceipts(copy.receipts, lowest),
    anchor: null,
  };
};

/**
 * The last seq that has arrived without a hole above what the server knows as delivered.
 * @param {ConversationCopy} copy
 */
export const receivedUpTo = (copy) => heldUpTo(copy.runs, deliveredFloor(copy));

/** Whether the log, standing at its end, has less than a page to show. @param {ConversationCopy} copy */
export const lacksNewestPage = (copy) => {
  if (copy.head === 0 || copy.anchor !== null) return false;
  const last = copy.runs.at(-1);
  if (!copy.isTailLoaded || !last) return true;
  const { from, count } = tailOf(copy);
  return count < PAGE_SIZE && from > copy.first && copy.holes.length === 0;
};
