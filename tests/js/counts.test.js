import assert from 'node:assert/strict';
import { test } from 'node:test';
import { receivedUpTo } from '../../static/state/copies.js';
import {
  ALICE,
  BOB,
  CONVERSATION,
  NOW,
  after,
  conversation,
  copyIn,
  frame,
  live,
  lost,
  message,
  messages,
  newest,
  queued,
  ready,
  receipt,
  said,
  seqsIn,
} from './support/samples.js';

const opened = (list, given = {}) =>
  after([
    frame(
      ready({
        conversations: [conversation({ head: list.at(-1)?.seq ?? 0, rev: 100 + (list.at(-1)?.seq ?? 0), ...given })],
      }),
    ),
    live,
    newest(list),
  ]);

test('one unread for each text of others, none for own, events and withheld places', () => {
  const state = after(
    [
      said(message(1)),
      said(message(2, { sender: ALICE.id })),
      said(message(3, { kind: 'event', clientId: undefined })),
      said(message(4, { withheld: true, body: '' })),
      said(message(5)),
    ],
    opened([]),
  );
  assert.equal(copyIn(state).unread, 2);
});

test('deleting an unread message takes it out of the count once', () => {
  const gone = frame({
    type: 'message.changed',
    message: message(4, { rev: 200, version: 2, body: '', deletedAt: NOW }),
  });
  const state = after([said(message(4)), said(message(5)), gone, gone], opened(messages(1, 3)));
  assert.equal(copyIn(state).unread, 1);
});

test('a page that shows a message before its frame does not hide it from the count', () => {
  const state = after([newest(messages(1, 4)), said(message(4))], opened(messages(1, 3)));
  assert.equal(copyIn(state).unread, 1);
  assert.deepEqual(seqsIn(state), [1, 2, 3, 4]);
});

test('the cursor frame has the last word on unread', () => {
  const state = after(
    [said(message(4)), frame({ type: 'cursor', conversation: CONVERSATION, cursor: 4, unread: 0, mentioned: 0, accountRev: 9 })],
    opened(messages(1, 3)),
  );
  assert.equal(copyIn(state).unread, 0);
  assert.equal(state.accountRev, 9);
});

test('marked unread on another device, the open chat has its divider where it is new from, until it is left', () => {
  const cursor = (seq, unread, accountRev) =>
    frame({ type: 'cursor', conversation: CONVERSATION, cursor: seq, unread, mentioned: 0, accountRev });
  const open = { type: 'view.opened', view: { conversation: CONVERSATION } };
  const marked = after([open, cursor(1, 2, 9)], opened(messages(1, 3), { cursor: 3, readUpTo: 3 }));
  assert.deepEqual([marked.divider, copyIn(marked).unread], [2, 2]);
  const read = after([cursor(3, 0, 10)], marked);
  assert.deepEqual([read.divider, copyIn(read).unread], [2, 0]);
  const elsewhere = after([{ type: 'view.opened', view: null }, cursor(1, 2, 11)], read);
  assert.equal(elsewhere.divider, null);
  assert.equal(after([open], elsewhere).divider, 2);
});

test('what has arrived ends before the first hole above the delivered cursor', () => {
  const state = after([said(message(4)), said(message(6))], opened(messages(1, 3), { deliveredUpTo: 2 }));
  assert.equal(receivedUpTo(copyIn(state)), 4);
});

test('a tombstone and a withheld place count as arrived', () => {
  const state = after(
    [said(message(4, { withheld: true, body: '' })), said(message(5, { body: '', deletedAt: NOW }))],
    opened(messages(1, 3), { deliveredUpTo: 3 }),
  );
  assert.equal(receivedUpTo(copyIn(state)), 5);
});

test('what is below the first visible seq needs no confirming', () => {
  const state = after([newest([], { first: 8 }), said(message(8))], opened([], { first: 8 }));
  assert.equal(receivedUpTo(copyIn(state)), 8);
});

test('own receipts from another device move the own cursors forward only', () => {
  const own = { ...receipt('read', 1, 3), user: ALICE.id };
  const state = after(
    [
      frame({ type: 'receipt', conversation: CONVERSATION, receipt: own }),
      frame({ type: 'receipt', conversation: CONVERSATION, receipt: { ...own, upTo: 2 } }),
    ],
    opened(messages(1, 3)),
  );
  assert.equal(copyIn(state).readUpTo, 3);
  assert.equal(copyIn(state).deliveredUpTo, 3);
});

