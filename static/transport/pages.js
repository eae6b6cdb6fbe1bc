// Loads what is looked at: the newest page of the viewed conversation, older and newer ones, a place to jump to, one quoted
// message, the rest of the list and of the people. Never loads ahead of what is asked for.

import { FRAME } from '../protocol.js';
import { lacksNewestPage } from '../state/copies.js';
import { logWindow } from '../state/log.js';
import { messageAt } from '../state/select.js';
import { isSeeking } from '../state/sought.js';

/**
 * @typedef {import('../state/types.js').State} State
 * @typedef {import('../state/types.js').Event} Event
 * @typedef {import('../state/types.js').ServerFrame} ServerFrame
 * @typedef {import('../state/types.js').User} User
 * @typedef {import('../state/types.js').Failure} Failure
 * @typedef {import('../lib/clock.js').Clock} Clock
 * @typedef {import('./api.js').Api} Api
 */
/**
 * @template T
 * @typedef {import('../state/types.js').Outcome<T>} Outcome
 */

/** Frames kept for a conversation that is being asked for; more of them and it is asked for again. */
const KEPT_FRAMES_MAX = 200;

/**
 * @param {object} given
 * @param {Api} given.api
 * @param {Clock} given.clock
 * @param {() => State} given.state
 * @param {(event: Event) => void} given.dispatch
 */
