import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chatBeside } from '../../../static/state/beside.js';
import { byChat, jumpPlaces, readJump } from '../../../static/state/jump.js';
import { reducer } from '../../../static/state/reducer.js';
import { initialState, DEFAULT_SETTINGS } from '../../../static/state/initial.js';
import { ALICE, BOB, JEAN, NOW, conversation, message, ready } from '../support/samples.js';

const TOM = { id: 4, username: 'tmarsh', displayName: 'Tom Marsh', hue: 145 };
const EMMA = { id: 5, username: 'emma', displayName: 'Emma Stone', hue: 60 };
const member = ({ id }) => ({ user: id, role: 'member', from: 1 });
const direct = (id, user, given = {}) => conversation({ id, head: 1, members: [member(ALICE), member(user)], lastMessage: message(1, { conversation: id }), ...given });
const group = (id, name, users, given = {}) => conversation({ id, kind: 'group', name, head: 1, members: [ALICE, ...users].map(member), memberCount: users.length + 1, ...given });

const state = (conversations) => {
  const found = reducer(initialState(DEFAULT_SETTINGS, NOW), { type: 'session.found', user: ALICE, session: { id: 1, keep: false }, weakPassword: false });
  return reducer({ ...found, link: { ...found.link, phase: 'live' } }, { type: 'frame', frame: ready({ conversations, users: [ALICE, BOB, JEAN, TOM, EMMA], presence: [{ user: EMMA.id, state: 'online' }] }), now: NOW });
};
const all = state([
  direct(10, BOB, { lastAt: NOW - 1000 }),
  direct(11, JEAN, { lastAt: NOW - 9000 }),
  group(12, 'Allotment', [TOM], { lastAt: NOW - 2000, unread: 4 }),
  group(13, 'Marrow growers', [BOB], { lastAt: NOW - 5000 }),
]);
const titles = (kind, query) => jumpPlaces(all, kind, query).map(({ title }) => title);

test('the beginning of the name comes first, then words in it, then any part, then groups by their members', () => {
  assert.deepEqual(titles('all', 'mar'), ['Marrow growers', 'Jean Marsh', 'Tom Marsh', 'Allotment']);
  assert.deepEqual(titles('all', 'ma'), ['Marrow growers', 'Jean Marsh', 'Tom Marsh', 'Emma Stone', 'Allotment']);
});

test('of equal matches the one where something was said last comes first', () => {
  assert.deepEqual(titles('all', 'b'), ['Bob Hargreaves', 'Marrow growers']);
});

test('whoever has a chat is there once, as the chat', () => {
  assert.deepEqual(jumpPlaces(all, 'all', 'bob').map(({ key }) => key), ['c10', 'c13']);
  assert.deepEqual(jumpPlaces(all, 'all', 'tom').map(({ key }) => key), ['u4', 'c12']);
});

test('a group found by a member says by whom, and marks the name', () => {
  const [, group] = jumpPlaces(all, 'all', 'tom');
  assert.deepEqual(group?.via, { name: 'Tom Marsh', marks: [[0, 3]] });
});

test('a username finds its person and marks nothing', () => {
  assert.deepEqual(jumpPlaces(all, 'all', 'tmar').map(({ title, marks }) => [title, marks]), [['Tom Marsh', []]]);
});

test('nothing typed lists chats by recency and then people by presence', () => {
  assert.deepEqual(titles('all', ''), ['Bob Hargreaves', 'Allotment', 'Marrow growers', 'Jean Marsh', 'Emma Stone', 'Tom Marsh']);
});

test('@ means people only, # groups only, > commands only', () => {
  assert.deepEqual(readJump('@ ma'), { kind: 'people', query: 'ma' });
  assert.deepEqual(readJump(' #'), { kind: 'groups', query: '' });
  assert.deepEqual(readJump('>dark'), { kind: 'commands', query: 'dark' });
  assert.deepEqual(readJump('a@b'), { kind: 'all', query: 'a@b' });
  assert.deepEqual(titles('people', 'ma'), ['Jean Marsh', 'Tom Marsh', 'Emma Stone']);
  assert.deepEqual(titles('groups', ''), ['Allotment', 'Marrow growers']);
  assert.deepEqual(titles('commands', ''), []);
});

test('hits stand by chat, each chat where its newest hit stands', () => {
  const hits = [{ conversation: 2, seq: 9 }, { conversation: 1, seq: 5 }, { conversation: 2, seq: 4 }];
  assert.deepEqual(byChat(hits).map((chat) => [chat.conversation, chat.hits.map(({ seq }) => seq)]), [[2, [9, 4]], [1, [5]]]);
});

test('next and previous chat go in the order of the list and around its ends', () => {
  assert.equal(chatBeside(all, 10, 1)?.id, 12);
  assert.equal(chatBeside(all, 11, 1)?.id, 10);
  assert.equal(chatBeside(all, 10, -1)?.id, 11);
  assert.equal(chatBeside(all, null, 1)?.id, 10);
  assert.equal(chatBeside(all, null, -1)?.id, 11);
  assert.equal(chatBeside(all, 13, 1, (copy) => copy.unread > 0)?.id, 12);
  assert.equal(chatBeside(all, 12, 1, (copy) => copy.unread > 0), null);
  assert.equal(chatBeside(state([]), null, 1), null);
});
