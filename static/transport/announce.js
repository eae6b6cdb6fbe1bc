// Which frames are worth a sound or a notification: what arrives live and is not being looked at.

import { FRAME } from '../protocol.js';
import { plainText } from '../lib/format.js';
import { alerts, isMuted } from '../state/choices.js';
import { mentionsMe } from '../state/mentions.js';
import { namedIn } from '../state/named.js';
import { conversationTitle, shortName, targetKey } from '../state/select.js';

/**
 * @typedef {import('../state/types.js').State} State
 * @typedef {import('../state/types.js').ServerFrame} ServerFrame
 * @typedef {import('../lib/notify.js').Notice} Notice
 * @typedef {import('../lib/time.js').Times} Times
 * @typedef {import('../texts/en.js').Texts} Texts
 */

const TEXT_MAX = 200;

/**
 * @param {State} state after the frame
 * @param {ServerFrame} frame
 * @param {{ texts: Texts, times: Times, open: (conversation: number) => void }} given
 * @returns {Notice | null}
 */
export const noticeOf = (state, frame, { texts, times, open }) => {
  if (frame.type === FRAME.message) {
    const { message } = frame;
    if (!alerts(state, message) || isLookedAt(state, message.conversation)) return null;
    return {
      id: `m${message.conversation}:${message.seq}`,
      tag: targetKey({ conversation: message.conversation }),
      title: titleOf(state, message, texts),
      text: plainText(message.body, namedIn(state, message)).slice(0, TEXT_MAX),
      isNewMessage: true,
      onClick: () => open(message.conversation),
    };
  }
  if (frame.type === FRAME.late) {
    const { late } = frame;
    const person = state.users.get(late.user);
    const isMutedHere = isMuted(state.conversations.get(late.conversation), state.now);
    if (!person || isMutedHere || isLookedAt(state, late.conversation)) return null;
    return {
      id: `l${late.id}:${late.count}`,
      tag: `late${late.id}`,
      title: texts.late.noticeTitle(shortName(person), late.count),
      text: texts.late.noticeText(times.stamp(late.at), times.duration(late.at - late.oldestAt)),
      isNewMessage: false,
      onClick: () => open(late.conversation),
    };
  }
  return null;
};

/** @param {State} state @param {import('../state/types.js').Message} message @param {Texts} texts */
const titleOf = (state, message, texts) => {
  const sender = state.users.get(message.sender);
  const copy = state.conversations.get(message.conversation);
  if (!sender) return texts.notice.newMessage;
  const group = copy?.kind === 'group' ? conversationTitle(state, copy) : undefined;
  if (group !== undefined && mentionsMe(message, state.me?.id ?? 0)) return texts.mentions.notice(sender.displayName, group);
  return texts.notice.title(sender.displayName, group);
};

/** @param {State} state @param {number} conversation */
const isLookedAt = (state, conversation) =>
  state.isAttended && state.view !== null && targetKey(state.view) === targetKey({ conversation });