export const createPages = ({ api, clock, state, dispatch }) => {
  /** @type {Map<number, ServerFrame[]>} */
  const unknown = new Map();
  /** @type {Set<string>} */
  const quotes = new Set();
  /** Conversations that are being asked for. @type {Map<number, Promise<Failure | null>>} */
  const fetches = new Map();
  /** Newest pages on their way. @type {Map<number, Promise<void>>} */
  const newest = new Map();
  let stint = 0;

  /**
   * @param {number} id
   * @param {'newest' | 'older' | 'newer'} which
   * @param {{ before?: number, after?: number }} where
   */
  const load = async (id, which, where) => {
    const mine = stint;
    dispatch({ type: 'page.loading', conversation: id, which });
    const answer = await api.messages(id, where);
    if (mine !== stint) return;
    if (answer.ok) dispatch({ type: 'page.loaded', conversation: id, which, page: answer.value });
    else if (answer.failure.code === 'not_found') dispatch({ type: 'conversation.gone', conversation: id });
    else dispatch({ type: 'page.failed', conversation: id, which });
  };

  /** @param {number} id */
  const loadNewest = async (id) => {
    const copy = state().conversations.get(id);
    if (!copy || copy.newest === 'loading' || newest.has(id)) return; // asked for by a listener, it is not told yet
    const loading = load(id, 'newest', {});
    newest.set(id, loading);
    await loading;
    if (newest.get(id) === loading) newest.delete(id);
  };

  /**
   * Live frames about a conversation that is asked for, kept until the answer is here; a rev met twice changes nothing.
   * @param {number} id
   * @param {ServerFrame} frame
   */
  const keepForUnknown = (id, frame) => {
    const kept = unknown.get(id);
    if (kept) kept.push(frame);
    else if (!state().conversations.has(id)) {
      unknown.set(id, [frame]);
      void fetchUnknown(id);
    }
  };

  /** @param {import('../state/types.js').Conversation} conversation */
  const keepForStrangers = ({ id, members, lastMessage }) => {
    const named = [...members.map((member) => member.user), ...(lastMessage ? [lastMessage.sender] : [])];
    if (unknown.has(id) || named.every((user) => state().users.has(user))) return;
    unknown.set(id, []);
    void fetchUnknown(id);
  };

  /** @param {number} id @returns {Promise<Failure | null>} */
  const fetchUnknown = (id) => {
    const asked = askFor(id);
    fetches.set(id, asked);
    return asked;
  };

  /** @param {number} id @returns {Promise<Failure | null>} */
  const askFor = async (id) => {
    const mine = stint;
    const answer = await api.conversation(id);
    if (mine !== stint) return null;
    const kept = unknown.get(id) ?? [];
    unknown.delete(id);
    fetches.delete(id);
    if (!answer.ok) return answer.failure; // the next frame, or the next connection, asks again
    dispatch({ type: 'conversation.loaded', answer: answer.value });
    // A cursor that was told meanwhile has no rev: nobody can say whether the answer knows of it.
    const lasting = kept.filter((frame) => frame.type !== FRAME.cursor);
    if (kept.length > KEPT_FRAMES_MAX || lasting.length < kept.length) {
      unknown.set(id, kept.length > KEPT_FRAMES_MAX ? [] : lasting);
      void fetchUnknown(id);
    } else for (const frame of kept) dispatch({ type: 'frame', frame, now: clock.now() });
    return null;
  };

  return {
    loadNewest,
    /** @param {number} id */
    loadOlder: async (id) => {
      const copy = state().conversations.get(id);
      if (!copy || copy.older === 'loading' || copy.newest === 'loading') return;
      const { runs, hasOlder } = logWindow(copy);
      if (hasOlder && runs.length > 0) await load(id, 'older', { before: runs[0].from });
    },
    /** @param {number} id */
    loadNewer: async (id) => {
      const copy = state().conversations.get(id);
      const last = copy && logWindow(copy).runs.at(-1);
      if (!copy || !last || copy.newer === 'loading' || !logWindow(copy).hasNewer) return;
      await load(id, 'newer', { after: last.to });
    },
    /** @param {number} id @param {number} seq @returns {Promise<Outcome<null>>} */
    loadAround: async (id, seq) => {
      const mine = stint;
      const answer = await api.messages(id, { around: seq });
      if (!answer.ok) return answer;
      if (mine === stint) dispatch({ type: 'page.loaded', conversation: id, which: 'around', page: answer.value, seq });
      return { ok: true, value: null };
    },
    /**
     * One message that a reply names and the log does not hold; asked for once.
     * @param {number} id
     * @param {number} seq
     */
    loadQuote: async (id, seq) => {
      const key = `${id}:${seq}`;
      if (messageAt(state(), id, seq) || quotes.has(key)) return;
      quotes.add(key);
      const mine = stint;
      const answer = await api.messages(id, { around: seq, limit: 1 });
      if (mine === stint && answer.ok)
        dispatch({ type: 'page.loaded', conversation: id, which: 'quote', page: answer.value });
      if (!answer.ok) quotes.delete(key);
    },
    loadMoreConversations: async () => {
      const { list } = state();
      if (list.load === 'loading' || !list.more) return;
      const mine = stint;
      dispatch({ type: 'list.loading' });
      let answer = await api.conversations(list.next);
      // `ready` named the newest without saying where the next page begins: the first answer over HTTP says it.
      if (answer.ok && list.next === null && answer.value.next !== undefined && mine === stint) {
        dispatch({ type: 'list.loaded', page: answer.value });
        answer = await api.conversations(answer.value.next);
      }
      if (mine !== stint) return;
      dispatch(answer.ok ? { type: 'list.loaded', page: answer.value } : { type: 'list.failed' });
    },
    loadMorePeople: async () => {
      const { people } = state();
      const isComplete = people.total !== null && people.next === null;
      if (people.load === 'loading' || isComplete) return;
      const mine = stint;
      dispatch({ type: 'people.loading' });
      const answer = await api.users({ after: people.next ?? undefined });
      if (mine !== stint) return;
      dispatch(answer.ok ? { type: 'people.loaded', page: answer.value, isWhole: true } : { type: 'people.failed' });
    },
    /** @param {string} query @returns {Promise<Outcome<ReadonlyArray<User>>>} */
    findPeople: async (query) => {
      const mine = stint;
      const answer = await api.users({ query });
      if (!answer.ok) return answer;
      if (mine === stint) dispatch({ type: 'people.loaded', page: answer.value, isWhole: false });
      return { ok: true, value: answer.value.users };
    },
    /** What is viewed and not there yet. @param {State} now */
    ensureViewed: (now) => {
      const copy = now.view && 'conversation' in now.view ? now.conversations.get(now.view.conversation) : undefined;
      if (copy && now.link.phase === 'live' && copy.newest === 'idle' && !copy.catchingUp && lacksNewestPage(copy) && !isSeeking(now, copy.id))
        void loadNewest(copy.id);
    },
    /**
     * A conversation that was opened by its number and is not on the part of the list that is loaded.
     * @param {number} id
     * @returns {Promise<Failure | null>} why it is not here
     */
    fetchConversation: (id) => {
      const asked = fetches.get(id);
      if (asked) return asked;
      unknown.set(id, []);
      return fetchUnknown(id);
    },
    /** Once the newest page, if it is on its way, has come. @param {number} id */
    newestLoaded: async (id) => newest.get(id),
    /** @param {ServerFrame} frame */
    heardFrame: (frame) => {
      // It names people that this page may never have met.
      if (frame.type === FRAME.conversation) keepForStrangers(frame.conversation);
      const id = conversationOf(frame);
      if (id !== null) keepForUnknown(id, frame);
    },
    /** What was asked for on an earlier connection is no longer waited for. */
    restart: () => {
      stint += 1;
      unknown.clear();
      quotes.clear();
      fetches.clear();
      newest.clear();
    },
  };
};

/** @typedef {ReturnType<typeof createPages>} Pages */

/** Frames that mean nothing without their conversation. @param {ServerFrame} frame @returns {number | null} */
const conversationOf = (frame) => {
  switch (frame.type) {
    case FRAME.message:
    case FRAME.messageChanged:
      return frame.message.conversation;
    case FRAME.messageStored:
    case FRAME.receipt:
    case FRAME.cursor:
      return frame.conversation;
    default:
      return null;
  }
};
