// Searches one's own messages on the server. Keeps nothing: not what was searched for, and not what was found.

/**
 * @typedef {import('../state/actions.js').FindActions} FindActions
 * @typedef {import('../state/types.js').State} State
 * @typedef {import('./api.js').Api} Api
 * @typedef {import('./pages.js').Pages} Pages
 */

/** Hits on one page of the panel. */
const HITS_PER_PAGE = 30;

/**
 * @param {object} given
 * @param {Api} given.api
 * @param {Pages} given.pages
 * @param {() => State} given.state
 * @returns {FindActions}
 */
export const createSearch = ({ api, pages, state }) => ({
  searchMessages: async (query, { limit = HITS_PER_PAGE, ...rest } = {}) => {
    const answer = await api.search(query.trim(), { limit, ...rest });
    if (!answer.ok) return answer;
    const chats = new Set(answer.value.hits.map((hit) => hit.conversation));
    for (const id of chats) if (!state().conversations.has(id)) void pages.fetchConversation(id); // for its name
    return answer;
  },
});
