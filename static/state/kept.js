// What a device keeps of one person's chats, so that the next start shows them at once and asks only for what is new. Pure:
// makes the kept form of a state and a state of it. Never keeps more than its bounds and never puts an older form over a newer.

import { FRAME } from '../protocol.js';
import { UNASKED } from './members.js';
import { mergeReceipts, trimReceipts } from './receipts.js';
import { lastLoaded, newerForm, openHoles, putMessages, replaceMessage, trimRuns } from './runs.js';

/**
 * @typedef {import('./types.js').State} State
 * @typedef {import('./types.js').Kept} Kept
 * @typedef {import('./types.js').ConversationCopy} ConversationCopy
 * @typedef {import('./types.js').DraftCopy} DraftCopy
 * @typedef {import('./types.js').Late} Late
 * @typedef {import('./types.js').Message} Message
 * @typedef {import('./types.js').ReadyFrame} ReadyFrame
 * @typedef {import('./types.js').Event} Event
 */

/** Conversations kept, newest first, and the newest messages kept of each. */
export const KEPT_CONVERSATIONS = 50;
export const KEPT_MESSAGES = 200;

/** @param {State} state @returns {ReadonlyArray<ConversationCopy>} */
export const conversationsToKeep = (state) =>
  [...state.conversations.values()].sort((a, b) => b.lastAt - a.lastAt || b.id - a.id).slice(0, KEPT_CONVERSATIONS);

/** Those of the conversations that are kept; the server knows which of them are seen. @param {State} state */
export const latesToKeep = (state) => {
  const ids = new Set(conversationsToKeep(state).map((copy) => copy.id));
  return [...state.late.values()].filter((late) => ids.has(late.conversation));
};

/** What the server has of drafts; the others are kept apart, until it has them. @param {State} state */
export const draftsToKeep = (state) => [...state.drafts].filter(([, draft]) => draft.saved);

/**
 * One conversation with its newest messages, as it is right up to its `rev`. Holes stay holes, and nothing that is only on
 * its way is kept: no load, no jump, no form of a message that is not here.
 * @param {ConversationCopy} copy
 * @param {boolean} hasUntoldRead a read that the server does not know yet: after a crash it would never be told
 * @returns {ConversationCopy}
 */
export const keptCopy = (copy, hasUntoldRead) => {
  const last = lastLoaded(copy.runs);
  const isTailLoaded = copy.isTailLoaded || (last > 0 && last >= copy.head);
  const runs = isTailLoaded ? trimRuns(copy.runs, KEPT_MESSAGES, last) : [];
  const lowest = runs[0]?.from ?? Infinity;
  return {
    ...copy,
    readUpTo: hasUntoldRead ? 0 : copy.readUpTo,
    liveRev: copy.rev,
    mentionMoves: [],
    catchingUp: false,
    stale: false,
    runs,
    holes: copy.holes.filter((hole) => hole.from > lowest),
    edits: new Map(),
    isTailLoaded: isTailLoaded && runs.length > 0,
    anchor: null,
    receipts: trimReceipts(copy.receipts, lowest),
    roster: UNASKED,
    newest: 'idle',
    older: 'idle',
    newer: 'idle',
  };
};

/**
 * What is to be kept where another tab has kept something: the one that is further, with every newer form of a message that
 * the other has heard of. Of two that are equally far both have right messages.
 * @param {ConversationCopy | undefined} held
 * @param {ConversationCopy} own as it is in the state, with its `edits`
 * @param {boolean} hasUntoldRead
 * @returns {ConversationCopy}
 */
export const mergeKept = (held, own, hasUntoldRead) => {
  const mine = keptCopy(own, hasUntoldRead);
  if (!held || held.rev < own.rev) return mine;
  const heard = [...own.runs.flatMap((run) => run.messages), ...own.edits.values()];
  if (held.rev > own.rev) return withNewerForms(held, heard);
  const runs = putMessages(
    held.runs,
    mine.runs.flatMap((run) => run.messages),
  );
  const holes = held.holes.filter((hole) => !mine.holes.some((one) => one.from === hole.from));
  const joined = {
    ...mine,
    runs,
    holes: openHoles([...mine.holes, ...holes], runs),
    isTailLoaded: held.isTailLoaded || mine.isTailLoaded,
    receipts: [...held.receipts.values()].reduce(
      (receipts, { delivered, read }) => mergeReceipts(receipts, [...delivered, ...read]),
      mine.receipts,
    ),
  };
  return keptCopy(withNewerForms(joined, heard), hasUntoldRead);
};

/** @param {ConversationCopy} copy @param {ReadonlyArray<Message>} heard @returns {ConversationCopy} */
const withNewerForms = (copy, heard) => {
  const runs = heard.reduce(replaceMessage, copy.runs);
  const last = copy.lastMessage;
  const same = last && heard.find((message) => message.seq === last.seq);
  return { ...copy, runs, lastMessage: last && same ? newerForm(last, same) : last };
};

/**
 * The page as it was left. Of who is there nothing is known.
 * @param {State} state
 * @param {Kept} kept
 * @returns {State}
 */
export const withKept = (state, kept) => ({
  ...state,
  phase: 'signedIn',
  ended: null,
  me: kept.me,
  session: kept.session,
  blocked: new Set(kept.blocked),
  accountRev: kept.accountRev,
  peopleRev: kept.peopleRev,
  users: new Map([...kept.users, kept.me].map((user) => [user.id, user])),
  people: { ...kept.people, load: 'idle' },
  conversations: new Map(kept.conversations.map((copy) => [copy.id, copy])),
  late: new Map(kept.late.map((late) => [late.id, late])),
  drafts: new Map([...kept.drafts, ...state.drafts]),
  searches: kept.searches,
});

/**
 * Whether the server has gone back behind what this page knows, as after a restored backup: the same numbers then stand for
 * other things.
 * @param {State} state before the frame
 * @param {ReadyFrame} ready
 */
export const hasGoneBack = (state, ready) => ready.accountRev < state.accountRev || ready.peopleRev < state.peopleRev;

/** Without what the server told before it went back. @param {State} state @returns {State} */
export const withoutKnowledge = (state) => ({
  ...state,
  users: new Map(),
  people: { next: null, total: null, load: 'idle' },
  conversations: new Map(),
  late: new Map(),
});

/**
 * Whether the event replaces or takes away texts, so that what is kept must follow at once.
 * @param {Event} event
 */
export const replacesTexts = (event) => {
  if (event.type === 'message.changed' || event.type === 'searches.forgotten') return true;
  if (event.type !== 'frame') return false;
  const { frame } = event;
  if (frame.type === FRAME.messageChanged || frame.type === FRAME.reset) return true;
  return (
    frame.type === FRAME.changes &&
    frame.messages.some((message) => message.version > 1 || message.deletedAt !== undefined)
  );
};
