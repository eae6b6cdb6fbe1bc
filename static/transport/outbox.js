// What was written and is not yet stored by the server. A text is kept on the device before it is shown as queued, leaves
// only when the server has stored it or its owner deletes it, and goes out in order, one at a time for each conversation.

import { ERROR, FRAME, SEND, isPassing } from '../protocol.js';
import { backoffMs } from '../lib/clock.js';
import { STORE } from '../lib/idb.js';
import { newClientId } from '../lib/uuid.js';
import { storedMessage } from '../state/frames.js';
import { targetKey } from '../state/target.js';
import { takeLease } from './lease.js';

/**
 * @typedef {import('../state/types.js').OutboxItem} OutboxItem
 * @typedef {import('../state/types.js').Message} Message
 * @typedef {import('../state/types.js').Event} Event
 * @typedef {import('../state/types.js').Target} Target
 * @typedef {import('../state/types.js').MessageSendFrame} MessageSendFrame
 * @typedef {import('../lib/idb.js').DeviceStorage} DeviceStorage
 * @typedef {import('../lib/clock.js').Clock} Clock
 * @typedef {import('./connection.js').Reply} Reply
 * @typedef {import('./lease.js').Locks} Locks
 * @typedef {{ user: number, kind: 'changed' } | { user: number, kind: 'stored', message: Message }} TabNews
 * @typedef {{ postMessage: (news: TabNews) => void, onmessage: ((event: { data: TabNews }) => void) | null, close: () => void }} Channel
 */

/**
 * @typedef {object} OutboxGiven
 * @property {DeviceStorage | null} storage null where the browser has none
 * @property {Locks | null} locks
 * @property {Channel | null} channel to the other tabs
 * @property {Clock} clock
 * @property {(frame: MessageSendFrame) => Promise<Reply>} request
 * @property {(event: Event) => void} dispatch
 * @property {(target: Target) => Target} resolve a person becomes their conversation once there is one
 * @property {() => string} [makeId]
 */

const HOLD = Object.freeze({ baseMs: 1_000, capMs: 60_000 });

