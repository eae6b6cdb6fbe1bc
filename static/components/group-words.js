// What a group's history, head and row say, from the viewer's side: who did what, how many are in it, how it ended for whoever
// is no longer in it. Pure; no element is touched.
import { firstName } from './rows.js';
import { isIn, isWholeKnown, present } from '../state/members.js';
import { isCutOff, presenceOf } from '../state/select.js';
import { words } from '../texts/words.js';

/**
 * @typedef {import('../state/types.js').State} State
 * @typedef {import('../state/types.js').ConversationCopy} ConversationCopy
 * @typedef {import('../state/types.js').Message} Message
 * @typedef {import('./page.js').Page} Page
 */

/** Names in one sentence; the others are counted. */
const NAMED_MAX = 4;
/** Fewer fit into the head of a chat. */
const NAMED_IN_HEAD = 2;

/**
 * One line of the history: one change, or the people whom one member added one after the other.
 * @param {ReadonlyArray<Message>} messages
 * @param {State} state
 * @returns {string}
 */
export function eventWords(messages, state) {
  const [first] = messages;
  const { group } = words;
  const who = first.sender === state.me?.id ? null : firstName(state.users.get(first.sender));
  const name = String(first.event?.name ?? '');
  switch (first.event?.type) {
    case 'group.created':
      return group.created(who, name);
    case 'group.renamed':
      return group.renamed(who, name);
    case 'member.added':
      return group.added(who, nameAll(messages.map((message) => calledToo(message, state)), NAMED_MAX));
    case 'member.removed':
      return group.removed(who, calledToo(first, state));
    case 'member.left':
      return group.left(who);
    default:
      return who ?? words.message.you;
  }
}

/** @param {Message} message @param {State} state */
function calledToo({ event }, state) {
  const user = Number(event?.user);
  return user === state.me?.id ? words.group.youToo : firstName(state.users.get(user));
}

/**
 * @param {ReadonlyArray<string>} names
 * @param {number} most
 */
function nameAll(names, most) {
  return names.length > most ? words.group.names(names.slice(0, most - 1), names.length - most + 1) : words.group.names(names, 0);
}

/**
 * How it ended for the viewer, or null while they are in it.
 * @param {ConversationCopy} copy
 * @param {State} state
 * @param {Page} page
 * @returns {string | null}
 */
export function endedWords(copy, state, { times }) {
  if (isIn(copy)) return null;
  const last = copy.lastMessage;
  const at = last?.at ?? copy.lastAt;
  const wasRemoved = last?.event?.type === 'member.removed';
  return words.group.ended(wasRemoved ? firstName(state.users.get(last?.sender ?? 0)) : null, times.dayWord(at), times.clock(at));
}

/**
 * Who is in it, for the head: how many and how many of them online, or their names while nobody knows who is there.
 * @param {ConversationCopy} copy
 * @param {State} state
 * @returns {{ size: string, online: string }}
 */
export function sizeWords(copy, state) {
  const members = present(copy);
  if (isCutOff(state) || !isIn(copy)) {
    const names = members.filter((member) => member.user !== state.me?.id).map((member) => firstName(state.users.get(member.user)));
    const more = Math.max(0, copy.memberCount - (isIn(copy) ? 1 : 0) - NAMED_IN_HEAD);
    return { size: words.group.names(names.slice(0, NAMED_IN_HEAD), more), online: '' };
  }
  const size = words.group.size(copy.memberCount);
  return { size, online: isWholeKnown(copy) ? words.group.online(onlineCount(members, state)) : '' };
}

/**
 * The viewer, who is there as long as there is a connection, is one of them.
 * @param {ReadonlyArray<import('../state/types.js').Member>} members
 * @param {State} state
 */
export function onlineCount(members, state) {
  return members.filter(({ user }) => user === state.me?.id || ['online', 'idle'].includes(presenceOf(state, user).state)).length;
}
