import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lazyDeviceStorage } from '../../static/lib/idb.js';
import { createClient } from '../../static/transport/client.js';
import { API, goLive, serverWith, target } from './support/client.js';
import { createFakeIndexedDb } from './support/indexeddb.js';
import { ALICE, BOB, CONVERSATION, JEAN, message, queued } from './support/samples.js';
import { createFakeWindow } from './support/window.js';

test('without a session the page asks to log in, without an answer it says so and tries again', async () => {
  const out = createFakeWindow({
    routes: { [`GET ${API}/me`]: { status: 401, code: 'unauthenticated', message: 'No session.' } },
  });
  const client = createClient(out.window);
  client.start();
  await out.settle();
  assert.deepEqual([client.store.state.phase, out.sockets.length], ['signedOut', 0]);

  const routes = {};
  const dead = createFakeWindow({ routes });
  const waiting = createClient(dead.window);
  waiting.start();
  await dead.settle();
  assert.equal(waiting.store.state.phase, 'unreachable');
  Object.assign(routes, serverWith(0));
  await dead.clock.advance(2000);
  assert.equal(waiting.store.state.phase, 'signedIn');
});

test('logging in opens the socket with the subprotocol and says hello', async () => {
  const routes = {
    ...serverWith(0),
    [`GET ${API}/me`]: { status: 401, code: 'unauthenticated', message: '' },
    [`POST ${API}/login`]: (_path, body) =>
      body.password === 'right' ? { user: ALICE } : { status: 401, code: 'wrong_credentials', message: 'Wrong.' },
  };
  const fake = createFakeWindow({ routes });
  const client = createClient(fake.window);
  client.start();
  await fake.settle();
  const wrong = await client.actions.logIn({ username: 'alice', password: 'wrong', keepSignedIn: false });
  assert.deepEqual([wrong.ok, wrong.failure.code, fake.sockets.length], [false, 'wrong_credentials', 0]);
  assert.equal((await client.actions.logIn({ username: 'alice', password: 'right', keepSignedIn: false })).ok, true);
  assert.deepEqual([fake.socket().address, fake.socket().protocol], ['ws://chat.example:8080/ws', 'chinwag.v1']);
});

test('a message goes out, is acknowledged and stands at its place', async () => {
  const { client, state, sent, say, database, clock } = await goLive();
  await clock.advance(100);
  client.actions.open(target);
  await client.actions.send(target, 'hello');
  await clock.settle();
  const [request] = sent('message.send');
  assert.deepEqual([request.body, request.conversation, state().outbox.length], ['hello', CONVERSATION, 1]);
  await say({
    type: 'message.stored',
    ref: request.ref,
    clientId: request.clientId,
    conversation: CONVERSATION,
    seq: 1,
    rev: 101,
    at: clock.now(),
  });
  assert.deepEqual(
    [state().outbox.length, database.rows('outbox').length, state().conversations.get(CONVERSATION).head],
    [0, 0, 1],
  );
});

test('log-out tells what waits first; the text outlives it on the device', async () => {
  const { client, state, socket, database, settle } = await goLive();
  socket().onclose({ code: 1006 });
  await client.actions.send(target, 'kept');
  assert.deepEqual(await client.actions.logOut(), { done: false, waiting: 1, drafts: 0 });
  assert.deepEqual(await client.actions.logOut({ evenIfTextWaits: true }), { done: true });
  await settle();
  assert.deepEqual([state().phase, state().outbox.length], ['signedOut', 0]);
  assert.deepEqual(
    database.rows('outbox').map((row) => row.body),
    ['kept'],
  );
});

test('log-out saves a draft that only waits for its half second, and tells of one that cannot be saved', async () => {
  const { client, say, sent, clock } = await goLive();
  client.actions.setDraft(target, 'about to be saved');
  const leaving = client.actions.logOut();
  await clock.settle();
  const [save] = sent('draft.set');
  assert.equal(save.text, 'about to be saved');
  await say({ type: 'ok', ref: save.ref, version: 1 });
  assert.deepEqual(await leaving, { done: true });

  const other = await goLive();
  other.client.actions.setDraft({ to: JEAN.id }, 'to somebody new');
  other.client.actions.setDraft(target, 'no answer comes');
  const asked = other.client.actions.logOut();
  await other.clock.advance(2_000);
  assert.deepEqual(await asked, { done: false, waiting: 0, drafts: 2 });
});

test('log-out tells also what another window has written, should its word not have come', async () => {
  const { client, database, clock, socket } = await goLive();
  socket().onclose({ code: 1006 });
  const other = lazyDeviceStorage(() => database, clock.after);
  await other.put('outbox', queued('from the other window'));
  assert.deepEqual(await client.actions.logOut(), { done: false, waiting: 1, drafts: 0 });
});

test('a log-out that the server did not hear is said', async () => {
  const { client, state } = await goLive({
    window: { routes: { ...serverWith(0), [`POST ${API}/logout`]: { status: 503, code: 'busy', message: 'Busy.' } } },
  });
  assert.equal((await client.actions.logOut()).failure.code, 'busy');
  assert.deepEqual([state().phase, state().toasts.map((toast) => toast.kind)], ['signedIn', ['failed']]);
});

test('a text that the device could not keep waits in the page for its owner to log in again', async () => {
  const database = createFakeIndexedDb();
  database.switches.refusesToOpen = true;
  const routes = { ...serverWith(0), [`POST ${API}/login`]: (_path, { username }) => ({ user: username === 'bob' ? BOB : ALICE }) };
  const { client, state, socket } = await goLive({ window: { database, routes } });
  socket().onclose({ code: 1006 });
  await client.actions.send(target, 'only in memory');
  await client.actions.logOut({ evenIfTextWaits: true });
  await client.actions.logIn({ username: 'bob', password: 'right', keepSignedIn: false });
  assert.deepEqual(state().outbox, []);
  await client.actions.logOut({ evenIfTextWaits: true });
  await client.actions.logIn({ username: 'alice', password: 'right', keepSignedIn: false });
  assert.deepEqual(
    state().outbox.map((item) => [item.body, item.state]),
    [['only in memory', 'queued']],
  );
});

