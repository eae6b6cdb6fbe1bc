// What a device keeps of the chats of a person who wished to stay signed in, and when it no longer may.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createFakeIndexedDb } from './support/indexeddb.js';
import { API, MESSAGES, target } from './support/client.js';
import {
  KEPT,
  deadServer,
  keepChat,
  readUpTo,
  serverKeeping,
  signedOutServer,
  startPage,
} from './support/kept.js';
import { ALICE, BOB, CONVERSATION, copyIn, message, messages, ready, receipt, seqsIn } from './support/samples.js';

const view = target;
const tombstone = (seq, rev) => message(seq, { rev, body: '', version: 2, deletedAt: 1_700_000_100_000 });
const textsOf = (state) => copyIn(state).runs.flatMap((run) => run.messages.map((one) => one.body));

test('the next start shows list and chat without the server, and nobody as present', async () => {
  const before = await keepChat({ view });
  const after = await startPage({ database: before.database, routes: deadServer, view });
  assert.deepEqual(
    [after.state().phase, after.state().me, after.state().link.phase, after.state().presence.size],
    ['signedIn', ALICE, 'connecting', 0],
  );
  assert.deepEqual([textsOf(after.state()), after.state().users.get(BOB.id)], [['text 1', 'text 2', 'text 3'], BOB]);
});

test('what a slow device reads late is shown late where no server answers, and later changes are kept', async () => {
  const before = await keepChat({ view });
  before.database.switches.isSilent = true;
  const after = await startPage({ database: before.database, routes: deadServer, view });
  await after.clock.advance(5_000);
  assert.equal(after.state().phase, 'unreachable');
  after.database.answer();
  await after.settle();
  assert.deepEqual([after.state().phase, textsOf(after.state())], ['signedIn', ['text 1', 'text 2', 'text 3']]);
  assert.deepEqual([after.state().deviceStorage, after.state().toasts], ['kept', []]);
  await after.say({ type: 'message.changed', message: tombstone(2, 200) });
  await after.settle();
  assert.ok(!JSON.stringify(after.database.rows('cache')).includes('text 2'));
});

test('the next start asks only for what is new', async () => {
  const before = await keepChat({ view, head: 60 });
  const after = await startPage({ database: before.database, routes: serverKeeping(60), view });
  assert.deepEqual(after.hello(), {
    type: 'hello',
    accountRev: 1,
    peopleRev: 5,
    conversations: [[CONVERSATION, 160]],
    idle: false,
  });
  const told = readUpTo(61, { deliveredUpTo: 60, readUpTo: 60, cursor: 60, unread: 1 });
  await after.say(ready({ session: KEPT, users: [ALICE, BOB], conversations: [told] }));
  await after.say({
    type: 'changes',
    conversation: CONVERSATION,
    after: 160,
    rev: 161,
    messages: [message(61)],
    receipts: [],
    more: false,
  });
  await after.written();
  assert.deepEqual(after.fetched, [`GET ${API}/me`]);
  assert.deepEqual([seqsIn(after.state()).at(0), seqsIn(after.state()).at(-1)], [11, 61]);
});

test('before the server has answered the chat is there, and its last word counts', async () => {
  for (const answersFirst of [true, false]) {
    const before = await keepChat({ view });
    let answer = () => undefined;
    const refusal = { ...Object.values(signedOutServer)[0] };
    const slow = { [`GET ${API}/me`]: () => new Promise((resolve) => (answer = () => resolve(refusal))) };
    const out = await startPage({ database: before.database, routes: answersFirst ? signedOutServer : slow });
    if (!answersFirst) {
      assert.deepEqual([out.state().phase, textsOf(out.state()).length], ['signedIn', 3]);
      answer();
    }
    await out.settle();
    assert.deepEqual([out.state().phase, out.state().conversations.size], ['signedOut', 0]);
    assert.equal(out.state().ended, answersFirst ? null : 'expired');
    assert.deepEqual(out.database.rows('cache'), []);
  }
});

test('without the wish to stay signed in nothing is kept, not even for a moment', async () => {
  const page = await keepChat({ view, more: { session: { id: 1, keep: false } }, routes: serverKeeping(3, {
    [`GET ${API}/me`]: { user: ALICE, session: { id: 1, keep: false } },
  }) });
  assert.deepEqual(page.database.rows('cache'), []);
  page.fire('pagehide');
  await page.settle();
  assert.deepEqual(page.database.rows('cache'), []);
});

