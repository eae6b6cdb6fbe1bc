// Holds the one state and tells those who watch. Watchers run once for a burst of events, after it; they never run for a
// change that leaves their selection the same object.

/**
 * @template S, E
 * @typedef {object} Store
 * @property {S} state The newest state; immutable.
 * @property {(event: E) => void} dispatch
 * @property {<T>(select: (state: S) => T, run: (selected: T, state: S) => void, signal?: AbortSignal) => void} watch
 *   Runs at once, then whenever the selection is another value. Ends with the signal.
 * @property {(hear: (state: S, before: S, event: E) => void, signal?: AbortSignal) => void} listen
 *   For the transport: called after every event, in order, also when nothing changed.
 */

/**
 * @template S, E
 * @param {(state: S, event: E) => S} reduce
 * @param {S} initial
 * @returns {Store<S, E>}
 */
export const createStore = (reduce, initial) => {
  let state = initial;
  /** @type {Set<() => void>} */
  const watchers = new Set();
  /** @type {Set<(state: S, before: S, event: E) => void>} */
  const listeners = new Set();
  /** @type {E[]} */
  const waiting = [];
  let isDispatching = false;
  let isNotifying = false;

  const notify = () => {
    isNotifying = false;
    for (const check of [...watchers]) if (watchers.has(check)) check();
  };

  return {
    get state() {
      return state;
    },
    dispatch(event) {
      waiting.push(event);
      if (isDispatching) return; // an event from inside a listener waits its turn, so that all hear them in one order
      isDispatching = true;
      try {
        for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
          const before = state;
          state = reduce(before, next);
          if (state !== before && !isNotifying) {
            isNotifying = true;
            queueMicrotask(notify);
          }
          for (const hear of listeners) hear(state, before, next);
        }
      } finally {
        isDispatching = false;
      }
    },
    watch(select, run, signal) {
      if (signal?.aborted) return;
      let selected = select(state);
      const check = () => {
        const now = select(state);
        if (Object.is(now, selected)) return;
        selected = now;
        run(now, state);
      };
      watchers.add(check);
      signal?.addEventListener('abort', () => watchers.delete(check), { once: true });
      run(selected, state);
    },
    listen(hear, signal) {
      listeners.add(hear);
      signal?.addEventListener('abort', () => listeners.delete(hear), { once: true });
    },
  };
};
