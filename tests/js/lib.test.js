import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadSettings, saveSettings } from '../../static/lib/settings.js';
import { createTimes } from '../../static/lib/time.js';
import { newClientId } from '../../static/lib/uuid.js';
import { createStore } from '../../static/state/store.js';
import { en } from '../../static/texts/en.js';

const at = (text) => new Date(text).getTime();
const NOW = at('2026-11-23T18:00:00');
const times = (hours = '24', locale = 'en-GB') => createTimes({ locale, hours, texts: en, now: () => NOW });
const S = 1000;
const MIN = 60 * S;
const H = 60 * MIN;
const D = 24 * H;

test('times are words near and dates far', () => {
  const { stamp, dayStamp, row, day } = times();
  assert.equal(stamp(at('2026-11-23T17:45:00')), '17:45');
  assert.equal(dayStamp(at('2026-11-23T17:45:00')), 'today 17:45');
  assert.equal(stamp(at('2026-11-22T17:45:00')), 'yesterday 17:45');
  assert.equal(stamp(at('2026-11-20T17:45:00')), 'Fri 17:45');
  assert.equal(stamp(at('2026-11-17T00:05:00')), 'Tue 00:05');
  assert.equal(stamp(at('2026-11-16T17:45:00')), '16 Nov 17:45');
  assert.equal(stamp(at('2025-11-21T17:45:00')), '21 Nov 2025 17:45');
  assert.deepEqual([row(at('2026-11-22T17:45:00')), row(at('2026-11-23T09:05:00'))], ['Yesterday', '09:05']);
  assert.deepEqual([day(NOW), day(at('2026-11-20T01:00:00'))], ['Today', 'Friday 20 November']);
});

test('a clock of twelve or twenty-four hours', () => {
  assert.equal(times('24').clock(at('2026-11-23T00:07:00')), '00:07');
  assert.equal(times('12').clock(at('2026-11-23T17:45:00')).replace(/\s/u, ' '), '5:45 pm');
  assert.equal(times('24', 'en-US').clock(at('2026-11-23T17:45:00')), '17:45');
});

test('durations are floored and name two units at most', () => {
  const { duration, durationSpoken } = times();
  const cases = [
    [-5, '0 s'],
    [43 * S + 999, '43 s'],
    [12 * MIN + 59 * S, '12 min'],
    [3 * H + 43 * MIN + 59 * S, '3 h 43 min'],
    [3 * H + 59 * S, '3 h'],
    [2 * D + 4 * H + 59 * MIN, '2 days 4 h'],
    [D, '1 day'],
    [D + 3 * H, '1 day 3 h'],
  ];
  for (const [ms, words] of cases) assert.equal(duration(ms), words);
  assert.equal(durationSpoken(3 * H + 43 * MIN), '3 hours 43 minutes');
  assert.equal(durationSpoken(H), '1 hour');
});

test('the sentences of the visual target', () => {
  const { duration, moment } = times();
  const at1745 = moment(at('2026-11-23T17:45:00'));
  assert.equal(`${en.receipt.late.head('17:45')} ${en.receipt.late.tail(duration(3 * H + 43 * MIN))}`, 'Delivered late · 17:45 (3 h 43 min later)');
  assert.equal(en.late.lineWords('Bob', 3, at1745), 'Bob came back and received 3 messages at 17:45');
  assert.equal(en.late.lineWords('Bob', 1, at1745), 'Bob came back and received 1 message at 17:45');
  assert.equal(en.late.toast('Bob', 3, at1745), 'Bob got your 3 messages at 17:45');
  assert.equal(en.late.noticeText('17:45', '3 h 43 min'), '17:45, up to 3 h 43 min after you wrote');
  assert.equal(
    en.composer.away('Bob', 'he'),
    'Bob is offline — he will get this when he’s back, and you will be told when.',
  );
  assert.equal(
    en.composer.away('Bob', undefined),
    'Bob is offline — this will arrive when Bob is back, and you will be told when.',
  );
  assert.equal(
    en.receipt.group.delivered(4, 5, en.receipt.group.waiting(['Priya'])),
    'Delivered to 4 of 5 · waiting for Priya',
  );
  assert.equal(en.receipt.group.waiting(['Priya', 'Tom', 'Jean', 'Mei']), ' · waiting for Priya and 3 more');
});

test('client ids are UUIDs of version 7, in order also when the clock steps back', () => {
  const ids = [];
  for (let i = 0; i < 10_000; i++) ids.push(newClientId(1_700_000_000_000 - (i % 3)));
  assert.deepEqual(ids, [...ids].sort());
  assert.equal(new Set(ids).size, ids.length);
  for (const id of ids.slice(0, 100))
    assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/u);
  const later = newClientId(1_800_000_000_000);
  assert.equal(Number.parseInt(later.replaceAll('-', '').slice(0, 12), 16), 1_800_000_000_000);
});

test('settings that were never made or are broken are the defaults', () => {
  const kept = new Map();
  const storage = { getItem: (key) => kept.get(key) ?? null, setItem: (key, value) => kept.set(key, value) };
  const settings = loadSettings(storage);
  assert.deepEqual(settings, {
    theme: 'system',
    density: 'comfortable',
    hours: 'system',
    language: 'system',
    sound: true,
    notifications: false,
    enterSends: true,
  });
  saveSettings(storage, { ...settings, theme: 'dark', sound: false });
  assert.deepEqual([loadSettings(storage).theme, loadSettings(storage).sound], ['dark', false]);
  for (const broken of ['{', '[]', 'null', '{"theme":"pink","sound":"yes"}']) {
    kept.set('chinwag.settings', broken);
    assert.deepEqual(loadSettings(storage), settings);
  }
  assert.deepEqual(loadSettings(null), settings);
});

test('watchers run at once, then once for a burst, and only for another selection', async () => {
  const store = createStore((state, event) => ({ ...state, [event.name]: event.value }), { a: 1, b: 1 });
  const seen = [];
  const life = new AbortController();
  store.watch(
    (state) => state.a,
    (a) => seen.push(a),
    life.signal,
  );
  store.dispatch({ name: 'a', value: 2 });
  store.dispatch({ name: 'a', value: 3 });
  store.dispatch({ name: 'b', value: 9 });
  await Promise.resolve();
  store.dispatch({ name: 'b', value: 10 });
  await Promise.resolve();
  assert.deepEqual(seen, [1, 3]);
  life.abort();
  store.dispatch({ name: 'a', value: 4 });
  await Promise.resolve();
  assert.deepEqual(seen, [1, 3]);
});

test('an event from inside a listener is heard after the one it follows', () => {
  const store = createStore((state, event) => [...state, event], []);
  const heard = [];
  store.listen((_state, _before, event) => {
    heard.push(event);
    if (event === 'first') store.dispatch('second');
  });
  store.listen((_state, _before, event) => heard.push(`${event} too`));
  store.dispatch('first');
  assert.deepEqual(heard, ['first', 'first too', 'second', 'second too']);
});
