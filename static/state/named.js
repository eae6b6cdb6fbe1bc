// Names in groups: whom a message mentions, as its reader knows them, and whom one may mention oneself. Pure.

import { EVERYBODY, foldName } from '../lib/mention.js';
import { shortName } from './select.js';

/**
 * @typedef {import('./types.js').State} State
 * @typedef {import('./types.js').ConversationCopy} ConversationCopy
 * @typedef {import('./types.js').Mentions} Mentions
 * @typedef {import('./types.js').User} User
 */

/**
 * By the folded name that stands in the text: what is shown in its place.
 * @typedef {ReadonlyMap<string, Readonly<{ text: string, isMe: boolean }>>} Named
 */

/** @type {Named} */
const NOBODY = new Map();

/** How many people are offered at once. */
const OFFERED = 8;

/**
 * Only what the server says is a mention; whoever is not known yet stays as written.
 * @param {State} state
 * @param {Mentions & Readonly<{ sender: number }> | null} message
 * @returns {Named}
 */
export const namedIn = (state, message) => {
  if (!message?.mentions && !message?.mentionsAll) return NOBODY;
  /** @type {Map<string, { text: string, isMe: boolean }>} */
  const named = new Map();
  for (const id of message.mentions ?? []) {
    const user = state.users.get(id);
    if (user) named.set(foldName(user.username), { text: `@${shortName(user)}`, isMe: id === state.me?.id });
  }
  if (message.mentionsAll) named.set(EVERYBODY, { text: `@${EVERYBODY}`, isMe: message.sender !== state.me?.id });
  return named;
};

/** As somebody types it who leaves accents out. @param {string} text */
const loose = (text) => foldName(text).normalize('NFKD').replace(/\p{M}/gu, '');

/**
 * Who is offered for what stands after an `@`: names that begin with it, then names that hold it; who wrote last comes first.
 * @param {State} state
 * @param {ConversationCopy} copy
 * @param {string} query
 * @param {ReadonlyArray<User>} found members that the page did not know
 * @returns {{ users: ReadonlyArray<User>, hasAll: boolean }}
 */
export const mentionable = (state, copy, query, found) => {
  const wanted = loose(query);
  /** @type {Map<number, number>} */
  const wroteAt = new Map();
  for (const run of copy.runs) for (const { sender, seq } of run.messages) wroteAt.set(sender, seq);
  /** @type {Map<number, User>} */
  const members = new Map();
  for (const { user, until } of copy.members) {
    const known = state.users.get(user);
    if (until === undefined && known) members.set(user, known);
  }
  for (const user of found) members.set(user.id, user);
  members.delete(state.me?.id ?? 0);
  const users = [...members.values()]
    .filter((user) => user.disabled !== true)
    .map((user) => ({ user, rank: rank(user, wanted) }))
    .filter((one) => one.rank < 2)
    .sort(
      (a, b) =>
        a.rank - b.rank ||
        (wroteAt.get(b.user.id) ?? 0) - (wroteAt.get(a.user.id) ?? 0) ||
        a.user.displayName.localeCompare(b.user.displayName),
    )
    .slice(0, OFFERED)
    .map(({ user }) => user);
  return { users, hasAll: EVERYBODY.startsWith(wanted) };
};

/** @param {User} user @param {string} wanted */
const rank = (user, wanted) => {
  const names = [loose(user.username), ...loose(user.displayName).split(/\s+/u)];
  if (names.some((name) => name.startsWith(wanted))) return 0;
  return names.some((name) => name.includes(wanted)) ? 1 : 2;
};
