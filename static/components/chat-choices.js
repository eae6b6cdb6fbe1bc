// What a person may choose for a whole chat: how much of it they want to hear, and keeping the other person away. The menu
// of a chat, its details and the palette offer it. Never decides how it looks.
import { act, ask } from './act.js';
import { firstName } from './rows.js';
import { isMuted } from '../state/choices.js';
import { personOf, resolveTarget } from '../state/select.js';
import { nextMorning } from '../lib/time.js';
import { words } from '../texts/words.js';

/**
 * @typedef {import('../state/types.js').State} State
 * @typedef {import('../state/types.js').Target} Target
 * @typedef {import('../state/types.js').User} User
 * @typedef {import('../state/types.js').ConversationCopy} ConversationCopy
 * @typedef {'hour' | 'morning' | 'mute' | 'unmute' | 'block' | 'unblock'} Choice
 * @typedef {Readonly<{ copy: ConversationCopy | null, person: User | null, may: ReadonlySet<Choice> }>} Choices
 */

const HOUR_MS = 3_600_000;

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
 * 'Muted until tomorrow 08:00'; nothing where it has no end, or is not muted.
 * @param {Choices} choices
 * @param {import('../lib/time.js').Times} times
 */
export function mutedWords({ copy, may }, times) {
  const until = may.has('unmute') ? copy?.muted?.until : undefined;
  return until === undefined ? '' : words.chatMenu.mutedUntil(times.dayStamp(until));
}

/**
 * Mute until tomorrow, at which hour.
 * @param {State} state
 * @param {import('../lib/time.js').Times} times
 */
export const morningWords = (state, times) => words.chatMenu.muteMorning(times.clock(nextMorning(state.now)));

/**
 * Does what was chosen. Blocking asks first.
 * @param {Element} from
 * @param {string | undefined} choice one of those that are possible; anything else is nothing
 * @param {Choices} choices
 */
export function choose(from, choice, { copy, person }) {
  switch (choice) {
    case 'hour':
      return void (copy && act(from, 'mute', copy.id, Date.now() + HOUR_MS));
    case 'morning':
      return void (copy && act(from, 'mute', copy.id, nextMorning(Date.now())));
    case 'mute':
      return void (copy && act(from, 'mute', copy.id, null));
    case 'unmute':
      return void (copy && act(from, 'unmute', copy.id));
    case 'block':
      return void (person && block(from, person));
    case 'unblock':
      return void (person && act(from, 'unblock', person.id));
  }
}

/**
 * @param {Element} from
 * @param {User} person
 */
async function block(from, person) {
  const name = firstName(person);
  const { title, text, keep, block } = words.block;
  if (await ask(from, { title: title(name), text: text(name), keep, go: block(name) })) void act(from, 'block', person.id);
}

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
