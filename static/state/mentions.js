// How many unread messages of a conversation mention the viewer. A frame says what its message's form mentioned before, so
// each live change moves the count once; what was heard is remembered for answers that were made before it.

/**
 * @typedef {import('./types.js').ConversationCopy} ConversationCopy
 * @typedef {import('./types.js').Message} Message
 * @typedef {import('./types.js').Mentions} Mentions
 */

/** So many changes are remembered; they matter only while an answer made before them is on its way. */
const MOVES_MAX = 200;

/** Only what a form says of mentions. @param {Mentions} form @returns {Mentions} */
export const mentionsOf = ({ mentions, mentionsAll }) => ({
  ...(mentions === undefined ? {} : { mentions }),
  ...(mentionsAll === undefined ? {} : { mentionsAll }),
});

/** @param {Mentions} form of a message that somebody else wrote @param {number} me */
const mentions = (form, me) => form.mentionsAll === true || (form.mentions?.includes(me) ?? false);

/** @param {Message} message @param {number} me */
export const mentionsMe = (message, me) => message.sender !== me && mentions(message, me);

/**
 * `before`: whom the form before mentioned, as a frame says it; undefined where nothing says it, as in `changes`, which come
 * with counts of their own.
 * @param {ConversationCopy} copy as it was
 * @param {Message} message
 * @param {number} me
 * @param {Mentions | undefined} before
 * @returns {Pick<ConversationCopy, 'mentioned' | 'mentionMoves'>}
 */
export const mentionedAfter = (copy, message, me, before) => {
  const { mentioned, mentionMoves } = copy;
  const { seq, rev } = message;
  const isKnown = before !== undefined || seq > copy.head;
  if (!isKnown || message.sender === me || mentionMoves.some((move) => move.rev === rev)) return { mentioned, mentionMoves };
  const by = Number(mentions(message, me)) - Number(mentions(before ?? {}, me));
  if (by === 0) return { mentioned, mentionMoves };
  const isCounted = rev > copy.countedRev && seq > copy.cursor;
  return {
    mentioned: isCounted ? Math.max(0, mentioned + by) : mentioned,
    mentionMoves: [...mentionMoves, { seq, rev, by }].slice(-MOVES_MAX),
  };
};

/**
 * An answer's count, and what the copy has heard of that came later.
 * @param {ConversationCopy} copy
 * @param {import('./types.js').Conversation} wire
 */
export const mentionedSince = (copy, wire) =>
  copy.mentionMoves.reduce(
    (count, { seq, rev, by }) => (rev > wire.rev && rev <= copy.countedRev && seq > wire.cursor ? count + by : count),
    wire.mentioned,
  );
