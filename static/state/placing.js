// Where messages that arrive are put into a copy: at the end, or beside what is loaded; the others are only remembered, for a
// page that is on its way. Order comes from `seq` alone.

import { lastLoaded, newerForm, openHoles, putMessages, runAt } from './runs.js';

/**
 * @typedef {import('./types.js').ConversationCopy} ConversationCopy
 * @typedef {import('./types.js').Message} Message
 */

/** What is below the first seq one may see needs no confirming. @param {ConversationCopy} copy */
export const deliveredFloor = (copy) => Math.max(copy.deliveredUpTo, copy.first - 1);

/**
 * Puts new messages at the end, and others only where they continue what is loaded.
 * @param {ConversationCopy} copy
 * @param {ReadonlyArray<Message>} messages
 * @returns {ConversationCopy}
 */
export const placed = (copy, messages) => {
  const last = lastLoaded(copy.runs);
  const end = last > 0 ? last : deliveredFloor(copy); // with nothing loaded, only what is still to be delivered is kept
  const wanted = messages.filter(({ seq }) => seq > end || isBesideLoaded(copy, seq));
  if (wanted.length < messages.length) {
    const others = messages.filter((message) => !wanted.includes(message));
    copy = { ...copy, edits: withEdits(copy.edits, others) };
  }
  if (wanted.length === 0) return copy;
  const runs = putMessages(copy.runs, wanted);
  if (runs === copy.runs) return copy;
  const firstNew = wanted.find(({ seq }) => seq > last)?.seq;
  const isTailLoaded = copy.isTailLoaded || lastLoaded(runs) > copy.head;
  if (firstNew === undefined) return { ...copy, runs, holes: openHoles(copy.holes, runs) };
  const skipped =
    copy.isTailLoaded && last > 0 ? [...copy.holes, { from: last + 1, to: lastLoaded(runs) }] : copy.holes;
  return { ...copy, runs, holes: openHoles(skipped, runs), isTailLoaded };
};

/** So many forms of messages that are not loaded are remembered; they matter only while a page is on its way. */
const EDITS_MAX = 200;

/** @param {ReadonlyMap<number, Message>} held @param {ReadonlyArray<Message>} messages @returns {ReadonlyMap<number, Message>} */
export const withEdits = (held, messages) => {
  const edits = new Map(held);
  for (const message of messages) {
    const known = edits.get(message.seq);
    edits.delete(message.seq);
    edits.set(message.seq, known ? newerForm(known, message) : message);
  }
  return edits.size <= EDITS_MAX ? edits : new Map([...edits].slice(-EDITS_MAX));
};

/** @param {ConversationCopy} copy @param {number} seq */
const isBesideLoaded = (copy, seq) =>
  runAt(copy.runs, seq) !== null ||
  runAt(copy.runs, seq - 1) !== null ||
  runAt(copy.runs, seq + 1) !== null ||
  copy.holes.some((hole) => hole.from <= seq && seq <= hole.to);
