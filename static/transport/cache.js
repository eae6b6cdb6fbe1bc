// Keeps a copy of the newest chats on the device of a person who wished to stay signed in, and wipes it as soon as that wish
// or the session ends. Written lazily, each time in one transaction, so that no rev is ever ahead of its messages. Where the
// device cannot keep it, there is none, and nobody is told. Never keeps what was not sent: the outbox and the drafts do.

import { FRAME } from '../protocol.js';
import { STORE } from '../lib/idb.js';
import { conversationsToKeep, hasGoneBack, replacesTexts } from '../state/kept.js';
import { keptOf, keysOf, rowsToChange } from '../state/kept-rows.js';

/**
 * @typedef {import('../state/types.js').State} State
 * @typedef {import('../state/types.js').Event} Event
 * @typedef {import('../state/types.js').User} User
 * @typedef {import('../state/types.js').Kept} Kept
 * @typedef {import('../state/types.js').ConversationCopy} ConversationCopy
 * @typedef {import('../state/kept-rows.js').Row} Row
 * @typedef {import('../lib/idb.js').DeviceStorage} DeviceStorage
 * @typedef {import('../lib/clock.js').Clock} Clock
 */

/** So long changes are gathered; what replaces a text is written at once. */
const WRITE_AFTER_MS = 1_500;

/** The parts of the state that are kept; the others do not make a write. @param {State} state */
const partsOf = ({ conversations, users, people, late, drafts, me, session, blocked, accountRev, peopleRev, searches }) => [
  conversations,
  users,
  people,
  late,
  drafts,
  me,
  session,
  blocked,
  accountRev,
  peopleRev,
  searches,
];

/**
 * @param {object} given
 * @param {DeviceStorage} given.storage
 * @param {Clock} given.clock
 * @param {() => State} given.state
 * @param {(run: () => void) => void} given.whenIdle
 * @param {(conversation: number) => boolean} given.hasUntoldRead
 */
export const createCache = ({ storage, clock, state, whenIdle, hasUntoldRead }) => {
  /** The copies as this tab wrote or read them last. @type {Map<number, ConversationCopy>} */
  const written = new Map();
  /** @type {ReadonlyMap<number, User> | null} */
  let writtenUsers = null;
  /** The server has just confirmed the session: this tab may begin a cache where there is none. */
  let mayBegin = false;
  let isWriting = false;
  let isDirty = false;
  let isBroken = false;
  let stint = 0; // what was begun before a wipe counts for nothing after it
  /** @type {number | null} */
  let timer = null;

  const forget = () => {
    stint += 1;
    clock.cancel(timer);
    timer = null;
    isDirty = false;
    written.clear();
    writtenUsers = null;
    storage.clear(STORE.cache).catch(() => undefined); // what cannot be opened holds nothing for us either
  };

  const wipe = () => {
    mayBegin = false;
    forget();
  };

  const writeNow = () => {
    clock.cancel(timer);
    timer = null;
    isDirty = true;
    if (!isWriting) void writeAll();
  };

  const writeSoon = () => {
    timer ??= clock.after(() => whenIdle(() => timer !== null && writeNow()), WRITE_AFTER_MS);
  };

  const writeAll = async () => {
    isWriting = true;
    while (isDirty && isKept(state()) && !isBroken) {
      isDirty = false;
      const mine = stint;
      try {
        await write(state(), mine);
      } catch {
        // Full, blocked or broken. A copy that cannot follow must not stay behind: it may hold what was deleted since.
        if (mine === stint) wipe();
        isBroken = true;
      }
    }
    isWriting = false;
  };

  /** @param {State} now @param {number} mine */
  const write = async (now, mine) => {
    const toKeep = conversationsToKeep(now);
    const changed = toKeep.filter((copy) => written.get(copy.id) !== copy);
    const gone = [...written.keys()].filter((id) => !now.conversations.has(id));
    const isBeginning = mayBegin;
    const hasPeople = now.users !== writtenUsers;
    const hasWritten = await storage.rewrite(
      STORE.cache,
      keysOf(changed),
      (/** @type {ReadonlyArray<Row | undefined>} */ rows) =>
        rowsToChange(now, rows, { changed, gone, isBeginning, hasPeople, hasUntoldRead }),
    );
    if (mine !== stint || !hasWritten) return;
    mayBegin = false;
    writtenUsers = now.users;
    for (const copy of changed) written.set(copy.id, copy);
    const stay = new Set(toKeep.map((copy) => copy.id));
    for (const id of written.keys()) if (!stay.has(id)) written.delete(id);
  };

  return {
    /** What was kept, if anything. @returns {Promise<Kept | null>} */
    read: async () => {
      const mine = stint;
      try {
        const kept = keptOf(await storage.readStore(STORE.cache));
        if (mine !== stint) return null;
        for (const copy of kept?.conversations ?? []) written.set(copy.id, copy);
        return kept;
      } catch {
        return null;
      }
    },
    /** After every event. @param {State} now @param {State} before @param {Event} event */
    heard: (now, before, event) => {
      const hasLeft = now.phase !== 'signedIn' && before.phase === 'signedIn';
      const isOut = now.phase === 'signedOut' && before.phase !== 'signedOut';
      const isToldApart = now.session !== before.session && now.session?.keep === false;
      if (hasLeft || isOut || isToldApart) wipe();
      if (!isKept(now) || isBroken) return;
      if (event.type === 'kept.loaded') {
        writtenUsers = now.users;
        return;
      }
      if (now.session !== before.session) mayBegin = true;
      if (event.type === 'frame' && event.frame.type === FRAME.ready && isAhead(before, event.frame)) {
        forget();
        mayBegin = true;
      }
      const parts = partsOf(before);
      if (partsOf(now).every((part, i) => part === parts[i])) return;
      if (replacesTexts(event)) writeNow();
      else writeSoon();
    },
    /** The window may close next. */
    writeOut: () => {
      if (timer !== null) writeNow();
    },
    close: () => {
      stint += 1;
      clock.cancel(timer);
      timer = null;
    },
  };
};

/** @param {State} state */
const isKept = ({ phase, me, session }) => phase === 'signedIn' && me !== null && session?.keep === true;

/**
 * Knows revs that the server does not: nothing kept can be told from what it will call by the same number.
 * @param {State} before
 * @param {import('../state/types.js').ReadyFrame} ready
 */
const isAhead = (before, ready) =>
  hasGoneBack(before, ready) ||
  ready.conversations.some((wire) => wire.rev < (before.conversations.get(wire.id)?.rev ?? 0));

/** @typedef {ReturnType<typeof createCache>} Cache */
