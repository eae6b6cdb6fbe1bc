import assert from 'node:assert/strict';
import { test } from 'node:test';
import { match, pieces } from '../../../static/lib/match.js';

test('case and accents make no difference, in the name or in what is typed', () => {
  assert.deepEqual(match('Zoë Ångström', 'zoe ang'), { rank: 1, marks: [[0, 3], [4, 7]] });
  assert.deepEqual(match('Zoe', 'ZOË')?.marks, [[0, 3]]);
});

test('the marks are places of the text as it is written, also behind letters of several units', () => {
  assert.deepEqual(match('👩‍🌾 Müller', 'mull')?.marks, [['👩‍🌾 '.length, '👩‍🌾 Müll'.length]]);
  assert.deepEqual(match('Zoe\u0308', 'zoë')?.marks, [[0, 4]]);
});

test('the beginning of the text comes before that of a word, and that before any part', () => {
  assert.equal(match('Marsh, Tom', 'ma')?.rank, 0);
  assert.equal(match('Tom Marsh', 'ma')?.rank, 1);
  assert.equal(match('Emma', 'ma')?.rank, 2);
});

test('a beginning further on is marked rather than a part before it', () => {
  assert.deepEqual(match('Emma Marsh', 'ma')?.marks, [[5, 7]]);
});

test('ß is ss, and a vowel sign of another script is no accent', () => {
  assert.deepEqual(match('Weißgerber', 'weissg')?.marks, [[0, 5]]);
  assert.equal(match('कल', 'कि'), null);
});

test('every word must be there', () => {
  assert.equal(match('Tom Marsh', 'tom x'), null);
  assert.deepEqual(match('Tom Marsh', 'marsh tom')?.marks, [[0, 3], [4, 9]]);
});

test('any part of a name in a script without spaces is found', () => {
  assert.deepEqual(match('東京都庁', '京都')?.marks, [[1, 3]]);
});

test('nothing typed matches everything', () => {
  assert.deepEqual(match('Tom', '  '), { rank: 0, marks: [] });
});

test('pieces put together are the text, whatever the marks are', () => {
  const text = 'The Todmorden market';
  for (const marks of [[[4, 11]], [[4, 11], [2, 6]], [[-3, 2], [18, 99]], [[5, 5], [7, 3]], [], [[NaN, 4]]]) {
    const parts = pieces(text, /** @type {Array<[number, number]>} */ (marks));
    assert.equal(parts.map((part) => part.text).join(''), text);
  }
  assert.deepEqual(pieces('ab cd', [[3, 5]]), [{ text: 'ab ', isMarked: false }, { text: 'cd', isMarked: true }]);
});
