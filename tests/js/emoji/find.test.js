import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { findEmoji, inTone, loadEmoji, loadHabits, quickOnes, saveHabits, withUse } from '../../../static/lib/emoji.js';

const groupsOf = async (language) =>
  JSON.parse(await readFile(new URL(`../../../static/emoji/${language}.json`, import.meta.url), 'utf8')).groups;
const english = await groupsOf('en');
const german = await groupsOf('de');
const found = (groups, text) => findEmoji(groups, text).map(([emoji]) => emoji);

test('the emoji of that name comes first, then those with such a word, then those with a part of one', () => {
  assert.equal(found(english, 'pizza')[0], '🍕');
  assert.equal(found(english, 'rocket')[0], '🚀');
  const cats = found(english, 'cat');
  assert.ok(cats.indexOf('🐈') < cats.indexOf('📇') || !cats.includes('📇'), 'a cat before a card catalogue');
});

test('words are found in the language of the page, with or without capitals and dots', () => {
  assert.ok(found(german, 'herz').includes('❤️'));
  assert.deepEqual(found(german, 'glucksklee'), found(german, 'Glücksklee'));
  assert.ok(found(german, 'Glücksklee').includes('🍀'));
});

test('each word narrows what is found', () => {
  const both = found(english, 'red heart');
  assert.equal(both[0], '❤️');
  assert.ok(both.length < found(english, 'heart').length);
  assert.deepEqual(found(english, 'red nosuchword'), []);
});

test('an emoji finds itself, and blank text nothing', () => {
  assert.deepEqual(found(english, '🍕'), ['🍕']);
  assert.deepEqual(found(english, '  '), []);
});

test('a skin tone goes behind the first character, where there may be one', () => {
  assert.equal(inTone(['👍', 'thumbs up', '', 1], 3), '👍🏽');
  assert.equal(inTone(['☝️', 'index pointing up', '', 1], 1), '☝🏻');
  assert.equal(inTone(['🧑‍🚀', 'astronaut', '', 1], 5), '🧑🏿‍🚀');
  assert.equal(inTone(['🍕', 'pizza', ''], 3), '🍕');
  assert.equal(inTone(['👍', 'thumbs up', '', 1], 0), '👍');
});

test('what was used last stands first, once, and the rest is filled up', () => {
  const used = ['🎉', '👍', '🎉'].reduce(withUse, { recent: [], tone: 0 });
  assert.deepEqual(used.recent, ['🎉', '👍']);
  assert.deepEqual(quickOnes(used), ['🎉', '👍', '❤️', '😂', '😮', '😢']);
  const many = Array.from({ length: 40 }, (_, i) => String.fromCodePoint(0x1f400 + i)).reduce(withUse, used);
  assert.equal(many.recent.length, 24);
});

test('habits survive where they can be kept, and nonsense is as if there were none', () => {
  const kept = new Map();
  const storage = { getItem: (key) => kept.get(key) ?? null, setItem: (key, value) => void kept.set(key, value) };
  saveHabits(storage, { recent: ['🎉'], tone: 2 });
  assert.deepEqual(loadHabits(storage), { recent: ['🎉'], tone: 2 });
  for (const nonsense of ['', 'null', '[]', '{"recent":1}', '{"recent":["a"],"tone":9}']) {
    kept.set('chinwag.emoji', nonsense);
    assert.deepEqual(loadHabits(storage), { recent: [], tone: 0 });
  }
  assert.deepEqual(loadHabits(null), { recent: [], tone: 0 });
});

test('a file is fetched once, and asked for again only when it did not come', async () => {
  const asked = [];
  const answers = [{ ok: false, status: 503 }, { ok: true, json: async () => ({ groups: english }) }];
  const fetch = async (url) => {
    asked.push(url);
    return answers.shift();
  };
  await assert.rejects(loadEmoji('en', fetch));
  assert.equal(await loadEmoji('en', fetch), await loadEmoji('en', fetch));
  assert.deepEqual(asked, ['emoji/en.json', 'emoji/en.json']);
});
