// What one can do from anywhere by its name. Only what exists and is possible now is in the list.
import { act, signal } from './act.js';
import { choose } from './chat-choices.js';
import { choicesOf } from './chat-target.js';

/**
 * @typedef {import('../state/types.js').State} State
 * @typedef {import('../texts/words.js').Texts} Texts
 * @typedef {import('./chat-target.js').Choice} Choice
 */

/** `isFirst`: worth saying before anything is typed. @typedef {Readonly<{ name: keyof Texts['jump']['does'], icon: string, run: (from: Element, state: State) => void, isFirst?: boolean }>} Command */

/** @param {string} pane @returns {Command['run']} */
const settings = (pane) => (from) => signal(from, 'cw-settings', { pane });

/** @param {State['settings']['theme']} theme @returns {Command['run']} */
const theme = (theme) => (from) => act(from, 'changeSettings', { theme });

/** For the open chat. @param {Choice} choice @returns {Pick<Command, 'run'> & { changesNothing: (state: State) => boolean }} */
const forChat = (choice) => ({
  run: (from, state) => state.view && choose(from, choice, choicesOf(state, state.view)),
  changesNothing: (state) => state.view === null || !choicesOf(state, state.view).may.has(choice),
});

/** @type {ReadonlyArray<Command & { changesNothing?: (state: State) => boolean }>} */
const COMMANDS = [
  { name: 'search', icon: 'i-search', run: (from) => signal(from, 'cw-search', { text: '' }), isFirst: true },
  { name: 'mute', icon: 'i-belloff', ...forChat('mute') },
  { name: 'unmute', icon: 'i-bell', ...forChat('unmute') },
  { name: 'newGroup', icon: 'i-users', run: (from) => signal(from, 'cw-people', { conversation: null }), isFirst: true },
  { name: 'profile', icon: 'i-user', run: settings('profile') },
  { name: 'password', icon: 'i-lock', run: settings('password') },
  { name: 'devices', icon: 'i-laptop', run: settings('devices') },
  { name: 'privacy', icon: 'i-eye', run: settings('privacy') },
  { name: 'notifications', icon: 'i-bell', run: settings('notifications') },
  { name: 'appearance', icon: 'i-brush', run: settings('appearance') },
  { name: 'light', icon: 'i-sun', run: theme('light'), changesNothing: (state) => state.settings.theme === 'light' },
  { name: 'dark', icon: 'i-moon', run: theme('dark'), changesNothing: (state) => state.settings.theme === 'dark' },
  { name: 'system', icon: 'i-auto', run: theme('system'), changesNothing: (state) => state.settings.theme === 'system' },
  { name: 'keys', icon: 'i-keys', run: (from) => signal(from, 'cw-keys', null), isFirst: true },
  { name: 'logOut', icon: 'i-out', run: (from) => signal(from, 'cw-log-out', null) },
];

/** What would change something. @param {State} state @returns {ReadonlyArray<Command>} */
export const commandsNow = (state) => COMMANDS.filter(({ changesNothing }) => !changesNothing?.(state));
