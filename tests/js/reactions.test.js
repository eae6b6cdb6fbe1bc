import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lazyDeviceStorage } from '../../static/lib/idb.js';
import { isMine, reactionsOf } from '../../static/state/reactions.js';
import { createReactions } from '../../static/transport/reactions.js';
import { createFakeClock } from './support/clock.js';
import { createFakeIndexedDb } from './support/indexeddb.js';
import { ALICE, BOB, CONVERSATION, JEAN, after, conversation, frame, live, message, messages, newest, ready } from './support/samples.js';

const opened = (list) => after([frame(ready({ conversations: [conversation({ head: list.at(-1).seq, rev: 200 })] })), live, newest(list)]);
const shownOn = (state, seq) => reactionsOf(state, state.conversations.get(CONVERSATION).runs[0].messages[seq - 1]);
const told = (seq, rev, reactions, reaction) =>
  frame({ type: 'message.changed', message: message(seq, { rev, reactions }), ...(reaction ? { reaction } : {}) });
const asked = (emoji, on, given = {}) => ({ type: 'reaction.asked', item: { clientId: `c-${emoji}-${on}`, user: ALICE.id, order: 1, conversation: CONVERSATION, seq: 2, emoji, on, ...given } });
const one = (emoji, users, count = users.length) => ({ emoji, count, users });

test('a reaction is told live, and one knows oneself among those who are named', () => {
  const state = after([told(2, 201, [one('👍', [BOB.id, ALICE.id]), one('🎉', [BOB.id])])], opened(messages(1, 3)));
  assert.deepEqual(shownOn(state, 2), [{ ...one('👍', [BOB.id, ALICE.id]), mine: true }, one('🎉', [BOB.id])]);
  assert.equal(state.conversations.get(CONVERSATION).unread, opened(messages(1, 3)).conversations.get(CONVERSATION).unread);
});

test('where not all are named, what is mine stays so until this person takes it back', () => {
  const few = [BOB.id, JEAN.id];
  const first = opened([message(1), message(2, { reactions: [{ ...one('👍', few, 30), mine: true }] }), message(3)]);
  const more = after([told(2, 201, [one('👍', few, 31)], { user: 77, emoji: '👍', on: true })], first);
  assert.equal(shownOn(more, 2)[0].mine, true);
  const without = after([told(2, 202, [one('👍', few, 30)], { user: ALICE.id, emoji: '👍', on: false })], more);
  assert.equal(shownOn(without, 2)[0].mine, undefined);
  const again = after([told(2, 203, [one('👍', few, 31)], { user: ALICE.id, emoji: '👍', on: true })], without);
  assert.equal(shownOn(again, 2)[0].mine, true);
});

test('what this device has asked for is shown at once, and goes when it was refused', () => {
  const first = opened([message(1), message(2, { reactions: [one('👍', [BOB.id]), { ...one('🎉', [ALICE.id]), mine: true }] })]);
  const state = after([asked('👍', true), asked('🎉', false), asked('❤️', true)], first);
  assert.deepEqual(shownOn(state, 2), [{ ...one('👍', [BOB.id, ALICE.id]), mine: true }, { ...one('❤️', [ALICE.id]), mine: true }]);
  assert.equal(shownOn(state, 1).length, 0, 'and on no other message');
  const refused = after([{ type: 'reaction.settled', clientId: 'c-👍-true' }], state);
  assert.deepEqual(shownOn(refused, 2)[0], one('👍', [BOB.id]));
});

test('what was asked for and has come is counted once', () => {
  const state = after([asked('👍', true), told(2, 201, [one('👍', [ALICE.id])])], opened(messages(1, 3)));
  assert.deepEqual(shownOn(state, 2), [{ ...one('👍', [ALICE.id]), mine: true }]);
  assert.equal(isMine(state, message(2, { reactions: [{ ...one('👍', [ALICE.id]), mine: true }] }), '👍'), true);
});

test('nothing stands under a message that is gone', () => {
  const gone = frame({ type: 'message.changed', message: message(2, { rev: 202, version: 2, body: '', deletedAt: 1 }) });
  const state = after([told(2, 201, [one('👍', [BOB.id])]), asked('🎉', true), gone], opened(messages(1, 3)));
  assert.deepEqual(shownOn(state, 2), []);
});

/** One tab, with a server that answers as told. */
const openTab = async ({ clock = createFakeClock(), database = createFakeIndexedDb(), first = 1 } = {}) => {
  const events = [];
  const sent = [];
  const answers = [];
  let next = first;
  const reactions = createReactions({
    storage: lazyDeviceStorage(() => database, clock.after),
    clock,
    dispatch: (event) => events.push(event),
    makeId: () => `id-${next++}`,
    request: (asking) => {
      sent.push(`${asking.emoji} ${asking.on}`);
      return new Promise((resolve) => {
        answers.push(resolve);
      });
    },
  });
  await reactions.open(ALICE.id);
  await clock.settle();
  return { clock, database, events, sent, reactions, answer: async (reply) => {
    answers.shift()(reply);
    await clock.settle();
  } };
};
const ok = { kind: 'answer', frame: { type: 'ok', ref: 1, rev: 5 } };
const refused = (code, given = {}) => ({ kind: 'error', frame: { type: 'error', code, message: '', ...given } });
const types = (tab) => tab.events.map((event) => event.type);

test('reactions go out in order, one at a time, and wait for a connection', async () => {
  const tab = await openTab();
  for (const emoji of ['👍', '🎉']) await tab.reactions.set(CONVERSATION, 2, emoji, true);
  assert.deepEqual([tab.sent, types(tab)], [[], ['reaction.asked', 'reaction.asked']]);
  tab.reactions.setLive(true);
  await tab.clock.settle();
  assert.deepEqual(tab.sent, ['👍 true']);
  await tab.answer(ok);
  assert.deepEqual(tab.sent, ['👍 true', '🎉 true']);
  await tab.answer(ok);
  assert.deepEqual(types(tab).slice(2), ['reaction.settled', 'reaction.settled']);
});

test('what waits survives a reload, and is sent under the same id', async () => {
  const before = await openTab();
  await before.reactions.set(CONVERSATION, 2, '👍', true);
  before.reactions.close();
  const tab = await openTab({ clock: before.clock, database: before.database, first: 50 });
  assert.deepEqual(tab.events.map(({ item }) => item.clientId), ['id-1']);
  tab.reactions.setLive(true);
  await tab.clock.settle();
  await tab.answer(ok);
  const later = await openTab({ clock: before.clock, database: before.database });
  assert.deepEqual(later.events, [], 'nothing is left');
});

test('what fails in passing is tried again, and what fails for good is said', async () => {
  const tab = await openTab();
  tab.reactions.setLive(true);
  await tab.reactions.set(CONVERSATION, 2, '👍', true);
  await tab.clock.settle();
  await tab.answer(refused('busy', { retryAfterMs: 3_000 }));
  assert.equal(tab.sent.length, 1);
  await tab.clock.advance(5_000);
  assert.equal(tab.sent.length, 2);
  await tab.answer({ kind: 'lost' });
  tab.reactions.setLive(false);
  tab.reactions.setLive(true);
  await tab.clock.settle();
  await tab.answer(refused('too_many'));
  assert.deepEqual(types(tab), ['reaction.asked', 'reaction.settled', 'toast.added']);
  await tab.reactions.set(CONVERSATION, 2, '🎉', true);
  await tab.clock.settle();
  await tab.answer(refused('deleted'));
  assert.deepEqual(types(tab).slice(3), ['reaction.asked', 'reaction.settled'], 'the page shows that it was deleted');
});
