// Time as the transport sees it: given in, so that tests run without waiting. Also the one rule for waiting between tries.

/**
 * @typedef {object} Clock
 * @property {() => number} now milliseconds since the epoch
 * @property {(run: () => void, ms: number) => number} after
 * @property {(timer: number | null) => void} cancel
 * @property {() => number} random 0 ≤ x < 1
 */

/** @param {Window & typeof globalThis} window @returns {Clock} */
export const windowClock = (window) => ({
  now: () => window.Date.now(),
  after: (run, ms) => window.setTimeout(run, ms),
  cancel: (timer) => {
    if (timer !== null) window.clearTimeout(timer);
  },
  random: () => window.Math.random(),
});

/**
 * Exponential with jitter over the upper half, so that many who lost one server do not come back in one moment.
 * @param {number} attempt 0 for the first try
 * @param {{ baseMs: number, capMs: number }} bounds
 * @param {() => number} random
 */
export const backoffMs = (attempt, { baseMs, capMs }, random) => {
  const full = Math.min(capMs, baseMs * 2 ** Math.min(attempt, 30));
  return Math.round(full / 2 + (full / 2) * random());
};
