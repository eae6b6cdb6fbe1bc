import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SearchRun } from '../../../static/components/search-run.js';

const PAUSE_MS = 150;
const hit = (seq) => ({ conversation: 3, seq, sender: 2, at: seq, excerpt: `text ${seq}`, marks: [] });
const answer = (hits, given = {}) => ({ ok: true, value: { hits, reach: 'all', unknown: [], ...given } });

/** A search whose answers the test gives, in whatever order it likes. */
const begin = (context) => {
  context.mock.timers.enable({ apis: ['setTimeout'] });
  const asked = [];
  const run = new SearchRun(
    (text, options) => new Promise((give) => asked.push({ text, ...options, give })),
    () => {},
  );
  const pause = () => context.mock.timers.tick(PAUSE_MS);
  const give = async (at, value) => {
    asked[at].give(value);
    await Promise.resolve();
    await Promise.resolve();
  };
  return { run, asked, pause, give };
};

test('it asks once, after a pause in the typing', (context) => {
  const { run, asked, pause } = begin(context);
  for (const text of ['w', 'wa', 'wal', 'walk']) run.type(text);
  assert.equal(asked.length, 0);
  pause();
  assert.deepEqual(asked.map(({ text }) => text), ['walk']);
});

test('an answer that comes after a newer text was typed is not shown, whatever the order', async (context) => {
  const { run, asked, pause, give } = begin(context);
  run.type('walk');
  pause();
  run.type('walks');
  assert.equal(asked[0].signal.aborted, true);
  pause();
  await give(1, answer([hit(2)]));
  await give(0, answer([hit(1)]));
  assert.deepEqual(run.found.hits, [hit(2)]);
  assert.equal(run.found.text, 'walks');
});

test('what was found stays until the next answer is here, and goes when the box is empty', async (context) => {
  const { run, pause, give } = begin(context);
  run.type('walk');
  pause();
  await give(0, answer([hit(1)]));
  run.type('walks');
  assert.deepEqual([run.found.hits, run.found.isAsking], [[hit(1)], true]);
  run.type('');
  assert.deepEqual([run.found.hits, run.found.isAsking], [null, false]);
});

test('one letter is not asked for, and takes away what two had found', async (context) => {
  const { run, asked, pause, give } = begin(context);
  run.type('wa');
  pause();
  await give(0, answer([hit(1)], { reach: 'newest' }));
  assert.equal(run.found.reach, 'newest');
  run.type('w');
  pause();
  assert.equal(asked.length, 1);
  assert.equal(run.found.hits, null);
});

test('more goes on where the last page ended, once at a time', async (context) => {
  const { run, asked, pause, give } = begin(context);
  run.type('walk');
  pause();
  await give(0, answer([hit(2)], { next: 'c2' }));
  run.more();
  run.more();
  assert.deepEqual(asked.map(({ before }) => before), [undefined, 'c2']);
  await give(1, answer([hit(1)]));
  assert.deepEqual(run.found.hits, [hit(2), hit(1)]);
  run.more();
  assert.equal(asked.length, 2);
});

test('a failure is told, keeps the pages that are there, and trying again asks for the same', async (context) => {
  const { run, asked, pause, give } = begin(context);
  const failure = { code: 'network', message: 'no answer' };
  run.type('walk');
  pause();
  await give(0, { ok: false, failure });
  assert.deepEqual([run.found.failure, run.found.hits, run.found.isAsking], [failure, null, false]);
  run.again();
  await give(1, answer([hit(2)], { next: 'c2' }));
  run.more();
  await give(2, { ok: false, failure });
  assert.deepEqual([run.found.failure, run.found.hits], [failure, [hit(2)]]);
  assert.equal(run.found.next, 'c2');
  assert.deepEqual(asked.map(({ text }) => text), ['walk', 'walk', 'walk']);
});

test('an answer without hits that names where to go on is no end: it goes on by itself', async (context) => {
  const { run, asked, pause, give } = begin(context);
  run.type('walk');
  pause();
  await give(0, answer([], { next: 'c9' }));
  assert.deepEqual([run.found.hits, run.found.isAsking], [null, true]);
  await give(1, answer([hit(1)]));
  assert.deepEqual(asked.map(({ before }) => before), [undefined, 'c9']);
  assert.deepEqual([run.found.hits, run.found.isAsking], [[hit(1)], false]);
});

test('a server that says when to come back is asked again then, and a new text ends the waiting', async (context) => {
  const { run, asked, pause, give } = begin(context);
  const busy = { ok: false, failure: { code: 'rate_limited', message: '', retryAfterMs: 1000 } };
  run.type('walk');
  pause();
  await give(0, busy);
  assert.deepEqual([run.found.failure, run.found.isAsking], [null, true]);
  context.mock.timers.tick(1000);
  assert.equal(asked.length, 2);
  await give(1, busy);
  run.type('walks');
  context.mock.timers.tick(1000);
  assert.deepEqual(asked.map(({ text }) => text), ['walk', 'walk', 'walks']);
});
