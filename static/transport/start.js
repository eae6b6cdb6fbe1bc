// Finds out whose page this is: what the device has kept is shown at once, and the server has the last word. Comes back by
// itself to a server that does not answer.

import { backoffMs } from '../lib/clock.js';

/**
 * @typedef {import('../state/types.js').State} State
 * @typedef {import('../state/types.js').Event} Event
 * @typedef {import('../state/types.js').User} User
 * @typedef {import('../state/types.js').Session} Session
 * @typedef {import('../lib/clock.js').Clock} Clock
 * @typedef {import('./api.js').Api} Api
 * @typedef {import('./cache.js').Cache} Cache
 */

const AGAIN = Object.freeze({ baseMs: 1_000, capMs: 15_000 });
/** Some browsers never answer after a crash: the page then begins as if nothing was kept. */
const KEPT_WITHIN_MS = 1_000;

/**
 * @param {object} given
 * @param {Api} given.api
 * @param {Cache} given.cache
 * @param {Clock} given.clock
 * @param {() => State} given.state
 * @param {(event: Event) => void} given.dispatch
 * @param {(user: User) => void} given.enter somebody's page is shown: what is theirs begins
 * @param {(user: User, session: Session, weakPassword: boolean) => void} given.found
 * @param {() => void} given.lost there is no session
 * @param {() => void} given.startOver it is somebody else's than is shown
 */
export const createStart = ({ api, cache, clock, state, dispatch, enter, found, lost, startOver }) => {
  let attempt = 0;
  let isOver = false;
  /** @type {number | null} */
  let timer = null;

  const begin = async () => {
    clock.cancel(timer);
    let isOut = false;
    const asked = api.me().then((answer) => {
      isOut = !answer.ok && answer.failure.status === 401;
      return answer;
    });
    if (state().phase === 'starting') await showKept(() => isOut);
    const answer = await asked;
    const { phase, me } = state();
    if (isOver || phase === 'signedOut') return;
    if (answer.ok) {
      attempt = 0;
      const { user, session, weakPassword } = answer.value;
      if (phase === 'signedIn' && me?.id !== user.id) startOver();
      else found(user, session, weakPassword ?? false);
    } else if (isOut) lost();
    else if (phase !== 'signedIn') {
      // What is shown as it was kept looks for the server by its connection.
      dispatch({ type: 'session.unreachable' });
      timer = clock.after(() => void begin(), backoffMs(attempt++, AGAIN, clock.random));
    }
  };

  /** @param {() => boolean} isOut the server has already said that there is no session */
  const showKept = async (isOut) => {
    /** @type {number | null} */
    let limit = null;
    const late = new Promise((resolve) => {
      limit = clock.after(() => resolve(undefined), KEPT_WITHIN_MS);
    });
    // A slow device is late, and what it has kept is shown then, unless the server was quicker.
    const shown = cache.read().then((kept) => {
      const isAwaited = ['starting', 'unreachable'].includes(state().phase);
      if (!kept || isOut() || isOver || !isAwaited) return;
      dispatch({ type: 'kept.loaded', kept });
      enter(kept.me);
    });
    await Promise.race([shown, late]);
    clock.cancel(limit);
  };

  return {
    begin,
    stop: () => {
      isOver = true;
      clock.cancel(timer);
    },
  };
};
