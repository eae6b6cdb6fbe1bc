// When nothing may be kept, and what wipes it: the wish to stay signed in is gone, the session has ended, or it is somebody else.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { API, target } from '../support/client.js';
import { keepChat, readUpTo, serverKeeping, signedOutServer, startPage, textsOf } from '../support/kept.js';
import { ALICE, BOB, ready } from '../support/samples.js';

const view = target;

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
