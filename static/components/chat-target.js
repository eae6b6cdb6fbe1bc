// What a person may choose for a whole chat at this moment. Never does it, and never says it.
import { isMuted } from '../state/choices.js';
import { personOf, resolveTarget } from '../state/select.js';

/**
 * @typedef {import('../state/types.js').State} State
 * @typedef {import('../state/types.js').Target} Target
 * @typedef {import('../state/types.js').User} User
 * @typedef {import('../state/types.js').ConversationCopy} ConversationCopy
 * @typedef {'hour' | 'morning' | 'mute' | 'unmute' | 'block' | 'unblock'} Choice
 * @typedef {Readonly<{ copy: ConversationCopy | null, person: User | null, may: ReadonlySet<Choice> }>} Choices
 */

/**
 * Whether the menu of a chat has anything in it.
 * @param {State} state
 * @param {Target} target
 */
export const hasMenu = (state, target) => choicesOf(state, target).may.size > 0;

/**
 * What is possible now. `person`: the other one of a direct chat.
 * @param {State} state
 * @param {Target} target
 * @returns {Choices}
 */
export function choicesOf(state, target) {
  const copy = copyAt(state, target);
  const other = personOf(state, target);
  const person = other?.id === state.me?.id ? null : other;
  /** @type {Set<Choice>} */
  const may = new Set();
  if (copy && isMuted(copy, state.now)) may.add('unmute');
  else if (isMember(state, copy)) for (const choice of MUTES) may.add(choice);
  if (person) may.add(state.blocked.has(person.id) ? 'unblock' : 'block');
  return { copy, person, may };
}

/** @type {ReadonlyArray<Choice>} */
const MUTES = ['hour', 'morning', 'mute'];

/**
 * @param {State} state
 * @param {Target} target
 * @returns {ConversationCopy | null}
 */
function copyAt(state, target) {
  const resolved = resolveTarget(state, target);
  return 'conversation' in resolved ? (state.conversations.get(resolved.conversation) ?? null) : null;
}

/**
 * @param {State} state
 * @param {ConversationCopy | null} copy
 */
function isMember({ me }, copy) {
  return copy !== null && copy.members.some((member) => member.user === me?.id && member.until === undefined);
}
