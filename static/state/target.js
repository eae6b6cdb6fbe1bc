// Where a text goes, and the name it has in maps and on the device.

/** @typedef {import('./types.js').Target} Target */
/** @typedef {import('./types.js').State} State */

/** 'c3' for conversation 3, 'u7' for person 7. @param {Target} target */
export const targetKey = (target) => ('conversation' in target ? `c${target.conversation}` : `u${target.to}`);

/** @param {string} key @returns {Target | null} */
export const targetOfKey = (key) => {
  const id = Number(key.slice(1));
  if (!Number.isSafeInteger(id)) return null;
  return key.startsWith('c') ? { conversation: id } : key.startsWith('u') ? { to: id } : null;
};

/** @param {Target | null} a @param {Target | null} b */
export const isSameTarget = (a, b) => (a === null || b === null ? a === b : targetKey(a) === targetKey(b));

/** The direct conversation with a person, where there is one. @param {State} state @param {number} user */
export const directWith = (state, user) => {
  for (const copy of state.conversations.values()) {
    if (copy.kind === 'direct' && copy.members.some((member) => member.user === user) && user !== state.me?.id)
      return copy;
  }
  return null;
};

/**
 * A person becomes their conversation as soon as there is one.
 * @param {State} state
 * @param {Target} target
 * @returns {Target}
 */
export const resolveTarget = (state, target) => {
  if ('conversation' in target) return target;
  const copy = directWith(state, target.to);
  return copy ? { conversation: copy.id } : target;
};
