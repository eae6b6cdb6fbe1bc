// Searches one's own messages on the server. What was found is kept nowhere, what was searched for only in the state.

/**
 * @typedef {import('../state/actions.js').FindActions} FindActions
 * @typedef {import('../state/types.js').State} State
 * @typedef {import('../state/types.js').Event} Event
 * @typedef {import('../lib/clock.js').Clock} Clock
 * @typedef {import('./api.js').Api} Api
 * @typedef {import('./pages.js').Pages} Pages
 */

/** Hits on one page of the panel. */
const HITS_PER_PAGE = 30;

/**
 * @param {object} given
 * @param {Api} given.api
 * @param {Pages} given.pages
 * @param {Clock} given.clock
 * @param {() => State} given.state
 * @param {(event: Event) => void} given.dispatch
 * @returns {FindActions}
 */
export const createSearch = ({ api, pages, clock, state, dispatch }) => ({
  searchMessages: async (query, { limit = HITS_PER_PAGE, ...rest } = {}) => {
    const answer = await api.search(query.trim(), { limit, ...rest });
    if (!answer.ok) return answer;
    const chats = new Set(answer.value.hits.map((hit) => hit.conversation));
    for (const id of chats) if (!state().conversations.has(id)) void pages.fetchConversation(id); // for its name
    return answer;
  },
  rememberSearch: (text) => dispatch({ type: 'searched', text, at: clock.now() }),
  forgetSearches: () => dispatch({ type: 'searches.forgotten', at: clock.now() }),
});
