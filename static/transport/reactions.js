// Reactions on their way: shown at once, kept on the device until the server has answered, and sent in the order they were
// asked for. A repeat under the same client id changes nothing, so several tabs may send what one of them has kept.

import { ERROR, FRAME, SEND, isPassing } from '../protocol.js';
import { backoffMs } from '../lib/clock.js';
import { STORE } from '../lib/idb.js';
import { newClientId } from '../lib/uuid.js';

/**
 * @typedef {import('../state/types.js').PendingReaction} PendingReaction
 * @typedef {import('../state/types.js').Event} Event
 * @typedef {import('../state/types.js').ReactionSetFrame} ReactionSetFrame
 * @typedef {import('../lib/idb.js').DeviceStorage} DeviceStorage
 * @typedef {import('../lib/clock.js').Clock} Clock
 * @typedef {import('./connection.js').Reply} Reply
 */

const HOLD = Object.freeze({ baseMs: 1_000, capMs: 60_000 });

/**
 * @param {object} given
 * @param {DeviceStorage | null} given.storage
 * @param {Clock} given.clock
 * @param {(frame: ReactionSetFrame) => Promise<Reply>} given.request
 * @param {(event: Event) => void} given.dispatch
 * @param {() => string} [given.makeId]
 */
export const createReactions = ({ storage, clock, request, dispatch, makeId = () => newClientId(clock.now()) }) => {
  /** In order. @type {PendingReaction[]} */
  let waiting = [];
  let isLive = false;
  let isSending = false;
  let attempts = 0;
  /** @type {number | null} */
  let timer = null;
  /** @type {number | null} */
  let user = null;
  let stint = 0; // answers to an earlier log-in are of no concern to the next

  /** @param {PendingReaction} item */
  const done = (item) => {
    waiting = waiting.filter((one) => one !== item);
    dispatch({ type: 'reaction.settled', clientId: item.clientId });
    storage?.remove(STORE.reactions, item.clientId).catch(() => {}); // sent once more at the next start, it changes nothing
  };

  const pump = async () => {
    const [item] = waiting;
    if (!isLive || isSending || timer !== null || !item) return;
    const mine = stint;
    isSending = true;
    const { clientId, conversation, seq, emoji, on } = item;
    const reply = await request({ type: SEND.reactionSet, clientId, conversation, seq, emoji, on });
    if (mine !== stint) return;
    isSending = false;
    if (reply.kind === 'answer' && reply.frame.type === FRAME.ok) {
      attempts = 0;
      done(item);
    } else if (reply.kind === 'error' && !isPassing(reply.frame.code)) {
      done(item);
      // Of a message that is gone the page shows so already.
      if (reply.frame.code !== ERROR.deleted) dispatch({ type: 'toast.added', toast: { kind: 'reaction', emoji, code: reply.frame.code } });
    } else if (isLive) {
      const atLeast = reply.kind === 'error' ? (reply.frame.retryAfterMs ?? 0) : 0;
      timer = clock.after(() => {
        timer = null;
        void pump();
      }, Math.max(atLeast, backoffMs(attempts++, HOLD, clock.random)));
    }
    void pump();
  };

  return {
    /** After log-in: goes on with what this user left on this device. @param {number} id */
    open: async (id) => {
      if (user === id) return;
      user = id;
      stint += 1;
      const mine = stint;
      /** @type {PendingReaction[]} */
      const kept = (await storage?.readAll(STORE.reactions, id).catch(() => [])) ?? [];
      if (mine !== stint) return;
      const added = waiting;
      waiting = [...kept.filter((one) => !added.some((own) => own.clientId === one.clientId)), ...added].sort((a, b) => a.order - b.order);
      for (const item of kept) dispatch({ type: 'reaction.asked', item });
      void pump();
    },
    /** At log-out: what waits stays on the device for its owner. */
    close: () => {
      user = null;
      stint += 1;
      isLive = isSending = false;
      clock.cancel(timer);
      timer = null;
      waiting = [];
    },
    /** @param {boolean} live */
    setLive: (live) => {
      isLive = live;
      attempts = 0;
      clock.cancel(timer);
      timer = null;
      void pump();
    },
    /** @param {number} conversation @param {number} seq @param {string} emoji @param {boolean} on */
    set: async (conversation, seq, emoji, on) => {
      if (user === null) return;
      const order = Math.max(clock.now(), ...waiting.map((one) => one.order + 1));
      /** @type {PendingReaction} */
      const item = { clientId: makeId(), user, order, conversation, seq, emoji, on };
      waiting.push(item);
      dispatch({ type: 'reaction.asked', item });
      await storage?.put(STORE.reactions, item).catch(() => {}); // it is sent all the same while the page lives
      if (!waiting.includes(item)) storage?.remove(STORE.reactions, item.clientId).catch(() => {});
      else void pump();
    },
  };
};

/** @typedef {ReturnType<typeof createReactions>} Reactions */
