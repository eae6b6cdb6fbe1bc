// Reactions as the page shows them: what the server told, and on top of it what this device has asked for and not heard of
// yet. Pure.

/**
 * @typedef {import('./types.js').State} State
 * @typedef {import('./types.js').Message} Message
 * @typedef {import('./types.js').Reaction} Reaction
 * @typedef {import('./types.js').ReactionChange} ReactionChange
 * @typedef {import('./types.js').PendingReaction} PendingReaction
 */

/** @type {ReadonlyArray<Reaction>} */
const NONE = Object.freeze([]);

/**
 * A live frame is one for all, so it does not say what is mine: whoever is named is known; of the others, that stays as it
 * was unless this very change says it.
 * @param {Message} message
 * @param {ReactionChange | undefined} change
 * @param {Message | null} held the form known so far
 * @param {number} me
 * @returns {Message}
 */
export const withMine = (message, change, held, me) => {
  if (!message.reactions) return message;
  const reactions = message.reactions.map((one) => {
    const { mine, ...rest } = one;
    const isOwnChange = change?.user === me && change.emoji === one.emoji;
    const wasMine = one.users.length < one.count && held?.reactions?.some((old) => old.emoji === one.emoji && old.mine);
    return one.users.includes(me) || (isOwnChange ? change.on : mine || wasMine) ? { ...rest, mine: true } : rest;
  });
  return { ...message, reactions };
};

/**
 * What stands under a message.
 * @param {State} state
 * @param {Message} message
 * @returns {ReadonlyArray<Reaction>}
 */
export const reactionsOf = (state, message) => {
  if (message.deletedAt !== undefined || message.withheld) return NONE;
  const told = message.reactions ?? NONE;
  const pending = state.reactions.filter((one) => one.conversation === message.conversation && one.seq === message.seq);
  return pending.length === 0 ? told : pending.reduce((shown, one) => applied(shown, one, state.me?.id ?? 0), told);
};

/**
 * @param {ReadonlyArray<Reaction>} shown
 * @param {PendingReaction} pending
 * @param {number} me
 * @returns {ReadonlyArray<Reaction>}
 */
const applied = (shown, { emoji, on }, me) => {
  const held = shown.find((one) => one.emoji === emoji);
  if ((held?.mine ?? false) === on) return shown;
  if (!held) return [...shown, { emoji, count: 1, users: [me], mine: true }];
  const users = on ? [...held.users, me] : held.users.filter((user) => user !== me);
  const next = { emoji, users, count: held.count + (on ? 1 : -1), ...(on ? { mine: true } : {}) };
  return shown.flatMap((one) => (one !== held ? [one] : next.count > 0 ? [next] : []));
};

/**
 * Whether this person has set it, as far as this device knows.
 * @param {State} state
 * @param {Message} message
 * @param {string} emoji
 */
export const isMine = (state, message, emoji) => reactionsOf(state, message).some((one) => one.emoji === emoji && one.mine);

/**
 * A reaction waits on this device.
 * @param {State} state
 * @param {PendingReaction} pending
 * @returns {State}
 */
export const withPending = (state, pending) => {
  const others = state.reactions.filter((one) => one.clientId !== pending.clientId);
  return { ...state, reactions: [...others, pending].sort((a, b) => a.order - b.order) };
};

/** @param {State} state @param {string} clientId @returns {State} */
export const withoutPending = (state, clientId) => {
  const reactions = state.reactions.filter((one) => one.clientId !== clientId);
  return reactions.length === state.reactions.length ? state : { ...state, reactions };
};
