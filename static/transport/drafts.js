// Unfinished texts: kept on the device while they are not saved, saved on the server half a second after the last key, and
// merged when two devices typed at once. Never loses one of two texts.

import { ERROR, FRAME, SEND } from '../protocol.js';
import { STORE } from '../lib/idb.js';
import { resolveTarget, targetKey, targetOfKey } from '../state/target.js';

/**
 * @typedef {import('../state/types.js').State} State
 * @typedef {import('../state/types.js').Event} Event
 * @typedef {import('../state/types.js').Target} Target
 * @typedef {import('../state/types.js').DraftCopy} DraftCopy
 * @typedef {import('../state/types.js').DraftSetFrame} DraftSetFrame
 * @typedef {import('../lib/idb.js').DeviceStorage} DeviceStorage
 * @typedef {import('../lib/clock.js').Clock} Clock
 * @typedef {import('./connection.js').Reply} Reply
 * @typedef {{ user: number, key: string, draft: DraftCopy }} DraftRow
 */

const SAVE_AFTER_MS = 500;
const AGAIN_AFTER_MS = 5_000;

/**
 * @param {object} given
 * @param {DeviceStorage | null} given.storage
 * @param {Clock} given.clock
 * @param {() => State} given.state
 * @param {(event: Event) => void} given.dispatch
 * @param {(frame: DraftSetFrame) => Promise<Reply>} given.request
 */
export const createDrafts = ({ storage, clock, state, dispatch, request }) => {
  /** @type {Map<string, number>} */
  const timers = new Map();
  /** The text on its way, by key; after a loss the one the server may or may not have. @type {Map<string, string>} */
  const sent = new Map();
  /** @type {Map<string, Promise<void>>} */
  const saving = new Map();
  let isLive = false;
  let stint = 0;
  /** Whose drafts were read from the device. @type {number | null} */
  let owner = null;

  /** @param {string} key @param {DraftCopy | null} draft */
  const show = (key, draft) => dispatch({ type: 'draft.changed', key, draft });

  /** @param {string} key */
  const keep = (key) => {
    const user = state().me?.id;
    const draft = state().drafts.get(key);
    if (user === undefined || !storage) return;
    const done =
      draft && !draft.saved
        ? storage.put(STORE.drafts, { user, key, draft })
        : storage.remove(STORE.drafts, [user, key]);
    done.catch(() => undefined); // it is still in memory and soon on the server
  };

  /** @param {string} key @param {number} ms */
  const later = (key, ms) => {
    clock.cancel(timers.get(key) ?? null);
    timers.set(
      key,
      clock.after(() => {
        timers.delete(key);
        keep(key);
        void save(key);
      }, ms),
    );
  };

  /** One at a time for each draft. @param {string} key @returns {Promise<void>} */
  const save = (key) => {
    const target = targetOfKey(key);
    const draft = state().drafts.get(key);
    const underWay = saving.get(key);
    if (underWay || !isLive || !draft || draft.saved || !target || !('conversation' in target))
      return underWay ?? Promise.resolve();
    const done = send(key, draft, target.conversation);
    saving.set(key, done);
    return done;
  };

  /** @param {string} key @param {DraftCopy} draft @param {number} conversation */
  const send = async (key, draft, conversation) => {
    const mine = stint;
    const mayHave = sent.get(key);
    sent.set(key, draft.text);
    const reply = await request({
      type: SEND.draftSet,
      conversation,
      text: draft.text,
      version: draft.version,
    });
    if (mine !== stint) return;
    saving.delete(key);
    if (reply.kind === 'lost') return; // sent[key] remembers what the server may have; the next connection saves again
    sent.delete(key);
    const now = state().drafts.get(key);
    if (!now) return;
    if (reply.kind === 'answer') {
      const version =
        reply.frame.type === FRAME.ok && reply.frame.version !== undefined ? reply.frame.version : draft.version + 1;
      const isSame = now.text === draft.text;
      show(key, isSame && now.text === '' ? null : { ...now, version, saved: isSame });
    } else if (reply.frame.code === ERROR.draftConflict) {
      const other = reply.frame.draft;
      const text = other === undefined || other.text === mayHave ? now.text : bothTexts(now.text, other.text);
      show(key, { ...now, text, version: other?.version ?? 0, saved: false });
    } else {
      later(key, Math.max(AGAIN_AFTER_MS, reply.frame.retryAfterMs ?? 0));
      return;
    }
    keep(key);
    if (state().drafts.get(key)?.saved === false) later(key, 0);
  };

  const saveAll = async () => {
    await Promise.all([...state().drafts].map(([key, draft]) => (draft.saved ? undefined : save(key))));
  };

  return {
    /** @param {Target} target @param {string} text */
    set: (target, text) => {
      const resolved = resolveTarget(state(), target);
      const key = targetKey(resolved);
      moveFromPerson(state(), resolved, (old) => {
        show(old, null);
        keep(old);
      });
      const held = state().drafts.get(key);
      if ((held?.text ?? '') === text) return;
      const isNothing = text === '' && (held?.version ?? 0) === 0 && !sent.has(key);
      show(key, isNothing ? null : { text, version: held?.version ?? 0, at: clock.now(), saved: false });
      keep(key); // at once: what is begun while the page closes is not finished
      later(key, SAVE_AFTER_MS);
    },
    /** What this user left on this device. @param {number} user */
    open: async (user) => {
      if (owner === user) return;
      owner = user;
      const mine = ++stint;
      /** @type {DraftRow[]} */
      const rows = storage
        ? await storage.readAll(/** @type {'drafts'} */ (STORE.drafts), user).then(
            (found) => /** @type {DraftRow[]} */ (found),
            () => [],
          )
        : [];
      if (mine !== stint) return;
      for (const { key, draft } of rows)
        if (state().drafts.get(key)?.saved !== false) show(key, { ...draft, saved: false });
      if (isLive) void saveAll();
    },
    /** Does not wait for the half second: the person may leave. Ends when the server has answered. */
    saveAll,
    /** Writes down at once what waits for its half second: the page may be closing. */
    keepAll: () => {
      for (const key of timers.keys()) keep(key);
    },
    close: () => {
      stint += 1;
      owner = null;
      isLive = false;
      for (const timer of timers.values()) clock.cancel(timer);
      for (const key of timers.keys()) keep(key);
      timers.clear();
      saving.clear();
      sent.clear();
    },
    /** @param {boolean} live */
    setLive: (live) => {
      isLive = live;
      if (live) void saveAll();
      else saving.clear();
    },
  };
};

/**
 * Neither text is lost; what one already holds of the other is not repeated.
 * @param {string} mine
 * @param {string} other
 */
const bothTexts = (mine, other) => {
  if (mine.includes(other)) return mine;
  if (other.includes(mine)) return other;
  return `${mine}\n${other}`;
};

/**
 * A text begun before the conversation was there continues in it.
 * @param {State} state
 * @param {Target} target
 * @param {(key: string) => void} drop
 */
const moveFromPerson = (state, target, drop) => {
  if (!('conversation' in target)) return;
  const copy = state.conversations.get(target.conversation);
  if (copy?.kind !== 'direct') return;
  for (const member of copy.members) {
    const old = targetKey({ to: member.user });
    if (state.drafts.has(old)) drop(old);
  }
};
