// What a conversation's copy counts: its head, what is unread of others' texts and how much of that mentions the viewer. Each
// rev counts once, whatever way its message comes.

import { mentionedAfter, mentionsMe } from './mentions.js';
import { newerForm, runAt } from './runs.js';

/**
 * @typedef {import('./types.js').Conversation} Conversation
 * @typedef {import('./types.js').ConversationCopy} ConversationCopy
 * @typedef {import('./types.js').Message} Message
 */

/**
 * Head, unread, mentions and last message. Each rev counts once.
 * @param {ConversationCopy} copy
 * @param {ReadonlyArray<Message>} messages
 * @param {number} me
 * @param {import('./types.js').Mentions} [before] whom the only message's form before mentioned
 * @returns {ConversationCopy}
 */
export const counted = (copy, messages, me, before) => {
  let { head, unread, lastMessage, lastAt, countedRev, mentioned, mentionMoves } = copy;
  for (const message of messages) {
    ({ mentioned, mentionMoves } = mentionedAfter({ ...copy, head, mentioned, mentionMoves }, message, me, before));
    if (isListed(message) && message.seq > (lastMessage?.seq ?? 0)) lastAt = message.at;
    lastMessage = latestMessage(lastMessage, message, copy.runs);
    if (message.rev > copy.countedRev) {
      const isNew = message.seq > head;
      const mayCount = isCountable(message, me) && message.seq > copy.cursor;
      if (mayCount && isNew && message.deletedAt === undefined) unread += 1;
      if (mayCount && !isNew && message.deletedAt !== undefined) unread = Math.max(0, unread - 1);
      countedRev = Math.max(countedRev, message.rev);
    }
    head = Math.max(head, message.seq);
  }
  const isSame =
    head === copy.head &&
    unread === copy.unread &&
    mentionMoves === copy.mentionMoves &&
    lastMessage === copy.lastMessage &&
    countedRev === copy.countedRev;
  return isSame ? copy : { ...copy, head, unread, mentioned, mentionMoves, lastMessage, lastAt, countedRev };
};

/** What is withheld must not tell by a row, or by its place, that there was something. @param {Message} message */
export const isListed = (message) => message.withheld !== true;

/**
 * What the row of a chat shows. Withheld itself it stands for no words, until what was before it is known.
 * @param {Message | null} held
 * @param {Message} given
 * @param {ConversationCopy['runs']} runs
 * @returns {Message | null}
 */
export const latestMessage = (held, given, runs) => {
  if (!isListed(given)) {
    if (held?.seq !== given.seq) return held;
    const before = runAt(runs, given.seq)?.messages.findLast((message) => message.seq < given.seq && isListed(message));
    return before ?? newerForm(held, given);
  }
  if (held === null || !isListed(held) || given.seq > held.seq) return given;
  return given.seq === held.seq ? newerForm(held, given) : held;
};

/**
 * The answer's count, and what the copy has heard of that came later.
 * @param {ConversationCopy} copy
 * @param {Conversation} wire
 * @param {number} me
 */
export const unreadSince = (copy, wire, me) => {
  let { unread } = wire;
  if (wire.rev >= copy.countedRev) return unread;
  const heard = new Map(copy.edits);
  for (const { messages } of copy.runs) for (const message of messages) heard.set(message.seq, message);
  for (const message of heard.values()) {
    const { seq, rev } = message;
    if (rev <= wire.rev || seq <= wire.cursor || seq > copy.head || !isCountable(message, me)) continue;
    const isNew = seq > wire.head;
    const wasTaken = message.deletedAt !== undefined && rev <= copy.countedRev; // else its frame is still to come
    if (isNew !== wasTaken) unread += isNew ? 1 : -1;
  }
  return unread;
};

/**
 * The unread cursor was moved here. The count is ours where everything above is loaded, else the server tells it.
 * @param {ConversationCopy} copy
 * @param {number} cursor
 * @param {number} me
 * @returns {ConversationCopy}
 */
export const withCursor = (copy, cursor, me) => {
  const run = runAt(copy.runs, cursor + 1);
  if (!run || run.to < copy.head) return { ...copy, cursor };
  const above = run.messages
    .slice(cursor + 1 - run.from)
    .filter((message) => isCountable(message, me) && message.deletedAt === undefined);
  const mentioned = above.filter((message) => mentionsMe(message, me)).length;
  return { ...copy, cursor, unread: above.length, mentioned };
};

/**
 * Others' texts count as unread; system lines, withheld places and own messages never.
 * @param {Message} message
 * @param {number} me
 */
const isCountable = (message, me) => message.sender !== me && message.kind === 'text' && isListed(message);
