// What a person does with their account, over HTTP. Never keeps a password.

import { ERROR } from '../protocol.js';
import { unsavedDrafts, waitingCount } from '../state/select.js';

/**
 * @typedef {import('../state/actions.js').AccountActions} AccountActions
 * @typedef {import('../state/types.js').State} State
 * @typedef {import('../state/types.js').Event} Event
 * @typedef {import('../state/types.js').User} User
 * @typedef {import('./api.js').Api} Api
 */

/**
 * @param {object} given
 * @param {Api} given.api
 * @param {() => State} given.state
 * @param {(event: Event) => void} given.dispatch
 * @param {(user: User, weakPassword: boolean) => void} given.signedIn
 * @param {() => void} given.signedOut
 * @param {() => Promise<void>} given.settled what may still be saved or heard of is, if it takes no longer than a moment
 * @param {() => void} given.retryStart
 * @returns {AccountActions}
 */
export const createAccount = ({ api, state, dispatch, signedIn, signedOut, settled, retryStart }) => {
  /** The log-out under way: its answer takes away the cookie, and must not take away that of the log-in after it. @type {Promise<unknown>} */
  let leaving = Promise.resolve();
  return {
    signUp: async (form) => {
      await leaving;
      const answer = await api.signUp(form);
      if (!answer.ok) return answer;
      signedIn(answer.value.user, false);
      return { ok: true, value: answer.value.user };
    },
    logIn: async (form) => {
      await leaving;
      const answer = await api.logIn(form);
      if (!answer.ok) return answer;
      signedIn(answer.value.user, answer.value.weakPassword ?? false);
      return { ok: true, value: answer.value.user };
    },
    logOut: async ({ evenIfTextWaits = false } = {}) => {
      await settled();
      const [waiting, drafts] = [waitingCount(state()), unsavedDrafts(state())];
      if (waiting + drafts > 0 && !evenIfTextWaits) return { done: false, waiting, drafts };
      const left = api.logOut();
      leaving = left;
      const answer = await left;
      if (!answer.ok && answer.failure.code !== ERROR.unauthenticated) {
        dispatch({ type: 'toast.added', toast: { kind: 'failed', failure: answer.failure } });
        return { done: false, failure: answer.failure };
      }
      signedOut();
      return { done: true };
    },
    retryStart,
    checkPassword: (password, username) => api.checkPassword(password, username),
    changePassword: async (current, next) => {
      const answer = await api.changePassword(current, next);
      if (answer.ok) dispatch({ type: 'weakPassword.settled' });
      return answer;
    },
    updateMe: async (change) => {
      const answer = await api.updateMe(change);
      if (!answer.ok) return answer;
      dispatch({ type: 'me.changed', ...answer.value });
      return { ok: true, value: answer.value.user };
    },
    updatePicture: async (picture) => {
      const answer = await api.updatePicture(picture);
      if (!answer.ok) return answer;
      const { user } = answer.value;
      dispatch({ type: 'me.changed', user, readReceipts: state().readReceipts });
      return { ok: true, value: user };
    },
    listDevices: async () => {
      const answer = await api.devices();
      return answer.ok ? { ok: true, value: answer.value.sessions } : answer;
    },
    endDevice: (id) => api.endDevice(id),
    endOtherDevices: () => api.endOtherDevices(),
    ask: (make) => make(api.call),
    settleWeakPassword: () => dispatch({ type: 'weakPassword.settled' }),
  };
};
