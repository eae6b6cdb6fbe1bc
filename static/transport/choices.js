// What a person does not want to hear of, over HTTP. The page changes by the frame that comes of it, in order with those of
// other devices.

/**
 * @typedef {import('../state/actions.js').ChoiceActions} ChoiceActions
 * @typedef {import('../state/types.js').Event} Event
 * @typedef {import('./api.js').Api} Api
 */
/**
 * @template T
 * @typedef {import('../state/types.js').Outcome<T>} Outcome
 */

/**
 * @param {{ api: Api, dispatch: (event: Event) => void }} given
 * @returns {ChoiceActions}
 */
export const createChoices = ({ api, dispatch }) => {
  /** @param {Promise<Outcome<null>>} asked */
  const told = async (asked) => {
    const outcome = await asked;
    if (!outcome.ok) dispatch({ type: 'toast.added', toast: { kind: 'failed', failure: outcome.failure } });
    return outcome;
  };
  return {
    mute: (conversation, until) => told(api.mute(conversation, until)),
    unmute: (conversation) => told(api.unmute(conversation)),
    block: (user) => told(api.block(user)),
    unblock: (user) => told(api.unblock(user)),
    listBlocked: async () => {
      const answer = await api.blocked();
      return answer.ok ? { ok: true, value: answer.value.users } : answer;
    },
  };
};
