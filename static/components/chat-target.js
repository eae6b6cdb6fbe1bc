// Whom and what a whole chat's menu is about, and whether there is anything to do.
import { isMuted } from '../state/choices.js';
import { personOf, resolveTarget } from '../state/select.js';

/**
 * @typedef {import('../state/types.js').State} State
 * @typedef {import('../state/types.js').Target} Target
 * @typedef {import('../state/types.js').ConversationCopy} ConversationCopy
 */

/**
 * Whether the menu of a chat has anything in it.
 * @param {State} state
 * @param {Target} target
 */
export function hasMenu(state, target) {
  const copy = copyAt(state, target);
  return otherOf(state, target) !== null || isMember(state, copy) || (copy !== null && isMuted(copy, state.now));
}

/**
 * The other person of a direct chat.
 * @param {State} state
 * @param {Target} target
 */
export function otherOf(state, target) {
  const person = personOf(state, target);
  return person?.id === state.me?.id ? null : person;
}

/**
 * @param {State} state
 * @param {Target} target
 * @returns {ConversationCopy | null}
 */
export function copyAt(state, target) {
  const resolved = resolveTarget(state, target);
  return 'conversation' in resolved ? (state.conversations.get(resolved.conversation) ?? null) : null;
}

/**
 * @param {State} state
 * @param {ConversationCopy | null} copy
 */
export function isMember({ me }, copy) {
  return copy !== null && copy.members.some((member) => member.user === me?.id && member.until === undefined);
}
