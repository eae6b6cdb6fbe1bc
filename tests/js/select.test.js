import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  banner,
  composerHint,
  draftOf,
  logItems,
  logWindow,
  messageFacts,
  pageTitle,
  presenceOf,
  previewOf,
  sortedConversations,
  sortedPeople,
  unreadTotal,
} from '../../static/state/select.js';
import { jumpPlaces } from '../../static/state/jump.js';
import { en } from '../../static/texts/en.js';
import {
  ALICE,
  BOB,
  CONVERSATION,
  JEAN,
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
  queued,
  ready,
  receipt,
  said,
} from './support/samples.js';

const MINUTE = 60_000;
const target = { conversation: CONVERSATION };
const opened = (list, given = {}) =>
  after([
    frame(
      ready({
        conversations: [conversation({ head: list.at(-1)?.seq ?? 0, rev: 100 + (list.at(-1)?.seq ?? 0), ...given })],
      }),
    ),
    live,
    newest(list),
    { type: 'view.opened', view: target },
  ]);
const own = (seq, given = {}) => message(seq, { sender: ALICE.id, clientId: clientId(), ...given });
const told = (state, ...receipts) =>
  after(
    receipts.map((one) => frame({ type: 'receipt', conversation: CONVERSATION, receipt: one })),
    state,
  );
const facts = (state, seq) => messageFacts(state, CONVERSATION, copyIn(state).runs[0].messages[seq - 1]);

test('a message is stored, then delivered, then read, each at its time', () => {
  const state = opened([own(1), own(2)]);
  assert.equal(facts(state, 2).state, 'stored');
  const delivered = told(state, receipt('delivered', 1, 2, { at: NOW + 5 }));
  assert.deepEqual([facts(delivered, 2).state, facts(delivered, 2).deliveredAt], ['delivered', NOW + 5]);
  const read = told(delivered, receipt('read', 1, 1, { at: NOW + 9 }));
  assert.deepEqual([facts(read, 1).state, facts(read, 1).readAt, facts(read, 2).state], ['read', NOW + 9, 'delivered']);
});

test('receipts in any order and twice give the same states, which never move back', () => {
  const all = [
    receipt('delivered', 1, 1),
    receipt('delivered', 2, 3, { since: NOW - 9 }),
    receipt('read', 1, 2),
    receipt('read', 3, 3),
  ];
  const there = told(opened([own(1), own(2), own(3)]), ...all);
  const back = told(opened([own(1), own(2), own(3)]), ...all.toReversed(), ...all);
  for (const seq of [1, 2, 3]) assert.deepEqual({ ...facts(back, seq) }, { ...facts(there, seq) });
  assert.equal(facts(told(there, receipt('delivered', 1, 1)), 3).state, 'read');
});

test('late says since when and how much later', () => {
  const state = told(
    opened([own(1, { at: NOW })]),
    receipt('delivered', 1, 1, { at: NOW + 223 * MINUTE, since: NOW - MINUTE }),
  );
  assert.deepEqual(facts(state, 1).late, { since: NOW - MINUTE, at: NOW + 223 * MINUTE, laterMs: 223 * MINUTE });
});

test('a message that a later range leaves out was not confirmed, and is only stored', () => {
  const state = told(opened([own(1), own(2), own(3)]), receipt('delivered', 3, 3));
  assert.deepEqual([facts(state, 1).state, facts(state, 1).deliveredAt], ['stored', null]);
  assert.equal(facts(state, 3).state, 'delivered');
});

test('read implies delivered', () => {
  const state = told(opened([own(1)]), receipt('read', 1, 1, { at: NOW + 7 }));
  assert.deepEqual([facts(state, 1).state, facts(state, 1).deliveredAt], ['read', NOW + 7]);
});

test('in a group the slowest counts, and only those in the range who are still members', () => {
  const members = [ALICE, BOB, JEAN].map((user) => ({ user: user.id, role: 'member', from: user === JEAN ? 2 : 1 }));
  const group = opened([own(1), own(2)], {
    kind: 'group',
    name: 'Lunch',
    members: [...members, { user: 9, role: 'member', from: 1, until: 1 }],
    memberCount: 3,
  });
  const state = told(group, receipt('read', 1, 2));
  assert.equal(facts(state, 1).state, 'read');
  assert.deepEqual([facts(state, 2).state, facts(state, 2).waiting], ['stored', [JEAN.id]]);
});

test('days, groups and the divider stand where they belong', () => {
  const day = 24 * 60 * MINUTE;
  const list = [
    message(1, { at: NOW }),
    message(2, { at: NOW + 4 * MINUTE }),
    message(3, { at: NOW + 10 * MINUTE }),
    own(4, { at: NOW + 11 * MINUTE }),
    message(5, { at: NOW + day }),
  ];
  const items = logItems(opened(list, { unread: 1, cursor: 4 }), target);
  assert.deepEqual(
    items.map((item) => item.kind),
    ['day', 'message', 'message', 'message', 'message', 'day', 'divider', 'message'],
  );
  const groups = items.filter((item) => item.kind === 'message').map((item) => [item.isFirst, item.isLast]);
  assert.deepEqual(groups, [
    [true, false],
    [false, true],
    [true, true],
    [true, true],
    [true, true],
  ]);
});