test('after a log-in it is known only from the server whether the session is a kept one', async () => {
  for (const keep of [true, false]) {
    const page = await startPage({
      routes: { ...serverKeeping(3), ...signedOutServer, [`POST ${API}/login`]: { user: ALICE } },
    });
    await page.client.actions.logIn({ username: 'alice', password: 'right', keepSignedIn: true });
    await page.written();
    assert.deepEqual(page.database.rows('cache'), []);
    page.hello();
    await page.say(ready({ session: { id: 7, keep }, conversations: [readUpTo(3)] }));
    await page.written();
    assert.equal(page.database.rows('cache').length > 0, keep);
  }
});

test('log-out and every other end of the session wipe it; what was not sent stays', async () => {
  const ends = {
    'log-out': async (page) => {
      const leaving = page.client.actions.logOut({ evenIfTextWaits: true });
      await page.clock.advance(2_000);
      await leaving;
    },
    removed: (page) => page.say({ type: 'session.ended', reason: 'revoked' }),
    'a 401': (page) => page.client.actions.listDevices(),
  };
  for (const [name, end] of Object.entries(ends)) {
    const page = await keepChat({
      view,
      routes: serverKeeping(3, { [`GET ${API}/sessions`]: { status: 401, code: 'unauthenticated', message: '' } }),
    });
    assert.ok(page.keptText().includes('text 2'), name);
    await page.client.actions.send(target, 'unsent');
    page.client.actions.setDraft(target, 'unfinished');
    await end(page);
    await page.settle();
    assert.deepEqual(page.database.rows('cache'), [], name);
    assert.deepEqual(
      [...page.database.rows('outbox').map((row) => row.body), ...page.database.rows('drafts').map((row) => row.draft.text)],
      ['unsent', 'unfinished'],
      name,
    );
    await page.written();
    assert.deepEqual(page.database.rows('cache'), [], `${name}: no write comes after it`);
  }
});

test('a session that is no longer a kept one wipes it', async () => {
  const before = await keepChat({ view });
  const after = await startPage({
    database: before.database,
    routes: serverKeeping(3, { [`GET ${API}/me`]: { user: ALICE, session: { id: 2, keep: false } } }),
  });
  await after.written();
  assert.deepEqual(after.database.rows('cache'), []);
});

test('another person who is signed in by now sees nothing of it', async () => {
  const before = await keepChat({ view });
  const after = await startPage({
    database: before.database,
    routes: serverKeeping(0, { [`GET ${API}/me`]: { user: BOB, session: { id: 2, keep: true } } }),
  });
  await after.settle();
  assert.deepEqual([after.state().me, after.state().conversations.size, after.state().users.size], [BOB, 0, 1]);
  assert.ok(!after.keptText().includes('text'));
  const { conversations } = after.hello();
  assert.deepEqual(conversations, []);
});

test('a page whose browser was signed in as another person meanwhile starts over, and sends that person’s texts only', async () => {
  const page = await keepChat({ view });
  page.socket().onclose({ code: 1006 });
  await page.client.actions.send(target, 'Alice’s words');
  const routes = { [`GET ${API}/me`]: { user: BOB, session: { id: 2, keep: true } } };
  Object.assign(page.routes, routes);
  await page.clock.advance(2_000);
  page.hello();
  await page.say(ready({ user: BOB, session: { id: 2, keep: true }, conversations: [] }));
  await page.settle();
  page.hello();
  await page.say(ready({ user: BOB, session: { id: 2, keep: true }, conversations: [] }));
  await page.written();
  assert.deepEqual([page.state().me, page.state().conversations.size, page.state().outbox], [BOB, 0, []]);
  assert.deepEqual(
    page.sockets.flatMap((socket) => socket.sent.filter((frame) => frame.type === 'message.send')),
    [],
  );
  assert.ok(!page.keptText().includes('text 2'));
  assert.deepEqual(
    page.database.rows('outbox').map((row) => row.body),
    ['Alice’s words'],
  );
});

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

