// What the next start finds of what a device has kept: what is shown without the server, and what is asked for.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { API, MESSAGES, target } from '../support/client.js';
import { KEPT, deadServer, keepChat, readUpTo, serverKeeping, startPage, textsOf } from '../support/kept.js';
import { ALICE, BOB, CONVERSATION, copyIn, message, messages, ready, seqsIn } from '../support/samples.js';

const view = target;
const tombstone = (seq, rev) => message(seq, { rev, body: '', version: 2, deletedAt: 1_700_000_100_000 });

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
