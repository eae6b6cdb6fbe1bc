import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lazyDeviceStorage } from '../../static/lib/idb.js';
import { createOutbox } from '../../static/transport/outbox.js';
import { ALICE, BOB, CONVERSATION } from './support/samples.js';
import { createFakeClock } from './support/clock.js';
import { createFakeIndexedDb } from './support/indexeddb.js';

const target = { conversation: CONVERSATION };

/** The browser's locks for several tabs. */
const createLocks = () => {
  const waiting = [];
  let isHeld = false;
  const next = () => {
    const first = waiting.shift();
    if (!first) return;
    isHeld = true;
    Promise.resolve(first.hold()).then(() => {
      isHeld = false;
      first.resolve();
      next();
    });
  };
  return {
    request: (_name, { signal }, hold) =>
      new Promise((resolve, reject) => {
        const entry = { hold, resolve };
        signal.addEventListener('abort', () => {
          const at = waiting.indexOf(entry);
          if (at >= 0) waiting.splice(at, 1);
          reject(new Error('aborted'));
        });
        waiting.push(entry);
        if (!isHeld) queueMicrotask(next);
        isHeld ||= waiting.length === 1;
      }),
  };
};

const createChannels = () => {
  const all = [];
  return () => {
    const mine = {
      onmessage: null,
      close: () => undefined,
      postMessage: (data) => {
        for (const other of all)
          if (other !== mine) queueMicrotask(() => other.onmessage?.({ data: structuredClone(data) }));
      },
    };
    all.push(mine);
    return mine;
  };
};

/** One tab, with a server that answers as told. */
const openTab = ({
  clock = createFakeClock(),
  database = createFakeIndexedDb(),
  locks = createLocks(),
  channel = null,
  ids = { next: 1 },
  withoutStorage = false,
} = {}) => {
  const events = [];
  const sent = [];
  const answers = [];
  const outbox = createOutbox({
    storage: withoutStorage ? null : lazyDeviceStorage(() => database, clock.after),
    locks,
    channel,
    clock,
    dispatch: (event) => events.push(event),
    resolve: (given) => given,
    makeId: () => `id-${String(ids.next++).padStart(3, '0')}`,
    request: (frame) =>
      new Promise((resolve) => {
        sent.push(frame);
        answers.push((reply) => {
          resolve(reply);
          return clock.settle();
        });
      }),
  });
  const stored = (frame, seq = sent.length) => ({
    kind: 'answer',
    frame: {
      type: 'message.stored',
      clientId: frame.clientId,
      conversation: CONVERSATION,
      seq,
      rev: seq,
      at: clock.now(),
    },
  });
  return {
    clock,
    database,
    outbox,
    events,
    sent,
    bodies: () => sent.map((frame) => frame.body),
    store: () => answers.shift()(stored(sent.at(-1))),
    refuse: (code, more = {}) =>
      answers.shift()({ kind: 'error', frame: { type: 'error', code, message: 'No.', ...more } }),
    lose: () => answers.shift()({ kind: 'lost' }),
    shown: () => {
      const items = new Map();
      for (const event of events) {
        if (event.type === 'outbox.loaded') {
          items.clear();
          for (const item of event.items) items.set(item.clientId, item);
        }
        if (event.type === 'outbox.put') items.set(event.item.clientId, event.item);
        if (event.type === 'outbox.removed') items.delete(event.clientId);
      }
      return [...items.values()];
    },
    start: async () => {
      await outbox.open(ALICE.id);
      outbox.setLive(true);
      await clock.settle();
    },
  };
};

test('a text is on the device before it is shown as queued', async () => {
  const tab = openTab();
  await tab.outbox.open(ALICE.id);
  const adding = tab.outbox.add(target, 'hello');
  assert.equal(
    tab.events.some((event) => event.type === 'outbox.put'),
    false,
  );
  await adding;
  assert.deepEqual(
    tab.database.rows('outbox').map((row) => [row.body, row.state]),
    [['hello', 'queued']],
  );
  assert.deepEqual(
    tab.shown().map((item) => item.state),
    ['queued'],
  );
});

