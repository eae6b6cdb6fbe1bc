// What one does not want to hear of: muted chats, and people who are blocked.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createTimes, nextMorning } from '../../static/lib/time.js';
import { alerts, isMuted } from '../../static/state/choices.js';
import { logItems, pageTitle, unreadTotal } from '../../static/state/select.js';
import { en } from '../../static/texts/en.js';
import { noticeOf } from '../../static/transport/announce.js';
import { ALICE, BOB, CONVERSATION, JEAN, NOW, after, conversation, copyIn, frame, live, message, newest, ready, said } from './support/samples.js';

const mute = (muted) => frame({ type: 'mute', conversation: CONVERSATION, ...(muted ? { muted } : {}), accountRev: 9 });
const withText = [frame(ready({ conversations: [conversation()] })), live, said(message(1))];
const block = (blocked) => frame({ type: 'block', user: BOB.id, blocked, accountRev: 9 });
const tick = (now) => ({ type: 'tick', now });
const given = { texts: en, times: {}, open: () => undefined };
const noticed = (state) => noticeOf(state, { type: 'message', message: message(2) }, given);

test('a muted chat keeps its exact count and is not in the number of the title', () => {
  const state = after([...withText, mute({})]);
  assert.deepEqual([copyIn(state).unread, unreadTotal(state), pageTitle(state, en)], [1, 0, 'Chinwag']);
  assert.equal(unreadTotal(after([mute()], state)), 1);
});

test('what comes into a muted chat makes no sound and no notification', () => {
  const state = after(withText);
  assert.equal(noticed(state)?.isNewMessage, true);
  assert.equal(noticed(after([mute({})], state)), null);
});

test('a mute ends by itself when its moment has passed, and the title counts again', () => {
  const state = after([...withText, mute({ until: NOW + 1000 })]);
  assert.equal(isMuted(copyIn(state), state.now), true);
  const later = after([tick(NOW + 1000)], state);
  assert.equal(isMuted(copyIn(later), later.now), false);
  assert.equal(unreadTotal(later), 1);
  assert.notEqual(noticed(later), null);
});

test('a mute is there after a reconnect, and gone when another device took it back', () => {
  const muted = conversation({ muted: { until: NOW + 1000 } });
  const state = after([frame(ready({ conversations: [muted] }))]);
  assert.deepEqual(copyIn(state).muted, { until: NOW + 1000 });
  assert.equal(copyIn(after([frame(ready({ accountRev: 2 }), [CONVERSATION])], state)).muted, null);
  assert.equal(after([mute({})], state).accountRev, 9);
});

test('only a text of somebody else alerts', () => {
  const state = after(withText);
  const cases = [
    [{}, true],
    [{ sender: ALICE.id }, false],
    [{ kind: 'event' }, false],
    [{ withheld: true, body: '' }, false],
    [{ deletedAt: NOW, body: '' }, false],
  ];
  for (const [one, does] of cases) assert.equal(alerts(state, message(2, one)), does, JSON.stringify(one));
  assert.equal(alerts(state, message(2, { sender: BOB.id })), true);
});

test('who is blocked is told by `ready` and by each change', () => {
  const state = after([frame(ready({ blocked: [JEAN.id] })), block(true)]);
  assert.deepEqual([[...state.blocked], state.accountRev], [[JEAN.id, BOB.id], 9]);
  assert.deepEqual([...after([block(false)], state).blocked], [JEAN.id]);
});

test('places without a text that follow each other are one line, which parts what stands around it', () => {
  const withheld = { withheld: true, body: '' };
  const list = [message(1), message(2, withheld), message(3, withheld), message(4), message(5, withheld)];
  const state = after([frame(ready({ conversations: [conversation({ head: 5, rev: 105 })] })), live, newest(list)]);
  const items = logItems(state, { conversation: CONVERSATION });
  const shown = items.map((item) => [item.key, item.count ?? (item.isFirst && item.isLast)]);
  assert.deepEqual(shown, [['d1', undefined], ['s1', true], ['w2', 2], ['s4', true], ['w5', 1]]);
  assert.equal(logItems(after([tick(NOW + 1)], state), { conversation: CONVERSATION }), items);
});

test('a mute that ends after midnight ends tomorrow', () => {
  for (const [locale, word] of [['en-GB', 'tomorrow 00:30'], ['de-DE', 'morgen 00:30']]) {
    const now = new Date(2026, 10, 26, 23, 30).getTime();
    const times = createTimes({ locale, hours: '24', texts: en, now: () => now });
    assert.equal(times.dayStamp(now + 3_600_000), word);
  }
});

test('tomorrow morning is eight o’clock of the next day, also where the clocks change', () => {
  for (const now of [new Date(2026, 2, 28, 23, 59), new Date(2026, 9, 24, 0, 0), new Date(2026, 11, 31, 12, 0)]) {
    const then = new Date(nextMorning(now.getTime()));
    assert.equal(then.getHours(), 8);
    const days = (new Date(then).setHours(0, 0, 0, 0) - new Date(now).setHours(0, 0, 0, 0)) / 86_400_000;
    assert.equal(Math.round(days), 1);
  }
});