test('a session that ends while a text waits keeps it for its owner', async () => {
  const { client, state, say, socket, database, clock } = await goLive();
  await clock.advance(100);
  await client.actions.send(target, 'kept');
  await say({ type: 'session.ended', reason: 'revoked' });
  socket().onclose({ code: 4001 });
  await clock.advance(1000);
  assert.deepEqual([state().phase, state().ended, state().outbox.length], ['signedOut', 'revoked', 0]);
  assert.deepEqual(
    database.rows('outbox').map((row) => row.body),
    ['kept'],
  );
});

test('drafts are saved half a second after the last key, and two texts typed at once are both kept', async () => {
  const { client, say, sent, clock, state } = await goLive();
  client.actions.setDraft(target, 'mi');
  await clock.advance(300);
  client.actions.setDraft(target, 'mine');
  await clock.advance(499);
  assert.equal(sent('draft.set').length, 0);
  await clock.advance(1);
  const [first] = sent('draft.set');
  assert.deepEqual([first.text, first.version], ['mine', 0]);
  await say({
    type: 'error',
    ref: first.ref,
    code: 'draft_conflict',
    message: 'Changed.',
    draft: { text: 'other', version: 4, at: 1 },
  });
  await clock.advance(10);
  const second = sent('draft.set')[1];
  assert.deepEqual([second.text, second.version], ['mine\nother', 4]);
  await say({ type: 'ok', ref: second.ref, version: 5 });
  assert.deepEqual([state().drafts.get('c3').saved, state().drafts.get('c3').version], [true, 5]);
});

test('a draft whose answer was lost is no conflict with itself, and survives a reload', async () => {
  const before = await goLive();
  before.client.actions.setDraft(target, 'first words');
  await before.clock.advance(600);
  before.socket().onclose({ code: 1006 });
  before.client.actions.setDraft(target, 'other words');
  await before.clock.advance(2000);
  await before.answerHello();
  const again = before.sent('draft.set')[0];
  assert.equal(again.text, 'other words');
  await before.say({
    type: 'error',
    ref: again.ref,
    code: 'draft_conflict',
    message: '',
    draft: { text: 'first words', version: 1, at: 1 },
  });
  await before.clock.advance(10);
  assert.equal(before.sent('draft.set')[1].text, 'other words');
  const after = await goLive({ window: { database: before.database } });
  await after.clock.advance(10);
  assert.equal(after.state().drafts.get('c3').text, 'other words');
});

test('typing is said at most every three seconds and taken back', async () => {
  const { client, sent, clock } = await goLive();
  for (let i = 0; i < 8; i++) {
    client.actions.setDraft(target, 'x'.repeat(i + 1));
    await clock.advance(500);
  }
  assert.deepEqual(
    sent('typing').map((frame) => frame.on),
    [true, true],
  );
  await clock.advance(5000);
  assert.equal(sent('typing').at(-1).on, false);
});

test('what others type ends by itself', async () => {
  const { say, clock, state } = await goLive();
  await say({ type: 'typing', conversation: CONVERSATION, user: BOB.id, on: true });
  await clock.advance(4900);
  assert.equal(state().typing.size, 1);
  await clock.advance(200);
  assert.equal(state().typing.size, 0);
});

test('the people shown are watched, also after a loss', async () => {
  const { client, sent, socket, clock, answerHello } = await goLive();
  client.actions.watchPeople([9, 2, 9]);
  await clock.advance(300);
  assert.deepEqual(
    sent('presence.watch').map((frame) => frame.users),
    [[2, 9]],
  );
  socket().onclose({ code: 1006 });
  await clock.advance(2000);
  await answerHello();
  assert.deepEqual(
    sent('presence.watch').map((frame) => frame.users),
    [[2, 9]],
  );
});

test('five minutes without a key, or a hidden window, is idle', async () => {
  const { sent, clock, fire, say, document } = await goLive();
  fire('keydown');
  for (let i = 0; i < 21; i++) {
    await clock.advance(15_000);
    await say({ type: 'beat', at: 1 });
  }
  assert.deepEqual(
    sent('presence.set').map((frame) => frame.idle),
    [true],
  );
  fire('keydown');
  document.visibilityState = 'hidden';
  fire('visibilitychange');
  assert.deepEqual(
    sent('presence.set').map((frame) => frame.idle),
    [true, false, true],
  );
});

test('a closing window says so', async () => {
  const { beacons, fire } = await goLive();
  fire('pagehide');
  assert.deepEqual(beacons, [`${API}/sessions/closing`]);
});

test('an edit that met a newer version shows it and says so', async () => {
  const { client, say, sent, clock, state } = await goLive({ head: 3 });
  client.actions.open(target);
  await clock.advance(300);
  const outcome = client.actions.edit(CONVERSATION, 2, 'better');
  await clock.settle();
  const [request] = sent('message.edit');
  assert.equal(request.version, 1);
  await say({
    type: 'error',
    ref: request.ref,
    code: 'version_conflict',
    message: 'Changed meanwhile.',
    current: message(2, { rev: 300, version: 2, body: 'theirs' }),
  });
  assert.equal((await outcome).failure.code, 'version_conflict');
  assert.equal(state().conversations.get(CONVERSATION).runs[0].messages[1].body, 'theirs');
});