test('the divider stands at the first unread of the moment of opening', () => {
  const state = after(
    [said(message(4)), { type: 'view.opened', view: { conversation: CONVERSATION } }, said(message(5))],
    opened(messages(1, 3), { cursor: 3 }),
  );
  assert.equal(state.divider, 4);
});

test('a late notice that grows stays one notice and one toast', () => {
  const late = {
    id: 5,
    conversation: CONVERSATION,
    user: BOB.id,
    count: 1,
    at: NOW,
    offlineSince: NOW - 9000,
    afterSeq: 3,
    oldestAt: NOW - 8000,
  };
  const state = after(
    [
      frame({ type: 'late', late }),
      frame({ type: 'late', late: { ...late, count: 3 } }),
      frame({ type: 'late', late: { ...late, count: 2 } }),
    ],
    opened(messages(1, 3)),
  );
  assert.equal(state.late.get(5).count, 3);
  assert.deepEqual([...state.lateUnseen], [5]);
  assert.equal(state.toasts.length, 1);
});

test('no toast for a came-back line that is being looked at', () => {
  const late = {
    id: 5,
    conversation: CONVERSATION,
    user: BOB.id,
    count: 1,
    at: NOW,
    offlineSince: NOW - 9000,
    afterSeq: 3,
    oldestAt: NOW - 8000,
  };
  const state = after(
    [
      { type: 'attention.changed', isAttended: true },
      { type: 'view.opened', view: { conversation: CONVERSATION } },
      frame({ type: 'late', late }),
    ],
    opened(messages(1, 3)),
  );
  assert.deepEqual(state.toasts, []);
});

test('back online, what waited is counted while it goes out and said at the end', () => {
  const one = queued('one');
  const two = queued('two', { order: NOW + 1 });
  const back = after(
    [lost(), { type: 'outbox.put', item: one }, { type: 'outbox.put', item: two }, { ...live, now: NOW + 9000 }],
    opened(messages(1, 3)),
  );
  assert.deepEqual(back.flush, { sent: 0, total: 2 });
  const stored = (item, seq) =>
    frame({
      type: 'message.stored',
      clientId: item.clientId,
      conversation: CONVERSATION,
      seq,
      rev: 110 + seq,
      at: NOW,
    });
  const done = after([stored(one, 4), stored(two, 5)], back);
  assert.equal(done.flush, null);
  assert.deepEqual(
    done.toasts.map(({ kind, count }) => [kind, count]),
    [['sent', 2]],
  );
});

test('marking unread counts what lies above where all of it is loaded', () => {
  const state = after(
    [{ type: 'cursor.told', conversation: CONVERSATION, seq: 1 }],
    opened([...messages(1, 2), message(3, { sender: ALICE.id }), message(4)], { cursor: 4 }),
  );
  assert.deepEqual([copyIn(state).cursor, copyIn(state).unread], [1, 2]);
});

test('reading claims nothing about what has not arrived', () => {
  const state = after(
    [{ type: 'read.told', conversation: CONVERSATION, seq: 6 }],
    after([said(message(6))], opened(messages(1, 3), { deliveredUpTo: 3 })),
  );
  assert.deepEqual([copyIn(state).readUpTo, copyIn(state).deliveredUpTo, receivedUpTo(copyIn(state))], [6, 3, 3]);
});

test('a conversation that was opened before it was known gets its divider with it', () => {
  const state = after([
    { type: 'view.opened', view: { conversation: CONVERSATION } },
    frame(ready({ conversations: [conversation({ head: 3, cursor: 2, unread: 1 })] })),
  ]);
  assert.equal(state.divider, 3);
});

test('a log that is left keeps its newest messages and their receipts', () => {
  const receipts = Array.from({ length: 500 }, (_, i) => receipt('delivered', i + 1, i + 1));
  const open = after([newest(messages(1, 500), { receipts })], opened(messages(1, 500), { deliveredUpTo: 500 }));
  const state = after(
    [
      { type: 'view.opened', view: { conversation: CONVERSATION } },
      { type: 'view.opened', view: null },
    ],
    open,
  );
  assert.deepEqual([seqsIn(state)[0], seqsIn(state).length], [301, 200]);
  assert.equal(copyIn(state).receipts.get(BOB.id).delivered.length, 200);
});
