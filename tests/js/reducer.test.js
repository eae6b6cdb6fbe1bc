import assert from 'node:assert/strict';
import { test } from 'node:test';
import { reducer } from '../../static/state/reducer.js';
import {
  ALICE,
  BOB,
  CONVERSATION,
  NOW,
  after,
  clientId,
  conversation,
  copyIn,
  frame,
  live,
  lost,
  message,
  messages,
  newest,
  page,
  queued,
  ready,
  said,
  seqsIn,
  start,
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

test('a message stands where its seq says, whatever its clock says', () => {
  const state = after([said(message(4, { at: NOW - 90_000 }))], opened(messages(1, 3)));
  assert.deepEqual(seqsIn(state), [1, 2, 3, 4]);
});

test('a frame met twice changes nothing', () => {
  const once = after([said(message(4))], opened(messages(1, 3)));
  const twice = after([said(message(4))], once);
  assert.equal(copyIn(twice), copyIn(once));
  assert.equal(copyIn(twice).unread, 1);
});

test('an older form never replaces a newer one', () => {
  const edited = message(2, { rev: 200, version: 2, body: 'better', editedAt: NOW });
  const state = after(
    [
      frame({ type: 'message.changed', message: edited }),
      frame({ type: 'message.changed', message: message(2) }),
      newest(messages(1, 3)),
    ],
    opened(messages(1, 3)),
  );
  assert.equal(copyIn(state).runs[0].messages[1].body, 'better');
});

test('a skipped seq is a hole that is filled by what is fetched', () => {
  const gap = after([said(message(6))], opened(messages(1, 3)));
  assert.deepEqual(copyIn(gap).holes, [{ from: 4, to: 5 }]);
  const filled = after(
    [{ type: 'page.loaded', conversation: CONVERSATION, which: 'missing', seq: 3, page: page(messages(4, 6)) }],
    gap,
  );
  assert.deepEqual(copyIn(filled).holes, []);
  assert.equal(copyIn(filled).runs.length, 1);
});

test('a hole that the server does not fill is not asked for again', () => {
  const gap = after([said(message(6))], opened(messages(1, 3)));
  const state = after(
    [{ type: 'page.loaded', conversation: CONVERSATION, which: 'missing', seq: 3, page: page([message(6)]) }],
    gap,
  );
  assert.deepEqual(copyIn(state).holes, []);
});

test('a jump in rev alone is no gap', () => {
  const state = after([said(message(4, { rev: 900 }))], opened(messages(1, 3)));
  assert.deepEqual(copyIn(state).holes, []);
  assert.equal(copyIn(state).rev, 900);
});

test('while changes have more, live frames apply and the complete prefix stays', () => {
  const base = opened(messages(1, 3));
  const part = {
    type: 'changes',
    conversation: CONVERSATION,
    after: 103,
    rev: 105,
    messages: messages(4, 5),
    receipts: [],
    more: true,
  };
  const behind = after([frame(part), said(message(9, { rev: 109 }))], base);
  assert.deepEqual(seqsIn(behind), [1, 2, 3, 4, 5, 9]);
  assert.equal(copyIn(behind).rev, 105);
  const done = after([frame({ ...part, after: 105, rev: 108, messages: messages(6, 8), more: false })], behind);
  assert.equal(copyIn(done).rev, 109);
  assert.deepEqual(copyIn(done).holes, []);
  assert.equal(copyIn(done).runs.length, 1);
});

test('changes that do not continue our prefix are not taken', () => {
  const base = opened(messages(1, 3));
  const state = after(
    [
      frame({
        type: 'changes',
        conversation: CONVERSATION,
        after: 150,
        rev: 160,
        messages: messages(8, 9),
        receipts: [],
        more: false,
      }),
    ],
    base,
  );
  assert.equal(copyIn(state), copyIn(base));
});

test('a reset drops the local messages and keeps the conversation', () => {
  const state = after(
    [frame({ type: 'reset', conversation: CONVERSATION, rev: 900, head: 500 })],
    opened(messages(1, 3)),
  );
  assert.deepEqual(copyIn(state).runs, []);
  assert.equal(copyIn(state).rev, 900);
  assert.equal(copyIn(state).head, 500);
});

test('a server that was put back to an older state is believed, and nothing of what it forgot is kept', () => {
  const late = { id: 8, conversation: CONVERSATION, user: 2, count: 1, at: NOW, offlineSince: NOW, afterSeq: 9, oldestAt: NOW };
  const base = after([frame({ type: 'late', late }), frame({ type: 'cursor', conversation: CONVERSATION, cursor: 9, unread: 0, mentioned: 0, accountRev: 70 })], opened(messages(1, 9)));
  const wire = conversation({ head: 4, rev: 104, cursor: 2, unread: 2, deliveredUpTo: 4, readUpTo: 2 });
  const back = after(
    [
      frame(ready({ accountRev: 30, peopleRev: 2, peopleReset: true, conversations: [wire] }), [CONVERSATION]),
      frame({ type: 'reset', conversation: CONVERSATION, rev: 104, head: 4 }),
    ],
    base,
  );
  const { runs, head, rev, unread, cursor, deliveredUpTo, readUpTo } = copyIn(back);
  assert.deepEqual([runs, head, rev, unread, cursor, deliveredUpTo, readUpTo], [[], 4, 104, 2, 2, 4, 2]);
  assert.deepEqual([back.late.size, back.accountRev, back.peopleRev, back.people.total], [0, 30, 2, null]);
  const live = after([newest(messages(1, 4)), said(message(5, { rev: 105, body: 'another fifth' }))], back);
  assert.deepEqual([seqsIn(live), copyIn(live).unread, copyIn(live).runs[0].messages[4].body], [[1, 2, 3, 4, 5], 3, 'another fifth']);
});

test('one conversation that is behind what was seen of it starts over, also where it is not on the list', () => {
  const base = opened(messages(1, 9), { deliveredUpTo: 9, readUpTo: 9, cursor: 9 });
  const wire = conversation({ head: 4, rev: 104, unread: 4 });
  const listed = copyIn(after([frame(ready({ accountRev: 99, conversations: [wire] }), [CONVERSATION])], base));
  assert.deepEqual([listed.runs, listed.head, listed.unread, listed.countedRev], [[], 4, 4, 104]);
  const unlisted = after(
    [
      frame(ready({ accountRev: 99, conversations: [], moreConversations: true }), [CONVERSATION]),
      frame({ type: 'reset', conversation: CONVERSATION, rev: 104, head: 4 }),
    ],
    base,
  );
  const { head, rev, cursor, deliveredUpTo, readUpTo, lastMessage, stale } = copyIn(unlisted);
  assert.deepEqual([head, rev, cursor, deliveredUpTo, readUpTo, lastMessage, stale], [4, 104, 4, 0, 0, null, true]);
  const found = after([{ type: 'list.loaded', page: { conversations: [wire], users: [] } }], unlisted);
  assert.deepEqual([copyIn(found).unread, copyIn(found).cursor], [4, 0]);
});

test('at ready a conversation that hello did not name starts again from the server', () => {
  const base = opened(messages(1, 3));
  const again = frame(ready({ conversations: [conversation({ head: 30, rev: 140 })] }), []);
  assert.deepEqual(copyIn(after([again], base)).runs, []);
  const named = frame(ready({ conversations: [conversation({ head: 30, rev: 140 })] }), [CONVERSATION]);
  assert.deepEqual(seqsIn(after([named], base)), [1, 2, 3]);
  assert.equal(copyIn(after([named], base)).rev, 103);
});

test('after a restored backup nothing of the lost history is kept, neither messages nor ticks', () => {
  const receipt = { user: BOB, kind: 'read', from: 1, upTo: 9, at: NOW, rev: 110 };
  const late = { id: 5, conversation: CONVERSATION, user: BOB, count: 2, at: NOW, offlineSince: NOW, afterSeq: 8, oldestAt: NOW };
  const ahead = after(
    [frame({ type: 'receipt', conversation: CONVERSATION, receipt }), frame({ type: 'late', late })],
    opened(messages(1, 9)),
  );
  assert.equal(ahead.late.size, 1);
  for (const rev of [60, 2 ** 32 + 60]) {
    const restored = conversation({ head: 4, rev, deliveredUpTo: 3, readUpTo: 2, receipts: [] });
    const named = frame(ready({ conversations: [restored] }), [CONVERSATION]);
    const reset = frame({ type: 'reset', conversation: CONVERSATION, rev, head: 4 });
    const back = after([named, reset], ahead);
    const copy = copyIn(back);
    assert.equal(back.late.size, 0);
    assert.deepEqual([copy.head, copy.rev, copy.deliveredUpTo, copy.readUpTo, copy.runs], [4, rev, 3, 2, []]);
    assert.equal(copy.receipts.size, 0);
    const further = frame(ready({ conversations: [], moreConversations: true }), [CONVERSATION]);
    const unlisted = copyIn(after([further, reset], ahead));
    assert.deepEqual([unlisted.head, unlisted.rev, unlisted.readUpTo, unlisted.receipts.size], [4, rev, 0, 0]);
  }
});

test('the tick moves the message from the outbox to its place in one step', () => {
  const item = queued('hello', { replyTo: 2 });
  const waiting = after([{ type: 'outbox.put', item }], opened(messages(1, 3)));
  const stored = {
    type: 'message.stored',
    ref: 1,
    clientId: item.clientId,
    conversation: CONVERSATION,
    seq: 4,
    rev: 120,
    at: NOW + 5,
  };
  const state = after([frame(stored), frame(stored)], waiting);
  assert.deepEqual(state.outbox, []);
  const last = copyIn(state).runs[0].messages[3];
  assert.deepEqual(
    [last.seq, last.body, last.sender, last.replyTo, last.clientId],
    [4, 'hello', ALICE.id, 2, item.clientId],
  );
  assert.equal(copyIn(state).unread, 0);
});

test('an own message that comes back by another way leaves the outbox too', () => {
  const item = queued('hello');
  const own = message(4, { sender: ALICE.id, clientId: item.clientId });
  for (const event of [
    said(own),
    newest([...messages(1, 3), own]),
    frame({
      type: 'changes',
      conversation: CONVERSATION,
      after: 103,
      rev: 104,
      messages: [own],
      receipts: [],
      more: false,
    }),
  ]) {
    assert.deepEqual(after([{ type: 'outbox.put', item }, event], opened(messages(1, 3))).outbox, []);
  }
});

test('a message that was stored after its owner took it out of the outbox is fetched', () => {
  const state = after(
    [frame({ type: 'message.stored', clientId: clientId(), conversation: CONVERSATION, seq: 4, rev: 120, at: NOW })],
    opened(messages(1, 3)),
  );
  assert.deepEqual(copyIn(state).holes, [{ from: 4, to: 4 }]);
});

test('a person without a conversation becomes it as soon as there is one', () => {
  const state = after([
    frame(ready({ conversations: [] })),
    { type: 'view.opened', view: { to: BOB.id } },
    frame({ type: 'conversation', conversation: conversation() }),
  ]);
  assert.deepEqual(state.view, { conversation: CONVERSATION });
});

test('what is being typed here is never replaced by a draft from outside', () => {
  const typing = {
    type: 'draft.changed',
    key: `c${CONVERSATION}`,
    draft: { text: 'mine', version: 1, at: NOW, saved: false },
  };
  const other = frame({
    type: 'draft',
    conversation: CONVERSATION,
    draft: { text: 'other', version: 2, at: NOW },
    accountRev: 3,
  });
  assert.equal(after([typing, other], opened([])).drafts.get('c3').text, 'mine');
  assert.equal(after([other], opened([])).drafts.get('c3').text, 'other');
});

test('signing out leaves nothing of the chats in memory and keeps the settings', () => {
  const state = after(
    [
      { type: 'setting.changed', settings: { ...start().settings, theme: 'dark' } },
      frame({ type: 'session.ended', reason: 'revoked' }),
    ],
    opened(messages(1, 3)),
  );
  assert.deepEqual(
    [state.phase, state.ended, state.me, state.conversations.size, state.users.size, state.settings.theme],
    ['signedOut', 'revoked', null, 0, 0, 'dark'],
  );
});

test('typing ends after its time and with a message of that person', () => {
  const on = frame({ type: 'typing', conversation: CONVERSATION, user: BOB.id, on: true });
  assert.equal(after([on, { type: 'typing.expired', now: NOW + 4999 }], opened([])).typing.size, 1);
  assert.equal(after([on, { type: 'typing.expired', now: NOW + 5000 }], opened([])).typing.size, 0);
  assert.equal(after([on, said(message(1))], opened([])).typing.size, 0);
});

test('one conversation more on the list than hello named is asked for again, others that are gone disappear', () => {
  const base = after([
    frame(ready({ conversations: [conversation(), conversation({ id: 4 }), conversation({ id: 5 })] })),
    live,
  ]);
  const state = after([frame(ready({ conversations: [conversation()], moreConversations: true }), [3, 4])], base);
  assert.deepEqual([...state.conversations.keys()].sort(), [3, 4]);
  assert.equal(state.conversations.get(4).stale, true);
  const end = after([{ type: 'list.loaded', page: { conversations: [conversation()], users: [] } }], state);
  assert.deepEqual([...end.conversations.keys()], [3]);
});

test('100,000 messages: one more costs no more than a copy of its run', () => {
  const all = messages(1, 100_000);
  let state = opened(all);
  const before = process.cpuUsage(); // not the time of day: the machine may have others to serve
  for (let i = 1; i <= 50; i++) state = reducer(state, said(message(100_000 + i, { rev: 200_000 + i })));
  assert.equal(copyIn(state).head, 100_050);
  assert.ok(process.cpuUsage(before).user < 1_000_000);
});

test('a page that was read before an edit shows the edit all the same', () => {
  const edit = message(2, { rev: 200, version: 2, body: 'better', editedAt: NOW });
  const older = { type: 'page.loaded', conversation: CONVERSATION, which: 'older', page: page(messages(1, 3)) };
  const state = after([frame({ type: 'message.changed', message: edit }), older], opened(messages(4, 6)));
  assert.equal(copyIn(state).runs[0].messages[1].body, 'better');
});

test('old changes of a conversation that is not loaded load nothing', () => {
  const changes = {
    type: 'changes',
    conversation: CONVERSATION,
    after: 100,
    rev: 300,
    messages: [message(2, { rev: 300, version: 2 }), message(9)],
    receipts: [],
    more: false,
  };
  const base = after([frame(ready({ conversations: [conversation({ head: 8, deliveredUpTo: 8 })] })), live]);
  assert.deepEqual(seqsIn(after([frame(changes)], base)), [9]);
});

test('what was being loaded when the connection went is loaded again', () => {
  const loading = after(
    [{ type: 'page.loading', conversation: CONVERSATION, which: 'newest' }, { type: 'people.loading' }],
    opened(messages(1, 3)),
  );
  const state = after([frame(ready(), [CONVERSATION])], loading);
  assert.deepEqual([copyIn(state).newest, state.people.load], ['idle', 'idle']);
});

test('the choice about read receipts follows ready and the other devices, and an answer only while there is no connection', () => {
  const off = after([frame({ type: 'account', readReceipts: false, accountRev: 12 })], opened([]));
  assert.deepEqual([off.readReceipts, off.accountRev], [false, 12]);
  const answered = { type: 'me.changed', user: ALICE, readReceipts: true };
  assert.equal(after([answered], off).readReceipts, false);
  assert.equal(after([lost(), answered], off).readReceipts, true);
  assert.equal(after([frame(ready({ readReceipts: false }))]).readReceipts, false);
});
