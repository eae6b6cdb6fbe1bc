// Groups as the page knows them: members told, changed by lines and loaded further; crowds by their numbers; two times in one.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lacksNewestPage } from '../../static/state/copies.js';
import { isIn, isOwner, isWholeKnown, present } from '../../static/state/members.js';
import { heirOf, logItems, logWindow, messageFacts, sortedMembers } from '../../static/state/select.js';
import { ALICE, BOB, CONVERSATION, JEAN, NOW, after, clientId, conversation, copyIn, frame, live, message, newest, page, ready, receipt, said } from './support/samples.js';

const target = { conversation: CONVERSATION };
const member = (user, given = {}) => ({ user, role: 'member', from: 1, ...given });
const group = (given = {}) =>
  conversation({ kind: 'group', name: 'Lunch', members: [member(1, { role: 'owner' }), member(2), member(3)], memberCount: 3, ...given });
const opened = (given = {}, list = []) => after([frame(ready({ conversations: [group(given)] })), live, ...(list.length > 0 ? [newest(list)] : [])]);
const event = (seq, type, given = {}, more = {}) => message(seq, { kind: 'event', body: '', event: { type, ...given }, ...more });
const many = (count) => Array.from({ length: count }, (_, i) => member(i + 1, i === 0 ? { role: 'owner' } : {}));
const users = (state) => present(copyIn(state)).map((one) => one.user);

test('a line of the history changes who is in, once, and less than the server’s own word does', () => {
  const state = opened({ head: 1, rev: 101 });
  const added = said(event(2, 'member.added', { user: 9 }));
  assert.deepEqual(users(after([added, added], state)), [1, 2, 3, 9]);
  assert.equal(copyIn(after([added, added], state)).memberCount, 4);
  const gone = after([added, said(event(3, 'member.left', {}, { sender: 2 })), said(event(4, 'member.removed', { user: 3 }, { sender: 1 }))], state);
  assert.deepEqual([users(gone), copyIn(gone).memberCount], [[1, 9], 2]);
  assert.equal(copyIn(after([said(event(2, 'group.renamed', { name: 'Dinner' }))], state)).name, 'Dinner');
  const told = after([frame({ type: 'conversation', conversation: group({ rev: 110, head: 4, members: [member(1), member(2)], memberCount: 2 }) }), added], state);
  assert.deepEqual(users(told), [1, 2]);
});

test('whoever is removed is told by their own range, and is in again with the next', () => {
  const out = after([frame({ type: 'conversation', conversation: group({ rev: 110, members: [member(1, { until: 4 }), member(2)], memberCount: 1 }) })], opened());
  assert.deepEqual([isIn(copyIn(out)), isOwner(copyIn(out))], [false, false]);
  const again = group({ rev: 120, members: [member(1, { until: 4 }), member(1, { from: 9 }), member(2)], memberCount: 2 });
  assert.equal(isIn(copyIn(after([frame({ type: 'conversation', conversation: again })], out))), true);
});

test('members beyond the first twenty come in pages, and stay until the server tells of another number', () => {
  const state = opened({ members: many(20), memberCount: 23 });
  assert.equal(isWholeKnown(copyIn(state)), false);
  const given = (ids, next) => ({ members: ids.map((id) => member(id)), users: [], presence: [], next });
  const first = after([{ type: 'members.loading', conversation: CONVERSATION }, { type: 'members.loaded', conversation: CONVERSATION, page: given([2, 3, 21, 22], '1.22') }], state);
  assert.deepEqual([users(first).length, copyIn(first).roster.next], [22, '1.22']);
  const whole = after([{ type: 'members.loaded', conversation: CONVERSATION, page: given([...Array.from({ length: 17 }, (_, i) => i + 4), 23]) }], first);
  assert.deepEqual([isWholeKnown(copyIn(whole)), copyIn(whole).roster.isWhole], [true, true]);
  const told = after([frame({ type: 'conversation', conversation: group({ rev: 110, members: many(20), memberCount: 22 }) })], whole);
  assert.deepEqual([users(told).length, copyIn(told).roster.isWhole], [23, false]);
  const anew = after([{ type: 'members.loaded', conversation: CONVERSATION, page: given([...Array.from({ length: 19 }, (_, i) => i + 2), 21, 23]) }], told);
  assert.deepEqual(users(anew).slice(-3), [20, 21, 23]);
});

