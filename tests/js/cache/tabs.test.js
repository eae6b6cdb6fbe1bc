// Deleted and edited texts leave the device, and no tab brings back what another has taken away.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { API, target } from '../support/client.js';
import { KEPT, deadServer, keepChat, readUpTo, serverKeeping, startPage, textsOf, tombstone } from '../support/kept.js';
import { BOB, CONVERSATION, copyIn, message, ready, receipt } from '../support/samples.js';

const view = target;

test('a deleted text leaves the device as soon as the device hears of it', async () => {
  const live = await keepChat({ view });
  await live.say({ type: 'message.changed', message: tombstone(2, 200) });
  assert.ok(!live.keptText().includes('text 2'));

  const before = await keepChat({ view });
  const after = await startPage({ database: before.database, view });
  after.hello();
  await after.say(ready({ session: KEPT, conversations: [readUpTo(3, { rev: 200 })] }));
  await after.say({
    type: 'changes',
    conversation: CONVERSATION,
    after: 103,
    rev: 200,
    messages: [tombstone(2, 200)],
    receipts: [],
    more: false,
  });
  assert.deepEqual(textsOf(after.state()), ['text 1', '', 'text 3']);
  assert.ok(!after.keptText().includes('text 2'));
});

test('also a text that only another tab had loaded leaves the device', async () => {
  const loaded = await keepChat({ view });
  const other = await startPage({ database: loaded.database, routes: serverKeeping(3) });
  other.hello();
  await other.say(ready({ session: KEPT, conversations: [readUpTo(3)] }));
  await other.say({ type: 'message.changed', message: tombstone(2, 200) });
  assert.ok(!other.keptText().includes('text 2'));
});

test('an edit takes the place of the former text', async () => {
  const page = await keepChat({ view });
  await page.say({ type: 'message.changed', message: message(3, { rev: 200, version: 2, body: 'better' }) });
  assert.ok(!page.keptText().includes('text 3'));
  const after = await startPage({ database: page.database, routes: deadServer });
  assert.deepEqual([textsOf(after.state()).at(-1), copyIn(after.state()).rev], ['better', 200]);
});

test('a slower tab never writes back what is older', async () => {
  const fast = await keepChat({ view });
  const slow = await startPage({ database: fast.database, routes: serverKeeping(3) });
  slow.hello();
  await slow.say(ready({ session: KEPT, conversations: [readUpTo(3)] }));
  await fast.say({ type: 'message.changed', message: tombstone(2, 200) });
  await fast.say({ type: 'message', message: message(4, { rev: 201 }) });
  await fast.written();
  await slow.say({ type: 'receipt', conversation: CONVERSATION, receipt: receipt('read', 1, 1, { rev: 150 }) });
  await slow.written();
  const after = await startPage({ database: fast.database, routes: deadServer });
  assert.deepEqual([copyIn(after.state()).rev, textsOf(after.state())], [201, ['text 1', '', 'text 3', 'text 4']]);
});

test('a tab that has not yet heard of the log-out does not bring the cache back', async () => {
  const one = await keepChat({ view });
  const other = await startPage({ database: one.database, routes: serverKeeping(3) });
  other.hello();
  await other.say(ready({ session: KEPT, conversations: [readUpTo(3)] }));
  await other.written();
  await one.client.actions.logOut();
  await one.settle();
  await other.say({ type: 'message', message: message(4, { rev: 201 }) });
  await other.written();
  assert.deepEqual(one.database.rows('cache'), []);
});

test('a tab of an earlier log-in does not write into the cache of a later one', async () => {
  const former = await keepChat({ view });
  const later = await startPage({
    database: former.database,
    routes: serverKeeping(0, { [`GET ${API}/me`]: { user: BOB, session: { id: 2, keep: true } } }),
  });
  later.hello();
  await later.say(ready({ user: BOB, session: { id: 2, keep: true }, conversations: [] }));
  await later.written();
  await former.say({ type: 'message', message: message(4, { rev: 201, body: 'for Alice' }) });
  await former.written();
  assert.ok(!former.keptText().includes('for Alice'));
  assert.ok(later.keptText().includes('"username":"bob"'));
});
