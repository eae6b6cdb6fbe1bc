// Who scrolls back a month holds a bounded part of the chat: what is far from the reader goes, and is loaded on the way back.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LOADED_MAX, receivedUpTo } from '../../static/state/copies.js';
import { logWindow } from '../../static/state/log.js';
import { CONVERSATION, after, conversation, copyIn, frame, message, messages, newest, page, ready, said, seqsIn } from './support/samples.js';

const HEAD = 3 * LOADED_MAX;
const PAGE = 100;
const END = 200; // of the end this many stay

const loaded = (which, from, to) => ({
  type: 'page.loaded',
  conversation: CONVERSATION,
  which,
  page: page(messages(from, to), { head: HEAD, hasAfter: to < HEAD }),
});
const opened = (given = {}) =>
  after([
    frame(ready({ conversations: [conversation({ head: HEAD, deliveredUpTo: HEAD, readUpTo: HEAD, cursor: HEAD, ...given })] })),
    newest(messages(HEAD - PAGE + 1, HEAD), { head: HEAD }),
  ]);
const windowOf = (state) => {
  const { runs, hasNewer, hasOlder } = logWindow(copyIn(state));
  return { from: runs[0].from, to: runs.at(-1).to, hasNewer, hasOlder };
};

/** @param {number} to the oldest seq */
const scrolledBack = (to, state = opened()) => {
  let now = state;
  for (let from = windowOf(now).from - PAGE; from >= to; from -= PAGE) now = after([loaded('older', from, from + PAGE - 1)], now);
  return now;
};

test('on the way back only so much stays, and the end, which goes on growing', () => {
  const far = scrolledBack(1);
  assert.deepEqual(windowOf(far), { from: 1, to: LOADED_MAX, hasNewer: true, hasOlder: false });
  assert.equal(seqsIn(far).length, LOADED_MAX + END);
  const later = after([said(message(HEAD + 1))], far);
  assert.equal(seqsIn(later).at(-1), HEAD + 1);
  assert.deepEqual([copyIn(later).holes, copyIn(later).isTailLoaded, receivedUpTo(copyIn(later))], [[], true, HEAD + 1]);
  assert.deepEqual(windowOf(later), windowOf(far));
});

test('forward again the same, until the end is reached', () => {
  let now = scrolledBack(1);
  while (windowOf(now).hasNewer) {
    const { to } = windowOf(now);
    now = after([loaded('newer', to + 1, Math.min(to + PAGE, HEAD))], now);
    assert.ok(seqsIn(now).length <= LOADED_MAX + END);
  }
  assert.deepEqual(windowOf(now), { from: HEAD - LOADED_MAX + 1, to: HEAD, hasNewer: false, hasOlder: true });
});

test('the end is one step away', () => {
  const now = after([newest(messages(HEAD - PAGE + 1, HEAD), { head: HEAD })], scrolledBack(1));
  assert.deepEqual(windowOf(now), { from: HEAD - END + 1, to: HEAD, hasNewer: false, hasOlder: true });
});

test('what is not yet confirmed as delivered stays whole', () => {
  const now = scrolledBack(1, opened({ deliveredUpTo: 10 }));
  assert.equal(seqsIn(now).length, HEAD);
});