test('offline texts survive a reload and go out in order, once', async () => {
  const before = openTab();
  await before.outbox.open(ALICE.id);
  for (const body of ['one', 'two', 'three']) await before.outbox.add(target, body);
  const tab = openTab({ database: before.database });
  await tab.start();
  assert.deepEqual(tab.bodies(), ['one']);
  await tab.store();
  await tab.store();
  await tab.store();
  assert.deepEqual(tab.bodies(), ['one', 'two', 'three']);
  assert.deepEqual(tab.database.rows('outbox'), []);
});

test('one message is in flight for each conversation', async () => {
  const tab = openTab();
  await tab.start();
  await tab.outbox.add(target, 'a1');
  await tab.outbox.add(target, 'a2');
  await tab.outbox.add({ conversation: 9 }, 'b1');
  await tab.outbox.add({ to: BOB.id }, 'c1');
  assert.deepEqual(tab.bodies(), ['a1', 'b1', 'c1']);
});

test('a passing error holds the queue and repeats with the same client id', async () => {
  for (const code of ['busy', 'rate_limited', 'unknown']) {
    const tab = openTab();
    await tab.start();
    await tab.outbox.add(target, 'one');
    await tab.outbox.add(target, 'two');
    await tab.refuse(code, { retryAfterMs: 4000 });
    await tab.clock.advance(3900);
    assert.deepEqual(tab.bodies(), ['one']);
    await tab.clock.advance(700);
    assert.deepEqual(tab.bodies(), ['one', 'one']);
    assert.equal(tab.sent[0].clientId, tab.sent[1].clientId);
    assert.equal(tab.sent[0].writtenAt, tab.sent[1].writtenAt);
  }
});

test('a lost connection leaves it queued; the next connection sends the same again', async () => {
  const tab = openTab();
  await tab.start();
  await tab.outbox.add(target, 'one');
  tab.outbox.setLive(false);
  await tab.lose();
  assert.deepEqual(
    tab.shown().map((item) => item.state),
    ['queued'],
  );
  tab.outbox.setLive(true);
  await tab.clock.settle();
  assert.deepEqual(
    tab.sent.map((frame) => frame.clientId),
    ['id-002', 'id-002'],
  );
});

test('a final error sets the message aside with its reason and goes on', async () => {
  const tab = openTab();
  await tab.start();
  await tab.outbox.add(target, 'one');
  await tab.outbox.add(target, 'two');
  await tab.refuse('forbidden');
  assert.deepEqual(tab.bodies(), ['one', 'two']);
  const failed = tab.shown().find((item) => item.body === 'one');
  assert.deepEqual([failed.state, failed.failed.code], ['failed', 'forbidden']);
  assert.equal(tab.database.rows('outbox').find((row) => row.body === 'one').state, 'failed');
});

test('try again keeps the id and the place, with a new id only where the old one was taken', async () => {
  const tab = openTab();
  await tab.start();
  await tab.outbox.add(target, 'one');
  await tab.refuse('forbidden');
  await tab.outbox.tryAgain('id-002');
  assert.equal(tab.sent[1].clientId, 'id-002');
  await tab.refuse('client_id_reused');
  await tab.outbox.tryAgain('id-002');
  assert.equal(tab.sent[2].clientId, 'id-003');
  assert.deepEqual(
    tab.database.rows('outbox').map((row) => row.clientId),
    ['id-003'],
  );
});

test('a deleted message is gone from the device, one on its way stays', async () => {
  const tab = openTab();
  await tab.start();
  await tab.outbox.add(target, 'one');
  await tab.outbox.add(target, 'two');
  await tab.outbox.discard('id-002');
  await tab.outbox.discard('id-003');
  assert.deepEqual(
    tab.database.rows('outbox').map((row) => row.body),
    ['one'],
  );
});

test('at log-out text stays on the device and comes back to its owner only', async () => {
  const tab = openTab();
  await tab.outbox.open(ALICE.id);
  await tab.outbox.add(target, 'private');
  tab.outbox.close();
  await tab.outbox.open(BOB.id);
  assert.deepEqual(tab.shown(), []);
  tab.outbox.setLive(true);
  await tab.clock.settle();
  assert.deepEqual(tab.bodies(), []);
  tab.outbox.close();
  await tab.outbox.open(ALICE.id);
  assert.deepEqual(
    tab.shown().map((item) => item.body),
    ['private'],
  );
});

