// Whom a text names, by the same cases as the server's rule, and whom one is offered.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { parseMessage, plainText } from '../../static/lib/format.js';
import { EVERYBODY, foldName, mentionBeingTyped } from '../../static/lib/mention.js';
import { mentionable, namedIn } from '../../static/state/named.js';
import { ALICE, BOB, CONVERSATION, JEAN, conversation, frame, message, ready, start } from './support/samples.js';
import { reducer } from '../../static/state/reducer.js';

const cases = JSON.parse(await readFile(new URL('../cases/mentions.json', import.meta.url), 'utf8'));

const namesIn = (nodes) =>
  nodes.flatMap((node) => [
    ...(node.type === 'mention' ? [foldName(node.name)] : []),
    ...namesIn(node.children ?? []),
    ...(node.items ?? []).flatMap(namesIn),
  ]);

test('the cases shared with the server name whom they should', () => {
  assert.ok(cases.length > 100);
  for (const { body, names, all = false } of cases) {
    const found = [...new Set(namesIn(parseMessage(body)))];
    const isUsername = (name) => name !== EVERYBODY && [...name].length <= 32;
    assert.deepEqual({ names: found.filter(isUsername), all: found.includes(EVERYBODY) }, { names, all }, body);
  }
});

test('the worst mentions cost in proportion to their length', () => {
  // The processor's time, which does not pass while the machine does something else.
  const milliseconds = (text) => {
    const from = process.cpuUsage();
    parseMessage(text);
    return process.cpuUsage(from).user / 1_000;
  };
  for (const part of ['@', '@a', '@a.', 'a@', '@.', '://@', '@a@', '"@', '`@', '@-._'])
    assert.ok(milliseconds(part.repeat(32_000 / part.length)) < 2_000, part);
});

const group = () => {
  const members = [ALICE, BOB, JEAN].map(({ id }) => ({ user: id, role: 'member', from: 1 }));
  const wire = conversation({ kind: 'group', name: 'Lunch', members, memberCount: 3 });
  const state = reducer(start(), frame(ready({ conversations: [wire], users: [ALICE, BOB, JEAN] })));
  return { state, copy: state.conversations.get(CONVERSATION) };
};

test('a mention shows the name people know, and only those the server says', () => {
  const { state } = group();
  const body = `@${BOB.username.toUpperCase()} @${JEAN.username} @all`;
  const named = namedIn(state, { ...message(1), sender: BOB.id, mentions: [BOB.id], mentionsAll: true });
  assert.equal(plainText(body, named), `@${BOB.displayName.split(' ')[0]} @${JEAN.username} @all`);
  assert.deepEqual([...named.values()].map(({ isMe }) => isMe), [false, true]);
  assert.equal(namedIn(state, message(1)).size, 0);
});

test('one is offered the others whose name begins with what is typed, then those whose name holds it', () => {
  const { state, copy } = group();
  const offered = (query, found = []) => mentionable(state, copy, query, found);
  assert.deepEqual(offered('').users.map(({ id }) => id).sort(), [BOB.id, JEAN.id].sort());
  assert.deepEqual(offered(BOB.displayName.slice(0, 2).toUpperCase()).users, [BOB]);
  assert.deepEqual(offered('xyz'), { users: [], hasAll: false });
  assert.equal(offered('al').hasAll, true);
  const zoe = { id: 99, username: 'zoe', displayName: 'Zoë Bobson', hue: 20 };
  assert.deepEqual(offered('bob', [zoe]).users.map(({ id }) => id), [BOB.id, 99]);
  assert.deepEqual(offered('oe', [zoe]).users, [zoe]);
  const said = reducer(state, frame({ type: 'message', message: { ...message(1), sender: JEAN.id } }));
  assert.deepEqual(mentionable(said, said.conversations.get(CONVERSATION), '', []).users[0], JEAN);
});

test('a name is being typed after an @ that may begin one, up to the caret', () => {
  assert.deepEqual(mentionBeingTyped('Hello @bo'), { at: 6, query: 'bo' });
  assert.deepEqual(mentionBeingTyped('@'), { at: 0, query: '' });
  assert.deepEqual(mentionBeingTyped(`${'x '.repeat(500)}@zoë`), { at: 1000, query: 'zoë' });
  for (const text of ['', 'bo', 'bob@ex', '@bob ', 'https://x.org/@b', '@@']) assert.equal(mentionBeingTyped(text), null, text);
});
