// The address bar names what is open, so that back, forward and reload work: #chat-3, #with-7, or nothing for the list;
// #chat-3/details where the details cover the chat (see panel-place.js). #chat-3-120 leads to a message of a chat once; then
// it is #chat-3 again.

import { personOf, targetKey } from '../state/select.js';

/** @typedef {import('../state/types.js').Target} Target */
/** @typedef {import('../state/types.js').State} State */

/** Marks a history entry that was reached from the list, so that 'back to all chats' may simply go back. */
export const FROM_LIST = 'from-list';
/** Marks one that was opened from the search on a phone (see search-place.js). */
export const FROM_SEARCH = 'from-search';

/**
 * @param {Target | null} view
 * @param {number} [seq] a message of it
 * @returns {string}
 */
export function hashOf(view, seq) {
  if (view === null) return '#';
  if (!('conversation' in view)) return `#with-${view.to}`;
  return seq === undefined ? `#chat-${view.conversation}` : `#chat-${view.conversation}-${seq}`;
}

/**
 * @param {string} hash
 * @returns {Target | null}
 */
export function viewOf(hash) {
  const found = /^#(chat|with)-([1-9]\d{0,14})(?:-[1-9]\d{0,14}|\/details)?$/u.exec(hash);
  if (!found) return null;
  const id = Number(found[2]);
  return found[1] === 'chat' ? { conversation: id } : { to: id };
}

/**
 * @param {string} hash
 * @returns {number | undefined} the message that it names
 */
export function seqOf(hash) {
  const found = /^#chat-\d+-([1-9]\d{0,14})$/u.exec(hash);
  return found ? Number(found[1]) : undefined;
}

/**
 * The same for a person and for the direct chat that their first message made.
 * @param {State} state
 * @param {Target} view
 * @returns {string}
 */
export function chatKey(state, view) {
  const person = personOf(state, view);
  return person ? targetKey({ to: person.id }) : targetKey(view);
}
