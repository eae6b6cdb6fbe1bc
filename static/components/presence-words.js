// Somebody's presence in words: a sentence for a head, a note for a row. Says nothing where nothing is known.
import { isCutOff } from '../state/select.js';
import { words } from '../texts/words.js';

/**
 * @typedef {import('../state/types.js').State} State
 * @typedef {import('../state/types.js').Presence} Presence
 * @typedef {import('./page.js').Page} Page
 */

/**
 * 'Online', 'Idle for 12 min', 'Last seen today at 16:20'.
 * @param {Omit<Presence, 'user'>} presence
 * @param {State} state
 * @param {Page} page
 */
export function presenceWords({ state: word, lastSeen, idleSince }, state, { times }) {
  if (word === 'online') return words.presence.online;
  if (word === 'idle') return idleSince === undefined ? words.presence.idle : words.presence.idleSince(times.duration(state.now - idleSince));
  if (word === 'offline') return lastSeen === undefined ? words.presence.offline : words.presence.lastSeen(times.dayWord(lastSeen), times.clock(lastSeen));
  if (state.link.phase === 'live') return words.presence.noPresence;
  return isCutOff(state) ? words.presence.unknownOffline : '';
}

/**
 * 'idle 12 min', 'seen 16:20': what the dot beside a name cannot say.
 * @param {Presence} presence
 * @param {State} state
 * @param {Page} page
 */
export function presenceNote({ state: word, idleSince, lastSeen }, state, { times }) {
  if (word === 'idle') return idleSince === undefined ? words.presence.word.idle : words.presence.idleFor(times.duration(state.now - idleSince));
  return word !== 'online' && lastSeen !== undefined ? words.presence.seen(times.near(lastSeen)) : '';
}
