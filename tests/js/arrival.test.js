import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createClient } from '../../static/transport/client.js';
import { API, MESSAGES, goLive, serverWith, target } from './support/client.js';
import { ALICE, BOB, CONVERSATION, conversation, message, messages, page, ready } from './support/samples.js';
import { createFakeWindow } from './support/window.js';

test('what is missing is fetched oldest first and then confirmed, the newest page comes before it', async () => {
  const { sent, fetched, clock, state } = await goLive({
    head: 500,
    view: target,
    conversation: { deliveredUpTo: 10, unread: 490, cursor: 10, readUpTo: 10 },
  });
  await clock.advance(1000);
  const pages = fetched.filter((line) => line.startsWith(MESSAGES)).map((line) => line.split('?')[1]);
  assert.deepEqual(pages, ['limit=50', 'after=10&limit=200', 'after=210&limit=200', 'after=410&limit=200']);
  assert.deepEqual(
    sent('receipt.delivered')
      .map((frame) => frame.seq)
      .at(-1),
    500,
  );
  assert.equal(state().conversations.get(CONVERSATION).runs.length, 1);
});

test('delivered is told at most every 200 ms and never across a hole', async () => {
  const { say, sent, clock } = await goLive({ head: 3 });
  for (let seq = 4; seq <= 13; seq++) await say({ type: 'message', message: message(seq) });
  assert.deepEqual(
    sent('receipt.delivered').map((frame) => frame.seq),
    [4],
  );
  await clock.advance(200);
  assert.deepEqual(
    sent('receipt.delivered').map((frame) => frame.seq),
    [4, 13],
  );
  await say({ type: 'message', message: message(4, { conversation: CONVERSATION, seq: 900, rev: 2000 }) });
  await clock.advance(100);
  assert.deepEqual(
    sent('receipt.delivered').map((frame) => frame.seq),
    [4, 13],
  );
});

test('own messages from another device need no confirming', async () => {
  const { say, sent, clock } = await goLive({ head: 3 });
  await say({ type: 'message', message: message(4, { sender: ALICE.id }) });
  await clock.advance(1000);
  assert.deepEqual(sent('receipt.delivered'), []);
});

test('read is told at once, for the rest of a burst together, and again after a loss', async () => {
  const { client, say, sent, clock, socket, answerHello } = await goLive({ head: 3 });
  client.actions.open(target);
  await clock.advance(500);
  for (const seq of [4, 5, 6]) {
    await say({ type: 'message', message: message(seq) });
    client.actions.sawMessage(CONVERSATION, seq);
  }
  await clock.advance(300);
  assert.deepEqual(
    sent('receipt.read').map((frame) => frame.seq),
    [4, 6],
  );
  socket().onclose({ code: 1006 });
  await clock.advance(2000);
  await answerHello({
    conversations: [conversation({ head: 6, rev: 106, deliveredUpTo: 6, unread: 3, cursor: 3, readUpTo: 3 })],
  });
  await clock.advance(300);
  assert.deepEqual(
    sent('receipt.read').map((frame) => frame.seq),
    [6],
  );
});

test('what was read of a lost history is not told of the messages that have its seqs after a restore', async () => {
  const here = { readUpTo: 3, cursor: 3, unread: 6 };
  const { client, say, sent, clock, socket, answerHello } = await goLive({ head: 9, view: target, conversation: here });
  await clock.advance(500);
  for (const seq of [4, 6]) client.actions.sawMessage(CONVERSATION, seq);
  await clock.advance(0);
  socket().onclose({ code: 1006 });
  await clock.advance(2000);
  await answerHello({ conversations: [conversation({ ...here, head: 9, rev: 2 ** 32 + 109, deliveredUpTo: 3 })] });
  await say({ type: 'reset', conversation: CONVERSATION, rev: 2 ** 32 + 109, head: 9 });
  await clock.advance(1000);
  assert.deepEqual(sent('receipt.read'), []);
  assert.equal(sent('receipt.delivered').at(-1)?.seq, 9);
});

test('a window without focus reads nothing', async () => {
  const { client, say, sent, clock, document, fire } = await goLive({ head: 3 });
  client.actions.open(target);
  await say({ type: 'message', message: message(4) });
  document.hasFocus = () => false;
  fire('blur');
  client.actions.sawMessage(CONVERSATION, 4);
  await clock.advance(1000);
  assert.deepEqual(sent('receipt.read'), []);
});