test('a came-back line stands after the message that was newest then', () => {
  const late = {
    id: 5,
    conversation: CONVERSATION,
    user: BOB.id,
    count: 2,
    at: NOW,
    offlineSince: NOW - 9,
    afterSeq: 2,
    oldestAt: NOW - 8,
  };
  const items = logItems(after([frame({ type: 'late', late })], opened([own(1), own(2), message(3)])), target);
  assert.deepEqual(
    items.map((item) => item.kind),
    ['day', 'message', 'message', 'late', 'message'],
  );
});

test('what waits stands at the end, and keeps its key when it is stored', () => {
  const item = queued('hello');
  const waiting = after([{ type: 'outbox.put', item }], opened(messages(1, 2)));
  const before = logItems(waiting, target).at(-1);
  const stored = after(
    [frame({ type: 'message.stored', clientId: item.clientId, conversation: CONVERSATION, seq: 3, rev: 110, at: NOW })],
    waiting,
  );
  const now = logItems(stored, target).at(-1);
  assert.deepEqual([before.kind, now.kind, before.key === now.key], ['queued', 'message', true]);
});

test('what was written to a person before the conversation was there waits in it', () => {
  const state = after([{ type: 'outbox.put', item: queued('hello', { target: { to: BOB.id } }) }], opened([]));
  assert.deepEqual(
    logItems(state, target).map((item) => item.kind),
    ['queued'],
  );
});

test('unchanged items of the log stay the same objects', () => {
  const state = opened(messages(1, 3));
  const before = logItems(state, target);
  const now = logItems(after([said(message(4))], state), target);
  assert.equal(now[1], before[1]);
  assert.equal(logItems(state, target), logItems(state, target));
});

test('a gap of a live frame is shown as such, a jump shows only its surroundings', () => {
  const gap = after([said(message(6))], opened(messages(1, 3)));
  assert.deepEqual(
    logItems(gap, target).map((item) => item.kind),
    ['day', 'message', 'message', 'message', 'gap', 'day', 'message'],
  );
  const jump = after(
    [
      {
        type: 'page.loaded',
        conversation: CONVERSATION,
        which: 'around',
        seq: 20,
        page: {
          messages: messages(18, 22),
          receipts: [],
          late: [],
          rev: 1,
          head: 90,
          first: 1,
          hasBefore: true,
          hasAfter: true,
        },
      },
    ],
    opened(messages(80, 90)),
  );
  assert.deepEqual([logWindow(copyIn(jump)).hasOlder, logWindow(copyIn(jump)).hasNewer], [true, true]);
  assert.equal(logItems(jump, target).filter((item) => item.kind === 'message').length, 5);
});

test('a lost connection leaves a line after two seconds, a blink leaves none', () => {
  const away = after([lost(NOW + 1000), { type: 'tick', now: NOW + 4000 }], opened(messages(1, 2)));
  assert.equal(logItems(away, target).at(-1).kind, 'lost');
  const blink = after([lost(NOW + 1000), { ...live, now: NOW + 2000 }], opened(messages(1, 2)));
  assert.equal(logItems(blink, target).at(-1).kind, 'message');
});

test('chats come newest first, people online first', () => {
  const state = after([
    frame(
      ready({
        conversations: [
          conversation({ id: 1, head: 1, lastMessage: message(1), lastAt: NOW }),
          conversation({ id: 2, head: 1, lastMessage: message(1), lastAt: NOW + 9 }),
          conversation({ id: 4, head: 0, lastAt: NOW + 99 }),
        ],
        users: [ALICE, BOB, JEAN, { id: 8, username: 'x', displayName: 'Gone', hue: 1, disabled: true }],
        presence: [
          { user: JEAN.id, state: 'online' },
          { user: BOB.id, state: 'offline', lastSeen: NOW },
        ],
      }),
    ),
    live,
  ]);
  assert.deepEqual(
    sortedConversations(state).map((copy) => copy.id),
    [2, 1],
  );
  assert.deepEqual(
    sortedPeople(state).map((user) => user.id),
    [JEAN.id, BOB.id],
  );
  assert.equal(sortedPeople(state), sortedPeople(state));
});

test('a chat in which all is withheld is none: the person stands where people stand', () => {
  const blocked = [BOB.id];
  const listed = (given) =>
    after([frame(ready({ blocked, conversations: [conversation({ head: 2, ...given })] })), live]);
  const state = listed({});
  assert.deepEqual(sortedConversations(state), []);
  assert.deepEqual(jumpPlaces(state, 'all', 'bob').map((place) => place.key), [`u${BOB.id}`]);
  assert.equal(sortedConversations(listed({ lastMessage: message(1) })).length, 1);
});

