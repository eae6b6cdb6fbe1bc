// The one WebSocket of this page: says hello, notices a dead link by silence, comes back by itself, and matches answers to
// requests by `ref`. Never interprets a frame beyond that and never keeps what is not yet answered over a loss.

import { CLOSE, FRAME, HELLO_CONVERSATIONS_MAX, SEND, SILENT_HEARTBEATS, decodeFrame } from '../protocol.js';
import { backoffMs } from '../lib/clock.js';

/**
 * @typedef {import('../state/types.js').ClientFrame} ClientFrame
 * @typedef {import('../state/types.js').RequestFrame} RequestFrame
 * @typedef {import('../state/types.js').ServerFrame} ServerFrame
 * @typedef {import('../state/types.js').ErrorFrame} ErrorFrame
 * @typedef {import('../state/types.js').Link} Link
 * @typedef {import('../state/types.js').SessionEndReason} SessionEndReason
 * @typedef {import('../lib/clock.js').Clock} Clock
 */

/**
 * What became of a request. 'lost': no answer, by a loss or by waiting too long; it may or may not have happened.
 * @typedef {{ kind: 'answer', frame: ServerFrame } | { kind: 'error', frame: ErrorFrame } | { kind: 'lost' }} Reply
 */

/**
 * What of a WebSocket is used, so that a test can stand in for it.
 * @typedef {object} Socket
 * @property {(text: string) => void} send
 * @property {(code?: number, reason?: string) => void} close
 * @property {((event: { data: unknown }) => void) | null} onmessage
 * @property {(() => void) | null} onopen
 * @property {((event: { code: number }) => void) | null} onclose
 */

/**
 * @typedef {object} ConnectionGiven
 * @property {() => Socket} openSocket
 * @property {Clock} clock
 * @property {() => { accountRev: number, peopleRev: number, conversations: ReadonlyArray<readonly [number, number]>, idle: boolean }} held
 * @property {(frame: ServerFrame, asked: ReadonlySet<number>) => void} onFrame
 * @property {(link: Link) => void} onLink
 * @property {(reason: SessionEndReason) => void} onEnded
 * @property {() => Promise<'signedIn' | 'signedOut' | 'unreachable'>} askSession After a socket that never opened: a browser hides the 401.
 */

const BACKOFF = Object.freeze({ baseMs: 600, capMs: 30_000 });
const READY_WITHIN_MS = 15_000;
const ANSWER_WITHIN_MS = 20_000;
const REQUESTS_MAX = 128;
const TOO_MANY_CONNECTIONS_MS = 30_000;
const DEFAULT_HEARTBEAT_MS = 15_000;

