// Where the unread divider of the open chat stands when something other than opening it decides that.

import { isSameTarget, resolveTarget } from './target.js';

/** @typedef {import('./types.js').State} State */

/**
 * A conversation that was opened before it was known, or only as this device had kept it, gets its divider when it is.
 * @param {State} before
 * @param {State} next
 * @returns {State}
 */
export const withLateDivider = (before, next) => {
  if (next.view === null || !('conversation' in next.view)) return next;
  if (before.link.wasLive && before.conversations.has(next.view.conversation)) return next;
  const copy = next.conversations.get(next.view.conversation);
  const divider = copy && copy.unread > 0 ? copy.cursor + 1 : null;
  return divider === next.divider ? next : { ...next, divider };
};

/**
 * The open chat was marked unread on another device: here the divider moves to where it is new from.
 * @param {State} state
 * @param {Readonly<{ conversation: number, cursor: number, unread: number }>} moved
 */
export const isMarkedUnread = (state, { conversation, cursor, unread }) => {
  const isViewed = isSameTarget(state.view && resolveTarget(state, state.view), { conversation });
  return isViewed && unread > 0 && cursor < (state.conversations.get(conversation)?.cursor ?? 0);
};
