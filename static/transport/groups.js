// What a person does with a group, over HTTP, and who is in the one that is looked at. What is said once is done once: making
// a group carries an id of its own, and the other changes are the same the second time.

import { newClientId } from '../lib/uuid.js';
import { isCrowd, isIn, isWholeKnown } from '../state/members.js';

/**
 * @typedef {import('../state/types.js').State} State
 * @typedef {import('../state/types.js').Event} Event
 * @typedef {import('../state/types.js').ConversationAnswer} ConversationAnswer
 * @typedef {import('../state/actions.js').GroupActions} GroupActions
 * @typedef {import('../lib/clock.js').Clock} Clock
 * @typedef {import('./api.js').Api} Api
 */
/**
 * @template T
 * @typedef {import('../state/types.js').Outcome<T>} Outcome
 */

/**
 * @param {object} given
 * @param {Api} given.api
 * @param {Clock} given.clock
 * @param {() => State} given.state
 * @param {(event: Event) => void} given.dispatch
 * @param {(conversation: number) => void} given.open
 */
export const createGroups = ({ api, clock, state, dispatch, open }) => {
  /** @param {Outcome<ConversationAnswer>} answer @returns {Outcome<null>} */
  const settle = (answer) => {
    if (!answer.ok) return answer;
    dispatch({ type: 'conversation.loaded', answer: answer.value });
    return { ok: true, value: null };
  };

  /** @param {number} id */
  const loadMembers = async (id) => {
    const copy = state().conversations.get(id);
    if (!copy || copy.roster.load === 'loading' || copy.roster.isWhole) return;
    const asked = copy.roster.next;
    dispatch({ type: 'members.loading', conversation: id });
    const answer = await api.members(id, { after: asked ?? undefined });
    const roster = state().conversations.get(id)?.roster;
    if (!roster || roster.load !== 'loading' || roster.next !== asked) return; // told anew meanwhile
    dispatch(
      answer.ok
        ? { type: 'members.loaded', conversation: id, page: answer.value }
        : { type: 'members.failed', conversation: id },
    );
  };

  return {
    /** States per member need all of them by name; in a crowd nobody is named. @param {State} now */
    ensureViewed: (now) => {
      const copy = now.view && 'conversation' in now.view ? now.conversations.get(now.view.conversation) : undefined;
      if (!copy || copy.kind !== 'group' || now.link.phase !== 'live' || isCrowd(copy) || !isIn(copy)) return;
      if (!isWholeKnown(copy) && copy.roster.load === 'idle') void loadMembers(copy.id);
    },
    /** @type {GroupActions} */
    actions: {
      newRequest: () => newClientId(clock.now()),
      createGroup: async (clientId, name, members) => {
        const answer = await api.createGroup({ clientId, name, members });
        if (!answer.ok) return answer;
        settle(answer);
        const { id } = answer.value.conversation;
        open(id);
        return { ok: true, value: id };
      },
      renameGroup: async (id, name) => settle(await api.renameGroup(id, name)),
      addMembers: async (id, users) => settle(await api.addMembers(id, users)),
      removeMember: async (id, user) => {
        const outcome = settle(await api.removeMember(id, user));
        if (!outcome.ok) dispatch({ type: 'toast.added', toast: { kind: 'failed', failure: outcome.failure } });
        return outcome;
      },
      loadMembers,
      findMembers: async (id, query) => {
        const answer = await api.members(id, { query });
        if (answer.ok) dispatch({ type: 'members.found', page: answer.value });
        return answer;
      },
    },
  };
};
