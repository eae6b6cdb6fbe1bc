// 'Is typing', both ways: says it at most every three seconds and takes it back, and lets what others said run out. Never
// stored anywhere.

import { SEND, TYPING_REPEAT_MS } from '../protocol.js';

/**
 * @typedef {import('../state/types.js').State} State
 * @typedef {import('../state/types.js').Event} Event
 * @typedef {import('../state/types.js').ClientFrame} ClientFrame
 * @typedef {import('../lib/clock.js').Clock} Clock
 */

/** No key for this long: no longer typing. Shorter than what ends it at the others. */
const STOPS_AFTER_MS = 4_000;

/**
 * @param {object} given
 * @param {Clock} given.clock
 * @param {() => State} given.state
 * @param {(event: Event) => void} given.dispatch
 * @param {(frame: ClientFrame) => boolean} given.tell
 */
export const createTyping = ({ clock, state, dispatch, tell }) => {
  /** @type {{ conversation: number, saidAt: number } | null} */
  let said = null;
  /** @type {number | null} */
  let stopTimer = null;
  /** @type {number | null} */
  let expiryTimer = null;

  const stop = () => {
    clock.cancel(stopTimer);
    stopTimer = null;
    if (said) tell({ type: SEND.typing, conversation: said.conversation, on: false });
    said = null;
  };

  return {
    /** @param {number} conversation */
    typed: (conversation) => {
      if (said && said.conversation !== conversation) stop();
      const now = clock.now();
      if (!said || now - said.saidAt >= TYPING_REPEAT_MS) {
        if (!tell({ type: SEND.typing, conversation, on: true })) return;
        said = { conversation, saidAt: now };
      }
      clock.cancel(stopTimer);
      stopTimer = clock.after(stop, STOPS_AFTER_MS);
    },
    stop,
    /** A message ends it by itself at the others. */
    wasSent: () => {
      clock.cancel(stopTimer);
      stopTimer = null;
      said = null;
    },
    /** @param {State} now @param {State} before */
    heard: (now, before) => {
      if (now.typing === before.typing) return;
      clock.cancel(expiryTimer);
      expiryTimer = null;
      const ends = [...now.typing.values()].flatMap((users) => [...users.values()]);
      if (ends.length === 0) return;
      expiryTimer = clock.after(
        () => dispatch({ type: 'typing.expired', now: clock.now() }),
        Math.max(0, Math.min(...ends) - clock.now()),
      );
    },
    /** @param {boolean} live */
    setLive: (live) => {
      if (live) return;
      clock.cancel(stopTimer);
      stopTimer = null;
      said = null;
      if (state().typing.size > 0) dispatch({ type: 'typing.expired', now: Infinity });
    },
  };
};