test('a full or missing database is said, and the text waits in memory and is sent', async () => {
  for (const broken of ['full', 'refused', 'none']) {
    const database = createFakeIndexedDb();
    database.switches.isFull = broken === 'full';
    database.switches.refusesToOpen = broken === 'refused';
    const tab = openTab({ database, withoutStorage: broken === 'none' });
    await tab.start();
    await tab.outbox.add(target, 'one');
    assert.equal(tab.events.findLast((event) => event.type === 'outbox.kept').where, 'memory');
    assert.deepEqual(tab.bodies(), ['one']);
    await tab.store();
    assert.deepEqual(tab.bodies(), ['one']);
  }
});

test('a database that answers late has then what it kept before, and keeps what has waited for it in memory', async () => {
  const before = openTab();
  await before.outbox.open(ALICE.id);
  await before.outbox.add(target, 'from before');
  before.database.switches.isSilent = true;
  const tab = openTab({ database: before.database, clock: before.clock, ids: { next: 7 } });
  const opening = tab.outbox.open(ALICE.id);
  await tab.clock.advance(3_000);
  await opening;
  await tab.outbox.add(target, 'while it was silent');
  assert.equal(tab.events.findLast((event) => event.type === 'outbox.kept').where, 'memory');
  assert.equal(tab.database.rows('outbox').length, 1);
  tab.database.answer();
  await tab.clock.settle();
  await tab.clock.settle();
  const bodies = ['from before', 'while it was silent'];
  assert.deepEqual(tab.shown().map((item) => item.body), bodies);
  assert.deepEqual(tab.database.rows('outbox').map((row) => row.body), bodies);
  assert.equal(tab.events.findLast((event) => event.type === 'outbox.kept').where, 'kept');
});

const twoTabs = async (withLocks) => {
  const database = createFakeIndexedDb();
  const clock = createFakeClock();
  const locks = withLocks ? createLocks() : null;
  const makeChannel = createChannels();
  const ids = { next: 1 };
  const tabs = [
    openTab({ database, clock, locks, channel: makeChannel(), ids }),
    openTab({ database, clock, locks, channel: makeChannel(), ids }),
  ];
  for (const tab of tabs) await tab.start();
  return { clock, database, tabs };
};

for (const withLocks of [true, false]) {
  const by = withLocks ? 'locks' : 'a lease in the database';
  test(`of two tabs one sends, and both show it (${by})`, async () => {
    const {
      clock,
      tabs: [first, second],
    } = await twoTabs(withLocks);
    await second.outbox.add(target, 'from the second');
    await clock.settle();
    assert.deepEqual([first.bodies(), second.bodies()], [['from the second'], []]);
    assert.deepEqual(
      first.shown().map((item) => item.body),
      ['from the second'],
    );
    await first.store();
    await clock.settle();
    const removed = second.events.find((event) => event.type === 'outbox.removed');
    assert.deepEqual([removed.stored.body, removed.stored.seq, second.shown()], ['from the second', 1, []]);
  });

  test(`when the tab that sends goes, the other goes on with the same id (${by})`, async () => {
    const {
      clock,
      tabs: [first, second],
    } = await twoTabs(withLocks);
    await first.outbox.add(target, 'one');
    first.outbox.close();
    await clock.advance(15_000);
    assert.deepEqual(
      second.sent.map((frame) => [frame.body, frame.clientId]),
      first.sent.map((frame) => [frame.body, frame.clientId]),
    );
  });
}

test('a tab that crashed is followed once its lease is over, and not before', async () => {
  const database = createFakeIndexedDb();
  const makeChannel = createChannels();
  const ids = { next: 1 };
  // A tab that crashes says nothing: its time just ends, and with it every renewal.
  const crashed = openTab({ database, locks: null, channel: makeChannel(), ids });
  const second = openTab({ database, locks: null, channel: makeChannel(), ids });
  await crashed.start();
  await second.start();
  await second.outbox.add(target, 'one');
  await second.clock.advance(8_000);
  assert.deepEqual(second.bodies(), []);
  await second.clock.advance(5_000);
  assert.deepEqual(second.bodies(), ['one']);
});

test('clocks that step back do not change the order', async () => {
  const tab = openTab();
  await tab.outbox.open(ALICE.id);
  await tab.outbox.add(target, 'one');
  tab.clock.jump(-3_600_000);
  await tab.outbox.add(target, 'two');
  await tab.start();
  assert.deepEqual(tab.bodies(), ['one']);
});