test('what is withheld neither moves a chat nor stands in its row, however it comes', () => {
  const [one, hidden] = [message(1), { body: '', withheld: true, at: NOW + 99_000 }];
  const before = after([
    frame(ready({ blocked: [BOB.id], conversations: [conversation({ head: 1, rev: 101, lastMessage: one, lastAt: one.at })] })),
    live,
  ]);
  const row = (state) => [copyIn(state).lastMessage?.seq ?? null, copyIn(state).lastAt, copyIn(state).head];
  const live2 = after([said(message(2, hidden))], before);
  assert.deepEqual(row(live2), [1, one.at, 2]);
  const caughtUp = after([frame({ type: 'changes', conversation: 3, after: 101, rev: 102, more: false, messages: [message(2, hidden)], receipts: [] })], before);
  assert.deepEqual(row(caughtUp), [1, one.at, 2]);
  const opened = after([newest([one, message(2, hidden)])], before);
  assert.deepEqual(row(opened).slice(0, 2), [1, one.at]);
  const gone = message(2, { ...hidden, rev: 105, version: 2, deletedAt: NOW });
  assert.deepEqual(row(after([frame({ type: 'message.changed', message: gone })], live2)), [1, one.at, 2]);
  assert.deepEqual(row(after([said(message(3))], live2)), [3, message(3).at, 3]);
});

test('a last message that an edit withholds gives way to the one before, where that is known', () => {
  const last = message(2);
  const edited = message(2, { body: '', withheld: true, rev: 110, version: 2, editedAt: NOW });
  const listed = after([
    frame(ready({ blocked: [BOB.id], conversations: [conversation({ head: 2, rev: 102, lastMessage: last, lastAt: last.at })] })),
    live,
  ]);
  const change = frame({ type: 'message.changed', message: edited });
  const unread = copyIn(after([change], listed));
  assert.deepEqual([previewOf(after([change], listed), unread).kind, unread.lastAt], ['none', last.at]);
  assert.equal(sortedConversations(after([change], listed)).length, 1, 'the chat itself stays');
  const opened = after([newest([message(1), last])], listed);
  const copy = copyIn(after([change], opened));
  assert.deepEqual([copy.lastMessage.seq, copy.lastAt], [1, last.at], 'and does not move');
});

test('without a connection nobody is shown as online', () => {
  const state = opened([]);
  assert.equal(presenceOf(state, BOB.id).state, 'online');
  assert.equal(presenceOf(after([lost()], state), BOB.id).state, 'unknown');
});

test('without a connection people keep their places and are told as seen until it was lost', () => {
  const presence = [
    { user: JEAN.id, state: 'online' },
    { user: BOB.id, state: 'idle', idleSince: NOW - 60_000 },
    { user: 9, state: 'offline', lastSeen: NOW - 120_000 },
  ];
  const amy = { id: 9, username: 'amy', displayName: 'Amy', hue: 1 };
  const state = after([frame(ready({ users: [ALICE, BOB, JEAN, amy], presence })), live]);
  const offline = after([lost(NOW + 5000)], state);
  assert.deepEqual(
    sortedPeople(offline).map((user) => user.id),
    sortedPeople(state).map((user) => user.id),
  );
  assert.deepEqual(
    [JEAN.id, BOB.id, 9].map((id) => presenceOf(offline, id).lastSeen),
    [NOW + 5000, NOW - 60_000, NOW - 120_000],
  );
  assert.equal(presenceOf(offline, JEAN.id), presenceOf(offline, JEAN.id));
});

test('the hint names the person who is offline', () => {
  const state = after(
    [frame({ type: 'presence', users: [{ user: BOB.id, state: 'offline', lastSeen: NOW }] })],
    opened([]),
  );
  assert.equal(composerHint(state, target)?.id, BOB.id);
  assert.equal(composerHint(opened([]), target), null);
});

test('the title counts what is unread', () => {
  const state = after([said(message(3)), said(message(4))], opened(messages(1, 2)));
  assert.equal(unreadTotal(state), 2);
  assert.equal(pageTitle(state, en), '(2) Chinwag');
});

test('the row shows the draft, then what waits, then the last message', () => {
  const state = after([{ type: 'view.opened', view: null }], opened([message(1), own(2)]));
  assert.equal(previewOf(state, copyIn(state)).kind, 'message');
  const waiting = after([{ type: 'outbox.put', item: queued('x') }], state);
  assert.equal(previewOf(waiting, copyIn(waiting)).kind, 'queued');
  const drafted = after(
    [{ type: 'draft.changed', key: 'c3', draft: { text: 'abc', version: 0, at: NOW, saved: false } }],
    waiting,
  );
  assert.equal(previewOf(drafted, copyIn(drafted)).kind, 'draft');
  assert.equal(draftOf(drafted, { to: BOB.id }), 'abc');
});

test('the banner waits two seconds, then says what happens next', () => {
  const state = after([lost(NOW)], opened([]));
  assert.equal(banner(after([{ type: 'tick', now: NOW + 1999 }], state)), null);
  assert.deepEqual(banner(after([{ type: 'tick', now: NOW + 2500 }], state)), { kind: 'lost', seconds: 2 });
});
