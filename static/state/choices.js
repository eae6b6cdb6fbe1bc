// What a person has chosen not to hear of, and what follows for a message that comes. Pure.

import { mentionsMe } from './mentions.js';

/**
 * @typedef {import('./types.js').State} State
 * @typedef {import('./types.js').ConversationCopy} ConversationCopy
 * @typedef {import('./types.js').Message} Message
 * @typedef {import('./types.js').MuteFrame} MuteFrame
 * @typedef {import('./types.js').BlockFrame} BlockFrame
 */

/** @param {ConversationCopy | undefined} copy @param {number} now */
export const isMuted = (copy, now) => {
  const muted = copy?.muted;
  return Boolean(muted && (muted.until === undefined || muted.until > now));
};

/**
 * Does this message alert: with a sound, a notification and in the number of the title? A mention does in a muted chat too.
 * Where it is looked at is another question.
 * @param {State} state
 * @param {Message} message
 */
export const alerts = ({ me, now, conversations }, message) => {
  const isForMe =
    me !== null &&
    message.sender !== me.id &&
    message.kind === 'text' &&
    message.withheld !== true &&
    message.deletedAt === undefined;
  return isForMe && (mentionsMe(message, me.id) || !isMuted(conversations.get(message.conversation), now));
};

/** @param {State} state @param {MuteFrame} frame @returns {State} */
export const withMute = (state, { conversation, muted, accountRev }) => {
  const copy = state.conversations.get(conversation);
  const conversations = copy
    ? new Map(state.conversations).set(conversation, { ...copy, muted: muted ?? null })
    : state.conversations;
  return { ...state, conversations, accountRev: Math.max(state.accountRev, accountRev) };
};

/** @param {State} state @param {BlockFrame} frame @returns {State} */
export const withBlock = (state, { user, blocked: isBlocked, accountRev }) => {
  const blocked = new Set(state.blocked);
  if (isBlocked) blocked.add(user);
  else blocked.delete(user);
  return { ...state, blocked, accountRev: Math.max(state.accountRev, accountRev) };
};