test('a state is not claimed for members who are not known by name', () => {
  const own = message(2, { sender: ALICE.id, clientId: clientId() });
  const read = (user) => frame({ type: 'receipt', conversation: CONVERSATION, receipt: receipt('read', 1, 2, { user }) });
  const facts = (state) => messageFacts(state, CONVERSATION, copyIn(state).runs[0].messages[0]);
  const known = after([read(BOB.id), read(JEAN.id)], opened({ head: 2, rev: 102 }, [own]));
  assert.deepEqual([facts(known).state, facts(known).members.length], ['read', 2]);
  const partly = after([read(BOB.id), read(JEAN.id)], opened({ head: 2, rev: 102, memberCount: 30 }, [own]));
  assert.deepEqual([facts(partly).state, facts(partly).members.length], ['stored', 0]);
});

test('a crowd is told in numbers, live and from pages, and they never go back', () => {
  const own = message(2, { sender: ALICE.id, clientId: clientId() });
  const state = opened({ head: 2, rev: 102, members: many(20), memberCount: 60 }, [own]);
  const counts = (delivered, read, of = 59) => frame({ type: 'receipt.counts', conversation: CONVERSATION, seq: 2, delivered, read, of });
  const facts = (now) => messageFacts(now, CONVERSATION, copyIn(now).runs[0].messages[0]);
  assert.deepEqual([facts(state).state, facts(state).counts], ['stored', null]);
  const some = after([counts(30, 4), counts(12, 2)], state);
  assert.deepEqual([facts(some).state, facts(some).counts], ['stored', { seq: 2, delivered: 30, read: 4, of: 59 }]);
  assert.equal(facts(after([counts(59, 40)], some)).state, 'delivered');
  assert.equal(facts(after([counts(58, 58, 58)], some)).state, 'read');
  const paged = after([{ type: 'page.loaded', conversation: CONVERSATION, which: 'newest', page: page([own], { counts: [{ seq: 2, delivered: 31, read: 5, of: 59 }] }) }], some);
  assert.equal(facts(paged).counts?.delivered, 31);
});

test('people added one after the other by one member are one line', () => {
  const list = [event(1, 'group.created', { name: 'Lunch' }), event(2, 'member.added', { user: 7 }), event(3, 'member.added', { user: 8 }), event(4, 'member.added', { user: 9 }, { sender: 3 })];
  const state = after([{ type: 'view.opened', view: target }], opened({ head: 4, rev: 104 }, list));
  const events = logItems(state, target).filter((item) => item.kind === 'event');
  assert.deepEqual(events.map((item) => item.messages.map((one) => one.seq)), [[1], [2, 3], [4]]);
});

test('two times in a group are one log with a line between them, whole as soon as both are loaded', () => {
  const members = [member(1, { until: 3 }), member(1, { from: 7 }), member(2)];
  const list = [1, 2, 3, 7, 8].map((seq) => message(seq));
  const state = after([{ type: 'view.opened', view: target }], opened({ head: 8, rev: 108, members, memberCount: 2 }, list));
  assert.equal(lacksNewestPage(copyIn(state)), false);
  assert.equal(logWindow(copyIn(state)).hasOlder, false);
  const kinds = logItems(state, target).map((item) => item.kind);
  assert.deepEqual(kinds.filter((kind) => kind !== 'day'), ['message', 'message', 'message', 'away', 'message', 'message']);
});

test('members stand owners first, then oneself, then by presence; the longest of the others becomes the owner', () => {
  const state = after([frame({ type: 'presence', users: [{ user: 2, state: 'offline', lastSeen: NOW }, { user: 3, state: 'online' }] })], opened({ members: [member(1), member(2, { role: 'owner' }), member(3)] }));
  assert.deepEqual(sortedMembers(state, copyIn(state)).map((one) => one.user), [2, 1, 3]);
  assert.equal(heirOf(state, copyIn(state)), null);
  const mine = opened({ members: [member(1, { role: 'owner' }), member(2, { from: 5 }), member(3, { from: 2 })] });
  assert.equal(heirOf(mine, copyIn(mine)), JEAN.id);
  assert.equal(heirOf(mine, copyIn(opened({ members: many(20), memberCount: 60 }))), 0);
});
