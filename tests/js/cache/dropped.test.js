// What is kept and cannot be trusted is dropped: a server that has gone back, a device that is full or broken, another version.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createFakeIndexedDb } from '../support/indexeddb.js';
import { API, MESSAGES, target } from '../support/client.js';
import { KEPT, deadServer, keepChat, readUpTo, serverKeeping, startPage, tombstone } from '../support/kept.js';
import { ALICE, CONVERSATION, copyIn, ready, seqsIn } from '../support/samples.js';

const view = target;

test('what knows more than the server does, as after a restored backup, is dropped', async () => {
  for (const [name, told] of Object.entries({
    'one conversation': { conversations: [readUpTo(2, { rev: 90 })] },
    everything: { accountRev: 0, conversations: [readUpTo(2, { rev: 900 })] },
  })) {
    const before = await keepChat({ view });
    const after = await startPage({ database: before.database, routes: serverKeeping(2) });
    after.hello();
    await after.say(ready({ session: KEPT, ...told }));
    assert.deepEqual([seqsIn(after.state()), copyIn(after.state()).head], [[], 2], name);
    await after.written();
    assert.ok(!after.keptText().includes('text 3'), name);
    const third = await startPage({ database: before.database, routes: deadServer });
    assert.equal(copyIn(third.state()).rev, told.conversations[0].rev, name);
  }
});

test('a conversation that the server resets is dropped and loaded again', async () => {
  const before = await keepChat({ view });
  const after = await startPage({ database: before.database, routes: serverKeeping(3) });
  after.hello();
  await after.say(ready({ session: KEPT, conversations: [readUpTo(3, { rev: 9_000 })] }));
  await after.say({ type: 'reset', conversation: CONVERSATION, rev: 9_000, head: 3 });
  assert.ok(!after.keptText().includes('text 2'));
  assert.deepEqual(after.fetched, [`GET ${API}/me`]);
  after.client.actions.open(view);
  await after.settle();
  assert.equal(after.fetched.filter((path) => path.startsWith(MESSAGES)).length, 1);
});

test('a conversation that is no longer ours leaves the device', async () => {
  const before = await keepChat({ view });
  const after = await startPage({ database: before.database, routes: serverKeeping(3) });
  after.hello();
  await after.say(ready({ session: KEPT, conversations: [] }));
  await after.written();
  assert.ok(!after.keptText().includes('text'));
});

test('where the device keeps nothing there is no cache, and no word about it', async () => {
  for (const broken of ['isFull', 'refusesToOpen', 'isSilent']) {
    const database = createFakeIndexedDb();
    database.switches[broken] = true;
    const page = await startPage({ database });
    await page.clock.advance(4_000);
    page.hello();
    await page.say(ready({ session: KEPT, conversations: [readUpTo(3)] }));
    await page.written();
    assert.deepEqual([page.state().phase, page.state().link.phase], ['signedIn', 'live'], broken);
    assert.deepEqual([database.rows('cache'), page.state().toasts.length], [[], broken === 'isFull' ? 0 : 1], broken);
  }
});

test('a device that becomes full keeps no copy that could not follow', async () => {
  const page = await keepChat({ view });
  page.database.switches.isFull = true;
  await page.say({ type: 'message.changed', message: tombstone(2, 200) });
  await page.settle();
  assert.deepEqual(page.database.rows('cache'), []);
});

test('an earlier version’s queue and drafts outlive the upgrade, another version’s cache does not', async () => {
  const database = createFakeIndexedDb();
  const queued = { clientId: 'id-1', user: ALICE.id, order: 1, target, body: 'from before', writtenAt: 1, state: 'queued' };
  const stores = {
    outbox: { keyPath: 'clientId', rows: [queued] },
    drafts: {
      keyPath: ['user', 'key'],
      rows: [{ user: ALICE.id, key: 'c3', draft: { text: 'begun before', version: 0, at: 1, saved: false } }],
    },
    leases: { keyPath: 'name', rows: [] },
  };
  database.leave(1, stores);
  const page = await startPage({ database, routes: serverKeeping(3) });
  await page.settle();
  assert.deepEqual(
    [page.state().outbox.map((item) => item.body), page.state().drafts.get('c3').text],
    [['from before'], 'begun before'],
  );

  const other = createFakeIndexedDb();
  other.leave(1, { ...stores, cache: { keyPath: 'key', rows: [{ key: 'head', me: ALICE, session: KEPT, kept: [] }] } });
  const next = await startPage({ database: other, routes: deadServer });
  assert.deepEqual([next.state().phase, other.rows('cache'), other.rows('outbox').length], ['unreachable', [], 1]);
});

test('rows that make no sense are as none', async () => {
  const before = await keepChat({ view });
  const rows = before.database.rows('cache');
  for (const row of rows) if (row.key === 'head') row.kept = 'nonsense';
  const after = await startPage({ database: before.database, routes: deadServer });
  assert.equal(after.state().phase, 'unreachable');
});