test('after a loss hello names what is held, and long changes are fetched to their end', async () => {
  const { client, say, socket, clock, state, fetched, window } = await goLive({ head: 3 });
  client.actions.open(target);
  await clock.advance(300);
  socket().onclose({ code: 1006 });
  await clock.advance(2000);
  const inner = window.fetch;
  window.fetch = async (path, init) => {
    if (!path.includes('/changes')) return inner(path, init);
    fetched.push(`${init.method} ${path}`);
    return {
      ok: true,
      status: 200,
      headers: new Map(),
      text: async () =>
        JSON.stringify({
          conversation: CONVERSATION,
          after: 105,
          rev: 108,
          messages: messages(6, 8),
          receipts: [],
          more: false,
        }),
    };
  };
  socket().onopen();
  assert.deepEqual(socket().sent[0].conversations, [[CONVERSATION, 103]]);
  await say(
    ready({
      conversations: [conversation({ head: 8, rev: 108, unread: 5, cursor: 3, deliveredUpTo: 3, readUpTo: 3 })],
    }),
  );
  await say({
    type: 'changes',
    conversation: CONVERSATION,
    after: 103,
    rev: 105,
    messages: messages(4, 5),
    receipts: [],
    more: true,
  });
  await clock.advance(500);
  assert.ok(fetched.includes(`GET ${API}/conversations/${CONVERSATION}/changes?after=105&limit=500`));
  const copy = state().conversations.get(CONVERSATION);
  assert.deepEqual([copy.rev, copy.catchingUp, copy.unread, copy.runs.length, copy.runs[0].to], [108, false, 5, 1, 8]);
});

test('a conversation the page does not know is fetched, and what came meanwhile is not lost', async () => {
  const fake = await goLive();
  const inner = fake.window.fetch;
  let answer;
  fake.window.fetch = (path, init) =>
    path.endsWith('/conversations/77')
      ? new Promise((resolve) => {
          answer = resolve;
        })
      : inner(path, init);
  await fake.say({ type: 'message', message: message(5, { conversation: 77, rev: 51 }) });
  await fake.say({ type: 'message', message: message(6, { conversation: 77, rev: 52 }) });
  answer({
    ok: true,
    status: 200,
    headers: new Map(),
    text: async () =>
      JSON.stringify({
        conversation: conversation({ id: 77, head: 5, rev: 51, unread: 1, cursor: 4, deliveredUpTo: 4 }),
        users: [],
      }),
  });
  await fake.settle();
  const copy = fake.state().conversations.get(77);
  assert.deepEqual([copy.head, copy.unread, copy.lastMessage.seq], [6, 2, 6]);
});

test('marked unread stays unread while it is looked at, until it is opened again', async () => {
  const { client, say, sent, clock, state } = await goLive({ head: 3 });
  client.actions.open(target);
  await clock.advance(300);
  const marking = client.actions.markUnreadFrom(CONVERSATION, 2);
  await clock.settle();
  await say({ type: 'ok', ref: sent('cursor.set')[0].ref });
  await marking;
  client.actions.sawMessage(CONVERSATION, 3);
  assert.deepEqual([sent('cursor.set')[0].seq, state().conversations.get(CONVERSATION).unread], [1, 2]);
  client.actions.open(null);
  client.actions.open(target);
  client.actions.sawMessage(CONVERSATION, 3);
  assert.equal(state().conversations.get(CONVERSATION).unread, 0);
  assert.equal(sent('cursor.set').at(-1).seq, 3);
});

test('marking unread moves the cursor only, and one that is refused is said and leaves reading as it was', async () => {
  const { client, say, sent, clock, state } = await goLive({ head: 3, conversation: { readUpTo: 1, cursor: 1, unread: 2 } });
  client.actions.open(target);
  await clock.advance(300);
  const marking = client.actions.markUnreadFrom(CONVERSATION, 1);
  await clock.settle();
  client.actions.sawMessage(CONVERSATION, 3);
  assert.deepEqual([sent('cursor.set')[0].seq, sent('receipt.read').length], [0, 0]);
  await say({ type: 'error', ref: sent('cursor.set')[0].ref, code: 'not_found', message: 'Not found.' });
  assert.equal((await marking).ok, false);
  assert.deepEqual(
    [state().toasts.map((toast) => toast.kind), state().conversations.get(CONVERSATION).cursor],
    [['failed'], 1],
  );
  client.actions.sawMessage(CONVERSATION, 3);
  assert.equal(sent('receipt.read')[0].seq, 3);
});

