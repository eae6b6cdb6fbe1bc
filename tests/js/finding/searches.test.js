// What was searched for last: how it is remembered, kept on the device and forgotten.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NO_SEARCHES, mergeSearches, withSearch, withoutSearches } from '../../../static/state/searches.js';
import { target } from '../support/client.js';
import { KEPT, deadServer, keepChat, readUpTo, serverKeeping, startPage } from '../support/kept.js';
import { ready } from '../support/samples.js';

const view = target;
const textsOf = ({ list }) => list.map(({ text }) => text);
const remembering = (...texts) => texts.reduce((searches, text, i) => withSearch(searches, text, 1_000 + i), NO_SEARCHES);

test('the last six are remembered, newest first, each once', () => {
  assert.deepEqual(textsOf(remembering('a', 'b', 'c', 'a')), ['a', 'c', 'b']);
  assert.deepEqual(textsOf(remembering('1', '2', '3', '4', '5', '6', '7')), ['7', '6', '5', '4', '3', '2']);
});

test('of two tabs each one’s searches stay, and what one of them forgot is gone in both', () => {
  const [one, other] = [remembering('walk', 'bread'), withSearch(remembering('walk'), 'key', 5_000)];
  assert.deepEqual(textsOf(mergeSearches(one, other)), ['key', 'bread', 'walk']);
  assert.deepEqual(textsOf(mergeSearches(withoutSearches(one, 2_000), other)), ['key']);
});

test('a clock that was set back hides no later search', () => {
  const before = withoutSearches(remembering('walk'), 9_000);
  assert.deepEqual(textsOf(withSearch(withSearch(before, 'key', 10), 'bread', 5)), ['bread', 'key']);
});

test('they are there at the next start of a session that is kept, and gone with it', async () => {
  const before = await keepChat({ view });
  before.client.actions.rememberSearch('in the rain');
  await before.written();
  const after = await startPage({ database: before.database, routes: deadServer });
  assert.deepEqual(textsOf(after.state().searches), ['in the rain']);
  await before.client.actions.logOut();
  await before.settle();
  assert.deepEqual(before.state().searches, NO_SEARCHES);
  assert.deepEqual(before.database.rows('cache'), []);
});

test('in a session that is not kept they last as long as the page', async () => {
  const session = { id: 1, keep: false };
  const page = await keepChat({ view, more: { session } });
  page.client.actions.rememberSearch('in the rain');
  await page.written();
  assert.deepEqual(textsOf(page.state().searches), ['in the rain']);
  assert.deepEqual(page.database.rows('cache'), []);
});

test('what is forgotten leaves the device at once, and no other tab brings it back', async () => {
  const one = await keepChat({ view });
  one.client.actions.rememberSearch('in the rain');
  await one.written();
  const other = await startPage({ database: one.database, routes: serverKeeping(3) });
  other.hello();
  await other.say(ready({ session: KEPT, conversations: [readUpTo(3)] }));
  await one.clock.advance(1);
  one.client.actions.forgetSearches();
  await one.settle();
  assert.ok(!one.keptText().includes('in the rain'));
  await other.clock.advance(10_000); // one device has one clock
  other.client.actions.rememberSearch('walk');
  await other.written();
  const after = await startPage({ database: one.database, routes: deadServer });
  assert.deepEqual(textsOf(after.state().searches), ['walk']);
});