/** @param {ConnectionGiven} given */
export const createConnection = ({ openSocket, clock, held, onFrame, onLink, onEnded, askSession }) => {
  /** @type {Link} */
  let link = { phase: 'off', lostAt: null, retryAt: null, attempt: 0, reason: 'start', wasLive: false };
  /** @type {Socket | null} */
  let socket = null;
  /** @type {ReadonlySet<number>} */
  let asked = new Set();
  /** @type {Map<number, { settle: (reply: Reply) => void, timer: number }>} */
  const pending = new Map();
  let nextRef = 1;
  let heartbeatMs = DEFAULT_HEARTBEAT_MS;
  let lastHeardAt = 0;
  let silentChecks = 0;
  /** @type {number | null} */
  let retryTimer = null;
  /** @type {number | null} */
  let deadline = null;
  /** @type {number | null} */
  let watchdog = null;
  /** @type {SessionEndReason | null} */
  let endReason = null;
  /** @type {{ reason: 'restart' | 'overload', retryAfterMs: number } | null} */
  let goodbye = null;

  /** @param {Partial<Link>} change */
  const setLink = (change) => {
    link = { ...link, ...change };
    onLink(link);
  };

  const connect = () => {
    clock.cancel(retryTimer);
    retryTimer = null;
    endReason = null;
    goodbye = null;
    let hasOpened = false;
    const mine = openSocket();
    socket = mine;
    setLink({ phase: 'connecting', retryAt: null, lostAt: link.lostAt ?? clock.now() });
    deadline = clock.after(() => drop(mine, hasOpened), READY_WITHIN_MS);
    mine.onopen = () => {
      if (socket !== mine) return;
      hasOpened = true;
      const have = held();
      const conversations = have.conversations.slice(0, HELLO_CONVERSATIONS_MAX);
      asked = new Set(conversations.map(([id]) => id));
      mine.send(JSON.stringify({ type: SEND.hello, ...have, conversations }));
    };
    mine.onmessage = ({ data }) => {
      if (socket === mine && typeof data === 'string') hear(data);
    };
    mine.onclose = ({ code }) => {
      if (socket === mine) lose(code, hasOpened);
    };
  };

  /** @param {string} text */
  const hear = (text) => {
    lastHeardAt = clock.now();
    silentChecks = 0;
    const frame = decodeFrame(text);
    if (frame === null) return;
    if (frame.type === FRAME.ready) becomeLive(frame.heartbeatMs);
    if (frame.type === FRAME.sessionEnded) endReason = frame.reason;
    if (frame.type === FRAME.goodbye) goodbye = { reason: frame.reason, retryAfterMs: frame.retryAfterMs };
    const mine = socket;
    onFrame(frame, asked);
    if (socket !== mine) return; // whoever heard it has stopped us
    if (endReason !== null && socket) {
      drop(socket, true); // its close may come late, and must not end the log-in that follows
      return;
    }
    if (frame.type === FRAME.ready)
      setLink({ phase: 'live', lostAt: null, retryAt: null, attempt: 0, reason: 'lost', wasLive: true });
    const ref = 'ref' in frame ? frame.ref : undefined;
    if (ref !== undefined) answer(ref, frame);
  };

  /** @param {number} ms */
  const becomeLive = (ms) => {
    clock.cancel(deadline);
    deadline = null;
    heartbeatMs = ms > 0 ? ms : DEFAULT_HEARTBEAT_MS;
    watch();
  };

  /** Both ways of telling silence: the clock, which goes on during sleep, and checks without a frame, should the clock be set back. */
  const watch = () => {
    clock.cancel(watchdog);
    watchdog = clock.after(() => {
      silentChecks += 1;
      const isSilent =
        clock.now() - lastHeardAt > SILENT_HEARTBEATS * heartbeatMs || silentChecks > 2 * SILENT_HEARTBEATS;
      if (isSilent && socket) drop(socket, true);
      else watch();
    }, heartbeatMs / 2);
  };

  /** Does not wait for the other side's close: it may never come. @param {Socket} mine @param {boolean} hasOpened */
  const drop = (mine, hasOpened) => {
    mine.onclose = null;
    mine.onmessage = null;
    mine.onopen = null;
    mine.close(CLOSE.normal);
    if (socket === mine) lose(0, hasOpened);
  };

  /** @param {number} code @param {boolean} hasOpened */
  const lose = (code, hasOpened) => {
    socket = null;
    stopTimers();
    loseRequests();
    if (code === CLOSE.sessionEnded || endReason !== null) {
      setLink({ phase: 'off', lostAt: null, retryAt: null, attempt: 0 });
      onEnded(endReason ?? 'expired');
      return;
    }
    const now = clock.now();
    const reason =
      code === CLOSE.restart || goodbye?.reason === 'restart'
        ? 'restart'
        : code === CLOSE.overload || goodbye
          ? 'overload'
          : link.attempt > 0
            ? link.reason
            : 'lost';
    const wait = waitMs(code);
    setLink({ phase: 'waiting', lostAt: link.lostAt ?? now, retryAt: now + wait, attempt: link.attempt + 1, reason });
    retryTimer = clock.after(connect, wait);
    if (!hasOpened) void checkSession();
  };

  /** @param {number} code */
  const waitMs = (code) => {
    const usual = backoffMs(link.attempt, BACKOFF, clock.random);
    if (code === CLOSE.replaced) return TOO_MANY_CONNECTIONS_MS;
    if (goodbye) return Math.max(usual, Math.round(goodbye.retryAfterMs * (1 + clock.random())));
    return usual;
  };

  const checkSession = async () => {
    const found = await askSession();
    if (found === 'signedOut' && link.phase !== 'off') {
      stop();
      onEnded('expired');
    }
  };

  const stopTimers = () => {
    for (const timer of [retryTimer, deadline, watchdog]) clock.cancel(timer);
    retryTimer = deadline = watchdog = null;
  };

  const loseRequests = () => {
    const lost = [...pending.values()];
    pending.clear();
    for (const { settle, timer } of lost) {
      clock.cancel(timer);
      settle({ kind: 'lost' });
    }
  };

  /** @param {number} ref @param {ServerFrame} frame */
  const answer = (ref, frame) => {
    const request = pending.get(ref);
    if (!request) return;
    pending.delete(ref);
    clock.cancel(request.timer);
    request.settle(frame.type === FRAME.error ? { kind: 'error', frame } : { kind: 'answer', frame });
  };

  const stop = () => {
    const mine = socket;
    socket = null;
    stopTimers();
    loseRequests();
    if (mine) {
      mine.onclose = null;
      mine.onmessage = null;
      mine.onopen = null;
      mine.close(CLOSE.normal);
    }
    setLink({ phase: 'off', lostAt: null, retryAt: null, attempt: 0, reason: 'start', wasLive: false });
  };

  return {
    get link() {
      return link;
    },
    start: () => {
      if (link.phase === 'off') connect();
    },
    stop,
    /** Sends a frame that nobody answers. Nothing happens without a live link. @param {ClientFrame} frame */
    tell: (frame) => {
      if (link.phase !== 'live' || !socket) return false;
      socket.send(JSON.stringify(frame));
      return true;
    },
    /** @param {RequestFrame} frame @returns {Promise<Reply>} */
    request: (frame) => {
      const mine = socket;
      if (link.phase !== 'live' || !mine || pending.size >= REQUESTS_MAX) return Promise.resolve({ kind: 'lost' });
      const ref = nextRef++;
      return new Promise((settle) => {
        const timer = clock.after(() => {
          pending.delete(ref);
          settle({ kind: 'lost' });
        }, ANSWER_WITHIN_MS);
        pending.set(ref, { settle, timer });
        mine.send(JSON.stringify({ ...frame, ref }));
      });
    },
    /** The network, the window or the machine came back: try at once, and do not trust a link that was silent meanwhile. */
    nudge: () => {
      if (link.phase === 'waiting') connect();
      else if (link.phase === 'live' && socket && clock.now() - lastHeardAt > 1.5 * heartbeatMs) {
        drop(socket, true);
        connect();
      }
    },
  };
};

/** @typedef {ReturnType<typeof createConnection>} Connection */
