// Where Ctrl+K leads for what is typed: chats and people, best match first. Pure; it knows what is loaded and asks nobody.

import { match } from '../lib/match.js';
import { conversationTitle, directWith, isChat, otherPerson, sortedConversations, sortedPeople } from './select.js';

/**
 * @typedef {import('./types.js').State} State
 * @typedef {import('./types.js').User} User
 * @typedef {import('./types.js').ConversationCopy} ConversationCopy
 * @typedef {import('../lib/match.js').Match} Match
 */

/** @typedef {'all' | 'people' | 'groups' | 'commands'} JumpKind */

/**
 * A chat, or a person with whom there is none yet. `via`: the member by whom a group was found.
 * @typedef {Readonly<{
 *   key: string, copy: ConversationCopy | null, user: User | null, title: string, marks: Match['marks'],
 *   via: Readonly<{ name: string, marks: Match['marks'] }> | null
 * }>} Place
 */

/** @typedef {Readonly<{ place: Place, rank: number, at: number }>} Found `at`: when something was last said there. */

/** @type {Readonly<Record<string, JumpKind>>} */
const KINDS = { '@': 'people', '#': 'groups', '>': 'commands' };
/** So many fit on the screen beside messages and commands; alone there may be more. */
const PLACES_MAX = 8;
const PLACES_ALONE_MAX = 50;
/** A group that has somebody of this name comes after everything of this name. */
const VIA_MEMBER = 3;

/**
 * What is looked for, and among what.
 * @param {string} text
 * @returns {{ kind: JumpKind, query: string }}
 */
export const readJump = (text) => {
  const kind = KINDS[text.trimStart().charAt(0)];
  return kind ? { kind, query: text.trimStart().slice(1).trim() } : { kind: 'all', query: text.trim() };
};

/**
 * @param {State} state
 * @param {JumpKind} kind
 * @param {string} query
 * @returns {ReadonlyArray<Place>}
 */
export const jumpPlaces = (state, kind, query) => {
  if (kind === 'commands') return [];
  const found = [
    ...sortedConversations(state).flatMap((copy) => chatFor(state, kind, copy, query)),
    ...(kind === 'groups' ? [] : sortedPeople(state).flatMap((user) => personFor(state, user, query))),
  ];
  // Stable: where nothing was typed, chats stand by recency and people by presence, as in the list.
  if (query !== '') found.sort((a, b) => a.rank - b.rank || b.at - a.at);
  return found.slice(0, kind === 'all' ? PLACES_MAX : PLACES_ALONE_MAX).map(({ place }) => place);
};

/**
 * @param {State} state
 * @param {JumpKind} kind
 * @param {ConversationCopy} copy
 * @param {string} query
 * @returns {Found[]}
 */
const chatFor = (state, kind, copy, query) => {
  const isGroup = copy.kind === 'group';
  if (isGroup ? kind === 'people' : kind === 'groups') return [];
  const user = otherPerson(state, copy);
  const title = conversationTitle(state, copy);
  const place = { key: `c${copy.id}`, copy, user, title, marks: [], via: null };
  const byTitle = nameMatch(title, user, query);
  if (byTitle) return [{ place: { ...place, marks: byTitle.marks }, rank: byTitle.rank, at: copy.lastAt }];
  if (!isGroup) return [];
  for (const member of copy.members) {
    const name = member.user === state.me?.id ? undefined : state.users.get(member.user)?.displayName;
    const byMember = name === undefined ? null : match(name, query);
    if (name !== undefined && byMember && byMember.rank < 2)
      return [{ place: { ...place, via: { name, marks: byMember.marks } }, rank: VIA_MEMBER, at: copy.lastAt }];
  }
  return [];
};

/**
 * @param {State} state
 * @param {User} user
 * @param {string} query
 * @returns {Found[]}
 */
const personFor = (state, user, query) => {
  const chat = directWith(state, user.id);
  if (chat && isChat(chat)) return []; // already there as the chat
  const found = nameMatch(user.displayName, user, query);
  if (!found) return [];
  const place = { key: `u${user.id}`, copy: null, user, title: user.displayName, marks: found.marks, via: null };
  return [{ place, rank: found.rank, at: 0 }];
};

/** By the name one sees, else by the username. @param {string} title @param {User | null} user @param {string} query @returns {Match | null} */
const nameMatch = (title, user, query) => {
  const byName = match(title, query);
  if (byName || !user) return byName;
  const byUsername = match(user.username, query);
  return byUsername && { rank: byUsername.rank, marks: [] };
};

/**
 * Hits by chat, each chat where its newest hit stands.
 * @template {{ conversation: number }} H
 * @param {ReadonlyArray<H>} hits
 * @returns {Array<{ conversation: number, hits: H[] }>}
 */
export const byChat = (hits) => {
  /** @type {Map<number, H[]>} */
  const chats = new Map();
  for (const hit of hits) {
    const own = chats.get(hit.conversation);
    if (own) own.push(hit);
    else chats.set(hit.conversation, [hit]);
  }
  return [...chats].map(([conversation, own]) => ({ conversation, hits: own }));
};
