// What a person does in conversations. Texts go by the outbox and reactions by a queue of their own; edits and deletions go now or say that they did not.

import { ERROR, SEND, isPassing } from '../protocol.js';
import { backoffMs } from '../lib/clock.js';
import { newClientId } from '../lib/uuid.js';
import { draftOf, messageAt, resolveTarget } from '../state/select.js';

/**
 * @typedef {import('../state/actions.js').ChatActions} ChatActions
 * @typedef {import('../state/types.js').State} State
 * @typedef {import('../state/types.js').Event} Event
 * @typedef {import('../state/types.js').RequestFrame} RequestFrame
 * @typedef {import('../lib/clock.js').Clock} Clock
 * @typedef {import('./connection.js').Connection} Connection
 * @typedef {import('./outbox.js').Outbox} Outbox
 * @typedef {import('./pages.js').Pages} Pages
 */
/**
 * @template T
 * @typedef {import('../state/types.js').Outcome<T>} Outcome
 */

const TRIES = 4;
const AGAIN = Object.freeze({ baseMs: 500, capMs: 5_000 });

/**
 * @param {object} given
 * @param {Connection} given.connection
 * @param {Outbox} given.outbox
 * @param {import('./reactions.js').Reactions} given.reactions
 * @param {Pages} given.pages
 * @param {Clock} given.clock
 * @param {{ set: (target: import('../state/types.js').Target, text: string) => void }} given.drafts
 * @param {{ typed: (conversation: number) => void, stop: () => void, wasSent: () => void }} given.typing
 * @param {{ saw: (conversation: number, seq: number) => void, markedUnread: (conversation: number, isMarked: boolean) => void, wasOpened: () => void }} given.receipts
 * @param {{ watch: (users: ReadonlyArray<number>) => void }} given.presence
 * @param {() => State} given.state
 * @param {(event: Event) => void} given.dispatch
 * @returns {ChatActions}
 */
export const createChat = ({
  connection,
  outbox,
  reactions,
  pages,
  clock,
  drafts,
  typing,
  receipts,
  presence,
  state,
  dispatch,
}) => {
  /**
   * Repeats what failed in passing, with the same client id, for a few seconds.
   * @param {RequestFrame} frame
   * @returns {Promise<Outcome<null>>}
   */
  const ask = async (frame) => {
    for (let attempt = 0; ; attempt++) {
      const reply = await connection.request(frame);
      if (reply.kind === 'answer') return { ok: true, value: null };
      if (reply.kind === 'error' && reply.frame.current)
        dispatch({ type: 'message.changed', message: reply.frame.current });
      const isWorthAnother =
        attempt + 1 < TRIES && (reply.kind === 'lost' ? connection.link.phase === 'live' : isPassing(reply.frame.code));
      if (!isWorthAnother) {
        return {
          ok: false,
          failure: reply.kind === 'error' ? reply.frame : { code: ERROR.network, message: 'no answer' },
        };
      }
      const wait = Math.max(
        backoffMs(attempt, AGAIN, clock.random),
        reply.kind === 'error' ? (reply.frame.retryAfterMs ?? 0) : 0,
      );
      await new Promise((resolve) => {
        clock.after(() => resolve(undefined), wait);
      });
    }
  };

  return {
    open: (view, seq) => {
      receipts.wasOpened();
      typing.stop();
      dispatch({ type: 'view.opened', view, seq });
      const viewed = state().view;
      const copy = viewed && 'conversation' in viewed ? state().conversations.get(viewed.conversation) : undefined;
      if (copy?.newest === 'failed') void pages.loadNewest(copy.id);
    },
    seek: (conversation, seq) => dispatch({ type: 'view.opened', view: { conversation }, seq }),
    endSeeking: () => dispatch({ type: 'sought.moved', step: null }),
    send: async (target, body, replyTo) => {
      if (body.trim() === '') return;
      const drafted = draftOf(state(), target);
      await outbox.add(target, body, replyTo);
      if (draftOf(state(), target) === drafted) drafts.set(target, ''); // unless the next one was begun meanwhile
      typing.wasSent();
    },
    tryAgain: (clientId) => outbox.tryAgain(clientId),
    discard: (clientId) => outbox.discard(clientId),
    edit: async (conversation, seq, body) => {
      const message = messageAt(state(), conversation, seq);
      if (!message) return notHere();
      return ask({
        type: SEND.messageEdit,
        clientId: newClientId(clock.now()),
        conversation,
        seq,
        version: message.version,
        body,
      });
    },
    remove: async (conversation, seq) => {
      const message = messageAt(state(), conversation, seq);
      if (!message) return notHere();
      return ask({
        type: SEND.messageDelete,
        clientId: newClientId(clock.now()),
        conversation,
        seq,
        version: message.version,
      });
    },
    react: (conversation, seq, emoji, on) => reactions.set(conversation, seq, emoji, on),
    loadOlder: (conversation) => pages.loadOlder(conversation),
    loadNewer: (conversation) => pages.loadNewer(conversation),
    loadQuote: (conversation, seq) => void pages.loadQuote(conversation, seq),
    loadNewest: (conversation) => pages.loadNewest(conversation),
    lookAt: (seq) => dispatch({ type: 'view.moved', seq }),
    sawMessage: (conversation, seq) => {
      if (state().isAttended) receipts.saw(conversation, seq);
    },
    markUnreadFrom: async (conversation, seq) => {
      receipts.markedUnread(conversation, true);
      const outcome = await ask({ type: SEND.cursorSet, conversation, seq: seq - 1 });
      if (outcome.ok) dispatch({ type: 'cursor.told', conversation, seq: seq - 1 });
      else {
        receipts.markedUnread(conversation, false);
        dispatch({ type: 'toast.added', toast: { kind: 'failed', failure: outcome.failure } });
      }
      return outcome;
    },
    sawLate: (ids) => {
      const unseen = ids.filter((id) => state().lateUnseen.has(id));
      if (unseen.length === 0 || connection.link.phase !== 'live') return;
      for (const toast of state().toasts)
        if (toast.kind === 'late' && unseen.includes(toast.late.id)) dispatch({ type: 'toast.closed', id: toast.id });
      dispatch({ type: 'late.told', ids: unseen });
      void connection.request({ type: SEND.lateSeen, ids: unseen }); // unheard, the next `ready` brings them again
    },
    setDraft: (target, text) => {
      if (draftOf(state(), target) === text) return;
      drafts.set(target, text);
      const resolved = resolveTarget(state(), target);
      if (text.trim() === '') typing.stop();
      else if ('conversation' in resolved) typing.typed(resolved.conversation);
    },
    stopTyping: () => typing.stop(),
    loadMoreConversations: () => pages.loadMoreConversations(),
    loadMorePeople: () => pages.loadMorePeople(),
    findPeople: (query) => pages.findPeople(query),
    watchPeople: (users) => presence.watch(users),
  };
};

/** @returns {Outcome<null>} */
const notHere = () => ({ ok: false, failure: { code: ERROR.notFound, message: 'This message is not loaded.' } });
