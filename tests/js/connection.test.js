import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createConnection } from '../../static/transport/connection.js';
import { createFakeClock } from './support/clock.js';
import { ready } from './support/samples.js';

const setUp = (given = {}) => {
  const clock = createFakeClock();
  const sockets = [];
  const links = [];
  const frames = [];
  const ended = [];
  const connection = createConnection({
    clock,
    openSocket: () => {
      const socket = {
        sent: [],
        closed: null,
        onopen: null,
        onmessage: null,
        onclose: null,
        send: (text) => socket.sent.push(JSON.parse(text)),
        close: (code) => {
          socket.closed = code ?? 0;
        },
      };
      sockets.push(socket);
      return socket;
    },
    held: () => ({
      accountRev: 7,
      peopleRev: 8,
      conversations: [
        [3, 40],
        [9, 2],
      ],
      idle: false,
    }),
    onFrame: (frame, asked) => frames.push({ frame, asked }),
    onLink: (link) => links.push(link),
    onEnded: (reason) => ended.push(reason),
    askSession: async () => 'signedIn',
    ...given,
  });
  const last = () => sockets.at(-1);
  const say = (frame) => last().onmessage({ data: JSON.stringify(frame) });
  const goLive = () => {
    if (sockets.length === 0) connection.start();
    last().onopen();
    say(ready());
  };
  return { clock, sockets, links, frames, ended, connection, last, say, goLive };
};

test('hello comes first and carries the revs held', () => {
  const { goLive, last, frames, connection } = setUp();
  goLive();
  assert.deepEqual(last().sent[0], {
    type: 'hello',
    accountRev: 7,
    peopleRev: 8,
    conversations: [
      [3, 40],
      [9, 2],
    ],
    idle: false,
  });
  assert.deepEqual([...frames[0].asked], [3, 9]);
  assert.equal(connection.link.phase, 'live');
});

test('whoever hears a frame may end the connection, and it stays ended', () => {
  const { goLive, connection, links, sockets } = setUp({ onFrame: () => connection.stop() });
  goLive();
  assert.deepEqual([connection.link.phase, links.at(-1).phase, sockets.length], ['off', 'off', 1]);
  connection.start();
  assert.equal(sockets.length, 2);
});

test('hello names at most 200 conversations', () => {
  const { goLive, last } = setUp({
    held: () => ({
      accountRev: 0,
      peopleRev: 0,
      conversations: Array.from({ length: 300 }, (_, i) => [i, 1]),
      idle: true,
    }),
  });
  goLive();
  assert.equal(last().sent[0].conversations.length, 200);
});

test('answers find their requests by ref, whatever their order', async () => {
  const { goLive, say, connection } = setUp();
  goLive();
  const one = connection.request({ type: 'cursor.set', conversation: 3, seq: 1 });
  const two = connection.request({ type: 'cursor.set', conversation: 3, seq: 2 });
  say({ type: 'error', ref: 2, code: 'busy', message: 'Later.' });
  say({ type: 'ok', ref: 1, rev: 4 });
  assert.equal((await one).kind, 'answer');
  assert.equal((await two).kind, 'error');
});

test('requests end as lost with the connection, after too long, and when too many wait', async () => {
  const { goLive, last, connection, clock } = setUp();
  goLive();
  const cut = connection.request({ type: 'late.seen', ids: [1] });
  last().onclose({ code: 1006 });
  assert.deepEqual(await cut, { kind: 'lost' });
  assert.deepEqual(await connection.request({ type: 'late.seen', ids: [1] }), { kind: 'lost' });
  await clock.advance(5000);
  goLive();
  const slow = connection.request({ type: 'late.seen', ids: [1] });
  await clock.advance(20_000);
  assert.deepEqual(await slow, { kind: 'lost' });
  const many = Array.from({ length: 200 }, () => connection.request({ type: 'late.seen', ids: [1] }));
  assert.deepEqual(await many.at(-1), { kind: 'lost' });
});

