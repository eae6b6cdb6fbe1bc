// Fetches in the background what should be here and is not: the rest of long changes, skipped seqs, and everything not yet
// delivered, oldest first. One request at a time, after the newest page is shown; never what nobody waits for.

import { FRAME } from '../protocol.js';
import { lacksNewestPage, receivedUpTo } from '../state/copies.js';

/**
 * @typedef {import('../state/types.js').State} State
 * @typedef {import('../state/types.js').Event} Event
 * @typedef {import('../state/types.js').ConversationCopy} ConversationCopy
 * @typedef {import('../lib/clock.js').Clock} Clock
 * @typedef {import('./api.js').Api} Api
 * @typedef {{ kind: 'changes', copy: ConversationCopy } | { kind: 'missing', copy: ConversationCopy, after: number } | { kind: 'list' }} Job
 */

const AGAIN_AFTER_MS = 3_000;
/** Right behind `ready` come the changes and resets: before them nobody knows what is missing. */
const AFTER_READY_MS = 250;

/**
 * @param {object} given
 * @param {Api} given.api
 * @param {Clock} given.clock
 * @param {() => State} given.state
 * @param {(event: Event) => void} given.dispatch
 * @param {(conversation: number) => void} given.wasFetched
 */
export const createFill = ({ api, clock, state, dispatch, wasFetched }) => {
  let isLive = false;
  let isRunning = false;
  let stint = 0;
  /** What the server did not give on this connection. @type {Set<string>} */
  const inVain = new Set();
  /** The list is read on until its undelivered part ends. */
  let hasListEnded = false;
  /** @type {number | null} */
  let timer = null;

  const wake = () => {
    if (isLive && !isRunning && timer === null) void run();
  };

  /** @param {number} ms */
  const wakeAfter = (ms) => {
    timer = clock.after(() => {
      timer = null;
      wake();
    }, ms);
  };

  const run = async () => {
    isRunning = true;
    const mine = stint;
    try {
      for (
        let job = nextJob(state(), inVain, hasListEnded);
        job && isLive && mine === stint;
        job = nextJob(state(), inVain, hasListEnded)
      ) {
        const isDone = await work(job, mine);
        if (!isDone) {
          wakeAfter(AGAIN_AFTER_MS);
          return;
        }
      }
    } finally {
      isRunning = false;
    }
    if (mine !== stint) wake();
  };

  /** False: try again later. @param {Job} job @param {number} mine @returns {Promise<boolean>} */
  const work = async (job, mine) => {
    switch (job.kind) {
      case 'changes': {
        const { id, rev } = job.copy;
        const answer = await api.changes(id, rev);
        if (mine !== stint) return true;
        if (!answer.ok) return giveUpIfGone(id, answer.failure.code);
        if (!('reset' in answer.value) && answer.value.more && answer.value.rev <= rev) return false;
        const frame =
          'reset' in answer.value
            ? { type: FRAME.reset, conversation: id, rev: answer.value.rev, head: answer.value.head }
            : { ...answer.value, type: FRAME.changes, conversation: id };
        dispatch({ type: 'frame', frame, now: clock.now() });
        return true;
      }
      case 'missing': {
        const { id } = job.copy;
        const answer = await api.missing(id, job.after);
        if (mine !== stint) return true;
        if (!answer.ok) return giveUpIfGone(id, answer.failure.code);
        if (answer.value.messages[0]?.seq !== job.after + 1) inVain.add(`${id}:${job.after}`);
        dispatch({ type: 'page.loaded', conversation: id, which: 'missing', page: answer.value, seq: job.after });
        wasFetched(id);
        return true;
      }
      case 'list': {
        const answer = await api.conversations(state().list.next);
        if (mine !== stint) return true;
        if (!answer.ok) return false;
        hasListEnded = !answer.value.conversations.some((wire) => wire.head > wire.deliveredUpTo);
        dispatch({ type: 'list.loaded', page: answer.value });
        return true;
      }
    }
  };

  /** @param {number} id @param {string} code */
  const giveUpIfGone = (id, code) => {
    if (code !== 'not_found') return false;
    dispatch({ type: 'conversation.gone', conversation: id });
    return true;
  };

  return {
    wake,
    /** @param {boolean} live */
    setLive: (live) => {
      isLive = live;
      stint += 1;
      inVain.clear();
      hasListEnded = false;
      clock.cancel(timer);
      timer = null;
      if (live) wakeAfter(AFTER_READY_MS);
    },
  };
};

/** @param {State} state @param {ReadonlySet<string>} inVain @param {boolean} hasListEnded @returns {Job | null} */
const nextJob = (state, inVain, hasListEnded) => {
  const viewed =
    state.view && 'conversation' in state.view ? state.conversations.get(state.view.conversation) : undefined;
  const isViewedFirst =
    viewed &&
    (viewed.newest === 'loading' || (viewed.newest === 'idle' && !viewed.catchingUp && lacksNewestPage(viewed)));
  if (isViewedFirst) return null; // what is looked at comes first; its end wakes us
  const copies = [...state.conversations.values()].sort(
    (a, b) => Number(b === viewed) - Number(a === viewed) || b.lastAt - a.lastAt,
  );
  const behind = copies.find((copy) => copy.catchingUp);
  if (behind) return { kind: 'changes', copy: behind };
  for (const copy of copies) {
    const hole = copy.holes.find(({ from }) => !inVain.has(`${copy.id}:${from - 1}`));
    if (hole) return { kind: 'missing', copy, after: hole.from - 1 };
    const after = receivedUpTo(copy);
    if (after < copy.head && !inVain.has(`${copy.id}:${after}`)) return { kind: 'missing', copy, after };
  }
  const hasStale = copies.some((copy) => copy.stale);
  if (state.list.more && state.list.load !== 'loading' && (hasStale || !hasListEnded)) return { kind: 'list' };
  return null;
};