test('a came-back line that was seen is told and its toast closed', async () => {
  const late = {
    id: 5,
    conversation: CONVERSATION,
    user: BOB.id,
    count: 2,
    at: 1,
    offlineSince: 0,
    afterSeq: 2,
    oldestAt: 0,
  };
  const { client, say, sent, state } = await goLive({ head: 3 });
  await say({ type: 'late', late });
  assert.equal(state().toasts.length, 1);
  client.actions.sawLate([5, 6]);
  assert.deepEqual(
    [sent('late.seen')[0].ids, state().toasts.length, state().lateUnseen.size, state().late.size],
    [[5], 0, 0, 1],
  );
});

test('read waits until everything below it has arrived', async () => {
  const { client, say, sent, clock, window } = await goLive({ head: 3 });
  client.actions.open(target);
  await clock.advance(300);
  const inner = window.fetch;
  window.fetch = (path, init) =>
    path.includes('after=3') ? Promise.reject(new TypeError('network')) : inner(path, init);
  await say({ type: 'message', message: message(6) });
  client.actions.sawMessage(CONVERSATION, 6);
  await clock.advance(1000);
  assert.deepEqual(sent('receipt.read'), []);
  for (const seq of [4, 5]) await say({ type: 'message', message: message(seq, { rev: 100 + seq }) });
  await clock.advance(1000);
  assert.deepEqual(
    sent('receipt.read').map((frame) => frame.seq),
    [6],
  );
});

test('a conversation opened by its number is fetched once there is a connection', async () => {
  const other = conversation({ id: 77, head: 2, deliveredUpTo: 2 });
  const routes = {
    ...serverWith(0),
    [`GET ${API}/conversations/77/messages`]: page([
      message(1, { conversation: 77 }),
      message(2, { conversation: 77 }),
    ]),
    [`GET ${API}/conversations/77`]: { conversation: other, users: [] },
  };
  const fake = createFakeWindow({ routes });
  const client = createClient(fake.window);
  client.actions.open({ conversation: 77 });
  client.start();
  await fake.settle();
  fake.socket().onopen();
  await fake.say(ready({ moreConversations: false }));
  await fake.clock.advance(500);
  assert.deepEqual(
    client.store.state.conversations.get(77).runs.map((run) => [run.from, run.to]),
    [[1, 2]],
  );
});

test('after a reset the newest page comes first, then the rest, and nothing is confirmed that is not here', async () => {
  const { client, say, sent, socket, clock, fetched, window } = await goLive({ head: 3 });
  client.actions.open(target);
  await clock.advance(300);
  socket().onclose({ code: 1006 });
  await clock.advance(2000);
  const { fetch } = window;
  const routes = serverWith(620);
  window.fetch = async (path, init) => {
    if (!path.includes('/messages')) return fetch(path, init);
    fetched.push(`${init.method} ${path}`);
    return { ok: true, status: 200, headers: new Map(), text: async () => JSON.stringify(routes[MESSAGES](path)) };
  };
  fetched.length = 0;
  socket().onopen();
  await say(
    ready({
      conversations: [conversation({ head: 620, rev: 9000, unread: 617, cursor: 3, deliveredUpTo: 3, readUpTo: 3 })],
    }),
  );
  await say({ type: 'reset', conversation: CONVERSATION, rev: 9000, head: 620 });
  const confirmed = () => sent('receipt.delivered').map((frame) => frame.seq);
  await clock.advance(2000);
  const pages = fetched.filter((line) => line.startsWith(MESSAGES)).map((line) => line.split('?')[1]);
  assert.deepEqual(pages, ['limit=50', 'after=3&limit=200', 'after=203&limit=200', 'after=403&limit=200']);
  assert.deepEqual(confirmed().at(-1), 620);
  assert.ok(confirmed().every((seq) => [203, 403, 620].includes(seq)), `${confirmed()}`);
  const copy = client.store.state.conversations.get(CONVERSATION);
  assert.deepEqual([copy.rev, copy.runs.length, copy.runs[0].from, copy.unread], [9000, 1, 4, 617]);
});