test('no beat for two and a half heartbeats: the link is dead and replaced', async () => {
  const { goLive, say, connection, clock, sockets } = setUp();
  goLive();
  await clock.advance(30_000);
  say({ type: 'beat', at: 1 });
  await clock.advance(30_000);
  assert.equal(connection.link.phase, 'live');
  await clock.advance(16_000);
  assert.equal(sockets.length >= 2, true);
  assert.equal(sockets[0].closed, 1000);
});

test('a clock set back does not hide a dead link', async () => {
  const { goLive, clock, sockets } = setUp();
  goLive();
  clock.jump(-3_600_000);
  await clock.advance(60_000);
  assert.equal(sockets.length >= 2, true);
});

test('tries come back with growing pauses, half of each by chance', async () => {
  const { connection, last, links, clock } = setUp();
  connection.start();
  const pauses = [];
  for (let i = 0; i < 8; i++) {
    const at = clock.now();
    last().onclose({ code: 1006 });
    await clock.settle();
    pauses.push(links.at(-1).retryAt - at);
    await clock.advance(pauses.at(-1));
  }
  assert.deepEqual(pauses, [450, 900, 1800, 3600, 7200, 14_400, 22_500, 22_500]);
});

test('network, focus and wake try at once', async () => {
  const { goLive, last, connection, clock, sockets } = setUp();
  goLive();
  last().onclose({ code: 1006 });
  connection.nudge();
  assert.equal(sockets.length, 2);
  goLive();
  clock.jump(25_000);
  connection.nudge();
  assert.equal(sockets.length, 3);
});

test('a goodbye says when to come back, and the restart is told from a loss', async () => {
  const { goLive, say, last, connection, clock, sockets } = setUp();
  goLive();
  say({ type: 'goodbye', reason: 'restart', retryAfterMs: 1000 });
  last().onclose({ code: 1012 });
  assert.deepEqual([connection.link.phase, connection.link.reason], ['waiting', 'restart']);
  assert.equal(connection.link.retryAt - clock.now(), 1500);
  await clock.advance(1500);
  assert.equal(sockets.length, 2);
});

test('a session that ended is not tried again, and has ended before its socket has closed', async () => {
  const { goLive, say, last, ended, connection, clock, sockets } = setUp();
  goLive();
  say({ type: 'session.ended', reason: 'revoked' });
  assert.deepEqual([ended, connection.link.phase, last().onclose], [['revoked'], 'off', null]);
  await clock.advance(120_000);
  assert.deepEqual([ended, connection.link.phase, sockets.length], [['revoked'], 'off', 1]);
});

test('a socket that never opens asks whether there still is a session', async () => {
  const { connection, last, ended, clock, sockets } = setUp({ askSession: async () => 'signedOut' });
  connection.start();
  last().onclose({ code: 1006 });
  await clock.advance(60_000);
  assert.deepEqual([ended, sockets.length], [['expired'], 1]);
});

test('no ready in time counts as a loss', async () => {
  const { connection, last, clock, sockets } = setUp();
  connection.start();
  last().onopen();
  await clock.advance(16_000);
  assert.equal(sockets[0].closed, 1000);
  assert.equal(sockets.length, 2);
});

test('frames it does not know or cannot use are left alone', () => {
  const { goLive, last, frames } = setUp();
  goLive();
  for (const data of ['', '{', '[]', 'null', '{"type":"later.invention"}', '{"type":"message"}', '{"type":"toString"}'])
    last().onmessage({ data });
  assert.equal(frames.length, 1);
});

test('a socket that was given up is heard no more', () => {
  const { goLive, connection, sockets, frames } = setUp();
  goLive();
  const old = sockets[0];
  connection.stop();
  assert.deepEqual([old.onmessage, old.onclose, connection.link.phase], [null, null, 'off']);
  assert.equal(connection.tell({ type: 'presence.set', idle: true }), false);
  assert.equal(frames.length, 1);
});