/** @param {OutboxGiven} given */
export const createOutbox = ({
  storage,
  locks,
  channel,
  clock,
  request,
  dispatch,
  resolve,
  makeId = () => newClientId(clock.now()),
}) => {
  const owner = makeId();
  /** @type {Map<string, OutboxItem>} */
  const items = new Map();
  /** Only in this tab's memory: no other tab can send it. @type {Set<string>} */
  const unkept = new Set();
  /** What could not be kept when its owner logged out: while this page lives it waits for them here. @type {Map<number, OutboxItem[]>} */
  const left = new Map();
  /** @type {Map<string, string>} queue → client id on its way */
  const inFlight = new Map();
  /** @type {Map<string, { attempts: number, timer: number | null }>} */
  const held = new Map();
  /** @type {{ release: () => void } | null} */
  let lease = null;
  let isLeader = false;
  let isLive = false;
  /** @type {number | null} */
  let user = null;
  let isLate = false;
  let stint = 0; // answers to an earlier log-in are of no concern to the next

  const all = () => [...items.values()].sort((a, b) => a.order - b.order || (a.clientId < b.clientId ? -1 : 1));
  /** @param {OutboxItem} item */
  const queueOf = (item) => targetKey(resolve(item.target));
  const tellTabs = () => {
    if (user !== null) channel?.postMessage({ user, kind: 'changed' });
  };

  /** @param {OutboxItem} item @returns {Promise<void>} */
  const keep = async (item) => {
    try {
      if (!storage) throw new Error('no device storage');
      await storage.put(STORE.outbox, item.state === 'sending' ? { ...item, state: 'queued' } : item);
      unkept.delete(item.clientId);
      dispatch({ type: 'outbox.kept', where: 'kept' });
    } catch {
      unkept.add(item.clientId);
      dispatch({ type: 'outbox.kept', where: 'memory' });
    }
  };

  /** @param {string} clientId */
  const forget = async (clientId) => {
    items.delete(clientId);
    unkept.delete(clientId);
    try {
      await storage?.remove(STORE.outbox, clientId);
    } catch {
      // It stays on the device and is sent once more at the next start; the server stores it once all the same.
    }
  };

  /** @param {OutboxItem} item */
  const show = (item) => {
    items.set(item.clientId, item);
    dispatch({ type: 'outbox.put', item });
  };

  /** Starts what may start: the first unfailed message of each queue that is neither busy nor held. */
  const pump = () => {
    if (!isLive) return;
    const seen = new Set();
    for (const item of all()) {
      const queue = queueOf(item);
      if (item.state === 'failed' || seen.has(queue)) continue;
      seen.add(queue);
      const isHeld = (held.get(queue)?.timer ?? null) !== null;
      if (!inFlight.has(queue) && !isHeld && (isLeader || unkept.has(item.clientId))) void send(queue, item);
    }
  };

  /** @param {string} queue @param {OutboxItem} item */
  const send = async (queue, item) => {
    const mine = stint;
    inFlight.set(queue, item.clientId);
    show({ ...item, state: 'sending' });
    const reply = await request(frameOf(item));
    if (mine !== stint) return;
    inFlight.delete(queue);
    if (reply.kind === 'answer' && reply.frame.type === FRAME.messageStored) {
      held.delete(queue);
      await forget(item.clientId);
      if (user !== null)
        channel?.postMessage({ user, kind: 'stored', message: storedMessage(item, reply.frame, item.user) });
    } else if (reply.kind === 'error' && !isPassing(reply.frame.code)) {
      const failed = {
        ...item,
        state: /** @type {const} */ ('failed'),
        failed: { code: reply.frame.code, message: reply.frame.message },
      };
      show(failed);
      await keep(failed);
      tellTabs();
    } else {
      if (items.has(item.clientId)) show({ ...item, state: 'queued' });
      hold(queue, reply.kind === 'error' ? (reply.frame.retryAfterMs ?? 0) : 0);
    }
    if (mine === stint) pump();
  };

  /** @param {string} queue @param {number} atLeastMs */
  const hold = (queue, atLeastMs) => {
    if (!isLive) return; // the next connection starts afresh
    const attempts = (held.get(queue)?.attempts ?? 0) + 1;
    const wait = Math.max(
      Math.round(atLeastMs * (1 + clock.random() / 4)),
      backoffMs(attempts - 1, HOLD, clock.random),
    );
    const timer = clock.after(() => {
      held.set(queue, { attempts, timer: null });
      pump();
    }, wait);
    held.set(queue, { attempts, timer });
  };

  const releaseHolds = () => {
    for (const { timer } of held.values()) clock.cancel(timer);
    held.clear();
  };

  /** What the device keeps of this user, with what only this tab knows. */
  const reload = async () => {
    const mine = stint;
    if (!storage || user === null) return;
    /** @type {OutboxItem[]} */
    let kept;
    try {
      kept = await storage.readAll(STORE.outbox, user);
    } catch {
      dispatch({ type: 'outbox.kept', where: 'memory' });
      if (!isLate) void catchUp(storage);
      return;
    }
    if (mine !== stint) return;
    const onTheWay = new Set(inFlight.values());
    const own = all().filter((item) => unkept.has(item.clientId) || onTheWay.has(item.clientId));
    items.clear();
    for (const item of [...kept, ...own]) items.set(item.clientId, item);
    dispatch({ type: 'outbox.loaded', items: all() });
    pump();
  };

  /** A device that opens its storage late has then what it kept before, and keeps what waits. @param {DeviceStorage} late */
  const catchUp = async (late) => {
    isLate = true;
    try {
      await late.opened();
      if (user === null) return;
      await reload();
      for (const item of all()) if (unkept.has(item.clientId)) await keep(item);
      if (unkept.size === 0) dispatch({ type: 'outbox.kept', where: 'kept' });
    } catch {
      // It cannot be opened, which has been said.
    }
  };

  if (channel) {
    channel.onmessage = ({ data: news }) => {
      if (news.user !== user) return;
      if (news.kind === 'changed') void reload();
      else {
        items.delete(news.message.clientId ?? '');
        dispatch({ type: 'outbox.removed', clientId: news.message.clientId ?? '', stored: news.message });
      }
    };
  }

  return {
    /** After log-in: shows what this user left on this device. @param {number} id */
    open: async (id) => {
      if (user === id) return;
      user = id;
      stint += 1;
      if (!storage) dispatch({ type: 'outbox.kept', where: 'memory' });
      for (const item of left.get(id) ?? []) {
        unkept.add(item.clientId);
        show({ ...item, state: item.state === 'sending' ? 'queued' : item.state });
      }
      left.delete(id);
      await reload();
    },
    /** What other tabs have added or sent meanwhile, should their word of it not have come. */
    refresh: () => reload(),
    /** At log-out: kept text stays on the device for its owner. */
    close: () => {
      const only = all().filter((item) => unkept.has(item.clientId));
      if (user !== null && only.length > 0) left.set(user, only);
      user = null;
      stint += 1;
      isLive = isLeader = false;
      lease?.release();
      lease = null;
      releaseHolds();
      inFlight.clear();
      items.clear();
      unkept.clear();
    },
    /** Only a tab with a live connection takes part in sending. @param {boolean} live */
    setLive: (live) => {
      if (isLive === live) return;
      isLive = live;
      releaseHolds();
      if (!live) {
        lease?.release();
        lease = null;
      } else if (user !== null) {
        lease = takeLease({
          name: `chinwag-outbox-${user}`,
          owner,
          locks,
          storage,
          clock,
          onChange: (isHeld) => {
            isLeader = isHeld;
            if (isHeld) void reload();
          },
        });
        pump();
      }
    },
    /** @param {Target} target @param {string} body @param {number} [replyTo] */
    add: async (target, body, replyTo) => {
      if (user === null) return;
      const mine = stint;
      const now = clock.now();
      const order = Math.max(now, ...all().map((item) => item.order + 1)); // also when the clock was set back
      /** @type {OutboxItem} */
      const item = {
        clientId: makeId(),
        user,
        order,
        target,
        body,
        writtenAt: now,
        state: 'queued',
        ...(replyTo === undefined ? {} : { replyTo }),
      };
      await keep(item);
      if (mine !== stint) return;
      show(item);
      tellTabs();
      pump();
    },
    /**
     * A failed message goes back to its place in the queue; with a new id only where the old one was taken.
     * @param {string} clientId
     */
    tryAgain: async (clientId) => {
      const item = items.get(clientId);
      if (item?.state !== 'failed') return;
      const { failed, ...rest } = item;
      /** @type {OutboxItem} */
      const again = { ...rest, state: 'queued', clientId: failed?.code === ERROR.clientIdReused ? makeId() : clientId };
      await keep(again);
      if (again.clientId !== clientId) {
        await forget(clientId);
        dispatch({ type: 'outbox.removed', clientId });
      }
      show(again);
      tellTabs();
      pump();
    },
    /** Not while it is on its way: the server may already have it. @param {string} clientId */
    discard: async (clientId) => {
      if ([...inFlight.values()].includes(clientId)) return;
      await forget(clientId);
      dispatch({ type: 'outbox.removed', clientId });
      tellTabs();
      pump();
    },
    /** The server has it, as another frame than the tick has shown. @param {string} clientId */
    settled: async (clientId) => {
      if (!items.has(clientId)) return;
      await forget(clientId);
      pump();
    },
    has: (/** @type {string} */ clientId) => items.has(clientId),
  };
};

/** @typedef {ReturnType<typeof createOutbox>} Outbox */

/** A repeat says exactly what the first try said. @param {OutboxItem} item @returns {MessageSendFrame} */
const frameOf = (item) => ({
  type: SEND.messageSend,
  clientId: item.clientId,
  ...item.target,
  body: item.body,
  writtenAt: item.writtenAt,
  ...(item.replyTo === undefined ? {} : { replyTo: item.replyTo }),
});
