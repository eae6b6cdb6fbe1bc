// Whose presence the page watches, and whether this window counts as used. Never shows anything.

import { SEND, WATCH_USERS_MAX } from '../protocol.js';

/**
 * @typedef {import('../state/types.js').ClientFrame} ClientFrame
 * @typedef {import('../state/types.js').RequestFrame} RequestFrame
 * @typedef {import('../lib/clock.js').Clock} Clock
 * @typedef {import('./connection.js').Reply} Reply
 */

/** No key, pointer or wheel for this long, or a hidden window, is idle. */
const IDLE_AFTER_MS = 5 * 60_000;
const WATCH_AFTER_MS = 200;

/**
 * @param {object} given
 * @param {Clock} given.clock
 * @param {(frame: ClientFrame) => boolean} given.tell
 * @param {(frame: RequestFrame) => Promise<Reply>} given.request
 */
export const createPresence = ({ clock, tell, request }) => {
  /** @type {ReadonlyArray<number>} */
  let watched = [];
  let isIdle = false;
  let isHidden = false;
  let isLive = false;
  let lastUsedAt = clock.now();
  /** @type {number | null} */
  let watchTimer = null;
  /** @type {number | null} */
  let idleTimer = null;

  const watchNow = () => {
    watchTimer = null;
    if (isLive && watched.length > 0) void request({ type: SEND.presenceWatch, users: watched });
  };
  /** @param {boolean} idle */
  const setIdle = (idle) => {
    if (idle === isIdle) return;
    isIdle = idle;
    tell({ type: SEND.presenceSet, idle });
  };
  const checkIdle = () => {
    idleTimer = null;
    const left = lastUsedAt + IDLE_AFTER_MS - clock.now();
    if (left <= 0) setIdle(true);
    else idleTimer = clock.after(checkIdle, left);
  };

  return {
    get isIdle() {
      return isIdle;
    },
    /** @param {ReadonlyArray<number>} users */
    watch: (users) => {
      const next = [...new Set(users)].sort((a, b) => a - b).slice(0, WATCH_USERS_MAX);
      if (next.length === watched.length && next.every((user, i) => user === watched[i])) return;
      watched = next;
      watchTimer ??= clock.after(watchNow, WATCH_AFTER_MS);
    },
    /** A key, a pointer, a wheel: cheap, because it is called at every one. */
    wasUsed: () => {
      lastUsedAt = clock.now();
      if (isHidden) return;
      setIdle(false);
      idleTimer ??= clock.after(checkIdle, IDLE_AFTER_MS);
    },
    /** @param {boolean} hidden */
    setHidden: (hidden) => {
      isHidden = hidden;
      if (hidden) setIdle(true);
      else {
        lastUsedAt = clock.now();
        setIdle(false);
        idleTimer ??= clock.after(checkIdle, IDLE_AFTER_MS);
      }
    },
    /** @param {boolean} live */
    setLive: (live) => {
      isLive = live;
      if (!live) return;
      clock.cancel(watchTimer);
      watchNow();
    },
    stop: () => {
      watched = [];
      clock.cancel(watchTimer);
      clock.cancel(idleTimer);
      watchTimer = idleTimer = null;
    },
  };
};
