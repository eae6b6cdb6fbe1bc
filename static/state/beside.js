// Where Alt and an arrow lead: the next chat of the list. Pure.

import { sortedConversations } from './select.js';

/**
 * @typedef {import('./types.js').State} State
 * @typedef {import('./types.js').ConversationCopy} ConversationCopy
 */

/**
 * The chat beside the open one in the order of the list, or the nearest one with something unread; around the ends.
 * @param {State} state
 * @param {number | null} from the open conversation
 * @param {1 | -1} step
 * @param {(copy: ConversationCopy) => boolean} [isWanted]
 * @returns {ConversationCopy | null}
 */
export const chatBeside = (state, from, step, isWanted = () => true) => {
  const chats = sortedConversations(state);
  const at = chats.findIndex((copy) => copy.id === from);
  const start = at === -1 && step === -1 ? chats.length : at;
  for (let i = 1; i <= chats.length; i++) {
    const copy = chats[(start + i * step + chats.length * 2) % chats.length];
    if (copy && copy.id !== from && isWanted(copy)) return copy;
  }
  return null;
};
