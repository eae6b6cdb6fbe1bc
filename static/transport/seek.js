// Brings what is sought to where the log can show it: the conversation, if the list does not reach it, and the messages
// around the one that was asked for. Says so when it is not there for this person. Asks only while the connection is live.

import { ERROR } from '../protocol.js';
import { isInLog } from '../state/sought.js';

/**
 * @typedef {import('../state/types.js').State} State
 * @typedef {import('../state/types.js').Event} Event
 * @typedef {import('../state/types.js').Failure} Failure
 * @typedef {import('../state/types.js').Sought} Sought
 * @typedef {import('./pages.js').Pages} Pages
 */

/**
 * @param {object} given
 * @param {Pages} given.pages
 * @param {() => State} given.state
 * @param {(event: Event) => void} given.dispatch
 */
export const createSeek = ({ pages, state, dispatch }) => {
  let isLive = false;
  let run = 0;

  /** @param {Sought['step'] | null} step */
  const moved = (step) => dispatch({ type: 'sought.moved', step });

  /** @param {Sought} sought */
  const seek = async ({ conversation, seq }) => {
    run += 1;
    const mine = run;
    const isOver = () => mine !== run || state().sought?.step !== 'loading';
    moved('loading');
    if (!state().conversations.has(conversation)) {
      const failure = await pages.fetchConversation(conversation);
      if (isOver()) return;
      if (failure) return moved(stepAfter(failure));
    }
    if (seq === null) return moved(null);
    if (!isInLog(state(), conversation, seq)) {
      await pages.newestLoaded(conversation); // its page would take the log back to the end
      const outcome = isOver() ? null : await pages.loadAround(conversation, seq);
      if (outcome === null || isOver()) return;
      if (!outcome.ok) return moved(stepAfter(outcome.failure));
    }
    moved(isInLog(state(), conversation, seq) ? 'here' : 'gone');
  };

  return {
    /** @param {State} now */
    heard: (now) => {
      if (isLive && now.sought?.step === 'wanted') void seek(now.sought);
    },
    /** @param {boolean} live */
    setLive: (live) => {
      isLive = live;
      run += 1;
      const step = state().sought?.step;
      if (step === 'wanted' || step === 'loading' || step === 'failed') moved('wanted'); // and is heard, now that it can be
    },
  };
};

/** @param {Failure} failure @returns {'gone' | 'failed'} */
const stepAfter = ({ code }) => (code === ERROR.notFound || code === ERROR.forbidden ? 'gone' : 'failed');
