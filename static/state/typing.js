// Who types where, and until when that counts. Pure.

/** @typedef {import('./types.js').State} State */

/**
 * @param {State} state
 * @param {number} conversation
 * @param {number} user
 * @param {number | null} until
 * @returns {State}
 */
export const withTyping = (state, conversation, user, until) => {
  const held = state.typing.get(conversation);
  if (until === null && !held?.has(user)) return state;
  const users = new Map(held);
  if (until === null) users.delete(user);
  else users.set(user, until);
  const typing = new Map(state.typing);
  if (users.size === 0) typing.delete(conversation);
  else typing.set(conversation, users);
  return { ...state, typing };
};

/** @param {State} state @param {number} now @returns {State} */
export const withoutExpiredTyping = (state, now) => {
  /** @type {Map<number, ReadonlyMap<number, number>>} */
  const typing = new Map();
  let hasExpired = false;
  for (const [conversation, users] of state.typing) {
    const left = new Map([...users].filter(([, until]) => until > now));
    hasExpired ||= left.size !== users.size;
    if (left.size > 0) typing.set(conversation, left);
  }
  return hasExpired ? { ...state, typing } : state;
};
