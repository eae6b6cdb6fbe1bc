// One message that a person wants to see: from a search, a quote, or an address that names it. What is loaded for it and when
// is transport/seek.js's; that it flashes is the log's.

import { logWindow } from './log.js';

/**
 * @typedef {import('./types.js').State} State
 * @typedef {import('./types.js').Sought} Sought
 * @typedef {import('./types.js').Target} Target
 */

/**
 * What must be looked for so that `view` (at `seq`, if given) can be shown; null when it is here already.
 * @param {State} state
 * @param {Target | null} view
 * @param {number | undefined} seq
 * @returns {Sought | null}
 */
export const soughtFor = (state, view, seq) => {
  if (view === null || !('conversation' in view)) return null;
  if (seq === undefined && state.conversations.has(view.conversation)) return null;
  return { conversation: view.conversation, seq: seq ?? null, step: 'wanted' };
};

/** @param {State} state @param {Sought['step'] | null} step null: it was shown, or nobody waits for it any more @returns {State} */
export const withSoughtStep = (state, step) =>
  state.sought === null ? state : { ...state, sought: step === null ? null : { ...state.sought, step } };

/** Whether the log as it stands shows this message. @param {State} state @param {number} conversation @param {number} seq */
export const isInLog = (state, conversation, seq) => {
  const copy = state.conversations.get(conversation);
  return copy !== undefined && logWindow(copy).runs.some((run) => run.from <= seq && seq <= run.to);
};

/** A place in this conversation is on its way: its newest page would only be in the way. @param {State} state @param {number} conversation */
export const isSeeking = ({ sought }, conversation) =>
  sought !== null &&
  sought.conversation === conversation &&
  sought.seq !== null &&
  (sought.step === 'wanted' || sought.step === 'loading');