test('a kept hole is a hole: nothing above it counts as delivered, and it is fetched', async () => {
  const before = await keepChat({ view });
  before.routes[MESSAGES] = { status: 503, code: 'busy', message: '' };
  await before.say({ type: 'message', message: message(6, { rev: 106 }) });
  await before.written();
  const routes = serverKeeping(6, { [MESSAGES]: () => ({ status: 503, code: 'busy', message: '' }) });
  const after = await startPage({ database: before.database, routes, view });
  assert.deepEqual([seqsIn(after.state()), copyIn(after.state()).holes], [[1, 2, 3, 6], [{ from: 4, to: 5 }]]);
  after.hello();
  await after.say(ready({ session: KEPT, conversations: [readUpTo(6, { deliveredUpTo: 3, readUpTo: 3, cursor: 3 })] }));
  await after.clock.advance(500);
  assert.deepEqual(after.sent('receipt.delivered'), []);
  routes[MESSAGES] = serverKeeping(6)[MESSAGES];
  await after.clock.advance(5_000);
  assert.deepEqual(
    after.sent('receipt.delivered').map((frame) => frame.seq),
    [6],
  );
});

test('a read that the server never heard of is not kept as read, and told when it is seen again', async () => {
  const before = await keepChat({ view });
  before.fire('focus');
  await before.say({ type: 'message', message: message(4, { rev: 104 }) });
  before.socket().onclose({ code: 1006 });
  before.client.actions.sawMessage(CONVERSATION, 4);
  await before.written();
  const after = await startPage({ database: before.database, routes: serverKeeping(4), view });
  after.fire('focus');
  after.hello();
  const told = readUpTo(4, { deliveredUpTo: 4, readUpTo: 3, cursor: 3, unread: 1 });
  await after.say(ready({ session: KEPT, conversations: [told] }));
  assert.equal(copyIn(after.state()).readUpTo, 3);
  after.client.actions.sawMessage(CONVERSATION, 4);
  assert.deepEqual(
    after.sent('receipt.read').map((frame) => frame.seq),
    [4],
  );
});

test('of a long chat the newest messages are kept, of many chats the newest', async () => {
  const many = Array.from({ length: 60 }, (_, i) => readUpTo(0, { id: 100 + i, lastAt: 1_000 + i }));
  const page = await startPage({ routes: serverKeeping(500), view });
  page.hello();
  await page.say(ready({ session: KEPT, conversations: [readUpTo(500), ...many] }));
  for (let i = 0; i < 5; i++) await page.client.actions.loadOlder(CONVERSATION);
  await page.written();
  assert.equal(seqsIn(page.state()).length, 300);
  const after = await startPage({ database: page.database, routes: deadServer });
  assert.deepEqual([seqsIn(after.state())[0], seqsIn(after.state()).length], [301, 200]);
  assert.deepEqual([after.state().conversations.size, after.state().conversations.has(110)], [50, false]);
});

test('a text begun without the server stands before the one the server had', async () => {
  const draft = { text: 'as the server has it', version: 2, at: 1 };
  const before = await keepChat({ view, more: { conversations: [readUpTo(3, { draft })] } });
  const offline = await startPage({ database: before.database, routes: deadServer });
  assert.equal(offline.state().drafts.get('c3').text, 'as the server has it');
  offline.client.actions.setDraft(target, 'as I went on');
  await offline.settle();
  const after = await startPage({ database: before.database, routes: deadServer });
  assert.deepEqual([after.state().drafts.get('c3').text, after.state().drafts.get('c3').saved], ['as I went on', false]);
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

test('what was missed since the page was left has its divider, though the chat is shown at once', async () => {
  const before = await keepChat({ view });
  const after = await startPage({ database: before.database, routes: serverKeeping(5), view });
  assert.equal(after.state().divider, null);
  after.hello();
  const told = readUpTo(5, { deliveredUpTo: 3, readUpTo: 3, cursor: 3, unread: 2 });
  await after.say(ready({ session: KEPT, conversations: [told] }));
  assert.equal(after.state().divider, 4);
});

test('the newest page is asked for where what is kept is less than a page', async () => {
  const before = await keepChat({ head: 3 });
  const after = await startPage({ database: before.database, routes: serverKeeping(3), view });
  assert.equal(copyIn(after.state()).runs.length, 0);
  after.hello();
  await after.say(ready({ session: KEPT, conversations: [readUpTo(3)] }));
  assert.deepEqual(seqsIn(after.state()), messages(1, 3).map((one) => one.seq));
});
