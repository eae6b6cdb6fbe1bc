// What a person may choose for a whole chat: how much of it they want to hear, and keeping the other person away. The menu
// of a chat, its details and the palette offer it. Never decides how it looks.
import { act, ask } from './act.js';
import { firstName } from './rows.js';
import { nextMorning } from '../lib/time.js';
import { words } from '../texts/words.js';

/**
 * @typedef {import('../state/types.js').State} State
 * @typedef {import('../state/types.js').User} User
 * @typedef {import('./chat-target.js').Choices} Choices
 */

const HOUR_MS = 3_600_000;

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
